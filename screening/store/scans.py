"""Scans that were handed over, and what was said about their pages.

Addresses, values and reasons are sealed under a key of the scan; in plain stand ids, keyed digests and times.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, func, insert, or_, select

from screening.domain.finding import Severity
from screening.domain.scan import Said, Scan, ScanPage, ScanWord
from screening.store import tables
from screening.store.codec import of_json, to_json
from screening.store.secret_words import digest
from screening.store.vault import Vault

_SCANS, _PAGES, _WORDS = tables.scans.c, tables.scan_pages.c, tables.scan_words.c
_AT_ONCE = 500  # databases limit the values of one statement
Spoken = dict[str, dict[str, list[ScanWord]]]


class Scans:
    """The scans within one transaction. key: Keys.session; it hides which addresses are the same."""

    def __init__(self, connection: Connection, vault: Vault, key: bytes) -> None:
        self._connection = connection
        self._vault = vault
        self._key = key

    def add(self, scan: Scan, pages: Sequence[ScanPage]) -> None:
        """Keep a scan and its pages."""
        wrapped = self._vault.new_key()
        body = self._vault.seal(to_json(scan), wrapped, f"{scan.id}/scan")
        self._connection.execute(insert(tables.scans), {
            "id": scan.id, "unit": scan.unit, "by": scan.by, "handed_at": scan.handed_at,
            "source_key": self._digest(scan.unit, scan.source), "wrapped": wrapped, "body_sealed": body,
        })  # fmt: skip
        rows = [
            {"scan_id": scan.id, "number": page.number, "page_key": self._page_key(scan, page.location),
             "prints": json.dumps({one: int(severity) for one, severity in page.prints.items()}),
             "body_sealed": self._vault.seal(to_json(page), wrapped, f"{scan.id}/page")}
            for page in pages
        ]  # fmt: skip
        if rows:
            self._connection.execute(insert(tables.scan_pages), rows)

    def get(self, scan_id: str) -> Scan | None:
        """A scan, or None."""
        row = self._connection.execute(select(tables.scans).where(_SCANS.id == scan_id)).first()
        return self._scan(row) if row else None

    def count(self, unit: str) -> int:
        """How many scans a unit has."""
        return self._connection.execute(select(func.count()).where(_SCANS.unit == unit)).scalar_one()

    def latest(self, unit: str, limit: int, before: tuple[str, str] | None = None, skip: int = 0) -> list[Scan]:
        """The scans of a unit, the latest first. before: time and id of the last one of the page before; skip: how many
        of the latest are left out."""
        found = select(tables.scans).where(_SCANS.unit == unit)
        if before is not None:
            earlier = and_(_SCANS.handed_at == before[0], _SCANS.id < before[1])
            found = found.where(or_(_SCANS.handed_at < before[0], earlier))
        found = found.order_by(_SCANS.handed_at.desc(), _SCANS.id.desc()).limit(limit).offset(skip)
        return [self._scan(row) for row in self._connection.execute(found)]

    def newest(self, scan: Scan) -> str:
        """The id of the latest scan of the same source."""
        alike = (_SCANS.unit == scan.unit, _SCANS.source_key == self._digest(scan.unit, scan.source))
        found = select(_SCANS.id).where(*alike).order_by(_SCANS.handed_at.desc(), _SCANS.id.desc()).limit(1)
        return str(self._connection.execute(found).scalar_one())

    def purge(self, unit: str, before: str) -> int:
        """Delete the scans that were handed over before this time, that a later one of the same source has followed,
        and on which nobody said anything: how many. What was said holds for later scans, and stays."""
        later = tables.scans.alias("later")
        followed = exists().where(
            later.c.unit == _SCANS.unit, later.c.source_key == _SCANS.source_key, later.c.handed_at > _SCANS.handed_at
        )
        spoken = exists().where(_WORDS.scan_id == _SCANS.id)
        old = select(_SCANS.id).where(_SCANS.unit == unit, _SCANS.handed_at < before, followed, ~spoken)
        ids = list(self._connection.execute(old).scalars())
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            self._connection.execute(delete(tables.scan_pages).where(_PAGES.scan_id.in_(some)))
            self._connection.execute(delete(tables.scans).where(_SCANS.id.in_(some)))
        return len(ids)

    def pages(self, scan: Scan, numbers: Sequence[int]) -> list[ScanPage]:
        """Pages of a scan by their numbers, as far as there are, in the order of the numbers."""
        wrapped = select(_SCANS.wrapped).where(_SCANS.id == scan.id)
        key = self._connection.execute(wrapped).scalar_one()
        found: dict[int, ScanPage] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            some = _PAGES.number.in_(numbers[start : start + _AT_ONCE])
            rows = select(_PAGES.number, _PAGES.body_sealed).where(_PAGES.scan_id == scan.id, some)
            for row in self._connection.execute(rows):
                found[row.number] = of_json(ScanPage, self._vault.unseal(row[1], key, f"{scan.id}/page"))
        return [found[number] for number in numbers if number in found]

    def prints(self, scan: Scan) -> Iterator[tuple[dict[str, Severity], dict[str, list[ScanWord]]]]:
        """The findings of each page by fingerprint, with what was said about them: without reasons, nothing opened."""
        rows = self._connection.execute(
            select(_PAGES.page_key, _PAGES.prints).where(_PAGES.scan_id == scan.id).order_by(_PAGES.number)
        ).all()
        spoken = self._spoken(scan.unit, [row.page_key for row in rows], opened=False)
        for row in rows:
            table = json.loads(row.prints)
            yield {one: Severity(severity) for one, severity in table.items()}, spoken.get(row.page_key, {})

    def words(self, scan: Scan, pages: Iterable[ScanPage]) -> Spoken:
        """What was said about these pages, in this scan or another of the same source: by address and fingerprint."""
        keys = {self._page_key(scan, page.location): page.location for page in pages}
        spoken = self._spoken(scan.unit, list(keys), opened=True)
        return {keys[key]: said for key, said in spoken.items()}

    def say(self, scan: Scan, page: ScanPage, words: Iterable[ScanWord]) -> None:
        """Put on record what was said about findings of a page."""
        which = self._page_key(scan, page.location)
        here = select(func.count()).where(_WORDS.unit == scan.unit, _WORDS.page_key == which)
        number = self._connection.execute(here).scalar_one()
        wrapped = self._connection.execute(select(_SCANS.wrapped).where(_SCANS.id == scan.id)).scalar_one()
        rows = [
            {"unit": scan.unit, "page_key": which, "number": number + at, "scan_id": scan.id,
             "fingerprint": word.fingerprint, "said": word.said.value, "person": word.person, "at": word.at,
             "case_id": word.case_id, "reason_sealed": self._vault.seal(word.reason, wrapped, f"{scan.id}/reason")}
            for at, word in enumerate(words, 1)
        ]  # fmt: skip
        if rows:
            self._connection.execute(insert(tables.scan_words), rows)

    def _spoken(self, unit: str, keys: Sequence[str], *, opened: bool) -> Spoken:
        """What was said, by the key of the page. opened: with the reasons."""
        spoken: Spoken = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            found = select(tables.scan_words, _SCANS.wrapped).join(tables.scans, _SCANS.id == _WORDS.scan_id)
            found = found.where(_WORDS.unit == unit, _WORDS.page_key.in_(some))
            for row in self._connection.execute(found.order_by(_WORDS.page_key, _WORDS.number)):
                reason = ""
                if opened:
                    reason = self._vault.unseal(row.reason_sealed, row.wrapped, f"{row.scan_id}/reason")
                word = ScanWord(row.fingerprint, Said(row.said), row.person, row.at, reason, row.case_id)
                spoken.setdefault(row.page_key, {}).setdefault(row.fingerprint, []).append(word)
        return spoken

    def _scan(self, row: Row[Any]) -> Scan:
        return of_json(Scan, self._vault.unseal(row.body_sealed, row.wrapped, f"{row.id}/scan"))

    def _page_key(self, scan: Scan, location: str) -> str:
        return self._digest(scan.unit, scan.source, location)

    def _digest(self, *parts: str) -> str:
        return digest(self._key, "scan place", "\0".join(parts))
