"""The best reading of a page, against all the readings it can have."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper.reading import BEFORE, NAMES, PLACE, START, STATES, best_names, make_model, step_word

WORDS = ("is=a", "is=b", "is=c")
HUNDREDTHS = st.integers(-500, 500).map(lambda n: n / 100)
STEPS = sorted({step_word(before, name) for name, befores in BEFORE.items() for before in befores})


def weight(names, evidence, seams, model):
    total = 0.0
    for k, (name, words) in enumerate(zip(names, evidence, strict=True)):
        before = names[k - 1] if k else START
        total += model.steps[name][before] + sum(model.rows[word][PLACE[name.state]] for word in words)
        if name.state == "cont":
            total += sum(model.seam[word] for word in seams[k - before.reach, k])
    return total


def can_be(names, seams):
    rows = list(zip((START, *names), names, strict=False))
    return all(before in BEFORE[name] for before, name in rows) and all(
        (k - before.reach, k) in seams for k, (before, name) in enumerate(rows) if name.state == "cont"
    )


@given(st.data())
def test_no_reading_weighs_more(data):
    tables = {state: {word: data.draw(HUNDREDTHS) for word in WORDS} for state in ("headline", "body", "cont", "stray")}
    steps = {word: data.draw(HUNDREDTHS) for word in STEPS if word.split(">")[1] in tables}
    model = make_model(
        {**{state: {} for state in STATES}, **tables, "step": steps, "seam": {"near=1": data.draw(HUNDREDTHS)}}
    )
    choices = [("headline", "body")] + [("headline", "body", "cont", "stray")] * 2 + [("headline", "body", "cont")]
    evidence = [tuple(data.draw(st.lists(st.sampled_from(WORDS), max_size=3))) for _ in choices]
    seams = {(0, 1): ("near=1",), (1, 3): ("near=1",), (2, 3): ("near=1",)}
    found = best_names(choices, evidence, seams, model)
    possible = [[name for name in NAMES if name.state in states] for states in choices]
    readings = [names for names in product(*possible) if can_be(names, seams)]
    assert tuple(found) in readings
    best = max(weight(names, evidence, seams, model) for names in readings)
    assert weight(found, evidence, seams, model) == pytest.approx(best)
