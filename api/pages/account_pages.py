"""The page of one's own account: password, second factor, API tokens, where one is signed in."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from api.auth import (
    SignedIn,
    address_of,
    credentials_of,
    current,
    entering,
    give_cookie,
    not_too_many,
    now_of,
    session_word,
    sign_in_of,
)
from api.csrf import Form, csrf_guard
from api.errors import LoginNeeded
from api.pages.frame import frame, html
from api.pages.sign_in_pages import wrong_password
from screening.domain.errors import RefusedError
from screening.store.api_tokens import scopes_of

router = APIRouter(include_in_schema=False)
Current = Annotated[SignedIn, Depends(current)]
Entering = Annotated[SignedIn, Depends(entering)]
Sent = Annotated[Form, Depends(csrf_guard)]
_LABELS = {
    "drafts:write": "提交稿件", "drafts:read": "查看稿件和检查结果", "decisions:write": "审签、发布",
    "register:read": "查看登记簿", "scans:write": "交来扫描结果", "scans:read": "查看扫描结果",
    "audit:read": "查看审计记录", "metrics:read": "查看运行指标",
}  # fmt: skip
_NOTICES = {
    "password": "口令已更改，其他设备已退出",
    "totp": "动态口令已登记",
    "token": "令牌已作废",
    "out": "其他设备已退出",
}


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token in the list."""

    id: str
    name: str
    scopes: list[str]
    until: str
    used: str


@router.get("/account")
def account_page(request: Request, signed: Current, done: str = "") -> Response:
    """The page."""
    return _account(request, signed, notice=_NOTICES.get(done, ""))


@router.post("/account/password")
def change_password(request: Request, signed: Current, form: Sent) -> Response:
    """Set a new password."""
    new, word, now = form.one("password"), session_word(request), now_of(request)
    errors = wrong_password(new, form.one("again"), signed.account.login)
    if errors:
        return _account(request, signed, errors)
    try:
        with not_too_many():
            credentials_of(request).change_password(
                signed.session, word, form.one("old"), new, address_of(request), now
            )
    except RefusedError as error:
        return _account(request, signed, {"old": str(error)})
    return RedirectResponse("/account?done=password", 303)


@router.get("/account/totp")
def enrol_page(request: Request, signed: Entering) -> Response:
    """The page to register an authenticator, for the first time or anew."""
    _must_not_owe_a_code(signed)
    return _enrol(request, signed)


@router.post("/account/totp")
def enrol(request: Request, signed: Entering, form: Sent) -> Response:
    """Take the offered secret into use."""
    _must_not_owe_a_code(signed)
    try:
        with not_too_many():
            word = credentials_of(request).enrol(
                signed.session, form.one("password"), form.one("code"), address_of(request), now_of(request)
            )
    except RefusedError as error:
        return _enrol(request, signed, str(error))
    response = RedirectResponse("/account?done=totp", 303)
    give_cookie(request, response, word)
    return response


@router.post("/account/tokens")
def new_token(request: Request, signed: Current, form: Sent) -> Response:
    """Make a token and show it, this once."""
    now = now_of(request)
    try:
        days = (date.fromisoformat(form.one("until")) - now.date()).days
    except ValueError:
        return _account(request, signed, {"until": "日期写作 2031-05-01"})
    try:
        word = credentials_of(request).new_token(signed.account, form.one("name"), form.all("scopes"), days, now)
    except RefusedError as error:
        return _account(request, signed, {"scopes": str(error)})
    return _account(request, signed, new_token=word)


@router.post("/account/tokens/{token_id}/revoke")
def revoke_token(request: Request, token_id: str, signed: Current, _form: Sent) -> Response:
    """End a token."""
    credentials_of(request).revoke_token(signed.account, token_id, now_of(request))
    return RedirectResponse("/account?done=token", 303)


@router.post("/account/sessions/end")
def end_sessions(request: Request, signed: Current, _form: Sent) -> Response:
    """Sign out everywhere else."""
    sign_in_of(request).out_elsewhere(signed.account, session_word(request), now_of(request))
    return RedirectResponse("/account?done=out", 303)


def minute(stamp: str) -> str:
    """A time as people read it, to the minute; empty for none."""
    return stamp[:16].replace("T", " ")


def _account(
    request: Request, signed: SignedIn, errors: dict[str, str] | None = None, new_token: str = "", notice: str = ""
) -> HTMLResponse:
    now = now_of(request)
    tokens = [
        TokenRow(one.id, one.name, [_LABELS[scope] for scope in sorted(one.scopes)], one.expires_at[:10],
                 minute(one.used_at) or "未使用")
        for one in credentials_of(request).tokens(signed.account, now)
    ]  # fmt: skip
    places = sign_in_of(request).places(signed.account, session_word(request), now)
    mine = scopes_of(signed.account)
    context = frame(request, signed, "账户", notice) | {
        "errors": errors or {}, "tokens": tokens, "new_token": new_token,
        "scopes": [(scope, label) for scope, label in _LABELS.items() if scope in mine],
        "sessions": [(minute(one.at), one.address, one.current) for one in places],
    }  # fmt: skip
    return html("account.html", context, 422 if errors else 200)


def _enrol(request: Request, signed: SignedIn, error: str = "") -> HTMLResponse:
    offer = credentials_of(request).offered(signed.session)
    context = frame(request, signed, "登记动态口令") | {
        "secret": offer.secret, "otpauth": offer.otpauth, "error": error,
    }  # fmt: skip
    if signed.pending:  # until it is done there is nowhere else to go
        context["nav"] = []
    return html("enrol.html", context, 422 if error else 200)


def _must_not_owe_a_code(signed: SignedIn) -> None:
    if signed.pending and signed.account.has_totp:
        raise LoginNeeded("/totp")
