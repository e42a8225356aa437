"""The rows of one worksheet: cells in their columns, hidden ones apart, formulas that hold words."""

import re
from datetime import datetime, timedelta
from itertools import pairwise

from lxml import etree

from screening.domain.document import BlockKind, Hidden
from screening.extract.base import Reading
from screening.extract.office.names import HAN, S, is_on
from screening.extract.office.package import Part

_MOST_COLUMNS = 16_384
_LETTERS = re.compile(r"[A-Z]+")
_DATE_CODES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_DATE_LETTERS = re.compile(r"[ymdhs年月日时分秒]", re.IGNORECASE)
_FORMAT_NOISE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_WORDS_IN_FORMULA = re.compile(r'"[^"]*[^\W\d_][^"]*"')
_SKIPPED = (f"{S}rPh", f"{S}phoneticPr")


def string_of(item: etree._Element) -> str:
    """A shared or inline string: its runs joined, without the phonetic hints."""
    return "".join(text.text or "" for child in item if child.tag not in _SKIPPED for text in child.iter(f"{S}t"))


class Formats:
    """Which cell styles show a date, and from which day dates are counted."""

    def __init__(self, styles: etree._Element | None, workbook: etree._Element) -> None:
        self._dates: list[bool] = []
        self._hidden_text: set[int] = set()
        properties = workbook.find(f"{S}workbookPr")
        late = (
            properties is not None and properties.get("date1904") is not None and is_on(properties.attrib, "date1904")
        )
        self._start = datetime(1904, 1, 1) if late else datetime(1899, 12, 30)  # noqa: DTZ001 - a day, not a moment
        codes = {}
        for item in styles.iter(f"{S}numFmt") if styles is not None else ():
            codes[item.get("numFmtId")] = item.get("formatCode", "")
        for index, cell in enumerate(styles.iterfind(f"{S}cellXfs/{S}xf") if styles is not None else ()):
            number = cell.get("numFmtId", "0")
            code = _FORMAT_NOISE.sub("", codes.get(number, ""))
            if codes.get(number, "").strip() == ";;;":
                self._hidden_text.add(index)
            self._dates.append((number.isdecimal() and int(number) in _DATE_CODES) or bool(_DATE_LETTERS.search(code)))

    def hides(self, style: str) -> bool:
        """Whether a cell style shows nothing (number format ;;;)."""
        return style.isdecimal() and int(style) in self._hidden_text

    def show(self, value: str, style: str) -> str:
        """A number as it is shown, as far as that can be told: dates in ISO form, no binary dust."""
        try:
            number = float(value)
        except ValueError:
            return value
        if style.isdecimal() and int(style) < len(self._dates) and self._dates[int(style)] and 0 <= number < 2_958_466:
            moment = self._start + timedelta(seconds=round(number * 86400))
            return moment.isoformat(" ") if number % 1 else moment.date().isoformat()
        if number.is_integer() and abs(number) < 1e21 and ("E" in value or "." in value):
            return str(int(number))
        return f"{number:.15g}" if "." in value and "E" not in value else value


class SheetRows:
    """Reads w:sheetData of one sheet."""

    def __init__(
        self, reading: Reading, part: Part, detail: str, hidden: Hidden, formats: Formats, strings: list[str]
    ) -> None:
        self._reading, self._part, self._detail, self._hidden = reading, part, detail, hidden
        self._formats, self._strings = formats, strings
        self.used: set[int] = set()
        self._away = self._hidden_columns()

    def _hidden_columns(self) -> list[tuple[int, int]]:
        found = []
        for item in self._part.root.iterfind(f"{S}cols/{S}col"):
            shut = item.get("hidden") is not None and is_on(item.attrib, "hidden")
            if (shut or item.get("width") in ("0", "0.0")) and item.get("min", "").isdecimal():
                first, last = item.get("min", ""), item.get("max", "")
                found.append((int(first), int(last) if last.isdecimal() else int(first)))
        return found

    def read(self) -> None:
        """Add one block a row; hidden cells make a row of their own."""
        at = 0
        for row in self._part.root.iterfind(f"{S}sheetData/{S}row"):
            at = int(row.get("r", "")) if row.get("r", "").isdecimal() else at + 1
            shut = (row.get("hidden") is not None and is_on(row.attrib, "hidden")) or row.get("ht") in ("0", "0.0")
            self._row(row, f"{self._detail}第{at}行", shut)

    def _row(self, row: etree._Element, where: str, shut: bool) -> None:
        shown: dict[int, str] = {}
        away: dict[int, str] = {}
        blank: dict[int, str] = {}
        codes: list[str] = []
        column = 0
        for cell in row.iterfind(f"{S}c"):
            column = _column(cell.get("r", "")) or column + 1
            text = self._cell(cell, codes)
            if text and self._formats.hides(cell.get("s", "")):
                blank[column] = text
            elif text:
                hidden = shut or any(first <= column <= last for first, last in self._away)
                (away if hidden else shown)[column] = text
        self._say(_joined(shown), where, self._hidden)
        self._say(_joined(away), where, Hidden.ROW_OR_COLUMN if self._hidden is Hidden.NO else self._hidden)
        self._say(_joined(blank), where, Hidden.FORMAT if self._hidden is Hidden.NO else self._hidden)
        for code in codes:
            self._reading.add(BlockKind.FIELD_CODE, code, part=self._part.name, detail=where, hidden=Hidden.NOT_ON_PAGE)

    def _say(self, text: str, where: str, hidden: Hidden) -> None:
        self._reading.add(BlockKind.TABLE_ROW, text, part=self._part.name, detail=where, hidden=hidden)

    def _cell(self, cell: etree._Element, codes: list[str]) -> str:
        kind, text = cell.get("t", "n"), ""
        for item in cell:
            if item.tag == f"{S}v":
                text = self._value(kind, item.text or "", cell.get("s", ""))
            elif item.tag == f"{S}is":
                text = string_of(item)
            elif item.tag == f"{S}f" and item.text and (HAN.search(item.text) or _WORDS_IN_FORMULA.search(item.text)):
                codes.append(f"={item.text}")
        return text.replace("\t", " ")

    def _value(self, kind: str, value: str, style: str) -> str:
        if kind == "s":
            index = int(value) if value.strip().isdecimal() else -1
            self.used.add(index)
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        return self._formats.show(value, style) if kind == "n" else value


def _column(reference: str) -> int:
    """The column of B3, counted from 1; 0 when it has none or one beyond the last."""
    letters = _LETTERS.match(reference)
    number = 0
    for letter in letters[0][:4] if letters else "":
        number = number * 26 + ord(letter) - 64
    return number if number <= _MOST_COLUMNS else 0


def _joined(cells: dict[int, str]) -> str:
    """Cells at their columns, tabs between them, up to the last one used."""
    ordered = sorted(cells.items())
    gaps = ["\t" * (at - before) for (before, _), (at, _) in pairwise([(1, ""), *ordered])]
    return "".join(gap + text for gap, (_, text) in zip(gaps, ordered, strict=True))
