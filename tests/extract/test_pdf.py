"""The PDF reader: every place, every reason why a text is hidden, and files that are broken."""

import io
from functools import cache
from typing import Any

import pikepdf
import pytest
from fpdf import FPDF
from pikepdf import Array, Dictionary, Name
from PIL import Image

from screening.domain.document import Block, BlockKind, Document, Hidden, UnreadReason
from screening.extract import ocr
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from screening.extract.limits import Limits
from tests.probes.mutate import mutants
from tests.probes.pdf_probes import BY_PLACE, FONT, PROBES, SIMPLIFIED, Maker, Probe, build

NEEDS_OCR = {"scanned_image_pixels", "no_tounicode"}


def read(data: bytes, **options: Any) -> Document:
    return read_here(data, "x.pdf", ReadOptions(**{"ocr": False, **options}))


@cache
def probed(*, ocr: bool = False) -> Document:
    return read(build(), ocr=ocr)


def squeezed(text: str) -> str:
    return "".join(text.split())


def holding(document: Document, text: str) -> list[Block]:
    return [block for block in document.blocks if text in squeezed(block.text)]


def fits(block: Block, probe: Probe) -> bool:
    return block.kind in probe.kinds and block.provenance.hidden is probe.hidden and probe.words in block.place()


@pytest.mark.parametrize("probe", [probe for probe in PROBES if probe.place not in NEEDS_OCR], ids=lambda p: p.place)
def test_place_is_read_labelled_and_found_once(probe: Probe) -> None:
    found = holding(probed(), probe.text)
    assert [fits(block, probe) for block in found] == [True], [(b.kind, b.place(), b.text) for b in found]


def test_pictures_without_recognition_are_unread() -> None:
    noted = {(item.path, item.reason) for item in probed().unread}
    assert noted == {("第3页", UnreadReason.IMAGE_WITHOUT_OCR), ("第4页", UnreadReason.GARBLED_TEXT)}


@pytest.mark.skipif(not ocr.available(), reason="the extra ocr is not installed")
@pytest.mark.parametrize("place", sorted(NEEDS_OCR))
def test_pictures_are_recognised(place: str) -> None:
    probe = BY_PLACE[place]
    found = holding(probed(ocr=True), probe.text)
    assert [fits(block, probe) for block in found] == [True]
    assert found[0].provenance.ocr_confidence is not None
    assert_inside(found[0], (0, 0, 595, 842))


def assert_inside(block: Block, page: tuple[float, float, float, float]) -> None:
    box = block.provenance.bbox
    assert box is not None
    assert page[0] <= box[0] < box[2] <= page[2]
    assert page[1] <= box[1] < box[3] <= page[3]


def test_box_lies_over_the_words() -> None:
    (block,) = holding(probed(), BY_PLACE["text_layer"].text)
    left, bottom, right, top = block.provenance.bbox or (0, 0, 0, 0)
    assert left == pytest.approx(60, abs=2)
    assert 60 + 50 < right < 60 + 12 * 8
    assert bottom < 780 < top < 800


def paragraph_page(texts: list[str], *, size: float = 12) -> bytes:
    maker = FPDF()
    maker.add_page()
    maker.add_font("cjk", fname=FONT, collection_font_number=SIMPLIFIED)
    maker.set_font("cjk", size=size)
    for text in texts:
        maker.multi_cell(0, 8, "　　" + text, new_x="LMARGIN", new_y="NEXT")
    return bytes(maker.output())


def test_paragraphs_come_out_exactly() -> None:
    texts = [
        "各单位，请将内部资料按期归档，不得对外提供。" * 5,
        "第二段也有好几行文字，用来检查段落的切分是不是正确。" * 4,
        "第三段。",
    ]
    blocks = read(paragraph_page(texts)).blocks
    assert [squeezed(b.text) for b in blocks if b.kind is BlockKind.PARAGRAPH] == texts
    assert [b.provenance.paragraph for b in blocks if b.kind is BlockKind.PARAGRAPH] == [1, 2, 3]


def one_page(content: bytes, maker: Maker, **resources: Any) -> list[tuple[BlockKind, str, Hidden]]:
    maker.page(content, **resources)
    return [(b.kind, squeezed(b.text), b.provenance.hidden) for b in read(maker.packed()).blocks]


def test_white_on_black_is_visible() -> None:
    maker = Maker()
    content = b"0 g 50 690 200 30 re f 1 g " + maker.at(60, 700, "内部资料")
    assert one_page(content, maker) == [(BlockKind.PARAGRAPH, "内部资料", Hidden.NO)]


def test_black_on_black_is_the_same_colour() -> None:
    maker = Maker()
    content = b"0 g 50 690 200 30 re f " + maker.at(60, 700, "内部资料")
    assert one_page(content, maker) == [(BlockKind.HIDDEN_TEXT, "内部资料", Hidden.SAME_COLOUR)]


@pytest.mark.parametrize("state", [{"ca": 0.4}, {"BM": Name.Multiply}], ids=["translucent", "multiply"])
def test_highlight_over_text_covers_nothing(state: dict[str, Any]) -> None:
    maker = Maker()
    content = maker.at(60, 700, "内部资料") + b"/Gs gs 1 1 0 rg 50 690 200 30 re f"
    found = one_page(content, maker, ExtGState=Dictionary(Gs=Dictionary(**state)))
    assert found == [(BlockKind.PARAGRAPH, "内部资料", Hidden.NO)]


def test_frames_and_underlines_cover_nothing() -> None:
    maker = Maker()
    content = maker.at(60, 700, "内部资料") + b"50 690 200 30 re S 60 698 m 110 698 l S 60 697 50 0.6 re f"
    assert one_page(content, maker) == [(BlockKind.PARAGRAPH, "内部资料", Hidden.NO)]


def test_failed_redaction_is_exact() -> None:
    maker = Maker()
    content = maker.at(60, 700, "正文张王正文") + b"0 g 84 696 24 16 re f"
    assert one_page(content, maker) == [
        (BlockKind.PARAGRAPH, "正文正文", Hidden.NO),
        (BlockKind.HIDDEN_TEXT, "张王", Hidden.COVERED),
    ]


def test_transparent_picture_covers_nothing() -> None:
    maker = Maker()
    image = maker.image(Image.new("RGB", (40, 20), "navy"))
    image.SMask = maker.stream(
        b"\0" * 800,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=40,
        Height=20,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
    )
    content = maker.at(60, 700, "内部资料") + b"q 200 0 0 40 50 690 cm /Im Do Q"
    found = one_page(content, maker, XObject=Dictionary(Im=image))
    assert found == [(BlockKind.PARAGRAPH, "内部资料", Hidden.NO)]


def test_text_under_a_filled_annotation_is_covered() -> None:
    maker = Maker()
    page = maker.page(maker.at(60, 700, "内部资料"))
    look = maker.stream(b"0 g 0 0 200 30 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 30]))
    square = Dictionary(
        Type=Name.Annot, Subtype=Name.Square, Rect=Array([50, 690, 250, 720]), AP=Dictionary(N=look), F=4
    )
    page.obj.Annots = Array([maker.pdf.make_indirect(square)])
    found = [(b.text, b.provenance.hidden) for b in read(maker.packed()).blocks]
    assert found == [("内部资料", Hidden.COVERED)]


def test_scan_with_invisible_layer_is_read_and_is_a_picture() -> None:
    maker = Maker()
    image = maker.image(Image.effect_noise((300, 400), 60))
    content = b"q 595 0 0 842 0 0 cm /Im Do Q " + maker.at(60, 700, "内部资料", before=b"3 Tr")
    maker.page(content, XObject=Dictionary(Im=image))
    document = read(maker.packed())
    assert [(b.text, b.provenance.hidden) for b in document.blocks] == [("内部资料", Hidden.INVISIBLE)]
    assert [item.reason for item in document.unread] == [UnreadReason.IMAGE_WITHOUT_OCR]


def test_words_painted_under_other_actual_text_are_read_too() -> None:
    maker = Maker()
    content = b"/Span <</ActualText (harmless)>> BDC " + maker.at(60, 700, "内部资料") + b" EMC"
    texts = [text for _, text, _ in one_page(content, maker)]
    assert texts == ["harmless", "内部资料"]


def test_vertical_columns_from_right_to_left_are_one_block() -> None:
    maker = Maker()
    columns = ["内部资料请", "勿外传"]
    content = b"".join(
        maker.at(300 - 20 * number, 700 - 16 * row, char)
        for number, column in enumerate(columns)
        for row, char in enumerate(column)
    )
    assert one_page(content, maker) == [(BlockKind.PARAGRAPH, "内部资料请勿外传", Hidden.NO)]


def test_outlined_letters_are_a_picture() -> None:
    maker = Maker()
    glyph = b" ".join(b"%d %d l" % (60 + step % 7, 700 + step % 5) for step in range(12))
    maker.page(b"".join(b"60 700 m %b h f " % glyph for _ in range(30)))
    assert [item.reason for item in read(maker.packed()).unread] == [UnreadReason.IMAGE_WITHOUT_OCR]


def test_blank_page_is_nothing_to_worry_about() -> None:
    maker = Maker()
    maker.page(maker.at(60, 700, "正文"))
    maker.page(b"")
    assert read(maker.packed()).unread == ()


def test_table_rows_instead_of_paragraphs() -> None:
    maker = FPDF()
    maker.add_page()
    maker.add_font("cjk", fname=FONT, collection_font_number=SIMPLIFIED)
    maker.set_font("cjk", size=11)
    maker.multi_cell(0, 8, "名单如下", new_x="LMARGIN", new_y="NEXT")
    rows = [("姓名", "单位", "电话"), ("张三", "第一处", "13800000001"), ("李四", "第二处", "13800000002")]
    with maker.table(first_row_as_headings=False) as table:
        for row in rows:
            table.row(row)
    maker.multi_cell(0, 8, "以上人员", new_x="LMARGIN", new_y="NEXT")
    blocks = read(bytes(maker.output())).blocks
    assert [(b.kind, b.text) for b in blocks] == [
        (BlockKind.PARAGRAPH, "名单如下"),
        *((BlockKind.TABLE_ROW, "\t".join(row)) for row in rows),
        (BlockKind.PARAGRAPH, "以上人员"),
    ]
    assert blocks[2].place(3) == "第1页表1第2行第2列"


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def locked(user: str) -> bytes:
    maker = Maker()
    maker.page(maker.at(60, 700, "内部资料"))
    return saved(maker.pdf, encryption=pikepdf.Encryption(owner="o", user=user))


def test_user_password_is_encrypted() -> None:
    document = read(locked("secret"))
    assert [item.reason for item in document.unread] == [UnreadReason.ENCRYPTED]


def test_owner_password_alone_is_read() -> None:
    document = read(locked(""))
    assert (document.blocks[0].text, document.unread) == ("内部资料", ())


def test_truncated_file_gives_text_or_says_so() -> None:
    data = build()
    for end in range(100, len(data), len(data) // 7):
        document = read(data[:end])
        assert document.blocks or document.unread


def test_rubbish_behind_the_header_is_a_parse_error() -> None:
    assert [item.reason for item in read(b"%PDF-1.7\nnothing").unread] == [UnreadReason.PARSE_ERROR]


def test_giant_page_is_read_within_the_pixel_budget() -> None:
    maker = Maker()
    page = maker.page(b"1 g " + maker.at(60, 700, "内部资料"))
    page.obj.MediaBox = Array([0, 0, 200_000, 200_000])
    assert [b.text for b in read(maker.packed()).blocks] == ["内部资料"]


def test_pages_over_the_limit_are_unread() -> None:
    maker = Maker()
    for char in "一二三":
        maker.page(maker.at(60, 700, char))
    document = read(maker.packed(), limits=Limits(pages=2))
    assert [b.text for b in document.blocks if b.kind is BlockKind.PARAGRAPH] == ["一", "二"]
    assert [item.reason for item in document.unread] == [UnreadReason.OVER_LIMIT]


def test_turned_page_keeps_its_hidden_text() -> None:
    maker = Maker()
    page = maker.page(maker.at(60, 700, "正文") + b"1 g " + maker.at(60, 600, "内部"))
    page.obj.Rotate = 90
    found = [(b.text, b.provenance.hidden) for b in read(maker.packed()).blocks]
    assert found == [("正文", Hidden.NO), ("内部", Hidden.WHITE)]


def test_linearised_file_has_no_earlier_revision() -> None:
    maker = Maker()
    maker.page(maker.at(60, 700, "正文"))
    document = read(saved(maker.pdf, linearize=True))
    assert [(b.kind, b.text) for b in document.blocks] == [(BlockKind.PARAGRAPH, "正文")]


def test_mutants_never_raise() -> None:
    for data in mutants(build(), 24, seed=7):
        document = read(data)
        assert document.blocks or document.unread


def test_mutants_are_the_same_for_one_seed() -> None:
    assert list(mutants(build(), 12, 3)) == list(mutants(build(), 12, 3))
