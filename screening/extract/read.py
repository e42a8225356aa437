"""The only entrance: bytes or a path to Document, always through a child process."""

import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from screening.domain.document import Document, Unread, UnreadReason
from screening.extract import sniff
from screening.extract.base import Content, ReadOptions
from screening.extract.isolate import ReaderPool


def read(data: bytes, filename: str, options: ReadOptions, pool: ReaderPool) -> Document:
    """Read a draft. Never raises for a fault of the file: it becomes an Unread."""
    return read_all([(data, filename)], options, pool)[0].document()


def read_all(drafts: Sequence[tuple[bytes, str]], options: ReadOptions, pool: ReaderPool) -> list[Content]:
    """Read drafts, each given by its bytes and its name, in one go."""
    refused = [_refused(data, filename, options) for data, filename in drafts]
    contents = iter(pool.read_all([draft for draft, no in zip(drafts, refused, strict=True) if no is None], options))
    return [next(contents) if no is None else no for no in refused]


def _refused(data: bytes, filename: str, options: ReadOptions) -> Content | None:
    """What is said of a draft that no child is asked to read."""
    if not data:
        return _unread(data, filename, UnreadReason.EMPTY, "0 字节")
    if len(data) > options.limits.file_bytes:
        return _unread(data, filename, UnreadReason.OVER_LIMIT, f"文件 {len(data)} 字节")
    return None


def read_file(path: Path, options: ReadOptions, pool: ReaderPool) -> Document:
    """Read a draft from disk. Devices, pipes, folders and files over the limit are not opened for reading.

    Raises OSError when the path does not exist or may not be read: that is the caller's mistake.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not path.is_file():  # before opening: to open a device may already do something
        path.stat()
        return _unread(b"", path.name, UnreadReason.UNKNOWN_TYPE, "不是普通文件").document()
    with os.fdopen(os.open(path, flags), "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            return _unread(b"", path.name, UnreadReason.UNKNOWN_TYPE, "不是普通文件").document()
        most = options.limits.file_bytes
        data = file.read(most + 1) if about.st_size <= most else b""
    if about.st_size > most or len(data) > most:
        size = max(about.st_size, len(data))
        return _unread(b"", path.name, UnreadReason.OVER_LIMIT, f"文件 {size} 字节").document()
    return read(data, path.name, options, pool)


def _unread(data: bytes, filename: str, reason: UnreadReason, detail: str) -> Content:
    """Nothing was read. For files that were not opened the digest is that of no bytes."""
    unread = (Unread("", reason, detail),)
    return Content(hashlib.sha256(data).hexdigest(), sniff.sniff(data, filename), filename, unread=unread)
