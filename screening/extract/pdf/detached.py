"""Text that no page shows: pages outside the tree and forms that nothing draws, read on scratch pages."""

import io
from collections.abc import Sequence
from typing import TypeAlias

import pikepdf
import pypdfium2 as pdfium2

from screening.domain.document import UnreadReason
from screening.extract.base import Reading
from screening.extract.pdf.layout import Paragraph, paragraphs
from screening.extract.pdf.text import PageText

Sheets: TypeAlias = list[list[Paragraph]]
_MOST = 500  # scratch pages of one file
_ERRORS = (pikepdf.PdfError, pdfium2.PdfiumError, ValueError, TypeError, RuntimeError)


def texts_of(objects: Sequence[pikepdf.Object], reading: Reading, *, as_painted: bool = False) -> Sheets:
    """The paragraphs of each of these page dictionaries or form streams, in their order.

    as_painted: what the page paints, not the /ActualText that stands for it.
    """
    if len(objects) > _MOST:
        reading.not_read("未显示的页面或表单", UnreadReason.OVER_LIMIT, f"超过{_MOST}个")
    scratch = pikepdf.new()
    for obj in objects[:_MOST]:
        try:
            _lay(scratch, obj)
            if as_painted:
                _unveil(scratch.pages[-1])
        except _ERRORS as error:
            reading.not_read(f"obj {obj.objgen[0]}", UnreadReason.PARSE_ERROR, type(error).__name__)
            scratch.add_blank_page()
    packed = io.BytesIO()
    try:
        scratch.save(packed)
        return _read(packed.getvalue())
    except _ERRORS as error:
        reading.not_read("未显示的页面或表单", UnreadReason.PARSE_ERROR, type(error).__name__)
        return []


def _lay(scratch: pikepdf.Pdf, obj: pikepdf.Object) -> None:
    """Put one object on a page of its own. References to other pages are left behind."""
    if isinstance(obj, pikepdf.Stream):
        page = scratch.add_blank_page()
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Fm=scratch.copy_foreign(obj)))
        page.Contents = scratch.make_stream(b"/Fm Do")
        return
    kept = {key: obj[key] for key in ("/Contents", "/Resources", "/MediaBox") if key in obj}
    page = scratch.add_blank_page()
    for key, value in kept.items():
        page.obj[key] = scratch.copy_foreign(value) if getattr(value, "is_indirect", False) else _copy(scratch, value)


def _unveil(page: pikepdf.Page) -> None:
    """Make /ActualText a key that means nothing."""
    contents = page.obj.get("/Contents")
    for part in list(contents) if isinstance(contents, pikepdf.Array) else [contents]:
        if isinstance(part, pikepdf.Stream):
            part.write(part.read_bytes().replace(b"/ActualText", b"/ActualTexx"))


def _copy(scratch: pikepdf.Pdf, value: pikepdf.Object) -> pikepdf.Object:
    """A direct value with everything it refers to."""
    if isinstance(value, pikepdf.Dictionary):
        return pikepdf.Dictionary({key: _carried(scratch, item) for key, item in value.items()})
    if isinstance(value, pikepdf.Array):
        return pikepdf.Array([_carried(scratch, item) for item in list(value)])
    return value


def _carried(scratch: pikepdf.Pdf, item: pikepdf.Object) -> pikepdf.Object:
    return scratch.copy_foreign(item) if getattr(item, "is_indirect", False) else _copy(scratch, item)


def _read(packed: bytes) -> Sheets:
    sheets = []
    with pdfium2.PdfDocument(packed) as document:
        for page in document:
            text = PageText(page)
            sheets.append(paragraphs(text.lines()))
            text.close()
            page.close()
    return sheets
