"""What a run of `clipper convert` is told, and in which direction each input and each paragraph goes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from clipper import textio
from clipper.clipping import count_lines
from clipper.convert import Conversion, Piece, compose, conversion, is_even
from clipper.errors import InputError
from clipper.opencc_tables import load_converter, load_judge, load_letters
from clipper.pipeline import Run, count, read_list
from clipper.scripts import Region, Script, count_letters, detect_script, lines_with

if TYPE_CHECKING:
    from clipper.compiling import Converter
    from clipper.doubts import Judge
    from clipper.house import House

__all__ = ["SAMPLE", "Direction", "Plan", "Work", "needed_configs", "read_house"]

# The configurations that turn a text in some script and of some region into that of another region, one after another.
ROUTES: Final[dict[str, dict[tuple[str, Region], tuple[str, ...]]]] = {
    "cn": {
        ("traditional", "t"): ("t2s",),
        ("traditional", ""): ("t2s",),
        ("traditional", "tw"): ("tw2s",),
        ("traditional", "hk"): ("hk2s",),
    },
    "tw": {
        ("simplified", ""): ("s2tw",),
        ("traditional", "t"): ("t2tw",),
        ("traditional", ""): ("t2tw",),
        ("traditional", "hk"): ("hk2t", "t2tw"),
    },
    "hk": {
        ("simplified", ""): ("s2hk",),
        ("traditional", "t"): ("t2hk",),
        ("traditional", ""): ("t2hk",),
        ("traditional", "tw"): ("tw2t", "t2hk"),
    },
}
# What a configuration converts from, by the first part of its name.
FROM: Final[dict[str, Script]] = {"s": "simplified", "t": "traditional", "tw": "traditional", "hk": "traditional"}

SAMPLE: Final = 1 << 16  # characters by which the script of an input is told
ENOUGH: Final = 20  # telling characters from which a whole input is known to be in the wrong script
NAMED: Final = 5  # lines that a message names


@dataclass(frozen=True, slots=True)
class Plan:
    """What `clipper convert` is told besides its Job.

    config: an OpenCC configuration, or None; to: "cn", "tw" or "hk", where the direction follows from the script that
    is found. dictionaries: see `load_converter`. glossary, names: files of the house; keep: regular expressions;
    quotes: "corner" or "curly". resolve: take the better reading of a doubtful place. every: with --check, everything
    that was left to chance too. detect: say in which script each paragraph is. changes: the file for what was changed.
    force: convert what is in the wrong script too.
    """

    config: str | None = None
    to: str | None = None
    dictionaries: str | None = None
    glossary: str | None = None
    names: str | None = None
    keep: tuple[str, ...] = ()
    quotes: str | None = None
    resolve: bool = False
    every: bool = False
    detect: bool = False
    changes: str | None = None
    force: bool = False


def needed_configs(plan: Plan) -> list[str]:
    """Return the configurations that a run may need and that may not be there."""
    if plan.to:
        if plan.dictionaries is None:
            return []
        return sorted({config for route in ROUTES[plan.to].values() for config in route})
    return ["s2t" if plan.config is None else plan.config]


def read_house(plan: Plan, encoding: str | None) -> House | None:
    """Return the style of the house as PLAN has it; None where it has none. ENCODING: of the lists, if not UTF-8."""
    if not (plan.keep or plan.quotes or plan.names is not None or plan.glossary is not None):
        return None
    from clipper.house import House, compile_keep, read_glossary, read_names

    patterns = [os.fsencode(pattern).decode("utf-8", "replace") for pattern in plan.keep]  # whatever the locale
    house = House(keep=compile_keep(patterns), quotes=plan.quotes)  # type: ignore[arg-type]
    if plan.names is not None:
        house = replace(house, names=read_names(*read_list(plan.names, encoding, "--names")))
    if plan.glossary is not None:
        house = replace(house, glossary=read_glossary(*read_list(plan.glossary, encoding, "--glossary")))
    return house


class Work:
    """What is to be done in a run; what is needed for it is loaded once, when it is needed."""

    def __init__(self, run: Run, plan: Plan, house: House | None) -> None:
        self.run, self.plan, self.house = run, plan, house
        self._conversions: dict[tuple[str, ...], Conversion] = {}

    def converter(self, config: str) -> Converter:
        """Return the converter of CONFIG."""
        return load_converter(config, self.plan.dictionaries)

    def judge(self, config: str) -> Judge:
        """Return what finds the doubts of CONFIG."""
        return load_judge(config, self.plan.dictionaries)

    def conversion(self, configs: tuple[str, ...]) -> Conversion:
        """Return what converts a text by CONFIGS, one after another, in the style of the house."""
        if configs not in self._conversions:
            done = _one_after_another([self._by(config) for config in configs])
            self._conversions[configs] = _in_house(done, self.house)
        return self._conversions[configs]

    def _by(self, config: str) -> Conversion:
        converter = self.converter(config)
        if not self.plan.resolve:
            return conversion(converter)
        from clipper.doubts import align_resolved, resolve_text

        judge = self.judge(config)
        return Conversion(
            converter.script,
            lambda text: resolve_text(text, judge),
            lambda text: align_resolved(text, judge),
            lambda: is_even(converter),
        )


def _one_after_another(steps: Sequence[Conversion]) -> Conversion:
    if len(steps) == 1:
        return steps[0]

    def convert(text: str) -> str:
        for step in steps:
            text = step.convert(text)
        return text

    def align(text: str) -> list[Piece]:
        passes = [[(c, c) for c in text]]
        for step in steps:
            passes.append(step.align("".join(target for _, target in passes[-1])))
        return compose(passes)

    script = "+".join(step.script for step in steps)
    return Conversion(script, convert, align, lambda: all(step.even() for step in steps))


def _in_house(way: Conversion, house: House | None) -> Conversion:
    """Return WAY in the style of HOUSE."""
    if house is None:
        return way
    from clipper.house import align_in_house, convert_in_house

    def even() -> bool:
        return way.even() and all(len(form) == len(printed) for form, printed in house.glossary.words.items())

    return Conversion(
        way.script,
        lambda text: convert_in_house(text, way.convert, house),
        lambda text: align_in_house(text, way.align, house),
        even,
    )


class Direction:
    """The way of one input: by one configuration, or, with --to, each paragraph by those that its script calls for.

    SAMPLE: how the input begins. A paragraph that could be either is taken for what the input is.
    """

    def __init__(self, work: Work, name: str, sample: str) -> None:
        self._work, self._name = work, name
        self._to = work.plan.to
        self._odd: dict[str, list[str]] = {}  # source -> the first lines not in the script they should be in
        self._count: dict[str, int] = {}  # source -> how many there are
        if self._to:
            found = detect_script(sample, load_letters())
            self._main: Script | None = "traditional" if found.main == "traditional" else "simplified"
            self._region = found.region
        else:
            self.config = "s2t" if work.plan.config is None else work.plan.config
            self._main = FROM.get(self.config.partition("2")[0])
        self.way = self._way()  # converts a text of any number of lines

    def _way(self) -> Conversion:
        if not self._to:
            return self._work.conversion((self.config,))

        def convert(text: str) -> str:
            return "".join([way.convert(part) for part, way in self._parts(text)])

        def align(text: str) -> list[Piece]:
            return [piece for part, way in self._parts(text) for piece in way.align(part)]

        return Conversion(self._to, convert, align, lambda: False)

    def configs(self, paragraph: str) -> tuple[str, ...]:
        """Return the configurations that PARAGRAPH goes through."""
        if not self._to:
            return (self.config,)
        found = detect_script(paragraph, load_letters()).main
        return self._route(self._main if found == "unknown" else found)

    def _route(self, script: Script | None) -> tuple[str, ...]:
        region = self._region if script == "traditional" else ""
        return ROUTES[str(self._to)].get((str(script), region), ())

    def _parts(self, text: str) -> Iterator[tuple[str, Conversion]]:
        """Yield TEXT in parts, each with what converts it: lines that do not go the way of the input stand alone."""
        main = self._route(self._main)
        done = 0
        for start, end in lines_with(text, self._other):
            configs = self.configs(text[start:end])
            if configs != main:
                yield text[done:start], self._work.conversion(main)
                yield text[start:end], self._work.conversion(configs)
                done = end
        yield text[done:], self._work.conversion(main)

    @property
    def _other(self) -> frozenset[str]:
        """The characters of the script that this input is not in."""
        letters = load_letters()
        return letters.traditional if self._main == "simplified" else letters.simplified

    # ---- what is not in the right script ----

    def look_at(self, source: str, line: str, paragraph: str) -> None:
        """Remember PARAGRAPH, at LINE of SOURCE or in the clipping called so, if it is odd and would change.

        It is where it is in both scripts, or in the wrong one.
        """
        if self._main is None:
            return
        found = detect_script(paragraph, load_letters())
        wrong = found.traditional if self._main == "simplified" else found.simplified
        odd = found.script == "mixed" or (found.script != self._main and not self._to)
        if odd and wrong > 1 and self.way.convert(paragraph) != paragraph:
            self._count[source] = self._count.get(source, 0) + 1
            if self._count[source] <= NAMED:
                self._odd.setdefault(source, []).append(line)

    def look_at_text(self, text: str, first: int) -> None:
        """Look at the lines of TEXT, of which the first has the number FIRST."""
        if self._main is None:
            return
        at, line = 0, first
        for start, end in lines_with(text, self._other):
            line += count_lines(text[at:start])
            at = start
            self.look_at(self._name, str(line), text[start:end])

    def refuse_wrong_script(self, sample: str) -> None:
        """Raise InputError where SAMPLE, how the input begins, is in the script that it is to be turned into."""
        if self._main is None or self._to or self._work.plan.force:
            return
        if count_letters(sample, self._other) < ENOUGH:
            return
        found = detect_script(sample, load_letters())
        if found.script in (self._main, "mixed"):
            return
        convert = conversion(self._work.converter(self.config)).convert
        for start, end in lines_with(sample, self._other):
            line = sample[start:end]
            if detect_script(line, load_letters()).script == found.script and convert(line) != line:
                raise InputError(
                    self._name,
                    f"is in {found.script} script already, and {self.config} would spoil it",
                    "convert it the other way, or give --force",
                )

    def warn(self) -> None:
        """Say what was not in the script it should be in."""
        how = "in both scripts" if self._to else f"not all in {self._main} script"
        for source, lines in list(self._odd.items())[:NAMED]:
            more = self._count[source] - len(lines)
            named = ", ".join(lines) + (f" and {more} more" if more else "")
            what = f"line {named} is" if len(lines) == 1 else f"lines {named} are"
            textio.say(f"{source}: {what} {how}; check what became of {'it' if len(lines) == 1 else 'them'}")
        if len(self._odd) > NAMED:
            textio.say(f"{self._name}: {count(len(self._odd) - NAMED, 'more source')} with such lines")
