"""Triggers that make the audit trail append-only. They stop mistakes and the application's own user; whoever owns the
database can drop them, which the seals and the anchors kept elsewhere then show."""

_LITE = """
CREATE TRIGGER audit_no_{verb} BEFORE {event} ON audit {when}
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""
_FUNCTION = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$
"""
_TRIGGER = """
CREATE TRIGGER audit_no_{verb} BEFORE {event} ON audit FOR EACH {each} EXECUTE FUNCTION audit_refuse()
"""


def append_only(dialect: str) -> list[str]:
    """The statements for a database: sqlite or postgresql."""
    if dialect == "sqlite":
        # INSERT OR REPLACE deletes without firing the delete trigger unless recursive triggers are on: refused as well.
        known = "WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)"
        return [
            _LITE.format(verb="update", event="UPDATE", when=""),
            _LITE.format(verb="delete", event="DELETE", when=""),
            _LITE.format(verb="replace", event="INSERT", when=known),
        ]
    return [
        _FUNCTION,
        _TRIGGER.format(verb="update", event="UPDATE", each="ROW"),
        _TRIGGER.format(verb="delete", event="DELETE", each="ROW"),
        _TRIGGER.format(verb="truncate", event="TRUNCATE", each="STATEMENT"),
    ]
