"""One run of `clipper split`: the pages of an archive one after another or side by side, an issue put together.

Everything is written as it is done, in the order of the inputs, so that no more than a few of them are held in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from clipper import textio
from clipper.batch import in_order
from clipper.clipping import Clipping, guess_form
from clipper.errors import ClipperError, DataError, OutputError, UsageError
from clipper.naming import clipping_name, own_places
from clipper.pipeline import FOUND, Item, Job, Run, cite, count, dictionary, page_starts, read_input, read_item, written
from clipper.split import describe_doubts

if TYPE_CHECKING:
    from clipper.imprint import Imprint
    from clipper.stitch import StitchPage

__all__ = ["Plan", "split_files"]

# How much work is worth a bar on the terminal.
MANY = 20  # inputs
LARGE = 5_000_000  # bytes
MOST_WORKERS = 61  # what Windows takes


_Place = tuple[str, ...]  # the folders inside --output-dir, and the stem that the files are named by


@dataclass(frozen=True, slots=True)
class Plan:
    """What `clipper split` is told besides its Job.

    folder: where each clipping goes into a file of its own; force: over files that are there. explain: write the
    evidence in place of the clippings. stitch: the inputs are the pages of one issue. meta: what --meta gives, as
    key=value; pattern: where that stands in the path of an input. workers: how many processes.
    """

    folder: str | None = None
    force: bool = False
    explain: bool = False
    stitch: bool = False
    meta: tuple[str, ...] = ()
    pattern: str | None = None
    workers: int = 1


@dataclass(frozen=True, slots=True)
class _Done:
    """What has become of one input: its clippings as they are written, in one or a file each, and what to say."""

    text: str = ""
    files: tuple[tuple[str | None, str], ...] = ()
    doubts: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    error: ClipperError | None = None


def split_files(job: Job, *, plan: Plan = Plan()) -> int:
    """Run `clipper split`, and return the exit code."""
    run = Run(job)
    _refuse_misuse(job, plan)
    given = _given(job, plan)
    writer = _Writer(job, plan, run)
    with writer.output as output, _progress(job, plan, run.paths) as step:
        for done in _results(run, plan, given):
            step()
            writer.take(done)
        if run.failed and not writer.wrote and not job.check:
            output.discard()  # nothing could be done: a file of an earlier run stays as it is
    return 1 if run.failed else (FOUND if job.check and writer.found else 0)


def _refuse_misuse(job: Job, plan: Plan) -> None:
    """Raise UsageError for options that do not go together."""
    if plan.folder is not None:
        if plan.folder in ("", "-"):
            raise UsageError("--output-dir", "takes the name of a folder")
        if job.output or job.check or plan.explain:
            raise UsageError("--output-dir", "does not go with -o, --check or --explain", "leave one of them out")
        if job.bom:
            raise UsageError("--output-dir", "does not go with --bom", "leave one of them out")
    if plan.force and plan.folder is None:
        raise UsageError("--force", "goes with --output-dir only", "leave it out")
    if plan.explain and (job.check or plan.stitch):
        raise UsageError("--explain", "does not go with --check or --stitch", "leave one of them out")


def _given(job: Job, plan: Plan) -> Imprint | None:
    """Return what --meta gives, or None. Raises UsageError for what cannot be meant, before any input is read."""
    for value in plan.meta:
        if value.encode("utf-8", "ignore").decode() != value:
            raise UsageError("--meta", "holds bytes that are no text", "write it in UTF-8")
    if not plan.meta and plan.pattern is None:
        return None
    if job.form != "jsonl":
        option = "--meta" if plan.meta else "--meta-from-path"
        raise UsageError(option, "is for records, and clip text has no place for it", "add -f jsonl")
    from clipper.imprint import meta_from_path, parse_meta

    if plan.pattern is not None:
        meta_from_path(plan.pattern, "")  # a bad pattern is found at once
    return parse_meta(plan.meta)


def _progress(job: Job, plan: Plan, paths: Sequence[str]) -> AbstractContextManager[Callable[[], None]]:
    """Return a bar on standard error where a person waits for much to be done; else nothing is seen."""
    much = len(paths) > MANY or sum(map(textio.file_size, paths)) > LARGE
    if much and textio.stderr_is_terminal() and (plan.folder is not None or not job.on_terminal):
        from clipper.terminal import progress

        return progress(len(paths))
    return nullcontext(lambda: None)


class _Writer:
    """Where the results go. wrote: whether any did; found: whether there was a doubt."""

    def __init__(self, job: Job, plan: Plan, run: Run) -> None:
        self._job, self._plan, self._run = job, plan, run
        nowhere = plan.folder is not None
        self._inputs = textio.file_marks(run.paths) if nowhere else frozenset()
        self.output = textio.Output(os.devnull if nowhere else job.output, bom=job.bom and not job.check)
        self.wrote = self.found = False
        self._apart = ""
        self._own: set[str] = set()  # files of this run, where files that are there may be written over

    def take(self, done: _Done) -> None:
        """Write what has become of one input, and say what there is to say."""
        for line in done.said:
            textio.say(line)
        self.found = self.found or bool(done.doubts)
        try:
            if done.error is not None:
                raise done.error
            if done.files:
                self._write_files(done.files)
        except ClipperError as error:
            self._run.fail(error)
            return
        text = "".join(row + "\n" for row in done.doubts) if self._job.check else done.text
        if text:
            self.output.write(self._apart + text)
            self.wrote = True
            clip_text = self._job.form != "jsonl" and not self._job.check and not self._plan.explain
            self._apart = "\n" if clip_text else ""

    def _write_files(self, files: Sequence[tuple[str | None, str]]) -> None:
        """Write the clippings of one input, each into its own file: all of them or none."""
        folder = Path(str(self._plan.folder))
        for path, _ in files:
            self._refuse(Path(str(path)), folder)
        textio.make_folder_for(str(files[0][0]))
        textio.write_all(files)
        self.wrote = True
        if self._plan.force:
            self._own.update(str(path) for path, _ in files)

    def _refuse(self, path: Path, folder: Path) -> None:
        """Raise OutputError for a file that is not to be written: one that is there, one outside FOLDER, an input."""
        for place in path.parents:
            if place == folder:
                break
            if place.is_symlink():
                raise OutputError(str(place), "leads out of the folder; nothing was written", "take the link away")
        if not os.path.lexists(path):
            return
        if path.is_symlink() or not path.is_file():
            raise OutputError(str(path), "is no plain file; nothing was written", "take it away")
        if textio.file_marks([str(path)]) & self._inputs:
            raise OutputError(str(path), "is one of the inputs; nothing was written", "name another folder")
        if str(path) in self._own:
            hint = "rename one of the inputs"
            raise OutputError(str(path), "is that of another input as well; nothing was written", hint)
        if not self._plan.force:
            raise OutputError(str(path), "is there already; nothing was written", "name another folder, or use --force")


# ---- the work on one input ------------------------------------------------------------------------------------------


def _results(run: Run, plan: Plan, given: Imprint | None) -> Iterator[_Done]:
    """Yield what becomes of each input, in their order."""
    paths, job = run.paths, run.job
    shown = [job.source or "stdin" if path == "-" else path for path in paths]
    places = own_places(shown)
    size = sum(map(textio.file_size, paths))
    if plan.stitch:
        yield from _stitched(run, plan, given, dict(zip(paths, places, strict=True)), size)
        return
    workers = 1 if "-" in paths else min(plan.workers, len(paths), MOST_WORKERS)  # standard input is read here
    yield from in_order(partial(_split_input, job, plan, given, size), zip(paths, places, strict=True), workers)


def _split_input(job: Job, plan: Plan, given: Imprint | None, size: int, task: tuple[str, _Place]) -> _Done:
    """Split one input, (its path, where its clippings go)."""
    path, place = task
    try:
        source = read_input(job, path)
        size = max(size, len(source.data))
        if plan.explain:
            return _explained(job, source, size)
        item = read_item(source, size=size)
        known, said = _known(plan, given, source)
        clips = cite(item, known) if job.form == "jsonl" else item.clips
        return _done(job, plan, source.name, clips, place, said)
    except ClipperError as error:
        return _Done(error=error)


def _known(plan: Plan, given: Imprint | None, source: textio.Source) -> tuple[Imprint | None, list[str]]:
    """Return what is known of one input besides what it prints, and what to say of it."""
    if plan.pattern is None:
        return given, []
    from clipper.imprint import meta_from_path

    found = meta_from_path(plan.pattern, source.name)
    if found is None:
        return given, [f"{source.name}: the path does not fit {plan.pattern}, and tells nothing"]
    return (given.or_else(found) if given else found), []


def _explained(job: Job, source: textio.Source, size: int) -> _Done:
    from clipper.explain import explain_page, to_reason_record, write_reason

    if guess_form(source.text) != "page":
        raise DataError(source.name, "holds clippings, which are split already", "give --explain a raw page")
    write = to_reason_record if job.form == "jsonl" else write_reason
    reasons = explain_page(source.text, dictionary(size))
    return _Done("".join(write(reason, source.name) + "\n" for reason in reasons))


def _done(
    job: Job, plan: Plan, source: str, clips: Sequence[Clipping], place: _Place, said: Iterable[str] = ()
) -> _Done:
    """Return CLIPS, all those of one input, as they are written, with what is to be said of them."""
    told = list(said)
    if job.verbose:
        articles = sum(c.kind == "article" for c in clips)
        told.append(f"{source}: {count(articles, 'article')}, {count(len(clips) - articles, 'fragment')}")
    if job.check:
        return _Done(doubts=tuple(describe_doubts(clips)), said=tuple(told))
    if plan.folder is not None:
        return _Done(files=tuple(_files(plan.folder, job, clips, place)), said=tuple(told))
    return _Done(_written(job, clips), said=tuple(told))


def _written(job: Job, clips: Sequence[Clipping]) -> str:
    return written(clips, "records" if job.form == "jsonl" else "clips")


def _files(folder: str, job: Job, clips: Sequence[Clipping], place: _Place) -> Iterator[tuple[str, str]]:
    """Yield a path and its content for each of CLIPS, all those of one input, which go to PLACE in FOLDER."""
    ending = ".jsonl" if job.form == "jsonl" else ".txt"
    for number, clip in enumerate(clips, 1):
        own = clipping_name(place[-1], number, clip.headline, ending)
        yield str(Path(folder, *place[:-1], own)), _written(job, [clip])


# ---- the pages of an issue ------------------------------------------------------------------------------------------


def _stitched(run: Run, plan: Plan, given: Imprint | None, places: dict[str, _Place], size: int) -> Iterator[_Done]:
    """Yield the inputs, the pages of one issue, with the articles that jump put together."""
    from clipper.stitch import describe_stitches, stitch_pages

    pages: list[StitchPage] = []
    owners: list[tuple[str, _Place]] = []  # of each page: the source, and where its clippings go
    said: list[str] = []
    for path in run.paths:
        try:
            item = read_item(read_input(run.job, path), size=size)
            known, told = _known(plan, given, item.source)
            own = _issue_pages(item, known, cited=run.job.form == "jsonl")
        except ClipperError as error:
            run.fail(error)
            continue
        said += told
        pages += own
        owners += [(item.source.name, places[path])] * len(own)
    done = stitch_pages(pages, known=dictionary(size))
    told = describe_stitches(done)
    yield _Done(doubts=tuple(told) if run.job.check else (), said=(*said, *(told if run.job.verbose else ())))
    for (source, place), rows in groupby(zip(owners, done.pages, strict=True), key=lambda row: row[0]):
        yield _done(run.job, plan, source, [clip for _, clips in rows for clip in clips], place)


def _issue_pages(item: Item, known: Imprint | None, *, cited: bool) -> list[StitchPage]:
    """Return the pages of one input, with their numbers as far as they are known."""
    from clipper.imprint import Imprint, page_imprints
    from clipper.stitch import cut_pages

    known = known or Imprint()
    clips = cite(item, known) if cited else item.clips
    pages: list[StitchPage] = []
    by_source: dict[str, list[Clipping]] = {}
    for clip in clips:
        by_source.setdefault(clip.source, []).append(clip)
    for source, own in by_source.items():
        starts = page_starts(item)
        numbers = [page.or_else(known).page for page in page_imprints(own, starts)]
        if item.form == "records" and numbers == [None]:
            numbers = [next((str(c.extra["page"]) for c in own if c.extra.get("page")), None)]
        pages += cut_pages(source, own, starts, numbers)
    return pages
