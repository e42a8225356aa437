"""The printable 《新闻稿件/信息发布保密审查审批表》 as a Word file: the built-in one, or the unit's own template."""

import io
from typing import Any

from screening.domain.record import CaseRecord
from screening.report.form_fields import TITLE, Row, form_rows, matter_lines, opinion_lines
from screening.report.form_template import filled

__all__ = ["approval_form", "form_rows"]

_SONG, _FANGSONG = "宋体", "仿宋"
_WIDTHS = (3.2, 5.5, 2.6, 5.5)  # centimetres: label, value, label, value
_LINE, _OPINION = 0.85, 3.0  # least height of a row in centimetres; an opinion has room for a hand and a seal
_NOTE = "本表由“先审”生成。系统未发现疑点不等于可以公开；以各级审查人签字意见为准。"


def approval_form(record: CaseRecord, template: bytes | None = None) -> bytes:
    """The form of one case as .docx, on two pages of A4 for records of usual length.

    With a template its placeholders are filled instead (see form_template). Raises SettingsError for a template that
    cannot be used.
    """
    return filled(template, record) if template is not None else _built_in(record)


def _built_in(record: CaseRecord) -> bytes:
    import docx  # noqa: PLC0415 (heavy)
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 (heavy)
    from docx.shared import Pt  # noqa: PLC0415 (heavy)

    word = docx.Document()
    _set_page(word)
    heading = word.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.space_after = Pt(6)
    _write(heading, TITLE, _SONG, 18, bold=True)
    matter, opinions = matter_lines(record), opinion_lines(record)
    table = word.add_table(rows=len(matter) + len(opinions), cols=len(_WIDTHS), style="Table Grid")
    _set_grid(table)
    heights = [_LINE] * len(matter) + [_OPINION] * len(opinions)
    for row, line, height in zip(table.rows, (*matter, *opinions), heights, strict=True):
        _fill_row(row, line, height)
    table.cell(len(matter), 0).paragraphs[0].paragraph_format.page_break_before = True
    _write(word.add_paragraph(), _NOTE, _SONG, 9)
    word.core_properties.title, word.core_properties.author, word.core_properties.comments = TITLE, "", ""
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _set_page(word: Any) -> None:
    """A4 upright, with a wider edge for binding."""
    from docx.shared import Cm, Pt  # noqa: PLC0415 (heavy)

    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.3), Cm(1.9)
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.6)
    style = word.styles["Normal"]
    style.font.size = Pt(10.5)
    style.paragraph_format.space_after, style.paragraph_format.space_before = Pt(0), Pt(0)
    style.paragraph_format.line_spacing = 1.0


def _set_grid(table: Any) -> None:
    """Fixed columns: Word must not make them as wide as their words."""
    from docx.enum.table import WD_TABLE_ALIGNMENT  # noqa: PLC0415 (heavy)
    from docx.shared import Cm  # noqa: PLC0415 (heavy)

    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Cm(width)


def _fill_row(row: Any, line: tuple[Row, ...], height: float) -> None:
    """One line of the form: two fields, or one over the whole width."""
    from docx.enum.table import WD_ROW_HEIGHT_RULE  # noqa: PLC0415 (heavy)
    from docx.oxml import OxmlElement  # noqa: PLC0415 (heavy)
    from docx.shared import Cm  # noqa: PLC0415 (heavy)

    row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Cm(height)
    row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))  # noqa: SLF001 - a field stays on one page
    cells = list(row.cells)
    widths: tuple[float, ...] = _WIDTHS
    if len(line) == 1:
        cells = [cells[0], cells[1].merge(cells[3])]
        widths = (_WIDTHS[0], sum(_WIDTHS[1:]))
    for cell, width, (text, is_label) in zip(cells, widths, _in_cells(line), strict=True):
        cell.width = Cm(width)
        _fill_cell(cell, text, is_label=is_label)


def _in_cells(line: tuple[Row, ...]) -> list[tuple[str, bool]]:
    return [cell for label, value in line for cell in ((label, True), (value, False))]


def _fill_cell(cell: Any, text: str, *, is_label: bool) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT  # noqa: PLC0415 (heavy)
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 (heavy)

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    first = cell.paragraphs[0]
    if is_label:
        first.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(first, text, _SONG, 10.5)
        return
    for number, part in enumerate(text.split("\n")):
        _write(cell.add_paragraph() if number else first, part, _FANGSONG, 10.5)


def _write(paragraph: Any, text: str, font: str, size: float, *, bold: bool = False) -> None:
    """Text as one run. The name of a Chinese font counts only when it is set for east-asian text too."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (heavy)
    from docx.shared import Pt  # noqa: PLC0415 (heavy)

    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.bold = font, Pt(size), bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)  # noqa: SLF001 (python-docx has no name for it)
