"""Folders of drafts: every file once, in a stable order; links, devices and odd names do no harm."""

import os
import socket
from pathlib import Path

import pytest

from screening.batch.folder import Folder
from screening.batch.item import Fault, Item
from screening.extract.limits import Limits


def items(path: Path, **limits: int) -> list[Item]:
    """What a folder holds."""
    return list(Folder(path, Limits(**limits)).items())


def test_every_file_is_read_once_in_a_stable_order(tmp_path: Path) -> None:
    """Hidden files too; the column is the first folder."""
    for name in ("b/2.txt", "a/x/1.txt", "top.txt", ".hidden"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = items(tmp_path)
    assert [item.location for item in found] == [".hidden", "top.txt", "a/x/1.txt", "b/2.txt"]
    assert [item.column for item in found] == ["", "", "a", "b"]
    assert all(item.data.decode() == item.location for item in found)
    assert found == items(tmp_path)


def test_odd_names_are_read_and_written_down_on_one_line(tmp_path: Path) -> None:
    """Newlines, bytes of GBK, bytes of nothing, direction marks, 255 bytes; never two items under one location."""
    names = [
        *(b"a\nb.txt", "名单.txt".encode("gbk"), b"\xff\xfe\x81.txt", "\u202etxt.exe".encode(), b"n" * 251 + b".txt"),
        *(b"c\\n.txt", b"c\n.txt", b" ", b"-rf", "云".encode() * 85, b"\x1b[31m.txt"),
    ]
    for name in names:
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).write_bytes(b"x")
    found = items(tmp_path)
    assert len({item.location for item in found}) == len(names)
    assert all(item.location.isprintable() and item.location.encode() and item.data == b"x" for item in found)
    assert "名单.txt" in {item.location for item in found}


def test_links_lead_neither_out_nor_round_in_circles(tmp_path: Path) -> None:
    """A link inside adds nothing, one to the outside is told."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "real.txt").write_text("x")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "inside").symlink_to(root / "real.txt")
    (root / "circle").symlink_to(root)
    (root / "sub" / "up").symlink_to("..")
    (root / "out").symlink_to(tmp_path / "secret.txt")
    (root / "outfolder").symlink_to(tmp_path)
    (root / "dangling").symlink_to("nowhere")
    (root / "self").symlink_to("self")
    found = {item.location: item.fault for item in items(root)}
    assert found == {
        "real.txt": None,
        **dict.fromkeys(("out", "outfolder", "dangling", "self"), Fault.UNREADABLE),
    }


def test_what_is_no_file_is_told_and_not_opened(tmp_path: Path) -> None:
    """Pipes and sockets would hang; files over the limit and without permission are faults."""
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        short = os.path.relpath(tmp_path / "socket")
        listening.bind(short if len(short) < 100 else str(tmp_path / "socket"))
        (tmp_path / "large").write_bytes(b"x" * 2_000)
        found = {item.location: item.fault for item in items(tmp_path, file_bytes=1_000)}
    assert found == {"pipe": Fault.UNREADABLE, "socket": Fault.UNREADABLE, "large": Fault.TOO_LARGE}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    """The others are read."""
    (tmp_path / "closed").write_bytes(b"x")
    (tmp_path / "closed").chmod(0)
    assert [item.fault for item in items(tmp_path)] == [Fault.UNREADABLE]


def test_a_folder_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    """No exception."""
    assert [item.fault for item in items(tmp_path / "nowhere")] == [Fault.UNREADABLE]
