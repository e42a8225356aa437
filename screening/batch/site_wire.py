"""The crawler's end of the pipes to the scan: items out, what the ledger knows in."""

import asyncio
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from screening.extract import frames


class Wire:
    """Both pipes. Writing waits for the parent in a thread of its own, so that the reactor never stands still."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]) -> None:
        self._source, self._sink = source, sink
        self._writer = ThreadPoolExecutor(1)
        self._asked: dict[str, asyncio.Future[dict[str, str]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def listen(self) -> None:
        """Hear answers from now on; when the parent is gone, so is this process."""
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        while (answer := frames.receive(self._source)) is not None:
            message = json.loads(answer)
            if self._loop:
                self._loop.call_soon_threadsafe(self._settle, message)
        os._exit(0)

    def _settle(self, message: dict[str, str]) -> None:
        waiting = self._asked.pop(message.pop("of"), None)
        if waiting and not waiting.done():
            waiting.set_result(message)

    async def send(self, header: dict[str, Any], data: bytes = b"") -> None:
        """Hand over one item; returns when the parent has room for it."""
        await asyncio.get_running_loop().run_in_executor(self._writer, self._write, header, data)

    def send_now(self, header: dict[str, Any]) -> None:
        """The same without a reactor: waits."""
        self._writer.submit(self._write, header, b"").result()

    def _write(self, header: dict[str, Any], data: bytes) -> None:
        try:
            frames.send(self._sink, frames.pack({**header, "size": len(data)}))
            if data:
                frames.send(self._sink, data)
        except OSError:
            os._exit(0)

    async def ask(self, location: str) -> dict[str, str]:
        """What the ledger knows of this location: etag and last_modified, or nothing."""
        self._loop = asyncio.get_running_loop()
        waiting = self._asked.setdefault(location, self._loop.create_future())
        await self.send({"ask": location})
        return await waiting
