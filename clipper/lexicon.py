r"""The lexicon: what jieba's dictionary knows about words, and a segmenter that cuts as jieba does.

jieba can do all of this itself, but it writes a cache into the shared temporary folder, talks on the error stream,
takes a second to start, and is slow. So it is never imported: its data files are found and read without running it
(`wordlist`), its way of cutting is done anew (`segment`), and what takes long to prepare is kept in a folder of the
user's own (`cache`). Without that folder the answers are the same.

>>> lexicon = load_lexicon()
>>> lexicon.cut("青石镇修好了老街")
['青石', '镇', '修好', '了', '老街']
>>> lexicon.known("老街"), lexicon.known("青石镇")
(True, False)
>>> load_lexicon(words=(UserWord("青石镇"),)).cut("青石镇修好了老街")
['青石镇', '修好', '了', '老街']
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clipper.cache import read_cached, write_cached
from clipper.errors import DataError, InputError, UsageError
from clipper.segment import IN_WORDS, STATES, STEPS, Model, Segmenter
from clipper.wordlist import Wordlist, decode, packed, packed_list, plain_list

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "SEGMENTERS",
    "Lexicon",
    "UserWord",
    "known_words",
    "load_lexicon",
    "load_segmenter",
    "load_words",
    "read_userdict",
]

SEGMENTERS: Final = ("jieba", "rjieba")

REMEMBERED = 50_000  # words whose entries are kept; a batch of articles asks for the same ones again and again
SEARCH_AT_MOST = 1000  # words; for more than these, a set of the whole list is quicker than one search through it

REMEDY = "install it again: pip install --force-reinstall jieba"

FORMAT = "words 1"  # of what `packed` makes; to be changed with it

LINE_BREAK = re.compile(r"\r\n|\r|\n")
TAG = re.compile("[a-z]+")
NOT_IN_WORDS = f"[^{IN_WORDS}]"  # compiled when there is a user dictionary: it takes as long as the rest of the module
LARGEST = 10**9  # a frequency; more than all words of jieba's dictionary have together

SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class UserWord:
    """A word of the user's own. frequency: None for one that is just high enough for the word not to be cut apart.

    A frequency of 0 takes the word out of the dictionary. tag: of jieba's kind ("n", "ns", "v", ...), or empty.
    """

    word: str
    frequency: int | None = None
    tag: str = ""

    def __post_init__(self) -> None:
        if not self.word or (self.frequency or 0) < 0:
            raise ValueError("a word has at least one character, and no frequency less than 0")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known about words.

    entry: word -> (frequency, part-of-speech tag of jieba), or None for a word that is not in the dictionary.
    idf: word -> inverse document frequency, or None for a word without one.
    cut: text -> its words, white space and punctuation included, so that they joined give the text back.
    """

    entry: Callable[[str], tuple[int, str] | None]
    idf: Callable[[str], float | None]
    cut: Callable[[str], list[str]]

    def known(self, word: str) -> bool:
        """Tell whether WORD stands in the dictionary."""
        return self.entry(word) is not None

    def pos(self, word: str) -> str:
        """Return the part-of-speech tag of WORD ("n", "ns", "v", ...), empty for an unknown word."""
        entry = self.entry(word)
        return entry[1] if entry else ""


@functools.lru_cache(maxsize=4)
def load_lexicon(segmenter: str = "jieba", words: tuple[UserWord, ...] = ()) -> Lexicon:
    """Return the lexicon made of jieba's own files and WORDS; the second call returns the same one.

    segmenter: "jieba", whose `cut` gives what `jieba.cut` gives; or "rjieba", which is the same method in Rust: several
    times as fast, and here and there another answer. words: as `jieba.add_word` takes them, one by one; of a word that
    is there twice, the last one counts. Nothing is printed, and no other user of jieba in the process is touched.

    Raises UsageError for another segmenter, or where rjieba is not installed, and InputError when jieba or one of its
    files is missing or damaged.
    """
    if segmenter not in SEGMENTERS:
        raise UsageError("", f'no segmenter is called "{segmenter}"', f"known are {', '.join(SEGMENTERS)}")
    folder = _folder()
    listed = _wordlist(folder)
    own = _OwnWords(listed, words)
    cut = _rust_cut(own) if segmenter == "rjieba" else own.segmenter(functools.partial(_model, folder)).cut
    return Lexicon(
        entry=functools.lru_cache(maxsize=REMEMBERED)(own.entry),
        idf=functools.lru_cache(maxsize=REMEMBERED)(listed.idf),
        cut=cut,
    )


@functools.lru_cache(maxsize=1)
def load_segmenter() -> Segmenter:
    """Return jieba's way of cutting a text, with its own dictionary.

    >>> load_segmenter().cut_by_dictionary("年轻人参加")
    ['年轻人', '参加']
    """
    folder = _folder()
    return _OwnWords(_wordlist(folder), ()).segmenter(functools.partial(_model, folder))


def read_userdict(text: str, name: str) -> tuple[UserWord, ...]:
    r"""Return the words of TEXT, a user dictionary in jieba's format that is called NAME in messages.

    A line is a word, its frequency and its tag, of which the last two may be missing. Empty lines are skipped.

    Raises DataError, which names the line, for a line of another form, and for a word that would never be found: texts
    are cut at white space and at all that is not Han, a Latin letter, a digit or one of + # & . _ % -.

    >>> read_userdict("\ufeff青石镇 500 ns\n\n云岭河\n", "words.txt")
    (UserWord(word='青石镇', frequency=500, tag='ns'), UserWord(word='云岭河', frequency=None, tag=''))
    """
    lines = enumerate(LINE_BREAK.split(text), 1)
    return tuple(_user_word(fields, f"{name}:{n}") for n, line in lines if (fields := line.strip("\ufeff").split()))


def _user_word(fields: Sequence[str], where: str) -> UserWord:
    word, *rest = fields
    frequency = rest.pop(0) if rest and rest[0].isascii() and rest[0].isdigit() else ""
    tag = rest.pop(0) if rest and TAG.fullmatch(rest[0]) else ""
    if rest:
        what = (
            "is too much" if tag else 'is no tag ("ns")' if frequency else 'is no frequency ("500") and no tag ("ns")'
        )
        raise DataError(where, f'"{rest[0]}" {what}', 'a line is "word", "word frequency" or "word frequency tag"')
    if odd := re.search(NOT_IN_WORDS, word):
        remedy = "give what stands around it lines of its own"
        raise DataError(where, f'"{word}" would never be found, as texts are cut at "{odd[0]}"', remedy)
    if len(frequency) > len(str(LARGEST)) or int(frequency or 0) > LARGEST:
        raise DataError(where, f"the frequency is larger than {LARGEST}", "give a smaller one, or none")
    return UserWord(word, int(frequency) if frequency else None, tag)


def known_words(candidates: Iterable[str]) -> frozenset[str]:
    """Return those of CANDIDATES that stand in the dictionary, without building it.

    They are looked up in the cache. Where there is none, it is, for some hundred words, one search through the file for
    lines that begin with a first and a second character of theirs, a tenth of the time that `load_lexicon` takes.

    Raises InputError when jieba or its dictionary is missing.

    >>> sorted(known_words(["老街", "青石镇", "丰收", ""]))
    ['丰收', '老街']
    """
    wanted = {word for word in candidates if word}
    if not wanted:
        return frozenset()
    folder = _folder()
    if kept := _kept(folder, _stamp(folder)):
        return frozenset(filter(kept.entry, wanted))
    return _searched(wanted, _read(folder / DICTIONARY))


def _searched(wanted: set[str], data: bytes) -> frozenset[str]:
    """Return those of WANTED that are words of the dictionary whose file is DATA."""
    if len(wanted) > SEARCH_AT_MOST:
        listed = set(data.split()[::3])
        return frozenset(w for w in wanted if w.encode("utf-8", "replace") in listed)
    first = re.escape("".join(sorted({word[0] for word in wanted})))
    second = re.escape("".join(sorted({word[1] for word in wanted if len(word) > 1})))
    near = re.compile(f"\n([{first}](?:[{second}][^ ]*)?) " if second else f"\n([{first}]) ")
    return frozenset(wanted.intersection(near.findall("\n" + decode(data))))


@functools.lru_cache(maxsize=1)
def load_words() -> frozenset[str]:
    """Return all words of the dictionary: for a run that asks about very many (a tenth of a second, once).

    Raises InputError when jieba or its dictionary is missing.

    >>> "丰收" in load_words()
    True
    """
    return frozenset(decode(_read(_folder() / DICTIONARY)).split()[::3])


# ---- the user's words -----------------------------------------------------------------------------------------------


class _OwnWords:
    """The dictionary with words of the user's put in, as `jieba.add_word` does it.

    total: of all frequencies. own: the words by the openings of `Wordlist.part` that they belong to.
    """

    def __init__(self, listed: Wordlist, words: Sequence[UserWord]) -> None:
        self.listed, self.total = listed, listed.total
        self.words: dict[str, UserWord] = {}
        self.merged: dict[str, dict[str, int]] = {}  # the parts that were asked for
        self.own: dict[str, dict[str, int]] = {}
        for word in words:
            self._add(word)
        self.part = self._part if words else listed.part

    @property
    def apart(self) -> frozenset[str]:
        """The words that are taken out, and that nothing else is to make either."""
        return frozenset(word.word for word in self.words.values() if word.frequency == 0)

    def segmenter(self, model: Callable[[], Model]) -> Segmenter:
        return Segmenter(self.part, self.total, model, self.apart)

    def entry(self, word: str) -> tuple[int, str] | None:
        """Return frequency and tag of WORD, None where it is not in the dictionary."""
        entry, own = self.listed.entry(word), self.words.get(word)
        if own is None:
            return entry
        return (own.frequency, own.tag or (entry[1] if entry else "")) if own.frequency else None

    def _add(self, given: UserWord) -> None:
        word = given.word
        frequency = self._suggested(word) if given.frequency is None else given.frequency
        self.words[word] = UserWord(word, frequency, given.tag)
        self.total += frequency
        for opening in {word[0], word[:2]}:
            self.own.setdefault(opening, {})[word] = frequency
            if opening in self.merged:
                _merge(self.merged[opening], opening, word, frequency)

    def _part(self, opening: str) -> Mapping[str, int]:
        part = self.merged.get(opening)
        if part is None:
            part = self.merged[opening] = self.listed.part(opening)
            for word, frequency in self.own.get(opening, {}).items():
                _merge(part, opening, word, frequency)
        return part

    def _suggested(self, word: str) -> int:
        """Return the frequency that jieba suggests for WORD: as probable as the words it would be cut into, and 1 more.

        The sums are jieba's, in its order.
        """
        probability: float = 1
        inside = [word[start:stop] for start in range(len(word)) for stop in range(start + 1, len(word) + 1)]

        def part(opening: str) -> Mapping[str, int]:
            whole = self._part(opening)
            return {piece: whole[piece] for piece in inside if piece in whole}

        for piece in Segmenter(part, self.total, _no_model).cut_by_dictionary(word):
            probability *= self._frequency(piece) / float(self.total)
        return max(int(probability * self.total) + 1, self._frequency(word))

    def _frequency(self, word: str) -> int:
        """Return the frequency of WORD: 0 for a beginning of a word, and 1 for what is not even that."""
        return self._part(word[:2]).get(word, 1)


def _merge(part: dict[str, int], opening: str, word: str, frequency: int) -> None:
    """Put WORD into PART, that of OPENING: see `Wordlist.part`."""
    if len(opening) > 1 or len(word) == 1:
        part[word] = frequency
    for stop in range(len(opening), len(word) if len(opening) > 1 else 2):
        part.setdefault(word[:stop], 0)


def _no_model() -> Model:
    raise AssertionError("the dictionary alone was asked")


# ---- rjieba ---------------------------------------------------------------------------------------------------------


def _rust_cut(own: _OwnWords) -> Callable[[str], list[str]]:
    """Return the `cut` of a segmenter of rjieba's that nobody else in the process has, with the words of OWN."""
    try:
        import rjieba
    except ImportError:
        raise UsageError("", "the segmenter rjieba is not installed", "run: pip install 'clipper[fast]'") from None
    segmenter = rjieba.Jieba()
    for word in own.words.values():
        segmenter.add_word(word.word, word.frequency, word.tag or None)

    def cut(text: str) -> list[str]:
        try:
            return segmenter.cut(text)
        except UnicodeEncodeError:  # half a surrogate pair is no text to Rust; what stands for it is as long
            return _cut_like(text, segmenter.cut(SURROGATES.sub("\ufffd", text)))

    apart = own.apart
    if not apart:
        return cut
    return lambda text: [piece for word in cut(text) for piece in (word if word in apart else (word,))]


def _cut_like(text: str, pieces: Iterable[str]) -> list[str]:
    """Return TEXT in pieces of the lengths of PIECES.

    >>> _cut_like("abc", ["x", "yz"])
    ['a', 'bc']
    """
    cut, at = [], 0
    for piece in pieces:
        cut.append(text[at : at + len(piece)])
        at += len(piece)
    return cut


# ---- jieba's files --------------------------------------------------------------------------------------------------

DICTIONARY: Final = "dict.txt"
IDF: Final = "analyse/idf.txt"


@functools.lru_cache(maxsize=1)
def _wordlist(folder: Path) -> Wordlist:
    """Return the words of jieba, which lies in FOLDER: from the cache, and else from its files."""
    stamp = _stamp(folder)
    if kept := _kept(folder, stamp):
        return kept
    dictionary, idf = _read(folder / DICTIONARY), _read(folder / IDF)
    try:
        made = write_cached(_cache_name(folder), stamp, lambda: packed(dictionary, idf))
        return packed_list(made) if made else plain_list(dictionary, idf)
    except ValueError:
        raise InputError(str(folder / DICTIONARY), "damaged: not three fields a line", REMEDY) from None


@functools.lru_cache(maxsize=1)
def _kept(folder: Path, stamp: str) -> Wordlist | None:
    """Return the words that the cache keeps of FOLDER, None where it has none that were made from STAMP."""
    table = read_cached(_cache_name(folder), stamp)
    if table is None:
        return None
    try:
        return packed_list(table)
    except (ValueError, LookupError, TypeError):  # sound by its checksum, and still not what it should be
        return None


def _cache_name(folder: Path) -> str:
    return f"words-{zlib.crc32(str(folder).encode('utf-8', 'surrogateescape')):08x}.cache"


def _stamp(folder: Path) -> str:
    """Return what a table of FOLDER depends on, in one line."""
    files = {}
    for name in (DICTIONARY, IDF):
        try:
            found = (folder / name).stat()
        except OSError:
            continue  # to read it will say so
        files[name] = (found.st_size, found.st_mtime_ns)
    return json.dumps({"format": FORMAT, "jieba": _version(folder), "folder": str(folder), "files": files})


def _version(folder: Path) -> str:
    """Return the version that jieba's source names, without running it, or ""."""
    try:
        found = re.search(rb"__version__ *= *'([^']*)'", (folder / "__init__.py").read_bytes()[:2000])
    except OSError:
        return ""
    return decode(found[1]) if found else ""


@functools.lru_cache(maxsize=1)
def _model(folder: Path) -> Model:
    """Return the hidden Markov model of jieba's, from the three tables that it keeps as Python source.

    Raises InputError when one is missing or damaged.
    """
    start, move, emit = (_table(folder / "finalseg" / f"prob_{name}.py") for name in ("start", "trans", "emit"))
    try:
        return Model(
            emit=tuple(emit[state] for state in STATES),
            start=tuple(start[state] for state in STATES),
            move=tuple(move[old][new] for old, new in STEPS),
        )
    except LookupError as fault:
        raise InputError(str(folder / "finalseg"), f"damaged: {fault} is missing", REMEDY) from None


def _table(path: Path) -> Any:
    """Return what the source at PATH calls P. It is run by itself: to import it would run all of jieba."""
    spec = importlib.util.spec_from_file_location(f"clipper_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InputError(str(path), "cannot be read", REMEDY)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        return module.P
    except OSError as fault:
        raise InputError(str(path), f"cannot be read ({fault.strerror})", REMEDY) from None
    except (SyntaxError, ValueError, NameError, AttributeError, EOFError):
        raise InputError(str(path), "damaged", REMEDY) from None


def _folder() -> Path:
    spec = importlib.util.find_spec("jieba")
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise InputError("jieba", "not installed, and words are found with its dictionary", "pip install jieba")
    return Path(next(iter(places)))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise InputError(str(path), f"cannot be read ({fault.strerror})", REMEDY) from None
