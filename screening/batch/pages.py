"""What a page is made of: its article, and the parts that every page repeats.

The parts that repeat are learnt from the first pages of a source: a block of text that stands on many of them. They
are screened once in each process instead of on every page, and reported once with the number of pages.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from screening.domain.document import Block, BlockKind, Document, Piece
from screening.extract.base import Content
from screening.extract.sniff import HTML

_PRINTS = 20_000  # blocks whose prints are remembered: those of menus come on every page
SAMPLE = 40  # pages that are looked at to learn what repeats
REPEATED_ON = 5  # pages: a block that stands on so many is no article
_SENTENCE = re.compile(r"[。！？；]")
_BYLINE = re.compile(
    r"发布时间|发布日期|发文日期|成文日期|发布机构|发文机关|信息来源|来源[:：]|浏览|点击|阅读次数|字号|字体|打印|关闭|分享|"
    r"责任编辑|编辑[:：]|作者[:：]|当前位置|上一篇|下一篇|索引号|文\s*号[:：]|主题分类|有效性"
)
_LONGEST_BYLINE = 120
_SITE_NAME = re.compile(r"\s*[-_|｜—–]+\s*[^-_|｜—–]{2,30}(?:网|网站|政府|局|委|办|院|中心|门户)$")
_LONG = 30  # characters that make a paragraph


class PageKind(StrEnum):
    """What an item is: an article, a list of links, or a file (an attachment, a draft)."""

    ARTICLE = "article"
    LIST = "list"
    FILE = "file"


def piece_print(piece: Piece, key: bytes) -> int:
    """A number that tells blocks apart by kind, visibility and text; signed, as databases have them. Keyed, so that a
    short text cannot be guessed from it."""
    kind, text, place = piece
    return _print(kind, place.hidden, text, key)


@lru_cache(maxsize=_PRINTS)
def _print(kind: str, hidden: str, text: str, key: bytes) -> int:
    words = f"{kind}\0{hidden}\0{' '.join(text.split())}"
    digest = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), key=key[:64], digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def prints_of(content: Content, key: bytes) -> frozenset[int]:
    """The prints of all blocks of a page; none of what is no page."""
    return frozenset(piece_print(piece, key) for piece in content.pieces() if content.media_type == HTML)


def repeated(pages: Iterable[frozenset[int]], least: int = REPEATED_ON) -> frozenset[int]:
    """The prints that stand on at least so many pages."""
    counts = Counter(one for page in pages for one in page)
    return frozenset(one for one, count in counts.items() if count >= least)


def kind_of(document: Document) -> PageKind:
    """An article holds sentences or a table; a list holds links; a file that is no page is one by itself."""
    if document.media_type != HTML:
        return PageKind.FILE
    shown = [block for block in document.blocks if block.visible]
    paragraphs = any(
        block.kind is BlockKind.PARAGRAPH and len(block.text) >= _LONG and _SENTENCE.search(block.text)
        for block in shown
    )
    rows = sum(block.kind is BlockKind.TABLE_ROW for block in shown)
    return PageKind.ARTICLE if paragraphs or rows > 2 else PageKind.LIST


def is_byline(block: Block) -> bool:
    """Whether a block only says when, by whom and where a page was put up: no part of what was approved."""
    return len(block.text) <= _LONGEST_BYLINE and bool(_BYLINE.search(block.text))


def title_of(pieces: Iterable[Piece]) -> str:
    """The title of a page without the name of the site."""
    for kind, text, place in pieces:
        if kind is BlockKind.TITLE and not place.path:
            title = " ".join(text.split())
            return _SITE_NAME.sub("", title) or title
    return ""
