"""A scan as the desk keeps it: pages with their findings, and what people have said about them. Masked values only.

What is said holds for the page and the words it was said of (place and fingerprint), so that the next scan of the same
source finds it again; something new on the page opens the page again.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from screening.domain.finding import MARKS, Severity

LINE, WORDS, LONGEST_LOCATION = 300, 2_000, 2_000  # characters that a hand-over may hold in one field
MOST_FINDINGS, MOST_NOT_READ, MOST_DEVIATIONS = 10_000, 2_000, 5_000
OF_REGISTER = "发布审批"  # the category of findings that the register makes
_ONE_BY_ONE = "制度：先审查、后公开，一事一审"
_TWO = 2  # persons that must call a grave finding a false alarm


@dataclass(frozen=True, slots=True)
class ScanFinding:
    """One finding of a scan. masked: the words with their middle hidden; mended: the official form; pages: on how many
    pages this part of the page stands."""

    fingerprint: str
    rule_id: str
    title: str
    category: str
    severity: Severity
    place: str
    masked: str
    mended: str = ""
    message: str = ""
    advice: str = ""
    basis: str = ""
    first_seen: str = ""
    last_seen: str = ""
    pages: int = 1

    @property
    def marks(self) -> bool:
        """Whether it is a state-secret mark."""
        return self.category in MARKS and self.severity is Severity.S0


@dataclass(frozen=True, slots=True)
class ScanPage:
    """One address with findings, a page or a file. number: from 1, the gravest first; column: part of the site; owner:
    who answers for it, where a register says so."""

    number: int
    location: str
    title: str
    sha256: str
    column: str
    owner: str
    findings: tuple[ScanFinding, ...]

    @property
    def marked(self) -> bool:
        """Whether it bears a state-secret mark."""
        return any(one.marks for one in self.findings)

    @property
    def severity(self) -> Severity:
        """The gravest of its findings."""
        return max(one.severity for one in self.findings)

    @property
    def prints(self) -> dict[str, Severity]:
        """The findings by fingerprint, at their gravest."""
        gravest: dict[str, Severity] = {}
        for one in self.findings:
            gravest[one.fingerprint] = max(one.severity, gravest.get(one.fingerprint, one.severity))
        return gravest


@dataclass(frozen=True, slots=True)
class NotReadByScan:
    """Something that a scan did not read, with reason and cure."""

    location: str
    reason: str
    cure: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """A page or approval that the register and the site tell differently. kind: its stable name; label: in words;
    sha256: of what stands at the location, empty where nothing does."""

    kind: str
    label: str
    location: str
    number: str
    title: str
    detail: str
    advice: str
    sha256: str = ""

    def finding(self, at: str) -> ScanFinding:
        """The same as a finding of its page: what stands there without approval is dealt with like what is wrong in it.
        at: when it was found. Its fingerprint stays the same as long as it deviates in the same way."""
        fingerprint = hashlib.sha256(f"register\0{self.kind}\0{self.number}".encode()).hexdigest()[:32]
        return ScanFinding(
            fingerprint,
            f"REGISTER-{self.kind}",
            self.label,
            OF_REGISTER,
            Severity.S1,
            "整个网页或附件",
            self.detail,
            message=f"{OF_REGISTER}：{self.label}",
            advice=self.advice,
            basis=_ONE_BY_ONE,
            first_seen=at,
            last_seen=at,
        )


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan came to. handed_at, by: when it came to the desk, and by whom; pages, files, unread: how many;
    counts: findings by severity (S0 …); left_off: findings that were too many to be handed over; complete: the whole
    source was seen; compared: with the register; versions: of ruleset, model, policy."""

    id: str
    unit: str
    by: str
    handed_at: str
    source: str
    channel: str
    started: str
    finished: str
    pages: int
    files: int
    unread: int
    complete: bool
    left_off: int
    counts: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    compared: bool = False
    not_read: tuple[NotReadByScan, ...] = ()
    deviations: tuple[Deviation, ...] = ()


class Said(StrEnum):
    """What may be said about the findings of a page."""

    FALSE_ALARM = "false_alarm"
    MENDED = "mended"  # taken down or put right on the site
    CASE = "case"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _SAID[self]


_SAID = {Said.FALSE_ALARM: "误报", Said.MENDED: "已整改", Said.CASE: "已开案"}


@dataclass(frozen=True, slots=True)
class ScanWord:
    """What one person said about one finding of one page. case_id: of CASE."""

    fingerprint: str
    said: Said
    person: str
    at: str
    reason: str = ""
    case_id: str = ""


class PageState(StrEnum):
    """What has become of a page."""

    OPEN = "open"
    CASE = "case"
    DONE = "done"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {PageState.OPEN: "待处理", PageState.CASE: "已开案", PageState.DONE: "已处理"}[self]


Words = Mapping[str, Sequence[ScanWord]]  # what was said about the findings of one page, in order, by fingerprint
Prints = Mapping[str, Severity]  # the findings of one page by fingerprint


def settled_by(severity: Severity, words: Sequence[ScanWord], handed_at: str) -> ScanWord | None:
    """The word that settles a finding, the last one said of it; None while it is open.

    A grave finding is a false alarm when two persons say so. What was mended, and is found again by a later scan, was
    not mended.
    """
    last = words[-1] if words else None
    if last is None or (last.said is Said.MENDED and last.at < handed_at):
        return None
    if last.said is Said.FALSE_ALARM and severity is Severity.S0:
        alike = {one.person for one in words if one.said is Said.FALSE_ALARM}
        return last if len(alike) >= _TWO else None
    return last


def open_prints(prints: Prints, words: Words, handed_at: str) -> list[str]:
    """The findings of a page that nothing settles, by their fingerprints. handed_at: when the scan came to the desk."""
    return [one for one, severity in prints.items() if settled_by(severity, words.get(one, ()), handed_at) is None]


def state_of(prints: Prints, words: Words, handed_at: str) -> PageState:
    """What has become of a page: open while one finding is; a case while one finding belongs to one."""
    if open_prints(prints, words, handed_at):
        return PageState.OPEN
    said = {words[one][-1].said for one in prints}
    return PageState.CASE if Said.CASE in said else PageState.DONE


def bare(page: ScanPage) -> ScanPage:
    """A page with a state-secret mark, without its title and without any words but the marks (domain rules, 2)."""
    if not page.marked:
        return page
    findings = tuple(one if one.marks else replace(one, masked="", mended="") for one in page.findings)
    return replace(page, title="", findings=findings)


def in_order(pages: Iterable[ScanPage]) -> tuple[ScanPage, ...]:
    """The pages gravest first, then by address, numbered from 1; the findings of each likewise."""
    sorted_pages = sorted(pages, key=lambda one: (-one.severity, one.location))
    return tuple(
        replace(page, number=number, findings=tuple(sorted(page.findings, key=lambda one: -one.severity)))
        for number, page in enumerate(sorted_pages, 1)
    )


def counted(pages: Iterable[ScanPage]) -> dict[str, int]:
    """Findings by severity, gravest first."""
    counts = {one.name: 0 for one in sorted(Severity, reverse=True)}
    for page in pages:
        for one in page.findings:
            counts[one.severity.name] += 1
    return counts
