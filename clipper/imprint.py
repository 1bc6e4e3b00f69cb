"""The imprint of a clipping: what it is cited by, as the page prints it. Date, page, paper, agency, place and authors.

Each is read from a mark: the folio and the masthead, the byline, the dateline, the end mark. What two marks tell
differently is unknown, and so is what none of them tells: nothing is made up. What the page does not say may be given
from outside, by hand (`parse_meta`) or by the path of the file (`meta_from_path`). Printed text stays as it is.

>>> clips = [
...     Clipping("p-1", "p.txt", (Block("furniture", "青石日报 ２０２６年３月２日 第０４版", (1,)),)),
...     Clipping("p-2", "p.txt", (Block("body", "新华社云岭3月1日电（记者方某）河开了。", (3,)),)),
... ]
>>> dict(with_imprints(clips)[1].extra)  # doctest: +NORMALIZE_WHITESPACE
{'date': '2026-03-02', 'page': '4', 'paper': '青石日报', 'agency': '新华社', 'place': '云岭', 'authors': ['方某']}
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

from clipper.clipping import Block, Clipping
from clipper.errors import UsageError
from clipper.names import OWN_HOUSES, WIRES, Byline, read_byline
from clipper.numerals import (
    PAGE_CODE,
    PAGE_MARK,
    PRINTED_DATES,
    SHORT_NUMBER,
    calendar_date,
    date_of,
    fold,
    read_date,
    read_number,
    read_page,
)

__all__ = [
    "GIVEN_KEYS",
    "Imprint",
    "clip_imprint",
    "given_imprint",
    "meta_from_path",
    "page_imprint",
    "page_imprints",
    "parse_meta",
    "with_imprint",
    "with_imprints",
]


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a clipping is cited by; None, and no authors, where it is not known.

    date: ISO 8601, to the day. page: "12", "A5". paper, agency, place, authors: as printed, without the spaces inside.
    period: "2026" or "2026-01", where the issue is known to the year or the month alone; it is not written, but tells
    the year of a dateline.
    """

    date: str | None = None
    page: str | None = None
    paper: str | None = None
    agency: str | None = None
    place: str | None = None
    authors: tuple[str, ...] = ()
    period: str | None = None

    def or_else(self, other: Imprint) -> Imprint:
        """Return this imprint, filled in from OTHER where it does not know.

        >>> Imprint(page="3").or_else(Imprint(page="4", paper="青石日报")).paper
        '青石日报'
        """
        return Imprint(
            self.date or other.date,
            self.page or other.page,
            self.paper or other.paper,
            self.agency or other.agency,
            self.place or other.place,
            self.authors or other.authors,
            self.period or other.period,
        )


# The keys of a record, in their order, and what --meta takes.
GIVEN_KEYS: Final = ("date", "page", "paper", "agency", "place", "authors")

# ---- what the page itself says --------------------------------------------------------------------------------------

_PAPER_END = (
    r"(?:日报|晚报|时报|早报|晨报|周报|商报|快报|导报|军报|午报|新报|都市报|青年报|少年报|工人报|农民报|参考报|文摘报"
    r"|教育报|科技报|法制报|法治报|文艺报|体育报|电视报|广播报|新闻报|消息报|文汇报|大公报)"
)
# 青石日报   云岭晚报海外版
PAPER_NAME = re.compile(rf"[^\W\d_]{{0,10}}?[^\W\d_]{_PAPER_END}(?:[^\W\d_]{{2}}版)?$")
# 青石报: a paper where it stands before the date or the page; not 天气预报, 工作简报
SHORT_PAPER_NAME = re.compile(
    r"(?!本报)[^\W\d_]{2,8}报"
    r"(?<!预报|简报|通报|公报|海报|电报|战报|捷报|喜报|情报|举报|汇报|播报|回报|墙报|板报|快报|画报|日报)$"
)
# 1949年10月5日创刊   2001年1月1日起: a date that is not the day of issue
NOT_ISSUE = re.compile(r"\s*(?:创刊|创办|复刊|起|前|后|至|-|—)")


class _Said(NamedTuple):
    """All that the furniture of one page says; "" stands for what says something that cannot be read."""

    dates: frozenset[str]
    papers: frozenset[str]
    pages: frozenset[str]


def page_imprint(clips: Iterable[Clipping]) -> Imprint:
    """Return date, page and paper as the furniture of CLIPS, all of one page, prints them.

    What is printed in two ways is unknown.

    >>> folio = Clipping("p-1", "p.txt", (Block("furniture", "青石日报 2026.3.2 第4版 短讯", (1,)),))
    >>> page_imprint([folio])
    Imprint(date='2026-03-02', page='4', paper='青石日报', agency=None, place=None, authors=(), period=None)
    """
    return page_imprints(list(clips))[0]


def page_imprints(clips: Sequence[Clipping], page_starts: Sequence[int] = (1,)) -> list[Imprint]:
    """Return an imprint for each page of one source; PAGE_STARTS are the 1-based first lines of its pages.

    The paper and the date that stand on the first page hold for the later ones that say nothing, where no page of the
    source says otherwise; a page's number never does.
    """
    return _page_imprints(_furniture(clips, page_starts).rows)


class _Furniture(NamedTuple):
    """The furniture of a source: the texts that speak for each page, and the stamps that speak for one clipping, by the
    index of that clipping.
    """

    rows: list[list[str]]
    stamps: dict[int, Imprint]


def _furniture(clips: Sequence[Clipping], page_starts: Sequence[int]) -> _Furniture:
    """Return the furniture of CLIPS. A stamp under an article is about that one, any other piece about its page."""
    rows: list[list[str]] = [[] for _ in page_starts or (1,)]
    stamps: dict[int, Imprint] = {}
    above: list[tuple[int, int]] = []  # line and clipping of all running text, once a stamp asks for it
    for block in (b for c in clips for b in c.blocks if b.role == "furniture"):
        page = _page_of(block, page_starts)
        stamp = _read_stamp(block.text) if block.lines else None
        if stamp:
            above = above or sorted(
                (n, k) for k, c in enumerate(clips) for b in c.blocks if b.role == "body" for n in b.lines
            )
            line, owner = above[at - 1] if (at := bisect_right(above, (block.lines[0], -1))) else (0, 0)
            if line >= max(1, (page_starts or (1,))[page]):
                stamps[owner] = stamp if stamps.get(owner, stamp) == stamp else Imprint()
                continue
        rows[page].append(block.text)
    return _Furniture(rows, stamps)


def _page_imprints(rows: Sequence[Sequence[str]]) -> list[Imprint]:
    said = [_said(page) for page in rows]
    papers = frozenset[str]().union(*(s.papers for s in said))
    dates = frozenset[str]().union(*(s.dates for s in said))
    # A second masthead is a second issue, and a date is then its own page's alone.
    first = Imprint(
        paper=_sole(papers) if said[0].papers else None,
        date=_sole(dates) if said[0].dates and len(papers) < 2 else None,
    )
    return [
        _imprint(s).or_else(
            Imprint(paper=None if s.papers else first.paper, date=None if s.dates else first.date),
        )
        for s in said
    ]


def _page_of(block: Block, page_starts: Sequence[int]) -> int:
    return max(0, bisect_right(page_starts, block.lines[0]) - 1) if block.lines else 0


def _imprint(said: _Said) -> Imprint:
    return Imprint(date=_sole(said.dates), page=_sole(said.pages), paper=_sole(said.papers))


def _sole(values: Iterable[str]) -> str | None:
    """Return the one thing that VALUES say, or None where they say several or cannot be read."""
    different = set(values)
    return (different.pop() or None) if len(different) == 1 else None


def _said(rows: Iterable[str]) -> _Said:
    from clipper.marks import EDITORS, MARK_LENGTH  # none of these is needed for records, which are read already

    dates: list[str] = []
    papers: list[str] = []
    pages: list[str] = []
    for row in rows:
        text = fold(row)
        if len(text) > MARK_LENGTH or EDITORS.match(row):
            continue
        cut: list[tuple[int, int]] = []
        for found in (f for p in PRINTED_DATES for f in p.finditer(text)):
            cut.append(found.span())
            if not NOT_ISSUE.match(text, found.end()):
                dates.append(date_of(found) or "")
        rest = _blanked(text, cut)
        for found in PAGE_MARK.finditer(rest):
            cut.append(found.span())
            if not found["count"]:
                pages.append("" if found["part"] else read_page(found["page"]) or "")
        for found in PAGE_CODE.finditer(_blanked(text, cut)):
            cut.append(found.span())
            pages.append(read_page(found[0]) or "")
        papers += _papers(row, _blanked(text, cut), min((a for a, _ in cut), default=len(text)))
    return _Said(frozenset(dates), frozenset(papers), frozenset(pages))


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for a, b in spans:
        text = text[:a] + " " * (b - a) + text[b:]
    return text


def _papers(row: str, text: str, first_mark: int) -> list[str]:
    """Return the papers in TEXT: ROW folded, with dates and pages left out, the first of which stood at FIRST_MARK."""
    words = list(re.finditer(r"[^\s:|/·《》【】()\[\]]+", text))
    if len(words) > 1 and all(len(w[0]) == 1 for w in words):  # 青 石 日 报
        joined = "".join(w[0] for w in words)
        return ["".join(row[w.start()] for w in words)] if PAPER_NAME.match(joined) else []
    return [
        row[w.start() : w.end()]
        for w in words
        if PAPER_NAME.match(w[0]) or w[0] == "申报" or (w.start() < first_mark and SHORT_PAPER_NAME.match(w[0]))
    ]


# ---- datelines ------------------------------------------------------------------------------------------------------

# All patterns from here on are tried on folded text.
_OWN = "|".join(OWN_HOUSES)
_WIRES = "|".join(WIRES)
_NO_HOUSE = "社区|社会|社员|社保|社里|网络|网点|网友|网民|网格|网红|网约"
_WIRE = rf"(?:{_WIRES}|[^\W\d]{{2,6}}?(?:通讯社|(?!{_NO_HOUSE})[社网]))"
_DAILY = "(?:日报|晚报|商报|时报|早报|晨报)"
_NO_PAPER = "公报|简报|通报|海报"
_PAPER = rf"(?:[^\W\d_]{{0,8}}?{_DAILY}社?|[^\W\d_]{{2,6}}?(?!{_NO_PAPER})[^\W\d_]报社?)"
_PLACE = r"(?P<place>[^\W\d_][\w·/、 ]{0,11}?)?"
_DAY = (
    rf"(?:(?:(?P<year>[0-9]{{4}}|[零一二三四五六七八九]{{4}})\s*年\s*)?(?P<month>{SHORT_NUMBER})\s*[月/]\s*)?"
    rf"(?P<day>{SHORT_NUMBER})\s*[日号]"
)
_HEARD = r"\s*(?:(?:以上均|以上另|以上又|以上|均|另|又)?(?:综合|据))*\s*"
# 新华社北京1月25日电   本报云岭３月２日讯   云岭日报青石2026年1月2日电   (据中国经济网北京6月12日讯
DATED_LINE = re.compile(
    rf"{_HEARD}(?P<source>{_OWN}|{_WIRES}|{_WIRE}|{_PAPER})\s*{_PLACE}\s*{_DAY}\s*(?:[专急]\s*)?[电讯]"
)
# 据新华社电   (据新华社北京电)   新华社云岭专电
WIRE_LINE = re.compile(rf"{_HEARD}(?P<source>{_WIRES})\s*{_PLACE}(?:[专急])?电(?=[\s(:,\])]|】|$)")
# 本报讯   云岭日报讯   本台消息   本报综合消息   本报云岭讯
OWN_LINE = re.compile(
    rf"\s*(?P<source>{_OWN}|[^\W\d_]{{0,8}}?{_DAILY}"
    rf"|(?:大公|[^\W\d_]{{1,6}}(?!{_NO_PAPER})[^\W\d_])报(?=讯[\s(:]))"
    r"(?:综合)?(?:讯|消息(?=[\s(:,])|(?P<place>[^\W\d_]{2,4})讯(?=[\s(:]))"
)
# What stands where a place stands, and is none: 本报快讯, 新华社发电
NO_PLACE_WORDS: Final = ("记者", "通讯", "特派", "报道", "消息", "综合")
NO_PLACE_STARTS: Final = tuple("发来致回唁播供停")
NO_PLACE_ENDS: Final = tuple("快简短通喜专急")
# 编者按：...
EDITORS_NOTE = re.compile(r"\s*(?:编者[的]?[按话]|按语|核心提示|核心阅读|内容提要|导读|阅读提示)")
# 《 云岭日报 》（ 2020年08月25日 02 版）: the stamp of an e-paper site
STAMP = re.compile(
    r"(?:^|(?<=[。！？!?…”’」』)\]】\s]))《\s*([^》]{2,16}?)\s*》\s*\(\s*([^()]{6,24}?[日号])\s*,?\s*(?:第?\s*([A-Za-z0-9零一二三四五六七八九十]{1,4})\s*版)?\s*\)?$"
)
LEAD = 90  # code points: a dateline and its names end before


class _Dateline(NamedTuple):
    """A dateline: agency or paper, or neither (本报); place; year, month and day as far as printed; where it ends."""

    agency: str | None
    paper: str | None
    place: str | None
    day: tuple[int | None, int | None, int | None]
    end: int


def _read_dateline(printed: str, text: str) -> _Dateline | None:
    """Return the dateline that TEXT, the folded form of PRINTED, opens with."""
    at = _opened(text, "([【")
    found = DATED_LINE.match(text, at) or WIRE_LINE.match(text, at) or OWN_LINE.match(text, at)
    if not found:
        return None
    parts = found.groupdict()
    place = parts["place"]
    if place and _is_no_place(place.strip()):
        return None
    source = _bare(printed[slice(*found.span("source"))])
    own = found["source"].startswith("本")
    paper = not own and found["source"].rstrip("社").endswith("报")
    day = tuple(read_number(parts.get(k) or "") for k in ("year", "month", "day"))
    return _Dateline(
        agency=None if own or paper else source,
        # 商报讯: half a name names no paper
        paper=source.removesuffix("社") if paper and len(source) > 3 else None,
        place=_bare(printed[slice(*found.span("place"))]) or None if place else None,
        day=(day[0], day[1], day[2]),
        end=found.end(),
    )


def _opened(text: str, brackets: str) -> int:
    """Return how many of BRACKETS open TEXT: 0 or 1."""
    return int(text != "" and text[0] in brackets)


def _may_be_dated(text: str) -> bool:
    """Whether the first sentence of TEXT, printed, has a word that tells a dateline near its head."""
    head = text[:43]
    for stop in "。！？":
        head = head.partition(stop)[0]
    return any(word in head for word in "电電讯訊息")


def _is_no_place(words: str) -> bool:
    return (
        words.startswith(NO_PLACE_STARTS)
        or words.endswith(NO_PLACE_ENDS)
        or any(word in words for word in NO_PLACE_WORDS)
    )


def _bare(text: str) -> str:
    return re.sub(r"[\s　]+", "", text)


def _day_of(line: _Dateline, period: str | None) -> str | None:
    """Return the date of LINE. Its year is printed, or told by PERIOD, the year or month in which the issue lies."""
    year, month, day = line.day
    if year:
        return calendar_date(year, month, day)
    return _day_before(month, day, period) if month and day and period else None


# How long before its issue a dateline may lie. Beyond it, the year could be either of two.
_STALE = datetime.timedelta(days=31)


def _day_before(month: int, day: int, period: str) -> str | None:
    """Return the latest MONTH and DAY that is at most one day after the end of PERIOD (a year, a month or a day).

    None where the year before would do as well: 12月31日 in an issue of which no more than the year is known.
    """
    first, last = _bounds(period)
    late = last + datetime.timedelta(days=1)
    dates = [
        d
        for y in (late.year, late.year - 1, late.year - 2)
        if (d := calendar_date(y, month, day)) and d <= late.isoformat()
    ]
    fresh = [d for d in dates if d >= (first - _STALE).isoformat()]
    return fresh[0] if len(fresh) == 1 else None


def _bounds(period: str) -> tuple[datetime.date, datetime.date]:
    parts = [int(x) for x in period.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 0
    if len(parts) > 2:
        day = datetime.date(*parts)
        return day, day
    first = datetime.date(year, month or 1, 1)
    after = datetime.date(year + 1, 1, 1) if month in (0, 12) else datetime.date(year, month + 1, 1)
    return first, after - datetime.timedelta(days=1)


# ---- what one clipping says -----------------------------------------------------------------------------------------

# ... 记者方某 齐某报道:   right after the dateline (folded)
REPORTED = re.compile(r"\s*((?:本[报刊台网社])?[^,。:;()]{0,12}?(?:记者|通讯员)[^,。:;()]{1,40}?报道)\s*[:,]")
# (记者 方某 通讯员 齐某)   right after the dateline, or opening the text (folded)
BRACKET = re.compile(r"\s*\(([^()]{2,70})\)")
# ...河开了。(记者 方某)   ...河开了。(新华社云岭1月2日电)   the end of a paragraph (folded)
TAIL = re.compile(r"[(【]([^()【】]{2,60})[)】]$")
# What such a bracket must hold to be a mark
TAIL_WORDS: Final = (
    "记者",
    "通讯员",
    "作者",
    "执笔",
    "采写",
    "撰文",
    "文/",
    "/文",
    "图/",
    "新华社",
    "中新社",
    "中央社",
)


NO_IMPRINT = Imprint()


@dataclass(slots=True)
class _Marks:
    """What the marks of one clipping say, gathered in reading order."""

    heads: list[_Dateline]
    ends: list[_Dateline]
    authors: list[str]
    places: list[str]
    houses: list[str]
    stamp: Imprint

    @property
    def empty(self) -> bool:
        """Whether there is none."""
        return not (self.heads or self.ends or self.authors or self.places or self.houses) and self.stamp is NO_IMPRINT

    def add(self, byline: Byline) -> None:
        self.authors += byline.authors
        self.places += byline.places
        self.houses += byline.houses


def clip_imprint(clip: Clipping, page: Imprint) -> Imprint:
    """Return the imprint of CLIP, which stands on PAGE: what its own marks say, and what holds for the page.

    PAGE: what the page says, and what was given where it says nothing. Agency and place are known where every mark
    of the clipping agrees. The date is the day of issue; where that is not known, the day of the dateline, if its year
    is. A stamp (《 青石日报 》（ 2026年03月02日 02 版）) tells all three, and before the page.

    >>> clip = Clipping("p-1", "p", (Block("body", "据新华社云岭3月1日电 河开了。（记者 方某、齐秋立）", (1,)),))
    >>> found = clip_imprint(clip, Imprint(paper="青石日报"))
    >>> found.agency, found.place, found.date, found.authors
    ('新华社', '云岭', None, ('方某', '齐秋立'))
    """
    marks = _gather(clip)
    if marks.empty:  # as most clippings are: then what holds for the page holds here
        return replace(page, period=None)
    sources = _sources(marks)
    lines = [*marks.heads, *marks.ends]
    said = marks.stamp.or_else(Imprint(page.date, page.page, page.paper))
    return Imprint(
        date=said.date or _sole(_day_of(x, page.period) or "" for x in marks.heads or marks.ends),
        page=said.page,
        paper=said.paper or _sole(x.paper for x in lines if x.paper),
        agency=_sole(sources) or (None if sources == {""} else page.agency),  # 本报讯: no agency, whatever is given
        place=_agreed_place(marks) or page.place,
        authors=tuple(dict.fromkeys(marks.authors)) or page.authors,
    )


def _sources(marks: _Marks) -> set[str]:
    """Return the agencies that the marks name, "" for the paper itself (本报讯, 本报记者)."""
    houses = {"" if h in OWN_HOUSES else h for h in marks.houses if h in OWN_HOUSES or h in WIRES}
    return {x.agency or "" for x in (*marks.heads, *marks.ends)} | houses


def _agreed_place(marks: _Marks) -> str | None:
    heads = {x.place or "" for x in marks.heads}
    # 本报讯 ... (据新华社云岭电): two sources, and the place is that of one of them
    if len(heads) > 1 or (heads == {""} and {x.agency for x in marks.heads} != {x.agency for x in marks.ends}):
        return None
    return _sole({*(heads - {""}), *(x.place for x in marks.ends if x.place), *marks.places})


def _gather(clip: Clipping) -> _Marks:
    from clipper.marks import MARK_LENGTH

    marks = _Marks([], [], [], [], [], NO_IMPRINT)
    bodies = [b for b in clip.blocks if b.role == "body"]
    # A dateline further down is another item of a round-up, where the first item has its own too.
    opening = bodies[1:2] if bodies and _is_editors_note(bodies[0].text) else bodies[:1]
    last = bodies[-1] if bodies else None
    dated = False
    for block in clip.blocks:
        if block.role in ("byline", "end_mark"):
            if len(block.text) <= MARK_LENGTH:
                _read_end(marks, block.text, bare=block.role == "byline")
        elif block.role == "body":
            dated = _read_lead(marks, block, dated or block in opening) or dated
            _read_tail(marks, block, block is last)
    return marks


def _is_editors_note(printed: str) -> bool:
    text = fold(printed[:8])
    return EDITORS_NOTE.match(text, _opened(text, "([【〔")) is not None


def _read_lead(marks: _Marks, block: Block, may_be_dated: bool) -> bool:
    """Read the dateline and the names that open BLOCK, and return whether it has a dateline."""
    if not may_be_dated or not (_may_be_dated(block.text) or block.text[:1] in "（("):
        return False
    printed = block.text[:LEAD]
    text = fold(printed)
    line = _read_dateline(printed, text)
    end = line.end if line else 0
    if line:
        marks.heads.append(line)
    found = BRACKET.match(text, end)
    if found and (line or _names_a_writer(found[1])):
        marks.add(read_byline(printed[slice(*found.span(1))], bare=line is not None))
    elif line and (found := REPORTED.match(text, end)):
        marks.add(read_byline(printed[slice(*found.span(1))], bare=False))
    return line is not None


def _read_tail(marks: _Marks, block: Block, last: bool) -> None:
    """Read the mark in brackets that ends BLOCK, and the stamp after the LAST paragraph."""
    printed = block.text[-LEAD:]
    if last and (stamp := _read_stamp(printed)):
        marks.stamp = stamp
        printed = printed[: printed.rindex("《")].rstrip()
    if printed[-1:] in ("）", ")", "】") and (found := TAIL.search(fold(printed))) and _names_a_writer(found[1]):
        _read_end(marks, printed[found.start() :], bare=False, last=last)


def _names_a_writer(text: str) -> bool:
    return any(word in text for word in TAIL_WORDS)


def _read_stamp(printed: str) -> Imprint | None:
    """Return what the stamp at the end of PRINTED says."""
    found = STAMP.search(fold(printed)) if "》" in printed else None
    date = read_date(found[2]) if found else None
    if not found or not date:
        return None
    paper = _bare(printed[slice(*found.span(1))])
    return Imprint(date=date, page=read_page(found[3]) if found[3] else None, paper=paper)


def _read_end(marks: _Marks, printed: str, bare: bool, last: bool = True) -> None:
    """Read a byline or an end mark: a dateline, names, or both. One inside the text (not LAST) dates no clipping."""
    text = fold(printed)
    line = _read_dateline(printed, text)
    if line:
        marks.ends += [line] if last else []
        printed = printed[line.end :].rstrip(")）】] ")
        bare = False
    marks.add(read_byline(printed, bare))


# ---- what is given from outside -------------------------------------------------------------------------------------


def parse_meta(items: Iterable[str]) -> Imprint:
    """Return the imprint that ITEMS give, each `key=value`, or several of these with spaces between them.

    Raises UsageError for an unknown key, one that is given twice, and a value that cannot be read.

    >>> parse_meta(["paper=云岭日报 date=2026年1月26日", "page=第03版"])
    Imprint(date='2026-01-26', page='3', paper='云岭日报', agency=None, place=None, authors=(), period=None)
    """
    pairs: dict[str, str] = {}
    for item in items:
        for part in re.split(r"\s+(?=[A-Za-z_]+\s*[=＝])", item.strip()):
            key, sign, value = part.replace("＝", "=", 1).partition("=")
            key = key.strip()
            if not sign:
                raise UsageError("--meta", f'"{part}" is not KEY=VALUE', _KEYS_HINT)
            if key in pairs:
                raise UsageError("--meta", f'"{key}" is given twice', "give it once")
            pairs[key] = value
    return given_imprint(pairs)


_KEYS_HINT: Final = f"the keys are {', '.join(GIVEN_KEYS)}"


def given_imprint(pairs: Mapping[str, str]) -> Imprint:
    """Return the imprint that PAIRS of key and value give, read as the page's own marks are.

    authors are names with 、 between them. Raises UsageError for an unknown key and a value that cannot be read.

    >>> given_imprint({"authors": "方 某、齐秋立", "page": "A05"}).authors
    ('方某', '齐秋立')
    """
    values: dict[str, str | tuple[str, ...] | None] = {}
    for key, raw in pairs.items():
        if key not in GIVEN_KEYS:
            raise UsageError("--meta", f'unknown key "{key}"', _KEYS_HINT)
        value = " ".join(raw.split())
        if not value:
            raise UsageError("--meta", f'"{key}" is empty', "leave it out, or give its value")
        values[key] = _given(key, value)
        if not values[key]:
            raise UsageError("--meta", f'"{value}" is no {key}', _HINTS.get(key, ""))
    return Imprint(**values)  # type: ignore[arg-type]


_HINTS: Final = {
    "date": "give year, month and day, as in 2026-01-26 or 2026年1月26日",
    "page": "give a number, as in 3, 第三版 or A05",
    "authors": "give names with 、 between them",
}


def _given(key: str, value: str) -> str | tuple[str, ...] | None:
    if key == "date":
        return read_date(value)
    if key == "page":
        return read_page(value)
    if key == "authors":
        names = (_without_gaps(n) for n in re.split("[、,，;；]", value))
        return tuple(dict.fromkeys(n for n in names if n))
    return _without_gaps(value.strip("《》"))


def _without_gaps(name: str) -> str:
    """Return NAME without the spaces between Han characters; those of a name in Latin letters stay."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", name.strip())


# What each field of a path pattern stands for.
_FIELDS: Final = {
    "paper": r".+?",
    "agency": r".+?",
    "place": r".+?",
    "page": r"第?\s*[A-Za-zＡ-Ｚａ-ｚ]{0,2}(?:[0-9０-９]{1,3}|[零〇○一二三四五六七八九十廿]{1,4})(?:\s*[版頁页])?",
    "date": r"(?:(?:中[华華])?民[国國])?[0-9０-９零〇○一二三四五六七八九十元]{1,4}\s*(?:年|[-._．])\s*"
    r"[0-9０-９一二三四五六七八九十元]{1,3}\s*(?:月|[-._．])\s*[0-9０-９一二三四五六七八九十廿卅]{1,4}[日號号]?|[0-9０-９]{8}",
    "year": r"[0-9０-９]{4}|[零〇○一二三四五六七八九]{4}",
    "month": r"[0-9０-９]{1,2}|[一二三四五六七八九十元]{1,3}",
    "day": r"[0-9０-９]{1,2}|[一二三四五六七八九十廿卅]{1,4}",
}
_TOUCHING: Final = {
    "month": r"[0-9０-９]{2}",
    "day": r"[0-9０-９]{2}",
}  # {year}{month}{day}: nothing else tells them apart


def meta_from_path(pattern: str, path: str) -> Imprint | None:
    """Return what PATH says where PATTERN fits its end, part by part, or None where it does not.

    PATTERN: parts with / or \\ between them; {paper} {date} {year} {month} {day} {page} {place} {agency} stand for what
    they name, * for anything within one part. A date that no calendar has does not fit. Where there is a year without
    a day, it is the period. Raises UsageError for a pattern that makes no sense.

    >>> meta_from_path("{paper}/{date}/{page}.txt", "/srv/in/云岭日报/20260126/A05.txt")
    Imprint(date='2026-01-26', page='A5', paper='云岭日报', agency=None, place=None, authors=(), period=None)
    >>> meta_from_path("{paper}/{date}/{page}.txt", "page.txt") is None
    True
    """
    wanted = _pattern_parts(pattern)
    parts = [p for p in re.split(r"[/\\]", path) if p not in ("", ".")]
    if len(parts) < len(wanted):
        return None
    values: dict[str, str] = {}
    for part, form in zip(parts[-len(wanted) :], wanted, strict=True):
        found = form.fullmatch(part)
        if not found:
            return None
        values |= found.groupdict()
    return _from_path(values)


def _pattern_parts(pattern: str) -> list[re.Pattern[str]]:
    """Return a pattern for each part of a path. Raises UsageError."""
    option, seen = "--meta-from-path", list[str]()
    parts = [p for p in re.split(r"[/\\]", pattern.strip()) if p not in ("", ".")]
    forms = []
    for part in parts:
        pieces = re.split(r"(\{[^{}]*\}|\*+)", part)
        _refuse_guesses(option, part, pieces)
        form = ""
        for k, piece in enumerate(pieces):
            if piece.startswith("*"):
                form += ".*?"
            elif k % 2 and piece.startswith("{"):
                name = piece[1:-1]
                if name not in _FIELDS:
                    fields_known = " ".join(f"{{{f}}}" for f in _FIELDS)
                    raise UsageError(option, f'unknown field "{piece}"', f"the fields are {fields_known}")
                if name in seen:
                    raise UsageError(option, f'"{piece}" stands twice', "name each field once")
                seen.append(name)
                touches = any(
                    not pieces[j] and pieces[j + d : j + d + 1] for j, d in ((k - 1, -1), (k + 1, 1)) if j + d > 0
                )
                form += f"(?P<{name}>{(_TOUCHING if touches else {}).get(name, _FIELDS[name])})"
            elif "{" in piece or "}" in piece:
                raise UsageError(option, f'a brace in "{part}" has no other half', "write fields as {paper}")
            else:
                form += re.escape(piece)
        forms.append(re.compile(form, re.DOTALL))
    if not seen:
        raise UsageError(option, f'"{pattern}" names no field', "write a pattern such as {paper}/{date}/{page}.txt")
    if ("month" in seen and "year" not in seen) or ("day" in seen and "month" not in seen):
        raise UsageError(option, "a day needs its month, and a month its year", "add {year}, or use {date}")
    return forms


_ANYTHING: Final = ("{paper}", "{place}", "{agency}", "*")
_MOST_OF_THESE: Final = 3  # in one part of a path: more would take long to hold against a long name


def _refuse_guesses(option: str, part: str, pieces: Sequence[str]) -> None:
    """Raise UsageError where it could not be told what of a name belongs to which of PIECES."""
    free = [k for k, piece in enumerate(pieces) if piece.rstrip("*") + "*" * piece.endswith("*") in _ANYTHING]
    if len(free) > _MOST_OF_THESE:
        raise UsageError(
            option, f'"{part}" has too many fields that may be anything', f"use {_MOST_OF_THESE} at the most"
        )
    if any(b - a == 2 and not pieces[a + 1] for a, b in pairwise(free)):
        raise UsageError(option, f'nothing stands between two fields in "{part}"', "put what stands there between them")


def _from_path(values: Mapping[str, str]) -> Imprint | None:
    """Return the imprint of the fields of a path, or None where one of them cannot be read."""
    date = read_date(values["date"].replace("_", "-")) if "date" in values else None
    page = read_page(values["page"]) if "page" in values else None
    if ("date" in values and not date) or ("page" in values and not page):
        return None
    period = None
    if "year" in values:
        period = _joined_date(*(values.get(k) for k in ("year", "month", "day")))
        if not period or (date and not date.startswith(period)):
            return None
    if period and len(period) == len("2026-01-26"):
        date = period
    paper, agency, place = (_without_gaps(values.get(k, "")) or None for k in ("paper", "agency", "place"))
    return Imprint(date, page, paper, agency, place, period=None if date else period)


def _joined_date(year: str | None, month: str | None, day: str | None) -> str | None:
    """Return the ISO date, month or year of numbers as written, or None where no calendar has it."""
    numbers = [read_number(x) for x in (year, month, day) if x is not None]
    whole = calendar_date(*[*numbers, 1, 1][:3])
    return whole[: (4, 7, 10)[len(numbers) - 1]] if whole else None


# ---- onto the record ------------------------------------------------------------------------------------------------


def with_imprint(clip: Clipping, imprint: Imprint, sha256: str | None = None) -> Clipping:
    """Return CLIP with what is known of IMPRINT as keys of its record, and the digest of its source (source_sha256).

    Keys that the record already has stay as they are.

    >>> dict(with_imprint(Clipping("p-1", "p", ()), Imprint(date="2026-01-26", page="3"), "ab12").extra)
    {'date': '2026-01-26', 'page': '3', 'source_sha256': 'ab12'}
    """
    known = {k: list(v) if k == "authors" else v for k in GIVEN_KEYS if (v := getattr(imprint, k))}
    if sha256:
        known["source_sha256"] = sha256
    new = {k: v for k, v in known.items() if k not in clip.extra}
    return replace(clip, extra={**clip.extra, **new}) if new else clip


def with_imprints(
    clips: Sequence[Clipping],
    page_starts: Sequence[int] = (1,),
    given: Imprint = Imprint(),
    sha256: str | None = None,
) -> list[Clipping]:
    """Return CLIPS, all those of one source, with what they are cited by.

    page_starts: the 1-based first lines of the pages of the source. given: what holds where a page does not say it.
    sha256: the digest of the source. Example at the head of this module.
    """
    furniture = _furniture(clips, page_starts)
    pages = [page.or_else(given) for page in _page_imprints(furniture.rows)]
    out = []
    for k, clip in enumerate(clips):
        page = pages[_page_of(clip.blocks[0], page_starts) if clip.blocks else 0]
        stamp = furniture.stamps.get(k, Imprint())
        out.append(with_imprint(clip, clip_imprint(clip, stamp.or_else(page)), sha256))
    return out
