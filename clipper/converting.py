"""One run of `clipper convert`: inputs in pieces, in which direction each goes, what is doubtful, what was changed.

Text is read, converted and written in pieces of some megabytes that end where a line does, so a file of any size takes
the same memory. What becomes of an input is written whole or not at all.
"""

from __future__ import annotations

import codecs
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from clipper import textio
from clipper.clipping import Clipping, Form, guess_form, read_records, split_lines
from clipper.compiling import IDS, IDS_LENGTH
from clipper.convert import Conversion, Piece, compose, conversion, convert_clipping, is_even
from clipper.encodings import decode, decode_part, is_utf8
from clipper.errors import ClipperError, EncodingError, InputError, PromiseError, UsageError
from clipper.house import (
    NO_HOUSE,
    House,
    align_in_house,
    compile_keep,
    convert_in_house,
    mask,
    read_glossary,
    read_names,
)
from clipper.opencc_tables import REIMPLEMENTED, load_choices, load_converter, load_fold, load_judge, load_letters
from clipper.pipeline import FOUND, Job, Run, cite, count, form_out, named, read_item, read_list, written
from clipper.scripts import Detected, Region, Script, count_letters, detect_script, lines_with, total

if TYPE_CHECKING:
    from clipper.compiling import Converter
    from clipper.doubts import Judge
    from clipper.risks import Choice

__all__ = ["Plan", "convert_files"]

WHOLE: Final = 1 << 25  # bytes of an input that is read whole
AT_ONCE: Final = 1 << 22  # bytes that are converted at a time of a larger one

# The configurations that turn a text in some script and of some region into that of another region, one after another.
ROUTES: Final[dict[str, dict[tuple[str, Region], tuple[str, ...]]]] = {
    "cn": {
        ("traditional", "t"): ("t2s",),
        ("traditional", ""): ("t2s",),
        ("traditional", "tw"): ("tw2s",),
        ("traditional", "hk"): ("hk2s",),
    },
    "tw": {
        ("simplified", ""): ("s2tw",),
        ("traditional", "t"): ("t2tw",),
        ("traditional", ""): ("t2tw",),
        ("traditional", "hk"): ("hk2t", "t2tw"),
    },
    "hk": {
        ("simplified", ""): ("s2hk",),
        ("traditional", "t"): ("t2hk",),
        ("traditional", ""): ("t2hk",),
        ("traditional", "tw"): ("tw2t", "t2hk"),
    },
}
# What a configuration converts from, by the first part of its name.
FROM: Final[dict[str, Script]] = {"s": "simplified", "t": "traditional", "tw": "traditional", "hk": "traditional"}
# What takes a text back.
BACK: Final = {
    "s2t": "t2s", "s2tw": "tw2s", "s2hk": "hk2s", "s2twp": "tw2sp", "s2hkp": "hk2sp", "t2tw": "tw2t", "t2hk": "hk2t",
    "t2jp": "jp2t",
}  # fmt: skip
BACK_AGAIN: Final = {back: there for there, back in BACK.items()}

LINE_END = re.compile(r"\r\n|\n|\r")  # as in split_lines

SAMPLE: Final = 1 << 16  # characters by which the script of an input is told
ENOUGH: Final = 20  # telling characters from which a whole input is known to be in the wrong script
NAMED: Final = 5  # lines that a message names

DETECT_HEADER: Final = ("source", "lines", "script", "region", "simplified", "traditional")


@dataclass(frozen=True, slots=True)
class Plan:
    """What `clipper convert` is told besides its Job.

    config: an OpenCC configuration, or None; to: "cn", "tw" or "hk", where the direction follows from the script that
    is found. dictionaries: see `load_converter`. glossary, names: files of the house; keep: regular expressions;
    quotes: "corner" or "curly". resolve: take the better reading of a doubtful place. every: with --check, everything
    that was left to chance too. detect: say in which script each paragraph is. changes: the file for what was changed.
    force: convert what is in the wrong script too.
    """

    config: str | None = None
    to: str | None = None
    dictionaries: str | None = None
    glossary: str | None = None
    names: str | None = None
    keep: tuple[str, ...] = ()
    quotes: str | None = None
    resolve: bool = False
    every: bool = False
    detect: bool = False
    changes: str | None = None
    force: bool = False


def convert_files(job: Job, *, plan: Plan = Plan()) -> int:
    """Run `clipper convert`, and return the exit code."""
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
    work = _Work(run, plan, _house(plan, job.encoding))
    if not plan.detect:
        for config in _configs(plan):  # so that one that is not there is named before anything is read
            work.converter(config)
    inputs = [_Input(job, path) for path in run.paths]
    if plan.detect:
        return _detect(run, inputs)
    return _check(work, inputs) if job.check else _write(work, inputs)


def _configs(plan: Plan) -> list[str]:
    """Return the configurations that a run may need."""
    if plan.to:
        return sorted({config for route in ROUTES[plan.to].values() for config in route})
    return ["s2t" if plan.config is None else plan.config]


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


def _house(plan: Plan, encoding: str | None) -> House:
    patterns = [os.fsencode(pattern).decode("utf-8", "replace") for pattern in plan.keep]  # whatever the locale
    house = House(keep=compile_keep(patterns), quotes=plan.quotes)  # type: ignore[arg-type]
    if plan.names is not None:
        house = replace(house, names=read_names(*read_list(plan.names, encoding, "--names")))
    if plan.glossary is not None:
        house = replace(house, glossary=read_glossary(*read_list(plan.glossary, encoding, "--glossary")))
    return house


# ---- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some lines of an input, from line `first` on, as text; source: where it is the whole input."""

    text: str
    first: int = 1
    source: textio.Source | None = None


class _Input:
    """One input: its form, as its beginning tells, and its pieces."""

    def __init__(self, job: Job, path: str) -> None:
        self._job, self._path = job, path
        self.name = textio.shown_name(path, job.source if path == "-" else None)
        self._begun: tuple[bytes, Iterator[bytes]] | None = None  # of what cannot be opened twice

        self.form = self._find_form()

    def _find_form(self) -> Form | None:
        """Return the form of its first lines; None where they cannot be read, which is said when it is its turn."""
        try:
            begin, rest = self._open()
            while not begin.strip() and (more := next(rest, b"")):
                begin += more
            if b"\0" in begin:  # UTF-16, which cannot be cut at a line's end as it stands
                begin += b"".join(rest)
                rest = iter(())
            if not textio.file_size(self._path):
                self._begun = begin, rest
            try:
                text, _, _ = decode(begin, self.name, self._job.encoding)
            except EncodingError:  # cut off in a character
                text = begin.decode("utf-8", "replace")
            form = guess_form(text)
            if form == "records":
                read_records(next(line for line in split_lines(text) if line.strip()), self.name)
        except ClipperError:
            return None
        return form

    def pieces(self, *, whole: bool = False) -> Iterator[_Piece]:
        """Yield it in pieces; in one, if WHOLE, small or not in UTF-8. Raises what `read_source` does."""
        if not self._begun and 0 < textio.file_size(self._path) < WHOLE:
            yield self._taken(textio.read_source(self._path, encoding=self._job.encoding))
            return
        begin, rest = self._begun or self._open()
        self._begun = None
        chunks, size = [begin], len(begin)
        for chunk in rest:
            chunks.append(chunk)
            size += len(chunk)
            if size >= WHOLE and not whole:
                break
        data = b"".join(chunks)
        if whole or size < WHOLE or self._job.encoding is not None or not is_utf8(data):
            yield self._whole(data + b"".join(rest))
            return
        first = 1
        held = ""
        for part in chain([data.removeprefix(codecs.BOM_UTF8)], _together(rest)):
            text = held + decode_part(part, self.name, first + held.count("\n"))
            end = _cut(text)
            yield _Piece(text[:end], first)
            first += len(split_lines(text[:end]))
            held = text[end:]
        if held:
            yield _Piece(held, first)

    def _open(self) -> tuple[bytes, Iterator[bytes]]:
        pieces = textio.read_pieces(self._path, name=self._job.source if self._path == "-" else None)
        return next(pieces, b""), pieces

    def _whole(self, data: bytes) -> _Piece:
        name = self._job.source if self._path == "-" else None
        return self._taken(textio.to_source(data, self._path, encoding=self._job.encoding, name=name))

    def _taken(self, source: textio.Source) -> _Piece:
        return _Piece(source.text, source=named(self._job, source, self._path))


def _cut(text: str) -> int:
    """Return where TEXT, some lines, can be cut: before a description sequence that may go on in what follows."""
    found = IDS.search(text, max(0, len(text) - IDS_LENGTH))
    return text.rfind("\n", 0, found.start()) + 1 if found else len(text)


def _together(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield CHUNKS put together to AT_ONCE bytes and a little more."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= AT_ONCE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


# ---- the direction --------------------------------------------------------------------------------------------------


class _Work:
    """What is to be done in a run; what is needed for it is loaded once, when it is needed."""

    def __init__(self, run: Run, plan: Plan, house: House) -> None:
        self.run, self.plan, self.house = run, plan, house
        self._conversions: dict[tuple[str, ...], Conversion] = {}

    def converter(self, config: str) -> Converter:
        """Return the converter of CONFIG."""
        return load_converter(config, self.plan.dictionaries)

    def judge(self, config: str) -> Judge:
        """Return what finds the doubts of CONFIG."""
        return load_judge(config, self.plan.dictionaries)

    def conversion(self, configs: tuple[str, ...]) -> Conversion:
        """Return what converts a text by CONFIGS, one after another, in the style of the house."""
        if configs not in self._conversions:
            done = _one_after_another([self._by(config) for config in configs])
            self._conversions[configs] = _in_house(done, self.house)
        return self._conversions[configs]

    def _by(self, config: str) -> Conversion:
        converter = self.converter(config)
        if not self.plan.resolve:
            return conversion(converter)
        from clipper.doubts import align_resolved, resolve_text

        judge = self.judge(config)
        return Conversion(
            converter.script,
            lambda text: resolve_text(text, judge),
            lambda text: align_resolved(text, judge),
            is_even(converter),
        )


def _one_after_another(steps: Sequence[Conversion]) -> Conversion:
    if len(steps) == 1:
        return steps[0]

    def convert(text: str) -> str:
        for step in steps:
            text = step.convert(text)
        return text

    def align(text: str) -> list[Piece]:
        passes = [[(c, c) for c in text]]
        for step in steps:
            passes.append(step.align("".join(target for _, target in passes[-1])))
        return compose(passes)

    return Conversion("+".join(step.script for step in steps), convert, align, all(step.even for step in steps))


def _in_house(way: Conversion, house: House) -> Conversion:
    """Return WAY in the style of HOUSE."""
    if house == NO_HOUSE:
        return way
    even = way.even and all(len(form) == len(printed) for form, printed in house.glossary.words.items())
    return Conversion(
        way.script,
        lambda text: convert_in_house(text, way.convert, house),
        lambda text: align_in_house(text, way.align, house),
        even,
    )


class _Direction:
    """The way of one input: by one configuration, or, with --to, each paragraph by those that its script calls for.

    SAMPLE: how the input begins. A paragraph that could be either is taken for what the input is.
    """

    def __init__(self, work: _Work, name: str, sample: str) -> None:
        self._work, self._name = work, name
        self._to = work.plan.to
        self._odd: dict[str, list[str]] = {}  # source -> lines that are not in the script they should be in
        if self._to:
            found = detect_script(sample, load_letters())
            self._main: Script | None = "traditional" if found.main == "traditional" else "simplified"
            self._region = found.region
        else:
            self.config = "s2t" if work.plan.config is None else work.plan.config
            self._main = FROM.get(self.config.partition("2")[0])

    @property
    def way(self) -> Conversion:
        """What converts a text of any number of lines, or a paragraph."""
        if not self._to:
            return self._work.conversion((self.config,))
        main = self._work.conversion(self._route(self._main))
        return replace(main, script=self._to, convert=self._convert, align=self._align, even=False)

    def configs(self, paragraph: str) -> tuple[str, ...]:
        """Return the configurations that PARAGRAPH goes through."""
        if not self._to:
            return (self.config,)
        found = detect_script(paragraph, load_letters()).main
        return self._route(self._main if found == "unknown" else found)

    def _route(self, script: Script | None) -> tuple[str, ...]:
        region = self._region if script == "traditional" else ""
        return ROUTES[str(self._to)].get((str(script), region), ())

    def _convert(self, text: str) -> str:
        main = self._work.conversion(self._route(self._main))
        converted: list[str] = []
        done = 0
        for start, end in lines_with(text, self._other):
            configs = self.configs(text[start:end])
            if configs != self._route(self._main):
                converted += main.convert(text[done:start]), self._work.conversion(configs).convert(text[start:end])
                done = end
        return "".join([*converted, main.convert(text[done:])])

    def _align(self, text: str) -> list[Piece]:
        return self._work.conversion(self.configs(text)).align(text)

    @property
    def _other(self) -> frozenset[str]:
        """The characters of the script that this input is not in."""
        letters = load_letters()
        return letters.traditional if self._main == "simplified" else letters.simplified

    # ---- what is not in the right script ----

    def look_at(self, source: str, line: str, paragraph: str) -> None:
        """Remember PARAGRAPH, at LINE of SOURCE or in the clipping called so, if it is odd and would change.

        It is where it is in both scripts, or in the wrong one.
        """
        if self._main is None:
            return
        found = detect_script(paragraph, load_letters())
        wrong = found.traditional if self._main == "simplified" else found.simplified
        odd = found.script == "mixed" or (found.script != self._main and not self._to)
        if odd and wrong > 1 and self.way.convert(paragraph) != paragraph:
            self._odd.setdefault(source, []).append(line)

    def look_at_text(self, text: str, first: int) -> None:
        """Look at the lines of TEXT, of which the first has the number FIRST."""
        if self._main is None:
            return
        at, line = 0, first
        for start, end in lines_with(text, self._other):
            line += len(split_lines(text[at:start] + "|")) - 1
            at = start
            self.look_at(self._name, str(line), text[start:end])

    def refuse_wrong_script(self, sample: str) -> None:
        """Raise InputError where SAMPLE, how the input begins, is in the script that it is to be turned into."""
        if self._main is None or self._to or self._work.plan.force:
            return
        if count_letters(sample, self._other) < ENOUGH:
            return
        found = detect_script(sample, load_letters())
        if found.script in (self._main, "mixed"):
            return
        convert = conversion(self._work.converter(self.config)).convert
        for start, end in lines_with(sample, self._other):
            line = sample[start:end]
            if detect_script(line, load_letters()).script == found.script and convert(line) != line:
                raise InputError(
                    self._name,
                    f"is in {found.script} script already, and {self.config} would spoil it",
                    "convert it the other way, or give --force",
                )

    def warn(self) -> None:
        """Say what was not in the script it should be in."""
        how = "in both scripts" if self._to else f"not all in {self._main} script"
        for source, lines in list(self._odd.items())[:NAMED]:
            named = ", ".join(lines[:NAMED])
            more = f" and {len(lines) - NAMED} more" if len(lines) > NAMED else ""
            what = f"line {named} is" if len(lines) == 1 else f"lines {named}{more} are"
            textio.say(f"{source}: {what} {how}; check what became of {'it' if len(lines) == 1 else 'them'}")
        if len(self._odd) > NAMED:
            textio.say(f"{self._name}: {count(len(self._odd) - NAMED, 'more source')} with such lines")


# ---- writing --------------------------------------------------------------------------------------------------------


def _write(work: _Work, inputs: Sequence[_Input]) -> int:
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

    def __init__(self, work: _Work, form: Form, output: textio.Output, changes: textio.Output | None) -> None:
        self._work, self._form, self._output, self._changes = work, form, output, changes
        self.wrote = False  # whether any input is done
        self.last: Clipping | None = None  # the last one that was written

    def write(self, given: _Input, *, as_it_is: bool, last: bool) -> None:
        """Convert GIVEN and write it: AS IT IS, line by line; else as clippings. last: no other input follows."""
        as_it_is = as_it_is and given.form is not None  # which cannot be read, and says so where it is
        direction: _Direction | None = None
        size = 0
        text = ""
        for piece in given.pieces(whole=not as_it_is and given.form != "records"):
            size += len(piece.text)
            found = [] if as_it_is else _clippings(given, piece, self._form)
            if direction is None:
                sample = piece.text if as_it_is else "\n".join(b.text for c in found for b in c.blocks)
                direction = _Direction(self._work, given.name, sample[:SAMPLE])
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

    def _write_text(self, given: _Input, piece: _Piece, direction: _Direction) -> str:
        text = direction.way.convert(piece.text)
        if _line_ends(text) != _line_ends(piece.text):
            raise PromiseError(given.name, "a line would be lost")
        direction.look_at_text(piece.text, piece.first)
        if self._changes:
            self._write_changes(piece.text, text, given, piece.first, direction.way)
        if text:
            self._output.write(text)
        return text

    def _write_clippings(self, clips: Sequence[Clipping], direction: _Direction) -> None:
        done = [convert_clipping(clip, direction.way) for clip in clips]
        paragraphs = list(_paragraphs_of(clips))
        for paragraph in paragraphs:
            line = str(paragraph.lines[0]) if paragraph.lines else str(paragraph.id)
            direction.look_at(paragraph.source, line, paragraph.text)
        if self._changes:
            for paragraph, after in zip(paragraphs, [b.text for clip in done for b in clip.blocks], strict=True):
                if paragraph.text != after:
                    self._changes.write(_lines(_changes(paragraph, after, direction.way.align(paragraph.text))))
        text = written(done, self._form)
        if self._form == "clips" and self.last is not None:
            break_ = "***\n\n" if self.last.headline is None and not text.startswith("***") else ""
            text = "\n" + break_ + text
        self._output.write(text)
        self.last = done[-1]

    def _write_changes(self, before: str, after: str, given: _Input, first: int, way: Conversion) -> None:
        """Write what has changed from BEFORE to AFTER, of which the first line has the number FIRST."""
        old, new = split_lines(before), split_lines(after)
        aligned = _aligned(before, way) if IDS.search(before) else map(way.align, old)
        for number, (line, text, pieces) in enumerate(zip(old, new, aligned, strict=False), first):
            if line != text and self._changes:
                paragraph = _Paragraph(line, given.name, None, (number,))
                self._changes.write(_lines(_changes(paragraph, text, pieces)))


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


def _clippings(given: _Input, piece: _Piece, form: Form) -> Sequence[Clipping]:
    """Return the clippings in PIECE, as they are written in FORM."""
    if piece.source is None:
        return read_records(piece.text, given.name, piece.first)
    item = read_item(piece.source, size=len(piece.source.data))
    return cite(item) if form == "records" and item.form != "records" else item.clips


def _line_ends(text: str) -> tuple[int, int]:
    return text.count("\n"), text.count("\r")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph, and where it stands."""

    text: str
    source: str
    id: str | None
    lines: tuple[int, ...]

    def place(self, span: tuple[int, int]) -> dict[str, Any]:
        """Return what is reported of SPAN, in code points of this paragraph."""
        return {"source": self.source, "id": self.id, "lines": list(self.lines), "span": list(span)}


def _paragraphs(text: str, source: str, first: int) -> list[_Paragraph]:
    """Return the lines of TEXT, of which the first has the number FIRST; a blank one is one too."""
    return [_Paragraph(line, source, None, (number,)) for number, line in enumerate(split_lines(text), first)]


def _paragraphs_of(clips: Iterable[Clipping]) -> Iterator[_Paragraph]:
    for clip in clips:
        for block in clip.blocks:
            yield _Paragraph(block.text, clip.source, clip.id, block.lines)


def _changes(paragraph: _Paragraph, text: str, pieces: Sequence[Piece]) -> Iterator[dict[str, Any]]:
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


def _lines(objects: Iterable[object]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


# ---- reporting ------------------------------------------------------------------------------------------------------


def _detect(run: Run, inputs: Sequence[_Input]) -> int:
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
                        output.write(_detected_row(paragraph, found) if rows else _lines([_detected(paragraph, found)]))
                wrote = True
                if run.job.verbose:
                    textio.say(f"{given.name}: {together.script}")
            except ClipperError as error:
                run.fail(error)
        if run.failed and not wrote:
            output.discard()
    return 1 if run.failed else 0


def _paragraphs_in(given: _Input) -> Iterator[list[_Paragraph]]:
    """Yield the paragraphs of GIVEN that say something, those of a piece at a time."""
    for piece in given.pieces():
        if given.form == "records":
            found = list(_paragraphs_of(read_records(piece.text, given.name, piece.first)))
        else:
            found = _paragraphs(piece.text, given.name, piece.first)
        yield [paragraph for paragraph in found if paragraph.text.strip()]


def _detected(paragraph: _Paragraph, found: Detected) -> dict[str, Any]:
    return {
        "source": paragraph.source,
        "id": paragraph.id,
        "lines": list(paragraph.lines),
        "script": found.script,
        "region": found.region,
        "simplified": found.simplified,
        "traditional": found.traditional,
    }


def _detected_row(paragraph: _Paragraph, found: Detected) -> str:
    lines = ",".join(map(str, paragraph.lines))
    numbers = str(found.simplified), str(found.traditional)
    return "\t".join([paragraph.source, lines, found.script, found.region, *numbers]) + "\n"


def _check(work: _Work, inputs: Sequence[_Input]) -> int:
    """Write what is doubtful about the conversion of INPUTS; exit code 3 where anything is."""
    run = work.run
    any_found = False
    with textio.Output(run.job.output) as output:
        for given in inputs:
            try:
                some = False
                with output.part():
                    for found in _findings(work, given):
                        output.write(_lines([found]))
                        some = True
                any_found = any_found or some
            except ClipperError as error:
                run.fail(error)
        if run.failed and not any_found:
            output.discard()
    return 1 if run.failed else FOUND if any_found else 0


def _findings(work: _Work, given: _Input) -> Iterator[dict[str, Any]]:
    """Yield the doubtful places of GIVEN in their order; then, if they are asked for, the characters left to chance."""
    direction: _Direction | None = None
    left: dict[tuple[str, Choice], list[dict[str, Any]]] = {}
    for paragraphs in _paragraphs_in(given):
        if direction is None:
            direction = _Direction(work, given.name, "\n".join(x.text for x in paragraphs)[:SAMPLE])
        for paragraph in paragraphs:
            configs = direction.configs(paragraph.text)
            if not configs:
                continue
            text, there = mask(paragraph.text, work.house)
            seen = _Seen(paragraph, text, there)
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

    paragraph: _Paragraph
    text: str
    there: Callable[[int], int]

    def place(self, span: tuple[int, int]) -> dict[str, Any]:
        """Return what is reported of SPAN of this text: where it stands in the paragraph."""
        return self.paragraph.place((self.there(span[0]), self.there(span[1])))


def _doubts(work: _Work, seen: _Seen, config: str) -> Iterator[dict[str, Any]]:
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


def _choices(work: _Work, seen: _Seen, config: str) -> Iterator[tuple[int, str, Choice]]:
    from clipper.risks import find_choices

    choices = load_choices(config, work.plan.dictionaries)
    return find_choices(seen.text, work.converter(config), choices, load_fold())


def _returns(work: _Work, seen: _Seen, config: str) -> Iterator[dict[str, Any]]:
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
