"""stitch: small issues with known answers, what holds for every issue, and a score over issues that are made here.

An issue in cases/stitch/ is a folder: its pages, and expected.json with their numbers (in the order of the names), the
places of the two ends of every stitch, and what is said of the ends that stay apart.
"""

from __future__ import annotations

import gzip
import json
import os
import random
from collections import Counter
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clipper.clipping import Block, Clipping, read_records, write_records
from clipper.errors import PromiseError
from clipper.lexicon import known_words, load_words
from clipper.numerals import read_page
from clipper.split import split_page
from clipper.stitch import StitchPage, _check, cut_pages, describe_stitches, same_page, stitch_pages

HERE = Path(__file__).parent / "cases" / "stitch"
POOL = json.loads((HERE / "pool.json").read_text("utf-8"))
CASES = sorted(path.parent for path in HERE.glob("*/expected.json"))


def clips_of(name, text):
    return split_page(text, source=name, stem=Path(name).stem, known=known_words)


def read_issue(folder):
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    pages = []
    for file in sorted(folder.glob("*.txt")):
        text = file.read_bytes().decode("utf-8")
        starts = [1, *(n for n, row in enumerate(text.split("\n"), 1) if row.startswith("\f"))]
        numbers = expected["numbers"][len(pages) :]
        pages += cut_pages(file.name, clips_of(file.name, text), starts, numbers[: len(starts)])
    assert len(pages) == len(expected["numbers"])
    return pages, expected


def again(pages, done):
    return [replace(page, clips=clips) for page, clips in zip(pages, done.pages, strict=True)]


def places(done):
    return [["{}:{}".format(*s.first), "{}:{}".format(*s.second)] for s in done.stitches]


def lines_of(pages):
    """Every line of every clipping, by its own source."""
    return Counter(
        (block.extra.get("source", clip.source), n, block.text)
        for page in pages
        for clip in page
        for block in clip.blocks
        for n in block.lines
    )


# ---- issues with known answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_issue(folder):
    pages, expected = read_issue(folder)
    done = stitch_pages(pages, known=known_words)
    assert places(done) == expected["stitched"]
    assert [row for row in describe_stitches(done) if ": stitched: " not in row] == expected["apart"]
    assert lines_of(done.pages) == lines_of([page.clips for page in pages])
    joined = sum(len(clips) for clips in done.pages)
    assert joined <= sum(len(page.clips) for page in pages)
    assert stitch_pages(again(pages, done), known=known_words).pages == done.pages
    flat = [clip for clips in done.pages for clip in clips]
    assert read_records(write_records(flat)) == flat


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_order_of_the_pages_tells_nothing(folder):
    pages, expected = read_issue(folder)
    for order in permutations(pages):
        assert places(stitch_pages(order, known=known_words)) == expected["stitched"]


@pytest.mark.parametrize("name", ["both-halves", "same-to-same", "chain", "letters", "form-feeds"])
def test_without_a_dictionary(name):
    pages, expected = read_issue(HERE / name)
    assert places(stitch_pages(pages)) == expected["stitched"]


def stitched(name):
    pages, _ = read_issue(HERE / name)
    done = stitch_pages(pages, known=known_words)
    clips = [clip for page in done.pages for clip in page]
    return next(clip for clip in clips if any("stitched" in block.extra for block in clip.blocks)), clips


def test_what_a_stitched_clipping_looks_like():
    clip, _ = stitched("both-halves")
    assert (clip.id, clip.source, clip.headline, clip.flags) == ("p1-2", "p1.txt", "渠水流进最后一个村", ())
    later = [block for block in clip.blocks if block.extra]
    assert {block.extra["source"] for block in later} == {"p3.txt"}
    assert [block.role for block in clip.blocks] == [
        "headline",
        "body",
        "body",
        "jump",
        "subhead",
        "body",
        "body",
        "body",
    ]
    assert later[0].text == "渠水流进最后一个村"
    assert later[0].extra["stitched"].startswith("goes on from p1.txt:5: both marks name the page, the headline")
    assert [block.text[:6] for block in later if block.extra.get("goes_on")] == ["■上接第1版"]


def test_a_continuation_without_a_headline_leaves_the_article_above_it():
    pages, _ = read_issue(HERE / "same-to-same")
    glued = [clip for clip in pages[1].clips if sum("上接" in block.text for block in clip.blocks) == 2]
    assert glued, "split has read the second continuation as a part of the first"
    _, clips = stitched("same-to-same")
    assert [(c.headline, c.flags) for c in clips if c.source == "p4.txt"] == [("渠水流进最后一个村", ())]
    assert all(sum("上接" in block.text for block in clip.blocks) <= 1 for clip in clips)


def test_a_page_of_a_file_needs_no_source_on_its_blocks():
    clip, _ = stitched("form-feeds")
    assert not any("source" in block.extra for block in clip.blocks)
    assert sum("stitched" in block.extra for block in clip.blocks) == 1


def test_a_chain_keeps_the_flag_of_its_open_end():
    pages, _ = read_issue(HERE / "chain")
    clip, _ = stitched("chain")
    assert clip.flags == ()
    done = stitch_pages(pages[:2], known=known_words)
    (flags,) = [c.flags for page in done.pages for c in page if any("stitched" in b.extra for b in c.blocks)]
    assert flags == ("continues",)
    assert describe_stitches(done)[1].endswith("continues on page 3: page 3 is not among the pages")
    whole = stitch_pages([*again(pages[:2], done), pages[2]], known=known_words)  # the last page comes in later
    assert [c for page in whole.pages for c in page] == [
        c for page in stitch_pages(pages, known=known_words).pages for c in page
    ]


def test_marks_that_contradict_the_pages_are_never_put_together():
    pages, _ = read_issue(HERE / "both-halves")
    assert stitch_pages(pages, known=known_words).stitches
    for numbers in (["1", "2", "4"], ["2", "1", "3"], ["A1", "A2", "A4"], ["1", "3", "2"]):
        moved = [replace(page, number=number) for page, number in zip(pages, numbers, strict=True)]
        done = stitch_pages(moved, known=known_words)
        assert (done.stitches, len(done.apart)) == ((), 2)


def test_keys_of_both_records_are_kept():
    pages, _ = read_issue(HERE / "both-halves")
    first, second = (
        replace(
            page,
            clips=tuple(replace(c, extra={"page": page.number, f"of {page.source}": 1}) for c in page.clips),
        )
        for page in (pages[0], pages[2])
    )
    done = stitch_pages([first, second], known=known_words)
    (clip,) = [c for page in done.pages for c in page if any("stitched" in b.extra for b in c.blocks)]
    assert clip.extra == {"page": "1", "of p1.txt": 1, "of p3.txt": 1}


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        *[
            ("1", "1"),
            ("01", "1"),
            ("A1", "A1"),
            ("A01", "A1"),
            ("一", "1"),
            ("第二版", "2"),
            ("３", "3"),
            ("Ｂ０２", "B2"),
        ],
        *[
            ("第十頁", "10"),
            ("二十一", "21"),
            ("卅二", "32"),
            ("一二", "12"),
            ("头版", None),
            ("", None),
            ("1-3", None),
        ],
    ],
)
def test_page_numbers(printed, label):
    assert read_page(printed or "") == label


@pytest.mark.parametrize(
    ("named", "page", "same"),
    [
        ("1", "1", True),
        ("1", "A1", True),
        ("A1", "1", True),
        ("1", "B1", None),
        ("A1", "B1", False),
        ("1", "11", False),
    ],
)
def test_same_page(named, page, same):
    assert same_page(named, page) is same


def test_a_broken_promise_is_caught():
    clip = Clipping("p-1", "p.txt", (Block("body", "河开了。", (1,)),))
    _check([StitchPage("p.txt", (clip,))], [[clip]])
    for done in ([[]], [[clip, clip]], [[replace(clip, blocks=(replace(clip.blocks[0], text="河"),))]]):
        with pytest.raises(PromiseError, match=r"^p\.txt: .*fault of clipper"):
            _check([StitchPage("p.txt", (clip,))], done)


# ---- what holds for every issue --------------------------------------------------------------------------------------

PIECES = [
    *(row for item in POOL[:3] for row in (item["title"], *item["paras"])),
    *(half for item in POOL[:3] for half in (item["paras"][1][:40], item["paras"][1][40:])),
]
MARKED = st.tuples(st.sampled_from(["", "■上接第1版 ", "（上接第2版）"]), st.sampled_from(PIECES)).map("".join)
ROW = st.one_of(
    st.sampled_from(
        [
            "（下转第2版）",
            "（下转第3版）",
            "■上接第1版",
            "第2版 要闻",
            "■",
            "□本报记者 方某",
            "（上接第三版《河开了》）",
        ]
    ),
    st.tuples(MARKED, st.sampled_from(["", "", "（下转第2版）", "（下转第3版）"])).map("".join),
)
PAGE = st.lists(ROW, max_size=9).map(lambda rows: "".join(row + "\n" for row in rows))
ISSUE = st.lists(st.tuples(PAGE, st.sampled_from(["1", "2", "3", "A1", None])), min_size=1, max_size=4)


TITLE, LEAD = POOL[0]["title"], POOL[0]["paras"][0]
# A part that is nothing but a headline and marks, before one that was stitched to it.
HEAD_ONLY = [(f"■上接第1版 {TITLE}（下转第3版）\n", "1"), (f"■上接第1版 {LEAD}\n■上接第1版 {TITLE}\n", "3")]


@settings(deadline=None)
@given(ISSUE)
@example(HEAD_ONLY)
def test_nothing_is_lost_and_twice_changes_nothing(issue):
    pages = [StitchPage(f"p{k}", tuple(split_page(text, source=f"p{k}")), n) for k, (text, n) in enumerate(issue)]
    done = stitch_pages(pages)
    assert lines_of(done.pages) == lines_of([page.clips for page in pages])
    assert stitch_pages(pages) == done
    assert stitch_pages(again(pages, done)).pages == done.pages
    for clip in (c for page in done.pages for c in page):
        assert sum(block.role == "headline" for block in clip.blocks) <= 1


def test_an_empty_issue():
    assert stitch_pages([]).pages == ()
    assert stitch_pages([StitchPage("p", ()), StitchPage("q", (Clipping("q-1", "q", ()),), "2")]).stitches == ()


# ---- a score over issues that are made here --------------------------------------------------------------------------

OUTS = ("（下转第{}版）", "▼下转第{}版", "(下转A0{}版)")
INS = ("（上接第{}版）", "■上接第{}版 ", "上接A0{}版 ")


def jump(rng, item, here, there, style):
    """Cut an article in two, with their marks; the second half has its headline, a shorter one, or none."""
    paras = list(item["paras"])
    k = rng.randrange(1, len(paras)) if len(paras) > 1 else 0
    at = rng.randrange(len(paras[k]) // 4, len(paras[k]) * 3 // 4) if k == 0 or rng.random() < 0.7 else 0
    first, second = [*paras[:k], *([paras[k][:at]] if at else [])], [paras[k][at:], *paras[k + 1 :]]
    out = OUTS[style].format(there)
    first = [*first[:-1], first[-1] + out] if out[0] in "（(" and rng.random() < 0.5 else [*first, out]
    second[0] = INS[style].format(here) + second[0]
    title = item["title"]
    head = rng.choice([[title], [title[: max(5, len(title) * 2 // 3)]], []])
    return [title, *first], [*head, *second]


def make_issue(rng, items, jumping, missing):
    """Return the pages of an issue, and for every article that jumps the rows of both halves."""
    units, pairs = [[], [], []], []
    style = rng.randrange(len(OUTS))
    for item in items:
        here = rng.randrange(3)
        if here < 2 and rng.random() < jumping and sum(map(len, item["paras"])) > 160:
            there = rng.randrange(here + 1, 3)
            halves = jump(rng, item, here + 1, there + 1, style)
            gone = rng.randrange(2) if rng.random() < missing else None
            for k, (page, half) in enumerate(zip((here, there), halves, strict=True)):
                if k != gone:
                    units[page].append(half)
            if gone is None:
                pairs.append(halves)
        else:
            units[here].append([item["title"], *item["paras"]])
    pages = []
    for k, page in enumerate(units, 1):
        rng.shuffle(page)
        text = "".join(row.replace("\n", " ") + "\n" for unit in page for row in unit)
        pages.append((text, str(k) if rng.random() < 0.9 else None))
    return pages, pairs


def score(issues, known):
    """Return how many pairs there are, how many were stitched, and how many of these rightly."""
    there = got = right = 0
    for made, pairs in issues:
        pages = [
            StitchPage(f"p{k}", tuple(split_page(text, source=f"p{k}", known=known)), n)
            for k, (text, n) in enumerate(made)
        ]
        rows = {(f"p{k}", n): row for k, (text, _) in enumerate(made) for n, row in enumerate(text.split("\n"), 1)}
        done = stitch_pages(pages, known=known)
        answers = [({r.strip() for r in a[1:]}, {r.strip() for r in b}) for a, b in pairs]
        for found in done.stitches:
            first, second = rows[found.first].strip(), rows[found.second].strip()
            right += any((first in a or any(x + first in a for x in a)) and second in b for a, b in answers)
        got += len(done.stitches)
        there += len(pairs)
    return there, got, right


def test_score_of_own_issues():
    rng = random.Random(4)
    issues = [make_issue(rng, rng.sample(POOL, len(POOL)), 0.5, 0.2) for _ in range(60)]
    there, got, right = score(issues, load_words().intersection)
    assert there > 80
    assert right == got
    assert right / there >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize(("jumping", "missing", "recall"), [(0.5, 0.2, 0.7), (0.15, 0.5, 0.7)])
def test_score_of_real_articles(jumping, missing, recall):
    bench = os.environ.get("CLIPPER_BENCH")
    if not bench or not (Path(bench) / "data" / "articles.dev.jsonl.gz").is_file():
        pytest.skip("CLIPPER_BENCH is not set to a folder with data/")
    days = {}
    with gzip.open(Path(bench) / "data" / "articles.dev.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            item = json.loads(line)
            paras = [p["text"].strip() for p in item["paras"] if p["text"].strip()]
            if "联播快讯" not in item["title"] and sum(map(len, paras)) > 80:  # many articles under one headline
                days.setdefault(item["date"], []).append({"title": item["title"], "paras": paras})
    rng = random.Random(8)
    dates = sorted(day for day, items in days.items() if len(items) >= 8)
    issues = [make_issue(rng, days[rng.choice(dates)], jumping, missing) for _ in range(150)]
    there, got, right = score(issues, load_words().intersection)
    assert there > 60
    assert right / got >= 0.99
    assert right / there >= recall
