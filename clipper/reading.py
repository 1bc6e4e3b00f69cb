"""The reading of a page: one state for every line, so that the sequence of states has the greatest weight.

Every line has some states it could have and some evidence, a few short words such as "ends=open" or "lead=3". The
weight of a state at a line is the sum over the line's evidence and over the step from the line before; a step to
"cont", the second half of a paragraph cut by a column break, adds the evidence of the seam. The best sequence is found
by dynamic programming (Viterbi, 1967), in time linear in the lines. All weights stand in one table, `weights.py`,
which `tests/fit_weights.py` fits from labelled pages.

What the evidence is, is in `roles.py` and `joins.py`; what a state means for the clippings is in `split.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "BEFORE",
    "PLACE",
    "REACH",
    "STATES",
    "Model",
    "Seams",
    "Weights",
    "bare",
    "best_names",
    "make_model",
    "own_weights",
]

STATES = (
    "furniture",
    "column",
    "kicker",
    "headline",
    "subtitle",
    "byline",
    "subhead",
    "body",
    "cont",
    "stray",
    "orphan",
    "end_mark",
    "jump",
    "caption",
)
# In a sequence an interrupting state has a name with its depth: "stray1" stands right after the open paragraph and
# "stray2" one further on, so that a "cont" knows how far back its first half stands. "caption3" interrupts nothing.
DEPTHS: Mapping[str, tuple[str, ...]] = {
    "stray": ("stray1", "stray2"),
    "caption": ("caption1", "caption2", "caption3"),
}
REACH: Mapping[str, int] = {"body": 1, "cont": 1, "stray1": 2, "caption1": 2, "stray2": 3, "caption2": 3}


def bare(name: str) -> str:
    """Return the state that NAME, a state with its depth, stands for.

    >>> bare("stray2"), bare("body")
    ('stray', 'body')
    """
    return name.rstrip("123")


def _may_follow(before: str, name: str) -> bool:
    """Whether a line of NAME can stand right after one of BEFORE."""
    if name == "cont":
        return before in REACH
    if name in ("stray1", "caption1"):
        return before in ("body", "cont")
    if name in ("stray2", "caption2"):
        return before in ("stray1", "caption1")
    if before.startswith("stray"):
        return False  # what is no part of the article stands alone only between two halves of a paragraph
    if name == "caption3":
        return before not in ("body", "cont", "caption1")
    if before in ("headline", "subtitle"):
        return name not in ("column", "kicker", "headline", "orphan")  # a headline without a body is an orphan
    if before == "kicker":
        return name in ("kicker", "headline")
    if before == "column":
        return name in ("column", "kicker", "headline")
    return name != "subtitle" or before == "byline"


NAMES_OF: Mapping[str, tuple[str, ...]] = {state: DEPTHS.get(state, (state,)) for state in STATES}
NAMES = tuple(name for state in STATES for name in NAMES_OF[state])
# For each name the ones that can stand right before it; "start" is the beginning of the page.
BEFORE: Mapping[str, tuple[str, ...]] = {
    name: tuple(before for before in ("start", *NAMES) if _may_follow(before, name)) for name in NAMES
}

Weights = Mapping[str, Mapping[str, float]]  # by state, and "step" and "seam": what each word of evidence weighs
Seams = Mapping[tuple[int, int], tuple[str, ...]]  # two lines (indexes), and the evidence that the second goes on


@dataclass(frozen=True, slots=True)
class Model:
    """The weights, laid out to be read quickly.

    rows: a word of evidence and its weight for each of STATES. steps: for each name the ones before it, and what the
    step weighs. seam: a word of evidence for a join, and its weight.
    """

    rows: Mapping[str, Sequence[float]]
    steps: Mapping[str, Mapping[str, float]]
    seam: Mapping[str, float]


# By how much a reading with a join has to be the better one: what is not certain is not joined, and a break that is
# left open is told (split.describe_doubts). Chosen so that 97 of 100 joins on pages of other news are right.
DOUBT = 16.0
# The same for a subhead: a headline that is taken for one puts two articles into one, and that is worse than one cut in
# two. Chosen on pages of other news.
MERGED = 2.5
MARGINS: Mapping[str, float] = {"cont": DOUBT, "subhead": MERGED}


def make_model(weights: Weights) -> Model:
    """Return WEIGHTS as a model."""
    words = sorted({word for state in STATES for word in weights[state]})
    step = weights["step"]
    return Model(
        {word: tuple(weights[state].get(word, 0.0) for state in STATES) for word in words},
        {
            name: {before: step.get(f"{bare(before)}>{bare(name)}", 0.0) - MARGINS.get(name, 0.0) for before in befores}
            for name, befores in BEFORE.items()
        },
        dict(weights["seam"]),
    )


PLACE = {state: k for k, state in enumerate(STATES)}
NOTHING = (0.0,) * len(STATES)


def own_weights(evidence: Sequence[str], model: Model) -> Sequence[float]:
    """Return what EVIDENCE, the words for one line, weighs for each of STATES."""
    rows = [row for word in evidence if (row := model.rows.get(word)) is not None]
    return list(map(sum, zip(*rows, strict=True))) if rows else NOTHING


def best_names(
    choices: Sequence[Sequence[str]], evidence: Sequence[Sequence[str]], seams: Seams, model: Model
) -> list[str]:
    """Return the names of the sequence with the greatest weight; of two that weigh the same, the one that is met first.

    choices: for each line the states it can have, of which at least one can follow whatever stands before it.
    evidence: for each line the words that speak for its state.
    """
    trail: list[dict[str, str]] = []
    ahead = {"start": 0.0}
    seam_weight = model.seam.get
    for k, states in enumerate(choices):
        own = own_weights(evidence[k], model) if len(states) > 1 else NOTHING
        here: dict[str, float] = {}
        came: dict[str, str] = {}
        for state in states:
            weight = own[PLACE[state]]
            for name in NAMES_OF[state]:
                steps = model.steps[name]
                best, best_before = -1e300, ""
                for before, total in ahead.items():
                    step = steps.get(before)
                    if step is None:
                        continue
                    total += step
                    if state == "cont":
                        seam = seams.get((k - REACH[before], k))
                        if seam is None:
                            continue
                        total += sum([seam_weight(word, 0.0) for word in seam])
                    if total > best:
                        best, best_before = total, before
                if best_before:
                    here[name] = best + weight
                    came[name] = best_before
        trail.append(came)
        ahead = here
    names = []
    name = max(ahead, key=lambda n: ahead[n])
    for came in reversed(trail):
        names.append(name)
        name = came[name]
    return names[::-1]
