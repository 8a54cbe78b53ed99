#!/usr/bin/env python3
"""Trains the two models of `src/find/glue` and writes data/words/*.trees.

    pip install lightgbm msgpack numpy
    cargo build --release -p xtask
    python3 tools/train_words.py wholes TEXTS WHEEL    # data/lexicon/whole.filter; build xtask anew after it
    python3 tools/train_words.py models TEXTS WHEEL    # data/words/*.trees

TEXTS is a folder of *.train.jsonl.gz: sentences (`gold`), also with spaces taken out (`input`), each with `lang`, `doc`
and `kind` (clean; a, b, c: words that ran together at a capital, at a name, between small letters; n: a name alone).
The models are trained on these and on nothing else but the words of wordfreq (WHEEL) that the embedded lexicons leave
out, which stand for what is unknown and yet one word. More glue is made from the clean sentences by the same kinds, and
names with a capital inside are made of two words, often two of the text itself.
What is measured elsewhere must share no document with TEXTS.

The filter holds those words beyond the lexicons that a model which knows no filter could take for two.
"""
import bisect, collections, gzip, glob, json, os, random, re, struct, subprocess, sys, tempfile, unicodedata, zipfile, zlib
import lightgbm as lgb, msgpack, numpy as np

XTASK = "target/release/xtask"
# The models by their numbers; so many numbers stand before the features of a place.
CHANGE, SEAM, HEAD = 0, 1, 5
COPIES, RATE, SEED = 12, 0.4, 7
# The share of untouched lines that get a name or a compound made of words, and of places where small letters go on that are used:
# there are ten times as many that are no glue as there are that are.
NAMES, SHARE = 0.035, {"change": 1.0, "seam": 0.35}
# Of the words of wordfreq that stand for unknown ones this share is taken for unknown to the filter, too: it was made from
# the same list, but the texts of the world have words that no list has.
UNLISTED = 0.5
# A word is kept in the filter if the sum of trees for its likeliest seam is above this.
LIKE_TWO = -4.0
LETTER = r"[^\W\d_]"
TAILS = "de it en fr es pt nl ru fi".split()
LARGE = TAILS + "ca cs nb pl sv uk".split()
# Sums of trees: safe in any text; shows that a text lost spaces; safe in one that did; worth proposing.
THRESHOLDS = {"change": dict(alone=3.2, shows=1.8, shown=0.3, likely=-0.3),
              "seam": dict(alone=5.0, shows=2.5, shown=2.3, likely=1.4)}


def load(folder):
    docs = collections.OrderedDict()
    for path in sorted(glob.glob(f"{folder}/*.train.jsonl.gz")):
        for line in gzip.open(path, "rt"):
            record = json.loads(line)
            docs.setdefault((record["lang"], record.get("src"), record.get("doc")), []).append(record)
    return list(docs.items())


def fold(word):
    """A word as lexicons have it."""
    return unicodedata.normalize("NFC", word.lower().replace("ß", "ss").replace("ς", "σ"))


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


def made_name(lines, common, rng):
    """Words written as one, as names, brands and compounds are: of the text, or common English ones."""
    here = [word for word in rng.choice(lines).split() if 3 <= len(word) <= 10 and word.isalpha()]
    other = [word for word in rng.choice(lines).split() if 2 <= len(word) <= 10 and word.isalpha()]
    first = rng.choice(here) if here and rng.random() < 0.6 else rng.choice(common)
    last = rng.choice(other) if other and rng.random() < 0.6 else rng.choice(common)
    way, capital = rng.random(), lambda word: word[:1].upper() + word[1:].lower()
    if way < 0.12:  # raincover, Foodtrainers
        return rng.choice((str.lower, capital))(first + rng.choice(common))
    if way < 0.16:  # theScore, moveBuddha
        return first.lower() + capital(last)
    if way < 0.21:  # visionOS, microSD
        return rng.choice((str.lower, capital))(first) + "".join(rng.choices("ABCDEFGHIKLMNOPRSTUVX", k=rng.choice((2, 2, 3))))
    if way < 0.26:  # UXPin
        return "".join(rng.choices("ABCDEFGHIKLMNOPRSTUVX", k=rng.choice((2, 3)))) + capital(last)
    if way < 0.34:  # AnswerThePublic
        return capital(first) + capital(last) + capital(rng.choice(common))
    if way < 0.46:  # PepsiCo
        last = last[:rng.choice((2, 3, 4))]
    return capital(first) + capital(last)


def with_name(line, lines, known, common, rng):
    """The line with a name put in, or in the place of a word."""
    name = rng.choice(known) if rng.random() < 0.25 else made_name(lines, common, rng)
    words = line.split(" ")
    at = rng.randrange(len(words) + 1)
    return " ".join(words[:at] + [name] + words[at + rng.randrange(2):])


def more(docs, common, rng):
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
                if glued == gold and rng.random() < NAMES:
                    glued = gold = with_name(gold, lines, known, common, rng)
                rows.append(dict(input=glued, gold=gold, kind="glued" if glued != gold else "clean"))
                at += 2 if two else 1
            out.append((key, rows))
    return out


def ranked(wheel, lang):
    """The words of the large list of a language with their shares, the most frequent first."""
    lists = msgpack.loads(gzip.decompress(zipfile.ZipFile(wheel).read(f"wordfreq/data/large_{lang}.msgpack.gz")),
                          raw=False, strict_map_key=False)
    return [(word, 10 ** (-bels / 100)) for bels, words in enumerate(lists[1:]) for word in words]


def with_unknown_words(docs, wheel, rng, rate=0.06):
    """The same documents, with words put in that no embedded lexicon has."""
    tails = {}
    for lang in TAILS:
        tail = [(word, share) for word, share in ranked(wheel, lang)[104_000:] if word.isalpha() and len(word) >= 5]
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


def features(docs, unlisted_from=None):
    """For each model the names of its features, their values, whether a space belongs there, and the line it is in."""
    lines = [json.dumps(dict(lang=key[0], text="\n".join(r["input"] for r in rows))) for key, rows in docs]
    out = subprocess.run([XTASK, "features"], input="\n".join(lines).encode(), stdout=subprocess.PIPE, check=True).stdout
    head, body = out.split(b"\n\n", 1)
    known = {int(line.split()[0]): line.split()[1:] for line in head.decode().split("\n")}
    values, at, starts = np.frombuffer(body, "<f4"), 0, {0: [], 1: []}
    while at < len(values):
        model = int(values[at + 2])
        starts[model].append(at)
        at += HEAD + len(known[model])
    gold, lines = [], []
    for _, rows in docs:
        offset, places, begins = 0, set(), []
        for row in rows:
            if row["input"] != row["gold"]:
                places |= {offset + len(row["input"][:place].encode()) for place in lost(row["input"], row["gold"])}
            begins.append(offset)
            offset += len(row["input"].encode()) + 1
        gold.append(places)
        lines.append(begins)
    made = {}
    for model, first in starts.items():
        first = np.array(first, dtype=int)
        table = np.empty((len(first), HEAD + len(known[model])), "<f4")
        for column in range(table.shape[1]):
            table[:, column] = values[first + column]
        heads = table[:, :2].astype(int)
        wanted = np.array([at in gold[doc] for doc, at in heads], bool)
        line = np.array([bisect.bisect_right(lines[doc], at) - 1 for doc, at in heads], int)
        if model == SEAM and unlisted_from is not None:
            flag = known[model].index("rare-whole")
            bytes_of = [None] * len(docs)
            for place in np.flatnonzero((table[:, 0] >= unlisted_from) & (table[:, HEAD + flag] > 0)):
                doc, left, right = (int(table[place, column]) for column in (0, 3, 4))
                if bytes_of[doc] is None:
                    bytes_of[doc] = "\n".join(row["input"] for row in docs[doc][1]).encode()
                if zlib.crc32(bytes_of[doc][left:right].lower()) % 100 < 100 * UNLISTED:
                    table[place, HEAD + flag] = 0
        made[model] = known[model], table[:, HEAD:], wanted, line
    return made


def fit(names, values, wanted, share, noise, rounds, leaves):
    """Trees; trained twice, the second time without what the first are sure is glue that nobody marked."""
    options = dict(objective="binary", learning_rate=0.06, num_leaves=leaves, min_data_in_leaf=30, feature_fraction=0.6,
                   bagging_fraction=0.8, bagging_freq=1, lambda_l2=5, max_bin=127, verbose=-1, num_threads=2, seed=1,
                   deterministic=True, force_row_wise=True)
    used = wanted | (np.random.RandomState(SEED).rand(len(wanted)) < share)
    values, wanted = values[used], wanted[used]
    keep = np.ones(len(wanted), bool)
    for count in (150, rounds):
        # What splits a word that is one does more harm than what misses two.
        weight = np.where(wanted[keep], 1.0, 2.0 / share)
        trees = lgb.train(options, lgb.Dataset(values[keep], wanted[keep], weight=weight, feature_name=names), count)
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


def texts_to_train_on(texts, wheel):
    rng, docs = random.Random(SEED), load(texts)
    common = [word for word, _ in ranked(wheel, "en")[100:8000] if word.isalpha() and word.isascii() and 3 <= len(word) <= 9]
    made = more(docs, common, rng)
    half = len(made) // 2
    known = docs + made[:half]
    return known + with_unknown_words(made[half:], wheel, rng), len(known)


def wholes(texts, wheel):
    """Writes the filter of rare words that look like two."""
    names, values, wanted, _ = features(texts_to_train_on(texts, wheel)[0])[SEAM]
    values[:, names.index("rare-whole")] = 0
    trees = fit(names, values, wanted, SHARE["seam"], 1.5, 200, 31)
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as out:
        for lang in LARGE:
            words = sorted({fold(word) for word, _ in ranked(wheel, lang)[90_000:] if word.isalpha() and len(word) >= 5})
            like_two = set()
            for at in range(0, len(words), 20_000):
                some = words[at:at + 20_000]
                rows = [dict(input=word, gold=word) for word in some]
                names, values, _, line = features([((lang, None, None), rows)])[SEAM]
                values[:, names.index("rare-whole")] = 0
                like_two |= {some[place] for place in line[trees.predict(values, raw_score=True) > LIKE_TWO]}
            out.writelines(f"{lang}\t{word}\n" for word in sorted(like_two))
            print(f"{lang}: {len(like_two)} of {len(words)} words")
        out.flush()
        subprocess.run([XTASK, "wholes", out.name], check=True)


def models(texts, wheel):
    """Writes the trees."""
    made = features(*texts_to_train_on(texts, wheel))
    os.makedirs("data/words", exist_ok=True)
    for model, (name, noise, rounds, leaves) in enumerate((("change", 1.0, 500, 31), ("seam", 1.5, 600, 32))):
        known, values, wanted, _ = made[model]
        print(f"{name}: {len(wanted)} places, {wanted.sum()} of them glue")
        write(fit(known, values, wanted, SHARE[name], noise, rounds, leaves), known, THRESHOLDS[name], f"data/words/{name}.trees")


if __name__ == "__main__":
    commands = {"wholes": wholes, "models": models}
    commands[sys.argv[1]](*sys.argv[2:])
