"""xianshen baseline: accept today's findings, with a reason, a name and a last day."""

import datetime as dt
import sys
from pathlib import Path

import click

from screening.checker import Screener
from screening.cli.files import inputs_of
from screening.domain.baseline import Acceptance
from screening.domain.finding import Severity
from screening.rules.baseline import baseline_text, read_baseline

_UNREAD = 3


@click.command(name="baseline", short_help="把已核实的结果记入基线（须写理由、姓名、有效期）")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="基线文件")
@click.option("--reason", required=True, help="认可的理由")
@click.option("--name", required=True, help="认可人姓名")
@click.option("--expires", required=True, type=click.DateTime(["%Y-%m-%d"]), help="有效至哪一天，如 2031-12-31")
@click.option("--rule", "rules", multiple=True, help="只认可这些规则的结果")
@click.option("--channel", help="发布渠道")
def command(
    paths: tuple[Path, ...],
    output: Path,
    reason: str,
    name: str,
    expires: dt.datetime,
    rules: tuple[str, ...],
    channel: str | None,
) -> None:
    """检查稿件，把现有疑点记入基线；以后 check --baseline 不再计入这些疑点，但仍显示数目。

    级别为“严重”的（如国家秘密标志、批量名单）不能记入基线：须改稿，或由保密员处理。
    """
    if not reason.strip() or not name.strip():
        raise click.UsageError("理由（--reason）和姓名（--name）不能为空")
    if expires.date() < dt.datetime.now(tz=dt.UTC).astimezone().date():
        raise click.UsageError(f"有效期 {expires.date()} 已过；写一个将来的日期")
    with Screener() as screener:
        unknown = [rule for rule in rules if screener.ruleset.rule(rule) is None]
        if unknown:
            raise click.UsageError(f"没有编号为 {'、'.join(unknown)} 的规则；用 xianshen rules list 查看")
        kept = list(read_baseline(output, screener.key)) if output.exists() else []
        grave = unread = 0
        for one in inputs_of(paths, ""):
            run = screener.examine(one.source, channel, filename=one.name).run
            unread += len(run.coverage.unread)
            for finding in run.findings:
                if rules and finding.rule_id not in rules:
                    continue
                if finding.severity is Severity.S0:
                    grave += 1
                    continue
                kept.append(
                    Acceptance(finding.fingerprint, finding.rule_id, finding.place, reason, name, expires.date())
                )
        output.write_text(baseline_text(kept, screener.key), encoding="utf-8")
    click.echo(f"{output}: 共 {len({one.fingerprint for one in kept})} 条")
    if grave:
        click.echo(f"另有 {grave} 处级别为“严重”，未记入：严重的疑点不能用基线认可，须改稿或由保密员处理", err=True)
    if unread:
        click.echo(f"有 {unread} 处未能读取：基线不完整，未读内容不能认可；先用 xianshen check 查看", err=True)
        sys.exit(_UNREAD)
