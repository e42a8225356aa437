"""Drafts: taken in as a stream, listed and read by their authors."""

from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from api.auth import SignedIn
from api.csrf import must_carry
from api.errors import ProblemError
from api.idempotency import HEADER as IDEMPOTENCY_KEY
from api.idempotency import check_key
from api.received import Draft, into_vault
from api.routes.arrivals import Arrival, file_new, file_version
from api.routes.conditions import CHANGES, ETAG, Seen, etag_of
from api.routes.paging import Cursor, Limit, cases_after
from api.routes.resource import CSRF_OF_UPLOADS, CaseId, Reader, Writer, house_of, resource
from api.routes.telling import draft_of, row_of
from api.schemas.base import Declared, problems
from api.schemas.cases import Cases, DraftTold
from api.schemas.drafts import DraftGiven, form_of
from api.upload import UPLOAD_LIMIT, BadUploadError
from screening.domain.errors import RefusedError
from screening.domain.people import Role

router = resource("drafts")
_LOCATION = {"Location": {"description": "稿件的地址", "schema": {"type": "string"}}}
_FILED: Declared = {202: {"description": "已收下，正在检查", "headers": ETAG["headers"] | _LOCATION}}
_OF_UPLOADS = problems(409, 412, 428, 507)


def author(signed: Writer) -> SignedIn:
    """Who is asking, an author. Raises RefusedError before the body is read."""
    if Role.AUTHOR not in signed.account.person.roles:
        raise RefusedError("只有撰稿人可以上传稿件；请由安全管理员授予撰稿人角色")
    return signed


Author = Annotated[SignedIn, Depends(author)]


@router.post(
    "/drafts", operation_id="uploadDraft", summary="上传稿件", status_code=202, response_model=DraftTold,
    responses=problems(409, 507) | _FILED, dependencies=CSRF_OF_UPLOADS,
    openapi_extra={"requestBody": form_of(DraftGiven), "parameters": [IDEMPOTENCY_KEY]},
)  # fmt: skip
async def upload_draft(request: Request, signed: Author) -> Response:
    """收下稿件，排队检查。文件边收边加密；检查完成前 state 为 screening。"""
    check_key(request)
    draft = await _taken_in(request, signed)
    return await to_thread.run_sync(_filed_new, request, signed, draft) if draft else Response(status_code=400)


@router.post(
    "/drafts/{case_id}/versions", operation_id="uploadVersion", summary="上传新版本", status_code=202,
    response_model=DraftTold, responses=_OF_UPLOADS | _FILED, dependencies=CSRF_OF_UPLOADS,
    openapi_extra={"requestBody": form_of(None), **CHANGES},
)  # fmt: skip
async def upload_version(request: Request, case_id: CaseId, signed: Author, seen: Seen) -> Response:
    """收下新版本，重新检查。此前的签字、查看和处理全部作废。"""
    check_key(request)
    house = house_of(request)
    filing = await to_thread.run_sync(house.desk.get, signed.account, case_id)
    if signed.account.id not in filing.case.contributors:
        raise RefusedError("只有撰稿人可以上传新版本；审签人发现须改动时请退回")
    if filing.shredded:
        raise ProblemError(409, "内容已销毁：不能再上传")
    draft = await _taken_in(request, signed, filing.id, filing.key)
    return (
        await to_thread.run_sync(_filed_version, request, signed, draft, seen) if draft else Response(status_code=400)
    )


@router.get("/drafts", operation_id="listDrafts", summary="我的稿件", responses=problems())
def list_drafts(request: Request, signed: Reader, cursor: Cursor = None, limit: Limit = 50) -> Cases:
    """我撰写或参与撰写的稿件，到期的在前。"""
    found, following = cases_after(
        house_of(request), lambda _filing: True, cursor, limit, contributor=signed.account.id
    )  # fmt: skip
    return Cases(items=[row_of(one) for one in found], next=following)


@router.get("/drafts/{case_id}", operation_id="getDraft", summary="稿件", responses=problems() | {200: ETAG})
def get_draft(request: Request, response: Response, case_id: CaseId, signed: Reader) -> DraftTold:
    """稿件的状态、版本和疑点数。"""
    filing = house_of(request).desk.get(signed.account, case_id)
    response.headers["ETag"] = etag_of(filing)
    return draft_of(filing, signed.account)


async def _taken_in(request: Request, signed: SignedIn, case_id: str = "", key: bytes = b"") -> Draft | None:
    """The upload, sealed; None when the sender has gone."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise BadUploadError("上传的表单应为 multipart/form-data，文件的字段名为 file")
    word = request.headers.get("x-csrf-token")
    if word is not None:
        must_carry(signed, word)
    try:
        draft = await into_vault(request, house_of(request), UPLOAD_LIMIT, case_id, key)
    except ClientDisconnect:
        return None
    if word is None:
        try:
            must_carry(signed, draft.one("csrf"))
        except ProblemError:
            await to_thread.run_sync(draft.forget, house_of(request))
            raise
    return draft


def _filed_new(request: Request, signed: SignedIn, draft: Draft) -> Response:
    return _answered(request, signed, file_new(request, signed, draft, _given(request, draft)))


def _filed_version(request: Request, signed: SignedIn, draft: Draft, seen: int) -> Response:
    if set(draft.upload.fields) - {"csrf"}:
        draft.forget(house_of(request))
        raise ProblemError(422, "新版本只交文件；声明在首次上传时已填")
    return _answered(request, signed, file_version(request, signed, draft, seen))


def _given(request: Request, draft: Draft) -> DraftGiven:
    """The declared fields. Raises RequestValidationError, and forgets the file."""
    fields = {name: values for name, values in draft.upload.fields.items() if name != "csrf"}
    plain = {name: values if name == "co_authors" or len(values) > 1 else values[0] for name, values in fields.items()}
    try:
        return DraftGiven.model_validate(plain)
    except ValidationError as error:
        draft.forget(house_of(request))
        raise RequestValidationError(
            [{"loc": ("body", *one["loc"]), "type": one["type"]} for one in error.errors(include_input=False)]
        ) from None


def _answered(request: Request, signed: SignedIn, arrival: Arrival) -> Response:
    """202 with the address of the draft; its body is made anew for an answer that is given again."""
    if not arrival.replayed:
        request.app.state.worker.wake()
    body = draft_of(arrival.filing, signed.account).model_dump_json()
    headers = {"Location": arrival.location, "ETag": etag_of(arrival.filing)} | arrival.headers
    return Response(body, 202, headers, media_type="application/json")
