"""One run as the ledger writes it: what is done, what is unchanged, what came out of each item."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, literal, select, update

from screening.batch.item import CUT, Fault, Found, Item, Judged
from screening.batch.ledger_tables import findings, items, key_of, prints, runs
from screening.batch.shingles import packed
from screening.store.codec import to_json
from screening.store.session import Database

_TOUCHES = 2000  # unchanged items in one transaction
_OUTCOMES = 40  # results in one transaction, and for how many seconds they may wait for each other
_LONGEST = 2.0
_NOTHING: dict[str, Any] = {  # in the row of what was never there, or of a copy, which has what its original has
    "duplicate_of": "", "kind": "", "sha256": "", "text_sha256": "", "unread": "[]", "disposition": 0, "characters": 0,
    "etag": "", "last_modified": "", "read_run": 0,
}  # fmt: skip
_LAST_KNOWN = ("title", "kind", "sha256", "text_sha256", "duplicate_of", "last_seen")  # of what stood where 404 is now
_READ = (  # what reading an item says of it
    *("title", "kind", "media_type", "sha256", "text_sha256", "size", "characters", "disposition", "unread", "stamp"),
    *("read_at", "read_run"),
)


class Standing(Enum):
    """What is to be done about an item."""

    DONE = "done"  # in this run, before it was interrupted
    UNCHANGED = "unchanged"
    NEEDED = "needed"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A result that waits to be written. is_new: the ledger has no row of this item."""

    item: Item
    judged: Judged
    key: str
    is_new: bool


class LedgerRun:
    """A run that is under way. Safe to share between threads. number: its id, counting up."""

    def __init__(self, database: Database, now: Callable[[], str], number: int, source: str, stamp: str) -> None:
        self.number, self.source = number, source
        self._database, self._now, self._stamp = database, now, stamp
        self._touched: list[str] = []
        self._judged: list[_Outcome] = []
        self._written = time.monotonic()
        self._lock = threading.Lock()
        self._originals: dict[bytes, bytes] = {}  # keys: of a copy, to that of its original
        self._index = self._known()

    def _known(self) -> dict[bytes, tuple[bytes, bool]]:
        """What is known of each item: the digest that needs no reading again, and whether this run has read it."""
        wanted = ("key", "sha256", "stamp", "fault", "run", "gone_run", "duplicate_of")
        query = select(*(items.c[name] for name in wanted)).where(items.c.source == self.source)
        known = {}
        with self._database.reading() as connection:
            for row in connection.execute(query.execution_options(yield_per=5000)):
                fresh = not row.fault and not row.gone_run
                digest = _of_copy(row) if row.duplicate_of else bytes.fromhex(row.sha256)
                if row.duplicate_of and fresh:
                    self._originals[bytes.fromhex(row.key)] = self._named(row.duplicate_of)
                kept = digest if fresh and (row.duplicate_of or row.stamp == self._stamp) else b""
                done = fresh and row.run == self.number and not row.duplicate_of
                known[bytes.fromhex(row.key)] = (kept, done)
        return known

    def standing(self, item: Item) -> Standing:
        """What is to be done about an item that could be had. Which of several copies is the original is what this
        crawl says: the one before an interruption may have met another first, and not have read it."""
        known, done = self._index.get(self._key(item), (b"", False))
        if done and not item.duplicate_of:
            return Standing.DONE
        digest = _of_copy(item) if item.duplicate_of else hashlib.sha256(item.data).digest()
        same = item.unchanged or digest == known
        return Standing.UNCHANGED if (known and same) or self._inherits(item, digest) else Standing.NEEDED

    def _inherits(self, item: Item, digest: bytes) -> bool:
        """Whether this item was a copy, and its original, as the ledger knows it, has the same bytes: then it takes
        over what came of the original, first days included."""
        original = None if item.duplicate_of else self._originals.get(self._key(item))
        known, _ = self._index.get(original or b"", (b"", False))
        if original is None or not known or known != digest:
            return False
        self.flush()
        with self._database.writing() as connection:
            self._hand_over(connection, original.hex(), item)
        del self._originals[self._key(item)]
        self._index[self._key(item)] = (digest, False)
        return True

    def _hand_over(self, connection: Connection, key: str, item: Item) -> None:
        """What reading one item said of it, its findings and hashes, to another of the same bytes."""
        heir = self._key(item).hex()
        row = connection.execute(select(*(items.c[name] for name in _READ)).where(items.c.key == key)).one()
        values = dict(row._mapping) | {"duplicate_of": "", "detail": "", "etag": item.etag}  # noqa: SLF001 - its name
        values["last_modified"] = item.last_modified
        connection.execute(update(items).where(items.c.key == heir).values(values))
        _forget(connection, heir)
        for table in (findings, prints):
            own = [column for column in table.c if column.name != "item"]
            copied = select(literal(heir), *own).where(table.c.item == key)
            connection.execute(insert(table).from_select(["item", *(column.name for column in own)], copied))

    def _key(self, item: Item) -> bytes:
        return self._named(item.location)

    def _named(self, location: str) -> bytes:
        return bytes.fromhex(key_of(self.source, location))

    def touch(self, item: Item) -> None:
        """It is there and unchanged. Written in batches: what a kill loses of it is only looked at again."""
        with self._lock:
            self._touched.append(self._key(item).hex())
            full = len(self._touched) >= _TOUCHES
        if full:
            self.flush()

    def flush(self) -> None:
        """Write what was touched and what came out."""
        with self._lock:
            keys, self._touched = self._touched, []
            outcomes, self._judged, self._written = self._judged, [], time.monotonic()
        if not keys and not outcomes:
            return
        change = update(items).where(items.c.key == bindparam("k")).values(run=self.number, last_seen=self._now())
        with self._database.writing() as connection:
            if keys:
                connection.execute(change, [{"k": key} for key in keys])
            self._write([one for one in outcomes if one.is_new], connection)
            for one in outcomes:
                if not one.is_new:
                    self._rewrite(one, connection)

    def fault(self, item: Item, fault: Fault, detail: str = "") -> None:
        """It could not be had. What was found there before stays on record: as gone, when it is no longer there."""
        self.flush()
        values: dict[str, Any] = {"fault": fault.value, "detail": detail or item.detail}
        with self._database.writing() as connection:
            key = self._key(item).hex()
            old = connection.execute(select(items).where(items.c.key == key)).first()
            if old is not None and old.sha256 and fault is Fault.NOT_FOUND:
                kept = {name: getattr(old, name) for name in _LAST_KNOWN}
                values |= _NOTHING | kept | {"gone_run": old.gone_run or self.number}
            elif fault is Fault.NOT_FOUND or (old is not None and old.gone_run):
                _forget(connection, key)
                values |= _NOTHING
            self._put(connection, item, key, old, values, changed=old is None or old.fault != fault.value)
        self._index[self._key(item)] = (b"", False)

    def duplicate(self, item: Item) -> None:
        """It has the bytes of another item, and what was found there. Other bytes are news, another original is not."""
        about = {"duplicate_of": item.duplicate_of, "sha256": item.sha256, "fault": "", "detail": item.detail}
        values = _NOTHING | about
        self.flush()
        with self._database.writing() as connection:
            key = self._key(item).hex()
            old = connection.execute(select(items).where(items.c.key == key)).first()
            _forget(connection, key)
            changed = old is None or bool(old.fault) or old.sha256 != item.sha256
            self._put(connection, item, key, old, values, changed=changed)
        self._originals[self._key(item)] = self._named(item.duplicate_of)
        self._index[self._key(item)] = (_of_copy(item), False)

    def store(self, item: Item, judged: Judged) -> None:
        """What came of it. Written in batches: what a kill loses of them is read again."""
        key = self._key(item)
        outcome = _Outcome(replace(item, data=b""), judged, key.hex(), key not in self._index)
        with self._lock:
            self._judged.append(outcome)
            full = len(self._judged) >= _OUTCOMES or time.monotonic() - self._written > _LONGEST
        self._originals.pop(key, None)
        self._index[key] = (bytes.fromhex(judged.sha256), True)
        if full:
            self.flush()

    def _write(self, outcomes: Sequence["_Outcome"], connection: Connection) -> None:
        """Those of items that were not known."""
        rows = [self._new(one.item, one.key, self._values(one)) | {"changed_run": self.number} for one in outcomes]
        if rows:
            connection.execute(insert(items), rows)
        self._put_findings(connection, [(one.key, one.judged, {}) for one in outcomes])

    def _rewrite(self, one: "_Outcome", connection: Connection) -> None:
        """That of an item that has a row already."""
        key, judged, values = one.key, one.judged, self._values(one)
        old = connection.execute(select(items).where(items.c.key == key)).first()
        seen = _seen(connection, key)
        fingerprints = {found.fingerprint for found in judged.findings}
        same = old and old.text_sha256 == judged.text_sha256 and old.unread == values["unread"]
        changed = not same or fingerprints != set(seen) or bool(old and (old.fault or old.duplicate_of))
        _forget(connection, key)
        self._put(connection, one.item, key, old, values, changed=changed)
        self._put_findings(connection, [(key, judged, seen)])

    def _values(self, one: "_Outcome") -> dict[str, Any]:
        judged = one.judged
        return {
            "title": judged.title, "kind": judged.kind, "media_type": judged.media_type, "sha256": judged.sha256,
            "text_sha256": judged.text_sha256, "size": judged.size, "characters": judged.characters,
            "disposition": judged.disposition, "unread": json.dumps(judged.unread, ensure_ascii=False), "fault": "",
            "detail": "", "duplicate_of": "", "stamp": self._stamp, "read_at": self._now(), "read_run": self.number,
            "etag": one.item.etag, "last_modified": one.item.last_modified,
        }  # fmt: skip

    def _put(
        self, connection: Connection, item: Item, key: str, old: Any, values: dict[str, Any], *, changed: bool
    ) -> None:
        """The row of an item: new, or in place of the old one."""
        back = old is not None and old.gone_run
        values = self._seen_now(item) | values
        if changed:
            values["changed_run"] = self.number
        if back:
            values["first_run"] = self.number
        if old is None:
            connection.execute(insert(items).values(self._new(item, key, values)))
        else:
            connection.execute(update(items).where(items.c.key == key).values(values))

    def _seen_now(self, item: Item) -> dict[str, Any]:
        return {
            "title": item.title,
            "parent": item.parent,
            "parent_key": key_of(self.source, item.parent) if item.parent else "",
            "column": item.column,
            "modified": item.modified,
            "run": self.number,
            "last_seen": self._now(),
            "gone_run": 0,
        }

    def _new(self, item: Item, key: str, values: dict[str, Any]) -> dict[str, Any]:
        """The row of an item that was not known."""
        about = {"key": key, "source": self.source, "location": item.location, "first_seen": self._now()}
        return about | {"unread": "[]", "first_run": self.number} | self._seen_now(item) | values

    def _put_findings(self, connection: Connection, outcomes: Sequence[tuple[str, Judged, dict[str, str]]]) -> None:
        """By key: what was found, and when each was first seen."""
        at = self._now()
        rows = [
            _row(key, number, one, seen.get(one.fingerprint, at))
            for key, judged, seen in outcomes
            for number, one in enumerate(judged.findings)
        ]
        hashes = [{"item": key, "hashes": packed(judged.shingles)} for key, judged, _ in outcomes if judged.shingles]
        if rows:
            connection.execute(insert(findings), rows)
        if hashes:
            connection.execute(insert(prints), hashes)

    def finish(self, *, complete: bool) -> None:
        """The end. When the whole source was seen, what was not seen is gone."""
        self.flush()
        other = (items.c.source == self.source, items.c.run != self.number, items.c.sha256 == "")
        with self._database.writing() as connection:
            connection.execute(delete(items).where(*other, items.c.fault.in_(CUT)))  # what was said of other scans
            while complete and connection.execute(self._gone()).rowcount:
                pass  # what was found through something that is gone is gone too
            values = {"finished": self._now(), "complete": int(complete)}
            connection.execute(update(runs).where(runs.c.id == self.number).values(values))

    def _gone(self) -> Any:
        """What was not seen in this run is gone, unless the page or archive that leads to it could not be had."""
        above = items.alias("above")
        no_way_there = exists().where(
            above.c.key == items.c.parent_key,
            (above.c.fault.not_in(("", Fault.NOT_FOUND.value)) & (above.c.run == self.number))
            | ((above.c.run != self.number) & (above.c.gone_run == 0)),
        )
        missing = (items.c.source == self.source, items.c.run != self.number, items.c.gone_run == 0, ~no_way_there)
        return update(items).where(*missing).values(gone_run=self.number)


def _of_copy(copy: Any) -> bytes:
    """Stands for the digest of an item, or of its row, that has the bytes of another one."""
    words = f"copy of {copy.duplicate_of} {copy.sha256}"
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()


@lru_cache(maxsize=1000)
def _body(found: Found) -> str:
    """What stands in the parts that pages share is found on every page."""
    return to_json(found)


def _row(key: str, number: int, found: Found, first_seen: str) -> dict[str, Any]:
    return {
        "item": key, "number": number, "fingerprint": found.fingerprint, "block": found.block,
        "severity": int(found.severity), "score": found.score, "body": _body(found), "first_seen": first_seen,
    }  # fmt: skip


def _seen(connection: Connection, key: str) -> dict[str, str]:
    """When each finding of an item was first seen."""
    query = select(findings.c.fingerprint, findings.c.first_seen).where(findings.c.item == key)
    return {row[0]: row[1] for row in connection.execute(query)}


def _forget(connection: Connection, key: str) -> None:
    connection.execute(delete(findings).where(findings.c.item == key))
    connection.execute(delete(prints).where(prints.c.item == key))
