"""Pages set to a column's width: paragraphs are put together again, and other pages are left as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper.clipping import split_lines
from clipper.lexicon import known_words
from clipper.roles import Line
from clipper.split import _block, split_page
from clipper.wraps import Row, group_rows

SEEDS = Path(__file__).parents[1] / "seeds"
PARAGRAPHS = [
    "云岭县的渠水昨天流进了最后一个村子，村里的人都到渠边来看水，孩子们跟着水头一路跑下去，一直跑到了村口的石桥。",
    "这条渠修了三年，全长四十二公里，从白芷河引水，沿途有六座渡槽和十一座涵洞，灌溉一万两千亩水田。",
    "“从前种一季稻要看天，如今看渠就行了。”六十岁的村民老康说，他家的三亩田今年头一回插上了秧苗。",
    "县水利站的人说，渠道每年冬天清淤一次，沿线各村轮流出工，出一天工记一分，年底按分领粮。",
    "渠边还种了两排柳树，是镇上中学的学生利用三个星期天种下的，每棵树上都挂着种树人的名字。",
]


def wrapped(paragraphs, width, indent="\u3000\u3000", blank=False):
    lines = []
    for p in paragraphs:
        text = indent + p
        lines += [text[k : k + width] for k in range(0, len(text), width)]
        lines += [""] * blank
    return "\n".join(lines) + "\n"


def rows_of(text):
    rows, gap = [], 0
    for n, raw in enumerate(split_lines(text), 1):
        if raw.strip():
            rows.append(Row(n, raw.strip(), raw, gap))
        gap = 0 if raw.strip() else gap + 1
    return rows


def paragraphs_of(text):
    return ["".join(row.text for row in group) for group in group_rows(rows_of(text))]


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("width", [12, 17, 24, 30])
def test_set_in_paragraphs_come_back(width, blank):
    assert paragraphs_of(wrapped(PARAGRAPHS * 3, width, blank=blank)) == PARAGRAPHS * 3


@pytest.mark.parametrize("width", [13, 18, 23])
def test_paragraphs_come_back_from_a_blank_line_between_them(width):
    assert paragraphs_of(wrapped(PARAGRAPHS, width, indent="", blank=True)) == PARAGRAPHS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n".join(PARAGRAPHS),
        "\n".join(["渡口的灯还没有亮", "母亲站在桑树底下"] * 10),
        "\n".join(["河水退下去的时候，石阶醒了。", "对岸的灯亮起来，船也靠岸。"] * 10),
        "\n".join(f"青石镇第{n}次读书会" for n in range(10, 60)),
        "\n".join(["青石镇 320 25.6 一等", "白芷镇 118 19.4 二等"] * 8),
    ],
    ids=["nothing", "prose", "verse", "verse with stops", "headlines", "table"],
)
def test_other_pages_stay_line_by_line(text):
    assert all(len(group) == 1 for group in group_rows(rows_of(text)))


@pytest.mark.parametrize("name", ["clean", "briefs", "damaged", "traditional"])
def test_no_sample_page_is_taken_for_a_wrapped_one(name):
    assert all(len(group) == 1 for group in group_rows(rows_of((SEEDS / f"{name}.txt").read_text("utf-8"))))


@given(st.lists(st.text("渠水进村，。 \u3000a1", max_size=14), max_size=40), st.integers(8, 20))
def test_every_row_stands_in_one_group_in_order(lines, width):
    text = "\n".join(lines) + "\n" + wrapped(PARAGRAPHS, width)
    rows = rows_of(text)
    assert [row for group in group_rows(rows) for row in group] == rows


@pytest.mark.parametrize("width", [17, 24])
def test_a_wrapped_page_is_split_as_the_same_page_unwrapped(width):
    pages = ["渠水流进了最后一个村子\n□本报记者 方某\n", "一所小学的气象站\n□本报记者 齐某\n"]
    first, second = PARAGRAPHS * 2, PARAGRAPHS[3:]
    clips = split_page(pages[0] + wrapped(first, width) + pages[1] + wrapped(second, width), known=known_words)
    assert [c.headline for c in clips] == ["渠水流进了最后一个村子", "一所小学的气象站"]
    assert [b.text for b in clips[0].blocks if b.role == "body"] == first
    assert all(len(b.seams) == len(b.lines) - 1 for c in clips for b in c.blocks)


def test_letters_printed_twice_over_the_end_of_a_row():
    """A column break on a narrow page that prints more again than a row holds: all of it stays."""
    rows = [
        "一二三四五六七八九十水渠",
        "村里的人都到渠边来看水，",
        "渠水流过了三个村子流到了",
        "最远的田里去浇灌稻子和麦",
    ]
    lines = [Line((1,), (), "".join(rows), "", "", "open", 0, False, False, "prose-open")]
    again = "".join(rows)[-16:] + "苗，今年的收成会好得多。"
    second = Line((2, 3, 4), (12, 24), again, "", "", "final", 0, False, True, "prose-final")
    block = _block([(lines[0], "body"), (second, "cont")])
    assert block.text == lines[0].text + again
    assert [s.dropped for s in block.seams] == ["", "", ""]
