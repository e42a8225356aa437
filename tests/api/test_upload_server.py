"""Uploads through a real server: forms of a real client, bodies without end, connections that break."""

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.upload import TooLargeError, receive
from tests.api.uploads import CANARY, MIB, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty one."""
    return Store(tmp_path)


@contextmanager
def served(store: Store, limit: int) -> Iterator[tuple[int, list[int]]]:
    """A real server with one route; gives its port, and a list of the bytes that receive was given."""
    taken: list[int] = []

    async def post(request: Request) -> Response:
        whole = request.stream

        async def counted() -> object:
            async for chunk in whole():
                taken.append(len(chunk))
                yield chunk

        request.stream = counted  # type: ignore[method-assign, assignment]
        try:
            found = await receive(request, store.sink, limit)
        except TooLargeError:
            return Response(status_code=413, headers={"connection": "close"})
        except ClientDisconnect:
            taken.append(-1)
            return Response(status_code=400)
        return JSONResponse([one.blob.sha256 for one in found.files])

    app = Starlette(routes=[Route("/", post, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", ws="none", log_config=None))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield listening.getsockname()[1], taken
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def test_a_real_browser_form_arrives(store: Store) -> None:
    """Through a real server, as a client library writes it."""
    content = CANARY * 20_000
    with served(store, 8 * MIB) as (port, _):
        answer = httpx.post(
            f"http://127.0.0.1:{port}/", files={"draft": ("请示.docx", content)}, data={"note": "补正"}, trust_env=False
        )
    assert answer.json() == [hashlib.sha256(content).hexdigest()]


def test_an_endless_body_is_cut_off_early(store: Store) -> None:
    """300 MiB in chunks without a length against 2 MiB: cut off at the limit, answered 413, nothing kept."""
    piece = b"10000\r\n" + bytes(64 * 1024) + b"\r\n"
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent = 0
    with served(store, 2 * MIB) as (port, taken):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(head)
            with suppress(OSError):
                while sent < 300 * MIB:
                    client.sendall(piece)
                    sent += 64 * 1024
            answer = b""
            with suppress(OSError):  # reset, with bytes of ours unread
                answer = client.recv(100)
        assert sum(taken) <= 2 * MIB + 256 * 1024
    assert sent < 40 * MIB
    assert not answer or b" 413 " in answer
    assert store.files() == []


def test_a_broken_connection_leaves_nothing(store: Store) -> None:
    """A client that goes away in the middle, through a real server."""
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 900000\r\n\r\n"
    with served(store, 2 * MIB) as (port, taken):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(head + CANARY * 4000)
            while not store.files():
                time.sleep(0.01)
        while -1 not in taken:
            time.sleep(0.01)
        assert store.files() == []
