"""A rule in words: how it matches, and which surroundings change what its hits weigh."""

from collections.abc import Mapping, Sequence
from typing import Any

from screening.domain.rule import Condition, Effect, Rule, Ruleset

_EFFECTS = {
    Effect.EXCUSE: "不算疑点",
    Effect.SETTLE: "降为低",
    Effect.RAISE: "升一级（至多到高）",
    Effect.NOTE: "只否定别的语境",
}
_WITHIN = {"sentence": "同句", "line": "同行", "block": "同段", "passage": "邻近段落", "document": "全文"}
_MOST = 40  # words of a list that are shown
_MADE = {"literals"}  # found from the patterns when the rules are loaded; not written by anybody


def match_text(match: Mapping[str, Any]) -> str:
    """What is matched, a line for each value."""
    lines = []
    for name, value in match.items():
        if name not in _MADE:
            lines += _lines(name, value)
    return "\n".join(lines)


def _lines(name: str, value: Any) -> list[str]:
    if not isinstance(value, list):
        return [f"{name}: {value}"]
    if value and all(isinstance(one, str) for one in value) and name != "patterns":
        return [f"{name}: {_some(value)}"]
    return [f"{name}:", *(f"  {one}" for one in value[:_MOST])]


def context_lines(rule: Rule, ruleset: Ruleset) -> list[str]:
    """Conditions of the rule itself, then the contexts that touch its category."""
    lines = [f"须有（{_where(one)}）：{_some(one.cues)}" for one in rule.needs]
    lines += [f"有则不算（{_where(one)}）：{_some(one.cues)}" for one in rule.unless]
    lines += [f"级别改为{one.severity.label}（{_where(one.condition)}）：{one.because}" for one in rule.adjust]
    lines += [f"除外：{_some(rule.exceptions)}"] if rule.exceptions else []
    return lines + [
        f"{one.title}：{_EFFECTS[one.effect]}。{one.because}"
        for one in ruleset.contexts
        if rule.category in one.categories and one.id not in rule.immune
    ]


def _where(condition: Condition) -> str:
    return _WITHIN.get(str(condition.within), f"前后 {condition.within} 字")


def _some(words: Sequence[str]) -> str:
    shown = "、".join(words[:_MOST])
    return f"{shown} 等 {len(words)} 个" if len(words) > _MOST else shown
