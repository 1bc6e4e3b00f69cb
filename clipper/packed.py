r"""A compiled converter as bytes, and back: what is kept of it in the cache. Pure.

Plain text that is taken apart, and nothing in it is run. To read it back takes a fifth of the time that compiling does.

    header    one line of JSON: names, numbers, and how long each part of the rest is
    parts     texts put end to end: the keys of a dictionary with a line break between, their values, and so on

All of it is UTF-16: that is what a Chinese text in Python looks like inside, so it is the quickest to decode.

>>> from clipper.compiling import compile_converter
>>> from clipper.convert import convert_text
>>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}
>>> converter = unpack_converter(pack_converter(compile_converter(config, {"t": "里\t裏\n公里\t公里\n"})))
>>> convert_text("城里三公里", converter)
'城裏三公里'
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clipper.compiling import Converter, Gate, Stage, Table, basic_table

__all__ = ["FORMAT", "pack_converter", "unpack_converter"]

FORMAT = "converter 1"  # of what `pack_converter` makes; to be changed with it, and with what is compiled
CODEC = "utf-16-le"
Words = Mapping[str, str]


@dataclass(slots=True)
class _Parts:
    """The texts of a pack: written one after another, and read in the same order."""

    parts: list[str] = field(default_factory=list)

    def add(self, texts: Iterable[str], between: str = "\n") -> None:
        self.parts.append(between.join(texts))

    def add_words(self, words: Words, between: str = "\n") -> None:
        self.add(words, between)
        self.add(words.values(), between)


def pack_converter(converter: Converter) -> bytes:
    """Return CONVERTER as bytes.

    Raises ValueError for one with a key of thousands of characters, or with half a character: it cannot be packed.
    """
    parts = _Parts()
    tables: list[Table] = []
    heads: list[Any] = []
    cut = [converter.segmentation] if converter.segmentation else []
    numbers = [
        [[_number(table, tables, heads, parts) for table in stage] for stage in stages]
        for stages in (cut, converter.normalization, converter.stages)
    ]
    gate = converter.gate
    windows: list[Any] = []
    if gate:
        changed = {chr(n): chr(now) for n, now in enumerate(gate.basic) if n != now}
        parts.add_words(changed, "")
        parts.add_words(gate.beyond, "")
        parts.add(gate.rare, "")
        parts.add([gate.triggers.pattern])
        windows = list(dict.fromkeys(gate.pairs.values()))
        numbered = {found: chr(number) for number, found in enumerate(windows)}
        parts.add(gate.pairs)
        parts.add(map(numbered.__getitem__, gate.pairs.values()), "")
        parts.add(gate.stretches)
        parts.add(gate.ends, "")
    header = {
        "script": converter.script,
        "method": converter.method,
        "tables": heads,
        "stages": numbers,
        "gate": gate is not None,
        "windows": windows,
        "sizes": [len(part) for part in parts.parts],
    }
    return "".join([json.dumps(header), "\n", *parts.parts]).encode(CODEC)


def _number(table: Table, tables: list[Table], heads: list[Any], parts: _Parts) -> int:
    """Return the number of TABLE among TABLES, to which it is added where it is new.

    A table that holds all of an earlier one is stored as what it has besides.
    """
    for number, known in enumerate(tables):
        if known.words == table.words:
            return number
    base = next((n for n, known in enumerate(tables) if _holds(table.words, known.words)), None)
    words: Words = tables[base].words if base is not None else {}
    shared = base is not None and tables[base].longest == table.longest
    parts.add_words({key: value for key, value in table.words.items() if key not in words})
    longest = {} if shared else table.longest
    parts.add(longest)
    parts.add(map(chr, longest.values()), "")
    heads.append([base, shared, len(table.words) - len(words)])
    tables.append(table)
    return len(tables) - 1


def _holds(words: Words, some: Words) -> bool:
    return len(some) <= len(words) and all(words.get(key) == value for key, value in some.items())


def unpack_converter(data: bytes | memoryview) -> Converter:
    """Return the converter that `pack_converter` made DATA of.

    Raises ValueError, LookupError or TypeError for anything else.
    """
    text = str(data, CODEC)
    end = text.index("\n") + 1
    header = json.loads(text[:end])
    parts = []
    for size in header["sizes"]:
        parts.append(text[end : end + size])
        end += size
    take = iter(parts).__next__
    tables: list[Table] = []
    for base, shared, count in header["tables"]:
        words: Words = dict(zip(take().split("\n"), take().split("\n"), strict=True)) if count else _none(take)
        longest = _lengths(take(), take())
        if base is not None:
            words = {**tables[base].words, **words}
        tables.append(Table(words, tables[base].longest if shared else longest))
    cut, normalization, stages = (_stages(numbers, tables) for numbers in header["stages"])
    return Converter(
        script=header["script"],
        method=header["method"],
        normalization=normalization,
        segmentation=cut[0] if cut else None,
        stages=stages,
        gate=_gate(header, take) if header["gate"] else None,
    )


def _none(take: Callable[[], str]) -> Words:
    take(), take()
    return {}


def _lengths(openings: str, lengths: str) -> Mapping[str, int]:
    return dict(zip(openings.split("\n"), map(ord, lengths), strict=True)) if openings else {}


def _stages(numbers: Sequence[Sequence[int]], tables: Sequence[Table]) -> tuple[Stage, ...]:
    return tuple(tuple(tables[n] for n in stage) for stage in numbers)


def _gate(header: Mapping[str, Any], take: Callable[[], str]) -> Gate:
    windows = [tuple((before, after) for before, after in found) for found in header["windows"]]
    return Gate(
        basic=basic_table(dict(zip(take(), take(), strict=True))),
        beyond=dict(zip(take(), take(), strict=True)),
        rare=frozenset(take()),
        triggers=re.compile(take()),
        pairs={pair: windows[ord(number)] for pair, number in zip(take().split("\n"), take(), strict=True)},
        stretches=frozenset(_lines(take())),
        ends=frozenset(take()),
    )


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []
