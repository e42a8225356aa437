"""The whole matrix: every route, every role, of the own unit, of another, among the authors; and nobody at all."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from screening.domain.people import Role
from screening.store.api_tokens import SCOPES, scopes_of
from tests.api.desk_client import OWN, Office, opened
from tests.api.matrix_cases import TITLE, Stage, Target, stage_of
from tests.api.matrix_pages import PAGES
from tests.api.matrix_rows import ALL, API, Row

ROWS = (*API, *PAGES)
_TELLS = (200, 303)  # answers in which whoever gets through may read the title
_SCOPE_OF = {
    "POST /api/v1/drafts": "drafts:write", "POST /api/v1/drafts/{case_id}/versions": "drafts:write",
    "POST /api/v1/cases/{case_id}/opened": "drafts:read", "POST /api/v1/scans": "scans:write",
    "POST /api/v1/cases/{case_id}/steps/{step} submit": "drafts:write",
    "POST /api/v1/cases/{case_id}/steps/{step} withdraw": "drafts:write",
}  # fmt: skip
_BY_PREFIX = {"/api/v1/register": "register:read", "/api/v1/audit": "audit:read"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A desk."""
    with opened(tmp_path_factory.mktemp("matrix")) as made:
        yield made


@pytest.fixture(scope="module")
def stage(office: Office) -> Stage:
    """With a case in every state."""
    return stage_of(office)


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of everything that the application answers."""
    for one in app.routes:
        for route in one.original_router.routes if hasattr(one, "original_router") else [one]:
            for method in (getattr(route, "methods", None) or set()) - {"HEAD"}:
                yield method, route.path


def test_every_route_has_its_row(stage: Stage) -> None:
    """And every row its route."""
    there = set(routes(stage.app))
    rows = {(row.method, row.path) for row in ROWS}
    missing = "\n".join(f'    Row("{method}", "{path}", <who gets through>),' for method, path in sorted(there - rows))
    assert not missing, f"add to API in tests/api/matrix_rows.py or to PAGES in matrix_pages.py:\n{missing}"
    assert not rows - there, "rows of routes that are not there"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_who_gets_through(stage: Stage, row: Row) -> None:
    """Exactly those of the row; the others learn nothing, not even that there is something."""
    wrong = []
    for somebody in sorted(ALL):
        answer = ask(stage, row, stage.browsers[somebody])
        expected = row.expected(somebody)
        if answer.status_code != expected:
            wrong.append(f"{somebody[0]:5} {somebody[1]:24} {answer.status_code}, not {expected}")
        if expected == 404 or answer.status_code == 404:
            assert TITLE not in answer.text, somebody
    assert not wrong, f"{row.name}\n" + "\n".join(wrong)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_nobody_gets_through(stage: Stage, row: Row) -> None:
    """401 to programs; the way to the sign-in page to browsers."""
    answer = ask(stage, row, stage.nobody)
    assert answer.status_code == (row.anybody or (401 if row.path.startswith("/api/") else 303))
    if answer.status_code == 303:
        assert answer.headers["location"] == "/login"
    assert TITLE not in answer.text


@pytest.mark.parametrize("row", [row for row in API if not row.anybody], ids=lambda row: row.name)
def test_a_token_opens_what_its_scope_names(office: Office, row: Row, stage: Stage) -> None:
    """Whoever gets through at a browser gets through with that scope alone, and with all his others does not."""
    scope = scope_of(row)
    for relation, role in sorted(row.well):
        account = office.account(role, relation)
        if scope not in scopes_of(account):
            continue
        with_it = office.client(role, relation, {scope})
        assert ask(stage, row, at(stage, with_it)).status_code == row.status
        others = set(scopes_of(account)) - {scope}
        if others:
            assert ask(stage, row, at(stage, office.client(role, relation, others))).status_code == 403


def test_every_scope_can_be_held_by_the_roles_it_is_for() -> None:
    """No row asks for a scope that there is not."""
    assert {scope_of(row) for row in API if not row.anybody} | {"metrics:read"} == set(SCOPES)


def test_lists_hold_only_what_one_may_know(stage: Stage) -> None:
    """The queue, all cases, my drafts: of another unit and for administrators they are empty."""
    for somebody, browser in stage.browsers.items():
        for path in ("/api/v1/cases", "/api/v1/cases?waiting=false", "/api/v1/drafts", "/drafts"):
            text = browser.get(path).text
            nothing = somebody[0] != OWN and somebody[0] != "by"
            if nothing or (somebody[1] in (Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR) and somebody[0] == OWN):
                assert TITLE not in text, (somebody, path)


def ask(stage: Stage, row: Row, client: Any) -> Any:
    """Send the request of a row."""
    target = stage.targets.get(row.case, Target({}))
    path = row.path.format(**({"case_id": "0" * 32} | target.values | dict(row.values)))
    sent = dict(row.send(target))
    if "files" in sent:  # a page takes the word of its forms as a field, when there are files
        word = client.headers.get("x-csrf-token", "")
        sent["data"] = dict(sent.get("data", {})) | ({"csrf": word} if word else {})
    return client.request(row.method, path, **sent)


def at(stage: Stage, client: Any) -> Any:
    """The same program at the stage."""
    from tests.api.in_process import client_of

    return client_of(stage.app, client.headers)


def scope_of(row: Row) -> str:
    """The scope that a token needs for a row."""
    named = f"{row.method} {row.path} {row.values.get('step', '')}".strip()
    for prefix, scope in _BY_PREFIX.items():
        if row.path.startswith(prefix):
            return scope
    if row.path.startswith("/api/v1/scans") and row.method == "GET":
        return "scans:read"
    return _SCOPE_OF.get(named) or ("drafts:read" if row.method == "GET" else "decisions:write")
