"""The database: one way to read, one way to write, on SQLite and on PostgreSQL.

Measured (docs/decisions/0010): WAL with synchronous=FULL keeps every acknowledged transaction in a power cut, NORMAL
none; one lock in the process beats SQLite's own waiting by five times at the slow end.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from screening.domain.errors import SettingsError, StorageFullError

_PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON", "trusted_schema=OFF",
    "secure_delete=ON", "recursive_triggers=ON",
)  # fmt: skip
_WRITERS = 0x78_69_61_6E  # the advisory lock of all writers on PostgreSQL: the trail is one chain


class Database:
    """An engine and the one lock of its writers. url: sqlite:///path or postgresql+psycopg://…"""

    def __init__(self, url: str) -> None:
        self.lite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _engine(url, self.lite)
        self._writer = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; committed when the block ends, rolled back when it raises.

        Raises StorageFullError when the disk is full: nothing of the transaction stays.
        """
        with self._writer, self.engine.connect().execution_options(xianshen_writes=True) as connection:
            try:
                with connection.begin():
                    if not self.lite:
                        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS})
                    yield connection
            except OperationalError as error:
                if "full" in str(error.orig) or "No space" in str(error.orig):
                    raise StorageFullError("磁盘已满：没有写入任何内容；腾出空间后重试") from None
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database, whatever is written meanwhile."""
        options = {} if self.lite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _engine(url: str, lite: bool) -> Engine:
    # hide_parameters: an error must not print what was bound; pre-ping: a restarted PostgreSQL is met again.
    try:
        if not lite:
            return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=20, max_overflow=20,
                                 isolation_level="READ COMMITTED")  # fmt: skip
        engine = create_engine(url, hide_parameters=True, pool_size=20, max_overflow=40,
                               connect_args={"check_same_thread": False, "timeout": 10})  # fmt: skip
    except ModuleNotFoundError as error:
        raise SettingsError(f"数据库需要组件 {error.name}：pip install 'xianshen[postgresql]'") from None
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin, not by the driver
    cursor: sqlite3.Cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("xianshen_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
