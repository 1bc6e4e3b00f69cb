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

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from clipper.alike import find_alike
from clipper.clipping import Clipping
from clipper.echoes import find_echoes
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
    is_joined,
    list_paragraphs,
    place_in_line,
    place_of,
    printed_lines,
    say_places,
    to_finding_record,
)
from clipper.fingerprint import count_letters

__all__ = ["KINDS", "Action", "Finding", "Kind", "Place", "find_repeats", "remove_repeats", "to_finding_record"]

TEXT = PROSE | {"headline"}  # roles looked through for repeats

LEAST_REPEAT = 4  # letters, measured on real pages: shorter things come twice in ordinary prose
VERSE = 16  # letters; a run whose paragraphs are all shorter is a refrain or a table
LOOK_BACK = 16  # places to try for the first copy of a run: a row that comes a thousand times takes no longer

# Three cells and wide gaps between them, and no sentence: "青石镇  320  25.6"
TABLE_ROW = re.compile(r"\s*[^\s。！？]+(?:(?:\t| {2,}|\u3000+| *\| *)[^\s。！？|]+){2,}\s*")
# A roll of names, as every report of one meeting has it: "方某、何某、赵某某、钱某某、孙某"
ROLL = re.compile(r"(?:[^\W\d_·]{2,4}、){3,}[^\W\d_·]{2,4}")
CLOSED = re.compile(r"[。！？；：…!?;:.—”’」』）)》】\]]\s*$")  # a paragraph that comes to an end: "河开了。", "如下："


def find_repeats(clips: Sequence[Clipping], *, min_letters: int = 40, with_ids: bool = True) -> list[Finding]:
    """Return what stands twice in CLIPS, or belongs to none, in the order of the first places.

    min_letters: letters from which a paragraph, or several in a row, are removed when they come again in the same
    source. with_ids: False for a raw page, whose clippings nobody has named. Time and memory grow with the text.

    >>> from clipper.clipping import Block
    >>> find_repeats([Clipping("a-1", "a", (Block("headline", "河开了", (1,)), Block("body", "昨夜。", (2,))))])
    []
    """
    paragraphs = list_paragraphs(clips, with_ids)
    groups = _group_same(paragraphs)
    removed = _choose_removed(paragraphs, min_letters)
    found: list[Ranked] = []
    for group in groups.values():
        found.extend(_report_group(group, removed))
    found.extend(find_alike(groups))
    found.extend(find_echoes(clips, [p for p in paragraphs if p.at not in removed]))
    for paragraph in paragraphs:
        found.extend(_find_overlaps(paragraph))
        if clips[paragraph.clip].kind == "fragment":
            found.extend(_find_fragment(paragraph))
    found.sort(key=lambda x: (x[0], KINDS.index(x[1].kind), x[1].drop[0].lines, x[1].drop[0].span))
    return [finding for _, finding in found]


def remove_repeats(clips: Sequence[Clipping], findings: Iterable[Finding]) -> list[Clipping]:
    """Return CLIPS without the paragraphs that FINDINGS say to remove; a clipping left with none disappears.

    >>> from clipper.clipping import Block
    >>> clip = Clipping("a-1", "a", (Block("body", "昨夜。", (2,)),))
    >>> place = Place("a", "a-1", (2,), (0, 3))
    >>> remove_repeats([clip], [Finding("repeat", "remove", 2, 1.0, "", None, (place,))])
    []
    """
    gone = {(p.source, p.id, p.lines) for f in findings if f.action == "remove" for p in f.drop}
    left = []
    for clip in clips:
        stays = [b for b in clip.blocks if not {(clip.source, clip.id, b.lines), (clip.source, None, b.lines)} & gone]
        if len(stays) == len(clip.blocks):
            left.append(clip)
        elif stays:
            left.append(replace(clip, blocks=tuple(stays)))
    return left


# Repeats: the same letters


def _group_same(paragraphs: Sequence[Paragraph]) -> dict[str, list[Paragraph]]:
    """Return the paragraphs that are text, by normal form, each list in reading order."""
    groups: dict[str, list[Paragraph]] = {}
    for paragraph in paragraphs:
        if paragraph.block.role in TEXT and paragraph.letters >= LEAST_REPEAT:
            groups.setdefault(paragraph.normal, []).append(paragraph)
    return groups


def _choose_removed(paragraphs: Sequence[Paragraph], min_letters: int) -> dict[int, int]:
    """Return the paragraphs to remove: {at: length of its run}.

    Source by source: runs of repeated paragraphs, then single ones that are long enough by themselves, then the runs
    that show when those are gone.
    """
    by_source: dict[str, list[Paragraph]] = {}
    for paragraph in paragraphs:
        by_source.setdefault(paragraph.source, []).append(paragraph)
    removed: dict[int, int] = {}
    for rows in by_source.values():
        unclear = _places_named_twice(rows)
        rows = [p for p in rows if p.normal and (p.block.role in REMOVABLE or p.block.role == "headline")]
        cut = _cut_short(rows)
        for choose in (_runs, _singles, _runs):
            rows = [p for p in rows if p.at not in removed]
            for paragraph, length in choose(rows, min_letters, cut):
                if not TABLE_ROW.fullmatch(paragraph.block.text) and _name(paragraph) not in unclear:
                    removed[paragraph.at] = length
    return removed


@dataclass(frozen=True, slots=True)
class _Cut:
    """Paragraphs that may be parts of one: those that begin in mid-sentence, and those that break off in it."""

    heads: frozenset[int]
    tails: frozenset[int]


def _cut_short(rows: Sequence[Paragraph]) -> _Cut:
    """Return which of ROWS are cut: on a page set in short lines a repeated line is no repeated paragraph."""
    tails = frozenset(p.at for p in rows if p.block.role == "body" and not CLOSED.search(p.block.text))
    heads = frozenset(p.at for before, p in pairwise(rows) if before.at in tails and p.block.role == "body")
    return _Cut(heads, tails)


def _name(paragraph: Paragraph) -> tuple[str | None, tuple[int, ...]]:
    return paragraph.id, paragraph.block.lines


def _places_named_twice(rows: Sequence[Paragraph]) -> set[tuple[str | None, tuple[int, ...]]]:
    """Return the names by which a place cannot be told from another: the same record fed twice, or no lines."""
    seen: set[tuple[str | None, tuple[int, ...]]] = set()
    unclear = {_name(p) for p in rows if not p.block.lines}
    for paragraph in rows:
        (unclear if _name(paragraph) in seen else seen).add(_name(paragraph))
    return unclear


def _singles(rows: Sequence[Paragraph], min_letters: int, cut: _Cut) -> Iterator[tuple[Paragraph, int]]:
    """Yield the paragraphs that stood before and are too long for an accident, and 1 for the length of their run."""
    clips: dict[str, set[int]] = {}  # normal form -> the clippings it stood in
    for paragraph in rows:
        if paragraph.block.role in REMOVABLE:
            before = clips.setdefault(paragraph.normal, set())
            meant = paragraph.clip not in before and _is_roll(paragraph.block.text)
            whole = paragraph.block.role == "body" and paragraph.at not in cut.heads and paragraph.at not in cut.tails
            if before and whole and not meant and paragraph.letters >= min_letters:
                yield paragraph, 1
            before.add(paragraph.clip)


def _is_roll(text: str) -> bool:
    """Whether half of TEXT or more is names: two articles may well call the same roll.

    >>> _is_roll("方某、何某、赵某某、钱某某、孙某等出席。")
    True
    >>> _is_roll("方某、何某、赵某、钱某走进了镇上新修好的图书室，坐下来翻书看报。")
    False
    """
    return 2 * sum(map(len, ROLL.findall(text))) >= len(text)


def _runs(rows: Sequence[Paragraph], min_letters: int, cut: _Cut) -> Iterator[tuple[Paragraph, int]]:
    """Yield the paragraphs of every run of two or more that stood before in the same order, and the run's length.

    A headline ends a run, and what is cut at its edges is no part of it. From the left, the longest run first; the two
    copies do not overlap.
    """
    seen: dict[tuple[str, str], list[int]] = {}
    k = 0
    while k < len(rows) - 1:
        n = max((_run_length(rows, p, k) for p in seen.get((rows[k].normal, rows[k + 1].normal), ())), default=0)
        run = _without_cut_edges(rows[k : k + n], cut)
        sizes = [p.letters for p in run]
        prose = len(run) > 1 and any(p.block.role == "body" for p in run) and max(sizes) >= min(VERSE, min_letters)
        if prose and sum(sizes) >= min_letters:
            yield from ((paragraph, len(run)) for paragraph in run)
            after = k + n
        else:
            after = k + max(1, n - 1)
        while k < after and k < len(rows) - 1:
            places = seen.setdefault((rows[k].normal, rows[k + 1].normal), [])
            if len(places) < LOOK_BACK:
                places.append(k)
            k += 1
        k = after


def _without_cut_edges(run: Sequence[Paragraph], cut: _Cut) -> Sequence[Paragraph]:
    first = next((k for k, p in enumerate(run) if p.at not in cut.heads), len(run))
    last = next((k for k in range(len(run), first, -1) if run[k - 1].at not in cut.tails), first)
    return run[first:last]


def _run_length(rows: Sequence[Paragraph], p: int, k: int) -> int:
    n = 0
    while p + n < k and k + n < len(rows) and rows[p + n].normal == rows[k + n].normal:
        if rows[p + n].block.role == "headline" or rows[k + n].block.role == "headline":
            break
        n += 1
    return n


def _report_group(group: Sequence[Paragraph], removed: dict[int, int]) -> Iterator[Ranked]:
    """Yield the findings on one text that stands in several places: what is removed, source by source, and the rest."""
    if len(group) == 1:
        return
    rest = [p for p in group if p.at not in removed]
    for source in dict.fromkeys(p.source for p in group):
        gone = [p for p in group if p.source == source and p.at in removed]
        if gone:
            keep = next(p for p in rest if p.source == source and p.block.role in REMOVABLE)
            yield (keep.at, 0), _repeat("remove", keep, gone, _why_removed([removed[p.at] for p in gone]))
    if len(rest) > 1:
        yield (rest[0].at, 0), _repeat("report", rest[0], rest[1:], _why_reported(rest))


def _repeat(action: Action, keep: Paragraph, drop: Sequence[Paragraph], reason: str) -> Finding:
    places = [place_of(p) for p in drop]
    one = "says" if len(places) == 1 else "say"
    kept = say_places([place_of(keep)], keep.source)
    same = f"{one} the same as {kept}, letter for letter: {keep.letters} letters"
    why = f"{say_places(places, keep.source)} {same}, {reason}"
    return Finding("repeat", action, keep.letters, 1.0, why, place_of(keep), tuple(places))


def _why_removed(runs: Sequence[int]) -> str:
    """Return the reason in words; RUNS are the lengths of the runs that the copies stand in."""
    if max(runs) == 1:
        return "too many to be an accident"
    return f"one of {max(runs)} paragraphs in a row that stand before in the same order"


def _why_reported(rest: Sequence[Paragraph]) -> str:
    if len({p.source for p in rest}) > 1:
        return "left in place because it stands in more than one source"
    if any(p.block.role not in REMOVABLE for p in rest):
        return f"left in place because one of them is a {next(p.block.role for p in rest if p.block.role != 'body')}"
    if any(TABLE_ROW.fullmatch(p.block.text) for p in rest):
        return "left in place because it looks like a row of a table"
    if any(_is_roll(p.block.text) for p in rest):
        return "left in place because it calls a roll of names"
    if any(p.block.role == "body" and not CLOSED.search(p.block.text) for p in rest):
        return "left in place because it breaks off and may be part of a paragraph"
    if _places_named_twice(rest):
        return "left in place because clipper cannot tell the places apart by their ids and lines"
    return "left in place because it may be meant"


# What a column break printed twice, and fragments


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


def _find_fragment(paragraph: Paragraph) -> Iterator[Ranked]:
    if paragraph.block.role != "furniture":
        place = place_of(paragraph)
        why = f"{say_places([place], paragraph.source)} belongs to no article of the page"
        yield (paragraph.at, 0), Finding("fragment", "report", paragraph.letters, 1.0, why, None, (place,))
