"""What comes in: uploads, and the results of their screening. Each is one transaction with its audit event."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from screening.domain.account import Account
from screening.domain.errors import ConflictError, MissingError, RefusedError
from screening.domain.filing import Filing, Job, Upload
from screening.domain.people import Person, Role
from screening.domain.record import Declaration
from screening.domain.review import Act, Case, State, Step, Terms, Version
from screening.domain.transitions import after
from screening.review import access
from screening.review.assign import rules_of
from screening.review.ports import Books, Store

LEASE_SECONDS = 30.0  # a worker that is at it renews its lease; what a dead one held waits no longer than this
Payload = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has come in and lies sealed in the vault, under the case's key."""

    case_id: str
    key: bytes
    blob: str
    sha256: str
    size: int
    filename: str
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a screening found, as far as the review needs to know.

    findings: items (f0 …); grave: those of severity S0; to_open: findings, unread places, attachments; marked: bears
    a state-secret mark; categories: of the findings; result: id of the sealed result, empty when nothing is kept.
    """

    findings: frozenset[str] = frozenset()
    grave: frozenset[str] = frozenset()
    to_open: frozenset[str] = frozenset()
    marked: bool = False
    categories: frozenset[str] = frozenset()
    severity: int = 0
    unread: int = 0
    disposition: int = 0
    media_type: str = ""
    text_sha256: str = ""
    result: str = ""
    summary: dict[str, int | str] = field(default_factory=dict)


class Intake:
    """Takes in drafts and results. clock gives the present time with its zone."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def open(
        self,
        account: Account,
        declaration: Declaration,
        terms: Terms,
        received: Received,
        co_authors: Collection[str] = (),
    ) -> Filing:
        """File a new case with its first version, and ask for its screening: all of it or nothing.

        Raises RefusedError when the person may not write drafts here, or a co-author may not take part.
        """
        if Role.AUTHOR not in account.person.roles:
            raise RefusedError("只有撰稿人可以上传稿件；请由安全管理员授予撰稿人角色")
        now = self._clock()
        with self._store.writing() as books:
            if not all(access.writes_with(account, books.people.get(other)) for other in co_authors):
                raise RefusedError(access.NO_CO_AUTHOR)
            at = now.isoformat()
            case = Case(terms, contributors=frozenset(co_authors))
            upload = _upload(received, 1, account, at)
            number, unit = books.cases.next_number(now.year), account.person.unit
            filing = Filing(received.case_id, number, unit, account.department, account.id, declaration, case, (),
                            received.key, at, at)  # fmt: skip
            act = Act(Step.UPLOAD, account.person, received.sha256, at)
            filing = replace(filing, case=after(case, act), uploads=(upload,))
            return self._enqueue(books, books.cases.add(filing, act), act)

    def add_version(
        self, account: Account, case_id: str, received: Received, stage: str = "", etag: int | None = None
    ) -> Filing:
        """A new version of a draft that this person knows: every decision on the old one is void.

        Raises MissingError, RefusedError, and ConflictError when the stage that the form was made for has passed, or
        the etag that the program saw.
        """
        now = self._clock()
        with self._store.writing() as books:
            before = found(books, account, case_id)
            if account.id not in before.case.contributors:
                raise RefusedError("只有撰稿人可以上传新版本；审签人发现须改动时请退回")
            if (stage and stage != before.stage) or etag not in (None, before.etag):
                raise ConflictError("稿件状态已变：请刷新后再上传")
            at = now.isoformat()
            act = Act(Step.UPLOAD, account.person, received.sha256, at)
            upload = _upload(received, len(before.uploads) + 1, account, at)
            filing = replace(before, case=after(before.case, act), uploads=(*before.uploads, upload), updated_at=at,
                             due_at="", paused_at="", locked_by="", locked_until="", findings=0, severity=0, unread=0,
                             disposition=0)  # fmt: skip
            return self._enqueue(books, books.cases.save(before, filing, act), act)

    def lease(self, seconds: float = LEASE_SECONDS) -> tuple[Job, Filing] | None:
        """The next draft to screen, or None."""
        with self._store.writing() as books:
            job = books.jobs.lease(self._clock(), seconds)
            filing = books.cases.get(job.case_id) if job else None
            return (job, filing) if job and filing else None

    def renew(self, job: Job, seconds: float = LEASE_SECONDS) -> bool:
        """Keep a job that takes long; False when it is another worker's now."""
        with self._store.writing() as books:
            return books.jobs.renew(job, self._clock(), seconds)

    def screened(self, job: Job, outcome: Outcome) -> bool:
        """Record a result. False when the job is another worker's now, or the case has moved on: nothing is kept."""
        with self._store.writing() as books:
            before = books.cases.get(job.case_id)
            if not books.jobs.finish(job) or before is None or len(before.uploads) != job.version:
                return False
            if before.case.state is not State.SCREENING:
                return False
            self._record(books, before, outcome)
            return True

    def give_up(self) -> int:
        """Cases whose screening failed three times go to people: nothing was read, so all of it must be looked at.

        That a mark of the version before is gone was not seen either: such a case stays locked.
        """
        with self._store.writing() as books:
            stuck = books.jobs.stuck(self._clock())
            for job in stuck:
                before = books.cases.get(job.case_id)
                books.jobs.finish(job, "failed")
                if before and before.case.state is State.SCREENING and len(before.uploads) == job.version:
                    marked = any(one.marked and not one.mark_cleared for one in before.case.versions[-2:-1])
                    unread = Outcome(to_open=frozenset({"u0"}), marked=marked, unread=1, disposition=_BLOCK,
                                     summary={"failed": 1})  # fmt: skip
                    self._record(books, before, unread)
            return len(stuck)

    def _record(self, books: Books, before: Filing, outcome: Outcome) -> None:
        now = self._clock()
        at, upload = now.isoformat(), before.current
        unit = books.people.unit(before.unit)
        rules = rules_of(unit.settings if unit else "")
        version = Version(upload.sha256, outcome.to_open, outcome.findings, outcome.grave, outcome.marked,
                          levels=rules.levels_for(outcome.categories))  # fmt: skip
        act = Act(Step.SCREEN, DESK, upload.sha256, at, version=version)
        case = after(before.case, act)
        changed = replace(upload, result=outcome.result, text_sha256=outcome.text_sha256, summary=outcome.summary,
                          media_type=outcome.media_type or upload.media_type)  # fmt: skip
        filing = replace(before, case=case, uploads=(*before.uploads[:-1], changed), severity=outcome.severity,
                         findings=len(outcome.findings), unread=outcome.unread, disposition=outcome.disposition,
                         updated_at=at, due_at=rules.incident_due(now) if case.state in _CLOCKED else "")  # fmt: skip
        filing = books.cases.save(before, filing, act)
        if case.state is State.INCIDENT:
            books.cases.shred(filing)
        payload: Payload = {"version": upload.number, "sha256": upload.sha256, "findings": len(outcome.findings),
                   "unread": outcome.unread, "state": case.state.value}  # fmt: skip
        books.trail.append(at, DESK.id, "case:screened", before.id, payload)

    def _enqueue(self, books: Books, filing: Filing, act: Act) -> Filing:
        upload = filing.current
        books.jobs.add(filing.id, upload.number, act.at)
        payload: Payload = {"version": upload.number, "sha256": upload.sha256, "size": upload.size}
        books.trail.append(act.at, act.person.id, "case:upload", filing.id, payload)
        return filing


DESK = Person("desk", "", frozenset())
_BLOCK = 5
_CLOCKED = frozenset({State.QUARANTINED, State.INCIDENT})


def found(books: Books, account: Account, case_id: str) -> Filing:
    """The case, if there is one that this person may know of. Raises MissingError."""
    filing = books.cases.get(case_id)
    if filing is None or not access.knows(account, filing):
        raise MissingError("没有这一稿件")
    return filing


def _upload(received: Received, number: int, account: Account, at: str) -> Upload:
    return Upload(number, received.sha256, received.size, received.media_type, received.filename, received.blob,
                  account.id, at)  # fmt: skip
