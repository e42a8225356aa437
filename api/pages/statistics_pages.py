"""The statistics of the unit: counts only, from the rows of the cases and from the trail; no draft is opened."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import SignedIn, current, now_of
from api.errors import ProblemError
from api.pages.frame import frame, html
from api.pages.shown import categories, channels, house_of
from screening.domain.audit import AuditEvent
from screening.domain.filing import Filing
from screening.domain.finding import Severity
from screening.domain.review import State
from screening.review.assign import UnitRules, rules_of

router = APIRouter(include_in_schema=False)
Signed = Annotated[SignedIn, Depends(current)]
Bar = tuple[str, int, str, str]
Recent = Callable[[int, int | None], list[AuditEvent]]
CATEGORY = "category:"  # a count of an upload's summary that belongs to a category
_PERIOD = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")
_BEGINS, _ENDS = {"case:submit", "case:answer"}, {"case:return", "case:refuse", "case:send_up"}
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Flow:
    """What happened to the cases of a period. late, in_time: reviews that came to an end."""

    in_time: int = 0
    late: int = 0
    returns: int = 0
    recalls: int = 0
    incidents: int = 0


@router.get("/statistics")
def statistics_page(request: Request, signed: Signed, period: str = "") -> Response:
    """The counts of a year or a month."""
    now, house = now_of(request), house_of(request)
    period = period or str(now.year)
    if not _PERIOD.fullmatch(period):
        raise ProblemError(422, "时段应写作 2031 或 2031-05 的形式")
    filings = house.desk.register(signed.account, period)
    with house.store.reading() as books:
        unit = books.people.unit(signed.account.person.unit)
        events = list(_events(books.trail.recent, {one.id for one in filings}, period))
    flow = flow_of(events, rules_of(unit.settings if unit else ""), filings)
    context = frame(request, signed, "统计") | {
        "periods": _periods(now), "period": period, "tiles": _tiles(filings, flow),
        "months": _months(filings), "severities": _severities(filings),
        "categories": _named(_by_category(filings), categories(house), "处"),
        "channels": _named(Counter(one.case.terms.channel for one in filings), channels(house), "件"),
    }  # fmt: skip
    return html("statistics.html", context)


def flow_of(events: Sequence[AuditEvent], rules: UnitRules, filings: Sequence[Filing]) -> Flow:
    """How the reviews of these cases went. A review begins when a draft is submitted (or an outside opinion has
    come) and ends with the last signature, a return, a refusal, or when it is sent up."""
    steps: dict[str, list[AuditEvent]] = defaultdict(list)
    for event in events:
        steps[event.subject].append(event)
    ends = [late for one in steps.values() for late in _reviews(one, rules)]
    done = Counter(event.action for event in events)
    locked = sum(one.case.state in (State.QUARANTINED, State.INCIDENT) for one in filings)
    return Flow(
        ends.count(False), ends.count(True), done["case:return"], done["case:recall"] + done["case:found"], locked
    )


def _reviews(events: Sequence[AuditEvent], rules: UnitRules) -> Iterator[bool]:
    """For each review of one case that came to an end: whether it was late."""
    due = ""
    for event in events:
        signed = event.action == "case:sign" and event.payload.get("state") == State.APPROVED.value
        if event.action in _BEGINS:
            due = rules.review_due(datetime.fromisoformat(event.at))
        elif due and (signed or event.action in _ENDS):
            yield datetime.fromisoformat(event.at) > datetime.fromisoformat(due)
            due = ""


def _events(recent: Recent, cases: set[str], period: str) -> Iterator[AuditEvent]:
    """The events of these cases, in order. Read backwards, until the trail is older than the period."""
    found: list[AuditEvent] = []
    before: int | None = None
    while page := recent(_CHUNK, before):
        found += [event for event in page if event.subject in cases and event.action.startswith("case:")]
        before = page[-1].seq
        if page[-1].at[: len(period)] < period or before == 1:
            break
    return reversed(found)


def _periods(now: datetime) -> list[tuple[str, str]]:
    years = [(str(now.year - n), f"{now.year - n}年") for n in range(3)]
    return years + [(f"{now.year}-{n:02d}", f"{now.year}年{n}月") for n in range(now.month, 0, -1)]


def _tiles(filings: Sequence[Filing], flow: Flow) -> list[tuple[str, str, str]]:
    ended = flow.in_time + flow.late
    rate = f"{flow.in_time / ended * 100:.1f} %" if ended else "—"
    states = Counter(one.case.state for one in filings)
    return [
        ("登记", f"{len(filings)} 件", f"已发布 {states[State.RELEASED]} 件"),
        ("按时办结", rate, f"办结 {ended} 次，超期 {flow.late} 次"),
        ("退回", f"{flow.returns} 次", ""),
        ("不予公开", f"{states[State.NOT_PUBLISHED]} 件", ""),
        ("撤回", f"{flow.recalls} 件", ""),
        ("隔离和事件", f"{flow.incidents} 件", ""),
    ]


def _months(filings: Sequence[Filing]) -> list[Bar]:
    counts = Counter(one.created_at[:7] for one in filings)
    return [(f"{int(month[5:])}月", count, f"{count} 件", "") for month, count in sorted(counts.items())]


def _severities(filings: Sequence[Filing]) -> list[Bar]:
    bars = []
    for one in sorted(Severity, reverse=True):
        count = sum(int(filing.current.summary.get(one.name, 0)) for filing in filings)
        bars.append((one.label, count, f"{count} 处", one.name.lower()))
    return bars if any(count for _, count, _, _ in bars) else []


def _by_category(filings: Sequence[Filing]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for filing in filings:
        for name, count in filing.current.summary.items():
            if name.startswith(CATEGORY):
                counts[name.removeprefix(CATEGORY)] += int(count)
    return counts


def _named(counts: Mapping[str, int], names: Mapping[str, str], unit: str) -> list[Bar]:
    """The commonest first, at most twelve."""
    common = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:12]
    return [(names.get(name, name)[:12], count, f"{count} {unit}", "") for name, count in common]
