"""What no reader of a format asked for is still read: every member, attribute, comment and address of a package."""

import posixpath
import re
from collections.abc import Iterable, Iterator

from lxml import etree

from screening.domain.document import BlockKind, Hidden
from screening.extract import sniff
from screening.extract.base import Reading
from screening.extract.office.names import HAN, holds_han, itertext, local, says_something, unquoted
from screening.extract.office.package import Package, Part, Relation
from screening.extract.office.strings import strings_of

_HAN_BYTES = rb"[\xe3-\xe9\xf0]"
_SUSPECT_ATTRIBUTE = re.compile(
    rb"""([\w.:-]+)\s*=\s*(?:"[^"<]*?(?:[\xe3-\xe9\xf0]|&#|%[89A-Fa-f])|'[^'<]*?(?:[\xe3-\xe9\xf0]|&#|%[89A-Fa-f]))""",
)
_SUSPECT_TEXT = re.compile(rb">[^<>\xe3-\xe9\xf0&]*(?:[\xe3-\xe9\xf0]|&#)[^<]*<(/?)(?:[\w.-]+:)?([\w.-]*)")
FONT_ATTRIBUTES = frozenset(
    {"typeface", "eastAsia", "ascii", "hAnsi", "cs", "hint", "panose", "char", "font-family", "Extension"},
)
_NO_WORDS = ("obfuscatedfont", "x-fontdata", "x-font-ttf", "application/x-fontdata")
_FONT_SUFFIXES = (".odttf", ".fntdata", ".ttf", ".otf")
_HARMLESS_BINARIES = ("printersettings", "activex", "officedocument.oleobject.bin1")
_STOCK_ADDRESS = re.compile(r"(?:.*[\\/])?normal\.(?:dotm?|eit|wpt)|NULL|#.*|mailto:|", re.IGNORECASE)
_RELATION_WORDS = {"attachedTemplate": "附加模板", "hyperlink": "链接地址", "oleObject": "链接的对象"}


def sweep(package: Package) -> None:
    """Read every member that nobody took, every external address, member names and the archive's comment."""
    reachable = _reachable(package)
    _addresses(package)
    for name in sorted(set(package.members) - package.taken):
        _member(package, name, name not in reachable)
    for name, info in package.members.items():
        _say(package.reading, name, "部件名", unquoted(name))
        if info.comment:
            _say(package.reading, name, "压缩包注释", "\n".join(strings_of(info.comment)))
    if package.comment:
        _say(package.reading, "", "压缩包注释", "\n".join(strings_of(package.comment)))


def leftovers(reading: Reading, part: Part, known_texts: frozenset[str], known_attributes: frozenset[str]) -> None:
    """Han words that a reader of this part has no eye for: foreign elements and attributes, comments.

    known_texts and known_attributes are local names of what the reader does look at; an attribute that means
    words only on one element is written element@attribute.
    """
    if not _suspect(part.data, known_texts, known_attributes | FONT_ATTRIBUTES):
        return
    for element in part.root.iter():
        name = local(element.tag)
        if not name:
            reading.add(BlockKind.CODE_COMMENT, element.text or "", part=part.name, hidden=Hidden.NOT_ON_PAGE)
        elif element.text and name not in known_texts and HAN.search(element.text):
            _say(reading, part.name, name, element.text)
        if element.tail and HAN.search(element.tail):
            _say(reading, part.name, "标记之间", element.tail)
        _attributes(reading, part.name, element, known_attributes | FONT_ATTRIBUTES)


def _suspect(data: bytes, known_texts: frozenset[str], known_attributes: frozenset[str]) -> bool:
    """A quick look at the bytes; files that are not UTF-8 always count."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!--" in data or data.count(b"<?") > 1:
        return True
    if not re.match(rb"\s*(?:\xef\xbb\xbf)?<(?!\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8))", data, re.IGNORECASE):
        return True
    for match in _SUSPECT_TEXT.finditer(data):
        if not match[1] or match[2].decode("ascii", "replace") not in known_texts:
            return True
    names = {match[1].rpartition(b":")[2].decode("ascii", "replace") for match in _SUSPECT_ATTRIBUTE.finditer(data)}
    return not names <= known_attributes


def _attributes(reading: Reading, part: str, element: etree._Element, known: frozenset[str]) -> None:
    for key, value in ((str(key), str(value)) for key, value in element.attrib.items()):
        name = local(key)
        if name not in known and holds_han(value) and f"{local(element.tag)}@{name}" not in known:
            _say(reading, part, local(key), unquoted(value))


def _say(reading: Reading, part: str, detail: str, text: str, kind: BlockKind = BlockKind.METADATA) -> None:
    if detail == "部件名" and not HAN.search(text):
        return
    reading.add(kind, text, part=part, detail=detail, hidden=Hidden.NOT_ON_PAGE)


def _reachable(package: Package) -> set[str]:
    """The members that a chain of relations leads to, from the package itself on, and their .rels."""
    found = {name for name in package.members if name.lower().endswith(".rels") or name == "[Content_Types].xml"}
    ahead = [""]
    while ahead:
        for relation in package.relations(ahead.pop()).values():
            if not relation.external and relation.target and relation.target not in found:
                found.add(relation.target)
                ahead.append(relation.target)
    return found


def _addresses(package: Package) -> None:
    """The external targets of all parts: links, templates, linked pictures and workbooks."""
    seen: set[tuple[str, str]] = set()
    for source in list(package.sources()):
        for relation in package.relations(source).values():
            if relation.external and (source, relation.target) not in seen:
                seen.add((source, relation.target))
                _address(package, source, relation)


def _address(package: Package, source: str, relation: Relation) -> None:
    if _STOCK_ADDRESS.fullmatch(relation.target):
        return
    kind = BlockKind.LINK if relation.kind == "hyperlink" else BlockKind.METADATA
    detail = _RELATION_WORDS.get(relation.kind, "外部引用")
    _say(package.reading, source, detail, unquoted(relation.target), kind)


def _member(package: Package, name: str, orphan: bool) -> None:
    if name.endswith("/") or package.content_type(name).endswith(_NO_WORDS) or name.lower().endswith(_FONT_SUFFIXES):
        package.taken.add(name)
        return
    data = package.data(name)
    if not data:
        return
    media_type = sniff.sniff(data, name)
    hidden = Hidden.DETACHED if orphan else Hidden.NO
    if media_type == sniff.XML or (data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and media_type != sniff.HTML):
        _xml(package, name, data, orphan)
    elif media_type.startswith("image/"):
        package.reading.picture(name, data, hidden=hidden)
    elif media_type == sniff.UNKNOWN and any(word in package.content_type(name) for word in _HARMLESS_BINARIES):
        _strings(package.reading, name, data)
    else:
        if media_type == sniff.UNKNOWN:
            _strings(package.reading, name, data)
        package.reading.nested(posixpath.basename(name), data, hidden=hidden)


def _strings(reading: Reading, name: str, data: bytes) -> None:
    _say(reading, name, "二进制部件中的文字", "\n".join(strings_of(data)))


def _xml(package: Package, name: str, data: bytes, orphan: bool) -> None:
    part = package.parse(name, data)
    if part is None:
        _strings(package.reading, name, data)
        return
    kind, hidden = (BlockKind.ORPHAN, Hidden.DETACHED) if orphan else (BlockKind.METADATA, Hidden.NOT_ON_PAGE)
    if local(part.root.tag) == "svg":
        kind, hidden = BlockKind.IMAGE_TEXT, Hidden.DETACHED if orphan else Hidden.NO
    for text in texts_of(part.root):
        package.reading.add(kind, text, part=name, hidden=hidden, detail="" if orphan else _detail(name))
    known = {"name", "val"} if _only_fonts(package.content_type(name)) else set()
    for element in part.root.iter():
        if not local(element.tag):
            package.reading.add(BlockKind.CODE_COMMENT, element.text or "", part=name, hidden=Hidden.NOT_ON_PAGE)
        else:
            _attributes(package.reading, name, element, FONT_ATTRIBUTES | known)


def _only_fonts(content_type: str) -> bool:
    return content_type.endswith(("theme+xml", "fonttable+xml", "themeoverride+xml", "tablestyles+xml"))


def _detail(name: str) -> str:
    return "自定义XML" if name.lower().startswith("customxml/") else ""


def texts_of(root: etree._Element) -> Iterator[str]:
    """The words of a part of unknown make: one text for each paragraph-like element, others one by one."""
    ahead = [root]
    while ahead:
        element = ahead.pop()
        if not isinstance(element.tag, str):
            yield from _worth(element.tail)
        elif local(element.tag) == "p" and not any(local(inner.tag) == "p" for inner in element.iterdescendants()):
            yield from _worth("".join(itertext(element)))
            yield from _worth(element.tail)
        else:
            yield from _worth(element.text)
            yield from _worth(element.tail)
            ahead.extend(reversed(element))


def _worth(text: str | None) -> Iterable[str]:
    return (text,) if text and says_something(text) else ()
