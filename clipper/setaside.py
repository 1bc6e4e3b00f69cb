r"""The set-aside file: what a run left out of a text, so that it and the kept text give the input back, byte for byte.

JSON Lines. A header opens each source: how its bytes are written, how many lines of the kept text are its own, and
digests that tell whether anything was changed. Then rows, in the order of the source's lines:

    {"keep": 74}                           the next 74 lines of the kept text
    {"line": 75, "text": "…", "why": "…"}  a line that was left out
    {"line": 76, "bytes": "…"}             the same, in Base64 and with its end: its text would give other bytes
    {"skip": 1}                            a line of the kept text that does not stand in the source

A row has "end" where its lines end otherwise than the header says. Several sources stand one after another, in the
order of the kept text, which is UTF-8 with LF ends.

>>> page = "一。\r\n二。\r\n".encode("gb18030")
>>> aside = make_set_aside(page, "一。\n", source="p.txt", encoding="gb18030", why_by_line={2: "said before"})
>>> restore(aside, "一。\n") == [("p.txt", page)]
True
"""

from __future__ import annotations

import base64
import codecs
import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from clipper.errors import DataError, PromiseError, escape_surrogates

__all__ = ["FORMAT", "make_set_aside", "restore"]

FORMAT = "clipper set-aside 1"

# The byte order marks a text may open with, by the codec that reads what comes after; the longer of two first.
MARKS = {
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-8": codecs.BOM_UTF8,
    "gb18030": b"\x84\x31\x95\x33",
}
# Encodings whose mark decides what they are, and what they are without one.
MARKED = {
    "utf-8-sig": ("utf-8",),
    "utf-16": ("utf-16-le", "utf-16-be"),
    "utf-32": ("utf-32-le", "utf-32-be"),
}
ENDS = ("\r\n", "\n", "\r")
DAMAGED = "take the set-aside file as clipper wrote it"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the source: its bytes with their end, the end, and the text, or None where that gives other bytes."""

    raw: bytes
    end: str
    text: str | None


def make_set_aside(
    original: bytes, kept: str, *, source: str, encoding: str, why_by_line: Mapping[int, str] | None = None
) -> str:
    """Return the part of a set-aside file that gives ORIGINAL back, together with KEPT.

    original: the input, byte for byte. kept: what of it was printed, lines ended with LF; they may be in other words
    than the original's, as clip text is. encoding: the codec ORIGINAL was read with. why_by_line: the reasons, by the
    1-based lines that were left out.

    Raises PromiseError when the result does not give ORIGINAL back, LookupError when there is no such encoding.

    >>> print(make_set_aside("一\\n\\n二\\n".encode(), "一\\n\\n", source="p", encoding="utf-8").split("\\n")[1])
    {"keep": 2}
    """
    codec, mark = _codec(original, encoding)
    lines = _split_bytes(original[len(mark) :], codec)
    kept_lines = _kept_lines(kept)
    end = max(ENDS, key=lambda x: sum(line.end == x for line in lines))
    rows = _rows(lines, kept_lines, end, why_by_line or {})
    header = {
        "format": FORMAT,
        "source": source,
        "encoding": codec,
        "bom": mark.hex(),
        "end": end,
        "sha256": sha256(original).hexdigest(),
        "kept_lines": len(kept_lines),
        "kept_sha256": _digest(kept_lines),
        "rows": len(rows),
    }
    aside = "".join(_json_line(row) for row in (header, *rows))
    try:
        proved = restore(aside, kept) == [(source, original)]
    except DataError as fault:
        raise PromiseError(source, f"the set-aside file cannot be read back ({fault.what})") from fault
    if not proved:
        raise PromiseError(source, "the set-aside file does not give the input back")
    return aside


def restore(set_aside: str, kept: str) -> list[tuple[str, bytes]]:
    """Return the sources that SET_ASIDE and the KEPT text give back: name and bytes of each, in order.

    Raises DataError when KEPT is not what it was, or SET_ASIDE is damaged or cut off.

    >>> restore(make_set_aside(b"a\\r", "", source="p", encoding="utf-8"), "")
    [('p', b'a\\r')]
    """
    rows = list(_read_rows(set_aside))
    kept_lines = _kept_lines(kept)
    sources: list[tuple[str, bytes]] = []
    at = used = 0
    while at < len(rows):
        header = _read_header(rows[at], at + 1)
        mine = kept_lines[used : used + header["kept_lines"]]
        if len(mine) < header["kept_lines"] or _digest(mine) != header["kept_sha256"]:
            where = f"lines {used + 1} to {used + header['kept_lines']}"
            raise DataError(
                "kept text", f"{where} are not what was kept of {header['source']}", "take it as clipper wrote it"
            )
        if len(rows) - at - 1 < header["rows"]:
            raise DataError("set-aside file", f"cut off in the rows of {header['source']}", DAMAGED)
        content = bytes.fromhex(header["bom"]) + b"".join(_source_bytes(rows, at, header, mine))
        if sha256(content).hexdigest() != header["sha256"]:
            raise DataError("set-aside file", f"the rows do not give {header['source']} back", DAMAGED)
        sources.append((header["source"], content))
        at += 1 + header["rows"]
        used += header["kept_lines"]
    if (more := len(kept_lines) - used) > 0:
        lines = "line" if more == 1 else "lines"
        raise DataError(
            "kept text", f"{more} {lines} beyond what the set-aside file tells of", "was that file cut off?"
        )
    return sources


# Bytes and lines


def _codec(original: bytes, encoding: str) -> tuple[str, bytes]:
    """Return the codec that writes the lines of ORIGINAL, and the byte order mark before them.

    >>> _codec("一".encode("utf-16-be"), "utf-16"), _codec(codecs.BOM_UTF16_BE, "UTF16")
    (('utf-16-le', b''), ('utf-16-be', b'\\xfe\\xff'))
    """
    name = codecs.lookup(encoding).name
    choices = MARKED.get(name, (name,))
    for codec, mark in MARKS.items():
        if codec in choices and original.startswith(mark):
            return codec, mark
    return choices[0], b""


def _split_bytes(body: bytes, codec: str) -> list[_Line]:
    r"""Return the lines of BODY, cut after LF, CRLF and CR as CODEC writes them.

    Cutting bytes is safe: no character of UTF-8, GB18030 or Big5 holds a line end's byte, and in UTF-16 and UTF-32
    whole code units are looked at.

    >>> [line.end for line in _split_bytes("一\r\n二\r三".encode("utf-16-le"), "utf-16-le")]
    ['\r\n', '\r', '']
    """
    feed, carriage = "\n".encode(codec), "\r".encode(codec)
    unit = b"." * len(feed)
    lf, cr = re.escape(feed), re.escape(carriage)
    line = re.compile(rb"(?s)((?:(?!%b|%b)%b)*)(%b(?:%b)?|%b)|.+" % (cr, lf, unit, cr, lf, lf))
    named = {carriage + feed: "\r\n", feed: "\n", carriage: "\r"}
    found = []
    for match in line.finditer(body):
        text, end = (match[0], "") if match[2] is None else (match[1], named[match[2]])
        found.append(_Line(match[0], end, _exact_text(text, codec)))
    return found


def _exact_text(raw: bytes, codec: str) -> str | None:
    """Return RAW as text, or None where that text would be written with other bytes."""
    try:
        text = raw.decode(codec)
        exact = text.encode(codec) == raw
    except UnicodeError:
        return None
    return text if exact and not {"\n", "\r"} & set(text) else None


def _kept_lines(kept: str) -> list[str]:
    lines = kept.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _digest(lines: Sequence[str]) -> str:
    return sha256("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")).hexdigest()


# Writing the rows


def _rows(
    lines: Sequence[_Line], kept: Sequence[str], end: str, why_by_line: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Return the rows for LINES; END is the end that the header tells of."""
    rows: list[dict[str, Any]] = []
    pairs = _align([None if n in why_by_line else line.text for n, line in enumerate(lines, 1)], kept)
    used = 0
    for n, line in enumerate(lines, 1):
        at = pairs.get(n - 1)
        if at is None:
            rows.append(_left_out(n, line, end, why_by_line))
            continue
        if at > used:
            rows.append({"skip": at - used})
        used = at + 1
        if rows and "keep" in rows[-1] and rows[-1].get("end", end) == line.end:
            rows[-1]["keep"] += 1
        else:
            rows.append({"keep": 1} if line.end == end else {"keep": 1, "end": line.end})
    if used < len(kept):
        rows.append({"skip": len(kept) - used})
    return rows


def _json_line(row: Mapping[str, Any]) -> str:
    """Return ROW as a line of JSON that UTF-8 can always write: half surrogates, as in odd file names, are escaped."""
    return escape_surrogates(json.dumps(row, ensure_ascii=False)) + "\n"


def _left_out(n: int, line: _Line, end: str, why_by_line: Mapping[int, str]) -> dict[str, Any]:
    row: dict[str, Any] = {"line": n}
    if line.text is None:
        row["bytes"] = base64.b64encode(line.raw).decode("ascii")
    else:
        row["text"] = line.text
        if line.end != end:
            row["end"] = line.end
    if n in why_by_line:
        row["why"] = why_by_line[n]
    return row


def _align(lines: Sequence[str | None], kept: Sequence[str]) -> dict[int, int]:
    """Return which of LINES stands where in KEPT, in the same order in both: {line: place in KEPT}, from 0.

    Lines that stand once in both are anchors (patience diff, Cohen 2003); between two of them each line of KEPT goes
    to the next line that is the same. Where KEPT is LINES with some left out, that finds all of it.

    >>> _align(["a", "", "b", "", "c"], ["a", "", "c"])
    {0: 0, 1: 1, 4: 2}
    """
    counts, kept_counts = Counter(lines), Counter(kept)
    place = {line: k for k, line in enumerate(kept)}
    anchors = [
        (n, place[line])
        for n, line in enumerate(lines)
        if line is not None and counts[line] == 1 and kept_counts.get(line) == 1
    ]
    where: dict[str, list[int]] = {}
    for n, line in enumerate(lines):
        if line is not None:
            where.setdefault(line, []).append(n)
    pairs: dict[int, int] = {}
    before, kept_before = 0, 0
    for n, at in [*_rising(anchors), (len(lines), len(kept))]:
        for k in range(kept_before, at):
            same = where.get(kept[k], [])
            j = bisect_left(same, before)
            if j < len(same) and same[j] < n:
                pairs[same[j]] = k
                before = same[j] + 1
        if n < len(lines):
            pairs[n] = at
        before, kept_before = n + 1, at + 1
    return pairs


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of PAIRS, sorted by the first, in which the second rises too.

    >>> _rising([(0, 3), (1, 0), (2, 1), (3, 4)])
    [(1, 0), (2, 1), (3, 4)]
    """
    ends: list[int] = []  # ends[k]: the smallest second that a rising part of k + 1 pairs can end with
    last: list[int] = []  # and which pair that is
    previous: list[int] = []  # for each pair, the one before it
    for n, (_, second) in enumerate(pairs):
        k = bisect_left(ends, second)
        ends[k : k + 1] = [second]
        last[k : k + 1] = [n]
        previous.append(last[k - 1] if k else -1)
    found = []
    n = last[-1] if last else -1
    while n >= 0:
        found.append(pairs[n])
        n = previous[n]
    return found[::-1]


# Reading the rows


def _read_rows(set_aside: str) -> Iterator[dict[str, Any]]:
    for n, text in enumerate(_kept_lines(set_aside), 1):
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise DataError("set-aside file", f"line {n} is no row", DAMAGED)
        yield row


def _read_header(row: dict[str, Any], n: int) -> dict[str, Any]:
    fault = DataError("set-aside file", f"line {n} is no header of {FORMAT!r}", DAMAGED)
    texts = ("source", "encoding", "bom", "end", "sha256", "kept_sha256")
    if row.get("format") != FORMAT or not all(isinstance(row.get(key), str) for key in texts):
        raise fault
    if not all(type(row.get(key)) is int and row[key] >= 0 for key in ("kept_lines", "rows")):
        raise fault
    try:
        bytes.fromhex(row["bom"])
        "".encode(row["encoding"])
    except (ValueError, LookupError):
        raise fault from None
    return row


def _source_bytes(
    rows: Sequence[dict[str, Any]], at: int, header: dict[str, Any], kept: Sequence[str]
) -> Iterator[bytes]:
    """Yield the bytes of the source whose HEADER is rows[at], line by line."""
    used = line = 0
    for n in range(at + 1, at + 1 + header["rows"]):
        row = rows[n]
        end = row.get("end", header["end"])
        try:
            if "keep" in row:
                for text in _take(kept, used, row["keep"]):
                    yield (text + end).encode(header["encoding"])
                used, line = used + row["keep"], line + row["keep"]
            elif "skip" in row:
                used += len(_take(kept, used, row["skip"]))
            elif row["line"] == line + 1:
                line += 1
                yield (
                    base64.b64decode(row["bytes"]) if "bytes" in row else (row["text"] + end).encode(header["encoding"])
                )
            else:
                raise ValueError(row["line"])
        except (ValueError, TypeError, KeyError, AttributeError):
            raise DataError("set-aside file", f"line {n + 1} does not fit", DAMAGED) from None


def _take(kept: Sequence[str], used: int, count: Any) -> Sequence[str]:
    if type(count) is not int or not 0 < count <= len(kept) - used:
        raise ValueError(count)
    return kept[used : used + count]
