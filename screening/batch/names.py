"""Names of files as they may be written down: readable, on one line, and never two files under one name."""

import unicodedata

_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")
LONGEST = 1_000  # characters of a name inside an archive


def shown(name: str) -> str:
    """The name in printable letters. Bytes that are no UTF-8 are tried as GB18030; controls are written as escapes."""
    return "".join(_letter(letter) for letter in _text(name))


def _text(name: str) -> str:
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that is no byte
        return name.encode("utf-8", "backslashreplace").decode("utf-8")
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def _letter(letter: str) -> str:
    if letter in _BIDI or unicodedata.category(letter) in ("Cc", "Zl", "Zp"):
        return letter.encode("unicode_escape").decode("ascii")
    return letter


def cleaned(name: str) -> str:
    """A member's path inside an archive: below its root, whatever it claims."""
    segments = shown(name.replace("\0", "").replace("\\", "/")).split("/")
    kept = [segment for segment in segments if segment not in ("", ".", "..")]
    if kept and len(kept[0]) == 2 and kept[0].endswith(":"):
        kept = kept[1:]
    return ("/".join(kept) or "无名")[:LONGEST]
