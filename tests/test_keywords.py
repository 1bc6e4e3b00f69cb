"""Keywords and the lexicon: cases as data, properties, and a floor under the figures."""

from __future__ import annotations

import gzip
import json
import os
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from texts import TEXTS

from clipper.associations import associate
from clipper.clipping import Block, Clipping, read_records, write_records
from clipper.keywords import (
    TSV_HEADER,
    WEIGHTS,
    Keyword,
    Taste,
    extract_keywords,
    keywords_of_page,
    keywords_of_read,
    keywords_rows,
    keywords_text,
    normal_form,
    with_keywords,
)
from clipper.lexicon import Lexicon, load_lexicon
from clipper.words import Read, Spot, read_words

# ---- texts ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def clip(headline: str, *body: str, role: str = "body") -> Clipping:
    blocks = [Block("headline", headline, (1,))] if headline else []
    return Clipping("p-1", "p.txt", (*blocks, *(Block(role, text, (n,)) for n, text in enumerate(body, 2))))


def words(what: Clipping | str, top: int = 50, **options) -> list[str]:
    return [k.word for k in extract_keywords(what, load_lexicon(), top=top, **options)]


def to_simplified(text: str) -> str:
    return text.translate(str.maketrans("鎮書蓋個讀會縣嶺雲圖館開門兩", "镇书盖个读会县岭云图馆开门两"))


ARTICLE = clip(
    "云岭县三条老街修旧如旧",
    "■上接第1版 本报讯（记者 方某 通讯员 齐某某）入冬以来，云岭县的三条老街陆续修好。修缮老街的木匠老周说，"
    "2025年3月8日动工，用了300天，花了1200万元。",
    "木匠老周带着徒弟修缮门窗，一扇门窗要刨五天。云岭县文化馆编了一本《云岭木作图谱》，把木匠的手艺记下来。",
    "老街上的茶馆、书店开了门，游客比去年多了三成。（下转第4版）",
)

# ---- cases: (text or clipping, words that must be there, words that must not) ---------------------------------------

IN_THE_WILD = {
    "article": (
        ARTICLE,
        ["老街", "木匠", "云岭县", "云岭木作图谱", "门窗"],
        ["本报", "记者", "方某", "齐某某", "上接", "下转"],
    ),
    "place the segmenter cuts": ("青石镇办起了读书会。", ["青石镇", "读书会"], []),
    "phrase": ("社区食堂开了三家。老人爱去社区食堂。", ["社区食堂"], []),
    "title": ("《青石镇志》写了三年，《青石镇志》印了。", ["青石镇志"], []),
    "feast": ("春节前，元旦后，端午节也办灯会。", ["春节", "元旦", "端午节", "灯会"], []),
    "byline in the text": ("记者方某某从水利局获悉，水渠通水。", ["水渠", "水利局"], ["方某某", "记者", "获悉"]),
    "line marks come as body from clip text": (
        clip("水渠通水", "□本报记者 方某某", "水渠有三十里。", "责任编辑：王某某 李某", "（完）"),
        ["水渠", "通水"],
        ["王某某", "责任编辑", "方某某"],
    ),
}
SYNTHETIC = {
    "a name with a dot": ("大卫·史密斯来了，卡尔·冯·林德也来了。", ["大卫·史密斯", "卡尔·冯·林德"], []),
    "full-width letters": ("ＡＩ走进课堂，５Ｇ到了村口。", ["AI", "5G"], ["ＡＩ"]),
    "letters printed apart": ("青 石 镇 的 水 渠 通 水 了 。", ["水渠", "通水"], []),
    "wrapped lines": ("青石镇的水\n渠通水了，水\n渠很长。", ["水渠"], []),
    "hyphens and accents": (
        "F-35B飞过，covid-19来过，café开了，AT&T涨了。",
        ["F-35B", "covid-19", "café", "AT&T"],
        ["caf", "covid"],
    ),
    "letters with a Han character": ("A股涨了，A股又跌了，T恤、K歌、AA制。", ["A股", "T恤", "AA制"], ["AA"]),
    "Roman numerals are numbers": ("水库启动Ⅲ级响应。", ["水库"], ["III"]),
    "a word of one headline": (clip("水渠"), ["水渠"], []),
    "other scripts": ("Речной фестиваль, фестиваль.", ["фестиваль"], []),
}
MUST_NOT = {
    "numbers": ("2025 21 3.5% 1,200 １２３ 十五 三千余 第三届 二〇二六 10mg/kg 667m 35km ㎡ No5", [], None),
    "dates": ("2026年1月26日，3月8日上午9时，2026-01-26，10:30，星期一，去年", [], None),
    "stock words": ("本报记者报道，责编、编辑、原标题、来源、图片", [], None),
    "single characters": ("街，渠，桥，A，z", [], None),
    "the units of a number": ("25日晚，三条街，10公里，水渠通水", ["水渠"], ["日晚", "日", "条", "条街"]),
    "a lone mark": ("□ ■ —— （", [], None),
    "furniture": (Clipping("p-1", "p", (Block("furniture", "云岭晚报 要闻"), Block("byline", "方某 水渠"))), [], None),
    "nothing": ("", [], None),
    "no blocks": (Clipping("p-1", "p", ()), [], None),
    "white space": (" \n\u3000\n\t", [], None),
}
KNOWN_FAILURES = {
    "an English phrase": ("The river festival opened. The river festival closed.", ["river festival"], []),
}


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [pytest.param(*case, id=name) for cases in (IN_THE_WILD, SYNTHETIC, MUST_NOT) for name, case in cases.items()]
    + [pytest.param(*case, id=name, marks=pytest.mark.xfail) for name, case in KNOWN_FAILURES.items()],
)
def test_cases(text, wanted, unwanted):
    found = words(text)
    assert [w for w in wanted if w not in found] == []
    assert found == [] if unwanted is None else [w for w in unwanted if w in found] == []


# ---- what the weights do --------------------------------------------------------------------------------------------


def test_best_has_weight_one_and_the_order_is_by_weight(lexicon):
    weights = [k.weight for k in extract_keywords(ARTICLE, lexicon)]
    assert weights[0] == 1.0
    assert weights == sorted(weights, reverse=True)
    assert all(w == round(w, 4) for w in weights)


def test_headline_raises_a_word(lexicon):
    body = "茶馆开门。书店开门。"
    with_it = {k.word: k for k in extract_keywords(clip("书店", body), lexicon)}
    without = {k.word: k for k in extract_keywords(clip("", body), lexicon)}
    assert with_it["书店"].in_headline and not without["书店"].in_headline
    assert with_it["书店"].weight > with_it["茶馆"].weight
    assert without["书店"].weight < without["茶馆"].weight * 2


def test_headline_counts_first_wherever_it_stands(lexicon):
    blocks = ARTICLE.blocks
    moved = replace(ARTICLE, blocks=(*blocks[1:], blocks[0]))
    assert without_places(extract_keywords(moved, lexicon)) == without_places(extract_keywords(ARTICLE, lexicon))


def without_places(found):
    return [replace(k, places=()) for k in found]


def test_word_that_only_stands_in_a_title_comes_after_it():
    found = words("《水渠志》印了，茶馆里都在读《水渠志》。")
    assert found.index("水渠志") < found.index("水渠")


def test_phrase_inside_a_longer_one_is_left_out():
    found = words("乡村公路养护员开会。乡村公路养护员休息。")
    assert "乡村公路养护员" in found
    assert "乡村公路" not in found and "乡村" in found


def test_case_is_merged_and_the_most_frequent_spelling_reported(lexicon):
    found = {k.word: k.count for k in extract_keywords("River boats. RIVER banks. The river, the river.", lexicon)}
    assert found["river"] == 3 + 1
    assert "River" not in found and "RIVER" not in found


def test_equal_weights_are_ordered_by_place_then_by_code_point():
    flat = Taste(weights=replace(WEIGHTS, early=0.0))
    even = Lexicon(entry=lambda word: (1, "n"), idf=lambda word: 1.0, cut=lambda text: re.findall(r"\w+|\W", text))
    assert [k.word for k in extract_keywords("渠水，茶馆，老街", even, taste=flat)] == ["渠水", "茶馆", "老街"]


def test_top_bounds_the_list(lexicon):
    assert [len(extract_keywords(ARTICLE, lexicon, top=n)) for n in (0, 1, 3, -1)] == [0, 1, 3, 0]


@pytest.mark.parametrize("piece", ["1", "a-", "（", "《", "，1", "- ", "记者", "水渠"])
def test_time_grows_with_the_length_and_no_faster(lexicon, piece):
    started = time.perf_counter()
    extract_keywords(piece * 20_000, lexicon)
    assert time.perf_counter() - started < 10  # 0.1 to 0.5 here; what grows with the square takes minutes


@pytest.mark.parametrize(
    "text",
    ["".join(f"“词{n:05}条”说" for n in range(20_000)), "".join(f"{n}楼长江" for n in range(60_000))],
    ids=["quoted", "counted"],
)
def test_time_grows_with_what_is_different_and_no_faster(lexicon, text):
    started = time.perf_counter()
    extract_keywords(text, lexicon)
    assert time.perf_counter() - started < 10  # 1 here


def test_many_quoted_words_are_counted_as_few_are(lexicon):
    many = "".join(f"“长廊{n:02}桥”旧了。" for n in range(80)) + "长廊07桥和长廊07桥"
    few = "“长廊07桥”旧了。长廊07桥和长廊07桥"
    counts = [{k.word: k.count for k in extract_keywords(text, lexicon, top=200)} for text in (many, few)]
    assert [count["长廊07桥"] for count in counts] == [3, 3]


# ---- traditional script ---------------------------------------------------------------------------------------------


def test_traditional_text_is_analysed_in_simplified_and_reported_as_printed():
    text = "雲嶺縣圖書館開門，圖書館有兩個讀書會。"
    assert [to_simplified(w) for w in words(text, fold=to_simplified)] == words(to_simplified(text))
    assert "圖書館" in words(text, fold=to_simplified)


def test_fold_that_changes_the_length_is_refused(lexicon):
    with pytest.raises(ValueError, match="one character"):
        extract_keywords("水渠", lexicon, fold=lambda text: text + "。")


# ---- a page ---------------------------------------------------------------------------------------------------------


def test_page_adds_up_its_clippings(lexicon):
    clips = [clip("水渠通水", "水渠有三十里。"), clip("书店开门", "书店在老街。"), clip("", "水渠边种了树。")]
    page = keywords_of_page(clips, lexicon, top=50)
    by_word = {k.word: k for k in page}
    assert page[0].word == "水渠" and page[0].weight == 1.0
    assert by_word["水渠"].count == 3 and by_word["水渠"].in_headline
    assert {k.word for c in clips for k in extract_keywords(c, lexicon, top=50)} == set(by_word)


def test_page_of_one_clipping_is_that_clipping(lexicon):
    assert keywords_of_page([ARTICLE], lexicon, 10) == without_places(extract_keywords(ARTICLE, lexicon, top=10))
    assert keywords_of_page([], lexicon, 10) == []


# ---- written forms --------------------------------------------------------------------------------------------------


def test_record_holds_the_keywords_and_keeps_other_keys(lexicon):
    found = extract_keywords(ARTICLE, lexicon, top=2)
    marked = with_keywords(replace(ARTICLE, extra={"script": "s"}), found)
    back = read_records(write_records([marked]))[0]
    assert back == marked
    assert list(back.extra) == ["script", "keywords"]
    assert list(back.extra["keywords"][0]) == ["word", "weight", "count", "pos", "in_headline", "kind", "places"]
    assert [Keyword(**k | {"places": tuple(Spot(*x) for x in k["places"])}) for k in back.extra["keywords"]] == found


def test_rows_fit_the_header(lexicon):
    rows = keywords_rows(replace(ARTICLE, source="a\tb.txt"), extract_keywords(ARTICLE, lexicon, top=3))
    assert [len(r) for r in rows] == [len(TSV_HEADER)] * 3
    assert [r[TSV_HEADER.index("rank")] for r in rows] == ["1", "2", "3"]
    assert not any("\t" in cell or "\n" in cell for r in rows for cell in r)


def test_text_is_the_headline_and_the_words():
    found = [Keyword("水渠", 1.0, 2, "n", True), Keyword("通水", 0.5, 1, "v", True)]
    assert keywords_text(clip("水渠通水"), found) == "水渠通水\n    水渠  通水\n"
    assert keywords_text(clip("", "水渠"), found).startswith("p-1\n")


# ---- properties -----------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_any_text_gives_sound_keywords(headline, body):
    source = clip(headline, body)
    found = extract_keywords(source, load_lexicon(), top=1000)
    printed = normal_form(f"{headline}\n\n{body}")
    assert len({k.word for k in found}) == len(found)
    for k in found:
        assert 0 <= k.weight <= 1 and k.count >= 1
        assert len(k.word) > 1 and any(c.isalpha() for c in k.word)
        assert k.word in printed or "\n" in printed
    assert found[:3] == extract_keywords(source, load_lexicon(), top=3)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_normal_form_is_stable(text):
    assert normal_form(normal_form(text)) == normal_form(text)


# ---- the figures ----------------------------------------------------------------------------------------------------

# F1 of the first five and the first ten keywords, pinned a little under what was measured; to be raised, not lowered.
# The news has tags of two hands (news_tags.jsonl): the mean of both. Half of it was in view when weights were set.
FLOORS = {
    "papers": (0.260, 0.232),
    "headlines": (0.350, 0.268),
    "news, tune": (0.340, 0.360),
    "news, score": (0.305, 0.335),
}
FLOORS_OF_A_BATCH = {
    "papers": (0.260, 0.232),
    "headlines": (0.350, 0.268),
    "news, tune": (0.345, 0.370),
    "news, score": (0.310, 0.350),
}
# jieba's own TF-IDF on the same news: .182 / .183 and .189 / .176


def _f1(found: list[str], gold: set[str], k: int) -> float:
    hits = len(set(found[:k]) & gold)
    precision, recall = hits / k, hits / len(gold)
    return 2 * precision * recall / (precision + recall) if hits else 0.0


def _norm(word: str) -> str:
    return unicodedata.normalize("NFKC", word).lower().strip()


def _documents() -> Iterator[tuple[str, Read, list[set[str]]]]:
    """Yield each document: the set it is of, its words, and what its editors named, one set for each."""
    bench = os.environ.get("CLIPPER_BENCH")
    if not bench:
        pytest.skip("CLIPPER_BENCH is not set: no development data to measure on")
    with gzip.open(Path(bench, "data", "keywords.dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for d in map(json.loads, lines):
            read = read_words(clip(d["title"], *d["body"].split("\n")), load_lexicon())
            yield d["set"], read, [{_norm(word) for word in d["gold"]}]
    tagged = Path(__file__).with_name("news_tags.jsonl").read_text("utf-8").splitlines()
    tags = {(x["date"], x["n"]): x for x in map(json.loads, tagged)}
    with gzip.open(Path(bench, "data", "articles.dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for d in map(json.loads, lines):
            if t := tags.get((d["date"], d["n"])):
                read = read_words(clip(d["title"], *(p["text"] for p in d["paras"])), load_lexicon())
                yield f"news, {t['half']}", read, [set(map(_norm, t[hand])) for hand in ("tags", "second")]


def _figures(documents: list[tuple[str, Read, list[set[str]]]], tastes: dict[str, Taste]) -> dict[str, list[float]]:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0])
    for name, read, hands in documents:
        found = [_norm(k.word) for k in keywords_of_read(read, 10, tastes[name])]
        for gold in hands:
            row = sums[name]
            row[:] = row[0] + _f1(found, gold, 5), row[1] + _f1(found, gold, 10), row[2] + 1
    return {name: [f5 / n, f10 / n] for name, (f5, f10, n) in sums.items()}


@pytest.mark.slow
def test_figures_stay_above_their_floors():
    documents = list(_documents())
    assert _below(_figures(documents, dict.fromkeys(FLOORS, Taste())), FLOORS) == {}
    # Two batches: papers and headlines as they come, and the news.
    tastes = {}
    for names in (("papers", "headlines"), ("news, tune", "news, score")):
        batch = associate([read.keys for name, read, _ in documents if name in names])
        tastes |= dict.fromkeys(names, Taste(batch=batch))
    assert _below(_figures(documents, tastes), FLOORS_OF_A_BATCH) == {}


def _below(figures, floors):
    return {name: row for name, row in figures.items() if row[0] < floors[name][0] or row[1] < floors[name][1]}
