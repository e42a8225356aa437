"""Moving a case: one act at the desk, with the etag that was seen; answered by the case as it is then."""

from fastapi import Request, Response

from api.auth import SignedIn
from api.errors import ProblemError
from api.idempotency import REPLAYED, desk_for
from api.routes.conditions import etag_of
from api.routes.resource import house_of
from api.routes.telling import case_of
from screening.domain.errors import ConflictError
from screening.domain.filing import Filing
from screening.domain.review import State
from screening.review.desk import Order
from screening.store.idempotency import Answer, AnsweredError, KeyReusedError


def moved(request: Request, signed: SignedIn, case_id: str, order: Order, said: str = "") -> Response:
    """Do what the rule allows. said: the body of the request.

    Raises MissingError, RefusedError, ConflictError (another is deciding), ProblemError 412 (it has changed).
    """
    house, headers = house_of(request), {}
    try:
        filing = desk_for(request, signed, said, Answer(200, case_id)).act(signed.account, case_id, order)
    except AnsweredError:
        filing, headers = house.desk.get(signed.account, case_id), {REPLAYED: "true"}
    except KeyReusedError as error:
        raise ProblemError(422, str(error)) from None
    except ConflictError:
        if house.desk.get(signed.account, case_id).etag != order.etag:
            raise ProblemError(412) from None
        raise
    return told(request, signed, filing, headers)


def told(request: Request, signed: SignedIn, filing: Filing, headers: dict[str, str]) -> Response:
    """The case with its ETag; what was just screened anew wakes the worker."""
    if filing.case.state is State.SCREENING:
        request.app.state.worker.wake()
    body = case_of(house_of(request), filing, signed.account).model_dump_json()
    return Response(body, headers={"ETag": etag_of(filing)} | headers, media_type="application/json")
