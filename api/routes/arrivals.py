"""What has come in is filed: with its declaration, its window, its key; or forgotten when it may not be."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from fastapi import Request

from api.auth import SignedIn
from api.errors import ProblemError
from api.idempotency import REPLAYED, intake_for
from api.received import Draft, co_authors_of, terms_of
from api.routes.resource import house_of
from api.schemas.drafts import DraftGiven
from screening.bootstrap import House
from screening.domain.account import Account
from screening.domain.errors import ConflictError, RefusedError, VaultError
from screening.domain.filing import Filing
from screening.review.intake import Received
from screening.store.idempotency import Answer, AnsweredError, KeyReusedError


@dataclass(frozen=True, slots=True)
class Arrival:
    """A case that was filed. replayed: by an earlier request with the same key."""

    filing: Filing
    replayed: bool = False

    @property
    def location(self) -> str:
        """Where it is found."""
        return address_of(self.filing.id)

    @property
    def headers(self) -> dict[str, str]:
        """That it was answered before."""
        return {REPLAYED: "true"} if self.replayed else {}


def address_of(case_id: str) -> str:
    """Where a draft is found."""
    return f"/api/v1/drafts/{case_id}"


def file_new(request: Request, signed: SignedIn, draft: Draft, given: DraftGiven) -> Arrival:
    """File a new case. Raises ProblemError 422, RefusedError."""
    house = house_of(request)

    def filed() -> Filing:
        house.screener.policy.channel(given.channel)
        others = _co_authors(house, signed.account, given.co_authors)
        received = _received(draft)
        said = f"{given.model_dump_json()}\n{received.sha256}\n{received.filename}"
        intake = intake_for(request, signed, said, Answer(202, draft.case_id, address_of(draft.case_id)))
        return intake.open(
            signed.account, given.declaration, terms_of(house, signed.account, given.declaration), received, others
        )

    return _kept(request, signed, draft, filed)


def file_version(request: Request, signed: SignedIn, draft: Draft, seen: int) -> Arrival:
    """File a new version of a case. seen: the etag that the program saw. Raises ProblemError 412, 422, RefusedError."""

    def filed() -> Filing:
        received = _received(draft)
        said = f"{received.sha256}\n{received.filename}"
        intake = intake_for(request, signed, said, Answer(202, draft.case_id, address_of(draft.case_id)))
        try:
            return intake.add_version(signed.account, draft.case_id, received, etag=seen)
        except ConflictError:
            raise ProblemError(412) from None

    return _kept(request, signed, draft, filed)


def _kept(request: Request, signed: SignedIn, draft: Draft, filed: Callable[[], Filing]) -> Arrival:
    """Do it; when it was not done the file is forgotten."""
    house = house_of(request)
    try:
        return Arrival(filed())
    except BaseException as error:
        with suppress(VaultError, OSError):
            draft.forget(house)
        if isinstance(error, AnsweredError):
            return Arrival(house.desk.get(signed.account, error.answer.case_id), replayed=True)
        if isinstance(error, KeyReusedError):
            raise ProblemError(422, str(error)) from None
        raise


def _received(draft: Draft) -> Received:
    """The file, in the field `file`. What the sender says of its type is not kept: the check will tell."""
    files = draft.upload.files
    if len(files) != 1 or files[0].field != "file":
        raise ProblemError(422, "须有且只有一个文件，字段名为 file")
    blob = files[0].blob
    if not blob.size:
        raise ProblemError(422, "文件是空的")
    return Received(draft.case_id, draft.key, blob.id, blob.sha256, blob.size, files[0].filename)


def _co_authors(house: House, account: Account, logins: list[str]) -> list[str]:
    try:
        return co_authors_of(house, account, logins)
    except RefusedError as error:
        raise ProblemError(422, f"co_authors：{error}") from None
