"""Token rules: words in order and names, only where a trigger stands."""

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
    """An engine with one token rule."""
    rule = Rule(
        id="TEST-001", title="t", category="victim_witness_identity", severity=Severity.S1,
        match={"kind": "tokens", **match}, hits=(Example("x"),), misses=(Example("y"),), basis="-", advice="-",
        source="t.yaml",
    )  # fmt: skip
    return Engine(replace(ruleset(), rules=(rule,), contexts=()), b"k" * 32)


VICTIM = {
    "triggers": ["受害人", "被害人"],
    "take": "PER",
    "patterns": [[{"TEXT": {"IN": ["受害人", "被害人"]}}, {"ENT_TYPE": "PER", "OP": "+"}]],
}


@pytest.mark.parametrize("lead", ["", "据了解，", "　　昨日\n", "受害\u200b人没有说话。"])
def test_the_name_behind_the_role_is_the_hit(lead: str) -> None:
    """The span is that of the name in the source, whatever stands before it."""
    text = f"{lead}受害人赵丽丽在家人陪同下到医院检查。"
    found = engine_of(**VICTIM).find(document_of_text(text))
    assert [one.quote for one in found] == ["赵丽丽"]


@pytest.mark.parametrize("text", ["被害人已获得司法救助。", "赵丽丽在家人陪同下到医院检查。", "受害人的家属赶到现场。"])
def test_no_name_or_no_trigger_is_no_hit(text: str) -> None:
    """Order matters, and so does the name."""
    assert not engine_of(**VICTIM).find(document_of_text(text))


def test_offsets_in_a_long_text_of_many_sentences() -> None:
    """Hits of far sentences come home exactly."""
    text = "会议听取了汇报。" * 300 + "被害人周建国作了陈述。" + "会议结束。" * 50
    found = engine_of(**VICTIM).find(document_of_text(text))
    assert [text[one.span.start : one.span.end] for one in found] == ["周建国"]


@pytest.mark.parametrize(
    ("match", "words"),
    [
        ({"patterns": [[{"TEXT": "人"}]]}, "match.triggers"),
        ({"triggers": ["人质"], "patterns": []}, "match.patterns"),
        ({"triggers": ["人质"], "patterns": [[{"TEXT": "人质"}]], "take": "AGE"}, "match.take"),
        ({"triggers": ["人质"], "patterns": [[{"NO_SUCH": 1}]]}, "spaCy 不接受"),
    ],
)
def test_a_wrong_field_is_told_with_its_rule(match: dict[str, Any], words: str) -> None:
    """File, rule, field and cure."""
    with pytest.raises(RuleError, match=r"t\.yaml: 规则 TEST-001") as raised:
        engine_of(**match).compile()
    assert words in str(raised.value)
