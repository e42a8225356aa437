"""The audit trail: a gapless chain of events, each sealed by a keyed hash over itself and the seal before it.

Ids and hashes only, never text of a draft. Nothing in it is updated or deleted; anchors kept elsewhere (a number and
its seal) show a trail whose end was cut off or which was rewritten by somebody who has the key.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

FIRST = "0" * 64  # stands for the seal before the first event


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event. seq counts from 1 without gaps; action is `subject:verb`; payload holds ids, numbers and digests."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    payload: Mapping[str, str | int] = field(default_factory=dict)
    seal: str = ""

    def body(self) -> bytes:
        """What is sealed: canonical JSON of everything but the seal."""
        parts = [self.seq, self.at, self.actor, self.action, self.subject, dict(sorted(self.payload.items()))]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The seal of one event, kept where the trail's keeper cannot change it."""

    seq: int
    seal: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a trail is not what it should be. `seq` is the number expected there."""

    seq: int
    what: str


def seal(event: AuditEvent, previous: str, key: bytes) -> str:
    """The seal of an event behind the seal of the one before it: HMAC-SHA-256 as hex."""
    return hmac.new(key, previous.encode() + event.body(), hashlib.sha256).hexdigest()


def sealed(event: AuditEvent, previous: str, key: bytes) -> AuditEvent:
    """The event with its seal."""
    return AuditEvent(
        event.seq, event.at, event.actor, event.action, event.subject, event.payload, seal(event, previous, key)
    )


def verify(events: Iterable[AuditEvent], key: bytes, anchors: Iterable[Anchor] = ()) -> Iterator[Fault]:
    """Every fault of a trail: numbers that jump or repeat, seals that do not fit, anchors that are missing or differ.

    After a seal that does not fit the chain is taken up again from the seal as it stands, so that one changed event
    is one fault.
    """
    wanted = {anchor.seq: anchor.seal for anchor in anchors}
    previous, expected = FIRST, 1
    for event in events:
        if event.seq != expected:
            yield Fault(expected, f"应为第 {expected} 条，实为第 {event.seq} 条")
            expected = event.seq
        if not hmac.compare_digest(event.seal, seal(event, previous, key)):
            yield Fault(event.seq, "内容、次序或前一条被改动")
        if event.seq in wanted and wanted.pop(event.seq) != event.seal:
            yield Fault(event.seq, "与另存的锚点不符")
        previous, expected = event.seal, expected + 1
    for seq in sorted(wanted):
        yield Fault(seq, "另存的锚点在链中找不到：末尾被截去")
