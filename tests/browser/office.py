"""An invented office whose desk is really served: its people, their web sessions, its address."""

import re
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import uvicorn

from api.app import create_app
from screening.bootstrap import house, wait_until_idle
from screening.domain.account import Account
from screening.domain.filing import Filing
from screening.domain.people import Role
from screening.settings import Settings
from screening.store.administration import Administration
from screening.store.invitations import Invitations
from screening.store.web_sessions import WebSessions

UNIT = "云岭市融媒体中心"
PEOPLE = {
    "author": ("安小禾", "新闻部", Role.AUTHOR),
    "author2": ("柏小满", "新闻部", Role.AUTHOR),
    "head": ("常一川", "新闻部", Role.DEPARTMENT_REVIEWER),
    "head2": ("陈二山", "新闻部", Role.DEPARTMENT_REVIEWER),
    "secrecy": ("程远之", "保密办", Role.SECRECY_OFFICER),
    "classifier": ("杜若谷", "保密办", Role.CLASSIFICATION_OFFICER),
    "leader": ("丁可为", "中心领导", Role.APPROVER),
    "publisher": ("方晓舟", "编发室", Role.PUBLISHER),
    "auditor": ("顾长风", "纪检室", Role.AUDITOR),
    "system": ("韩系统", "技术部", Role.SYSTEM_ADMINISTRATOR),
    "security": ("何安全", "技术部", Role.SECURITY_ADMINISTRATOR),
    "audit-admin": ("贺审计", "技术部", Role.AUDIT_ADMINISTRATOR),
}
_SECONDS = 60


class Office:
    """The house, its people and its server. Close it at the end."""

    def __init__(self, folder: Path) -> None:
        settings = replace(Settings(), data=folder, key_file=folder / "fingerprint.key", ocr=False)
        self.house = house(settings)
        with self.house.store.writing() as books:
            unit = books.people.add_unit(UNIT)
            self.people: dict[str, Account] = {
                login: books.people.add(unit.id, login, name, {role}, department)
                for login, (name, department, role) in PEOPLE.items()
            }
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(create_app(self.house), log_level="critical", ws="none", timeout_graceful_shutdown=3)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="desk", daemon=True)
        self._thread.start()
        end = time.monotonic() + _SECONDS
        while not self._server.started:
            assert self._thread.is_alive()
            assert time.monotonic() < end
            time.sleep(0.02)

    def close(self) -> None:
        """End the server, and with it worker and store."""
        self._server.should_exit = True
        self._thread.join(_SECONDS)
        self._socket.close()

    def session(self, login: str) -> str:
        """The word of a new web session, as the sign-in pages would put it into the cookie."""
        with self.house.store.writing() as books:
            sessions = WebSessions(books.connection, self.house.store.keys.session, self.house.clock())
            return sessions.open(self.people[login].id, "127.0.0.1", second_factor=True)

    def invite(self, login: str, name: str, department: str, role: Role) -> str:
        """A new person; the path of the link that he is given."""
        now, key = self.house.clock(), self.house.store.keys.session
        with self.house.store.writing() as books:
            unit = self.people["security"].person.unit
            administration = Administration(books, key, self.people["security"].id, now)
            person, word = administration.invite(unit, login, name, {role}, department)
            account = books.people.get(person)
            assert account is not None
            assert Invitations(books.connection, key, now).find(word)
        self.people[login] = account
        return f"/setup/{word}"

    def filing(self, url: str) -> Filing:
        """The case of this address as it stands in the store, past all access."""
        found = re.search(r"/cases/([0-9a-z-]+)", url)
        assert found is not None, url
        with self.house.store.reading() as books:
            filing = books.cases.get(found[1])
        assert filing is not None
        return filing

    def idle(self) -> None:
        """Until no screening waits or runs."""
        wait_until_idle(self.house)
