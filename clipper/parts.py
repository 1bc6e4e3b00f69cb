"""The work on parts of a corpus: rows of a table in, rows out, by the functions that work on one machine.

Nothing here knows Spark. Each function takes the rows of one part, those that belong together side by side (`spark.py`
brings them there), and yields the rows of the answer. A clipping goes from row to row as the JSON of its record, a
paragraph as that of its block, and a paragraph's number says which clipping it is of.

>>> record = '{"id": "p-1", "source": "p", "blocks": [{"role": "body", "text": "昨夜河开了。", "lines": [3]}]}'
>>> [(at, source, normal) for at, source, *_, normal in paragraph_rows(iter([(7, True, record)]))]
[(117440512, 'p', '昨夜河开了')]
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import json
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, islice, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from clipper import textio
from clipper.alike import (
    SEARCHES,
    TEXT_KINDS,
    Lines,
    Near,
    Shared,
    clusters,
    find_near,
    joined_lines,
    lines_elsewhere,
    lines_near,
    near_candidates,
    report_cluster,
    report_passages,
    shared_run,
)
from clipper.associations import Run as WordRun
from clipper.associations import is_phrase, is_strong, runs_in
from clipper.clipping import Clipping, block_record, from_record, read_block, read_records, to_record
from clipper.convert import convert_clipping
from clipper.copies import Rules, choose_removed
from clipper.dedupe import find_on_page, is_text, last_ones, report_group, without_blocks
from clipper.directing import SAMPLE, Direction, Work
from clipper.directing import Plan as ConvertPlan
from clipper.echoes import HEADS, parts_of
from clipper.errors import ClipperError, DataError
from clipper.finding import (
    PROSE,
    Paragraph,
    Ranked,
    count_twice,
    order_of,
    paragraphs_of,
    to_finding_record,
    without_ids,
)
from clipper.fingerprint import WIDE, normal_form, places_by_text
from clipper.keywording import lexicon_of
from clipper.keywords import Taste, keywords_and_terms, with_keywords
from clipper.opencc_tables import load_fold
from clipper.pipeline import Job, Run, cite, read_item
from clipper.words import Read, read_words

if TYPE_CHECKING:
    from clipper.house import House
    from clipper.lexicon import UserWord

__all__ = [
    "BLOCKS",
    "PLACE",
    "Choice",
    "Row",
    "alike_rows",
    "cluster_rows",
    "converted_rows",
    "frequency_rows",
    "group_rows",
    "heading_rows",
    "key_rows",
    "keyword_rows",
    "line_rows",
    "near_rows",
    "page_rows",
    "pair_rows",
    "paragraph_rows",
    "passage_rows",
    "phrase_rows",
    "read_frame",
    "read_lines",
    "read_packed",
    "read_pages",
    "read_parquet",
    "record_columns",
    "refuse_large",
    "refused_rows",
    "removed_rows",
    "run_rows",
    "shown",
    "strong_rows",
    "word_count_rows",
]

BLOCKS: Final = 24  # bits of a paragraph's number that count inside its clipping
COUNTED: Final = 20_000  # clippings whose words are counted together
LARGE: Final = 1 << 30  # bytes, as far as the choice of a dictionary goes: a worker reads many pages
LINE_ENDS = re.compile(rb"\r\n|\r|\n")  # b"{...}\n{...}\r\n"
PLACE: Final = struct.Struct("<qii")  # of a seed: the number of the text, the position in it, the letters of the text

Row = tuple[Any, ...]

# ---- reading and writing --------------------------------------------------------------------------------------------


def shown(names: Sequence[tuple[str, str]], path: str) -> str:
    """Return how the user calls the file that Spark calls PATH.

    >>> shown([("file:/data/pages", "pages")], "file:///data/pages/a.txt")
    'pages/a.txt'
    """
    path = re.sub(r"^file:/+", "file:/", path)
    for base, given in names:
        if path == base or path.startswith(base + "/"):
            return (given + path[len(base) :]).removeprefix("" if given else "/")
    return path


def read_pages(names: Sequence[tuple[str, str]], encoding: str | None, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the clippings of pages, or why one cannot be read: name, block, row, n, source, raw, record, bad.

    ROWS: path and bytes of a file. NAMES: see `shown`. ENCODING: of all, or None.
    name, block, row, n: what clippings are ordered by.
    """
    for path, data in rows:
        name = shown(names, path)
        yield from _read_page(name, (name, 0, 0), data, encoding)


def refuse_large(names: Sequence[tuple[str, str]], rows: Iterator[Row]) -> Iterator[Row]:
    """Yield why each file is not read that has too many bytes for one; ROWS: path, length."""
    for path, length in rows:
        yield _refused(shown(names, path), f"has {length} bytes, too many for one; cut it, or give records")


def read_packed(names: Sequence[tuple[str, str]], cited: bool, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield what read_lines does of packed records; ROWS and NAMES: as read_pages has them."""
    for path, data in rows:
        name = shown(names, path)
        try:
            text = bz2.decompress(data) if path.endswith(".bz2") else gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            yield _refused(name, f"cannot be unpacked ({error}); is the file cut off?")
            continue
        lines = LINE_ENDS.split(text)
        yield from _records_of(name, cited, (((name, 0, row), line) for row, line in enumerate(lines)))


def read_parquet(
    names: Sequence[tuple[str, str]], cited: bool, encoding: str | None, rows: Iterator[Row]
) -> Iterator[Row]:
    """Yield the same of Parquet files, with a column record, or with source and text; ROWS: as read_pages has them."""
    import pyarrow as pa
    import pyarrow.parquet

    for path, data in rows:
        name = shown(names, path)
        try:
            file = pyarrow.parquet.ParquetFile(pa.BufferReader(data))
            columns = [column for column in ("record", "source", "text") if column in file.schema_arrow.names]
            if "record" not in columns and len(columns) < 2:
                found = ", ".join(file.schema_arrow.names)
                yield _refused(name, f'has the columns {found}; it takes "record", or "source" and "text"')
                continue
            table = [row for batch in file.iter_batches(columns=columns) for row in batch.to_pylist()]
        except (pa.ArrowException, OSError) as error:
            yield _refused(name, f"is no Parquet that can be read ({error})")
            continue
        yield from _rows_of_table(name, cited, encoding, table)


def _rows_of_table(name: str, cited: bool, encoding: str | None, table: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for number, row in enumerate(table):
        place = (name, 0, number)
        if row.get("record") is not None:
            yield from _records_of(name, cited, [(place, _bytes(row["record"]))])
        elif row.get("source") is not None and row.get("text") is not None:
            yield from _read_page(row["source"], place, _bytes(row["text"]), encoding)
        else:
            yield *place, 0, None, None, None, "a row has no record, and no source with a text"


def read_frame(encoding: str | None, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the same of pages that stand in a table; ROWS: source, the bytes of the page."""
    for number, (source, data) in enumerate(rows):
        if source is None or data is None:
            yield "", 0, number, 0, None, None, None, "a row has no source, or no text"
        else:
            yield from _read_page(source, (source, 0, number), data, encoding)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _refused(name: str, why: str) -> Row:
    return name, 0, 0, 0, None, None, None, f"{name}: {why}"


def _read_page(name: str, place: Row, data: bytes, encoding: str | None) -> Iterator[Row]:
    """Yield the clippings of one page, or why it cannot be read."""
    try:
        item = read_item(textio.to_source(data, name, encoding=encoding), size=LARGE)
        raw = item.form == "page"
        done = [(*place, n, clip.source, raw, _line(clip), None) for n, clip in enumerate(map(_checked, cite(item)))]
    except ClipperError as error:
        done = [(*place, 0, None, None, None, str(error))]
    except Exception as error:  # one page of a hundred million stops nothing
        done = [(*place, 0, None, None, None, f"clipper fails on it: {error!r}; please report it")]
    yield from done


def read_lines(names: Sequence[tuple[str, str]], cited: bool, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the same of records, one a line; ROWS: path, block, row, the bytes of the line.

    CITED: each gets what it is cited by.
    """
    known: dict[str, str] = {}
    for path, block, row, data in rows:
        name = known.get(path) or known.setdefault(path, shown(names, unquote(path)))
        yield from _records_of(name, cited, [((name, block, row), data or b"")])


def _records_of(name: str, cited: bool, lines: Iterable[tuple[tuple[str, int, int], bytes]]) -> Iterator[Row]:
    """Yield the records in LINES, each with its place, of the input NAME."""
    from clipper.imprint import Imprint, with_imprint

    for place, data in lines:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
        try:
            data.decode("utf-8")
            clips = [_checked(clip) for clip in read_records(text, name)]
        except UnicodeDecodeError:
            yield *place, 0, None, None, text, f"{name}: a line is not UTF-8"
            continue
        except DataError as error:
            yield *place, 0, None, None, text, str(error).replace("line 1", "a line", 1)
            continue
        for n, clip in enumerate(clips):
            clip = with_imprint(clip, Imprint()) if cited else clip
            yield *place, n, clip.source, False, _line(clip), None


def _checked(clip: Clipping) -> Clipping:
    """Return CLIP. Raises DataError where a line has a number that no table can hold."""
    if any(abs(n) >> 62 for block in clip.blocks for n in block.lines):
        raise DataError(clip.source, "has a line number that no page can have", "mend it where the record was made")
    return clip


def _line(clip: Clipping) -> str:
    return json.dumps(to_record(clip), ensure_ascii=False)


def _clip(record: str) -> Clipping:
    return from_record(json.loads(record))


def record_columns(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the columns of clippings as they are written: clip, id, source, kind, headline, flags, record, line."""
    for number, record in rows:
        clip = _clip(record)
        yield number, clip.id, clip.source, clip.kind, clip.headline, list(clip.flags), record, record


# ---- dedupe: paragraphs, texts that are alike -----------------------------------------------------------------------


def _paragraphs_in(number: int, record: str) -> tuple[Clipping, list[Paragraph]]:
    """Return a clipping and its paragraphs, numbered so that those of later clippings come after them."""
    clip = _clip(record)
    if len(clip.blocks) >> BLOCKS:
        raise DataError(clip.source, f"has a clipping of {len(clip.blocks)} blocks", "cut it")
    return clip, paragraphs_of(clip, number, number << BLOCKS)


def paragraph_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the paragraphs that are text: at, source, id, raw, last, block, prose, line, normal.

    ROWS: clip, raw, record. last: whether its clipping ends with it. line: null, or, for a line of a joined paragraph,
    which one.
    """
    for number, raw, record in rows:
        _, paragraphs = _paragraphs_in(number, record)
        ends = last_ones(paragraphs)
        for p in filter(is_text, paragraphs):
            block = json.dumps(block_record(p.block), ensure_ascii=False)
            place = (p.at, p.source, p.id, raw, p.at in ends, block)
            yield (*place, p.block.role in PROSE, None, p.normal)
            for normal, found in joined_lines([p]).items():
                for _, k, _ in found:
                    yield (*place, True, k, normal)


def _paragraph(at: int, source: str, own: str | None, block: str, normal: str | None = None) -> Paragraph:
    found = read_block(json.loads(block))
    return Paragraph(at, at >> BLOCKS, source, own, found, normal_form(found.text) if normal is None else normal)


def pair_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the earlier texts that a text shares seeds with; ROWS: search, t, j, letters, and the places of the seed at
    j, in order, as PLACE has them.
    """
    for (number, t), own in groupby(rows, key=itemgetter(0, 1)):
        search = SEARCHES[number]
        letters = 0
        seeds: list[tuple[int, tuple[int, ...]]] = []
        lengths: dict[int, int] = {}
        for _, _, j, letters, data in own:  # noqa: B007 - the same in all
            places = [place for place in PLACE.iter_unpack(data) if place[0] < t]
            seeds.append((j, tuple([(a + 1) * WIDE + i for a, i, _ in places])))
            lengths.update([(a, of) for a, _, of in places])
        hits = places_by_text(seeds, letters)
        near = set(near_candidates(search, letters, hits, lengths.__getitem__))
        for nth, (a, places) in enumerate(hits.items()):
            if a in near or search.passages:
                yield number, t, a, nth, a in near, [x for place in places for x in place]


def alike_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield what pairs of texts have in common; ROWS: search, t, kind, a, nth, near, hits, one, two."""
    for number, t, kind, a, nth, near, hits, one, two in rows:
        if near and (pair := find_near(one, two)):
            yield t, a, nth, pair.distance, None, None, None, None
        if SEARCHES[number].passages and TEXT_KINDS[kind] == "prose":
            places = list(zip(hits[::2], hits[1::2], strict=True))
            if run := shared_run(one, two, places):
                _, i, _, j, n = run
                yield t, a, nth, None, i, j, n, max(one[i : i + n], two[j : j + n])


def removed_rows(rules: Rules, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the paragraphs of each source that are taken out; ROWS: its clippings, and which of its texts are near."""
    for _, own in groupby(rows, key=itemgetter(0)):
        paragraphs: list[Paragraph] = []
        near: list[Near] = []
        normals: dict[int, str] = {}
        for _, tag, at, record, two, distance in own:
            if tag == 0:
                paragraphs += _paragraphs_in(at, record)[1]
                continue
            normals = normals or {p.at: p.normal for p in paragraphs}
            near.append(Near(normals[at], normals[two], distance))
        yield from choose_removed(paragraphs, near, rules).items()


def heading_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the parts of headings: at, source, part; ROWS: clip, record."""
    for number, record in rows:
        clip = _clip(record)
        for at, block in enumerate(clip.blocks, number << BLOCKS):
            if block.role in HEADS:
                for part in parts_of(normal_form(block.text)):
                    yield at, clip.source, part


def page_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield what each source tells by itself, and what is left of it; ROWS: its clippings, what is taken out, the
    common parts of its headings.
    """
    for source, own in groupby(rows, key=itemgetter(0)):
        clips: dict[int, Clipping] = {}
        left: list[Paragraph] = []
        gone: dict[int, set[int]] = {}  # by clipping: the numbers of its blocks
        common, raws = set(), set()
        for _, tag, at, raw, record in own:
            if tag == 0:
                clips[at], paragraphs = _paragraphs_in(at, record)
                left += paragraphs
                raws |= {source} if raw else set()
            elif tag == 1:
                gone.setdefault(at >> BLOCKS, set()).add(at & ((1 << BLOCKS) - 1))
            else:
                common.add(record)
        left = [p for p in left if p.at & ((1 << BLOCKS) - 1) not in gone.get(p.clip, ())]
        for ranked in find_on_page(left, clips, common):
            yield (None, None, *_finding(ranked, raws))
        for number, clip in clips.items():
            kept = without_blocks(clip, gone.get(number, set()))
            if kept is not None:
                yield (number, _line(kept), *[None] * 9)


def group_rows(rules: Rules, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the findings on each text that stands in several places; ROWS: its places."""
    for _, own in groupby(rows, key=itemgetter(0)):
        group: list[Paragraph] = []
        removed: dict[int, int] = {}
        ends, raws = set(), set()
        for _, at, source, own_id, raw, last, block, gone in own:
            group.append(_paragraph(at, source, own_id, block, group[0].normal if group else None))
            removed |= {at: gone} if gone is not None else {}
            ends |= {at} if last else set()
            raws |= {source} if raw else set()
        for ranked in report_group(group, removed, rules, ends):
            yield _finding(ranked, raws)


def cluster_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the texts of each cluster; ROWS: the pairs that hang together."""
    for c, own in groupby(rows, key=itemgetter(0)):
        numbers: dict[str, int] = {}
        near = []
        for _, a, t, one, two, distance in own:
            numbers |= {one: a, two: t}
            near.append(Near(one, two, distance))
        for k, (texts, distance) in enumerate(clusters(near)):
            size = max(map(len, texts))
            yield from ((c, k, numbers[text], distance, size) for text in texts)


def near_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the finding on each cluster; ROWS: the places of its texts."""
    for _, own in groupby(rows, key=itemgetter(0, 1)):
        paragraphs, raws = [], set()
        for _, _, at, source, own_id, raw, _, block, distance, size in own:  # noqa: B007 - the same in all
            paragraphs.append(_paragraph(at, source, own_id, block))
            raws |= {source} if raw else set()
        yield _finding(report_cluster(paragraphs, distance, size), raws)


def line_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the findings on lines of joined paragraphs, and the texts between which something is told that way; ROWS:
    the places of a text and of the lines that say the same, or of two texts that are near, one of them a line.
    """
    for _, own in groupby(rows, key=itemgetter(0)):
        groups: dict[str, list[Paragraph]] = {}
        lines: Lines = {}
        numbers: dict[str, int] = {}
        raws, pair, apart = set(), set(), None
        for _, apart, t, whole, at, k, source, own_id, raw, block in own:  # noqa: B007 - the same in all
            p = _paragraph(at, source, own_id, block)
            raws |= {source} if raw else set()
            if k is None:
                groups.setdefault(p.normal, []).append(p)
                text = p.normal
            else:
                text, found = next(x for x in joined_lines([p]).items() if any(row[1] == k for row in x[1]))
                lines.setdefault(text, []).extend(row for row in found if row[1] == k)
            numbers |= {text: t, p.normal: whole}
            pair.add(text)
        if apart is None:
            told: Iterable[tuple[set[tuple[str, str]], Ranked]] = lines_elsewhere(lines, groups)
        elif len(pair) == 2:
            one, two = sorted(pair, key=numbers.__getitem__)
            told = lines_near([Near(one, two, apart)], lines, groups)
        else:
            continue
        for pairs, ranked in told:
            yield (None, None, *_finding(ranked, raws))
            for one, two in pairs:
                yield (numbers[one], numbers[two], *[None] * 9)


def passage_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the finding on each stretch that several texts share; ROWS: the runs, and the places of the texts."""
    for _, own in groupby(rows, key=itemgetter(0)):
        runs, raws = [], set()
        texts: dict[int, list[Paragraph]] = {}
        for _, tag, t, at, _, i, j, n, source, own_id, raw, _, block in own:
            if tag == 0:
                runs.append((at, i, t, j, n))
                continue
            known = texts.setdefault(t, [])
            known.append(_paragraph(at, source, own_id, block, known[0].normal if known else None))
            raws |= {source} if raw else set()
        normals = {t: places[0].normal for t, places in texts.items()}
        shared: list[Shared] = [(normals[a], i, normals[t], j, n) for a, i, t, j, n in runs]
        for ranked in report_passages(shared, {normals[t]: places for t, places in texts.items()}):
            yield _finding(ranked, raws)


def _finding(ranked: Ranked, raws: set[str]) -> Row:
    """Return a finding as a row of FINDING; RAWS: the sources that are raw pages."""
    (at, off), kind, lines, span = order_of(ranked)
    [finding] = without_ids([ranked[1]], raws)
    line = json.dumps(to_finding_record(finding), ensure_ascii=False)
    taken = len(finding.drop) if finding.action == "remove" else 0
    return at, off, kind, list(lines), *span, line, taken, count_twice([finding])


# ---- keywords -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """How keywords are chosen: how many, by which segmenter, what the house wants."""

    top: int
    segmenter: str
    words: tuple[UserWord, ...]
    taste: Taste


def _reads(choice: Choice, rows: Iterator[Row]) -> Iterator[tuple[int, Clipping, Read]]:
    lexicon, fold = lexicon_of(choice.segmenter, choice.words), load_fold()
    for number, record in rows:
        clip = _clip(record)
        yield number, clip, read_words(clip, lexicon, fold)


def key_rows(choice: Choice, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the words of each clipping in their order, as they are counted: keys; ROWS: clip, record."""
    for _, _, read in _reads(choice, rows):
        yield (list(read.keys),)


def word_count_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield how often words, and pairs of neighbours, stand in a part: first, second (null for a word), count; ROWS:
    keys.

    >>> sorted(word_count_rows(iter([(["社区", "食堂"],)])), key=str)
    [('社区', '食堂', 1), ('社区', None, 1), ('食堂', None, 1)]
    """
    for some in _batches(rows):
        words: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for (keys,) in some:
            words.update(keys)
            pairs.update(pairwise(keys))
        yield from ((word, None, count) for word, count in words.items())
        yield from ((*pair, count) for pair, count in pairs.items() if all(pair))


def strong_rows(total: int, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the pairs that are associated in a corpus of TOTAL words; ROWS: first, second, and how often the pair, the
    first and the second stand.
    """
    for first, second, count, one, two in rows:
        if is_strong((first, second), count, one, two, total):
            yield first, second


def run_rows(strong: Set[WordRun], rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the runs of associated words in a part, and what stands before (side 0) and after (side 1) each: run, side,
    word, count; ROWS: keys.
    """
    for some in _batches(rows):
        sides: Counter[tuple[WordRun, int, str]] = Counter()
        for (keys,) in some:
            for run, before, after in runs_in(keys, strong):
                sides[run, 0, before] += 1
                sides[run, 1, after] += 1
        yield from ((list(run), side, word, count) for (run, side, word), count in sides.items())


def phrase_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the phrases, and how often each stands: run, count; ROWS: run, side, word, count."""
    for run, own in groupby(rows, key=itemgetter(0)):
        sides: tuple[Counter[str], Counter[str]] = Counter(), Counter()
        for _, side, word, count in own:
            sides[side][word] += count
        if is_phrase(*sides):
            yield run, sides[0].total()


def keyword_rows(choice: Choice, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the keywords of each clipping: clip, record with them, their keys, the keys of all that could be one;
    ROWS: clip, record.
    """
    for number, clip, read in _reads(choice, rows):
        keywords, terms = keywords_and_terms(read, choice.top, choice.taste)
        yield number, _line(with_keywords(clip, keywords.values())), list(keywords), sorted(terms)


def frequency_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the records with the document frequency of each keyword, as "df"; ROWS: clip, record, (nth, df) of each.

    >>> list(frequency_rows(iter([(1, '{"keywords": [{"word": "水渠"}]}', [{"nth": 0, "df": 7}])])))
    [(1, '{"keywords": [{"word": "水渠", "df": 7}]}')]
    """
    for number, line, counts in rows:
        record = json.loads(line)
        for keyword, found in zip(record["keywords"], counts or (), strict=True):
            keyword["df"] = found["df"]
        yield number, json.dumps(record, ensure_ascii=False)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Yield ROWS some at a time, so that what is counted of them stays small."""
    while some := list(islice(rows, COUNTED)):
        yield some


# ---- convert --------------------------------------------------------------------------------------------------------


def refused_rows(plan: ConvertPlan, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the inputs that are in the script they would be converted to: name, why; ROWS: name, record, in order."""
    work = _conversion_work(plan, None)
    for name, own in groupby(rows, key=itemgetter(0)):
        sample = "\n".join(block.text for _, record in own for block in _clip(record).blocks)[:SAMPLE]
        try:
            Direction(work, name, sample).refuse_wrong_script(sample)
        except ClipperError as error:
            yield name, str(error)


def converted_rows(plan: ConvertPlan, house: House | None, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the clippings in the other script: clip, record; ROWS: clip, record."""
    way = _conversion_work(plan, house).conversion((plan.config or "s2t",))
    for number, record in rows:
        yield number, _line(convert_clipping(_clip(record), way))


def _conversion_work(plan: ConvertPlan, house: House | None) -> Work:
    return Work(Run(Job(files=())), plan, house)
