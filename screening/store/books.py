"""The store: the books of one transaction (cases, people, jobs, trail, scans), and the vault beside them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from screening.domain.audit import Anchor
from screening.store import signing
from screening.store.cases import Cases
from screening.store.jobs import Jobs
from screening.store.keys import Keys
from screening.store.people import People
from screening.store.scans import Scans
from screening.store.session import Database
from screening.store.trail import Trail
from screening.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Books:
    """What one transaction reads and writes."""

    connection: Connection
    cases: Cases
    people: People
    jobs: Jobs
    trail: Trail
    scans: Scans


class Store:
    """Database, vault and keys. Everything written in one `writing` block is kept whole or not at all."""

    def __init__(self, database: Database, vault: Vault, keys: Keys, digest: str = "sha256") -> None:
        """digest: the hash of new seals in the audit trail, sha256 or sm3."""
        self.database = database
        self.vault = vault
        self.keys = keys
        self._digest = digest

    @contextmanager
    def writing(self) -> Iterator[Books]:
        """A transaction that may write; one at a time."""
        with self.database.writing() as connection:
            yield self._books(connection)

    @contextmanager
    def reading(self) -> Iterator[Books]:
        """A transaction that reads one state."""
        with self.database.reading() as connection:
            yield self._books(connection)

    def anchor(self, at: str) -> Anchor | None:
        """Sign the end of the audit trail; None when nothing was added since."""
        with self.writing() as books:
            return books.trail.anchor(at, lambda body: signing.sign(self.keys.signing, body))

    def sweep(self, now: float) -> int:
        """Delete bytes that no case points to: half-written uploads, and contents whose key was shredded."""
        with self.reading() as books:
            known = books.cases.blobs()
        orphans = [
            blob for blob in self.vault.ids() if blob not in known and now - self.vault.written_at(blob) > _YOUNG
        ]
        for blob in orphans:
            self.vault.delete(blob)
        return len(orphans) + self.vault.sweep(_YOUNG, now)

    def close(self) -> None:
        """Give the database back."""
        self.database.close()

    def _books(self, connection: Connection) -> Books:
        return Books(
            connection,
            Cases(connection, self.vault),
            People(connection),
            Jobs(connection),
            Trail(connection, self.keys.audit, self._digest),
            Scans(connection, self.vault, self.keys.session),
        )


_YOUNG = 3600.0  # seconds: an upload in progress has a blob before its case points to it


def new_id() -> str:
    """An id that says nothing and cannot be guessed."""
    return secrets.token_hex(16)
