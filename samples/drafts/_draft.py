"""What a sample draft is, and the small mark-up in which all of them are written.

A draft's text has one paragraph a line; the first letter says how it is set (see STYLES), no such letter
means body text. Word files, PDF files and scans are set from the same text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

MARKS = ("state_secret_mark", "state_secret_mark_variant", "classified_doc_header", "cipher_comm")
NOTES = ("scope_limited_note", "work_secret_mark", "trade_secret_mark")
PERSONAL = ("pii_id_number", "pii_contact", "pii_financial", "pii_list_bulk")
HIDDEN = ("hidden_content", "failed_redaction")
EVERYTHING = (*MARKS, *NOTES, *PERSONAL, *HIDDEN, "image_embedded")


class Must(NamedTuple):
    """A finding that has to come: its place holds `where`, its quote overlaps `quote` (empty: any)."""

    category: str
    where: str
    quote: str


@dataclass(frozen=True)
class Draft:
    """One file, how it is made, and what a check has to say about it."""

    file: str
    title: str
    genre: str
    shows: str
    build: Callable[[], bytes]
    pattern: str = ""
    must: tuple[Must, ...] = ()
    must_not: tuple[str, ...] = ()
    may_flag: tuple[str, ...] = ()
    needs_ocr: bool = False
    at_least: str = "CLEAR"
    at_most: str = "QUARANTINE"

    def expected(self) -> dict[str, object]:
        """The entry of expected.json."""
        entry: dict[str, object] = {
            "file": self.file,
            "title": self.title,
            "pattern": self.pattern,
            "channel": "website",
            "clean": not self.must,
            "must": [must._asdict() for must in self.must],
            "must_not": list(self.must_not),
            "needs_ocr": self.needs_ocr,
            "min_disposition": self.at_least,
            "max_disposition": self.at_most,
        }
        if self.needs_ocr:
            entry["unread_without_ocr"] = True
        if self.may_flag:
            entry["may_flag"] = list(self.may_flag)
        return entry


class Style(NamedTuple):
    """How a paragraph is set; sizes and spaces in points, indent in letters."""

    size: float = 16
    align: str = "left"
    indent: int = 0
    colour: tuple[int, int, int] = (0, 0, 0)
    font: str = "仿宋_GB2312"
    before: float = 0
    after: float = 0
    rule: bool = False


RED = (200, 16, 24)
BODY = Style(indent=2)
STYLES = {
    "!": Style(size=34, align="center", colour=RED, font="方正小标宋简体", before=18, after=14),
    "№": Style(align="center", after=10, rule=True),
    "#": Style(size=22, align="center", font="方正小标宋简体", before=14, after=12),
    "~": Style(size=14, align="center", font="楷体_GB2312", after=8),
    "@": Style(),
    "*": Style(indent=2, font="黑体"),
    "^": Style(font="黑体"),
    ">": Style(align="right"),
    "_": Style(size=12, font="宋体", before=4),
}


def paragraphs(text: str) -> Iterator[tuple[Style, str]]:
    """The paragraphs of a draft's text with the style of each."""
    for line in text.strip().splitlines():
        style = STYLES.get(line[:1])
        yield (style, line[1:]) if style else (BODY, line)


_NOT_FIRST = "，。、；：！？）》」』”’…％%〕·"
_NOT_LAST = "（《「『“‘〔"


def lines(text: str, room: float, indent: float, width: Callable[[str], float]) -> Iterator[str]:
    """Break a paragraph into lines of `room` the way Chinese is broken; only the first is indented."""
    line, used = "", indent
    for word in _words(text):
        size = width(word)
        if line and used + size > room and word[0] not in _NOT_FIRST:
            carried = line[-1] if line[-1] in _NOT_LAST else ""
            yield line[: len(line) - len(carried)]
            line, used = carried, width(carried) if carried else 0
        line += word
        used += size
    yield line


def _words(text: str) -> Iterator[str]:
    """Letters of Chinese one by one, numbers and foreign words whole."""
    word = ""
    for letter in text:
        if letter.isascii() and letter != " ":
            word += letter
            continue
        if word:
            yield word
        word = ""
        yield letter
    if word:
        yield word
