"""Who may know of a case, and who may see what is in it. Pure; whoever may not is told that there is no such case.

A draft is known to its contributors, to the signers of its unit once it was submitted, to the publisher once it was
approved. A case with a state-secret mark is known to the officers who handle it, its content to nobody. The auditor
reads the register; the three administrators see no draft at all (三员分立).
"""

from screening.domain.account import Account
from screening.domain.filing import Filing
from screening.domain.people import ADMINISTRATORS, Role
from screening.domain.review import State

_SIGNERS = frozenset({Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER})
_HANDLERS = frozenset({Role.SECRECY_OFFICER, Role.CLASSIFICATION_OFFICER, Role.APPROVER})
_LOCKED = frozenset({State.QUARANTINED, State.INCIDENT})
_BEFORE_SUBMISSION = frozenset({State.DRAFT, State.SCREENING, State.SCREENED, State.WITHDRAWN})
_FOR_PUBLISHING = frozenset({State.APPROVED, State.RELEASED, State.RECALLED, State.VOIDED})


def knows(account: Account, filing: Filing) -> bool:
    """Whether this person may know that the case exists, its title and where it stands."""
    if not account.active:
        return False
    if account.id in filing.case.contributors:
        return True
    if account.person.unit != filing.unit:
        return False
    return _by_office(account, filing)


def _by_office(account: Account, filing: Filing) -> bool:
    roles, state = account.person.roles, filing.case.state
    if state in _LOCKED:
        return bool(roles & _HANDLERS)
    if Role.PUBLISHER in roles and state in _FOR_PUBLISHING:
        return True
    if state in _BEFORE_SUBMISSION and not _was_submitted(filing):
        return False
    if Role.DEPARTMENT_REVIEWER in roles and account.department == filing.department:
        return True
    return bool(roles & _SIGNERS)


def _was_submitted(filing: Filing) -> bool:
    """A new version of a case that signers have worked on stays known to them."""
    return len(filing.uploads) > 1 and filing.case.state is not State.WITHDRAWN


def reads(account: Account, filing: Filing) -> bool:
    """Whether this person may see the text, the findings and the bytes."""
    return knows(account, filing) and filing.case.state not in _LOCKED and not filing.shredded


def signs_here(account: Account, filing: Filing) -> bool:
    """Whether the present level is this person's to sign, as far as office and department go."""
    office = filing.case.levels[filing.case.level]
    if account.person.unit != filing.unit or office not in account.person.roles:
        return False
    return office is not Role.DEPARTMENT_REVIEWER or account.department == filing.department


NO_CO_AUTHOR = "参与撰稿的须是本单位在岗人员（写用户名），管理员不得参与撰稿"


def writes_with(author: Account, other: Account | None) -> bool:
    """Whether somebody may be named as co-author: he will see the draft, so he is of the unit and no administrator."""
    if other is None or not other.active or other.person.unit != author.person.unit:
        return False
    return not other.person.roles & ADMINISTRATORS


def handles(account: Account, filing: Filing) -> bool:
    """Whether this person handles incidents of the case's unit, and did not write the draft."""
    same = account.person.unit == filing.unit and account.id not in filing.case.contributors
    return same and bool(account.person.roles & _HANDLERS)


def sees_scans(account: Account) -> bool:
    """Whether this person works on what scans of the unit's own sites find."""
    return account.active and bool(account.person.roles & (_HANDLERS | {Role.PUBLISHER}))


def hands_over(account: Account) -> bool:
    """Whether this person brings the outcome of a scan to the desk."""
    return account.active and bool(account.person.roles & {Role.PUBLISHER, Role.SECRECY_OFFICER})


def judges_scans(account: Account) -> bool:
    """Whether this person may call a finding of a scan a false alarm: who handles incidents, not who publishes."""
    return account.active and bool(account.person.roles & _HANDLERS)


def registers(account: Account) -> bool:
    """Whether this person reads the unit's register and its statistics: no draft, only what stands on record."""
    return account.active and bool(account.person.roles & (_SIGNERS | {Role.AUDITOR}))
