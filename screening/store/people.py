"""Units and people, as the desk needs to know them. Passwords, factors and web sessions: sign_in.py."""

import json
import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from screening.domain.account import Account, Unit
from screening.domain.people import Person, Role
from screening.store import tables

_PEOPLE = tables.people.c


class People:
    """Units and people within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_unit(self, name: str, settings: str = "{}", unit_id: str = "") -> Unit:
        """A new unit. Its id says nothing, unless one is given."""
        unit = Unit(unit_id or secrets.token_hex(8), name, settings)
        self._connection.execute(insert(tables.units), {"id": unit.id, "name": name, "settings": settings})
        return unit

    def change_unit(self, unit: Unit) -> None:
        """A unit's new name or settings."""
        which = update(tables.units).where(tables.units.c.id == unit.id)
        self._connection.execute(which.values(name=unit.name, settings=unit.settings))

    def unit(self, unit_id: str) -> Unit | None:
        """A unit, or None."""
        row = self._connection.execute(select(tables.units).where(tables.units.c.id == unit_id)).first()
        return Unit(row.id, row.name, row.settings) if row else None

    def units(self) -> list[Unit]:
        """All units, by name."""
        rows = self._connection.execute(select(tables.units).order_by(tables.units.c.name))
        return [Unit(row.id, row.name, row.settings) for row in rows]

    def add(self, unit: str, login: str, name: str, roles: Iterable[Role], department: str = "") -> Account:
        """A new person without a password: an invitation sets it. Raises ValueError for roles that exclude another."""
        person = Person(secrets.token_hex(8), unit, frozenset(roles))
        row = {"id": person.id, "unit": unit, "login": login, "name": name, "department": department,
               "roles": _roles(person.roles)}  # fmt: skip
        self._connection.execute(insert(tables.people), row)
        return Account(person, name, login, department)

    def change(self, account: Account) -> None:
        """A person's new name, department, roles or activity."""
        which = update(tables.people).where(_PEOPLE.id == account.id)
        self._connection.execute(
            which.values(
                name=account.name,
                department=account.department,
                roles=_roles(account.person.roles),
                active=account.active,
            )
        )

    def get(self, person_id: str) -> Account | None:
        """A person, or None."""
        row = self._connection.execute(select(tables.people).where(_PEOPLE.id == person_id)).first()
        return account_of(row) if row else None

    def by_login(self, login: str) -> Account | None:
        """The person who signs in by this name, or None."""
        row = self._connection.execute(select(tables.people).where(_PEOPLE.login == login)).first()
        return account_of(row) if row else None

    def all(self, unit: str | None = None) -> list[Account]:
        """Everybody, or everybody of a unit, by name."""
        found = select(tables.people).order_by(_PEOPLE.name, _PEOPLE.id)
        rows = self._connection.execute(found if unit is None else found.where(_PEOPLE.unit == unit))
        return [account_of(row) for row in rows]

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by id."""
        wanted = select(_PEOPLE.id, _PEOPLE.name).where(_PEOPLE.id.in_(set(ids)))
        return {row.id: row.name for row in self._connection.execute(wanted)}

    def count(self) -> int:
        """How many people there are; none before the first start was set up."""
        return self._connection.execute(select(func.count()).select_from(tables.people)).scalar_one()


def account_of(row: Row[Any]) -> Account:
    """The account in a row of the table."""
    person = Person(row.id, row.unit, frozenset(Role(one) for one in json.loads(row.roles)))
    return Account(person, row.name, row.login, row.department, row.active, bool(row.password_hash),
                   row.totp_sealed is not None, row.locked_until)  # fmt: skip


def _roles(roles: Iterable[Role]) -> str:
    return json.dumps(sorted(role.value for role in roles))
