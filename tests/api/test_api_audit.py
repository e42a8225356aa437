"""The register and the audit trail over HTTP."""

import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook

from screening.domain.audit import Anchor, events_of, verify
from screening.domain.people import Role
from screening.store import signing
from tests.api.desk_client import MARKED, OTHER, Office, opened
from tests.api.drafting import filed, released, told

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A desk with one draft released and one locked."""
    with opened(tmp_path_factory.mktemp("audit")) as made:
        released(made, filed(made))
        filed(made, MARKED, title="密级稿件")
        yield made


def test_the_export_verifies_and_carries_its_anchors(office: Office) -> None:
    """Line by line what the trail holds, sealed; anchors signed by the unit's key."""
    auditor = office.client(Role.AUDITOR)
    made = auditor.post("/api/v1/audit/anchors")
    assert made.status_code == 201
    again = auditor.post("/api/v1/audit/anchors")
    assert (again.status_code, again.json()) == (200, made.json())
    lines = auditor.get("/api/v1/audit/export").text.splitlines()
    anchors = [Anchor(**one) for one in told(auditor.get("/api/v1/audit/anchors"))["items"]]
    assert not list(verify(events_of(lines), office.house.store.keys.audit, anchors))
    pem = told(office.anybody().get("/api/v1/certificates/key"))["pem"]
    assert all(signing.verify(pem, one.body(), one.signature) for one in anchors)
    assert len([line for line in lines if '"action"' not in line]) == len(anchors)


def test_events_come_in_pages(office: Office) -> None:
    """Each once, in order."""
    auditor = office.client(Role.AUDIT_ADMINISTRATOR)
    seqs: list[int] = []
    after: int | None = 0
    while after is not None:
        part = told(auditor.get("/api/v1/audit", params={"after": after, "limit": 7}))
        seqs += [one["seq"] for one in part["items"]]
        after = part["next"]
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(seqs) > 14
    for wrong in ("-1", "x", str(2**40)):
        assert auditor.get("/api/v1/audit", params={"after": wrong}).status_code == 422


def test_the_register_as_data(office: Office) -> None:
    """One row a case; of a locked one no title."""
    month = office.house.clock().strftime("%Y-%m")
    clerk = office.client(Role.AUDITOR)
    rows = told(clerk.get("/api/v1/register", params={"month": month}))["items"]
    assert [row["state"] for row in rows] == ["已发布", "已隔离"]
    assert rows[1]["title"] == "（已隔离）"
    assert [one["conclusion"] for one in rows[0]["opinions"]] == ["同意公开"] * 3
    first = told(clerk.get("/api/v1/register", params={"limit": 1}))
    rest = told(clerk.get("/api/v1/register", params={"cursor": first["next"]}))
    assert [*first["items"], *rest["items"]] == rows
    assert told(clerk.get("/api/v1/register?month=2001-01"))["items"] == []
    assert told(office.client(Role.AUDITOR, OTHER).get("/api/v1/register"))["items"] == []
    summary = told(clerk.get("/api/v1/register/summary", params={"month": month}))
    assert summary["cases"] == 2
    assert summary["by_state"] == {"已发布": 1, "已隔离": 1}
    assert clerk.get("/api/v1/register/summary?month=2031-13").status_code == 422


def test_the_register_as_a_workbook(office: Office) -> None:
    """By format or by Accept."""
    clerk = office.client(Role.SECRECY_OFFICER)
    month = office.house.clock().strftime("%Y-%m")
    for answer in (
        clerk.get("/api/v1/register?format=xlsx"),
        clerk.get("/api/v1/register", headers={"Accept": XLSX}),
        clerk.get(f"/api/v1/register/summary?format=xlsx&month={month}"),
    ):
        assert answer.headers["content-type"] == XLSX
        words = str([list(row) for row in load_workbook(io.BytesIO(answer.content)).active.values])
        assert "云岭春茶节开幕" in words
        assert "密级稿件" not in words
    assert clerk.get("/api/v1/register", headers={"Accept": "text/html"}).status_code == 406
