#!/usr/bin/env python3
"""Trains the two models of `src/find/glue` and writes data/words/*.trees.

    pip install lightgbm msgpack numpy
    cargo build --release -p xtask
    python3 tools/train_words.py TEXTS WHEEL

TEXTS is a folder of *.train.jsonl.gz: sentences (`gold`), also with spaces taken out (`input`), each with `lang`, `doc`
and `kind` (clean; a, b, c: words that ran together at a capital, at a name, between small letters; n: a name alone).
The models are trained on these and on nothing else but the words of wordfreq (WHEEL) that the embedded lexicons leave
out, which stand for what is unknown and yet one word. More glue is made from the clean sentences by the same kinds.
What is measured elsewhere must share no document with TEXTS.
"""
import collections, gzip, glob, json, os, random, re, struct, subprocess, sys, zipfile
import lightgbm as lgb, msgpack, numpy as np

XTASK = "target/release/xtask"
COPIES, RATE, SEED = 12, 0.4, 7
LETTER = r"[^\W\d_]"
TAILS = {lang: "large" for lang in "de it en fr es pt nl ru fi".split()}
# Sums of trees: safe in any text; shows that a text lost spaces; safe in one that did; worth proposing.
THRESHOLDS = {"change": dict(alone=4.0, shows=2.3, shown=1.1, likely=0.5),
              "seam": dict(alone=4.5, shows=2.7, shown=1.9, likely=1.0)}


def load(folder):
    docs = collections.OrderedDict()
    for path in sorted(glob.glob(f"{folder}/*.train.jsonl.gz")):
        for line in gzip.open(path, "rt"):
            record = json.loads(line)
            docs.setdefault((record["lang"], record.get("src"), record.get("doc")), []).append(record)
    return list(docs.items())


def lost(glued, gold):
    """Places of `glued` (in characters) where `gold` has a space."""
    i = j = 0
    places = set()
    while j < len(gold):
        if i < len(glued) and glued[i] == gold[j]:
            i, j = i + 1, j + 1
        else:
            places.add(i)
            j += 1
    return places


def names(docs):
    """Names that the glued sentences of at least three languages have between spaces."""
    langs = collections.defaultdict(set)
    for (lang, _, _), records in docs:
        for record in records:
            if record["kind"] == "b":
                there = set(re.findall(r"[\w-]+", record["input"]))
                for word in re.findall(r"[\w-]+", record["gold"]):
                    if word not in there and word[0].isupper() and len(word) > 1:
                        langs[word].add(lang)
            elif record["kind"] == "n":
                langs[record["variant"]].update("abc")
    return sorted(word for word, seen in langs.items() if len(seen) >= 3)


def glue(line, following, names, rng):
    """A sentence with a space or more taken out, or None: (glued, gold, whether `following` went in)."""
    kind = rng.random()
    gaps = lambda left, right, least: [m for m in re.finditer(rf"(?<!\w){LETTER}{{{least},}}( )(?={LETTER}{{{least},}})", line)
                                       if left(line[m.start(1) - 1]) and right(line[m.end(1)])]
    if kind < 0.52:
        found = gaps(str.islower, str.islower, 2) if kind < 0.42 else gaps(str.islower, str.isupper, 1)
        if not found:
            return None
        gap = rng.choice(found)
        return line[:gap.start(1)] + line[gap.end(1):], line, False
    if kind < 0.62:
        if following and line[-1].islower() and following[0].isupper():
            return line + following, f"{line} {following}", True
        return None
    words, name = line.split(" "), rng.choice(names)
    if kind >= 0.95:
        at = rng.randrange(len(words))
        text = " ".join(words[:at] + [name] + words[at:])
        return text, text, False
    if len(words) < 3:
        return None
    at = rng.randrange(1, len(words))
    left, right = words[at - 1], words[at]
    l, r, way = left[-1:].isalpha(), right[:1].isalpha(), rng.choice("LRBBCYZ")
    year = str(rng.randrange(1960, 2026))
    capital = right[:1].upper() + right[1:]
    other = rng.choice(names)
    pieces = {"L": [left, name] if l else None, "R": [name, right] if r else None, "B": [left, name, right] if l and r else None,
              "C": [name, capital, other] if r else None, "Y": [year, name], "Z": [year, name, right] if r else None}[way]
    if not pieces:
        return None
    front = words[:at - 1] if pieces[0] is left else words[:at]
    behind = words[at + 1:] if pieces[-1] is right or way == "C" else words[at:]
    return " ".join(front + ["".join(pieces)] + behind), " ".join(front + pieces + behind), False


def more(docs, rng):
    """The same documents, with other spaces taken out."""
    known, out = names(docs), []
    for _ in range(COPIES):
        for key, records in docs:
            lines = [r["gold"] for r in records if r["kind"] not in ("b", "n", "skip") and r["gold"]]
            rate, rows, at = rng.choice([0.0, RATE, RATE, RATE * 1.6]), [], 0
            while at < len(lines):
                following = lines[at + 1] if at + 1 < len(lines) else None
                made = glue(lines[at], following, known, rng) if rng.random() < rate else None
                glued, gold, two = made or (lines[at], lines[at], False)
                rows.append(dict(input=glued, gold=gold, kind="glued" if glued != gold else "clean"))
                at += 2 if two else 1
            out.append((key, rows))
    return out


def with_unknown_words(docs, wheel, rng, rate=0.06):
    """The same documents, with words put in that no embedded lexicon has."""
    archive, tails = zipfile.ZipFile(wheel), {}
    for lang, size in TAILS.items():
        lists = msgpack.loads(gzip.decompress(archive.read(f"wordfreq/data/{size}_{lang}.msgpack.gz")), raw=False)
        ranked = [(word, 10 ** (-bels / 100)) for bels, words in enumerate(lists[1:]) for word in words]
        tail = [(word, share) for word, share in ranked[104_000:] if word.isalpha() and len(word) >= 5]
        tails[lang] = [word for word, _ in tail], np.cumsum([share for _, share in tail]) / sum(share for _, share in tail)
    out = []
    for key, rows in docs:
        if key[0] in tails:
            words, shares = tails[key[0]]
            changed = []
            for row in rows:
                if row["kind"] == "clean":
                    line = row["input"].split(" ")
                    for at, word in enumerate(line):
                        if len(word) > 3 and word.isalpha() and word[1:].islower() and rng.random() < rate:
                            new = words[int(np.searchsorted(shares, rng.random()))]
                            capital = word[0].isupper() or (key[0] == "de" and rng.random() < 0.5)
                            line[at] = new[:1].upper() + new[1:] if capital else new
                    row = dict(row, input=" ".join(line), gold=" ".join(line))
                changed.append(row)
            rows = changed
        out.append((key, rows))
    return out


def features(docs):
    """For each model the names of its features, their values, and whether a space belongs there."""
    lines = [json.dumps(dict(lang=key[0], text="\n".join(r["input"] for r in rows))) for key, rows in docs]
    out = subprocess.run([XTASK, "features"], input="\n".join(lines).encode(), stdout=subprocess.PIPE, check=True).stdout
    head, body = out.split(b"\n\n", 1)
    known = {int(line.split()[0]): line.split()[1:] for line in head.decode().split("\n")}
    values, at, starts = np.frombuffer(body, "<f4"), 0, {0: [], 1: []}
    while at < len(values):
        model = int(values[at + 2])
        starts[model].append(at)
        at += 3 + len(known[model])
    gold, clean = [], []
    for _, rows in docs:
        offset, places, untouched = 0, set(), []
        for row in rows:
            places |= {offset + len(row["input"][:place].encode()) for place in lost(row["input"], row["gold"])}
            untouched.append((offset, row["kind"] == "clean"))
            offset += len(row["input"].encode()) + 1
        gold.append(places)
        clean.append(untouched)
    made = {}
    for model, first in starts.items():
        first = np.array(first)
        table = np.stack([values[first + column] for column in range(3 + len(known[model]))], axis=1)
        wanted = np.array([int(at) in gold[int(doc)] for doc, at in table[:, :2]])
        made[model] = known[model], table[:, 3:], wanted
    return made


def fit(names, values, wanted, noise):
    """Trees; trained twice, the second time without what the first are sure is glue that nobody marked."""
    options = dict(objective="binary", learning_rate=0.05, num_leaves=31, min_data_in_leaf=40, feature_fraction=0.7,
                   bagging_fraction=0.8, bagging_freq=1, lambda_l2=5, verbose=-1, num_threads=1, seed=1, deterministic=True)
    keep = np.ones(len(wanted), bool)
    for rounds in (350, 400):
        data = lgb.Dataset(values[keep], wanted[keep], weight=np.where(wanted[keep], 1.0, 2.0), feature_name=names)
        trees = lgb.train(options, data, rounds)
        keep = wanted | (trees.predict(values, raw_score=True) <= noise)
    return trees


def write(trees, names, thresholds, path):
    """Writes a line of JSON, then the nodes, as src/find/glue/model.rs reads them."""
    counts, out = [], b""

    def down(value):
        rounded = np.float32(value)
        return np.nextafter(rounded, np.float32(-np.inf)) if float(rounded) > value else rounded

    for tree in trees.dump_model()["tree_info"]:
        nodes = []

        def walk(node):
            at = len(nodes)
            nodes.append(None)
            if "split_feature" not in node:
                nodes[at] = 0xFFFF, 0, node["leaf_value"]
                return
            walk(node["left_child"])
            above = len(nodes)
            walk(node["right_child"])
            nodes[at] = node["split_feature"], above, down(node["threshold"])

        walk(tree["tree_structure"])
        counts.append(len(nodes))
        out += b"".join(struct.pack("<HHf", *node) for node in nodes)
    head = json.dumps(dict(features=names, trees=counts, thresholds=thresholds), separators=(",", ":"))
    with open(path, "wb") as file:
        file.write(head.encode() + b"\n" + out)


def main():
    texts, wheel = sys.argv[1:]
    rng, docs = random.Random(SEED), load(texts)
    made = more(docs, rng)
    half = len(made) // 2
    made = features(docs + made[:half] + with_unknown_words(made[half:], wheel, rng))
    os.makedirs("data/words", exist_ok=True)
    for model, (name, noise) in enumerate((("change", 1.0), ("seam", 1.5))):
        known, values, wanted = made[model]
        print(f"{name}: {len(wanted)} places, {wanted.sum()} of them glue")
        write(fit(known, values, wanted, noise), known, THRESHOLDS[name], f"data/words/{name}.trees")


main()
