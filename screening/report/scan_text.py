"""The scan at a terminal: gravest first, one block a finding, then what was not read and what to do next."""

from collections.abc import Iterable

from screening.report.columns import shortened, width_of, wrapped
from screening.report.printable import on_one_line
from screening.report.scan_base import (
    Gone,
    NotRead,
    ScanOptions,
    ScanReport,
    ScanResult,
    ScanRow,
    by_severity,
    in_words,
    states_in_words,
    where,
)
from screening.report.scan_steps import next_steps

_NARROWEST, _WIDEST = 48, 120
_MOST = 200  # of each list; the files hold all
_MOST_VANISHED = 5


def render(result: ScanResult, options: ScanOptions) -> bytes:
    """Everything that needs somebody, and the honest summary."""
    width = min(max(options.width, _NARROWEST), _WIDEST)
    lines: list[str] = ["━" * width, f"扫描：{on_one_line(result.source)}（{result.channel}）", *_head(result), ""]
    lines += _listed(
        "疑点", [_finding(row, width, state=bool(result.since) or row.state != "new") for row in result.rows]
    )
    lines += _listed("与登记簿不一致", [
        [f"{one.label}　{one.number} {one.title}", f"    {one.location}", f"    {one.detail}", f"    → {one.advice}"]
        for one in result.deviations
    ])  # fmt: skip
    lines += _listed(f"与《{result.sought}》内容相同", [
        [f"{one.share:.0%}　{one.title}", f"    {one.location}"] for one in result.alike
    ])  # fmt: skip
    for title, listed in result.not_read_by_kind():
        lines += _listed(title, [_not_read(one) for one in listed])
    lines += _listed("已撤下", [_gone(one) for one in result.gone])
    lines += _listed("已认可", [[_accepted(row)] for row in result.accepted])
    lines += ["下一步"]
    for number, step in enumerate(next_steps(result), 1):
        head, *more = wrapped(f"{number}. {step}", width)
        lines += [head, *(f"   {line}" for line in more)]
    lines += ["", *wrapped(result.covered(), width)]
    return ("\n".join(on_one_line_kept(line) for line in lines) + "\n").encode("utf-8", "replace")


def on_one_line_kept(line: str) -> str:
    """One line, harmless, with its indentation."""
    return line[: len(line) - len(line.lstrip(" "))] + on_one_line(line.lstrip(" "))


def _head(result: ScanResult) -> Iterable[str]:
    yield f"疑点：{result.counted()}" + (f"；另有 {len(result.accepted)} 处已认可" if result.accepted else "")
    if result.remaining():
        yield result.remaining()
    if result.rows:
        yield f"结论：{result.disposition.label}"
    if result.since:
        yield f"只列 {result.since} 以来新增、变化和撤下的"


def _listed(heading: str, blocks: list[list[str]]) -> list[str]:
    if not blocks:
        return []
    lines = [f"── {heading}（{len(blocks)}）", *(line for block in blocks[:_MOST] for line in block)]
    if len(blocks) > _MOST:
        lines.append(f"    ……其余 {len(blocks) - _MOST} 项见文件报告（--format html 或 --report 月报.xlsx）")
    return [*lines, ""]


def _finding(row: ScanRow, width: int, *, state: bool) -> list[str]:
    head = f"[{row.severity.label}] {row.title}" + (f"　{states_in_words(row.state)}" if state else "")
    lines = [head, f"    {shortened(on_one_line(row.location), max(width - 4, 20))}"]
    value = f"「{row.masked}」{_form(row)}"
    lines += [f"    {line}" for line in wrapped(on_one_line(f"{where(row)}　{value}"), width - 4)]
    lines += [f"    {line}" for line in wrapped(on_one_line(f"怎么办：{row.advice}"), width - 4)]
    tail = f"规则 {row.rule_id}　指纹 {row.fingerprint}"
    return [*lines, f"    {tail}" if width_of(tail) < width else f"    {row.rule_id}"]


def _form(row: ScanRow) -> str:
    """The official form; where the value is shown in it already, that it is so."""
    if row.mended == row.masked:
        return "（规范写法同此）"
    return f"　规范写法：「{row.mended}」" if row.mended else ""


def _not_read(one: NotRead) -> list[str]:
    parent = [f"    所在页面：{one.parent}"] if one.parent else []
    return [f"{one.reason}", f"    {one.location}", *parent, f"    → {one.cure}"]


def _gone(one: Gone) -> list[str]:
    linked = [f"    链接仍在：{one.linked_from}"] if one.linked_from else []
    vanished = [f"    随之消失的疑点：{in_words(by_severity(one.rows))}"] if one.rows else []
    rows = [
        f"    [{row.severity.label}] {row.title}　{row.place}「{row.masked}」　指纹 {row.fingerprint}"
        for row in one.rows[:_MOST_VANISHED]
    ]
    more = [f"    ……其余 {len(one.rows) - _MOST_VANISHED} 处见文件报告"] if len(one.rows) > _MOST_VANISHED else []
    return [f"{one.location}　{one.title}".rstrip(), *linked, *vanished, *rows, *more]


def _accepted(row: ScanRow) -> str:
    """On one line: what, where, and who set it aside, why and until when."""
    return f"[{row.severity.label}] {row.title}　{row.location}　{where(row)}　{row.accepted}　指纹 {row.fingerprint}"


plugin = ScanReport(name="text", suffix=".txt", render=render)
