"""What all resources share: where they lie, who may come in by which means, how long a body may be."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Security
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Message

from api.auth import SignedIn, allowed
from api.csrf import csrf_guard, headers_guard
from api.schemas.base import CASE_ID
from screening.bootstrap import House

LONGEST = 1 << 20  # bytes of a JSON body
_TOKEN = HTTPBearer(scheme_name="token", description="接口令牌：在“我的账号”中生成", auto_error=False)
_COOKIE = APIKeyCookie(name="xianshen", scheme_name="session",
                       description="网页会话；改动另须请求头 X-CSRF-Token", auto_error=False)  # fmt: skip

CaseId = Annotated[str, Path(pattern=CASE_ID, description="稿件", examples=["3f2a9c0d5b7e4a1690c8d2e4f6a8b0c2"])]
Writer = Annotated[SignedIn, Depends(allowed("drafts:write"))]
Reader = Annotated[SignedIn, Depends(allowed("drafts:read"))]
Decider = Annotated[SignedIn, Depends(allowed("decisions:write"))]
CSRF = [Depends(csrf_guard)]
CSRF_OF_UPLOADS = [Depends(headers_guard)]


class SmallBody(APIRoute):
    """A route that stops reading a body that is too long. Uploads read their body themselves, with their own limit."""

    longest = LONGEST

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the limit."""
        handler = super().get_route_handler()
        if self.body_field is None:
            return handler

        async def limited(request: Request) -> Response:
            return await handler(Request(request.scope, _within(request, self.longest)))

        return limited


def resource(tag: str, route: type[SmallBody] = SmallBody) -> APIRouter:
    """The router of a resource that is for people who have signed in, and their programs."""
    return APIRouter(
        prefix="/api/v1", tags=[tag], route_class=route, dependencies=[Security(_TOKEN), Security(_COOKIE)]
    )


def house_of(request: Request) -> House:
    """The house of this application."""
    house: House = request.app.state.house
    return house


def _within(request: Request, longest: int) -> Callable[[], Coroutine[Any, Any, Message]]:
    """What gives the body, as long as it keeps within the limit."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > longest:
            raise HTTPException(413, headers={"Connection": "close"})
        return message

    return receive
