"""The gate of split: it fails below a floor, and no floor sinks unasked."""

from __future__ import annotations

import json
import os

import gate
import pytest

from clipper.clipping import ROLES, split_lines


def test_a_figure_below_its_floor_is_named():
    floors = {"seeds": {"boundary_f": 0.9, "lost": 0}}
    assert gate.falls_short({"seeds": {"boundary_f": 0.91, "lost": 0}}, floors) == []
    assert len(gate.falls_short({"seeds": {"boundary_f": 0.89, "lost": 1}}, floors)) == 2
    assert gate.falls_short({}, floors) == ["seeds: has a floor, and was not scored"]


def test_a_floor_is_lifted_and_never_lowered_unless_asked():
    floors = {"seeds": {"boundary_f": 0.9, "headline": 0.9, "lost": 1}}
    scores = {"seeds": {"boundary_f": 0.95, "headline": 0.8, "lost": 0}}
    lifted = gate.moved(scores, floors, lift=True, lower=False)
    assert lifted == {"seeds": {"boundary_f": 0.94, "headline": 0.9, "lost": 0}}
    lowered = gate.moved(scores, floors, lift=False, lower=True)
    assert lowered == {"seeds": {"boundary_f": 0.9, "headline": 0.79, "lost": 1}}
    assert gate.moved(scores, floors, lift=False, lower=False) == floors


def test_every_kind_of_pages_has_floors():
    floors = json.loads(gate.FLOORS.read_text("utf-8"))["gate"]
    assert set(floors) == {*gate.OWN, *gate.GENERATED}
    assert all(floors[kind]["lost"] == 0 for kind in floors)


def test_a_wrong_answer_scores_less(tmp_path):
    (page,) = [p for p in gate.labelled(gate.OWN["seeds"]) if p.stem == "clean"]
    answer = json.loads(page.with_name("clean.gold.json").read_text("utf-8"))
    answer["articles"][1]["start"] = answer["articles"][1]["headline"] = answer["articles"][1]["headline"] + 2
    (tmp_path / "clean.txt").write_bytes(page.read_bytes())
    (tmp_path / "clean.gold.json").write_text(json.dumps(answer), encoding="utf-8")
    right, wrong = gate.score_pages([page]), gate.score_pages([tmp_path / "clean.txt"])
    assert wrong["boundary_f"] < right["boundary_f"]
    assert wrong["headline"] < right["headline"]


@pytest.mark.parametrize(
    "page", [p for folder in gate.OWN.values() for p in gate.labelled(folder)], ids=lambda p: p.stem
)
def test_an_answer_is_true_of_its_page(page):
    answer = json.loads(page.with_name(f"{page.stem}.gold.json").read_text("utf-8"))
    text = page.read_bytes().decode(answer.get("encoding", "utf-8-sig"))
    rows = {n: x.strip() for n, x in enumerate(split_lines(text), 1) if x.strip()}
    labels = {int(n): label for n, label in answer["lines"].items()}
    assert set(labels) == set(rows)
    assert {label["role"] for label in labels.values()} <= set(ROLES)
    assert sorted(answer["strays"]) == sorted(n for n, label in labels.items() if label["role"] == "stray")
    for number, article in enumerate(answer["articles"]):
        own = [n for n, label in labels.items() if label["article"] == number]
        assert (min(own), labels[article["headline"]]["role"]) == (article["start"], "headline")
    for first, second, again in answer["breaks"]:
        assert first < second
        assert rows[first].endswith(again)
        assert rows[second].startswith(again)


def scored(kinds):
    bench = gate.bench_folder()
    floors = json.loads(gate.FLOORS.read_text("utf-8"))["gate"]
    scores = gate.score_all(bench if set(kinds) <= set(gate.GENERATED) else None)
    return gate.falls_short({k: scores[k] for k in kinds}, {k: floors[k] for k in kinds})


def test_the_projects_own_pages():
    assert scored(gate.OWN) == []


@pytest.mark.slow
@pytest.mark.skipif("CLIPPER_BENCH" not in os.environ, reason="CLIPPER_BENCH is not set")
def test_generated_pages_of_other_news():
    assert scored(gate.GENERATED) == []
