"""Shapes of the register, the audit trail, keys and health."""

from pydantic import Field

from api.schemas.base import Told

_AT = "2031-05-06T09:30:00+08:00"


class RegisterRow(Told):
    """One case of the register: what stands on record, no text of a draft."""

    number: str = Field(examples=["2031-0007"])
    created_at: str = Field(examples=[_AT])
    title: str = Field(description="已隔离的不显示", examples=["云岭春茶节开幕"])
    department: str = Field(examples=["新闻部"])
    author: str = Field(examples=["安小禾"])
    kind: str = Field(examples=["新闻稿件"])
    carrier: str = Field(examples=["非公文"])
    channel: str = Field(examples=["单位网站"])
    audience: str = Field(examples=["社会公众"])
    state: str = Field(examples=["已发布"])
    sha256: str = Field(examples=["9f" * 32])
    text_sha256: str = Field(description="所读到的文字的摘要", examples=["3c" * 32])
    valid_from: str = Field(description="批准公开的首日；空为不限", examples=["2031-05-06"])
    valid_to: str = Field(description="末日；空为不限", examples=["2031-06-05"])
    disposition: str = Field(examples=["须领导审批决定"])
    counts: dict[str, int] = Field(examples=[{"严重": 0, "高": 1, "中": 2, "低": 0}])
    unread: int = Field(examples=[0])
    opinions: list[dict[str, str | int]] = Field(description="各级意见", examples=[[{"office": "分管领导（审批）"}]])
    published_at: str = Field(examples=[_AT])
    url: str = Field(examples=["https://www.example.gov.cn/2031/05/06.html"])
    recalled_at: str = Field(examples=[""])


class Register(Told):
    """A page of the register."""

    items: list[RegisterRow]
    next: str | None = Field(examples=[None])


class Summary(Told):
    """What a month came to."""

    month: str = Field(examples=["2031-05"])
    unit: str = Field(examples=["云岭市融媒体中心"])
    cases: int = Field(examples=[12])
    by_state: dict[str, int] = Field(examples=[{"已发布": 9, "已退回": 3}])
    by_kind: dict[str, int] = Field(examples=[{"新闻稿件": 12}])
    by_channel: dict[str, int] = Field(examples=[{"单位网站": 12}])
    by_disposition: dict[str, int] = Field(examples=[{"须领导审批决定": 4}])


class EventTold(Told):
    """One event of the audit trail: ids and digests only."""

    seq: int = Field(examples=[1])
    at: str = Field(examples=[_AT])
    actor: str = Field(examples=["5d0c1b2a3f4e5d6c"])
    action: str = Field(examples=["case:sign"])
    subject: str = Field(examples=["3f2a9c0d5b7e4a1690c8d2e4f6a8b0c2"])
    payload: dict[str, str | int] = Field(examples=[{"version": 1, "level": 0}])
    seal: str = Field(examples=["9f" * 32])


class Events(Told):
    """A page of the trail."""

    items: list[EventTold]
    next: int | None = Field(description="下一页的 after", examples=[100])


class AnchorTold(Told):
    """A signed anchor: keep it where the keeper of the trail cannot change it."""

    seq: int = Field(examples=[120])
    seal: str = Field(examples=["9f" * 32])
    at: str = Field(examples=[_AT])
    signature: str = Field(description="Ed25519，base64", examples=["MEUCIQ=="])


class Anchors(Told):
    """All anchors."""

    items: list[AnchorTold]


class KeyTold(Told):
    """The public key that certificates and anchors are verified with. Compare the fingerprint by another way."""

    pem: str = Field(examples=["-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n"])
    fingerprint: str = Field(examples=["9f" * 32])


class Alive(Told):
    """That the process answers."""

    status: str = Field(examples=["ok"])


class Ready(Told):
    """Whether work can be taken in."""

    status: str = Field(description="ok 或 unavailable", examples=["ok"])
    database: bool
    vault: bool
    screening: bool = Field(description="待检查的稿件有没有程序在做")
