"""Invitations: a link that lets a person set password and second factor, once, within a day."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from screening.domain.account import Account
from screening.store import tables
from screening.store.people import account_of
from screening.store.secret_words import digest, new_word

GOOD_FOR = timedelta(hours=24)
_INVITATIONS = tables.invitations.c


class Invitations:
    """The invitations within one transaction, at one moment. key: Keys.session."""

    def __init__(self, connection: Connection, key: bytes, now: datetime) -> None:
        self._connection = connection
        self._key = key
        self._now = now

    def make(self, person: str) -> str:
        """A new invitation in place of any earlier one of this person; returns the word of its link, shown once."""
        self.end_all(person)
        word = new_word()
        until = (self._now + GOOD_FOR).isoformat()
        row = {"token_hash": self._hash(word), "person": person, "expires_at": until}
        self._connection.execute(insert(tables.invitations), row)
        return word

    def find(self, word: str) -> Account | None:
        """Whom this word invites; None when it is used, too old or unknown, or the person was deactivated."""
        both = select(tables.invitations, tables.people).join(tables.people, _INVITATIONS.person == tables.people.c.id)
        row = self._connection.execute(both.where(_INVITATIONS.token_hash == self._hash(word))).first()
        if row is None or not row.active or datetime.fromisoformat(row.expires_at) <= self._now:
            return None
        return account_of(row)

    def waiting(self) -> set[str]:
        """The ids of those whose invitation is open."""
        rows = self._connection.execute(select(_INVITATIONS.person, _INVITATIONS.expires_at))
        return {row.person for row in rows if datetime.fromisoformat(row.expires_at) > self._now}

    def end_all(self, person: str) -> None:
        """Take back what a person was invited by."""
        self._connection.execute(delete(tables.invitations).where(_INVITATIONS.person == person))

    def _hash(self, word: str) -> str:
        return digest(self._key, "invitation", word)
