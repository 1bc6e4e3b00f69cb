"""The sample pages in seeds/ and their gold files agree: each gold file is true of its page, line by line.

A check takes a seed and returns the faults it finds, as words. The same checks are run over gold files that were
spoilt on purpose, so that a check which finds nothing is known to be able to.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from clipper.clipping import FLAGS, ROLES, split_lines

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
GOLDS = sorted(SEEDS.glob("*.gold.json"))
KEYS = {"lines", "articles", "breaks", "repeats", "passages", "strays", "wrapped"}
LETTER = re.compile(r"\w")  # what a repeat is counted in: "粮价:3元" has four
SENTENCE_END = re.compile(r"[。！？…][”」』）)]*$")  # "他说。”" ends a sentence, "他说，" does not
JUMP_IN = re.compile(r"上接(第.{1,2}|A\d+)版")  # "■上接第1版 种下去的"
JUMP_OUT = re.compile(r"下[转轉]第.{1,2}版")  # "（下转第2版）"
BEFORE_HEADLINE = {"column", "kicker"}
BETWEEN_HALVES = {"stray", "caption", "furniture"}

# name: articles, breaks, breaks with doubled letters, exact, variant and near repeats, passages, strays
COUNTS = {
    "briefs": (13, 0, 0, 0, 0, 0, 0, 0),
    "clean": (7, 0, 0, 0, 0, 0, 0, 0),
    "damaged": (8, 8, 1, 3, 0, 0, 1, 2),
    "gb18030": (8, 4, 1, 0, 0, 1, 0, 1),
    "traditional": (6, 5, 1, 0, 2, 0, 1, 1),
}


@dataclass(frozen=True, slots=True)
class Seed:
    name: str
    raw: bytes
    gold: dict[str, Any]

    @property
    def encoding(self) -> str:
        return str(self.gold.get("encoding", "utf-8"))

    @property
    def rows(self) -> list[str]:
        return split_lines(self.raw.decode(self.encoding))

    def text(self, line: int) -> str:
        """The text of a 1-based line, outer white space off; "" past the end."""
        rows = self.rows
        return rows[line - 1].strip() if 1 <= line <= len(rows) else ""

    def role(self, line: int) -> str | None:
        role: str | None = self.gold["lines"].get(str(line), {}).get("role")
        return role

    def article(self, line: int) -> int | None:
        article: int | None = self.gold["lines"].get(str(line), {}).get("article")
        return article

    def lines_of(self, article: int) -> list[int]:
        return sorted(int(n) for n, row in self.gold["lines"].items() if row["article"] == article)


def letters(text: str) -> str:
    return "".join(LETTER.findall(text))


def shared_run(left: str, right: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    doubled = [key for key, n in Counter(key for key, _ in pairs).items() if n > 1]
    if doubled:
        raise ValueError(f"listed more than once: {doubled}")
    return dict(pairs)


def load(path: Path) -> Seed:
    name = path.name.removesuffix(".gold.json")
    gold = json.loads(path.read_text("utf-8"), object_pairs_hook=keys_once)
    return Seed(name, path.with_name(f"{name}.txt").read_bytes(), gold)


# --- the checks -------------------------------------------------------------------------------------------------------


def form_faults(seed: Seed) -> Iterator[str]:
    if set(seed.gold) - {"encoding"} != KEYS:
        yield f"keys are {sorted(seed.gold)}"
    if seed.gold["wrapped"]:
        yield "a seed is never wrapped to a column's width"
    for line, row in seed.gold["lines"].items():
        if set(row) != {"article", "role"} or row["role"] not in ROLES:
            yield f"line {line} is {row}"
        elif (row["article"] is None) != (row["role"] in ("stray", "furniture")):
            yield f"line {line}: a {row['role']} with article {row['article']}"
    strays = sorted(int(n) for n, row in seed.gold["lines"].items() if row["role"] == "stray")
    if seed.gold["strays"] != strays:
        yield f"strays are {strays}, listed are {seed.gold['strays']}"


def line_faults(seed: Seed) -> Iterator[str]:
    printed = [n for n, row in enumerate(seed.rows, 1) if row.strip()]
    listed = [int(n) for n in seed.gold["lines"]]
    for n in printed:
        if n not in listed:
            yield f"line {n} is not listed"
    for n in listed:
        if n not in printed:
            yield f"line {n} is listed and blank"
    if listed != sorted(listed):
        yield "lines are out of order"
    for n, row in enumerate(seed.rows, 1):
        if row != "　　" * row.startswith("　　") + row.strip():
            yield f"line {n} has white space that is neither an indent nor print"


def encoding_faults(seed: Seed) -> Iterator[str]:
    text = seed.raw.decode(seed.encoding)
    if text.encode(seed.encoding) != seed.raw or text.startswith("\ufeff"):
        yield f"is not plain {seed.encoding}"
    crlf = seed.encoding == "gb18030"
    if seed.raw.count(b"\r\n") != (seed.raw.count(b"\n") if crlf else 0) or text.count("\r") != text.count("\r\n"):
        yield "line ends are mixed"
    if not text.endswith("\n"):
        yield "the last line has no end"
    if seed.encoding != "utf-8":
        for narrower in ("utf-8", "gbk"):
            try:
                seed.raw.decode(narrower)
            except UnicodeDecodeError:
                continue
            yield f"reads as {narrower} too, so it does not show {seed.encoding}"


def article_faults(seed: Seed) -> Iterator[str]:
    articles = seed.gold["articles"]
    named = {row["article"] for row in seed.gold["lines"].values()} - {None}
    if named != set(range(len(articles))):
        yield f"lines name articles {sorted(named)} of {len(articles)}"
    for k, article in enumerate(articles):
        mine = seed.lines_of(k)
        if not mine or article["start"] != mine[0]:
            yield f"article {k} starts at {mine[:1]}, not {article['start']}"
        if [n for n in mine if seed.role(n) == "headline"] != [article["headline"]]:
            yield f"article {k} has not its one headline at {article['headline']}"
        if any(seed.role(n) not in BEFORE_HEADLINE for n in mine if n < article["headline"]):
            yield f"article {k} has more than a column name or a kicker before its headline"
        if not any(seed.role(n) in ("body", "caption") for n in mine):
            yield f"article {k} is a headline and nothing else"
    reach = [(seed.lines_of(k)[0], seed.lines_of(k)[-1]) for k in sorted(named)]
    if any(before[1] >= after[0] for before, after in pairwise(reach)):
        yield "articles run into each other"


def flag_faults(seed: Seed) -> Iterator[str]:
    for k, article in enumerate(seed.gold["articles"]):
        text = [seed.text(n) for n in seed.lines_of(k) if seed.role(n) in ("body", "jump")]
        last = seed.lines_of(k)[-1]
        shows = {
            "continued": bool(text and JUMP_IN.search(text[0][:10])),
            "continues": bool(text and JUMP_OUT.search(text[-1][-10:])),
            "truncated": seed.role(last) == "body" and len(seed.text(last)) > 60 and not ends(seed.text(last)),
        }
        if article["flags"] != [flag for flag in FLAGS if shows[flag]]:
            yield f"article {k} is flagged {article['flags']} and shows {shows}"


def ends(text: str) -> bool:
    return bool(SENTENCE_END.search(text))


def break_faults(seed: Seed) -> Iterator[str]:
    for first, second, overlap in seed.gold["breaks"]:
        where = f"break {first}+{second}"
        a, b = seed.text(first), seed.text(second)
        if not first < second or seed.article(first) is None or seed.article(first) != seed.article(second):
            yield f"{where} is not one article read downwards"
        if seed.role(first) != "body" or seed.role(second) != "body":
            yield f"{where} is not between body lines"
        between = range(first + 1, second)
        if any(seed.text(n) and seed.role(n) not in BETWEEN_HALVES for n in between):
            yield f"{where} has body text between its halves"
        if overlap and not (a.endswith(overlap) and b.startswith(overlap)):
            yield f"{where}: {overlap!r} is not at both sides"
        if overlap != doubled(a, b):
            yield f"{where} doubles {doubled(a, b)!r}, listed is {overlap!r}"
        if not overlap and ends(a):
            yield f"{where} ends a sentence and doubles nothing"


def doubled(a: str, b: str) -> str:
    return next((b[:n] for n in range(min(20, len(a), len(b)), 0, -1) if a.endswith(b[:n])), "")


def repeat_faults(seed: Seed) -> Iterator[str]:
    for repeat in seed.gold["repeats"]:
        keep, drop, kind = repeat["keep"], repeat["drop"], repeat["kind"]
        a, b = seed.text(keep), seed.text(drop)
        same, alike = letters(a) == letters(b), shares_most(letters(a), letters(b))
        true = {"exact": same and a == b, "variant": same and a != b, "near": not same and alike}
        if not true.get(kind, False) or keep >= drop or not a:
            yield f"repeat {keep} = {drop} is not {kind}"
        if numbers(a) != numbers(b):
            yield f"repeat {keep} = {drop} differs in its numbers"
        if seed.role(keep) != "body" or seed.role(drop) != "body":
            yield f"repeat {keep} = {drop} is not between body lines"
    listed = {repeat["drop"] for repeat in seed.gold["repeats"] if repeat["kind"] != "near"}
    seen: dict[str, int] = {}
    for n, row in enumerate(seed.rows, 1):
        key = letters(row)
        if len(key) >= 16 and seen.setdefault(key, n) != n and n not in listed:
            yield f"line {n} says line {seen[key]} again and is not listed"


def shares_most(a: str, b: str) -> bool:
    """Whether at least nine letters in ten stand in their places: the near repeats of the seeds are misread letters."""
    return len(a) == len(b) and sum(x == y for x, y in zip(a, b, strict=True)) >= 0.9 * len(a)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def passage_faults(seed: Seed) -> Iterator[str]:
    for first, second, n in seed.gold["passages"]:
        a, b = letters(seed.text(first)), letters(seed.text(second))
        if first >= second or a == b or seed.role(first) != "body" or seed.role(second) != "body":
            yield f"passage {first} ~ {second} is not between two different body lines"
        if n not in (shared_run(a, b), shared_run(a[::-1], b[::-1])) or n < 16:
            yield f"passage {first} ~ {second} does not share {n} letters at one end"


CHECKS: dict[str, Callable[[Seed], Iterator[str]]] = {
    "form": form_faults,
    "lines": line_faults,
    "encoding": encoding_faults,
    "articles": article_faults,
    "flags": flag_faults,
    "breaks": break_faults,
    "repeats": repeat_faults,
    "passages": passage_faults,
}


# --- the seeds pass them ----------------------------------------------------------------------------------------------


@pytest.fixture(params=GOLDS, ids=lambda path: path.name.removesuffix(".gold.json"))
def seed(request: pytest.FixtureRequest) -> Seed:
    return load(request.param)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_gold_is_true_of_its_page(seed: Seed, check: Callable[[Seed], Iterator[str]]) -> None:
    assert list(check(seed)) == []


def test_every_sample_page_is_there() -> None:
    names = {path.name.removesuffix(".gold.json") for path in GOLDS}
    assert names == set(COUNTS)
    assert names <= {path.stem for path in SEEDS.glob("*.txt")}  # a user's own pages may lie beside them


def test_the_readme_names_every_sample_page() -> None:
    readme = (SEEDS / "README.md").read_text("utf-8")
    assert [name for name in COUNTS if f"`{name}.txt`" not in readme] == []


def test_each_page_shows_the_damage_it_is_there_for(seed: Seed) -> None:
    gold = seed.gold
    kinds = Counter(repeat["kind"] for repeat in gold["repeats"])
    doubling = sum(bool(overlap) for _, _, overlap in gold["breaks"])
    assert COUNTS[seed.name] == (
        len(gold["articles"]),
        len(gold["breaks"]),
        doubling,
        *(kinds[kind] for kind in ("exact", "variant", "near")),
        len(gold["passages"]),
        len(gold["strays"]),
    )


def test_the_seeds_together_use_every_role_and_flag() -> None:
    golds = [load(path).gold for path in GOLDS]
    assert {row["role"] for gold in golds for row in gold["lines"].values()} == set(ROLES)
    assert {flag for gold in golds for article in gold["articles"] for flag in article["flags"]} == set(FLAGS)


# --- and the checks can fail ------------------------------------------------------------------------------------------


def drop_a_line(gold: dict[str, Any]) -> None:
    gold["lines"].pop(next(reversed(gold["lines"])))


def list_a_blank_line(gold: dict[str, Any]) -> None:
    gold["lines"]["9999"] = {"article": None, "role": "furniture"}


def invent_a_role(gold: dict[str, Any]) -> None:
    next(iter(gold["lines"].values()))["role"] = "title"


def forget_a_stray(gold: dict[str, Any]) -> None:
    gold["strays"].pop()


def start_an_article_late(gold: dict[str, Any]) -> None:
    gold["articles"][0]["start"] += 2


def name_another_headline(gold: dict[str, Any]) -> None:
    gold["articles"][0]["headline"] = gold["articles"][1]["headline"]


def forget_a_flag(gold: dict[str, Any]) -> None:
    next(article for article in gold["articles"] if article["flags"])["flags"].clear()


def flag_in_vain(gold: dict[str, Any]) -> None:
    next(article for article in gold["articles"] if not article["flags"])["flags"].append("truncated")


def turn_a_break_round(gold: dict[str, Any]) -> None:
    gold["breaks"][0][:2] = reversed(gold["breaks"][0][:2])


def lose_an_overlap(gold: dict[str, Any]) -> None:
    next(entry for entry in gold["breaks"] if entry[2])[2] = ""


def invent_an_overlap(gold: dict[str, Any]) -> None:
    next(entry for entry in gold["breaks"] if not entry[2])[2] = "。"


def forget_a_repeat(gold: dict[str, Any]) -> None:
    gold["repeats"].pop()


def rename_a_repeat(gold: dict[str, Any]) -> None:
    gold["repeats"][0]["kind"] = "near"


def stretch_a_passage(gold: dict[str, Any]) -> None:
    gold["passages"][0][2] += 1


SPOILT = [
    ("lines", drop_a_line),
    ("lines", list_a_blank_line),
    ("form", invent_a_role),
    ("form", forget_a_stray),
    ("articles", start_an_article_late),
    ("articles", name_another_headline),
    ("flags", forget_a_flag),
    ("flags", flag_in_vain),
    ("breaks", turn_a_break_round),
    ("breaks", lose_an_overlap),
    ("breaks", invent_an_overlap),
    ("repeats", forget_a_repeat),
    ("repeats", rename_a_repeat),
    ("passages", stretch_a_passage),
]


@pytest.mark.parametrize(("check", "spoil"), SPOILT, ids=[spoil.__name__ for _, spoil in SPOILT])
def test_a_wrong_gold_file_is_found_out(check: str, spoil: Callable[[dict[str, Any]], None]) -> None:
    damaged = load(SEEDS / "damaged.gold.json")
    gold = copy.deepcopy(damaged.gold)
    spoil(gold)
    assert list(CHECKS[check](replace(damaged, gold=gold)))


SPOILT_BYTES = [
    ("lines", lambda raw: raw.replace("。".encode(), "。 ".encode())),
    ("encoding", lambda raw: b"\xef\xbb\xbf" + raw),
    ("encoding", lambda raw: raw.replace(b"\n", b"\r\n", 1)),
    ("encoding", lambda raw: raw.rstrip(b"\n")),
]


@pytest.mark.parametrize(("check", "spoil"), SPOILT_BYTES, ids=["trailing blank", "BOM", "mixed line ends", "no end"])
def test_a_spoilt_page_is_found_out(check: str, spoil: Callable[[bytes], bytes]) -> None:
    damaged = load(SEEDS / "damaged.gold.json")
    assert list(CHECKS[check](replace(damaged, raw=spoil(damaged.raw))))


def test_a_page_that_other_encodings_read_as_well_is_found_out() -> None:
    plain = Seed("plain", "河开了\r\n".encode("gbk"), {"encoding": "gb18030"})
    assert list(encoding_faults(plain))


def test_a_line_listed_twice_is_found_out() -> None:
    with pytest.raises(ValueError, match="more than once"):
        json.loads('{"3": {}, "3": {}}', object_pairs_hook=keys_once)
