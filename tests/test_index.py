"""The index: cases as data, properties, and what it does with what no one expects."""

from __future__ import annotations

import json
import random
import sys
import time
import tracemalloc
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper.clipping import Block, Clipping
from clipper.errors import InputError
from clipper.index import (
    INDEX_HEADER,
    OTHER,
    SURNAMES,
    Entry,
    Reference,
    index_records,
    index_rows,
    index_text,
    make_index,
    natural_key,
    same_word,
)
from clipper.keywords import Keyword, extract_keywords
from clipper.lexicon import load_lexicon


@dataclass(frozen=True)
class Word:
    """A keyword with no more than the index asks for, and its kind."""

    word: str
    weight: float = 1.0
    count: int = 1
    kind: str = "word"


def clip(
    id: str = "p-1", source: str = "p.txt", headline: str | None = "青石镇修好老街", line: int = 1, **extra
) -> Clipping:
    role = "body" if headline is None else "headline"
    return Clipping(id, source, (Block(role, headline or "", (line,)),), (), extra)


def index(*words: str | Word, **options) -> list[Entry]:
    return make_index([(clip(), [Word(w) if isinstance(w, str) else w for w in words])], **options)


def spelled(entries: list[Entry]) -> list[str]:
    return [entry.word for entry in entries]


SIMPLIFIED = str.maketrans("鎮書縣嶺雲門長慶銀戶開龍乾單綠興兩隻", "镇书县岭云门长庆银户开龙干单绿兴两只")


def fold(text: str) -> str:
    return text.translate(SIMPLIFIED)


# ---- the order ------------------------------------------------------------------------------------------------------

# Each list is in order; it is shuffled before it goes in.
READINGS = {
    "letters before tones": ["阿姨", "爱国", "安全", "按期", "奥运"],
    "tones one to four": ["妈祖", "麻雀", "马车", "骂名"],
    "a character and what follows it": ["安", "安全", "安西", "氨水", "岸线"],
    "words with one first character stand together": ["常识", "长江", "长沙", "长途"],
    "by the second syllable": ["青稞", "青石镇", "青砖"],
    "a syllable that begins another one": ["西安", "先锋"],
    "ü right after u": ["芦苇", "路灯", "旅店", "绿茶", "栾川", "掠影", "轮渡", "罗盘"],
    "readings of the word, not of the character": ["重庆", "重阳节", "航行", "行人", "银行", "重量"],
    "digits, Latin, then what has a reading": ["3D打印", "5G", "20年", "AI", "A股", "e路通", "Z世代", "阿姨", "做饭"],
    "numbers by their size": ["2号线", "10号线", "100号线"],
    "other scripts after Latin": ["zip", "Речной", "ドラマ", "北京"],
    "punctuation does not count": ["安·北", "“安居”楼", "安西站"],
}
STROKES = {
    "by the strokes of the first character": ["一号渠", "人民", "山路", "云岭县", "白芷河", "老街", "青石镇", "桐坞镇"],
    "then by those of the second": ["青山", "青石镇", "青砖"],
    "as the mainland counts": ["及时", "阳光", "草原"],
    "both scripts by what is printed": ["门户", "門戶"],
    "digits and Latin first": ["5G", "A股", "一号渠"],
}


@pytest.mark.parametrize(
    ("order", "words"),
    [pytest.param("pinyin", words, id=name) for name, words in READINGS.items()]
    + [pytest.param("stroke", words, id=name) for name, words in STROKES.items()],
)
def test_the_order(order, words):
    shuffled = random.Random(7).sample(words, len(words))
    assert spelled(index(*shuffled, order=order)) == words


@pytest.mark.parametrize(
    ("word", "section", "reading"),
    [
        ("重庆", "C", "chóngqìng"),
        ("银行", "Y", "yínháng"),
        ("行走", "X", "xíngzǒu"),
        ("西安", "X", "xī'ān"),
        ("绿色", "L", "lǜsè"),
        ("女儿", "N", "nǚ'ér"),
        ("龘", "D", "dá"),
        ("T恤", OTHER, "T xù"),
        ("老A", "L", "lǎo A"),
        ("国际博览会", "G", "guó jì bó lǎn huì"),
        ("AI", OTHER, ""),
        ("2026", OTHER, ""),
        ("👍", OTHER, ""),
        ("□", OTHER, ""),
        ("\U00020bb7", OTHER, ""),
        ("嗯", "N", "ń"),
    ],
)
def test_sections_and_readings(word, section, reading):
    (entry,) = index(word)
    assert (entry.section, entry.filed_under) == (section, reading)


@pytest.mark.parametrize(
    ("word", "section"),
    [
        ("青石镇", "8画"),
        ("阳光", "6画"),
        ("阿姨", "7画"),
        ("云岭县", "4画"),
        ("雲嶺縣", "12画"),
        ("AI", OTHER),
        ("👍", OTHER),
    ],
)
def test_strokes(word, section):
    (entry,) = index(word, order="stroke")
    assert (entry.section, entry.filed_under) == (section, "" if section == OTHER else section)


@pytest.mark.parametrize(
    ("word", "reading"),
    [
        ("重慶", "chóngqìng"),
        ("長江", "chángjiāng"),
        ("銀行", "yínháng"),
        ("乾杯", "gānbēi"),
        ("振興", "zhènxīng"),
        ("兩隻", "liǎngzhī"),
    ],
)
def test_phrases_in_traditional_script_are_read_as_phrases(word, reading):
    assert index(word, fold=fold)[0].filed_under == reading


@pytest.mark.parametrize(
    ("word", "kind", "reading"),
    [
        ("曾某某", "name", "zēngmǒumǒu"),
        ("单某", "name", "shànmǒu"),
        ("單某", "name", "shànmǒu"),
        ("单杠", "word", "dāngàng"),
        ("单某某某某", "name", "dān mǒu mǒu mǒu mǒu"),
    ],
)
def test_family_names(word, kind, reading):
    assert index(Word(word, kind=kind), fold=fold)[0].filed_under == reading


def test_family_names_are_in_simplified_script_and_single_characters():
    assert all(len(name) == 1 and fold(name) == name for name in SURNAMES)


# ---- words that are one ---------------------------------------------------------------------------------------------


def test_spellings_of_one_word_are_one_entry_under_the_most_frequent():
    rows = [
        (clip("a-1"), [Word("ＡＩ", count=2), Word("云岭县", count=3)]),
        (clip("a-2"), [Word("AI", count=4), Word("雲嶺縣", count=1)]),
        (clip("a-3"), [Word("ai", count=3)]),
    ]
    entries = make_index(rows, fold=fold)
    assert [(e.word, [r.id for r in e.references]) for e in entries] == [
        ("AI", ["a-1", "a-2", "a-3"]),
        ("云岭县", ["a-1", "a-2"]),
    ]
    assert spelled(make_index(rows)) == ["AI", "云岭县", "雲嶺縣"]


def test_a_clipping_stands_once_in_an_entry_with_its_greatest_weight():
    rows = [(clip(), [Word("雲嶺縣", 0.4), Word("云岭县", 0.9)]), (clip(), [Word("云岭县", 0.5)])]
    (entry,) = make_index(rows, fold=fold)
    assert [r.weight for r in entry.references] == [0.9]


def test_the_kind_is_the_most_frequent_one():
    rows = [(clip(), [Word("青石镇", count=1, kind="word")]), (clip("p-2"), [Word("青石镇", count=2, kind="place")])]
    assert make_index(rows)[0].kind == "place"


def test_words_of_too_few_clippings_are_left_out():
    rows = [(clip("a"), [Word("渡口"), Word("老街")]), (clip("b"), [Word("老街")])]
    assert [spelled(make_index(rows, least=n)) for n in (0, 1, 2, 3)] == [
        ["渡口", "老街"],
        ["渡口", "老街"],
        ["老街"],
        [],
    ]


def test_keywords_of_clipper_will_do():
    page = Clipping("p-1", "p.txt", (Block("headline", "青石镇修好老街", (1,)), Block("body", "老街修好了。", (2,))))
    found = extract_keywords(page, load_lexicon(), top=3)
    assert all(isinstance(k, Keyword) for k in found)
    assert sorted(spelled(make_index([(page, found)]))) == sorted(k.word for k in found)


# ---- references -----------------------------------------------------------------------------------------------------


def test_references_are_by_date_page_source_and_line():
    clips = [
        clip("a", date="2026-01-09", page="3"),
        clip("b", date="2026-01-09", page="12"),
        clip("c", date="2026-01-09", page="A2", source="o.txt"),
        clip("d", date="2026-01-09", page="A12", source="o.txt"),
        clip("e", date="2026-01-09", source="a.txt"),
        clip("f", date="2026-01-10", page="1"),
        clip("g", page="1", line=9),
        clip("h", page="1", line=10),
        clip("i", source="a.txt"),
        clip("j", source="b.txt", line=2),
        Clipping("k", "b.txt", ()),
    ]
    rows = [(c, [Word("老街")]) for c in random.Random(3).sample(clips, len(clips))]
    assert [r.id for r in make_index(rows)[0].references] == list("abcdefghijk")


def test_a_reference_says_what_the_record_says():
    row = (clip(line=12, date="2026-01-26", page="3", paper="青石日报"), [Word("老街", 0.5)])
    (entry,) = make_index([row])
    assert entry.references == (Reference("2026-01-26", "3", "青石日报", "p.txt", "p-1", "青石镇修好老街", 12, 0.5),)


@pytest.mark.parametrize("value", [None, 5, ["2026"], {}, "", " \n"])
def test_what_is_no_text_in_a_record_is_not_said(value):
    (entry,) = make_index([(clip(date=value, page=value, paper=value), [Word("老街")])])
    assert (entry.references[0].date, entry.references[0].page, entry.references[0].paper) == (None, None, None)


def test_natural_order():
    assert (
        natural_key("")
        < natural_key("9")
        < natural_key("10")
        < natural_key("1" * 5000)
        < natural_key("A5")
        < natural_key("A12")
    )


# ---- written forms --------------------------------------------------------------------------------------------------

ENTRIES = make_index(
    [
        (
            clip("a-1", "a.txt", "5G进青石镇", 7, date="2026-01-26", page="3", paper="青石日报"),
            [Word("5G"), Word("青石镇", kind="place")],
        ),
        (clip("b-1", "b.txt", None), [Word("青石镇", 0.25, kind="place"), Word("渡口")]),
    ]
)


def test_the_text():
    assert (
        index_text(ENTRIES)
        == """\
#

5G
    2026-01-26 青石日报 第3版 5G进青石镇 (a.txt:7)

D

渡口 dùkǒu
    b-1 (b.txt:1)

Q

青石镇 qīngshízhèn
    2026-01-26 青石日报 第3版 5G进青石镇 (a.txt:7)
    b-1 (b.txt:1)
"""
    )


def test_the_text_in_the_order_of_strokes_names_them_once():
    assert (
        index_text(index("青石镇", "山路", order="stroke"))
        == """\
3画

山路
    青石镇修好老街 (p.txt:1)

8画

青石镇
    青石镇修好老街 (p.txt:1)
"""
    )


def test_the_rows():
    rows = index_rows(ENTRIES)
    assert [dict(zip(INDEX_HEADER, row, strict=True)) for row in rows][-1] == {
        "section": "Q",
        "word": "青石镇",
        "filed_under": "qīngshízhèn",
        "kind": "place",
        "date": "",
        "page": "",
        "paper": "",
        "headline": "",
        "source": "b.txt",
        "line": "1",
        "id": "b-1",
        "weight": "0.2500",
    }
    assert len(rows) == 4


def test_the_records():
    records = index_records(ENTRIES)
    assert json.loads(json.dumps(records)) == records
    assert {tuple(r) for r in records} == {("word", "section", "filed_under", "kind", "references")}
    assert [list(r) for r in records[-1]["references"]] == [
        ["date", "page", "paper", "source", "id", "headline", "line", "weight"],
        ["source", "id", "headline", "line", "weight"],
    ]


def test_nothing():
    assert make_index([]) == make_index([(clip(), [])]) == make_index([(clip(), [Word(""), Word(" \n")])]) == []
    assert (index_text([]), index_rows([]), index_records([])) == ("", [], [])


@pytest.mark.parametrize("odd", ["a\tb\nc\r\u2028d", "👨‍👩‍👧\t👍", "\ud83d\t半个", "\t", "（）"])
@pytest.mark.parametrize("order", ["pinyin", "stroke"])
def test_odd_texts_break_no_line(odd, order):
    entries = make_index(
        [(clip(headline=odd, source=odd, id=odd, date=odd), [Word(odd + "街")])], order=order, fold=fold
    )
    (row,) = index_rows(entries)
    assert not any(c in cell for cell in row for c in "\t\n\r\u2028")
    assert len(index_text(entries).splitlines()) == 4
    assert len(index_records(entries)) == 1


# ---- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("order", "package"), [("pinyin", "pypinyin"), ("stroke", "strokes")])
def test_a_missing_library_is_named_before_a_clipping_is_read(monkeypatch, order, package):
    monkeypatch.setitem(sys.modules, package, None)
    rows = iter([(clip(), [Word("老街")])])
    with pytest.raises(InputError, match=f"pip install {package}") as caught:
        make_index(rows, order=order)
    assert "\n" not in str(caught.value)
    assert len(list(rows)) == 1


def test_an_order_that_is_none():
    with pytest.raises(ValueError, match="order"):
        make_index([], order="radical")


def test_a_fold_has_to_keep_the_length():
    with pytest.raises(ValueError, match=r"longer|shorter"):
        index("老街", fold=lambda text: text + "。")


# ---- properties -----------------------------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("青石镇鎮老街安按重银5Ga １A·\t\ud800👍"), max_size=4)
KEYWORDS = st.builds(
    Word, WORDS, st.sampled_from((0.25, 0.5, 1.0)), st.integers(1, 9), st.sampled_from(("word", "name"))
)
CLIPS = st.builds(
    lambda n, source, headline, extra: clip(f"p-{n}", source, headline, n, **extra),
    st.integers(1, 30),
    st.sampled_from(("a.txt", "b.txt")),
    st.sampled_from((None, "青石镇", "老\t街")),
    st.dictionaries(st.sampled_from(("date", "page", "paper")), st.sampled_from(("2026-01-26", "3", "A12", ""))),
)
ROWS = st.lists(st.tuples(CLIPS, st.lists(KEYWORDS, max_size=5)), max_size=12)


def place(reference: Reference | Clipping) -> tuple:
    return (reference.source, reference.id, reference.headline)


@given(ROWS, st.sampled_from(("pinyin", "stroke")))
def test_every_keyword_is_in_the_index_once_for_each_clipping(rows, order):
    wanted = {(same_word(k.word, fold), place(c)) for c, keywords in rows for k in keywords if same_word(k.word, fold)}
    entries = make_index(rows, order=order, fold=fold)
    names = [same_word(e.word, fold) for e in entries]
    assert len(names) == len(set(names))
    assert {(name, place(r)) for name, e in zip(names, entries, strict=True) for r in e.references} == wanted
    assert all(len(set(e.references)) == len(e.references) > 0 for e in entries)


@given(ROWS, st.randoms(), st.sampled_from(("pinyin", "stroke")))
def test_the_order_of_the_rows_makes_no_difference(rows, shuffle, order):
    other = [(c, shuffle.sample(keywords, len(keywords))) for c, keywords in shuffle.sample(rows, len(rows))]
    one, two = make_index(rows, order=order, fold=fold), make_index(other, order=order, fold=fold)
    assert one == two
    assert index_text(one) == index_text(two)


@given(ROWS, st.sampled_from(("pinyin", "stroke")))
def test_each_section_stands_once_and_the_other_one_first(rows, order):
    sections = list(dict.fromkeys(e.section for e in make_index(rows, order=order)))
    text = [line for line in index_text(make_index(rows, order=order)).split("\n\n") if line in sections]
    assert text == sections
    assert OTHER not in sections[1:]


@given(WORDS)
def test_a_spelling_is_the_same_word_as_itself(word):
    assert same_word(same_word(word, fold), fold) == same_word(word, fold)


def test_the_texts_of_the_clippings_are_not_held():
    def pages():
        for n in range(1000):
            text = f"{n}" * 10_000
            yield (
                Clipping(f"p-{n}", "p.txt", (Block("headline", "河开了", (1,)), Block("body", text, (2,)))),
                [Word("河")],
            )

    make_index([(clip(), [Word("河")])])  # what is imported once is not counted
    tracemalloc.start()
    try:
        (entry,) = make_index(pages())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(entry.references) == 1000
    assert peak < 5_000_000  # of about 30 million characters


def test_ten_thousand_clippings_take_seconds():
    names = [a + b + c for a in "青石云岭桐坞白芷" for b in "山水河渠桥路" for c in "镇县村站长重行乐"]
    pick = random.Random(1)
    rows = ((clip(f"p-{n}", date="2026-01-26"), [Word(w) for w in pick.sample(names, 10)]) for n in range(10_000))
    start = time.perf_counter()
    entries = make_index(rows, fold=fold)
    assert sum(len(e.references) for e in entries) == 100_000
    assert len(index_text(entries)) > 1_000_000
    assert time.perf_counter() - start < 20
