"""What the report of a scan is given: rows ready to print, without any passage."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from screening.domain.decision import Disposition
from screening.domain.finding import Severity
from screening.domain.scan import Deviation

KINDS = {"unread": "未能读取", "broken": "断链", "asked": "按要求未抓"}  # the headings of NotRead.kind
_MOST_VANISHED = 20  # findings of one thing that is gone


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One finding. location: address or path; attachment: its name, empty for a page; column: part of the site; masked:
    the value with its middle hidden, or the passage itself when it was asked for; mended: the official form; owner: who
    answers for the page, where a register says so; state of the finding: new, changed (it was there before, the page
    has changed), same or gone; pages: on how many pages this part of the page stands; accepted: who set it aside and
    until when, else empty; page_title, sha256: of the item."""

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
    """Something that was not read, or only in part. parent: the page or archive that leads to it; counts: whether the
    scan is incomplete because of it; kind: unread, broken (a link that leads nowhere) or asked (nobody wanted it)."""

    location: str
    reason: str
    cure: str
    parent: str = ""
    column: str = ""
    counts: bool = True
    kind: str = "unread"


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that is no longer there. linked_from: what still leads to it, empty when nothing does; rows: the
    findings that went with it, gravest first."""

    location: str
    title: str = ""
    linked_from: str = ""
    rows: tuple[ScanRow, ...] = ()

    def vanished(self) -> str:
        """Its findings in words; empty when it had none."""
        told = [f"{row.title}「{row.masked}」（指纹 {row.fingerprint}）" for row in self.rows[:_MOST_VANISHED]]
        more = f"；等共 {len(self.rows)} 处" if len(self.rows) > _MOST_VANISHED else ""
        return f"{in_words(by_severity(self.rows))}：{'；'.join(told)}{more}" if self.rows else ""


@dataclass(frozen=True, slots=True)
class Alike:
    """An item that repeats the document that was asked about. share: of the document, 0 to 1."""

    location: str
    title: str
    share: float


@dataclass(frozen=True, slots=True)
class ScanResult:
    """A scan, as it is reported. since: the run whose findings are left out, in words, empty for all; before: how many
    findings, not accepted, are left out for it; pages and files: how many were looked at; inner: how many of the files
    lie in archives and letters; read: how many were read anew, the others being unchanged; unread: how many things of
    the whole source were not read, listed again or not; rows, accepted: gravest first; kept: in a ledger."""

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
    gone: tuple[Gone, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    compared: bool = False
    alike: tuple[Alike, ...] = ()
    sought: str = ""
    since: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    before: Mapping[Severity, int] = field(default_factory=dict)
    inner: int = 0
    kept: bool = True

    @property
    def missing(self) -> int:
        """How many things that are listed were not read."""
        return sum(one.counts for one in self.not_read)

    @property
    def unread_before(self) -> int:
        """How many things were not read, and are left out because that was told before."""
        return max(self.unread - self.missing, 0) if self.since else 0

    @property
    def online(self) -> bool:
        """Whether it stands on the net, and not in a folder."""
        things: tuple[ScanRow | NotRead | Gone, ...] = (*self.rows, *self.not_read, *self.gone)
        return any(is_address(one.location) for one in things)

    def by_severity(self) -> dict[Severity, int]:
        """Findings of each severity, gravest first, zeros left out."""
        return by_severity(self.rows)

    def counted(self) -> str:
        """The findings in one line; that there is no news is not that nothing was found."""
        counts = in_words(self.by_severity())
        if self.since:
            gone = f"，撤下 {len(self.gone)} 处" if self.gone else ""
            return (f"新增或有变化 {counts}" if counts else "无新增变化") + gone
        return counts or "未发现"

    def remaining(self) -> str:
        """What was told before, is still open and is left out; empty when there is no such thing."""
        parts = [f"此前发现的仍有 {in_words(self.before)} 未办"] if any(self.before.values()) else []
        parts += [f"此前未能读取的仍有 {self.unread_before} 项"] if self.unread_before else []
        return f"{'；'.join(parts)}（去掉 --since 可看全部）" if parts else ""

    def not_read_by_kind(self) -> list[tuple[str, list[NotRead]]]:
        """What was not read under its headings, those that hold nothing left out."""
        lists = [(title, [one for one in self.not_read if one.kind == kind]) for kind, title in KINDS.items()]
        return [(title, listed) for title, listed in lists if listed]

    def covered(self) -> str:
        """How much was looked at, what was not, and that nothing found is no permission."""
        notes = [f"含压缩包、邮件内 {self.inner} 个"] if self.inner else []
        notes += [f"其中 {self.read} 项重新读取，其余未变"] if self.read < self.pages + self.files else []
        noted = f"（{'；'.join(notes)}）" if notes else ""
        copies = f"，另有内容相同的 {self.copies} 项" if self.copies else ""
        whole = "" if self.complete else "本次没有扫完整个来源。"
        return (
            f"检查了 {self.pages} 页、{self.files} 个附件或文件{noted}{copies}；{self.unread} 项未能读取；"
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
    """The state of a finding since the last run."""
    return {"new": "新增", "changed": "此前已有（页面有变化）", "same": "此前已有", "gone": "已撤下"}[state]


def by_severity(rows: Iterable[ScanRow]) -> dict[Severity, int]:
    """How many of each severity, gravest first, zeros left out."""
    counts = Counter(row.severity for row in rows)
    return {severity: counts[severity] for severity in sorted(Severity, reverse=True) if counts[severity]}


def in_words(counts: Mapping[Severity, int]) -> str:
    """高 2 · 中 6."""
    gravest_first = sorted(counts.items(), reverse=True)
    return " · ".join(f"{severity.label} {count}" for severity, count in gravest_first if count)


def is_address(location: str) -> bool:
    """Whether a location is one on the net."""
    return location.startswith(("http://", "https://"))


def local_time(at: str) -> str:
    """An ISO 8601 time as people here write it, 2031-05-06 17:00; what has no time of day stays as it is."""
    try:
        return f"{dt.datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}" if len(at) > len("2031-05-06") else at
    except ValueError:
        return at


def local_day(at: str) -> str:
    """The day of a time, here."""
    return local_time(at)[:10]


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
    return local_day(row.modified or row.first_seen)[:7] or "不详"


def top_column(row: ScanRow) -> str:
    """The column, or that there is none."""
    return row.column or "未分栏目"
