"""Archives opened into their members, so that every draft inside is reported by itself. Nothing touches a disk.

Zip, tar (plain, gzip, bzip2, xz) and single compressed files; within budgets for number, size, ratio and depth.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import IO, Any

from screening.batch.item import Fault, Item
from screening.batch.names import cleaned, shown
from screening.domain.document import UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract import sniff
from screening.extract.archive import member_name
from screening.extract.base import Reading, ReadOptions
from screening.extract.limits import MIB, Limits
from screening.extract.zipped import inflate

BUDGET = Limits(members=10_000, member_bytes=200 * MIB, total_bytes=1024 * MIB)
_FAULTS = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
_SYSTEM_FILES = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_PACKED: tuple[tuple[bytes, Any], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\x00", lzma.open),
)
_TAR_MAGIC = (257, b"ustar")
_WHY = {
    UnreadReason.OVER_LIMIT: Fault.TOO_LARGE,
    UnreadReason.ENCRYPTED: Fault.UNREADABLE,
}


class _SpentError(Exception):
    """The archive has used up its budget. The message says which."""


@dataclass(slots=True)
class _Spending:
    """What one outer archive, with all inside it, has used."""

    limits: Limits
    members: int = 0
    inflated: int = 0
    reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        self.reading = Reading(lambda *_: None, ReadOptions(limits=self.limits))

    def take_member(self) -> None:
        self.members += 1
        if self.members > self.limits.members:
            raise _SpentError(f"压缩包内超过{self.limits.members}个文件")


def is_archive(head: bytes, name: str) -> bool:
    """Whether these first bytes open as an archive; Office files are zip too, but are drafts themselves."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return not name.lower().endswith((".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".pptm", ".ofd", ".wps", ".et"))
    return _unpacker(head) is not None or _is_tar(head)


def _is_tar(head: bytes) -> bool:
    at, magic = _TAR_MAGIC
    return head[at : at + len(magic)] == magic


def _unpacker(head: bytes) -> Callable[[IO[bytes]], IO[bytes]] | None:
    return next((opener for magic, opener in _PACKED if head.startswith(magic)), None)


def members(item: Item, limits: Limits = BUDGET) -> Iterator[Item]:
    """Every file inside, also of archives inside; the item itself when it is no archive or holds nothing.

    What cannot be opened is an item with a fault; when the budget is used up, one such item says so.
    """
    yield from _opened(item, _Spending(limits), 1)


def members_of_file(item: Item, file: IO[bytes], limits: Limits = BUDGET) -> Iterator[Item]:
    """The same for an archive too large to be held in memory: `item` has no data, `file` can seek."""
    head = file.read(1024)
    file.seek(0)
    yield from _within(item, file, head, _Spending(limits), 1)


def _opened(item: Item, spending: _Spending, depth: int) -> Iterator[Item]:
    if item.fault or not is_archive(item.data[:1024], item.filename) or not _really_archive(item):
        yield item
        return
    if depth > spending.limits.depth:
        yield replace(item, data=b"", fault=Fault.TOO_LARGE, detail=f"压缩包嵌套超过{spending.limits.depth}层")
        return
    yield from _within(item, io.BytesIO(item.data), item.data[:1024], spending, depth)


def _really_archive(item: Item) -> bool:
    """A zip by its bytes may still be an Office file with a strange name."""
    if not item.data.startswith(b"PK"):
        return True
    return sniff.sniff(item.data, item.filename) == sniff.ZIP


def _within(item: Item, file: IO[bytes], head: bytes, spending: _Spending, depth: int) -> Iterator[Item]:
    count = 0
    try:
        for member in _members(item, file, head, spending):
            count += 1
            yield from _opened(member, spending, depth + 1)
    except _SpentError as error:
        yield _broken(item, Fault.TOO_LARGE, str(error))
    except _FAULTS as error:
        yield _broken(item, Fault.BROKEN, f"压缩包损坏或不完整（{type(error).__name__}）")
    else:
        if not count:
            yield item if item.data else _broken(item, Fault.BROKEN, "压缩包是空的")


def _broken(item: Item, fault: Fault, detail: str) -> Item:
    return replace(item, data=b"", fault=fault, detail=detail)


def _members(item: Item, file: IO[bytes], head: bytes, spending: _Spending) -> Iterator[Item]:
    if head.startswith(b"PK"):
        yield from _zip_members(item, file, spending)
    elif _is_tar(head):
        yield from _tar_members(item, file, spending)
    else:
        yield from _unpacked(item, file, head, spending)


def _zip_members(item: Item, file: IO[bytes], spending: _Spending) -> Iterator[Item]:
    labels = _Labels()
    with zipfile.ZipFile(file) as opened:
        for info in opened.infolist():
            name = member_name(info)
            if info.is_dir() or name.startswith(_SYSTEM_FILES) or name.endswith(_SYSTEM_FILES):
                continue
            spending.take_member()
            member = _member(item, labels.of(name), name)
            try:
                yield replace(member, data=inflate(opened, info, spending.reading), modified=_zip_time(info))
            except ExtractionError as error:
                reason = UnreadReason(error.reason)
                yield _broken(member, _WHY.get(reason, Fault.BROKEN), error.detail)
                if spending.reading.totals.bytes > spending.limits.total_bytes:
                    raise _SpentError("解压后总量超出上限") from error


def _zip_time(info: zipfile.ZipInfo) -> str:
    year, month, day, hour, minute, second = info.date_time
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}" if month and day else ""


class _Counted(io.RawIOBase):
    """A stream that gives up when it has handed out more than the budget allows."""

    def __init__(self, stream: IO[bytes], spending: _Spending, packed: int) -> None:
        self._stream = stream
        self._spending = spending
        self._most = max(64 * MIB, packed * spending.limits.ratio) if packed else 0
        self._size = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(MIB if size < 0 else min(size, 16 * MIB))
        self._size += len(piece)
        self._spending.inflated += len(piece)
        if self._spending.inflated > self._spending.limits.total_bytes:
            raise _SpentError("解压后总量超出上限")
        if self._most and self._size > self._most:
            raise _SpentError(f"压缩比超过 {self._spending.limits.ratio}:1")
        return piece


class _Rest(io.BufferedIOBase):
    """A stream whose first bytes have been looked at already. Reads are never short before the end."""

    def __init__(self, start: bytes, stream: _Counted) -> None:
        self._waiting = start
        self._stream = stream

    def read(self, size: int | None = -1) -> bytes:
        wanted = MIB if size is None or size < 0 else size
        pieces = [self._waiting[:wanted]]
        self._waiting = self._waiting[wanted:]
        have = len(pieces[0])
        while have < wanted and (piece := self._stream.read(wanted - have)):
            pieces.append(piece)
            have += len(piece)
        return b"".join(pieces)


def _tar_members(item: Item, stream: Any, spending: _Spending) -> Iterator[Item]:
    labels = _Labels()
    with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as opened:
        for info in opened:
            if info.isdir():
                continue
            spending.take_member()
            member = _member(item, labels.of(info.name), info.name)
            if not info.isfile():
                yield _broken(member, Fault.UNREADABLE, "压缩包内的链接或设备文件")
            elif info.size > spending.limits.member_bytes:
                yield _broken(member, Fault.TOO_LARGE, f"{info.size} 字节")
            else:
                file = opened.extractfile(info)
                data = file.read() if file else b""
                if len(data) != info.size:
                    raise EOFError
                yield replace(member, data=data)


def _unpacked(item: Item, file: IO[bytes], head: bytes, spending: _Spending) -> Iterator[Item]:
    """A compressed tar member by member, or one compressed file."""
    opener = _unpacker(head)
    if opener is None:
        raise ValueError
    packed = file.seek(0, io.SEEK_END)
    file.seek(0)
    counted = _Counted(opener(file), spending, packed)
    start = counted.read(1024)
    joined = _Rest(start, counted)
    if _is_tar(start):
        yield from _tar_members(item, joined, spending)
        return
    spending.take_member()
    name = item.filename.rpartition(".")[0] or "内容"
    yield replace(_member(item, name, name), data=_whole(joined, spending))


def _whole(stream: _Rest, spending: _Spending) -> bytes:
    pieces, size = [], 0
    while piece := stream.read(MIB):
        size += len(piece)
        if size > spending.limits.member_bytes:
            raise _SpentError(f"单个成员超过 {spending.limits.member_bytes // MIB} MiB")
        pieces.append(piece)
    return b"".join(pieces)


class _Labels:
    """Names inside one archive, cleaned; two members of one name stay two."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def of(self, name: str) -> str:
        clean = cleaned(name)
        label, number = clean, 1
        while label in self._used:
            number += 1
            label = f"{clean}~{number}"
        self._used.add(label)
        return label


def _member(item: Item, label: str, name: str) -> Item:
    filename = shown(name.replace("\\", "/").rstrip("/").rpartition("/")[2]) or label
    return Item(f"{item.location}!/{label}", filename, b"", parent=item.location, column=item.column)
