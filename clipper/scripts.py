r"""Which script a text is in: simplified, traditional, mixed or unknown. Pure.

Most characters are the same in both. What tells are those that only one of them has: 3,800 that OpenCC's tables always
turn into others towards traditional script, 3,200 the other way. What Taiwan or Hong Kong write as their own standard
(峰, 户) speaks for neither, and some of it for the region.

>>> letters = compile_letters("汉\t漢\n户\t戶\n", "漢\t汉\n戶\t户\n裡\t里\n", "裏\t裡\n", "戶\t户\n")
>>> [detect_script(text, letters).script for text in ("汉江", "漢江", "汉水，漢江", "江户")]
['simplified', 'traditional', 'mixed', 'unknown']
>>> detect_script("漢江裡", letters).region, detect_script("漢江户", letters).region
('tw', 'hk')
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from clipper.compiling import any_of, dictionary_values

__all__ = [
    "Detected",
    "Letters",
    "Region",
    "Script",
    "compile_letters",
    "count_letters",
    "detect_script",
    "lines_with",
    "total",
]

Script = Literal["simplified", "traditional", "mixed", "unknown"]
Region = Literal["tw", "hk", "t", ""]

SHORT: Final = 200_000  # characters
LINE_END = re.compile(r"[\n\r]")  # "\n"

# The share of telling characters that may be of the other script: a name in its own spelling, a misprint.
STRAY: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """The characters that tell a script, and those that tell a region's standard of traditional script."""

    simplified: frozenset[str] = field(repr=False)
    traditional: frozenset[str] = field(repr=False)
    tw: frozenset[str] = field(repr=False)
    hk: frozenset[str] = field(repr=False)
    t: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Detected:
    """How many characters of a text are of one script only, and of one region's standard only."""

    simplified: int = 0
    traditional: int = 0
    tw: int = 0
    hk: int = 0
    t: int = 0

    @property
    def script(self) -> Script:
        """What these numbers say."""
        both = self.simplified + self.traditional
        if not both:
            return "unknown"
        if min(self.simplified, self.traditional) > STRAY * both:
            return "mixed"
        return "simplified" if self.simplified > self.traditional else "traditional"

    @property
    def main(self) -> Script:
        """The same, and for a mixed text the script with more characters."""
        if self.script != "mixed":
            return self.script
        return "simplified" if self.simplified >= self.traditional else "traditional"

    @property
    def region(self) -> Region:
        """The standard of a traditional text: Taiwan's, Hong Kong's, OpenCC's own; empty where nothing tells."""
        if self.main != "traditional":
            return ""
        most = max(self.tw, self.hk, self.t)
        if not most:
            return ""
        return "tw" if self.tw == most else "hk" if self.hk == most else "t"


def compile_letters(simplified: str, traditional: str, taiwan: str, hongkong: str) -> Letters:
    """Return the telling characters, from the texts of OpenCC's dictionaries of characters.

    simplified: STCharacters, and traditional: TSCharacters, towards the other script; taiwan, hongkong: TWVariants and
    HKVariants, from OpenCC's traditional script. Raises DataError for a dictionary that is not in OpenCC's format.
    """
    towards, back = dictionary_values(simplified, "STCharacters"), dictionary_values(traditional, "TSCharacters")
    tw, hk = dictionary_values(taiwan, "TWVariants"), dictionary_values(hongkong, "HKVariants")
    always = {c for c, values in towards.items() if c not in values}
    never = {c for c, values in back.items() if c not in values} - always
    standard = {values[0] for values in towards.values()}
    of_tw, of_hk = ({values[0] for values in region.values()} for region in (tw, hk))
    telling = always | never
    return Letters(
        simplified=frozenset(always - of_tw - of_hk),
        traditional=frozenset(never),
        tw=frozenset((of_tw - of_hk - standard) & never),
        hk=frozenset((of_hk - of_tw - standard) & telling),
        t=frozenset((tw.keys() & hk.keys() & never) - of_tw - of_hk),
    )


def detect_script(text: str, letters: Letters) -> Detected:
    """Return how many characters of TEXT tell a script, and a region."""
    traditional = count_letters(text, letters.traditional)
    regions = [count_letters(text, of) for of in (letters.tw, letters.hk, letters.t)] if traditional else ()
    return Detected(count_letters(text, letters.simplified), traditional, *regions)


def count_letters(text: str, letters: frozenset[str]) -> int:
    """Return how many characters of TEXT are LETTERS.

    >>> count_letters("雲嶺縣，雲", frozenset("雲縣"))
    3
    """
    return sum(map(letters.__contains__, text))


def total(found: Iterable[Detected]) -> Detected:
    """Return what FOUND is together.

    >>> total([Detected(3, 1), Detected(2, 0, 1)])
    Detected(simplified=5, traditional=1, tw=1, hk=0, t=0)
    """
    numbers = [(one.simplified, one.traditional, one.tw, one.hk, one.t) for one in found]
    return Detected(*map(sum, zip(*numbers, strict=True))) if numbers else Detected()


def lines_with(text: str, letters: frozenset[str]) -> Iterator[tuple[int, int]]:
    r"""Yield where the lines of TEXT that hold any of LETTERS begin and end, each once.

    >>> list(lines_with("a\nxbx\nb\n", frozenset("x")))
    [(2, 5)]
    """
    if not _may_hold(text, letters):
        return
    pattern = _pattern(letters)
    end = 0
    for found in pattern.finditer(text):
        if found.start() < end:
            continue
        start = max(text.rfind("\n", end, found.start()), text.rfind("\r", end, found.start())) + 1 or end
        stop = LINE_END.search(text, found.start())
        end = stop.start() if stop else len(text)
        yield start, end


def _may_hold(text: str, letters: frozenset[str]) -> bool:
    """Return whether it is worth it to make a pattern of LETTERS: not where it is sooner found that TEXT has none."""
    if len(text) < SHORT:
        return not letters.isdisjoint(text)
    if "numpy" not in sys.modules:
        return True
    from clipper.bulk import holds

    return holds(text, letters)


@lru_cache(maxsize=8)
def _pattern(letters: frozenset[str]) -> re.Pattern[str]:
    return any_of(letters)
