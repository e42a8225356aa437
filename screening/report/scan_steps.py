"""What to do next, in plain words for the person on duty."""

from collections.abc import Iterator

from screening.domain.finding import Severity
from screening.report.scan_base import ScanResult


def next_steps(result: ScanResult) -> list[str]:
    """The steps in order, most urgent first; with a ledger the last one says when to look again."""
    steps = [*_grave(result), *_others(result)]
    if result.remaining():
        steps.append(f"{'此外，' if steps else '没有新增变化，但还没有办完：'}{result.remaining()}。")
    if not steps:
        none = "没有新增变化，也没有未办的。" if result.since else "没有需要立即处理的项目。"
        return [f"{none}报告存档，发布前仍按流程审批。", *_again(result, "定期重扫")]
    if result.online and (result.rows or result.gone):
        steps.append("撤下或改过的页面还要清理搜索引擎快照和本站搜索缓存。")
    return [*steps, *_again(result, "改完后重扫一遍")]


def _grave(result: ScanResult) -> Iterator[str]:
    """Findings, gravest first."""
    counts = result.by_severity()
    gravest, grave = counts.get(Severity.S0), counts.get(Severity.S1)
    if gravest:
        stop = "立即下线该页面或附件并停止传阅" if result.online else "停止流转该文件"
        yield (
            f"先办“严重”的 {gravest} 处：{stop}，报告保密员；不要自行删改原件，"
            f"记下发现时间、{'网址' if result.online else '文件名'}和经手人。"
        )
    if grave:
        stop = "先把页面或附件撤下" if result.online else "先停止流转该文件"
        yield f"当天办“高”的 {grave} 处：{stop}，按“怎么办”改好，重新送审后再发布。"
    rest = sum(count for severity, count in counts.items() if severity < Severity.S1)
    if rest:
        aside = "记为“认可”" if result.kept else "留存备查"
        yield (
            f"{'其余 ' if gravest or grave else ''}{rest} 处逐条核对：有“规范写法”的照写，其余按“怎么办”办；"
            f"确属可以公开的，写明理由，{aside}。"
        )
    if any(row.pages > 1 for row in result.rows):
        yield "“页面公共部分”只需改一处模板（页头、页脚、侧栏），改后全站生效。"


def _others(result: ScanResult) -> Iterator[str]:
    if result.deviations:
        yield f"与登记簿不一致的 {len(result.deviations)} 项：逐项找承办部门核对，补审、改正或撤下。"
    if result.alike:
        yield f"与《{result.sought}》内容相同的 {len(result.alike)} 处：同一问题要一并处理，转载方也要通知。"
    if result.missing:
        yield f"未能读取的 {result.missing} 项由两人打开查看，或按“怎么办”处理后重扫；没有读到不等于没有问题。"
    linked = sum(bool(one.linked_from) for one in result.gone)
    if linked:
        yield f"已撤下而链接仍在的 {linked} 处：确认是有意撤下的，再改正或删去链接。"


def _again(result: ScanResult, when: str) -> list[str]:
    """When to look again; without a ledger a later scan knows nothing of this one."""
    return [f"{when}（加 --since last 只看变化）。"] if result.kept else []
