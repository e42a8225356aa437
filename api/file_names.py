"""Names of fields and files as a browser sends them, made fit to show. Nothing on disk is ever named after them."""

import re
import unicodedata
from urllib.parse import unquote_to_bytes

from python_multipart.multipart import parse_options_header

LONGEST = 200  # characters
NAMELESS = "未命名"
_EXTENDED = re.compile(r";\s*filename\*\s*=\s*\"?([\w-]+)'[^']*'([^\s;\"]*)", re.IGNORECASE)
_CHARSETS = {"utf-8", "gb18030", "gbk", "gb2312", "iso-8859-1"}
# Control, format (bidi marks, zero-width), lone surrogates, line and paragraph separators. Unassigned and private
# characters stay: names of persons are written with some that this Python does not know yet.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_LONGEST_SUFFIX = 16


def disposition(header: str) -> tuple[str | None, str | None]:
    """Field name and file name of a Content-Disposition header (as Latin-1), None where it has none.

    A file name is cleaned; one that is there but empty stays "": a form whose file was not chosen. `filename*`
    (RFC 5987) is taken before `filename`, which is UTF-8 (RFC 7578) or else GB 18030.
    """
    options = parse_options_header(header)[1]
    field, plain = options.get(b"name"), options.get(b"filename")
    filename = _extended(header)
    if filename is None and plain is not None:
        filename = _decoded(plain)
    return None if field is None else _decoded(field), clean_name(filename) if filename else filename


def clean_name(name: str) -> str:
    """The last part of a path, without unseen characters, of at most 200 characters; its suffix stays."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in _UNSEEN).strip()
    if not seen.strip("."):
        return NAMELESS
    if len(seen) <= LONGEST:
        return seen
    _, dot, suffix = seen.rpartition(".")
    ending = dot + suffix if len(suffix) <= _LONGEST_SUFFIX else ""
    return seen[: LONGEST - len(ending)] + ending


def _extended(header: str) -> str | None:
    found = _EXTENDED.search(header)
    if found is None or found[1].lower() not in _CHARSETS:
        return None
    return unquote_to_bytes(found[2]).decode(found[1], "replace")


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("gb18030", "replace")
