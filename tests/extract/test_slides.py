"""Every place of a .pptx file is read, and said to be where and what it is."""

import io
from functools import cache

import pptx
import pytest

from screening.domain.document import Document, UnreadReason
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from tests.probes.slides_probes import slides_probe

PROBES = slides_probe()[1]
PIXELS = [name for name, planted in PROBES.items() if planted.pixels]


def read(data: bytes) -> Document:
    return read_here(data, "probe.pptx", ReadOptions(ocr=False))


@cache
def probe(*, ocr: bool = False) -> Document:
    return read_here(slides_probe()[0], "probe.pptx", ReadOptions(ocr=ocr))


def test_the_inventory_has_at_least_40_places() -> None:
    assert len(PROBES) >= 40


@pytest.mark.parametrize("name", [name for name in PROBES if name not in PIXELS])
def test_place_is_read(name: str) -> None:
    planted = PROBES[name]
    blocks = [block for block in probe().blocks if planted.text in block.text.replace("\n", "")]
    assert blocks, "not read"
    assert any(
        block.kind in planted.kinds
        and block.provenance.hidden is planted.hidden
        and planted.place in block.place(block.text.find(planted.text[:2]))
        for block in blocks
    ), [(block.kind, block.provenance.hidden, block.place()) for block in blocks]
    assert len(blocks) == 1, "read twice"


def test_only_pictures_stay_unread_without_ocr() -> None:
    unread = probe().unread
    assert {item.reason for item in unread} == {UnreadReason.IMAGE_WITHOUT_OCR}
    assert len(unread) == len(PIXELS)


@pytest.mark.parametrize("name", PIXELS)
def test_words_in_pixels_are_read_with_ocr(name: str) -> None:
    planted = PROBES[name]
    blocks = [block for block in probe(ocr=True).blocks if planted.text in block.text.replace(" ", "")]
    assert [block.provenance.hidden for block in blocks] == [planted.hidden]


def test_a_file_of_python_pptx_is_read_in_order() -> None:
    show = pptx.Presentation()
    for title in ("第一", "第二"):
        show.slides.add_slide(show.slide_layouts[0]).shapes.title.text = title
    out = io.BytesIO()
    show.save(out)
    visible = [(block.text, block.provenance.page_no) for block in read(out.getvalue()).blocks if block.visible]
    assert visible == [("第一", 1), ("第二", 2)]
