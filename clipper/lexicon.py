r"""The word list: jieba's dictionary files, found, read, and made into a segmenter.

jieba can do all of this itself, but it writes a cache into the shared temporary folder, talks on the error stream,
and takes more than half a second. So its two data files are read here, without running jieba:

    dict.txt           "word frequency tag", one a line, 350,000 lines; almost, but not quite, in code point order
    analyse/idf.txt    "word idf", one a line, 270,000 lines, in no order

and jieba is imported for one thing only: its class Tokenizer, which gets its table from here. A text can hold no more
words than those that begin with two neighbours of its characters, so only these are parsed, when a text asks for them.

>>> lexicon = load_lexicon()
>>> lexicon.cut("青石镇修好了老街")
['青石', '镇', '修好', '了', '老街']
>>> lexicon.known("老街"), lexicon.known("青石镇")
(True, False)
"""

from __future__ import annotations

import functools
import importlib.util
import itertools
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipper.errors import InputError

__all__ = ["Lexicon", "known_words", "load_lexicon", "load_words"]

SAME_FIRST = re.compile(r"(.).*\n(?:\1.*\n)*")  # "老街 35 ns\n老虎 804 n\n": a run of lines with one first character

REMEMBERED = 50_000  # words whose entries are kept; a batch of articles asks for the same ones again and again
SEARCH_AT_MOST = 1000  # words; for more than these, a set of the whole list is quicker than one search through it

REMEDY = "install it again: pip install --force-reinstall jieba"


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


@functools.lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Return the lexicon made of jieba's own files; the second call returns the same one.

    Its `cut` gives what `jieba.cut` gives. No cache file is written, nothing is printed, and `jieba.dt`, the tokenizer
    that other code in the process may use, is left alone.

    Raises InputError when jieba or one of its files is missing or damaged.
    """
    path = _folder() / "dict.txt"
    try:
        words = _Words(_read(path))
    except ValueError:
        raise InputError(str(path), "damaged: not three fields a line", REMEDY) from None
    tokenizer = _tokenizer(words)
    idf = _read_idf(_read(path.parent / "analyse" / "idf.txt"))
    return Lexicon(
        entry=functools.lru_cache(maxsize=REMEMBERED)(words.entry),
        idf=lambda word: float(idf[key]) if (key := word.encode("utf-8", "replace")) in idf else None,
        cut=lambda text: list(tokenizer.cut(text)),
    )


def known_words(candidates: Iterable[str]) -> frozenset[str]:
    """Return those of CANDIDATES that stand in the dictionary, without building it.

    For some hundred words this is one search through the file for lines that begin with a first and a second character
    of theirs, a tenth of the time that `load_lexicon` takes.

    Raises InputError when jieba or its dictionary is missing.

    >>> sorted(known_words(["老街", "青石镇", "丰收", ""]))
    ['丰收', '老街']
    """
    wanted = {word for word in candidates if word}
    if not wanted:
        return frozenset()
    data = _read(_folder() / "dict.txt")
    if len(wanted) > SEARCH_AT_MOST:
        listed = set(data.split()[::3])
        return frozenset(w for w in wanted if w.encode("utf-8", "replace") in listed)
    first = re.escape("".join(sorted({word[0] for word in wanted})))
    second = re.escape("".join(sorted({word[1] for word in wanted if len(word) > 1})))
    near = re.compile(f"\n([{first}](?:[{second}][^ ]*)?) " if second else f"\n([{first}]) ")
    return frozenset(wanted.intersection(near.findall("\n" + _decode(data))))


@functools.lru_cache(maxsize=1)
def load_words() -> frozenset[str]:
    """Return all words of the dictionary: for a run that asks about very many (a tenth of a second, once).

    Raises InputError when jieba or its dictionary is missing.

    >>> "丰收" in load_words()
    True
    """
    return frozenset(_decode(_read(_folder() / "dict.txt")).split()[::3])


class _Words:
    """The dictionary: its text, where in it the words of each first character stand, and what is parsed so far.

    frequency: what jieba's Tokenizer walks: word -> frequency, and 0 for a beginning of a word that is no word itself.
    It holds the words that begin with two characters that some text had; how many these are shows in no answer.
    """

    def __init__(self, data: bytes) -> None:
        self.text = "\n" + _decode(data).rstrip() + "\n"
        # Counted first: a few frequencies make up most of the list, and turning each into a number takes longer.
        self.total = sum(int(frequency) * n for frequency, n in Counter(data.split()[1::3]).items())
        self.runs: dict[str, list[tuple[int, int]]] = {}
        for run in SAME_FIRST.finditer(self.text):
            self.runs.setdefault(run[1], []).append(run.span())
        self.frequency: dict[str, int] = {}
        self.parsed: set[str] = set()

    def parse(self, sentence: str) -> None:
        """Parse the lines of all words that SENTENCE may hold."""
        pairs = {a + b for a, b in itertools.pairwise(sentence)}
        for opening in (pairs | set(sentence)) - self.parsed:
            # A pair takes all longer words with it; a single character is looked up alone.
            for word, frequency, _ in self.lines(opening if len(opening) > 1 else opening + " "):
                self.frequency[word] = int(frequency)
                for stop in range(1, len(word)):
                    self.frequency.setdefault(word[:stop], 0)
            self.parsed.add(opening)

    def lines(self, opening: str) -> Iterator[list[str]]:
        """Yield the fields of each line that begins with OPENING: word, frequency, tag."""
        for begin, end in self.runs.get(opening[0], ()):
            at = self.text.find("\n" + opening, begin - 1, end)
            while at >= 0:
                stop = self.text.index("\n", at + 1)
                yield self.text[at + 1 : stop].split(" ")
                at = self.text.find("\n" + opening, stop, end)

    def entry(self, word: str) -> tuple[int, str] | None:
        """Return frequency and tag of WORD, None where it is not in the dictionary."""
        return next(((int(frequency), tag) for w, frequency, tag in self.lines(word + " ") if w == word), None)


def _tokenizer(words: _Words) -> Any:
    """Return a Tokenizer of jieba that draws on WORDS, and so never comes to its own loading and caching."""
    base = _import_jieba().Tokenizer

    class LazyTokenizer(base):  # type: ignore[misc, valid-type]
        def get_DAG(self, sentence: str) -> Any:  # the name is jieba's
            words.parse(sentence)
            return super().get_DAG(sentence)

    tokenizer = LazyTokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = words.frequency, words.total, True
    return tokenizer


def _import_jieba() -> Any:
    """Import jieba without a word: its source is full of what newer Pythons warn of, and it asks for pkg_resources,
    which is slow, warns too, and is not needed: jieba opens its files itself where pkg_resources is missing.
    """
    hide = "pkg_resources" not in sys.modules
    if hide:
        sys.modules["pkg_resources"] = None  # type: ignore[assignment]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import jieba
    except ImportError as fault:
        raise InputError("jieba", f"cannot be imported ({fault})", REMEDY) from None
    finally:
        if hide:
            del sys.modules["pkg_resources"]
    return jieba


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


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _read_idf(data: bytes) -> dict[bytes, bytes]:
    # Kept as bytes: making 270,000 strings and numbers of which a text uses a hundred would double the time.
    fields = data.split()
    return dict(zip(fields[::2], fields[1::2], strict=False))
