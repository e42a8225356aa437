"""Cases as reviewers see them: what waits, one case, its record; looking and deciding, passage by passage."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from api.auth import SignedIn, allowed
from api.routes.conditions import CHANGES, ETAG, REMOVES, Seen, etag_of
from api.routes.moves import moved
from api.routes.paging import Cursor, Limit, cases_after
from api.routes.resource import CSRF, CaseId, Decider, Reader, house_of, resource
from api.routes.telling import case_of, entries_of, row_of
from api.schemas.base import problems
from api.schemas.cases import Cases, CaseTold, Entries, OpenedGiven, VerdictGiven
from screening.domain.filing import Filing
from screening.domain.review import State, Step
from screening.review import access
from screening.review.desk import Order
from screening.review.turns import WAITING, waits_for

router = resource("cases")
_MOVED = problems(409, 412, 428) | {200: ETAG}
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
Opener = Annotated[SignedIn, Depends(allowed("drafts:read"))]
Finding = Annotated[str, Path(pattern=r"^f[0-9]{1,6}$", description="疑点", examples=["f0"])]


@router.get("/cases", operation_id="listCases", summary="待办", responses=problems())
def list_cases(
    request: Request, signed: Reader,
    waiting: Annotated[bool, Query(description="只列等我办理的；false 为我因职务得知的全部")] = True,
    state: Annotated[State | None, Query(description="状态")] = None,
    channel: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="发布渠道")] = None,
    due: Annotated[str | None, Query(pattern=_DAY, description="这一天（含）以前到期")] = None,
    cursor: Cursor = None, limit: Limit = 50,
) -> Cases:  # fmt: skip
    """等我办理的稿件，到期的在前。"""
    account = signed.account

    def keep(filing: Filing) -> bool:
        mine = access.knows(account, filing) and (not waiting or waits_for(account, filing))
        return mine and (due is None or (bool(filing.due_at) and filing.due_at[:10] <= due))

    states = [state.value] if state else [one.value for one in WAITING] if waiting else []
    found, following = cases_after(
        house_of(request), keep, cursor, limit, unit=account.person.unit, states=states, channel=channel
    )
    return Cases(items=[row_of(one) for one in found], next=following)


@router.get("/cases/{case_id}", operation_id="getCase", summary="一件稿件", responses=problems() | {200: ETAG})
def get_case(request: Request, response: Response, case_id: CaseId, signed: Reader) -> CaseTold:
    """稿件、签字、已有的处理，以及我此时可以做什么。"""
    house = house_of(request)
    filing = house.desk.get(signed.account, case_id)
    response.headers["ETag"] = etag_of(filing)
    return case_of(house, filing, signed.account)


@router.get("/cases/{case_id}/entries", operation_id="listEntries", summary="办理记录", responses=problems())
def list_entries(request: Request, case_id: CaseId, signed: Reader) -> Entries:
    """谁、何时、做了什么、理由。"""
    house = house_of(request)
    filing = house.desk.get(signed.account, case_id)
    entries = house.desk.entries(signed.account, case_id)
    return Entries(items=entries_of(house, filing, signed.account, entries))


@router.post(
    "/cases/{case_id}/opened", operation_id="openItems", summary="登记已看过", response_model=CaseTold,
    responses=_MOVED, openapi_extra=CHANGES, dependencies=CSRF,
)  # fmt: skip
def open_items(request: Request, case_id: CaseId, given: OpenedGiven, signed: Opener, seen: Seen) -> Response:
    """登记我看过的疑点、未读内容、附件。签字前须全部看过。"""
    order = Order(Step.OPEN, etag=seen, items=_once(given.items))
    return moved(request, signed, case_id, order, given.model_dump_json())


@router.post(
    "/cases/{case_id}/verdicts", operation_id="decideFindings", summary="处理疑点", response_model=CaseTold,
    responses=_MOVED, openapi_extra=CHANGES, dependencies=CSRF,
)  # fmt: skip
def decide(request: Request, case_id: CaseId, given: VerdictGiven, signed: Decider, seen: Seen) -> Response:
    """登记疑点如何处理：删除、改写、脱敏，或误报、有发布依据、送审同意。要么全部登记，要么都不登记。"""
    detail = {"basis": given.basis} if given.basis else {}
    order = Order(Step.RESOLVE, etag=seen, reason=given.reason, items=_once(given.items),
                  resolution=given.resolution, detail=detail)  # fmt: skip
    return moved(request, signed, case_id, order, given.model_dump_json())


@router.delete(
    "/cases/{case_id}/verdicts/{item}", operation_id="undoVerdict", summary="撤销处理", response_model=CaseTold,
    responses=_MOVED, openapi_extra=REMOVES, dependencies=CSRF,
)  # fmt: skip
def undo(request: Request, case_id: CaseId, item: Finding, signed: Decider, seen: Seen) -> Response:
    """撤销我对这一疑点最近的处理。"""
    return moved(request, signed, case_id, Order(Step.UNDO, etag=seen, items=[item]))


def _once(items: list[str]) -> list[str]:
    """Each item once, in the order given."""
    return list(dict.fromkeys(items))
