"""Where cases, people, jobs and the audit trail are kept: SQLAlchemy on SQLite or PostgreSQL, drafts in the vault."""
