r"""The house style of a conversion: a glossary, names left alone, patterns to keep, and quotation marks. Pure.

    软件<TAB>軟體          a glossary: the form in the source, a tab, the form to print
    薛應旂                  names: one a line; they stay as they are printed
    # a line that begins like this is for people

>>> house = House(read_glossary("软件\t軟體\n", "glossary.txt"), read_names("云岭县\n", "names.txt"), quotes="corner")
>>> convert_in_house("云岭县的“软件”", lambda text: text.replace("县", "縣").replace("软", "軟"), house)
'云岭县的「軟體」'

What is protected comes out as the house says, and the conversion never sees it: no word of a dictionary reaches into a
protected stretch or across one.

Precedence: patterns to keep, then names, then the glossary. What one has taken the next does not look at, not even
when its own form is longer. Among the forms of one list, the leftmost comes first, and of those the longest. Forms are
found exactly as they are written: their script, width and case count. A form in Latin letters or digits cuts no longer
one: AI does not stand in MAIN.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, count, islice
from operator import add, or_
from typing import Final, Literal

from clipper.clipping import split_lines
from clipper.errors import DataError, PromiseError, UsageError

__all__ = [
    "NO_FORMS",
    "NO_HOUSE",
    "Forms",
    "House",
    "QuoteStyle",
    "align_in_house",
    "compile_keep",
    "convert_in_house",
    "convert_quotes",
    "find_protected",
    "mask",
    "read_glossary",
    "read_names",
]

Piece = tuple[str, str]  # a bit of the text, and what it becomes
Stretch = tuple[int, int, str]  # from, to (code points), and what is printed there
QuoteStyle = Literal["corner", "curly"]

COMMENT: Final = "#"
OPENING: Final = 2  # characters of a form by which a text is searched for it
FEW: Final = 1000  # so many openings at most go through a class of characters

# A placeholder stands for a protected stretch while the rest is converted. These are no characters and never will be
# (Unicode, chapter 23.7), so no dictionary has them; one is used that the text does not hold.
PLACEHOLDERS: Final = tuple(map(chr, range(0xFDD0, 0xFDF0)))

# What each style makes of a mark. Straight " and ' have no direction and are in neither.
QUOTES: Final[Mapping[QuoteStyle, Sequence[tuple[str, str]]]] = {
    "corner": (("“", "「"), ("”", "」"), ("‘", "『"), ("’", "』")),
    "curly": (
        *(("「", "“"), ("」", "”"), ("『", "‘"), ("』", "’")),
        *(("﹁", "“"), ("﹂", "”"), ("﹃", "‘"), ("﹄", "’")),  # the forms for vertical lines
    ),
}
LATIN = re.compile("[A-Za-z0-9À-ÖØ-öø-ɏＡ-Ｚａ-ｚ０-９]")  # the t of It’s, the 5 of 5’
SINGLE_QUOTE = re.compile("[‘’\r\n]")  # ’ of It’s; or the end of a line
LINE = re.compile("[^\r\n]+")  # 青石镇通车了


@dataclass(frozen=True, slots=True)
class Forms:
    """A list of forms, ready to be found.

    words: a form -> what is printed in its place. lengths: the first two characters of forms, or a form of one
    character -> how long the forms are that begin so, the longest first. gate: finds every character that begins a
    form, and others; None where the forms are so many that it would find too much.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, Sequence[int]] = field(default_factory=dict, repr=False)
    gate: re.Pattern[str] | None = field(default=None, repr=False)


NO_FORMS: Final = Forms()


@dataclass(frozen=True, slots=True)
class House:
    """What a house wants of a conversion. Immutable: threads and worker processes can share it.

    glossary: made by `read_glossary`. names: made by `read_names`. keep: made by `compile_keep`. quotes: the style of
    quotation marks outside of what is protected, or None to leave them.
    """

    glossary: Forms = NO_FORMS
    names: Forms = NO_FORMS
    keep: tuple[re.Pattern[str], ...] = ()
    quotes: QuoteStyle | None = None


NO_HOUSE: Final = House()


# ---- reading what a house has written down ----


def read_glossary(text: str, name: str) -> Forms:
    r"""Return the glossary of TEXT, the file NAME: on each line the form in the source, a tab, and the form to print.

    Blank lines and lines that begin with "#" are passed over, and so is white space around a form. An entry may say
    the same in both columns: then the form stays.

    Raises DataError, which names the line (from 1), for a line without two columns or with more, for an empty one, and
    for a form that an earlier line turns into something else.

    >>> read_glossary("# 电脑\n软件\t軟體\n", "glossary.txt").words
    {'软件': '軟體'}
    >>> read_glossary("软件\t軟體\n软件\t軟件\n", "glossary.txt")
    Traceback (most recent call last):
    clipper.errors.DataError: glossary.txt:2: "软件" is to be "軟體" in line 1, and "軟件" here; leave one of the two
    """
    words: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in _entries(text):
        form, printed = _two_columns(line, f"{name}:{number}")
        if words.setdefault(form, printed) != printed:
            what = f'"{form}" is to be "{words[form]}" in line {lines[form]}, and "{printed}" here'
            raise DataError(f"{name}:{number}", what, "leave one of the two")
        lines.setdefault(form, number)
    return _compile_forms(words)


def read_names(text: str, name: str) -> Forms:
    r"""Return the names of TEXT, the file NAME, one a line: each stays as it is printed.

    Blank lines and lines that begin with "#" are passed over, and so is white space around a name.
    Raises DataError, which names the line (from 1), for a line that a tab cuts in several.

    >>> sorted(read_names("薛應旂\n# 县\n乾安縣\n", "names.txt").words)
    ['乾安縣', '薛應旂']
    """
    names = {}
    for number, line in _entries(text):
        form = line.strip()
        if "\t" in form:
            raise DataError(f"{name}:{number}", "more than one name", "write each on a line of its own")
        names[form] = form
    return _compile_forms(names)


def compile_keep(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    r"""Return PATTERNS, regular expressions of Python's `re`, compiled: what any of them matches stays as it is.

    Each is matched against one line at a time, without its end, as grep does: ^ and $ are the ends of the line, and no
    match reaches across. No flags are set; a pattern can set its own, such as (?i). Where matches overlap, all that
    they cover stays. A pattern that takes forever does so: it is the user's own.

    Raises UsageError, which gives the pattern and the reason, for one that is no regular expression, for one that a
    later Python may read otherwise ([[), and for one that matches the empty string. One that matches nothing only at
    some places, as a mere look-ahead does, keeps nothing there.

    >>> [pattern.pattern for pattern in compile_keep(["《[^》]+》"])]
    ['《[^》]+》']
    >>> compile_keep(["(青石"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    clipper.errors.UsageError: --keep (青石: missing ), unterminated subpattern, at character 1; see ...
    """
    return tuple(map(_compile_pattern, patterns))


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of TEXT that say something, each with its number from 1."""
    for number, line in enumerate(split_lines(text.removeprefix("\ufeff")), 1):
        if line.strip() and not line.lstrip().startswith(COMMENT):
            yield number, line


def _two_columns(line: str, where: str) -> tuple[str, str]:
    columns = [column.strip() for column in line.split("\t")]
    while len(columns) > 2 and not columns[-1]:  # a spreadsheet fills rows with empty cells
        columns.pop()
    form = "write the form in the source, a tab, and the form to print"
    if len(columns) == 1:
        raise DataError(where, f'no tab in "{columns[0]}"', form)
    if len(columns) > 2:
        raise DataError(where, f"{len(columns)} columns, and an entry has two", form)
    if not columns[0] or not columns[1]:
        raise DataError(where, f"the {'second' if columns[0] else 'first'} column is empty", form)
    return columns[0], columns[1]


def _compile_forms(words: Mapping[str, str]) -> Forms:
    singles = {form for form in words if len(form) == 1}
    lengths: dict[str, set[int]] = {form: {1} for form in singles}
    for form in words:
        if len(form) >= OPENING:
            lengths.setdefault(form[:OPENING], {1} if form[0] in singles else set()).add(len(form))
    descending = {opening: tuple(sorted(found, reverse=True)) for opening, found in lengths.items()}
    return Forms(words, descending, _gate(lengths) if 0 < len(lengths) <= FEW else None)


def _gate(openings: Collection[str]) -> re.Pattern[str] | None:
    """Return a pattern for the first character of OPENINGS, with a look at the second where all of them have two.

    There is none for characters beyond U+FFFF: a class that has some is forty times slower.

    >>> _gate(["软件", "鼠标"]).pattern
    '[软鼠](?=[件标])'
    """
    firsts = "".join(sorted({opening[0] for opening in openings}))
    seconds = "".join(sorted({opening[1:] for opening in openings}))
    if max(firsts + seconds) > "\uffff":
        return None
    ahead = f"(?=[{re.escape(seconds)}])" if all(len(opening) == OPENING for opening in openings) else ""
    return re.compile(f"[{re.escape(firsts)}]{ahead}")


def _compile_pattern(pattern: str) -> re.Pattern[str]:
    where, remedy = f"--keep {pattern}", "see https://docs.python.org/3/library/re.html for how to write one"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # [[青石] may be a set within a set one day
            compiled = re.compile(pattern)
    except re.error as fault:
        at = "" if fault.pos is None else f", at character {fault.pos + 1}"
        raise UsageError(where, f"{fault.msg}{at}", remedy) from None
    except FutureWarning as fault:
        raise UsageError(where, f"a later Python may read it otherwise ({fault})", "put a backslash there") from None
    except (OverflowError, RecursionError) as fault:
        raise UsageError(where, f"too much for one pattern ({fault})", remedy) from None
    if compiled.search(""):
        raise UsageError(where, "matches the empty string, so it says of no text that it stays", "make it ask for more")
    return compiled


# ---- finding what is protected ----


def find_protected(text: str, house: House) -> list[Stretch]:
    r"""Return the stretches of TEXT that HOUSE protects, in order: from, to (code points), and what is printed there.

    No two overlap, and none is empty.

    >>> find_protected("方某的软件", House(read_glossary("软件\t軟體", "g.txt"), read_names("方某", "n.txt")))
    [(0, 2, '方某'), (3, 5, '軟體')]
    """
    taken = _kept(text, house.keep) if house.keep else []
    for forms in (house.names, house.glossary):
        if forms.words:
            taken = sorted([*taken, *_found(text, forms, taken)])
    return taken


def _kept(text: str, patterns: Sequence[re.Pattern[str]]) -> list[Stretch]:
    """Return what PATTERNS match in the lines of TEXT; matches that overlap are one stretch."""
    spans: list[tuple[int, int]] = []
    for line in LINE.finditer(text):
        begin, content = line.start(), line[0]
        matches = [match.span() for pattern in patterns for match in pattern.finditer(content)]
        for start, end in sorted(matches):
            if start == end:
                continue
            if spans and begin + start < spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], begin + end))
            else:
                spans.append((begin + start, begin + end))
    return [(start, end, text[start:end]) for start, end in spans]


def _found(text: str, forms: Forms, taken: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield where FORMS stand in TEXT outside of what is TAKEN, from left to right, the longest form at each place."""
    words, lengths = forms.words, forms.lengths
    borders = iter([*taken, (len(text), len(text), "")])
    border, beyond, _ = next(borders)
    end = 0
    for at in _openings(text, forms):
        if at < end:
            continue
        while at >= beyond:
            border, beyond, _ = next(borders)
        for length in lengths.get(text[at : at + OPENING]) or lengths.get(text[at], ()):
            form = text[at : at + length]
            if form in words and at + length <= border and _stands_alone(text, at, at + length):
                end = at + length
                yield at, end, words[form]
                break


def _openings(text: str, forms: Forms) -> Iterable[int]:
    """Return the offsets in TEXT, in order, at which a form may begin.

    An alternation of all forms would try them one by one at each place. Few forms go through a class of characters
    (10 ns a character of TEXT); for thousands of them it would find half of all Chinese characters, so every two
    characters are looked up, in a loop without any Python (150 ns).
    """
    if forms.gate:
        return (match.start() for match in forms.gate.finditer(text))
    known = forms.lengths.__contains__
    begins = map(known, map(add, text, chain(islice(text, 1, None), ("",))))
    if any(len(opening) == 1 for opening in forms.lengths):
        begins = map(or_, begins, map(known, text))
    return compress(count(), begins)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether TEXT from START to END cuts no word of Latin letters or digits: AI does not stand in MAIN."""
    cut_before = start > 0 and LATIN.match(text, start) and LATIN.match(text, start - 1)
    cut_after = end < len(text) and LATIN.match(text, end - 1) and LATIN.match(text, end)
    return not (cut_before or cut_after)


# ---- converting ----


def convert_in_house(text: str, convert: Callable[[str], str], house: House) -> str:
    r"""Return TEXT as CONVERT turns it, but for what HOUSE protects, and then with the quotation marks of HOUSE.

    A protected stretch comes out as the glossary says, or as it is; its quotation marks are its own. CONVERT is called
    once, on TEXT with a noncharacter (U+FDD0 to U+FDEF) in place of each stretch; on a text that holds all of these
    itself, once for each part between.

    Raises PromiseError where CONVERT does not give back as many placeholders as it got.

    >>> house = House(read_glossary("云岭\t雲嶺", "g.txt"), quotes="corner")
    >>> convert_in_house("“云岭”云云", lambda text: text.replace("云", "雲"), house)
    '「雲嶺」雲雲'
    """
    stretches = find_protected(text, house)
    if not stretches:
        return _quoted(convert(text), house)
    between = _between(text, stretches)
    mark = _placeholder(text)
    converted = convert(mark.join(between)).split(mark) if mark else [convert(part) for part in between]
    _check(len(converted) == len(between))
    printed = [printed for _, _, printed in stretches]
    return "".join(_quote_between(converted, printed, house))


def mask(text: str, house: House) -> tuple[str, Callable[[int], int]]:
    """Return TEXT with one noncharacter for each stretch that HOUSE protects, and what tells where its offsets lie.

    Where TEXT holds all the placeholders itself, it comes back as it is.

    >>> masked, there = mask("方某的软件", House(names=read_names("方某", "n.txt")))
    >>> masked == "\ufdd0的软件", there(0), there(1), there(4)
    (True, 0, 2, 5)
    """
    stretches = find_protected(text, house)
    mark = _placeholder(text)
    if not stretches or not mark:
        return text, lambda at: at
    ends: list[int] = []  # of each placeholder
    more: list[int] = []  # how many characters there are in all in place of those up to there, less one each
    for start, end, _ in stretches:
        before = more[-1] if more else 0
        ends.append(start - before + 1)
        more.append(before + end - start - 1)

    def there(at: int) -> int:
        number = bisect_right(ends, at)
        return at + (more[number - 1] if number else 0)

    return mark.join(_between(text, stretches)), there


def align_in_house(text: str, align: Callable[[str], list[Piece]], house: House) -> list[Piece]:
    r"""Return TEXT in pieces, each with what it becomes: what `convert_in_house` does, with the way there.

    ALIGN gives the pieces of a text and what each becomes; put end to end, the pieces are the text. The answer is like
    that too, and has one piece for each protected stretch; a piece that ALIGN lays across a stretch is cut there.

    Raises PromiseError where the pieces of ALIGN are not the text, or one of them has lost a placeholder.

    >>> house = House(read_glossary("云岭\t雲嶺", "g.txt"), quotes="corner")
    >>> align_in_house("“云岭”云云", lambda text: [(c, c.replace("云", "雲")) for c in text], house)
    [('“', '「'), ('云岭', '雲嶺'), ('”', '」'), ('云', '雲'), ('云', '雲')]
    """
    stretches = find_protected(text, house)
    between = _between(text, stretches)
    mark = _placeholder(text)
    if not stretches or not mark:
        groups = [align(part) for part in between]
    else:
        groups = _groups(align(mark.join(between)), mark)
    _check(["".join([source for source, _ in group]) for group in groups] == between)
    printed = [printed for _, _, printed in stretches]
    converted = _quote_between(["".join([target for _, target in group]) for group in groups], printed, house)
    pieces = _recut(groups[0], converted[0])
    for number, (start, end, target) in enumerate(stretches, 1):
        pieces.append((text[start:end], target))
        pieces += _recut(groups[number], converted[2 * number])
    return pieces


def _between(text: str, stretches: Sequence[Stretch]) -> list[str]:
    """Return what of TEXT stands before, between and after STRETCHES: one part more than there are of those."""
    starts = [0, *(end for _, end, _ in stretches)]
    ends = [*(start for start, _, _ in stretches), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _placeholder(text: str) -> str:
    """Return a placeholder that TEXT does not hold, or nothing where it holds them all."""
    return next((mark for mark in PLACEHOLDERS if mark not in text), "")


def _groups(pieces: Iterable[Piece], mark: str) -> list[list[Piece]]:
    """Return PIECES in groups, cut at each MARK; one piece may hold several, as ⿰虫? does.

    >>> _groups([("里", "裏"), ("⿰虫?", "⿰虫?"), ("里", "裏")], "?")
    [[('里', '裏'), ('⿰虫', '⿰虫')], [('里', '裏')]]
    """
    groups: list[list[Piece]] = [[]]
    for piece in pieces:
        source, target = piece
        if mark not in source and mark not in target:
            groups[-1].append(piece)
            continue
        sources, targets = source.split(mark), target.split(mark)
        _check(len(sources) == len(targets))
        first, *others = [[part] if any(part) else [] for part in zip(sources, targets, strict=True)]
        groups[-1] += first
        groups += others
    return groups


def _quote_between(converted: Sequence[str], printed: Sequence[str], house: House) -> list[str]:
    """Return CONVERTED, with the quotation marks of HOUSE, and between two of them one of PRINTED as it is.

    The marks are told with all the text in view, so that the apostrophe of a protected It’s is seen to be one.
    """
    parts = [""] * (2 * len(converted) - 1)
    parts[::2], parts[1::2] = converted, printed
    if house.quotes:
        quoted = convert_quotes("".join(parts), house.quotes)
        at = 0
        for number, part in enumerate(parts):
            if number % 2 == 0:
                parts[number] = quoted[at : at + len(part)]
            at += len(part)
    return parts


def _quoted(text: str, house: House) -> str:
    return convert_quotes(text, house.quotes) if house.quotes else text


def _recut(pieces: Sequence[Piece], target: str) -> list[Piece]:
    """Return PIECES with what they become cut from TARGET, which is as long as all they become now."""
    recut = []
    at = 0
    for source, old in pieces:
        recut.append((source, target[at : at + len(old)]))
        at += len(old)
    return recut


def _check(kept: bool) -> None:
    if not kept:
        raise PromiseError("", "a conversion has lost the place of a protected name, term or pattern")


# ---- quotation marks ----


def convert_quotes(text: str, style: QuoteStyle) -> str:
    """Return TEXT with its quotation marks in STYLE: “ ” ‘ ’ become 「 」 『 』 ("corner"), or the other way ("curly").

    Each mark is changed by itself, whatever it is nested in, so that a page whose marks are unbalanced comes out no
    worse; and into one character, so that every offset stays. On the way to "curly", ﹁ ﹂ ﹃ ﹄ of vertical lines
    count as corner forms. Straight marks (" and ') have no direction and stay, and so do 〝 〞.

    An apostrophe stays: a ‘ or ’ between two Latin letters or digits (It’s), and a ’ beside one while no ‘ stands open
    on its line (students’, ’90s). So a quotation that was opened on another line and ends in a Latin letter keeps
    its ’.

    >>> convert_quotes("“方某说‘It’s late’，students’ choice”", "corner")
    '「方某说『It’s late』，students’ choice」'
    >>> convert_quotes("「方某说『好』」﹁云岭﹂", "curly")
    '“方某说‘好’”“云岭”'
    """
    apostrophes = _apostrophes(text) if style == "corner" else []
    converted = text
    for mark, becomes in QUOTES[style]:
        converted = converted.replace(mark, becomes)
    if not apostrophes:
        return converted
    characters = list(converted)
    for at in apostrophes:
        characters[at] = text[at]
    return "".join(characters)


def _apostrophes(text: str) -> list[int]:
    """Return the offsets of the ‘ and ’ of TEXT that are no quotation marks.

    >>> _apostrophes("It’s ‘AI’")
    [2]
    """
    found = []
    is_open = False
    for match in SINGLE_QUOTE.finditer(text):
        at, mark = match.start(), match[0]
        before = at > 0 and LATIN.match(text, at - 1)
        after = LATIN.match(text, at + 1)
        if mark in "‘’" and ((before and after) or (mark == "’" and not is_open and (before or after))):
            found.append(at)
        else:
            is_open = mark == "‘"
    return found
