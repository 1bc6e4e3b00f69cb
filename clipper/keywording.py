"""One run of `clipper keywords`: inputs in pieces, one after another or side by side, and what is made of them all.

Records are read as they come and written as they are done, however many there are. A batch, an index and a comparison
are made of the whole input, and hold of it what they need: the words, or the keywords.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Final

from clipper import textio
from clipper.batch import in_order
from clipper.clipping import Block, Clipping, json_lines, read_records, split_lines, write_records
from clipper.encodings import decode_part, is_utf8
from clipper.errors import ClipperError, UsageError
from clipper.keywords import (
    PLAIN,
    TSV_HEADER,
    Keyword,
    Taste,
    extract_keywords,
    keywords_of_page,
    keywords_rows,
    keywords_text,
    tfidf_keywords,
    with_keywords,
)
from clipper.pipeline import Job, Run, cite, named, read_item, read_list
from clipper.vocabulary import read_stop, read_tags
from clipper.words import normal_form, read_words

if TYPE_CHECKING:
    from clipper.associations import Associations
    from clipper.lexicon import Lexicon, UserWord

__all__ = ["Plan", "keywords_files", "lexicon_of", "read_taste", "read_user_words"]

PARALLEL: Final = 1_000_000  # bytes of input from which the work is worth more than one process
MOST_WORKERS: Final = 61  # what Windows takes

COMPARED: Final = 20  # keywords of each clipping that a comparison looks at

Row = tuple[Clipping, list[Keyword]]


# What is asked for, and what each process needs for it.


@dataclass(frozen=True, slots=True)
class Plan:
    """What `clipper keywords` is told besides its Job.

    top: how many for each clipping, or, with by_page, for each page. method: "clipper", or "tfidf" for jieba's own.
    segmenter: what cuts the text into words. tags, stop, userdict: files of the house; only_tags, nested: see Taste.
    batch: look at the whole input for phrases. index: "pinyin" or "stroke", for an index in place of the clippings.
    compare: "source", "date" ..., for what sets the clippings of one apart from the rest. workers: how many
    processes; 0 for as many as the machine has, where the input is large.
    """

    top: int = 10
    by_page: bool = False
    method: str = "clipper"
    segmenter: str = "jieba"
    tags: str | None = None
    only_tags: bool = False
    stop: str | None = None
    userdict: str | None = None
    nested: bool = True
    batch: bool = False
    index: str | None = None
    compare: str | None = None
    workers: int = 0


@dataclass(frozen=True, slots=True)
class _Task:
    """A piece of the input: a whole one (source), or some lines of records (text, from line `first`) of input `name`.

    number: which input it is of. clips: what it holds, where that is known already.
    """

    number: int
    name: str
    source: textio.Source | None = None
    text: str = ""
    first: int = 1
    clips: tuple[Clipping, ...] | None = None
    error: ClipperError | None = None


@dataclass(frozen=True, slots=True)
class _Done:
    """What has become of a task: its output, or its rows, and how many clippings it had."""

    number: int
    text: str = ""
    rows: tuple[Row, ...] = ()
    clips: int = 0
    error: ClipperError | None = None


def keywords_files(job: Job, *, plan: Plan = Plan()) -> int:
    """Run `clipper keywords`, and return the exit code."""
    _refuse_misuse(job, plan)
    run = Run(job)
    taste, user_words = read_taste(plan, job.encoding), read_user_words(plan, job.encoding)
    whole = plan.index is not None or plan.compare is not None
    inputs = [_Input(run, number, path) for number, path in enumerate(run.paths)]
    form = job.form or ("jsonl" if not whole and any(x.is_records for x in inputs) else "text")
    work = _Work(plan, form, taste, user_words)
    work.lexicon.cut("")  # loaded before there are other processes
    tasks: Iterable[_Task] = chain.from_iterable(x.tasks(whole=plan.by_page) for x in inputs)
    if plan.batch:
        tasks = [_parsed(task) for task in tasks]
        work = replace(work, taste=replace(work.taste, batch=_associations(work, tasks)))
    at_once = not whole and not (job.on_terminal and form == "text")
    done = in_order(partial(_do, work, at_once), tasks, _workers(plan, run.paths))
    with textio.Output(job.output, bom=job.bom) as output:
        wrote = _Writer(run, form, output).write_all(done) if at_once else _write_whole(run, plan, form, output, done)
        if run.failed and not wrote:
            output.discard()  # nothing could be done: a file of an earlier run stays as it is
    return 1 if run.failed else 0


def _refuse_misuse(job: Job, plan: Plan) -> None:
    """Raise UsageError for options that do not go together."""
    if plan.only_tags and plan.tags is None:
        raise UsageError("--tags-only", "goes with --tags only", "name a list of tags")
    if plan.index and plan.compare:
        raise UsageError("--index", "does not go with --compare", "leave one of them out")
    if plan.by_page and (plan.index or plan.compare):
        raise UsageError("--by page", "does not go with --index or --compare", "leave one of them out")
    if plan.method == "tfidf" and (plan.tags or plan.stop or plan.batch or plan.by_page or not plan.nested):
        what = "is jieba's own answer, and knows no --tags, --stop, --batch, --by page or --no-nested"
        raise UsageError("--method tfidf", what, "leave one of them out")


def _workers(plan: Plan, paths: Sequence[str]) -> int:
    if plan.workers:
        return min(plan.workers, MOST_WORKERS)
    # Standard input may trickle, and what a batch has learned would go to every process with every piece.
    if "-" in paths or plan.batch or sum(map(textio.file_size, paths)) < PARALLEL:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


# ---- the vocabulary of the house ------------------------------------------------------------------------------------


def read_taste(plan: Plan, encoding: str | None) -> Taste:
    """Return what the house wants, as PLAN has it. ENCODING: of its lists, if not UTF-8."""
    fold = _fold()
    tags = read_tags(*read_list(plan.tags, encoding, "--tags"), fold) if plan.tags is not None else PLAIN.tags
    stop = read_stop(*read_list(plan.stop, encoding, "--stop"), fold) if plan.stop is not None else PLAIN.stop
    return Taste(tags=tags, only_tags=plan.only_tags, stop=stop, nested=plan.nested)


def read_user_words(plan: Plan, encoding: str | None) -> tuple[UserWord, ...]:
    """Return the words of the house for the segmenter."""
    if plan.userdict is None:
        return ()
    from clipper.lexicon import read_userdict

    text, name = read_list(plan.userdict, encoding, "--userdict")
    # As texts are cut: in the normal form, in simplified script.
    text = "\n".join(map(normal_form, split_lines(_fold()(text))))
    return read_userdict(text, name)


# ---- reading --------------------------------------------------------------------------------------------------------


class _Input:
    """One input, which is opened when it is its turn; standard input at once, to see what it is."""

    def __init__(self, run: Run, number: int, path: str) -> None:
        self._run, self._number, self._path = run, number, path
        self._name = run.job.source if path == "-" else None
        self._shown = textio.shown_name(path, self._name)
        self._begun: tuple[bytes, Iterator[bytes]] | None = None
        if path == "-":
            with suppress(ClipperError):
                self._begun = self._open()

    @property
    def is_records(self) -> bool:
        """Whether it is records, as far as its beginning shows."""
        return textio.begins_records(self._begun[0]) if self._begun else textio.holds_records(self._path)

    def tasks(self, *, whole: bool) -> Iterator[_Task]:
        """Yield it in pieces: records some lines at a time, unless WHOLE, and everything else whole."""
        try:
            begin, rest = self._begun or self._open()
            encoding = self._run.job.encoding
            if whole or encoding is not None or not textio.begins_records(begin) or not is_utf8(begin):
                source = textio.to_source(begin + b"".join(rest), self._path, encoding=encoding, name=self._name)
                yield _Task(self._number, self._shown, named(self._run.job, source, self._path))
                return
            first = 1
            for piece in chain([begin.removeprefix(codecs.BOM_UTF8)], rest):
                text = decode_part(piece, self._shown, first)
                yield _Task(self._number, self._shown, text=text, first=first)
                first += len(split_lines(text))
        except ClipperError as error:
            yield _Task(self._number, self._shown, error=error)

    def _open(self) -> tuple[bytes, Iterator[bytes]]:
        pieces = textio.read_pieces(self._path, name=self._name)
        return next(pieces, b""), pieces


def _parsed(task: _Task) -> _Task:
    try:
        return task if task.error else replace(task, clips=_clips(task))
    except ClipperError as error:
        return replace(task, error=error)


def _clips(task: _Task) -> tuple[Clipping, ...]:
    if task.clips is not None:
        return task.clips
    if task.source is None:
        return tuple(read_records(task.text, task.name, task.first))
    return cite(read_item(task.source, size=len(task.source.data)))


# ---- the work on one piece ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process is told once."""

    plan: Plan
    form: str
    taste: Taste
    user_words: tuple[UserWord, ...]

    @property
    def lexicon(self) -> Lexicon:
        return lexicon_of(self.plan.segmenter, self.user_words)


@lru_cache(maxsize=1)
def lexicon_of(segmenter: str, words: tuple[UserWord, ...]) -> Lexicon:
    """Return the lexicon with SEGMENTER and WORDS, which is loaded once in a process."""
    from clipper.lexicon import load_lexicon

    return load_lexicon(segmenter=segmenter, words=words)


def _fold() -> Callable[[str], str]:
    from clipper.opencc_tables import load_fold

    return load_fold()


def _do(work: _Work, at_once: bool, task: _Task) -> _Done:
    """Return what WORK makes of TASK: what is written of it AT ONCE, or its rows for what is made of them all."""
    if task.error is not None:
        return _Done(task.number, error=task.error)
    try:
        clips = _clips(task)
    except ClipperError as error:
        return _Done(task.number, error=error)
    rows = _rows(work, clips)
    if at_once:
        return _Done(task.number, _written(rows, work.form), clips=len(clips))
    return _Done(task.number, rows=tuple((_light(clip), words) for clip, words in rows), clips=len(clips))


def _rows(work: _Work, clips: Sequence[Clipping]) -> list[Row]:
    plan, lexicon = work.plan, work.lexicon
    top = plan.top if plan.compare is None else max(plan.top, COMPARED)
    if plan.by_page:
        pages: dict[str, list[Clipping]] = {}
        for clip in clips:
            pages.setdefault(clip.source, []).append(clip)
        return [
            (Clipping(source, source, ()), keywords_of_page(page, lexicon, plan.top, fold=_fold(), taste=work.taste))
            for source, page in pages.items()
        ]
    if plan.method == "tfidf":
        return [(clip, tfidf_keywords(clip, lexicon, top=top)) for clip in clips]
    fold = _fold()
    return [(clip, extract_keywords(clip, lexicon, top=top, fold=fold, taste=work.taste)) for clip in clips]


def _light(clip: Clipping) -> Clipping:
    """Return CLIP without its text: its headline, and where it begins."""
    begins = next((block.lines for block in clip.blocks if block.lines), ())
    headline = [Block("headline", clip.headline, begins)] if clip.headline is not None else [Block("stray", "", begins)]
    return replace(clip, blocks=tuple(headline))


def _associations(work: _Work, tasks: Sequence[_Task]) -> Associations:
    """Return what stands together in all of TASKS."""
    from clipper.associations import associate

    lexicon, fold = work.lexicon, _fold()
    return associate([read_words(clip, lexicon, fold).keys for task in tasks for clip in task.clips or ()])


# ---- writing --------------------------------------------------------------------------------------------------------


def _written(rows: Sequence[Row], form: str) -> str:
    if form == "jsonl":
        return write_records(with_keywords(clip, words) for clip, words in rows)
    if form == "tsv":
        return _table(row for clip, words in rows for row in keywords_rows(clip, words))
    return "\n".join(keywords_text(clip, words) for clip, words in rows if words)


class _Writer:
    """Where results go, as they are done. What a file gives is written when it is done whole; a stream, as it comes."""

    def __init__(self, run: Run, form: str, output: textio.Output) -> None:
        self._run, self._form, self._output = run, form, output
        self._wrote = False

    def write_all(self, done: Iterable[_Done]) -> bool:
        """Write what is DONE, and tell whether anything was."""
        held: list[str] = []
        bad: set[int] = set()
        counts: dict[int, int] = {}
        number = -1
        for one in done:
            if one.number != number:
                self._write(held)
                held, number = [], one.number
            if one.number in bad:
                continue
            if one.error is not None:
                self._run.fail(one.error)
                bad.add(one.number)
                held = []
                continue
            counts[one.number] = counts.get(one.number, 0) + one.clips
            held.append(one.text)
            if self._run.paths[one.number] == "-":
                self._write(held)
                held = []
        self._write(held)
        if not self._wrote and self._form == "tsv" and not self._run.failed:
            self._write([""])
        self._run.tell(counts)
        return self._wrote

    def _write(self, texts: Sequence[str]) -> None:
        for text in texts:
            if self._form == "tsv" and not self._wrote:
                text = "\t".join(TSV_HEADER) + "\n" + text
            elif self._form == "text" and self._wrote and text:
                text = "\n" + text
            if text:
                self._output.write(text)
                self._wrote = True


def _write_whole(run: Run, plan: Plan, form: str, output: textio.Output, done: Iterable[_Done]) -> bool:
    """Write what is made of all that is DONE together, and tell whether anything was."""
    counts: dict[int, int] = {}

    def rows() -> Iterator[Row]:
        for one in done:
            if one.error is not None:
                run.fail(one.error)
            counts[one.number] = counts.get(one.number, 0) + one.clips
            yield from one.rows

    text = _made_of_all(rows(), plan, form)
    run.tell(counts)
    if text:
        output.write(text)
    return bool(text)


def _made_of_all(rows: Iterable[Row], plan: Plan, form: str) -> str:
    if plan.index is not None:
        return _index(rows, plan.index, form)
    if plan.compare is not None:
        return _comparison(rows, plan, form)
    if form != "text":
        return _written(list(rows), form)
    from clipper.terminal import draw_keywords

    return draw_keywords(list(rows))


def _index(rows: Iterable[Row], order: str, form: str) -> str:
    from clipper.index import INDEX_HEADER, index_records, index_rows, index_text, make_index

    entries = make_index(rows, order=order, fold=_fold())  # type: ignore[arg-type]
    if form == "text":
        return index_text(entries)
    return _table((INDEX_HEADER, *index_rows(entries))) if form == "tsv" else json_lines(index_records(entries))


def _comparison(rows: Iterable[Row], plan: Plan, form: str) -> str:
    from clipper.compare import COMPARE_HEADER, compare_groups, compare_records, compare_rows, compare_text, group_of

    by = ((group_of(clip, plan.compare), words) for clip, words in rows)  # type: ignore[arg-type]
    groups = compare_groups(by, plan.top, fold=_fold())
    if form == "text":
        return compare_text(groups)
    return _table((COMPARE_HEADER, *compare_rows(groups))) if form == "tsv" else json_lines(compare_records(groups))


def _table(rows: Iterable[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)
