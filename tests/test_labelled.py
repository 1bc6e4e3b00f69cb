"""Labelled pages of one file each, and the table of weights that is fitted on them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from labelled import news_articles, read_labelled

from clipper import known_words
from clipper.joins import PageText
from clipper.roles import line_choices, line_evidence, read_lines, seam_words
from clipper.weights import WEIGHTS

PAGES = sorted((Path(__file__).parent / "pages_fit").glob("*.page"))
SMALL = """= none
furniture|云岭日报　第3版
= article continued
headline|一渠清水到田头
body|■上接第1版 渠水昨天流进了最后一个村子，村里的人都到渠边来看
stray|麦川县三座老桥
cont+2|来看水，孩子跟着水头跑。

= article
headline|河开了
body|昨夜，云岭河开了。
"""


def test_a_labelled_page():
    text, gold = read_labelled(SMALL)
    assert text.split("\n")[:2] == ["云岭日报　第3版", "一渠清水到田头"]
    assert gold["articles"] == [
        {"start": 2, "headline": 2, "flags": ["continued"]},
        {"start": 7, "headline": 7, "flags": []},
    ]
    assert (gold["breaks"], gold["strays"]) == ([(3, 5, "来看")], [4])
    assert {n: label["role"] for n, label in gold["lines"].items()} == {
        **{"1": "furniture", "2": "headline", "3": "body", "4": "stray", "5": "body"},
        **{"7": "headline", "8": "body"},
    }


def test_its_articles():
    text, gold = read_labelled(SMALL)
    assert news_articles(text, gold, "20260302") == []  # too short for news reports
    text, gold = read_labelled(SMALL.replace("水头跑", "水头一路跑到了田边，又跑了回来"))
    (article,) = news_articles(text, gold, "20260302")
    assert article["title"] == "一渠清水到田头"
    whole = "渠水昨天流进了最后一个村子，村里的人都到渠边来看水，孩子跟着水头一路跑到了田边，又跑了回来。"
    assert article["paras"] == [{"text": whole, "subhead": False}]


@pytest.mark.parametrize(
    "text",
    [
        "headline|河开了",
        "= article\nheadline|河开了\nheadline|河又开了",
        "= article\nbody|河开了。",
        "= article loud\nheadline|河开了",
        "= article\nheadline|河开了\ncont|一夜之间",
        "= article\nheadline|河开了\nbody|河开\ncont+2|了河",
        "= article\nheading|河开了",
    ],
    ids=["no article", "two headlines", "no headline", "no such flag", "no first half", "not doubled", "no such role"],
)
def test_what_is_no_label_is_named(text):
    with pytest.raises(ValueError):
        read_labelled(text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_pages_are_whole(path):
    text, gold = read_labelled(path.read_text("utf-8"))
    assert len(gold["lines"]) == sum(bool(line.strip()) for line in text.split("\n"))
    assert json.loads(json.dumps(gold))["articles"] == gold["articles"]
    texts = [x.text for x in read_lines(text)]
    assert texts == [line.strip() for line in text.split("\n") if line.strip()]  # none is taken for a wrapped page


def test_every_weight_is_that_of_a_word_some_line_has():
    words: set[str] = set()
    for path in PAGES:
        lines = read_lines(read_labelled(path.read_text("utf-8"))[0])
        page = PageText([x.text for x in lines])
        seams = seam_words(lines, page, known_words)
        words.update(word for row in line_evidence(lines, page, line_choices(lines, seams)) for word in row)
        words.update(word for row in seams.values() for word in row)
    weighed = {word for state, row in WEIGHTS.items() if state != "step" for word in row}
    assert set(map(kind, weighed)) <= set(map(kind, words))
    assert len(weighed - words) <= 0.1 * len(weighed)  # what is rare


def kind(word):
    """Return a word without its values: before=prose-open lead=3 is of the kind before= lead=."""
    return re.sub(r"=\S*|(?<=^last ).|(?<=^first ).", "=", word)
