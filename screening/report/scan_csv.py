"""The scan as a table for Excel and WPS: UTF-8 with BOM; findings, then what was not read, is gone and deviates."""

import csv
import io

from screening.report.printable import on_one_line
from screening.report.register import harmless
from screening.report.scan_base import ScanOptions, ScanReport, ScanResult
from screening.report.scan_columns import ROW_COLUMNS

_KINDS = {"unread": "未读", "broken": "断链", "asked": "未抓"}


def render(result: ScanResult, options: ScanOptions) -> bytes:  # noqa: ARG001 - every report takes options
    """One row a finding; what was not read, is gone or deviates has a row with its kind in the first column."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    names = [name for name, _, _ in ROW_COLUMNS]
    writer.writerow(names)
    for row in (*result.rows, *result.accepted):
        writer.writerow([cell(value(row)) for _, _, value in ROW_COLUMNS])
    blank = dict.fromkeys(names, "")
    for one in result.not_read:
        told = {
            "级别": _KINDS[one.kind],
            "网址或路径": one.location,
            "栏目": one.column,
            "疑点": one.reason,
            "怎么办": one.cure,
        }
        writer.writerow([cell(text) for text in (blank | told).values()])
    for gone in result.gone:
        linked = f"链接仍在：{gone.linked_from}" if gone.linked_from else ""
        told = {
            "级别": "已撤下",
            "网址或路径": gone.location,
            "位置": linked,
            "疑点": gone.vanished(),
            "状态": "已撤下",
        }
        writer.writerow([cell(text) for text in (blank | told).values()])
    for other in result.deviations:
        told = {"级别": "登记簿", "网址或路径": other.location, "疑点": other.label, "内容（已遮蔽）": other.title}
        told |= {"怎么办": other.advice, "依据": other.detail}
        writer.writerow([cell(text) for text in (blank | told).values()])
    return out.getvalue().encode("utf-8-sig", "replace")


def cell(text: str) -> str:
    """On one line, and never taken for a formula."""
    return on_one_line(harmless(text))


plugin = ScanReport(name="csv", suffix=".csv", render=render)
