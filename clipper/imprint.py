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
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Final

from clipper.clipping import Block, Clipping
from clipper.errors import UsageError
from clipper.marks import EDITORS, MARK_LENGTH

__all__ = [
    "GIVEN_KEYS",
    "Imprint",
    "clip_imprint",
    "given_imprint",
    "meta_from_path",
    "page_imprint",
    "page_imprints",
    "parse_meta",
    "read_authors",
    "read_date",
    "read_number",
    "read_page",
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
        return Imprint(*(getattr(self, f.name) or getattr(other, f.name) for f in fields(self)))


# The keys of a record, in their order, and what --meta takes.
GIVEN_KEYS: Final = ("date", "page", "paper", "agency", "place", "authors")

# ---- one form for both scripts and widths ---------------------------------------------------------------------------

# The characters of marks, numerals and surnames that differ in traditional script, each over its simplified form.
_TRADITIONAL = (
    "報電訊記員號頁華據攝圖週時專網臺駐實習約見評論導綜執筆參與責輯編譯採寫撰國際聯壹貳參肆伍陸柒捌玖拾"
    "張陳劉楊趙黃吳孫馬鄭謝許韓鄧馮蕭呂葉魏蘇盧蔣閻餘潘鍾譚陸廖賈鄒龍萬錢嚴賴覃龔顧湯賀郝邵嶽齊莊聶"
    "樊歐陽蘭魯聞畢駱溫關單項紀薑閔饒薛豐竇車衛葛喬圍塗廣倫榮談練顏紅買賓遲萇繆鄔鄺鄢閆陰習賁儲應羅諸"
)
_SIMPLIFIED = (
    "报电讯记员号页华据摄图周时专网台驻实习约见评论导综执笔参与责辑编译采写撰国际联一二三四五六七八九十"
    "张陈刘杨赵黄吴孙马郑谢许韩邓冯萧吕叶魏苏卢蒋阎余潘钟谭陆廖贾邹龙万钱严赖覃龚顾汤贺郝邵岳齐庄聂"
    "樊欧阳兰鲁闻毕骆温关单项纪姜闵饶薛丰窦车卫葛乔围涂广伦荣谈练颜红买宾迟苌缪邬邝鄢闫阴习贲储应罗诸"
)
_FOLDED: Final[dict[int, str]] = {
    **{ord(a): b for a, b in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)},
    **{n: chr(n - 0xFEE0) for n in range(0xFF01, 0xFF5F)},  # １：（，  ->  1:(,
    **dict.fromkeys((*range(0x2000, 0x200B), 0xA0, 0x3000, 0x202F), " "),
    **dict.fromkeys(map(ord, "〇○◯"), "零"),
    ord("參"): "参",  # a numeral on cheques alone; on a page it stands in 參與採寫
    ord("陸"): "陆",  # the surname
}


def _fold(text: str) -> str:
    """Return TEXT in half-width and, as far as marks need it, simplified form; it keeps its length."""
    return text.translate(_FOLDED)


# ---- numbers, dates, pages ------------------------------------------------------------------------------------------

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "元": 1}
_HAN_NUM = "零一二三四五六七八九十廿卅"
_NUM = rf"(?:[0-9]{{1,4}}|[{_HAN_NUM}]{{1,5}})"
_N2 = rf"(?:[0-9]{{1,2}}|[{_HAN_NUM}]{{1,4}}|元)"

# 十二   三十一   廿三   卅
TENS = re.compile(r"(?:([一二三四五六七八九]?)十|([廿卅])十?)([一二三四五六七八九]?)")
# 2026年1月26日   一九五八年三月二日   二零二六 年 元 月 五 日   (folded)
YEAR_DATE = re.compile(
    rf"(?<![0-9{_HAN_NUM}])(?P<year>[0-9]{{4}}|[零一二三四五六七八九]{{4}})\s*年"
    rf"\s*(?P<month>{_N2})\s*月\s*(?P<day>{_N2})\s*[日号]?"
)
# 民国三十七年十二月三日   中华民国37年1月2日
ROC_DATE = re.compile(rf"民国\s*(?P<roc>{_N2})\s*年\s*(?P<month>{_N2})\s*月\s*(?P<day>{_N2})\s*[日号]?")
# 2026-01-26   2026.3.2   2026/3/2
POINT_DATE = re.compile(
    r"(?<![0-9])(?P<year>[0-9]{4})\s*([-./])\s*(?P<month>[0-9]{1,2})\s*\2\s*(?P<day>[0-9]{1,2})(?![0-9])"
)
# 20260126: in a file name, not on a page, where it may be a telephone number
BARE_DATE = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
# 2026年1月26日 星期一
WEEKDAY = re.compile(r"\s*(?:星期|周|礼拜)[一二三四五六日天]$")
PRINTED_DATES: Final = (YEAR_DATE, ROC_DATE, POINT_DATE)
# A paper in Chinese is not older than this, and a later year is a misprint.
_YEARS = range(1800, 2200)
_ROC_BEFORE_FIRST = 1911

# 第3版   02版   A05版   第十二版   第 4 頁 (folded); not 共8版, 今日8版, 第2-3版, 第一张第四版
PAGE_MARK = re.compile(
    rf"(?P<count>(?:共|今日|本期|对开|四开|每日|周[一二三四五六日])\s*(?={_NUM}\s*[版页]))?"
    rf"(?P<part>(?:[张叠]|[0-9{_HAN_NUM}]\s*[-—–~至到、,/])\s*)?"
    rf"(?<![0-9A-Za-z{_HAN_NUM}])第?\s*(?P<page>[A-Za-z]{{0,2}}\s*{_NUM})\s*[版页]"
)
# A05   B2: a folio without the word page, between spaces
PAGE_CODE = re.compile(r"(?<![^\s:|/·])[A-Za-z][0-9]{1,3}(?![^\s:|/·])")
# 3   A05   第十二版   AA3
PAGE_VALUE = re.compile(rf"第?\s*(?P<letters>[A-Za-z]{{0,2}})\s*(?P<number>{_NUM})\s*[版页]?")


def read_number(text: str) -> int | None:
    """Return the number TEXT writes, in digits or Chinese numerals of either kind, or None.

    >>> [read_number(x) for x in ("１２", "十二", "廿三", "卅一", "一九五八", "二○二六", "元", "十十")]
    [12, 12, 23, 31, 1958, 2026, 1, None]
    """
    text = _fold(text.strip())
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 9 else None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    found = TENS.fullmatch(text)
    if not found:
        return None
    tens = {"廿": 2, "卅": 3}[found[2]] if found[2] else _DIGITS[found[1] or "一"]
    return tens * 10 + _DIGITS[found[3] or "零"]


def read_date(text: str) -> str | None:
    """Return the ISO date that TEXT is, or None: no date, not to the day, or a day that no calendar has.

    >>> [read_date(x) for x in ("２０２６年３月２日　星期一", "一九五八年三月二日", "民國三十七年十二月三日", "20260126")]
    ['2026-03-02', '1958-03-02', '1948-12-03', '2026-01-26']
    >>> read_date("2026年2月30日"), read_date("3月2日")
    (None, None)
    """
    text = WEEKDAY.sub("", _fold(text.strip()))
    text = re.sub(r"^(?:公元|西元|中华(?=民国))\s*", "", text)
    return next((_iso(found) for p in (*PRINTED_DATES, BARE_DATE) if (found := p.fullmatch(text))), None)


def _iso(found: re.Match[str]) -> str | None:
    """Return the date of a match of one of the date patterns."""
    parts = found.groupdict()
    month, day = read_number(parts["month"]), read_number(parts["day"])
    year = read_number(parts.get("year") or parts.get("roc") or "")
    if year and parts.get("roc"):
        year += _ROC_BEFORE_FIRST
    return _date(year, month, day)


def _date(year: int | None, month: int | None, day: int | None) -> str | None:
    if not year or not month or not day or year not in _YEARS:
        return None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def read_page(text: str) -> str | None:
    """Return the page TEXT names: its letters in capitals and its number without leading noughts, or None.

    >>> [read_page(x) for x in ("第十二版", "02版", "Ａ０５", "第４頁", "00", "要闻")]
    ['12', '2', 'A5', '4', None, None]
    """
    found = PAGE_VALUE.fullmatch(_fold(text.strip()))
    number = read_number(found["number"]) if found else None
    return f"{found['letters'].upper()}{number}" if found and number else None


# ---- what the page itself says --------------------------------------------------------------------------------------

_PAPER_END = (
    r"(?:[日晚时早晨周商快导军午新]报|都市报|青年报|少年报|工人报|农民报|参考报|文摘报|教育报|科技报|法制报|法治报"
    r"|文艺报|体育报|电视报|广播报|新闻报|消息报|文汇报|大公报)"
)
# 青石日报   云岭晚报海外版
PAPER_NAME = re.compile(rf"[^\W\d_]{{0,10}}?[^\W\d_]{_PAPER_END}(?:[^\W\d_]{{2}}版)?$")
# 青石报: a paper where it stands before the date or the page; not 天气预报, 工作简报
SHORT_PAPER_NAME = re.compile(r"(?!本报)[^\W\d_]{2,8}(?<![预简通公海电战捷喜情举汇播回墙板快画日])报$")
# 1949年10月5日创刊   2001年1月1日起: a date that is not the day of issue
NOT_ISSUE = re.compile(r"\s*(?:创刊|创办|复刊|起|前|后|至|-|—)")


@dataclass(frozen=True, slots=True)
class _Said:
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
    return _imprint(_said(b.text for c in clips for b in c.blocks if b.role == "furniture"))


def page_imprints(clips: Iterable[Clipping], page_starts: Sequence[int] = (1,)) -> list[Imprint]:
    """Return an imprint for each page of one source; PAGE_STARTS are the 1-based first lines of its pages.

    The paper and the date that stand on the first page hold for the later ones that say nothing, where no page of the
    source says otherwise; a page's number never does.
    """
    rows: list[list[str]] = [[] for _ in page_starts]
    for block in (b for c in clips for b in c.blocks if b.role == "furniture"):
        rows[_page_of(block, page_starts)].append(block.text)
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
    dates: list[str] = []
    papers: list[str] = []
    pages: list[str] = []
    for row in rows:
        text = _fold(row)
        if len(text) > MARK_LENGTH or EDITORS.match(row):
            continue
        cut: list[tuple[int, int]] = []
        for found in (f for p in PRINTED_DATES for f in p.finditer(text)):
            cut.append(found.span())
            if not NOT_ISSUE.match(text, found.end()):
                dates.append(_iso(found) or "")
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

_WIRES = r"新华社|中新社|中国新闻社|中央社|新华网|中新网|人民网"
# All patterns from here on are tried on folded text.
_WIRE = rf"(?:{_WIRES}|[^\W\d]{{2,6}}?(?:通讯社|社(?![区会员保里])|网(?![络点友民格红约])))"
_PAPER = r"(?:[^\W\d_]{0,8}?[日晚商时早晨]报社?|[^\W\d_]{2,6}?[^\W\d_公简通海]报社?)"
_PLACE = r"(?P<place>[^\W\d_][\w·/、 ]{0,11}?)?"
_DAY = (
    rf"(?:(?:(?P<year>[0-9]{{4}}|[零一二三四五六七八九]{{4}})\s*年\s*)?(?P<month>{_N2})\s*[月/]\s*)?"
    rf"(?P<day>{_N2})\s*[日号]"
)
_HEARD = r"[(\[【]?\s*(?:(?:以上)?[均另又]?(?:综合|据))*\s*"
# 新华社北京1月25日电   本报云岭３月２日讯   云岭日报青石2026年1月2日电   (据中国经济网北京6月12日讯
DATED_LINE = re.compile(
    rf"{_HEARD}(?P<source>本[报刊台网社]|{_WIRES}|{_WIRE}|{_PAPER})\s*{_PLACE}\s*{_DAY}\s*(?:[专急]\s*)?[电讯]"
)
# 据新华社电   (据新华社北京电)   新华社云岭专电
WIRE_LINE = re.compile(rf"{_HEARD}(?P<source>{_WIRES})\s*{_PLACE}(?:[专急])?电(?=[\s(:,\]】)]|$)")
# 本报讯   云岭日报讯   本台消息   本报综合消息   本报云岭讯
OWN_LINE = re.compile(
    r"[(\[【]?\s*(?P<source>本[报刊台网社]|[^\W\d_]{0,8}?[日晚商时早晨]报|(?:大公|[^\W\d_]{1,6}[^\W\d_公简通海])报(?=讯[\s(:]))"
    r"(?:综合)?(?:讯|消息(?=[\s(:,])|(?P<place>[^\W\d_]{2,4})讯(?=[\s(:]))"
)
# What stands where a place stands, and is none: 本报快讯, 新华社发电
NOT_PLACE = re.compile(r"记者|通讯|特派|报道|消息|综合|[快简短通喜专急]$|^[发来致回唁播供停]")
# 编者按：...
EDITORS_NOTE = re.compile(r"[(【\[〔]?\s*(?:编者[的]?[按话]|按语|核心提示|核心阅读|内容提要|导读|阅读提示)")
# A line that can hold no dateline is told by this, without being folded.
DATELINE_WORD = re.compile(r"[^。！？]{0,42}?[电電讯訊息]")
# 《 云岭日报 》（ 2020年08月25日 02 版）: the stamp of an e-paper site
STAMP = re.compile(
    r"《\s*([^》]{2,16}?)\s*》\s*\(\s*([^()]{6,24}?[日号])\s*,?\s*(?:第?\s*([A-Za-z0-9零一二三四五六七八九十]{1,4})\s*版)?\s*\)?$"
)
LEAD = 90  # code points: a dateline and its names end before


@dataclass(frozen=True, slots=True)
class _Dateline:
    """A dateline: agency or paper, or neither (本报); place; year, month and day as far as printed; where it ends."""

    agency: str | None
    paper: str | None
    place: str | None
    day: tuple[int | None, int | None, int | None]
    end: int


def _read_dateline(printed: str, text: str) -> _Dateline | None:
    """Return the dateline that TEXT, the folded form of PRINTED, opens with."""
    found = DATED_LINE.match(text) or WIRE_LINE.match(text) or OWN_LINE.match(text)
    if not found:
        return None
    parts = found.groupdict()
    place = parts["place"]
    if place and NOT_PLACE.search(place.strip()):
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


def _bare(text: str) -> str:
    return re.sub(r"[\s　]+", "", text)


def _day_of(line: _Dateline, period: str | None) -> str | None:
    """Return the date of LINE. Its year is printed, or told by PERIOD, the year or month in which the issue lies."""
    year, month, day = line.day
    if year:
        return _date(year, month, day)
    return _day_before(month, day, period) if month and day and period else None


# How long before its issue a dateline may lie. Beyond it, the year could be either of two.
_STALE = datetime.timedelta(days=31)


def _day_before(month: int, day: int, period: str) -> str | None:
    """Return the latest MONTH and DAY that is at most one day after the end of PERIOD (a year, a month or a day).

    None where the year before would do as well: 12月31日 in an issue of which no more than the year is known.
    """
    first, last = _bounds(period)
    late = last + datetime.timedelta(days=1)
    dates = [d for y in (late.year, late.year - 1) if (d := _date(y, month, day)) and d <= late.isoformat()]
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


# ---- names ----------------------------------------------------------------------------------------------------------

COMMON_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔"
    "谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文祝齐殷"
    "施牛洪翟樊葛"
)
SURNAMES: Final = COMMON_SURNAMES | frozenset(
    "安倪岳庄聂章鲁耿梅关翁焦左柳童路华欧尤邢阮骆丘凌鲍申尚温柯詹裴辛管詹单盛成季苗穆纪舒屈项窦霍甘岑饶涂游佘褚靳卞娄蒲蒙时"
    "桂宫解应毕裘宣房丛干缪匡符伏查水花娜昌芦芮晏苟桑楚郁冉燕仇仝车宁郜侍祁司喻隋米奚池丰艾冀席冷包鄢邬闵滕班佟由晋谷原普"
    "臧畅计牟连庞狄贝明麦景卓敖储竺权初鄂邸揭栾荆巩厉宗巫鞠戚卫羊云宿逄苑郎练党沙占古亢豆戈巴牧茅阚訾尧鹿扈胥雍练卜苍仲曲代"
    "区慕阳储门冼郗仉郄仵矫郇隗刁禹廉乌雒寇楼勾敬郏荀迟晁笪邰逯昝桓芶兰修门帅宛淡亓印植漆展肇嵇税粟支呼黑别库哈衡帖浦靖玉谌"
    "闻谈蔺禚寻贡糜滑訾荔索拜诸柏甄瞿丹锡铁尉昂撒那颜葵瓮岩尕母庾堵步侬衣虞蓝朴"
)
_COMPOUND_SURNAMES = """
欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 端木 独孤 南宫 呼延 百里 淳于
澹台
"""
COMPOUND_SURNAMES: Final = frozenset(_COMPOUND_SURNAMES.split())
# Words that begin like a name: a headline or a column set where a byline stands.
_NOT_NAMES = """
文化 文艺 文明 文摘 文学 文体 文教 文旅 文苑 时评 时政 时事 时尚 时代 时光 时讯 高考 高端 高度
高原 高新 安全 安康 安徽 安居 平安 康养 金融 金秋 金华 方便 方言 方案 方法 方向 方式 何时 何处
应急 应对 应用 成果 成长 成功 成都 常态 常州 明天 花开 花卉 水利 水务 水乡 万象 万家 万州 关注
关爱 关键 温暖 温馨 温州 祝福 祝愿 项目 程序 计划 石油 石化 武警 武术 武汉 江苏 江西 江南 江山
江河 江湖 云南 云端 苏州 徐州 郑州 黄山 黄河 宁夏 宁波 莫斯科 古巴 古镇 巴黎 巴西 严禁 严查 严打
解读 解析 解码 解决 解放 连线 连载 连续 步行 步入 路况 路线 景区 景观 冷暖 时间 时刻 夏日 夏收
白天 包装 毛利 甘肃 查处 单位 费用 房产 房市 史话 史料 盛典 盛会 盛夏 丰收 丰年 党建 党员 党政
雷雨 雷达 向前 向上 向阳 牛年 马年 龙年 龙舟 龙头 易地 熊猫 钱塘 艾草 米兰 车市 车友 田园 田间
田野 林业 林海 叶落 罗马 韩国 曲艺 曲苑 谷雨 索引 卫生 卫视 沙龙 华人 华夏 路透 尚未 习惯 云上
"""
NOT_NAMES: Final = frozenset(_NOT_NAMES.split())
# 本报记者 手记: what follows a label and is no name
_NOT_AUTHORS = """
手记 观察 调查 走笔 来信 报道 摄影 综合 整理 日前 近日 昨日 今日 昨天 今天 现场 直播 快讯 消息
评论 专访 连线 获悉 了解 发现 看到 采访 本报 本社 编辑 集体 佚名 匿名
"""
NOT_AUTHORS: Final = frozenset(_NOT_AUTHORS.split())
# Characters that stand in no given name.
NEVER_GIVEN: Final = frozenset("的了在把被他她它们这吗吧呢也很")
# 次仁某某   阿不都某某: names of other peoples, written in these
SOUND_LETTERS: Final = frozenset(
    "阿布不都拉热合曼买提古丽吐尔孜木江娜依努肯哈那艾克米帕姑扎巴图斯沙乌尼玛次仁西卓嘎旦增多吉央金索朗格桑措顿珠罗达"
    "瓦洛云尕德勒其日苏娅萨迪赛某旺姆琼贡久力亚森加才让"
)
# ends of a place or an office: 云岭县 is no name where nothing says it is
OFFICE_END: Final = frozenset("县镇乡省市区局委部站村州院办厅")
PAPER_PART = re.compile(r"[报网社台]$|新闻$|客户端$|频道$|融媒体?$|中心$")

_ORG = (
    rf"(?:本[报刊台网社]|{_WIRES}|(?:(?!本[报刊台网社]|{_WIRES}|记者|通讯员|摄影)[\w·]){{1,10}}?"
    r"(?:[日晚时早晨周商]报|都市报|青年报|报社|电视台|广播电台|通讯社|网|新闻|客户端|融媒体?中?心?))"
)
_RANK = r"(?:实习|特约|见习|首席|高级|主任|全媒体|融媒体?|多媒体|驻[^\W\d_]{2,4}?|特派|摄影(?=记者))*"
# 本报记者   通讯员   云岭日报全媒体记者   本报驻青石记者
WRITER = rf"(?P<org>{_ORG})?(?P<rank>{_RANK})(?:记者|通讯员|实习生|评论员|特派员|撰稿人|撰稿)"
# What tells who did what in a byline. The name of the group is what it tells.
LABELS = re.compile(
    r"(?P<skip>作者[系为是单]|来源|稿源|责任编辑|责编|编辑|校对|制图|漫画|插图|整理|编译|翻译|指导|邮箱|电话|转载|摘编|摘自|原载|供图|供稿)"
    r"|(?P<suffix_both>摄影报道|图文报道|文图报道)"
    rf"|(?P<writer>{WRITER})"
    r"|(?P<both>文\s*[/、·,]?\s*图(?![^\W\d_])|图\s*[/、·,]?\s*文(?![^\W\d_])|[文图]\s*[/、·]\s*[图文]|摄影/?撰文|撰文/?摄影)"
    r"|(?P<report>(?:采访|联合|综合)?报道)"
    r"|(?P<text>撰文|执笔|参与采写|采写|文字|作者|特约撰稿|文(?=\s*[/:])|(?<=\w\w\s)文(?=[\s),;]|$)|/\s*文(?=[\s),;]|$))"
    r"|(?P<suffix_photo>摄(?!影)(?=[\s),;]|$)|/\s*[图摄](?=[\s),;]|$))"
    r"|(?P<photo>摄影|[图摄](?=\s*[/:])|图片)"
)
_BULLETS = "□■◆◇●○▲△▼◎★☆▶▷►◀◁◄"
# ( ... ) inside a byline: 方某（云岭县文联）
ASIDE = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class _Byline:
    """What a byline says: authors, the places after their names (上海报道), the houses its writers are of."""

    authors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    houses: tuple[str, ...] = ()


def read_authors(text: str) -> tuple[str, ...]:
    """Return the authors a byline names, in their order, each as printed without the spaces inside.

    Who took the pictures is no author of the text. What cannot be told apart stays one string, and what is no name
    as far as a list of surnames can tell is left out.

    >>> read_authors("本报记者 崔 某 祝大某 方 圆")
    ('崔某', '祝大某', '方圆')
    >>> read_authors("□本报记者张某本报通讯员郜某"), read_authors("文/方某 图/齐秋立"), read_authors("□新华社记者")
    (('张某', '郜某'), ('方某',), ())
    """
    return _read_byline(text).authors


def _read_byline(printed: str, bare: bool = True) -> _Byline:
    """Return what the byline PRINTED says; BARE: whether it may be names without a label."""
    printed = printed.strip()
    bullet = printed[:1] in _BULLETS and bool(printed)
    printed = re.sub(rf"^[{_BULLETS}\s]+|[{_BULLETS}\s]+$", "", printed)
    text = _fold(printed)
    if len(text) > 1 and text[0] in "([【" and text[-1] in ")]】":
        printed, text = printed[1:-1], text[1:-1]
    text = _fold_bullets(ASIDE.sub(lambda m: " " * len(m[0]), text))
    if labels := list(LABELS.finditer(text)):
        return _read_labelled(printed, text, labels)
    return _Byline(tuple(_bare_names(printed, text)) if bare or bullet else ())


def _fold_bullets(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, _BULLETS), " "))


def _read_labelled(printed: str, text: str, labels: Sequence[re.Match[str]]) -> _Byline:
    """Return what a byline with LABELS says. A label leads, and is about the names after it, or closes those before."""
    kinds = ["house" if label["org"] else label.lastgroup or "" for label in labels]
    edges = list(zip([0, *(m.end() for m in labels)], [*(m.start() for m in labels), len(text)], strict=True))
    filled = [re.search(r"\w", text[a:b]) is not None for a, b in edges]
    closes = [_closes(k, labels, kinds, filled, text) for k in range(len(labels))]
    done: list[str] = []
    group: list[str] = []  # names that no closing label has claimed yet
    places: list[str] = []
    for k, (a, b) in enumerate(edges):
        lead = kinds[k - 1] if k and not closes[k - 1] else ""
        follow = kinds[k] if k < len(kinds) else ""
        if lead not in ("skip", "photo"):
            names, place = _chunk_names(_Chunk(printed[a:b], text[a:b], lead, follow, k < len(kinds) and closes[k]))
            group += names
            places += place
        if k < len(kinds) and closes[k]:
            done += [] if follow.endswith("photo") else group
            group = []
    houses = tuple(m["org"] for m in labels if m["org"])
    return _Byline(tuple(dict.fromkeys([*done, *group])), tuple(places), houses)


LEADING: Final = frozenset({"skip", "writer", "house"})  # labels that are always about the names after them


def _closes(k: int, labels: Sequence[re.Match[str]], kinds: Sequence[str], filled: Sequence[bool], text: str) -> bool:
    """Whether label K is about the names before it: 方某 摄影 closes, and so does the first of 方某 摄影 齐某 文."""
    if kinds[k] in LEADING:
        return False
    if kinds[k] in ("report", "suffix_both", "suffix_photo") or labels[k][0].startswith("/"):
        return True
    if not filled[k]:
        return False
    if not filled[k + 1]:
        return True
    colon = text[labels[k].end() : labels[k].end() + 2].strip()[:1] in ("/", ":")
    return not colon and k + 1 < len(kinds) and kinds[k + 1] not in LEADING


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The names between two labels: as printed and folded, the kinds of the label that leads them and of the one that
    follows, and whether that one is about them.
    """

    printed: str
    text: str
    lead: str
    follow: str
    closed: bool


def _chunk_names(chunk: _Chunk) -> tuple[list[str], list[str]]:
    """Return the names of CHUNK and the place after them, if one is: 方某 上海报道."""
    words = _words(chunk.printed, chunk.text)
    glued = re.search(r"\w$", chunk.text) is not None
    if not chunk.lead and not chunk.closed:
        if not glued or chunk.follow != "writer":
            return _bare_names(chunk.printed, chunk.text), []
        names = _names_of(words[-1], free=False) if len(words) == 1 else []
        # one word right before 记者 is more likely a house or a rank that no pattern knows, unless it is two names
        return (names if len(names) > 1 else []), []
    free = chunk.text.lstrip()[:1] in ("/", ":")
    places: list[str] = []
    if len(words) > 1 and glued:
        last = _fold(words[-1])
        if chunk.follow == "writer" or (chunk.follow == "report" and last[0] not in COMMON_SURNAMES):
            places = [words[-1]] if chunk.follow == "report" and _is_han(last) else []
            words = words[:-1]
    return [name for word in words for name in _names_of(word, free)], places


def _bare_names(printed: str, text: str) -> list[str]:
    """Return the names of a line that is nothing but names, and none where one of its words is no name."""
    words = _words(printed, text)
    return words if all(_is_name(_fold(w)) and not _is_office(_fold(w)) for w in words) else []


def _is_office(word: str) -> bool:
    return len(word) > 2 and word[-1] in OFFICE_END


def _words(printed: str, text: str) -> list[str]:
    """Return the words of a list of names, as printed; single letters are put together (崔 某 is one name)."""
    words: list[str] = []
    for piece in re.finditer(r"[^、,;/:|&.]+", text):
        spans = [(m.start() + piece.start(), m.end() + piece.start()) for m in re.finditer(r"\S+", piece[0])]
        words += _put_together([printed[a:b] for a, b in spans])
    return words


def _put_together(words: Sequence[str]) -> list[str]:
    """Return WORDS with those of one letter put together."""
    out: list[str] = []
    k = 0
    while k < len(words):
        run = k
        while run < len(words) and len(words[run]) == 1:
            run += 1
        if run - k > 1:
            out += _spaced_names(words[k:run])
        elif run - k == 1 and run < len(words) and _goes_on(words[k], words[run]):
            out.append(words[k] + words[run])
            run += 1
        elif run == k:
            out.append(words[k])
            run += 1
        k = run  # a letter that stands alone is no name
    return out


def _goes_on(letter: str, word: str) -> bool:
    """Whether LETTER is the surname to the given name WORD: 李 某某."""
    return len(word) == 2 and _fold(letter) in SURNAMES and not _is_name(_fold(word))


def _spaced_names(letters: Sequence[str]) -> list[str]:
    """Return the names that LETTERS, printed with spaces between them, make up."""
    if len(letters) <= 3:
        return ["".join(letters)]
    pairs = ["".join(letters[k : k + 2]) for k in range(0, len(letters), 2)]
    triples = ["".join(letters[k : k + 3]) for k in range(0, len(letters), 3)]
    for names, size in ((pairs, 2), (triples, 3)):
        if all(len(n) == size and _is_name(_fold(n)) for n in names):
            return names
    return [" ".join(letters)]


def _is_han(word: str) -> bool:
    return all("\u3400" <= c <= "\u9fff" or c in "々□" or c > "\uffff" for c in word)


def _is_name(word: str) -> bool:
    """Whether WORD, folded, is one name, as far as its surname and its length tell."""
    if "·" in word or "•" in word or "‧" in word:
        parts = re.split("[·•‧]", word)
        return all(p and _is_han(p) and len(p) < 8 and not PAPER_PART.search(p) for p in parts)
    if not _is_han(word) or not 2 <= len(word) <= 4 or word in NOT_NAMES or word in NOT_AUTHORS:
        return False
    if NEVER_GIVEN.intersection(word):
        return False
    if len(word) >= 3 and word[:2] in COMPOUND_SURNAMES:
        return True
    if len(word) == 4:
        return SOUND_LETTERS.issuperset(word)
    return word[0] in SURNAMES or word in ("某某", "某某某")


def _names_of(word: str, free: bool) -> list[str]:
    """Return the names in WORD, one of those that follow a label; FREE: a sign stands between, and a pen name will do.

    Glued names are cut where they can be cut in one way only.
    """
    plain = _fold(word)
    if len(word) > 2 and plain[-1] in "等摄":
        word, plain = word[:-1], plain[:-1]
    if " " in plain:
        return [word]
    if _is_name(plain):
        return [word]
    if not _is_han(plain) or plain in NOT_AUTHORS or plain in NOT_NAMES or NEVER_GIVEN.intersection(plain):
        return []
    if len(plain) <= 3:
        return [word] if free and len(plain) > 1 else []
    ways = _cuts(plain) if len(plain) <= 16 else []
    if len(ways) == 1 and (len(plain) > 4 or all(n[0] in COMMON_SURNAMES for n in ways[0])):
        edges = [0]
        for name in ways[0]:
            edges.append(edges[-1] + len(name))
        return [word[a:b] for a, b in pairwise(edges)]
    return [word] if ways or SOUND_LETTERS.issuperset(plain) else []


def _cuts(word: str) -> list[list[str]]:
    """Return the ways in which WORD can be cut into names; two are enough to know that there are several."""
    if not word:
        return [[]]
    ways: list[list[str]] = []
    for size in (2, 3, 4):
        name = word[:size]
        compound = name[:2] in COMPOUND_SURNAMES
        if len(name) == size and (size > 2 if compound else size < 4) and _is_name(name):
            ways += [[name, *rest] for rest in _cuts(word[size:])]
        if len(ways) > 1:
            break
    return ways[:2]


# ---- what one clipping says -----------------------------------------------------------------------------------------

# ... 记者方某 齐某报道:   right after the dateline (folded)
REPORTED = re.compile(r"\s*((?:本[报刊台网社])?[^,。:;()]{0,12}?(?:记者|通讯员)[^,。:;()]{1,40}?报道)\s*[:,]")
# (记者 方某 通讯员 齐某)   right after the dateline, or opening the text (folded)
BRACKET = re.compile(r"\s*\(([^()]{2,70})\)")
# ...河开了。(记者 方某)   ...河开了。(新华社云岭1月2日电)   the end of a paragraph (folded)
TAIL = re.compile(r"[(【]([^()【】]{2,60})[)】]$")
# 新华社   本报: of the houses in a byline, those that tell whose the text is
WIRE_OR_OWN = re.compile(rf"本.|{_WIRES}")
# What such a bracket must hold to be a mark
TAIL_WORD = re.compile(r"记者|通讯员|作者|执笔|采写|撰文|文/|/文|图/|新华社|中新社|中央社")


@dataclass(slots=True)
class _Marks:
    """What the marks of one clipping say, gathered in reading order."""

    heads: list[_Dateline]
    ends: list[_Dateline]
    authors: list[str]
    places: list[str]
    houses: list[str]
    stamp: Imprint

    def add(self, byline: _Byline) -> None:
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
    houses = {"" if h.startswith("本") else h for h in marks.houses if WIRE_OR_OWN.fullmatch(h)}
    return {x.agency or "" for x in (*marks.heads, *marks.ends)} | houses


def _agreed_place(marks: _Marks) -> str | None:
    heads = {x.place or "" for x in marks.heads}
    # 本报讯 ... (据新华社云岭电): two sources, and the place is that of one of them
    if len(heads) > 1 or (heads == {""} and {x.agency for x in marks.heads} != {x.agency for x in marks.ends}):
        return None
    return _sole({*(heads - {""}), *(x.place for x in marks.ends if x.place), *marks.places})


def _gather(clip: Clipping) -> _Marks:
    marks = _Marks([], [], [], [], [], Imprint())
    bodies = [b for b in clip.blocks if b.role == "body"]
    # A dateline further down is another item of a round-up, where the first item has its own too.
    opening = bodies[1:2] if bodies and EDITORS_NOTE.match(_fold(bodies[0].text[:8])) else bodies[:1]
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


def _read_lead(marks: _Marks, block: Block, may_be_dated: bool) -> bool:
    """Read the dateline and the names that open BLOCK, and return whether it has a dateline."""
    if not may_be_dated or not (DATELINE_WORD.match(block.text) or block.text[:1] in "（("):
        return False
    printed = block.text[:LEAD]
    text = _fold(printed)
    line = _read_dateline(printed, text)
    end = line.end if line else 0
    if line:
        marks.heads.append(line)
    found = BRACKET.match(text, end)
    if found and (line or TAIL_WORD.search(found[1])):
        marks.add(_read_byline(printed[slice(*found.span(1))], bare=line is not None))
    elif line and (found := REPORTED.match(text, end)):
        marks.add(_read_byline(printed[slice(*found.span(1))], bare=False))
    return line is not None


def _read_tail(marks: _Marks, block: Block, last: bool) -> None:
    """Read the mark in brackets that ends BLOCK, and the stamp after the LAST paragraph."""
    printed = block.text[-LEAD:]
    if last and "》" in printed:
        text = _fold(printed)
        if (found := STAMP.search(text)) and (date := read_date(found[2])):
            page = read_page(found[3]) if found[3] else None
            marks.stamp = Imprint(date=date, page=page, paper=_bare(printed[slice(*found.span(1))]))
            printed = printed[: found.start()].rstrip()
    if printed[-1:] in ("）", ")", "】") and (found := TAIL.search(_fold(printed))) and TAIL_WORD.search(found[1]):
        _read_end(marks, printed[found.start() :], bare=False, last=last)


def _read_end(marks: _Marks, printed: str, bare: bool, last: bool = True) -> None:
    """Read a byline or an end mark: a dateline, names, or both. One inside the text (not LAST) dates no clipping."""
    text = _fold(printed)
    line = _read_dateline(printed, text)
    if line:
        marks.ends += [line] if last else []
        printed = printed[line.end :].rstrip(")）】] ")
        bare = False
    marks.add(_read_byline(printed, bare))


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
        form = ""
        for k, piece in enumerate(pieces):
            if piece.startswith("*"):
                form += ".*?"
            elif piece.startswith("{"):
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
    whole = _date(*[*numbers, 1, 1][:3])
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
    pages = [page.or_else(given) for page in page_imprints(clips, page_starts)]
    return [
        with_imprint(
            clip, clip_imprint(clip, pages[_page_of(clip.blocks[0], page_starts) if clip.blocks else 0]), sha256
        )
        for clip in clips
    ]
