"""`clipper spark` writes what the command without Spark writes, byte for byte: from many inputs, beside bad ones,
and when workers or whole runs are killed.

Spark takes seconds to start and a run of dedupe has some twenty stages, so most tests look at the same few runs.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from bench import write_files
from bench_spark import add_hot
from command import PAGE, REPEAT, ROOT, Done, one_line_error, posix, run, run_all, start
from test_docs import matches, prepare, read, shell_steps
from test_docs import run as steps_run

from clipper.clipping import Block, Clipping, Seam, from_record, write_records

MASTER = ("--master", "local[2]")
PATIENCE = 1200  # seconds after which a run hangs
BAD = b"\xe9\x9d\x92\xe7\x9f\xb3\xff\xe9\x95\x87\xe4\xb8\x8b\xe4\xba\x86\xe9\x9b\xaa\n"  # UTF-8 with a bad byte
CHILDREN = Path("/proc/self/task").exists() and next(Path("/proc/self/task").glob("*/children"), None) is not None

pytestmark = [pytest.mark.spark, posix]


@pytest.fixture(scope="module", autouse=True)
def _spark():
    """What these tests need."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("needs PySpark: pip install 'clipper[spark]'")
    home = os.environ.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else shutil.which("java")
    if not java or not Path(java).exists():
        pytest.skip("needs Java 17 or later: JAVA_HOME and PATH name none")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if not version or int(version[1]) < 17:
        pytest.skip(f"needs Java 17 or later, not {said.splitlines()[0] if said else java}")


# ---- commands -------------------------------------------------------------------------------------------------------


def environment(cwd: Path) -> dict[str, str]:
    """What Spark leaves behind when it is killed stays in the folder of the test; Java compiles no more than what pays
    off in a run of a minute.
    """
    return {"SPARK_LOCAL_DIRS": str(cwd / ".spark"), "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


def spark(*args: str, cwd: Path) -> Done:
    return run("spark", *args, *MASTER, cwd=cwd, env=environment(cwd), patience=PATIENCE)


def spark_all(*commands: tuple[str, ...], cwd: Path) -> list[Done]:
    commands = tuple(("spark", *command, *MASTER) for command in commands)
    return run_all(*commands, cwd=cwd, env=environment(cwd), patience=PATIENCE)


def said(done: Done) -> list[str]:
    """What clipper itself said: Spark's own words, and its bars, stand before that."""
    assert "Traceback" not in done.err, done.err
    return re.findall(r"clipper: (.*)", done.err)


def well(done: Done, code: int = 0) -> str:
    """The one line that a run ended with."""
    assert done.code == code, done.err
    assert done.out == b""
    (line,) = said(done)
    return line


def refused(done: Done, *words: str, code: int = 1) -> None:
    """A run that ended with one line of clipper's, all WORDS in it."""
    line = well(done, code)
    assert all(word in line for word in words), line


def parts(folder: Path, name: str) -> bytes:
    """cat FOLDER/NAME/part-*"""
    return b"".join(path.read_bytes() for path in sorted((folder / name).glob("part-*")))


def rows(folder: Path, name: str) -> list[dict]:
    """The same, as JSON objects."""
    return [json.loads(line) for line in parts(folder, name).decode().split("\n")[:-1]]


def table(folder: Path, name: str) -> list[dict]:
    """The rows of a Parquet output, in the order of its files."""
    parquet = pytest.importorskip("pyarrow.parquet")
    files = sorted((folder / name).glob("part-*"))
    return [row for path in files for row in parquet.read_table(path).to_pylist()]


def column(found: list[dict], name: str) -> bytes:
    return "".join(row[name] + "\n" for row in found).encode()


@dataclass(frozen=True, slots=True)
class Output:
    """What dedupe writes."""

    records: bytes
    findings: bytes


def local(cwd: Path, *args: str) -> Output:
    """What the command without Spark writes."""
    done = run(
        "dedupe", "-f", "jsonl", *args, "--findings", "local.f", "-o", "local.k", cwd=cwd, patience=PATIENCE
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    return Output((cwd / "local.k").read_bytes(), (cwd / "local.f").read_bytes())


def output(folder: Path) -> Output:
    return Output(parts(folder, "records"), parts(folder, "findings"))


def same(got: Output, want: Output) -> None:
    """Say which line is the first to differ, not a million bytes of them."""
    for name in ("records", "findings"):
        ours, theirs = getattr(got, name), getattr(want, name)
        if ours != theirs:
            left, right = ours.split(b"\n"), theirs.split(b"\n")
            n = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), -1)
            counts = f"{name}: {len(left)} lines, not {len(right)}; line {n + 1}:"
            pytest.fail(f"{counts}\n{left[n][:3000].decode()}\n{right[n][:3000].decode()}")


# ---- what is deduped ------------------------------------------------------------------------------------------------

FERRY = (
    "𠮷水镇的渡口添了一条新船，船头漆着一个𠀋字，船老大𡈽某说，逢集的日子一天要来回二十趟，雨天也照开，只收一个铜板。"
)
LANTERN = (
    "元宵那天，白芷河两岸挂出了八百盏灯笼，扎灯的师傅说，竹篾是北坡的，纸是南村的，红的给老人，绿的给孩子，谁也不落下。"
)
ROAD = (
    "通往云岭县的土路铺上了碎石，赶车的把式不用再卸了货推车，从前要走一天半的路，如今太阳落山以前就能赶到县城的南门。"
)
WELL = "打井队在青石镇东头挖到第九丈见了水，围着看的人都不作声，等第一桶水提上来，老队长先尝了一口，才说这水是甜的。"
SHORT = "学堂里新添了两架钢琴，教员何某每周来上四节课。"
FORMULA = "凡有线索者请到镇公所当面说明，查实以后按章程给予酬谢，决不食言"
ODD_SOURCE = '"晚报"\'s, \\第1版 %20#.txt'


def misread(text: str, *places: int, by: str = "□") -> str:
    return "".join(by if n in places else c for n, c in enumerate(text))


def body(*texts: str, first: int = 3) -> tuple[Block, ...]:
    return tuple(Block("body", text, (n,)) for n, text in enumerate(texts, first))


def nasty() -> list[Clipping]:
    """Records as no page gives them, their sources in no order."""
    head = Block("headline", "渡口添了新船", (1,))
    one = Clipping("a-1", "a.txt", (head, *body(FERRY, LANTERN, SHORT, FERRY, "", SHORT)))
    joined = Block("body", ROAD, (31, 33), (Seam(20, "", "on"),))
    both = Block("body", LANTERN + WELL, (41, 43), (Seam(len(LANTERN), "", "on"),))
    nearly = misread(LANTERN, 7, 15) + ROAD[:-9]
    clips = [
        one,
        Clipping("b-1", "b.txt", (Block("headline", "云岭县修路", (1,)), *body(misread(FERRY, 3, 9, 17), ROAD))),
        Clipping("a-2", "a.txt", (*body(LANTERN, first=21), joined, *body("镇长也到了场。", ROAD, first=35))),
        one,
        Clipping("b-2", "b.txt", (head, both, Block("body", nearly, (51, 53), (Seam(len(LANTERN), "", "on"),)))),
        Clipping("n", "none", (Block("headline", "河开了", ()), Block("body", LANTERN), Block("body", LANTERN))),
        Clipping("q-1", ODD_SOURCE, (head, *body(FERRY, f"“{FERRY}”", "　 ", FERRY.replace("，", ", ")))),
        Clipping("e", "e.txt", ()),
        Clipping("e-2", "e.txt", body("□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□□", "", "", "□□")),
        Clipping("a-3", "a.txt", (Block("subhead", "渡口添了新船", (61,)), *body(WELL, SHORT, first=62))),
        Clipping("k", "k.txt", (Block("body", WELL, (3,), extra={"page": 2}),), extra={"keywords": ["井", "𠮷水"]}),
        Clipping("q-2", ODD_SOURCE, (Block("headline", "渡口添船 云岭修路", (11,)), *body("又讯" + ROAD, first=12))),
    ]  # fmt: skip
    # One paragraph read in nine ways, each near to the next: they hang together in a chain.
    ways = [misread(WELL, 3 * n, 3 * n + 5, by="囗") for n in range(9)]
    clips += [Clipping(f"w-{n}", f"w{n % 4}.txt", body(way, first=3 + n)) for n, way in enumerate(ways)]
    # What stands in so many that it is a formula, and a headline that says the same everywhere.
    for n in range(40):
        text = f"{LANTERN[n % 7 : n % 7 + 9]}的{n}号人家丢了一头{'牛羊猪马驴'[n % 5]}。{FORMULA}。"
        heading = Block("headline", f"寻物启事　{'春夏秋冬'[n % 4]}字第{n}号", (1,))
        clips.append(Clipping(f"f-{n}", f"f{n % 23}.txt", (heading, *body(text, first=2 + n))))
    return clips


@dataclass(frozen=True, slots=True)
class Corpus:
    """Inputs in a folder: as Spark is told, and file by file, in the order of their names."""

    folder: Path
    inputs: tuple[str, ...]
    files: tuple[str, ...]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """The sample pages, a reprint of one, and records, some of them packed."""
    folder = tmp_path_factory.mktemp("corpus")
    for name, source in (("seeds", ROOT / "seeds"), ("pages", ROOT / "tests" / "pages")):
        (folder / name).mkdir()
        for path in source.glob("*.txt"):
            shutil.copy(path, folder / name)
    more = folder / "more"
    (more / "第1版").mkdir(parents=True)
    (more / "第1版" / "头 条%20+.txt").write_text(PAGE, "utf-8")
    county = (folder / "pages" / "county.txt").read_text("utf-8").split("\n")
    reprint = [*county[: len(county) // 2], "", "\u3000\u3000" + REPEAT, "", *county[len(county) // 3 :]]
    (more / "reprint.txt").write_text("\n".join(reprint), "utf-8")
    clips = nasty()
    text = write_records(clips[20:])
    (more / "records-1.jsonl").write_text(write_records(clips[:20]), "utf-8")
    (more / "records-2.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    plain = folder / "plain"  # for the command that does not unpack
    plain.mkdir()
    (plain / "records-2.jsonl").write_text(text, "utf-8")
    names = (str(path.relative_to(folder)) for x in ("seeds", "pages", "more") for path in (folder / x).rglob("*.*"))
    files = tuple("plain/records-2.jsonl" if x.endswith(".gz") else x for x in sorted(names, key=str.encode))
    return Corpus(folder, ("seeds/*.txt", "pages", "more"), files)


@pytest.fixture(scope="module")
def wanted(corpus):
    return local(corpus.folder, *corpus.files)


@pytest.fixture(scope="module")
def deduped(corpus):
    """The folder that dedupe wrote, and how it ended."""
    done = spark("dedupe", *corpus.inputs, "-o", "deduped", cwd=corpus.folder)
    return corpus.folder / "deduped", done


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """The odd records alone, for the options."""
    folder = tmp_path_factory.mktemp("records")
    (folder / "in.jsonl").write_text(write_records(nasty()), "utf-8")
    return folder


# ---- the same bytes -------------------------------------------------------------------------------------------------


def test_dedupe_of_pages_and_records(deduped, wanted):
    folder, done = deduped
    well(done)
    same(output(folder), wanted)
    assert wanted.findings.count(b"\n") > 60
    actions = {(x["kind"], x["action"]) for x in rows(folder, "findings")}
    assert {("repeat", "remove"), ("near", "report"), ("passage", "report"), ("headline", "report")} <= actions


def test_counters_add_up(deduped):
    folder, done = deduped
    found = rows(folder, "findings")
    told = json.loads((folder / "counters.json").read_text("utf-8"))
    assert told["findings"] == len(found)
    assert told["paragraphs taken out"] == sum(len(x["drop"]) for x in found if x["action"] == "remove") > 0
    assert told["letters printed twice"] > 0
    assert told["bad inputs"] == 0
    assert not (folder / "bad").exists()
    line = well(done)
    assert line.startswith("deduped: ")
    assert all(f"{n:,} {name}" in line for name, n in told.items())


def test_split_and_what_sources_are_called(corpus):
    """A page is called by its path as the user gave it, whichever way that was."""
    more = str(corpus.folder / "more")
    done = spark("split", "./seeds/*.txt", "pages/", more, "-o", "out/split", cwd=corpus.folder)
    files = [x.replace("seeds/", "./seeds/").replace("more/", f"{more}/") for x in corpus.files]
    files.sort(key=lambda x: x.replace("plain/", f"{more}/").encode())
    want = run("split", "-f", "jsonl", *files, cwd=corpus.folder)
    assert (want.code, want.err) == (0, "")
    well(done)
    folder = corpus.folder / "out" / "split"
    same(Output(parts(folder, "records"), b""), Output(want.out, b""))
    clips = rows(folder, "records")
    sources = {x["source"] for x in clips}
    assert {"./seeds/clean.txt", "pages/county.txt", f"{more}/第1版/头 条%20+.txt", ODD_SOURCE} <= sources
    told = json.loads((folder / "counters.json").read_text("utf-8"))
    assert told == {"pages": len(sources), "clippings": len(clips), "bad inputs": 0}
    assert well(done).startswith("out/split: ")


OPTIONS = (("--keep", "last", "--min-letters", "20"), ("--keep", "longest"), ("--remove", "none"))


def test_options(records):
    commands = [("dedupe", "in.jsonl", "-o", f"out-{n}", *options) for n, options in enumerate(OPTIONS)]
    done = spark_all(*commands, cwd=records)
    outputs = []
    for n, options in enumerate(OPTIONS):
        well(done[n])
        want = local(records, "in.jsonl", *options)
        same(output(records / f"out-{n}"), want)
        outputs.append(want)
    assert len({x.findings for x in outputs}) == 3
    assert len({x.records for x in outputs}) == 3


def test_parquet_out_and_in(corpus):
    folder = corpus.folder
    well(spark("split", "-f", "parquet", *corpus.inputs, "-o", "parquet", cwd=folder))
    found = table(folder / "parquet", "records")
    want = run("split", "-f", "jsonl", *corpus.files, cwd=folder)
    assert column(found, "record") == want.out
    for row in found:
        clip = json.loads(row["record"])
        assert {key: clip[key] for key in ("id", "source", "kind", "headline", "flags")} == {
            key: row[key] for key in ("id", "source", "kind", "headline", "flags")
        }
    (folder / "split.jsonl").write_bytes(want.out)
    well(spark("dedupe", "-f", "parquet", "parquet/records", "-o", "parquet-2", cwd=folder))
    kept, told = table(folder / "parquet-2", "records"), table(folder / "parquet-2", "findings")
    same(Output(column(kept, "record"), column(told, "finding")), local(folder, "split.jsonl"))


@pytest.mark.parametrize("pages", [200])
def test_dedupe_of_pages_of_real_news(pages, tmp_path):
    bench = os.environ.get("CLIPPER_BENCH")
    maker, data = (Path(bench or ".") / x for x in ("bench/make_pages.py", "data/articles.dev.jsonl.gz"))
    if not bench or not maker.exists() or not data.exists():
        pytest.skip("CLIPPER_BENCH names no folder with bench/make_pages.py and data/articles.dev.jsonl.gz in it")
    small = tmp_path / "articles.jsonl"
    with gzip.open(data, "rt", encoding="utf-8") as lines:
        small.write_text("".join(line for _, line in zip(range(6000), lines, strict=False)), "utf-8")
    subprocess.run([sys.executable, maker, small, tmp_path / "made", "--pages", str(pages), "--seed", "7"], check=True)
    (tmp_path / "in").mkdir()
    for path in (tmp_path / "made").glob("*.txt"):
        path.rename(tmp_path / "in" / path.name)
    files = sorted(f"in/{path.name}" for path in (tmp_path / "in").iterdir())
    assert len(files) == pages
    well(spark("dedupe", "in", "-o", "out", cwd=tmp_path))
    same(output(tmp_path / "out"), local(tmp_path, *files))


def test_dedupe_of_a_hundred_thousand_paragraphs(tmp_path):
    """One of them stands five thousand times, in most of the sources."""
    (tmp_path / "in").mkdir()
    files = write_files(tmp_path / "in", 100_000, 5, "news")
    assert add_hot(files, 5000, 5) == 5000
    well(spark("dedupe", "in", "-o", "out", cwd=tmp_path))
    same(output(tmp_path / "out"), local(tmp_path, *(f"in/{path.name}" for path in files)))


# ---- keywords and convert -------------------------------------------------------------------------------------------


def without_df(lines: bytes) -> bytes:
    return re.sub(rb', "df": \d+}', b"}", lines)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A folder with some of the sample pages, one of them in traditional script, and lists of a house."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "in").mkdir()
    for name in ("seeds/damaged", "seeds/briefs", "tests/pages/economy", "tests/pages/county", "tests/pages/taiwan"):
        shutil.copy((ROOT / name).with_suffix(".txt"), folder / "in")
    (folder / "tags.txt").write_text("乡村\t村里\t村庄\n", "utf-8")
    (folder / "stop.txt").write_text("记者\n", "utf-8")
    (folder / "words.txt").write_text("读书会 20 n\n", "utf-8")
    (folder / "glossary.txt").write_text("老师\t老師傅\n", "utf-8")
    return folder


KEYWORDS = (
    ("--batch", "-n", "5"),
    ("--tags", "tags.txt", "--stop", "stop.txt", "--userdict", "words.txt", "--no-nested"),
)


@pytest.mark.parametrize("options", KEYWORDS, ids=["batch", "house"])
def test_keywords(pages, options):
    out = "named" + options[0]
    well(spark("keywords", "in", "-o", out, *options, cwd=pages))
    files = sorted(f"in/{path.name}" for path in (pages / "in").iterdir())
    want = run("keywords", "-f", "jsonl", *options, *files, cwd=pages)
    assert (want.code, want.err) == (0, "")
    got = parts(pages / out, "records")
    assert without_df(got) == want.out
    told = {row["word"]: row["df"] for row in rows(pages / out, "frequencies")}
    assert list(told.values()) == sorted(told.values(), reverse=True)
    clips = rows(pages / out, "records")
    seen = Counter(k["word"] for clip in clips for k in clip["keywords"])
    assert all(k["df"] <= len(clips) for clip in clips for k in clip["keywords"])
    known = [(k["df"], told[k["word"]]) for clip in clips for k in clip["keywords"] if k["word"] in told]
    assert len(known) > 50
    assert all(a == b for a, b in known)
    assert all(count <= told[word] for word, count in seen.items() if word in told)


def test_document_frequencies_are_counted(pages):
    """A second count, from the clippings themselves."""
    from clipper import load_lexicon, read_words
    from clipper.keywords import keywords_and_terms
    from clipper.opencc_tables import load_fold

    well(spark("keywords", "in/damaged.txt", "in/taiwan.txt", "-o", "counted", cwd=pages))
    clips = [from_record(row) for row in rows(pages / "counted", "records")]
    lexicon, fold = load_lexicon(), load_fold()
    counts = Counter(term for clip in clips for term in keywords_and_terms(read_words(clip, lexicon, fold))[1])
    assert {row["word"]: row["df"] for row in rows(pages / "counted", "frequencies")} == counts


def test_convert(pages):
    """A page that is in the other script already is set aside, as it is refused without Spark."""
    options = ("-c", "s2hk", "--quotes", "corner", "--glossary", "glossary.txt", "--resolve")
    done = spark("convert", "in", "-o", "converted", *options, cwd=pages)
    files = sorted(f"in/{path.name}" for path in (pages / "in").iterdir())
    want = run("convert", "-f", "jsonl", *options, *files, cwd=pages)
    assert want.code == 1
    assert parts(pages / "converted", "records") == want.out != b""
    (bad,) = rows(pages / "converted", "bad")
    assert bad["input"] == "in/taiwan.txt"
    assert bad["reason"] in want.err
    assert well(done, 1).endswith(", 1 bad inputs")


def test_over_a_dataframe(pages):
    """As in a notebook, whose session is used, and left as it is."""
    script = """
from pyspark.sql import SparkSession
from clipper.spark import convert_frame, split_frame
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
text = open("in/damaged.txt", encoding="utf-8").read()
done = split_frame(spark.createDataFrame([("in/damaged.txt", text), (None, "")], "source string, text string"))
lines = done.where("bad is null").orderBy("n")
print(*(row.record for row in lines.collect()), sep="\\n")
print(*(row.bad for row in done.where("bad is not null").collect()), sep="\\n")
print(convert_frame(lines, "s2t").count())
"""
    env = {**os.environ, **environment(pages), "PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run([sys.executable, "-c", script], cwd=pages, env=env, capture_output=True, check=True)
    want = run("split", "-f", "jsonl", "in/damaged.txt", cwd=pages).out
    count = want.count(b"\n")
    assert done.stdout == want + f"a row has no source, or no text\n{count}\n".encode()


def test_spark_submit(pages):
    """Which says itself where it runs; Spark's own words stay on standard error then."""
    submit = Path(importlib.util.find_spec("pyspark").origin).parent / "bin" / "spark-submit"
    own = {"PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    command = (submit, *MASTER, ROOT / "clipper" / "__main__.py", "spark", "split", "in", "-o", "submitted")
    done = subprocess.run(
        command, cwd=pages, env={**os.environ, **environment(pages), **own}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"INFO" in done.stderr
    files = sorted(f"in/{path.name}" for path in (pages / "in").iterdir())
    assert parts(pages / "submitted", "records") == run("split", "-f", "jsonl", *files, cwd=pages).out


# ---- the documents --------------------------------------------------------------------------------------------------


def test_what_the_readmes_show(tmp_path):
    steps = shell_steps(read("README.md"), on_spark=True)
    assert steps == shell_steps(read("README.zh.md"), on_spark=True)
    assert len(steps) > 3
    told = {**prepare(tmp_path), **environment(tmp_path)}
    for step, code, printed in steps_run(steps, tmp_path, told, patience=PATIENCE):
        assert code == 0, printed
        assert step.shown is None or matches(step.shown, printed), f"{step.command}\nprints\n" + "\n".join(printed)


# ---- bad inputs -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Good and bad inputs in one folder, split; the folder, and how it ended."""
    folder = tmp_path_factory.mktemp("mixed")
    given = folder / "in"
    given.mkdir()
    (given / "bad.txt").write_bytes(BAD)
    (given / "empty.txt").write_bytes(b"")
    (given / "empty.jsonl").write_bytes(b"")
    (given / "good.txt").write_text(PAGE, "utf-8")
    line = write_records(nasty()[:1])
    bad = ['{"id": "x", "blo', '{"blocks": 1}', "[]", '{"id": "x", "source": "\\ud842", "blocks": []}', line[:70]]
    text = f"{line}{bad[0]}\n\n{line}{bad[1]}\n{bad[2]}\n{bad[3]}\n".encode() + BAD + bad[4].encode()
    (given / "lines.jsonl").write_bytes(text)
    pyarrow = pytest.importorskip("pyarrow")
    columns = {
        "source": ["pages/1.txt", "pages/2.txt", None, "pages/3.txt", "pages/4.txt"],
        "text": [PAGE, PAGE.replace("青石", "白芷"), PAGE, None, PAGE[: len(PAGE) // 2]],
        "volume": [1, 1, 1, 2, 2],
    }
    pytest.importorskip("pyarrow.parquet").write_table(pyarrow.table(columns), given / "pages.parquet")
    done = spark("split", "in", "-o", "out", cwd=folder)
    good = {name: text for name, text in zip(columns["source"], columns["text"], strict=True) if name and text}
    return folder, done, good, line


def test_bad_inputs_go_to_the_side(mixed):
    folder, done, *_ = mixed
    bad = rows(folder / "out", "bad")
    assert all(x["input"] and x["reason"] for x in bad)
    inputs = [x["input"] for x in bad]
    assert inputs.count("in/bad.txt") == 1
    assert inputs.count("in/lines.jsonl") == 6
    assert sum(x.endswith("pages.parquet") or x == "pages/3.txt" for x in inputs) == 2
    assert len(bad) == 9  # what is empty is not bad
    reasons = {x["input"]: x["reason"] for x in bad}
    assert "0xff" in reasons["in/bad.txt"]
    of_lines = [x["reason"] for x in bad if x["input"] == "in/lines.jsonl"]
    assert [sum(word in x for x in of_lines) for word in ("not JSON", "not a clipping", "UTF-8", "half a char")] == [
        2, 2, 1, 1
    ]  # fmt: skip
    assert done.code == 1


def test_the_rest_is_done(mixed):
    folder, done, good, line = mixed
    (folder / "pages").mkdir()
    for name, text in good.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "lines.jsonl").write_text(line * 2, "utf-8")
    want = run("split", "-f", "jsonl", "in/good.txt", "lines.jsonl", *good, cwd=folder)
    assert parts(folder / "out", "records") == want.out
    told = json.loads((folder / "out" / "counters.json").read_text("utf-8"))
    clips = rows(folder / "out", "records")
    pages = len({x["source"] for x in clips})
    assert told == {"pages": pages, "clippings": len(clips), "bad inputs": len(rows(folder / "out", "bad"))}
    assert well(done, 1) == f"out: {pages} pages, {len(clips)} clippings, 9 bad inputs"


def test_names_like_patterns_and_files_that_are_broken(tmp_path):
    """Each is read, or set aside by name; the output's name looks like a pattern too."""
    given = tmp_path / "in"
    given.mkdir()
    line = write_records(nasty()[:1]).encode()
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"title": ["河开了"]}), given / "other.parquet")
    parquet.write_table(pyarrow.table({"record": [line.decode(), None]}), given / "records.parquet")
    parquet.write_table(pyarrow.table({"source": ["s.txt"], "text": [PAGE.encode()]}), given / "pages.parquet")
    files = {
        "p[1].txt": PAGE.encode(),
        "p1.txt": PAGE.replace("青石", "白芷").encode(),
        "{a}.TXT": PAGE.replace("青石", "云岭").encode(),
        "cut.jsonl.gz": gzip.compress(line * 9)[:-20],
        "whole.jsonl.gz": gzip.compress(line),
        "broken.parquet": b"PAR1" + b"?" * 40,
        "number.jsonl": b'{"id": "n", "source": "n", "blocks": [{"role": "body", "text": "x", "lines": [%d]}]}'
        % 10**30,
        "notes.md": b"#",
    }
    for name, data in files.items():
        (given / name).write_bytes(data)
    with (given / "huge.txt").open("wb") as huge:
        huge.truncate(1 << 31)  # takes no room, and is never opened
    done = spark("split", "in", "-o", "out[1]", cwd=tmp_path)
    assert well(done, 1).endswith("6 bad inputs, 1 files of other kinds left alone")
    bad = [x["input"] for x in rows(tmp_path / "out[1]", "bad")]
    assert bad == [
        f"in/{x}"
        for x in ("broken.parquet", "cut.jsonl.gz", "huge.txt", "number.jsonl", "other.parquet", "records.parquet")
    ]
    sources = Counter(x["source"] for x in rows(tmp_path / "out[1]", "records"))
    assert sources.keys() == {"in/p[1].txt", "in/p1.txt", "in/{a}.TXT", "s.txt", "a.txt"}
    assert sources["a.txt"] == 2
    (given / "_p.txt").write_text(PAGE, "utf-8")
    commands = [("split", *names, "-o", out) for *names, out in (
        ("in/_p.txt", "in/p1.txt", "out"), ("in/p[1].txt", "other"), ("in/p1.txt", "in", "out"), ("in/*", "in/out")
    )]  # fmt: skip
    hidden, named, twice, inside = spark_all(*commands, cwd=tmp_path)
    refused(hidden, "in/_p.txt", "rename it", code=2)
    well(named)
    assert {x["source"] for x in rows(tmp_path / "other", "records")} == {"in/p[1].txt"}
    refused(twice, "twice", code=2)
    refused(inside, "in/out", "in/*", code=2)


def test_a_source_that_is_a_page_and_records(tmp_path):
    """Nobody has seen the ids of a raw page, whatever the records call it."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "q.txt").write_text(PAGE, "utf-8")
    blocks = (Block("body", LANTERN, (3,)), Block("body", ROAD, (5,)), Block("body", LANTERN, (7,)))
    (tmp_path / "in" / "a.jsonl").write_text(write_records([Clipping("z", "in/q.txt", blocks)]), "utf-8")
    well(spark("dedupe", "in", "-o", "out", cwd=tmp_path))
    want = local(tmp_path, "in/a.jsonl", "in/q.txt")
    assert b'"id": null' in want.findings
    same(output(tmp_path / "out"), want)


# ---- what is killed -------------------------------------------------------------------------------------------------


def stages(folder: Path) -> dict[str, int]:
    """The stages that are done, and when they were."""
    found = {}
    for path in folder.glob("_stages/*/_SUCCESS"):
        with suppress(FileNotFoundError):
            found[path.parent.name] = path.stat().st_mtime_ns
    return found


def watched(corpus: Corpus, name: str, watch: Callable[[int, Future], None]) -> Done:
    """Dedupe CORPUS into the folder NAME while WATCH looks at it: the number of the process, and whether it ended."""
    command = ("spark", "dedupe", *corpus.inputs, "-o", name, *MASTER)
    with (
        ThreadPoolExecutor(1) as pool,
        start(*command, cwd=corpus.folder, env=environment(corpus.folder), group=True) as process,
    ):
        ended = pool.submit(process.communicate, timeout=PATIENCE)
        try:
            watch(process.pid, ended)
            out, err = ended.result()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return Done(process.returncode, out, err.decode("utf-8"))


def children(pid: int) -> list[int]:
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, path.read_text().split())
    return found


def workers(pid: int) -> list[int]:
    """The processes below PID in which Spark runs Python: the children of one that does nothing but make them."""
    for child in children(pid):
        with suppress(OSError):
            if b"pyspark.daemon" in Path(f"/proc/{child}/cmdline").read_bytes():
                return children(child)
            if found := workers(child):
                return found
    return []


def works(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "R"
    return False


@pytest.mark.skipif(not CHILDREN, reason="/proc does not tell the children of a process")
def test_workers_that_are_killed_are_made_up_for(corpus, wanted):
    folder = corpus.folder / "workers"
    killed = []

    def kill(pid: int, ended: Future) -> None:
        """Kill a worker in four stages at the most: a task is not tried for ever."""
        while not ended.done() and len(killed) < 4:
            time.sleep(0.01)
            done = len(stages(folder))
            if killed and killed[-1] == done:
                continue
            for worker in filter(works, workers(pid)):
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
                    killed.append(done)
                    break

    done = watched(corpus, "workers", kill)
    assert len(killed) > 1, "the run was over too soon"
    assert done.code == 0, done.err
    same(output(folder), wanted)


def test_a_run_that_is_killed_goes_on_where_it_was(corpus, wanted):
    folder = corpus.folder / "killed"
    before: dict[str, int] = {}
    for least in (3, 8):

        def kill(pid: int, ended: Future, least: int = least) -> None:
            while not ended.done() and len(stages(folder)) < least:
                time.sleep(0.01)
            os.killpg(pid, signal.SIGKILL)

        assert watched(corpus, "killed", kill).code == -signal.SIGKILL
        now = stages(folder)
        assert before.items() <= now.items(), "a stage was done again"
        assert len(now) >= least
        assert not (folder / "_SUCCESS").exists()
        before = now
    seen: list[dict[str, int]] = []

    def look(pid: int, ended: Future) -> None:
        while not ended.done():
            seen.append(stages(folder))
            time.sleep(0.05)

    done = watched(corpus, "killed", look)
    assert done.code == 0, done.err
    assert all(now.get(name, when) == when for now in seen for name, when in before.items()), "a stage was done again"
    assert any(len(now) > len(before) for now in seen)
    same(output(folder), wanted)


def test_a_run_that_is_ended_says_no_more_than_it_has_to(corpus):
    """As timeout, a scheduler and a shutdown end it."""

    def end(pid: int, ended: Future) -> None:
        while not ended.done() and not stages(corpus.folder / "ended"):
            time.sleep(0.05)
        os.kill(pid, signal.SIGTERM)

    done = watched(corpus, "ended", end)
    assert done.code == -signal.SIGTERM
    assert said(done) == []
    assert "Traceback" not in done.err


# ---- the folder of the output ---------------------------------------------------------------------------------------


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_a_run_that_is_done_is_not_done_again(corpus, deduped):
    folder, _ = deduped
    before = times(folder)
    done = spark("dedupe", *corpus.inputs, "-o", "deduped", cwd=corpus.folder)
    assert done.code == 0
    assert any("done already" in line for line in said(done)), done.err
    assert times(folder) == before


def test_a_folder_of_another_run_is_refused(corpus, deduped):
    folder, _ = deduped
    before = times(folder)
    commands = (
        ("dedupe", *corpus.inputs, "--keep", "last", "-o", "deduped"),
        ("dedupe", *corpus.inputs[1:], "-o", "deduped"),
        ("split", *corpus.inputs, "-o", "deduped"),
    )
    for done in spark_all(*commands, cwd=corpus.folder):
        refused(done, "deduped", "another run", "--overwrite")
    assert times(folder) == before


@pytest.fixture
def page(tmp_path):
    """A folder with one small page in the folder in."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.txt").write_text(PAGE, "utf-8")
    return tmp_path


def test_overwriting_and_inputs_that_changed(page):
    command = ("split", "in", "-o", "out")
    well(spark(*command, cwd=page))
    before = parts(page / "out", "records")
    (page / "in" / "page.txt").write_text(PAGE.replace("青石", "白芷"), "utf-8")
    refused(spark(*command, cwd=page), "out", "--overwrite")
    assert parts(page / "out", "records") == before
    well(spark(*command, "--overwrite", cwd=page))
    want = run("split", "-f", "jsonl", "in/page.txt", cwd=page)
    assert parts(page / "out", "records") == want.out != before


def test_a_folder_of_something_else_is_never_emptied(page):
    (page / "mine").mkdir()
    (page / "mine" / "letter.txt").write_text("亲启", "utf-8")
    commands = (("split", "in", "-o", "mine"), ("split", "in", "-o", "mine", "--overwrite"))
    for done in spark_all(*commands, cwd=page):
        refused(done, "mine")
    assert [path.name for path in (page / "mine").iterdir()] == ["letter.txt"]


def test_an_output_among_the_inputs_is_refused(page):
    refused(spark("split", "in", "-o", "in/out", cwd=page), "in/out", code=2)
    assert [path.name for path in (page / "in").iterdir()] == ["page.txt"]


def test_overwriting_does_not_delete_the_inputs(page):
    well(spark("split", "in", "-o", "out", cwd=page))
    before = parts(page / "out", "records")
    done = spark("dedupe", "out/records", "-o", "out", "--overwrite", cwd=page)
    assert done.code in (1, 2), done.err
    assert len(said(done)) == 1, done.err
    assert parts(page / "out", "records") == before


# ---- errors ---------------------------------------------------------------------------------------------------------


def test_inputs_that_are_not_there(page):
    (page / "nothing").mkdir()
    commands = [("split", *names, "-o", "out") for names in (("in", "nosuch.txt"), ("nosuch/*.txt",), ("nothing",))]
    done = spark_all(*commands, cwd=page)
    refused(done[0], "nosuch.txt", "no such file; check the path")
    refused(done[1], "nosuch/*.txt", "check the path")
    refused(done[2], "nothing", "holds no page")
    assert not (page / "out").exists()


def test_standard_input_is_refused(page):
    done = run("spark", "split", "-", "-o", "out", stdin=PAGE, cwd=page)
    assert done.code == 2
    one_line_error(done, "standard input")


@pytest.mark.parametrize("tools", [True, False], ids=["JAVA_HOME that is not there", "no PATH at all"])
def test_no_java(page, tools):
    """Whether or not there is a shell to look for it with."""
    (page / "none").mkdir()
    env = {"JAVA_HOME": str(page / "none")} if tools else {"JAVA_HOME": "", "PATH": str(page / "none")}
    done = run("spark", "split", "in", "-o", "out", *MASTER, cwd=page, env=env)
    refused(done, "Spark", "Java 17")
    assert not (page / "out").exists()
