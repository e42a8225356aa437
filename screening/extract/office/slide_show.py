"""A PowerPoint package: slides in the order of the show, notes, comments, then masters and properties."""

import re
from dataclasses import replace

from lxml import etree

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.extract.base import Reading
from screening.extract.office.drawing import Box, Drawings, Place, paragraph_text
from screening.extract.office.names import HAN, A, P, R, local
from screening.extract.office.package import FAULTS, Package, Part
from screening.extract.office.properties import People, properties
from screening.extract.office.sweep import leftovers, sweep
from screening.extract.office.word_looks import same_colour

_TEXTS = frozenset({"t", "text", "v"})
_ATTRIBUTES = frozenset(["name", "descr", "title", "tooltip", "alt", "string"])
_STOCK_PROMPT = re.compile(
    r"\s*(?:单击此处.*|编辑母版.*|单击图标.*|第[一二三四五]级|[Cc]lick .*|Edit Master.*|"
    r"(?:Second|Third|Fourth|Fifth) level|‹#›|<#>|\d*|[\d/年月日.-]+)\s*",
    re.DOTALL,
)


def read_slides(data: bytes, reading: Reading) -> None:
    """Read every place of a PowerPoint file."""
    package = Package(data, reading)
    main = package.main_part() or package.find("ppt/presentation.xml")
    part = package.part(main) if main else None
    if part is not None:
        try:
            SlideShow(package, part).read()
        except FAULTS as error:
            reading.not_read(part.name, UnreadReason.PARSE_ERROR, type(error).__name__)
    elif not reading.unread:
        reading.not_read("", UnreadReason.MISSING, "没有演示文稿部件")
    properties(package)
    sweep(package)


class SlideShow:
    """One PowerPoint package and what its slides share."""

    def __init__(self, package: Package, part: Part) -> None:
        self.package, self.part, self.reading = package, part, package.reading
        self.people, self.drawings = People(package), Drawings(package)
        size = part.root.find(f"{P}sldSz")
        self._width = _integer(size, "cx", 12_192_000)
        self._height = _integer(size, "cy", 6_858_000)
        self._tables = 0

    def read(self) -> None:
        """Slides in their order, then comments' authors, masters and layouts, sections."""
        for name in list(self.package.related(self.part.name, "commentAuthors", "authors")):
            self._authors(name)
        for number, item in enumerate(self.part.root.iterfind(f"{P}sldIdLst/{P}sldId"), 1):
            target = self.package.target(self.part.name, item.get(f"{R}id"))
            if target:
                self._slide(target, number)
        for name in list(self.package.related(self.part.name, "slide")):
            self._page(name, Place(name, "不在放映中的幻灯片", hidden=Hidden.DETACHED), BlockKind.PARAGRAPH)
        for master in list(self.package.related(self.part.name, "slideMaster", "notesMaster", "handoutMaster")):
            self._page(master, Place(master, "母版"), BlockKind.PARAGRAPH)
            for layout in list(self.package.related(master, "slideLayout")):
                self._page(layout, Place(layout, "版式", hidden=Hidden.NOT_ON_PAGE), BlockKind.PARAGRAPH)
        for section in self.part.root.iter("{*}section", "{*}custShow"):
            if section.get("name") not in ("默认节", "Default Section"):
                self._hidden_words(BlockKind.METADATA, section.get("name", ""), self.part.name, "节名")
        leftovers(self.reading, self.part, _TEXTS, _ATTRIBUTES)

    def _hidden_words(self, kind: BlockKind, text: str, part: str, detail: str) -> None:
        self.reading.add(kind, text, part=part, detail=detail, hidden=Hidden.NOT_ON_PAGE)

    def _authors(self, name: str) -> None:
        part = self.package.part(name)
        for author in part.root if part is not None else ():
            self.people.add(author.get("name", ""), "批注作者", name)
            self.people.add(author.get("initials", ""), "批注作者缩写", name)
            self.people.add(author.get("userId", ""), "账号", name)

    def _slide(self, name: str, number: int) -> None:
        detail = f"第{number}张幻灯片"
        part = self.package.part(name)
        if part is None:
            return
        hidden = Hidden.SLIDE if part.root.get("show") in ("0", "false") else Hidden.NO
        place = Place(name, detail, number, hidden)
        self._part(part, place, BlockKind.PARAGRAPH)
        for notes in list(self.package.related(name, "notesSlide")):
            self._page(notes, Place(notes, detail, number, hidden), BlockKind.NOTES)
        for comments in list(self.package.related(name, "comments")):
            self._comments(comments, Place(comments, detail, number, hidden))
        for other in list(self.package.related(name, "oleObject", "package")):
            self.drawings.attachment(other, place)

    def _page(self, name: str, place: Place, kind: BlockKind) -> None:
        part = self.package.part(name)
        if part is not None:
            self._part(part, place, kind)

    def _part(self, part: Part, place: Place, kind: BlockKind) -> None:
        self._tables = 0
        tree = part.root.find(f"{P}cSld/{P}spTree")
        for shape in tree if tree is not None else part.root:
            self._shape(shape, place, kind, master=part.root.tag not in (f"{P}sld", f"{P}notes"))
        for background in part.root.iterfind(f"{P}cSld/{P}bg"):
            self.drawings.look(background, place, lambda *_: None)
        title = part.root.find(f"{P}cSld")
        if title is not None and HAN.search(title.get("name", "")) and local(part.root.tag) == "sld":
            self._hidden_words(BlockKind.METADATA, title.get("name", ""), part.name, "幻灯片名")
        self.drawings.caches(part.name, place)
        leftovers(self.reading, part, _TEXTS, _ATTRIBUTES)

    def _shape(self, shape: etree._Element, place: Place, kind: BlockKind, *, master: bool) -> None:
        if shape.tag == f"{P}grpSp":
            inner = self._seen(shape, place, f"{P}grpSpPr/{A}xfrm")
            for child in shape:
                if child.tag in (f"{P}grpSp", f"{P}sp"):
                    self._shape(child, inner, kind, master=master)
                elif isinstance(child.tag, str):
                    self.drawings.look(child, inner, self._box(kind, master=master))
            return
        if not isinstance(shape.tag, str):
            return
        here = self._seen(shape, place, f"{P}spPr/{A}xfrm")
        table = next(shape.iter(f"{A}tbl"), None)
        if table is not None:
            self._table(table, here)
        self.drawings.look(shape, here, self._box(kind, master=master))

    def _seen(self, shape: etree._Element, place: Place, path: str) -> Place:
        """The place of a shape, marked when the shape is hidden or wholly off the slide."""
        box = shape.find(path)
        box = shape.find(f"{P}xfrm") if box is None else box
        marks = next(shape.iter("{*}cNvPr"), None)
        why = place.hidden
        if why is Hidden.NO and marks is not None and marks.get("hidden") in ("1", "true"):
            why = Hidden.FLAGGED
        if why is Hidden.NO and box is not None and not _in_group(shape) and self._is_off(box):
            why = Hidden.OFF_PAGE
        return Place(place.part, place.detail, place.page_no, why)

    def _is_off(self, box: etree._Element) -> bool:
        offset, size = box.find(f"{A}off"), box.find(f"{A}ext")
        left, top = _integer(offset, "x", 0), _integer(offset, "y", 0)
        width, height = _integer(size, "cx", 0), _integer(size, "cy", 0)
        return left >= self._width or top >= self._height or left + width <= 0 or top + height <= 0

    def _box(self, kind: BlockKind, *, master: bool) -> Box:
        def box(paragraph: etree._Element, at: Place) -> None:
            if next(paragraph.iterancestors(f"{A}tc"), None) is not None:
                return
            text = paragraph_text(paragraph)
            if (master or kind is BlockKind.NOTES) and _STOCK_PROMPT.fullmatch(text):
                return
            self._paragraph(paragraph, text, at, kind)

        return box

    def _paragraph(self, paragraph: etree._Element, text: str, place: Place, kind: BlockKind) -> None:
        """One a:p; runs too small to see are told apart when the whole paragraph is."""
        hidden, own = place.hidden, kind
        sizes = [_integer(item, "sz", 1800) for item in paragraph.iter(f"{A}rPr")]
        if hidden is Hidden.NO and sizes and max(sizes) <= 200:
            hidden, own = Hidden.TINY, BlockKind.HIDDEN_TEXT
        elif hidden is Hidden.NO and _is_white_on_nothing(paragraph):
            hidden, own = Hidden.WHITE, BlockKind.HIDDEN_TEXT
        self.reading.add(own, text, part=place.part, page_no=place.page_no, detail=place.detail, hidden=hidden)

    def _say(self, kind: BlockKind, text: str, place: Place) -> None:
        self.reading.add(kind, text, part=place.part, page_no=place.page_no, detail=place.detail, hidden=place.hidden)

    def _table(self, table: etree._Element, place: Place) -> None:
        self._tables += 1
        for index, row in enumerate(table.iterfind(f"{A}tr"), 1):
            texts, merged = [], []
            for cell in row.iterfind(f"{A}tc"):
                text = " ".join(filter(None, (paragraph_text(item) for item in cell.iter(f"{A}p"))))
                away = any(cell.get(key) in ("1", "true") for key in ("hMerge", "vMerge"))
                texts.append("" if away else text)
                merged.append(text if away else "")
            where = f"{place.detail}表{self._tables}第{index}行"
            row_place = replace(place, detail=where)
            self._say(BlockKind.TABLE_ROW, "\t".join(texts), row_place)
            for text in merged:
                self._say(BlockKind.HIDDEN_TEXT, text, replace(row_place, hidden=Hidden.MERGED_AWAY))

    def _comments(self, name: str, place: Place) -> None:
        """Comments of the old kind (p:cm/p:text) and of the new one (a text body)."""
        part = self.package.part(name)
        if part is None:
            return
        texts = [item.text or "" for item in part.root.iter(f"{P}text")]
        texts += [paragraph_text(item) for item in part.root.iter(f"{A}p")]
        for text in texts:
            self.reading.add(
                BlockKind.COMMENT, text, part=name, page_no=place.page_no, detail=place.detail, hidden=place.hidden
            )
        leftovers(self.reading, part, _TEXTS, _ATTRIBUTES)


def _in_group(shape: etree._Element) -> bool:
    """Positions inside a group are counted in the group's own measure."""
    parent = shape.getparent()
    return parent is not None and parent.tag == f"{P}grpSp"


def _is_white_on_nothing(paragraph: etree._Element) -> bool:
    """White letters in a box that paints no ground, on a slide that paints none either."""
    colours = [item.get("val", "") for item in paragraph.iterfind(f"{A}r/{A}rPr/{A}solidFill/{A}srgbClr")]
    runs = sum(1 for _ in paragraph.iterfind(f"{A}r"))
    if not colours or len(colours) != runs or not all(same_colour(colour, "FFFFFF") for colour in colours):
        return False
    shape = next(paragraph.iterancestors(f"{P}sp"), None)
    properties = shape.find(f"{P}spPr") if shape is not None else None
    painted = ("solidFill", "gradFill", "blipFill", "pattFill")
    if properties is None or any(local(item.tag) in painted for item in properties):
        return False
    styled = shape.find(f"{P}style/{A}fillRef") if shape is not None else None
    page = paragraph.getroottree().getroot()
    return (styled is None or styled.get("idx") == "0") and page.find(f"{P}cSld/{P}bg") is None


def _integer(element: etree._Element | None, name: str, otherwise: int) -> int:
    try:
        return int(element.get(name, otherwise)) if element is not None else otherwise
    except ValueError:
        return otherwise
