"""What stands twice is found where it stands; what is removed is no accident; ordinary repeats stay."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipper.alike import compare_texts, is_near
from clipper.clipping import Block, Clipping, Seam
from clipper.copies import KEEPS, WHOLE
from clipper.dedupe import KINDS, find_repeats, remove_repeats, to_finding_record
from clipper.finding import list_paragraphs
from clipper.fingerprint import edit_distance, normal_form

# Invented paragraphs, none of which shares a stretch with another.
MARKET = "每逢初五，青石镇的集市便热闹起来，卖竹篮的、修铁锅的、写对联的沿河摆开，从清早一直忙到日头偏西才慢慢散去。"
BRIDGE = "云岭县今年把三座旧木桥改成了石桥，孩子们上学不必再绕远路，雨天也能走得稳稳当当。"
SCHOOL = "学堂里新添了两架钢琴，音乐教员何某每周来上四节课，教大家唱乡间老歌。"
ORCHARD = "北坡果园试种的早熟梨头一回挂果，摘下来尝，皮薄汁多，甜得人直点头。"
HARBOUR = "渡口的老船工把橹擦得发亮，说只要还有人过河，他就天天守在这里。"
CLINIC = "卫生所添置了一台新仪器，看眼睛的老人排起了队，大夫耐心地一个一个查。"
LIBRARY = "图书室夜里也亮着灯，放了工的年轻人来借书，有人一坐就是两三个钟头。"


def page(*rows, source="page.txt"):
    """Return one article; a row is a paragraph of the body, or (role, text), or a Block."""
    blocks = [Block("headline", "一纸旧闻录", (1,))]
    for n, row in enumerate(rows, 1):
        role, text = row if isinstance(row, tuple) else ("body", row)
        blocks.append(row if isinstance(row, Block) else Block(role, text, (2 * n + 1,)))
    return Clipping("page-1", source, tuple(blocks))


def told(findings, kind=None):
    """Return the findings as (kind, action, keep lines, drop lines)."""
    return [
        (f.kind, f.action, f.keep.lines if f.keep else None, tuple(p.lines for p in f.drop))
        for f in findings
        if kind in (None, f.kind)
    ]


def found(*rows, kind=None, **options):
    return told(find_repeats([page(*rows)], **options), kind)


def shown(place, clips):
    """Return the text that PLACE points at, read off the clippings."""
    for clip in clips:
        for block in clip.blocks:
            if clip.source == place.source and clip.id == place.id:
                if block.lines == place.lines:
                    return block.text[slice(*place.span)]
                if len(place.lines) == 1 and place.lines[0] in block.lines:
                    k = block.lines.index(place.lines[0])
                    cuts = [0, *(s.at for s in block.seams), len(block.text)]
                    line = (block.seams[k - 1].dropped if k else "") + block.text[cuts[k] : cuts[k + 1]]
                    return line[slice(*place.span)]
    raise AssertionError(place)


# Repeats

REMOVED = [
    ("one long paragraph", [MARKET, SCHOOL, MARKET], [7]),
    ("set with other width, spaces and quotes", [MARKET, f"　{MARKET.replace('，', ', ').replace('、', ' 、')}"], [5]),
    ("three short ones in a row", [SCHOOL, ORCHARD, HARBOUR, CLINIC, SCHOOL, ORCHARD, HARBOUR], [11, 13, 15]),
    ("a short one beside a long one", [MARKET, "天气也凑趣。", SCHOOL, MARKET, "天气也凑趣。"], [9, 11]),
    (
        "a subhead inside",
        [SCHOOL, ("subhead", "果园里头"), ORCHARD, CLINIC, SCHOOL, ("subhead", "果园里头"), ORCHARD],
        [11, 13, 15],
    ),
    ("all copies but the first", [MARKET, SCHOOL, MARKET, ORCHARD, MARKET], [7, 11]),
    ("a run with a longer repeat set in it", [SCHOOL, ORCHARD, MARKET, SCHOOL, MARKET, ORCHARD], [9, 11, 13]),
    ("a byline between", [SCHOOL, ORCHARD, SCHOOL, ("byline", "□记者 方某"), ORCHARD], [7, 11]),
    ("broken over a column", [MARKET, Block("body", MARKET, (9, 11), (Seam(20, "", "…"),))], [9, 11]),
]


@pytest.mark.parametrize(("rows", "lines"), [x[1:] for x in REMOVED], ids=[x[0] for x in REMOVED])
def test_removed(rows, lines):
    clips = [page(*rows)]
    findings = find_repeats(clips)
    gone = [n for f in findings if f.action == "remove" for p in f.drop for n in p.lines]
    assert sorted(gone) == lines
    assert all(f.kind == "repeat" for f in findings if f.action == "remove")
    left = [n for c in remove_repeats(clips, findings) for b in c.blocks for n in b.lines]
    assert sorted(left + gone) == sorted(n for b in clips[0].blocks for n in b.lines)


VERSE = ["河水清又清，", "载我到县城。", "归来月已明，", "母亲在窗前。"]
CHAPTERS = [("subhead", "第一章　总则与适用的范围和对象一览"), ("subhead", "第二章　居民的权利义务与办事的程序")]
ROW = "\t".join(f"{n}月　{n * 7}人" for n in range(1, 13))
NEWS = [("headline", "果园的消息"), ORCHARD]
STAYS = [
    ("a short paragraph alone", [SCHOOL, MARKET, SCHOOL], [("repeat", "report", (3,), ((7,),))]),
    ("a refrain", ["山高水长路漫漫，", "不见归人还。", MARKET, "山高水长路漫漫，", "不见归人还。"], 2),
    ("a long refrain of short lines", [*VERSE, *VERSE[::-1], MARKET, *VERSE, *VERSE[::-1]], 4),
    ("a picture mark", ["图片：", MARKET, "图片："], []),
    ("a salutation", ["编辑同志：", MARKET, "编辑同志："], 1),
    ("a byline", [("byline", "□青石报记者 方某"), MARKET, ("byline", "□青石报记者 方某")], []),
    ("an end mark", [("end_mark", "（本报青石镇一月三日电）"), MARKET, ("end_mark", "（本报青石镇一月三日电）")], []),
    ("furniture", [("furniture", "责任编辑：方某 何某"), MARKET, ("furniture", "责任编辑：方某 何某")], []),
    ("a headline", [("headline", "青石镇的集市热闹起来了"), MARKET, ("headline", "青石镇的集市热闹起来了")], 1),
    ("a caption", [("caption", MARKET), SCHOOL, ("caption", MARKET)], 1),
    ("contents of a law", [*CHAPTERS, MARKET, *CHAPTERS], 2),
    ("a long row of a table", [ROW, MARKET, ROW], 1),
    ("two paragraphs that are not neighbours", [SCHOOL, ORCHARD, CLINIC, SCHOOL, LIBRARY, ORCHARD], 2),
    ("a run over a headline", [SCHOOL, *NEWS, CLINIC, SCHOOL, *NEWS], 3),
    ("other numbers", [MARKET + "来客3200人。", MARKET + "来客3300人。"], []),
    ("another sign", ["青石镇物价指数－１．２", SCHOOL, "青石镇物价指数１．２"], []),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "want"), [x[1:] for x in STAYS], ids=[x[0] for x in STAYS])
def test_stays(rows, want):
    got = found(*rows)
    assert (got if isinstance(want, list) else len(got)) == want
    assert all(action == "report" and kind == "repeat" for kind, action, *_ in got)


def test_some_copies_removed_and_some_reported():
    got = found(SCHOOL, ORCHARD, CLINIC, SCHOOL, HARBOUR, SCHOOL, ORCHARD, LIBRARY, SCHOOL)
    assert got == [
        ("repeat", "report", (3,), ((9,), (19,))),
        ("repeat", "remove", (3,), ((13,),)),
        ("repeat", "remove", (5,), ((15,),)),
    ]


def test_every_place_has_one_action():
    rows = [SCHOOL, ORCHARD, CLINIC, SCHOOL, HARBOUR, SCHOOL, ORCHARD, MARKET, SCHOOL, MARKET]
    places = [p for f in find_repeats([page(*rows)]) for p in f.drop]
    assert len(places) == len(set(places))


SHORT_LINES = [MARKET[i : i + 14] for i in range(0, len(MARKET), 14)]


def test_lines_out_of_the_middle_of_a_paragraph_are_not_removed():
    misread = [SHORT_LINES[0].replace("集", "隼"), *SHORT_LINES[1:3], SHORT_LINES[3].replace("日", "曰")]
    rows = [*(x * 2 for x in SHORT_LINES), SCHOOL, *(x * 2 for x in misread)]
    got = found(*rows)
    assert {action for _, action, *_ in got} == {"report"}
    assert ("repeat", "report", (5,), ((15,),)) in got


def test_a_paragraph_that_breaks_off_is_not_removed_by_itself():
    open_end = MARKET.rstrip("。") + "的人"
    assert found(open_end, SCHOOL, open_end, ORCHARD) == [("repeat", "report", (3,), ((7,),))]
    assert found(SCHOOL[:12], MARKET, ORCHARD[:12], MARKET) == [("repeat", "report", (5,), ((9,),))]


def test_a_paragraph_that_is_whole_once_is_whole():
    open_end = MARKET.rstrip("。") + "的人"
    assert found(open_end, SCHOOL, open_end) == [("repeat", "remove", (3,), ((7,),))]
    assert found(SCHOOL, MARKET, ORCHARD[:12], MARKET) == [("repeat", "remove", (5,), ((9,),))]


def test_two_articles_may_call_the_same_roll_of_names():
    names = "方某、何某、赵某某、钱某某、孙某、李某某、周某、吴某某、郑某、王某某、冯某、陈某某、褚某某、卫某、蒋某某"
    roll = f"青石镇的{names}、沈某某出席。"
    other = Clipping("page-2", "page.txt", (Block("headline", "又一桩事", (31,)), Block("body", roll, (33,))))
    assert told(find_repeats([page(roll, SCHOOL), other])) == [("repeat", "report", (3,), ((33,),))]
    assert found(roll, SCHOOL, roll)[0][1] == "remove"


def test_over_sources_nothing_is_removed():
    clips = [page(MARKET, SCHOOL, ORCHARD, source=name) for name in ("a.txt", "b.txt")]
    findings = find_repeats(clips)
    assert {(f.kind, f.action) for f in findings} == {("repeat", "report")}
    assert [(f.keep.source, f.drop[0].source) for f in findings] == [("a.txt", "b.txt")] * 4
    assert "line 3 of b.txt says the same as line 3" in findings[1].why
    assert remove_repeats(clips, findings) == clips


def test_each_source_keeps_its_own_first_copy():
    clips = [page(MARKET, MARKET, source=name) for name in ("a.txt", "b.txt")]
    removed = [f for f in find_repeats(clips) if f.action == "remove"]
    assert [(f.keep.source, f.drop[0].source) for f in removed] == [("a.txt", "a.txt"), ("b.txt", "b.txt")]
    assert [len(c.blocks) for c in remove_repeats(clips, removed)] == [2, 2]


def test_the_same_record_twice_loses_nothing():
    clips = [page(MARKET), page(MARKET)]
    findings = find_repeats(clips)
    assert all(f.action == "report" for f in findings)
    assert remove_repeats(clips, findings) == clips


def test_records_without_lines_lose_nothing():
    clips = [Clipping("x", "s", (Block("headline", "河开了", ()), Block("body", MARKET), Block("body", MARKET)))]
    findings = find_repeats(clips)
    assert told(findings, "repeat") == [("repeat", "report", (), ((),))]
    assert remove_repeats(clips, findings) == clips


def test_min_letters():
    rows = [SCHOOL, CLINIC, SCHOOL]
    assert found(*rows)[0][1] == "report"
    assert found(*rows, min_letters=20)[0][1] == "remove"
    assert found(MARKET, MARKET, min_letters=100)[0][1] == "report"


def test_a_clipping_left_with_nothing_disappears():
    clips = [page(MARKET), Clipping("page-2", "page.txt", (Block("body", MARKET, (9,)),))]
    assert remove_repeats(clips, find_repeats(clips)) == clips[:1]


def test_ids_are_left_out_on_a_raw_page():
    clips = [page(MARKET, MARKET)]
    findings = find_repeats(clips, with_ids=False)
    assert {p.id for f in findings for p in (f.keep, *f.drop)} == {None}
    assert [b.lines for b in remove_repeats(clips, findings)[0].blocks] == [(1,), (3,)]


def test_finding_record():
    record = to_finding_record(find_repeats([page(MARKET, MARKET)])[0])
    assert list(record) == ["kind", "action", "letters", "score", "why", "keep", "drop"]
    assert list(record["keep"]) == ["source", "id", "lines", "span"]
    assert record["keep"] == {"source": "page.txt", "id": "page-1", "lines": [3], "span": [0, len(MARKET)]}
    assert (record["letters"], record["score"]) == (47, 1.0)
    assert json.loads(json.dumps(record)) == record


def test_a_long_list_of_lines_is_cut_short_in_words_only():
    (finding,) = find_repeats([page(*[SCHOOL, "间隔一", SCHOOL, "间隔二"] * 20)], min_letters=9999)[:1]
    assert len(finding.drop) == 39
    assert len(finding.why) < 200


# What else is judged by what stands around it


def misread(text, *places):
    """Return TEXT with other letters at PLACES."""
    return "".join("囗" if n in places else c for n, c in enumerate(text))


def test_a_misread_paragraph_goes_on_with_a_run_and_stays():
    rows = [SCHOOL, ORCHARD, HARBOUR, CLINIC]
    got = found(*rows, LIBRARY, misread(SCHOOL, 4, 9), ORCHARD, HARBOUR, misread(CLINIC, 7))
    assert [x for x in got if x[1] == "remove"] == [
        ("repeat", "remove", (5,), ((15,),)),
        ("repeat", "remove", (7,), ((17,),)),
    ]
    assert [x[:3] for x in got if x[0] == "near"] == [("near", "report", (3,)), ("near", "report", (9,))]


def test_what_is_written_otherwise_is_no_misread_paragraph():
    said = [f"镇长说{SCHOOL}", ORCHARD[:20] + "。", f"他又说{CLINIC}"]
    told_of = [SCHOOL, ORCHARD[:20] + "。", CLINIC]
    assert not [x for x in found(*said, LIBRARY, *told_of) if x[1] == "remove"]


LAW = [
    "第三条　居民凭证件到村里的服务站办理登记，工作人员当日答复。",
    "第四条　逾期未答复的视为同意，并由镇里补发回执一份。",
]


def other(*rows, source="page.txt"):
    """Return another article, on lines from 101 on."""
    blocks = [Block("headline", "又一桩事", (101,)), *(Block("body", x, (n,)) for n, x in enumerate(rows, 103))]
    return Clipping("page-2", source, tuple(blocks))


ITEMS = [
    "（一）居民凭证件到村里的服务站办理登记，工作人员当日答复。",
    "（二）逾期未答复的视为同意，并由镇里补发回执一份。",
]


def test_items_of_a_law_stand_in_its_amendment_as_well():
    findings = find_repeats([page(*ITEMS, SCHOOL), other(CLINIC, *ITEMS)])
    assert {f.action for f in findings} == {"report"}


def test_articles_of_a_law_stand_in_its_amendment_as_well():
    findings = find_repeats([page(*LAW, SCHOOL), other(*LAW)])
    assert {f.action for f in findings} == {"report"}
    assert all("article of a law" in f.why for f in findings)
    assert "remove" in {f.action for f in find_repeats([page(*LAW, SCHOOL, *LAW)])}


def test_a_short_line_that_two_articles_end_with_stays_where_a_run_ends():
    rows = (SCHOOL, ORCHARD, "镇长也到了场。")
    got = told(find_repeats([page(MARKET, *rows), other(CLINIC, *rows)]))
    assert [x for x in got if x[1] == "remove"] == [
        ("repeat", "remove", (5,), ((104,),)),
        ("repeat", "remove", (7,), ((105,),)),
    ]
    (closing,) = find_repeats([page(MARKET, rows[2]), other(CLINIC, rows[2])])
    assert "ends an article" in closing.why


def test_two_reports_of_one_event_begin_alike():
    rows = (SCHOOL, ORCHARD, MARKET)
    findings = find_repeats([page(*rows, CLINIC), other(*rows, HARBOUR)])
    assert {f.action for f in findings} == {"report"}
    assert ["report one event" in f.why for f in findings if f.letters >= 40] == [True]
    twice = Clipping("page-2", "page.txt", (Block("headline", "一纸旧闻录", (101,)), Block("body", MARKET, (103,))))
    assert "remove" in {f.action for f in find_repeats([page(MARKET, SCHOOL), twice])}  # one article, printed twice


def test_a_run_in_the_middle_of_another_run():
    got = found(SCHOOL, ORCHARD, CLINIC, HARBOUR, LIBRARY, SCHOOL, CLINIC, HARBOUR, ORCHARD)
    assert sorted(x[3][0][0] for x in got if x[1] == "remove") == [13, 15, 17, 19]


# What is taken out, and which copy stays


@pytest.mark.parametrize(("keep", "lines"), [("first", [9, 11]), ("last", [3, 5]), ("longest", [3, 5])])
def test_which_copy_stays(keep, lines):
    rows = [MARKET, SCHOOL, ORCHARD, f"“{MARKET}”", SCHOOL]
    clips = [page(*rows)]
    findings = find_repeats(clips, keep=keep)
    assert sorted(n for f in findings if f.action == "remove" for p in f.drop for n in p.lines) == lines
    left = [b.lines[0] for c in remove_repeats(clips, findings) for b in c.blocks]
    assert sorted(left + lines) == [1, 3, 5, 7, 9, 11]


def test_nothing_is_taken_out_when_asked():
    got = find_repeats([page(MARKET, MARKET)], remove=())
    assert [(f.action, f.drop[0].lines) for f in got] == [("report", (5,))]
    assert "as asked" in got[0].why


KINDS_TAKEN_OUT = [
    ("near", [MARKET, CLINIC, misread(MARKET, 3, 17)], [7]),
    ("near", [SCHOOL, CLINIC, misread(SCHOOL, 3, 17)], []),  # too short
    ("passage", [f"老人记得清楚：{MARKET}这话不假。", CLINIC, MARKET], [7]),
    ("passage", [MARKET, CLINIC, f"老人记得清楚：{MARKET}这话不假。"], [3]),
    ("headline", [("kicker", "渡口今年换了新船，过河不再等半天"), SCHOOL, "过河不再等半天"], [7]),
]


@pytest.mark.parametrize(("kind", "rows", "lines"), KINDS_TAKEN_OUT, ids=lambda x: x if isinstance(x, str) else "")
def test_other_kinds_are_taken_out_when_asked(kind, rows, lines):
    clips = [page(*rows)]
    reported = find_repeats(clips)
    assert {f.action for f in reported} == {"report"}
    findings = find_repeats(clips, remove=[kind])
    assert [n for f in findings if f.action == "remove" for p in f.drop for n in p.lines] == lines
    assert all(f.kind == kind and "as asked" in f.why for f in findings if f.action == "remove")
    assert {p.lines for f in findings for p in f.places} == {p.lines for f in reported for p in f.places}


HEADING = "渡口今年换了新船，过河不再等半天"
LEANING = [
    ("a heading stays", ["headline"], [("kicker", "渡口今年换了新船"), SCHOOL, f"老船工说，{HEADING}，真好。"], []),
    ("a part of a heading goes", ["headline"], [("kicker", HEADING), SCHOOL, "过河不再等半天"], [7]),
    ("headings are not near repeats", ["near"], [("headline", MARKET), SCHOOL, ("headline", misread(MARKET, 9))], []),
    ("captions are not near repeats", ["near"], [("caption", MARKET), SCHOOL, ("caption", misread(MARKET, 9))], []),
    (
        "what a passage stands in stays",
        ["near", "passage"],
        [f"{BRIDGE}{misread(MARKET, 9)}", CLINIC, MARKET, SCHOOL, f"{BRIDGE}{MARKET}"],
        [11],
    ),
]


@pytest.mark.parametrize(("kinds", "rows", "lines"), [x[1:] for x in LEANING], ids=[x[0] for x in LEANING])
def test_what_something_else_leans_on_stays(kinds, rows, lines):
    findings = find_repeats([page(*rows)], remove=kinds)
    assert [n for f in findings if f.action == "remove" for p in f.drop for n in p.lines] == lines


def test_what_is_taken_out_is_not_reported_for_another_reason():
    rows = [MARKET, CLINIC, misread(MARKET, 3, 17), f"{BRIDGE}{MARKET[20:]}"]
    assert {f.kind for f in find_repeats([page(*rows)])} == {"near", "passage"}
    findings = find_repeats([page(*rows[:3])], remove=["near"])
    assert [(f.kind, f.action) for f in findings] == [("near", "remove")]
    stray = Clipping("page-2", "page.txt", (Block("stray", SCHOOL, (31,)), Block("body", MARKET, (33,))))
    kinds = [(f.kind, f.action) for f in find_repeats([page(MARKET), stray], remove=["repeat", "fragment"])]
    assert kinds == [("repeat", "remove"), ("fragment", "remove")]


def test_a_fragment_that_a_passage_leans_on_stays():
    stray = Clipping("page-2", "page.txt", (Block("stray", f"老人说：{MARKET}这话一点不假，{BRIDGE}", (31,)),))
    findings = find_repeats([page(MARKET, SCHOOL), stray], remove=["passage", "fragment"])
    gone = [n for f in findings if f.action == "remove" for p in f.drop for n in p.lines]
    assert gone == [3]


def test_fragments_are_taken_out_when_asked():
    stray = Clipping("page-2", "page.txt", (Block("stray", SCHOOL, (31,)), Block("furniture", "第3版 要闻", (33,))))
    clips = [page(MARKET), stray]
    findings = find_repeats(clips, remove=["fragment"])
    assert told(findings) == [("fragment", "remove", None, ((31,),))]
    assert [b.lines for c in remove_repeats(clips, findings) for b in c.blocks] == [(1,), (3,), (33,)]


def test_copies_in_other_sources_are_taken_out_when_asked():
    clips = [page(MARKET, SCHOOL, ORCHARD, source=name) for name in ("a.txt", "b.txt")]
    removed = [f for f in find_repeats(clips, across=True) if f.action == "remove"]
    assert {p.source for f in removed for p in f.drop} == {"b.txt"}
    assert {f.keep.source for f in removed} == {"a.txt"}
    kept = [f for f in find_repeats(clips, across=True, keep="last") if f.action == "remove"]
    assert {p.source for f in kept for p in f.drop} == {"a.txt"}


# The archive


def archived(*rows, source="old.txt"):
    blocks = tuple(Block("body", text, (n,)) for n, text in enumerate(rows, 3))
    return Clipping("old-1", source, blocks, extra={"source_sha256": "ab" * 32})


def test_what_the_archive_has_is_reported_and_named():
    (finding,) = find_repeats([page(SCHOOL, MARKET)], old=[archived(CLINIC, MARKET, CLINIC)])
    assert (finding.kind, finding.action, finding.keep.source, finding.keep.lines) == (
        "repeat",
        "report",
        "old.txt",
        (4,),
    )
    assert (finding.keep.sha256, finding.drop[0].sha256) == ("ab" * 32, None)
    assert "line 4 of old.txt in the archive" in finding.why
    assert to_finding_record(finding)["keep"]["sha256"] == "ab" * 32
    assert "sha256" not in to_finding_record(finding)["drop"][0]


@pytest.mark.parametrize("keep", ["first", "last", "longest"])
def test_what_the_archive_has_is_taken_out_when_asked_and_never_from_it(keep):
    clips, old = [page(SCHOOL, f"“{MARKET}”", source="old.txt")], [archived(CLINIC, MARKET, CLINIC)]
    (finding,) = find_repeats(clips, old=old, across=True, keep=keep)
    assert (finding.action, finding.keep.sha256, finding.drop[0].lines) == ("remove", "ab" * 32, (5,))
    assert [b.lines for b in remove_repeats(clips, [finding])[0].blocks] == [(1,), (3,)]


def test_near_repeats_and_passages_reach_into_the_archive():
    got = find_repeats(
        [page(misread(MARKET, 3, 17), f"镇上办灯会，{TAIL}一直亮到天明。")],
        old=[archived(MARKET, CLINIC, f"入夜，{TAIL}一直亮到天明。")],
    )
    assert [(f.kind, f.keep.sha256 is None, f.drop[0].sha256 is None) for f in got] == [
        ("near", False, True),
        ("passage", False, True),
    ]


# Near repeats

NOISY = "每逢初五，青石镇的集市便热闹起耒，卖竹蓝的、修铁锅的、写对联的沿河摆开，从清早一直忙到日头偏西才慢漫散去。"
NEAR = [
    ("misread letters", MARKET, NOISY, 3),
    ("a letter lost", SCHOOL, SCHOOL.replace("钢琴", "琴"), 1),
    ("a letter too many", SCHOOL, SCHOOL.replace("学堂", "学学堂"), 1),
    ("an illegible letter", SCHOOL, SCHOOL.replace("何某", "何□"), 0),
    ("twelve letters", "渡口今天来了七位新船工", "渡口今天来了八位新船工", None),
    ("twelve letters, one other", "老渡口今天来了几位新船工", "老渡囗今天来了几位新船工", 1),
    ("too short", "渡口来了新船工", "渡囗来了新船工", None),
    ("other numbers", "今年全镇共修桥12座，花去35万元。", "今年全镇共修桥17座，花去48万元。", None),
    ("other dates", "读书会定在3月5日晚上七点开讲。", "读书会定在三月十二日晚上八点开讲。", None),
    ("another day of the month", "读书会定在正月初五晚上在学堂开讲。", "读书会定在二月初五晚上在学堂开讲。", None),
    ("another sum", "渡口今年收入壹佰贰拾元整归公有。", "渡口今年收入壹佰叁拾元整归公有。", None),
    ("a Roman number", "青石镇水库Ⅲ号闸门今天上午开闸。", "青石镇水库Ⅳ号闸门今天上午开闸。", None),
    ("another weekday", "读书会每逢星期三晚上在学堂开讲。", "读书会每逢星期六晚上在学堂开讲。", None),
    ("another case of a form", "第12条　青石镇的居民凭证件办理登记。", "第13条　白石镇的居民凭证件办理登记。", None),
    ("another text", SCHOOL, ORCHARD, None),
    ("a fifth of the letters, here and there", SCHOOL, misread(SCHOOL, 2, 5, 13, 19, 27), 5),
    ("a fifth of the letters, side by side", SCHOOL, misread(SCHOOL, 3, 4, 5, 6, 7), None),
]


@pytest.mark.parametrize(("a", "b", "differ"), [x[1:] for x in NEAR], ids=[x[0] for x in NEAR])
def test_near(a, b, differ):
    got = [f for f in find_repeats([page(a, CLINIC, b)]) if f.kind == "near"]
    assert told(got) == ([] if differ is None else [("near", "report", (3,), ((7,),))])
    if got:
        size = max(sum(c.isalnum() or c == "□" for c in x) for x in (a, b))
        assert got[0].score == pytest.approx(1 - differ / size, abs=0.001)


@pytest.mark.parametrize("rate", [0.02, 0.05, 0.1])
def test_near_with_noise_of_a_tenth(rate):
    rng = random.Random(5)
    tried = 0
    for text in [MARKET, BRIDGE, SCHOOL, ORCHARD, HARBOUR, CLINIC, LIBRARY, MARKET + BRIDGE + SCHOOL] * 8:
        noisy = "".join(rng.choice("的一是了我不") if c.isalpha() and rng.random() < rate else c for c in text)
        a, b = normal_form(text), normal_form(noisy)
        if a != b and edit_distance(a, b, len(a) // 10) is not None:
            tried += 1
            assert found(text, "别的话，隔开用的。", noisy) == [("near", "report", (3,), ((7,),))]
    assert tried > 20


@given(st.text(alphabet="甲乙丙丁戊己庚辛□", min_size=12, max_size=30), st.data())
@settings(max_examples=60)
def test_near_is_near_either_way_round(text, data):
    a = normal_form(f"甲{text}")
    places = data.draw(st.lists(st.integers(1, len(a) - 1), max_size=6))
    b = normal_form("".join(data.draw(st.sampled_from("子丑寅卯□")) if n in places else c for n, c in enumerate(a)))
    assert is_near(a, b) == is_near(b, a)


def noisy(rng, text, rate, letters):
    """Return TEXT misread: letters changed, added and left out."""
    out = []
    for c in text:
        x = rng.random()
        if x > rate:
            out.append(c)
        elif x < rate * 0.75:
            out += rng.choice(letters) if x < rate / 2 else c + rng.choice(letters)
    return "".join(out)


def test_paragraphs_with_a_tenth_of_the_letters_misread_are_found():
    rng = random.Random(7)
    letters = [chr(0x4E00 + n) for n in range(900)]
    weights = [1 / (n + 9) for n in range(900)]
    texts = ["".join(rng.choices(letters, weights, k=rng.randrange(20, 150))) + "。" for _ in range(200)]
    rows = [*texts, *(noisy(rng, text[:-1], 0.1, letters[:60]) + "。" for text in texts)]
    pairs = {frozenset(p.lines[0] for p in f.places) for f in find_repeats([page(*rows)]) if f.kind == "near"}
    want = [frozenset((2 * n + 1, 2 * (n + len(texts)) + 1)) for n in range(1, len(texts) + 1)]
    assert sum(pair in pairs for pair in want) >= 0.95 * len(texts)
    assert pairs <= set(want)


def test_many_misread_copies_of_one_paragraph_are_one_finding():
    rows = [MARKET, *(misread(MARKET, n, n + 9) for n in (2, 11, 24, 31))]
    got = [f for f in find_repeats([page(*rows)]) if f.kind == "near"]
    assert told(got) == [("near", "report", (3,), ((5,), (7,), (9,), (11,)))]


def test_every_near_pair_stands_in_some_finding():
    rng = random.Random(3)
    letters = [chr(0x4E00 + n) for n in range(60)]
    base = "".join(rng.choices(letters, k=60))
    texts = []
    for _ in range(9):  # a chain: each is near to the one before, the ends are not near to each other
        texts.append(base)
        base = "".join(rng.choice(letters) if rng.random() < 0.08 else c for c in base)
    groups = {p.normal: [p] for p in list_paragraphs([page(*texts)])}
    pairs = {frozenset((x.one, x.two)) for x in compare_texts(groups).near}
    places = [{p.lines[0] for p in f.places} for f in find_repeats([page(*texts)]) if f.kind == "near"]
    lines = {normal_form(text): 2 * n + 1 for n, text in enumerate(texts, 1)}
    assert len(pairs) > 8 > len(places)
    assert all(any({lines[t] for t in pair} <= where for where in places) for pair in pairs)


def test_a_slogan_that_stands_in_many_places_ranks_low():
    twice = find_repeats([page(f"{SCHOOL}入夜以后，{TAIL}一直亮。", f"{CLINIC}入夜以后，{TAIL}一直亮。")])
    often = find_repeats([page(*(f"{x}入夜以后，{TAIL}一直亮。" for x in (SCHOOL, CLINIC, ORCHARD, HARBOUR)))])
    assert (twice[0].score, often[0].score) == (1.0, 0.333)


# Passages

TAIL = "沿河的人家都把灯笼挂到了屋檐下，"
BEND = "要在青石镇南面的河湾里给过河上学的孩子们修一座新的"
PASSAGES = [
    ("tail of both", f"入夜，{TAIL}一直亮到天明。", f"镇上办灯会，{TAIL}一直亮到天明。", f"{TAIL}一直亮到天明"),
    ("head of both, too short", f"{TAIL}等着船回来。{SCHOOL}", f"{TAIL}照得水面通红。{ORCHARD}", None),
    ("head of both", f"{TAIL}小船归来。{SCHOOL}", f"{TAIL}小船归去。{ORCHARD}", f"{TAIL}小船归"),
    (
        "between punctuation",
        f"{SCHOOL}入冬，{TAIL}照亮归路，河上不冷。",
        f"{ORCHARD}过年，{TAIL}照亮归路，孩子们最爱看。",
        f"{TAIL}照亮归路",
    ),
    ("short and open", "听说在青石镇南面的河湾里修一座石桥的人很多", "他想在青石镇南面的河湾里修一座石屋养老", None),
    ("long and open", f"传说{BEND}石桥了罢", f"他还想{BEND}渡船屋", BEND),
    ("a whole paragraph inside another", MARKET, f"老人记得清楚：{MARKET}这话不假。", MARKET.rstrip("。")),
]


@pytest.mark.parametrize(("a", "b", "shared"), [x[1:] for x in PASSAGES], ids=[x[0] for x in PASSAGES])
def test_passage(a, b, shared):
    clips = [page(a, CLINIC, b)]
    got = [f for f in find_repeats(clips) if f.kind == "passage"]
    assert told(got) == ([] if shared is None else [("passage", "report", (3,), ((7,),))])
    if got:
        assert [shown(p, clips).strip("，。") for p in (got[0].keep, *got[0].drop)] == [shared, shared]
        assert got[0].letters == sum(c.isalnum() for c in shared)


def test_one_stretch_in_three_paragraphs_is_one_finding():
    rows = [f"{x}入夜以后，{TAIL}一直亮到天明。" for x in (SCHOOL, ORCHARD, HARBOUR)]
    assert found(*rows) == [("passage", "report", (3,), ((5,), (7,)))]


def test_a_standing_phrase_is_no_passage():
    names = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未"
    rows = [
        f"{x * 9}说起往事，{TAIL}一直亮到天明，{x}{y}{x}记得很清楚。" for x, y in zip(names, names[::-1], strict=True)
    ]
    assert [f for f in find_repeats([page(*rows)]) if f.kind == "passage"] == []


# Joined paragraphs

HALVES = Block("body", "渡口边新修了凉亭，过河的人可以坐下歇脚，喝一碗热茶再走。", (9, 11), (Seam(13, "凉亭，", "…"),))


def test_overlap_names_both_lines_and_what_stands_twice():
    block = Block("body", "大家都出了一份力量。只有齐心，桥才修得成。", (5, 9), (Seam(10, "量。", "…"),))
    clips = [page(SCHOOL, block)]
    (finding,) = [f for f in find_repeats(clips) if f.kind == "overlap"]
    assert (finding.action, finding.keep.lines, finding.drop[0].lines) == ("report", (5,), (9,))
    assert (finding.keep.span, finding.drop[0].span) == ((8, 10), (0, 2))
    assert [shown(p, clips) for p in (finding.keep, *finding.drop)] == ["量。", "量。"]
    assert "line 9" in finding.why
    assert "量。" in finding.why


OPEN = [
    ("next to each other", ["这座新桥修得又快又好，河边的", "快又好，河边的石栏也添了花纹。"], "快又好，河边的"),
    ("four letters", ["镇上的竹器和各色山货", "各色山货摆满了街。"], "各色山货"),
    ("three letters", ["镇上的竹器和各山货", "各山货摆满了街。"], None),
    ("a paragraph between", ["镇上的竹器同各色山货药材", SCHOOL, "各色山货药材摆满了街。"], "各色山货药材"),
    ("a paragraph between, and four letters", ["镇上的竹器和各色山货", SCHOOL, "各色山货摆满了街。"], None),
    ("a sentence that ends", ["镇上的竹器和各色山货。", "各色山货摆满了街。"], None),
    (
        "a short first half, read as a subhead",
        [("subhead", "镇上竹器同各色山货药材"), "各色山货药材摆满了街。"],
        "各色山货药材",
    ),
    (
        "one half joined to what does not belong to it",
        [Block("body", "镇上的竹器同各色山货药材" + SCHOOL, (3, 4), (Seam(12, "", "…"),)), "各色山货药材摆满了街。"],
        "各色山货药材",
    ),
    ("a subhead that its text begins with", [("subhead", "到街上去，各色山货"), "各色山货摆满了街。"], None),
    ("a headline that its lead says again", [("headline", "镇上的竹器同各色山货"), "各色山货摆满了街。"], None),
]


@pytest.mark.parametrize(("rows", "said"), [x[1:] for x in OPEN], ids=[x[0] for x in OPEN])
def test_an_overlap_of_halves_that_were_not_joined(rows, said):
    clips = [page(*rows)]
    got = [f for f in find_repeats(clips) if f.kind == "overlap"]
    assert [[shown(p, clips) for p in f.places] for f in got] == ([[said, said]] if said else [])


def test_a_join_without_doubled_letters_is_no_finding():
    assert found(Block("body", SCHOOL, (5, 9), (Seam(10, "", "…"),))) == []


def test_a_line_of_a_joined_paragraph_that_stands_alone_elsewhere():
    line = "过河的人可以坐下歇脚，喝一碗热茶再走。"
    block = Block("body", "渡口边新修了凉亭，" + line, (9, 11), (Seam(9, "", "…"),))
    clips = [page(line, SCHOOL, block)]
    (finding,) = find_repeats(clips)
    assert (finding.kind, finding.action, finding.keep.lines) == ("repeat", "report", (3,))
    assert (finding.drop[0].lines, finding.drop[0].span) == ((11,), (0, len(line)))


def test_a_line_of_a_joined_paragraph_that_stands_misread_elsewhere():
    block = Block("body", ORCHARD + misread(MARKET, 3, 17), (9, 11), (Seam(len(ORCHARD), "", "…"),))
    clips = [page(MARKET, SCHOOL, block)]
    (finding,) = find_repeats(clips)
    assert (finding.kind, finding.action, finding.keep.lines) == ("near", "report", (3,))
    assert [p.lines for p in finding.drop] == [(11,)]
    assert shown(finding.drop[0], clips) == misread(MARKET, 3, 17)
    assert "line 11 says nearly the same as line 3: 2 of its 47 letters differ" in finding.why


def test_a_passage_on_one_line_of_a_joined_paragraph_is_placed_on_that_line():
    block = Block("body", f"渡口边新修了凉亭，凉亭里入夜以后，{TAIL}一直亮到天明。", (9, 11), (Seam(9, "凉亭，", "…"),))
    clips = [page(f"{SCHOOL}每到年关，{TAIL}一直亮到天明。", block)]
    (finding,) = [f for f in find_repeats(clips) if f.kind == "passage"]
    assert finding.drop[0].lines == (11,)
    assert {shown(p, clips) for p in (finding.keep, *finding.drop)} == {f"{TAIL}一直亮到天明"}


def test_a_passage_over_a_seam_is_placed_in_the_whole_paragraph():
    text = f"渡口边新修了凉亭，{TAIL}一直亮到天明。"
    block = Block("body", text, (9, 11), (Seam(16, "", "…"),))
    clips = [page(f"{SCHOOL}每到年关，{TAIL}一直亮到天明。", block)]
    (finding,) = [f for f in find_repeats(clips) if f.kind == "passage"]
    assert finding.drop[0].lines == (9, 11)
    assert shown(finding.drop[0], clips) == f"{TAIL}一直亮到天明"


# Headlines said again, fragments

HEAD = "云岭县三座石桥通车 沿河乡亲出行更便当"
ECHOES = [
    ("a clause", [SCHOOL, "如今日子好了，沿河乡亲出行更便当，人人称道。"], (5,)),
    ("at the head of a paragraph", [SCHOOL, "沿河乡亲出行更便当，这话不假。"], (5,)),
    ("in a subhead", [SCHOOL, ("subhead", "沿河乡亲出行更便当了，日子甜"), CLINIC], None),
    ("the lead", ["云岭县三座石桥通车，沿河乡亲出行更便当，昨天全县放了假。", SCHOOL], None),
    ("a part of a clause", [SCHOOL, "昨天沿河乡亲出行更便当了许多。"], None),
    ("too small a part", [SCHOOL, "大家说，出行更便当，就好。"], None),
    ("the middle of the headline", [SCHOOL, "石桥通车沿河，乡亲们很高兴。"], None),
    ("the whole of it", [SCHOOL, "报上登了云岭县三座石桥通车沿河乡亲出行更便当的消息。"], (5,)),
    ("everywhere", [SCHOOL, *[f"{x}，沿河乡亲出行更便当，好。" for x in "甲乙丙丁戊"]], None),
]


@pytest.mark.parametrize(("rows", "line"), [x[1:] for x in ECHOES], ids=[x[0] for x in ECHOES])
def test_headline_said_again(rows, line):
    blocks = [Block("headline", HEAD, (1,))]
    for n, row in enumerate(rows, 1):
        blocks.append(Block(*(row if isinstance(row, tuple) else ("body", row)), (2 * n + 1,)))
    clips = [Clipping("page-1", "page.txt", tuple(blocks))]
    got = [f for f in find_repeats(clips) if f.kind == "headline"]
    assert told(got) == ([] if line is None else [("headline", "report", (1,), (line,))])
    for finding in got:
        said = {shown(p, clips).replace(" ", "") for p in (finding.keep, *finding.drop)}
        assert len(said) == 1


@pytest.mark.parametrize("said", ["渡口换了新船", "过河不再等半天", "两岸集市更红火了"])
def test_every_clause_of_a_headline_is_looked_for(said):
    rows = [("headline", "渡口换了新船　过河不再等半天，两岸集市更红火了"), SCHOOL, f"老人们说，{said}，这话不假。"]
    (got,) = [f for f in find_repeats([page(*rows)]) if f.kind == "headline"]
    assert (got.keep.lines, [p.lines for p in got.drop], got.letters) == ((3,), [(7,)], len(said))


def test_the_first_paragraph_of_a_continued_article_is_no_lead():
    blocks = (Block("headline", HEAD, (1,)), Block("body", "沿河乡亲出行更便当，这话不假。", (3,)))
    assert told(find_repeats([Clipping("a-1", "a", blocks)])) == []
    assert told(find_repeats([Clipping("a-1", "a", blocks, ("continued",))])) == [("headline", "report", (1,), ((3,),))]


def test_all_the_places_of_a_part_are_one_finding():
    rows = [SCHOOL, "如今，沿河乡亲出行更便当，真好。", "沿河乡亲出行更便当，这话不假。"]
    blocks = (Block("headline", HEAD, (1,)), *(Block("body", x, (n,)) for n, x in enumerate(rows, 2)))
    assert told(find_repeats([Clipping("a-1", "a", blocks)]), "headline") == [
        ("headline", "report", (1,), ((3,), (4,)))
    ]


@pytest.mark.parametrize("role", ["headline", "kicker", "subhead"])
def test_headings_of_every_kind_are_looked_for(role):
    rows = [SCHOOL, (role, HEAD), CLINIC, "如今，沿河乡亲出行更便当，真好。", "沿河乡亲出行更便当"]
    (got,) = [f for f in find_repeats([page(*rows)]) if f.kind == "headline"]
    assert told([got]) == [("headline", "report", (5,), ((9,), (11,)))]
    assert f"a part of the {role} on line 5" in got.why


def test_what_stands_right_under_a_subhead_may_say_it_again():
    assert found(SCHOOL, ("subhead", HEAD), "沿河乡亲出行更便当，这话不假。") == []


def test_another_page_is_not_searched_for_headlines():
    said = page(SCHOOL, "如今，沿河乡亲出行更便当，真好。", source="b.txt")
    head = Clipping("a-1", "a.txt", (Block("headline", HEAD, (1,)), Block("body", CLINIC, (3,))))
    assert told(find_repeats([head, said]), "headline") == []


def test_fragments():
    stray = Clipping("page-2", "page.txt", (Block("body", SCHOOL, (31,)), Block("furniture", "第3版 要闻", (33,))))
    bracket = Clipping("page-3", "page.txt", (Block("stray", "（", (35,)),))
    findings = find_repeats([page(MARKET), stray, bracket])
    assert told(findings) == [("fragment", "report", None, ((31,),)), ("fragment", "report", None, ((35,),))]
    assert [f.letters for f in findings] == [31, 0]
    assert [p.span for f in findings for p in f.drop] == [(0, len(SCHOOL)), (0, 1)]


# The whole

words = st.sampled_from(
    [
        MARKET,
        misread(MARKET, 3, 17),
        f"老人说：{MARKET}不假。",
        SCHOOL,
        ORCHARD,
        NOISY,
        *VERSE,
        "图片：",
        "。",
        "",
        "青石镇 3 5",
        TAIL,
        HEAD,
    ]
)
roles = st.sampled_from(["body", "body", "body", "subhead", "headline", "byline", "caption", "furniture", "stray"])
clippings = st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.tuples(roles, words), max_size=8)), max_size=5)


def numbered(parts):
    clips, n = [], 0
    for k, (source, rows) in enumerate(parts):
        blocks = []
        for role, text in rows:
            n += 1
            blocks.append(Block(role, text, (n,)))
        clips.append(Clipping(f"{source}-{k}", source, tuple(blocks)))
    return clips


@given(clippings)
def test_what_is_removed_stands_before_letter_for_letter(parts):
    clips = numbered(parts)
    findings = find_repeats(clips)
    order = {(c.source, b.lines): n for n, (c, b) in enumerate((c, b) for c in clips for b in c.blocks)}
    gone = set()
    for finding in findings:
        assert finding.kind in KINDS
        places = [p for p in (finding.keep, *finding.drop) if p]
        assert all(p.span[1] <= len(shown(p, clips)) + p.span[0] for p in places)
        if finding.action == "remove":
            said = ["".join(c for c in shown(p, clips) if c.isalnum()) for p in places]
            assert len(set(said)) == 1
            assert {p.source for p in places} == {finding.keep.source}
            assert all(order[p.source, p.lines] > order[finding.keep.source, finding.keep.lines] for p in finding.drop)
            gone |= {(p.source, p.lines) for p in finding.drop}
    assert not gone & {(f.keep.source, f.keep.lines) for f in findings if f.action == "remove"}
    left = [(c.source, b) for c in remove_repeats(clips, findings) for b in c.blocks]
    assert left == [(c.source, b) for c in clips for b in c.blocks if (c.source, b.lines) not in gone]


@given(clippings, st.sampled_from(KEEPS), st.booleans())
@settings(max_examples=100)
def test_its_own_output_holds_nothing_to_remove(parts, keep, across):
    clips = numbered(parts)
    once = remove_repeats(clips, find_repeats(clips, keep=keep, across=across))
    assert [f for f in find_repeats(once, keep=keep, across=across) if f.action == "remove"] == []


@given(clippings, st.sets(st.sampled_from(WHOLE)), st.sampled_from(KEEPS), st.booleans())
@settings(max_examples=100)
def test_a_copy_of_all_that_is_removed_stays(parts, remove, keep, across):
    clips = numbered(parts)
    findings = find_repeats(clips, remove=remove, keep=keep, across=across, min_letters=20)
    gone = [p for f in findings if f.action == "remove" for p in f.drop]
    assert len(gone) == len(set(gone))
    assert not set(gone) & {f.keep for f in findings if f.action == "remove"}
    assert {f.kind for f in findings if f.action == "remove"} <= remove
    left = {(c.source, b.lines) for c in remove_repeats(clips, findings) for b in c.blocks}
    assert left == {(c.source, b.lines) for c in clips for b in c.blocks} - {(p.source, p.lines) for p in gone}


@given(clippings)
def test_no_paragraph_is_its_own_repeat(parts):
    for finding in find_repeats(numbered(parts)):
        if finding.kind not in ("headline", "passage"):
            assert len(set(finding.places)) == len(finding.places)
        assert finding.keep not in finding.drop


@given(clippings, st.randoms())
def test_the_order_of_the_inputs_changes_no_set_of_places(parts, rng):
    clips = numbered(parts)
    sources = sorted({c.source for c in clips})
    rng.shuffle(sources)
    shuffled = [c for name in sources for c in clips if c.source == name]

    def sets(clips):
        return sorted(
            (f.kind, f.action, sorted((p.source, p.lines, p.span) for p in f.places)) for f in find_repeats(clips)
        )

    assert sets(shuffled) == sets(sorted(clips, key=lambda c: c.source))


def test_findings_stand_in_the_order_of_their_first_places():
    rows = [SCHOOL, MARKET, f"{TAIL}一直亮到天明。", ORCHARD, f"看哪，{TAIL}一直亮到天明。", MARKET, SCHOOL]
    findings = find_repeats([page(*rows)])
    first = [(f.keep or f.drop[0]).lines for f in findings]
    assert first == sorted(first)
    assert len(findings) == 3


def test_findings_do_not_depend_on_the_hash_seed():
    code = (
        "from clipper.clipping import *; from clipper.dedupe import *\n"
        "rows = ['沿河的人家都把灯笼挂到了屋檐下，一直亮到天明%d。' % n for n in range(30)]\n"
        "clip = Clipping('p-1', 'p', tuple(Block('body', r + r[:n], (n,)) for n, r in enumerate(rows * 2, 1)))\n"
        "print([ascii(to_finding_record(f)) for f in find_repeats([clip])])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(said) == 1
    assert b"passage" in said.pop()


def seconds(rows):
    clips = [page(*rows)]
    began = time.process_time()
    find_repeats(clips)
    return time.process_time() - began


NAMES = ["青石", "白石", "云岭", "东河", "西河", "南山", "北山", "小桥", "大桥", "柳林", "桃园", "竹溪", "石门", "新田"]
ROWS = {
    "cases of a form": lambda rng, n: (
        f"{rng.choice(NAMES)}镇第{n}所小学今年招收新生{rng.randrange(20, 400)}人，比去年多"
    ),
    "cells": lambda rng, _: (
        f"{rng.choice(NAMES)}{rng.choice(NAMES)}镇　小学　{rng.randrange(20, 400)}　人　{rng.random():.2f}"
    ),
    "articles of a law": lambda rng, n: (
        f"第{n}条　{rng.choice(NAMES)}镇的居民凭证件到{rng.choice(NAMES)}村服务站办理，"
        f"由{rng.choice(NAMES)}镇负责登记并在当日答复，逾期未答复的视为同意。"
    ),
    "two rows in turn": lambda _, n: f"合计{'甲乙'[n % 2]}类的户数与口数与去年相同没有变动",
    "few letters": lambda rng, _: "".join(rng.choice("甲乙") for _ in range(60)),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ROWS)
def test_rows_of_one_form_do_not_explode(kind):
    rng = random.Random(1)
    assert seconds([ROWS[kind](rng, n) for n in range(5000)]) < 10  # every pair against every other would take minutes


@pytest.mark.slow
def test_time_grows_with_the_text():
    rng = random.Random(1)
    letters = [chr(0x4E00 + n) for n in range(3000)]
    weights = [1 / (n + 9) for n in range(3000)]
    rows = ["".join(rng.choices(letters, weights, k=rng.randrange(20, 180))) + "。" for _ in range(8000)]
    small, large = seconds(rows[:1000]), seconds(rows)
    assert large < 16 * small


# Pages with a known answer


@pytest.fixture(scope="module")
def bench():
    folder = os.environ.get("CLIPPER_BENCH")
    if not folder or not (Path(folder) / "bench" / "make_pages.py").exists():
        pytest.skip("CLIPPER_BENCH names no folder with bench/make_pages.py in it")
    return Path(folder)


def gold_clips(page, gold):
    """Return the clippings of a page as its gold file has them, broken paragraphs joined."""
    text = page.read_text("utf-8").split("\n")
    breaks = {a: (b, doubled) for a, b, doubled in gold["breaks"]}
    seconds_ = {b for b, _ in breaks.values()}
    articles = defaultdict(list)
    for n, row in sorted((int(n), row) for n, row in gold["lines"].items()):
        if n in seconds_:
            continue
        lines, seams, said = [n], [], text[n - 1].strip()
        while lines[-1] in breaks:
            after, doubled = breaks[lines[-1]]
            seams.append(Seam(len(said), doubled, "…"))
            said += text[after - 1].strip()[len(doubled) :]
            lines.append(after)
        role = "body" if row["role"] == "stray" else row["role"]
        where = ("fragment", n) if row["article"] is None else ("article", row["article"])
        articles[where].append(Block(role, said, tuple(lines), tuple(seams)))
    return [Clipping(f"p-{k}", page.name, tuple(blocks)) for k, blocks in enumerate(articles.values())]


@pytest.mark.slow
def test_pages_with_a_known_answer(bench, tmp_path):
    data = bench / "data" / "articles.dev.jsonl.gz"
    if not data.exists():
        pytest.skip("CLIPPER_BENCH has no data/articles.dev.jsonl.gz")
    small = tmp_path / "articles.jsonl"
    with gzip.open(data, "rt", encoding="utf-8") as rows:
        small.write_text("".join(row for _, row in zip(range(3000), rows, strict=False)), encoding="utf-8")
    maker = [
        sys.executable,
        bench / "bench" / "make_pages.py",
        small,
        tmp_path / "pages",
        "--pages",
        "60",
        "--seed",
        "11",
    ]
    subprocess.run(maker, check=True)
    asked = {"repeat": 0, "near": 0, "passage": 0, "overlap": 0}
    hit = dict(asked)
    wrong = 0
    for path in sorted((tmp_path / "pages").glob("*.txt")):
        gold = json.loads(path.with_suffix(".gold.json").read_text("utf-8"))
        findings = find_repeats(gold_clips(path, gold))
        pairs = {(f.kind, a, b) for f in findings for p in f.drop if f.keep for a in f.keep.lines for b in p.lines}
        pairs |= {
            (f.kind, a, b) for f in findings for p in f.drop for q in f.drop for a in p.lines for b in q.lines if p != q
        }
        wanted = [("near" if r["kind"] == "near" else "repeat", r["keep"], r["drop"]) for r in gold["repeats"]]
        wanted += [("passage", a, b) for a, b, _ in gold["passages"]]
        wanted += [("overlap", a, b) for a, b, doubled in gold["breaks"] if doubled]
        for kind, a, b in wanted:
            asked[kind] += 1
            hit[kind] += (kind, a, b) in pairs or (kind, b, a) in pairs
        gone = {n for f in findings if f.action == "remove" for p in f.drop for n in p.lines}
        wrong += len(gone - {b for kind, _, b in wanted if kind == "repeat"})
    assert all(asked.values())
    share = {kind: hit[kind] / asked[kind] for kind in asked}
    assert share["repeat"] >= 0.99
    assert share["near"] >= 0.9
    assert share["passage"] >= 0.95
    assert share["overlap"] == 1
    assert wrong <= 1


def test_source_page(bench):
    source = bench / "source"
    split = pytest.importorskip("clipper.split")
    gold = json.loads((source / "page.gold.json").read_text("utf-8"))
    clips = split.split_page((source / "page.txt").read_text("utf-8"), source="page.txt")
    findings = find_repeats(clips, with_ids=False)
    removed = {(f.keep.lines, p.lines) for f in findings if f.action == "remove" for p in f.drop}
    assert removed == {((r["keep"],), (r["drop"],)) for r in gold["repeated_paragraphs"]}
    shared = {(f.keep.lines[0], f.drop[0].lines[0]): f.letters for f in findings if f.kind == "passage"}
    for want in gold["repeated_passages"]:
        assert shared[tuple(want["lines"])] == want["chars_without_punctuation"]
    echoes = {(f.keep.lines[0], p.lines[0]) for f in findings if f.kind == "headline" for p in f.drop}
    assert echoes == {(e["headline"], e["line"]) for e in gold["headline_echoes"]}


def test_time_does_not_grow_with_the_square_of_the_places():
    """A notice in ten thousand sources: a second, and not twelve, as when each place was held against each."""
    notice = "本店新到细布三百匹，花色齐全，价钱公道，远近主顾凭本报剪下的这一角，可到南街口的柜上减收一成。"
    clips = [Clipping(f"p-{n}", f"{n}.txt", (Block("body", notice, (3,)),)) for n in range(10_000)]
    began = time.process_time()
    found = find_repeats(clips)
    assert time.process_time() - began < 5
    assert [len(f.places) for f in found if f.kind == "repeat"] == [10_000]
