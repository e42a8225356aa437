"""The audit trail in the database: written in the transaction of what it records, sealed, never changed.

Payloads hold ids, numbers and digests only.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection, insert, select

from screening.domain.audit import FIRST, Anchor, AuditEvent, sealed
from screening.store import tables
from screening.store.outbox import Outbox

_PAGE = 5000
_decode = json.JSONDecoder().decode


class Trail:
    """The trail within one transaction. digest: the hash of new seals, sha256 or sm3."""

    def __init__(self, connection: Connection, key: bytes, digest: str = "sha256") -> None:
        self._connection = connection
        self._key = key
        self._digest = digest

    def append(
        self, at: str, actor: str, action: str, subject: str, payload: Mapping[str, str | int] | None = None
    ) -> AuditEvent:
        """Write one event behind the last."""
        seq, previous = self.last() or (0, FIRST)
        event = sealed(
            AuditEvent(seq + 1, at, actor, action, subject, payload or {}), previous, self._key, self._digest
        )
        row = {"seq": event.seq, "at": at, "actor": actor, "action": action, "subject": subject, "seal": event.seal,
               "payload": json.dumps(dict(event.payload), ensure_ascii=False)}  # fmt: skip
        self._connection.execute(insert(tables.audit), row)
        Outbox(self._connection).note(event)
        return event

    def last(self) -> tuple[int, str] | None:
        """Number and seal of the last event."""
        found = select(tables.audit.c.seq, tables.audit.c.seal).order_by(tables.audit.c.seq.desc()).limit(1)
        row = self._connection.execute(found).first()
        return (row.seq, row.seal) if row else None

    def events(self, after: int = 0, limit: int | None = None) -> Iterator[AuditEvent]:
        """The events behind this number, in order."""
        left = limit if limit is not None else 1 << 62
        while left > 0:
            page = (
                select(tables.audit)
                .where(tables.audit.c.seq > after)
                .order_by(tables.audit.c.seq)
                .limit(min(left, _PAGE))
            )
            rows = self._connection.execute(page).all()
            for seq, written, actor, action, subject, payload, seal in rows:  # by position: a trail is long
                yield AuditEvent(seq, written, actor, action, subject, _decode(payload), seal)
            if len(rows) < min(left, _PAGE):
                return
            after, left = rows[-1].seq, left - len(rows)

    def recent(self, limit: int, before: int | None = None) -> list[AuditEvent]:
        """The last events, newest first; those before a number when one is given."""
        found = select(tables.audit).order_by(tables.audit.c.seq.desc()).limit(limit)
        if before is not None:
            found = found.where(tables.audit.c.seq < before)
        return [
            AuditEvent(row.seq, row.at, row.actor, row.action, row.subject, json.loads(row.payload), row.seal)
            for row in self._connection.execute(found)
        ]

    def anchor(self, at: str, sign: Callable[[bytes], str]) -> Anchor | None:
        """Sign the last event; None when there is none, or it bears an anchor already."""
        last, known = self.last(), self.anchors()
        if last is None or (known and known[-1].seq == last[0]):
            return None
        made = Anchor(*last, at)
        made = replace(made, signature=sign(made.body()))
        row = {"seq": last[0], "seal": last[1], "at": at, "signature": made.signature}
        self._connection.execute(insert(tables.anchors), row)
        return made

    def anchors(self) -> list[Anchor]:
        """All anchors made so far."""
        rows = self._connection.execute(select(tables.anchors).order_by(tables.anchors.c.seq))
        return [Anchor(row.seq, row.seal, row.at, row.signature) for row in rows]
