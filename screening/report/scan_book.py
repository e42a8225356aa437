"""月报.xlsx: the findings, what was not read, the numbers of the charts, and how it stands with the register.

Rows are written one after the other, so that a site with 100,000 findings fits. Every cell that holds words is text and
is never taken for a formula.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from screening.domain.errors import SettingsError
from screening.report.register import harmless
from screening.report.scan_base import (
    KINDS,
    ScanOptions,
    ScanReport,
    ScanResult,
    counted,
    local_time,
    month_of,
    top_column,
)
from screening.report.scan_columns import DEVIATION_COLUMNS, GONE_COLUMNS, NOT_READ_COLUMNS, ROW_COLUMNS
from screening.report.scan_steps import next_steps

Kind = TypeVar("Kind")
Columns = Sequence[tuple[str, int, Callable[[Kind], str]]]


def render(result: ScanResult, options: ScanOptions) -> bytes:  # noqa: ARG001 - every report takes options
    """The workbook. Raises SettingsError when openpyxl is not installed."""
    try:
        from openpyxl import Workbook  # noqa: PLC0415 (heavy)
    except ImportError:
        raise SettingsError("写月报需要 openpyxl：pip install 'xianshen[web]'") from None
    book = Workbook(write_only=True)
    _sheet(book, "疑点", ROW_COLUMNS, (*result.rows, *result.accepted))
    unread, *others = KINDS.values()
    lists = dict(result.not_read_by_kind())
    _sheet(book, unread, NOT_READ_COLUMNS, lists.get(unread, ()))
    _numbers(book, result)
    for title in others:
        if title in lists:
            _sheet(book, title, NOT_READ_COLUMNS, lists[title])
    if result.gone:
        _sheet(book, "已撤下", GONE_COLUMNS, result.gone)
    if result.compared:
        _sheet(book, "与登记簿核对", DEVIATION_COLUMNS, result.deviations)
    _plain(book, "说明", 120, [[text] for text in _told(result)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _told(result: ScanResult) -> list[str]:
    steps = [f"{number}. {step}" for number, step in enumerate(next_steps(result), 1)]
    times = f"时间：{local_time(result.started)} 至 {local_time(result.finished)}"
    head = [f"扫描对象：{result.source}", f"渠道：{result.channel}", times]
    since = [f"只列 {result.since} 以来新增、变化和撤下的"] if result.since else []
    found = [f"疑点：{result.counted()}", *([result.remaining()] if result.remaining() else [])]
    return [*head, *since, *found, result.covered(), "下一步：", *steps]


def _sheet(book: Any, name: str, columns: Columns[Kind], things: Iterable[Kind]) -> None:
    """A table with a heading that stays in sight and a filter."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 (heavy)

    sheet = book.create_sheet(name)
    for number, (_, width, _) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, heading, bold=True) for heading, _, _ in columns])
    count = 1
    for count, one in enumerate(things, 2):  # noqa: B007 - the last row is the end of the filter
        sheet.append([_cell(sheet, value(one)) for _, _, value in columns])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"
    sheet.page_setup.orientation = "landscape"


def _numbers(book: Any, result: ScanResult) -> None:
    """The charts as numbers."""
    tables = (
        ("按级别", [(severity.label, count) for severity, count in result.by_severity().items()]),
        ("按栏目", counted(result.rows, top_column)),
        ("按类别", counted(result.rows, lambda row: row.category_name)),
        ("按月份", sorted(counted(result.rows, month_of))),
    )
    rows: list[list[str | int]] = []
    for title, counts in tables:
        rows.append([title, "疑点数"])
        rows.extend([name, count] for name, count in counts)
        rows.append([])
    _plain(book, "统计", 36, rows)


def _plain(book: Any, name: str, width: int, rows: Iterable[Sequence[str | int]]) -> None:
    sheet = book.create_sheet(name)
    sheet.column_dimensions["A"].width = width
    for row in rows:
        sheet.append([_cell(sheet, one) if isinstance(one, str) else one for one in row])


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """A cell of the text type, whatever stands in it."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 (heavy)
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 (heavy)

    cell = WriteOnlyCell(sheet, harmless(text))
    cell.data_type, cell.number_format = "s", "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(b=True)
    return cell


plugin = ScanReport(name="xlsx", suffix=".xlsx", render=render)
