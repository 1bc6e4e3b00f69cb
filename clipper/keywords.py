r"""What a clipping is about, in the words it is printed in.

The method is TF-IDF over jieba's words (Jones 1972), and on top of it what an editor does when choosing tags: nouns
before verbs and names before both, what the headline says, what is said early, a phrase where its words keep standing
together, what is printed in title or quotation marks. Numbers, dates, bylines, datelines and the stock words of the
trade are no keywords. The weights were set by hand: a trained ranker was better at home and worse everywhere else.

What is analysed is the normal form of the text, see words.py; what can be a keyword at all, see terms.py. What is
reported is the text as it is printed, full-width letters aside, and where it is printed.

>>> from clipper.lexicon import load_lexicon
>>> clip = Clipping("p-1", "p.txt", (
...     Block("headline", "青石镇修好百年老街", (1,)),
...     Block("body", "本报讯（记者 方某）青石镇的老街修好了。老街两旁的店铺2025年春天开门，游客比去年多一倍。", (3,))))
>>> [k.word for k in extract_keywords(clip, load_lexicon(), top=4)]
['青石镇', '老街', '青石', '修好']
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, TypeVar

from clipper.associations import NOTHING, Associations
from clipper.clipping import Block, Clipping, split_lines
from clipper.terms import KINDS_OF_POS, WEIGHTS, Kind, Term, Terms, Weights, find_terms, kind_of, spans_of
from clipper.vocabulary import NO_TAGS, Tags
from clipper.words import UNKNOWN_IDF, Fold, Read, Spot, normal_form, read_words, word_set

if TYPE_CHECKING:
    from clipper.lexicon import Lexicon

__all__ = [
    "PLAIN",
    "TSV_HEADER",
    "WEIGHTS",
    "Keyword",
    "Taste",
    "Weights",
    "extract_keywords",
    "keywords_and_terms",
    "keywords_of_page",
    "keywords_of_read",
    "keywords_rows",
    "keywords_text",
    "normal_form",
    "tfidf_keywords",
    "with_keywords",
]

TSV_HEADER: Final = ("id", "source", "rank", "word", "weight", "count", "pos", "in_headline", "kind", "places")


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword of a clipping.

    word: as it is printed (the most frequent spelling), or the tag of the house. weight: 0 to 1, and 1 for the best of
    its clipping; weights of two clippings do not compare. count: how often it stands in the text. pos: jieba's tag of
    the word, for a phrase of its last word, "nz" for a title; empty for a word that is not in the dictionary, "eng" for
    one in Latin letters. kind: "word", "phrase", "place", "organisation", "tag" (of the house), or "name" (of a person,
    a brand, a title). places: where it stands, in the order of the text; none in the keywords of a page.
    """

    word: str
    weight: float
    count: int
    pos: str
    in_headline: bool
    kind: Kind = "word"
    places: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Taste:
    """What a house wants of its keywords.

    tags: its own list; only_tags: nothing but these. stop: what is never a keyword. nested: whether a keyword may be
    part of another one, as editors have it (龙湖 and 龙湖集团); else the better of the two stays. batch: what stands
    together in the batch that is worked on. weights: see Weights.
    """

    tags: Tags = NO_TAGS
    only_tags: bool = False
    stop: frozenset[str] = frozenset()
    nested: bool = True
    batch: Associations = NOTHING
    weights: Weights = WEIGHTS


PLAIN: Final = Taste()

T = TypeVar("T")

# ---- the keywords of a clipping -------------------------------------------------------------------------------------


def extract_keywords(
    clip: Clipping | str,
    lexicon: Lexicon,
    *,
    top: int = 10,
    fold: Fold | None = None,
    taste: Taste = PLAIN,
) -> list[Keyword]:
    """Return the TOP keywords of CLIP (or of a plain text), best first; none for an empty one.

    Equal weights are ordered by where the word first stands, then by code point. FOLD maps a text to simplified script,
    character by character, for texts in traditional script; the keywords come back as they are printed. The blocks that
    places name are those of CLIP, or the lines of a plain text, from 0.

    Raises ValueError when FOLD changes the length of a text.

    >>> from clipper.lexicon import load_lexicon
    >>> extract_keywords("云岭县的水渠通水了。水渠长三十里。", load_lexicon(), top=1)[0].places
    (Spot(block=0, start=4, end=6), Spot(block=0, start=10, end=12))
    """
    return keywords_of_read(read_words(clip, lexicon, fold), top, taste)


def keywords_of_read(read: Read, top: int = 10, taste: Taste = PLAIN) -> list[Keyword]:
    """Return the TOP keywords of what was READ: for a batch, which is read once for its statistics and once for this.

    >>> from clipper.lexicon import load_lexicon
    >>> [k.word for k in keywords_of_read(read_words("水渠通水了。", load_lexicon()))]
    ['通水', '水渠']
    """
    return list(keywords_and_terms(read, top, taste)[0].values())


def keywords_and_terms(read: Read, top: int = 10, taste: Taste = PLAIN) -> tuple[dict[str, Keyword], set[str]]:
    """Return the TOP keywords of what was READ, best first, by their keys, and the keys of all that could be one: what
    document frequencies are counted of. A key is in simplified script, whatever is printed.

    >>> from clipper.lexicon import load_lexicon
    >>> keywords, terms = keywords_and_terms(read_words("水渠通水了。", load_lexicon()), top=1)
    >>> list(keywords), sorted(terms)
    (['通水'], ['水渠', '通水'])
    """
    top = max(top, 0)
    terms = find_terms(read, taste.weights, taste.batch, taste.tags)
    rows = _ranked(read, terms, taste, top if taste.nested else None)
    if not taste.nested:
        rows = _apart(rows, lambda row: row[1].key, top)
    found = {term.key: _keyword(read, term, weight) for weight, term in rows}
    return found, terms.words.keys() | {term.key for term in terms.others}


def _apart(rows: Iterable[T], word_of: Callable[[T], str], top: int) -> list[T]:
    """Return the first TOP of ROWS, less those whose word is part of an earlier one's or the other way round."""
    kept: list[T] = []
    words: list[str] = []
    for row in rows:
        if len(kept) >= top:
            break
        word = word_of(row)
        if not any(word in other or other in word for other in words):
            kept.append(row)
            words.append(word)
    return kept


def _ranked(read: Read, terms: Terms, taste: Taste, top: int | None = None) -> list[tuple[float, Term]]:
    """Return the TOP ones of TERMS, which READ has, and their weights, the best made 1: by weight, then by place, then
    by code point.
    """
    words, others = _weighed(read, terms, taste)
    weights = [*words.values(), *others.values()]
    best = max(weights, default=0.0) or 1.0
    least = -1.0
    if top is not None and len(weights) > top:
        # What is far from the best is not sorted: most of what a text has. Rounding can make equal what is nearly so.
        least = nlargest(top, weights)[-1] - best * 1e-4 if top else math.inf
    rows = [
        (round(weight / best, 4), Term(key, terms.words[key], 1, terms.counts[key]))
        for key, weight in words.items()
        if weight >= least
    ]
    rows += [(round(weight / best, 4), term) for term, weight in others.items() if weight >= least]
    return sorted(rows, key=lambda row: (-row[0], row[1].at, row[1].key))[:top]


def _weighed(read: Read, terms: Terms, taste: Taste) -> tuple[dict[str, float], dict[Term, float]]:
    """Return the weights of the words of TERMS, and of all else, less what the house does not want."""
    weights = taste.weights
    early, often, exp = weights.early, weights.often, math.exp
    fade = -1 / max(weights.fade_least, len(read.keys) * weights.fade)
    longest = weights.longest
    by_length = [max(0.0, 1 + weights.length * (length - 2)) for length in range(longest + 1)]
    worth = {"P": weights.name, "G": weights.organisation, "N": weights.noun, "V": weights.verb}
    codes, idf, counts, head = read.codes, read.idf, terms.counts, read.head
    words = {
        key: idf[at] * worth[codes[at]] * (1 + early * exp(at * fade)) * by_length[min(len(key), longest)]
        for key, at in terms.words.items()
    }
    for key, count in counts.items():
        if count > 1 and key in words:
            words[key] *= count**often
    for key in set(read.keys[:head]).intersection(words):
        words[key] *= weights.headline
    for key, count in terms.inside.items():
        if key in words and count >= counts[key]:
            words[key] *= weights.inside
    others = {}
    for term in terms.others:
        weight = term.value * term.count**often * (1 + early * exp(term.at * fade))
        weight *= by_length[min(len(term.key), longest)]
        others[term] = weight * weights.headline if term.at < head else weight
    if taste.only_tags:
        words, others = {}, {term: weight for term, weight in others.items() if term.sort == "tag"}
    if taste.stop:
        words = {key: weight for key, weight in words.items() if key not in taste.stop}
        others = {term: weight for term, weight in others.items() if term.key not in taste.stop}
    return words, others


def _keyword(read: Read, term: Term, weight: float) -> Keyword:
    """Return what is reported of TERM. Of its spellings the first of those that are most frequent is taken."""
    spans = spans_of(read, term)
    word = term.key
    if term.sort != "tag":
        spellings = [read.text[start:end] for start, end in spans]
        word = spellings[0]
        if spellings.count(word) < len(spellings):
            counts = Counter(spellings)
            word = max(counts, key=lambda spelling: counts[spelling])
    pos = "nz" if term.sort == "title" else read.pos[term.at + term.size - 1]
    places = tuple([read.spot(start, end) for start, end in spans])
    return Keyword(word, weight, len(spans), pos, term.at < read.head, kind_of(read, term), places)


# ---- the keywords of a page -----------------------------------------------------------------------------------------


def keywords_of_page(
    clips: Sequence[Clipping],
    lexicon: Lexicon,
    top: int = 10,
    *,
    fold: Fold | None = None,
    taste: Taste = PLAIN,
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
    sums: dict[str, float] = {}
    seen: dict[str, list[tuple[Read, Term]]] = {}
    for clip in clips:
        read = read_words(clip, lexicon, fold)
        share = min(1.0, len(read.keys) / taste.weights.scrap)
        for weight, term in _ranked(read, find_terms(read, taste.weights, taste.batch, taste.tags), taste):
            sums[term.key] = sums.get(term.key, 0.0) + share * weight
            seen.setdefault(term.key, []).append((read, term))
    best = max(sums.values(), default=0.0) or 1.0
    rows = sorted(((round(weight / best, 4), key) for key, weight in sums.items()), key=lambda row: -row[0])
    rows = rows[: max(top, 0)] if taste.nested else _apart(rows, lambda row: row[1], top)
    return [_keyword_of_page(seen[key], weight) for weight, key in rows]


def _keyword_of_page(seen: Sequence[tuple[Read, Term]], weight: float) -> Keyword:
    """Return the keyword that several clippings have, as the first of them prints it."""
    first, *others = [_keyword(read, term, weight) for read, term in seen]
    count = first.count + sum(k.count for k in others)
    return replace(first, count=count, in_headline=first.in_headline or any(k.in_headline for k in others), places=())


# ---- jieba's own answer ---------------------------------------------------------------------------------------------

# What jieba.analyse leaves out.
TFIDF_STOP: Final = word_set("""
    the of is and to in that we for an are by be as on with can if from which you it this then at have all not one has
    or that
""")


def tfidf_keywords(clip: Clipping | str, lexicon: Lexicon, *, top: int = 10) -> list[Keyword]:
    """Return what jieba.analyse.extract_tags gives for the blocks of CLIP, one a line: the same words, the same order.

    For comparison: names no phrases, and knows no headline, no traditional script and no vocabulary. The weights are
    jieba's, the best made 1.

    >>> from clipper.lexicon import load_lexicon
    >>> [k.word for k in tfidf_keywords("云岭县的水渠2025年通水了。水渠长三十里。", load_lexicon(), top=3)]
    ['水渠', '2025', '通水']
    """
    blocks = [Block("body", line) for line in split_lines(clip)] if isinstance(clip, str) else clip.blocks
    begins = list(accumulate([len(block.text) + 1 for block in blocks], initial=0))
    words = lexicon.cut("\n".join([block.text for block in blocks]))
    starts: dict[str, list[int]] = {}
    for word, at in zip(words, accumulate(map(len, words), initial=0), strict=False):
        if len(word.strip()) >= 2 and word.lower() not in TFIDF_STOP:
            starts.setdefault(word, []).append(at)
    total = float(sum(map(len, starts.values())))
    weights = {}
    for word, places in starts.items():
        idf = lexicon.idf(word)
        weights[word] = len(places) * ((UNKNOWN_IDF if idf is None else idf) / total)
    best = max(weights.values(), default=0.0) or 1.0
    found = []
    for word in sorted(weights, key=weights.__getitem__, reverse=True)[: max(top, 0)]:
        spots = tuple([_spot(begins, at, len(word)) for at in starts[word]])
        headline = any(blocks[spot.block].role == "headline" for spot in spots)
        pos = lexicon.pos(word)
        kind = KINDS_OF_POS.get(pos, "word")
        found.append(Keyword(word, round(weights[word] / best, 4), len(spots), pos, headline, kind, spots))
    return found


def _spot(begins: Sequence[int], at: int, length: int) -> Spot:
    block = bisect_right(begins, at) - 1
    return Spot(block, at - begins[block], at - begins[block] + length)


# ---- written forms --------------------------------------------------------------------------------------------------


def with_keywords(clip: Clipping, keywords: Iterable[Keyword]) -> Clipping:
    """Return CLIP with KEYWORDS in its record, under "keywords"; a place is [block, start, end].

    >>> found = [Keyword("水渠", 1.0, 1, "n", False, "word", (Spot(0, 4, 6),))]
    >>> with_keywords(Clipping("p-1", "p", ()), found).extra["keywords"][0]["places"]
    [[0, 4, 6]]
    """
    return replace(clip, extra={**clip.extra, "keywords": [_record(k) for k in keywords]})


def _record(k: Keyword) -> dict[str, Any]:
    return {
        "word": k.word,
        "weight": k.weight,
        "count": k.count,
        "pos": k.pos,
        "in_headline": k.in_headline,
        "kind": k.kind,
        "places": [list(spot) for spot in k.places],
    }


def keywords_text(clip: Clipping, keywords: Iterable[Keyword]) -> str:
    r"""Return KEYWORDS for people to read: the headline of CLIP (or its id) and the words on the line below.

    >>> found = [Keyword("水渠", 1.0, 2, "n", False), Keyword("稻田", 0.8, 1, "n", False)]
    >>> keywords_text(Clipping("p-1", "p", ()), found)
    'p-1\n    水渠  稻田\n'
    """
    return f"{_cell(clip.headline or clip.id)}\n    {'  '.join(k.word for k in keywords)}\n"


def keywords_rows(clip: Clipping, keywords: Iterable[Keyword]) -> list[list[str]]:
    """Return KEYWORDS as the rows of a table, one each, in the columns of TSV_HEADER; in_headline is 1 or 0, a place is
    block:start-end.

    >>> keywords_rows(Clipping("p-1", "p.txt", ()), [Keyword("水渠", 1.0, 1, "n", False, "word", (Spot(0, 4, 6),))])
    [['p-1', 'p.txt', '1', '水渠', '1.0000', '1', 'n', '0', 'word', '0:4-6']]
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
            k.kind,
            " ".join([f"{block}:{start}-{end}" for block, start, end in k.places]),
        ]
        for rank, k in enumerate(keywords, 1)
    ]


def _cell(text: str) -> str:
    return " ".join(text.split())
