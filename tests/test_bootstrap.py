"""Store, desk and screening put together: real drafts through a real Worker and its process, on both databases."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from screening.bootstrap import House, Worker, china_clock, house, wait_until_idle
from screening.domain.audit import verify
from screening.domain.decision import Disposition
from screening.domain.errors import VaultError
from screening.domain.filing import Filing
from screening.domain.review import State, Step
from screening.settings import Settings
from screening.store.runs import kept
from tests.processes import alive, children
from tests.review.office import CANARY, TERMS, Clock, Office, declared

CLEAN = f"{CANARY}开放日：云岭市民可预约参观。"
FLAGGED = f"{CANARY}联系人周小满，手机13800138000。"
MARKED = f"机密★10年\n{CANARY}库房布置。"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checked rules, kept for the screening processes of all these tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def settings(database_url: str, tmp_path: Path, cache: Path) -> Settings:
    """A desk of its own."""
    return Settings(data=tmp_path / "data", database=database_url, keys=tmp_path / "keys", cache=cache, ocr=False,
                    key_file=tmp_path / "fingerprint.key")  # fmt: skip


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    """An office in this house; its clock is the house's."""
    made = opened(settings, Clock())
    yield made
    made.store.close()


def opened(settings: Settings, clock: Callable[[], datetime]) -> Office:
    """The house, and people in it."""
    whole = house(settings, clock)
    made = Office(whole.store)
    made.desk, made.intake, made.clock, made.house = whole.desk, whole.intake, clock, whole  # type: ignore[attr-defined]
    return made


@pytest.fixture
def worker(office: Office) -> Iterator[Worker]:
    """A worker that does one draft at a time, when told to."""
    made = Worker(the_house(office), pause=0.05)
    yield made
    made.stop()


def the_house(office: Office) -> House:
    """The house of an office."""
    return office.house  # type: ignore[attr-defined]


def attempts(office: Office) -> list[tuple[str, int]]:
    """State and attempt of every job."""
    with office.store.reading() as books:
        return [tuple(row) for row in books.connection.execute(text("SELECT state, attempt FROM jobs ORDER BY at, id"))]


def until(true: Callable[[], object]) -> None:
    """Wait for something that must come."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def draft_text_lies_nowhere_in_plain(folder: Path) -> None:
    """Neither draft nor file name nor declaration, in any file whatever its name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        data = path.read_bytes()
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert CANARY.encode(encoding) not in data, path.name


def test_a_draft_is_screened_and_its_result_kept_sealed(
    office: Office, worker: Worker, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Findings, coverage and versions reach the desk; the text is in no file, no log and no event."""
    caplog.set_level(logging.DEBUG)
    filing = office.upload(text=FLAGGED)
    assert worker.once()
    assert not worker.once()
    screened = office.see(filing.id)
    assert (screened.case.state, screened.findings, screened.unread) == (State.SCREENED, 1, 0)
    assert screened.disposition >= Disposition.REDACT
    assert screened.case.current.to_open == {"f0"}
    result = kept(office.store.vault, screened.key, filing.id, screened.current.result)
    assert result.document.text == FLAGGED
    assert result.run.document_sha256 == filing.current.sha256
    assert result.run.ruleset_version == screened.current.summary["ruleset"]
    office.do("writer", filing.id, Step.SUBMIT)
    office.sign("head", filing.id)
    draft_text_lies_nowhere_in_plain(tmp_path)
    with office.store.reading() as books:
        assert CANARY not in repr(list(books.trail.events()))
    assert CANARY not in caplog.text
    assert "13800138000" not in caplog.text


def test_of_a_marked_draft_no_result_is_kept(office: Office, worker: Worker, tmp_path: Path) -> None:
    """Locked, with the mark's rule and nothing of the text; cleared by two it is screened again and kept."""
    filing = office.upload(text=MARKED)
    assert worker.once()
    locked = office.see(filing.id)
    assert (locked.case.state, locked.current.result) == (State.QUARANTINED, "")
    assert set(office.store.vault.ids()) == {locked.current.blob}
    assert locked.current.summary["marks"]
    assert CANARY not in repr(locked.current.summary)
    draft_text_lies_nowhere_in_plain(tmp_path)
    for who in ("secrecy", "classifier"):
        office.do(who, filing.id, Step.CLEAR_MARK)
    assert worker.once()
    cleared = office.see(filing.id)
    assert cleared.case.state is State.SCREENED
    assert kept(office.store.vault, cleared.key, filing.id, cleared.current.result).document.text == MARKED


def test_a_screening_process_that_is_killed_costs_one_attempt(office: Office, worker: Worker) -> None:
    """The worker goes on; when the lease is over the draft is screened by a new process."""
    filing = office.upload(text=CLEAN)
    thread = Thread(target=worker.once)
    thread.start()
    until(lambda: worker._pool and worker._pool._processes)
    os.kill(next(iter(worker._pool._processes)), signal.SIGKILL)
    thread.join()
    assert office.see(filing.id).case.state is State.SCREENING
    assert attempts(office) == [("running", 1)]
    assert not worker.once()
    office.clock.forward(seconds=301)
    assert worker.once()
    assert office.see(filing.id).case.state is State.SCREENED
    assert attempts(office) == [("done", 2)]


def with_basis(office: Office, basis: str) -> Filing:
    """An upload whose declared basis nobody could look up."""
    declaration = replace(declared(), release_basis=basis)
    return office.intake.open(office["writer"], declaration, TERMS, office.received(CLEAN))


def test_a_draft_that_cannot_be_screened_does_not_stop_the_others(
    office: Office, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault costs its own draft's attempts; after three of them people look, and the log names no text."""
    bad = with_basis(office, "金丝雀听说的")
    office.clock.forward(seconds=1)
    worker.start()
    for attempt in range(1, 4):
        good = office.upload(text=CLEAN)
        worker.wake()
        until(lambda good=good: office.see(good.id).case.state is State.SCREENED)
        until(lambda attempt=attempt: ("running", attempt) in attempts(office))
        office.clock.forward(seconds=301)
    until(lambda: office.see(bad.id).case.state is State.SCREENED)
    given_up = office.see(bad.id)
    assert (given_up.disposition, given_up.unread, given_up.case.current.to_open) == (5, 1, {"u0"})
    assert "SettingsError" in caplog.text
    assert "金丝雀" not in caplog.text


def test_bytes_that_are_gone_send_the_draft_to_people(office: Office, worker: Worker) -> None:
    """A blob lost from the disk is never taken for a clean draft."""
    filing = office.upload(text=CLEAN)
    office.store.vault.delete(filing.current.blob)
    for _ in range(3):
        with pytest.raises(VaultError):
            worker.once()
        office.clock.forward(seconds=301)
    assert not worker.once()
    assert (office.see(filing.id).disposition, office.see(filing.id).unread) == (5, 1)


def test_waiting_for_idle_ends_when_all_is_screened(office: Office, worker: Worker) -> None:
    """And says so by TimeoutError when it is not."""
    office.upload(text=CLEAN)
    with pytest.raises(TimeoutError):
        wait_until_idle(the_house(office), 0)
    worker.start()
    wait_until_idle(the_house(office))
    assert attempts(office) == [("done", 1)]


class FileClock:
    """The present, moved by as many seconds as stand in a file: for several processes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> datetime:
        """The moved time."""
        seconds = int(self.path.read_text() or 0) if self.path.exists() else 0
        return china_clock() + timedelta(seconds=seconds)


def work(database: str, folder: str, cache: str) -> None:
    """The child: a worker that screens until it is killed; a line when it has loaded its rules."""
    base = Path(folder)
    whole = house(Settings(data=base / "data", database=database, keys=base / "keys", cache=Path(cache), ocr=False,
                           key_file=base / "fingerprint.key"), FileClock(base / "moved"))  # fmt: skip
    worker = Worker(whole, pause=0.05)
    worker.start()
    until(lambda: worker._pool)
    worker._pool.submit(int).result()
    sys.stdout.write("loaded\n")
    sys.stdout.flush()
    sys.stdin.read()


@pytest.fixture
def started(settings: Settings, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts worker processes, and ends those that are left."""
    parts = settings.database, str(tmp_path), str(settings.cache)
    command = [sys.executable, "-c", f"from tests.test_bootstrap import work; work(*{parts!r})"]
    made: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        made.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        return made[-1]

    yield start
    for one in made:
        end(one)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill it, and take in that it has ended."""
    process.kill()
    process.communicate()


def test_a_worker_that_dies_while_it_loads_costs_no_draft_an_attempt(
    settings: Settings, tmp_path: Path, started: Callable[[], subprocess.Popen[bytes]]
) -> None:
    """After three starts that came to nothing the draft still waits; nobody has to read it in the program's place."""
    office = opened(settings, FileClock(tmp_path / "moved"))
    office.upload(text=CLEAN)
    for _ in range(3):
        process = started()
        until(lambda process=process: len(children(process.pid)) == 2)  # Python's own tracker, and the one that loads
        end(process)
    assert attempts(office) == [("queued", 0)]
    office.store.close()


def test_two_worker_processes_and_one_is_killed(
    settings: Settings, tmp_path: Path, started: Callable[[], subprocess.Popen[bytes]]
) -> None:
    """Every draft is screened exactly once, the dead worker's one by the other; no process stays behind."""
    if settings.database.startswith("sqlite"):
        return  # one process writes there; several machines mean PostgreSQL
    moved = tmp_path / "moved"
    office = opened(settings, FileClock(moved))
    workers = [started() for _ in range(2)]
    assert [one.stdout.readline() for one in workers] == [b"loaded\n"] * 2
    drafts = [office.upload(text=f"{CLEAN}{number}") for number in range(12)]
    until(lambda: [state for state, _ in attempts(office)].count("running") == 2)  # both start their readers now
    offspring = children(workers[0].pid)
    end(workers[0])
    until(lambda: Counter(state for state, _ in attempts(office)) == {"done": 11, "running": 1})
    moved.write_text("301")
    wait_until_idle(the_house(office))
    assert Counter(attempts(office)) == {("done", 1): 11, ("done", 2): 1}
    for draft in drafts:
        screened = office.see(draft.id)
        assert screened.case.state is State.SCREENED
        assert [one.step for one in office.desk.entries(office["writer"], draft.id)] == ["upload", "screen"]
        assert kept(office.store.vault, screened.key, draft.id, screened.current.result)
    with office.store.reading() as books:
        assert list(verify(books.trail.events(), office.store.keys.audit)) == []
    assert offspring
    until(lambda: not any(map(alive, offspring)))
    last = children(workers[1].pid)
    end(workers[1])
    until(lambda: not any(map(alive, last)))
    office.store.close()
