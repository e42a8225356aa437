"""Alembic's entrance: runs the steps on the connection that migrate.py hands over, in its transaction."""

from alembic import context

from screening.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
