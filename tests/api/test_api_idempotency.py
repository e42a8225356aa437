"""The same request again is answered again, and done once: also when both come at the same time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from api.app import create_app
from screening.domain.people import Role
from screening.store import tables
from tests.api.desk_client import BY, Office, opened
from tests.api.drafting import LEVELS, filed, looked_at, step, told, upload

KEY = {"Idempotency-Key": "3f2a9c0d-0001"}


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """A desk, on both databases."""
    with opened(tmp_path, database_url) as made:
        yield made


def blobs(office: Office) -> int:
    """How many contents the vault holds."""
    return len(list(office.house.store.vault.ids()))


def test_an_upload_sent_again_files_one_draft(office: Office) -> None:
    """The same address; the second copy of the bytes is not kept."""
    author = office.client(Role.AUTHOR)
    first, again = upload(author, headers=KEY), upload(author, headers=KEY)
    assert (again.status_code, again.headers["location"], again.json()) == (
        202,
        first.headers["location"],
        first.json(),
    )
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert (len(told(author.get("/api/v1/drafts"))["items"]), blobs(office)) == (1, 1)


def test_another_request_with_the_same_key_is_refused(office: Office) -> None:
    """Other bytes, another title, another address: 422, and nothing is kept. Another person has his own keys."""
    author = office.client(Role.AUTHOR)
    case_id = upload(author, headers=KEY).json()["id"]
    office.screen()
    kept = blobs(office)
    assert upload(author, "另一篇", headers=KEY).status_code == 422
    assert upload(author, title="另一题", headers=KEY).status_code == 422
    answer = author.post(f"/api/v1/cases/{case_id}/steps/submit", json={}, headers=KEY | {"If-Match": '"2"'})
    assert answer.status_code == 422
    assert blobs(office) == kept
    assert upload(office.client(Role.AUTHOR, BY), headers=KEY).status_code == 202


def test_a_version_sent_again_is_one_version(office: Office) -> None:
    """Though its etag has passed by then."""
    case_id, author = filed(office), office.client(Role.AUTHOR)
    headers = KEY | {"If-Match": author.get(f"/api/v1/drafts/{case_id}").headers["etag"]}
    files = {"file": ("稿件.txt", "改过的稿件。".encode())}
    address = f"/api/v1/drafts/{case_id}/versions"
    answers = [author.post(address, files=files, headers=headers) for _ in range(3)]
    assert [one.status_code for one in answers] == [202] * 3
    assert len(told(author.get(f"/api/v1/drafts/{case_id}"))["versions"]) == 2


def test_a_decision_sent_again_is_one_decision_and_a_refused_one_may_be_tried_again(office: Office) -> None:
    """What was refused did nothing, so its key is free."""
    case_id, author, signer = filed(office), office.client(Role.AUTHOR), office.client(LEVELS[0])
    told(step(author, case_id, "submit"))
    address = f"/api/v1/cases/{case_id}/steps/sign"
    headers = KEY | {"If-Match": signer.get(f"/api/v1/cases/{case_id}").headers["etag"]}
    assert signer.post(address, json={"reason": "同意"}, headers=headers).status_code == 403
    headers = KEY | {"If-Match": looked_at(signer, case_id)["etag"]}
    assert signer.post(address, json={"reason": "同意"}, headers=headers).status_code == 200
    again = signer.post(address, json={"reason": "同意"}, headers=headers)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    assert len(again.json()["signatures"]) == 1


def test_sent_twenty_times_at_once_it_is_done_once(office: Office) -> None:
    """Nobody is told that it failed."""
    clients = [office.client(Role.AUTHOR) for _ in range(10)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda one: upload(one, headers=KEY), clients * 2))
    assert {one.status_code for one in answers} == {202}
    assert len({one.headers["location"] for one in answers}) == 1
    assert sum("idempotency-replayed" not in one.headers for one in answers) == 1
    assert blobs(office) == 1


def test_after_a_day_the_key_is_free_and_what_is_kept_tells_nothing(office: Office) -> None:
    """Digests, a status, an address and an id."""
    author = office.client(Role.AUTHOR)
    first = upload(author, headers=KEY)
    with office.house.store.reading() as books:
        row = books.connection.execute(select(tables.idempotency)).one()
    assert KEY["Idempotency-Key"] not in str(row)
    assert "云岭" not in str(row)
    house = office.house
    later = replace(house, clock=lambda: house.clock() + timedelta(hours=23))
    office.app = create_app(later, screens=False)
    assert upload(author_of(office, author), headers=KEY).headers["location"] == first.headers["location"]
    much_later = replace(house, clock=lambda: house.clock() + timedelta(hours=25))
    office.app = create_app(much_later, screens=False)
    assert upload(author_of(office, author), headers=KEY).headers["location"] != first.headers["location"]


def author_of(office: Office, client: object) -> object:
    """The same person, at the application as it is now."""
    return office.anybody({"Authorization": client.headers["authorization"]})  # type: ignore[attr-defined]


@pytest.mark.parametrize("word", ["", "a b", "钥匙".encode().decode("latin-1"), "x" * 101])
def test_a_key_that_is_none_is_refused(office: Office, word: str) -> None:
    """Before the body is read."""
    answer = upload(office.client(Role.AUTHOR), headers={"Idempotency-Key": word.encode("latin-1")})  # type: ignore[dict-item]
    assert answer.status_code == 400
    assert blobs(office) == 0
