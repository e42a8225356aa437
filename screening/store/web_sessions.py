"""Web sessions: kept at the server, found by the keyed digest of a random word that only the browser has.

ASVS 5.0, 7.2, 7.3 and 7.4: a new word at every sign-in, 15 minutes idle, 8 hours at most, ended when roles change.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from screening.domain.account import Account
from screening.store import tables
from screening.store.people import account_of
from screening.store.secret_words import digest, new_word

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
_TOUCH = timedelta(minutes=1)  # a write for every page would make all others wait
_SESSIONS = tables.web_sessions.c


@dataclass(frozen=True, slots=True)
class WebSession:
    """A browser that is signed in. csrf: the word that its forms must carry; stale: to be touched."""

    account: Account
    csrf: str = field(repr=False)
    second_factor: bool
    stale: bool = False

    @property
    def pending(self) -> bool:
        """Whether the second factor is still to come: until then this session opens nothing."""
        return (self.account.needs_second_factor or self.account.has_totp) and not self.second_factor


@dataclass(frozen=True, slots=True)
class Place:
    """A browser in which somebody is signed in: last seen when, from where, and whether it is the one that asks."""

    at: str
    address: str
    current: bool


class WebSessions:
    """The web sessions within one transaction, at one moment. key: Keys.session."""

    def __init__(self, connection: Connection, key: bytes, now: datetime) -> None:
        self._connection = connection
        self._key = key
        self._now = now

    def open(self, person: str, address: str, *, second_factor: bool) -> str:
        """A new session; returns its word for the cookie. address: where from, for its person to see."""
        self._sweep()
        word = new_word()
        stamp = self._now.isoformat()
        self._connection.execute(insert(tables.web_sessions), {
            "token_hash": self._hash(word), "person": person, "csrf": new_word(), "second_factor": second_factor,
            "created_at": stamp, "seen_at": stamp, "address": address[:100],
        })  # fmt: skip
        return word

    def find(self, word: str) -> WebSession | None:
        """The session of this word, unless it is over or its person may no longer come in."""
        both = select(tables.web_sessions, tables.people).join(tables.people, _SESSIONS.person == tables.people.c.id)
        row = self._connection.execute(both.where(_SESSIONS.token_hash == self._hash(word))).first()
        if row is None or not row.active or self._over(row):
            return None
        stale = self._now - datetime.fromisoformat(row.seen_at) >= _TOUCH
        return WebSession(account_of(row), row.csrf, row.second_factor, stale)

    def touch(self, word: str) -> None:
        """Note that the session is in use."""
        which = update(tables.web_sessions).where(_SESSIONS.token_hash == self._hash(word))
        self._connection.execute(which.values(seen_at=self._now.isoformat()))

    def end(self, word: str) -> None:
        """End one session; one that is over already is no fault."""
        self._connection.execute(delete(tables.web_sessions).where(_SESSIONS.token_hash == self._hash(word)))

    def end_all(self, person: str, but: str = "") -> None:
        """End all sessions of a person, or all but the one of this word."""
        others = delete(tables.web_sessions).where(_SESSIONS.person == person)
        self._connection.execute(others.where(_SESSIONS.token_hash != self._hash(but)) if but else others)

    def places(self, person: str, word: str) -> list[Place]:
        """Where a person is signed in, newest first; `word` says which one is asking."""
        mine = select(tables.web_sessions).where(_SESSIONS.person == person).order_by(_SESSIONS.seen_at.desc())
        rows = self._connection.execute(mine)
        return [
            Place(row.seen_at, row.address, row.token_hash == self._hash(word)) for row in rows if not self._over(row)
        ]

    def _over(self, row: Row[Any]) -> bool:
        seen, created = datetime.fromisoformat(row.seen_at), datetime.fromisoformat(row.created_at)
        return self._now - seen >= IDLE or self._now - created >= ABSOLUTE

    def _sweep(self) -> None:
        over = or_(
            _SESSIONS.seen_at < (self._now - IDLE).isoformat(),
            _SESSIONS.created_at < (self._now - ABSOLUTE).isoformat(),
        )
        self._connection.execute(delete(tables.web_sessions).where(over))

    def _hash(self, word: str) -> str:
        return digest(self._key, "web session", word)
