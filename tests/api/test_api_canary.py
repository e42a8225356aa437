"""The text of a draft stays where it belongs: every route is called with it, and it is looked for everywhere else."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Client, Response

from api.routes import telling
from screening.domain.people import ADMINISTRATORS, Role
from tests.api.desk_client import BY, FIELDS, OTHER, OWN, Office, opened
from tests.api.drafting import LEVELS, filed, looked_at, released, step, told, upload
from tests.api.in_process import client_of
from tests.store.aftermath import found_in

CANARY = "云雾峰第九试验场迁建"
TEXT = f"{CANARY}一事正在研究。联系人张三，电话13800138000。"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk whose temporary folder is looked through as well."""
    with opened(tmp_path) as made:
        yield made


def everywhere(office: Office) -> list[str]:
    """A whole life with the canary in every field, from every side; returns the case."""
    case_id = filed(office, TEXT, title=f"{CANARY}消息", summary=CANARY, audience=CANARY, filename=f"{CANARY}.txt",
                    headers={"Idempotency-Key": "canary-1"})  # fmt: skip
    author, head = office.client(Role.AUTHOR), office.client(LEVELS[0])
    told(step(author, case_id, "submit", reason=CANARY))
    case = looked_at(head, case_id)
    address = f"/api/v1/cases/{case_id}/verdicts"
    headers = {"If-Match": case["etag"], "Idempotency-Key": "canary-2"}
    verdict = {"items": ["f0"], "resolution": "reworded", "reason": f"删去“{CANARY}”"}
    told(head.post(address, json=verdict, headers=headers))
    told(step(head, case_id, "return", reason=f"删去“{CANARY}”"))
    headers = {"If-Match": author.get(f"/api/v1/drafts/{case_id}").headers["etag"]}
    files = {"file": (f"{CANARY}二.txt", TEXT.replace("13800138000", "").encode())}
    told(author.post(f"/api/v1/drafts/{case_id}/versions", files=files, headers=headers))
    office.screen()
    released(office, case_id)
    told(step(office.client(Role.PUBLISHER), case_id, "recall", reason=CANARY))
    return [case_id]


def wrong(client: Client, case_id: str) -> list[Response]:
    """Requests that are wrong in every way, with the canary in all of them."""
    case, match = f"/api/v1/cases/{case_id}", {"If-Match": '"1"'}
    typed, file = match | {"Content-Type": "application/json"}, {"file": (CANARY, TEXT.encode())}
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    verdict = {"items": [CANARY], "resolution": CANARY, "reason": CANARY}
    odd: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"{case}/verdicts", {"json": {CANARY: CANARY}, "headers": match}),
        ("POST", f"{case}/verdicts", {"json": verdict, "headers": match}),
        ("POST", f"{case}/verdicts", {"content": f'{{"{CANARY}', "headers": typed}),
        ("POST", f"{case}/verdicts", {"content": b'{"\\ud800": "\\ud800"}', "headers": typed}),
        ("POST", f"{case}/opened", {"json": {"items": [CANARY]}, "headers": match}),
        ("POST", f"{case}/steps/{CANARY}", {"json": {}, "headers": match}),
        ("POST", f"{case}/steps/sign", {"json": {"reason": CANARY * 1000}, "headers": match}),
        ("POST", f"{case}/steps/sign", {"json": {"reason": CANARY}, "headers": match}),
        ("POST", f"{case}/steps/sign", {"content": CANARY.encode() * 50_000, "headers": typed}),
        ("DELETE", f"{case}/verdicts/{CANARY}", {"headers": match}),
        ("GET", f"/api/v1/cases/{CANARY}", {}),
        ("GET", "/api/v1/cases", {"params": {"state": CANARY, "channel": CANARY, "cursor": CANARY}}),
        ("GET", f"/api/v1/{CANARY}", {}),
        ("GET", "/api/v1/register", {"params": {"month": CANARY}, "headers": {"Accept": CANARY.encode()}}),
        ("GET", "/api/v1/audit", {"params": {"after": CANARY}}),
        ("GET", "/metrics", {"headers": {"Authorization": f"Bearer {CANARY}".encode()}}),
        ("POST", "/api/v1/drafts", {"data": FIELDS | {CANARY: CANARY}, "files": file}),
        ("POST", "/api/v1/drafts", {"data": FIELDS | {"channel": CANARY}, "files": file}),
        ("POST", "/api/v1/drafts", {"data": FIELDS | {"co_authors": CANARY}, "files": file}),
        ("POST", "/api/v1/drafts", {"content": TEXT.encode(), "headers": form}),
        ("POST", "/api/v1/drafts", {"data": FIELDS, "files": {"file": ("a.txt", TEXT.encode(), f"text/{CANARY}")}}),
        ("POST", "/api/v1/drafts", {"data": FIELDS, "files": {CANARY: ("a.txt", TEXT.encode())},
                                    "headers": {"Idempotency-Key": CANARY.encode()}}),
    ]  # fmt: skip
    return [client.request(method, path, **sent) for method, path, sent in odd]


def test_it_is_in_no_log_no_file_and_no_count(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Through a whole life, with wrong requests by everybody, and with a fault in the program itself."""
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("httpx"), "disabled", True)  # the client of these tests
    (case_id,) = everywhere(office)
    answers = [answer for role in Role if role is not Role.SECURITY_ADMINISTRATOR
               for answer in wrong(office.client(role), case_id)]  # fmt: skip
    answers += wrong(office.browser(Role.SECURITY_ADMINISTRATOR), case_id) + wrong(office.anybody(), case_id)
    assert {answer.status_code for answer in answers} <= {202, 400, 401, 403, 404, 412, 413, 422}
    monkeypatch.setattr(telling, "etag_of", broken)
    assert office.client(Role.AUTHOR).get(f"/api/v1/drafts/{case_id}").status_code == 500
    assert office.client(Role.AUTHOR).get("/api/v1/drafts").status_code == 500
    assert "ValueError" in caplog.text  # the log was listened to: it names the place and the kind
    spoken = capfd.readouterr()
    for text in (caplog.text, spoken.out, spoken.err, client_of(office.app, address="127.0.0.1").get("/metrics").text):
        assert CANARY not in text
        assert CANARY.encode("unicode_escape").decode() not in text
        assert quote(CANARY) not in text
    office.house.store.close()
    assert found_in(tmp_path, CANARY) == []
    assert found_in(tmp_path, "13800138000") == []


def broken(*_given: object) -> str:
    """A fault whose message is text of the draft."""
    raise ValueError(CANARY)


def test_others_learn_nothing_of_it(office: Office) -> None:
    """Neither by what is there nor by what is refused: every reading route, by all who may not know of the case."""
    (case_id,) = everywhere(office)
    strangers = [office.client(role, OTHER) for role in Role if role not in ADMINISTRATORS]
    strangers += [office.browser(role) for role in ADMINISTRATORS] + [office.client(Role.AUTHOR, BY), office.anybody()]
    paths = [
        "/api/v1/drafts", "/api/v1/cases", "/api/v1/cases?waiting=false", "/api/v1/register", "/api/v1/audit",
        "/api/v1/audit/export", "/api/v1/audit/anchors", "/metrics", "/readyz", "/healthz",
        *(f"/api/v1/{kind}/{case_id}{rest}" for kind, rest in (
            ("drafts", ""), ("drafts", "/runs/1"), ("drafts", "/runs/1/findings?show=true"), ("cases", ""),
            ("cases", "/entries"), ("cases", "/certificate"))),
    ]  # fmt: skip
    for client in strangers:
        for path in paths:
            assert CANARY not in client.get(path).text, path
    auditor = office.client(Role.AUDITOR)
    assert CANARY not in auditor.get("/api/v1/audit/export").text
    assert auditor.get(f"/api/v1/cases/{case_id}").status_code == 403  # no scope of his opens it
    assert office.browser(Role.AUDITOR, OWN).get(f"/api/v1/cases/{case_id}").status_code == 404


def test_an_upload_that_claims_an_odd_type_is_filed_without_it(office: Office) -> None:
    """What the sender says of the type is not kept in plain; the check tells what it is."""
    assert upload(office.client(Role.AUTHOR), "云岭").json()["versions"][0]["media_type"] == ""


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A control: it does see a file that holds the words, in any of these encodings."""
    for number, code in enumerate(("utf-8", "gb18030", "utf-16-le", "utf-16-be", "unicode_escape")):
        (tmp_path / str(number)).write_bytes(f"……{CANARY}……".encode(code))
    assert len(found_in(tmp_path, CANARY)) == 5
