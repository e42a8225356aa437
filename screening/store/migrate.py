"""Bring a database to the newest shape, step by step (Alembic). Called at every start; a current one stays as it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from screening.store.session import Database


def migrate(database: Database) -> None:
    """Create or upgrade all tables and the triggers that keep the audit trail append-only."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
