"""The printed marks of a newspaper: bylines, datelines, jump lines, end marks, page furniture.

Each pattern is a constant with its name, and EXAMPLES holds for each of them lines it must match and lines it must
not; a test goes through that table. Marks are read in simplified and in traditional script, with half- and full-width
digits and brackets. To add a mark: write the pattern, name it in LINE_MARKS or HEAD_MARKS, add its examples.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "CLOSERS",
    "DASH_LINE",
    "DATELINE",
    "EXAMPLES",
    "HEAD_MARKS",
    "JUMP_IN",
    "JUMP_OUT",
    "JUMP_OUT_TAIL",
    "LINE_MARKS",
    "NAMES_ALONE",
    "OPENERS",
    "head_mark",
    "line_mark",
    "sentence_end",
]

# Opening and closing marks, in the same order.
OPENERS: Final = "“‘「『（(《〈【［["
CLOSERS: Final = "”’」』）)》〉】］]"

# \w stands for a Han character: the plain range compiles ten times as slowly, and these patterns are anchored anyway.
_NUM = r"(?:[0-9０-９]{1,4}|[〇零一二三四五六七八九十廿卅]{1,4})"
_PAGE = rf"第?\s*[A-Za-zＡ-Ｚａ-ｚ]?\s*{_NUM}\s*[版版頁页]"
_DAY = rf"(?:{_NUM}\s*[月／/])?\s*{_NUM}\s*[日号號]"
_AGENCY = r"(?:新华社|新華社|中新社|中央社|本[报報刊台]|\w{2,6}(?:社|网|網|通讯社))"
_NAMES = r"[\w\s·•□、，,/／]"
_BULLET = r"[□■◆◇●○▲△▼◎★☆]"
_PAPER = r"(?:本[报報刊网網台]|新华社|新華社|中新社|中央社|人民网|\w{2,4}[报報社网網台])"
_RANK = r"(?:实习|實習|特约|特約|见习|見習|首席|[驻駐]\w{2,4})?"
_WRITER = r"(?:[记記]者|通[讯訊][员員]|[评評][论論][员員]|特派[员員]|[摄攝]影|撰稿)"

# ---- marks that are a line of their own -----------------------------------------------------------------------------

# （下转第2版）  ▼下转第三版  (下轉A05版)
JUMP_OUT = re.compile(rf"[（(【\[{_BULLET[1:-1]}▶►→\s]*(?:下转|下轉|紧接|緊接|转|轉){_PAGE}[^，。]{{0,10}}[）)】\]]?$")
# …把水引到了田头。（下转第4版）
JUMP_OUT_TAIL = re.compile(rf"[（(【\[{_BULLET[1:-1]}▶►→]\s*(?:下转|下轉){_PAGE}[^，。]{{0,10}}[）)】\]]?$")
# (新华社北京1月25日电)  （據中央社電）  （完）  （本报记者 方某、齐某）  （作者系云岭县教师）
END_MARK = re.compile(
    r"[（(【](?:完|(?:据|據|均据|以上均据|原载|原載|摘编自|摘自|转载自|来源|來源|作者|作者系|执笔|執筆|参与采写|整理|编译|"
    r"新华社|新華社|中新社|中央社|本报|本報|本刊|记者|記者|责任编辑)"
    r"[^。]{0,50})[）)】]$"
)
# □新华社记者  本报记者 方 某 齐某某  □ 本报记者 李某 通讯员 张某某  ◎文/图 方某
BYLINE = re.compile(
    rf"(?:{_BULLET}\s*)?(?:(?:图文|圖文|文字|[文图圖])[/／:：\s]*)?"
    rf"(?:{_PAPER}{_RANK}{_WRITER}{_NAMES}{{0,9}}|{_BULLET}\s*{_RANK}{_WRITER}{_NAMES}{{0,9}}|{_RANK}{_WRITER}(?=[：:\s]))"
    rf"(?:[：:\s]{_NAMES}{{0,60}}|(?:通[讯訊][员員]|[摄攝]影|[报報][道導]|文/图){_NAMES}{{0,40}})?$"
)
# □方 某  ■ 齐某某   a bullet and one to three names
BARE_BYLINE = re.compile(rf"{_BULLET}\s*(?![上下][接转轉])\w[\w·\s]{{1,14}}$")
# 责任编辑：王某某 李某   本版责编：张某某 版式设计：赵某   本版責編/方某
EDITORS = re.compile(
    r"(?:(?:本版|[一二三四五六七八九十]版|值班|执行|執行|美术|美術)?(?:责任编辑|責任編輯|责编|責編|编辑|編輯|主编|主編|编委|"
    r"版式设计|版式設計|版式|美编|美編|校对|校對|组版|邮箱|電郵|电子邮箱|投稿邮箱|热线|新闻热线)\s*[：:/／]).{0,60}$"
)
# 第3版 要闻   02版：综合   2026年1月26日 星期一   青石日报 第二版 地方新闻   A05 副刊   2026.3.2
_FOLIO = (
    rf"(?:第\s*{_NUM}\s*版|[A-DＡ-Ｄ]?[0-9０-９]{{1,2}}\s*版|[A-DＡ-Ｄ][0-9０-９]{{1,2}}"
    rf"|[0-9０-９〇零一二三四五六七八九十]{{2,4}}\s*年\s*{_NUM}\s*月\s*{_NUM}\s*日|20\d\d([-./])\d{{1,2}}\1\d{{1,2}})"
)
FOLIO = re.compile(rf"(?:\w{{2,12}}[\s:：·|/]+){{0,2}}{_FOLIO}(?:[\s:：·|/]+\w{{1,12}}){{0,4}}$")
# 方某   齐 某 柯某某   方 某、齐秋立   nothing but names, as far as a pattern can tell
NAMES_ALONE = re.compile(r"\w{2,4}$|\w(?:[\s·]\w{1,2}){1,2}$|\w{1,8}(?:[\s、]+\w{1,4}){1,5}$")
# 青石日报   云岭晚报   a masthead alone
MASTHEAD = re.compile(r"\w{2,6}(?:日报|日報|晚报|晚報|时报|時報|早报|早報|晨报|周报|週報|商报|商報)$")
# (   ■   ＊＊＊   a line without a letter or digit
SYMBOLS = re.compile(r"[^\w□]+$|[_＿□]$")
# ▲图为读书会现场。   ◀孩子们在新操场上   图片：方某摄   图①：   （资料图）
CAPTION = re.compile(
    r"(?:[▲△▼▽◀◁▶▷►◄][^上下接转轉]|(?:上|下|左|右|本版|题|題)?[图圖](?:为|為|片|①|②|③|一|二|三|[0-9])?(?:[：:]|[为為])"
    r"|图片[：:]|圖片[：:]|[（(]?(?:资料图|資料圖|资料照片|資料照片|新华社发|本报资料))"
)
# 【今日关注】   [基层一线]   ●文化视野●   a bracketed standing column, alone
BRACKET_COLUMN = re.compile(r"(?:【[^】]{2,14}】|\[[^\]]{2,14}\]|［[^］]{2,14}］|[●◆■★][^●◆■★，。]{2,12}[●◆■★])$")
# ——来自云岭县的报道
DASH_LINE = re.compile(r"(?:——|—|──|－－|--)\s*\S")

# ---- marks that open a line -----------------------------------------------------------------------------------------

# ■上接第1版 …   （上接第一版）…   ▲上接A05版 …   ◀ 上接 A01 版
JUMP_IN = re.compile(rf"[（(【\[{_BULLET[1:-1]}◀◁←\s]*(?:紧接|緊接|上接|接){_PAGE}(?:[^，。）)]{{0,16}}[）)】\]])?\s*")
# 新华社北京1月25日电 …   本报云岭３月２日电（记者 方某）…   本报讯 …   據新華社電 …   云岭日报讯（记者…）…
DATELINE = re.compile(
    r"[（(【\[]?(?:(?:以上均|另|又)?[据據])?(?:"
    rf"{_AGENCY}[\w·\s]{{0,8}}?\s*{_DAY}\s*(?:专|專|急)?[电電讯訊]"
    r"|(?:新华社|新華社|中新社|中央社)(?:\w{1,6})?[电電](?=[\s　（(：:，,】\])）])"
    r"|(?:本[报報刊台]|\w{0,6}[日晚商时時早晨][报報])(?:[讯訊]|综合消息|綜合消息|消息(?=[\s　（(：:]))"
    r")[】\])）]?(?:\s*[（(][^）)]{0,40}[记記]者[^）)]{0,40}[）)])?(?:[记記]者[^，。：:]{1,16}[报報][道導][：:])?"
    r"[\s　:：]*"
)
# 一、修渠   （二）修路   第一，修桥   ①修闸
LIST_HEAD = re.compile(
    r"(?:[（(]?(?:[一二三四五六七八九十]{1,3}|[0-9０-９]{1,2})[）)、．.]|第[一二三四五六七八九十]{1,3}[条條章节節，,、\s]|[①-⑳●·•◆])"
)

LINE_MARKS: Final[dict[str, re.Pattern[str]]] = {
    "jump_out": JUMP_OUT,
    "end_mark": END_MARK,
    "editors": EDITORS,
    "folio": FOLIO,
    "byline": BYLINE,
    "bare_byline": BARE_BYLINE,
    "masthead": MASTHEAD,
    "bracket_column": BRACKET_COLUMN,
    "symbols": SYMBOLS,
}
HEAD_MARKS: Final[dict[str, re.Pattern[str]]] = {
    "jump_in": JUMP_IN,
    "dateline": DATELINE,
    "caption": CAPTION,
    "dash": DASH_LINE,
    "list": LIST_HEAD,
}
# The longest line that can be a mark as a whole (a long line is prose, and needs no pattern tried on it).
MARK_LENGTH: Final = 90

# mark: (lines it matches, lines it does not)
EXAMPLES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "jump_out": (
        ("（下转第2版）", "(下转第四版)", "▼下转第7版", "（下轉A05版）", "下转第二版"),
        ("下转型患者需要复查", "病人上转下转都方便了", "（上接第1版）"),
    ),
    "end_mark": (
        ("(新华社北京1月25日电)", "（据新华社云岭电）", "（完）", "（本报记者方某、齐某）", "（作者系青石镇教师）"),
        ("（一）", "（三）农田水利", "新华社云岭1月25日电"),
    ),
    "editors": (
        (
            "责任编辑：王某某 李某",
            "本版责编：张某某 版式设计：赵某",
            "本版責編：方某",
            "责编：齐某 邮箱：a@example.org",
        ),
        ("编辑部的灯亮了一夜", "责任重于泰山"),
    ),
    "folio": (
        (
            "第3版 要闻",
            "02版：综合",
            "第十二版",
            "A05 副刊",
            "2026年1月26日 星期一",
            "一九五八年三月二日",
            "２０２６年３月２日　星期一",
            "青石日报 第二版 地方新闻",
            "青石日报 2026.3.2 第4版 短讯",
        ),
        (
            "3版税制改了什么",
            "第3版图书馆规划出台后的十年",
            "2026年1月26日上午，青石镇下了一场雪。",
            "2026年",
            "云岭日报 创刊三十年",
        ),
    ),
    "byline": (
        (
            "□新华社记者",
            "本报记者 方 某 齐某某",
            "□ 本报记者 李某 通讯员 张某某",
            "本報記者 方某某",
            "本报记者方某摄影报道",
        ),
        ("记者节的由来", "本报记者走进青石镇，看见了新修的水渠。", "一位老记者的三十年"),
    ),
    "bare_byline": (("□方 某", "■ 齐某某"), ("□□□", "■上接第1版")),
    "masthead": (("青石日报", "云岭晚報"), ("办好一张日报要靠什么", "日报")),
    "bracket_column": (("【今日关注】", "●文化视野●"), ("【今日关注】河开了", "●河开了")),
    "symbols": (("(", "■", "* * *", "——"), ("一", "3", "（一）")),
    "jump_in": (
        ("■上接第1版 渠水", "（上接第一版）渠水", "上接A01版 渠水", "◀ 上接 A01 版"),
        ("上接天线下接地线", "接第二批学员的车到了"),
    ),
    "dateline": (
        (
            "新华社北京1月25日电 渠水",
            "本报云岭３月２日电（记者 方某） 渠水",
            "本报讯 渠水",
            "本报讯（记者方某）渠水",
            "據新華社電 渠水",
            "云岭日报讯 渠水",
            "本報訊 渠水",
            "本报上海１月２３日电记者方某报道：渠水",
        ),
        ("内蒙古电网通过了验收", "不少读者给本报打电话", "早报网友说", "本报记者 方某"),
    ),
    "caption": (
        ("▲图为读书会现场。", "图片：方某摄", "图为新修的水渠。", "◀孩子们在操场上"),
        ("图书馆开门了", "▲上接第1版 渠水"),
    ),
    "dash": (("——来自云岭县的报道", "—— 一线见闻"), ("渠水——生命之源",)),
    "list": (("一、修渠", "（二）修路", "第一，修桥", "3．修堤", "①修闸"), ("一天早上", "第一次修渠")),
}


def line_mark(text: str) -> str:
    """Return the name of the mark that TEXT (a stripped line) is as a whole, or "".

    >>> line_mark("（下转第2版）"), line_mark("青石镇办起读书会")
    ('jump_out', '')
    """
    if len(text) > MARK_LENGTH:
        return ""
    return next((name for name, mark in LINE_MARKS.items() if mark.match(text)), "")


def head_mark(text: str) -> tuple[str, int]:
    """Return the name of the mark that opens TEXT (a stripped line) and its length in code points, or ("", 0).

    >>> head_mark("■上接第1版 渠水进村")
    ('jump_in', 7)
    """
    for name, mark in HEAD_MARKS.items():
        if found := mark.match(text):
            return name, found.end()
    return "", 0


_FINAL = frozenset("。！？!?…")


def sentence_end(text: str) -> str:
    """Return how TEXT (a stripped line) ends: "final", "semicolon", "colon", "comma", "dash", "closer" or "open".

    >>> [sentence_end(x) for x in ("河开了。", "“河开了。”", "他说：", "河开了，", "（遇见）", "河开")]
    ['final', 'final', 'colon', 'comma', 'closer', 'open']
    """
    bare = text.rstrip(CLOSERS + "\"'")
    last = bare[-1:]
    if (last and last in _FINAL) or (last == "." and bare[-2:-1].isalpha()):
        return "final"
    if len(bare) < len(text):
        return "closer"
    if last in "；;":
        return "semicolon"
    if last in "：:":
        return "colon"
    if last in "，,、":
        return "comma"
    return "dash" if last in "—－-─" else "open"
