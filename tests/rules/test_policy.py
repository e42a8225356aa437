"""Policy: one more finding never lowers a decision; the unknown is held."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.decision import Disposition
from screening.domain.document import Span, Unread, UnreadReason
from screening.domain.errors import RuleError, SettingsError
from screening.domain.finding import Finding, Severity
from screening.domain.run import Coverage
from screening.rules.load import LexiconFiles, load
from screening.rules.policy import Policy, policy_of_table
from screening.settings import shipped


@cache
def policy() -> Policy:
    """The shipped policy."""
    return load(LexiconFiles(shipped("lexicons")))[1]


def finding(category: str, severity: Severity) -> Finding:
    """A finding of this category and severity."""
    text = dict.fromkeys(["title", "quote", "masked", "message", "advice", "basis", "place", "fingerprint"], "x")
    return Finding(
        rule_id="T-001", category=category, severity=severity, span=Span(0, 1), score=0.5, visible=True, **text
    )


FINDINGS = st.builds(
    finding,
    st.sampled_from([*policy().rows, "no_such_category"]),
    st.sampled_from(Severity),
)
CHANNELS = st.sampled_from([*policy().channels, "no_such_channel"])
ALL_READ = Coverage(1, 1, 0, 0, ())
UNREAD = Coverage(1, 1, 0, 0, (Unread("第1页", UnreadReason.IMAGE_WITHOUT_OCR),))


@given(st.lists(FINDINGS, max_size=6), FINDINGS, CHANNELS)
def test_one_more_finding_never_lowers_the_decision(some: list[Finding], one: Finding, channel: str) -> None:
    """The law of DESIGN section 3."""
    before = policy().decide(some, ALL_READ, channel)
    after = policy().decide([*some, one], ALL_READ, channel)
    assert after.disposition >= before.disposition
    assert set(after.sign_offs) >= set(before.sign_offs)


@given(st.lists(FINDINGS, max_size=4), CHANNELS)
def test_anything_unread_blocks(some: list[Finding], channel: str) -> None:
    """What was not read is never called clean."""
    assert policy().decide(some, UNREAD, channel).disposition >= Disposition.BLOCK


@given(FINDINGS, CHANNELS)
def test_a_graver_finding_never_demands_less(one: Finding, channel: str) -> None:
    """Severity and disposition rise together."""
    graver = replace(one, severity=one.severity.shifted(1))
    assert policy().disposition(graver, channel) >= policy().disposition(one, channel)


def test_the_unknown_is_held() -> None:
    """Unknown categories and channels need a leader."""
    assert policy().decide([finding("no_such", Severity.S3)], ALL_READ, "website").disposition >= Disposition.HOLD
    assert policy().decide([], ALL_READ, "no_such").disposition >= Disposition.HOLD


def test_a_mark_is_an_incident_on_every_channel() -> None:
    """State-secret marks are quarantined, wherever the draft goes."""
    for channel in policy().channels:
        decision = policy().decide([finding("state_secret_mark", Severity.S0)], ALL_READ, channel)
        assert decision.disposition is Disposition.QUARANTINE


def test_a_clean_draft_still_needs_its_signatures() -> None:
    """CLEAR is no approval."""
    decision = policy().decide([], ALL_READ, "website")
    assert decision.disposition is Disposition.CLEAR
    assert decision.sign_offs


def test_foreign_media_always_goes_outside() -> None:
    """制度 五.十: contact with foreign media needs an authority's opinion even when nothing is found."""
    assert policy().decide([], ALL_READ, "foreign_media").disposition is Disposition.REFER


def test_an_unknown_channel_is_told_with_the_known_ones() -> None:
    """The error names the cure."""
    with pytest.raises(SettingsError, match="website"):
        policy().channel("webseite")


def test_steps_in_the_wrong_direction_are_refused() -> None:
    """A row may not become milder for graver findings, and every category has a row."""
    ruleset, _ = load(LexiconFiles(shipped("lexicons")))
    spec = {
        "severities": {"S0": "BLOCK", "S1": "HOLD", "S2": "REDACT", "S3": "WARN"},
        "categories": {name: {"S0": "QUARANTINE"} for name in ruleset.categories},
        "channels": {},
        "unread": "BLOCK",
        "unread_sign_offs": ["A2"],
        "unknown": "HOLD",
        "offices": {"A1": "部门负责人"},
    }
    policy_of_table({"channels": [], "policy": spec}, ruleset.categories, "policy.yaml")
    spec["categories"]["major_case"] = {"S0": "WARN", "S1": "BLOCK"}
    with pytest.raises(RuleError, match="major_case"):
        policy_of_table({"channels": [], "policy": spec}, ruleset.categories, "policy.yaml")
    del spec["categories"]["major_case"]
    with pytest.raises(RuleError, match="major_case"):
        policy_of_table({"channels": [], "policy": spec}, ruleset.categories, "policy.yaml")
