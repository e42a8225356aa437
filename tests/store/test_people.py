"""Units and people in the database, on both kinds."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from screening.domain.account import Unit
from screening.domain.people import Role
from screening.store.books import Store


def test_a_person_comes_back_as_he_was_added(store: Store) -> None:
    """By id, by login, in the list of his unit; nobody for what is not there."""
    with store.writing() as books:
        unit = books.people.add_unit("云岭市文化局")
        other = books.people.add_unit("云岭市农业局")
        roles = {Role.AUTHOR, Role.PUBLISHER}
        made = books.people.add(unit.id, "zhou", "周小满", roles, "宣传科")
        strange = books.people.add(other.id, "li", "李云", {Role.AUTHOR})
    with store.reading() as books:
        assert books.people.get(made.id) == books.people.by_login("zhou") == made
        assert (made.person.roles, made.has_password, made.active) == (roles, False, True)
        assert books.people.all(unit.id) == [made]
        assert books.people.all() == sorted([made, strange], key=lambda one: one.name)
        assert books.people.count() == 2
        assert books.people.names([made.id, made.id, "nobody"]) == {made.id: "周小满"}
        assert books.people.names([]) == {}
        assert books.people.get("nobody") is books.people.by_login("nobody") is books.people.unit("nobody") is None


def test_a_change_is_kept(store: Store) -> None:
    """Name, department, roles, activity; settings of the unit."""
    with store.writing() as books:
        unit = books.people.add_unit("云岭市文化局", unit_id="u")
        made = books.people.add(unit.id, "zhou", "周小满", {Role.AUTHOR})
        person = replace(made.person, roles=frozenset({Role.AUDITOR}))
        changed = replace(made, person=person, name="周大满", department="执法科", active=False)
        books.people.change(changed)
        books.people.change_unit(Unit("u", "云岭市文旅局", '{"review_days": 2}'))
    with store.reading() as books:
        assert books.people.get(made.id) == changed
        assert books.people.units() == [Unit("u", "云岭市文旅局", '{"review_days": 2}')]


def test_a_login_is_one_persons(store: Store) -> None:
    """A second one of the same name is refused, and nothing of it stays."""
    with store.writing() as books:
        unit = books.people.add_unit("云岭市文化局")
        books.people.add(unit.id, "zhou", "周小满", {Role.AUTHOR})
    with pytest.raises(IntegrityError), store.writing() as books:
        books.people.add(unit.id, "zhou", "周大满", {Role.AUTHOR})
    with store.reading() as books:
        assert books.people.count() == 1


@pytest.mark.parametrize("admin", [Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR])
def test_an_administrator_is_nothing_else(store: Store, admin: Role) -> None:
    """三员: not even by a direct call of the store."""
    with store.writing() as books:
        unit = books.people.add_unit("云岭市文化局")
    with pytest.raises(ValueError, match="administrator"), store.writing() as books:
        books.people.add(unit.id, "zhou", "周小满", {admin, Role.AUTHOR})
    with store.reading() as books:
        assert books.people.count() == 0
