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
        briefs,
        articles_of_law,
        tables,
        questions,
        notices,
        furniture,
    ):
        rows = change(rows, rng, clauses)
    spacing(rows, rng)
    if rng.random() < 0.25:
        for r in rows:
            r.text = r.text.translate(traditional).replace("“", "「").replace("”", "」")
    return rows


def name(rng: random.Random) -> str:
    out = rng.choice(SURNAMES if rng.random() < 0.85 else GIVEN) + "".join(
        rng.choice(GIVEN) for _ in range(rng.choice([1, 2]))
    )
    return rng.choice([" ", "　"]).join(out) if rng.random() < 0.3 else out


def subheads(rows, rng, clauses):
    """Subheads of two clauses, or of two to six letters, or that ask; on one page they are of one kind."""
    x = rng.random()
    n, comma = 0, ""
    pair = [c[:4] for c in rng.sample(clauses, 2)]
    for r in rows:
        if r.role != "subhead":
            continue
        n += 1
        if x < 0.2:
            r.text += rng.choice(["，", ",", " "]) + rng.choice(clauses)
        elif x < 0.35:
            r.text = rng.choice(clauses)[: rng.choice([2, 4, 4, 5, 6])]
        elif x < 0.5:
            r.text = rng.choice(clauses)[:14] + ("，" + rng.choice(clauses)[:9] if rng.random() < 0.5 else "")
            r.text += rng.choice("？！？?")
        elif x < 0.65:
            r.text = rng.choice(clauses)[:14]
        elif x < 0.72:
            r.text = (
                rng.choice(["{}、", "（{}）", "({})", "第{}，"]).format("一二三四五六七八九十"[n % 10])
                + rng.choice(clauses)[:14]
            )
        elif x < 0.84:
            comma = rng.choice(["", "，"]) if n == 1 else comma
            r.text = pair[0] + rng.choice(clauses)[:4] + comma + pair[1] + rng.choice(clauses)[:4]
        elif x < 0.87:
            r.text = rng.choice(clauses)[:8] + "——" + rng.choice(clauses)[:8]
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
            if rng.random() < 0.16 and r.text[-1] != "”":
                r.text = rng.choice(["{}？", "{}！", "{}?", "“{}！”", "“{}？”"]).format(r.text)
    return rows


def around_headlines(rows, rng, clauses):
    out = []
    everything = clauses
    for k, r in enumerate(rows):
        if r.role in ("kicker", "headline", "subtitle"):
            clauses = told(rows, r.article, everything)
        if r.role == "kicker" and rng.random() < 0.6:
            r.text = rng.choice(clauses) + rng.choice(["", "", "——", " " + rng.choice(clauses)[:8], "！"])
        if r.role == "column" and rng.random() < 0.7:
            r.text = column_name(rng, everything)
        if r.role == "subtitle" and rng.random() < 0.6:
            r.text = rng.choice(["——", "——", "—"]) + rng.choice(["记", "访", "", "写在"]) + rng.choice(clauses)
        plain = k == 0 or rows[k - 1].role not in ("kicker", "column")
        if r.role == "headline" and plain and rng.random() < 0.12:
            source = everything if rng.random() < 0.4 else clauses
            text = rng.choice(source) + rng.choice(["", "", " " + rng.choice(source)[:8], "！", "——"])
            out.append(Row(text, "kicker", r.article, r.gap))
        if r.role == "headline" and plain and rng.random() < 0.05:
            out.append(Row(column_name(rng, everything), "column", r.article, r.gap))
        out.append(r)
        if r.role == "headline" and rows[min(k + 1, len(rows) - 1)].role != "subtitle":
            y = rng.random()
            if y < 0.04:
                out.append(Row("——" + rng.choice(clauses), "subtitle", r.article, r.gap))
            elif y < 0.17:  # a subtitle without a dash says more than its headline, at greater length
                text = rng.choice(clauses) + rng.choice(["", " ", "　", "，"]) + rng.choice([*clauses, ""])
                if len(text) > len(r.text):
                    out.append(Row(text, "subtitle", r.article, r.gap))
    return out


COLUMNS = (
    *("小评论", "来信处理", "相关链接", "编者按", "编后", "短评", "记者观察", "读者来信", "热线追踪", "人物"),
    *("新闻链接", "一线传真", "简讯", "更正", "启事", "百姓话题", "随笔", "科普"),
)


def column_name(rng: random.Random, clauses: list[str]) -> str:
    x = rng.random()
    if x < 0.4:
        return rng.choice(COLUMNS)
    if x < 0.7:
        return rng.choice(clauses)[:2] + rng.choice(["人物", "观察", "论坛", "调查", "短讯", "之窗", "手记", "广角"])
    if x < 0.85:
        return rng.choice(["【{}】", "●{}●", "［{}］", "■{}"]).format(rng.choice(clauses)[:4])
    return "　".join(rng.choice(clauses)[:2])


def bylines(rows, rng, clauses):
    out = []
    for k, r in enumerate(rows):
        if r.role == "byline" and rng.random() < 0.3:
            who = " ".join(name(rng) for _ in range(rng.choice([1, 1, 2])))
            r.text = rng.choice(["□", "", "", "文/", "本报特约评论员 ", "■文／", "作者："]) + who
        out.append(r)
        last = k + 1 == len(rows) or rows[k + 1].article != r.article
        if r.role == "body" and last and r.text[-1] in "。”" and rng.random() < 0.07:
            opening = rng.choice(["本报记者 ", "（整理：", "作者：", "（", "（", "(", ""])
            out.append(Row(opening + name(rng), "byline", r.article, r.gap))
            out[-1].text += {"（": "）", "(": ")"}.get(opening[:1], "")
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
    if not at or rng.random() > 0.15:
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
    """A letter or a speech: a salutation, and who signs under it."""
    bodies = [r.text for r in rows if r.role == "body" and len(r.text) > 60 and r.first is None]
    if not bodies:
        return rows
    speech = rng.random() < 0.4
    made = [("headline", rng.choice(clauses))]
    if speech and rng.random() < 0.6:
        made.append(
            (
                "subtitle",
                rng.choice(["（2018年3月28日）", "——在" + rng.choice(clauses) + "上的讲话", "（一九五八年三月二日）"]),
            )
        )
    if speech and rng.random() < 0.5:
        made.append(("byline", name(rng)))
    salutations = (
        ["各位代表、同志们：", "同志们：", "各位来宾：", "朋友们："]
        if speech
        else ["编辑同志：", "编辑部：", "亲爱的孩子：", "尊敬的编辑："]
    )
    made.append(("body", rng.choice(salutations)))
    made += [("body", rng.choice(bodies)) for _ in range(rng.choice([1, 2, 3]))]
    if not speech:
        made.append(
            (
                "byline",
                rng.choice([rng.choice(clauses)[:6] + rng.choice(["读者 ", "村民 ", " ", "　"]), ""]) + name(rng),
            )
        )
        if rng.random() < 0.3:
            made.append(("byline", rng.choice(["三月二十五日夜", "3月25日", "2018年3月"])))
    return insert(rows, rng, 0.12, made, 1001)


def breaks(rows, rng, clauses):
    """Breaks after a comma, and before a number: papers break lines there as often as anywhere."""
    halved = {id(r.first) for r in rows if r.first is not None}
    out = []
    for r in rows:
        out.append(r)
        cuts = [m.end() for m in re.finditer(r"[，,](?=.{12})|(?<=\w)(?=\d)(?<!\d)", r.text) if m.end() > 12]
        cuts = [k for k in cuts if k < len(r.text) - 12]
        if r.role == "body" and r.first is None and id(r) not in halved and cuts and rng.random() < 0.07:
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


def insert(rows: list[Row], rng: random.Random, chance: float, made: list[tuple[str, str]], number: int) -> list[Row]:
    """Put an article of MADE, (role, text), where one may begin."""
    at = starts(rows)
    if not at or rng.random() > chance:
        return rows
    k = rng.choice(at)
    return rows[:k] + [Row(text, role, number, rows[-1].gap) for role, text in made] + rows[k:]


def briefs(rows, rng, clauses):
    """Short items under one name, each with a bullet or a dateline of its own."""
    mark = rng.choice(["△", "●", "▲", "■", "◆", "本报讯 ", "①"])
    items = [mark + "，".join(rng.sample(clauses, rng.choice([2, 3, 4]))) + "。" for _ in range(rng.randrange(2, 7))]
    name = rng.choice(["简讯", "简　讯", "短讯", "要闻简报", "便民信息", rng.choice(clauses)[:8]])
    return insert(rows, rng, 0.12, [("headline", name)] + [("body", x) for x in items], 1002)


def articles_of_law(rows, rng, clauses):
    made = [("headline", rng.choice(clauses)[:8] + rng.choice(["办法", "条例", "规定", "公约"]))]
    if rng.random() < 0.5:
        made.append(("subtitle", "（" + rng.choice(clauses) + "，" + rng.choice(clauses) + "）"))
    n = 0
    for chapter in range(rng.choice([1, 2, 3])):
        made.append(
            ("subhead", "第" + "一二三"[chapter] + "章" + rng.choice(" 　") + rng.choice(clauses)[: rng.choice([2, 4])])
        )
        for _ in range(rng.randrange(1, 4)):
            n += 1
            item = "，".join(rng.sample(clauses, rng.choice([2, 3, 4])))
            made.append(("body", "第" + "一二三四五六七八九十"[n % 10] + "条" + rng.choice(" 　") + item + "。"))
    return insert(rows, rng, 0.06, made, 1003)


def tables(rows, rng, clauses):
    """A table set flat: one row a line, or one cell a line."""
    kinds = [c[:2] for c in rng.sample(clauses, min(8, len(clauses)))]
    apart = rng.choice(["　", " ", "  ", "	", "："])
    if rng.random() < 0.6:
        body = [apart.join([k, *(str(rng.randrange(2, 900)) for _ in range(rng.choice([1, 2, 3])))]) for k in kinds]
    else:
        body = [x for k in kinds for x in (k, f"{rng.randrange(1, 90)}.{rng.randrange(10)}元")]
    made = [("headline", rng.choice(clauses) + rng.choice(["", "价格表", "一览", "统计"]))]
    if rng.random() < 0.5:
        made.append(("body", "，".join(rng.sample(clauses, 3)) + "："))
    return insert(rows, rng, 0.07, made + [("body", x) for x in body], 1004)


def questions(rows, rng, clauses):
    """An interview."""
    ask, tell = rng.choice([("问：", "答："), ("记者：", name(rng) + "："), ("问:", "答:"), ("■ ", "")])
    made = [("headline", rng.choice(clauses) + rng.choice(["", "？"]))]
    if rng.random() < 0.6:
        made.append(("byline", rng.choice(["本报记者 ", "□ 本报记者 "]) + name(rng)))
    for _ in range(rng.randrange(2, 6)):
        made.append(("body", ask + rng.choice(clauses) + rng.choice(["", "，" + rng.choice(clauses)]) + "？"))
        made.append(("body", tell + "，".join(rng.sample(clauses, rng.randrange(2, 7))) + "。"))
    return insert(rows, rng, 0.08, made, 1005)


def notices(rows, rng, clauses):
    made = [("headline", rng.choice(["更正", "更　正", "启事", "启　事", "讣告", "公告", "通知", "声明", "寻人启事"]))]
    items = ["，".join(rng.sample(clauses, rng.randrange(2, 6))) + "。" for _ in range(rng.choice([1, 1, 2]))]
    made += [("body", item) for item in items]
    if rng.random() < 0.6:
        day = rng.choice(["", "　2013年10月16日", " 3月5日"])
        made.append(
            ("byline", rng.choice(clauses)[:6] + rng.choice(["公司", "委员会", "合作社", "编辑部", "办公室"]) + day)
        )
    return insert(rows, rng, 0.1, made, 1006)


def furniture(rows, rng, clauses):
    spot = rng.choice(clauses)[:2]
    paper, section = spot + rng.choice(["日报", "晚报", "报", "快报"]), rng.choice(["要闻", "地方新闻", "综合", "产业"])
    day = rng.choice(["2026年3月3日 星期三", "一九五九年三月十二日　星期四", "2016-08-15 星期一", "2026.3.2 星期一"])
    top = [
        f"{paper} 第{rng.choice('二三四5')}版 {section}",
        f"A0{rng.randrange(1, 9)} {section}",
        f"0{rng.randrange(1, 9)} {section}",
        paper,
        f"{paper}　{day}",
        f"{day} 第2版",
        day,
        "第4版 短讯",
        f"第{rng.randrange(2, 9)}版：{section}",
    ]
    low = [
        f"责任编辑：{name(rng)}",
        f"本版编辑 {name(rng)} 美编 {name(rng)} 电话：0000-{rng.randrange(1000000, 9999999)}",
        f"本报地址：{rng.choice(clauses)[:6]}路四号　电话：二七三",
        f"编辑：{name(rng)}　校对：{name(rng)}",
        "(",
        "■",
    ]
    x = rng.random()
    if x < 0.3:
        for text in rng.sample(top, rng.choice([1, 1, 2])):
            rows.insert(0, Row(text, "furniture", None, rows[-1].gap))
    if x > 0.8 or x < 0.1:
        rows.append(Row(rng.choice(low), "furniture", None, rows[-1].gap))
    if rng.random() < 0.04:
        box = [Row(rng.choice(["导读", "导　读", "今日导读"]), "furniture", None, rows[-1].gap)]
        forms = [rng.choice([" {}版", "\u3000{}版", "（{}版）", "……{}"]) for _ in range(rng.randrange(2, 5))]
        texts = [rng.choice(clauses)[:12] + form.format(rng.randrange(2, 9)) for form in forms]
        box += [Row(text, "furniture", None, rows[-1].gap) for text in texts]
        rows[:0] = box
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
