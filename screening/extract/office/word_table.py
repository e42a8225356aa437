"""Tables of Word: one block a row, cells separated by tabs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from screening.domain.document import BlockKind, Hidden
from screening.extract.office.names import MC, W, is_on
from screening.extract.office.word_line import Aside, Line
from screening.extract.office.word_looks import shade_of

if TYPE_CHECKING:
    from screening.extract.office.word_story import Story

_VAL = f"{W}val"
_WRAPPERS = frozenset(
    f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "del", "moveFrom", "moveTo", "smartTag")
)
_MOST_SPANNED = 64  # columns


@dataclass(slots=True)
class Cell:
    """What a table cell holds, in reading order."""

    lines: list[tuple[Line, etree._Element]] = field(default_factory=list)
    inner: list[etree._Element] = field(default_factory=list)  # tables
    drawn: list[etree._Element] = field(default_factory=list)


class Tables:
    """Reads the tables of one story; they are counted from 1 within it."""

    def __init__(self, story: "Story") -> None:
        self._story = story
        self._count = 0

    def read(self, table: etree._Element, prefix: str, aside: Aside | None, number: int = 0) -> None:
        """Add the rows of a table, each followed by what stands beside its text and by the tables inside it."""
        if not number:
            self._count += 1
            number = self._count
        properties = table.find(f"{W}tblPr")
        ground = self._ground(properties)
        self._captions(properties)
        for index, (row, around) in enumerate(self._parts(table, f"{W}tr", aside), 1):
            self._row(row, f"{prefix}表{number}第{index}行", ground, around)

    def _captions(self, properties: etree._Element | None) -> None:
        for name in ("tblCaption", "tblDescription"):
            item = properties.find(f"{W}{name}") if properties is not None else None
            if item is not None:
                self._story.say(BlockKind.ALT_TEXT, item.get(_VAL, ""), Hidden.NOT_ON_PAGE, None, "表格")

    def _ground(self, properties: etree._Element | None) -> str | None:
        if properties is None:
            return self._story.ground
        style = properties.find(f"{W}tblStyle")
        styled = self._story.sources.styles.table_shade(style.get(_VAL, "")) if style is not None else None
        return shade_of(properties.find(f"{W}shd")) or styled or self._story.ground

    def _parts(
        self, parent: etree._Element, tag: str, aside: Aside | None
    ) -> Iterator[tuple[etree._Element, Aside | None]]:
        """Rows of a table or cells of a row, also inside content controls and tracked changes."""
        for child in parent:
            if child.tag == tag:
                yield child, aside
            elif (
                child.tag in _WRAPPERS
                or child.tag == f"{MC}AlternateContent"
                or child.tag
                in (
                    f"{MC}Choice",
                    f"{MC}Fallback",
                )
            ):
                if child.tag == f"{W}sdt":
                    self._story.form_fields.control(child.find(f"{W}sdtPr"))
                yield from self._parts(child, tag, aside)
            elif child.tag in (f"{W}p", f"{W}tbl", f"{W}r"):  # stands where no program puts it
                self._story.read((child,), aside)

    def _row(self, row: etree._Element, where: str, ground: str | None, aside: Aside | None) -> None:
        hidden = self._row_hidden(row.find(f"{W}trPr"))
        texts: list[str] = []
        cells: list[Cell] = []
        merged: list[tuple[str, Hidden]] = []
        for element, around in self._parts(row, f"{W}tc", aside):
            cell, away, width = self._cell(element, ground, around)
            text = " ".join(line.text for line, _ in cell.lines if line.text)
            texts.append("" if away is not Hidden.NO else text)
            texts.extend([""] * (width - 1))
            cells.append(cell)
            if away is not Hidden.NO:
                merged.append((text, away))
        first = next(row.iter(f"{W}p"), None)
        ordinal = None if first is None else self._story.ordinals.get(first)
        shown = hidden if hidden is not Hidden.NO else self._story.place.hidden
        self._story.say(BlockKind.TABLE_ROW, "\t".join(texts), shown, ordinal, where)
        for text, away in merged:
            self._story.say(BlockKind.HIDDEN_TEXT, text, away, ordinal, where)
        for cell in cells:
            self._rest(cell, where)

    def _rest(self, cell: Cell, where: str) -> None:
        for line, paragraph in cell.lines:
            self._story.show_rest(line, self._story.ordinals.get(paragraph), where)
        for element in cell.drawn:
            self._story.sources.drawings.look(element, self._story.place, self._story.box)
        for number, table in enumerate(cell.inner, 1):
            self.read(table, f"{where}内", None, number)

    def _row_hidden(self, properties: etree._Element | None) -> Hidden:
        if properties is None:
            return Hidden.NO
        if properties.find(f"{W}del") is not None:
            return Hidden.DELETED
        item = properties.find(f"{W}hidden")
        return Hidden.ROW_OR_COLUMN if item is not None and is_on(item.attrib, _VAL) else Hidden.NO

    def _cell(self, element: etree._Element, ground: str | None, aside: Aside | None) -> tuple[Cell, Hidden, int]:
        """A cell, why it is not shown, and how many columns it takes."""
        properties = element.find(f"{W}tcPr")
        away, width = Hidden.NO, 1
        if properties is not None:
            ground = shade_of(properties.find(f"{W}shd")) or ground
            away, width = _merged(properties), _span(properties)
        cell = Cell()
        self._fill(element, cell, ground, aside)
        return cell, away, width

    def _fill(self, parent: etree._Element, cell: Cell, ground: str | None, aside: Aside | None) -> None:
        for child in parent:
            if child.tag == f"{W}p":
                cell.lines.append((self._story.line(child, ground, aside), child))
            elif child.tag == f"{W}tbl":
                cell.inner.append(child)
            elif child.tag in _WRAPPERS:
                if child.tag == f"{W}sdt":
                    self._story.form_fields.control(child.find(f"{W}sdtPr"))
                self._fill(child, cell, ground, aside)
            elif child.tag == f"{MC}AlternateContent":
                cell.drawn.append(child)
            elif child.tag != f"{W}tcPr":
                self._story.read((child,), aside)


def _merged(properties: etree._Element) -> Hidden:
    if properties.find(f"{W}cellDel") is not None:
        return Hidden.DELETED
    for name in ("vMerge", "hMerge"):
        item = properties.find(f"{W}{name}")
        if item is not None and item.get(_VAL, "continue") != "restart":
            return Hidden.MERGED_AWAY
    return Hidden.NO


def _span(properties: etree._Element) -> int:
    item = properties.find(f"{W}gridSpan")
    try:
        return max(1, min(_MOST_SPANNED, int(item.get(_VAL, "1")))) if item is not None else 1
    except ValueError:
        return 1
