"""One run of a command: which form came in, many inputs, the promise checked, the exit code.

All four commands are run the same way. Every input is read and taken for a page, clip text or records; the command's
pure function does its work; what would be written is held against what came in; then everything is written, whole or
not at all. An input that fails is named on standard error, the others are still done, and the exit code is 1.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, TypeVar

from clipper import textio
from clipper.clipping import (
    Clipping,
    Form,
    guess_form,
    read_clip_text,
    read_records,
    split_lines,
    write_clip_text,
    write_records,
)
from clipper.encodings import is_utf8
from clipper.errors import ClipperError, PromiseError, UsageError

if TYPE_CHECKING:
    from clipper.imprint import Imprint

__all__ = [
    "FOUND",
    "Item",
    "Job",
    "Run",
    "cite",
    "count",
    "dictionary",
    "form_out",
    "named",
    "page_starts",
    "read_input",
    "read_item",
    "read_list",
    "written",
]

FOUND = 3  # the exit code of --check when there is something to report
SMALL = 200_000  # bytes of input up to which a dictionary is searched rather than loaded

Asked = Literal["text", "jsonl", "tsv"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job:
    """What all commands are told: the inputs, how to read them, where the output goes and in which form."""

    files: tuple[str, ...] = ("-",)
    output: str | None = None
    form: Asked | None = None
    encoding: str | None = None
    source: str | None = None
    bom: bool = False
    check: bool = False
    verbose: bool = False

    @property
    def on_terminal(self) -> bool:
        """Whether a person reads the output as it is printed."""
        return self.output in (None, "-") and sys.stdout is not None and sys.stdout.isatty()


@dataclass(frozen=True, slots=True)
class Item:
    """One input, read: its bytes and text, the form that came in, and its clippings."""

    source: textio.Source
    form: Form
    clips: tuple[Clipping, ...]


# ---- reading --------------------------------------------------------------------------------------------------------


class Run:
    """The inputs of one run, and whether any of them has failed."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.failed = False
        if job.output == "":
            raise UsageError("-o", "is given an empty name", "name a file, or leave -o out")
        if job.source is not None and job.source.encode("utf-8", "ignore").decode() != job.source:
            raise UsageError("--source", "holds bytes that are no text", "write it in UTF-8")
        self.paths = textio.expand(job.files)
        textio.refuse_same_file(job.output, self.paths)

    def each(self, work: Callable[[T], str], things: Iterable[T]) -> Iterator[tuple[T, str]]:
        """Yield each of THINGS with what WORK makes of it; one that fails is named and left out."""
        for thing in things:
            try:
                yield thing, work(thing)
            except ClipperError as error:
                self.fail(error)

    def sources(self) -> Iterator[textio.Source]:
        """Read the inputs one after another."""
        for path in self.paths:
            try:
                yield read_input(self.job, path)
            except ClipperError as error:
                self.fail(error)

    def inputs(self) -> Iterator[tuple[textio.Source, Sequence[Clipping] | None]]:
        """Read the inputs one after another, and of these only records as clippings."""
        for source in self.sources():
            try:
                yield source, read_records(source.text, source.name) if guess_form(source.text) == "records" else None
            except ClipperError as error:
                self.fail(error)

    def items(self) -> Iterator[Item]:
        """Read the inputs one after another, and take each for what it is."""
        size = sum(map(textio.file_size, self.paths))
        for source in self.sources():
            try:
                yield read_item(source, size=max(size, len(source.data)))
            except ClipperError as error:
                self.fail(error)

    def tell(self, clippings: Mapping[int, int]) -> None:
        """Say how many CLIPPINGS each input had, by its number, for -v."""
        if self.job.verbose:
            for number, n in clippings.items():
                path = self.paths[number]
                name = textio.shown_name(path, self.job.source if path == "-" else None)
                textio.say(f"{name}: {count(n, 'clipping')} read")

    def fail(self, error: ClipperError) -> None:
        """Name ERROR, and go on; a fault of usage ends the run."""
        if isinstance(error, UsageError):
            raise error
        textio.say(str(error))
        self.failed = True

    def finish(self, text: str, sides: Sequence[tuple[str | None, bytes | str]] = (), *, found: bool = False) -> int:
        """Write the output and what goes beside it, and return the exit code."""
        if self.failed and not text:
            return 1  # nothing could be done: a file of an earlier run stays as it is
        outputs = list(sides)
        if not self.job.check:
            output = self.job.output or "-"
            outputs.insert(0, (output, textio.to_bytes(text, self.job.output or "stdout", bom=self.job.bom)))
        textio.write_all(outputs)
        return 1 if self.failed else (FOUND if self.job.check and found else 0)


def read_input(job: Job, path: str) -> textio.Source:
    """Read the input at PATH, "-" for standard input, as JOB says."""
    name = job.source if path == "-" else None
    return named(job, textio.read_source(path, encoding=job.encoding, name=name), path)


def named(job: Job, source: textio.Source, path: str) -> textio.Source:
    """Return SOURCE, read at PATH, called as JOB says."""
    name = job.source if path == "-" else None
    return replace(source, stem=PurePath(name).stem or source.stem) if name else source


def read_item(source: textio.Source, *, size: int = 0) -> Item:
    """Return SOURCE with its form and its clippings. SIZE: how many bytes the whole run reads."""
    form = guess_form(source.text)
    if form == "records":
        clips = read_records(source.text, source.name)
    elif form == "clips":
        clips = read_clip_text(source.text, source.name, source.stem)
        _check_clip_text(source, clips)
    else:
        from clipper.split import split_page

        clips = split_page(source.text, source=source.name, stem=source.stem, known=dictionary(size))
    return Item(source, form, tuple(clips))


def read_list(path: str, encoding: str | None, option: str) -> tuple[str, str]:
    """Return what the file at PATH says, and how it is called in messages. ENCODING is for one that is not in UTF-8.

    OPTION: how the user names it. Raises UsageError where it is no name of a file, and what `textio.to_source` raises.
    """
    if path in ("", "-"):
        raise UsageError(option, "takes the name of a file")
    data = b"".join(textio.read_pieces(path))
    source = textio.to_source(data, path, encoding=None if is_utf8(data) else encoding)
    return source.text, source.name


def dictionary(size: int) -> Callable[[Iterable[str]], frozenset[str]]:
    """Return what tells which words are known, in a run that reads SIZE bytes."""
    from clipper.lexicon import known_words, load_words

    return known_words if size <= SMALL else load_words().intersection


def cite(item: Item, given: Imprint | None = None) -> tuple[Clipping, ...]:
    """Return the clippings of ITEM with what they are cited by: what its pages print, else what is GIVEN."""
    import hashlib  # slow to import, as is the room

    from clipper.imprint import Imprint, with_imprint, with_imprints

    given = given or Imprint()
    if item.form == "records":
        return tuple(with_imprint(clip, given) for clip in item.clips)
    starts = page_starts(item)
    return tuple(with_imprints(item.clips, starts, given, hashlib.sha256(item.source.data).hexdigest()))


def page_starts(item: Item) -> list[int]:
    """Return the 1-based lines at which the pages of ITEM begin."""
    if item.form != "page":
        return [1]
    from clipper.split import split_pages

    return [first for first, _ in split_pages(item.source.text)]


def _check_clip_text(source: textio.Source, clips: Sequence[Clipping]) -> None:
    lines = [n for n, x in enumerate(split_lines(source.text), 1) if x.strip() and x.strip() != "***"]
    if [n for c in clips for b in c.blocks for n in b.lines] != lines:
        raise PromiseError(source.name, "a line of the clip text would be lost")


# ---- writing --------------------------------------------------------------------------------------------------------


def form_out(forms: set[Form], asked: Asked | None) -> Form:
    """Return the form to write: the one asked for, else the one that came in, else one that holds all that did."""
    if asked == "jsonl" or (asked is None and "records" in forms):
        return "records"
    return "page" if forms == {"page"} else "clips"


def written(clips: Sequence[Clipping], form: Form) -> str:
    """Return CLIPS in FORM: records, or else clip text."""
    return write_records(clips) if form == "records" else write_clip_text(clips)


def count(n: int, what: str) -> str:
    """Return "1 thing" or "2 things"."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
