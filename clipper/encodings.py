r"""Which encoding bytes are in: never guessed in silence.

A byte order mark, then strict UTF-8, then two kinds of evidence that must agree (a detector, and how many characters
are everyday ones), else the bytes are refused with the option that settles it.

>>> decode("青石镇昨夜下了一场大雪，今天的早市照常开门。".encode("gb18030"), "page.txt")[1]
'gb18030'
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Sequence
from contextlib import suppress

from clipper.clipping import LINE_END
from clipper.errors import EncodingError, InputError, UsageError

__all__ = ["decode", "decode_part", "is_utf8", "line_of"]

CHINESE = ("gb18030", "big5")
UTF16 = ("utf-16-le", "utf-16-be")
SCORED_AS = {"big5": "cp950"}  # the codec that a sample of it is read in

BOMS = (  # UTF-32 before UTF-16: the one mark begins with the other
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
UNMARKED = {"utf-8-sig": "utf-8"}  # codecs that write a mark of their own, which is kept in Source.bom instead
WIDER = {"gb2312": "gb18030", "gbk": "gb18030"}  # what is labelled with the first is mostly written in the second

AS_TEXT = "save it as plain text first"
BINARY = (
    (b"%PDF-", "a PDF", "extract its text first, for example with pdftotext"),
    (b"\x89PNG", "a PNG image", "run OCR on it first"),
    (b"\xff\xd8\xff", "a JPEG image", "run OCR on it first"),
    (b"II*\x00", "a TIFF image", "run OCR on it first"),
    (b"MM\x00*", "a TIFF image", "run OCR on it first"),
    (b"PK\x03\x04", "a ZIP archive, a Word document or an e-book", "unpack it, or " + AS_TEXT),
    (b"\xd0\xcf\x11\xe0", "an old Word document", AS_TEXT),
    (b"{\\rtf", "a rich text document", AS_TEXT),
    (b"\x1f\x8b", "a gzip file", "unpack it first"),
)

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")  # "\x07": text has tab, line ends, form feed, and no more than these
NEUTRAL = re.compile(r"[\x00-\x7f·×\u2010-\u27bf\u3000-\u303f\uff00-\uffef]+")  # "，A□": speaks for no encoding
ASCII = re.compile(r"[\t\n\r\x20-\x7e]")  # "A"
NOT_ASCII = re.compile(r"[^\x00-\x7f]")  # "é"
CUT_OFF = re.compile(
    "unexpected end|incomplete|truncated"
)  # "unexpected end of data": what codecs say of a cut-off file
ETEN = re.compile(r"[ぁ-ヾ々А-яЁё①-⑩⑴-⑽]")  # "①": in cp950 these stand where Big5 has other signs, see _read_big5

# In these a text without the bytes of control characters has no control characters: looking at bytes is four times as
# quick as looking at text.
PLAIN_CONTROLS = frozenset(("utf-8", "gb18030", "cp950", "big5hkscs"))
CONTROL_BYTES = bytes((*range(0x09), *range(0x0E, 0x20)))

# The 800 most frequent characters of jieba's dictionary, then the forms that OpenCC gives them in traditional script;
# the most frequent ones first.
FREQUENT = (
    "一是人了不在有大中国和为这上他个地年来我会以到时要出的生学说道民家子也成行下们于后就发自之对得主长可过天作分方"
    "用多你着部能市等业全里工公经本都而高政法面门动日进区事代那去心小同北定开产前其军还然起种所如现理机体表力好外与"
    "文当两实重新三么只山水关明从化平建又制南内西没此将员名手最东头者月间无安看见各城十相但已些正口通想度加第她合院"
    "物性战由位常点海意场武使次二向治因立数样身情入原问把路被并利石老教万知级量任江及应省资委务元美特期世湖回系比气"
    "汉总展电科金先声提品设或义王社很统处四首共马形己儿司太目基领队直计别女权话少流命至报米给打变果书清活几州华解议"
    "更称程今决张导术府才保交放管结师便走达族反再题色五京河接条规式县白它改风光运信受什组听布百济党指论强做取技黄神"
    "选记斯真却职号界件花类何眼兵传带空干农边据集联古广完质阳难增历史专官每住商即步认车台林必死游举线言皇土团收考求"
    "德叫近备研争非具李众连调感转笑革该持始英克士尔让拉思根格造较际亲单朝红型价校约器字段周亚深候则功属积快图火千准"
    "究往极育装许参半令吃观鱼精办像帝八复影告远群包整构料随划算象容示投势热值夫网望源息语股铁断派速怎需片爱律纪支早"
    "况病境证编越局推满且列觉服双未居除乐企引标确织初青志率项飞球节察龙响药站施均消客失轻存低甚般击曾防请离落显罗营"
    "足素视护副食创余照兴占巴虽洲村费易试星木黑左宝置跟央识维采六底宫房音环案批切斗富乡另倒若按查故突责严桥模仅胜杀"
    "围席态破承招杨负层须父供续状域似依银范修找九致密终血旅钱赛独细效玉冲获习医演毛尽脸弹楼艺航陆右协七攻镇检写苏宗"
    "章注阿抗弟坐验封紧劳户优财养适陈喜卫排射哥油刻留急降念云微伤例景拿绝阶座刘刚害印亿沙母酒助闻超审待压升送监策略"
    "限竟香配藏敌呢差仍兰温园树征善波哪词岛止预怕继皮执味份角草男普答益谁船惊核街夏宣掌田久著画辑奇尼剑吧谈背免孩礼"
    "材愿洋春架筑括晚乱乎讲尚良友临激刀夜室既敢邦挥昌板胡欧福港叶"
    "國爲這個來會時學說們於後發對長過業裏經門動進區開產軍還種現機體與當兩實麼關從內沒將員東頭間無見戰點場數樣問並萬"
    "級應資務氣漢總電聲設義統處馬兒領隊計別權話報給變書幾華議稱決張導術結師達題條規縣風運組聽濟黨論強黃選記卻職號類"
    "傳帶幹農邊據聯廣質陽難歷專認車臺遊舉線團備爭衆連調轉該爾讓較際親單紅價約亞則屬積圖準極裝許參喫觀魚辦復遠羣構隨"
    "勢熱網語鐵斷愛紀況證編滿覺雙樂標確織項飛節龍響藥輕擊請離顯羅營視護創餘興佔雖費試寶識維採宮環鬥鄉責嚴橋僅勝殺圍"
    "態楊負層須續狀銀範緻終錢賽獨細衝獲習醫盡臉彈樓藝陸協鎮檢寫蘇驗緊勞戶優財養適陳衛雲傷絕階劉剛億聞審壓監敵蘭溫園"
    "樹徵詞島預繼執誰驚畫輯劍談禮願築亂講臨揮歐葉為裡眾説衞"
)
EVERYDAY = frozenset(FREQUENT)
FEWEST, FLOOR, LEAD = 3, 0.4, 0.25  # everyday characters to decide on; their share, and its lead over the next reading
STRETCH, GARBLED = 2000, 0.25  # characters, and the share of everyday ones that no stretch of real text stays under
SAMPLE = 1 << 16  # bytes
ACCIDENT = 64  # bytes: no longer text in another encoding is valid UTF-8 by accident


def decode(data: bytes, where: str, encoding: str | None = None) -> tuple[str, str, bytes]:
    r"""Return the text of DATA, the codec that re-encodes it, and its byte order mark.

    encoding: a Python codec, or None or "auto" to find out: byte order mark, strict UTF-8, then GB18030, Big5 or UTF-16
    without a mark, whichever is certain. "big5" stands for Windows' code page 950 or the Hong Kong set, as needed.

    Raises UsageError for an unknown codec, InputError for what is no text, EncodingError for bytes that do not fit the
    codec (with byte offset and line) and where no codec is certain.

    >>> decode(b"\xef\xbb\xbfabc\r\n", "page.txt")
    ('abc\r\n', 'utf-8', b'\xef\xbb\xbf')
    >>> decode("雲嶺縣".encode("big5"), "page.txt", "big5")
    ('雲嶺縣', 'cp950', b'')
    """
    codec = None if encoding in (None, "auto") else _known_codec(str(encoding))
    _refuse_binary(data, where)
    bom, marked = next(((bom, name) for bom, name in BOMS if data.startswith(bom)), (b"", None))
    codec = _agreed_codec(codec, marked, where)
    if codec is None:
        text, codec = _detect(data, where)
    else:
        text, codec = _read(data[len(bom) :], codec, where, len(bom))
    if codec not in PLAIN_CONTROLS or len(data.translate(None, CONTROL_BYTES)) < len(data):
        _refuse_control(text, where)
    return text, codec, bom


def decode_part(data: bytes, where: str, first: int) -> str:
    r"""Return the text of DATA, some lines of a text in UTF-8, of which the first has the number FIRST.

    Raises EncodingError and InputError as `decode` does.

    >>> decode_part("雪\n".encode(), "page.txt", 7)
    '雪\n'
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line = first + line_of(before, len(before)) - 1
        raise EncodingError(where, f"line {line} is not UTF-8", "mend it, or name the encoding with -e") from None
    _refuse_control(text, where, first)
    return text


def _known_codec(name: str) -> str:
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)  # refuses rot13 and base64, which make no bytes out of text
    except (LookupError, ValueError):
        remedy = "known are utf-8, gb18030, big5 and Python's others"
        raise UsageError("", f"unknown encoding {name!r}", remedy) from None
    return UNMARKED.get(codec, codec)


def _agreed_codec(asked: str | None, marked: str | None, where: str) -> str | None:
    """Return what the user and the byte order mark agree on; "utf-16" leaves the byte order to the mark."""
    if asked and marked and marked != asked and not marked.startswith(f"{asked}-"):
        raise EncodingError(where, f"has the byte order mark of {marked}, which is not {asked}", "leave -e out")
    if asked in ("utf-16", "utf-32") and not marked:
        raise EncodingError(where, "has no byte order mark", f"say which byte order: -e {asked}-le or -e {asked}-be")
    return marked or asked


def _read(data: bytes, codec: str, where: str, skipped: int = 0) -> tuple[str, str]:
    """Return the text of DATA and the codec that read it. SKIPPED bytes stood before DATA in the file."""
    try:
        return _read_big5(data) if codec == "big5" else (data.decode(WIDER.get(codec, codec)), WIDER.get(codec, codec))
    except UnicodeDecodeError as error:
        raise _bad_byte(error, where, skipped) from None
    except UnicodeError as error:
        raise EncodingError(where, f"is not {codec}: {error}", "name another encoding with -e") from None


def _read_big5(data: bytes) -> tuple[str, str]:
    """Return the text of Big5 DATA and the codec, cp950 or big5hkscs.

    Python's cp950 sees kana in 0xC6A1-0xC7F2, where files in use have ① and the like; big5hkscs has those right, but
    is off the common reading of some punctuation, so it comes second. Standard: encoding.spec.whatwg.org, index Big5.
    """
    with suppress(UnicodeDecodeError):
        text = data.decode("cp950")
        if not ETEN.search(text):
            return text, "cp950"
    return data.decode("big5hkscs"), "big5hkscs"


def _bad_byte(error: UnicodeDecodeError, where: str, skipped: int = 0) -> EncodingError:
    before = error.object[: error.start].decode(error.encoding, "replace")
    place = f"at byte offset {skipped + error.start}, line {line_of(before, len(before))}"
    name = {"cp950": "big5", "big5hkscs": "big5"}.get(error.encoding, error.encoding)
    if CUT_OFF.match(error.reason):
        return EncodingError(where, f"the {name} text breaks off inside a character {place}", "is the file whole?")
    what = f"byte 0x{error.object[error.start]:02x} {place} is not {name}"
    return EncodingError(where, what, "mend that place, or name another encoding with -e")


def line_of(text: str, at: int) -> int:
    """Return the 1-based line of TEXT in which code point AT stands."""
    return len(LINE_END.findall(text, 0, at)) + 1


def _refuse_binary(data: bytes, where: str) -> None:
    for magic, kind, remedy in BINARY:
        if data.startswith(magic):
            raise InputError(where, f"is {kind}, not a text file", remedy)


def _refuse_control(text: str, where: str, first: int = 1) -> None:
    """Refuse text with a NUL, or with more than a stray control character here and there. FIRST: its first line."""
    if "\0" in text:
        line = first + line_of(text, text.index("\0")) - 1
        raise InputError(where, f"not a text file: NUL byte on line {line}", "if it is text, name its encoding with -e")
    controls = CONTROL.findall(text)
    if len(controls) > 2 + len(text) / 100:
        raise InputError(where, f"not a text file: {len(controls)} control characters", "give clipper plain text")


# --- which encoding ----------------------------------------------------------------------------------------------


def _detect(data: bytes, where: str) -> tuple[str, str]:
    """Return the text of DATA, which has no byte order mark, and its codec; raise EncodingError where in doubt."""
    if b"\0" in data:
        # Latin-1 reads every byte, so that the NUL is found and named
        return _read(data, _clear_codec(data, UTF16) or "latin-1", where)
    utf8 = None
    try:
        utf8 = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_broken_utf8(data):
            raise _bad_byte(error, where) from None
    if utf8 is not None and (utf8.isascii() or len(data) > ACCIDENT):
        return utf8, "utf-8"

    codec = _clear_codec(data, CHINESE + UTF16)
    if utf8 is not None:
        if codec:
            raise EncodingError(where, f"may be utf-8 or {codec}", f"say which: -e utf-8 or -e {codec}")
        return utf8, "utf-8"
    if codec is None:
        raise _unclear(data, where)
    text, reader = _read(data, codec, where)
    if codec in CHINESE:
        if _detected(data) != codec:
            raise _unclear(data, where)
        _refuse_garbled(text, codec, where)
    return text, reader


def _unclear(data: bytes, where: str) -> EncodingError:
    """Return what is said of DATA, which is not UTF-8."""
    line = next(n for n, part in enumerate(data.split(b"\n"), 1) if not is_utf8(part))
    what = f"the encoding is not certain: line {line} is not UTF-8, and the text may be GB18030 or Big5"
    return EncodingError(where, what, "say which: -e gb18030 or -e big5, or the name of another")


def is_utf8(data: bytes) -> bool:
    """Tell whether DATA is UTF-8 and nothing else."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_broken_utf8(data: bytes) -> bool:
    """Return whether more characters are well-formed UTF-8 than are not. In GB18030 and Big5 few are, by accident."""
    foreign = NOT_ASCII.findall(_sample(data).decode("utf-8", "replace"))
    return len(foreign) > 2 * foreign.count("\ufffd")


def _sample(data: bytes) -> bytes:
    """Return the first lines of DATA that are not ASCII: whole lines, up to SAMPLE bytes and the end of that line."""
    lines, size = [], 0
    for line in io.BytesIO(data):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size >= SAMPLE:
                break
    return b"".join(lines)


def _clear_codec(data: bytes, candidates: Sequence[str]) -> str | None:
    """Return the candidate in which DATA is made of everyday characters, well ahead of the others; or None.

    Chinese read in a wrong codec turns into characters hardly anyone writes: in 20 characters at least 8 are everyday
    ones when read rightly, at most 6 when not. Bad bytes count against a codec but do not rule it out, so that a
    damaged GB18030 file is refused as such, and not taken for Big5 that happens to have no bad byte.
    """
    readings = sorted(((*_everyday(data, codec), codec) for codec in candidates), reverse=True)
    (share, count, codec), (next_share, *_) = readings[:2]
    return codec if count >= FEWEST and share >= FLOOR and share >= next_share + LEAD else None


def _everyday(data: bytes, codec: str) -> tuple[float, int]:
    """Return the share and the number of everyday characters in a sample of DATA read in CODEC."""
    if codec in UTF16:  # here the letters of ASCII are evidence as well, and a line is not a run of bytes
        text = data[:SAMPLE].decode(codec, "replace")
        return _count_everyday(text, len(ASCII.findall(text)))
    return _count_everyday(_sample(data)[:SAMPLE].decode(SCORED_AS.get(codec, codec), "replace"))


def _count_everyday(text: str, plain: int = 0) -> tuple[float, int]:
    letters = NEUTRAL.sub("", text)
    count = plain + sum(map(EVERYDAY.__contains__, letters))
    return count / max(1, plain + len(letters)), count


def _detected(data: bytes) -> str | None:
    """Return what charset-normalizer takes DATA for, "gb18030" or "big5"; None where it says neither.

    Only the two are asked for, and no bar is set (threshold): they are ranked, where by itself it gives up on half of
    all Big5 pages. Measured: no news page ranked wrongly in 1,200, and one headline of 20 characters in 600.
    """
    from charset_normalizer import from_bytes  # 30 ms, and most input is UTF-8

    best = from_bytes(
        _sample(data), cp_isolation=["gb18030", "cp950", "big5hkscs"], threshold=100.0, preemptive_behaviour=False
    ).best()
    if best is None:
        return None
    return "gb18030" if best.encoding == "gb18030" else "big5"


def _refuse_garbled(text: str, codec: str, where: str) -> None:
    """Refuse text with a stretch that must be in another encoding, as when two files were put into one."""
    for start in range(0, len(text), STRETCH):
        letters = NEUTRAL.sub("", text[start : start + STRETCH])
        if len(letters) >= STRETCH / 10 and _count_everyday(letters)[0] < GARBLED:
            what = f"begins in {codec}, but about line {line_of(text, start)} is something else"
            raise EncodingError(where, what, f"split the file there, or insist with -e {codec}")
