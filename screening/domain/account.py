"""An account: a person with what signing in needs to know. No password, no secret stands in it."""

from dataclasses import dataclass

from screening.domain.people import ADMINISTRATORS, Person, Role

# Who decides or administers proves himself by two factors (GB/T 22239-2019, 8.1.4.1 d).
TWO_FACTORS = ADMINISTRATORS | {
    Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER, Role.PUBLISHER,
    Role.AUDITOR,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account. has_password, has_totp: whether they were set; locked_until: ISO 8601, or empty."""

    person: Person
    name: str
    login: str
    department: str
    active: bool = True
    has_password: bool = False
    has_totp: bool = False
    locked_until: str = ""

    @property
    def id(self) -> str:
        """The person's id."""
        return self.person.id

    @property
    def needs_second_factor(self) -> bool:
        """Whether a password alone does not let this person in."""
        return bool(self.person.roles & TWO_FACTORS)


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation, or a part of one that reviews for itself. settings: JSON of review.assign.UnitRules."""

    id: str
    name: str
    settings: str = "{}"
