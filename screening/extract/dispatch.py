"""Choose the reader by the bytes and read, in this process. Only the worker and tests call it."""

import hashlib
from functools import cache

from screening.domain.document import Document, UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract import sniff
from screening.extract.base import Reader, Readers, Reading, ReadOptions
from screening.extract.repeats import Repeats
from screening.plugins import discover


@cache
def readers() -> Readers:
    """All readers of this package, by media type."""
    found: list[Reader] = discover("screening.extract", Reader)
    return {media_type: reader for reader in found for media_type in reader.media_types}


def read_here(data: bytes, filename: str, options: ReadOptions) -> Document:
    """Read a draft in this process. Never raises for a fault of the file: it becomes an Unread."""
    reading = reading_here(data, filename, options)
    return Document.of_pieces(
        reading.pieces,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=sniff.sniff(data, filename),
        filename=filename,
        unread=reading.unread,
        metadata=reading.metadata,
    )


def reading_here(data: bytes, filename: str, options: ReadOptions, memory: Repeats | None = None) -> Reading:
    """The same, as pieces. memory: what came before in this process, where it may be used."""
    by_type = readers()

    def open_file(reading: Reading, name: str, inner: bytes) -> None:
        reader = by_type.get(sniff.sniff(inner, name))
        if reader is None:
            reading.not_read("", *_why_not(inner, name))
        else:
            _read_guarded(reader, reading, inner)

    reading = Reading(open_file, options, name=filename, memory=memory)
    if len(data) > options.limits.file_bytes:
        reading.not_read("", UnreadReason.OVER_LIMIT, f"文件 {len(data)} 字节")
    else:
        open_file(reading, filename, data)
    if not reading.pieces and not reading.repeats and not reading.unread:
        reading.not_read("", UnreadReason.EMPTY)
    reading.metadata |= {
        "attachments": str(reading.totals.attachments),
        "images": str(reading.totals.images),
        "ocr_images": str(reading.totals.ocr_images),
    }
    return reading


def _why_not(data: bytes, name: str) -> tuple[UnreadReason, str]:
    media_type = sniff.sniff(data, name)
    if media_type == sniff.EMPTY:
        return UnreadReason.EMPTY, "0 字节"
    return UnreadReason.UNKNOWN_TYPE, media_type


def _read_guarded(reader: Reader, reading: Reading, data: bytes) -> None:
    """The outer edge of every reader: whatever it raises costs this file only, and is noted.

    MemoryError passes on: the worker has hit its limit and must end.
    """
    try:
        reader.read(data, reading)
    except ExtractionError as error:
        reading.not_read("", UnreadReason(error.reason), error.detail)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the outer edge of one file
        reading.not_read("", UnreadReason.PARSE_ERROR, type(error).__name__)
