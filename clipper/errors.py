"""What can go wrong, in words a user can act on.

Every error is one line: where it happened, what is wrong, and what to do about it. The exit code belongs to the
class: 1 when an input or an output failed, 2 when the command was used wrongly.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = [
    "ClipperError",
    "DataError",
    "EncodingError",
    "InputError",
    "OutputError",
    "PromiseError",
    "UsageError",
    "escape_surrogates",
    "one_line",
]


def one_line(text: str) -> str:
    r"""Return TEXT with every character that could break or overwrite a terminal line written as an escape.

    >>> one_line("page\n1.txt")
    'page\\n1.txt'
    >>> one_line("第1版.txt")
    '第1版.txt'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def escape_surrogates(text: str) -> str:
    r"""Return TEXT with half surrogates, as odd file names have them, as escapes: UTF-8 has no form for them.

    >>> escape_surrogates("page\udcff.txt")
    'page\\udcff.txt'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class ClipperError(Exception):
    """Something the user should be told in one line.

    where: the file, or "stdin"; what: the fault; remedy: what to do, or empty when the fault says it.

    >>> str(ClipperError("page.txt", "no such file", "check the path"))
    'page.txt: no such file; check the path'
    """

    exit_code = 1

    def __init__(self, where: str, what: str, remedy: str = "") -> None:
        super().__init__(where, what, remedy)
        self.where, self.what, self.remedy = where, what, remedy

    def __reduce__(self) -> tuple[Callable[..., ClipperError], tuple[type[ClipperError], str, str, str]]:
        return _remade, (type(self), self.where, self.what, self.remedy)  # from one process to another

    def __str__(self) -> str:
        said = f"{self.where}: {self.what}" if self.where else self.what
        return one_line(f"{said}; {self.remedy}" if self.remedy else said)


def _remade(kind: type[ClipperError], where: str, what: str, remedy: str) -> ClipperError:
    error = kind.__new__(kind)
    ClipperError.__init__(error, where, what, remedy)
    return error


class InputError(ClipperError):
    """An input cannot be read."""


class EncodingError(InputError):
    """An input's bytes cannot be read as text without guessing."""


class DataError(InputError):
    """An input was read, but it is no valid record, clip text or set-aside file."""


class OutputError(ClipperError):
    """An output cannot be written; what was there before is untouched."""


class PromiseError(ClipperError):
    """Clipper's own check of its promise failed: the fault is clipper's, and nothing was written."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(where, what, "this is a fault of clipper, not of your input; please report it")


class UsageError(ClipperError):
    """The command was given options or arguments that do not go together."""

    exit_code = 2
