"""How the desk says things: times, deadlines, counts, channels; and the result of a screening as it was kept."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from fastapi import Request

from api.pages.views import Count
from screening.bootstrap import House
from screening.domain.account import Account
from screening.domain.errors import MissingError, RefusedError
from screening.domain.filing import Filing
from screening.domain.finding import Severity
from screening.domain.people import Role
from screening.domain.review import State
from screening.store.runs import Kept, kept

_SEVERITIES = sorted(Severity, reverse=True)
_KEPT = 8  # results held in memory; a reviewer decides many findings of one draft
_SOON = timedelta(days=1)


def house_of(request: Request) -> House:
    """The house of this application."""
    found: House = request.app.state.house
    return found


def time_label(at: str, *, kept: bool = False) -> str:
    """A time as people read it: 5月6日 09:30, with the year when it is not this one, or the paper is kept."""
    if not at:
        return ""
    time = datetime.fromisoformat(at)
    day = f"{time.month}月{time.day}日 {time:%H:%M}"
    return f"{time.year}年{day}" if kept or time.year != datetime.now(time.tzinfo).year else day


def due_label(filing: Filing, now: datetime) -> str:
    """The deadline in words: 今天到期, 已超期 2 天; empty when nothing is due."""
    if not filing.due_at:
        return ""
    due = datetime.fromisoformat(filing.due_at)
    if due < now:
        late = now - due
        return f"已超期 {late.days} 天" if late.days else f"已超期 {int(late.total_seconds() // 3600)} 小时"
    if filing.case.state in (State.QUARANTINED, State.INCIDENT):
        return f"剩 {int((due - now).total_seconds() // 3600)} 小时"
    if due.date() == now.date():
        return "今天到期"
    return "明天到期" if due.date() == (now + _SOON).date() else f"{due.month}月{due.day}日到期"


def overdue(filing: Filing, now: datetime) -> bool:
    """Whether the deadline has passed."""
    return bool(filing.due_at) and datetime.fromisoformat(filing.due_at) < now


def counts_of(filing: Filing) -> list[Count]:
    """Findings of the current version by severity, gravest first."""
    summary = filing.current.summary
    totals = [(one, int(summary.get(f"S{4 - one}", 0))) for one in _SEVERITIES]
    return [Count(one.name.lower(), one.label, total, 0) for one, total in totals]


def open_count(filing: Filing) -> int:
    """Findings of the current version that nobody has settled."""
    return max(filing.findings - len(filing.case.resolved), 0)


def author_label(filing: Filing, names: Mapping[str, str]) -> str:
    """Who wrote it; nobody here, when it was found published."""
    return "网上发现" if filing.case.found else names.get(filing.author, "")


def takes_original(account: Account, filing: Filing, number: int) -> bool:
    """Whether this person may take the bytes of a version: who wrote it any, the publisher what was approved."""
    if account.id in filing.case.contributors:
        return True
    approved = filing.case.state in (State.APPROVED, State.RELEASED) and number == len(filing.uploads)
    return approved and Role.PUBLISHER in account.person.roles


def channels(house: House) -> Mapping[str, str]:
    """Names of the channels by id, in the order of the policy."""
    return {one.id: one.name for one in house.screener.policy.channels.values()}


def categories(house: House) -> Mapping[str, str]:
    """Names of the categories by id."""
    return house.screener.policy.names


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in a list."""

    number: int
    count: int
    prev: str
    next: str


def pages_of(total: int, number: int, size: int, url: str) -> Pages:
    """The pages of a list; url ends in `page=`."""
    count = max((total + size - 1) // size, 1)
    number = min(max(number, 1), count)
    before, behind = number > 1, number < count
    return Pages(number, count, f"{url}{number - 1}" if before else "", f"{url}{number + 1}" if behind else "")


class Results:
    """Results of screenings, opened: the last few are held, so that each decision need not open the draft anew."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._held: OrderedDict[str, Kept] = OrderedDict()
        self._lock = Lock()

    def of(self, filing: Filing, number: int | None = None) -> Kept:
        """The result of a version, the current one by default.

        Raises MissingError without such a version, RefusedError when nothing was kept: it could not be screened.
        """
        if number is not None and not 1 <= number <= len(filing.uploads):
            raise MissingError("没有这一版本")
        upload = filing.uploads[(number or len(filing.uploads)) - 1]
        if not upload.result or filing.shredded:
            raise RefusedError("这一版本没有保存检查结果：检查未完成，或内容已隔离")
        with self._lock:
            held = self._held.get(upload.result)
        if held is None:
            held = kept(self._house.store.vault, filing.key, filing.id, upload.result)
        with self._lock:
            self._held[upload.result] = held
            self._held.move_to_end(upload.result)
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return held


def results_of(request: Request) -> Results:
    """The results of this application."""
    state = request.app.state
    if not hasattr(state, "results"):
        state.results = Results(state.house)
    found: Results = state.results
    return found
