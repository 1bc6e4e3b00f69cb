"""How fast the archive of `clipper dedupe` is, how large, and what a kill leaves of it: `make bench`.

    python tests/bench.py [--paragraphs 1000000] [--folder DIR]

Makes records of invented news, many sources a file; in a tenth of the paragraphs one stands that an earlier source had,
as wire copy does. Then real commands: all of it is held against a new archive and added to it, a part of it is asked
again under other names, and the first run is done once more and killed with SIGKILL in the middle.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

CLIPPER = (sys.executable, "-m", "clipper")
PAGE = 50  # paragraphs of one source
FILE = 20_000  # paragraphs of one file
COPIED = 0.1  # of the paragraphs stood in an earlier source
ASKED = 50_000  # paragraphs that are asked of the full archive
LETTERS = [chr(0x4E00 + n) for n in range(3500)]
WEIGHTS = [1 / (n + 9) for n in range(3500)]


def write_files(folder: Path, paragraphs: int, seed: int, name: str) -> list[Path]:
    """Write PARAGRAPHS paragraphs as records into files of FOLDER, and return these; sources are called after NAME."""
    rng = random.Random(seed)
    words = ["".join(rng.choices(LETTERS, WEIGHTS, k=rng.choice((1, 2, 2, 2, 3)))) for _ in range(40_000)]
    ranks = list(accumulate(1 / (n + 30) for n in range(len(words))))
    stock: list[str] = []
    files = []
    for start in range(0, paragraphs, FILE):
        path = folder / f"{name}-{start // FILE:04}.jsonl"
        with path.open("w", encoding="utf-8") as out:
            for page in range(start, min(start + FILE, paragraphs), PAGE):
                rows = list(_paragraphs(rng, words, ranks, stock, min(PAGE, paragraphs - page)))
                blocks = [{"role": "body", "text": row, "lines": [n]} for n, row in enumerate(rows, 2)]
                blocks.insert(0, {"role": "headline", "text": rows[0][:12], "lines": [1]})
                record = {"id": "1", "source": f"{name}/{page // PAGE}.txt", "blocks": blocks}
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
        files.append(path)
    return files


def _paragraphs(
    rng: random.Random, words: list[str], ranks: list[float], stock: list[str], count: int
) -> Iterator[str]:
    for _ in range(count):
        if stock and rng.random() < COPIED:
            yield rng.choice(stock)
            continue
        picked = rng.choices(words, cum_weights=ranks, k=rng.randrange(10, 75))
        text = "".join(word + ("，" if n % 7 == 6 else "") for n, word in enumerate(picked)) + "。"
        if len(stock) < 20_000:
            stock.append(text)
        else:
            stock[rng.randrange(len(stock))] = text
        yield text


def timed(*args: object, kill_after: float | None = None) -> float:
    """Run clipper with ARGS, and return the seconds it took; with kill_after, kill it then."""
    began = time.perf_counter()
    process = subprocess.Popen([*CLIPPER, *map(str, args)], stdout=subprocess.DEVNULL)
    try:
        process.wait(timeout=kill_after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    else:
        if process.returncode not in (0, 3):
            sys.exit(f"bench: clipper {args[0]} exited {process.returncode}")
    return time.perf_counter() - began


def peak() -> float:
    """Return the most memory that a command took so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def listing(archive: Path) -> list[str]:
    """Return what the archive holds, a line each source."""
    done = subprocess.run([*CLIPPER, "archive", archive], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--paragraphs", type=int, default=1_000_000)
    ap.add_argument("--folder", type=Path)
    a = ap.parse_args()
    with tempfile.TemporaryDirectory(dir=a.folder) as name:
        folder = Path(name)
        files = write_files(folder, a.paragraphs, 1, "news")
        asked = write_files(folder, min(ASKED, a.paragraphs), 1, "again")
        print(f"{a.paragraphs} paragraphs, a tenth of them copies", flush=True)
        one, two = folder / "one.db", folder / "two.db"
        took = timed("dedupe", "--archive", one, "-o", folder / "kept", *files)
        print(f"held against the archive and added: {a.paragraphs / took:.0f} a second ({took:.0f} s)", flush=True)
        size = one.stat().st_size
        print(f"the archive: {size / a.paragraphs:.0f} bytes a paragraph ({size / 1e6:.0f} MB)", flush=True)
        took = timed("dedupe", "--archive", one, "--check", *asked)
        count = min(ASKED, a.paragraphs)
        print(f"asked only, all of them known: {count / took:.0f} a second ({took:.0f} s)", flush=True)
        print(f"peak memory of a command: {peak():.0f} MiB", flush=True)
        part = files[: max(1, len(files) // 5)]
        whole = timed("dedupe", "--archive", two, "-o", folder / "kept", *part)
        want = listing(two)
        two.unlink()
        timed("dedupe", "--archive", two, "-o", folder / "kept", *part, kill_after=whole / 2)
        held = len(listing(two))
        timed("archive", two, "--check")
        timed("dedupe", "--archive", two, "-o", folder / "kept", *part)
        timed("archive", two, "--check")
        same = "the same sources" if listing(two) == want else "OTHER SOURCES"
        print(f"killed in the middle with {held} of {len(want)} sources in it: whole; after another run {same}")


if __name__ == "__main__":
    main()
