r"""The normal form of a text with its way back to the original, stable digests, shared spans and edit distance.

Two texts say the same when their normal forms are equal: width, case, white space, punctuation and quotes do not
count, but what makes one number another number does.

>>> normal_form("“青石镇”，气温 －１．２ 度") == normal_form("「青石镇」气温-1.2度")
True
>>> normal_form("气温－１．２度") == normal_form("气温１．２度")
False
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

__all__ = [
    "BLANK",
    "NORMAL_FORM",
    "NUMERALS",
    "SEED",
    "SEED_CAP",
    "SEED_STEP",
    "WIDE",
    "Normal",
    "SharedSpan",
    "count_letters",
    "digest",
    "edit_distance",
    "longest_run",
    "normal_form",
    "normalize",
    "places_by_text",
    "seeded_pairs",
    "shared_spans",
]

BLANK = "□"  # an illegible character: it stands for any one letter

NUMERALS = "〇零一二三四五六七八九十百千万亿两廿"  # of Chinese numbers

# What the normal form keeps, looked for in the folded text, which has no white space.
KEPT = re.compile(
    r"[^\W_]+"  # letters and digits: "青石镇", "2580"
    r"|[\ue000-\ue009]"  # powers, as _mark_powers writes them: "10²"
    r"|(?<!-)[-+±~<>≤≥≈√=¥$€£₩₽₹](?=\d)"  # signs, ranges, currencies: "-1.2", "8-10", "3万~5万", "≥60", "¥320"
    r"|(?<=\d)-(?=-+\d)"  # one of the dashes in "8--10"
    r"|(?<=[\d%‰])[./:、·×÷*°′″](?=\d)"  # what else stands between two figures: "3.5", "7:30", "1/3", "2×4", "1°23′"
    rf"|(?<=[{NUMERALS}])(?:[~、·/:.×](?=[{NUMERALS}])|-(?=-*[{NUMERALS}]))"  # "三、五米", "三-五米"
    r"|(?<=\d),(?!\d{3}(?!\d))(?=\d)"  # "1,2", but not the comma of "12,000"
    rf"|(?<=[\d{NUMERALS}])[%‰]"  # "3.5%", "二%"
    r"|(?<=[\w□○×])[□○×]"  # what cannot or may not be read in a word: "王□□", "方○○", "二○○八年"; no bullet: "□记者"
)
# Text of which no character melts into another, as nearly all is: "青石镇，第３版 “河开了”"
PLAIN = re.compile(r"[ -~·‐-‧‰-※←-⇿■-◿\u3000-〩一-鿿！-～]*")
# Signs that do the work of another, and what is no wider than nothing.
ODD_SIGNS = {
    ord(odd): sign
    for sign, row in (("-", "‐‑‒–—―−"), ("~", "〜∼"), ("/", "∕⁄"), (":", "∶"), ("·", "・•‧∙⋅"), ("○", "◯"))
    for odd in row
} | dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), " ")
SMALL = "⁰¹²³⁴⁵⁶⁷⁸⁹"
POWER = re.compile(rf"(?<=[\d{SMALL}])[{SMALL}]")  # "10²" is not "102", but "m²" is "㎡"
LETTER = re.compile(r"[^\W_]")
CHUNK = 32  # letters that two texts are compared by, so that nothing long is copied
SEEDS_PER_LETTER = 6  # places of seeds that are looked at for one letter of a text
WIDE = 1 << 32  # more than any text is long
SEED = 8  # letters of a seed: shared spans are looked for where this many letters are the same
SEED_STEP = 5  # letters from one seed to the next, so that 12 in a row always hold one
SEED_CAP = 16  # places of a seed that are remembered; one that comes oftener is a formula
NORMAL_FORM = 1  # goes up when normal_form gives another answer: what was stored cannot be compared any more


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal form and where its characters come from.

    text: the normal form. starts, ends: for each of its characters the code points [start, end) of the original.
    """

    text: str
    starts: array[int]
    ends: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where [START, END) of the normal form stands in the original, in code points.

        >>> normalize("“青石，镇”").span(0, 3)
        (1, 5)
        """
        return (self.starts[start], self.ends[end - 1]) if start < end else (0, 0)


@dataclass(frozen=True, slots=True)
class SharedSpan:
    """One stretch that two texts share: its code points [start, end) in each, and its length in the normal form."""

    a: tuple[int, int]
    b: tuple[int, int]
    length: int


def normal_form(text: str) -> str:
    """Return the letters and digits of TEXT: NFKC, case folded, white space and punctuation dropped.

    Kept is also what makes one number another (signs, what stands between two figures, % and currencies) and what
    stands for a character inside a word. The ○ of a number or a name is the same as 〇.

    >>> normal_form("《青石镇志》 （第２版），售价１２，０００元")
    '青石镇志第2版售价12000元'
    >>> normal_form("3.5%~4%，1/3，王□□"), normal_form("□记者 方某"), normal_form("二○○八年")
    ('3.5%~4%1/3王□□', '记者方某', '二〇〇八年')
    """
    return "".join(KEPT.findall("".join(_fold(text).split()))).replace("○", "〇")


def normalize(text: str) -> Normal:
    """Return the normal form of TEXT together with the way back to TEXT.

    >>> form = normalize("上海 －１．２")
    >>> form.text, list(form.starts)
    ('上海-1.2', [0, 1, 3, 4, 5, 6])
    """
    folded = _fold(text)
    if len(folded) == len(text) and PLAIN.fullmatch(text):
        starts: Sequence[int] = range(len(text))
        ends: Sequence[int] = range(1, len(text) + 1)
    else:
        folded, starts, ends = _fold_with_offsets(text)
    solid = "".join(folded.split())
    if len(solid) < len(folded):
        there = [k for k, char in enumerate(folded) if not char.isspace()]
        starts, ends = [starts[k] for k in there], [ends[k] for k in there]
    out, out_starts, out_ends = [], array("I"), array("I")
    for match in KEPT.finditer(solid):
        out.append(match[0])
        out_starts.extend(starts[match.start() : match.end()])
        out_ends.extend(ends[match.start() : match.end()])
    return Normal("".join(out).replace("○", "〇"), out_starts, out_ends)


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _mark_powers(text)).casefold()
    return folded if folded.isascii() else folded.translate(ODD_SIGNS)


def _mark_powers(text: str) -> str:
    """Return TEXT with the small digits that stand after a digit as characters of their own, which nothing folds."""
    return POWER.sub(lambda small: chr(0xE000 + SMALL.index(small[0])), text)


def _fold_with_offsets(text: str) -> tuple[str, array[int], array[int]]:
    """Return the folded TEXT, and for each of its characters where it starts and ends in TEXT."""
    text = _mark_powers(text)
    folded = _fold(text)
    cuts: Sequence[int] = range(len(text) + 1)  # the usual case: character by character
    forms = {char: _fold(char) for char in set(text)}
    pieces = [forms[char] for char in text]
    if "".join(pieces) != folded:
        cuts = _cluster_starts(text)
        pieces = [_fold(text[i:k]) for i, k in pairwise(cuts)]
    if "".join(pieces) != folded:  # a script whose characters melt in a way _melts does not know
        cuts, pieces = [0, len(text)], [folded]
    starts, ends = array("I"), array("I")
    for piece, (i, k) in zip(pieces, pairwise(cuts), strict=True):
        starts.extend([i] * len(piece))
        ends.extend([k] * len(piece))
    return folded, starts, ends


def _cluster_starts(text: str) -> list[int]:
    """Return where a character begins that does not melt into the one before it, and the end of TEXT."""
    return [0, *(k for k in range(1, len(text)) if not _melts(text[k])), len(text)]


def _melts(char: str) -> bool:
    """Accents ("e\u0301"), the sound marks of half-width kana ("ｶﾞ") and Hangul written in single jamo."""
    return unicodedata.category(char)[0] == "M" or "\u1161" <= char <= "\u11ff" or char in "\uff9e\uff9f"


def count_letters(text: str) -> int:
    r"""Return how many letters and digits TEXT has: its `\w` characters less the underscores.

    >>> count_letters("青石镇 2 所学校。")
    7
    """
    return len(LETTER.findall(text))


def digest(normal: str) -> str:
    """Return a digest of a normal form, the same in every run and on every machine: 32 hexadecimal digits.

    Good for what is kept across runs; blake2b, never hash(), whose seed changes.

    >>> digest(normal_form("青石镇")) == digest(normal_form(" 青石镇。"))
    True
    """
    return blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def seeded_pairs(
    texts: Sequence[str], *, seed: int = SEED, step: int = SEED_STEP, cap: int = SEED_CAP
) -> Iterator[tuple[int, dict[int, list[tuple[int, int]]]]]:
    """For each text that shares a seed with texts before it, yield its index and where: {earlier: [(i, j), ...]}.

    texts: normal forms. i is a position in the earlier text, j in the later one; SEED letters are the same there.
    Seeds are taken from the earlier text at every STEPth position, and the later one is looked up at every position: a
    shared stretch of SEED + STEP - 1 letters, 12 by default, always holds one, and with seeds side by side a text of n
    of them with fewer than n letters wrong still has one (the pigeonhole of BLAT: Kent, Genome Res. 12, 2002). A seed
    that has come CAP times is a formula, and none from then on; a text with too many seeds keeps the rarest. So the
    work grows with the text and not with its square.

    >>> list(seeded_pairs(["春风吹绿云岭县", "无关的一句话", "又见春风吹绿"], seed=4))
    [(2, {0: [(0, 2)]})]
    """
    # seed -> text * WIDE + position of its place, or of its places; none where it is a formula
    known: dict[str, int | tuple[int, ...]] = {}
    for k, text in enumerate(texts):
        grams = [text[j : j + seed] for j in range(len(text) - seed + 1)]
        seeds = [
            (j, (places,) if isinstance(places, int) else places)
            for j, gram in enumerate(grams)
            if (places := known.get(gram))
        ]
        if seeds:
            yield k, places_by_text(seeds, len(text))
        for i in range(0, len(grams), step):
            places = known.get(grams[i])
            if places is None:
                known[grams[i]] = (k + 1) * WIDE + i  # never 0, which would be no place
            elif isinstance(places, int):
                known[grams[i]] = (places, (k + 1) * WIDE + i)
            elif places:
                known[grams[i]] = (*places, (k + 1) * WIDE + i) if len(places) < cap else ()


def places_by_text(seeds: list[tuple[int, tuple[int, ...]]], letters: int) -> dict[int, list[tuple[int, int]]]:
    """Return the places of SEEDS by text, those of the rarest seeds alone where a text of so many LETTERS has too many.

    seeds: for each seed of a text its position there, and its places in earlier texts: WIDE for each text up to that
    one, and the position in it.

    >>> places_by_text([(0, (WIDE + 2, 3 * WIDE + 7))], 8)
    {0: [(2, 0)], 2: [(7, 0)]}
    """
    most = SEEDS_PER_LETTER * letters
    if sum(len(places) for _, places in seeds) > most:
        seeds.sort(key=lambda x: len(x[1]))
    found: dict[int, list[tuple[int, int]]] = {}
    for j, places in seeds:
        for place in places:
            found.setdefault(place // WIDE - 1, []).append((place % WIDE, j))
        most -= len(places)
        if most < 0:
            break
    return found


def longest_run(a: str, b: str, hits: Iterable[tuple[int, int]], least: int = 0) -> tuple[int, int, int]:
    """Return the longest run of same characters through one of HITS, as its start in A, its start in B, its length.

    HITS are pairs of positions where A and B are the same. An illegible character is the same as any. Of equally long
    runs the one counts whose letters sort first, whichever text is called A. Where HITS are seeds of SEED letters, runs
    shorter than LEAST need not be found.

    >>> longest_run("昨夜青石镇下雪", "今晨青石镇无雪", [(2, 2), (6, 6)])
    (2, 2, 3)
    """
    best = (0, 0, 0)
    reached: dict[int, int] = {}  # by diagonal: how far in A it is known
    more = (least - SEED) // 2 if least > SEED + 1 and BLANK not in a and BLANK not in b else 0
    for i, j in hits:
        if more and not _goes_on(a, b, i, j, more):
            continue
        if i >= reached.get(i - j, 0):
            start, end = _extend(a, b, i, j)
            reached[i - j] = end
            n = end - start
            if n > best[2] or (n == best[2] and a[start:end] < a[best[0] : best[0] + n]):
                best = (start, start - i + j, n)
    return best


def _goes_on(a: str, b: str, i: int, j: int, more: int) -> bool:
    """Whether MORE letters before the seed at a[i] and b[j] are the same, or MORE letters after it."""
    if a[i + SEED : i + SEED + more] == b[j + SEED : j + SEED + more]:
        return True
    return i >= more and a[i - more : i] == b[max(0, j - more) : j]


def _extend(a: str, b: str, i: int, j: int) -> tuple[int, int]:
    """Return how far the run through a[i] and b[j] reaches in A, as [start, end)."""
    start, end = i, i
    n = CHUNK
    while n == CHUNK:
        head, other = a[max(0, start - CHUNK) : start], b[max(0, start - i + j - CHUNK) : start - i + j]
        n = _same_from_start(head[::-1], other[::-1])
        start -= n
    n = CHUNK
    while n == CHUNK:
        n = _same_from_start(a[end : end + CHUNK], b[end - i + j : end - i + j + CHUNK])
        end += n
    return start, end


def _same_from_start(a: str, b: str) -> int:
    n = 0
    for x, y in zip(a, b, strict=False):
        if x != y and x != BLANK and y != BLANK:
            break
        n += 1
    return n


def shared_spans(a: str, b: str, *, least: int = 12) -> list[SharedSpan]:
    """Return the stretches of at least LEAST letters that A and B share, longest first, with offsets in both.

    A stretch is as long as it can be; of those that overlap in A or in B only the longest is given. Found by seeds:
    every stretch of LEAST letters holds one of A's tiles of SEED letters.

    >>> [s.length for s in shared_spans("一，春风吹绿了云岭县", "二：春风，吹绿了云岭！", least=4)]
    [7]
    """
    one, two = normalize(a), normalize(b)
    seed = min(SEED, max(1, least))
    places: dict[str, list[int]] = {}
    for i in range(0, len(one.text) - seed + 1, max(1, least - seed + 1)):
        places.setdefault(one.text[i : i + seed], []).append(i)
    runs = set()
    for j in range(len(two.text) - seed + 1):
        for i in places.get(two.text[j : j + seed], ()):
            start, end = _extend(one.text, two.text, i, j)
            if end - start >= least:
                runs.add((start - end, start, start - i + j))
    taken: list[tuple[int, int, int]] = []
    for less, i, j in sorted(runs):
        n = -less
        if all((i + n <= x or x + m <= i) and (j + n <= y or y + m <= j) for x, y, m in taken):
            taken.append((i, j, n))
    return [SharedSpan(one.span(i, i + n), two.span(j, j + n), n) for i, j, n in taken]


def edit_distance(a: str, b: str, limit: int) -> int | None:
    """Return how many letters have to be changed, added or left out to make B of A, or None when more than LIMIT.

    An illegible character is the same as any one letter. Myers' bit vectors (J. ACM 46, 1999) in the form of Hyyrö
    (2003) on Python's big integers: one step a letter of B, whatever the length of A.

    >>> edit_distance("青石镇下了雪", "青百镇下雪", 2), edit_distance("青石镇", "云岭县", 2)
    (2, None)
    >>> edit_distance("王□□", "王小明", 0)
    0
    """
    a, b = _unlike_middle(a, b)
    if abs(len(a) - len(b)) > limit:
        return None
    if not a or not b:
        return len(a) + len(b)
    where: dict[str, int] = {BLANK: 0}  # letter -> its places in A, one bit each
    for k, char in enumerate(a):
        where[char] = where.get(char, 0) | 1 << k
    blank = where.pop(BLANK)
    full, last = (1 << len(a)) - 1, 1 << len(a) - 1
    plus, minus, distance = full, 0, len(a)
    spare = limit + len(b)  # what the distance may be here: the rest of B can make it smaller by one a letter
    for char in b:
        same = full if char == BLANK else where.get(char, 0) | blank
        diagonal = (((same & plus) + plus) ^ plus) | same | minus
        up, down = minus | (full & ~(diagonal | plus)), plus & diagonal
        if up & last:
            distance += 1
        elif down & last:
            distance -= 1
        spare -= 1
        if distance > spare:
            return None
        up, down = up << 1 | 1, down << 1
        plus, minus = full & (down | ~(diagonal | up)), up & diagonal
    return distance if distance <= limit else None


def _unlike_middle(a: str, b: str) -> tuple[str, str]:
    """Return A and B without the same beginning and the same end, which cost nothing."""
    n = min(len(a), len(b))
    head = next((k for k in range(n) if a[k] != b[k]), n)
    tail = next((k for k in range(n - head) if a[-1 - k] != b[-1 - k]), n - head)
    return a[head : len(a) - tail], b[head : len(b) - tail]
