"""The ledger of scans: every item by location, what it was when it was read, what came out, what is gone.

A SQLite file, or a PostgreSQL URL. It keeps masked values only, never a passage. Answers are written whole, a few at a
time, so that a run killed at any point goes on without losing or doubling an item.
"""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from screening.batch.item import Found, Validators
from screening.batch.ledger_run import LedgerRun
from screening.batch.ledger_tables import acceptances, findings, items, key_of, metadata, prints, runs
from screening.batch.shingles import unpacked
from screening.domain.baseline import Acceptance
from screening.domain.errors import SettingsError
from screening.domain.finding import Severity
from screening.store.codec import of_json
from screening.store.session import Database

_PAGE = 1000  # rows read at once


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding as the ledger keeps it; first_seen: when it was first seen at this location."""

    found: Found
    first_seen: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as the ledger knows it. run: the last that met it or a link to it; state: new, changed, same or gone,
    since the run that was asked about."""

    key: str
    location: str
    parent: str
    column: str
    title: str
    kind: str
    media_type: str
    modified: str
    sha256: str
    text_sha256: str
    size: int
    characters: int
    disposition: int
    findings: tuple[Kept, ...]
    unread: tuple[str, ...]
    fault: str
    detail: str
    duplicate_of: str
    first_seen: str
    last_seen: str
    read_at: str
    run: int
    state: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one run: pages and files that were had, copies of others, faults; how many were read anew; characters; how
    many of the files lie inside archives or letters."""

    pages: int
    files: int
    copies: int
    faults: int
    read: int
    characters: int
    inner: int = 0


class Ledger:
    """The database of one ledger. now: the clock, ISO 8601."""

    def __init__(self, where: str | Path, now: Callable[[], str]) -> None:
        """Raises SettingsError when there is no ledger to be had there."""
        url = str(where)
        if "://" not in url:
            _private(Path(url))
            url = f"sqlite:///{url}"
        self.now = now
        self.database = Database(url.replace("postgresql://", "postgresql+psycopg://", 1))
        try:
            metadata.create_all(self.database.engine)
        except DatabaseError as error:
            raise SettingsError(f"{where}: 打不开台账（{type(error.orig).__name__}）；检查路径、地址和权限") from None

    def begin(self, source: str, stamp: str, settings: Mapping[str, Any], *, resume: bool = False) -> LedgerRun:
        """A new run, or with `resume` the last one of this source and these versions that did not finish."""
        with self.database.writing() as connection:
            last = select(runs).where(runs.c.source == source).order_by(runs.c.id.desc()).limit(1)
            row = connection.execute(last).first()
            if resume and row and not row.finished and row.stamp == stamp:
                return LedgerRun(self.database, self.now, row.id, source, stamp)
            values = {"source": source, "stamp": stamp, "settings": json.dumps(settings, ensure_ascii=False)}
            made = connection.execute(insert(runs).values(started=self.now(), **values))
            number: int = made.inserted_primary_key[0]  # type: ignore[index]
        return LedgerRun(self.database, self.now, number, source, stamp)

    def finished_before(self, source: str, run: int) -> int:
        """The last run of a source before this one that ended, and so was reported; 0 when there is none."""
        query = select(func.max(runs.c.id)).where(runs.c.source == source, runs.c.id < run, runs.c.finished != "")
        with self.database.reading() as connection:
            return connection.execute(query).scalar() or 0

    def last_run(self, source: str) -> int:
        """The last run of a source; 0 when there is none."""
        with self.database.reading() as connection:
            return connection.execute(select(func.max(runs.c.id)).where(runs.c.source == source)).scalar() or 0

    def started(self, run: int) -> str:
        """When a run was begun."""
        with self.database.reading() as connection:
            return connection.execute(select(runs.c.started).where(runs.c.id == run)).scalar() or ""

    def ended(self, run: int) -> str:
        """When a run ended; empty for none."""
        with self.database.reading() as connection:
            return connection.execute(select(runs.c.finished).where(runs.c.id == run)).scalar() or ""

    def complete(self, run: int) -> bool:
        """Whether a run saw its whole source."""
        with self.database.reading() as connection:
            return bool(connection.execute(select(runs.c.complete).where(runs.c.id == run)).scalar())

    def expected(self, source: str) -> int:
        """How many items were there at the last look."""
        query = select(func.count()).where(items.c.source == source, items.c.gone_run == 0)
        with self.database.reading() as connection:
            return connection.execute(query).scalar() or 0

    def totals(self, source: str, run: int) -> Totals:
        """What a run looked at."""
        here = (items.c.source == source, items.c.run == run)
        query = select(
            func.sum(case((items.c.kind.in_(("article", "list")) & (items.c.fault == ""), 1), else_=0)),
            func.sum(case(((items.c.kind == "file") & (items.c.fault == ""), 1), else_=0)),
            func.sum(case(((items.c.duplicate_of != "") & (items.c.fault == ""), 1), else_=0)),
            func.sum(case((items.c.fault != "", 1), else_=0)),
            func.sum(case((items.c.read_run == run, 1), else_=0)),
            func.sum(items.c.characters),
            func.sum(
                case(((items.c.kind == "file") & (items.c.fault == "") & items.c.location.contains("!/"), 1), else_=0)
            ),
        ).where(*here)
        with self.database.reading() as connection:
            return Totals(*(int(one or 0) for one in connection.execute(query).one()))

    def entries(self, source: str, since: int = 0, *, telling: bool = False) -> Iterator[Entry]:
        """The items of a source by location, with what is gone since that run; `telling`: only those with something
        found, unread, at fault, repeated or gone."""
        query = select(items).where(items.c.source == source, (items.c.gone_run == 0) | (items.c.gone_run > since))
        if telling:
            query = query.where(
                items.c.key.in_(select(findings.c.item)) | (items.c.unread != "[]") | (items.c.fault != "")
                | (items.c.duplicate_of != "") | (items.c.gone_run != 0)
            )  # fmt: skip
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(items.c.location).execution_options(yield_per=_PAGE))
            for page in rows.partitions():
                found = self._findings(connection, [row.key for row in page])
                for row in page:
                    yield _entry(row, found.get(row.key, ()), since)

    def _findings(self, connection: Connection, keys: list[str]) -> dict[str, list[Kept]]:
        held: dict[str, list[Kept]] = {}
        query = select(findings).where(findings.c.item.in_(keys)).order_by(findings.c.item, findings.c.number)
        for row in connection.execute(query):
            held.setdefault(row.item, []).append(Kept(of_json(Found, row.body), row.first_seen))
        return held

    def repeating(self, source: str, least: int) -> dict[tuple[str, int], int]:
        """Findings in blocks that stand on at least so many pages: fingerprint and block, to the number of pages."""
        pages = func.count(func.distinct(findings.c.item))
        query = (
            select(findings.c.fingerprint, findings.c.block, pages)
            .join(items, items.c.key == findings.c.item)
            .where(items.c.source == source, items.c.gone_run == 0, items.c.kind != "file")
            .group_by(findings.c.fingerprint, findings.c.block)
            .having(pages >= least)
        )
        with self.database.reading() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def duplicates(self, source: str) -> dict[str, tuple[str, ...]]:
        """Texts that stand at several locations: digest of the text to the locations, in order."""
        held: dict[str, list[str]] = {}
        here = (items.c.source == source, items.c.gone_run == 0, items.c.characters > 0)
        several = select(items.c.text_sha256).where(*here).group_by(items.c.text_sha256).having(func.count() > 1)
        query = select(items.c.text_sha256, items.c.location).where(*here, items.c.text_sha256.in_(several))
        with self.database.reading() as connection:
            for row in connection.execute(query.order_by(items.c.location)):
                held.setdefault(row[0], []).append(row[1])
        return {digest: tuple(locations) for digest, locations in held.items()}

    def shingles(self, source: str = "") -> Iterator[tuple[str, str, tuple[int, ...]]]:
        """Location, title and the hashes of each item that is there: of one source, or of all."""
        query = select(items.c.location, items.c.title, prints.c.hashes).join(items, items.c.key == prints.c.item)
        query = query.where(items.c.gone_run == 0).order_by(items.c.source, items.c.location)
        if source:
            query = query.where(items.c.source == source)
        with self.database.reading() as connection:
            for row in connection.execute(query.execution_options(yield_per=_PAGE)):
                yield row[0], row[1], unpacked(row[2])

    def validators(self, source: str, location: str, stamp: str) -> Validators | None:
        """What the server said of an item when it was last read by these rules; None when it must be read anew."""
        query = select(items.c.etag, items.c.last_modified).where(
            items.c.key == key_of(source, location), items.c.stamp == stamp, items.c.fault == "", items.c.gone_run == 0
        )
        with self.database.reading() as connection:
            row = connection.execute(query).first()
        return Validators(row[0], row[1]) if row and (row[0] or row[1]) else None

    def accept(self, fingerprint: str, reason: str, name: str, expires: dt.date) -> None:
        """Set a finding aside until that day. Raises SettingsError for one that is unknown or may not be set aside."""
        with self.database.writing() as connection:
            row = connection.execute(select(findings).where(findings.c.fingerprint == fingerprint)).first()
            if row is None:
                raise SettingsError(f"台账里没有指纹 {fingerprint}；从报告的“指纹”一栏复制")
            if row.severity >= Severity.S0:
                raise SettingsError("最高级别（严重）的疑点不能认可；按报告的处理办法办")
            found = of_json(Found, row.body)
            connection.execute(delete(acceptances).where(acceptances.c.fingerprint == fingerprint))
            connection.execute(insert(acceptances).values(
                fingerprint=fingerprint, rule_id=found.rule_id, place=found.place, reason=reason, name=name,
                expires=expires.isoformat(), at=self.now(),
            ))  # fmt: skip

    def acceptances(self) -> tuple[Acceptance, ...]:
        """All that was accepted, in force or not."""
        with self.database.reading() as connection:
            rows = connection.execute(select(acceptances).order_by(acceptances.c.fingerprint)).all()
        return tuple(
            Acceptance(row.fingerprint, row.rule_id, row.place, row.reason, row.name,
                       dt.date.fromisoformat(row.expires)) for row in rows
        )  # fmt: skip

    def furniture(self, source: str, stamp: str) -> frozenset[int] | None:
        """The blocks that repeat over a source, as learnt by the last run that did; None when none did."""
        query = select(runs.c.furniture).where(runs.c.source == source, runs.c.stamp == stamp, runs.c.furniture != "")
        with self.database.reading() as connection:
            words = connection.execute(query.order_by(runs.c.id.desc()).limit(1)).scalar()
        return frozenset(json.loads(words)) if words else None

    def learn(self, run: int, furniture: frozenset[int]) -> None:
        """Keep the blocks that repeat, before the first item is judged by them."""
        with self.database.writing() as connection:
            values = {"furniture": json.dumps(sorted(furniture))}
            connection.execute(update(runs).where(runs.c.id == run).values(values))

    def close(self) -> None:
        """Give the database back."""
        self.database.close()


def _private(path: Path) -> None:
    """The file, for its owner only."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise SettingsError(f"{path}: 打不开台账（{error.strerror}）；检查路径和权限") from None


def _entry(row: Any, kept: Any, since: int) -> Entry:
    same = {name: getattr(row, name) for name in Entry.__dataclass_fields__ if hasattr(row, name)}
    state = "same"
    if row.gone_run:
        state = "gone"
    elif row.first_run > since:
        state = "new"
    elif row.changed_run > since:
        state = "changed"
    return Entry(**same | {"findings": tuple(kept), "unread": tuple(json.loads(row.unread)), "state": state})
