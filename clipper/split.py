"""A page becomes its clippings: every non-blank line stands in exactly one block of exactly one of them.

`roles.py` says what each line is; here the lines are put together: headlines open articles, halves of a cut paragraph
are joined, what belongs to no article is set apart as a fragment, and each clipping is flagged where the page shows
that it is not whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clipper.clipping import Block, Clipping, Seam, split_lines
from clipper.errors import PromiseError, one_line
from clipper.joins import KnownWords, join_texts
from clipper.marks import jumps_out, sentence_end
from clipper.reading import START, Name, make_model
from clipper.roles import Line, read_lines, read_page_lines
from clipper.weights import WEIGHTS

__all__ = [
    "APART",
    "MODEL",
    "block_role",
    "check_split",
    "describe_doubts",
    "opens_article",
    "split_page",
    "split_pages",
    "stops_short",
]

MODEL = make_model(WEIGHTS)
OPENING = frozenset({"column", "kicker", "headline"})
INTERRUPTS = frozenset({"caption"})  # what stays in its article where it stands between two halves of a paragraph
APART = frozenset({"furniture", "stray", "orphan"})  # what belongs to no article of the page
HEADS = OPENING | {"subtitle", "byline"}
LINE_WRAP = "line wrap: the line before fills its column"  # no doubt about it: why such a seam is
FLAG_WORDS = {
    "continued": "came over from another page",
    "continues": "goes on on another page",
    "truncated": "stops in mid-sentence",
}
LEFT_OPEN = "stops in mid-sentence, and nothing on the page goes on from it for certain"
PROSE = 20  # code points from which a last paragraph without an end counts as cut off; verse and table rows are shorter


# A clipping in the making: its blocks, each as the lines that make it up and what they were read as.
_Draft = list[list[tuple[Line, str]]]


def split_page(
    text: str, *, source: str = "page", stem: str = "page", known: KnownWords | None = None
) -> list[Clipping]:
    r"""Return the clippings of a raw page, in the order of their first lines.

    text: the whole of one source; a form feed begins a new page of it. source: its name in the records; stem: what the
    ids begin with. known: which of some candidate words stand in a dictionary (`clipper.known_words`); with it, column
    breaks inside a word are told more surely. Line numbers are 1-based and count LF, CRLF and CR.

    >>> page = "河开了\n本报讯 昨夜，云岭河开了，两岸的人都来看。\n"
    >>> page += "青石镇办起读书会\n□本报记者 方某\n秋收过后，镇上办起了读书会。\n"
    >>> [(c.id, c.headline, len(c.blocks)) for c in split_page(page)]
    [('page-1', '河开了', 2), ('page-2', '青石镇办起读书会', 3)]
    """
    drafts: list[_Draft] = []
    for first, part in split_pages(text):
        lines = read_lines(part, first)
        drafts += _draft(lines, read_page_lines(lines, MODEL, known).names)
    clips = [_clipping(d, f"{stem}-{k}", source) for k, d in enumerate(drafts, 1)]
    check_split(text, clips, source)
    return clips


def split_pages(text: str) -> list[tuple[int, str]]:
    r"""Return the pages of TEXT, each with the 1-based number of its first line.

    A page begins at a line with a form feed in the white space before its text, and after one that has it elsewhere.
    """
    if "\f" not in text:
        return [(1, text)]
    pages: list[tuple[int, list[str]]] = [(1, [])]
    for number, line in enumerate(split_lines(text), 1):
        lead = line[: len(line) - len(line.lstrip())]
        if "\f" in lead:
            pages.append((number, []))
        pages[-1][1].append(line)
        if "\f" in line[len(lead) :]:
            pages.append((number + 1, []))
    return [(number, "\n".join(rows)) for number, rows in pages]


def _draft(lines: Sequence[Line], names: Sequence[Name]) -> list[_Draft]:
    drafts: list[_Draft] = []
    article: _Draft | None = None  # the one that is being put together
    before = START
    for line, name in zip(lines, names, strict=True):
        state = name.state
        if state in APART:
            drafts.append([[(line, state)]])
            continue
        if state == "cont" and article:
            cut = next(block for block in reversed(article) if block[0][1] not in INTERRUPTS)
            cut.append((line, state))
        else:
            if article is None or opens_article(name, before):
                article = []
                drafts.append(article)
            article.append([(line, state)])
        before = name
    return [_without_body(d) if all(b[0][1] in HEADS for b in d) else d for d in drafts]


def opens_article(name: Name, before: Name) -> bool:
    """Whether a line of NAME begins an article where BEFORE is the name of the last line that was not set apart.

    >>> opens_article(Name("headline"), Name("body")), opens_article(Name("headline"), Name("kicker"))
    (True, False)
    >>> opens_article(Name("kicker", 1), Name("headline")), opens_article(Name("headline"), Name("headline"))
    (False, True)
    """
    below = before.state in ("column", "kicker") and not before.depth  # the first line of the same head
    return name.state in OPENING and not name.depth and not below


def _without_body(draft: _Draft) -> _Draft:
    """Return DRAFT, nothing but headlines, as a fragment: a headline that has lost its body opens no article."""
    return [[(line, "orphan" if state == "headline" else state) for line, state in block] for block in draft]


def _clipping(draft: _Draft, name: str, source: str) -> Clipping:
    return Clipping(name, source, tuple(_block(parts) for parts in draft), flags=_flags(draft))


def _block(parts: Sequence[tuple[Line, str]]) -> Block:
    line, state = parts[0]
    if len(parts) == 1 and not line.wraps:
        return Block(block_role(line, state), line.text, line.numbers)
    text, seams = line.text, _wraps(line, 0)
    for k, (more, _) in enumerate(parts[1:]):
        text, at, dropped = _joined(text, more)
        seams.append(Seam(at, dropped, _why(parts[k][0], more, dropped)))
        seams += _wraps(more, at - len(dropped))
    return Block(block_role(line, state), text, tuple(n for x, _ in parts for n in x.numbers), tuple(seams))


def _joined(text: str, more: Line) -> tuple[str, int, str]:
    """Return TEXT with MORE put to it, the offset of MORE, and what was printed twice.

    What was printed twice is left out where it stands on the first row of MORE: a seam cannot leave out more than that.
    """
    whole, at, dropped = join_texts(text, more.text)
    if more.wraps and len(dropped) >= more.wraps[0]:
        return text + more.text, at, ""
    return whole, at, dropped


def _wraps(line: Line, start: int) -> list[Seam]:
    """Return the seams of a paragraph that was set in several lines and begins at START in its block."""
    return [Seam(start + at, "", LINE_WRAP) for at in line.wraps]


def block_role(line: Line, state: str) -> str:
    """Return the role of a block that LINE begins, which was read as STATE."""
    if state == "orphan" or line.mark == "symbols":
        return "stray"
    return "body" if state == "cont" else state


def _why(first: Line, second: Line, dropped: str) -> str:
    where = f"line {first.number} stops in mid-sentence and line {second.number} goes on"
    if dropped:
        where = (
            f"line {second.number} goes on from line {first.number} and prints its last {len(dropped)} letters again"
        )
    return f"column break: {where}"


def _flags(draft: _Draft) -> tuple[str, ...]:
    text = [b for b in draft if b[0][1] in ("body", "cont")]
    flags = []
    if (text and text[0][0][0].head == "jump_in") or any(block[0][0].mark == "came_over" for block in draft):
        flags.append("continued")
    last = draft[-1][-1][0]
    jumps = any(state == "jump" and line.mark != "came_over" for block in draft for line, state in block)
    if jumps or (text and text[-1][-1][0].end == "jump"):
        flags.append("continues")
    elif text and last is text[-1][-1][0] and stops_short(last.text):
        flags.append("truncated")
    return tuple(flags)


def stops_short(text: str) -> bool:
    """Whether TEXT, a paragraph, stops in mid-sentence, and no mark says that it goes on elsewhere.

    >>> stops_short("渠水昨天流进了最后一个村子，村里的人都到渠边"), stops_short("河水流过村庄")
    (True, False)
    """
    return len(text) >= PROSE and sentence_end(text) in ("open", "comma") and not jumps_out(text)


def describe_doubts(clips: Sequence[Clipping]) -> list[str]:
    """Return a sentence for each place of CLIPS that a person may want to look at: joins, fragments, flags.

    >>> describe_doubts([Clipping("p-1", "p.txt", (Block("stray", "(", (7,)),))])
    ['p.txt:7: fragment: belongs to no article of the page']
    """
    rows: list[str] = []
    for clip in clips:
        first = clip.blocks[0].lines[0] if clip.blocks and clip.blocks[0].lines else 0
        if clip.kind == "fragment":
            rows.append(f"{clip.source}:{first}: fragment: belongs to no article of the page")
        rows += [f"{clip.source}:{first}: {flag}: {FLAG_WORDS.get(flag, flag)}" for flag in clip.flags]
        for k, block in enumerate(clip.blocks):
            rows += [
                f"{clip.source}:{line}: joined: {seam.why}"
                for line, seam in zip(block.lines[1:], block.seams, strict=False)
                if seam.why != LINE_WRAP
            ]
            after = clip.blocks[k + 1 : k + 2]
            if block.role == "body" and block.lines and after and after[0].role != "jump" and stops_short(block.text):
                rows.append(f"{clip.source}:{block.lines[-1]}: left open: {LEFT_OPEN}")
    return [one_line(row) for row in rows]


def check_split(text: str, clips: Sequence[Clipping], source: str) -> None:
    """Raise PromiseError unless every non-blank line of TEXT stands in exactly one block of CLIPS, unaltered."""
    rows: Mapping[int, str] = {n: x.strip() for n, x in enumerate(split_lines(text), 1) if x.strip()}
    used = sorted(n for c in clips for b in c.blocks for n in b.lines)
    if used != sorted(rows):
        raise PromiseError(source, "a line would be lost or stand twice in the clippings")
    for block in (b for c in clips for b in c.blocks):
        if block.text != _rebuilt(block, rows):
            raise PromiseError(source, f"the text of line {block.lines[0]} would be altered")


def _rebuilt(block: Block, rows: Mapping[int, str]) -> str:
    text = rows[block.lines[0]]
    for number, seam in zip(block.lines[1:], block.seams, strict=True):
        if not rows[number].startswith(seam.dropped):
            return ""
        text += rows[number][len(seam.dropped) :]
    return text
