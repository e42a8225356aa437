"""The desk: what people do with a case. Each act is one transaction: the case, the record, the audit event.

Nobody acts on a stage that has passed: a form says which stage it was made for, a program which etag it saw. While one
person decides, the case is his for a while; the other is told, and nothing is lost silently.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from screening.domain.account import Account
from screening.domain.errors import ConflictError, MissingError, RefusedError
from screening.domain.filing import Entry, Filing
from screening.domain.people import Person
from screening.domain.review import Act, Resolution, State, Step, Terms
from screening.domain.transitions import after
from screening.review import access
from screening.review.assign import UnitRules, rules_of
from screening.review.intake import found
from screening.review.ports import Books, Store
from screening.review.turns import OF_THE_DESK, WAITING, waits_for

LOCK = timedelta(minutes=15)
_ALL = 100_000  # a list that leaves out a case would hide it
_DECIDING = frozenset({Step.RESOLVE, Step.UNDO, Step.SIGN, Step.RETURN, Step.SEND_UP, Step.ANSWER, Step.REFUSE})
_ON_ITEMS = frozenset({Step.OPEN, Step.RESOLVE, Step.UNDO})
_OF_OFFICERS = frozenset({Step.REPORT.value, Step.MEASURE.value})
_KEEPS_LOCK = frozenset({Step.RESOLVE, Step.UNDO})


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for. stage: the stage that his form was made for; etag: the etag that his program saw; at
    least one of them for every act that moves the case. items: of OPEN, RESOLVE and UNDO. terms: of RELEASE."""

    step: Step
    stage: str = ""
    etag: int | None = None
    reason: str = ""
    items: Sequence[str] = ()
    resolution: Resolution | None = None
    detail: Mapping[str, str] = field(default_factory=dict)
    terms: Terms | None = None


class Desk:
    """Reads and moves cases for people. clock gives the present time with its zone."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def get(self, account: Account, case_id: str) -> Filing:
        """A case that this person may know of. Raises MissingError, the same for all others."""
        with self._store.reading() as books:
            return found(books, account, case_id)

    def content(self, account: Account, case_id: str) -> Filing:
        """A case whose text this person may read. Raises MissingError; RefusedError when it is locked to all."""
        filing = self.get(account, case_id)
        if not access.reads(account, filing):
            raise RefusedError("内容已隔离或销毁：任何人不得在本系统查看；请联系保密审查员")
        return filing

    def entries(self, account: Account, case_id: str) -> list[Entry]:
        """The record of a case that this person may know of; what officers wrote about an incident is for officers."""
        with self._store.reading() as books:
            filing = found(books, account, case_id)
            entries = books.cases.entries(filing)
        if access.handles(account, filing):
            return entries
        return [replace(one, words={}) if one.step in _OF_OFFICERS else one for one in entries]

    def act(self, account: Account, case_id: str, order: Order) -> Filing:
        """Do what the rule allows. Raises MissingError, ConflictError (look again), RefusedError (with the reason)."""
        if order.step in OF_THE_DESK:
            raise RefusedError(f"{order.step.label}由系统完成")
        with self._store.writing() as books:
            return self.act_within(books, account, case_id, order)

    def act_within(self, books: Books, account: Account, case_id: str, order: Order) -> Filing:
        """The same within a transaction that does more."""
        now = self._clock()
        before = found(books, account, case_id)
        self._must_be_current(before, order)
        self._must_be_free(books, before, account, order, now)
        acts = self._acts(before, account, order, now.isoformat())
        case = before.case
        for act in acts:
            case = after(case, act)
        filing = self._dated(books, replace(before, case=case, updated_at=now.isoformat()), order.step, now)
        by, until = _lock(account, order.step, now, before)
        filing = replace(filing, locked_by=by, locked_until=until)
        return self._written(books, before, filing, acts, account)

    def note(self, account: Account, case_id: str, item: str, text: str) -> None:
        """Keep what somebody is writing about an item; only he sees it."""
        with self._store.writing() as books:
            filing = found(books, account, case_id)
            if not access.reads(account, filing):
                raise RefusedError("内容已隔离或销毁")
            books.cases.note(filing, account.id, item, text, self._clock().isoformat())

    def notes(self, account: Account, case_id: str) -> dict[str, str]:
        """What this person has been writing about a case."""
        with self._store.reading() as books:
            return books.cases.notes(found(books, account, case_id), account.id)

    def mine(self, account: Account) -> list[Filing]:
        """The cases that this person wrote or helped to write, latest change first."""
        with self._store.reading() as books:
            cases = books.cases.find(contributor=account.id, limit=_ALL)
        return sorted(cases, key=lambda filing: filing.updated_at, reverse=True)

    def queue(self, account: Account, *, all_states: bool = False) -> list[Filing]:
        """What waits for this person, due first: levels of his office, answers to enter, marks to judge, approved
        drafts to publish. With all_states, every case that he knows of by office."""
        with self._store.reading() as books:
            states = [] if all_states else [state.value for state in WAITING]
            cases = books.cases.find(unit=account.person.unit, states=states, limit=_ALL)
        known = [filing for filing in cases if access.knows(account, filing)]
        return known if all_states else [filing for filing in known if waits_for(account, filing)]

    def incidents(self, account: Account) -> list[Filing]:
        """Quarantined cases and incidents, those with the nearest deadline first."""
        states = [state.value for state in (State.QUARANTINED, State.INCIDENT, State.RECALLED)]
        with self._store.reading() as books:
            cases = books.cases.find(unit=account.person.unit, states=states, limit=_ALL)
        return [filing for filing in cases if access.knows(account, filing)]

    def register(self, account: Account, month: str | None = None) -> list[Filing]:
        """Every case of the unit, for the register. Raises MissingError for those who keep no register."""
        if not access.registers(account):
            raise MissingError("没有这一页")
        with self._store.reading() as books:
            cases = books.cases.find(unit=account.person.unit, month=month, limit=_ALL)
        return sorted(cases, key=lambda filing: filing.number)

    def void(self, reason_of: Callable[[Filing], str]) -> int:
        """Void approvals for which a reason is given: the window is over, or newer rules find a mark."""
        with self._store.writing() as books:
            approved = books.cases.find(states=[State.APPROVED.value], limit=_ALL)
            due = [(filing, reason) for filing in approved if (reason := reason_of(filing))]
            for filing, reason in due:
                now = self._clock().isoformat()
                act = Act(Step.VOID, _DESK, filing.current.sha256, now, reason)
                saved = books.cases.save(filing, replace(filing, case=after(filing.case, act), updated_at=now), act)
                books.trail.append(now, _DESK.id, "case:void", saved.id, {"version": len(saved.uploads)})
            return len(due)

    def _must_be_current(self, filing: Filing, order: Order) -> None:
        stale = (order.stage and order.stage != filing.stage) or (order.etag not in (None, filing.etag))
        if stale:
            raise ConflictError("稿件状态已变（有新版本，或他人已办理）：请刷新后重新决定")
        if not order.stage and order.etag is None and order.step is not Step.OPEN:
            raise ConflictError("没有说明针对哪一阶段：请刷新后重试")

    def _must_be_free(self, books: Books, filing: Filing, account: Account, order: Order, now: datetime) -> None:
        if order.step not in _DECIDING:
            return
        if not access.signs_here(account, filing):
            raise RefusedError(f"这一级由{filing.case.levels[filing.case.level].label}审签")
        if filing.locked_by not in ("", account.id) and filing.locked_until > now.isoformat():
            name = books.people.names([filing.locked_by]).get(filing.locked_by, "另一位审查员")
            raise ConflictError(f"{name}正在审看这一稿件，请稍后再办")

    def _acts(self, filing: Filing, account: Account, order: Order, at: str) -> list[Act]:
        """One act for each item named, or one for the whole."""
        sha256 = filing.current.sha256
        items = order.items if order.step in _ON_ITEMS else ()
        detail = dict(order.detail)
        if order.resolution is Resolution.RELEASED_BEFORE:
            detail.setdefault("basis", filing.declaration.release_basis)
        return [
            Act(order.step, account.person, sha256, at, order.reason, item, order.resolution, None, order.terms, detail)
            for item in (items or [""])
        ]

    def _dated(self, books: Books, filing: Filing, step: Step, now: datetime) -> Filing:
        """The case with its due date after a step."""
        rules = self._rules(books, filing)
        if step in (Step.SUBMIT, Step.ANSWER):
            return replace(filing, due_at=rules.review_due(now), paused_at="")
        if step is Step.SEND_UP:
            return replace(filing, due_at=rules.outside_due(now), paused_at=now.isoformat())
        if (
            step is Step.REPORT and filing.due_at
        ):  # the clock runs from when it was found, not from when it is called so
            return filing
        if step in (Step.REPORT, Step.RECALL):
            return replace(filing, due_at=rules.incident_due(now))
        if filing.case.state not in (State.REVIEW, State.SENT_UP, State.QUARANTINED, State.INCIDENT, State.RECALLED):
            return replace(filing, due_at="", paused_at="")
        return filing

    def _rules(self, books: Books, filing: Filing) -> UnitRules:
        unit = books.people.unit(filing.unit)
        return rules_of(unit.settings if unit else "")

    def _written(self, books: Books, before: Filing, filing: Filing, acts: Sequence[Act], account: Account) -> Filing:
        """Save the case and its record, shred what became an incident, ask for a new check of a cleared mark."""
        opened = acts[0].step is Step.OPEN
        kept = [replace(acts[0], item="", detail={"items": " ".join(act.item for act in acts)})] if opened else acts
        for act in kept:
            filing = books.cases.save(before, filing, act)
            before = replace(before, etag=filing.etag)
        act = acts[0]
        payload: dict[str, str | int] = {"version": len(filing.uploads), "sha256": act.sha256, "items": len(acts)}
        payload |= {"state": filing.case.state.value, "level": before.case.level}
        if act.resolution:
            payload["resolution"] = act.resolution.value
        if filing.case.state is State.INCIDENT and act.step is Step.REPORT:
            books.cases.shred(filing)
            filing = replace(filing, key=b"")
        if filing.case.state is State.SCREENING:
            books.jobs.add(filing.id, len(filing.uploads), act.at)
        books.trail.append(act.at, account.id, f"case:{act.step.value}", filing.id, payload)
        return filing


_DESK = Person("desk", "", frozenset())


def _lock(account: Account, step: Step, now: datetime, before: Filing) -> tuple[str, str]:
    """Whose the case is after a step, and until when: his who is at work on it, nobody's once he has decided."""
    held = before.locked_by, before.locked_until
    if step is Step.OPEN:
        mine = before.case.state is State.REVIEW and access.signs_here(account, before)
        free = before.locked_by in ("", account.id) or before.locked_until <= now.isoformat()
        at_work = mine and free and account.id not in before.case.contributors
        return (account.id, (now + LOCK).isoformat()) if at_work else held
    return (account.id, (now + LOCK).isoformat()) if step in _KEEPS_LOCK else ("", "")
