"""The register of the unit: on the page, as a workbook, and as the monthly return."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import SignedIn, current, now_of
from api.errors import ProblemError
from api.pages.downloads import XLSX, download
from api.pages.frame import frame, html
from api.pages.shown import channels, house_of, pages_of
from screening.domain.account import Account
from screening.domain.filing import Entry, Filing
from screening.domain.record import CaseRecord
from screening.domain.review import State, Step
from screening.report.register import monthly_summary_xlsx, register_xlsx
from screening.review import access
from screening.review.records import record_of

router = APIRouter(include_in_schema=False)
Signed = Annotated[SignedIn, Depends(current)]
PAGE = 100
SEALED = "（已隔离，标题不显示）"
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_LOCKED = (State.QUARANTINED, State.INCIDENT)
_SUBMITTED = frozenset({Step.SUBMIT.value, Step.CLEAR_MARK.value, Step.REPORT.value, Step.FOUND.value})


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the register. form: address of the form, empty for who may not open it."""

    number: str
    title: str
    form: str
    unit: str
    author: str
    channel_label: str
    submitted: str
    signers: list[str]
    state: str
    state_label: str
    released: str
    url: str
    remark: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A case with its record, as the register holds it."""

    filing: Filing
    record: CaseRecord
    submitted: str


@router.get("/register")
def register_page(request: Request, signed: Signed, month: str = "", page: int = 1) -> Response:
    """The register of a month."""
    month = _month(request, month)
    kept = _register(request, signed.account, month)
    pages = pages_of(len(kept), page, PAGE, f"/register?month={month}&page=")
    shown = kept[(pages.number - 1) * PAGE : pages.number * PAGE]
    context = frame(request, signed, "登记簿") | {
        "months": months(request), "month": month, "summary": _summary([one.record for one in kept]),
        "rows": [_row(signed.account, one) for one in shown], "pages": pages,
    }  # fmt: skip
    return html("register.html", context)


@router.get("/register.xlsx")
def workbook(request: Request, signed: Signed, month: str = "") -> Response:
    """The register of a month as a workbook; that it was taken stands on the trail."""
    month = _month(request, month)
    kept = _register(request, signed.account, month)
    _note(request, signed, month, len(kept))
    return download(register_xlsx([one.record for one in kept], month), XLSX, f"登记簿-{month}.xlsx")


@router.get("/register/summary.xlsx")
def summary(request: Request, signed: Signed, month: str = "") -> Response:
    """The monthly return."""
    month = _month(request, month)
    kept = _register(request, signed.account, month)
    _note(request, signed, month, len(kept))
    unit = unit_name(request, signed.account)
    return download(monthly_summary_xlsx([one.record for one in kept], month, unit), XLSX, f"汇总表-{month}.xlsx")


def months(request: Request, count: int = 24) -> list[tuple[str, str]]:
    """The months up to this one, the latest first."""
    now = now_of(request)
    numbers = range(now.year * 12 + now.month - 1, now.year * 12 + now.month - 1 - count, -1)
    return [(f"{one // 12}-{one % 12 + 1:02d}", f"{one // 12}年{one % 12 + 1}月") for one in numbers]


def unit_name(request: Request, account: Account) -> str:
    """The name of a person's unit."""
    with house_of(request).store.reading() as books:
        unit = books.people.unit(account.person.unit)
    return unit.name if unit else ""


def _month(request: Request, month: str) -> str:
    month = month or f"{now_of(request):%Y-%m}"
    if not _MONTH.fullmatch(month):
        raise ProblemError(422, "月份应写作 2031-05 的形式")
    return month


def _register(request: Request, account: Account, month: str) -> list[Kept]:
    """What was submitted, or is an incident, of a month. What an author still keeps to himself is not on record."""
    house = house_of(request)
    filings = house.desk.register(account, month)
    unit, names = unit_name(request, account), channels(house)
    with house.store.reading() as books:
        people = {one.id: one.name for one in books.people.all()}
        records = [(filing, books.cases.entries(filing)) for filing in filings]
    return [
        _kept(filing, entries, people, unit, names)
        for filing, entries in records
        if filing.case.state in _LOCKED or any(one.step in _SUBMITTED for one in entries)
    ]


def _kept(
    filing: Filing, entries: Sequence[Entry], people: Mapping[str, str], unit: str, names: Mapping[str, str]
) -> Kept:
    channel = filing.case.terms.channel
    record = record_of(filing, entries, people, unit, names.get(channel, channel))
    if filing.case.state in _LOCKED:
        declaration = replace(record.declaration, title=SEALED, summary="", sources="", release_basis="")
        record = replace(record, declaration=declaration, filename="")
    submitted = next((one.at for one in entries if one.step == Step.SUBMIT.value), filing.created_at)
    return Kept(filing, record, submitted[:10])


def _row(account: Account, kept: Kept) -> RegisterRow:
    filing, record = kept.filing, kept.record
    published, recall = record.publication, record.recall
    verb = "网上发现，未经审批" if filing.case.found else "撤回"
    remark = f"{recall.at[:10]} {verb}：{recall.reason}" if recall else ""
    if record.refusal:
        remark = f"{record.refusal.ground}；{record.refusal.article}"
    return RegisterRow(
        number=record.number,
        title=record.declaration.title,
        form=f"/cases/{filing.id}/form" if access.reads(account, filing) else "",
        unit=record.department,
        author=record.author,
        channel_label=record.declaration.channel,
        submitted=kept.submitted,
        signers=list(dict.fromkeys(one.name for one in record.opinions)),
        state=filing.case.state.value,
        state_label=record.state,
        released=published.at[:10] if published else "",
        url=published.url if published else (recall.url if recall else ""),
        remark=remark,
    )


def _summary(records: Sequence[CaseRecord]) -> list[tuple[str, int]]:
    return [
        ("送审", len(records)),
        ("已发布", sum(one.publication is not None for one in records)),
        ("不予公开", sum(one.refusal is not None for one in records)),
        ("报外部审定", sum(one.sent_up is not None for one in records)),
        ("撤回", sum(one.recall is not None for one in records)),
    ]


def _note(request: Request, signed: SignedIn, month: str, count: int) -> None:
    with house_of(request).store.writing() as books:
        at = now_of(request).isoformat()
        books.trail.append(at, signed.account.id, "register:export", month, {"cases": count})
