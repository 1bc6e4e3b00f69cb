"""One run of `clipper convert`: what is converted is written, and what was changed.

What becomes of an input is written whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from clipper import textio
from clipper.clipping import LINE_END, Clipping, Form, json_lines, read_records, split_lines
from clipper.compiling import IDS
from clipper.convert import Conversion, Piece, convert_clipping
from clipper.directing import SAMPLE, Direction, Plan, Work, needed_configs, read_house
from clipper.errors import ClipperError, PromiseError, UsageError
from clipper.opencc_tables import REIMPLEMENTED
from clipper.pieces import Input, Paragraph, TextPiece, paragraphs_of
from clipper.pipeline import Job, Run, cite, count, form_out, read_item, written

__all__ = ["Plan", "convert_files"]


def convert_files(job: Job, *, plan: Plan) -> int:
    """Run `clipper convert` as PLAN says, and return the exit code."""
    if plan.config is not None:
        plan = replace(plan, config=plan.config.removesuffix(".json"))
    _refuse_misuse(job, plan)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads have nothing to do, and cost a tenth of a run
    run = Run(job)
    house = [name for name in (plan.glossary, plan.names) if name]
    textio.refuse_same_file(job.output, house)
    if plan.changes is not None:
        textio.refuse_same_file(plan.changes, [*run.paths, *house])
        textio.refuse_same_output(plan.changes, job.output)
    work = Work(run, plan, read_house(plan, job.encoding))
    if not plan.detect:
        for config in needed_configs(plan):  # so that one that is not there is named before anything is read
            work.converter(config)
    inputs = [Input(job, path) for path in run.paths]
    if not plan.detect and not job.check:
        return _write(work, inputs)
    from clipper.checking import check_files, detect_files

    return detect_files(run, inputs) if plan.detect else check_files(work, inputs)


def _refuse_misuse(job: Job, plan: Plan) -> None:
    """Raise UsageError for options that do not go together."""
    if plan.config is not None and plan.to:
        raise UsageError("--to", "does not go with -c", "leave one of them out")
    if plan.every and not job.check:
        raise UsageError("--all", "goes with --check only", "add --check")
    if job.check and (plan.resolve or plan.changes):
        raise UsageError("--check", "does not go with --resolve or --changes", "leave one of them out")
    if plan.detect and (job.check or replace(plan, detect=False) != Plan()):
        raise UsageError("--detect", "says what is there and converts nothing", "leave the other options out")
    if plan.dictionaries == REIMPLEMENTED and (job.check or plan.resolve):
        option = "--check" if job.check else "--resolve"
        raise UsageError(option, f"knows nothing of how {REIMPLEMENTED} matches", "leave one of the two out")
    if plan.changes in ("", "-"):
        raise UsageError("--changes", "takes the name of a file")


# ---- writing --------------------------------------------------------------------------------------------------------


def _write(work: Work, inputs: Sequence[Input]) -> int:
    """Convert INPUTS and write what becomes of them, and what was changed."""
    run, plan = work.run, work.plan
    forms = {given.form for given in inputs if given.form}
    form = form_out(forms, run.job.form)
    as_it_is = len(forms) == 1 and "records" not in (form, *forms)
    changes = textio.Output(plan.changes) if plan.changes else None
    with changes or nullcontext(), textio.Output(run.job.output, bom=run.job.bom) as output:
        writer = _Writer(work, form, output, changes)
        for number, given in enumerate(inputs):
            before = writer.last
            try:
                with changes.part() if changes else nullcontext(), output.part():
                    writer.write(given, as_it_is=as_it_is, last=number == len(inputs) - 1)
                writer.wrote = True
            except ClipperError as error:
                writer.last = before
                run.fail(error)
        if run.failed and not writer.wrote:
            output.discard()  # nothing could be done: a file of an earlier run stays as it is
            if changes:
                changes.discard()
    return 1 if run.failed else 0


class _Writer:
    """Where converted inputs go, in FORM, one after another."""

    def __init__(self, work: Work, form: Form, output: textio.Output, changes: textio.Output | None) -> None:
        self._work, self._form, self._output, self._changes = work, form, output, changes
        self.wrote = False  # whether any input is done
        self.last: Clipping | None = None  # the last one that was written

    def write(self, given: Input, *, as_it_is: bool, last: bool) -> None:
        """Convert GIVEN and write it: AS IT IS, line by line; else as clippings. last: no other input follows."""
        as_it_is = as_it_is and given.form is not None  # which cannot be read, and says so where it is
        direction: Direction | None = None
        size = 0
        text = ""
        for piece in given.pieces(whole=not as_it_is and given.form != "records"):
            size += len(piece.text)
            found = [] if as_it_is else _clippings(given, piece, self._form)
            if direction is None:
                sample = piece.text if as_it_is else "\n".join(b.text for c in found for b in c.blocks)
                direction = Direction(self._work, given.name, sample[:SAMPLE])
                direction.refuse_wrong_script(sample[:SAMPLE])
            if as_it_is:
                text = self._write_text(given, piece, direction)
            elif found:
                self._write_clippings(found, direction)
        if as_it_is and text and not last and not text.endswith(("\n", "\r")):
            self._output.write("\n")
        if direction is not None:
            direction.warn()
        if self._work.run.job.verbose:
            with_ = self._work.plan.config or (f"--to {self._work.plan.to}" if self._work.plan.to else "s2t")
            textio.say(f"{given.name}: {count(size, 'character')} converted with {with_}")

    def _write_text(self, given: Input, piece: TextPiece, direction: Direction) -> str:
        text = direction.way.convert(piece.text)
        if _line_ends(text) != _line_ends(piece.text):
            raise PromiseError(given.name, "a line would be lost")
        direction.look_at_text(piece.text, piece.first)
        if self._changes:
            self._write_changes(piece.text, text, given, piece.first, direction.way)
        if text:
            self._output.write(text)
        return text

    def _write_clippings(self, clips: Sequence[Clipping], direction: Direction) -> None:
        done = [convert_clipping(clip, direction.way) for clip in clips]
        paragraphs = list(paragraphs_of(clips))
        for paragraph in paragraphs:
            line = str(paragraph.lines[0]) if paragraph.lines else str(paragraph.id)
            direction.look_at(paragraph.source, line, paragraph.text)
        if self._changes:
            for paragraph, after in zip(paragraphs, [b.text for clip in done for b in clip.blocks], strict=True):
                if paragraph.text != after:
                    self._changes.write(json_lines(_changes(paragraph, after, direction.way.align(paragraph.text))))
        text = written(done, self._form)
        if self._form == "clips" and self.last is not None:
            break_ = "***\n\n" if self.last.headline is None and not text.startswith("***") else ""
            text = "\n" + break_ + text
        self._output.write(text)
        self.last = done[-1]

    def _write_changes(self, before: str, after: str, given: Input, first: int, way: Conversion) -> None:
        """Write what has changed from BEFORE to AFTER, of which the first line has the number FIRST."""
        old, new = split_lines(before), split_lines(after)
        aligned = _aligned(before, way) if IDS.search(before) else map(way.align, old)
        for number, (line, text, pieces) in enumerate(zip(old, new, aligned, strict=False), first):
            if line != text and self._changes:
                paragraph = Paragraph(line, given.name, None, (number,))
                self._changes.write(json_lines(_changes(paragraph, text, pieces)))


def _aligned(text: str, way: Conversion) -> list[list[Piece]]:
    """Return the pieces of each line of TEXT, in which a description sequence may reach over the end of a line."""
    ends = [*(found.span() for found in LINE_END.finditer(text)), (len(text), len(text))]
    lines: list[list[Piece]] = [[]]
    at = 0
    for source, target in way.align(text):
        for part in zip(source, source, strict=True) if source == target else [(source, target)]:
            end, beyond = ends[len(lines) - 1]
            if at < end:
                lines[-1].append(part)
            at += len(part[0])
            if at >= beyond and len(lines) < len(ends):
                lines.append([])
    return lines


def _clippings(given: Input, piece: TextPiece, form: Form) -> Sequence[Clipping]:
    """Return the clippings in PIECE, as they are written in FORM."""
    if piece.source is None:
        return read_records(piece.text, given.name, piece.first)
    item = read_item(piece.source, size=len(piece.source.data))
    return cite(item) if form == "records" and item.form != "records" else item.clips


def _line_ends(text: str) -> tuple[int, int]:
    return text.count("\n"), text.count("\r")


def _changes(paragraph: Paragraph, text: str, pieces: Sequence[Piece]) -> Iterator[dict[str, Any]]:
    """Yield what was changed in PARAGRAPH, which in PIECES became TEXT: from what, to what, where before and after."""
    if "".join(target for _, target in pieces) != text:
        raise PromiseError(paragraph.source, "what was changed is not all that was changed")
    at = then = 0
    for source, target in pieces:
        if source != target:
            place = paragraph.place((at, at + len(source)))
            yield {**place, "then": [then, then + len(target)], "from": source, "to": target}
        at += len(source)
        then += len(target)
