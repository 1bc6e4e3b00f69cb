"""Labelled pages, varied: what papers print and the generated pages lack.

`fit_weights.py` learns from pages whose damage is generated, and a table fitted to them alone would know only what the
generator does. Each variation here rewrites a labelled page in one more way in which real papers differ: subheads of
two clauses, headlines that ask, verse, letters, captions, bare-name bylines, other kickers and subtitles, blank lines
only between articles, set-in paragraphs, letters printed twice at a sentence's end, traditional script.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

CLAUSE = re.compile(r"(?<=[，,。])[^，,。；;：:“”‘’「」『』！？（）()《》、]{4,20}(?=[，,。])")
SURNAMES = "方齐康宗柏荀陶柯米林何阮倪简司卫苏石江贺祝"
GIVEN = "秋立云慕晚舟青禾苗川宁朴春远岚野"


@dataclass(eq=False, slots=True)
class Row:
    text: str
    role: str
    article: int | None
    gap: int = 0
    first: Row | None = None  # the first half, where this row is the second of a cut paragraph


def page_rows(text: str, gold: dict) -> list[Row]:
    rows: dict[int, Row] = {}
    gap = 0
    for n, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if raw.strip():
            label = gold["lines"][str(n)]
            rows[n] = Row(raw, label["role"], label["article"], gap)
            gap = 0
        else:
            gap += 1
    for a, b, _ in gold["breaks"]:
        rows[b].first = rows[a]
    return list(rows.values())


def page_text(rows: list[Row]) -> str:
    return "\n".join("\n" * r.gap + r.text for r in rows) + "\n"


def vary(rows: list[Row], rng: random.Random, traditional: dict[int, str]) -> list[Row]:
    clauses = [c for r in rows if r.role == "body" for c in CLAUSE.findall(r.text)]
    if len(clauses) < 8:
        return rows
    for change in (
        subheads,
        headlines,
        around_headlines,
        bylines,
        breaks,
        captions,
        verse,
        letters,
        doubled,
        furniture,
    ):
        rows = change(rows, rng, clauses)
    spacing(rows, rng)
    if rng.random() < 0.15:
        for r in rows:
            r.text = r.text.translate(traditional).replace("“", "「").replace("”", "」")
    return rows


def name(rng: random.Random) -> str:
    out = rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice([1, 2])))
    return " ".join(out) if rng.random() < 0.2 else out


def subheads(rows, rng, clauses):
    """Subheads of two clauses, or of two to six letters; on one page they are of one kind."""
    x = rng.random()
    for r in rows:
        if r.role == "subhead" and x < 0.3:
            r.text += rng.choice(["，", ",", " "]) + rng.choice(clauses)
        elif r.role == "subhead" and x < 0.5:
            r.text = rng.choice(clauses)[: rng.choice([2, 4, 4, 5, 6])]
    return rows


def told(rows: list[Row], article: int | None, clauses: list[str]) -> list[str]:
    """Return the clauses of an article's own first paragraphs: what its headlines are made of."""
    body = [r.text for r in rows if r.article == article and r.role == "body"][:3]
    return [c for text in body for c in CLAUSE.findall(text)] or clauses


def headlines(rows, rng, clauses):
    everything = clauses
    for r in rows:
        if r.role == "headline":
            clauses = told(rows, r.article, everything)
            x = rng.random()
            if x < 0.06:
                r.text = rng.choice(clauses)[: rng.choice([2, 3, 4, 5])]
            elif x < 0.12:
                r.text = "“" + rng.choice(clauses)[:8] + "”" + rng.choice(clauses)[:10]
            elif x < 0.18:
                r.text += "“" + rng.choice(clauses)[:6] + "”"
            elif x < 0.24:
                r.text = rng.choice(clauses)[:10] + rng.choice("，,") + rng.choice(clauses)[:10]
            if rng.random() < 0.3:
                r.text = r.text.replace(" ", "，")
            if rng.random() < 0.1 and r.text[-1] != "”":
                r.text += rng.choice("？！?")
    return rows


def around_headlines(rows, rng, clauses):
    out = []
    everything = clauses
    for k, r in enumerate(rows):
        if r.role in ("kicker", "headline", "subtitle"):
            clauses = told(rows, r.article, everything)
        if r.role == "kicker" and rng.random() < 0.6:
            r.text = rng.choice(clauses) + rng.choice(["", "", "——", " " + rng.choice(clauses)[:8]])
        if r.role == "subtitle" and rng.random() < 0.6:
            r.text = rng.choice(["——", "——", "—"]) + rng.choice(["记", "访", "", "写在"]) + rng.choice(clauses)
        plain = k == 0 or rows[k - 1].role not in ("kicker", "column")
        if r.role == "headline" and plain and rng.random() < 0.05:
            out.append(Row(rng.choice(clauses), "kicker", r.article, r.gap))
        out.append(r)
        if r.role == "headline" and rng.random() < 0.04 and rows[min(k + 1, len(rows) - 1)].role != "subtitle":
            out.append(Row("——" + rng.choice(clauses), "subtitle", r.article, r.gap))
    return out


def bylines(rows, rng, clauses):
    out = []
    for k, r in enumerate(rows):
        if r.role == "byline" and rng.random() < 0.3:
            who = " ".join(name(rng) for _ in range(rng.choice([1, 1, 2])))
            r.text = rng.choice(["□", "", "", "文/", "本报特约评论员 "]) + who
        out.append(r)
        last = k + 1 == len(rows) or rows[k + 1].article != r.article
        if r.role == "body" and last and r.text[-1] in "。”" and rng.random() < 0.04:
            out.append(Row(rng.choice(["本报记者 ", "（整理：", "作者："]) + name(rng), "byline", r.article, r.gap))
            out[-1].text += "）" if out[-1].text[0] == "（" else ""
    return out


def captions(rows, rng, clauses):
    out = []
    for k, r in enumerate(rows):
        if r.role in ("body", "headline") and rng.random() < 0.025:
            after = k + 1 < len(rows) and rows[k + 1].first is not None
            if r.role == "headline" or k + 1 == len(rows) or rows[k + 1].role == "body" or after:
                mark = rng.choice(["▲", "▲图为", "图为", "图片：", "◀", "▼", "图①：", "（资料图）"])
                text = mark + "，".join(rng.sample(clauses, rng.choice([1, 2, 3]))) + rng.choice(["。", "。", ""])
                if rng.random() < 0.5:
                    text += rng.choice(["本报记者 ", "新华社记者 ", ""]) + name(rng) + "摄"
                out += [r, Row(text, "caption", r.article, r.gap)]
                continue
        out.append(r)
    return out


def starts(rows: list[Row]) -> list[int]:
    """Return where an article begins and the one before it has ended: a new one may be put there."""
    return [
        k
        for k in range(1, len(rows))
        if rows[k].role in ("headline", "kicker", "column")
        and rows[k - 1].role in ("body", "end_mark", "jump")
        and rows[k].article != rows[k - 1].article
    ]


def verse(rows, rng, clauses):
    at = starts(rows)
    if not at or rng.random() > 0.12:
        return rows
    k, new, gap = rng.choice(at), 1000, rows[-1].gap
    poem = [Row(rng.choice(clauses)[: rng.choice([2, 3, 4, 6])], "headline", new, gap)]
    if rng.random() < 0.7:
        poem.append(Row(name(rng), "byline", new, gap))
    end = rng.choice(["", "", "，"])
    for n in range(rng.randrange(4, 16)):
        line = rng.choice(clauses)[: rng.randrange(4, 11)]
        poem.append(Row(line + ("。" if end and n % 2 else end), "body", new, gap))
    return rows[:k] + poem + rows[k:]


def letters(rows, rng, clauses):
    at = starts(rows)
    bodies = [r.text for r in rows if r.role == "body" and len(r.text) > 60 and r.first is None]
    if not at or not bodies or rng.random() > 0.1:
        return rows
    k, new, gap = rng.choice(at), 1001, rows[-1].gap
    letter = [
        Row(rng.choice(clauses), "headline", new, gap),
        Row(rng.choice(["编辑同志：", "编辑部："]), "body", new, gap),
    ]
    letter += [Row(rng.choice(bodies), "body", new, gap) for _ in range(rng.choice([1, 2]))]
    letter.append(Row(rng.choice(clauses)[:6] + rng.choice(["读者 ", "村民 ", " "]) + name(rng), "byline", new, gap))
    return rows[:k] + letter + rows[k:]


def breaks(rows, rng, clauses):
    """Breaks after a comma, and before a number: papers break lines there as often as anywhere."""
    halved = {id(r.first) for r in rows if r.first is not None}
    out = []
    for r in rows:
        out.append(r)
        cuts = [m.end() for m in re.finditer(r"[，,](?=.{12})|(?<=\w)(?=\d)(?<!\d)", r.text) if m.end() > 12]
        cuts = [k for k in cuts if k < len(r.text) - 12]
        if r.role == "body" and r.first is None and id(r) not in halved and cuts and rng.random() < 0.05:
            k = rng.choice(cuts)
            out.append(Row(r.text[k:], "body", r.article, r.gap, r))
            r.text = r.text[:k]
    return out


def doubled(rows, rng, clauses):
    """A break at a sentence's end that prints the last letters of the sentence again."""
    out = []
    for r in rows:
        out.append(r)
        ends = [m.end() for m in re.finditer("。", r.text[:-20]) if m.end() > 20]
        if r.role == "body" and r.first is None and ends and rng.random() < 0.02:
            if any(x.first is r for x in rows):
                continue
            k, n = rng.choice(ends), rng.choice([2, 2, 3, 4, 5])
            tail = Row(r.text[k - n :], "body", r.article, r.gap, r)
            r.text = r.text[:k]
            out.append(tail)
    return out


def furniture(rows, rng, clauses):
    if rng.random() < 0.25:
        paper, section = (
            rng.choice(clauses)[:2] + rng.choice(["日报", "晚报"]),
            rng.choice(["要闻", "地方新闻", "综合"]),
        )
        text = rng.choice(
            [
                f"{paper} 第{rng.choice('二三四5')}版 {section}",
                f"A0{rng.randrange(1, 9)} {section}",
                f"{paper}",
                f"2026年{rng.randrange(1, 12)}月3日 星期三 第2版",
                "第4版 短讯",
                "2026.3.2 星期一",
            ]
        )
        rows.insert(rng.choice([0, 0, 0, len(rows)]), Row(text, "furniture", None, rows[-1].gap))
    return rows


def spacing(rows, rng):
    x = rng.random()
    if x < 0.12:
        for k, r in enumerate(rows):
            opens = r.role in ("headline", "kicker", "column") and (not k or rows[k - 1].article != r.article)
            r.gap = 1 if opens else 0
    if rng.random() < 0.15:
        for r in rows:
            if r.role == "body" and r.first is None:
                r.text = "\u3000\u3000" + r.text.lstrip()
