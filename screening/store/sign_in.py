"""Signing in: password, then one-time code, then a web session. Every failure and every lock is on the trail.

Password hashes are made between two transactions, never inside one: all writers would wait for them. What was true
before the hash is looked at again after it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from screening.domain.account import Account
from screening.domain.errors import RefusedError
from screening.store import tables
from screening.store.books import Books, Store
from screening.store.lockout import Lockout
from screening.store.one_time_codes import accepted_step, open_secret
from screening.store.passwords import Passwords
from screening.store.people import account_of
from screening.store.secret_words import digest
from screening.store.web_sessions import Place, WebSession, WebSessions

NO_ENTRY = "用户名、密码或验证码不对，或账号已暂停。连续输错会锁定 10 分钟；仍进不去，请找安全管理员"
_PEOPLE = tables.people.c
_NOBODY = "unknown"  # on the trail; what was typed as a login may be a password, and is never written down


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a person who wants to come in."""

    account: Account | None
    hashed: str


class SignIn:
    """Signing in at one store. Thread-safe. Times are UTC; address: where the request comes from.

    What does not let somebody in gives None, whatever the reason, after the same work.
    """

    def __init__(self, store: Store, passwords: Passwords | None = None) -> None:
        self.store = store
        self.passwords = passwords or Passwords(store.keys.session)
        self._key = store.keys.session

    def by_password(self, login: str, password: str, address: str, now: datetime) -> str | None:
        """Open a web session; returns its word for the cookie. Raises BusyError.

        It opens nothing yet while its second factor is pending.
        """
        before = self._standing(tidy_login(login))
        right = self.passwords.matches(password, before.hashed)
        renewed = self.passwords.hash(password) if right and self.passwords.outdated(before.hashed) else before.hashed
        with self.store.writing() as books:
            account = self._still(books, before)
            if not self._admits(books, account, address, now, right=right) or account is None:
                return None
            if renewed != before.hashed:
                _write(books, account, password_hash=renewed)
            needs_more = account.needs_second_factor or account.has_totp
            if not needs_more:
                self._done(books, account, address, now)
            return self._sessions(books, now).open(account.id, address, second_factor=False)

    def by_code(self, word: str, code: str, address: str, now: datetime) -> str | None:
        """Complete the second factor of a web session; returns the new word that takes the place of its word."""
        with self.store.writing() as books:
            sessions = self._sessions(books, now)
            session = sessions.find(word)
            if session is None or not session.pending:
                return None
            account = session.account
            step = self._step(books, account, code, now)
            if not self._admits(books, account, address, now, right=step is not None):
                return None
            _write(books, account, totp_step=step)
            self._done(books, account, address, now)
            sessions.end(word)
            return sessions.open(account.id, address, second_factor=True)

    def confirm(self, account: Account, password: str, address: str, now: datetime) -> None:
        """Have somebody who is signed in prove the password once more (ASVS 5.0, 7.5.1).

        Counts and locks like signing in. Raises RefusedError, BusyError.
        """
        before = self._standing(account.login)
        right = self.passwords.matches(password, before.hashed)
        with self.store.writing() as books:
            admitted = self._admits(books, self._still(books, before), address, now, right=right)
        if not admitted:
            raise RefusedError("现在的口令不对，或账号已暂停")

    def session(self, word: str, now: datetime) -> WebSession | None:
        """The web session of this word, kept from idling out."""
        with self.store.reading() as books:
            session = self._sessions(books, now).find(word)
        if session is not None and session.stale:
            with self.store.writing() as books:
                self._sessions(books, now).touch(word)
        return session

    def places(self, account: Account, word: str, now: datetime) -> list[Place]:
        """Where this person is signed in."""
        with self.store.reading() as books:
            return self._sessions(books, now).places(account.id, word)

    def out(self, word: str, now: datetime) -> None:
        """End a web session."""
        with self.store.writing() as books:
            sessions = self._sessions(books, now)
            session = sessions.find(word)
            sessions.end(word)
            if session is not None:
                books.trail.append(now.isoformat(), session.account.id, "sign_in:out", session.account.id)

    def out_elsewhere(self, account: Account, word: str, now: datetime) -> None:
        """End all web sessions of a person but this one."""
        with self.store.writing() as books:
            self._sessions(books, now).end_all(account.id, but=word)
            books.trail.append(now.isoformat(), account.id, "sign_in:out_elsewhere", account.id)

    def form_word(self, seed: str) -> str:
        """The word that a form carries before anybody is signed in, made from a cookie of its own."""
        return digest(self._key, "form", seed)

    def _standing(self, login: str) -> Standing:
        with self.store.reading() as books:
            row = books.connection.execute(select(tables.people).where(_PEOPLE.login == login)).first()
        return Standing(account_of(row), row.password_hash) if row else Standing(None, "")

    def _still(self, books: Books, before: Standing) -> Account | None:
        """The account as it is now; None when its password was changed while the hash was made."""
        if before.account is None:
            return None
        row = books.connection.execute(select(tables.people).where(_PEOPLE.id == before.account.id)).one()
        return account_of(row) if row.password_hash == before.hashed else None

    def _admits(self, books: Books, account: Account | None, address: str, now: datetime, *, right: bool) -> bool:
        """Whether the proof counts; a failure is counted and written down. A locked address is not even counted."""
        lockout = Lockout(books.connection, now)
        if lockout.locks_address(address):
            return False
        locked = lockout.locks(account)
        if right and account is not None and account.active and not locked:
            return True
        who = account.id if account else _NOBODY
        if not locked:  # nothing was tried of a locked account: the lock is on the trail already
            books.trail.append(now.isoformat(), who, "sign_in:failed", who, {"address": address[:100]})
            if account is not None and lockout.failed(account):
                books.trail.append(now.isoformat(), who, "sign_in:locked", who, {"address": address[:100]})
        if lockout.failed_at(address[:100]):
            books.trail.append(now.isoformat(), who, "sign_in:locked", "address", {"address": address[:100]})
        return False

    def _step(self, books: Books, account: Account, code: str, now: datetime) -> int | None:
        row = books.connection.execute(select(tables.people).where(_PEOPLE.id == account.id)).one()
        if row.totp_sealed is None:
            return None
        return accepted_step(open_secret(self._key, account.id, row.totp_sealed), code, now, row.totp_step)

    def _done(self, books: Books, account: Account, address: str, now: datetime) -> None:
        lockout = Lockout(books.connection, now)
        lockout.succeeded(account)
        lockout.sweep()
        _write(books, account, signed_in_at=now.isoformat())
        books.trail.append(now.isoformat(), account.id, "sign_in:done", account.id, {"address": address[:100]})

    def _sessions(self, books: Books, now: datetime) -> WebSessions:
        return WebSessions(books.connection, self._key, now)


def tidy_login(login: str) -> str:
    """A login as it is kept: without case and blanks around it; empty for one that nobody can have."""
    tidied = login.strip().casefold()
    return tidied if 0 < len(tidied) <= 100 and tidied.isprintable() else ""


def _write(books: Books, account: Account, **values: object) -> None:
    books.connection.execute(update(tables.people).where(_PEOPLE.id == account.id).values(**values))
