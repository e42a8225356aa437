"""The web's way in: cookies, the second factor, forms of our own only, roles, tokens. On both databases."""

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI

from api import errors
from api.auth import SignedIn, allowed, current, require
from api.csrf import csrf_guard, headers_guard
from api.pages import account_pages, people_pages, sign_in_pages, unit_pages
from screening.domain.people import Role
from screening.store.books import Store
from screening.store.one_time_codes import code_at, offered_secret, step_at
from screening.store.passwords import Passwords
from screening.store.sign_in import NO_ENTRY
from tests.store.people_of_the_desk import CHEAP, GOOD, HERE, NOW, Office, after

SECURITY, AUTHOR = Role.SECURITY_ADMINISTRATOR, Role.AUTHOR
HOST = "http://desk.test"
FORM = re.compile(r'name="csrf" value="([^"]+)"')


class Line(httpx.BaseTransport):
    """The application at the other end of a line that is no network."""

    def __init__(self, app: FastAPI) -> None:
        self._there = httpx.ASGITransport(app, client=(HERE, 50000))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, answered whole."""

        async def ask() -> httpx.Response:
            answer = await self._there.handle_async_request(request)
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

        return asyncio.run(ask())


class Browser(httpx.Client):
    """A browser at the desk; it follows no redirect, and comes from HERE."""

    def __init__(self, app: FastAPI, base: str = HOST) -> None:
        super().__init__(transport=Line(app), base_url=base)

    def word(self, page: str) -> str:
        """The word in the forms of a page."""
        found = FORM.search(self.get(page).text)
        assert found, page
        return found[1]

    def fill(self, page: str, to: str = "", **fields: object):
        """Read a page, fill its form in, send it."""
        return self.post(to or page, data={"csrf": self.word(page), **fields})


class Desk:
    """An application with the pages of signing in, at a clock that can be turned."""

    def __init__(self, store: Store) -> None:
        self.office = Office.open(store, Passwords(store.keys.session, CHEAP))
        self.now = after(minutes=1)
        self.app = FastAPI(openapi_url=None)
        self.app.state.store, self.app.state.clock = store, self.clock
        self.app.state.sign_in = self.office.sign_in
        errors.install(self.app)
        for module in (sign_in_pages, account_pages, people_pages, unit_pages):
            self.app.include_router(module.router)
        _add_routes(self.app)

    def clock(self) -> datetime:
        """The present time."""
        return self.now

    def enter(self, person: str, login: str) -> Browser:
        """A browser in which somebody has signed in with both factors."""
        browser = Browser(self.app)
        answer = browser.fill("/login", login=login, password=GOOD)
        assert answer.status_code == 303
        self.now = self.now.replace(microsecond=0) + (after(seconds=30) - NOW)  # a code is good once
        answer = browser.fill("/totp", code=self.office.code(person, self.now))
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        return browser


def _add_routes(app: FastAPI) -> None:
    @app.get("/")
    def home(signed: Annotated[SignedIn, Depends(current)]) -> str:
        return signed.account.login

    @app.get("/api/v1/me")
    def me(signed: Annotated[SignedIn, Depends(current)]) -> str:
        return signed.account.login

    @app.get("/api/v1/author", dependencies=[Depends(require(AUTHOR)), Depends(allowed("drafts:read"))])
    def author() -> str:
        return "drafts"

    @app.post("/api/v1/drafts", dependencies=[Depends(current), Depends(csrf_guard)])
    def drafts() -> str:
        return "kept"

    @app.post("/api/v1/raw", dependencies=[Depends(current), Depends(headers_guard)])
    def raw() -> str:
        return "kept"


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    """The desk on its first day."""
    return Desk(store)


def test_both_factors_and_out(desk: Desk) -> None:
    """Password, code, home; and out again, after which nothing opens."""
    browser = Browser(desk.app)
    assert browser.get("/").headers["location"] == "/login"
    assert browser.fill("/login", login="security", password=GOOD).headers["location"] == "/"
    for page in ("/", "/people", "/account"):
        assert browser.get(page).headers["location"] == "/totp"
    assert browser.get("/account/totp").headers["location"] == "/totp"
    assert browser.get("/api/v1/me").status_code == 401
    half = browser.cookies["xianshen"]
    assert browser.fill("/totp", code="000000").status_code == 403
    assert browser.fill("/totp", code=desk.office.code(desk.office.chief, desk.now)).headers["location"] == "/"
    assert browser.cookies["xianshen"] != half
    assert browser.get("/").json() == "security"
    full = browser.cookies["xianshen"]
    out = browser.fill("/account", "/logout")
    assert out.headers["location"] == "/login"
    assert '"cookies"' in out.headers["clear-site-data"]
    for old in (half, full):
        browser.cookies.set("xianshen", old)
        assert browser.get("/").headers["location"] == "/login"


@pytest.mark.parametrize("base", ["http://desk.test", "https://desk.test"])
def test_cookies_are_bound(desk: Desk, base: str) -> None:
    """Out of reach of scripts and other sites; on https bound to this host."""
    browser = Browser(desk.app, base)
    answer = browser.fill("/login", login="security", password=GOOD)
    [cookie] = answer.headers.get_list("set-cookie")
    secure = base.startswith("https")
    assert cookie.startswith("__Host-xianshen=" if secure else "xianshen=")
    assert ("Secure" in cookie) is secure
    for part in ("HttpOnly", "Path=/", "SameSite=strict"):
        assert part in cookie
    assert not re.search("Domain|Max-Age|Expires", cookie, re.IGNORECASE)


def test_a_planted_session_is_not_taken_over(desk: Desk) -> None:
    """Whatever word a browser brings along, it leaves with a new one (session fixation)."""
    browser = Browser(desk.app)
    browser.cookies.set("xianshen", "planted")
    browser.fill("/login", login="security", password=GOOD)
    assert len({cookie.value for cookie in browser.cookies.jar if cookie.name == "xianshen"} - {"planted"}) == 1
    assert desk.office.sign_in.session("planted", desk.now) is None


def test_an_unknown_and_a_known_name_look_the_same(desk: Desk) -> None:
    """Status, headers and page, but for the name that was typed; also when the account is locked."""
    answers = []
    for login in ("securitx", *["security"] * 6):
        browser = Browser(desk.app)
        answer = browser.fill("/login", login=login, password=GOOD + "?")
        text = FORM.sub("", answer.text).replace(login, "")
        answers.append((answer.status_code, text, sorted(set(answer.headers) - {"content-length"})))
        assert NO_ENTRY in answer.text
    assert all(answer == answers[0] for answer in answers)


def test_setting_an_account_up(desk: Desk) -> None:
    """The link shows the secret, takes password and code once, and is nothing afterwards."""
    chief = desk.enter(desk.office.chief, "security")
    fields = {"name": "林小禾", "login": "lin", "unit": desk.office.unit, "roles": "approver", "department": "水务科"}
    made = chief.fill("/people", **fields)
    link = re.search(r"http://desk\.test(/setup/[\w-]+)", made.text)
    assert link
    assert link[1] not in chief.get(f"/people/{_id(desk, 'lin')}").text
    browser = Browser(desk.app)
    word = link[1].removeprefix("/setup/")
    code = code_at(offered_secret(desk.office.store.keys.session, word), step_at(desk.now))
    for bad in ({"password": GOOD, "again": "x"}, {"password": "short", "again": "short"},
                {"password": GOOD, "again": GOOD, "code": "000000"}):  # fmt: skip
        assert browser.fill(link[1], **bad).status_code == 422
    assert browser.fill(link[1], password=GOOD, again=GOOD, code=code).headers["location"] == "/login"
    assert browser.get(link[1]).status_code == 404
    desk.office.seeds[_id(desk, "lin")] = word
    assert desk.enter(_id(desk, "lin"), "lin").get("/").json() == "lin"


def test_a_new_office_asks_for_a_second_factor_first(desk: Desk) -> None:
    """An author with a password alone becomes an approver: nothing opens until a factor is registered."""
    lin = desk.office.admit("lin", AUTHOR, with_code=False)
    with desk.office.store.writing() as books:
        desk.office.administration(books).change(lin, name="林", department="", roles=[Role.APPROVER])
    browser = Browser(desk.app)
    browser.fill("/login", login="lin", password=GOOD)
    assert browser.get("/").headers["location"] == "/account/totp"
    assert browser.get("/totp").headers["location"] == "/account/totp"
    word = browser.word("/account/totp")
    code = code_at(offered_secret(desk.office.store.keys.session, word), step_at(desk.now))
    assert browser.fill("/account/totp", password="wrong", code=code).status_code == 422  # noqa: S106
    assert browser.fill("/account/totp", password=GOOD, code="000000").status_code == 422
    assert browser.fill("/account/totp", password=GOOD, code=code).status_code == 303
    assert browser.get("/").json() == "lin"


def test_ones_own_account(desk: Desk) -> None:
    """Password, tokens, other devices."""
    lin = desk.office.admit("lin", AUTHOR)
    browser, other = desk.enter(lin, "lin"), desk.enter(lin, "lin")
    new = "夜来风雨声，花落知多少？"
    bad = browser.fill("/account", "/account/password", old="wrong", password=new, again=new)
    assert bad.status_code == 422
    assert browser.fill("/account", "/account/password", old=GOOD, password=new, again=new).status_code == 303
    assert other.get("/").status_code == 303
    made = browser.fill("/account", "/account/tokens", name="采编", until="2031-06-01", scopes="drafts:read")
    token = re.search(r"xianshen_[\w-]{43}", made.text)
    assert token
    assert token[0] not in browser.get("/account").text
    for until, scopes in (("2033-01-01", "drafts:read"), ("soon", "drafts:read"), ("2031-06-01", "audit:read")):
        answer = browser.fill("/account", "/account/tokens", name="采编", until=until, scopes=scopes)
        assert answer.status_code == 422
    program = Browser(desk.app)
    program.headers["Authorization"] = f"Bearer {token[0]}"
    assert program.get("/api/v1/me").json() == "lin"
    assert program.get("/api/v1/author").json() == "drafts"
    assert program.post("/api/v1/drafts").json() == "kept"
    assert program.get("/").headers["location"] == "/login"  # a token opens no page
    one = re.search(r"/account/tokens/\w+/revoke", browser.get("/account").text)
    assert one
    assert browser.fill("/account", one[0]).status_code == 303
    assert program.get("/api/v1/me").status_code == 401
    assert browser.fill("/account", "/account/sessions/end").status_code == 303
    assert browser.get("/account?done=out").status_code == 200


@pytest.mark.parametrize("header", ["Bearer nothing", "Bearer", "Basic eDp5", ""])
def test_a_wrong_token_is_refused_whatever_the_cookie(desk: Desk, header: str) -> None:
    """Who brings a token is judged by it."""
    browser = desk.enter(desk.office.admit("lin", AUTHOR), "lin")
    assert browser.get("/api/v1/me").status_code == 200
    refused = browser.get("/api/v1/me", headers={"Authorization": header})
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_token_is_held_to_its_scopes_and_roles(desk: Desk) -> None:
    """A route of another scope refuses it; a route of another role is not there."""
    lin = desk.office.admit("lin", AUTHOR, Role.APPROVER)
    with desk.office.store.reading() as books:
        account = books.people.get(lin)
    assert account
    word = desk.office.credentials.new_token(account, "采编", ["drafts:write"], 30, desk.now)
    program = Browser(desk.app)
    program.headers["Authorization"] = f"Bearer {word}"
    assert program.get("/api/v1/author").status_code == 403
    assert desk.enter(desk.office.chief, "security").get("/api/v1/author").status_code == 404


def test_people_are_administered(desk: Desk) -> None:
    """Find, change, reset, deactivate, let in again; one's own and nonsense are refused."""
    chief, lin = desk.enter(desk.office.chief, "security"), desk.office.admit("lin", AUTHOR)
    page = f"/people/{lin}"
    theirs = desk.enter(lin, "lin")
    assert "lin" in chief.get("/people?q=LIN").text
    assert "没有符合条件" in chief.get("/people?q=nobody").text
    fields = {"name": "林", "unit": desk.office.unit}
    assert chief.fill(page, **fields, roles=["approver", "author"]).status_code == 303
    assert theirs.get("/").status_code == 303
    for roles in (["auditor", "system_administrator"], ["king"], []):
        assert chief.fill(page, **fields, roles=roles).status_code == 422
        assert chief.fill("/people", page.replace(lin, "")[:-1], **fields, login="new", roles=roles).status_code == 422
    with desk.office.store.reading() as books:
        account = books.people.get(lin)
    assert account
    assert (account.department, account.person.roles) == ("水务科", {AUTHOR, Role.APPROVER})
    assert "/setup/" in chief.fill(page, f"{page}/reset").text
    assert chief.fill(page, f"{page}/disable").status_code == 303
    assert chief.fill(page, f"{page}/reset").status_code == 403
    assert chief.fill(page, f"{page}/enable").status_code == 303
    assert "停用" in chief.get(page).text
    for act in ("disable", "reset"):
        assert chief.fill(page, f"/people/{desk.office.chief}/{act}").status_code == 403
    assert chief.get("/people/nobody").status_code == 404
    assert chief.fill(page, "/people/nobody/disable").status_code == 404


def test_units_are_administered(desk: Desk) -> None:
    """Add and change; a unit's other settings stay."""
    chief = desk.enter(desk.office.chief, "security")
    levels = ["department_reviewer", "secrecy_officer"]
    assert chief.fill("/units", name="云岭市水务局", days="3", levels=levels).status_code == 303
    for bad in ({"name": "", "days": "3"}, {"name": "甲", "days": "0"}, {"name": "甲", "days": "x"},
                {"name": "甲", "days": "3", "levels": ["approver"]}):  # fmt: skip
        assert chief.fill("/units", **bad).status_code == 422
    with desk.office.store.writing() as books:
        act = desk.office.administration(books)
        act.change_unit(desk.office.unit, "本单位", '{"holidays": ["2031-05-01"]}')
    assert chief.fill("/units", f"/units/{desk.office.unit}", name="本局", days="5").status_code == 303
    with desk.office.store.reading() as books:
        unit = books.people.unit(desk.office.unit)
    assert unit
    assert (unit.name, "2031-05-01" in unit.settings) == ("本局", True)
    assert chief.fill("/units", "/units/nobody", name="x", days="5").status_code == 404


@pytest.mark.parametrize("role", sorted(set(Role) - {SECURITY}))
def test_the_pages_of_the_security_administrator_are_nobody_elses(desk: Desk, role: Role) -> None:
    """They are not there."""
    browser = desk.enter(desk.office.admit("lin", role), "lin")
    word = browser.word("/account")
    for path in _paths(desk, "/people", "/units"):
        if path.endswith(("/people", "/units")):
            assert browser.get(path).status_code == 404
        assert browser.post(path, data={"csrf": word}).status_code == 404


def _paths(desk: Desk, *beginnings: str) -> list[str]:
    """The routes that change something, with somebody's id in the place of a parameter."""
    routes = [route for route in desk.app.routes if "POST" in (getattr(route, "methods", None) or ())]
    paths = sorted({re.sub(r"\{\w+\}", "someone", route.path) for route in routes})  # type: ignore[attr-defined]
    return [path for path in paths if not beginnings or path.startswith(beginnings)]


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
    for path in _paths(desk):
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


def test_no_get_changes_anything(desk: Desk) -> None:
    """Reading every page leaves the trail as it is."""
    chief = desk.enter(desk.office.chief, "security")
    before = desk.office.actions()
    for route in desk.app.routes:
        if "GET" in (getattr(route, "methods", None) or ()):
            chief.get(re.sub(r"\{\w+\}", "someone", route.path))  # type: ignore[attr-defined]
    assert desk.office.actions() == before


@pytest.mark.parametrize(("body", "kind", "status"), [
    (b"csrf=" + b"x" * 70000, KIND, 413), (b"login=%ff", KIND, 400), ("口令".encode(), KIND, 400),
    (b"&".join([b"a=1"] * 501), KIND, 400), (b"{}", "application/json", 400),
])  # fmt: skip
def test_odd_bodies_are_refused(desk: Desk, body: bytes, kind: str, status: int) -> None:
    """Too long, not UTF-8, not a form, too many fields."""
    assert Browser(desk.app).post("/login", content=body, headers={"Content-Type": kind}).status_code == status


def test_idle_browsers_are_signed_out(desk: Desk) -> None:
    """A quarter of an hour, by the clock of the desk."""
    browser = desk.enter(desk.office.chief, "security")
    desk.now += after(minutes=14) - NOW
    assert browser.get("/").status_code == 200
    desk.now += after(minutes=15) - NOW
    assert browser.get("/").headers["location"] == "/login"


def test_a_crowd_gets_an_answer(desk: Desk) -> None:
    """503 when too many are signing in."""
    for _ in range(10):
        assert desk.office.sign_in.passwords._room.acquire(blocking=False)
    assert Browser(desk.app).fill("/login", login="security", password=GOOD).status_code == 503


def _id(desk: Desk, login: str) -> str:
    with desk.office.store.reading() as books:
        account = books.people.by_login(login)
    assert account
    return account.id
