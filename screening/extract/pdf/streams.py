"""What streams hold besides painting: XML, replacement texts, names of drawn forms."""

import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree

from screening.domain.document import UnreadReason
from screening.extract.base import Reading

_PROPERTY = re.compile(rb"/(ActualText|Alt|E)\s*(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>)", re.DOTALL)
_DRAWN = re.compile(rb"/([^\s/<>\[\]()]+)\s+Do\b")


def stream_bytes(obj: pikepdf.Object, reading: Reading, place: str) -> bytes:
    """The content of a stream, b"" and an Unread where it cannot be had within the budget."""
    try:
        data = _inflated(obj, reading.limits.member_bytes)
    except (pikepdf.PdfError, zlib.error, NotImplementedError, RuntimeError, ValueError) as error:
        reading.not_read(place, UnreadReason.PARSE_ERROR, type(error).__name__)
        return b""
    if len(data) > reading.limits.member_bytes:
        reading.not_read(place, UnreadReason.OVER_LIMIT, "对象过大")
        return b""
    reading.spend(len(data))
    return data


def _inflated(obj: pikepdf.Object, limit: int) -> bytes:
    """Inflate with a ceiling where there is one plain filter; else leave it to qpdf."""
    if str(obj.get("/Filter", "")) == "/FlateDecode" and "/DecodeParms" not in obj and obj.objgen != (0, 0):
        try:
            return zlib.decompressobj().decompress(obj.read_raw_bytes(), limit + 1)
        except zlib.error:
            pass  # qpdf knows how to go on
    return bytes(obj.read_bytes())


def replacement_texts(content: bytes) -> Iterator[pikepdf.Object]:
    """The strings of /ActualText, /Alt and /E in property lists of a content stream."""
    if b"/ActualText" not in content and b"/Alt" not in content and b"/E" not in content:
        return
    for match in _PROPERTY.finditer(content):
        try:
            yield pikepdf.Object.parse(match[2])
        except pikepdf.PdfError:
            continue


def drawn_names(content: bytes) -> set[str]:
    """The names of the XObjects that a content stream paints."""
    return {"/" + name.decode("latin-1") for name in _DRAWN.findall(content)}


def xml_texts(data: bytes) -> list[str] | None:
    """Every text and attribute of an XML stream; None when it cannot be read or declares a DOCTYPE."""
    start = data.find(b"<")
    if start < 0 or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return None if data.strip() else []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: Any = etree.fromstring(data[start:].rstrip(b"\0 \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    texts = []
    for element in root.iter():
        attributes = [] if isinstance(element, etree._Comment) else element.attrib.values()  # noqa: SLF001
        texts += [text.strip() for text in (element.text, *attributes, element.tail) if text and text.strip()]
    return texts
