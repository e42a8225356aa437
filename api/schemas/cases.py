"""Shapes of a case: in a list, as a draft of its author, as its reviewers see it; and what may be done with it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import DIGEST, Given, Item, Line, Told, Words
from screening.domain.review import Resolution, State, Step

_ID = "3f2a9c0d5b7e4a1690c8d2e4f6a8b0c2"
_AT = "2031-05-06T09:30:00+08:00"


class StepName(StrEnum):
    """The steps that a program may take by name; findings are opened and decided by addresses of their own."""

    SUBMIT = Step.SUBMIT.value
    SIGN = Step.SIGN.value
    RETURN = Step.RETURN.value
    SEND_UP = Step.SEND_UP.value
    ANSWER = Step.ANSWER.value
    REFUSE = Step.REFUSE.value
    CLEAR_MARK = Step.CLEAR_MARK.value
    REPORT = Step.REPORT.value
    MEASURE = Step.MEASURE.value
    RELEASE = Step.RELEASE.value
    RECALL = Step.RECALL.value
    WITHDRAW = Step.WITHDRAW.value


class CaseRow(Told):
    """A case as it stands in a list."""

    id: str = Field(examples=[_ID])
    number: str = Field(description="编号", examples=["2031-0007"])
    title: str = Field(examples=["云岭春茶节开幕"])
    state: State = Field(examples=["review"])
    state_label: str = Field(examples=["复审"])
    stage: str = Field(description="状态、审级、版本；换了一个就是另一阶段", examples=["review-1-1"])
    level: int = Field(description="现在的审级，自 0 起", examples=[1])
    department: str = Field(examples=["新闻部"])
    channel: str = Field(examples=["website"])
    severity: int = Field(description="最高级别：4 严重，3 高，2 中，1 低，0 没有", examples=[2])
    findings: int = Field(description="疑点数", examples=[3])
    open: int = Field(description="还没有处理的疑点数", examples=[1])
    unread: int = Field(description="没有读到的地方", examples=[0])
    created_at: str = Field(examples=[_AT])
    updated_at: str = Field(examples=[_AT])
    due_at: str = Field(description="本阶段的期限；空为没有", examples=["2031-05-07T23:59:59+08:00"])
    etag: str = Field(description="改动时写进 If-Match", examples=['"4"'])


class Cases(Told):
    """A page of cases."""

    items: list[CaseRow]
    next: str | None = Field(description="下一页的 cursor；没有下一页为空", examples=[None])


class Declared(Told):
    """What the author declared."""

    kind: str = Field(examples=["新闻稿件"])
    carrier: str = Field(examples=["非公文"])
    classification: str = Field(examples=["无密级"])
    sources: str = Field(examples=["本单位采写"])
    cites_internal: bool
    photo_author: str = Field(examples=["安小禾"])
    photo_count: int = Field(examples=[2])
    planned_at: str = Field(examples=["2031-05-06"])
    release_basis: str = Field(examples=["https://www.example.gov.cn/2031/05/06.html"])
    summary: str = Field(examples=["报道春茶节开幕式"])
    contact: str = Field(examples=["13800138000"])


class Bound(Told):
    """What an approval binds beside the bytes."""

    channel: str = Field(examples=["website"])
    audience: str = Field(examples=["社会公众"])
    first_day: str = Field(examples=["2031-05-06"])
    last_day: str = Field(examples=["2031-06-05"])


class VersionTold(Told):
    """One upload and what its screening found, in numbers."""

    number: int = Field(examples=[1])
    sha256: str = Field(examples=["9f" * 32])
    size: int = Field(examples=[20480])
    filename: str = Field(description="隔离或销毁的内容没有", examples=["稿件.docx"])
    media_type: str = Field(examples=["application/vnd.openxmlformats-officedocument.wordprocessingml.document"])
    at: str = Field(examples=[_AT])
    screened: bool = Field(description="检查是否完成")
    counts: dict[str, int] = Field(description="各级疑点数", examples=[{"S0": 0, "S1": 1, "S2": 2, "S3": 0}])
    run: str = Field(description="检查结果的地址；没有保存结果的为空", examples=[f"/api/v1/drafts/{_ID}/runs/1"])


class DraftTold(CaseRow):
    """A draft as its author sees it."""

    declaration: Declared | None = Field(description="隔离或销毁的没有")
    terms: Bound
    versions: list[VersionTold]


class SignedTold(Told):
    """A level that was signed."""

    level: int = Field(examples=[0])
    office: str = Field(examples=["部门负责人（初审）"])
    name: str = Field(examples=["常一川"])
    sha256: str = Field(examples=["9f" * 32])
    at: str = Field(examples=[_AT])


class CaseTold(DraftTold):
    """A case as those see it who know of it."""

    author: str = Field(examples=["安小禾"])
    contributors: list[str] = Field(description="撰稿、参与撰稿和代为上传的人：不得审签", examples=[["安小禾"]])
    offices: list[str] = Field(description="依次审签的岗位", examples=[["部门负责人（初审）", "分管领导（审批）"]])
    signatures: list[SignedTold]
    to_open: list[str] = Field(description="签字前须看过的：f 疑点，u 未读，a 附件", examples=[["f0", "u0"]])
    opened: list[str] = Field(description="我看过的", examples=[["f0"]])
    resolved: dict[str, Resolution] = Field(description="已有定论的疑点", examples=[{"f0": "false_alarm"}])
    steps: list[Step] = Field(description="我此时可以做的", examples=[["sign", "return"]])
    waits_for_me: bool
    locked_by: str = Field(description="正在审看的人", examples=[""])
    locked_until: str = Field(examples=[""])


class EntryTold(Told):
    """One act on record."""

    number: int = Field(examples=[3])
    step: Step
    step_label: str = Field(examples=["签字"])
    name: str = Field(examples=["常一川"])
    sha256: str = Field(examples=["9f" * 32])
    at: str = Field(examples=[_AT])
    level: int = Field(examples=[0])
    item: str = Field(examples=["f0"])
    resolution: str = Field(examples=["false_alarm"])
    words: dict[str, str] = Field(description="理由和依据；内容隔离或销毁后没有", examples=[{"reason": "已核"}])


class Entries(Told):
    """The record of a case."""

    items: list[EntryTold]


class OpenedGiven(Given):
    """What I have looked at."""

    items: list[Item] = Field(min_length=1, max_length=1000, examples=[["f0", "u0"]])


class VerdictGiven(Given):
    """What is to become of findings."""

    items: list[Annotated[str, StringConstraints(pattern=r"^f[0-9]{1,6}$")]] = Field(
        min_length=1, max_length=1000, description="疑点", examples=[["f0"]]
    )
    resolution: Resolution = Field(examples=["false_alarm"])
    reason: Words = Field(min_length=1, description="理由", examples=["山名，与密级无关"])
    basis: Line = Field("", description="有发布依据的出处：网址或文号", examples=["云政发〔2031〕6号"])


class TermsGiven(Given):
    """What is about to be published: must be what was approved."""

    channel: Line = Field(examples=["website"])
    audience: Line = Field(examples=["社会公众"])
    first_day: Line = Field(examples=["2031-05-06"])
    last_day: Line = Field(examples=["2031-06-05"])


class StepGiven(Given):
    """What a step needs to be told; which step takes what: see docs/api.md."""

    reason: Words = Field("", description="理由或意见", examples=["同意公开"])
    authority: Line = Field("", description="审定机关（send_up）", examples=["云岭市保密行政管理部门"])
    document_no: Line = Field("", description="文号（send_up、answer）", examples=["云保函〔2031〕3号"])
    due: Line = Field("", description="请求答复的日期（send_up）", examples=["2031-05-20"])
    agreed: bool | None = Field(None, description="审定机关是否同意公开（answer）")
    ground: Line = Field("", description="不予公开的理由（refuse）", examples=["其他"])
    article: Line = Field("", description="依据的条款（refuse）", examples=["信息公开条例第十四条"])
    partial_considered: bool | None = Field(None, description="是否考虑过区分处理（refuse）")
    url: Line = Field("", description="发布地址（release）", examples=["https://www.example.gov.cn/2031/05/06.html"])
    channels: Line = Field("", description="从哪些渠道撤下（recall），以顿号分开", examples=["网站"])
    terms: TermsGiven | None = Field(None, description="渠道、受众、期限（release）")


class RunTold(Told):
    """The result of screening a version."""

    number: int = Field(examples=[1])
    document_sha256: str = Field(pattern=DIGEST, examples=["9f" * 32])
    channel: str = Field(examples=["website"])
    versions: dict[str, str] = Field(examples=[{"ruleset": "9f" * 32, "model": "9f" * 32, "policy": "9f" * 32}])
    coverage: dict[str, object] = Field(
        description="读了多少，哪里没有读到", examples=[{"blocks": 12, "complete": True}]
    )
    decision: dict[str, object] = Field(examples=[{"disposition": "HOLD", "label": "须领导审批决定"}])
    score: float = Field(description="须有人看的概率", examples=[0.93])
    findings: int = Field(examples=[3])


class FindingTold(Told):
    """One finding. quote: only when asked for."""

    item: str = Field(examples=["f0"])
    rule_id: str = Field(examples=["pii-phone-01"])
    title: str = Field(examples=["手机号码"])
    category: str = Field(examples=["personal_phone"])
    severity: str = Field(examples=["S2"])
    start: int = Field(description="在全文中的起点（码点）", examples=[120])
    end: int = Field(examples=[131])
    score: float = Field(examples=[0.98])
    place: str = Field(examples=["第3页第2段"])
    visible: bool
    masked: str = Field(examples=["138****8000"])
    quote: str | None = Field(None, description="原文；只在 show=true 时有", examples=[None])
    message: str
    advice: str
    basis: str
    fingerprint: str
    explanation: list[str]
    resolution: str = Field(description="定论；还没有为空", examples=[""])


class Findings(Told):
    """A page of findings."""

    items: list[FindingTold]
    next: str | None = Field(examples=["100"])
