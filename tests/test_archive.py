"""What earlier runs have seen is found again, named, and kept whole whatever happens to a run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

import pytest
from command import PAGE, REPEAT, ROOT, Done, one_line_error, posix, run, run_all, start, until
from hypothesis import given, settings
from hypothesis import strategies as st

from clipper import archive as archives
from clipper.archive import Archive
from clipper.clipping import Block, Clipping
from clipper.errors import DataError, OutputError

MARKET = "每逢初五，青石镇的集市便热闹起来，卖竹篮的、修铁锅的、写对联的沿河摆开，从清早一直忙到日头偏西才慢慢散去。"
SCHOOL = "学堂里新添了两架钢琴，音乐教员何某每周来上四节课，教大家唱乡间老歌。"
LINE = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥东南西北春夏秋冬"

OTHER = f"""老街的集市开到夜里

本报讯 从这个月起，老街的集市开到夜里九点，卖糖人的师傅说，摊前的孩子比白天还多，凳子都不够坐。

{REPEAT}
"""


def page(*rows, name="p"):
    return [Clipping(f"{name}-1", f"{name}.txt", tuple(Block("body", row, (n,)) for n, row in enumerate(rows, 1)))]


def sha(n):
    return f"{n:064x}"


def like(archive, *texts, source=99):
    """Return the sources and lines that the archive finds for TEXTS."""
    return [(c.source, b.lines) for c in archive.find_like(texts, sha(source)) for b in c.blocks]


@contextmanager
def opened(path):
    """Open a database, write what is done to it, and close it."""
    base = sqlite3.connect(path)
    try:
        with base:
            yield base
    finally:
        base.close()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "other.txt").write_text(OTHER, encoding="utf-8")
    return tmp_path


def findings(folder, *args):
    done = run("dedupe", *args, "--archive", "clips.db", "--findings", "found", "-o", "kept", cwd=folder)
    assert (done.code, done.err) == (0, ""), done
    return [json.loads(row) for row in (folder / "found").read_text("utf-8").splitlines()]


# What is found


@given(st.integers(0, len(LINE) - 12), st.integers(0, 9), st.integers(0, 9))
@settings(max_examples=60)
def test_twelve_letters_in_a_row_are_always_found(at, before, after):
    with Archive(None) as archive:
        archive.add(sha(1), "p.txt", page("起" * before + LINE + "止" * after))
        assert like(archive, f"前文不同{LINE[at : at + 12]}后文也不同") == [("p.txt", (1,))]


def test_short_texts_are_found_when_they_are_the_same():
    with Archive(None) as archive:
        archive.add(sha(1), "p.txt", page("渡口开了", "河开了"))
        assert like(archive, "渡口，开了！") == [("p.txt", (1,))]
        assert like(archive, "河开了") == []


def test_seeds_on_the_disk_and_in_memory_find_the_same(tmp_path, monkeypatch):
    rows = [f"{LINE[n:]}{LINE[:n]}{chr(0x5000 + n) * 4}" for n in range(20)]
    asked = [row[3:17] for row in rows]
    answers = []
    for unwritten in (10_000, 3):
        monkeypatch.setattr(archives, "UNWRITTEN", unwritten)
        path = str(tmp_path / f"{unwritten}.db")
        for n, row in enumerate(rows):
            with Archive(path) as archive, archive.transaction():
                like(archive, row)
                archive.add(sha(n), f"{n}.txt", page(row))
        with Archive(path) as archive:
            answers.append([like(archive, text) for text in asked])
            archive.compact()
            answers.append([like(archive, text) for text in asked])
            assert list(archive.faults()) == []
    assert all(answer == answers[0] for answer in answers)
    assert all(found for found in answers[0])
    with opened(tmp_path / "3.db") as base:
        assert base.execute("SELECT count(*) FROM seed").fetchone()[0] > 20


def test_what_stands_in_many_texts_finds_nothing_by_itself(monkeypatch):
    with Archive(None) as archive:
        for n in range(archives.FORMULA + 8):
            archive.add(sha(n), f"{n}.txt", page(f"{chr(0x5000 + n) * 9}{LINE[:12]}{chr(0x6000 + n) * 9}"))
        assert like(archive, f"前文不同{LINE[:12]}后文也不同") == []


def test_the_oldest_places_of_a_text_are_told():
    with Archive(None) as archive:
        for n in range(30):
            archive.add(sha(n), f"{n}.txt", page(MARKET))
        assert like(archive, MARKET) == [(f"{n}.txt", (1,)) for n in range(archives.PLACES)]


def test_a_source_is_held_against_those_before_it_alone():
    with Archive(None) as archive:
        for n in (1, 2, 3):
            archive.add(sha(n), f"{n}.txt", page(MARKET))
        assert like(archive, MARKET, source=2) == [("1.txt", (1,))]
        assert like(archive, MARKET, source=1) == []
        assert len(like(archive, MARKET, source=4)) == 3


def test_each_place_says_what_it_said():
    with Archive(None) as archive:
        archive.add(sha(1), "a.txt", page(MARKET))
        archive.add(sha(2), "b.txt", page(f"“{MARKET}”"))
        found = archive.find_like([MARKET], sha(3))
        assert [(c.source, b.text, c.extra["source_sha256"]) for c in found for b in c.blocks] == [
            ("a.txt", MARKET, sha(1)),
            ("b.txt", f"“{MARKET}”", sha(2)),
        ]


# The command


def test_a_finding_names_the_old_clipping(folder):
    first = findings(folder, "page.txt")
    assert all("sha256" not in f["keep"] for f in first if f["keep"])
    (found,) = [f for f in findings(folder, "other.txt") if f["kind"] == "repeat"]
    assert (found["action"], found["keep"]["source"], found["keep"]["lines"]) == ("report", "page.txt", [7])
    assert found["keep"]["id"] == "page-1"
    assert [(p["source"], p["lines"]) for p in found["drop"]][-1] == ("other.txt", [5])
    assert "page.txt in the archive" in found["why"]
    assert (folder / "kept").read_text("utf-8") == OTHER


def test_the_same_again_gives_the_same_answer_and_changes_nothing(folder):
    first = [findings(folder, name) for name in ("page.txt", "other.txt")]
    listed = run("archive", "clips.db", cwd=folder).text
    shutil.copy(folder / "clips.db", folder / "before.db")
    assert [findings(folder, name) for name in ("page.txt", "other.txt")] == first
    assert findings(folder, "page.txt", "other.txt") == first[0] + first[1]
    assert run("archive", "clips.db", cwd=folder).text == listed
    (folder / "copy.txt").write_text(PAGE, encoding="utf-8")
    assert findings(folder, "copy.txt") == json.loads(json.dumps(first[0]).replace("page.txt", "copy.txt"))
    assert run("archive", "clips.db", cwd=folder).text == listed
    with opened(folder / "clips.db") as now, opened(folder / "before.db") as before:
        assert list(now.iterdump()) == list(before.iterdump())


def test_inputs_of_one_run_are_held_against_each_other(folder):
    found = findings(folder, "page.txt", "other.txt")
    assert ("page.txt", "other.txt") in {(f["keep"]["source"], f["drop"][-1]["source"]) for f in found if f["keep"]}


def test_what_the_archive_has_is_taken_out_when_asked_and_can_be_put_back(folder):
    findings(folder, "page.txt")
    args = ["other.txt", "--remove-across", "--archive", "clips.db", "--set-aside", "aside", "-o", "kept"]
    assert run("dedupe", *args, cwd=folder).code == 0
    assert REPEAT not in (folder / "kept").read_text("utf-8")
    assert run("dedupe", "kept", "--restore", "aside", cwd=folder).text == OTHER


def test_records_are_known_by_the_digest_of_their_page(folder):
    findings(folder, "page.txt")
    records = run("split", "-f", "jsonl", "page.txt", "other.txt", cwd=folder).out
    done = run("dedupe", "--archive", "clips.db", "--check", stdin=records, cwd=folder)
    assert done.code == 3
    rows = [json.loads(row) for row in done.out.splitlines()]
    assert [f["drop"][-1]["source"] for f in rows if f["keep"] and "sha256" in f["keep"]] == ["other.txt"]
    assert len(run("archive", "clips.db", cwd=folder).text.splitlines()) == 1
    run("dedupe", "--archive", "clips.db", stdin=records, cwd=folder)
    assert [row.split()[-1] for row in run("archive", "clips.db", cwd=folder).text.splitlines()] == [
        "page.txt",
        "other.txt",
    ]


@pytest.mark.parametrize("option", ["--check", "--explain"])
def test_what_only_looks_adds_nothing(folder, option):
    run("dedupe", "page.txt", "--archive", "clips.db", option, cwd=folder)
    assert run("archive", "clips.db", cwd=folder) == run("archive", "clips.db", "-f", "jsonl", cwd=folder)


def test_inputs_in_two_forms_need_a_word(folder):
    (folder / "clips.jsonl").write_bytes(run("split", "-f", "jsonl", "other.txt", cwd=folder).out)
    args = ["page.txt", "clips.jsonl", "--archive", "clips.db"]
    one_line_error(run("dedupe", *args, cwd=folder), "-f")
    assert run("dedupe", *args, "-f", "jsonl", cwd=folder).code == 0


def test_a_bad_input_among_others(folder):
    (folder / "bad.txt").write_bytes(b"%PDF-1.7\n")
    done = run("dedupe", "bad.txt", "other.txt", "--archive", "clips.db", "-o", "kept", cwd=folder)
    one_line_error(done, "bad.txt")
    assert (folder / "kept").read_text("utf-8") == OTHER
    assert len(run("archive", "clips.db", cwd=folder).text.splitlines()) == 1


def test_inputs_of_a_check_are_held_against_each_other_as_in_a_run(folder):
    found = findings(folder, "page.txt", "other.txt")
    check = run("dedupe", "page.txt", "other.txt", "--archive", "new.db", "--check", cwd=folder)
    assert check.code == 3
    assert [json.loads(row) for row in check.out.splitlines()] == found
    assert not (folder / "new.db").exists()
    (folder / "third.txt").write_text(OTHER + "\n又及，集市照旧。\n", encoding="utf-8")
    listed = run("archive", "clips.db", cwd=folder).text
    check = run("dedupe", "third.txt", "--archive", "clips.db", "--check", cwd=folder)
    assert b"other.txt" in check.out
    assert run("archive", "clips.db", cwd=folder).text == listed


def test_an_answer_stays_the_same_whatever_comes_in_later(folder):
    (folder / "quoted.txt").write_text(f"又一桩事\n县里昨天开会。{REPEAT}路修到了半山腰。\n", encoding="utf-8")
    findings(folder, "quoted.txt")
    first = findings(folder, "other.txt")
    assert [f["kind"] for f in first] == ["passage"]
    for n in range(40):
        text = f"第{n}号消息\n县里昨天开会。{REPEAT}{chr(0x5000 + n) * 5}山上的人听了说好。\n"
        (folder / f"later{n}.txt").write_text(text, encoding="utf-8")
    findings(folder, *(f"later{n}.txt" for n in range(40)))
    assert findings(folder, "other.txt") == first


@pytest.mark.parametrize("kinds", ["repeat,near,passage,headline,fragment", "repeat,fragment", "near", "none"])
def test_every_kind_is_taken_out_across_and_put_back(folder, kinds):
    findings(folder, "page.txt")
    (folder / "third.txt").write_text(PAGE.replace("青石镇办起", "青石镇又办起"), encoding="utf-16")
    args = ["third.txt", "--remove-across", "--remove", kinds, "--archive", "clips.db", "--set-aside", "aside"]
    assert run("dedupe", *args, "-o", "kept", cwd=folder) == Done(0, b"", "")
    assert run("dedupe", "kept", "--restore", "aside", cwd=folder).out == (folder / "third.txt").read_bytes()


def test_two_pages_of_one_name_in_one_stream_are_two_sources(folder):
    (folder / "a").mkdir()
    (folder / "a" / "page.txt").write_text(OTHER, encoding="utf-8")
    records = run("split", "-f", "jsonl", "page.txt", cwd=folder).out
    records += run("split", "-f", "jsonl", "page.txt", cwd=folder / "a").out
    done = run("dedupe", "--archive", "clips.db", stdin=records, cwd=folder)
    assert len(run("archive", "clips.db", cwd=folder).text.splitlines()) == 2
    assert len(done.records) == len(records.splitlines())
    assert run("dedupe", "a/page.txt", "--archive", "clips.db", cwd=folder).text == OTHER


def test_what_a_part_of_a_page_left_out_is_added_when_the_whole_comes(folder):
    records = run("split", "-f", "jsonl", "page.txt", cwd=folder).out
    run("dedupe", "--archive", "clips.db", stdin=records.splitlines(keepends=True)[0], cwd=folder)
    findings(folder, "page.txt")
    (row,) = run("archive", "clips.db", cwd=folder).text.splitlines()
    assert row.split()[1] == "8"


def test_the_same_records_twice_in_one_input_are_added_once(folder):
    records = run("split", "-f", "jsonl", "page.txt", cwd=folder).out
    run("dedupe", "--archive", "clips.db", stdin=records * 2, cwd=folder)
    (row,) = run("archive", "clips.db", cwd=folder).text.splitlines()
    assert row.split()[1] == "8"


@pytest.mark.parametrize("digest", ["xyz", "\\u001b[31mX\\n", "", "A" * 64])
def test_a_digest_that_is_none_is_not_believed(folder, digest):
    records = run("split", "-f", "jsonl", "other.txt", cwd=folder).text
    own = json.loads(records.splitlines()[0])["source_sha256"]
    run("dedupe", "--archive", "clips.db", stdin=records.replace(own, digest), cwd=folder)
    (row,) = run("archive", "clips.db", "-f", "jsonl", cwd=folder).records
    assert len(row["sha256"]) == 64
    assert not set(row["sha256"]) - set("0123456789abcdef")
    one_line_error(run("archive", "clips.db", "--forget", "nosuch", cwd=folder), "nosuch")


def test_an_empty_input_is_of_every_form(folder):
    (folder / "empty.txt").write_text("", encoding="utf-8")
    records = run("split", "-f", "jsonl", "other.txt", cwd=folder).text
    (folder / "clips.jsonl").write_text(records, encoding="utf-8")
    for names in (["empty.txt", "clips.jsonl"], ["clips.jsonl", "empty.txt"]):
        assert run("dedupe", *names, "--archive", "clips.db", cwd=folder).text == records


# Looking after it


def test_listing_forgetting_and_compacting(folder):
    findings(folder, "page.txt", "other.txt")
    rows = [json.loads(row) for row in run("archive", "clips.db", "-f", "jsonl", cwd=folder).text.splitlines()]
    assert [(row["name"], row["paragraphs"]) for row in rows] == [("page.txt", 8), ("other.txt", 3)]
    assert rows[1]["letters"] == sum(c.isalnum() for c in OTHER)
    assert run("archive", "clips.db", "--check", cwd=folder).code == 0
    assert run("archive", "clips.db", "--forget", "page.txt", "--compact", cwd=folder).code == 0
    assert [row.split()[0] for row in run("archive", "clips.db", cwd=folder).text.splitlines()] == [
        rows[1]["sha256"][:12]
    ]
    (folder / "third.txt").write_text(PAGE + "\n又及。\n", encoding="utf-8")
    sources = {
        p["source"] for f in findings(folder, "third.txt") for p in [f["keep"], *f["drop"]] if p and "sha256" in p
    }
    assert sources == {"other.txt"}
    one_line_error(run("archive", "clips.db", "--forget", "nosuch.txt", cwd=folder), "nosuch.txt")
    assert run("archive", "clips.db", "--forget", rows[1]["sha256"][:8], cwd=folder).code == 0
    assert run("archive", "clips.db", "--check", cwd=folder).code == 0


def test_what_was_forgotten_leaves_nothing(tmp_path):
    with Archive(str(tmp_path / "a.db")) as archive:
        archive.add(sha(1), "a.txt", page(MARKET, SCHOOL))
        archive.add(sha(2), "b.txt", page(SCHOOL))
        archive.compact()
        assert archive.forget("a.txt") == 1
        assert like(archive, MARKET, SCHOOL) == [("b.txt", (1,))]
        archive.forget("b.txt")
        assert list(archive.faults()) == []
        archive.compact()
    with opened(tmp_path / "a.db") as base:
        counts = [base.execute(f"SELECT count(*) FROM {x}").fetchone()[0] for x in ("source", "text", "place", "seed")]
    assert counts == [0, 0, 0, 0]


@posix
def test_a_source_with_an_odd_name_can_be_forgotten(folder):
    name = b"pa\xffge.txt"
    (folder / os.fsdecode(name)).write_text(OTHER, encoding="utf-8")
    assert run("dedupe", name, "--archive", "clips.db", "-o", "kept", cwd=folder).code == 0
    assert run("archive", "clips.db", "--forget", name, cwd=folder).code == 0
    assert run("archive", "clips.db", cwd=folder).text == ""


def test_archive_needs_a_file(folder):
    done = run("archive", cwd=folder)
    assert (done.code, done.out) == (2, b"")
    assert "ARCHIVE" in done.err


def test_an_archive_that_is_not_there(folder):
    one_line_error(run("archive", "nosuch.db", cwd=folder), "nosuch.db")
    assert not (folder / "nosuch.db").exists()


# Bad archives: one line, and nothing is changed


def damage(path):
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)


def edit(statement):
    def spoil(path):
        with opened(path) as base:
            base.execute(statement)

    return spoil


TAMPERED = [
    "UPDATE text SET words = x'4142'",
    "UPDATE place SET lines = '['",
    "UPDATE source SET name = x'41'",
    "UPDATE meta SET value = 'abc' WHERE name = 'seeds written'",
    "DROP TABLE seed",
]


@pytest.mark.parametrize("statement", TAMPERED)
def test_an_archive_that_was_tampered_with_is_damaged(folder, statement):
    findings(folder, "other.txt")
    edit(statement)(folder / "clips.db")
    check = run("archive", "clips.db", "--check", cwd=folder)
    assert check.code == 1
    assert "damaged" in check.err
    assert "Traceback" not in check.err
    for args in (
        ["dedupe", "page.txt", "--archive", "clips.db"],
        *(["archive", "clips.db", x] for x in ("--compact",)),
    ):
        done = run(*args, cwd=folder)
        assert (done.code in (0, 1), "Traceback" in done.err) == (True, False), args


def make_foreign(path):
    path.unlink()
    with opened(path) as base:
        base.execute("CREATE TABLE clips (id INTEGER)")


def make_text(path):
    path.write_text(PAGE, encoding="utf-8")


BAD = {
    "damaged": (damage, "backup"),
    "another version": (edit("PRAGMA user_version = 99"), "make a new one"),
    "another normal form": (edit("UPDATE meta SET value = 99"), "make a new one"),
    "another database": (make_foreign, "no clipper archive"),
    "a text": (make_text, "no clipper archive"),
}


@pytest.mark.parametrize(("spoil", "said"), BAD.values(), ids=BAD)
def test_a_bad_archive_is_refused(folder, spoil, said):
    findings(folder, "other.txt")
    (folder / "kept").unlink()
    spoil(folder / "clips.db")
    before = (folder / "clips.db").read_bytes()
    one_line_error(run("dedupe", "page.txt", "--archive", "clips.db", "-o", "kept", cwd=folder), "clips.db", said)
    if spoil is not damage:
        one_line_error(run("archive", "clips.db", cwd=folder), "clips.db", said)
    assert (folder / "clips.db").read_bytes() == before
    assert not (folder / "kept").exists()


@pytest.mark.parametrize("path", [".", "nosuch/clips.db", "page.txt/clips.db"])
def test_an_archive_that_cannot_be_made(folder, path):
    one_line_error(run("dedupe", "page.txt", "--archive", path, "-o", "kept", cwd=folder), path)
    assert sorted(x.name for x in folder.iterdir()) == ["other.txt", "page.txt"]


def test_an_output_that_cannot_be_written_leaves_the_archive_alone(folder):
    for option in ("-o", "--findings", "--set-aside"):
        one_line_error(run("dedupe", "page.txt", "--archive", "clips.db", option, "nosuch/x", cwd=folder), "nosuch")
    assert sorted(x.name for x in folder.iterdir()) == ["other.txt", "page.txt"]


@pytest.mark.parametrize(
    "args",
    [
        ["--archive", "page.txt"],
        ["--archive", "-"],
        ["--archive", "kept"],
        ["--archive", "k", "-o", "k-wal"],
        ["--archive", "link.db", "-o", "clips.db-wal"],
        ["--archive", "clips.db", "--findings", "hard.db"],
        ["--archive", "clips.db", "--set-aside", "clips.db-journal"],
    ],
)
def test_an_archive_is_no_input_and_no_output(folder, args):
    run("dedupe", "other.txt", "--archive", "clips.db", "-o", "other.kept", cwd=folder)
    (folder / "link.db").symlink_to("clips.db")
    os.link(folder / "clips.db", folder / "hard.db")
    done = run("dedupe", "page.txt", "-o", "kept", *args, cwd=folder)
    assert done.code == 2
    assert run("archive", "clips.db", "-o", "clips.db-wal", cwd=folder).code == 2
    assert run("dedupe", "page.txt", "--archive", ":memory:", cwd=folder).code == 0
    assert (folder / ":memory:").exists()
    assert (folder / "page.txt").read_text("utf-8") == PAGE


def test_a_full_disk_changes_nothing(tmp_path):
    with Archive(str(tmp_path / "a.db")) as archive:
        archive.add(sha(1), "a.txt", page(MARKET))
        size = archive._base.execute("PRAGMA page_count").fetchone()[0]
        archive._base.execute(f"PRAGMA max_page_count = {size + 1}")
        rows = page(*(LINE[n:] + LINE[:n] + chr(0x5000 + k) * 3000 for k in range(9) for n in range(9)))
        with pytest.raises(OutputError, match="full"):
            archive.add(sha(2), "b.txt", rows)
        assert [source.name for source in archive.sources()] == ["a.txt"]
        assert like(archive, MARKET, LINE) == [("a.txt", (1,))]
        assert list(archive.faults()) == []


def test_a_fault_in_the_middle_of_a_source_leaves_nothing_of_it(tmp_path):
    def broken():
        yield page(MARKET)[0]
        raise DataError("b.txt", "fails")

    with Archive(str(tmp_path / "a.db")) as archive:
        with pytest.raises(DataError), archive.transaction():
            archive.add(sha(1), "a.txt", page(SCHOOL))
            archive.add(sha(2), "b.txt", broken())
        assert list(archive.sources()) == []
        assert like(archive, MARKET, SCHOOL) == []


def test_a_fault_of_the_caller_is_not_blamed_on_the_archive(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "UNWRITTEN", 3)
    rows = ["".join(chr(0x5000 + 100 * n + k) for k in range(25)) for n in range(9)]
    with Archive(str(tmp_path / "a.db")) as archive:
        for n, row in enumerate(rows):
            archive.add(sha(n), f"{n}.txt", page(row))
        with pytest.raises(KeyError, match="mine"), archive.transaction():
            assert like(archive, rows[3][4:17])  # writes seeds, which is taken back
            raise KeyError("mine")
        assert [like(archive, row[4:17]) for row in rows] == [[(f"{n}.txt", (1,))] for n in range(9)]


def test_the_few_that_share_the_most_are_told():
    with Archive(None) as archive:
        for n in range(12):
            archive.add(sha(n), f"{n}.txt", page(f"{chr(0x5000 + n) * 9}{LINE[: 12 + n]}{chr(0x6000 + n) * 9}"))
        found = like(archive, LINE)
    assert len(found) == archives.CANDIDATES
    assert {("11.txt", (1,)), ("10.txt", (1,))} <= set(found)


@posix
@pytest.mark.slow
def test_memory_does_not_grow_with_the_inputs(folder):
    code = (
        "import resource, sys; from clipper import archive; from clipper.cli import app\n"
        "archive.UNWRITTEN, archive.CACHE = 200, 512  # what is kept on purpose, and up to a limit\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit: sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
    )
    peaks = []
    for count in (300, 1500):  # both so many that the dictionary is loaded
        args = ["dedupe", *many(folder, f"m{count}x", count), "--archive", f"{count}.db", "-o", "kept"]
        done = subprocess.run(
            [sys.executable, "-c", code, *args],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stderr) / (1 << 20 if sys.platform == "darwin" else 1 << 10))
    assert peaks[1] - peaks[0] < 30  # MiB


# Killed, and two at once


def many(folder, name, count=300):
    """Write COUNT pages into FOLDER and return their names."""
    names = []
    for n in range(count):
        path = folder / f"{name}{n}.txt"
        path.write_text(PAGE.replace("青石镇", f"{name}{n}镇"), encoding="utf-8")
        names.append(path.name)
    return names


@pytest.mark.slow
@posix
def test_a_run_that_is_killed_leaves_the_archive_whole(folder):
    names = many(folder, "k")
    whole = run("dedupe", *names, "--archive", "whole.db", "-o", "kept", cwd=folder)
    assert whole.code == 0
    with start("dedupe", *names, "--archive", "clips.db", "-o", "kept", cwd=folder) as running:
        until(lambda: len(run("archive", "clips.db", cwd=folder).out.splitlines()) >= 20)
        running.send_signal(signal.SIGKILL)
    held = len(run("archive", "clips.db", cwd=folder).text.splitlines())
    assert 20 <= held < len(names)
    assert run("archive", "clips.db", "--check", cwd=folder).code == 0
    assert run("dedupe", *names, "--archive", "clips.db", "-o", "kept", cwd=folder).code == 0
    assert run("archive", "clips.db", cwd=folder) == run("archive", "whole.db", cwd=folder)


@posix
def test_two_runs_at_once_wait_for_each_other(folder):
    own = [many(folder, name, 60) for name in "ab"]
    done = run_all(
        *(["dedupe", *names, "--archive", "clips.db", "-o", names[0] + ".kept"] for names in own), cwd=folder
    )
    assert [(x.code, x.err) for x in done] == [(0, ""), (0, "")]
    listed = run("archive", "clips.db", cwd=folder).text.splitlines()
    assert sorted(row.split()[-1] for row in listed) == sorted(own[0] + own[1])
    assert run("archive", "clips.db", "--check", cwd=folder).code == 0


def test_an_archive_that_another_run_makes_meanwhile_is_one(folder, monkeypatch):
    path, asked = str(folder / "clips.db"), []

    class Interrupted(sqlite3.Connection):
        def execute(self, *question):
            asked.append(question)
            if len(asked) == 2:  # the first answer is that of an empty file
                with Archive(path):
                    pass
            return super().execute(*question)

    connect, factories = sqlite3.connect, [sqlite3.Connection, Interrupted]
    monkeypatch.setattr(sqlite3, "connect", lambda *at, **how: connect(*at, factory=factories.pop(), **how))
    with Archive(path) as archive:
        assert not list(archive.sources())
