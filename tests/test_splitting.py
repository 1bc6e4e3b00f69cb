"""`clipper split` and many pages: files of clippings, workers, imprints, issues; and why a line is read as it is."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil

import pytest
from command import PAGE, ROOT, on_terminal, posix, run
from hypothesis import given
from hypothesis import strategies as st

from clipper.batch import in_order
from clipper.cli import META
from clipper.clipping import read_records
from clipper.errors import ClipperError, PromiseError, UsageError
from clipper.explain import explain_page
from clipper.imprint import GIVEN_KEYS
from clipper.lexicon import known_words
from clipper.naming import LONGEST, clipping_name, own_names, safe_folder
from clipper.split import split_page

SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
PAGE_1 = (
    "青石日报 2026年3月2日 第1版\n七里沟引水渠全线通水\n本报讯（记者 齐秋立） 昨天上午，七里沟引水渠全线通水，"
    "渠水翻过两道山梁，流进了下游三个村的旱地。为了修这条渠，全村一百二十户人家干了整整两个冬天，打通了老鹰岩下面六百\n"
    "（下转第3版）\n"
)
PAGE_3 = (
    "青石日报 2026年3月2日 第3版\n■上接第1版 米长的隧洞。七里沟的老支书说，渠水来了，旱地明年就能改种水稻，"
    "村里还要沿渠栽两行柳树。\n桐坞镇办起修理铺\n本报讯 桐坞镇的老街上新开了一家修理铺，锅碗、雨伞、收音机都修，"
    "收费只有几块钱。开张头一个月，就有三百多户人家送来了旧东西。\n"
)


@pytest.fixture
def issue(tmp_path):
    for name, text in (("p1.txt", PAGE_1), ("p3.txt", PAGE_3)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def records(done):
    assert done.code == 0, done.err
    return [json.loads(row) for row in done.out.decode().split("\n") if row]


# ---- a file a clipping ----------------------------------------------------------------------------------------------


def test_each_clipping_has_a_file_of_its_own(tmp_path):
    done = run("split", "-d", "out", str(SEEDS[0]), cwd=tmp_path)
    assert (done.code, done.text) == (0, "")
    files = sorted((tmp_path / "out").iterdir())
    texts = [f.read_text("utf-8").removeprefix("***\n\n") for f in files]
    whole = run("split", str(SEEDS[0])).text.replace("***\n\n", "")
    assert "\n".join(texts) == whole, "in the order of their names"
    headlines = [c.headline for c in split_page(SEEDS[0].read_text("utf-8"), known=known_words)]
    assert len(files) == len(headlines)


def test_the_files_of_records_hold_what_one_output_holds(tmp_path):
    assert run("split", "-f", "jsonl", "-d", "out", *map(str, SEEDS), cwd=tmp_path).code == 0
    rows = [row for f in (tmp_path / "out").iterdir() for row in f.read_text("utf-8").split("\n") if row]
    whole = run("split", "-f", "jsonl", *map(str, SEEDS)).text
    assert sorted(rows) == sorted(row for row in whole.split("\n") if row)


def test_a_file_that_is_there_stays(tmp_path):
    (tmp_path / "p.txt").write_text(PAGE, encoding="utf-8")
    assert run("split", "-d", "out", "p.txt", cwd=tmp_path).code == 0
    files = sorted((tmp_path / "out").iterdir())
    files[-1].write_text("mine", encoding="utf-8")
    files[0].unlink()
    again = run("split", "-d", "out", "p.txt", cwd=tmp_path)
    assert again.code == 1
    assert "--force" in again.err
    assert files[-1].read_text("utf-8") == "mine"
    assert not files[0].exists(), "all of a page or nothing"
    assert run("split", "-d", "out", "--force", "p.txt", cwd=tmp_path).code == 0
    assert files[-1].read_text("utf-8") != "mine"
    assert files[0].exists()


def test_pages_of_one_name_have_folders_of_their_own(tmp_path):
    for folder in ("0101", "0102"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.txt").write_text(PAGE, encoding="utf-8")
    assert run("split", "-d", "out", "0101/1.txt", "0102/1.txt", cwd=tmp_path).code == 0
    assert sorted(x.name for x in (tmp_path / "out").iterdir()) == ["0101", "0102"]


@pytest.mark.parametrize("names", [("a b.txt", "a_b.txt"), ("x.txt", "x.md"), ("a b/p.txt", "a_b/p.txt")], ids=str)
def test_names_that_come_out_alike_are_told_apart(tmp_path, names):
    for n, name in enumerate(names):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PAGE.replace("青石镇", "白石镇") if n else PAGE, encoding="utf-8")
    assert run("split", "-d", "out", "--force", *names, cwd=tmp_path).code == 0
    kept = "".join(f.read_text("utf-8") for f in (tmp_path / "out").rglob("*.txt"))
    assert all(headline in kept for headline in ("# 青石镇办起读书会", "# 白石镇办起读书会"))


def test_an_input_is_never_written_over(tmp_path):
    (tmp_path / "p.txt").write_text(PAGE, encoding="utf-8")
    assert run("split", "-d", ".", "p.txt", cwd=tmp_path).code == 0
    pages = sorted(x.name for x in tmp_path.iterdir())
    before = [(tmp_path / name).read_bytes() for name in pages]
    done = run("split", "-d", ".", "--force", *pages, cwd=tmp_path)
    assert done.code == 1
    assert "one of the inputs" in done.err
    assert [(tmp_path / name).read_bytes() for name in pages] == before


@posix
def test_no_link_leads_out_of_the_folder(tmp_path):
    (tmp_path / "else").mkdir()
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").symlink_to(tmp_path / "else")
    done = run("split", "-d", "out", "--force", "a/p.txt", "b/p.txt", cwd=tmp_path)
    assert (done.code, list((tmp_path / "else").iterdir())) == (1, [])
    (first, *_) = sorted((tmp_path / "out" / "b").iterdir())
    first.unlink()
    first.symlink_to(tmp_path / "mine.txt")
    assert (
        run("split", "-d", "out", "--force", "b/p.txt", cwd=tmp_path).code == 1 or not (tmp_path / "mine.txt").exists()
    )


def test_two_inputs_never_share_a_file(tmp_path):
    """The second clipping of x is called 001, and the first of x-002 is called nothing."""
    (tmp_path / "x.txt").write_text("# 河开了\n\n昨夜，云岭河开了。\n\n# 001\n\n今早，渡船又开了。\n", encoding="utf-8")
    (tmp_path / "x-002.txt").write_text("***\n\n孤零零的一段。\n", encoding="utf-8")
    done = run("split", "-d", "out", "--force", "x.txt", "x-002.txt", cwd=tmp_path)
    assert (done.code, len(done.err.strip().split("\n"))) == (1, 1)
    assert "x-002-001.txt" in done.err
    assert (tmp_path / "out" / "x-002-001.txt").read_text("utf-8").startswith("# 001")


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "p.txt").write_text(PAGE, encoding="utf-8")
    done = run("split", "-d", "p.txt", "p.txt", cwd=tmp_path)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "is no folder" in done.err
    assert run("split", "--force", "p.txt", cwd=tmp_path).code == 2


def test_one_bad_page_of_several(tmp_path):
    (tmp_path / "p.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"a\0b")
    done = run("split", "-d", "out", "bad.txt", "p.txt", cwd=tmp_path)
    assert done.code == 1
    assert "bad.txt" in done.err
    assert list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    "options",
    [
        ["-o", "x"],
        ["--check"],
        ["--explain"],
        ["--bom"],
        ["-d", ""],
        ["--stitch", "--explain"],
        ["--check", "--explain"],
    ],
    ids=" ".join,
)
def test_what_does_not_go_together(tmp_path, options):
    (tmp_path / "p.txt").write_text(PAGE, encoding="utf-8")
    folder = ["-d", "out"] if len(options) == 1 or options[0] == "-o" else []
    done = run("split", *folder, *options, "p.txt", cwd=tmp_path)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert sorted(x.name for x in tmp_path.iterdir()) == ["p.txt"]


@given(st.text(max_size=300), st.text(max_size=300), st.integers(1, 10**6))
def test_a_name_is_safe(stem, headline, number):
    name = clipping_name(stem, number, headline, ".txt")
    assert len(name.encode()) <= LONGEST
    assert re.fullmatch(r"[\w·-]+\.txt", name), name
    assert f"-{number:03}" in name


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=4, unique=True))
def test_no_name_leads_out_of_its_folder(sources):
    try:
        names = own_names(sources)
    except UsageError:
        return
    for name in names:
        for part in name.split("/")[:-1]:
            assert re.fullmatch(r"[\w·-]+", safe_folder(part))


@pytest.mark.parametrize("name", ["CON", "nul", "com1", "..", "", "a/b", "e\0f", "."])
def test_a_folder_has_a_name_that_every_system_takes(name):
    assert re.fullmatch(r"[\w·-]+", safe_folder(name))
    assert safe_folder(name).casefold() not in ("con", "nul", "com1")


# ---- workers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [["-f", "jsonl"], [], ["--check"], ["--explain"], ["-v"]], ids=" ".join)
def test_more_workers_give_the_same_bytes(options):
    one, two = (run("split", *options, "-j", n, *map(str, SEEDS * 2)) for n in ("1", "2"))
    assert (one.code, one.out, one.err) == (two.code, two.out, two.err)
    assert one.out


def test_a_bad_input_among_workers_is_named(tmp_path):
    (tmp_path / "bad.txt").write_bytes(b"a\0b")
    done = run("split", "-j", "2", str(SEEDS[0]), str(tmp_path / "bad.txt"), "no such page.txt", str(SEEDS[1]))
    assert done.code == 1
    assert done.err.count("\n") == 2
    assert done.out == run("split", str(SEEDS[0]), str(SEEDS[1])).out


def test_standard_input_among_workers():
    done = run("split", "-j", "2", str(SEEDS[0]), "-", stdin=PAGE)
    assert (done.code, done.text) == (0, run("split", str(SEEDS[0]), "-", stdin=PAGE).text)


def fail(n):
    if n == 3:
        raise PromiseError("p.txt", "a line would be lost")
    return n


def end(n):
    os._exit(n)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_comes_back_from_a_worker(workers):
    with pytest.raises(PromiseError, match=r"p\.txt: a line would be lost"):
        list(in_order(fail, range(9), workers))


def test_a_worker_that_is_ended_from_outside_is_told():
    with pytest.raises(ClipperError, match="ended from outside"):
        list(in_order(end, [1, 1], 2))


def test_no_more_is_read_than_is_written():
    taken = []

    def tasks():
        for n in range(100):
            taken.append(n)
            yield n

    done = in_order(abs, tasks(), 2)
    next(done)
    done.close()
    assert len(taken) < 20


# ---- output ---------------------------------------------------------------------------------------------------------


def test_nothing_is_half_written(tmp_path):
    out = tmp_path / "out.txt"
    out.write_text("old", encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"a\0b")
    done = run("split", "bad.txt", "-o", "out.txt", cwd=tmp_path)
    assert done.code == 1
    assert out.read_text("utf-8") == "old"
    assert run("split", str(SEEDS[0]), "bad.txt", "-o", "out.txt", cwd=tmp_path).code == 1
    assert out.read_text("utf-8") == run("split", str(SEEDS[0])).text
    assert sorted(x.name for x in tmp_path.iterdir()) == ["bad.txt", "out.txt"]


@posix
def test_a_bar_on_a_terminal_and_nowhere_else(tmp_path):
    pages = []
    for n in range(30):
        pages.append(f"p{n:02}.txt")
        shutil.copy(SEEDS[0], tmp_path / pages[-1])
    seen = on_terminal("split", *pages, "-o", "out.txt", cwd=tmp_path, errors=True)
    assert seen.code == 0
    assert "/30" in seen.text
    assert run("split", *pages, "-o", "out.txt", cwd=tmp_path).err == ""


# ---- imprint --------------------------------------------------------------------------------------------------------


def test_what_a_record_is_cited_by(issue):
    (article,) = [r for r in records(run("split", "-f", "jsonl", "p1.txt", cwd=issue)) if r["kind"] == "article"]
    assert (article["date"], article["page"], article["paper"]) == ("2026-03-02", "1", "青石日报")
    assert article["authors"] == ["齐秋立"]
    assert article["source_sha256"] == hashlib.sha256(PAGE_1.encode()).hexdigest()
    keys = ["id", "source", "kind", "headline", "flags", "blocks", "date", "page", "paper", "authors", "source_sha256"]
    assert list(article) == keys


def test_what_is_given_fills_in_and_the_page_wins(issue):
    given = ["--meta", "paper=云岭晚报", "place=云岭", "--meta", "page=9"]
    for row in records(run("split", "-f", "jsonl", *given, "p1.txt", cwd=issue)):
        assert (row["paper"], row["page"], row["place"]) == ("青石日报", "1", "云岭")


def test_the_command_line_knows_the_keys_of_a_record():
    assert all(META.match(f"{key}=x") for key in GIVEN_KEYS)
    assert META.pattern.count("|") + 1 == len(GIVEN_KEYS)


def test_meta_in_one_word(issue):
    (row, *_) = records(run("split", "-f", "jsonl", "--meta=place=云岭", "agency=新华社", "p1.txt", cwd=issue))
    assert (row["place"], row["agency"]) == ("云岭", "新华社")


def test_what_the_path_tells(tmp_path):
    page = tmp_path / "云岭日报" / "2026" / "0302" / "04.txt"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE, encoding="utf-8")
    (tmp_path / "other.txt").write_text(PAGE, encoding="utf-8")
    options = ["-f", "jsonl", "--meta-from-path", "{paper}/{year}/{month}{day}/{page}.txt"]
    rows = records(run("split", *options, str(page.relative_to(tmp_path)), cwd=tmp_path))
    assert {(r["paper"], r["date"], r["page"]) for r in rows} == {("云岭日报", "2026-03-02", "4")}
    other = run("split", *options, "other.txt", cwd=tmp_path)
    assert other.code == 0
    assert "other.txt: the path does not fit" in other.err
    assert "paper" not in records(other)[0]


def test_clip_text_has_no_place_for_it():
    done = run("split", "--meta", "paper=青石日报", stdin=PAGE)
    assert (done.code, done.out) == (2, b"")
    assert "-f jsonl" in done.err


@pytest.mark.parametrize(
    "options",
    [
        ["--meta-from-path", "{paper}{place}.txt"],
        ["--meta-from-path", "{paper}-{place}-{agency}-*.txt"],
        ["--meta", "papr=x"],
        ["--meta", "date=2026-13-01"],
        ["--meta", "x"],
        ["--meta-from-path", "{papr}.txt"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_refused(tmp_path, options):
    done = run("split", "-f", "jsonl", *options, str(SEEDS[0]), cwd=tmp_path)
    assert (done.code, done.out) == (2, b"")
    assert done.err.count("\n") == 1


def test_records_keep_what_they_are_cited_by(issue):
    first = run("split", "-f", "jsonl", "p1.txt", cwd=issue).out
    again = run("split", "-f", "jsonl", "--meta", "page=7", "authors=方某", stdin=first)
    assert [r["page"] for r in records(again)] == ["1", "1"]
    assert run("dedupe", stdin=first).text == first.decode()


# ---- issues ---------------------------------------------------------------------------------------------------------


def test_an_article_that_jumps(issue):
    rows = records(run("split", "-f", "jsonl", "--stitch", "p1.txt", "p3.txt", cwd=issue))
    (article,) = [r for r in rows if r["headline"] == "七里沟引水渠全线通水"]
    assert article["flags"] == []
    assert [(b.get("source", article["source"]), b["lines"]) for b in article["blocks"]] == [
        ("p1.txt", [2]),
        ("p1.txt", [3]),
        ("p1.txt", [4]),
        ("p3.txt", [2]),
    ]
    stood = sorted((b.get("source", r["source"]), n) for r in rows for b in r["blocks"] for n in b["lines"])
    assert stood == [("p1.txt", n) for n in (1, 2, 3, 4)] + [("p3.txt", n) for n in (1, 2, 3, 4)]


def test_what_was_stitched_is_told(issue):
    done = run("split", "--check", "--stitch", "p1.txt", "p3.txt", cwd=issue)
    assert done.code == 3
    assert "stitched: goes on from p1.txt:4" in done.out.decode()


def test_pages_in_another_order_and_in_one_file(issue):
    there = records(run("split", "-f", "jsonl", "--stitch", "p1.txt", "p3.txt", cwd=issue))
    back = records(run("split", "-f", "jsonl", "--stitch", "p3.txt", "p1.txt", cwd=issue))
    assert sorted(map(json.dumps, there)) == sorted(map(json.dumps, back))
    (issue / "both.txt").write_text(PAGE_1 + "\f" + PAGE_3, encoding="utf-8")
    one = records(run("split", "-f", "jsonl", "--stitch", "both.txt", cwd=issue))
    (article,) = [r for r in one if r["headline"] == "七里沟引水渠全线通水"]
    assert [b["lines"] for b in article["blocks"]] == [[2], [3], [4], [6]]


def test_without_its_other_half_it_stays_flagged(issue):
    rows = records(run("split", "-f", "jsonl", "--stitch", "p1.txt", cwd=issue))
    assert [r["flags"] for r in rows if r["kind"] == "article"] == [["continues"]]


def test_records_are_stitched_too(issue):
    pages = b"".join(run("split", "-f", "jsonl", name, cwd=issue).out for name in ("p1.txt", "p3.txt"))
    rows = read_records(run("split", "-f", "jsonl", "--stitch", stdin=pages).text)
    assert [c.flags for c in rows if c.headline == "七里沟引水渠全线通水"] == [()]


# ---- why ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", SEEDS, ids=lambda page: page.stem)
def test_every_line_is_explained_as_it_is_read(page):
    data = page.read_bytes()
    text = data.decode("gb18030" if page.stem == "gb18030" else "utf-8")
    role = {n: b.role for c in split_page(text) for b in c.blocks for n in b.lines}
    joined = {n: b.lines[k] for c in split_page(text) for b in c.blocks for k, n in enumerate(b.lines[1:])}
    reasons = explain_page(text)
    assert {r.line for r in reasons} == set(role)
    assert {r.line: "body" if r.state == "cont" else r.state for r in reasons} == role
    assert {r.line: r.joined for r in reasons if r.joined is not None} == joined
    assert all(r.seam for r in reasons if r.joined is not None)


def test_the_evidence_adds_up():
    for reason in explain_page(PAGE):
        assert reason.by == pytest.approx(sum(weight for _, weight in reason.evidence), abs=1)


def test_explain_in_both_forms():
    text = run("split", "--explain", stdin=PAGE)
    rows = records(run("split", "--explain", "-f", "jsonl", stdin=PAGE))
    assert text.code == 0
    assert len(text.text.splitlines()) == len(rows) == len([x for x in PAGE.split("\n") if x])
    assert rows[0]["state"] == "headline"
    assert all(isinstance(word, str) and weight for row in rows for word, weight in row["evidence"])


def test_clippings_cannot_be_explained():
    done = run("split", "--explain", stdin=run("split", stdin=PAGE).out)
    assert done.code == 1
    assert "raw page" in done.err
