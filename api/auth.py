"""Who is asking: the cookie of a web session, or the token of a program; and what he may open.

ASVS 5.0, 3.3 (cookies), 7.2 (sessions), 8.2 (authorisation). What somebody may not know of is answered like what is
not there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from api.errors import LoginNeeded, ProblemError
from screening.domain.account import Account
from screening.domain.people import Role
from screening.store.credentials import Credentials
from screening.store.passwords import BusyError
from screening.store.sign_in import SignIn
from screening.store.web_sessions import WebSession


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is asking. csrf: the word that forms must carry; scopes: of an API token, None for a person at a browser."""

    account: Account
    csrf: str = field(repr=False)
    second_factor: bool
    scopes: frozenset[str] | None = None

    @property
    def pending(self) -> bool:
        """Whether the second factor is still to come."""
        return (self.account.needs_second_factor or self.account.has_totp) and not self.second_factor

    @property
    def session(self) -> WebSession:
        """The same as the store knows it."""
        return WebSession(self.account, self.csrf, self.second_factor)

    def may(self, scope: str) -> bool:
        """Whether the token allows this; a person at a browser is held by roles alone."""
        return self.scopes is None or scope in self.scopes


def sign_in_of(request: Request) -> SignIn:
    """Signing in at the store of this application."""
    found: SignIn = request.app.state.sign_in
    return found


def credentials_of(request: Request) -> Credentials:
    """Passwords, one-time codes and tokens at the store of this application."""
    return Credentials(sign_in_of(request))


def now_of(request: Request) -> datetime:
    """The present time by the clock of this application."""
    now: datetime = request.app.state.clock()
    return now


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else ""


def cookie_name(request: Request, kind: str = "") -> str:
    """`__Host-` binds a cookie to this host and to encrypted connections; browsers refuse it without them."""
    return ("__Host-" if request.url.scheme == "https" else "") + "xianshen" + kind


def session_word(request: Request) -> str:
    """The word of the web session in the cookie, or empty."""
    return request.cookies.get(cookie_name(request), "")


def give_cookie(request: Request, response: Response, word: str, kind: str = "") -> None:
    """Hand a word to the browser, out of reach of scripts and of other sites; gone when the browser is closed."""
    response.set_cookie(
        cookie_name(request, kind), word, path="/", httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip


def entering(request: Request) -> SignedIn:
    """Who is asking, even when the second factor is still to come. For the pages that lead in and out.

    Raises LoginNeeded for a page, ProblemError 401 below /api.
    """
    for_program = request.url.path.startswith("/api/")
    if for_program and "authorization" in request.headers:
        return _bearer(request)
    word = session_word(request)
    session = sign_in_of(request).session(word, now_of(request)) if word else None
    if session is not None:
        return SignedIn(session.account, session.csrf, session.second_factor)
    raise ProblemError(401) if for_program else LoginNeeded


def current(request: Request, signed: Annotated[SignedIn, Depends(entering)]) -> SignedIn:
    """Who is asking, with every factor needed. Raises LoginNeeded to what is missing, ProblemError 401 below /api."""
    if not signed.pending:
        return signed
    if request.url.path.startswith("/api/"):
        raise ProblemError(401, "请先完成第二步验证")
    raise LoginNeeded("/totp" if signed.account.has_totp else "/account/totp")


def require(*roles: Role) -> Callable[[SignedIn], SignedIn]:
    """A dependency: who is asking holds one of these roles. Raises ProblemError 404."""

    def held(signed: Annotated[SignedIn, Depends(current)]) -> SignedIn:
        if not signed.account.person.roles & set(roles):
            raise ProblemError(404)
        return signed

    return held


def allowed(scope: str) -> Callable[[SignedIn], SignedIn]:
    """A dependency for routes below /api: a token that is used has this scope. Raises ProblemError 403.

    scope: one of screening.store.api_tokens.SCOPES.
    """

    def held(signed: Annotated[SignedIn, Depends(current)]) -> SignedIn:
        if not signed.may(scope):
            raise ProblemError(403, f"令牌没有 {scope} 权限，或您的岗位不再有此权限")
        return signed

    return held


@contextmanager
def not_too_many() -> Iterator[None]:
    """Answer 503 while too many are signing in."""
    try:
        yield
    except BusyError as error:
        raise ProblemError(503, str(error)) from None


def _bearer(request: Request) -> SignedIn:
    scheme, _, word = request.headers["authorization"].partition(" ")
    found = credentials_of(request).bearer(word.strip(), now_of(request)) if scheme.lower() == "bearer" else None
    if found is None:
        raise ProblemError(401, "令牌无效、已过期或已吊销")
    return SignedIn(found.account, "", second_factor=True, scopes=found.scopes)
