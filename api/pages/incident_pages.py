"""Marked drafts, incidents and recalls: the clock of 24 hours, what has to be done, the text of the report.

Rests on 保密法实施条例 61, 国保发〔1999〕8号 and 个人信息保护法 57 (domain rules, section 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api.auth import SignedIn, now_of, require
from api.csrf import Form, csrf_guard
from api.errors import ProblemError
from api.pages.frame import frame, html
from api.pages.incident_report import STEPS, report_text, step_rows
from api.pages.shown import house_of, results_of, time_label
from screening.domain.errors import ConflictError, MissingError, RefusedError
from screening.domain.filing import Entry, Filing
from screening.domain.people import Role
from screening.domain.review import State, Step
from screening.review import access
from screening.review.desk import Order
from screening.review.turns import steps_for

router = APIRouter(include_in_schema=False)
Handler = Annotated[SignedIn, Depends(require(Role.SECRECY_OFFICER, Role.CLASSIFICATION_OFFICER, Role.APPROVER))]
Sent = Annotated[Form, Depends(csrf_guard)]
_STATES = (State.QUARANTINED, State.INCIDENT, State.RECALLED)
_OUT = {Step.REPORT.value, Step.RECALL.value, Step.FOUND.value}  # somebody says that it is out
_FOUND = {Step.SCREEN.value} | _OUT
_PERSONAL = ("pii_", "sensitive_personal", "minor_identity", "victim_witness_identity")


@dataclass(frozen=True, slots=True)
class IncidentShown:
    """An incident in its list and at the head of its page. marks, pages: what the check found, never the words; url:
    where it stood, when it was published without approval."""

    id: str
    number: str
    state: str
    state_label: str
    found_at: str
    deadline: str
    left: str
    overdue: bool
    reported_at: str
    what: str
    sha256: str
    stage: str
    owner: str
    marks: str
    pages: str
    url: str
    cleared: list[str]


@router.get("/incidents")
def incidents_page(request: Request, signed: Handler) -> Response:
    """All of them, those with the nearest deadline first."""
    house = house_of(request)
    filings = house.desk.incidents(signed.account)
    rows = [_shown(request, one, house.desk.entries(signed.account, one.id)) for one in filings]
    return html("incidents.html", frame(request, signed, "失泄密事件") | {"rows": rows})


@router.get("/incidents/{case_id}")
def incident_page(request: Request, signed: Handler, case_id: str) -> Response:
    """One of them."""
    return _page(request, signed, case_id)


@router.post("/incidents/{case_id}/steps")
def step(request: Request, signed: Handler, form: Sent, case_id: str) -> Response:
    """Put on record that something was done."""
    house, which = house_of(request), form.one("step")
    if which not in STEPS:
        raise ProblemError(422, "没有这一步")
    filing = _incident(request, signed, case_id)
    rows = step_rows(house.desk.entries(signed.account, case_id), {})
    if any(row.id == which and row.done_at for row in rows):
        raise ConflictError("这一步已经登记：请刷新")
    order = Order(Step.MEASURE, filing.stage, reason=form.one("note").strip(), detail={"step": which})
    try:
        house.desk.act(signed.account, case_id, order)
    except RefusedError as error:
        return _page(request, signed, case_id, str(error), 422)
    return RedirectResponse(f"/incidents/{case_id}", 303)


def _incident(request: Request, signed: SignedIn, case_id: str) -> Filing:
    filing = house_of(request).desk.get(signed.account, case_id)
    if filing.case.state not in _STATES:
        raise MissingError("没有这一事件")
    return filing


def _page(request: Request, signed: SignedIn, case_id: str, error: str = "", status: int = 200) -> Response:
    filing = _incident(request, signed, case_id)
    entries = house_of(request).desk.entries(signed.account, case_id)
    shown, names = _shown(request, filing, entries), _names(request, filing, entries)
    steps = step_rows(entries, names, personal=_may_be_personal(request, signed, filing))
    actions = steps_for(signed.account, filing)
    context = frame(request, signed, "失泄密事件") | {
        "incident": shown,
        "steps": steps,
        "report_text": report_text(filing, entries, names, shown),
        "can_act": Step.MEASURE in actions,
        "actions": {one.value for one in actions},
        "error": error,
    }
    return html("incident.html", context, status)


def _shown(request: Request, filing: Filing, entries: Sequence[Entry]) -> IncidentShown:
    now, names = now_of(request), _names(request, filing, entries)
    found = next((one for one in reversed(entries) if one.step in _FOUND), None)
    reported = next((one for one in step_rows(entries, names) if one.id == "report" and one.done_at), None)
    owner = next((one.person for one in reversed(entries) if one.step in _OUT), "")
    marked = next((one.summary for one in reversed(filing.uploads) if one.summary.get("marks")), {})
    state = filing.case.state
    return IncidentShown(
        id=filing.id,
        number=filing.number,
        state=state.value,
        state_label=state.label,
        found_at=time_label(_discovered(entries, filing)),
        deadline=time_label(filing.due_at),
        left="" if reported else _left(filing, now),
        overdue=not reported and bool(filing.due_at) and datetime.fromisoformat(filing.due_at) < now,
        reported_at=reported.done_at if reported else "",
        what=_what(filing, found),
        sha256=filing.current.sha256,
        stage=filing.stage,
        owner=names.get(owner, "") or "待定",
        marks=str(marked.get("marks", "")),
        pages=str(marked.get("pages", "")),
        url=_url(entries),
        cleared=[names.get(person, "") for person in sorted({one for one, _ in filing.case.cleared_by})],
    )


def _discovered(entries: Sequence[Entry], filing: Filing) -> str:
    """When it was found: by the check, or by the one who reported or recalled what was out already."""
    states = (State.QUARANTINED, State.INCIDENT)
    screened = [one.at for one in entries if one.step == Step.SCREEN.value]
    later = [one.at for one in entries if one.step in _OUT]
    was_out = filing.case.found or any(one.step == Step.RELEASE.value for one in entries)
    found = later[:1] if was_out else screened[-1:] if filing.case.state in states else later[:1]
    return found[0] if found else filing.updated_at


def _url(entries: Sequence[Entry]) -> str:
    return next((one.words.get("url", "") for one in entries if one.step == Step.FOUND.value), "")


def _left(filing: Filing, now: datetime) -> str:
    """The clock in words."""
    if not filing.due_at:
        return ""
    left = datetime.fromisoformat(filing.due_at) - now
    minutes = abs(int(left.total_seconds())) // 60
    words = f"{minutes // 60} 小时 {minutes % 60} 分"
    return f"还剩 {words}" if left.total_seconds() >= 0 else f"已超时 {words}"


def _what(filing: Filing, found: Entry | None) -> str:
    if found is not None and found.words.get("reason"):
        return found.words["reason"]
    if filing.case.state is State.QUARANTINED:
        return "检查发现国家秘密标志或涉密公文特征，稿件已隔离"
    return "新版本去除了原有的密级标志" if filing.case.state is State.INCIDENT else "已发布的稿件撤回"


def _may_be_personal(request: Request, signed: SignedIn, filing: Filing) -> bool:
    """False only where the result is kept and holds no finding about persons."""
    if not access.reads(signed.account, filing):
        return True
    try:
        findings = results_of(request).of(filing).run.findings
    except RefusedError:
        return True
    return any(one.category.startswith(_PERSONAL) for one in findings)


def _names(request: Request, filing: Filing, entries: Sequence[Entry]) -> dict[str, str]:
    cleared = {person for person, _ in filing.case.cleared_by}
    people = {one.person for one in entries} | cleared | {filing.author, filing.current.uploaded_by}
    with house_of(request).store.reading() as books:
        return books.people.names(people)
