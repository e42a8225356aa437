"""Counts for watching the desk: cases by state, how long screenings took. No content, no names."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from screening.domain.audit import AuditEvent
from screening.store import tables
from screening.store.books import Store


def cases_by_state(connection: Connection) -> dict[str, int]:
    """How many cases are in each state."""
    state = tables.cases.c.state
    return {row[0]: row[1] for row in connection.execute(select(state, func.count()).group_by(state))}


def waiting_since(store: Store) -> str | None:
    """Since when the oldest screening waits, ISO 8601, empty when none does; None when the database does not answer."""
    found = select(func.min(tables.jobs.c.at)).where(tables.jobs.c.state == "queued")
    try:
        with store.reading() as books:
            return books.connection.execute(found).scalar_one() or ""
    except SQLAlchemyError:
        return None


def screening_seconds(events: Iterable[AuditEvent]) -> list[float]:
    """From upload to result, for each version whose both ends are among these events of the trail."""
    uploaded: dict[tuple[str, object], datetime] = {}
    seconds = []
    for event in sorted(events, key=lambda one: one.seq):
        which = event.subject, event.payload.get("version")
        if event.action == "case:upload":
            uploaded[which] = datetime.fromisoformat(event.at)
        elif event.action == "case:screened" and which in uploaded:
            seconds.append((datetime.fromisoformat(event.at) - uploaded.pop(which)).total_seconds())
    return seconds
