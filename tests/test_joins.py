"""Column breaks: what was printed twice, and what tells that one line goes on from another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper import known_words
from clipper.joins import (
    HOPELESS,
    LEAST,
    LEAST_SHORT,
    LONGEST_OVERLAP,
    PageText,
    first_clause,
    join_texts,
    last_clause,
    overlap_length,
    seam_evidence,
)
from clipper.weights import WEIGHTS

TEXT = st.text("青石镇渠水。，“”1", min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("first", "second", "size"),
    [
        ("汇聚众人的力量。", "量。只有如此，河才会开。", 2),
        ("渠水一路流进了村", "流进了村里的稻田。", 4),
        ("渠水一天", "天亮时进村。", 0),
        ("渠水进村，", "渠水出村。", 0),
        ("渠水进村", "渠水进村", 0),
        ("", "渠水", 0),
    ],
    ids=["a sentence's end", "in mid-sentence", "one letter is an accident", "none", "the same line", "empty"],
)
def test_what_was_printed_twice(first, second, size):
    assert overlap_length(first, second) == size


@given(TEXT, TEXT)
def test_joined_halves_hold_both(first, second):
    text, at, dropped = join_texts(first, second)
    assert text[:at] == first
    assert dropped + text[at:] == second
    assert first.endswith(dropped)
    assert len(dropped) <= LONGEST_OVERLAP


def evidence(first, second, known=None, others=()):
    page = PageText([first, second, *others])
    return set(seam_evidence([(0, 1)], page, known)[0, 1])


def test_a_quote_that_is_closed_behind_the_gap():
    assert "quotes=mended" in evidence("他说：“渠水一路流进了", "村里的稻田。”大家都笑了。")
    assert "quotes=left-open" in evidence("他说：“渠水一路流进了", "村里的稻田熟了。")
    assert "quotes=right-loose" in evidence("渠水一路流进了", "村里的稻田。”大家都笑了。")


def test_a_word_over_the_gap():
    known = {"稻田", "渠水"}.intersection
    assert any(x.startswith("word=2") for x in evidence("渠水流进了稻", "田里，蛙声一片。", known))
    assert any(x.startswith("word=0") for x in evidence("渠水流进了村", "田里，蛙声一片。", known))


def test_a_name_over_the_gap_that_stands_elsewhere_on_the_page():
    assert "pair=1" in evidence("县里派人去了桐", "坞，修好了水闸。", others=["桐坞的水闸修好了。"])
    assert not any(x.startswith("pair=") for x in evidence("县里派人去了桐", "坞，修好了水闸。"))


def test_words_that_are_said_again():
    page = PageText(["桐坞镇修好水闸", "桐坞镇的水闸昨天修好了。", "白芷河的渡船今天开了。"])
    assert page.share(0, page.heads([1])) > 0.6
    assert page.share(0, page.heads([2])) == 0
    assert page.shares(0, [1, 2]) == (page.share(0, page.heads([1])), page.share(0, page.heads([1, 2])))


@pytest.mark.parametrize(("one", "two", "near"), [("水", "库", 2), ("的", "渠", 0)], ids=["a word", "by chance"])
def test_letters_that_stand_together(one, two, near):
    words = evidence(f"青石镇的人昨天都到村口来看{one}", f"{two}边的新渠，孩子跟着水头跑。")
    assert f"near={near}" in words


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("性，加快转变", 1, 4), ("河水涨了，今", 4, 1), ("两岸的人都来看新修的渠", 8, 8), ("岁", 8, 8)],
)
def test_how_long_the_outer_clauses_are(text, first, last):
    assert (first_clause(text), last_clause(text)) == (first, last)


def test_what_is_left_out_weighs_too_little():
    texts = [
        "青石镇的人昨天都到村口来看水",
        "库边的新渠，孩子跟着水头跑。",
        "河开了",
        "本镇办起读书会，人人都来。",
        "他说，",
    ] * 4
    pairs = [(a, b) for b in range(1, len(texts)) for a in range(max(0, b - 3), b)]
    full = seam_evidence(pairs, PageText(texts), known_words)
    some = seam_evidence(pairs, PageText(texts), known_words, WEIGHTS["seam"])
    assert 0 < len(some) < len(full)
    assert all(full[pair] == words for pair, words in some.items())
    for (a, b), words in full.items():
        sides = words[: words.index(f"back={b - a}")]
        least = LEAST if b - a == 1 else LEAST_SHORT
        left_out = weight(words) < least or (weight(sides) < HOPELESS and not words[0].startswith("over="))
        assert ((a, b) not in some) == left_out


def weight(words):
    return sum(WEIGHTS["seam"].get(word, 0.0) for word in words)
