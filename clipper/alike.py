"""What is alike but not the same: near repeats, shared passages, and lines that are a paragraph elsewhere.

All of it is only reported: a report beside the speech it tells of, the cases of one form and the names of institutions
are alike for good reasons. So the less the place of a stretch says, the longer it has to be.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest

from clipper.finding import (
    FORMULA,
    PROSE,
    Finding,
    Form,
    Kind,
    Paragraph,
    Ranked,
    cuts_in,
    find_form,
    is_joined,
    place_in_line,
    place_of,
    printed_lines,
    say_places,
)
from clipper.fingerprint import BLANK, count_letters, edit_distance, longest_run, normal_form, seeded_pairs

__all__ = ["find_alike"]

# Lengths in letters, measured on real pages: shorter things come twice in ordinary prose.
LEAST_NEAR = 12
LEAST_BOUNDED = 16  # a passage at an end of both paragraphs, or between punctuation
LEAST_PASSAGE = 25  # a passage anywhere else
LEAST_LINE = 12  # a line of a joined paragraph that is a paragraph elsewhere
LINE_KIND: Kind = "passage"  # what that is: the line is a part of its paragraph

NEAR_SHARE = 0.15  # of the letters may differ: noise of 10 % goes over 10 % every second time
FIGURES_SHARE = 0.33  # of the letters that differ are figures where two texts are cases of one form
SHORT = 96  # letters; of shorter paragraphs a near repeat is looked for by short seeds
SHORT_SEED = 4
CANDIDATES = 8  # near repeats to try for one paragraph, the most promising first

NUMERALS = "〇零一二三四五六七八九十百千万亿两廿"
# A number or a date in a normal form: "12", "-1.2", "3月5日", "二十一", "星期三"
NUMBER = re.compile(rf"(?:(?:星期|周)[一二三四五六日天]|[-+]?[\d{NUMERALS}]+(?:[-./:~、,]\d+)*[年月日号时点分秒]*)+")
# A figure: a number that is no part of an ordinary word, as 一 or 两三 may be: "12", "第三", "二十一"
FIGURE = re.compile(
    rf"\d+(?:[-./:~、,]\d+)*|第[{NUMERALS}]+|[{NUMERALS}]*[十百千万亿][{NUMERALS}]+|[{NUMERALS}]+[十百千万亿]"
)

_Nearest = dict[int, tuple[int, Paragraph, Paragraph]]  # a paragraph -> how far the nearest before it is, and both
_Shared = tuple[Paragraph, int, Paragraph, int, int]  # two paragraphs, where a run stands in each, its length


def find_alike(groups: Mapping[str, Sequence[Paragraph]]) -> Iterator[Ranked]:
    """Yield near repeats and passages between texts that are not the same; of the same ones only the first counts.

    GROUPS: the paragraphs that are text, by normal form, each list in reading order.

    >>> from clipper.clipping import Block, Clipping
    >>> from clipper.finding import list_paragraphs
    >>> rows = ("沿河的人家都把灯笼挂到了屋檐下，一直亮到天明。", "沿河的人家都把灯笼桂到了屋檐下，一直亮到天明。")
    >>> clip = Clipping("p-1", "p", tuple(Block("body", text, (n,)) for n, text in enumerate(rows, 1)))
    >>> [(_, found)] = find_alike({p.normal: [p] for p in list_paragraphs([clip])})
    >>> found.kind, found.why
    ('near', 'line 2 says nearly the same as line 1: 1 of its 21 letters differs')
    """
    firsts = [next((p for p in g if p.block.role in PROSE), g[0]) for g in groups.values()]
    firsts.sort(key=lambda p: p.at)
    prose = [p for p in firsts if p.block.role in PROSE]
    near: _Nearest = {}
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


# Near repeats


def _note_nearest(rows: Sequence[Paragraph], k: int, found: dict[int, list[tuple[int, int]]], near: _Nearest) -> None:
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


def _near(one: Paragraph, two: Paragraph, distance: int) -> Finding:
    size = max(len(one.normal), len(two.normal))
    keep, drop = place_of(one), place_of(two)
    shared = max(0, max(one.letters, two.letters) - distance)
    differ = f"{distance} of its {size} letters differ" if distance != 1 else f"1 of its {size} letters differs"
    why = f"{say_places([drop], one.source)} says nearly the same as {say_places([keep], one.source)}: {differ}"
    return Finding("near", "report", shared, round(1 - distance / size, 3), why, keep, (drop,))


# Lines and passages


def _lines_elsewhere(
    prose: Sequence[Paragraph], groups: Mapping[str, Sequence[Paragraph]]
) -> Iterator[tuple[tuple[int, int], Ranked]]:
    """Yield the lines of joined paragraphs that are whole paragraphs elsewhere, and between which two paragraphs."""
    for paragraph in prose:
        if not is_joined(paragraph.block):
            continue
        for k, line in enumerate(printed_lines(paragraph.block)):
            normal = normal_form(line)
            other = groups.get(normal, [paragraph])[0]
            if len(normal) < LEAST_LINE or other.at == paragraph.at or other.block.role not in PROSE:
                continue
            here, there = place_in_line(paragraph, k, (0, len(line))), place_of(other)
            pair = min(other.at, paragraph.at), max(other.at, paragraph.at)
            keep, drop = (there, here) if other.at < paragraph.at else (here, there)
            letters = count_letters(normal)
            why = (
                f"{say_places([here], keep.source)}, a part of a paragraph, says the same as"
                f" {say_places([there], keep.source)}, letter for letter: {letters} letters"
            )
            yield pair, ((pair[0], 0), Finding(LINE_KIND, "report", letters, 1.0, why, keep, (drop,)))


def _report_passages(shared: Sequence[_Shared]) -> Iterator[Ranked]:
    """Yield a finding for each stretch that is long enough for where it stands, with all the places it stands in."""
    forms: dict[int, Form] = {}
    stretches: dict[str, dict[int, tuple[Paragraph, int]]] = {}
    for one, i, two, j, n in shared:
        for p in (one, two):
            if p.at not in forms:
                forms[p.at] = find_form(p.block.text)
        if n >= LEAST_PASSAGE or _is_bounded(forms[one.at], i, forms[two.at], j, n):
            places = stretches.setdefault(one.normal[i : i + n], {})
            places.setdefault(one.at, (one, i))
            places.setdefault(two.at, (two, j))
    for stretch, places in stretches.items():
        (first, start), *others = [places[at] for at in sorted(places)]
        rows = [(p, i) for p, i in others if len(places) <= FORMULA and not _are_near(first, p)]
        if not rows:
            continue
        span = forms[first.at].normal.span(start, start + len(stretch))
        keep = place_of(first, span)
        drop = [place_of(p, forms[p.at].normal.span(i, i + len(stretch))) for p, i in rows]
        letters = count_letters(stretch)
        why = f"{say_places([keep, *drop], first.source)} share a passage of {letters} letters"
        yield (first.at, span[0]), Finding("passage", "report", letters, 1.0, why, keep, tuple(drop))


def _are_near(one: Paragraph, two: Paragraph) -> bool:
    """Whether two paragraphs are the same all along, but for a few letters or for numbers: more than a passage."""
    if not _may_be_near(one.normal, two.normal, set(two.normal)):
        return False
    return edit_distance(one.normal, two.normal, _allowed(one.normal, two.normal)) is not None


def _is_bounded(one: Form, i: int, two: Form, j: int, n: int) -> bool:
    """Whether a run stands at the head or the tail of both paragraphs, or holds LEAST_BOUNDED between punctuation."""
    if i == j == 0 or (i + n == len(one.normal.text) and j + n == len(two.normal.text)):
        return True
    cuts = cuts_in(one, i, n) & cuts_in(two, j, n)
    return bool(cuts) and max(cuts) - min(cuts) >= LEAST_BOUNDED
