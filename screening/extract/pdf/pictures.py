"""Pictures of a PDF: whole pages as they look, and each embedded image once."""

import hashlib
import io
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
import pypdfium2 as pdfium2

from screening.domain.document import UnreadReason
from screening.extract.base import Reading
from screening.extract.pdf.layout import Box
from screening.extract.pdf.page import BIG_PICTURE, Looked

_DPI = 200


@dataclass(slots=True)
class Seen:
    """What was recognised already, by digest; earlier revisions share it with the current one."""

    digests: set[bytes] = field(default_factory=set)

    def is_new(self, data: bytes) -> bool:
        """Whether these bytes come for the first time."""
        digest = hashlib.sha256(data).digest()
        if digest in self.digests:
            return False
        self.digests.add(digest)
        return True


def recognise_page(page: Any, looked: Looked, reading: Reading, seen: Seen) -> None:
    """Recognise the words of a page as it looks, or note why they stayed unread."""
    from screening.extract import ocr  # noqa: PLC0415 - only when a page must be recognised

    if looked.garbled and not (reading.options.ocr and ocr.available()):
        reading.not_read(f"第{looked.number}页", UnreadReason.GARBLED_TEXT)
        return
    width, height = page.get_size()
    scale = min(_DPI / 72, math.sqrt(reading.limits.pixels / max(width * height, 1)))
    try:
        image = page.render(scale=scale, may_draw_forms=False).to_pil()
    except (pdfium2.PdfiumError, ValueError) as error:
        reading.not_read(f"第{looked.number}页", UnreadReason.PARSE_ERROR, type(error).__name__)
        return
    if not seen.is_new(image.tobytes()):
        return
    before = len(reading.pieces)
    ocr.read_picture(image, reading, part="", page_no=looked.number, scale=scale, page_height=height)
    _turn_boxes(reading, before, page)


def _turn_boxes(reading: Reading, before: int, page: Any) -> None:
    """Boxes of the page as it is displayed -> boxes in page space: /Rotate undone, corner of the page added."""
    turned, corner, size = page.get_rotation(), page.get_bbox(), page.get_size()
    for index in range(before, len(reading.pieces)):
        kind, text, place = reading.pieces[index]
        if place.bbox:
            box = _unturned(place.bbox, turned, size)
            moved = (box[0] + corner[0], box[1] + corner[1], box[2] + corner[0], box[3] + corner[1])
            reading.pieces[index] = (kind, text, replace(place, bbox=moved))


def _unturned(box: Box, turned: int, size: tuple[float, float]) -> Box:
    """Undo a clockwise turn of 0, 90, 180 or 270 degrees; `size` is that of the turned page."""
    left, bottom, right, top = box
    width, height = size
    if turned == 90:
        return height - top, left, height - bottom, right
    if turned == 180:
        return width - right, height - top, width - left, height - bottom
    if turned == 270:
        return bottom, width - right, top, width - left
    return box


def read_images(
    pdf: pikepdf.Pdf,
    reading: Reading,
    pages_of: dict[tuple[int, int], int],
    done: set[int],
    seen: Seen,
) -> None:
    """Read every image object of more than 100 x 40 pixels, on a page or not, once.

    pages_of: page number by image object; done: pages that were recognised as a whole.
    """
    for obj in _images(pdf):
        page_no = pages_of.get(obj.objgen)
        if page_no in done:
            continue
        name = f"图像 obj {obj.objgen[0]}"
        try:
            if seen.is_new(obj.read_raw_bytes()):
                reading.picture(name, picture_bytes(obj, reading), page_no=page_no)
        except _PICTURE_ERRORS as error:
            place = f"第{page_no}页" if page_no else name
            reading.not_read(place, UnreadReason.PARSE_ERROR, type(error).__name__)


_PICTURE_ERRORS = (pikepdf.PdfError, pdfium2.PdfiumError, ValueError, TypeError, OSError, KeyError)


def _images(pdf: pikepdf.Pdf) -> Iterable[pikepdf.Object]:
    objects = [obj for obj in pdf.objects if _is_big_image(obj)]
    masks = {obj.SMask.objgen for obj in objects if isinstance(obj.get("/SMask"), pikepdf.Stream)}
    return [obj for obj in objects if obj.objgen not in masks]


def _is_big_image(obj: pikepdf.Object) -> bool:
    if not isinstance(obj, pikepdf.Stream) or obj.get("/Subtype") != "/Image":
        return False
    try:
        return int(obj.get("/Width", 0)) > BIG_PICTURE[0] and int(obj.get("/Height", 0)) > BIG_PICTURE[1]
    except (TypeError, ValueError):
        return True


def picture_bytes(obj: pikepdf.Object, reading: Reading) -> bytes:
    """An image object as a file: JPEG as it is, everything else painted by pdfium on a page of its own size."""
    if obj.get("/Filter") == "/DCTDecode" or obj.get("/Filter") == pikepdf.Array([pikepdf.Name.DCTDecode]):
        return bytes(obj.read_raw_bytes())
    width, height = int(obj.Width), int(obj.Height)
    scale = min(1.0, math.sqrt(reading.limits.pixels / max(width * height, 1)))
    scratch = pikepdf.new()
    page = scratch.add_blank_page(page_size=(width, height))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=scratch.copy_foreign(obj)))
    page.Contents = scratch.make_stream(b"q %d 0 0 %d 0 0 cm /Im Do Q" % (width, height))
    packed = io.BytesIO()
    scratch.save(packed)
    image = pdfium2.PdfDocument(packed.getvalue())[0].render(scale=scale).to_pil()
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
