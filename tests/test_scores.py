"""Scores of the real command, with floors that may only rise: `floors.json`. For a count of faults it is a ceiling.

The pages, their answers and the scripts that hold the command against them are no part of the project: the environment
variable CLIPPER_BENCH names the folder that has them (`bench/`, `source/`, `data/`).
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FLOORS = json.loads((HERE / "floors.json").read_text("utf-8"))
COUNTS = {
    "lines_lost",
    "altered",
    "false_overlaps",
    "lines_removed_wrongly",
    "unasked_repeat",
    "unasked_passage",
    "output_wrong",
}
COMMAND = shlex.join([sys.executable, "-m", "clipper"])


@pytest.fixture(scope="module")
def bench():
    folder = os.environ.get("CLIPPER_BENCH")
    if not folder or not (Path(folder) / "bench").is_dir():
        pytest.skip("CLIPPER_BENCH is not set to a folder with bench/, source/ and data/")
    return Path(folder)


def run(*command):
    done = subprocess.run(
        [sys.executable, *map(str, command)], check=False, capture_output=True, text=True, encoding="utf-8"
    )
    return done.returncode, done.stdout, done.stderr


def falls_short(scores, floors):
    """Name every figure of SCORES that is below its floor, or above it where it counts faults."""
    rows = []
    for part, figures in floors.items():
        for name, floor in figures.items():
            value = scores[part][name]
            if value > floor if name in COUNTS else value < floor:
                rows.append(f"{part} {name}: {value:.4g}, floor {floor}")
    return rows


def test_floors_can_fail():
    scores = {"split": {"boundary_f": 0.5, "lines_lost": 1}}
    assert len(falls_short(scores, {"split": {"boundary_f": 0.6, "lines_lost": 0}})) == 2
    assert falls_short(scores, {"split": {"boundary_f": 0.5, "lines_lost": 1}}) == []


def test_the_real_page(bench):
    code, out, err = run(bench / "bench" / "check_source.py", "--clipper", COMMAND)
    assert (code, [x for x in out.split("\n") if x and not x.startswith("ok ")]) == (0, []), err


def test_the_sample_pages(bench, tmp_path):
    for file in (HERE.parent / "seeds").glob("*.gold.json"):
        page = file.with_name(file.name.replace(".gold.json", ".txt"))
        (tmp_path / file.name).write_bytes(file.read_bytes())
        (tmp_path / page.name).write_bytes(page.read_bytes())
    code, out, err = run(bench / "bench" / "score.py", tmp_path, "--clipper", COMMAND, "--json")
    assert code == 0, err
    assert falls_short(json.loads(out), FLOORS["seeds"]) == []


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "options"), [("damaged", []), ("clean", ["--clean"]), ("wrapped", ["--wrap", "18"])])
def test_generated_pages(bench, tmp_path, kind, options):
    articles = bench / "data" / "articles.dev.jsonl.gz"
    made = run(bench / "bench" / "make_pages.py", articles, tmp_path, "--pages", 80, "--seed", 7, *options)
    assert made[0] == 0, made[2]
    code, out, err = run(bench / "bench" / "score.py", tmp_path, "--clipper", COMMAND, "--json")
    assert code == 0, err
    assert falls_short(json.loads(out), FLOORS[kind]) == []
