"""The bytes decide what a file is."""

import pytest

from screening.extract import sniff


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"", "a.docx", sniff.EMPTY),
        ("文字".encode(), "a.docx", sniff.TEXT),
        ("文字".encode("gbk"), "a", sniff.TEXT),
        ("BM是两个字母".encode(), "a.txt", sniff.TEXT),
        ("文字 a".encode("utf-16"), "a.txt", sniff.TEXT),
        ("plain text".encode("utf-16-le"), "a.txt", sniff.TEXT),
        (b"\xff\xd8\xff\xe0rest", "a.txt", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nrest", "a.docx", "image/png"),
        (b"junk before\n%PDF-1.7\n", "a.txt", sniff.PDF),
        (b"PK\x03\x04 broken", "a.docx", sniff.ZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", sniff.OLE),
        (b"  <!DOCTYPE html><p>", "a.txt", sniff.HTML),
        (b"<?xml version='1.0'?><a/>", "a", sniff.XML),
        (b"<p>x", "a.htm", sniff.HTML),
        (bytes(range(256)) * 20, "a.txt", sniff.UNKNOWN),
    ],
)
def test_media_types(data: bytes, name: str, media_type: str) -> None:
    assert sniff.sniff(data, name) == media_type
