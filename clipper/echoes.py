"""Parts of headlines, kickers and subheads that are said again in the text of the same page.

Words of a headline come again all over its article, as they should. What counts is a part that is a clause of its own
in the text, or the whole headline.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from clipper.clipping import Clipping
from clipper.finding import (
    FORMULA,
    REMOVABLE,
    Finding,
    Paragraph,
    Ranked,
    cuts_in,
    find_form,
    is_clause,
    place_of,
    say_places,
)
from clipper.fingerprint import count_letters, longest_run, normalize

__all__ = ["HEADS", "common_parts", "find_echoes", "parts_of"]

# Lengths in letters, measured on real pages: shorter things come twice in ordinary prose.
LEAST_ECHO = 6
LEAST_FAR_ECHO = 8  # in another article than the headline's own

EVERYWHERE = 4  # a part that is said in more paragraphs than this is no echo
ECHO_SHARE = 0.4  # of the letters of a heading, for a part of it that is no clause of its own
HEADS = frozenset({"headline", "kicker", "subhead"})
ECHO_REACH = 20  # clippings before and after a headline that count as its page

# The name of a body, not a part of what the headline says: "云岭县人民政府"
INSTITUTION = re.compile(
    r"(?:委员会|人民政府|办公室|办公厅|代表大会|公司|集团|大学|学院|法院|检察院|中央|省委|市委|县委)$"
)

_Hits = tuple[Paragraph, list[tuple[int, int]]]  # a heading, and the positions of shared letters in it and in a text


def find_echoes(
    paragraphs: Sequence[Paragraph], clips: Mapping[int, Clipping], common: Set[str] = frozenset()
) -> Iterator[Ranked]:
    """Yield the parts of headings that are said again in PARAGRAPHS, those of one page, with all the places of each.

    What counts is the whole heading, or a clause of it or a good part at one of its ends that is a clause or a
    paragraph of its own in the text. A lead says its headline again, as it should: the first paragraph of an article
    counts only where the article came over from another page, and the first one under a subhead not for that. A part
    that stands in many paragraphs, or is the name of a body, says nothing.

    PARAGRAPHS: in reading order, less what is removed. CLIPS: the clippings by their numbers. COMMON: see common_parts.
    Time grows with the text.

    >>> from clipper.clipping import Block
    >>> from clipper.finding import list_paragraphs
    >>> rows = ("云岭河开了，两岸的人都来看。", "冰化得早，一河春水向东流，渡口的船也下了水。")
    >>> body = (Block("body", text, (n,)) for n, text in enumerate(rows, 3))
    >>> clip = Clipping("p-1", "p", (Block("headline", "云岭河开了　一河春水向东流", (1,)), *body))
    >>> [(_, found)] = find_echoes(list_paragraphs([clip]), {0: clip})
    >>> found.why
    'line 4 says a part of the headline on line 1 again: 7 letters'
    """
    nth = {clip: n for n, clip in enumerate(dict.fromkeys(p.clip for p in paragraphs))}  # on the page
    grams: dict[str, list[tuple[Paragraph, int]]] = {}
    for head in paragraphs:
        if head.block.role in HEADS:
            for i, gram in enumerate(parts_of(head.normal)):
                if gram not in common:
                    grams.setdefault(gram, []).append((head, i))
    echoes: dict[tuple[int, int, int], tuple[Paragraph, list[tuple[Paragraph, int]]]] = {}
    for paragraph, over in _echoing(clips, paragraphs):
        for head, hits in _headings_in(paragraph, grams, nth):
            i, j, n = longest_run(head.normal, paragraph.normal, hits)
            if head.at not in (over, paragraph.at) and _is_echo(head, i, paragraph, j, n):
                echoes.setdefault((head.at, i, n), (head, []))[1].append((paragraph, j))
    for (_, i, n), (head, said) in echoes.items():
        if len(said) <= EVERYWHERE and not INSTITUTION.search(head.normal[i : i + n]):
            keep = place_of(head, normalize(head.block.text).span(i, i + n))
            drop = tuple(place_of(p, normalize(p.block.text).span(j, j + n)) for p, j in said)
            letters = count_letters(head.normal[i : i + n])
            one = "says" if len(drop) == 1 else "say"
            part = f"a part of the {head.block.role} on {say_places([keep], head.source)}"
            why = f"{say_places(drop, head.source)} {one} {part} again: {letters} letters"
            yield (head.at, keep.span[0]), Finding("headline", "report", letters, 1.0, why, keep, drop)


def parts_of(heading: str) -> list[str]:
    """Return what is looked for of HEADING, a normal form: all its runs of LEAST_ECHO letters.

    >>> parts_of("云岭河昨夜开了")
    ['云岭河昨夜开', '岭河昨夜开了']
    """
    return [heading[i : i + LEAST_ECHO] for i in range(len(heading) - LEAST_ECHO + 1)]


def common_parts(headings: Iterable[Paragraph]) -> frozenset[str]:
    """Return the parts of HEADINGS, those of all pages, that stand in too many places to be an echo anywhere.

    >>> from clipper.clipping import Block
    >>> from clipper.finding import list_paragraphs
    >>> clip = Clipping("p-1", "p", tuple(Block("headline", f"{n}本报今日要闻", (n,)) for n in range(1, 14)))
    >>> common_parts(list_paragraphs([clip]))
    frozenset({'本报今日要闻'})
    """
    counts = Counter(gram for heading in headings for gram in parts_of(heading.normal))
    return frozenset(gram for gram, count in counts.items() if count > FORMULA)


def _echoing(clips: Mapping[int, Clipping], paragraphs: Sequence[Paragraph]) -> Iterator[tuple[Paragraph, int | None]]:
    """Yield the paragraphs in which a heading may be said again: the text but for the leads.

    Each with the subhead (at) that it stands right under, or None.
    """
    led: set[int] = set()
    over: Paragraph | None = None
    for paragraph in paragraphs:
        subhead = over.at if over and over.block.role == "subhead" else None
        over = paragraph
        if paragraph.block.role not in REMOVABLE:
            continue
        clip = clips[paragraph.clip]
        lead = paragraph.block.role == "body" and paragraph.clip not in led and "continued" not in clip.flags
        if paragraph.block.role == "body":
            led.add(paragraph.clip)
        if not (lead and clip.kind == "article"):
            yield paragraph, subhead


def _headings_in(
    paragraph: Paragraph, grams: Mapping[str, list[tuple[Paragraph, int]]], nth: Mapping[int, int]
) -> Iterator[_Hits]:
    """Yield the headings near PARAGRAPH that share letters with it, and where; NTH: the place of each clipping."""
    found: dict[int, _Hits] = {}
    for j, gram in enumerate(parts_of(paragraph.normal)):
        for head, i in grams.get(gram, ()):
            if abs(nth[head.clip] - nth[paragraph.clip]) <= ECHO_REACH:
                found.setdefault(head.at, (head, []))[1].append((i, j))
    yield from found.values()


def _is_echo(head: Paragraph, i: int, paragraph: Paragraph, j: int, n: int) -> bool:
    if n < (LEAST_ECHO if head.clip == paragraph.clip else LEAST_FAR_ECHO):
        return False
    if n == len(head.normal) == len(paragraph.normal):
        return False  # a paragraph that says just what a heading says is a repeat
    if n == len(head.normal):
        return True
    at_end = i == 0 or i + n == len(head.normal)
    part = at_end and n >= ECHO_SHARE * len(head.normal)
    if not part and not is_clause(head.block.text, normalize(head.block.text).span(i, i + n)):
        return False
    return cuts_in(find_form(paragraph.block.text), j, n) >= {0, n}
