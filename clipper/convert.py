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
A clause that holds no other phrase comes out the same however it is cut, so it goes through `str.translate`, and only
the risky clauses (see `clipper.compiling`) are traced. The answer is the same by construction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import eq
from typing import Any

from clipper.clipping import Block, Clipping, Seam
from clipper.compiling import IDS, IDS_DEPTH, IDS_LENGTH, IDS_PARTS, WINDOWS, Converter, Gate, Method, Stage, Table

__all__ = [
    "Conversion",
    "Converter",
    "Piece",
    "align_text",
    "compose",
    "conversion",
    "convert_clipping",
    "convert_text",
    "is_even",
    "normalize",
    "result",
    "risky_clauses",
]

Piece = tuple[str, str]  # a bit of the text, and what it becomes

# Where opencc-python-reimplemented cuts a text before it looks anything up; its dictionaries never reach across.
SEPARATOR = re.compile(  # 青石镇，云岭县 -> 青石镇 ， 云岭县
    r"(\s+|[-,.?!*，。、；：？！…“”‘’『』「」—－（）《》〈〉～．／＼［］｛｝【】"
    r"﹁﹂︒︑︔︓︿﹀︹︺︙︐﹇﹈︕︖︰︳︴︽︾︵︶︷︸﹃﹄︻︼])"  # the forms for vertical lines
)

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
    if converter.unusual.search(text):
        text = result(text, normalize(text, converter))
        if IDS.search(text):  # may swallow a clause end
            return result(text, _trace(_segments(text, converter), converter))
    characters = converter.gate.characters
    known: dict[str, str] = {}  # few different segments make up most of a long text
    converted = []
    done = 0
    for start, end in risky_clauses(text, converter.gate):
        converted.append(text[done:start].translate(characters))
        for segment in _segments(text[start:end], converter):
            if segment not in known:
                known[segment] = _convert_segment(segment, converter)
            converted.append(known[segment])
        done = end
    converted.append(text[done:].translate(characters))
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


def risky_clauses(text: str, gate: Gate) -> Iterator[tuple[int, int]]:
    """Yield where the clauses of TEXT begin and end in which it matters how they are cut (see `clipper.compiling`)."""
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
    if converter.unusual.search(text):
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

    script: what is entered in records. even: whether everything becomes as many characters as it was.
    """

    script: str
    convert: Callable[[str], str] = field(repr=False)
    align: Callable[[str], list[Piece]] = field(repr=False)
    even: bool = False


def conversion(converter: Converter) -> Conversion:
    """Return the conversion that CONVERTER does."""
    return Conversion(
        converter.script,
        lambda text: convert_text(text, converter),
        lambda text: align_text(text, converter),
        is_even(converter),
    )


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
    if not way.even:
        pieces = {n: way.align(b.text) for n, b in enumerate(blocks) if b.seams or n in placed}
    extra = {**clip.extra, "script": way.script}
    if isinstance(keywords, list):
        extra["keywords"] = [_convert_keyword(keyword, way, pieces) for keyword in keywords]
    converted = (_convert_block(block, way, pieces.get(n)) for n, block in enumerate(blocks))
    return replace(clip, blocks=tuple(converted), extra=extra)


def _blocks_of(keyword: Any) -> Iterator[int]:
    """Yield the numbers of the blocks in which KEYWORD has a place."""
    places = keyword.get("places") if isinstance(keyword, dict) else None
    for place in places if isinstance(places, list) else ():
        if isinstance(place, list) and len(place) == 3 and all(type(n) is int for n in place):
            yield place[0]


def _convert_keyword(keyword: Any, way: Conversion, pieces: Mapping[int, list[Piece]]) -> Any:
    """Return KEYWORD converted; PIECES: those of the blocks where offsets may move, by the number of the block."""
    if not isinstance(keyword, dict) or not isinstance(keyword.get("word"), str):
        return keyword
    converted = {**keyword, "word": way.convert(keyword["word"])}
    if pieces and list(_blocks_of(keyword)):
        converted["places"] = [_moved_place(place, pieces) for place in keyword["places"]]
    return converted


def _moved_place(place: Any, pieces: Mapping[int, list[Piece]]) -> Any:
    if not isinstance(place, list) or not place or place[0] not in pieces:
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
