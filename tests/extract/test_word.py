"""Every place of a Word file is read, and said to be where and what it is."""

import io
import re
import zipfile
from functools import cache

import docx
import pytest
from docx.shared import RGBColor
from lxml import etree

from screening.domain.document import Block, BlockKind, Document, Hidden, UnreadReason
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from screening.extract.limits import Limits
from tests.probes.planting import ole_file, relations, zipped
from tests.probes.word_probes import TYPES, cell, para_of, root, row, run, word_probe

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PROBES = word_probe()[1]
PIXELS = [name for name, planted in PROBES.items() if planted.pixels]


def read(data: bytes, **limits: int) -> Document:
    return read_here(data, "probe.docx", ReadOptions(ocr=False, limits=Limits(**limits)))


@cache
def probe(ocr: bool = False) -> Document:
    return read_here(word_probe()[0], "probe.docx", ReadOptions(ocr=ocr))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad]", "", text)


def found(document: Document, text: str) -> list[Block]:
    return [block for block in document.blocks if text in squeezed(block.text)]


def docx_of(body: str, **more: str | bytes) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
            "word/document.xml": root("w:document", f"<w:body>{body}</w:body>"),
            **more,
        },
    )


def texts(document: Document, hidden: Hidden = Hidden.NO) -> list[str]:
    return [block.text for block in document.blocks if block.provenance.hidden is hidden]


def test_the_inventory_has_113_places() -> None:
    assert len(PROBES) == 113


@pytest.mark.parametrize("name", [name for name in PROBES if name not in PIXELS])
def test_place_is_read(name: str) -> None:
    planted = PROBES[name]
    blocks = found(probe(), planted.text)
    assert blocks, "not read"
    assert any(
        block.kind in planted.kinds and block.provenance.hidden is planted.hidden and planted.place in block.place()
        for block in blocks
    ), [(block.kind, block.provenance.hidden, block.place()) for block in blocks]
    assert len(blocks) == 1, "read twice"


def test_pictures_without_ocr_are_unread() -> None:
    paths = " ".join(unread.path for unread in probe().unread if unread.reason is UnreadReason.IMAGE_WITHOUT_OCR)
    assert all(name in paths for name in ("image1.png", "image2.png", "thumbnail.jpeg"))


@pytest.mark.parametrize("name", PIXELS)
def test_words_in_pixels_are_read_with_ocr(name: str) -> None:
    planted = PROBES[name]
    blocks = found(probe(ocr=True), planted.text)
    assert [block.provenance.hidden for block in blocks] == [planted.hidden]


def test_paragraph_numbers_are_those_of_the_document() -> None:
    with zipfile.ZipFile(io.BytesIO(word_probe()[0])) as package:
        paragraphs = list(etree.fromstring(package.read("word/document.xml")).iter(f"{W}p"))
    for block in probe().blocks:
        place = block.provenance
        plain = block.kind is BlockKind.PARAGRAPH and not place.detail and not place.path
        if plain and place.part == "word/document.xml" and place.paragraph:
            assert squeezed(block.text) in squeezed("".join(paragraphs[place.paragraph - 1].itertext()))


def test_a_plain_file_of_python_docx_hides_nothing() -> None:
    document = docx.Document()
    document.add_heading("通知", 1)
    document.add_paragraph("正文").add_run("红字").font.color.rgb = RGBColor(255, 0, 0)
    out = io.BytesIO()
    document.save(out)
    blocks = read(out.getvalue()).blocks
    hidden = [b for b in blocks if not b.visible and b.kind not in (BlockKind.PROPERTY, BlockKind.IMAGE)]
    assert not hidden
    assert [b.text for b in blocks if b.visible][:2] == ["通知", "正文红字"]


@pytest.mark.parametrize(
    "body",
    [
        para_of("白字", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864"/>'),
        para_of("白字", '<w:color w:val="FFFFFF"/><w:highlight w:val="darkBlue"/>'),
        "<w:tbl>"
        + row(cell(para_of("白字", '<w:color w:val="FFFFFF"/>'), '<w:shd w:val="clear" w:fill="4472C4"/>'))
        + "</w:tbl>",
    ],
)
def test_white_on_dark_is_visible(body: str) -> None:
    assert texts(read(docx_of(body))) == ["白字"]


def test_equal_fallback_is_read_once() -> None:
    box = "<w:txbxContent>" + para_of("框中字") + "</w:txbxContent>"
    body = (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>'
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert [block.text for block in read(docx_of(body)).blocks] == ["框中字"]


def test_insertions_are_told_once_a_part() -> None:
    assert texts(probe(), Hidden.NOT_ON_PAGE).count("修订插入 2 处") == 1


def test_doctype_costs_only_its_part() -> None:
    header = '<!DOCTYPE x [<!ENTITY e "实体">]><w:hdr/>'
    document = read(docx_of(para_of("正文"), **{"word/header9.xml": header}))
    assert "正文" in texts(document)
    assert [unread.reason for unread in document.unread] == [UnreadReason.DOCTYPE]


def test_truncated_main_part_is_unread() -> None:
    data = docx_of("").replace(b"x", b"x")
    broken = zipped({"[Content_Types].xml": TYPES, "word/document.xml": root("w:document", "<w:body>")[:-14]})
    assert not read(data).unread or read(data).unread[0].reason is UnreadReason.EMPTY
    assert UnreadReason.PARSE_ERROR in [unread.reason for unread in read(broken).unread]


def test_bomb_is_refused() -> None:
    document = read(docx_of(para_of("正文"), **{"word/zeros.bin": bytes(40 * 1024 * 1024)}))
    assert [unread.reason for unread in document.unread] == [UnreadReason.OVER_LIMIT]
    assert "正文" in texts(document)


def test_too_many_members_are_refused() -> None:
    document = read(docx_of("", **{f"word/{n}.xml": "<a/>" for n in range(20)}), members=10)
    assert [unread.reason for unread in document.unread] == [UnreadReason.OVER_LIMIT]


def test_lying_sizes_are_noticed() -> None:
    data = docx_of(para_of("正文" * 500))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        size = package.getinfo("word/document.xml").file_size
    lie = data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != data
    assert read(lie).unread


def test_encrypted_file_is_said_to_be_encrypted() -> None:
    document = read(ole_file("EncryptedPackage", b"\1" * 5000))
    assert [unread.reason for unread in document.unread] == [UnreadReason.ENCRYPTED]


def test_legacy_file_is_said_to_be_legacy() -> None:
    document = read(ole_file("WordDocument", b"\1" * 5000))
    assert UnreadReason.LEGACY_FORMAT in [unread.reason for unread in document.unread]


@pytest.mark.parametrize("name", ["../../外面.xml", "word\\名单.xml", "/绝对/路径.xml"])
def test_odd_names_are_read(name: str) -> None:
    document = read(docx_of(para_of("正文"), **{name: "<a>藏在里面</a>"}))
    assert "藏在里面" in texts(document, Hidden.DETACHED)


def test_the_second_member_of_a_name_does_not_hide_the_first() -> None:
    out = io.BytesIO(docx_of(para_of("后来的")))
    first = docx_of(para_of("先前的"))
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        old = package.read("word/document.xml")
    with zipfile.ZipFile(out, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("word/document.xml", old)
    all_texts = "".join(block.text for block in read(out.getvalue()).blocks)
    assert "先前的" in all_texts
    assert "后来的" in all_texts


def test_foreign_words_in_the_body_are_read() -> None:
    body = f'<w:p w:rsidR="暗语一">{run("正文")}<!-- 暗语二 --><w:strange>暗语三</w:strange></w:p>'
    said = "".join(block.text for block in read(docx_of(body)).blocks)
    assert all(word in said for word in ("暗语一", "暗语二", "暗语三"))
