"""What the report of a scan is given: rows ready to print, without any passage."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from screening.domain.decision import Disposition
from screening.domain.finding import Severity
from screening.domain.scan import Deviation


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One finding. location: address or path; attachment: its name, empty for a page; column: part of the site; masked:
    the value with its middle hidden, or the passage itself when it was asked for; mended: the official form; owner: who
    answers for the page, where a register says so; state: new, changed or same; pages: on how many pages this part of
    the page stands; accepted: who set it aside and until when, else empty; page_title, sha256: of the item."""

    location: str
    attachment: str
    place: str
    column: str
    category: str
    category_name: str
    severity: Severity
    title: str
    rule_id: str
    masked: str
    mended: str
    advice: str
    basis: str
    score: float
    fingerprint: str
    first_seen: str
    last_seen: str
    modified: str = ""
    owner: str = ""
    state: str = "new"
    pages: int = 1
    accepted: str = ""
    page_title: str = ""
    sha256: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class NotRead:
    """Something that was not read, or only in part. counts: whether the scan is incomplete because of it."""

    location: str
    reason: str
    cure: str
    parent: str = ""
    column: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Alike:
    """An item that repeats the document that was asked about. share: of the document, 0 to 1."""

    location: str
    title: str
    share: float


@dataclass(frozen=True, slots=True)
class ScanResult:
    """A scan, as it is reported. since: the run whose findings are left out, in words, empty for all; pages and files:
    how many were looked at; read: how many were read anew, the others being unchanged; unread: how many
    things of the whole source were not read, listed again or not; rows, accepted: gravest first;
    gone: locations that are no longer there."""

    source: str
    channel: str
    started: str
    finished: str
    disposition: Disposition
    pages: int
    files: int
    copies: int
    read: int
    complete: bool
    rows: tuple[ScanRow, ...] = ()
    accepted: tuple[ScanRow, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    unread: int = 0
    gone: tuple[str, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    compared: bool = False
    alike: tuple[Alike, ...] = ()
    sought: str = ""
    since: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """How many things that are listed were not read."""
        return sum(one.counts for one in self.not_read)

    def by_severity(self) -> dict[Severity, int]:
        """Findings of each severity, gravest first, zeros left out."""
        counts = Counter(row.severity for row in self.rows)
        return {severity: counts[severity] for severity in sorted(Severity, reverse=True) if counts[severity]}

    def covered(self) -> str:
        """How much was looked at, what was not, and that nothing found is no permission."""
        kept = f"（其中 {self.read} 项重新读取，其余未变）" if self.read < self.pages + self.files else ""
        copies = f"，另有内容相同的 {self.copies} 项" if self.copies else ""
        whole = "" if self.complete else "本次没有扫完整个来源。"
        return (
            f"检查了 {self.pages} 页、{self.files} 个附件或文件{kept}{copies}；{self.unread} 项未能读取；"
            f"{whole}未发现 ≠ 可以公开。"
        )


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """width: columns of a terminal; show: values are in plain text, so the report says so."""

    width: int = 100
    show: bool = False


@dataclass(frozen=True, slots=True)
class ScanReport:
    """A way of writing the result of a scan. `name` is what --format takes; `suffix` is that of the file it makes."""

    name: str
    suffix: str
    render: Callable[[ScanResult, ScanOptions], bytes]


def states_in_words(state: str) -> str:
    """The state of an item since the last run."""
    return {"new": "新增", "changed": "有变化", "same": "此前已有", "gone": "已撤下"}[state]


def where(row: ScanRow) -> str:
    """The place in words; for a part that repeats, on how many pages."""
    repeated = f"（页面公共部分，共 {row.pages} 页相同）" if row.pages > 1 else ""
    return row.place + repeated


def counted(rows: Sequence[ScanRow], of: Callable[[ScanRow], str]) -> list[tuple[str, int]]:
    """How often each value stands, most frequent first."""
    counts = Counter(of(row) for row in rows)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def month_of(row: ScanRow) -> str:
    """The month of publication; where none is known, that in which it was first seen."""
    return (row.modified or row.first_seen)[:7] or "不详"


def top_column(row: ScanRow) -> str:
    """The column, or that there is none."""
    return row.column or "未分栏目"
