"""Signing in by the unit's directory: a real OpenLDAP, over TLS or StartTLS, and the traps of a bind."""

import gc
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api.outside_ldap import FAILED, lets_in
from screening.domain.errors import RefusedError, SettingsError
from screening.domain.people import Role
from screening.settings import Settings
from screening.store.sign_in import NO_ENTRY
from tests.api.desk_client import Office, office, settings_in
from tests.api.directory import BASE, PASSWORD, SLAPD, Directory, directory

pytestmark = [
    pytest.mark.skipif(not SLAPD, reason="slapd is not installed"),
    pytest.mark.filterwarnings("ignore:.* is deprecated. Please use .* instead:DeprecationWarning"),  # ldap3's pyasn1
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # sockets that ldap3 forgets
    pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning"),
]
FORM = re.compile(r'name="csrf" value="([^"]+)"')
APPROVER = f"own-{Role.APPROVER}"


@pytest.fixture(scope="module")
def ldap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    """A directory that takes a password only over TLS, and a bind of nobody."""
    with directory(tmp_path_factory.mktemp("ldap"), "own-author", APPROVER, "outsider") as made:
        yield made
        gc.collect()  # the forgotten sockets, while their warnings are still let pass


def settings(ldap: Directory, url: str = "", **more: object) -> Settings:
    """Settings for it."""
    given = {"ldap_url": url or f"ldaps://localhost:{ldap.tls_port}", "ldap_base": BASE, "ldap_ca": ldap.ca} | more
    return Settings(**given)  # type: ignore[arg-type]


def urls(ldap: Directory) -> list[str]:
    """Both ways to it."""
    return [f"ldaps://localhost:{ldap.tls_port}", f"ldap://localhost:{ldap.port}"]


def test_the_right_password_over_tls_and_starttls(ldap: Directory) -> None:
    """Also one in Chinese; another is wrong, and so is that of somebody who is not there."""
    for url in urls(ldap):
        asked = settings(ldap, url)
        assert lets_in(asked, "own-author", PASSWORD)
        assert not lets_in(asked, "own-author", PASSWORD + "x")
        assert not lets_in(asked, "nobody", PASSWORD)


@pytest.mark.parametrize("password", ["", "\u00ad", "\u200b", "\0"])
def test_an_empty_password_lets_nobody_in(ldap: Directory, password: str) -> None:
    """Nor one that preparing would make empty: such a bind succeeds as nobody. They are wrong, and count as that."""
    for url in urls(ldap):
        assert not lets_in(settings(ldap, url), "own-author", password)


@pytest.mark.parametrize(
    "login",
    [
        "",
        "*",
        "own-author,ou=people",
        "own-author+cn=x",
        "own\\2dauthor",
        'a"b',
        "own-author\0",
        "a b",
        "ä#",
        "a" * 101,
    ],
)
def test_a_login_that_means_something_to_a_directory(ldap: Directory, login: str) -> None:
    """It is not even asked: no server is there."""
    assert not lets_in(settings(ldap, "ldaps://localhost:1"), login, PASSWORD)


@pytest.mark.parametrize("kind", ["unknown authority", "other name", "nobody there", "plain"])
def test_a_server_that_is_not_to_be_trusted(ldap: Directory, kind: str) -> None:
    """Refused before a password is sent."""
    url, more = {
        "unknown authority": (urls(ldap)[0], {"ldap_ca": None}),
        "other name": (f"ldaps://127.0.0.1:{ldap.tls_port}", {}),
        "nobody there": ("ldaps://localhost:1", {}),
        "plain": (f"ldaps://localhost:{ldap.port}", {}),
    }[kind]
    with pytest.raises(RefusedError, match=FAILED[:10]):
        lets_in(settings(ldap, url, **more), "own-author", PASSWORD)


def test_starttls_of_an_unknown_authority_sends_no_password(ldap: Directory) -> None:
    """Nor goes on in plain."""
    with pytest.raises(RefusedError):
        lets_in(settings(ldap, urls(ldap)[1], ldap_ca=None), "own-author", PASSWORD)


@pytest.mark.parametrize("url", ["localhost", "http://localhost", "ldapi:///x", "ldaps://"])
def test_an_address_that_is_none(ldap: Directory, url: str) -> None:
    """Told with the cure."""
    with pytest.raises(SettingsError, match="ldaps://"):
        lets_in(settings(ldap, url), "own-author", PASSWORD)


@pytest.fixture
def desk(ldap: Directory, tmp_path: Path) -> Iterator[Office]:
    """A desk whose people have accounts there."""
    asked = settings(ldap)
    given = {name: getattr(asked, name) for name in ("ldap_url", "ldap_base", "ldap_ca")}
    made = office(replace(settings_in(tmp_path), **given))
    yield made
    made.house.store.close()


def entered(browser: httpx.Client, login: str, password: str = PASSWORD) -> httpx.Response:
    """Fill in the form, and press the second button."""
    word = FORM.search(browser.get("/login").text)
    assert word
    return browser.post("/login/ldap", data={"csrf": word[1], "login": login, "password": password})


def test_people_of_the_desk_come_in(desk: Office) -> None:
    """By the same form; whoever decides still shows the second factor; others of the directory stay out."""
    browser = desk.anybody()
    assert 'formaction="/login/ldap"' in browser.get("/login").text
    assert entered(browser, " Own-Author ").status_code == 303
    assert browser.get("/drafts").status_code == 200
    browser = desk.anybody()
    assert entered(browser, APPROVER).status_code == 303
    assert browser.get("/queue").headers["location"] in ("/totp", "/account/totp")
    answer = entered(desk.anybody(), "outsider")
    assert (answer.status_code, NO_ENTRY in answer.text) == (403, True)
    with desk.house.store.reading() as books:
        events = [one.action for one in books.trail.events() if one.action.startswith("sign_in")]
    assert events == ["sign_in:outside", "sign_in:done", "sign_in:outside", "sign_in:failed"]


def test_wrong_passwords_lock_here_before_they_lock_there(desk: Office) -> None:
    """After five the directory is no more asked, even with the right one."""
    for _ in range(5):
        assert entered(desk.anybody(), "own-author", "wrong").status_code == 403
    assert entered(desk.anybody(), "own-author").status_code == 403


def test_without_the_form_of_our_own_page_nothing_is_tried(desk: Office, tmp_path: Path) -> None:
    """And where no directory is set up there is no such address."""
    answer = desk.anybody().post("/login/ldap", data={"login": "own-author", "password": PASSWORD})
    assert answer.status_code == 403
    plain = office(settings_in(tmp_path / "plain"))
    assert entered(plain.anybody(), "own-author").status_code == 404
    plain.house.store.close()


def test_a_directory_that_is_away_locks_nobody(desk: Office) -> None:
    """Words; no failure is counted."""
    away = replace(desk.house.settings, ldap_url="ldaps://localhost:1")
    desk.app.state.house = replace(desk.house, settings=away)
    for _ in range(6):
        answer = entered(desk.anybody(), "own-author")
        assert (answer.status_code, FAILED in answer.text) == (502, True)
    desk.app.state.house = desk.house
    assert entered(desk.anybody(), "own-author").status_code == 303
