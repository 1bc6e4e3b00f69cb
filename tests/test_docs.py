"""What the documents say is so: every command and every Python line in them runs, and prints what they show.

`python tests/test_docs.py` writes the output of today into both READMEs, for an author to look over; what needs Spark
is left as it is.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import clipper
from clipper.cli import app

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh.md")
COMMANDS = ("split", "dedupe", "keywords", "convert", "archive")
SPARK = tuple(("spark", command) for command in COMMANDS[:4])

# Not run: they install something, or do what test_makefile.py does.
SKIPPED = ("pipx install .", "python3 -m pip install .", "make", "make test", "make -j4", "make -k")

FENCE = re.compile(r"^```(console|sh|python)\n(.*?)^```$", re.M | re.S)  # "```sh\nmake\n```"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")  # "--set-aside"
HELP_OPTION = re.compile(r"^ +(?:-\w, )?(--[a-z-]+)", re.M)  # "  -o, --output FILE  Write"
EXAMPLE = re.compile(r"Example: (clipper .+?)(?:\n\n|\Z)", re.S)  # "Example: clipper split page.txt -o clips.txt"
TICKED = re.compile(r"`([^`\n]+)`|\]\(([^)#:]+)\)")  # "`clipper/marks.py`", "[licence](LICENSE)"
RELEASE = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", re.M)  # "## [0.1.0] - 2026-11-23"
SHOW = "echo $?"
ON_SPARK = re.compile(r"\b(?:clipper spark|corpus/)")  # "clipper spark split seeds -o corpus/clips": see test_spark.py
ANY_LINES = "..."  # a line of output that stands for any lines


@dataclass(frozen=True)
class Step:
    """One command of a document, or a whole script, and the output it shows: None where it shows none."""

    command: str
    shown: tuple[str, ...] | None = None


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def shell_steps(text: str, *, on_spark: bool = False) -> list[Step]:
    """Return what the console and sh blocks of TEXT run, in order: what needs Spark, or all else.

    >>> shell_steps("```sh\\nmake\\ncat x\\n```\\n```console\\n$ ls\\na\\nb\\n```\\n")
    [Step(command='cat x', shown=None), Step(command='ls', shown=('a', 'b'))]
    """
    steps = []
    for kind, body in FENCE.findall(text):
        if kind == "sh":
            rows = [row for row in body.splitlines() if row not in SKIPPED]
            steps += [Step("\n".join(rows))] if rows else []
        elif kind == "console":
            for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
                command, *shown = part.rstrip("\n").split("\n")
                steps.append(Step(command, tuple(shown)))
    return [step for step in steps if bool(ON_SPARK.search(step.command)) == on_spark]


def python_examples(text: str) -> list[doctest.Example]:
    source = "\n".join(body for kind, body in FENCE.findall(text) if kind == "python")
    return doctest.DocTestParser().get_examples(source)


def matches(shown: tuple[str, ...], printed: list[str]) -> bool:
    r"""Whether SHOWN is PRINTED, a line "..." standing for any lines.

    >>> matches(("a", "...", "z"), ["a", "b", "z"]), matches(("a", "..."), ["b"]), matches(("a",), ["a", "b"])
    (True, False, False)
    """
    pattern = "".join(r"(?:.*\n)*" if row == ANY_LINES else re.escape(row) + r"\n" for row in shown)
    return re.fullmatch(pattern, "".join(row + "\n" for row in printed)) is not None


# ---- running ----------------------------------------------------------------------------------------------------


def prepare(folder: Path) -> dict[str, str]:
    """Put the sample pages and a `clipper` of this very source into FOLDER; return the environment to run in."""
    (folder / "seeds").mkdir()
    for gold in (ROOT / "seeds").glob("*.gold.json"):  # the samples, and not what a user put beside them
        page = gold.name.replace(".gold.json", ".txt")
        shutil.copy(gold.with_name(page), folder / "seeds" / page)
    (folder / "bin").mkdir()
    shim = folder / "bin" / "clipper"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clipper "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    path = os.pathsep.join((str(shim.parent), os.environ.get("PATH", os.defpath)))
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def run(
    steps: list[Step], folder: Path, environment: Mapping[str, str], patience: float = 120
) -> Iterator[tuple[Step, int, list[str]]]:
    """Run STEPS one after another in FOLDER; yield each with its exit code and the lines it printed.

    PATIENCE: seconds that a step may take.
    """
    code = 0
    for step in steps:
        script = f"(exit {code})\n{step.command}" if step.shown is not None else f"set -e\n{step.command}"
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=patience,
            check=False,
        )
        code = done.returncode
        yield step, code, done.stdout.decode().split("\n")[:-1]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    environment = prepare(folder)
    return folder, environment, list(run(shell_steps(read("README.md")), folder, environment))


needs_shell = pytest.mark.skipif(shutil.which("sh") is None, reason="the documents show a POSIX shell")


# ---- the READMEs ------------------------------------------------------------------------------------------------


@needs_shell
@pytest.mark.parametrize("name", READMES)
def test_every_command_prints_what_is_shown(workshop, name):
    _, _, transcript = workshop
    steps = shell_steps(read(name))
    assert len(steps) > 20
    for (ran, _, printed), step in zip(transcript, steps, strict=True):
        assert step.command == ran.command
        if step.shown is not None:
            assert matches(step.shown, printed), f"{name}: {step.command}\nprints\n" + "\n".join(printed)


@needs_shell
def test_a_command_that_fails_shows_its_exit_code(workshop):
    # diff says with 1 that there is a difference, which it shows
    _, _, transcript = workshop
    following = [step.command for step, _, _ in transcript[1:]] + [""]
    failed = [
        step.command for (step, code, _), then in zip(transcript, following, strict=True) if code and then != SHOW
    ]
    assert [command for command in failed if not command.startswith("diff ")] == []


@needs_shell
@pytest.mark.parametrize("name", READMES)
def test_every_python_line_does_what_is_shown(workshop, name, monkeypatch):
    folder, _, _ = workshop
    monkeypatch.chdir(folder)
    examples = python_examples(read(name))
    assert len(examples) > 10
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(doctest.DocTest(examples, {}, name, name, 0, None), out=said.append)
    assert not runner.failures, "".join(said)


def test_both_languages_show_the_same():
    english, chinese = map(read, READMES)
    assert [s.command for s in shell_steps(english)] == [s.command for s in shell_steps(chinese)]
    assert [e.source for e in python_examples(english)] == [e.source for e in python_examples(chinese)]
    for pattern in (re.compile(r"^#+ ", re.M), re.compile(r"^\| ?`", re.M), FENCE):
        assert len(pattern.findall(english)) == len(pattern.findall(chinese)), pattern.pattern


# ---- options and help -------------------------------------------------------------------------------------------


def help_text(*command: str) -> str:
    done = CliRunner().invoke(app, [*command, "--help"])
    assert done.exit_code == 0
    return done.output


@pytest.mark.parametrize("name", READMES)
def test_every_option_is_told_and_no_other(name):
    offered = {option for c in ((), *((c,) for c in COMMANDS), *SPARK) for option in HELP_OPTION.findall(help_text(*c))}
    told = set(OPTION.findall(read(name)))
    assert {"--output", "--set-aside", "--version"} <= offered
    assert told == offered


def test_every_command_is_told():
    offered = re.findall(r"^  (\w+) +", help_text().split("Commands:")[1], re.M)
    assert tuple(offered) == (*COMMANDS, "spark")
    for name in READMES:
        assert re.findall(r"^### (\w+)", read(name), re.M)[: len(offered)] == list(offered)


@needs_shell
@pytest.mark.parametrize("command", [(), *((c,) for c in COMMANDS)], ids=lambda c: c[0] if c else "clipper")
def test_the_help_has_an_example_and_it_runs(workshop, command):
    folder, environment, _ = workshop
    (example,) = EXAMPLE.findall(help_text(*command).split("\n\nArguments:")[0].split("\n\nOptions:")[0])
    assert not command or f"clipper {command[0]}" in example
    shutil.copytree(folder / "seeds", folder / "pages", dirs_exist_ok=True)
    ((_, code, printed),) = run([Step(" ".join(example.split()), ())], folder, environment)
    assert (code, [row for row in printed if row.startswith("clipper: ")]) == (0, [])


# ---- the other documents ----------------------------------------------------------------------------------------


def test_the_newest_version_is_this_one():
    newest, day = RELEASE.findall(read("CHANGELOG.md"))[0]
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert (newest, newest) == (clipper.__version__, project["version"])
    assert day >= "2026-11-23"


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_every_file_that_is_named_is_there(name):
    named = {a or b for a, b in TICKED.findall(read(name))}
    paths = {
        path
        for path in named
        if re.fullmatch(r"(?:clipper|tests|seeds|\.ci)/[\w./-]+|[A-Z]\w+(?:\.\w+)*\.md|LICENSE", path)
    }
    assert paths
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


def test_every_room_is_told():
    told = read("CONTRIBUTING.md")
    rooms = [path.name for path in sorted((ROOT / "clipper").glob("*.py"))]
    assert [room for room in rooms if f"`{room}`" not in told and f"`clipper/{room}`" not in told] == []


# ---- writing today's output into the READMEs --------------------------------------------------------------------


def refreshed(step: Step, printed: list[str]) -> Step:
    """Return STEP with what it printed; where it has a line "...", with as many lines before and after as it had.

    >>> refreshed(Step("ls", ("a", "...")), ["b", "c"]).shown
    ('b', '...')
    """
    shown = step.shown or ()
    if ANY_LINES not in shown:
        return replace(step, shown=tuple(printed))
    head = shown.index(ANY_LINES)
    tail = len(shown) - head - 1
    return replace(step, shown=(*printed[:head], ANY_LINES, *printed[len(printed) - tail :]))


def write_outputs(name: str) -> None:
    text = read(name)
    with tempfile.TemporaryDirectory() as folder:
        done = run(shell_steps(text), Path(folder), prepare(Path(folder)))
        new = iter([refreshed(step, printed) for step, _, printed in done if step.shown is not None])

    def block(found: re.Match[str]) -> str:
        if found[1] != "console":
            return found[0]
        rows = []
        for part in re.split(r"^\$ ", found[2], flags=re.M)[1:]:
            command, *shown = part.rstrip("\n").split("\n")
            step = Step(command, tuple(shown)) if ON_SPARK.search(command) else next(new)
            rows += [f"$ {step.command}", *(step.shown or ())]
        return "```console\n" + "\n".join(rows) + "\n```"

    (ROOT / name).write_text(FENCE.sub(block, text), encoding="utf-8")


if __name__ == "__main__":
    for readme in READMES:
        if (ROOT / readme).exists():
            write_outputs(readme)
