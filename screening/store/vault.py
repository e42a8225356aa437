"""The vault: draft bytes, their text and findings, encrypted; plain text never touches the disk.

Every draft has a data key of its own, which the database keeps wrapped by the master key. Deleting the wrapped key
makes all that was sealed with it unreadable, wherever copies of the blobs lie.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NewType

from screening.domain.errors import SettingsError, VaultError
from screening.secret_file import SECRET_BYTES, sync_folder
from screening.store.blobs import PART, Blob, BlobWriter, disk_faults
from screening.store.frames import CIPHERS, FRAME, HEADER_BYTES, TAG, Frames, new_header, open_one, seal_one

__all__ = ["Blob", "BlobWriter", "Vault", "WrappedKey"]

WrappedKey = NewType("WrappedKey", bytes)

_ID = re.compile(r"[0-9a-f]{32}")


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
        with disk_faults(blob_id), path.open("rb") as file:
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
        with disk_faults(blob_id):
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync_folder(path.parent)

    def written_at(self, blob_id: str) -> float:
        """When a content was written, in seconds since 1970."""
        with disk_faults(blob_id):
            return self._path(blob_id).stat().st_mtime

    def sweep(self, older_than_seconds: float, now: float) -> int:
        """Remove what broken-off writes left behind, untouched for so long; `now` in seconds since 1970.

        Returns how many there were.
        """
        removed = 0
        for part in self.folder.glob(f"??/*{PART}"):
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
