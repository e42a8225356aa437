"""For those who watch the desk: whether it lives, whether it can take in work, what it counts. Never any content."""

import os
import shutil
import threading
from datetime import datetime, timedelta
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse, PlainTextResponse

from api.auth import credentials_of
from api.metrics import MEDIA_TYPE, quantiles, requests_of, text_of
from api.routes.resource import house_of
from api.schemas.base import PROBLEM, Declared, problems
from api.schemas.records import Alive, Ready
from api.upload import UPLOAD_LIMIT
from screening.bootstrap import House
from screening.domain.review import State
from screening.store.counts import cases_by_state, screening_seconds, waiting_since

router = APIRouter(tags=["health"])
_PATIENCE = timedelta(minutes=1)
_RECENT = 2000  # events of the trail that are looked at for durations
_TEXT: Declared = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/healthz", operation_id="alive", summary="是否活着")
def alive() -> Alive:
    """进程有应答。"""
    return Alive(status="ok")


@router.get(
    "/readyz", operation_id="ready", summary="能否办理", response_model=Ready,
    responses={503: {"description": "暂时不能办理", "model": Ready}},
)  # fmt: skip
def ready(request: Request) -> JSONResponse:
    """数据库可读，保险库可写且放得下一份稿件，待检查的稿件有程序在做。"""
    house = house_of(request)
    waiting = waiting_since(house.store)
    checks = {"database": waiting is not None, "vault": _takes(house), "screening": _screens(house, waiting or "")}
    well = all(checks.values())
    return JSONResponse({"status": "ok" if well else "unavailable"} | checks, 200 if well else 503)


@router.get(
    "/metrics", operation_id="metrics", summary="计数", response_class=PlainTextResponse,
    responses=_TEXT | {status: problems()[status] for status in (401, 403)},
)  # fmt: skip
def metrics(request: Request) -> Response:
    """Prometheus 文本。从本机直接读取，或用有 metrics:read 权限的令牌。"""
    if not _is_local(request):
        found = _scopes(request)
        if found is None:
            return _refused(401, "须用有 metrics:read 权限的令牌")
        if "metrics:read" not in found:
            return _refused(403, "令牌没有 metrics:read 权限")
    return Response(_text(request), media_type=MEDIA_TYPE)


def _takes(house: House) -> bool:
    """Whether the vault has room for one more draft."""
    folder = house.store.vault.folder
    try:
        return os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free > UPLOAD_LIMIT
    except OSError:
        return False


def _screens(house: House, waiting: str) -> bool:
    """Whether somebody screens: the worker of this process, or at least nothing waits (another process may do it)."""
    if any(one.name == "screening" and one.is_alive() for one in threading.enumerate()):
        return True
    return not waiting or house.clock() - datetime.fromisoformat(waiting) < _PATIENCE


def _is_local(request: Request) -> bool:
    """Whether the request comes from this machine itself, not through a proxy on it."""
    if request.client is None or {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _scopes(request: Request) -> frozenset[str] | None:
    """The scopes of the token that is sent; None without a good one."""
    scheme, _, word = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    found = credentials_of(request).bearer(word.strip(), house_of(request).clock())
    return found.scopes if found else None


def _refused(status: int, words: str) -> Response:
    body = {"type": "about:blank", "title": "不允许读取", "status": status, "detail": words}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(body, status, headers, media_type=PROBLEM)


def _text(request: Request) -> str:
    with house_of(request).store.reading() as books:
        states, jobs = cases_by_state(books.connection), books.jobs.counts()
        seconds = screening_seconds(books.trail.recent(_RECENT))
    requests = sorted(requests_of(request.app.state).counts().items())
    return text_of([
        ("cases", "gauge", "Cases by state.", [((("state", one.value),), states.get(one.value, 0)) for one in State]),
        ("jobs", "gauge", "Screenings by state.",
         [((("state", one),), jobs.get(one, 0)) for one in ("queued", "running", "done", "failed")]),
        ("requests_total", "counter", "Answers by route, method and status.",
         [((("route", route), ("method", method), ("status", str(status))), count)
          for (route, method, status), count in requests]),
        ("screening_recent_seconds", "gauge", "From upload to result, of recent drafts.", quantiles(seconds)),
        ("screening_recent_count", "gauge", "Recent drafts that these are of.", [((), len(seconds))]),
    ])  # fmt: skip
