"""Every place of a .xlsx file is read, and said to be where and what it is."""

import datetime as dt
import io
from functools import cache

import openpyxl
import pytest

from screening.domain.document import BlockKind, Document, UnreadReason
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from tests.probes.sheet_probes import sheet_probe

PROBES = sheet_probe()[1]
PIXELS = [name for name, planted in PROBES.items() if planted.pixels]


def read(data: bytes) -> Document:
    return read_here(data, "probe.xlsx", ReadOptions(ocr=False))


@cache
def probe(*, ocr: bool = False) -> Document:
    return read_here(sheet_probe()[0], "probe.xlsx", ReadOptions(ocr=ocr))


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


def test_a_file_of_openpyxl_is_read_in_its_columns() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["C1"] = "姓名", "证件号"
    sheet["A2"], sheet["C2"] = dt.date(2026, 1, 2), "11019919900307123X"
    out = io.BytesIO()
    book.save(out)
    rows = [block.text for block in read(out.getvalue()).blocks if block.kind is BlockKind.TABLE_ROW]
    assert rows == ["姓名\t\t证件号", "2026-01-02\t\t11019919900307123X"]
    assert all(block.visible for block in read(out.getvalue()).blocks)
