"""split: cases as data, and what holds for every text there is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper.clipping import Block, Clipping, split_lines
from clipper.errors import PromiseError
from clipper.lexicon import known_words
from clipper.split import check_split, describe_doubts, split_page

CASES = json.loads((Path(__file__).parent / "cases" / "split.json").read_text("utf-8"))
GOLD = sorted((Path(__file__).parents[1] / "seeds").glob("*.gold.json"))  # a user's own pages have none
SEEDS = [gold.with_name(gold.name.replace(".gold.json", ".txt")) for gold in GOLD]


def read_case(case, blank):
    roles, rows = zip(*(row.split("|", 1) for row in case["page"]), strict=True)
    step = 2 if blank else 1
    text = ("\n\n" if blank else "\n").join(rows) + "\n"
    return text, {1 + step * n: role for n, role in enumerate(roles)}, step


@pytest.mark.parametrize("blank", [False, True], ids=["close", "blank lines"])
@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] != "known failure"], ids=lambda c: c["label"])
def test_case(case, blank):
    text, roles, step = read_case(case, blank)
    clips = split_page(text, known=known_words)
    got = {n: b.role for c in clips for b in c.blocks for n in b.lines}
    assert got == roles
    joins = [tuple(1 + step * (n - 1) for n in pair) for pair in case.get("joins", [])]
    assert [b.lines for c in clips for b in c.blocks if len(b.lines) > 1] == joins
    articles = [c for c in clips if c.kind == "article"]
    wanted = case.get("articles", sum(role == "headline" for role in roles.values()))
    assert len(articles) == wanted
    assert [f for c in articles for f in c.flags] == case.get("flags", [])


@pytest.mark.xfail(strict=True, reason="what split still reads wrongly: the one who mends it moves the case up")
@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "known failure"], ids=lambda c: c["label"])
def test_known_failure(case):
    test_case(case, blank=False)


def test_what_was_printed_twice_at_a_break_is_named():
    (case,) = [c for c in CASES if c["label"] == "letters printed twice at the break"]
    text, _, _ = read_case(case, blank=True)
    (seam,) = [s for c in split_page(text, known=known_words) for b in c.blocks for s in b.seams]
    assert (seam.dropped, "line 5 goes on from line 3" in seam.why) == ("地方。", True)


# ---- what holds for every text -------------------------------------------------------------------------------------

PIECES = [
    "河开了",
    "青石镇办起读书会",
    "昨夜，云岭河开了，两岸的人都来看。",
    "本报讯 秋收过后，镇上办起了读书会，每周",
    "一次。",
    "□本报记者 方某",
    "（下转第2版）",
    "■上接第1版 渠水进了村",
    "(新华社云岭1月25日电)",
    "第3版 要闻",
    "(",
    "■",
    "——一线见闻",
    "",
    " ",
    "\u3000\u3000他说：“好。",
    "”大家都笑了。",
    "量。只有如此",
    "【今日关注】",
    "▲图为读书会现场。",
    "村民在渠边看水。　齐秋立　摄",
    "小评论",
    "云岭报社出版　今日四版",
    "责任编辑：" + "方某、" * 19 + "，",  # a mark that is longer than a short line
    "一、修渠",
    "A",
    "1",
    "力量。",
    "渠" * 130,
    "渠水进村，" * 20,
    "\u2028",
    "\x0b",
    "\x85",
    "□□□",
    "\ufeff",
    "# 1",
    "***",
    "\\",
    "2025年",
]
ENDS = ["\n", "\r\n", "\r", "\n\n", "\f", "\n\f"]
PAGE = st.lists(st.tuples(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), st.sampled_from(ENDS)), max_size=25)


@given(PAGE.map(lambda rows: "".join(a + b for a, b in rows)))
def test_every_line_stands_in_exactly_one_block(text):
    clips = split_page(text)
    rows = {n: x.strip() for n, x in enumerate(split_lines(text), 1) if x.strip()}
    assert sorted(n for c in clips for b in c.blocks for n in b.lines) == sorted(rows)
    assert all(sum(b.role == "headline" for b in c.blocks) == (c.kind == "article") for c in clips)
    for block in (b for c in clips for b in c.blocks):
        dropped = sum(len(s.dropped) for s in block.seams)
        assert len(block.text) == sum(len(rows[n]) for n in block.lines) - dropped
        assert [block.text[s.at - 1 : s.at] for s in block.seams] == [rows[n][-1] for n in block.lines[:-1]]


@given(PAGE.map(lambda rows: "".join(a + b for a, b in rows)))
def test_an_article_has_one_headline_and_a_fragment_none(text):
    for clip in split_page(text):
        assert sum(b.role == "headline" for b in clip.blocks) == (clip.kind == "article")
        assert clip.blocks


@pytest.mark.parametrize("page", SEEDS, ids=lambda p: p.stem)
def test_line_ends_and_set_in_paragraphs_change_no_reading(page):
    data = page.read_bytes()
    text = data.decode("gb18030" if page.stem == "gb18030" else "utf-8")
    lines = split_lines(text)
    plain = split_page("\n".join(lines), known=known_words)
    assert split_page("\r\n".join(lines) + "\r\n", known=known_words) == plain
    assert split_page("\r".join(lines), known=known_words) == plain
    indented = split_page("\n".join("  " + x for x in lines), known=known_words)
    assert [b.text for c in indented for b in c.blocks] == [b.text for c in plain for b in c.blocks]


def test_a_form_feed_begins_a_page():
    page = "河开了\n昨夜，云岭河开了，两岸的人都来看。\n"
    clips = split_page(page + "\f" + page)
    assert [(c.headline, [b.lines for b in c.blocks]) for c in clips] == [
        ("河开了", [(1,), (2,)]),
        ("河开了", [(3,), (4,)]),
    ]


@pytest.mark.parametrize("text", ["", "\n", " \n\u3000\n", "\f\f"])
def test_nothing_gives_nothing(text):
    assert split_page(text) == []


def test_an_endless_paragraph_and_a_page_of_headlines():
    assert len(split_page("渠水进村，" * 20_000)) == 1
    text = "\n".join(f"青石镇第{n}次读书会" for n in range(2000))
    assert sum(len(b.lines) for c in split_page(text) for b in c.blocks) == 2000


@pytest.mark.parametrize(
    "blocks",
    [
        (Block("body", "河开了。", (1,)),),
        (Block("body", "河开了。", (1,)), Block("body", "又一行。", (2,)), Block("body", "又一行。", (2,))),
        (Block("body", "河开了！", (1,)), Block("body", "又一行。", (2,))),
    ],
    ids=["lost", "twice", "altered"],
)
def test_a_broken_promise_is_caught(blocks):
    with pytest.raises(PromiseError, match=r"^p\.txt: .*fault of clipper"):
        check_split("河开了。\n又一行。\n", [Clipping("p-1", "p.txt", blocks)], "p.txt")


def test_doubts_are_sentences_with_their_place():
    text = "河开了\n昨夜，云岭河开了，两岸的人都来看，\n一直看到天亮才回家。\n(\n"
    doubts = describe_doubts(split_page(text, source="p.txt", known=known_words))
    assert doubts[-1] == "p.txt:4: fragment: belongs to no article of the page"
    assert all(x.startswith("p.txt:") for x in doubts)


def test_a_break_that_is_left_open_is_told():
    cut = Block("body", "县里派人去了三个村，挨家挨户查看房前屋后的水沟和电线，还把", (2,))
    rest = Block("body", "渡口昨天开渡，两岸的人都来看。", (3,))
    headline = Block("headline", "雨前的准备", (1,))
    told = describe_doubts([Clipping("p-1", "p.txt", (headline, cut, rest))])
    assert [row.split(":")[1:3] for row in told] == [["2", " left open"]]
    assert describe_doubts([Clipping("p-1", "p.txt", (headline, rest, rest))]) == []
    verse = [Block("body", line, (n,)) for n, line in enumerate(["河水流过村庄", "流过桥洞", "流进稻田"], 2)]
    assert describe_doubts([Clipping("p-1", "p.txt", (headline, *verse))]) == []


BAD_PAGES = {
    "headlines only": "\n".join(f"第{n}号公告说渠水进村" for n in range(3000)),
    "one line over and over": "渠水进村了\n" * 3000,
    "an endless paragraph": "渠水进村了，大家都来看，" * 100_000,
    "an endless line without a mark": "渠水进村大家都来看" * 100_000,
    "noise": "\n".join(("■◆▲●【】（）《》“”—…·|~`!@#$%" * 4)[n % 90 : n % 90 + 1 + n % 60] for n in range(3000)),
    "brackets": "（" * 200_000 + "\n" + "\n".join("（" * 80 + "渠水" for _ in range(1000)),
    "English": "\n".join(f"The ferry at the crossing runs again, the ferryman said on day {n}." for n in range(3000)),
    "digits": "\n".join("1" * (1 + n % 150) for n in range(3000)),
    "lines that all stop in mid-sentence": "\n".join(
        "渠水昨天流进了最后一个村子，村里的人都到渠边来看水，"[n % 9 :] for n in range(3000)
    ),
    "the same letter": "\n".join("水" * 60 for _ in range(3000)),
}


@pytest.mark.parametrize("page", BAD_PAGES.values(), ids=BAD_PAGES.keys())
def test_a_page_that_is_none_is_answered_and_loses_nothing(page):
    clips = split_page(page, known=known_words)  # which holds itself against the page
    assert sum(len(b.lines) for c in clips for b in c.blocks) == sum(bool(x.strip()) for x in page.split("\n"))
