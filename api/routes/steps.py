"""Steps of a case by name: submit, sign, return, send up, release, report …"""

from typing import Annotated

from fastapi import Depends, Path, Request, Response

from api.auth import SignedIn, current
from api.errors import ProblemError
from api.routes.conditions import CHANGES, ETAG, Seen
from api.routes.moves import moved
from api.routes.resource import CSRF, CaseId, resource
from api.schemas.base import problems
from api.schemas.cases import CaseTold, StepGiven, StepName
from screening.domain.review import Step, Terms
from screening.review.desk import Order

router = resource("cases")
_BY_AUTHOR = frozenset({StepName.SUBMIT, StepName.WITHDRAW})
_TAKES = {
    StepName.SEND_UP: {"authority", "document_no", "due"},
    StepName.ANSWER: {"document_no", "agreed"},
    StepName.REFUSE: {"ground", "article", "partial_considered"},
    StepName.RELEASE: {"url", "terms"},
    StepName.RECALL: {"channels"},
}
StepOfPath = Annotated[StepName, Path(description="步骤", examples=["sign"])]


def stepping(step: StepOfPath, signed: Annotated[SignedIn, Depends(current)]) -> SignedIn:
    """Who is asking, by a token that may take this step. Raises ProblemError 403."""
    scope = "drafts:write" if step in _BY_AUTHOR else "decisions:write"
    if not signed.may(scope):
        raise ProblemError(403, f"令牌没有 {scope} 权限，或您的岗位不再有此权限")
    return signed


@router.post(
    "/cases/{case_id}/steps/{step}", operation_id="takeStep", summary="办理", response_model=CaseTold,
    responses=problems(409, 412, 428) | {200: ETAG}, openapi_extra=CHANGES, dependencies=CSRF,
)  # fmt: skip
def take_step(
    request: Request, case_id: CaseId, step: StepOfPath, given: StepGiven, seen: Seen,
    signed: Annotated[SignedIn, Depends(stepping)],
) -> Response:  # fmt: skip
    """送审、签字、退回、报外部审定、登记审定意见、不予公开、认定误标、报告、处置、发布、撤回、撤稿。"""
    _must_belong(step, given)
    return moved(request, signed, case_id, _order(step, given, seen), given.model_dump_json())


def _must_belong(step: StepName, given: StepGiven) -> None:
    """Raise ProblemError 422 for a field of another step: it would not be recorded."""
    odd = given.model_fields_set - _TAKES.get(step, set()) - {"reason"}
    if odd:
        raise ProblemError(422, errors=[{"field": f"body.{name}", "kind": "not_of_this_step"} for name in sorted(odd)])


def _order(step: StepName, given: StepGiven, seen: int) -> Order:
    names = _TAKES.get(step, set()) - {"terms"}
    values = {name: getattr(given, name) for name in sorted(names)}
    detail = {name: _word(value) for name, value in values.items() if value not in ("", None)}
    terms = Terms(**given.terms.model_dump()) if given.terms else None
    return Order(Step(step.value), etag=seen, reason=given.reason, detail=detail, terms=terms)


def _word(value: object) -> str:
    """A value as it stands on record."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
