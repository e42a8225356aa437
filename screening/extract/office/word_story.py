"""A story of Word: the body, a header, a note, a text box. Paragraphs and what is in them, in one pass."""

from collections.abc import Iterable
from dataclasses import replace

from lxml import etree

from screening.domain.document import BlockKind, Hidden
from screening.extract.office.drawing import Drawings, Place, branches
from screening.extract.office.names import HAN, MATH, MC, A, R, W, local, squeeze
from screening.extract.office.package import Part
from screening.extract.office.word_fields import FormFields
from screening.extract.office.word_line import Aside, Line
from screening.extract.office.word_looks import UNKNOWN, Styles, hidden_by, look_of, same_colour, shade_of
from screening.extract.office.word_numbers import Numbers
from screening.extract.office.word_table import Tables

_SKIPPED = frozenset({f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}sdtEndPr", f"{W}proofErr", f"{W}tblPr", f"{W}tblGrid"})
_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "\u00ad",
}
_AWAY: dict[str, Aside] = {
    f"{W}del": (BlockKind.DELETED, Hidden.DELETED, ""),
    f"{W}moveFrom": (BlockKind.MOVED_AWAY, Hidden.MOVED_AWAY, ""),
}
_INLINE = frozenset(
    f"{W}{name}" for name in ("r", "hyperlink", "fldSimple", "smartTag", "bookmarkStart", "t", "ruby", "dir", "bdo")
) | {f"{MATH}oMath", f"{MATH}oMathPara"}
_DRAWN = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
_VAL = f"{W}val"
_LARGEST_CODE_POINT = 0x10FFFF


class Sources:
    """What all stories of a file share."""

    def __init__(self, drawings: Drawings, styles: Styles, numbers: Numbers, paper: str | None) -> None:
        self.drawings, self.styles, self.numbers, self.paper = drawings, styles, numbers, paper
        self.reading = drawings.reading
        self.package = drawings.package


class Story:
    """Reads one part, or one element of it, as blocks of one kind."""

    def __init__(self, sources: Sources, part: Part, kind: BlockKind, place: Place) -> None:
        self.sources, self.part, self.kind, self.place = sources, part, kind, place
        self.reading = sources.reading
        self.ordinals = {p: n for n, p in enumerate(part.root.iter(f"{W}p"), 1)}
        self.sections: list[etree._Element] = []
        self.notes: set[str] = set()
        self.tables = Tables(self)
        self.form_fields = FormFields(self.reading, place)
        self._fields: list[bool] = []  # open fields: whether still in their code
        self._boxes: list[str | None] = []  # backgrounds of the text boxes that are open

    @property
    def ground(self) -> str | None:
        """What text stands on when nothing nearer says otherwise."""
        return self._boxes[-1] if self._boxes else self.sources.paper

    def read(self, parent: Iterable[etree._Element], aside: Aside | None = None) -> None:
        """Read the blocks of an element, one after the other."""
        loose = Line(self.ground)
        for child in parent:
            if child.tag in _INLINE:
                self._inline(child, loose, aside)
            else:
                self._block(child, aside)
        if loose.visible or loose.asides or loose.drawn:
            self.show(loose, None)

    def _block(self, child: etree._Element, aside: Aside | None) -> None:
        tag = child.tag
        if tag == f"{W}p":
            self.show(self.line(child, self.ground, aside), child)
        elif tag == f"{W}tbl":
            self.tables.read(child, "", aside)
        elif tag == f"{MC}AlternateContent":
            self.sources.drawings.alternatives(child, lambda inner, hidden: self._branch(inner, hidden, aside))
        elif tag == f"{W}altChunk":
            self._chunk(child)
        elif tag == f"{W}sectPr":
            self.sections.append(child)
        elif isinstance(tag, str) and tag not in _SKIPPED:
            self._enter(child)
            self.read(child, _AWAY.get(tag, aside))

    def _branch(self, inner: etree._Element, hidden: Hidden, aside: Aside | None) -> None:
        other: Aside | None = aside if hidden is Hidden.NO else (self.kind, hidden, "")
        self._block(inner, other)

    def _enter(self, element: etree._Element) -> None:
        """What an element that wraps text says of itself."""
        if element.tag == f"{W}sdt":
            self.form_fields.control(element.find(f"{W}sdtPr"))

    def _chunk(self, element: etree._Element) -> None:
        target = self.sources.package.target(self.part.name, element.get(f"{R}id"))
        if target:
            self.sources.drawings.attachment(target, self.place)

    def line(self, paragraph: etree._Element, background: str | None, aside: Aside | None = None) -> Line:
        """Read one w:p without showing it yet."""
        properties = paragraph.find(f"{W}pPr")
        style = self._style(properties, f"{W}pStyle")
        line = Line(background)
        if properties is not None:
            line.background = self._paragraph_ground(properties, style) or background
            self.sections.extend(properties.iterfind(f"{W}sectPr"))
        number = self.sources.numbers.label(properties, self.sources.styles.numbering(style))
        if number:
            line.asides.append(((self.kind, Hidden.NO, "自动编号"), [number]))
        for child in paragraph:
            if child.tag not in _SKIPPED:
                self._inline(child, line, aside, style)
        if line.code:
            line.close_code()
        return line

    def _paragraph_ground(self, properties: etree._Element, style: str) -> str | None:
        return shade_of(properties.find(f"{W}shd")) or (self.sources.styles.paragraph_shade(style) if style else None)

    def _style(self, properties: etree._Element | None, tag: str) -> str:
        found = properties.find(tag) if properties is not None else None
        return "" if found is None else found.get(_VAL, "")

    def _inline(self, element: etree._Element, line: Line, aside: Aside | None, style: str = "") -> None:
        tag = element.tag
        if tag == f"{W}r":
            self._run(element, line, aside, style)
        elif tag == f"{MATH}t":
            line.write(element.text or "", aside)
        elif tag == f"{W}bookmarkStart":
            self.form_fields.bookmark(element.get(f"{W}name", ""))
        elif tag == f"{MC}AlternateContent":
            self._alternate(element, line, aside, style)
        elif tag in _SIGNS or tag == f"{W}t" or tag in _DRAWN:
            self._piece(element, line, aside, style)
        elif isinstance(tag, str) and tag not in _SKIPPED:
            self._wrapper(element, line)
            aside = _AWAY.get(tag, aside)
            for child in element:
                self._inline(child, line, aside, style)

    def _wrapper(self, element: etree._Element, line: Line) -> None:
        if element.tag == f"{W}hyperlink":
            self.form_fields.tip(element.get(f"{W}tooltip", ""))
        elif element.tag == f"{W}fldSimple":
            line.code.append(element.get(f"{W}instr", ""))
            line.close_code()
        else:
            self._enter(element)

    def _alternate(self, element: etree._Element, line: Line, aside: Aside | None, style: str) -> None:
        """Runs or drawings in an mc:AlternateContent; the drawings are told apart when they are read."""
        if next(element.iter(*_DRAWN), None) is not None or next(element.iter(f"{W}txbxContent"), None) is not None:
            line.drawn.append(element)
            return
        shown, others = branches(element)
        start = len(line.visible)
        for child in shown if shown is not None else ():
            self._inline(child, line, aside, style)
        said = squeeze("".join(line.visible[start:]))
        for other in others:
            if squeeze("".join(item.text or "" for item in other.iter(f"{W}t"))) != said:
                for child in other:
                    self._inline(child, line, (BlockKind.HIDDEN_TEXT, Hidden.FALLBACK, ""), style)

    def _run(self, run: etree._Element, line: Line, aside: Aside | None, style: str) -> None:
        properties = run[0] if len(run) and run[0].tag == f"{W}rPr" else run.find(f"{W}rPr")
        run_style = self._style(properties, f"{W}rStyle")
        look = self.sources.styles.look(style, run_style)
        direct = look_of(properties)
        hidden = hidden_by({**look, **direct} if direct else look, line.background)
        if hidden is not Hidden.NO and aside is None:
            aside = (BlockKind.HIDDEN_TEXT, hidden, "")
        for child in run:
            if child.tag not in _SKIPPED:
                self._piece(child, line, aside, style)

    def _piece(  # noqa: C901 - one branch for each element of a run
        self, element: etree._Element, line: Line, aside: Aside | None, style: str
    ) -> None:
        tag = element.tag
        if tag == f"{W}t":
            self._text(element.text or "", line, aside)
        elif tag in _SIGNS:
            self._text(_SIGNS[tag], line, aside)
        elif tag == f"{W}delText":
            line.write(element.text or "", aside or _AWAY[f"{W}del"])
        elif tag == f"{W}instrText":
            line.code.append(element.text or "")
        elif tag == f"{W}delInstrText":
            line.write(element.text or "", (BlockKind.FIELD_CODE, Hidden.DELETED, ""))
        elif tag == f"{W}fldChar":
            self._field(element, line)
        elif tag in _DRAWN:
            line.drawn.append(element)
        elif tag == f"{W}sym":
            self._text(_symbol(element.get(f"{W}char", "")), line, aside)
        elif tag == f"{W}ruby":
            self._ruby(element, line, aside, style)
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            self.notes.add(f"{local(tag)[:-9]}{element.get(f'{W}id')}")
        elif isinstance(tag, str):
            self._inline(element, line, aside, style)

    def _text(self, text: str, line: Line, aside: Aside | None) -> None:
        if any(self._fields):
            aside = aside or (BlockKind.FIELD_CODE, Hidden.NOT_ON_PAGE, "")
        line.write(text, aside)

    def _field(self, element: etree._Element, line: Line) -> None:
        kind = element.get(f"{W}fldCharType")
        if line.code:
            line.close_code()
        if kind == "begin":
            self._fields.append(True)
            self.form_fields.field(element.find(f"{W}ffData"))
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _ruby(self, element: etree._Element, line: Line, aside: Aside | None, style: str) -> None:
        for base in element.iterfind(f"{W}rubyBase"):
            for child in base:
                self._inline(child, line, aside, style)
        for above in element.iterfind(f"{W}rt"):
            for child in above:
                self._inline(child, line, aside or (self.kind, Hidden.NO, "注音"), style)

    def show(self, line: Line, paragraph: etree._Element | None) -> None:
        """Add a line: what is visible, then what stands aside, then what is drawn in it."""
        ordinal = self.ordinals.get(paragraph) if paragraph is not None else None
        self.say(self.kind, line.text, self.place.hidden, ordinal)
        self.show_rest(line, ordinal)

    def show_rest(self, line: Line, ordinal: int | None, where: str = "") -> None:
        """Add what stands beside the visible text of a line. `where` is the row of a table."""
        for (kind, hidden, detail), text in line.aside_texts():
            own = hidden if hidden is not Hidden.NO else self.place.hidden
            self.say(kind, text, own, ordinal, where + detail)
        for element in line.drawn:
            self.sources.drawings.look(element, self.place, self.box)

    def say(self, kind: BlockKind, text: str, hidden: Hidden, ordinal: int | None, detail: str = "") -> None:
        """Add one block of this story."""
        self.reading.add(
            kind,
            text,
            part=self.part.name,
            paragraph=ordinal,
            detail=self.place.detail + detail,
            hidden=hidden,
        )

    def box(self, element: etree._Element, place: Place) -> None:
        """Read a w:txbxContent or an a:p that a drawing of this story holds."""
        outer, kind, fields = self.place, self.kind, self._fields
        self.place, self.kind, self._fields = self._box_place(place), BlockKind.TEXT_BOX, []
        self._boxes.append(_fill(element, self.sources.paper))
        if element.tag == f"{A}p":
            text = "".join(t.text or "" for t in element.iter(f"{A}t"))
            self.say(BlockKind.TEXT_BOX, text, self.place.hidden, None)
        else:
            self.read(element)
        self._boxes.pop()
        self.place, self.kind, self._fields = outer, kind, fields

    def _box_place(self, place: Place) -> Place:
        if self.kind in (BlockKind.PARAGRAPH, BlockKind.TEXT_BOX):
            return place
        return place if place.detail else replace(place, detail=self.kind.label)


def _symbol(code: str) -> str:
    try:
        value = int(code, 16)
    except ValueError:
        return ""
    return chr(value) if value <= _LARGEST_CODE_POINT and HAN.search(chr(value)) is not None else "□"


def _fill(content: etree._Element, paper: str | None) -> str | None:
    """The background of a text box: the fill of the shape it stands in; UNKNOWN when that may be dark."""
    shape: etree._Element | None = content
    while shape is not None and local(shape.tag) not in ("wsp", "shape", "rect", "roundrect", "oval", "sp"):
        shape = shape.getparent()
    if shape is None:
        return paper
    if local(shape.tag) in ("wsp", "sp"):
        return _drawing_fill(shape, paper)
    colour = shape.get("fillcolor", "").lstrip("#").upper()
    plain = shape.get("filled", "t") in ("f", "false") or not colour or same_colour(colour, "FFFFFF")
    return paper if plain else UNKNOWN


def _drawing_fill(shape: etree._Element, paper: str | None) -> str | None:
    for properties in shape:
        if local(properties.tag) != "spPr":
            continue
        for item in properties:
            if local(item.tag) == "noFill":
                return paper
            if local(item.tag) == "solidFill":
                colour = item.find(f"{A}srgbClr")
                return UNKNOWN if colour is None else str(colour.get("val", UNKNOWN)).upper()
            if local(item.tag) in ("gradFill", "blipFill", "pattFill"):
                return UNKNOWN
    style = shape.find(f".//{A}fillRef")
    return UNKNOWN if style is not None and style.get("idx", "0") != "0" else paper
