"""Labelled pages in one file each, NAME.page: every line says what it is.

    python tests/labelled.py PAGES_DIR OUT_DIR [--articles FILE]

writes NAME.txt and NAME.gold.json (see seeds/README.md) for every NAME.page, and with --articles what their articles
say, one JSON object a line (date, title, paras), for programs that make pages out of articles.

    = none
    furniture|云岭日报　第3版
    = article continued
    headline|一渠清水到田头
    body|■上接第1版 渠水昨天流进了最后一个
    cont|村子，村里的人都到渠边来看水。

A line `= article` begins an article and names its flags, `= none` ends one. `cont` is the second half of a body cut by
a column break; `cont+2` prints the last two letters again. Lines that are empty stand on the page as they are.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

ROLES = frozenset(
    {"kicker", "headline", "subtitle", "column", "byline", "subhead", "body", "caption", "end_mark", "jump"}
    | {"furniture", "stray", "cont"}
)
FLAGS = frozenset({"continued", "continues", "truncated"})
OUTSIDE = frozenset({"furniture", "stray"})  # what belongs to no article
ROW = re.compile(r"([a-z_]+)(?:\+(\d+))?\|(.*)$")  # cont+2|量。只有如此
JUMP_MARK = re.compile(r"^[■▲（(◀〔【]?\s*上接.{1,8}[版版][）)〕】]?\s*")  # ■上接第1版
FEATURE = 40  # code points: an article of paragraphs that are mostly shorter is verse, a table or a list


def read_labelled(text: str) -> tuple[str, dict[str, Any]]:
    """Return the page that TEXT, a labelled page, describes, and its answer in the form of NAME.gold.json.

    Raises ValueError, naming the line of TEXT, for what is no label.
    """
    page: list[str] = []
    labels: dict[str, dict[str, Any]] = {}
    articles: list[dict[str, Any]] = []
    breaks: list[tuple[int, int, str]] = []
    current: int | None = None
    half = 0  # the last line of the open paragraph
    for number, row in enumerate(text.split("\n"), 1):
        if row.startswith("="):
            kind, *flags = row[1:].split()
            if kind not in ("article", "none") or not FLAGS.issuperset(flags):
                raise ValueError(f"line {number}: {row}")
            current, half = None, 0
            if kind == "article":
                current = len(articles)
                articles.append({"start": 0, "headline": 0, "flags": flags})
            continue
        found = ROW.match(row)
        if not row.strip():
            page.append("")
            continue
        if not found or found[1] not in ROLES:
            raise ValueError(f"line {number}: no role: {row[:20]}")
        role, line = found[1], found[3]
        page.append(line)
        own = None if role in OUTSIDE else current
        if own is None and role not in OUTSIDE:
            raise ValueError(f"line {number}: {role} outside an article")
        if role == "cont":
            overlap = line.strip()[: int(found[2] or 0)]
            if not half or not page[half - 1].strip().endswith(overlap):
                raise ValueError(f"line {number}: goes on from nothing that ends so")
            breaks.append((half, len(page), overlap))
            role = "body"
        if role == "body":
            half = len(page)
        labels[str(len(page))] = {"article": own, "role": role}
        if own is not None:
            article = articles[own]
            article["start"] = article["start"] or len(page)
            if role == "headline":
                if article["headline"]:
                    raise ValueError(f"line {number}: a second headline")
                article["headline"] = len(page)
    if not all(article["headline"] for article in articles):
        raise ValueError("an article without a headline")
    strays = [int(n) for n, label in labels.items() if label["role"] == "stray"]
    gold = {"lines": labels, "articles": articles, "breaks": breaks, "repeats": [], "passages": [], "strays": strays}
    return "\n".join(page).rstrip("\n") + "\n", gold | {"wrapped": False}


def news_articles(text: str, gold: dict[str, Any], date: str) -> list[dict[str, Any]]:
    """Return the articles of a labelled page that are mostly whole paragraphs: {"date", "n", "title", "paras"}."""
    lines = text.split("\n")
    firsts = {b: (a, overlap) for a, b, overlap in gold["breaks"]}
    out = []
    for number, article in enumerate(gold["articles"]):
        paras: dict[int, dict[str, Any]] = {}
        for n, label in ((int(n), label) for n, label in gold["lines"].items() if label["article"] == number):
            line = lines[n - 1].strip()
            if n in firsts:
                first, overlap = firsts[n]
                paras[n] = paras[first]
                paras[n]["text"] += line[len(overlap) :]
            elif label["role"] in ("body", "subhead"):
                paras[n] = {"text": JUMP_MARK.sub("", line), "subhead": label["role"] == "subhead"}
        rows = [para for n, para in paras.items() if n not in firsts and para["text"]]
        sizes = [len(para["text"]) >= FEATURE for para in rows if not para["subhead"]]
        if sizes and sum(sizes) >= 0.6 * len(sizes):
            title = lines[article["headline"] - 1].strip()
            out.append({"date": date, "n": number, "title": title, "paras": rows})
    return out


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("pages", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("--articles", type=Path)
    a = ap.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    for number, path in enumerate(sorted(a.pages.glob("*.page"))):
        text, gold = read_labelled(path.read_text("utf-8"))
        (a.out / f"{path.stem}.txt").write_text(text, encoding="utf-8")
        (a.out / f"{path.stem}.gold.json").write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")
        rows += news_articles(text, gold, f"1900{1 + number // 28:02}{1 + number % 28:02}")
    if a.articles:
        a.articles.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
