"""What those see who watch the desk: numbers, never content."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.app import create_app
from screening.domain.people import Role
from tests.api.desk_client import Office, opened
from tests.api.drafting import filed, told, upload
from tests.api.in_process import client_of


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk."""
    with opened(tmp_path) as made:
        yield made


def test_alive_and_ready(office: Office) -> None:
    """For everybody, without a word about what is in it."""
    assert told(office.anybody().get("/healthz")) == {"status": "ok"}
    assert told(office.anybody().get("/readyz")) == {
        "status": "ok", "database": True, "vault": True, "screening": True,
    }  # fmt: skip


def test_not_ready_when_nobody_screens(office: Office) -> None:
    """A draft that waits for longer than a minute, and no worker here."""
    upload(office.client(Role.AUTHOR))
    house = office.house
    app = create_app(replace(house, clock=lambda: house.clock() + timedelta(minutes=2)), screens=False)
    answer = client_of(app).get("/readyz")
    assert (answer.status_code, answer.json()["screening"]) == (503, False)


def test_not_ready_without_room_or_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full; the database is gone."""
    monkeypatch.setattr("api.routes.health.UPLOAD_LIMIT", 1 << 60)
    answer = office.anybody().get("/readyz")
    assert (answer.status_code, answer.json()["vault"]) == (503, False)
    with office.house.store.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE jobs")
    answer = office.anybody().get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


def test_counts_by_state_route_and_status(office: Office) -> None:
    """Routes by their template: what stood in an address is not told."""
    case_id = filed(office)
    office.client(Role.AUTHOR).get(f"/api/v1/drafts/{case_id}")
    office.anybody().get("/api/v1/云岭机密稿件")
    office.anybody().request("BREW", "/healthz")
    text = client_of(office.app, address="127.0.0.1").get("/metrics").text
    assert 'xianshen_cases{state="screened"} 1' in text
    assert 'xianshen_jobs{state="done"} 1' in text
    assert 'xianshen_requests_total{route="/api/v1/drafts/{case_id}",method="GET",status="200"} 1' in text
    assert "xianshen_screening_recent_count 1" in text
    assert case_id not in text
    assert "机密" not in text
    assert "BREW" not in text


def test_metrics_are_for_this_machine_and_for_tokens_with_the_scope(office: Office) -> None:
    """A proxy on this machine is not this machine."""
    near = client_of(office.app, address="127.0.0.1")
    assert near.get("/metrics").status_code == 200
    assert near.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
    assert office.anybody().get("/metrics").status_code == 401
    assert office.anybody({"Authorization": "Bearer x"}).get("/metrics").status_code == 401
    assert office.client(Role.AUDITOR).get("/metrics").status_code == 403
    assert office.client(Role.SYSTEM_ADMINISTRATOR).get("/metrics").status_code == 200
