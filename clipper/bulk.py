r"""The gate of a conversion for large texts, with numpy: the same answer as `clipper.convert` gives by itself.

numpy takes as long to import as converting a million characters without it, so this module is imported for large texts
only, and only where numpy is installed (`pip install 'clipper[fast]'`).

Method. A text is one array of code points. One table gives for each what it becomes, and a mark where it is a trigger
of the gate, or rare. Around the triggers, pairs of neighbours and then stretches are looked up by their hashes in
tables of bits; what is found is compared letter by letter. `clipper.compiling.Gate` says what is looked for, and why.

>>> from clipper.compiling import compile_converter
>>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}
>>> gate = compile_converter(config, {"t": "里\t裏\n公里\t公里\n"}).gate
>>> gate is not None and scanned("城里，三公里", gate)
('城裏，三公裏', [(4, 6)], [])
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from clipper.compiling import BASIC, Gate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]
    Offsets = NDArray[np.intp]

__all__ = ["holds", "scanned"]

CODEC = "utf-32-le"

# What the table of characters says besides what a character becomes.
TRIGGER = 1 << 31
RARE = 1 << 30
BECOMES = (1 << 21) - 1

BITS = 20  # of a hash: the tables of ten thousand entries are then one per cent full
FACTORS = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F)  # odd numbers, one for each character of a stretch
CHUNK = 1 << 18  # characters that are looked up at a time, so that what is in between fits into the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """A gate as arrays. characters: by code point; the last one stands for all beyond U+FFFF.

    pairs, stretches: bits by the hash of their characters. windows: where a stretch begins and ends, counted from its
    trigger.
    """

    characters: Codes
    pairs: NDArray[np.bool_]
    stretches: NDArray[np.bool_]
    windows: tuple[tuple[int, int], ...]


def scanned(text: str, gate: Gate) -> tuple[str, list[tuple[int, int]], list[int]]:
    """Return what TEXT becomes character by character, its risky stretches in order, and where its rare characters are.

    This is what `clipper.convert` makes without numpy: a rare character is left as it is.
    """
    tables = _tables(gate)
    codes = _codes(text)
    becomes = np.empty_like(codes)
    marked = []
    for start in range(0, len(codes), CHUNK):
        chunk = codes[start : start + CHUNK]
        found = tables.characters.take(chunk, mode="clip")
        marked.append(np.flatnonzero(found >= RARE) + start)
        np.bitwise_and(found, BECOMES, out=becomes[start : start + CHUNK])
    at = np.concatenate(marked) if marked else np.empty(0, np.intp)
    above = at[codes[at] >= len(BASIC)]
    becomes[above] = codes[above]
    rare = above if not len(at) else at[tables.characters.take(codes[at], mode="clip") & RARE > 0]
    odd = [n for n in rare.tolist() if text[n] in gate.rare]
    return str(becomes.data, CODEC, "surrogatepass"), _spots(text, codes, at, tables, gate), odd


def holds(text: str, letters: frozenset[str]) -> bool:
    r"""Tell whether TEXT holds any of LETTERS.

    >>> holds("云岭县雲", frozenset("雲")), holds("云岭县", frozenset("雲\U00020000"))
    (True, False)
    """
    marks = np.zeros(len(BASIC) + 1, np.bool_)
    marks[_codes("".join(c for c in letters if c <= "\uffff"))] = True
    codes = _codes(text)
    chunks = (codes[start : start + CHUNK] for start in range(0, len(codes), CHUNK))
    if any(marks.take(chunk, mode="clip").any() for chunk in chunks):
        return True
    return bool(codes.max(initial=0) > BASIC[-1]) and not letters.isdisjoint(text)


def _spots(text: str, codes: Codes, at: Offsets, tables: _Tables, gate: Gate) -> list[tuple[int, int]]:
    """Return where the stretches of GATE are around the triggers AT, in order."""
    last = len(codes) - 1

    def hashes(of: Offsets, before: int, after: int) -> NDArray[np.uint32]:
        return _hashes([codes[np.clip(of + n, 0, last)] for n in range(before, after)])

    near = tables.pairs[hashes(at, 0, 1)] | tables.pairs[hashes(at, 0, 2)] | tables.pairs[hashes(at, -1, 1)]
    at = at[near]
    spots = []
    for before, after in tables.windows:
        begins = at[tables.stretches[hashes(at, before, after)]] + before
        spots += [(n, n + after - before) for n in begins.tolist() if n >= 0]
    return sorted({spot for spot in spots if text[spot[0] : spot[1]] in gate.stretches})


@lru_cache(maxsize=4)
def _tables(gate: Gate) -> _Tables:
    characters = np.array([*gate.basic, 0], np.uint32)
    everything = str(np.arange(len(BASIC), dtype=np.uint32).data, CODEC, "surrogatepass")
    characters[_codes("".join(gate.triggers.findall(everything)))] |= TRIGGER
    characters[_codes("".join(c for c in gate.rare if c <= "\uffff"))] |= RARE
    characters[-1] |= TRIGGER | RARE
    return _Tables(
        characters=characters,
        pairs=_bits(gate.pairs),
        stretches=_bits(gate.stretches),
        windows=tuple({window for windows in set(gate.pairs.values()) for window in windows}),
    )


def _bits(texts: Iterable[str]) -> NDArray[np.bool_]:
    """Return bits of which those are set that the hashes of TEXTS point at."""
    bits = np.zeros(1 << BITS, np.bool_)
    by_length: dict[int, list[str]] = {}
    for text in texts:
        by_length.setdefault(len(text), []).append(text)
    for length, alike in by_length.items():
        codes = _codes("".join(alike)).reshape(-1, length)
        bits[_hashes([codes[:, n] for n in range(length)])] = True
    return bits


def _hashes(columns: list[Codes]) -> NDArray[np.uint32]:
    """Return a number of BITS bits for each row of COLUMNS."""
    mixed = np.zeros(len(columns[0]), np.uint32)
    for column, factor in zip(columns, FACTORS, strict=False):
        mixed += column * np.uint32(factor)
        mixed ^= mixed >> np.uint32(15)
    return mixed >> np.uint32(32 - BITS)


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode(CODEC, "surrogatepass"), np.dtype("<u4")).astype(np.uint32, copy=False)
