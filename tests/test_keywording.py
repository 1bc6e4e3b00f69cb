"""`clipper keywords` as a process: streams, several processes, the vocabulary of a house, batches, jieba's answer."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import pytest
from command import PAGE, one_line_error, posix, run, start

from clipper.clipping import Block, Clipping, write_records

ARTICLES = (
    ("青石镇办起读书会", "青石镇的读书会办了三年。读书会里有老水手，也有农技员。"),
    ("云岭县的长者食堂", "长者食堂在云岭县开了三家，菜价便宜，长者食堂的饭热。"),
    ("River boats 开船", "ＡＩ讲座在船上办，５Ｇ信号到了河口。"),
    ("2025", "2025年3月8日，12，34。"),
    ("🚲", "🚲🚲"),
)


def records(articles=ARTICLES, times=1):
    clips = [
        Clipping(f"p-{n}", "p.txt", (Block("headline", headline, (n,)), Block("body", body, (n + 1,))))
        for n, (headline, body) in enumerate(articles * times, 1)
    ]
    return write_records(clips)


RECORDS = records()


def keywords_of(done):
    return [[k["word"] for k in record["keywords"]] for record in done.records]


# ---- streams and processes ------------------------------------------------------------------------------------------


def test_records_are_written_as_they_come():
    first, second = RECORDS.splitlines(keepends=True)[:2]
    with start("keywords", "-") as process:
        process.stdin.write(first.encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == "p-1"
        process.stdin.write(second.encode())
        out, err = process.communicate(timeout=60)
    assert json.loads(out)["id"] == "p-2" and err == b"" and process.returncode == 0


@posix
def test_a_stream_that_ends_in_a_bad_line_keeps_what_came_before_it():
    with start("keywords", "-") as process:
        process.stdin.write(RECORDS.encode())
        process.stdin.flush()
        lines = [process.stdout.readline() for _ in ARTICLES]
        process.stdin.write(b'{"id": ')
        _, err = process.communicate(timeout=60)
    assert [json.loads(line)["id"] for line in lines] == [f"p-{n}" for n in range(1, len(ARTICLES) + 1)]
    assert process.returncode == 1 and f"line {len(ARTICLES) + 1} is not JSON" in err.decode()


def test_a_bad_file_gives_nothing_and_the_others_all(tmp_path):
    (tmp_path / "good.jsonl").write_text(RECORDS, "utf-8")
    (tmp_path / "bad.jsonl").write_text(RECORDS + "{\n", "utf-8")
    done = run("keywords", "bad.jsonl", "good.jsonl", cwd=tmp_path)
    one_line_error(done, "bad.jsonl", f"line {len(ARTICLES) + 1}")
    assert done.code == 1 and len(done.out.decode().splitlines()) == len(ARTICLES)
    (tmp_path / "bytes.jsonl").write_bytes(RECORDS.encode() + b'{"id": "\xff"}\n')
    one_line_error(run("keywords", "bytes.jsonl", cwd=tmp_path), "bytes.jsonl", "line 6")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["jsonl", "tsv", "text"])
def test_more_processes_give_the_same_bytes(tmp_path, form):
    (tmp_path / "many.jsonl").write_text(records(times=300), "utf-8")
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    done = [run("keywords", "-j", jobs, "-f", form, "many.jsonl", "page.txt", cwd=tmp_path) for jobs in "123"]
    assert done[0].text == done[1].text == done[2].text != ""
    (tmp_path / "half.jsonl").write_text(records(times=300) + "{", "utf-8")
    done = [run("keywords", "-j", jobs, "-f", form, "half.jsonl", "page.txt", cwd=tmp_path) for jobs in "13"]
    assert done[0] == done[1] and done[0].code == 1


def test_keywords_of_a_clipping_depend_on_that_clipping_alone():
    alone = [keywords_of(run("keywords", stdin=line))[0] for line in RECORDS.splitlines(keepends=True)[:2]]
    assert keywords_of(run("keywords", stdin=RECORDS))[:2] == alone


@pytest.mark.parametrize(
    "body",
    ["水", "水渠", "one", "The river and the sea", "12 34", "🚲", "水渠" * 50_000, "\u200b", "、。"],
    ids=lambda x: x[:6],
)
def test_any_clipping_has_an_answer(body):
    done = run("keywords", stdin=records([("", body)]))
    assert [len(k) <= 10 for k in keywords_of(done)] == [True]


def test_forms_of_several_inputs(tmp_path):
    (tmp_path / "r.jsonl").write_text(RECORDS, "utf-8")
    (tmp_path / "p.txt").write_text(PAGE, "utf-8")
    assert run("keywords", "p.txt", "r.jsonl", cwd=tmp_path).out.startswith(b"{")
    assert run("keywords", "p.txt", "-", cwd=tmp_path, stdin=RECORDS).out.startswith(b"{")
    assert run("keywords", "p.txt", cwd=tmp_path).text.startswith("青石镇")
    tsv = run("keywords", "-f", "tsv", "p.txt", "r.jsonl", cwd=tmp_path).text.splitlines()
    assert [line.startswith("id\t") for line in tsv].count(True) == 1
    assert run("keywords", "-f", "tsv", stdin="").text.splitlines() == tsv[:1]


def test_verbose_counts_the_clippings_of_each_input(tmp_path):
    (tmp_path / "r.jsonl").write_text(RECORDS, "utf-8")
    done = run("keywords", "-v", "r.jsonl", "-", cwd=tmp_path, stdin=RECORDS)
    assert done.err.splitlines() == ["clipper: r.jsonl: 5 clippings read", "clipper: stdin: 5 clippings read"]


# ---- the vocabulary of a house --------------------------------------------------------------------------------------


def test_vocabulary(tmp_path):
    for name, text in {
        "tags.txt": "乡村阅读\t读书会\n公共食堂\t长者食堂\n",
        "stop.txt": "水手\n",
        "dict.txt": "农技员里 9 n\n青石镇的 10000 ns\n",
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
    plain, tagged, only, stopped, own = (
        keywords_of(run("keywords", *options, stdin=RECORDS, cwd=tmp_path))
        for options in (
            [],
            ["--tags", "tags.txt"],
            ["--tags", "tags.txt", "--tags-only"],
            ["--stop", "stop.txt"],
            ["--userdict", "dict.txt"],
        )
    )
    assert only[:3] == [["乡村阅读"], ["公共食堂"], []]
    assert tagged[0][0] == "乡村阅读" and len(tagged[0]) > 1
    assert "水手" in plain[0] and "水手" not in stopped[0]
    assert "青石镇的" in own[0] and "青石镇的" not in plain[0]


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--tags", "水渠\n渠\n", ["list.txt:2", "one character"]),
        ("--stop", "水渠,渡口\n", ["list.txt:1"]),
        ("--userdict", "水渠 3 n\n渡口 many n\n", ["list.txt", "2"]),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path, option, text, said):
    (tmp_path / "list.txt").write_text(text, "utf-8")
    done = run("keywords", option, "list.txt", "-o", "out", stdin=RECORDS, cwd=tmp_path)
    one_line_error(done, *said)
    assert done.code == 1 and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tags-only"], "--tags"),
        (["--tags", "none.txt"], "none.txt"),
        (["--method", "tfidf", "--batch"], "tfidf"),
        (["--index", "pinyin", "--compare", "source"], "--compare"),
        (["--index", "pinyin", "--by", "page"], "--by"),
    ],
)
def test_options_that_do_not_go_together(options, said):
    done = run("keywords", *options, stdin=RECORDS)
    one_line_error(done, said)
    assert done.code in (1, 2) and done.out == b""


def test_lists_in_another_encoding_and_words_in_full_width(tmp_path):
    (tmp_path / "tags.txt").write_bytes("读书会\n".encode("gb18030"))
    (tmp_path / "dict.txt").write_text("ＡＩ讲座 9 n\n讀書會裡 9000 n\n", "utf-8")
    options = ["-e", "gb18030", "--tags", "tags.txt", "--userdict", "dict.txt"]
    tagged = keywords_of(run("keywords", *options, stdin=RECORDS.encode("gb18030"), cwd=tmp_path))
    assert tagged[0][0] == "读书会" and "AI讲座" in tagged[2]
    one_line_error(run("keywords", "--tags", "tags.txt", stdin=RECORDS, cwd=tmp_path), "tags.txt", "-e")


# ---- batches, methods, segmenters -----------------------------------------------------------------------------------


def test_a_batch_looks_at_the_whole_input():
    towns = ("青石", "白芷", "云岭", "河口", "南桥")
    ends = ("开门了", "客满", "卖菜", "修好了", "便宜")
    articles = [("", f"{town}的长者食堂{end}。") for town, end in zip(towns, ends, strict=True)] + [
        ("", "稻田绿了。")
    ] * 20
    plain, batch = (keywords_of(run("keywords", *options, stdin=records(articles))) for options in ([], ["--batch"]))
    assert not any("长者食堂" in words for words in plain)
    assert all("长者食堂" in words for words in batch[: len(towns)])


def test_what_is_made_of_the_whole_input(tmp_path):
    (tmp_path / "a.jsonl").write_text(RECORDS, "utf-8")
    (tmp_path / "b.jsonl").write_text(records([("", "水渠通了水。")] * 3).replace("p.txt", "q.txt"), "utf-8")
    for made, key in ((["--index", "pinyin"], "word"), (["--compare", "source"], "group")):
        text, table, objects, parallel = (
            run("keywords", *made, *form, "a.jsonl", "b.jsonl", cwd=tmp_path)
            for form in ([], ["-f", "tsv"], ["-f", "jsonl"], ["-j", "2", "-f", "jsonl"])
        )
        assert objects.text == parallel.text
        header, *rows = [line.split("\t") for line in table.text.splitlines()]
        assert {row[header.index(key)] for row in rows} <= {x[key] for x in objects.records}
        assert all(x[key] in text.text for x in objects.records)
    entries = {
        x["word"]: x for x in run("keywords", "--index", "pinyin", "-f", "jsonl", "a.jsonl", cwd=tmp_path).records
    }
    assert entries["长者食堂"]["section"] == "Z" and entries["长者食堂"]["references"][0]["id"] == "p-2"
    words = {g["group"]: [w["word"] for w in g["words"]] for g in objects.records}
    assert "水渠" in words["q.txt"] and words["p.txt"] == []


def test_no_nested():
    nested, apart = (keywords_of(run("keywords", *options, stdin=RECORDS))[1] for options in ([], ["--no-nested"]))
    assert {"长者食堂", "食堂"} <= set(nested) and "长者食堂" in apart and "食堂" not in apart


def test_traditional_text_has_the_same_keywords_in_its_own_script():
    traditional = run("convert", "-c", "s2t", stdin=RECORDS).text
    simplified, printed = (run("keywords", *["--batch"], stdin=text).records for text in (RECORDS, traditional))
    back = run("convert", "-c", "t2s", stdin="".join(json.dumps(r, ensure_ascii=False) + "\n" for r in printed)).records
    assert [r["keywords"] for r in back] == [r["keywords"] for r in simplified]
    for record in printed:
        for k in record["keywords"]:
            assert all(record["blocks"][n]["text"][a:b] == k["word"] for n, a, b in k["places"] if k["word"][0] > "z")


JIEBA = """
import json, logging, sys, tempfile, warnings
warnings.simplefilter("ignore")
import jieba, jieba.analyse
jieba.dt.tmp_dir = tempfile.mkdtemp()
jieba.setLogLevel(logging.ERROR)
for line in sys.stdin:
    text = "\\n".join(block["text"] for block in json.loads(line)["blocks"])
    print(json.dumps(jieba.analyse.extract_tags(text, topK=50)))
"""


@pytest.mark.slow
def test_tfidf_is_jiebas_own_answer():
    texts = RECORDS + run("split", "-f", "jsonl", stdin=PAGE).text
    answer = subprocess.run([sys.executable, "-c", JIEBA], input=texts.encode(), capture_output=True, check=True)
    done = run("keywords", "--method", "tfidf", "-n", "50", stdin=texts)
    assert keywords_of(done) == [json.loads(line) for line in answer.stdout.splitlines()]


def test_rjieba():
    done = run("keywords", "--segmenter", "rjieba", stdin=RECORDS)
    if importlib.util.find_spec("rjieba") is None:
        one_line_error(done, "pip install", "clipper[fast]")
        pytest.skip("rjieba is not installed")
    assert keywords_of(done)[0][0] in ("读书会", "青石镇")
