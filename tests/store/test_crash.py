"""A process that is killed while it uploads and decides: nothing acknowledged is lost or doubled, on both databases."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import text

from screening.domain.people import Role
from screening.domain.review import Step
from screening.store.books import Store
from screening.store.keys import Keys
from screening.store.session import Database
from screening.store.vault import Vault
from tests.review.office import CANARY, DEPARTMENT, LEVELS, Office
from tests.store.aftermath import acts_of, cases_of, found_in, nothing_is_left_over

KILLS = 2  # 25 were run once by hand


def work(database: str, folder: str) -> None:
    """The child: upload, screen, submit, sign, without end; a line after each that has come back."""
    keys = Keys.load(Path(folder) / "keys")
    store = Store(Database(database), Vault(Path(folder) / "vault", keys.master), keys)
    office = Office(store, known=True)
    number = 0
    while True:
        number += 1
        filing = office.upload(text=f"{CANARY}{os.getpid()}-{number}" * 50)
        tell("upload", filing.id, office["writer"].id, filing.current.sha256)
        screened = ""
        while screened != filing.id:  # those that a killed process left in the queue come first or last
            screened = office.screen().id
            tell("screen", screened, "desk")
        office.do("writer", filing.id, Step.SUBMIT)
        tell("submit", filing.id, office["writer"].id)
        for who in LEVELS:
            office.do(who, filing.id, Step.SIGN)
            tell("sign", filing.id, office[who].id)


def tell(step: str, case_id: str, person: str, digest: str = "") -> None:
    """Acknowledge: what was returned to the caller."""
    sys.stdout.write(json.dumps([step, case_id, person, digest]) + "\n")
    sys.stdout.flush()


def killed_at(acknowledgements: int, moment: float, database: str, folder: Path) -> list[list[str]]:
    """Run the child until it has acknowledged so much, kill it a moment later; what it had acknowledged."""
    code = f"from tests.store.test_crash import work; work({database!r}, {str(folder)!r})"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    lines = [child.stdout.readline() for _ in range(acknowledgements)]
    time.sleep(moment)
    child.send_signal(signal.SIGKILL)  # it is somewhere in the next act by now
    rest, _ = child.communicate()
    assert child.returncode == -signal.SIGKILL
    return [json.loads(line) for line in (*lines, *rest.splitlines(keepends=True)) if line.endswith("\n")]


def test_a_killed_process_loses_and_doubles_nothing(store: Store, database_url: str, tmp_path: Path) -> None:
    """Acknowledged uploads and decisions are all there once, each with its event, bytes and digest; orphans go."""
    assert_survives(KILLS, store, database_url, tmp_path)


def assert_survives(kills: int, store: Store, database_url: str, folder: Path) -> int:
    """Kill so often, and look. Returns how many acts had been acknowledged."""
    Office(store)
    chance = random.Random(7)
    told: list[list[str]] = []
    for _ in range(kills):
        told += killed_at(chance.randrange(4, 40), chance.random() / 50, database_url, folder)
    cases, acts = cases_of(store), acts_of(store)
    acknowledged = Counter((step, case_id, person) for step, case_id, person, _ in told)
    assert acknowledged <= acts
    assert (acts - acknowledged).total() <= kills  # at most the last act of each was done and not yet told
    assert set(acts.values()) == {1}
    with store.reading() as books:
        jobs = list(books.connection.execute(text("SELECT case_id FROM jobs")).scalars())
    assert sorted(jobs) == sorted(cases)
    for step, case_id, _, digest in told:
        if step == "upload":
            assert cases[case_id].current.sha256 == digest
    assert found_in(folder, CANARY) == []
    nothing_is_left_over(store, cases.values(), folder)
    return len(told)


def test_the_roles_of_the_child_are_the_offices_own(store: Store) -> None:
    """A process that opens an office again finds the same people."""
    made = Office(store)
    again = Office(store, known=True)
    assert again.people == made.people
    assert (again["head"].person.roles, again["head"].department) == ({Role.DEPARTMENT_REVIEWER}, DEPARTMENT)
