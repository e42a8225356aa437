"""The charset of a page as it was served: mark, strict UTF-8, the server's word, the page's word, the bytes."""

import re

from screening.domain.errors import ExtractionError
from screening.extract.plain import decode

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_IN_PAGE = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_HAN = re.compile("[\u3000-\u9fff\uff00-\uffef]")  # a few GBK letters may be UTF-8 too, but never Chinese then
_ALIASES = {
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "gb18030", "x-gbk", "cp936", "euc-cn"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "big5hkscs", "x-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
}


def head(data: bytes, size: int) -> bytes:
    """The beginning of a page, cut behind a tag: no letter of any Chinese charset ends with the byte of `>`."""
    return data if len(data) <= size else data[: data.rfind(b">", 0, size) + 1] or data[:size]


def text_of(data: bytes, media_type: str = "") -> tuple[str, str]:
    """The text of a page and the name of its charset; what cannot be decoded becomes U+FFFD, never an exception."""
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return data.decode(charset, "replace").removeprefix("\ufeff"), charset
    text = _strictly(data, "utf-8")
    if text is not None and _HAN.search(text):
        return text, "utf-8"
    said = _said(data, media_type)
    if text is not None and (text.isascii() or not said or said[0] == "utf-8"):
        return text, "utf-8"
    for charset in said:
        text = _strictly(data, charset)
        if text is not None:
            return text, charset
    try:
        return decode(data), ""
    except ExtractionError:
        charset = next(iter(said), "gb18030")
        return data.decode(charset, "replace"), charset


def _strictly(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except UnicodeDecodeError:
        return None


def _said(data: bytes, media_type: str) -> list[str]:
    """What the header and the page say, as far as it is a charset that Chinese pages have."""
    header = _IN_HEADER.search(media_type)
    page = _IN_PAGE.search(data[:4096])
    words = [header[1] if header else "", page[1].decode("ascii", "replace") if page else ""]
    return [_ALIASES[word.lower()] for word in words if word.lower() in _ALIASES]


def labelled(media_type: str, charset: str) -> str:
    """The media type with this charset, as an Item carries it."""
    bare = media_type.partition(";")[0].strip().lower()
    return f"{bare}; charset={charset}" if charset else bare
