"""The register (登记簿) and the monthly 《信息公开(宣传报道)保密审查汇总表》 as .xlsx.

Columns: domain rules, section 7, "Register". Every cell that holds words is text and is never taken for a formula
(security T21). Month: that of registration, 填表日期.
"""

import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from screening.domain.errors import SettingsError
from screening.domain.record import CaseRecord
from screening.report import form_fields as fields
from screening.report.printable import in_lines

SUMMARY_TITLE = "信息公开（宣传报道）保密审查汇总表"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MOST = 32_000  # Excel holds 32,767 characters a cell
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_A4 = 9
_NONE = "无"


def register_xlsx(records: Iterable[CaseRecord], month: str | None = None) -> bytes:
    """The register: one row a case, in the order given; of one month, such as 2031-05, or of all.

    Raises SettingsError for a month that is none, and when openpyxl is not installed.
    """
    chosen = _of_month(records, month) if month is not None else list(records)
    book, sheet = _book("登记簿")
    columns = _REGISTER
    _table(sheet, 1, [name for name, _, _ in columns], [_cells(record, columns) for record in chosen])
    _print_set_up(sheet, [width for _, width, _ in columns], heading=1)
    return _saved(book)


def monthly_summary_xlsx(records: Iterable[CaseRecord], month: str, unit: str) -> bytes:
    """The monthly return of a unit: its cases of that month, the totals, and blanks to sign.

    Raises SettingsError as register_xlsx does.
    """
    chosen = [record for record in _of_month(records, month) if record.unit == unit]
    book, sheet = _book("汇总表")
    columns = _SUMMARY
    _title(sheet, len(columns), f"{month[:4]}年{int(month[5:])}月{SUMMARY_TITLE}", f"填报单位：{unit}（公章）")
    rows = [[str(number), *_cells(record, columns[1:])] for number, record in enumerate(chosen, 1)]
    _table(sheet, 3, [name for name, _, _ in columns], rows)
    _totals(sheet, 4 + len(rows) + 1, chosen)
    _print_set_up(sheet, [width for _, width, _ in columns], heading=3)
    return _saved(book)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: without controls, with ' before = + - @ and the like."""
    shown = in_lines(text).strip("\n")[:_MOST]
    risky = text.startswith(_FORMULA) or shown.lstrip().startswith(_FORMULA)
    return f"'{shown}" if risky else shown


def _of_month(records: Iterable[CaseRecord], month: str) -> list[CaseRecord]:
    if not _MONTH.fullmatch(month):
        raise SettingsError("月份应写作 2031-05 的形式")
    return [record for record in records if record.created_at.startswith(month)]


def _book(name: str) -> tuple[Any, Any]:
    """A new workbook and its only sheet."""
    try:
        from openpyxl import Workbook  # noqa: PLC0415 (heavy)
    except ImportError:
        raise SettingsError("导出登记簿需要 openpyxl：pip install 'xianshen[web]'") from None
    book = Workbook()
    sheet: Any = book.active
    sheet.title = name
    return book, sheet


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(sheet: Any, row: int, column: int, text: str) -> Any:
    """A cell of the text type, whatever stands in it."""
    cell = sheet.cell(row, column)
    cell.value = harmless(text)
    cell.data_type, cell.number_format = "s", "@"
    return cell


def _table(sheet: Any, top: int, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Headings and rows, with lines around every cell; headings stay in sight and on every printed page."""
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415 (heavy)

    thin = Side(style="thin")
    box, wrapped = Border(thin, thin, thin, thin), Alignment(wrap_text=True, vertical="top")
    centred, bold, plain = Alignment("center", "center", wrap_text=True), Font("宋体", 10, b=True), Font("宋体", 10)
    for number, cells in enumerate([names, *rows]):
        for column, text in enumerate(cells, 1):
            cell = _put(sheet, top + number, column, text)
            cell.border = box
            cell.font, cell.alignment = (plain, wrapped) if number else (bold, centred)


def _title(sheet: Any, columns: int, title: str, unit: str) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 (heavy)

    for row, text, size in ((1, title, 16), (2, unit, 11)):
        cell = _put(sheet, row, 1, text)
        cell.font = Font("宋体", size, b=row == 1)
        cell.alignment = Alignment("center" if row == 1 else "left", "center")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)


def _totals(sheet: Any, row: int, records: Sequence[CaseRecord]) -> None:
    """Counts of the month, and who signs the return."""
    counted = {
        "审查": len(records),
        "已发布": sum(one.publication is not None for one in records),
        "不予公开": sum(one.refusal is not None for one in records),
        "送审": sum(one.sent_up is not None for one in records),
        "撤回": sum(one.recall is not None for one in records),
    }
    _put(sheet, row, 1, "合计：" + "；".join(f"{name} {count} 件" for name, count in counted.items()))
    _put(sheet, row + 1, 1, "填表人：　　　　　　　　审核人：　　　　　　　　填报日期：　　年　　月　　日")


def _print_set_up(sheet: Any, widths: Sequence[int], heading: int) -> None:
    """A4 on its side, one page wide, headings repeated."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 (heavy)

    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"A{heading + 1}"
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.page_margins.left = sheet.page_margins.right = 0.4


Column = tuple[str, int, Callable[[CaseRecord], str]]


def _cells(record: CaseRecord, columns: Sequence[Column]) -> list[str]:
    return [value(record) for _, _, value in columns]


def _screening(record: CaseRecord) -> str:
    found = record.screening
    if found is None:
        return "尚未筛查"
    return (
        f"{found.disposition}；规则库 {found.ruleset_version}；命中 {found.total} 处（{fields.counts(found)}）；"
        f"最高级 {found.highest or _NONE}；未读 {found.unread} 处"
    )


def _opinions(record: CaseRecord) -> str:
    return "\n".join(
        f"{one.office}：{one.conclusion}，{one.reason}（{one.name}，{fields.day(one.at)}）" for one in record.opinions
    )


def _refusal(record: CaseRecord) -> str:
    refusal = record.refusal
    if refusal is None:
        return ""
    considered = "已考虑区分处理" if refusal.partial_considered else "未考虑区分处理"
    return f"{refusal.ground}；{refusal.article}；{refusal.reason}；{considered}"


def _sent_up(record: CaseRecord) -> str:
    sent = record.sent_up
    if sent is None:
        return ""
    reply = f"{sent.reply_no} {sent.reply}（{_day(sent.replied_at)}）" if sent.reply else "尚未答复"
    return f"{sent.authority}；{sent.document_no}（{_day(sent.sent_at)}）；答复：{reply}"


def _publication(record: CaseRecord) -> str:
    published = record.publication
    return f"{_day(published.at)} {published.url}".strip() if published else ""


def _recall(record: CaseRecord) -> str:
    recall = record.recall
    if recall is None:
        return ""
    words = f"{_day(recall.at)} {recall.by} {'、'.join(recall.channels)} {recall.reason}"
    return f"{words}（未经审批，网上发现：{recall.url}）" if recall.url else words


def _photos(record: CaseRecord) -> str:
    told = record.declaration
    return f"{told.photo_author}，{told.photo_count} 张" if told.photo_count else _NONE


def _day(at: str) -> str:
    return fields.day(at) if at else ""


def _result(record: CaseRecord) -> str:
    return "不予公开" if record.refusal else record.state


_REGISTER: tuple[Column, ...] = (
    ("编号", 14, lambda one: one.number),
    ("标题/信息名称", 28, lambda one: one.declaration.title),
    ("类别", 10, lambda one: one.declaration.kind),
    ("载体形式", 9, lambda one: one.declaration.carrier),
    ("密级声明", 9, lambda one: one.declaration.classification),
    ("生成日期", 12, lambda one: _day(one.created_at)),
    ("作者", 9, lambda one: one.author),
    ("部门", 12, lambda one: one.department),
    ("拟发布媒体/渠道", 13, lambda one: one.declaration.channel),
    ("公开范围", 10, lambda one: one.declaration.audience),
    ("拟公开时间", 12, lambda one: _day(one.declaration.planned_at)),
    ("图片作者与数量", 12, _photos),
    ("内容摘要", 32, lambda one: one.declaration.summary),
    ("素材来源", 18, lambda one: one.declaration.sources),
    ("系统筛查结论", 30, _screening),
    ("各级意见、姓名、日期", 36, _opinions),
    ("不予公开理由与依据", 22, _refusal),
    ("送审单位、文号、答复", 26, _sent_up),
    ("内容 SHA-256", 24, lambda one: one.sha256),
    ("发布人", 9, lambda one: one.publication.publisher if one.publication else ""),
    ("发布日期与网址", 24, _publication),
    ("撤回记录", 20, _recall),
    ("状态", 10, lambda one: one.state),
)

_SUMMARY: tuple[Column, ...] = (
    ("序号", 6, lambda one: ""),  # noqa: ARG005 (counted when written)
    ("编号", 14, lambda one: one.number),
    ("信息（宣传报道）名称", 34, lambda one: one.declaration.title),
    ("类别", 10, lambda one: one.declaration.kind),
    ("载体形式", 9, lambda one: one.declaration.carrier),
    ("密级声明", 9, lambda one: one.declaration.classification),
    ("部门", 12, lambda one: one.department),
    ("作者", 9, lambda one: one.author),
    ("公开方式", 13, lambda one: one.declaration.channel),
    ("审查结果", 10, _result),
    ("审查人", 20, lambda one: "、".join(opinion.name for opinion in one.opinions)),
    ("不予公开理由与依据", 22, _refusal),
    ("送审情况", 24, _sent_up),
    ("发布日期与网址", 24, _publication),
    ("备注（撤回）", 18, _recall),
)
