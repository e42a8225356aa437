"""One content on its way into the vault: sealed as it comes in, kept whole or not at all."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from screening.domain.errors import StorageFullError, VaultError
from screening.secret_file import sync_folder
from screening.store.frames import FRAME, Frames

PART = ".part"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Blob:
    """One sealed content: its id in the vault, and size in bytes and SHA-256 (hex) of its plain text."""

    id: str
    size: int
    sha256: str


class BlobWriter:
    """Seals a content as it comes in, inside a `with` block; leaving it by an exception leaves nothing behind.

    Once the block has ended the content survives a power cut. From one thread at a time. Raises StorageFullError when
    the disk is full, VaultError for any other fault of it.
    """

    def __init__(self, root: Path, blob_id: str, frames: Frames, header: bytes) -> None:
        self.id = blob_id
        self.size = 0
        self._root = root
        self._path = root / blob_id[:2] / blob_id
        self._part = self._path.with_name(blob_id + PART)
        self._frames = frames
        self._header = header
        self._digest = hashlib.sha256()
        self._pending = bytearray()
        self._kept = False
        self._file: BinaryIO

    @property
    def sha256(self) -> str:
        """SHA-256 of the plain text so far, as hex."""
        return self._digest.hexdigest()

    @property
    def blob(self) -> Blob:
        """What was kept. Raises VaultError before the block has ended well."""
        if not self._kept:
            raise VaultError(f"{self.id}: 还没有写完，不能使用")
        return Blob(self.id, self.size, self.sha256)

    def __enter__(self) -> Self:
        with disk_faults(self.id):
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._file.write(self._header)  # into the buffer only
        return self

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the content, any number of them."""
        self._digest.update(chunk)
        self.size += len(chunk)
        view = memoryview(chunk)
        for start in range(0, len(chunk), FRAME):
            self._pending += view[start : start + FRAME]
            if len(self._pending) > FRAME:  # a full frame may still be the last: it waits for one more byte
                self._seal(bytes(self._pending[:FRAME]), last=False)
                del self._pending[:FRAME]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._keep()
        finally:
            self._pending.clear()
            if not self._kept:
                self._discard()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        with disk_faults(self.id):
            self._file.write(self._frames.seal(plain, last=last))

    def _keep(self) -> None:
        self._seal(bytes(self._pending), last=True)
        with disk_faults(self.id):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.rename(self._path)
            sync_folder(self._path.parent)
            sync_folder(self._root)  # the inner folder may be new
        self._kept = True

    def _discard(self) -> None:
        for act in (self._file.close, self._part.unlink, self._path.unlink):
            with suppress(OSError):  # close tries to flush once more on a full disk; the sweep finds what stays
                act()


@contextmanager
def disk_faults(blob_id: str) -> Iterator[None]:
    """Faults of the disk as errors of ours, which name the content and hold no path and no text."""
    try:
        yield
    except FileNotFoundError:
        raise VaultError(f"{blob_id}: 保险库里没有这份内容；从备份恢复") from None
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError("存储空间已满，没有保存；腾出空间后重新提交") from None
        raise VaultError(f"{blob_id}: 读写保险库失败（{error.strerror}）；检查磁盘与权限") from None
