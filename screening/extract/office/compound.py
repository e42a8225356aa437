"""Compound files (OLE): packed files, properties, strings; legacy and encrypted documents are told apart."""

import io
import posixpath
import struct

import olefile

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract import sniff
from screening.extract.base import Reading
from screening.extract.office.strings import strings_of

_LEGACY = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
_PACKED = ("Package", "CONTENTS", "EmbeddedOdf")
_PROPERTIES = (
    ("title", "标题"),
    ("subject", "主题"),
    ("author", "作者"),
    ("keywords", "关键词"),
    ("comments", "备注"),
    ("last_saved_by", "最后修改者"),
    ("company", "单位"),
    ("manager", "经理"),
    ("category", "类别"),
)
_HARMLESS = frozenset({"\x01CompObj", "\x01Ole", "\x03ObjInfo", "\x02OlePres000", "\x03PRINT", "\x03OCXNAME"})


def read_compound(data: bytes, reading: Reading) -> None:
    """Read one OLE file."""
    try:
        ole = olefile.OleFileIO(io.BytesIO(data))
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise ExtractionError(UnreadReason.PARSE_ERROR, "OLE 结构损坏") from error
    streams = ["/".join(path) for path in ole.listdir()]
    if "EncryptedPackage" in streams:
        raise ExtractionError(UnreadReason.ENCRYPTED)
    _properties(ole, reading)
    legacy = next((kind for name, kind in _LEGACY.items() if name in streams), None)
    if legacy:
        reading.not_read("", UnreadReason.LEGACY_FORMAT, f"旧版 .{legacy}")
    understood = [_stream(ole, name, reading) for name in streams[: reading.limits.members]]
    if not legacy and not any(understood):
        reading.not_read("", UnreadReason.UNKNOWN_TYPE, "OLE 对象")


def _properties(ole: olefile.OleFileIO, reading: Reading) -> None:
    try:
        found = ole.get_metadata()
    except (OSError, ValueError, struct.error):
        reading.not_read("", UnreadReason.PARSE_ERROR, "OLE 属性")
        return
    for name, detail in _PROPERTIES:
        value = getattr(found, name, None)
        text = value.decode("gb18030", "replace") if isinstance(value, bytes) else str(value or "")
        reading.add(
            BlockKind.PROPERTY, text.rstrip("\0"), part="SummaryInformation", detail=detail, hidden=Hidden.NOT_ON_PAGE
        )


def _stream(ole: olefile.OleFileIO, name: str, reading: Reading) -> bool:
    """Read one stream; whether it is understood."""
    base = posixpath.basename(name)
    if base in _HARMLESS or base.startswith("\x05"):
        return False
    try:
        data = ole.openstream(name.split("/")).read(reading.limits.member_bytes)
    except (OSError, ValueError, IndexError) as error:
        reading.not_read(base.strip(), UnreadReason.PARSE_ERROR, type(error).__name__)
        return True
    reading.spend(len(data))
    if base == "\x01Ole10Native":
        return _native(data, reading)
    if base in _PACKED and sniff.sniff(data) != sniff.UNKNOWN:
        reading.nested(base, data)
        return True
    words = "\n".join(strings_of(data))
    reading.add(BlockKind.METADATA, words, part=base, detail="二进制部件中的文字", hidden=Hidden.NOT_ON_PAGE)
    return base == "Equation Native"


def _native(data: bytes, reading: Reading) -> bool:
    """A file in an OLE package: names in the ANSI code page, then its bytes."""
    try:
        names, payload = _unpack(data)
    except (struct.error, ValueError, IndexError):
        reading.not_read("Ole10Native", UnreadReason.PARSE_ERROR)
        words = "\n".join(strings_of(data))
        reading.add(BlockKind.METADATA, words, part="Ole10Native", hidden=Hidden.NOT_ON_PAGE)
        return True
    for name in dict.fromkeys(names):
        reading.add(BlockKind.ATTACHMENT, name, part="Ole10Native", hidden=Hidden.NOT_ON_PAGE)
    reading.nested(names[0] or "Ole10Native", payload)
    return True


def _unpack(data: bytes) -> tuple[list[str], bytes]:
    """Layout: size, 2 flags, label, file name, 4 bytes, length and temporary path, length and payload."""
    at, names = 6, []
    for _ in range(2):
        end = data.index(b"\0", at)
        names.append(_ansi(data[at:end]))
        at = end + 1
    at += 4
    (length,) = struct.unpack_from("<I", data, at)
    names.append(_ansi(data[at + 4 : at + 4 + length].rstrip(b"\0")))
    at += 4 + length
    (length,) = struct.unpack_from("<I", data, at)
    payload = data[at + 4 : at + 4 + length]
    if len(payload) != length:
        raise ValueError("truncated")
    return names, payload


def _ansi(raw: bytes) -> str:
    return raw.decode("gb18030", "replace")
