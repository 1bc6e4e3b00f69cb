"""What a person sees on a terminal: findings as a table, keywords with bars. Pipes and files never come here.

Both come back as text, drawn for the terminal that there is: in colour where it has any and nobody asked for none
(NO_COLOR, TERM=dumb), and as wide as it is.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from clipper.errors import one_line
from clipper.finding import count_twice, is_joined, printed_lines

if TYPE_CHECKING:
    from clipper.clipping import Clipping
    from clipper.finding import Finding, Place
    from clipper.keywords import Keyword

__all__ = ["Texts", "draw_findings", "draw_keywords", "explain_findings", "progress", "texts_of"]

BAR = 20  # columns of the longest bar
TOLD = 3  # places that the table names
AROUND = 12  # characters that are shown before and after a passage
ACTIONS = {"remove": "taken out", "report": "left in place"}
COLOURS = {"repeat": "red", "near": "yellow", "passage": "yellow", "overlap": "cyan", "fragment": "magenta"}


# Source, id, digest in the archive, lines -> text
Texts = dict[tuple[str, str | None, str | None, tuple[int, ...]], str]


def _drawn(parts: Sequence[RenderableType], plain: bool = False, whole_lines: bool = False) -> str:
    """Return PARTS as rich draws them. The text is written elsewhere: rich fails on a terminal that is not UTF-8."""
    plain = plain or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") in (None, "", "dumb", "unknown")
    out = io.StringIO()
    width = shutil.get_terminal_size().columns
    console = Console(file=out, width=width, highlight=False, force_terminal=not plain, legacy_windows=False)
    if plain:
        console = Console(file=out, width=width, highlight=False, color_system=None)
    for part in parts:
        console.print(part, soft_wrap=whole_lines)
    return out.getvalue()


def texts_of(clips: Sequence[Clipping]) -> Texts:
    """Return where the paragraphs of CLIPS stand, and what they say: by source, digest in the archive and lines."""
    texts: Texts = {}
    for clip in clips:
        digest = clip.extra.get("source_sha256")
        for block in clip.blocks:
            said = [(block.lines, block.text)]
            if is_joined(block):
                said += [((n,), line) for n, line in zip(block.lines, printed_lines(block), strict=True)]
            for lines, text in said:
                for name in (clip.id, None):
                    for old in (None, digest):
                        texts.setdefault((clip.source, name, old, lines), text)
    return texts


def _text_at(place: Place, texts: Texts) -> str:
    return texts.get((place.source, place.id, place.sha256, place.lines), "")


def draw_findings(findings: Sequence[Finding], texts: Texts, *, plain: bool = False) -> str:
    """Return FINDINGS as a table for people, both passages side by side; PLAIN: without colours.

    The letters that are shared stand out in bold and colour, or plainly in 〔〕.
    """
    sources = {(p.source, p.sha256) for f in findings for p in f.places}
    table = Table(title=_title(findings), title_justify="left", box=None, pad_edge=False, show_edge=False)
    for name in ("kind", "action", "lines", "letters", "here", "there"):
        table.add_column(name, justify="right" if name == "letters" else "left", overflow="fold")
    table.columns[-2].ratio = table.columns[-1].ratio = 1
    table.expand = True
    for f in findings:
        style = COLOURS.get(f.kind, "")
        here = _passage(f.keep or f.drop[0], f, texts, plain, style)
        there = _passage(f.drop[0], f, texts, plain, style) if f.keep else Text(one_line(f.why))
        where = Text(_where(f, len(sources) > 1))
        table.add_row(Text(f.kind, style=style), Text(f.action), where, Text(str(f.letters)), here, there)
    return _drawn([table], plain)


def _where(finding: Finding, named: bool) -> str:
    """Return the lines that stay, an arrow, and the lines in question; NAMED: each with its source."""
    told = [_lines(p, named) for p in finding.drop[:TOLD]]
    if len(finding.drop) > TOLD:
        told.append(f"{len(finding.drop) - TOLD} more")
    places = ", ".join(told)
    return f"{_lines(finding.keep, named)} → {places}" if finding.keep else places


def explain_findings(findings: Sequence[Finding], texts: Texts, *, plain: bool = True) -> str:
    """Return each of FINDINGS with its reason, and below it what stands in each of its places."""
    parts: list[RenderableType] = []
    for f in findings:
        style = COLOURS.get(f.kind, "")
        head = Text(f"{f.kind}, {ACTIONS[f.action]}: ", style="bold")
        parts.append(head.append(Text(one_line(f.why), style="not bold")))
        for place in f.places:
            where = Text(f"    {_lines(place, True)}: ", style="dim")
            parts.append(where.append(_passage(place, f, texts, plain, style)))
        parts.append(Text())
    return _drawn(parts[:-1], plain, whole_lines=plain)


def _passage(place: Place, finding: Finding, texts: Texts, plain: bool, style: str) -> Text:
    """Return what stands at PLACE with some text around it, the shared letters marked."""
    text = _text_at(place, texts)
    start, end = place.span
    before, shared, after = text[:start], text[start:end], text[end:]
    before = before if len(before) <= AROUND else "…" + before[-AROUND:]
    after = after if len(after) <= AROUND else after[:AROUND] + "…"
    said = Text(one_line(before), style="not dim")
    for piece, stands_out in _marked(place, finding, texts, shared):
        piece = f"〔{one_line(piece)}〕" if stands_out and plain else one_line(piece)
        said.append(piece, style=f"not dim bold {style}" if stands_out else "not dim")
    return said.append(one_line(after))


def _marked(place: Place, finding: Finding, texts: Texts, shared: str) -> list[tuple[str, bool]]:
    """Return SHARED, what stands at PLACE, in pieces, and whether each is to stand out.

    In a near repeat it is what differs, else what is the same where that is not the whole.
    """
    if finding.kind != "near" or finding.keep is None:
        whole = len(shared) == len(_text_at(place, texts))
        return [(shared, not whole)]
    other = finding.drop[0] if place == finding.keep else finding.keep
    theirs = _text_at(other, texts)[slice(*other.span)]
    pieces = SequenceMatcher(None, shared, theirs, autojunk=False).get_opcodes()
    return [(shared[i:k], tag != "equal") for tag, i, k, *_ in pieces if i < k]


def _title(findings: Sequence[Finding]) -> Text:
    sources = {p.source for f in findings for p in f.places}
    where = f" in {one_line(min(sources))}" if len(sources) == 1 else ""
    twice = count_twice(findings)
    said = f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}{where}"
    return Text(f"{said}; {twice} letters stand twice")


def _lines(place: Place, named: bool) -> str:
    lines = "+".join(map(str, place.lines))
    old = " (archive)" if place.sha256 else ""
    return f"{one_line(place.source)}:{lines}{old}" if named else lines


def draw_keywords(rows: Sequence[tuple[Clipping, Sequence[Keyword]]]) -> str:
    """Return the keywords of each clipping under its headline, each with a bar as long as its weight."""
    parts: list[RenderableType] = []
    for clip, keywords in rows:
        if not keywords:
            continue
        table = Table(box=None, show_header=False, pad_edge=False)
        for k in keywords:
            bar = "█" * max(1, round(k.weight * BAR))
            table.add_row(
                Text(one_line(k.word)),
                Text(bar, style="cyan"),
                Text(f"{k.weight:.2f}"),
                Text(f"×{k.count}"),
                Text(k.kind, style="dim"),
            )
        parts += [Text(one_line(clip.headline or clip.id), style="bold"), table, Text()]
    return _drawn(parts)


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on standard error while inputs are done, TOTAL of them, and take it away at the end.

    What is called for each input that is done is handed to the body of the with statement.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
