"""House style: a glossary, names left alone, patterns to keep, quotation marks."""

from __future__ import annotations

import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper import house as house_module
from clipper.convert import convert_text
from clipper.errors import DataError, PromiseError, UsageError
from clipper.house import (
    NO_HOUSE,
    PLACEHOLDERS,
    House,
    align_in_house,
    compile_keep,
    convert_in_house,
    convert_quotes,
    find_protected,
    read_glossary,
    read_names,
)
from clipper.opencc_tables import load_converter

# ---- a conversion to try things with: words before characters, and ⿰虫? is one piece ----

WORDS = {
    "云岭县城": "雲嶺縣邑",
    "公里": "公里",
    "软件": "軟體",
    "里": "裏",
    "云": "雲",
    "岭": "嶺",
    "县": "縣",
    "软": "軟",
}
TOKEN = re.compile("⿰..|" + "|".join(WORDS) + "|.", re.DOTALL)


def align(text):
    return [(token, WORDS.get(token, token)) for token in TOKEN.findall(text)]


def convert(text):
    return "".join(target for _, target in align(text))


def make_house(glossary="", names="", keep=(), quotes=None):
    return House(read_glossary(glossary, "g.txt"), read_names(names, "n.txt"), compile_keep(keep), quotes)


# ---- what comes out of a house ----

GLOSSARY = "软件\t程式\n云岭\t雲嶺山\n云岭县\t雲嶺地方\n"
CASES = [  # what it shows, the text, the house, what comes out
    ("no house at all", "云岭县城里“三公里”", {}, "雲嶺縣邑裏“三公里”"),
    ("the glossary's word", "买软件", {"glossary": GLOSSARY}, "买程式"),
    ("the longest form at a place", "云岭县的云岭", {"glossary": GLOSSARY}, "雲嶺地方的雲嶺山"),
    ("the leftmost form first", "青石镇长", {"glossary": "青石镇\tA\n镇长会议\tB\n石镇长\tC"}, "A长"),
    ("a shorter form where the longest does not stand", "镇长会", {"glossary": "镇长会议\tB\n镇长\tC"}, "C会"),
    ("the same form in both columns stays", "软件里", {"glossary": "软件\t软件"}, "软件裏"),
    ("a form of one character", "里和公里", {"glossary": "里\t里"}, "里和公里"),
    ("one character and longer ones that begin so", "云云岭云", {"glossary": "云\t云\n云岭\tX"}, "云X云"),
    ("one character where a longer form only begins so", "云岭外", {"glossary": "云\t云\n云岭县\tX"}, "云嶺外"),
    ("a form at the end", "买软", {"glossary": "软\tX"}, "买X"),
    ("no word reaches across", "云岭县城", {"names": "县"}, "雲嶺县城"),
    ("no word reaches in", "软件", {"names": "件"}, "軟件"),
    ("a name stays", "方某在云岭县城里", {"names": "云岭县"}, "方某在云岭县城裏"),
    ("names before the glossary", "云岭县里", {"names": "云岭", "glossary": GLOSSARY}, "云岭縣裏"),
    ("a name further on takes from the glossary", "云岭县", {"names": "县", "glossary": GLOSSARY}, "雲嶺山县"),
    ("patterns before names", "云岭县", {"keep": ["岭县"], "names": "云岭"}, "雲岭县"),
    ("a pattern keeps", "《云里》在云里", {"keep": ["《[^》]+》"]}, "《云里》在雲裏"),
    ("patterns that overlap keep all they cover", "云岭县里", {"keep": ["岭县", "云岭"]}, "云岭县裏"),
    ("a pattern inside another", "云岭县里", {"keep": ["岭", "云岭县"]}, "云岭县裏"),
    ("ends of lines are ends for a pattern", "云里\r\n云岭\r云县\n", {"keep": ["^云", "里$"]}, "云里\r\n云嶺\r云縣\n"),
    ("a pattern stays in its line", "云\n里", {"keep": [r"云\s*里", "[^岭]+云"]}, "雲\n裏"),
    ("a look behind stays in its line", "云\n里", {"keep": [r"(?<!\n)里"]}, "雲\n里"),
    ("a form feed ends no line", "云\f里", {"keep": ["云.里"]}, "云\f里"),
    ("a pattern's own flags", "APP云app", {"keep": ["(?i)app云APP"]}, "APP云app"),
    ("a match of nothing keeps nothing", "云里", {"keep": ["(?=云)", r"\b"]}, "雲裏"),
    ("protected from end to end", "云岭", {"names": "云岭"}, "云岭"),
    ("side by side", "云岭云岭县", {"names": "云岭\n县"}, "云岭云岭县"),
    ("quotation marks", "“云”‘里’", {"quotes": "corner"}, "「雲」『裏』"),
    ("quotation marks the other way", "「云」『里』", {"quotes": "curly"}, "“雲”‘裏’"),
    ("marks that are protected are the house's own", "“云”“里”", {"names": "“云”", "quotes": "corner"}, "“云”「裏」"),
    ("a glossary's marks too", "“软件”", {"glossary": "软件\t“程式”", "quotes": "corner"}, "「“程式”」"),
    ("an apostrophe after a name", "“AI’s云”", {"names": "AI", "quotes": "corner"}, "「AI’s雲」"),
    ("inside a description sequence", "⿰虫云里", {"names": "云"}, "⿰虫云裏"),
    ("a description sequence of names", "⿰云岭里", {"names": "云\n岭"}, "⿰云岭裏"),
    ("beyond U+FFFF", "𠮷云里", {"names": "𠮷云"}, "𠮷云裏"),
    ("what would be special in a pattern", "^云]-\\里", {"names": "^云\n-\\\n]"}, "^云]-\\裏"),
]
UNTOUCHED = [  # looks like a form and is none: what it shows, text, house
    ("AI is not in MAIN", "MAIN AID xAI AI2", {"glossary": "AI\t人工智慧"}),
    ("1号 is not in 11号", "11号", {"glossary": "1号\t一號"}),
    ("é is a letter too", "éAI AIé ＡAI", {"glossary": "AI\t人工智慧"}),
    ("case counts", "ai Ai", {"glossary": "AI\t人工智慧"}),
    ("width counts", "ＡＩ", {"glossary": "AI\t人工智慧"}),
    ("a line end is in no form", "青石\n镇", {"glossary": "青石镇\tX"}),
    ("forms that only begin so", "青石桥", {"glossary": "青石镇\tX\n石桥镇\tY"}),
]


@pytest.fixture(params=["few", "many"])
def search(request, monkeypatch):
    """Let forms be found as a few of them are, and as thousands are."""
    if request.param == "many":
        monkeypatch.setattr(house_module, "FEW", 0)


@pytest.mark.usefixtures("search")
@pytest.mark.parametrize(("text", "parts", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_text_comes_out_in_house_style(text, parts, expected):
    house = make_house(**parts)
    assert convert_in_house(text, convert, house) == expected
    assert "".join(target for _, target in align_in_house(text, align, house)) == expected


@pytest.mark.usefixtures("search")
@pytest.mark.parametrize(("text", "parts"), [c[1:] for c in UNTOUCHED], ids=[c[0] for c in UNTOUCHED])
def test_what_is_no_form_is_not_touched(text, parts):
    assert find_protected(text, make_house(**parts)) == []


@pytest.mark.usefixtures("search")
def test_a_form_in_letters_is_found_beside_chinese_ones():
    found = find_protected("用AI写，AI。（AI）A I", make_house("AI\t人工智慧"))
    assert found == [(1, 3, "人工智慧"), (5, 7, "人工智慧"), (9, 11, "人工智慧")]


def test_with_the_tables_of_opencc():
    converter = load_converter("s2t")
    house = make_house("软件\t軟體\n", "方干\n", [r"\[\[.*?\]\]"], "corner")
    text = "方干说：“软件里的干部，见[[云里]]。”⿰虫方干里⿰虫鬼"
    expected = "方干說：「軟體裏的幹部，見[[云里]]。」⿰虫方干裏⿰虫鬼"
    assert convert_in_house(text, lambda part: convert_text(part, converter), house) == expected


def test_pieces_have_one_for_each_protected_stretch():
    house = make_house("软件\t程式", "岭", quotes="corner")
    assert align_in_house("“软件云岭县城里”", align, house) == [
        *[("“", "「"), ("软件", "程式"), ("云", "雲"), ("岭", "岭"), ("县", "縣"), ("城", "城"), ("里", "裏")],
        ("”", "」"),
    ]
    assert align_in_house("⿰虫岭里", align, house) == [("⿰虫", "⿰虫"), ("岭", "岭"), ("里", "裏")]
    assert align_in_house("", align, house) == align_in_house("", align, NO_HOUSE) == []


def test_a_text_that_holds_placeholders_keeps_them():
    house = make_house("软件\t程式", "岭", quotes="corner")
    some, every = PLACEHOLDERS[0] + PLACEHOLDERS[1], "".join(PLACEHOLDERS)
    for held in (some, every):
        text = f"岭{held}软件“里”软件软件{held}岭"
        expected = f"岭{held}程式「裏」程式程式{held}岭"
        assert convert_in_house(text, convert, house) == expected
        assert "".join(target for _, target in align_in_house(text, align, house)) == expected
        assert "".join(source for source, _ in align_in_house(text, align, house)) == text


def test_a_long_text_is_converted_in_one_go():
    calls = []

    def count_calls(text):
        calls.append(text)
        return convert(text)

    assert convert_in_house("软件里" * 1000, count_calls, make_house("软件\t程式")) == "程式裏" * 1000
    assert len(calls) == 1


@pytest.mark.parametrize("convert", [lambda text: text.replace(PLACEHOLDERS[0], ""), lambda text: text * 2])
def test_a_conversion_that_loses_a_place_is_caught(convert):
    with pytest.raises(PromiseError, match="fault of clipper"):
        convert_in_house("买软件里", convert, make_house("软件\t程式"))
    for pieces in ([(convert("买软件里"), "")], [("买", "买")], []):
        with pytest.raises(PromiseError):
            align_in_house("买软件里", lambda _, pieces=pieces: pieces, make_house("软件\t程式"))
    with pytest.raises(PromiseError):
        align_in_house("买软件里", lambda text: [(text, "买里")], make_house("软件\t程式"))


def test_a_house_goes_to_other_processes_and_threads():
    house = make_house(GLOSSARY, "方某", ["《[^》]+》"], "corner")
    there = pickle.loads(pickle.dumps(house))
    assert there == house
    texts = [f"“云岭{number}”《里》" for number in range(50)]
    with ThreadPoolExecutor(4) as pool:
        converted = list(pool.map(lambda text: convert_in_house(text, convert, there), texts))
    assert converted == [f"「雲嶺山{number}」《里》" for number in range(50)]


# ---- lists ----


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", {}),
        ("\ufeff# 词\n\n  软件 \t 軟體  \r\n \t \n\t# 再\t词\r云\t雲", {"软件": "軟體", "云": "雲"}),
        ("软件\t軟體\t\t\n", {"软件": "軟體"}),  # the empty cells of a spreadsheet
        ("软件\t軟體\n软件\t軟體\n", {"软件": "軟體"}),  # said twice
        ("软 件\t軟 體", {"软 件": "軟 體"}),
        ("C#\tC 語言", {"C#": "C 語言"}),
    ],
)
def test_a_glossary_is_read(text, words):
    assert read_glossary(text, "g.txt").words == words


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("软件\t軟體\n硬件 硬體\n", 2, 'no tab in "硬件 硬體"'),
        ("# 词\n\n\t軟體\n", 3, "first column is empty"),
        ("软件\t\n", 1, "second column is empty"),
        ("软件\t \t軟體\n", 1, "3 columns"),
        ("软件\t軟體\t程式\n", 1, "3 columns"),
        ("软件\t軟體\n云\t雲\r\n软件\t程式\n", 3, '"软件" is to be "軟體" in line 1, and "程式" here'),
    ],
)
def test_a_bad_line_of_a_glossary_is_named(text, line, said):
    with pytest.raises(DataError, match=re.escape(said)) as caught:
        read_glossary(text, "g.txt")
    assert caught.value.where == f"g.txt:{line}"
    assert "\n" not in str(caught.value)


def test_names_are_read():
    text = "\ufeff# 人\n薛應旂\r\n\n 王汎森 \n乾安縣\n薛應旂"
    assert read_names(text, "n.txt").words == {name: name for name in ("薛應旂", "王汎森", "乾安縣")}
    assert read_names("\n", "n.txt").words == {}
    with pytest.raises(DataError, match=r"n\.txt:2: more than one name"):
        read_names("方某\n乾安縣\t乾安县\n", "n.txt")


# ---- patterns ----


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("青石(", "--keep 青石(: missing ), unterminated subpattern, at character 3"),
        ("*云", "nothing to repeat, at character 1"),
        ("云(?i)", "global flags not at the start"),
        ("a{99999999999999999999}", "too much for one pattern"),
        ("", "matches the empty string"),
        ("云*", "matches the empty string"),
        ("^$", "matches the empty string"),
        ("云|", "matches the empty string"),
        ("a\n(", "--keep a\\n("),
        ("[[云]", "a later Python may read it otherwise (Possible nested set"),
    ],
)
def test_a_bad_pattern_is_refused_in_one_line(pattern, said):
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        compile_keep(["好", pattern])
    assert "\n" not in str(caught.value)


def test_a_pattern_that_only_looks_odd_is_taken():
    (pattern,) = compile_keep([r"[\[云]"])
    assert pattern.findall("云[里") == ["云", "["]
    assert compile_keep([]) == ()


# ---- quotation marks ----

QUOTED = [  # style, text, what comes out
    ("corner", "“云岭”‘青石’", "「云岭」『青石』"),
    ("corner", "“方某说，‘好’", "「方某说，『好』"),  # unbalanced
    ("corner", "””“’‘", "」」「』『"),
    ("corner", "It’s ‘It’s’ It’s", "It’s 『It’s』 It’s"),
    ("corner", "students’ ’90s rock ’n’ roll 5’", "students’ ’90s rock ’n’ roll 5’"),
    ("corner", "‘AI’和‘5G’", "『AI』和『5G』"),
    ("corner", "Café’s ｉｔ’ｓ O‘Brien", "Café’s ｉｔ’ｓ O‘Brien"),
    ("corner", "‘没有关上\nstudents’", "『没有关上\nstudents’"),
    ("corner", "‘没有关上\rAI’", "『没有关上\rAI’"),
    ("corner", "云’岭", "云』岭"),
    ("corner", "’", "』"),
    ("corner", "\"云\" 'it's' 〝云〞 ＂", "\"云\" 'it's' 〝云〞 ＂"),
    ("corner", "﹁云﹂﹃岭﹄「县」", "﹁云﹂﹃岭﹄「县」"),
    ("curly", "「云」『岭』", "“云”‘岭’"),
    ("curly", "﹁云﹂﹃岭﹄", "“云”‘岭’"),
    ("curly", "」」「", "””“"),
    ("curly", "It’s “云” \"'", "It’s “云” \"'"),
]


@pytest.mark.parametrize(("style", "text", "expected"), QUOTED)
def test_quotation_marks(style, text, expected):
    assert convert_quotes(text, style) == expected


MARKED = st.text(st.sampled_from("“”‘’「」『』﹁﹂﹃﹄\"'云Aé5，\n\r"))


@given(MARKED, st.sampled_from(["corner", "curly"]))
def test_no_offset_moves_and_nothing_but_marks_changes(text, style):
    converted = convert_quotes(text, style)
    assert len(converted) == len(text)
    assert all(a == b or a in "“”‘’「」『』﹁﹂﹃﹄" for a, b in zip(text, converted, strict=True))
    assert convert_quotes(converted, style) == converted


@given(st.text(st.sampled_from("“”‘’\"'云Aé5，\n\r")))
def test_marks_come_back(text):
    assert convert_quotes(convert_quotes(text, "corner"), "curly") == text


@given(st.text(st.sampled_from("「」『』云，\n")))
def test_corner_marks_come_back_where_no_latin_letter_stands(text):
    assert convert_quotes(convert_quotes(text, "curly"), "corner") == text


@given(st.text(st.sampled_from("“”‘’云岭，\n")))
def test_without_latin_letters_no_mark_is_an_apostrophe(text):
    assert set(convert_quotes(text, "corner")).isdisjoint("“”‘’")


# ---- properties ----

LETTERS = "云岭县城软件公里AI“”‘’⿰虫\n\r 𠮷" + PLACEHOLDERS[0]
TEXTS = st.text(st.sampled_from(LETTERS), max_size=40)
FORMS = st.text(st.sampled_from("云岭县城软件里AI“𠮷"), min_size=1, max_size=4)
HOUSES = st.builds(
    make_house,
    st.dictionaries(FORMS, FORMS).map(lambda words: "\n".join(f"{form}\t{target}" for form, target in words.items())),
    st.lists(FORMS, max_size=3).map("\n".join),
    st.lists(st.sampled_from(["云.", "[A-Z]+", "^.里", "城?县", "“[^”]*”", "(?=云)"]), max_size=2),
    st.sampled_from([None, "corner", "curly"]),
)


def by_definition(text, house):
    """Return what `find_protected` does, place by place."""
    taken = {}
    for line in re.finditer("[^\r\n]+", text):
        for pattern in house.keep:
            for match in pattern.finditer(line[0]):
                for at in range(line.start() + match.start(), line.start() + match.end()):
                    taken[at] = text[at]
    for forms in (house.names, house.glossary):
        at = 0
        before = set(taken)
        while at < len(text):
            for form in sorted(forms.words, key=len, reverse=True):
                end = at + len(form)
                whole = not re.search("[AI]{2}", text[max(at - 1, 0) : at + 1])
                whole = whole and not re.search("[AI]{2}", text[end - 1 : end + 1])
                if text.startswith(form, at) and whole and before.isdisjoint(range(at, end)):
                    taken |= dict.fromkeys(range(at, end), "")
                    taken[at] = forms.words[form]
                    at = end - 1
                    break
            at += 1
    return taken


@given(TEXTS, HOUSES)
def test_what_is_protected_is_what_is_defined(text, house):
    stretches = find_protected(text, house)
    assert all(start < end for start, end, _ in stretches)
    assert all(a[1] <= b[0] for a, b in pairwise(stretches))
    covered = [at for start, end, _ in stretches for at in range(start, end)]
    expected = by_definition(text, house)
    assert covered == sorted(expected)
    assert "".join(target for _, _, target in stretches) == "".join(expected[at] for at in covered)


@given(TEXTS, HOUSES)
def test_nothing_is_lost_and_both_ways_agree(text, house):
    pieces = align_in_house(text, align, house)
    converted = convert_in_house(text, convert, house)
    assert "".join(source for source, _ in pieces) == text
    assert "".join(target for _, target in pieces) == converted
    starts = {}
    at = 0
    for source, target in pieces:
        starts[at] = (source, target)
        at += len(source)
    for start, end, printed in find_protected(text, house):
        assert starts[start] == (text[start:end], printed)


@given(TEXTS, HOUSES)
def test_what_is_not_protected_is_converted_as_ever(text, house):
    if not find_protected(text, house):
        plain = convert(text)
        assert convert_in_house(text, convert, house) == (
            convert_quotes(plain, house.quotes) if house.quotes else plain
        )
    assert convert_in_house(text, convert, NO_HOUSE) == convert(text)
    assert align_in_house(text, align, NO_HOUSE) == align(text)


@given(TEXTS, HOUSES)
def test_few_forms_and_many_are_found_alike(text, house):
    many = [house_module.Forms(forms.words, forms.lengths) for forms in (house.glossary, house.names)]
    assert find_protected(text, House(*many, keep=house.keep)) == find_protected(text, house)
