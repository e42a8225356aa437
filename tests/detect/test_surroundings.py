"""Contexts: what holds where, what they do to a hit, and what they may never touch."""

from dataclasses import replace
from functools import cache

import pytest

from screening.checker import document_of_text
from screening.detect.engine import Engine
from screening.domain.finding import Severity
from screening.domain.rule import Example, Rule, Ruleset
from screening.prove import prove_contexts
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped

NEVER = {
    "state_secret_mark", "state_secret_mark_variant", "mark_removed", "classified_doc_header", "scope_limited_note",
    "work_secret_mark", "trade_secret_mark", "pii_id_number", "pii_contact", "pii_financial", "pii_list_bulk",
    "hidden_content", "failed_redaction", "unreadable_content",
}  # fmt: skip


@cache
def ruleset() -> Ruleset:
    """The shipped rules."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0]


def severity_of(text: str, category: str = "major_accident", basis: str = "") -> Severity | None:
    """The severity of a planted rule of this category on 坍塌 in a text; None when context excuses it."""
    rule = Rule(
        id="TEST-001", title="t", category=category, severity=Severity.S1, match={"kind": "terms", "terms": ["坍塌"]},
        hits=(Example("坍塌"),), misses=(Example("x"),), basis="-", advice="-",
    )  # fmt: skip
    engine = Engine(replace(ruleset(), rules=(rule,)), b"k" * 32)
    found = engine.examine(document_of_text(text), basis).findings
    return found[0].severity if found else None


def test_every_example_of_every_context_holds() -> None:
    """A context proves itself as rules do."""
    assert [str(failure) for failure in prove_contexts(ruleset())] == []


def test_a_planted_wrong_example_is_caught() -> None:
    """The proof of contexts can fail."""
    first = ruleset().contexts[0]
    spoilt = replace(
        ruleset(), contexts=(replace(first, misses=(*first.misses, first.hits[0])), *ruleset().contexts[1:])
    )
    assert [failure.expected for failure in prove_contexts(spoilt)] == ["miss"]


@pytest.mark.parametrize("context", ruleset().contexts, ids=lambda context: context.id)
def test_marks_personal_data_and_hidden_content_are_out_of_reach(context: object) -> None:
    """No context lists them; minors and victims may only be excused by fiction and drills, never by release."""
    reach = context.categories  # type: ignore[attr-defined]
    assert not reach & NEVER
    if context.id in ("release", "not_yet", "abroad"):  # type: ignore[attr-defined]
        assert not reach & {"minor_identity", "victim_witness_identity", "sensitive_personal"}


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("昨夜隧道坍塌。", Severity.S1),
        ("据市应急管理局通报，昨夜隧道坍塌。", Severity.S3),
        ("据市应急管理局通报，昨夜隧道坍塌，详情尚未公布。", Severity.S1),
        ("电影再现了隧道坍塌的一夜。", None),
        ("应急演练模拟3人被困隧道坍塌现场。", None),
        ("当地时间昨夜，该国一处隧道坍塌。", None),
        ("当地时间昨夜，该国一处隧道坍塌，两名中国公民受伤。", Severity.S1),
    ],
)
def test_release_settles_and_not_yet_beats_it(text: str, severity: Severity | None) -> None:
    """The context logic of the rule, case by case."""
    assert severity_of(text) == severity


def test_a_declared_basis_counts_as_release_and_is_named() -> None:
    """--release-basis settles what the text itself does not show; not-yet words still beat it."""
    assert severity_of("昨夜隧道坍塌。", basis="云政发〔2031〕6号") is Severity.S3
    assert severity_of("昨夜隧道坍塌，尚未对外公布。", basis="云政发〔2031〕6号") is Severity.S1
    assert severity_of("昨夜隧道坍塌。", category="work_secret_mark", basis="云政发〔2031〕6号") is Severity.S1


def test_a_change_is_explained() -> None:
    """The finding says which context, which words, and from what to what."""
    rule = next(rule for rule in ruleset().rules if rule.category == "accident_casualty_figure")
    engine = Engine(replace(ruleset(), rules=(rule,)), b"k" * 32)
    settled = [
        finding
        for example in rule.hits
        for finding in engine.examine(document_of_text(example.text), "云政发〔2031〕6号").findings
        if finding.severity is Severity.S3
    ]
    assert settled
    assert any("云政发〔2031〕6号" in note and "→低" in note for note in settled[0].explanation)


def test_a_rule_may_be_immune() -> None:
    """A rule that names a context is not touched by it."""
    rule = Rule(
        id="TEST-001", title="t", category="major_accident", severity=Severity.S1, immune=("release",),
        match={"kind": "terms", "terms": ["坍塌"]}, hits=(Example("坍塌"),), misses=(Example("x"),),
        basis="-", advice="-",
    )  # fmt: skip
    engine = Engine(replace(ruleset(), rules=(rule,)), b"k" * 32)
    assert engine.find(document_of_text("据市应急管理局通报，昨夜隧道坍塌。"))[0].severity is Severity.S1
