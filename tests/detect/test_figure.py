"""Figures: values decide whether a number counts, and which grade it reaches."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from screening.checker import document_of_text
from screening.detect.engine import Engine
from screening.domain.errors import RuleError
from screening.domain.finding import Severity
from screening.domain.rule import Example, Rule, Ruleset
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped


@cache
def ruleset() -> Ruleset:
    """The shipped rules."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0]


def engine_of(**match: Any) -> Engine:
    """An engine with one figure rule."""
    rule = Rule(
        id="TEST-001", title="t", category="accident_casualty_figure", severity=Severity.S1,
        match={"kind": "figure", **match}, hits=(Example("x"),), misses=(Example("y"),), basis="-", advice="-",
        source="t.yaml",
    )  # fmt: skip
    return Engine(replace(ruleset(), rules=(rule,), contexts=()), b"k" * 32)


DEAD = {"patterns": ["{n}人(?:死亡|遇难)"], "grades": {3: "较大事故", 10: "重大事故", 30: "特别重大事故"}}


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("造成2人死亡", ()),
        ("造成3人死亡", ("较大事故",)),
        ("造成十余人遇难", ("重大事故",)),
        ("造成三十二人死亡", ("特别重大事故",)),
        ("造成近30人死亡", ("特别重大事故",)),
    ],
)
def test_the_grade_follows_from_the_value(text: str, grade: tuple[str, ...]) -> None:
    """Thresholds of the regulation; an open number reaches the grade that its upper end reaches."""
    found = engine_of(**DEAD).find(document_of_text(text))
    assert [one.explanation for one in found] == [grade]


def test_units_and_limits() -> None:
    """The pattern says 万元, the limits are in yuan."""
    engine = engine_of(patterns=["损失{n}万元"], unit=10_000, at_least=10_000_000)
    assert not engine.find(document_of_text("直接经济损失600万元"))
    assert engine.find(document_of_text("直接经济损失6200万元"))


def test_grades_survive_the_cache_of_checked_rules() -> None:
    """Keys are text there."""
    found = engine_of(patterns=DEAD["patterns"], grades={"3": "较大事故"}).find(document_of_text("造成5人死亡"))
    assert found[0].explanation == ("较大事故",)


@pytest.mark.parametrize(
    ("match", "words"),
    [
        ({"patterns": ["死亡"]}, "{n}"),
        ({"patterns": ["{n}人"], "unit": "万"}, "match.unit"),
        ({"patterns": ["{n}人"], "grades": {"多": "x"}}, "match.grades"),
    ],
)
def test_a_wrong_field_is_told_with_its_rule(match: dict[str, Any], words: str) -> None:
    """File, rule, field and cure."""
    with pytest.raises(RuleError, match=r"t\.yaml: 规则 TEST-001") as raised:
        engine_of(**match)
    assert words in str(raised.value)
