"""The set-aside file gives every input back, byte for byte, and says so when it cannot."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper.errors import DataError
from clipper.setaside import make_set_aside, restore

PAGE = "河开了\n\n昨夜，云岭河开了。\n\n昨夜，云岭河开了。\n"
KEPT = "河开了\n\n昨夜，云岭河开了。\n"
WHY = {5: "line 5 says the same as line 3"}

FORMS = [
    ("plain", PAGE.encode(), "utf-8"),
    ("UTF-8 with a mark", PAGE.encode("utf-8-sig"), "utf-8-sig"),
    ("UTF-8 with a mark, read as UTF-8", PAGE.encode("utf-8-sig"), "utf-8"),
    ("UTF-16 with a mark", PAGE.encode("utf-16"), "utf-16"),
    ("UTF-16 big end first, with a mark", b"\xfe\xff" + PAGE.encode("utf-16-be"), "utf-16"),
    ("UTF-16 big end first, without", PAGE.encode("utf-16-be"), "utf-16-be"),
    ("UTF-32", PAGE.encode("utf-32"), "utf-32"),
    ("GB18030", PAGE.encode("gb18030"), "gb18030"),
    ("GB18030 with a mark", b"\x84\x31\x95\x33" + PAGE.encode("gb18030"), "gb18030"),
    ("Big5", PAGE.replace("云", "雲").replace("开", "開").encode("big5"), "big5"),
    ("CRLF", PAGE.replace("\n", "\r\n").encode(), "utf-8"),
    ("CR", PAGE.replace("\n", "\r").encode("gb18030"), "gb18030"),
    ("mixed ends", "河开了\r\n\r\n昨夜，云岭河开了。\n\r昨夜，云岭河开了。".encode(), "utf-8"),
    ("no final end", PAGE.rstrip("\n").encode("utf-16"), "utf-16"),
    ("a byte that is no text", PAGE.encode() + b"\xff\xfe\n", "utf-8"),
    ("half a code unit at the end", PAGE.encode("utf-16") + b"\x0a", "utf-16"),
    ("half a surrogate", "河\n".encode("utf-16-le") + b"\x00\xd8\n\x00", "utf-16-le"),
    ("line ends that end no line", "一\u2028二\x0b三\x0c四\x85五\n".encode(), "utf-8"),
    ("nothing", b"", "utf-8"),
    ("a mark and nothing", b"\xef\xbb\xbf", "utf-8-sig"),
    ("blank lines only", b"\n\n\r\n", "utf-8"),
]


@pytest.mark.parametrize(("original", "encoding"), [x[1:] for x in FORMS], ids=[x[0] for x in FORMS])
@pytest.mark.parametrize("kept", [KEPT, PAGE, "", "# 河开了\n\n昨夜，云岭河开了。\n", "\n\n\n河开了\n"])
def test_gives_the_input_back(original, encoding, kept):
    aside = make_set_aside(original, kept, source="page.txt", encoding=encoding, why_by_line=WHY)
    assert restore(aside, kept) == [("page.txt", original)]


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030", "gbk", "big5", "latin-1")
lines = st.lists(st.sampled_from(["", "一", "二。", " 三", "a", "\u2028", "□", "\ufeff", "一"]), max_size=12)
ends = st.sampled_from(["\n", "\r\n", "\r"])


@given(st.lists(st.tuples(lines, ends), max_size=3), st.sampled_from(ENCODINGS), st.booleans(), st.data())
def test_any_lines_kept_give_the_text_back(parts, encoding, ended, data):
    text = "".join(line + end for rows, end in parts for line in rows)
    original = (text if ended else text.rstrip("\r\n")).encode(encoding, "replace")
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    chosen = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    kept = "".join(row + "\n" for row, keep in zip(rows, chosen, strict=True) if keep)
    aside = make_set_aside(original, kept, source="s", encoding=encoding)
    assert restore(aside, kept) == [("s", original)]


@given(st.binary(max_size=60), st.sampled_from(ENCODINGS), st.text(alphabet="一a\n", max_size=20))
def test_any_bytes_and_any_kept_text_give_the_bytes_back(original, encoding, kept):
    assert restore(make_set_aside(original, kept, source="s", encoding=encoding), kept) == [("s", original)]


def rows_of(aside):
    return [json.loads(line) for line in aside.split("\n")[1:] if line]


def test_only_what_was_left_out_is_written():
    aside = make_set_aside(PAGE.encode(), KEPT + "\n", source="page.txt", encoding="utf-8", why_by_line=WHY)
    assert rows_of(aside) == [{"keep": 4}, {"line": 5, "text": "昨夜，云岭河开了。", "why": WHY[5]}]


def test_the_copy_that_was_left_out_is_named_and_not_the_first():
    aside = make_set_aside(b"a\nb\na\n", b"b\na\n".decode(), source="p", encoding="utf-8", why_by_line={1: "x"})
    assert rows_of(aside) == [{"line": 1, "text": "a", "why": "x"}, {"keep": 2}]


def test_the_order_of_a_long_text_is_found_again():
    page = [f"第{n}段" if n % 2 else "" for n in range(400)]
    left = [row for n, row in enumerate(page) if n % 50 != 7]
    aside = make_set_aside("\n".join(page).encode(), "\n".join(left) + "\n", source="p", encoding="utf-8")
    assert [row["text"] for row in rows_of(aside) if "line" in row] == [page[n] for n in range(7, 400, 50)]


def test_several_sources_stand_one_after_another():
    parts = [("a", PAGE.encode(), "utf-8", KEPT), ("b", b"", "utf-8", ""), ("c", PAGE.encode("utf-16"), "utf-16", PAGE)]
    aside = "".join(make_set_aside(raw, kept, source=name, encoding=code) for name, raw, code, kept in parts)
    assert restore(aside, "".join(x[3] for x in parts)) == [(name, raw) for name, raw, _, _ in parts]


def test_an_odd_file_name_can_be_written():
    aside = make_set_aside(b"a\n", "a\n", source="page\udcff.txt", encoding="utf-8")
    assert restore(aside.encode("utf-8").decode("utf-8"), "a\n") == [("page\udcff.txt", b"a\n")]


GOOD = make_set_aside(PAGE.encode(), KEPT, source="page.txt", encoding="utf-8", why_by_line=WHY)
DAMAGE = [
    (
        "kept line changed",
        GOOD,
        KEPT.replace("昨夜", "今夜"),
        "kept text: lines 1 to 3 are not what was kept of page.txt",
    ),
    ("kept line lost", GOOD, "河开了\n\n", "kept text: lines 1 to 3 are not"),
    ("kept line added", GOOD, KEPT + "又一行\n", "kept text: 1 line beyond"),
    ("kept with CRLF", GOOD, KEPT.replace("\n", "\r\n"), "kept text: lines 1 to 3 are not"),
    ("set-aside cut at a row", GOOD.rsplit("\n", 2)[0] + "\n", KEPT, "set-aside file: cut off in the rows of page.txt"),
    ("set-aside cut in a row", GOOD[:-9], KEPT, "set-aside file: line 4 is no row"),
    ("row changed", GOOD.replace('"text": "昨夜', '"text": "今夜'), KEPT, "the rows do not give page.txt back"),
    ("row of another line", GOOD.replace('"line": 5', '"line": 6'), KEPT, "set-aside file: line 4 does not fit"),
    ("too much kept", GOOD.replace('"keep": 3', '"keep": 4'), KEPT, "set-aside file: line 2 does not fit"),
    ("keep is no number", GOOD.replace('"keep": 3', '"keep": "3"'), KEPT, "set-aside file: line 2 does not fit"),
    ("no header", GOOD.split("\n", 1)[1], KEPT, "set-aside file: line 1 is no header"),
    ("other format", GOOD.replace("set-aside 1", "set-aside 9"), KEPT, "set-aside file: line 1 is no header"),
    ("unknown encoding", GOOD.replace('"utf-8"', '"utf-99"'), KEPT, "set-aside file: line 1 is no header"),
    ("a list", "[1]\n", KEPT, "set-aside file: line 1 is no row"),
    ("nothing at all", "", KEPT, "kept text: 3 lines beyond"),
]


@pytest.mark.parametrize(("aside", "kept", "said"), [x[1:] for x in DAMAGE], ids=[x[0] for x in DAMAGE])
def test_damage_is_named_in_one_line(aside, kept, said):
    with pytest.raises(DataError) as fault:
        restore(aside, kept)
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)


@given(st.integers(0, len(GOOD) - 1), st.sampled_from(["", "x", "7", '"', "\n"]))
def test_no_damage_gives_other_bytes(at, letter):
    try:
        given_back = restore(GOOD[:at] + letter + GOOD[at + 1 :], KEPT)
    except DataError:
        return
    assert [raw for _, raw in given_back] == [PAGE.encode()]


def test_an_unknown_encoding_is_refused():
    with pytest.raises(LookupError):
        make_set_aside(b"a", "a\n", source="p", encoding="utf-99")
