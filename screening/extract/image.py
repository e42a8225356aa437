"""Pictures: their words, and what cameras and editors wrote into them."""

import io
from typing import TYPE_CHECKING

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract import ocr
from screening.extract.base import Reader, Reading
from screening.extract.image_notes import exif_notes, text_notes, xmp_texts

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_FRAMES = 50  # of a TIFF (fax, scan) or an animated picture
_ANIMATED = ("GIF", "WEBP", "PNG")  # frames of these are moments of one picture: only some are looked at
_MOST_MOMENTS = 3


def _read(data: bytes, reading: Reading) -> None:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - heavy

    Image.MAX_IMAGE_PIXELS = None  # our own budget counts, see _fits
    name = reading.name or "图片"
    try:
        image = Image.open(io.BytesIO(data))
    except UnidentifiedImageError as error:
        raise ExtractionError(UnreadReason.PARSE_ERROR, "不是完整的图像") from error
    if not ocr.too_small(image.size):
        size = f"{image.width}×{image.height}"
        reading.add(BlockKind.IMAGE, f"图片 {name} {size}", part=name, bbox=(0, 0, image.width, image.height))
    if not _fits(image, reading, name):
        return
    _notes(image, reading, name)
    for number in _frames(image, reading, name):
        image.seek(number)
        _words(image, reading, name)


def _notes(image: "Image", reading: Reading, name: str) -> None:
    """What stands beside the pixels: EXIF, XMP, comments, text chunks."""
    for detail, text in (*exif_notes(image.getexif()), *text_notes(image.info)):
        reading.add(BlockKind.METADATA, text, part=name, detail=detail, hidden=Hidden.NOT_ON_PAGE)
    for text in xmp_texts(image.info):
        reading.add(BlockKind.METADATA, text, part=name, detail="XMP", hidden=Hidden.NOT_ON_PAGE)


def _frames(image: "Image", reading: Reading, name: str) -> list[int]:
    """The frames to look at: every page of a TIFF, the first, middle and last moment of an animation."""
    count = int(getattr(image, "n_frames", 1))
    if image.format in _ANIMATED and count > _MOST_MOMENTS:
        reading.not_read(name, UnreadReason.OVER_LIMIT, f"动图共{count}帧，只看了首、中、末{_MOST_MOMENTS}帧")
        return sorted({0, count // 2, count - 1})
    if count > _MOST_FRAMES:
        reading.not_read(name, UnreadReason.OVER_LIMIT, f"共{count}帧，只读前{_MOST_FRAMES}帧")
    return list(range(min(count, _MOST_FRAMES)))


def _fits(image: "Image", reading: Reading, name: str) -> bool:
    """Whether the pixels are within the budget; nothing is unpacked before. A JPEG is asked to be smaller first."""
    most = reading.limits.pixels
    if image.width * image.height > most and image.format == "JPEG":
        shrink = (most / (image.width * image.height)) ** 0.5
        image.draft("RGB", (int(image.width * shrink / 2), int(image.height * shrink / 2)))
    if image.width * image.height <= most:
        return True
    reading.not_read(name, UnreadReason.OVER_LIMIT, f"图像 {image.width}×{image.height} 像素")
    return False


def _words(image: "Image", reading: Reading, name: str) -> None:
    """Recognise one frame. A photo in which nothing is written counts as read."""
    from PIL import ImageOps  # noqa: PLC0415 - heavy

    if ocr.too_small(image.size):
        return
    if not _fits(image, reading, name):
        return
    try:
        image.load()
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ExtractionError(UnreadReason.PARSE_ERROR, "图像数据不完整") from error
    shown = ImageOps.exif_transpose(image)
    ocr.read_picture(shown, reading, part=name)


plugin = Reader(
    name="image",
    media_types=(
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/bmp",
        "image/tiff",
        "image/webp",
        "image/jp2",
    ),
    suffixes=(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".jp2"),
    read=_read,
)
