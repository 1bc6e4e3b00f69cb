r"""Clippings -> findings: what stands twice, or where it should not.

Whole paragraphs that say the same letter for letter are removed, and only where the repeat is too long to be an
accident; all else is reported. A page repeats itself for good reasons (refrains, table rows, 图片：, a speech beside
the report of it), so a hash alone is no proof: on 278 real pages one repeat in 62 was a mistake of the dump, and it
was the one of several paragraphs in a row.

>>> from clipper.clipping import Block
>>> twice = "青石镇的读书会每逢周末开课，镇上的老老少少搬着凳子来听，讲的是种田的学问、算账的门道和远方的故事。"
>>> clip = Clipping("page-1", "page.txt", (Block("headline", "读书会开课", (1,)), Block("body", twice, (3,)),
...     Block("body", "听的人越来越多。", (5,)), Block("body", twice, (7,))))
>>> [finding] = find_repeats([clip])
>>> finding.kind, finding.action, finding.keep.lines, finding.drop[0].lines
('repeat', 'remove', (3,), (7,))
>>> finding.why
'line 7 says the same as line 3, letter for letter: 45 letters, too many to be an accident'
>>> [b.lines for b in remove_repeats([clip], [finding])[0].blocks]
[(1,), (3,), (5,)]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from clipper.alike import compare_texts, find_alike
from clipper.clipping import Clipping
from clipper.copies import Keep, Rules, choose_removed, is_closed, reason_to_stay, take_out
from clipper.echoes import HEADS, common_parts, find_echoes
from clipper.finding import (
    KINDS,
    PROSE,
    REMOVABLE,
    Action,
    Finding,
    Kind,
    Paragraph,
    Place,
    Ranked,
    in_order,
    is_clause,
    is_joined,
    list_paragraphs,
    place_in_line,
    place_of,
    printed_lines,
    say_places,
    say_sides,
    to_finding_record,
)
from clipper.fingerprint import count_letters, normal_form, normalize

__all__ = [
    "KINDS",
    "Action",
    "Finding",
    "Keep",
    "Kind",
    "Place",
    "by_source",
    "find_on_page",
    "find_repeats",
    "group_same",
    "is_text",
    "last_ones",
    "remove_repeats",
    "report_group",
    "to_finding_record",
    "without_blocks",
    "without_repeats",
]

TEXT = PROSE | {"headline"}  # roles looked through for repeats

LEAST_REPEAT = 4  # letters, measured on real pages: shorter things come twice in ordinary prose
LEAST_OVERLAP = 4  # letters; of 19,206 neighbours on real pages 25 share as many for no reason
LEAST_FAR_OVERLAP = 6  # where a paragraph stands between, or the first half looks like a subhead
MOST_OVERLAP = 64


def find_repeats(
    clips: Sequence[Clipping],
    *,
    remove: Iterable[Kind] = ("repeat",),
    min_letters: int = 40,
    keep: Keep = "first",
    across: bool = False,
    old: Sequence[Clipping] = (),
    with_ids: bool = True,
) -> list[Finding]:
    """Return what stands twice in CLIPS, or belongs to none, in the order of the first places.

    remove: the kinds whose whole paragraphs are taken out, any but "overlap". min_letters: letters from which a
    paragraph, or several in a row, are. keep: the copy that stays, "first", "last" or "longest". across: copies that
    stand in another source, or in the archive, are taken out as well. old: clippings of the archive, each with the
    digest of its source under "source_sha256": they stay, and what only they share is no finding. with_ids: False for a
    raw page, whose clippings nobody has named. Time and memory grow with the text.

    >>> from clipper.clipping import Block
    >>> find_repeats([Clipping("a-1", "a", (Block("headline", "河开了", (1,)), Block("body", "昨夜。", (2,))))])
    []
    """
    rules = Rules(frozenset(remove), min_letters, keep, across)
    clips = [*old, *clips]
    paragraphs = list_paragraphs(clips, with_ids, len(old))
    groups = group_same(paragraphs)
    alike = compare_texts(groups)
    removed = choose_removed(paragraphs, alike.near, rules)
    new = [p for p in paragraphs if p.sha256 is None]
    ends = last_ones(new)
    found: list[Ranked] = []
    for group in groups.values():
        found.extend(report_group(group, removed, rules, ends))
    found.extend(find_alike(groups, alike, removed))
    left = [p for p in new if p.at not in removed]
    common = common_parts(p for p in left if p.block.role in HEADS)
    by_number = dict(enumerate(clips))
    for rows in by_source(left).values():
        found.extend(find_on_page(rows, by_number, common))
    found = [x for x in found if any(place.sha256 is None for place in x[1].places)]
    return in_order(take_out(found, paragraphs, removed, rules))


def remove_repeats(clips: Sequence[Clipping], findings: Iterable[Finding]) -> list[Clipping]:
    """Return CLIPS without the paragraphs that FINDINGS say to remove; a clipping left with none disappears.

    >>> from clipper.clipping import Block
    >>> clip = Clipping("a-1", "a", (Block("body", "昨夜。", (2,)),))
    >>> place = Place("a", "a-1", (2,), (0, 3))
    >>> remove_repeats([clip], [Finding("repeat", "remove", 2, 1.0, "", None, (place,))])
    []
    """
    return [rest for _, rest in without_repeats(clips, findings) if rest is not None]


def without_repeats(
    clips: Iterable[Clipping], findings: Iterable[Finding]
) -> Iterator[tuple[Clipping, Clipping | None]]:
    """Yield each of CLIPS, and what is left of it when FINDINGS are heeded: None where that is nothing.

    >>> from clipper.clipping import Block
    >>> clip = Clipping("a-1", "a", (Block("body", "昨夜。", (2,)),))
    >>> list(without_repeats([clip], [])) == [(clip, clip)]
    True
    """
    gone: dict[tuple[str, str | None], set[tuple[int, ...]]] = {}  # the lines of paragraphs, by source and id
    for place in (p for f in findings if f.action == "remove" for p in f.drop):
        gone.setdefault((place.source, place.id), set()).add(place.lines)
    for clip in clips:
        lines = gone.get((clip.source, clip.id), set()) | gone.get((clip.source, None), set())
        yield clip, without_blocks(clip, {k for k, b in enumerate(clip.blocks) if b.lines in lines})


def without_blocks(clip: Clipping, gone: Set[int]) -> Clipping | None:
    """Return CLIP without the blocks of those numbers, from 0: None where that is nothing.

    >>> from clipper.clipping import Block
    >>> clip = Clipping("a-1", "a", (Block("body", "昨夜。", (2,)),))
    >>> without_blocks(clip, set()) is clip, without_blocks(clip, {0})
    (True, None)
    """
    if not gone:
        return clip
    blocks = tuple(b for k, b in enumerate(clip.blocks) if k not in gone)
    return replace(clip, blocks=blocks) if blocks else None


# Repeats: the same letters


def is_text(paragraph: Paragraph) -> bool:
    """Whether PARAGRAPH is looked through for repeats: text of some length.

    >>> from clipper.clipping import Block
    >>> blocks = (Block("body", "昨夜河开了。", (1,)), Block("body", "图片：", (2,)), Block("byline", "方某", (3,)))
    >>> [is_text(p) for p in list_paragraphs([Clipping("p-1", "p", blocks)])]
    [True, False, False]
    """
    return paragraph.block.role in TEXT and paragraph.letters >= LEAST_REPEAT


def group_same(paragraphs: Iterable[Paragraph]) -> dict[str, list[Paragraph]]:
    """Return the paragraphs that are text, by normal form, each list in reading order.

    >>> from clipper.clipping import Block
    >>> blocks = (Block("body", "昨夜河开了。", (1,)), Block("body", "“昨夜，河开了”", (2,)))
    >>> [len(group) for group in group_same(list_paragraphs([Clipping("p-1", "p", blocks)])).values()]
    [2]
    """
    groups: dict[str, list[Paragraph]] = {}
    for paragraph in filter(is_text, paragraphs):
        groups.setdefault(paragraph.normal, []).append(paragraph)
    return groups


def by_source(paragraphs: Iterable[Paragraph]) -> dict[str, list[Paragraph]]:
    """Return PARAGRAPHS by the name of their source, each list in the order they come in."""
    pages: dict[str, list[Paragraph]] = {}
    for paragraph in paragraphs:
        pages.setdefault(paragraph.source, []).append(paragraph)
    return pages


def last_ones(paragraphs: Sequence[Paragraph]) -> set[int]:
    """Return which of PARAGRAPHS (at), in reading order, their clippings end with."""
    return {p.at for p, after in pairwise([*paragraphs, None]) if p and (after is None or after.clip != p.clip)}


def report_group(
    group: Sequence[Paragraph], removed: Mapping[int, int], rules: Rules, ends: Set[int]
) -> Iterator[Ranked]:
    """Yield the findings on one text that stands in several places: what is removed, source by source, and the rest.

    ENDS: the paragraphs that their articles end with.
    """
    if len(group) == 1:
        return
    rest = [p for p in group if p.at not in removed]
    stays = [p for p in rest if p.block.role in REMOVABLE]
    stays_in = {p.source: p for p in reversed(stays) if p.sha256 is None}  # the first one of each source
    for source, rows in by_source(group).items():
        gone = [p for p in rows if p.at in removed]
        if gone:
            keep = stays_in.get(source, stays[0])
            yield (keep.at, 0), _repeat("remove", keep, gone, _why_removed([removed[p.at] for p in gone]))
    if len(rest) > 1:
        yield (rest[0].at, 0), _repeat("report", rest[0], rest[1:], reason_to_stay(rest, rules, ends))


def _repeat(action: Action, keep: Paragraph, drop: Sequence[Paragraph], reason: str) -> Finding:
    kept, places = place_of(keep), tuple(map(place_of, drop))
    why = f"{say_sides(kept, places, 'the same as')}, letter for letter: {keep.letters} letters, {reason}"
    return Finding("repeat", action, keep.letters, 1.0, why, kept, places)


def _why_removed(runs: Sequence[int]) -> str:
    """Return the reason in words; RUNS are the lengths of the runs that the copies stand in."""
    if max(runs) == 1:
        return "too many to be an accident"
    return f"one of {max(runs)} paragraphs in a row that stand elsewhere in the same order"


# What a column break printed twice, fragments, and headlines said again


def find_on_page(
    rows: Sequence[Paragraph], clips: Mapping[int, Clipping], common: Set[str] = frozenset()
) -> Iterator[Ranked]:
    """Yield what ROWS, the paragraphs of one source less what is taken out, tell by themselves.

    CLIPS: the clippings by their numbers. COMMON: parts of headings that stand on too many pages, see common_parts.
    """
    for paragraph in rows:
        yield from _find_overlaps(paragraph)
        if clips[paragraph.clip].kind == "fragment":
            yield from _find_fragment(paragraph)
    yield from _find_open_overlaps(rows)
    yield from find_echoes(rows, clips, common)


def _find_overlaps(paragraph: Paragraph) -> Iterator[Ranked]:
    block = paragraph.block
    if not is_joined(block):
        return
    lines = printed_lines(block)
    for k, seam in enumerate(block.seams):
        if seam.dropped:
            size = len(seam.dropped)
            keep = place_in_line(paragraph, k, (max(0, len(lines[k]) - size), len(lines[k])))
            drop = place_in_line(paragraph, k + 1, (0, size))
            why = (
                f"line {block.lines[k + 1]} goes on from line {block.lines[k]}"
                f" and begins with what that line ends with: “{seam.dropped}”"
            )
            letters = count_letters(seam.dropped)
            yield (paragraph.at, seam.at), Finding("overlap", "report", letters, 1.0, why, keep, (drop,))


@dataclass(frozen=True, slots=True)
class _Line:
    """The k-th printed line of a paragraph (from 0), and its normal form."""

    paragraph: Paragraph
    k: int
    text: str
    normal: str


def _find_open_overlaps(paragraphs: Sequence[Paragraph]) -> Iterator[Ranked]:
    """Yield what a column break printed twice where the halves of the paragraph, on one page, were not put together."""
    lines = [line for p in paragraphs if p.block.role in TEXT for line in _lines_of(p)]
    for i, one in enumerate(lines):
        role = one.paragraph.block.role
        if role == "headline" or is_closed(one.text):  # a lead takes up what its headline ends with
            continue
        for far, two in enumerate(lines[i + 1 : i + 3]):
            if two.paragraph is one.paragraph and two.k == one.k + 1:
                continue  # that seam says itself what stands twice
            least = LEAST_FAR_OVERLAP if far or role == "subhead" else LEAST_OVERLAP
            n = _doubled(one.normal, two.normal, least)
            if n and not (role == "subhead" and _is_clause(one, n)):  # a short first half is read as a subhead at times
                yield (one.paragraph.at, 0), _open_overlap(one, two, n)
                break


def _lines_of(paragraph: Paragraph) -> list[_Line]:
    if not is_joined(paragraph.block):
        return [_Line(paragraph, 0, paragraph.block.text, paragraph.normal)]
    return [_Line(paragraph, k, line, normal_form(line)) for k, line in enumerate(printed_lines(paragraph.block))]


def _is_clause(line: _Line, n: int) -> bool:
    """Whether the last N letters of LINE are a clause: what stands under a subhead may begin with it."""
    size = len(line.normal)
    return is_clause(line.text, normalize(line.text).span(size - n, size))


def _doubled(a: str, b: str, least: int) -> int:
    """Return how many letters A ends and B begins with, LEAST or more, or 0; not all of both.

    >>> _doubled("镇上的竹器和各色山货", "各色山货摆满了街", 4), _doubled("河开了", "河开了", 2)
    (4, 0)
    """
    most = min(len(a), len(b), MOST_OVERLAP)
    return next((n for n in range(most, least - 1, -1) if a.endswith(b[:n]) and a != b), 0)


def _open_overlap(one: _Line, two: _Line, n: int) -> Finding:
    """Return the finding that ONE ends with the N letters that TWO begins with."""
    size = len(one.normal)
    span = normalize(two.text).span(0, n)
    keep = place_in_line(one.paragraph, one.k, normalize(one.text).span(size - n, size))
    drop = place_in_line(two.paragraph, two.k, span)
    said = two.text[slice(*span)]
    places = say_places([drop], keep.source), say_places([keep], keep.source)
    why = f"{places[0]} begins with what {places[1]} breaks off with: “{said}”"
    return Finding("overlap", "report", count_letters(said), 1.0, why, keep, (drop,))


def _find_fragment(paragraph: Paragraph) -> Iterator[Ranked]:
    if paragraph.block.role != "furniture":
        place = place_of(paragraph)
        why = f"{say_places([place], paragraph.source)} belongs to no article of the page"
        yield (paragraph.at, 0), Finding("fragment", "report", paragraph.letters, 1.0, why, None, (place,))
