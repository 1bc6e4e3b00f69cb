"""What `clipper convert` says instead of converting: the script of each paragraph, and what is doubtful."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from clipper import textio
from clipper.clipping import json_lines, read_records
from clipper.directing import SAMPLE, Direction, Work
from clipper.errors import ClipperError, UsageError
from clipper.opencc_tables import load_choices, load_fold, load_letters
from clipper.pieces import Input, Paragraph, paragraphs_of, paragraphs_of_text
from clipper.pipeline import FOUND, Run
from clipper.scripts import Detected, detect_script, total

if TYPE_CHECKING:
    from clipper.house import House
    from clipper.risks import Choice

__all__ = ["check_files", "detect_files"]

# What takes a text back.
BACK: Final = {
    "s2t": "t2s", "s2tw": "tw2s", "s2hk": "hk2s", "s2twp": "tw2sp", "s2hkp": "hk2sp", "t2tw": "tw2t", "t2hk": "hk2t",
    "t2jp": "jp2t",
}  # fmt: skip
BACK_AGAIN: Final = {back: there for there, back in BACK.items()}


DETECT_HEADER: Final = ("source", "lines", "script", "region", "simplified", "traditional")


def detect_files(run: Run, inputs: Sequence[Input]) -> int:
    """Write in which script each paragraph of INPUTS is."""
    rows = run.job.form != "jsonl"
    wrote = False
    with textio.Output(run.job.output, bom=run.job.bom) as output:
        for given in inputs:
            try:
                together = Detected()
                with output.part():
                    if rows and not wrote:
                        output.write("\t".join(DETECT_HEADER) + "\n")
                    for paragraph in chain.from_iterable(_paragraphs_in(given)):
                        found = detect_script(paragraph.text, load_letters())
                        together = total([together, found])
                        output.write(
                            _detected_row(paragraph, found) if rows else json_lines([_detected(paragraph, found)])
                        )
                wrote = True
                if run.job.verbose:
                    textio.say(f"{given.name}: {together.script}")
            except ClipperError as error:
                run.fail(error)
        if run.failed and not wrote:
            output.discard()
    return 1 if run.failed else 0


def _paragraphs_in(given: Input) -> Iterator[list[Paragraph]]:
    """Yield the paragraphs of GIVEN that say something, those of a piece at a time."""
    for piece in given.pieces():
        if given.form == "records":
            found = list(paragraphs_of(read_records(piece.text, given.name, piece.first)))
        else:
            found = paragraphs_of_text(piece.text, given.name, piece.first)
        yield [paragraph for paragraph in found if paragraph.text.strip()]


def _detected(paragraph: Paragraph, found: Detected) -> dict[str, Any]:
    return {
        "source": paragraph.source,
        "id": paragraph.id,
        "lines": list(paragraph.lines),
        "script": found.script,
        "region": found.region,
        "simplified": found.simplified,
        "traditional": found.traditional,
    }


def _detected_row(paragraph: Paragraph, found: Detected) -> str:
    lines = ",".join(map(str, paragraph.lines))
    numbers = str(found.simplified), str(found.traditional)
    return "\t".join([paragraph.source, lines, found.script, found.region, *numbers]) + "\n"


def check_files(work: Work, inputs: Sequence[Input]) -> int:
    """Write what is doubtful about the conversion of INPUTS; exit code 3 where anything is."""
    run = work.run
    any_found = False
    with textio.Output(run.job.output) as output:
        for given in inputs:
            try:
                some = False
                with output.part():
                    for found in _findings(work, given):
                        output.write(json_lines([found]))
                        some = True
                any_found = any_found or some
            except ClipperError as error:
                run.fail(error)
        if run.failed and not any_found:
            output.discard()
    return 1 if run.failed else FOUND if any_found else 0


def _findings(work: Work, given: Input) -> Iterator[dict[str, Any]]:
    """Yield the doubtful places of GIVEN in their order; then, if they are asked for, the characters left to chance."""
    direction: Direction | None = None
    left: dict[tuple[str, Choice], list[dict[str, Any]]] = {}
    for paragraphs in _paragraphs_in(given):
        if direction is None:
            direction = Direction(work, given.name, "\n".join(x.text for x in paragraphs)[:SAMPLE])
        for paragraph in paragraphs:
            configs = direction.configs(paragraph.text)
            if not configs:
                continue
            seen = _seen(paragraph, work.house)
            yield from _doubts(work, seen, configs[0])
            if work.plan.every:
                yield from _returns(work, seen, configs[0])
                for at, character, choice in _choices(work, seen, configs[0]):
                    left.setdefault((character, choice), []).append(seen.place((at, at + len(character))))
    for (character, choice), places in sorted(left.items(), key=lambda one: (-one[0][1].risk, one[0][0])):
        yield {
            "kind": "choice",
            "text": character,
            "readings": list(choice.readings),
            "risk": choice.risk,
            "why": f"no word decides, and {choice.readings[0]} is the first of {len(choice.readings)}",
            "places": places,
        }


@dataclass(frozen=True, slots=True)
class _Seen:
    """A paragraph as the conversion sees it: with a placeholder for each stretch that the house protects."""

    paragraph: Paragraph
    text: str
    there: Callable[[int], int]

    def place(self, span: tuple[int, int]) -> dict[str, Any]:
        """Return what is reported of SPAN of this text: where it stands in the paragraph."""
        return self.paragraph.place((self.there(span[0]), self.there(span[1])))


def _seen(paragraph: Paragraph, house: House | None) -> _Seen:
    if house is None:
        return _Seen(paragraph, paragraph.text, lambda at: at)
    from clipper.house import mask

    return _Seen(paragraph, *mask(paragraph.text, house))


def _doubts(work: Work, seen: _Seen, config: str) -> Iterator[dict[str, Any]]:
    from clipper.doubts import find_doubts

    for doubt in find_doubts(seen.text, work.judge(config)):
        if work.plan.every or not doubt.settled:
            yield {
                "kind": doubt.reason,
                **seen.place(doubt.span),
                "text": doubt.text,
                "readings": list(doubt.readings),
                "better": doubt.better,
                "why": doubt.why,
            }


def _choices(work: Work, seen: _Seen, config: str) -> Iterator[tuple[int, str, Choice]]:
    from clipper.risks import find_choices

    choices = load_choices(config, work.plan.dictionaries)
    return find_choices(seen.text, work.converter(config), choices, load_fold())


def _returns(work: Work, seen: _Seen, config: str) -> Iterator[dict[str, Any]]:
    from clipper.risks import find_returns

    back = BACK.get(config) or BACK_AGAIN.get(config)
    if back is None:
        return
    try:
        converter = work.converter(back)
    except UsageError:  # a folder of dictionaries without the way back
        return
    for found in find_returns(seen.text, work.converter(config), converter):
        yield {
            "kind": "return",
            **seen.place(found.span),
            "text": found.text,
            "readings": [found.there],
            "back": found.back,
            "why": f"it becomes {found.there}, and {back} makes {found.back} of that",
        }
