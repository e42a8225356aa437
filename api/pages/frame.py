"""What every page of the desk has around it: who is signed in, the ways he may go, the word of his forms."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import HTMLResponse

from api.auth import SignedIn
from api.render import page
from screening.domain.people import Role
from screening.store.books import Store

_SIGNERS = {Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER}
_HANDLERS = _SIGNERS - {Role.DEPARTMENT_REVIEWER}
_WAYS = (
    ("我的稿件", "/drafts", {Role.AUTHOR}),
    ("待审", "/queue", _SIGNERS | {Role.PUBLISHER}),
    ("登记簿", "/register", _HANDLERS | {Role.AUDITOR}),
    ("统计", "/statistics", _HANDLERS | {Role.AUDITOR}),
    ("失泄密事件", "/incidents", _HANDLERS),
    ("扫描", "/scans", _HANDLERS | {Role.PUBLISHER}),
    ("规则", "/rules", set(Role)),
    ("审计", "/audit", {Role.AUDITOR, Role.AUDIT_ADMINISTRATOR}),
    ("人员", "/people", {Role.SECURITY_ADMINISTRATOR}),
    ("单位", "/units", {Role.SECURITY_ADMINISTRATOR}),
)


@dataclass(frozen=True, slots=True)
class Me:
    """Who is signed in, as the head of a page shows it."""

    name: str
    unit_name: str
    roles: list[str]


def frame(
    request: Request, signed: SignedIn, title: str, notice: str = "", counts: Mapping[str, int] | None = None
) -> dict[str, object]:
    """The context of base.html. counts: how much waits behind a way, by its address."""
    store: Store = request.app.state.store
    with store.reading() as books:
        unit = books.people.unit(signed.account.person.unit)
    roles = signed.account.person.roles
    me = Me(signed.account.name, unit.name if unit else "", [role.label for role in Role if role in roles])
    path = request.url.path
    nav = [
        (label, url, (counts or {}).get(url, 0), path == url or path.startswith(url + "/"))
        for label, url, who in _WAYS
        if roles & who
    ]
    return {"title": title, "me": me, "nav": nav, "csrf": signed.csrf, "notice": notice}


def bare(title: str, csrf: str) -> dict[str, object]:
    """The context of base.html before anybody is signed in."""
    return {"title": title, "me": None, "nav": [], "csrf": csrf, "notice": ""}


def html(template: str, context: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """A page as an answer."""
    return HTMLResponse(page(template, **context), status)
