"""Scans: handed over by `xianshen scan --desk`, read, settled page by page, opened as cases."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response

from api.auth import SignedIn, allowed
from api.errors import ProblemError
from api.idempotency import HEADER, REPLAYED
from api.routes.paging import Cursor, Limit, cursor_of, number_of, place_of
from api.routes.resource import CSRF, Decider, SmallBody, house_of, resource
from api.scan_desk import open_case, scan_of, scans_for, scans_of
from api.schemas.base import CASE_ID, problems
from api.schemas.scans import (
    PageOfScanTold,
    PagesOfScan,
    ScanGiven,
    Scans,
    ScanTold,
    SettledGiven,
    WholeScan,
)
from screening.domain.account import Account
from screening.domain.errors import MissingError
from screening.domain.scan import MOST_FINDINGS, Said, Scan, open_prints
from screening.review.scans import PageSeen, ScanRow
from screening.store.idempotency import Answer, AnsweredError, KeyReusedError


class LongBody(SmallBody):
    """A scan may have ten thousand findings."""

    longest = 32 << 20


router = resource("scans", LongBody)
HandsOver = Annotated[SignedIn, Depends(allowed("scans:write"))]
Reader = Annotated[SignedIn, Depends(allowed("scans:read"))]
ScanId = Annotated[str, Path(pattern=CASE_ID, description="扫描", examples=["3f2a9c0d5b7e4a1690c8d2e4f6a8b0c2"])]
Number = Annotated[int, Path(ge=1, le=1_000_000, description="第几个网址，重的在前", examples=[1])]
_ONCE: dict[str, Any] = {"parameters": [HEADER]}


@router.post(
    "/scans", operation_id="handOverScan", summary="交来扫描结果", status_code=201, response_model=ScanTold,
    responses=problems() | {201: {"headers": {"Location": {"schema": {"type": "string"}}}}}, openapi_extra=_ONCE,
    dependencies=CSRF,
)  # fmt: skip
def hand_over(request: Request, given: ScanGiven, signed: HandsOver) -> Response:
    """一次扫描的结果：疑点只交遮蔽后的值，不交原文。由发布人、保密审查员交来，属于本人所在单位。"""
    house_of(request).screener.policy.channel(given.channel)
    if sum(len(page.findings) for page in given.found) > MOST_FINDINGS:
        raise ProblemError(422, f"疑点合计超过 {MOST_FINDINGS} 处：只交最重的，其余计入 left_off")
    scan, pages = scan_of(given)
    answer = Answer(201, scan.id, _address(scan.id))
    headers: dict[str, str] = {}
    try:
        row = scans_for(request, signed, given.model_dump_json(), answer).take_in(signed.account, scan, pages)
    except AnsweredError as error:
        row = _row(request, signed.account, error.answer.case_id)
        headers = {REPLAYED: "true"}
    except KeyReusedError as error:
        raise ProblemError(422, str(error)) from None
    headers["Location"] = _address(row.scan.id)
    return Response(_told(row).model_dump_json(), 201, headers, "application/json")


@router.get("/scans", operation_id="listScans", summary="扫描", responses=problems())
def list_scans(request: Request, signed: Reader, cursor: Cursor = None, limit: Limit = 50) -> Scans:
    """本单位的扫描，新的在前。"""
    rows = scans_of(request).latest(signed.account, limit + 1, place_of(cursor))
    last = rows[limit - 1].scan if len(rows) > limit else None
    following = cursor_of(last.handed_at, last.id) if last else None
    return Scans(items=[_told(one) for one in rows[:limit]], next=following)


@router.get("/scans/{scan_id}", operation_id="getScan", summary="一次扫描", responses=problems())
def get_scan(request: Request, scan_id: ScanId, signed: Reader) -> WholeScan:
    """各项数目，没有读到的，与登记簿不一致的；疑点另取。"""
    row = _row(request, signed.account, scan_id)
    return WholeScan(
        **_told(row).model_dump(),
        not_read=[asdict(one) for one in row.scan.not_read],
        deviations=[asdict(one) for one in row.scan.deviations],
    )


@router.get("/scans/{scan_id}/pages", operation_id="listPagesOfScan", summary="有疑点的网址", responses=problems())
def list_pages(
    request: Request, scan_id: ScanId, signed: Reader, cursor: Cursor = None, limit: Limit = 50
) -> PagesOfScan:
    """各网址的疑点和处理，重的在前。"""
    desk, after = scans_of(request), number_of(cursor)
    scan = desk.get(signed.account, scan_id)
    pages = desk.pages(signed.account, scan_id, range(after + 1, after + limit + 2))
    names = _names(request, pages)
    following = str(pages[limit - 1].page.number) if len(pages) > limit else None
    return PagesOfScan(items=[_page(scan, one, names) for one in pages[:limit]], next=following)


@router.post(
    "/scans/{scan_id}/pages/{number}/words", operation_id="settlePageOfScan", summary="处理一个网址的疑点",
    response_model=PageOfScanTold, responses=problems(409), openapi_extra=_ONCE, dependencies=CSRF,
)  # fmt: skip
def settle(request: Request, scan_id: ScanId, number: Number, given: SettledGiven, signed: Decider) -> Response:
    """误报、已整改，或开案：登记簿上已发布的，撤回那一件；没有经过审批的，新开一件。"""
    headers: dict[str, str] = {}
    desk = scans_for(request, signed, given.model_dump_json(), Answer(200, scan_id))
    try:
        if given.said is Said.CASE:
            scan, page = _one(request, signed.account, scan_id, number)
            open_case(house_of(request), desk, signed.account, scan, page.page, given.reason)
        else:
            desk.settle(signed.account, scan_id, number, given.said, given.reason)
    except AnsweredError:
        headers = {REPLAYED: "true"}
    except KeyReusedError as error:
        raise ProblemError(422, str(error)) from None
    scan, page = _one(request, signed.account, scan_id, number)
    body = _page(scan, page, _names(request, [page])).model_dump_json()
    return Response(body, headers=headers, media_type="application/json")


def _address(scan_id: str) -> str:
    return f"/api/v1/scans/{scan_id}"


def _row(request: Request, account: Account, scan_id: str) -> ScanRow:
    return scans_of(request).states(account, scan_id)[0]


def _one(request: Request, account: Account, scan_id: str, number: int) -> tuple[Scan, PageSeen]:
    desk = scans_of(request)
    scan, pages = desk.get(account, scan_id), desk.pages(account, scan_id, [number])
    if not pages:
        raise MissingError("没有这一网址")
    return scan, pages[0]


def _told(row: ScanRow) -> ScanTold:
    scan = row.scan
    same = {name: getattr(scan, name) for name in ScanTold.model_fields if hasattr(scan, name)}
    return ScanTold(**same | {"found": row.pages, "open": row.open})


def _page(scan: Scan, seen: PageSeen, names: Mapping[str, str]) -> PageOfScanTold:
    page = seen.page
    still = set(open_prints(page.prints, seen.words, scan.handed_at))
    findings = [
        asdict(one) | {
            "severity": one.severity.name,
            "open": one.fingerprint in still,
            "words": [
                asdict(word) | {"name": names.get(word.person, "")} for word in seen.words.get(one.fingerprint, ())
            ],
        }
        for one in page.findings
    ]  # fmt: skip
    shown = {name: getattr(page, name) for name in ("number", "location", "title", "sha256", "column", "owner")}
    return PageOfScanTold.model_validate(shown | {"state": seen.state, "findings": findings})


def _names(request: Request, pages: list[PageSeen]) -> dict[str, str]:
    people = {word.person for one in pages for words in one.words.values() for word in words}
    with house_of(request).store.reading() as books:
        return books.people.names(people)
