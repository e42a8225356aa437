"""The invented office of tests/review behind its real web pages: browsers of its people, drafts really screened."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import gettempdir

from httpx import Client

from api.app import create_app
from screening.bootstrap import House, outcome_of
from screening.checker import Screener
from screening.domain.decision import Disposition
from screening.domain.filing import Filing
from screening.domain.people import Role
from screening.domain.review import Step
from screening.settings import Settings
from screening.store.books import Store
from screening.store.keys import Keys
from screening.store.runs import Kept, keep
from screening.store.session import Database
from screening.store.vault import Vault
from screening.store.web_sessions import WebSessions
from tests.api.in_process import client_of
from tests.review.office import TERMS, Office, declared

PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
DRAFT = "云岭市举办春茶节。联系人张三，电话13800138000。\n本次活动由文化局主办。"
MARKED = "机密★5年\n关于某事的通知"


@cache
def screener() -> Screener:
    """One for all tests of a process: rules are loaded once."""
    return Screener(Settings(ocr=False, key_file=Path(gettempdir()) / "xianshen-pages-test.key"))


class PagedOffice(Office):
    """The office with its application."""

    def __init__(self, shape: Path, folder: Path) -> None:
        shutil.copy(shape, folder / "desk.db")
        keys = Keys.load(folder / "keys")
        store = Store(Database(f"sqlite:///{folder / 'desk.db'}"), Vault(folder / "vault", keys.master), keys)
        super().__init__(store)
        with store.writing() as books:
            self.people["audit_admin"] = books.people.add(self.unit, "aa", "审计员乙", {Role.AUDIT_ADMINISTRATOR})
        self.house = House(screener().settings, store, self.desk, self.intake, screener(), self.clock)
        self.app = create_app(self.house, screens=False)

    def browser(self, login: str) -> Client:
        """A browser in which this person has signed in. It sends the word of its forms by itself."""
        with self.store.writing() as books:
            sessions = WebSessions(books.connection, self.store.keys.session, self.clock())
            word = sessions.open(self[login].id, "203.0.113.7", second_factor=True)
            found = sessions.find(word)
        assert found
        client = client_of(self.app, {"X-CSRF-Token": found.csrf})
        client.cookies.set("xianshen", word)
        return client

    def page(self, login: str, url: str, status: int = 200) -> str:
        """A page as this person gets it."""
        answer = self.browser(login).get(url)
        assert answer.status_code == status, (login, url, answer.text[:500])
        return answer.text

    def filed(self, title: str = "云岭春茶节开幕", text: str = DRAFT) -> Filing:
        """A new case, screened with the real rules."""
        filing = self.intake.open(self["writer"], declared(title), TERMS, self.received(text))
        return self.checked(filing.id)

    def checked(self, case_id: str) -> Filing:
        """Screen what waits, as the worker does."""
        while taken := self.intake.lease():
            job, filing = taken
            data = self.store.vault.read(filing.current.blob, filing.key, f"{filing.id}/draft")
            found = screener().examine(data, filing.case.terms.channel, filename=filing.current.filename)
            marked = found.run.decision.disposition is Disposition.QUARANTINE
            kept = Kept(found.run, found.document)
            blob = "" if marked else keep(self.store.vault, filing.key, filing.id, kept)
            assert self.intake.screened(job, outcome_of(found.run, found.document, blob))
        return self.see(case_id)

    def under_review(self, title: str = "云岭春茶节开幕", text: str = DRAFT) -> Filing:
        """A case at its first level, with a result that is kept."""
        return self.do("writer", self.filed(title, text).id, Step.SUBMIT)

    def signed_off(self, title: str = "云岭春茶节开幕", text: str = DRAFT) -> Filing:
        """The same, approved."""
        filing = self.under_review(title, text)
        for who in ("head", "secrecy", "leader"):
            filing = self.sign(who, filing.id)
        return filing
