r"""Convert text and clippings between Chinese scripts with OpenCC dictionaries. Pure: tables in, text out.

A converter is compiled once from a configuration and the texts of its dictionaries; `clipper.opencc_tables` finds
both on the machine. A compiled converter never changes, so threads and worker processes can share it.

>>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "words.txt"}}]}
>>> converter = compile_converter(config, {"words.txt": "里\t裏\n公里\t公里\n千里\t千里\n"}, script="demo")
>>> convert_text("云岭县城里，三公里", converter)
'云岭县城裏，三公里'

In a notebook:

    from clipper.convert import convert_text
    from clipper.opencc_tables import load_converter
    convert_text("云岭县图书馆里有三千册新书。", load_converter("s2hk"))

Method. OpenCC normalizes a text, cuts it at the phrases of the segmentation dictionary, and sends every segment through
a chain of stages; each stage reads from left to right and takes the longest key of its dictionary (forward maximal
matching; https://github.com/BYVoid/OpenCC, version 1.4). `_trace` does just that, one character at a time.

Most text does not need it. Four phrases of five in OpenCC's dictionaries give what their characters alone would give.
A clause that holds no other phrase comes out the same however it is cut, so it goes through `str.translate`, and only
the risky clauses (see `_Gate`) are traced. The answer is the same by construction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, pairwise, product
from math import prod
from operator import itemgetter, ne
from typing import Any, Literal

from clipper.clipping import Block, Clipping, Seam
from clipper.errors import DataError

__all__ = [
    "Converter",
    "compile_characters",
    "compile_converter",
    "convert_clipping",
    "convert_text",
    "dictionary_names",
]

Method = Literal["forward", "longest"]
Words = Mapping[str, str]  # source -> what it becomes
Piece = tuple[str, str]  # a bit of the text, and what it becomes
Node = Mapping[str, Any]  # {"type": "text", "file": "STPhrases.txt"}, or {"type": "group", "dicts": [more of them]}

FORMAT = "see https://github.com/BYVoid/OpenCC for what configurations and dictionaries look like"

# An ideographic description sequence spells out one character, so OpenCC converts nothing in it: ⿰虫鬼 stays.
# The operators and how many parts each of them takes (Unicode, chapter 18.2), and OpenCC's own two limits.
IDS_PARTS = dict.fromkeys("⿰⿱⿴⿵⿶⿷⿸⿹⿺⿻⿼⿽", 2) | dict.fromkeys("⿲⿳", 3) | dict.fromkeys("⿾⿿", 1)
IDS_LENGTH = 64
IDS_DEPTH = 16
IDS = re.compile("[⿰-⿿]")  # ⿰ of ⿰虫鬼

# Where opencc-python-reimplemented cuts a text before it looks anything up; its dictionaries never reach across.
SEPARATOR = re.compile(  # 青石镇，云岭县 -> 青石镇 ， 云岭县
    r"(\s+|[-,.?!*，。、；：？！…“”‘’『』「」—－（）《》〈〉～．／＼［］｛｝【】"
    r"﹁﹂︒︑︔︓︿﹀︹︺︙︐﹇﹈︕︖︰︳︴︽︾︵︶︷︸﹃﹄︻︼])"  # the forms for vertical lines
)

# A clause ends at one of these, as long as no key of the dictionaries holds it.
CLAUSE_ENDS = "\n\r\t ，。、；：？！“”‘’（）《》〈〉「」『』【】〔〕…—　,;:?!()"

# What is kept of a word to know it by: up to so many characters; and the windows of a text that may hold them. Where a
# stretch can come from more different texts than that, only one of its characters is kept.
STRETCH = 4
WINDOWS = tuple((before, length) for length in range(1, STRETCH + 1) for before in range(length))
MANY = 256

# str.translate is fastest where it finds every character, so the common ones stand in its table as themselves.
COMMON = (10, *range(0x2010, 0x2040), *range(0x3000, 0x3040), *range(0x4E00, 0xA000), *range(0xFF00, 0xFF60))


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """One dictionary, ready for lookups: its words, and for two characters how long the keys are that begin so."""

    words: Words = field(repr=False)
    longest: Mapping[str, int] = field(repr=False)


Stage = tuple[_Table, ...]  # one table; for the longest match a table for each dictionary of the group, in order


@dataclass(frozen=True, slots=True, eq=False)
class _Gate:
    """What tells the clauses that have to be traced from those that `str.translate` does.

    characters: the translation of every character that stands alone. triggers, pairs, stretches: a clause is risky
    where a trigger is found, it and a neighbour stand in pairs, and a window around it stands in stretches. ends: the
    characters that end a clause.

    Every word whose value differs from that of its characters leaves a stretch of itself here. For a word of a later
    stage these are the characters that become the stretch in the stages before it. A clause without any stretch comes
    out character by character, whichever words of it are taken: each of them says the same as its characters.
    """

    characters: Mapping[int, str | int] = field(repr=False)
    triggers: re.Pattern[str] = field(repr=False)
    pairs: frozenset[str] = field(repr=False)
    stretches: frozenset[str] = field(repr=False)
    ends: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Converter:
    """A compiled OpenCC configuration; immutable, made by `compile_converter`. script: the configuration's name."""

    script: str
    method: Method
    normalization: tuple[Stage, ...] = field(repr=False)
    segmentation: Stage | None = field(repr=False)
    stages: tuple[Stage, ...] = field(repr=False)
    unusual: re.Pattern[str] = field(repr=False)  # finds what the normalization or a description sequence may touch
    gate: _Gate = field(repr=False)


# ---- converting ----


def convert_text(text: str, converter: Converter) -> str:
    r"""Return TEXT in the script of CONVERTER. White space, line ends and what no dictionary knows stay as they are.

    The answer is that of OpenCC 1.4 with the same dictionaries (or, for the method "longest", that of
    opencc-python-reimplemented 0.1.7). A lone surrogate is passed through. Never fails.

    >>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}
    >>> convert_text("# 青石镇\r\n\r\n***\r\n", compile_converter(config, {"t": "镇\t鎮"}))
    '# 青石鎮\r\n\r\n***\r\n'
    """
    if converter.unusual.search(text):
        text = _result(text, _normalize(text, converter))
        if IDS.search(text):  # may swallow a clause end
            return _result(text, _trace(_segments(text, converter), converter))
    characters = converter.gate.characters
    known: dict[str, str] = {}  # few different segments make up most of a long text
    converted = []
    done = 0
    for start, end in _risky_clauses(text, converter.gate):
        converted.append(text[done:start].translate(characters))
        for segment in _segments(text[start:end], converter):
            if segment not in known:
                known[segment] = _convert_segment(segment, converter)
            converted.append(known[segment])
        done = end
    converted.append(text[done:].translate(characters))
    return "".join(converted)


def _risky_clauses(text: str, gate: _Gate) -> Iterator[tuple[int, int]]:
    pairs, ends = gate.pairs, gate.ends
    end = 0
    for found in gate.triggers.finditer(text):
        at = found.start()
        if at < end or not (text[at : at + 2] in pairs or text[at - 1 : at + 1] in pairs or text[at] in pairs):
            continue
        if gate.stretches.isdisjoint([text[max(at - before, 0) : at - before + length] for before, length in WINDOWS]):
            continue
        start = at
        while start > end and text[start - 1] not in ends:
            start -= 1
        end = at + 1
        while end < len(text) and text[end] not in ends:
            end += 1
        yield start, end


def _result(text: str, passes: Sequence[Iterable[Piece]]) -> str:
    return "".join(target for _, target in passes[-1]) if passes else text


def _normalize(text: str, converter: Converter) -> list[list[Piece]]:
    passes: list[list[Piece]] = []
    for stage in converter.normalization:
        passes.append(_match_forward(text, stage))
        text = _result(text, passes)
    return passes


def _trace(segments: Sequence[str], converter: Converter) -> list[list[Piece]]:
    """Return what each stage makes of SEGMENTS, piece by piece: a conversion by its definition, and the slow way.

    The sources of a stage, put end to end, are the targets of the stage before.
    """
    match = METHODS[converter.method]
    passes = []
    for stage in converter.stages:
        converted = [match(segment, stage) for segment in segments]
        passes.append([piece for pieces in converted for piece in pieces])
        segments = ["".join([target for _, target in pieces]) for pieces in converted]
    return passes


def _segments(text: str, converter: Converter) -> list[str]:
    """Return TEXT cut where no word of any stage may reach across."""
    if converter.method == "longest":
        return SEPARATOR.split(text)
    if converter.segmentation is None:
        return [text]
    words = converter.segmentation[0].words
    segments = [""]
    for source, _ in _match_forward(text, converter.segmentation):
        if source in words:
            segments += source, ""
        else:
            segments[-1] += source
    return [segment for segment in segments if segment]


def _convert_segment(segment: str, converter: Converter) -> str:
    """Return the result of `_trace` for one segment, without the way there."""
    match = METHODS[converter.method]
    for stage in converter.stages:
        segment = "".join([target for _, target in match(segment, stage)])
    return segment


def _match_forward(text: str, stage: Stage) -> list[Piece]:
    """Return TEXT cut from left to right at the longest key; a character that begins no key stands by itself."""
    words, longest = stage[0].words, stage[0].longest
    if text in words:
        return [(text, words[text])]
    pieces = []
    at = 0
    while at < len(text):
        piece = text[at]
        for length in range(longest.get(text[at : at + 2], 1), 1, -1):
            if text[at : at + length] in words:
                piece = text[at : at + length]
                break
        if piece in IDS_PARTS and piece not in words:
            piece = text[at : _ids_end(text, at) or at + 1]
        pieces.append((piece, words.get(piece, piece)))
        at += len(piece)
    return pieces


def _ids_end(text: str, at: int) -> int:
    """Return where the description sequence that begins at AT ends, or 0 where it is not whole.

    >>> _ids_end("⿰虫鬼。", 0), _ids_end("⿱⿰木木土", 0), _ids_end("⿰虫", 0)
    (3, 5, 0)
    """
    limit = min(len(text), at + IDS_LENGTH)

    def part_end(at: int, depth: int) -> int:
        if at >= limit or depth == 0:
            return 0
        end = at + 1
        for _ in range(IDS_PARTS.get(text[at], 0)):
            end = part_end(end, depth - 1)
            if not end:
                return 0
        return end

    return part_end(at, IDS_DEPTH)


def _match_longest(text: str, stage: Stage) -> list[Piece]:
    """Return TEXT cut at the longest key found anywhere in it, then at the longest of what is left, the leftmost first.

    A later table of the stage gets what the tables before it have left over (opencc-python-reimplemented 0.1.7).
    """
    targets = dict(enumerate(text))  # by offset
    taken = bytearray(len(text))
    for table in stage:
        for size, at in sorted(_occurrences(text, table)):
            end = at - size
            if not any(taken[at:end]):
                taken[at:end] = b"\1" * -size
                targets[at] = table.words[text[at:end]]
                for inner in range(at + 1, end):
                    del targets[inner]
    starts = [*targets, len(text)]
    return [(text[at:end], targets[at]) for at, end in pairwise(starts)]


def _occurrences(text: str, table: _Table) -> Iterator[tuple[int, int]]:
    """Yield (length below zero, offset) of every key in TEXT, so that the longest sorts first, then the leftmost."""
    for at, first in enumerate(text):
        for length in range(table.longest.get(text[at : at + 2], 1), 1, -1):
            if at + length <= len(text) and text[at : at + length] in table.words:
                yield -length, at
        if first in table.words:
            yield -1, at


METHODS: Mapping[Method, Callable[[str, Stage], list[Piece]]] = {
    "forward": _match_forward,
    "longest": _match_longest,
}


# ---- clippings ----


def convert_clipping(clip: Clipping, converter: Converter) -> Clipping:
    r"""Return CLIP with its blocks and keywords converted, and the converter's script under "script".

    Ids, source, lines, roles and flags stay; a seam keeps its place between the same two words.

    >>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}
    >>> converter = compile_converter(config, {"t": "镇\t鎮\n软件\t軟體程式"}, script="demo")
    >>> body = Block("body", "买软件到青石镇", (3, 9), (Seam(3, "软件", "cut at the column break"),))
    >>> clip = convert_clipping(Clipping("p-1", "p.txt", (body,)), converter)
    >>> clip.blocks[0].text, clip.blocks[0].seams[0].at, clip.blocks[0].seams[0].dropped, clip.extra
    ('买軟體程式到青石鎮', 5, '軟體程式', {'script': 'demo'})
    """
    extra = {**clip.extra, "script": converter.script}
    if isinstance(extra.get("keywords"), list):
        extra["keywords"] = [_convert_keyword(k, converter) for k in extra["keywords"]]
    return replace(clip, blocks=tuple(_convert_block(b, converter) for b in clip.blocks), extra=extra)


def _convert_keyword(keyword: Any, converter: Converter) -> Any:
    if not isinstance(keyword, dict) or not isinstance(keyword.get("word"), str):
        return keyword
    return {**keyword, "word": convert_text(keyword["word"], converter)}


def _convert_block(block: Block, converter: Converter) -> Block:
    text = convert_text(block.text, converter)
    if not block.seams:
        return replace(block, text=text)
    passes = _normalize(block.text, converter)
    passes += _trace(_segments(_result(block.text, passes), converter), converter)
    seams = (Seam(_moved(s.at, passes), convert_text(s.dropped, converter), s.why) for s in block.seams)
    return replace(block, text=text, seams=tuple(seams))


def _moved(at: int, passes: Iterable[Iterable[Piece]]) -> int:
    """Return where offset AT of a text lies after PASSES.

    Inside a word that grew or shrank it stays as many characters from the word's beginning, as far as the word goes.
    """
    for pieces in passes:
        source_end = target_end = 0
        for source, target in pieces:
            if at < source_end + len(source):
                at = target_end + min(at - source_end, len(target))
                break
            source_end += len(source)
            target_end += len(target)
        else:
            at = target_end + at - source_end
    return at


# ---- compiling ----


def dictionary_names(config: Mapping[str, Any]) -> list[str]:
    """Return the names of the dictionaries that CONFIG (an OpenCC configuration, parsed) asks for, each once.

    Raises DataError where CONFIG is not in OpenCC's format.

    >>> dictionary_names({"conversion_chain": [{"dict": {"type": "text", "file": "STCharacters.txt"}}]})
    ['STCharacters.txt']
    """
    nodes = [node for nodes in _steps(config) for node in nodes]
    return list(dict.fromkeys(name for node in nodes for name in _names(node)))


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
    return Converter(
        script=script,
        method=method,
        normalization=tuple(normal),
        segmentation=cut,
        stages=tuple(stages),
        unusual=_any_of([*IDS_PARTS, *(key[0] for (table,) in normal for key in table.words)]),
        gate=_gate(stages, cut),
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
        becomes = _after(becomes, _single([_Table(_merged(node, parsed), {})]))
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
    words = {}
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        key, _, values = line.partition("\t")
        if key and values and key[0] != "#":
            words[key] = values.split(" ", 1)[0] if " " in values else values
        elif line and line[0] != "#":
            raise DataError(f"{name}: line {number}", "no key and value with a tab between", FORMAT)
    return words


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


def _table(words: Words) -> _Table:
    keys = sorted(words, key=len)  # of keys that begin alike, the longest comes last and counts
    return _Table(words, dict(zip(map(itemgetter(slice(2)), keys), map(len, keys), strict=True)))


def _gate(stages: Sequence[Stage], segmentation: Stage | None) -> _Gate:
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
    return _Gate(
        characters=_translation(becomes),
        triggers=_any_of(stretch[at] for stretch, at in risky),
        pairs=frozenset(s[at : at + 2] if at + 1 < len(s) else s[-2:] for s, at in risky),
        stretches=frozenset(stretch for stretch, _ in risky),
        ends=frozenset(end for end in CLAUSE_ENDS if not any(end in held for held in keys)),
    )


def _after(becomes: Words, single: Words) -> dict[str, str]:
    """Return what becomes of each character where it BECOMES another one, and then what SINGLE makes of that."""
    return {c: single.get(now, now) for c, now in (dict(zip(single, single, strict=True)) | dict(becomes)).items()}


def _translation(characters: Words) -> dict[int, str | int]:
    return {**dict(zip(COMMON, COMMON, strict=True)), **{ord(c): now for c, now in characters.items()}}


def _single(stage: Sequence[_Table]) -> dict[str, str]:
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

    Any character of the key can be its trigger. It is one in KNOWN, those that are looked for already, or else the
    first that comes out otherwise, which then is known too.
    """
    characters = _translation(single)
    known = set(known)
    risky = set()
    for table in stage:
        keys, values = list(table.words), list(table.words.values())
        plain = "\n".join(keys).translate(characters).split("\n") if keys else []
        for key, value, usual in compress(zip(keys, values, plain, strict=True), map(ne, values, plain)):
            at = next((n for n, character in enumerate(key) if character in known), -1)
            if at < 0:
                at = 0
                while at < len(key) - 1 and value[at : at + 1] == usual[at : at + 1]:
                    at += 1
                known.add(key[at])
            start = max(0, min(at - 1, len(key) - STRETCH))
            risky.add((key[start : start + STRETCH], at - start))
    return risky


def _any_of(characters: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of CHARACTERS, and maybe a few more beyond U+FFFF.

    Those stand in it as one range: a class of many of them is forty times slower.
    """
    inside = sorted(c for c in set(characters) if c <= "\uffff")
    beyond = sorted(c for c in set(characters) if c > "\uffff")
    found = "".join(map(re.escape, inside)) + (f"{beyond[0]}-{beyond[-1]}" if beyond else "")
    return re.compile(f"[{found}]" if found else "(?!)")
