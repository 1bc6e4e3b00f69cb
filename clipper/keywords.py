r"""What a clipping is about, in the words it is printed in.

The method is TF-IDF over jieba's words, and on top of it what an editor does when choosing tags: only nouns and verbs,
names first, what the headline says first, what is said early, a phrase where its words keep standing together. Numbers,
dates, bylines, datelines and the stock words of the trade are no keywords. The weights were set by hand; a trained
ranker was better at home and worse everywhere else.

What is analysed is the text in its normal form (NFKC, lines joined again, letters that were printed apart joined
again, optionally in simplified script); what is reported is the text as it is printed, full-width letters aside.

>>> from clipper.lexicon import load_lexicon
>>> clip = Clipping("p-1", "p.txt", (
...     Block("headline", "青石镇修好百年老街", (1,)),
...     Block("body", "本报讯（记者 方某）青石镇的老街修好了。老街两旁的店铺2025年春天开门，游客比去年多一倍。", (3,))))
>>> [k.word for k in extract_keywords(clip, load_lexicon(), top=4)]
['老街', '青石', '修好', '店铺']
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from clipper.clipping import Block, Clipping, split_lines
from clipper.marks import DATELINE, END_MARK, JUMP_IN, JUMP_OUT_TAIL

if TYPE_CHECKING:
    from clipper.lexicon import Lexicon

__all__ = [
    "TSV_HEADER",
    "WEIGHTS",
    "Keyword",
    "Weights",
    "extract_keywords",
    "keywords_of_page",
    "keywords_rows",
    "keywords_text",
    "with_keywords",
]


@dataclass(frozen=True, slots=True)
class Weights:
    """All that can be turned, in one place."""

    entity: float = 1.6  # a name: of a person, a place, an organisation, a brand
    verb: float = 1.0
    headline: float = 1.5  # a word that stands in the headline too
    early: float = 1.0  # added to 1 for the first word, fading with the distance from the beginning
    fade: float = 0.25  # how fast: as a share of the text's length ...
    fade_least: int = 30  # ... but no less than this many words
    unknown_idf: float = 11.95  # for a word that is not in the list: the median of the list
    phrase_least: int = 2  # how often words have to stand together to be a phrase
    phrase_words: int = 4  # how many words a phrase may have
    phrase: float = 1.0
    short: int = 40
    filler: float = 0.01
    gain: float = 0.5


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Token:
    key: str
    pos: str
    start: int
    end: int
    head: bool


HAN = "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
WRAP = re.compile(rf"(?<=[\u3400-\u9fff，、])[ ]*\n[ ]*(?=[\u3400-\u9fff])")
SPACED = re.compile(r"(?<!\S)[\u3400-\u9fff，。、](?: +[\u3400-\u9fff，。、]){3,}(?!\S)")
NUMERIC = re.compile(r"[\W\d_]*\d[\W\d_]*(?:年|月|日|号|时|分|点|%)?|[\W_]+")

def normal(text):
    text = unicodedata.normalize("NFKC", text)
    return WRAP.sub("", text)

ENTITY = frozenset("nr ns nt nz nrt nrfg".split())
STOP = frozenset("记者 本报 通讯员 编辑 责编 责任编辑 原标题 来源 摄影 图片 讯 电 报道 日讯 日电".split())


def kind(pos):
    if pos in ENTITY:
        return "entity"
    if pos.startswith("n") or pos in ("j","eng","","i","l","an","nl"):
        return "noun"
    if pos in ("v","vn","vi"):
        return "verb"
    return ""


def run(title, body, lex, top, W=WEIGHTS):
    toks = []
    for head, text in ((True, title), (False, body)):
        text = normal(text)
        at = 0
        for w in lex.cut(text):
            toks.append((w, head, len(toks)))
        toks.append(("\n", head, len(toks)))
    n = len(toks)
    # stats
    count, first, inhead, pos = {}, {}, {}, {}
    keys = []
    for w, head, i in toks:
        k = w.lower()
        ok = w[0].isalnum() and not NUMERIC.fullmatch(w)
        p = lex.pos(w) or ("eng" if w.isascii() else "")
        keys.append((k, p) if w[0].isalnum() else None)
        if not ok or len(k) < 2 or k in STOP:
            continue
        count[k] = count.get(k, 0) + 1
        first.setdefault(k, i)
        inhead[k] = inhead.get(k, False) or head
        pos[k] = p
    fade = max(W.fade_least, n * W.fade)
    score = {}
    def place(i, head):
        return (1 + W.early * math.exp(-i / fade)) * (W.headline if head else 1)
    idf = lambda k: lex.idf(k) or W.unknown_idf
    for k, c in count.items():
        kd = kind(pos[k])
        f = {"entity": W.entity, "noun": 1.0, "verb": W.verb, "": W.filler}[kd] * (MULT.get(pos[k],1) if pos[k] else MULT[""]) * LEN.get(len(k),1)
        score[k] = c * idf(k) * f * place(first[k], inhead[k])
    # phrases
    pc = {}
    for i in range(n):
        if keys[i] is None: continue
        for m in range(2, W.phrase_words + 1):
            if i + m > n or keys[i + m - 1] is None: break
            seq = keys[i:i + m]
            if not good(seq): continue
            e = pc.setdefault("".join(k for k, _ in seq), [0, i, toks[i][1], seq])
            e[0] += 1
            e[2] = e[2] or toks[i][1]
    pc = {k: v for k, v in pc.items() if v[0] >= W.phrase_least or (v[2] and TF1 and good1(v[3]))}
    if NEST:
        inside = defaultdict(int)
        for k, (c, i, h, seq) in pc.items():
            for a in range(len(seq)):
                for b in range(a + 1, len(seq) + 1):
                    if b - a < len(seq):
                        t = "".join(x for x, _ in seq[a:b]); inside[t] = max(inside[t], c)
        pc = {k: v for k, v in pc.items() if inside[k] < v[0]}
        if NEST > 1:
            for k in list(score):
                if k in inside and inside[k] >= count[k]: score[k] *= NESTW
    for k, (c, i, h, seq) in pc.items():
        score[k] = PSCORE(c, [idf(x) for x, _ in seq], seq, W) * W.phrase * place(i, h) * (TF1 if c<2 else 1)
        first.setdefault(k, i)
    for pat, wt in TM:
        full = normal(title + "\n" + body).lower()
        for m, c in Counter(x.strip() for x in pat.findall(full)).items():
            if len(m) > 1 and not NUMERIC.fullmatch(m):
                at = full.find(m); h = m in normal(title).lower()
                i = at / 1.7
                score[m] = max(score.get(m, 0), c * 12 * wt * place(i, h)); first.setdefault(m, i)
    return sorted(score, key=lambda k: (-score[k], first[k], k))[:top]


TM=();TF1=0;MULT={"":1};LEN={}
def good1(seq): return True
NEST=1; NESTW=.5
PSCORE=lambda c, ii, seq, W: c * sum(ii)
def good(seq):
    return all(kind(p) or p in ("a","b","vn") for k, p in seq) and all(len(k) > 1 for k, p in seq) and kind(seq[-1][1]) in ("noun", "entity")
