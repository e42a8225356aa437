"""Members of zip files, inflated under budgets: what the headers say of sizes is not believed.

Both plain archives and Office packages are opened here, and nowhere else.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator

from screening.domain.document import UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract.base import Reading
from screening.extract.limits import MIB

_CHUNK = 256 * 1024
_ENCRYPTED = 0x1  # general purpose bit 0
_LOCAL_HEADER = 30  # bytes before name and extra field (APPNOTE 4.3.7)
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)


def open_zip(data: bytes, reading: Reading) -> zipfile.ZipFile:
    """The archive, with its directory checked. Raises ExtractionError when it is broken or has too many members."""
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except _FAULTS as error:
        raise ExtractionError(UnreadReason.PARSE_ERROR, "压缩包损坏或不完整") from error
    if len(opened.infolist()) > reading.limits.members:
        raise ExtractionError(UnreadReason.OVER_LIMIT, f"压缩包内超过{reading.limits.members}个文件")
    return opened


def inflate(opened: zipfile.ZipFile, info: zipfile.ZipInfo, reading: Reading) -> bytes:
    """One member, whole, counted while it is inflated.

    A member that is longer than its directory says is read to its real end, and told as Unread too.
    Raises ExtractionError: encrypted, over_limit (size, ratio, total of the draft), parse_error.
    """
    if info.flag_bits & _ENCRYPTED:
        raise ExtractionError(UnreadReason.ENCRYPTED, "压缩包成员有密码")
    limits = reading.limits
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in _pieces(opened, info):
            size += len(piece)
            if size > limits.member_bytes:
                raise ExtractionError(UnreadReason.OVER_LIMIT, f"单个成员超过 {limits.member_bytes // MIB} MiB")
            if size > MIB and size > limits.ratio * max(info.compress_size, 1):
                raise ExtractionError(UnreadReason.OVER_LIMIT, f"压缩比超过 {limits.ratio}:1")
            reading.spend(len(piece))
            pieces.append(piece)
    except _FAULTS as error:
        raise ExtractionError(UnreadReason.PARSE_ERROR, f"成员无法解压（{type(error).__name__}）") from error
    whole = b"".join(pieces)
    if len(whole) != info.file_size or zlib.crc32(whole) != info.CRC:
        reading.not_read(info.filename, UnreadReason.PARSE_ERROR, "大小或校验和与压缩包目录不符")
    return whole


def _pieces(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content piece by piece; deflated members to the end of their own stream."""
    if info.compress_type == zipfile.ZIP_DEFLATED:
        yield from _deflated(opened, info)
        return
    with opened.open(info) as member:
        while piece := member.read(_CHUNK):
            yield piece


def _deflated(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    file = opened.fp
    if file is None:
        raise EOFError
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), io.SEEK_CUR)
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    packed = b""
    while not stream.eof:
        packed = packed or file.read(_CHUNK)
        if not packed:
            raise EOFError
        yield stream.decompress(packed, _CHUNK)
        packed = stream.unconsumed_tail
