"""The pool and its locked children: escape is refused, and hangs, crashes and lies cost one draft only."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from screening.domain.document import Document, UnreadReason
from screening.extract.base import ReadOptions
from screening.extract.isolate import ReaderPool
from screening.extract.limits import Limits
from screening.extract.read import read, read_all, read_file

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the locks are those of Linux")
OPTIONS = ReadOptions(ocr=False)

READY = (
    "import os, sys, time\n"
    "from screening.extract import frames\n"
    "say = lambda message: frames.send(sys.stdout.buffer, frames.pack(message))\n"
    "say({'is': 'ready', 'protection': ['nothing']})\n"
)
PROBES = {
    "read a file of the machine": "open('/etc/passwd')",
    "read the draft folder": f"open({str(ROOT / 'README.md')!r})",
    "list the root": "os.listdir('/')",
    "write": "open('/tmp/leak', 'w')",
    "make a folder": "os.mkdir('/tmp/leak-folder')",
    "delete": "os.unlink('/tmp/nothing')",
    "tcp": "socket.socket()",
    "udp": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "unix socket": "socket.socketpair()",
    "start a program": "os.execv('/bin/true', ['true'])",
    "start a child": "os.fork()",
    "spawn": "subprocess.run(['/bin/true'])",
    "kill the parent": "os.kill(os.getppid(), 0)",
    "kill a group": "os.kill(-1, 0)",
}


@LINUX
@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES.keys())
def test_the_locked_child_cannot(probe: str) -> None:
    code = (
        "import os, socket, subprocess\n"
        "from screening.extract import sandbox\n"
        "holds = sandbox.lock(2 << 30)\n"
        "assert not any(word.startswith('缺') for word in holds), holds\n"
        f"try:\n    {probe}\n"
        "except OSError as error:\n    assert error.errno in (1, 13), error\n    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "refused\n", done.stderr


def fake(body: str) -> tuple[str, ...]:
    """A worker that gets ready and then does as told with its first draft."""
    return ("-c", READY + "frames.receive(sys.stdin.buffer); frames.receive(sys.stdin.buffer)\n" + body)


def outcome(body: str) -> Document:
    with ReaderPool(options=OPTIONS, command=fake(body)) as pool:
        return read(b"text", "a.txt", OPTIONS, pool)


@pytest.mark.parametrize(
    "body",
    [
        "os.abort()",
        "sys.exit(3)",
        "say([1])",
        "say({'is': 'documents'})",
        "say({'is': 'documents', 'of': []})",
        "say({'is': 'documents', 'of': [{'type': 1, 'blocks': [], 'unread': [], 'metadata': {}}]})",
        "say({'is': 'documents', 'of': [{'type': '', 'blocks': [['paragraph', 7]], 'unread': [], 'metadata': {}}]})",
        "say({'is': 'documents', 'of': [{'type': '', 'blocks': [], 'unread': [['', 'no', '']], 'metadata': {}}]})",
        "sys.stdout.buffer.write(b'\\xff' * 100); sys.stdout.flush()",
        "sys.stdout.buffer.write((5).to_bytes(8, 'big') + b'[[[[['); sys.stdout.flush(); time.sleep(9)",
    ],
)
def test_a_crash_or_a_lie_is_said(body: str) -> None:
    document = outcome(body)
    assert [item.reason for item in document.unread] == [UnreadReason.CRASHED]
    assert not document.blocks


def test_a_hang_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.extract.isolate._BASE_SECONDS", 1.0)
    started = time.monotonic()
    assert outcome("time.sleep(60)").unread[0].reason is UnreadReason.TIMEOUT
    assert time.monotonic() - started < 4


def test_endless_progress_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.extract.isolate._PASSES_PER_PICTURE", 0)
    assert outcome("say({'is': 'progress'}); time.sleep(60)").unread[0].reason is UnreadReason.CRASHED


def test_what_fails_together_is_read_alone() -> None:
    """A child that dies of several drafts is asked for each of them by itself; each keeps its own answer."""
    body = (
        "import json\n"
        "def answer(header):\n"
        "    drafts = json.loads(header)['drafts']\n"
        "    if len(drafts) > 1: os.abort()\n"
        "    one = {'type': '', 'blocks': [['paragraph', drafts[0][0]]], 'unread': [], 'metadata': {}}\n"
        "    say({'is': 'documents', 'of': [one]})\n"
        "while header := frames.receive(sys.stdin.buffer):\n"
        "    frames.receive(sys.stdin.buffer)\n"
        "    answer(header)\n"
    )
    drafts = [(b"1", "a.txt"), (b"22", "b.txt"), (b"333", "c.txt")]
    with ReaderPool(options=OPTIONS, command=("-c", READY + body)) as pool:
        contents = pool.read_all(drafts, OPTIONS)
    assert (
        [one.document().text for one in contents] == [one.filename for one in contents] == ["a.txt", "b.txt", "c.txt"]
    )
    assert [one.sha256 for one in contents] == [hashlib.sha256(data).hexdigest() for data, _ in drafts]


def test_drafts_that_are_read_together_are_read_as_alone() -> None:
    """Each with its own faults: what is empty, unknown or odd says so of itself only."""
    drafts = [
        ("第一件".encode(), "a.txt"),
        (b"", "b.txt"),
        (b"\0\1" * 50, "c.bin"),
        (b"PK\x03\x04", "d.docx"),
        (b"<p>x", "e.html"),
    ]
    with ReaderPool(options=OPTIONS) as pool:
        together = [one.document() for one in read_all(drafts, OPTIONS, pool)]
        assert together == [read(data, name, OPTIONS, pool) for data, name in drafts]
    assert [bool(one.unread) for one in together] == [False, True, True, True, False]


def test_out_of_memory_is_said_once() -> None:
    assert outcome("os._exit(13)").unread[0].reason is UnreadReason.OVER_LIMIT


@LINUX
def test_memory_is_limited() -> None:
    code = (
        "from screening.extract import sandbox\nsandbox.lock(1 << 30)\n"
        "try:\n    bytearray(2 << 30)\nexcept MemoryError:\n    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "refused\n"


def test_a_child_is_warm_and_shared_by_threads() -> None:
    texts: list[str] = []
    with ReaderPool(size=2, options=OPTIONS) as pool:
        threads = [
            threading.Thread(target=lambda n=n: texts.append(read(f"第{n}".encode(), "a.txt", OPTIONS, pool).text))
            for n in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert pool.protection
    assert sorted(texts) == sorted(f"第{n}" for n in range(20))


def test_what_is_not_a_plain_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with ReaderPool(options=OPTIONS) as pool:
        for path in (tmp_path / "fifo", tmp_path, Path("/dev/zero")):
            assert read_file(path, OPTIONS, pool).unread[0].reason is UnreadReason.UNKNOWN_TYPE
        with pytest.raises(FileNotFoundError):
            read_file(tmp_path / "missing", OPTIONS, pool)


def test_size_is_checked_before_reading(tmp_path: Path) -> None:
    options = ReadOptions(ocr=False, limits=Limits(file_bytes=10))
    (tmp_path / "a.txt").write_bytes(b"x" * 11)
    with ReaderPool(options=options) as pool:
        assert read_file(tmp_path / "a.txt", options, pool).unread[0].reason is UnreadReason.OVER_LIMIT
        assert read(b"", "a.txt", options, pool).unread[0].reason is UnreadReason.EMPTY
        (tmp_path / "b.txt").write_bytes(b"x" * 10)
        (tmp_path / "link.txt").symlink_to(tmp_path / "b.txt")
        assert read_file(tmp_path / "link.txt", options, pool).text == "x" * 10
