"""What the desk needs of a store. The store does not know the desk, nor the desk the store: bootstrap joins them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from screening.domain.account import Account, Unit
from screening.domain.filing import Entry, Filing, Job
from screening.domain.review import Act
from screening.domain.scan import Prints, Scan, ScanPage, ScanWord, Words


class Cases(Protocol):
    """The cases within one transaction."""

    def next_number(self, year: int) -> str:
        """The next 编号 of a year."""

    def add(self, filing: Filing, act: Act | None = None) -> Filing:
        """File a new case, and the act that opened it."""

    def get(self, case_id: str) -> Filing | None:
        """A case, or None."""

    def save(self, before: Filing, after: Filing, act: Act | None = None) -> Filing:
        """Write a changed case and the act. Raises ConflictError when it changed in between."""

    def shred(self, filing: Filing) -> None:
        """Delete the key of the content."""

    def entries(self, filing: Filing) -> list[Entry]:
        """The record, act by act."""

    def find(
        self,
        *,
        unit: str | None = None,
        contributor: str | None = None,
        states: Sequence[str] = (),
        offices: Sequence[str] = (),
        department: str | None = None,
        channel: str | None = None,
        month: str | None = None,
        after: tuple[str, str] | None = None,
        limit: int = 200,
    ) -> list[Filing]:
        """Cases by what stands in their rows; those due first."""

    def published(self, unit: str) -> Iterable[tuple[str, str]]:
        """The cases of a unit that are out, or were, each with its address."""

    def note(self, filing: Filing, person: str, item: str, text: str, at: str) -> None:
        """Keep what somebody is writing."""

    def notes(self, filing: Filing, person: str) -> dict[str, str]:
        """What this person has been writing, by item."""


class Jobs(Protocol):
    """The screenings to do."""

    def add(self, case_id: str, version: int, at: str) -> None:
        """Ask for one."""

    def renew(self, job: Job, now: datetime, seconds: float) -> bool:
        """More time for a worker that is still at it; False when another attempt has the job now."""

    def lease(self, now: datetime, seconds: float) -> Job | None:
        """Take the next one."""

    def finish(self, job: Job, state: str = "done") -> bool:
        """Close one; False when another attempt has it now."""

    def stuck(self, now: datetime) -> list[Job]:
        """Those whose last attempt ran out."""


class People(Protocol):
    """Units and people."""

    def get(self, person_id: str) -> Account | None:
        """A person, or None."""

    def unit(self, unit_id: str) -> Unit | None:
        """A unit, or None."""

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by id."""


class Trail(Protocol):
    """The audit trail."""

    def append(
        self, at: str, actor: str, action: str, subject: str, payload: Mapping[str, str | int] | None = None
    ) -> object:
        """Write one event."""


class Scans(Protocol):
    """The scans that were handed over."""

    def add(self, scan: Scan, pages: Sequence[ScanPage]) -> None:
        """Keep a scan and its pages."""

    def get(self, scan_id: str) -> Scan | None:
        """A scan, or None."""

    def count(self, unit: str) -> int:
        """How many scans a unit has."""

    def latest(self, unit: str, limit: int, before: tuple[str, str] | None = None, skip: int = 0) -> list[Scan]:
        """The scans of a unit, the latest first."""

    def newest(self, scan: Scan) -> str:
        """The id of the latest scan of the same source."""

    def pages(self, scan: Scan, numbers: Sequence[int]) -> list[ScanPage]:
        """Pages of a scan by their numbers, as far as there are."""

    def prints(self, scan: Scan) -> Iterable[tuple[Prints, Words]]:
        """The findings of each page, with what was said about them, without reasons."""

    def words(self, scan: Scan, pages: Iterable[ScanPage]) -> Mapping[str, Words]:
        """What was said about these pages, by address."""

    def say(self, scan: Scan, page: ScanPage, words: Iterable[ScanWord]) -> None:
        """Put on record what was said."""


class Books(Protocol):
    """One transaction."""

    @property
    def cases(self) -> Cases:
        """The cases."""

    @property
    def people(self) -> People:
        """The people."""

    @property
    def jobs(self) -> Jobs:
        """The jobs."""

    @property
    def trail(self) -> Trail:
        """The trail."""

    @property
    def scans(self) -> Scans:
        """The scans."""


class Store(Protocol):
    """Where the books are kept."""

    def writing(self) -> AbstractContextManager[Books]:
        """A transaction that may write."""

    def reading(self) -> AbstractContextManager[Books]:
        """A transaction that reads one state."""
