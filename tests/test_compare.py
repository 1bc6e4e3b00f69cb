"""What is distinctive of a group: cases as data, properties, and what it does with what no one expects."""

from __future__ import annotations

import json
import math
import random
import time
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper.clipping import Clipping
from clipper.compare import (
    COMPARE_HEADER,
    LEAST_SCORE,
    Distinctive,
    Group,
    _score,
    compare_groups,
    compare_records,
    compare_rows,
    compare_text,
    group_of,
)


@dataclass(frozen=True)
class Word:
    """A keyword with no more than the comparison asks for."""

    word: str
    weight: float = 1.0
    count: int = 1


def rows(*groups: tuple[str, int, str]) -> list[tuple[str, list[Word]]]:
    """Return rows: each group's name, how many clippings, and the keywords of each of these."""
    return [(name, [Word(w) for w in words.split()]) for name, clippings, words in groups for _ in range(clippings)]


def found(groups: list[Group]) -> dict[str, list[str]]:
    return {group.name: [w.word for w in group.words] for group in groups}


def fold(text: str) -> str:
    return text.translate(str.maketrans("鎮縣嶺雲", "镇县岭云"))


# ---- what is distinctive --------------------------------------------------------------------------------------------

CASES = {
    "each has its own": (
        rows(("东报", 8, "水渠 老街"), ("西报", 8, "灯会 老街")),
        {"东报": ["水渠"], "西报": ["灯会"]},
    ),
    "the more surprising one first": (
        rows(("东报", 6, "水渠 渡口"), ("东报", 4, "水渠"), ("西报", 10, "灯会")),
        {"东报": ["水渠", "渡口"], "西报": ["灯会"]},
    ),
    "equal ones by code points": (
        rows(("东报", 9, "渡口 老街 水渠"), ("西报", 9, "灯会")),
        {"东报": ["水渠", "渡口", "老街"], "西报": ["灯会"]},
    ),
    "words of one clipping do not swamp": (
        [*rows(("东报", 8, "水渠"), ("西报", 8, "灯会")), ("东报", [Word(f"渡口{n}") for n in range(50)])],
        {"东报": ["水渠"], "西报": ["灯会"]},
    ),
    "the same everywhere": (rows(("东报", 9, "水渠"), ("西报", 4, "水渠")), {"东报": [], "西报": []}),
    "one group": (rows(("东报", 9, "水渠")), {"东报": []}),
    "a group without keywords": (rows(("东报", 9, "水渠"), ("西报", 9, "")), {"东报": ["水渠"], "西报": []}),
    "nothing": ([], {}),
    "numbers by their size, the unnamed group last": (
        rows(("", 1, ""), ("10", 1, ""), ("9", 1, ""), ("A2", 1, "")),
        {"9": [], "10": [], "A2": [], "": []},
    ),
    "words without a letter": (
        [*rows(("东报", 9, ""), ("西报", 9, "")), ("东报", [Word(" \t"), Word("")])],
        {"东报": [], "西报": []},
    ),
}


@pytest.mark.parametrize(("given_rows", "wanted"), CASES.values(), ids=CASES)
def test_what_is_distinctive(given_rows, wanted):
    groups = compare_groups(given_rows, 10)
    assert found(groups) == wanted
    assert list(found(groups)) == list(wanted)


def test_its_numbers():
    groups = compare_groups(
        rows(("东报", 8, "水渠"), ("东报", 2, "老街"), ("西报", 1, "水渠"), ("西报", 29, "老街")), 10
    )
    assert groups == [
        Group("东报", 10, 30, (Distinctive("水渠", _score(8, 10, 1, 30), 8, 1),)),
        Group("西报", 30, 10, (Distinctive("老街", _score(29, 30, 2, 10), 29, 2),)),
    ]


def test_a_keyword_counts_once_a_clipping():
    groups = compare_groups(rows(("东报", 7, "水渠 水渠 水渠"), ("西报", 9, "")), 10)
    assert [(w.clippings, w.others) for w in groups[0].words] == [(7, 0)]


def test_spellings_of_one_word_are_one():
    both = rows(("东报", 4, "云岭县 ＡＩ"), ("东报", 3, "雲嶺縣 AI"), ("西报", 9, "灯会"))
    assert found(compare_groups(both, 10, fold=fold))["东报"] == ["ＡＩ", "云岭县"]
    assert found(compare_groups(both, 10))["东报"][0] == "ＡＩ"


def test_top_least_and_least_score():
    given_rows = rows(("东报", 5, "水渠 渡口 老街"), ("东报", 1, "河堤"), ("西报", 9, "灯会"))
    assert [len(compare_groups(given_rows, top)[0].words) for top in (-1, 0, 2, 9)] == [0, 0, 2, 3]
    assert found(compare_groups(given_rows, 9, least=1, least_score=0))["东报"][-1] == "河堤"
    assert found(compare_groups(given_rows, 9, least=6))["东报"] == []
    assert found(compare_groups(given_rows, 9, least_score=9))["东报"] == []


# ---- the score ------------------------------------------------------------------------------------------------------

# (has, of, others have, of): G² is the one of scipy.stats.chi2_contingency(lambda_="log-likelihood").
SCORES = [
    ((10, 100, 0, 900), 6.34),
    ((2, 100, 0, 900), 2.24),
    ((1, 100, 0, 900), 1.31),
    ((3, 3, 0, 3), 2.58),
    ((0, 0, 3, 3), 0.0),
    ((3, 3, 3, 3), 0.0),
    ((1, 2, 3, 6), 0.0),
]


@pytest.mark.parametrize(("table", "score"), SCORES)
def test_the_score(table, score):
    assert _score(*table) == score


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_score_is_finite_and_the_same_from_both_sides(has, not_, other_has, other_not):
    score = _score(has, has + not_, other_has, other_has + other_not)
    assert 0 <= score < math.inf
    assert score == pytest.approx(_score(other_has, other_has + other_not, has, has + not_), abs=0.011)


def test_groups_drawn_by_lot_have_next_to_no_words():
    pick = random.Random(5)
    words = [f"词{n}" for n in range(300)]
    drawn = [(pick.choice("东南西北"), [Word(w) for w in pick.sample(words, 8)]) for _ in range(1000)]
    kept = sum(len(g.words) for g in compare_groups(drawn, 300))
    assert kept <= 4 * 300 * 0.01


# ---- groups ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extra", "by", "group"),
    [
        ({}, "source", "p.txt"),
        ({"date": "2026-01-26"}, "date", "2026-01-26"),
        ({"date": "2026-01-26"}, "month", "2026-01"),
        ({"date": "2026-01-26"}, "year", "2026"),
        ({"date": "2026-01"}, "month", "2026-01"),
        ({"date": "2026-01"}, "date", ""),
        ({"date": "一月"}, "month", ""),
        ({"date": 20260126}, "date", ""),
        ({}, "date", ""),
        ({"page": " A5 "}, "page", "A5"),
        ({"page": None}, "page", ""),
        ({"paper": "青石日报"}, "paper", "青石日报"),
    ],
)
def test_group_of(extra, by, group):
    assert group_of(Clipping("p-1", "p.txt", (), (), extra), by) == group


# ---- written forms --------------------------------------------------------------------------------------------------

GROUPS = [
    Group("青石日报", 10, 1, (Distinctive("水渠", 12.5, 8, 0), Distinctive("AI", 3.0, 6, 1))),
    Group("", 1, 10, ()),
]


def test_the_text():
    assert (
        compare_text(GROUPS)
        == """\
青石日报 (10 clippings, 1 other)
    12.50  水渠  8 of 10, 0 of 1
     3.00  AI    6 of 10, 1 of 1

- (1 clipping, 10 others)
    no distinctive words
"""
    )


def test_the_rows():
    assert compare_rows(GROUPS) == [
        ["青石日报", "1", "水渠", "12.50", "8", "10", "0", "1"],
        ["青石日报", "2", "AI", "3.00", "6", "10", "1", "1"],
    ]
    assert all(len(row) == len(COMPARE_HEADER) for row in compare_rows(GROUPS))


def test_the_records():
    records = compare_records(GROUPS)
    assert json.loads(json.dumps(records)) == records
    assert [list(r) for r in records] == [["group", "clippings", "others", "words"]] * 2
    assert list(records[0]["words"][0]) == ["word", "score", "clippings", "others"]
    assert records[1] == {"group": "-", "clippings": 1, "others": 10, "words": []}


def test_nothing():
    assert (compare_text([]), compare_rows([]), compare_records([])) == ("", [], [])


@pytest.mark.parametrize("odd", ["a\tb\nc\r\u2028d", "👨‍👩‍👧\t👍", "\ud83d\t半个"])
def test_odd_texts_break_no_line(odd):
    groups = compare_groups([(odd, [Word(odd)])] * 5 + rows(("西报", 5, "")), 5)
    (row,) = compare_rows(groups)
    assert not any(c in cell for cell in row for c in "\t\n\r\u2028")
    assert len(compare_text(groups).splitlines()) == 5


# ---- properties -----------------------------------------------------------------------------------------------------

WORDS = st.builds(
    Word, st.sampled_from(("水渠", "老街", "AI", "ＡＩ", "雲嶺縣", "云岭县", "")), st.just(1.0), st.integers(1, 5)
)
ROWS = st.lists(st.tuples(st.sampled_from(("东报", "西报", "", "9", "10")), st.lists(WORDS, max_size=4)), max_size=40)


@given(ROWS, st.randoms())
def test_the_order_of_the_rows_makes_no_difference(given_rows, shuffle):
    other = shuffle.sample(given_rows, len(given_rows))
    one, two = (compare_groups(r, 5, least=1, least_score=0.5, fold=fold) for r in (given_rows, other))
    assert one == two
    assert compare_text(one) == compare_text(two)


@given(ROWS)
def test_the_numbers_add_up(given_rows):
    groups = compare_groups(given_rows, 5, least=1, least_score=0)
    assert sorted(g.name for g in groups) == sorted({name for name, _ in given_rows})
    assert sum(g.clippings for g in groups) == len(given_rows)
    for group in groups:
        assert group.clippings + group.others == len(given_rows)
        for word in group.words:
            assert 1 <= word.clippings <= group.clippings
            assert 0 <= word.others <= group.others
            assert word.clippings * group.others > word.others * group.clippings


@given(ROWS)
def test_what_is_reported_is_worth_it(given_rows):
    for group in compare_groups(given_rows, 5):
        scores = [w.score for w in group.words]
        assert scores == sorted(scores, reverse=True)
        assert all(score >= LEAST_SCORE for score in scores)


def test_ten_thousand_clippings_take_seconds():
    pick = random.Random(1)
    words = [f"词{n}" for n in range(5000)]
    many = ((str(n % 365), [Word(w) for w in pick.sample(words, 10)]) for n in range(10_000))
    start = time.perf_counter()
    assert len(compare_groups(many, 10)) == 365
    assert time.perf_counter() - start < 20
