"""An OOXML package opened safely: members counted while they inflate, XML parsed without entities."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from screening.domain.document import UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract.base import Reading
from screening.extract.office.names import unquoted
from screening.extract.zipped import inflate, open_zip

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_STRICT_NAMES = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}
_RELATIONS = re.compile(r"(.*?)_rels/([^/]*)\.rels", re.IGNORECASE)
FAULTS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
)  # of a file that breaks its format


@dataclass(frozen=True, slots=True)
class Relation:
    """A link of one part. kind: last word of its type; target: a member name, or an address when external."""

    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class Part:
    """An XML member: its bytes and its root element."""

    name: str
    data: bytes
    root: etree._Element


class Package:
    """The members of one package. Whatever is asked for here counts as taken; the sweep reads the rest."""

    def __init__(self, data: bytes, reading: Reading) -> None:
        self.reading = reading
        self.taken: set[str] = set()
        self._zip = open_zip(data, reading)
        self.members: dict[str, zipfile.ZipInfo] = {}
        self.twice: set[str] = set()  # earlier members of a name that comes again
        for info in self._zip.infolist():
            self._enter(info)
        self._by_key = {_key(name): name for name in self.members if name not in self.twice}
        self._relations: dict[str, dict[str, Relation]] = {}
        self.types = self._content_types()

    def _enter(self, info: zipfile.ZipInfo) -> None:
        """The last member of a name is the one that programs use; earlier ones get a name of their own."""
        if info.filename in self.members:
            other = f"{info.filename}#{len(self.twice) + 1}"
            self.members[other] = self.members.pop(info.filename)
            self.twice.add(other)
        self.members[info.filename] = info

    @property
    def comment(self) -> bytes:
        """What stands behind the last member: the comment of the archive."""
        return self._zip.comment

    def find(self, target: str) -> str | None:
        """The member that a target names, whatever its case and slashes."""
        return self._by_key.get(_key(target)) or self._by_key.get(_key(unquoted(target)))

    def data(self, name: str) -> bytes | None:
        """The bytes of a member, or None (and an Unread) when they cannot or must not be read."""
        self.taken.add(name)
        try:
            return inflate(self._zip, self.members[name], self.reading)
        except ExtractionError as error:
            if self.reading.totals.bytes > self.reading.limits.total_bytes:
                raise
            self.reading.not_read(name, UnreadReason(error.reason), error.detail)
            return None

    def part(self, name: str) -> Part | None:
        """An XML member, or None (and an Unread) when it cannot be parsed or holds a DOCTYPE."""
        data = self.data(name)
        return None if data is None else self.parse(name, data)

    def parse(self, name: str, data: bytes) -> Part | None:
        """These bytes as XML; as `part`."""
        if b"purl.oclc.org/ooxml" in data:
            data = _STRICT.sub(_transitional, data)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            reason = UnreadReason.DOCTYPE if b"<!DOCTYPE" in data else UnreadReason.PARSE_ERROR
            self.reading.not_read(name, reason, type(error).__name__)
            return None
        about: Any = root.getroottree().docinfo
        if about.doctype or about.internalDTD is not None:
            self.reading.not_read(name, UnreadReason.DOCTYPE)
            return None
        return Part(name, data, root)

    def relations(self, name: str) -> dict[str, Relation]:
        """The relations of a part by id; of the package itself for an empty name."""
        if name not in self._relations:
            folder, base = posixpath.split(name)
            member = self.find(posixpath.join(folder, "_rels", f"{base}.rels"))
            self._relations[name] = self._read_relations(member, folder) if member else {}
        return self._relations[name]

    def _read_relations(self, member: str, folder: str) -> dict[str, Relation]:
        part = self.part(member)
        if part is None:
            return {}
        found: dict[str, Relation] = {}
        for item in part.root:
            if isinstance(item.tag, str):
                target, external = item.get("Target", ""), item.get("TargetMode") == "External"
                if not external:
                    target = self.find(posixpath.normpath(posixpath.join("/", folder, target.split("#")[0]))) or ""
                kind = item.get("Type", "").rpartition("/")[2]
                found[item.get("Id", f"?{len(found)}")] = Relation(kind, target, external)
        return found

    def related(self, name: str, *kinds: str) -> Iterator[str]:
        """The members that a part points to by relations of these kinds, each once and not yet taken."""
        for relation in self.relations(name).values():
            inside = relation.target and not relation.external
            if inside and relation.kind in kinds and relation.target not in self.taken:
                yield relation.target

    def target(self, name: str, relation_id: str | None) -> str | None:
        """The member behind a relation id of a part; None when it is missing, outside or already taken."""
        relation = self.relations(name).get(relation_id or "")
        if relation is None or relation.external or not relation.target or relation.target in self.taken:
            return None
        return relation.target

    def main_part(self) -> str | None:
        """The part that the package is about."""
        return next(self.related("", "officeDocument"), None)

    def sources(self) -> Iterator[str]:
        """Every part that has relations, the package itself (an empty name) among them."""
        for member in list(self.members):
            match = _RELATIONS.fullmatch(member)
            if match:
                yield self.find(match[1] + match[2]) or "" if match[2] else ""

    def _content_types(self) -> dict[str, str]:
        """Content types by member name and by suffix (with its dot)."""
        member = self.find("[Content_Types].xml")
        part = self.part(member) if member else None
        found: dict[str, str] = {}
        for item in part.root if part is not None else ():
            key = item.get("PartName", "").lstrip("/") or f".{item.get('Extension', '').lower()}"
            found[key] = item.get("ContentType", "")
        return found

    def content_type(self, name: str) -> str:
        """The content type of a member, in lower case; empty when the package names none."""
        return (self.types.get(name) or self.types.get(posixpath.splitext(name)[1].lower()) or "").lower()


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _transitional(match: re.Match[bytes]) -> bytes:
    """Strict names become the transitional ones, which all readers know."""
    last = _STRICT_NAMES.get(match[2], match[2])
    return b"http://schemas.openxmlformats.org/" + match[1] + b"/2006/" + last
