"""What goes on where after a column break.

A column break cuts a paragraph anywhere, often inside a word, and may print a few letters twice. Whether line B goes
on from line A is told by both sides of the gap: how A ends and B begins, whether quotes and brackets that A leaves
open are closed in B, whether a word or a name seen elsewhere straddles the gap, whether the end of A stands again at
the head of B, and whether the two speak of the same things. Each of these is one short word of evidence;
`reading.py` weighs them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from clipper.letters import CLOSES, OPENS
from clipper.marks import CLOSERS, LIST_HEAD, OPENERS, sentence_end
from clipper.neighbours import MOSTLY, OFTEN

__all__ = [
    "SHORT",
    "KnownWords",
    "PageText",
    "closing",
    "first_clause",
    "join_texts",
    "last_clause",
    "opening",
    "overlap_length",
    "seam_evidence",
]

# Which of some candidate words stand in a dictionary.
KnownWords = Callable[[Iterable[str]], Collection[str]]

# What is looked for elsewhere: runs of letters, cut at words that stand in every text.
WORD = re.compile(r"[^\W的了在和是与及将把被对等中上为于以有也就都而不]+")
PAIRS = dict(zip(OPENERS, CLOSERS, strict=True))
BRACKETS = re.compile(f"[{re.escape(OPENERS + CLOSERS)}]")  # “ or )
DATE = re.compile(r"\d+(?:年|月|日|时|時|世纪|世紀)")  # "2025年": a paragraph may well begin so, and not with "263处"
LONGEST_OVERLAP = 20  # code points that a break may print twice
# What the two sides of a seam have to weigh at the least, by how the first ends and the second begins, to be looked at
# any further, and what the seam has to weigh in full: where one half follows the other, and where something stands
# between them, the first being long or as short as a heading. All but a few joins that are made weigh more.
HOPELESS = -2.205  # between two sums of weights, which have two digits
LEAST, LEAST_APART, LEAST_SHORT = -1.005, -0.805, -0.205
SHORT = 60  # code points: 99 % of printed headlines have 65 or fewer
OVER_SHARES = (0.08, 0.16, 0.25, 0.4, 0.99)  # how much of the first half is printed twice
NEAR = 32  # lines around a seam in which its letters are looked for
START = 48  # code points of a line that are looked for elsewhere
HEAD = 120  # code points of a paragraph that are held against a headline: leads say what it is about


class PageText:
    """The lines of one page, and what they have to say to each other. All shares are between 0 and 1.

    texts: the lines, stripped.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        self._twins = Counter(texts)
        self._pairs: dict[int, tuple[str, ...]] = {}
        self._near: dict[int, str] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._open: dict[int, tuple[str, str]] = {}

    def pairs(self, line: int) -> tuple[str, ...]:
        """Return the pairs of letters of the start of line LINE (an index), less those that say nothing."""
        pairs = self._pairs.get(line)
        if pairs is None:
            self._pairs[line] = pairs = _pairs(self.texts[line][:START])
        return pairs

    def heads(self, lines: Sequence[int]) -> str:
        """Return the heads of LINES (indexes), one after another."""
        texts = self.texts
        return "\n".join([texts[k][:HEAD] for k in lines])

    def share(self, line: int, said: str) -> float:
        """Return how much of what line LINE (an index) says is said again in SAID."""
        mine = self.pairs(line)
        return sum(map(said.__contains__, mine)) / len(mine) if mine and said else 0.0

    def shares(self, line: int, others: Sequence[int]) -> tuple[float, float]:
        """Return how much of what line LINE says is said again at the head of the first of OTHERS, and of all."""
        mine = self.pairs(line)
        if not mine or not others:
            return 0.0, 0.0
        said = self.heads(others[:1])
        missed = [pair for pair in mine if pair not in said]
        found = len(mine) - len(missed)
        more = sum(map(self.heads(others[1:]).__contains__, missed)) if missed else 0
        return found / len(mine), (found + more) / len(mine)

    def counts(self, pair: str, line: int) -> int:
        """Return how often PAIR, two letters, stands in the lines around line LINE (an index)."""
        block = line // NEAR
        count = self._counts.get((pair, block))
        if count is None:
            text = self._near.get(block)
            if text is None:
                self._near[block] = text = "\n".join(self.texts[block * NEAR : (block + 1) * NEAR])
            self._counts[pair, block] = count = text.count(pair)
        return count

    def open_marks(self, line: int) -> tuple[str, str]:
        """Return the closers that stand in line LINE (an index) without an opener, and the openers never closed."""
        marks = self._open.get(line)
        if marks is None:
            self._open[line] = marks = _open_marks(self.texts[line])
        return marks

    def repeated(self, line: int) -> bool:
        """Whether the text of line LINE (an index) stands on the page more than once."""
        return self._twins[self.texts[line]] > 1


def _pairs(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([run[k : k + 2] for run in WORD.findall(text) for k in range(len(run) - 1)]))


def overlap_length(first: str, second: str) -> int:
    """Return how many code points at the end of FIRST stand again at the head of SECOND (at most LONGEST_OVERLAP).

    The longest is taken; a lone letter counts only with the mark that closes its sentence, since one letter alone is
    an accident.

    >>> overlap_length("汇聚众人的力量。", "量。只有如此，河才会开。"), overlap_length("一天天", "天亮了")
    (2, 0)
    """
    tail = first[-LONGEST_OVERLAP:]
    at = tail.find(second[:2])
    while at >= 0:
        if second.startswith(tail[at:]) and len(second) > len(tail) - at:
            return len(tail) - at if len(tail) - at > 1 else 0
        at = tail.find(second[:2], at + 1)
    return 0


def join_texts(first: str, second: str) -> tuple[str, int, str]:
    """Return the two halves put end to end, the offset of the second in the whole, and what was printed twice.

    >>> join_texts("汇聚众人的力量。", "量。只有如此，河才会开。")
    ('汇聚众人的力量。只有如此，河才会开。', 8, '量。')
    """
    size = overlap_length(first, second)
    return first + second[size:], len(first), second[:size]


def seam_evidence(
    pairs: Iterable[tuple[int, int]],
    page: PageText,
    known: KnownWords | None,
    weights: Mapping[str, float] | None = None,
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return for each of PAIRS (two indexes of lines of PAGE) the evidence that the second goes on from the first.

    known: which of some candidate words stand in a dictionary, or None. weights: what evidence weighs; with it, pairs
    that are HOPELESS by how the first ends and the second begins are left out, which saves looking any further.
    """
    texts = page.texts
    tail_said, head_said, between_said, around_said, word_said = (
        _Said(say, weights) for say in (_tail_words, _head_words, _between_words, _around_words, _word_words)
    )
    most_word = _most(WORD_KIND, weights)
    most_unseen = most_word + _most(AROUND_KIND, weights)
    tails: dict[int, _Words] = {}
    heads: dict[int, _Words] = {}
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    looked_at: list[tuple[int, int, float, tuple[str, ...]]] = []
    for a, b in pairs:
        if size := overlap_length(texts[a], texts[b]):
            found[a, b] = _overlap_words(a, b, size, page)
            continue
        tail, head = tails.get(a), heads.get(b)
        if tail is None:
            tails[a] = tail = tail_said[_tail(texts[a])]
        if head is None:
            heads[b] = head = head_said[_head(texts[b])]
        weight = tail.weight + head.weight
        if weight < HOPELESS:
            continue
        between = between_said[_between(a, b, tail.key[0], head.key[0], page)]
        weight += between.weight
        least = _least(a, b, page) if weights is not None else _NO_LEAST
        if weight + most_unseen < least:
            continue
        around = around_said[_around(a, b, page),]
        weight += around.weight
        if weight + most_word >= least:
            looked_at.append((a, b, weight - least, (*tail.words, *head.words, *between.words, *around.words)))
    words: Collection[str] = ()
    if known is not None:
        words = known({w for a, b, _, _ in looked_at for w in _candidates(texts[a][-3:], texts[b][:3])})
    for a, b, weight, row in looked_at:
        word = word_said[_straddling(texts[a][-3:], texts[b][:3], words) if known is not None else ()]
        if weight + word.weight >= 0:
            found[a, b] = (*row, *word.words)
    return found


_NO_LEAST = -1e300


def _least(a: int, b: int, page: PageText) -> float:
    """Return what the seam of two lines has to weigh."""
    if b - a == 1:
        return LEAST
    return LEAST_APART if len(page.texts[a]) > SHORT else LEAST_SHORT


_Key = tuple[Any, ...]


class _Words(NamedTuple):
    """Evidence: the key it is known by, its words, and what they weigh."""

    key: _Key
    words: tuple[str, ...]
    weight: float


class _Said(dict[_Key, _Words]):
    """The evidence for each key, made when it is first asked for: nearly all seams are like some seen before.

    say: returns the words for what a key holds. weights: what each word weighs, or None.
    """

    def __init__(self, say: Callable[..., tuple[str, ...]], weights: Mapping[str, float] | None) -> None:
        super().__init__()
        self._say = say
        self._weights = weights or {}

    def __missing__(self, key: _Key) -> _Words:
        words = self._say(*key)
        self[key] = made = _Words(key, words, sum([self._weights.get(word, 0.0) for word in words]))
        return made


# What is looked at last, as it takes longest: how its words begin.
AROUND_KIND, WORD_KIND = "pair=", "word="


def _most(kind: str, weights: Mapping[str, float] | None) -> float:
    """Return the most that evidence of KIND can weigh."""
    return max([0.0, *(weight for word, weight in (weights or {}).items() if word.startswith(kind))])


def _tail(text: str) -> tuple[str, str, int, bool, str]:
    """Return what the first side of a seam says by itself, its class (see closing) first."""
    return closing(text), sentence_end(text), last_clause(text), len(text) > SHORT or "。" in text, text[-1]


def _tail_words(closes: str, end: str, clause: int, long: bool, last: str) -> tuple[str, ...]:
    size = "long" if long else "short"
    return f"ends={end} {size}", f"closes={closes}", f"closes={closes} {size}", f"last {last}", f"last-clause={clause}"


def _head(text: str) -> tuple[str, str, int, bool, str, str]:
    """Return what the second side of a seam says by itself, its class (see opening) first."""
    long = len(text) > SHORT or "。" in text[:-1]
    return opening(text), sentence_end(text), first_clause(text), long, _start(text), text[0]


def _head_words(opens: str, end: str, clause: int, long: bool, start: str, first: str) -> tuple[str, ...]:
    return (
        f"starts={start}",
        f"second={'long' if long else 'short'} {end}",
        f"opens={opens}",
        f"first {first}",
        f"first-clause={clause}",
        f"first-clause={clause} opens={opens}",
    )


def _candidates(tail: str, head: str) -> list[str]:
    """Return the strings of two to four letters that straddle the seam or lie on one side of it."""
    out = [tail[-k:] + head[:m] for k, m in ACROSS]
    out += [tail[-2:], tail, head[:2], head]
    return [w for w in out if len(w) > 1 and w.isalpha()]


# How many letters on each side of a seam a word over it can have: up to four in all.
ACROSS = tuple((k, m) for k in (1, 2, 3) for m in (1, 2, 3) if k + m <= 4)


def _overlap_words(a: int, b: int, size: int, page: PageText) -> tuple[str, ...]:
    first = page.texts[a]
    long = "long" if len(first) > SHORT or "。" in first else "short"
    share = bisect_right(OVER_SHARES, size / len(first))
    row = [
        f"over={min(size, 6)}",
        f"over={min(size, 6)} {long}",
        f"over-share={share}",
        f"over-share={share} {long}",
        f"back={b - a}",
        f"over ends={sentence_end(first)}",
    ]
    if page.repeated(a) or page.repeated(b):
        row.append("again")
    return tuple(row)


def _between(a: int, b: int, closes: str, opens: str, page: PageText) -> tuple[int, str, str, str, bool, int]:
    """Return what the two sides of a seam say together; CLOSES and OPENS: their classes."""
    one, two = page.texts[a][-1], page.texts[b][0]
    near = _nearness(one, two) if one.isalnum() and two.isalnum() else NO_LETTERS
    again = page.repeated(a) or page.repeated(b)
    return b - a, _quotes(page.open_marks(a), page.open_marks(b)), closes, opens, again, near


def _between_words(apart: int, quotes: str, closes: str, opens: str, again: bool, near: int) -> tuple[str, ...]:
    row = [f"back={apart}", f"quotes={quotes}", f"closes={closes} opens={opens}"]
    if again:
        row.append("again")
    if near != NO_LETTERS:
        row += [f"near={near}", f"near={near} closes={closes}", f"near={near} opens={opens}"]
    return tuple(row)


NO_LETTERS = -1  # there is none on one of the sides of a seam


def _around(a: int, b: int, page: PageText) -> int:
    """Return how often the letters at a seam stand together in the lines around it, at most 3, or COMMON."""
    pair = page.texts[a][-1] + page.texts[b][0]
    if not pair.isalnum():
        return 0
    return min(3, page.counts(pair, a)) if WORD.fullmatch(pair) else COMMON


def _around_words(there: int) -> tuple[str, ...]:
    return () if not there else ("pair=common",) if there == COMMON else (f"pair={there}",)


COMMON = -1  # how often letters stand together that do in every text


def _nearness(one: str, two: str) -> int:
    """Return how often letter TWO stands right after letter ONE, beside chance: 2 mostly, 1 often, 0 seldom."""
    return 2 if two in MOSTLY.get(one, "") else 1 if two in OFTEN.get(one, "") else 0


def closing(text: str) -> str:
    """Return how readily a clause ends as TEXT does: a class of CLOSING, or "" for letters too rare to tell."""
    return CLOSES.get(text[-2:]) or CLOSES.get(text[-1:], "")


def opening(text: str) -> str:
    """Return how readily a clause begins as TEXT does: a class of OPENING, or ""."""
    return OPENS.get(text[:2]) or OPENS.get(text[:1], "")


CLAUSE_END = re.compile(r"[，。；：！？、,;:!?…]")
LONGEST_CLAUSE = 8  # letters: longer clauses all tell the same


def first_clause(text: str) -> int:
    """Return how many letters stand before the first mark of TEXT, at most LONGEST_CLAUSE, and that for a list's item.

    >>> first_clause("性，加快转变"), first_clause("两岸的人都来看，孩子跟着水头跑"), first_clause("一、加快转变")
    (1, 7, 8)
    """
    if LIST_HEAD.match(text):
        return LONGEST_CLAUSE
    found = CLAUSE_END.search(text, 0, LONGEST_CLAUSE + 1)
    return found.start() if found else LONGEST_CLAUSE


def last_clause(text: str) -> int:
    """Return how many letters stand after the last mark of TEXT, at most LONGEST_CLAUSE.

    >>> last_clause("河水涨了，今"), last_clause("河水涨了")
    (1, 8)
    """
    found = CLAUSE_END.search(text[-2 : -LONGEST_CLAUSE - 2 : -1])  # what stands before the last letter, backwards
    return found.start() + 1 if found else LONGEST_CLAUSE


def _straddling(tail: str, head: str, words: Collection[str]) -> tuple[int, bool, bool]:
    """Return how long a word is that stands over a seam, and whether one ends right before it or begins after it."""
    across = max([k + m for k, m in ACROSS if tail[-k:] + head[:m] in words], default=0)
    return across, tail[-2:] in words or tail in words, head[:2] in words or head in words


def _word_words(across: int | None = None, left: bool = False, right: bool = False) -> tuple[str, ...]:
    return () if across is None else (f"word={across} {'l' if left else '-'}{'r' if right else '-'}",)


def _start(text: str) -> str:
    if text[0] in CLOSERS + "，。；：、！？,.;:!?…":
        return "punctuation"
    if text[0] in OPENERS:
        return "opener"
    if text[0].isdigit():
        return "date" if DATE.match(text) else "number"
    return "ascii" if text[0].isascii() else "letter"


def _open_marks(text: str) -> tuple[str, str]:
    """Return the closers that stand in TEXT without an opener, and the openers never closed."""
    stack: list[str] = []
    loose = []
    for c in BRACKETS.findall(text):
        if c in PAIRS:
            stack.append(c)
        elif stack and PAIRS[stack[-1]] == c:
            stack.pop()
        else:
            loose.append(c)
    return "".join(loose), "".join(stack)


def _quotes(first: tuple[str, str], second: tuple[str, str]) -> str:
    """Return how the seam changes the balance of quotes and brackets: mended, left, broken or even.

    first, second: the open marks of the two sides, see _open_marks.
    """
    left_open, right_loose = first[1], second[0]
    if left_open and right_loose:
        return "mended" if PAIRS[left_open[-1]] == right_loose[0] else "crossed"
    if left_open:
        return "left-open"
    return "right-loose" if right_loose else "even"
