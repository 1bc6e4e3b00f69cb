"""The reading of a page: one state for every line, so that the sequence of states has the greatest weight.

Every line has some states it could have and some evidence, a few short words such as "ends=open" or "lead=3". The
weight of a state at a line is the sum over the line's evidence and over the step from the line before; a step to
"cont", the second half of a paragraph cut by a column break, adds the evidence of the seam. The best sequence is found
by dynamic programming (Viterbi, 1967), in time linear in the lines. The weights are those of a conditional random field
(Lafferty, McCallum, Pereira, 2001): a difference of 1 means that one reading is e times as likely as the other. They
stand in one table, `weights.py`, which `tests/fit_weights.py` fits from labelled pages.

What the evidence is, is in `roles.py` and `joins.py`; what a state means for the clippings is in `split.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import NamedTuple

__all__ = [
    "BEFORE",
    "NAMES",
    "PLACE",
    "START",
    "STATES",
    "Model",
    "Name",
    "Seams",
    "Weights",
    "best_names",
    "make_model",
    "step_word",
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
PLACE = {state: k for k, state in enumerate(STATES)}


class Name(NamedTuple):
    """A state with what a sequence has to know of it.

    depth: of a stray paragraph or a caption, how far from the open paragraph it stands: 1 right after it, 2 one further
    on, so that a "cont" knows how far back its first half stands; a caption of depth 3 interrupts nothing. Of a kicker
    or a column, 1 where it is printed below its headline.
    """

    state: str
    depth: int = 0

    @property
    def reach(self) -> int:
        """How many lines back from the next one the paragraph stands that may go on there; 0 for none."""
        if self.state in ("body", "cont"):
            return 1
        return self.depth + 1 if self.state in INTERRUPTING and self.depth < 3 else 0


INTERRUPTING = frozenset({"stray", "caption"})
DEPTHS: Mapping[str, tuple[int, ...]] = {
    "stray": (1, 2),
    "caption": (1, 2, 3),
    "kicker": (0, 1),
    "column": (0, 1),
}
HEADS = frozenset({"column", "kicker", "headline", "subtitle"})


def _may_follow(before: Name, name: Name) -> bool:
    """Whether a line of NAME can stand right after one of BEFORE."""
    state, old = name.state, before.state
    if state == "cont":
        return before.reach > 0
    if state in INTERRUPTING and name.depth == 1:
        return old in ("body", "cont")
    if state in INTERRUPTING and name.depth == 2:
        return old in INTERRUPTING and before.depth == 1
    if old == "stray":
        return False  # what is no part of the article stands alone only between two halves of a paragraph
    if state == "caption":
        return old not in ("body", "cont") and before != Name("caption", 1)
    if old in ("kicker", "column") and not before.depth:
        return state in HEADS - {"subtitle"} and not name.depth and (old, state) != ("kicker", "column")
    if state in HEADS and (state == "subtitle" or name.depth):
        return old in HEADS or (old == "byline" and state == "subtitle")
    return old not in HEADS or state not in HEADS | {"orphan"}  # a headline without a body is an orphan


START = Name("start")  # the beginning of the page
NAMES = tuple(Name(state, depth) for state in STATES for depth in DEPTHS.get(state, (0,)))
# For each name the ones that can stand right before it.
BEFORE: Mapping[Name, tuple[Name, ...]] = {
    name: tuple(before for before in (START, *NAMES) if _may_follow(before, name)) for name in NAMES
}

Weights = Mapping[str, Mapping[str, float]]  # by state, and "step" and "seam": what each word of evidence weighs
Seams = Mapping[tuple[int, int], tuple[str, ...]]  # two lines (indexes), and the evidence that the second goes on


def step_word(before: Name, name: Name) -> str:
    """Return the word for a step, which has a weight of its own.

    >>> step_word(Name("body"), Name("caption", 1))
    'body>caption'
    """
    return f"{before.state}>{name.state}"


# What is added to a state's weight, as a mistake the one way is worse than one the other way. What is not certain is
# not joined, and a break that is left open is told (split.describe_doubts); what stands between two halves, and is not
# certain to, stays in its article. Chosen on pages of other news: 97 to 99 of 100 joins are right.
MARGINS: Mapping[str, float] = {"cont": -1.7, "stray": -1.0}

# For one state: each of its names (a place in _PLACES), and what a step to it from each other name weighs.
_Ways = tuple[tuple[int, Sequence[float]], ...]
_PLACES = (*NAMES, START)
_REACHES = tuple(name.reach for name in _PLACES)
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Model:
    """The weights, laid out to be read quickly.

    rows: a word of evidence and its weight for each of STATES. steps: for each name the ones before it, and what the
    step weighs. seam: a word of evidence for a join, and its weight. packed: rows, each as one number; ways: steps in
    hundredths.
    """

    rows: Mapping[str, Sequence[float]]
    steps: Mapping[Name, Mapping[Name, float]]
    seam: Mapping[str, float]
    packed: Mapping[str, int] = field(init=False, repr=False)
    ways: Mapping[str, _Ways] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        ways = {
            state: tuple(
                (k, tuple(_hundredths(self.steps[name].get(before, _NEVER)) for before in _PLACES))
                for k, name in enumerate(NAMES)
                if name.state == state
            )
            for state in STATES
        }
        object.__setattr__(self, "packed", _Packed(self.rows))
        object.__setattr__(self, "ways", ways)


def make_model(weights: Weights, margins: Mapping[str, float] = MARGINS) -> Model:
    """Return WEIGHTS as a model; MARGINS: what a state gets besides."""
    words = {word for state in STATES for word in weights[state]}
    tables = [weights[state] for state in STATES]
    step = weights["step"]
    return Model(
        {word: tuple([table.get(word, 0.0) for table in tables]) for word in words},
        {
            name: {before: step.get(step_word(before, name), 0.0) + margins.get(name.state, 0.0) for before in befores}
            for name, befores in BEFORE.items()
        },
        weights["seam"],
    )


def _hundredths(weight: float) -> float:
    return round(100 * weight) if weight > _NEVER else _NEVER


_FIELDS = Struct(f"<{len(STATES)}I")
_LEAST = 1 << 15  # is added to each field, as none may be below 0: more hundredths than any weight has


class _Packed(dict[str, int]):
    """The weights of each word of evidence for all states as one number, made when the word is first met.

    The fields of such a number are weights in hundredths, with _LEAST added. One sum of numbers adds up all states at
    once, which is quicker, and exactly, so that the order of the words makes no difference.
    """

    def __init__(self, rows: Mapping[str, Sequence[float]]) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, word: str) -> int:
        row = self._rows.get(word)
        fields = [round(100 * weight) + _LEAST for weight in row] if row is not None else []
        self[word] = packed = int.from_bytes(_FIELDS.pack(*fields), "little") if fields else 0
        return packed


NOTHING = (0,) * len(STATES)


def _own_weights(evidence: Sequence[str], packed: Mapping[str, int]) -> Sequence[int]:
    """Return what EVIDENCE, the words for one line, weighs for each of STATES, in hundredths above the same number."""
    return _FIELDS.unpack(sum([packed[word] for word in evidence]).to_bytes(_FIELDS.size, "little"))


def best_names(
    choices: Sequence[Sequence[str]], evidence: Sequence[Sequence[str]], seams: Seams, model: Model
) -> list[Name]:
    """Return the names of the sequence with the greatest weight; of two that weigh the same, the one that is met first.

    choices: for each line the states it can have, of which at least one can follow whatever stands before it.
    evidence: for each line the words that speak for its state.
    """
    trail: list[dict[int, int]] = []
    ahead: list[tuple[int, float]] = [(len(NAMES), 0)]  # the start
    joins = {pair: _hundredths(sum([model.seam.get(w, 0.0) for w in words])) for pair, words in seams.items()}
    for k, states in enumerate(choices):
        own = _own_weights(evidence[k], model.packed) if len(states) > 1 else NOTHING
        here: list[tuple[int, float]] = []
        came: dict[int, int] = {}
        for state in states:
            befores = ahead
            if state == "cont":
                befores = [
                    (before, total + join)
                    for before, total in ahead
                    if (join := joins.get((k - _REACHES[before], k))) is not None
                ]
            weight = own[PLACE[state]]
            for name, steps in model.ways[state]:
                best, best_before = _NEVER, -1
                for before, total in befores:
                    total += steps[before]
                    if total > best:
                        best, best_before = total, before
                if best_before >= 0:
                    here.append((name, best + weight))
                    came[name] = best_before
        trail.append(came)
        ahead = here
    names = []
    place = max(ahead, key=lambda row: row[1])[0]
    for came in reversed(trail):
        names.append(NAMES[place])
        place = came[place]
    return names[::-1]
