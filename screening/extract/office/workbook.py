"""An Excel package: sheets row by row, then comments, drawings, names, links and properties."""

from lxml import etree

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.extract.base import Reading
from screening.extract.office.drawing import Drawings, Place, paragraph_text
from screening.extract.office.names import HAN, A, R, S, itertext, local
from screening.extract.office.package import FAULTS, Package, Part
from screening.extract.office.properties import People, properties
from screening.extract.office.sheet_rows import Formats, SheetRows, string_of
from screening.extract.office.sweep import leftovers, sweep

_TEXTS = frozenset({"t", "v", "f", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
_ATTRIBUTES = frozenset(
    [
        "name",
        "displayName",
        "descr",
        "title",
        "tooltip",
        "prompt",
        "promptTitle",
        "error",
        "errorTitle",
        "author",
        "ref",
        "sqref",
        "location",
        "alt",
    ],
)
_MARGINS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_MESSAGES = ("promptTitle", "prompt", "errorTitle", "error")


def read_workbook(data: bytes, reading: Reading) -> None:
    """Read every place of an Excel file."""
    package = Package(data, reading)
    main = package.main_part() or package.find("xl/workbook.xml")
    part = package.part(main) if main else None
    if part is not None:
        try:
            Workbook(package, part).read()
        except FAULTS as error:
            reading.not_read(part.name, UnreadReason.PARSE_ERROR, type(error).__name__)
    elif not reading.unread:
        reading.not_read("", UnreadReason.MISSING, "没有工作簿部件")
    properties(package)
    sweep(package)


class Workbook:
    """One Excel package and what its sheets share."""

    def __init__(self, package: Package, part: Part) -> None:
        self.package, self.part, self.reading = package, part, package.reading
        self.people, self.drawings = People(package), Drawings(package)
        strings = self._one("sharedStrings")
        self.strings = [string_of(item) for item in strings.root.iterfind(f"{S}si")] if strings is not None else []
        self._strings_part = strings
        self._used: set[int] = set()
        styles = self._one("styles")
        self.formats = Formats(None if styles is None else styles.root, part.root)
        if styles is not None:
            known = frozenset({"name", "val", "formatCode"})
            leftovers(self.reading, styles, frozenset(), known)

    def _one(self, kind: str) -> Part | None:
        name = next(self.package.related(self.part.name, kind), None)
        return self.package.part(name) if name else None

    def _say(self, kind: BlockKind, text: str, part: str, detail: str, hidden: Hidden = Hidden.NOT_ON_PAGE) -> None:
        self.reading.add(kind, text, part=part, detail=detail, hidden=hidden)

    def read(self) -> None:
        """Sheets in their order, then what the workbook keeps beside them."""
        for person in list(self.package.related(self.part.name, "person")):
            self._persons(person)
        for sheet in self.part.root.iterfind(f"{S}sheets/{S}sheet"):
            name = sheet.get("name", "")
            hidden = Hidden.NO if sheet.get("state", "visible") == "visible" else Hidden.SHEET
            self._say(BlockKind.TITLE, name, self.part.name, "工作表名", hidden)
            target = self.package.target(self.part.name, sheet.get(f"{R}id"))
            if target:
                self._sheet(target, name, hidden)
        self._unused_strings()
        for item in self.part.root.iterfind(f"{S}definedNames/{S}definedName"):
            if not item.get("name", "").startswith("_xlnm."):
                self._say(BlockKind.BOOKMARK, f"{item.get('name', '')} {item.text or ''}", self.part.name, "名称")
            if item.get("comment"):
                self._say(BlockKind.COMMENT, item.get("comment", ""), self.part.name, "名称说明")
        leftovers(self.reading, self.part, frozenset({"definedName"}), _ATTRIBUTES | {"comment"})

    def _unused_strings(self) -> None:
        """Shared strings that no cell shows any more: what stood in deleted cells."""
        part = self._strings_part
        if part is None:
            return
        for index, text in enumerate(self.strings):
            if index not in self._used:
                self._say(BlockKind.ORPHAN, text, part.name, "无单元格引用的字符串", Hidden.DETACHED)
        for phonetic in part.root.iter(f"{S}rPh"):
            text = "".join(item.text or "" for item in phonetic.iter(f"{S}t"))
            self._say(BlockKind.METADATA, text, part.name, "注音")
        leftovers(self.reading, part, _TEXTS, frozenset())

    def _sheet(self, name: str, title: str, hidden: Hidden) -> None:
        part = self.package.part(name)
        if part is None:
            return
        detail = f"工作表《{title}》"
        rows = SheetRows(self.reading, part, detail, hidden, self.formats, self.strings)
        rows.read()
        self._used |= rows.used
        self._margins(part, detail, hidden)
        self._messages(part, detail)
        place = Place(name, detail, hidden=hidden)
        for target in list(self.package.related(name, "comments")):
            self._comments(target, detail, hidden)
        for target in list(self.package.related(name, "threadedComment")):
            self._threaded(target, detail, hidden)
        for target in list(self.package.related(name, "drawing", "vmlDrawing", "legacyDrawingHF")):
            self._drawing(target, place)
        for target in list(self.package.related(name, "table", "pivotTable")):
            self._table(target, detail)
        self.drawings.look(part.root, place, lambda *_: None) if part.root.find(
            f".//{S}oleObject"
        ) is not None else None
        for target in list(self.package.related(name, "oleObject", "package")):
            self.drawings.attachment(target, place)
        leftovers(self.reading, part, _TEXTS | {"formula1", "formula2"}, _ATTRIBUTES | {"comment", "user"})

    def _margins(self, part: Part, detail: str, hidden: Hidden) -> None:
        for item in part.root.iterfind(f"{S}headerFooter/{S}*"):
            if local(item.tag) in _MARGINS:
                kind = BlockKind.HEADER if local(item.tag).endswith("Header") else BlockKind.FOOTER
                self._say(kind, item.text or "", part.name, detail, hidden)

    def _messages(self, part: Part, detail: str) -> None:
        for item in part.root.iter(f"{S}dataValidation"):
            for key in _MESSAGES:
                self._say(BlockKind.FORM_FIELD, item.get(key, ""), part.name, f"{detail}数据有效性提示")
            for formula in item.iter(f"{S}formula1", f"{S}formula2"):
                if HAN.search(formula.text or ""):
                    self._say(BlockKind.FORM_FIELD, formula.text or "", part.name, f"{detail}数据有效性")
        for item in part.root.iterfind(f"{S}hyperlinks/{S}hyperlink"):
            self._say(BlockKind.LINK, item.get("tooltip", ""), part.name, f"{detail}屏幕提示")
        for item in part.root.iterfind(f"{S}scenarios/{S}scenario"):
            words = "\n".join(filter(None, (item.get("name"), item.get("comment"), item.get("user"))))
            self._say(BlockKind.METADATA, words, part.name, f"{detail}方案")

    def _comments(self, name: str, detail: str, hidden: Hidden) -> None:
        part = self.package.part(name)
        if part is None:
            return
        for author in part.root.iterfind(f"{S}authors/{S}author"):
            if not (author.text or "").startswith("tc={"):
                self.people.add(author.text or "", "批注作者", name)
        for comment in part.root.iter(f"{S}comment"):
            item = comment.find(f"{S}text")
            text = "" if item is None else string_of(item)
            self._say(BlockKind.COMMENT, text, name, f"{detail}{comment.get('ref', '')}", hidden)
        leftovers(self.reading, part, frozenset({"t", "author"}), frozenset())

    def _threaded(self, name: str, detail: str, hidden: Hidden) -> None:
        part = self.package.part(name)
        for comment in part.root if part is not None else ():
            text = "".join(item.text or "" for item in comment.iterfind("{*}text"))
            self._say(BlockKind.COMMENT, text, name, f"{detail}{comment.get('ref', '')}", hidden)

    def _persons(self, name: str) -> None:
        part = self.package.part(name)
        for person in part.root if part is not None else ():
            self.people.add(person.get("displayName", ""), "批注作者", name)
            self.people.add(person.get("userId", ""), "账号", name)

    def _drawing(self, name: str, place: Place) -> None:
        part = self.package.part(name)
        if part is None:
            return
        here = Place(name, place.detail, hidden=place.hidden)

        def box(element: etree._Element, at: Place) -> None:
            if element.tag == f"{A}p":
                self._say(BlockKind.TEXT_BOX, paragraph_text(element), name, at.detail, at.hidden)

        self.drawings.look(part.root, here, box)
        self.drawings.caches(name, here)
        for item in part.root.iter("{*}textbox"):
            text = "".join(itertext(item)).strip()
            if not any(text == said for _, said, _ in self.reading.pieces[-500:]):
                self._say(BlockKind.TEXT_BOX, text, name, place.detail, place.hidden)
        leftovers(self.reading, part, frozenset({"t", "font", "div", "textbox"}), _ATTRIBUTES)

    def _table(self, name: str, detail: str) -> None:
        part = self.package.part(name)
        if part is None:
            return
        said = {cell for _, text, _ in self.reading.pieces for cell in text.split("\t")}
        names = [part.root.get("displayName", ""), *(c.get("name", "") for c in part.root.iter(f"{S}tableColumn"))]
        names += [part.root.get("comment", ""), part.root.get("altText", "")]
        new = [word for word in names if HAN.search(word) and word not in said]
        self._say(BlockKind.METADATA, "\t".join(new), name, f"{detail}表格列名")
        leftovers(self.reading, part, frozenset(), _ATTRIBUTES | {"comment"})
