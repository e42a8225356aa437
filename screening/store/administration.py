"""Administration of people and units by the security administrator: each act and its event in one transaction.

GB/T 22239-2019, 8.1.4.2 and 8.1.5: privileges apart; nobody changes his own; the last one who could is kept.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select, update

from screening.domain.account import Account, Unit
from screening.domain.errors import MissingError, RefusedError
from screening.domain.people import ADMINISTRATORS, Person, Role
from screening.domain.review import State
from screening.store import tables
from screening.store.api_tokens import ApiTokens
from screening.store.books import Books, Store
from screening.store.invitations import Invitations
from screening.store.sign_in import tidy_login
from screening.store.web_sessions import WebSessions

SYSTEM = "system"  # the actor of the first start and of the console
FIRST_LOGIN = "security"
_OVER = [one.value for one in (State.RELEASED, State.NOT_PUBLISHED, State.WITHDRAWN, State.VOIDED)]


@dataclass(frozen=True, slots=True)
class Change:
    """An event about a person: when, by whom (id), what."""

    at: str
    by: str
    action: str


class Administration:
    """What a security administrator does, within one transaction, at one moment.

    actor: the id of the one who acts, looked up again here. Raises RefusedError when he may not (any more).
    """

    def __init__(self, books: Books, key: bytes, actor: str, now: datetime) -> None:
        self._books = books
        self._key = key
        self._now = now
        self._actor = actor
        account = books.people.get(actor)
        if account is None or not account.active or Role.SECURITY_ADMINISTRATOR not in account.person.roles:
            raise RefusedError("只有安全管理员可以管理人员和单位")

    def invite(
        self, unit: str, login: str, name: str, roles: Collection[Role], department: str = ""
    ) -> tuple[str, str]:
        """A new person: the id, and the word of the link that sets password and second factor.

        Raises RefusedError for a login that is taken or malformed, an unknown unit, roles that exclude each other.
        """
        login = _new_login(self._books, login)
        _must_fit(name, department)
        self._unit(unit)
        _must_go_together(roles)
        account = self._books.people.add(unit, login, name.strip(), roles, department.strip())
        self._note("person:added", account.id, {"unit": unit, "roles": _listed(roles)})
        return account.id, self._invitation(account.id)

    def change(
        self, person: str, *, name: str, department: str, roles: Collection[Role], unit: str | None = None
    ) -> None:
        """A person's new name, department, roles, unit; sessions end when roles, department or unit change.

        Raises RefusedError, MissingError.
        """
        before = self._person(person)
        _must_fit(name, department)
        _must_go_together(roles)
        self._unit(unit or before.person.unit)
        changed = Person(person, unit or before.person.unit, frozenset(roles))
        after = replace(before, person=changed, name=name.strip(), department=department.strip())
        if after.person != before.person:
            self._must_not_be_own_or_last(before, stays=Role.SECURITY_ADMINISTRATOR in changed.roles)
        if after == before:
            return
        self._books.people.change(after)
        which = update(tables.people).where(tables.people.c.id == person)
        self._books.connection.execute(which.values(unit=changed.unit))
        if (after.person, after.department) != (before.person, before.department):
            self._sessions().end_all(person)
        self._note("person:changed", person, {"unit": changed.unit, "roles": _listed(roles)})

    def deactivate(self, person: str) -> None:
        """Let a person in no more: sessions, invitations and tokens end. Raises RefusedError, MissingError."""
        before = self._person(person)
        self._must_not_be_own_or_last(before, stays=False)
        self._books.people.change(replace(before, active=False))
        self._sessions().end_all(person)
        self._invitations().end_all(person)
        ApiTokens(self._books.connection, self._key, self._now).revoke_all(person)
        self._note("person:deactivated", person)

    def activate(self, person: str) -> None:
        """Let a person in again, by the password as it was. Raises RefusedError, MissingError."""
        before = self._person(person)
        self._books.people.change(replace(before, active=True))
        self._note("person:activated", person)

    def reset(self, person: str) -> str:
        """Take password and second factor away; returns the word of a new link. Never one's own.

        Raises RefusedError, MissingError.
        """
        before = self._person(person)
        if person == self._actor:
            raise RefusedError("不能重设自己的口令和验证码；请另一名安全管理员办理，或在“账户”里更改")
        if not before.active:
            raise RefusedError("账号已停用；先重新启用")
        which = update(tables.people).where(tables.people.c.id == person)
        self._books.connection.execute(which.values(_CLEARED))
        self._sessions().end_all(person)
        ApiTokens(self._books.connection, self._key, self._now).revoke_all(person)
        self._note("person:reset", person)
        return self._invitation(person)

    def add_unit(self, name: str, settings: str = "{}") -> Unit:
        """A new unit; settings: JSON of review.assign.UnitRules, checked by the caller. Raises RefusedError."""
        _must_fit(name, most=200)
        unit = self._books.people.add_unit(name.strip(), settings)
        self._note("unit:added", unit.id)
        return unit

    def change_unit(self, unit: str, name: str, settings: str) -> None:
        """A unit's new name and settings. Raises RefusedError, MissingError."""
        self._unit(unit)
        _must_fit(name, most=200)
        self._books.people.change_unit(Unit(unit, name.strip(), settings))
        self._note("unit:changed", unit)

    def _person(self, person: str) -> Account:
        found = self._books.people.get(person)
        if found is None:
            raise MissingError("没有这名人员")
        return found

    def _unit(self, unit: str) -> Unit:
        found = self._books.people.unit(unit)
        if found is None:
            raise RefusedError("没有这个单位；从列表里选一个")
        return found

    def _must_not_be_own_or_last(self, person: Account, *, stays: bool) -> None:
        """stays: whether the person would still be an active security administrator afterwards."""
        others = [one for one in self._books.people.all() if one.id != person.id and _administers(one)]
        if _administers(person) and not stays and not others:
            raise RefusedError("这是最后一名安全管理员：先增设一名，再停用或更换")
        if person.id == self._actor:
            raise RefusedError("不能更改自己的角色、单位和状态；请另一名安全管理员办理")

    def _invitation(self, person: str) -> str:
        self._note("person:invited", person)
        return self._invitations().make(person)

    def _invitations(self) -> Invitations:
        return Invitations(self._books.connection, self._key, self._now)

    def _sessions(self) -> WebSessions:
        return WebSessions(self._books.connection, self._key, self._now)

    def _note(self, action: str, subject: str, payload: dict[str, str | int] | None = None) -> None:
        self._books.trail.append(self._now.isoformat(), self._actor, action, subject, payload)


_CLEARED = {
    "password_hash": "", "password_at": "", "totp_sealed": None, "totp_step": 0, "failures": 0, "locked_until": "",
}  # fmt: skip


def first_invitation(store: Store, now: datetime) -> str | None:
    """The word of the link for the first security administrator; None once one has set himself up.

    Makes unit and account when nobody is there. A link that ran out is replaced at the next start. The other two
    administrators are invited by this one: the three are never one person (三员分立).
    """
    with store.writing() as books:
        people = books.people.all()
        if any(_administers(one) for one in people):
            return None
        waiting = [one for one in people if one.active and Role.SECURITY_ADMINISTRATOR in one.person.roles]
        if people and not waiting:
            return None
        first = waiting[0] if waiting else _first(books, now)
        books.trail.append(now.isoformat(), SYSTEM, "person:invited", first.id)
        return Invitations(books.connection, store.keys.session, now).make(first.id)


def recovery_invitation(store: Store, login: str, now: datetime) -> str:
    """For the console, when the last security administrator has lost his password: clear it, and a new link.

    Raises MissingError when this login is no active security administrator.
    """
    with store.writing() as books:
        account = books.people.by_login(tidy_login(login))
        if account is None or not account.active or Role.SECURITY_ADMINISTRATOR not in account.person.roles:
            raise MissingError("没有这名启用中的安全管理员")
        books.connection.execute(update(tables.people).where(tables.people.c.id == account.id).values(_CLEARED))
        WebSessions(books.connection, store.keys.session, now).end_all(account.id)
        ApiTokens(books.connection, store.keys.session, now).revoke_all(account.id)
        books.trail.append(now.isoformat(), SYSTEM, "person:reset", account.id)
        books.trail.append(now.isoformat(), SYSTEM, "person:invited", account.id)
        return Invitations(books.connection, store.keys.session, now).make(account.id)


def last_sign_ins(books: Books) -> dict[str, str]:
    """When each person signed in last; those who never did are not in it."""
    rows = books.connection.execute(select(tables.people.c.id, tables.people.c.signed_in_at))
    return {row.id: row.signed_in_at for row in rows if row.signed_in_at}


def open_cases(books: Books) -> dict[str, int]:
    """How many cases of each unit are under way."""
    count = select(tables.cases.c.unit, func.count()).where(tables.cases.c.state.not_in(_OVER))
    return {row[0]: row[1] for row in books.connection.execute(count.group_by(tables.cases.c.unit))}


def history(books: Books, person: str, limit: int = 20) -> list[Change]:
    """The last events about a person's account, newest first."""
    audit = tables.audit.c
    found = select(audit.at, audit.actor, audit.action).where(audit.subject == person, audit.action.like("person:%"))
    rows = books.connection.execute(found.order_by(audit.seq.desc()).limit(limit))
    return [Change(row.at, row.actor, row.action) for row in rows]


def _first(books: Books, now: datetime) -> Account:
    unit = books.people.add_unit("本单位")
    account = books.people.add(unit.id, FIRST_LOGIN, "安全管理员", [Role.SECURITY_ADMINISTRATOR])
    books.trail.append(now.isoformat(), SYSTEM, "unit:added", unit.id)
    roles = {"unit": unit.id, "roles": Role.SECURITY_ADMINISTRATOR.value}
    books.trail.append(now.isoformat(), SYSTEM, "person:added", account.id, roles)
    return account


def _administers(account: Account) -> bool:
    """Whether this is a security administrator who can come in."""
    return account.active and account.has_password and Role.SECURITY_ADMINISTRATOR in account.person.roles


def _new_login(books: Books, login: str) -> str:
    tidied = tidy_login(login)
    if not 2 <= len(tidied) <= 40 or any(not (char.isalnum() or char in "._-@") for char in tidied):
        raise RefusedError("用户名写 2 至 40 个字母、数字、点或横线")
    if books.people.by_login(tidied) is not None:
        raise RefusedError("这个用户名已有人使用；换一个")
    return tidied


def _must_fit(name: str, department: str = "", most: int = 100) -> None:
    if not 0 < len(name.strip()) <= most or not name.strip().isprintable():
        raise RefusedError(f"名称写 1 至 {most} 个字，不含特殊符号")
    if len(department) > 200 or not department.isprintable():
        raise RefusedError("部门名称过长，或含特殊符号")


def _must_go_together(roles: Collection[Role]) -> None:
    if not roles:
        raise RefusedError("至少选一个角色")
    if set(roles) & ADMINISTRATORS and len(set(roles)) > 1:
        raise RefusedError("三类管理员只能单独担任：一个账号不能再有其他角色（三员分立）")


def _listed(roles: Collection[Role]) -> str:
    return ",".join(sorted(role.value for role in roles))
