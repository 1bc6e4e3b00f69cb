r"""A private cache: what takes long to make, kept in a folder of the user's own, and trusted only while it is theirs.

Another user must not be able to put words into an archive. So a folder or a file that is a link, belongs to someone
else or can be written by others is left alone, as if it were not there. A file that was cut off, has a byte changed or
was made from something else is not used either. Nothing here raises and nothing is printed: without a cache the answer
is the same, only later.

A file is three parts: a line with a checksum of the rest, a line that says what it was made from, and the bytes.

>>> opened(sealed("dict 1", b"12"), "dict 1").tobytes(), opened(sealed("dict 1", b"12"), "dict 2")
(b'12', None)
>>> opened(sealed("dict 1", b"12")[:-1], "dict 1") is None
True
"""

from __future__ import annotations

import contextlib
import os
import stat
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["VARIABLE", "cache_folder", "opened", "read_cached", "sealed", "write_cached"]

VARIABLE = "CLIPPER_CACHE"
OFF = "off"
MAGIC = b"clipper cache 1 "
KEPT = 4  # files of a kind; each environment has its own, and those of environments long gone should not pile up
BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def cache_folder(environ: Mapping[str, str] | None = None) -> Path | None:
    """Return the folder of the cache, or None where there is to be none; it need not exist.

    CLIPPER_CACHE in ENVIRON says "off", or names a folder; else it is the user's, as their system has it.

    >>> cache_folder({"CLIPPER_CACHE": "off"}) is None
    True
    >>> cache_folder({"CLIPPER_CACHE": "/srv/desk/cache"}).as_posix()
    '/srv/desk/cache'
    """
    named = (os.environ if environ is None else environ).get(VARIABLE, "")
    if named.lower() == OFF:
        return None
    if named:
        return Path(named)
    from platformdirs import user_cache_path  # here, as a run without a cache has no use for it

    try:
        folder = user_cache_path("clipper", appauthor=False)
    except (OSError, RuntimeError, KeyError):
        return None
    return folder if folder.is_absolute() else None  # "~" stays as it is for a user without a home


def read_cached(name: str, stamp: str) -> memoryview | None:
    """Return what is kept under NAME ("words-1.cache"), None unless it is sound, private and was made from STAMP."""
    folder = cache_folder()
    if folder is None or not _is_private_folder(folder):
        return None
    try:
        return opened(_read_private(folder / name), stamp)
    except (OSError, ValueError):
        return None


def write_cached(name: str, stamp: str, make: Callable[[], bytes]) -> bytes | None:
    """Call MAKE and keep what it returns under NAME, as made from STAMP; return it, None where nothing can be kept.

    MAKE is not called where the folder cannot be written. Whoever reads NAME meanwhile gets the old file or the new
    one, whole, and of several writers the last one's stays. What MAKE raises is passed on.
    """
    folder = cache_folder()
    if folder is None or not _make_private(folder):
        return None
    import tempfile  # slow to import

    try:
        number, temporary = tempfile.mkstemp(prefix=f"{name}.", suffix=".tmp", dir=folder)  # 0600
    except (OSError, ValueError):
        return None
    data = None
    try:
        with os.fdopen(number, "wb") as file:
            data = make()
            file.write(sealed(stamp, data))
        Path(temporary).replace(folder / name)
    except OSError:
        return data
    finally:
        with contextlib.suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
    _drop_old(folder, name)
    return data


def sealed(stamp: str, data: bytes) -> bytes:
    """Return the file that holds DATA, made from STAMP (one line)."""
    rest = stamp.encode("utf-8", "backslashreplace") + b"\n" + data
    return MAGIC + b"%08x\n" % zlib.crc32(rest) + rest


def opened(file: bytes, stamp: str) -> memoryview | None:
    """Return the data in FILE, None where it is damaged or was not made from STAMP."""
    head = len(MAGIC) + 9
    line = stamp.encode("utf-8", "backslashreplace") + b"\n"
    if not file.startswith(line, head) or file[:head] != MAGIC + b"%08x\n" % zlib.crc32(memoryview(file)[head:]):
        return None
    return memoryview(file)[head + len(line) :]


# ---- whose it is ----------------------------------------------------------------------------------------------------


def _is_ours(found: os.stat_result) -> bool:
    """Tell whether the file or folder belongs to the user and nobody else can write it."""
    if not hasattr(os, "geteuid"):  # Windows: the folder of a user is theirs by the system's own rules
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & BY_OTHERS


def _is_private_folder(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except (OSError, ValueError):
        return False
    return stat.S_ISDIR(found.st_mode) and _is_ours(found)


def _make_private(folder: Path) -> bool:
    """Make FOLDER where it is missing; tell whether it is there and private."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, ValueError):
        return False
    return _is_private_folder(folder)


def _read_private(path: Path) -> bytes:
    """Return the bytes of PATH. Raises OSError or ValueError where it is not a plain file of the user's own."""
    # What is opened is what is looked at: a link is not followed, and a pipe does not make us wait.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        found = os.fstat(file.fileno())
        if not (stat.S_ISREG(found.st_mode) and _is_ours(found)):
            raise ValueError("not ours")
        return file.read()


def _drop_old(folder: Path, name: str) -> None:
    """Remove all but the KEPT newest files in FOLDER that are called as NAME is, up to its last "-".

    So too the temporary ones: a run that was killed leaves one.
    """
    kind = name[: name.rindex("-") + 1] + "*" + Path(name).suffix
    for pattern in (kind, f"{kind}.*.tmp"):
        with contextlib.suppress(OSError):
            files = sorted(folder.glob(pattern), key=lambda path: path.lstat().st_mtime, reverse=True)
            for path in files[KEPT:]:
                path.unlink(missing_ok=True)
