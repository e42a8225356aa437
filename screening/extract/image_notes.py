"""What cameras, phones and editors write beside the pixels: EXIF, GPS, XMP, comments and text chunks."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Exif

_LABELS = {
    "Artist": "作者",
    "Copyright": "版权",
    "ImageDescription": "说明",
    "XPTitle": "标题",
    "XPSubject": "主题",
    "XPComment": "备注",
    "XPAuthor": "作者",
    "XPKeywords": "关键词",
    "UserComment": "备注",
    "Make": "设备厂商",
    "Model": "设备型号",
    "Software": "软件",
    "DateTime": "时间",
    "DateTimeOriginal": "拍摄时间",
    "CameraOwnerName": "机主",
    "BodySerialNumber": "机身编号",
    "HostComputer": "计算机",
    "DocumentName": "文档名",
    "GPSAreaInformation": "地区",
}
_LONGEST = 20_000  # characters of one note
_SUB_DIRECTORIES = (0x8769, 0x8825)  # Exif, GPS
_LETTERS = re.compile(r"[^\W\d_]")
_XML_TEXT = re.compile(r">([^<>]+)<|=\"([^\"<>]+)\"|='([^'<>]+)'")


def exif_notes(exif: "Exif") -> Iterator[tuple[str, str]]:
    """(detail, text) of every EXIF entry that is a text, and the GPS position."""
    from PIL.ExifTags import GPSTAGS, TAGS  # noqa: PLC0415 - heavy

    directories: list[Mapping[int, Any]] = [dict(exif), *(exif.get_ifd(number) for number in _SUB_DIRECTORIES)]
    for names, entries in zip((TAGS, TAGS, GPSTAGS), directories, strict=True):
        for tag, value in entries.items():
            name = str(names.get(tag, tag))
            text = _text_of(name, value)
            if _LETTERS.search(text) or (text and "Date" in name):
                yield f"EXIF {_LABELS.get(name, name)}", text
    position = _position(directories[2])
    if position:
        yield "EXIF GPS", position


def text_notes(info: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """(detail, text) of comments of JPEG and GIF and of the text chunks of PNG."""
    for key, value in info.items():
        if key in ("exif", "icc_profile", "xmp", "photoshop", "XML:com.adobe.xmp", "Raw profile type exif"):
            continue
        text = _decoded(value) if isinstance(value, bytes) else value
        if isinstance(text, str) and _LETTERS.search(text):
            yield f"图片注记 {str(key)[:40]}", text[:_LONGEST]


def xmp_texts(info: Mapping[Any, Any]) -> Iterator[str]:
    """Texts and attribute values of the XMP packet, without its markup: read as text, never as XML."""
    packet = info.get("xmp") or info.get("XML:com.adobe.xmp") or b""
    text = _decoded(packet) if isinstance(packet, bytes) else str(packet)
    seen: set[str] = set()
    for match in _XML_TEXT.finditer(text[: 50 * _LONGEST]):
        words = " ".join((match[1] or match[2] or match[3]).split())
        if words and words not in seen and _LETTERS.search(words) and not words.startswith(("http:", "uuid:", "xmp.")):
            seen.add(words)
            yield words[:_LONGEST]


def _text_of(name: str, value: Any) -> str:
    if isinstance(value, str):  # Pillow reads every byte as Latin-1; cameras and editors write UTF-8 or GBK
        return _decoded(value.encode("latin-1", "replace")).strip("\0 ")[:_LONGEST]
    if isinstance(value, bytes):
        return _exif_bytes(name, value)
    if isinstance(value, tuple) and name.startswith("XP"):  # Windows: UTF-16 as a list of bytes
        return _exif_bytes(name, bytes(byte & 255 for byte in value))
    return ""


def _exif_bytes(name: str, value: bytes) -> str:
    """UserComment and the GPS texts begin with 8 bytes that name their charset."""
    value = value[: 2 * _LONGEST]
    if name.startswith("XP") or value.startswith(b"UNICODE\0"):
        return value.removeprefix(b"UNICODE\0").decode("utf-16-le", "replace").strip("\0 ")
    if value.startswith((b"ASCII\0\0\0", b"\0" * 8, b"JIS\0\0\0\0\0")):
        return _decoded(value[8:])
    return _decoded(value) if name in _LABELS or name.startswith("GPS") else ""


def _decoded(value: bytes) -> str:
    """Strict UTF-8, then strict GB18030; binary data gives nothing."""
    for charset in ("utf-8", "gb18030"):
        try:
            text = value.rstrip(b"\0").decode(charset)
        except UnicodeDecodeError:
            continue
        return "" if any(ord(letter) < 9 for letter in text) else text.strip()
    return ""


def _position(gps: Mapping[int, Any]) -> str:
    """GPS 30.094444,118.553333 (latitude, longitude), or nothing."""
    try:
        latitude = _degrees(gps[2]) * (-1 if gps.get(1) == "S" else 1)
        longitude = _degrees(gps[4]) * (-1 if gps.get(3) == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return ""
    return f"GPS {latitude:.6f},{longitude:.6f}"


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
