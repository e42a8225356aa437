"""Signing in at the unit's identity provider: a real one on this machine, and each way of cheating."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from api.pages.sign_in_pages import NO_ENTRY
from screening.domain.people import Role
from tests.api.desk_client import Office, office, settings_in
from tests.api.identity_provider import CLIENT, PHRASE, Claims, Provider, provider


@pytest.fixture
def idp() -> Iterator[Provider]:
    """A provider."""
    with provider() as made:
        yield made


@pytest.fixture
def desk(idp: Provider, tmp_path: Path) -> Iterator[Office]:
    """A desk whose people may come from there."""
    (tmp_path / "phrase").write_text(PHRASE + "\n", encoding="utf-8")
    given = {"oidc_issuer": idp.issuer, "oidc_client": CLIENT, "oidc_secret_file": tmp_path / "phrase"}
    made = office(replace(settings_in(tmp_path), **given))
    yield made
    made.house.store.close()


def begun(browser: httpx.Client) -> str:
    """Off to the provider: the address there."""
    answer = browser.get("/login/oidc")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def tried(
    desk: Office, idp: Provider, login: str = "own-author", **claims: object
) -> tuple[httpx.Client, httpx.Response]:
    """The whole way, honestly."""
    browser = desk.anybody()
    to, query = idp.authorize(begun(browser), int(desk.house.clock().timestamp()), login, **claims)
    return browser, browser.get(to, params=query)


def trail(desk: Office) -> list[tuple[str, dict[str, str | int]]]:
    """The last events, oldest first."""
    with desk.house.store.reading() as books:
        return [(one.action, dict(one.payload)) for one in books.trail.events() if one.action.startswith("sign_in")]


def test_an_author_comes_in(desk: Office, idp: Provider) -> None:
    """By a page that goes on by itself: a strict cookie does not go along with a redirect from another site."""
    browser, answer = tried(desk, idp)
    assert answer.status_code == 200
    assert answer.headers["refresh"] == "0; url=/"
    cookies = answer.headers.get_list("set-cookie")
    session = next(one for one in cookies if one.startswith("xianshen="))
    assert "httponly" in session.lower()
    assert "samesite=strict" in session.lower()
    assert any(one.startswith('xianshen-outside=""') for one in cookies)
    assert browser.get("/drafts").status_code == 200
    assert [action for action, _ in trail(desk)] == ["sign_in:outside", "sign_in:done"]
    assert trail(desk)[0][1] == {"by": "oidc", "factors": 1}


def test_the_button_is_there_only_when_it_is_set_up(desk: Office, tmp_path: Path) -> None:
    """And the addresses are not, either."""
    assert 'href="/login/oidc"' in desk.anybody().get("/login").text
    assert "/login/ldap" not in desk.anybody().get("/login").text
    plain = office(settings_in(tmp_path / "plain"))
    browser = plain.anybody()
    assert "/login/oidc" not in browser.get("/login").text
    assert [browser.get(one).status_code for one in ("/login/oidc", "/login/oidc/back")] == [404, 404]
    plain.house.store.close()


def test_who_decides_still_shows_the_second_factor(desk: Office, idp: Provider) -> None:
    """Unless the provider says that it has seen two."""
    login = f"own-{Role.APPROVER}"
    browser, answer = tried(desk, idp, login)
    assert answer.status_code == 200
    assert browser.get("/queue").headers["location"] in ("/totp", "/account/totp")
    for claims in ({"amr": ["pwd", "mfa"]}, {"acr": "https://refeds.org/profile/mfa"}):
        browser, _ = tried(desk, idp, login, **claims)
        assert browser.get("/queue").status_code == 200
    browser, _ = tried(desk, idp, login, amr=["pwd"], acr="1")
    assert browser.get("/queue").status_code == 303


@pytest.mark.parametrize("login", ["nobody-here", "", None, 7, " own-author\u202e"])
def test_only_people_of_the_desk_come_in(desk: Office, idp: Provider, login: object) -> None:
    """Whoever the provider knows and the desk does not stays out; nothing is made for him."""
    browser, answer = tried(desk, idp, preferred_username=login)
    assert answer.status_code == 403
    assert browser.get("/drafts").headers["location"] == "/login"


def test_somebody_who_was_let_go_stays_out(desk: Office, idp: Provider) -> None:
    """Whatever the provider says."""
    with desk.house.store.writing() as books:
        books.people.change(replace(desk.account(Role.AUTHOR), active=False))
    _, answer = tried(desk, idp)
    assert answer.status_code == 403
    assert NO_ENTRY in answer.text
    assert trail(desk)[-1][0] == "sign_in:failed"


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": None}, {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"}, {"azp": "another"}, {"iss": "http://127.0.0.1/realm"},
        {"iss": None}, {"exp": 1_000_000_000}, {"exp": None}, {"iat": None}, {"iat": 99_999_999_999},
        {"preferred_username": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_for_this_attempt(desk: Office, idp: Provider, change: Claims) -> None:
    """Well signed, and refused."""
    idp.change = change
    browser, answer = tried(desk, idp)
    assert answer.status_code == 403
    assert "统一认证没有成功" in answer.text
    assert browser.get("/drafts").headers["location"] == "/login"
    assert trail(desk) == []


def part(value: Claims | bytes) -> str:
    """A part of a token."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(_: Provider, claims: Claims) -> str:
    """alg none."""
    return f"{part({'alg': 'none'})}.{part(claims)}."


def by_public_key(idp: Provider, claims: Claims) -> str:
    """The public key taken for a shared secret."""
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(idp.key.as_pem(private=False)), algorithms=["HS256"])


def by_client_phrase(_: Provider, claims: Claims) -> str:
    """The client's own phrase as the key."""
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(PHRASE), algorithms=["HS256"])


def by_another(_: Provider, claims: Claims) -> str:
    """A key of the same name."""
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048, {"kid": "one"}))


def by_key_inside(_: Provider, claims: Claims) -> str:
    """A key that the token brings along."""
    key = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": "one", "jwk": key.as_dict(private=False)}, claims, key)


def altered(idp: Provider, claims: Claims) -> str:
    """Signed, then changed."""
    head, _, mac = jwt.encode({"alg": "RS256", "kid": "one"}, claims, idp.key).split(".")
    return f"{head}.{part({**claims, 'preferred_username': 'own-approver'})}.{mac}"


def nonsense(_: Provider, __: Claims) -> str:
    """No token at all."""
    return "a.b"


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "sign", [unsigned, by_public_key, by_client_phrase, by_another, by_key_inside, altered, nonsense]
)
def test_a_token_that_the_provider_did_not_sign(desk: Office, idp: Provider, sign: object) -> None:
    """Only the provider's published keys count, and only signatures by them."""
    idp.sign = sign  # type: ignore[assignment]
    browser, answer = tried(desk, idp)
    assert answer.status_code == 403
    assert browser.get("/drafts").headers["location"] == "/login"


def test_an_answer_is_good_once_and_in_the_browser_that_asked(desk: Office, idp: Provider) -> None:
    """Another state, another browser, a second time, another provider's answer."""
    now = int(desk.house.clock().timestamp())
    mine, thief = desk.anybody(), desk.anybody()
    to, query = idp.authorize(begun(mine), now)
    begun(thief)
    assert thief.get(to, params=query).status_code == 403
    assert desk.anybody().get(to, params=query).status_code == 403
    for wrong in ({"state": "x"}, {"iss": "https://evil.example"}, {"code": "x"}):
        browser = desk.anybody()
        again, told = idp.authorize(begun(browser), now)
        assert browser.get(again, params=told | wrong).status_code == 403
    browser = desk.anybody()
    again, told = idp.authorize(begun(browser), now)
    assert browser.get(again, params=told).status_code == 200
    assert browser.get(again, params=told).status_code == 403
    assert browser.get(again, params={"error": "access_denied", "state": "x"}).status_code == 403


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "http://127.0.0.1/another"}, {"token_endpoint": "http://provider.example/token"}, {"jwks_uri": None},
        {"authorization_endpoint": "ftp://127.0.0.1/x"}, {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)  # fmt: skip
def test_a_provider_that_is_not_set_up_well(desk: Office, idp: Provider, discovery: Claims) -> None:
    """No plain text to other machines, no other issuer: a page with words, never a trace."""
    idp.discovery = discovery
    browser = desk.anybody()
    answer = browser.get("/login/oidc")
    if answer.status_code == 303:
        to, query = idp.authorize(answer.headers["location"], int(desk.house.clock().timestamp()))
        answer = browser.get(to, params=query)
    assert answer.status_code in (403, 502)
    assert "系统管理员" in answer.text


def test_a_provider_that_is_away(desk: Office, idp: Provider) -> None:
    """Words, and the desk's own passwords still work."""
    desk.app.state.house = replace(
        desk.house, settings=replace(desk.house.settings, oidc_issuer="http://127.0.0.1:1/realm")
    )
    answer = desk.anybody().get("/login/oidc")
    assert answer.status_code == 502
    assert 'name="password"' in answer.text
