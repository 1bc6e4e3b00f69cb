"""What stands together in a batch of clippings more often than chance has it: phrases that one clipping cannot show.

Two words are associated where their pointwise mutual information is high (Church and Hanks 1990), and a run of them is
a phrase where what stands to its left and to its right varies: the boundary entropy of word discovery.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

__all__ = ["LEAST", "NOTHING", "Associations", "Run", "associate", "associations", "is_phrase", "is_strong", "runs_in"]

LONGEST: Final = 4  # words of a phrase
LEAST: Final = 3  # times that it has to stand in the batch
INFORMATION: Final = 3.0  # bits of pointwise mutual information that neighbours have to share
ENTROPY: Final = 0.5  # bits of boundary entropy, on the side where it is less

Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Associations:
    """phrases: the runs of words that are phrases in the batch, and how often each stands in it."""

    phrases: Mapping[Run, int]
    openings: frozenset[tuple[str, str]]  # the first two words of each

    def runs(self, keys: Sequence[str]) -> Iterator[tuple[int, Run]]:
        """Yield where in KEYS a phrase stands, and the phrase."""
        if not self.phrases:
            return
        for at, pair in enumerate(pairwise(keys)):
            if pair in self.openings:
                for size in range(2, LONGEST + 1):
                    run = tuple(keys[at : at + size])
                    if run in self.phrases:
                        yield at, run


NOTHING: Final = Associations({}, frozenset())


def associate(texts: Sequence[Sequence[str]]) -> Associations:
    """Return what is associated in TEXTS, each a list of words in which "" is no part of a phrase.

    >>> texts = [["社区", "食堂", "", end] for end in ("开门", "冒烟", "客满", "歇业")] + [["菜", "", "桥"]] * 20
    >>> associate(texts).phrases
    {('社区', '食堂'): 4}
    """
    words: Counter[str] = Counter()
    pairs: Counter[Run] = Counter()
    for keys in texts:
        words.update(keys)
        pairs.update(pairwise(keys))
    total = words.total()
    strong = {pair for pair, count in pairs.items() if is_strong(pair, count, words[pair[0]], words[pair[1]], total)}
    sides: dict[Run, tuple[Counter[str], Counter[str]]] = {}
    for keys in texts:
        for run, before, after in runs_in(keys, strong):
            left, right = sides.setdefault(run, (Counter(), Counter()))
            left[before] += 1
            right[after] += 1
    return associations({run: left.total() for run, (left, right) in sides.items() if is_phrase(left, right)})


def associations(phrases: Mapping[Run, int]) -> Associations:
    """Return PHRASES as associations.

    >>> associations({("社区", "食堂"): 4}).openings
    frozenset({('社区', '食堂')})
    """
    return Associations(phrases, frozenset(run[:2] for run in phrases))  # type: ignore[misc]


def is_strong(pair: Run, count: int, first: int, second: int, total: int) -> bool:
    """Whether the words of PAIR are associated: they stand side by side COUNT times, FIRST and SECOND times at all, in
    a batch of TOTAL words.

    >>> is_strong(("社区", "食堂"), 4, 4, 4, 400), is_strong(("社区", "食堂"), 4, 40, 40, 400)
    (True, False)
    """
    return count >= LEAST and all(pair) and math.log2(count * total / (first * second)) >= INFORMATION


def runs_in(keys: Sequence[str], strong: Set[Run]) -> Iterator[tuple[Run, str, str]]:
    """Yield the runs of KEYS, up to LONGEST words, of which each two neighbours are STRONG, and what stands before and
    after each.

    >>> list(runs_in(["去", "社区", "食堂"], {("社区", "食堂")}))
    [(('社区', '食堂'), '去', '')]
    """
    for at, size in _chains(keys, strong):
        after = keys[at + size] if at + size < len(keys) else ""
        yield tuple(keys[at : at + size]), keys[at - 1] if at else "", after


def is_phrase(left: Counter[str], right: Counter[str]) -> bool:
    """Whether a run is a phrase that has LEFT before it and RIGHT after it, each with how often.

    >>> is_phrase(Counter({"": 3}), Counter("的了在")), is_phrase(Counter({"去": 3}), Counter("的了在"))
    (True, False)
    """
    return left.total() >= LEAST and min(_entropy(left), _entropy(right)) >= ENTROPY


def _chains(keys: Sequence[str], strong: Set[Run]) -> Iterator[tuple[int, int]]:
    """Yield the runs of KEYS, up to LONGEST words, of which each two neighbours are STRONG: where, how many."""
    for at in range(len(keys) - 1):
        for stop in range(at + 1, min(at + LONGEST, len(keys))):
            if (keys[stop - 1], keys[stop]) not in strong:
                break
            yield at, stop + 1 - at


def _entropy(side: Counter[str]) -> float:
    """Return the entropy of SIDE in bits; what is no part of a phrase ("") is something else each time.

    The sum is exact: it has to be the same in whatever order the words come.
    """
    total = side.total()
    ends = side[""]
    bits = math.fsum(-n / total * math.log2(n / total) for word, n in side.items() if word)
    return bits + ends / total * math.log2(total)
