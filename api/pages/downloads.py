"""Files that people take along: always an attachment, with a Chinese name that every browser reads (RFC 6266, 8187)."""

from collections.abc import Iterator
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"
JSON_LINES = "application/jsonl"
PEM = "application/x-pem-file"


def download(content: bytes | str, media_type: str, name: str) -> Response:
    """A file as an answer. name: never that of a draft, nor its title: it stays in the browser's list of downloads."""
    return Response(content, media_type=media_type, headers=_headers(name))


def stream(lines: Iterator[str], media_type: str, name: str) -> Response:
    """The same for a file that is too long to be held."""
    return StreamingResponse(lines, media_type=media_type, headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    plain = "".join(char if char.isascii() and (char.isalnum() or char in ".-_") else "_" for char in name)
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }
