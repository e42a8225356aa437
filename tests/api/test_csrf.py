"""Nothing from another site changes anything, on any route. On both databases."""

import re

import pytest

from api import csrf
from screening.store.books import Store
from tests.api.desk import HOST, Browser, Desk, paths, routes

KIND = "application/x-www-form-urlencoded"
FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": HOST}, {"Origin": "https://evil.test"},
    {"Origin": "http://desk.test.evil.test"}, {"Origin": "http://desk.test:81"}, {"Origin": "http://evil.test/desk.test"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.test"}, {"Origin": "desk.test"}, {"Origin": ""},
]  # fmt: skip
OURS: list[dict[str, str]] = [
    {}, {"Origin": HOST}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Sec-Fetch-Site": "same-origin", "Origin": HOST},
]  # fmt: skip


@pytest.fixture
def desk(store: Store) -> Desk:
    """The desk on its first day."""
    return Desk(store)


def test_nothing_from_another_site_is_accepted(desk: Desk) -> None:
    """Every route that changes something × every kind of header × right, wrong and no word: none comes through.

    From our own pages the word decides: so the refusals above are not for another reason.
    """
    chief = desk.enter(desk.office.chief, "security")
    chief.get("/login")
    seed = Browser(desk.app)
    before = {"csrf": seed.word("/login")}
    chief.cookies.update(seed.cookies)
    word, count = {"csrf": chief.word("/account")}, len(desk.office.actions())
    assert len(paths(desk)) >= 18  # all of them: a list that came out empty would prove nothing
    for path in paths(desk):
        fields = before if path.startswith(("/login", "/setup")) else word
        for headers in FOREIGN:
            assert chief.post(path, data=fields, headers=headers).status_code == 403, (path, headers)
        if path == "/api/v1/raw":
            continue  # reads its own body, and checks the word itself
        for headers in OURS:
            for wrong in ({}, {"csrf": ""}, {"csrf": "x" * 43}, {"csrf": "口令"}):
                assert chief.post(path, data=wrong, headers=headers).status_code in (400, 403), (path, headers)
    assert len(desk.office.actions()) == count
    for headers in OURS:
        assert chief.post("/api/v1/drafts", data=word, headers=headers).json() == "kept"
        assert chief.post("/api/v1/drafts", json={}, headers={"X-CSRF-Token": word["csrf"], **headers}).json() == "kept"
        assert chief.post("/api/v1/drafts", json={}, headers={"X-CSRF-Token": "x", **headers}).status_code == 403
        assert chief.post("/api/v1/raw", headers=headers).json() == "kept"
    assert chief.post("/api/v1/drafts", json={}).status_code == 400


@pytest.mark.parametrize("what", ["must_come_from_here", "must_carry", "same"])
def test_the_test_of_other_sites_can_fail(desk: Desk, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Without the look at the headers, without the word, with any word."""
    monkeypatch.setattr(csrf, what, lambda *_: True)
    with pytest.raises(AssertionError):
        test_nothing_from_another_site_is_accepted(desk)


def test_no_get_changes_anything(desk: Desk) -> None:
    """Reading every page leaves the trail as it is."""
    chief = desk.enter(desk.office.chief, "security")
    before = desk.office.actions()
    for path, methods in routes(desk.app):
        if "GET" in methods:
            chief.get(re.sub(r"\{\w+\}", "someone", path))
    assert desk.office.actions() == before


@pytest.mark.parametrize(("body", "kind", "status"), [
    (b"csrf=" + b"x" * 70000, KIND, 413), (b"login=%ff", KIND, 400), ("口令".encode(), KIND, 400),
    (b"&".join([b"a=1"] * 501), KIND, 400), (b"{}", "application/json", 400),
])  # fmt: skip
def test_odd_bodies_are_refused(desk: Desk, body: bytes, kind: str, status: int) -> None:
    """Too long, not UTF-8, not a form, too many fields."""
    assert Browser(desk.app).post("/login", content=body, headers={"Content-Type": kind}).status_code == status
