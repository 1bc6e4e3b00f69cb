r"""The vocabulary of a house: its list of tags, and the words it wants no keyword of. Read from text, without a file.

    青石镇<TAB>青石镇人民政府<TAB>青石       a tag, and what else it is printed as
    # a line that begins like this is for people

>>> tags = read_tags("读书会\t读书社\t书友会\n", "tags.txt")
>>> tags.find("书友会和读书会都开门")
{'读书会': [(0, 3), (4, 7)]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from clipper.clipping import split_lines
from clipper.errors import DataError
from clipper.words import Fold, normal_form

__all__ = ["NO_TAGS", "Tags", "read_stop", "read_tags"]

COMMENT: Final = "#"
SHORTEST: Final = 2  # characters of a tag: one stands in too many words
SEPARATOR = re.compile("[\t,，]")  # 青石镇<TAB>青石  青石镇,青石


@dataclass(frozen=True, slots=True)
class Tags:
    """A list of tags. openings: the first two characters of each form -> (form, its tag), the longest form first."""

    openings: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    def find(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """Return the tags that TEXT has, in simplified script, and where: code points from, to. No two overlap."""
        found: dict[str, list[tuple[int, int]]] = {}
        if not self.openings:
            return found
        text = _lower(text)
        end = 0
        for at in range(len(text) - 1):
            if at < end:
                continue
            for form, tag in self.openings.get(text[at : at + 2], ()):
                if text.startswith(form, at) and _stands_alone(text, at, at + len(form)):
                    end = at + len(form)
                    found.setdefault(tag, []).append((at, end))
                    break
        return found


NO_TAGS: Final = Tags()


def _lower(text: str) -> str:
    """Return TEXT in lower case, character for character."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether TEXT from START to END cuts no word in Latin letters: AI does not stand in MAIN."""
    cut_before = start > 0 and _is_latin(text[start]) and _is_latin(text[start - 1])
    cut_after = end < len(text) and _is_latin(text[end - 1]) and _is_latin(text[end])
    return not (cut_before or cut_after)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def read_tags(text: str, name: str, fold: Fold | None = None) -> Tags:
    """Return the tags of TEXT, the file NAME: one a line, its other forms behind it after a tab or a comma.

    FOLD: see extract_keywords; a tag is found in either script, whichever its list is in. A tag is reported as the list
    writes it.

    Raises DataError, which names the line, for a tag of one character and for a form that belongs to two tags.
    """
    owners: dict[str, str] = {}
    for number, forms in _entries(text):
        tag = forms[0]
        for form in forms:
            key = _key(form, fold)
            if len(key) < SHORTEST:
                what = f'"{form}" has one character, and a tag takes two' if form else "no tag before its other forms"
                raise DataError(f"{name}:{number}", what, "write it out, or leave it out")
            if owners.setdefault(key, tag) != tag:
                hint = "leave it with one of the two"
                raise DataError(f"{name}:{number}", f'"{form}" is a form of "{owners[key]}" already', hint)
    openings: dict[str, list[tuple[str, str]]] = {}
    for form, tag in sorted(owners.items(), key=lambda item: (-len(item[0]), item)):
        openings.setdefault(form[:2], []).append((form, tag))
    return Tags(openings)


def read_stop(text: str, name: str, fold: Fold | None = None) -> frozenset[str]:
    r"""Return the words of TEXT, the file NAME, one a line: no keyword is any of them, in either script or case.

    Raises DataError, which names the line, for a line of several words that a tab or a comma keeps apart.

    >>> sorted(read_stop("本月\n# verbs\n开展\n", "stop.txt"))
    ['开展', '本月']
    """
    words = set()
    for number, forms in _entries(text):
        if len(forms) > 1:
            raise DataError(f"{name}:{number}", "more than one word", "write each on a line of its own")
        words.add(_key(forms[0], fold))
    return frozenset(words)


def _entries(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of TEXT that say something: their 1-based number, and what a tab or a comma keeps apart."""
    for number, line in enumerate(split_lines(text.removeprefix("\ufeff")), 1):
        if line.strip() and not line.lstrip().startswith(COMMENT):
            first, *others = [form.strip() for form in SEPARATOR.split(line)]
            yield number, [first, *filter(None, others)]  # a spreadsheet fills short rows with empty cells


def _key(form: str, fold: Fold | None) -> str:
    form = _lower(normal_form(form))
    return fold(form) if fold else form
