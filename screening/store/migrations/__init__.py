"""The steps of the database, run by migrate.py."""
