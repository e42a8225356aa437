"""Signing in by the unit's own accounts: somebody else has proved who it is, the desk says what he may.

Only people who exist at the desk come in, found by their login; roles and locks stay the desk's, and whoever decides
still shows the desk's second factor, unless the provider says that it has seen two.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from screening.store import tables
from screening.store.lockout import Lockout
from screening.store.people import account_of
from screening.store.secret_words import digest
from screening.store.sign_in import SignIn, tidy_login


@dataclass(frozen=True, slots=True)
class Words:
    """What ties an answer of the provider to one browser: all made from a word that only this browser has."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class OutsideSignIn(SignIn):
    """Signing in at one store, with a proof from outside. Thread-safe."""

    def words(self, seed: str) -> Words:
        """The words of one attempt. verifier: 64 characters, as RFC 7636 wants it."""
        return Words(*(digest(self._key, f"outside {what}", seed) for what in ("state", "nonce", "verifier")))

    def barred(self, login: str, address: str, now: datetime) -> bool:
        """Whether person or address is locked here: then the outside is not even asked, so nobody is locked there."""
        with self.store.reading() as books:
            found = select(tables.people).where(tables.people.c.login == tidy_login(login))
            row = books.connection.execute(found).first()
            lockout = Lockout(books.connection, now)
            return lockout.locks_address(address) or lockout.locks(account_of(row) if row else None)

    def by_proof(
        self, login: str, address: str, now: datetime, *, by: str, right: bool, second_factor: bool = False
    ) -> str | None:
        """Open a web session; returns its word for the cookie, None for who does not come in, whatever the reason.

        by: oidc or ldap, for the trail; right: whether the outside says that it is this person; second_factor:
        whether it has seen two factors. Failures count and lock as with the desk's own passwords.
        """
        with self.store.writing() as books:
            account = books.people.by_login(tidy_login(login))
            if not self._admits(books, account, address, now, right=right) or account is None:
                return None
            proof = {"by": by, "factors": 2 if second_factor else 1}
            books.trail.append(now.isoformat(), account.id, "sign_in:outside", account.id, proof)
            if second_factor or not (account.needs_second_factor or account.has_totp):
                self._done(books, account, address, now)
            return self._sessions(books, now).open(account.id, address, second_factor=second_factor)
