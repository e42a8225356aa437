"""Signing in: the right factors let in, nothing else does, and what was counted outlives a restart."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from screening.domain.audit import verify
from screening.domain.errors import RefusedError
from screening.domain.people import Role
from screening.store.books import Store
from screening.store.one_time_codes import accepted_step, code_at, offered_secret, otpauth, shown, step_at
from screening.store.passwords import SHORTEST, BusyError, Cost, Passwords, must_be_good
from screening.store.session import Database
from screening.store.sign_in import SignIn
from tests.store.people_of_the_desk import CHEAP, GOOD, HERE, NOW, Office, after

LONG = timedelta(days=2)
CANARY = "云雾县第九试验场的口令"


@pytest.fixture
def office(store: Store) -> Office:
    """An office at its first day."""
    return Office.open(store)


class Counting(Passwords):
    """The real thing, which also counts the hashes that were worked out."""

    def __init__(self, key: bytes) -> None:
        super().__init__(key, CHEAP)
        self.work = 0
        outer = self

        class Hasher(PasswordHasher):
            def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - its name there
                outer.work += 1
                return super().verify(hash, password)

        self._hasher = Hasher(CHEAP.rounds, CHEAP.memory, CHEAP.lanes)


def wrong(office: Office, login: str, times: int, *, now=NOW, address: str = HERE) -> None:
    """Try wrong passwords."""
    for _ in range(times):
        assert office.sign_in.by_password(login, "不是这个口令，真的不是", address, now) is None


# RFC 6238, appendix B (SHA-1, 8 digits).
@pytest.mark.parametrize(("seconds", "code"), [
    (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
    (2000000000, "69279037"), (20000000000, "65353130"),
])  # fmt: skip
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """The vectors of RFC 6238; six digits are the last six."""
    assert code_at(b"12345678901234567890", seconds // 30, 8) == code
    assert code_at(b"12345678901234567890", seconds // 30) == code[2:]


def test_a_code_is_good_in_its_window_and_once() -> None:
    """One step before and after; a step that was accepted, and any before it, never again."""
    secret = bytes(20)
    middle = step_at(NOW)
    assert [accepted_step(secret, code_at(secret, middle + d), NOW, 0) for d in (-2, -1, 0, 1, 2)] == [
        None, middle - 1, middle, middle + 1, None,
    ]  # fmt: skip
    assert accepted_step(secret, code_at(secret, middle), NOW, middle) is None
    for bad in ("", "12345", "1234567", "１２３４５６", "abcdef", "-12345"):
        assert accepted_step(secret, bad, NOW, 0) is None


def test_the_secret_is_written_as_authenticators_take_it() -> None:
    """Base32 without padding, and an address that names program and person."""
    secret = offered_secret(b"k" * 32, "seed")
    letters = shown(secret).replace(" ", "")
    assert base64.b32decode(letters) == secret
    assert otpauth(secret, "王芳") == (
        f"otpauth://totp/%E5%85%88%E5%AE%A1:%E7%8E%8B%E8%8A%B3?secret={letters}&issuer=%E5%85%88%E5%AE%A1&digits=6&period=30"
    )


@pytest.mark.parametrize(
    "bad", ["绿" * (SHORTEST - 1), "password1234", "PassWord 1234", "a" * 14, "zhangsan-2031", "ab cd" * 41]
)
def test_bad_passwords_are_refused(bad: str) -> None:
    """Short, common, of few characters, with the login in it, too long."""
    with pytest.raises(RefusedError):
        must_be_good(bad, "zhangsan")
    must_be_good(GOOD, "zhangsan")


def test_hashes_are_peppered_salted_and_of_the_right_kind() -> None:
    """Argon2id, 19 MiB, two rounds, one lane; another key does not open them, an empty hash matches nothing."""
    passwords = Passwords(b"k" * 32)
    one, two = passwords.hash(GOOD), passwords.hash(GOOD)
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != two
    assert passwords.matches(GOOD, one)
    assert not passwords.matches(GOOD + "。", one)
    assert not passwords.matches(GOOD, "")
    assert not passwords.matches("nobody", "")
    assert not Passwords(b"x" * 32).matches(GOOD, one)
    assert not passwords.outdated(one)
    assert Passwords(b"k" * 32, CHEAP).outdated(one)


def test_a_crowd_is_asked_to_come_back() -> None:
    """Beyond those who wait nobody is let in line."""
    passwords = Passwords(b"k" * 32, CHEAP)
    for _ in range(10):
        assert passwords._room.acquire(blocking=False)
    with pytest.raises(BusyError):
        passwords.matches(GOOD, "")


def test_both_factors_let_in(office: Office) -> None:
    """The password opens a session that is still pending; the code opens it, under a new word."""
    half = office.sign_in.by_password(" Security ", GOOD, HERE, after(minutes=1))
    assert half
    pending = office.sign_in.session(half, after(minutes=1))
    assert pending
    assert pending.pending
    full = office.sign_in.by_code(half, office.code(office.chief, after(minutes=1)), HERE, after(minutes=1))
    assert full
    assert full != half
    session = office.sign_in.session(full, after(minutes=1))
    assert session
    assert not session.pending
    assert session.csrf != pending.csrf
    assert office.sign_in.session(half, after(minutes=1)) is None
    assert office.actions()[-1] == "sign_in:done"


def test_a_code_is_not_taken_twice(office: Office) -> None:
    """Whoever looked over the shoulder comes too late, though the code is still shown."""
    now = after(minutes=1)
    office.enter(office.chief, "security", now)
    half = office.sign_in.by_password("security", GOOD, HERE, now)
    assert half
    assert office.sign_in.by_code(half, office.code(office.chief, now), HERE, now) is None
    later = after(minutes=1, seconds=30)
    assert office.sign_in.by_code(half, office.code(office.chief, later), HERE, later)


def test_an_author_without_a_second_factor_is_in_at_once(office: Office) -> None:
    """Who neither decides nor administers may do with a password; who has an authenticator must use it."""
    office.admit("lin", Role.AUTHOR, with_code=False)
    office.admit("he", Role.AUTHOR)
    for login, pending in (("lin", False), ("he", True)):
        word = office.sign_in.by_password(login, GOOD, HERE, NOW)
        assert word
        session = office.sign_in.session(word, NOW)
        assert session
        assert session.pending is pending


def test_five_failures_lock_the_account_through_a_restart(office: Office) -> None:
    """Not even the right password helps for ten minutes, also at a store that was opened anew."""
    wrong(office, "security", 5)
    assert office.sign_in.by_password("security", GOOD, HERE, after(minutes=9, seconds=59)) is None
    again = Store(Database(str(office.store.database.engine.url.render_as_string(hide_password=False))),
                  office.store.vault, office.store.keys)  # fmt: skip
    assert SignIn(again, office.sign_in.passwords).by_password("security", GOOD, "192.0.2.8", after(minutes=9)) is None
    again.close()
    assert office.sign_in.by_password("security", GOOD, HERE, after(minutes=10, seconds=1))
    assert office.actions().count("sign_in:failed") == 5
    assert office.actions().count("sign_in:locked") == 1


def test_four_failures_do_not_lock_and_success_forgets_them(office: Office) -> None:
    """Only complete success forgets: a password alone does not give a guesser of codes new tries."""
    wrong(office, "security", 4)
    office.enter(office.chief, "security", after(minutes=1))
    wrong(office, "security", 4)
    half = office.sign_in.by_password("security", GOOD, HERE, after(minutes=2))
    assert half
    assert office.sign_in.by_code(half, "000000", HERE, after(minutes=2)) is None
    right = office.code(office.chief, after(minutes=2))
    assert office.sign_in.by_code(half, right, HERE, after(minutes=2)) is None
    assert office.sign_in.by_password("security", GOOD, HERE, after(minutes=2)) is None
    assert office.actions().count("sign_in:locked") == 1


def test_twenty_failures_lock_the_address(office: Office) -> None:
    """Spraying many names from one place locks that place, not the others; old failures do not count."""
    for number in range(19):
        wrong(office, f"nobody{number}", 1)
    wrong(office, "nobody", 19, address="192.0.2.9")
    wrong(office, "nobody", 1, address="192.0.2.9", now=after(minutes=11))
    assert office.sign_in.by_password("security", GOOD, HERE, NOW)
    wrong(office, "nobody", 1)
    assert office.sign_in.by_password("security", GOOD, HERE, after(minutes=9)) is None
    assert office.sign_in.by_password("security", GOOD, "192.0.2.9", after(minutes=11, seconds=1))
    assert office.sign_in.by_password("security", GOOD, HERE, after(minutes=10, seconds=1))


def test_nobody_learns_who_has_an_account(store: Store) -> None:
    """Unknown, wrong, locked, deactivated, never set up: the same answer after the same work."""
    passwords = Counting(store.keys.session)
    office = Office.open(store, passwords)
    gone = office.admit("gone", Role.AUTHOR)
    with store.writing() as books:
        office.administration(books).invite(office.unit, "fresh", "新人", [Role.AUTHOR])
        office.administration(books).deactivate(gone)
    wrong(office, "security", 5, address="192.0.2.20")
    for login in ("nobody", "", "a\0b", "a\ud800", "fresh", "gone", "security"):
        passwords.work = 0
        assert office.sign_in.by_password(login, GOOD, HERE, NOW) is None
        assert passwords.work == 1


def test_old_hashes_are_renewed_at_the_next_sign_in(office: Office) -> None:
    """When the parameters grow, a hash grows with them as its person comes in."""
    office.admit("lin", Role.AUTHOR, with_code=False)
    dearer = SignIn(office.store, Passwords(office.store.keys.session, Cost(memory=16, rounds=1)))
    hashes = text("SELECT password_hash FROM people WHERE login = 'lin'")
    for _ in range(2):
        assert dearer.by_password("lin", GOOD, HERE, NOW)
        with office.store.reading() as books:
            assert "m=16,t=1" in books.connection.execute(hashes).scalar_one()


def test_a_changed_password_beats_a_hash_under_way(store: Store) -> None:
    """Whoever began with the old password does not get in after it was taken away."""
    passwords = Passwords(store.keys.session, CHEAP)
    office = Office.open(store, passwords)
    lin = office.admit("lin", Role.AUTHOR, with_code=False)

    class Slow(Passwords):
        def matches(self, password: str, hashed: str) -> bool:
            right = super().matches(password, hashed)
            with store.writing() as books:
                office.administration(books).reset(lin)
            return right

    assert SignIn(store, Slow(store.keys.session, CHEAP)).by_password("lin", GOOD, HERE, NOW) is None


def test_sessions_idle_out_and_end_after_a_working_day(office: Office) -> None:
    """15 minutes without use, 8 hours in all; used in between it lives on."""
    start = after(minutes=1)
    word = office.enter(office.chief, "security", start)
    assert office.sign_in.session(word, after(minutes=15, seconds=59))
    assert office.sign_in.session(word, after(minutes=31)) is None
    word = office.enter(office.chief, "security", after(hours=1))
    for quarter in range(1, 48):
        assert office.sign_in.session(word, after(hours=1, minutes=10 * quarter)), quarter
    assert office.sign_in.session(word, after(hours=9)) is None


def test_signing_out_here_and_everywhere(office: Office) -> None:
    """One word ends, or all but one."""
    one, two, three = (office.enter(office.chief, "security", after(minutes=step)) for step in (1, 2, 3))
    now = after(minutes=4)
    office.sign_in.out(one, now)
    assert office.sign_in.session(one, now) is None
    session = office.sign_in.session(two, now)
    assert session
    assert [place.current for place in office.sign_in.places(session.account, two, now)] == [True, False]
    office.sign_in.out_elsewhere(session.account, two, now)
    assert office.sign_in.session(two, now)
    assert office.sign_in.session(three, now) is None


def test_made_up_words_open_nothing(office: Office) -> None:
    """Neither an invention nor what the database holds."""
    word = office.enter(office.chief, "security", after(minutes=1))
    with office.store.reading() as books:
        held = books.connection.execute(text("SELECT token_hash FROM web_sessions")).scalar_one()
    for made_up in ("", "x" * 43, held, word[:-1], word + "=", "\ud800"):
        assert office.sign_in.session(made_up, after(minutes=1)) is None


def test_nothing_secret_stands_in_the_database(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not the password, not what was typed as a login, no word that lets in, not the secret of the codes."""
    lin = office.admit("lin", Role.AUTHOR)
    word = office.enter(lin, "lin", after(minutes=1))
    token = _token(office, lin)
    with office.store.writing() as books:
        _, link = office.administration(books).invite(office.unit, "new", "新人", [Role.AUTHOR])
    assert office.sign_in.by_password(CANARY, CANARY, HERE, NOW) is None
    secret = offered_secret(office.store.keys.session, office.seeds[lin])
    held = _everything(office, tmp_path)
    for canary in (CANARY, GOOD, word, token, link):
        assert canary.encode() not in held
        assert canary not in caplog.text
    assert secret not in held
    assert secret.hex().encode() not in held
    assert CANARY not in "".join(capfd.readouterr())
    assert office.chief.encode() in held  # the search does find what is there
    with office.store.reading() as books:
        assert not list(verify(books.trail.events(), office.store.keys.audit))


def _never(*_args: object, **_more: object) -> bool:
    return False


@pytest.mark.parametrize(("what", "fault", "test"), [
    ("lockout.ACCOUNT_FAILURES", 6, test_five_failures_lock_the_account_through_a_restart),
    ("lockout.Lockout.locks", _never, test_five_failures_lock_the_account_through_a_restart),
    ("lockout.Lockout.locks_address", _never, test_twenty_failures_lock_the_address),
    ("sign_in.accepted_step", lambda *given: accepted_step(*given[:3], 0), test_a_code_is_not_taken_twice),
    ("web_sessions.IDLE", LONG, test_sessions_idle_out_and_end_after_a_working_day),
    ("web_sessions.ABSOLUTE", LONG, test_sessions_idle_out_and_end_after_a_working_day),
    ("web_sessions.WebSessions.end", _never, test_both_factors_let_in),
])  # fmt: skip
def test_these_tests_can_fail(office: Office, monkeypatch: pytest.MonkeyPatch, what: str, fault, test) -> None:
    """A planted fault is found."""
    monkeypatch.setattr(f"screening.store.{what}", fault)
    with pytest.raises(AssertionError):
        test(office)


def _token(office: Office, person: str) -> str:
    with office.store.reading() as books:
        account = books.people.get(person)
    assert account
    return office.credentials.new_token(account, "采编系统", ["drafts:write"], 30, NOW)


def _everything(office: Office, tmp_path: Path) -> bytes:
    """All rows as text, and on SQLite all bytes of the files as well."""
    with office.store.reading() as books:
        names = ("people", "web_sessions", "invitations", "tokens", "failures_by_address", "audit")
        rows = [tuple(row) for name in names for row in books.connection.execute(text(f"SELECT * FROM {name}"))]  # noqa: S608
    shown_rows = b"\0".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
    return shown_rows + b"".join(path.read_bytes() for path in tmp_path.glob("desk.db*"))
