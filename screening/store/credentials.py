"""What a person proves himself by, set and changed by himself: password, one-time codes, API tokens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update

from screening.domain.account import Account
from screening.domain.errors import MissingError, RefusedError
from screening.store import tables
from screening.store.api_tokens import ApiToken, ApiTokens, Bearer
from screening.store.books import Books
from screening.store.invitations import Invitations
from screening.store.one_time_codes import accepted_step, offered_secret, otpauth, seal_secret, shown
from screening.store.passwords import must_be_good
from screening.store.sign_in import SignIn
from screening.store.web_sessions import WebSession, WebSessions

NO_INVITATION = "链接已用过、已过期或不存在；请安全管理员重新发一个"
Columns = Mapping[str, object]
_WRONG_CODE = "验证码不对；核对验证器的时间，等下一个验证码再试"


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret for an authenticator, to be confirmed by a first code: as letters, and as otpauth text."""

    account: Account
    secret: str = field(repr=False)
    otpauth: str = field(repr=False)


class Credentials:
    """Setting and changing them, at one store. Thread-safe. Every change is on the trail, and ends other sessions."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in
        self._store = sign_in.store
        self._key = sign_in.store.keys.session

    def invited(self, word: str, now: datetime) -> Offer | None:
        """Whom an invitation is for, and the secret offered with it; None for one that is used, old or unknown."""
        with self._store.reading() as books:
            account = Invitations(books.connection, self._key, now).find(word)
        return self._offer(account, word) if account else None

    def set_up(self, word: str, password: str, code: str, now: datetime) -> Account:
        """Use an invitation: set the password, and one-time codes by a first code.

        A person who needs no second factor may leave the code empty. Raises MissingError, RefusedError, BusyError.
        """
        offer = self.invited(word, now)
        if offer is None:
            raise MissingError(NO_INVITATION)
        must_be_good(password, offer.account.login)
        factor = self._confirmed(offer.account, word, code, now)
        hashed = self._sign_in.passwords.hash(password)
        with self._store.writing() as books:
            invitations = Invitations(books.connection, self._key, now)
            account = invitations.find(word)
            if account is None:  # another browser was faster
                raise MissingError(NO_INVITATION)
            invitations.end_all(account.id)
            values = {**_password(hashed, now), "failures": 0, "locked_until": "", **factor}
            self._keep(books, account, ("person:set_up", now), values)
            return account

    def change_password(self, session: WebSession, word: str, old: str, new: str, address: str, now: datetime) -> None:
        """Set a new password; other sessions end. Raises RefusedError, BusyError."""
        must_be_good(new, session.account.login)
        self._sign_in.confirm(session.account, old, address, now)
        hashed = self._sign_in.passwords.hash(new)
        with self._store.writing() as books:
            account = _still_there(books, session.account)
            self._keep(books, account, ("person:password", now), _password(hashed, now), but=word)

    def offered(self, session: WebSession) -> Offer:
        """The secret offered to somebody who is signed in; another one in every session."""
        return self._offer(session.account, session.csrf)

    def enrol(self, session: WebSession, password: str, code: str, address: str, now: datetime) -> str:
        """Take the offered secret into use; all sessions end, and the word of a new one is returned.

        Raises RefusedError, BusyError.
        """
        if session.pending and session.account.has_totp:
            raise RefusedError("先输入现在的验证码")  # a password alone must not replace the second factor
        self._sign_in.confirm(session.account, password, address, now)
        factor = self._confirmed(session.account, session.csrf, code, now)
        if not factor:
            raise RefusedError(_WRONG_CODE)
        with self._store.writing() as books:
            account = _still_there(books, session.account)
            self._keep(books, account, ("person:second_factor", now), factor)
            return WebSessions(books.connection, self._key, now).open(account.id, address, second_factor=True)

    def tokens(self, account: Account, now: datetime) -> list[ApiToken]:
        """The API tokens of a person."""
        with self._store.reading() as books:
            return ApiTokens(books.connection, self._key, now).all(account.id)

    def new_token(self, account: Account, name: str, scopes: Collection[str], days: int, now: datetime) -> str:
        """A new API token, to be shown once. Raises RefusedError."""
        with self._store.writing() as books:
            account = _still_there(books, account)
            word, made = ApiTokens(books.connection, self._key, now).make(account, name, scopes, days)
            payload = {"token": made.id, "scopes": " ".join(sorted(made.scopes)), "until": made.expires_at}
            books.trail.append(now.isoformat(), account.id, "token:made", account.id, payload)
            return word

    def revoke_token(self, account: Account, token_id: str, now: datetime) -> None:
        """End one of a person's own tokens. Raises MissingError."""
        with self._store.writing() as books:
            if not ApiTokens(books.connection, self._key, now).revoke(account.id, token_id):
                raise MissingError("没有这个令牌，或已吊销")
            books.trail.append(now.isoformat(), account.id, "token:revoked", account.id, {"token": token_id[:40]})

    def bearer(self, word: str, now: datetime) -> Bearer | None:
        """For whom this token acts, and in which scopes."""
        with self._store.reading() as books:
            found = ApiTokens(books.connection, self._key, now).find(word)
        if found is not None and found.stale:
            with self._store.writing() as books:
                ApiTokens(books.connection, self._key, now).touch(word)
        return found

    def _offer(self, account: Account, seed: str) -> Offer:
        secret = offered_secret(self._key, seed)
        return Offer(account, shown(secret), otpauth(secret, account.login))

    def _confirmed(self, account: Account, seed: str, code: str, now: datetime) -> Columns:
        """The columns of the offered secret, once the code shows that the authenticator has it."""
        if not code.strip() and not account.needs_second_factor:
            return {}
        secret = offered_secret(self._key, seed)
        step = accepted_step(secret, code, now, 0)
        if step is None:
            raise RefusedError(_WRONG_CODE)
        return {"totp_sealed": seal_secret(self._key, account.id, secret), "totp_step": step}

    def _keep(
        self, books: Books, account: Account, change: tuple[str, datetime], values: Columns, but: str = ""
    ) -> None:
        """Write the columns and the event, and end the person's other sessions."""
        action, now = change
        which = update(tables.people).where(tables.people.c.id == account.id)
        books.connection.execute(which.values(dict(values)))
        WebSessions(books.connection, self._key, now).end_all(account.id, but=but)
        books.trail.append(now.isoformat(), account.id, action, account.id)


def _password(hashed: str, now: datetime) -> Columns:
    return {"password_hash": hashed, "password_at": now.isoformat()}


def _still_there(books: Books, account: Account) -> Account:
    """The account as it is now. Raises RefusedError when it was deactivated in between."""
    now = books.people.get(account.id)
    if now is None or not now.active:
        raise RefusedError("账号已停用")
    return now
