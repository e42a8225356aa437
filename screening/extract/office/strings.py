"""Chinese words in bytes of unknown make: UTF-8, UTF-16 and GB18030."""

import re

_UTF8 = re.compile(rb"(?:[\x20-\x7e]|\xe3[\x80-\x81][\x80-\xbf]|[\xe4-\xe9][\x80-\xbf]{2}|\xef\xbc[\x80-\xbf]){4,}")
_GB = re.compile(rb"(?:[\x20-\x7e]|[\xa1-\xa3\xb0-\xf7][\xa1-\xfe]){4,}")
_UTF16 = re.compile(rb"(?:[\x20-\x7e]\x00|[\x00-\xff][\x4e-\x9f]|[\x00-\x11]\x30|[\x00-\x5e]\xff){4,}")
_HAN_RUN = re.compile(r"[一-鿿]{2}")
_WANTED = 0.7  # of the Han characters are common ones, else it is noise read in the wrong charset


def strings_of(data: bytes) -> list[str]:
    """The Han strings in these bytes, each once, in the order of charset, then of place."""
    found: dict[str, None] = {}
    for pattern, charset in ((_UTF8, "utf-8"), (_GB, "gb18030"), (_UTF16, "utf-16-le")):
        for offset in (0, 1) if charset == "utf-16-le" else (0,):
            for match in pattern.finditer(data, offset):
                text = match[0].decode(charset, "ignore").strip()
                if _is_language(text):
                    found.setdefault(text)
    return list(found)


def _is_language(text: str) -> bool:
    """Whether a string is likely Chinese: two Han characters in a row, nearly all of them common."""
    if not _HAN_RUN.search(text):
        return False
    han = [char for char in text if "一" <= char <= "鿿"]
    common = sum(_is_common(char) for char in han)
    return common >= _WANTED * len(han) and len(han) * 3 >= len(text)


def _is_common(char: str) -> bool:
    """Whether a character is of the 3,755 of GB 2312 level 1."""
    try:
        raw = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return raw < b"\xd8\xa1"
