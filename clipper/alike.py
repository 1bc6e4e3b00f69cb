"""What is alike but not the same: near repeats, shared passages, and lines that are a paragraph elsewhere.

All of it is only reported: a report beside the speech it tells of, the cases of one form and the names of institutions
are alike for good reasons. So the less the place of a stretch says, the longer it has to be.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import heapify, heappop, heappush, nsmallest
from operator import itemgetter
from typing import Literal, get_args

from clipper.finding import (
    FORMULA,
    PROSE,
    Finding,
    Form,
    Paragraph,
    Place,
    Ranked,
    cuts_in,
    find_form,
    is_joined,
    place_in_line,
    place_of,
    printed_lines,
    say_places,
    say_sides,
)
from clipper.fingerprint import (
    BLANK,
    NUMERALS,
    SEED,
    SEED_STEP,
    count_letters,
    edit_distance,
    longest_run,
    normal_form,
    seeded_pairs,
)

__all__ = [
    "SEARCHES",
    "Alike",
    "Groups",
    "Hits",
    "Lines",
    "Near",
    "Search",
    "Shared",
    "TextKind",
    "clusters",
    "compare_texts",
    "find_alike",
    "find_near",
    "first_of",
    "is_near",
    "joined_lines",
    "kind_of",
    "lines_elsewhere",
    "lines_near",
    "near_candidates",
    "report_cluster",
    "report_near",
    "report_passages",
    "shared_run",
]

# Lengths in letters, measured on real pages: shorter things come twice in ordinary prose.
LEAST_NEAR = 12
LEAST_BOUNDED = 16  # a passage at an end of both paragraphs, or between punctuation
LEAST_PASSAGE = 25  # a passage anywhere else
LEAST_LINE = 12  # a line of a joined paragraph that is a paragraph elsewhere

NEAR_SHARE = 0.15  # of the letters may differ
NOISY_SHARE = 0.2  # where they stand apart: misread ones are a tenth on bad pages, and more in some paragraphs
SCATTERED = 0.6  # stretches of differing letters for each such letter: another name is one stretch of several
FIGURES_SHARE = 0.33  # of the letters that differ are figures where two texts are cases of one form
SHORT = 96  # letters; of shorter paragraphs a near repeat is looked for by short seeds
SHORT_SEED = 4
# Letters for each seed that two near paragraphs share at least; of a tenth misread, they share one in ten
LETTERS_A_HIT = 24  # of a short paragraph, which is looked for by short seeds
LETTERS_A_LONG_HIT = 48
MANY_HITS = 64  # with more no one looks where they stand
CANDIDATES = 8  # near repeats to try for one paragraph, the most promising first

COUNTS = NUMERALS + "壹贰叁肆伍陆柒捌玖拾佰仟卅半双几"  # the figures of sums of money, and words that count
# A number or a date in a normal form: "12", "-1.2", "3月5日", "二十一", "元月初五", "星期三", "iii" (a Roman one)
NUMBER = re.compile(
    rf"(?:(?:星期|周)[一二三四五六日天]|[元正]月|(?<![a-z])[ivxl]+(?![a-z])"
    rf"|[-+]?[\d{COUNTS}]+(?:[-./:~、,—]\d+)*[年月日号时点分秒倍多]*)+"
)
FIGURES_ALONE = re.compile(rf"[-+.\d{COUNTS}]+|[元正日天]|[ivxl]+")  # its figures without the units: "12", "二十一"
# A figure: a number that is no part of an ordinary word, as 一 or 两三 may be: "12", "第三", "二十一"
FIGURE = re.compile(
    rf"\d+(?:[-./:~、,]\d+)*|第[{NUMERALS}]+|[{NUMERALS}]*[十百千万亿][{NUMERALS}]+|[{NUMERALS}]+[十百千万亿]"
)

Groups = Mapping[str, Sequence[Paragraph]]  # the paragraphs that are text, by normal form
Hits = Mapping[int, list[tuple[int, int]]]  # by the number of an earlier text: where it and a later one share a seed
Shared = tuple[str, int, str, int, int]  # two texts, where a run stands in each, its length
Lines = dict[str, list[tuple[Paragraph, int, str]]]  # by normal form: the paragraph, which line, the line
TextKind = Literal["prose", "line", "head"]  # a line: one of a joined paragraph that is no paragraph anywhere
TEXT_KINDS: tuple[TextKind, ...] = get_args(TextKind)  # in the order in which texts are gone through


@dataclass(frozen=True, slots=True)
class Search:
    """One way to look for what texts have in common: which take part in it, and by which seeds.

    kinds, least, below: of those kinds, and of at least so many letters but below that. seed, step: letters of a seed,
    and from one to the next. near_from: letters from which a text is held against others for near ones. passages:
    whether shared runs are looked for.
    """

    kinds: frozenset[TextKind]
    seed: int
    step: int
    least: int
    below: int
    near_from: int
    passages: bool

    def takes(self, kind: TextKind, letters: int) -> bool:
        """Whether a text of that KIND, of so many LETTERS, takes part."""
        return kind in self.kinds and self.least <= letters < self.below


# Headlines are held against headlines.
SEARCHES = (
    Search(frozenset({"prose", "line"}), SHORT_SEED, SHORT_SEED, LEAST_NEAR, SHORT, 0, passages=False),
    Search(frozenset({"head"}), SHORT_SEED, SHORT_SEED, LEAST_NEAR, SHORT, 0, passages=False),
    Search(
        frozenset({"prose", "line"}), SEED, SEED_STEP, 0, sys.maxsize, int(SHORT * (1 - NOISY_SHARE)) + 1, passages=True
    ),
)


@dataclass(frozen=True, slots=True)
class Near:
    """Two texts that are near: their normal forms, the one that stands first before the other, and how many letters
    differ.
    """

    one: str
    two: str
    distance: int


@dataclass(frozen=True, slots=True)
class Alike:
    """What texts have in common, as far as it may be worth telling: which are near, the runs that two share,
    and the lines of joined paragraphs.
    """

    near: Sequence[Near]
    shared: Sequence[Shared]
    lines: Lines


def compare_texts(groups: Groups) -> Alike:
    """Return which of the texts in GROUPS are near to each other, and the longest run that two of them share.

    GROUPS: the paragraphs that are text, by normal form, each list in reading order. Prose is held against prose, and
    headlines against headlines, for near ones only; so are the lines of joined paragraphs, which may be put together
    wrongly. Time grows with the text, not with its square.

    >>> from clipper.clipping import Block, Clipping
    >>> from clipper.finding import list_paragraphs
    >>> rows = ("沿河的人家都把灯笼挂到了屋檐下，一直亮到天明。", "沿河的人家都把灯笼桂到了屋檐下，一直亮到天明。")
    >>> clip = Clipping("p-1", "p", tuple(Block("body", text, (n,)) for n, text in enumerate(rows, 1)))
    >>> [x.distance for x in compare_texts({p.normal: [p] for p in list_paragraphs([clip])}).near]
    [1]
    """
    lines = joined_lines(p for group in groups.values() for p in group)
    firsts = sorted((first_of(group) for group in groups.values()), key=lambda p: p.at)
    kinds = {text: kind for kind in TEXT_KINDS for text in _texts_of(kind, firsts, lines, groups)}
    near: dict[tuple[str, str], Near] = {}
    shared: list[Shared] = []
    for search in SEARCHES:
        texts = [text for text, kind in kinds.items() if search.takes(kind, len(text))]
        for k, hits in seeded_pairs(texts, seed=search.seed, step=search.step):
            two = texts[k]
            found = near_candidates(search, len(two), hits, lambda a: len(texts[a]))  # noqa: B023 - called at once
            letters = set(two) if found else set()
            for a in found:
                if pair := find_near(texts[a], two, letters):
                    near[pair.one, pair.two] = pair
            for a, places in hits.items() if search.passages and kinds[two] == "prose" else ():
                if run := shared_run(texts[a], two, places):
                    shared.append(run)
    return Alike(list(near.values()), shared, lines)


def _texts_of(kind: TextKind, firsts: Sequence[Paragraph], lines: Lines, groups: Groups) -> Iterator[str]:
    if kind == "line":
        yield from (text for text in lines if text not in groups)
    else:
        yield from (p.normal for p in firsts if kind_of(p) == kind)


def first_of(group: Sequence[Paragraph]) -> Paragraph:
    """Return the paragraph by which the text of GROUP, which all say the same, is placed: prose where there is any."""
    return next((p for p in group if p.block.role in PROSE), group[0])


def kind_of(first: Paragraph) -> TextKind:
    """Return what kind of text a group has of which that is the FIRST paragraph."""
    return "prose" if first.block.role in PROSE else "head"


def joined_lines(paragraphs: Iterable[Paragraph]) -> Lines:
    """Return the printed lines of joined PARAGRAPHS, in reading order, where they can be a paragraph elsewhere.

    >>> from clipper.clipping import Block, Clipping, Seam
    >>> from clipper.finding import list_paragraphs
    >>> text = "云岭河昨夜开了，两岸的人都来看" + "冰排顺流而下，一直到天明。"
    >>> block = Block("body", text, (1, 3), (Seam(15, "", ""),))
    >>> list(joined_lines(list_paragraphs([Clipping("p-1", "p", (block,))])))
    ['云岭河昨夜开了两岸的人都来看']
    """
    lines: Lines = {}
    for p in sorted((p for p in paragraphs if p.block.role in PROSE and is_joined(p.block)), key=lambda p: p.at):
        for k, line in enumerate(printed_lines(p.block)):
            normal = normal_form(line)
            if len(normal) >= LEAST_LINE:
                lines.setdefault(normal, []).append((p, k, line))
    return lines


def near_candidates(search: Search, letters: int, hits: Hits, length_of: Callable[[int], int]) -> list[int]:
    """Return which of the earlier texts in HITS, by their numbers, are worth holding against a text of so many LETTERS,
    the most promising first. LENGTH_OF tells how many letters each of them has.

    >>> near_candidates(SEARCHES[0], 24, {3: [(0, 0), (4, 4)], 5: [(0, 16)]}, lambda a: 24)
    [3]
    """
    if letters < search.near_from:
        return []
    allowed = _allowed_of(letters)
    least = max(1, letters // (LETTERS_A_HIT if letters < SHORT else LETTERS_A_LONG_HIT))
    counts: dict[int, int] = {}
    for a, places in hits.items():
        # what is allowed goes by the longer of the two: a fifth of that is a quarter of the shorter
        if len(places) >= least and -allowed <= length_of(a) - letters <= allowed + allowed // 4:
            n = sum(-allowed <= i - j <= allowed for i, j in places) if len(places) <= MANY_HITS else len(places)
            if n >= least:
                counts[a] = n
    return nsmallest(CANDIDATES, counts, key=lambda a: (-counts[a], a))


def find_near(one: str, two: str, letters: Set[str] = frozenset()) -> Near | None:
    """Return how near the normal forms ONE and TWO are, or None. LETTERS: those of TWO, where they are known.

    >>> find_near("青石老镇的渡口昨天开渡了", "青石老镇的渡囗昨天开渡了").distance
    1
    """
    if not _may_be_near(one, two, letters or set(two)):
        return None
    distance = _near_distance(one, two)
    return None if distance is None else Near(one, two, distance)


def shared_run(one: str, two: str, places: Sequence[tuple[int, int]]) -> Shared | None:
    """Return the longest run that the texts ONE and TWO share through one of PLACES, where it may be worth telling.

    >>> shared_run("昨夜一河春水向东流过了云岭县的旧渡口", "一河春水向东流过了云岭县的旧渡口人家", [(2, 0)])[3:]
    (0, 16)
    """
    i, j, n = longest_run(one, two, places, LEAST_BOUNDED)
    return (one, i, two, j, n) if n >= LEAST_BOUNDED else None


def is_near(a: str, b: str) -> bool:
    """Whether the normal forms A and B are near: few letters differ, and not only in numbers.

    >>> is_near("青石老镇的渡口昨天开渡了", "青石老镇的渡囗昨天开渡了")
    True
    >>> is_near("今年招生人数为320人", "今年招生人数为415人")
    False
    """
    return find_near(a, b) is not None


def _near_distance(a: str, b: str) -> int | None:
    """Return how many letters differ between A and B if they are near, else None."""
    distance = edit_distance(a, b, _allowed(a, b))
    if distance is None or _is_template(a, b, distance):
        return None
    few = distance <= _allowed(a, b, NEAR_SHARE)
    return distance if few or _stretches(a, b) >= SCATTERED * distance else None


def _stretches(a: str, b: str) -> int:
    """Return in how many stretches A and B differ.

    >>> _stretches("青石镇王老师来了", "青石镇李校长来了"), _stretches("青石镇王老师来了", "青右镇王老帅来子")
    (1, 3)
    """
    one, two = sorted((a, b))  # the answer depends on the order
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return sum(tag != "equal" for tag, *_ in matcher.get_opcodes())


def _may_be_near(a: str, b: str, letters: Set[str]) -> bool:
    """Whether length and stock of letters let A and B be near; LETTERS are B's. Cheap, and rules nothing near out."""
    allowed = _allowed(a, b)
    if not -allowed <= len(a) - len(b) <= allowed or min(len(a), len(b)) < LEAST_NEAR:
        return False
    return len(set(a) - letters) - (BLANK in a) <= allowed or BLANK in letters


def _is_template(a: str, b: str, distance: int) -> bool:
    """Whether A and B, DISTANCE letters apart, are two cases of one form: numbers are what sets them apart.

    So they are when they differ in numbers alone, or when most figures differ and a fair part of all that differs is
    figures in the place of figures. A letter that is lost beside a number makes no other number.

    >>> _is_template("今年招生320人", "今年招生415人", 3), _is_template("第3条归青石镇管", "第4条归白石镇管", 2)
    (True, True)
    >>> _is_template("今年招生320人", "今午招生320人", 1), _is_template("比上一年多3.5%", "比上一多3.5%", 1)
    (False, False)
    """
    if NUMBER.sub("0", a) == NUMBER.sub("0", b):
        return FIGURES_ALONE.findall(a) != FIGURES_ALONE.findall(b)
    ours, theirs = Counter(FIGURE.findall(a)), Counter(FIGURE.findall(b))
    most = 2 * (ours & theirs).total() < max(ours.total(), theirs.total())
    if not most:
        return False
    alike = edit_distance(FIGURE.sub("0", a), FIGURE.sub("0", b), distance)
    return alike is not None and distance - alike >= FIGURES_SHARE * distance


def _allowed(a: str, b: str, share: float = NOISY_SHARE) -> int:
    """Return how many letters a SHARE of the longer text is; by default, how many may differ between near texts."""
    return _allowed_of(max(len(a), len(b)), share)


def _allowed_of(letters: int, share: float = NOISY_SHARE) -> int:
    return max(1, int(share * letters))


def report_near(near: Sequence[Near], groups: Groups) -> Iterator[Ranked]:
    """Yield a finding for each text with all those that are near to it, until each pair of NEAR stands in one."""
    for texts, distance in clusters(near):
        yield report_cluster([p for text in texts for p in groups[text]], distance, max(map(len, texts)))


def report_cluster(paragraphs: Iterable[Paragraph], distance: int, size: int) -> Ranked:
    """Return the finding that PARAGRAPHS say nearly the same: DISTANCE letters of SIZE differ at the most."""
    rows = sorted(paragraphs, key=lambda p: p.at)
    return (rows[0].at, 0), _near([place_of(p) for p in rows], max(p.letters for p in rows), distance, size)


def clusters(near: Iterable[Near]) -> Iterator[tuple[list[str], int]]:
    """Yield a text and those near to it, and how many letters differ at the most: a star for each text that has the
    most pairs left. Which ones does not depend on the order of NEAR, nor on pairs that hang together with none of them.

    >>> list(clusters([Near("甲", "乙", 1), Near("甲", "丙", 2)]))
    [(['甲', '丙', '乙'], 2)]
    """
    apart: dict[str, dict[str, int]] = {}
    for x in near:
        apart.setdefault(x.one, {})[x.two] = x.distance
        apart.setdefault(x.two, {})[x.one] = x.distance
    left = {text: set(others) for text, others in apart.items()}
    waiting = [(-len(others), text) for text, others in left.items()]
    heapify(waiting)
    while waiting:
        count, middle = heappop(waiting)
        if not left[middle]:
            continue
        if -count > len(left[middle]):
            heappush(waiting, (-len(left[middle]), middle))
            continue
        others = sorted(left[middle])
        together = {middle, *others}
        for text in together:
            left[text] -= together
        yield [middle, *others], max(apart[middle][text] for text in others)


def _near(places: Sequence[Place], letters: int, distance: int, size: int) -> Finding:
    """Return the finding that PLACES, of LETTERS letters, say nearly the same: at most DISTANCE of SIZE differ."""
    keep, *drop = places
    most = "" if len(drop) == 1 else "up to "
    differ = f"{most}{distance} of its {size} letters differ" if distance > 1 else f"1 of its {size} letters differs"
    if not distance:
        differ = f"what can be read of its {size} letters is the same"
    why = f"{say_sides(keep, drop, 'nearly the same as')}: {differ}"
    shared = max(0, letters - distance)
    return Finding("near", "report", shared, round(1 - distance / size, 3), why, keep, tuple(drop))


# Lines and passages


def find_alike(groups: Groups, alike: Alike, gone: Container[int] = frozenset()) -> Iterator[Ranked]:
    """Yield near repeats and passages between texts that are not the same, with all the places of each.

    GROUPS: the paragraphs that are text, by normal form, each list in reading order. ALIKE: what compare_texts found
    among them. GONE: which paragraphs (at) are taken out, and are no place of a finding any more.

    >>> from clipper.clipping import Block, Clipping
    >>> from clipper.finding import list_paragraphs
    >>> rows = ("沿河的人家都把灯笼挂到了屋檐下，一直亮到天明。", "沿河的人家都把灯笼桂到了屋檐下，一直亮到天明。")
    >>> clip = Clipping("p-1", "p", tuple(Block("body", text, (n,)) for n, text in enumerate(rows, 1)))
    >>> groups = {p.normal: [p] for p in list_paragraphs([clip])}
    >>> [(_, found)] = find_alike(groups, compare_texts(groups))
    >>> found.kind, found.why
    ('near', 'line 2 says nearly the same as line 1: 1 of its 21 letters differs')
    """
    groups = {text: rows for text, group in groups.items() if (rows := [p for p in group if p.at not in gone])}
    near = [x for x in alike.near if x.one in groups and x.two in groups]
    yield from report_near(near, groups)
    told = {(x.one, x.two) for x in near} | {(x.two, x.one) for x in near}
    lines = {text: [row for row in rows if row[0].at not in gone] for text, rows in alike.lines.items()}
    for pairs, finding in (*lines_elsewhere(lines, groups), *lines_near(alike.near, lines, groups)):
        told |= pairs
        yield finding
    yield from report_passages([x for x in alike.shared if (x[0], x[2]) not in told], groups)


Told = tuple[set[tuple[str, str]], Ranked]  # between which texts, and the finding


def lines_elsewhere(lines: Lines, groups: Groups) -> Iterator[Told]:
    """Yield the lines of joined paragraphs that are whole paragraphs elsewhere."""
    for normal, rows in lines.items():
        for paragraph, k, line in rows:
            others = [p for p in groups.get(normal, ()) if p.block.role in PROSE and p.at != paragraph.at]
            if not others:
                continue
            here = place_in_line(paragraph, k, (0, len(line)))
            spots = sorted([(paragraph.at, here), *((p.at, place_of(p)) for p in others)], key=itemgetter(0))
            (first, keep), *drop = spots
            letters = count_letters(normal)
            why = (
                f"{say_places([here], keep.source)}, a part of a paragraph, says the same as"
                f" {say_places([place_of(p) for p in others], keep.source)}, letter for letter: {letters} letters"
            )
            found = Finding("repeat", "report", letters, 1.0, why, keep, tuple(place for _, place in drop))
            yield {(paragraph.normal, normal), (normal, paragraph.normal)}, ((first, 0), found)


def lines_near(near: Sequence[Near], lines: Lines, groups: Groups) -> Iterator[Told]:
    """Yield the lines of joined paragraphs that are near to a paragraph, or to a line of another one."""
    for x in near:
        if x.one in groups and x.two in groups:
            continue
        sides = [
            [(p, place_of(p)) for p in groups.get(text, ())]
            or [(p, place_in_line(p, k, (0, len(line)))) for p, k, line in lines.get(text, ())]
            for text in (x.one, x.two)
        ]
        if {p.at for p, _ in sides[0]} & {p.at for p, _ in sides[1]} or not all(sides):
            continue  # a paragraph and its own line
        spots = sorted((spot for side in sides for spot in side), key=lambda spot: spot[0].at)
        pairs = {(a.normal, b.normal) for a, _ in spots for b, _ in spots}
        letters = max(map(count_letters, (x.one, x.two)))
        found = _near([place for _, place in spots], letters, x.distance, max(len(x.one), len(x.two)))
        yield pairs, ((spots[0][0].at, 0), found)


def report_passages(shared: Sequence[Shared], groups: Groups) -> Iterator[Ranked]:
    """Yield a finding for each stretch that is long enough for where it stands, with all the places it stands in.

    The more places, the lower its score: a slogan, or the name of an institution, says little.
    """
    forms: dict[int, Form] = {}

    def form(p: Paragraph) -> Form:
        if p.at not in forms:
            forms[p.at] = find_form(p.block.text)
        return forms[p.at]

    pairs: dict[str, list[Shared]] = {}
    for found in shared:
        one, i, two, j, n = found
        if one in groups and two in groups:
            pairs.setdefault(max(one[i : i + n], two[j : j + n]), []).append(found)
    for stretch, rows in pairs.items():
        if len({text for one, _, two, _, _ in rows for text in (one, two)}) > FORMULA:
            continue
        places: dict[str, int] = {}
        for one, i, two, j, n in rows:
            ends = i == j == 0 or (i + n == len(one) and j + n == len(two))
            if ends or n >= LEAST_PASSAGE or _is_bounded(form(groups[one][0]), i, form(groups[two][0]), j, n):
                for text, k in ((one, i), (two, j)):
                    places.setdefault(text, text.find(stretch) if stretch in text else k)
        texts = [one for one in places if any(not _are_alike(one, two) for two in places if two != one)]
        if len(texts) < 2:
            continue
        spots = sorted(((p, places[text]) for text in texts for p in groups[text]), key=lambda spot: spot[0].at)
        keep, *drop = [place_of(p, form(p).normal.span(i, i + len(stretch))) for p, i in spots]
        letters = count_letters(stretch)
        why = f"{say_places([keep, *drop], keep.source)} share a passage of {letters} letters"
        score = round(1 / len(drop), 3)
        yield (spots[0][0].at, keep.span[0]), Finding("passage", "report", letters, score, why, keep, tuple(drop))


def _are_alike(a: str, b: str) -> bool:
    """Whether two texts are the same all along, but for a few letters or for numbers: more than a passage."""
    return _may_be_near(a, b, set(b)) and edit_distance(a, b, _allowed(a, b, NEAR_SHARE)) is not None


def _is_bounded(one: Form, i: int, two: Form, j: int, n: int) -> bool:
    """Whether a run holds LEAST_BOUNDED letters between punctuation of both paragraphs."""
    cuts = cuts_in(one, i, n) & cuts_in(two, j, n)
    return bool(cuts) and max(cuts) - min(cuts) >= LEAST_BOUNDED
