"""Names for the files of clippings: safe on every file system, and nothing leads out of their folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

__all__ = ["clipping_name", "own_names", "own_places"]

LONGEST = 255  # bytes: what file systems take for one name, in UTF-8
LONGEST_STEM = 80  # bytes of the name of the source
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


def own_names(sources: Sequence[str]) -> list[str]:
    """Return a name inside one folder for each of SOURCES: the file's own, with the folders before it where two are
    alike, and a number where these are too. Nothing leads out of the folder.

    >>> own_names(["pages/1.txt", "pages/2.txt"]), own_names(["0101/1.txt", "../0102/1.txt"])
    (['1.txt', '2.txt'], ['0101/1.txt', '0102/1.txt'])
    >>> own_names(["1.txt", "../1.txt"])
    ['1.txt', '1-2.txt']
    """
    parts = [_inner_parts(s) for s in sources]
    found = _apart(parts)
    if found is not None:
        return ["/".join(name) for name in found]
    return ["/".join(name) for name in _numbered(parts)]


def own_places(sources: Sequence[str]) -> list[tuple[str, ...]]:
    """Return for each of SOURCES the folders, inside one folder, and the stem that its clippings' files are named by.

    What is compared is what is written, as on a file system that takes no notice of case: two that are still alike with
    all their folders are told apart by a number.

    >>> own_places(["pages/1.txt", "pages/2.txt"]), own_places(["a b.txt", "a_b.txt"])
    ([('1',), ('2',)], [('a_b',), ('a_b-2',)])
    """
    parts = [_inner_parts(s) for s in sources]
    safe = [[*map(safe_folder, p[:-1]), _cut(_safe(PurePath(p[-1]).stem), LONGEST_STEM) or "page"] for p in parts]
    found = _apart(safe)
    return [tuple(x) for x in (_numbered(safe) if found is None else found)]


def _numbered(names: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return NAMES, the parts of a path each, with a number at the stem of each that stands before already."""
    taken: set[str] = set()
    out = []
    for *folders, last in names:
        end = PurePath(last).suffix
        own, n = last, 1
        while "/".join((*folders, own)).casefold() in taken:
            n += 1
            own = f"{last.removesuffix(end)}-{n}{end}"
        taken.add("/".join((*folders, own)).casefold())
        out.append([*folders, own])
    return out


def _inner_parts(source: str) -> list[str]:
    """Return the parts of a path that lead nowhere else, or one part where there is none."""
    parts = [x for x in PurePath(source).parts if x not in ("..", ".") and x != PurePath(source).anchor]
    return parts or ["page"]


def _apart(parts: Sequence[Sequence[str]]) -> list[list[str]] | None:
    """Return as few of the last PARTS of each as tell them apart, or None where all do not."""
    for depth in range(1, max(map(len, parts), default=1) + 1):
        names = [list(p[-depth:]) for p in parts]
        if len({"/".join(name).casefold() for name in names}) == len(names):
            return names
    return None


def safe_folder(name: str) -> str:
    """Return NAME, one part of a path, as the name of a folder that every file system takes.

    >>> safe_folder("2026年1月"), safe_folder("nul")
    ('2026年1月', '_nul')
    """
    safe = _cut(_safe(name), LONGEST_STEM) or "_"
    return f"_{safe}" if RESERVED.match(safe) else safe


def _safe(text: str) -> str:
    return UNSAFE.sub("_", text).strip("_-")


def _cut(text: str, most: int) -> str:
    """Return the start of TEXT that takes at MOST bytes in UTF-8."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
