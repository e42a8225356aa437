"""The audit trail: any tampering is found, where it was done; an honest trail is clean."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.audit import FIRST, Anchor, AuditEvent, sealed, verify

KEY = b"audit" * 8


def trail(count: int, key: bytes = KEY) -> list[AuditEvent]:
    """An honest trail."""
    events: list[AuditEvent] = []
    for seq in range(1, count + 1):
        event = AuditEvent(
            seq, f"2031-05-06T08:00:{seq:02}", "person-1", "case:sign", f"case-{seq}", {"level": seq % 3}
        )
        events.append(sealed(event, events[-1].seal if events else FIRST, key))
    return events


HONEST = trail(12)
ANCHORS = [Anchor(6, HONEST[5].seal), Anchor(12, HONEST[11].seal)]


def rewritten() -> list[AuditEvent]:
    """All of it sealed anew with the key, one event changed: only anchors can tell."""
    events: list[AuditEvent] = []
    for event in HONEST:
        changed = replace(event, actor="person-9") if event.seq == 3 else event
        events.append(sealed(changed, events[-1].seal if events else FIRST, KEY))
    return events


def test_an_honest_trail_has_no_fault() -> None:
    """With and without anchors."""
    assert list(verify(HONEST, KEY)) == []
    assert list(verify(HONEST, KEY, ANCHORS)) == []


@pytest.mark.parametrize(
    ("kind", "events"),
    [
        ("changed", [*HONEST[:3], replace(HONEST[3], actor="person-2"), *HONEST[4:]]),
        ("removed", [*HONEST[:3], *HONEST[4:]]),
        ("inserted", [*HONEST[:3], replace(HONEST[3], subject="case-x"), *HONEST[3:]]),
        ("swapped", [*HONEST[:3], HONEST[4], HONEST[3], *HONEST[5:]]),
        ("cut off", HONEST[:9]),
        ("rewritten with the key", rewritten()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_six_kinds_of_tampering_are_found(kind: str, events: list[AuditEvent]) -> None:
    """With anchors, all of them."""
    assert list(verify(events, KEY, ANCHORS)), kind


def test_one_changed_event_is_one_fault_at_its_place() -> None:
    """The place is told."""
    events = [*HONEST[:3], replace(HONEST[3], payload={"level": 9}), *HONEST[4:]]
    assert [fault.seq for fault in verify(events, KEY)] == [4]


def test_another_key_fits_nothing() -> None:
    """A trail made with another key is no trail of ours."""
    assert len(list(verify(trail(5, b"other" * 8), KEY))) == 5


@given(
    st.integers(0, 11),
    st.sampled_from(["at", "actor", "action", "subject"]),
    st.text(min_size=1, max_size=8),
)
def test_any_change_of_any_field_is_found(index: int, name: str, value: str) -> None:
    """Whatever is changed, wherever."""
    changed = replace(HONEST[index], **{name: getattr(HONEST[index], name) + value})
    assert list(verify([*HONEST[:index], changed, *HONEST[index + 1 :]], KEY))
