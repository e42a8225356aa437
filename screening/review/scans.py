"""Scans at the desk: handed over, looked through, settled page by page, opened as cases.

Each act is one transaction with its audit event, which holds ids, numbers and digests only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from screening.domain.account import Account
from screening.domain.errors import ConflictError, MissingError, RefusedError
from screening.domain.filing import Filing, Upload
from screening.domain.record import Declaration
from screening.domain.review import Act, Case, State, Step, Terms
from screening.domain.scan import (
    PageState,
    Said,
    Scan,
    ScanPage,
    ScanWord,
    Words,
    bare,
    counted,
    in_order,
    open_prints,
    state_of,
)
from screening.domain.transitions import after
from screening.review import access
from screening.review.assign import rules_of
from screening.review.desk import Desk, Order
from screening.review.intake import found
from screening.review.ports import Books, Store

SOURCES = "网上巡查发现，未经本系统审批"
AUDIENCE = "社会公众"
_KIND, _CARRIER, _UNTITLED = "其他", "非公文", "（无标题网页）"
_HELD = frozenset({State.RECALLED, State.INCIDENT})


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A scan in the list. open, pages: how many addresses with findings are to be dealt with, of how many; newest: id
    of the latest scan of the same source."""

    scan: Scan
    open: int
    pages: int
    newest: str


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page of a scan, and what has become of it. words: by fingerprint."""

    page: ScanPage
    state: PageState
    words: Words


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept of a page that a case is opened for: its masked findings, sealed under the case's own key.

    result: id in the vault; channel: of the scan; severity, findings, disposition, summary: as after a screening.
    """

    case_id: str
    key: bytes
    result: str
    channel: str
    severity: int
    findings: int
    disposition: int
    summary: Mapping[str, int | str] = field(default_factory=dict)


class ScanDesk:
    """The scans for people. same: the form under which an address is the same page."""

    def __init__(self, store: Store, desk: Desk, clock: Callable[[], datetime], same: Callable[[str], str]) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock
        self._same = same

    def take_in(self, account: Account, scan: Scan, pages: Sequence[ScanPage]) -> ScanRow:
        """Keep what a scan has found. Raises RefusedError for who does not hand over scans."""
        if not access.hands_over(account):
            raise RefusedError("扫描结果由发布人或保密审查员交来")
        at = self._clock().isoformat()
        kept = in_order(bare(page) for page in pages)
        marked = {page.location for page in kept if page.marked}
        told = tuple(replace(one, title="") if one.location in marked else one for one in scan.deviations)
        counts = counted(kept)
        scan = replace(scan, unit=account.person.unit, by=account.id, handed_at=at, counts=counts, deviations=told)
        with self._store.writing() as books:
            books.scans.add(scan, kept)
            payload: dict[str, str | int] = {"pages": scan.pages, "files": scan.files, "unread": scan.unread,
                                             "found": len(kept), "deviations": len(scan.deviations)}  # fmt: skip
            books.trail.append(at, account.id, "scan:handed_over", scan.id, payload | counts)
            return _row(books, scan)

    def count(self, account: Account) -> int:
        """How many scans the unit of this person has."""
        with self._store.reading() as books:
            return books.scans.count(account.person.unit)

    def latest(
        self, account: Account, limit: int, before: tuple[str, str] | None = None, skip: int = 0
    ) -> list[ScanRow]:
        """The scans of this person's unit, the latest first. Raises MissingError for who does not work on them."""
        if not access.sees_scans(account):
            raise MissingError("没有这一页")
        with self._store.reading() as books:
            scans = books.scans.latest(account.person.unit, limit, before, skip)
            return [_row(books, scan) for scan in scans]

    def get(self, account: Account, scan_id: str) -> Scan:
        """A scan. Raises MissingError."""
        with self._store.reading() as books:
            return _known(books, account, scan_id)

    def states(self, account: Account, scan_id: str) -> tuple[ScanRow, list[PageState]]:
        """A scan, and what has become of each of its pages, by their numbers from 1. Raises MissingError."""
        with self._store.reading() as books:
            row = _row(books, _known(books, account, scan_id))
            return row, _states(books, row.scan)

    def pages(self, account: Account, scan_id: str, numbers: Sequence[int]) -> list[PageSeen]:
        """Pages of a scan by their numbers, as far as there are. Raises MissingError."""
        with self._store.reading() as books:
            scan = _known(books, account, scan_id)
            pages = books.scans.pages(scan, numbers)
            spoken = books.scans.words(scan, pages)
        return [_seen(scan, page, spoken.get(page.location, {})) for page in pages]

    def settle(self, account: Account, scan_id: str, number: int, said: Said, reason: str) -> None:
        """Say of a page's open findings that they are false alarms, or that the page was mended.

        Raises MissingError; ConflictError when nothing is open; RefusedError with the rule.
        """
        at = self._clock().isoformat()
        with self._store.writing() as books:
            scan, seen = self._open(books, account, scan_id, number)
            _must_settle(account, seen.page, said, reason)
            fingerprints = open_prints(seen.page.prints, seen.words, scan.handed_at)
            fresh = [one for one in fingerprints if not _said_so(seen.words.get(one, ()), account.id, said)]
            if not fresh:
                raise RefusedError("严重疑点要认定为误报，须另一人也认定")
            books.scans.say(scan, seen.page, [ScanWord(one, said, account.id, at, reason) for one in fresh])
            payload = {"page": number, "said": said.value, "findings": len(fresh)}
            books.trail.append(at, account.id, "scan:settled", scan.id, payload)

    def open_case(self, account: Account, scan_id: str, number: int, reason: str, evidence: Evidence) -> Filing:
        """Open a page as a case: the released case of its address is recalled; the case that was opened for it before
        takes in what is new; else there is a new one, for something published without approval.

        The evidence was taken up when the case that comes back bears its id. Raises as `settle`.
        """
        with self._store.writing() as books:
            scan, seen = self._open(books, account, scan_id, number)
            if not reason.strip():
                raise RefusedError("开案须写明理由")
            filing = self._case(books, account, scan, seen, reason, evidence)
            at, page = self._clock().isoformat(), seen.page
            fingerprints = open_prints(page.prints, seen.words, scan.handed_at)
            said = [ScanWord(one, Said.CASE, account.id, at, reason, filing.id) for one in fingerprints]
            books.scans.say(scan, page, said)
            payload: dict[str, str | int] = {"page": number, "case": filing.id, "findings": len(fingerprints)}
            books.trail.append(at, account.id, "scan:case", scan.id, payload)
            return filing

    def _case(
        self, books: Books, account: Account, scan: Scan, seen: PageSeen, reason: str, evidence: Evidence
    ) -> Filing:
        for which in {one.case_id for words in seen.words.values() for one in words if one.case_id}:
            before = books.cases.get(which)
            if before is not None and before.case.state in _HELD:
                if not access.knows(account, before):
                    raise RefusedError("这一网址已另案办理：请告知保密审查员")
                return before
        released = self._released(books, account, seen.page.location)
        if released is not None and released.case.state in _HELD:
            return released  # it was recalled, and still stands there
        if released is not None:
            order = Order(Step.RECALL, released.stage, reason=reason)
            return self._desk.act_within(books, account, released.id, order)
        return self._new(books, account, scan, seen.page, reason, evidence)

    def _new(
        self, books: Books, account: Account, scan: Scan, page: ScanPage, reason: str, evidence: Evidence
    ) -> Filing:
        """A case of something that nobody approved."""
        now, unit = self._clock(), books.people.unit(account.person.unit)
        at = now.isoformat()
        act = Act(Step.FOUND, account.person, page.sha256, at, reason, detail={"url": page.location, "scan": scan.id})
        case = after(Case(Terms(evidence.channel, AUDIENCE, "", "")), act)
        upload = Upload(1, page.sha256, 0, "text/html", "网页", "", account.id, at, evidence.result,
                        summary=evidence.summary)  # fmt: skip
        filing = Filing(
            evidence.case_id, books.cases.next_number(now.year), account.person.unit, page.owner or account.department,
            account.id, _declared(page, evidence.channel), case, (upload,), evidence.key, at, at,
            due_at=rules_of(unit.settings if unit else "").incident_due(now), severity=evidence.severity,
            findings=evidence.findings, disposition=evidence.disposition,
        )  # fmt: skip
        filing = books.cases.add(filing, act)
        payload: dict[str, str | int] = {"version": 1, "sha256": page.sha256, "state": case.state.value}
        books.trail.append(at, account.id, "case:found", filing.id, payload)
        return filing

    def _released(self, books: Books, account: Account, location: str) -> Filing | None:
        """The case of this address: the one that is out, else the last that was."""
        wanted = self._same(location)
        which = [case_id for case_id, url in books.cases.published(account.person.unit) if self._same(url) == wanted]
        filings = [found(books, account, case_id) for case_id in which]
        return max(filings, key=lambda one: (one.case.state not in _HELD, one.number), default=None)

    def _open(self, books: Books, account: Account, scan_id: str, number: int) -> tuple[Scan, PageSeen]:
        """A page on which something is open. Raises MissingError, ConflictError."""
        scan = _known(books, account, scan_id)
        pages = books.scans.pages(scan, [number])
        if not pages:
            raise MissingError("没有这一页")
        seen = _seen(scan, pages[0], books.scans.words(scan, pages).get(pages[0].location, {}))
        if seen.state is not PageState.OPEN:
            raise ConflictError("这一网页已经处理：请刷新")
        return scan, seen


def _states(books: Books, scan: Scan) -> list[PageState]:
    return [state_of(prints, words, scan.handed_at) for prints, words in books.scans.prints(scan)]


def _row(books: Books, scan: Scan) -> ScanRow:
    states = _states(books, scan)
    return ScanRow(scan, states.count(PageState.OPEN), len(states), books.scans.newest(scan))


def _known(books: Books, account: Account, scan_id: str) -> Scan:
    """The scan, if this person works on it. Raises MissingError."""
    scan = books.scans.get(scan_id)
    if scan is None or not access.sees_scans(account) or scan.unit != account.person.unit:
        raise MissingError("没有这一次扫描")
    return scan


def _seen(scan: Scan, page: ScanPage, words: Words) -> PageSeen:
    return PageSeen(page, state_of(page.prints, words, scan.handed_at), words)


def _said_so(words: Sequence[ScanWord], person: str, said: Said) -> bool:
    """Whether this person has said this last of it; of what was mended it may be said again."""
    return said is Said.FALSE_ALARM and any(one.person == person and one.said is said for one in words)


def _must_settle(account: Account, page: ScanPage, said: Said, reason: str) -> None:
    """Raise RefusedError with the rule."""
    if said is Said.CASE:
        raise RefusedError("开案用“开案”")
    if not reason.strip():
        raise RefusedError("须写明理由")
    if said is Said.FALSE_ALARM and not access.judges_scans(account):
        raise RefusedError("误报由保密审查员、定密责任人或分管领导认定")
    if said is Said.MENDED and page.marked:
        raise RefusedError("带密级标志的网页不能只登记整改：请开案，或由两人认定误报")


def _declared(page: ScanPage, channel: str) -> Declaration:
    """A declaration for what nobody declared. Title: of the page; of a marked one it is not kept."""
    return Declaration(page.title or _UNTITLED, _KIND, _CARRIER, "", SOURCES, cites_internal=False, photo_author="",
                       photo_count=0, channel=channel, audience=AUDIENCE, planned_at="", release_basis="",
                       summary="", contact="")  # fmt: skip
