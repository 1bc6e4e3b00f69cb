"""Numbers, dates and page numbers as newspapers print them."""

from __future__ import annotations

import pytest

from clipper.numerals import fold, read_date, read_number, read_page


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("０７", 7),
        ("七", 7),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("三十一", 31),
        ("廿", 20),
        ("廿三", 23),
        ("廿十三", 23),
        ("卅一", 31),
        ("一九五八", 1958),
        ("二〇二六", 2026),
        ("二○二六", 2026),
        ("二零二六", 2026),
        ("元", 1),
        ("", None),
        ("十十", None),
        ("版", None),
        ("3a", None),
        ("-3", None),
        ("²", None),
    ],
)
def test_numbers(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026年1月26日", "2026-01-26"),
        ("2026年1月26日 星期一", "2026-01-26"),
        ("２０２６年３月２日　星期一", "2026-03-02"),
        ("２０２６年３月２日　周一", "2026-03-02"),
        ("一九五八年三月二日", "1958-03-02"),
        ("一九五八年十二月三十一日", "1958-12-31"),
        ("二○二六年一月廿六日", "2026-01-26"),
        ("二〇二六年元月五日", "2026-01-05"),
        ("2026 年 1 月 26 日", "2026-01-26"),
        ("2026年1月26號", "2026-01-26"),
        ("民国三十七年十二月三日", "1948-12-03"),
        ("中華民國三十七年十二月三日", "1948-12-03"),
        ("民國元年一月一日", "1912-01-01"),
        ("2026-01-26", "2026-01-26"),
        ("2026.3.2", "2026-03-02"),
        ("2026/3/2", "2026-03-02"),
        ("20260126", "2026-01-26"),
        ("2024年2月29日", "2024-02-29"),
        ("2026年2月29日", None),
        ("2026年2月30日", None),
        ("2026年13月1日", None),
        ("2026年0月1日", None),
        ("20261301", None),
        ("9026年1月1日", None),
        ("26年1月1日", None),
        ("2026-1.26", None),
        ("1月26日", None),
        ("2026年1月", None),
        ("2026", None),
        ("乙巳年十二月初八", None),
        ("", None),
    ],
)
def test_dates(text, date):
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("3", "3"),
        ("03", "3"),
        ("第3版", "3"),
        ("０２版", "2"),
        ("第十二版", "12"),
        ("第 廿 版", "20"),
        ("第四頁", "4"),
        ("A05", "A5"),
        ("a5", "A5"),
        ("Ａ０５版", "A5"),
        ("第B12版", "B12"),
        ("AA3", "AA3"),
        ("00", None),
        ("版", None),
        ("要闻", None),
        ("3-4", None),
        ("", None),
        ("A", None),
        ("第3版 要闻", None),
    ],
)
def test_pages(text, page):
    assert read_page(text) == page


def test_every_number_up_to_39_in_chinese_numerals():
    ones = ["", *"一二三四五六七八九"]
    for tens, forms in enumerate((("",), ("十", "一十"), ("二十", "廿", "廿十"), ("三十", "卅", "卅十"))):
        for form in forms:
            for n, one in enumerate(ones):
                assert read_number(form + one) == (tens * 10 + n or None)


def test_the_folded_form_keeps_its_length():
    printed = "（本報記者　陳某）　２○２６年〇月𠮷－Ａ"
    assert fold(printed) == "(本报记者 陈某) 2零26年零月𠮷-A"
    assert len(fold(printed)) == len(printed)
