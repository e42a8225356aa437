"""What waits for a signer or a publisher: due first, with filters that stay while one works through the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import SignedIn, now_of, require
from api.pages.frame import frame, html
from api.pages.shown import author_label, channels, counts_of, due_label, house_of, open_count, overdue, pages_of
from api.pages.views import Count
from screening.domain.account import Account
from screening.domain.filing import Filing
from screening.domain.finding import Severity
from screening.domain.people import Role
from screening.domain.review import State
from screening.review.turns import waits_for

router = APIRouter(include_in_schema=False)
_SIGNING = (Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.CLASSIFICATION_OFFICER, Role.APPROVER)
Waited = Annotated[SignedIn, Depends(require(*_SIGNING, Role.PUBLISHER))]
PAGE = 50
FILTERS = ("state", "level", "due", "severity", "channel", "all")
_ALL = ("", "全部")
_DUES = {"overdue": "已超期", "today": "今天到期", "week": "七天内到期"}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the list. lock: who is at work on it, if somebody else is."""

    url: str
    title: str
    lock: str
    state: str
    state_label: str
    level_label: str
    mine: bool
    due_label: str
    overdue: bool
    counts: list[Count]
    open: int
    channel_label: str
    author: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Where one is in the list that one came from; addresses that keep its filter, empty where there is none."""

    back: str
    prev: str
    next: str
    words: str


@router.get("/queue")
def queue_page(request: Request, signed: Waited, page: int = 1) -> Response:
    """The list."""
    now, account, filters = now_of(request), signed.account, filters_of(request.query_params)
    every = house_of(request).desk.queue(account)
    found = chosen(request, account, filters)
    pages = pages_of(len(found), page, PAGE, f"/queue?{urlencode(filters | {'page': ''})}")
    shown = found[(pages.number - 1) * PAGE : pages.number * PAGE]
    context = frame(request, signed, "待审", counts={"/queue": len(every)}) | {
        "rows": _rows(request, account, shown, filters),
        "filters": filters,
        "options": _options(request),
        "mine": len(every),
        "due_today": sum(_is_due(one, "today", now) for one in every),
        "overdue": sum(overdue(one, now) for one in every),
        "pages": pages,
    }
    return html("queue.html", context)


def filters_of(asked: Mapping[str, str]) -> dict[str, str]:
    """What of an address is a filter of the list."""
    return {name: asked[name][:40] for name in FILTERS if asked.get(name)}


def chosen(request: Request, account: Account, filters: Mapping[str, str]) -> list[Filing]:
    """The cases of the list under these filters, those due first."""
    now = now_of(request)
    cases = house_of(request).desk.queue(account, all_states="all" in filters)
    return [filing for filing in cases if _matches(filing, filters, now)]


def beside(request: Request, account: Account, case_id: str, back: str) -> Beside | None:
    """The case before and behind this one in the list with the address `back`; None when it is no such list.

    When the case has left the list, `next` is the first that is left.
    """
    path, _, query = back.partition("?")
    if path != "/queue":
        return None
    filters = filters_of(dict(parse_qsl(query)))
    ids = [filing.id for filing in chosen(request, account, filters)]
    at = ids.index(case_id) if case_id in ids else -1
    before = link(ids[at - 1], filters) if at > 0 else ""
    behind = link(ids[at + 1], filters) if at + 1 < len(ids) else ""
    words = f"第 {at + 1} 件，共 {len(ids)} 件" if at >= 0 else f"还有 {len(ids)} 件"
    return Beside(_address(filters), before, behind, words)


def link(case_id: str, filters: Mapping[str, str]) -> str:
    """The address of a case that remembers the list."""
    return f"/cases/{case_id}?back={quote(_address(filters), safe='')}"


def _address(filters: Mapping[str, str]) -> str:
    return f"/queue?{urlencode(filters)}" if filters else "/queue"


def _matches(filing: Filing, filters: Mapping[str, str], now: datetime) -> bool:
    case, wanted = filing.case, filters.get
    office = case.levels[case.level].value if case.state in (State.REVIEW, State.SENT_UP) else ""
    severity = Severity(filing.severity).name.lower() if filing.severity else "none"
    return (
        wanted("state") in (None, case.state.value)
        and wanted("level") in (None, office)
        and wanted("severity") in (None, severity)
        and wanted("channel") in (None, case.terms.channel)
        and ("due" not in filters or _is_due(filing, filters["due"], now))
    )


def _is_due(filing: Filing, when: str, now: datetime) -> bool:
    """Whether the deadline has passed, or lies between now and the end of today or of the next seven days."""
    if not filing.due_at:
        return False
    if when == "overdue":
        return overdue(filing, now)
    due, last = datetime.fromisoformat(filing.due_at), now + timedelta(days=7 if when == "week" else 0)
    return due >= now and due.astimezone(now.tzinfo).date() <= last.date()


def _options(request: Request) -> dict[str, list[tuple[str, str]]]:
    shown = [state for state in State if state is not State.DRAFT]
    return {
        "states": [_ALL, *((state.value, state.label) for state in shown)],
        "levels": [_ALL, *((role.value, role.stage) for role in _SIGNING)],
        "dues": [_ALL, *_DUES.items()],
        "severities": [_ALL, *((one.name.lower(), one.label) for one in sorted(Severity, reverse=True)),
                       ("none", "无疑点")],
        "channels": [_ALL, *channels(house_of(request)).items()],
    }  # fmt: skip


def _rows(request: Request, account: Account, cases: Sequence[Filing], filters: Mapping[str, str]) -> list[QueueRow]:
    now, names = now_of(request), channels(house_of(request))
    with house_of(request).store.reading() as books:
        people = books.people.names({one for case in cases for one in (case.author, case.locked_by)})
    rows = []
    for filing in cases:
        case = filing.case
        held = filing.locked_by not in ("", account.id) and filing.locked_until > now.isoformat()
        rows.append(QueueRow(
            url=link(filing.id, filters),
            title=filing.declaration.title,
            lock=f"{people.get(filing.locked_by, '另一位审查员')}正在审看" if held else "",
            state=case.state.value,
            state_label=case.state.label,
            level_label=case.levels[case.level].stage if case.state in (State.REVIEW, State.SENT_UP) else "",
            mine=waits_for(account, filing),
            due_label=due_label(filing, now),
            overdue=overdue(filing, now),
            counts=counts_of(filing),
            open=open_count(filing),
            channel_label=names.get(case.terms.channel, case.terms.channel),
            author=author_label(filing, people),
        ))  # fmt: skip
    return rows
