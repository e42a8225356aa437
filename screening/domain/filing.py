"""A case as it is filed: the review, what the author declared, the uploads, the dates. Times are ISO 8601, UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from screening.domain.record import Declaration
from screening.domain.review import Case


@dataclass(frozen=True, slots=True)
class Upload:
    """One version's bytes and where they are kept.

    number: from 1; sha256, size: of the bytes; blob, result: ids in the vault, empty when nothing is kept;
    text_sha256: of the text as it was read; summary: counts by severity, unread places, versions of rules; never
    text of the draft.
    """

    number: int
    sha256: str
    size: int
    media_type: str
    filename: str
    blob: str
    uploaded_by: str
    at: str
    result: str = ""
    text_sha256: str = ""
    summary: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filing:
    """One case.

    etag counts its changes; key: the case's data key, wrapped, empty once shredded; record_key: that of what officers
    write about an incident, which outlives the content; severity, findings, unread, disposition: of the current
    version; due_at: when the present level is due, empty when nothing is; paused_at: since when an outside authority
    is waited for; locked_by: who is deciding, until locked_until.
    """

    id: str
    number: str
    unit: str
    department: str
    author: str
    declaration: Declaration
    case: Case
    uploads: tuple[Upload, ...]
    key: bytes
    created_at: str
    updated_at: str
    due_at: str = ""
    paused_at: str = ""
    etag: int = 1
    severity: int = 0
    findings: int = 0
    unread: int = 0
    disposition: int = 0
    locked_by: str = ""
    locked_until: str = ""
    record_key: bytes = b""

    @property
    def current(self) -> Upload:
        """The upload of the version in question."""
        return self.uploads[-1]

    @property
    def shredded(self) -> bool:
        """Whether the content is gone for good and only the record stays."""
        return not self.key

    @property
    def stage(self) -> str:
        """What a form names to say which stage it was made for: a decision for another stage is refused."""
        return f"{self.case.state}-{self.case.level}-{len(self.uploads)}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as it was recorded. words: reason and details; empty when the content was shredded."""

    number: int
    step: str
    person: str
    sha256: str
    at: str
    level: int
    item: str = ""
    resolution: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """One screening to do. attempt fences: only the worker of the latest attempt may hand in a result."""

    id: str
    case_id: str
    version: int
    attempt: int
