r"""The places of a text where a conversion may be wrong, and which reading is the better one. Pure.

OpenCC cuts a text from left to right at the longest word it knows, so it finds 人参 (ginseng) in 青年人参与. Two
signs give such a place away:

- cut from right to left, it comes out otherwise;
- a word of OpenCC's reaches across a border between words, as a segmenter of Chinese has them.

Each is another reading of the place. Which one is better is told by how probable the text is, cut into words so that
the words of the reading stay whole: the dictionary of jieba has the frequencies. Where it is not clear, OpenCC's
reading stays; and where a text in traditional script would get another word, not just other characters, too: the
frequencies are those of the mainland, and know nothing of 乙太網.

>>> from clipper.compiling import compile_converter
>>> from clipper.lexicon import load_segmenter
>>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}
>>> converter = compile_converter(config, {"t": "人参\t人蔘\n参与\t參與\n参\t參\n与\t與\n"})
>>> judge = compile_judge(converter, load_segmenter())
>>> [(d.text, d.readings, d.better) for d in find_doubts("许多青年人参与", judge)]
[('青年人参与', ('青年人蔘與', '青年人參與'), '青年人參與')]
>>> convert_text("许多青年人参与", converter), resolve_text("许多青年人参与", judge)
('许多青年人蔘與', '许多青年人參與')
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Final, Literal, Protocol, TypeVar

from clipper.compiling import IDS, IDS_LENGTH, Converter, Stage, Words
from clipper.convert import (
    Piece,
    align_text,
    by_character,
    compose,
    convert_text,
    cut_at_words,
    normalize,
    result,
    risky_clauses,
)

__all__ = ["Doubt", "Judge", "align_resolved", "compile_judge", "find_doubts", "resolve_text"]

# By how much, in the logarithm of its probability, a reading has to be ahead to be better: some fifty times as
# probable. Read by eye, of the distinct places in news of 2022 to 2024, nine in ten were right of those at 4 to 8,
# nearly all above, and five in six at 3 to 4. Where both signs are for the same reading, less is enough. A text in
# traditional script is looked up in simplified, which says less, so there it takes more.
CLEARLY: Final = 4.0
AGREED: Final = 1.0
FOLDED: Final = 6.0
AROUND: Final = 24  # characters on each side of a place that can matter for how it is cut; words have 16 at most

T = TypeVar("T")
Reason = Literal["matching", "border"]


class Segmenter(Protocol):
    """What is asked of a segmenter (see `clipper.segment`)."""

    def cut_by_dictionary(self, text: str) -> list[str]:
        """Return the words of TEXT."""

    def weight(self, text: str) -> float:
        """Return how probable TEXT is, as a logarithm."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubtful place of a paragraph.

    span: where it stands in the paragraph, in code points, from the beginning of a word to the end of one. text: what
    stands there. readings: what it can become, first what the conversion makes of it. better: the one of them that the
    frequency of words is clearly for, None where it is for none. reason: "matching" where the text comes out otherwise
    from right to left; "border" where a word of the conversion reaches across a border of words. why: a sentence.
    """

    span: tuple[int, int]
    text: str
    readings: tuple[str, ...]
    better: str | None
    reason: Reason
    why: str

    @property
    def settled(self) -> bool:
        """Whether the frequency of words is clearly for what the conversion does anyway."""
        return self.better == self.readings[0]


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """What is needed to find doubts about a conversion; made by `compile_judge`, and never changed."""

    converter: Converter
    segmenter: Segmenter = field(repr=False)
    fold: Callable[[str], str] = field(repr=False)
    segmentation: _Backwards | None = field(repr=False)
    stages: tuple[_Backwards, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Backwards:
    """A dictionary for matching from right to left: its words, and by their last two characters how long they get."""

    words: Words = field(repr=False)
    longest: Mapping[str, int] = field(repr=False)


def compile_judge(converter: Converter, segmenter: Segmenter, fold: Callable[[str], str] = lambda text: text) -> Judge:
    """Return the judge of CONVERTER, which has to match forwards.

    segmenter: knows the words of the language, in simplified script. fold: turns a text into that script, character by
    character.
    """
    return Judge(
        converter,
        segmenter,
        fold,
        _backwards(converter.segmentation) if converter.segmentation else None,
        tuple(map(_backwards, converter.stages)),
    )


def find_doubts(text: str, judge: Judge) -> list[Doubt]:
    """Return the doubtful places of TEXT, a paragraph, in their order, with those that are settled (see `Doubt`)."""
    return [_doubt(start, place) for start, clause in _clauses(text, judge) for place in _places(clause, judge)]


def resolve_text(text: str, judge: Judge) -> str:
    """Return `convert_text` of TEXT with the better reading wherever there is one."""
    return "".join(_in_turn(text, judge, lambda t: convert_text(t, judge.converter), _targets))


def align_resolved(text: str, judge: Judge) -> list[Piece]:
    """Return `resolve_text` of TEXT in pieces, as `align_text` does."""
    pieces: Iterator[list[Piece]] = _in_turn(text, judge, lambda t: align_text(t, judge.converter), list)
    return [piece for some in pieces for piece in some]


# ---- readings -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to convert a clause: its pieces, and where each begins, with the end of the last."""

    pieces: tuple[Piece, ...]
    starts: tuple[int, ...]

    def within(self, start: int, end: int) -> Sequence[Piece]:
        """Return the pieces from START to END, which are starts or ends of pieces."""
        return self.pieces[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause whose readings differ.

    text: what it says; folded: the same in simplified script. words, borders: as the segmenter has them. readings:
    OpenCC's first. across: where a word of that reaches across a border. ends: where words and pieces of it both end.
    """

    text: str
    folded: str
    words: tuple[str, ...]
    borders: tuple[int, ...]
    readings: tuple[_Reading, ...]
    across: tuple[tuple[int, int], ...]
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of a clause where its readings differ."""

    clause: _Clause
    start: int
    end: int
    targets: tuple[str, ...]
    across: str  # the word of the conversion that reaches across a border of words here, if any
    best: int  # the number of the reading that is clearly better; 0 for the first; -1 where none is


def _clauses(text: str, judge: Judge) -> Iterator[tuple[int, _Clause]]:
    """Yield the clauses of TEXT with more than one reading, and where each begins."""
    described = [found.start() for found in IDS.finditer(text)]
    for start, end in risky_clauses(text, judge.converter):
        at = bisect_left(described, end)
        if at and described[at - 1] > start - IDS_LENGTH:
            continue  # a description sequence may reach over the end of a clause
        clause = _read_clause(text[start:end], judge)
        if clause is not None:
            yield start, clause


def _read_clause(text: str, judge: Judge) -> _Clause | None:
    converter = judge.converter
    forwards = _reading(align_text(text, converter))
    readings = [forwards, _reading(_align_backwards(text, judge))]
    folded = judge.fold(text)
    words = tuple(judge.segmenter.cut_by_dictionary(folded))
    borders = tuple(accumulate(map(len, words), initial=0))
    across = tuple(_across(forwards, borders, converter))
    inside = [n for start, end in across for n in _between(borders, start, end)]
    if inside:
        parts = pairwise([0, *inside, len(text)])
        readings.append(_reading(piece for start, end in parts for piece in align_text(text[start:end], converter)))
    if len({_targets(reading.pieces) for reading in readings}) == 1:
        return None
    starts = set(forwards.starts)
    ends = tuple(n for n in borders if n in starts)
    return _Clause(text, folded, words, borders, tuple(readings), across, ends)


def _reading(pieces: Iterable[Piece]) -> _Reading:
    pieces = tuple(pieces)
    return _Reading(pieces, tuple(accumulate((len(source) for source, _ in pieces), initial=0)))


def _across(reading: _Reading, borders: Sequence[int], converter: Converter) -> Iterator[tuple[int, int]]:
    """Yield where a word of READING begins and ends that matters, and that overlaps a word of BORDERS in part."""
    known = set(borders)
    for (start, end), (source, target) in zip(pairwise(reading.starts), reading.pieces, strict=True):
        if end - start == 1 or (start in known and end in known) or not _between(borders, start, end):
            continue
        if target != by_character(source, converter):
            yield start, end


def _between(borders: Sequence[int], start: int, end: int) -> Sequence[int]:
    return borders[bisect_right(borders, start) : bisect_left(borders, end)]


def _targets(pieces: Iterable[Piece]) -> str:
    return "".join([target for _, target in pieces])


# ---- from right to left ---------------------------------------------------------------------------------------------


def _backwards(stage: Stage) -> _Backwards:
    words = stage[0].words
    keys = sorted(words, key=len)  # of keys that end alike, the longest comes last and counts
    return _Backwards(words, {key[-2:]: len(key) for key in keys})


def _align_backwards(text: str, judge: Judge) -> list[Piece]:
    """Return what `align_text` would if OpenCC read from right to left."""
    passes = normalize(text, judge.converter)
    text = result(text, passes)
    segments = [text]
    if judge.segmentation:
        pieces = [source for source, _ in _match_backwards(text, judge.segmentation)]
        segments = cut_at_words(pieces, judge.segmentation.words)
    for stage in judge.stages:
        converted = [_match_backwards(segment, stage) for segment in segments]
        passes.append([piece for pieces in converted for piece in pieces])
        segments = [_targets(pieces) for pieces in converted]
    return compose(passes)


def _match_backwards(text: str, stage: _Backwards) -> list[Piece]:
    words, longest = stage.words, stage.longest
    if text in words:
        return [(text, words[text])]
    pieces = []
    end = len(text)
    while end:
        piece = text[end - 1]
        for length in range(min(end, longest.get(text[max(end - 2, 0) : end], 1)), 1, -1):
            if text[end - length : end] in words:
                piece = text[end - length : end]
                break
        pieces.append((piece, words.get(piece, piece)))
        end -= len(piece)
    return pieces[::-1]


# ---- places ---------------------------------------------------------------------------------------------------------


def _places(clause: _Clause, judge: Judge) -> Iterator[_Place]:
    """Yield the places of CLAUSE where its readings differ, each as short as can be."""
    common = set.intersection(*(set(reading.starts) for reading in clause.readings))
    for start, end in pairwise(sorted(common)):
        targets = tuple(_targets(reading.within(start, end)) for reading in clause.readings)
        if len(set(targets)) > 1:
            weights = [_weight(clause, reading, start, end, judge) for reading in clause.readings]
            first = bisect_left(clause.across, (start, 0))
            word = next((clause.text[a:b] for a, b in clause.across[first : first + 1] if b <= end), "")
            yield _Place(clause, start, end, targets, word, _best(clause, targets, weights, judge.fold))


def _best(clause: _Clause, targets: Sequence[str], weights: Sequence[float], fold: Callable[[str], str]) -> int:
    """Return which of TARGETS is clearly better by WEIGHTS: 0 for the first, -1 where none is."""
    others = [n for n, target in enumerate(targets) if target != targets[0]]
    best = max(others, key=lambda n: weights[n])
    gain = weights[best] - weights[0]
    needed = CLEARLY
    if clause.folded != clause.text:
        if fold(targets[best]) != fold(targets[0]):
            return -1  # another word
        needed = FOLDED
    elif len(others) > 1 and len(set(targets)) == 2:
        needed = AGREED
    return best if gain >= needed else 0 if gain <= -CLEARLY else -1


def _weight(clause: _Clause, reading: _Reading, start: int, end: int, judge: Judge) -> float:
    """Return how probable CLAUSE is with the words that READING has from START to END, as a logarithm.

    Only what is around the place is weighed, from border to border: what is further away is cut in the same way.
    """
    borders = clause.borders
    begin = borders[max(bisect_right(borders, start - AROUND) - 1, 0)]
    stop = borders[min(bisect_left(borders, end + AROUND), len(borders) - 1)]
    cuts = {begin, stop}
    at = start
    for source, _ in reading.within(start, end):
        if len(source) > 1:
            cuts |= {at, at + len(source)}
        at += len(source)
    return sum(judge.segmenter.weight(clause.folded[a:b]) for a, b in pairwise(sorted(cuts)))


def _doubt(offset: int, place: _Place) -> Doubt:
    """Return what is reported of PLACE, in a clause that begins at OFFSET."""
    clause, first = place.clause, place.clause.readings[0]
    ends = clause.ends
    start = ends[bisect_right(ends, place.start) - 1]
    end = ends[bisect_left(ends, place.end)]
    before, after = _targets(first.within(start, place.start)), _targets(first.within(place.end, end))
    best = place.best
    return Doubt(
        span=(offset + start, offset + end),
        text=clause.text[start:end],
        readings=tuple(dict.fromkeys(before + target + after for target in place.targets)),
        better=before + place.targets[best] + after if best >= 0 else None,
        reason="border" if place.across else "matching",
        why=_why(place, start, end),
    )


def _why(place: _Place, start: int, end: int) -> str:
    if place.across:
        borders = place.clause.borders
        words = place.clause.words[bisect_left(borders, start) : bisect_left(borders, end)]
        found = f"{place.across} reaches across the words {'·'.join(words)}"
    else:
        from_left, from_right = (
            "·".join(source for source, _ in reading.within(place.start, place.end))
            for reading in place.clause.readings[:2]
        )
        found = f"from the left it is {from_left}, from the right {from_right}"
    return f"{found}; {VERDICTS[min(place.best, 1)]}"


VERDICTS: Final = {
    1: "the frequency of words is for the other reading",
    0: "the frequency of words is for this reading",
    -1: "the frequency of words does not decide",
}


# ---- resolving ------------------------------------------------------------------------------------------------------


def _in_turn(text: str, judge: Judge, convert: Callable[[str], T], made: Callable[[Sequence[Piece]], T]) -> Iterator[T]:
    """Yield what CONVERT makes of TEXT, and for each clause that has a better reading what is MADE of its pieces."""
    done = 0
    for start, clause in _clauses(text, judge):
        pieces = _resolved(clause, judge)
        if pieces is not None:
            yield convert(text[done:start])
            yield made(pieces)
            done = start + len(clause.text)
    yield convert(text[done:])


def _resolved(clause: _Clause, judge: Judge) -> list[Piece] | None:
    """Return the pieces of CLAUSE with every better reading, None where there is none."""
    pieces: list[Piece] = []
    done = 0
    for place in _places(clause, judge):
        if place.best > 0:
            pieces += clause.readings[0].within(done, place.start)
            pieces += clause.readings[place.best].within(place.start, place.end)
            done = place.end
    return [*pieces, *clause.readings[0].within(done, len(clause.text))] if done else None
