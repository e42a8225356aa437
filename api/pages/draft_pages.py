"""The author's pages: his drafts and what was returned to him, uploading, progress of the check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.auth import SignedIn, current
from api.csrf import headers_guard, must_carry
from api.pages.frame import frame, html
from api.pages.shown import (
    channels,
    counts_of,
    due_label,
    house_of,
    pages_of,
    results_of,
    time_label,
)
from api.received import Draft, declaration_of, into_vault, wrong_fields
from api.upload import UPLOAD_LIMIT
from screening.domain.errors import MissingError, RefusedError
from screening.domain.filing import Entry, Filing
from screening.domain.people import ADMINISTRATORS, Role
from screening.domain.record import CARRIERS, KINDS
from screening.domain.review import State, Step

router = APIRouter(include_in_schema=False)
Signed = Annotated[SignedIn, Depends(current)]
_PAGE = 50
_CHOOSE = ("", "请选择")
FORMATS = "Word、PDF、Excel、PowerPoint、网页、文本、图片、zip"


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One line of 我的稿件."""

    id: str
    title: str
    state: str
    state_label: str
    level_label: str
    counts: Sequence[object]
    unread: int
    channel_label: str
    due_label: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What a signer wants done with one passage."""

    place: str
    title: str
    resolution: str
    reason: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A draft that came back, as a to-do list."""

    id: str
    title: str
    by: str
    at: str
    reason: str
    passages: Sequence[Passage]


@router.get("/")
def index(signed: Signed) -> Response:
    """To where this person's work is."""
    roles = signed.account.person.roles
    if roles & ADMINISTRATORS:
        return RedirectResponse("/people" if Role.SECURITY_ADMINISTRATOR in roles else "/account", 303)
    if Role.AUDITOR in roles:
        return RedirectResponse("/register", 303)
    return RedirectResponse("/drafts" if roles == {Role.AUTHOR} else "/queue", 303)


@router.get("/drafts")
def drafts(request: Request, signed: Signed, page: int = 1) -> Response:
    """My drafts, and those that came back."""
    house, now = house_of(request), request.app.state.clock()
    mine, names = house.desk.mine(signed.account), channels(house)
    shown = mine[(page - 1) * _PAGE : page * _PAGE]
    rows = [
        DraftRow(
            one.id,
            one.declaration.title,
            one.case.state.value,
            one.case.state.label,
            one.case.stage if one.case.state is State.REVIEW else "",
            counts_of(one),
            one.unread,
            names.get(one.case.terms.channel, one.case.terms.channel),
            due_label(one, now),
            NEXT[one.case.state],
        )
        for one in shown
    ]
    back = [_returned(request, signed, one) for one in mine if one.case.state is State.RETURNED]
    context = frame(request, signed, "我的稿件")
    pages = pages_of(len(mine), page, _PAGE, "/drafts?page=")
    return html("drafts.html", context | {"drafts": rows, "returned": back, "pages": pages})


NEXT: Mapping[State, str] = {
    State.DRAFT: "上传文件",
    State.SCREENING: "正在检查，稍候",
    State.SCREENED: "看疑点，改好后提交审查",
    State.QUARANTINED: "立即停止处理，联系保密审查员",
    State.REVIEW: "等待审签",
    State.SENT_UP: "等待外部审定",
    State.APPROVED: "等待发布",
    State.RELEASED: "已发布",
    State.RECALLED: "已撤回，配合处置",
    State.RETURNED: "按意见修改后上传新版本",
    State.NOT_PUBLISHED: "已决定不予公开",
    State.WITHDRAWN: "已撤稿",
    State.VOIDED: "审批已作废，须重新送审",
    State.INCIDENT: "配合保密审查员处置",
}


def _returned(request: Request, signed: SignedIn, filing: Filing) -> Returned:
    house = house_of(request)
    entries = house.desk.entries(signed.account, filing.id)
    last = next(one for one in reversed(entries) if one.step == Step.RETURN)
    with house.store.reading() as books:
        name = books.people.names([last.person]).get(last.person, "")
    passages = _passages(request, filing, entries)
    reason = last.words.get("reason", "")
    return Returned(filing.id, filing.declaration.title, name, time_label(last.at), reason, passages)


def _passages(request: Request, filing: Filing, entries: Sequence[Entry]) -> list[Passage]:
    """What was asked for, finding by finding of the present version."""
    try:
        findings = results_of(request).of(filing).run.findings
    except (RefusedError, MissingError):
        return []
    reasons = {one.item: one.words.get("reason", "") for one in entries if one.step == Step.RESOLVE}
    asked = [(item, one) for item, one in filing.case.resolved.items() if one.edits]
    return [
        Passage(findings[int(item[1:])].place, findings[int(item[1:])].title, one.label, reasons.get(item, ""))
        for item, one in sorted(asked, key=lambda pair: int(pair[0][1:]))
    ]


@router.get("/drafts/new")
def new_draft(request: Request, signed: Signed) -> Response:
    """The form for a new draft."""
    return _form(request, signed, {}, {})


def _form(
    request: Request, signed: SignedIn, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    if Role.AUTHOR not in signed.account.person.roles:
        raise RefusedError("只有撰稿人可以上传稿件")
    house = house_of(request)
    options = {
        "categories": [_CHOOSE, *((one, one) for one in KINDS)],
        "carriers": [_CHOOSE, *((one, one) for one in CARRIERS)],
        "channels": [_CHOOSE, *channels(house).items()],
    }
    context = frame(request, signed, "上传新稿件")
    given = {"values": values, "errors": errors, "options": options, "formats": FORMATS,
             "limit_label": f"{UPLOAD_LIMIT >> 20} MB"}  # fmt: skip
    return html("upload.html", context | given, status)


@router.post("/drafts/new", dependencies=[Depends(headers_guard)])
async def upload(request: Request, signed: Signed) -> Response:
    """Take a draft in. What was typed is kept when something is missing; the file has to be chosen again."""
    house = house_of(request)
    if Role.AUTHOR not in signed.account.person.roles:
        raise RefusedError("只有撰稿人可以上传稿件")
    try:
        draft = await into_vault(request, house, UPLOAD_LIMIT)
    except ClientDisconnect:
        return Response(status_code=400)
    try:
        must_carry(signed, draft.one("csrf"))
        return await to_thread.run_sync(_open, request, signed, draft)
    except BaseException:
        await to_thread.run_sync(draft.forget, house)
        raise


def _open(request: Request, signed: SignedIn, draft: Draft) -> Response:
    house = house_of(request)
    errors = wrong_fields(draft, house, signed.account)
    if errors:
        draft.forget(house)
        return _form(request, signed, draft.values, errors, 422)
    declaration, terms, others = declaration_of(draft, house, signed.account)
    filing = house.intake.open(signed.account, declaration, terms, draft.received(), others)
    request.app.state.worker.wake()
    return RedirectResponse(f"/cases/{filing.id}", 303)


def progress(request: Request, signed: SignedIn, filing: Filing) -> Response:
    """The steps of a check that is going on. The case page shows this until the result is there."""
    with house_of(request).store.reading() as books:
        counts = books.jobs.counts()
    waiting = counts.get("queued", 0)
    steps = [("上传", "done"), ("排队", "done" if not waiting else "now"), ("读取与检查", "now" if not waiting else ""),
             ("结果", "")]  # fmt: skip
    waited = f"上传于 {time_label(filing.current.at)}"
    context = frame(request, signed, "正在检查")
    words = f"{waited}；前面还有 {waiting} 件在排队" if waiting > 20 else waited
    given = {"filename": filing.current.filename, "steps": steps, "waited": words, "failed": ""}
    return html("progress.html", context | given)
