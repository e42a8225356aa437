"""Plain text, Markdown, CSV, JSON and XML. The charset is proved by decoding strictly, never guessed first."""

import csv
import io
from collections.abc import Iterator

from screening.domain.document import BlockKind, UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract import sniff
from screening.extract.base import Reader, Reading

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# the most frequent letters of Chinese prose: a wrong charset hardly ever hits them
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多"
    "定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些"
    "關於這個來時們為國會對發動過說產種麼學經進著電裡現實體機當點業應開還與單位機密內部資料通知會議請報告審查公開文件"
)
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), " ")
_HARD_WRAP = (20, 80)  # characters of a line that an editor broke, not the writer
_ENDS = "。！？；：.!?;:”』」）)】"
_MANY, _TOGETHER = 50_000, 50  # a data dump of so many lines is read in blocks of so many
_SHORT = 4  # characters of a line of vertical text


def decode(data: bytes) -> str:
    """The text of these bytes, control characters out, line ends as \\n.

    Raises ExtractionError(unknown_charset) when no charset fits strictly.
    """
    text = _decoded(data).removeprefix("\ufeff")
    if max(text, default="") >= "\ud800" and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ExtractionError(UnreadReason.UNKNOWN_CHARSET, "含不成对的代理字符")
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)


def _decoded(data: bytes) -> str:
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return _strictly(data, charset)
    try:
        return data.decode("utf-8") if not _utf16(data) else data.decode(_utf16(data))
    except UnicodeDecodeError:
        return _east_asian(data)


def _strictly(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except UnicodeDecodeError as error:
        raise ExtractionError(UnreadReason.UNKNOWN_CHARSET, f"不是完整的 {charset}") from error


def _utf16(data: bytes) -> str:
    """UTF-16 without a mark: ASCII, blanks and line ends leave zeros on one side only."""
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(data) % 2 or max(even, odd) < 2 or min(even, odd) * 20 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _east_asian(data: bytes) -> str:
    """GB18030 or Big5; where both decode, the one with more frequent letters."""
    found: list[tuple[float, str]] = []
    for charset in ("gb18030", "big5"):
        try:
            text = data.decode(charset)
        except UnicodeDecodeError:
            continue
        found.append((_familiar(text[:20_000]), text))
    if not found:
        raise ExtractionError(UnreadReason.UNKNOWN_CHARSET, "不是 UTF-8、UTF-16、GB18030 或 Big5")
    return max(found, key=lambda pair: pair[0])[1]  # max takes the first of equals: GB18030


def _familiar(text: str) -> float:
    """The share of frequent letters among what is not ASCII; private and rare letters count against it."""
    foreign = [letter for letter in text if letter > "\x7f"]
    strange = sum(not ("\u3000" <= letter <= "\u303f" or "\u4e00" <= letter <= "\uffef") for letter in foreign)
    strange += sum("\ue000" <= letter <= "\uf8ff" for letter in foreign)
    return (sum(letter in _FREQUENT for letter in foreign) - strange) / (len(foreign) or 1)


def _read(data: bytes, reading: Reading) -> None:
    text = decode(data)
    name = reading.name.lower()
    if name.endswith((".csv", ".tsv")):
        _rows(text, reading, tabs=name.endswith(".tsv"))
        return
    for number, block in _blocks(text.split("\n")):
        reading.add(BlockKind.PARAGRAPH, block, paragraph=number)


def _rows(text: str, reading: Reading, *, tabs: bool) -> None:
    """One block per row, cells by tabs."""
    separator = "\t" if tabs else max(",;\t", key=text[:4096].count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
            cells = "\t".join(" ".join(cell.split()) for cell in row)
            reading.add(BlockKind.TABLE_ROW, cells, paragraph=number, detail=f"第{number}行")
    except csv.Error as error:
        raise ExtractionError(UnreadReason.PARSE_ERROR, "表格行无法解析") from error


def _blocks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(line number, text): a block per line; lines that only an editor broke stay together.

    So a mark or a number that runs over two lines can still be joined.
    """
    if len(lines) > _MANY:
        for first in range(0, len(lines), _TOGETHER):
            yield first + 1, "\n".join(lines[first : first + _TOGETHER])
        return
    start = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or not _continues(lines, at):
            block = "\n".join(lines[start:at])
            if block.strip():
                yield start + 1, block
            start = at


def _continues(lines: list[str], at: int) -> bool:
    """Whether line `at` goes on where the one before it broke off."""
    above, here = lines[at - 1].strip(), lines[at].strip()
    if not above or not here:
        return False
    if len(above) <= _SHORT and len(here) <= _SHORT:
        return True
    least, most = _HARD_WRAP
    if not least <= len(above) <= most or above[-1] in _ENDS or lines[at][:1] in (" ", "\u3000", "\t"):
        return False
    neighbour = lines[at - 2].strip() if at > 1 else ""
    near_equal = abs(len(above) - len(here)) <= 3 or abs(len(above) - len(neighbour)) <= 3
    return near_equal and len(here) <= len(above) + 3


plugin = Reader(
    name="plain",
    media_types=(sniff.TEXT, sniff.XML),
    suffixes=(".txt", ".md", ".csv", ".tsv", ".json", ".xml", ".yaml", ".log"),
    read=_read,
)
