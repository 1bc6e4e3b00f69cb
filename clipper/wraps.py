"""Pages whose lines are set to the width of a column: one paragraph then stands in many lines.

Such a page is known by its lines: most are exactly as long as the column is wide, and most of these stop in
mid-sentence. A line that fills its column is taken to go on in the next one, up to the first that does not, or to one
that is set in from the margin where paragraphs begin so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from clipper.marks import CLOSERS, line_mark, sentence_end

__all__ = ["Row", "group_rows"]

NARROWEST = 10  # characters: shorter lines of one length are verse or a table
FEWEST = 8  # lines that fill the column, for the page to be taken as wrapped
FULL_SHARE = 0.4  # of all lines
OPEN_SHARE = 0.6  # of the lines that fill the column
FEWEST_ENDS = 3  # shorter lines after full ones: the ends of paragraphs
CLOSED_SHARE = 0.6  # of these end a sentence; in a table or a list of headlines they do not
NEVER_FIRST = frozenset("。，、；：！？,;:!?…%％‰℃" + CLOSERS)  # marks that no paragraph begins with
INDENT_SHARE = 0.5  # of the paragraphs, for an indent to be what begins one


class Row(NamedTuple):
    """One non-blank line: its 1-based number in the source, its text without outer white space, the line as it stands
    there, and how many blank lines are before it.
    """

    number: int
    text: str
    raw: str
    gap: int

    @property
    def indented(self) -> bool:
        """Whether the line begins with white space."""
        return self.raw[:1] in "\u3000 \t"


def group_rows(rows: Sequence[Row]) -> list[list[Row]]:
    """Return ROWS, the non-blank lines of a page, as paragraphs: each a row by itself, but where the page is wrapped.

    >>> page = "\u3000\u3000云岭县的渠水昨天流进了最后一个\\n村子，村里的人都到渠边来看水，孩子\\n跟着水头跑。\\n" * 6
    >>> rows = [Row(n, x.strip(), x, 0) for n, x in enumerate(page.split("\\n"), 1) if x]
    >>> [len(group) for group in group_rows(rows)]
    [3, 3, 3, 3, 3, 3]
    """
    full = _full_rows(rows)
    if full is None:
        return [[row] for row in rows]
    gap = Counter(row.gap for row in rows[1:]).most_common(1)[0][0]
    indents = _indents_begin_paragraphs(rows, full)
    groups: list[list[Row]] = []
    for k, row in enumerate(rows):
        if k and _goes_on(rows, k, full, gap, indents):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _full_rows(rows: Sequence[Row]) -> list[bool] | None:
    """Return which of ROWS fill their column, or None for a page that is not wrapped.

    The column is measured in characters and, as digits and Latin letters may be half as wide, in half widths; the
    measure by which more lines are full is taken.
    """
    best: list[bool] = []
    raws = [row.raw.rstrip() for row in rows]
    for measure, slack in MEASURES:
        widths = list(map(measure, raws))
        counts = Counter(w for w, row in zip(widths, rows, strict=True) if len(row.text) >= NARROWEST)
        if not counts:
            return None
        column = max(counts, key=lambda w: (counts[w], w))
        full = [column - slack <= w <= column + slack for w in widths]
        best = max(best, full, key=sum)
    filled = [row for row, is_full in zip(rows, best, strict=True) if is_full]
    if len(filled) < max(FEWEST, FULL_SHARE * len(rows)):
        return None
    cut = sum(sentence_end(row.text) in ("open", "comma") for row in filled)
    ends = [row for k, row in enumerate(rows) if k and best[k - 1] and not best[k]]
    closed = sum(sentence_end(row.text) == "final" for row in ends)
    holds = cut >= OPEN_SHARE * len(filled) and len(ends) >= FEWEST_ENDS and closed >= CLOSED_SHARE * len(ends)
    return best if holds else None


def _half_widths(text: str) -> int:
    return 2 * len(text) - len(text.encode("ascii", "ignore"))


# How a line is measured, and by how much a full one may differ: a mark may hang over, or be pushed to the next line.
MEASURES: tuple[tuple[Callable[[str], int], int], ...] = ((len, 0), (_half_widths, 2))


def _indents_begin_paragraphs(rows: Sequence[Row], full: Sequence[bool]) -> bool:
    """Whether most full lines after one that does not fill the column are set in."""
    begins = [row.indented for k, row in enumerate(rows) if full[k] and (not k or not full[k - 1])]
    return bool(begins) and sum(begins) >= INDENT_SHARE * len(begins)


def _goes_on(rows: Sequence[Row], k: int, full: Sequence[bool], gap: int, indents: bool) -> bool:
    """Whether row K belongs to the paragraph of the row before it."""
    row, before = rows[k], rows[k - 1]
    if not full[k - 1] or row.gap > gap:
        return False
    if row.text[0] in NEVER_FIRST:
        return True
    if (indents and row.indented) or line_mark(row.text) or line_mark(before.text):
        return False
    if sentence_end(before.text) not in ("final", "semicolon", "colon"):
        return len(row.raw.rstrip()) <= len(before.raw.rstrip()) + 2
    # A full line that ends a sentence may end its paragraph: what follows tells.
    return full[k] or sentence_end(row.text) == "final"
