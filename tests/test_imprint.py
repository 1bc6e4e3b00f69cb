"""What a clipping is cited by: the page's furniture, datelines, marks of a clipping, what is given from outside."""

from __future__ import annotations

import datetime
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipper.clipping import Block, Clipping, read_records, write_records
from clipper.errors import UsageError
from clipper.imprint import (
    GIVEN_KEYS,
    Imprint,
    clip_imprint,
    given_imprint,
    meta_from_path,
    page_imprint,
    page_imprints,
    parse_meta,
    with_imprint,
    with_imprints,
)
from clipper.names import read_authors
from clipper.numerals import read_date, read_number, read_page
from clipper.split import split_page

NOWHERE = Imprint()


def clip(*rows: str, first: int = 1) -> Clipping:
    """A clipping of rows `role|text`, on lines from FIRST on."""
    pairs = [row.split("|", 1) for row in rows]
    return Clipping("p-1", "p.txt", tuple(Block(role, text, (n,)) for n, (role, text) in enumerate(pairs, first)))


def furniture(*texts: str) -> Clipping:
    return clip(*(f"furniture|{t}" for t in texts))


# ---- the page's furniture -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "date", "page", "paper"),
    [
        (["第3版 要闻"], None, "3", None),
        (["02版：综合"], None, "2", None),
        (["第十二版"], None, "12", None),
        (["A05 副刊"], None, "A5", None),
        (["Ａ０５版 副刊"], None, "A5", None),
        (["2026年1月26日 星期一"], "2026-01-26", None, None),
        (["一九五八年三月二日"], "1958-03-02", None, None),
        (["青石日报 2026.3.2 第4版 短讯"], "2026-03-02", "4", "青石日报"),
        (["青石日报2026年3月2日第4版"], "2026-03-02", "4", "青石日报"),
        (["青石日報 民國三十七年十二月三日 第四頁"], "1948-12-03", "4", "青石日報"),
        (["青石日报", "2026年3月2日", "第4版"], "2026-03-02", "4", "青石日报"),
        (["青 石 日 报"], None, None, "青石日报"),
        (["《青石晚报》 第2版"], None, "2", "青石晚报"),
        (["云岭日报海外版 第2版"], None, "2", "云岭日报海外版"),
        (["青石报 第3版"], None, "3", "青石报"),
        (["青石日报 2026年3月2日 今日8版"], "2026-03-02", None, "青石日报"),
        (["青石日报 第2版 共8版"], None, "2", "青石日报"),
        (["第3版 要闻", "第3版 要闻"], None, "3", None),
        (["2026年1月26日 乙巳年十二月初八"], "2026-01-26", None, None),
        (["青石日报 1949年10月5日创刊"], None, None, "青石日报"),
        # marks that contradict each other
        (["2026年1月26日", "2026年1月27日"], None, None, None),
        (["第3版 要闻", "第4版 短讯"], None, None, None),
        (["青石日报 第3版", "云岭日报 第3版"], None, "3", None),
        # what cannot be read, and what only looks like a mark
        (["2026年2月30日"], None, None, None),
        (["2026年2月30日", "2026年3月2日"], None, None, None),
        (["第2-3版"], None, None, None),
        (["第一张第四版"], None, None, None),
        (["第4版 天气预报"], None, "4", None),
        (["第4版 简报"], None, "4", None),
        (["一版责编：方某 二版责编：齐某"], None, None, None),
        (["责编：方某 邮箱：a@example.org"], None, None, None),
        (["■"], None, None, None),
    ],
)
def test_what_a_page_says(texts, date, page, paper):
    assert page_imprint([furniture(*texts)]) == Imprint(date=date, page=page, paper=paper)


def test_only_furniture_speaks_for_the_page():
    assert page_imprint([clip("headline|2026年1月26日", "body|第3版")]) == NOWHERE


def pages(*texts: list[str]) -> list[Imprint]:
    """The imprints of pages with these pieces of furniture, ten lines each."""
    clips = [clip(f"furniture|{t}", first=10 * k + 1 + n) for k, page in enumerate(texts) for n, t in enumerate(page)]
    return page_imprints(clips, [10 * k + 1 for k in range(len(texts))])


def test_paper_and_date_hold_for_later_pages_and_the_number_does_not():
    first, second, third = pages(["青石日报 2026年3月2日 第1版"], ["第2版"], [])
    assert first == Imprint("2026-03-02", "1", "青石日报")
    assert second == Imprint("2026-03-02", "2", "青石日报")
    assert third == Imprint("2026-03-02", None, "青石日报")


@pytest.mark.parametrize(
    ("texts", "dates"),
    [
        ([["第1版"], ["2026年3月2日"], []], [None, "2026-03-02", None]),  # it has to stand on the first
        ([["2026年3月2日"], ["2026年3月3日"], []], ["2026-03-02", "2026-03-03", None]),  # two issues
        ([["2026年3月2日", "2026年3月3日"], []], [None, None]),
        ([["2026年3月2日"], ["2026年2月30日"], []], ["2026-03-02", None, None]),
        ([["青石日报 2026年3月2日"], ["云岭日报"], []], ["2026-03-02", None, None]),  # another paper, another issue
    ],
)
def test_a_date_is_not_handed_down_where_it_may_be_wrong(texts, dates):
    assert [p.date for p in pages(*texts)] == dates


def test_pages_of_a_split_source_with_form_feeds():
    page = "青石日报 2026.3.2 第1版 要闻\n河开了\n本报讯 昨夜，云岭河开了，两岸的人都来看。\n"
    page += "\f第2版 短讯\n桐坞镇修好水闸\n新华社云岭3月1日电 桐坞镇的水闸昨天修好了，稻田有水了。\n"
    clips = with_imprints(split_page(page), [1, 4])
    found = {c.headline: dict(c.extra) for c in clips}
    assert found["河开了"] == {"date": "2026-03-02", "page": "1", "paper": "青石日报"}
    assert found["桐坞镇修好水闸"] == {
        "date": "2026-03-02",
        "page": "2",
        "paper": "青石日报",
        "agency": "新华社",
        "place": "云岭",
    }


def test_no_pages_and_blocks_without_lines():
    bare = Clipping("p-1", "p.txt", (Block("furniture", "第3版 要闻"),))
    assert with_imprints([bare], [])[0].extra["page"] == "3"
    assert with_imprints([Clipping("p-1", "p.txt", ())]) == [Clipping("p-1", "p.txt", ())]


# ---- one clipping ---------------------------------------------------------------------------------------------------


def told(*rows: str, page: Imprint = NOWHERE) -> Imprint:
    return clip_imprint(clip("headline|河开了", *rows), page)


@pytest.mark.parametrize(
    ("lead", "agency", "place", "authors"),
    [
        ("新华社北京1月25日电 河开了。", "新华社", "北京", ""),
        ("新华社北京１月２５日电　河开了。", "新华社", "北京", ""),
        ("新华社云岭十二月三日电 河开了。", "新华社", "云岭", ""),
        ("新华社云岭2026年1月25日专电 河开了。", "新华社", "云岭", ""),
        ("新华社北京1月25日电（记者方某、齐某）河开了。", "新华社", "北京", "方某 齐某"),
        ("新华社莫斯科1月25日电（记者 方某 齐秋立）河开了。", "新华社", "莫斯科", "方某 齐秋立"),
        ("新华社北京、云岭1月25日电 河开了。", "新华社", "北京、云岭", ""),
        ("據新華社電 河開了。", "新華社", None, ""),
        ("据新华社云岭电 河开了。", "新华社", "云岭", ""),
        ("据中新社１月２６日电 河开了。", "中新社", None, ""),
        ("中央社云岭1月2日电 河开了。", "中央社", "云岭", ""),
        ("青石经济网云岭6月12日讯 河开了。", "青石经济网", "云岭", ""),
        ("本报上海１月２３日电记者方某某报道：河开了。", None, "上海", "方某某"),
        ("本报云岭３月２日电 （记者 方某） 河开了。", None, "云岭", "方某"),
        ("本报云岭讯 河开了。", None, "云岭", ""),
        ("本报讯 河开了。", None, None, ""),
        ("本報訊 河開了。", None, None, ""),
        ("本报讯（记者方某 通讯员齐某）河开了。", None, None, "方某 齐某"),
        ("本报讯（方某 齐秋立）河开了。", None, None, "方某 齐秋立"),
        ("本报讯 记者方某 通讯员齐某报道：河开了。", None, None, "方某 齐某"),
        ("（记者方某）河开了。", None, None, "方某"),
        # these only look like datelines
        ("本报讯 记者近日从县里获悉，河开了。", None, None, ""),
        ("本报讯（冬天）河开了。", None, None, ""),
        ("（冬天）河开了。", None, None, ""),
        ("不少读者给本报打电话，说河开了。", None, None, ""),
        ("云岭电网独立于青石电网，河开了。", None, None, ""),
        ("青石社区1月25日讯 河开了。", None, None, ""),
        ("新华社发电文祝贺，河开了。", None, None, ""),
    ],
)
def test_the_dateline(lead, agency, place, authors):
    found = told(f"body|{lead}")
    assert (found.agency, found.place, found.authors) == (agency, place, tuple(authors.split()))


@pytest.mark.parametrize(
    ("lead", "paper"),
    [
        ("云岭日报讯 河开了。", "云岭日报"),
        ("云岭日报青石1月2日电 河开了。", "云岭日报"),
        ("青石日報訊（記者方某）河開了。", "青石日報"),
        ("商报讯 河开了。", None),
        ("本报讯 河开了。", None),
    ],
)
def test_the_paper_in_a_dateline(lead, paper):
    assert told(f"body|{lead}").paper == paper
    assert told(f"body|{lead}", page=Imprint(paper="桐坞晚报")).paper == "桐坞晚报"  # the page is of one paper


@pytest.mark.parametrize(
    ("end", "agency", "place", "authors"),
    [
        ("（新华社北京10月28日电）", "新华社", "北京", ""),
        ("(新华社北京10月15日电 记者赵某 徐某)", "新华社", "北京", "赵某 徐某"),
        ("（据新华社呼和浩特电）", "新华社", "呼和浩特", ""),
        ("（據中央社電）", "中央社", None, ""),
        ("（本报记者方某、齐某）", None, None, "方某 齐某"),
        ("（本报记者方某，新华社记者柯某）", None, None, "方某 柯某"),
        ("（完）", None, None, ""),
        ("（作者系云岭县教师）", None, None, ""),
    ],
)
def test_the_end_mark(end, agency, place, authors):
    found = told("body|河开了，两岸的人都来看。", f"end_mark|{end}")
    assert (found.agency, found.place, found.authors) == (agency, place, tuple(authors.split()))
    assert told(f"body|河开了，两岸的人都来看。{end}") == found  # or at the end of the last paragraph


@pytest.mark.parametrize(
    "tail",
    [
        "（记者节）",
        "（见图，新华社记者方某摄）",
        "（小雪）",
        "（方某）",
        "（记者手记）",
        "（上接第1版）",
        "《青石日报》（2026年3月2日）是旧的一张。",
    ],
)
def test_a_bracket_at_the_end_that_is_no_mark(tail):
    assert told(f"body|河开了，两岸的人都来看{tail}").authors == ()
    assert told(f"body|河开了，两岸的人都来看{tail}").paper is None


@pytest.mark.parametrize(
    "tail",
    [
        "《 云岭日报 》（ 2020年08月25日 02 版）",
        "（记者方某）《云岭日报》（2020年8月25日 第02版）",
        "《 云岭日报 》( ２０２０年０８月２５日　０２　版)",
    ],
)
def test_the_stamp_of_a_site(tail):
    found = told(f"body|河开了，两岸的人都来看。{tail}", page=Imprint(date="2026-01-01", paper="青石日报"))
    assert (found.paper, found.date, found.page) == ("云岭日报", "2020-08-25", "2")


STAMP = "furniture|《 {} 》（ 2020年08月{} 02 版）"


def test_a_stamp_under_an_article_is_about_that_one():
    rows = [
        clip("furniture|青石日报 2026年3月2日 第4版", first=1),
        clip("headline|河开了", "body|河开了。", first=2),
        clip(STAMP.format("云岭日报", "25日"), first=4),
        clip("headline|桥通了", "body|桥通了。", first=5),
        clip(STAMP.format("桐坞晚报", "26日"), first=7),
        clip("headline|水来了", "body|水来了。", first=8),
    ]
    page = {"date": "2026-03-02", "page": "4", "paper": "青石日报"}
    stamped = {"date": "2020-08-25", "page": "2", "paper": "云岭日报"}
    other = {"date": "2020-08-26", "page": "2", "paper": "桐坞晚报"}
    assert [c.extra for c in with_imprints(rows)] == [page, stamped, page, other, page, page]
    twice = [*rows, clip(STAMP.format("桐坞晚报", "26日"), first=10), clip(STAMP.format("桐坞晚报", "27日"), first=11)]
    assert with_imprints(twice)[5].extra == page  # two stamps that differ say nothing


def test_a_stamp_over_the_first_article_is_about_the_page():
    rows = [clip(STAMP.format("云岭日报", "25日"), first=1), clip("headline|河开了", "body|河开了。", first=2)]
    assert with_imprints(rows)[1].extra == {"date": "2020-08-25", "page": "2", "paper": "云岭日报"}
    second = [
        clip("headline|桥通了", "body|桥通了。", first=1),
        clip(STAMP.format("云岭日报", "25日"), first=3),
        rows[1],
    ]
    assert with_imprints(second, [1, 3])[0].extra == {}  # the stamp stands on another page


@pytest.mark.parametrize(
    ("rows", "agency", "place"),
    [
        # a round-up: all items agree, some do, the first has no dateline
        (["body|新华社云岭1月2日电 河开了。", "body|新华社云岭1月2日电 桥通了。"], "新华社", "云岭"),
        (["body|新华社云岭1月2日电 河开了。", "body|新华社青石1月2日电 桥通了。"], "新华社", None),
        (["body|新华社云岭1月2日电 河开了。", "body|本报云岭1月2日电 桥通了。"], None, "云岭"),
        (["body|本报云岭1月2日电 河开了。", "body|本报讯 桥通了。"], None, None),
        (["body|河开了。", "body|新华社云岭1月2日电 桥通了。"], None, None),
        (["body|编者按：春天来了。", "body|新华社云岭1月2日电 桥通了。"], "新华社", "云岭"),
        # marks of different kinds
        (["byline|□新华社记者", "body|河开了。"], "新华社", None),
        (["byline|□本报记者 方某", "body|河开了。"], None, None),
        (["byline|□本报记者 方某", "body|新华社云岭1月2日电 河开了。"], None, "云岭"),
        (["body|本报讯 河开了。", "end_mark|（据新华社云岭电）"], None, None),
        (["body|新华社云岭1月2日电 河开了。", "end_mark|（新华社青石1月2日电）"], "新华社", None),
        (["byline|（据新华社云岭电）", "body|河开了。"], "新华社", "云岭"),
        (["byline|本报记者 方某 上海报道", "body|河开了。"], None, "上海"),
    ],
)
def test_agency_and_place_are_known_where_all_marks_agree(rows, agency, place):
    found = told(*rows)
    assert (found.agency, found.place) == (agency, place)


def test_authors_keep_their_order_and_stand_once():
    found = told("byline|本报记者 齐某 方某", "body|本报讯（记者方某 柯某）河开了。", "body|桥通了。（记者 朱某）")
    assert found.authors == ("齐某", "方某", "柯某", "朱某")


@pytest.mark.parametrize(
    ("lead", "page", "date"),
    [
        ("新华社云岭1月2日电 河开了。", NOWHERE, None),
        ("新华社云岭1月2日电 河开了。", Imprint(date="2026-01-03"), "2026-01-03"),  # the day of issue
        ("新华社云岭2026年1月2日电 河开了。", NOWHERE, "2026-01-02"),
        ("新华社云岭2026年2月30日电 河开了。", NOWHERE, None),
        ("新华社云岭6月2日电 河开了。", Imprint(period="2026"), "2026-06-02"),
        ("新华社云岭13月2日电 河开了。", Imprint(period="2026"), None),
        ("新华社云岭2月30日电 河开了。", Imprint(period="2026"), None),
        ("新华社云岭2月29日电 河开了。", Imprint(period="2026"), None),
        ("新华社云岭12月30日电 河开了。", Imprint(period="2026"), None),  # 2025 or 2026
        ("新华社云岭12月31日电 河开了。", Imprint(period="2026-01"), "2025-12-31"),
        ("新华社云岭12月31日电 河开了。", Imprint(period="2026-12"), "2026-12-31"),
        ("新华社云岭1月2日电 河开了。", Imprint(period="2026-01"), "2026-01-02"),
        ("新华社云岭6月2日电 河开了。", Imprint(period="2026-01"), None),  # half a year old: no issue of January
        ("新华社云岭12月31日电 河开了。", Imprint(period="2026-01-01"), "2025-12-31"),
        ("新华社云岭1月2日电 河开了。", Imprint(period="2026-01-01"), "2026-01-02"),
        ("新华社云岭1月3日电 河开了。", Imprint(period="2026-01-01"), None),
        ("本报2日讯 河开了。", Imprint(period="2026-01"), None),
        ("本报讯 河开了。", Imprint(period="2026-01"), None),
    ],
)
def test_the_date_of_a_clipping(lead, page, date):
    assert told(f"body|{lead}", page=page).date == date


def test_what_is_given_fills_in_and_does_not_overrule():
    given_all = Imprint("2026-01-03", "3", "青石日报", "中新社", "青石", ("柯某",))
    assert told("body|河开了。", page=given_all) == given_all
    printed = told("byline|本报记者 方某", "body|新华社云岭1月2日电 河开了。", page=given_all)
    assert (printed.place, printed.authors) == ("云岭", ("方某",))
    assert told("body|本报讯 河开了。", page=given_all).agency is None  # it says that it is the paper's own


def test_the_page_wins_over_what_is_given():
    clips = with_imprints([furniture("第3版 要闻")], given=parse_meta(["page=4", "paper=青石日报"]))
    assert clips[0].extra == {"page": "3", "paper": "青石日报"}


# ---- given from outside ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "items",
    [
        ["paper=云岭日报", "date=2026年1月26日", "page=3"],
        ["paper=云岭日报 date=2026-01-26 page=第三版"],
        ["paper=《云岭日报》", " date = ２０２６.１.２６", "page＝03"],
    ],
)
def test_meta(items):
    assert parse_meta(items) == Imprint("2026-01-26", "3", "云岭日报")


def test_meta_of_the_other_keys():
    found = parse_meta(["agency=新华社", "place=云 岭", "authors=方 某、齐秋立，方某;Anna Fang"])
    assert (found.agency, found.place, found.authors) == ("新华社", "云岭", ("方某", "齐秋立", "Anna Fang"))


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (["titel=河开了"], 'unknown key "titel"'),
        (["period=2026"], "unknown key"),
        (["paper"], "is not KEY=VALUE"),
        ([""], "is not KEY=VALUE"),
        (["paper="], '"paper" is empty'),
        (["date=2026年2月30日"], "is no date"),
        (["date=2026"], "is no date"),
        (["page=要闻"], "is no page"),
        (["authors=、"], "is no authors"),
        (["page=3", "page=4"], "is given twice"),
        (["paper=《》"], "is no paper"),
    ],
)
def test_meta_that_cannot_be_read(items, said):
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        parse_meta(items)
    assert caught.value.where == "--meta"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("pattern", "path", "imprint"),
    [
        ("{paper}/{date}/{page}.txt", "in/云岭日报/20260126/03.txt", Imprint("2026-01-26", "3", "云岭日报")),
        ("{paper}/{date}/{page}.txt", "C:\\in\\云岭日报\\2026-01-26\\A05.txt", Imprint("2026-01-26", "A5", "云岭日报")),
        ("{paper}\\{date}\\{page}.txt", "云岭日报/2026年1月26日/第三版.txt", Imprint("2026-01-26", "3", "云岭日报")),
        ("{date}.txt", "二〇二六年一月二十六日.txt", Imprint("2026-01-26")),
        ("{date}.txt", "2026.1.26.txt", Imprint("2026-01-26")),
        ("{date}.txt", "2026_01_26.txt", Imprint("2026-01-26")),
        ("{date}.txt", "民國三十七年十二月三日.txt", Imprint("1948-12-03")),
        (
            "{paper}-{year}-{month}-{day}-{page}.txt",
            "云岭日报-2026-1-26-3.txt",
            Imprint("2026-01-26", "3", "云岭日报"),
        ),
        ("{paper}-{date}-{page}.txt", "云岭-日报-2026-1-26-3.txt", Imprint("2026-01-26", "3", "云岭-日报")),
        ("{year}{month}{day}.txt", "20260126.txt", Imprint("2026-01-26")),
        ("{year}{month}{day}.txt", "2026111.txt", None),  # 1月11日 or 11月1日
        ("{year}/{month}/{day}/p{page}*.txt", "2026/1/2/p04-短讯.txt", Imprint("2026-01-02", "4")),
        ("{place}/{agency}/*.txt", "云岭/新华社/x.txt", Imprint(place="云岭", agency="新华社")),
        ("{paper}/{year}/*.txt", "青石日报/1958/x.txt", Imprint(paper="青石日报", period="1958")),
        ("{year}-{month}.txt", "1958-3.txt", Imprint(period="1958-03")),
        ("{year}/{date}.txt", "2026/20260126.txt", Imprint("2026-01-26")),
        ("{year}/{date}.txt", "2025/20260126.txt", None),
        ("./{paper}/*", "./青石日报/x.txt", Imprint(paper="青石日报")),
        # what does not fit
        ("{paper}/{date}/{page}.txt", "03.txt", None),
        ("{paper}/{date}/{page}.txt", "云岭日报/20260126/03.TXT", None),
        ("{paper}/{date}/{page}.txt", "云岭日报/20260230/03.txt", None),
        ("{paper}/{date}/{page}.txt", "云岭日报/20260126/x/03.txt", None),
        ("{page}.txt", "page-3.txt", None),
        ("{page}.txt", "00.txt", None),
        ("{year}-{month}.txt", "2026-13.txt", None),
        ("*/{page}.txt", "3.txt", None),
        ("{page}.txt", "3xtxt", None),  # a dot is a dot
    ],
)
def test_meta_from_a_path(pattern, path, imprint):
    assert meta_from_path(pattern, path) == imprint


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{papre}/{page}.txt", 'unknown field "{papre}"'),
        ("{authors}.txt", "unknown field"),
        ("{}.txt", "unknown field"),
        ("{paper.txt", "a brace"),
        ("paper}.txt", "a brace"),
        ("{{paper}}.txt", "a brace"),
        ("{page}/{page}.txt", "stands twice"),
        ("*.txt", "names no field"),
        ("", "names no field"),
        ("{month}-{day}.txt", "a day needs"),
        ("{year}-{day}.txt", "a day needs"),
    ],
)
def test_a_pattern_that_makes_no_sense(pattern, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        meta_from_path(pattern, "a/b.txt")


# ---- onto the record ------------------------------------------------------------------------------------------------


def test_the_keys_of_a_record():
    whole = Imprint("2026-01-26", "3", "青石日报", "新华社", "云岭", ("方某",), "2026")
    plain = clip("headline|河开了", "body|河开了。")
    clipped = with_imprint(plain, whole, "ab12")
    assert list(clipped.extra) == [*GIVEN_KEYS, "source_sha256"]
    assert clipped.blocks == plain.blocks
    assert read_records(write_records([clipped])) == [clipped]
    assert with_imprint(clipped, Imprint(page="4"), "cd34") == clipped  # what is there stays
    assert with_imprint(plain, NOWHERE) == plain


def test_other_keys_stay_and_come_first():
    before = Clipping("p-1", "p.txt", (), extra={"keywords": [], "page": "7"})
    after = with_imprint(before, Imprint("2026-01-26", "3"))
    assert list(after.extra.items()) == [("keywords", []), ("page", "7"), ("date", "2026-01-26")]


# ---- what holds for any text ----------------------------------------------------------------------------------------

PIECES = [
    *"□（）()【】《》、，。：:/·　 \f",
    *"0123456789０１２一二三十廿卅〇○元年月日版第张方齐某秋立欧阳阿依买提",
    *[
        "新华社",
        "本报",
        "本報",
        "记者",
        "記者",
        "通讯员",
        "日电",
        "1月2日电",
        "讯",
        "据",
        "云岭",
        "云岭日报",
        "2026年",
        "2月30日",
    ],
    *[
        "摄影",
        "摄",
        "文/",
        "图/",
        "报道",
        "作者",
        "整理",
        "民国",
        "A05",
        "星期一",
        "责编：",
        "共8版",
        "走进青石镇",
        "汛期",
        "𠮷",
    ],
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=40)
ROLES = st.sampled_from(["furniture", "byline", "end_mark", "body", "headline", "stray"])


@settings(max_examples=400)
@given(st.lists(st.tuples(ROLES, TEXT), max_size=6), st.sampled_from([None, "2026", "2026-01", "2026-01-01"]))
def test_any_clipping_has_a_sound_imprint(rows, period):
    clips = [clip(*(f"{role}|{text}" for role, text in rows))]
    found = with_imprints(clips, given=Imprint(period=period), sha256="ab12")[0]
    assert found.blocks == clips[0].blocks
    said = dict(found.extra)
    assert list(said) == [k for k in (*GIVEN_KEYS, "source_sha256") if k in said]
    if "date" in said:
        assert datetime.date.fromisoformat(said["date"]).isoformat() == said["date"]
    assert re.fullmatch(r"[A-Z]{0,2}[1-9][0-9]*", said.get("page", "1"))
    printed = re.sub(r"\s", "", "".join(text for _, text in rows))
    for author in said.get("authors", []):
        assert re.fullmatch(r"[^\W\d_]+(?:[ ·•‧][^\W\d_]+)*", author)
        assert len(author) > 1
        assert re.sub(r"\s", "", author) in printed
    assert len(set(said.get("authors", []))) == len(said.get("authors", []))
    assert all(said[k].strip() for k in ("paper", "agency", "place") if k in said)


@given(TEXT)
def test_no_text_is_too_odd(text):
    assert read_number(text) is None or read_number(text) >= 0
    read_authors(text)
    read_page(text)
    assert read_date(text) is None or datetime.date.fromisoformat(read_date(text))


@given(st.dates(datetime.date(1800, 1, 1), datetime.date(2199, 12, 31)))
def test_every_day_is_read_in_every_form(day):
    han = "〇一二三四五六七八九"
    tens = ["", "十", "二十", "三十"]

    def small(n: int) -> str:
        return tens[n // 10] + (han[n % 10] if n % 10 else "")

    year = "".join(han[int(c)] for c in str(day.year))
    forms = [f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}", f"{day}"]
    forms.append(f"{year}年{small(day.month)}月{small(day.day)}日")
    if day.year >= 1912:
        forms.append(f"民国{day.year - 1911}年{day.month}月{day.day}日")
    assert {read_date(x) for x in forms} == {day.isoformat()}
    assert {x.date for x in (meta_from_path("*-{date}.txt", f"报-{form}.txt") for form in forms)} == {day.isoformat()}


@given(st.text(max_size=30), TEXT)
def test_a_pattern_is_refused_or_read(pattern, path):
    try:
        found = meta_from_path(pattern, path)
    except UsageError:
        return
    assert found is None or isinstance(found, Imprint)


@given(st.dictionaries(st.sampled_from(GIVEN_KEYS), TEXT, max_size=4))
def test_what_is_given_is_refused_or_read(pairs):
    try:
        found = given_imprint(pairs)
    except UsageError:
        return
    assert all(getattr(found, key) for key in pairs)


@pytest.mark.parametrize(
    "text", ["记者" + "方" * 80, "本报" + "云" * 80 + "电", "方 " * 44, "（" * 90, "文/" * 44, "1" * 90, "方圆" * 44]
)
def test_an_odd_line_takes_no_time(text):
    began = time.process_time()
    for role in ("byline", "end_mark", "body", "furniture"):
        with_imprints([clip(f"{role}|{text}")])
    assert time.process_time() - began < 0.2
