"""The archive: what earlier runs of dedupe have seen, in one SQLite file, for today's page to be held against.

A text is stored once, with the places it stood in. It is found again by the digest of its normal form, or by seeds: 8
letters at every fifth place of a stored text, looked up at every place of a new one, so that 12 letters in a row that
two texts share are always found. A seed that stands in many texts is a formula and finds nothing.

A source is known by the digest of its bytes. It goes in once, in one transaction; a run that is killed leaves the
archive whole, and two runs at once wait for each other. The seeds of what came in last are kept in memory by whoever
asks, and written many at a time: written with every source, they would change a thousand pages of the file each time.

>>> from clipper.clipping import Block
>>> page = [Clipping("p-1", "p.txt", (Block("body", "镇上的老老少少搬着凳子来听，讲的是种田的学问。", (3,)),))]
>>> with Archive(None) as archive:
...     added = archive.add("ab" * 32, "p.txt", page), archive.add("ab" * 32, "p.txt", page)
...     [old] = archive.find_like(["晚上，老老少少搬着凳子来听，讲的是算账"], "cd" * 32)
>>> added, old.source, old.blocks[0].lines
((True, False), 'p.txt', (3,))
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from heapq import nsmallest
from itertools import groupby
from pathlib import Path
from typing import Any, Self

from clipper.clipping import Block, Clipping
from clipper.errors import ClipperError, DataError, InputError, OutputError, escape_surrogates
from clipper.fingerprint import BLANK, NORMAL_FORM, SEED, SEED_STEP, count_letters, digest, normal_form

__all__ = ["REMEDY", "Archive", "Archived"]

APPLICATION = 0x636C6970  # "clip": what tells an archive from another database
SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE source (id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    paragraphs INTEGER NOT NULL, letters INTEGER NOT NULL, texts_before INTEGER NOT NULL);
CREATE TABLE text (id INTEGER PRIMARY KEY AUTOINCREMENT, digest INTEGER NOT NULL, words TEXT NOT NULL);
CREATE INDEX text_digest ON text (digest);
CREATE TABLE place (id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source, text INTEGER NOT NULL
    REFERENCES text, clip TEXT NOT NULL, role TEXT NOT NULL, lines TEXT NOT NULL, words TEXT);
CREATE INDEX place_source ON place (source);
CREATE INDEX place_text ON place (text);
CREATE TABLE seed (hash INTEGER NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (hash, text)) WITHOUT ROWID;
"""

NEW_SOURCE = "INSERT INTO source (sha256, name, paragraphs, letters, texts_before) VALUES (?, ?, 0, 0, ?)"

PRIME = 2**47 - 115  # seeds are numbers modulo this: they fit into six bytes
FORMULA = 32  # texts; a seed that stands in as many finds nothing
CANDIDATES = 8  # texts to look at for one paragraph, those that share the most seeds
PLACES = 12  # of one text that are told, the oldest
LEAST = 4  # letters that a text has to have
UNWRITTEN = 20_000  # texts whose seeds are kept in memory before they are written
PATIENCE = 600  # seconds that a run waits for another one
CACHE = 64 << 10  # KiB of the file that are kept in memory
AT_ONCE = 500  # values that one question may hold
ALL = 1 << 62  # more than any number of a row

NOT_AS_WRITTEN = (TypeError, ValueError, LookupError, AttributeError)  # what reading a damaged row ends in
REMEDY = "make a new one from the pages, or take a copy of it from a backup"

DIGEST_START = re.compile(r"[0-9a-fA-F]{8,}")  # "df15f3d52d57"
# What the columns of a row may hold.
TYPES = {
    "source": {"sha256": "'text'", "name": "'text'", "paragraphs": "'integer'", "letters": "'integer'"},
    "text": {"digest": "'integer'", "words": "'text'"},
    "place": {"clip": "'text'", "role": "'text'", "lines": "'text'", "words": "'text', 'null'"},
}


@dataclass(frozen=True, slots=True)
class Archived:
    """One source in the archive: the digest of its bytes, the name it came under, its paragraphs and their letters."""

    sha256: str
    name: str
    paragraphs: int
    letters: int


class Archive:
    """An archive in the file PATH, opened in a with statement; it is made where there is none, unless EXISTING.

    Without a path it is one in memory, gone at the end.
    """

    def __init__(self, path: str | None, *, existing: bool = False) -> None:
        self._file = Path(path) if path is not None else None
        self._path = path or "archive in memory"
        self._existing = existing
        self._recent: dict[int, tuple[int, ...]] = {}  # the seeds that are not yet written, and their texts
        self._recent_to = -1  # the last text whose seeds are in there, or written

    def __enter__(self) -> Self:
        if self._existing and self._file and not self._file.exists():
            raise InputError(self._path, "no such file", "clipper dedupe --archive makes one")
        with self._faults():
            name = self._file.absolute().as_uri() if self._file else ":memory:"
            if self._existing and self._file and not os.access(self._file.absolute().parent, os.W_OK):
                name += "?immutable=1"  # nobody can write there, and neither can the files of a connection
            self._base = sqlite3.connect(name, timeout=PATIENCE, isolation_level=None, uri=True)
            try:
                self._open_patiently()
            except BaseException:
                self._base.close()
                raise
        return self

    def _open_patiently(self) -> None:
        """Open the file, again where another run has just changed its mode: SQLite does not wait for that."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self._open()
                return
            except sqlite3.OperationalError as fault:
                if "locked" not in str(fault) or time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def _open(self) -> None:
        ask = self._base.execute
        # The tables first: what another run makes between these questions comes with its id and its version.
        (tables,) = ask("SELECT count(*) FROM sqlite_master").fetchone()
        (own,), (version,) = ask("PRAGMA application_id").fetchone(), ask("PRAGMA user_version").fetchone()
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
        ask("PRAGMA synchronous = NORMAL")
        ask(f"PRAGMA cache_size = -{CACHE}")
        ask("PRAGMA temp_store = FILE")

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
        self._base.close()

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """Do all of what is in the with statement or nothing of it, and let no other run write meanwhile.

        keep: False to take everything back at the end. Inside another transaction it is a part of that one.
        """
        if self._base.in_transaction:
            yield
            return
        with self._faults():
            self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
            if keep:
                with self._faults():
                    self._base.execute("COMMIT")
        finally:
            if self._base.in_transaction:
                with suppress(sqlite3.Error):
                    self._base.execute("ROLLBACK")
                self._recent, self._recent_to = {}, -1  # what was taken back is to be read again

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as fault:
            raise _in_words(self._path, fault) from None
        except NOT_AS_WRITTEN as fault:
            raise _damaged(self._path, f"{type(fault).__name__}: {fault}") from None

    def _meta(self, name: str) -> int:
        found = self._base.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return int(found[0]) if found else 0

    # ---- what is in it ----------------------------------------------------------------------------------------------

    def sources(self) -> Iterator[Archived]:
        """Yield the sources, in the order in which they came in."""
        with self._faults():
            for row in self._base.execute("SELECT sha256, name, paragraphs, letters FROM source ORDER BY id"):
                if list(map(type, row)) != [str, str, int, int]:
                    raise TypeError("a source is not what was written")
                yield Archived(*row)

    def add(self, sha256: str, name: str, clips: Iterable[Clipping]) -> bool:
        """Add the paragraphs of CLIPS, clippings of the source with that digest.

        What is there already is not added again; returns whether anything was.
        """
        with self.transaction(), self._faults():
            blocks = [(c.id, b) for c in clips for b in c.blocks]
            rows = [(escape_surrogates(x), b.role, json.dumps(b.lines), escape_surrogates(b.text)) for x, b in blocks]
            return self._add(sha256, escape_surrogates(name), rows)

    def _add(self, sha256: str, name: str, rows: Sequence[tuple[str, str, str, str]]) -> bool:
        ask = self._base.execute
        found = ask("SELECT id FROM source WHERE sha256 = ?", (sha256,)).fetchone()
        there = set(ask("SELECT text, lines FROM place WHERE source = ?", found)) if found else set()
        source, paragraphs, letters = found[0] if found else None, 0, 0
        for clip, role, lines, words in rows:
            normal = normal_form(words)
            if count_letters(normal) < LEAST:
                continue
            if source is None:
                source = ask(NEW_SOURCE, (sha256, name, self._last_text())).lastrowid
            text, first = self._text(normal, words)
            if (text, lines) in there:
                continue
            there.add((text, lines))
            place = (source, text, clip, role, lines, None if words == first else words)
            ask("INSERT INTO place (source, text, clip, role, lines, words) VALUES (?, ?, ?, ?, ?, ?)", place)
            paragraphs, letters = paragraphs + 1, letters + count_letters(normal)
        if source is None:  # a page without any text is known too
            ask(NEW_SOURCE, (sha256, name, self._last_text()))
            return True
        ask(
            "UPDATE source SET paragraphs = paragraphs + ?, letters = letters + ? WHERE id = ?",
            (paragraphs, letters, source),
        )
        return paragraphs > 0

    def _text(self, normal: str, words: str) -> tuple[int, str]:
        """Return the number of the text with that NORMAL form, and its words, which are WORDS where it is new."""
        number = _digest(normal)
        for text, stored in self._base.execute("SELECT id, words FROM text WHERE digest = ?", (number,)):
            if normal_form(stored) == normal:
                return text, stored
        text = self._base.execute("INSERT INTO text (digest, words) VALUES (?, ?)", (number, words)).lastrowid or 0
        if text == self._recent_to + 1:  # this run knows all seeds up to here
            self._know(text, _seeds(normal, SEED_STEP))
        return text, words

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
        name = escape_surrogates(name)
        with self.transaction(), self._faults():
            ask = self._base.execute
            start = name.casefold() if DIGEST_START.fullmatch(name) else None
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
            yield from self._find_faults()
        except (sqlite3.DatabaseError, *NOT_AS_WRITTEN) as fault:
            yield f"{type(fault).__name__}: {fault}"

    def _find_faults(self) -> Iterator[str]:
        ask = self._base.execute
        yield from (row for (row,) in ask("PRAGMA integrity_check") if row != "ok")
        with Archive(None) as new:
            schema = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name"
            if ask(schema).fetchall() != new._base.execute(schema).fetchall():
                yield "its tables are not those of an archive"
                return
        for table, row, parent, _ in ask("PRAGMA foreign_key_check"):
            yield f"row {row} of {table} names a {parent} that is not there"
        if not 0 <= self._meta("seeds written") <= self._last_text():
            yield "the number of written seeds is wrong"
        for table, columns in TYPES.items():
            wrong = " OR ".join(f"typeof({column}) NOT IN ({types})" for column, types in columns.items())
            for (row,) in ask(f"SELECT id FROM {table} WHERE {wrong}"):
                yield f"row {row} of {table} is not what was written"
        for text, number, words in ask("SELECT id, digest, words FROM text"):
            if _digest(normal_form(words)) != number:
                yield f"text {text} is not what was written"
        for number, lines in ask("SELECT id, lines FROM place"):
            if not all(type(line) is int for line in json.loads(lines)):
                yield f"place {number} is not what was written"

    def compact(self) -> None:
        """Write the archive anew: without the room of what was forgotten, and with every seed that is worth one."""
        with self.transaction(), self._faults():
            self._base.execute("DELETE FROM seed")
            self._base.execute("UPDATE meta SET value = 0 WHERE name = 'seeds written'")
            written = 0
            next_ones = "SELECT max(id) FROM (SELECT id FROM text WHERE id > ? ORDER BY id LIMIT ?)"
            while (to := self._base.execute(next_ones, (written, UNWRITTEN)).fetchone()[0]) is not None:
                self._write_seeds(written, to)
                written = to
        with self._faults():
            self._base.execute("VACUUM")

    # ---- looking up -------------------------------------------------------------------------------------------------

    def find_like(self, texts: Iterable[str], sha256: str) -> list[Clipping]:
        """Return the clippings that hold what is the same as one of TEXTS, or shares a run of letters with it.

        TEXTS: paragraphs of the source with that digest. Only their like is in the clippings, each with the digest of
        its source under "source_sha256"; in the order in which they came in. A source is held against those before it
        alone, so that the answer is the same when it comes again.
        """
        normals = [normal_form(escape_surrogates(text)) for text in dict.fromkeys(texts)]
        normals = [normal for normal in normals if count_letters(normal) >= LEAST]
        with self.transaction(), self._faults():
            mine = self._base.execute("SELECT id, texts_before FROM source WHERE sha256 = ?", (sha256,)).fetchone()
            source, last = mine or (ALL, ALL)
            self._catch_up()
            found = self._same(normals) | self._sharing(normals, last)
            return _clippings(self._places(sorted(found), source))

    def _same(self, normals: Sequence[str]) -> set[int]:
        wanted = {_digest(normal) for normal in normals}
        return {text for text, _ in self._in("SELECT id, digest FROM text WHERE digest IN (%s)", sorted(wanted))}

    def _sharing(self, normals: Sequence[str], last: int) -> set[int]:
        """Return the texts up to LAST that share seeds with NORMALS: for each the few that share the most."""
        asked = [_seeds(normal, 1) for normal in normals]
        texts: dict[int, list[int]] = {}
        for seed, text in self._in("SELECT hash, text FROM seed WHERE hash IN (%s)", sorted(set().union(*asked))):
            texts.setdefault(seed, []).append(text)
        found: set[int] = set()
        for seeds in asked:
            shared: dict[int, int] = {}
            for seed in seeds & texts.keys() | seeds & self._recent.keys():
                there = [text for text in (*texts.get(seed, ()), *self._recent.get(seed, ())) if text <= last]
                if len(there) < FORMULA:
                    for text in there:
                        shared[text] = shared.get(text, 0) + 1
            found.update(nsmallest(CANDIDATES, shared, key=lambda text: (-shared[text], text)))
        return found

    def _places(self, texts: Sequence[int], before: int) -> list[tuple[Any, ...]]:
        """Return the oldest places of TEXTS, those in sources BEFORE one alone."""
        rows = self._in(
            "SELECT id, source, clip, role, lines, words, text FROM (SELECT *, row_number() OVER (PARTITION BY text"
            " ORDER BY id) AS nth FROM place WHERE text IN (%s) AND source < ?) WHERE nth <= ?",
            texts,
            (before, PLACES),
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
        """Return the number of the last text that came in, whether it is still there or forgotten."""
        found = self._base.execute("SELECT seq FROM sqlite_sequence WHERE name = 'text'").fetchone()
        return int(found[0]) if found else 0

    def _catch_up(self) -> None:
        """Know the seeds of all texts, also of those that another run has just added; write them if they are many."""
        written, last = self._meta("seeds written"), self._last_text()
        if written > self._recent_to:
            self._recent, self._recent_to = {}, written
        if last - written > UNWRITTEN:
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
    return int(digest(normal)[:15], 16)  # SQLite's numbers have 63 bits


def _seeds(normal: str, step: int) -> set[int]:
    """Return the seeds of a normal form at every STEPth place, as numbers (Karp and Rabin, 1987).

    >>> len(_seeds("镇上的老老少少搬着凳子来听", 1)), len(_seeds("镇上的老老少少搬着凳子来听", SEED_STEP))
    (6, 2)
    """
    data = normal.encode("utf-16-le", "surrogatepass")
    places = range(0, len(normal) - SEED + 1, step)
    if len(data) == 2 * len(normal) and BLANK not in normal:  # each letter takes two bytes, as nearly always
        grams = [data[2 * k : 2 * (k + SEED)] for k in places]
    else:
        letters = [normal[k : k + SEED] for k in places]
        grams = [gram.encode("utf-16-le", "surrogatepass") for gram in letters if BLANK not in gram]
    return {int.from_bytes(gram, "little") % PRIME for gram in grams}


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
    return _damaged(path, said)


def _damaged(path: str, said: str) -> DataError:
    return DataError(path, f"is damaged ({said})", REMEDY)
