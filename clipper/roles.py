"""What each line of a page is, and the evidence for it.

A page is read as a sequence: every line gets one of STATES, and the sequence of states with the greatest weight wins
(Viterbi, 1967). The weight of a state at a line is the sum over the line's evidence, a few short words such as
"ends=open" or "lead=3", and over the step from the line before; a step to "cont" (the second half of a paragraph cut
by a column break) adds the evidence of the seam. All weights stand in one table, `weights.py`, which
`tests/fit_weights.py` fits from labelled pages (averaged structured perceptron: Collins, 2002).

Nothing here decides by itself that a page reads so: what a state means for the clippings is in `split.py`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from clipper.clipping import split_lines
from clipper.joins import NEVER_LAST, KnownWords, PageText, overlap_length, seam_evidence
from clipper.marks import CLOSERS, DASH_LINE, JUMP_OUT_TAIL, NAMES_ALONE, OPENERS, head_mark, line_mark, sentence_end
from clipper.wraps import Row, group_rows

__all__ = ["STATES", "Line", "Weights", "line_evidence", "read_lines", "read_states"]

STATES = (
    "furniture",
    "column",
    "kicker",
    "headline",
    "subtitle",
    "byline",
    "subhead",
    "body",
    "cont",
    "stray",
    "orphan",
    "end_mark",
    "jump",
    "caption",
)
INTERRUPTS = frozenset({"stray", "caption"})  # what may stand between the two halves of a paragraph
OPEN_TEXT = frozenset({"body", "cont"})

# The states a line can have, by its mark; "body" stays possible, since a mark may be misread.
MARKED_STATES: Mapping[str, tuple[str, ...]] = {
    "jump_out": ("jump", "body"),
    "end_mark": ("end_mark", "byline", "body"),
    "editors": ("furniture", "body"),
    "folio": ("furniture", "body"),
    "byline": ("byline", "body"),
    "bare_byline": ("byline", "subhead", "body"),
    "masthead": ("furniture", "column", "headline", "body"),
    "bracket_column": ("column", "kicker", "headline", "subhead", "body"),
    "symbols": ("furniture",),
}
PROSE_STATES = ("body", "cont", "stray")
# What a line looks like to its neighbours: marks and ends that tell the same are one shape.
SHAPES = {
    "editors": "furniture",
    "folio": "furniture",
    "masthead": "furniture",
    "symbols": "furniture",
    "bare_byline": "byline",
    "bracket_column": "short-open",
    "jump_out": "end_mark",
}
ENDS = {"dash": "open", "jump": "final", "semicolon": "final"}
SHORT_STATES = tuple(s for s in STATES if s not in ("furniture", "end_mark", "jump"))
UNNAMED_STATES = tuple(s for s in SHORT_STATES if s != "byline")

LENGTHS = (5, 8, 12, 17, 24, 36, 50, 80)
SHARES = (0.001, 0.08, 0.16, 0.25, 0.35, 0.5, 0.7)
# What a short line looks like, whatever stands around it.
LOOKS: Mapping[str, Callable[[str], bool]] = {
    "never-last": lambda text: text[-1] in NEVER_LAST,
    "space": lambda text: " " in text or "\u3000" in text,
    "opens-quote": lambda text: text[0] in "“「『",
    "opens-bracket": lambda text: text[0] in "【[［",
    "dash": lambda text: DASH_LINE.match(text) is not None,
    "trails": lambda text: text.endswith(("——", "—", "：", ":")),
    "unbalanced": lambda text: sum(c in OPENERS for c in text) != sum(c in CLOSERS for c in text),
    "colon": lambda text: ("：" in text or ":" in text) and "“" not in text and "「" not in text,
    "digit": lambda text: text[0].isdigit(),
    "asks": lambda text: text[-1] in "！？!?",
}

RIVALS = (-0.35, -0.15, -0.05, 0.05, 0.15, 0.35)
SHORT = 60  # code points: 99 % of printed headlines have 65 or fewer
LONGEST_HEADLINE = 110  # code points: a longer line is no headline, even one that ends in no mark
AROUND = 3  # how many paragraphs before and after a line its words are held against


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, or a paragraph that was set in several.

    numbers: the 1-based lines of the source; wraps: the offsets in the text at which the second and later ones begin.
    text: put end to end, without outer white space. mark: what the line is as a whole, or head: what it opens with.
    end: how it ends; gap: the blank lines before it.
    """

    numbers: tuple[int, ...]
    wraps: tuple[int, ...]
    text: str
    mark: str
    head: str
    end: str
    gap: int

    @property
    def number(self) -> int:
        """The 1-based number of the first line."""
        return self.numbers[0]

    @property
    def short(self) -> bool:
        """Whether the line could be something other than running text."""
        longest = LONGEST_HEADLINE if self.end in ("open", "closer", "dash") else SHORT
        return len(self.text) <= longest and "。" not in self.text[:-1]

    @property
    def running(self) -> bool:
        """Whether the line reads as running text: what a headline's words are held against."""
        return not self.mark and (not self.short or (self.end in ("final", "semicolon") and len(self.text) >= 15))

    @property
    def shape(self) -> str:
        """One word for what the line looks like to its neighbours."""
        if self.mark:
            return SHAPES.get(self.mark, self.mark)
        if self.head in ("jump_in", "dateline", "caption"):
            return self.head
        end = ENDS.get(self.end, self.end)
        return f"short-{end}" if self.short else f"prose-{end if end in ('final', 'open', 'comma') else 'other'}"


Weights = Mapping[str, Mapping[str, float]]


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
        gap = 0 if row else gap + 1
    return [_read_line(group) for group in group_rows(rows)]


def _read_line(rows: Sequence[Row]) -> Line:
    text = "".join([row.text for row in rows])
    mark = line_mark(text)
    head = "" if mark else head_mark(text)[0]
    end = "jump" if JUMP_OUT_TAIL.search(text[-24:]) else sentence_end(text)
    wraps = tuple(accumulate(len(row.text) for row in rows[:-1]))
    return Line(tuple(row.number for row in rows), wraps, text, mark, head, end, rows[0].gap)


def possible_states(line: Line) -> tuple[str, ...]:
    """Return the states LINE can have at all."""
    if line.mark:
        return MARKED_STATES[line.mark]
    if line.head == "caption":
        return ("caption", "body", "headline", "subhead")
    if line.head in ("jump_in", "dateline"):
        return ("body",) if not line.short else ("body", "subhead", "headline")
    if not line.short:
        return PROSE_STATES
    return SHORT_STATES if NAMES_ALONE.match(line.text) else UNNAMED_STATES


def _bucket(value: float, edges: Sequence[float]) -> int:
    return bisect_right(edges, value)


def _count(n: int, most: int = 4) -> str:
    return str(n) if n < most else f"{most}+"


def line_evidence(lines: Sequence[Line], page: PageText) -> list[tuple[str, ...]]:
    """Return for each of LINES the evidence that speaks for what it is, as short words in a fixed order."""
    texts = Counter(x.text for x in lines)
    gaps = Counter(x.gap for x in lines[1:])
    usual_gap = gaps.most_common(1)[0][0] if gaps else 0
    layout = _lay_out(lines, page)
    openings = Counter(lines[k].text[:2] for k in layout.prose)
    rows = []
    for k, line in enumerate(lines):
        before, after = layout.shape(k - 1), layout.shape(k + 1)
        row = [f"is={line.mark or line.shape}", f"before={before}", f"after={after}"]
        if not line.mark:
            row.append(f"ends={line.end}")
        if line.gap > usual_gap:
            row.append("gap=more")
        if texts[line.text] > 1:
            row.append("twin")
        if line.head == "list":
            row.append("list")
        if openings[line.text[:2]] > line.running:
            row.append("opens-like-prose")
        if line.short or line.mark:
            row += _short_evidence(k, layout, page)
        else:
            row.append(f"is={line.shape} before={before}")
            if k and lines[k - 1].end in ("open", "comma"):
                row += _stray_evidence(k, layout, page)
        rows.append(tuple(row))
    return rows


@dataclass(frozen=True, slots=True)
class _Layout:
    """The lines of a page and what they are to their neighbours, all by index.

    prose: the lines of running text. leads: how much of a short line is said again in the paragraphs after it.
    run_before, run_after: how many long lines stand before and after. shorts: how many short lines without a mark
    stand in a row around it, itself counted: verse and tables have many.
    """

    lines: Sequence[Line]
    prose: Sequence[int]
    leads: Sequence[float]
    run_before: Sequence[int]
    run_after: Sequence[int]
    shorts: Sequence[int]

    def shape(self, k: int) -> str:
        """Return the shape of line K, or "start" or "end" beyond the page."""
        if k < 0:
            return "start"
        return self.lines[k].shape if k < len(self.lines) else "end"

    def prose_after(self, k: int, most: int = AROUND) -> Sequence[int]:
        """Return up to MOST lines of running text after line K."""
        at = bisect_right(self.prose, k)
        return self.prose[at : at + most]

    def prose_before(self, k: int, most: int = AROUND) -> Sequence[int]:
        """Return up to MOST lines of running text before line K."""
        at = bisect_left(self.prose, k)
        return self.prose[max(0, at - most) : at]


def _lay_out(lines: Sequence[Line], page: PageText) -> _Layout:
    prose = [k for k, x in enumerate(lines) if x.running]
    long = [not x.short and not x.mark for x in lines]
    plain = [x.short and not x.mark for x in lines]
    before, after = _runs_before(plain), _runs_before(plain[::-1])[::-1]
    layout = _Layout(
        lines,
        prose,
        leads=[],
        run_before=_runs_before(long),
        run_after=_runs_before(long[::-1])[::-1],
        shorts=[a + b + is_plain for a, b, is_plain in zip(before, after, plain, strict=True)],
    )
    leads = [page.share(k, layout.prose_after(k)) if x.short else 0.0 for k, x in enumerate(lines)]
    return replace(layout, leads=leads)


def _runs_before(flags: Sequence[bool]) -> list[int]:
    """Return for each place how many true FLAGS stand in a row right before it."""
    runs, run = [], 0
    for flag in flags:
        runs.append(run)
        run = run + 1 if flag else 0
    return runs


def _stray_evidence(k: int, layout: _Layout, page: PageText) -> list[str]:
    """Return whether a paragraph after a broken-off line speaks of what stands around it."""
    behind, ahead = layout.prose_before(k), layout.prose_after(k, 1)
    fits = page.cohesion(behind, [k])
    return [
        f"fits={_bucket(fits, (0.001, 0.02, 0.04, 0.08, 0.15))}",
        f"fits-next={_bucket(fits - page.cohesion(behind, ahead), (-0.08, -0.03, 0.0, 0.03, 0.08))}",
    ]


def _short_evidence(k: int, layout: _Layout, page: PageText) -> list[str]:
    line, text = layout.lines[k], layout.lines[k].text
    before, after = layout.shape(k - 1), layout.shape(k + 1)
    ahead, behind = layout.prose_after(k), layout.prose_before(k)
    lead, tail = layout.leads[k], page.share(k, behind)
    told, size = _bucket(lead, SHARES), _bucket(len(text), LENGTHS)
    shorts = _bucket(layout.shorts[k], (2, 3, 4, 6, 9))
    commas = _count(text.count("，") + text.count(","), 2)
    row = [
        f"size={size}",
        f"size={size} commas={commas}",
        f"is={line.shape} lead={told}",
        f"before={before} lead={told}",
        f"after={after} lead={told}",
        f"before={before} after={after}",
        f"after={after} then={layout.shape(k + 2)}",
        f"lead={told}",
        f"tail={_bucket(tail, SHARES)}",
        f"lead-tail={_bucket(lead - tail, (-0.2, -0.05, 0.001, 0.1, 0.2, 0.35, 0.5))}",
        f"next={_bucket(page.share(k, layout.prose_after(k, 1)), SHARES)}",
        f"shift={_bucket(page.cohesion(behind, ahead), (0.001, 0.01, 0.02, 0.04, 0.07, 0.12))}",
        f"run-before={_count(layout.run_before[k])}",
        f"run-after={_count(layout.run_after[k])}",
        f"commas={commas}",
        f"shorts={shorts}",
        f"shorts={shorts} size={size}",
    ]
    if k + 1 < len(layout.lines) and layout.shorts[k] > 1 and layout.shorts[k + 1] > 1:
        row.append(f"lead-below={_bucket(lead - layout.leads[k + 1], RIVALS)}")
    if k and layout.shorts[k] > 1 and layout.shorts[k - 1] > 1:
        row.append(f"lead-above={_bucket(lead - layout.leads[k - 1], RIVALS)}")
    if k and layout.lines[k - 1].end in ("open", "comma"):
        row += _stray_evidence(k, layout, page)
    return row + [name for name, holds in LOOKS.items() if holds(text)]


def read_states(lines: Sequence[Line], page: PageText, weights: Weights, known: KnownWords | None = None) -> list[str]:
    """Return the state of each of LINES: the sequence with the greatest weight.

    known: which of some candidate words stand in a dictionary; without it, seams are judged by the page alone.
    Ties go to the state that stands first in STATES.
    """
    evidence = line_evidence(lines, page)
    seams = seam_words(lines, page, known)
    return [_bare(state) for state in best_states(lines, evidence, seams, weights)]


Seams = Mapping[tuple[int, int], tuple[str, ...]]


def seam_words(lines: Sequence[Line], page: PageText, known: KnownWords | None) -> Seams:
    """Return the evidence for each pair of lines (indexes) of which the second could go on from the first."""
    pairs = [(a, b) for b in range(1, len(lines)) for a in (b - 1, b - 2, b - 3) if a >= 0 and can_join(lines, a, b)]
    return seam_evidence(pairs, page, known)


def can_join(lines: Sequence[Line], a: int, b: int) -> bool:
    """Whether line B could be the second half of a paragraph that line A broke off."""
    first, second = lines[a], lines[b]
    if first.mark or second.mark or second.head in ("jump_in", "dateline", "caption", "dash"):
        return False
    if first.end == "jump" or (first.short and second.short and len(first.text) < 8):
        return False
    if first.end in ("final", "semicolon", "colon"):
        return b - a == 1 and overlap_length(first.text, second.text) > 1
    return b - a == 1 or first.end in ("open", "comma")


def best_states(lines: Sequence[Line], evidence: Sequence[Sequence[str]], seams: Seams, weights: Weights) -> list[str]:
    """Return the states with the greatest weight (see read_states), an interrupting one with its depth: "stray1" stands
    right after the open paragraph and "stray2" one further on, so that a "cont" knows how far back it goes.
    """
    if not lines:
        return []
    step = weights["step"]
    trail: list[dict[str, tuple[float, str]]] = []
    ahead: dict[str, float] = {"start": 0.0}
    for k, line in enumerate(lines):
        here: dict[str, tuple[float, str]] = {}
        for state, own in _own_weights(line, evidence[k], weights):
            best: tuple[float, str] | None = None
            for name, total in ahead.items():
                reach = allowed(name, state, k)
                if reach is None:
                    continue
                total += own + step.get(f"{_bare(name)}>{state}", 0.0)
                if reach:
                    seam = seams.get((k - reach, k))
                    if seam is None:
                        continue
                    total += sum(weights["seam"].get(w, 0.0) for w in seam)
                if best is None or total > best[0]:
                    best = (total, name)
            if best is not None:
                here[_with_depth(state, best[1])] = best
        trail.append(here)
        ahead = {name: total for name, (total, _) in here.items()}
    name = max(ahead, key=lambda s: ahead[s])
    states = []
    for here in reversed(trail):
        states.append(name)
        name = here[name][1]
    return states[::-1]


def _own_weights(line: Line, evidence: Sequence[str], weights: Weights) -> list[tuple[str, float]]:
    out = []
    for state in possible_states(line):
        table = weights[state]
        out.append((state, sum(table.get(word, 0.0) for word in evidence)))
    return out


def _bare(name: str) -> str:
    return name.rstrip("123")


def _with_depth(state: str, before: str) -> str:
    """Interrupting states remember how many of them stand since the open paragraph: stray1, stray2."""
    if state not in INTERRUPTS:
        return state
    if before in OPEN_TEXT:
        return state + "1"
    return state + ("2" if before[-1] == "1" else "3")


def allowed(before: str, state: str, k: int) -> int | None:
    """Return None where STATE cannot follow BEFORE, how many lines back the first half stands for "cont", else 0."""
    if state == "cont":
        if before in OPEN_TEXT:
            return 1
        depth = before[-1]
        return int(depth) + 1 if depth in "12" else None
    if state == "stray" and (before not in OPEN_TEXT and before[-1] != "1"):
        return None
    if before[-1] in "12" and before.startswith("stray") and state not in INTERRUPTS:
        return None
    if before in ("headline", "subtitle") and state in ("column", "kicker", "headline", "orphan"):
        return None  # a headline without a body is an orphan
    if before == "kicker" and state not in ("kicker", "headline"):
        return None
    if before == "column" and state not in ("column", "kicker", "headline"):
        return None
    if state == "subtitle" and before not in ("headline", "subtitle", "byline"):
        return None
    return 0
