"""What kind of file it is, told from its bytes; the name only breaks ties between kinds of text."""

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OOXML = "application/vnd.openxmlformats-package"  # a package with no known main part
PDF = "application/pdf"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
TEXT = "text/plain"
HTML = "text/html"
XML = "text/xml"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x01\x00\x00\x00", "image/emf"),
    (b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", "application/rtf"),
    (b"Rar!\x1a\x07", "application/x-rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
)
_MAIN_PARTS = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


def sniff(data: bytes, name: str = "") -> str:
    """The media type of these bytes; UNKNOWN when nothing fits.

    A PDF may carry up to 1,024 bytes before its header (PDF 32000-1, annex H.3.4.1).
    """
    if not data:
        return EMPTY
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(data)
    for magic, media_type in _MAGIC:
        if data.startswith(magic) and _plausible(media_type, data):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if b"%PDF-" in data[:1024]:
        return PDF
    return _kind_of_text(data, name)


def _plausible(media_type: str, data: bytes) -> bool:
    """Short magics need a second look: BM is also two letters, 01 00 00 00 also a number."""
    if media_type == "image/bmp":
        return len(data) > 26 and data[14:18] in (b"\x28\0\0\0", b"\x0c\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0")
    if media_type == "image/emf":
        return data[40:44] == b" EMF"
    return True


def _inside_zip(data: bytes) -> str:
    import io  # noqa: PLC0415 - a small text needs no zip
    import zipfile  # noqa: PLC0415

    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ZIP
    if "[Content_Types].xml" not in names:
        return "application/ofd" if "OFD.xml" in names else ZIP
    for folder, media_type in _MAIN_PARTS:
        if any(name.lower().startswith(folder) for name in names):
            return media_type
    return OOXML


def _kind_of_text(data: bytes, name: str) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower().replace(b"\0", b"")
    if head.startswith(_HTML_STARTS) or name.lower().endswith((".html", ".htm", ".xhtml")):
        return HTML
    if head.startswith(b"<?xml"):
        return HTML if b"<html" in head else XML
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return TEXT
    controls = sum(data[:4096].count(code) for code in (*range(1, 9), *range(14, 27), 28, 29, 30, 31, 127))
    zeros = data[:4096].count(0)
    if controls > len(data[:4096]) // 100 or (zeros and not _looks_like_utf16(data[:4096])):
        return UNKNOWN
    return TEXT


def _looks_like_utf16(head: bytes) -> bool:
    """UTF-16 without a mark: zeros stand on one side only (ASCII, blanks, line ends)."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return min(even, odd) * 20 <= max(even, odd)
