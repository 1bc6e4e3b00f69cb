"""Which script a text is in: told by the characters that only one of them has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper.convert import convert_text
from clipper.opencc_tables import load_converter, load_letters
from clipper.scripts import Detected, detect_script, lines_with, total

SIMPLIFIED = "云岭县图书馆里有三千册新书，馆长说读者为此高兴。"

CASES = [
    (SIMPLIFIED, "simplified", ""),
    (convert_text(SIMPLIFIED, load_converter("s2t")), "traditional", "t"),
    (convert_text(SIMPLIFIED, load_converter("s2tw")), "traditional", "tw"),
    (convert_text(SIMPLIFIED, load_converter("s2hk")), "traditional", "hk"),
    ("雲嶺縣圖書館", "traditional", ""),
    ("云岭县图书馆，雲嶺縣圖書館", "mixed", ""),
    ("青石小店，一人一本。", "unknown", ""),
    ("", "unknown", ""),
    ("plain ASCII 123", "unknown", ""),
    ("青峰山下，群山痴立", "unknown", ""),  # Taiwan writes these as the mainland does
    ("户外温度", "unknown", ""),
    ("云岭县的图书馆、学校、医院和车站都已开门，方某说“雲”是他的笔名", "simplified", ""),
]


@pytest.mark.parametrize(("text", "script", "region"), CASES)
def test_scripts(text, script, region):
    found = detect_script(text, load_letters())
    assert (found.script, found.region) == (script, region)


def test_a_mixed_text_has_a_main_script():
    assert Detected(simplified=6, traditional=4).main == "simplified"
    assert Detected(simplified=2, traditional=4).main == "traditional"
    assert Detected(simplified=99, traditional=1).script == "simplified"


@given(st.lists(st.builds(Detected, *[st.integers(0, 9)] * 5)))
def test_the_total_is_the_sum(found):
    assert total(found).simplified == sum(one.simplified for one in found)
    assert total(found).hk == sum(one.hk for one in found)


@given(st.lists(st.text("云雲x", max_size=4), max_size=6), st.sampled_from(["\n", "\r", "\r\n"]))
def test_lines_that_hold_a_letter(lines, end):
    text = end.join(lines)
    letters = load_letters().traditional
    assert [text[a:b] for a, b in lines_with(text, letters)] == [line for line in lines if "雲" in line]


@pytest.mark.parametrize("end", ["", "雲", "\U00020000", "\U00020001", "縣\ud800"])
def test_numpy_finds_the_same_letters(end):
    numpy_path = pytest.importorskip("clipper.bulk", reason="numpy is not installed")
    letters = frozenset("雲縣\U00020000")
    for text in (end, "云岭县\n" * 200_000 + end):
        assert numpy_path.holds(text, letters) == any(c in text for c in letters)
        assert [text[a:b] for a, b in lines_with(text, letters)] == ([end] if set(end) & letters else [])
