"""The screenings to do: a lease table in the same database, so that an upload and its job are one transaction.

A lease that runs out is taken by another worker under the next attempt; a result is taken only from the latest
attempt; after three the case needs a person.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from screening.domain.filing import Job
from screening.store import tables

ATTEMPTS = 3
_JOBS = tables.jobs.c


class Jobs:
    """The queue within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, case_id: str, version: int, at: str) -> None:
        """Ask for a screening; one that was asked for before is asked for anew.

        Under a new id: its attempts begin at one again, and a late result of an earlier one must not fit.
        """
        fresh = secrets.token_hex(16)
        again = update(tables.jobs).where(_JOBS.case_id == case_id, _JOBS.version == version)
        again = again.values(id=fresh, state="queued", attempt=0, leased_until="", at=at)
        if self._connection.execute(again).rowcount == 0:
            row = {"id": fresh, "case_id": case_id, "version": version, "state": "queued", "at": at}
            self._connection.execute(insert(tables.jobs), {**row, "attempt": 0, "leased_until": ""})

    def lease(self, now: datetime, seconds: float) -> Job | None:
        """The next screening for this worker, or None: one that waits, or whose worker has not come back in time."""
        stamp = now.isoformat()
        free = or_(_JOBS.state == "queued", and_(_JOBS.state == "running", _JOBS.leased_until < stamp))
        found = self._connection.execute(
            select(tables.jobs).where(free, _JOBS.attempt < ATTEMPTS).order_by(_JOBS.at).limit(1)
        ).first()
        if found is None:
            return None
        until = (now + timedelta(seconds=seconds)).isoformat()
        taken = update(tables.jobs).where(_JOBS.id == found.id, _JOBS.attempt == found.attempt)
        self._connection.execute(taken.values(state="running", attempt=found.attempt + 1, leased_until=until))
        return Job(found.id, found.case_id, found.version, found.attempt + 1)

    def renew(self, job: Job, now: datetime, seconds: float) -> bool:
        """More time for a worker that is still at it; False when another attempt has the job now."""
        mine = update(tables.jobs).where(_JOBS.id == job.id, _JOBS.attempt == job.attempt, _JOBS.state == "running")
        until = (now + timedelta(seconds=seconds)).isoformat()
        return self._connection.execute(mine.values(leased_until=until)).rowcount == 1

    def finish(self, job: Job, state: str = "done") -> bool:
        """Close a job; False when another attempt has it now, so that this result must not be kept."""
        mine = update(tables.jobs).where(_JOBS.id == job.id, _JOBS.attempt == job.attempt, _JOBS.state == "running")
        return self._connection.execute(mine.values(state=state, leased_until="")).rowcount == 1

    def stuck(self, now: datetime) -> list[Job]:
        """Jobs whose last attempt has run out: they need a person."""
        over = and_(_JOBS.state == "running", _JOBS.attempt >= ATTEMPTS, _JOBS.leased_until < now.isoformat())
        rows = self._connection.execute(select(tables.jobs).where(over))
        return [Job(row.id, row.case_id, row.version, row.attempt) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state."""
        rows = self._connection.execute(select(_JOBS.state, func.count()).group_by(_JOBS.state))
        return {row[0]: row[1] for row in rows}
