"""Pictures: scanned pages, a photograph with a paper on the table, an icon. Words are pixels only."""

import io
import math

from _draft import RED, Style, lines, paragraphs
from fpdf import FPDF
from noto_cjk_sans_otc import FONT_PATH
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_DPI = 150
_SIZE = (1240, 1754)  # A4
_LEFT, _RIGHT = 165, 153


def font(size: float) -> ImageFont.FreeTypeFont:
    """The font of all pictures, size in pixels."""
    return ImageFont.truetype(str(FONT_PATH), round(size), index=2)


def page(text: str, *, top: int = 190, scale: float = 1.0) -> Image.Image:
    """A white page with a draft's text on it."""
    image = Image.new("RGB", _SIZE, (252, 252, 250))
    pen = ImageDraw.Draw(image)
    y = float(top)
    for style, paragraph in paragraphs(text):
        y = _paragraph(pen, style, paragraph, y, scale)
    return image


def _paragraph(pen: ImageDraw.ImageDraw, style: Style, text: str, y: float, scale: float) -> float:
    size = style.size * scale * _DPI / 72
    face = font(size)
    room = _SIZE[0] - _LEFT - _RIGHT
    y += style.before * scale * _DPI / 72
    for number, line in enumerate(lines(text, room, style.indent * size, face.getlength)):
        free = room - face.getlength(line)
        x = {"left": 0 if number else style.indent * size, "center": free / 2, "right": free - 2 * size}[style.align]
        pen.text((_LEFT + x, y), line, font=face, fill=style.colour)
        y += size * 1.72
    if style.rule:
        pen.line((_LEFT, y + 8, _SIZE[0] - _RIGHT, y + 8), fill=RED, width=5)
    return y + style.after * scale * _DPI / 72


def seal(image: Image.Image, words: str, centre: tuple[int, int], radius: int = 122) -> None:
    """A round red seal with the words along its edge and a star inside."""
    stamp = Image.new("RGBA", (2 * radius + 8, 2 * radius + 8))
    pen = ImageDraw.Draw(stamp)
    middle = radius + 4
    ink = (*RED, 205)
    pen.ellipse((4, 4, 2 * radius + 4, 2 * radius + 4), outline=ink, width=6)
    points = [
        (middle + r * math.sin(math.pi * step / 5), middle - r * math.cos(math.pi * step / 5))
        for step in range(10)
        for r in [radius * (0.34 if step % 2 == 0 else 0.13)]
    ]
    pen.polygon(points, fill=ink)
    face = font(radius * 0.27)
    for number, letter in enumerate(words):
        angle = -120 + 240 * number / (len(words) - 1)
        tile = Image.new("RGBA", (radius, radius))
        ImageDraw.Draw(tile).text((radius / 2, radius / 2), letter, font=face, fill=ink, anchor="mm")
        tile = tile.rotate(-angle, resample=Image.Resampling.BICUBIC)
        far = radius * 0.77
        x = middle + far * math.sin(math.radians(angle)) - radius / 2
        y = middle - far * math.cos(math.radians(angle)) - radius / 2
        stamp.alpha_composite(tile, (round(x), round(y)))
    image.paste(stamp, (centre[0] - middle, centre[1] - middle), stamp)


def scanned(image: Image.Image, *, turn: float = 0.4, grey: bool = False) -> Image.Image:
    """The page as it comes from a copier: a little askew, a dark edge, soft letters."""
    image = image.rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor=(236, 236, 232))
    pen = ImageDraw.Draw(image)
    for step in range(14):
        shade = 150 + 7 * step
        pen.line((step, 0, step, _SIZE[1]), fill=(shade, shade, shade))
    image = image.filter(ImageFilter.GaussianBlur(0.6))
    return image.convert("L") if grey else image


def jpeg(image: Image.Image, quality: int = 42) -> bytes:
    """The picture as a JPEG file."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, dpi=(_DPI, _DPI))
    return out.getvalue()


def picture_pdf(image: Image.Image) -> bytes:
    """A PDF of one page that is one picture, without any text."""
    from datetime import UTC, datetime

    paper = FPDF()
    paper.set_creation_date(datetime(2031, 3, 2, 9, 0, tzinfo=UTC))
    paper.add_page()
    paper.image(io.BytesIO(jpeg(image)), 0, 0, 210, 297)
    return bytes(paper.output())


def desk_photo(sheet: Image.Image) -> bytes:
    """A photograph of a reading table: shelves behind, a lamp, books, and a paper that lies open."""
    photo = Image.new("RGB", (1200, 800), (206, 196, 178))
    pen = ImageDraw.Draw(photo)
    for shelf in range(2):
        base = 150 + shelf * 165
        pen.rectangle((0, base, 1200, base + 14), fill=(112, 82, 54))
        for number in range(58):
            height = 92 + (number * 37 + shelf * 19) % 44
            colour = [(122, 52, 44), (58, 84, 112), (176, 150, 92), (70, 96, 70), (150, 142, 132)][(number * 7) % 5]
            left = 10 + number * 20 + (number % 3)
            pen.rectangle((left, base - height, left + 16, base), fill=colour, outline=(60, 50, 44))
    pen.polygon([(0, 800), (0, 430), (1200, 400), (1200, 800)], fill=(150, 108, 70))
    pen.polygon([(60, 640), (250, 560), (330, 640), (130, 740)], fill=(70, 92, 124))
    pen.polygon([(60, 640), (130, 740), (130, 762), (60, 664)], fill=(230, 226, 214))
    pen.ellipse((1010, 560, 1130, 680), fill=(236, 232, 226), outline=(150, 140, 130), width=4)
    pen.ellipse((1030, 580, 1110, 660), fill=(128, 92, 52))
    corners = ((400, 440), (905, 405), (985, 800), (365, 850))
    photo = _laid(photo, sheet, corners)
    return jpeg(photo.filter(ImageFilter.GaussianBlur(0.5)), quality=62)


def _laid(photo: Image.Image, sheet: Image.Image, corners: tuple[tuple[int, int], ...]) -> Image.Image:
    """The sheet put on the photograph in perspective; corners from top left clockwise."""
    import numpy as np

    width, height = sheet.size
    flat = ((0, 0), (width, 0), (width, height), (0, height))
    rows, right = [], []
    for (x, y), (u, v) in zip(corners, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    data = np.linalg.solve(np.array(rows, dtype=float), np.array(right, dtype=float)).tolist()
    laid = sheet.transform(photo.size, Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC)
    mask = Image.new("L", sheet.size, 255).transform(photo.size, Image.Transform.PERSPECTIVE, data)
    photo.paste(laid, (0, 0), mask)
    return photo


def icon() -> bytes:
    """A small sign for a file in a file, without words."""
    image = Image.new("RGB", (32, 32), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    pen.rectangle((6, 3, 25, 28), fill=(226, 234, 246), outline=(43, 87, 154))
    for y in (9, 13, 17, 21):
        pen.line((10, y, 21, y), fill=(43, 87, 154))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
