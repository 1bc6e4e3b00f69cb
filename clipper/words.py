r"""The words of a clipping, as keywords are looked for: what is analysed, what each word is, and the way back.

What is analysed is the text in its normal form: full-width letters narrowed (NFKC), wrapped lines and letters that
were printed apart joined again, without datelines, credits and jump lines, the headline first, and, where the caller
gives a way to do it, in simplified script. Every letter knows where in which block it is printed.

>>> from clipper.lexicon import load_lexicon
>>> blocks = (Block("headline", "ＡＩ进村", (1,)), Block("body", "本报讯 青石镇的老\n街修好了", (2,)))
>>> read = read_words(Clipping("p-1", "p.txt", blocks), load_lexicon())
>>> read.text, "|".join(read.keys), read.codes
('AI进村\n\n青石镇的老街修好了\n', 'ai|进村|||青石|镇||老街|修好||', 'NN..Nn.NV..')
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from clipper.clipping import Block, Clipping, split_lines
from clipper.marks import DATELINE, END_MARK, JUMP_IN, JUMP_OUT_TAIL, line_mark

if TYPE_CHECKING:
    from clipper.lexicon import Lexicon

__all__ = ["PLACE_WORDS", "UNKNOWN_IDF", "Fold", "Read", "Spot", "Word", "normal_form", "read_words", "word_set"]

Fold = Callable[[str], str]


def word_set(text: str) -> frozenset[str]:
    """Return the words of TEXT, which white space keeps apart: for tables."""
    return frozenset(text.split())


# ---- what a word is -------------------------------------------------------------------------------------------------

# jieba's tags by what they are worth here. A tag that is not named ends a phrase, and its words are no keywords:
# numbers (m), times (t), pronouns (r), adverbs (d), particles (u...), places like "inside" (f) and the rest.
# The letter is what the word is in Read.codes: a capital where the word has two characters or more, and can be a
# keyword alone: a name (P), that of an organisation (G), a noun (N), a verb (V), and what can stand in a phrase, and
# only there (O).
CODES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("nr", "nrt", "nrfg", "ns", "nz"), "P"),
    "nt": "G",
    **dict.fromkeys(("n", "ng", "nl", "j", "l", "an", "vn", "k", "eng", ""), "N"),
    **dict.fromkeys(("v", "vi", "vd", "vq", "vg", "i"), "V"),
    **dict.fromkeys(("a", "ad", "ag", "b", "g", "s", "x"), "O"),
}
END: Final = "."  # ends a phrase
SPACE: Final = ","
COUNTED: Final = "#"  # a number: what it counts is no keyword
SIGNING: Final = "@"  # the name that follows is the writer's

# The stock words of the trade, and its verbs of saying.
STOCK: Final = word_set("""
    记者 本报 本刊 本版 本台 通讯员 特约 实习 编辑 主编 责编 责任编辑 校对 美编 版式 作者 编者 编者按 小编 网友
    原标题 标题 来源 转载 摄影 摄 图片 图 组图 图为 供图 配图 资料图 视频 讯 电 日电 日讯 报道 消息 上接 下转
    全文 详见 近日 日前 今日 昨日 月份 年份 年度
    指出 强调 表示 认为 介绍 透露 获悉 据悉 据了解 了解到 告诉 写道
""")
ENGLISH: Final = word_set("""
    a about after all also an and any are as at be been before being but by can could did do does for from had has
    have he her here him his how i if in into is it its just may me more most my no not now of on one only or other
    our out over said says she should so some such than that the their them then there these they this those to too
    two under up upon us very was we were what when where which while who whose why will with would you your
""")
SIGNED: Final = word_set("记者 通讯员 编辑 责编 主编 作者 摄影")
NAMED: Final = frozenset(("nr", "nrt", "nrfg", ""))
PLACE_WORDS: Final = frozenset("省市县區区镇鎮乡鄉村旗州縣")  # 青石 + 镇: small places are in no dictionary
UNTAGGED: Final = frozenset("员車车物厂廠组組度論论件鸟鳥糖罪毒")  # 养护 + 员: nouns that jieba has no real tag for
CAPITALS: Final = frozenset(("IT", "US"))  # not the words "it" and "us"
# 春节 清明节: jieba tags feasts as times, and times are no keywords
FEAST = re.compile(r"春节|元旦|除夕|\w{2,}(?<!时)节")
# 2025  3.5%  No5  25日  667m  三千余  十五  第三届  二〇二六年  ----
NUMBER = re.compile(
    r"[\W_]*\d[\d\W_]*(?:年|月|日|号|时|分|点|[kcmμn]?[mgl]|[mk]?L|[kMG]?Hz|[kMG]?Wh?|[kMGT]?B|[kMG]?V|s|h|t|ha)?"
    r"|第?[〇零一二三四五六七八九十百千万亿两几数余多]+[年月日号时分秒点个名人元岁届次级版]?"
    r"|No\.?\d+|[\W_]+"
)
UNIT: Final = word_set("m2 m3 km2 mm cm km mg kg ml hz khz mhz ghz kw kwh mw gw mpa kpa db rpm")
# 真是太 的话说: a made-up word with a particle at an end is where the segmenter went wrong
PARTICLE = re.compile(
    r"[的了着过是在也都就还又很太不没只把被让和与及或而但其这那么吗呢吧啊].*|.*[的了着是在也都就还又很太不与及或而但等说称]"
)

UNKNOWN_IDF: Final = 11.9547675029  # the idf of a word without one: the median of jieba's list
# After a number, or after what signs an article, with or without a space: what may be no keyword there.
BEFORE_NO_KEYWORD = re.compile(r"[#@],?(?=[A-Za-z])")

REMEMBERED: Final = 100_000  # words whose meaning is kept; a batch of articles asks for the same ones again and again


class Word(NamedTuple):
    """What a word is, wherever it stands. key: what it is counted under, "" for what can be no part of a keyword.

    code: see CODES, END, COUNTED and SIGNING. pos: jieba's tag. idf: its inverse document frequency.
    """

    key: str
    code: str
    pos: str
    idf: float


class _Known(dict[str, Word]):
    """The words that were met, and what each is."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def __missing__(self, word: str) -> Word:
        if len(self) >= REMEMBERED:
            self.clear()
        found = self[word] = _look_up(word, self.lexicon)
        return found


@functools.lru_cache(maxsize=4)
def _known(lexicon: Lexicon) -> _Known:
    return _Known(lexicon)


def _look_up(word: str, lexicon: Lexicon) -> Word:
    """Return what WORD is.

    >>> from clipper.lexicon import load_lexicon
    >>> [_look_up(word, load_lexicon())[:3] for word in ("老街", "修好", "了", "2025", "记者")]
    [('老街', 'N', 'n'), ('修好', 'V', 'v'), ('', '.', 'ul'), ('', '#', ''), ('', '@', 'n')]
    """
    if not word[:1].isalnum():
        return Word("", SPACE if word == " " else END, "", 0.0)
    if NUMBER.fullmatch(word):
        return Word("", COUNTED if word[-1].isalnum() else END, "", 0.0)
    pos = lexicon.pos(word) or ("eng" if word.isascii() else "")
    code = _code(word, pos)
    if code in (END, SIGNING):
        return Word("", code, pos, 0.0)
    idf = lexicon.idf(word.lower())
    code = code if len(word) > 1 else code.lower()
    return Word(word.lower(), code, pos, UNKNOWN_IDF if idf is None else idf)


def _code(word: str, pos: str) -> str:
    lower = word.lower()
    if word in SIGNED:
        return SIGNING
    if word in STOCK or lower in UNIT or (lower in ENGLISH and word not in CAPITALS):
        return END
    if (pos == "t" and FEAST.fullmatch(word)) or word in PLACE_WORDS or word in UNTAGGED:
        return "N"
    if not pos and PARTICLE.fullmatch(word):
        return END
    return CODES.get(pos, END)


# ---- the text that is analysed --------------------------------------------------------------------------------------

_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

TAIL: Final = 80  # characters at the end of a block that a mark can be
NOT_ANALYSED: Final = frozenset(("byline", "jump", "end_mark", "furniture"))
# What NFKC leaves alone, and full-width punctuation, which a title keeps; white space is looked at as well.
_PLAIN = "\x21-\x7e\u3001-\u3011\u3400-\u9fff\u2010\u2012-\u2016\u2018-\u201f\u2026\u00b7，：；？！（）"
NOT_PLAIN = re.compile(rf"[^{_PLAIN}]")  # ＡＩ, Ⅲ, 　, and white space of any kind
NOT_PLAIN_RUN = re.compile(rf"[{_PLAIN}]?[^{_PLAIN}]+")  # with the letter before, which an accent may belong to
NARROWED = re.compile("[^，：；？！（）…]+")
ROMAN = re.compile("[\u2160-\u217f]")  # Ⅲ级响应: NFKC would make it the word III
# a line that goes on: 青石镇的老 / 街修好了
WRAPPED = re.compile(rf"(?<=[{_HAN}，、,])[ ]*\n[ ]*(?=[{_HAN}])")
# 青 石 镇 修 好 了 老 街: letters printed, or read, one by one
SPACED = re.compile(rf"(?<!\S)[{_HAN}\d，。、：；“”《》](?:[ ]+[{_HAN}\d，。、：；“”《》]){{3,}}(?!\S)")
GOES_ON = re.compile(rf"[{_HAN}，、,]\n[{_HAN}]")
# （记者 方某 通讯员 李某）  （图片由青石镇提供）  (责编：方某)
CREDIT = re.compile(
    r"[（(【][^（()）【】]{0,12}(?:记者|記者|通讯员|通訊員|摄影|攝影|责编|責編|编辑|編輯|供图|图片由)[^（()）【】]{0,40}[）)】]"
)
# covid-19  F-35B  AT&T  café  3.5: a run of letters that are not Han, and that jieba would cut apart
_LETTER = rf"[^\W_{_HAN}]"
LETTERS = re.compile(
    rf"(?<!{_LETTER})(?:{_LETTER}+(?:(?:[-&'’]|\.(?=\d)){_LETTER}+)+|[A-Za-z0-9]*[^\W_{_HAN}\x00-\x7f]{_LETTER}*)"
)
# Whether there can be any: looking for one is quicker than looking at every run.
MAY_BE_LETTERS = re.compile(rf"[A-Za-z0-9][-&'’.][A-Za-z0-9]|[^\x00-\x7f\u2000-\u303f{_HAN}\uff00-\uffef]")


class Spot(NamedTuple):
    """One place in a clipping: which of its blocks (from 0), and from which code point of its text to which."""

    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Read:
    """A clipping, read into words.

    text: what was analysed, in the script it is printed in; folded: the same in simplified script. keys, codes, pos,
    idf: of each word, see Word; the key is empty where it is no part of a keyword here. starts: where in text each word
    begins, and the end. head: how many of the words are the headline's.
    """

    text: str
    folded: str
    keys: list[str]
    codes: str
    pos: Sequence[str]
    idf: Sequence[float]
    starts: list[int]
    head: int
    begins: list[int]  # where in text its stretches begin ...
    origins: list[tuple[int, int]]  # ... and where that is printed: the block, and where in it

    def spot(self, start: int, end: int) -> Spot:
        """Return where the letters of text from START to END are printed: what of them stands in one block."""
        begins = self.begins
        at = bisect_right(begins, start) - 1
        block, printed = self.origins[at]
        first = printed + start - begins[at]
        while at + 1 < len(begins) and begins[at + 1] < end and self.origins[at + 1][0] == block:
            at += 1
        # A word that goes on in the next block ends here with this one.
        end = min(end, begins[at + 1]) if at + 1 < len(begins) else end
        return Spot(block, first, self.origins[at][1] + end - begins[at])

    def words_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the words of text from START to END: the first of them, and how many."""
        at = bisect_right(self.starts, start) - 1
        return at, bisect_left(self.starts, end) - at


def normal_form(text: str) -> str:
    r"""Return TEXT as it is analysed: full-width letters narrowed, wrapped lines and letters printed apart joined.

    >>> normal_form("ＡＩ 走进青\n石镇"), normal_form("青 石 镇 修 路"), normal_form("青石镇 老街")
    ('AI 走进青石镇', '青石镇修路', '青石镇 老街')
    """
    return _normal(text)[0]


def _normal(text: str) -> tuple[str, list[tuple[int, int]]]:
    r"""Return the normal form of TEXT, and its stretches: where one begins in it, and where that is in TEXT.

    >>> _normal("青石镇"), _normal("㎞ 外的老\n街")
    (('青石镇', [(0, 0)]), ('km 外的老街', [(0, 0), (1, 0), (6, 6)]))
    """
    if not NOT_PLAIN.search(text):
        return text, [(0, 0)]
    pieces: list[str] = []
    origins: list[int] = []
    done = 0
    for run in NOT_PLAIN_RUN.finditer(text):
        narrow = [_narrow(run[0])]
        if len(narrow[0]) != len(run[0]):  # some letter became two, or an accent one with its letter
            narrow = [_narrow(letter) for letter in run[0]]
            origins += [*range(done, run.start()), *(run.start() + n for n, x in enumerate(narrow) for _ in x)]
        else:
            origins += range(done, run.end())
        pieces += [text[done : run.start()], *narrow]
        done = run.end()
    pieces.append(text[done:])
    origins += range(done, len(text))
    narrowed = "".join(pieces)
    for spaces in (SPACED, WRAPPED):
        narrowed, origins = _without_spaces(narrowed, origins, spaces)
    breaks = (n for n, at in enumerate(origins) if not n or at != origins[n - 1] + 1)
    return narrowed, [(n, origins[n]) for n in breaks] or [(0, 0)]


def _narrow(text: str) -> str:
    return NARROWED.sub(lambda m: unicodedata.normalize("NFKC", m[0]), ROMAN.sub(" ", text))


def _without_spaces(text: str, origins: list[int], where: re.Pattern[str]) -> tuple[str, list[int]]:
    """Return TEXT and ORIGINS, one for each of its characters, less the white space in what WHERE matches."""
    gone = {n for found in where.finditer(text) for n in range(*found.span()) if text[n] in " \n"}
    if not gone:
        return text, origins
    left = [n for n in range(len(text)) if n not in gone]
    return "".join([text[n] for n in left]), [origins[n] for n in left]


# ---- reading --------------------------------------------------------------------------------------------------------


def read_words(clip: Clipping | str, lexicon: Lexicon, fold: Fold | None = None) -> Read:
    """Return CLIP (or a plain text, whose lines are its blocks) read into words. FOLD maps a text to simplified script.

    Raises ValueError when FOLD changes the length of a text.
    """
    blocks = [Block("body", line) for line in split_lines(clip)] if isinstance(clip, str) else clip.blocks
    text, begins, origins, joints, headline = _laid_out(blocks)
    folded = fold(text) if fold else text
    if len(folded) != len(text):
        raise ValueError("fold has to map each character to one character")
    pieces = _pieces(folded[:headline], lexicon.cut)
    head = len(pieces)
    pieces += _pieces(folded[headline:], lexicon.cut)
    known = _known(lexicon)
    columns = list(zip(*map(known.__getitem__, pieces), strict=True))
    keys, (letters, tags, idfs) = list(columns[0]), columns[1:]
    codes = "".join(letters)
    starts = list(accumulate(map(len, pieces), initial=0))
    no_keywords = [
        at
        for at, before in ((found.end(), codes[found.start()]) for found in BEFORE_NO_KEYWORD.finditer(codes))
        if (tags[at] in NAMED if before == SIGNING else len(pieces[at]) == 1 or not tags[at])
    ]
    # A word that is in no dictionary, made of the end of one paragraph and the beginning of the next, is none.
    across = ((joint, bisect_right(starts, joint) - 1) for joint in joints)
    no_keywords += [at for joint, at in across if starts[at] < joint and not tags[at]]
    if no_keywords:
        marked = list(codes)
        for at in no_keywords:
            keys[at] = ""
            marked[at] = END
        codes = "".join(marked)
    return Read(text, folded, keys, codes, tags, idfs, starts, head, begins, origins)


def _pieces(text: str, cut: Callable[[str], list[str]]) -> list[str]:
    """Return TEXT in pieces: LETTERS whole, the rest as CUT cuts it.

    A plain run (AI, AA of AA制) is left to jieba, which knows what Han characters go with it.
    """
    if not MAY_BE_LETTERS.search(text):
        return cut(text)
    pieces: list[str] = []
    done = 0
    for run in LETTERS.finditer(text):
        pieces += [*cut(text[done : run.start()]), run[0]]
        done = run.end()
    return pieces + cut(text[done:])


def _laid_out(blocks: Sequence[Block]) -> tuple[str, list[int], list[tuple[int, int]], list[int], int]:
    """Return the text of BLOCKS that is analysed, its begins and origins (see Read), where one block goes on in the
    next, and how much of the text is the headline's.
    """
    text: list[str] = []
    begins: list[int] = []
    origins: list[tuple[int, int]] = []
    joints: list[int] = []
    length = 0

    def lay(printed: str, block: int, start: int) -> None:
        nonlocal length
        normal, parts = _normal(printed)
        for at, origin in parts:
            begins.append(length + at)
            origins.append((block, start + origin))
        text.append(normal)
        length += len(normal)

    def part(mark: str) -> None:
        nonlocal length
        text.append(mark)
        length += len(mark)

    for n, block in enumerate(blocks):
        if block.role == "headline":
            lay(block.text, n, 0)
            part("\n\n")
    headline = length
    above = ""
    for n, block in enumerate(blocks):
        if block.role == "headline" or block.role in NOT_ANALYSED or line_mark(block.text.strip()):
            continue
        kept = _kept(block.text)
        # Only body after body can be a line that goes on; an empty line between keeps all else apart.
        if above and not (block.role == above == "body"):
            part("\n\n")
        elif above and GOES_ON.search(f"{text[-1]}\n{kept[0][1]}"):
            joints.append(length)
        elif above:
            part("\n")
        for start, printed in kept:
            lay(printed, n, start)
        above = block.role
    part("\n")
    return "".join(text), begins, origins, joints, headline


def _kept(text: str) -> list[tuple[int, str]]:
    """Return what is analysed of the text of a block, without jump lines, dateline, credits and end mark: its pieces,
    each with where it begins.

    >>> _kept("■上接第1版 本报讯（记者 方某）渠水（供图：某某）进村（下转第3版）")
    [(17, '渠水'), (26, '进村')]
    """
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    for mark in (JUMP_IN, DATELINE):
        if found := mark.match(text, begin, end):
            begin = found.end()
    for mark in (JUMP_OUT_TAIL, END_MARK):
        if end > begin and text[end - 1] not in "。！？”" and (found := mark.search(text, max(begin, end - TAIL), end)):
            end = found.start()
    pieces = []
    for credit in CREDIT.finditer(text, begin, end):
        pieces.append((begin, text[begin : credit.start()]))
        begin = credit.end()
    return [*pieces, (begin, text[begin:end])]
