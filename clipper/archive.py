"""The archive: what earlier runs of dedupe have seen, in one SQLite file, for today's page to be held against.

A text is stored once, with the places it stood in. It is found again by the digest of its normal form, or by seeds: 8
letters at every fifth place of a stored text, looked up at every place of a new one, so that 12 letters in a row that
two texts share are always found. A seed that stands in many texts is a formula and finds nothing.

A source is known by the digest of its bytes. It goes in once, in one transaction; a run that is killed leaves the
archive whole, and two runs at once wait for each other. The seeds of what came in last are kept in memory by whoever
asks, and written many at a time: written with every source, they would change a thousand pages of the file each time.

>>> from clipper.clipping import Block
>>> page = [Clipping("p-1", "p.txt", (Block("body", "镇上的老老少少搬着凳子来听，讲的是种田的学问。", (3,)),))]
>>> with Archive(":memory:") as archive:
...     added = archive.add("ab" * 32, "p.txt", page), archive.add("ab" * 32, "p.txt", page)
...     [old] = archive.find_like(["晚上，老老少少搬着凳子来听，讲的是算账"], "cd" * 32)
>>> added, old.source, old.blocks[0].lines
((True, False), 'p.txt', (3,))
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest
from itertools import groupby
from pathlib import Path
from typing import Any, Self

from clipper.clipping import Block, Clipping
from clipper.errors import ClipperError, DataError, InputError, OutputError
from clipper.fingerprint import BLANK, NORMAL_FORM, SEED, SEED_STEP, count_letters, normal_form

__all__ = ["Archive", "Archived"]

APPLICATION = 0x636C6970  # "clip": what tells an archive from another database
SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE source (id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    paragraphs INTEGER NOT NULL, letters INTEGER NOT NULL);
CREATE TABLE text (id INTEGER PRIMARY KEY AUTOINCREMENT, digest INTEGER NOT NULL, words TEXT NOT NULL);
CREATE INDEX text_digest ON text (digest);
CREATE TABLE place (id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source, text INTEGER NOT NULL
    REFERENCES text, clip TEXT NOT NULL, role TEXT NOT NULL, lines TEXT NOT NULL, words TEXT);
CREATE INDEX place_source ON place (source);
CREATE INDEX place_text ON place (text);
CREATE TABLE seed (hash INTEGER NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (hash, text)) WITHOUT ROWID;
"""

PRIME = 2**47 - 115  # seeds are numbers modulo this: they fit into six bytes
FORMULA = 32  # texts; a seed that stands in as many finds nothing
CANDIDATES = 8  # texts to look at for one paragraph, those that share the most seeds
PLACES = 12  # of one text that are told, the oldest
LEAST = 4  # letters that a text has to have
UNWRITTEN = 20_000  # texts whose seeds are kept in memory before they are written
PATIENCE = 600  # seconds that a run waits for another one
CACHE = 64 << 10  # KiB of the file that are kept in memory
AT_ONCE = 500  # values that one question may hold


@dataclass(frozen=True, slots=True)
class Archived:
    """One source in the archive: the digest of its bytes, the name it came under, its paragraphs and their letters."""

    sha256: str
    name: str
    paragraphs: int
    letters: int


class Archive:
    """An archive in the file PATH, opened in a with statement; it is made where there is none, unless EXISTING."""

    def __init__(self, path: str, *, existing: bool = False) -> None:
        self._path = path
        self._existing = existing
        self._recent: dict[int, tuple[int, ...]] = {}  # the seeds that are not yet written, and their texts
        self._recent_to = 0  # the last text whose seeds are in there, or written

    def __enter__(self) -> Self:
        if self._existing and not Path(self._path).is_file():
            raise InputError(self._path, "no such file", "clipper dedupe --archive makes one")
        with self._faults():
            self._base = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
            try:
                self._open()
            except BaseException:
                self._base.close()
                raise
        return self

    def _open(self) -> None:
        ask = self._base.execute
        (own,), (version,) = ask("PRAGMA application_id").fetchone(), ask("PRAGMA user_version").fetchone()
        (tables,) = ask("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables and not self._existing:
            ask("PRAGMA journal_mode = WAL")
            with self.transaction():
                if not ask("SELECT count(*) FROM sqlite_master").fetchone()[0]:  # another run may have made it
                    self._make()
        elif own != APPLICATION:
            raise DataError(self._path, "is no clipper archive", "name another file")
        elif version != SCHEMA_VERSION:
            raise self._outdated("archive format", version, SCHEMA_VERSION)
        normal = self._meta("normal form")
        if normal != NORMAL_FORM:
            raise self._outdated("normal form", normal, NORMAL_FORM)
        ask("PRAGMA journal_mode = WAL")
        ask("PRAGMA synchronous = NORMAL")
        ask(f"PRAGMA cache_size = -{CACHE}")
        ask("PRAGMA temp_store = FILE")
        self._recent_to = self._meta("seeds written")

    def _outdated(self, what: str, found: int, wanted: int) -> DataError:
        return DataError(
            self._path,
            f"is an archive with {what} {found}, and this clipper works with {wanted}",
            "make a new one from the pages (clipper dedupe --archive NEW PAGES...), or use the clipper that made it",
        )

    def _make(self) -> None:
        for statement in SCHEMA.split(";"):
            self._base.execute(statement)
        self._base.execute(f"PRAGMA application_id = {APPLICATION}")
        self._base.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        rows = [("normal form", NORMAL_FORM), ("seeds written", 0)]
        self._base.executemany("INSERT INTO meta VALUES (?, ?)", rows)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        # Where nobody else has it open, what is left is one file, which can be read in a folder that cannot be written.
        with suppress(sqlite3.Error):
            self._base.execute("PRAGMA busy_timeout = 0")
            self._base.execute("PRAGMA journal_mode = DELETE")
        self._base.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of what is in the with statement or nothing of it, and let no other run write meanwhile."""
        with self._faults():
            self._base.execute("BEGIN IMMEDIATE")
        recent_to = self._recent_to
        try:
            yield
            with self._faults():
                self._base.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._base.execute("ROLLBACK")
            if self._recent_to != recent_to:  # what was taken back is to be read again
                self._recent, self._recent_to = {}, self._meta("seeds written")
            raise

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as fault:
            raise _in_words(self._path, fault) from None

    def _meta(self, name: str) -> int:
        found = self._base.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return int(found[0]) if found else 0

    # ---- what is in it ----------------------------------------------------------------------------------------------

    def sources(self) -> Iterator[Archived]:
        """Yield the sources, in the order in which they came in."""
        with self._faults():
            for row in self._base.execute("SELECT sha256, name, paragraphs, letters FROM source ORDER BY id"):
                yield Archived(*row)

    def add(self, sha256: str, name: str, clips: Iterable[Clipping]) -> bool:
        """Add the paragraphs of CLIPS, all of the source with that digest; False where the source is there already."""
        if not self._base.in_transaction:
            with self.transaction():
                return self.add(sha256, name, clips)
        with self._faults():
            ask = self._base.execute
            if ask("SELECT 1 FROM source WHERE sha256 = ?", (sha256,)).fetchone():
                return False
            blocks = [(c.id, b, normal_form(b.text)) for c in clips for b in c.blocks]
            blocks = [row for row in blocks if count_letters(row[2]) >= LEAST]
            letters = sum(count_letters(normal) for _, _, normal in blocks)
            values = (sha256, _storable(name), len(blocks), letters)
            source = ask("INSERT INTO source (sha256, name, paragraphs, letters) VALUES (?, ?, ?, ?)", values).lastrowid
            for clip, block, normal in blocks:
                text, words = self._text(normal, _storable(block.text))
                lines = json.dumps(block.lines)
                own = None if words == _storable(block.text) else _storable(block.text)
                ask(
                    "INSERT INTO place (source, text, clip, role, lines, words) VALUES (?, ?, ?, ?, ?, ?)",
                    (source, text, _storable(clip), block.role, lines, own),
                )
            return True

    def _text(self, normal: str, words: str) -> tuple[int, str]:
        """Return the number of the text with that NORMAL form, and its words, which are WORDS where it is new."""
        digest = _digest(normal)
        for number, stored in self._base.execute("SELECT id, words FROM text WHERE digest = ?", (digest,)):
            if normal_form(stored) == normal:
                return number, stored
        number = self._base.execute("INSERT INTO text (digest, words) VALUES (?, ?)", (digest, words)).lastrowid or 0
        if number == self._recent_to + 1:  # this run knows all seeds up to here
            self._know(number, _seeds(normal, SEED_STEP))
        return number, words

    def _know(self, text: int, seeds: Iterable[int]) -> None:
        """Keep the seeds of a text in memory; one that stands in FORMULA texts finds nothing, and needs no more."""
        for seed in seeds:
            known = self._recent.get(seed, ())
            if len(known) < FORMULA:
                self._recent[seed] = (*known, text)
        self._recent_to = text

    def forget(self, name: str) -> int:
        """Forget the source with that name or digest (or the beginning of one, 8 digits or more).

        Returns how many sources went: several may have come under one name.
        """
        with self.transaction(), self._faults():
            ask = self._base.execute
            start = name.casefold() if len(name) >= 8 and not set(name.casefold()) - set("0123456789abcdef") else "x"
            gone = [n for (n,) in ask("SELECT id FROM source WHERE name = ? OR sha256 LIKE ? || '%'", (name, start))]
            for source in gone:
                texts = {n for (n,) in ask("SELECT text FROM place WHERE source = ?", (source,))}
                ask("DELETE FROM place WHERE source = ?", (source,))
                ask("DELETE FROM source WHERE id = ?", (source,))
                for text in sorted(texts):
                    if not ask("SELECT 1 FROM place WHERE text = ? LIMIT 1", (text,)).fetchone():
                        (words,) = ask("SELECT words FROM text WHERE id = ?", (text,)).fetchone()
                        seeds = [(seed, text) for seed in _seeds(normal_form(words), SEED_STEP)]
                        self._base.executemany("DELETE FROM seed WHERE hash = ? AND text = ?", seeds)
                        ask("DELETE FROM text WHERE id = ?", (text,))
            return len(gone)

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the archive, a line each: nothing where it is whole."""
        try:
            found = [row[0] for row in self._base.execute("PRAGMA integrity_check")]
            yield from (row for row in found if row != "ok")
            for table, row, parent, _ in self._base.execute("PRAGMA foreign_key_check"):
                yield f"row {row} of {table} names a {parent} that is not there"
            for number, digest, words in self._base.execute("SELECT id, digest, words FROM text"):
                if _digest(normal_form(words)) != digest:
                    yield f"text {number} is not what it was"
        except sqlite3.DatabaseError as fault:
            yield str(fault)

    def compact(self) -> None:
        """Write the archive anew: without the room of what was forgotten, and with every seed that is worth one."""
        with self.transaction(), self._faults():
            self._base.execute("DELETE FROM seed")
            self._base.execute("UPDATE meta SET value = 0 WHERE name = 'seeds written'")
            self._recent, self._recent_to = {}, 0
            last = self._last_text()
            while self._recent_to < last:
                self._write_seeds(self._recent_to, min(last, self._recent_to + UNWRITTEN))
        with self._faults():
            self._base.execute("VACUUM")

    # ---- looking up -------------------------------------------------------------------------------------------------

    def find_like(self, texts: Iterable[str], sha256: str) -> list[Clipping]:
        """Return the clippings that hold what is the same as one of TEXTS, or shares a run of letters with it.

        TEXTS: paragraphs of the source with that digest. Only their like is in the clippings, each with the digest of
        its source under "source_sha256"; in the order in which they came in. A source is held against those before it
        alone, so that the answer is the same when it comes again.
        """
        with self._faults():
            mine = self._base.execute("SELECT id FROM source WHERE sha256 = ?", (sha256,)).fetchone()
            self._catch_up()
            normals = [normal for normal in map(normal_form, dict.fromkeys(texts)) if count_letters(normal) >= LEAST]
            found = self._same(normals) | self._sharing(normals)
            return _clippings(self._places(sorted(found), mine[0] if mine else None))

    def _same(self, normals: Sequence[str]) -> set[int]:
        wanted = {_digest(normal) for normal in normals}
        return {text for text, _ in self._in("SELECT id, digest FROM text WHERE digest IN (%s)", sorted(wanted))}

    def _sharing(self, normals: Sequence[str]) -> set[int]:
        """Return the texts that share seeds with NORMALS: for each the few that share the most."""
        asked = [_seeds(normal, 1) for normal in normals]
        texts: dict[int, list[int]] = {}
        for seed, text in self._in("SELECT hash, text FROM seed WHERE hash IN (%s)", sorted(set().union(*asked))):
            texts.setdefault(seed, []).append(text)
        found: set[int] = set()
        for seeds in asked:
            shared: dict[int, int] = {}
            for seed in seeds & texts.keys() | seeds & self._recent.keys():
                there = [*texts.get(seed, ()), *self._recent.get(seed, ())]
                if len(there) < FORMULA:
                    for text in there:
                        shared[text] = shared.get(text, 0) + 1
            found.update(nsmallest(CANDIDATES, shared, key=lambda text: (-shared[text], text)))
        return found

    def _places(self, texts: Sequence[int], before: int | None) -> list[tuple[Any, ...]]:
        """Return the oldest places of TEXTS, those in sources BEFORE one alone."""
        rows = self._in(
            "SELECT id, source, clip, role, lines, words, text FROM (SELECT *, row_number() OVER (PARTITION BY text"
            " ORDER BY id) AS nth FROM place WHERE text IN (%s) AND source < ?) WHERE nth <= ?",
            texts,
            (before if before is not None else 1 << 62, PLACES),
        )
        words = dict(self._in("SELECT id, words FROM text WHERE id IN (%s)", texts))
        sources = {row[1] for row in rows}
        named = {n: (name, sha) for n, name, sha in self._in(
            "SELECT id, name, sha256 FROM source WHERE id IN (%s)", sorted(sources))}  # fmt: skip
        return [(*named[source], clip, role, lines, own or words[text])
                for _, source, clip, role, lines, own, text in sorted(rows)]  # fmt: skip

    def _in(self, question: str, values: Sequence[int], more: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of QUESTION, which has a place for VALUES, however many."""
        rows: list[tuple[Any, ...]] = []
        for k in range(0, len(values), AT_ONCE):
            some = values[k : k + AT_ONCE]
            rows += self._base.execute(question % ",".join("?" * len(some)), (*some, *more))
        return rows

    # ---- seeds ------------------------------------------------------------------------------------------------------

    def _last_text(self) -> int:
        return int(self._base.execute("SELECT coalesce(max(id), 0) FROM text").fetchone()[0])

    def _catch_up(self) -> None:
        """Know the seeds of all texts, also of those that another run has just added; write them if they are many."""
        written, last = self._meta("seeds written"), self._last_text()
        if written > self._recent_to or last < self._recent_to:
            self._recent, self._recent_to = {}, written
        if last - written > UNWRITTEN and self._base.in_transaction:
            self._write_seeds(written, last)
        for text, seeds in self._seeds_of(self._recent_to, last):
            self._know(text, seeds)
        self._recent_to = last

    def _seeds_of(self, after: int, last: int) -> Iterator[tuple[int, set[int]]]:
        rows = self._base.execute("SELECT id, words FROM text WHERE id > ? AND id <= ?", (after, last))
        for text, words in rows:
            yield text, _seeds(normal_form(words), SEED_STEP)

    def _write_seeds(self, after: int, last: int) -> None:
        """Write the seeds of the texts in (AFTER, LAST], in order, so that each page of the file is changed once."""
        rows = sorted((seed, text) for text, seeds in self._seeds_of(after, last) for seed in seeds)
        self._base.execute("CREATE TEMP TABLE IF NOT EXISTS fresh (hash INTEGER, text INTEGER)")
        self._base.execute("DELETE FROM fresh")
        self._base.executemany("INSERT INTO fresh VALUES (?, ?)", rows)
        self._base.execute(
            "INSERT OR IGNORE INTO seed SELECT hash, text FROM (SELECT hash, text, row_number() OVER (PARTITION BY hash"
            " ORDER BY text) + (SELECT count(*) FROM seed WHERE seed.hash = fresh.hash) AS nth FROM fresh)"
            " WHERE nth <= ? ORDER BY hash, text",
            (FORMULA,),
        )
        self._base.execute("DELETE FROM fresh")
        self._base.execute("UPDATE meta SET value = ? WHERE name = 'seeds written'", (last,))
        self._recent, self._recent_to = {}, last


def _clippings(places: Sequence[tuple[Any, ...]]) -> list[Clipping]:
    """Return PLACES (name, digest, clipping, role, lines, words) as clippings, those of one side by side in one."""
    clips = []
    for (name, sha256, clip), rows in groupby(places, key=lambda row: row[:3]):
        blocks = tuple(Block(role, words, tuple(json.loads(lines))) for *_, role, lines, words in rows)
        clips.append(Clipping(clip, name, blocks, extra={"source_sha256": sha256}))
    return clips


def _digest(normal: str) -> int:
    return int.from_bytes(blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def _seeds(normal: str, step: int) -> set[int]:
    """Return the seeds of a normal form at every STEPth place, as numbers (Karp and Rabin, 1987).

    >>> len(_seeds("镇上的老老少少搬着凳子来听", 1)), len(_seeds("镇上的老老少少搬着凳子来听", SEED_STEP))
    (6, 2)
    """
    data = normal.encode("utf-16-le", "surrogatepass")
    last, blank = len(normal) - SEED + 1, BLANK in normal
    if len(data) == 2 * len(normal):  # all letters take two bytes, as nearly all do
        places = (k for k in range(0, last, step) if not blank or BLANK not in normal[k : k + SEED])
        grams = [data[2 * k : 2 * (k + SEED)] for k in places]
    else:
        letters = [normal[k : k + SEED] for k in range(0, last, step)]
        grams = [gram.encode("utf-16-le", "surrogatepass") for gram in letters if BLANK not in gram]
    return {int.from_bytes(gram, "little") % PRIME for gram in grams}


def _storable(text: str) -> str:
    """Return TEXT with half surrogates, as odd file names have them, as escapes: SQLite takes no others."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _in_words(path: str, fault: sqlite3.DatabaseError) -> ClipperError:
    said = str(fault)
    if "locked" in said or "busy" in said:
        return OutputError(path, "is in use by another run that does not end", "try again when that is done")
    if "full" in said:
        return OutputError(path, "cannot be written: the disk is full", "nothing was changed in it; make room")
    if "readonly" in said or "unable to open" in said or "permission" in said:
        return OutputError(path, "cannot be opened for writing", "check the folder and its permissions")
    if "not a database" in said:
        return DataError(path, "is no clipper archive", "name another file")
    if isinstance(fault, sqlite3.OperationalError) and "disk I/O" in said:
        return OutputError(path, "cannot be read or written: the disk fails", "nothing was changed in it")
    return DataError(path, f"is damaged ({said})", "make a new one from the pages, or take a copy of it from a backup")
