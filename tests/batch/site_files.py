"""Attachments of the generated site, made by real writers: docx, xlsx, pdf, txt, csv, zip."""

import csv
import io
import re
import zipfile

KINDS = ("docx", "xlsx", "txt", "csv", "zip", "pdf")


def make(kind: str, title: str, lines: list[str]) -> bytes:
    """One file of this kind with these lines."""
    return {"docx": _docx, "xlsx": _xlsx, "txt": _txt, "csv": _csv, "zip": _zip, "pdf": _pdf}[kind](title, lines)


def _docx(title: str, lines: list[str]) -> bytes:
    from docx import Document

    document = Document()
    document.add_heading(title, 1)
    for line in lines:
        document.add_paragraph(line)
    return _without_thumbnail(_saved(document))


def _without_thumbnail(data: bytes) -> bytes:
    """The library's template carries a picture; a draft of an office has none."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name == "docProps/thumbnail.jpeg":
                continue
            content = old.read(name)
            if name == "_rels/.rels":
                content = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", content)
            new.writestr(name, content)
    return target.getvalue()


def _xlsx(title: str, lines: list[str]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "事项"])
    for number, line in enumerate([title, *lines], 1):
        sheet.append([number, line])
    return _saved(book)


def _saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


def _txt(title: str, lines: list[str]) -> bytes:
    return "\r\n".join([title, "", *lines]).encode("gbk", "replace")


def _csv(title: str, lines: list[str]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["序号", "事项"])
    writer.writerows(enumerate([title, *lines], 1))
    return target.getvalue().encode("utf-8-sig")


def _zip(title: str, lines: list[str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("说明.txt", "附件说明：请按顺序阅读。")
        packed.writestr("正文.txt", "\n".join([title, *lines]))
    return target.getvalue()


def _pdf(title: str, lines: list[str]) -> bytes:
    """A PDF of one page: Chinese text needs no font of ours, since readers have Adobe's own CJK collection."""
    words = "\n".join([title, *lines])
    content = ["BT /F1 12 Tf 50 780 Td 16 TL"]
    content += [f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in words.split("\n")]
    return _assembled("\n".join([*content, "ET"]).encode())


def _assembled(content: bytes) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 8 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        (
            b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe)"
            b" /Ordering (GB1) /Supplement 4 >> /FontDescriptor 7 0 R >>"
        ),
        (
            b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
            b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
        ),
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    out, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
