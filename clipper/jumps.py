"""The pages of an issue, and the parts into which jump marks cut them: what the marks at either end of a part say.

A part is a clipping, or what stands in a clipping from a jump mark on: a continuation without a headline is easily read
as the end of the article above it. `clipper.stitch` puts parts together.

>>> rows = Block("body", "河开了。", (1,)), Block("body", "■上接第1版 桥通了。（下转第4版）", (2,))
>>> page = StitchPage("p3.txt", (Clipping("p3-1", "p3.txt", rows),), "3")
>>> [(part.comes, part.text, part.goes) for part in parts_of([page])]
[(None, '河开了。', None), ('1', '桥通了。', '4')]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from clipper.clipping import Block, Clipping
from clipper.marks import JUMP_IN, JUMP_OUT, JUMP_OUT_TAIL, sentence_end
from clipper.numerals import read_page
from clipper.split import stops_short

__all__ = [
    "STITCHED",
    "UNNAMED",
    "Part",
    "StitchPage",
    "cut_pages",
    "jump_in",
    "jump_out",
    "parts_of",
    "same_page",
    "without_marks",
]

STITCHED: Final = "stitched"  # the key of a block that opens a continuation: why it was put there
UNNAMED: Final = "?"  # an end that names no page

_NUMERAL = r"[0-9]{1,4}|[〇○零一二三四五六七八九十廿卅]{1,4}"
# 第3版  A05版  第十二頁  (half-width: the text is folded first)
PAGE_NAME = re.compile(rf"第?\s*([A-Za-z]?)\s*({_NUMERAL})\s*[版頁页]")
# 渠水流进最后一个村（上接第一版）   the mark behind a headline
JUMP_IN_TAIL = re.compile(r"[（(【\[]\s*(?:紧接|緊接|上接)[^（(【\[，。]{1,24}[版頁页][）)】\]]$")
JUMP_WORDS = re.compile("[紧緊]?上?接")
TAIL = 30  # code points at the end of a block in which a mark is looked for

TITLES = frozenset(("kicker", "headline", "subtitle"))
SPEAKING = TITLES | {"body", "subhead", "caption"}  # what tells what a part is about
HEADS = TITLES | {"column", "byline", "subhead"}  # what may stand between a jump mark and the line above its headline

# ---- pages ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StitchPage:
    """One page of an issue.

    source: the name of its file. clips: its clippings in order. number: its page number as printed ("3", "A05")
    or as known from elsewhere, None where unknown. first: the 1-based line of the source at which the page begins; more
    than 1 only for a later page of a file with form feeds (`cut_pages` makes those).
    """

    source: str
    clips: tuple[Clipping, ...]
    number: str | None = None
    first: int = 1


def cut_pages(
    source: str, clips: Sequence[Clipping], starts: Sequence[int] = (1,), numbers: Sequence[str | None] = ()
) -> list[StitchPage]:
    """Return the pages of one source: CLIPS shared out by the line each begins on.

    starts: the 1-based first line of each page of the source, rising. numbers: their page numbers, None or left out
    where unknown.

    >>> one, two = (Clipping(f"p-{n}", "p.txt", (Block("headline", "河开了", (n,)),)) for n in (1, 9))
    >>> [(p.first, p.number, len(p.clips)) for p in cut_pages("p.txt", [one, two], (1, 8), ("3",))]
    [(1, '3', 1), (8, None, 1)]
    """
    shared: list[list[Clipping]] = [[] for _ in starts]
    for clip in clips:
        shared[_at(starts, _line(clip.blocks))].append(clip)
    known = [*numbers, *[None] * len(starts)]
    return [StitchPage(source, tuple(c), n, s) for c, n, s in zip(shared, known, starts, strict=False)]


def _at(starts: Sequence[int], line: int) -> int:
    return max((k for k, start in enumerate(starts) if start <= line), default=0)


def _line(blocks: Sequence[Block]) -> int:
    return next((b.lines[0] for b in blocks if b.lines), 0)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def same_page(named: str, page: str) -> bool | None:
    """Return whether a mark that names page NAMED means PAGE (as read_page gives them), or None for a doubt.

    A section's letter may be left out: 1 is A1. Page 3 may or may not be B3.

    >>> same_page("1", "A1"), same_page("A3", "B3"), same_page("3", "B3"), same_page("2", "3")
    (True, False, None, False)
    """
    one, two = named[:1].strip("0123456789"), page[:1].strip("0123456789")
    if named.removeprefix(one) != page.removeprefix(two) or (one and two and one != two):
        return False
    return True if one == two or {one, two} == {"", "A"} else None


# ---- parts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A clipping, or the stretch of one from a jump mark on.

    clip: its place among all clippings; page: among the pages, None where its source is not among them. comes, goes:
    the page that the mark at its head or at its end names, UNNAMED where there is an end without a number, None where
    there is no such end. joined: put to the part before it by an earlier run. opens: it begins its clipping. short: it
    stops in mid-sentence, and no mark says that it goes on. heads: the title and all subheads. All text less the marks.
    """

    clip: int
    blocks: tuple[Block, ...]
    source: str
    page: int | None
    joined: bool
    opens: bool
    short: bool
    comes: str | None
    goes: str | None
    title: str
    heads: str
    head: str
    tail: str
    text: str

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands: its source and the first line."""
        return self.source, _line(self.blocks)

    @property
    def end(self) -> tuple[str, int]:
        """Where it ends: its source and the line of the mark at its end, or of its last paragraph."""
        marks = [b.lines[-1] for b in self.blocks if b.lines and jump_out(b)]
        last = [b.lines[-1] for b in self.blocks if b.lines and b.role == "body"][-1:]
        return self.source, (marks or last or [_line(self.blocks)])[0]

    @property
    def open(self) -> bool:
        """Whether the last sentence has no end."""
        return sentence_end(self.tail) in ("open", "comma")


def jump_out(block: Block) -> re.Match[str] | None:
    """Return the mark 下转第3版 that BLOCK is, or ends with.

    >>> jump_out(Block("body", "昨天，渠水流进了桐（下转第3版）"))[0]
    '（下转第3版）'
    """
    text = block.text
    if (found := JUMP_OUT.match(text)) and (block.role == "jump" or not JUMP_IN.match(text)):
        return found
    return JUMP_OUT_TAIL.search(text, max(0, len(text) - TAIL))


def jump_in(block: Block) -> re.Match[str] | None:
    """Return the mark 上接第1版 at the head of BLOCK, or behind a headline.

    >>> jump_in(Block("headline", "渠水进村（上接第1版）"))[0]
    '（上接第1版）'
    """
    text, out = block.text, jump_out(block)
    if out and out.start() == 0:
        return None
    return JUMP_IN.match(text) or (JUMP_IN_TAIL.search(text) if len(text) <= 2 * TAIL else None)


def without_marks(block: Block) -> str:
    """Return the text of BLOCK less its jump marks.

    >>> without_marks(Block("body", "■上接第1版 桥通了。（下转第4版）"))
    '桥通了。'
    """
    start, end = 0, len(block.text)
    if out := jump_out(block):
        end = out.start()
    if into := jump_in(block):
        start, end = (into.end(), end) if into.start() == 0 else (0, into.start())
    return block.text[start:end].strip()


def _named(mark: re.Match[str] | None, flagged: bool) -> str | None:
    """Return the page that MARK names; without a mark, UNNAMED where the clipping is FLAGGED, else None."""
    name = PAGE_NAME.search(_folded(mark[0])) if mark else None
    return (read_page(name[0]) if name else None) or (UNNAMED if mark or flagged else None)


def _cut(blocks: Sequence[Block]) -> list[int]:
    """Return where in BLOCKS the parts begin."""
    cuts = [0]
    for k, block in enumerate(blocks):
        if STITCHED in block.extra:
            if k:
                cuts.append(k)
        elif jump_in(block):
            start = k
            while start > cuts[-1] and blocks[start - 1].role in HEADS:
                start -= 1
            if any(without_marks(b) for b in blocks[cuts[-1] : start]):
                cuts.append(start)
    return cuts


def parts_of(pages: Sequence[StitchPage]) -> list[Part]:
    """Return the parts of an issue, in the order of PAGES and their clippings. Example at the head of this module."""
    starts: dict[str, list[tuple[int, int]]] = {}
    for k, page in enumerate(pages):
        starts.setdefault(page.source, []).append((page.first, k))
    parts: list[Part] = []
    for n, clip in enumerate([c for page in pages for c in page.clips]):
        cuts = [*_cut(clip.blocks), len(clip.blocks)]
        pieces = [clip.blocks[a:b] for a, b in pairwise(cuts)]
        for k, piece in enumerate(pieces):
            flags = _own_flags(clip.flags, pieces, k)
            part = _part(n, piece, clip.source, flags, starts)
            short = "truncated" in flags if k == len(pieces) - 1 else _breaks_off(part)
            parts.append(replace(part, opens=k == 0, short=short and part.goes is None))
    return parts


def _own_flags(flags: Sequence[str], pieces: Sequence[Sequence[Block]], k: int) -> set[str]:
    """Return which FLAGS of a clipping speak of piece K of it: how it begins of the first, how it ends of the last."""
    mine = {"continued"} if k == 0 else set()
    if k == len(pieces) - 1:
        mine |= {"truncated", "continues"}
        if any(any(map(jump_out, a)) and STITCHED not in b[0].extra for a, b in pairwise(pieces)):
            mine.remove("continues")  # said of a piece before it
    return mine & set(flags)


def _part(
    clip: int, blocks: tuple[Block, ...], source: str, flags: set[str], starts: Mapping[str, list[tuple[int, int]]]
) -> Part:
    first = blocks[0] if blocks else Block("body", "")
    source = str(first.extra.get("source", source))
    rows = sorted(starts.get(source, ()))
    page = rows[_at([line for line, _ in rows], _line(blocks))][1] if rows else None
    out, at = next(((m, k) for k, b in enumerate(blocks) if (m := jump_out(b))), (None, len(blocks)))
    into = next((m for b in blocks if (m := jump_in(b))), None)
    prose = [k for k, b in enumerate(blocks) if b.role == "body" and without_marks(b)]
    lead = prose[0] if prose else len(blocks)
    said = [b for b in blocks[:lead] if b.role in TITLES or (b.role == "subhead" and into is not None)]
    ends = [k for k in prose if k <= at]
    joined = STITCHED in first.extra
    return Part(
        clip,
        blocks,
        source,
        page,
        joined,
        opens=False,
        short=False,
        comes=_named(into, "continued" in flags and not joined),
        goes=_named(out, "continues" in flags),
        title="\n".join([x for b in said if (x := without_marks(b))] + ([_mark_words(into)] if into else [])).strip(),
        heads="\n".join(without_marks(b) for b in blocks if b.role in TITLES or b.role == "subhead"),
        head=without_marks(blocks[lead]) if prose else "",
        tail=without_marks(blocks[ends[-1]]) if ends else "",
        text="\n".join(without_marks(b) for b in blocks if b.role in SPEAKING),
    )


def _breaks_off(part: Part) -> bool:
    """Whether PART, which is no clipping's end, stops as a clipping does that is flagged truncated."""
    last = part.blocks[-1]
    return last.role == "body" and stops_short(last.text)


def _mark_words(mark: re.Match[str]) -> str:
    """Return what a jump mark says besides the page: the headline of the first half, in some papers."""
    return "".join(re.findall(r"\w", JUMP_WORDS.sub("", PAGE_NAME.sub("", _folded(mark[0])))))
