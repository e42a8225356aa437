"""Who may do what: one row for each route, or for each thing that can be done by it. test_matrix.py walks all of them.

A new route needs a row: method and path as declared; the case in its path (one of matrix_cases.CASES); who gets
through, and with which status; who knows of the thing but may not do this, and what he is told. All others must be
told 404, as if it were not there; whoever is not signed in 401, or the way to the sign-in page.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from screening.domain.people import ADMINISTRATORS, Role
from tests.api.desk_client import BY, FIELDS, OTHER, OWN

Somebody = tuple[str, Role]
Who = frozenset[Somebody]
FILE = {"file": ("稿件.txt", "云岭春茶节昨日开幕。".encode())}

ALL: Who = frozenset(
    {(relation, role) for relation in (OWN, OTHER) for role in Role}
    | {(BY, role) for role in Role if role not in ADMINISTRATORS}
)
NOBODY: Who = frozenset()


def of(*roles: Role) -> Who:
    """Everybody who holds one of these roles, wherever he is."""
    held = {one for one in ALL if one[1] in roles}
    return frozenset(held | {one for one in ALL if one[0] == BY} if Role.AUTHOR in roles else held)


def own(*roles: Role) -> Who:
    """Those of the case's unit who have no part in the draft."""
    return frozenset((OWN, role) for role in roles)


def inside(*roles: Role) -> Who:
    """Those of the case's unit, its authors included."""
    return own(*roles) | {(BY, role) for role in roles}


HEAD, OFFICER, LEADER, CLASSIFIER = (
    Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER
)  # fmt: skip
PUBLISHER, AUDITOR = Role.PUBLISHER, Role.AUDITOR
SECURITY = of(Role.SECURITY_ADMINISTRATOR)
AUDITS = of(AUDITOR, Role.AUDIT_ADMINISTRATOR)
REGISTERS = of(OFFICER, LEADER, CLASSIFIER, AUDITOR)
SCANNERS = of(OFFICER, LEADER, CLASSIFIER, PUBLISHER)
_AT = "2031-05-06T02:10:00+08:00"
SCAN = {
    "source": "www.example.gov.cn", "channel": "website", "started": _AT, "finished": _AT, "pages": 3, "files": 1,
    "unread": 1, "complete": True, "versions": {"ruleset": "9f"},
    "found": [{
        "location": "https://www.example.gov.cn/2.html", "title": "云岭金丝雀一号稿", "sha256": "9f" * 32,
        "findings": [{
            "fingerprint": "5d0c1b2a3f4e5d6c", "rule_id": "PII-002", "title": "手机号码", "category": "pii_contact",
            "severity": "S2", "place": "第3段", "masked": "138****8000", "first_seen": _AT, "last_seen": _AT,
        }],
    }],
}  # fmt: skip
WROTE: Who = frozenset(one for one in ALL if one[0] == BY) | own(Role.AUTHOR)
KNOWS: Mapping[str, Who] = {
    "screened": WROTE,
    "review": WROTE | own(HEAD, OFFICER, LEADER, CLASSIFIER),
    "decided": WROTE | own(HEAD, OFFICER, LEADER, CLASSIFIER),
    "word": WROTE | own(HEAD, OFFICER, LEADER, CLASSIFIER),
    "clean": WROTE | own(HEAD, OFFICER, LEADER, CLASSIFIER),
    "sent_up": WROTE | own(HEAD, OFFICER, LEADER, CLASSIFIER),
    "approved": WROTE | own(HEAD, OFFICER, LEADER, CLASSIFIER, PUBLISHER),
    "released": WROTE | own(HEAD, OFFICER, LEADER, CLASSIFIER, PUBLISHER),
    "quarantined": WROTE | own(OFFICER, LEADER, CLASSIFIER),
    "incident": WROTE | own(OFFICER, LEADER, CLASSIFIER),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be done. well: who gets through; refused: who knows but may not; other: exceptions; anybody:
    what those are told who are not signed in, where it is not the usual. values: of the path, beside the case."""

    method: str
    path: str
    well: Who
    status: int = 200
    case: str = ""
    refused: Who = NOBODY
    refusal: int = 403
    send: Callable[[Any], Mapping[str, Any]] = lambda _case: {}
    values: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[Somebody, int] = field(default_factory=dict)
    anybody: int = 0

    @property
    def name(self) -> str:
        """For the report of the tests."""
        return " ".join((self.method, self.path, *self.values.values(), self.case)).strip()

    def expected(self, somebody: Somebody) -> int:
        """The status that this person must get."""
        if somebody in self.other:
            return self.other[somebody]
        if somebody in self.well:
            return self.status
        return self.refusal if somebody in self.refused else 404


def json_of(**body: object) -> Callable[[Any], Mapping[str, Any]]:
    """A change by a program."""
    return lambda case: {"json": body, "headers": {"If-Match": case.etag}}


def form_of(**fields: object) -> Callable[[Any], Mapping[str, Any]]:
    """A form of a page."""
    return lambda case: {"data": {"stage": getattr(case, "stage", ""), **fields}}


def known(case: str, but: Collection[Somebody] = ()) -> Who:
    """Those who know of a case, but for some."""
    return KNOWS[case] - frozenset(but)


_VERSIONS = "/api/v1/drafts/{case_id}/versions"
_RUN = "/api/v1/drafts/{case_id}/runs/{number}"
_STEP = "/api/v1/cases/{case_id}/steps/{step}"
_SIGNER, _SIGNING_AUTHOR = own(HEAD), (BY, HEAD)
_HANDLERS = inside(OFFICER, LEADER, CLASSIFIER)
_VERDICT = json_of(items=["f0"], resolution="false_alarm", reason="已核")


def _step(name: str, case: str, well: Who, send: Callable[[Any], Mapping[str, Any]], **more: Any) -> Row:
    return Row("POST", _STEP, well, case=case, refused=known(case), send=send, values={"step": name}, **more)


_WATCHERS = inside(OFFICER, LEADER, CLASSIFIER, PUBLISHER)


def _word(said: str, well: Who, **more: Any) -> Row:
    """Something said about a page of a scan."""
    return Row("POST", "/api/v1/scans/{scan_id}/pages/{number}/words", well, case="scan", values={"number": "1"},
               send=lambda _case: {"json": {"said": said, "reason": "已核"}}, **more)  # fmt: skip


API = (
    Row("GET", "/api/v1/openapi.json", ALL, anybody=200),
    Row("GET", "/healthz", ALL, anybody=200),
    Row("GET", "/readyz", ALL, anybody=200),
    Row("GET", "/metrics", NOBODY, refused=ALL, refusal=401, anybody=401),  # a browser's session opens nothing here
    Row("GET", "/api/v1/certificates/key", ALL, anybody=200),
    Row("POST", "/api/v1/drafts", of(Role.AUTHOR), 202, refused=ALL,
        send=lambda _case: {"data": FIELDS, "files": FILE}),
    Row("GET", "/api/v1/drafts", ALL),
    Row("GET", "/api/v1/drafts/{case_id}", known("screened"), case="screened"),
    Row("GET", "/api/v1/drafts/{case_id}", known("review"), case="review"),
    Row("GET", "/api/v1/drafts/{case_id}", known("approved"), case="approved"),
    Row("GET", "/api/v1/drafts/{case_id}", known("quarantined"), case="quarantined"),
    Row("POST", _VERSIONS, WROTE, 202, case="screened", refused=ALL - of(Role.AUTHOR),
        send=lambda case: {"files": FILE, "headers": {"If-Match": case.etag}}),
    Row("GET", _RUN, known("review"), case="review", values={"number": "1"}),
    Row("GET", _RUN, NOBODY, case="quarantined", refused=known("quarantined"), values={"number": "1"}),
    Row("GET", f"{_RUN}/findings", known("review"), case="review", values={"number": "1"}),
    Row("GET", f"{_RUN}/findings", NOBODY, case="incident", refused=known("incident"), values={"number": "1"}),
    Row("GET", "/api/v1/cases", ALL),
    Row("GET", "/api/v1/cases/{case_id}", known("screened"), case="screened"),
    Row("GET", "/api/v1/cases/{case_id}", known("review"), case="review"),
    Row("GET", "/api/v1/cases/{case_id}", known("released"), case="released"),
    Row("GET", "/api/v1/cases/{case_id}", known("incident"), case="incident"),
    Row("GET", "/api/v1/cases/{case_id}/entries", known("review"), case="review"),
    Row("GET", "/api/v1/cases/{case_id}/entries", known("quarantined"), case="quarantined"),
    Row("GET", "/api/v1/cases/{case_id}/certificate", known("approved"), case="approved"),
    Row("POST", "/api/v1/cases/{case_id}/opened", known("review"), case="review", send=json_of(items=["f0"])),
    Row("POST", "/api/v1/cases/{case_id}/verdicts", _SIGNER, case="review", refused=known("review"), send=_VERDICT),
    Row("DELETE", "/api/v1/cases/{case_id}/verdicts/{item}", _SIGNER, case="decided", refused=known("decided"),
        values={"item": "f0"}, other={_SIGNING_AUTHOR: 409}, send=lambda case: {"headers": {"If-Match": case.etag}}),
    _step("submit", "screened", WROTE, json_of()),
    _step("withdraw", "review", WROTE, json_of()),
    _step("sign", "clean", _SIGNER, json_of(reason="同意")),
    _step("return", "review", _SIGNER, json_of(reason="请改")),
    _step("send_up", "review", _SIGNER, json_of(reason="请审", authority="云岭市应急管理部门")),
    _step("refuse", "review", _SIGNER,
          json_of(reason="不宜", ground="其他", article="第十四条", partial_considered=True)),
    _step("answer", "sent_up", _SIGNER, json_of(reason="同意", document_no="云函〔2031〕3号", agreed=True)),
    _step("clear_mark", "quarantined", own(OFFICER, CLASSIFIER), json_of(reason="山名")),
    _step("report", "quarantined", _HANDLERS, json_of(reason="发现")),
    _step("measure", "incident", _HANDLERS, json_of(reason="已通知")),
    _step("release", "approved", own(PUBLISHER), lambda case: json_of(terms=case.terms)(case)),
    _step("recall", "released", _HANDLERS | inside(PUBLISHER), json_of(reason="有误")),
    Row("GET", "/api/v1/register", REGISTERS),
    Row("GET", "/api/v1/register/summary", REGISTERS, send=lambda _case: {"params": {"month": "2031-05"}}),
    Row("POST", "/api/v1/scans", of(OFFICER, PUBLISHER), 201, refused=ALL, send=lambda _case: {"json": SCAN}),
    Row("GET", "/api/v1/scans", SCANNERS),
    Row("GET", "/api/v1/scans/{scan_id}", _WATCHERS, case="scan"),
    Row("GET", "/api/v1/scans/{scan_id}/pages", _WATCHERS, case="scan"),
    _word("case", _WATCHERS),
    _word("mended", _WATCHERS),
    _word("false_alarm", _HANDLERS, refused=inside(PUBLISHER)),
    Row("GET", "/api/v1/audit", AUDITS),
    Row("GET", "/api/v1/audit/export", AUDITS),
    Row("GET", "/api/v1/audit/anchors", AUDITS),
    Row("POST", "/api/v1/audit/anchors", AUDITS, 201),
)  # fmt: skip
