r"""Where bytes become text and text becomes bytes: files, standard input, encodings, atomic output, closed pipes.

Reading never guesses in silence (see encodings.py). Writing is whole or not at all: every output is written to a
temporary file beside its target, then put in its place.
"""

from __future__ import annotations

import codecs
import errno
import glob
import io
import json
import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Self, TextIO

from clipper.encodings import decode, line_of
from clipper.errors import InputError, OutputError, UsageError, one_line

__all__ = [
    "Output",
    "Source",
    "begins_records",
    "expand",
    "file_marks",
    "file_size",
    "holds_records",
    "leave_stdout",
    "make_folder_for",
    "printable_path",
    "quiet_closed_pipe",
    "read_own",
    "read_pieces",
    "read_source",
    "refuse_same_file",
    "refuse_same_output",
    "say",
    "show",
    "shown_name",
    "stderr_is_terminal",
    "stdin_is_terminal",
    "to_bytes",
    "to_source",
    "write_all",
    "write_text",
]


@dataclass(frozen=True, slots=True)
class Source:
    """One input, read.

    name: as shown to the user and stored in records. stem: the file's stem, or "stdin". data: the bytes as they came.
    text: what they say, without the byte order mark, line ends untouched. encoding: the Python codec that re-encodes
    text. bom: the byte order mark, or empty.
    """

    name: str
    stem: str
    data: bytes
    text: str
    encoding: str
    bom: bytes


# --- tables ------------------------------------------------------------------------------------------------------

READ_FAULTS = {
    errno.ENOENT: ("no such file", "check the path"),
    errno.EACCES: ("permission denied", "check who may read it"),
    errno.EISDIR: ("is a folder", "name the files in it, for example with *.txt"),
}
WRITE_FAULTS = {
    errno.ENOENT: ("the folder does not exist", "make it first"),
    errno.ENOTDIR: ("the folder does not exist", "check the path"),
    errno.EACCES: ("permission denied", "check who may write there"),
    errno.EPERM: ("permission denied", "check who may write there"),
    errno.EISDIR: ("is a folder", "name a file in it"),
    errno.EROFS: ("nothing can be written there", "name a place that is not read-only"),
    errno.ENAMETOOLONG: ("file name too long", "name another place"),
    errno.ENOSPC: ("the disk is full", "free some space and run it again"),
}
HELD = 1 << 25  # bytes of output that are held in memory
PIECE = 1 << 17  # bytes that are read at a time where an input need not be read whole
CLOSED_PIPE = {errno.EPIPE, errno.ESHUTDOWN} | ({errno.EINVAL} if os.name == "nt" else set())
OPEN_FILE = re.compile(r"/dev/std(?P<name>out|err)|/(?:dev|proc/self)/fd/(?P<number>\d+)")  # "/dev/stdout"


# --- inputs ------------------------------------------------------------------------------------------------------


def expand(patterns: Sequence[str]) -> list[str]:
    """Return the input paths that PATTERNS stand for, in order: globs that the shell left alone become files, sorted.

    "-" is standard input. A file that is really called page[1].txt is meant by that name. A glob that matches no file
    stays as it is, so that read_source names it and the other inputs are still done. Raises UsageError for a second
    "-".

    >>> expand(["-", "no such page.txt"])
    ['-', 'no such page.txt']
    """
    if list(patterns).count("-") > 1:
        raise UsageError("stdin", "is named twice, and can be read once", "leave one - out")
    return [path for pattern in patterns for path in (_glob(pattern) if _is_glob(pattern) else [pattern])]


def _is_glob(path: str) -> bool:
    return glob.has_magic(path) and not os.path.lexists(path)


def _glob(pattern: str) -> list[str]:
    # glob.glob, as Path.glob takes no absolute pattern and drops a leading ./
    found = sorted(path for path in glob.glob(pattern, recursive=True) if not stat.S_ISDIR(_mode(path)))  # noqa: PTH207
    return found or [pattern]


def read_source(path: str, *, encoding: str | None = None, name: str | None = None) -> Source:
    """Read the file at PATH, or standard input for "-", as decode does.

    name: what to call it instead of its path (--source). Raises InputError where it cannot be read, and what decode
    raises.
    """
    return to_source(_read_bytes(path, shown_name(path, name)), path, encoding=encoding, name=name)


def to_source(data: bytes, path: str, *, encoding: str | None = None, name: str | None = None) -> Source:
    """Return DATA, all that was read from PATH, as read_source does."""
    shown = shown_name(path, name)
    text, codec, bom = decode(data, shown, encoding)
    stem = "stdin" if path == "-" else Path(printable_path(path)).stem
    return Source(shown, stem, data, text, codec, bom)


def read_pieces(path: str, *, name: str | None = None) -> Iterator[bytes]:
    """Yield what is at PATH ("-" for standard input) as it comes, in pieces that end where a line does.

    Raises InputError as read_source does. NAME: see there.
    """
    shown = shown_name(path, name)
    begun: list[bytes] = []  # of a line
    with _faults_named(path, shown):
        if path == "-" and sys.stdin is None:
            raise InputError(shown, "is closed", "name a file")
        with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as stream:
            read = getattr(stream, "read1", stream.read)  # what is there, without waiting for more
            while data := read(PIECE):
                end = data.rfind(b"\n") + 1
                if end:
                    yield b"".join([*begun, data[:end]])
                    begun = []
                begun.append(data[end:])
    if any(begun):
        yield b"".join(begun)


def begins_records(data: bytes) -> bool:
    r"""Tell whether DATA, the beginning of an input with its first line whole, is of records in UTF-8.

    >>> begins_records(b'\xef\xbb\xbf{"id": "p-1", "blocks": []}\n'), begins_records("雪\n".encode())
    (True, False)
    """
    line = data.removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")[0]
    if not line.startswith(b"{"):
        return False
    try:
        record = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):  # cut off: what it is and why it fails is said when it is read
        return False
    return isinstance(record, dict) and isinstance(record.get("blocks"), list)


def holds_records(path: str) -> bool:
    """Tell whether the regular file at PATH begins as records do."""
    try:
        if not stat.S_ISREG(_mode(path)):
            return False
        with Path(path).open("rb") as stream:
            begin = stream.read(PIECE)
            if b"\n" not in begin and begin.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
                begin += stream.readline()
        return begins_records(begin)
    except (OSError, ValueError):
        return False


def shown_name(path: str, name: str | None = None) -> str:
    """Return what the input at PATH is called in records and messages: NAME, where it has one.

    >>> shown_name("-"), shown_name("-", "wire"), shown_name("a/p.txt")
    ('stdin', 'wire', 'a/p.txt')
    """
    return name or ("stdin" if path == "-" else printable_path(path))


def read_own(path: str, *, encoding: str | None = None, name: str | None = None) -> list[str]:
    """Return what a text at PATH says that clipper wrote: UTF-8 as it is, also where other texts would be refused.

    Two answers where it begins with U+FEFF: without it, as --bom adds it, and with it. Text in another encoding, or one
    that is named, is read as read_source does.
    """
    shown = shown_name(path, name)
    data = _read_bytes(path, shown)
    if encoding is None:
        with suppress(UnicodeError):
            text = data.decode("utf-8")
            return [text.removeprefix("\ufeff"), text] if text.startswith("\ufeff") else [text]
    return [decode(data, shown, encoding)[0]]


def printable_path(path: str) -> str:
    """Return PATH with forward slashes; bytes of a file name that are not UTF-8 are written as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace").replace(os.sep, "/")


def _read_bytes(path: str, shown: str) -> bytes:
    with _faults_named(path, shown):
        if path == "-":
            if sys.stdin is None:
                raise InputError(shown, "is closed", "name a file")
            return sys.stdin.buffer.read()
        return Path(path).read_bytes()


@contextmanager
def _faults_named(path: str, shown: str) -> Iterator[None]:
    """Raise InputError for what goes wrong while PATH is read."""
    try:
        yield
    except OSError as error:
        if path != "-" and stat.S_ISDIR(_mode(path)):  # Windows says "permission denied"
            raise InputError(shown, *READ_FAULTS[errno.EISDIR]) from None
        if error.errno == errno.ENOENT and _is_glob(path):
            raise InputError(shown, "no file matches", "check the pattern") from None
        raise InputError(shown, *_fault(error, READ_FAULTS)) from None


def _fault(error: OSError, faults: Mapping[int, tuple[str, str]]) -> tuple[str, str]:
    """Return what went wrong and what to do about it."""
    return faults.get(error.errno or 0, ((error.strerror or str(error)).lower(), ""))


def file_size(path: str) -> int:
    """Return the size in bytes of the regular file at PATH, and 0 for anything else; "-" is standard input."""
    if path == "-":
        return 0
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def file_marks(paths: Sequence[str]) -> frozenset[tuple[int, int]]:
    """Return what tells the files at PATHS from all others, whatever they are called; what is not there has no mark."""
    marks = set()
    for path in paths:
        with suppress(OSError, ValueError):
            found = Path(path).stat()
            marks.add((found.st_dev, found.st_ino))
    return frozenset(marks)


def stdin_is_terminal() -> bool:
    """Return whether standard input is a terminal, where waiting for input would look like hanging."""
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except ValueError:  # closed
        return False


def stderr_is_terminal() -> bool:
    """Return whether a person reads standard error as it is printed."""
    try:
        return sys.stderr is not None and sys.stderr.isatty()
    except ValueError:  # closed
        return False


# --- outputs -----------------------------------------------------------------------------------------------------


def to_bytes(text: str, where: str, *, bom: bool = False) -> bytes:
    r"""Return TEXT in UTF-8, with a byte order mark if asked for. Raises OutputError for a lone surrogate.

    >>> to_bytes("雪\n", "stdout", bom=True)
    b'\xef\xbb\xbf\xe9\x9b\xaa\n'
    """
    try:
        return (codecs.BOM_UTF8 if bom else b"") + text.encode("utf-8")
    except UnicodeEncodeError as error:
        line = line_of(text, error.start)
        code = f"U+{ord(text[error.start]):04X}"
        raise OutputError(where, f"line {line} would hold half a character, {code}", "mend it in the input") from None


def write_text(path: str | None, text: str, *, bom: bool = False) -> None:
    """Write TEXT in UTF-8, line ends as they are, to the file at PATH, or to standard output for None or "-"."""
    write_all([(path, to_bytes(text, path or "stdout", bom=bom))])


def write_all(outputs: Sequence[tuple[str | None, bytes | str]]) -> None:
    """Write several outputs, (path, content) each, so that a failing one leaves the files of all as they were.

    A path is as for write_text. A file is written beside its target and then put in its place: the mode is kept, a
    symbolic link stays and its target is replaced. What is no regular file (a device, a pipe, standard output) is
    written through, once every file is ready.

    Raises OutputError; UsageError if two outputs are one file; BrokenPipeError if the reader of a pipe has gone, with
    the files written all the same (see quiet_closed_pipe).
    """
    contents = [(path, to_bytes(c, path or "stdout") if isinstance(c, str) else c) for path, c in outputs]
    staged: dict[Path, Path] = {}  # target: temporary file
    gone = False
    try:
        for path, data in contents:
            if path is not None and not _is_stream(path):
                target = _target(path)
                if target in staged:
                    raise UsageError(path, "is named for two outputs", "give each its own file")
                staged[target] = _stage(path, target, data)
        for path, data in contents:
            if path is None or _is_stream(path):
                gone = _write_through(path or "-", data) or gone
        for target, temporary in staged.items():
            _replace(temporary, target)
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
    if gone:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


class _Held:
    """Bytes that are held for later: in memory, or, if they are many, in a temporary file."""

    def __init__(self) -> None:
        self.file: IO[bytes] = io.BytesIO()

    def write(self, data: bytes) -> None:
        self.file.write(data)
        if isinstance(self.file, io.BytesIO) and self.file.tell() > HELD:
            from tempfile import TemporaryFile  # slow to import

            there = TemporaryFile()  # noqa: SIM115
            there.write(self.file.getbuffer())
            self.file = there

    def close(self) -> None:
        self.file.close()


class Output:
    """One output that is written piece by piece: whole or not at all, unless it is written through (see write_all).

    Use it in a with statement: what was written is put in its place at the end, and nothing is where the body fails or
    calls `discard`.
    """

    def __init__(self, path: str | None, *, bom: bool = False) -> None:
        self._path = path or "-"
        self._start = codecs.BOM_UTF8 if bom else b""
        self._target = None if _is_stream(self._path) else _target(self._path)
        self._temporary: Path | None = None
        self._file: BinaryIO | None = None
        self._held: _Held | None = None  # what is written in a part, where it cannot be taken back
        self._kept = True

    def __enter__(self) -> Self:
        if self._target is not None:
            self._temporary = _stage(self._path, self._target, b"")
            self._file = self._temporary.open("ab")
        return self

    def write(self, text: str) -> None:
        """Add TEXT. Raises OutputError; BrokenPipeError if the reader of a pipe has gone."""
        self._write(self._start + to_bytes(text, "stdout" if self._path == "-" else self._path))
        self._start = b""

    def _write(self, data: bytes) -> None:
        try:
            if (file := self._file or self._held) is not None:
                file.write(data)
            elif _write_through(self._path, data):
                raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _output_error(self._path, error) from None

    @contextmanager
    def part(self) -> Iterator[None]:
        """Take back what was written in the body of a with statement where the body raises.

        What goes to a stream is held until the end of the body, in memory or, if it is much, in a temporary file.
        """
        start = self._start
        if self._file is not None:
            begin = self._file.tell()
            try:
                yield
            except BaseException:
                self._start = start
                self._file.seek(begin)
                self._file.truncate()
                raise
            return
        self._held = held = _Held()
        try:
            yield
        except BaseException:
            self._start = start
            held.close()
            raise
        finally:
            self._held = None
        if isinstance(held.file, io.BytesIO):
            self._write(held.file.getvalue())  # the buffer itself, and no copy of it
            return
        with held.file as file:
            file.seek(0)
            while data := file.read(HELD):
                self._write(data)

    def settle(self) -> None:
        """Have what was written so far on the disk, so that all that is left is to put it in its place."""
        try:
            if self._file is not None:
                self._file.flush()
                os.fsync(self._file.fileno())
        except OSError as error:
            raise _output_error(self._path, error) from None

    def discard(self) -> None:
        """Leave the file as it was before."""
        self._kept = False

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._file is None or self._temporary is None or self._target is None:
            if self._start and kind is None:
                self.write("")
            return
        try:
            if kind is None and self._kept:
                self._file.write(self._start)
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                _replace(self._temporary, self._target)
        except OSError as fault:
            raise _output_error(self._path, fault) from None
        finally:
            with suppress(OSError):
                self._file.close()
            self._temporary.unlink(missing_ok=True)


def make_folder_for(path: str) -> None:
    """Make the folder that the file at PATH is to be in. Raises OutputError."""
    folder = Path(path).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise OutputError(str(folder), "is no folder", "name another one") from None
    except OSError as error:
        raise _output_error(str(folder), error) from None


def _is_stream(path: str) -> bool:
    """Return whether PATH is written through: "-", an open file, a device, a named pipe."""
    if path == "-" or OPEN_FILE.fullmatch(path):
        return True
    mode = _mode(path)
    return bool(mode) and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _mode(path: str) -> int:
    """Return what kind of file PATH is, with its permissions, or 0 where that cannot be told."""
    try:
        return Path(path).stat().st_mode
    except OSError:
        return 0


def _target(path: str) -> Path:
    """Return the file that PATH means, behind any symbolic links."""
    try:
        if path.endswith(("/", os.sep)) or Path(path).is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        target = Path(path).resolve()
        if target.is_symlink():  # links that lead round in a circle; before Python 3.13 resolve finds them
            raise RuntimeError
        return target
    except (OSError, RuntimeError) as error:
        raise _output_error(path, error) from None


def _stage(path: str, target: Path, data: bytes) -> Path:
    """Write DATA to a new file beside TARGET, with its mode and owner, and return the new file."""
    # not made of the target's name, which may be as long as a name can be
    temporary = target.with_name(f".clipper-{os.urandom(6).hex()}.tmp")
    try:
        old = target.stat() if target.exists() else None
        if old and not os.access(target, os.W_OK):  # to replace it would need leave of the folder only
            raise PermissionError(errno.EACCES, "")
        with temporary.open("xb") as file:  # a new file gets what umask leaves
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if old:
            with suppress(OSError, AttributeError):  # the owner: root only, and not on Windows
                os.chown(temporary, old.st_uid, old.st_gid)
            temporary.chmod(stat.S_IMODE(old.st_mode))
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            raise _output_error(path, error) from None
        raise
    return temporary


def _replace(temporary: Path, target: Path) -> None:
    try:
        temporary.replace(target)
    except OSError as error:
        raise _output_error(str(target), error) from None


def _write_through(path: str, data: bytes) -> bool:
    """Write DATA to what is no regular file; return whether its reader has gone."""
    found = OPEN_FILE.fullmatch(path)
    number = int(found["number"] or {"out": 1, "err": 2}[found["name"]]) if found else None
    standard = path == "-" or number == 1
    try:
        if standard:
            _write_stdout(data)
        else:
            with open(path if number is None else number, "wb", closefd=number is None) as file:
                file.write(data)
    except OSError as error:
        if standard:
            _abandon(sys.stdout)
        if error.errno in CLOSED_PIPE:
            return True
        raise _output_error("stdout" if path == "-" else path, error) from None
    return False


def _write_stdout(data: bytes) -> None:
    """Write DATA to standard output as it is, whatever encoding and line ends that has, after what was printed."""
    if sys.stdout is None or sys.stdout.closed:
        raise OSError(errno.EBADF, "is closed")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _output_error(path: str, error: Exception) -> OutputError:
    if isinstance(error, OSError):
        return OutputError(path, *_fault(error, WRITE_FAULTS))
    return OutputError(path, "is a symbolic link to itself", "name another file")


def refuse_same_output(side: str, output: str | None) -> None:
    """Raise UsageError if SIDE, a second output, goes where OUTPUT (None or "-": standard output) goes, too."""
    mark = OPEN_FILE.fullmatch(side)
    if output in (None, "-"):
        here, there = _regular_file(side, None), _regular_file("-", sys.stdout)
        same = bool(mark and "1" in (mark["number"], {"out": "1"}.get(mark["name"])))
        same = same or bool(here and there and os.path.samestat(here, there))
    else:
        same = os.path.realpath(side) == os.path.realpath(str(output))
    if same:
        raise UsageError(side, "is named for two outputs", "give each its own file")


def refuse_same_file(output: str | None, inputs: Sequence[str]) -> None:
    """Raise UsageError if OUTPUT (None or "-": standard output) is the same regular file as one of INPUTS ("-": stdin).

    Standard input and output count as the file that they come from or go to.
    """
    there = _regular_file(output, sys.stdout)
    for path in inputs:
        here = _regular_file(path, sys.stdin)
        if there and here and os.path.samestat(there, here):
            name = "standard output" if output in (None, "-") else str(output)
            raise UsageError(name, f"would overwrite the input {path}", "write to another file")


def _regular_file(path: str | None, stream: TextIO | None) -> os.stat_result | None:
    try:
        found = Path(path).stat() if path and path != "-" else os.fstat(stream.fileno()) if stream else None
    except (OSError, ValueError):  # no such file; a stream that is closed or no real one
        return None
    return found if found and stat.S_ISREG(found.st_mode) else None


# --- closed pipes and standard error -----------------------------------------------------------------------------


@contextmanager
def quiet_closed_pipe() -> Iterator[None]:
    """End the run quietly with exit code 0 when the reader of standard output has gone, as in `clipper ... | head -1`.

    Wrap the body of a command in it: Typer makes exit code 1 of a BrokenPipeError that gets as far as itself. Method:
    docs.python.org/3/library/signal.html, note on SIGPIPE.
    """
    try:
        yield
        if sys.stdout is not None and _write_through("-", b""):  # what was printed and is still in the buffer
            raise BrokenPipeError
    except BrokenPipeError:
        _abandon(sys.stdout)
        raise SystemExit(0) from None


def _abandon(stream: TextIO | None) -> None:
    """Let what is left in the buffer of STREAM go nowhere: Python flushes it at exit, and would fail once more."""
    if stream is None:
        return
    with suppress(OSError, ValueError):
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def say(line: str) -> None:
    """Write one line for the user to standard error. Never fails, even where nobody can read it."""
    _tell(f"clipper: {one_line(line)}\n")


def show(text: str) -> None:
    """Write TEXT, drawn for people, to standard error as it is, in UTF-8. Never fails."""
    _tell(text, "utf-8")


def _tell(text: str, encoding: str | None = None) -> None:
    if sys.stderr is None or not text:
        return
    try:
        if encoding:
            sys.stderr.buffer.write(text.encode(encoding, "backslashreplace"))
        else:
            sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        _abandon(sys.stderr)


def leave_stdout() -> None:
    """Let what is still to be written to standard output go nowhere: it has failed, and would fail again at exit."""
    _abandon(sys.stdout)
