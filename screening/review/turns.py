"""Whose turn it is: what waits for a person, and what he could do. The guards of transitions.py have the last word."""

from screening.domain.account import Account
from screening.domain.filing import Filing
from screening.domain.people import Role
from screening.domain.review import State, Step
from screening.domain.transitions import ALLOWED
from screening.review import access

WAITING = (State.REVIEW, State.SENT_UP, State.QUARANTINED, State.APPROVED)
OF_THE_DESK = frozenset({Step.UPLOAD, Step.SCREEN, Step.VOID, Step.FOUND})
_HANDLES = frozenset({Role.SECRECY_OFFICER, Role.CLASSIFICATION_OFFICER})
_BY_AUTHOR = frozenset({Step.UPLOAD, Step.SUBMIT, Step.WITHDRAW, Step.OPEN})
_OFFICES = {
    Step.CLEAR_MARK: _HANDLES,
    Step.REPORT: _HANDLES | {Role.APPROVER},
    Step.MEASURE: _HANDLES | {Role.APPROVER},
    Step.RECALL: _HANDLES | {Role.APPROVER, Role.PUBLISHER},
    Step.RELEASE: frozenset({Role.PUBLISHER}),
}


def waits_for(account: Account, filing: Filing) -> bool:
    """Whether this person is the one, or one of those, who can move the case now."""
    case = filing.case
    if account.id in case.contributors:
        return False
    signers = {one.person for one in case.signatures}
    if case.state in (State.REVIEW, State.SENT_UP):
        return access.signs_here(account, filing) and account.id not in signers
    if case.state is State.QUARANTINED:
        return bool(account.person.roles & _HANDLES)
    return case.state is State.APPROVED and Role.PUBLISHER in account.person.roles and account.id not in signers


def steps_for(account: Account, filing: Filing) -> frozenset[Step]:
    """What this person could do with the case now, as far as state and office go."""
    case = filing.case
    allowed = {step for state, step in ALLOWED if state is case.state}
    if account.id in case.contributors:
        own = allowed & _BY_AUTHOR
        if case.state is State.QUARANTINED:  # a new version would be taken for an attempt to remove the mark
            own -= {Step.UPLOAD}
        return frozenset(own)
    allowed -= _BY_AUTHOR | OF_THE_DESK
    if case.state in (State.REVIEW, State.SENT_UP):
        return frozenset(allowed) if waits_for(account, filing) else frozenset()
    mine = {step for step in allowed if account.person.roles & _OFFICES.get(step, frozenset())}
    signers = {one.person for one in case.signatures}
    return frozenset(mine - {Step.RELEASE} if account.id in signers else mine)
