"""Every mark against its own table of examples, and the ways a line can end."""

from __future__ import annotations

import re

import pytest

from clipper.marks import EXAMPLES, HEAD_MARKS, LINE_MARKS, OPENINGS, WORD_MARKS, head_mark, line_mark, sentence_end

MARKS = {**LINE_MARKS, **HEAD_MARKS, **WORD_MARKS, **{name: re.compile(x) for name, x in OPENINGS.items()}}


def found(name, text):
    return MARKS[name].search(text) if name in WORD_MARKS else MARKS[name].match(text)


def test_every_mark_has_examples():
    assert set(EXAMPLES) == set(MARKS)
    assert all(yes and no for yes, no in EXAMPLES.values())


@pytest.mark.parametrize(("name", "text"), [(n, x) for n, (yes, _) in EXAMPLES.items() for x in yes])
def test_a_mark_is_seen(name, text):
    assert found(name, text)


@pytest.mark.parametrize(("name", "text"), [(n, x) for n, (_, no) in EXAMPLES.items() for x in no])
def test_what_only_looks_like_a_mark_is_not(name, text):
    assert not found(name, text)


@pytest.mark.parametrize(("name", "text"), [(n, x) for n in LINE_MARKS for x in EXAMPLES[n][0]])
def test_a_line_is_named_by_its_own_mark(name, text):
    # a bare byline is a byline with less to go by, and either name serves
    assert line_mark(text) in {name, "byline" if name == "bare_byline" else name}


def test_a_long_line_is_prose():
    assert line_mark("本报记者 方某 " + "渠" * 100) == ""


@pytest.mark.parametrize(
    ("text", "size"),
    [("■上接第1版 渠水进村", 7), ("（上接第二版）渠水进村", 7), ("渠水进村", 0), ("本报讯 渠水进村", 4)],
)
def test_the_length_of_a_head_mark(text, size):
    assert head_mark(text)[1] == size


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("渠水进村。", "final"),
        ("“渠水进村！”", "final"),
        ("渠水进村……", "final"),
        ("渠水进村（图）", "closer"),
        ("渠水进村；", "semicolon"),
        ("方某说：", "colon"),
        ("渠水进村，", "comma"),
        ("渠水进村、", "comma"),
        ("渠水进村——", "dash"),
        ("渠水进", "open"),
        ("第3", "open"),
    ],
)
def test_how_a_line_ends(text, end):
    assert sentence_end(text) == end
