"""What people do on the case page: each is a small form, answered by a redirect to where the work goes on."""

from collections.abc import Mapping
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.auth import SignedIn, current
from api.csrf import Form, csrf_guard, headers_guard, must_carry
from api.errors import ProblemError
from api.pages.case_pages import equal_items, show_case
from api.pages.choices import CHOICES
from api.pages.document_view import view_of
from api.pages.shown import house_of, results_of
from api.received import Draft, into_vault
from api.upload import UPLOAD_LIMIT
from screening.domain.errors import ConflictError, MissingError, RefusedError
from screening.domain.filing import Filing
from screening.domain.review import Resolution, Step
from screening.review.desk import Order

router = APIRouter(include_in_schema=False)
Signed = Annotated[SignedIn, Depends(current)]
Sent = Annotated[Form, Depends(csrf_guard)]
_REASONS: Mapping[str, str] = {one.value: one.reason for one in CHOICES}
_STEPS = {
    "submit": Step.SUBMIT, "withdraw": Step.WITHDRAW, "sign": Step.SIGN, "return": Step.RETURN,
    "send-up": Step.SEND_UP, "answer": Step.ANSWER, "refuse": Step.REFUSE, "clear-mark": Step.CLEAR_MARK,
    "report": Step.REPORT, "release": Step.RELEASE, "recall": Step.RECALL,
}  # fmt: skip
_DETAILS = {
    Step.SEND_UP: ("authority", "document_no", "due"),
    Step.ANSWER: ("document_no", "agreed"),
    Step.REFUSE: ("ground", "article"),
    Step.RELEASE: ("url",),
    Step.RECALL: ("channels",),
}


@router.post("/cases/{case_id}/findings/{item}/resolve")
def resolve(request: Request, signed: Signed, form: Sent, case_id: str, item: str) -> Response:
    """Decide one finding, or all of the same words, and go on to the next."""
    house = house_of(request)
    filing = house.desk.content(signed.account, case_id)
    try:
        resolution = Resolution(form.one("resolution"))
    except ValueError:
        raise ProblemError(422, "没有选择如何处理") from None
    reason = form.one("reason").strip() or _REASONS.get(resolution.value, "")
    all_equal = form.one("scope") == "equal" and not _is_old(form, filing)
    items = equal_items(filing, item, results_of(request).of(filing).run) if all_equal else [item]
    basis = {"basis": reason} if resolution is Resolution.RELEASED_BEFORE else {}
    order = Order(Step.RESOLVE, _stage(form, filing), reason=reason, items=list(items), resolution=resolution,
                  detail=basis)  # fmt: skip
    return _do(request, signed, filing, order, form.one("next") or item)


@router.post("/cases/{case_id}/findings/{item}/undo")
def undo(request: Request, signed: Signed, form: Sent, case_id: str, item: str) -> Response:
    """Take back one's own word on a finding."""
    filing = house_of(request).desk.content(signed.account, case_id)
    return _do(request, signed, filing, Order(Step.UNDO, _stage(form, filing), items=[item]), item)


@router.post("/cases/{case_id}/opened")
def opened(request: Request, signed: Signed, form: Sent, case_id: str) -> Response:
    """Record what somebody has looked at. A beacon wants no page."""
    filing = house_of(request).desk.content(signed.account, case_id)
    items = [item for item in (*form.all("item"), *form.all("items")) if item]
    known = filing.case.current.to_open if filing.case.current else frozenset()
    fresh = [
        item for item in dict.fromkeys(items) if item in known and (signed.account.id, item) not in filing.case.opened
    ]
    if fresh:
        house_of(request).desk.act(signed.account, case_id, Order(Step.OPEN, items=fresh))
    if request.headers.get("x-requested-with") == "fetch":
        return Response(status_code=204)
    return _back(request, filing, fresh[0] if fresh else "")


@router.post("/cases/{case_id}/notes")
def notes(request: Request, signed: Signed, form: Sent, case_id: str) -> Response:
    """Keep somebody's notes as he types."""
    house_of(request).desk.note(signed.account, case_id, "", form.one("notes")[:20_000])
    if request.headers.get("x-requested-with") == "fetch":
        return Response(status_code=204)
    return RedirectResponse(f"/cases/{case_id}#acts", 303)


@router.post("/cases/{case_id}/versions", dependencies=[Depends(headers_guard)])
async def new_version(request: Request, signed: Signed, case_id: str) -> Response:
    """Take a new version in."""
    house = house_of(request)
    filing = await to_thread.run_sync(house.desk.content, signed.account, case_id)
    try:
        draft = await into_vault(request, house, UPLOAD_LIMIT, filing.id, filing.key)
    except ClientDisconnect:
        return Response(status_code=400)
    try:
        must_carry(signed, draft.one("csrf"))
        await to_thread.run_sync(_add_version, request, signed, case_id, draft)
    except BaseException:
        await to_thread.run_sync(draft.forget, house)
        raise
    request.app.state.worker.wake()
    return RedirectResponse(f"/cases/{case_id}", 303)


def _add_version(request: Request, signed: SignedIn, case_id: str, draft: Draft) -> None:
    house_of(request).intake.add_version(signed.account, case_id, draft.received(), draft.one("stage"))


@router.post("/cases/{case_id}/{step}")
def move(request: Request, signed: Signed, form: Sent, case_id: str, step: str) -> Response:
    """Every other step of a case."""
    if step not in _STEPS:
        raise ProblemError(404)
    filing = house_of(request).desk.get(signed.account, case_id)
    which = _STEPS[step]
    detail = {name: form.one(name).strip() for name in _DETAILS.get(which, ())}
    if which is Step.REFUSE and form.one("severable") in ("yes", "no"):
        detail["partial_considered"] = "yes"
        detail["severable"] = form.one("severable")
    reason = (form.one("reason") or form.one("opinion")).strip()
    terms = filing.case.terms if which is Step.RELEASE else None
    return _do(request, signed, filing, Order(which, _stage(form, filing), reason=reason, detail=detail, terms=terms))


def _stage(form: Form, filing: Filing) -> str:
    """The stage that the form was made for; one of an older version, by its digest, is for none that there is."""
    return "?" if _is_old(form, filing) else form.one("stage") or "?"


def _is_old(form: Form, filing: Filing) -> bool:
    return form.one("sha256") not in ("", filing.current.sha256)


def _do(request: Request, signed: SignedIn, filing: Filing, order: Order, item: str = "") -> Response:
    """Do it and go on; what the rule refuses is said on the page itself, and what was typed stays in the browser."""
    try:
        done = house_of(request).desk.act(signed.account, filing.id, order)
    except (RefusedError, ConflictError) as error:
        status = 409 if isinstance(error, ConflictError) else 422
        present = house_of(request).desk.get(signed.account, filing.id)
        section = _section(request, present, item)
        typed = order.reason if order.reason not in _REASONS.values() else ""
        return show_case(request, signed, present, section=section, error=str(error), typed=typed, status=status)
    if order.step is Step.CLEAR_MARK:
        request.app.state.worker.wake()
    try:
        present = house_of(request).desk.get(signed.account, filing.id)
    except MissingError:  # the step has taken it out of this person's sight
        return RedirectResponse("/queue", 303)
    if order.step is Step.REPORT:
        return RedirectResponse(f"/incidents/{filing.id}", 303)
    if order.step in (Step.SIGN, Step.RETURN, Step.REFUSE):
        return RedirectResponse("/queue", 303)
    return _back(request, present if present.etag >= done.etag else done, item)


def _back(request: Request, filing: Filing, item: str) -> Response:
    anchor = f"#{'c' if item.startswith('f') else 'o'}-{item}" if item else ""
    return RedirectResponse(f"/cases/{filing.id}?section={_section(request, filing, item)}{anchor}", 303)


def _section(request: Request, filing: Filing, item: str) -> int:
    """The part of the draft in which an item stands."""
    if not item:
        return 1
    try:
        result = results_of(request).of(filing)
    except (RefusedError, MissingError):
        return 1
    return view_of(result.document, result.run).page_of(item)
