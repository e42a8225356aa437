"""The audit trail: a gapless chain of events, each sealed by a keyed hash over itself and the seal before it.

Ids and hashes only, never text of a draft. Nothing in it is updated or deleted; anchors kept elsewhere (a number and
its seal) show a trail whose end was cut off or which was rewritten by somebody who has the key.
"""

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from json.encoder import encode_basestring as _quoted
from typing import Any

from screening.domain.errors import XianshenError

FIRST = "0" * 64  # stands for the seal before the first event
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once, as is the decoder
_decode = json.JSONDecoder().decode


def _written(value: object) -> object:
    """A value of a payload as JSON."""
    if type(value) is str:
        return _quoted(value)
    return value if type(value) is int else _encode(value)


class TrailError(XianshenError, ValueError):
    """A line of an exported trail that cannot be read: names the line and the cure."""


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
        """What is sealed: canonical JSON of everything but the seal.

        Written piece by piece, for a trail is long: a third less time than json.dumps of the whole takes.
        """
        words = f"{_quoted(self.at)},{_quoted(self.actor)},{_quoted(self.action)},{_quoted(self.subject)}"
        payload = ",".join([f"{_quoted(name)}:{_written(value)}" for name, value in sorted(self.payload.items())])
        return f"[{self.seq},{words},{{{payload}}}]".encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The seal of one event, kept where the trail's keeper cannot change it.

    at, signature: when it was signed, and the signature of `body()` in base64; empty for one copied from paper.
    """

    seq: int
    seal: str
    at: str = ""
    signature: str = ""

    def body(self) -> bytes:
        """What is signed: canonical JSON of everything but the signature. A list: a certificate never is one."""
        return _encode([self.seq, self.seal, self.at]).encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a trail is not what it should be. `seq` is the number expected there."""

    seq: int
    what: str


HASHES = ("sha256", "sm3")


def seal(event: AuditEvent, previous: str, key: bytes, digest: str = "sha256") -> str:
    """The seal of an event behind the seal of the one before it, as hex: HMAC-SHA-256, or `sm3:` and HMAC-SM3
    (GB/T 32905). Each seal says which, so that a trail stays verifiable when the setting changes."""
    stamp = _stamped(hmac.new(key, digestmod=digest), event, previous)
    return stamp if digest == "sha256" else f"{digest}:{stamp}"


def _stamped(keyed: hmac.HMAC, event: AuditEvent, previous: str) -> str:
    """The seal by a hash that has taken in the key already: doing so once saves a fifth of the time."""
    stamp = keyed.copy()
    stamp.update(previous.encode("utf-8", "surrogatepass") + event.body())
    return stamp.hexdigest()


def sealed(event: AuditEvent, previous: str, key: bytes, digest: str = "sha256") -> AuditEvent:
    """The event with its seal."""
    return replace(event, seal=seal(event, previous, key, digest))


def verify(events: Iterable[AuditEvent], key: bytes, anchors: Iterable[Anchor] = ()) -> Iterator[Fault]:
    """Every fault of a trail: numbers that jump or repeat, seals that do not fit, anchors that are missing or differ.

    After a seal that does not fit the chain is taken up again from the seal as it stands, so that one changed event
    is one fault.
    """
    wanted: dict[int, set[str]] = {}
    for anchor in anchors:
        wanted.setdefault(anchor.seq, set()).add(anchor.seal)
    keyed = {name: hmac.new(key, digestmod=name) for name in HASHES}
    previous, expected = FIRST, 1
    for event in events:
        if event.seq != expected:
            yield Fault(expected, f"应为第 {expected} 条，实为第 {event.seq} 条")
            expected = event.seq
        digest, _, stamp = event.seal.rpartition(":")
        if digest not in ("", "sm3") or not _same(stamp, _stamped(keyed[digest or "sha256"], event, previous)):
            yield Fault(event.seq, "内容、次序或前一条被改动")
        if event.seq in wanted and wanted.pop(event.seq) != {event.seal}:
            yield Fault(event.seq, "与另存的锚点不符")
        previous, expected = event.seal, expected + 1
    for seq in sorted(wanted):
        yield Fault(seq, "另存的锚点在链中找不到：末尾被截去")


def _same(given: str, right: str) -> bool:
    """Whether two seals are equal; compare_digest takes only ASCII."""
    return given.isascii() and hmac.compare_digest(given, right)


def export_lines(events: Iterable[AuditEvent]) -> Iterator[str]:
    """A trail as JSON lines, one event a line, each with its line feed. ASCII: no editor changes what is sealed."""
    for event in events:
        table = {name: getattr(event, name) for name in _NAMES} | {"payload": dict(event.payload)}
        yield json.dumps(table, separators=(",", ":")) + "\n"


def events_of(lines: Iterable[str]) -> Iterator[AuditEvent]:
    """The events of an export; blank lines, and anchors that an export carries along, are passed over.

    Raises TrailError with the number of the line.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        table = _parsed(line, number)
        if not anchor_shaped(table):
            yield _event(table, number)


def anchor_shaped(table: Mapping[str, Any]) -> bool:
    """Whether a line of an export is an anchor: a number and its seal, without an action."""
    return "action" not in table and "seq" in table and "seal" in table


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        table = _decode(line)
    except (ValueError, RecursionError):
        raise TrailError(f"第 {number} 行不是有效的 JSON；导出可能不完整，请重新导出") from None
    if not isinstance(table, dict):
        raise TrailError(f"第 {number} 行不是一条记录；请重新导出")
    return table


def _event(table: dict[str, Any], number: int) -> AuditEvent:
    """The event of a line. Checked by hand: a million lines are read."""
    try:
        event = AuditEvent(**table)
    except TypeError:
        raise TrailError(f"第 {number} 行的字段不符，应为 {'、'.join(_NAMES)}；请重新导出") from None
    words = (event.at, event.actor, event.action, event.subject, event.seal)
    if type(event.seq) is int and set(map(type, words)) == _STRINGS and type(event.payload) is dict:
        return event
    raise TrailError(f"第 {number} 行的字段类型不符；请重新导出")


_NAMES = ("seq", "at", "actor", "action", "subject", "payload", "seal")
_STRINGS = {str}
