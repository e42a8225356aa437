"""Sitemaps: the addresses in a sitemap, a sitemap index, a robots.txt or a plain list; packed ones within limits."""

import html
import re
import zlib
from collections.abc import Iterator

from screening.batch.charset import text_of
from screening.extract.limits import MIB

_LARGEST = 64 * MIB  # sitemaps.org allows 50 MB
_MOST = 200_000
_LOC = re.compile(r"<(?:\w{1,20}:)?loc\b[^<>]{0,200}>\s*(?:<!\[CDATA\[)?\s*([^<>\s\]]{1,2000})")
_IN_ROBOTS = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)


def unpacked(data: bytes) -> bytes:
    """The content of a .gz; empty when it is broken or far larger than a sitemap may be."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    opener = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = opener.decompress(data, _LARGEST)
    except zlib.error:
        return b""
    return b"" if opener.unconsumed_tail else content


def is_sitemap(data: bytes) -> bool:
    """Whether these bytes are a sitemap or an index of them."""
    head = unpacked(data)[:2_000].lower()
    return b"<urlset" in head or b"<sitemapindex" in head


def entries(data: bytes) -> Iterator[tuple[str, bool]]:
    """(address, whether it is a further sitemap)."""
    text, _ = text_of(unpacked(data))
    index = "<sitemapindex" in text[:2_000].lower()
    for number, found in enumerate(_LOC.finditer(text)):
        if number >= _MOST:
            return
        yield html.unescape(found[1]), index


def named_in_robots(data: bytes) -> list[str]:
    """The sitemaps that a robots.txt names."""
    text, _ = text_of(data[:MIB])
    return _IN_ROBOTS.findall(text)[:1_000]
