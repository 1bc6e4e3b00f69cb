"""The vocabulary of a house, and what a batch shows."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipper.associations import NOTHING, associate
from clipper.clipping import Block, Clipping
from clipper.errors import DataError
from clipper.keywords import PLAIN, Taste, extract_keywords
from clipper.lexicon import load_lexicon
from clipper.opencc_tables import load_fold
from clipper.vocabulary import NO_TAGS, read_stop, read_tags
from clipper.words import read_words

ARTICLE = "青石镇的读书会办了三年，读书社里有老水手，也有农技员。ＡＩ讲座也办了，MAINZ的客人来过。"


def words(text, **taste):
    return [k.word for k in extract_keywords(text, load_lexicon(), top=50, taste=Taste(**taste))]


# ---- tags -----------------------------------------------------------------------------------------------------------


def test_a_tag_takes_in_its_other_forms_and_comes_first():
    tags = read_tags("乡村阅读\t读书会\t读书社\n", "tags.txt")
    first, *rest = extract_keywords(ARTICLE, load_lexicon(), top=50, taste=Taste(tags=tags))
    assert (first.word, first.count, first.kind, first.weight) == ("乡村阅读", 2, "tag", 1.0)
    assert [ARTICLE[start:end] for _, start, end in first.places] == ["读书会", "读书社"]
    assert "农技员" in [k.word for k in rest] or "老水手" in [k.word for k in rest] or rest


def test_only_tags():
    tags = read_tags("读书会\n青石镇\n水渠\n", "tags.txt")
    assert sorted(words(ARTICLE, tags=tags, only_tags=True)) == ["读书会", "青石镇"]
    assert words("稻田绿了。", tags=tags, only_tags=True) == []


def test_the_longest_form_is_taken_and_none_twice():
    tags = read_tags("龙溪\n龙溪集团\n", "tags.txt")
    assert {tag: len(spans) for tag, spans in tags.find("龙溪集团和龙溪镇").items()} == {"龙溪集团": 1, "龙溪": 1}


def test_latin_letters_are_cut_nowhere_and_case_and_width_do_not_matter():
    tags = read_tags("AI\nmainz\n", "tags.txt")
    assert sorted(words(ARTICLE, tags=tags, only_tags=True)) == ["AI", "mainz"]
    assert tags.find("openai出了新款") == {}


def test_a_tag_is_found_in_either_script():
    fold = load_fold()
    tags = read_tags("讀書會\n", "tags.txt", fold)
    for text in ("青石镇的读书会", "青石鎮的讀書會"):
        found = extract_keywords(text, load_lexicon(), fold=fold, taste=Taste(tags=tags, only_tags=True))
        assert [k.word for k in found] == ["讀書會"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("水渠\n渠\n", 2, "one character"),
        ("# 镇\n\n\t水渠\n青石,,\n", 3, "no tag"),
        ("水渠\t渠道\n灌溉\t渠道\n", 2, "水渠"),
    ],
)
def test_a_bad_line_of_tags_is_named(text, line, said):
    with pytest.raises(DataError, match=f"tags.txt:{line}.*{said}"):
        read_tags(text, "tags.txt")


def test_blank_lines_comments_and_a_bom_are_passed_over():
    assert read_tags("\ufeff# 标签\n\n 水渠 , 渠道 \r\n", "t").find("渠道") == {"水渠": [(0, 2)]}
    assert read_tags("", "t").find("渠道") == NO_TAGS.find("渠道") == {}


@settings(max_examples=100, deadline=None)
@given(st.text("水渠青石AIb \n\t,#", max_size=30), st.text("水渠青石AIb", max_size=30))
def test_what_is_found_stands_there(listed, text):
    try:
        tags = read_tags(listed, "t")
    except DataError:
        return
    spans = sorted(span for found in tags.find(text).values() for span in found)
    assert all(a < b for a, b in spans) and all(x[1] <= y[0] for x, y in pairwise(spans))


# ---- stop words -----------------------------------------------------------------------------------------------------


def test_a_stop_word_is_no_keyword_in_either_script_or_case():
    fold = load_fold()
    stop = read_stop("讀書會\n# 注\n\nai\n", "stop.txt", fold)
    found = [k.word for k in extract_keywords(ARTICLE, load_lexicon(), top=50, fold=fold, taste=Taste(stop=stop))]
    assert "读书会" not in found and "AI" not in found and "青石镇" in found


def test_a_bad_line_of_stop_words_is_named():
    with pytest.raises(DataError, match=r"stop.txt:2.*one word"):
        read_stop("水渠\n青石,老街\n", "stop.txt")


# ---- nested pairs ---------------------------------------------------------------------------------------------------


def test_of_a_nested_pair_the_better_stays():
    text = "龙溪集团修路。龙溪集团的工人住在龙溪。"
    both, apart = words(text), words(text, nested=False)
    assert {"龙溪集团", "集团"} <= set(both) and set(apart) < set(both)
    assert not any(a in b for a in apart for b in apart if a != b)
    assert apart[0] == both[0]


def test_top_is_filled_from_what_stands_apart():
    text = "龙溪集团修路。龙溪集团的工人住在龙溪。茶馆、书店、渡口、水渠。"
    found = extract_keywords(text, load_lexicon(), top=4, taste=replace(PLAIN, nested=False))
    assert len(found) == 4


# ---- a batch --------------------------------------------------------------------------------------------------------


def batch():
    ends = ("开门了", "客满", "卖菜", "修好了", "便宜")
    towns = ("青石", "白芷", "云岭", "河口", "南桥")
    texts = [f"{town}的长者食堂{end}。" for town, end in zip(towns, ends, strict=True)] + [
        f"{town}的河堤修好了，便宜。" for town in towns * 4
    ]
    return [Clipping(f"p-{n}", "p", (Block("body", text),)) for n, text in enumerate(texts)]


def test_a_batch_shows_a_phrase_that_one_clipping_cannot():
    clips = batch()
    found = associate([read_words(clip, load_lexicon()).keys for clip in clips])
    assert found.phrases["长者", "食堂"] == 5
    assert "长者食堂" not in words(clips[0])
    assert "长者食堂" in words(clips[0], batch=found)
    assert set(words(clips[9], batch=found)) - set(words(clips[9])) == {"河堤修好"}


def test_a_phrase_that_always_stands_in_another_is_none():
    texts = [["镇", "", "老人", "食堂", "菜", "", str(n)] for n in range(9)] + [["桥", "", "渡口"]] * 40
    assert set(associate(texts).phrases) == {("老人", "食堂", "菜")}


def test_nothing_is_associated_in_nothing():
    assert associate([]) == associate([[]]) == associate([["水"], ["渠"]]) == NOTHING


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["水", "渠", "镇", "路", ""]), max_size=12), max_size=12), st.randoms())
def test_the_order_of_a_batch_does_not_matter(texts, random):
    shuffled = random.sample(texts, len(texts))
    assert associate(texts) == associate(shuffled)
    for run, count in associate(texts).phrases.items():
        assert "" not in run and count >= 3
