"""The review of one draft: states, who may move it, and what must be true first. Pure: no clock, no store.

The law is the unit's news-reporting rule (domain rules, section 7): 先审查、后公开；一事一审. A case is a value;
`Case.after` gives the case after an act, or raises RefusedError with the reason in Chinese. Nothing else moves a case.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from screening.domain.errors import RefusedError
from screening.domain.people import Person, Role


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
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
    INCIDENT = "incident"


class Step(StrEnum):
    """What a person may do with a case."""

    UPLOAD = "upload"  # a version, with the result of its screening
    SUBMIT = "submit"
    OPEN = "open"  # look at a flagged passage, an attachment, something unread
    RESOLVE = "resolve"  # say what became of a finding
    SIGN = "sign"
    RETURN = "return"
    SEND_UP = "send_up"
    ANSWER = "answer"  # the outside authority's written opinion has come
    REFUSE = "refuse"  # 不予公开
    CLEAR_MARK = "clear_mark"  # a wrong mark, by two persons in writing
    REPORT = "report"  # an incident
    RELEASE = "release"
    RECALL = "recall"
    WITHDRAW = "withdraw"


class Resolution(StrEnum):
    """What became of a finding: 删除, 改写, 脱敏, 误报, 有发布依据, 送审同意."""

    DELETED = "deleted"
    REWORDED = "reworded"
    MASKED = "masked"
    FALSE_ALARM = "false_alarm"
    RELEASED_BEFORE = "released_before"
    AUTHORITY_AGREES = "authority_agrees"


@dataclass(frozen=True, slots=True)
class Version:
    """One upload: digest of its bytes, what must be opened and resolved before signing, whether it bears a mark."""

    sha256: str
    to_open: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What an approval binds beside the bytes: channel, audience, first and last day."""

    channel: str
    audience: str
    first_day: str
    last_day: str


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that one person does. sha256 names the bytes it is about; at is ISO 8601, given by the caller."""

    step: Step
    person: Person
    sha256: str
    at: str
    reason: str = ""
    item: str = ""  # of OPEN and RESOLVE
    resolution: Resolution | None = None
    version: Version | None = None  # of UPLOAD
    terms: Terms | None = None  # of RELEASE: must equal what was approved
    authority: str = ""  # of SEND_UP and ANSWER: who, and the document number


@dataclass(frozen=True, slots=True)
class Signature:
    """A level signed by a person for exact bytes."""

    level: int
    person: str
    sha256: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """A draft under review. levels: the role that signs each level, in order (two to four)."""

    terms: Terms
    levels: tuple[Role, ...]
    state: State = State.DRAFT
    level: int = 0
    versions: tuple[Version, ...] = ()
    contributors: frozenset[str] = frozenset()
    signatures: tuple[Signature, ...] = ()
    opened: frozenset[tuple[str, str]] = frozenset()  # person and item
    resolved: Mapping[str, Resolution] = field(default_factory=dict)
    cleared_by: frozenset[tuple[str, Role]] = frozenset()

    def __post_init__(self) -> None:
        if not 2 <= len(self.levels) <= 4:
            raise ValueError("a review has two to four levels")

    @property
    def current(self) -> Version | None:
        """The version in question."""
        return self.versions[-1] if self.versions else None

    def after(self, act: Act) -> "Case":
        """The case after this act. Raises RefusedError when the rule does not allow it."""
        if (self.state, act.step) not in _ALLOWED:
            raise RefusedError(f"此时（{self.state}）不能{_WORDS[act.step]}")
        if act.step is not Step.UPLOAD and (self.current is None or act.sha256 != self.current.sha256):
            raise RefusedError("所指的不是当前版本：稿件已有改动，请重新打开")
        return _MOVES[act.step](self, act)


def _upload(case: Case, act: Act) -> Case:
    """A new version: every signature, look and resolution is void; a mark that is gone is an incident."""
    version = act.version
    if version is None or version.sha256 != act.sha256:
        raise RefusedError("上传须附这一版本的检查结果")
    if case.state is State.QUARANTINED or (case.current and case.current.marked and not version.marked):
        return replace(_fresh(case, version, act.person.id), state=State.INCIDENT)
    state = State.QUARANTINED if version.marked else State.SCREENED
    return replace(_fresh(case, version, act.person.id), state=state)


def _fresh(case: Case, version: Version, contributor: str) -> Case:
    return replace(
        case,
        level=0,
        versions=(*case.versions, version),
        contributors=case.contributors | {contributor},
        signatures=(),
        opened=frozenset(),
        resolved={},
        cleared_by=frozenset(),
    )


def _submit(case: Case, act: Act) -> Case:
    if act.person.id not in case.contributors:
        raise RefusedError("只有撰稿人可以送审")
    return replace(case, state=State.REVIEW, level=0)


def _open(case: Case, act: Act) -> Case:
    return replace(case, opened=case.opened | {(act.person.id, act.item)})


def _resolve(case: Case, act: Act) -> Case:
    _must_review(case, act)
    if case.current is None or act.item not in case.current.findings or act.resolution is None:
        raise RefusedError("没有这一疑点，或没有写明如何处理")
    return replace(case, resolved={**case.resolved, act.item: act.resolution})


def _sign(case: Case, act: Act) -> Case:
    """One level more; the last one approves."""
    _must_review(case, act)
    version = case.current
    if version is None:  # cannot be: a case under review has a version
        raise RefusedError("没有稿件")
    unseen = [item for item in version.to_open if (act.person.id, item) not in case.opened]
    if unseen:
        raise RefusedError(f"还有 {len(unseen)} 处疑点、附件或未读内容没有打开看过")
    open_findings = version.findings - set(case.resolved)
    if open_findings:
        raise RefusedError(f"还有 {len(open_findings)} 处疑点没有处理")
    signature = Signature(case.level, act.person.id, act.sha256, act.at, act.reason)
    last = case.level == len(case.levels) - 1
    return replace(
        case,
        signatures=(*case.signatures, signature),
        state=State.APPROVED if last else State.REVIEW,
        level=case.level if last else case.level + 1,
    )


def _must_review(case: Case, act: Act) -> None:
    """The person holds the role of this level, has not written the draft, has signed no other level, gives a reason."""
    if act.person.id in case.contributors:
        raise RefusedError("撰稿、参与撰稿和代为上传的人不得审签本稿")
    if case.levels[case.level] not in act.person.roles:
        raise RefusedError(f"这一级由{case.levels[case.level].label}审签")
    if any(one.person == act.person.id for one in case.signatures):
        raise RefusedError("一人只审一级")
    if not act.reason.strip():
        raise RefusedError("须写明理由")


def _return(case: Case, act: Act) -> Case:
    _must_review(case, act)
    return replace(case, state=State.RETURNED, signatures=(), level=0)


def _send_up(case: Case, act: Act) -> Case:
    _must_review(case, act)
    if not act.authority.strip():
        raise RefusedError("送审须写明审定机关")
    return replace(case, state=State.SENT_UP)


def _answer(case: Case, act: Act) -> Case:
    if not act.authority.strip() or not act.reason.strip():
        raise RefusedError("须登记审定机关的文号和意见")
    return replace(case, state=State.REVIEW)


def _refuse(case: Case, act: Act) -> Case:
    _must_review(case, act)
    return replace(case, state=State.NOT_PUBLISHED)


_CLEARING = frozenset({Role.CLASSIFICATION_OFFICER, Role.SECRECY_OFFICER})


def _clear_mark(case: Case, act: Act) -> Case:
    """A mark is wrong only when classification officer and secrecy officer, two persons, both say so in writing."""
    roles = act.person.roles & _CLEARING
    if not roles or act.person.id in case.contributors or not act.reason.strip():
        raise RefusedError("密级标志由定密责任人和保密审查员两人书面认定，撰稿人不得参与")
    cleared = case.cleared_by | {(act.person.id, role) for role in roles}
    pairs = {(a, b) for a, role in cleared if role is Role.CLASSIFICATION_OFFICER
             for b, other in cleared if other is Role.SECRECY_OFFICER and a != b}  # fmt: skip
    return replace(case, cleared_by=cleared, state=State.SCREENED if pairs else case.state)


def _report(case: Case, act: Act) -> Case:
    if not act.reason.strip():
        raise RefusedError("须写明发现经过")
    return replace(case, state=State.INCIDENT)


def _release(case: Case, act: Act) -> Case:
    if Role.PUBLISHER not in act.person.roles:
        raise RefusedError("由发布人发布")
    if act.terms != case.terms:
        raise RefusedError("渠道、受众或期限与审批的不一致")
    if act.person.id in {one.person for one in case.signatures} | case.contributors:
        raise RefusedError("审签人和撰稿人不得自行发布")
    return replace(case, state=State.RELEASED)


def _recall(case: Case, act: Act) -> Case:
    if not act.reason.strip():
        raise RefusedError("撤回须写明理由")
    return replace(case, state=State.RECALLED)


def _withdraw(case: Case, act: Act) -> Case:
    if act.person.id not in case.contributors:
        raise RefusedError("只有撰稿人可以撤稿")
    return replace(case, state=State.WITHDRAWN)


_MOVES: Mapping[Step, Callable[[Case, Act], Case]] = {
    Step.UPLOAD: _upload, Step.SUBMIT: _submit, Step.OPEN: _open, Step.RESOLVE: _resolve, Step.SIGN: _sign,
    Step.RETURN: _return, Step.SEND_UP: _send_up, Step.ANSWER: _answer, Step.REFUSE: _refuse,
    Step.CLEAR_MARK: _clear_mark, Step.REPORT: _report, Step.RELEASE: _release, Step.RECALL: _recall,
    Step.WITHDRAW: _withdraw,
}  # fmt: skip

_WORDS: Mapping[Step, str] = {
    Step.UPLOAD: "上传", Step.SUBMIT: "送审", Step.OPEN: "查看", Step.RESOLVE: "处理疑点", Step.SIGN: "签字",
    Step.RETURN: "退回", Step.SEND_UP: "送上级审定", Step.ANSWER: "登记审定意见", Step.REFUSE: "决定不予公开",
    Step.CLEAR_MARK: "认定误标", Step.REPORT: "报告失泄密事件", Step.RELEASE: "发布", Step.RECALL: "撤回",
    Step.WITHDRAW: "撤稿",
}  # fmt: skip

_BEFORE_REVIEW = (State.SCREENED, State.RETURNED)
_ALLOWED: frozenset[tuple[State, Step]] = frozenset(
    [(state, Step.UPLOAD) for state in (State.DRAFT, *_BEFORE_REVIEW, State.QUARANTINED, State.REVIEW, State.SENT_UP,
                                        State.APPROVED)]
    + [(state, Step.SUBMIT) for state in (State.SCREENED,)]
    + [(state, Step.OPEN) for state in (State.SCREENED, State.REVIEW, State.SENT_UP)]
    + [(State.REVIEW, step) for step in (Step.RESOLVE, Step.SIGN, Step.RETURN, Step.SEND_UP, Step.REFUSE)]
    + [(State.SENT_UP, Step.ANSWER), (State.QUARANTINED, Step.CLEAR_MARK), (State.QUARANTINED, Step.REPORT)]
    + [(State.APPROVED, Step.RELEASE), (State.RELEASED, Step.RECALL), (State.RELEASED, Step.REPORT)]
    + [(state, Step.WITHDRAW) for state in (*_BEFORE_REVIEW, State.REVIEW, State.APPROVED)]
)  # fmt: skip
