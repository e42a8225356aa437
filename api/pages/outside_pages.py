"""Signing in by the unit's own accounts, where that is set up: OpenID Connect and LDAP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api import outside_ldap
from api.auth import address_of, cookie_name, give_cookie, now_of, session_word, sign_in_of
from api.csrf import Form, form_guard
from api.errors import ProblemError
from api.outside_oidc import FAILED, Oidc
from api.pages.frame import bare, html
from api.pages.shown import house_of
from api.pages.sign_in_pages import go_in, outside_ways, show_login
from screening.domain.errors import RefusedError
from screening.store.outside_sign_in import OutsideSignIn
from screening.store.secret_words import new_word
from screening.store.sign_in import NO_ENTRY

router = APIRouter(include_in_schema=False)
SentBefore = Annotated[Form, Depends(form_guard)]
_ATTEMPT = "-outside"  # the cookie of one attempt
_MINUTES = 10
_LONGEST = 4096  # of a query


@router.get("/login/oidc")
def to_provider(request: Request) -> Response:
    """Off to the identity provider."""
    provider, seed = _provider(request), new_word()
    try:
        to = provider.address(_outside(request).words(seed))
    except RefusedError as error:
        return show_login(request, error=str(error), status=502)
    response = RedirectResponse(to, 303)
    # Lax, for the provider's page sends the browser back from another site.
    response.set_cookie(
        cookie_name(request, _ATTEMPT), seed, max_age=_MINUTES * 60, path="/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


@router.get("/login/oidc/back", name="oidc_back")
def back_from_provider(request: Request) -> Response:
    """Back from it. An attempt is good once, in the browser that began it."""
    provider, seed = _provider(request), request.cookies.get(cookie_name(request, _ATTEMPT), "")
    outside, now = _outside(request), now_of(request)
    if not seed or len(request.url.query) > _LONGEST:
        return show_login(request, error=FAILED, status=403)
    try:
        proof = provider.proof(outside.words(seed), dict(request.query_params), now)
    except RefusedError as error:
        return _forgetting(request, show_login(request, error=str(error), status=403))
    word = outside.by_proof(
        proof.login, address_of(request), now, by="oidc", right=True, second_factor=proof.second_factor
    )
    if word is None:
        return _forgetting(request, show_login(request, error=NO_ENTRY, status=403))
    # A page, not a redirect: a strict cookie goes along only with a step that begins at our own site.
    response = html("entered.html", bare("登录", ""))
    response.headers["Refresh"] = "0; url=/"
    give_cookie(request, response, word)
    return _forgetting(request, response)


@router.post("/login/ldap")
def by_directory(request: Request, form: SentBefore) -> Response:
    """By a password of the unit's directory."""
    if "ldap" not in outside_ways(request):
        raise ProblemError(404)
    outside, now, address = _outside(request), now_of(request), address_of(request)
    login = form.one("login").strip().casefold()
    try:
        barred = outside.barred(login, address, now)
        right = not barred and outside_ldap.lets_in(house_of(request).settings, login, form.one("password"))
    except RefusedError as error:
        return show_login(request, form.one("login"), str(error), 502)
    word = outside.by_proof(login, address, now, by="ldap", right=right)
    if word is None:
        return show_login(request, form.one("login"), NO_ENTRY, 403)
    if session_word(request):
        outside.out(session_word(request), now)
    return go_in(request, "/", word)


def _provider(request: Request) -> Oidc:
    if "oidc" not in outside_ways(request):
        raise ProblemError(404)
    return Oidc(house_of(request).settings, str(request.url_for("oidc_back")))


def _outside(request: Request) -> OutsideSignIn:
    inside = sign_in_of(request)
    return OutsideSignIn(inside.store, inside.passwords)


def _forgetting(request: Request, response: Response) -> Response:
    response.delete_cookie(
        cookie_name(request, _ATTEMPT), path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
    return response
