"""The command `xianshen serve`, really started, and ended as an operator ends it."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx

XIANSHEN = (sys.executable, "-m", "screening.cli.main")
_SECONDS = 60


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def serving(environment: Mapping[str, str], *options: str) -> Iterator[tuple[str, str]]:
    """The address of a server that answers, and the first line it said. It must end without a traceback."""
    port = free_port()
    command = [*XIANSHEN, "serve", "--port", str(port), *options]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stderr
    said = process.stderr.readline()
    address = f"http://127.0.0.1:{port}"
    try:
        answered(f"{address}/login")
        yield address, said
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=_SECONDS)[1]
        assert "Traceback" not in rest


def answered(url: str) -> httpx.Response:
    """The page, as soon as the server answers."""
    end = time.monotonic() + _SECONDS
    while True:
        try:
            return httpx.get(url)
        except httpx.TransportError:
            assert time.monotonic() < end
            time.sleep(0.05)
