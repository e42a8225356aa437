"""Rules about quantities: a pattern with {n}, the value it must have, and the grade that the value reaches.

match: patterns, views, validators, in, not_in as for patterns; unit: what one counts as (a number, such as 10000 where
the pattern says 万元; 1 if left out); at_least, at_most: values outside are passed; grades: least value to words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from screening.detect.base import MatcherKind, Parts
from screening.detect.pattern import Judge, PatternMatcher
from screening.domain.errors import RuleError
from screening.domain.rule import Rule
from screening.text.quantities import Quantity, quantity

_FIELDS = ("unit", "at_least", "at_most", "grades")


class _FigureJudge:
    """Judges the number of a match of one rule."""

    def __init__(self, rule: Rule) -> None:
        self._unit = _number(rule, "unit", 1)
        self._least, self._most = _number(rule, "at_least", 0), _number(rule, "at_most", float("inf"))
        self._grades = _grades(rule)
        if not all("{n}" in source for source in rule.match.get("patterns", [])):
            raise RuleError(
                f"{rule.source}: 规则 {rule.id} 字段 match.patterns：每个表达式都要有 {{n}}（数量所在之处）"
            )

    def __call__(self, match: Any) -> str | None:
        """The grade in words, empty where none is reached; None for a value that does not count."""
        value = quantity((match.group("n") or b"").decode())
        if value is None:
            return None
        value = Quantity(value.low * self._unit, value.high * self._unit)
        if value.high < self._least or value.low > self._most:
            return None
        reached = [least for least in self._grades if value.high >= least]
        return self._grades[max(reached)] if reached else ""


def _number(rule: Rule, field: str, default: float) -> float:
    value = rule.match.get(field, default)
    if not isinstance(value, int | float):
        raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.{field}：应为数")
    return float(value)


def _grades(rule: Rule) -> Mapping[float, str]:
    """Keys may be text: the cache of checked rules keeps JSON."""
    try:
        return {float(least): str(words) for least, words in rule.match.get("grades", {}).items()}
    except (AttributeError, ValueError):
        raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.grades：应为“数: 说明”") from None


def _build(rules: Sequence[Rule], parts: Parts) -> PatternMatcher:
    def judge_of(rule: Rule) -> Judge:
        return _FigureJudge(rule)

    return PatternMatcher(rules, parts.scan, judge_of, _FIELDS)


plugin = MatcherKind("figure", build=_build)
