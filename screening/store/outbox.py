"""Notifications waiting to be sent: written in the transaction of the event that they tell of, or not at all.

A notification holds what happened, the number of the case, its state and the time: no title, no text, no names.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from screening.domain.audit import AuditEvent
from screening.domain.errors import SettingsError
from screening.store import tables

ATTEMPTS = 5
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=2))
_WAITING, _FAILED = "waiting", "failed"
_QUIET = frozenset({"case:open", "case:resolve", "case:undo", "case:download", "case:purge", "scan:purge"})
_OUTBOX = tables.outbox.c


@dataclass(frozen=True, slots=True)
class Hook:
    """Who is told. secret_file: a file in `keys`/webhooks; events: of the trail, if none all that move a case."""

    url: str
    secret_file: str
    events: frozenset[str] = frozenset()

    def wants(self, action: str) -> bool:
        """Whether it is told of this event."""
        return action in self.events if self.events else action not in _QUIET


@dataclass(frozen=True, slots=True)
class Parcel:
    """One notification on its way. attempt counts from 1."""

    id: str
    hook: Hook
    unit: str
    body: str
    attempt: int


def hooks_of(settings: str) -> tuple[Hook, ...]:
    """Who is told, by a unit's settings (JSON). Raises SettingsError with the cure."""
    try:
        table = json.loads(settings or "{}").get("webhooks", [])
        return tuple(_hook(**one) for one in table)
    except (ValueError, TypeError, AttributeError):
        raise SettingsError(
            '单位设置 webhooks 有误：写作 [{"url": "https://…", "secret_file": "文件名", "events": ["case:sign"]}]'
        ) from None


def _hook(url: str, secret_file: str, events: Sequence[str] = ()) -> Hook:
    plain = secret_file.replace("-", "").replace("_", "").replace(".", "")
    if not 0 < len(url) <= 500 or not plain.isalnum() or isinstance(events, str):
        raise ValueError(url)
    return Hook(url, secret_file, frozenset(str(one) for one in events))


class Outbox:
    """What waits, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, event: AuditEvent) -> None:
        """Ask for the notifications of an event. Settings that cannot be read never keep the act from being done."""
        if not event.action.startswith("case:"):
            return
        cases, units = tables.cases.c, tables.units.c
        both = select(cases.number, cases.state, units.id, units.settings).join(tables.units, cases.unit == units.id)
        case = self._connection.execute(both.where(cases.id == event.subject)).first()
        if case is None:
            return
        for hook in _readable(case.settings):
            if hook.wants(event.action):
                told = {"event": event.action, "number": case.number, "state": case.state, "at": event.at}
                self._connection.execute(insert(tables.outbox), {
                    "id": secrets.token_hex(16), "unit": case.id, "url": hook.url, "body": json.dumps(told),
                    "state": _WAITING, "attempt": 0, "due_at": event.at,
                })  # fmt: skip

    def waits(self, now: datetime) -> bool:
        """Whether one is due."""
        return self._connection.execute(_due(now)).first() is not None

    def lease(self, now: datetime) -> Parcel | None:
        """The next one that is due; until its next time comes nobody else takes it. Orphans are cleared away."""
        for row in self._connection.execute(_due(now)).all():
            unit = self._connection.execute(select(tables.units).where(tables.units.c.id == row.unit)).one()
            hook = next((one for one in _readable(unit.settings) if one.url == row.url), None)
            if hook is None:  # nobody is told there any more
                self._connection.execute(delete(tables.outbox).where(_OUTBOX.id == row.id))
                continue
            if row.attempt >= ATTEMPTS:  # the last attempt was broken off
                self._give_up(row.id)
                continue
            later = (now + WAITS[row.attempt]).isoformat()
            which = update(tables.outbox).where(_OUTBOX.id == row.id)
            self._connection.execute(which.values(attempt=row.attempt + 1, due_at=later))
            return Parcel(row.id, hook, row.unit, row.body, row.attempt + 1)
        return None

    def arrived(self, parcel: Parcel) -> None:
        """It is there: forget it."""
        self._connection.execute(delete(tables.outbox).where(_OUTBOX.id == parcel.id))

    def failed(self, parcel: Parcel) -> bool:
        """It did not arrive; True when this was the last attempt. It stays, for the administrator to see."""
        if parcel.attempt < ATTEMPTS:
            return False
        self._give_up(parcel.id)
        return True

    def _give_up(self, parcel: str) -> None:
        self._connection.execute(update(tables.outbox).where(_OUTBOX.id == parcel).values(state=_FAILED))


def _due(now: datetime) -> Select[Any]:
    waiting = select(tables.outbox).where(_OUTBOX.state == _WAITING, _OUTBOX.due_at <= now.isoformat())
    return waiting.order_by(_OUTBOX.due_at).limit(20)


def _readable(settings: str) -> tuple[Hook, ...]:
    try:
        return hooks_of(settings)
    except SettingsError:
        return ()
