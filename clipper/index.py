"""The index at the back of a volume: every keyword, and the clippings that are about it.

The order is that of the readings (`order="pinyin"`) or of the strokes (`order="stroke"`). Both go character by
character, as Chinese dictionaries do, so that words with the same first character stand together:

- pinyin: the letters of the syllable, then its tone (the neutral one last), then the character. ü comes right after u:
  lu, lü, luan, lüe, lun. A reading is the word's, not the lone character's: 重庆 is under C, 重量 under Z.
- stroke: how many strokes the character has, as the mainland counts them, then the character.

Characters that are equal so far are in the order of their code points, which in Unicode's main block is that of radical
and further strokes. What begins with a digit, a Latin letter or anything else without a reading (or strokes) has one
section, "#", and it comes first; numbers stand by their size. Punctuation does not count.

Only the entries are held, never the texts of the clippings.

>>> from collections import namedtuple
>>> from clipper.clipping import Block
>>> Word = namedtuple("Word", "word weight count")  # clipper's own Keyword has these too
>>> street = Clipping("p-1", "p.txt", (Block("headline", "青石镇修好百年老街", (12,)),), (), {"date": "2026-01-26"})
>>> words = [Word(w, 1.0, 1) for w in ("青石镇", "老街", "5G")]
>>> print(index_text(make_index([(street, words)])), end="")
#
<BLANKLINE>
5G
    2026-01-26 青石镇修好百年老街 (p.txt:12)
<BLANKLINE>
L
<BLANKLINE>
老街 lǎojiē
    2026-01-26 青石镇修好百年老街 (p.txt:12)
<BLANKLINE>
Q
<BLANKLINE>
青石镇 qīngshízhèn
    2026-01-26 青石镇修好百年老街 (p.txt:12)
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple, Protocol

from clipper.clipping import Clipping
from clipper.errors import InputError
from clipper.words import Fold

__all__ = [
    "INDEX_HEADER",
    "OTHER",
    "Entry",
    "Fold",
    "IndexedWord",
    "Order",
    "Reference",
    "index_records",
    "index_rows",
    "index_text",
    "make_index",
    "natural_key",
    "same_word",
    "usual_spelling",
]

Order = Literal["pinyin", "stroke"]

INDEX_HEADER: Final = (
    "section",
    "word",
    "filed_under",
    "kind",
    "date",
    "page",
    "paper",
    "headline",
    "source",
    "line",
    "id",
    "weight",
)
OTHER: Final = "#"  # the section of what has no reading, or no strokes

# The family names that are read in a way of their own, where a name that begins so is seldom anything else. Those that
# as often begin a foreign name (查理, 华莱士, 哈桑), or a word that was taken for a name (种粮, 都市), are left out.
SURNAMES: Final[Mapping[str, str]] = dict(
    re.findall(
        r"(\w)=(\w+)",
        "曾=zēng 单=shàn 仇=qiú 解=xiè 区=ōu 朴=piáo 任=rén 翟=zhái 缪=miào 阚=kàn 卜=bǔ 葛=gě 燕=yān 薄=bó 乜=niè",
    )
)
SURNAMED: Final = range(2, 5)  # characters; a longer name is a foreign one

TONES: Final = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}  # as combining marks: ā á ǎ à
NEUTRAL: Final = 5  # the neutral tone comes after the other four
TOGETHER: Final = 4  # syllables; more of them, written as one word, are hard to read
DIAERESIS: Final = "\u0308"
NUMBER = re.compile(r"([0-9]+)")


class IndexedWord(Protocol):
    """What the index has to know of a keyword. `kind` ("name", "place", ...) is used too, where a keyword has it."""

    @property
    def word(self) -> str:
        """The keyword as it is printed."""

    @property
    def weight(self) -> float:
        """How much the clipping is about it, 0 to 1."""

    @property
    def count(self) -> int:
        """How often it stands in the clipping."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where an entry sends its reader. date, page and paper: as in the record, None where it does not say.

    line: the first line of the clipping in its source (1-based). weight: of the keyword in this clipping, 0 to 1.
    """

    date: str | None
    page: str | None
    paper: str | None
    source: str
    id: str
    headline: str | None
    line: int | None
    weight: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the index.

    word: its most frequent spelling, in one line. section: the heading it stands under: "A" to "Z", "5画", or OTHER.
    filed_under: its reading ("qīngshízhèn") or the strokes of its first character ("8画"); empty where it has neither.
    kind: the keyword's ("word", "name", ...), the most frequent one, or empty. references: by date, page, source and
    line; what is not known comes last.
    """

    word: str
    section: str
    filed_under: str
    kind: str
    references: tuple[Reference, ...]


# ---- words that are one word ----------------------------------------------------------------------------------------


def same_word(word: str, fold: Fold | None = None) -> str:
    """Return what WORD is known by: the same for all its spellings in another case or width (NFKC), or, with FOLD, in
    another script. White space is narrowed.

    >>> same_word("ＡＩ 芯片") == same_word("ai  芯片"), same_word("老街", lambda text: text.replace("街", "巷"))
    (True, '老巷')
    """
    shape = unicodedata.normalize("NFKC", word)
    shape = unicodedata.normalize("NFKC", (fold(shape) if fold else shape).casefold())
    return " ".join(shape.split())


def usual_spelling(spellings: Counter[str]) -> str:
    """Return the most frequent one of SPELLINGS; of equal ones the first by code points, whichever came first.

    >>> usual_spelling(Counter({"ai": 2, "AI": 2, "Ai": 1}))
    'AI'
    """
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that puts texts in order as people do, numbers by their size.

    >>> sorted(["10", "A12", "9", "A5"], key=natural_key)
    ['9', '10', 'A5', 'A12']
    """
    return tuple(_number_key(p) if p.isdigit() else (1, 0, p) for p in NUMBER.split(text) if p)


def _number_key(digits: str) -> tuple[int, int, str]:
    bare = digits.lstrip("0")
    return (0, len(bare), bare)  # no int(): Python reads none of more than 4300 digits


# ---- where a word is filed ------------------------------------------------------------------------------------------

Unit = tuple[
    Any, ...
]  # of one character or number: (0, length, digits), (1, character) or (2, ...) for a Han character


class _Filed(NamedTuple):
    section: str
    under: str
    key: tuple[Unit, ...]


File = Callable[[str, str], _Filed]  # of a word and its kind


class _Pinyin(NamedTuple):
    """of_word: the syllable of each character of a word. of_char: all the ways to read a character; "" for none."""

    of_word: Callable[[str], list[str]]
    of_char: Callable[[str], list[str]]


def _filing(order: Order, fold: Fold | None) -> File:
    """Return the function that files words in ORDER. Raises InputError where what it needs is missing."""
    if order == "pinyin":
        pinyin = _import_pypinyin()
        return lambda word, kind: _file_by_reading(word, _syllables(word, kind, fold, pinyin), fold)
    if order == "stroke":
        strokes = _import_strokes()
        return lambda word, kind: _file_by_strokes(word, strokes)
    raise ValueError(f'order has to be "pinyin" or "stroke", not {order!r}')


def _file_by_reading(word: str, syllables: Sequence[str], fold: Fold | None) -> _Filed:
    """Return where WORD goes; SYLLABLES has one for each character, empty for one that has no reading."""
    folded = fold(word) if fold else word
    han = [(2, *_syllable_key(s), c) if s else None for c, s in zip(folded, syllables, strict=True)]
    key = _units(word, han)
    letter = key[0][1][:1].upper() if key[0][0] == 2 else ""
    return _Filed(letter if "A" <= letter <= "Z" else OTHER, _spelled_out(word, syllables), key)


def _file_by_strokes(word: str, strokes: Callable[[str], int]) -> _Filed:
    key = _units(word, [(2, n, c) if (n := strokes(c)) else None for c in word])
    section = f"{key[0][1]}画" if key[0][0] == 2 else OTHER
    return _Filed(section, "" if section == OTHER else section, key)


def _units(word: str, han: Sequence[Unit | None]) -> tuple[Unit, ...]:
    """Return the key of WORD; HAN has the units of its Han characters. Punctuation counts only where all of it is."""
    numbers = {m.start(): m for m in NUMBER.finditer(word)}
    units: list[Unit] = []
    for at, (char, unit) in enumerate(zip(word, han, strict=True)):
        if unit:
            units.append(unit)
        elif at in numbers:
            units.append(_number_key(numbers[at][0]))
        elif char.isalnum() and not "0" <= char <= "9":
            units.append((1, char.casefold()))
    return tuple(units) or tuple((1, char) for char in word)


def _syllable_key(syllable: str) -> tuple[str, bool, int]:
    """Return what SYLLABLE is filed by: its letters, whether one is ü, its tone.

    >>> [_syllable_key(s) for s in ("lüè", "lún", "de")]
    [('lue', True, 4), ('lun', False, 2), ('de', False, 5)]
    """
    parts = unicodedata.normalize("NFD", syllable)
    tone = next((TONES[c] for c in parts if c in TONES), NEUTRAL)
    return "".join(c for c in parts if c.isalpha()), DIAERESIS in parts, tone


def _syllables(word: str, kind: str, fold: Fold | None, pinyin: _Pinyin) -> list[str]:
    """Return the syllable of each character of WORD, empty for what has none.

    The dictionary knows phrases in simplified script, so it is asked about the folded word as well. What it says of a
    folded character is taken where the character itself can be read so: 重慶 as 重庆, but 隻 not as 只.

    >>> fold = {"重慶": "重庆", "兩隻": "两只"}.__getitem__
    >>> [_syllables(word, "", fold, _import_pypinyin()) for word in ("重慶", "兩隻")]
    [['chóng', 'qìng'], ['liǎng', 'zhī']]
    """
    said = pinyin.of_word(word)
    if fold and (folded := fold(word)) != word:
        rows = zip(word, said, pinyin.of_word(folded), strict=True)
        said = [other if other in pinyin.of_char(char) else own for char, own, other in rows]
    if kind == "name" and len(word) in SURNAMED:
        said[0] = SURNAMES.get(fold(word[0]) if fold else word[0], said[0])
    return said


def _spelled_out(word: str, syllables: Sequence[str]) -> str:
    """Return the reading of WORD: the syllables of a short one together, an apostrophe before a, e and o inside.

    >>> _spelled_out("西安A股", ["xī", "ān", "", "gǔ"]), _spelled_out("大会开幕式", ["dà", "huì", "kāi", "mù", "shì"])
    ("xī'ān A gǔ", 'dà huì kāi mù shì')
    """
    runs = []
    for known, pairs in groupby(zip(word, syllables, strict=True), key=lambda pair: bool(pair[1])):
        run = list(pairs)
        runs.append(_run_together([s for _, s in run]) if known else "".join(c for c, _ in run))
    return " ".join(" ".join(runs).split()) if any(syllables) else ""


def _run_together(syllables: Sequence[str]) -> str:
    if len(syllables) > TOGETHER:
        return " ".join(syllables)
    rest = [("'" if unicodedata.normalize("NFD", s)[0] in "aeo" else "") + s for s in syllables[1:]]
    return "".join([syllables[0], *rest])


def _import_pypinyin() -> _Pinyin:
    """Return the functions that give readings; the import takes half a second."""
    try:
        import pypinyin
    except ImportError as fault:
        raise _missing("the order of readings", "pypinyin", fault) from None
    return _Pinyin(
        lambda word: pypinyin.lazy_pinyin(word, style=pypinyin.Style.TONE, errors=_unread),
        lambda char: pypinyin.pinyin(char, style=pypinyin.Style.TONE, heteronym=True, errors=_unread)[0],
    )


def _unread(chars: str) -> Any:
    return [""] * len(chars)  # for pypinyin, which takes a list too, but does not say so in its types


def _import_strokes() -> Callable[[str], int]:
    """Return the function that gives the strokes of a character, 0 for what has none (Unicode's kTotalStrokes)."""
    try:
        from strokes import strokes
    except ImportError as fault:
        raise _missing("the order of strokes", "strokes", fault) from None
    return lambda char: int(strokes(char))


def _missing(what: str, package: str, fault: ImportError) -> InputError:
    return InputError(
        package, f"{what} needs it, and it cannot be imported ({fault})", f"run: python -m pip install {package}"
    )


# ---- the index ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Draft:
    """An entry while its clippings come in."""

    spellings: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    weights: dict[Reference, float] = field(default_factory=dict)  # by the reference without its weight


def make_index(
    rows: Iterable[tuple[Clipping, Sequence[IndexedWord]]],
    *,
    order: Order = "pinyin",
    least: int = 1,
    fold: Fold | None = None,
) -> list[Entry]:
    """Return the index of ROWS, clippings with their keywords, in ORDER (see the head of this module).

    Words that are the same but for case, width and (with FOLD) script are one entry. A clipping stands in an entry
    once, with the greatest of its weights, even if it comes twice. LEAST: how many clippings a word has to stand in.
    FOLD maps a text to simplified script, character by character, as `clipper.opencc_tables.load_fold` does.

    The order of ROWS makes no difference. Raises InputError where the library for ORDER is missing; ValueError when
    ORDER is no order, or FOLD changes the length of a word.

    >>> from collections import namedtuple
    >>> Word = namedtuple("Word", "word weight count")
    >>> words = [Word(w, 1.0, 1) for w in ("重庆", "安西", "重量", "3D")]
    >>> for entry in make_index([(Clipping("p-1", "p.txt", ()), words)]):
    ...     print(' '.join((entry.section, entry.word, entry.filed_under)).strip())
    # 3D
    A 安西 ānxī
    C 重庆 chóngqìng
    Z 重量 zhòngliàng
    """
    file = _filing(order, fold)
    drafts: defaultdict[str, _Draft] = defaultdict(_Draft)
    for clip, keywords in rows:
        place = _reference(clip)
        for keyword in keywords:
            name = same_word(keyword.word, fold)
            if name:
                draft = drafts[name]
                draft.spellings[" ".join(keyword.word.split())] += keyword.count
                draft.kinds[getattr(keyword, "kind", "")] += keyword.count
                draft.weights[place] = max(draft.weights.get(place, 0.0), keyword.weight)
    made = [(name, *_entry(draft, file)) for name, draft in drafts.items() if len(draft.weights) >= least]
    return [entry for _, _, entry in sorted(made, key=lambda row: (row[1], row[0]))]


def _entry(draft: _Draft, file: File) -> tuple[tuple[Unit, ...], Entry]:
    """Return the entry that DRAFT has become, after the key that it is filed by."""
    word, kind = usual_spelling(draft.spellings), usual_spelling(draft.kinds)
    filed = file(unicodedata.normalize("NFKC", word), kind)
    references = sorted((replace(r, weight=w) for r, w in draft.weights.items()), key=_reference_key)
    return filed.key, Entry(word, filed.section, filed.under, kind, tuple(references))


def _reference(clip: Clipping) -> Reference:
    """Return where CLIP is found, the weight left at 0."""
    date, page, paper = (_text(clip.extra.get(key)) for key in ("date", "page", "paper"))
    line = next((block.lines[0] for block in clip.blocks if block.lines), None)
    return Reference(date, page, paper, clip.source, clip.id, clip.headline, line, 0.0)


def _text(value: Any) -> str | None:
    """Return VALUE of a record where it is a text: other programs write what they like."""
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _reference_key(r: Reference) -> tuple[Any, ...]:
    known = [
        r.date is None,
        r.date or "",
        r.page is None,
        natural_key(r.page or ""),
        r.source,
        r.line is None,
        r.line or 0,
    ]
    return (*known, natural_key(r.id), r.id, r.page or "", r.paper or "", r.headline or "")


# ---- written forms --------------------------------------------------------------------------------------------------


def index_text(entries: Iterable[Entry]) -> str:
    """Return ENTRIES for people to read: the headings, each word with its reading, and its references below it.

    Example at the head of this module.
    """
    parts = []
    for section, group in groupby(entries, key=lambda entry: entry.section):
        parts.append(f"{section}\n")
        parts += [_entry_text(entry) for entry in group]
    return "\n".join(parts)


def _entry_text(entry: Entry) -> str:
    under = "" if entry.filed_under == entry.section else entry.filed_under
    lines = [f"{entry.word} {under}".rstrip(), *(f"    {_reference_text(r)}" for r in entry.references)]
    return "".join(f"{line}\n" for line in lines)


def _reference_text(r: Reference) -> str:
    place = r.source if r.line is None else f"{r.source}:{r.line}"
    said = (r.date, r.paper, r.page and f"第{r.page}版", r.headline or r.id, f"({place})")
    return _cell(" ".join(x for x in said if x))


def index_rows(entries: Iterable[Entry]) -> list[list[str]]:
    """Return ENTRIES as the rows of a table, one for each reference, in the columns of INDEX_HEADER.

    >>> where = Reference("2026-01-26", "3", None, "p.txt", "p-1", "老街修好了", 12, 0.5)
    >>> index_rows([Entry("老街", "L", "lǎojiē", "word", (where,))])[0][:6]
    ['L', '老街', 'lǎojiē', 'word', '2026-01-26', '3']
    """
    return [_row(entry, reference) for entry in entries for reference in entry.references]


def _row(entry: Entry, r: Reference) -> list[str]:
    filed = (entry.section, entry.word, entry.filed_under, entry.kind)
    where = (r.date, r.page, r.paper, r.headline, r.source, r.line, r.id)
    return [*(_cell("" if x is None else str(x)) for x in (*filed, *where)), f"{r.weight:.4f}"]


def index_records(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return ENTRIES as JSON objects, keys in their fixed order; a reference has date, page and paper where known.

    >>> where = Reference(None, "3", None, "p.txt", "p-1", "老街修好了", 12, 0.5)
    >>> index_records([Entry("老街", "L", "lǎojiē", "word", (where,))])[0]["references"]
    [{'page': '3', 'source': 'p.txt', 'id': 'p-1', 'headline': '老街修好了', 'line': 12, 'weight': 0.5}]
    """
    return [
        {
            "word": entry.word,
            "section": entry.section,
            "filed_under": entry.filed_under,
            "kind": entry.kind,
            "references": [_reference_record(r) for r in entry.references],
        }
        for entry in entries
    ]


def _reference_record(reference: Reference) -> dict[str, Any]:
    return {k: v for k, v in asdict(reference).items() if v is not None or k not in ("date", "page", "paper")}


def _cell(text: str) -> str:
    return " ".join(text.split())
