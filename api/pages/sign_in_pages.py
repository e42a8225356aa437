"""The pages that lead in and out: signing in, the second factor, setting an account up, signing out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from api.auth import (
    SignedIn,
    address_of,
    cookie_name,
    credentials_of,
    entering,
    give_cookie,
    not_too_many,
    now_of,
    session_word,
    sign_in_of,
)
from api.csrf import Form, csrf_guard, form_guard, form_seed, keep_seed
from api.errors import LoginNeeded, ProblemError
from api.pages.frame import bare, html
from screening.bootstrap import House
from screening.domain.errors import RefusedError
from screening.store.credentials import NO_INVITATION, Offer
from screening.store.passwords import must_be_good
from screening.store.sign_in import NO_ENTRY

router = APIRouter(include_in_schema=False)
Entering = Annotated[SignedIn, Depends(entering)]
Sent = Annotated[Form, Depends(csrf_guard)]
SentBefore = Annotated[Form, Depends(form_guard)]
NOT_THE_SAME = "两次输入不一样"


@router.get("/login")
def login_page(request: Request) -> Response:
    """The sign-in page; whoever is in already goes on, whoever owes a code may begin anew."""
    word = session_word(request)
    session = sign_in_of(request).session(word, now_of(request)) if word else None
    if session is not None and not session.pending:
        return RedirectResponse("/", 303)
    return show_login(request)


@router.post("/login")
def login(request: Request, form: SentBefore) -> Response:
    """The first factor. A new session whatever the browser brought along (ASVS 5.0, 7.2.4)."""
    now = now_of(request)
    with not_too_many():
        word = sign_in_of(request).by_password(form.one("login"), form.one("password"), address_of(request), now)
    if word is None:
        return show_login(request, form.one("login"), NO_ENTRY, 403)
    if session_word(request):
        sign_in_of(request).out(session_word(request), now)
    return go_in(request, "/", word)


@router.get("/totp")
def code_page(signed: Entering) -> Response:
    """The page for the second factor."""
    _must_wait_for_code(signed)
    return html("totp.html", bare("动态口令", signed.csrf) | {"error": ""})


@router.post("/totp")
def code(request: Request, signed: Entering, form: Sent) -> Response:
    """The second factor."""
    _must_wait_for_code(signed)
    word = sign_in_of(request).by_code(session_word(request), form.one("code"), address_of(request), now_of(request))
    if word is None:
        return html("totp.html", bare("动态口令", signed.csrf) | {"error": NO_ENTRY}, 403)
    return go_in(request, "/", word)


@router.post("/logout")
def logout(request: Request, _signed: Entering, _form: Sent) -> Response:
    """Out, and nothing of it stays in the browser."""
    sign_in_of(request).out(session_word(request), now_of(request))
    response = RedirectResponse("/login", 303, {"Clear-Site-Data": '"cache", "cookies", "storage"'})
    response.delete_cookie(
        cookie_name(request), path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return response


@router.get("/setup/{token}")
def setup_page(request: Request, token: str) -> Response:
    """The page of an invitation."""
    return _setup(request, token, _offer(request, token))


@router.post("/setup/{token}")
def setup(request: Request, token: str, form: SentBefore) -> Response:
    """Set password and second factor by an invitation."""
    offer, password = _offer(request, token), form.one("password")
    errors = wrong_password(password, form.one("again"), offer.account.login)
    if errors:
        return _setup(request, token, offer, errors)
    try:
        with not_too_many():
            credentials_of(request).set_up(token, password, form.one("code"), now_of(request))
    except RefusedError as error:
        return _setup(request, token, offer, {"code": str(error)})
    return RedirectResponse("/login", 303)


def wrong_password(password: str, again: str, login: str) -> dict[str, str]:
    """What is wrong with a new password, by field."""
    if password != again:
        return {"again": NOT_THE_SAME}
    try:
        must_be_good(password, login)
    except RefusedError as error:
        return {"password": str(error)}
    return {}


def outside_ways(request: Request) -> list[str]:
    """By which accounts of the unit's own people may sign in here: oidc, ldap."""
    house: House | None = getattr(request.app.state, "house", None)
    if house is None:
        return []
    oidc = house.settings.oidc_issuer and house.settings.oidc_client
    return [name for name, is_set in (("oidc", oidc), ("ldap", house.settings.ldap_url)) if is_set]


def show_login(request: Request, login: str = "", error: str = "", status: int = 200) -> HTMLResponse:
    """The sign-in page. error: why somebody did not come in."""
    seed = form_seed(request)
    context = bare("登录", sign_in_of(request).form_word(seed))
    given = {"login": login, "error": error, "outside": outside_ways(request)}
    response = html("login.html", context | given, status)
    keep_seed(request, response, seed)
    return response


def _setup(request: Request, token: str, offer: Offer, errors: dict[str, str] | None = None) -> HTMLResponse:
    seed = form_seed(request)
    context = bare("启用账户", sign_in_of(request).form_word(seed)) | {
        "token": token, "login": offer.account.login, "secret": offer.secret, "otpauth": offer.otpauth,
        "errors": errors or {}, "needs_code": offer.account.needs_second_factor,
    }  # fmt: skip
    response = html("setup.html", context, 422 if errors else 200)
    keep_seed(request, response, seed)
    return response


def _offer(request: Request, token: str) -> Offer:
    offer = credentials_of(request).invited(token, now_of(request))
    if offer is None:
        raise ProblemError(404, NO_INVITATION)
    return offer


def _must_wait_for_code(signed: SignedIn) -> None:
    if not signed.pending:
        raise LoginNeeded("/")
    if not signed.account.has_totp:
        raise LoginNeeded("/account/totp")


def go_in(request: Request, to: str, word: str) -> Response:
    """On to a page, with the word of a new session."""
    response = RedirectResponse(to, 303)
    give_cookie(request, response, word)
    return response
