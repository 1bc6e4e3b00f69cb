"""The lexicon: jieba's answers, found faster and without a trace."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipper import lexicon as rooms
from clipper.errors import InputError
from clipper.lexicon import Lexicon, known_words, load_lexicon, load_words

PIECES = [
    "老街",
    "水渠",
    "青石",
    "镇",
    "的",
    "修好",
    "三",
    "2025",
    "年",
    "记者",
    "，",
    "。",
    "《",
    "》",
    " ",
    "\n",
    "AI",
    "ａ",
    "-",
    "é",
    "🚲",
    "□",
]
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.text(max_size=60))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


# ---- jieba's answers ------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_cut_loses_nothing(text):
    assert "".join(load_lexicon().cut(text)) == text


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=30))
def test_known_words_agrees_with_the_lexicon(candidates):
    known = {w for w in candidates if load_lexicon().known(w)}
    assert known_words(candidates) == known
    assert load_words().intersection(candidates) == known


@pytest.fixture(scope="module")
def jieba_itself(tmp_path_factory):
    """A tokenizer that jieba has set up itself, in a folder of its own."""
    jieba = rooms._import_jieba()
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    level = jieba.default_logger.level
    jieba.setLogLevel("ERROR")
    tokenizer.initialize()
    jieba.setLogLevel(level)
    return tokenizer


@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_cut_is_jiebas(text, jieba_itself):
    assert load_lexicon().cut(text) == list(jieba_itself.cut(text))


def test_entries_are_jiebas(lexicon, jieba_itself):
    some = sorted(jieba_itself.FREQ)[::5000]
    assert [lexicon.entry(w)[0] if lexicon.known(w) else 0 for w in some] == [jieba_itself.FREQ[w] for w in some]
    assert sum(map(lexicon.known, some)) > len(some) / 2


def test_entry_of_a_word_and_of_what_is_none(lexicon):
    assert lexicon.pos("水渠") == "n" and lexicon.idf("水渠") > 5
    for word in ("", " ", "\n", "水渠 ", "水渠 100", "青石镇镇", "\ud800"):
        assert lexicon.entry(word) is None and lexicon.idf(word) is None and lexicon.pos(word) == ""


def test_many_candidates_are_looked_up_as_few_are():
    candidates = [w + tail for w in sorted(load_words())[:: 350000 // 1500] for tail in ("", "某某")]
    assert len(candidates) > rooms.SEARCH_AT_MOST
    few = [w for n in range(0, len(candidates), 500) for w in known_words(candidates[n : n + 500])]
    assert known_words(candidates) == frozenset(few)


QUIET = """
import sys
from clipper.lexicon import load_lexicon
lexicon = load_lexicon()
assert lexicon.cut("水渠通水了") == ["水渠", "通水", "了"]
print(*sorted(m for m in sys.modules if m in ("pkg_resources", "jieba.analyse", "jieba.posseg")), end="")
sys.modules["jieba"].dt.initialized and print("jieba.dt was used", end="")
"""


def test_loading_is_quiet_and_leaves_nothing_behind(tmp_path):
    # Byte code is looked for in an empty folder, so that jieba is compiled anew, with all that Python says about it.
    env = os.environ | {
        "TMPDIR": str(tmp_path),
        "PYTHONPYCACHEPREFIX": str(tmp_path / "none"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", QUIET], env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_importing_the_rooms_does_not_import_jieba():
    code = "import sys, clipper.keywords, clipper.lexicon; print([m for m in sys.modules if m.startswith('jieba')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def fresh_caches():
    load_lexicon.cache_clear()
    yield
    load_lexicon.cache_clear()


def test_missing_jieba_is_said_with_the_remedy(monkeypatch, fresh_caches):
    monkeypatch.setattr(rooms.importlib.util, "find_spec", lambda name: None)
    for load in (load_lexicon, lambda: known_words(["水渠"])):
        with pytest.raises(InputError, match="pip install jieba"):
            load()


@pytest.mark.parametrize("damage", [None, b"\xe6\xb0\xb4\xe6\xb8\xa0 n\nx\n"], ids=["missing", "cut off"])
def test_damaged_word_list_is_said_with_the_remedy(monkeypatch, fresh_caches, damage):
    with tempfile.TemporaryDirectory() as folder:
        if damage:
            Path(folder, "dict.txt").write_bytes(damage)
        monkeypatch.setattr(rooms, "_folder", lambda: Path(folder))
        with pytest.raises(InputError, match="pip install --force-reinstall jieba"):
            load_lexicon()
