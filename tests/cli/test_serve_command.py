"""xianshen serve: one command, a one-time link at the first start, a demonstration that leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

XIANSHEN = (sys.executable, "-m", "screening.cli.main")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """An environment in which the program keeps everything below one folder."""
    (tmp_path / "tmp").mkdir()
    return os.environ | {
        "XIANSHEN_DATA": str(tmp_path / "data"),
        "XIANSHEN_KEY_FILE": str(tmp_path / "fingerprint.key"),
        "XIANSHEN_OCR": "false",
        "TMPDIR": str(tmp_path / "tmp"),
    }


@contextmanager
def serving(environment: dict[str, str], *options: str) -> Iterator[tuple[str, str]]:
    """The address of a server that runs, and what it said. Ended as an operator ends it, with success."""
    port = free_port()
    command = [*XIANSHEN, "serve", "--port", str(port), *options]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stderr
    said = process.stderr.readline()
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{address}/login")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address, said
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[1]
        assert "Traceback" not in rest


def test_the_first_start_prints_a_link_that_opens_the_set_up(surroundings: dict[str, str]) -> None:
    """No default account: the way in is the link, which shows a secret for the second factor."""
    port = free_port()
    command = [*XIANSHEN, "serve", "--port", str(port), "--no-screen"]
    process = subprocess.Popen(command, env=surroundings, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        lines = process.stderr.readline() + process.stderr.readline()
        link = re.search(r"http://\S+/setup/\S+", lines)
        assert link
        page = None
        for _ in range(200):
            try:
                page = httpx.get(link[0])
                break
            except httpx.TransportError:
                time.sleep(0.1)
        assert page
        assert page.status_code == 200
        assert "otpauth://totp/" in page.text
        assert httpx.get(link[0][:-3] + "xxx").status_code == 404
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def test_the_demonstration_needs_no_account_and_leaves_nothing_behind(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    """Its people are on one page; when it ends, its folder is gone."""
    with serving(surroundings, "--demo", "--no-screen") as (address, said):
        assert "/demo" in said
        page = httpx.get(f"{address}/demo")
        assert page.status_code == 200
        assert "安小禾" in page.text
        assert list((tmp_path / "tmp").glob("xianshen-demo-*"))
    assert not list((tmp_path / "tmp").glob("xianshen-demo-*"))
    assert not (tmp_path / "data").exists()


def test_an_ordinary_desk_has_no_demonstration(surroundings: dict[str, str]) -> None:
    """The page that needs no password is not there."""
    with serving(surroundings, "--no-screen") as (address, _):
        assert httpx.get(f"{address}/demo").status_code == 404


def test_a_lost_administrator_gets_a_new_link_at_the_console(surroundings: dict[str, str]) -> None:
    """Only for the security administrator; anybody else is refused with the reason."""
    with serving(surroundings, "--no-screen"):
        pass
    ask = [*XIANSHEN, "serve", "--recover"]
    done = subprocess.run([*ask, "security"], env=surroundings, capture_output=True, text=True, check=False)
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/setup/\S+\n", done.stdout)
    refused = subprocess.run([*ask, "nobody"], env=surroundings, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "安全管理员" in refused.stderr
