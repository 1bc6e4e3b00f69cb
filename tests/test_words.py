"""The text that keywords are looked for in, and its way back to where it is printed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipper.clipping import Block, Clipping
from clipper.keywords import extract_keywords, tfidf_keywords
from clipper.lexicon import load_lexicon
from clipper.words import normal_form, read_words

# Printed form -> what is analysed of it.
NORMAL = {
    "青石镇的老\n街修好了": "青石镇的老街修好了",
    "青 石 镇 修 路": "青石镇修路",
    "老街 水渠": "老街 水渠",
    "ＡＩ进村，５Ｇ到了！": "AI进村，5G到了！",
    "㎞ 与 ㎡": "km 与 m2",
    "Ⅲ级响应": " 级响应",
    "《老街：上》": "《老街：上》",
    "river\nboats": "river\nboats",
    "": "",
}

# Blocks (role, text) -> the text that is analysed, the headline first.
LAID_OUT = [
    ([("body", "渠水"), ("headline", "通水")], "通水\n\n渠水\n"),
    ([("body", "■上接第1版 渠水进村，稻田绿了。（下转第3版）")], "渠水进村，稻田绿了。\n"),
    ([("body", "本报讯（记者 方某）渠水进村。"), ("byline", "方某")], "渠水进村。\n"),
    ([("body", "渠水进村。（供图：青石镇）稻田绿了。")], "渠水进村。稻田绿了。\n"),
    ([("body", "渠水进"), ("body", "村")], "渠水进村\n"),
    ([("body", "渠水进村。"), ("body", "村里")], "渠水进村。\n村里\n"),
    ([("kicker", "云岭"), ("body", "渠水")], "云岭\n\n渠水\n"),
    ([], "\n"),
]


@pytest.mark.parametrize(("printed", "normal"), NORMAL.items())
def test_normal_form(printed, normal):
    assert normal_form(printed) == normal


@pytest.mark.parametrize(("blocks", "text"), LAID_OUT)
def test_what_is_analysed(blocks, text):
    clip = Clipping("p-1", "p", tuple(Block(*block) for block in blocks))
    assert read_words(clip, load_lexicon()).text == text


def test_a_place_is_where_the_word_is_printed():
    body = "本报讯（记者 方某）村里通了５Ｇ，云岭县的老街也通了。"
    clip = Clipping("p-1", "p", (Block("body", body), Block("headline", "Ａ股与云\n岭县")))
    found = {k.word: [clip.blocks[n].text[a:b] for n, a, b in k.places] for k in extract_keywords(clip, load_lexicon())}
    assert found["5G"] == ["５Ｇ"]
    assert found["云岭县"] == ["云\n岭县", "云岭县"]
    assert found["A股"] == ["Ａ股"]


def test_a_word_over_two_blocks_is_placed_in_the_first():
    clip = Clipping("p-1", "p", (Block("body", "　村里有水"), Block("body", "渠，还有水渠。")))
    found = {k.word: k.places for k in extract_keywords(clip, load_lexicon())}
    assert found["水渠"] == ((0, 4, 5), (1, 4, 6))


def test_no_word_is_made_of_two_paragraphs_that_no_dictionary_has():
    clip = Clipping("p-1", "p", (Block("body", "出席的有齐小洪"), Block("body", "五、渡口")))
    assert not any("五" in k.word for k in extract_keywords(clip, load_lexicon()))


PIECES = [
    "老街",
    "水渠",
    "青石",
    "镇",
    "了",
    "，",
    "。",
    "《",
    "》",
    "“",
    "”",
    " ",
    "　",
    "\n",
    "Ａ",
    "５",
    "㎡",
    "e\u0301",
    "🚲",
]
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text(max_size=40))
BLOCKS = st.lists(st.tuples(st.sampled_from(["headline", "body", "subhead", "caption"]), TEXTS), max_size=4)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


@settings(max_examples=200, deadline=None)
@given(BLOCKS)
def test_every_place_holds_its_word(blocks):
    clip = Clipping("p-1", "p", tuple(Block(*block) for block in blocks))
    for k in extract_keywords(clip, load_lexicon(), top=1000):
        assert len(k.places) == k.count
        assert list(k.places) == sorted(k.places) or k.in_headline
        for n, start, end in k.places:
            text = clip.blocks[n].text
            assert 0 <= start < end <= len(text)
            printed = _plain(text[start:end])
            goes_on = end == len(text.rstrip()) and _plain(k.word).startswith(printed)
            assert _plain(k.word) in printed or goes_on


@settings(max_examples=200, deadline=None)
@given(BLOCKS)
def test_every_place_of_jiebas_answer_holds_its_word(blocks):
    clip = Clipping("p-1", "p", tuple(Block(*block) for block in blocks))
    joined = "\n".join(text for _, text in blocks)
    for k in tfidf_keywords(clip, load_lexicon(), top=1000):
        for n, start, _ in k.places:
            before = sum(len(text) + 1 for _, text in blocks[:n]) + start
            assert joined[before : before + len(k.word)] == k.word
