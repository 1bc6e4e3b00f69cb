r"""Clippings -> findings: what stands twice, or where it should not.

Whole paragraphs that say the same letter for letter are removed, and only where the repeat is too long to be an
accident; all else is reported. A page repeats itself for good reasons (refrains, table rows, 图片：, a speech beside
the report of it), so a hash alone is no proof: on 278 real pages one repeat in 62 was a mistake of the dump, and it
was the one of several paragraphs in a row.

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
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import pairwise
from typing import Any, Literal

from clipper.clipping import Block, Clipping
from clipper.fingerprint import (
    BLANK,
    Normal,
    count_letters,
    edit_distance,
    longest_run,
    normal_form,
    normalize,
    seeded_pairs,
)

__all__ = ["KINDS", "Action", "Finding", "Kind", "Place", "find_repeats", "remove_repeats", "to_finding_record"]

Kind = Literal["repeat", "near", "passage", "overlap", "headline", "fragment"]
Action = Literal["remove", "report"]
KINDS: tuple[Kind, ...] = ("repeat", "near", "passage", "overlap", "headline", "fragment")

# Roles. A byline, a jump line, a kicker or a subtitle ("——一线见闻") is meant to come again: no finding.
PROSE = frozenset(("body", "subhead", "caption", "stray"))  # looked through for near repeats and shared passages
TEXT = PROSE | {"headline"}  # looked through for repeats
REMOVABLE = frozenset(("body", "subhead"))

# Lengths in letters, measured on real pages: shorter things come twice in ordinary prose.
LEAST_REPEAT = 4
LEAST_NEAR = 12
LEAST_BOUNDED = 16  # a passage at an end of both paragraphs, or between punctuation
LEAST_PASSAGE = 25  # a passage anywhere else
LEAST_LINE = 12  # a line of a joined paragraph that is a paragraph elsewhere
LINE_KIND: Kind = "passage"  # what that is: the line is a part of its paragraph
LEAST_ECHO = 6
LEAST_FAR_ECHO = 8  # in another article than the headline's own
VERSE = 16  # a run whose paragraphs are all shorter is a refrain or a table

NEAR_SHARE = 0.15  # of the letters may differ: noise of 10 % goes over 10 % every second time
FIGURES_SHARE = 0.33  # of the letters that differ are figures where two texts are cases of one form
SHORT = 96  # letters; of shorter paragraphs a near repeat is looked for by short seeds
SHORT_SEED = 4
CANDIDATES = 8  # near repeats to try for one paragraph, the most promising first
LOOK_BACK = 16  # places to try for the first copy of a run
FORMULA = 12  # what stands in more places than this is a standing phrase, not a passage
EVERYWHERE = 4  # the same for a part of a headline
SAID = 8  # lines that a sentence names one by one
ECHO_SHARE = 0.4  # of the headline's letters have to come again
ECHO_REACH = 20  # clippings before and after a headline that count as its page

NUMERALS = "〇零一二三四五六七八九十百千万亿两廿"
# A number or a date in a normal form: "12", "-1.2", "3月5日", "二十一", "星期三"
NUMBER = re.compile(rf"(?:(?:星期|周)[一二三四五六日天]|[-+]?[\d{NUMERALS}]+(?:[-./:~、,]\d+)*[年月日号时点分秒]*)+")
# A figure: a number that is no part of an ordinary word, as 一 or 两三 may be: "12", "第三", "二十一"
FIGURE = re.compile(
    rf"\d+(?:[-./:~、,]\d+)*|第[{NUMERALS}]+|[{NUMERALS}]*[十百千万亿][{NUMERALS}]+|[{NUMERALS}]+[十百千万亿]"
)
# Three cells and wide gaps between them, and no sentence: "青石镇  320  25.6"
TABLE_ROW = re.compile(r"\s*[^\s。！？]+(?:(?:\t| {2,}|\u3000+| *\| *)[^\s。！？|]+){2,}\s*")
# A roll of names, as every report of one meeting has it: "方某、何某、赵某某、钱某某、孙某"
ROLL = re.compile(r"(?:[^\W\d_·]{2,4}、){3,}[^\W\d_·]{2,4}")
CLOSED = re.compile(r"[。！？；：…!?;:.—”’」』）)》】\]]\s*$")  # a paragraph that comes to an end: "河开了。", "如下："
PUNCTUATION = re.compile(r"[^\w\s□]")
# The name of a body, not a part of what the headline says: "云岭县人民政府"
INSTITUTION = re.compile(
    r"(?:委员会|人民政府|办公室|办公厅|代表大会|公司|集团|大学|学院|法院|检察院|中央|省委|市委|县委)$"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: lines (1-based) of source, and the code points [start, end) of that paragraph's text.

    id is the clipping's, or None on a raw page. A place on one line of a joined paragraph counts in that line's text.
    """

    source: str
    id: str | None
    lines: tuple[int, ...]
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands twice, or where it should not.

    letters: how many are shared. score: 1.0 for the same letters, less for near ones. why: a sentence for a clerk.
    keep: the place that stays, None for a fragment. drop: the places in question.
    """

    kind: Kind
    action: Action
    letters: int
    score: float
    why: str
    keep: Place | None
    drop: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """One block of a clipping in reading order; at counts the blocks, clip the clippings."""

    at: int
    clip: int
    source: str
    id: str | None
    block: Block
    normal: str

    @property
    def letters(self) -> int:
        return count_letters(self.normal)


_Form = tuple[Normal, list[int]]  # a normal form, and where it has punctuation
_Shared = tuple[_Paragraph, int, _Paragraph, int, int]  # two paragraphs, where a run stands in each, its length
_Ranked = tuple[tuple[int, int], Finding]  # (paragraph, code point) of the first place, and the finding


def find_repeats(clips: Sequence[Clipping], *, min_letters: int = 40, with_ids: bool = True) -> list[Finding]:
    """Return what stands twice in CLIPS, or belongs to none, in the order of the first places.

    min_letters: letters from which a paragraph, or several in a row, are removed when they come again in the same
    source. with_ids: False for a raw page, whose clippings nobody has named. Time and memory grow with the text.

    >>> find_repeats([Clipping("a-1", "a", (Block("headline", "河开了", (1,)), Block("body", "昨夜。", (2,))))])
    []
    """
    paragraphs = _list_paragraphs(clips, with_ids)
    groups = _group_same(paragraphs)
    removed = _choose_removed(paragraphs, min_letters)
    found: list[_Ranked] = []
    for group in groups.values():
        found.extend(_report_group(group, removed))
    found.extend(_find_alike(groups))
    found.extend(_find_echoes(clips, [p for p in paragraphs if p.at not in removed]))
    for paragraph in paragraphs:
        found.extend(_find_overlaps(paragraph))
        if clips[paragraph.clip].kind == "fragment":
            found.extend(_find_fragment(paragraph))
    found.sort(key=lambda x: (x[0], KINDS.index(x[1].kind), x[1].drop[0].lines, x[1].drop[0].span))
    return [finding for _, finding in found]


def remove_repeats(clips: Sequence[Clipping], findings: Iterable[Finding]) -> list[Clipping]:
    """Return CLIPS without the paragraphs that FINDINGS say to remove; a clipping left with none disappears.

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


def to_finding_record(finding: Finding) -> dict[str, Any]:
    """Return FINDING as the JSON object of a findings file, keys in their fixed order.

    >>> list(to_finding_record(Finding("fragment", "report", 1, 1.0, "", None, (Place("a", None, (1,), (0, 1)),))))
    ['kind', 'action', 'letters', 'score', 'why', 'keep', 'drop']
    """
    return {
        "kind": finding.kind,
        "action": finding.action,
        "letters": finding.letters,
        "score": finding.score,
        "why": finding.why,
        "keep": _place_record(finding.keep) if finding.keep else None,
        "drop": [_place_record(p) for p in finding.drop],
    }


def _place_record(place: Place) -> dict[str, Any]:
    return {"source": place.source, "id": place.id, "lines": list(place.lines), "span": list(place.span)}


# Paragraphs, their lines and places


def _list_paragraphs(clips: Sequence[Clipping], with_ids: bool) -> list[_Paragraph]:
    rows = ((k, clip, block) for k, clip in enumerate(clips) for block in clip.blocks)
    return [
        _Paragraph(at, k, clip.source, clip.id if with_ids else None, block, normal_form(block.text))
        for at, (k, clip, block) in enumerate(rows)
    ]


def _is_joined(block: Block) -> bool:
    """Whether the lines of BLOCK can be told apart: one seam for each join."""
    return len(block.lines) > 1 and len(block.lines) == len(block.seams) + 1


def _printed_lines(block: Block) -> list[str]:
    """Return the lines of a joined block as they are printed, what stood twice at a seam included.

    >>> from clipper.clipping import Seam
    >>> _printed_lines(Block("body", "力量。只有", (1, 3), (Seam(3, "量。", ""),)))
    ['力量。', '量。只有']
    """
    cuts = [0, *(s.at for s in block.seams), len(block.text)]
    dropped = ["", *(s.dropped for s in block.seams)]
    return [d + block.text[i:k] for d, i, k in zip(dropped, cuts, cuts[1:], strict=False)]


def _place(paragraph: _Paragraph, span: tuple[int, int] | None = None) -> Place:
    """Return the place of SPAN of the paragraph's text: on its one line, where a joined paragraph has it on one."""
    block = paragraph.block
    if span is None:
        return Place(paragraph.source, paragraph.id, block.lines, (0, len(block.text)))
    if _is_joined(block):
        starts = [0, *(s.at for s in block.seams)]
        k = bisect_right(starts, span[0]) - 1
        if k == bisect_left(starts, span[1]) - 1:
            shift = (len(block.seams[k - 1].dropped) if k else 0) - starts[k]
            return _line_place(paragraph, k, (span[0] + shift, span[1] + shift))
    return Place(paragraph.source, paragraph.id, block.lines, span)


def _line_place(paragraph: _Paragraph, k: int, span: tuple[int, int]) -> Place:
    """Return the place of SPAN in the text of the k-th line of a joined paragraph."""
    return Place(paragraph.source, paragraph.id, (paragraph.block.lines[k],), span)


def _say(places: Sequence[Place], beside: str) -> str:
    """Return PLACES in words, with their source where it is not BESIDE.

    >>> _say([Place("a", None, (3, 5), (0, 1)), Place("b", None, (7,), (0, 1))], "a")
    'lines 3+5 and line 7 of b'
    """
    said = []
    for source in dict.fromkeys(p.source for p in places):
        lines = ["+".join(map(str, p.lines)) or "(unnumbered)" for p in places if p.source == source]
        if len(lines) > SAID:
            lines[SAID - 1 :] = [f"{len(lines) - SAID + 1} more"]
        word = "line" if len(lines) == 1 and "+" not in lines[0] else "lines"
        said.append(f"{word} {_enumerate(lines)}" + (f" of {source}" if source != beside else ""))
    return _enumerate(said)


def _enumerate(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


# Repeats: the same letters


def _group_same(paragraphs: Sequence[_Paragraph]) -> dict[str, list[_Paragraph]]:
    """Return the paragraphs that are text, by normal form, each list in reading order."""
    groups: dict[str, list[_Paragraph]] = {}
    for paragraph in paragraphs:
        if paragraph.block.role in TEXT and paragraph.letters >= LEAST_REPEAT:
            groups.setdefault(paragraph.normal, []).append(paragraph)
    return groups


def _choose_removed(paragraphs: Sequence[_Paragraph], min_letters: int) -> dict[int, int]:
    """Return the paragraphs to remove: {at: length of its run}.

    Source by source: runs of repeated paragraphs, then single ones that are long enough by themselves, then the runs
    that show when those are gone.
    """
    by_source: dict[str, list[_Paragraph]] = {}
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


def _cut_short(rows: Sequence[_Paragraph]) -> _Cut:
    """Return which of ROWS are cut: on a page set in short lines a repeated line is no repeated paragraph."""
    tails = frozenset(p.at for p in rows if p.block.role == "body" and not CLOSED.search(p.block.text))
    heads = frozenset(p.at for before, p in pairwise(rows) if before.at in tails and p.block.role == "body")
    return _Cut(heads, tails)


def _name(paragraph: _Paragraph) -> tuple[str | None, tuple[int, ...]]:
    return paragraph.id, paragraph.block.lines


def _places_named_twice(rows: Sequence[_Paragraph]) -> set[tuple[str | None, tuple[int, ...]]]:
    """Return the names by which a place cannot be told from another: the same record fed twice, or no lines."""
    seen: set[tuple[str | None, tuple[int, ...]]] = set()
    unclear = {_name(p) for p in rows if not p.block.lines}
    for paragraph in rows:
        (unclear if _name(paragraph) in seen else seen).add(_name(paragraph))
    return unclear


def _singles(rows: Sequence[_Paragraph], min_letters: int, cut: _Cut) -> Iterator[tuple[_Paragraph, int]]:
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


def _runs(rows: Sequence[_Paragraph], min_letters: int, cut: _Cut) -> Iterator[tuple[_Paragraph, int]]:
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


def _without_cut_edges(run: Sequence[_Paragraph], cut: _Cut) -> Sequence[_Paragraph]:
    first = next((k for k, p in enumerate(run) if p.at not in cut.heads), len(run))
    last = next((k for k in range(len(run), first, -1) if run[k - 1].at not in cut.tails), first)
    return run[first:last]


def _run_length(rows: Sequence[_Paragraph], p: int, k: int) -> int:
    n = 0
    while p + n < k and k + n < len(rows) and rows[p + n].normal == rows[k + n].normal:
        if rows[p + n].block.role == "headline" or rows[k + n].block.role == "headline":
            break
        n += 1
    return n


def _report_group(group: Sequence[_Paragraph], removed: dict[int, int]) -> Iterator[_Ranked]:
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


def _repeat(action: Action, keep: _Paragraph, drop: Sequence[_Paragraph], reason: str) -> Finding:
    places = [_place(p) for p in drop]
    one = "says" if len(places) == 1 else "say"
    kept = _say([_place(keep)], keep.source)
    why = f"{_say(places, keep.source)} {one} the same as {kept}, letter for letter: {keep.letters} letters, {reason}"
    return Finding("repeat", action, keep.letters, 1.0, why, _place(keep), tuple(places))


def _why_removed(runs: Sequence[int]) -> str:
    """Return the reason in words; RUNS are the lengths of the runs that the copies stand in."""
    if max(runs) == 1:
        return "too many to be an accident"
    return f"one of {max(runs)} paragraphs in a row that stand before in the same order"


def _why_reported(rest: Sequence[_Paragraph]) -> str:
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


# Near repeats and shared passages


def _find_alike(groups: dict[str, list[_Paragraph]]) -> Iterator[_Ranked]:
    """Yield near repeats and passages between texts that are not the same; of the same ones only the first counts."""
    firsts = [next((p for p in g if p.block.role in PROSE), g[0]) for g in groups.values()]
    firsts.sort(key=lambda p: p.at)
    prose = [p for p in firsts if p.block.role in PROSE]
    near: dict[int, tuple[int, _Paragraph, _Paragraph]] = {}
    for rows in (prose, [p for p in firsts if p.block.role not in PROSE]):
        short = [p for p in rows if LEAST_NEAR <= len(p.normal) < SHORT]
        for k, found in seeded_pairs([p.normal for p in short], seed=SHORT_SEED):
            _note_nearest(short, k, found, near)
    shared: list[_Shared] = []
    for k, found in seeded_pairs([p.normal for p in prose]):
        if len(prose[k].normal) >= SHORT * (1 - NEAR_SHARE):
            _note_nearest(prose, k, found, near)
        for a, hits in found.items():
            i, j, n = longest_run(prose[a].normal, prose[k].normal, hits)
            if n >= LEAST_BOUNDED:
                shared.append((prose[a], i, prose[k], j, n))
    whole = dict(_lines_elsewhere(prose, groups))
    told = {(one.at, two.at) for _, one, two in near.values()} | whole.keys()
    for distance, one, two in near.values():
        yield (one.at, 0), _near(one, two, distance)
    yield from whole.values()
    yield from _report_passages([x for x in shared if (x[0].at, x[2].at) not in told])


def _note_nearest(
    rows: Sequence[_Paragraph],
    k: int,
    found: dict[int, list[tuple[int, int]]],
    near: dict[int, tuple[int, _Paragraph, _Paragraph]],
) -> None:
    """Note in NEAR the paragraph before rows[k] that is nearest to it, if one is near."""
    text, letters = rows[k].normal, set(rows[k].normal)
    for a in nsmallest(CANDIDATES, found, key=lambda a: (-len(found[a]), a)):
        other = rows[a].normal
        if not _may_be_near(other, text, letters):
            continue
        best = near.get(rows[k].at, (_allowed(other, text) + 1,))[0]
        distance = edit_distance(other, text, best - 1)
        if distance is not None and not _is_template(other, text, distance):
            near[rows[k].at] = (distance, rows[a], rows[k])


def _may_be_near(a: str, b: str, letters: set[str]) -> bool:
    """Whether length and stock of letters let A and B be near; LETTERS are B's. Cheap, and rules nothing near out."""
    allowed = _allowed(a, b)
    if not -allowed <= len(a) - len(b) <= allowed or min(len(a), len(b)) < LEAST_NEAR:
        return False
    return len(set(a) - letters) <= allowed or BLANK in letters


def _is_template(a: str, b: str, distance: int) -> bool:
    """Whether A and B, DISTANCE letters apart, are two cases of one form: numbers are what sets them apart.

    So they are when they differ in numbers alone, or when most figures differ and are a fair part of all that does.

    >>> _is_template("今年招生320人", "今年招生415人", 3), _is_template("第3条归青石镇管", "第4条归白石镇管", 2)
    (True, True)
    >>> _is_template("今年招生320人", "今午招生320人", 1)
    False
    """
    if NUMBER.sub("0", a) == NUMBER.sub("0", b):
        return True
    ours, theirs = Counter(FIGURE.findall(a)), Counter(FIGURE.findall(b))
    most = 2 * (ours & theirs).total() < max(ours.total(), theirs.total())
    changed = max(sum(map(len, (x - y).elements())) for x, y in ((ours, theirs), (theirs, ours)))
    return most and changed >= FIGURES_SHARE * distance


def _allowed(a: str, b: str) -> int:
    """Return how many letters may differ between near texts."""
    return max(1, int(NEAR_SHARE * max(len(a), len(b))))


def _near(one: _Paragraph, two: _Paragraph, distance: int) -> Finding:
    size = max(len(one.normal), len(two.normal))
    keep, drop = _place(one), _place(two)
    shared = max(0, max(one.letters, two.letters) - distance)
    differ = f"{distance} of its {size} letters differ" if distance != 1 else f"1 of its {size} letters differs"
    why = f"{_say([drop], one.source)} says nearly the same as {_say([keep], one.source)}: {differ}"
    return Finding("near", "report", shared, round(1 - distance / size, 3), why, keep, (drop,))


def _lines_elsewhere(
    prose: Sequence[_Paragraph], groups: dict[str, list[_Paragraph]]
) -> Iterator[tuple[tuple[int, int], _Ranked]]:
    """Yield the lines of joined paragraphs that are whole paragraphs elsewhere, and between which two paragraphs."""
    for paragraph in prose:
        if not _is_joined(paragraph.block):
            continue
        for k, line in enumerate(_printed_lines(paragraph.block)):
            normal = normal_form(line)
            other = groups.get(normal, [paragraph])[0]
            if len(normal) < LEAST_LINE or other.at == paragraph.at or other.block.role not in PROSE:
                continue
            here, there = _line_place(paragraph, k, (0, len(line))), _place(other)
            pair = min(other.at, paragraph.at), max(other.at, paragraph.at)
            keep, drop = (there, here) if other.at < paragraph.at else (here, there)
            letters = count_letters(normal)
            why = (
                f"{_say([here], keep.source)}, a part of a paragraph, says the same as"
                f" {_say([there], keep.source)}, letter for letter: {letters} letters"
            )
            yield pair, ((pair[0], 0), Finding(LINE_KIND, "report", letters, 1.0, why, keep, (drop,)))


def _report_passages(shared: Sequence[_Shared]) -> Iterator[_Ranked]:
    """Yield a finding for each stretch that is long enough for where it stands, with all the places it stands in."""
    forms: dict[int, _Form] = {}
    stretches: dict[str, dict[int, tuple[_Paragraph, int]]] = {}
    for one, i, two, j, n in shared:
        for p in (one, two):
            if p.at not in forms:
                forms[p.at] = _form(p.block.text)
        if n >= LEAST_PASSAGE or _is_bounded(forms[one.at], i, forms[two.at], j, n):
            places = stretches.setdefault(one.normal[i : i + n], {})
            places.setdefault(one.at, (one, i))
            places.setdefault(two.at, (two, j))
    for stretch, places in stretches.items():
        (first, start), *others = [places[at] for at in sorted(places)]
        rows = [(p, i) for p, i in others if len(places) <= FORMULA and not _are_near(first, p)]
        if not rows:
            continue
        span = forms[first.at][0].span(start, start + len(stretch))
        keep = _place(first, span)
        drop = [_place(p, forms[p.at][0].span(i, i + len(stretch))) for p, i in rows]
        letters = count_letters(stretch)
        why = f"{_say([keep, *drop], first.source)} share a passage of {letters} letters"
        yield (first.at, span[0]), Finding("passage", "report", letters, 1.0, why, keep, tuple(drop))


def _are_near(one: _Paragraph, two: _Paragraph) -> bool:
    """Whether two paragraphs are the same all along, but for a few letters or for numbers: more than a passage."""
    if not _may_be_near(one.normal, two.normal, set(two.normal)):
        return False
    return edit_distance(one.normal, two.normal, _allowed(one.normal, two.normal)) is not None


def _form(text: str) -> _Form:
    """Return the normal form of TEXT, and the offsets in it before which TEXT has punctuation, begins or ends."""
    form = normalize(text)
    gaps = zip([0, *form.ends], [*form.starts, len(text)], strict=True)
    cuts = [k for k, (i, j) in enumerate(gaps) if i < j and PUNCTUATION.search(text, i, j)]
    return form, sorted({0, *cuts, len(form.text)})


def _is_bounded(one: _Form, i: int, two: _Form, j: int, n: int) -> bool:
    """Whether a run stands at the head or the tail of both paragraphs, or holds LEAST_BOUNDED between punctuation."""
    if i == j == 0 or (i + n == len(one[0].text) and j + n == len(two[0].text)):
        return True
    cuts = _cuts_in(one[1], i, n) & _cuts_in(two[1], j, n)
    return bool(cuts) and max(cuts) - min(cuts) >= LEAST_BOUNDED


def _cuts_in(cuts: Sequence[int], i: int, n: int) -> set[int]:
    """Return the CUTS from i to i + n, counted from i."""
    return {k - i for k in cuts[bisect_left(cuts, i) : bisect_right(cuts, i + n)]}


# What a column break printed twice, headlines said again, fragments


def _find_overlaps(paragraph: _Paragraph) -> Iterator[_Ranked]:
    block = paragraph.block
    if not _is_joined(block):
        return
    lines = _printed_lines(block)
    for k, seam in enumerate(block.seams):
        if seam.dropped:
            size = len(seam.dropped)
            keep = _line_place(paragraph, k, (max(0, len(lines[k]) - size), len(lines[k])))
            drop = _line_place(paragraph, k + 1, (0, size))
            why = (
                f"line {block.lines[k + 1]} goes on from line {block.lines[k]}"
                f" and begins with what that line ends with: “{seam.dropped}”"
            )
            letters = count_letters(seam.dropped)
            yield (paragraph.at, seam.at), Finding("overlap", "report", letters, 1.0, why, keep, (drop,))


def _find_echoes(clips: Sequence[Clipping], paragraphs: Sequence[_Paragraph]) -> Iterator[_Ranked]:
    """Yield the parts of headlines that are said again in the text of the same page, with all the places of each.

    What counts is a part at an end of the headline that is a clause of its own in the text, or the whole headline. A
    lead says its headline again, as it should: the first paragraph of an article counts only where the article came
    over from another page. A part that stands in many paragraphs, or is the name of a body, says nothing.
    """
    grams: dict[str, list[tuple[_Paragraph, int]]] = {}
    for head in paragraphs:
        if head.block.role == "headline":
            for i in range(len(head.normal) - LEAST_ECHO + 1):
                grams.setdefault(head.normal[i : i + LEAST_ECHO], []).append((head, i))
    grams = {gram: places for gram, places in grams.items() if len(places) <= FORMULA}
    echoes: dict[tuple[int, int, int], tuple[_Paragraph, list[tuple[_Paragraph, int]]]] = {}
    for paragraph in _echoing(clips, paragraphs):
        for head, hits in _headlines_in(paragraph, grams):
            i, j, n = longest_run(head.normal, paragraph.normal, hits)
            if _is_echo(head, i, paragraph, j, n):
                echoes.setdefault((head.at, i, n), (head, []))[1].append((paragraph, j))
    for (_, i, n), (head, said) in echoes.items():
        if len(said) <= EVERYWHERE and not INSTITUTION.search(head.normal[i : i + n]):
            keep = _place(head, normalize(head.block.text).span(i, i + n))
            drop = tuple(_place(p, normalize(p.block.text).span(j, j + n)) for p, j in said)
            letters = count_letters(head.normal[i : i + n])
            one = "says" if len(drop) == 1 else "say"
            part = f"a part of the headline on {_say([keep], head.source)}"
            why = f"{_say(drop, head.source)} {one} {part} again: {letters} letters"
            yield (head.at, keep.span[0]), Finding("headline", "report", letters, 1.0, why, keep, drop)


def _echoing(clips: Sequence[Clipping], paragraphs: Sequence[_Paragraph]) -> Iterator[_Paragraph]:
    """Yield the paragraphs in which a headline may be said again: the text but for the leads."""
    led: set[int] = set()
    for paragraph in paragraphs:
        if paragraph.block.role not in REMOVABLE:
            continue
        clip = clips[paragraph.clip]
        lead = paragraph.block.role == "body" and paragraph.clip not in led and "continued" not in clip.flags
        if paragraph.block.role == "body":
            led.add(paragraph.clip)
        if not (lead and clip.kind == "article"):
            yield paragraph


def _headlines_in(
    paragraph: _Paragraph, grams: dict[str, list[tuple[_Paragraph, int]]]
) -> Iterator[tuple[_Paragraph, list[tuple[int, int]]]]:
    """Yield the headlines of the same page that share letters with PARAGRAPH, and the positions in both."""
    found: dict[int, tuple[_Paragraph, list[tuple[int, int]]]] = {}
    text = paragraph.normal
    for j in range(len(text) - LEAST_ECHO + 1):
        for head, i in grams.get(text[j : j + LEAST_ECHO], ()):
            if head.source == paragraph.source and abs(head.clip - paragraph.clip) <= ECHO_REACH:
                found.setdefault(head.at, (head, []))[1].append((i, j))
    yield from found.values()


def _is_echo(head: _Paragraph, i: int, paragraph: _Paragraph, j: int, n: int) -> bool:
    if n < (LEAST_ECHO if head.clip == paragraph.clip else LEAST_FAR_ECHO) or n == len(paragraph.normal):
        return False  # a paragraph that is all headline is a repeat, or a kicker that got lost
    if n == len(head.normal):
        return True
    at_end = i == 0 or i + n == len(head.normal)
    if not at_end or n < ECHO_SHARE * len(head.normal):
        return False
    return _cuts_in(_form(paragraph.block.text)[1], j, n) >= {0, n}


def _find_fragment(paragraph: _Paragraph) -> Iterator[_Ranked]:
    if paragraph.block.role != "furniture":
        place = _place(paragraph)
        why = f"{_say([place], paragraph.source)} belongs to no article of the page"
        yield (paragraph.at, 0), Finding("fragment", "report", paragraph.letters, 1.0, why, None, (place,))
