"""WARC files: pages and attachments as a crawler put them away; broken ones are told."""

import gzip
import io
import zlib
from pathlib import Path

import pytest

from screening.batch.item import Fault, Item
from screening.batch.warc import Warc
from screening.domain.errors import SettingsError


def record(url: str, body: bytes, *headers: str, kind: str = "response", status: int = 200, date: str = "03") -> bytes:
    """One record as it stands in a file."""
    head = "\r\n".join([f"HTTP/1.1 {status} OK", *(headers or ("Content-Type: text/html",))])
    block = head.encode() + b"\r\n\r\n" + body
    about = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2031-05-{date}T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{zlib.crc32(url.encode() + body):012}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return about.encode() + block + b"\r\n\r\n"


def items(path: Path, *records: bytes, packed: bool = False) -> list[Item]:
    """What a file of these records holds."""
    path.write_bytes(b"".join(gzip.compress(one) if packed else one for one in records))
    return list(Warc((path,)).items())


@pytest.mark.parametrize("packed", [False, True])
def test_pages_and_attachments_are_items(tmp_path: Path, packed: bool) -> None:
    """Canonical address, charset, title, column; other kinds and answers are left out."""
    page = "<html><title>通知</title>当前位置：<a>首页</a> &gt; <a>政务公开</a></div>"
    found = items(
        tmp_path / "a.warc",
        record(
            "http://y.example:80/zwgk/1.html?utm_source=x", page.encode("gbk"), "Content-Type: text/html; charset=gbk"
        ),
        record("http://y.example/f/%E5%90%8D.pdf", b"%PDF-1.4", "Content-Type: application/pdf", 'ETag: "1"'),
        record("http://y.example/gone", b"x", status=404),
        record("http://y.example/s.css", b"x", "Content-Type: text/css"),
        record("http://y.example/zwgk/1.html", b"", kind="revisit"),
        record("http://y.example/q", b"x", kind="request"),
        packed=packed,
    )
    one, two = found
    assert (one.location, one.media_type) == ("http://y.example/zwgk/1.html", "text/html; charset=gb18030")
    assert (one.title, one.column, one.data.decode("gbk")) == ("通知", "政务公开", page)
    assert (two.filename, two.column, two.etag, two.data) == ("名.pdf", "f", '"1"', b"%PDF-1.4")


def test_packed_and_chunked_answers_are_unpacked(tmp_path: Path) -> None:
    """As the server sent them."""
    whole = b"<html>" + b"words " * 50
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (whole[:20], whole[20:])) + b"0\r\n\r\n"
    html = "Content-Type: text/html"
    found = items(
        tmp_path / "a.warc",
        record("http://y.example/1", gzip.compress(whole), html, "Content-Encoding: gzip"),
        record("http://y.example/2", chunked, html, "Transfer-Encoding: chunked"),
    )
    assert [item.data for item in found] == [whole, whole]


def test_the_same_page_again_is_left_out_and_a_changed_one_is_kept(tmp_path: Path) -> None:
    """The second capture has its time behind `#`."""
    url = "http://y.example/a"
    found = items(
        tmp_path / "a.warc",
        *(record(url, body, date=date) for body, date in ((b"<html>1", "01"), (b"<html>1", "02"), (b"<html>2", "03"))),
    )
    assert [item.location for item in found] == [url, f"{url}#2031-05-03T00:00:00Z"]


def test_archives_and_letters_inside_are_opened(tmp_path: Path) -> None:
    """As everywhere."""
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("a.txt", "x")
    (found,) = items(tmp_path / "a.warc", record("http://y.example/a.zip", target.getvalue(), "Content-Type: x/y"))
    assert found.location == "http://y.example/a.zip!/a.txt"


def test_broken_files_are_told_and_what_came_before_is_kept(tmp_path: Path) -> None:
    """Cut off, overwritten, not there, no WARC at all, too large."""
    good, next_one = record("http://y.example/a", b"<html>a"), record("http://y.example/b", b"<html>b" * 99)
    cut = gzip.compress(good) + gzip.compress(next_one)[:-40]
    (tmp_path / "cut.warc.gz").write_bytes(cut)
    found = list(Warc((tmp_path / "cut.warc.gz",)).items())
    assert found[0].location == "http://y.example/a"
    assert [item.fault for item in found[1:]] == [Fault.BROKEN]
    assert [item.fault for item in Warc((tmp_path / "none.warc",)).items()] == [Fault.BROKEN]
    (tmp_path / "no.warc").write_bytes(b"this is no WARC file at all\r\n" * 50)
    assert [item.fault for item in Warc((tmp_path / "no.warc",)).items()] == [Fault.BROKEN]
    (tmp_path / "large.warc").write_bytes(good)
    assert [item.fault for item in Warc((tmp_path / "large.warc",), largest=3).items()] == [Fault.TOO_LARGE]


def test_without_the_reader_of_warc_files_the_cure_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is called unread that could be read."""
    monkeypatch.setattr("screening.batch.warc.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"xianshen\[site\]"):
        list(Warc((tmp_path / "a.warc.gz",)).items())
