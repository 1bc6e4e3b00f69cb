"""What a person sees on a terminal: findings as a table, keywords with bars. Pipes and files never come here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clipper.errors import one_line

if TYPE_CHECKING:
    from clipper.clipping import Clipping
    from clipper.finding import Finding, Place
    from clipper.keywords import Keyword

__all__ = ["print_findings", "print_keywords"]

BAR = 20  # columns of the longest bar
COLOURS = {"repeat": "red", "near": "yellow", "passage": "yellow", "overlap": "cyan", "fragment": "magenta"}


def print_findings(findings: Sequence[Finding], *, check: bool) -> None:
    """Print FINDINGS as a table: to standard output where they are what was asked for, else beside the text."""
    sources = {p.source for f in findings for p in _places(f)}
    table = Table(title=_title(findings, sources), title_justify="left", box=None, pad_edge=False, show_edge=False)
    for name in ("kind", "action", "lines", "letters", "why"):
        table.add_column(name, justify="right" if name == "letters" else "left", overflow="fold")
    for f in findings:
        kind = Text(f.kind, style=COLOURS.get(f.kind, ""))
        table.add_row(kind, Text(f.action), Text(_where(f, len(sources) > 1)), Text(str(f.letters)), Text(f.why))
    Console(stderr=not check, highlight=False).print(table)


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


def print_keywords(rows: Sequence[tuple[Clipping, Sequence[Keyword]]]) -> None:
    """Print the keywords of each clipping under its headline, each with a bar as long as its weight."""
    console = Console(highlight=False)
    for clip, keywords in rows:
        if not keywords:
            continue
        console.print(Text(clip.headline or clip.id, style="bold"))
        table = Table(box=None, show_header=False, pad_edge=False)
        for k in keywords:
            bar = "█" * max(1, round(k.weight * BAR))
            table.add_row(Text(k.word), Text(bar, style="cyan"), Text(f"{k.weight:.2f}"), Text(f"×{k.count}"))
        console.print(table)
        console.print()
