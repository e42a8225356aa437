"""xianshen rules: list, check and explain the rules in force."""

import sys

import click

from screening.checker import Screener
from screening.domain.rule import Context, Effect, Rule
from screening.prove import prove, prove_contexts

_FAILED = 1
_EFFECTS = {
    Effect.EXCUSE: "不算疑点",
    Effect.SETTLE: "降为低",
    Effect.RAISE: "升一级（至多到高）",
    Effect.NOTE: "只否定别的语境",
}


@click.group(name="rules", short_help="查看、检验规则")
def command() -> None:
    """规则是数据：写在 lexicons/ 下，每条自带命中例、不命中例和依据。"""


@command.command(name="list", short_help="列出全部规则")
@click.option("--category", help="只列这一类别")
def list_rules(category: str | None) -> None:
    """编号、级别、类别、名称，每条一行。"""
    ruleset = Screener().ruleset
    for rule in ruleset.rules:
        if category in (None, rule.category):
            name = ruleset.categories[rule.category].name
            click.echo(f"{rule.id}\t{rule.severity.name}\t{rule.category}\t{name}\t{rule.title}")


@command.command(short_help="用每条规则自带的例子检验规则")
def check() -> None:
    """逐条检验：命中例必须命中，不命中例必须不命中。有不符的返回 1，规则写错的返回 2。"""
    ruleset = Screener().ruleset
    failures = [*prove_contexts(ruleset), *prove(ruleset)]
    for failure in failures:
        click.echo(str(failure))
    for rule in ruleset.rules:
        if rule.replaces:
            click.echo(f"注意：{rule.source} 的规则 {rule.id} 替换了自带的同号规则（{rule.replaces}）")
    examples = sum(len(rule.hits) + len(rule.misses) for rule in ruleset.rules)
    click.echo(f"{len(ruleset.rules)} 条规则，{examples} 个例子，{len(failures)} 个不符；版本 {ruleset.version[:12]}")
    sys.exit(_FAILED if failures else 0)


@command.command(name="compile", short_help="为批量检查预先编译规则")
def compile_rules() -> None:
    """编译加速库，放入缓存，约半分钟；规则改动后重新执行。不编译也能检查，结果相同，只是慢。装不了加速组件的返回 1。"""
    if not Screener().engine.hasten():
        click.echo("未安装可用的加速组件：pip install 'xianshen[fast]'（仅 x86_64，Python 3.11、3.12）", err=True)
        sys.exit(_FAILED)
    click.echo("加速库已就绪")


@command.command(short_help="一条规则的依据、做法和例子")
@click.argument("rule_id")
def explain(rule_id: str) -> None:
    """编号如 MARK-001；也可以是语境，如 release。"""
    screener = Screener()
    rule = screener.ruleset.rule(rule_id.upper())
    context = next((one for one in screener.ruleset.contexts if one.id == rule_id), None)
    if context is not None:
        click.echo("\n".join(_context_explained(context, screener)))
        return
    if rule is None:
        raise click.UsageError(f"没有编号为 {rule_id} 的规则；用 xianshen rules list 查看全部编号")
    click.echo("\n".join(_explained(rule, screener)))


def _explained(rule: Rule, screener: Screener) -> list[str]:
    category = screener.ruleset.categories[rule.category]
    row = screener.policy.rows.get(rule.category, {})
    follows = row.get(rule.severity, screener.policy.severities[rule.severity])
    offices = "、".join(screener.policy.offices.get(one, one) for one in category.approvers)
    lines = [
        f"{rule.id}　{rule.title}",
        f"类别：{category.name}（{category.id}）　级别：{rule.severity.name} {rule.severity.label}",
        f"依据：{rule.basis}",
        f"怎么办：{rule.advice}",
        f"处置：{follows.label}　由谁决定：{offices}",
        f"匹配方式：{rule.match['kind']}　来源文件：{rule.source}",
    ]
    lines += [f"须有语境：{_some(one.cues)}（{one.within}）" for one in rule.needs]
    lines += [f"语境排除：{_some(one.cues)}（{one.within}）" for one in rule.unless]
    lines += [f"语境调级为 {one.severity.name}：{one.because}" for one in rule.adjust]
    lines += [
        f"语境 {one.id} {one.title}：{_EFFECTS[one.effect]}。{one.because}"
        for one in screener.ruleset.contexts
        if rule.category in one.categories and one.id not in rule.immune
    ]
    lines += [f"  命中例：{one.text}" for one in rule.hits]
    lines += [f"不命中例：{one.text}" for one in rule.misses]
    return lines


def _context_explained(context: Context, screener: Screener) -> list[str]:
    names = "、".join(screener.ruleset.categories[one].name for one in sorted(context.categories))
    lines = [
        f"{context.id}　{context.title}：{_EFFECTS[context.effect]}",
        f"说明：{context.because}",
        f"依据：{context.basis}",
        f"范围：{context.within}　被这些语境否定：{'、'.join(context.beaten_by) or '无'}",
        f"作用于：{names or '不直接作用'}",
        f"词：{_some(context.cues)}　表达式 {len(context.patterns)} 个",
    ]
    lines += [f"  成立例：{text}" for text in context.hits]
    return lines + [f"不成立例：{text}" for text in context.misses]


def _some(cues: tuple[str, ...]) -> str:
    shown = "、".join(cues[:8])
    return f"{shown} 等 {len(cues)} 个" if len(cues) > 8 else shown
