"""The door of the demonstration: whoever comes picks whom he wants to be. There is none on a real desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api.auth import address_of, give_cookie, now_of, session_word, sign_in_of
from api.csrf import Form, form_guard, form_seed, keep_seed
from api.demo import guests
from api.errors import ProblemError
from api.pages.frame import bare, html
from api.pages.shown import house_of
from screening.domain.account import Account
from screening.domain.people import Role
from screening.store.web_sessions import WebSessions

_TRIES = {
    Role.AUTHOR: "上传稿件，看检查结果，送审；把退回的稿件改好再送",
    Role.DEPARTMENT_REVIEWER: "初审本部门的稿件：逐处看疑点，签字或退回",
    Role.SECRECY_OFFICER: "复审；处理带密级标志的稿件；看登记簿和统计",
    Role.APPROVER: "最后一级审批；决定不予公开",
    Role.CLASSIFICATION_OFFICER: "与保密审查员共同认定密级标志；办理失泄密事件",
    Role.PUBLISHER: "发布批准的稿件，下载审批证书，撤回",
    Role.AUDITOR: "看登记簿、统计和审计记录，看不到稿件",
    Role.SYSTEM_ADMINISTRATOR: "三员之一：管理运行，看不到稿件",
    Role.SECURITY_ADMINISTRATOR: "三员之一：管理人员、角色、单位，看不到稿件",
    Role.AUDIT_ADMINISTRATOR: "三员之一：核验、导出审计记录，签发锚点",
}


@dataclass(frozen=True, slots=True)
class GuestRow:
    """One person of the demonstration, and what may be tried as him."""

    id: str
    name: str
    office: str
    department: str
    tries: str


def demo_only(request: Request) -> None:
    """Raise ProblemError 404 unless this is a demonstration."""
    if getattr(request.app.state, "demo", False) is not True:
        raise ProblemError(404)


router = APIRouter(include_in_schema=False, dependencies=[Depends(demo_only)])


@router.get("/demo")
def demo_page(request: Request) -> Response:
    """Who may be picked."""
    seed = form_seed(request)
    context = bare("演示", sign_in_of(request).form_word(seed)) | {"rows": _rows(request)}
    response = html("demo.html", context)
    keep_seed(request, response, seed)
    return response


@router.post("/demo")
def enter(request: Request, form: Annotated[Form, Depends(form_guard)]) -> Response:
    """In as this person, without a password; the session before, if there is one, ends."""
    now, sign_in = now_of(request), sign_in_of(request)
    account = next((one.account for one in guests(house_of(request)) if one.account.id == form.one("person")), None)
    if account is None:
        raise ProblemError(404)
    if session_word(request):
        sign_in.out(session_word(request), now)
    response = RedirectResponse("/", 303)
    give_cookie(request, response, _opened(request, account))
    return response


def _opened(request: Request, account: Account) -> str:
    now, store = now_of(request), house_of(request).store
    with store.writing() as books:
        books.trail.append(now.isoformat(), account.id, "sign_in:done", account.id, {"address": "demo"})
        sessions = WebSessions(books.connection, store.keys.session, now)
        return sessions.open(account.id, address_of(request), second_factor=True)


def _rows(request: Request) -> Sequence[GuestRow]:
    return [
        GuestRow(one.account.id, one.account.name, one.office, one.account.department, _tries(one.account))
        for one in guests(house_of(request))
    ]


def _tries(account: Account) -> str:
    return "；".join(words for role, words in _TRIES.items() if role in account.person.roles)
