"""One run of `clipper dedupe`: all inputs together, or held one after another against an archive; and of `archive`.

Without an archive the inputs are looked through together, so each finding names all places. With one, each source is
held against those before it and then added, in one transaction; no more is in memory than that source and what is like
it. Text, findings and set-aside file are written whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from clipper import textio
from clipper.clipping import Block, Clipping, Form, split_lines, write_records
from clipper.copies import Rules
from clipper.dedupe import find_repeats, without_repeats
from clipper.errors import DataError, PromiseError, UsageError, escape_surrogates, one_line
from clipper.finding import Finding, count_twice, to_finding_record, without_ids
from clipper.naming import own_names
from clipper.pipeline import FOUND, Item, Job, Run, cite, count, form_out, written

if TYPE_CHECKING:
    from clipper.archive import Archive

__all__ = ["ArchivePlan", "Plan", "archive_file", "dedupe_files", "restore_file"]


SHA256 = re.compile(r"[0-9a-fA-F]{64}")
SQLITE = ("", "-wal", "-shm", "-journal")  # endings of the files of an archive that is open


@dataclass(frozen=True, slots=True)
class Plan:
    """What `dedupe` is told besides: paths to write to and of the archive, or None; what is taken out."""

    findings: str | None = None
    set_aside: str | None = None
    archive: str | None = None
    explain: bool = False
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class _Part:
    """Clippings that were looked through together, those of the archive that are like them, and the findings."""

    clips: Sequence[Clipping]
    old: Sequence[Clipping]
    found: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Inputs that are written together, and the parts that they were looked through in."""

    items: Sequence[Item]
    parts: Sequence[_Part]

    @property
    def found(self) -> list[Finding]:
        """The findings of all parts."""
        return [f for part in self.parts for f in part.found]


def dedupe_files(job: Job, *, plan: Plan = Plan()) -> int:
    """Run `clipper dedupe`, and return the exit code."""
    run = Run(job)
    _refuse_misuse(run, plan)
    with ExitStack() as stack:
        writer = stack.enter_context(_Writer(run, plan))  # a bad output is found before the archive is touched
        for batch in _together(run, plan) if plan.archive is None else _archived(run, plan):
            writer.take(batch)
        return writer.finish()


def _refuse_misuse(run: Run, plan: Plan) -> None:
    """Raise UsageError for options that do not go together."""
    given = [("--findings", plan.findings), ("--set-aside", plan.set_aside), ("--archive", plan.archive)]
    for k, (option, path) in enumerate(given):
        if path in ("", "-"):
            raise UsageError(option, "takes the name of a file", "standard output is where the text goes")
        if path is not None:
            textio.refuse_same_file(path, run.paths)
            for other, taken in [("-o", run.job.output), *given[:k]]:
                if taken not in (None, "-") and Path(str(taken)).resolve() == Path(path).resolve():
                    raise UsageError(str(taken), f"is named by {other} and {option}", "give each its own file")
    if plan.archive is not None:
        for output in (run.job.output or "-", plan.findings, plan.set_aside):
            if output is not None:
                _refuse_archive(output, plan.archive)


def _refuse_archive(output: str | None, archive: str) -> None:
    """Raise UsageError if OUTPUT is the ARCHIVE, or one of the files beside it while it is open."""
    textio.refuse_same_file(output, [archive])
    own = Path(archive).resolve()
    if output not in (None, "-") and Path(str(output)).resolve() in {own.with_name(own.name + end) for end in SQLITE}:
        raise UsageError(str(output), f"is a file of the archive {archive}", "write to another file")


def _together(run: Run, plan: Plan) -> Iterator[_Batch]:
    """Yield all inputs in one batch."""
    items = list(run.items())
    form = form_out({x.form for x in items}, run.job.form)
    items = [_cited(item, form) for item in items]
    if items:
        clips = [c for x in items for c in x.clips]
        yield _Batch(items, [_Part(clips, (), _find(clips, plan.rules))])


def _find(clips: Sequence[Clipping], rules: Rules, old: Sequence[Clipping] = ()) -> list[Finding]:
    return find_repeats(
        clips, remove=rules.remove, min_letters=rules.min_letters, keep=rules.keep, across=rules.across, old=old
    )


def _archived(run: Run, plan: Plan) -> Iterator[_Batch]:
    """Yield each input, its sources held against the archive and added to it.

    Where no text is to be written all is taken back at the end, and no archive is made.
    """
    from clipper.archive import Archive

    items = run.items()
    first = next(items, None)
    if first is None:
        return
    looking = run.job.check or plan.explain
    path = None if looking and not Path(str(plan.archive)).exists() else plan.archive
    form: Form | None = None
    waiting: list[Item] = []  # empty inputs, which are of every form, before the first that is not
    with Archive(path) as archive, archive.transaction(keep=False) if looking else nullcontext():
        for item in chain([first], items):
            form = form or (item.form if item.clips else None)
            if form is None:
                waiting.append(item)
            elif item.clips and item.form != form and run.job.form is None:
                said = "is in another form than the inputs before it"
                run.fail(DataError(item.source.name, said, "say which is to be written with -f"))
            else:
                item = _cited(item, form_out({form}, run.job.form))
                yield _Batch([*waiting, item], [_hold(archive, plan, *source) for source in _sources(item)])
                waiting = []
        if waiting:
            yield _Batch(waiting, [])


def _cited(item: Item, form: Form) -> Item:
    """Return ITEM as it is written in FORM: records say what their clippings are cited by."""
    return replace(item, clips=cite(item)) if form == "records" else item


def _hold(archive: Archive, plan: Plan, name: str, sha256: str, clips: Sequence[Clipping]) -> _Part:
    """Hold the clippings of one source against ARCHIVE, and add them."""
    with archive.transaction():
        old = archive.find_like([b.text for c in clips for b in c.blocks], sha256)
        found = _find(clips, plan.rules, old)
        archive.add(sha256, name, clips)
    return _Part(clips, old, found)


def _sources(item: Item) -> Iterator[tuple[str, str, list[Clipping]]]:
    """Yield the sources in an input: name, digest and clippings of each, in the order in which they begin.

    A source is known by the digest of its bytes, which records name; those that do not by that of the records.
    """
    if item.form != "records":
        yield item.source.name, hashlib.sha256(item.source.data).hexdigest(), list(item.clips)
        return
    sources: dict[tuple[str, str], list[Clipping]] = {}
    for clip in item.clips:
        named = clip.extra.get("source_sha256")
        digest = named.lower() if isinstance(named, str) and SHA256.fullmatch(named) else ""
        sources.setdefault((clip.source, digest), []).append(clip)
    for (name, digest), clips in sources.items():
        if not digest:
            digest = hashlib.sha256(escape_surrogates(write_records(clips)).encode()).hexdigest()
        yield name, digest, clips


def _left(parts: Sequence[_Part]) -> dict[int, Clipping | None]:
    """Return what is left of each clipping (its id()) without what the findings of its own part take out."""
    return {id(clip): rest for part in parts for clip, rest in without_repeats(part.clips, part.found)}


# ---- writing --------------------------------------------------------------------------------------------------------


class _Writer:
    """Where the batches go: the text in the form that the first of them calls for, the findings, the set-aside file."""

    def __init__(self, run: Run, plan: Plan) -> None:
        self._run, self._job, self._plan = run, run.job, plan
        self._form: Form | None = None
        self._pending = ""  # the text of the last batch: it is printed when all files are ready
        self._gone = False  # whether the reader of a pipe has gone
        self._wrote = False
        self._apart = ""
        self._table: list[str] = []  # what a person is shown at the end
        self._counts: Counter[str] = Counter()

    def __enter__(self) -> _Writer:
        job, plan = self._job, self._plan
        quiet = job.check or plan.explain
        with ExitStack() as stack:
            enter = stack.enter_context
            self._output = enter(textio.Output(job.output, bom=job.bom and not quiet))
            self._findings = enter(textio.Output(plan.findings)) if plan.findings else None
            self._aside = enter(textio.Output(plan.set_aside)) if plan.set_aside else None
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *fault: object) -> None:
        self._stack.__exit__(*fault)  # type: ignore[arg-type]

    def take(self, batch: _Batch) -> None:
        """Write what was kept and found of one batch."""
        form = self._form = self._form or form_out({item.form for item in batch.items}, self._job.form)

        rest_of = _left(batch.parts)

        def work(item: Item) -> str:
            left = [rest for clip in item.clips if (rest := rest_of[id(clip)]) is not None]
            gone = _gone(item, left)
            return _lines_kept(item, gone) if form == "page" else written(left, form)

        done = list(self._run.each(work, batch.items))
        chunks = []
        for _, chunk in done:
            chunks.append((self._apart if chunk else "") + chunk)
            if chunk and form == "clips":
                self._apart = "\n"
        raw = {x.source.name for x in batch.items if x.form == "page"}
        reported = without_ids(batch.found, raw)
        self._count(reported)
        if self._findings:
            self._findings.write(_rows(reported))
        if self._aside:
            self._aside.write(escape_surrogates(_set_aside([x for x, _ in done], chunks, batch.found)))
        table = ""
        if reported and (self._job.on_terminal or self._plan.explain):
            table = self._drawn(reported, [c for part in batch.parts for c in (*part.old, *part.clips)])
        if self._job.check or self._plan.explain:
            self._write(table or _rows(reported))
        else:
            self._table.append(table)
            self._write("".join(chunks))

    def _write(self, text: str) -> None:
        """Print what is pending, and keep TEXT for later."""
        if self._pending and not self._gone:
            try:
                self._output.write(self._pending)
            except BrokenPipeError:
                self._gone = True
        self._wrote = self._wrote or bool(text)
        self._pending = text

    def _count(self, found: Sequence[Finding]) -> None:
        self._counts["printed twice"] += count_twice(found)
        for f in found:
            if f.action == "remove":
                self._counts["paragraph"] += len(f.drop)
                self._counts["letter"] += f.letters * len(f.drop)
            else:
                self._counts["finding"] += 1

    def _drawn(self, found: Sequence[Finding], clips: Sequence[Clipping]) -> str:
        from clipper.terminal import draw_findings, explain_findings, texts_of

        texts = texts_of(clips)
        if self._plan.explain:
            return explain_findings(found, texts, plain=not self._job.on_terminal)
        return draw_findings(found, texts, plain=not self._job.check and not textio.stderr_is_terminal())

    def finish(self) -> int:
        """Put everything in its place, say what is to be said, and return the exit code."""
        run, job = self._run, self._job
        sides = [output for output in (self._findings, self._aside) if output]
        if run.failed and not self._wrote and not job.check:
            for output in (self._output, *sides):
                output.discard()  # nothing could be done: a file of an earlier run stays as it is
        for output in sides:
            output.settle()
        self._write("")
        self._output.settle()
        if job.verbose:
            taken, letters, rest = (count(self._counts[x], x) for x in ("paragraph", "letter", "finding"))
            twice = count(self._counts["printed twice"], "letter")
            textio.say(f"{taken} taken out ({letters}), {rest} reported; {twice} printed twice")
        self._stack.close()
        if self._gone:
            raise BrokenPipeError
        textio.show("".join(self._table))
        return 1 if run.failed else (FOUND if job.check and any(self._counts.values()) else 0)


def _rows(found: Sequence[Finding]) -> str:
    return "".join(escape_surrogates(json.dumps(to_finding_record(f), ensure_ascii=False)) + "\n" for f in found)


def _lines_kept(item: Item, gone: frozenset[int]) -> str:
    """Return the page of ITEM without the lines GONE and the blank lines after each of them."""
    rows, skipping = [], False
    for number, line in enumerate(split_lines(item.source.text), 1):
        skipping = number in gone or (skipping and not line.strip())
        if not skipping:
            rows.append(line)
    return "\n".join(rows) + "\n" if rows else ""


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


def _set_aside(items: Sequence[Item], chunks: Sequence[str], found: Sequence[Finding]) -> str:
    from clipper.setaside import make_set_aside

    why = {(place.source, n): f.why for f in found if f.action == "remove" for place in f.drop for n in place.lines}
    rows = []
    for item, kept in zip(items, chunks, strict=True):
        source = item.source
        own = {n: text for (name, n), text in why.items() if name == source.name and item.form != "records"}
        rows.append(make_set_aside(source.data, kept, source=source.name, encoding=source.encoding, why_by_line=own))
    return "".join(rows)


def restore_file(job: Job, set_aside: str) -> int:
    """Run `clipper dedupe --restore`, and return the exit code: what was kept and what was set aside, put together."""
    from clipper.setaside import restore

    run = Run(job)
    aside = textio.read_own(set_aside)[0]
    kept = [""]
    for path in run.paths:
        kept = [a + b for a in kept for b in textio.read_own(path, encoding=job.encoding, name=job.source)][:8]
    restored: list[tuple[str, bytes]] = []
    for k, text in enumerate(kept, 1):
        try:
            restored = list(dict.fromkeys(restore(aside, text)))  # an input given twice is one file
            break
        except DataError:
            if k == len(kept):
                raise
    if not restored or any("\0" in name for name, _ in restored):
        raise DataError(set_aside, "holds no input that could be restored", "is it the file that --set-aside wrote?")
    folder = Path(job.output) if job.output and Path(job.output).is_dir() else None
    if folder is None and len(restored) > 1:
        raise UsageError(set_aside, f"holds {len(restored)} inputs", "name a folder for them with -o")
    names = [str(folder / name) for name in own_names([x for x, _ in restored])] if folder else [job.output or "-"]
    for name in names:
        textio.refuse_same_file(name, [set_aside, *run.paths])
    for name in names if folder else ():
        textio.make_folder_for(name)
    textio.write_all([(name, data) for name, (_, data) in zip(names, restored, strict=True)])
    return 0


# ---- the archive ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArchivePlan:
    """What `archive` is told: the sources to forget, whether to compact."""

    forget: tuple[str, ...] = ()
    compact: bool = False


def archive_file(job: Job, *, plan: ArchivePlan = ArchivePlan()) -> int:
    """Run `clipper archive`, and return the exit code."""
    from clipper.archive import REMEDY, Archive

    (path,) = job.files
    _refuse_archive(job.output, path)
    with Archive(path, existing=True) as archive:
        if job.check:
            faults = list(archive.faults())
            for fault in faults:
                textio.say(f"{path}: {fault}")
            if faults:
                raise DataError(path, "is damaged", REMEDY)
            textio.say(f"{path}: is whole")
            return 0
        unknown = [name for name in map(textio.printable_path, plan.forget) if not archive.forget(name)]
        if plan.compact:
            archive.compact()
        for name in unknown:
            textio.say(f"{path}: holds no source {name}")
        if plan.forget or plan.compact:
            return 1 if unknown else 0
        with textio.Output(job.output) as output:
            for row in archive.sources():
                if job.form == "jsonl":
                    said = json.dumps(asdict(row), ensure_ascii=False)
                else:
                    said = f"{row.sha256[:12]}  {row.paragraphs:6} {row.letters:8}  {one_line(row.name)}"
                output.write(said + "\n")
    return 0
