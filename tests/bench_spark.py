"""How fast `clipper spark dedupe` is, how much it shuffles, and how both grow: `make bench-spark`.

    python tests/bench_spark.py [--paragraphs 100000 --paragraphs 1000000] [--folder DIR] [--master local[2]]

Makes records of invented news as tests/bench.py does; one paragraph more stands so often that it is a twentieth of all,
as an advertisement does that is printed every day. What Spark did is read from its event log. Growth is said as an
exponent: 1 is as the paragraphs, 2 as their pairs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench import CLIPPER, write_files

HOT = "本店新到细布三百匹，花色齐全，价钱公道，远近主顾凭本报剪下的这一角，可到南街口的柜上减收一成，过了月底不再奉送。"
SHARE = 20  # of so many paragraphs one is the hot one
SIZES = (100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. work: seconds of all tasks together. disk: the most bytes that the stages took on disk.

    longest: the seconds of the longest task, which stage it is of, and the median of that stage.
    """

    paragraphs: int
    seconds: float
    work: float
    shuffled: int
    spilled: int
    disk: int
    longest: tuple[float, str, float]


def add_hot(files: Sequence[Path], times: int, seed: int) -> int:
    """Let one paragraph more stand TIMES times in the records of FILES, and return how often it now does."""
    rng = random.Random(seed)
    counts = []
    for path in files:
        with path.open(encoding="utf-8") as lines:
            counts.append(sum(1 for _ in lines))
    due = Counter(rng.choices(range(sum(counts)), k=times))
    number = done = 0
    for path in files:
        lines = path.read_text("utf-8").splitlines()
        with path.open("w", encoding="utf-8") as out:
            for line in lines:
                record = json.loads(line)
                blocks = record["blocks"]
                for _ in range(due[number]):
                    blocks.insert(rng.randrange(1, len(blocks) + 1), {"role": "body", "text": HOT})
                    done += 1
                for n, block in enumerate(blocks, 1):
                    block["lines"] = [n]
                number += 1
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return done


def events(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what the event logs in FOLDER tell."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(("appstatus", ".")):
            with path.open(encoding="utf-8") as lines:
                yield from map(json.loads, lines)


def on_disk(folder: Path) -> int:
    """Return how many bytes are in FOLDER now, while files in it come and go."""
    size = 0
    for at, _, names in os.walk(folder):  # passes over a folder that has gone, as rglob does not
        for name in names:
            with suppress(OSError):
                size += (Path(at) / name).stat().st_size
    return size


def measure(folder: Path, paragraphs: int, master: str) -> Measured:
    """Run the command over PARAGRAPHS paragraphs, all in FOLDER."""
    given, log, out = folder / "in", folder / "log", folder / "out"
    for made in (given, log):
        made.mkdir(parents=True)
    files = write_files(given, paragraphs - paragraphs // SHARE, 1, "news")
    add_hot(files, paragraphs // SHARE, 1)
    settings = {"enabled": "true", "compress": "false", "dir": log.as_uri()}
    told = " ".join(f"--conf spark.eventLog.{name}={value}" for name, value in settings.items())
    env = {**os.environ, "PYSPARK_SUBMIT_ARGS": f"{told} pyspark-shell", "SPARK_LOCAL_DIRS": str(folder / "local")}
    command = [*CLIPPER, "spark", "dedupe", str(given), "-o", str(out), "--master", master]
    began = time.perf_counter()
    disk = 0
    with (folder / "err").open("w+", encoding="utf-8") as err:
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=err)
        while process.poll() is None:
            disk = max(disk, on_disk(out / "_stages"))
            time.sleep(0.5)
        took = time.perf_counter() - began
        if process.returncode:
            err.seek(0)
            sys.exit(f"bench: clipper spark dedupe exited {process.returncode}: {err.read()[-2000:]}")
    work = shuffled = spilled = 0
    tasks: dict[int, list[int]] = defaultdict(list)
    names: dict[int, str] = {}
    for event in events(log):
        if event["Event"] == "SparkListenerStageCompleted":
            names[event["Stage Info"]["Stage ID"]] = event["Stage Info"]["Stage Name"]
        elif event["Event"] == "SparkListenerTaskEnd" and "Task Metrics" in event:
            metrics = event["Task Metrics"]
            work += metrics["Executor Run Time"]
            shuffled += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            spilled += metrics["Disk Bytes Spilled"]
            tasks[event["Stage ID"]].append(metrics["Executor Run Time"])
    number = max(tasks, key=lambda stage: max(tasks[stage]))
    own = sorted(tasks[number])
    longest = (own[-1] / 1000, f"{number}, {names.get(number, '?')}", own[len(own) // 2] / 1000)
    return Measured(paragraphs, took, work / 1000, shuffled, spilled, disk, longest)


def tell(run: Measured) -> None:
    """Print what was measured."""
    n = run.paragraphs
    print(f"{n} paragraphs, one of them {n // SHARE} times:")
    print(f"  {run.seconds:.0f} s, {n / run.seconds:.0f} paragraphs a second")
    print(f"  tasks worked {run.work:.0f} s: {1000 * run.work / n:.2f} ms a paragraph")
    print(f"  shuffled: {run.shuffled / 1e6:.0f} MB, {run.shuffled / n:.0f} bytes a paragraph")
    print(f"  spilled: {run.spilled / 1e6:.0f} MB, {run.spilled / n:.0f} bytes a paragraph")
    print(f"  stages on disk, at the most: {run.disk / 1e6:.0f} MB, {run.disk / n:.0f} bytes a paragraph")
    seconds, stage, median = run.longest
    print(f"  the longest task: {seconds:.1f} s, of stage {stage}, where the median is {median:.1f} s", flush=True)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--paragraphs", type=int, action="append", help="a size; may be given several times")
    ap.add_argument("--folder", type=Path)
    ap.add_argument("--master", default="local[*]")
    a = ap.parse_args()
    runs: list[Measured] = []
    for size in a.paragraphs or SIZES:
        with tempfile.TemporaryDirectory(dir=a.folder) as name:
            runs.append(measure(Path(name), size, a.master))
        tell(runs[-1])
    for one, two in pairwise(runs):
        grown = math.log(two.paragraphs / one.paragraphs)
        ratios = {"seconds": two.seconds / one.seconds, "work": two.work / one.work}
        ratios["shuffled bytes"] = two.shuffled / max(1, one.shuffled)
        told = ", ".join(f"{what} {math.log(ratio) / grown:.2f}" for what, ratio in ratios.items())
        print(f"from {one.paragraphs} to {two.paragraphs} paragraphs, exponents of growth: {told}")


if __name__ == "__main__":
    main()
