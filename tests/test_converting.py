"""`clipper convert` as a command: what is doubtful, what was changed, which script, house style, streams."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import PAGE, one_line_error, posix, run, run_all, shell
from hypothesis import given, settings
from hypothesis import strategies as st

from clipper import pieces
from clipper.converting import Plan, convert_files
from clipper.pipeline import Job

SIMPLE = "青石镇灯会\n\n踏上新征程，许多青年人参与灯会，“软件”由方某编写，干云轩里很热闹。\n\n人才是根本。\n"
TRADITIONAL = "青石鎮燈會\n\n許多青年人參與燈會，鄰里都說好，雲嶺縣圖書館後邊的學校也來參觀。\n"


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode("utf-8").split("\n")[:-1]]


# ---- --check, --all, --resolve --------------------------------------------------------------------------------------


def test_check_names_what_is_doubtful_and_writes_no_text():
    done = run("convert", "--check", "--source", "p.txt", stdin=SIMPLE)
    assert (done.code, done.err) == (3, "")
    found = lines(done.out)
    assert [(x["kind"], x["text"], x["better"]) for x in found] == [
        ("matching", "新征程", "新征程"),
        ("border", "青年人参与", "青年人參與"),
        ("matching", "人才是", None),
    ]
    assert list(found[0]) == ["kind", "source", "id", "lines", "span", "text", "readings", "better", "why"]
    text = SIMPLE.split("\n")
    for x in found:
        assert (x["source"], x["id"]) == ("p.txt", None)
        assert text[x["lines"][0] - 1][slice(*x["span"])] == x["text"]
    clean = run("convert", "--check", stdin="青石镇的茶\n")
    assert (clean.code, clean.out, clean.err) == (0, b"", "")


def test_all_adds_what_is_settled_and_what_is_left_to_chance():
    some, every = run_all(["convert", "--check"], ["convert", "--check", "--all"], stdin=SIMPLE + "结合中国实际\n")
    kinds = [x["kind"] for x in lines(every.out)]
    assert {"matching", "border", "choice"} == set(kinds)
    assert kinds == sorted(kinds, key="choice".__eq__), "places first, then characters"
    assert len([x for x in lines(every.out) if x["kind"] != "choice"]) == len(lines(some.out)) + 1
    choices = [x for x in lines(every.out) if x["kind"] == "choice"]
    assert [x["risk"] for x in choices] == sorted((x["risk"] for x in choices), reverse=True)
    assert {"干", "里"} <= {x["text"] for x in choices}
    text = SIMPLE.split("\n")
    for x in choices:
        assert all(text[p["lines"][0] - 1][slice(*p["span"])] == x["text"] for p in x["places"])
    (back,) = lines(run("convert", "-c", "s2twp", "--check", "--all", stdin="线上\n").out)
    assert (back["kind"], back["text"], back["readings"], back["back"]) == ("return", "线上", ["線上"], "在线")


def test_resolve_takes_the_better_reading_and_check_looks_at_records_too():
    plain, better, records = run_all(
        ["convert"], ["convert", "--resolve"], ["convert", "--resolve", "-f", "jsonl"], stdin=SIMPLE
    )
    assert "踏上新徵程，許多青年人蔘與" in plain.text
    assert "踏上新征程，許多青年人參與" in better.text
    assert "人才是根本" in better.text
    assert any("青年人參與" in b["text"] for r in records.records for b in r["blocks"])
    raw = run("split", "-f", "jsonl", "--source", "p.txt", stdin=SIMPLE)
    found = lines(run("convert", "--check", stdin=raw.out).out)
    first = {key: found[0][key] for key in ("source", "id", "lines", "text")}
    assert first == {"source": "p.txt", "id": "p-1", "lines": [3], "text": "新征程"}


# ---- --changes ------------------------------------------------------------------------------------------------------


def replayed(before: str, changes: list[dict[str, Any]]) -> str:
    """Return BEFORE with CHANGES; each has to be where it says, before and after."""
    after, at = "", 0
    for change in changes:
        start, end = change["span"]
        assert before[start:end] == change["from"]
        after += before[at:start]
        assert change["then"] == [len(after), len(after) + len(change["to"])]
        after += change["to"]
        at = end
    return after + before[at:]


CONFIGS = ["s2twp", "tw2sp", *(pytest.param(x, marks=pytest.mark.slow) for x in ("s2t", "s2tw", "t2s", "s2hkp"))]


@pytest.mark.parametrize("config", CONFIGS)
def test_changes_give_the_output_when_they_are_replayed(config, tmp_path):
    (tmp_path / "g.txt").write_text("编写\t寫出來的\n灯会\t燈\n", "utf-8")
    text = SIMPLE + TRADITIONAL + "软件里的鼠标，\ufa0e豈，軟體裡的滑鼠\n"
    options = ["--glossary", "g.txt", "--keep", "方.", "--quotes", "corner", "--resolve", "--force"]
    done = run("convert", "-c", config, *options, "--changes", "c.jsonl", stdin=text, cwd=tmp_path)
    assert done.code == 0
    after = done.out.decode("utf-8").split("\n")
    changes = lines((tmp_path / "c.jsonl").read_bytes())
    for number, line in enumerate(text.split("\n"), 1):
        assert replayed(line, [x for x in changes if x["lines"] == [number]]) == after[number - 1]
    assert all(x["from"] != x["to"] for x in changes)


def test_changes_of_records_name_the_clipping(tmp_path):
    raw = run("split", "-f", "jsonl", "--source", "p.txt", stdin=PAGE).records
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(x) + "\n" for x in raw), "utf-8")
    done = run("convert", "-c", "s2twp", "r.jsonl", "--changes", "c.jsonl", cwd=tmp_path).records
    changes = lines((tmp_path / "c.jsonl").read_bytes())
    for before, after in zip(raw, done, strict=True):
        assert {**after, "blocks": 0, "headline": 0} == {**before, "blocks": 0, "headline": 0, "script": "s2twp"}
        for old, new in zip(before["blocks"], after["blocks"], strict=True):
            own = [x for x in changes if x["id"] == before["id"] and x["lines"] == old["lines"]]
            assert replayed(old["text"], own) == new["text"]
            assert {**old, "text": 0} == {**new, "text": 0}


def test_the_places_of_keywords_move_with_their_words():
    text = "青石镇编写软件\n\n青石镇的软件公司用鼠标编写软件。镇上的鼠标和软件都很有名，鼠标年年增产。\n"
    raw = run("keywords", "-f", "jsonl", stdin=text)
    (record,) = run("convert", "-c", "s2hkp", stdin=raw.out).records
    assert record["keywords"]
    for keyword in record["keywords"]:
        for block, start, end in keyword["places"]:
            assert record["blocks"][block]["text"][start:end] == keyword["word"]


# ---- which script ---------------------------------------------------------------------------------------------------


def test_detect_tells_the_script_of_each_paragraph():
    text = f"云岭县图书馆\n\n{TRADITIONAL}云岭县，雲嶺縣\n青石小店\n"
    table, records = run_all(["convert", "--detect"], ["convert", "--detect", "-f", "jsonl"], stdin=text)
    header, *rows = [row.split("\t") for row in table.text.split("\n")[:-1]]
    assert header == ["source", "lines", "script", "region", "simplified", "traditional"]
    assert [(row[1], row[2]) for row in rows] == [
        ("1", "simplified"),
        ("3", "traditional"),
        ("5", "traditional"),
        ("6", "mixed"),
        ("7", "unknown"),
    ]
    assert [x["script"] for x in records.records] == [row[2] for row in rows]
    assert records.records[0] == {
        "source": "stdin", "id": None, "lines": [1], "script": "simplified", "region": "", "simplified": 5,
        "traditional": 0,
    }  # fmt: skip


TO = [
    ("cn", "云岭县里的书为什么多", "云岭县里的书为什么多"),
    ("tw", "云岭县里的书为什么多", "雲嶺縣裡的書為什麼多"),
    ("hk", "云岭县里的书为什么多", "雲嶺縣裏的書為什麼多"),
    ("cn", "雲嶺縣裡的書為什麼多", "云岭县里的书为什么多"),
    ("tw", "雲嶺縣裡的書為什麼多", "雲嶺縣裡的書為什麼多"),
    ("hk", "雲嶺縣裡的書為什麼多", "雲嶺縣裏的書為什麼多"),
    ("tw", "雲嶺縣衞生所裏的書為什麼多，方某説", "雲嶺縣衛生所裡的書為什麼多，方某說"),
    ("cn", "他戴著帽子在雲嶺縣裡", "他戴着帽子在云岭县里"),
]


@pytest.mark.parametrize(("to", "text", "wanted"), TO)
def test_to_follows_from_what_is_found(to, text, wanted):
    assert run("convert", "--to", to, stdin=text).text == wanted


def test_to_goes_by_paragraph_and_says_what_is_in_both_scripts():
    text = "云岭县图书馆，为读者办证\n雲嶺縣的鄰里\n皇后在后面\n"
    wanted = "雲嶺縣圖書館，為讀者辦證\n雲嶺縣的鄰里\n皇后在後面\n"
    assert run("convert", "--to", "tw", stdin=text).text == wanted
    done = run("convert", "--to", "cn", stdin="云岭县图书馆\n云岭县，雲嶺縣\n")
    assert (done.code, done.out.decode()) == (0, "云岭县图书馆\n云岭县，云岭县\n")
    one_line_error(done, "stdin: line 2 is in both scripts")
    raw = run("split", "-f", "jsonl", stdin=SIMPLE)
    assert {x["script"] for x in run("convert", "--to", "hk", stdin=raw.out).records} == {"hk"}


def test_what_is_in_the_target_script_is_refused(tmp_path):
    (tmp_path / "t.txt").write_text(TRADITIONAL, "utf-8")
    refused, forced, other = run_all(
        ["convert", "-c", "s2t", "t.txt", "-o", "out"],
        ["convert", "-c", "s2t", "t.txt", "--force"],
        ["convert", "-c", "t2s", "t.txt"],
        cwd=tmp_path,
    )
    one_line_error(refused, "t.txt: is in traditional script already, and s2t would spoil it", "--force")
    assert (refused.code, refused.out, (tmp_path / "out").exists()) == (1, b"", False)
    one_line_error(forced, "line 3 is not all in simplified script")
    assert (forced.code, "鄰裏" in forced.out.decode()) == (0, True)
    assert "邻里" in other.text
    two = run("convert", "-c", "s2t", "t.txt", "-", stdin=SIMPLE, cwd=tmp_path)
    assert (two.code, "燈會" in two.out.decode(), "圖書館" in two.out.decode()) == (1, True, False)
    nothing = "雲嶺縣圖書館後邊的學校來參觀，許多青年人參與燈會，說這裏熱鬧，縣長讀書會講話"
    assert run("convert", "-c", "s2t", stdin=nothing).text == nothing, "nothing would be changed"


def test_a_line_in_the_other_script_is_named_where_it_was_changed():
    done = run("convert", stdin="云岭县图书馆\n雲嶺縣的圖書館\n鄰里都說學校後邊好\n")
    assert (done.code, done.out.decode().split("\n")[2]) == (0, "鄰裏都說學校後邊好")
    one_line_error(done, "stdin: line 3 is not all in simplified script")


# ---- house style ----------------------------------------------------------------------------------------------------


def test_house_style(tmp_path):
    (tmp_path / "g.txt").write_text("# 机房\n软件\t軟體\n云岭\t云嶺\n", "utf-8")
    (tmp_path / "n.txt").write_text("范某\n", "utf-8")
    options = ["--glossary", "g.txt", "--names", "n.txt", "--keep", "《[^》]*》", "--quotes", "corner"]
    done = run("convert", *options, stdin="范某说“云岭的软件”，It’s 《云里》里的", cwd=tmp_path)
    assert done.text == "范某說「云嶺的軟體」，It’s 《云里》裏的"
    (tmp_path / "g.txt").write_text("新征程\t新征程\n", "utf-8")
    done = run("convert", "--check", "--glossary", "g.txt", stdin="踏上新征程\n", cwd=tmp_path)
    assert (done.code, done.out) == (0, b""), "what the house has decided is no doubt"


BAD = [
    (["-c", "s2tv"], 2, ["s2tv", "did you mean s2t"]),
    (["-c", "s2t", "--to", "tw"], 2, ["--to", "-c"]),
    (["--to", "sg"], 2, ["sg"]),
    (["--all"], 2, ["--all", "--check"]),
    (["--check", "--resolve"], 2, ["--check", "--resolve"]),
    (["--check", "--changes", "c"], 2, ["--check", "--changes"]),
    (["--detect", "--check"], 2, ["--detect"]),
    (["--detect", "-c", "s2t"], 2, ["--detect"]),
    (["--resolve", "--dictionaries", "opencc-python-reimplemented"], 2, ["--resolve"]),
    (["--keep", "("], 2, ["--keep (", "unterminated"]),
    (["--keep", "x*"], 2, ["--keep x*"]),
    (["--glossary", "g.txt"], 1, ["g.txt:2", "tab"]),
    (["--glossary", "nosuch"], 1, ["nosuch", "no such file"]),
    (["--names", ""], 2, ["--names"]),
    (["--changes", "out"], 2, ["out", "two outputs"]),
    (["--changes", "page.txt"], 2, ["page.txt", "overwrite"]),
    (["--changes", "nosuch/c"], 1, ["nosuch/c", "make it first"]),
    (["--quotes", "square"], 2, ["square"]),
]


@pytest.mark.parametrize(("options", "code", "said"), BAD)
def test_what_cannot_be_done_is_said_in_a_line_and_nothing_is_written(options, code, said, tmp_path):
    (tmp_path / "page.txt").write_text(SIMPLE, "utf-8")
    (tmp_path / "g.txt").write_text("软件\t軟體\n云岭 雲嶺\n", "utf-8")
    done = run("convert", *options, "page.txt", "-o", "out", cwd=tmp_path)
    assert done.code == code
    assert all(word in done.err for word in said), done.err
    assert "Traceback" not in done.err
    assert sorted(x.name for x in tmp_path.iterdir()) == ["g.txt", "page.txt"]


# ---- streams --------------------------------------------------------------------------------------------------------


def converted(folder: Path, data: bytes, **plan: Any) -> tuple[int, bytes]:
    (folder / "in").write_bytes(data)
    (folder / "out").unlink(missing_ok=True)
    code = convert_files(Job(files=(str(folder / "in"),), output=str(folder / "out")), plan=Plan(**plan))
    return code, (folder / "out").read_bytes() if (folder / "out").exists() else b""


@pytest.fixture
def small_pieces(monkeypatch):
    """Let a few bytes be a large input."""
    monkeypatch.setattr(pieces, "WHOLE", 40)
    monkeypatch.setattr(pieces, "AT_ONCE", 60)
    monkeypatch.setattr("clipper.textio.PIECE", 32)


FORMS = ["云岭县\r\n", "\n", "里\n", "头发，", "皇后\r", "\ufeff", "𠀀⿰虫\n", "雲嶺縣，後邊\n"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(FORMS), max_size=30).map("".join))
def test_pieces_come_out_as_the_whole(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("pieces")
    data = text.encode()
    whole = converted(folder, data, config="s2tw", changes=str(folder / "c1"), force=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "WHOLE", 40)
        patch.setattr(pieces, "AT_ONCE", 60)
        patch.setattr("clipper.textio.PIECE", 32)
        assert converted(folder, data, config="s2tw", changes=str(folder / "c2"), force=True) == whole
    assert (folder / "c1").read_bytes() == (folder / "c2").read_bytes()


def test_records_in_pieces(small_pieces, tmp_path):
    record = {"id": "p-1", "source": "p", "blocks": [{"role": "body", "text": "云岭县", "lines": [1]}]}
    data = "".join(json.dumps({**record, "id": f"p-{n}"}) + "\n" for n in range(9)).encode()
    code, out = converted(tmp_path, data)
    assert [(x["id"], x["blocks"][0]["text"]) for x in lines(out)] == [(f"p-{n}", "雲嶺縣") for n in range(9)]
    code, out = converted(tmp_path, data + b'{"id": 3}\n')
    assert (code, out) == (1, b"")


@pytest.mark.parametrize("at", [0, 500, 999])
def test_bytes_that_are_no_text_are_named_by_their_line_and_nothing_is_written(small_pieces, tmp_path, capsys, at):
    rows = ["云岭县图书馆里有三千册新书".encode()] * 1000
    rows[at] += b"\xff\xfe"
    assert converted(tmp_path, b"\n".join(rows)) == (1, b"")
    assert f"line {at + 1}" in capsys.readouterr().err


@posix
def test_a_stream_gets_nothing_of_an_input_that_fails(tmp_path):
    (tmp_path / "good").write_text("云岭县\n" * 9, "utf-8")
    (tmp_path / "bad").write_bytes("云岭县\n".encode() * 9 + b"\xff\n")
    done = shell("clipper convert bad good - < good | cat", cwd=tmp_path)
    assert (done.code, done.out.decode()) == (1, "雲嶺縣\n" * 18)
    assert "line 10" in done.err
    done = shell("clipper convert <(cat good) <(clipper split -f jsonl good)", cwd=tmp_path)
    assert (done.code, done.err, done.out.decode().count('"text": "雲嶺縣"')) == (0, "", 18)


# ---- faults found and mended ----------------------------------------------------------------------------------------


def test_a_file_called_like_standard_input_is_not_it(tmp_path):
    (tmp_path / "-").write_text("hi\n", "utf-8")
    assert run("convert", stdin="云岭\n", cwd=tmp_path).text == "雲嶺\n"


FRAGMENT = '{"id":"f","source":"f","kind":"fragment","blocks":[{"role":"stray","text":"云岭","lines":[1]}]}\n'
ARTICLE = (
    '{"id":"a","source":"a","blocks":[{"role":"headline","text":"青石镇","lines":[1]},'
    '{"role":"body","text":"许多青年人参与。","lines":[2]}]}\n'
)


@posix
def test_a_run_that_fails_leaves_what_was_there(tmp_path):
    (tmp_path / "in").write_text("云岭\n", "utf-8")
    (tmp_path / "bad").write_text(ARTICLE + '{"id": 3}\n', "utf-8")
    runs = (
        ["in", "--changes", "/dev/full", "-o", "old"],
        ["bad", "-o", "old"],
        ["bad", "-o", "new", "--changes", "old"],
        ["--check", "bad", "-o", "old"],
        ["in", "--changes", "old", "-o", "/dev/full"],
    )
    for options in runs:
        (tmp_path / "old").write_text("OLD", "utf-8")
        assert run("convert", *options, cwd=tmp_path).code == 1
        assert (tmp_path / "old").read_text("utf-8") == "OLD", options


@posix
def test_two_outputs_are_never_one_file_and_no_list_is_written_over(tmp_path):
    for name in ("in", "o", "g"):
        (tmp_path / name).write_text("云岭\t雲嶺\n", "utf-8")
    (tmp_path / "l").symlink_to("o")
    (tmp_path / "d").mkdir()
    for options in (
        ["-o", "o", "--changes", "l"],
        ["-o", "o", "--changes", "d/../o"],
        ["--changes", "/dev/stdout"],
        ["--glossary", "g", "-o", "g"],
        ["--names", "g", "--changes", "g"],
    ):
        done = run("convert", "in", *options, cwd=tmp_path)
        assert (done.code, done.out) == (2, b""), options
        one_line_error(done)
    done = shell("clipper convert in --changes o > o", cwd=tmp_path)
    assert (done.code, (tmp_path / "o").read_bytes()) == (2, b"")


def test_a_description_sequence_does_not_stop_what_is_far_from_it(tmp_path):
    text = "许多青年人参与\n" + "⿰虫鬼\n" + "青石镇的书很多。\n" * 9 + "许多青年人参与\n⿲虫\n国语汉\n"
    done = run("convert", "--resolve", "--changes", "c", stdin=text, cwd=tmp_path)
    assert done.text.split("\n")[0] == done.text.split("\n")[11] == "許多青年人參與"
    changes = lines((tmp_path / "c").read_bytes())
    for number, line in enumerate(text.split("\n"), 1):
        after = done.text.split("\n")[number - 1]
        assert replayed(line, [x for x in changes if x["lines"] == [number]]) == after


def test_changes_go_with_each_line_where_there_is_a_description_sequence(tmp_path):
    text = "云岭县图书馆，为读者办证\n⿰虫鬼\n雲嶺縣的學校裏\n⿲虫\n国语汉\n" + "雲嶺縣的鄰里\n" * 3
    done = run("convert", "--to", "cn", "--changes", "c", stdin=text, cwd=tmp_path).text.split("\n")
    assert done[2] == "云岭县的学校里"
    changes = lines((tmp_path / "c").read_bytes())
    for number, line in enumerate(text.split("\n"), 1):
        assert replayed(line, [x for x in changes if x["lines"] == [number]]) == done[number - 1]


def test_of_many_odd_lines_the_first_are_named_and_the_rest_counted():
    done = run("convert", "--to", "cn", stdin="云岭县图书馆，为读者办证\n" * 9 + "云岭县，雲嶺縣\n" * 8)
    one_line_error(done, "stdin: lines 10, 11, 12, 13, 14 and 3 more are in both scripts")


@posix
def test_records_are_known_in_any_encoding_and_after_blank_lines(tmp_path):
    (tmp_path / "r").write_bytes(ARTICLE.encode("utf-16"))
    assert run("convert", "r", cwd=tmp_path).records[0]["script"] == "s2t"
    (tmp_path / "a").write_text(ARTICLE, "utf-8")
    assert '"script": "s2t"' in shell("(echo; sleep 0.3; cat a) | clipper convert", cwd=tmp_path).out.decode()


def test_clip_text_of_several_inputs_reads_back_as_the_clippings_they_were(tmp_path):
    (tmp_path / "f").write_text(FRAGMENT, "utf-8")
    (tmp_path / "a").write_text(ARTICLE, "utf-8")
    (tmp_path / "e").write_text("", "utf-8")
    apart = run("convert", "-f", "text", "f", "a", "f", cwd=tmp_path).text
    assert apart == run("convert", "-f", "text", stdin=FRAGMENT + ARTICLE + FRAGMENT).text
    assert run("convert", "-f", "text", "e", "a", cwd=tmp_path).text.startswith("# ")


def test_check_sees_the_text_as_the_conversion_does(tmp_path):
    (tmp_path / "n").write_text("青年\n", "utf-8")
    assert "蔘與" in run("convert", "--names", "n", stdin="许多青年人参与\n", cwd=tmp_path).text
    (found,) = lines(run("convert", "--check", "--names", "n", stdin="许多青年人参与\n", cwd=tmp_path).out)
    assert (found["text"], found["span"], found["readings"][0]) == ("人参与", [4, 7], "人蔘與")
    text = "1949\n面里\n" + "許多國家發展，說話時聽見，衛生。\n" * 5
    assert run("convert", "--to", "tw", "--check", "--all", stdin=text).out == b""


def test_one_simplified_quotation_does_not_make_a_traditional_text_one_to_refuse():
    text = "國家發展，許多青年人參與了這項活動，後來說話時聽見。\n" * 5 + "他写道：“这项发展”。\n"
    done = run("convert", "--quotes", "corner", stdin=text)
    assert (done.code, done.out.decode().split("\n")[5]) == (0, "他寫道：「這項發展」。")


def test_places_that_are_none_stay_as_they_are():
    for places in ([[[0], 1, 2], [0, 0, 2]], [[0, "a", "b"], [0, 0, 2]], [[0, 0, 2], 3]):
        record = {**json.loads(ARTICLE), "keywords": [{"word": "青石镇", "places": places}]}
        (done,) = run("convert", "-c", "s2twp", stdin=json.dumps(record)).records
        assert done["keywords"][0]["places"] == places


def test_a_configuration_that_a_run_may_need_is_missed_before_anything_is_written(tmp_path):
    done = run("convert", "--dictionaries", "opencc-python-reimplemented", "--to", "tw", stdin="云岭\n")
    assert (done.code, done.out) == (2, b"")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "s2t.json").write_text('{"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}', "utf-8")
    (tmp_path / "d" / "t").write_text("云\t雲\n", "utf-8")
    done = run("convert", "--dictionaries", "d", "--check", "--all", stdin="云岭\n", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    same = run_all(
        *(["convert", "-c", c, "--check", "--all"] for c in ("s2twp", "s2twp.json")), stdin="线上\n", cwd=tmp_path
    )
    assert same[0] == same[1]


def test_a_list_in_utf8_is_read_beside_a_page_that_is_not(tmp_path):
    (tmp_path / "g").write_text("云岭\t雲嶺縣\n", "utf-8")
    (tmp_path / "p").write_bytes("云岭\n".encode("gb18030"))
    assert run("convert", "--glossary", "g", "-e", "gb18030", "p", cwd=tmp_path).text == "雲嶺縣\n"


@posix
def test_a_pattern_means_the_same_in_any_locale():
    done = run("convert", "--keep", "云", stdin="云岭\n", env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert done.text == "云嶺\n"


@pytest.mark.slow
def test_nothing_takes_more_time_than_the_text_is_long():
    text = ("许多青年人参与这项活动里面并未干预" * 1500 + "\n") + "云岭\r雲嶺縣\r" * 8000
    assert run("convert", "--check", "--to", "hk", stdin=text).code == 3
