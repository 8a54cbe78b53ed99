#!/usr/bin/env python3
"""Lists what correct text has in common with mojibake: runs of characters that are valid UTF-8.

    python3 tools/near_misses.py                          # how many runs each language has, by code page
    python3 tools/near_misses.py runs [LANG ...]          # the runs: LANG, run, what each code page makes of it
    python3 tools/near_misses.py check FILE               # the runs in each line of a file of LANG<TAB>text
    python3 tools/near_misses.py missing FILE [LANG ...]  # runs of two that no line of the language in FILE holds

A repair of mojibake turns characters back into the bytes of an old code page and reads these as UTF-8. Where correct text
holds a run that happens to pass, such as `Ã»` of `«MAÇû` or `Сі` of `Сіль`, a naive repair damages it. The runs are
enumerated, not gathered from texts: the letters of each alphabet in both cases, its quotation marks, dashes, apostrophes and
no-break spaces, and the signs that may follow any letter, in every code page below. Runs of two characters are all listed;
those of three and four only where they begin with a letter, as the others do not happen by chance.

tests/encodings/keep.txt is written from this list: every line there holds at least one such run, or is of a kind that looks
like one to the eye. Needs nothing but the standard library; the code pages are those of Python's codecs, bytes that they leave
undefined are no characters here either.
"""
import argparse
import collections
import itertools
import sys
import unicodedata

PAGES = ("cp1252", "latin-1", "iso8859-2", "iso8859-7", "iso8859-15", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257",
         "cp437", "cp850", "cp866", "koi8-r", "mac-roman")

# What may stand beside any word: brands, footnotes, units, prices, sums, dashes, apostrophes and bullets.
SIGNS = "®™©°²³¹§…–—’×÷±½¼¾€£¥¢·•µ†‡¬\u00a0"
# Line art is found in every language, beside letters too.
BOXES = "─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬█▄▀░▒▓■√≈≤≥∞"

# The letters beyond ASCII in small, and the quotation marks.
LANGS = {
    "bg": ("абвгдежзийклмнопрстуфхцчшщъьюяѝ", "„“«»’"),
    "be": ("абвгдеёжзійклмнопрстуўфхцчшыьэюя", "«»„“’"),
    "br": ("âêîôûùñ", "«»“”’"),
    "ca": ("àéèíïóòúüç·", "«»“”‘’"),
    "cs": ("áčďéěíňóřšťúůýž", "„“‚‘»«"),
    "cy": ("âêîôûŵŷáéíóúàèìòùäëïöü", "‘’“”"),
    "da": ("æøåéǿ", "»«”“’"),
    "de": ("äöüßéèàçẞ", "„“‚‘»«›‹"),
    "el": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "«»“”‘’·"),
    "en": ("éèêëïöüçñ", "“”‘’"),
    "es": ("áéíóúüñ", "«»“”‘’¡¿ªº"),
    "et": ("äöõüšž", "„“«»’"),
    "fi": ("äöåšž", "”’»"),
    "fo": ("áðíóúýæø", "“”„»«"),
    "fr": ("àâæçéèêëîïôœùûüÿ", "«»‹›“”‘’"),
    "ga": ("áéíóúḃċḋḟġṁṗṡṫ", "“”‘’"),
    "hr": ("čćđšž", "„”“»«’"),
    "hu": ("áéíóöőúüű", "„”»«’"),
    "is": ("áðéíóúýþæö", "„“‚‘"),
    "it": ("àèéìíîòóùú", "«»“”‘’ºª"),
    "lt": ("ąčęėįšųūž", "„“‚‘"),
    "lv": ("āčēģīķļņšūž", "“”„«»"),
    "mk": ("абвгдѓежзѕијклљмнњопрстќуфхцчџш", "„“‚‘’"),
    "nb": ("æøåéèêóòôâ", "«»’”“"),
    "nl": ("áéíóúäëïöüèê", "“”‘’„"),
    "pl": ("ąćęłńóśźż", "„”«»’"),
    "pt": ("áàâãçéêíóôõúü", "“”‘’«»ºª"),
    "ro": ("ăâîșțşţ", "„”«»’"),
    "ru": ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "«»„“’№"),
    "sk": ("áäčďéíĺľňóôŕšťúýž", "„“‚‘»«"),
    "sl": ("čšž", "„“»«’"),
    "sq": ("çë", "«»„“”’"),
    "sr": ("абвгдђежзијклљмнњопрстћуфхцчџш", "„“”’»«"),
    "sv": ("åäöéàü", "”’»"),
    "tr": ("çğıöşüâîû", "“”‘’«»"),
    "uk": ("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "«»„“’№"),
    "vi": ("àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "“”‘’«»"),
}


def both_cases(lang, small):
    capitals = small.replace("i", "İ") if lang == "tr" else small
    more = "İ" if lang == "tr" else ""
    return set(small + more) | {c for c in (s.upper() for s in capitals) if len(c) == 1 and ord(c) > 127}


def repertoire(lang):
    small, quotes = LANGS[lang]
    return both_cases(lang, small) | set(quotes) | set(SIGNS) | set(BOXES)


def tables():
    """For each code page what byte a character is."""
    table = {}
    for page in PAGES:
        table[page] = {}
        for byte in range(0x80, 0x100):
            try:
                character = bytes([byte]).decode(page)
            except UnicodeDecodeError:
                continue
            # The controls of latin-1 are no part of any text that is correct.
            if unicodedata.category(character) != "Cc":
                table[page][character] = byte
    return table


TABLES = tables()


def reading(data):
    """The one character that these bytes are in UTF-8, if they are one that text may hold."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if len(text) != 1 or unicodedata.category(text) in ("Cn", "Co", "Cs"):
        return None
    return text


def runs(lang):
    """A dict: run of characters -> {what it would become: the code pages that make it that}."""
    found = {}
    letters = both_cases(lang, LANGS[lang][0])
    known = repertoire(lang)
    for page, table in TABLES.items():
        here = [(c, b) for c, b in table.items() if c in known]
        follow = [(c, b) for c, b in here if 0x80 <= b <= 0xBF]
        for lead, byte in here:
            length = 1 if 0xC2 <= byte <= 0xDF else 2 if 0xE0 <= byte <= 0xEF else 3 if 0xF0 <= byte <= 0xF4 else 0
            if length == 0 or (length > 1 and lead not in letters):
                continue
            for rest in itertools.product(follow, repeat=length):
                become = reading(bytes([byte] + [b for _, b in rest]))
                if become:
                    run = lead + "".join(c for c, _ in rest)
                    found.setdefault(run, {}).setdefault(become, []).append(page)
    return found


def runs_in(text):
    """The runs in a text, of whatever language: [(run, {what it would become: code pages})]."""
    found = []
    for at in range(len(text)):
        for length in (2, 3, 4):
            run = text[at:at + length]
            if len(run) < length:
                break
            becomes = {}
            for page, table in TABLES.items():
                data = [table.get(c) for c in run]
                if None not in data:
                    become = reading(bytes(data))
                    if become:
                        becomes.setdefault(become, []).append(page)
            if becomes:
                found.append((run, becomes))
    return found


def shown(text):
    """Text in which spaces and marks without a width can be seen."""
    return "".join("<%04X>" % ord(c) if unicodedata.category(c)[0] in "ZCM" else c for c in text)


def told(becomes):
    return "  ".join("%s=%s" % (shown(become), ",".join(pages)) for become, pages in becomes.items())


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                yield line.split("\t", 1)


def summary():
    print("lang      2      3      4  code pages with runs of two")
    for lang in sorted(LANGS):
        found = runs(lang)
        lengths = collections.Counter(len(run) for run in found)
        pages = collections.Counter(page for run, becomes in found.items() if len(run) == 2
                                    for those in becomes.values() for page in those)
        print("%-4s %6d %6d %6d  %s" % (lang, lengths[2], lengths[3], lengths[4],
                                        " ".join("%s:%d" % pair for pair in pages.most_common())))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", nargs="?", choices=("summary", "runs", "check", "missing"), default="summary")
    parser.add_argument("names", nargs="*", help="a file, languages")
    args = parser.parse_args()
    if args.what == "summary":
        summary()
    elif args.what == "runs":
        for lang in args.names or sorted(LANGS):
            for run, becomes in sorted(runs(lang).items(), key=lambda item: (len(item[0]), item[0])):
                print("%s\t%s\t%s" % (lang, shown(run), told(becomes)))
    elif args.what == "check":
        for lang, text in lines(args.names[0]):
            print("%s\t%s\t%s" % (lang, text, " | ".join("%s %s" % (shown(run), told(becomes))
                                                         for run, becomes in runs_in(text)) or "none"))
    else:
        texts = collections.defaultdict(str)
        for lang, text in lines(args.names[0]):
            texts[lang] += text + "\n"
        for lang in args.names[1:] or sorted(LANGS):
            for run, becomes in sorted(runs(lang).items()):
                if len(run) == 2 and run not in texts[lang]:
                    print("%s\t%s\t%s" % (lang, shown(run), told(becomes)))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        sys.exit(0)
