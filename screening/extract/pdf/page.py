"""One page: visible paragraphs and table rows, hidden text, and what only its picture tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.extract.base import Reading
from screening.extract.pdf.hidden import Stopwatch, hidden_chars
from screening.extract.pdf.layout import Box, Line, overlap, paragraphs
from screening.extract.pdf.objects import Painted, Walk
from screening.extract.pdf.tables import Table, fill, find_tables
from screening.extract.pdf.text import Char, PageText

BIG_PICTURE = (100, 40)  # width and height in pixels: smaller ones are decoration
_FEW = 10  # a page with fewer visible characters may be a picture
_OUTLINES = 15  # so many filled shapes of many segments may be letters turned into outlines
_STRIPS = 0.05  # share of the page that pictures of any size cover


@dataclass(slots=True)
class Looked:
    """What is left to do for a page: its picture is to be recognised, and whether its text is rubbish."""

    number: int
    picture: bool = False
    garbled: bool = False


class PageReader:
    """Reads the text layer of pages into a Reading. `layers`: the document has optional content."""

    def __init__(self, reading: Reading, *, layers: bool) -> None:
        self._reading = reading
        self._layers = layers
        self._watch = Stopwatch()

    def read(self, page: Any, number: int) -> Looked:
        """Add the text of one page."""
        painted = Walk(self._layers).page(page.raw)
        if painted.cut:
            self._reading.not_read(f"第{number}页", UnreadReason.OVER_LIMIT, "页面对象过多")
        text = PageText(page)
        try:
            return self._add(page, number, painted, text)
        finally:
            text.close()

    def _add(self, page: Any, number: int, painted: Painted, text: PageText) -> Looked:
        page_box: Box = page.get_bbox()
        chars, hidden = hidden_chars(page, text, painted, page_box, self._watch)
        tables = find_tables(painted.edges)
        garbled = text.looks_like_rubbish()
        if text.may_be_garbled():
            chars = chars or text.chars()
            rubbish = text.unmapped([char for char in chars if char[0] not in hidden])
            garbled = garbled or len(rubbish) >= 2
            chars = [char for char in chars if char[0] not in rubbish]
        if not (chars or tables):
            self._add_lines(number, text.lines(), 0)
            visible = len("".join(text.whole.split()))
        else:
            chars = chars or text.chars()
            shown = _without(chars, hidden)
            visible = sum(bool(char.strip()) for _, char in shown)
            self._add_visible(number, text, shown, tables)
            self._add_hidden(number, text, chars, hidden)
        picture = visible < _FEW and _is_picture(painted, page_box)
        return Looked(number, picture or garbled, garbled)

    def _add_lines(self, number: int, lines: Sequence[Line], count: int) -> int:
        """Add visible lines as paragraphs, counted on from `count`; the new count."""
        found = paragraphs(lines)
        for ordinal, paragraph in enumerate(found, count + 1):
            self._reading.add(
                BlockKind.PARAGRAPH, paragraph.text, page_no=number, paragraph=ordinal, bbox=paragraph.box
            )
        return count + len(found)

    def _add_visible(self, number: int, text: PageText, chars: Sequence[Char], tables: Sequence[Table]) -> None:
        rest = fill(tables, text, chars) if tables else list(chars)
        count = 0
        for table_no, table in enumerate((table for table in tables if table.first >= 0), 1):
            before = [char for char in rest if char[0] < table.first]
            rest = rest[len(before) :]
            count = self._add_lines(number, text.lines_of(before), count)
            self._add_table(number, table, table_no)
        self._add_lines(number, text.lines_of(rest), count)

    def _add_table(self, number: int, table: Table, table_no: int) -> None:
        for row in range(len(table.rows)):
            self._reading.add(
                BlockKind.TABLE_ROW,
                table.row_text(row),
                page_no=number,
                detail=f"表{table_no}第{row + 1}行",
                bbox=table.row_box(row),
            )

    def _add_hidden(self, number: int, text: PageText, chars: Sequence[Char], hidden: dict[int, Hidden]) -> None:
        """Each stretch of hidden characters as a line, lines of one reason as paragraphs."""
        lines: dict[Hidden, list[Line]] = {}
        for reason, stretch in groupby(_with_blanks(chars, hidden), key=lambda item: item[1]):
            if reason:
                lines.setdefault(reason, []).extend(text.lines_of([char for char, _ in stretch]))
        for reason, found in lines.items():
            for paragraph in paragraphs(found):
                self._reading.add(
                    BlockKind.HIDDEN_TEXT, paragraph.text, page_no=number, bbox=paragraph.box, hidden=reason
                )


def _without(chars: Sequence[Char], hidden: dict[int, Hidden]) -> list[Char]:
    """The visible characters; blanks stay, so that lines stay apart."""
    return [char for char in chars if char[0] not in hidden]


def _with_blanks(chars: Sequence[Char], hidden: dict[int, Hidden]) -> list[tuple[Char, Hidden]]:
    """Each character with its reason; a blank goes with the character before it."""
    found: list[tuple[Char, Hidden]] = []
    reason = Hidden.NO
    for char in chars:
        if char[1].strip():
            reason = hidden.get(char[0], Hidden.NO)
        found.append((char, reason))
    return found


def _is_picture(painted: Painted, page_box: Box) -> bool:
    """Whether a page with hardly any text shows pictures or outlined letters."""
    if any(width > BIG_PICTURE[0] and height > BIG_PICTURE[1] for _, width, height in painted.images):
        return True
    area = (page_box[2] - page_box[0]) * (page_box[3] - page_box[1])
    covered = sum(overlap(box, page_box) for box, _, _ in painted.images)
    return covered > _STRIPS * area or painted.curves >= _OUTLINES
