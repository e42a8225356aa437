"""The XML names of Office files, and what counts as words in them."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

_OPEN = "{http://schemas.openxmlformats.org/"
W = f"{_OPEN}wordprocessingml/2006/main}}"
A = f"{_OPEN}drawingml/2006/main}}"
C = f"{_OPEN}drawingml/2006/chart}}"
DGM = f"{_OPEN}drawingml/2006/diagram}}"
PIC = f"{_OPEN}drawingml/2006/picture}}"
R = f"{_OPEN}officeDocument/2006/relationships}}"
MATH = f"{_OPEN}officeDocument/2006/math}}"
MC = f"{_OPEN}markup-compatibility/2006}}"
S = f"{_OPEN}spreadsheetml/2006/main}}"
P = f"{_OPEN}presentationml/2006/main}}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
V = "{urn:schemas-microsoft-com:vml}"
O = "{urn:schemas-microsoft-com:office:office}"  # noqa: E741 - its usual prefix

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PERCENT_HAN = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]%")
_BLANKS = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]+")
_BLOB = re.compile(r"[A-Za-z0-9+/=_-]{32,}|\{?[0-9A-Fa-f-]{32,36}\}?")
_WORD = re.compile(r"[^\W\d_]{2}|\d{6}|[\u3400-\u9fff]")


def local(tag: object) -> str:
    """The name of an element or attribute without its namespace; empty for comments."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def squeeze(text: str) -> str:
    """Text without blanks and invisible characters, for comparing two copies of the same words."""
    return _BLANKS.sub("", text)


def says_something(text: str) -> bool:
    """Whether a text of no known meaning holds words or a long number, not a hash, a flag or a measure."""
    text = text.strip()
    return bool(_WORD.search(text)) and not _BLOB.fullmatch(text)


def unquoted(text: str) -> str:
    """An address with its percent-encoded Han characters made readable; others stay as they are."""
    if not _PERCENT_HAN.search(text):
        return text
    raw = unquote_to_bytes(text)
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return text


def itertext(element: Any) -> Iterator[str]:
    """The text of an element and of the elements inside it; comments and entities say nothing here."""
    for text in element.itertext("{*}*"):
        yield str(text)


def holds_han(text: str) -> bool:
    """Whether a text holds Han characters, percent-encoded ones too."""
    return bool(HAN.search(text) or _PERCENT_HAN.search(text))


def is_on(attributes: Any, name: str) -> bool:
    """A switch that is on unless it says 0, false or off."""
    return attributes.get(name, "1") not in ("0", "false", "off")
