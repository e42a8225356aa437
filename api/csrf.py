"""Forms, and that they come from our own pages: Sec-Fetch-Site, then Origin, then a word that only our pages know.

ASVS 5.0, 3.5.1 and 3.5.2. A browser that says where a request comes from must say: from here. One that says nothing
(on plain http there is no Sec-Fetch-Site, and our referrer policy makes Origin `null`) is held by the word.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from fastapi import Depends, Request
from starlette.responses import Response

from api.auth import SignedIn, cookie_name, entering, give_cookie, sign_in_of
from api.errors import ProblemError
from screening.store.secret_words import new_word, same

LIMIT = 64 * 1024
_SAFE = {"GET", "HEAD", "OPTIONS"}
_FORM = "application/x-www-form-urlencoded"
_STALE = "页面已过期，没有保存：返回上一页，刷新后重新提交"
_BEFORE = "-form"  # the cookie of forms that are filled in before anybody is signed in


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a small form."""

    fields: dict[str, list[str]]

    def one(self, name: str) -> str:
        """The value of a field, or empty."""
        return self.fields.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """All values of a field."""
        return self.fields.get(name, [])


async def small_form(request: Request) -> Form:
    """The fields of a form without files. Raises ProblemError 413 over 64 KiB, 400 for what is not such a form."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LIMIT:
            raise ProblemError(413)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise ProblemError(400)
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=500)
    except ValueError:
        raise ProblemError(400) from None
    return Form(fields)


def must_come_from_here(request: Request) -> None:
    """Raise ProblemError 403 when the browser says that the request comes from another site."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    if site not in (None, "same-origin"):
        raise ProblemError(403, "请求不是从本系统的页面发出的，已拒绝")
    if origin != "null" and urlsplit(origin).netloc.lower() != request.url.netloc.lower():
        raise ProblemError(403, "请求不是从本系统的页面发出的，已拒绝")


def must_carry(signed: SignedIn, word: str) -> None:
    """Raise ProblemError 403 unless this is the word of the web session. For uploads: call it with the field `csrf`."""
    if signed.scopes is None and not same(word, signed.csrf):
        raise ProblemError(403, _STALE)


def headers_guard(request: Request, signed: Annotated[SignedIn, Depends(entering)]) -> None:
    """The guard of routes that read their body themselves: they call must_carry as soon as the field has come."""
    if signed.scopes is None:
        must_come_from_here(request)


async def csrf_guard(request: Request, signed: Annotated[SignedIn, Depends(entering)]) -> Form:
    """The guard of every other route that changes something; gives the fields of its form.

    The word is in the header X-CSRF-Token (programs of our own pages, with a body of any kind) or in the field `csrf`.
    A request with an API token needs none: no browser adds one by itself. Raises ProblemError 403, 400, 413.
    """
    if request.method in _SAFE or signed.scopes is not None:
        return Form({})
    must_come_from_here(request)
    word = request.headers.get("x-csrf-token")
    if word is not None:
        must_carry(signed, word)
        is_form = request.headers.get("content-type", "").startswith(_FORM)
        return await small_form(request) if is_form else Form({})
    form = await small_form(request)
    must_carry(signed, form.one("csrf"))
    return form


async def form_guard(request: Request) -> Form:
    """The guard of forms filled in before anybody is signed in. Raises ProblemError 403, 400, 413."""
    must_come_from_here(request)
    form = await small_form(request)
    seed = request.cookies.get(cookie_name(request, _BEFORE), "")
    if not seed or not same(form.one("csrf"), sign_in_of(request).form_word(seed)):
        raise ProblemError(403, _STALE)
    return form


def form_seed(request: Request) -> str:
    """The seed in the browser's cookie, or a new one."""
    return request.cookies.get(cookie_name(request, _BEFORE), "") or new_word()


def keep_seed(request: Request, response: Response, seed: str) -> None:
    """Hand the seed to the browser: before it signs in, this is what ties a form to it."""
    give_cookie(request, response, seed, _BEFORE)
