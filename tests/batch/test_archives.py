"""Archives in a folder: each draft inside is an item; bombs, tricks and broken ones are faults."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from screening.batch.archives import members
from screening.batch.folder import Folder
from screening.batch.item import Fault, Item
from screening.extract.limits import MIB, Limits


def zipped(entries: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", kind) as packed:
        for name, data in entries.items():
            packed.writestr(name, data)
    return target.getvalue()


def tarred(entries: dict[str, bytes]) -> bytes:
    """A plain tar of these."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as packed:
        for name, data in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    return target.getvalue()


def opened(data: bytes, name: str = "a.zip", **limits: int) -> dict[str, Item]:
    """Items by location."""
    found = list(members(Item(name, name, data, column="c"), Limits(**limits)))
    assert len({item.location for item in found}) == len(found)
    return {item.location: item for item in found}


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.zip", zipped),
        ("a.tar", tarred),
        ("a.tar.gz", lambda entries: gzip.compress(tarred(entries))),
        ("a.tar.bz2", lambda entries: bz2.compress(tarred(entries))),
        ("a.tar.xz", lambda entries: lzma.compress(tarred(entries))),
    ],
)
def test_every_draft_inside_is_an_item(name: str, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    """Name, bytes, parent and column."""
    found = opened(pack({"x/稿件.txt": b"one", "y.txt": b"two"}), name)
    assert {location: item.data for location, item in found.items()} == {
        f"{name}!/x/稿件.txt": b"one",
        f"{name}!/y.txt": b"two",
    }
    assert found[f"{name}!/x/稿件.txt"].filename == "稿件.txt"
    assert {(item.parent, item.column) for item in found.values()} == {(name, "c")}


def test_a_single_packed_file_and_archives_in_archives_are_opened() -> None:
    """Three deep; the fourth is told."""
    assert opened(gzip.compress(b"text"), "a.txt.gz")["a.txt.gz!/a.txt"].data == b"text"
    data = b"deep"
    for _ in range(5):
        data = zipped({"in.zip": data})
    found = opened(data)
    assert [item.fault for item in found.values()] == [Fault.TOO_LARGE]
    assert next(iter(found)).count("!/") == 3


def test_office_files_stay_whole() -> None:
    """They are zip too, but drafts themselves, whatever their name."""
    office = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    assert list(opened(office, "稿件.docx")) == ["稿件.docx"]
    assert list(opened(office, "稿件.bin")) == ["稿件.bin"]


def test_names_stay_below_the_archive() -> None:
    """Zip slip, drives, backslashes, GBK names and doubles."""
    found = opened(zipped({"../../etc/passwd": b"1", "/abs": b"2", "C:\\win\\x.txt": b"3", "n/./a\nb": b"4"}))
    assert set(found) == {"a.zip!/etc/passwd", "a.zip!/abs", "a.zip!/win/x.txt", "a.zip!/n/a\\nb"}
    twice = tarred({"a": b"1"})[:1024] + tarred({"a": b"2"})
    assert [item.data for item in opened(twice, "t.tar").values()] == [b"1", b"2"]


def test_bombs_are_stopped_and_told() -> None:
    """By ratio, by total, by number, in zip and in tar; what came before is kept."""
    bomb = {"ok.txt": b"fine", "bomb": b"\0" * (8 * MIB)}
    assert opened(zipped(bomb), ratio=100)["a.zip!/bomb"].fault is Fault.TOO_LARGE
    assert opened(zipped(bomb), ratio=100)["a.zip!/ok.txt"].data == b"fine"
    assert opened(zipped(bomb), total_bytes=MIB)["a.zip"].fault is Fault.TOO_LARGE
    assert opened(gzip.compress(tarred(bomb)), "a.tgz", total_bytes=MIB)["a.tgz"].fault is Fault.TOO_LARGE
    assert opened(gzip.compress(b"\0" * (80 * MIB)), "a.gz", ratio=2)["a.gz"].fault is Fault.TOO_LARGE
    many = opened(zipped({f"{number}": b"x" for number in range(20)}), members=10)
    assert many["a.zip"].fault is Fault.TOO_LARGE
    assert len(many) == 11


def test_broken_ones_are_faults() -> None:
    """Cut off, overwritten, encrypted; links and devices of a tar."""
    whole = zipped({"a.txt": b"hello" * 100, "b.txt": b"x" * 100}, zipfile.ZIP_STORED)
    assert opened(whole[:-30])["a.zip"].fault is Fault.BROKEN
    assert opened(gzip.compress(tarred({"a": b"x" * 9_000}))[:-50], "a.tgz")["a.tgz"].fault is Fault.BROKEN
    locked = bytearray(zipped({"a.txt": b"x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    assert opened(bytes(locked))["a.zip!/a.txt"].fault is Fault.UNREADABLE
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as packed:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(link)
    assert opened(target.getvalue(), "a.tar")["a.tar!/link"].fault is Fault.UNREADABLE


def test_an_archive_too_large_for_memory_is_opened_from_disk(tmp_path: Path) -> None:
    """Its members are small enough."""
    (tmp_path / "a.zip").write_bytes(zipped({"1.txt": b"x" * 900, "2.txt": b"y" * 900}, zipfile.ZIP_STORED))
    found = list(Folder(tmp_path, Limits(file_bytes=1_000)).items())
    assert [(item.location, len(item.data)) for item in found] == [("a.zip!/1.txt", 900), ("a.zip!/2.txt", 900)]
