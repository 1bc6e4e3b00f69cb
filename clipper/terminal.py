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
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from clipper.errors import one_line

if TYPE_CHECKING:
    from clipper.clipping import Clipping
    from clipper.finding import Finding, Place
    from clipper.keywords import Keyword

__all__ = ["draw_findings", "draw_keywords", "progress"]

BAR = 20  # columns of the longest bar
COLOURS = {"repeat": "red", "near": "yellow", "passage": "yellow", "overlap": "cyan", "fragment": "magenta"}


def _drawn(parts: Sequence[RenderableType], plain: bool = False) -> str:
    """Return PARTS as rich draws them. The text is written elsewhere: rich fails on a terminal that is not UTF-8."""
    plain = plain or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") in (None, "", "dumb", "unknown")
    out = io.StringIO()
    width = shutil.get_terminal_size().columns
    console = Console(file=out, width=width, highlight=False, force_terminal=not plain, legacy_windows=False)
    if plain:
        console = Console(file=out, width=width, highlight=False, color_system=None)
    for part in parts:
        console.print(part)
    return out.getvalue()


def draw_findings(findings: Sequence[Finding], *, plain: bool = False) -> str:
    """Return FINDINGS as a table for people; PLAIN: without colours."""
    sources = {p.source for f in findings for p in _places(f)}
    table = Table(title=_title(findings, sources), title_justify="left", box=None, pad_edge=False, show_edge=False)
    for name in ("kind", "action", "lines", "letters", "why"):
        table.add_column(name, justify="right" if name == "letters" else "left", overflow="fold")
    for f in findings:
        kind = Text(f.kind, style=COLOURS.get(f.kind, ""))
        where = Text(_where(f, len(sources) > 1))
        table.add_row(kind, Text(f.action), where, Text(str(f.letters)), Text(one_line(f.why)))
    return _drawn([table], plain)


def _title(findings: Sequence[Finding], sources: set[str]) -> Text:
    where = f" in {one_line(min(sources))}" if len(sources) == 1 else ""
    return Text(f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}{where}")


def _places(finding: Finding) -> list[Place]:
    return [*([finding.keep] if finding.keep else []), *finding.drop]


def _where(finding: Finding, named: bool) -> str:
    """Return the lines that stay, an arrow, and the lines in question; NAMED: each with its source."""
    places = ", ".join(_lines(p, named) for p in finding.drop)
    return f"{_lines(finding.keep, named)} → {places}" if finding.keep else places


def _lines(place: Place, named: bool) -> str:
    lines = "+".join(map(str, place.lines))
    return f"{one_line(place.source)}:{lines}" if named else lines


def draw_keywords(rows: Sequence[tuple[Clipping, Sequence[Keyword]]]) -> str:
    """Return the keywords of each clipping under its headline, each with a bar as long as its weight."""
    parts: list[RenderableType] = []
    for clip, keywords in rows:
        if not keywords:
            continue
        table = Table(box=None, show_header=False, pad_edge=False)
        for k in keywords:
            bar = "█" * max(1, round(k.weight * BAR))
            table.add_row(Text(one_line(k.word)), Text(bar, style="cyan"), Text(f"{k.weight:.2f}"), Text(f"×{k.count}"))
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
