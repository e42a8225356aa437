"""A Word package, part by part: body, headers and footers, notes, comments, then what is on no page."""

import re

from lxml import etree

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.extract.base import Reading
from screening.extract.office.drawing import Drawings, Place
from screening.extract.office.names import HAN, W15, R, W, is_on, local
from screening.extract.office.package import FAULTS, Package, Part
from screening.extract.office.properties import People, properties
from screening.extract.office.sweep import leftovers, sweep
from screening.extract.office.word_looks import UNKNOWN, Styles, same_colour
from screening.extract.office.word_numbers import Numbers
from screening.extract.office.word_story import Sources, Story

_VAL = f"{W}val"
_TEXTS = frozenset({"t", "delText", "instrText", "delInstrText"})
_ATTRIBUTES = frozenset(
    [
        "author",
        "initials",
        "name",
        "descr",
        "title",
        "alt",
        "string",
        "instr",
        "tooltip",
        "displayText",
        "id",
        "spid",
        "href",
        "userId",
        "hRef",
    ]
    + [
        f"{e}@val"
        for e in [
            "alias",
            "tag",
            "tblCaption",
            "tblDescription",
            "helpText",
            "statusText",
            "default",
            "listEntry",
            "name",
        ]
    ]
    + [
        f"{e}@val"
        for e in ["pStyle", "rStyle", "tblStyle", "listItem", "lvlText", "docPart", "next", "basedOn", "link", "sz"]
    ]
    + ["anchor", "styleId", "fillcolor", "font"],
)
_CHANGES = tuple(
    f"{W}{name}"
    for name in [
        "ins",
        "del",
        "moveFrom",
        "moveTo",
        "rPrChange",
        "pPrChange",
        "sectPrChange",
        "tblPrChange",
        "trPrChange",
        "tcPrChange",
        "tblGridChange",
        "numberingChange",
        "cellIns",
        "cellDel",
        "cellMerge",
        "moveFromRangeStart",
        "moveToRangeStart",
    ]
)
_NOTES = (("footnotes", "footnote", BlockKind.FOOTNOTE), ("endnotes", "endnote", BlockKind.ENDNOTE))
_KINDS = {"first": "首页", "even": "偶数页"}
_STOCK_BLOCK = re.compile(r"(?:单击|点击|请在|Click|Tap|选择)[^\n]{0,24}")
_LINKED_STYLE = ("字符", "Char", "char", "Char1")


def read_word(data: bytes, reading: Reading) -> None:
    """Read every place of a Word file."""
    package = Package(data, reading)
    main = package.main_part() or package.find("word/document.xml")
    part = package.part(main) if main else None
    if part is not None:
        try:
            WordFile(package, part).read()
        except FAULTS as error:
            reading.not_read(part.name, UnreadReason.PARSE_ERROR, type(error).__name__)
    elif not reading.unread:
        reading.not_read("", UnreadReason.MISSING, "没有正文部件")
    properties(package)
    sweep(package)


class WordFile:
    """One Word package and what its stories share."""

    def __init__(self, package: Package, body: Part) -> None:
        self.package, self.body = package, body
        self.reading = package.reading
        self.people = People(package)
        self.settings = self._one("settings")
        self.styles = self._one("styles")
        self.numbering = self._one("numbering")
        self.numbers = Numbers(None if self.numbering is None else self.numbering.root)
        styles = Styles(None if self.styles is None else self.styles.root)
        self.drawings = Drawings(package)
        self.sources = Sources(self.drawings, styles, self.numbers, self._paper())
        self.notes: set[str] = set()

    def _one(self, kind: str) -> Part | None:
        name = next(self.package.related(self.body.name, kind), None)
        return self.package.part(name) if name else None

    def _paper(self) -> str | None:
        """The colour of the page, when it is painted."""
        item = self.body.root.find(f"{W}background")
        switch = None if self.settings is None else self.settings.root.find(f"{W}displayBackgroundShape")
        if item is None or switch is None:
            return None
        colour = item.get(f"{W}color", "auto")
        return None if same_colour(colour, "FFFFFF") or colour == "auto" else UNKNOWN

    def read(self) -> None:
        """Read all stories in the order in which a reader meets them."""
        body = self.story(self.body, BlockKind.PARAGRAPH, "")
        self._margins(body.sections)
        for relation, tag, kind in _NOTES:
            for name in list(self.package.related(self.body.name, relation)):
                self._notes(name, tag, kind)
        for name in list(self.package.related(self.body.name, "comments")):
            self._comments(name)
        for name in list(self.package.related(self.body.name, "people")):
            self._people(name)
        for name in list(self.package.related(self.body.name, "glossaryDocument")):
            self._glossary(name)
        self._settings()
        self._style_names()
        if self.numbering is not None:
            self.numbers.unused(self.reading, self.numbering.name)
            leftovers(self.reading, self.numbering, _TEXTS, _ATTRIBUTES)

    def story(self, part: Part, kind: BlockKind, detail: str, hidden: Hidden = Hidden.NO) -> Story:
        """Read a whole part as one story, then its authors and what else it says."""
        story = Story(self.sources, part, kind, Place(part.name, detail, hidden=hidden))
        self._guarded(story, part.root)
        self._after(story, part)
        return story

    def _guarded(self, story: Story, element: etree._Element) -> None:
        try:
            story.read(element)
        except RecursionError:
            self.reading.not_read(story.part.name, UnreadReason.PARSE_ERROR, "嵌套过深")

    def _after(self, story: Story, part: Part) -> None:
        self.notes |= story.notes
        self.drawings.caches(part.name, story.place)
        inserted = 0
        for change in part.root.iter(*_CHANGES):
            self.people.add(change.get(f"{W}author", ""), "修订作者", part.name)
            inserted += change.tag in (f"{W}ins", f"{W}moveTo")
        if inserted:
            self.reading.add(BlockKind.INSERTED, f"修订插入 {inserted} 处", part=part.name, hidden=Hidden.NOT_ON_PAGE)
        leftovers(self.reading, part, _TEXTS, _ATTRIBUTES)

    def _margins(self, sections: list[etree._Element]) -> None:
        """Headers and footers, in the order of the sections; those that no page shows are marked."""
        even = self._switch("evenAndOddHeaders")
        for section in sections:
            title = section.find(f"{W}titlePg")
            shown = {"default": True, "first": title is not None and is_on(title.attrib, _VAL), "even": even}
            for item in section.iterfind(f"{W}*"):
                target = self.package.target(self.body.name, item.get(f"{R}id"))
                if target and local(item.tag) in ("headerReference", "footerReference"):
                    kind = item.get(f"{W}type", "default")
                    self._margin(target, local(item.tag)[:6], kind, shown.get(kind, True))
        for name in list(self.package.related(self.body.name, "header")):
            self._margin(name, "header", "", shown=False)
        for name in list(self.package.related(self.body.name, "footer")):
            self._margin(name, "footer", "", shown=False)

    def _margin(self, name: str, side: str, kind: str, shown: bool) -> None:
        part = self.package.part(name)
        if part is not None:
            block = BlockKind.HEADER if side == "header" else BlockKind.FOOTER
            hidden = Hidden.NO if shown else Hidden.NOT_ON_PAGE
            self.story(part, block, _KINDS.get(kind, "") + block.label, hidden)

    def _switch(self, name: str) -> bool:
        item = None if self.settings is None else self.settings.root.find(f"{W}{name}")
        return item is not None and is_on(item.attrib, _VAL)

    def _notes(self, name: str, tag: str, kind: BlockKind) -> None:
        part = self.package.part(name)
        if part is None:
            return
        story = Story(self.sources, part, kind, Place(name))
        for note in part.root:
            lost = f"{tag}{note.get(f'{W}id')}" not in self.notes and note.get(f"{W}type") is None
            story.place = Place(name, hidden=Hidden.DETACHED if lost else Hidden.NO)
            self._guarded(story, note)
        self._after(story, part)

    def _comments(self, name: str) -> None:
        part = self.package.part(name)
        if part is None:
            return
        story = Story(self.sources, part, BlockKind.COMMENT, Place(name))
        for comment in part.root:
            self._guarded(story, comment)
            self.people.add(comment.get(f"{W}author", ""), "批注作者", name)
            self.people.add(comment.get(f"{W}initials", ""), "批注作者缩写", name)
        self._after(story, part)

    def _people(self, name: str) -> None:
        part = self.package.part(name)
        for person in part.root if part is not None else ():
            self.people.add(person.get(f"{W15}author", ""), "人员", name)
            for presence in person.iterfind(f"{W15}presenceInfo"):
                self.people.add(presence.get(f"{W15}userId", ""), "账号", name)

    def _glossary(self, name: str) -> None:
        """Building blocks: on no page, yet in the file. The prompts of empty content controls are left out."""
        part = self.package.part(name)
        if part is None:
            return
        start = len(self.reading.pieces)
        self.story(part, BlockKind.HIDDEN_TEXT, "自动图文集", Hidden.NOT_ON_PAGE)
        pieces = self.reading.pieces
        pieces[start:] = [piece for piece in pieces[start:] if not _STOCK_BLOCK.fullmatch(piece[1])]
        for item in part.root.iter(f"{W}docPartPr"):
            for entry in item.iter(f"{W}name", f"{W}description"):
                if HAN.search(entry.get(_VAL, "")):
                    self._metadata(part.name, entry.get(_VAL, ""), "自动图文集名称")

    def _metadata(self, part: str, text: str, detail: str) -> None:
        self.reading.add(BlockKind.METADATA, text, part=part, detail=detail, hidden=Hidden.NOT_ON_PAGE)

    def _settings(self) -> None:
        if self.settings is None:
            return
        part = self.settings
        for item in part.root.iter(f"{W}docVar"):
            self._metadata(part.name, item.get(f"{W}name", ""), "文档变量名")
            self._metadata(part.name, item.get(_VAL, ""), "文档变量值")
        for merge in part.root.iterfind(f"{W}mailMerge"):
            for item in merge.iter(f"{W}query", f"{W}connectString", f"{W}udl", f"{W}mailSubject", f"{W}table"):
                self._metadata(part.name, item.get(_VAL, ""), "邮件合并")
            for item in merge.iter(f"{W}name", f"{W}mappedName"):
                if HAN.search(item.get(_VAL, "")):
                    self._metadata(part.name, item.get(_VAL, ""), "邮件合并域")
        known = {"docVar@name", "docVar@val", "name@val", "mappedName@val", "lang@val", "themeFontLang@eastAsia"}
        known |= {f"{tag}@val" for tag in ("query", "connectString", "udl", "mailSubject", "table")}
        breaks = {"noLineBreaksAfter@val", "noLineBreaksBefore@val"}
        leftovers(self.reading, part, frozenset(), frozenset(known | breaks))

    def _style_names(self) -> None:
        """Names that people gave to styles; the character twins that Word makes of them say nothing new."""
        if self.styles is None:
            return
        names = []
        for style in self.styles.root.iterfind(f"{W}style"):
            if style.get(f"{W}customStyle", "0") in ("0", "false", "off"):
                continue
            for item in style.iterfind(f"{W}name"):
                name = item.get(_VAL, "")
                if HAN.search(name) and not (name.endswith(_LINKED_STYLE) and style.find(f"{W}link") is not None):
                    names.append(name)
            names += [item.get(_VAL, "") for item in style.iterfind(f"{W}aliases") if HAN.search(item.get(_VAL, ""))]
        self._metadata(self.styles.name, "\n".join(names), "样式名")
        leftovers(self.reading, self.styles, _TEXTS, _ATTRIBUTES | {"aliases@val"})
