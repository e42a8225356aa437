"""A vault as the sink of uploads, and bodies as clients write them."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from starlette.requests import Request
from starlette.types import Message

from api.upload import Upload, receive
from screening.store.vault import BlobWriter, Vault, WrappedKey

MASTER = bytes(range(32))
CANARY = "云雾县第九试验场迁建方案".encode()
MIB = 1 << 20
BOUNDARY = "frontier-7"
FORM = f'multipart/form-data; boundary="{BOUNDARY}"'


class Store:
    """A vault with one key, as the sink of uploads."""

    def __init__(self, folder: Path) -> None:
        self.vault = Vault(folder / "vault", MASTER)
        self.key: WrappedKey = self.vault.new_key()
        self.called: list[str] = []

    def sink(self, name: str, filename: str) -> BlobWriter:
        """The writer of a file."""
        self.called.append(filename)
        return self.vault.writer(self.key, f"upload:{name}")

    def read(self, upload: Upload) -> list[bytes]:
        """The contents of the files."""
        return [self.vault.read(one.blob.id, self.key, f"upload:{one.field}") for one in upload.files]

    def files(self) -> list[Path]:
        """All that lies in the vault."""
        return [path for path in self.vault.folder.rglob("*") if path.is_file()]


def part(disposition: str, content: bytes, *headers: str) -> bytes:
    """One part of a form."""
    lines = [f"--{BOUNDARY}", f"Content-Disposition: {disposition}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    """A whole form."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def upload(
    store: Store,
    chunks: Iterable[bytes | Callable[[], None]],
    content_type: str = FORM,
    *,
    limit: int = 8 * MIB,
    field_limit: int = 64 * 1024,
    headers: dict[str, str] | None = None,
    gone: bool = False,
) -> Upload:
    """Receive these chunks; what can be called is called in between; `gone`: the client leaves at the end."""
    waiting = iter(chunks)

    async def take() -> Message:
        for chunk in waiting:
            if callable(chunk):
                chunk()
            else:
                return {"type": "http.request", "body": chunk, "more_body": True}
        return {"type": "http.disconnect"} if gone else {"type": "http.request", "body": b"", "more_body": False}

    named = {"content-type": content_type, **(headers or {})}
    scope = {
        "type": "http",
        "method": "POST",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }
    return asyncio.run(receive(Request(scope, take), store.sink, limit, field_limit))
