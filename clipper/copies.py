"""Which copies of a repeated paragraph are taken out, and which one stays.

A page repeats itself for good reasons (refrains, rows of tables, rolls of names, articles of a law beside its
amendment), so what is taken out is a paragraph that is too long for an accident, or several in a row that stood before
in the same order, as a dump leaves them. All else stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Literal, get_args

from clipper.alike import Near, is_near
from clipper.finding import KINDS, REMOVABLE, Finding, Kind, Paragraph, Place, Ranked, place_of
from clipper.fingerprint import NUMERALS, normal_form

__all__ = ["KEEPS", "WHOLE", "Keep", "Rules", "choose_removed", "is_closed", "pick", "reason_to_stay", "take_out"]

Keep = Literal["first", "last", "longest"]
KEEPS: tuple[Keep, ...] = get_args(Keep)
WHOLE: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind != "overlap")  # kinds that can be whole paragraphs

ROWS = REMOVABLE | {"headline"}  # what a run is looked for in; a headline ends it
VERSE = 16  # letters; a run whose paragraphs are all shorter is a refrain or a table
LOOK_BACK = 16  # places to try for the first copy of a run: a row that comes a thousand times takes no longer

# Three cells and wide gaps between them, and no sentence: "青石镇  320  25.6"
TABLE_ROW = re.compile(r"\s*[^\s。！？]+(?:(?:\t| {2,}|\u3000+| *\| *)[^\s。！？|]+){2,}\s*")
# A roll of names, as every report of one meeting has it: "方某、何某、赵某某、钱某某、孙某"
ROLL = re.compile(r"(?:[^\W\d_·]{2,4}、){3,}[^\W\d_·]{2,4}")
CLOSERS = frozenset("。！？；：…!?;:.—”’」』）)》】]")  # what a paragraph ends with that comes to an end
# An article of a law, or an item of one: "第十二条　居民凭证件办理登记。", "（二）由村里补发；", "三、视为同意。"
LAW = re.compile(rf"\s*(?:第[\d{NUMERALS}０-９]+[条條章节節款项項]|[（(][\d{NUMERALS}０-９]+[）)]|[{NUMERALS}]+、)")


@dataclass(frozen=True, slots=True)
class Rules:
    """What is taken out.

    remove: the kinds of findings whose whole paragraphs are. min_letters: from how many letters on. keep: which copy
    stays. across: whether copies in different sources count as well, and those of the archive.
    """

    remove: Set[Kind] = frozenset({"repeat"})
    min_letters: int = 40
    keep: Keep = "first"
    across: bool = False


_Copies = Iterator[tuple[tuple[Paragraph, ...], tuple[Paragraph, ...]]]  # what stood first, and a copy of it


@dataclass(frozen=True, slots=True)
class _Rows:
    """The paragraphs of one source in reading order, and what is known of them.

    near: for each text, those that differ from it as a misread copy does. openings: for each paragraph of an article
    its headline, and a number that is the same where all is the same from the article's first paragraph to this one.
    heads, tails: the paragraphs that begin in mid-sentence and those that break off in it, in all their copies: they
    may be parts of one.
    """

    rows: Sequence[Paragraph]
    near: Mapping[str, Set[str]]
    openings: Mapping[int, tuple[str, int]]
    heads: Set[int]
    tails: Set[int]

    def open_alike(self, one: Paragraph, two: Paragraph) -> bool:
        """Whether two articles of different headlines are the same from their beginnings to ONE and TWO: they report
        one event.
        """
        a, b = self.openings.get(one.at), self.openings.get(two.at)
        return a is not None and b is not None and a[0] != b[0] and a[1] == b[1]


_Search = Callable[[_Rows, int], _Copies]


def choose_removed(paragraphs: Sequence[Paragraph], near: Sequence[Near], rules: Rules) -> dict[int, int]:
    """Return the repeats to take out: {at: length of the run it stands in}. One copy of each always stays.

    Source by source, or with rules.across in all of them together: runs of repeated paragraphs, then single ones that
    are long enough by themselves, again and again until nothing more is found, so that what is left holds nothing to
    take out. NEAR: texts that differ a little; a run may go on over them.
    """
    removed: dict[int, int] = {}
    if "repeat" not in rules.remove:
        return removed
    noisy: dict[str, set[str]] = {}
    for x in near:
        if _is_noise(x):
            noisy.setdefault(x.one, set()).add(x.two)
            noisy.setdefault(x.two, set()).add(x.one)
    by_source: dict[tuple[str, str | None] | None, list[Paragraph]] = {}
    for paragraph in paragraphs:
        key = None if rules.across else (paragraph.source, paragraph.sha256)
        by_source.setdefault(key, []).append(paragraph)
    for rows in by_source.values():
        unclear = _places_named_twice(rows)
        rows = [p for p in rows if p.normal and p.block.role in ROWS]
        often = Counter(p.normal for p in rows)
        again = [p for p in rows if often[p.normal] > 1]
        fixed = {p.at for p in again if p.sha256 or _name(p) in unclear or TABLE_ROW.fullmatch(p.block.text)}
        openings = _openings(rows)
        while True:
            left = _Rows(rows, noisy, openings, *_cut_short(rows))
            found = _choose(_runs, left, rules, fixed) or _choose(_singles, left, rules, fixed)
            if not found:
                break
            removed |= found
            rows = [p for p in rows if p.at not in found]
    return removed


def _openings(rows: Sequence[Paragraph]) -> dict[int, tuple[str, int]]:
    """Return for each paragraph (at) of an article its headline, and a number for all from the first one to it."""
    openings: dict[int, tuple[str, int]] = {}
    numbers: dict[tuple[int, str], int] = {}  # what came before, and a text -> the two together
    head: Paragraph | None = None
    for p in rows:
        if p.block.role == "headline":
            head, number = p, 0
        elif head and p.clip == head.clip:
            number = numbers.setdefault((number, p.normal), len(numbers) + 1)
            openings[p.at] = head.normal, number
    return openings


def _choose(search: _Search, left: _Rows, rules: Rules, fixed: Set[int]) -> dict[int, int]:
    """Return what of LEFT is taken out of all that SEARCH finds. FIXED: what stays in any case."""
    rows = left.rows
    runs: dict[tuple[int, ...], list[tuple[Paragraph, ...]]] = {}  # first copy of a run -> all copies
    for first, copy in search(left, rules.min_letters):
        runs.setdefault(tuple(p.at for p in first), [first]).append(copy)
    removed: dict[int, int] = {}
    for places in runs.values():
        stays = pick(places, rules.keep)
        for copy in places:
            if copy is not stays:
                removed |= dict.fromkeys((p.at for p in copy if p.at not in fixed), len(copy))
    left_of = Counter(p.normal for p in rows if p.at not in removed)
    for p in rows:
        if p.at in removed and not left_of[p.normal]:  # two runs that each lean on the copy that the other gives up
            del removed[p.at]
            left_of[p.normal] += 1
    return removed


def pick(copies: Sequence[tuple[Paragraph, ...]], keep: Keep) -> tuple[Paragraph, ...]:
    """Return the one of COPIES that stays: what the archive holds, or else as KEEP says; the first of equally
    long ones.

    >>> from clipper.clipping import Block, Clipping
    >>> from clipper.finding import list_paragraphs
    >>> texts = ("河开了", "“河开了”", "河开了。")
    >>> rows = list_paragraphs([Clipping("p-1", "p", tuple(Block("body", x, (n,)) for n, x in enumerate(texts)))])
    >>> [pick([(p,) for p in rows], keep)[0].at for keep in KEEPS]
    [0, 2, 1]
    """
    old = [copy for copy in copies if copy[0].sha256 is not None]
    if old:
        return old[0]
    if keep == "longest":
        return max(copies, key=lambda copy: sum(len(p.block.text) for p in copy))
    return copies[-1 if keep == "last" else 0]


def _is_noise(near: Near) -> bool:
    """Whether the letters that differ are misread here and there. What is longer on one side was written otherwise.

    >>> _is_noise(Near("每逢周末开课讲种田", "每逢周未开课讲种田", 1)), _is_noise(Near("镇长说春风吹绿", "春风吹绿", 3))
    (True, False)
    """
    return abs(len(near.one) - len(near.two)) <= max(1, near.distance - 1)


def _cut_short(rows: Sequence[Paragraph]) -> tuple[set[int], set[int]]:
    """Return which of ROWS begin in mid-sentence, and which break off in it, in all their copies.

    On a page set in short lines a repeated line is no repeated paragraph. But a text that once begins where a sentence
    does, and once ends an article, is whole wherever it stands.
    """
    opened = [_is_open(p) for p in rows]
    whole_heads = {
        p.normal for p, cut in zip(rows, [False, *opened], strict=False) if not cut or p.block.role != "body"
    }
    whole_tails = {p.normal for p, cut in zip(rows, opened, strict=True) if not cut}
    whole_tails |= {p.normal for p, after in pairwise([*rows, None]) if p and (after is None or after.clip != p.clip)}
    heads = {p.at for p in rows if p.normal not in whole_heads}
    return heads, {p.at for p in rows if p.normal not in whole_tails}


def _is_open(paragraph: Paragraph) -> bool:
    return paragraph.block.role == "body" and not is_closed(paragraph.block.text)


def is_closed(text: str) -> bool:
    """Whether TEXT comes to an end.

    >>> is_closed("河开了。 "), is_closed("名单如下："), is_closed("云岭河开了，两岸的人都来")
    (True, True, False)
    """
    return text.rstrip()[-1:] in CLOSERS


def _name(paragraph: Paragraph) -> tuple[str, str | None, tuple[int, ...]]:
    return paragraph.source, paragraph.id, paragraph.block.lines


def _places_named_twice(rows: Sequence[Paragraph]) -> set[tuple[str, str | None, tuple[int, ...]]]:
    """Return the names by which a place cannot be told from another: the same record fed twice, or no lines."""
    rows = [p for p in rows if p.sha256 is None]
    seen: set[tuple[str, str | None, tuple[int, ...]]] = set()
    unclear = {_name(p) for p in rows if not p.block.lines}
    for paragraph in rows:
        (unclear if _name(paragraph) in seen else seen).add(_name(paragraph))
    return unclear


def _singles(left: _Rows, min_letters: int) -> _Copies:
    """Yield the paragraphs that stood before and are too long for an accident."""
    first: dict[str, Paragraph] = {}
    clips: dict[str, set[int]] = {}  # normal form -> the clippings it stood in
    for paragraph in left.rows:
        if paragraph.block.role not in REMOVABLE:
            continue
        before = clips.setdefault(paragraph.normal, set())
        meant = paragraph.clip not in before and (_is_roll(paragraph.block.text) or LAW.match(paragraph.block.text))
        whole = paragraph.block.role == "body" and paragraph.at not in left.heads and paragraph.at not in left.tails
        if before and whole and not meant and paragraph.letters >= min_letters:
            one = first[paragraph.normal]
            if not left.open_alike(one, paragraph):
                yield (one,), (paragraph,)
        before.add(paragraph.clip)
        first.setdefault(paragraph.normal, paragraph)


def _is_roll(text: str) -> bool:
    """Whether half of TEXT or more is names: two articles may well call the same roll.

    >>> _is_roll("方某、何某、赵某某、钱某某、孙某等出席。")
    True
    >>> _is_roll("方某、何某、赵某、钱某走进了镇上新修好的图书室，坐下来翻书看报。")
    False
    """
    return 2 * sum(map(len, ROLL.findall(text))) >= len(text)


def _runs(left: _Rows, min_letters: int) -> _Copies:
    """Yield the paragraphs of every run of two or more that stood before in the same order, and the first copy.

    A headline ends a run; a misread paragraph goes on with it, and stays. What is cut at the edges of a run is no part
    of it. From the left, the longest run first; the two copies do not overlap.
    """
    rows = left.rows
    often = Counter(p.normal for p in rows)
    pairs: dict[tuple[str, ...], list[int]] = {}  # two texts that follow one another -> where
    places: dict[tuple[str, ...], list[int]] = {}  # one text -> where
    k = 0
    while k < len(rows) - 1:
        if often[rows[k].normal] == 1 and rows[k].normal not in left.near:
            k += 1  # stands in no run
            continue
        starts = [*pairs.get((rows[k].normal, rows[k + 1].normal), ()), *_starts_near(left, places, k)]
        n, p = max(((_run_length(left, p, k), p) for p in sorted(starts)), key=itemgetter(0), default=(0, 0))
        run = list(_parts_to_take(left, rows[p : p + n], rows[k : k + n], min_letters))
        if run:
            yield tuple(one for one, _ in run), tuple(two for _, two in run)
        after = k + (n if run else max(1, n - 1))
        while k < after and k < len(rows) - 1:
            for starts_of, key in ((pairs, (rows[k].normal, rows[k + 1].normal)), (places, (rows[k].normal,))):
                found = starts_of.setdefault(key, [])
                if len(found) < LOOK_BACK:
                    found.append(k)
            k += 1
        k = after


def _parts_to_take(
    left: _Rows, first: Sequence[Paragraph], copy: Sequence[Paragraph], min_letters: int
) -> Iterator[tuple[Paragraph, Paragraph]]:
    """Yield what of the run COPY is the same as in FIRST and may go; nothing of a run that may be an accident."""
    start, end = _without_edges(left, first, copy, 0, len(copy))
    run = copy[start:end]
    sizes = [p.letters for p in run]
    prose = len(run) > 1 and any(p.block.role == "body" for p in run) and max(sizes) >= min(VERSE, min_letters)
    if not prose or sum(sizes) < min_letters or _is_law(first[start:end], run):
        return
    for same, stretch in groupby(range(start, end), key=lambda k: first[k].normal == copy[k].normal):
        if same:
            rows = list(stretch)
            for k in range(*_without_edges(left, first, copy, rows[0], rows[-1] + 1)):
                if not left.open_alike(first[k], copy[k]):
                    yield first[k], copy[k]


def _starts_near(left: _Rows, places: Mapping[tuple[str, ...], Sequence[int]], k: int) -> Iterator[int]:
    """Yield where a run may have stood before that begins at rows[k], if rows[k] or the next one is misread there."""
    rows = left.rows
    for text in sorted(left.near.get(rows[k].normal, ())):
        yield from places.get((text,), ())
    if rows[k + 1].normal in left.near:
        yield from places.get((rows[k].normal,), ())


def _run_length(left: _Rows, p: int, k: int) -> int:
    rows, n = left.rows, 0
    while p + n < k and k + n < len(rows):
        one, two = rows[p + n], rows[k + n]
        if one.normal != two.normal and two.normal not in left.near.get(one.normal, ()):
            break
        if one.block.role == "headline" or two.block.role == "headline":
            break
        n += 1
    return n


def _without_edges(
    left: _Rows, first: Sequence[Paragraph], copy: Sequence[Paragraph], start: int, end: int
) -> tuple[int, int]:
    """Return [START, END) of a run and its copy without what is cut there, and without a short paragraph that two
    articles may well begin or end with.
    """

    def short(k: int) -> bool:
        return copy[k].letters < VERSE and first[k].clip != copy[k].clip

    while start < end and (copy[start].at in left.heads or short(start)):
        start += 1
    while start < end and (copy[end - 1].at in left.tails or short(end - 1)):
        end -= 1
    return start, end


def _is_law(first: Sequence[Paragraph], copy: Sequence[Paragraph]) -> bool:
    """Whether a run is articles of a law, and stands again in another text: its amendment has most of them."""
    return first[0].clip != copy[0].clip and 2 * sum(bool(LAW.match(p.block.text)) for p in copy) >= len(copy)


def reason_to_stay(rows: Sequence[Paragraph], rules: Rules, ends: Set[int]) -> str:
    """Return why ROWS, which say the same, are left in place. ENDS: the paragraphs that their articles end with."""
    if "repeat" not in rules.remove:
        return "left in place as asked"
    if not rules.across and len({(p.source, p.sha256) for p in rows}) > 1:
        return "left in place because it stands in more than one source"
    if any(p.block.role not in REMOVABLE for p in rows):
        return f"left in place because one of them is a {next(p.block.role for p in rows if p.block.role != 'body')}"
    if any(TABLE_ROW.fullmatch(p.block.text) for p in rows):
        return "left in place because it looks like a row of a table"
    if any(_is_roll(p.block.text) for p in rows):
        return "left in place because it calls a roll of names"
    if LAW.match(rows[0].block.text):
        return "left in place because it is an article of a law, which its amendment may have as well"
    if all(map(_is_open, rows)):
        return "left in place because it breaks off and may be part of a paragraph"
    if _places_named_twice(rows):
        return "left in place because clipper cannot tell the places apart by their ids and lines"
    if len({p.clip for p in rows}) == len(rows):
        if all(p.at in ends for p in rows):
            return "left in place because each of them ends an article"
        if rows[0].letters >= rules.min_letters:
            return "left in place because several articles may report one event"
    if rows[0].letters < rules.min_letters:
        return f"left in place because fewer than {rules.min_letters} letters may be an accident, or meant"
    return "left in place because it may be meant"


# The kinds that are taken out when asked for


def take_out(
    found: Iterable[Ranked], paragraphs: Sequence[Paragraph], removed: Iterable[int], rules: Rules
) -> list[Ranked]:
    """Return FOUND with the whole paragraphs taken out that findings of the kinds in rules.remove are about.

    A near repeat goes where the copy that stays is near to it, a paragraph that stands inside another one or is a part
    of a headline where that stays. Near repeats and passages have to be rules.min_letters long. PARAGRAPHS: all that
    were looked through; REMOVED: the repeats (at) that are taken out already.
    """
    kinds = rules.remove - {"repeat"}
    ranked = sorted(found, key=lambda x: x[0])
    if not kinds:
        return ranked
    there = _Places(paragraphs)
    gone = set(removed)
    stay = {p.at for _, f in ranked if f.action == "remove" and f.keep and (p := there.paragraph(f.keep))}
    out: list[Ranked] = []
    for rank, finding in ranked:
        if finding.kind not in kinds or finding.action == "remove":
            out.append((rank, finding))
            continue
        kept, drop = _stays(finding, there, gone, stay, rules)
        gone |= {p.at for p in drop}
        if kept and drop:
            stay.add(kept[1].at)
        out += [(rank, x) for x in _divided(finding, kept[0] if kept else None, drop)]
    return [(rank, f) for rank, f in out if f.action == "remove" or _is_news(f, there, gone)]


def _is_news(finding: Finding, there: _Places, gone: Set[int]) -> bool:
    """Whether FINDING still tells something when the paragraphs GONE are taken out."""
    left = [place for place in finding.places if not ((p := there.paragraph(place)) and p.at in gone)]
    return len(left) > (1 if finding.keep else 0)


class _Places:
    """Which paragraph a place is in."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self._unclear = _places_named_twice(paragraphs)
        self._by_place = {_place_key(place_of(p)): p for p in paragraphs}
        self._by_line = {(*_place_key(place_of(p))[:2], n, p.sha256): p for p in paragraphs for n in p.block.lines}

    def paragraph(self, place: Place) -> Paragraph | None:
        """Return the paragraph that PLACE is in, or None where it cannot be told from another."""
        found = self._by_place.get(_place_key(place))
        if found is None and len(place.lines) == 1:
            found = self._by_line.get((place.source, place.id, place.lines[0], place.sha256))
        return found if found and (found.sha256 or _name(found) not in self._unclear) else None


def _place_key(place: Place) -> tuple[str, str | None, tuple[int, ...], str | None]:
    return place.source, place.id, place.lines, place.sha256


def _is_whole(place: Place, paragraph: Paragraph) -> bool:
    return normal_form(paragraph.block.text[slice(*place.span)]) == paragraph.normal


def _stays(
    finding: Finding, there: _Places, gone: Set[int], stay: Set[int], rules: Rules
) -> tuple[tuple[Place, Paragraph] | None, list[Paragraph]]:
    """Return the place of FINDING that stays, with its paragraph, and the paragraphs that are taken out.

    GONE are taken out already, STAY are what something else was taken out for.
    """
    rows = [(place, p) for place in finding.places if (p := there.paragraph(place)) is not None and p.at not in gone]
    whole = [p for place, p in rows if _is_whole(place, p)]
    free = [p for p in whole if p.sha256 is None and p.at not in stay and not TABLE_ROW.fullmatch(p.block.text)]
    if finding.kind == "fragment":
        return None, free
    free = [p for p in free if p.block.role in REMOVABLE]
    keep: tuple[Place, Paragraph] | None
    if finding.kind == "near":
        whole = [p for p in whole if p.block.role in REMOVABLE]
        if not whole:
            return None, []
        (stays,) = pick([(p,) for p in whole], rules.keep)
        keep = place_of(stays), stays
        free = [p for p in free if p is not stays and (p.normal == stays.normal or is_near(stays.normal, p.normal))]
    elif finding.kind == "headline":
        keep = next(((place, p) for place, p in rows if place == finding.keep), None)
        free = [p for p in free if keep and p is not keep[1]]
    else:
        keep = next((row for row in rows if not _is_whole(*row)), None)
    if keep is None:
        return None, []
    if finding.kind != "headline":
        free = [p for p in free if p.letters >= rules.min_letters]
    same = (keep[0].source, keep[0].sha256)
    return keep, [p for p in free if rules.across or (p.source, p.sha256) == same]


def _divided(finding: Finding, keep: Place | None, drop: Sequence[Paragraph]) -> Iterator[Finding]:
    """Yield FINDING as what is taken out of it and what is left to report."""
    if not drop:
        yield finding
        return
    gone = tuple(map(place_of, drop))
    keys = {_place_key(place) for place in gone}
    yield replace(finding, action="remove", why=f"{finding.why}; taken out as asked", keep=keep, drop=gone)
    rest = tuple(place for place in finding.places if _place_key(place) not in keys and place != keep)
    if rest:
        yield replace(finding, keep=keep, drop=rest)
