"""The vault: draft bytes, their text and findings, encrypted; plain text never touches the disk.

Every draft has a data key of its own, which the database keeps wrapped by the master key. Deleting the wrapped key
makes all that was sealed with it unreadable, wherever copies of the blobs lie.
"""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NewType, Self

from screening.domain.errors import SettingsError, StorageFullError, VaultError
from screening.secret_file import SECRET_BYTES, sync_folder
from screening.store.frames import CIPHERS, FRAME, HEADER_BYTES, TAG, Frames, new_header, open_one, seal_one

WrappedKey = NewType("WrappedKey", bytes)

_ID = re.compile(r"[0-9a-f]{32}")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PART = ".part"


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
        self._part = self._path.with_name(blob_id + _PART)
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
        with _disk(self.id):
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
        with _disk(self.id):
            self._file.write(self._frames.seal(plain, last=last))

    def _keep(self) -> None:
        self._seal(bytes(self._pending), last=True)
        with _disk(self.id):
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


class Vault:
    """The encrypted store. Thread-safe: holds no state but its keys.

    folder: made with mode 0700 when missing; master: at least 32 bytes, kept outside the database; cipher: "aes"
    (AES-256-GCM) or "sm4" (SM4-GCM) for what is written from now on: each content names its own. Where a method
    takes `wrapped` it is the data key of the draft, and `context` says whose content it is and what for (case,
    version, purpose): it opens with the same two only. Raises SettingsError, and VaultError naming the content.
    """

    def __init__(self, folder: Path, master: bytes, cipher: str = "aes") -> None:
        if cipher not in CIPHERS:
            raise SettingsError(f"没有名为 {cipher} 的加密算法；可用的有 {', '.join(CIPHERS)}")
        if len(master) < SECRET_BYTES:
            raise SettingsError(f"主密钥不足 {SECRET_BYTES} 字节；从备份恢复密钥文件")
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            sync_folder(folder.parent)
        except OSError as error:
            raise SettingsError(f"{folder}: 用不了保险库目录（{error.strerror}）；检查位置与权限") from None
        self.folder = folder
        self._master = master
        self._cipher = cipher

    def new_key(self) -> WrappedKey:
        """A new data key, wrapped by the master key: 72 bytes for the database to keep."""
        return WrappedKey(seal_one(self._master, self._cipher, secrets.token_bytes(SECRET_BYTES), b"key"))

    def writer(self, wrapped: bytes, context: str) -> BlobWriter:
        """A writer of a new content, to be used in a `with` block."""
        blob_id = secrets.token_hex(16)
        header = new_header(self._cipher)
        frames = Frames(self._unwrap(wrapped), header, _owner(f"blob:{blob_id}", context), blob_id)
        return BlobWriter(self.folder, blob_id, frames, header)

    def put(self, data: bytes, wrapped: bytes, context: str) -> Blob:
        """Seal a content that is in memory already. Raises StorageFullError."""
        with self.writer(wrapped, context) as writer:
            writer.write(data)
        return writer.blob

    def chunks(self, blob_id: str, wrapped: bytes, context: str) -> Iterator[bytes]:
        """The content in pieces of up to 64 KiB, each verified before it is handed out.

        That nothing was cut off at the end is known only once the last piece has come.
        """
        path = self._path(blob_id)
        with _disk(blob_id), path.open("rb") as file:
            owner = _owner(f"blob:{blob_id}", context)
            frames = Frames(self._unwrap(wrapped), file.read(HEADER_BYTES), owner, blob_id)
            frame = file.read(FRAME + TAG)
            while following := file.read(FRAME + TAG):
                yield frames.open(frame, last=False)
                frame = following
            yield frames.open(frame, last=True)

    def read(self, blob_id: str, wrapped: bytes, context: str) -> bytes:
        """The whole content, verified to its end."""
        return b"".join(self.chunks(blob_id, wrapped, context))

    def seal(self, text: str, wrapped: bytes, context: str) -> bytes:
        """A small text for the database to keep: 40 bytes longer than its UTF-8."""
        plain = text.encode("utf-8", "surrogatepass")
        return seal_one(self._unwrap(wrapped), self._cipher, plain, _owner("text", context))

    def unseal(self, sealed: bytes, wrapped: bytes, context: str) -> str:
        """What seal sealed. Raises VaultError naming the context."""
        plain = open_one(self._unwrap(wrapped), sealed, _owner("text", context), context)
        return plain.decode("utf-8", "surrogatepass")

    def delete(self, blob_id: str) -> None:
        """Remove a content; one that is gone already is no fault."""
        path = self._path(blob_id)
        with _disk(blob_id):
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync_folder(path.parent)

    def sweep(self, older_than_seconds: float, now: float) -> int:
        """Remove what broken-off writes left behind, untouched for so long; `now` in seconds since 1970.

        Returns how many there were.
        """
        removed = 0
        for part in self.folder.glob(f"??/*{_PART}"):
            with suppress(FileNotFoundError):  # its writer ended in between
                if now - part.stat().st_mtime > older_than_seconds:
                    part.unlink()
                    removed += 1
        return removed

    def ids(self) -> Iterator[str]:
        """The ids of all contents, in order."""
        return (path.name for path in sorted(self.folder.glob("??/*")) if _ID.fullmatch(path.name))

    def _path(self, blob_id: str) -> Path:
        if not _ID.fullmatch(blob_id):
            raise VaultError("内容编号的写法不对")
        return self.folder / blob_id[:2] / blob_id

    def _unwrap(self, wrapped: bytes) -> bytes:
        return open_one(self._master, wrapped, b"key", "稿件密钥")


def _owner(kind: str, context: str) -> bytes:
    """What a content is bound to; no kind holds a zero, so no two owners read alike."""
    return f"{kind}\0{context}".encode("utf-8", "surrogatepass")


@contextmanager
def _disk(blob_id: str) -> Iterator[None]:
    """Faults of the disk as errors of ours, which name the content and hold no path and no text."""
    try:
        yield
    except FileNotFoundError:
        raise VaultError(f"{blob_id}: 保险库里没有这份内容；从备份恢复") from None
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError("存储空间已满，没有保存；腾出空间后重新提交") from None
        raise VaultError(f"{blob_id}: 读写保险库失败（{error.strerror}）；检查磁盘与权限") from None
