"""Hostile and broken files, made on the fly: `python samples/hostile/make.py FOLDER` writes them all.

Every one must be read within 12 seconds, leave the parent alive, and never come back silently empty.
"""

import io
import random
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

MIB = 1024 * 1024
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)
PARAGRAPH = "<w:p><w:r><w:t>正文</w:t></w:r></w:p>"


def zipped(*members: tuple[str, bytes], comment: bytes = b"") -> bytes:
    """A zip archive of these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
        archive.comment = comment
    return packed.getvalue()


def docx(body: str | bytes, *more: tuple[str, bytes], doctype: str = "") -> bytes:
    """A Word file with this body; bytes are taken as the whole main part."""
    main = body if isinstance(body, bytes) else None
    if main is None:
        text = f'<?xml version="1.0"?>{doctype}<w:document {WORD}><w:body>{body}</w:body></w:document>'
        main = text.encode()
    return zipped(
        ("[Content_Types].xml", TYPES.encode()),
        ("_rels/.rels", RELATIONS.encode()),
        ("word/document.xml", main),
        *more,
    )


def workbook() -> bytes:
    """A small whole xlsx."""
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>表</t></is></c></row></sheetData></worksheet>'
    )
    return zipped(
        ("[Content_Types].xml", types.encode()),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", sheet.encode()),
    )


def pdf(objects: dict[int, bytes], *, trailer: bytes = b"/Root 1 0 R", table: bool = True) -> bytes:
    """A PDF of these objects, with a right cross-reference table."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places: dict[int, int] = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    if table:
        size = max(objects) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        for number in range(1, size):
            out += b"%010d 00000 n \n" % places.get(number, 0)
        out += b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def stream(data: bytes, more: bytes = b"") -> bytes:
    """A compressed PDF stream."""
    packed = zlib.compress(data, 9)
    return b"<</Length %d /Filter /FlateDecode %s>>\nstream\n%s\nendstream" % (len(packed), more, packed)


def one_page(content: bytes, box: bytes = b"0 0 595 842") -> bytes:
    """A PDF of one page with Helvetica."""
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>" % box,
            4: content,
            5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        },
    )


def zeros(size: int) -> bytes:
    """A deflate stream of zeros, made without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(MIB)
    return b"".join(packer.compress(block) for _ in range(size // MIB)) + packer.flush()


def raw_zip(name: bytes, packed: bytes, size: int, *, flags: int = 0, method: int = 8, crc: int = 0) -> bytes:
    """A zip of one member whose headers say what we like."""
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, flags, method, 0, 0, crc, len(packed), size, len(name), 0)
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, flags, method, 0, 0, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, 0
    )
    head = local + name + packed
    directory = entry + name
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(head), 0)
    return head + directory + end


def nested_zip(depth: int) -> bytes:
    """Zip in zip in zip."""
    data = zipped(("最里面.txt", "正文".encode()))
    for level in range(depth):
        data = zipped((f"第{level}层.zip", data))
    return data


def quine_like() -> bytes:
    """Two copies of an archive inside itself, as deep as it is let: 2^n files from little."""
    data = zipped(("a.txt", b"text"))
    for _ in range(12):
        data = zipped(("left.zip", data), ("right.zip", data))
    return data


def overlapping() -> bytes:
    """Many directory entries that point to one member (a bomb without a high ratio of its own)."""
    packed = zeros(60 * MIB)
    name = b"a.txt"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(packed), 60 * MIB, len(name), 0)
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(packed), 60 * MIB, len(name), 0, 0, 0, 0, 0, 0
    )
    head, directory = local + name + packed, (entry + name) * 1000
    return head + directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1000, 1000, len(directory), len(head), 0)


def many_members() -> bytes:
    """More members than anyone reads."""
    return zipped(*((f"{number}.txt", b"x") for number in range(20_000)))


def laughs() -> bytes:
    """Billion laughs in the main part."""
    entities = '<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    body = "<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>"
    return docx(body, doctype=f"<!DOCTYPE w:document [{entities}]>")


def xxe() -> bytes:
    """An entity that asks for a file of the machine."""
    body = "<w:p><w:r><w:t>前&x;后</w:t></w:r></w:p>"
    return docx(body, doctype='<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


def nested_elements(count: int) -> bytes:
    """Elements inside elements."""
    return docx("<w:sdt>" * count + PARAGRAPH + "</w:sdt>" * count)


def encrypted_office() -> bytes:
    """An OLE file with the stream EncryptedPackage: how Office stores a file with a password."""
    sector = 512
    header = bytearray(sector)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header[76:] = struct.pack("<I", 0) + b"\xff" * (sector - 80)
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE)
    table += b"".join(struct.pack("<I", n + 1) for n in range(2, 9)) + struct.pack("<I", 0xFFFFFFFE)
    table += b"\xff" * (sector - len(table))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        packed = (name + "\0").encode("utf-16-le") if name else b""
        body = packed.ljust(64, b"\0") + struct.pack("<HBBIII", len(packed), kind, 1, *(0xFFFFFFFF,) * 2, child)
        return body + bytes(36) + struct.pack("<IQ", start, size)

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("EncryptedPackage", 2, 0xFFFFFFFF, 2, 4096)
    return bytes(header) + table + folder.ljust(sector, b"\0") + random.Random(1).randbytes(8 * sector)


def encrypted_pdf() -> bytes:
    """A PDF that needs a password to be opened."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, encryption=pikepdf.Encryption(user="secret", owner="owner", R=6))
    return out.getvalue()


def many_pages() -> bytes:
    """100,000 pages from one page object."""
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 100000/Kids[%s]>>" % (b"3 0 R " * 100_000),
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        },
    )


def looping_pages() -> bytes:
    """A page tree that is its own child."""
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 5>>",
            3: b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R 3 0 R]/Count 5>>",
        },
    )


def looping_xref() -> bytes:
    """A cross-reference table whose predecessor is itself."""
    plain = pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"})
    start = plain.rindex(b"xref\n0")
    return plain.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def filter_chain() -> bytes:
    """A stream packed ten times over."""
    data = bytes(40 * MIB)
    for _ in range(5):
        data = zlib.compress(data, 9)
    filters = b"/FlateDecode " * 5
    return one_page(b"<</Length %d/Filter[%s]>>\nstream\n%s\nendstream" % (len(data), filters, data))


def huge_png() -> bytes:
    """A PNG whose header speaks of 3.6 gigapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(MIB), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def png_text_bomb() -> bytes:
    """A PNG with a compressed text of 100 MiB."""
    whole = picture("PNG")
    packed = b"Comment\0\0" + zlib.compress(bytes(100 * MIB), 9)
    chunk = struct.pack(">I", len(packed)) + b"zTXt" + packed + struct.pack(">I", zlib.crc32(b"zTXt" + packed))
    return whole[:33] + chunk + whole[33:]


def picture(kind: str) -> bytes:
    """A small whole picture."""
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((300, 200), 90).convert("RGB").save(out, kind)
    return out.getvalue()


def many_frames() -> bytes:
    """A TIFF of 3,000 frames."""
    from PIL import Image

    out = io.BytesIO()
    first = Image.new("1", (64, 32))
    first.save(out, "TIFF", save_all=True, append_images=[first] * 2999)
    return out.getvalue()


def hostile_makers() -> dict[str, Callable[[], bytes]]:
    """File name -> how it is made, so that the large ones exist one at a time."""
    rng = random.Random(7)
    whole = docx(PARAGRAPH * 200)
    page = one_page(stream(b"BT /F1 12 Tf 72 700 Td (hello) Tj ET"))
    many_operators = b"BT /F1 1 Tf " + b"(a) Tj " * 2_000_000 + b"ET"
    return {
        "bomb_1gib_member.docx": raw_docx_bomb,
        "bomb_1gib.zip": lambda: raw_zip(b"a.txt", zeros(1024 * MIB), 1024 * MIB),
        "bomb_ratio.zip": lambda: zipped(("a.txt", bytes(50 * MIB))),
        "bomb_many_members.zip": many_members,
        "bomb_overlapping.zip": overlapping,
        "bomb_nested_10.zip": lambda: nested_zip(10),
        "bomb_quine_like.zip": quine_like,
        "lying_size.zip": lambda: raw_zip(b"a.txt", zeros(80 * MIB), 10),
        "wrong_crc.zip": lambda: raw_zip(b"a.txt", zlib.compress(b"text")[2:-4], 4, crc=1),
        "encrypted_member.zip": lambda: raw_zip(b"a.txt", b"x" * 40, 28, flags=1),
        "odd_method.zip": lambda: raw_zip(b"a.txt", b"x" * 40, 40, method=99),
        "path_tricks.zip": lambda: zipped(("../../etc/x.txt", b"text"), ("/abs.txt", b"text"), ("C:\\x.txt", b"text")),
        "empty.zip": zipped,
        "truncated.zip": lambda: zipped(("a.txt", rng.randbytes(9000)))[:4000],
        "laughs.docx": laughs,
        "xxe.docx": xxe,
        "nested_100k.docx": lambda: nested_elements(100_000),
        "paragraphs_1m.docx": lambda: docx(PARAGRAPH * 1_000_000),
        "unused_part_zeros.docx": lambda: docx(PARAGRAPH, ("word/unused.bin", bytes(300 * MIB))),
        "empty_body.docx": lambda: docx(""),
        "truncated.docx": lambda: whole[: len(whole) // 2],
        "truncated_tail.docx": lambda: whole[:-30],
        "broken_xml.docx": lambda: docx(b"<w:document><w:body><w:p>"),
        "nul_names.docx": lambda: docx(PARAGRAPH, ("word/a@@b.xml", b"<x/>"), ("@@", b"x")).replace(b"@@", b"\0@"),
        "utf7.docx": lambda: docx(b'<?xml version="1.0" encoding="utf-7"?><a/>'),
        "text_named.docx": "这其实是一段文字".encode,
        "encrypted.docx": encrypted_office,
        "truncated.xlsx": lambda: workbook()[:300],
        "rows_1m.xlsx": million_rows,
        "truncated.pdf": lambda: page[: len(page) // 2],
        "header_only.pdf": lambda: b"%PDF-1.7\n",
        "encrypted.pdf": encrypted_pdf,
        "stream_500mb.pdf": lambda: one_page(zlib_zeros(500 * MIB)),
        "operators_2m.pdf": lambda: one_page(stream(many_operators)),
        "pages_100k.pdf": many_pages,
        "page_200000pt.pdf": lambda: one_page(
            stream(b"BT /F1 12 Tf 72 700 Td (hello) Tj ET"),
            b"0 0 200000 200000",
        ),
        "looping_pages.pdf": looping_pages,
        "looping_xref.pdf": looping_xref,
        "filter_chain.pdf": filter_chain,
        "deep_arrays.pdf": lambda: one_page(b"[" * 100_000 + b"]" * 100_000),
        "huge_header.png": huge_png,
        "text_bomb.png": png_text_bomb,
        "truncated.jpg": lambda: picture("JPEG")[:3000],
        "broken.png": lambda: picture("PNG")[:200],
        "many_frames.tiff": many_frames,
        "zero_bytes.docx": lambda: b"",
        "one_zero.bin": lambda: b"\0",
        "random.bin": lambda: rng.randbytes(100_000),
        "random.pdf": lambda: b"%PDF-1.4\n" + rng.randbytes(100_000),
        "lone_surrogates.txt": lambda: b"\xff\xfe" + b"\x00\xd8\x61\x00" * 50,
        "large_50mb.txt": ("这是一行普通的文字，没有什么特别的内容。\n" * 890_000).encode,
        "one_line_20mb.txt": ("字" * 7_000_000).encode,
        "bad_charset.txt": lambda: "内部".encode() + b"\xff\xff\x80",
        "nested_divs_100k.html": lambda: b"<html><body>" + b"<div>" * 100_000 + b"text" + b"</div>" * 100_000,
        "attributes_100k.html": lambda: b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">text",
        "unclosed_500k.html": lambda: b"<html><body>" + b"<p><b><i>text" * 100_000,
        "regex_bait.html": lambda: b"<html><script>" + b"'\\" * 500_000 + b"/*" * 200_000 + b"</script>text",
        "deep.xml": lambda: b"<?xml version='1.0'?>" + b"<a>" * 200_000,
    }


def raw_docx_bomb() -> bytes:
    """A Word file whose main part inflates to 1 GiB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(f"<w:document {WORD}><w:body><w:p><w:r><w:t>".encode())
            for _ in range(1024):
                part.write(b"a" * MIB)
    return packed.getvalue()


def zlib_zeros(size: int) -> bytes:
    """A PDF stream that inflates to blanks."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * MIB) for _ in range(size // MIB)) + packer.flush()
    return b"<</Length %d /Filter /FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed)


def million_rows() -> bytes:
    """A sheet of a million rows."""
    types = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    rows = '<row><c t="inlineStr"><is><t>a</t></is></c></row>' * 1_000_000
    sheet = (
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}'
        "</sheetData></worksheet>"
    )
    return zipped(
        ("[Content_Types].xml", types.encode()),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", sheet.encode()),
    )


def hostile_files() -> dict[str, bytes]:
    """All of them, by file name."""
    return {name: make() for name, make in hostile_makers().items()}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, maker in hostile_makers().items():
        (folder / file_name).write_bytes(maker())
        print(file_name, (folder / file_name).stat().st_size)
