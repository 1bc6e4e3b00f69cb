"""What each line of a page is: the states it could have, and the evidence for each.

Evidence is a few short words for every line, such as "ends=open" or "lead=3"; `reading.py` weighs them and finds the
best reading of the page as a whole. Nothing here decides by itself that a page reads so: what a state means for the
clippings is in `split.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from clipper.clipping import split_lines
from clipper.joins import (
    SHORT,
    KnownWords,
    PageText,
    closing,
    first_clause,
    last_clause,
    opening,
    overlap_length,
    seam_evidence,
)
from clipper.marks import (
    BRACKETED,
    CLOSERS,
    COLUMN_LENGTH,
    COLUMN_WORDS,
    CREDIT,
    CREDIT_LENGTH,
    DASH_LINE,
    NAMES_ALONE,
    OPENERS,
    SIGNED,
    WRITER_WORD,
    furniture_word,
    head_mark,
    jumps_out,
    line_mark,
    names_look,
    sentence_end,
    text_opening,
)
from clipper.reading import STATES, Model, Name, Seams, best_names
from clipper.wraps import Row, group_rows

__all__ = ["Line", "line_choices", "line_evidence", "read_lines", "read_page_lines", "seam_words"]

# The states a line can have, by its mark; "body" stays possible, since a mark may be misread.
MARKED_STATES: Mapping[str, tuple[str, ...]] = {
    "jump_out": ("jump", "body"),
    "came_over": ("jump",),
    "end_mark": ("end_mark", "byline", "body", "caption", "subtitle"),
    "signature": ("byline", "end_mark", "headline", "body"),
    "editors": ("furniture", "byline", "body"),
    "folio": ("furniture", "byline", "kicker", "subtitle", "body"),
    "byline": ("byline", "column", "caption", "furniture", "body"),
    "bare_byline": ("byline", "headline", "subhead", "column", "body"),
    "contents": ("furniture", "headline", "subhead", "body"),
    "masthead": ("furniture", "column", "headline", "byline", "body"),
    "bracket_column": ("column", "kicker", "headline", "subhead", "byline", "body"),
    "symbols": ("furniture",),
}
PROSE_STATES = ("body", "cont", "stray", "orphan")
PROSE = frozenset(PROSE_STATES)
# What running text can be besides, where it holds what is looked for: LOOKS.
ODD_PROSE: Mapping[str, tuple[str, ...]] = {
    "credit": ("caption",),
    "bracketed": ("byline", "end_mark"),
    "writer-word": ("byline",),
    "furniture-word": ("furniture",),
}
# What a line looks like to its neighbours: marks and ends that tell the same are one shape.
SHAPES = {
    "editors": "furniture",
    "folio": "furniture",
    "masthead": "furniture",
    "contents": "furniture",
    "symbols": "furniture",
    "bare_byline": "byline",
    "signature": "end_mark",
    "bracket_column": "short-open",
    "jump_out": "end_mark",
    "came_over": "jump_in",
}
ENDS = {"dash": "open", "jump": "final", "semicolon": "final"}
SHORT_STATES = tuple(s for s in STATES if s != "jump")
UNSIGNED_STATES = tuple(s for s in SHORT_STATES if s != "byline")

ASKS = frozenset("！？!?")
TEXT_LENGTHS = (30, 60, 90, 130, 180, 250)
LENGTHS = (5, 8, 12, 17, 24, 36, 50, 80)
SHARES = (0.001, 0.08, 0.16, 0.25, 0.35, 0.5, 0.7)
FEW = (0.001, 0.16, 0.35)
RISES = (-0.2, -0.05, 0.001, 0.1, 0.2, 0.35, 0.5)
RUNS = (2, 3, 4, 6, 9)
BRACKET = re.compile(f"[{re.escape(OPENERS + CLOSERS)}]")  # “ or )
SPACED_OUT = re.compile(r"\w(?:[ \u3000]+\w){1,3}$")  # 更　正
# What a short line looks like, whatever stands around it.
LOOKS: Mapping[str, Callable[[str], bool]] = {
    "space": lambda text: " " in text or "\u3000" in text,
    "opens-quote": lambda text: text[0] in "“「『",
    "opens-bracket": lambda text: text[0] in "【[［",
    "dash": lambda text: text[0] in "—-─－" and DASH_LINE.match(text) is not None,
    "trails": lambda text: text[-1] in "—：:",
    "unbalanced": lambda text: (
        BRACKET.search(text) is not None and sum([c in OPENERS for c in text]) != sum([c in CLOSERS for c in text])
    ),
    "colon": lambda text: ("：" in text or ":" in text) and "“" not in text and "「" not in text,
    "digit": lambda text: text[0].isdigit(),
    "asks": lambda text: text.rstrip(CLOSERS)[-1:] in ASKS,
    "column-word": lambda text: len(text) <= COLUMN_LENGTH and COLUMN_WORDS.match(text) is not None,
    "bracketed": lambda text: text[0] in "（(【〔" and BRACKETED.match(text) is not None,
    "furniture-word": furniture_word,
    "writer-word": lambda text: WRITER_WORD.search(text) is not None,
    "credit": lambda text: CREDIT.search(text, max(0, len(text) - CREDIT_LENGTH)) is not None,
    "spaced-out": lambda text: len(text) < 8 and SPACED_OUT.match(text) is not None,
}
HEADING_SHAPES = frozenset({"short-open", "short-closer", "short-asks", "short-colon"})

LONGER = (-8, -3, 0, 1, 4, 9)
RIVALS = (-0.35, -0.15, -0.05, 0.05, 0.15, 0.35)
SHORTEST_HALF = 10  # code points: a shorter line is no half of a paragraph
LONGEST_HEADLINE = 110  # code points: a longer line is no headline, even one that ends in no mark
HEADINGS_ABOVE, HEADINGS_BELOW = 4, 3  # how many headings of its kind a heading's words are held against
AROUND = 3  # how many paragraphs before and after a line its words are held against


class Line(NamedTuple):
    """One line of a page, or a paragraph that was set in several.

    numbers: the 1-based lines of the source; wraps: the offsets in the text at which the second and later ones begin.
    text: put end to end, without outer white space. mark: what the line is as a whole, or head: what it opens with.
    end: how it ends; gap: the blank lines before it. short: whether it could be something other than running text.
    running: whether it reads as running text, which a headline's words are held against. shape: one word for what it
    looks like to its neighbours.
    """

    numbers: tuple[int, ...]
    wraps: tuple[int, ...]
    text: str
    mark: str
    head: str
    end: str
    gap: int
    short: bool
    running: bool
    shape: str

    @property
    def number(self) -> int:
        """The 1-based number of the first line."""
        return self.numbers[0]


def read_lines(text: str, first: int = 1) -> list[Line]:
    r"""Return the non-blank lines of TEXT; FIRST is the 1-based number of its first line.

    >>> [(x.number, x.shape) for x in read_lines("河开了\n\n本报讯 昨夜，河开了。\n")]
    [(1, 'short-open'), (3, 'dateline')]
    """
    rows: list[Row] = []
    gap = 0
    for number, raw in enumerate(split_lines(text), first):
        if row := raw.strip():
            rows.append(Row(number, row, raw, gap))
            gap = 0
        else:
            gap += 1
    return [_read_line(group) for group in group_rows(rows)]


def _read_line(rows: Sequence[Row]) -> Line:
    row = rows[0]
    if len(rows) == 1:
        numbers: tuple[int, ...] = (row.number,)
        wraps: tuple[int, ...] = ()
        text = row.text
    else:
        numbers = tuple([row.number for row in rows])
        wraps = tuple(accumulate([len(row.text) for row in rows[:-1]]))
        text = "".join([row.text for row in rows])
    mark = line_mark(text)
    head = "" if mark else head_mark(text)[0]
    end = "jump" if jumps_out(text) else sentence_end(text)
    size = len(text)
    short = size <= (LONGEST_HEADLINE if end in ("open", "closer", "dash") else SHORT) and "。" not in text[:-1]
    asks = short and end == "final" and text.rstrip(CLOSERS)[-1:] in ASKS
    running = not mark and (not short or (size >= 15 and end in ("final", "semicolon")))
    if mark:
        shape = SHAPES.get(mark, mark)
    elif head in ("jump_in", "dateline", "caption"):
        shape = head
    else:
        like = "asks" if asks else ENDS.get(end, end)
        shape = f"short-{like}" if short else f"prose-{like if like in ('final', 'open', 'comma') else 'other'}"
    return Line(numbers, wraps, text, mark, head, end, row.gap, short, running, shape)


def possible_states(line: Line) -> tuple[str, ...]:
    """Return the states LINE can have at all."""
    if line.mark:
        return MARKED_STATES[line.mark]
    if line.head == "caption":
        return ("caption", "stray", "headline", "body") if line.short else ("caption", "stray", "body")
    if line.head in ("jump_in", "dateline"):
        return ("body",) if not line.short else ("body", "subhead", "headline", "byline")
    if line.running and line.shape != "short-asks":
        return PROSE_STATES + _odd_states(line)
    return SHORT_STATES if _may_sign(line.text) else UNSIGNED_STATES


def _may_sign(text: str) -> bool:
    """Whether TEXT could say who wrote it: names, a body, or a word of the trade; 县供销社　编 has a space."""
    if any(LOOKS[look](text) for look in ("space", "bracketed", "writer-word")):
        return True
    return NAMES_ALONE.match(text) is not None or SIGNED.match(text) is not None


def _odd_states(line: Line) -> tuple[str, ...]:
    if not line.short:
        return ODD_PROSE["credit"] if line.text[-1] not in "。”" and LOOKS["credit"](line.text) else ()
    return tuple(state for look, states in ODD_PROSE.items() if LOOKS[look](line.text) for state in states)


# What a line cannot be, by whether it may go on from another, and whether it may stand between two halves.
WITHOUT: Mapping[tuple[bool, bool], tuple[str, ...]] = {
    (False, False): ("cont", "stray"),
    (False, True): ("cont",),
    (True, False): ("stray",),
    (True, True): (),
}


def line_choices(lines: Sequence[Line], seams: Seams) -> list[tuple[str, ...]]:
    """Return the states that each of LINES can have where SEAMS are all the joins there can be."""
    goes_on = {b for _, b in seams}
    between = {k for a, b in seams for k in range(a + 1, b)}
    stops = [False, *map(_stops, lines)]  # of the line before each, and of the last
    rows = []
    kept: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, ...]] = {}
    for k, line in enumerate(lines):
        states = possible_states(line)
        without = WITHOUT[k in goes_on, k in between]
        if line.running and k and (k in goes_on or not (stops[k] or stops[k + 1])):
            # what may go on from another line, or is whole and stands between what is whole, is no stray paragraph
            without = (*without, "orphan")
        found = kept.get((states, without))
        if found is None:
            found = kept[states, without] = tuple([state for state in states if state not in without])
        rows.append(found)
    return rows


def _bucket(value: float, edges: Sequence[float]) -> int:
    return bisect_right(edges, value)


def _count(n: int, most: int = 4) -> str:
    return str(n) if n < most else f"{most}+"


def line_evidence(lines: Sequence[Line], page: PageText, choices: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return for each of LINES the evidence that speaks for what it is, as short words in a fixed order.

    choices: the states each line can have; where there is but one, no evidence is needed.
    """
    texts = Counter([x.text for x in lines if x.short])
    gaps = Counter([x.gap for x in lines[1:]])
    usual_gap = gaps.most_common(1)[0][0] if gaps else 0
    layout = _lay_out(lines, page, choices)
    rows: list[tuple[str, ...]] = []
    for k, line in enumerate(lines):
        if len(choices[k]) == 1:
            rows.append(())
            continue
        before, after = layout.shape(k - 1), layout.shape(k + 1)
        row = [f"is={line.mark or line.shape}", f"before={before}", f"after={after}"]
        if not line.mark:
            row.append(f"ends={line.end}")
        if line.gap > usual_gap:
            row.append("gap=more")
        if line.head == "list":
            row.append("list")
        if line.mark or (line.short and not PROSE.issuperset(choices[k])):
            if texts[line.text] > 1:
                row.append("twin")
            row += _short_evidence(k, layout, page)
            row += _place_evidence(k, len(lines), before, after)
        else:
            row.append(f"is={line.shape} before={before}")
            row += _prose_evidence(line)
        if "stray" in choices[k] or (line.running and "orphan" in choices[k]):
            row += _stray_evidence(k, layout, page)
        rows.append(tuple(row))
    return rows


EDGE = 3  # lines from the top or the end of a page where its furniture stands


def _place_evidence(k: int, lines: int, before: str, after: str) -> list[str]:
    """Return where on the page line K of LINES stands, if near its top or its end."""
    below = lines - 1 - k
    row = []
    if k < EDGE:
        row += [f"top={k}", f"top={k} after={after}"]
    if below < EDGE:
        row += [f"end={below}", f"end={below} before={before}"]
    return row


@dataclass(frozen=True, slots=True)
class _Layout:
    """The lines of a page and what they are to their neighbours, all by index.

    shapes: the shape of each line, with one before the first and two after the last. prose: the lines of running text.
    leads: how much of a short line is said again in the paragraphs after it, and nexts: in the first of them. openings:
    how the first paragraph after such a line opens. siblings: the short lines without a mark that could be headings of
    one kind with others. alike: in how many ways each of them is of one form with the one before it; 0 for the first,
    and once more at the end. marked: how many of them the page marks with a byline or a dateline after them.
    run_before, run_after: how many long lines stand before and after. shorts: how many short lines without a mark stand
    in a row around it, itself counted: verse and tables have many.
    """

    lines: Sequence[Line]
    shapes: Sequence[str]
    prose: Sequence[int]
    leads: Sequence[float]
    nexts: Sequence[float]
    openings: Mapping[int, str]
    siblings: Sequence[int]
    alike: Sequence[int]
    marked: str
    run_before: Sequence[int]
    run_after: Sequence[int]
    shorts: Sequence[int]

    def shape(self, k: int) -> str:
        """Return the shape of line K, or "start" or "end" beyond the page."""
        return self.shapes[k + 1]

    def prose_after(self, k: int, most: int = AROUND) -> Sequence[int]:
        """Return up to MOST lines of running text after line K."""
        at = bisect_right(self.prose, k)
        return self.prose[at : at + most]

    def prose_before(self, k: int, most: int = AROUND) -> Sequence[int]:
        """Return up to MOST lines of running text before line K."""
        at = bisect_left(self.prose, k)
        return self.prose[max(0, at - most) : at]


def _lay_out(lines: Sequence[Line], page: PageText, choices: Sequence[tuple[str, ...]]) -> _Layout:
    prose = [k for k, x in enumerate(lines) if x.running]
    long = [not x.short and not x.mark for x in lines]
    plain = [x.short and not x.mark for x in lines]
    before, after = _runs_before(plain), _runs_before(plain[::-1])[::-1]
    shorts = [a + b + is_plain for a, b, is_plain in zip(before, after, plain, strict=True)]
    leads, nexts = [0.0] * len(lines), [0.0] * len(lines)
    openings: dict[int, str] = {}
    siblings = [k for k, x in enumerate(lines) if len(choices[k]) > 1 and not x.mark and x.shape in HEADING_SHAPES]
    at = 0
    for k, line in enumerate(lines):
        at += line.running
        if (line.short or line.mark) and len(choices[k]) > 1:  # a mark may be longer than any headline
            nexts[k], leads[k] = page.shares(k, prose[at : at + AROUND])
            if at < len(prose) and prose[at] not in openings:
                openings[prose[at]] = text_opening(lines[prose[at]].text)
    runs = _runs_before(long), _runs_before(long[::-1])[::-1]
    shapes = ("start", *[x.shape for x in lines], "end", "end")
    alike = [0, *[_alikeness(lines[a].text, lines[b].text) for a, b in pairwise(siblings)], 0]
    return _Layout(
        lines, shapes, prose, leads, nexts, openings, siblings, alike, _marked(lines, len(siblings)), *runs, shorts
    )


def _marked(lines: Sequence[Line], headings: int) -> str:
    """Return whether none, few or many of the HEADINGS of a page have a byline or a dateline after them.

    Where a page prints none, an article without one is nothing to wonder at.
    """
    marks = len([x for x in lines if x.shape in ("byline", "dateline")])
    return "none" if not marks else "few" if marks * 4 < headings else "many"


def _runs_before(flags: Sequence[bool]) -> list[int]:
    """Return for each place how many true FLAGS stand in a row right before it."""
    runs, run = [], 0
    for flag in flags:
        runs.append(run)
        run = run + 1 if flag else 0
    return runs


def _prose_evidence(line: Line) -> list[str]:
    """Return what a line of running text looks like, as far as it could be something else."""
    size = _bucket(len(line.text), LENGTHS)
    first = first_clause(line.text)
    return [
        f"size={size}",
        f"first-clause={first}",
        *(look for look in (ODD_PROSE if line.short else ("credit",)) if LOOKS[look](line.text)),
    ]


FITS = (0.001, 0.04, 0.08, 0.14, 0.22, 0.35)


def _stray_evidence(k: int, layout: _Layout, page: PageText) -> list[str]:
    """Return whether a paragraph after a broken-off line speaks of what stands around it."""
    fits = _bucket(page.share(k, page.heads(layout.prose_before(k))), FITS)
    ahead = _bucket(page.share(k, page.heads(layout.prose_after(k, 1))), FITS)
    return [f"fits={fits}", f"fits-ahead={ahead}", f"fits={fits} fits-ahead={ahead}"]


def _short_evidence(k: int, layout: _Layout, page: PageText) -> list[str]:
    lines, line, text = layout.lines, layout.lines[k], layout.lines[k].text
    before, after = layout.shape(k - 1), layout.shape(k + 1)
    ahead = layout.prose_after(k, 1)
    lead, tail = layout.leads[k], page.share(k, page.heads(layout.prose_before(k)))
    told, size = _bucket(lead, SHARES), _bucket(len(text), LENGTHS)
    told_roughly, tail_roughly = _bucket(lead, FEW), _bucket(tail, FEW)
    alone = layout.shorts[k]
    shorts = _bucket(alone, RUNS)
    commas = _count(text.count("，") + text.count(","), 2)
    opens = layout.openings[ahead[0]] if ahead else "none"
    own = text_opening(text)
    row = [
        f"size={size}",
        f"size={size} commas={commas}",
        f"is={line.shape} lead={told}",
        f"before={before} lead={told}",
        f"after={after} lead={told}",
        f"before={before} after={after}",
        f"after={after} then={layout.shape(k + 2)}",
        f"tail={_bucket(tail, SHARES)}",
        f"lead-tail={_bucket(lead - tail, RISES)}",
        f"next={_bucket(layout.nexts[k], SHARES)}",
        f"run-after={_count(layout.run_after[k])}",
        f"commas={commas}",
        f"shorts={shorts}",
        f"shorts={shorts} size={size}",
        f"own={own}",
        f"own={own} commas={commas}",
        f"own={own} text={opens}",
        f"text={opens} after={after}",
        f"text={opens} lead={told}",
        f"marked={layout.marked} after={after}",
        f"marked={layout.marked} text={opens}",
        f"text={opens} run-before={_count(layout.run_before[k])}",
        f"lead={told_roughly} tail={tail_roughly}",
        f"lead={told_roughly} tail={tail_roughly} text={opens}",
    ]
    if ahead:
        length = _bucket(len(lines[ahead[0]].text), TEXT_LENGTHS)
        row += [f"text-size={length}", f"text-size={length} run-after={_count(layout.run_after[k])}"]
    if line.end == "open":
        closes = closing(text)
        row += [f"closes={closes}", f"closes={closes} size={size}"]
        if k + 1 < len(lines) and not lines[k + 1].mark:
            begins = opening(lines[k + 1].text)
            clause = first_clause(lines[k + 1].text)
            row += [f"next-opens={begins}", f"next-opens={begins} closes={closes}"]
            row += [f"next-clause={clause}", f"next-clause={clause} after={after}"]
        if commas != "0":
            row.append(f"last-clause={last_clause(text)}")
    if alone > 1:
        if k + 1 < len(lines) and layout.shorts[k + 1] > 1:
            row.append(f"lead-below={_bucket(lead - layout.leads[k + 1], RIVALS)}")
            row.append(f"size-below={_bucket(len(text) - len(lines[k + 1].text), LONGER)}")
        if k and layout.shorts[k - 1] > 1:
            row.append(f"lead-above={_bucket(lead - layout.leads[k - 1], RIVALS)}")
            row.append(f"size-above={_bucket(len(text) - len(lines[k - 1].text), LONGER)}")
    if line.shape in HEADING_SHAPES and not line.mark:
        at = bisect_left(layout.siblings, k)
        above = layout.siblings[max(0, at - HEADINGS_ABOVE) : at]
        below = layout.siblings[at + 1 : at + 1 + HEADINGS_BELOW]
        row.append(f"heads-above={_bucket(page.share(k, page.heads(above)), SHARES)}")
        row.append(f"heads-below={_bucket(page.share(k, page.heads(below)), SHARES)}")
        alike = layout.alike[at : at + 2]
        row += [f"alike-before={alike[0]}", f"alike-after={alike[1]}", f"alike={max(alike)} commas={commas}"]
    if NAMES_ALONE.match(text):
        row.append(f"names={names_look(text)}")
    else:
        row.append("names=organisation" if SIGNED.match(text) else "names=none")
    return row + [name for name, holds in LOOKS.items() if holds(text)]


def _alikeness(one: str, two: str) -> int:
    """Return in how many ways two headings are of one form, as subheads of one article are: length, commas, letters.

    >>> _alikeness("一个人守着一道坝，一守就是四十年", "六个村等着一库水，一等就是一个春天")
    5
    """
    shared = len(set(one) & set(two))
    comma = one.find("，")
    return (
        (abs(len(one) - len(two)) <= 1)
        + (comma > 0 and abs(comma - two.find("，")) <= 1)
        + (shared > 2)
        + (shared > 4)
        + (one[0] == two[0] or one[-1] == two[-1] or one[1:2] == two[1:2])
        + (one[:2] == two[:2] or one[-2:] == two[-2:])
    )


class Reading(NamedTuple):
    """How a page is read: for each line its name (a state with its depth) and what that was chosen from, and why."""

    names: Sequence[Name]
    choices: Sequence[tuple[str, ...]]
    evidence: Sequence[tuple[str, ...]]
    seams: Seams


def read_page_lines(lines: Sequence[Line], model: Model, known: KnownWords | None = None) -> Reading:
    """Return the reading of LINES, all those of a page, that has the greatest weight.

    known: which of some candidate words stand in a dictionary; without it, seams are judged by the page alone.
    """
    page = PageText([x.text for x in lines])
    seams = seam_words(lines, page, known, model.seam)
    choices = line_choices(lines, seams)
    evidence = line_evidence(lines, page, choices)
    return Reading(best_names(choices, evidence, seams, model) if lines else [], choices, evidence, seams)


def seam_words(
    lines: Sequence[Line], page: PageText, known: KnownWords | None, weights: Mapping[str, float] | None = None
) -> Seams:
    """Return the evidence for each pair of lines (indexes) of which the second could go on from the first.

    weights: see joins.seam_evidence.
    """
    cut_off = [breaks_off(x) for x in lines]
    opens_whole = [bool(x.mark) or x.head in NO_HALF for x in lines]
    no_stray = [bool(x.mark) or x.head in NO_STRAY for x in lines]
    pairs = []
    for b in range(1, len(lines)):
        if opens_whole[b]:
            continue
        if can_join(lines[b - 1], lines[b]):
            pairs.append((b - 1, b))
        for a in (b - 2, b - 3):
            if a < 0 or no_stray[a + 1]:
                break
            if cut_off[a]:
                pairs.append((a, b))
    return seam_evidence(pairs, page, known, weights)


NO_HALF = frozenset({"jump_in", "dateline", "caption", "dash"})  # how no second half of a paragraph opens
NO_STRAY = frozenset({"jump_in", "dateline"})  # and nothing that stands between two halves


def breaks_off(line: Line) -> bool:
    """Whether LINE could be the first half of a paragraph, as it stops in mid-sentence."""
    return line.end in ("open", "comma") and _could_be_half(line)


def _stops(line: Line) -> bool:
    """Whether LINE is running text that stops in mid-sentence."""
    return line.end in ("open", "comma") and not line.short and not line.mark


def _could_be_half(line: Line) -> bool:
    return not line.mark and not (line.short and len(line.text) < SHORTEST_HALF)


def can_join(first: Line, second: Line) -> bool:
    """Whether SECOND, which has no mark, could go on from FIRST, the line before it."""
    if first.end == "jump" or not _could_be_half(first):
        return False
    if first.end in ("final", "semicolon", "colon"):
        return overlap_length(first.text, second.text) > 1
    return True
