r"""Convert text and clippings between Chinese scripts with OpenCC dictionaries. Pure: tables in, text out.

A converter is compiled once from a configuration and the texts of its dictionaries; `clipper.opencc_tables` finds
both on the machine.

>>> from clipper.compiling import compile_converter
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
Where there is none of the others, a text comes out the same however it is cut. So all of it goes through
`str.translate`, and a text is cut only around the stretches that others leave in a gate (see `clipper.compiling`), from
the beginning of their clause on. The answer is the same by construction. With numpy installed, large texts are looked
over for those stretches in one go (`clipper.bulk`); what is found is the same.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import compress, count, pairwise
from math import prod
from operator import add, eq
from typing import Any

from clipper.clipping import Block, Clipping, Seam
from clipper.compiling import IDS, IDS_DEPTH, IDS_LENGTH, IDS_PARTS, Converter, Gate, Method, Stage, Table, Words

__all__ = [
    "Conversion",
    "Converter",
    "Piece",
    "align_text",
    "by_character",
    "compose",
    "conversion",
    "convert_clipping",
    "convert_text",
    "cut_at_words",
    "is_even",
    "normalize",
    "result",
    "risky_clauses",
]

Piece = tuple[str, str]  # a bit of the text, and what it becomes
Spot = tuple[int, int]  # where a stretch that makes a text risky begins and ends
Scan = Callable[[str, Gate], tuple[str, list[Spot], list[int]]]
Patch = tuple[int, int, str]  # where a bit of the text begins and ends, and what it becomes

# Where opencc-python-reimplemented cuts a text before it looks anything up; its dictionaries never reach across.
SEPARATOR = re.compile(  # 青石镇，云岭县 -> 青石镇 ， 云岭县
    r"(\s+|[-,.?!*，。、；：？！…“”‘’『』「」—－（）《》〈〉～．／＼［］｛｝【】"
    r"﹁﹂︒︑︔︓︿﹀︹︺︙︐﹇﹈︕︖︰︳︴︽︾︵︶︷︸﹃﹄︻︼])"  # the forms for vertical lines
)

START = re.Match.start

# Characters from which on numpy is quicker: when it is there already, and when it has to be imported first.
LARGE = 10_000
HUGE = 1_200_000

# Characters that are converted at a time: what is made of them meanwhile stays small, and near the processor.
PIECE = 1 << 19

# ---- converting ----


def convert_text(text: str, converter: Converter) -> str:
    r"""Return TEXT in the script of CONVERTER. White space, line ends and what no dictionary knows stay as they are.

    The answer is that of OpenCC 1.4 with the same dictionaries (or, for the method "longest", that of
    opencc-python-reimplemented 0.1.7). A lone surrogate is passed through. Never fails.

    >>> from clipper.compiling import compile_converter
    >>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}
    >>> convert_text("# 青石镇\r\n\r\n***\r\n", compile_converter(config, {"t": "镇\t鎮"}))
    '# 青石鎮\r\n\r\n***\r\n'
    """
    if converter.gate is None:
        return _traced(text, converter)
    scan = _scanner(len(text))
    known = Segments(converter)
    converted = []
    start = 0
    while start < len(text):
        end = _cut(text, start + PIECE)
        piece = text[start:end] if end - start < len(text) else text
        bits = _converted(piece, converter, converter.gate, scan, known)
        if bits is None:
            end = _end_of_descriptions(text, start, end, converter)
            bits = [_traced(text[start:end], converter)]
        converted += bits
        start = end
    return "".join(converted)


def align_text(text: str, converter: Converter) -> list[Piece]:
    r"""Return TEXT in pieces, each with what it becomes: put end to end, these are `convert_text` of TEXT.

    A piece is as short as can be: a character that stands by itself, or a word that any stage has as one.

    >>> from clipper.compiling import compile_converter
    >>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}
    >>> align_text("买软件", compile_converter(config, {"t": "软件\t軟體\n买\t買"}))
    [('买', '買'), ('软件', '軟體')]
    """
    passes = normalize(text, converter)
    return compose([*passes, *_trace(_segments(result(text, passes), converter), converter)])


def compose(passes: Iterable[Iterable[Piece]]) -> list[Piece]:
    """Return PASSES, of which each goes on where the one before has ended, as one.

    >>> compose([[("a", "b"), ("c", "de")], [("bd", "x"), ("e", "e")], [("x", "xx"), ("e", "")]])
    [('ac', 'xx')]
    """
    done: list[Piece] = []
    for number, pieces in enumerate(passes):
        done = _joined(done, iter(pieces)) if number else list(pieces)
    return done


def _joined(first: Iterable[Piece], second: Iterator[Piece]) -> list[Piece]:
    """Return the pieces between the places where a piece of FIRST and one of SECOND end together."""
    joined: list[Piece] = []
    source = target = ""
    ahead = 0  # how many more characters FIRST has given than SECOND has taken
    for text, between in first:
        source += text
        ahead += len(between)
        while ahead > 0 and (found := next(second, None)):
            ahead -= len(found[0])
            target += found[1]
        if not ahead:
            joined.append((source, target))
            source = target = ""
    if source or target:
        joined.append((source, target))
    return joined


def risky_clauses(text: str, converter: Converter) -> Iterator[tuple[int, int]]:
    """Yield where the clauses of TEXT begin and end in which it matters how they are cut (see `clipper.compiling`)."""
    if converter.gate is None:
        yield 0, len(text)
        return
    spots = _spots(text, _hits(text, converter.gate), converter.gate)
    yield from _clauses(text, spots, converter.gate.ends)


def by_character(text: str, converter: Converter) -> str:
    """Return what becomes of TEXT if each character of it stands alone.

    >>> from clipper.opencc_tables import load_converter
    >>> by_character("头发", load_converter("s2t"))
    '頭發'
    """
    gate = converter.gate
    if gate is None:
        return "".join([convert_text(character, converter) for character in text])
    return (
        "".join(map(gate.beyond.get, text, text.translate(gate.basic))) if gate.beyond else text.translate(gate.basic)
    )


def _cut(text: str, at: int) -> int:
    """Return where to cut TEXT before AT, or as near to it as can be: a line feed stands in no dictionary."""
    return text.rfind("\n", max(at - PIECE // 2, 0), at) + 1 or text.find("\n", at) + 1 or len(text)


def _converted(piece: str, converter: Converter, gate: Gate, scan: Scan, known: Segments) -> list[str] | None:
    """Return the result for PIECE in bits; None where there is a description sequence, which may swallow line ends."""
    plain, spots, odd = scan(piece, gate)
    if odd:
        if IDS.search(piece) or IDS.search(normal := _normalized(piece, odd, converter)):
            return None
        if normal != piece:
            piece = normal
            plain, spots, odd = scan(piece, gate)
        plain = _with_beyond(piece, plain, odd, gate)
    return list(_patched(piece, plain, spots, converter, known))


def _end_of_descriptions(text: str, start: int, end: int, converter: Converter) -> int:
    """Return where to cut TEXT, at END or later, so that no description sequence goes on that began after START."""
    if end == len(text):
        return end
    stages = (
        *converter.normalization,
        *([converter.segmentation] if converter.segmentation else ()),
        *converter.stages,
    )
    reach = IDS_LENGTH * prod(max((n for t in stage for n in t.longest.values()), default=1) for stage in stages)
    last = max((found.start() for found in IDS.finditer(text, start, end)), default=start)
    while last + reach >= end < len(text):
        before, end = end, _cut(text, end + PIECE)
        last = max((found.start() for found in IDS.finditer(text, before, end)), default=last)
    return end


def _normalized(text: str, odd: Iterable[int], converter: Converter) -> str:
    """Return TEXT, in which there is no description sequence, normalized. What has to be is at ODD, or begins there."""
    if any(table.longest for (table,) in converter.normalization):
        return result(text, normalize(text, converter))
    bits: list[str] = []
    done = 0
    for at in odd:
        now = text[at]
        for (table,) in converter.normalization:
            now = "".join(map(table.words.get, now, now))
        bits += text[done:at], now
        done = at + 1
    return "".join([*bits, text[done:]])


def _scanner(size: int) -> Scan:
    """Return what looks over a text of SIZE characters the quickest: `_scanned`, or the same with numpy."""
    if size >= (LARGE if "numpy" in sys.modules else HUGE):
        with suppress(ImportError):
            from clipper.bulk import scanned

            return scanned
    return _scanned


def _scanned(text: str, gate: Gate) -> tuple[str, list[Spot], list[int]]:
    """Return what TEXT becomes character by character, its risky stretches in order, and where its rare characters are.

    A rare character is left as it is, or becomes what it would if it stood alone.
    """
    hits = _hits(text, gate)
    odd = [] if gate.rare.isdisjoint(map(text.__getitem__, hits)) else [at for at in hits if text[at] in gate.rare]
    return text.translate(gate.basic), _spots(text, hits, gate), odd


def _hits(text: str, gate: Gate) -> list[int]:
    """Return where the triggers of stretches, and the rare characters, may be in TEXT."""
    pairs = gate.pairs
    starts = map(START, gate.triggers.finditer(text))
    return [at for at in starts if text[at : at + 2] in pairs or text[at - 1 : at + 1] in pairs or text[at] in pairs]


def _spots(text: str, hits: Iterable[int], gate: Gate) -> list[Spot]:
    """Return where the risky stretches of TEXT are, in order; HITS are where their triggers may be."""
    pairs, stretches = gate.pairs, gate.stretches
    spots = set()
    for at in hits:
        windows = (*pairs.get(text[at : at + 2], ()), *pairs.get(text[at - 1 : at + 1], ()), *pairs.get(text[at], ()))
        for before, after in windows:
            if text[at + before : at + after] in stretches:
                spots.add((at + before, at + after))
    return sorted(spots)


def _with_beyond(text: str, plain: str, odd: Iterable[int], gate: Gate) -> str:
    """Return PLAIN with what becomes of the characters of TEXT beyond U+FFFF; they are among those at ODD."""
    bits: list[str] = []
    done = 0
    for at in odd:
        bits += plain[done:at], gate.beyond.get(text[at], plain[at])
        done = at + 1
    return "".join([*bits, plain[done:]])


def _patched(text: str, plain: str, spots: Iterable[Spot], converter: Converter, known: Segments) -> Iterator[str]:
    """Yield the result in bits: PLAIN, but for what stands around the SPOTS of TEXT."""
    if converter.method == "forward" and converter.segmentation:
        patches = _patches_of_segments(text, spots, converter, known)
    elif converter.method == "forward" and len(converter.stages) == 1:
        patches = _patches_of_keys(text, spots, converter)
    else:
        patches = _patches_of_clauses(text, spots, converter, known)
    done = 0
    for start, end, converted in patches:
        yield plain[done:start]
        yield converted
        done = end
    yield plain[done:]


def _patches_of_keys(text: str, spots: Iterable[Spot], converter: Converter) -> Iterator[Patch]:
    """Yield the keys of the one dictionary over the first characters of SPOTS, and their values.

    A risky word that is taken holds the first character of its stretch. To see what is taken there, TEXT is cut from
    the beginning of the clause.
    """
    assert converter.gate is not None
    ends = converter.gate.ends
    (table,) = converter.stages[0]
    words, opens = table.words, table.longest.get
    end = 0
    for begin, _ in spots:
        if begin < end:
            continue  # it was in the last one
        at = begin
        while at > end and text[at - 1] not in ends:
            at -= 1
        while True:
            end = at + 1
            length = opens(text[at : at + 2], 1)
            while length > 1:
                if text[at : at + length] in words:
                    end = at + length
                    break
                length -= 1
            if end > begin:
                break
            at = end
        piece = text[at:end]
        yield at, end, words.get(piece, piece)


def _patches_of_segments(text: str, spots: Iterable[Spot], converter: Converter, known: Segments) -> Iterator[Patch]:
    """Yield the segments with one of SPOTS whole in them, and what becomes of them.

    TEXT is cut from the beginning of the clause. A segment without a whole stretch in it is plain.
    """
    assert converter.gate is not None
    assert converter.segmentation is not None
    at = end = 0  # where the last segment begins and ends
    taken = False
    for begin, ended in spots:
        if begin >= end:
            at, end = _segment_over(text, begin, end, converter.segmentation[0], converter.gate.ends)
            taken = False
        if ended <= end and not taken:
            taken = True
            yield at, end, known[text[at:end]]


def _segment_over(text: str, begin: int, after: int, table: Table, ends: frozenset[str]) -> Spot:
    """Return where the segment of TEXT begins and ends that holds BEGIN; it begins at AFTER or later.

    A segment is a word of TABLE, or what stands between two of them, or between one and a clause's end.
    """
    words, opens = table.words, table.longest.get
    start = begin
    while start > after and text[start - 1] not in ends:
        start -= 1
    at = start  # from here to START there is no word
    while True:
        length = opens(text[start : start + 2], 1)
        while length > 1 and text[start : start + length] not in words:
            length -= 1
        if length > 1 or text[start] in words:
            if start > begin:
                return at, start
            at, start = start, start + length
            if start > begin:
                return at, start
            at = start
        else:
            start += 1
            if start > begin and (start == len(text) or text[start] in ends):
                return at, start


def _patches_of_clauses(text: str, spots: Iterable[Spot], converter: Converter, known: Segments) -> Iterator[Patch]:
    """Yield the segments of the clauses with SPOTS, and what becomes of them."""
    assert converter.gate is not None
    for start, end in _clauses(text, spots, converter.gate.ends):
        for segment in _segments(text[start:end], converter):
            yield start, start + len(segment), known[segment]
            start += len(segment)


def _clauses(text: str, spots: Iterable[Spot], ends: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield where the clauses with SPOTS begin and end; ENDS: the characters that end one."""
    end = 0
    for begin, _ in spots:
        if begin < end:
            continue
        start = begin
        while start > end and text[start - 1] not in ends:
            start -= 1
        end = begin + 1
        while end < len(text) and text[end] not in ends:
            end += 1
        yield start, end


class Segments(dict[str, str]):
    """What becomes of a segment, worked out when it is first asked for: a few make up most of a long text."""

    def __init__(self, converter: Converter) -> None:
        self.converter = converter
        self.match = _quick_match if converter.method == "forward" else _longest_match

    def __missing__(self, segment: str) -> str:
        converted = segment
        for stage in self.converter.stages:
            converted = self.match(converted, stage)
        self[segment] = converted
        return converted


def _quick_match(text: str, stage: Stage) -> str:
    """Return what `_match_forward` makes of a text without description sequences."""
    words, longest = stage[0].words, stage[0].longest
    if text in words:
        return words[text]
    pieces: list[str] = []
    done = 0
    for at in compress(count(), map(longest.__contains__, map(add, text, text[1:]))):
        if at < done:
            continue
        length = longest[text[at : at + 2]]
        while length > 1 and text[at : at + length] not in words:
            length -= 1
        if length > 1:
            pieces.extend(map(words.get, text[done:at], text[done:at]))
            pieces.append(words[text[at : at + length]])
            done = at + length
    pieces.extend(map(words.get, text[done:], text[done:]))
    return "".join(pieces)


def _traced(text: str, converter: Converter) -> str:
    """Return what becomes of TEXT by the definition, the slow way."""
    text = result(text, normalize(text, converter))
    return result(text, _trace(_segments(text, converter), converter))


def result(text: str, passes: Sequence[Iterable[Piece]]) -> str:
    """Return what PASSES make of TEXT, which is TEXT where there is none."""
    return "".join(target for _, target in passes[-1]) if passes else text


def normalize(text: str, converter: Converter) -> list[list[Piece]]:
    """Return what each stage of the normalization makes of TEXT, piece by piece; none where it has nothing to do.

    >>> from clipper.opencc_tables import load_converter
    >>> normalize("汉\uf900", load_converter("t2s")) == [[("汉", "汉"), ("\uf900", "\u8c48")]]
    True
    >>> normalize("汉", load_converter("t2s"))
    []
    """
    passes: list[list[Piece]] = []
    if converter.gate is None or not converter.gate.rare.isdisjoint(text):
        for stage in converter.normalization:
            passes.append(_match_forward(text, stage))
            text = result(text, passes)
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
    return cut_at_words([source for source, _ in _match_forward(text, converter.segmentation)], words)


def cut_at_words(pieces: Iterable[str], words: Words) -> list[str]:
    """Return PIECES, with those put together that stand side by side and are none of WORDS.

    >>> cut_at_words(["天", "地", "玄黄", "宇"], {"玄黄": ""})
    ['天地', '玄黄', '宇']
    """
    segments: list[str] = []
    loose: list[str] = []
    for piece in pieces:
        if piece in words:
            segments += "".join(loose), piece
            loose = []
        else:
            loose.append(piece)
    return [segment for segment in (*segments, "".join(loose)) if segment]


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


def _longest_match(text: str, stage: Stage) -> str:
    return "".join([target for _, target in _match_longest(text, stage)])


def _occurrences(text: str, table: Table) -> Iterator[tuple[int, int]]:
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


@dataclass(frozen=True, slots=True, eq=False)
class Conversion:
    """A way to convert a paragraph. align: the same as convert, in pieces, each with what it becomes.

    script: what is entered in records. even: tells whether everything becomes as many characters as it was.
    """

    script: str
    convert: Callable[[str], str] = field(repr=False)
    align: Callable[[str], list[Piece]] = field(repr=False)
    even: Callable[[], bool] = field(repr=False)


def conversion(converter: Converter) -> Conversion:
    """Return the conversion that CONVERTER does."""
    return Conversion(
        converter.script,
        lambda text: convert_text(text, converter),
        lambda text: align_text(text, converter),
        lambda: is_even(converter),
    )


@lru_cache(maxsize=8)
def is_even(converter: Converter) -> bool:
    """Tell whether all that CONVERTER can change becomes as many characters as it was.

    >>> from clipper.opencc_tables import load_converter
    >>> is_even(load_converter("t2s")), is_even(load_converter("s2twp"))
    (True, False)
    """
    tables = [table for stage in (*converter.normalization, *converter.stages) for table in stage]
    return all(all(map(eq, map(len, t.words), map(len, t.words.values()))) for t in tables)


def convert_clipping(clip: Clipping, converter: Converter | Conversion) -> Clipping:
    r"""Return CLIP with its blocks and keywords converted, and the converter's script under "script".

    Ids, source, lines, roles and flags stay; a seam keeps its place between the same two words, and so does a place
    that a keyword names.

    >>> from clipper.compiling import compile_converter
    >>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}
    >>> converter = compile_converter(config, {"t": "镇\t鎮\n软件\t軟體程式"}, script="demo")
    >>> body = Block("body", "买软件到青石镇", (3, 9), (Seam(3, "软件", "cut at the column break"),))
    >>> clip = convert_clipping(Clipping("p-1", "p.txt", (body,)), converter)
    >>> clip.blocks[0].text, clip.blocks[0].seams[0].at, clip.blocks[0].seams[0].dropped, clip.extra
    ('买軟體程式到青石鎮', 5, '軟體程式', {'script': 'demo'})
    """
    way = conversion(converter) if isinstance(converter, Converter) else converter
    blocks, pieces = clip.blocks, {}
    keywords = clip.extra.get("keywords")
    placed = {n for keyword in keywords for n in _blocks_of(keyword)} if isinstance(keywords, list) else set()
    moving = [n for n, block in enumerate(blocks) if block.seams or n in placed]
    if moving and not way.even():
        pieces = {n: way.align(blocks[n].text) for n in moving}
    extra = {**clip.extra, "script": way.script}
    if isinstance(keywords, list):
        extra["keywords"] = [_convert_keyword(keyword, way, pieces) for keyword in keywords]
    converted = (_convert_block(block, way, pieces.get(n)) for n, block in enumerate(blocks))
    return replace(clip, blocks=tuple(converted), extra=extra)


def _blocks_of(keyword: Any) -> Iterator[int]:
    """Yield the numbers of the blocks in which KEYWORD has a place."""
    places = keyword.get("places") if isinstance(keyword, dict) else None
    yield from (place[0] for place in places if _is_place(place)) if isinstance(places, list) else ()


def _is_place(place: Any) -> bool:
    return isinstance(place, list) and len(place) == 3 and all(type(n) is int for n in place)


def _convert_keyword(keyword: Any, way: Conversion, pieces: Mapping[int, list[Piece]]) -> Any:
    """Return KEYWORD converted; PIECES: those of the blocks where offsets may move, by the number of the block."""
    if not isinstance(keyword, dict) or not isinstance(keyword.get("word"), str):
        return keyword
    converted = {**keyword, "word": way.convert(keyword["word"])}
    if pieces and list(_blocks_of(keyword)):
        converted["places"] = [_moved_place(place, pieces) for place in keyword["places"]]
    return converted


def _moved_place(place: Any, pieces: Mapping[int, list[Piece]]) -> Any:
    if not _is_place(place) or place[0] not in pieces:
        return place
    return [place[0], *(_moved(at, pieces[place[0]]) for at in place[1:])]


def _convert_block(block: Block, way: Conversion, pieces: list[Piece] | None) -> Block:
    text = way.convert(block.text)
    seams = (Seam(_moved(s.at, pieces) if pieces else s.at, way.convert(s.dropped), s.why) for s in block.seams)
    return replace(block, text=text, seams=tuple(seams))


def _moved(at: int, pieces: Iterable[Piece]) -> int:
    """Return where offset AT of a text lies after it became PIECES.

    Inside a word that grew or shrank it stays as many characters from the word's beginning, as far as the word goes.
    """
    source_end = target_end = 0
    for source, target in pieces:
        if at < source_end + len(source):
            return target_end + min(at - source_end, len(target))
        source_end += len(source)
        target_end += len(target)
    return target_end + at - source_end
