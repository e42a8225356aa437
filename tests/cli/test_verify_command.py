"""xianshen verify as the publisher uses it: the real command, real keys, a real web server on this machine."""

import functools
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening.store.signing import public_pem, sign
from tests.domain.test_certificate import CERTIFICATE, DRAFT

Run = Callable[..., subprocess.CompletedProcess[bytes]]
KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
VALID = replace(CERTIFICATE, valid_from="2001-01-01", valid_to="2999-12-31")


@pytest.fixture
def xianshen(tmp_path: Path) -> Run:
    """The real command in a folder of its own."""

    def run(*words: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "screening.cli.main", "verify", *map(str, words)],
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "XIANSHEN_KEY_FILE": str(tmp_path / "own" / "fingerprint.key")},
            check=False,
        )

    return run


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the approved draft, its certificate and the unit's public key."""
    (tmp_path / "茶叶节.txt").write_bytes(DRAFT)
    (tmp_path / "key.pem").write_text(public_pem(KEY), encoding="utf-8")
    write(tmp_path / "c.json", VALID)
    return tmp_path


def write(path: Path, certificate=VALID, key: Ed25519PrivateKey = KEY) -> None:
    """A certificate, signed."""
    path.write_text(certificate.to_json(sign(key, certificate.body()), "k-1"), encoding="utf-8")


GIVEN = ("--certificate", "c.json", "--key", "key.pem")


def test_the_approved_file_is_told_to_be_the_same(xianshen: Run, desk: Path) -> None:
    """With who signed, channel and window, for the eye."""
    done = xianshen("茶叶节.txt", *GIVEN, "--channel", "website")
    words = done.stdout.decode()
    assert done.returncode == 0
    assert words.startswith("一致")
    assert "钱谷雨" in words
    assert "2999-12-31" in words


def test_json_says_the_same(xianshen: Run, desk: Path) -> None:
    """For programs."""
    told = json.loads(xianshen("茶叶节.txt", *GIVEN, "--format", "json").stdout)
    assert told["same"] is True
    assert told["sha256"] == VALID.sha256
    assert told["certificate"]["channel"] == "website"
    (desk / "茶叶节.txt").write_bytes(DRAFT + b" ")
    told = json.loads(xianshen("茶叶节.txt", *GIVEN, "--format", "json").stdout)
    assert told["same"] is False
    assert len(told["reasons"]) == 1


@pytest.mark.parametrize(
    "changed", [DRAFT[:-1] + b"\x81", "云岭市\u200b举办茶叶节。".encode()], ids=["one byte", "one zero-width character"]
)
def test_any_change_is_refused(xianshen: Run, desk: Path, changed: bytes) -> None:
    """Security T4."""
    (desk / "茶叶节.txt").write_bytes(changed)
    done = xianshen("茶叶节.txt", *GIVEN)
    assert done.returncode == 1
    assert "不一致，不得发布" in done.stdout.decode()
    assert "重新送审" in done.stdout.decode()


def test_another_channel_or_day_is_refused(xianshen: Run, desk: Path) -> None:
    """What was approved is not only the bytes."""
    assert xianshen("茶叶节.txt", *GIVEN, "--channel", "new_media").returncode == 1
    write(desk / "c.json", replace(VALID, valid_to="2001-01-31"))
    done = xianshen("茶叶节.txt", *GIVEN)
    assert done.returncode == 1
    assert "已过" in done.stdout.decode()


def test_a_certificate_that_was_changed_or_signed_by_others_is_refused(xianshen: Run, desk: Path) -> None:
    """Whatever it says then counts for nothing."""
    paper = desk / "c.json"
    paper.write_text(paper.read_text(encoding="utf-8").replace("2999-12-31", "2998-12-31"), encoding="utf-8")
    assert "签名不符" in xianshen("茶叶节.txt", *GIVEN).stdout.decode()
    write(paper, VALID, OTHER)
    done = xianshen("茶叶节.txt", *GIVEN)
    assert done.returncode == 1
    assert "签名不符" in done.stdout.decode()
    assert "钱谷雨" not in done.stdout.decode()


def test_a_key_that_the_certificate_carries_is_never_used(xianshen: Run, desk: Path) -> None:
    """A forger would carry his own."""
    write(desk / "c.json", VALID, OTHER)
    whole = json.loads((desk / "c.json").read_text(encoding="utf-8")) | {"public_key": public_pem(OTHER)}
    (desk / "c.json").write_text(json.dumps(whole), encoding="utf-8")
    assert xianshen("茶叶节.txt", *GIVEN).returncode == 2


def test_without_a_key_the_users_own_is_taken_or_the_cure_is_told(xianshen: Run, desk: Path) -> None:
    """Never none."""
    done = xianshen("茶叶节.txt", "--certificate", "c.json")
    assert done.returncode == 2
    assert "--key" in done.stderr.decode()
    (desk / "own").mkdir()
    (desk / "own" / "signing.pub.pem").write_text(public_pem(KEY), encoding="utf-8")
    assert xianshen("茶叶节.txt", "--certificate", "c.json").returncode == 0


def test_what_cannot_be_used_has_its_own_exit_code(xianshen: Run, desk: Path) -> None:
    """3 for the file, 2 for certificate, key and address."""
    assert xianshen("没有.txt", *GIVEN).returncode == 3
    assert xianshen("ftp://site.example/a", *GIVEN).returncode == 2
    (desk / "key.pem").write_text("不是公钥", encoding="utf-8")
    assert xianshen("茶叶节.txt", *GIVEN).returncode == 2
    for text in ("{}", "", "\ufeff[]"):
        (desk / "c.json").write_text(text, encoding="utf-8")
        done = xianshen("茶叶节.txt", *GIVEN)
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr


class Site(http.server.SimpleHTTPRequestHandler):
    """Gives files; leads /away to another host and /here to the draft; says /packed is compressed."""

    def do_GET(self) -> None:
        """Answer."""
        places = {"/away": f"http://localhost:{self.server.server_port}/draft.txt", "/here": "/draft.txt"}
        if self.path in places:
            self.send_response(302)
            self.send_header("Location", places[self.path])
            self.end_headers()
        elif self.path == "/packed":
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
        elif self.path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(DRAFT)
        else:
            super().do_GET()

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(desk: Path) -> Iterator[str]:
    """The address of a web server with the draft."""
    (desk / "draft.txt").write_bytes(DRAFT)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Site, directory=str(desk))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_address_is_fetched_and_its_limits_are_told(xianshen: Run, site: str) -> None:
    """Also a Chinese one, and one that leads on within the host."""
    for path in ("draft.txt", "茶叶节.txt", "here"):
        done = xianshen(f"{site}/{path}", *GIVEN)
        assert done.returncode == 0, done.stderr.decode()
        assert "请用送去发布的文件核对" in done.stderr.decode()


@pytest.mark.parametrize("path", ["away", "packed", "short", "missing"])
def test_an_address_that_gives_something_else_is_not_verified(xianshen: Run, site: str, path: str) -> None:
    """Another host, compressed bytes, an answer cut off, nothing: could not be read, with the reason."""
    done = xianshen(f"{site}/{path}", *GIVEN)
    assert done.returncode == 3
    assert done.stdout == b""
    assert "读不到（" in done.stderr.decode()
