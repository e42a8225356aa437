"""A draft brought along over HTTP, as programs do it."""

from typing import Any

from httpx import Client, Response

from screening.domain.people import Role
from tests.api.desk_client import FIELDS, TEXT, Office

LEVELS = (Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER)
Json = dict[str, Any]


def upload(
    client: Client, text: str | bytes = TEXT, filename: str = "稿件.txt", headers: dict[str, str] | None = None,
    **fields: Any,
) -> Response:  # fmt: skip
    """Send a draft."""
    data = text.encode() if isinstance(text, str) else text
    return client.post(
        "/api/v1/drafts",
        data=FIELDS | fields,
        files={"file": (filename, data)},
        headers=headers,
    )


def filed(office: Office, text: str | bytes = TEXT, filename: str = "稿件.txt", **fields: Any) -> str:
    """A draft of the author, screened. Returns its id."""
    answer = upload(office.client(Role.AUTHOR), text, filename, **fields)
    assert answer.status_code == 202, answer.text
    office.screen()
    case_id: str = answer.json()["id"]
    return case_id


def step(client: Client, case_id: str, name: str, etag: str = "", **body: Any) -> Response:
    """Take a step, with the ETag as it is now unless one is given."""
    etag = etag or client.get(f"/api/v1/cases/{case_id}").headers.get("etag", '"1"')
    return client.post(f"/api/v1/cases/{case_id}/steps/{name}", json=body, headers={"If-Match": etag})


def told(answer: Response) -> Json:
    """The body of an answer that is well."""
    assert answer.status_code in (200, 201, 202), answer.text
    body: Json = answer.json()
    return body


def looked_at(client: Client, case_id: str) -> Json:
    """Open everything and wave every finding through."""
    address = f"/api/v1/cases/{case_id}"
    case = client.get(address)
    if case.json()["to_open"]:
        items = {"items": case.json()["to_open"]}
        case = client.post(f"{address}/opened", json=items, headers={"If-Match": case.headers["etag"]})
        assert case.status_code == 200, case.text
    findings = [item for item in case.json()["to_open"] if item.startswith("f")]
    if findings:
        verdict = {"items": findings, "resolution": "false_alarm", "reason": "已核"}
        case = client.post(f"{address}/verdicts", json=verdict, headers={"If-Match": case.headers["etag"]})
    return told(case)


def signed(office: Office, case_id: str, levels: int = 3) -> Json:
    """Submit and sign so many levels."""
    case = told(step(office.client(Role.AUTHOR), case_id, "submit"))
    for role in LEVELS[:levels]:
        client = office.client(role)
        looked_at(client, case_id)
        case = told(step(client, case_id, "sign", reason="同意公开"))
    return case


def released(office: Office, case_id: str) -> Json:
    """Approve and publish."""
    terms = signed(office, case_id)["terms"]
    return told(
        step(office.client(Role.PUBLISHER), case_id, "release", terms=terms, url="https://www.example.gov.cn/1")
    )
