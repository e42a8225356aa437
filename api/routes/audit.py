"""The audit trail: in pages, as an export to be verified elsewhere, and its signed anchors."""

import json
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from starlette.responses import StreamingResponse

from api.auth import allowed, require
from api.routes.paging import Limit
from api.routes.resource import CSRF, house_of, resource
from api.schemas.base import Declared, problems
from api.schemas.records import Anchors, AnchorTold, Events, EventTold
from screening.domain.audit import Anchor, AuditEvent, export_lines
from screening.domain.people import Role
from screening.store.books import Store

router = resource("audit")
LINES = "application/x-ndjson"
_PAGE = 5000
_LINES: Declared = {200: {"description": "每行一条记录（JSON），末尾是锚点；用 xianshen audit verify 核验",
                "content": {LINES: {"schema": {"type": "string"}}}}}  # fmt: skip
_OFFICE = [Depends(allowed("audit:read")), Depends(require(Role.AUDITOR, Role.AUDIT_ADMINISTRATOR))]


@router.get("/audit", operation_id="listEvents", summary="审计记录", responses=problems(), dependencies=_OFFICE)
def list_events(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="从这一条之后读起")] = 0, limit: Limit = 100,
) -> Events:  # fmt: skip
    """审计记录：只有编号、数字和摘要，没有稿件文字。"""
    with house_of(request).store.reading() as books:
        events = list(books.trail.events(after, limit + 1))
    following = events[limit - 1].seq if len(events) > limit else None
    return Events(items=[_event(one) for one in events[:limit]], next=following)


@router.get(
    "/audit/export", operation_id="exportEvents", summary="导出审计记录", response_class=StreamingResponse,
    responses=problems() | _LINES, dependencies=_OFFICE,
)  # fmt: skip
def export(request: Request) -> StreamingResponse:
    """全部审计记录和锚点。"""
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(_lines(house_of(request).store), media_type=LINES, headers=headers)


@router.get("/audit/anchors", operation_id="listAnchors", summary="锚点", responses=problems(), dependencies=_OFFICE)
def list_anchors(request: Request) -> Anchors:
    """全部锚点。另存于审计记录的保管人改不到的地方。"""
    with house_of(request).store.reading() as books:
        anchors = books.trail.anchors()
    return Anchors(items=[_anchor(one) for one in anchors])


@router.post(
    "/audit/anchors", operation_id="makeAnchor", summary="作锚点", status_code=201, responses=problems(409, 507) | {
        200: {"description": "自上一个锚点以来没有新记录：答复即上一个锚点", "model": AnchorTold},
    }, dependencies=[*_OFFICE, *CSRF],
)  # fmt: skip
def make_anchor(request: Request, response: Response) -> AnchorTold:
    """为审计记录的末尾签名。再发一次不会多作一个，所以不用 Idempotency-Key。"""
    house = house_of(request)
    made = house.store.anchor(house.clock().isoformat())
    if made is not None:
        return _anchor(made)
    response.status_code = 200
    with house.store.reading() as books:
        return _anchor(books.trail.anchors()[-1])


def _lines(store: Store) -> Iterator[str]:
    """The trail page by page, each in a transaction of its own: nothing before the end changes, and a slow reader
    holds nobody up."""
    after = 0
    while True:
        with store.reading() as books:
            events = list(books.trail.events(after, _PAGE))
        yield from export_lines(events)
        if len(events) < _PAGE:
            break
        after = events[-1].seq
    with store.reading() as books:
        anchors = books.trail.anchors()
    for one in anchors:
        yield json.dumps(_anchor(one).model_dump(), separators=(",", ":")) + "\n"


def _event(event: AuditEvent) -> EventTold:
    return EventTold(seq=event.seq, at=event.at, actor=event.actor, action=event.action, subject=event.subject,
                     payload=dict(event.payload), seal=event.seal)  # fmt: skip


def _anchor(made: Anchor) -> AnchorTold:
    return AnchorTold(seq=made.seq, seal=made.seal, at=made.at, signature=made.signature)
