"""WARC files: the pages and attachments that a crawler put away. Read as a stream, memory does not grow with them."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from screening.batch.canonical import canonical, first_segment
from screening.batch.charset import head, labelled, text_of
from screening.batch.item import Fault, Item
from screening.batch.markup import facts
from screening.batch.opened import opened
from screening.domain.errors import SettingsError
from screening.extract.limits import MIB

_LARGEST = 64 * MIB
_FILENAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]{1,200})", re.IGNORECASE)
_NOT_SCREENED = (
    *("text/css", "application/javascript", "text/javascript", "application/x-javascript"),
    *("video/", "audio/", "font/"),
)
_HEAD = 16 * 1024  # bytes of a page in which its title and column are looked for


@dataclass(frozen=True, slots=True)
class Warc:
    """WARC files as one source. Only responses with status 200 are items; revisits repeat what is there already.

    The same address again with the same bytes is left out; with other bytes it is an item of its own, with the time of
    the capture behind `#`.
    """

    paths: tuple[Path, ...]
    largest: int = _LARGEST

    @property
    def name(self) -> str:
        """The names of the files."""
        return "、".join(path.name for path in self.paths[:3]) + ("…" if len(self.paths) > 3 else "")

    def items(self) -> Iterator[Item]:
        """Every page and attachment once; broken records and files are items with a fault. Raises SettingsError where
        the reader of WARC files is not installed."""
        if find_spec("fastwarc") is None:
            raise SettingsError("读 WARC 需要组件 fastwarc：pip install 'xianshen[site]'")
        seen: dict[int, int] = {}
        for path in self.paths:
            yield from self._file(path, seen)

    def _file(self, path: Path, seen: dict[int, int]) -> Iterator[Item]:
        from fastwarc.warc import ArchiveIterator, WarcRecordType  # noqa: PLC0415 - an extra

        count = 0
        try:
            with path.open("rb") as file:
                kind = WarcRecordType.response
                for record in ArchiveIterator(file, record_types=kind, auto_decode="all", strict_mode=False):
                    count += 1
                    yield from self._record(record, seen)
            if not path.stat().st_size:
                yield Item(path.name, path.name, b"", fault=Fault.BROKEN, detail="空文件")
        except OSError as error:
            detail = error.strerror or f"第{count}条记录之后损坏"
            yield Item(f"{path.name}!/{count}", path.name, b"", fault=Fault.BROKEN, detail=detail)
        except (ValueError, EOFError, RuntimeError) as error:
            detail = f"第{count}条记录之后损坏（{type(error).__name__}）"
            yield Item(f"{path.name}!/{count}", path.name, b"", fault=Fault.BROKEN, detail=detail)

    def _record(self, record: Any, seen: dict[int, int]) -> Iterator[Item]:
        url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
        headers = record.http_headers
        if not url.lower().startswith(("http://", "https://")):
            return
        if headers is None or headers.status_code is None:
            yield Item(url[:2000], "", b"", fault=Fault.BROKEN, detail="记录不完整")
            return
        if headers.status_code != 200:
            return
        media_type = headers.get("Content-Type") or ""
        if media_type.startswith(_NOT_SCREENED):
            return
        try:
            location = canonical(url)
            data = _body(record.reader, self.largest)
        except (OSError, ValueError, EOFError) as error:
            detail = f"记录无法解开（{type(error).__name__}）"
            yield Item(url[:2000], "", b"", fault=Fault.BROKEN, detail=detail)
            return
        if _cut_off(record, data, self.largest):
            yield Item(location, "", b"", fault=Fault.BROKEN, detail="记录不完整")
            return
        place = _once(location, data, record.headers.get("WARC-Date") or "", seen)
        if place:
            yield from self._item(_bare(place, url, headers, media_type), data)

    def _item(self, item: Item, data: bytes) -> Iterator[Item]:
        if len(data) > self.largest:
            yield replace(item, fault=Fault.TOO_LARGE, detail=f"超过 {self.largest // MIB} MiB")
        elif not data:
            return
        elif is_page(data, item.media_type):
            text, charset = text_of(head(data, _HEAD), item.media_type)
            page = facts(text, links=False)
            yield replace(
                item,
                data=data,
                media_type=labelled(item.media_type or "text/html", charset),
                column=page.column or item.column,
                title=page.title,
                modified=page.published or item.modified,
            )
        else:
            yield from opened(replace(item, data=data))


def is_page(data: bytes, media_type: str) -> bool:
    """Whether these bytes are a page: by their beginning, or by the server's word when they do not contradict it."""
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return True
    return ("html" in media_type.lower()) and not head.startswith((b"%pdf", b"pk\x03\x04", b"\xd0\xcf\x11\xe0"))


def _body(reader: Any, largest: int) -> bytes:
    """All bytes up to one more than allowed; in pieces, since the library sets aside as much as is asked for."""
    pieces = [reader.read(256 * 1024)]
    size = len(pieces[0])
    while pieces[-1] and size <= largest:
        pieces.append(reader.read(256 * 1024))
        size += len(pieces[-1])
    return b"".join(pieces)


def _cut_off(record: Any, data: bytes, largest: int) -> bool:
    """Fewer bytes than the record promises; packed answers have another length, but never none."""
    promised: int = record.content_length
    packed = any(record.http_headers.get(name) for name in ("Content-Encoding", "Transfer-Encoding"))
    return len(data) < promised and len(data) <= largest and (not packed or not data)


def _once(location: str, data: bytes, date: str, seen: dict[int, int]) -> str:
    """The location, with the time of the capture when it was seen with other bytes; "" for the same again."""
    key = _short(location.encode())
    digest = _short(data)
    if seen.get(key) == digest:
        return ""
    if key not in seen:
        seen[key] = digest
        return location
    again = f"{location}#{date}"
    return _once(again, data, f"{date}+", seen)


def _short(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def _bare(location: str, url: str, headers: Any, media_type: str) -> Item:
    modified = headers.get("Last-Modified") or ""
    return Item(
        location,
        filename_of(url, headers.get("Content-Disposition") or ""),
        b"",
        media_type=media_type,
        column=first_segment(location),
        modified=iso_date(modified),
        etag=headers.get("ETag") or "",
        last_modified=modified,
    )


def filename_of(url: str, disposition: str = "") -> str:
    """The name an attachment is shown by: as the server says, else the last part of its address."""
    said = _FILENAME.search(disposition)
    name = said[1] if said else urlsplit(url).path.rpartition("/")[2]
    try:
        name = unquote(name, errors="strict")
    except UnicodeDecodeError:
        name = unquote(name, encoding="gb18030", errors="replace")
    return name.replace("\\", "/").rpartition("/")[2].strip()[:200]


def iso_date(header: str) -> str:
    """An HTTP date as ISO 8601, or ""."""
    try:
        return parsedate_to_datetime(header).isoformat() if header else ""
    except (ValueError, TypeError, IndexError):
        return ""
