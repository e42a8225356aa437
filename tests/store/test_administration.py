"""Administration: three administrators apart, the last one kept, what somebody may no longer do ends at once."""

from itertools import combinations

import pytest

from screening.domain.errors import MissingError, RefusedError
from screening.domain.people import ADMINISTRATORS, Role
from screening.store.administration import first_invitation, history, last_sign_ins, open_cases, recovery_invitation
from screening.store.api_tokens import MOST
from screening.store.books import Store
from tests.store.people_of_the_desk import GOOD, HERE, NOW, Office, after


@pytest.fixture
def office(store: Store) -> Office:
    """An office at its first day."""
    return Office.open(store)


def test_the_first_start_invites_one_security_administrator(store: Store) -> None:
    """A link that was not used is replaced at the next start; once used there is none any more."""
    old = first_invitation(store, NOW)
    word = first_invitation(store, after(hours=25))
    office = Office(store, *_parts(store))
    assert old
    assert office.credentials.invited(old, NOW) is None
    assert word
    office.accept(word, after(hours=26))
    assert first_invitation(store, after(hours=27)) is None
    with store.reading() as books:
        assert [one.person.roles for one in books.people.all()] == [{Role.SECURITY_ADMINISTRATOR}]
        assert [one.name for one in books.people.units()] == ["本单位"]


def test_an_invitation_is_good_once_and_for_a_day(office: Office) -> None:
    """Used, too old, replaced: the same as unknown."""
    with office.store.writing() as books:
        person, word = office.administration(books).invite(office.unit, "lin", "林", [Role.AUTHOR])
    assert office.credentials.invited(word, after(hours=23, minutes=59))
    assert office.credentials.invited(word, after(hours=24)) is None
    assert office.accept(word, after(hours=23)) == person
    assert office.credentials.invited(word, after(hours=23)) is None
    with pytest.raises(MissingError):
        office.credentials.set_up(word, GOOD, "", after(hours=23))


def test_setting_up_asks_for_a_good_password_and_a_right_code(office: Office) -> None:
    """Who decides may not leave the code out; nothing is used up by a mistake."""
    with office.store.writing() as books:
        _, word = office.administration(books).invite(office.unit, "lin", "林", [Role.APPROVER])
    for password, code in (("short", ""), (GOOD, ""), (GOOD, "000000")):
        with pytest.raises(RefusedError):
            office.credentials.set_up(word, password, code, NOW)
    assert office.accept(word)


@pytest.mark.parametrize("pair", list(combinations(sorted(ADMINISTRATORS), 2)))
def test_no_two_of_the_three_administrators_in_one(office: Office, pair: tuple[Role, Role]) -> None:
    """三员分立: neither at the beginning nor by a change, nor together with any other role."""
    lin = office.admit("lin", Role.AUTHOR)
    for roles in (pair, (pair[0], Role.AUTHOR), ()):
        with office.store.writing() as books:
            act = office.administration(books)
            with pytest.raises(RefusedError):
                act.invite(office.unit, "zhao", "赵", roles)
            with pytest.raises(RefusedError):
                act.change(lin, name="林", department="", roles=roles)


def test_the_last_security_administrator_stays(office: Office) -> None:
    """One who never signed up does not count as another; nobody changes his own."""
    with office.store.writing() as books:
        act = office.administration(books)
        act.invite(office.unit, "zhao", "赵", [Role.SECURITY_ADMINISTRATOR])
        with pytest.raises(RefusedError, match="最后一名"):
            act.deactivate(office.chief)
        with pytest.raises(RefusedError, match="最后一名"):
            act.change(office.chief, name="安", department="", roles=[Role.AUTHOR])
    other = office.admit("qian", Role.SECURITY_ADMINISTRATOR)
    with office.store.writing() as books:
        act = office.administration(books)
        with pytest.raises(RefusedError, match="自己"):
            act.deactivate(office.chief)
        with pytest.raises(RefusedError, match="自己"):
            act.reset(office.chief)
        act.deactivate(other)
        with pytest.raises(RefusedError):
            office.administration(books, actor=other)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECURITY_ADMINISTRATOR}))
def test_nobody_else_administers(office: Office, role: Role) -> None:
    """Only the security administrator."""
    person = office.admit("lin", role)
    with office.store.writing() as books, pytest.raises(RefusedError):
        office.administration(books, actor=person)


def test_deactivation_ends_sessions_tokens_and_invitations(office: Office) -> None:
    """At once; being let in again brings none of them back."""
    lin = office.admit("lin", Role.AUTHOR)
    word = office.enter(lin, "lin", after(minutes=1))
    token = office.credentials.new_token(_account(office, lin), "采编系统", ["drafts:read"], 365, NOW)
    now = after(minutes=2)
    assert office.sign_in.session(word, now)
    assert office.credentials.bearer(token, now)
    with office.store.writing() as books:
        _, link = office.administration(books).invite(office.unit, "new", "新人", [Role.AUTHOR])
        new = books.people.by_login("new")
        assert new
        for person in (lin, new.id):
            office.administration(books).deactivate(person)
            office.administration(books).activate(person)
    assert office.sign_in.session(word, now) is None
    assert office.credentials.bearer(token, now) is None
    assert office.credentials.invited(link, now) is None


def test_new_roles_end_sessions_and_narrow_tokens(office: Office) -> None:
    """A token never gives more than its person's roles, whenever they change."""
    lin = office.admit("lin", Role.AUTHOR, Role.APPROVER)
    word = office.enter(lin, "lin", after(minutes=1))
    token = office.credentials.new_token(_account(office, lin), "采编", ["drafts:write", "decisions:write"], 1, NOW)
    now = after(minutes=2)
    with office.store.writing() as books:
        office.administration(books).change(lin, name="林", department="水务科", roles=[Role.AUTHOR])
    assert office.sign_in.session(word, now) is None
    bearer = office.credentials.bearer(token, now)
    assert bearer
    assert bearer.scopes == {"drafts:write"}
    with office.store.writing() as books:
        before = len(office.actions())
        office.administration(books).change(lin, name="林", department="水务科", roles=[Role.AUTHOR])
    assert len(office.actions()) == before


def test_tokens_stay_within_roles_and_time(office: Office) -> None:
    """No scope beyond, no time over a year, no token without a name, not too many."""
    account = _account(office, office.admit("lin", Role.AUTHOR))
    make = office.credentials.new_token
    mine = ["drafts:read"]
    wrong = [("采编", ["decisions:write"], 30), ("采编", ["all"], 30), ("采编", [], 30), (" ", mine, 30)]
    for name, scopes, days in (*wrong, ("采编", mine, 366), ("采编", mine, 0)):
        with pytest.raises(RefusedError):
            make(account, name, scopes, days, NOW)
    word = make(account, "采编", ["drafts:read"], 1, NOW)
    assert office.credentials.bearer(word, after(hours=23))
    assert office.credentials.bearer(word, after(days=1)) is None
    for _ in range(MOST - 1):
        make(account, "采编", ["drafts:read"], 2, NOW)
    with pytest.raises(RefusedError):
        make(account, "采编", ["drafts:read"], 2, NOW)


def test_only_ones_own_tokens_are_revoked(office: Office) -> None:
    """Somebody else's is the same as none."""
    lin, he = (_account(office, office.admit(login, Role.AUTHOR)) for login in ("lin", "he"))
    word = office.credentials.new_token(lin, "采编", ["drafts:read"], 1, NOW)
    [token] = office.credentials.tokens(lin, NOW)
    with pytest.raises(MissingError):
        office.credentials.revoke_token(he, token.id, NOW)
    assert office.credentials.bearer(word, NOW)
    office.credentials.revoke_token(lin, token.id, NOW)
    assert office.credentials.bearer(word, NOW) is None


def test_a_reset_takes_everything_away(office: Office) -> None:
    """Password, codes, sessions; the new link brings new ones."""
    lin = office.admit("lin", Role.AUTHOR)
    word = office.enter(lin, "lin", after(minutes=1))
    with office.store.writing() as books:
        link = office.administration(books).reset(lin)
    assert office.sign_in.session(word, after(minutes=1)) is None
    assert office.sign_in.by_password("lin", GOOD, HERE, after(minutes=1)) is None
    office.accept(link, after(minutes=2))
    assert office.enter(lin, "lin", after(minutes=3))


def test_changing_ones_own_password_and_codes(office: Office) -> None:
    """With the password of now; other sessions end."""
    lin = office.admit("lin", Role.AUTHOR)
    one, two = (office.enter(lin, "lin", after(minutes=step)) for step in (1, 2))
    now, new = after(minutes=3), "夜来风雨声，花落知多少？"
    session = office.sign_in.session(one, now)
    assert session
    with pytest.raises(RefusedError):
        office.credentials.change_password(session, one, new, new, HERE, now)
    office.credentials.change_password(session, one, GOOD, new, HERE, now)
    assert office.sign_in.session(one, now)
    assert office.sign_in.session(two, now) is None
    with pytest.raises(RefusedError):
        office.credentials.enrol(session, new, office.code(lin, now), HERE, now)
    office.seeds[lin] = session.csrf
    assert office.credentials.enrol(session, new, office.code(lin, now), HERE, now)
    assert office.sign_in.session(one, now) is None


def test_the_console_helps_the_last_one(office: Office) -> None:
    """A lost password of the last security administrator; nobody else's."""
    office.admit("lin", Role.AUTHOR)
    for login in ("lin", "nobody"):
        with pytest.raises(MissingError):
            recovery_invitation(office.store, login, NOW)
    office.accept(recovery_invitation(office.store, "SECURITY", NOW))
    assert office.enter(office.chief, "security", after(minutes=1))


@pytest.mark.parametrize("login", ["", "x", "a b", "a\0b", "a" * 41, "甲<乙>", "SECURITY"])
def test_logins_are_plain_and_unique(office: Office, login: str) -> None:
    """Whatever the case."""
    with office.store.writing() as books, pytest.raises(RefusedError):
        office.administration(books).invite(office.unit, login, "林", [Role.AUTHOR])


def test_every_act_is_on_the_trail_with_ids_only(office: Office) -> None:
    """And can be looked up by person."""
    lin = office.admit("lin", Role.AUTHOR)
    with office.store.writing() as books:
        act = office.administration(books)
        act.deactivate(lin)
        act.activate(lin)
        unit = act.add_unit("云岭市水务局")
        act.change_unit(unit.id, "云岭市水利局", "{}")
        act.change(lin, name="林小禾", department="办公室", roles=[Role.APPROVER], unit=unit.id)
    with office.store.reading() as books:
        assert [one.action.partition(":")[2] for one in history(books, lin)] == [
            "changed", "activated", "deactivated", "set_up", "invited", "added",
        ]  # fmt: skip
        events = list(books.trail.events())
        assert not any(word in str(event) for event in events for word in ("林小禾", "云岭", "办公室", "水务科"))
        changed = books.people.get(lin)
        assert changed
        assert changed.person.unit == unit.id
        assert open_cases(books) == {}
        assert last_sign_ins(books) == {}


def _account(office: Office, person: str):
    with office.store.reading() as books:
        account = books.people.get(person)
    assert account
    return account


def _parts(store: Store):
    from screening.store.credentials import Credentials
    from screening.store.passwords import Passwords
    from screening.store.sign_in import SignIn
    from tests.store.people_of_the_desk import CHEAP

    sign_in = SignIn(store, Passwords(store.keys.session, CHEAP))
    return sign_in, Credentials(sign_in)
