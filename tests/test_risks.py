"""What a conversion leaves to chance."""

from __future__ import annotations

import pytest

from clipper.opencc_tables import load_choices, load_converter, load_fold
from clipper.risks import Return, find_choices, find_returns


def choices(text: str, config: str = "s2t") -> dict[str, tuple[int, tuple[str, ...], float]]:
    found = find_choices(text, load_converter(config), load_choices(config), load_fold())
    return {character: (at, choice.readings, choice.risk) for at, character, choice in found}


def test_a_character_that_a_word_decides_is_no_choice():
    assert "发" not in choices("头发")
    assert "后" not in choices("皇后")
    assert choices("方后")["后"][:2] == (1, ("後", "后"))


def test_the_risk_is_in_how_often_it_is_something_else():
    found = choices("方党，青里，方干")
    assert found["党"][2] < 0.01 < 0.1 < found["里"][2]
    assert found["干"][1][0] == "幹"


@pytest.mark.parametrize("text", ["记者范某", "记者 范某", "主席范某"])
def test_after_a_title_it_may_be_a_surname(text):
    assert choices(text)["范"][2] >= 0.5 > choices("青石范某")["范"][2]


def test_readings_are_those_of_the_configuration():
    assert choices("青里", "s2tw")["里"][1][0] == "裡"
    assert choices("青里", "s2t")["里"][1][0] == "裏"


RETURNS = [
    ("s2t", "t2s", "云岭县图书馆", []),
    ("s2t", "t2s", "云岭縣", [Return((2, 3), "縣", "縣", "县")]),
    ("s2twp", "tw2sp", "在线上", [Return((1, 3), "线上", "線上", "在线")]),
]


@pytest.mark.parametrize(("there", "back", "text", "wanted"), RETURNS)
def test_what_does_not_come_back(there, back, text, wanted):
    assert list(find_returns(text, load_converter(there), load_converter(back))) == wanted
