"""Migrations: the database they make is the one that the tables describe, on both kinds."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from screening.store.migrate import migrate
from screening.store.session import Database
from screening.store.tables import metadata

SHAPE = {
    True: "SELECT type, name, sql FROM sqlite_master ORDER BY type, name",
    False: "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
           "WHERE table_schema = 'public' ORDER BY 1, 2",
}  # fmt: skip


@pytest.fixture
def database(database_url: str):
    """A database of the newest shape."""
    made = Database(database_url)
    yield made
    made.close()


def shape(database: Database) -> list[tuple]:
    """Everything that the database says of its shape."""
    with database.reading() as connection:
        triggers = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        rows = [tuple(row) for row in connection.execute(text(SHAPE[database.lite]))]
        return rows + ([] if database.lite else [tuple(row) for row in connection.execute(text(triggers))])


def test_migrating_twice_changes_nothing(database: Database) -> None:
    """A current database stays as it is, content and all."""
    before = shape(database)
    assert before
    with database.writing() as connection:
        connection.execute(text("INSERT INTO units (id, name, settings) VALUES ('u', '云岭市文化局', '{}')"))
    migrate(database)
    assert shape(database) == before
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM units")).scalar_one() == 1


def test_the_migrated_shape_is_the_one_of_the_tables(database: Database) -> None:
    """Tables, columns, types, defaults, keys and indexes: no difference."""
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_the_trail_is_guarded_from_the_first_start(database: Database) -> None:
    """The triggers belong to the shape."""
    names = " ".join(str(row) for row in shape(database))
    for verb in ("update", "delete", "replace" if database.lite else "truncate"):
        assert f"audit_no_{verb}" in names
