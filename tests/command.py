"""The command as a user runs it: a process of its own, bytes in, bytes out, on a terminal or not."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

__all__ = [
    "COMMANDS",
    "PAGE",
    "REPEAT",
    "ROOT",
    "Done",
    "find_form",
    "on_terminal",
    "one_line_error",
    "posix",
    "run",
    "run_all",
    "shell",
    "start",
    "until",
]

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ("split", "dedupe", "keywords", "convert")
CLIPPER = (sys.executable, "-m", "clipper")
PATIENCE = 60  # seconds after which a command hangs

# What a user's environment may hold that would change how a test runs.
FOREIGN = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONWARNINGS", "TERM")

# A page of our own: two articles, a paragraph that stands twice, a lone bracket, characters that end no line.
REPEAT = "每逢周末，镇上的老老少少搬着凳子来听，讲的是种田的学问、算账的门道和远方的故事，听完了还要把凳子搬回家去。"
PAGE = f"""青石镇办起读书会

□本报记者 方某

本报讯 秋收过后，青石镇办起了读书会，镇文化站的书架上原来只有三百册旧书，如今添到了两千册。

{REPEAT}

（

云岭县修好百年老街

本报讯 老街两旁的店铺今年春天开门，游客比去年多了一倍。县里说，先修下水道，再修屋檐，最后才挂灯笼。

{REPEAT}

一行里的\u2028分行符、\x85下一行和\v直排符都不换行，三样东西都要原样留下来。
"""

posix = pytest.mark.skipif(os.name == "nt", reason="signals, terminals and bash as on Unix")


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended. code: its exit code, negative for the signal that ended it. out, err: what it wrote."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Standard output of a command that did what it should: exit code 0 and not a word on standard error."""
        assert (self.code, self.err) == (0, "")
        return self.out.decode("utf-8")

    @property
    def records(self) -> list[Any]:
        """The same, as JSON Lines; NaN and the like, which JSON does not have, are refused."""
        assert self.text.endswith("\n") or not self.text
        return [json.loads(line, parse_constant=_refuse) for line in self.text.split("\n")[:-1]]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _environment(more: dict[str, str] | None) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    return {**own, "PYTHONPATH": str(ROOT), **(more or {})}


def start(
    *args: str | bytes, cwd: Path | None = None, env: dict[str, str] | None = None, group: bool = False
) -> subprocess.Popen[bytes]:
    """Start `clipper ARGS` with its three streams open to the caller. GROUP: in a process group of its own."""
    pipe = subprocess.PIPE
    command = [*CLIPPER, *args]
    return subprocess.Popen(
        command, cwd=cwd, env=_environment(env), stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=group
    )


def run(
    *args: str | bytes,
    stdin: str | bytes = b"",
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    patience: float = PATIENCE,
) -> Done:
    """Run `clipper ARGS` to its end. STDIN: what it reads; text is UTF-8. PATIENCE: seconds after which it hangs."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    with start(*args, cwd=cwd, env=env) as process:
        try:
            out, err = process.communicate(data, timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Done(process.returncode, out, err.decode("utf-8"))


def one_line_error(done: Done, *said: str) -> str:
    """The error of a run that ended with one, in one line, and every word of SAID in it."""
    assert done.err.startswith("clipper: "), done.err
    assert done.err.count("\n") == 1, done.err
    assert all(word in done.err for word in said), done.err
    return done.err


def run_all(*commands: Sequence[str], **options: Any) -> list[Done]:
    """Run several commands, two at a time, each as run does; the answers in the order of COMMANDS."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda args: run(*args, **options), commands))


def shell(line: str, cwd: Path | None = None, **options: Any) -> Done:
    """Run a LINE of bash with pipefail set, where `clipper` is the command."""
    script = f'set -o pipefail; clipper() {{ "{sys.executable}" -m clipper "$@"; }}; {line}'
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=cwd,
        env=_environment(options.pop("env", None)),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        **options,
    )
    return Done(done.returncode, done.stdout, done.stderr.decode("utf-8"))


def on_terminal(
    *args: str, cwd: Path | None = None, env: dict[str, str] | None = None, wait: float = 20, errors: bool = False
) -> Done:
    """Run `clipper ARGS` with standard input and output on a terminal of 80 columns, standard error beside it.

    ERRORS: standard error is on the terminal too, and comes with the output.

    WAIT: seconds after which it is taken to wait for input, and killed.
    """
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    env = {"TERM": "xterm-256color", "COLUMNS": "80", **(env or {})}
    try:
        with subprocess.Popen(
            [*CLIPPER, *args],
            cwd=cwd,
            env=_environment(env),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs if errors else subprocess.PIPE,
        ) as process:
            os.close(theirs)
            out = _read_terminal(ours, wait)
            process.kill() if out is None else process.wait(PATIENCE)
            err = process.stderr.read().decode("utf-8") if process.stderr else ""
    finally:
        os.close(ours)
    assert out is not None, "waits for input"
    return Done(process.returncode, out.replace(b"\r\n", b"\n"), err)


def _read_terminal(number: int, wait: float) -> bytes | None:
    """Return all that is written to a terminal until it is closed, or None where that takes too long."""
    read = bytearray()
    end = time.monotonic() + wait
    with suppress(OSError):  # Linux has an error where others have an end
        while select.select([number], [], [], max(0, end - time.monotonic()))[0]:
            piece = os.read(number, 1 << 16)
            if not piece:
                return bytes(read)
            read += piece
        return None
    return bytes(read)


def find_form(text: str) -> str:
    """Return "records", "clips" or "page", by the first line alone."""
    first = text.split("\n", 1)[0]
    return "records" if first.startswith('{"id"') else "clips" if first.startswith(("# ", "***")) else "page"


def until(done: Callable[[], bool], patience: float = 20) -> None:
    """Return when DONE is true."""
    end = time.monotonic() + patience
    while not done():
        assert time.monotonic() < end, "did not come about"
        time.sleep(0.01)
