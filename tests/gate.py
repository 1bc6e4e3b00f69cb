"""The gate for `clipper split`: score it on labelled pages, and fail where a figure is below its floor.

    python tests/gate.py [--raise] [--lower]

The pages are those of seeds/, tests/pages/ and tests/pages_unseen/, and where CLIPPER_BENCH names the folder with
bench/ and data/, generated ones of other news: damaged, clean, set to a column's width, in traditional script. The
floors stand in tests/floors.json under "gate". --raise lifts those that are exceeded by more than SLACK; a floor is
lowered with --lower only, and that is a decision to be told in the change.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from clipper.clipping import Clipping, split_lines
from clipper.lexicon import load_words
from clipper.split import split_page

HERE = Path(__file__).resolve().parent
FLOORS = HERE / "floors.json"
SLACK = 0.01  # figures move by so much from one fit of the weights to the next
CEILINGS = ("lost",)  # counts of faults: these may not be exceeded
LOOSE = frozenset({"column", "furniture"})  # lines that may stand in an article or beside it
OWN = {"seeds": HERE.parent / "seeds", "pages": HERE / "pages", "unseen": HERE / "pages_unseen"}
GENERATED = {"damaged": [], "clean": ["--clean"], "wrapped": ["--wrap", "18"], "traditional": []}
PAGES, SEED = 60, 77

Scores = dict[str, float]


def score_pages(pages: Sequence[Path], change: Callable[[str], str] = str) -> Scores:
    """Return the figures of split on PAGES, NAME.txt with NAME.gold.json each; CHANGE is done to their text first.

    boundary_f: first lines of articles. headline: the right line named. exact: articles with all their lines and no
    other's. join_p, join_r: halves of cut paragraphs. stray_p, stray_r: what belongs to no article, set apart. flags_f:
    continued, continues, truncated. lost: lines that stand in no block, or in two.
    """
    counts: Counter[str] = Counter()
    known = load_words().intersection
    for page in pages:
        gold = json.loads(page.with_name(f"{page.stem}.gold.json").read_text("utf-8"))
        text = change(page.read_bytes().decode(gold.get("encoding", "utf-8-sig")))
        _count(
            counts, gold, split_page(text, known=known), {n for n, x in enumerate(split_lines(text), 1) if x.strip()}
        )
    return {
        "boundary_f": _f(counts, "start"),
        "headline": _ratio(counts["head"], counts["articles"]),
        "exact": _ratio(counts["exact"], counts["articles"]),
        "join_p": _ratio(counts["join"], counts["join_made"]),
        "join_r": _ratio(counts["join"], counts["join_gold"]),
        "stray_p": _ratio(counts["stray"], counts["stray_made"]),
        "stray_r": _ratio(counts["stray"], counts["stray_gold"]),
        "flags_f": _f(counts, "flag"),
        "lost": counts["lost"],
    }


def _count(counts: Counter[str], gold: Any, clips: Sequence[Clipping], lines: set[int]) -> None:
    labels = {int(n): label for n, label in gold["lines"].items()}
    loose = {n for n, label in labels.items() if label["role"] in LOOSE}
    stood = Counter(n for c in clips for b in c.blocks for n in b.lines)
    counts["lost"] += len([n for n in lines | set(stood) if stood[n] != 1 or n not in lines])
    articles = [c for c in clips if c.headline is not None]
    own = {id(c): {n for b in c.blocks for n in b.lines} for c in clips}
    starts = {min(own[id(c)]) for c in articles}
    heads = {next(b for b in c.blocks if b.role == "headline").lines[0]: c for c in articles}
    for number, article in enumerate(gold["articles"]):
        openings = set(range(article["start"], article["headline"] + 1))
        counts["start_found"] += bool(openings & starts)
        counts["start_right"] += len(openings & starts)
        there = {n for n, label in labels.items() if label["article"] == number} - loose
        counts["exact"] += any(own[id(c)] - loose == there for c in clips)
        clip = heads.get(article["headline"])
        counts["head"] += clip is not None
        flags, wanted = set(clip.flags if clip else ()), set(article.get("flags", ()))
        counts["flag_right"] += len(flags & wanted)
        counts["flag_found"] += len(flags & wanted)
        counts["flag_made"] += len(flags)
        counts["flag_gold"] += len(wanted)
    counts["articles"] += len(gold["articles"])
    counts["start_made"] += len(starts)
    counts["start_gold"] += len(gold["articles"])
    apart = {n for c in clips if c.headline is None for n in own[id(c)]} - loose
    strays = set(gold["strays"])
    counts.update(stray=len(apart & strays), stray_made=len(apart), stray_gold=len(strays))
    if not gold.get("wrapped"):
        made = {(a, b) for c in clips for k in c.blocks for a, b in zip(k.lines, k.lines[1:], strict=False)}
        breaks = {(a, b) for a, b, _ in gold["breaks"]}
        counts.update(join=len(made & breaks), join_made=len(made), join_gold=len(breaks))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _f(counts: Counter[str], name: str) -> float:
    """Return the harmonic mean of precision and recall."""
    precision = _ratio(counts[f"{name}_right"], counts[f"{name}_made"])
    recall = _ratio(counts[f"{name}_found"], counts[f"{name}_gold"])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def falls_short(scores: dict[str, Scores], floors: dict[str, Scores]) -> list[str]:
    """Name every figure of SCORES that is worse than its floor, and every floor that nothing was held against."""
    rows = [f"{kind}: has a floor, and was not scored" for kind in floors if kind not in scores]
    for kind, figures in scores.items():
        for name, floor in floors.get(kind, {}).items():
            value = figures[name]
            if value > floor if name in CEILINGS else value < floor:
                rows.append(f"{kind} {name}: {value:.4g}, floor {floor:.4g}")
    return rows


def moved(scores: dict[str, Scores], floors: dict[str, Scores], *, lift: bool, lower: bool) -> dict[str, Scores]:
    """Return the floors as they are to be: lifted where they are exceeded, lowered where they are missed, if asked."""
    out = {kind: dict(figures) for kind, figures in floors.items()}
    for kind, figures in scores.items():
        own = out.setdefault(kind, {})
        for name, value in figures.items():
            new = value if name in CEILINGS else max(0.0, int((value - SLACK) * 1000) / 1000)
            old = own.get(name)
            worse = old is not None and (new > old if name in CEILINGS else new < old)
            missed = old is not None and bool(falls_short({kind: {name: value}}, {kind: {name: old}}))
            if old is None or (lower if missed else lift and not worse):
                own[name] = new
    return out


def bench_folder() -> Path | None:
    """Return the folder that CLIPPER_BENCH names, or None."""
    folder = os.environ.get("CLIPPER_BENCH")
    return Path(folder) if folder and (Path(folder) / "bench").is_dir() else None


def score_all(bench: Path | None) -> dict[str, Scores]:
    """Return the figures for every kind of pages there is."""
    scores = {kind: score_pages(labelled(folder)) for kind, folder in OWN.items() if labelled(folder)}
    if bench is None:
        return scores
    from clipper.convert import convert_text
    from clipper.opencc_tables import load_converter

    converter = load_converter("s2tw")
    for kind, options in GENERATED.items():
        with tempfile.TemporaryDirectory() as folder:
            command = [bench / "bench" / "make_pages.py", bench / "data" / "articles.dev.jsonl.gz", folder]
            numbers = ["--pages", str(PAGES), "--seed", str(SEED)]
            subprocess.run([sys.executable, *map(str, command), *numbers, *options], check=True)
            change = (lambda text: convert_text(text, converter)) if kind == "traditional" else str
            scores[kind] = score_pages(sorted(Path(folder).glob("*.txt")), change)
    return scores


def labelled(folder: Path) -> list[Path]:
    """Return the pages of FOLDER that have an answer."""
    return sorted(gold.with_name(gold.name.replace(".gold.json", ".txt")) for gold in folder.glob("*.gold.json"))


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--raise", action="store_true", dest="lift", help="lift the floors that are exceeded")
    ap.add_argument("--lower", action="store_true", help="lower the floors that are missed")
    a = ap.parse_args()
    everything = json.loads(FLOORS.read_text("utf-8"))
    floors = everything.get("gate", {})
    bench = bench_folder()
    scores = score_all(bench)
    for kind, figures in scores.items():
        print(f"{kind:12}" + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    if a.lift or a.lower:
        everything["gate"] = floors = moved(scores, floors, lift=a.lift, lower=a.lower)
        FLOORS.write_text(json.dumps(everything, indent=2) + "\n", encoding="utf-8")
    if bench is None:
        print("CLIPPER_BENCH is not set: the generated pages were left out")
        floors = {kind: figures for kind, figures in floors.items() if kind in OWN}
    short = falls_short(scores, floors)
    print("\n".join(short) or "no figure is below its floor")
    sys.exit(bool(short))


if __name__ == "__main__":
    main()
