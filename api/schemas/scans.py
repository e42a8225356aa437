"""Shapes of a scan: as it is handed over, in the list, whole, its pages, and what is said about them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints

from api.schemas.base import DIGEST, Given, Line, Told, Words
from screening.domain.scan import LONGEST_LOCATION, MOST_DEVIATIONS, MOST_FINDINGS, MOST_NOT_READ, PageState, Said

_AT = "2031-05-06T02:10:00+08:00"
_URL = "https://www.example.gov.cn/2031/05/06.html"
_ID = "3f2a9c0d5b7e4a1690c8d2e4f6a8b0c2"
_MOST = 100_000_000
Location = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LOCATION)]
_WHEN = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
    r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])$"
)


def _is_a_day(words: str) -> str:
    """The 30th of February is none. Raises ValueError."""
    datetime.fromisoformat(words)
    return words


When = Annotated[str, StringConstraints(pattern=_WHEN, max_length=40), AfterValidator(_is_a_day)]
Gravity = Literal["S0", "S1", "S2", "S3"]


class FindingOfScanGiven(Given):
    """One finding, masked: the passage itself is not handed over."""

    fingerprint: str = Field(pattern=r"^[0-9a-f]{8,64}$", max_length=64, examples=["5d0c1b2a3f4e5d6c"])
    rule_id: Line = Field(min_length=1, examples=["PII-002"])
    title: Line = Field(examples=["手机号码"])
    category: Line = Field(min_length=1, examples=["pii_contact"])
    severity: Gravity = Field(json_schema_extra={"maxLength": 2}, examples=["S2"])
    place: Line = Field(examples=["第3段"])
    masked: Line = Field(description="遮蔽后的值；不得交原文", examples=["138****8000"])
    mended: Line = Field("", description="规范写法", examples=["138****8000"])
    message: Words = Field("", examples=["手机号码属于个人信息"])
    advice: Words = Field("", description="怎么办", examples=["遮蔽中间四位"])
    basis: Words = Field("", description="依据", examples=["个人信息保护法第二十五条"])
    first_seen: When = Field(examples=[_AT])
    last_seen: When = Field(examples=[_AT])
    pages: StrictInt = Field(1, ge=1, le=_MOST, description="页面公共部分：在多少页上", examples=[1])


class PageOfScanGiven(Given):
    """One address with findings."""

    location: Location = Field(description="网址；文件夹里的是相对路径", examples=[_URL])
    title: Line = Field("", description="页面标题；带密级标志的不保存", examples=["云岭春茶节开幕"])
    sha256: str = Field(pattern=DIGEST, max_length=64, examples=["9f" * 32])
    column: Line = Field("", description="栏目", examples=["通知公告"])
    owner: Line = Field("", description="责任部门（登记簿所载）", examples=["新闻部"])
    findings: list[FindingOfScanGiven] = Field(min_length=1, max_length=MOST_FINDINGS)


class NotReadGiven(Given):
    """Something that was not read."""

    location: Location = Field(examples=[_URL])
    reason: Line = Field(examples=["超时"])
    cure: Line = Field("", examples=["稍后重扫"])


class DeviationGiven(Given):
    """What the register and the site tell differently."""

    kind: Line = Field(examples=["unapproved"])
    label: Line = Field(examples=["未经批准发布"])
    location: Annotated[str, StringConstraints(max_length=LONGEST_LOCATION)] = Field("", examples=[_URL])
    number: Line = Field("", examples=["2031-0007"])
    title: Line = Field("", examples=["云岭春茶节开幕"])
    detail: Line = Field("", examples=["登记簿中没有这一页"])
    advice: Line = Field("", examples=["补办审批；批准前先撤下"])
    sha256: str = Field(
        "",
        pattern=f"{DIGEST}|^$",
        max_length=64,
        description="网上那一份的摘要；给出的可从页面开案",
        examples=["9f" * 32],
    )


class VersionsGiven(Given):
    """By which rules, model and policy."""

    ruleset: Line = Field("", examples=["2031.5"])
    model: Line = Field("", examples=["passages-20261125"])
    policy: Line = Field("", examples=["9f" * 32])


class ScanGiven(Given):
    """The outcome of a scan."""

    source: Line = Field(min_length=1, description="来源；同一来源请始终用同样的写法", examples=["www.example.gov.cn"])
    channel: Line = Field(min_length=1, description="发布渠道", examples=["website"])
    started: When = Field(examples=[_AT])
    finished: When = Field(examples=[_AT])
    pages: StrictInt = Field(ge=0, le=_MOST, description="检查了多少页", examples=[120])
    files: StrictInt = Field(ge=0, le=_MOST, description="多少附件或文件", examples=[14])
    unread: StrictInt = Field(ge=0, le=_MOST, description="多少项未能读取", examples=[1])
    complete: StrictBool = Field(description="整个来源都走到了", examples=[True])
    left_off: StrictInt = Field(0, ge=0, le=_MOST, description="过多而没有交来的疑点数", examples=[0])
    compared: StrictBool = Field(False, description="与登记簿核对过", examples=[True])
    versions: VersionsGiven
    found: list[PageOfScanGiven] = Field(max_length=MOST_FINDINGS, description="有疑点的网址；疑点合计至多 10000")
    not_read: list[NotReadGiven] = Field(default_factory=list, max_length=MOST_NOT_READ)
    deviations: list[DeviationGiven] = Field(default_factory=list, max_length=MOST_DEVIATIONS)


class ScanTold(Told):
    """A scan as it stands in the list."""

    id: str = Field(examples=[_ID])
    source: str = Field(examples=["www.example.gov.cn"])
    channel: str = Field(examples=["website"])
    started: str = Field(examples=[_AT])
    finished: str = Field(examples=[_AT])
    handed_at: str = Field(description="交到审签台的时间", examples=[_AT])
    pages: int = Field(examples=[120])
    files: int = Field(examples=[14])
    unread: int = Field(examples=[1])
    complete: bool
    left_off: int = Field(examples=[0])
    compared: bool
    counts: dict[str, int] = Field(description="各级疑点数", examples=[{"S0": 0, "S1": 1, "S2": 2, "S3": 0}])
    found: int = Field(description="有疑点的网址数", examples=[3])
    open: int = Field(description="其中待处理的", examples=[2])
    versions: dict[str, str] = Field(examples=[{"ruleset": "2031.5"}])


class Scans(Told):
    """A page of scans."""

    items: list[ScanTold]
    next: str | None = Field(examples=[None])


class WholeScan(ScanTold):
    """A scan with what was not read, and the deviations from the register; its findings: `/pages`."""

    not_read: list[dict[str, str]] = Field(examples=[[{"location": _URL, "reason": "超时", "cure": "稍后重扫"}]])
    deviations: list[dict[str, str]] = Field(examples=[[{"kind": "unapproved", "location": _URL}]])


class WordTold(Told):
    """What one person said about one finding."""

    said: Said = Field(examples=["false_alarm"])
    name: str = Field(examples=["程远之"])
    at: str = Field(examples=[_AT])
    reason: str = Field(examples=["对外值班电话"])
    case_id: str = Field(examples=[""])


class FindingOfScanTold(Told):
    """One finding, masked, and what was said about it."""

    fingerprint: str = Field(examples=["5d0c1b2a3f4e5d6c"])
    rule_id: str = Field(examples=["PII-002"])
    title: str = Field(examples=["手机号码"])
    category: str = Field(examples=["pii_contact"])
    severity: str = Field(examples=["S2"])
    place: str = Field(examples=["第3段"])
    masked: str = Field(examples=["138****8000"])
    mended: str = Field(examples=["138****8000"])
    message: str = Field(examples=["手机号码属于个人信息"])
    advice: str = Field(examples=["遮蔽中间四位"])
    basis: str = Field(examples=["个人信息保护法第二十五条"])
    first_seen: str = Field(examples=[_AT])
    last_seen: str = Field(examples=[_AT])
    pages: int = Field(examples=[1])
    open: bool
    words: list[WordTold]


class PageOfScanTold(Told):
    """One address with findings, and what has become of it."""

    number: int = Field(examples=[1])
    location: str = Field(examples=[_URL])
    title: str = Field(examples=["云岭春茶节开幕"])
    sha256: str = Field(examples=["9f" * 32])
    column: str = Field(examples=["通知公告"])
    owner: str = Field(examples=["新闻部"])
    state: PageState = Field(examples=["open"])
    findings: list[FindingOfScanTold]


class PagesOfScan(Told):
    """A page of these."""

    items: list[PageOfScanTold]
    next: str | None = Field(examples=[None])


class SettledGiven(Given):
    """What is said about all findings of a page that are open."""

    said: Said = Field(description="false_alarm 误报，mended 已整改，case 开案", examples=["false_alarm"])
    reason: Words = Field(min_length=1, description="理由", examples=["对外公布的值班电话"])
