"""Count where news comes back otherwise from another script, and where two ways of converting it differ.

    python tests/round_trips.py [ARTICLES] [--table trips|matching|dictionaries] [--most 10]

ARTICLES is a file of JSON Lines, packed (.gz) or not, an article a line with "title" and "paras", each of which has a
"text"; by default data/articles.dev.jsonl.gz in the folder that CLIPPER_BENCH names. Tables:

trips: simplified text to traditional and back, by cause. matching: opencc-python-reimplemented's way of matching
(the longest key anywhere) and OpenCC's (from left to right) with the same dictionaries, those of that package.
dictionaries: that package's answers and those of the default. Words are listed and no sentences.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from clipper import opencc_tables
from clipper.compiling import compile_converter
from clipper.convert import convert_text
from clipper.opencc_tables import REIMPLEMENTED, load_converter

ARTICLES = Path("data", "articles.dev.jsonl.gz")
MOST = 10
WIDEST = 8  # characters around a place that may have a part in it

TRIPS = {"s2t": "t2s", "s2tw": "tw2s", "s2hk": "hk2s", "s2twp": "tw2sp"}
ITS_CONFIGS = ("s2t", "s2tw", "s2twp", "s2hk", "t2s", "tw2s", "tw2sp", "hk2s", "t2tw", "t2hk")

# A clause ends here, for no key of any dictionary holds one of these.
CLAUSE = re.compile(r"[^\s，。、；：？！“”‘’（）《》〈〉「」『』【】…—]+")

COMPATIBLE = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")  # the ideograph of U+F900 is that of 岂 once more

Convert = Callable[[str], str]


class Place(NamedTuple):
    """One place at which two texts made of one differ: SOURCE became ONE in the first and OTHER in the second.

    source: the shortest piece of the text that shows the same difference by itself; empty where none does.
    """

    source: str
    one: str
    other: str


# ---- places ----


def read_articles(path: Path) -> Iterator[str]:
    """Yield the text of every article of PATH, a paragraph a line."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            article = json.loads(line)
            yield "\n".join([article.get("title") or "", *(para["text"] for para in article["paras"])])


def find_places(text: str, one: Convert, other: Convert) -> Iterator[Place]:
    """Yield each place at which ONE makes something else of TEXT than OTHER does.

    >>> list(find_places("甲乙，丙乙。", str, lambda text: text.replace("丙乙", "丙丁")))
    [Place(source='丙乙', one='丙乙', other='丙丁')]
    """
    first, second = CLAUSE.findall(one(text)), CLAUSE.findall(other(text))
    if first == second:
        return
    clauses = CLAUSE.findall(text)
    if not len(clauses) == len(first) == len(second):
        raise ValueError("a conversion made or took a clause")
    for clause, a, b in zip(clauses, first, second, strict=True):
        for start, end, becomes in _edits(a, b):
            piece = _shortest(clause, a, (start, end, becomes), one, other)
            yield Place(piece, one(piece), other(piece)) if piece else Place("", a[start:end], becomes)


def _edits(a: str, b: str) -> Iterator[tuple[int, int, str]]:
    """Yield what makes B of A: where a piece begins and ends, and what stands in its place.

    >>> list(_edits("甲乙丙丁", "甲丁丁丁")), list(_edits("开机", "打开机")), list(_edits("用户", "使用者"))
    ([(1, 3, '丁丁')], [(0, 0, '打')], [(0, 2, '使用者')])
    """
    if len(a) == len(b):
        start = -1
        for at in range(len(a) + 1):
            if at < len(a) and a[at] != b[at]:
                start = at if start < 0 else start
            elif start >= 0:
                yield start, at, b[start:at]
                start = -1
        return
    edits: list[list[int]] = []
    for tag, *places in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal" and edits and places[0] - edits[-1][1] <= 1:  # 用户 and 使用者 are one word each
            edits[-1][1::2] = places[1::2]
        elif tag != "equal":
            edits.append(places)
    for start, end, other_start, other_end in edits:
        yield start, end, b[other_start:other_end]


def _shortest(clause: str, a: str, edit: tuple[int, int, str], one: Convert, other: Convert) -> str:
    """Return the shortest piece of CLAUSE that shows the same EDIT of A, by itself."""
    start, end, becomes = edit
    for size in range(1, WIDEST + end - start + 1):
        first, last = (end - size, start) if len(clause) == len(a) else (0, len(clause) - size)
        for at in range(max(first, 0), min(last, len(clause) - size) + 1):
            piece = clause[at : at + size]
            made = one(piece)
            if any(made[i:j] == a[start:end] and new == becomes for i, j, new in _edits(made, other(piece))):
                return piece
    return ""


# ---- causes of a trip that ends elsewhere ----

COMPATIBILITY = "a compatibility ideograph is normalized"
TRADITIONAL = "t2s alone changes it: a traditional, variant or rare form"
WORDS = "words of a region"
READ = "the way back alone changes it: it can be read in either script"
EXTENSION = "it comes back as a character beyond U+FFFF"
PHRASE = "a phrase gives it another character"
CHARACTER = "a character by itself comes back as another"


def find_cause(place: Place, outward: str) -> str:
    """Return why PLACE came back otherwise from OUTWARD, a configuration: the first of the causes that holds.

    >>> find_cause(Place("裡", "裡", "里"), "s2t"), find_cause(Place("核心", "核心", "内核"), "s2twp")
    ('t2s alone changes it: a traditional, variant or rare form', 'words of a region')
    """
    source = place.source
    if COMPATIBLE.search(place.one):
        return COMPATIBILITY
    if _converting("t2s")(source) != source:
        return TRADITIONAL
    plain = outward.removesuffix("p")
    if plain != outward and _trip(plain)(source) == source:
        return WORDS
    if _converting(TRIPS[outward])(source) != source:
        return READ
    if any(character > "\uffff" for character in place.other):
        return EXTENSION
    return CHARACTER if len(source) == 1 else PHRASE


# ---- tables ----


@lru_cache(maxsize=64)
def _converting(config: str, dictionaries: str | None = None) -> Convert:
    converter = load_converter(config, dictionaries)
    return lambda text: convert_text(text, converter)


def _trip(outward: str) -> Convert:
    """Return what takes a text there by OUTWARD and back again."""
    there, back = _converting(outward), _converting(TRIPS[outward])
    return lambda text: back(there(text))


def _its_forward(config: str) -> Convert:
    """Return what converts with the dictionaries of opencc-python-reimplemented, matched from left to right."""
    converter = compile_converter(*opencc_tables._files(config, REIMPLEMENTED), script=config, method="forward")
    return lambda text: convert_text(text, converter)


def show_trips(texts: Sequence[str], most: int) -> None:
    for outward, inward in TRIPS.items():
        trip = _trip(outward)
        causes: dict[str, Counter[Place]] = defaultdict(Counter)
        for text in texts:
            for place in find_places(text, str, trip):
                causes[find_cause(place, outward)][place] += 1
        _say(f"{outward} and {inward}", texts, sum(map(Counter.total, causes.values())))
        for cause, places in sorted(causes.items(), key=lambda item: (-item[1].total(), item[0])):
            print(f"  {places.total():8,}  {cause}")
            _list(places, most)


def show_matching(texts: Sequence[str], most: int) -> None:
    for config in ITS_CONFIGS:
        _show_two(config, texts, most, _its_forward(config), _converting(config, REIMPLEMENTED))


def show_dictionaries(texts: Sequence[str], most: int) -> None:
    for config in ITS_CONFIGS:
        _show_two(config, texts, most, _converting(config), _converting(config, REIMPLEMENTED))


def _show_two(config: str, texts: Sequence[str], most: int, one: Convert, other: Convert) -> None:
    """Print how often ONE and OTHER differ. Text for a configuration from traditional script is made so first."""
    origin = {"t2": "s2t", "tw": "s2tw", "hk": "s2hk"}.get(config[:2])
    own = [_converting(origin)(text) for text in texts] if origin else texts
    places = Counter(place for text in own for place in find_places(text, one, other))
    _say(config, own, places.total())
    _list(places, most)


def _say(name: str, texts: Iterable[str], places: int) -> None:
    size = sum(map(len, texts))
    print(f"{name}: {places:,} places in {size:,} characters, {places / size * 100_000:.2f} in 100,000")


def _list(places: Counter[Place], most: int) -> None:
    for place, count in sorted(places.items(), key=lambda item: (-item[1], item[0]))[:most]:
        print(f"  {count:8,}    {place.source or '?'}: {place.one or '-'} / {place.other or '-'}")


TABLES = {"trips": show_trips, "matching": show_matching, "dictionaries": show_dictionaries}


def main() -> int:
    bench = os.environ.get("CLIPPER_BENCH")
    parser = argparse.ArgumentParser(description="Count where converted news comes back or comes out otherwise.")
    parser.add_argument("articles", nargs="?", type=Path, default=Path(bench) / ARTICLES if bench else None)
    parser.add_argument("--table", choices=TABLES, action="append", help="which table (default: all three)")
    parser.add_argument("--most", type=int, default=MOST, help="words to list (default: %(default)s)")
    options = parser.parse_args()
    if options.articles is None:
        parser.error("give a file of articles, or set CLIPPER_BENCH")
    texts = list(read_articles(options.articles))
    for table in options.table or TABLES:
        print(f"== {table}")
        TABLES[table](texts, options.most)
    return 0


if __name__ == "__main__":
    sys.exit(main())
