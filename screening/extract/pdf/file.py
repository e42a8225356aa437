"""A PDF file: its pages first, then everything that stands on no page, then its earlier revisions."""

import io
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2 as pdfium2

from screening.domain.document import UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract.base import Reading
from screening.extract.pdf.page import Looked, PageReader
from screening.extract.pdf.pictures import Seen, read_images, recognise_page
from screening.extract.pdf.revisions import read_earlier
from screening.extract.pdf.sweep import Sweep


@dataclass(slots=True)
class Opened:
    """The two views of one file; either may be missing."""

    drawn: Any = None  # pypdfium2.PdfDocument
    objects: pikepdf.Pdf | None = None
    packed: bytes = b""


def read_file(data: bytes, reading: Reading) -> None:
    """Read the current state of a PDF and what its earlier revisions held."""
    seen = Seen()
    read_state(data, reading, seen)
    read_earlier(data, reading, lambda cut, inner: read_state(cut, inner, seen))


def read_state(data: bytes, reading: Reading, seen: Seen) -> None:
    """Read one state of a PDF: the bytes up to an end-of-file mark. `seen`: pictures that were recognised already."""
    opened = _open(data)
    if opened.objects is None:
        reading.not_read("", UnreadReason.PARSE_ERROR, "对象表无法读取")
    if opened.drawn is None:
        reading.not_read("", UnreadReason.PARSE_ERROR, "页面无法读取")
    looked: list[Looked] = []
    try:
        if opened.drawn is not None:
            looked = _read_pages(opened, reading, seen)
        if opened.objects is not None:
            sweep = Sweep(opened.objects, reading)
            sweep.run()
            done = {page.number for page in looked if page.picture and not page.garbled}
            read_images(opened.objects, reading, sweep.image_pages, done, seen)
    finally:
        if opened.drawn is not None:
            opened.drawn.close()
        if opened.objects is not None:
            opened.objects.close()


def _open(data: bytes) -> Opened:
    """Open with both libraries. What pdfium refuses is tried again as pikepdf repairs it."""
    opened = Opened(packed=data)
    try:
        opened.objects = pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise ExtractionError(UnreadReason.ENCRYPTED) from error
    except (pikepdf.PdfError, ValueError, RuntimeError):
        opened.objects = None
    try:
        opened.drawn = pdfium2.PdfDocument(data)
    except pdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ExtractionError(UnreadReason.ENCRYPTED) from error
        opened.drawn = _mended(opened.objects)
    if opened.drawn is None and opened.objects is None:
        raise ExtractionError(UnreadReason.PARSE_ERROR, "不是完整的 PDF 文件")
    return opened


def _mended(objects: pikepdf.Pdf | None) -> Any:
    """The pages as pikepdf writes them, or None."""
    if objects is None or not _pages_in(objects):
        return None
    try:
        packed = io.BytesIO()
        objects.save(packed)
        return pdfium2.PdfDocument(packed.getvalue())
    except (pikepdf.PdfError, pdfium2.PdfiumError, RuntimeError, ValueError):
        return None


def _read_pages(opened: Opened, reading: Reading, seen: Seen) -> list[Looked]:
    count = len(opened.drawn)
    if _pages_in(opened.objects) > count:
        reading.not_read(f"第{count + 1}页起", UnreadReason.PARSE_ERROR, "页面树损坏")
    if count > reading.limits.pages:
        reading.not_read(f"第{reading.limits.pages + 1}至{count}页", UnreadReason.OVER_LIMIT)
    reader = PageReader(reading, layers=_has_layers(opened.objects))
    looked = []
    for number in range(1, min(count, reading.limits.pages) + 1):
        try:
            looked.append(_read_page(opened.drawn, number, reader, reading, seen))
        except pdfium2.PdfiumError as error:
            reading.not_read(f"第{number}页", UnreadReason.PARSE_ERROR, type(error).__name__)
    return looked


def _read_page(drawn: Any, number: int, reader: PageReader, reading: Reading, seen: Seen) -> Looked:
    page = drawn[number - 1]
    try:
        looked = reader.read(page, number)
        if looked.picture:
            recognise_page(page, looked, reading, seen)
        return looked
    finally:
        page.close()


def _pages_in(objects: pikepdf.Pdf | None) -> int:
    """How many pages the page tree holds; 0 where it is broken."""
    try:
        return len(objects.pages) if objects is not None else 0
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
        return 0


def _has_layers(objects: pikepdf.Pdf | None) -> bool:
    return objects is not None and "/OCProperties" in objects.Root
