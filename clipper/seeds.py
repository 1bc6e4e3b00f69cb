"""The seeds of many texts at once, as numbers, and a sieve that tells which of them can find anything; with numpy.

A seed of a few letters (`clipper.alike.SEARCHES` says of how many) is two numbers of 64 bits, `hi` and `lo`: its first
four letters and its last four, 16 bits each. Where one of its letters is beyond U+FFFF they are a digest of it.

>>> found = find_seeds(["昨夜云岭河开了昨夜云岭河开"], [TEXT_KINDS.index("prose")], every=True)
>>> found.search.tolist()[:10], found.place.tolist()[:10], bool(found.lo[0] == found.lo[7])
([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], True)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clipper.alike import SEARCHES, TEXT_KINDS

__all__ = [
    "Gathered",
    "Seeds",
    "Sieve",
    "bits_for",
    "can_find",
    "cut",
    "find_seeds",
    "first_few",
    "gather",
    "hashes",
    "holds",
    "make_sieve",
    "segment_of",
    "segments",
    "slots",
]

Longs = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Bits = NDArray[np.uint8]
Mask = NDArray[np.bool_]

HALF: Final = 4  # letters in each of the two numbers of a seed
STEPS: Final = np.array([search.step for search in SEARCHES])
BASIC: Final = 0xFFFF  # the last letter of 16 bits
# The 16 bits of a first letter that no normal form has: half of a surrogate pair is no letter.
FAR: Final = 0xD800 << 48
LOW: Final = (1 << 48) - 1
LETTERS: Final = 1 << 20  # of texts that are worked on at a time: some arrays of 8 bytes for each

# A place of a seed, as `clipper.parts.PLACE` reads it: which text, where, and how many letters that has.
PLACE: Final = np.dtype([("text", "<i8"), ("place", "<i4"), ("letters", "<i4")])
NEVER: Final = (1 << 63) - 1

SEGMENT: Final = 20  # a sieve is made in segments of so many bits, as a power of two; none is smaller
MOST_BITS: Final = 31  # and none larger: there are three, and each worker has them in memory
BITS_A_SEED: Final = 8  # one in nine that find nothing is then let through


@dataclass(frozen=True, slots=True)
class Seeds:
    """Seeds of texts, one to a row. search: of which of SEARCHES. hi, lo: the seed. text: which of the texts it is in.
    place: the position in it.
    """

    search: NDArray[np.int32]
    hi: Longs
    lo: Longs
    text: Longs
    place: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Sieve:
    """What seeds can find anything, as sets of bits by hash: those that were posted; those that were posted AGAIN; and
    those that were formulas before the text number SINCE, which are in neither of the two.
    """

    posted: Bits
    again: Bits
    formulas: Bits
    since: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """Posted seeds, one to a row. first: the text of its first place. last: for a formula the text that it became one
    with, else NEVER. places: as rows of PLACE, those of a seed from one of offsets, counted in bytes, to the next.
    """

    hi: Longs
    lo: Longs
    search: NDArray[np.int32]
    first: Longs
    last: Longs
    offsets: NDArray[np.int32]
    places: bytes


def cut(texts: Sequence[str]) -> Iterator[slice]:
    """Yield the stretches of TEXTS that hold few enough letters to be worked on at a time.

    >>> list(cut(["青石镇"] * 3))
    [slice(0, 3, None)]
    """
    start = letters = 0
    for k, text in enumerate(texts):
        if letters and letters + len(text) > LETTERS:
            yield slice(start, k)
            start, letters = k, 0
        letters += len(text)
    yield slice(start, len(texts))


def find_seeds(texts: Sequence[str], kinds: Sequence[int], *, every: bool) -> Seeds:
    """Return the seeds of TEXTS, normal forms of KINDS (numbers of TEXT_KINDS), for each search they take part in.

    EVERY: at every position, and not only where one is posted for later texts to find.

    >>> head = TEXT_KINDS.index("head")
    >>> find_seeds(["昨夜云岭河开了两岸的人都来看"], [head], every=False).place.tolist()
    [0, 4, 8]
    """
    whole = "".join(texts)
    codes = np.frombuffer(whole.encode("utf-32-le"), "<u4")
    lengths = np.array([len(text) for text in texts], np.int64)
    starts = np.cumsum(lengths) - lengths
    fours = _fours(codes)
    parts = []
    for number, search in enumerate(SEARCHES):
        pairs = zip(kinds, texts, strict=True)
        takes = np.array([search.takes(TEXT_KINDS[kind], len(text)) for kind, text in pairs], bool)
        step = 1 if every else search.step
        counts = np.where(takes, np.maximum(lengths - search.seed + step, 0) // step, 0)
        text = np.repeat(np.arange(len(texts)), counts)
        place = (np.arange(len(text)) - (np.cumsum(counts) - counts)[text]) * step
        at = starts[text] + place
        hi, lo = fours[at], fours[at + search.seed - HALF]
        for k in np.flatnonzero(_have_far_letters(codes, at, search.seed)).tolist():
            hi[k], lo[k] = _digest(whole[at[k] : at[k] + search.seed])
        parts.append((np.full(len(at), number, np.int32), hi.view(np.int64), lo.view(np.int64), text, place))
    search_of, hi, lo, text, place = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Seeds(search_of, hi, lo, text, place.astype(np.int32))


def _fours(codes: NDArray[np.uint32]) -> Hashes:
    """Return the four letters from each of CODES on, 16 bits each."""
    wide = np.concatenate([codes, np.zeros(HALF - 1, np.uint32)]).astype(np.uint64)
    fours = np.zeros(len(codes), np.uint64)
    for k in range(HALF):
        fours = fours << np.uint64(16) | wide[k : k + len(codes)]
    return fours


def _have_far_letters(codes: NDArray[np.uint32], at: Longs, seed: int) -> Mask:
    """Return for which positions AT one of SEED letters is beyond U+FFFF."""
    far = codes > BASIC
    if not far.any():
        return np.zeros(len(at), bool)
    before = np.concatenate([[0], np.cumsum(far)])
    return np.asarray(before[at + seed] > before[at])


def _digest(seed: str) -> tuple[int, int]:
    """Return a SEED with letters beyond U+FFFF as two numbers that are those of no other seed, but once in 2 ** 100."""
    made = blake2b(seed.encode("utf-32-le"), digest_size=16).digest()
    hi, lo = int.from_bytes(made[:8], "little"), int.from_bytes(made[8:], "little")
    return hi & LOW | FAR, lo


def first_few(seeds: Seeds, numbers: Longs, hashed: Hashes, most: int) -> Mask:
    """Return which SEEDS are among the first MOST places of theirs; the texts have NUMBERS, one for each seed.

    A seed that stands in every text would go to one task from all of them otherwise. HASHED: their hashes.

    >>> found = find_seeds(["昨夜云岭河开了两岸的人"] * 4, [TEXT_KINDS.index("prose")] * 4, every=False)
    >>> kept = first_few(found, -found.text, hashes(found.search, found.hi, found.lo), 2)
    >>> found.text[kept].tolist()
    [2, 3]
    """
    kept = np.ones(len(hashed), bool)
    ranked = np.sort(hashed)
    often = ranked[most:][ranked[most:] == ranked[:-most]]
    if len(often):
        rows = np.flatnonzero(np.isin(hashed, often))
        keys = (seeds.search[rows], seeds.hi[rows], seeds.lo[rows])
        order = np.lexsort((seeds.place[rows], numbers[rows], *keys))
        new = np.ones(len(order), bool)
        new[1:] = np.logical_or.reduce([key[order][1:] != key[order][:-1] for key in keys])
        starts = np.flatnonzero(new)
        rank = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
        kept[rows[order[rank >= most]]] = False
    return kept


def gather(batches: Iterable[Sequence[NDArray[Any]]], most: int) -> Iterator[Gathered]:
    """Yield the seeds of BATCHES, no more than MOST places of each.

    BATCHES: columns hi, lo, search, text, place, and letters of the text, sorted; a seed may go on in the next one.

    >>> rows = [np.array(x) for x in ([7, 7, 8], [1, 1, 1], [0, 0, 0], [3, 5, 5], [0, 4, 8], [12, 16, 16])]
    >>> [[x.hi.tolist(), x.first.tolist(), x.offsets.tolist()] for x in gather([rows, rows[:0]], 17)]
    [[[7], [3], [0, 32]], [[8], [5], [0, 16]]]
    """
    rest: list[NDArray[Any]] = []
    for batch in chain(batches, [()]):
        last = not len(batch)
        columns = [np.concatenate(pair) for pair in zip(rest, batch, strict=True)] if rest and not last else rest
        columns = columns or list(batch)
        if not columns or not len(columns[0]):
            continue
        new = np.zeros(len(columns[0]), bool)
        new[0] = True
        for column in columns[:3]:
            new[1:] |= column[1:] != column[:-1]
        starts = np.flatnonzero(new)
        end = len(new) if last else int(starts[-1])
        rest = [column[end:][:most] for column in columns]
        if end:
            starts = starts if last else starts[:-1]
            yield _gathered([column[:end] for column in columns], starts, most)


def _gathered(columns: Sequence[NDArray[Any]], starts: Longs, most: int) -> Gathered:
    """Return the seeds of COLUMNS, each of which begins at one of STARTS."""
    counts = np.diff(starts, append=len(columns[0]))
    rank = np.arange(len(columns[0])) - np.repeat(starts, counts)
    kept = rank < most
    hi, lo, search = (column[starts] for column in columns[:3])
    places = np.empty(int(kept.sum()), PLACE)
    for name, column in zip(PLACE.names or (), columns[3:], strict=True):
        places[name] = column[kept]
    counts = np.minimum(counts, most)
    ends = np.cumsum(counts)
    last = np.where(counts == most, places["text"][ends - 1], NEVER)
    offsets = np.concatenate([[0], ends * PLACE.itemsize]).astype(np.int32)
    return Gathered(hi, lo, search, places["text"][ends - counts], last, offsets, places.tobytes())


def hashes(search: NDArray[Any], hi: Longs, lo: Longs) -> Hashes:
    """Return a hash of each seed, which is spread over all 64 bits.

    >>> one, two, same = hashes(np.array([0, 1, 0]), np.array([5, 5, 5]), np.array([-7, -7, -7])).tolist()
    >>> one == same != two
    True
    """
    x = hi.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + search.astype(np.uint64)
    for factor in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB):  # the steps of splitmix64
        x = (x ^ x >> np.uint64(29)) * np.uint64(factor)
        x ^= lo.view(np.uint64)
    return (x ^ x >> np.uint64(32)) * np.uint64(0xD6E8FEB86659FD93)


def bits_for(count: int) -> int:
    """Return how many bits the sieve for COUNT seeds has, as a power of two.

    >>> bits_for(0), bits_for(1_000_000), bits_for(10**12)
    (20, 23, 31)
    """
    return min(MOST_BITS, max(SEGMENT, (BITS_A_SEED * count - 1).bit_length()))


def slots(hashed: Hashes, bits: int) -> Longs:
    """Return the bit of each hash in a sieve of 2 ** BITS bits.

    >>> slots(np.array([1 << 63], np.uint64), 20).tolist()
    [524288]
    """
    return (hashed >> np.uint64(64 - bits)).astype(np.int64)


def segment_of(hashed: Hashes) -> NDArray[np.int32]:
    """Return the segment of each hash in the largest sieve: seeds of the same one are together in smaller ones too.

    >>> segment_of(np.array([1 << 63], np.uint64)).tolist()
    [1024]
    """
    return (slots(hashed, MOST_BITS) >> SEGMENT).astype(np.int32)


def segments(batches: Iterable[tuple[Hashes, Mask, Mask]], bits: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
    """Yield the segments of a Sieve that the seeds of BATCHES make: of which set, which segment of it, and its bits.

    BATCHES: the hashes of seeds, which were posted again, and which are formulas. BITS: how many each set has, as a
    power of two.

    >>> no = np.array([False, False])
    >>> hashed = np.array([8 << 44, 1 << 63], np.uint64)
    >>> [(number, n, made[:2]) for number, n, made in segments([(hashed, no, no)], [21, 20, 20])]
    [(0, 0, b'\\x00\\x00'), (0, 1, b'\\x01\\x00')]
    """
    known: dict[tuple[int, int], Mask] = {}
    for hashed, again, formulas in batches:
        for number, which in enumerate((~formulas, again & ~formulas, formulas)):
            at = slots(hashed[which], bits[number])
            segment = at >> SEGMENT
            for n in np.unique(segment).tolist():
                flags = known.setdefault((number, n), np.zeros(1 << SEGMENT, bool))
                flags[at[segment == n] & (1 << SEGMENT) - 1] = True
    for (number, n), flags in known.items():
        yield number, n, np.packbits(flags, bitorder="little").tobytes()


def make_sieve(made: Iterable[tuple[int, int, bytes]], bits: Sequence[int], since: int) -> Sieve:
    """Return the Sieve of the segments MADE, each perhaps in several parts; BITS: as `segments` has them.

    >>> make_sieve([(0, 0, b"\\x05" * (1 << SEGMENT >> 3))], [20, 20, 20], 0).posted[:2].tolist()
    [5, 5]
    """
    posted, again, formulas = (np.zeros(1 << size >> 3, np.uint8) for size in bits)
    size = 1 << SEGMENT >> 3
    for number, n, segment in made:
        (posted, again, formulas)[number][n * size : (n + 1) * size] |= np.frombuffer(segment, np.uint8)
    return Sieve(posted, again, formulas, since)


def holds(bits: Bits, hashed: Hashes) -> Mask:
    """Return which hashes may be of seeds that are in the set BITS: all that are, and some others.

    >>> bits = np.packbits(np.arange(1 << SEGMENT) == 524288, bitorder="little")
    >>> holds(bits, np.array([1 << 63, 1], np.uint64)).tolist()
    [True, False]
    """
    at = slots(hashed, (len(bits) * 8 - 1).bit_length())
    return np.asarray(bits[at >> 3] >> (at & 7).astype(np.uint8) & 1 > 0)


def can_find(seeds: Seeds, numbers: Longs, sieve: Sieve) -> Mask:
    """Return which SEEDS may find something in texts before theirs, the numbers of which are NUMBERS, one for each.

    A seed at a place where it is posted finds itself, so others find something only if it was posted again.

    >>> found = find_seeds(["昨夜云岭河开了两岸的人都来看"], [TEXT_KINDS.index("head")], every=True)
    >>> none = np.zeros(1 << SEGMENT >> 3, np.uint8)
    >>> int(can_find(found, found.text, Sieve(~none, none, none, 0)).sum()), len(found.place)
    (8, 11)
    """
    hashed = hashes(seeds.search, seeds.hi, seeds.lo)
    own = seeds.place % STEPS[seeds.search] == 0
    found = np.empty(len(hashed), bool)
    found[own] = holds(sieve.again, hashed[own])
    found[~own] = holds(sieve.posted, hashed[~own])
    early = (numbers < sieve.since) & ~found
    found[early] = holds(sieve.formulas, hashed[early])
    return found
