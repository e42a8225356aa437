"""What all probe files share: a table of planted strings, pictures with words, small OLE files."""

import importlib.resources
import io
import struct
import zipfile
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from screening.domain.document import BlockKind, Hidden


@dataclass(frozen=True)
class Planted:
    """One planted string and how it must come back. None for hidden: any."""

    text: str
    kinds: tuple[BlockKind, ...]
    hidden: Hidden = Hidden.NO
    place: str = ""
    pixels: bool = False


class Plants:
    """Hands out strings such as 探针A017 and remembers what is expected of each."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        self.table: dict[str, Planted] = {}

    def __call__(
        self, name: str, kinds: str, hidden: Hidden = Hidden.NO, place: str = "", *, pixels: bool = False
    ) -> str:
        if name in self.table:
            raise ValueError(name)
        text = f"探针{self.letter}{len(self.table) + 1:03d}"
        wanted = tuple(BlockKind(kind) for kind in kinds.split())
        self.table[name] = Planted(text, wanted, hidden, place, pixels)
        return text


def picture(text: str, kind: str = "PNG", *, left: int = 20, width: int = 480, exif: str = "") -> bytes:
    """A picture with words drawn in it; with `exif`, an EXIF description in UTF-8."""
    with importlib.resources.as_file(importlib.resources.files("noto_cjk_sans_otc")) as folder:
        font_file = next(folder.rglob("NotoSansCJK-Regular.ttc"))
        font = ImageFont.truetype(str(font_file), 48, index=2)
    image = Image.new("RGB", (width, 120), "white")
    ImageDraw.Draw(image).text((left, 25), text, font=font, fill="black")
    out = io.BytesIO()
    if exif:
        data = Image.Exif()
        data[0x010E] = exif.encode()
        image.save(out, kind, exif=data.tobytes())
    else:
        image.save(out, kind)
    return out.getvalue()


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A package of these members, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return out.getvalue()


def relations(*items: tuple[str, str, str]) -> str:
    """A .rels part of (id, last word of the type, target); an address or a path with ! is external."""
    rows = []
    for identity, kind, target in items:
        external = target.startswith("!")
        mode = ' TargetMode="External"' if external else ""
        space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        rows.append(f'<Relationship Id="{identity}" Type="{space}{kind}" Target="{target.lstrip("!")}"{mode}/>')
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{"".join(rows)}</Relationships>'


def ole_file(stream: str, data: bytes) -> bytes:
    """A compound file with one stream (padded to 4,096 bytes at least, so that it needs no short sectors)."""
    data = data.ljust(4096, b"\0")
    count = -(-len(data) // 512)
    end, free, fat_mark, none = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
    fat = [fat_mark, end, *range(3, 2 + count), end]
    fat += [free] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, none, none, child)
        return head + bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)

    folder = entry("Root Entry", 5, 1, end, 0) + entry(stream, 2, none, 2, len(data))
    folder += (bytes(64) + struct.pack("<HBBIII", 0, 0, 0, none, none, none) + bytes(48)) * 2
    return header + struct.pack("<128I", *fat) + folder + data.ljust(count * 512, b"\0")


def packaged(name: str, payload: bytes) -> bytes:
    """The Ole10Native stream of a packaged file."""
    label = name.encode("gb18030") + b"\0"
    body = b"\x02\0" + label + label + b"\0\0\x03\0" + struct.pack("<I", len(label)) + label
    body += struct.pack("<I", len(payload)) + payload
    return struct.pack("<I", len(body)) + body
