"""An invented office at `xianshen serve --demo`, really started: its people, its address, what stands in its store."""

import os
import re
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from screening.bootstrap import house, wait_until_idle
from screening.domain.account import Account
from screening.domain.filing import Filing
from screening.domain.people import Role
from screening.settings import Settings
from screening.store.administration import Administration
from screening.store.invitations import Invitations
from tests.served import serving


class Office:
    """The command's process, and a second view of the store behind it. Close it at the end."""

    def __init__(self, folder: Path) -> None:
        surroundings = {"TMPDIR": str(folder), "XIANSHEN_OCR": "false", "XIANSHEN_DATA": str(folder / "none")}
        self._open = ExitStack()
        self.url, _ = self._open.enter_context(serving(os.environ | surroundings, "--demo"))
        (data,) = folder.glob("xianshen-demo-*")
        self.house = house(replace(Settings(), data=data, key_file=data / "fingerprint.key", ocr=False))
        self._open.callback(self.house.store.close)
        with self.house.store.reading() as books:
            self.people: dict[str, Account] = {one.login: one for one in books.people.all()}

    def close(self) -> None:
        """End the server, and with it its worker and its store."""
        self._open.close()

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
