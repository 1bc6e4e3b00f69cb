"""One run of a command: which form came in, many inputs, the promise checked, the exit code.

All four commands are run the same way. Every input is read and taken for a page, clip text or records; the command's
pure function does its work; what would be written is held against what came in; then everything is written, whole or
not at all. An input that fails is named on standard error, the others are still done, and the exit code is 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal, TypeVar

from clipper import textio
from clipper.clipping import (
    Block,
    Clipping,
    Form,
    guess_form,
    read_clip_text,
    read_records,
    split_lines,
    write_clip_text,
    write_records,
)
from clipper.errors import ClipperError, DataError, PromiseError, UsageError

if TYPE_CHECKING:
    from clipper.finding import Finding, Place
    from clipper.keywords import Keyword

__all__ = ["FOUND", "Job", "convert_files", "dedupe_files", "keywords_files", "restore_file", "split_files"]

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


class _Run:
    """The inputs of one run, and whether any of them has failed."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.failed = False
        if job.output == "":
            raise UsageError("-o", "is given an empty name", "name a file, or leave -o out")
        self.paths = textio.expand(job.files)
        textio.refuse_same_file(job.output, self.paths)

    def each(self, work: Callable[[T], str], things: Iterable[T]) -> Iterator[tuple[T, str]]:
        """Yield each of THINGS with what WORK makes of it; one that fails is named and left out."""
        for thing in things:
            try:
                yield thing, work(thing)
            except ClipperError as error:
                self._fail(error)

    def sources(self) -> Iterator[textio.Source]:
        """Read the inputs one after another."""
        for path in self.paths:
            name = self.job.source if path == "-" else None
            try:
                source = textio.read_source(path, encoding=self.job.encoding, name=name)
            except ClipperError as error:
                self._fail(error)
                continue
            yield replace(source, stem=PurePath(name).stem or source.stem) if name else source

    def inputs(self) -> Iterator[tuple[textio.Source, Sequence[Clipping] | None]]:
        """Read the inputs one after another, and of these only records as clippings."""
        for source in self.sources():
            try:
                yield source, read_records(source.text, source.name) if guess_form(source.text) == "records" else None
            except ClipperError as error:
                self._fail(error)

    def items(self) -> Iterator[Item]:
        """Read the inputs one after another, and take each for what it is."""
        size = sum(map(textio.file_size, self.paths))
        for source in self.sources():
            try:
                yield read_item(source, size=max(size, len(source.data)))
            except ClipperError as error:
                self._fail(error)

    def _fail(self, error: ClipperError) -> None:
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

        clips = split_page(source.text, source=source.name, stem=source.stem, known=_dictionary(size))
    return Item(source, form, tuple(clips))


def _dictionary(size: int) -> Callable[[Iterable[str]], frozenset[str]]:
    from clipper.lexicon import known_words, load_words

    return known_words if size <= SMALL else load_words().intersection


def _check_clip_text(source: textio.Source, clips: Sequence[Clipping]) -> None:
    lines = [n for n, x in enumerate(split_lines(source.text), 1) if x.strip() and x.strip() != "***"]
    if [n for c in clips for b in c.blocks for n in b.lines] != lines:
        raise PromiseError(source.name, "a line of the clip text would be lost")


# ---- writing --------------------------------------------------------------------------------------------------------


def _form_out(forms: set[Form], asked: Asked | None) -> Form:
    """Return the form to write: the one asked for, else the one that came in, else one that holds all that did."""
    if asked == "jsonl" or (asked is None and "records" in forms):
        return "records"
    return "page" if forms == {"page"} else "clips"


def _written(clips: Sequence[Clipping], form: Form) -> str:
    return write_records(clips) if form == "records" else write_clip_text(clips)


def _put_together(chunks: Iterable[str], form: Form) -> list[str]:
    """Return CHUNKS, the outputs of one input each, so that put end to end they are one output."""
    out: list[str] = []
    for chunk in chunks:
        apart = "\n" if form == "clips" and chunk and any(out) else ""
        out.append(apart + chunk)
    return out


def _lines_kept(item: Item, gone: frozenset[int]) -> str:
    """Return the page of ITEM without the lines GONE and the blank lines after each of them."""
    rows, skipping = [], False
    for number, line in enumerate(split_lines(item.source.text), 1):
        skipping = number in gone or (skipping and not line.strip())
        if not skipping:
            rows.append(line)
    return "\n".join(rows) + "\n" if rows else ""


# ---- split ----------------------------------------------------------------------------------------------------------


def split_files(job: Job) -> int:
    """Run `clipper split`, and return the exit code."""
    from clipper.split import describe_doubts

    run = _Run(job)
    form: Form = "records" if job.form == "jsonl" else "clips"
    chunks, doubts = [], []
    for item in run.items():
        chunks.append(_written(item.clips, form))
        doubts += describe_doubts(item.clips)
        if job.verbose:
            articles = sum(c.kind == "article" for c in item.clips)
            fragments = len(item.clips) - articles
            textio.say(f"{item.source.name}: {_count(articles, 'article')}, {_count(fragments, 'fragment')}")
    sides = [(job.output or "-", "".join(x + "\n" for x in doubts))] if job.check else []
    return run.finish("".join(_put_together(chunks, form)), sides, found=bool(doubts))


# ---- dedupe ---------------------------------------------------------------------------------------------------------


def dedupe_files(job: Job, *, min_letters: int = 40, findings: str | None = None, set_aside: str | None = None) -> int:
    """Run `clipper dedupe`, and return the exit code. FINDINGS and SET_ASIDE are paths to write to, or None."""
    from clipper.dedupe import find_repeats, remove_repeats
    from clipper.finding import to_finding_record

    run = _Run(job)
    for option, path in (("--findings", findings), ("--set-aside", set_aside)):
        if path in ("", "-"):
            raise UsageError(option, "takes the name of a file", "standard output is where the text goes")
        if path is not None:
            textio.refuse_same_file(path, run.paths)
    items = list(run.items())
    found = find_repeats([c for x in items for c in x.clips], min_letters=min_letters)
    form = _form_out({x.form for x in items}, job.form)

    def work(item: Item) -> str:
        left = remove_repeats(item.clips, found)
        gone = _gone(item, left)
        return _lines_kept(item, gone) if form == "page" else _written(left, form)

    done = list(run.each(work, items))
    chunks = _put_together([text for _, text in done], form)
    reported = _as_reported(found, items)
    rows = "".join(json.dumps(to_finding_record(f), ensure_ascii=False) + "\n" for f in reported)
    sides: list[tuple[str | None, bytes | str]] = []
    if findings:
        sides.append((findings, rows.encode("utf-8", "backslashreplace")))
    if set_aside:
        sides.append((set_aside, _set_aside([x for x, _ in done], chunks, found)))
    if job.verbose:
        textio.say(_summary(reported))
    table = ""
    if job.on_terminal and reported:
        from clipper.terminal import draw_findings

        table = draw_findings(reported, plain=not job.check and not textio.stderr_is_terminal())
    if job.check:
        sides.append((job.output or "-", table or rows.encode("utf-8", "backslashreplace")))
    code = run.finish("".join(chunks), sides, found=bool(reported))
    if not job.check:
        textio.show(table)
    return code


def _gone(item: Item, left: Sequence[Clipping]) -> frozenset[int]:
    """Return the lines of ITEM that LEFT has no more. Raise PromiseError unless LEFT is the rest of its blocks."""
    rest = iter([b for c in item.clips for b in c.blocks])
    gone: list[Block] = []
    for block in (b for c in left for b in c.blocks):
        for other in rest:
            if other == block:
                break
            gone.append(other)
        else:
            raise PromiseError(item.source.name, "a paragraph would be altered or moved")
    return frozenset(n for b in [*gone, *rest] for n in b.lines)


def _as_reported(found: Sequence[Finding], items: Sequence[Item]) -> list[Finding]:
    """Return FOUND with the ids left out that nobody has seen: those of a raw page's clippings."""
    raw = {x.source.name for x in items if x.form == "page"}

    def named(place: Place) -> Place:
        return replace(place, id=None) if place.source in raw else place

    return [replace(f, keep=f.keep and named(f.keep), drop=tuple(map(named, f.drop))) for f in found]


def _set_aside(items: Sequence[Item], chunks: Sequence[str], found: Sequence[Finding]) -> bytes:
    from clipper.setaside import make_set_aside

    why = {(place.source, n): f.why for f in found if f.action == "remove" for place in f.drop for n in place.lines}
    rows = []
    for item, kept in zip(items, chunks, strict=True):
        source = item.source
        own = {n: text for (name, n), text in why.items() if name == source.name and item.form != "records"}
        rows.append(make_set_aside(source.data, kept, source=source.name, encoding=source.encoding, why_by_line=own))
    return "".join(rows).encode("utf-8", "backslashreplace")


def _summary(found: Sequence[Finding]) -> str:
    removed = [f for f in found if f.action == "remove"]
    paragraphs = sum(len(f.drop) for f in removed)
    letters = sum(f.letters * len(f.drop) for f in removed)
    rest = _count(len(found) - len(removed), "finding")
    return f"{_count(paragraphs, 'paragraph')} taken out ({_count(letters, 'letter')}), {rest} reported"


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def restore_file(job: Job, set_aside: str) -> int:
    """Run `clipper dedupe --restore`, and return the exit code: what was kept and what was set aside, put together."""
    from clipper.setaside import restore

    run = _Run(job)
    aside = textio.read_source(set_aside, encoding="utf-8")
    kept = "".join(source.text for source in run.sources())
    if run.failed:
        return 1
    restored = list(dict.fromkeys(restore(aside.text, kept)))  # an input given twice is one file
    if not restored or any("\0" in name for name, _ in restored):
        raise DataError(aside.name, "holds no input that could be restored", "is it the file that --set-aside wrote?")
    folder = Path(job.output) if job.output and Path(job.output).is_dir() else None
    if folder is None and len(restored) > 1:
        raise UsageError(set_aside, f"holds {len(restored)} inputs", "name a folder for them with -o")
    names = [str(folder / name) for name in _own_names([x for x, _ in restored])] if folder else [job.output or "-"]
    for name in names:
        textio.refuse_same_file(name, [set_aside, *run.paths])
    for name in names if folder else ():
        textio.make_folder_for(name)
    textio.write_all([(name, data) for name, (_, data) in zip(names, restored, strict=True)])
    return 0


def _own_names(sources: Sequence[str]) -> list[str]:
    """Return a name inside one folder for each of SOURCES: the file's own, with the folders before it where two are
    alike. Nothing leads out of the folder.

    >>> _own_names(["pages/1.txt", "pages/2.txt"]), _own_names(["0101/1.txt", "../0102/1.txt"])
    (['1.txt', '2.txt'], ['0101/1.txt', '0102/1.txt'])
    """
    parts = [[x for x in PurePath(s).parts if x not in ("..", ".") and x != PurePath(s).anchor] for s in sources]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["/".join(p[-depth:]) for p in parts]
        if len(set(names)) == len(names):
            return names
    raise UsageError("the set-aside file", "holds two inputs of one name", "restore them one at a time")


# ---- keywords -------------------------------------------------------------------------------------------------------


def keywords_files(job: Job, *, top: int = 10, by_page: bool = False) -> int:
    """Run `clipper keywords`, and return the exit code. TOP: how many for each clipping, or for each page."""
    from clipper.keywords import (
        TSV_HEADER,
        extract_keywords,
        keywords_of_page,
        keywords_rows,
        keywords_text,
        with_keywords,
    )
    from clipper.lexicon import load_lexicon
    from clipper.opencc_tables import load_fold

    run = _Run(job)
    items = list(run.items())
    lexicon, fold = load_lexicon(), load_fold()
    found: list[tuple[Clipping, list[Keyword]]] = []
    for item in items:
        if by_page:
            for source, clips in _by_source(item.clips).items():
                page = Clipping(source, source, ())
                found.append((page, keywords_of_page(clips, lexicon, top, fold=fold)))
        else:
            found += [(clip, extract_keywords(clip, lexicon, top=top, fold=fold)) for clip in item.clips]
        if job.verbose:
            textio.say(f"{item.source.name}: {_count(len(item.clips), 'clipping')} read")
    if job.form == "jsonl" or (job.form is None and any(x.form == "records" for x in items)):
        text = write_records(with_keywords(clip, words) for clip, words in found)
    elif job.form == "tsv":
        rows = [TSV_HEADER, *(row for clip, words in found for row in keywords_rows(clip, words))]
        text = "".join("\t".join(row) + "\n" for row in rows) if items or not run.failed else ""
    elif job.on_terminal:
        from clipper.terminal import draw_keywords

        text = draw_keywords(found)
    else:
        text = "\n".join(keywords_text(clip, words) for clip, words in found if words)
    return run.finish(text)


def _by_source(clips: Iterable[Clipping]) -> dict[str, list[Clipping]]:
    pages: dict[str, list[Clipping]] = {}
    for clip in clips:
        pages.setdefault(clip.source, []).append(clip)
    return pages


# ---- convert --------------------------------------------------------------------------------------------------------


def convert_files(job: Job, *, config: str = "s2t", dictionaries: str | None = None) -> int:
    """Run `clipper convert`, and return the exit code."""
    from clipper.convert import convert_clipping, convert_text
    from clipper.opencc_tables import load_converter

    converter = load_converter(config, dictionaries)
    run = _Run(job)
    inputs = list(run.inputs())
    forms = {guess_form(source.text) for source, _ in inputs}
    form = _form_out(forms, job.form)
    as_it_is = len(forms) == 1 and "records" not in (form, *forms)

    def work(given: tuple[textio.Source, Sequence[Clipping] | None]) -> str:
        source, clips = given
        if job.verbose:
            textio.say(f"{source.name}: {_count(len(source.text), 'character')} converted with {config}")
        if as_it_is:
            text = convert_text(source.text, converter)
            if len(split_lines(text)) != len(split_lines(source.text)):
                raise PromiseError(source.name, "a line would be lost")
            return text if not text or text.endswith(("\n", "\r")) or given is inputs[-1] else text + "\n"
        if clips is None:
            clips = read_item(source, size=len(source.data)).clips
        return _written([convert_clipping(c, converter) for c in clips], form)

    chunks = [text for _, text in run.each(work, inputs)]
    return run.finish("".join(chunks if as_it_is else _put_together(chunks, form)))
