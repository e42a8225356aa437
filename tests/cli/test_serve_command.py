"""xianshen serve: one command, a one-time link at the first start, a demonstration that leaves nothing behind."""

import os
import re
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.served import XIANSHEN, answered, free_port, serving


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
        page = answered(link[0])
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
