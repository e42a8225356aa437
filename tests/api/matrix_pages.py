"""The rows of the pages: see matrix_rows.py. A page answers a form by a redirect, and a refusal on the page itself."""

from collections.abc import Callable, Mapping
from typing import Any

from screening.domain.people import Role
from tests.api.desk_client import BY, OWN
from tests.api.matrix_rows import (
    ALL,
    AUDITS,
    CLASSIFIER,
    FILE,
    HEAD,
    LEADER,
    NOBODY,
    OFFICER,
    PUBLISHER,
    REGISTERS,
    SCANNERS,
    SECURITY,
    WROTE,
    Row,
    Who,
    form_of,
    inside,
    known,
    of,
    own,
)

_SIGNER = own(HEAD)
_HANDLERS = inside(OFFICER, LEADER, CLASSIFIER)
_WATCHERS = inside(OFFICER, LEADER, CLASSIFIER, PUBLISHER)
_SAY = "/scans/{scan_id}/pages/{number}/words"
_AUTHOR = (OWN, Role.AUTHOR)


def _read(path: str, case: str, **more: Any) -> Row:
    """A page of a case, for those who know of it."""
    return Row("GET", path, known(case), case=case, **more)


def _step(name: str, case: str, well: Who, send: Callable[[Any], Mapping[str, Any]]) -> Row:
    return Row("POST", "/cases/{case_id}/{step}", well, 303, case=case, refused=known(case), refusal=422, send=send,
               values={"step": name})  # fmt: skip


def _act(path: str, case: str, well: Who, status: int = 303, **more: Any) -> Row:
    return Row("POST", path, well, status, case=case, **more)


PAGES = (
    Row("GET", "/", ALL, 303),
    Row("GET", "/login", ALL, 303, anybody=200),
    Row("POST", "/login", NOBODY, refused=ALL, anybody=403, send=form_of(login="x")),  # without the seed of its form
    Row("GET", "/login/oidc", NOBODY, anybody=404),  # where no provider is set up there is no such way
    Row("GET", "/login/oidc/back", NOBODY, anybody=404),
    Row("POST", "/login/ldap", NOBODY, refused=ALL, anybody=403, send=form_of(login="x")),
    Row("GET", "/totp", ALL, 303),
    Row("POST", "/totp", ALL, 303),
    Row("POST", "/logout", ALL, 303),
    Row("GET", "/setup/{token}", NOBODY, anybody=404, values={"token": "none"}),
    Row("POST", "/setup/{token}", NOBODY, refused=ALL, anybody=403, values={"token": "none"}, send=form_of(code="")),
    Row("GET", "/demo", NOBODY, anybody=404),
    Row("POST", "/demo", NOBODY, anybody=404),
    Row("GET", "/account", ALL),
    Row("POST", "/account/password", ALL, 422, send=form_of(again="x")),
    Row("GET", "/account/totp", ALL),
    Row("POST", "/account/totp", ALL, 422),
    Row("POST", "/account/tokens", ALL, 422),
    Row("POST", "/account/tokens/{token_id}/revoke", frozenset({_AUTHOR}), 303, case="token"),
    Row("POST", "/account/sessions/end", ALL, 303),
    Row("GET", "/drafts", ALL),
    Row("GET", "/drafts/new", of(Role.AUTHOR), refused=ALL),
    Row("POST", "/drafts/new", of(Role.AUTHOR), 422, refused=ALL, send=lambda _case: {"files": FILE}),
    Row("GET", "/queue", of(HEAD, OFFICER, LEADER, CLASSIFIER, PUBLISHER)),
    _read("/cases/{case_id}", "screened"),
    _read("/cases/{case_id}", "review"),
    _read("/cases/{case_id}", "quarantined"),
    _read("/cases/{case_id}/compare", "review"),
    _read("/cases/{case_id}/form", "review"),
    _read("/cases/{case_id}/form.docx", "review"),
    _read("/cases/{case_id}/annotated", "word"),
    Row("GET", "/cases/{case_id}/original", WROTE, case="review"),
    _read("/cases/{case_id}/certificate", "approved"),
    _read("/cases/{case_id}/certificate.json", "approved"),
    Row("GET", "/certificates/key.pem", ALL),
    Row("GET", "/cases/{case_id}/pages/{number}.png", NOBODY, case="review", values={"number": "1"}),  # a text has none
    _act("/cases/{case_id}/findings/{item}/resolve", "review", _SIGNER, refused=known("review"), refusal=422,
         values={"item": "f0"}, send=form_of(resolution="false_alarm", reason="已核")),
    _act("/cases/{case_id}/findings/{item}/undo", "decided", _SIGNER, refused=known("decided"), refusal=422,
         values={"item": "f0"}, other={(BY, HEAD): 409}, send=form_of()),
    _act("/cases/{case_id}/opened", "review", known("review"), send=form_of(item="f0")),
    _act("/cases/{case_id}/notes", "review", known("review"), send=form_of(notes="再看")),
    _act("/cases/{case_id}/versions", "screened", WROTE, send=lambda _case: {"files": FILE}),
    _act("/cases/{case_id}/decisions/offered", "review", known("review"), 409),
    _step("submit", "screened", WROTE, form_of()),
    _step("withdraw", "review", WROTE, form_of()),
    _step("sign", "clean", _SIGNER, form_of(reason="同意")),
    _step("return", "review", _SIGNER, form_of(reason="请改")),
    _step("send-up", "review", _SIGNER, form_of(reason="请审", authority="云岭市应急管理部门")),
    _step("refuse", "review", _SIGNER, form_of(reason="不宜", ground="其他", article="第十四条", severable="no")),
    _step("answer", "sent_up", _SIGNER, form_of(opinion="同意", document_no="云函〔2031〕3号", agreed="yes")),
    _step("clear-mark", "quarantined", own(OFFICER, CLASSIFIER), form_of(reason="山名")),
    _step("report", "quarantined", _HANDLERS, form_of(reason="发现")),
    _step("release", "approved", own(PUBLISHER), form_of(url="https://www.example.gov.cn/1")),
    _step("recall", "released", _HANDLERS | inside(PUBLISHER), form_of(reason="有误")),
    Row("GET", "/incidents", of(OFFICER, LEADER, CLASSIFIER)),
    Row("GET", "/incidents/{case_id}", _HANDLERS, case="incident"),
    Row("POST", "/incidents/{case_id}/steps", _HANDLERS, 303, case="incident", send=form_of(step="stop", note="已停")),
    Row("GET", "/scans", SCANNERS),
    Row("GET", "/scans/{scan_id}", _WATCHERS, case="scan"),
    _act(_SAY, "scan", _WATCHERS, values={"number": "1"}, send=form_of(said="case", reason="未经审批")),
    _act(_SAY, "scan", _WATCHERS, values={"number": "1"}, send=form_of(said="mended", reason="已下线")),
    _act(_SAY, "scan", _HANDLERS, values={"number": "1"}, send=form_of(said="false_alarm", reason="已核"),
         refused=inside(PUBLISHER), refusal=422),
    Row("GET", "/register", REGISTERS),
    Row("GET", "/register.xlsx", REGISTERS),
    Row("GET", "/register/summary.xlsx", REGISTERS),
    Row("GET", "/statistics", REGISTERS),
    Row("GET", "/rules", ALL),
    Row("GET", "/rules/{rule_id}", ALL, values={"rule_id": "ACC-003"}),
    Row("POST", "/rules/prove", of(HEAD, OFFICER, LEADER, CLASSIFIER), 303),
    Row("GET", "/audit", AUDITS),
    Row("GET", "/audit/export", AUDITS),
    Row("POST", "/audit/anchor", AUDITS),
    Row("GET", "/people", SECURITY),
    Row("POST", "/people", SECURITY, 422),
    Row("GET", "/people/{person}", SECURITY, case="person"),
    Row("POST", "/people/{person}", SECURITY, 303, case="person", send=form_of(name="甲", roles=["author"])),
    Row("POST", "/people/{person}/reset", SECURITY, case="person"),
    Row("POST", "/people/{person}/disable", SECURITY, 303, case="person"),
    Row("POST", "/people/{person}/enable", SECURITY, 303, case="person"),
    Row("GET", "/units", SECURITY),
    Row("POST", "/units", SECURITY, 303, send=form_of(name="云湖县融媒体中心")),
    Row("POST", "/units/{unit}", SECURITY, 303, case="unit", send=form_of(name="云岭市融媒体中心")),
)  # fmt: skip
