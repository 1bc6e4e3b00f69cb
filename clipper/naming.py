"""Names for the files of clippings: safe on every file system, and nothing leads out of their folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from clipper.errors import UsageError

__all__ = ["clipping_name", "own_names"]

LONGEST = 255  # bytes: what file systems take for one name, in UTF-8
LONGEST_HEADLINE = 150  # bytes of a headline in a name: a name has to be read, too
UNSAFE = re.compile(r"[^\w·-]+")  # "“半亩田”？/..": everything but letters, digits, _ · and -
# Names that Windows keeps for devices, whatever their ending.
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)


def clipping_name(stem: str, number: int, headline: str | None, ending: str) -> str:
    """Return the name of the file of clipping NUMBER (1-based) of the source whose own name is STEM, with ENDING.

    The number stands first after the stem, so that files sort as their clippings stand on the page; what could mean
    something to a file system or a shell becomes "_". At most LONGEST bytes in UTF-8.

    >>> clipping_name("page", 3, "谁动了我的早点摊？", ".txt"), clipping_name("../con", 12, None, ".txt")
    ('page-003-谁动了我的早点摊.txt', 'con-012.txt')
    """
    end = f"-{number:03}"
    told = _cut(_safe(headline or ""), LONGEST_HEADLINE)
    if told:
        end += f"-{told}"
    return (_cut(_safe(stem), LONGEST - len((end + ending).encode())) or "page") + end + ending


def own_names(sources: Sequence[str], where: str = "the inputs") -> list[str]:
    """Return a name inside one folder for each of SOURCES: the file's own, with the folders before it where two are
    alike. Nothing leads out of the folder.

    Raises UsageError, naming WHERE they stand, for two of one name.

    >>> own_names(["pages/1.txt", "pages/2.txt"]), own_names(["0101/1.txt", "../0102/1.txt"])
    (['1.txt', '2.txt'], ['0101/1.txt', '0102/1.txt'])
    """
    parts = [[x for x in PurePath(s).parts if x not in ("..", ".") and x != PurePath(s).anchor] for s in sources]
    for depth in range(1, max(map(len, parts), default=0) + 1):
        names = ["/".join(p[-depth:]) for p in parts]
        if len({name.casefold() for name in names}) == len(names):
            return names
    if not parts:
        return []
    raise UsageError(where, "two inputs have one name", "do them one at a time")


def safe_folder(name: str) -> str:
    """Return NAME, one part of a path, as the name of a folder that every file system takes.

    >>> safe_folder("2026年1月"), safe_folder("nul")
    ('2026年1月', '_nul')
    """
    safe = _cut(_safe(name), LONGEST) or "_"
    return f"_{safe}" if RESERVED.match(safe) else safe


def _safe(text: str) -> str:
    return UNSAFE.sub("_", text).strip("_-")


def _cut(text: str, most: int) -> str:
    """Return the start of TEXT that takes at MOST bytes in UTF-8."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
