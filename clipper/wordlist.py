r"""The words of jieba's two data files, grouped so that those a text asks for are found without reading the others.

    dict.txt           "word frequency tag", one a line, 350,000 lines; almost, but not quite, in code point order
    analyse/idf.txt    "word idf", one a line, 270,000 lines, in no order; some of its words are in no dict.txt

A list is made from the files as they are, in a tenth of a second; or from one table of both (`packed`), in which the
lines of each first character stand together, and which takes three times as long to make and no time to use again.
The answers are the same. Lines are parsed when a text asks for them.

The dictionary is given out in the parts that jieba's segmenter walks: `part(opening)`, where OPENING is one character
or two. A part maps each word to its frequency, and each beginning of a word that is no word itself to 0.

>>> files = b"\xe8\x80\x81 9 a\n\xe8\x80\x81\xe8\xa1\x97 35 ns\n", b"\xe8\x80\x81\xe8\xa1\x97 9.5\n"
>>> for words in plain_list(*files), packed_list(packed(*files)):
...     words.part("老"), words.part("老街"), words.part("老虎"), words.entry("老街"), words.idf("老街"), words.total
({'老': 9}, {'老街': 35}, {}, (35, 'ns'), 9.5, 44)
({'老': 9}, {'老街': 35}, {}, (35, 'ns'), 9.5, 44)
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

__all__ = ["Wordlist", "decode", "packed", "packed_list", "plain_list"]

SAME_FIRST = re.compile(r"(.).*\n(?:\1.*\n)*")  # "老街 35 ns\n老虎 804 n\n": a run of lines with one first character

Lines = Callable[[str], str]  # a first character -> the lines of its words, each between two line breaks; or ""


def decode(data: bytes) -> str:
    """Return DATA as text; what is no UTF-8 becomes a character that no word has."""
    return data.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Wordlist:
    """What is known about words.

    total: the frequencies of all lines of the dictionary, added up. lines: those of the dictionary. idf: word -> its
    inverse document frequency, None where it has none.
    """

    total: int
    lines: Lines
    idf: Callable[[str], float | None]

    def part(self, opening: str) -> dict[str, int]:
        """Return the words that begin with the two characters OPENING, or that are its one: {} where none begins so."""
        lines = self.lines(opening[0])
        if len(opening) == 1:
            _, frequencies, _ = _fields(lines, opening + " ")
            return {opening: int(frequencies[-1]) if frequencies else 0} if lines else {}
        words, frequencies, _ = _fields(lines, opening)
        if not words:
            return {}
        part = dict(zip(words, map(int, frequencies), strict=True))
        part.setdefault(opening, 0)
        for word in words:
            for stop in range(3, len(word)):
                part.setdefault(word[:stop], 0)
        return part

    def entry(self, word: str) -> tuple[int, str] | None:
        """Return frequency and tag of WORD, None where it is not in the dictionary."""
        words, frequencies, tags = _fields(self.lines(word[:1]), word + " ")
        if word not in words:
            return None
        return int(frequencies[-1]), tags[-1]  # a word that stands twice is what it is the last time, as in jieba


def _fields(lines: str, opening: str) -> tuple[list[str], list[str], list[str]]:
    """Return words, frequencies and tags of those of LINES that begin with OPENING."""
    at = lines.find("\n" + opening)
    if at < 0:
        return [], [], []
    # From the first of them to the last: the list is in order, but for a few lines.
    block = lines[at : lines.index("\n", lines.rfind("\n" + opening) + 1)]
    if block.count("\n" + opening) < block.count("\n"):
        block = "".join([line for line in block.splitlines(keepends=True) if line.startswith(opening)])
    fields = block.split()
    return fields[::3], fields[1::3], fields[2::3]


# ---- from the files -------------------------------------------------------------------------------------------------


def plain_list(dictionary: bytes, idf: bytes) -> Wordlist:
    """Return the list of the two files. Raises ValueError where the first is not three fields a line."""
    total, text = _total(dictionary), decode(dictionary).rstrip() + "\n"
    runs = _runs(text)

    @cache
    def lines(first: str) -> str:
        return "\n" + "".join([text[begin:end] for begin, end in runs[first]]) if first in runs else ""

    @cache
    def idfs() -> dict[bytes, bytes]:
        # Kept as bytes: making 270,000 strings and numbers of which a text uses a hundred would double the time.
        fields = idf.split()
        return dict(zip(fields[::2], fields[1::2], strict=False))

    def idf_of(word: str) -> float | None:
        found = idfs().get(word.encode("utf-8", "surrogatepass"))
        return None if found is None else float(found)

    return Wordlist(total, lines, idf_of)


def _total(dictionary: bytes) -> int:
    fields = dictionary.split()
    if len(fields) % 3:
        raise ValueError("not three fields a line")
    # Counted first: a few frequencies make up most of the list, and turning each into a number takes longer.
    return sum(int(frequency) * n for frequency, n in Counter(fields[1::3]).items())


def _runs(text: str) -> dict[str, list[tuple[int, int]]]:
    """Return from where to where the lines of each first character stand in TEXT."""
    runs: dict[str, list[tuple[int, int]]] = {}
    for run in SAME_FIRST.finditer(text):
        runs.setdefault(run[1], []).append(run.span())
    return runs


# ---- one table of both ----------------------------------------------------------------------------------------------


HEAD_SIZE = 4  # bytes, which say how long the head is


def packed(dictionary: bytes, idf: bytes) -> bytes:
    """Return one table of the two files: a head in JSON, which says where what begins, and their lines, grouped.

    Raises ValueError where the first is not three fields a line.
    """
    total, text = _total(dictionary), decode(dictionary).rstrip() + "\n"
    words = {first: "".join([text[begin:end] for begin, end in spans]) for first, spans in _runs(text).items()}
    groups = defaultdict(list)
    for line in decode(idf).split("\n"):
        if line:
            groups[line[0]].append(line)
    idfs = {first: "\n".join(lines) + "\n" for first, lines in groups.items()}
    head: dict[str, object] = {"total": total}
    body = []
    for name, grouped in (("words", words), ("idfs", idfs)):
        chunks = [chunk.encode() for chunk in grouped.values()]
        head[name] = {"firsts": "".join(grouped), "sizes": [len(chunk) for chunk in chunks]}
        body += chunks
    start = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return len(start).to_bytes(HEAD_SIZE, "big") + start + b"".join(body)


def packed_list(table: bytes | memoryview) -> Wordlist:
    """Return the list of what `packed` returned. Raises ValueError or LookupError where TABLE is something else."""
    view = memoryview(table)
    end = int.from_bytes(view[:HEAD_SIZE], "big") + HEAD_SIZE
    head = json.loads(bytes(view[HEAD_SIZE:end]))
    words, end = _grouped(view, end, **head["words"])
    idfs, end = _grouped(view, end, **head["idfs"])
    if end != len(view):
        raise ValueError("not a table of words")

    def idf(word: str) -> float | None:
        lines = idfs(word[:1])
        at = lines.find(f"\n{word} ")
        return None if at < 0 or "\n" in word else float(lines[at + len(word) + 2 : lines.index("\n", at + 1)])

    return Wordlist(head["total"], words, idf)


def _grouped(table: memoryview, begin: int, firsts: str, sizes: Sequence[int]) -> tuple[Lines, int]:
    """Return the lines of TABLE from BEGIN, which are of the first characters FIRSTS, of SIZES; and where they end."""
    bounds = list(accumulate(sizes, initial=begin))
    places = dict(zip(firsts, range(len(sizes)), strict=True))

    @cache
    def lines(first: str) -> str:
        at = places.get(first)
        return "" if at is None else "\n" + str(table[bounds[at] : bounds[at + 1]], "utf-8", "replace")

    return lines, bounds[-1]
