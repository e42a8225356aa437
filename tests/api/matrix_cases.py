"""What the paths of the matrix point to: a case in every state, a token, a person, a unit. Nothing done there stays."""

from dataclasses import dataclass, replace

from httpx import Client

from api.app import create_app
from screening.domain.people import ADMINISTRATORS, Role
from screening.review.desk import Desk
from screening.review.intake import Intake
from screening.settings import shipped
from screening.store.api_tokens import ApiTokens
from tests.api.desk_client import BY, MARKED, TEXT, Office, Rehearsal
from tests.api.drafting import filed, looked_at, released, signed, step, told
from tests.api.in_process import client_of
from tests.api.matrix_rows import ALL, SCAN, Somebody

TITLE = "云岭金丝雀一号稿"
CLEAN = "云岭春茶节昨日开幕。"
CASES = ("screened", "review", "decided", "word", "clean", "sent_up", "approved", "released", "quarantined", "incident")


@dataclass(frozen=True, slots=True)
class Target:
    """What a path points to: the values of its parameters, and of a case what its forms and programs name."""

    values: dict[str, str]
    etag: str = ""
    stage: str = ""
    terms: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """The desk on which everything is tried: targets by name, a browser for each person, one for nobody."""

    app: object
    targets: dict[str, Target]
    browsers: dict[Somebody, Client]
    nobody: Client


def stage_of(office: Office) -> Stage:
    """Set the desk up, then put a store in its place in which nothing stays."""
    targets = {name: _case(office, name) for name in CASES} | _others(office)
    browsers = {one: office.browser(one[1], one[0]) for one in ALL}
    kept = office.house
    store = Rehearsal(kept.store.database, kept.store.vault, kept.store.keys)
    house = replace(kept, store=store, desk=Desk(store, kept.clock), intake=Intake(store, kept.clock))
    app = create_app(house, screens=False)
    moved = {}
    for one, browser in browsers.items():
        moved[one] = client_of(app, browser.headers)
        moved[one].cookies.update(browser.cookies)
    return Stage(app, targets, moved, client_of(app))


def _case(office: Office, name: str) -> Target:
    """A case in this state."""
    filename, data = "稿件.txt", {"clean": CLEAN, "quarantined": MARKED, "incident": MARKED}.get(name, TEXT).encode()
    helpers = [office.account(role, BY).login for role in Role if role not in ADMINISTRATORS]
    if name == "word":
        filename, data = "名单.docx", shipped("samples/drafts/c16a-subsidy-list.docx").read_bytes()
    case_id = filed(office, data, filename, title=TITLE, co_authors=helpers)
    head, officer = office.client(Role.DEPARTMENT_REVIEWER), office.client(Role.SECRECY_OFFICER)
    if name in ("review", "decided", "word", "clean", "sent_up"):
        told(step(office.client(Role.AUTHOR), case_id, "submit"))
    if name == "decided":
        looked_at(head, case_id)
    if name == "sent_up":
        told(step(head, case_id, "send_up", reason="请审", authority="云岭市应急管理部门"))
    if name == "approved":
        signed(office, case_id)
    if name == "released":
        released(office, case_id)
    if name == "incident":
        told(step(officer, case_id, "report", reason="发现"))
    case = told(office.client(Role.AUTHOR).get(f"/api/v1/cases/{case_id}"))
    return Target({"case_id": case_id}, case["etag"], case["stage"], case["terms"])


def _others(office: Office) -> dict[str, Target]:
    author, now = office.account(Role.AUTHOR), office.house.clock()
    with office.house.store.writing() as books:
        _word, made = ApiTokens(books.connection, office.house.store.keys.session, now).make(
            author, "矩阵", {"drafts:read"}, 30
        )
    scan = told(office.client(Role.PUBLISHER).post("/api/v1/scans", json=SCAN))
    return {
        "scan": Target({"scan_id": scan["id"]}),
        "token": Target({"token_id": made.id}),
        "person": Target({"person": author.id}),
        "unit": Target({"unit": author.person.unit}),
    }
