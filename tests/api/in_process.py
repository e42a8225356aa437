"""Clients that reach an application in this process: no socket, no server, and an error of it is a 500."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

FAR = "203.0.113.7"


class InProcess(httpx.BaseTransport):
    """Hands requests to an ASGI application. address: where they seem to come from."""

    def __init__(self, app: Any, address: str) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 5))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        return asyncio.run(self._sent(request))

    async def _sent(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


def client_of(app: Any, headers: Mapping[str, str] | None = None, address: str = FAR) -> httpx.Client:
    """A client of the application."""
    return httpx.Client(transport=InProcess(app, address), base_url="http://testserver", headers=headers)
