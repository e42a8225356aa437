"""A whole desk for tests: a real store, two units with a person in every office, screening in this process, clients."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import gettempdir

from fastapi import FastAPI
from httpx import Client

from api.app import create_app
from api.metrics import CountRequests
from screening.bootstrap import House, house, outcome_of
from screening.checker import Screener
from screening.domain.account import Account
from screening.domain.decision import Disposition
from screening.domain.people import ADMINISTRATORS, Role
from screening.settings import Settings
from screening.store.api_tokens import scopes_of
from screening.store.books import Books, Store
from screening.store.credentials import Credentials
from screening.store.runs import Kept, keep
from screening.store.sign_in import SignIn
from screening.store.web_sessions import WebSessions
from tests.api.in_process import client_of

UNIT, OTHER_UNIT, DEPARTMENT = "云岭市融媒体中心", "云溪县融媒体中心", "新闻部"
OWN, OTHER, BY = "own", "other", "by"  # of the case's unit; of another unit; of its unit and among its authors
TEXT = "云岭市发生一起事故，造成3人死亡，12人受伤。联系人张三，电话13800138000。"
MARKED = "机密★5年\n关于某事的通知"
FIELDS = {
    "title": "云岭春茶节开幕", "kind": "新闻稿件", "carrier": "非公文", "sources": "本单位采写",
    "cites_internal": "false", "channel": "website", "audience": "社会公众",
}  # fmt: skip


@cache
def shared_screener() -> Screener:
    """One screener for all tests of a process: rules are loaded once."""
    folder = Path(gettempdir())
    return Screener(Settings(ocr=False, key_file=folder / "xianshen-test.key"))


@dataclass
class Office:
    """The desk under test. people: by relation to the cases of `UNIT` and role; words: tokens made so far."""

    house: House
    app: FastAPI
    people: dict[tuple[str, Role], Account] = field(default_factory=dict)
    words: dict[tuple[str, frozenset[str]], str] = field(default_factory=dict)

    def account(self, role: Role, relation: str = OWN) -> Account:
        """Somebody."""
        return self.people[relation, role]

    def client(self, role: Role, relation: str = OWN, scopes: set[str] | None = None) -> Client:
        """A program of this person: with a token for all its scopes, or for these."""
        account = self.account(role, relation)
        wanted = frozenset(scopes_of(account) if scopes is None else scopes)
        which = account.id, wanted
        if which not in self.words:
            credentials = Credentials(SignIn(self.house.store))
            self.words[which] = credentials.new_token(account, "测试", wanted, 30, self.house.clock())
        return self.anybody({"Authorization": f"Bearer {self.words[which]}"})

    def browser(self, role: Role, relation: str = OWN) -> Client:
        """A browser in which this person has signed in, with both factors."""
        store, now = self.house.store, self.house.clock()
        with store.writing() as books:
            sessions = WebSessions(books.connection, store.keys.session, now)
            word = sessions.open(self.account(role, relation).id, "203.0.113.7", second_factor=True)
            found = sessions.find(word)
        client = self.anybody({"X-CSRF-Token": found.csrf if found else ""})
        client.cookies.set("xianshen", word)
        return client

    def anybody(self, headers: dict[str, str] | None = None) -> Client:
        """A client; nobody without headers."""
        return client_of(self.app, headers)

    def screen(self) -> None:
        """Screen what waits, as the worker does, with the rules and readers as they are."""
        vault = self.house.store.vault
        while taken := self.house.intake.lease():
            job, filing = taken
            data = vault.read(filing.current.blob, filing.key, f"{filing.id}/draft")
            found = shared_screener().examine(data, filing.case.terms.channel, filename=filing.current.filename)
            marked = found.run.decision.disposition is Disposition.QUARANTINE
            kept = Kept(found.run, found.document)
            cleared = filing.case.versions[-1].mark_cleared
            blob = "" if marked and not cleared else keep(vault, filing.key, filing.id, kept)
            assert self.house.intake.screened(job, outcome_of(found.run, found.document, blob))


def office(settings: Settings) -> Office:
    """A desk with its people: in `UNIT` one of every role and one more of each who writes; in `OTHER_UNIT` the same."""
    opened = replace(house(settings), screener=shared_screener())
    made = Office(opened, create_app(opened, screens=False))
    if not any(one.cls is CountRequests for one in made.app.user_middleware):
        made.app.add_middleware(CountRequests)
    with opened.store.writing() as books:
        _fill(made, books)
    return made


@contextmanager
def opened(folder: Path, database: str = "") -> Iterator[Office]:
    """A desk in this folder, closed at the end."""
    made = office(settings_in(folder, database))
    yield made
    made.house.store.close()


def settings_in(folder: Path, database: str = "") -> Settings:
    """Settings of a desk that lives in this folder."""
    return Settings(data=folder / "data", database=database, ocr=False, key_file=folder / "fingerprint.key",
                    cache=folder / "cache")  # fmt: skip


class Rehearsal(Store):
    """A store in which everything can be done, and nothing stays: what was written is rolled back at the end."""

    @contextmanager
    def writing(self) -> Iterator[Books]:
        """A transaction that ends as if it had never been."""
        try:
            with super().writing() as books:
                yield books
                raise _UndoneError  # noqa: TRY301 - it has to come from inside
        except _UndoneError:
            pass


class _UndoneError(Exception):
    pass


def _fill(made: Office, books: Books) -> None:
    for relation, name in ((OWN, UNIT), (OTHER, OTHER_UNIT)):
        unit = books.people.add_unit(name)
        for role in Role:
            person = books.people.add(unit.id, f"{relation}-{role}", f"{role.label}甲", [role], DEPARTMENT)
            made.people[relation, role] = person
            if relation == OWN and role not in ADMINISTRATORS:
                made.people[BY, role] = books.people.add(
                    unit.id, f"by-{role}", f"{role.label}乙", {role, Role.AUTHOR}, DEPARTMENT
                )
