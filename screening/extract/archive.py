"""Zip archives: every file inside is read as a file of its own. Nothing is ever written to disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract import sniff
from screening.extract.base import Reader, Reading

if TYPE_CHECKING:
    import zipfile

_UTF8_NAME = 0x800  # general purpose bit 11
_OUR_SYSTEM_FILES = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def member_name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: Chinese archivers write GBK without saying so, zipfile then assumes cp437."""
    name = info.orig_filename if "\0" in info.orig_filename else info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            packed = name.encode("cp437")
        except UnicodeEncodeError:
            return name
        for charset in ("utf-8", "gb18030"):
            try:
                return packed.decode(charset)
            except UnicodeDecodeError:
                continue
    return name


def _read(data: bytes, reading: Reading) -> None:
    from screening.extract.zipped import open_zip  # noqa: PLC0415 - plug-ins are imported at every start

    opened = open_zip(data, reading)
    if opened.comment:
        _comment(opened.comment, reading)
    for info in opened.infolist():
        name = member_name(info)
        reading.add(BlockKind.ATTACHMENT, name, hidden=Hidden.NOT_ON_PAGE, detail="压缩包内的文件名")
        if info.is_dir() or (not info.file_size and not info.compress_size):
            continue
        if name.startswith(_OUR_SYSTEM_FILES) or name.endswith(_OUR_SYSTEM_FILES):
            continue
        if not _take(opened, info, name, reading):
            return
    if not reading.pieces:
        reading.not_read("", UnreadReason.EMPTY, "空压缩包")


def _take(opened: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, reading: Reading) -> bool:
    """Read one member; False when the whole draft has used up its budget."""
    from screening.extract.zipped import inflate  # noqa: PLC0415

    try:
        inner = inflate(opened, info, reading)
    except ExtractionError as error:
        reading.not_read(f"附件《{name}》", UnreadReason(error.reason), error.detail)
        return reading.totals.bytes <= reading.limits.total_bytes
    reading.nested(name, inner)
    return True


def _comment(comment: bytes, reading: Reading) -> None:
    for charset in ("utf-8", "gb18030"):
        try:
            text = comment.decode(charset)
        except UnicodeDecodeError:
            continue
        reading.add(BlockKind.METADATA, text, detail="压缩包注释", hidden=Hidden.NOT_ON_PAGE)
        return
    reading.not_read("压缩包注释", UnreadReason.UNKNOWN_CHARSET)


plugin = Reader(name="archive", media_types=(sniff.ZIP,), suffixes=(".zip",), read=_read)
