"""The scan at a terminal: gravest first, one block a finding, then what was not read and what to do next."""

from collections.abc import Iterable

from screening.report.columns import shortened, width_of, wrapped
from screening.report.printable import on_one_line
from screening.report.scan_base import NotRead, ScanOptions, ScanReport, ScanResult, ScanRow, states_in_words, where
from screening.report.scan_steps import next_steps

_NARROWEST, _WIDEST = 48, 120
_MOST = 200  # of each list; the files hold all


def render(result: ScanResult, options: ScanOptions) -> bytes:
    """Everything that needs somebody, and the honest summary."""
    width = min(max(options.width, _NARROWEST), _WIDEST)
    lines: list[str] = ["━" * width, f"扫描：{on_one_line(result.source)}（{result.channel}）", *_head(result), ""]
    lines += _listed("疑点", [_finding(row, width) for row in result.rows])
    lines += _listed("与登记簿不一致", [
        [f"{one.label}　{one.number} {one.title}", f"    {one.location}", f"    {one.detail}", f"    → {one.advice}"]
        for one in result.deviations
    ])  # fmt: skip
    lines += _listed(f"与《{result.sought}》内容相同", [
        [f"{one.share:.0%}　{one.title}", f"    {one.location}"] for one in result.alike
    ])  # fmt: skip
    lines += _listed("未能读取", [_not_read(one) for one in result.not_read])
    lines += _listed("已撤下", [[one] for one in result.gone])
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
    counts = " · ".join(f"{severity.label} {count}" for severity, count in result.by_severity().items())
    yield f"疑点：{counts or '未发现'}" + (f"；另有 {len(result.accepted)} 处已认可" if result.accepted else "")
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


def _finding(row: ScanRow, width: int) -> list[str]:
    head = f"[{row.severity.label}] {row.title}"
    state = f"　{states_in_words(row.state)}" if row.state != "new" else ""
    lines = [head + state, f"    {shortened(on_one_line(row.location), max(width - 4, 20))}"]
    value = f"「{row.masked}」" + (f" → 「{row.mended}」" if row.mended not in (row.masked, "") else "")
    lines += [f"    {line}" for line in wrapped(on_one_line(f"{where(row)}　{value}"), width - 4)]
    lines += [f"    {line}" for line in wrapped(on_one_line(f"怎么办：{row.advice}"), width - 4)]
    tail = f"规则 {row.rule_id}　指纹 {row.fingerprint}"
    return [*lines, f"    {tail}" if width_of(tail) < width else f"    {row.rule_id}"]


def _not_read(one: NotRead) -> list[str]:
    return [f"{one.reason}", f"    {one.location}", f"    → {one.cure}"]


plugin = ScanReport(name="text", suffix=".txt", render=render)
