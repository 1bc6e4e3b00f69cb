"""textio: encodings found out or refused, files read, outputs written whole or not at all, pipes closed quietly."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import stat
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipper import encodings, textio
from clipper.convert import convert_text
from clipper.errors import ClipperError, EncodingError, InputError, OutputError, UsageError
from clipper.opencc_tables import load_converter

# --- text of our own ---------------------------------------------------------------------------------------------

SIMPLIFIED = (
    "青石镇昨夜下了一场大雪，今天的早市照常开门，卖菜的人比平日还多。",
    "本报讯 记者方某从云岭县了解到，新修的山路已经通车，进城只要四十分钟。",
    "镇上的小学有两百多个学生，每天中午都在食堂吃饭，米和菜由村里送来。",
    "老人说，这条河过去能走大船，后来上游修了水库，河水就慢慢浅了下去。",
    "县图书馆今年添置了三千册新书，周末也开放，孩子们可以坐到天黑再回家。",
    "“我们等这一天等了很久。”周某站在桥头说，桥的那边就是他的果园。",
    "去年全镇共收苹果一万二千吨，比前年增加百分之八，价格却低了一些。",
    "新开的公交线路从火车站出发，经过医院和市场，最后一班车晚上九点半开。",
)
TRADITIONAL = (
    "青石鎮昨夜下了一場大雪，今天的早市照常開門，賣菜的人比平日還多。",
    "本報訊 記者方某從雲嶺縣了解到，新修的山路已經通車，進城只要四十分鐘。",
    "鎮上的小學有兩百多個學生，每天中午都在食堂吃飯，米和菜由村裡送來。",
    "老人說，這條河過去能走大船，後來上游修了水庫，河水就慢慢淺了下去。",
    "縣圖書館今年添置了三千冊新書，週末也開放，孩子們可以坐到天黑再回家。",
    "「我們等這一天等了很久。」周某站在橋頭說，橋的那邊就是他的果園。",
    "去年全鎮共收蘋果一萬二千噸，比前年增加百分之八，價格卻低了一些。",
    "新開的公交線路從火車站出發，經過醫院和市場，最後一班車晚上九點半開。",
)
PAGE = "\r\n".join(SIMPLIFIED) + "\r\n"
TRADITIONAL_PAGE = "\n".join(TRADITIONAL) + "\n"


def illegible(text: str) -> str:
    return "".join("□" if n % 9 == 4 else c for n, c in enumerate(text))


# --- the encoding is found out -----------------------------------------------------------------------------------

WRITTEN = (
    *((text, "gb18030", "gb18030") for text in (*SIMPLIFIED, *TRADITIONAL, PAGE, TRADITIONAL_PAGE)),
    *((text, "big5", "cp950") for text in (*TRADITIONAL, TRADITIONAL_PAGE)),
    *(
        (text, codec, codec)
        for text in (*SIMPLIFIED, TRADITIONAL_PAGE)
        for codec in ("utf-8", "utf-16-le", "utf-16-be")
    ),
    (illegible(PAGE), "gb18030", "gb18030"),
    (illegible(TRADITIONAL_PAGE), "cp950", "cp950"),
    *((illegible(text), "gb18030", "gb18030") for text in SIMPLIFIED),
    *((illegible(text), "cp950", "cp950") for text in TRADITIONAL),
    ("plain words and no more\n", "utf-16-le", "utf-16-le"),
    ("\N{GRINNING FACE}" + PAGE + "㐀\U00020000", "gb18030", "gb18030"),
    ("GRÜẞE", "utf-8", "utf-8"),
    ("день", "utf-8", "utf-8"),
    ("abc", "utf-8", "utf-8"),
    ("", "utf-8", "utf-8"),
    ("a\fb\tc\x85\u2028\x0b\n", "utf-8", "utf-8"),
    ("page\x07 one\n", "utf-8", "utf-8"),  # one stray control character is no reason to refuse a page
)


@pytest.mark.parametrize(("text", "codec", "found"), WRITTEN)
def test_encoding_is_found_out(text, codec, found):
    assert encodings.decode(text.encode(codec), "page.txt") == (text, found, b"")
    assert encodings.decode(text.encode(codec), "page.txt", "auto") == (text, found, b"")


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
        (b"\x84\x31\x95\x33", "gb18030"),
    ],
)
@pytest.mark.parametrize("text", ["", "雪", PAGE])
def test_byte_order_mark_decides(mark, codec, text):
    data = mark + text.encode(codec)
    assert encodings.decode(data, "page.txt") == (text, codec, mark)
    assert encodings.decode(data, "page.txt", codec) == (text, codec, mark)


def test_big5_signs_of_its_extensions_are_read_as_they_are_used():
    # 0xC6A1 is the circled one in files from Taiwan and Hong Kong; cp950 alone would make a kana of it
    data = TRADITIONAL_PAGE.encode("big5") + b"\xc6\xa1"
    assert encodings.decode(data, "page.txt") == (TRADITIONAL_PAGE + "①", "big5hkscs", b"")
    assert encodings.decode(TRADITIONAL_PAGE.encode("big5") + b"\xf9\xd8", "page.txt")[0].endswith("裏")
    assert encodings.decode("啲".encode("big5hkscs"), "page.txt", "big5") == ("啲", "big5hkscs", b"")


@pytest.mark.parametrize(
    ("text", "asked", "codec"),
    [
        ("雪", "gb18030", "gb18030"),
        ("雪", "GBK", "gb18030"),
        ("鎔", "gb2312", "gb18030"),
        ("雪", "Big5", "cp950"),
        ("雪", "utf8", "utf-8"),
        ("雪", "utf-8-sig", "utf-8"),
        ("雪", "utf-16-be", "utf-16-be"),
        ("naïve", "latin-1", "iso8859-1"),
        ("雪が降る", "shift_jis", "shift_jis"),
    ],
)
def test_encoding_named_by_the_user(text, asked, codec):
    data = text.encode("utf-8" if asked == "utf-8-sig" else codec)
    assert encodings.decode(data, "page.txt", asked) == (text, codec, b"")


# --- or the file is refused --------------------------------------------------------------------------------------

GB, B5, U8 = PAGE.encode("gb18030"), TRADITIONAL_PAGE.encode("big5"), PAGE.encode()
JAPANESE = "今日は朝から雨が降っていたので、家で本を読んで過ごした。夕方になって晴れたので散歩に出かけた。"
JAPANESE_NEWS = "市議会本会議、予算案可決。新図書館建設費盛込、来年度着工予定。市長会見要旨、財政健全化計画推進強調。"
KOREAN = "오늘은 아침부터 비가 와서 집에서 책을 읽으며 시간을 보냈다. 저녁에는 날이 개어 산책을 나갔다."
UNCERTAIN = "not certain.*-e gb18030 or -e big5"

REFUSED = (
    # too little to tell by, or another encoding altogether
    ("开门".encode("gb18030"), None, EncodingError, UNCERTAIN),
    ("開門".encode("big5"), None, EncodingError, UNCERTAIN),
    ("目前全通".encode("gb18030") + b"\n", None, EncodingError, "-e"),
    *((JAPANESE.encode(c), None, EncodingError, UNCERTAIN) for c in ("shift_jis", "euc_jp")),
    *((JAPANESE_NEWS.encode(c), None, EncodingError, UNCERTAIN) for c in ("shift_jis", "euc_jp")),
    (KOREAN.encode("euc_kr"), None, EncodingError, UNCERTAIN),
    ("Le café était fermé, à côté de l’hôtel.".encode("cp1252"), None, EncodingError, UNCERTAIN),
    ("Сегодня шёл дождь, и мы остались дома.".encode("cp1251"), None, EncodingError, UNCERTAIN),
    (GB + B5, None, EncodingError, UNCERTAIN),
    (GB * 200 + B5 * 20, None, EncodingError, r"begins in gb18030, but about line 1[56]\d\d is something else"),
    # damaged
    (U8[:30] + b"\xff" + U8[30:], None, EncodingError, "byte 0xff at byte offset 30, line 1 is not utf-8"),
    (U8[:-3], None, EncodingError, "the utf-8 text breaks off inside a character at byte offset .*whole"),
    (U8 * 200 + b"\r\r\n\xe9", None, EncodingError, rf"offset {len(U8) * 200 + 3}, line 1603"),
    (U8 + GB, None, EncodingError, rf"offset {len(U8)}, line 9 is not utf-8"),
    (GB[:-2] + b"\xff\r\n", None, EncodingError, rf"byte 0xff at byte offset {len(GB) - 2}, line 8 is not gb18030"),
    (B5 + b"\xff\n", None, EncodingError, rf"byte 0xff at byte offset {len(B5)}, line 9 is not big5;"),
    # against what the user says
    (U8, "gb18030", EncodingError, "byte offset .* line 1 is not gb18030"),
    (GB, "utf-8", EncodingError, "byte offset 0, line 1 is not utf-8"),
    (b"\xef\xbb\xbf" + U8 + b"\xff", "utf-8", EncodingError, rf"offset {len(U8) + 3}, line 9"),
    (b"\xef\xbb\xbfabc", "gb18030", EncodingError, "byte order mark of utf-8.*leave -e out"),
    ("雪".encode("utf-16-le"), "utf-16", EncodingError, "-e utf-16-le or -e utf-16-be"),
    (b"abc", "no-such-code", UsageError, "unknown encoding 'no-such-code'"),
    (b"abc", "rot13", UsageError, "unknown encoding"),
    (b"abc", "base64", UsageError, "unknown encoding"),
    (b"", "no-such-code", UsageError, "unknown encoding"),
    # no text
    (b"%PDF-1.7\n" + U8, None, InputError, "is a PDF.*pdftotext"),
    (b"%PDF-1.7\n" + U8, "utf-8", InputError, "is a PDF"),
    (b"\x89PNG\r\n\x1a\n", None, InputError, "PNG image"),
    (b"PK\x03\x04", None, InputError, "Word document"),
    (b"abc\r\ndef\0", None, InputError, "not a text file: NUL byte on line 2"),
    (GB + b"\0", None, InputError, "NUL byte"),
    (b"abc\0", "utf-8", InputError, "NUL byte"),
    (bytes(range(1, 32)) * 4, None, InputError, "control characters"),
    (GB + bytes(range(1, 32)) * 4, "gb18030", InputError, "control characters"),
    (("雪\x01\x02\x03\x04" * 9).encode("utf-7"), "utf-7", InputError, "control characters"),
    (("雪\x01\x02\x03\x04" * 9).encode("utf-16-le"), "utf-16-le", InputError, "control characters"),
    (random.Random(3).randbytes(5000), None, InputError, "not a text file"),
)


@pytest.mark.parametrize(("data", "encoding", "error", "said"), REFUSED)
def test_refused_in_one_line(data, encoding, error, said):
    with pytest.raises(error, match=said) as caught:
        encodings.decode(data, "page.txt", encoding)
    assert "\n" not in str(caught.value)
    if error is not UsageError:
        assert str(caught.value).startswith("page.txt: ")
        assert caught.value.remedy


def test_mixed_file_is_read_when_the_user_insists():
    data = GB * 200 + B5 * 20
    assert encodings.decode(data, "page.txt", "gb18030")[0] == data.decode("gb18030")


KNOWN_FAILURES = ("雪", "模式")  # in GB18030; one or two characters that are well-formed UTF-8 by accident


@pytest.mark.xfail(raises=pytest.fail.Exception, reason="no line end, no third character: nothing to tell by")
@pytest.mark.parametrize("text", KNOWN_FAILURES)
def test_known_failure_is_read_as_utf8(text):
    with pytest.raises(EncodingError):
        encodings.decode(text.encode("gb18030"), "page.txt")


@pytest.mark.parametrize("codec", ["gb18030", "big5"])
@pytest.mark.parametrize("n", range(8))
def test_a_bad_byte_never_turns_a_page_into_another_encoding(codec, n):
    page = TRADITIONAL_PAGE.encode(codec)
    at = random.Random(n).randrange(len(page))
    for bad in (b"\x80", b"\xff", b"\xff\xff"):
        with pytest.raises(EncodingError, match=r"byte offset \d+, line \d"):
            encodings.decode(page[:at] + bad + page[at:] + bad, "page.txt")


PRINTED = st.text(st.characters(exclude_categories=["Cs", "Cc"])).filter(lambda t: t[:1] != "\ufeff")


@given(PRINTED, st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-32-be"]))
def test_named_encoding_gives_the_text_back(text, codec):
    data = text.encode(codec)
    assert encodings.decode(data, "page.txt", codec) == (text, codec, b"")


@given(PRINTED)
def test_utf8_is_read_as_utf8_or_refused(text):
    data = text.encode()
    try:
        assert encodings.decode(data, "page.txt") == (text, "utf-8", b"")
    except EncodingError:
        assert len(data) <= encodings.ACCIDENT


@given(st.binary(max_size=80))
def test_whatever_comes_in_is_read_faithfully_or_refused(data):
    try:
        text, codec, bom = encodings.decode(data, "page.txt")
    except ClipperError:
        return
    assert data.startswith(bom)
    assert data[len(bom) :].decode(codec) == text


@given(st.integers(0, len(PAGE) - 1), st.sampled_from([b"\x80", b"\xff", b"\xc0\xaf"]))
def test_broken_utf8_names_the_offset(at, bad):
    before = PAGE[:at].encode()
    with pytest.raises(EncodingError, match=f"byte offset {len(before)}, line"):
        encodings.decode(before + bad + PAGE[at:].encode(), "page.txt")


def test_the_detector_is_not_loaded_for_utf8():
    code = "import sys; from clipper import encodings; encodings.decode('雪下了一夜'.encode(), 'x')"
    done = python(code + "; assert 'charset_normalizer' not in sys.modules")
    assert done.returncode == 0, done.stderr


# --- inputs ------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.txt", "a.txt", "第1版.txt", "page[1].txt", "sub/c.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(name, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "paths"),
    [
        ([], []),
        (["b.txt", "a.txt", "b.txt"], ["b.txt", "a.txt", "b.txt"]),
        (["?.txt"], ["a.txt", "b.txt"]),
        (["-", "s*"], ["-", "s*"]),  # the folder sub is no input
        (["*.txt"], ["a.txt", "b.txt", "page[1].txt", "第1版.txt"]),
        (["**/*.txt"], ["a.txt", "b.txt", "page[1].txt", "sub/c.txt", "第1版.txt"]),
        (["page[1].txt"], ["page[1].txt"]),
        (["[ab].txt", "sub/*"], ["a.txt", "b.txt", "sub/c.txt"]),
        (["*.none", "a.txt"], ["*.none", "a.txt"]),
        (["none.txt"], ["none.txt"]),
    ],
)
def test_expand(folder, patterns, paths):
    assert textio.expand(patterns) == paths
    assert textio.expand(patterns) == textio.expand(textio.expand(patterns))


def test_standard_input_is_read_once():
    with pytest.raises(UsageError, match="stdin: is named twice"):
        textio.expand(["-", "a.txt", "-"])


def test_read_source(folder):
    Path("sub/2024年1月.第3版.txt").write_bytes(b"\xef\xbb\xbf" + PAGE.encode())
    source = textio.read_source("sub/2024年1月.第3版.txt")
    assert source == textio.Source(
        name="sub/2024年1月.第3版.txt",
        stem="2024年1月.第3版",
        data=b"\xef\xbb\xbf" + PAGE.encode(),
        text=PAGE,
        encoding="utf-8",
        bom=b"\xef\xbb\xbf",
    )
    assert textio.read_source("a.txt", name="页").name == "页"
    assert textio.read_source("./a.txt").name == "./a.txt"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("none.txt", "none.txt: no such file; check the path"),
        ("sub", "sub: is a folder; name the files in it, for example with *.txt"),
        ("*.none", "*.none: no file matches; check the pattern"),
        ("a.txt/b", "a.txt/b: not a directory"),
        ("x" * 300, "x" * 300 + ": file name too long"),
    ],
)
def test_unreadable_input(folder, path, said):
    with pytest.raises(InputError) as caught:
        textio.read_source(path)
    assert str(caught.value) == said


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_input_without_permission(folder):
    Path("a.txt").chmod(0)
    with pytest.raises(InputError, match=r"a.txt: permission denied"):
        textio.read_source("a.txt")


def test_a_file_name_that_is_not_utf8_can_be_written_in_a_record(tmp_path):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/p\xe9.txt")
    try:
        Path(name).write_bytes(b"abc")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    source = textio.read_source(name)
    assert (source.stem, source.text) == ("p\\xe9", "abc")
    source.name.encode("utf-8")


READ_STDIN = """
from clipper import textio
from clipper.errors import ClipperError
try:
    s = textio.read_source("-")
    textio.write_text(None, f"{s.name} {s.stem} {s.encoding} {s.text}")
except ClipperError as error:
    textio.say(str(error))
"""


def python(code: str, *, shell: str = "{}", cwd: Path | None = None, **options) -> subprocess.CompletedProcess[bytes]:
    """Run CODE in a Python of its own, in place of {} in a line of bash."""
    env = {
        **os.environ,
        "PYTHONUNBUFFERED": "",
        "PYTHONPATH": str(Path(textio.__file__).parents[1]),
        "CODE": code,
        **options.pop("env", {}),
    }
    command = ["bash", "-o", "pipefail", "-c", shell.replace("{}", f'"{sys.executable}" -c "$CODE"')]
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, timeout=60, check=False, **options)


def test_standard_input():
    done = python(READ_STDIN, input=GB)
    assert done.stdout.decode() == f"stdin stdin gb18030 {PAGE}"
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("shell", "said"),
    [
        ("{} <&-", b"clipper: stdin: is closed; name a file\n"),
        ("{} < /dev/null", b""),
    ],
)
def test_odd_standard_input(shell, said):
    done = python(READ_STDIN, shell=shell)
    assert (done.returncode, done.stderr) == (0, said)


def test_stdin_is_terminal():
    code = "from clipper import textio; print(textio.stdin_is_terminal())"
    assert python(code, shell="{} < /dev/null").stdout == b"False\n"
    assert python(code, shell="{} <&-").stdout == b"False\n"
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    assert python(code, stdin=follower).stdout == b"True\n"
    os.close(leader)
    os.close(follower)


# --- outputs -----------------------------------------------------------------------------------------------------


def left_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_file_is_written_as_it_is(tmp_path):
    target = tmp_path / "clips.txt"
    textio.write_text(str(target), "雪\r\n下\n\u2028")
    assert target.read_bytes() == "雪\r\n下\n\u2028".encode()
    textio.write_text(str(target), "雪", bom=True)
    assert target.read_bytes() == b"\xef\xbb\xbf" + "雪".encode()
    textio.write_text(str(target), "")
    assert target.read_bytes() == b""
    assert left_in(tmp_path) == ["clips.txt"]


def test_mode_is_kept_and_umask_respected(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("before")
    old.chmod(0o640)
    umask = os.umask(0o027)
    try:
        textio.write_all([(str(old), "after"), (str(new), b"new")])
    finally:
        os.umask(umask)
    assert [stat.S_IMODE(p.stat().st_mode) for p in (old, new)] == [0o640, 0o640]
    assert (old.read_text(), new.read_text()) == ("after", "new")


def test_symbolic_link_stays_and_its_target_is_replaced(tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    for name in ("there.txt", "not yet.txt"):
        link = tmp_path / f"link to {name}"
        link.symlink_to(real / name)
        textio.write_text(str(link), "雪")
        assert link.is_symlink()
        assert (real / name).read_text(encoding="utf-8") == "雪"
    assert left_in(real) == ["not yet.txt", "there.txt"]


def test_a_name_as_long_as_can_be(tmp_path):
    target = tmp_path / ("版" * 83 + ".jsonl")
    textio.write_text(str(target), "x")
    assert target.read_text() == "x"


def unwritable(folder: Path) -> list[tuple[str, str]]:
    (folder / "round").symlink_to(folder / "round")
    return [
        (str(folder), "is a folder; name a file in it"),
        (str(folder / "new") + "/", "is a folder; name a file in it"),
        (str(folder / "no" / "x.txt"), "the folder does not exist; make it first"),
        (str(folder / "kept" / "x.txt"), "the folder does not exist; check the path"),
        (str(folder / "round"), "symbolic link"),
        (str(folder / ("x" * 300)), "file name too long"),
        ("", "is a folder"),
    ]


@pytest.mark.parametrize("n", range(7))
def test_a_failing_output_leaves_all_as_they_were(tmp_path, n):
    kept = tmp_path / "kept"
    kept.write_text("before")
    path, said = unwritable(tmp_path)[n]
    before = left_in(tmp_path)
    with pytest.raises(OutputError) as caught:
        textio.write_all([(str(kept), "after"), (path, "x")])
    assert said in str(caught.value)
    assert kept.read_text() == "before"
    assert left_in(tmp_path) == before


def test_full_disk_leaves_the_target_untouched(tmp_path, monkeypatch):
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    kept = tmp_path / "kept"
    kept.write_text("before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="kept: the disk is full; free some space"):
        textio.write_text(str(kept), "after")
    assert kept.read_text() == "before"
    assert left_in(tmp_path) == ["kept"]


def test_interrupted_run_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        textio.write_all([(str(tmp_path / "a"), "x")])
    assert left_in(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything")
def test_write_protected_file_is_not_replaced(tmp_path):
    target = tmp_path / "kept"
    target.write_text("before")
    target.chmod(0o444)
    with pytest.raises(OutputError, match="permission denied"):
        textio.write_text(str(target), "after")
    assert target.read_text() == "before"


def test_two_outputs_in_one_file(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(UsageError, match="link: is named for two outputs"):
        textio.write_all([(str(tmp_path / "a"), "x"), (str(tmp_path / "link"), "y")])
    assert left_in(tmp_path) == ["link"]


def test_half_a_character_is_refused(tmp_path):
    kept = tmp_path / "kept"
    with pytest.raises(OutputError, match=r"clips: line 2 would hold half a character, U\+D83D; mend"):
        textio.write_all([(str(kept), "fine"), ("clips", "a\nb\ud83d")])
    assert left_in(tmp_path) == []


def test_devices_and_pipes_are_written_through(tmp_path):
    textio.write_text(os.devnull, "x")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE) as reader:
        textio.write_text(str(fifo), PAGE)
        assert reader.stdout.read() == PAGE.encode()
    assert left_in(tmp_path) == ["fifo"]


WRITE = "from clipper import textio; textio.write_text({!r}, {!a})"


@pytest.mark.parametrize(
    "env", [{"PYTHONIOENCODING": "gbk"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
@pytest.mark.parametrize("path", [None, "-", "/dev/stdout", "/dev/fd/1"])
def test_standard_output_is_utf8_whatever_the_locale(env, path):
    done = python(WRITE.format(path, "雪\r\n下\n"), env=env)
    assert (done.returncode, done.stdout, done.stderr) == (0, "雪\r\n下\n".encode(), b"")


def test_dev_stdout_adds_to_the_file_behind_it(tmp_path):
    code = WRITE.format("/dev/stdout", "雪\n")
    python(code, shell="({}; {}) > out; {} >> out", cwd=tmp_path)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "雪\n" * 3


def test_what_was_printed_before_comes_before():
    done = python("print('first'); " + WRITE.format(None, "then\n"))
    assert done.stdout == b"first\nthen\n"


GUARDED = """
import sys
from clipper import textio
from clipper.errors import ClipperError
try:
    with textio.quiet_closed_pipe():
        {}
except ClipperError as error:
    textio.say(str(error))
    sys.exit(error.exit_code)
"""
SMALL, LARGE = "textio.write_text(None, 'snow\\n' * 3)", "textio.write_text(None, 'snow\\n' * 10**6)"


@pytest.mark.parametrize("act", [SMALL, LARGE, "print('snow\\n' * 3)", "print('snow\\n' * 10**6)"])
@pytest.mark.parametrize("reader", ["head -1", "(exec <&-; sleep 0.3)"])
def test_closed_pipe_is_quiet_and_no_error(act, reader):
    # sleep: the reader has gone before the first byte is written
    done = python(GUARDED.format(act), shell="(sleep 0.1; {}) | " + reader)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout in (b"snow\n", b"")


@pytest.mark.parametrize("act", [SMALL, LARGE, "print('snow')", "textio.write_text('/dev/full', 'snow')"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_full_disk_is_one_line_and_exit_1(act):
    done = python(GUARDED.format(act), shell="{} > /dev/full")
    where = "/dev/full" if "/dev/full" in act else "stdout"
    assert done.stderr.decode() == f"clipper: {where}: the disk is full; free some space and run it again\n"
    assert done.returncode == 1


def test_closed_standard_output_is_an_error_only_when_needed(tmp_path):
    done = python(GUARDED.format(SMALL), shell="{} >&-")
    assert (done.returncode, done.stderr) == (1, b"clipper: stdout: is closed\n")
    done = python(GUARDED.format("textio.write_text('out', 'x')"), shell="{} >&-", cwd=tmp_path)
    assert (done.returncode, done.stderr, left_in(tmp_path)) == (0, b"", ["out"])


def test_files_are_written_even_if_the_reader_of_standard_output_has_gone(tmp_path):
    act = "textio.write_all([(None, 'snow\\n' * 10**6), ('findings', 'x')])"
    done = python(GUARDED.format(act), shell="{} | true", cwd=tmp_path)
    assert (done.returncode, done.stderr, left_in(tmp_path)) == (0, b"", ["findings"])


def test_exit_code_of_the_body_is_kept():
    assert python(GUARDED.format("sys.exit(3)")).returncode == 3


# --- output over input -------------------------------------------------------------------------------------------


def test_output_may_not_be_an_input(folder):
    os.link("a.txt", "hard")
    Path("soft").symlink_to("a.txt")
    for output in ("a.txt", "./a.txt", "hard", "soft"):
        with pytest.raises(UsageError, match=r"would overwrite the input a\.txt; write to another file"):
            textio.refuse_same_file(output, ["b.txt", "a.txt"])
    textio.refuse_same_file("new.txt", ["a.txt", "new.txt", "none.txt"])
    textio.refuse_same_file("b.txt", ["a.txt", "-"])
    textio.refuse_same_file(os.devnull, [os.devnull])
    textio.refuse_same_file(None, ["a.txt"])


@pytest.mark.parametrize(
    ("output", "inputs", "shell", "refused"),
    [
        (None, ["a.txt"], "{} >> a.txt", True),
        ("-", ["-"], "{} < a.txt >> a.txt", True),
        ("a.txt", ["-"], "{} < a.txt", True),
        ("b.txt", ["-"], "{} < a.txt > c.txt", False),
        (None, ["a.txt", "-"], "cat a.txt | {} | cat", False),
        (None, ["-"], "{} <&- >&-", False),
    ],
)
def test_redirected_output_may_not_be_an_input(folder, output, inputs, shell, refused):
    code = f"import sys; from clipper import textio; textio.refuse_same_file({output!r}, {inputs!r})"
    done = python(code, shell=shell, cwd=folder)
    assert (b"would overwrite the input" in done.stderr, done.returncode) == (refused, int(refused))


# --- notes -------------------------------------------------------------------------------------------------------


def test_say_is_one_line(capsys):
    textio.say("page\n1.txt: 雪\x1b[2J")
    assert capsys.readouterr().err == "clipper: page\\n1.txt: 雪\\x1b[2J\n"


@pytest.mark.parametrize("shell", ["{} 2>&-", "{} 2> /dev/full", "({} 2>&1 >&3 | true) 3>&1"])
def test_say_never_fails(shell):
    done = python("import time; time.sleep(.1); from clipper import textio; textio.say('雪'); print('on')", shell=shell)
    assert (done.returncode, done.stdout) == (0, b"on\n")


def test_say_in_a_locale_without_chinese():
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert python("from clipper import textio; textio.say('\\u96ea')", env=env).stderr == b"clipper: \\u96ea\n"


# --- on real news ------------------------------------------------------------------------------------------------


@cache
def news(count: int) -> list[str]:
    bench = os.environ.get("CLIPPER_BENCH")
    path = Path(bench or "") / "data" / "articles.dev.jsonl.gz"
    if not bench or not path.exists():
        pytest.skip("CLIPPER_BENCH is not set to a folder with data/articles.dev.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for _, line in zip(range(count * 4), lines, strict=False)]
    pages = ["\n".join([a["title"], *(p["text"] for p in a["paras"])]) for a in articles]
    return ["\n\n".join(pages[n : n + 4]) for n in range(0, len(pages), 4)]


@cache
def traditional_news(count: int) -> list[str]:
    converter = load_converter("s2t")
    return [convert_text(text, converter) for text in news(count)]


def in_big5(text: str) -> bytes:
    """Return TEXT in cp950, with □ for what has no place there."""
    return b"".join(c.encode("cp950", "ignore") or "□".encode("cp950") for c in text)


@pytest.mark.slow
@pytest.mark.parametrize(("length", "most_refused"), [(20, 8), (40, 1), (60, 0), (None, 0)])
def test_no_news_page_is_misread(length, most_refused):
    rng = random.Random(length or 0)
    refused = 0
    for simplified, other in zip(news(400), traditional_news(400), strict=True):
        texts = (simplified, other)
        if length:
            squeezed = ["".join(t.split()) for t in texts]
            start = rng.randrange(len(squeezed[0]) - length)
            texts = tuple(t[start : start + length] for t in squeezed)
        for data, codec in ((texts[0].encode("gb18030"), "gb18030"), (in_big5(texts[1]), "cp950")):
            try:
                assert encodings.decode(data, "page.txt") == (data.decode(codec), codec, b"")
            except EncodingError:
                refused += 1
    assert refused <= most_refused


@pytest.mark.parametrize("held", [4, 1 << 20])
def test_a_part_that_fails_is_taken_back_from_a_stream_and_from_a_file(held, tmp_path, monkeypatch, capsysbinary):
    monkeypatch.setattr(textio, "HELD", held)  # above that, in a temporary file
    for path in (None, str(tmp_path / "out")):
        with textio.Output(path, bom=True) as output:
            with pytest.raises(ValueError, match="no"), output.part():
                output.write("云岭")
                raise ValueError("no")
            for text in ("青石镇", "白芷河"):
                with output.part():
                    output.write(text)
                    output.write("\n")
    wanted = "\ufeff青石镇\n白芷河\n".encode()
    assert (capsysbinary.readouterr().out, (tmp_path / "out").read_bytes()) == (wanted, wanted)
