"""People for tests of signing in: an office with a security administrator, and ways to bring others in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from screening.domain.people import Role
from screening.store.administration import Administration, first_invitation
from screening.store.books import Store
from screening.store.credentials import Credentials
from screening.store.one_time_codes import code_at, offered_secret, step_at
from screening.store.passwords import Cost, Passwords
from screening.store.sign_in import SignIn

NOW = datetime(2031, 5, 6, 9, 0, tzinfo=UTC)
GOOD = "春眠不觉晓，处处闻啼鸟。"
CHEAP = Cost(memory=8, rounds=1)
HERE = "192.0.2.7"


def after(**how_long: float) -> datetime:
    """A time after the beginning."""
    return NOW + timedelta(**how_long)


@dataclass
class Office:
    """A store with its first security administrator (`chief`), signed up at NOW; secrets: seeds by person's id."""

    store: Store
    sign_in: SignIn
    credentials: Credentials
    chief: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        self.seeds: dict[str, str] = {}

    @classmethod
    def open(cls, store: Store, passwords: Passwords | None = None) -> "Office":
        """The first start."""
        sign_in = SignIn(store, passwords or Passwords(store.keys.session, CHEAP))
        office = cls(store, sign_in, Credentials(sign_in))
        word = first_invitation(store, NOW)
        assert word
        office.chief = office.accept(word)
        with store.reading() as books:
            office.unit = books.people.units()[0].id
        return office

    def accept(self, word: str, now: datetime = NOW, *, with_code: bool = True) -> str:
        """Use an invitation; the person's id."""
        code = code_at(offered_secret(self.store.keys.session, word), step_at(now)) if with_code else ""
        person = self.credentials.set_up(word, GOOD, code, now).id
        self.seeds[person] = word
        return person

    def admit(self, login: str, *roles: Role, with_code: bool = True) -> str:
        """Invite somebody who accepts at once; the person's id."""
        with self.store.writing() as books:
            act = self.administration(books)
            _, word = act.invite(self.unit, login, login.title(), roles, "水务科")
        return self.accept(word, with_code=with_code)

    def administration(self, books, now: datetime = NOW, actor: str = "") -> Administration:
        """The chief's work."""
        return Administration(books, self.store.keys.session, actor or self.chief, now)

    def code(self, person: str, now: datetime) -> str:
        """What the person's authenticator shows."""
        return code_at(offered_secret(self.store.keys.session, self.seeds[person]), step_at(now))

    def enter(self, person: str, login: str, now: datetime) -> str:
        """Sign in with both factors; the word of the web session."""
        word = self.sign_in.by_password(login, GOOD, HERE, now)
        assert word
        full = self.sign_in.by_code(word, self.code(person, now), HERE, now)
        assert full
        return full

    def actions(self) -> list[str]:
        """The actions on the trail, in order."""
        with self.store.reading() as books:
            return [event.action for event in books.trail.events()]
