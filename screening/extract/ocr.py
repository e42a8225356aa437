"""Words in pictures, where the extra `ocr` is installed.

The engine is heavy (half a GiB, a second to start), so it is built at the first picture that needs it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.extract.base import Reading
from screening.extract.ocr_lines import Box, Line, Piece, lines_of, turned

if TYPE_CHECKING:
    from PIL.Image import Image

UNSURE = 0.6  # a line below this confidence is kept, and said to be unsure
_LEAST_SIZE = (40, 16)  # width and height in pixels: smaller pictures are icons
_OVERLAP = 160  # pixels that two strips of a long screenshot share: more than a line is high


def _nobody() -> None:
    """Nobody waits for a sign of life."""


@dataclass(slots=True)
class Progress:
    """Whom to tell that a picture is about to be recognised: the worker asks its parent for more time."""

    tell: Callable[[], None] = _nobody


progress = Progress()


@cache
def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def too_small(size: tuple[int, int]) -> bool:
    """Whether a picture of this size is an icon that cannot hold words."""
    return size[0] < _LEAST_SIZE[0] or size[1] < _LEAST_SIZE[1]


def read_picture(
    image: "Image",
    reading: Reading,
    *,
    part: str,
    page_no: int | None = None,
    scale: float = 1.0,
    offset: tuple[float, float] = (0, 0),
    page_height: float | None = None,
    hidden: Hidden = Hidden.NO,
) -> bool:
    """Recognise a picture and add one IMAGE_TEXT block per line; whether there was text.

    Boxes are pixels / scale + offset, origin top left; with page_height they are points of that page,
    origin bottom left. Without the extra, or with options.ocr off, the picture becomes an Unread.
    """
    number = page_no or reading.page_no
    place = f"第{number}页" if number else part or reading.name
    if too_small(image.size) or _may_not(image, reading, place):
        return False
    reading.totals.ocr_images += 1
    lines = _recognise(image)
    for count, line in enumerate(lines, 1):
        reading.add(
            BlockKind.IMAGE_TEXT,
            line.text,
            part=part,
            page_no=number,
            paragraph=count,
            bbox=_placed(line.box, scale, offset, page_height),
            hidden=hidden,
            ocr_confidence=line.confidence,
        )
    worst = min((line.confidence for line in lines), default=1.0)
    if worst < UNSURE:
        reading.not_read(place, UnreadReason.OCR_UNSURE, f"最低把握 {worst:.2f}")
    return bool(lines)


def _may_not(image: "Image", reading: Reading, place: str) -> bool:
    """Whether this picture stays unread; the reason is noted."""
    if not reading.options.ocr or not available():
        reading.not_read(place, UnreadReason.IMAGE_WITHOUT_OCR)
    elif image.width * image.height > reading.limits.pixels:
        reading.not_read(place, UnreadReason.OVER_LIMIT, f"图像 {image.width}×{image.height} 像素")
    elif reading.totals.ocr_images >= reading.limits.ocr_images:
        reading.not_read(place, UnreadReason.OVER_LIMIT, f"图像超过{reading.limits.ocr_images}幅")
    else:
        return False
    return True


def _placed(box: Box, scale: float, offset: tuple[float, float], page_height: float | None) -> Box:
    left, top, right, bottom = (value / scale for value in box)
    if page_height is not None:
        top, bottom = page_height - bottom, page_height - top
    return left + offset[0], top + offset[1], right + offset[0], bottom + offset[1]


def _recognise(image: "Image") -> list[Line]:
    """The lines of a picture in reading order, with boxes in its own pixels."""
    flat = _on_plain_ground(image)
    darkest, lightest = cast("tuple[int, int]", flat.convert("L").getextrema())
    if lightest - darkest <= 2:
        return []  # one colour: no words
    strips = _strips(flat)
    if len(strips) == 1:
        return _turned_upright(flat)
    pieces: list[Piece] = []
    for strip, x, y in strips:
        found = _pass(strip)
        pieces += [piece.moved(x, y) for piece in found if _owned(piece, strip, (x, y), flat.size)]
    return lines_of(pieces)


def _turned_upright(image: "Image") -> list[Line]:
    """Recognise; once more with the picture turned when its lines stand upright. Boxes are those of `image`."""
    from PIL.Image import Transpose  # noqa: PLC0415 - heavy

    pieces = _pass(image)
    quarter = _quarter(pieces)
    size = image.size
    if quarter == 1:
        again = _pass(image.transpose(Transpose.ROTATE_90))
        if _weight(again) <= _weight(pieces):
            return lines_of(pieces)
        pieces, size = again, (image.height, image.width)
        quarter = 3 if _quarter(again) == 2 else 1
    if quarter in (2, 3):  # on their heads: the engine has turned every piece, only their order is wrong
        pieces = [replace(piece, box=turned(piece.box, 2, size)) for piece in pieces]
    return [replace(line, box=turned(line.box, quarter, image.size)) for line in lines_of(pieces)]


def _pass(image: "Image") -> list[Piece]:
    from screening.extract.ocr_engine import recognise  # noqa: PLC0415 - heavy

    progress.tell()
    return recognise(image)


def _quarter(pieces: list[Piece]) -> int:
    """By how many quarters (anticlockwise) the picture should be turned, as its pieces suggest."""
    letters = sum(len(piece.text) for piece in pieces)
    if sum(len(piece.text) for piece in pieces if piece.tall) * 2 > letters:
        return 1
    if sum(len(piece.text) for piece in pieces if piece.upside_down) * 2 > letters:
        return 2
    return 0


def _weight(pieces: list[Piece]) -> float:
    """How much was read with how much confidence; upright lines count a little more."""
    return sum(len(piece.text) * piece.confidence * (1.0 if piece.tall else 1.2) for piece in pieces)


def _on_plain_ground(image: "Image") -> "Image":
    """RGB; what is transparent stands on white, or on black when the picture itself is light."""
    from PIL import Image, ImageStat  # noqa: PLC0415 - heavy

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        shown = ImageStat.Stat(rgba.convert("L"), rgba.getchannel("A").point(lambda value: 255 * (value > 32)))
        light = bool(shown.count[0]) and shown.mean[0] > 200
        ground = Image.new("RGBA", rgba.size, "black" if light else "white")
        return Image.alpha_composite(ground, rgba).convert("RGB")
    if image.mode.startswith("I") or image.mode == "F":
        lowest, highest = cast("tuple[float, float]", image.convert("F").getextrema())
        stretch = 255 / ((highest - lowest) or 1)
        wide = image.convert("F").point(lambda value: value * stretch - lowest * stretch)
        return wide.convert("L").convert("RGB")
    return image.convert("RGB")


def _strips(image: "Image") -> list[tuple["Image", int, int]]:
    """Cut a long screenshot into strips that overlap, so that the engine does not shrink its letters away."""
    from screening.extract.ocr_engine import LONG_SIDE  # noqa: PLC0415 - heavy

    width, height = image.size
    short, long = sorted(image.size)
    if long <= LONG_SIDE or long <= 2 * short:
        return [(image, 0, 0)]
    step = max(2 * short, LONG_SIDE // 2) - _OVERLAP
    starts = range(0, max(1, long - _OVERLAP), step)
    if height > width:
        return [(image.crop((0, y, width, min(height, y + step + _OVERLAP))), 0, y) for y in starts]
    return [(image.crop((x, 0, min(width, x + step + _OVERLAP), height)), x, 0) for x in starts]


def _owned(piece: Piece, strip: "Image", at: tuple[int, int], whole: tuple[int, int]) -> bool:
    """Whether a piece belongs to this strip: in an overlap each strip has its half, so nothing comes twice."""
    for axis in (0, 1):
        middle = (piece.box[axis] + piece.box[axis + 2]) / 2
        if at[axis] and middle < _OVERLAP / 2:
            return False
        if at[axis] + strip.size[axis] < whole[axis] and middle >= strip.size[axis] - _OVERLAP / 2:
            return False
    return True
