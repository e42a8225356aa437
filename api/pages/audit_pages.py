"""The audit trail: read, filtered, verified, taken along, anchored. For the auditor and the audit administrator.

The trail is one chain for the whole installation: who audits sees the events of all units, ids and digests only.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import SignedIn, now_of, require
from api.csrf import Form, csrf_guard
from api.errors import ProblemError
from api.pages.audit_words import ACTIONS, ACTORS
from api.pages.downloads import JSON, JSON_LINES, download, stream
from api.pages.frame import frame, html
from api.pages.shown import Pages, house_of, pages_of
from screening.domain.audit import Anchor, AuditEvent, export_lines, verify
from screening.domain.people import Role
from screening.store.books import Store

router = APIRouter(include_in_schema=False)
Auditing = Annotated[SignedIn, Depends(require(Role.AUDITOR, Role.AUDIT_ADMINISTRATOR))]
Sent = Annotated[Form, Depends(csrf_guard)]
PAGE, _CHUNK = 100, 5000
_FILTERS = ("action", "actor", "subject", "from", "to")
_FRESH = timedelta(minutes=10)
_DIGEST = 64


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event as it is shown."""

    seq: int
    at: str
    actor: str
    action_label: str
    subject: str
    payload: str
    seal: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether the chain holds, in words; until: the last event that was looked at, when."""

    ok: bool
    words: str
    until: int
    at: datetime


@router.get("/audit")
def audit_page(request: Request, signed: Auditing, page: int = 1) -> Response:
    """The events, newest first."""
    store = house_of(request).store
    filters = {name: value[:80] for name in _FILTERS if (value := request.query_params.get(name, "").strip())}
    with store.reading() as books:
        names = {one.id: one.name for one in books.people.all()} | ACTORS
        anchors = books.trail.anchors()
    events, pages = _found(store, filters, names, page)
    context = frame(request, signed, "审计") | {
        "rows": [_row(one, names) for one in events], "filters": filters,
        "options": {"actions": [("", "全部"), *ACTIONS.items()]}, "chain": chain_of(request),
        "anchor": anchors[-1] if anchors else None, "pages": pages,
    }  # fmt: skip
    return html("audit.html", context)


@router.get("/audit/export")
def export(request: Request, signed: Auditing) -> Response:
    """The whole trail with its anchors, as `xianshen audit verify` reads it; that it was taken is its last event."""
    store, now = house_of(request).store, now_of(request)
    with store.writing() as books:
        last = books.trail.append(now.isoformat(), signed.account.id, "audit:export", "audit").seq
    return stream(_lines(store, last), JSON_LINES, f"审计记录-{now:%Y%m%d}-{last}.jsonl")


@router.post("/audit/anchor")
def anchor(request: Request, _signed: Auditing, _form: Sent) -> Response:
    """Sign the end of the trail; the file is to be kept outside. The last one again when nothing came since."""
    store = house_of(request).store
    made = store.anchor(now_of(request).isoformat())
    if made is None:
        with store.reading() as books:
            known = books.trail.anchors()
        if not known:
            raise ProblemError(409, "还没有任何审计记录，无可锚定")
        made = known[-1]
    return download(_anchor_line(made), JSON, f"审计锚点-{made.seq}.json")


def chain_of(request: Request) -> Chain:
    """Whether the chain holds. Looked at anew when an event was added, and every ten minutes."""
    state, store, now = request.app.state, house_of(request).store, now_of(request)
    with store.reading() as books:
        until = (books.trail.last() or (0, ""))[0]
    known: Chain | None = getattr(state, "audit_chain", None)
    if known is None or known.until != until or now - known.at > _FRESH:
        state.audit_chain = known = _verified(store, until, now)
    return known


def _verified(store: Store, until: int, now: datetime) -> Chain:
    with store.reading() as books:
        anchors = books.trail.anchors()
    faults = list(verify(_events(store, until), store.keys.audit, [one for one in anchors if one.seq <= until]))
    at = f"{now:%H:%M} 核验"
    if not faults:
        return Chain(True, f"{until} 条记录首尾相接，封记全部相符，{len(anchors)} 个锚点相符（{at}）。", until, now)
    first = "；".join(f"第 {one.seq} 条：{one.what}" for one in faults[:5])
    return Chain(False, f"审计记录有 {len(faults)} 处问题（{at}）。{first}。请立即保全现场并报告。", until, now)


def _events(store: Store, until: int) -> Iterator[AuditEvent]:
    """All events up to this one, page by page: no transaction is held while somebody reads slowly."""
    after = 0
    while after < until:
        with store.reading() as books:
            events = list(books.trail.events(after, min(_CHUNK, until - after)))
        if not events:
            return
        yield from events
        after = events[-1].seq


def _lines(store: Store, until: int) -> Iterator[str]:
    yield from export_lines(_events(store, until))
    with store.reading() as books:
        anchors = [one for one in books.trail.anchors() if one.seq <= until]
    yield from (_anchor_line(one) for one in anchors)


def _anchor_line(one: Anchor) -> str:
    table = {"seq": one.seq, "seal": one.seal, "at": one.at, "signature": one.signature}
    return json.dumps(table, separators=(",", ":")) + "\n"


def _found(
    store: Store, filters: Mapping[str, str], names: Mapping[str, str], page: int
) -> tuple[list[AuditEvent], Pages]:
    """One page of the events under these filters. Without any, only that page is read."""
    url = f"/audit?{urlencode({**filters, 'page': ''})}"
    if not filters:
        with store.reading() as books:
            total = (books.trail.last() or (0, ""))[0]
            pages = pages_of(total, page, PAGE, url)
            return books.trail.recent(PAGE, total - (pages.number - 1) * PAGE + 1), pages
    found = [one for one in _backwards(store, filters.get("from", "")) if _matches(one, filters, names)]
    pages = pages_of(len(found), page, PAGE, url)
    return found[(pages.number - 1) * PAGE : pages.number * PAGE], pages


def _backwards(store: Store, since: str) -> Iterator[AuditEvent]:
    """Events newest first, until they are older than this day."""
    before: int | None = None
    while True:
        with store.reading() as books:
            events = books.trail.recent(_CHUNK, before)
        yield from events
        if not events or events[-1].at[:10] < since:
            return
        before = events[-1].seq


def _matches(event: AuditEvent, filters: Mapping[str, str], names: Mapping[str, str]) -> bool:
    who, day = filters.get("actor", ""), event.at[:10]
    return (
        filters.get("action") in (None, event.action)
        and (who in names.get(event.actor, "") or who == event.actor)
        and filters.get("subject", "") in event.subject
        and filters.get("from", "") <= day <= filters.get("to", "9999")
    )


def _row(event: AuditEvent, names: Mapping[str, str]) -> AuditRow:
    payload = " ".join(f"{name}={_short(value)}" for name, value in event.payload.items())
    return AuditRow(event.seq, event.at[:19].replace("T", " "), names.get(event.actor, event.actor),
                    ACTIONS.get(event.action, event.action), event.subject, payload, event.seal)  # fmt: skip


def _short(value: str | int) -> str:
    """A value on the page; a digest is known by its beginning, and stands whole in the export."""
    text = str(value)
    return f"{text[:16]}…" if len(text) == _DIGEST else text
