"""The export of the audit trail: it comes back as it went, and a broken line is named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.audit import FIRST, Anchor, AuditEvent, TrailError, events_of, export_lines, sealed, verify

KEY = b"audit" * 8
WORDS = st.text(max_size=12)
EVENTS = st.builds(
    AuditEvent, st.integers(1, 9), WORDS, WORDS, WORDS, WORDS, st.dictionaries(WORDS, WORDS | st.integers()), WORDS
)


@given(EVENTS)
def test_what_is_sealed_is_canonical_json(event: AuditEvent) -> None:
    """The seals of trails that exist rest on it."""
    parts = [event.seq, event.at, event.actor, event.action, event.subject, dict(sorted(event.payload.items()))]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    assert event.body() == text.encode("utf-8", "surrogatepass")


@given(st.lists(EVENTS, max_size=4))
def test_events_come_back_as_they_went(events: list[AuditEvent]) -> None:
    """Whatever stands in them, one line each."""
    lines = list(export_lines(events))
    assert all(line.count("\n") == 1 and line.isascii() for line in lines)
    assert list(events_of(lines)) == events


def test_an_exported_trail_still_verifies() -> None:
    """Seals hold over a round trip; blank lines and anchors between are passed over."""
    first = sealed(AuditEvent(1, "2031-05-06", "人员一", "case:sign", "case-1", {"b": 1, "a": "二"}), FIRST, KEY)
    second = sealed(AuditEvent(2, "2031-05-06", "人员二", "case:sign", "case-1"), first.seal, KEY)
    one, two = export_lines([first, second])
    anchor = json.dumps({"seq": 2, "seal": second.seal, "at": "2031-05-06", "signature": "c2ln"})
    assert list(verify(events_of([one, "\n", two, anchor]), KEY, [Anchor(2, second.seal)])) == []


def test_anchors_that_contradict_each_other_are_a_fault() -> None:
    """One of them must have been made for another trail."""
    event = sealed(AuditEvent(1, "2031-05-06", "人员一", "case:sign", "case-1"), FIRST, KEY)
    for anchors in ([Anchor(1, FIRST), Anchor(1, event.seal)], [Anchor(1, event.seal), Anchor(1, FIRST)]):
        assert [fault.seq for fault in verify([event], KEY, anchors)] == [1]


def test_a_seal_that_is_not_ascii_is_a_fault() -> None:
    """It does not stop the check."""
    event = AuditEvent(1, "2031-05-06", "人员一", "case:sign", "case-1", {}, "\ud800封")
    assert [fault.seq for fault in verify([event, event], KEY)] == [1, 2, 1]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "[" * 100_000,
        "{}",
        '{"seq": 1}',
        '{"seq":"1","at":"","actor":"","action":"","subject":"","payload":{},"seal":""}',
        '{"seq":1,"at":2,"actor":"","action":"","subject":"","payload":{},"seal":""}',
        '{"seq":1,"at":"","actor":"","action":"","subject":"","payload":[],"seal":""}',
        '{"seq":1,"at":"","actor":"","action":"","subject":"","payload":{},"seal":"","more":1}',
    ],
)
def test_a_broken_line_is_named(line: str) -> None:
    """By its number."""
    good = next(export_lines([AuditEvent(1, "", "", "", "")]))
    with pytest.raises(TrailError, match="第 2 行"):
        list(events_of([good, line]))
