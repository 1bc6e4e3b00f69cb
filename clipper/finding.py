"""One thing that stands twice, or where it should not, and how it is written; what every search for such things needs.

A search goes through the paragraphs of all clippings in one list (list_paragraphs), names what it found by its places
(place_of, say_places), and yields each finding with its rank (Ranked).

>>> clip = Clipping("p-1", "p", (Block("headline", "河开了", (1,)), Block("body", "昨夜。", (3,))))
>>> [one, two] = list_paragraphs([clip])
>>> place = place_of(two, (0, 2))
>>> place
Place(source='p', id='p-1', lines=(3,), span=(0, 2), sha256=None)
>>> say_places([place_of(one), place], "p")
'lines 1 and 3'
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal

from clipper.clipping import Block, Clipping
from clipper.fingerprint import Normal, count_letters, normal_form, normalize

__all__ = [
    "FORMULA",
    "KINDS",
    "PROSE",
    "REMOVABLE",
    "Action",
    "Finding",
    "Form",
    "Kind",
    "Paragraph",
    "Place",
    "Ranked",
    "count_twice",
    "cuts_in",
    "find_form",
    "in_order",
    "is_clause",
    "is_joined",
    "list_paragraphs",
    "order_of",
    "paragraphs_of",
    "place_in_line",
    "place_of",
    "printed_lines",
    "say_places",
    "say_sides",
    "to_finding_record",
    "without_ids",
]

Kind = Literal["repeat", "near", "passage", "overlap", "headline", "fragment"]
Action = Literal["remove", "report"]
KINDS: tuple[Kind, ...] = ("repeat", "near", "passage", "overlap", "headline", "fragment")

TWICE = ("repeat", "near", "passage", "overlap")  # kinds of what is printed more than once
# Roles. A byline, a jump line, a kicker or a subtitle ("——一线见闻") is meant to come again: no finding.
PROSE = frozenset(("body", "subhead", "caption", "stray"))  # looked through for near repeats and shared passages
REMOVABLE = frozenset(("body", "subhead"))

FORMULA = 12  # what stands in more places than this is a standing phrase: no passage, and no echo of a headline
SAID = 8  # lines, or sources, that a sentence names one by one: a clerk reads no longer list

PUNCTUATION = re.compile(r"[^\w\s□]")  # "，" and "《", but not the "□" of an illegible character


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: lines (1-based) of source, and the code points [start, end) of that paragraph's text.

    id is the clipping's, or None on a raw page. A place on one line of a joined paragraph counts in that line's text.
    sha256 names the source for good where it is one of the archive's, and None where it is one of this run's.
    """

    source: str
    id: str | None
    lines: tuple[int, ...]
    span: tuple[int, int]
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands twice, or where it should not.

    letters: how many are shared. score: 1.0 for the same letters, less for near ones. why: a sentence for a clerk.
    keep: the place that stays, None for a fragment. drop: the places in question.
    """

    kind: Kind
    action: Action
    letters: int
    score: float
    why: str
    keep: Place | None
    drop: tuple[Place, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """All places of the finding, the one that stays first."""
        return (self.keep, *self.drop) if self.keep else self.drop


Ranked = tuple[tuple[int, int], Finding]  # (paragraph, code point) of the first place, and the finding


def in_order(found: Iterable[Ranked]) -> list[Finding]:
    """Return the findings of FOUND in the order of their first places, whatever order they come in.

    >>> a, b = (Finding("fragment", "report", 1, 1.0, "", None, (Place(x, None, (1,), (0, 1)),)) for x in "ab")
    >>> in_order([((3, 0), b), ((3, 0), a), ((1, 0), b)]) == [b, a, b]
    True
    """
    rows = sorted(found, key=order_of)
    done: list[Finding] = []
    for _, same in groupby(rows, key=order_of):
        findings = [finding for _, finding in same]
        done += sorted(findings, key=_in_full) if len(findings) > 1 else findings
    return done


def order_of(ranked: Ranked) -> tuple[tuple[int, int], int, tuple[int, ...], tuple[int, int]]:
    """Return what findings are ordered by; those that are alike in it, by their records as JSON."""
    rank, finding = ranked
    return rank, KINDS.index(finding.kind), finding.drop[0].lines, finding.drop[0].span


def _in_full(finding: Finding) -> str:
    return json.dumps(to_finding_record(finding), ensure_ascii=False)


def without_ids(found: Iterable[Finding], sources: Set[str]) -> list[Finding]:
    """Return FOUND with the ids left out that nobody has seen: those of SOURCES that are raw pages.

    >>> place = Place("p.txt", "p-1", (1,), (0, 1))
    >>> [x.drop[0].id for x in without_ids([Finding("fragment", "report", 1, 1.0, "", None, (place,))], {"p.txt"})]
    [None]
    """

    def named(place: Place) -> Place:
        return replace(place, id=None) if place.source in sources else place

    return [replace(f, keep=f.keep and named(f.keep), drop=tuple(map(named, f.drop))) for f in found]


def to_finding_record(finding: Finding) -> dict[str, Any]:
    """Return FINDING as the JSON object of a findings file, keys in their fixed order.

    >>> list(to_finding_record(Finding("fragment", "report", 1, 1.0, "", None, (Place("a", None, (1,), (0, 1)),))))
    ['kind', 'action', 'letters', 'score', 'why', 'keep', 'drop']
    """
    return {
        "kind": finding.kind,
        "action": finding.action,
        "letters": finding.letters,
        "score": finding.score,
        "why": finding.why,
        "keep": _place_record(finding.keep) if finding.keep else None,
        "drop": [_place_record(p) for p in finding.drop],
    }


def _place_record(place: Place) -> dict[str, Any]:
    record = {"source": place.source, "id": place.id, "lines": list(place.lines), "span": list(place.span)}
    return record | ({"sha256": place.sha256} if place.sha256 else {})


def count_twice(findings: Iterable[Finding]) -> int:
    """Return how many letters FINDINGS say are printed twice: those that a page without repeats would not have.

    >>> a, b = (Place("a", None, (n,), (0, 3)) for n in (1, 3))
    >>> count_twice(Finding(kind, "report", 3, 1.0, "", a, (b,)) for kind in KINDS)
    12
    """
    return sum(f.letters * len(f.drop) for f in findings if f.kind in TWICE)


# Paragraphs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of a clipping in reading order.

    at counts the blocks of all clippings, clip the clippings, both from 0. source and id are the clipping's; id is
    None on a raw page. normal: the normal form of the block's text. sha256: as in a place.
    """

    at: int
    clip: int
    source: str
    id: str | None
    block: Block
    normal: str
    sha256: str | None = None

    @property
    def letters(self) -> int:
        """How many letters and digits the paragraph has."""
        return count_letters(self.normal)


def list_paragraphs(clips: Sequence[Clipping], with_ids: bool = True, old: int = 0) -> list[Paragraph]:
    """Return the blocks of CLIPS in reading order.

    with_ids: False where nobody has named the clippings. old: how many of CLIPS come first and out of the archive; each
    of those has the digest of its source under "source_sha256".

    >>> clip = Clipping("p-1", "p", (Block("headline", "河开了！", (1,)), Block("body", "昨夜。", (3,))))
    >>> [(p.at, p.id, p.normal, p.letters) for p in list_paragraphs([clip], with_ids=False)]
    [(0, None, '河开了', 3), (1, None, '昨夜', 2)]
    """
    rows: list[Paragraph] = []
    for k, clip in enumerate(clips):
        sha256 = clip.extra.get("source_sha256") if k < old else None
        rows += paragraphs_of(clip, k, len(rows), with_id=with_ids or k < old, sha256=sha256)
    return rows


def paragraphs_of(
    clip: Clipping, number: int, at: int, *, with_id: bool = True, sha256: str | None = None
) -> list[Paragraph]:
    """Return the blocks of CLIP, which has that NUMBER, counted on from AT.

    >>> clip = Clipping("p-1", "p", (Block("headline", "河开了！", (1,)), Block("body", "昨夜。", (3,))))
    >>> [(p.at, p.clip, p.id) for p in paragraphs_of(clip, 7, 20)]
    [(20, 7, 'p-1'), (21, 7, 'p-1')]
    """
    own = clip.id if with_id else None
    return [
        Paragraph(n, number, clip.source, own, block, normal_form(block.text), sha256)
        for n, block in enumerate(clip.blocks, at)
    ]


def is_joined(block: Block) -> bool:
    """Whether BLOCK has several lines and they can be told apart: one seam for each join.

    >>> is_joined(Block("body", "力量。", (1,))), is_joined(Block("body", "力量。只有", (1, 3)))
    (False, False)
    """
    return len(block.lines) > 1 and len(block.lines) == len(block.seams) + 1


def printed_lines(block: Block) -> list[str]:
    """Return the lines of a joined block as they are printed, what stood twice at a seam included.

    >>> from clipper.clipping import Seam
    >>> printed_lines(Block("body", "力量。只有", (1, 3), (Seam(3, "量。", ""),)))
    ['力量。', '量。只有']
    """
    cuts = [0, *(s.at for s in block.seams), len(block.text)]
    dropped = ["", *(s.dropped for s in block.seams)]
    return [d + block.text[i:k] for d, i, k in zip(dropped, cuts, cuts[1:], strict=False)]


# Places, and their words


def place_of(paragraph: Paragraph, span: tuple[int, int] | None = None) -> Place:
    """Return the place of the paragraph, or of SPAN, code points of its text.

    A span of a joined paragraph that stands on one of its lines is placed on that line, and counts in its text.

    >>> from clipper.clipping import Seam
    >>> block = Block("body", "力量。只有", (1, 3), (Seam(3, "量。", ""),))
    >>> [joined] = list_paragraphs([Clipping("p-1", "p", (block,))])
    >>> [(p.lines, p.span) for p in (place_of(joined), place_of(joined, (2, 4)), place_of(joined, (3, 5)))]
    [((1, 3), (0, 5)), ((1, 3), (2, 4)), ((3,), (2, 4))]
    """
    block = paragraph.block
    if span is None:
        span = (0, len(block.text))
    elif is_joined(block):
        starts = [0, *(s.at for s in block.seams)]
        k = bisect_right(starts, span[0]) - 1
        if k == bisect_left(starts, span[1]) - 1:
            shift = (len(block.seams[k - 1].dropped) if k else 0) - starts[k]
            return place_in_line(paragraph, k, (span[0] + shift, span[1] + shift))
    return Place(paragraph.source, paragraph.id, block.lines, span, paragraph.sha256)


def place_in_line(paragraph: Paragraph, k: int, span: tuple[int, int]) -> Place:
    """Return the place of SPAN, code points of the k-th line (from 0) of a joined paragraph as it is printed.

    >>> [p] = list_paragraphs([Clipping("p-1", "p", (Block("body", "力量。只有", (1, 3)),))])
    >>> place_in_line(p, 1, (0, 2)).lines
    (3,)
    """
    return Place(paragraph.source, paragraph.id, (paragraph.block.lines[k],), span, paragraph.sha256)


def say_places(places: Sequence[Place], beside: str) -> str:
    """Return PLACES in words, with their source where it is not BESIDE.

    >>> say_places([Place("a", None, (3, 5), (0, 1)), Place("b", None, (7,), (0, 1))], "a")
    'line 3+5 and line 7 of b'
    """
    said = []
    by_source: dict[tuple[str, str | None], list[Place]] = {}
    for p in places:
        by_source.setdefault((p.source, p.sha256), []).append(p)
    for (source, old), own in by_source.items():
        lines = ["+".join(map(str, p.lines)) or "(unnumbered)" for p in own]
        if len(lines) > SAID:
            lines[SAID - 1 :] = [f"{len(lines) - SAID + 1} more"]
        word = "line" if len(lines) == 1 else "lines"
        of = f" of {source}" if old or source != beside else ""
        said.append(f"{word} {_enumerate(lines)}{of}{' in the archive' if old else ''}")
    if len(said) > SAID:
        said[SAID - 1 :] = [f"{len(said) - SAID + 1} sources more"]
    return _enumerate(said)


def say_sides(keep: Place, drop: Sequence[Place], said: str) -> str:
    """Return the sentence that DROP say, as SAID tells ("the same as"), what KEEP says; or this run's places, what the
    archive's say.

    >>> a, b, c = (Place("a", None, (n,), (0, 1), "ab" if n == 1 else None) for n in (1, 3, 5))
    >>> say_sides(b, [c], "the same as"), say_sides(a, [b, c], "the same as")
    ('line 5 says the same as line 3', 'lines 3 and 5 say the same as line 1 of a in the archive')
    """
    places = (keep, *drop)
    new = [p for p in places if p.sha256 is None]
    if 0 < len(new) < len(places):
        drop, kept, beside = new, [p for p in places if p.sha256], new[0].source
    else:
        kept, beside = [keep], keep.source
    return f"{say_places(drop, beside)} {'says' if len(drop) == 1 else 'say'} {said} {say_places(kept, beside)}"


def _enumerate(words: Sequence[str]) -> str:
    """Return WORDS as a list in a sentence.

    >>> _enumerate(["3", "5", "7"])
    '3, 5 and 7'
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


# Normal forms with their punctuation: where a clause begins and ends


@dataclass(frozen=True, slots=True)
class Form:
    """A text's normal form, and cuts: the offsets in it before which the text has punctuation, begins or ends."""

    normal: Normal
    cuts: list[int]


def find_form(text: str) -> Form:
    """Return the normal form of TEXT and its cuts.

    >>> form = find_form("河开了，人来了。")
    >>> form.normal.text, form.cuts
    ('河开了人来了', [0, 3, 6])
    """
    normal = normalize(text)
    cuts = {0, len(normal.text)}
    for mark in PUNCTUATION.finditer(text):
        k = bisect_left(normal.starts, mark.start())
        if k == len(normal.starts) or normal.starts[k] != mark.start():  # the sign or point of a number is a letter
            cuts.add(k)
    return Form(normal, sorted(cuts))


def is_clause(text: str, span: tuple[int, int]) -> bool:
    """Whether SPAN, code points of TEXT, stands between white space, punctuation or the ends of it.

    >>> is_clause("渡口换了新船　过河快多了", (7, 12)), is_clause("渡口换了新船　过河快多了", (2, 6))
    (True, False)
    """
    start, end = span
    return not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum()


def cuts_in(form: Form, i: int, n: int) -> set[int]:
    """Return the cuts of FORM from i to i + n, counted from i.

    >>> sorted(cuts_in(find_form("河开了，人来了。"), 1, 5))
    [2, 5]
    """
    return {k - i for k in form.cuts[bisect_left(form.cuts, i) : bisect_right(form.cuts, i + n)]}
