"""What all shapes share: nothing unexpected is taken, nothing sent is repeated in an error."""

from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

PROBLEM = "application/problem+json"
DIGEST = r"^[0-9a-f]{64}$"
CASE_ID = r"^[0-9a-f]{32}$"
ITEM = r"^[fua][0-9]{1,6}$"
CURSOR = r"^[A-Za-z0-9_=-]{1,200}$"
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"

Item = Annotated[str, StringConstraints(pattern=ITEM)]
Words = Annotated[str, StringConstraints(max_length=2000)]
Line = Annotated[str, StringConstraints(max_length=300)]


class Given(BaseModel):
    """What comes in: a field that is not declared is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Told(BaseModel):
    """What goes out."""

    model_config = ConfigDict(frozen=True)


class Wrong(Told):
    """Where a request is not as declared. What was sent there is not repeated."""

    field: str = Field(examples=["body.reason"])
    kind: str = Field(examples=["string_too_long"])


class Problem(Told):
    """An error (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["内容已被改动"])
    status: int = Field(examples=[412])
    detail: str = Field(description="怎么办", examples=["内容已被改动：请重新读取后再提交"])
    errors: list[Wrong] | None = None


Declared = dict[int | str, dict[str, Any]]  # what a route says of its answers, by status
_WORDS = {
    400: "请求不合写法", 401: "没有令牌，或令牌无效", 403: "不允许：审查规则或令牌权限不许", 404: "没有，或无权知悉",
    405: "不支持这种操作", 406: "没有这种格式", 409: "与现状冲突：他人正在办理，或此时不能", 412: "ETag 已过时",
    413: "超过上限", 422: "字段有误", 428: "须带 If-Match", 500: "系统出错，没有保存任何改动", 503: "暂时不能服务",
    507: "磁盘已满，没有保存任何内容",
}  # fmt: skip
_SCHEMA = Problem.model_json_schema(ref_template="#/components/schemas/{model}")


def problems(*statuses: int) -> Declared:
    """The errors that a route declares, beside those of every route."""
    every = sorted({400, 401, 403, 404, 413, 422, 500, *statuses})
    return {status: _answer(status) for status in every}


def _answer(status: int) -> dict[str, Any]:
    return {"description": _WORDS.get(status, HTTPStatus(status).phrase), "content": {PROBLEM: {"schema": _flat()}}}


def _flat() -> dict[str, Any]:
    """The problem as one schema: it is declared for a media type of its own, which FastAPI does not do by model."""
    properties = {name: dict(one) for name, one in _SCHEMA["properties"].items() if name != "errors"}
    properties["errors"] = {"type": "array", "items": _SCHEMA["$defs"]["Wrong"]}
    return {"type": "object", "title": "Problem", "properties": properties, "required": _SCHEMA["required"]}
