"""The database itself: what a writing connection promises, one state for readers, a full disk."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from screening.domain.audit import verify
from screening.domain.errors import SettingsError, StorageFullError
from screening.domain.review import Step
from screening.store.books import Store
from screening.store.keys import Keys
from screening.store.migrate import migrate
from screening.store.session import Database
from screening.store.vault import Vault
from tests.review.office import Office

PRAGMAS = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10000, "trusted_schema": 0,
           "secure_delete": 1, "recursive_triggers": 1}  # fmt: skip
SETTINGS = {"synchronous_commit": "on", "fsync": "on", "transaction_isolation": "read committed"}


def test_an_acknowledged_transaction_survives_a_power_cut(store: Store) -> None:
    """FULL and WAL on the very connection that writes; PostgreSQL waits for its disk as well."""
    lite = store.database.lite
    with store.writing() as books:
        for name, value in (PRAGMAS if lite else SETTINGS).items():
            statement = f"PRAGMA {name}" if lite else f"SHOW {name}"
            assert books.connection.execute(text(statement)).scalar_one() == value, name


def test_a_reader_sees_one_state(store: Store) -> None:
    """What is written while somebody reads is not half seen."""
    with store.reading() as reader:
        assert reader.people.units() == []
        with store.writing() as writer:
            writer.people.add_unit("云岭市文化局")
        assert reader.people.units() == []
    with store.reading() as reader:
        assert [one.name for one in reader.people.units()] == ["云岭市文化局"]


def test_a_block_that_raises_writes_nothing(store: Store) -> None:
    """And the next one goes on as if nothing had been."""

    def failing() -> None:
        with store.writing() as books:
            books.people.add_unit("云岭市文化局")
            books.trail.append("", "p", "unit:add", "u")
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    with store.writing() as books:
        assert books.people.units() == []
        assert books.trail.append("", "p", "unit:add", "u").seq == 1


def test_errors_do_not_show_what_was_bound(store: Store) -> None:
    """A fault of the database names no values: they may be a draft's."""
    with pytest.raises(DBAPIError) as caught, store.writing() as books:
        books.connection.execute(text("SELECT * FROM nowhere WHERE x = :x"), {"x": "金丝雀"})
    assert "金丝雀" not in f"{caught.value!s}{caught.value!r}"


def test_a_reading_connection_writes_in_its_turn(store: Store) -> None:
    """Many who read and write by turns do not lock each other out."""
    office = Office(store)
    for _ in range(30):
        with store.reading() as books:
            assert books.people.count() == len(office.people)
        with store.writing() as books:
            books.trail.append("", "p", "x:y", "z")
    assert len(office.trail()) == 30


def test_a_database_without_its_driver_names_the_cure() -> None:
    """A missing component is a setting to mend."""
    with pytest.raises(SettingsError, match="pip install"):
        Database("postgresql+pg8000://nowhere/x")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MiB where one may be mounted; else a folder, and the database is kept small by itself."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    yield folder
    if mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    """Uploads and decisions until there is no room: refused by name, all that was acknowledged is there, and whole."""
    path = small_disk / "desk.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    keys = Keys.load(tmp_path / "keys")
    store = Store(database, Vault(small_disk / "vault", keys.master), keys)
    office = Office(store)
    if not os.path.ismount(small_disk):
        limit_pages(database)
    uploaded, decided, refused = [], [], 0
    for _ in range(600):
        try:
            filing = office.upload(text="云岭市开放日。" * 200)
            uploaded.append(filing.id)
            office.screen()
            office.do("writer", filing.id, Step.SUBMIT)
            decided.append(filing.id)
        except StorageFullError:
            refused += 1
            if refused == 12:
                break
    assert refused == 12
    assert len(uploaded) >= 5
    with store.reading() as books:
        cases = {one.id: one for one in books.cases.find(limit=1000)}
        entries = {case_id: books.cases.entries(one) for case_id, one in cases.items()}
        events = list(books.trail.events())
    assert set(uploaded) == set(cases)
    assert set(decided) == {case_id for case_id, acts in entries.items() if acts[-1].step == "submit"}
    assert sorted(case_id for case_id, acts in entries.items() for _ in acts) == sorted(one.subject for one in events)
    assert list(verify(events, keys.audit)) == []
    for case_id in uploaded:
        office.store.vault.read(cases[case_id].current.blob, cases[case_id].key, f"{case_id}/draft")
    store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def limit_pages(database: Database) -> None:
    """Where no disk can be mounted: SQLite itself refuses to grow any further."""
    from sqlalchemy import event

    database.close()

    @event.listens_for(database.engine, "connect")
    def _limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=160")
