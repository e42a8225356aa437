"""Everything in a PDF that is not text on a page: every object of the file, reachable or not."""

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import pikepdf

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.extract.base import Reading
from screening.extract.pdf.detached import texts_of
from screening.extract.pdf.streams import drawn_names, replacement_texts, stream_bytes, xml_texts
from screening.extract.pdf.strings import HAN, Found, decoded, label, strings

Number: TypeAlias = tuple[int, int]  # object and generation
_HAS_STRING = re.compile(rb"\(|(?<!<)<(?![<])|#[0-9a-fA-F]{2}")
_SAYS_NOTHING = {
    *("/ID", "/Registry", "/Ordering", "/Lang", "/CreationDate", "/ModDate", "/M", "/DA", "/NM", "/Panose"),
    *("/CharSet", "/Cert", "/CheckSum", "/CIDSet", "/Producer", "/Creator", "/O", "/U", "/OE", "/UE", "/Perms"),
    *("/OutputConditionIdentifier", "/RegistryName", "/Info", "/LastModified", "/Base", "/Lookup", "/Trapped"),
}
_METADATA_ONLY = {"/Producer", "/Creator", "/CreationDate", "/ModDate", "/Trapped"}
_SKIPPED = ("/XRef", "/ObjStm", "/EmbeddedFile")
_DEEPEST_FORM = 12
_BROKEN = (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError)  # of a damaged object


class Sweep:
    """One pass over all objects of an opened file."""

    def __init__(self, pdf: pikepdf.Pdf, reading: Reading) -> None:
        self.image_pages: dict[Number, int] = {}  # page number by image object
        self._pdf = pdf
        self._reading = reading
        self._pages: dict[Number, int] = {}  # page number by annotation, content stream or page object
        self._drawn: set[Number] = set()
        self._contents: set[Number] = set()
        self._fonts: set[Number] = set()  # font programs and maps: no words
        self._attached: set[Number] = set()
        self._xfa: set[Number] = set()
        self._appearances: dict[Number, tuple[BlockKind, int | None]] = {}
        self._loose: list[tuple[BlockKind, Hidden, str, str, int | None]] = []
        self._pageless: list[pikepdf.Object] = []
        self._forms: list[pikepdf.Object] = []
        self._replaced: list[tuple[pikepdf.Object, int]] = []  # pages where other words stand for those painted

    def run(self) -> None:
        """Add everything that is found."""
        self._walk_pages()
        info = self._info_number()
        streams = []
        for obj in self._pdf.objects:
            if not isinstance(obj, pikepdf.Object):
                continue  # numbers come as plain Python
            if isinstance(obj, pikepdf.Stream):
                streams.append(obj)
            self._guarded(obj, self._take_object, obj, info)
        direct = self._pdf.trailer.get("/Info")
        if info is None and isinstance(direct, pikepdf.Dictionary):
            self._take_strings(direct, info=True)
        for stream in streams:
            self._guarded(stream, self._take_stream, stream)
        self._add_detached()
        self._add_replaced()
        self._add_loose()

    def _guarded(self, obj: pikepdf.Object, take: Callable[..., None], *args: Any) -> None:
        """A broken object costs only itself."""
        try:
            take(*args)
        except _BROKEN as error:
            self._reading.not_read(f"obj {obj.objgen[0]}", UnreadReason.PARSE_ERROR, type(error).__name__)

    def _take_object(self, obj: pikepdf.Object, info: Number | None) -> None:
        if isinstance(obj, (pikepdf.Dictionary, pikepdf.Stream)):
            self._take_dictionary(obj, obj.objgen)
        self._take_strings(obj, info=obj.objgen == info)

    def _info_number(self) -> Number | None:
        info = self._pdf.trailer.get("/Info")
        return info.objgen if isinstance(info, pikepdf.Dictionary) and info.is_indirect else None

    def _walk_pages(self) -> None:
        """Note which page each content stream, image, form and annotation belongs to."""
        limit = self._reading.limits.pages
        try:
            for page_no, page in enumerate(self._pdf.pages, 1):
                if page_no > limit:
                    break
                self._pages[page.obj.objgen] = page_no
                self._guarded(page.obj, self._take_page, page.obj, page_no)
        except _BROKEN as error:
            self._reading.not_read("页面树", UnreadReason.PARSE_ERROR, type(error).__name__)

    def _take_page(self, page: pikepdf.Object, page_no: int) -> None:
        annotations = page.get("/Annots")
        for item in list(annotations) if isinstance(annotations, pikepdf.Array) else []:
            if getattr(item, "is_indirect", False):
                self._pages.setdefault(item.objgen, page_no)
        contents = page.get("/Contents")
        parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        found = [part for part in parts if isinstance(part, pikepdf.Stream)]
        self._contents.update(part.objgen for part in found)
        content = b"\n".join(stream_bytes(part, self._reading, f"第{page_no}页") for part in found)
        self._take_content(content, _resources(page), page_no, 0)
        if b"/ActualText" in content:
            self._replaced.append((page, page_no))

    def _take_content(self, content: bytes, resources: pikepdf.Object | None, page_no: int, depth: int) -> None:
        self._note_replacements(content, page_no)
        xobjects = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
        if not isinstance(xobjects, pikepdf.Dictionary) or depth > _DEEPEST_FORM:
            return
        names = drawn_names(content)
        for name, obj in xobjects.items():
            if not isinstance(obj, pikepdf.Stream) or name not in names:
                continue
            if obj.get("/Subtype") == "/Image":
                self.image_pages.setdefault(obj.objgen, page_no)
            elif obj.objgen not in self._drawn:
                self._drawn.add(obj.objgen)
                inner = stream_bytes(obj, self._reading, f"obj {obj.objgen[0]}")
                self._take_content(inner, obj.get("/Resources", resources), page_no, depth + 1)

    def _note_replacements(self, content: bytes, page_no: int | None) -> None:
        for text in replacement_texts(content):
            if isinstance(text, pikepdf.String):
                self._loose.append((BlockKind.ALT_TEXT, Hidden.NOT_ON_PAGE, decoded(text), "ActualText", page_no))

    def _take_dictionary(self, obj: pikepdf.Object, number: Number) -> None:
        """Look at what one object is, apart from its strings."""
        kind = str(obj.get("/Type", ""))
        if kind == "/Page" and number not in self._pages and "/Contents" in obj:
            self._pageless.append(obj)
        if kind == "/FontDescriptor" or "/ToUnicode" in obj:
            for key in ("/FontFile", "/FontFile2", "/FontFile3", "/ToUnicode", "/CIDSet"):
                if isinstance(obj.get(key), pikepdf.Stream):
                    self._fonts.add(obj[key].objgen)
        if isinstance(obj, pikepdf.Stream) and obj.get("/Subtype") == "/Form":
            self._forms.append(obj)
        for inner in _dictionaries(obj):
            self._take_inner(inner, self._pages.get(number))

    def _take_inner(self, inner: pikepdf.Object, page_no: int | None) -> None:
        if isinstance(inner.get("/EF"), pikepdf.Dictionary):
            self._attach(inner, page_no)
        if isinstance(inner.get("/AP"), pikepdf.Dictionary):
            widget = inner.get("/Subtype") == "/Widget"
            for form in _forms_in(inner.AP):
                self._appearances[form.objgen] = (
                    BlockKind.FORM_FIELD if widget else BlockKind.ANNOTATION,
                    page_no,
                )
        script = inner.get("/JS")
        if isinstance(script, pikepdf.Stream):
            text = _words(stream_bytes(script, self._reading, "脚本"))
            self._contents.add(script.objgen)
            self._reading.add(BlockKind.SCRIPT, text, page_no=page_no, hidden=Hidden.NOT_ON_PAGE)
        xfa = inner.get("/XFA")
        for part in list(xfa) if isinstance(xfa, pikepdf.Array) else [xfa]:
            if isinstance(part, pikepdf.Stream):
                self._xfa.add(part.objgen)
        for key in ("/V", "/RV", "/DV", "/Contents"):
            value = inner.get(key)
            if isinstance(value, pikepdf.Stream) and ("/FT" in inner or inner.get("/Subtype") == "/Widget"):
                text = _words(stream_bytes(value, self._reading, "表单域"))
                self._reading.add(BlockKind.FORM_FIELD, text, page_no=page_no)

    def _attach(self, spec: pikepdf.Object, page_no: int | None) -> None:
        name = next((decoded(spec[key]) for key in ("/UF", "/F") if isinstance(spec.get(key), pikepdf.String)), "附件")
        for stream in spec.EF.values():
            if isinstance(stream, pikepdf.Stream) and stream.objgen not in self._attached:
                self._attached.add(stream.objgen)
                data = stream_bytes(stream, self._reading, "附件")
                self._reading.nested(name, data, page_no=page_no)

    def _take_strings(self, obj: pikepdf.Object, *, info: bool) -> None:
        shell = obj.stream_dict if isinstance(obj, pikepdf.Stream) else obj
        if not _HAS_STRING.search(shell.unparse(resolved=True)):
            return
        page_no = self._pages.get(obj.objgen)
        for found in strings(shell):
            self._take_string(found, f"obj {obj.objgen[0]}", page_no, info=info)

    def _take_string(self, found: Found, part: str, page_no: int | None, *, info: bool) -> None:
        text = found.text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        if info and found.key in _METADATA_ONLY:
            self._reading.metadata[found.key.lstrip("/")] = text
            if not HAN.search(text):
                return
        place = label(found, info=info)
        if place and found.key in ("/RC", "/RV"):
            text = " ".join(xml_texts(text.encode()) or [text])
        if place and place[2] == "页码前缀" and text.isascii() and len(text) < 6:
            return
        if place and found.key != "/NM":
            kind, hidden, detail = place
            repeats = kind is BlockKind.ALT_TEXT or found.key in ("/RC", "/RV", "/UF", "/Opt")
            if repeats:
                self._loose.append((kind, hidden, text, detail, page_no))
            else:
                self._reading.add(kind, text, part=part, page_no=page_no, detail=detail, hidden=hidden)
        elif _worth_reading(found.key, text):
            self._loose.append((BlockKind.ORPHAN, Hidden.DETACHED, text, part, page_no))

    def _take_stream(self, obj: pikepdf.Object) -> None:
        number, kind = obj.objgen, str(obj.get("/Type", ""))
        place = f"obj {number[0]}"
        if kind == "/EmbeddedFile" and number not in self._attached:
            data = stream_bytes(obj, self._reading, place)
            self._reading.nested(place, data, hidden=Hidden.DETACHED)
        if number in self._xfa:
            self._add_xml(obj, BlockKind.FORM_FIELD, "XFA")
        elif kind == "/Metadata" or obj.get("/Subtype") == "/XML":
            self._add_xml(obj, BlockKind.METADATA, "XMP")
        elif not self._known_stream(obj, kind):
            content = stream_bytes(obj, self._reading, place)
            self._note_replacements(content, None)

    def _known_stream(self, obj: pikepdf.Object, kind: str) -> bool:
        """Whether a stream was read already, or holds no words."""
        number = obj.objgen
        known = number in self._contents or number in self._drawn or number in self._fonts or number in self._attached
        return known or kind in _SKIPPED or obj.get("/Subtype") == "/Image" or "/FunctionType" in obj or "/N" in obj

    def _add_xml(self, obj: pikepdf.Object, kind: BlockKind, detail: str) -> None:
        data = stream_bytes(obj, self._reading, detail)
        texts = xml_texts(data)
        part = f"obj {obj.objgen[0]}"
        if texts is None and detail == "XFA" and b"<!DOCTYPE" not in data:
            texts = [text for text in re.split(r"<[^>]*>", _words(data)) if text.strip()]  # a packet is a fragment
        if texts is None:
            self._reading.not_read(f"{detail} {part}", UnreadReason.PARSE_ERROR)
            return
        hidden = Hidden.NOT_ON_PAGE if kind is BlockKind.METADATA else Hidden.NO
        for text in texts:
            if _worth_reading("", text):
                self._reading.add(kind, text, part=part, detail=detail, hidden=hidden)

    def _add_detached(self) -> None:
        """Pages out of the tree, appearances of annotations, forms that nothing draws."""
        forms = [form for form in self._forms if form.objgen not in self._drawn]
        objects = [*self._pageless, *forms]
        if not objects:
            return
        for obj, sheet in zip(objects, texts_of(objects, self._reading), strict=False):
            kind, page_no = self._appearances.get(obj.objgen, (BlockKind.ORPHAN, None))
            hidden = Hidden.DETACHED if kind is BlockKind.ORPHAN else Hidden.NO
            for paragraph in sheet:
                self._loose.append((kind, hidden, paragraph.text, f"obj {obj.objgen[0]}", page_no))

    def _add_replaced(self) -> None:
        """What a page paints where the text layer says something else (/ActualText)."""
        pages = [page for page, _ in self._replaced]
        sheets = texts_of(pages, self._reading, as_painted=True) if pages else []
        for (_, page_no), sheet in zip(self._replaced, sheets, strict=False):
            for paragraph in sheet:
                for line in paragraph.lines:
                    self._loose.append((BlockKind.PARAGRAPH, Hidden.NO, line.text, "", page_no))

    def _add_loose(self) -> None:
        """Add what no other block holds yet."""
        known = "\n".join(squeezed(text) for _, text, _ in self._reading.pieces)
        new: set[str] = set()
        for kind, hidden, text, detail, page_no in self._loose:
            bare = squeezed(text)
            if bare and bare not in known and bare not in new:
                new.add(bare)
                part = detail if detail.startswith("obj ") else ""
                shown = "" if part else detail
                self._reading.add(
                    kind,
                    text,
                    part=part,
                    page_no=page_no,
                    detail=shown or (part if kind is BlockKind.ORPHAN else ""),
                    hidden=hidden,
                )


def squeezed(text: str) -> str:
    """Text without blanks, to compare what two places hold."""
    return "".join(text.split())


def _worth_reading(key: str, text: str) -> bool:
    """Han, or at least six printable characters that are no date and no technical value."""
    bare = text.strip()
    if HAN.search(text):
        return "".join(bare.split()).isprintable() or len(HAN.findall(text)) > len(bare) // 2
    return key not in _SAYS_NOTHING and len(bare) >= 6 and bare.isprintable() and not bare.startswith("D:")


def _words(data: bytes) -> str:
    """Bytes as text: UTF-16 with its mark, else UTF-8, else GB18030."""
    if data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _resources(page: pikepdf.Object) -> pikepdf.Object | None:
    """The resources of a page, its own or inherited."""
    node: pikepdf.Object | None = page
    for _ in range(50):
        if not isinstance(node, pikepdf.Dictionary):
            return None
        if "/Resources" in node:
            return node.Resources
        node = node.get("/Parent")
    return None


def _dictionaries(obj: pikepdf.Object, depth: int = 0) -> Iterable[pikepdf.Object]:
    """This dictionary and the direct ones inside it."""
    if isinstance(obj, (pikepdf.Dictionary, pikepdf.Stream)):
        yield obj
        values = list(obj.values())
    elif isinstance(obj, pikepdf.Array):
        values = list(obj)
    else:
        return
    for value in values:
        if isinstance(value, (pikepdf.Dictionary, pikepdf.Array)) and not value.is_indirect and depth < 20:
            yield from _dictionaries(value, depth + 1)


def _forms_in(appearance: pikepdf.Object, depth: int = 0) -> Iterable[pikepdf.Object]:
    """The streams of an appearance dictionary, also those by state."""
    for value in appearance.values():
        if isinstance(value, pikepdf.Stream):
            yield value
        elif isinstance(value, pikepdf.Dictionary) and depth < 3:
            yield from _forms_in(value, depth + 1)
