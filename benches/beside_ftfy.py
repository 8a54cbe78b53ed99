#!/usr/bin/env python3
"""Measures the repair of mojibake beside ftfy: speed, what is restored, what is damaged.

    cargo build --release
    python3 benches/beside_ftfy.py [--mb 10] [--rounds 5] [--binary target/release/unscrape] [--keep]

Writes two sets of documents of 3 to 6 KB to target/bench-encodings, made of the sentences of
tests/encodings/sentences.txt: clean ones, and the same kind damaged in one of these ways:

    whole1, whole2   the whole document read as another code page, once or twice
    runs             some sentences of it, as where a page is put together from several sources
    entities         the whole or some sentences, and then marks and letters written as HTML entities
    controls         the whole or some sentences, with control characters strewn in

Nothing is drawn but `Random.random`, so the same size gives the same bytes everywhere. ftfy of the
version below is installed from PyPI into a virtual environment under target; nothing else is needed but
a Unix, which tells the user time of a program that has ended.

Times are user time of one thread, the best of all rounds, and the programs take turns within each
round so that a busy machine slows both. ftfy works in a Python that has it imported and the texts in
memory. The binary reads JSONL and writes it to /dev/null; the time that it takes for an empty input is
taken off. So ftfy is spared reading and writing, and the binary is not.

Restored means: the very characters of the original, in NFC. For this ftfy is told to leave alone what
is no damage (curly quotes, ligatures, the width of characters); its speed is that of its own settings.
"""
import argparse
import bisect
import collections
import html.entities
import json
import os
import random
import subprocess
import sys
import time
import unicodedata
import zlib

FTFY = "6.3.1"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SENTENCES = os.path.join(ROOT, "tests", "encodings", "sentences.txt")
KEEP = os.path.join(ROOT, "tests", "encodings", "keep.txt")
FOLDER = os.path.join(ROOT, "target", "bench-encodings")
PYTHON = os.path.join(ROOT, "target", "ftfy-venv", "bin", "python")
# Raise this if documents are written differently, so that older ones are not taken for them.
EDITION = 2

# Of 100 damaged documents.
KINDS = {"whole1": 45, "whole2": 12, "runs": 28, "entities": 8, "controls": 7}
# How often a text of a language was read as which code page. Most of the web's mojibake is cp1252 or, where the program
# went by the letter of the standard, latin-1; the rest is the code page of the place.
PAGES = {"cp1252": 60, "latin-1": 20, "mac-roman": 8, "cp1250": 6, "cp1251": 6}
CENTRAL = {"cp1252": 40, "latin-1": 15, "mac-roman": 5, "cp1250": 40}
CYRILLIC = {"cp1252": 35, "latin-1": 15, "mac-roman": 5, "cp1251": 45}
PAGES_OF = dict.fromkeys("pl cs sk hu ro hr".split(), CENTRAL) | dict.fromkeys("ru uk bg sr".split(), CYRILLIC)
CONTROLS = "\x00\x01\x08\x0e\x1a\x1f\x7f"


# --- the documents -----------------------------------------------------------------------
class Draw:
    def __init__(self, seed):
        self.rand = random.Random(seed).random

    def chance(self, p):
        return self.rand() < p

    def between(self, low, high):
        return low + int(self.rand() * (high - low + 1))

    def pick(self, things):
        return things[int(self.rand() * len(things))]

    def weighted(self, weights):
        names = list(weights)
        sums = [sum(list(weights.values())[:i + 1]) for i in range(len(names))]
        return names[bisect.bisect_right(sums, self.rand() * sums[-1])]

    def shuffled(self, things):
        things = list(things)
        for i in range(len(things) - 1, 0, -1):
            j = int(self.rand() * (i + 1))
            things[i], things[j] = things[j], things[i]
        return things


def sentences():
    by_lang = collections.defaultdict(list)
    with open(SENTENCES, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                lang, text = line.rstrip("\n").split("\t")
                by_lang[lang].append(text)
    return by_lang


def table(page):
    """What each byte is read as; those that the page leaves undefined become controls, as in browsers."""
    return [bytes([byte]).decode(page, "ignore") or chr(byte) for byte in range(256)]


TABLES = {page: table(page) for page in PAGES}


def misread(text, page, layers=1):
    """UTF-8 read as another code page, so many times."""
    for _ in range(layers):
        text = "".join([TABLES[page][byte] for byte in text.encode("utf-8")])
    return text


def vary(draw, sentence):
    """The same sentence with other numbers, or else the documents of a language would be too much alike."""
    return "".join(str(draw.between(1, 9)) if c in "123456789" else c for c in sentence)


def document(draw, lang, known):
    """A document as a list of paragraphs, each a list of sentences; 3 to 6 KB of UTF-8."""
    goal, size, pool, paragraphs = draw.between(3000, 5800), 0, [], []
    while size < goal:
        paragraph = []
        for _ in range(draw.between(2, 6)):
            pool = pool or draw.shuffled(known[lang])
            paragraph.append(vary(draw, pool.pop()))
            size += len(paragraph[-1].encode()) + 1
        paragraphs.append(paragraph)
        size += 1
    return paragraphs


def joined(paragraphs, lang):
    space = "" if lang in ("zh", "ja") else " "
    return "\n\n".join(space.join(paragraph) for paragraph in paragraphs)


def entities(draw, text):
    """The text with about every third character that HTML has a name for written by name or number."""
    names = html.entities.codepoint2name
    return "".join(("&%s;" % names[ord(c)] if draw.chance(0.7) else "&#%d;" % ord(c))
                   if (ord(c) > 127 or c in "&\"") and ord(c) in names and draw.chance(0.33) else c for c in text)


def strewn(draw, text):
    # Beside spaces, where programs leave them that cut texts into fields; within a word misread nothing could be told.
    spaces = [at for at, c in enumerate(text) if c in " \n"] or [len(text)]
    parts, last = [], 0
    for place in sorted(draw.pick(spaces) for _ in range(draw.between(1, 12))):
        parts += [text[last:place], draw.pick(CONTROLS)]
        last = place
    return "".join(parts + [text[last:]])


def damaged(draw, lang, paragraphs):
    """The document damaged, and how."""
    kind = draw.weighted(KINDS)
    page = draw.weighted(PAGES_OF.get(lang, PAGES))
    some = kind == "runs" or kind in ("entities", "controls") and draw.chance(0.4)
    if not some:
        layers = 2 if kind == "whole2" else 1
        text = misread(joined(paragraphs, lang), page, layers)
    else:
        share = 0.1 + 0.4 * draw.rand()
        hurt = [[misread(s, page, 2 if draw.chance(0.15) else 1) if draw.chance(share) else s for s in paragraph]
                for paragraph in paragraphs]
        if hurt == paragraphs:
            hurt[0][0] = misread(hurt[0][0], page)
        text = joined(hurt, lang)
    if kind == "entities":
        # Entities come of the last program that wrote the page, after the misreading.
        text = entities(draw, text)
    elif kind == "controls":
        text = strewn(draw, text)
    return kind, page, text


def write(megabytes):
    """Writes clean.jsonl and damaged.jsonl, and what damaged.jsonl ought to become."""
    os.makedirs(FOLDER, exist_ok=True)
    mark = os.path.join(FOLDER, "made")
    with open(SENTENCES, "rb") as file:
        want = "%d %s %08x" % (EDITION, megabytes, zlib.crc32(file.read()))
    if os.path.exists(mark) and open(mark).read() == want:
        return
    known = sentences()
    langs = sorted(known)
    for name, seed in (("clean", 2), ("damaged", 3)):
        draw, size, number = Draw(seed), 0, 0
        with open(os.path.join(FOLDER, name + ".jsonl"), "w", encoding="utf-8", newline="\n") as out, \
                open(os.path.join(FOLDER, name + ".gold.jsonl"), "w", encoding="utf-8", newline="\n") as gold:
            while size < megabytes * 1_000_000:
                lang = langs[number % len(langs)]
                paragraphs = document(draw, lang, known)
                original = text = joined(paragraphs, lang)
                kind = page = "clean"
                if name == "damaged":
                    kind, page, text = damaged(draw, lang, paragraphs)
                size += len(text.encode())
                out.write(json.dumps({"id": number, "lang": lang, "text": text}, ensure_ascii=False) + "\n")
                gold.write(json.dumps({"id": number, "lang": lang, "kind": kind, "page": page, "text": original},
                                      ensure_ascii=False) + "\n")
                number += 1
    with open(mark, "w") as file:
        file.write(want)


def read(name):
    with open(os.path.join(FOLDER, name + ".jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


# --- ftfy, in a Python of its own ----------------------------------------------------------
def work():
    """Runs in the virtual environment: one request a line, {"what", "set"}; answers with user time or with texts."""
    import ftfy

    fair = ftfy.TextFixerConfig(uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False,
                                normalization="NFC")
    ways = {
        "fix_text": ftfy.fix_text,
        "fix_encoding": ftfy.fix_encoding,
        "fair": lambda text: ftfy.fix_text(text, fair),
    }
    sets = {name: [record["text"] for record in read(name)] for name in ("clean", "damaged")}
    with open(KEEP, encoding="utf-8") as file:
        sets["keep"] = [line.rstrip("\n").split("\t", 1)[1] for line in file if line.strip() and line[0] != "#"]
    for line in sys.stdin:
        request = json.loads(line)
        way, texts = ways[request["what"]], sets[request["set"]]
        if request["texts"]:
            answer = {"texts": [way(text) for text in texts]}
        else:
            start = os.times().user
            for text in texts:
                way(text)
            answer = {"seconds": os.times().user - start}
        print(json.dumps(answer), flush=True)


class Ftfy:
    def __init__(self):
        if not os.path.exists(PYTHON):
            subprocess.run([sys.executable, "-m", "venv", os.path.dirname(os.path.dirname(PYTHON))], check=True)
        asked = subprocess.run([PYTHON, "-c", "import importlib.metadata as m; print(m.version('ftfy'))"],
                               capture_output=True, text=True)
        if asked.stdout.strip() != FTFY:
            subprocess.run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "ftfy==" + FTFY], check=True)
        self.process = subprocess.Popen([PYTHON, os.path.abspath(__file__), "--work"], text=True, encoding="utf-8",
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, what, of, texts=False):
        self.process.stdin.write(json.dumps({"what": what, "set": of, "texts": texts}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit("ftfy came to an end before its time")
        return json.loads(answer)


# --- the binary ------------------------------------------------------------------------------
# Done; done, but some documents were held as they were, as they are in everyday use.
ENDS = (0, 3)


def command(binary, path):
    # No configuration, or a file of the folder would decide what runs.
    return [binary, "--quiet", "clean", "--no-config", "--profile", "minimal", "--input-format", "jsonl", path]


def user_time(arguments):
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(arguments, stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ENDS:
        sys.exit("%s ended with %d" % (arguments[0], process.returncode))
    return usage.ru_utime


def cleaned(binary, path):
    done = subprocess.run(command(binary, path), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    errors = done.stderr.decode("utf-8").splitlines()
    if done.returncode not in ENDS:
        sys.exit("\n".join(errors[:5] + ["%s ended with %d" % (binary, done.returncode)]))
    held = sum(": held, " in error for error in errors)
    if held:
        print("unscrape held %d documents of %s as they were, for too much would change" % (held, os.path.basename(path)))
    return [json.loads(line)["text"] for line in done.stdout.decode("utf-8").split("\n") if line]


# --- what was restored -------------------------------------------------------------------------
def same(one, other):
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def compare(results, gold):
    """Prints how many were restored, by kind of damage and by code page, and where most were missed."""
    print("\ndamaged documents restored exactly, of %d" % len(gold))
    print("  %-10s %7s" % ("kind", "number") + "".join("  %16s" % name for name in results))
    right = {name: [same(text, record["text"]) for text, record in zip(texts, gold)] for name, texts in results.items()}
    for kind in list(KINDS) + ["all"]:
        of = [i for i, record in enumerate(gold) if kind in (record["kind"], "all")]
        print("  %-10s %7d" % (kind, len(of)) + "".join(
            "  %7d  %6.1f%%" % (n, 100 * n / max(len(of), 1)) for n in (sum(right[name][i] for i in of) for name in results)))
    for page in PAGES:
        of = [i for i, record in enumerate(gold) if record["page"] == page]
        print("  %-10s %7d" % (page, len(of)) + "".join(
            "  %7d  %6.1f%%" % (n, 100 * n / max(len(of), 1)) for n in (sum(right[name][i] for i in of) for name in results)))
    for name in results:
        langs = collections.Counter()
        for ok, record in zip(right[name], gold):
            langs[record["lang"]] += not ok
        print("  %s missed most: %s" % (name, ", ".join("%s %d" % pair for pair in langs.most_common(12) if pair[1])))


def changed(results, before, langs, what):
    print("\n%s changed, of %d" % (what, len(before)))
    for name, texts in results.items():
        by_lang = collections.Counter(lang for text, was, lang in zip(texts, before, langs) if not same(text, was))
        print("  %-16s %6d  %s" % (name, sum(by_lang.values()), " ".join("%s:%d" % pair for pair in by_lang.most_common(20))))


def keep_as_jsonl():
    path = os.path.join(FOLDER, "keep.jsonl")
    langs, texts = [], []
    with open(KEEP, encoding="utf-8") as file, open(path, "w", encoding="utf-8", newline="\n") as out:
        for line in file:
            if line.strip() and line[0] != "#":
                lang, text = line.rstrip("\n").split("\t", 1)
                langs.append(lang)
                texts.append(text)
                out.write(json.dumps({"lang": lang, "text": text}, ensure_ascii=False) + "\n")
    return path, langs, texts


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mb", type=float, default=10, help="size of each set in MB of text (default 10)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is timed (default 5)")
    parser.add_argument("--binary", default=os.path.join(ROOT, "target", "release", "unscrape"))
    parser.add_argument("--no-times", action="store_true", help="only count what is restored and what is damaged")
    parser.add_argument("--keep", action="store_true", help="count the lines of tests/encodings/keep.txt that change, too")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work:
        work()
        return 0

    write(args.mb)
    ftfy = Ftfy()
    sets = {name: read(name) for name in ("clean", "damaged")}
    sizes = {name: sum(len(record["text"].encode()) for record in records) / 1e6 for name, records in sets.items()}
    paths = {name: os.path.join(FOLDER, name + ".jsonl") for name in sets}
    empty = os.path.join(FOLDER, "empty.jsonl")
    open(empty, "w").close()
    for name, records in sets.items():
        print("%s: %d documents, %.1f MB" % (name, len(records), sizes[name]))
    print("ftfy %s, Python %s; %s" % (FTFY, sys.version.split()[0], os.path.relpath(args.binary, ROOT)))

    if not args.no_times:
        best = collections.defaultdict(lambda: float("inf"))
        startup = float("inf")
        began = time.time()
        for _ in range(args.rounds):
            startup = min(startup, user_time(command(args.binary, empty)))
            for name in sets:
                for what in ("fix_text", "fix_encoding"):
                    best[what, name] = min(best[what, name], ftfy.ask(what, name)["seconds"])
                    best["unscrape", name] = min(best["unscrape", name], user_time(command(args.binary, paths[name])))
        print("\nMB/s of user time, best of %d rounds in %d s; start-up of the binary %.3f s" % (
            args.rounds, time.time() - began, startup))
        print("  %-10s %14s %14s %14s   times fix_text / fix_encoding" % (
            "", "fix_text", "fix_encoding", "unscrape"))
        for name in sets:
            speed = {what: sizes[name] / max(best[what, name] - (startup if what == "unscrape" else 0), 1e-9)
                     for what in ("fix_text", "fix_encoding", "unscrape")}
            print("  %-10s %14.2f %14.2f %14.2f   %.1f / %.1f" % (
                name, speed["fix_text"], speed["fix_encoding"], speed["unscrape"],
                speed["unscrape"] / speed["fix_text"], speed["unscrape"] / speed["fix_encoding"]))

    compare({"ftfy": ftfy.ask("fair", "damaged", True)["texts"], "unscrape": cleaned(args.binary, paths["damaged"])},
            read("damaged.gold"))
    changed({"ftfy": ftfy.ask("fair", "clean", True)["texts"], "unscrape": cleaned(args.binary, paths["clean"])},
            [record["text"] for record in sets["clean"]], [record["lang"] for record in sets["clean"]], "clean documents")
    if args.keep:
        path, langs, texts = keep_as_jsonl()
        changed({"ftfy": ftfy.ask("fair", "keep", True)["texts"], "unscrape": cleaned(args.binary, path)},
                texts, langs, "lines of keep.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
