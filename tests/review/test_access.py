"""Who knows of a case, who reads it, who signs: a table of every role in every state, seen from every side."""

from dataclasses import replace

import pytest

from screening.domain.account import Account
from screening.domain.filing import Filing, Upload
from screening.domain.people import Person, Role
from screening.domain.review import THREE_LEVELS, State, Version
from screening.review import access
from tests.review.office import DEPARTMENT, OTHER_DEPARTMENT, TERMS, declared

UPLOADS = tuple(Upload(number, "s", 1, "text/plain", "稿.txt", "b", "writer", "") for number in (1, 2))
VERSIONS = tuple(Version("s") for _ in UPLOADS)

# One column a state, in this order. K: knows of it; R: reads it as well; -: neither.
STATES = (
    State.DRAFT, State.SCREENING, State.SCREENED, State.WITHDRAWN, State.QUARANTINED, State.INCIDENT,
    State.REVIEW, State.SENT_UP, State.RETURNED, State.NOT_PUBLISHED,
    State.APPROVED, State.RELEASED, State.RECALLED, State.VOIDED,
)  # fmt: skip
OTHERS = "---- -- ---- ----"
SIGNER = "---- -- RRRR RRRR"
HANDLER = "---- KK RRRR RRRR"
# Role: somebody of the same department, of another department of the unit.
ROLES = {
    Role.AUTHOR: (OTHERS, OTHERS),
    Role.DEPARTMENT_REVIEWER: (SIGNER, OTHERS),
    Role.SECRECY_OFFICER: (HANDLER, HANDLER),
    Role.APPROVER: (HANDLER, HANDLER),
    Role.CLASSIFICATION_OFFICER: (HANDLER, HANDLER),
    Role.PUBLISHER: ("---- -- ---- RRRR",) * 2,
    Role.AUDITOR: (OTHERS, OTHERS),
    Role.SYSTEM_ADMINISTRATOR: (OTHERS, OTHERS),
    Role.SECURITY_ADMINISTRATOR: (OTHERS, OTHERS),
    Role.AUDIT_ADMINISTRATOR: (OTHERS, OTHERS),
}
CONTRIBUTOR = "RRRR KK RRRR RRRR"
# A new version of a case on which signers have worked stays known to them, but not once it is withdrawn.
SECOND_VERSION = {
    Role.DEPARTMENT_REVIEWER: "RRR- -- RRRR RRRR",
    Role.SECRECY_OFFICER: "RRR- KK RRRR RRRR",
    Role.PUBLISHER: "---- -- ---- RRRR",
    Role.AUTHOR: OTHERS,
}
SIGNS = {
    Role.DEPARTMENT_REVIEWER: (0, True, False),
    Role.SECRECY_OFFICER: (1, True, True),
    Role.APPROVER: (2, True, True),
}


def filed(state: State, uploads: int = 1, level: int = 0) -> Filing:
    """A case of the department in a state."""
    from screening.domain.review import Case

    case = Case(TERMS, state, level, VERSIONS[:uploads], frozenset({"writer"}))
    return Filing("c", "2031-0001", "u", DEPARTMENT, "writer", declared(), case, UPLOADS[:uploads], b"key", "", "")


def somebody(role: Role, department: str = DEPARTMENT, unit: str = "u", name: str = "x") -> Account:
    """A person of one role."""
    return Account(Person(name, unit, frozenset({role})), name, name, department)


def seen(account: Account, uploads: int = 1) -> str:
    """What the person sees of the case in every state, as in the table."""
    marks = []
    for state in STATES:
        filing = filed(state, uploads)
        knows, reads = access.knows(account, filing), access.reads(account, filing)
        assert knows or not reads
        marks.append("R" if reads else "K" if knows else "-")
    return "".join(marks)


def row(words: str) -> str:
    """A row of the table without its gaps."""
    return words.replace(" ", "")


def test_the_table_has_every_role_and_every_state() -> None:
    """A new role or state without a row or column is found here."""
    assert set(ROLES) == set(Role)
    assert sorted(STATES) == sorted(State)
    assert all(len(row(one)) == len(STATES) for pair in ROLES.values() for one in pair)


@pytest.mark.parametrize("role", ROLES)
def test_office_and_department_say_who_knows_and_reads(role: Role) -> None:
    """Every role, of the same and of another department, in every state."""
    same, other = ROLES[role]
    assert seen(somebody(role)) == row(same)
    assert seen(somebody(role, OTHER_DEPARTMENT)) == row(other)


@pytest.mark.parametrize("role", Role)
def test_nobody_of_another_unit_and_nobody_who_has_left_knows_anything(role: Role) -> None:
    """Not even a contributor, once his account is closed."""
    assert set(seen(somebody(role, unit="elsewhere"))) == {"-"}
    assert set(seen(replace(somebody(role, name="writer"), active=False))) == {"-"}


@pytest.mark.parametrize("role", Role)
def test_a_contributor_reads_his_draft_until_it_is_locked(role: Role) -> None:
    """Whatever else he is; of a locked or shredded case only that it exists."""
    assert seen(somebody(role, name="writer")) == row(CONTRIBUTOR)
    shredded = replace(filed(State.RELEASED), key=b"")
    assert access.knows(somebody(role, name="writer"), shredded)
    assert not access.reads(somebody(role, name="writer"), shredded)


@pytest.mark.parametrize("role", SECOND_VERSION)
def test_a_later_version_stays_known_to_those_who_sign(role: Role) -> None:
    """Also while it is screened and not yet submitted again."""
    assert seen(somebody(role), uploads=2) == row(SECOND_VERSION[role])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("level", range(len(THREE_LEVELS)))
def test_a_level_is_signed_by_its_office(role: Role, level: int) -> None:
    """The first by the head of the same department, the others by the unit's officers, none by another unit's."""
    filing = filed(State.REVIEW, level=level)
    mine, same, other = SIGNS.get(role, (-1, False, False))
    assert access.signs_here(somebody(role), filing) == (mine == level and same)
    assert access.signs_here(somebody(role, OTHER_DEPARTMENT), filing) == (mine == level and other)
    assert not access.signs_here(somebody(role, unit="elsewhere"), filing)


@pytest.mark.parametrize("role", Role)
def test_the_register_is_for_officers_and_the_auditor(role: Role) -> None:
    """Everybody else is told that there is no such page; so is an officer who has left."""
    keeps = {Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER, Role.AUDITOR}
    assert access.registers(somebody(role)) == (role in keeps)
    assert not access.registers(replace(somebody(role), active=False))
