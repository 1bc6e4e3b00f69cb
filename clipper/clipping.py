r"""Clipping and Block, and their two written forms: records (JSON Lines) and clip text.

A record is the truth: one clipping, its blocks in reading order, each with the lines of the source it stands on.
Clip text is the same for people: headlines, subheads and paragraphs, and nothing else.

>>> clip = Clipping("page-1", "page.txt", blocks=(
...     Block("headline", "青石镇办起读书会", (1,)), Block("body", "本报讯 秋收过后，青石镇办起了读书会。", (3,))))
>>> read_records(write_records([clip]))[0] == clip
True
>>> print(write_clip_text([clip]), end="")
# 青石镇办起读书会
<BLANKLINE>
本报讯 秋收过后，青石镇办起了读书会。
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal

from clipper.errors import DataError

__all__ = [
    "FLAGS",
    "ROLES",
    "Block",
    "Clipping",
    "Form",
    "Seam",
    "block_record",
    "count_lines",
    "from_record",
    "guess_form",
    "json_lines",
    "read_block",
    "read_clip_text",
    "read_records",
    "split_lines",
    "to_record",
    "write_clip_text",
    "write_records",
]

Form = Literal["page", "clips", "records"]

ROLES = (
    "kicker",
    "headline",
    "subtitle",
    "column",
    "byline",
    "subhead",
    "body",
    "caption",
    "end_mark",
    "jump",
    "stray",
    "furniture",
)
FLAGS = ("continued", "continues", "truncated")

LINE_END = re.compile(r"\r\n|\r|\n")  # "a\r\nb\rc\nd" is four lines; U+2028 and form feed end none
MISREAD = re.compile(r"\\|#{1,2} |#{1,2}$|\*\*\*$")  # "# 1 of 3": a paragraph that clip text would take for a mark
RECORD = re.compile(r'"blocks"\s*:\s*\[')  # '{"id": "page-1", "blocks": [', cut off or not
INK = re.compile(r"\S")  # "雪": what makes a line one that is not blank
BREAK = "***"


@dataclass(frozen=True, slots=True)
class Seam:
    """One join inside a block: the offset of the second half in the block's text (code points), the letters that
    were printed twice and left out, and the reason for joining.
    """

    at: int
    dropped: str
    why: str


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, headline or mark of a clipping.

    role: one of ROLES. text: its lines put end to end, outer white space off, less what was printed twice at a seam.
    lines: the 1-based lines of the source, in the order they are read. extra: keys of a record clipper does not know.
    """

    role: str
    text: str
    lines: tuple[int, ...] = ()
    seams: tuple[Seam, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clipping:
    """One article of a page, or a fragment that belongs to none.

    id is good within one source only; extra holds the keys that other commands added (keywords, script, ...).
    """

    id: str
    source: str
    blocks: tuple[Block, ...]
    flags: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def headline(self) -> str | None:
        """The text of the first headline block, or None for a fragment."""
        return next((b.text for b in self.blocks if b.role == "headline"), None)

    @property
    def kind(self) -> str:
        """Return "article", or "fragment" where no block is a headline."""
        return "fragment" if self.headline is None else "article"


def split_lines(text: str) -> list[str]:
    r"""Return the lines of TEXT without their ends. LF, CRLF and CR end a line, and nothing else does.

    >>> split_lines("a\r\nb\u2028c\n")
    ['a', 'b\u2028c']
    """
    lines = text.split("\n") if "\r" not in text else LINE_END.split(text)
    if lines and not lines[-1]:
        lines.pop()
    return lines


def count_lines(text: str) -> int:
    r"""Return how many lines `split_lines` makes of TEXT, in no time.

    >>> count_lines("a\r\nb\u2028c\n"), count_lines("a\rb"), count_lines("")
    (2, 2, 0)
    """
    ends = text.count("\n")
    if "\r" in text:
        ends += text.count("\r") - text.count("\r\n")
    return ends + (text[-1:] not in ("", "\n", "\r"))


def to_record(clip: Clipping) -> dict[str, Any]:
    """Return CLIP as the JSON object of the record, keys in their fixed order.

    >>> list(to_record(Clipping("a-1", "a.txt", (Block("body", "。", (1,)),))))
    ['id', 'source', 'kind', 'headline', 'flags', 'blocks']
    """
    return {
        "id": clip.id,
        "source": clip.source,
        "kind": clip.kind,
        "headline": clip.headline,
        "flags": list(clip.flags),
        "blocks": [block_record(b) for b in clip.blocks],
        **clip.extra,
    }


def block_record(block: Block) -> dict[str, Any]:
    """Return BLOCK as the JSON object of a record, keys in their fixed order.

    >>> block_record(Block("body", "昨夜。", (3,)))
    {'role': 'body', 'text': '昨夜。', 'lines': [3]}
    """
    record: dict[str, Any] = {"role": block.role, "text": block.text, "lines": list(block.lines)}
    if block.seams:
        record["seams"] = [{"at": s.at, "dropped": s.dropped, "why": s.why} for s in block.seams]
    return {**record, **block.extra}


def from_record(record: Any, where: str = "record") -> Clipping:
    """Return the clipping that RECORD (a parsed JSON object) describes. Keys that clipper does not know are kept.

    Raises DataError, naming WHERE, when RECORD is no clipping.

    >>> from_record({"id": "x", "source": "s", "blocks": [{"role": "body", "text": "…", "lines": [1]}]}).kind
    'fragment'
    """
    remedy = "every line has to be a clipping, as `clipper split -f jsonl` writes it"
    if not isinstance(record, dict) or not isinstance(record.get("blocks"), list):
        raise DataError(where, 'not a clipping: no "blocks"', remedy)
    try:
        known = ("id", "source", "kind", "headline", "flags", "blocks")
        return Clipping(
            id=_typed(record.get("id", ""), str, "id"),
            source=_typed(record.get("source", ""), str, "source"),
            blocks=tuple(read_block(b) for b in record["blocks"]),
            flags=tuple(_typed(f, str, "flags") for f in _typed(record.get("flags", []), list, "flags")),
            extra={k: v for k, v in record.items() if k not in known},
        )
    except (KeyError, TypeError) as fault:
        what = f"no {fault}" if isinstance(fault, KeyError) else str(fault)
        raise DataError(where, f"not a clipping: {what}", remedy) from None


def read_block(block: Any) -> Block:
    """Return what BLOCK, an object of a record, says. Raises KeyError or TypeError where it is no block.

    >>> read_block({"role": "body", "text": "昨夜。"}).text
    '昨夜。'
    """
    _typed(block, dict, "blocks")
    return Block(
        role=_typed(block["role"], str, "role"),
        text=_typed(block["text"], str, "text"),
        lines=tuple(_typed(n, int, "lines") for n in _typed(block.get("lines", []), list, "lines")),
        seams=tuple(
            Seam(_typed(s["at"], int, "at"), _typed(s["dropped"], str, "dropped"), _typed(s["why"], str, "why"))
            for s in _typed(block.get("seams", []), list, "seams")
        ),
        extra={k: v for k, v in block.items() if k not in ("role", "text", "lines", "seams")},
    )


def _typed(value: Any, kind: type, name: str) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f'"{name}" holds {type(value).__name__}, not {kind.__name__}')
    return value


def write_records(clips: Iterable[Clipping]) -> str:
    """Return CLIPS as JSON Lines, one record a line, each line ended."""
    return json_lines(map(to_record, clips))


def read_records(text: str, where: str = "records", first: int = 1) -> list[Clipping]:
    """Return the clippings of JSON Lines TEXT; blank lines are passed over. FIRST: the number of its first line.

    Raises DataError, naming WHERE and the line, at the first line that is no record.
    """
    clips = []
    for n, line in enumerate(split_lines(text), first):
        if line.strip():
            clips.append(from_record(_read_json(line, where, n), f"{where}: line {n}"))
    return clips


def _read_json(line: str, where: str, n: int) -> Any:
    try:
        record = json.loads(line, parse_constant=_finite, parse_float=_finite)
        if "\\u" in line:
            json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        what = f"line {n} holds half a character, U+{ord(error.object[error.start]):04X}"
        raise DataError(where, what, "mend it where the record was made") from None
    except (ValueError, RecursionError):
        remedy = "records are one JSON object a line; was the file cut off?"
        raise DataError(where, f"line {n} is not JSON", remedy) from None
    return record


def _finite(number: str) -> float:
    """Return NUMBER as it is read; NaN and what is too large stand for no JSON that could be written again."""
    value = float(number)
    if not isfinite(value):
        raise ValueError(number)
    return value


def json_lines(objects: Iterable[object]) -> str:
    """Return OBJECTS as JSON Lines, in the characters that they are written in.

    >>> json_lines([{"雪": 1}])
    '{"雪": 1}\\n'
    """
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def write_clip_text(clips: Iterable[Clipping]) -> str:
    r"""Return CLIPS as clip text: `# headline`, `## subhead`, every other block a paragraph, one blank line between.

    `***` alone opens a clipping that does not begin with its headline, and the one after a clipping without any, so
    that a lone paragraph is never read as the kicker of the article after it.

    >>> a = Clipping("p-1", "p", (Block("stray", "# 7"),))
    >>> b = Clipping("p-2", "p", (Block("headline", "河开了"),))
    >>> write_clip_text([a, b])
    '***\n\n\\# 7\n\n***\n\n# 河开了\n'
    """
    rows: list[str] = []
    headless = False
    for clip in clips:
        if headless or not clip.blocks or clip.blocks[0].role != "headline":
            rows.append(BREAK)
        headless = clip.headline is None
        seen = False
        for block in clip.blocks:
            mark = {"headline": "" if seen else "# ", "subhead": "## "}.get(block.role, "")
            seen = seen or block.role == "headline"
            pieces = [p.strip() for p in split_lines(block.text) if p.strip()]
            for k, piece in enumerate(pieces):
                escape = "\\" if MISREAD.match(piece) and not mark else ""
                rows.append((mark if k == 0 else "") + escape + piece)
    return "\n\n".join(rows) + "\n" if rows else ""


def read_clip_text(text: str, source: str = "clips", stem: str = "clips") -> list[Clipping]:
    r"""Return the clippings of clip text. Each non-blank line is one block; `lines` are the lines of TEXT itself.

    Roles other than headline and subhead live in records only and come back as body.

    >>> [(c.id, c.kind, len(c.blocks)) for c in read_clip_text("***\n\n新春走基层\n\n# 河开了\n\n昨夜，河开了。\n")]
    [('clips-1', 'article', 3)]
    """
    clips: list[list[Block]] = []
    opened = False  # by a break, and no headline since
    for n, line in enumerate(split_lines(text), 1):
        row = line.strip()
        if not row:
            continue
        if row == BREAK:
            clips.append([])
            opened = True
            continue
        headline = row.startswith("# ")
        if (headline and not opened) or not clips:
            clips.append([])
        opened = opened and not headline
        clips[-1].append(_read_row(row, n))
    return [Clipping(f"{stem}-{k}", source, tuple(blocks)) for k, blocks in enumerate((c for c in clips if c), 1)]


def _read_row(row: str, n: int) -> Block:
    if row.startswith("# "):
        return Block("headline", row[2:].strip(), (n,))
    if row.startswith("## "):
        return Block("subhead", row[3:].strip(), (n,))
    return Block("body", row[1:] if row[0] == "\\" and MISREAD.match(row[1:]) else row, (n,))


def guess_form(text: str) -> Form:
    r"""Return what TEXT is: "records", "clips" (clip text) or "page" (a raw page, or nothing at all).

    Records open with a JSON object that has blocks; clip text with a headline mark, or with a break and a headline mark
    further on or one paragraph to every second line. Everything else is a page.

    >>> guess_form('{"id": "a", "blocks": []}\n'), guess_form("# 河开了\n"), guess_form("河开了\n")
    ('records', 'clips', 'page')
    """
    ink = INK.search(text)
    if ink is None:
        return "page"
    end = LINE_END.search(text, ink.start())
    first = text[ink.start() : end.start() if end else len(text)].strip()
    if first.startswith("{"):
        return "records" if RECORD.search(first) else "page"
    if first.startswith("# "):
        return "clips"
    if first == BREAK and _is_clip_text(split_lines(text)):
        return "clips"
    return "page"


def _is_clip_text(lines: Sequence[str]) -> bool:
    if any(x.startswith("# ") for x in lines):
        return True
    return all(bool(x.strip()) == (n % 2 == 0) for n, x in enumerate(lines))
