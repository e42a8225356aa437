"""xianshen audit verify: an export checked without a database; every tampering is told with its place."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening.domain.audit import Anchor, export_lines
from screening.store.signing import public_pem, sign
from tests.domain.test_audit import HONEST, KEY, rewritten

SIGNING = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
Run = Callable[..., subprocess.CompletedProcess[bytes]]


def anchor_line(seq: int, key: Ed25519PrivateKey = SIGNING) -> str:
    """A signed anchor of the honest trail."""
    anchor = Anchor(seq, HONEST[seq - 1].seal, "2031-05-06T12:00:00")
    table = {"seq": seq, "seal": anchor.seal, "at": anchor.at, "signature": sign(key, anchor.body())}
    return json.dumps(table) + "\n"


LINES = list(export_lines(HONEST))


@pytest.fixture
def verify(tmp_path: Path) -> Run:
    """The real command on an export of these lines."""
    (tmp_path / "audit.key").write_bytes(KEY)
    (tmp_path / "public.pem").write_text(public_pem(SIGNING), encoding="utf-8")

    def run(lines: list[str], *words: str) -> subprocess.CompletedProcess[bytes]:
        (tmp_path / "trail.jsonl").write_text("".join(lines), encoding="utf-8")
        command = [sys.executable, "-m", "screening.cli.main", "audit", "verify", "trail.jsonl"]
        return subprocess.run(
            [*command, "--key-file", "audit.key", *words],
            capture_output=True,
            cwd=tmp_path,
            env=os.environ,
            check=False,
        )

    return run


PUBLIC = ("--public-key", "public.pem")


def test_an_honest_trail_is_intact(verify: Run) -> None:
    """And it is told that without anchors a cut end is not seen."""
    done = verify(LINES)
    assert done.returncode == 0
    assert "12 条记录，0 个锚点，没有问题" in done.stdout.decode()
    assert "--anchor" in done.stderr.decode()


def test_anchors_inside_the_export_and_beside_it_are_checked(verify: Run, tmp_path: Path) -> None:
    """Signed ones, wherever they stand."""
    (tmp_path / "kept.jsonl").write_text(anchor_line(12), encoding="utf-8")
    done = verify([anchor_line(6), *LINES], "--anchor", "kept.jsonl", *PUBLIC)
    assert done.returncode == 0
    assert "2 个锚点，没有问题" in done.stdout.decode()


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ([*LINES[:3], LINES[3].replace("person-1", "person-2"), *LINES[4:]], "第 4 条"),
        ([*LINES[:3], *LINES[4:]], "第 4 条"),
        ([*LINES[:4], *LINES[3:]], "第 5 条"),
        ([*LINES[:3], LINES[4], LINES[3], *LINES[5:]], "第 4 条"),
        (LINES[:9], "第 12 条"),
        (list(export_lines(rewritten())), "第 12 条"),
    ],
    ids=["changed", "removed", "repeated", "swapped", "cut off", "rewritten with the key"],
)
def test_six_kinds_of_tampering_are_told_with_their_place(verify: Run, tmp_path: Path, lines, place: str) -> None:
    """Security T7, with an anchor kept elsewhere."""
    (tmp_path / "kept.jsonl").write_text(anchor_line(12), encoding="utf-8")
    done = verify(lines, "--anchor", "kept.jsonl", *PUBLIC)
    assert done.returncode == 1
    assert place in done.stdout.decode()


def test_an_anchor_of_another_key_is_a_fault(verify: Run) -> None:
    """Whoever rewrites a trail would make his own anchors."""
    done = verify([*LINES, anchor_line(12, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))], *PUBLIC)
    assert done.returncode == 1
    assert "锚点签名不符" in done.stdout.decode()


def test_signed_anchors_need_the_public_key(verify: Run) -> None:
    """They are never believed unread."""
    done = verify([*LINES, anchor_line(12)])
    assert done.returncode == 2
    assert "--public-key" in done.stderr.decode()


def test_an_anchor_copied_from_paper_counts_and_is_told(verify: Run, tmp_path: Path) -> None:
    """Number and seal are enough to compare."""
    (tmp_path / "paper.jsonl").write_text(json.dumps({"seq": 12, "seal": HONEST[11].seal}), encoding="utf-8")
    done = verify(LINES[:9], "--anchor", "paper.jsonl")
    assert done.returncode == 1
    assert "没有签名" in done.stderr.decode()


def test_what_cannot_be_read_is_never_intact(verify: Run, tmp_path: Path) -> None:
    """3, with the line; 2 for a key that is none."""
    for lines, words in ((["{\n"], "第 1 行"), ([], "没有任何记录"), ([*LINES, '{"action": 1}'], "第 13 行")):
        done = verify(lines)
        assert done.returncode == 3
        assert words in done.stderr.decode()
    assert verify(LINES, "--anchor", "none.jsonl").returncode == 3
    (tmp_path / "audit.key").write_bytes(b"short")
    assert verify(LINES).returncode == 2


def test_the_key_of_another_trail_fits_nothing(verify: Run, tmp_path: Path) -> None:
    """Every event is a fault."""
    (tmp_path / "audit.key").write_bytes(b"another key" * 4)
    done = verify(LINES)
    assert done.returncode == 1
    assert "12 处问题" in done.stdout.decode()
