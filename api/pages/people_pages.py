"""The pages of the security administrator: people and units."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from api.auth import SignedIn, now_of, require
from api.csrf import Form, csrf_guard
from api.errors import ProblemError
from api.pages.account_pages import minute
from api.pages.frame import frame, html
from screening.domain.account import Account
from screening.domain.errors import RefusedError
from screening.domain.people import Role
from screening.store.administration import SYSTEM, Administration, history, last_sign_ins
from screening.store.books import Books, Store

router = APIRouter(include_in_schema=False)
Security = Annotated[SignedIn, Depends(require(Role.SECURITY_ADMINISTRATOR))]
Sent = Annotated[Form, Depends(csrf_guard)]
PAGE = 50
_ROLES = [(role.value, role.label) for role in Role]
_WORDS = {
    "person:added": "新增", "person:invited": "发出启用链接", "person:set_up": "启用",
    "person:changed": "更改资料或角色",
    "person:deactivated": "停用", "person:activated": "重新启用", "person:reset": "重设口令和动态口令",
    "person:password": "更改口令", "person:second_factor": "登记动态口令",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list."""

    id: str
    name: str
    login: str
    unit_name: str
    department: str
    roles: list[str]
    active: bool
    last_login: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person on the page of his own. roles: values."""

    id: str
    name: str
    login: str
    unit: str
    department: str
    roles: list[str]
    active: bool


@router.get("/people")
def people_page(request: Request, signed: Security, q: str = "", unit: str = "", page: int = 1) -> Response:
    """Everybody, found by name or login."""
    return _people(request, signed, {"q": q[:100], "unit": unit[:40]}, page)


@router.post("/people")
def invite(request: Request, signed: Security, form: Sent) -> Response:
    """A new person, and the link to hand over."""
    try:
        roles = _roles(form)
        with _acting(request, signed) as act:
            person, word = act.invite(
                form.one("unit"), form.one("login"), form.one("name"), roles, form.one("department")
            )
    except RefusedError as error:
        values: dict[str, object] = {name: form.one(name) for name in ("name", "login", "unit", "department")}
        return _people(request, signed, {}, 1, values | {"roles": form.all("roles")}, {"roles": str(error)})
    return _person(request, signed, person, setup=word)


@router.get("/people/{person}")
def person_page(request: Request, signed: Security, person: str) -> Response:
    """One person."""
    return _person(request, signed, person)


@router.post("/people/{person}")
def change(request: Request, signed: Security, person: str, form: Sent) -> Response:
    """Change name, unit, department, roles."""
    with _store(request).reading() as books:
        before = books.people.get(person)
    department = form.one("department") if "department" in form.fields or before is None else before.department
    try:
        roles = _roles(form)
        with _acting(request, signed) as act:
            act.change(person, name=form.one("name"), department=department, roles=roles, unit=form.one("unit") or None)
    except RefusedError as error:
        return _person(request, signed, person, {"roles": str(error)})
    return RedirectResponse(f"/people/{person}", 303)


@router.post("/people/{person}/reset")
def reset(request: Request, signed: Security, person: str, _form: Sent) -> Response:
    """Take password and second factor away, and show the new link."""
    with _acting(request, signed) as act:
        word = act.reset(person)
    return _person(request, signed, person, setup=word)


@router.post("/people/{person}/disable")
def disable(request: Request, signed: Security, person: str, _form: Sent) -> Response:
    """Let the person in no more."""
    with _acting(request, signed) as act:
        act.deactivate(person)
    return RedirectResponse(f"/people/{person}", 303)


@router.post("/people/{person}/enable")
def enable(request: Request, signed: Security, person: str, _form: Sent) -> Response:
    """Let the person in again."""
    with _acting(request, signed) as act:
        act.activate(person)
    return RedirectResponse(f"/people/{person}", 303)


@contextmanager
def _acting(request: Request, signed: SignedIn) -> Iterator[Administration]:
    store = _store(request)
    with store.writing() as books:
        yield Administration(books, store.keys.session, signed.account.id, now_of(request))


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _roles(form: Form) -> set[Role]:
    try:
        return {Role(value) for value in form.all("roles")}
    except ValueError:
        raise RefusedError("没有这种角色；从列表里选") from None


def _units(books: Books) -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in books.people.units()]


def _people(
    request: Request, signed: SignedIn, filters: dict[str, str], number: int,
    values: dict[str, object] | None = None, errors: dict[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    with _store(request).reading() as books:
        units, seen = _units(books), last_sign_ins(books)
        everybody = books.people.all(filters.get("unit") or None)
    wanted = filters.get("q", "").strip().casefold()
    found = [one for one in everybody if wanted in one.name.casefold() or wanted in one.login]
    count = max(1, -(-len(found) // PAGE))
    number = min(max(number, 1), count)
    rows = [_row(one, dict(units), seen) for one in found[(number - 1) * PAGE : number * PAGE]]
    pages = {"number": number, "count": count, "prev": _at(filters, number - 1, count),
             "next": _at(filters, number + 1, count)}  # fmt: skip
    context = frame(request, signed, "人员") | {
        "rows": rows, "units": units, "roles": _ROLES, "values": values or {}, "errors": errors or {},
        "filters": filters, "pages": pages,
    }  # fmt: skip
    return html("people.html", context, 422 if errors else 200)


def _at(filters: dict[str, str], number: int, count: int) -> str:
    return f"/people?{urlencode(filters | {'page': str(number)})}" if 1 <= number <= count else ""


def _row(one: Account, units: dict[str, str], seen: dict[str, str]) -> PersonRow:
    roles = [role.label for role in Role if role in one.person.roles]
    return PersonRow(one.id, one.name, one.login, units.get(one.person.unit, ""), one.department, roles, one.active,
                     minute(seen.get(one.id, "")) or "从未")  # fmt: skip


def _person(
    request: Request, signed: SignedIn, person: str, errors: dict[str, str] | None = None, setup: str = ""
) -> HTMLResponse:
    with _store(request).reading() as books:
        account, units = books.people.get(person), _units(books)
        changes = history(books, person)
        names = books.people.names(one.by for one in changes)
    if account is None:
        raise ProblemError(404)
    view = PersonView(account.id, account.name, account.login, account.person.unit, account.department,
                      [role.value for role in account.person.roles], account.active)  # fmt: skip
    base = str(request.base_url).rstrip("/")
    names[SYSTEM] = "系统"
    context = frame(request, signed, "人员") | {
        "person": view, "units": units, "roles": _ROLES, "errors": errors or {},
        "setup_url": f"{base}/setup/{setup}" if setup else "",
        "history": [(minute(one.at), names.get(one.by, one.by), _WORDS.get(one.action, one.action)) for one in changes],
    }  # fmt: skip
    return html("person.html", context, 422 if errors else 200)
