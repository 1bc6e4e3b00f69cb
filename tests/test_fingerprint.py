"""The normal form and its way back, digests, shared spans, edit distance."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper.fingerprint import (
    BLANK,
    count_letters,
    digest,
    edit_distance,
    longest_run,
    normal_form,
    normalize,
    seeded_pairs,
    shared_spans,
)

SAME = [
    ("width", "ＡＢＣ１２３，青石镇", "abc123,青石镇"),
    ("spaces", "　　青石镇 今天\t下雪", "青石镇今天下雪"),
    ("quotes", "他说：“河开了。”", "他说:「河开了」"),
    ("case", "WiFi 信号", "WIFI信号"),
    ("thousands comma", "12,000人", "１２０００人"),
    ("half-width kana", "ｶﾞﾗｽ", "ガラス"),
    ("composed accent", "cafe\u0301", "café"),
    ("minus sign", "零下\u22123度", "零下-3度"),
    ("soft hyphen and zero width", "青\u00ad石\u200b镇", "青石镇"),
    ("bullet before a byline", "□记者 方某", "记者方某"),
    ("percent sign", "增长3.5%", "增长３．５％"),
]
OTHER = [
    ("sign", "上海 －１．２", "上海 １．２"),
    ("decimal point", "3.5元", "35元"),
    ("time", "7:30", "730"),
    ("list of numbers", "1、2", "12"),
    ("comma that is no thousands comma", "第1,2条", "第12条"),
    ("range", "2020-2025年", "20202025年"),
    ("digits", "一九九五年", "一九九六年"),
    ("illegible character in a word", "王□说", "王说"),
    ("letters", "青石镇", "白石镇"),
]


@pytest.mark.parametrize(("a", "b"), [x[1:] for x in SAME], ids=[x[0] for x in SAME])
def test_same_text(a, b):
    assert normal_form(a) == normal_form(b)
    assert digest(normal_form(a)) == digest(normal_form(b))


@pytest.mark.parametrize(("a", "b"), [x[1:] for x in OTHER], ids=[x[0] for x in OTHER])
def test_other_text(a, b):
    assert normal_form(a) != normal_form(b)


@given(st.text())
def test_every_character_of_the_normal_form_has_its_place(text):
    form = normalize(text)
    assert form.text == normal_form(text)
    assert len(form.starts) == len(form.ends) == len(form.text)
    assert all(0 <= i < k <= len(text) for i, k in zip(form.starts, form.ends, strict=True))
    assert list(form.starts) == sorted(form.starts)


@given(st.text(alphabet="青石镇下雪了。！ 　Ａ１２５“”"), st.data())
def test_span_leads_back_to_a_text_of_the_same_form(text, data):
    form = normalize(text)
    if form.text:
        i = data.draw(st.integers(0, len(form.text) - 1))
        k = data.draw(st.integers(i + 1, len(form.text)))
        start, end = form.span(i, k)
        assert normal_form(text[start:end]) == form.text[i:k]
        assert text[start] not in "。！ 　“”" and text[end - 1] not in "。！ 　“”"


@given(st.text())
def test_normal_form_is_stable_under_outer_space_and_punctuation(text):
    assert normal_form(f"　“{text}”。 ") == normal_form(f"“{text}”。")


def test_an_accent_belongs_to_its_letter():
    assert normalize("(e\u0301)").span(0, 1) == (1, 3)


@pytest.mark.parametrize(("text", "count"), [("青石镇，2所。", 5), ("____", 0), ("□□", 0), ("", 0), ("3.5", 2)])
def test_count_letters(text, count):
    assert count_letters(text) == count


def test_digest_is_the_same_in_every_process():
    code = "from clipper.fingerprint import digest; print(digest('青石镇'))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1")
    }
    assert said == {digest("青石镇").encode() + os.linesep.encode()}


def slow_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            alike = x == y or BLANK in (x, y)
            new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (not alike)))
        row = new
    return row[-1]


few_letters = st.text(alphabet="甲乙丙□", max_size=12)


@given(few_letters, few_letters, st.integers(0, 6))
def test_edit_distance_agrees_with_the_table(a, b, limit):
    distance = slow_distance(a, b)
    assert edit_distance(a, b, limit) == (distance if distance <= limit else None)


def test_edit_distance_of_long_texts():
    a = "春夏秋冬" * 500
    assert edit_distance(a, a[:700] + "雪" + a[701:], 5) == 1
    assert edit_distance(a, a[::-1], 5) is None


@given(st.text(alphabet="甲乙丙丁，", max_size=40), st.text(alphabet="甲乙丙丁，", max_size=40), st.integers(2, 9))
def test_shared_spans_are_shared_and_none_longer_is_missed(a, b, least):
    spans = shared_spans(a, b, least=least)
    one, two = normal_form(a), normal_form(b)
    longest = max((n for n in range(len(one) + 1) for i in range(len(one) - n + 1) if one[i : i + n] in two), default=0)
    assert (spans[0].length if spans else 0) == (longest if longest >= least else 0)
    for span in spans:
        assert normal_form(a[slice(*span.a)]) == normal_form(b[slice(*span.b)])


def test_shared_span_goes_over_punctuation_and_illegible_characters():
    (span,) = shared_spans("甲说：春风吹绿，云岭县的山坡。", "乙答：春风吹□云岭县的山坡！", least=6)
    assert (span.a, span.b, span.length) == ((3, 14), (3, 13), 10)


def test_longest_run_of_long_texts():
    a = "序" + "春夏秋冬风霜雨雪" * 40
    assert longest_run(a, a[1:], [(9, 8), (1, 0)]) == (1, 0, 320)


LINE = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥东南西北春夏秋冬"


@pytest.mark.parametrize(("options", "least"), [({}, 12), ({"seed": 4, "step": 4}, 7)], ids=["usual", "short"])
def test_seeds_find_every_stretch_of_a_length(options, least):
    for i in range(len(LINE) - least + 1):
        assert list(seeded_pairs([LINE, f"前文{LINE[i : i + least]}后文"], **options)), i


def test_a_formula_is_no_seed():
    texts = [f"{chr(0x4E00 + k)}{chr(0x5E00 + k)}{chr(0x6E00 + k)}{chr(0x7E00 + k)}本报讯方" for k in range(50)]
    late = [k for k, _ in seeded_pairs(texts, seed=4, step=4, cap=8)]
    assert late == list(range(1, 9))


OTHER_NUMBERS = [
    ("增产二○％", "增产二％"),
    ("3.5%", "3.5‰"),
    ("￥320", "$320"),
    ("½", "12"),
    ("10²", "102"),
    ("32·5", "325"),
    ("8〜10时", "810时"),
    ("8—10时", "810时"),
    ("±5", "5"),
    ("2×4", "24"),
    ("3∶2", "32"),
    ("三、五米", "三五米"),
    ("三—五米", "三五米"),
    ("三·一五", "三一五"),
    ("第三○五号", "第三五号"),
    ("王××", "王"),
    ("方○○", "方"),
    ("-1.2度", "1.2度"),
    ("8 - 10人", "810人"),
    ("8——10人", "810人"),
    ("8‑10人", "810人"),
    ("气温 - 3度", "气温3度"),
    ("气温—3度", "气温3度"),
    ("三－五米", "三五米"),
    ("1 / 3的人", "13的人"),
    ("1∕3", "13"),
    ("3 %", "3"),
    ("¥ 320", "$ 320"),
    ("≥60分", "≤60分"),
    ("6÷3", "63"),
    ("12°3′", "1°23′"),
    ("二◯◯八年", "二八年"),
    ("3万～5万人", "3万、5万人"),
]


@pytest.mark.parametrize(("a", "b"), OTHER_NUMBERS)
def test_what_makes_one_number_another_counts(a, b):
    assert normal_form(a) != normal_form(b)
    assert normalize(a).text == normal_form(a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("二○○八年", "二〇〇八年"),
        ("８～10时", "8〜10时"),
        ("12,000元", "１２０００元"),
        ("●河开了", "河开了"),
        ("○记者 方某", "记者方某"),
        ("河开了——12月3日", "河开了，12月3日"),
        ("8—10人", "8 － 10人"),
        ("8—10人", "8——10人"),
        ("8～10人", "8 〜 10人"),
        ("3∶1", "3：1"),
        ("120㎡", "120m²"),
        ("CO₂", "CO2"),
        ("3·15", "3・15"),
        ("王□□", "王 □□"),
        ("3\u200b.5%", "3.5 %"),
        ("二◯◯八年", "二〇〇八年"),
        ("10月1日—7日", "10月1日－7日"),
    ],
)
def test_how_it_is_set_does_not_count(a, b):
    assert normal_form(a) == normal_form(b)
