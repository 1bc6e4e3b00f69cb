r"""What a clipping is about, in the words it is printed in.

The method is TF-IDF over jieba's words (Jones 1972), and on top of it what an editor does when choosing tags: nouns
before verbs and names before both, what the headline says, what is said early, a phrase where its words keep standing
together, a title that is printed in title marks. Numbers, dates, bylines, datelines and the stock words of the trade
are no keywords. The weights were set by hand: a trained ranker was better at home and worse everywhere else.

What is analysed is the text in its normal form: full-width letters narrowed (NFKC), wrapped lines and letters that
were printed apart joined again, and, where the caller gives a way to do it, in simplified script. What is reported is
the text as it is printed, full-width letters aside.

>>> from clipper.lexicon import load_lexicon
>>> clip = Clipping("p-1", "p.txt", (
...     Block("headline", "青石镇修好百年老街", (1,)),
...     Block("body", "本报讯（记者 方某）青石镇的老街修好了。老街两旁的店铺2025年春天开门，游客比去年多一倍。", (3,))))
>>> [k.word for k in extract_keywords(clip, load_lexicon(), top=4)]
['老街', '青石镇', '修好', '青石']
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from clipper.clipping import Block, Clipping, split_lines
from clipper.marks import DATELINE, END_MARK, JUMP_IN, JUMP_OUT_TAIL, line_mark

if TYPE_CHECKING:
    from clipper.lexicon import Lexicon

__all__ = [
    "TSV_HEADER",
    "WEIGHTS",
    "Keyword",
    "Weights",
    "extract_keywords",
    "keywords_of_page",
    "keywords_rows",
    "keywords_text",
    "normal_form",
    "with_keywords",
]

TSV_HEADER: Final = ("id", "source", "rank", "word", "weight", "count", "pos", "in_headline")

Fold = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword of a clipping.

    word: as it is printed (the most frequent spelling). weight: 0 to 1, and 1 for the best of its clipping; weights of
    two clippings do not compare. count: how often it stands in the text. pos: jieba's tag of the word, for a phrase of
    its last word; empty for a word that is not in the dictionary, "eng" for one in Latin letters.
    """

    word: str
    weight: float
    count: int
    pos: str
    in_headline: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """All that can be turned. A weight is a factor unless it says otherwise."""

    name: float = 1.6  # a person, a place, an organisation, a brand, a title
    noun: float = 1.0
    verb: float = 0.6  # a verb, a saying, a phrase that begins with a verb
    headline: float = 1.5  # stands in the headline
    early: float = 1.0  # the first word of all counts 1 + this; it fades towards 1 ...
    fade: float = 0.25  # ... over this share of the text,
    fade_least: float = 30.0  # ... but over no fewer words than this
    unknown_idf: float = 11.95  # the idf of a word without one: the median of jieba's list
    phrase: float = 2.0  # a phrase: two words' worth, however many it has
    phrase_least: int = 2  # how often the words of a phrase have to stand together
    phrase_words: int = 4  # how many words a phrase may have
    headline_pair: float = 0.25  # two words that stand together once, in the headline (it may be all there is)
    inside: float = 0.6  # a word that never stands outside of one phrase
    scrap: int = 60  # words; a clipping of fewer has less to say about its page


WEIGHTS: Final = Weights()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ---- which words can be keywords ------------------------------------------------------------------------------------

# jieba's tags by what they are worth here. A tag that is not named ends a phrase, and its words are no keywords:
# numbers (m), times (t), pronouns (r), adverbs (d), particles (u...), places like "inside" (f) and the rest.
KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("nr", "nrt", "nrfg", "ns", "nt", "nz"), "name"),
    **dict.fromkeys(("n", "ng", "nl", "j", "l", "an", "vn", "k", "eng", ""), "noun"),
    **dict.fromkeys(("v", "vi", "vd", "vq", "vg", "i"), "verb"),
    **dict.fromkeys(("a", "ad", "ag", "b", "g", "s", "x"), "other"),  # can stand in a phrase, and only there
}

# The stock words of the trade, and its verbs of saying.
STOCK: Final = _words("""
    记者 本报 本刊 本版 本台 通讯员 特约 实习 编辑 主编 责编 责任编辑 校对 美编 版式 作者 编者 编者按 小编 网友
    原标题 标题 来源 转载 摄影 摄 图片 图 组图 图为 供图 配图 资料图 视频 讯 电 日电 日讯 报道 消息 上接 下转
    全文 详见 近日 日前 今日 昨日 月份 年份 年度
    指出 强调 表示 认为 介绍 透露 获悉 据悉 据了解 了解到 告诉 写道
""")
ENGLISH: Final = _words("""
    a about after all also an and any are as at be been before being but by can could did do does for from had has
    have he her here him his how i if in into is it its just may me more most my no not now of on one only or other
    our out over said says she should so some such than that the their them then there these they this those to too
    two under up upon us very was we were what when where which while who whose why will with would you your
""")
SIGNED: Final = _words("记者 通讯员 编辑 责编 主编 作者 摄影")  # the name after these is the writer's
NAMED: Final = frozenset(("nr", "nrt", "nrfg", ""))
PLACE: Final = frozenset("省市县縣区區镇鎮乡鄉村旗州")  # 青石 + 镇: small places are in no dictionary
UNTAGGED: Final = frozenset("员車车物厂廠组組度论論件鸟鳥糖罪毒")  # 养护 + 员: nouns that jieba has no real tag for
PLACE_NAMES: Final = frozenset(("n", "nr", "ns", "nz", "nrt", ""))
CAPITALS: Final = frozenset(("IT", "US"))  # not the words "it" and "us"
# 春节 清明节: jieba tags feasts as times, and times are no keywords
FEAST = re.compile(r"春节|元旦|除夕|\w{2,}(?<!时)节")
# 2025  3.5%  No5  25日  667m  三千余  十五  第三届  二〇二六年  ----
NUMBER = re.compile(
    r"[\W_]*\d[\d\W_]*(?:年|月|日|号|时|分|点|[kcmμn]?[mgl]|[mk]?L|[kMG]?Hz|[kMG]?Wh?|[kMGT]?B|[kMG]?V|s|h|t|ha)?"
    r"|第?[〇零一二三四五六七八九十百千万亿两几数余多]+[年月日号时分秒点个名人元岁届次级版]?"
    r"|No\.?\d+|[\W_]+"
)
UNIT: Final = _words("m2 m3 km2 mm cm km mg kg ml hz khz mhz ghz kw kwh mw gw mpa kpa db rpm")
# 真是太 的话说: a made-up word with a particle at an end is where the segmenter went wrong
PARTICLE = re.compile(
    r"[的了着过是在也都就还又很太不没只把被让和与及或而但其这那么吗呢吧啊].*|.*[的了着是在也都就还又很太不与及或而但等说称]"
)

# ---- the text that is analysed --------------------------------------------------------------------------------------

_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

NOT_ANALYSED: Final = frozenset(("byline", "jump", "end_mark", "furniture"))
# ＡＩ　５Ｇ: everything but full-width punctuation, which a title keeps
NARROWED = re.compile("[^，：；？！（）]+")
# a line that goes on: 青石镇的老 / 街修好了
WRAPPED = re.compile(rf"(?<=[{_HAN}，、,])[ ]*\n[ ]*(?=[{_HAN}])")
# 青 石 镇 修 好 了 老 街: letters printed, or read, one by one
SPACED = re.compile(rf"(?<!\S)[{_HAN}\d，。、：；“”《》](?:[ ]+[{_HAN}\d，。、：；“”《》]){{3,}}(?!\S)")
# Ⅲ级响应: NFKC would make it the word III
ROMAN = re.compile("[\u2160-\u217f]")
# （记者 方某 通讯员 李某）  （图片由青石镇提供）  (责编：方某)
CREDIT = re.compile(
    r"[（(【][^（()）【】]{0,12}(?:记者|記者|通讯员|通訊員|摄影|攝影|责编|責編|编辑|編輯|供图|图片由)[^（()）【】]{0,40}[）)】]"
)
# 《青石镇志》
TITLE_MARKS: Final = ("《", "》")
TITLE_LENGTH: Final = 20  # characters; a longer one is a document, not a keyword
# covid-19  F-35B  AT&T  café  3.5  AA (of AA制): a run of letters that are not Han
_LETTER = rf"[^\W_{_HAN}]"
LETTERS = re.compile(rf"{_LETTER}+(?:(?:[-&'’]|\.(?=\d)){_LETTER}+)*")


def normal_form(text: str) -> str:
    r"""Return TEXT as it is analysed: full-width letters narrowed, wrapped lines and letters printed apart joined.

    >>> normal_form("ＡＩ 走进青\n石镇"), normal_form("青 石 镇 修 路"), normal_form("青石镇 老街")
    ('AI 走进青石镇', '青石镇修路', '青石镇 老街')
    """
    text = NARROWED.sub(lambda m: unicodedata.normalize("NFKC", m[0]), ROMAN.sub(" ", text))
    text = SPACED.sub(lambda m: m[0].replace(" ", ""), text)
    return WRAPPED.sub("", text)


def _passages(clip: Clipping | str) -> list[tuple[str, bool]]:
    """Return the texts of CLIP that are analysed, the headline's first, each with whether it is the headline's."""
    if isinstance(clip, str):
        blocks: Sequence[Block] = tuple(Block("body", line) for line in split_lines(clip))
    else:
        blocks = clip.blocks
    headline = "\n\n".join(b.text for b in blocks if b.role == "headline")
    rest = ""
    for block in blocks:
        text = block.text.strip()
        if block.role != "headline" and block.role not in NOT_ANALYSED and not line_mark(text):
            # Only body after body can be a line that goes on; an empty line between keeps all else apart.
            rest += _without_marks(text) + "\n" if block.role == "body" else f"\n{text}\n\n"
    return [(headline, True), (rest, False)]


def _without_marks(text: str) -> str:
    """Return the text of a block without jump lines, dateline, credits and end mark.

    >>> _without_marks("■上接第1版 本报讯（记者 方某）渠水进村（下转第3版）")
    '渠水进村'
    """
    for mark in (JUMP_IN, DATELINE):
        if found := mark.match(text):
            text = text[found.end() :]
    for mark in (JUMP_OUT_TAIL, END_MARK, CREDIT):
        text = mark.sub("", text)
    return text


# ---- words ----------------------------------------------------------------------------------------------------------


class _Token(NamedTuple):
    """One piece of the text. key: what it is counted under. kind: one of KINDS, or "" for what ends a phrase."""

    key: str
    printed: str
    pos: str
    kind: str
    in_headline: bool


def _tokens(clip: Clipping | str, lexicon: Lexicon, fold: Fold | None) -> list[_Token]:
    """Return the pieces of all that is analysed of CLIP, punctuation and white space included."""
    tokens: list[_Token] = []
    kinds: dict[str, tuple[str, str, bool]] = {}
    for passage, in_headline in _passages(clip):
        text = normal_form(passage)
        folded = fold(text) if fold else text
        if len(folded) != len(text):
            raise ValueError("fold has to map each character to one character")
        at, before = 0, ""
        for word in _pieces(folded, lexicon.cut):
            if word not in kinds:
                kinds[word] = (*_kind_of(word, lexicon), bool(NUMBER.fullmatch(word)) and word[-1].isalnum())
            pos, kind, _ = kinds[word]
            if before and ((kinds[before][2] and _is_counted(word, pos)) or (before in SIGNED and pos in NAMED)):
                kind = ""
            tokens.append(_Token(word.lower(), text[at : at + len(word)], pos, kind, in_headline))
            at += len(word)
            before = before if word == " " else word
        tokens.append(_Token("\n", "\n", "", "", in_headline))
    return tokens


def _is_counted(word: str, pos: str) -> bool:
    """Tell whether WORD, after a number, belongs to it: 三 条, 25 日晚."""
    return len(word) == 1 or not pos


def _pieces(text: str, cut: Callable[[str], list[str]]) -> Iterator[str]:
    """Yield TEXT in pieces: runs of LETTERS that jieba would cut apart whole, the rest as CUT cuts it.

    A plain run (AI, AA of AA制) is left to jieba, which knows what Han characters go with it.
    """
    done = 0
    for run in LETTERS.finditer(text):
        if not (run[0].isascii() and run[0].isalnum()):
            yield from cut(text[done : run.start()])
            yield run[0]
            done = run.end()
    yield from cut(text[done:])


def _kind_of(word: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return the tag of WORD and its kind: "" where it can be no keyword and no part of one."""
    if not word[:1].isalnum() or NUMBER.fullmatch(word):
        return "", ""
    pos = lexicon.pos(word) or ("eng" if word.isascii() else "")
    lower = word.lower()
    if word in STOCK or lower in UNIT or (lower in ENGLISH and word not in CAPITALS):
        return pos, ""
    if (pos == "t" and FEAST.fullmatch(word)) or word in PLACE or word in UNTAGGED:
        return pos, "noun"
    if not pos and PARTICLE.fullmatch(word):
        return pos, ""
    return pos, KINDS.get(pos, "")


# ---- terms: words, phrases, titles ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Term:
    """What may become a keyword. words: the tokens it is made of; places: those of each time, by their index."""

    key: str
    words: Sequence[_Token]
    places: dict[int, Sequence[_Token]] = field(default_factory=dict)
    in_headline: bool = False
    title: bool = False

    @property
    def count(self) -> int:
        return len(self.places)

    @property
    def first(self) -> int:
        return min(self.places)


def _terms(tokens: Sequence[_Token], weights: Weights) -> list[_Term]:
    """Return the words, phrases and titles of TOKENS that can be keywords, in the order they first stand there."""
    terms: dict[str, _Term] = {}
    for place, run, title in _runs(tokens, weights.phrase_words):
        key = run[0].key if len(run) == 1 else "".join([t.key for t in run])
        term = terms.get(key)
        if term is None:
            term = terms[key] = _Term(key, run)
        term.places[place] = run
        term.in_headline = term.in_headline or run[0].in_headline
        term.title = term.title or title
    return [t for t in terms.values() if len(t.words) == 1 or t.title or _stands_together(t, weights)]


def _runs(tokens: Sequence[_Token], longest: int) -> Iterator[tuple[int, Sequence[_Token], bool]]:
    """Yield what may be a term at each place: its index, its tokens, and whether it is a title."""
    for place, token in enumerate(tokens):
        if token.key == TITLE_MARKS[0]:
            title = _title(tokens, place + 1)
            if title:
                yield place + 1, title, True
        if not token.kind:
            continue
        if token.kind != "other" and len(token.key) > 1:
            yield place, (token,), False
        for stop in range(place + 2, min(place + longest, len(tokens)) + 1):
            if not tokens[stop - 1].kind:
                break
            run = tokens[place:stop]
            if _is_phrase(run):
                yield place, run, False


def _title(tokens: Sequence[_Token], start: int) -> Sequence[_Token]:
    """Return the tokens from START up to the closing title mark, or nothing where they make no short title."""
    length = 0
    for stop in range(start, len(tokens)):
        key = tokens[stop].key
        if key == TITLE_MARKS[1]:
            run = tokens[start:stop]
            return run if length > 1 and any(t.kind for t in run) else ()
        length += len(key)
        if length > TITLE_LENGTH or key in (TITLE_MARKS[0], "\n"):
            break
    return ()


def _is_phrase(run: Sequence[_Token]) -> bool:
    """Tell whether neighbours RUN read as a phrase: 老街 店铺, not 修 老街, not 街 修好, and ending in no adjective."""
    if run[-1].kind == "other" or any(t.kind == "verb" and len(t.key) == 1 for t in run):
        return False
    if len({t.key for t in run}) < len(run):
        return False
    return len(run[0].key) > 1 or run[-1].kind != "verb"


def _stands_together(phrase: _Term, weights: Weights) -> bool:
    if phrase.count >= weights.phrase_least or _is_place(phrase.words):
        return True
    return phrase.in_headline and len(phrase.words) == 2


def _is_place(words: Sequence[_Token]) -> bool:
    """Tell whether WORDS are a name and what kind of place it is: 青石 镇. One mention of a place is enough."""
    if len(words) != 2 or words[1].key not in PLACE:
        return False
    return len(words[0].key) > 1 and words[0].pos in PLACE_NAMES


# ---- weights --------------------------------------------------------------------------------------------------------


def _weighed(terms: Sequence[_Term], length: int, lexicon: Lexicon, weights: Weights) -> list[tuple[float, _Term]]:
    """Return TERMS of a text of LENGTH tokens with their weights, less the phrases that only stand inside others."""
    inside = _inside(terms, weights)
    fade = max(weights.fade_least, length * weights.fade)
    weighed = []
    for term in terms:
        enclosed = inside.get(term.key, 0) >= term.count
        if enclosed and len(term.words) > 1 and not term.title:
            continue
        weight = term.count * _worth(term, lexicon, weights)
        weight *= 1 + weights.early * math.exp(-term.first / fade)
        weight *= weights.headline if term.in_headline else 1.0
        weight *= weights.inside if enclosed else 1.0
        weighed.append((weight, term))
    return weighed


def _inside(terms: Iterable[_Term], weights: Weights) -> dict[str, int]:
    """Return how often each word and phrase stands inside one longer phrase or title."""
    inside: dict[str, int] = {}
    for term in terms:
        if term.title or term.count >= weights.phrase_least or _is_place(term.words):
            keys = [t.key for t in term.words]
            for length in range(1, len(keys)):
                for start in range(len(keys) - length + 1):
                    part = "".join(keys[start : start + length])
                    inside[part] = max(inside.get(part, 0), term.count)
    return inside


def _worth(term: _Term, lexicon: Lexicon, weights: Weights) -> float:
    """Return what one occurrence of TERM is worth: its idf (of a phrase, the mean of its words'), by what it is."""
    if term.title:
        return weights.unknown_idf * weights.name
    known = [lexicon.idf(t.key) for t in term.words]
    idf = sum([weights.unknown_idf if x is None else x for x in known]) / len(known)
    worth = idf * {"name": weights.name, "noun": weights.noun, "verb": weights.verb}[_kind_of_term(term)]
    if len(term.words) == 1 or _is_place(term.words):
        return worth
    return worth * weights.phrase * (1.0 if term.count >= weights.phrase_least else weights.headline_pair)


def _kind_of_term(term: _Term) -> str:
    """Return the kind of TERM. A phrase that begins with a verb is mostly verb and object."""
    first = term.words[0]
    if len(term.words) == 1 or first.pos == "v":
        return first.kind
    return "name" if _is_place(term.words) or any(t.kind == "name" for t in term.words) else "noun"


# ---- keywords -------------------------------------------------------------------------------------------------------


def extract_keywords(
    clip: Clipping | str,
    lexicon: Lexicon,
    *,
    top: int = 10,
    fold: Fold | None = None,
    weights: Weights = WEIGHTS,
) -> list[Keyword]:
    """Return the TOP keywords of CLIP (or of a plain text), best first; none for an empty one.

    Equal weights are ordered by where the word first stands. FOLD maps a text to simplified script, character by
    character, for texts in traditional script; the keywords come back as they are printed.

    Raises ValueError when FOLD changes the length of a text.

    >>> from clipper.lexicon import load_lexicon
    >>> extract_keywords("云岭县的水渠通水了。水渠长三十里。", load_lexicon(), top=1)
    [Keyword(word='水渠', weight=1.0, count=2, pos='n', in_headline=False)]
    """
    tokens = _tokens(clip, lexicon, fold)
    weighed = _weighed(_terms(tokens, weights), len(tokens), lexicon, weights)
    return [_keyword(term, weight) for weight, term in _ranked(weighed)[: max(top, 0)]]


def keywords_of_page(
    clips: Sequence[Clipping],
    lexicon: Lexicon,
    top: int = 10,
    *,
    fold: Fold | None = None,
    weights: Weights = WEIGHTS,
) -> list[Keyword]:
    """Return the TOP keywords of a page, best first: each clipping names its own, and the page adds them up.

    So what several articles are about comes first, and a long article does not drown the short ones; a scrap of text
    counts by its length.

    >>> from clipper.lexicon import load_lexicon
    >>> texts = ("水渠通水，稻田丰收。", "水渠修好了。")
    >>> clips = [Clipping(f"p-{n}", "p", (Block("body", text),)) for n, text in enumerate(texts, 1)]
    >>> [(k.word, k.count) for k in keywords_of_page(clips, load_lexicon(), 1)]
    [('水渠', 2)]
    """
    sums: dict[str, tuple[float, Keyword]] = {}
    for clip in clips:
        tokens = _tokens(clip, lexicon, fold)
        share = min(1.0, len(tokens) / weights.scrap)
        for weight, term in _ranked(_weighed(_terms(tokens, weights), len(tokens), lexicon, weights)):
            before, keyword = sums.get(term.key) or (0.0, replace(_keyword(term, weight), count=0))
            seen = keyword.in_headline or term.in_headline
            keyword = replace(keyword, count=keyword.count + term.count, in_headline=seen)
            sums[term.key] = (before + share * weight, keyword)
    best = max((weight for weight, _ in sums.values()), default=0.0)
    page = [replace(keyword, weight=round(weight / best, 4)) for weight, keyword in sums.values() if best]
    return sorted(page, key=lambda k: -k.weight)[: max(top, 0)]


def _ranked(weighed: Sequence[tuple[float, _Term]]) -> list[tuple[float, _Term]]:
    """Return WEIGHED, the best weight made 1: by weight, then by first place, then by code point."""
    best = max((weight for weight, _ in weighed), default=0.0) or 1.0
    rows = [(round(weight / best, 4), term) for weight, term in weighed]
    return sorted(rows, key=lambda row: (-row[0], row[1].first, row[1].key))


def _keyword(term: _Term, weight: float) -> Keyword:
    spellings = Counter("".join([t.printed for t in words]) for words in term.places.values())
    word = max(spellings, key=lambda spelling: spellings[spelling])  # the first of those that are most frequent
    return Keyword(word, weight, term.count, "nz" if term.title else term.words[-1].pos, term.in_headline)


# ---- written forms --------------------------------------------------------------------------------------------------


def with_keywords(clip: Clipping, keywords: Iterable[Keyword]) -> Clipping:
    """Return CLIP with KEYWORDS in its record, under "keywords".

    >>> with_keywords(Clipping("p-1", "p", ()), [Keyword("水渠", 1.0, 2, "n", False)]).extra["keywords"]
    [{'word': '水渠', 'weight': 1.0, 'count': 2, 'pos': 'n', 'in_headline': False}]
    """
    return replace(clip, extra={**clip.extra, "keywords": [asdict(k) for k in keywords]})


def keywords_text(clip: Clipping, keywords: Iterable[Keyword]) -> str:
    r"""Return KEYWORDS for people to read: the headline of CLIP (or its id) and the words on the line below.

    >>> found = [Keyword("水渠", 1.0, 2, "n", False), Keyword("稻田", 0.8, 1, "n", False)]
    >>> keywords_text(Clipping("p-1", "p", ()), found)
    'p-1\n    水渠  稻田\n'
    """
    return f"{_cell(clip.headline or clip.id)}\n    {'  '.join(k.word for k in keywords)}\n"


def keywords_rows(clip: Clipping, keywords: Iterable[Keyword]) -> list[list[str]]:
    """Return KEYWORDS as the rows of a table, one each, in the columns of TSV_HEADER; in_headline is 1 or 0.

    >>> keywords_rows(Clipping("p-1", "p.txt", ()), [Keyword("水渠", 1.0, 2, "n", False)])
    [['p-1', 'p.txt', '1', '水渠', '1.0000', '2', 'n', '0']]
    """
    return [
        [
            _cell(clip.id),
            _cell(clip.source),
            str(rank),
            _cell(k.word),
            f"{k.weight:.4f}",
            str(k.count),
            k.pos,
            str(int(k.in_headline)),
        ]
        for rank, k in enumerate(keywords, 1)
    ]


def _cell(text: str) -> str:
    return " ".join(text.split())
