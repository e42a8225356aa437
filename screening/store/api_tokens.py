"""API tokens: a program acts for a person, within named scopes, until a day; never beyond the person's own roles."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from screening.domain.account import Account
from screening.domain.errors import RefusedError
from screening.domain.people import Role
from screening.store import tables
from screening.store.people import account_of
from screening.store.secret_words import digest, new_word

LONGEST = timedelta(days=365)
MOST = 20  # of one person
_TOUCH = timedelta(hours=1)  # a write for every request would make all others wait
PREFIX = "xianshen_"  # lets scanners of source code find one that was left there
_SIGNERS = frozenset(
    {Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER, Role.PUBLISHER}
)
_SCANNERS = frozenset({Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER, Role.PUBLISHER})
SCOPES: Mapping[str, frozenset[Role]] = {
    "drafts:write": frozenset({Role.AUTHOR}),
    "drafts:read": _SIGNERS | {Role.AUTHOR},
    "decisions:write": _SIGNERS,
    "register:read": frozenset({Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER, Role.AUDITOR}),
    "scans:write": frozenset({Role.SECRECY_OFFICER, Role.PUBLISHER}),
    "scans:read": _SCANNERS,
    "audit:read": frozenset({Role.AUDITOR, Role.AUDIT_ADMINISTRATOR}),
    "metrics:read": frozenset({Role.SYSTEM_ADMINISTRATOR}),
}
_TOKENS = tables.tokens.c


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What is known of a token; not the token."""

    id: str
    name: str
    scopes: frozenset[str]
    created_at: str
    expires_at: str
    used_at: str = ""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes with a token: for whom it acts, in which scopes; stale: its use is to be noted."""

    account: Account
    scopes: frozenset[str]
    stale: bool


def scopes_of(account: Account) -> frozenset[str]:
    """The scopes that a person's roles can fill."""
    return frozenset(scope for scope, roles in SCOPES.items() if roles & account.person.roles)


class ApiTokens:
    """The tokens within one transaction, at one moment. key: Keys.session."""

    def __init__(self, connection: Connection, key: bytes, now: datetime) -> None:
        self._connection = connection
        self._key = key
        self._now = now

    def make(self, account: Account, name: str, scopes: Collection[str], days: int) -> tuple[str, ApiToken]:
        """A new token: the word to be shown once, and what is kept.

        Raises RefusedError for a scope beyond the person's roles, a missing name, or a time over a year.
        """
        _must_be_allowed(account, name, scopes, days)
        if len(self.all(account.id)) >= MOST:
            raise RefusedError(f"每人至多 {MOST} 个接口令牌；先吊销不用的")
        word = PREFIX + new_word()
        until = (self._now + timedelta(days=days)).isoformat()
        made = ApiToken(secrets.token_hex(8), name.strip(), frozenset(scopes), self._now.isoformat(), until)
        self._connection.execute(insert(tables.tokens), {
            "id": made.id, "token_hash": self._hash(word), "person": account.id, "name": made.name,
            "scopes": " ".join(sorted(made.scopes)), "created_at": made.created_at, "expires_at": made.expires_at,
        })  # fmt: skip
        return word, made

    def find(self, word: str) -> Bearer | None:
        """For whom this token acts and in which scopes: those it was given and the person's roles still fill."""
        both = select(_TOKENS.scopes, _TOKENS.expires_at, _TOKENS.used_at, tables.people)
        both = both.join(tables.people, _TOKENS.person == tables.people.c.id)
        row = self._connection.execute(both.where(_TOKENS.token_hash == self._hash(word))).first()
        if row is None or not row.active or datetime.fromisoformat(row.expires_at) <= self._now:
            return None
        account = account_of(row)
        stale = not row.used_at or self._now - datetime.fromisoformat(row.used_at) >= _TOUCH
        return Bearer(account, frozenset(row.scopes.split()) & scopes_of(account), stale)

    def touch(self, word: str) -> None:
        """Note that the token is in use."""
        which = update(tables.tokens).where(_TOKENS.token_hash == self._hash(word))
        self._connection.execute(which.values(used_at=self._now.isoformat()))

    def all(self, person: str) -> list[ApiToken]:
        """The tokens of a person that are still good, oldest first."""
        rows = self._connection.execute(
            select(tables.tokens).where(_TOKENS.person == person).order_by(_TOKENS.created_at, _TOKENS.id)
        )
        return [_token(row) for row in rows if datetime.fromisoformat(row.expires_at) > self._now]

    def revoke(self, person: str, token_id: str) -> bool:
        """End a token of this person; False when there is none."""
        mine = delete(tables.tokens).where(_TOKENS.id == token_id, _TOKENS.person == person)
        return self._connection.execute(mine).rowcount == 1

    def revoke_all(self, person: str) -> None:
        """End all tokens of a person."""
        self._connection.execute(delete(tables.tokens).where(_TOKENS.person == person))

    def _hash(self, word: str) -> str:
        return digest(self._key, "api token", word)


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(row.id, row.name, frozenset(row.scopes.split()), row.created_at, row.expires_at, row.used_at)


def _must_be_allowed(account: Account, name: str, scopes: Collection[str], days: int) -> None:
    if not 0 < len(name.strip()) <= 100:
        raise RefusedError("给令牌起一个名字（100 字以内），日后知道是谁在用")
    if not scopes or not set(scopes) <= scopes_of(account):
        raise RefusedError("令牌的权限至少选一项，且不能超出您自己的岗位")
    if not timedelta() < timedelta(days=days) <= LONGEST:
        raise RefusedError("令牌的有效期为 1 至 365 天")
