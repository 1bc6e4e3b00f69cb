"""An article that jumps to another page, put together with its continuation.

A page ends an article with `（下转第3版）`, and page 3 goes on with `■上接第1版`. Which end goes on where is told
by the page numbers that the marks name, by words of the headline that come again, by the sentence that was cut, and by
what the two speak of. The evidence is weighed in one table, WEIGHTS. A pair is put together only where its marks
contradict nothing, its words fit, and no other end fits nearly as well; all others stay apart and say why. Nobody
forgives an article that goes on with the wrong story, so a doubt is a no.

Both marks may name their page, or one of them; a pair with no mark at all is never looked at, and one with a single
mark needs that mark to name the right page and the cut sentence to fit. The order of the files tells nothing.

An issue is read as parts: a part is a clipping, or what stands in a clipping from a jump mark on (a continuation
without a headline is easily read as the end of the article above it). Links between parts are added until none is left
that is sure. What was put together before is marked in the records and stays, so that stitching twice changes nothing.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from clipper.clipping import FLAGS, Block, Clipping
from clipper.errors import PromiseError, one_line
from clipper.joins import KnownWords, PageText, overlap_length, seam_evidence
from clipper.jumps import (
    STITCHED,
    UNNAMED,
    Part,
    StitchPage,
    cut_pages,
    jump_in,
    parts_of,
    same_page,
    without_marks,
)
from clipper.numerals import read_page

__all__ = ["Apart", "Stitch", "StitchPage", "Stitched", "cut_pages", "describe_stitches", "stitch_pages"]

GOES_ON: Final = "goes_on"  # the key of a block that goes on in the middle of the sentence before it

WORD = re.compile(r"\w+")
LEAD = 200  # code points of a part in which its headline is looked for: leads say what it is about


# ---- what goes out --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stitch:
    """Two ends that were put together: the source and line of the last block before the gap and of the first after it,
    the reason in words, and the weight of the evidence.
    """

    first: tuple[str, int]
    second: tuple[str, int]
    why: str
    weight: float


@dataclass(frozen=True, slots=True)
class Apart:
    """An end that stays open: its source and line, what it is ("continues on page 3"), why nothing was put to it."""

    at: tuple[str, int]
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Stitched:
    """The clippings of every page, in the order of the pages that came in, what was put together, and what was not."""

    pages: tuple[tuple[Clipping, ...], ...]
    stitches: tuple[Stitch, ...]
    apart: tuple[Apart, ...]


# ---- evidence -------------------------------------------------------------------------------------------------------

# What speaks for a pair of ends, and against it: about the logarithm of the odds, fitted to issues with known answers
# (logistic regression) and rounded; a headline that differs weighs more than it was found to, as a doubt is a no.
WEIGHTS: Final[Mapping[str, float]] = {
    # the page that a mark names; a pair whose marks name another page is never looked at
    "out=agrees": 1.0,
    "in=agrees": 1.0,
    "out=unknown": -0.5,
    "in=unknown": -0.5,
    "out=lost": -2.0,
    "in=lost": -2.0,
    "alone": 2.0,  # and no other end of the two pages has such a mark
    # the headline of the first half, and one that the second half has of its own
    "title=same": 2.0,
    "title=other": -3.0,
    # the headline of the first half in the text of the second
    "said=none": -1.0,
    "said=little": -0.5,
    "said=some": 1.0,
    "said=much": 1.0,
    # how much both texts speak of the same things
    "talk=none": -1.5,
    "talk=little": -0.5,
    "talk=some": 1.0,
    "talk=much": 1.5,
    # ... and whether more so than with anything else on the two pages
    "closest=no": -2.5,
    "closest=nearly": -0.5,
    "closest=yes": 1.0,
    "closest=far": 2.0,
    # the sentence across the gap
    "quotes=mended": 2.0,
    "quotes=crossed": -2.5,
    "quotes=left-open": -2.5,
    "quotes=right-loose": -2.5,
    "letters twice": 3.0,
    "word=2": 1.5,
    "word=3": 2.5,
    "word=4": 2.5,
    "name": 1.5,
    "number": 2.5,
}
SURE: Final = 4.5  # the least weight of a pair that is put together
MARGIN: Final = 2.5  # by how much it has to outweigh every other pair that has one of its ends
GAP_SURE: Final = 1.5  # what the sentence across the gap has to weigh where one of the marks is lost

SAYS: Final[Mapping[str, str]] = {
    "title=same": "the headline stands again",
    "said=much": "the text speaks of the headline",
    "closest=yes": "the two share rare words",
    "closest=far": "the two share rare words",
    "quotes=mended": "a quotation is closed",
    "letters twice": "the last letters stand again",
    "word=2": "a cut word is whole",
    "word=3": "a cut word is whole",
    "word=4": "a cut word is whole",
    "name": "a cut name is whole",
    "number": "a cut number is whole",
}


class _Pairs:
    """The pairs of letters of some texts. A pair that stands in many of them counts for less, as a word that stands in
    many documents does (inverse document frequency: Spärck Jones, 1972). All shares are between 0 and 1.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._pairs = [frozenset(w[k : k + 2] for w in WORD.findall(t) for k in range(len(w) - 1)) for t in texts]
        self._texts_with = Counter(pair for pairs in self._pairs for pair in pairs)

    def _weigh(self, pairs: Iterable[str]) -> float:
        return sum(2.0 / max(2, self._texts_with[pair]) for pair in sorted(pairs))

    def _of(self, texts: Sequence[int]) -> frozenset[str]:
        return frozenset().union(*(self._pairs[k] for k in texts))

    def share(self, text: int, others: Sequence[int]) -> float:
        """Return how much of what a text (an index) says is said again in the OTHERS."""
        mine = self._pairs[text]
        return self._weigh(mine & self._of(others)) / self._weigh(mine) if mine else 0.0

    def cohesion(self, before: Sequence[int], after: Sequence[int]) -> float:
        """Return how much two groups of texts (indexes) speak of the same things, by the smaller of the two."""
        one, two = self._of(before), self._of(after)
        return self._weigh(one & two) / min(len(one), len(two)) if one and two else 0.0


class _Issue:
    """The parts of an issue, which of them are linked, and what they have to say to each other."""

    def __init__(self, pages: Sequence[StitchPage], known: KnownWords | None) -> None:
        self.clips = [clip for page in pages for clip in page.clips]
        self.parts = parts_of(pages)
        self.labels = [read_page(p.number or "") for p in pages]
        self.known = known
        self.next: dict[int, int] = {}
        self.before: dict[int, int] = {}
        for k, part in enumerate(self.parts):
            if part.joined and k and self.parts[k - 1].clip == part.clip:
                self.link(k - 1, k)
        self.talk = _Pairs([f"{p.title}\n{p.text}" for p in self.parts])
        leads = [p.text[:LEAD] for p in self.parts]
        self.titles = _Pairs([*[p.title for p in self.parts], *[p.heads for p in self.parts], *leads])
        self._gaps: dict[tuple[int, int], tuple[str, ...]] = {}

    def link(self, first: int, second: int) -> None:
        self.next[first] = second
        self.before[second] = first

    def chain(self, k: int) -> list[int]:
        """Return the parts that are linked with part K, from the first on, K among them."""
        while k in self.before:
            k = self.before[k]
        out = [k]
        while out[-1] in self.next:
            out.append(self.next[out[-1]])
        return out

    def label(self, k: int) -> str | None:
        """Return the number of the page on which part K stands."""
        page = self.parts[k].page
        return None if page is None else self.labels[page]

    def evidence(self, first: int, second: int) -> tuple[str, ...] | None:
        """Return what speaks for or against part SECOND going on from part FIRST, or None where it cannot."""
        a, b = self.parts[first], self.parts[second]
        if a.page is None or b.page is None or a.page == b.page or second in self.chain(first):
            return None
        marks = self._marks(first, second)
        if marks is None:
            return None
        gap = self._gap(first, second)
        lost = "out=lost" in marks or "in=lost" in marks
        if lost and ("out=agrees" not in marks and "in=agrees" not in marks):
            return None
        if lost and sum(WEIGHTS.get(word, 0.0) for word in gap) < GAP_SURE:
            return None
        return (*marks, *self._headline(first, second), *self._words(first, second), *gap)

    def _marks(self, first: int, second: int) -> tuple[str, ...] | None:
        words = []
        ends = (("out", self.parts[first].goes, second), ("in", self.parts[second].comes, first))
        for name, named, there in ends:
            label = self.label(there)
            same = None if named in (None, UNNAMED) or label is None else same_page(str(named), label)
            if same is False:
                return None
            words.append(f"{name}={'lost' if named is None else 'agrees' if same else 'unknown'}")
        if self.parts[first].goes == self.parts[second].comes not in (None, UNNAMED):
            return None  # there and back are two pages
        if words == ["out=agrees", "in=agrees"] and self._alone(first, second):
            words.append("alone")
        return tuple(words)

    def _alone(self, first: int, second: int) -> bool:
        """Whether no other open end of the two pages has a mark that names the other page."""
        outs, ins = self.open_ends()
        away = [k for k in outs if self._beside(k, first) and self._names(self.parts[k].goes, second)]
        back = [k for k in ins if self._beside(k, second) and self._names(self.parts[k].comes, first)]
        return (away, back) == ([first], [second])

    def _beside(self, one: int, two: int) -> bool:
        return self.parts[one].page == self.parts[two].page

    def _names(self, named: str | None, there: int) -> bool:
        label = self.label(there)
        return named not in (None, UNNAMED) and label is not None and same_page(str(named), label) is not False

    def open_ends(self) -> tuple[list[int], list[int]]:
        """Return the parts that something may go on from, and those that may go on from something."""
        outs = [k for k, p in enumerate(self.parts) if k not in self.next and (p.goes is not None or p.short)]
        ins = [k for k, p in enumerate(self.parts) if k not in self.before and (p.comes is not None or p.opens)]
        return outs, ins

    def _headline(self, first: int, second: int) -> tuple[str, ...]:
        head = next((k for k in self.chain(first) if self.parts[k].title), None)
        if head is None:
            return ()
        words = []
        size = len(self.parts)
        if self.parts[second].title:
            heads = [size + k for k in self.chain(first)]
            title = max(self.titles.share(head, [second]), self.titles.share(second, [head, *heads]))
            words.append(f"title={_step(title, (0.25, 0.7), ('other', 'part', 'same'))}")
        said = self.titles.share(head, [2 * size + k for k in self.chain(second)])
        words.append(f"said={_step(said, (0.08, 0.16, 0.3), ('none', 'little', 'some', 'much'))}")
        return tuple(words)

    def _words(self, first: int, second: int) -> tuple[str, ...]:
        left, right = self.chain(first), self.chain(second)
        talk = self.talk.cohesion(left, right)
        others = [k for k in range(len(self.parts)) if k not in left and k not in right]
        there = [self.talk.cohesion(left, [k]) for k in others if self.parts[k].page == self.parts[second].page]
        here = [self.talk.cohesion([k], right) for k in others if self.parts[k].page == self.parts[first].page]
        closer = talk - max([*there, *here], default=0.0)
        return (
            f"talk={_step(talk, (0.02, 0.04, 0.06, 0.13), ('none', 'little', '', 'some', 'much'))}",
            f"closest={_step(closer, (-0.05, 0.0, 0.02, 0.05), ('no', 'nearly', '', 'yes', 'far'))}",
        )

    def _gap(self, first: int, second: int) -> tuple[str, ...]:
        if (first, second) not in self._gaps:
            self._gaps[first, second] = _gap_words(self.parts[first], self.parts[second], self.known)
        return self._gaps[first, second]

    def weight(self, first: int, second: int) -> float | None:
        """Return the weight of the evidence, or None where SECOND cannot go on from FIRST."""
        words = self.evidence(first, second)
        return None if words is None else sum(WEIGHTS.get(word, 0.0) for word in words)


def _step(value: float, edges: Sequence[float], names: Sequence[str]) -> str:
    return names[bisect_right(edges, value)]


def _gap_words(first: Part, second: Part, known: KnownWords | None) -> tuple[str, ...]:
    """Return the evidence of the sentence across the gap between two parts."""
    tail, head = first.tail, second.head
    if not tail or not head:
        return ()
    if overlap_length(tail, head):
        return ("letters twice",)
    seam = seam_evidence([(0, 1)], PageText([tail, head]), known)[0, 1]
    words = [word for word in seam if word.startswith("quotes=")]
    if not first.open:
        return tuple(words)
    across = tail[-1] + head[0]
    whole = next((word.split()[0] for word in seam if word.startswith("word=") and word.endswith("--")), "")
    if "number" in seam:
        words.append("number")
    elif whole and whole != "word=0":
        words.append(whole)
    elif across.isalpha() and (across in first.text or across in second.text):
        words.append("name")
    return tuple(words)


# ---- putting together -----------------------------------------------------------------------------------------------


def stitch_pages(pages: Sequence[StitchPage], *, known: KnownWords | None = None) -> Stitched:
    """Return the clippings of an issue with the articles that jump put together with their continuations.

    pages: the pages of one issue; which goes on on which is told by their numbers, never by their order. known: which
    of some candidate words stand in a dictionary, as for `split_page`; with it a word cut by the gap is known.

    A stitched clipping stands where its first part stood and keeps its id, source and keys; keys that only a later part
    has are added. The blocks of a later part follow, unjoined, with these keys: `source` on each that comes from
    another source than the record's own, `stitched` (the reason) on the first, `goes_on` on the paragraph that goes on
    in mid-sentence. A headline that the later part has of its own becomes a subhead, a lone jump mark a jump line.
    Flags that are mended go. Every other clipping is passed on as it is.

    >>> jump = Block("jump", "（下转第3版）", (3,))
    >>> rows = Block("headline", "渠水进村", (1,)), Block("body", "昨天，渠水流进了桐", (2,)), jump
    >>> one = Clipping("p1-1", "p1.txt", rows, ("continues",))
    >>> rows = Block("headline", "渠水进村", (1,)), Block("body", "■上接第1版 坞镇，渠水两岸的人都来看。", (2,))
    >>> two = Clipping("p3-1", "p3.txt", rows, ("continued",))
    >>> done = stitch_pages([StitchPage("p1.txt", (one,), "1"), StitchPage("p3.txt", (two,), "3")])
    >>> [[(c.id, c.flags, [b.lines for b in c.blocks]) for c in page] for page in done.pages]
    [[('p1-1', (), [(1,), (2,), (3,), (1,), (2,)])], []]
    >>> done.stitches[0].first, done.stitches[0].second
    (('p1.txt', 3), ('p3.txt', 1))

    Raises PromiseError when a line would be lost.
    """
    issue = _Issue(pages, known)
    made: dict[int, Stitch] = {}
    while new := _surest_pairs(issue):
        for first, second, weight in new:
            if second not in issue.chain(first):
                made[second] = _stitch(first, second, weight, issue)
                issue.link(first, second)
    stitched = _put_together(pages, issue, made)
    _check(pages, stitched)
    order = sorted(made, key=lambda k: issue.parts[k].place)
    return Stitched(stitched, tuple(made[k] for k in order), tuple(_apart(issue)))


def _weigh(issue: _Issue) -> dict[tuple[int, int], float]:
    """Return the weight of every pair of open ends that may belong together. At least one of them has its mark."""
    outs, ins = issue.open_ends()
    pairs = ((a, b) for a in outs for b in ins if issue.parts[a].goes is not None or issue.parts[b].comes is not None)
    return {pair: weight for pair in pairs if (weight := issue.weight(*pair)) is not None}


def _surest_pairs(issue: _Issue) -> list[tuple[int, int, float]]:
    """Return the pairs of open ends that are sure: each outweighs every other pair that has one of its ends."""
    weights = _weigh(issue)
    sure = [(a, b, w) for (a, b), w in weights.items() if w >= SURE and w - _rival(a, b, weights) >= MARGIN]
    return sorted(sure, key=lambda row: (-row[2], issue.parts[row[0]].place, issue.parts[row[1]].place))


def _rival(first: int, second: int, weights: Mapping[tuple[int, int], float]) -> float:
    """Return the weight of the best other pair that has one of the two ends."""
    others = (w for (a, b), w in weights.items() if (a == first) != (b == second))
    return max(others, default=-math.inf)


def _stitch(first: int, second: int, weight: float, issue: _Issue) -> Stitch:
    a, b = issue.parts[first], issue.parts[second]
    return Stitch(a.end, b.place, ", ".join(_reasons(issue.evidence(first, second) or ())), round(weight, 2))


def _reasons(words: Sequence[str]) -> list[str]:
    """Return what evidence says, in words, the same thing once."""
    named = sum(word in ("out=agrees", "in=agrees") for word in words)
    lost = "out=lost" in words or "in=lost" in words
    marks = [
        "",
        "the one mark that is left names the page" if lost else "one mark names the page",
        "both marks name the page",
    ]
    said = [marks[named], *(SAYS.get(word, "") for word in words)]
    return list(dict.fromkeys(x for x in said if x))


def _put_together(
    pages: Sequence[StitchPage], issue: _Issue, made: Mapping[int, Stitch]
) -> tuple[tuple[Clipping, ...], ...]:
    """Return the clippings of PAGES, each with what goes on from it, less what went to another."""
    own: list[list[int]] = [[] for _ in issue.clips]
    for n, part in enumerate(issue.parts):
        own[part.clip].append(n)
    left = iter([_clippings(clip, parts, issue, made) for clip, parts in zip(issue.clips, own, strict=True)])
    return tuple(tuple(clip for _ in page.clips for clip in next(left)) for page in pages)


def _clippings(clip: Clipping, own: Sequence[int], issue: _Issue, made: Mapping[int, Stitch]) -> list[Clipping]:
    """Return what becomes of CLIP, whose parts are OWN. What follows a part that now goes on elsewhere, and is no part
    of that, is a clipping of its own.
    """
    groups: list[list[int]] = []
    linked = True
    for n in own:
        if n not in issue.before:
            if linked:
                groups.append([])
            groups[-1] += issue.chain(n)
            linked = n in issue.next
    if groups == [own]:
        return [clip]
    named = [clip if k == 1 else replace(clip, id=f"{clip.id}.{k}") for k in range(1, len(groups) + 1)]
    return [_clipping(c, group, issue, made) for c, group in zip(named, groups, strict=True)]


def _clipping(clip: Clipping, kept: Sequence[int], issue: _Issue, made: Mapping[int, Stitch]) -> Clipping:
    blocks: list[Block] = []
    flags = Counter(clip.flags)
    extra = dict(clip.extra)
    for n in kept:
        blocks += _blocks(n, clip.source, blocks, issue, made)
        other = issue.clips[issue.parts[n].clip]
        if issue.parts[n].opens:
            flags.update(other.flags)
            extra = {**extra, **{key: value for key, value in other.extra.items() if key not in extra}}
    holds = {
        "continued": issue.parts[kept[0]].comes is not None,
        "continues": any(issue.parts[n].goes is not None and n not in issue.next for n in kept),
        "truncated": issue.parts[kept[-1]].short,
    }
    unknown = [flag for flag in flags if flag not in FLAGS]
    return replace(clip, blocks=tuple(blocks), flags=(*[f for f in FLAGS if holds[f]], *unknown), extra=extra)


def _blocks(n: int, source: str, before: Sequence[Block], issue: _Issue, made: Mapping[int, Stitch]) -> list[Block]:
    """Return the blocks of part N as they stand in a clipping of SOURCE, behind the blocks BEFORE."""
    part = issue.parts[n]
    blocks = [_named_block(block, part.source, source) for block in part.blocks]
    if n not in made:
        return blocks
    titled = any(block.role == "headline" for block in before)
    blocks = [replace(block, role=_role(block, titled)) for block in blocks]
    why = "goes on from {}:{}: {}".format(*made[n].first, made[n].why)
    blocks[0] = replace(blocks[0], extra={**blocks[0].extra, STITCHED: why})
    lead = next((k for k, block in enumerate(blocks) if block.role == "body" and without_marks(block)), None)
    if lead is not None and issue.parts[issue.before[n]].open:
        blocks[lead] = replace(blocks[lead], extra={**blocks[lead].extra, GOES_ON: True})
    return blocks


def _named_block(block: Block, own: str, source: str) -> Block:
    """Return BLOCK, which stands in source OWN, as a block of a record of SOURCE."""
    if own == block.extra.get("source", source):
        return block
    return replace(block, extra={**block.extra, "source": own})


def _role(block: Block, titled: bool) -> str:
    if not without_marks(block) and jump_in(block):
        return "jump"
    return "subhead" if block.role == "headline" and titled else block.role


# ---- saying so, and the promise -------------------------------------------------------------------------------------


def _apart(issue: _Issue) -> list[Apart]:
    """Return the ends with a jump mark that stay open, in the order of their places."""
    weights = _weigh(issue)
    rows = []
    for n, part in enumerate(issue.parts):
        if part.comes is not None and n not in issue.before:
            rows.append(
                Apart(part.place, _says("comes over from", part.comes), _why_apart(n, 1, part.comes, weights, issue))
            )
        if part.goes is not None and n not in issue.next:
            what = _says("continues on", part.goes)
            rows.append(Apart(part.end, what, _why_apart(n, 0, part.goes, weights, issue)))
    return sorted(rows, key=lambda row: row.at)


def _says(what: str, page: str) -> str:
    return f"{what} {'another page' if page == UNNAMED else f'page {page}'}"


def _why_apart(n: int, side: int, page: str, weights: Mapping[tuple[int, int], float], issue: _Issue) -> str:
    """Return why nothing was put to part N: SIDE 0 to its end, 1 to its head; PAGE is the one that its mark names."""
    fits = sorted((w for pair, w in weights.items() if pair[side] == n), reverse=True)
    if page != UNNAMED and all(label is not None and same_page(page, label) is False for label in issue.labels):
        return f"page {page} is not among the pages"
    if not fits:
        return f"nothing there {('comes over from', 'jumps to')[side]} this page"
    what = ("continuation", "article")[side]
    if fits[0] < SURE:
        return f"no {what} there fits well enough"
    close = sum(fits[0] - w < MARGIN for w in fits)
    if close > 1:
        return f"{'two' if close == 2 else close} {what}s there fit about equally well"
    return f"the {what} that fits best fits another as well"


def describe_stitches(done: Stitched) -> list[str]:
    """Return a sentence for each pair that was put together, and for each jump mark to which nothing was put.

    >>> apart = Apart(("p1.txt", 12), "continues on page 3", "page 3 is not among the pages")
    >>> describe_stitches(Stitched((), (), (apart,)))
    ['p1.txt:12: continues on page 3: page 3 is not among the pages']
    """
    rows = [
        f"{s.second[0]}:{s.second[1]}: stitched: goes on from {s.first[0]}:{s.first[1]}: {s.why}" for s in done.stitches
    ]
    rows += [f"{a.at[0]}:{a.at[1]}: {a.what}: {a.why}" for a in done.apart]
    return [one_line(row) for row in rows]


def _check(pages: Sequence[StitchPage], done: Sequence[Sequence[Clipping]]) -> None:
    """Raise PromiseError unless DONE holds every block of PAGES once, its text unaltered."""
    before, after = (
        Counter(
            (str(block.extra.get("source", clip.source)), block.lines, block.text, block.seams)
            for clips in issue
            for clip in clips
            for block in clip.blocks
        )
        for issue in ([page.clips for page in pages], done)
    )
    if before != after:
        where = next(iter((before - after) or (after - before)))[0]
        raise PromiseError(where, "a line would be lost or stand twice in the stitched clippings")
