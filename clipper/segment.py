r"""jieba's way of cutting a text into words, with jieba's answers to the last bit, in a third of the time.

A run of Han characters, Latin letters and digits is cut in two steps. Of all ways to cut it into words of the
dictionary, the most probable one is taken; of two that are equal, the one with the longer word. Then single characters
that stand side by side go to a hidden Markov model, which makes words of them that no dictionary has. Floating point
sums depend on the order in which they are added, so that order is jieba's too.

What is different is what is not done again: the logarithm of a word's frequency is taken once; no graph is made, as the
best way from each character to the end only asks for the words that begin there; and runs of single characters that
were seen before (names, mostly) are not worked out anew. And no other code in the process can change an answer: jieba
keeps its forced splits in a global.

>>> frequencies = {"老": {"老": 9}, "老街": {"老街": 35}, "街": {"街": 7}}
>>> model = Model(emit=({}, {}, {}, {}), start=(-1.5,) * 4, move=(-1.0,) * 8)
>>> Segmenter(lambda opening: frequencies.get(opening, {}), 100, lambda: model).cut("老街，街")
['老街', '，', '街']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import inf, log
from operator import add
from typing import Final

__all__ = ["IN_WORDS", "STATES", "STEPS", "Model", "Part", "Segmenter"]

Part = Callable[[str], Mapping[str, int]]  # as `Wordlist.part`

# The three patterns are jieba's.
IN_WORDS: Final = "\u4e00-\u9fd5a-zA-Z0-9+#&\\._%\\-"  # what a word of the dictionary can be made of
BLOCKS = re.compile(f"([{IN_WORDS}]+)")
SPACES = re.compile(r"(\r\n|\s)")
HAN = re.compile("([\u4e00-\u9fd5]+)")
LETTERS = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
LETTER = re.compile("[a-zA-Z0-9]")

UNSEEN: Final = -3.14e100  # the logarithm of a probability of nought, as jieba has it

REMEMBERED: Final = 50_000  # runs of single characters ...
LONGEST: Final = 20  # ... of so many at most; longer ones do not come again
PAIRS: Final = 400_000  # a long run over an archive meets ever new pairs of characters; from then on, begin again

Longer = dict[str, float]  # words of three characters and more -> weight; beginnings of such words -> -inf


STATES: Final = "BMES"  # a character begins a word, is in its middle, ends it, stands alone
BEGIN, MIDDLE, END, ALONE = range(4)
STEPS: Final = ("EB", "SB", "BM", "MM", "BE", "ME", "ES", "SS")  # from one character's state to that of the next


@dataclass(frozen=True, slots=True)
class Model:
    """The hidden Markov model, in logarithms of probabilities.

    emit: for each of STATES, of the characters that are in it. start: for each, that the first character is in it.
    move: for each of STEPS, that it is taken.
    """

    emit: tuple[Mapping[str, float], ...]
    start: tuple[float, ...]
    move: tuple[float, ...]


class _Singles(dict[str, float]):
    """Characters and their weights as words; -inf where a character is none, and begins some."""

    def __init__(self, part: Part, log_total: float) -> None:
        super().__init__()
        self.part, self.log_total = part, log_total

    def __missing__(self, character: str) -> float:
        frequency = self.part(character).get(character, 0)
        weight = self[character] = log(frequency) - self.log_total if frequency else -inf
        return weight


class _Pairs(dict[str, tuple[float, Longer] | None]):
    """Two characters: their weight as a word, and the longer words that begin so; None where no word does."""

    def __init__(self, part: Part, log_total: float) -> None:
        super().__init__()
        self.part, self.log_total = part, log_total

    def __missing__(self, pair: str) -> tuple[float, Longer] | None:
        if len(self) >= PAIRS:
            self.clear()
        words = self.part(pair)
        found = None
        if words:
            weights = {word: log(n) - self.log_total if n else -inf for word, n in words.items()}
            found = weights.pop(pair), weights
        self[pair] = found
        return found


class Segmenter:
    """Cuts texts. part: the dictionary in parts; total: the sum of its frequencies; model: called when first needed.

    apart: words that the model must not make, as jieba does with a word whose frequency is set to 0.
    """

    def __init__(self, part: Part, total: int, model: Callable[[], Model], apart: frozenset[str] = frozenset()) -> None:
        log_total = log(total)
        self._singles, self._pairs = _Singles(part, log_total), _Pairs(part, log_total)
        self._no_word = log(1) - log_total
        self._model, self._apart = cache(model), apart
        self._recognised = lru_cache(maxsize=REMEMBERED)(self._recognise)

    def cut(self, text: str) -> list[str]:
        """Return the words of TEXT, white space and punctuation included; joined, they are TEXT."""
        words: list[str] = []
        for n, block in enumerate(BLOCKS.split(text)):
            if n % 2:
                self._cut_block(block, words)
            elif block:
                _cut_rest(block, words)
        return words

    def cut_by_dictionary(self, text: str) -> list[str]:
        """Return the words of TEXT as the dictionary alone has them; Latin letters that are alone are put together."""
        words: list[str] = []
        for n, block in enumerate(BLOCKS.split(text)):
            if n % 2:
                words += _letters_together(block, self._stops(block)[0])
            elif block:
                _cut_rest(block, words)
        return words

    def weight(self, text: str) -> float:
        """Return the logarithm of how probable TEXT is, cut in the best way: of two ways to part it, which is better.

        What no word is made of (punctuation, white space) weighs nothing.
        """
        return sum(self._stops(block)[1] for block in BLOCKS.findall(text))

    def _cut_block(self, block: str, words: list[str]) -> None:
        """Add the words of BLOCK, which has characters of words only, to WORDS."""
        if len(block) == 1:
            words.append(block)
            return
        stops, _ = self._stops(block)
        at, single, size = 0, 0, len(block)  # single: from where on there are single characters
        while at < size:
            stop = stops[at]
            if stop - at > 1:
                if single < at:
                    self._cut_singles(block[single:at], words)
                words.append(block[at:stop])
                single = stop
            at = stop
        if single < size:
            self._cut_singles(block[single:], words)

    def _stops(self, block: str) -> tuple[list[int], float]:
        """Return for each character of BLOCK where the word ends that begins there on the best way, and its weight."""
        size, no_word = len(block), self._no_word
        alone = list(map(self._singles.__getitem__, block))
        pairs = list(map(self._pairs.__getitem__, map(add, block, block[1:])))
        pairs.append(None)
        best, stops = [0.0] * (size + 1), list(range(1, size + 1))
        ahead = 0.0
        for at in range(size - 1, -1, -1):
            weight = alone[at] + ahead
            if pair := pairs[at]:
                found = pair[0] + best[at + 2]
                if found >= weight:
                    weight, stops[at] = found, at + 2
                longer = pair[1]
                end = at + 3
                while end <= size and (more := longer.get(block[at:end])) is not None:
                    found = more + best[end]
                    if found >= weight:
                        weight, stops[at] = found, end
                    end += 1
            if weight == -inf:  # no word begins here
                weight, stops[at] = no_word + ahead, at + 1
            best[at] = ahead = weight
        return stops, ahead

    def _cut_singles(self, run: str, words: list[str]) -> None:
        if len(run) == 1:
            words.append(run)
        elif self._is_word(run):
            words.extend(run)
        else:
            words.extend(self._recognised(run) if len(run) <= LONGEST else self._recognise(run))

    def _is_word(self, run: str) -> bool:
        pair = self._pairs[run[:2]]
        if pair is None:
            return False
        return (pair[0] if len(run) == 2 else pair[1].get(run, -inf)) > -inf

    def _recognise(self, run: str) -> tuple[str, ...]:
        words: list[str] = []
        for n, block in enumerate(HAN.split(run)):
            if n % 2:
                for word in _most_probable(block, self._model()):
                    words.extend(word if word in self._apart else (word,))
            else:
                words.extend(filter(None, LETTERS.split(block)))
        return tuple(words)


def _cut_rest(block: str, words: list[str]) -> None:
    """Add the pieces of BLOCK, which has no characters of words: each alone, but for the two of a line break."""
    if len(block) == 1:
        words.append(block)
        return
    for n, piece in enumerate(SPACES.split(block)):
        if n % 2:
            words.append(piece)
        else:
            words.extend(piece)


def _letters_together(block: str, stops: list[int]) -> Iterator[str]:
    """Yield the words of BLOCK, of which the one that begins at N ends at STOPS[N]."""
    at, letters = 0, ""
    while at < len(block):
        word, at = block[at : stops[at]], stops[at]
        if len(word) == 1 and LETTER.match(word):
            letters += word
            continue
        if letters:
            yield letters
            letters = ""
        yield word
    if letters:
        yield letters


def _most_probable(run: str, model: Model) -> Iterator[str]:
    """Yield the words of RUN that MODEL finds most probable (Viterbi). Of two ways that are equal, jieba's is taken."""
    emit_b, emit_m, emit_e, emit_s = model.emit
    eb, sb, bm, mm, be, me, es, ss = model.move
    begin, middle, end, alone = BEGIN, MIDDLE, END, ALONE
    first = run[0]
    b, m, e, s = (start + emit.get(first, UNSEEN) for start, emit in zip(model.start, model.emit, strict=True))
    before = []  # for each character but the first, the state of the one before it, by its own
    for character in run[1:]:
        here = emit_b.get(character, UNSEEN)
        b_of_e, b_of_s = e + eb + here, s + sb + here
        here = emit_m.get(character, UNSEEN)
        m_of_b, m_of_m = b + bm + here, m + mm + here
        here = emit_e.get(character, UNSEEN)
        e_of_b, e_of_m = b + be + here, m + me + here
        here = emit_s.get(character, UNSEEN)
        s_of_e, s_of_s = e + es + here, s + ss + here
        # Of two that are equal, the state whose letter comes later.
        b, from_b = (b_of_s, alone) if b_of_s >= b_of_e else (b_of_e, end)
        m, from_m = (m_of_m, middle) if m_of_m >= m_of_b else (m_of_b, begin)
        e, from_e = (e_of_m, middle) if e_of_m >= e_of_b else (e_of_b, begin)
        s, from_s = (s_of_s, alone) if s_of_s >= s_of_e else (s_of_e, end)
        before.append((from_b, from_m, from_e, from_s))
    state = alone if s >= e else end
    states = [state]
    for by_own in reversed(before):
        state = by_own[state]
        states.append(state)
    return _words_of_states(run, states[::-1])


def _words_of_states(run: str, states: list[int]) -> Iterator[str]:
    start = done = 0
    for at, state in enumerate(states):
        if state == BEGIN:
            start = at
        elif state == END:
            yield run[start : at + 1]
            done = at + 1
        elif state == ALONE:
            yield run[at]
            done = at + 1
    if done < len(run):
        yield run[done:]
