"""Numbers, dates and page numbers as newspapers print them: in either script, in either width, in Chinese numerals.

Marks are read in one form, simplified and half-width. `fold` makes it, letter by letter, so that what is found in the
folded text is cut out of the printed one. The patterns here are tried on folded text.
"""

from __future__ import annotations

import datetime
import re
from typing import Final

__all__ = [
    "PAGE_CODE",
    "PAGE_MARK",
    "PRINTED_DATES",
    "SHORT_NUMBER",
    "calendar_date",
    "date_of",
    "fold",
    "read_date",
    "read_number",
    "read_page",
]

# ---- one form for both scripts and widths ---------------------------------------------------------------------------

# The characters of marks, numerals and surnames that differ in traditional script, each over its simplified form.
_TRADITIONAL = (
    "報電訊記員號頁華據攝圖週時專網臺駐實習約見評論導綜執筆參與責輯編譯採寫撰國際聯壹貳肆伍柒捌玖拾"
    "張陳劉楊趙黃吳孫馬鄭謝許韓鄧馮蕭呂葉魏蘇盧蔣閻餘潘鍾譚陸廖賈鄒龍萬錢嚴賴覃龔顧湯賀郝邵嶽齊莊聶"
    "樊歐陽蘭魯聞畢駱溫關單項紀薑閔饒薛豐竇車衛葛喬圍塗廣倫榮談練顏紅買賓遲萇繆鄔鄺鄢閆陰習賁儲應羅諸"
)
_SIMPLIFIED = (
    "报电讯记员号页华据摄图周时专网台驻实习约见评论导综执笔参与责辑编译采写撰国际联一二四五七八九十"
    "张陈刘杨赵黄吴孙马郑谢许韩邓冯萧吕叶魏苏卢蒋阎余潘钟谭陆廖贾邹龙万钱严赖覃龚顾汤贺郝邵岳齐庄聂"
    "樊欧阳兰鲁闻毕骆温关单项纪姜闵饶薛丰窦车卫葛乔围涂广伦荣谈练颜红买宾迟苌缪邬邝鄢闫阴习贲储应罗诸"
)
_FOLDED: Final[dict[int, str]] = {
    **{ord(a): b for a, b in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)},
    **{n: chr(n - 0xFEE0) for n in range(0xFF01, 0xFF5F)},  # １：（，  ->  1:(,
    **dict.fromkeys((*range(0x2000, 0x200B), 0xA0, 0x3000, 0x202F), " "),
    **dict.fromkeys(map(ord, "〇○◯"), "零"),
}


def fold(text: str) -> str:
    """Return TEXT in half-width and, as far as marks need it, simplified form; it keeps its length.

    Round letters that stand for a nought (〇 ○ ◯) become 零, and the numerals of accounts (壹 貳) plain ones.

    >>> fold("（本報記者　陳某）２○２６")
    '(本报记者 陈某)2零26'
    """
    return text.translate(_FOLDED)


# ---- numbers, dates, pages ------------------------------------------------------------------------------------------

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "元": 1}
_ONES: Final = {"": 0} | {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_TENS: Final = {"": 1, "廿": 2, "卅": 3} | {c: n for n, c in enumerate("一二三四五六七八九", 1)}

# A set of Chinese letters is by far the slowest thing there is to compile in a pattern (a quarter of a millisecond). So
# there are as few of them as may be, here and in the patterns of the rooms above: 日报|晚报, not [日晚]报.
_HAN_NUM = "零一二三四五六七八九十廿卅"
_NUM = rf"(?:[0-9]{{1,4}}|[{_HAN_NUM}]{{1,5}})"
# 3   26   十二   元: a month or a day
SHORT_NUMBER: Final = rf"(?:[0-9]{{1,2}}|[{_HAN_NUM}]{{1,4}}|元)"

# 2026年1月26日   一九五八年三月二日   二零二六 年 元 月 五 日   民国三十七年十二月三日   中华民国37年1月2日
YEAR_DATE = re.compile(
    rf"(?:(?<![0-9{_HAN_NUM}])(?P<year>[0-9]{{4}}|[零一二三四五六七八九]{{4}})|民国\s*(?P<roc>{_NUM}|元))\s*年"
    rf"\s*(?P<month>{SHORT_NUMBER})\s*月\s*(?P<day>{SHORT_NUMBER})\s*[日号]?"
)
# 2026-01-26   2026.3.2   2026/3/2
POINT_DATE = re.compile(
    r"(?<![0-9])(?P<year>[0-9]{4})\s*([-./])\s*(?P<month>[0-9]{1,2})\s*\2\s*(?P<day>[0-9]{1,2})(?![0-9])"
)
# 20260126: in a file name, not on a page, where it may be a telephone number
BARE_DATE = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
# 2026年1月26日 星期一
WEEKDAY = re.compile(r"\s*(?:星期|周|礼拜)[一二三四五六日天]$")
# What `date_of` reads.
PRINTED_DATES: Final = (YEAR_DATE, POINT_DATE)
# A paper in Chinese is not older than this, and a later year is a misprint.
_YEARS = range(1800, 2200)
_ROC_BEFORE_FIRST = 1911

# 第3版   02版   A05版   第十二版   第 4 頁 (folded); not 共8版, 今日8版, 第2-3版, 第一张第四版
PAGE_MARK = re.compile(
    rf"(?P<count>(?:共|今日|本期|对开|四开|每日|周一|周二|周三|周四|周五|周六|周日)\s*(?={_NUM}\s*[版页]))?"
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
    text = fold(text.strip())
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 9 else None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    tens, ten, ones = text.partition("十") if "十" in text else (text[0], "", text[1:])
    if tens not in _TENS or ones not in _ONES or not (ten or tens in "廿卅"):
        return None
    return _TENS[tens] * 10 + _ONES[ones]


def read_date(text: str) -> str | None:
    """Return the ISO date that TEXT is, or None: no date, not to the day, or a day that no calendar has.

    >>> [read_date(x) for x in ("２０２６年３月２日　星期一", "一九五八年三月二日", "民國37年12月3日", "20260126")]
    ['2026-03-02', '1958-03-02', '1948-12-03', '2026-01-26']
    >>> read_date("2026年2月30日"), read_date("3月2日")
    (None, None)
    """
    text = WEEKDAY.sub("", fold(text.strip()))
    text = re.sub(r"^(?:公元|西元|中华(?=民国))\s*", "", text)
    return next((date_of(found) for p in (*PRINTED_DATES, BARE_DATE) if (found := p.fullmatch(text))), None)


def date_of(found: re.Match[str]) -> str | None:
    """Return the ISO date of a match of one of PRINTED_DATES, or None where no calendar has it.

    >>> [date_of(found) for found in YEAR_DATE.finditer("2026年3月2日至2026年2月30日")]
    ['2026-03-02', None]
    """
    parts = found.groupdict()
    month, day = read_number(parts["month"]), read_number(parts["day"])
    year = read_number(parts.get("year") or parts.get("roc") or "")
    if year and parts.get("roc"):
        year += _ROC_BEFORE_FIRST
    return calendar_date(year, month, day)


def calendar_date(year: int | None, month: int | None, day: int | None) -> str | None:
    """Return the ISO date of three numbers, or None: one is not known, no calendar has it, or no paper is of that year.

    >>> calendar_date(2024, 2, 29), calendar_date(2026, 2, 29), calendar_date(2026, 2, None), calendar_date(926, 2, 1)
    ('2024-02-29', None, None, None)
    """
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
    found = PAGE_VALUE.fullmatch(fold(text.strip()))
    number = read_number(found["number"]) if found else None
    return f"{found['letters'].upper()}{number}" if found and number else None
