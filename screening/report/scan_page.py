"""The scan as one HTML file that needs nothing else: what to do, charts, findings, what was not read."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TypeVar

from screening.report.page_style import STYLE
from screening.report.printable import on_one_line
from screening.report.scan_base import (
    ScanOptions,
    ScanReport,
    ScanResult,
    ScanRow,
    counted,
    is_address,
    local_day,
    local_time,
    month_of,
    states_in_words,
    top_column,
    where,
)
from screening.report.scan_charts import bars
from screening.report.scan_columns import DEVIATION_COLUMNS, GONE_COLUMNS, NOT_READ_COLUMNS
from screening.report.scan_steps import next_steps

Kind = TypeVar("Kind")
_MOST = 5000  # rows of one table; a browser must still open it
_STYLE = (
    STYLE
    + """
.scan{max-width:1560px;margin:0 auto;padding:0 28px 28px}.scan h2{font-size:20px;margin:26px 0 8px}
.scan ol{padding-left:24px}.scan td{overflow-wrap:anywhere}.scan td.v{font-family:Consolas,monospace}
.charts{display:flex;flex-wrap:wrap}.charts figure{margin:0 28px 16px 0;max-width:100%}
.charts figcaption{font-weight:600;margin-bottom:6px}.charts svg{max-width:100%;height:auto;font-size:14px}
.charts rect{fill:#1d4f91}.charts text{fill:#1f2733}
"""
)


def render(result: ScanResult, options: ScanOptions) -> bytes:
    """The whole page."""
    note = "本报告含命中内容原文，按内部资料保管。" if options.show else "敏感内容已遮蔽。"
    body = "".join((_head(result), _steps(result), _charts(result), _findings(result), _lists(result)))
    page = (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'
        f"<title>保密扫描报告</title><style>{_STYLE}</style></head>"
        f'<body><main class="scan">{body}</main><p class="foot">{note}</p></body></html>\n'
    )
    return page.encode("utf-8", "replace")


def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'"


def _safe(text: str) -> str:
    return escape(on_one_line(text), quote=True)


def _head(result: ScanResult) -> str:
    counts = "".join(
        f'<li><span class="badge {severity.name.lower()}">{severity.label}</span><b>{count}</b></li>'
        for severity, count in result.by_severity().items()
    )
    since = f"<p>只列 {_safe(result.since)} 以来新增、变化和撤下的。</p>" if result.since else ""
    since += f"<p><b>{_safe(result.remaining())}</b></p>" if result.remaining() else ""
    accepted = f"<p>另有 {len(result.accepted)} 处已认可。</p>" if result.accepted else ""
    none = "无新增变化" if result.since else "未发现疑点"
    times = f"{local_time(result.started)} 至 {local_time(result.finished)}"
    says = result.disposition.label if result.rows or result.missing else f"{none}（仍须审批）"
    return (
        f'<section class="verdict v-{result.disposition.name.lower()}"><h2>{_safe(result.source)}</h2>'
        f'<p class="line"><span class="says">{_safe(says)}</span></p>'
        f'<ul class="counts">{counts or f"<li>{none}</li>"}</ul>{since}{accepted}'
        f'<p class="honest">{_safe(result.covered())}</p>'
        f'<p class="soft">渠道：{_safe(result.channel)}　{_safe(times)}</p>'
        "</section>"
    )


def _steps(result: ScanResult) -> str:
    return "<h2>下一步</h2><ol>" + "".join(f"<li>{_safe(step)}</li>" for step in next_steps(result)) + "</ol>"


def _charts(result: ScanResult) -> str:
    if not result.rows:
        return ""
    months = sorted(counted(result.rows, month_of))[-15:]
    charts = (
        bars("按栏目", counted(result.rows, top_column)),
        bars("按类别", counted(result.rows, lambda row: row.category_name)),
        bars("按月份（发布日期；不详的按首次发现）", months),
    )
    return f'<h2>统计</h2><div class="charts">{"".join(charts)}</div>'


def _findings(result: ScanResult) -> str:
    rows = (*result.rows, *result.accepted)
    if not rows:
        return ""
    heads = ("级别", "网址和位置", "疑点", "内容 → 规范写法", "怎么办", "栏目", "发现")
    return f"<h2>疑点（{len(rows)}）</h2>" + _table(heads, map(_row, rows[:_MOST]), len(rows))


def _row(row: ScanRow) -> str:
    seen = f"首次 {local_day(row.first_seen)}<br>最近 {local_day(row.last_seen)}<br>{states_in_words(row.state)}"
    mended = f"<br>→ {_safe(row.mended)}" if row.mended not in ("", row.masked) else ""
    accepted = f"<br>已认可：{_safe(row.accepted)}" if row.accepted else ""
    return (
        f'<tr><td><span class="badge {row.severity.name.lower()}">{row.severity.label}</span></td>'
        f'<td>{_link(row.location)}<br><span class="soft">{_safe(where(row))}</span></td>'
        f'<td>{_safe(row.title)}<br><span class="soft">{_safe(row.rule_id)}</span></td>'
        f'<td class="v">{_safe(row.masked)}{mended}</td><td>{_safe(row.advice)}<br>'
        f'<span class="soft">{_safe(row.basis)}</span></td><td>{_safe(row.column)}<br>{_safe(row.owner)}</td>'
        f'<td>{seen}<br><span class="soft">{_safe(row.fingerprint)}</span>{accepted}</td></tr>'
    )


def _link(location: str) -> str:
    """An address that can be clicked; nothing but http and https."""
    if is_address(location):
        return f'<a href="{_safe(location)}" rel="noreferrer">{_safe(location)}</a>'
    return _safe(location)


def _lists(result: ScanResult) -> str:
    """What was not read, deviates, is alike or gone."""
    parts = [
        _of_columns("与登记簿不一致", DEVIATION_COLUMNS, result.deviations),
        *(_of_columns(title, NOT_READ_COLUMNS, listed) for title, listed in result.not_read_by_kind()),
    ]
    if result.compared and not result.deviations:
        parts.append("<h2>与登记簿一致</h2><p>没有发现不一致。</p>")
    if result.sought:
        rows = (
            f"<tr><td>{one.share:.0%}</td><td>{_link(one.location)}</td><td>{_safe(one.title)}</td></tr>"
            for one in result.alike
        )
        heading = f"<h2>与《{_safe(result.sought)}》内容相同（{len(result.alike)}）</h2>"
        parts.append(heading + _table(("相同", "网址或路径", "标题"), rows, len(result.alike)))
    parts.append(_of_columns("已撤下", GONE_COLUMNS, result.gone))
    return "".join(parts)


def _of_columns(title: str, columns: Sequence[tuple[str, int, Callable[[Kind], str]]], things: Sequence[Kind]) -> str:
    if not things:
        return ""
    rows = (
        "<tr>" + "".join(f"<td>{_safe(value(one))}</td>" for _, _, value in columns) + "</tr>" for one in things[:_MOST]
    )
    return f"<h2>{title}（{len(things)}）</h2>" + _table([name for name, _, _ in columns], rows, len(things))


def _table(heads: Sequence[str], rows: Iterable[str], count: int) -> str:
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    more = f'<p class="soft">只列前 {_MOST} 项；全部见表格报告。</p>' if count > _MOST else ""
    return f'<table class="index"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>{more}'


plugin = ScanReport(name="html", suffix=".html", render=render)
