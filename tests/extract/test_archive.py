"""Zip archives: counted, named as they were meant, one bad member costs only itself."""

import io
import struct
import zipfile
import zlib

import pytest

from screening.domain.document import Document, UnreadReason
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from screening.extract.limits import MIB, Limits


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def read(data: bytes, limits: Limits | None = None) -> Document:
    return read_here(data, "包.zip", ReadOptions(limits=limits or Limits()))


def reasons(document: Document) -> list[str]:
    return [item.reason.value for item in document.unread]


def test_files_inside_are_read_with_their_path() -> None:
    inner = zipped({"名单.txt": "张三".encode()})
    document = read(zipped({"内层.zip": inner, "空夹/": b""}))
    (block,) = [block for block in document.blocks if block.text == "张三"]
    assert block.provenance.path == ("内层.zip", "名单.txt")
    assert block.place() == "附件《内层.zip》 · 附件《名单.txt》 · 第1段"
    assert not document.unread


def test_names_in_gbk() -> None:
    data = zipped({"AAAA.txt": b"text"}).replace(b"AAAA", "机密".encode("gbk"))
    assert "机密.txt" in read(data).text


def test_one_bad_member_costs_only_itself() -> None:
    data = bytearray(zipped({"a.txt": b"first", "b.txt": b"second"}))
    data[data.index(b"a.txt") + 6] ^= 0xFF
    document = read(bytes(data))
    assert "second" in document.text
    assert reasons(document) == ["parse_error"]
    assert "a.txt" in document.unread[0].path


@pytest.mark.parametrize(
    "limits",
    [Limits(member_bytes=MIB), Limits(ratio=10), Limits(total_bytes=MIB)],
)
def test_budgets(limits: Limits) -> None:
    assert reasons(read(zipped({"a.txt": b"a" * (3 * MIB)}), limits)) == ["over_limit"]


def test_too_many_members_and_too_deep() -> None:
    assert reasons(read(zipped({f"{n}": b"x" for n in range(9)}), Limits(members=8))) == ["over_limit"]
    data = zipped({"a.txt": b"x"})
    for _ in range(4):
        data = zipped({"a.zip": data})
    assert reasons(read(data)) == ["over_limit"]


def test_a_password_is_said() -> None:
    data = bytearray(zipped({"a.txt": b"first"}))
    for signature, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        struct.pack_into("<H", data, data.index(signature) + place, 1)
    assert reasons(read(bytes(data))) == ["encrypted"]


def test_an_empty_archive_is_not_clean() -> None:
    assert reasons(read(zipped({}))) == ["empty"]


def test_a_member_longer_than_its_directory_says_is_read_whole_and_told() -> None:
    """Sizes and checksums in the directory may lie; the deflated stream does not."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("稿.txt", "无害的一段。\n" + "探针在后\n")
    honest = stream.getvalue()
    whole, short = ("无害的一段。\n" + "探针在后\n").encode(), "无害的一段。\n".encode()
    lying = honest.replace(len(whole).to_bytes(4, "little"), len(short).to_bytes(4, "little"))
    lying = lying.replace(zlib.crc32(whole).to_bytes(4, "little"), zlib.crc32(short).to_bytes(4, "little"))
    document = read_here(lying, "a.zip", ReadOptions(ocr=False))
    assert "探针在后" in document.text
    assert [one.reason for one in document.unread] == [UnreadReason.PARSE_ERROR]
