"""The lexicon: jieba's answers, found faster and without a trace; the cache, the user's own words, and rjieba."""

from __future__ import annotations

import gzip
import importlib.util
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import PIECES, TEXTS

from clipper import cache
from clipper import lexicon as rooms
from clipper.cache import cache_folder, opened, read_cached, sealed, write_cached
from clipper.errors import DataError, InputError, UsageError
from clipper.lexicon import Lexicon, UserWord, known_words, load_lexicon, load_words, read_userdict
from clipper.segment import Segmenter
from clipper.wordlist import packed, packed_list, plain_list

# Runs that jieba's model makes words of, names that only it knows, and what its patterns cut at.
HARD = st.text(
    st.sampled_from("老街水渠云岭县方某张王李白芷河渡口的了在是一二三十年月日AaZ19.%+-_&#·，。 \r\n\u3000①é🚲丂㐀龥"),
    max_size=40,
)
ANY_HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=20)


SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
PAGES = {p.stem: p.read_text("gb18030" if p.stem == "gb18030" else "utf-8-sig") for p in SEEDS}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def some_words() -> list[str]:
    return sorted(load_words())[::97]


def forget() -> None:
    """Have everything found anew that is found once in a process."""
    for once in (load_lexicon, load_words, rooms._wordlist, rooms._kept, rooms._model):
        once.cache_clear()


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """A cache of the test's own, which is not there yet."""
    monkeypatch.setenv("CLIPPER_CACHE", str(tmp_path / "cache"))
    forget()
    yield tmp_path / "cache"
    forget()


# ---- jieba's answers ------------------------------------------------------------------------------------------------


def import_jieba():
    """Import jieba without a word: its source is full of what newer Pythons warn of, and it asks for pkg_resources."""
    hide = "pkg_resources" not in sys.modules
    if hide:
        sys.modules["pkg_resources"] = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import jieba
    finally:
        if hide:
            del sys.modules["pkg_resources"]
    jieba.setLogLevel("ERROR")
    return jieba


@pytest.fixture(scope="module")
def jieba_itself(tmp_path_factory):
    """A tokenizer that jieba has set up itself, in a folder of its own."""
    tokenizer = import_jieba().Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    tokenizer.initialize()
    return tokenizer


@settings(max_examples=500, deadline=None)
@given(text=st.one_of(TEXTS, HARD, ANY_HAN))
def test_cut_is_jiebas(text, jieba_itself):
    assert load_lexicon().cut(text) == list(jieba_itself.cut(text))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_cut_of_words_of_the_dictionary_is_jiebas(data, some_words, jieba_itself):
    text = "".join(data.draw(st.lists(st.one_of(st.sampled_from(some_words), HARD), max_size=15)))
    assert load_lexicon().cut(text) == list(jieba_itself.cut(text))


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(TEXTS, HARD, ANY_HAN))
def test_cut_by_the_dictionary_alone_is_jiebas(text, jieba_itself):
    words = rooms._wordlist(rooms._folder())
    segmenter = Segmenter(words.part, words.total, rooms._no_model)
    assert segmenter.cut_by_dictionary(text) == list(jieba_itself.cut(text, HMM=False))


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_cut_of_a_page_is_jiebas(text, jieba_itself):
    assert load_lexicon().cut(text) == list(jieba_itself.cut(text))


@pytest.mark.slow
def test_cut_of_many_articles_is_jiebas(jieba_itself):
    bench = os.environ.get("CLIPPER_BENCH")
    if not bench:
        pytest.skip("CLIPPER_BENCH is not set: no development data to cut")
    with gzip.open(Path(bench, "data", "articles.dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines][::4]  # all of them take jieba most of a minute
    cut = load_lexicon().cut
    for article in articles:
        for text in (article["title"], *(p["text"] for p in article["paras"])):
            assert cut(text) == list(jieba_itself.cut(text))


def test_ties_and_what_no_word_begins_with_are_jiebas():
    """Of two ways that are equally probable, jieba takes the one with the longer first word."""
    jieba = import_jieba()
    tokenizer = jieba.Tokenizer()
    # As much as the two characters together; a beginning that is no word; a word of four that is a beginning's only.
    tokenizer.FREQ = {"甲": 10, "乙": 10, "甲乙": 1, "丙": 0, "丙丁": 0, "丙丁戊己": 1, "戊": 5, "己": 5}
    tokenizer.total, tokenizer.initialized = 100, True

    def part(opening):
        found = {w: n for w, n in tokenizer.FREQ.items() if w[: len(opening)] == opening}
        return {w: n for w, n in found.items() if len(w) == 1} if len(opening) == 1 else found

    segmenter = Segmenter(part, 100, lambda: rooms._model(rooms._folder()))
    for text in ("甲乙", "甲乙甲乙乙", "丙", "丙丁", "丙丁戊", "丙丁戊己", "甲丙乙丙丁戊己戊", "壬癸", "甲壬乙癸"):
        assert segmenter.cut(text) == list(tokenizer.cut(text)), text


def test_memory_is_bounded_and_changes_no_answer(monkeypatch, jieba_itself):
    monkeypatch.setattr("clipper.segment.PAIRS", 10)
    words = rooms._wordlist(rooms._folder())
    segmenter = Segmenter(words.part, words.total, lambda: rooms._model(rooms._folder()))
    for text in PAGES.values():
        assert segmenter.cut(text) == list(jieba_itself.cut(text))
        assert len(segmenter._pairs) <= 10


@settings(max_examples=150, deadline=None)
@given(st.one_of(TEXTS, HARD, st.text(st.characters(), max_size=20)))
def test_cut_loses_nothing(text):
    assert "".join(load_lexicon().cut(text)) == text


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=30))
def test_known_words_agrees_with_the_lexicon(candidates):
    known = {w for w in candidates if load_lexicon().known(w)}
    assert known_words(candidates) == known
    assert load_words().intersection(candidates) == known


def test_entries_are_jiebas(lexicon, jieba_itself):
    some = sorted(jieba_itself.FREQ)[::500]
    assert [lexicon.entry(w)[0] if lexicon.known(w) else 0 for w in some] == [jieba_itself.FREQ[w] for w in some]
    assert sum(map(lexicon.known, some)) > len(some) / 2


def test_tags_and_idfs_are_those_of_the_files(lexicon):
    folder = rooms._folder()
    for line in (folder / "dict.txt").read_text("utf-8").splitlines()[::500]:
        word, frequency, tag = line.split()
        assert lexicon.entry(word) == (int(frequency), tag)
    for line in (folder / "analyse" / "idf.txt").read_text("utf-8").splitlines()[::500]:
        word, idf = line.split()
        assert lexicon.idf(word) == float(idf)


def test_entry_of_a_word_and_of_what_is_none(lexicon):
    assert lexicon.pos("水渠") == "n" and lexicon.idf("水渠") > 5
    for word in ("", " ", "\n", "水渠 ", "水渠 100", "水渠\n", "青石镇镇", "\ud800", "\0"):
        assert lexicon.entry(word) is None and lexicon.idf(word) is None and lexicon.pos(word) == ""


def test_many_candidates_are_looked_up_as_few_are(monkeypatch, fresh):
    monkeypatch.setenv("CLIPPER_CACHE", "off")
    candidates = [w + tail for w in sorted(load_words())[:: 350000 // 1500] for tail in ("", "某某")]
    assert len(candidates) > rooms.SEARCH_AT_MOST
    few = [w for n in range(0, len(candidates), 500) for w in known_words(candidates[n : n + 500])]
    assert known_words(candidates) == frozenset(few)


QUIET = """
import sys
from clipper.lexicon import load_lexicon
lexicon = load_lexicon()
assert "/".join(lexicon.cut("方某某修好了水渠")) == "方/某某/修好/了/水渠", lexicon.cut("方某某修好了水渠")
print(*sorted(m for m in sys.modules if m.split(".")[0] in ("pkg_resources", "jieba", "rjieba")), end="")
"""


def test_loading_is_quiet_and_leaves_nothing_behind(tmp_path):
    # Byte code is looked for in an empty folder, so that jieba's tables are compiled anew.
    env = os.environ | {
        "TMPDIR": str(tmp_path),
        "PYTHONPYCACHEPREFIX": str(tmp_path / "none"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CLIPPER_CACHE": "off",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", QUIET], env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_importing_the_rooms_does_not_import_jieba():
    code = "import sys, clipper.keywords, clipper.lexicon; print([m for m in sys.modules if 'jieba' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_missing_jieba_is_said_with_the_remedy(monkeypatch, fresh):
    monkeypatch.setattr(rooms.importlib.util, "find_spec", lambda name: None)
    for load in (load_lexicon, lambda: known_words(["水渠"]), load_words):
        with pytest.raises(InputError, match="pip install jieba"):
            load()


@pytest.mark.parametrize("damage", [None, b"\xe6\xb0\xb4\xe6\xb8\xa0 n\nx\n"], ids=["missing", "cut off"])
@pytest.mark.parametrize("kept", [True, False], ids=["cache", "no cache"])
def test_damaged_word_list_is_said_with_the_remedy(monkeypatch, fresh, small, damage, kept):
    if not kept:
        monkeypatch.setenv("CLIPPER_CACHE", "off")
    if damage:
        (small / "dict.txt").write_bytes(damage)
    else:
        (small / "dict.txt").unlink()
    with pytest.raises(InputError, match="pip install --force-reinstall jieba"):
        load_lexicon()
    assert not kept or list(fresh.glob("*")) == []


@pytest.mark.parametrize("damage", [None, "P = {", "Q = {}", "P = {}"], ids=["missing", "cut off", "other", "empty"])
def test_damaged_model_is_said_with_the_remedy(fresh, small, damage):
    (small / "finalseg").unlink()
    (small / "finalseg").mkdir()
    for name in ("start", "trans", "emit"):
        if damage:
            (small / "finalseg" / f"prob_{name}.py").write_text(damage)
    with pytest.raises(InputError, match="pip install --force-reinstall jieba"):
        load_lexicon().cut("方某某")


# ---- lists ----------------------------------------------------------------------------------------------------------

SMALL_DICT = "老街 35 ns\n老 900 a\n水渠 40 n\n老 街坊 3 n\n".replace("老 街坊", "老街坊") + "通水 20 v\n街 9 n\n"
SMALL_IDF = "水渠 8.5\n老街 9.25\n修渠 11.5\n"

LISTED_WORDS = st.text(st.sampled_from("ab老街水渠🚲"), min_size=1, max_size=5)
ROWS = st.lists(st.tuples(LISTED_WORDS, st.integers(0, 10**7), st.sampled_from(["n", "ns", "v"])), max_size=40)
IDFS = st.lists(st.tuples(LISTED_WORDS, st.floats(0, 20)), max_size=40, unique_by=lambda row: row[0])


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A jieba of four words."""
    folder = tmp_path / "jieba"
    (folder / "analyse").mkdir(parents=True)
    (folder / "dict.txt").write_text(SMALL_DICT, "utf-8")
    (folder / "analyse" / "idf.txt").write_text(SMALL_IDF, "utf-8")
    (folder / "finalseg").symlink_to(rooms._folder() / "finalseg")
    monkeypatch.setattr(rooms, "_folder", lambda: folder)
    return folder


@settings(max_examples=200, deadline=None)
@given(rows=ROWS, idfs=IDFS, tail=st.sampled_from(["", "\n", "\n\n"]), data=st.data())
def test_both_lists_hold_what_jieba_reads_from_the_files(rows, idfs, tail, data):
    dictionary = ("\n".join(f"{w} {n} {tag}" for w, n, tag in rows) + tail).encode()
    idf = "".join(f"{w} {x!r}\n" for w, x in idfs).encode()
    lists = plain_list(dictionary, idf), packed_list(packed(dictionary, idf))
    frequencies: dict[str, int] = {}
    for word, n, _ in rows:  # as Tokenizer.gen_pfdict does
        frequencies[word] = n
        for stop in range(1, len(word)):
            frequencies.setdefault(word[:stop], 0)
    tags = {word: tag for word, _, tag in rows}
    for words in lists:
        assert words.total == sum(n for _, n, _ in rows)
        for word in {*frequencies, *data.draw(st.lists(LISTED_WORDS, max_size=5))}:
            assert words.part(word[:2]).get(word) == frequencies.get(word)
            assert words.entry(word) == ((frequencies[word], tags[word]) if word in tags else None)
            assert words.idf(word) == dict(idfs).get(word)


def test_a_table_that_is_none_is_refused():
    table = packed(SMALL_DICT.encode(), SMALL_IDF.encode())
    for other in (b"", b"\n", b"[]\n", b"{}\n", table[:-1], table + b"x"):
        with pytest.raises((ValueError, LookupError, TypeError)):
            packed_list(other)


# ---- the cache ------------------------------------------------------------------------------------------------------

STAMPS = st.text(st.characters(exclude_characters="\n"), max_size=20)


@given(STAMPS, st.binary(max_size=200))
def test_what_is_sealed_can_be_opened(stamp, data):
    assert bytes(opened(sealed(stamp, data), stamp)) == data


@given(STAMPS, STAMPS, st.binary(max_size=50))
def test_what_was_made_from_something_else_is_not_opened(stamp, other, data):
    if stamp != other:
        assert opened(sealed(stamp, data), other) is None


@given(st.binary(min_size=1, max_size=200), st.data())
def test_damage_is_seen(data, draw):
    file = sealed("dict 1", data)
    at = draw.draw(st.integers(0, len(file) - 1))
    flipped = bytearray(file)
    flipped[at] ^= draw.draw(st.integers(1, 255))
    for damaged in (bytes(flipped), file[:at], file + b"x"):
        assert opened(damaged, "dict 1") is None


def answers() -> list:
    """Return what a lexicon loaded now says."""
    forget()
    lexicon = load_lexicon()
    words = ["老街", "老", "街", "老街坊", "水渠", "修渠", "方某", "通"]
    texts = ["老街坊修水渠。", "方某某在老街，水渠通水了\n", ""]
    known = known_words(words)
    return [[(w, lexicon.entry(w), lexicon.idf(w), w in known) for w in words], [lexicon.cut(text) for text in texts]]


@pytest.fixture
def expected(monkeypatch, small, tmp_path):
    """What is said without a cache."""
    monkeypatch.setenv("CLIPPER_CACHE", "off")
    said = answers()
    monkeypatch.setenv("CLIPPER_CACHE", str(tmp_path / "cache"))
    return said


@pytest.fixture
def no_work(monkeypatch):
    """Return a function after which nothing can be read from jieba's files or made from them."""

    def forbid(*args):
        raise AssertionError("the cache was not used")

    def begin():
        monkeypatch.setattr(rooms, "packed", forbid)
        monkeypatch.setattr(rooms, "plain_list", forbid)
        monkeypatch.setattr(rooms, "_read", forbid)

    return begin


def the_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_cache_is_made_private_and_used(fresh, expected, no_work):
    assert answers() == expected
    assert fresh.stat().st_mode & 0o777 == 0o700
    assert the_file(fresh).stat().st_mode & 0o777 == 0o600
    no_work()
    assert answers() == expected


def test_cache_of_the_real_dictionary_gives_its_answers(monkeypatch, fresh):
    words, texts = sorted(load_words())[::200], PAGES.values()
    said = []
    for where in ("off", str(fresh), str(fresh)):
        monkeypatch.setenv("CLIPPER_CACHE", where)
        forget()
        lexicon = load_lexicon()
        said.append(([(lexicon.entry(w), lexicon.idf(w)) for w in words], [lexicon.cut(t) for t in texts]))
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("change", ["dict.txt", "analyse/idf.txt", "__init__.py"])
def test_another_dictionary_is_read_anew(fresh, expected, small, change):
    assert answers() == expected
    before = the_file(fresh).read_bytes()
    if change == "__init__.py":
        (small / change).write_text("__version__ = '9.9'\n")
    else:
        text = (small / change).read_text("utf-8")
        (small / change).write_text(text.replace("水渠 40", "水渠 41").replace("水渠 8.5", "水渠 8.6"), "utf-8")
        os.utime(small / change, ns=(1, 1))
    now = answers()
    assert (now == expected) == (change == "__init__.py")
    assert the_file(fresh).read_bytes() != before
    assert answers() == now


@pytest.mark.parametrize("share", [0, 0.001, 0.3, 0.5, 0.999])
def test_truncated_cache_is_made_anew(fresh, expected, no_work, share):
    answers()
    file = the_file(fresh)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    assert answers() == expected
    assert file.read_bytes() == whole
    no_work()
    assert answers() == expected


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_flipped_byte_is_seen_and_the_cache_made_anew(fresh, expected, data):
    answers()
    file = the_file(fresh)
    whole = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    file.write_bytes(whole)
    assert answers() == expected


def test_sound_file_with_something_else_in_it_is_made_anew(fresh, expected, small):
    answers()
    file = the_file(fresh)
    for other in (b"", b"[]\n", b"{}\n", b'{"total": 1, "words": {}, "idfs": {}}\n'):
        file.write_bytes(sealed(rooms._stamp(small), other))
        assert answers() == expected


def put_into(file: Path, small: Path) -> None:
    """Write a sound cache that says what is not so."""
    lying = packed(SMALL_DICT.replace("老街坊", "老街某").encode(), SMALL_IDF.encode())
    file.write_bytes(sealed(rooms._stamp(small), lying))
    file.chmod(0o600)


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777])
def test_folder_that_others_can_write_is_not_used(fresh, expected, small, mode):
    answers()
    put_into(the_file(fresh), small)
    assert answers() != expected  # the lie would have been believed
    fresh.chmod(mode)
    assert answers() == expected
    assert b"\xe6\x9f\x90" in the_file(fresh).read_bytes()  # nor is it written


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_file_that_others_can_write_is_not_used(fresh, expected, small, mode):
    answers()
    file = the_file(fresh)
    put_into(file, small)
    file.chmod(mode)
    assert answers() == expected
    assert file.stat().st_mode & 0o777 == 0o600  # another one, and private


def test_what_belongs_to_someone_else_is_not_used(monkeypatch, fresh, expected, small):
    answers()
    put_into(the_file(fresh), small)
    monkeypatch.setattr(cache.os, "geteuid", lambda: os.getuid() + 1)
    assert answers() == expected


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_was_given_away_is_not_used(fresh, expected, small, what):
    answers()
    file = the_file(fresh)
    put_into(file, small)
    os.chown(file if what == "file" else fresh, 12345, 12345)
    assert answers() == expected


def test_links_are_not_followed(fresh, expected, small, tmp_path):
    answers()
    file = the_file(fresh)
    put_into(file, small)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert answers() == expected
    assert not file.is_symlink()
    put_into(file, small)
    fresh.rename(tmp_path / "folder")
    fresh.symlink_to(tmp_path / "folder")
    assert answers() == expected


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_file_that_is_none_is_not_waited_for(fresh, expected, kind):
    answers()
    file = the_file(fresh)
    file.unlink()
    if kind == "pipe":
        os.mkfifo(file)
    else:
        file.mkdir()
    assert answers() == expected


def test_folder_that_is_a_file(fresh, expected):
    fresh.write_text("mine")
    assert answers() == expected
    assert fresh.read_text() == "mine"


def test_folder_below_a_file(monkeypatch, fresh, expected):
    fresh.write_text("mine")
    monkeypatch.setenv("CLIPPER_CACHE", str(fresh / "below"))
    assert answers() == expected


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="nothing is read-only to root")
def test_read_only_folder(fresh, expected):
    fresh.mkdir(mode=0o500)
    assert answers() == expected
    assert list(fresh.iterdir()) == []


def test_folder_that_cannot_be_written_costs_no_work(monkeypatch, fresh, expected):
    def refuse(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    monkeypatch.setattr(rooms, "packed", lambda *files: pytest.fail("made, and could not be kept"))
    assert answers() == expected


def test_full_disk(monkeypatch, fresh, expected):
    def refuse(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    assert answers() == expected
    assert list(fresh.iterdir()) == []


def test_old_files_of_other_environments_go_and_nothing_else(fresh):
    fresh.mkdir(mode=0o700)
    for n in range(8):
        (fresh / f"words-{n}.cache").write_bytes(b"")
        os.utime(fresh / f"words-{n}.cache", (n, n))
        (fresh / f"words-{n}.cache.left.tmp").write_bytes(b"")
    (fresh / "mine.cache").write_bytes(b"")
    (fresh / "mine.tmp").write_bytes(b"")
    assert bytes(write_cached("words-new.cache", "1", lambda: b"data")) == b"data"
    kept = {"mine.cache", "mine.tmp", "words-new.cache", "words-5.cache", "words-6.cache", "words-7.cache"}
    assert {p.name for p in fresh.iterdir() if "left" not in p.name} == kept
    assert len(list(fresh.glob("*left*"))) == cache.KEPT
    assert bytes(read_cached("words-new.cache", "1")) == b"data"


WHOLE = """
from clipper.lexicon import load_lexicon
lexicon = load_lexicon()
print(lexicon.cut("方某某修好了水渠"), lexicon.idf("水渠"), lexicon.entry("水渠"))
"""


def run_whole(env: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", WHOLE], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_two_at_once(tmp_path):
    env = os.environ | {"CLIPPER_CACHE": str(tmp_path / "cache")}
    runs = [run_whole(env) for _ in range(4)]
    said = {run.communicate() for run in runs}
    assert said == {run_whole(env | {"CLIPPER_CACHE": "off"}).communicate()}
    assert [p.suffix for p in (tmp_path / "cache").iterdir()] == [".cache"]
    assert {run_whole(env).communicate()} == said


def test_cache_goes_where_the_system_says(tmp_path):
    env = {k: v for k, v in os.environ.items() if k not in ("CLIPPER_CACHE", "HOME")}
    run_whole(env | {"XDG_CACHE_HOME": str(tmp_path)}).communicate()
    assert [p.suffix for p in (tmp_path / "clipper").iterdir()] == [".cache"]


def test_no_home(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("CLIPPER_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as for a user that the system does not know
    assert cache_folder() is None
    assert read_cached("words-1.cache", "1") is None and write_cached("words-1.cache", "1", lambda: b"") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("said", ["off", "OFF"])
def test_cache_can_be_turned_off(monkeypatch, said):
    monkeypatch.setenv("CLIPPER_CACHE", said)
    assert cache_folder() is None
    assert write_cached("words-1.cache", "1", lambda: pytest.fail("called")) is None


# ---- the user's words -----------------------------------------------------------------------------------------------

OWN_WORDS = st.text(st.sampled_from("青石镇水渠老街云岭河Ab1"), min_size=1, max_size=5)
USER_WORDS = st.lists(
    st.builds(UserWord, OWN_WORDS, st.one_of(st.none(), st.integers(0, 10**6)), st.sampled_from(["", "n", "nr", "ns"])),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(own=USER_WORDS, texts=st.lists(st.one_of(TEXTS, HARD, st.lists(OWN_WORDS).map("".join)), max_size=4))
def test_user_words_are_taken_as_jieba_takes_them(own, texts, jieba_itself):
    jieba = import_jieba()
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = dict(jieba_itself.FREQ), jieba_itself.total, True
    jieba.finalseg.Force_Split_Words.clear()
    lexicon = load_lexicon(words=tuple(own))
    try:
        for word in own:
            tokenizer.add_word(word.word, word.frequency, word.tag)
        # jieba never takes back that a word is to be cut apart; here, the last one given counts.
        jieba.finalseg.Force_Split_Words &= {w for w in (u.word for u in own) if not tokenizer.FREQ[w]}
        for text in [*texts, "".join(u.word for u in own)]:
            assert lexicon.cut(text) == list(tokenizer.cut(text))
        for word in {u.word for u in own}:
            assert (lexicon.entry(word) or (0, ""))[0] == tokenizer.FREQ[word]
    finally:
        jieba.finalseg.Force_Split_Words.clear()


def test_user_dictionary_is_read_as_jieba_reads_it(jieba_itself):
    text = "\ufeff青石镇 500 ns\n\n云岭河\n白芷河渡口 nz\n水渠 7\n老街\n青石镇 600 ns\n云岭\n云 3\n"
    tokenizer = import_jieba().Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = dict(jieba_itself.FREQ), jieba_itself.total, True
    tokenizer.load_userdict(io.BytesIO(text.encode()))
    own = load_lexicon(words=read_userdict(text, "words.txt"))
    for word in ("青石镇", "云岭河", "白芷河渡口", "水渠", "老街", "云岭", "云", "的"):
        assert own.entry(word)[0] == tokenizer.FREQ[word]
    for page in PAGES.values():
        assert own.cut(page) == list(tokenizer.cut(page))


def test_user_word_is_cut_and_known(lexicon):
    own = load_lexicon(words=(UserWord("青石镇", None, "ns"), UserWord("白芷河渡口", 300)))
    assert own.cut("青石镇到白芷河渡口") == ["青石镇", "到", "白芷河渡口"]
    assert own.entry("青石镇") == (1, "ns") and own.entry("白芷河渡口") == (300, "")
    assert own.idf("青石镇") is None and own.idf("水渠") == lexicon.idf("水渠")
    assert own.pos("水渠") == "n" and not lexicon.known("青石镇")


def test_last_of_a_user_word_counts_and_its_tag_falls_back_on_the_dictionary():
    own = load_lexicon(words=(UserWord("水渠", 7, "nz"), UserWord("水渠", 9)))
    assert own.entry("水渠") == (9, "n")


def test_frequency_of_nought_takes_a_word_out(lexicon):
    own = load_lexicon(words=(UserWord("水渠", 0),))
    assert lexicon.cut("水渠通水了") == ["水渠", "通水", "了"]
    assert own.cut("水渠通水了") == ["水", "渠", "通水", "了"] and own.entry("水渠") is None


@pytest.mark.parametrize("given", [("", None), ("水渠", -1)])
def test_user_word_that_is_none(given):
    with pytest.raises(ValueError, match="at least one character"):
        UserWord(*given)


@given(
    own=USER_WORDS, line_break=st.sampled_from(["\n", "\r\n", "\r", "\n\n", " \n"]), bom=st.sampled_from(["", "\ufeff"])
)
def test_user_dictionary_is_read(own, line_break, bom):
    lines = (" ".join([w.word, *([str(w.frequency)] if w.frequency is not None else []), w.tag]).strip() for w in own)
    assert read_userdict(bom + line_break.join(lines), "words.txt") == tuple(own)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("青石镇 500 ns 青石", '"青石" is too much'),
        ("青石镇 3.5", '"3.5" is no frequency'),
        ("青石镇 -3 ns", '"-3" is no frequency'),
        ("青石镇 ５００", '"５００" is no frequency'),
        ("青石镇 500 地名", '"地名" is no tag'),
        ("青石镇,500,ns", 'cut at ","'),
        ("大卫·史密斯 500 nr", 'cut at "·"'),
        ("青石镇 99999999999", "larger than 1000000000"),
        ("青石镇 " + "9" * 5000, "larger than 1000000000"),
        ("青石\0镇", "would never be found"),
        ("\ud800", "would never be found"),
    ],
)
def test_bad_line_is_said_with_its_number(line, wrong):
    with pytest.raises(DataError) as caught:
        read_userdict(f"云岭河 20\n\n{line}\n", "words.txt")
    said = str(caught.value)
    assert said.startswith("words.txt:3: ") and wrong in said and caught.value.remedy in said and "\n" not in said


@given(st.text(st.characters(), max_size=30))
def test_any_user_dictionary_is_read_or_refused(text):
    try:
        for word in read_userdict(text, "words.txt"):
            assert (word.word and word.frequency is not None) or word.frequency is None
    except DataError as fault:
        assert str(fault).startswith("words.txt:")


# ---- rjieba ---------------------------------------------------------------------------------------------------------

needs_rjieba = pytest.mark.skipif(
    importlib.util.find_spec("rjieba") is None, reason="rjieba is not installed: pip install 'clipper[fast]'"
)
AGREEMENT = 0.999  # F1 of rjieba's words against jieba's on the sample pages


def spans(words: list[str]) -> set[tuple[int, int]]:
    return set(pairwise(accumulate(map(len, words), initial=0)))


@needs_rjieba
def test_rjieba_cuts_nearly_as_jieba_does(lexicon):
    fast = load_lexicon(segmenter="rjieba")
    same = theirs = ours = 0
    for text in PAGES.values():
        a, b = spans(lexicon.cut(text)), spans(fast.cut(text))
        same, ours, theirs = same + len(a & b), ours + len(a), theirs + len(b)
    assert 2 * same / (ours + theirs) >= AGREEMENT


@needs_rjieba
@settings(max_examples=300, deadline=None)
@given(st.one_of(TEXTS, HARD, ANY_HAN, st.text(st.characters(), max_size=40)))
def test_rjieba_loses_nothing(text):
    assert "".join(load_lexicon(segmenter="rjieba").cut(text)) == text


@needs_rjieba
@pytest.mark.parametrize("odd", ["\ud800", "老街\udfff水渠", "\0老街\0", "🚲老街", "\r\n\u2028\u3000", "𠮷老街", ""])
def test_rjieba_gives_odd_characters_back(lexicon, odd):
    assert load_lexicon(segmenter="rjieba").cut(odd) == lexicon.cut(odd)


@needs_rjieba
def test_rjieba_has_jiebas_tags_and_the_users_words(lexicon):
    import rjieba

    own = (UserWord("青石镇", None, "ns"), UserWord("水渠", 0), UserWord("老街坊", 500))
    fast, slow = load_lexicon(segmenter="rjieba", words=own), load_lexicon(words=own)
    for text in ("青石镇修好了水渠", "老街坊在老街", "水渠通水了"):
        assert fast.cut(text) == slow.cut(text)
    assert fast.entry("青石镇") == slow.entry("青石镇") and fast.idf("老街") == lexicon.idf("老街")
    assert rjieba.cut("青石镇修好了水渠") == lexicon.cut("青石镇修好了水渠")  # nobody else's words are changed


def test_missing_rjieba_is_said_with_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)
    load_lexicon.cache_clear()
    with pytest.raises(UsageError) as caught:
        load_lexicon(segmenter="rjieba")
    assert "pip install 'clipper[fast]'" in str(caught.value)


def test_unknown_segmenter_is_said():
    with pytest.raises(UsageError, match='no segmenter is called "hanlp"; known are jieba, rjieba'):
        load_lexicon(segmenter="hanlp")


def test_many_words_with_one_beginning_are_taken_in_time():
    words = tuple(UserWord(f"云岭{chr(0x4E00 + n // 80)}{chr(0x5000 + n % 80)}") for n in range(4000))
    started = time.perf_counter()
    lexicon = load_lexicon(words=words)
    assert time.perf_counter() - started < 10  # half a second here; with the square of their number, minutes
    assert lexicon.cut(words[-1].word) == [words[-1].word]
