"""Pictures: words in pixels, notes beside the pixels, and what stays unread is said."""

import io
from pathlib import Path

import noto_cjk_sans_otc
import pytest
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from screening.domain.document import BlockKind, Document, UnreadReason
from screening.extract import ocr
from screening.extract.base import Reading, ReadOptions
from screening.extract.dispatch import read_here
from screening.extract.limits import Limits

FONT = Path(noto_cjk_sans_otc.__path__[0]) / "NotoSansCJK-Regular.ttc"
needs_ocr = pytest.mark.skipif(not ocr.available(), reason="the extra ocr is not installed")


def letters(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size, index=2)


def packed(image: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def read(data: bytes, *, limits: Limits | None = None, recognise: bool = False) -> Document:
    return read_here(data, "图.png", ReadOptions(recognise, limits or Limits()))


def notice() -> Image.Image:
    """A scanned notice, A4 at 200 dpi: a mark, a seal over the text, noise, not quite straight."""
    page = Image.new("RGB", (1654, 2339), "white")
    draw = ImageDraw.Draw(page)
    draw.text((150, 150), "机密★10年", fill="black", font=letters(44))
    draw.text((420, 300), "关于开展保密检查的通知", fill="black", font=letters(72))
    for row in range(12):
        draw.text((200, 480 + row * 70), "各单位要认真落实保密审查制度。", fill="black", font=letters(42))
    seal = Image.new("RGBA", page.size, (0, 0, 0, 0))
    ImageDraw.Draw(seal).ellipse((600, 900, 950, 1250), outline=(220, 20, 20, 150), width=12)
    page = Image.alpha_composite(page.convert("RGBA"), seal).convert("RGB")
    page = page.rotate(1.2, fillcolor="white", resample=Image.Resampling.BICUBIC)
    return Image.blend(page, Image.effect_noise(page.size, 40).convert("RGB"), 0.12)


@needs_ocr
@pytest.mark.parametrize("quarter", [0, 90, 180, 270])
def test_a_scanned_notice_however_it_lies(quarter: int) -> None:
    page = notice().rotate(quarter, expand=True)
    document = read(packed(page), recognise=True)
    lines = [block for block in document.blocks if block.kind is BlockKind.IMAGE_TEXT]
    assert [line.text for line in lines[:2]] == ["机密★10年", "关于开展保密检查的通知"]
    assert sum("各单位要认真落实保密审查制度" in line.text for line in lines) == 12
    assert not document.unread
    for line in lines:
        left, top, right, bottom = line.provenance.bbox or (0, 0, 0, 0)
        assert 0 <= left < right <= page.width
        assert 0 <= top < bottom <= page.height


@needs_ocr
@pytest.mark.parametrize("mark", ["机密★10年", "秘密★5年", "绝密★长期"])
@pytest.mark.parametrize("size", [20, 44])
def test_marks(mark: str, size: int) -> None:
    image = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(image).text((30, 60), mark, fill="black", font=letters(size))
    assert mark in read(packed(image), recognise=True).text


@needs_ocr
def test_boxes_on_a_page_stand_on_their_feet() -> None:
    image = Image.new("RGB", (1000, 1000), "white")
    ImageDraw.Draw(image).text((100, 100), "内部资料", fill="black", font=letters(60))
    reading = Reading(lambda *_: None)
    assert ocr.read_picture(image, reading, part="p", page_no=2, scale=2.0, page_height=500.0)
    place = reading.pieces[0][2]
    assert place.page_no == 2
    left, bottom, _, top = place.bbox or (0, 0, 0, 0)
    assert 40 < left < 60
    assert 400 < bottom < top < 460


@needs_ocr
def test_a_long_screenshot_keeps_its_letters() -> None:
    image = Image.new("RGB", (700, 6000), "white")
    draw = ImageDraw.Draw(image)
    for row in range(40):
        draw.text((40, 40 + row * 148), f"第{row}条内部消息", fill="black", font=letters(36))
    found = read(packed(image), recognise=True).text
    assert [found.count(f"第{row}条内部消息") for row in range(40)] == [1] * 40


@needs_ocr
def test_the_budget_of_pictures_is_said() -> None:
    document = read(packed(notice()), limits=Limits(ocr_images=0), recognise=True)
    assert [item.reason for item in document.unread] == [UnreadReason.OVER_LIMIT]


def test_without_recognition_the_picture_stays_unread() -> None:
    document = read(packed(notice()))
    assert [item.reason for item in document.unread] == [UnreadReason.IMAGE_WITHOUT_OCR]
    assert document.blocks[0].text == "图片 图.png 1654×2339"


def test_too_many_pixels_are_not_unpacked() -> None:
    document = read(packed(Image.new("RGB", (400, 400))), limits=Limits(pixels=10_000), recognise=True)
    assert [item.reason for item in document.unread] == [UnreadReason.OVER_LIMIT]


def test_exif_and_position() -> None:
    image = Image.new("RGB", (200, 100), "white")
    exif = image.getexif()
    exif[0x013B] = "张三"
    exif[0x9C9C] = "内部备注".encode("utf-16-le")
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 5.0, 40.0), 3: "E", 4: (118.0, 33.0, 12.0)})
    notes = {b.provenance.detail: b.text for b in read(packed(image, "JPEG", exif=exif)).blocks[1:]}
    assert notes["EXIF 备注"] == "内部备注"
    assert notes["EXIF GPS"] == "GPS 30.094444,118.553333"


def test_text_chunks() -> None:
    chunks = PngInfo()
    chunks.add_itxt("Comment", "内部使用")
    assert "内部使用" in read(packed(Image.new("RGB", (200, 100)), pnginfo=chunks)).text


def test_a_truncated_picture_is_said() -> None:
    data = packed(Image.effect_noise((400, 300), 90).convert("RGB"), "JPEG")
    assert [item.reason for item in read(data[:3000]).unread] == [UnreadReason.PARSE_ERROR]
