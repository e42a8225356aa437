"""The audit trail against six kinds of tampering by the database's owner, on both databases."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from screening.domain.audit import FIRST, Anchor, AuditEvent, sealed, verify
from screening.store import signing
from screening.store.books import Store

AT = "2031-05-06T12:00:00+08:00"
EVENTS = 40
TRIGGERS = ("audit_no_update", "audit_no_delete", "audit_no_replace", "audit_no_truncate")


@pytest.fixture
def written(store: Store) -> tuple[Store, list[Anchor]]:
    """A trail of forty events with two anchors, kept elsewhere: at the half and at the end."""
    anchors = []
    for number in range(EVENTS):
        with store.writing() as books:
            books.trail.append(
                AT, "p1", "case:sign", f"c{number}", {"version": number, "sha256": "ab" * 32, "字": "云岭"}
            )
        if number + 1 in (EVENTS // 2, EVENTS):
            made = store.anchor(AT)
            assert made
            anchors.append(made)
    return store, anchors


def faults(store: Store, key: bytes, anchors: list[Anchor]) -> list[int]:
    """Where the trail is not what it should be."""
    with store.reading() as books:
        return [fault.seq for fault in verify(books.trail.events(), key, anchors)]


def disarm(connection: Connection, lite: bool) -> None:
    """What only the owner of the database can do: drop the triggers."""
    for name in TRIGGERS:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}" + ("" if lite else " ON audit")))


def rewrite(connection: Connection, key: bytes) -> None:
    """Change event 30 and seal all from there anew, with this key."""
    rows = connection.execute(text("SELECT * FROM audit ORDER BY seq")).all()
    previous = FIRST
    for row in rows:
        import json

        event = AuditEvent(row.seq, row.at, row.actor, row.action, row.subject, json.loads(row.payload), row.seal)
        if row.seq >= 30:
            event = sealed(replace(event, actor="p2" if row.seq == 30 else event.actor), previous, key)
            change = text("UPDATE audit SET actor = :actor, seal = :seal WHERE seq = :seq")
            connection.execute(change, {"actor": event.actor, "seal": event.seal, "seq": row.seq})
        previous = event.seal


def run(*statements: str) -> Callable[[Connection, bytes], None]:
    """A tampering by plain SQL."""
    return lambda connection, _key: [connection.execute(text(one)) for one in statements] and None


SWAP = ("UPDATE audit SET seq = 999 WHERE seq = 30", "UPDATE audit SET seq = 30 WHERE seq = 31",
        "UPDATE audit SET seq = 31 WHERE seq = 999")  # fmt: skip
TAMPERINGS: dict[str, tuple[Callable[[Connection, bytes], object], bool]] = {  # found without anchors?
    "edit": (run("UPDATE audit SET actor = 'p2' WHERE seq = 30"), True),
    "delete": (run("DELETE FROM audit WHERE seq = 30"), True),
    "swap": (run(*SWAP), True),
    "cut tail": (run("DELETE FROM audit WHERE seq > 30"), False),
    "rewrite without key": (lambda connection, _key: rewrite(connection, b"another key of 32 bytes length.."), True),
    "rewrite with key": (rewrite, False),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_by_the_owner_is_found(written: tuple[Store, list[Anchor]], kind: str) -> None:
    """Six of six with the anchors kept elsewhere; the chain alone misses the cut tail and the key holder."""
    store, anchors = written
    key = store.keys.audit
    assert faults(store, key, anchors) == []
    tamper, found_by_chain = TAMPERINGS[kind]
    with store.database.writing() as connection:
        disarm(connection, store.database.lite)
        tamper(connection, key)
    assert faults(store, key, anchors)
    assert bool(faults(store, key, [])) == found_by_chain


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("UPDATE audit SET actor = 'p2' WHERE seq = 3", "both"),
        ("UPDATE audit SET seq = 99 WHERE seq = 3", "both"),
        ("DELETE FROM audit WHERE seq = 3", "both"),
        ("DELETE FROM audit", "both"),
        ("INSERT OR REPLACE INTO audit SELECT seq, at, 'p2', action, subject, payload, seal FROM audit WHERE seq = 3",
         "sqlite"),
        ("REPLACE INTO audit SELECT seq, at, 'p2', action, subject, payload, seal FROM audit WHERE seq = 40", "sqlite"),
        ("INSERT INTO audit SELECT * FROM audit WHERE seq = 3 ON CONFLICT (seq) DO UPDATE SET actor = 'p2'", "both"),
        ("UPDATE OR REPLACE audit SET seq = 4 WHERE seq = 3", "sqlite"),
        ("TRUNCATE audit", "postgresql"),
        ("TRUNCATE audit, anchors CASCADE", "postgresql"),
    ],
)  # fmt: skip
def test_the_triggers_refuse_every_change(written: tuple[Store, list[Anchor]], statement: str, kinds: str) -> None:
    """UPDATE, DELETE, REPLACE in all its forms, TRUNCATE."""
    store, anchors = written
    lite = store.database.lite
    if kinds not in ("both", "sqlite" if lite else "postgresql"):
        return
    with pytest.raises(DBAPIError), store.database.writing() as connection:
        connection.execute(text(statement))
    assert faults(store, store.keys.audit, anchors) == []


def test_the_triggers_hold_without_recursive_triggers(written: tuple[Store, list[Anchor]]) -> None:
    """REPLACE through a connection that did not set our PRAGMAs is refused all the same (SQLite)."""
    store, anchors = written
    if not store.database.lite:
        return
    import sqlite3

    bare = sqlite3.connect(store.database.engine.url.database)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        bare.execute("INSERT OR REPLACE INTO audit SELECT seq, at, 'x', action, subject, payload, seal FROM audit")
    bare.close()
    assert faults(store, store.keys.audit, anchors) == []


def test_events_come_in_order_and_in_pieces(written: tuple[Store, list[Anchor]]) -> None:
    """From any number on, as many as asked for; the latest first for people."""
    store, _ = written
    with store.reading() as books:
        assert [one.seq for one in books.trail.events()] == list(range(1, EVENTS + 1))
        assert [one.seq for one in books.trail.events(after=5, limit=3)] == [6, 7, 8]
        assert [one.seq for one in books.trail.events(after=EVENTS)] == []
        assert [one.seq for one in books.trail.recent(2)] == [EVENTS, EVENTS - 1]
        assert [one.seq for one in books.trail.recent(2, before=3)] == [2, 1]
        assert next(books.trail.events()).payload == {"version": 0, "sha256": "ab" * 32, "字": "云岭"}


def test_anchors_are_signed_and_made_once(written: tuple[Store, list[Anchor]]) -> None:
    """A trail to which nothing was added gets no second anchor; each is verified by the public key."""
    store, anchors = written
    assert store.anchor(AT) is None
    with store.reading() as books:
        kept = books.trail.anchors()
    assert kept == anchors
    for one in kept:
        assert signing.verify(store.keys.public_pem, one.body(), one.signature)
        other = replace(one, seq=one.seq + 1).body()
        assert not signing.verify(store.keys.public_pem, other, one.signature)


def test_an_empty_trail_has_no_anchor_and_no_fault(store: Store) -> None:
    """Nothing to sign yet."""
    assert store.anchor(AT) is None
    assert faults(store, store.keys.audit, []) == []
