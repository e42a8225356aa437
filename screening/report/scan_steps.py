"""What to do next, in plain words for the person on duty."""

from screening.domain.finding import Severity
from screening.report.scan_base import ScanResult


def next_steps(result: ScanResult) -> list[str]:
    """The steps in order, most urgent first; the last one always says when to look again."""
    counts = result.by_severity()
    steps = []
    if counts.get(Severity.S0):
        steps.append(
            f"先办“严重”的 {counts[Severity.S0]} 处：立即下线该页面或附件并停止传阅，报告保密员；不要自行删改原件，"
            "记下发现时间、网址和经手人。"
        )
    if counts.get(Severity.S1):
        steps.append(
            f"当天办“高”的 {counts[Severity.S1]} 处：先把页面或附件撤下，按“怎么办”一栏改好，重新送审后再发布。"
        )
    rest = counts.get(Severity.S2, 0) + counts.get(Severity.S3, 0)
    if rest:
        steps.append(f"其余 {rest} 处逐条核对：该遮的按“规范写法”一栏改写；确属可以公开的，写明理由记为“认可”。")
    if any(row.pages > 1 for row in result.rows):
        steps.append("“页面公共部分”只需改一处模板（页头、页脚、侧栏），改后全站生效。")
    if result.deviations:
        steps.append(f"与登记簿不一致的 {len(result.deviations)} 项：逐项找承办部门核对，补审、改正或撤下。")
    if result.alike:
        steps.append(f"与《{result.sought}》内容相同的 {len(result.alike)} 处：同一问题要一并处理，转载方也要通知。")
    if result.missing:
        steps.append(f"未能读取的 {result.missing} 项由两人打开查看，或按“怎么办”处理后重扫；没有读到不等于没有问题。")
    if not steps:
        steps.append("没有需要立即处理的项目。报告存档，发布前仍按流程审批。")
    steps.append("改完后重扫一遍（加 --since last 只看变化）；已撤下的页面还要清理搜索引擎快照和本站搜索缓存。")
    return steps
