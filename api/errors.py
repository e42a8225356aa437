"""Errors to answers: problem+json (RFC 9457) for programs, a page for people. Never text of a draft, never a trace."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from api.bodies import BadUploadError, TooLargeError
from api.render import page
from screening.domain.errors import (
    ConflictError,
    MissingError,
    RefusedError,
    SettingsError,
    StorageFullError,
    VaultError,
    XianshenError,
)

LOG = logging.getLogger("xianshen")
_STATUS: Mapping[type[Exception], int] = {
    MissingError: 404,
    ConflictError: 409,
    RefusedError: 403,
    SettingsError: 422,
    BadUploadError: 400,
    TooLargeError: 413,
    StorageFullError: 507,
    VaultError: 500,
}
_WORDS = {
    400: "请求有误：请检查后重试",
    401: "请先登录",
    403: "不允许这样做",
    404: "没有这一页，或您无权知悉",
    405: "不支持这种操作",
    409: "内容已被他人改动：请刷新后重试",
    412: "内容已被改动：请重新读取后再提交",
    413: "上传超过上限",
    422: "填写有误：请检查各项后重试",
    428: "须带 If-Match",
    429: "过于频繁：请稍后再试",
    500: "系统出错，没有保存任何改动；请联系系统管理员",
    507: "磁盘已满：没有写入任何内容；请联系系统管理员",
}


class LoginNeeded(Exception):  # noqa: N818 - not an error: the way to the sign-in page
    """The page is for people who have signed in. `to` is where they go instead."""

    def __init__(self, to: str = "/login") -> None:
        super().__init__(to)
        self.to = to


class ProblemError(Exception):
    """An answer that a route gives on purpose: status, words in Chinese, further members of the problem."""

    def __init__(self, status: int, detail: str = "", **more: object) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail or _WORDS.get(status, "")
        self.more = more


def install(app: FastAPI) -> None:
    """Give the application its handlers."""
    app.add_exception_handler(LoginNeeded, _login)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(XianshenError, _known)
    app.add_exception_handler(BadUploadError, _known)
    app.add_exception_handler(TooLargeError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


def answer(request: Request, status: int, detail: str, more: Mapping[str, object] | None = None) -> Response:
    """The error as the caller reads it: JSON below /api, a page elsewhere."""
    if request.url.path.startswith("/api/"):
        body = {"type": "about:blank", "title": _title(status), "status": status, "detail": detail, **(more or {})}
        text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")  # a name that was sent may be no text
        return Response(text, status, media_type="application/problem+json", headers=_headers(status))
    frame: dict[str, object] = {"title": _title(status), "me": None, "nav": [], "csrf": "", "notice": ""}
    return HTMLResponse(
        page("error.html", **frame, status=status, heading=_title(status), what=detail, todo=[]), status
    )


def _headers(status: int) -> dict[str, str]:
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return {"Connection": "close"}  # else the server reads, and drops, the rest of the body
    return {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}


def _title(status: int) -> str:
    return _WORDS.get(status, HTTPStatus(status).phrase).split("：")[0]


def _login(_request: Request, error: Exception) -> Response:
    to = error.to if isinstance(error, LoginNeeded) else "/login"
    return RedirectResponse(to, 303)


def _problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, ProblemError):
        return _unknown(request, error)
    return answer(request, error.status, error.detail, error.more)


def _known(request: Request, error: Exception) -> Response:
    status = next((number for kind, number in _STATUS.items() if isinstance(error, kind)), 500)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log(request, error)
    answered = answer(request, status, str(error))
    if isinstance(error, BadUploadError | TooLargeError):
        answered.headers["Connection"] = "close"
    return answered


def _invalid(request: Request, error: Exception) -> Response:
    """What is wrong by field; what was sent is not repeated, for it may be text of a draft."""
    if not isinstance(error, RequestValidationError):
        return _unknown(request, error)
    fields = [{"field": ".".join(str(part) for part in one["loc"]), "kind": one["type"]} for one in error.errors()]
    return answer(request, 422, _WORDS[422], {"errors": fields})


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _unknown(request, error)
    answered = answer(request, error.status_code, _WORDS.get(error.status_code, ""))
    answered.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answered.headers["Allow"] = _allowed(request) or answered.headers.get("Allow", "")
    return answered


def _allowed(request: Request) -> str:
    """The methods of a declared path: the router names only those of the first of several routes."""
    route = getattr(request.scope.get("route"), "path", "")
    return ", ".join(sorted(method.upper() for method in request.app.openapi()["paths"].get(route, ())))


def _unknown(request: Request, error: Exception) -> Response:
    _log(request, error)
    return answer(request, 500, _WORDS[500])


def _log(request: Request, error: Exception) -> None:
    """Where it happened and of what kind: no message, no values, for either may hold text of a draft."""
    trace, last = error.__traceback__, "?"
    while trace is not None:
        last = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    route = getattr(request.scope.get("route"), "path", "-")
    LOG.error(json.dumps({"event": "error", "kind": type(error).__name__, "at": last, "route": route}))
