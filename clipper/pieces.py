"""An input of `clipper convert` in pieces, and its paragraphs.

Text is read in pieces of some megabytes that end where a line does, so a file of any size takes the same memory.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from clipper import textio
from clipper.clipping import Clipping, Form, count_lines, guess_form, read_records, split_lines
from clipper.compiling import IDS, IDS_LENGTH
from clipper.encodings import decode, decode_part, is_utf8
from clipper.errors import ClipperError, EncodingError
from clipper.pipeline import Job, named

__all__ = ["Input", "Paragraph", "TextPiece", "paragraphs_of", "paragraphs_of_text"]

WHOLE: Final = 1 << 25  # bytes of an input that is read whole
AT_ONCE: Final = 1 << 22  # bytes that are converted at a time of a larger one


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Some lines of an input, from line `first` on, as text; source: where it is the whole input."""

    text: str
    first: int = 1
    source: textio.Source | None = None


class Input:
    """One input: its form, as its beginning tells, and its pieces."""

    def __init__(self, job: Job, path: str) -> None:
        self._job, self._path = job, path
        self.name = textio.shown_name(path, job.source if path == "-" else None)
        self._begun: tuple[bytes, Iterator[bytes]] | None = None  # of what cannot be opened twice
        self.form = self._find_form()

    def _find_form(self) -> Form | None:
        """Return the form of its first lines; None where they cannot be read, which is said when it is its turn."""
        try:
            begin, rest = self._open()
            while not begin.strip() and (more := next(rest, b"")):
                begin += more
            if b"\0" in begin:  # UTF-16, which cannot be cut at a line's end as it stands
                begin += b"".join(rest)
                rest = iter(())
            if not textio.file_size(self._path):
                self._begun = begin, rest
            try:
                text, _, _ = decode(begin, self.name, self._job.encoding)
            except EncodingError:  # cut off in a character
                text = begin.decode("utf-8", "replace")
            form = guess_form(text)
            if form == "records":
                read_records(next(line for line in split_lines(text) if line.strip()), self.name)
        except ClipperError:
            return None
        return form

    def pieces(self, *, whole: bool = False) -> Iterator[TextPiece]:
        """Yield it in pieces; in one, if WHOLE, small or not in UTF-8. Raises what `read_source` does."""
        if not self._begun and 0 < textio.file_size(self._path) < WHOLE:
            yield self._taken(textio.read_source(self._path, encoding=self._job.encoding))
            return
        begin, rest = self._begun or self._open()
        self._begun = None
        chunks, size = [begin], len(begin)
        for chunk in rest:
            chunks.append(chunk)
            size += len(chunk)
            if size >= WHOLE and not whole:
                break
        data = b"".join(chunks)
        if whole or size < WHOLE or self._job.encoding is not None or not is_utf8(data):
            yield self._whole(data + b"".join(rest))
            return
        first = 1
        held = ""
        for part in chain([data.removeprefix(codecs.BOM_UTF8)], _together(rest)):
            text = held + decode_part(part, self.name, first + count_lines(held))
            end = _cut(text)
            yield TextPiece(text[:end], first)
            first += count_lines(text[:end])
            held = text[end:]
        if held:
            yield TextPiece(held, first)

    def _open(self) -> tuple[bytes, Iterator[bytes]]:
        pieces = textio.read_pieces(self._path, name=self._job.source if self._path == "-" else None)
        return next(pieces, b""), pieces

    def _whole(self, data: bytes) -> TextPiece:
        name = self._job.source if self._path == "-" else None
        return self._taken(textio.to_source(data, self._path, encoding=self._job.encoding, name=name))

    def _taken(self, source: textio.Source) -> TextPiece:
        return TextPiece(source.text, source=named(self._job, source, self._path))


def _cut(text: str) -> int:
    """Return where TEXT, some lines, can be cut: before a description sequence that may go on in what follows."""
    found = IDS.search(text, max(0, len(text) - IDS_LENGTH))
    return text.rfind("\n", 0, found.start()) + 1 if found else len(text)


def _together(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield CHUNKS put together to AT_ONCE bytes and a little more."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= AT_ONCE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, and where it stands."""

    text: str
    source: str
    id: str | None
    lines: tuple[int, ...]

    def place(self, span: tuple[int, int]) -> dict[str, Any]:
        """Return what is reported of SPAN, in code points of this paragraph."""
        return {"source": self.source, "id": self.id, "lines": list(self.lines), "span": list(span)}


def paragraphs_of_text(text: str, source: str, first: int) -> list[Paragraph]:
    """Return the lines of TEXT, of which the first has the number FIRST; a blank one is one too."""
    return [Paragraph(line, source, None, (number,)) for number, line in enumerate(split_lines(text), first)]


def paragraphs_of(clips: Iterable[Clipping]) -> Iterator[Paragraph]:
    """Yield the blocks of CLIPS, one after another."""
    for clip in clips:
        for block in clip.blocks:
            yield Paragraph(block.text, clip.source, clip.id, block.lines)
