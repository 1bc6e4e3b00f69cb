"""Texts for properties of what reads words: pieces of news, what hampers their reading, and anything at all."""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["PIECES", "TEXTS"]

PIECES = [
    "老街",
    "水渠",
    "青石",
    "镇",
    "的",
    "修好",
    "三",
    "2025",
    "年",
    "记者",
    "，",
    "。",
    "《",
    "》",
    " ",
    "\n",
    "AI",
    "ａ",
    "-",
    "é",
    "🚲",
    "□",
]
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.text(max_size=60))
