"""A page of a PDF as a picture, for people who look at it at the desk. Runs in the locked child like all reading."""

import io
import math

import pypdfium2 as pdfium2

from screening.extract.base import Drawing

_SCALE = 1.5  # 108 dpi: readable at 1366 pixels
_PIXELS = 4_000_000
_PAGES = 2000


def draw(data: bytes, page: int) -> Drawing:
    """The sizes of all pages and the picture of one, counted from 1; 0 draws none. Empty for what is no PDF."""
    try:
        opened = pdfium2.PdfDocument(data)
    except pdfium2.PdfiumError:
        return Drawing((), b"")
    try:
        sizes = tuple(_size(opened, number) for number in range(min(len(opened), _PAGES)))
        return Drawing(sizes, _png(opened, page - 1) if 1 <= page <= len(sizes) else b"")
    finally:
        opened.close()


def _size(opened: pdfium2.PdfDocument, number: int) -> tuple[float, float]:
    width, height = opened.get_page_size(number)
    return round(width, 1), round(height, 1)


def _png(opened: pdfium2.PdfDocument, number: int) -> bytes:
    try:
        drawn = opened[number]
        width, height = drawn.get_size()
        scale = min(_SCALE, math.sqrt(_PIXELS / max(width * height, 1)))
        image = drawn.render(scale=scale).to_pil()
    except (pdfium2.PdfiumError, ValueError):
        return b""
    kept = io.BytesIO()
    image.convert("RGB").quantize(64).save(kept, "PNG")
    return kept.getvalue()
