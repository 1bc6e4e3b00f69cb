"""The Makefile, held by the real make: what is made, what is left alone, and what happens to a bad page.

Each test works on a copy of the project with two small pages. The copy has an environment that looks ready, so that
nothing is installed: its `clipper` is this Python, run on the copied source.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("jsonl", "findings.jsonl", "aside.jsonl", "clip.txt", "keywords.tsv")
PAGES = {
    "第1版": "河开了\n本报讯 昨夜，云岭河开了，两岸的人都来看。\n青石镇办起读书会\n□本报记者 方某\n"
    "秋收过后，镇上办起了读书会，每逢周末，老老少少搬着凳子来听，讲的是种田的学问。\n",
    "evening": "白芷河渡口昨天开渡\n"
    "本报讯 停了两年的白芷河渡口昨天开渡，渡船一天来回十二趟，头班早上六点从东岸开出。\n",
}
BAD = b"\xe9\x9d\x92\xe7\x9f\xb3\xff\xe9\x95\x87\xe4\xb8\x8b\xe4\xba\x86\xe9\x9b\xaa\n"  # UTF-8 with a bad byte
NOTHING = "Nothing to be done for"

pytestmark = pytest.mark.skipif(
    shutil.which("make") is None or os.name == "nt", reason="there is no make, or it is Windows'"
)


def make(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run make in FOLDER as from a fresh shell; return its exit code and all it said."""
    inherited = (
        "MAKEFLAGS",
        "MFLAGS",
        "MAKELEVEL",
        "MAKEFILES",
        "MAKEOVERRIDES",
        "PYTHONPATH",
    )  # `make test` sets some
    environment = {k: v for k, v in os.environ.items() if k not in inherited}
    environment |= {"LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def lay_out(folder: Path) -> Path:
    """Put the project into FOLDER, with PAGES and an environment that looks ready."""
    shutil.copytree(ROOT / "clipper", folder / "clipper", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, folder / name)
    (folder / "seeds").mkdir()
    for name, text in PAGES.items():
        (folder / "seeds" / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name, command in {"clipper": "-m clipper", "python": ""}.items():
        shim = folder / ".venv" / "bin" / name
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n', encoding="utf-8")
        shim.chmod(0o755)
    ready = folder / ".venv" / ".ready"
    ready.touch()
    later = (folder / "pyproject.toml").stat().st_mtime + 10
    os.utime(ready, (later, later))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "clips").iterdir()}


def times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (folder / "clips").iterdir() if path.name != "summary.txt"}


def targets(*names: str) -> set[str]:
    return {"summary.txt"} | {f"{name}.{kind}" for name in names for kind in KINDS}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The project after its first `make`. Look at it, and change a copy."""
    folder = lay_out(tmp_path_factory.mktemp("project"))
    code, said = make(folder)
    assert code == 0, said
    return folder


@pytest.fixture
def copy(made, tmp_path):
    """A copy of what was made, times and all."""
    return shutil.copytree(made, tmp_path / "copy")


def test_everything_is_made(made):
    clips = contents(made)
    assert set(clips) == targets(*PAGES)
    assert "# 青石镇办起读书会" in clips["第1版.clip.txt"].decode()
    assert clips["evening.keywords.tsv"].decode().startswith("id\tsource\trank\t")
    rows = clips["summary.txt"].decode().split("\n")
    assert [row.split()[-1] for row in rows[1:-1]] == sorted(PAGES)


def test_the_second_make_does_nothing(made):
    before = times(made)
    code, said = make(made)
    assert (code, NOTHING in said, times(made)) == (0, True, before)


def test_jobs_side_by_side_make_the_same(made, tmp_path):
    folder = lay_out(tmp_path)
    code, said = make(folder, "-j4")
    assert code == 0, said
    assert contents(folder) == contents(made)


def test_a_new_page_is_done_alone(copy):
    before = times(copy)
    (copy / "seeds" / "新页.txt").write_text(PAGES["evening"], encoding="utf-8")
    code, said = make(copy)
    assert code == 0, said
    assert set(contents(copy)) == targets(*PAGES, "新页")
    after = times(copy)
    assert {name: after[name] for name in before} == before
    assert said.count("clipper dedupe") == 1
    assert "新页" in contents(copy)["summary.txt"].decode()


def test_what_was_deleted_is_made_again(copy):
    before = contents(copy)
    (copy / "clips" / "evening.clip.txt").unlink()
    code, said = make(copy)
    assert code == 0, said
    assert contents(copy) == before


def test_a_bad_page_leaves_no_target_and_the_others_are_done(copy):
    (copy / "seeds" / "bad.txt").write_bytes(BAD)
    (copy / "seeds" / "zuihou.txt").write_text(PAGES["evening"], encoding="utf-8")
    code, said = make(copy, "-k")
    assert code != 0
    assert re.search(r"^clipper: seeds/bad\.txt: .*byte 0xff", said, re.M), said
    assert set(contents(copy)) - {"summary.txt"} == targets(*PAGES, "zuihou") - {"summary.txt"}


def test_a_page_that_goes_bad_takes_its_old_records_with_it(copy):
    page = copy / "seeds" / "evening.txt"
    later = page.stat().st_mtime + 100
    page.write_bytes(BAD)
    os.utime(page, (later, later))
    assert make(copy)[0] != 0
    assert "evening.jsonl" not in contents(copy)


@pytest.mark.parametrize("name", ["第 1 版", "it's", "a.findings"])
def test_a_name_that_make_cannot_take_is_named(copy, name):
    (copy / "seeds" / f"{name}.txt").write_text(PAGES["evening"], encoding="utf-8")
    code, said = make(copy)
    assert code != 0
    assert f"{name}.txt" in said
    assert "rename" in said
    assert set(contents(copy)) == targets(*PAGES)


def test_a_page_taken_away_leaves_the_table(copy):
    (copy / "seeds" / "evening.txt").unlink()
    assert make(copy)[0] == 0
    assert "evening" not in contents(copy)["summary.txt"].decode()


def test_the_records_and_what_was_set_aside_give_the_page_back(made):
    clips = made / "clips"
    command = ["dedupe", str(clips / "第1版.jsonl"), "--restore", str(clips / "第1版.aside.jsonl")]
    done = subprocess.run([made / ".venv" / "bin" / "clipper", *command], cwd=made, capture_output=True, check=True)
    assert done.stdout == (made / "seeds" / "第1版.txt").read_bytes()


def test_one_page_in_another_script(copy):
    code, said = make(copy, "clips/evening.s2hk.txt", "CONFIG=s2hk")
    assert code == 0, said
    assert "渡口昨天開渡" in contents(copy)["evening.s2hk.txt"].decode()


def test_other_folders(copy):
    (copy / "seeds").rename(copy / "scans")
    code, said = make(copy, "PAGES=scans", "CLIPS=out")
    assert code == 0, said
    assert {path.name for path in (copy / "out").iterdir()} == targets(*PAGES)


def test_help_lists_the_targets(made):
    code, said = make(made, "help")
    assert code == 0
    listed = re.findall(r"^([a-z-]+) +\S", said, re.M)
    assert listed == ["all", "test", "test-slow", "test-spark", "gate", "bench", "bench-spark", "lint", "clean", "help"]


def test_clean_removes_what_was_made(copy):
    assert make(copy, "clean")[0] == 0
    assert not (copy / "clips").exists()
    assert {path.name for path in (copy / "seeds").iterdir()} == {f"{name}.txt" for name in PAGES}
