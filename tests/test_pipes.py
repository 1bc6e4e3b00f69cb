"""The commands in a row, through real pipes: each reads what the one before it wrote, and no line is lost between."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from command import COMMANDS, PAGE, REPEAT, ROOT, Done, find_form, posix, run, run_all, shell

pytestmark = posix

SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
LINE_END = re.compile(r"\r\n|\r|\n")  # "\r\n"
NO_LETTER = re.compile(r"\W+")  # "，"
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")

# Lines that mean something in clip text, in records or to a shell, and one that no page would begin with.
DANGEROUS = f"""{PAGE}
# 1 这一行不是标题

## 2 这一行也不是

***

#

\\

\\# 反斜杠开头

\\\\***

{{"blocks": 1}}

{{"id": "x", "blocks": []}}

$HOME `date` %s "引号" '单引号' \t制表符

桥通了

今晨，青石桥通了车，两岸的人都来看，孩子们从桥这头跑到桥那头，又从那头跑了回来。
"""

# Every sensible order, as text and as records; the last tells of the text, and so comes last.
PIPES = (
    "split | dedupe",
    "split | dedupe | convert",
    "split | convert -c s2hk | dedupe",
    "convert | split | dedupe",
    "dedupe | split",
    "dedupe | convert | split -f jsonl",
    "split -f jsonl | dedupe | convert",
    "split -f jsonl | dedupe | convert -f text | split -f jsonl",
    "split -f jsonl | convert -f jsonl | dedupe -f text | dedupe -f jsonl",
    "split | split | dedupe | dedupe",
)
WITH_KEYWORDS = (
    "split | dedupe | keywords",
    "split -f jsonl | keywords | convert -c s2hk | dedupe | split",
    pytest.param("split -f jsonl | dedupe | keywords -f tsv", marks=pytest.mark.slow),
    pytest.param("dedupe -f jsonl | keywords --by page -f text", marks=pytest.mark.slow),
)


@cache
def piped(pipe: str, page: bytes, options: str = "") -> Done:
    """PAGE through PIPE; OPTIONS go to its first command."""
    first, _, rest = pipe.partition(" | ")
    line = " | ".join(f"clipper {x}" for x in [f"{first} {options}".strip(), *(rest.split(" | ") if rest else [])])
    return shell(line, input=page)


def lines_of(text: str) -> list[str]:
    return [x.strip() for x in LINE_END.split(text) if x.strip()]


def texts_of(output: str) -> str:
    """All that OUTPUT says, one paragraph a line: the texts of records, or clip text as it is."""
    if find_form(output) != "records":
        return output
    records = [json.loads(x) for x in output.split("\n")[:-1]]
    return "\n".join(b["text"] for r in records for b in r["blocks"])


@cache
def simplified(text: str, pipe: str) -> str:
    """TEXT that came out of PIPE, in simplified script again if it was converted there."""
    if "convert" not in pipe:
        return text
    return run("convert", "-c", "hk2s" if "s2hk" in pipe else "t2s", stdin=text).text


def lost(page: str, output: str, pipe: str = "") -> list[str]:
    """The lines of PAGE that do not stand in OUTPUT, which came out of PIPE. Two lines that were joined stand there,
    one after the other.
    """
    said = simplified(texts_of(output), pipe)
    return [x for x in lines_of(page) if x not in said]


def letters(text: str) -> str:
    return NO_LETTER.sub("", text)


# --- nothing is lost ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pipe", [x if n % 2 else pytest.param(x, marks=pytest.mark.slow) for n, x in enumerate(PIPES)])
def test_no_line_is_lost_in_a_pipe(pipe):
    """Not a line: what dedupe takes out stands in the page a second time."""
    done = piped(pipe, DANGEROUS.encode())
    assert lost(DANGEROUS, done.text, pipe) == []
    assert simplified(texts_of(done.text), pipe).count(REPEAT) == 1


@pytest.mark.parametrize("pipe", WITH_KEYWORDS)
def test_keywords_at_the_end_or_in_the_middle(pipe):
    done = piped(pipe, DANGEROUS.encode())
    assert "读书会" in done.text or "讀書會" in done.text
    if pipe.endswith("split"):
        assert lost(DANGEROUS, done.text, pipe) == []


def test_keys_that_were_added_travel_on():
    done = piped("split -f jsonl | keywords | convert | dedupe", PAGE.encode(), "--source p.txt")
    assert {r["source"] for r in done.records} == {"p.txt"}
    assert {r["script"] for r in done.records} == {"s2t"}
    assert done.records[0]["keywords"]
    assert [r["id"] for r in done.records] == [f"p-{k}" for k in range(1, len(done.records) + 1)]


@pytest.mark.parametrize(
    "seed",
    [x if x.stem == "damaged" else pytest.param(x, marks=pytest.mark.slow) for x in SEEDS],
    ids=[x.stem for x in SEEDS],
)
def test_what_dedupe_takes_out_of_a_seed_is_told(seed, tmp_path):
    """Every line of the page stands in the clippings; every paragraph of the clippings is kept or reported."""
    page = seed.read_bytes()
    split = run("split", stdin=page).text
    (tmp_path / "clips").write_text(split, "utf-8")
    kept = run("dedupe", "clips", "--findings", "found", "--set-aside", "aside", cwd=tmp_path).text
    rows = split.split("\n")
    found = [json.loads(x) for x in (tmp_path / "found").read_text("utf-8").split("\n")[:-1]]
    gone = [rows[n - 1] for f in found if f["action"] == "remove" for p in f["drop"] for n in p["lines"]]
    assert sorted([*lines_of(kept), *gone]) == sorted(lines_of(split))
    decoded = page.decode("gb18030" if seed.stem == "gb18030" else "utf-8")
    assert lost(decoded, split) == []
    done = shell("clipper dedupe --restore aside -o back", cwd=tmp_path, input=kept.encode())
    assert (done.text, (tmp_path / "back").read_text("utf-8")) == ("", split)


CONVERT = re.compile(r"\| convert[^|]*|convert[^|]*\| ")  # "| convert -c s2hk "


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS, ids=lambda x: x.stem)
def test_every_pipe_on_every_seed(seed):
    page = seed.read_bytes()
    decoded = page.decode("gb18030" if seed.stem == "gb18030" else "utf-8")
    config = "t2s" if seed.stem == "traditional" else "s2t"
    for pipe in PIPES:
        if config == "t2s":
            pipe = pipe.replace(" -c s2hk", "").replace("convert", "convert -c t2s")
        once = piped(pipe, page)
        if seed.stem == "damaged":
            assert piped.__wrapped__(pipe, page) == once, pipe
        said = texts_of(once.text)
        if "split" in pipe.partition("convert")[0] and "convert" in pipe:  # converted where lines are joined already
            plain = texts_of(piped(CONVERT.sub("", pipe), page).text)
            assert len(letters(said)) == len(letters(plain)), pipe
        else:
            before = run("convert", "-c", config, stdin=decoded).text if "convert" in pipe else decoded
            # what is taken out has the same letters as what stays, not the same marks
            assert [x for x in lost(before, once.text) if letters(x) not in letters(said)] == [], pipe


# --- the same bytes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pipe", ["split | dedupe | keywords", "split -f jsonl | dedupe | convert"])
def test_the_same_bytes_whatever_the_hash_seed(pipe):
    page = DANGEROUS.encode()
    line = " | ".join(f"clipper {x}" for x in pipe.split(" | "))
    once, again = (shell(line, input=page, env={"PYTHONHASHSEED": x}) for x in "01")
    assert once.text
    assert once == again


def test_text_is_stable():
    """Clip text comes back from split and from dedupe as it went in, and records as well."""
    split = run("split", "-f", "jsonl", stdin=DANGEROUS).out
    for form in ("text", "jsonl"):
        once = run("dedupe", "-f", form, stdin=split)
        assert run_all(["split", "-f", form], ["dedupe", "-f", form], stdin=once.out) == [once, once]


def test_records_and_text_say_the_same():
    """A pipe of text gives what a pipe of records gives, written as text."""
    as_text = piped("split | split", DANGEROUS.encode())
    as_records = piped("split -f jsonl | split", DANGEROUS.encode())
    assert as_text.text == as_records.text


# --- readers that go, disks that are full -------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["head -1 > /dev/null", "true"])
def test_a_reader_that_goes_is_no_error(tmp_path, reader):
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    rows = "".join(f"{n}号院的老人说，秋收过后镇上办起了读书会。\n" for n in range(1500))
    (tmp_path / "large.txt").write_text(rows, "utf-8")  # more than a pipe holds
    for command in COMMANDS:
        for page in ("page.txt", "large.txt") if command in ("split", "convert") else ("page.txt",):
            assert shell(f"clipper {command} {page} | {reader}", cwd=tmp_path) == Done(0, b"", ""), (command, page)
    assert shell(f"clipper split page.txt | clipper dedupe | clipper convert | {reader}", cwd=tmp_path) == Done(
        0, b"", ""
    )


def test_side_files_are_written_when_the_reader_has_gone(tmp_path):
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    assert shell("clipper dedupe page.txt --findings f --set-aside a | true", cwd=tmp_path) == Done(0, b"", "")
    assert (tmp_path / "f").stat().st_size
    assert (tmp_path / "a").stat().st_size


@FULL
def test_a_full_disk_is_one_line(tmp_path):
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    lines = [f"clipper {c} page.txt > /dev/full" for c in COMMANDS] + ["clipper split page.txt -o /dev/full"]
    lines += [f"clipper dedupe page.txt {side} /dev/full -o out" for side in ("--findings", "--set-aside")]
    lines += [f"clipper {c} --check page.txt > /dev/full" for c in ("split", "dedupe")]
    for line in lines:
        done = shell(line, cwd=tmp_path)
        assert (done.code, done.out) == (1, b""), line
        assert done.err.startswith("clipper: "), line
        assert done.err.endswith(": the disk is full; free some space and run it again\n"), line
        assert done.err.count("\n") == 1, line
    assert not (tmp_path / "out").exists()


def test_a_failing_command_fails_the_pipe(tmp_path):
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    done = shell("clipper split page.txt nosuch.txt | clipper dedupe", cwd=tmp_path)
    assert (done.code, done.err) == (1, "clipper: nosuch.txt: no such file; check the path\n")
    assert done.out == shell("clipper split page.txt | clipper dedupe", cwd=tmp_path).out


def test_closed_streams(tmp_path):
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    done = shell("clipper split <&-", cwd=tmp_path)
    assert (done.code, done.err) == (1, "clipper: stdin: is closed; name a file\n")
    done = shell("clipper split page.txt >&-", cwd=tmp_path)
    assert (done.code, done.err) == (1, "clipper: stdout: is closed\n")
    assert shell("clipper split page.txt 2>&-", cwd=tmp_path) == run("split", "page.txt", cwd=tmp_path)
    assert shell("clipper split page.txt -o out >&-", cwd=tmp_path) == Done(0, b"", "")
    done = shell("clipper split < page.txt > page.txt", cwd=tmp_path)  # emptied by the shell before clipper looks
    assert done.code == 2
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    done = shell("clipper dedupe page.txt >> page.txt", cwd=tmp_path)
    assert (done.code, (tmp_path / "page.txt").read_text("utf-8")) == (2, PAGE)


# --- faults found and mended --------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", ["--help", "--version", "split -h"])
def test_help_whose_reader_goes(args):
    assert shell(f"(sleep 0.1; clipper {args}) | (exec <&-; sleep 0.3)") == Done(0, b"", "")


@FULL
@pytest.mark.parametrize("args", ["--help", "--version"])
def test_help_on_a_full_disk(args):
    done = shell(f"clipper {args} > /dev/full")
    assert (done.code, done.err.count("\n")) == (1, 1)
