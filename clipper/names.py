"""Names in a byline: who wrote the text, told from who took the pictures, from houses, places and other words.

There is no list of all names, so a name is told by its surname, its length and the label beside it (本报记者, 文/).
What is left out is no name as far as that can tell; what cannot be told apart stays as it is printed.

>>> read_authors("本报记者 方某 通讯员 齐秋立 摄影 柯某")
('方某', '齐秋立')
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from clipper.numerals import fold

__all__ = ["OWN_HOUSES", "WIRES", "Byline", "read_authors", "read_byline"]

# The agencies, and what a paper calls itself.
WIRES: Final = ("新华社", "中新社", "中国新闻社", "中央社", "新华网", "中新网", "人民网")
OWN_HOUSES: Final = ("本报", "本刊", "本台", "本网", "本社")

# ---- surnames, and words that are no names --------------------------------------------------------------------------

# The surnames of names in a byline, simplified, in three steps of trust. SURNAMES of `clipper.marks` is another list
# for another end: surnames in both scripts, as printed, that tell what a whole line looks like. The weights of that
# reading were fitted to it, and a letter that opens many a common word (全 封 强 来) does no harm there. It would here.
COMMON_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔"
    "谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文祝齐殷"
    "施牛洪翟樊葛"
)
SURNAMES: Final = COMMON_SURNAMES | frozenset(
    "安倪岳庄聂章鲁耿梅关翁焦左柳童路华欧尤邢阮骆丘凌鲍申尚温柯詹裴辛管单盛成季苗穆纪舒屈项窦霍甘岑饶涂游佘褚靳卞娄蒲"
    "蒙时桂宫解应毕裘宣房丛干缪匡符伏查水花娜昌芦芮晏苟桑楚郁冉燕仇仝车宁郜侍祁司喻隋米奚池丰艾冀席冷包鄢邬闵滕班佟由"
    "晋谷原普臧畅计牟连庞狄贝明麦景卓敖储竺权初鄂邸揭栾荆巩厉宗巫鞠戚卫羊云宿逄苑郎练党沙占古亢豆戈巴牧茅阚訾尧鹿扈胥"
    "雍卜苍仲曲代区慕阳门冼郗仉郄仵矫郇隗刁禹廉乌雒寇楼勾敬郏荀迟晁笪邰逯昝桓芶兰修帅宛淡亓印植漆展肇嵇税粟支呼黑别库"
    "哈衡帖浦靖玉谌闻谈蔺禚寻贡糜滑荔索拜诸柏甄瞿丹锡铁尉昂撒那颜葵瓮岩尕母庾堵步侬衣虞蓝朴凤俞酆费湛麻贲杭吉钮羿汲邴"
    "宓仰伊钭戎幸韶蓟籍屠莘姬郦郤璩濮寿柴茹习宦暨弘阙殳蔚夔厍乜巢蒯"
)
# Surnames that open many a common word: taken for one in a list of names after a label, not in a line without one.
RARE_SURNAMES: Final = frozenset(
    "乐元平和山经强农全国广利富公相红阴束充薄终益越东从居扶融边劳祖容封蓬都满禄沃隆简空养后盖宰双能"
)
_COMPOUND_SURNAMES = """
欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 端木 独孤 南宫 呼延 百里 淳于
澹台
"""
COMPOUND_SURNAMES: Final = frozenset(_COMPOUND_SURNAMES.split())
# Words that begin like a name: a headline or a column set where a byline stands.
_NOT_NAMES = """
文化 文艺 文明 文摘 文学 文章 文体 文教 文旅 文苑 时评 时政 时事 时尚 时代 时光 时讯 高考 高端
高度 高原 高新 安全 安康 安徽 安居 平安 康养 金融 金秋 金华 方便 方言 方案 方法 方向 方式 何时
何处 应急 应对 应用 成果 成长 成功 成都 常态 常州 明天 花开 花卉 水利 水务 水乡 万象 万家 万州
关注 关爱 关键 温暖 温馨 温州 祝福 祝愿 项目 程序 计划 石油 石化 武警 武术 武汉 江苏 江西 江南
江山 江河 江湖 云南 云端 苏州 徐州 郑州 黄山 黄河 宁夏 宁波 莫斯科 古巴 古镇 巴黎 巴西 严禁 严查
严打 解读 解析 解码 解决 解放 连线 连载 连续 步行 步入 路况 路线 景区 景观 冷暖 时间 时刻 夏日
夏收 白天 包装 毛利 甘肃 查处 单位 费用 费心 吉祥 吉林 伊始 杭州 柴米 寿光 弘扬 房产 房市 史话
史料 盛典 盛会 盛夏 丰收 丰年 党建 党员 党政 雷雨 雷达 向前 向上 向阳 牛年 马年 龙年 龙舟 龙头
易地 熊猫 钱塘 艾草 米兰 车市 车友 田园 田间 田野 林业 林海 叶落 罗马 韩国 曲艺 曲苑 谷雨 索引
卫生 卫视 沙龙 华人 华夏 路透 尚未 习惯 云上
"""
NOT_NAMES: Final = frozenset(_NOT_NAMES.split())
# 本报记者 手记: what follows a label and is no name
_NOT_AUTHORS = """
手记 观察 调查 走笔 来信 报道 摄影 综合 整理 日前 近日 昨日 今日 昨天 今天 现场 直播 快讯 消息
评论 专访 连线 获悉 了解 发现 看到 采访 本报 本社 编辑 集体 佚名 匿名 人事 国际 国内 公益 经济
农村 农业 全国 全省 东部 山河 平安 和谐 广场 利民 强国 边疆 祖国 居民 融合 劳动 扶贫 富民 红色
都市 满园 简报 简讯 空中 养老 后来 从前 从此 能源 双拥
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
# 云岭·青石网: ends of a house with such a point in its name
HOUSE_ENDS: Final = ("报", "网", "社", "台", "新闻", "客户端", "频道", "融媒", "融媒体", "中心")

# ---- bylines --------------------------------------------------------------------------------------------------------

_OWN_OR_WIRE = "|".join((*OWN_HOUSES, *WIRES))
_ORG = (
    rf"(?:{_OWN_OR_WIRE}|(?:(?!{_OWN_OR_WIRE}|记者|通讯员|摄影)[\w·]){{1,10}}?"
    r"(?:日报|晚报|时报|早报|晨报|周报|商报|都市报|青年报|报社|电视台|广播电台|通讯社|网|新闻|客户端|融媒体?中?心?))"
)
_RANK = r"(?:实习|特约|见习|首席|高级|主任|全媒体|融媒体?|多媒体|驻[^\W\d_]{2,4}?|特派|摄影(?=记者))*"
# 本报记者   通讯员   云岭日报全媒体记者   本报驻青石记者
WRITER = rf"(?P<org>{_ORG})?(?P<rank>{_RANK})(?:记者|通讯员|实习生|评论员|特派员|撰稿人|撰稿)"
# What tells who did what in a byline. The name of the group is what it tells.
LABELS = re.compile(
    r"(?P<suffix_photo>摄(?!影)(?=[\s),;]|$)|/\s*[图摄](?=[\s),;]|$)|(?:整理|编译|翻译|制图|绘图|供图)(?=[\s),;]|$))"
    r"|(?P<skip>作者系|作者为|作者是|作者单|来源|稿源|责任编辑|责编|编辑|校对|制图|漫画|插图|整理|编译|翻译|指导|邮箱|电话|转载|摘编|摘自|原载)"
    r"|(?P<suffix_both>摄影报道|图文报道|文图报道)"
    rf"|(?P<writer>{WRITER})"
    r"|(?P<both>文\s*[/、·,]?\s*图(?![^\W\d_])|图\s*[/、·,]?\s*文(?![^\W\d_])|[文图]\s*[/、·]\s*[图文]|摄影/?撰文|撰文/?摄影)"
    r"|(?P<report>(?:采访|联合|综合)?报道|供稿)"
    r"|(?P<text>撰文|执笔|参与采写|采写|文字|作者|特约撰稿|文(?=\s*[/:])|(?<=\w\w\s)文(?=[\s),;]|$)|/\s*文(?=[\s),;]|$))"
    r"|(?P<photo>摄影|[图摄](?=\s*[/:])|图片)"
)
_BULLETS = "□■◆◇●○▲△▼◎★☆▶▷►◀◁◄"
# □ 本报记者: a bullet before a word; □ inside one is a letter that cannot be read
BULLET = re.compile(rf"(?<![^\s(])[{_BULLETS}]+")
# ( ... ) inside a byline: 方某（云岭县文联）
ASIDE = re.compile(r"\([^()]*\)")


class Byline(NamedTuple):
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
    return read_byline(text).authors


def read_byline(printed: str, bare: bool = True) -> Byline:
    """Return what the byline PRINTED says; BARE: whether it may be names without a label.

    >>> read_byline("新华社记者 方某 上海报道")
    Byline(authors=('方某',), places=('上海',), houses=('新华社',))
    >>> read_byline("方某", bare=False).authors
    ()
    """
    printed = printed.strip()
    bullet = printed[:1] in _BULLETS and bool(printed)
    # ○ is a nought in a date, and in a byline a letter that cannot be read
    printed = printed.lstrip(_BULLETS + " \u3000").replace("○", "□").replace("◯", "□")
    text = fold(printed)
    if len(text) > 1 and text[0] in "([【" and text[-1] in ")]】":
        printed, text = printed[1:-1], text[1:-1]
    for noise in (ASIDE, BULLET):
        text = noise.sub(lambda m: " " * len(m[0]), text)
    if labels := list(LABELS.finditer(text)):
        return _read_labelled(printed, text, labels)
    return Byline(tuple(_bare_names(printed, text)) if bare or bullet else ())


def _read_labelled(printed: str, text: str, labels: Sequence[re.Match[str]]) -> Byline:
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
        if lead not in ("skip", "photo", "suffix_photo"):
            names, place = _chunk_names(_Chunk(printed[a:b], text[a:b], lead, follow, k < len(kinds) and closes[k]))
            group += names
            places += place
        if k < len(kinds) and closes[k]:
            done += [] if follow.endswith("photo") else group
            group = []
    houses = tuple(m["org"] for m in labels if m["org"])
    return Byline(tuple(dict.fromkeys([*done, *group])), tuple(places), houses)


LEADING: Final = frozenset({"skip", "writer", "house"})  # labels that are always about the names after them


def _closes(k: int, labels: Sequence[re.Match[str]], kinds: Sequence[str], filled: Sequence[bool], text: str) -> bool:
    """Whether label K is about the names before it: 方某 摄影 closes, and so does the first of 方某 摄影 齐某 文."""
    if kinds[k] in LEADING:
        return False
    if kinds[k] in ("report", "suffix_both") or labels[k][0].startswith("/"):
        return True
    if not filled[k]:
        return False
    if kinds[k] == "suffix_photo":
        return True
    if not filled[k + 1]:
        return True
    colon = text[labels[k].end() : labels[k].end() + 2].strip()[:1] in ("/", ":")
    return not colon and k + 1 < len(kinds) and kinds[k + 1] not in LEADING


class _Chunk(NamedTuple):
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
        names = _names_of(words[-1]) if len(words) == 1 else []
        # one word right before 记者 is more likely a house or a rank that no pattern knows, unless it is two names
        return (names if len(names) > 1 else []), []
    free, spaced = chunk.text.lstrip()[:1] in ("/", ":"), chunk.text[:1] == " "
    places: list[str] = []
    if len(words) > 1 and glued:
        last = fold(words[-1])
        if chunk.follow == "writer" or (chunk.follow == "report" and last[0] not in COMMON_SURNAMES):
            places = [words[-1]] if chunk.follow == "report" and _is_han(last) else []
            words = words[:-1]
    return [name for word in words for name in _names_of(word, free, spaced)], places


def _bare_names(printed: str, text: str) -> list[str]:
    """Return the names of a line that is nothing but names, and none where one of its words is no name."""
    words = _words(printed, text)
    return words if all(_is_name(fold(w)) and not _is_office(fold(w)) for w in words) else []


def _is_office(word: str) -> bool:
    return len(word) > 2 and word[-1] in OFFICE_END


def _words(printed: str, text: str) -> list[str]:
    """Return the words of a list of names, as printed; single letters are put together (崔 某 is one name).

    What stands before a colon is no name.
    """
    words: list[str] = []
    for piece in re.finditer(r"[^、,;/:|&.]+(?![^、,;/:|&.]|:)", text):
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
    return len(word) == 2 and fold(letter) in SURNAMES and (word == "某某" or not _is_name(fold(word)))


def _spaced_names(letters: Sequence[str]) -> list[str]:
    """Return the names that LETTERS, printed with spaces between them, make up."""
    if len(letters) <= 3:
        return ["".join(letters)]
    pairs = ["".join(letters[k : k + 2]) for k in range(0, len(letters), 2)]
    triples = ["".join(letters[k : k + 3]) for k in range(0, len(letters), 3)]
    for names, size in ((pairs, 2), (triples, 3)):
        if all(len(n) == size and _is_name(fold(n)) for n in names):
            return names
    return [" ".join(letters)]


def _is_han(word: str) -> bool:
    return all("\u3400" <= c <= "\u9fff" or c == "々" or c > "\uffff" for c in word)


def _is_name(word: str) -> bool:
    """Whether WORD, folded, is one name, as far as its surname and its length tell."""
    if "·" in word or "•" in word or "‧" in word:
        parts = re.split("[·•‧]", word)
        return all(p and _is_han(p) and len(p) < 8 and not p.endswith(HOUSE_ENDS) for p in parts)
    if not _is_han(word) or not 2 <= len(word) <= 4 or word in NOT_NAMES or word in NOT_AUTHORS:
        return False
    if NEVER_GIVEN.intersection(word):
        return False
    if len(word) >= 3 and word[:2] in COMPOUND_SURNAMES:
        return True
    if len(word) == 4:
        return SOUND_LETTERS.issuperset(word)
    return word[0] in SURNAMES or word in ("某某", "某某某")


def _names_of(word: str, free: bool = False, spaced: bool = False) -> list[str]:
    """Return the names in WORD, one of those that follow a label.

    free: a sign stands between (文/, 作者：), and a pen name will do. spaced: a space does, and a rare surname will do.
    Glued names are cut where they can be cut in one way only.
    """
    plain = fold(word)
    if len(word) > 2 and plain[-1] in "等摄":
        word, plain = word[:-1], plain[:-1]
    if " " in plain:
        return [word]
    if _is_name(plain):
        return [word]
    if not _is_han(plain) or plain in NOT_AUTHORS or plain in NOT_NAMES or NEVER_GIVEN.intersection(plain):
        return []
    if len(plain) <= 3:
        return [word] if len(plain) > 1 and (free or (spaced and plain[0] in RARE_SURNAMES)) else []
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
        if len(name) == size and name[0] != "某" and (size > 2 if compound else size < 4) and _is_name(name):
            ways += [[name, *rest] for rest in _cuts(word[size:])]
        if len(ways) > 1:
            break
    return ways[:2]
