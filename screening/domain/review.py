"""The review of one draft as a value: states, steps, versions, signatures. Pure: no clock, no store.

The law is the unit's news-reporting rule (domain rules, section 7): 先审查、后公开；一事一审. What moves a case, and
what must be true first, stands in transitions.py and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from screening.domain.people import Person, Role


class State(StrEnum):
    """Where a case stands. The value is the stable name; `label` is what people read."""

    DRAFT = "draft"
    SCREENING = "screening"
    SCREENED = "screened"
    QUARANTINED = "quarantined"
    REVIEW = "review"  # one of the configured levels, by `Case.level`
    SENT_UP = "sent_up"
    APPROVED = "approved"
    RELEASED = "released"
    RECALLED = "recalled"
    RETURNED = "returned"
    NOT_PUBLISHED = "not_published"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    INCIDENT = "incident"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _STATES[self]


_STATES = {
    State.DRAFT: "草稿",
    State.SCREENING: "检查中",
    State.SCREENED: "待送审",
    State.QUARANTINED: "已隔离",
    State.REVIEW: "审签中",
    State.SENT_UP: "报外部审定",
    State.APPROVED: "已批准",
    State.RELEASED: "已发布",
    State.RECALLED: "已撤回",
    State.RETURNED: "已退回",
    State.NOT_PUBLISHED: "不予公开",
    State.WITHDRAWN: "已撤稿",
    State.VOIDED: "审批作废",
    State.INCIDENT: "失泄密事件",
}


class Step(StrEnum):
    """What may be done with a case. SCREEN and VOID are the desk's own, all others a person's."""

    UPLOAD = "upload"
    SCREEN = "screen"  # the result of checking the version that was uploaded
    SUBMIT = "submit"
    OPEN = "open"  # look at a flagged passage, an attachment, something unread
    RESOLVE = "resolve"  # say what became of a finding
    UNDO = "undo"  # take back one's own word on a finding
    SIGN = "sign"
    RETURN = "return"
    SEND_UP = "send_up"
    ANSWER = "answer"  # the outside authority's written opinion has come
    REFUSE = "refuse"  # 不予公开
    CLEAR_MARK = "clear_mark"  # a wrong mark, by two persons in writing
    REPORT = "report"  # an incident
    MEASURE = "measure"  # something done about an incident or a recall
    RELEASE = "release"
    RECALL = "recall"
    FOUND = "found"  # something stands published that nobody approved
    WITHDRAW = "withdraw"
    VOID = "void"  # the window is over, or newer rules find a mark

    @property
    def label(self) -> str:
        """The Chinese verb."""
        return _STEPS[self]


_STEPS = {
    Step.UPLOAD: "上传", Step.SCREEN: "登记检查结果", Step.SUBMIT: "送审", Step.OPEN: "查看", Step.RESOLVE: "处理疑点",
    Step.UNDO: "撤销处理", Step.SIGN: "签字", Step.RETURN: "退回", Step.SEND_UP: "报外部审定",
    Step.ANSWER: "登记审定意见", Step.REFUSE: "决定不予公开", Step.CLEAR_MARK: "认定误标",
    Step.REPORT: "报告失泄密事件", Step.MEASURE: "登记处置措施", Step.RELEASE: "发布", Step.RECALL: "撤回",
    Step.FOUND: "就网上发现开案", Step.WITHDRAW: "撤稿", Step.VOID: "作废审批",
}  # fmt: skip


class Resolution(StrEnum):
    """What is to become of a finding. The first three call for an edit, so they end in a return, never a signature."""

    DELETED = "deleted"
    REWORDED = "reworded"
    MASKED = "masked"
    FALSE_ALARM = "false_alarm"
    RELEASED_BEFORE = "released_before"
    AUTHORITY_AGREES = "authority_agrees"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _RESOLUTIONS[self]

    @property
    def edits(self) -> bool:
        """Whether the author has to change the draft."""
        return self in (Resolution.DELETED, Resolution.REWORDED, Resolution.MASKED)


_RESOLUTIONS = {
    Resolution.DELETED: "删除",
    Resolution.REWORDED: "改写",
    Resolution.MASKED: "脱敏",
    Resolution.FALSE_ALARM: "误报",
    Resolution.RELEASED_BEFORE: "有发布依据",
    Resolution.AUTHORITY_AGREES: "送审同意",
}
THREE_LEVELS = (Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER)


@dataclass(frozen=True, slots=True)
class Version:
    """One upload and what its screening found. Items are names within this version: f0, u0, a0 …

    sha256: digest of its bytes; to_open: what each signer must have looked at (findings, unread places,
    attachments); findings: what must be resolved; grave: findings of severity S0, which one person alone may not
    wave through; marked: bears a state-secret mark; mark_cleared: two persons found it wrong, in writing; levels:
    offices that sign, in order; screened: False until the result is in.
    """

    sha256: str
    to_open: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    grave: frozenset[str] = frozenset()
    marked: bool = False
    mark_cleared: bool = False
    levels: tuple[Role, ...] = THREE_LEVELS
    screened: bool = True

    def __post_init__(self) -> None:
        if not 2 <= len(self.levels) <= 4:
            raise ValueError("a review has two to four levels")


@dataclass(frozen=True, slots=True)
class Terms:
    """What an approval binds beside the bytes: channel, audience, first and last day (ISO dates)."""

    channel: str
    audience: str
    first_day: str
    last_day: str

    def hold_on(self, day: str) -> bool:
        """Whether this ISO date lies in the window; an empty end is open."""
        return (not self.first_day or self.first_day <= day) and (not self.last_day or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that one person does. sha256 names the bytes it is about; at is ISO 8601, given by the caller.

    detail: further fields of the step: authority, document_no, due (SEND_UP); document_no, agreed=yes|no (ANSWER);
    ground, article, partial_considered=yes (REFUSE); basis (RESOLVE as released before); url (RELEASE).
    """

    step: Step
    person: Person
    sha256: str
    at: str
    reason: str = ""
    item: str = ""  # of OPEN, RESOLVE and UNDO
    resolution: Resolution | None = None
    version: Version | None = None  # of UPLOAD and SCREEN
    terms: Terms | None = None  # of RELEASE: must equal what was approved
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signature:
    """A level signed by a person for exact bytes."""

    level: int
    person: str
    sha256: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Word:
    """What one person says about one finding."""

    person: str
    resolution: Resolution


@dataclass(frozen=True, slots=True)
class Case:
    """A draft under review. `contributors` wrote or uploaded it; none of them signs.

    words: what was said about each finding, the last word last; authority_agreed: the outside authority's opinion on
    this very version is on record and agrees.
    """

    terms: Terms
    state: State = State.DRAFT
    level: int = 0
    versions: tuple[Version, ...] = ()
    contributors: frozenset[str] = frozenset()
    signatures: tuple[Signature, ...] = ()
    opened: frozenset[tuple[str, str]] = frozenset()  # person and item
    words: Mapping[str, tuple[Word, ...]] = field(default_factory=dict)
    cleared_by: frozenset[tuple[str, Role]] = frozenset()
    authority_agreed: bool = False

    @property
    def current(self) -> Version | None:
        """The version in question."""
        return self.versions[-1] if self.versions else None

    @property
    def found(self) -> bool:
        """Whether the case began with something found published: nobody here wrote it, and no draft of it is kept."""
        return bool(self.versions) and not self.contributors

    @property
    def levels(self) -> tuple[Role, ...]:
        """The offices that sign the current version, in order."""
        return self.current.levels if self.current else THREE_LEVELS

    @property
    def resolved(self) -> Mapping[str, Resolution]:
        """What is settled: the last word on each finding; on a grave one only when two persons wave it through."""
        grave = self.current.grave if self.current else frozenset()
        settled: dict[str, Resolution] = {}
        for item, words in self.words.items():
            last = words[-1].resolution
            alike = {word.person for word in words if word.resolution.edits == last.edits}
            if last.edits or item not in grave or len(alike) > 1:
                settled[item] = last
        return settled

    @property
    def stage(self) -> str:
        """The state in the words of the office: 初审, 复审 or 审批 while it is signed."""
        return self.levels[self.level].stage if self.state is State.REVIEW else self.state.label
