"""Scans of the unit's own sites: the list, and one of them page by page, with what is to be done about each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api.auth import SignedIn, require
from api.csrf import Form, csrf_guard
from api.errors import ProblemError
from api.pages.frame import frame, html
from api.pages.shown import categories, house_of, pages_of, time_label
from api.pages.views import Count
from api.scan_desk import open_case, scans_of
from screening.domain.errors import MissingError, RefusedError
from screening.domain.finding import Severity
from screening.domain.people import Role
from screening.domain.scan import (
    Deviation,
    NotReadByScan,
    PageState,
    Said,
    Scan,
    ScanFinding,
    open_prints,
)
from screening.review import access
from screening.review.scans import PageSeen, ScanRow

router = APIRouter(include_in_schema=False)
_OFFICES = (Role.PUBLISHER, Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER)
Watcher = Annotated[SignedIn, Depends(require(*_OFFICES))]
Sent = Annotated[Form, Depends(csrf_guard)]
SCANS, PAGES = 20, 20
_LONGEST = 2000
_ORDER = (PageState.OPEN, PageState.CASE, PageState.DONE)
_NOTICES = {
    "case": "已开案，见该网址下的链接",
    "mended": "已登记整改；下次扫描仍在的，重新列为待处理",
    "false_alarm": "已登记误报",
}


@dataclass(frozen=True, slots=True)
class ScanShown:
    """A scan in the list and at the head of its page. found, open: addresses with findings, and those to be dealt with;
    deviations: how many, empty when nothing was compared; newer: address of a later scan of the same source, or ""."""

    id: str
    source: str
    at: str
    by: str
    pages: int
    files: int
    unread: int
    counts: list[Count]
    found: int
    open: int
    deviations: str
    complete: bool
    left_off: int
    newer: str


@dataclass(frozen=True, slots=True)
class FindingShown:
    """One finding. settled: what settles it, empty while it is open."""

    severity: str
    severity_label: str
    place: str
    category: str
    title: str
    masked: str
    mended: str
    advice: str
    basis: str
    fingerprint: str
    seen: str
    pages: int
    settled: str


@dataclass(frozen=True, slots=True)
class PageShown:
    """One address. state: open, case or done; case: where its case is dealt with; acts: what this person may say; said:
    what was said, by whom; deviations: how it differs from the register."""

    number: int
    location: str
    title: str
    column: str
    owner: str
    sha256: str
    severity: str
    severity_label: str
    marked: bool
    state: str
    state_label: str
    case: str
    case_number: str
    acts: list[tuple[str, str]]
    said: list[str]
    deviations: list[str]
    findings: list[FindingShown]


@router.get("/scans")
def scans_page(request: Request, signed: Watcher, page: int = 1) -> Response:
    """All scans of the unit, the latest first."""
    desk, account = scans_of(request), signed.account
    pages = pages_of(desk.count(account), page, SCANS, "/scans?page=")
    rows = desk.latest(account, SCANS, skip=(pages.number - 1) * SCANS)
    names = _names(request, {one.scan.by for one in rows})
    context = frame(request, signed, "扫描") | {"rows": [_scan(one, names) for one in rows], "pages": pages}
    return html("scans.html", context)


@router.get("/scans/{scan_id}")
def scan_page(
    request: Request, signed: Watcher, scan_id: str, state: str = "", page: int = 1, done: str = ""
) -> Response:
    """One of them."""
    return _page(request, signed, scan_id, state, page, notice=_NOTICES.get(done, ""))


@router.post("/scans/{scan_id}/pages/{number}/words")
def say(request: Request, signed: Watcher, form: Sent, scan_id: str, number: int) -> Response:
    """Open a page as a case, or say that it is a false alarm, or mended."""
    desk, account, reason = scans_of(request), signed.account, form.one("reason").strip()[:_LONGEST]
    if form.one("said") not in set(Said):
        raise ProblemError(422, "没有这种处理")
    said, state, page = Said(form.one("said")), form.one("state"), form.one("page")
    page = page if page.isascii() and page.isdigit() and len(page) < 6 else "1"
    try:
        if said is Said.CASE:
            scan, pages = desk.get(account, scan_id), desk.pages(account, scan_id, [number])
            if not pages:
                raise MissingError("没有这一网址")
            open_case(house_of(request), desk, account, scan, pages[0].page, reason)
        else:
            desk.settle(account, scan_id, number, said, reason)
    except RefusedError as error:
        return _page(request, signed, scan_id, state, int(page), error=str(error), status=422)
    query = urlencode({"state": state[:10], "page": page, "done": said.value})
    return RedirectResponse(f"/scans/{scan_id}?{query}#p-{number}", 303)


def _page(
    request: Request, signed: SignedIn, scan_id: str, state: str, page: int, *, notice: str = "", error: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    desk, account = scans_of(request), signed.account
    row, states = desk.states(account, scan_id)
    scan = row.scan
    wanted = [one for one in _ORDER if state in ("", one.value)]
    numbers = [number for one in wanted for number, now in enumerate(states, 1) if now is one]
    pages = pages_of(len(numbers), page, PAGES, f"/scans/{scan_id}?{urlencode({'state': state[:10], 'page': ''})}")
    seen = desk.pages(account, scan_id, numbers[(pages.number - 1) * PAGES : pages.number * PAGES])
    people = {word.person for one in seen for words in one.words.values() for word in words}
    names = _names(request, people | {scan.by})
    cases = _cases(request, signed, seen)
    context = frame(request, signed, "扫描", notice) | {
        "scan": _scan(row, names),
        "states": [
            ("", f"全部（{len(states)}）"),
            *((one.value, f"{one.label}（{states.count(one)}）") for one in _ORDER),
        ],
        "state": state,
        "found": [_shown(request, signed, scan, one, names, cases) for one in seen],
        "not_read": _first(scan.not_read),
        "deviations": _first(scan.deviations),
        "pages": pages,
        "error": error,
    }
    return html("scan.html", context, status)


def _first(rows: Sequence[NotReadByScan] | Sequence[Deviation]) -> Sequence[NotReadByScan | Deviation]:
    """What a page can show; the report of the scan has all."""
    return rows[:200]


def _scan(row: ScanRow, names: Mapping[str, str]) -> ScanShown:
    scan = row.scan
    counts = [Count(one.name.lower(), one.label, scan.counts.get(one.name, 0), 0) for one in _GRAVEST_FIRST]
    return ScanShown(
        id=scan.id,
        source=scan.source,
        at=time_label(scan.finished),
        by=names.get(scan.by, ""),
        pages=scan.pages,
        files=scan.files,
        unread=scan.unread,
        counts=counts,
        found=row.pages,
        open=row.open,
        deviations=f"{len(scan.deviations)} 项" if scan.compared or scan.deviations else "",
        complete=scan.complete,
        left_off=scan.left_off,
        newer="" if row.newest == scan.id else f"/scans/{row.newest}",
    )


_GRAVEST_FIRST = sorted(Severity, reverse=True)


def _shown(
    request: Request, signed: SignedIn, scan: Scan, seen: PageSeen, names: Mapping[str, str],
    cases: Mapping[str, tuple[str, str]],
) -> PageShown:  # fmt: skip
    page = seen.page
    still = set(open_prints(page.prints, seen.words, scan.handed_at))
    case, number = next((cases[one] for one in _case_ids(seen) if one in cases), ("", ""))
    return PageShown(
        number=page.number,
        location=page.location,
        title=page.title,
        column=page.column,
        owner=page.owner,
        sha256=page.sha256,
        severity=page.severity.name.lower(),
        severity_label=page.severity.label,
        marked=page.marked,
        state=seen.state.value,
        state_label=seen.state.label,
        case=case,
        case_number=number,
        acts=_acts(signed, seen),
        said=_told(seen, still, names),
        deviations=[
            f"{one.label}：{one.detail}"
            for one in scan.deviations
            if one.location == page.location and not one.sha256  # else it is one of the findings
        ],
        findings=[_finding(request, one, seen, one.fingerprint in still) for one in page.findings],
    )


def _acts(signed: SignedIn, seen: PageSeen) -> list[tuple[str, str]]:
    """What this person may say about a page that is open."""
    if seen.state is not PageState.OPEN:
        return []
    acts = [(Said.CASE, "开案")]
    acts += [] if seen.page.marked else [(Said.MENDED, Said.MENDED.label)]
    acts += [(Said.FALSE_ALARM, Said.FALSE_ALARM.label)] if access.judges_scans(signed.account) else []
    return [(said.value, label) for said, label in acts]


def _finding(request: Request, finding: ScanFinding, seen: PageSeen, still: bool) -> FindingShown:
    return FindingShown(
        severity=finding.severity.name.lower(),
        severity_label=finding.severity.label,
        place=finding.place,
        category=categories(house_of(request)).get(finding.category, finding.category),
        title=f"{finding.rule_id} {finding.title}",
        masked=finding.masked,
        mended=finding.mended,
        advice=finding.advice,
        basis=finding.basis,
        fingerprint=finding.fingerprint,
        seen=_days(finding.first_seen, finding.last_seen),
        pages=finding.pages,
        settled="" if still else seen.words[finding.fingerprint][-1].said.label,
    )


def _told(seen: PageSeen, still: set[str], names: Mapping[str, str]) -> list[str]:
    """What was said, in order, each once; of what is open again, or needs a second person, that it is."""
    said = {(one.at, one.person, one.said): one for words in seen.words.values() for one in words}
    lines = [
        f"{one.said.label}：{one.reason}（{names.get(one.person, '')} {time_label(one.at)}）"
        for _, one in sorted(said.items(), key=lambda item: item[0])
    ]
    again = {seen.words[one][-1].said for one in still if seen.words.get(one)}
    lines += ["登记整改后又扫到：重新列为待处理"] if Said.MENDED in again else []
    return lines + (["严重疑点须两人认定：还须另一人"] if Said.FALSE_ALARM in again else [])


def _days(first: str, last: str) -> str:
    return first[:10] if first[:10] == last[:10] else f"{first[:10]} 至 {last[:10]}"


def _case_ids(seen: PageSeen) -> list[str]:
    return [word.case_id for words in seen.words.values() for word in words if word.case_id]


def _cases(request: Request, signed: SignedIn, seen: Sequence[PageSeen]) -> dict[str, tuple[str, str]]:
    """Where each case is dealt with, and its number; only of those that this person knows of."""
    wanted = {one for page in seen for one in _case_ids(page)}
    with house_of(request).store.reading() as books:
        filings = [filing for one in wanted if (filing := books.cases.get(one))]
    way = "/incidents" if access.judges_scans(signed.account) else "/cases"
    return {one.id: (f"{way}/{one.id}", one.number) for one in filings if access.knows(signed.account, one)}


def _names(request: Request, people: set[str]) -> dict[str, str]:
    with house_of(request).store.reading() as books:
        return books.people.names(people)
