"""The record and clip text: what is written can be read back, and what is no record is refused in one line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper.clipping import (
    ROLES,
    Block,
    Clipping,
    Seam,
    count_lines,
    guess_form,
    read_clip_text,
    read_records,
    split_lines,
    write_clip_text,
    write_records,
)
from clipper.errors import DataError

LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1, max_size=30).map(
    str.strip
)
TRICKY = st.sampled_from(
    ["***", "# 1", "## 2", "#", "##", "\\", "\\# 3", "\\***", "{", "*", "# ", "一\u2028二", "a\fb"]
)
TEXT = st.one_of(LINE, TRICKY).map(str.strip).filter(bool)
SEAM = st.builds(Seam, st.integers(0, 40), TEXT, TEXT)
KEYS = st.text("abcxyz", min_size=9, max_size=12)
EXTRA = st.dictionaries(KEYS, st.one_of(st.none(), st.booleans(), st.integers(), TEXT, st.lists(TEXT)), max_size=2)
BLOCK = st.builds(
    Block,
    st.sampled_from(ROLES),
    TEXT,
    st.lists(st.integers(1, 999), max_size=3).map(tuple),
    st.lists(SEAM, max_size=2).map(tuple),
    EXTRA,
)
CLIP = st.builds(
    Clipping,
    TEXT,
    TEXT,
    st.lists(BLOCK, min_size=1, max_size=6).map(tuple),
    st.lists(st.sampled_from(["continued", "continues", "truncated"]), unique=True).map(tuple),
    EXTRA,
)
CLIPS = st.lists(CLIP, max_size=4)


@given(CLIPS)
def test_records_come_back_as_they_were(clips):
    assert read_records(write_records(clips)) == clips


@given(CLIPS)
def test_records_are_one_json_object_a_line(clips):
    text = write_records(clips)
    rows = text.split("\n")
    assert rows.pop() == ""
    assert [json.loads(row)["id"] for row in rows] == [c.id for c in clips]


def one_headline(clips):
    """The clippings that `split` makes have one headline at the most."""
    out = []
    for clip in clips:
        heads = [b for b in clip.blocks if b.role == "headline"]
        out.append(Clipping(clip.id, clip.source, tuple(b for b in clip.blocks if b not in heads[1:] or b is heads[0])))
    return out


def shown(clips):
    roles = {"headline": "headline", "subhead": "subhead"}
    return [[(roles.get(b.role, "body"), b.text) for b in c.blocks] for c in clips]


@given(CLIPS.map(one_headline))
def test_clip_text_comes_back_with_the_same_headlines_subheads_and_paragraphs(clips):
    assert shown(read_clip_text(write_clip_text(clips))) == shown(clips)


@given(CLIPS.map(one_headline))
def test_clip_text_written_again_is_the_same_text(clips):
    text = write_clip_text(clips)
    assert write_clip_text(read_clip_text(text)) == text


@given(CLIPS.map(one_headline).filter(lambda clips: any(c.kind == "article" for c in clips)))
def test_both_forms_are_known_for_what_they_are(clips):
    assert guess_form(write_records(clips)) == "records"
    assert guess_form(write_clip_text(clips)) == "clips"


@pytest.mark.parametrize(
    "page",
    [
        "",
        "\n\n",
        "河开了\n\n昨夜，河开了。\n",
        "#1 渠\n",
        "***\n昨夜，河开了。\n又一行。\n",
        "{\n河\n}\n",
        "({[\n",
        '{"blocks": 1}\n河开了\n',
    ],
)
def test_a_page_is_a_page(page):
    assert guess_form(page) == "page"


def test_lines_of_clip_text_are_its_own_lines():
    clips = read_clip_text("# 河开了\n\n昨夜，河开了。\n\n***\n\n(\n", "a.txt", "a")
    assert [(c.id, c.source, c.kind, [b.lines for b in c.blocks]) for c in clips] == [
        ("a-1", "a.txt", "article", [(1,), (3,)]),
        ("a-2", "a.txt", "fragment", [(7,)]),
    ]


def test_the_headline_is_derived_and_not_believed():
    record = {
        "id": "a",
        "source": "s",
        "kind": "article",
        "headline": "别的",
        "blocks": [{"role": "body", "text": "河"}],
    }
    (clip,) = read_records(json.dumps(record))
    assert (clip.kind, clip.headline) == ("fragment", None)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"blocks": ', "line 1 is not JSON"),
        ("[1]", "line 1: not a clipping"),
        ('{"id": "a"}', 'no "blocks"'),
        ('{"blocks": [{"text": "河"}]}', "'role'"),
        ('{"blocks": [{"role": "body", "text": 3}]}', '"text" holds int, not str'),
        ('{"blocks": [{"role": "body", "text": "河", "lines": "3"}]}', '"lines" holds str, not list'),
        ('{"blocks": [{"role": "body", "text": "河", "lines": [true]}]}', '"lines" holds bool, not int'),
        ('{"blocks": [3]}', '"blocks" holds int, not dict'),
        ('{"blocks": [], "flags": [3]}', '"flags" holds int, not str'),
        ("[" * 100_000, "line 1 is not JSON"),
    ],
)
def test_what_is_no_record_is_named_with_its_line(line, said):
    with pytest.raises(DataError) as caught:
        read_records(line, "clips.jsonl")
    assert str(caught.value).startswith("clips.jsonl: line 1")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("a\r\n\rb", ["a", "", "b"]),
        ("a\u2028b\x0bc\x85d\fe", ["a\u2028b\x0bc\x85d\fe"]),
    ],
)
def test_what_ends_a_line(text, lines):
    assert split_lines(text) == lines
    assert count_lines(text) == len(lines)


LINES = st.text(st.sampled_from("a *#{\r\n\u2028\x1c\x85\u3000雪"), max_size=12)


@given(LINES)
def test_lines_are_counted_without_splitting(text):
    assert count_lines(text) == len(split_lines(text))


@given(LINES, st.sampled_from(["", "# 雪", "***", '{"blocks": [', "{}"]), LINES)
def test_the_form_is_told_by_the_first_line_that_is_not_blank(before, mark, after):
    text = before + mark + after
    first = next((line.strip() for line in split_lines(text) if line.strip()), "")
    form = guess_form(text)
    assert (form == "records") == (first.startswith("{") and '"blocks": [' in first)
    if first != "***":
        assert (form == "clips") == first.startswith("# ")
