r"""What a conversion leaves to chance: characters with several results, and places that do not come back. Pure.

干 becomes 幹, 乾 or 干. Mostly a word decides; where none does, OpenCC takes the first. How often that is wrong
differs: the risk of a character is the share of its words, by their frequency, in which it becomes another one. After a
title (记者 范某) what could be a surname most likely is one, and of surnames the first result is mostly wrong.

>>> config = {"conversion_chain": [{"dict": {"type": "text", "file": "t"}}]}
>>> choices = compile_choices(config, {"t": "干\t幹 乾\n干部\t幹部\n饼干\t餅乾\n干涸\t乾涸\n"}, lambda word: 10)
>>> choices["干"]
Choice(readings=('幹', '乾'), risk=0.5)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from clipper.compiling import Converter, compile_characters, dictionary_values, stage_names
from clipper.convert import align_text, compose
from clipper.names import SURNAMES

__all__ = ["Choice", "Return", "compile_choices", "find_choices", "find_returns"]

IN_A_NAME: Final = 0.5  # the risk of a surname that OpenCC has another character for first, at the least

# Titles before a name: 记者 范某   總統馬某
TITLE = re.compile(
    r"(?:[记記]者|通[讯訊][员員]|作者|[编編][辑輯]|主席|[总總][统統理]|[书書][记記]|部[长長]|主任|局[长長]|教授|同志)"
    r"[\s：:□]{0,3}\Z"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a character can become: readings, of which the first is taken; risk: how likely that is wrong, 0 to 1."""

    readings: tuple[str, ...]
    risk: float


@dataclass(frozen=True, slots=True)
class Return:
    """A place that comes back as something else. span: in code points of the paragraph."""

    span: tuple[int, int]
    text: str
    there: str
    back: str


def compile_choices(
    config: Mapping[str, Any],
    dictionaries: Mapping[str, str],
    frequency: Callable[[str], int],
    fold: Callable[[str], str] = lambda text: text,
) -> dict[str, Choice]:
    """Return the characters for which CONFIG (see `compile_converter`) has several results, with their risk.

    frequency: how often a word in simplified script is met; fold: turns a word into that script.
    """
    chain = config["conversion_chain"]
    choices: dict[str, Choice] = {}
    for number, names in enumerate(stage_names(config)):
        parts = chain[:number], chain[number + 1 :]
        before, after = (compile_characters({"conversion_chain": part}, dictionaries) for part in parts)
        words: dict[str, tuple[str, ...]] = {}
        for name in names:
            words = {**dictionary_values(dictionaries[name], name), **words}
        several = {c: values for c, values in words.items() if len(c) == 1 and len(values) > 1}
        shares = _shares(words, several, lambda word: frequency(fold(word)))
        sources = {chr(code): str(now) for code, now in before.items() if now in several} | {
            c: c for c in several if ord(c) not in before or before[ord(c)] in (c, ord(c))
        }
        for source, c in sources.items():
            readings = tuple(dict.fromkeys(value.translate(after) for value in several[c]))
            if len(readings) > 1:
                choices.setdefault(source, Choice(readings, round(1 - shares[c].get(several[c][0], 0.0), 2)))
    return choices


def _shares(
    words: Mapping[str, tuple[str, ...]], several: Mapping[str, tuple[str, ...]], frequency: Callable[[str], int]
) -> dict[str, dict[str, float]]:
    """Return for each of the characters with SEVERAL results in what share of WORDS, and alone, it becomes which."""
    counts = {c: {values[0]: frequency(c) + 1} for c, values in several.items()}
    for word, (value, *_) in words.items():
        if 1 < len(word) == len(value) and not several.keys().isdisjoint(word):
            often = frequency(word) + 1
            for c, now in zip(word, value, strict=True):
                if c in counts:
                    counts[c][now] = counts[c].get(now, 0) + often
    return {c: {now: n / sum(found.values()) for now, n in found.items()} for c, found in counts.items()}


def find_choices(
    text: str, converter: Converter, choices: Mapping[str, Choice], fold: Callable[[str], str] = lambda text: text
) -> Iterator[tuple[int, str, Choice]]:
    """Yield where in TEXT a character stands that was left to the first of its CHOICES, and what it could become."""
    at = 0
    for source, target in align_text(text, converter):
        choice = choices.get(source)
        if choice is not None and choice.readings[0] == target:
            name = fold(source) in SURNAMES and TITLE.search(text, max(0, at - 8), at)
            yield at, source, Choice(choice.readings, max(choice.risk, IN_A_NAME)) if name else choice
        at += len(source)


def find_returns(text: str, there: Converter, back: Converter) -> Iterator[Return]:
    """Yield the places of TEXT that are not what they were when it is converted THERE and BACK.

    >>> from clipper.compiling import compile_converter
    >>> one, two = ({"conversion_chain": [{"dict": {"type": "text", "file": name}}]} for name in "ab")
    >>> tables = {"a": "里\\t裏\\n裡\\t裏\\n", "b": "裏\\t里\\n"}
    >>> list(find_returns("乡裡", compile_converter(one, tables), compile_converter(two, tables)))
    [Return(span=(1, 2), text='裡', there='裏', back='里')]
    """
    forth = align_text(text, there)
    home = align_text("".join(target for _, target in forth), back)
    at = 0
    left = iter(forth)
    for source, target in compose([forth, home]):
        between = ""
        taken = 0
        while taken < len(source):
            piece, becomes = next(left)
            taken += len(piece)
            between += becomes
        if target != source:
            yield Return((at, at + len(source)), source, between, target)
        at += len(source)
