"""The printed marks of a newspaper: bylines, datelines, jump lines, end marks, page furniture.

Each pattern is a constant with its name, and EXAMPLES holds for each of them lines it must match and lines it must
not; a test goes through that table. Marks are read in simplified and in traditional script, with half- and full-width
digits and brackets. To add a mark: write the pattern, name it in LINE_MARKS or HEAD_MARKS, add its examples.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "BRACKETED",
    "CLOSERS",
    "COLUMN_LENGTH",
    "COLUMN_WORDS",
    "CREDIT",
    "CREDIT_LENGTH",
    "DASH_LINE",
    "DATELINE",
    "EXAMPLES",
    "FURNITURE_WORD",
    "HEAD_MARKS",
    "JUMP_IN",
    "JUMP_OUT",
    "JUMP_OUT_TAIL",
    "LINE_MARKS",
    "LIST_HEAD",
    "NAMES_ALONE",
    "OPENERS",
    "OPENINGS",
    "SIGNED",
    "WORD_MARKS",
    "WRITER_WORD",
    "head_mark",
    "jumps_out",
    "line_mark",
    "names_look",
    "sentence_end",
    "text_opening",
]

# Opening and closing marks, in the same order.
OPENERS: Final = "“‘「『（(《〈【［["
CLOSERS: Final = "”’」』）)》〉】］]"

# \w stands for a Han character: the plain range compiles ten times as slowly, and these patterns are anchored anyway.
_NUM = r"(?:[0-9０-９]{1,4}|[〇○零一二三四五六七八九十廿卅]{1,4})"
_PAGE = rf"第?\s*[A-Za-zＡ-Ｚａ-ｚ]?\s*{_NUM}\s*[版版頁页]"
_DAY = rf"(?:{_NUM}\s*[月／/])?\s*{_NUM}\s*[日号號]"
_AGENCY = r"(?:新华社|新華社|中新社|中央社|本[报報刊台]|\w{2,6}(?:社|网|網|通讯社))"
_NAMES = r"[\w\s·•□、，,/／]"
_BULLET = r"[□■◆◇●○▲△▼◎★☆]"
_PAPER = r"(?:本[报報刊网網台]|新华社|新華社|中新社|中央社|人民网|\w{2,4}[报報社网網台])"
_RANK = r"(?:实习|實習|特约|特約|见习|見習|首席|[驻駐]\w{2,4})?"
_WRITER = r"(?:[记記]者|通[讯訊][员員]|[评評][论論][员員]|特派[员員]|[摄攝]影|撰稿)"

# The surnames of nine in ten people, in both scripts.
SURNAME_LETTERS: Final = (
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭"
    "譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文庞龐樊兰蘭殷施陶洪翟安颜顏倪严嚴牛温溫芦蘆季俞章鲁魯葛伍韦韋申尤毕畢聂聶丛叢焦向柳邢路"
    "岳齐齊沿梅莫庄莊辛管祝左涂谷祁时時舒耿牟卜詹关關苗凌费費纪紀靳盛童欧歐甄项項曲成游阳陽裴席卫衛查屈鲍鮑位覃霍翁隋植甘景薄单單包司柏宁寧柯阮桂闵闵解强強柴华華车車冉房边邊吉饶饒刁瞿戚"
    "丘古米池滕晋晉苑邬鄔臧畅暢宫宮来來苟褚匡翦冷宗荀康慕齐简簡蓝藍骆駱闻聞尚苗卓宣虞封向涂岑蒲茅麻柴桑巩鞏巫粟屠丰豐全佟楚应應艾敖揭晏"
)
SURNAMES: Final = frozenset(SURNAME_LETTERS)

# 桐坞镇合作社   云岭县公共交通有限公司   how a body that signs a notice is called
_BODY = (
    r"\w{2,20}(?:公司|委员会|委員會|合作社|编辑部|編輯部|办公室|辦公室|政府|[局厅廳院社校站厂廠]|协会|協會|学会|學會|"
    r"中心|小组|小組)"
)

# ---- marks that are a line of their own -----------------------------------------------------------------------------

# （下转第2版）  ▼下转第三版  (下轉A05版)
JUMP_OUT = re.compile(rf"[（(【\[{_BULLET[1:-1]}▶►→\s]*(?:下转|下轉|紧接|緊接|转|轉){_PAGE}[^，。]{{0,10}}[）)】\]]?$")
# …把水引到了田头。（下转第4版）
JUMP_OUT_TAIL = re.compile(rf"[（(【\[{_BULLET[1:-1]}▶►→]\s*(?:下转|下轉){_PAGE}[^，。]{{0,10}}[）)】\]]?$")
# (新华社北京1月25日电)  （據中央社電）  （完）  （本报记者 方某、齐某）  （作者系云岭县教师）
END_MARK = re.compile(
    r"[（(【](?![^】）)]*[／/][^】）)]*[导導道]】?)(?:完|(?:据|據|均据|以上均据|原载|原載|摘编自|摘自|转载自|来源|來源|作者|作者系|执笔|執筆|参与采写|整理|编译|"
    r"新华社|新華社|中新社|中央社|本报|本報|本刊|记者|記者|责任编辑)"
    r"[^。]{0,50})[）)】]$"
)
# （方 某）  (齐秋立 柯某)  云岭县公共交通有限公司　2013年10月16日   who signs, under a text
SIGNATURE = re.compile(
    rf"[（(]\s*(?:[{SURNAME_LETTERS}](?:[\s　]?\w){{1,2}}[\s　、，,]*){{1,4}}[）)]$"
    rf"|{_BODY}[\s　]+[0-9０-９〇○一二三四五六七八九十]{{2,4}}年\S{{2,6}}日$"
)
# □新华社记者  本报记者 方 某 齐某某  □ 本报记者 李某 通讯员 张某某  ◎文/图 方某
BYLINE = re.compile(
    rf"(?:{_BULLET}\s*)?(?:(?:图文|圖文|文字|[文图圖])[/／:：\s]*)?"
    rf"(?:{_PAPER}{_RANK}{_WRITER}{_NAMES}{{0,9}}|{_BULLET}\s*{_RANK}{_WRITER}{_NAMES}{{0,9}}|{_RANK}{_WRITER}(?=[：:\s]))"
    rf"(?:[：:\s]{_NAMES}{{0,60}}|(?:通[讯訊][员員]|[摄攝]影|[报報][道導]|文/图){_NAMES}{{0,40}})?$"
    r"|[【（(]?(?:[^，。]{0,8}[记記]者|特派[员員])[\s　]*[^，。／/]{2,12}[／/][^，。]{1,8}"
    r"(?:[报報][导導道]|[专專][访訪]|[电電])[】）)]?$"
    r"|[□■◎●]?[\s　]*(?:作者|文|[图圖]|撰文|整理|[编編][译譯]|口述)\s*[：:/／]\s*\w[\w\s·、]{1,14}$"
)
# □方 某  ■ 齐某某   a bullet and one to three names
BARE_BYLINE = re.compile(rf"{_BULLET}\s*(?![上下][接转轉])\w[\w·\s]{{1,14}}$")
# 责任编辑：王某某 李某   本版责编：张某某 版式设计：赵某   本版編輯 方某 美編 齐某   编辑：方某　校对：齐某
EDITORS = re.compile(
    r"(?:(?:本版|[一二三四五六七八九十]版|值班|执行|執行|美术|美術)?(?:责任编辑|責任編輯|责编|責編|编辑|編輯|主编|主編|编委|"
    r"版式设计|版式設計|版式|美编|美編|校对|校對|组版|邮箱|電郵|电子邮箱|投稿邮箱|热线|新闻热线)\s*[：:/／]"
    r"|本版(?:责编|責編|编辑|編輯)\s|本[报報刊](?:地址|社址|网址|網址|电话|電話|热线|熱線|邮箱|订阅|訂閱)\s*[：:]).{0,60}$"
)
# 第3版 要闻   08 产业   02版：综合   2026年1月26日 星期一   青石日报 第二版 地方新闻   A05 副刊   2026.3.2
_FOLIO = (
    rf"(?:第\s*{_NUM}\s*[版頁页]|[A-DＡ-Ｄ]?[0-9０-９]{{1,2}}\s*[版頁页]|[A-DＡ-Ｄ][0-9０-９]{{1,2}}"
    rf"|(?:中[华華]民[国國])?[0-9０-９〇○零一二三四五六七八九十]{{2,4}}\s*年\s*{_NUM}\s*月\s*{_NUM}\s*[日號号]"
    r"|(?:19|20)\d\d(?:-\d{1,2}-|\.\d{1,2}\.|/\d{1,2}/)\d{1,2})"
)
FOLIO = re.compile(
    rf"(?:\w{{1,12}}[\s:：·|/]+){{0,4}}{_FOLIO}(?:[\s:：·|/]+\w{{1,12}}){{0,4}}$"
    r"|0[1-9]\s+\w{2,4}(?:[\s·|/]+\w{2,6})?$"
)
# 方某   齐 某 柯某某   方 某、齐秋立   nothing but names, as far as a pattern can tell
NAMES_ALONE = re.compile(r"\w{2,4}$|\w(?:[\s·]\w{1,2}){1,2}$|(?:\w{2,12}[\s　])?\w{1,3}(?:[\s、]+\w{1,3}){0,5}$")
# 青石日报   云岭晚报   a masthead alone
MASTHEAD = re.compile(
    r"\w{2,6}(?:日报|日報|晚报|晚報|时报|時報|早报|早報|晨报|周报|週報|商报|商報|快报|快報)$"
    r"|\w{2,3}(?<![预預汇匯简捷喜海情电電公通举舉上墙牆])[报報]$"
)
# 导读   新修渠道昨日试水　2版   周末去哪里……4   a box that says what stands on other pages
CONTENTS = re.compile(
    r"(?:[今本]\w)?[导導]\s*[读讀]$"
    rf"|[^。]{{2,26}}(?:[\s　]+|[（(]\s*[见詳详見]?)第?\s*[A-D]?{_NUM}\s*[版頁页][）)]?$"
    rf"|[^。]{{2,26}}[.…·]{{2,}}\s*第?[A-D]?{_NUM}\s*[版頁页]?$"
)
# 桐坞镇合作社   云岭县公共交通有限公司   who signs a notice or a letter
SIGNED = re.compile(rf"{_BODY}$")
# (   ■   ＊＊＊   a line without a letter or digit
SYMBOLS = re.compile(r"[^\w□]+$|[_＿□]$")
# ▲图为读书会现场。   ◀孩子们在新操场上   图片：方某摄   图①：   （资料图）
CAPTION = re.compile(
    r"(?:[▲△▼▽◀◁▶▷►◄↑↓←→↖↗↙↘][^上下接转轉]|(?:上|下|左|右|本版|题|題)?[图圖](?:为|為|片|①|②|③|一|二|三|[0-9])?(?:[：:]|[为為])"
    r"|图片[：:]|圖片[：:]|[（(]?(?:资料图|資料圖|资料照片|資料照片|新华社发|本报资料))"
)
# 【今日关注】   [基层一线]   ●文化视野●   a bracketed standing column, alone
BRACKET_COLUMN = re.compile(r"(?:【[^】]{2,14}】|\[[^\]]{2,14}\]|［[^］]{2,14}］|[●◆■★][^●◆■★，。]{2,12}[●◆■★])$")
# ——来自云岭县的报道
DASH_LINE = re.compile(r"(?:——|—|──|－－|--)\s*\S")

# ---- marks that open a line -----------------------------------------------------------------------------------------

# ■上接第1版 …   （上接第一版）…   ▲上接A05版 …   ◀ 上接 A01 版
JUMP_IN = re.compile(rf"[（(【\[{_BULLET[1:-1]}◀◁←\s]*(?:紧接|緊接|上接|接){_PAGE}(?:[^，。）)]{{0,16}}[）)】\]])?\s*")
# ■上接第1版   （上接第一版《七里沟通水》）   the same, alone on a line
CAME_OVER = re.compile(rf"{JUMP_IN.pattern}[）)】\]]?$")
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

# 小评论   来信处理   相关链接   云岭人物   how standing columns are called, alone on a line
COLUMN_LENGTH: Final = 10  # code points
COLUMN_WORDS = re.compile(
    r"\w{0,6}(?:[链鏈][接結]|手[记記]|[评評][论論]|短[评評]|快[评評]|[来來]信|信箱|[论論][坛壇]|[观觀]察|视点|視點|[调調]查|人物|档案|檔案|之窗|[热熱][线線]|快[讯訊]|[简簡][讯訊]|"
    r"短[讯訊]|集萃|速[递遞]|聚焦|[关關]注|[广廣]角|看[台臺]|[讲講]堂|茶座|[随隨][笔筆]|[专專][栏欄]|[专專]版|特稿|[访訪][谈談]|[图圖][说說]|[导導][读讀]|[编編][后後]|[编編]者按|副刊|"
    r"文[苑萃]|[园園]地|一[线線]|基[层層]|追踪|追蹤|信息|[处處]理|大家[谈談]|天地|博[览覽]|史[话話])$"
)

# ---- what a line is made of, anywhere in it --------------------------------------------------------------------------

# （市气象局提供）   a line in brackets
BRACKETED = re.compile(r"^[（(【〔][^（(]*[）)】〕]$")
# 责任编辑　方某　电话：0000-2733   2 要闻   农历三月初八　今日八版   what page furniture is made of
# Every word begins with a letter, no class and no anchor: so is it looked for at those letters only.
FURNITURE_WORD = re.compile(
    r"编辑|編輯|校对|校對|组版|組版|美编|美編|版式|热线|熱線|电话|電話|邮箱|网址|網址|邮编|邮政|郵編|郵政|零售|订阅|訂閱|刊号|刊號|"
    r"星期|农历|農曆|今日.{1,3}版|@|＠|www|导\s*读|導\s*讀|总第|總第|微信|公众|公眾|二维码|二維碼|出版|承印|印刷|广告|廣告"
)
# 0000-2733   2 要闻   A2版   第 3 版   and its numbers, where there are any
FURNITURE_NUMBER = re.compile(r"\d{7}|\d{4}[-.—]\d|^[A-DＡ-Ｄ]?[0-9０-９]{1,2}\s|\d\s*版")
# 方某采写   （文：方某）   来源：云岭日报   who wrote it
WRITER_WORD = re.compile(
    r"记者|記者|通讯|通訊|作者|编译|编写|編譯|編寫|整理|摘译|摘譯|采写|採寫|采寫|评论员|評論員|特约|特約|特派|口述|执笔|執筆|来源|來源|"
    r"文\s*[：:/／]|图\s*[：:/／]|圖\s*[：:/／]|报道[】）)]?$|报导[】）)]?$|報道[】）)]?$|報導[】）)]?$"
)
CREDIT_LENGTH: Final = 24  # code points at the end of a line
# 孩子们在新操场上。方某　摄   （圖／學校提供）   who took a picture
_TAKEN = r"影?(?:[报報][导導道])?"
CREDIT = re.compile(
    rf"(?:摄{_TAKEN}|攝{_TAKEN}|（[图圖][^（(]{{0,16}}|\([图圖][^（(]{{0,16}}|资料[图照]片?|資料[圖照]片?|传真照片|傳真照片"
    r"|（[^（(]{0,12}提供|\([^（(]{0,12}提供)[）)]?。?$"
)

# ---- how running text opens ------------------------------------------------------------------------------------------

OPENING_LENGTH: Final = 40  # code points that are looked at
OPENINGS: Final[dict[str, str]] = {
    # 他说，   此外，   这条渠   what refers back
    "goes-on": (
        r"(?:[他她它其这這那该該此]|同[时時]|另[外据據]|据[悉了介]|據[悉了介]|不[仅僅光只]|除了|除此|而|但|如今|[与與]此|"
        r"为了|為了|对此|對此|[接随隨]着|在此|[会會][议議上见見谈談]|目前)"
    ),
    # 记者从青石镇获悉，   据云岭县农业局消息，
    "told": (r"[^。]{0,12}?[记記]者.{0,16}?(?:[获獲](?:悉|知)|了解到)|[据據].{2,14}?(?:消息|[报報][道導]|通[报報])"),
    # 今天上午，   3月2日，   日前，
    "day": (
        r"[^。]{0,30}?(?:[今昨前明当當]天|[今昨当當]日|昨[晚夜]|今[晨晚]|日前|近日|[0-9０-９一二三四五六七八九十]+[月日])"
    ),
    # 连日来，   今年以来，   秋收过后，
    "season": (
        r"[^。]{0,12}?(?:近期|最近|[连連]日|眼下|[当當]前|[这這][几幾][天年日]|[今去前近]年|[刚剛][刚剛]|"
        r"[春夏秋冬][天日季节節耕收播]|截至|前不久|不久前|[过過][后後]|以[来來])"
    ),
    # 方某说，   县农业局局长柯某介绍，
    "says": r"[^。“]{2,30}?(?:[说說][，：,:]|表示|指出|[认認][为為]|介[绍紹]|[强強][调調]|告[诉訴])",
    # “河开了！”
    "quote": r"[“「‘『]",
}
_OPENING = re.compile("|".join(f"({pattern})" for pattern in OPENINGS.values()))  # one match in place of six
_OPENING_NAMES = ("plain", *OPENINGS)

LINE_MARKS: Final[dict[str, re.Pattern[str]]] = {
    "jump_out": JUMP_OUT,
    "came_over": CAME_OVER,
    "end_mark": END_MARK,
    "signature": SIGNATURE,
    "editors": EDITORS,
    "contents": CONTENTS,
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

WORD_MARKS: Final[dict[str, re.Pattern[str]]] = {
    "bracketed": BRACKETED,
    "furniture-word": FURNITURE_WORD,
    "furniture-number": FURNITURE_NUMBER,
    "writer-word": WRITER_WORD,
    "credit": CREDIT,
}

# The longest line that can be a mark as a whole (a long line is prose, and needs no pattern tried on it).
MARK_LENGTH: Final = 90

# mark: (lines it matches, lines it does not)
EXAMPLES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "jump_out": (
        ("（下转第2版）", "(下转第四版)", "▼下转第7版", "（下轉A05版）", "下转第二版"),
        ("下转型患者需要复查", "病人上转下转都方便了", "（上接第1版）"),
    ),
    "came_over": (("■上接第1版", "（上接第一版）", "上接A01版"), ("■上接第1版 渠水", "上接第1版的报道")),
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
            "本版编辑 方 某 美编 齐某",
            "本报地址：云岭市人民路四号",
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
            "雲嶺日報　二○○九年十一月三日　星期二",
            "08 产业 特别报道",
            "雲嶺時報　中華民國八十七年五月二十一日　星期四　地方新聞　第5版",
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
            "■文／方某某",
            "【記者方某某／雲嶺報導】",
            "作者：方 某",
        ),
        ("记者节的由来", "本报记者走进青石镇，看见了新修的水渠。", "一位老记者的三十年"),
    ),
    "bare_byline": (("□方 某", "■ 齐某某"), ("□□□", "■上接第1版")),
    "masthead": (("青石日报", "云岭晚報", "澄河报"), ("办好一张日报要靠什么", "日报", "天气预报", "年终汇报")),
    "signature": (("（方 某）", "(齐秋立 柯某)", "（陳某某）"), ("（一）", "（遇见）", "（方某）走了")),
    "contents": (("导　读", "新修渠道昨日试水　2版", "周末赏菊去哪里……4版"), ("渠水进村的第2天", "云岭 江豚 98")),
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
    "bracketed": (("（市气象局提供）", "【专讯】"), ("（一）修渠", "修渠（一）")),
    "furniture-word": (
        ("责任编辑　方某", "农历三月初八　今日八版", "云岭报社出版"),
        ("青石镇办起读书会", "编一个竹筐", "两千人看河"),
    ),
    "furniture-number": (
        ("电话：0000-2733", "2 要闻", "A2 副刊", "今天第 3 版"),
        ("两千人看河", "2006年", "3月2日 雪"),
    ),
    "writer-word": (("（文：方某）", "方某采写", "来源：云岭日报"), ("青石镇办起读书会", "渠水进村")),
    "credit": (("孩子们在新操场上。方某　摄", "（圖／學校提供）", "渠水进村（资料图）"), ("摄影展开幕", "提供了方便")),
    "goes-on": (("他说，渠水来了。", "此外，路也修好了。", "会议指出，渠要修。"), ("渠水来了。", "青石镇昨天开会。")),
    "told": (("记者从青石镇获悉，渠水来了。", "据云岭县农业局消息，麦子黄了。"), ("记者走进青石镇。", "渠水来了。")),
    "day": (("今天上午，渠水来了。", "3月2日，云岭县下了雪。", "日前，青石镇开了会。"), ("渠水来了，孩子跟着跑。",)),
    "season": (("连日来，渠水上涨。", "今年以来，来客不断。", "秋收过后，村里热闹起来。"), ("渠水来了。",)),
    "says": (("方某说，渠水来了。", "县农业局局长柯某介绍，麦子黄了。"), ("渠水来了。", "说书人来了。")),
    "quote": (("“河开了！”", "「河開了！」"), ("河开了！",)),
}


def line_mark(text: str) -> str:
    """Return the name of the mark that TEXT (a stripped line) is as a whole, or "".

    >>> line_mark("（下转第2版）"), line_mark("青石镇办起读书会")
    ('jump_out', '')
    """
    if len(text) > MARK_LENGTH or (text[-1:] in "。；" and len(text) > 3):
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


def text_opening(text: str) -> str:
    """Return how TEXT, a paragraph, opens: the name of the first pattern of OPENINGS that matches, or "plain".

    >>> text_opening("今天上午，渠水进了村。"), text_opening("他说，水来了。"), text_opening("河水流过村庄。")
    ('day', 'goes-on', 'plain')
    """
    found = _OPENING.match(text, 0, OPENING_LENGTH)
    return _OPENING_NAMES[(found and found.lastindex) or 0]


def jumps_out(text: str) -> bool:
    """Whether TEXT (a stripped line) ends in a jump line.

    >>> jumps_out("把水引到了田头。（下转第4版）"), jumps_out("把水引到了田头。")
    (True, False)
    """
    tail = text[-24:]
    return ("转" in tail or "轉" in tail) and JUMP_OUT_TAIL.search(tail) is not None


def names_look(text: str) -> str:
    """Return what TEXT, words that could be names, looks like: "surname" where every one begins with a common surname.

    >>> names_look("方某 齐秋立"), names_look("花开中国 春色烂漫")
    ('surname', 'plain')
    """
    words = re.split(r"[\s、，,]+", text)
    if len(words) > 1 and all(len(w) == 1 for w in words[:2]):
        words = [text.replace(" ", "").replace("\u3000", "")]
    return "surname" if all(w[0] in SURNAMES and len(w) <= 3 for w in words if w) else "plain"


def furniture_word(text: str) -> bool:
    """Whether TEXT holds a word or a number that page furniture is made of.

    >>> furniture_word("2 要闻"), furniture_word("责任编辑　方某"), furniture_word("两千人看河")
    (True, True, False)
    """
    return FURNITURE_WORD.search(text) is not None or (not text.isalpha() and FURNITURE_NUMBER.search(text) is not None)


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
