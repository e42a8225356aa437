"""The pages of the security administrator: what they do, and that they are nobody else's. On both databases."""

import pytest

from screening.domain.people import Role
from screening.store.books import Store
from tests.api.desk import Desk, paths

SECURITY, AUTHOR = Role.SECURITY_ADMINISTRATOR, Role.AUTHOR


@pytest.fixture
def desk(store: Store) -> Desk:
    """The desk on its first day."""
    return Desk(store)


def test_people_are_administered(desk: Desk) -> None:
    """Find, change, reset, deactivate, let in again; one's own and nonsense are refused."""
    chief, lin = desk.enter(desk.office.chief, "security"), desk.office.admit("lin", AUTHOR)
    page = f"/people/{lin}"
    theirs = desk.enter(lin, "lin")
    assert "lin" in chief.get("/people?q=LIN").text
    assert "没有符合条件" in chief.get("/people?q=nobody").text
    fields = {"name": "林", "unit": desk.office.unit}
    assert chief.fill(page, **fields, roles=["approver", "author"]).status_code == 303
    assert theirs.get("/").status_code == 303
    for roles in (["auditor", "system_administrator"], ["king"], []):
        assert chief.fill(page, **fields, roles=roles).status_code == 422
        assert chief.fill("/people", page.replace(lin, "")[:-1], **fields, login="new", roles=roles).status_code == 422
    with desk.office.store.reading() as books:
        account = books.people.get(lin)
    assert account
    assert (account.department, account.person.roles) == ("水务科", {AUTHOR, Role.APPROVER})
    assert "/setup/" in chief.fill(page, f"{page}/reset").text
    assert chief.fill(page, f"{page}/disable").status_code == 303
    assert chief.fill(page, f"{page}/reset").status_code == 403
    assert chief.fill(page, f"{page}/enable").status_code == 303
    assert "停用" in chief.get(page).text
    for act in ("disable", "reset"):
        assert chief.fill(page, f"/people/{desk.office.chief}/{act}").status_code == 403
    assert chief.get("/people/nobody").status_code == 404
    assert chief.fill(page, "/people/nobody/disable").status_code == 404


def test_units_are_administered(desk: Desk) -> None:
    """Add and change; a unit's other settings stay."""
    chief = desk.enter(desk.office.chief, "security")
    levels = ["department_reviewer", "secrecy_officer"]
    assert chief.fill("/units", name="云岭市水务局", days="3", levels=levels).status_code == 303
    for bad in ({"name": "", "days": "3"}, {"name": "甲", "days": "0"}, {"name": "甲", "days": "x"},
                {"name": "甲", "days": "3", "levels": ["approver"]}):  # fmt: skip
        assert chief.fill("/units", **bad).status_code == 422
    with desk.office.store.writing() as books:
        act = desk.office.administration(books)
        act.change_unit(desk.office.unit, "本单位", '{"holidays": ["2031-05-01"]}')
    assert chief.fill("/units", f"/units/{desk.office.unit}", name="本局", days="5").status_code == 303
    with desk.office.store.reading() as books:
        unit = books.people.unit(desk.office.unit)
    assert unit
    assert (unit.name, "2031-05-01" in unit.settings) == ("本局", True)
    assert chief.fill("/units", "/units/nobody", name="x", days="5").status_code == 404


@pytest.mark.parametrize("role", sorted(set(Role) - {SECURITY}))
def test_the_pages_of_the_security_administrator_are_nobody_elses(desk: Desk, role: Role) -> None:
    """They are not there."""
    browser = desk.enter(desk.office.admit("lin", role), "lin")
    word = browser.word("/account")
    for path in paths(desk, "/people", "/units"):
        if path.endswith(("/people", "/units")):
            assert browser.get(path).status_code == 404
        assert browser.post(path, data={"csrf": word}).status_code == 404
