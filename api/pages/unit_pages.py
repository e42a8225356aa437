"""The page of the units, for the security administrator."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from api.auth import SignedIn, now_of, require
from api.csrf import Form, csrf_guard
from api.pages.frame import frame, html
from screening.domain.errors import MissingError, RefusedError, SettingsError
from screening.domain.people import Role
from screening.review.assign import rules_of
from screening.store.administration import Administration, open_cases
from screening.store.books import Store
from screening.store.outbox import hooks_of

router = APIRouter(include_in_schema=False)
Security = Annotated[SignedIn, Depends(require(Role.SECURITY_ADMINISTRATOR))]
Sent = Annotated[Form, Depends(csrf_guard)]
_LEVELS = [
    (role.value, role.label)
    for role in (Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.CLASSIFICATION_OFFICER, Role.APPROVER)
]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in the list. cases: how many are under way; level_values, settings: what its form begins with."""

    id: str
    name: str
    levels: list[str]
    people: int
    cases: int
    days: int
    level_values: list[str]
    settings: str


@router.get("/units")
def units_page(request: Request, signed: Security) -> Response:
    """All units."""
    return _units(request, signed)


@router.post("/units")
def add(request: Request, signed: Security, form: Sent) -> Response:
    """A new unit."""
    store: Store = request.app.state.store
    try:
        settings = _settings(form, "{}")
        with store.writing() as books:
            act = Administration(books, store.keys.session, signed.account.id, now_of(request))
            act.add_unit(form.one("name"), settings)
    except (RefusedError, SettingsError) as error:
        return _units(request, signed, form, {"levels": str(error)})
    return RedirectResponse("/units", 303)


@router.post("/units/{unit}")
def change(request: Request, signed: Security, unit: str, form: Sent) -> Response:
    """A unit's new name, levels, days and other settings."""
    store: Store = request.app.state.store
    try:
        with store.writing() as books:
            before = books.people.unit(unit)
            if before is None:
                raise MissingError("没有这个单位")
            act = Administration(books, store.keys.session, signed.account.id, now_of(request))
            act.change_unit(unit, form.one("name"), _settings(form, before.settings))
    except (RefusedError, SettingsError) as error:
        return _units(request, signed, form, {"levels": str(error)})
    return RedirectResponse("/units", 303)


def _settings(form: Form, before: str) -> str:
    """The unit's settings with what the form says. Raises SettingsError."""
    table = json.loads(before)
    if "settings" in form.fields:
        others = _object(form.one("settings"))
        table = {name: value for name, value in table.items() if name in _OF_THE_FORM} | others
    if form.all("levels"):
        table["levels"] = form.all("levels")
    if form.one("days"):
        table["review_days"] = form.one("days")
    rules = rules_of(json.dumps(table))
    hooks_of(json.dumps(table))
    table["review_days"] = rules.review_days
    return json.dumps(table, ensure_ascii=False)


_OF_THE_FORM = ("levels", "review_days")


def _object(text: str) -> dict[str, object]:
    try:
        table = json.loads(text) if text.strip() else {}
    except ValueError:
        table = None
    if not isinstance(table, dict):
        raise SettingsError('其他设置应为 JSON 对象，如 {"holidays": ["2031-05-01"]}；不需要就留空')
    return table


def _units(
    request: Request, signed: SignedIn, form: Form | None = None, errors: dict[str, str] | None = None
) -> HTMLResponse:
    store: Store = request.app.state.store
    with store.reading() as books:
        units, cases = books.people.units(), open_cases(books)
        people = Counter(one.person.unit for one in books.people.all() if one.active)
    rows = []
    for one in units:
        rules = rules_of(one.settings)
        levels = [role.label for role in rules.levels]
        others = {name: value for name, value in json.loads(one.settings).items() if name not in _OF_THE_FORM}
        rows.append(
            UnitRow(
                one.id,
                one.name,
                levels,
                people[one.id],
                cases.get(one.id, 0),
                rules.review_days,
                [role.value for role in rules.levels],
                json.dumps(others, ensure_ascii=False, indent=1) if others else "",
            )
        )
    values: dict[str, object] = {}
    if form is not None:
        values = {"name": form.one("name"), "days": form.one("days"), "levels": form.all("levels")}
    context = frame(request, signed, "单位") | {
        "rows": rows, "levels": _LEVELS, "values": values, "errors": errors or {},
    }  # fmt: skip
    return html("units.html", context, 422 if errors else 200)
