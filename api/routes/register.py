"""The register (登记簿) and the monthly summary, as data or as a workbook."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response

from api.auth import SignedIn, allowed
from api.errors import ProblemError
from api.routes.paging import Limit
from api.routes.resource import house_of, resource
from api.schemas.base import MONTH, Declared, problems
from api.schemas.records import Register, RegisterRow, Summary
from screening.bootstrap import House
from screening.domain.account import Account
from screening.domain.filing import Filing
from screening.domain.record import CaseRecord
from screening.domain.review import State
from screening.report.register import monthly_summary_xlsx, register_xlsx
from screening.review.records import record_of

router = resource("register")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LOCKED = "（已隔离）"
_BOOK: Declared = {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}
Clerk = Annotated[SignedIn, Depends(allowed("register:read"))]
Month = Annotated[str, Query(pattern=MONTH, description="登记的月份", examples=["2031-05"])]
Months = Annotated[str | None, Query(pattern=MONTH, description="登记的月份；不写为全部", examples=["2031-05"])]
Form = Annotated[Literal["json", "xlsx"] | None, Query(alias="format", description="也可用 Accept 选择")]
After = Annotated[str | None, Query(pattern=r"^[0-9]{4}-[0-9]{4,6}$", description="上一页答复中的 next")]


@router.get(
    "/register", operation_id="getRegister", summary="登记簿", response_model=Register, responses=problems(406) | _BOOK
)
def get_register(
    request: Request, signed: Clerk, month: Months = None, form: Form = None, cursor: After = None, limit: Limit = 100
) -> Response:
    """本单位的登记簿，按编号。工作簿不分页。"""
    house = house_of(request)
    filings = house.desk.register(signed.account, month)
    if wants_book(request, form):
        return _book(register_xlsx(_records(house, signed.account, filings)), f"register-{month or 'all'}")
    behind = [one for one in filings if cursor is None or one.number > cursor]
    rows = [_row(one) for one in _records(house, signed.account, behind[:limit])]
    following = behind[limit - 1].number if len(behind) > limit else None
    return _data(Register(items=rows, next=following))


@router.get(
    "/register/summary", operation_id="getSummary", summary="月度汇总", response_model=Summary,
    responses=problems(406) | _BOOK,
)  # fmt: skip
def get_summary(request: Request, signed: Clerk, month: Month, form: Form = None) -> Response:
    """本单位一个月的汇总；工作簿即《信息公开（宣传报道）保密审查汇总表》。"""
    house = house_of(request)
    records = _records(house, signed.account, house.desk.register(signed.account, month))
    unit = _unit(house, signed.account)
    if wants_book(request, form):
        return _book(monthly_summary_xlsx(records, month, unit), f"summary-{month}")
    return _data(Summary(
        month=month,
        unit=unit,
        cases=len(records),
        by_state=Counter(one.state for one in records),
        by_kind=Counter(one.declaration.kind for one in records),
        by_channel=Counter(one.declaration.channel for one in records),
        by_disposition=Counter(one.screening.disposition for one in records if one.screening),
    ))  # fmt: skip


def wants_book(request: Request, form: str | None) -> bool:
    """Whether a workbook is asked for, by format or by Accept. Raises ProblemError 406 for what there is not."""
    if form is not None:
        return form == "xlsx"
    accepted = [one.split(";")[0].strip() for one in request.headers.get("accept", "*/*").split(",")]
    if {"application/json", "application/*", "*/*"} & set(accepted):
        return False
    if XLSX not in accepted:
        raise ProblemError(406, "可取 application/json，或 xlsx 工作簿")
    return True


def _records(house: House, account: Account, filings: Sequence[Filing]) -> list[CaseRecord]:
    unit = _unit(house, account)
    channels = {one.id: one.name for one in house.screener.policy.channels.values()}
    with house.store.reading() as books:
        entries = {one.id: books.cases.entries(one) for one in filings}
        people = {entry.person for of_case in entries.values() for entry in of_case}
        names = books.people.names(people | {one.author for one in filings})
    return [
        record_of(_veiled(one), entries[one.id], names, unit, channels.get(one.case.terms.channel, ""))
        for one in filings
    ]


def _veiled(filing: Filing) -> Filing:
    """A quarantined case without its title: whoever reads the register need not know of it."""
    if filing.case.state not in (State.QUARANTINED, State.INCIDENT):
        return filing
    return replace(filing, declaration=replace(filing.declaration, title=_LOCKED, summary="", sources=""))


def _unit(house: House, account: Account) -> str:
    with house.store.reading() as books:
        unit = books.people.unit(account.person.unit)
    return unit.name if unit else ""


def _row(record: CaseRecord) -> RegisterRow:
    same = ("number", "created_at", "department", "author", "state", "sha256", "text_sha256", "valid_from", "valid_to")
    declared = ("title", "kind", "carrier", "channel", "audience")
    seen = record.screening
    return RegisterRow(
        **{name: getattr(record, name) for name in same},
        **{name: getattr(record.declaration, name) for name in declared},
        disposition=seen.disposition if seen else "",
        counts=dict(seen.counts_by_severity) if seen else {},
        unread=seen.unread if seen else 0,
        opinions=list(_opinions(record)),
        published_at=record.publication.at if record.publication else "",
        url=_url(record),
        recalled_at=record.recall.at if record.recall else "",
    )


def _url(record: CaseRecord) -> str:
    """Where it stands, or stood: as it was published, or found published without approval."""
    if record.publication:
        return record.publication.url
    return record.recall.url if record.recall else ""


def _opinions(record: CaseRecord) -> Iterable[dict[str, str | int]]:
    for one in record.opinions:
        yield {"level": one.level, "office": one.office, "name": one.name, "at": one.at, "conclusion": one.conclusion}


def _book(data: bytes, name: str) -> Response:
    return Response(data, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


def _data(shape: Register | Summary) -> Response:
    return Response(shape.model_dump_json(), media_type="application/json")
