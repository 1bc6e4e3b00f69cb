r"""What may become a keyword: words, phrases, places and organisations, titles, quoted words, the tags of the house.

A phrase is made of neighbouring words. One clipping shows it by saying it more than once, a batch by saying it oftener
than chance would (associations.py), and a headline by saying it at all.

>>> from clipper.lexicon import load_lexicon
>>> from clipper.words import read_words
>>> read = read_words("社区食堂开了三家。青石镇的老人爱去社区食堂，还有“长者餐车”。", load_lexicon())
>>> sorted((term.key, term.count) for term in find_terms(read, WEIGHTS).others)
[('社区食堂', 2), ('长者餐车', 1), ('青石镇', 1)]
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import compress
from typing import Final, Literal, NamedTuple

from clipper.associations import NOTHING, Associations, Run
from clipper.vocabulary import NO_TAGS, Tags
from clipper.words import PLACE_WORDS, UNKNOWN_IDF, Read, word_set

__all__ = ["KINDS_OF_POS", "WEIGHTS", "Kind", "Term", "Terms", "Weights", "find_terms", "kind_of", "spans_of"]

Kind = Literal["word", "phrase", "name", "place", "organisation", "tag"]


@dataclass(frozen=True, slots=True)
class Weights:
    """All that can be turned. A weight is a factor unless it says otherwise."""

    name: float = 1.6  # a person, a place, a brand, a title
    organisation: float = 2.0  # by jieba's dictionary
    noun: float = 1.0
    verb: float = 0.5  # a verb, a saying, a phrase that begins with a verb
    tag: float = 2.0  # a tag of the house's own list
    headline: float = 1.5  # stands in the headline
    early: float = 0.6  # the first word of all counts 1 + this; it fades towards 1 ...
    fade: float = 0.25  # ... over this share of the text,
    fade_least: float = 30.0  # ... but over no fewer words than this
    often: float = 0.7  # the power to which the count is raised: the tenth time says less than the second
    length: float = 0.15  # added for each character above two ...
    longest: int = 8  # ... up to this many
    phrase: float = 2.0  # a phrase: two words' worth, however many it has
    phrase_words: int = 6  # how many words a phrase may have
    batch_phrase: float = 1.0  # one that only the batch shows to be a phrase
    headline_pair: float = 0.5  # two words that stand together once, in the headline (it may be all there is)
    bound: float = 0.3  # a phrase that never stands without the same word before it, or after it: half a phrase
    clause: float = 0.4  # a name and a verb: who does what
    quoted: float = 1.5  # what stands in quotation marks, and is short
    inside: float = 0.6  # a word that never stands outside of one phrase
    scrap: int = 60  # words; a clipping of fewer has less to say about its page


WEIGHTS: Final = Weights()

HEADLINE_PAIR: Final = 2  # words
FEW: Final = 50  # strings, which are looked for one by one
NOWHERE: Final[list[tuple[int, int]]] = []
# 《青石镇志》; a longer one is a document, not a keyword
TITLE = re.compile(r"《([^《》\n]{2,20})》")
# “长者餐车” 「夜校」; a longer one is somebody speaking
QUOTED = re.compile(r"[“「]([^“”「」，。、？！；：\n]{2,10})[”」]")
# 卫·史密斯 of 大卫·史密斯: the letter before the dot, and what follows
DOTTED = re.compile(r"[^\W\d_](?:·[^\W\d_]{1,12})+")
MULTIPLE = re.compile("1{2,}")  # "0110": the second and third word stand more than once, side by side
NOTHING_SAID: Final = ".#@,"  # the codes of what is no part of a keyword
ALONE: Final = frozenset("PGNV")  # the codes of words that can be keywords by themselves
NAMES: Final = frozenset("PpGg")
# 渠水 灌溉局: what ends the name of an organisation, as a word of its own in a phrase or at the end of a word
ORGANISATIONS: Final = word_set("""
    部 局 厅 署 院 委 馆 社 党 军 公司 集团 大学 学院 中学 小学 医院 银行 法院 检察院 研究院 研究所 委员会 协会 学会
    商会 工会 联合会 基金会 理事会 联盟 政府 总局 总署 报社 出版社 博物馆 图书馆 文化馆 合作社
""")
# What jieba's tag alone tells of a word.
KINDS_OF_POS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("nr", "nrt", "nrfg", "nz"), "name"),
    "ns": "place",
    "nt": "organisation",
}
PLACE_NAMES: Final = frozenset(("n", "nr", "ns", "nz", "nrt", ""))
SORTS_AND_KINDS: Final[Mapping[str, Kind]] = {"tag": "tag", "title": "name", "name": "name", "place": "place"}
PLACED: Final = frozenset(("ns", "s"))


class Term(NamedTuple):
    """What may become a keyword. at, size: the first word of it, the first time, and how many words it has.

    value: what one of it is worth. sort: "" for words in a row, else "place", "title", "quoted", "name" or "tag".
    spans: where in the folded text it stands, for what is found by its letters and not by its words.
    """

    key: str
    at: int
    size: int
    count: int  # type: ignore[assignment]  # tuple has a method of this name, which nobody needs here
    value: float = 0.0
    sort: str = ""
    whole: bool = True  # words that only stand inside it are worth less
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What may become a keyword of a text: words, each with where it stands first and how often, and all else.

    Words are many and are kept apart, as they need so little. inside: how often a word stands inside one phrase.
    """

    words: dict[str, int]
    counts: Mapping[str, int]
    others: list[Term]
    inside: dict[str, int]


def find_terms(read: Read, weights: Weights, batch: Associations = NOTHING, tags: Tags = NO_TAGS) -> Terms:
    """Return what may become a keyword of READ, each once, less the phrases that only stand inside others.

    BATCH: what stands together in the batch that READ is of. TAGS: the list of the house.
    """
    places = list(compress(range(len(read.keys)), map(ALONE.__contains__, read.codes)))
    keys = [read.keys[at] for at in places]
    words = dict(zip(reversed(keys), reversed(places), strict=True))
    phrases = {term.key: term for term in _phrases(read, weights, batch) if term.key not in words}
    for term in (*_printed_in_marks(read, weights), *_tags(read, weights, tags)):
        phrases[term.key] = term
        words.pop(term.key, None)
    inside = _inside(read, phrases.values(), weights.phrase_words)
    others = []
    for key, term in phrases.items():
        enclosed = inside.get(key, 0) >= term.count
        if term.spans or not enclosed:
            others.append(term._replace(value=term.value * weights.inside) if enclosed else term)
    return Terms(words, Counter(keys), others, inside)


# ---- phrases --------------------------------------------------------------------------------------------------------


def _phrases(read: Read, weights: Weights, batch: Associations) -> Iterator[Term]:
    """Yield pairs of the headline, what the BATCH shows, small places, and what stands together often in READ.

    A phrase may come twice: the last one counts, so what is surest comes last.
    """
    keys = read.keys
    for at in range(read.head - 1):
        if _is_phrase(read, at, HEADLINE_PAIR):
            yield _phrase(read, at, HEADLINE_PAIR, 1, weights, weights.headline_pair, whole=False)
    for at, run in batch.runs(keys):
        if _is_phrase(read, at, len(run)):
            yield _phrase(read, at, len(run), 1, weights, weights.batch_phrase)
    for at in _places(read):
        yield _phrase(read, at, 2, 1, weights)
    for run, places in _recurring(keys, weights.phrase_words).items():
        size = len(run)
        if _is_phrase(read, places[0], size):
            factor = weights.phrase * (weights.bound if _is_bound(keys, places, size) else 1.0)
            yield _phrase(read, places[0], size, len(places), weights, factor)


def _recurring(keys: Sequence[str], longest: int) -> dict[Run, list[int]]:
    """Return the runs of two to LONGEST words that stand more than once, and where each stands.

    >>> _recurring(["", "社区", "食堂", "", "社区", "食堂", "饭"], 3)
    {('社区', '食堂'): [1, 4]}
    """
    counts = Counter(keys)
    multiple = "".join(["1" if counts[key] > 1 and key else "0" for key in keys])
    places = [at for stretch in MULTIPLE.finditer(multiple) for at in range(stretch.start(), stretch.end() - 1)]
    found: dict[Run, list[int]] = {}
    for size in range(2, longest + 1):
        # A longer run recurs only where the shorter one that begins it does.
        runs: dict[Run, list[int]] = {}
        for at in places:
            run = tuple(keys[at : at + size])
            if run in runs:
                runs[run].append(at)
            else:
                runs[run] = [at]
        runs = {run: ats for run, ats in runs.items() if len(ats) > 1 and len(run) == size}
        if not runs:
            break
        found |= runs
        places = sorted([at for ats in runs.values() for at in ats if multiple[at + size : at + size + 1] == "1"])
    return found


def _is_bound(keys: Sequence[str], places: Sequence[int], size: int) -> bool:
    """Tell whether the same word stands before the run of SIZE words at each of PLACES, or after it."""
    before = {keys[at - 1] if at else "" for at in places}
    after = {keys[at + size] if at + size < len(keys) else "" for at in places}
    return any(len(side) == 1 and "" not in side for side in (before, after))


def _places(read: Read) -> Iterator[int]:
    """Yield where a name and what kind of place it is stand together: 青石 镇. One mention of a place is enough."""
    for word in PLACE_WORDS.intersection(read.keys):
        for at in _places_of(read.keys, word):
            if at and _is_place(read, at - 1):
                yield at - 1


def _places_of(keys: Sequence[str], key: str, start: int = 0) -> Iterator[int]:
    """Yield where KEY stands in KEYS, from START on; what lies between is passed over quickly."""
    try:
        while True:
            start = keys.index(key, start)
            yield start
            start += 1
    except ValueError:
        return


def _is_place(read: Read, at: int) -> bool:
    return read.keys[at + 1] in PLACE_WORDS and read.codes[at].isupper() and read.pos[at] in PLACE_NAMES


def _is_phrase(read: Read, at: int, size: int) -> bool:
    """Tell whether SIZE words from AT make a phrase: 老街 店铺, not 修 老街, not 街 修好; no adjective at the end."""
    run, codes = read.keys[at : at + size], read.codes[at : at + size]
    if not all(run) or codes[-1] in "Oo" or "v" in codes or len(set(run)) < size:
        return False
    return codes[0].isupper() or codes[-1] != "V"


def _phrase(
    read: Read, at: int, size: int, count: int, weights: Weights, factor: float = 1.0, *, whole: bool = True
) -> Term:
    """Return the phrase of SIZE words from AT: what it is worth is the mean of its words, by what it is."""
    value = sum(read.idf[at : at + size]) / size
    place = size == 2 and _is_place(read, at)
    codes = read.codes[at : at + size]
    key = "".join(read.keys[at : at + size])
    if codes[-1] == "V" and (NAMES.intersection(codes) or PLACE_WORDS.intersection(read.keys[at : at + size])):
        value, whole = value * weights.clause, False
    if place or NAMES.intersection(codes):
        value *= weights.name
    elif read.pos[at] == "v":
        value *= weights.verb  # mostly a verb and its object
    else:
        value *= weights.noun
    return Term(key, at, size, count, value * (1.0 if place else factor), "place" if place else "", whole)


def _inside(read: Read, phrases: Iterable[Term], longest: int) -> dict[str, int]:
    """Return how often each word and phrase, of LONGEST words at most, stands inside one longer phrase or title."""
    inside: dict[str, int] = {}
    for term in phrases:
        if term.whole:
            keys = read.keys[term.at : term.at + term.size]
            for length in range(1, min(term.size, longest + 1)):
                for start in range(term.size - length + 1):
                    part = "".join(keys[start : start + length])
                    if inside.get(part, 0) < term.count:
                        inside[part] = term.count
    return inside


# ---- what is found by its letters -----------------------------------------------------------------------------------


def _printed_in_marks(read: Read, weights: Weights) -> Iterator[Term]:
    """Yield what is printed in quotation marks, what has a dot between its parts, and what is in title marks."""
    text = read.folded
    found = [(words, "quoted", weights.quoted) for words in dict.fromkeys(m[1] for m in QUOTED.finditer(text))]
    found += [(words, "title", weights.name) for words in dict.fromkeys(m[1] for m in TITLE.finditer(text))]
    found += [(words, "name", weights.name) for words in dict.fromkeys(_dotted(read))]
    spans = _spans(text, {words for words, _, _ in found})
    for words, sort, factor in found:
        at, size = read.words_of(*spans[words][0])
        codes = read.codes[at : at + size]
        if codes.strip(NOTHING_SAID) and (size > 1 or codes.isupper()):
            places = tuple(spans[words])
            yield Term(words.lower(), at, size, len(places), UNKNOWN_IDF * factor, sort, spans=places)


def _dotted(read: Read) -> Iterator[str]:
    """Yield the names of READ that have a dot between their parts: 大卫·史密斯, and a third part and a fourth."""
    for found in DOTTED.finditer(read.folded):
        first, _ = read.words_of(*found.span())
        last, size = read.words_of(found.start(), found.start() + found[0].rindex("·") + 2)
        yield read.folded[read.starts[first] : read.starts[last + size]]


def _spans(text: str, sought: Set[str]) -> dict[str, list[tuple[int, int]]]:
    """Return where each of the strings SOUGHT stands in TEXT, places that overlap left out.

    >>> _spans("水渠通了水渠", {"水渠"})
    {'水渠': [(0, 2), (4, 6)]}
    """
    spans: dict[str, list[tuple[int, int]]] = {words: [] for words in sought}
    if len(sought) <= FEW:
        for words, places in spans.items():
            at = text.find(words)
            while at >= 0:
                places.append((at, at + len(words)))
                at = text.find(words, at + len(words))
        return spans
    # Once through the text for all of them, and not once for each.
    lengths = sorted({len(words) for words in sought})
    for at in range(len(text)):
        for length in lengths:
            places = spans.get(text[at : at + length], NOWHERE)
            if places is not NOWHERE and (not places or places[-1][1] <= at):
                places.append((at, at + length))
    return spans


def _tags(read: Read, weights: Weights, tags: Tags) -> Iterator[Term]:
    """Yield the tags of the house that READ has, each under its canonical form."""
    for name, spans in tags.find(read.folded).items():
        at, size = read.words_of(*spans[0])
        yield Term(name, at, size, len(spans), UNKNOWN_IDF * weights.tag, "tag", spans=tuple(spans))


# ---- what is known of a term ----------------------------------------------------------------------------------------


def spans_of(read: Read, term: Term) -> list[tuple[int, int]]:
    """Return where in the text of READ a TERM stands, in the order of the text."""
    if term.spans:
        return list(term.spans)
    keys, starts, size = read.keys, read.starts, term.size
    run = keys[term.at : term.at + size]
    return [
        (starts[at], starts[at + size])
        for at in _places_of(keys, run[0], term.at)
        if size == 1 or keys[at : at + size] == run
    ]


def kind_of(read: Read, term: Term) -> Kind:
    """Return what kind of keyword a TERM of READ is."""
    if term.sort in SORTS_AND_KINDS:
        return SORTS_AND_KINDS[term.sort]
    end = term.at + term.size - 1
    last, pos = read.keys[end], read.pos[end]
    if pos == "nt" or (term.size > 1 and last in ORGANISATIONS) or (len(last) > 3 and _names_organisation(last)):
        return "organisation"
    if term.size == 1:
        return KINDS_OF_POS.get(pos, "word")
    return "place" if PLACED.issuperset(read.pos[term.at : end + 1]) else "phrase"


def _names_organisation(word: str) -> bool:
    return word[-3:] in ORGANISATIONS or word[-2:] in ORGANISATIONS
