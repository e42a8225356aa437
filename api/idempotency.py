"""The header Idempotency-Key: the same request again is answered again and done once."""

import re
from typing import Any

from fastapi import Request

from api.auth import SignedIn
from api.errors import ProblemError
from screening.bootstrap import House
from screening.review.desk import Desk
from screening.review.intake import Intake
from screening.review.ports import Store
from screening.store.idempotency import Answer, Asked, OnceStore
from screening.store.secret_words import digest

REPLAYED = "Idempotency-Replayed"
HEADER: dict[str, Any] = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "同一个键、同一请求再发一次，只办一次，答复相同（另带 Idempotency-Replayed: true）；保存 24 小时",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"}, "example": "3f2a9c0d-0001",
}  # fmt: skip
_KEY = re.compile(r"[!-~]{1,100}")


def desk_for(request: Request, signed: SignedIn, said: str, answer: Answer) -> Desk:
    """The desk for one request: it acts once for a key. said: all that the request asks for."""
    house: House = request.app.state.house
    return Desk(store_for(request, signed, said, answer), house.clock)


def intake_for(request: Request, signed: SignedIn, said: str, answer: Answer) -> Intake:
    """The intake for one request."""
    house: House = request.app.state.house
    return Intake(store_for(request, signed, said, answer), house.clock)


def check_key(request: Request) -> None:
    """Raise ProblemError 400 for a key that is not written as declared: before a body is read."""
    word = request.headers.get("idempotency-key")
    if word is not None and not _KEY.fullmatch(word):
        raise ProblemError(400, "Idempotency-Key 应为 1 至 100 个可见的 ASCII 字符")


def store_for(request: Request, signed: SignedIn, said: str, answer: Answer) -> Store:
    """The store for one request."""
    house: House = request.app.state.house
    check_key(request)
    word = request.headers.get("idempotency-key")
    if word is None:
        return house.store
    key = house.store.keys.session
    whole = f"{request.method} {request.url.path}\n{said}"
    asked = Asked(signed.account.id, digest(key, "idempotency key", word), digest(key, "idempotent request", whole),
                  house.clock())  # fmt: skip
    return OnceStore(house.store, asked, answer)
