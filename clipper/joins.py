"""What goes on where after a column break.

A column break cuts a paragraph anywhere, often inside a word, and may print a few letters twice. Whether line B goes
on from line A is told by both sides of the gap: how A ends and B begins, whether quotes and brackets that A leaves
open are closed in B, whether a word or a name seen elsewhere straddles the gap, whether the end of A stands again at
the head of B, and whether the two speak of the same things. Each of these is one short word of evidence; `roles.py`
weighs them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from clipper.marks import CLOSERS, OPENERS, sentence_end

__all__ = ["KnownWords", "PageText", "join_texts", "overlap_length", "seam_evidence"]

# Which of some candidate words stand in a dictionary.
KnownWords = Callable[[Iterable[str]], Collection[str]]

WORD = re.compile(r"\w+")
PAIRS = dict(zip(OPENERS, CLOSERS, strict=True))
# Characters that hardly ever begin a paragraph, and ones that hardly ever end a headline or a paragraph.
NEVER_FIRST = frozenset("的了着过们地得吗呢吧者性化率型式们等之及與与的過們著嗎等")
NEVER_LAST = frozenset(
    "的和与及在是将把被对从向为于由使让给至到以而并但或且因其這这該该與對從為於將讓給並個个各每不更很"
)
DATE = re.compile(r"\d+(?:年|月|日|时|時|世纪|世紀)")  # "2025年": a paragraph may well begin so, and not with "263处"
LONGEST_OVERLAP = 24  # code points that a break may print twice
HEAD = 200  # code points of a paragraph that are held against a headline: leads say what it is about


class PageText:
    """The pairs of letters of a page's lines, and how common each is: what the lines have to say to each other.

    texts: the lines of one page, stripped. All shares are between 0 and 1; a pair that stands in many lines counts for
    less, as a word that stands in many documents does (inverse document frequency: Spärck Jones, 1972).
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        self._pairs = [_pairs(t) for t in texts]
        self._heads = [_pairs(t[:HEAD]) if len(t) > HEAD else p for t, p in zip(texts, self._pairs, strict=True)]
        self._lines_with = Counter(pair for pairs in self._pairs for pair in pairs)
        self._twins = Counter(texts)

    def weight(self, pair: str) -> float:
        """Return how telling PAIR is: 1 for one that stands in one line or two, less for a common one."""
        return 2.0 / max(2, self._lines_with[pair])

    def share(self, line: int, others: Sequence[int]) -> float:
        """Return how much of what line LINE (an index) says is said again at the head of the OTHERS."""
        mine = self._pairs[line]
        if not mine or not others:
            return 0.0
        theirs: set[str] = set().union(*(self._heads[k] for k in others))
        weights = {p: self.weight(p) for p in mine}
        total = sum(weights[p] for p in sorted(mine))
        return sum(weights[p] for p in sorted(mine & theirs)) / total

    def cohesion(self, before: Sequence[int], after: Sequence[int]) -> float:
        """Return how much two groups of lines (indexes) speak of the same things, by the smaller of the two."""
        one: set[str] = set().union(*(self._pairs[k] for k in before))
        two: set[str] = set().union(*(self._pairs[k] for k in after))
        if not one or not two:
            return 0.0
        return sum(self.weight(p) for p in sorted(one & two)) / min(len(one), len(two))

    def counts(self, pair: str) -> int:
        """Return in how many lines of the page PAIR, two letters, stands."""
        return self._lines_with[pair]

    def repeated(self, line: int) -> bool:
        """Whether the text of line LINE (an index) stands on the page more than once."""
        return self._twins[self.texts[line]] > 1


def _pairs(text: str) -> frozenset[str]:
    return frozenset(run[k : k + 2] for run in WORD.findall(text) for k in range(len(run) - 1))


def overlap_length(first: str, second: str) -> int:
    """Return how many code points at the end of FIRST stand again at the head of SECOND (at most LONGEST_OVERLAP).

    The longest is taken; a lone letter counts only with the mark that closes its sentence, since one letter alone is
    an accident.

    >>> overlap_length("汇聚众人的力量。", "量。只有如此，河才会开。"), overlap_length("一天天", "天亮了")
    (2, 0)
    """
    for size in range(min(LONGEST_OVERLAP, len(first), len(second)), 0, -1):
        if first.endswith(second[:size]) and len(second) > size:
            return size if size > 1 else 0
    return 0


def join_texts(first: str, second: str) -> tuple[str, int, str]:
    """Return the two halves put end to end, the offset of the second in the whole, and what was printed twice.

    >>> join_texts("汇聚众人的力量。", "量。只有如此，河才会开。")
    ('汇聚众人的力量。只有如此，河才会开。', 8, '量。')
    """
    size = overlap_length(first, second)
    return first + second[size:], len(first), second[:size]


def seam_evidence(
    pairs: Sequence[tuple[int, int]], page: PageText, known: KnownWords | None
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return for each of PAIRS (two indexes of lines of PAGE) the evidence that the second goes on from the first."""
    texts = page.texts
    words: Collection[str] = ()
    if known is not None:
        words = known(sorted({w for a, b in pairs for w in _candidates(texts[a], texts[b])}))
    return {(a, b): _seam(a, b, page, words, known is not None) for a, b in pairs}


def _candidates(first: str, second: str) -> list[str]:
    """Return the strings of two to four letters that straddle the seam or lie on one side of it."""
    out = [first[-k:] + second[:m] for k in (1, 2, 3) for m in (1, 2, 3) if k + m <= 4]
    out += [first[-2:], first[-3:], second[:2], second[:3]]
    return [w for w in out if len(w) > 1 and w.isalpha()]


def _seam(a: int, b: int, page: PageText, words: Collection[str], dictionary: bool) -> tuple[str, ...]:
    first, second = page.texts[a], page.texts[b]
    size = overlap_length(first, second)
    if size:
        return (
            f"over={min(size, 6)}",
            f"back={b - a}",
            f"over ends={sentence_end(first)}",
            *(["again"] if page.repeated(a) or page.repeated(b) else []),
        )
    last, start = first[-1], second[0]
    long = "long" if len(first) > 60 or "。" in first else "short"
    row = [
        f"ends={sentence_end(first)} {long}",
        f"back={b - a}",
        f"quotes={_quotes(first, second)}",
        f"starts={_start(second)}",
        f"second={'long' if len(second) > 60 or '。' in second[:-1] else 'short'} {sentence_end(second)}",
        f"talk={min(5, int(page.cohesion([a], [b]) * 40))}",
    ]
    if last in NEVER_LAST:
        row.append("never-last")
    if start in NEVER_FIRST:
        row.append("never-first")
    row += [f"last {last}", f"first {start}"]
    if page.repeated(a) or page.repeated(b):
        row.append("again")
    pair = last + start
    if pair.isalnum():
        if page.counts(pair):
            row.append(f"pair={min(3, page.counts(pair))}")
        if len(first) > 1 and len(second) > 1:
            left, right = page.counts(first[-2:]), page.counts(second[:2])
            row.append(f"sides={min(2, left - 1)}{min(2, right - 1)}")
        if pair.isdigit() or (pair.isascii() and pair.isalnum()):
            row.append("number")
    if dictionary:
        row.append(_straddle(first, second, words))
    return tuple(row)


def _straddle(first: str, second: str, words: Collection[str]) -> str:
    across = max(
        (k + m for k in (1, 2, 3) for m in (1, 2, 3) if k + m <= 4 and first[-k:] + second[:m] in words), default=0
    )
    left = first[-2:] in words or first[-3:] in words
    right = second[:2] in words or second[:3] in words
    return f"word={across} {'l' if left else '-'}{'r' if right else '-'}"


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
    for c in text:
        if c in PAIRS:
            stack.append(c)
        elif c in CLOSERS:
            if stack and PAIRS[stack[-1]] == c:
                stack.pop()
            else:
                loose.append(c)
    return "".join(loose), "".join(stack)


def _quotes(first: str, second: str) -> str:
    """Return how the seam changes the balance of quotes and brackets: mended, left, broken or even."""
    left_open = _open_marks(first)[1]
    right_loose = _open_marks(second)[0]
    if left_open and right_loose:
        return "mended" if PAIRS[left_open[-1]] == right_loose[0] else "crossed"
    if left_open:
        return "left-open"
    return "right-loose" if right_loose else "even"
