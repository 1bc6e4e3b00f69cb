r"""Compile an OpenCC configuration: from the texts of its dictionaries to what `clipper.convert` looks up. Pure.

A compiled converter never changes, so threads and worker processes can share it.

Method. Four phrases of five in OpenCC's dictionaries give what their characters alone would give. A clause that holds
no other phrase comes out the same however it is cut. So every phrase that says something else leaves a stretch of
itself in a gate (see `Gate`), and only the clauses in which one is found have to be cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, product
from math import prod
from operator import itemgetter, ne
from typing import Any, Literal

from clipper.encodings import FREQUENT
from clipper.errors import DataError

__all__ = [
    "Converter",
    "Gate",
    "Method",
    "Stage",
    "Table",
    "any_of",
    "basic_table",
    "compile_characters",
    "compile_converter",
    "dictionary_names",
    "dictionary_values",
    "stage_names",
]

Method = Literal["forward", "longest"]
Words = Mapping[str, str]  # source -> what it becomes
Node = Mapping[str, Any]  # {"type": "text", "file": "STPhrases.txt"}, or {"type": "group", "dicts": [more of them]}

FORMAT = "see https://github.com/BYVoid/OpenCC for what configurations and dictionaries look like"

# An ideographic description sequence spells out one character, so OpenCC converts nothing in it: ⿰虫鬼 stays.
# The operators and how many parts each of them takes (Unicode, chapter 18.2), and OpenCC's own two limits.
IDS_PARTS = dict.fromkeys("⿰⿱⿴⿵⿶⿷⿸⿹⿺⿻⿼⿽", 2) | dict.fromkeys("⿲⿳", 3) | dict.fromkeys("⿾⿿", 1)
IDS_LENGTH = 64
IDS_DEPTH = 16
IDS = re.compile("[⿰-⿿]")  # ⿰ of ⿰虫鬼

# A clause ends at one of these, as long as no key of the dictionaries holds it.
CLAUSE_ENDS = "\n\r\t ，。、；：？！“”‘’（）《》〈〉「」『』【】〔〕…—　,;:?!()"

# What is kept of a word to know it by: up to so many characters. Where a stretch can come from more different texts
# than that, only one of its characters is kept.
STRETCH = 4
MANY = 256

# str.translate is fastest where it finds every character, so the common ones stand in its table as themselves.
COMMON = (10, *range(0x2010, 0x2040), *range(0x3000, 0x3040), *range(0x4E00, 0xA000), *range(0xFF00, 0xFF60))
COMMONNESS = {character: len(FREQUENT) - n for n, character in reversed([*enumerate(FREQUENT)])}
BASIC = range(0x10000)  # the characters that nearly all texts are made of; a list of them is faster still than a dict


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One dictionary, ready for lookups: its words, and for two characters how long the keys are that begin so.

    In `longest` are only those that begin keys of two characters and more.
    """

    words: Words = field(repr=False)
    longest: Mapping[str, int] = field(repr=False)


Windows = tuple[tuple[int, int], ...]  # where a stretch begins and ends, counted from its trigger
Stage = tuple[Table, ...]  # one table; for the longest match a table for each dictionary of the group, in order


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """What tells the clauses that have to be traced from those that `str.translate` does.

    basic, beyond: what becomes of each character that stands alone; the first for str.translate, up to U+FFFF. rare:
    the characters that need more than that: those beyond, and all that the normalization or a description sequence may
    touch. triggers: finds characters that may make a clause risky, and the rare ones. pairs: one does so only where it
    and a neighbour stand here (or it alone), with the windows around it, from and to, of which one then has to stand in
    stretches. ends: the characters that end a clause.

    Every word whose value differs from that of its characters leaves a stretch of itself here. For a word of a later
    stage these are the characters that become the stretch in the stages before it. A clause without any stretch comes
    out character by character, whichever words of it are taken: each of them says the same as its characters.
    """

    basic: tuple[int, ...] = field(repr=False)
    beyond: Mapping[str, str] = field(repr=False)
    rare: frozenset[str] = field(repr=False)
    triggers: re.Pattern[str] = field(repr=False)
    pairs: Mapping[str, Windows] = field(repr=False)
    stretches: frozenset[str] = field(repr=False)
    ends: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Converter:
    """A compiled OpenCC configuration; immutable, made by `compile_converter`. script: the configuration's name."""

    script: str
    method: Method
    normalization: tuple[Stage, ...] = field(repr=False)
    segmentation: Stage | None = field(repr=False)
    stages: tuple[Stage, ...] = field(repr=False)
    gate: Gate | None = field(repr=False)  # None where a dictionary writes description sequences: all has to be traced


# ---- compiling ----


def dictionary_names(config: Mapping[str, Any]) -> list[str]:
    """Return the names of the dictionaries that CONFIG (an OpenCC configuration, parsed) asks for, each once.

    Raises DataError where CONFIG is not in OpenCC's format.

    >>> dictionary_names({"conversion_chain": [{"dict": {"type": "text", "file": "STCharacters.txt"}}]})
    ['STCharacters.txt']
    """
    nodes = [node for nodes in _steps(config) for node in nodes]
    return list(dict.fromkeys(name for node in nodes for name in _names(node)))


def stage_names(config: Mapping[str, Any]) -> list[list[str]]:
    """Return the names of the dictionaries of each stage of CONFIG's conversion. Raises as `dictionary_names` does.

    >>> stage_names({"conversion_chain": [{"dict": {"type": "text", "file": name}} for name in "ab"]})
    [['a'], ['b']]
    """
    return [_names(node) for node in _steps(config)[2]]


def compile_converter(
    config: Mapping[str, Any],
    dictionaries: Mapping[str, str],
    *,
    script: str = "",
    method: Method = "forward",
) -> Converter:
    r"""Return the converter that CONFIG (an OpenCC configuration, parsed) describes.

    dictionaries: the text of each dictionary the configuration names, under that name. script: the name to enter in
    records. method: "forward" as OpenCC matches; "longest" as opencc-python-reimplemented does, which has neither
    normalization nor segmentation.
    Raises DataError where the configuration or a dictionary is not in OpenCC's format.

    >>> from clipper.convert import convert_text
    >>> group = {"type": "group", "dicts": [{"type": "text", "file": "a"}, {"type": "text", "file": "b"}]}
    >>> converter = compile_converter({"conversion_chain": [{"dict": group}]}, {"a": "皇后\t皇后", "b": "后\t後 后"})
    >>> convert_text("皇后之后", converter)
    '皇后之後'
    """
    normalization, segmentation, chain = _steps(config)
    parsed: dict[str, Words] = {}
    for name in dictionary_names(config):
        if name not in dictionaries:
            raise DataError(name, "a dictionary the configuration names is missing", FORMAT)
        parsed[name] = _parse_dictionary(dictionaries[name], name)
    if method == "longest":
        normalization = segmentation = []
        stages = [tuple(_table(parsed[name]) for name in _names(node)) for node in chain]
    else:
        stages = [(_table(_merged(node, parsed)),) for node in chain]
    normal = [(_table(_merged(node, parsed)),) for node in normalization]
    cut = (_table(_merged(segmentation[0], parsed)),) if segmentation else None
    unusual = {*IDS_PARTS, *(key[0] for (table,) in normal for key in table.words)}
    written = (value for stage in stages[:-1] for table in stage for value in table.words.values())
    return Converter(
        script=script,
        method=method,
        normalization=tuple(normal),
        segmentation=cut,
        stages=tuple(stages),
        gate=None if IDS.search("".join(written)) else _gate(stages, cut, unusual),
    )


def compile_characters(config: Mapping[str, Any], dictionaries: Mapping[str, str]) -> dict[int, str | int]:
    r"""Return what CONFIG makes of each character that stands alone, for `str.translate`.

    This is one part of what `compile_converter` makes, in half the time. Raises DataError as that does.

    >>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "a"}}]}
    >>> "皇后之后".translate(compile_characters(config, {"a": "皇后\t皇后\n后\t後 后"}))
    '皇後之後'
    """
    parsed = {name: _parse_dictionary(dictionaries[name], name) for name in dictionary_names(config)}
    becomes: dict[str, str] = {}
    for node in _steps(config)[2]:
        becomes = _after(becomes, _single([Table(_merged(node, parsed), {})]))
    return _translation(becomes)


def _steps(config: Mapping[str, Any]) -> tuple[list[Node], list[Node], list[Node]]:
    """Return the dictionaries of normalization, segmentation (none or one) and conversion chain."""
    try:
        normalization = [step["dict"] for step in config.get("normalization", ())]
        segmentation = [config["segmentation"]["dict"]] if "segmentation" in config else []
        if segmentation and config["segmentation"]["type"] != "mmseg":
            raise DataError("configuration", f"unknown segmentation {config['segmentation']['type']!r}", FORMAT)
        return normalization, segmentation, [step["dict"] for step in config["conversion_chain"]]
    except (AttributeError, KeyError, TypeError) as fault:
        raise DataError("configuration", f"not in OpenCC's format: {fault!r}", FORMAT) from None


def _names(node: Node) -> list[str]:
    try:
        if node["type"] == "group":
            return [name for child in node["dicts"] for name in _names(child)]
        if node["type"] in ("text", "txt", "ocd2"):
            return [str(node["file"])]
        raise DataError("configuration", f"unknown type of dictionary {node['type']!r}", FORMAT)
    except (KeyError, TypeError) as fault:
        raise DataError("configuration", f"not in OpenCC's format: {fault!r}", FORMAT) from None


def _parse_dictionary(text: str, name: str) -> Words:
    r"""Return the first value of every key: one entry a line, a tab between key and values, spaces between values.

    >>> _parse_dictionary("# comment\n\n后\t後 后\n", "STCharacters.txt")
    {'后': '後'}
    """
    return {key: values.split(" ", 1)[0] if " " in values else values for key, values in _entries(text, name)}


def dictionary_values(text: str, name: str) -> dict[str, tuple[str, ...]]:
    r"""Return all values of every key of a dictionary, which is called NAME. Raises DataError as compiling does.

    >>> dictionary_values("后\t後 后\n汉\t漢\n", "STCharacters.txt")
    {'后': ('後', '后'), '汉': ('漢',)}
    """
    return {key: tuple(values.split(" ")) for key, values in _entries(text, name)}


def _entries(text: str, name: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        key, _, values = line.partition("\t")
        if key and values and key[0] != "#":
            yield key, values
        elif line and line[0] != "#":
            raise DataError(f"{name}: line {number}", "no key and value with a tab between", FORMAT)


def _merged(node: Node, parsed: Mapping[str, Words]) -> Words:
    """Return one dictionary whose longest match is the match of the whole group.

    In a union the longest key counts, of equal ones the first. In a short circuit the first dictionary counts that
    has any key to offer, so no key of a later one is ever reached that begins with a key of an earlier one.
    """
    if node["type"] != "group":
        return parsed[_names(node)[0]]
    policy = node.get("match_policy", "short_circuit")
    if policy not in ("short_circuit", "union"):
        raise DataError("configuration", f"unknown match_policy {policy!r}", FORMAT)
    merged: dict[str, str] = {}
    for child in node["dicts"]:
        words = _merged(child, parsed)
        if not merged:
            merged = dict(words)
        elif policy == "union":
            merged = {**words, **merged}
        else:
            merged.update([(k, v) for k, v in words.items() if not _begins_with_any(k, merged)])
    return merged


def _begins_with_any(text: str, words: Words) -> bool:
    return any(text[:length] in words for length in range(1, len(text) + 1))


def _table(words: Words) -> Table:
    keys = sorted([key for key in words if len(key) > 1], key=len)  # of those that begin alike, the last counts
    return Table(words, dict(zip(map(itemgetter(slice(2)), keys), map(len, keys), strict=True)))


def _gate(stages: Sequence[Stage], segmentation: Stage | None, unusual: set[str]) -> Gate:
    becomes: dict[str, str] = {}  # a character -> what the stages so far make of it
    risky: set[tuple[str, int]] = set()
    for stage in stages:
        single = _single(stage)
        origins = _origins(becomes)
        triggers = {stretch[at] for stretch, at in risky}
        known = {c for c, sources in origins.items() if triggers.issuperset(sources)} | triggers.difference(becomes)
        found = _risky_stretches(stage, single, known)
        risky.update(_traced_back(found, origins) if origins else found)
        becomes = _after(becomes, single)
    tables = [*(table for stage in stages for table in stage), *(segmentation or ())]
    keys = ["".join(table.words) for table in tables]
    beyond = {c: now for c, now in becomes.items() if c > "\uffff"}
    rare = unusual.union(beyond)
    windows: dict[str, Windows] = dict.fromkeys(rare, ())
    for stretch, at in risky:
        pair = stretch[at : at + 2] if at + 1 < len(stretch) else stretch[-2:]
        window, known_ones = (-at, len(stretch) - at), windows.get(pair, ())
        if window not in known_ones:
            windows[pair] = tuple(sorted((*known_ones, window)))
    return Gate(
        basic=basic_table(becomes),
        beyond=beyond,
        rare=frozenset(rare),
        triggers=any_of([*rare, *(stretch[at] for stretch, at in risky)]),
        pairs=windows,
        stretches=frozenset(stretch for stretch, _ in risky),
        ends=frozenset(end for end in CLAUSE_ENDS if not any(end in held for held in keys)),
    )


def basic_table(becomes: Words) -> tuple[int, ...]:
    """Return what each of the BASIC characters becomes, by its number, where some BECOME another one.

    >>> "里后".translate(basic_table({"后": "後"}))
    '里後'
    """
    table = list(BASIC)
    for character, now in becomes.items():
        if character <= "\uffff":
            table[ord(character)] = ord(now)
    return tuple(table)


def _after(becomes: Words, single: Words) -> dict[str, str]:
    """Return what becomes of each character where it BECOMES another one, and then what SINGLE makes of that."""
    return {c: single.get(now, now) for c, now in (dict(zip(single, single, strict=True)) | dict(becomes)).items()}


def _translation(characters: Words) -> dict[int, str | int]:
    return {**dict(zip(COMMON, COMMON, strict=True)), **{ord(c): now for c, now in characters.items()}}


def _single(stage: Sequence[Table]) -> dict[str, str]:
    """Return the characters that STAGE turns into one other, where they stand alone."""
    return {k: v for table in reversed(stage) for k, v in table.words.items() if len(k) == len(v) == 1}


def _origins(becomes: Words) -> dict[str, list[str]]:
    """Return for a character all those that become it, where that is not just itself.

    >>> _origins({"后": "後", "裏": "里"})
    {'後': ['後', '后'], '里': ['里', '裏'], '后': [], '裏': []}
    """
    origins: dict[str, list[str]] = {}
    for character, now in becomes.items():
        origins.setdefault(now, [] if now in becomes else [now]).append(character)
    for character in becomes:
        origins.setdefault(character, [])
    return origins


def _traced_back(stretches: Iterable[tuple[str, int]], origins: Mapping[str, list[str]]) -> Iterator[tuple[str, int]]:
    """Yield the texts that the earlier stages may turn into STRETCHES, each with the offset of its trigger.

    >>> list(_traced_back([("後里", 1)], {"後": ["後", "后"]}))
    [('後里', 1), ('后里', 1)]
    """
    for stretch, at in stretches:
        sources = [origins.get(character, [character]) for character in stretch]
        if prod(map(len, sources)) > MANY:
            sources, at = [sources[at]], 0
        for characters in product(*sources):
            yield "".join(characters), at


def _risky_stretches(stage: Stage, single: Words, known: set[str]) -> set[tuple[str, int]]:
    """Return a stretch of every key whose value is not what SINGLE makes of its characters, and its trigger's offset.

    Any character of the key can be its trigger. It is one in KNOWN, those that are looked for already, or else one that
    comes out otherwise, which then is known too; of several, the one that texts hold least often.
    """
    characters = _translation(single)
    known = set(known)
    risky = set()
    for table in stage:
        keys, values = list(table.words), list(table.words.values())
        plain = "\n".join(keys).translate(characters).split("\n") if keys else []
        for key, value, usual in compress(zip(keys, values, plain, strict=True), map(ne, values, plain)):
            found = [n for n, c in enumerate(key) if c in known]
            if not found:
                found = [n for n, c in enumerate(key) if value[n : n + 1] != usual[n : n + 1]] or [*range(len(key))]
            at = found[0] if len(found) == 1 else min([(COMMONNESS.get(key[n], 0), n) for n in found])[1]
            known.add(key[at])
            start = max(0, min(at - 1, len(key) - STRETCH))
            risky.add((key[start : start + STRETCH], at - start))
    return risky


def any_of(characters: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of CHARACTERS, and maybe a few more beyond U+FFFF.

    Those stand in it as one range: a class of many of them is forty times slower.
    """
    inside = sorted(c for c in set(characters) if c <= "\uffff")
    beyond = sorted(c for c in set(characters) if c > "\uffff")
    found = "".join(map(re.escape, inside)) + (f"{beyond[0]}-{beyond[-1]}" if beyond else "")
    return re.compile(f"[{found}]" if found else "(?!)")
