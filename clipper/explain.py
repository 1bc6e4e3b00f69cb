"""Why a page is read as it is: for each line its state, what else it could have been, and the evidence with its weight.

What is shown is what decided: the words of evidence by which the state of a line and the next best one differ, and for
a join the words of the seam. All words are those of `roles.py` and `joins.py`, all weights those of `weights.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from clipper.joins import KnownWords
from clipper.reading import BEFORE, PLACE, START, Model, Name
from clipper.roles import Line, read_lines, read_page_lines
from clipper.split import APART, MODEL, block_role, opens_article, split_pages

__all__ = ["Reason", "explain_page", "to_reason_record", "write_reason"]

SHOWN = 8  # words of evidence that are printed for a line; a record has them all

Word = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line is read as it is.

    line: its 1-based number. state: its role, or "cont" where it goes on from another line. opens: whether an article
    begins here. rival: the state it would have had instead, "" where none is possible; by: how much less that weighs.
    evidence: the words that speak for the state rather than for its rival, with what they weigh, the weightiest first.
    joined: the line that it goes on from, or None; seam: the words for that join.
    """

    line: int
    text: str
    state: str
    opens: bool
    rival: str
    by: float
    evidence: tuple[Word, ...]
    joined: int | None = None
    seam: tuple[Word, ...] = ()


def explain_page(text: str, known: KnownWords | None = None, model: Model = MODEL) -> list[Reason]:
    """Return the reason for each line of TEXT, a raw page; KNOWN as for `split_page`.

    >>> page = "河开了\\n本报讯 昨夜，云岭河开了，两岸的人都来看。\\n"
    >>> [(r.line, r.state, r.opens) for r in explain_page(page)]
    [(1, 'headline', True), (2, 'body', False)]
    """
    reasons: list[Reason] = []
    for first, part in split_pages(text):
        reasons += _explain_part(read_lines(part, first), known, model)
    return reasons


def _explain_part(lines: Sequence[Line], known: KnownWords | None, model: Model) -> list[Reason]:
    names, choices, evidence, seams = read_page_lines(lines, model, known)
    standing = START  # the last line that is not set apart
    reasons = []
    for k, (line, name) in enumerate(zip(lines, names, strict=True)):
        before = names[k - 1] if k else START
        after = names[k + 1] if k + 1 < len(names) else None
        state = name.state
        rival, by, words = _rival(name, before, after, choices[k], evidence[k], model)
        joined: int | None = None
        seam: tuple[Word, ...] = ()
        if state == "cont":
            joined = lines[k - before.reach].number
            seam = _weighed({w: model.seam.get(w, 0.0) for w in seams[k - before.reach, k]})
        opens = opens_article(name, standing)
        standing = standing if state in APART else name
        shown = state if state == "cont" else block_role(line, state)
        reasons.append(Reason(line.number, line.text, shown, opens, rival, by, words, joined, seam))
    return reasons


def _rival(
    name: Name, before: Name, after: Name | None, choices: Sequence[str], evidence: Sequence[str], model: Model
) -> tuple[str, float, tuple[Word, ...]]:
    """Return the next best state of one line where all others stay as they are, by how much it weighs less, and why."""
    best: tuple[float, str, dict[str, float]] | None = None
    for other in BEFORE:
        if other.state not in choices or other.state in (name.state, "cont", "stray") or before not in BEFORE[other]:
            continue  # what hangs on other lines than the next two is no choice of this line alone
        if after is not None and other not in BEFORE[after]:
            continue
        words = {
            word: row[PLACE[name.state]] - row[PLACE[other.state]]
            for word in evidence
            if (row := model.rows.get(word)) is not None
        }
        words["the steps around it"] = _steps(before, name, after, model) - _steps(before, other, after, model)
        less = sum(words.values())
        if best is None or less < best[0]:
            best = less, other.state, words
    return (best[1], round(best[0], 1), _weighed(best[2])) if best else ("", 0.0, ())


def _steps(before: Name, name: Name, after: Name | None, model: Model) -> float:
    """Return what the steps to NAME and on from it weigh."""
    there = model.steps[name][before]
    return there + (model.steps[after][name] if after is not None else 0.0)


def _weighed(words: dict[str, float]) -> tuple[Word, ...]:
    told = [(word, round(weight, 1)) for word, weight in words.items() if round(weight, 1)]
    return tuple(sorted(told, key=lambda pair: (-abs(pair[1]), pair[0])))


def write_reason(reason: Reason, source: str) -> str:
    """Return REASON as one line for people.

    >>> write_reason(Reason(3, "雪", "headline", True, "subhead", 12.5, (("lead=5", 9.0), ("size=1", 3.5))), "p.txt")
    'p.txt:3: headline, an article begins; +12.5 over subhead: +9.0 lead=5, +3.5 size=1'
    """
    told = f"{source}:{reason.line}: {reason.state}"
    if reason.opens:
        told += ", an article begins"
    if reason.joined is not None:
        told += f", joined to line {reason.joined}: {_listed(reason.seam)}"
    elif reason.rival:
        told += f"; {reason.by:+} over {reason.rival}: {_listed(reason.evidence)}"
    else:
        told += "; nothing else fits between its neighbours"
    return told


def _listed(words: Sequence[Word]) -> str:
    return ", ".join(f"{weight:+} {word}" for word, weight in words[:SHOWN])


def to_reason_record(reason: Reason, source: str) -> str:
    """Return REASON as a JSON object, keys in a fixed order.

    >>> to_reason_record(Reason(3, "雪", "body", False, "", 0.0, ()), "p.txt")
    '{"source": "p.txt", "line": 3, "state": "body", "opens": false, "rival": "", "by": 0.0, "evidence": []}'
    """
    record = {
        "source": source,
        "line": reason.line,
        "state": reason.state,
        "opens": reason.opens,
        "rival": reason.rival,
        "by": reason.by,
        "evidence": [list(word) for word in reason.evidence],
    }
    if reason.joined is not None:
        record |= {"joined": reason.joined, "seam": [list(word) for word in reason.seam]}
    return json.dumps(record, ensure_ascii=False)
