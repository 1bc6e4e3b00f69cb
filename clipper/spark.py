"""The four commands on Apache Spark: clipper's own functions over a corpus that one machine cannot hold.

What a page, a text, a group of texts or a source needs is brought to one place, and there the functions do the work
that do it on one machine: no rule is written twice, and the answers are the same. A run goes in stages, each of which
is written under the output before the next one begins, so a run that was killed goes on where it was.

How `dedupe` finds what is alike without holding everything against everything: each text gives its seeds, the places
of a seed in earlier texts are looked up by a join (one that comes too often is a formula, and is dropped before), the
pairs that share enough of them are verified. The pattern (explode, drop what is too common, join, verify) is passim's
(Smith, Cordell and Mullen, American Literary History 27, 2015).
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase
from functools import partial, reduce
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark import Broadcast
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from clipper import __version__, parts, textio
from clipper.alike import TEXT_KINDS
from clipper.associations import LEAST, Associations, associations
from clipper.copies import Rules
from clipper.directing import Plan as ConvertPlan
from clipper.directing import read_house
from clipper.errors import ClipperError, InputError, OutputError, UsageError
from clipper.finding import FORMULA
from clipper.fingerprint import SEED_CAP
from clipper.keywording import Plan as KeywordsPlan
from clipper.keywording import read_taste, read_user_words
from clipper.opencc_tables import load_converter
from clipper.parts import BLOCKS, Row
from clipper.pipeline import Job, read_list
from clipper.seeds import (
    Sieve,
    bits_for,
    can_find,
    cut,
    find_seeds,
    first_few,
    gather,
    hashes,
    make_sieve,
    segment_of,
    segments,
)

__all__ = [
    "Plan",
    "convert_corpus",
    "convert_frame",
    "dedupe_corpus",
    "keywords_corpus",
    "keywords_frame",
    "run_corpus",
    "split_corpus",
    "split_frame",
]

STAGES: Final = "_stages"
MANIFEST: Final = "_stages/run.json"
DONE: Final = "_SUCCESS"
COUNTERS: Final = "counters.json"
OWN: Final = frozenset({STAGES, DONE, COUNTERS, "records", "findings", "frequencies", "bad"})

# What a file is: by how its path ends, and the pattern by which Spark picks such files from a folder.
ENDS: Final = {
    "records": (r"\.(jsonl|ndjson)$", "*.{jsonl,ndjson}"),
    "packed": (r"\.(jsonl|ndjson)\.(gz|bz2)$", "*.{jsonl,ndjson}.{gz,bz2}"),
    "parquet": (r"\.parquet$", "*.parquet"),
    "page": (r"\.[tT][xX][tT]$", "*.[tT][xX][tT]"),
}
MOST: Final = (1 << 31) - 1024  # bytes of a file that Spark can hand over as one
ROWS: Final = 2000  # rows that go to Python at a time
SAMPLED: Final = 2000  # clippings of an input by which its script is told
SUBMITTED: Final = "PYSPARK_GATEWAY_PORT"  # set by spark-submit, which has settings of its own
SAID: Final = 300  # characters of what Spark says that a message repeats
FAILURES: Final = 4  # times that a task is tried, as on a cluster

NUMBERED = re.compile(r"part-\d+-")  # "part-00000-4c2f...-c000.txt", as Spark calls a part of an output
# local, local[2], local[*], but not local[2,8], which says how often a task is tried
LOCAL = re.compile(r"local(?:\[(?P<cores>[^],]+)])?")
MAGIC = re.compile(r"[*?\[{]")  # "pages/*.txt"
SPECIAL = re.compile(r"[*?\[\]{}\\]")  # what Spark may take for a part of a pattern: "[" and "]" of "page[1].txt"

USUAL: Final = Rules()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run on Spark is told besides its Job.

    master: where Spark runs, or None for where spark-submit says, else here. overwrite: the output of another run.
    verbose: let Spark say on standard error what it does.
    """

    master: str | None = None
    overwrite: bool = False
    verbose: bool = False


# What is read: the place of a clipping, by which they are ordered, the clipping itself, or why there is none.
READ: Final = "name string, block long, row long, n int, source string, raw boolean, record string, bad string"


# ---- Spark ----------------------------------------------------------------------------------------------------------


def run_corpus(command: str, job: Job, plan: Plan, **options: Any) -> int:
    """Run `clipper spark COMMAND`, and return the exit code. Raises ClipperError, whatever Spark has to say.

    What Spark and its workers say goes to a file, which is named where something fails.
    """
    works: dict[str, Callable[..., int]] = {
        "split": split_corpus,
        "dedupe": dedupe_corpus,
        "keywords": keywords_corpus,
        "convert": convert_corpus,
    }
    logging.disable(logging.CRITICAL)  # of py4j, where Java has gone
    with _quiet(plan, command) as log:
        try:
            return works[command](job, plan, **options)
        except (PySparkException, Py4JError, ConnectionError, EOFError) as error:
            said = " ".join(str(error).split())[:SAID].rstrip(".")
            remedy = f"look into {log.keep()}, and run it again: it goes on where it was" if log else ""
            raise ClipperError("Spark", f"fails: {said}", remedy) from None
        finally:
            with suppress(Exception):  # a run that is ended from outside may have ended Spark first
                if session := SparkSession.getActiveSession():
                    session.stop()


class _Log:
    """The file that Spark's own words go to while it runs."""

    def __init__(self) -> None:
        number, self._path = tempfile.mkstemp(prefix="clipper-spark-", suffix=".log")
        self._kept = False
        self._stderr = os.dup(2)
        os.dup2(number, 2)  # what is started from here on inherits it
        os.close(number)

    def started(self) -> None:
        """Give this process its own standard error back."""
        os.dup2(self._stderr, 2)

    def keep(self) -> str:
        """Keep the file, and return where it is."""
        self._kept = True
        return self._path

    def close(self) -> None:
        """Take the file away, unless it is kept."""
        self.started()
        os.close(self._stderr)
        if not self._kept:
            Path(self._path).unlink(missing_ok=True)


@contextmanager
def _quiet(plan: Plan, command: str) -> Iterator[_Log | None]:
    """Start Spark so that it says nothing here, unless it is asked to, or runs already."""
    if plan.verbose or SUBMITTED in os.environ or SparkSession.getActiveSession():
        yield None
        return
    log = _Log()
    try:
        try:
            _session(plan, command)
        except (PySparkException, Py4JError, OSError) as error:
            said = " ".join(str(error).split())[:SAID].rstrip(".")
            remedy = f"it needs Java 17 or later; what it said is in {log.keep()}"
            raise InputError("Spark", f"does not start: {said}", remedy) from None
        log.started()
        yield log
    finally:
        log.close()


def _session(plan: Plan, command: str) -> SparkSession:
    """Return the session to work in."""
    builder = SparkSession.builder.appName(f"clipper {command}")
    master = plan.master or (None if SUBMITTED in os.environ else "local[*]")
    if master is not None:
        builder = builder.master(_patient(master))
        if master.startswith("local"):
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            for name, value in _local_settings().items():
                builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(ROWS))
    return spark


def _patient(master: str) -> str:
    """Return MASTER so that a task which fails is tried again here too, as it is on a cluster.

    >>> _patient("local[2]"), _patient("local"), _patient("yarn")
    ('local[2,4]', 'local[1,4]', 'yarn')
    """
    found = LOCAL.fullmatch(master)
    return f"local[{found['cores'] or 1},{FAILURES}]" if found else master


def _local_settings() -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 8 << 30
    return {
        "spark.driver.memory": f"{max(1, min(8, memory // (4 << 30)))}g",
        "spark.sql.shuffle.partitions": "32",
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": str(textio.stderr_is_terminal()).lower(),
    }


def _literal(path: str) -> str:
    r"""Return PATH so that Spark takes it for itself, and not for a pattern.

    >>> _literal("第[1]版.txt")
    '第\\[1\\]版.txt'
    """
    return SPECIAL.sub(r"\\\g<0>", path)


class _Store:
    """The file system that a path is on, through Spark's own Hadoop: this machine's, HDFS, S3."""

    def __init__(self, spark: SparkSession, root: str) -> None:
        jvm: Any = spark._jvm
        self._make = jvm.org.apache.hadoop.fs.Path
        self._root = self._make(root)
        context: Any = spark.sparkContext
        self._files = self._root.getFileSystem(context._jsc.hadoopConfiguration())
        self._read = jvm.org.apache.commons.io.IOUtils
        self.root = root

    def path(self, name: str) -> str:
        """Return the path of NAME under the root."""
        return f"{self.root.rstrip('/')}/{name}"

    def full(self) -> str:
        """Return the root as Spark names it."""
        return str(self._files.makeQualified(self._root).toString())

    def exists(self, name: str = "") -> bool:
        """Return whether NAME is there."""
        return bool(self._files.exists(self._at(name)))

    def is_folder(self) -> bool:
        """Return whether the root is a folder."""
        return bool(self._files.exists(self._root) and self._files.getFileStatus(self._root).isDirectory())

    def delete(self, name: str) -> None:
        """Take NAME away, with all that is in it."""
        self._files.delete(self._at(name), True)

    def names(self, name: str = "") -> list[str]:
        """Return what is in the folder NAME."""
        return sorted(str(x.getPath().getName()) for x in self._files.listStatus(self._at(name)))

    def rename(self, old: str, new: str) -> None:
        """Give OLD the name NEW."""
        self._files.rename(self._at(old), self._at(new))

    def read(self, name: str) -> str:
        """Return what the file NAME says."""
        stream = self._files.open(self._at(name))
        try:
            return str(self._read.toString(stream, "UTF-8"))
        finally:
            stream.close()

    def write(self, name: str, text: str) -> None:
        """Write TEXT to the file NAME."""
        stream = self._files.create(self._at(name), True)
        try:
            stream.write(bytearray(text.encode()))
        finally:
            stream.close()

    def _at(self, name: str) -> Any:
        return self._make(self.path(name)) if name else self._root


class _Stages:
    """The stages of a run: each is made once, and read from where it was written ever after."""

    def __init__(self, spark: SparkSession, store: _Store) -> None:
        self.spark, self._store = spark, store
        self._known: dict[str, DataFrame] = {}

    def __call__(self, name: str, make: Callable[[], DataFrame]) -> DataFrame:
        """Return the stage NAME, which MAKE makes where it is not there."""
        if name not in self._known:
            self._known[name] = self._stage(name, make)
        return self._known[name]

    def _stage(self, name: str, make: Callable[[], DataFrame]) -> DataFrame:
        folder = f"{STAGES}/{name}"
        path = self._store.path(folder)
        if self._store.exists(f"{folder}/{DONE}"):
            return self.spark.read.parquet(_literal(path))
        made = make()
        made.write.mode("overwrite").parquet(path)
        return self.spark.read.schema(made.schema).parquet(_literal(path))

    def numbered(self, name: str, make: Callable[[], DataFrame], order: Sequence[str], number: str) -> DataFrame:
        """Return the stage NAME with the column NUMBER: the place of each row in that ORDER, from 0."""
        rows = self(name, lambda: make().orderBy(*order).withColumn("_at", F.monotonically_increasing_id()))
        part, within = F.shiftright("_at", 33), F.col("_at").bitwiseAND((1 << 33) - 1)
        counts = sorted(rows.groupBy(part.alias("part")).count().collect())
        before, done = [], 0
        for n, count in counts:
            before.append((n, done))
            done += count
        starts = self.spark.createDataFrame(before or [(0, 0)], "_part long, _before long")
        placed = rows.withColumn("_part", part).join(F.broadcast(starts), "_part")
        return placed.withColumn(number, F.col("_before") + within).drop("_at", "_part", "_before")


def _mapped(rows: DataFrame, work: Callable[[Iterator[Row]], Iterator[Row]], schema: str) -> DataFrame:
    """Return what WORK makes of ROWS, partition by partition."""
    types = _types(schema)

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        given = chain.from_iterable(zip(*(c.to_pylist() for c in b.columns), strict=True) for b in batches)
        done = work(given)
        while some := list(islice(done, ROWS)):
            yield _batch(zip(*some, strict=True), types)

    return rows.mapInArrow(run, schema)


def _batch(columns: Iterable[Any], types: pa.Schema) -> pa.RecordBatch:
    arrays = [
        column if isinstance(column, pa.Array) else pa.array(column, type=field.type)
        for column, field in zip(columns, types, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=types)


def _types(schema: str) -> pa.Schema:
    found = StructType.fromDDL(schema)
    assert isinstance(found, StructType)
    return to_arrow_schema(found)


def _gathered(rows: DataFrame, keys: Sequence[str], order: Sequence[str]) -> DataFrame:
    """Return ROWS so that those of the same KEYS stand side by side, in that ORDER."""
    return rows.repartition(*keys).sortWithinPartitions(*keys, *order)


# ---- one run --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Input:
    """One input: how the user calls it and how Spark does, itself or, for a PATTERN, the folder that its * is in; what
    Spark is to read; whether it is a folder.
    """

    given: str
    full: str
    path: str
    folder: bool
    pattern: bool = False

    @property
    def named(self) -> bool:
        """Whether it is one file, which the user names."""
        return not (self.folder or self.pattern)


def _kind_of(path: str) -> str:
    """Return the kind of a file that is named itself.

    >>> _kind_of("a/clips.jsonl"), _kind_of("a/第1版")
    ('records', 'page')
    """
    return next((kind for kind, (ends, _) in ENDS.items() if re.search(ends, path)), "page")


class _Corpus:
    """One run over a corpus: its inputs, its output, its stages."""

    def __init__(self, job: Job, plan: Plan, command: str, options: Mapping[str, object]) -> None:
        if not job.output or job.output == "-":
            raise UsageError("-o", "takes the name of a folder")
        if "-" in job.files:
            raise UsageError("spark", "does not read standard input", "name files or folders")
        self.job, self._plan = job, plan
        self.spark = _session(plan, command)
        self.store = _Store(self.spark, str(job.output))
        self._inputs = [self._input(given) for given in job.files]
        self._refuse_own_output()
        self._refuse_twice()
        self._kinds, print_of_inputs = self._look()
        self._manifest = {
            "command": command,
            "clipper": __version__,
            "form": self.form,
            "encoding": job.encoding,
            "inputs": list(job.files),
            "print": print_of_inputs,
            "options": dict(options),
        }
        self.stages = _Stages(self.spark, self.store)
        self.done = self._begin()

    @property
    def form(self) -> str:
        """The form of the output: "jsonl" or "parquet"."""
        return str(self.job.form or "jsonl")

    def _input(self, given: str) -> _Input:
        """Return what the input that the user calls GIVEN is to Spark. Raises UsageError for one it passes over."""
        store = _Store(self.spark, given)
        there = store.exists()
        if there and Path(given).name.startswith(("_", ".")) and Path(given).name not in (".", ".."):
            raise UsageError(given, "begins with _ or ., and Spark passes over such files", "rename it")
        if there or not MAGIC.search(given):
            return _Input(given, store.full().rstrip("/"), _literal(given), there and store.is_folder())
        base = MAGIC.split(given)[0].rpartition("/")[0] or ("/" if given.startswith("/") else "")
        return _Input(base, _Store(self.spark, base or ".").full().rstrip("/"), given, False, pattern=True)

    def _refuse_own_output(self) -> None:
        """Raise UsageError where the output would be read as input, or the input written over."""
        output = self.store.full().rstrip("/") + "/"
        above = [str(folder) for folder in (Path(str(self.job.output)), *Path(str(self.job.output)).parents)]
        for one, given in zip(self._inputs, self.job.files, strict=True):
            read = (
                any(fnmatchcase(folder, given) for folder in above)
                if one.pattern
                else output.startswith(one.full + "/")
            )
            if read:
                raise UsageError(str(self.job.output), f"lies in the input {given}", "name a folder beside it")
            if f"{one.full}/".startswith(output) and not one.pattern:
                raise UsageError(given, f"lies in the output {self.job.output}", "name another folder for that")

    def _refuse_twice(self) -> None:
        """Raise UsageError for an input that is named twice, or lies in another one: it would be read twice."""
        for k, one in enumerate(self._inputs):
            for n, other in enumerate(self._inputs):
                inside = other.folder and f"{one.full}/".startswith(f"{other.full}/")
                matched = other.pattern and fnmatchcase(self.job.files[k], self.job.files[n])
                if k != n and (inside or matched or one.path == other.path):
                    what = f"is named twice, the other time as {self.job.files[n]}"
                    raise UsageError(self.job.files[k], what, "leave one of them out")

    def _begin(self) -> bool:
        """Make the output ready, and return whether it is done already. Raises OutputError for that of another run."""
        store = self.store
        text = json.dumps(self._manifest, ensure_ascii=False, sort_keys=True)
        if store.exists(MANIFEST) and store.read(MANIFEST) == text and not self._plan.overwrite:
            return store.exists(DONE)
        if store.exists() and store.names():
            if not self._plan.overwrite:
                what = "holds another run, or one over other inputs" if store.exists(MANIFEST) else "is not empty"
                raise OutputError(str(self.job.output), what, "name another folder, or give --overwrite")
            if not store.exists(MANIFEST):
                raise OutputError(str(self.job.output), "is no output of clipper", "name another folder")
            for name in set(store.names()) & OWN:
                store.delete(name)
        store.write(MANIFEST, text)
        return False

    # ---- reading ----

    def _load(self, format: str, kind: str) -> DataFrame:
        """Return the files of KIND: those that lie in a folder or behind a *, and those that are named themselves."""
        reader = self.spark.read.format(format).option("recursiveFileLookup", "true")
        tables = []
        if named := [one.path for one in self._inputs if one.named and _kind_of(one.full) == kind]:
            tables.append(reader.load(named))
        if spread := [one.path for one in self._inputs if not one.named]:
            tables.append(reader.option("pathGlobFilter", ENDS[kind][1]).load(spread))
        return reduce(DataFrame.unionByName, tables)

    def _kind(self) -> Column:
        """Return the kind of a file; what else lies in a folder, or behind a *, is none of ours."""
        path = F.col("path")
        kind = F.when(F.element_at(F.split("path", "/"), -1).contains(":"), "colon")
        for found, (ends, _) in ENDS.items():
            kind = kind.when(path.rlike(ends), found)
        return kind.when(path.isin([one.full for one in self._inputs if one.named]), "page").otherwise("other")

    def _look(self) -> tuple[set[str], str]:
        """Return which kinds of files there are, and what tells this corpus from all others."""
        try:
            told = F.hex(F.bit_xor(F.xxhash64("path", "length", "modificationTime")))
            counts = (F.count("*"), F.sum("length"), told)
            reader = self.spark.read.format("binaryFile").option("recursiveFileLookup", "true")
            files = reader.load([one.path for one in self._inputs]).withColumn("kind", self._kind())
            rows = files.groupBy("kind").agg(*counts, F.min("path")).orderBy("kind").collect()
        except PySparkException as error:
            if "PATH_NOT_FOUND" not in str(error):
                raise
            found = re.search(r"does not exist: (.+?)\. SQLSTATE", str(error))
            where = parts.shown(self._names(), found[1].replace("\\", "")) if found else ", ".join(self.job.files)
            raise InputError(where, "no such file", "check the path") from None
        if colon := next((row[-1] for row in rows if row[0] == "colon"), None):
            what = "has a colon in its name, which Hadoop cannot read"
            raise InputError(parts.shown(self._names(), colon), what, "rename it")
        self._others = sum(n for kind, n, *_ in rows if kind == "other")
        kinds = {row[0] for row in rows} - {"other"}
        if not kinds:
            what = "holds no page (.txt), records (.jsonl) or Parquet"
            raise InputError(", ".join(self.job.files), what, "check the path, or name the files with a *")
        return kinds, " ".join(f"{kind} {n} {size} {x}" for kind, n, size, x, _ in rows)

    def _names(self) -> tuple[tuple[str, str], ...]:
        """Return how Spark calls each input, or the folder before its first *, and how the user does."""
        return tuple((one.full, one.given.rstrip("/")) for one in self._inputs)

    def clips(self, *, cited: bool = True) -> DataFrame:
        """Return the clippings of the corpus: clip (the number of each), name (of the input), source, raw, record.

        CITED: records too get what they are cited by. What cannot be read goes to the side.
        """
        read = self.stages("read", lambda: self._read(cited))
        good = read.where("bad is null").select("name", "block", "row", "n", "source", "raw", "record")
        clips = self.stages.numbered("clips", lambda: good, ("name", "block", "row", "n"), "clip")
        least, most = good.agg(F.min("raw"), F.max("raw")).collect()[0]
        if least != most:  # a source that is a raw page anywhere has ids that nobody has seen
            raw = good.where("raw").select("source", F.lit(True).alias("seen")).distinct()
            clips = clips.join(raw, "source", "left").withColumn("raw", F.coalesce("seen", F.lit(False)))
        return clips.select("clip", "name", "source", "raw", "record")

    def bad(self) -> DataFrame:
        """Return the inputs that cannot be read: name, reason, and how a bad record begins."""
        return self.stages("read", lambda: self._read(True)).where("bad is not null").select("name", "bad", "record")

    def _read(self, cited: bool) -> DataFrame:
        names, encoding = self._names(), self.job.encoding
        whole = {
            "page": partial(parts.read_pages, names, encoding),
            "packed": partial(parts.read_packed, names, cited),
            "parquet": partial(parts.read_parquet, names, cited, encoding),
        }
        tables = []
        for kind in sorted(self._kinds & whole.keys()):
            files = self._load("binaryFile", kind)
            # Both conditions are looked at before a file is opened.
            tables.append(_mapped(files.where(F.col("length") < MOST).select("path", "content"), whole[kind], READ))
            large = files.where(F.col("length") >= MOST).select("path", "length")
            tables.append(_mapped(large, partial(parts.refuse_large, names), READ))
        if "records" in self._kinds:
            place = ("_metadata.file_path", "_metadata.file_block_start", F.monotonically_increasing_id())
            lines = self._load("text", "records").select(*place, F.col("value").cast("binary"))
            tables.append(_mapped(lines, partial(parts.read_lines, names, cited), READ))
        return reduce(DataFrame.unionByName, tables)

    # ---- writing ----

    def write(self, name: str, rows: DataFrame, order: Sequence[str]) -> None:
        """Write ROWS, in that ORDER, as the part NAME of the output.

        JSON Lines are the column "line", Parquet all that are neither that nor in ORDER.
        """
        path = self.store.path(name)
        parquet = self.form == "parquet"
        if not self.store.exists(f"{name}/{DONE}"):
            rows = rows.orderBy(*order)
            if parquet:
                rows.drop(*order, "line").write.mode("overwrite").parquet(path)
            else:
                rows.select("line").write.mode("overwrite").option("compression", "none").text(path)
        for part in () if parquet else self.store.names(name):
            if found := NUMBERED.match(part):
                self.store.rename(f"{name}/{part}", f"{name}/{found[0][:-1]}.jsonl")

    def finish(self, counters: Mapping[str, int], refused: DataFrame | None = None) -> int:
        """Write the bad inputs and the COUNTERS, say them, and return the exit code: 1 where an input was bad.

        REFUSED: name and bad of inputs that could be read, and yet nothing was done with.
        """
        bad = self.bad()
        if refused is not None:
            bad = bad.unionByName(refused.withColumn("record", F.lit(None).cast("string")))
        told = (F.col("name").alias("input"), F.col("bad").alias("reason"), F.col("record").alias("text"))
        count = bad.count()
        if count:
            self.write(
                "bad", bad.select("name", "record", *told, F.to_json(F.struct(*told)).alias("line")), ("name", "record")
            )
        counters = {**counters, "bad inputs": count}
        if self._others:
            counters["files of other kinds left alone"] = self._others
        self.store.write(COUNTERS, json.dumps(counters, ensure_ascii=False) + "\n")
        self.store.write(DONE, "")
        self._tidy()
        return self.tell(counters)

    def _tidy(self) -> None:
        for name in self.store.names(STAGES):
            if name != MANIFEST.rpartition("/")[2]:
                self.store.delete(f"{STAGES}/{name}")

    def tell(self, counters: Mapping[str, int]) -> int:
        """Say the COUNTERS, and return the exit code."""
        textio.say(f"{self.job.output}: " + ", ".join(f"{n:,} {name}" for name, n in counters.items()))
        return 1 if counters.get("bad inputs") else 0

    def told(self) -> int:
        """Say what a run that is done already had to say."""
        self._tidy()
        textio.say(f"{self.job.output}: done already")
        return self.tell(json.loads(self.store.read(COUNTERS)))


def _digests(lists: Sequence[str | None], encoding: str | None) -> list[str]:
    """Return what tells the LISTS of a house from others of the same name."""
    return [sha256(read_list(path, encoding, "")[0].encode()).hexdigest() for path in lists if path is not None]


def _records(clips: DataFrame) -> DataFrame:
    """Return CLIPS (clip, record) as they are written: as JSON lines, and for Parquet in columns."""
    schema = (
        "clip long, id string, source string, kind string, headline string, flags array<string>, record string,"
        " line string"
    )

    return _mapped(clips.select("clip", "record"), parts.record_columns, schema)


# ---- split ----------------------------------------------------------------------------------------------------------


def split_corpus(job: Job, plan: Plan = Plan()) -> int:
    """Run `clipper spark split`, and return the exit code."""
    corpus = _Corpus(job, plan, "split", {})
    if corpus.done:
        return corpus.told()
    clips = corpus.clips()
    corpus.write("records", _records(clips), ("clip",))
    return corpus.finish(_counted(clips))


def _counted(clips: DataFrame) -> dict[str, int]:
    row = clips.agg(F.count_distinct("source"), F.count("*")).collect()[0]
    return {"pages": row[0], "clippings": row[1]}


# ---- dedupe ---------------------------------------------------------------------------------------------------------


def dedupe_corpus(job: Job, plan: Plan = Plan(), *, rules: Rules = USUAL) -> int:
    """Run `clipper spark dedupe`, and return the exit code.

    RULES: as find_repeats has them; of the kinds only repeats can be taken out, and only within a source.
    """
    if rules.remove - {"repeat"}:
        raise UsageError("--remove", "takes out no more than repeats on Spark", "use repeat or none")
    if rules.across:
        raise UsageError("--remove-across", "does not go with Spark", "leave it out")
    options = {"remove": sorted(rules.remove), "min_letters": rules.min_letters, "keep": rules.keep}
    corpus = _Corpus(job, plan, "dedupe", options)
    if corpus.done:
        return corpus.told()
    clips = corpus.clips()
    search = _Dedupe(corpus.stages, clips, rules)
    pages = search.pages()
    findings = search.findings()
    kept = pages.where("kept is not null").select("clip", F.col("kept").alias("record"))
    corpus.write("records", _records(kept), ("clip",))
    corpus.write("findings", _finding_columns(findings), ORDER)
    row = findings.agg(F.count("*"), F.sum("taken"), F.sum("twice")).collect()[0]
    told = {"findings": row[0], "paragraphs taken out": row[1] or 0, "letters printed twice": row[2] or 0}
    return corpus.finish({**_counted(clips), **told})


# A finding: what it is ordered by, the record, how many paragraphs it takes out and how many letters stand twice.
FINDING: Final = (
    "at long, off long, nth int, lines array<long>, start long, end long, line string, taken long, twice long"
)
ORDER: Final = ("at", "off", "nth", "lines", "start", "end", "line")
# A place that a text stands in; gone: the length of the run it is taken out with, or null.
PLACE: Final = "at long, source string, id string, raw boolean, last boolean, block string"

SEED: Final = ("hi", "lo", "search")  # what a seed is: rows are sorted by the first of them fastest
EARLY: Final = 1 / 16  # of the texts: seeds that are formulas after those are not asked for by the others


class _Dedupe:
    """The stages of dedupe. t: the number of a text, in the order in which texts are gone through."""

    def __init__(self, stages: _Stages, clips: DataFrame, rules: Rules) -> None:
        self._stages, self._clips, self._rules = stages, clips, rules

    # ---- texts and their places ----

    def _paragraphs(self) -> DataFrame:
        """Return the paragraphs that are text, and the lines of joined ones (line is null, or the number of it)."""
        schema = f"{PLACE}, prose boolean, line int, normal string"
        clips = self._clips.select("clip", "raw", "record")
        return self._stages("paragraphs", lambda: _mapped(clips, parts.paragraph_rows, schema))

    def _texts(self) -> DataFrame:
        """Return the texts: t, kind (of TEXT_KINDS), normal, places (how many)."""
        rows = self._paragraphs()

        def make() -> DataFrame:
            whole = (
                rows.where("line is null")
                .groupBy("normal")
                .agg(
                    F.min(F.when(F.col("prose"), F.col("at"))).alias("prose_at"),
                    F.min("at").alias("at"),
                    F.count("*").alias("places"),
                )
            )
            kind = F.when(F.col("prose_at").isNotNull(), TEXT_KINDS.index("prose")).otherwise(TEXT_KINDS.index("head"))
            texts = whole.select(
                kind.alias("kind"), F.coalesce("prose_at", "at").alias("at"), F.lit(0).alias("line"), "normal", "places"
            )
            lines = rows.where("line is not null").groupBy("normal").agg(F.min(F.struct("at", "line")).alias("first"))
            lines = lines.join(whole, "normal", "left_anti").select(
                F.lit(TEXT_KINDS.index("line")).alias("kind"),
                "first.at",
                "first.line",
                "normal",
                F.lit(0).alias("places"),
            )
            return (
                texts.unionByName(lines).orderBy("kind", "at", "line").withColumn("t", F.monotonically_increasing_id())
            )

        return self._stages("texts", make).select("t", "kind", "normal", "places")

    def _places(self) -> DataFrame:
        """Return the places of texts, t beside each; line is the number of one in a joined paragraph, or null; own is
        the t of the whole paragraph.
        """

        def make() -> DataFrame:
            texts = self._texts().select("t", "normal", "kind")
            rows = self._paragraphs().join(texts, "normal").drop("normal")
            whole = rows.where("line is null").withColumn("own", F.col("t"))
            lines = rows.where("line is not null")
            return whole.unionByName(lines.join(whole.select("at", "own"), "at"))

        return self._stages("places", make)

    # ---- what is alike ----

    def _hits(self) -> DataFrame:
        """Return the pairs of texts that share seeds: search, t, a (the earlier one), nth (of them), near, hits."""

        def make() -> DataFrame:
            seeds = self._seeds()
            asked = _seeds(self._texts(), "t long, j int, letters int", self._sieve(seeds))
            # The text with which a seed becomes a formula is the last one that it finds anything for.
            met = asked.join(seeds, list(SEED)).where("first < t and t <= last")
            met = met.select("search", "t", "j", "letters", "places")
            schema = "search int, t long, a long, nth int, near boolean, hits array<int>"
            return _mapped(_gathered(met, ("search", "t"), ("j",)), parts.pair_rows, schema)

        return self._stages("hits", make)

    def _seeds(self) -> DataFrame:
        """Return the seeds that texts post: hi, lo, search; first, last (see `Gathered`), places.

        Those of the same segment of a sieve stand together.
        """
        schema = "hi long, lo long, search int, first long, last long, places binary"
        types = _types(schema)

        def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for seeds in gather(([c.to_numpy() for c in batch.columns] for batch in batches), SEED_CAP + 1):
                buffers = [None, pa.py_buffer(seeds.offsets), pa.py_buffer(seeds.places)]
                places = pa.Array.from_buffers(pa.binary(), len(seeds.hi), buffers)
                yield _batch([seeds.hi, seeds.lo, seeds.search, seeds.first, seeds.last, places], types)

        def make() -> DataFrame:
            posted = _seeds(self._texts(), "a long, i int, letters int, segment int")
            posted = posted.repartition("segment").sortWithinPartitions(*SEED, "a", "i")
            return posted.select(*SEED, "a", "i", "letters").mapInArrow(run, schema)

        return self._stages("seeds", make)

    def _sieve(self, seeds: DataFrame) -> Broadcast[Sieve]:
        """Return, on all machines, what tells which seeds of a text can find anything among SEEDS."""
        since = self._texts().agg(F.percentile_approx("t", EARLY)).collect()[0][0] or 0
        again, formula = F.length("places") > parts.PLACE.size, F.col("last") < since
        seeds = seeds.select(*SEED, again.alias("again"), formula.alias("formula"))
        counts = seeds.agg(F.count_if(~F.col("formula")), F.count_if("again"), F.count_if("formula")).collect()[0]
        bits = [bits_for(count) for count in counts]
        schema = "number int, segment int, bits binary"
        types = _types(schema)

        def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            columns = ([c.to_numpy(zero_copy_only=False) for c in batch.columns] for batch in batches)
            told = ((hashes(search, hi, lo), again, formula) for hi, lo, search, again, formula in columns)
            for row in segments(told, bits):
                yield _batch([[value] for value in row], types)

        found = (tuple(row) for row in seeds.mapInArrow(run, schema).toLocalIterator())
        sieve = make_sieve(found, bits, since)
        return seeds.sparkSession.sparkContext.broadcast(sieve)

    def _alike(self) -> DataFrame:
        """Return what pairs of texts have in common: t, a, distance of near ones; or nth, i, j, n, stretch of a run."""

        def make() -> DataFrame:
            texts = self._texts()
            one = texts.select(F.col("t").alias("a"), F.col("normal").alias("one"))
            two = texts.select("t", F.col("kind"), F.col("normal").alias("two"))
            pairs = self._hits().join(one, "a").join(two, "t")
            pairs = pairs.select("search", "t", "kind", "a", "nth", "near", "hits", "one", "two")
            schema = "t long, a long, nth int, distance int, i int, j int, n int, stretch string"
            return _mapped(pairs, parts.alike_rows, schema)

        return self._stages("alike", make)

    def _near(self) -> DataFrame:
        return self._alike().where("distance is not null").select("a", "t", "distance").distinct()

    # ---- what is taken out ----

    def _removed(self) -> DataFrame:
        """Return the paragraphs that are taken out: at, and run, the length of the run that each stands in."""

        def make() -> DataFrame:
            places = self._places().where("line is null").groupBy("t", "source").agg(F.min("at").alias("at"))
            one = places.select(F.col("t").alias("a"), "source", F.col("at").alias("one"))
            two = places.select("t", "source", F.col("at").alias("two"))
            near = self._near().join(one, "a").join(two, ["t", "source"])
            rows = self._clips.select(
                "source", F.lit(0).alias("tag"), F.col("clip").alias("at"), "record", *_nulls("long", "two", "distance")
            )
            pairs = near.select(
                "source",
                F.lit(1).alias("tag"),
                F.col("one").alias("at"),
                F.lit(None).cast("string").alias("record"),
                "two",
                "distance",
            )
            rows = _gathered(rows.unionByName(pairs), ("source",), ("tag", "at"))
            return _mapped(rows, partial(parts.removed_rows, self._rules), "at long, run long")

        return self._stages("removed", make)

    def pages(self) -> DataFrame:
        """Return what sources tell by themselves: findings; and what is left of each clipping: clip, kept."""

        def make() -> DataFrame:
            removed = self._removed()
            heads = _mapped(
                self._clips.select("clip", "record"), parts.heading_rows, "at long, source string, part string"
            )
            heads = heads.join(removed, "at", "left_anti")
            common = heads.groupBy("part").count().where(F.col("count") > FORMULA).select("part")
            shared = heads.join(common, "part").select("source", "part").distinct()
            none = F.lit(None)
            rows = self._clips.select("source", F.lit(0).alias("tag"), F.col("clip").alias("at"), "raw", "record")
            gone = self._clips.join(removed.withColumn("clip", F.shiftright("at", BLOCKS)), "clip").select(
                "source",
                F.lit(1).alias("tag"),
                "at",
                none.cast("boolean").alias("raw"),
                none.cast("string").alias("record"),
            )
            said = shared.select(
                "source",
                F.lit(2).alias("tag"),
                F.lit(0).cast("long").alias("at"),
                none.cast("boolean").alias("raw"),
                F.col("part").alias("record"),
            )
            rows = _gathered(rows.unionByName(gone).unionByName(said), ("source",), ("tag", "at", "record"))
            return _mapped(rows, parts.page_rows, f"clip long, kept string, {FINDING}")

        return self._stages("pages", make)

    # ---- findings ----

    def findings(self) -> DataFrame:
        """Return all findings."""
        pages = self.pages().where("at is not null").drop("clip", "kept")
        groups, clustered = self._stages("groups", self._groups), self._stages("clusters", self._clustered)
        lines, passages = self._lines(), self._stages("passages", self._passages)
        found = [pages, groups, clustered, lines.where("at is not null").drop("one", "two"), passages]
        return reduce(DataFrame.unionByName, found)

    def _left(self) -> DataFrame:
        """Return the places of texts with gone: null for those that are left."""
        removed = self._removed().select("at", F.col("run").alias("gone"))
        return self._stages("left", lambda: self._places().join(removed, "at", "left"))

    def _groups(self) -> DataFrame:
        several = self._texts().where("places > 1").select("t")
        rows = self._left().where("line is null").join(several, "t")
        rows = rows.select("t", "at", "source", "id", "raw", "last", "block", "gone")
        return _mapped(_gathered(rows, ("t",), ("at",)), partial(parts.group_rows, self._rules), FINDING)

    def _clustered(self) -> DataFrame:
        """Return the findings on texts that are near to each other."""
        texts = self._texts()
        whole = texts.where(F.col("kind") != TEXT_KINDS.index("line"))
        one = whole.select(F.col("t").alias("a"), F.col("normal").alias("one"))
        two = whole.select("t", F.col("normal").alias("two"))
        near = self._near().join(one, "a").join(two, "t")
        near = self._stages("near", lambda: near)
        together = _components(self._stages, near.select(F.col("a").alias("u"), F.col("t").alias("v")))
        rows = near.join(together.withColumnRenamed("u", "a"), "a").select("c", "a", "t", "one", "two", "distance")
        members = _mapped(
            _gathered(rows, ("c",), ("a", "t")), parts.cluster_rows, "c long, k int, t long, distance int, size int"
        )
        members = self._stages("members", lambda: members)
        places = self._left().where("line is null and gone is null").drop("gone", "line", "prose", "kind", "own")
        rows = members.join(places, "t").select(
            "c", "k", "at", "source", "id", "raw", "last", "block", "distance", "size"
        )
        return _mapped(_gathered(rows, ("c", "k"), ("at",)), parts.near_rows, FINDING)

    def _lines(self) -> DataFrame:
        """Return the findings on lines of joined paragraphs, and between which texts they are: one, two."""

        def make() -> DataFrame:
            line = F.col("kind") == TEXT_KINDS.index("line")
            left = self._left().where("gone is null").select("t", "own", "at", "line", "source", "id", "raw", "block")
            # A line that is a whole paragraph elsewhere: all places of that text.
            known = self._left().where("line is not null").where(~line).select("t").distinct()
            same = left.join(known, "t").select(F.concat(F.lit("t"), "t").alias("key"), *_nulls("int", "distance"), "*")
            # A line that is near to another text: all places of both.
            kinds = self._texts().select("t", "kind")
            near = (
                self._near()
                .join(kinds.withColumnRenamed("kind", "kind_t"), "t")
                .join(kinds.select(F.col("t").alias("a"), F.col("kind").alias("kind_a")), "a")
            )
            near = near.where(
                (F.col("kind_t") == TEXT_KINDS.index("line")) | (F.col("kind_a") == TEXT_KINDS.index("line"))
            )
            key = F.concat_ws("-", "a", "t").alias("key")
            sides = near.select(key, "distance", F.explode(F.array("a", "t")).alias("t"))
            apart = left.join(sides, "t").select("key", "distance", *left.columns)
            rows = _gathered(same.unionByName(apart), ("key",), ("t", "at", "line"))
            return _mapped(rows, parts.line_rows, f"one long, two long, {FINDING}")

        return self._stages("lines", make)

    def _passages(self) -> DataFrame:
        """Return the findings on passages."""
        whole = self._texts().where(F.col("kind") != TEXT_KINDS.index("line")).select("t")
        near = self._near().join(whole, "t", "left_semi").join(whole.withColumnRenamed("t", "a"), "a", "left_semi")
        told = near.select(F.col("a").alias("one"), F.col("t").alias("two"))
        told = told.unionByName(self._lines().where("one is not null").select("one", "two"))
        told = told.select(F.least("one", "two").alias("a"), F.greatest("one", "two").alias("t")).distinct()
        runs = self._alike().where("n is not null").join(told, ["a", "t"], "left_anti")
        many = F.size(F.array_distinct(F.flatten(F.collect_list(F.array("a", "t")))))
        few = runs.groupBy("stretch").agg(many.alias("texts")).where(F.col("texts") <= FORMULA).select("stretch")
        runs = self._stages("runs", lambda: runs.join(few, "stretch").select("stretch", "a", "t", "nth", "i", "j", "n"))
        needed = runs.select("stretch", F.explode(F.array("a", "t")).alias("t")).distinct()
        places = (
            self._left()
            .where("line is null and gone is null")
            .select("t", "at", "source", "id", "raw", "last", "block")
        )
        tag = F.lit(1).alias("tag")
        rows = needed.join(places, "t").select(
            "stretch", tag, "t", "at", *_nulls("int", "nth", "i", "j", "n"), "source", "id", "raw", "last", "block"
        )
        tasks = runs.select(
            "stretch", F.lit(0).alias("tag"), "t", F.col("a").alias("at"), "nth", "i", "j", "n",
            *_nulls("string", "source", "id"), *_nulls("boolean", "raw", "last"), *_nulls("string", "block"),
        )  # fmt: skip
        rows = _gathered(rows.unionByName(tasks), ("stretch",), ("tag", "t", "nth", "at"))
        return _mapped(rows, parts.passage_rows, FINDING)


def _nulls(kind: str, *names: str) -> list[Column]:
    return [F.lit(None).cast(kind).alias(name) for name in names]


def _components(stages: _Stages, edges: DataFrame) -> DataFrame:
    """Return u, c: the least node that each node of EDGES (u, v) hangs together with.

    Large star and small star in turn, until nothing changes (Kiveris et al., Connected Components in MapReduce and
    Beyond, SoCC 2014): the number of rounds grows with the logarithm of the longest chain.
    """
    edges = stages("star-0", lambda: edges.select("u", "v").distinct())
    before = None
    for turn in range(1, 64):
        both = edges.unionByName(edges.select(F.col("v").alias("u"), F.col("u").alias("v")))
        least = both.groupBy("u").agg(F.least(F.min("v"), F.col("u")).alias("m"))
        large = both.join(least, "u").where("v > u").select(F.col("m").alias("u"), "v")
        large = large.unionByName(least.where("m < u").select(F.col("m").alias("u"), F.col("u").alias("v"))).distinct()
        down = large.select(F.greatest("u", "v").alias("u"), F.least("u", "v").alias("v")).where("u > v")
        small = down.groupBy("u").agg(F.min("v").alias("m"))
        star = down.join(small, "u").select(F.col("m").alias("u"), "v").where("u < v")
        star = star.unionByName(small.select(F.col("m").alias("u"), F.col("u").alias("v"))).distinct()
        edges = stages(f"star-{turn}", lambda star=star: star)  # type: ignore[misc]
        now = edges.agg(F.count("*"), F.bit_xor(F.xxhash64("u", "v"))).collect()[0]
        if now == before:
            break
        before = now
    return edges.select(F.col("v").alias("u"), F.col("u").alias("c")).unionByName(
        edges.select("u", F.col("u").alias("c")).distinct()
    )


def _seeds(texts: DataFrame, columns: str, sieve: Broadcast[Sieve] | None = None) -> DataFrame:
    """Return the seeds of TEXTS: hi, lo, search, and in COLUMNS the text, the place in it and the text's letters.

    Those that are posted, and the segment of each; with a SIEVE those at every place, as far as it does not tell that
    they find nothing.
    """
    schema = f"hi long, lo long, search int, {columns}"
    types = _types(schema)

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            t, kinds = batch.column("t").to_numpy(), batch.column("kind").to_pylist()
            texts = batch.column("normal").to_pylist()
            letters = np.array([len(text) for text in texts], np.int32)
            for part in cut(texts):
                found = find_seeds(texts[part], kinds[part], every=sieve is not None)
                text = found.text + part.start
                rows = [found.hi, found.lo, found.search, t[text], found.place, letters[text]]
                if sieve is None:
                    hashed = hashes(found.search, found.hi, found.lo)
                    rows.append(segment_of(hashed))
                    good = first_few(found, t[text], hashed, SEED_CAP + 1)
                else:
                    good = can_find(found, t[text], sieve.value)
                yield _batch([column[good] for column in rows], types)

    return texts.select("t", "kind", "normal").mapInArrow(run, schema)


def _finding_columns(findings: DataFrame) -> DataFrame:
    told = F.from_json("line", "kind string, action string, letters long, score double, why string")
    return findings.select(*ORDER, told.alias("told")).select(*ORDER, "told.*", F.col("line").alias("finding"))


# ---- keywords -------------------------------------------------------------------------------------------------------


def keywords_corpus(job: Job, plan: Plan = Plan(), *, wanted: KeywordsPlan) -> int:
    """Run `clipper spark keywords`, and return the exit code. WANTED: what is chosen, as on one machine."""
    choice = parts.Choice(
        wanted.top, wanted.segmenter, read_user_words(wanted, job.encoding), read_taste(wanted, job.encoding)
    )
    lists = (wanted.tags, wanted.stop, wanted.userdict)
    corpus = _Corpus(job, plan, "keywords", {**asdict(wanted), "lists": _digests(lists, job.encoding)})
    if corpus.done:
        return corpus.told()
    clips = corpus.clips(cited=False)
    if wanted.batch:
        choice = replace(choice, taste=replace(choice.taste, batch=_associations(corpus.stages, clips, choice)))
    schema = "clip long, record string, keys array<string>, terms array<string>"
    made = partial(parts.keyword_rows, choice)
    named = corpus.stages("keywords", lambda: _mapped(clips.select("clip", "record"), made, schema))
    word = F.explode("terms").alias("word")
    counted = corpus.stages("frequencies", lambda: named.select(word).groupBy("word").agg(F.count("*").alias("df")))
    keys = named.select("clip", F.posexplode("keys").alias("nth", "word")).join(counted, "word")
    counts = keys.groupBy("clip").agg(F.sort_array(F.collect_list(F.struct("nth", "df"))).alias("counts"))
    rows = named.select("clip", "record").join(counts, "clip", "left").select("clip", "record", "counts")
    done = _mapped(rows, parts.frequency_rows, "clip long, record string")
    corpus.write("records", _records(done), ("clip",))
    line = F.to_json(F.struct("word", "df")).alias("line")
    ordered = counted.select(F.negative("df").alias("less"), F.col("word").alias("key"), "word", "df", line)
    corpus.write("frequencies", ordered, ("less", "key"))
    return corpus.finish({**_counted(clips), "words": counted.count()})


def _associations(stages: _Stages, clips: DataFrame, choice: parts.Choice) -> Associations:
    """Return what stands together in the whole corpus more often than chance has it."""
    told = clips.select("clip", "record")
    keys = stages("keys", lambda: _mapped(told, partial(parts.key_rows, choice), "keys array<string>"))
    schema = "first string, second string, count long"
    counts = _mapped(keys, parts.word_count_rows, schema).groupBy("first", "second").agg(F.sum("count").alias("count"))
    counts = stages("counts", lambda: counts)
    words = counts.where("second is null")
    total = words.agg(F.sum("count")).collect()[0][0] or 0
    pairs = counts.where(F.col("second").isNotNull() & (F.col("count") >= LEAST))
    pairs = pairs.join(words.select("first", F.col("count").alias("one")), "first")
    pairs = pairs.join(words.select(F.col("first").alias("second"), F.col("count").alias("two")), "second")
    pairs = pairs.select("first", "second", "count", "one", "two")
    strong = _mapped(pairs, partial(parts.strong_rows, total), "first string, second string")
    known = frozenset((row[0], row[1]) for row in stages("strong", lambda: strong).collect())
    schema = "run array<string>, side int, word string, count long"
    runs = _mapped(keys, partial(parts.run_rows, known), schema)
    runs = runs.groupBy("run", "side", "word").agg(F.sum("count").alias("count"))
    phrases = _mapped(_gathered(runs, ("run",), ("side", "word")), parts.phrase_rows, "run array<string>, count long")
    found = stages("phrases", lambda: phrases).orderBy("run").collect()
    return associations({tuple(row[0]): row[1] for row in found})


# ---- convert --------------------------------------------------------------------------------------------------------


def convert_corpus(job: Job, plan: Plan = Plan(), *, wanted: ConvertPlan) -> int:
    """Run `clipper spark convert`, and return the exit code. WANTED: what is done, as on one machine."""
    wanted = replace(wanted, config=(wanted.config or "s2t").removesuffix(".json"))
    house = read_house(wanted, job.encoding)
    load_converter(str(wanted.config), wanted.dictionaries)  # one that is not there is named before anything is read
    lists = (wanted.glossary, wanted.names)
    corpus = _Corpus(job, plan, "convert", {**asdict(wanted), "lists": _digests(lists, job.encoding)})
    if corpus.done:
        return corpus.told()
    clips = corpus.clips(cited=False)
    nth = F.row_number().over(Window.partitionBy("name").orderBy("clip"))
    first = clips.withColumn("nth", nth).where(F.col("nth") <= SAMPLED).select("name", "record", "nth")
    first = _gathered(first, ("name",), ("nth",)).select("name", "record")
    refused = _mapped(first, partial(parts.refused_rows, wanted), "name string, bad string")
    refused = corpus.stages("refused", lambda: refused)
    good = clips.join(refused, "name", "left_anti")
    done = _mapped(
        good.select("clip", "record"), partial(parts.converted_rows, wanted, house), "clip long, record string"
    )
    corpus.write("records", _records(done), ("clip",))
    return corpus.finish(_counted(good), refused)


# ---- over a DataFrame -----------------------------------------------------------------------------------------------


def split_frame(pages: DataFrame, *, encoding: str | None = None) -> DataFrame:
    """Return the clippings of PAGES (columns source, text; text is a string, or bytes in any ENCODING).

    Columns: source, n (the number of the clipping in its page, from 0), record (as `clipper split -f jsonl` writes it),
    and bad, why a page cannot be read, with record null.

    >>> pages = spark.createDataFrame([("p.txt", "河开了")], ["source", "text"])  # doctest: +SKIP
    >>> split_frame(pages).select("record").collect()  # doctest: +SKIP
    """
    rows = pages.select("source", F.col("text").cast("binary"))
    made = _mapped(rows, partial(parts.read_frame, encoding), READ)
    return made.select("source", "n", "record", "bad")


def keywords_frame(records: DataFrame, choice: parts.Choice) -> DataFrame:
    """Return RECORDS (column record; any other is left out) with their keywords in them, chosen as CHOICE says.

    Columns: record, and terms, the keys of all that could be a keyword, to count document frequencies of.
    """
    rows = records.select(F.lit(0).alias("clip"), "record")
    schema = "clip long, record string, keys array<string>, terms array<string>"
    return _mapped(rows, partial(parts.keyword_rows, choice), schema).select("record", "terms")


def convert_frame(records: DataFrame, config: str = "s2t") -> DataFrame:
    """Return RECORDS (column record; any other is left out) in the script that CONFIG converts to."""
    rows = records.select(F.lit(0).alias("clip"), "record")
    convert = partial(parts.converted_rows, ConvertPlan(config=config), None)
    return _mapped(rows, convert, "clip long, record string").select("record")
