"""From the ledger to what is reported: rows gravest first, the parts that repeat once, what is accepted apart."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from screening.batch.item import Fault, Found
from screening.batch.ledger import Entry, Kept, Ledger
from screening.batch.pages import REPEATED_ON, PageKind
from screening.domain.baseline import Acceptance, in_force
from screening.domain.decision import Disposition
from screening.domain.finding import Severity
from screening.domain.scan import Deviation
from screening.report.scan_base import Alike, Gone, NotRead, ScanResult, ScanRow, local_time

# there is nothing to read, or nobody wanted it read
_NOT_COUNTED = {Fault.NOT_FOUND: "broken", Fault.REFUSED: "asked", Fault.ASKED: "asked"}
_CURES = {
    Fault.NOT_FOUND: "改正或删去指向它的链接",
    Fault.REFUSED: "确需检查的：调整 --include／--exclude；本单位网站加 --own",
    Fault.SERVER_ERROR: "稍后重扫；仍出错的由两人打开查看",
    Fault.TIMEOUT: "稍后重扫；仍超时的由两人打开查看",
    Fault.TOO_LARGE: "下载后用 xianshen check 单独检查，或由两人查看",
    Fault.TOO_MANY_REDIRECTS: "改正网址的跳转后重扫",
    Fault.UNREADABLE: "检查权限后重扫",
    Fault.BROKEN: "用原程序修复或另存后重扫，或由两人查看",
    Fault.CRASHED: "由两人打开查看，并把文件样式告知维护人员",
    Fault.LIMIT: "放宽上限（--limit、--depth）后重扫；确是日历或循环的，用 --exclude 排除",
    Fault.ASKED: "需要更深的：放宽 --depth 后重扫",
}
_READ_BY_EYE = "用原程序另存后重扫，或由两人打开查看"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a report needs beside the ledger. names: of the categories; since: the run after which something is news, 0
    for all; unread: what an unread thing demands; owners: by location; passages: in plain text, where asked for; kept:
    the ledger stays."""

    source: str
    run: int
    channel: str
    names: Mapping[str, str]
    today: dt.date
    unread: Disposition
    since: int = 0
    complete: bool = True
    versions: dict[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    passages: Mapping[tuple[str, str], str] = field(default_factory=dict)
    deviations: tuple[Deviation, ...] = ()
    compared: bool = False
    alike: tuple[Alike, ...] = ()
    sought: str = ""
    kept: bool = True


def summarise(ledger: Ledger, frame: Frame) -> ScanResult:
    """The result of a run, as it is reported."""
    gathered = _Gathered(ledger, frame)
    for entry in ledger.entries(frame.source, frame.since, telling=True):
        gathered.take(entry)
    rows, accepted = gathered.rows()
    missing = sum(one.counts for one in gathered.not_read)
    demand = max([*gathered.demands, *([frame.unread] if missing else [])], default=Disposition.CLEAR)
    totals = ledger.totals(frame.source, frame.run)
    return ScanResult(
        source=frame.source,
        channel=frame.channel,
        started=ledger.started(frame.run),
        finished=ledger.now(),
        disposition=Disposition(demand),
        pages=totals.pages,
        files=totals.files,
        copies=totals.copies,
        read=totals.read,
        complete=frame.complete,
        rows=rows,
        accepted=accepted,
        not_read=tuple(gathered.not_read),
        unread=gathered.unread,
        gone=tuple(gathered.gone()),
        deviations=frame.deviations,
        compared=frame.compared,
        alike=frame.alike,
        sought=frame.sought,
        since=local_time(ledger.started(frame.since)) if frame.since else "",
        versions=frame.versions,
        before=gathered.before,
        inner=totals.inner,
        kept=frame.kept,
    )


class _Gathered:
    """The rows while the entries are gone through."""

    def __init__(self, ledger: Ledger, frame: Frame) -> None:
        self._frame = frame
        self._told_until = ledger.ended(frame.since or ledger.finished_before(frame.source, frame.run))
        self._repeating = ledger.repeating(frame.source, REPEATED_ON)
        acceptances = ledger.acceptances()
        self._in_force = in_force(acceptances, frame.today)
        self._acceptances = {one.fingerprint: one for one in acceptances}
        self._told: set[tuple[str, int]] = set()
        self._rows: list[ScanRow] = []
        self._aside: list[ScanRow] = []
        self._originals: dict[str, Entry] = {}
        self._copies: list[Entry] = []
        self._quiet: list[tuple[Entry, tuple[Kept, ...]]] = []
        self._gone: list[Entry] = []
        self.demands: list[int] = []
        self.not_read: list[NotRead] = []
        self.unread = 0
        self.before: Counter[Severity] = Counter()

    def take(self, entry: Entry) -> None:
        """One entry; a copy waits until its original is known, what is no news until all news is told."""
        news = not self._frame.since or entry.state != "same"
        if entry.findings:
            self._originals[entry.location] = entry
        if entry.state == "gone":
            self._gone.append(entry)
        elif entry.duplicate_of:
            self._copies.append(entry)
        elif news:
            self._findings(entry, entry.findings)
        else:
            self._quiet.append((entry, entry.findings))
        if entry.state == "gone" and not self._linked(entry):
            return
        unread = _unread_of(entry)
        self.unread += sum(one.counts for one in unread)
        self.not_read += unread if news else []

    def _linked(self, entry: Entry) -> bool:
        """Whether something that this run met leads to a thing that is gone."""
        return entry.fault == Fault.NOT_FOUND and entry.run == self._frame.run

    def _findings(self, entry: Entry, findings: Iterable[Kept]) -> None:
        for kept, pages, accepted in self._once(entry, findings):
            if accepted:
                self._aside.append(self._row(entry, kept, pages, accepted))
            else:
                self.demands.append(kept.found.demand)
                self._rows.append(self._row(entry, kept, pages, None))

    def _once(self, entry: Entry, findings: Iterable[Kept]) -> Iterator[tuple[Kept, int, Acceptance | None]]:
        """The findings that were not told yet as parts of another page; on how many pages; whether set aside."""
        for kept in findings:
            found = kept.found
            part = (found.fingerprint, found.block)
            pages = self._pages(entry, found)
            if pages > 1 and part in self._told:
                continue
            self._told.add(part)
            aside = found.fingerprint in self._in_force and found.severity < Severity.S0
            yield kept, pages, self._acceptances[found.fingerprint] if aside else None

    def _pages(self, entry: Entry, found: Found) -> int:
        repeats = entry.kind != PageKind.FILE.value
        return self._repeating.get((found.fingerprint, found.block), 1) if repeats else 1

    def rows(self) -> tuple[tuple[ScanRow, ...], tuple[ScanRow, ...]]:
        """All rows and those set aside, gravest first, then by location. Counts what was told before."""
        for copy in self._copies:
            original = self._originals.get(copy.duplicate_of)
            if original and (not self._frame.since or (copy.state, original.state) != ("same", "same")):
                self._findings(copy, original.findings)
            elif original:
                self._quiet.append((copy, original.findings))
        for entry, findings in self._quiet:
            told = self._once(entry, findings)
            self.before.update(kept.found.severity for kept, _, accepted in told if not accepted)
        return tuple(sorted(self._rows, key=_order)), tuple(sorted(self._aside, key=_order))

    def gone(self) -> Iterator[Gone]:
        """What is no longer there, with the findings that stood on it alone."""
        for entry in self._gone:
            if entry.fault == Fault.NOT_FOUND and not entry.sha256:
                continue  # it never was there
            original = self._originals.get(entry.duplicate_of)
            findings = original.findings if original else entry.findings
            own = [kept for kept in findings if self._pages(entry, kept.found) == 1]
            rows = sorted((self._row(entry, kept, 1, None) for kept in own), key=_order)
            linked = (entry.parent or "网址清单、起始网址") if self._linked(entry) else ""
            yield Gone(entry.location, entry.title, linked, tuple(rows))

    def _state(self, entry: Entry, kept: Kept) -> str:
        """Of a finding: new where it was not before the last run that was told."""
        if entry.state == "gone":
            return entry.state
        known = self._told_until and _instant(kept.first_seen) <= _instant(self._told_until)
        if not known or (self._frame.since and entry.state == "new"):
            return "new"
        return "changed" if entry.state == "changed" else "same"

    def _row(self, entry: Entry, kept: Kept, pages: int, accepted: Acceptance | None) -> ScanRow:
        found = kept.found
        passage = self._frame.passages.get((entry.location, found.fingerprint), found.masked)
        aside = f"{accepted.name}：{accepted.reason}（至 {accepted.expires}）" if accepted else ""
        return ScanRow(
            location=entry.location,
            attachment="" if entry.kind != PageKind.FILE.value else entry.title,
            place=found.place,
            column=entry.column,
            category=found.category,
            category_name=self._frame.names.get(found.category, found.category),
            severity=found.severity,
            title=found.title,
            rule_id=found.rule_id,
            masked=passage,
            mended=_unless_longer(found),
            advice=found.advice,
            basis=found.basis,
            score=found.score,
            fingerprint=found.fingerprint,
            first_seen=kept.first_seen,
            last_seen=entry.last_seen,
            modified=entry.modified,
            owner=self._frame.owners.get(entry.location, ""),
            state=self._state(entry, kept),
            pages=pages,
            accepted=aside,
            page_title=entry.title,
            sha256=entry.sha256,
            message=found.message,
        )


def _unless_longer(found: Found) -> str:
    """The official form; a whole passage has none."""
    return found.mended if len(found.mended) <= 60 else ""


def _order(row: ScanRow) -> tuple[object, ...]:
    return (-row.severity, _natural(row.location), _natural(row.place), row.rule_id, row.fingerprint)


def _natural(words: str) -> tuple[str | tuple[int, str], ...]:
    """The key by which 行2 comes before 行10: numbers stand at every second place and compare by their size."""
    parts = re.split("([0-9]+)", words)
    return tuple((len(one.lstrip("0")), one) if at % 2 else one for at, one in enumerate(parts))


def _instant(at: str) -> dt.datetime:
    return dt.datetime.fromisoformat(at).astimezone()


def _unread_of(entry: Entry) -> list[NotRead]:
    """Why it could not be had, and which parts of it stayed unread."""
    told = []
    if entry.fault:
        fault = Fault(entry.fault)
        reason = f"{fault.label}（{entry.detail}）" if entry.detail else fault.label
        kind = _NOT_COUNTED.get(fault, "unread")
        cure, counts = _CURES[fault], kind == "unread"
        told.append(NotRead(entry.location, reason, cure, entry.parent, entry.column, counts, kind))
    parts = () if entry.fault else entry.unread
    told += [NotRead(entry.location, one, _READ_BY_EYE, entry.parent, entry.column) for one in parts]
    return told
