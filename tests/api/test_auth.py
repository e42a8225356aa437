"""The web's way in: cookies, the second factor, setting up, one's own account, tokens. On both databases."""

import re

import pytest

from screening.domain.people import Role
from screening.store.books import Store
from screening.store.one_time_codes import code_at, offered_secret, step_at
from screening.store.sign_in import NO_ENTRY
from tests.api.desk import FORM, Browser, Desk, id_of
from tests.store.people_of_the_desk import GOOD, NOW, after

AUTHOR = Role.AUTHOR


@pytest.fixture
def desk(store: Store) -> Desk:
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
    assert browser.get("/login").status_code == 200
    assert browser.fill("/totp", code="000000").status_code == 403
    assert browser.fill("/totp", code=desk.office.code(desk.office.chief, desk.now)).headers["location"] == "/"
    assert browser.cookies["xianshen"] != half
    assert browser.get("/").json() == "security"
    assert browser.get("/login").headers["location"] == "/"
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
    assert link[1] not in chief.get(f"/people/{id_of(desk, 'lin')}").text
    browser = Browser(desk.app)
    word = link[1].removeprefix("/setup/")
    code = code_at(offered_secret(desk.office.store.keys.session, word), step_at(desk.now))
    for bad in ({"password": GOOD, "again": "x"}, {"password": "short", "again": "short"},
                {"password": GOOD, "again": GOOD, "code": "000000"}):  # fmt: skip
        assert browser.fill(link[1], **bad).status_code == 422
    assert browser.fill(link[1], password=GOOD, again=GOOD, code=code).headers["location"] == "/login"
    assert browser.get(link[1]).status_code == 404
    desk.office.seeds[id_of(desk, "lin")] = word
    assert desk.enter(id_of(desk, "lin"), "lin").get("/").json() == "lin"


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
