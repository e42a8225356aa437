"""Failures of signing in, counted in the database, so that a restart forgives nobody.

GB/T 22239-2019, 8.1.4.1 b; ASVS 5.0, 6.3.1.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from screening.domain.account import Account
from screening.store import tables

ACCOUNT_FAILURES = 5
ADDRESS_FAILURES = 20
LOCKED_FOR = timedelta(minutes=10)
_PEOPLE = tables.people.c
_ADDRESSES = tables.failures_by_address.c


class Lockout:
    """The counts within one transaction, at one moment."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def locks(self, account: Account | None) -> bool:
        """Whether this account is locked now."""
        return account is not None and self._ahead(account.locked_until)

    def locks_address(self, address: str) -> bool:
        """Whether this address is locked now."""
        found = select(_ADDRESSES.locked_until).where(_ADDRESSES.address == address)
        return self._ahead(self._connection.execute(found).scalar() or "")

    def failed(self, account: Account) -> bool:
        """Count a failure of an account; True when this one locks it. After a lock counting begins anew."""
        count = select(_PEOPLE.failures).where(_PEOPLE.id == account.id)
        failures = self._connection.execute(count).scalar_one() + 1
        full = bool(failures >= ACCOUNT_FAILURES)
        values = {"failures": 0, "locked_until": self._until()} if full else {"failures": failures}
        self._connection.execute(update(tables.people).where(_PEOPLE.id == account.id).values(values))
        return full

    def failed_at(self, address: str) -> bool:
        """Count a failure of an address; True when this one locks it. What is older than ten minutes is forgotten."""
        row = self._connection.execute(select(tables.failures_by_address).where(_ADDRESSES.address == address)).first()
        fresh = row is not None and datetime.fromisoformat(row.at) > self._now - LOCKED_FOR
        failures = row.failures + 1 if row is not None and fresh else 1
        full = failures >= ADDRESS_FAILURES
        self._connection.execute(delete(tables.failures_by_address).where(_ADDRESSES.address == address))
        self._connection.execute(insert(tables.failures_by_address), {
            "address": address, "failures": 0 if full else failures, "locked_until": self._until() if full else "",
            "at": row.at if row is not None and fresh else self._now.isoformat(),
        })  # fmt: skip
        return full

    def succeeded(self, account: Account) -> None:
        """Forget the failures of an account; those of an address stay: a guesser may have an account of his own."""
        which = update(tables.people).where(_PEOPLE.id == account.id)
        self._connection.execute(which.values(failures=0, locked_until=""))

    def sweep(self) -> None:
        """Drop addresses that have been quiet for an hour."""
        quiet = _ADDRESSES.at < (self._now - 6 * LOCKED_FOR).isoformat()
        self._connection.execute(delete(tables.failures_by_address).where(quiet))

    def _ahead(self, stamp: str) -> bool:
        return bool(stamp) and datetime.fromisoformat(stamp) > self._now

    def _until(self) -> str:
        return (self._now + LOCKED_FOR).isoformat()
