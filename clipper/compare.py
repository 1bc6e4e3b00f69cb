"""What one group of clippings is about and the others are not: the papers of a day, the months of a year, the pages.

Each keyword is counted once a clipping, so that a long article weighs no more than a short one: of how many clippings
of the group is it a keyword, and of how many of the rest. The score is that of text dispersion keyness (Egbert and
Biber, "Incorporating text dispersion into keyword analyses", Corpora 14, 2019): the log-likelihood ratio G² (Dunning,
"Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 19, 1993) of that table of
four numbers. G² is divided by the correction of Williams ("Improved likelihood ratio tests for complete contingency
tables", Biometrika 63, 1976), without which words of one or two clippings would swamp the list; of what remains the
square root is reported. It reads like a z: where the groups do not differ, 2.58 comes about by chance in fewer than
one word of a hundred, and 3.29 in fewer than one of a thousand.

Log-odds with a Dirichlet prior (Monroe, Colaresi and Quinn 2008) were the other choice. On numbers as small as those of
clippings its z depends more on the size of the prior than on the words.

>>> from collections import namedtuple
>>> Word = namedtuple("Word", "word weight count")  # clipper's own Keyword has these too
>>> words = lambda *names: [Word(name, 1.0, 1) for name in names]
>>> rows = [("一月", words("雪", "水渠"))] * 9 + [("二月", words("灯会", "水渠"))] * 12 + [("二月", words("雪"))]
>>> print(compare_text(compare_groups(rows, 5)), end="")
一月 (9 clippings, 13 others)
     4.66  雪  9 of 9, 1 of 13
<BLANKLINE>
二月 (13 clippings, 9 others)
     4.66  灯会  12 of 13, 0 of 9
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from math import log, sqrt
from typing import Any, Final, Literal
from unicodedata import east_asian_width

from clipper.clipping import Clipping
from clipper.index import Fold, IndexedWord, natural_key, same_word, usual_spelling

__all__ = [
    "COMPARE_HEADER",
    "LEAST",
    "LEAST_SCORE",
    "By",
    "Distinctive",
    "Group",
    "compare_groups",
    "compare_records",
    "compare_rows",
    "compare_text",
    "group_of",
]

By = Literal["source", "paper", "year", "month", "date", "page"]

COMPARE_HEADER: Final = ("group", "rank", "word", "score", "clippings", "of", "others", "of_others")
UNNAMED: Final = "-"  # how the group of those that belong to none is written
LEAST: Final = 2  # clippings of the group; what one clipping says is no mark of its group
LEAST_SCORE: Final = 2.58  # a z; with fewer, what two clippings have in common would fill the end of each list
DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")  # 2026-01-26  2026-01
LENGTHS: Final = {"year": 4, "month": 7, "date": 10}  # of 2026-01-26


@dataclass(frozen=True, slots=True)
class Distinctive:
    """One word that a group has more often than the rest.

    word: its most frequent spelling in all groups. score: a normal deviate (see the head of this module). clippings:
    of how many clippings of the group it is a keyword. others: of how many of the rest.
    """

    word: str
    score: float
    clippings: int
    others: int


@dataclass(frozen=True, slots=True)
class Group:
    """One group: how many clippings it has, how many others there are, and its words, the most distinctive first.

    name is empty for the group of the clippings that belong to none.
    """

    name: str
    clippings: int
    others: int
    words: tuple[Distinctive, ...]


# ---- groups ---------------------------------------------------------------------------------------------------------


def group_of(clip: Clipping, by: By) -> str:
    """Return the group of CLIP: its source, or what its record says of its paper, page or date (or its month or year).

    A clipping whose record does not say belongs to the group "".

    >>> clip = Clipping("p-1", "p.txt", (), (), {"date": "2026-01-26", "page": "3"})
    >>> [group_of(clip, by) for by in ("source", "date", "month", "page", "paper")]
    ['p.txt', '2026-01-26', '2026-01', '3', '']
    """
    if by == "source":
        return clip.source
    said = clip.extra.get("date" if by in LENGTHS else by)
    text = " ".join(said.split()) if isinstance(said, str) else ""
    if by not in LENGTHS:
        return text
    return text[: LENGTHS[by]] if DATE.fullmatch(text) and len(text) >= LENGTHS[by] else ""


@dataclass(slots=True)
class _Count:
    """The clippings of one group so far, and how many of them have each word."""

    clippings: int = 0
    words: Counter[str] = field(default_factory=Counter)


def compare_groups(
    rows: Iterable[tuple[str, Sequence[IndexedWord]]],
    top: int,
    *,
    least: int = LEAST,
    least_score: float = LEAST_SCORE,
    fold: Fold | None = None,
) -> list[Group]:
    """Return the groups of ROWS by name (numbers by their size, the unnamed one last), each with its TOP words.

    ROWS: the name of a clipping's group, and the keywords of that clipping; none are kept but as numbers. Words that
    are the same but for case, width and (with FOLD) script are one. LEAST: how many clippings of the group a word has
    to stand in. Words that score less than LEAST_SCORE are no difference. Equal scores are ordered by the clippings of
    the group, then by code points. The order of ROWS makes no difference.

    One group alone has nothing to differ from: it comes back without words, and so does one without keywords.

    >>> compare_groups([("p.txt", ())], 10), compare_groups([], 10)
    ([Group(name='p.txt', clippings=1, others=0, words=())], [])
    """
    groups, spellings = _counted(rows, fold)
    everything = _Count(sum(group.clippings for group in groups.values()))
    for group in groups.values():
        everything.words.update(group.words)
    out = []
    for name in sorted(groups, key=lambda name: (not name, natural_key(name), name)):
        own = groups[name]
        found = [row for row in _scored(own, everything, least) if row[0] >= least_score]
        best = sorted(found, key=lambda row: (-row[0], -own.words[row[1]], row[1]))[: max(top, 0)]
        words = [
            Distinctive(usual_spelling(spellings[w]), score, own.words[w], everything.words[w] - own.words[w])
            for score, w in best
        ]
        out.append(Group(name, own.clippings, everything.clippings - own.clippings, tuple(words)))
    return out


def _counted(
    rows: Iterable[tuple[str, Sequence[IndexedWord]]], fold: Fold | None
) -> tuple[dict[str, _Count], dict[str, Counter[str]]]:
    """Return the counts of each group of ROWS, and how often each word is spelled how."""
    groups: defaultdict[str, _Count] = defaultdict(_Count)
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, keywords in rows:
        seen = set()
        for keyword in keywords:
            word = same_word(keyword.word, fold)
            if word:
                seen.add(word)
                spellings[word][" ".join(keyword.word.split())] += keyword.count
        groups[name].clippings += 1
        groups[name].words.update(seen)
    return groups, spellings


def _scored(own: _Count, everything: _Count, least: int) -> Iterator[tuple[float, str]]:
    """Yield the words that at least LEAST clippings of a group have, and relatively more than the rest, by score."""
    others = everything.clippings - own.clippings
    for word, clippings in own.words.items():
        elsewhere = everything.words[word] - clippings
        if clippings >= least and clippings * others > elsewhere * own.clippings:
            yield _score(clippings, own.clippings, elsewhere, others), word


def _score(has: int, size: int, other_has: int, other_size: int) -> float:
    """Return how surprising it is that HAS of SIZE clippings have a word and OTHER_HAS of OTHER_SIZE, as a deviate.

    >>> _score(10, 100, 0, 900), _score(1, 100, 0, 900), _score(5, 10, 5, 10)
    (6.34, 1.31, 0.0)
    """
    rows, columns = (size, other_size), (has + other_has, size + other_size - has - other_has)
    total = size + other_size
    if not all(rows) or not all(columns):
        return 0.0
    cells = ((has, size - has), (other_has, other_size - other_has))
    g2 = 2 * sum(
        n * log(n * total / (r * c))
        for r, row in zip(rows, cells, strict=True)
        for c, n in zip(columns, row, strict=True)
        if n
    )
    williams = 1 + (total / rows[0] + total / rows[1] - 1) * (total / columns[0] + total / columns[1] - 1) / (6 * total)
    return round(sqrt(max(g2, 0.0) / williams), 2)


# ---- written forms --------------------------------------------------------------------------------------------------


def compare_text(groups: Sequence[Group]) -> str:
    r"""Return GROUPS for people to read: each with its words below it, their scores and their clippings.

    >>> print(compare_text([Group("p.txt", 3, 0, ())]), end="")
    p.txt (3 clippings, 0 others)
        nothing to compare it with
    """
    return "\n".join(_group_text(group) for group in groups)


def _group_text(group: Group) -> str:
    count = "1 clipping" if group.clippings == 1 else f"{group.clippings} clippings"
    head = f"{_name(group)} ({count}, {'1 other' if group.others == 1 else f'{group.others} others'})"
    if not group.words:
        return f"{head}\n    {'no distinctive words' if group.others else 'nothing to compare it with'}\n"
    width = max(_width(w.word) for w in group.words)
    lines = [
        f"{w.score:9.2f}  {w.word}{' ' * (width - _width(w.word))}  "
        f"{w.clippings} of {group.clippings}, {w.others} of {group.others}"
        for w in group.words
    ]
    return "".join(f"{line}\n" for line in (head, *lines))


def _width(text: str) -> int:
    """Return how many columns TEXT takes where a Han character takes two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def compare_rows(groups: Iterable[Group]) -> list[list[str]]:
    """Return GROUPS as the rows of a table, one for each word, in the columns of COMPARE_HEADER.

    >>> compare_rows([Group("", 13, 9, (Distinctive("灯会", 4.66, 12, 0),))])
    [['-', '1', '灯会', '4.66', '12', '13', '0', '9']]
    """
    return [
        [
            _name(group),
            str(rank),
            w.word,
            f"{w.score:.2f}",
            *map(str, (w.clippings, group.clippings, w.others, group.others)),
        ]
        for group in groups
        for rank, w in enumerate(group.words, 1)
    ]


def compare_records(groups: Iterable[Group]) -> list[dict[str, Any]]:
    """Return GROUPS as JSON objects, keys in their fixed order.

    >>> compare_records([Group("", 13, 9, (Distinctive("灯会", 4.66, 12, 0),))])  # doctest: +NORMALIZE_WHITESPACE
    [{'group': '-', 'clippings': 13, 'others': 9,
      'words': [{'word': '灯会', 'score': 4.66, 'clippings': 12, 'others': 0}]}]
    """
    return [
        {
            "group": _name(group),
            "clippings": group.clippings,
            "others": group.others,
            "words": [asdict(word) for word in group.words],
        }
        for group in groups
    ]


def _name(group: Group) -> str:
    return " ".join(group.name.split()) or UNNAMED
