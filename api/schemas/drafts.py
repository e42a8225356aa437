"""The fields of the form by which a draft comes in."""

import re
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from api.schemas.base import Given, Line, Words
from screening.checker import checked_basis
from screening.domain.errors import SettingsError
from screening.domain.record import CARRIERS, KINDS, Declaration

_DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
_CONTACT = Annotated[str, StringConstraints(max_length=100)]
_LOGIN = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class DraftGiven(Given):
    """What the author declares before screening."""

    title: Line = Field(min_length=1, description="标题", examples=["云岭春茶节开幕"])
    kind: str = Field(description="类别", json_schema_extra={"enum": list(KINDS)}, examples=["新闻稿件"])
    carrier: str = Field(description="载体形式", json_schema_extra={"enum": list(CARRIERS)}, examples=["非公文"])
    classification: Line = Field("无密级", description="素材最高密级的声明；涉密的不得上传", examples=["无密级"])
    sources: Line = Field(min_length=1, description="素材来源", examples=["本单位采写"])
    cites_internal: bool = Field(description="是否引用内部文件", examples=[False])
    photo_author: Line = Field("", description="图片作者", examples=["安小禾"])
    photo_count: int = Field(0, ge=0, le=9999, description="图片张数", examples=[2])
    channel: Line = Field(min_length=1, description="发布渠道", examples=["website"])
    audience: Line = Field(min_length=1, description="受众", examples=["社会公众"])
    planned_at: str = Field("", pattern=_DAY, description="拟发布日期", examples=["2031-05-06"])
    release_basis: Line = Field("", description="权威发布的网址或文号", examples=["云政发〔2031〕6号"])
    summary: Words = Field("", description="内容摘要", examples=["报道春茶节开幕式"])
    contact: _CONTACT = Field("", description="联系方式", examples=["13800138000"])
    co_authors: list[_LOGIN] = Field(
        default_factory=list,
        max_length=20,
        description="参与撰稿的人的用户名；他们不得审签本稿",
        examples=[["author2"]],
    )

    @field_validator("release_basis")
    @classmethod
    def _can_be_looked_up(cls, words: str) -> str:
        try:
            return checked_basis(words)
        except SettingsError:
            raise ValueError("写权威发布的网址（https://…）或文号、公告号") from None

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        if self.kind not in KINDS or self.carrier not in CARRIERS or re.search("秘密|机密|绝密", self.classification):
            raise ValueError("类别、载体形式须取所列的词；声明涉密的稿件不得进入本系统")
        return self

    @property
    def declaration(self) -> Declaration:
        """The declaration on record."""
        values = self.model_dump(exclude={"co_authors"})
        return Declaration(**values)


def form_of(model: type[Given] | None) -> dict[str, Any]:
    """The requestBody of an upload for OpenAPI: the fields of a model beside the file."""
    schema = model.model_json_schema() if model else {"properties": {}}
    file = {"type": "string", "format": "binary", "description": "稿件"}
    whole = {"type": "object", "properties": {**schema["properties"], "file": file},
             "required": [*schema.get("required", ()), "file"], "additionalProperties": False}  # fmt: skip
    return {"required": True, "content": {"multipart/form-data": {"schema": whole}}}
