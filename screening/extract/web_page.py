"""HTML: what the page shows, what it hides, and what its source says."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract import sniff
from screening.extract.base import Reader, Reading
from screening.extract.html_style import hidden_by
from screening.extract.plain import decode
from screening.extract.repeats import key_of, moved, row_label

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{2,20})""", re.IGNORECASE)
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5-hkscs": "big5hkscs"}
_TRUSTED = ("utf-8", "utf8", "gb18030", "big5", "big5hkscs", "utf-16", "utf-16le")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_STRINGS_AND_COMMENTS = re.compile(  # what is left open ends with its line or with the code: one pass, linear time
    r"\"((?:[^\"\\\n]|\\.)*+)\"?|'((?:[^'\\\n]|\\.)*+)'?|`([^`]*+)`?|/\*(.*?)(?:\*/|\Z)|(?<![:\w])//([^\n]*+)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"),
        *("dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2"),
        *("h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
        *("option",),
    )
)
_SHARED = _BLOCKS - {"html", "body"}  # what pages may share
_SHOWN_ATTRIBUTES = ("alt", "title", "placeholder", "aria-label", "aria-description", "summary", "label")
_UNSEEN_TAGS = frozenset(("template", "noscript", "datalist"))
_BREAK = "\0"  # stands for br: no page holds it, see _text
_LOOKED_AT = 6  # times the size of a page: so much source is compared with that of earlier pages
_META = {"description": "描述", "keywords": "关键词", "author": "作者"}
_SOURCES = ("src", "href", "xlink:href", "data", "poster")


def _read(data: bytes, reading: Reading) -> None:
    from lxml import html  # noqa: PLC0415 - heavy
    from lxml.etree import LxmlError  # noqa: PLC0415 - heavy

    text = _text(data)
    parser = html.HTMLParser(no_network=True, recover=True, huge_tree=False, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (LxmlError, ValueError, AssertionError) as error:
        raise ExtractionError(UnreadReason.PARSE_ERROR, "网页没有可读的内容") from error
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        reading.not_read("", UnreadReason.PARSE_ERROR, "网页结构超出解析器的限度")
    page = _Page(reading, _LOOKED_AT * len(data))
    page.walk(root)
    page.flush()


def _text(data: bytes) -> str:
    """By byte order mark, then by the page's own word when it holds strictly, then as plain text."""
    said = _CHARSET.search(data[:4096])
    charset = said[1].decode("ascii").lower() if said else ""
    charset = _ALIASES.get(charset, charset)
    if charset in _TRUSTED and not charset.startswith("utf-16") and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(charset).removeprefix("\ufeff").replace("\0", " ")
        except UnicodeDecodeError:
            pass  # it lies, or the page is cut off: the strict order decides
    return decode(data)


@dataclass(frozen=True, slots=True)
class _Learning:
    """A part that is being walked to be kept, and where everything stood when it began."""

    node: Any
    key: bytes
    start: int
    paragraphs: int
    rows: int
    used: tuple[int, ...]


class _Page:
    """Collects the words of one page while its tree is walked, without recursion."""

    def __init__(self, reading: Reading, compared: int = 0) -> None:
        """compared: bytes of source that may be compared with earlier pages."""
        self.reading = reading
        self.compared = compared
        self.learning: _Learning | None = None  # the part that is walked to be kept
        self.shown: list[str] = []  # words of the paragraph that is open
        self.unseen: list[str] = []  # words of the hidden element that is open; it does not break the paragraph
        self.hidden = Hidden.NO
        self.cells: list[str] | None = None
        self.paragraphs = 0
        self.rows = 0

    def walk(self, root: Any) -> None:
        """Every node in order; a stack instead of recursion, for pages with 100,000 nested elements."""
        stack: list[tuple[Any, Hidden, bool]] = [(root, Hidden.NO, False)]
        while stack:
            node, hidden, leaving = stack.pop()
            if leaving:
                self._leave(node, hidden)
                if self.learning is not None and self.learning.node is node:
                    self._learnt(self.learning)
                continue
            if self.reading.memory is not None and hidden is Hidden.NO and self._came_before(node):
                self.shown.append(node.tail or "")
                continue
            own = self._enter(node, hidden)
            stack.append((node, hidden, True))
            if _has_words_inside(node):
                stack.extend((child, own, False) for child in reversed(node))

    def _came_before(self, node: Any) -> bool:
        """Whether this element stood on an earlier page: what it holds is added then.

        Only one that begins a paragraph in plain sight and outside of table rows: what it holds depends on its own
        source alone.
        """
        memory = self.reading.memory
        if memory is None or self.learning is not None or self.cells is not None or self.compared <= 0:
            return False
        if node.tag not in _SHARED or not len(node) or _hidden(node) is not Hidden.NO:
            return False
        source: bytes = _source_of(node)
        self.compared -= len(source)
        key = key_of(source)
        part = memory.part(key)
        if part is not None:
            self.flush()
            self.reading.repeat(part, self.paragraphs, self.rows)
            self.paragraphs += part.paragraphs
            self.rows += part.rows
        elif memory.is_worth_keeping(key):
            self.flush()
            self.learning = _Learning(node, key, len(self.reading.pieces), self.paragraphs, self.rows, self._used())
        return part is not None

    def _learnt(self, one: "_Learning") -> None:
        """Keep what was just walked, unless more than text came of it."""
        self.learning = None
        if self.reading.memory is not None and one.used == self._used():
            paragraphs, rows = self.paragraphs - one.paragraphs, self.rows - one.rows
            pieces = moved(self.reading.pieces[one.start :], -one.paragraphs, -one.rows)
            self.reading.memory.keep(one.key, pieces, paragraphs, rows)

    def _used(self) -> tuple[int, ...]:
        """What an element may leave behind besides pieces."""
        totals = self.reading.totals
        return totals.bytes, totals.images, totals.attachments, len(self.reading.unread)

    def _enter(self, node: Any, hidden: Hidden) -> Hidden:
        if not isinstance(node.tag, str):
            self._add(BlockKind.CODE_COMMENT, node.text or "", Hidden.NOT_ON_PAGE)
            return hidden
        tag = node.tag
        own = hidden if hidden is not Hidden.NO else _hidden(node)
        if own is not hidden:
            self._flush_unseen()
        self.hidden = own
        if tag in _BLOCKS:
            self.flush()
        if tag == "br":
            self._words.append(_BREAK)
        if tag == "tr":
            self.cells = []
        self._attributes(node, tag, own)
        if tag in ("script", "style"):
            self._source(node, tag)
        elif tag == "title":
            self._add(BlockKind.TITLE, node.text_content(), Hidden.NO)
        elif tag == "textarea":
            self._add(BlockKind.FORM_FIELD, node.text_content(), own)
        else:
            self._words.append(node.text or "")
        return own

    def _leave(self, node: Any, hidden: Hidden) -> None:
        tag = node.tag
        if tag in ("td", "th") and self.cells is not None:
            self.cells.append(_one_line(self.shown))
            self._flush_unseen()
        elif tag == "tr":
            self._row()
        elif isinstance(tag, str) and tag in _BLOCKS:
            self.flush()
        if hidden is not self.hidden:
            self._flush_unseen()
        self.hidden = hidden
        self._words.append(node.tail or "")

    @property
    def _words(self) -> list[str]:
        return self.shown if self.hidden is Hidden.NO else self.unseen

    def flush(self) -> None:
        """What was collected becomes a paragraph; inside a table row it waits for its cell."""
        if self.hidden is not Hidden.NO:
            self._flush_unseen()
        elif self.cells is not None:
            self.shown.append(" ")
        else:
            self._paragraph(BlockKind.PARAGRAPH, self.shown, Hidden.NO)

    def _flush_unseen(self) -> None:
        self._paragraph(BlockKind.HIDDEN_TEXT, self.unseen, self.hidden)

    def _paragraph(self, kind: BlockKind, words: list[str], hidden: Hidden) -> None:
        text = _one_line(words)
        if text:
            self.paragraphs += 1
            self._add(kind, text, hidden, paragraph=self.paragraphs)

    def _row(self) -> None:
        self.rows += 1
        cells, self.cells = self.cells or [], None
        self._add(
            BlockKind.TABLE_ROW,
            "\t".join(cell.replace("\n", " ") for cell in cells),
            self.hidden,
            detail=row_label(self.rows),
        )
        self.flush()

    def _attributes(self, node: Any, tag: str, hidden: Hidden) -> None:
        given = node.items()
        if not given:
            return
        names = {name for name, _ in given}
        for name in _SHOWN_ATTRIBUTES:
            if name in names:
                self._add(BlockKind.ALT_TEXT, node.get(name), hidden, detail=name)
        if tag in ("input", "button", "option"):
            unseen = Hidden.FLAGGED if node.get("type", "").lower() == "hidden" else hidden
            self._add(BlockKind.FORM_FIELD, node.get("value", ""), unseen, detail=node.get("name", "")[:40])
        elif tag == "meta":
            name = node.get("name") or node.get("property") or ""
            value = node.get("content", "")
            if name.lower() in _META or _HAN.search(value):
                self._add(BlockKind.METADATA, value, Hidden.NOT_ON_PAGE, detail=_META.get(name.lower(), name[:40]))
        for name, value in given:
            self._attribute(name, value)

    def _attribute(self, name: str, value: str) -> None:
        if name in _SOURCES and value.lstrip()[:5].lower() == "data:":
            self._data_uri(value.strip())
        elif name in (*_SOURCES, "action"):
            target = _unquoted(value)
            if _HAN.search(target):
                self._add(BlockKind.LINK, target, Hidden.NOT_ON_PAGE)
        elif (name.startswith(("data-", "on")) or name == "srcdoc") and _HAN.search(value):
            self._add(BlockKind.SCRIPT, value, Hidden.NOT_ON_PAGE, detail=name[:40])
        elif name == "style" and "data:image" in value:
            for found in re.findall(r"data:image[^\"')]+", value):
                self._data_uri(found)

    def _data_uri(self, uri: str) -> None:
        head, _, body = uri[5:].partition(",")
        try:
            packed = unquote_to_bytes(body)
            data = base64.b64decode(packed) if ";base64" in head else packed
        except (binascii.Error, ValueError):
            self.reading.not_read("data: 链接", UnreadReason.PARSE_ERROR)
            return
        self.reading.spend(len(data))
        if not data:
            return
        self.reading.picture(f"图{self.reading.totals.images + 1}", data)

    def _source(self, node: Any, tag: str) -> None:
        """Strings and comments with Han in scripts and styles; the rest of the code is no text."""
        code = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), node.text or "")
        code = re.sub(r"[\ud800-\udfff]", "\ufffd", code)
        found = [next(filter(None, match.groups()), "") for match in _STRINGS_AND_COMMENTS.finditer(code)]
        for text in dict.fromkeys(found):
            if _HAN.search(text):
                self._add(BlockKind.SCRIPT, text, Hidden.NOT_ON_PAGE, detail=tag)
        if tag == "style":
            for uri in re.findall(r"data:image[^\"')]+", code):
                self._data_uri(uri)

    def _add(
        self,
        kind: BlockKind,
        text: str,
        hidden: Hidden,
        *,
        paragraph: int | None = None,
        detail: str = "",
    ) -> None:
        clean = text if kind is BlockKind.TABLE_ROW else text.strip()
        self.reading.add(kind, clean, paragraph=paragraph, detail=detail, hidden=hidden)


def _one_line(words: list[str]) -> str:
    """Take the words out of the list: blanks as a browser shows them, a line break where there is a br."""
    if not words:
        return ""
    text = " ".join("".join(words).split())
    words.clear()
    return "\n".join(line.strip() for line in text.split(_BREAK)).strip()


def _source_of(node: Any) -> bytes:
    """The source of an element as the parser understood it."""
    from lxml import etree  # noqa: PLC0415 - heavy

    source: bytes = etree.tostring(node, encoding="utf-8", with_tail=False)
    return source


def _has_words_inside(node: Any) -> bool:
    return isinstance(node.tag, str) and node.tag not in ("script", "style", "title", "textarea")


def _hidden(node: Any) -> Hidden:
    """Why this element itself is not shown."""
    if node.tag in _UNSEEN_TAGS or node.get("hidden") is not None:
        return Hidden.FLAGGED
    if node.tag == "details" and node.get("open") is None:
        return Hidden.NO  # folded, but one click shows it
    return hidden_by(node.get("style", ""), node.get("color", ""))


def _unquoted(value: str) -> str:
    raw = unquote_to_bytes(value)
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return value


plugin = Reader(
    name="web_page",
    media_types=(sniff.HTML,),
    suffixes=(".html", ".htm", ".xhtml"),
    read=_read,
)
