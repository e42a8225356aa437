"""ETag and If-Match: nobody decides on what he has not seen (RFC 9110, 13.1.1; RFC 6585, 3)."""

import re
from typing import Annotated, Any

from fastapi import Depends, Request

from api.errors import ProblemError
from api.idempotency import HEADER as IDEMPOTENCY_KEY
from screening.domain.filing import Filing

_ETAG = re.compile(r'"([1-9][0-9]{0,8})"')
_IF_MATCH: dict[str, Any] = {
    "name": "If-Match", "in": "header", "required": True, "description": "读取时所得的 ETag",
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'}, "example": '"4"',
}  # fmt: skip
CHANGES: dict[str, Any] = {"parameters": [_IF_MATCH, IDEMPOTENCY_KEY]}
REMOVES: dict[str, Any] = {"parameters": [_IF_MATCH]}
ETAG: dict[str, Any] = {"headers": {"ETag": {"description": "改动时写进 If-Match", "schema": {"type": "string"}}}}


def etag_of(filing: Filing) -> str:
    """The ETag of a case as it is."""
    return f'"{filing.etag}"'


def if_match(request: Request) -> int:
    """The etag that the program saw. Raises ProblemError 428 without one, 412 for one that we never gave."""
    given = request.headers.get("if-match", "")
    if not given or given == "*":
        raise ProblemError(428, "须带 If-Match：写上读取这一稿件时所得的 ETag")
    found = _ETAG.fullmatch(given)
    if found is None:
        raise ProblemError(412)
    return int(found[1])


Seen = Annotated[int, Depends(if_match)]
