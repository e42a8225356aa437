"""Drafts over HTTP: taken in, listed, read; what is wrong is refused and leaves nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from screening.bootstrap import Worker
from screening.domain.people import Role
from tests.api.desk_client import BY, FIELDS, MARKED, OTHER, TEXT, Office, opened
from tests.api.drafting import filed, step, told, upload


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk."""
    with opened(tmp_path) as made:
        yield made


def blobs(office: Office) -> int:
    """How many contents the vault holds, half-written ones included."""
    return sum(path.is_file() for path in office.house.store.vault.folder.rglob("*"))


def test_a_draft_is_taken_in_screened_and_read_by_its_author(office: Office) -> None:
    """202 with an address; the state tells when the check is done."""
    author = office.client(Role.AUTHOR)
    answer = upload(author, summary="开幕式", planned_at="2099-05-06", co_authors=["by-author"])
    assert answer.status_code == 202
    draft = author.get(answer.headers["location"])
    assert draft.json()["state"] == "screening"
    assert draft.headers["etag"] == answer.headers["etag"] == draft.json()["etag"]
    assert draft.json()["terms"]["first_day"] == "2099-05-06"
    office.screen()
    after = told(author.get(answer.headers["location"]))
    assert after["state"] == "screened"
    assert after["findings"] == sum(after["versions"][0]["counts"].values()) > 0
    assert [one["id"] for one in told(office.client(Role.AUTHOR, BY).get("/api/v1/drafts"))["items"]] == [after["id"]]


def test_findings_are_masked_unless_asked_for(office: Office) -> None:
    """And come in pages."""
    case_id, author = filed(office), office.client(Role.AUTHOR)
    address = f"/api/v1/drafts/{case_id}/runs/1"
    run = told(author.get(address))
    assert run["findings"] > 2
    assert set(run["versions"]) == {"ruleset", "model", "policy"}
    masked = author.get(f"{address}/findings")
    assert "13800138000" not in masked.text
    assert all(one["quote"] is None for one in masked.json()["items"])
    shown, cursor = [], ""
    while cursor is not None:
        part = told(
            author.get(
                f"{address}/findings", params={"show": True, "limit": 2} | ({"cursor": cursor} if cursor else {})
            )
        )
        shown += part["items"]
        cursor = part["next"]
    assert [one["item"] for one in shown] == [f"f{number}" for number in range(run["findings"])]
    assert any("13800138000" in one["quote"] for one in shown)


def test_a_new_version_needs_the_etag_and_voids_what_was_decided(office: Office) -> None:
    """428 without, 412 with an old one; others than the authors may not."""
    case_id, author = filed(office), office.client(Role.AUTHOR)
    case = told(step(author, case_id, "submit"))
    address, files = f"/api/v1/drafts/{case_id}/versions", {"file": ("稿件.txt", "云岭春茶节昨日开幕。".encode())}
    assert author.post(address, files=files).status_code == 428
    assert author.post(address, files=files, headers={"If-Match": '"1"'}).status_code == 412
    assert author.post(address, files=files, headers={"If-Match": "W/x"}).status_code == 412
    stranger = office.client(Role.AUTHOR, OTHER)
    assert stranger.post(address, files=files, headers={"If-Match": case["etag"]}).status_code == 404
    before = blobs(office)
    answer = author.post(address, files=files, headers={"If-Match": case["etag"]})
    assert (answer.status_code, answer.json()["state"], len(answer.json()["versions"])) == (202, "screening", 2)
    assert blobs(office) == before + 1
    office.screen()
    assert told(author.get(f"/api/v1/drafts/{case_id}"))["state"] == "screened"
    assert author.get(f"/api/v1/drafts/{case_id}/runs/3").status_code == 404


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"channel": ""}, "body.channel"),
        ({"kind": "诗歌"}, "body"),
        ({"photo_count": "-1"}, "body.photo_count"),
        ({"planned_at": "明天"}, "body.planned_at"),
        ({"release_basis": "听说的"}, "body.release_basis"),
        ({"classification": "机密"}, "body"),
        ({"title": "长" * 301}, "body.title"),
        ({"unknown": "x"}, "body.unknown"),
        ({"title": ["一", "二"]}, "body.title"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(office: Office, fields: dict[str, object], field: str) -> None:
    """422; what was sent is not repeated."""
    answer = upload(office.client(Role.AUTHOR), **fields)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in [one["field"] for one in answer.json()["errors"]]
    assert blobs(office) == 0


def test_unknown_channel_co_author_and_file_are_refused(office: Office) -> None:
    """An administrator sees no draft, so he is no co-author either."""
    author = office.client(Role.AUTHOR)
    for fields in ({"channel": "moon"}, {"co_authors": ["nobody"]}, {"co_authors": ["own-system_administrator"]},
                   {"co_authors": ["other-author"]}):  # fmt: skip
        assert upload(author, **fields).status_code == 422
    two = [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]
    for files in (two, {"draft": ("a.txt", b"a")}, None):
        answer = author.post("/api/v1/drafts", data=FIELDS, files=files or {"note": (None, "x")})
        assert answer.status_code == 422
    assert blobs(office) == 0


def test_a_body_that_is_too_long_or_no_form_closes_the_connection(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """413 and 400, with Connection: close."""
    author = office.client(Role.AUTHOR)
    monkeypatch.setattr("api.routes.drafts.UPLOAD_LIMIT", 1000)
    answer = upload(author, "长" * 1000)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    broken = author.post("/api/v1/drafts", content=b"--x", headers={"Content-Type": "multipart/form-data; boundary=y"})
    assert (broken.status_code, broken.headers["connection"]) == (400, "close")
    for sent in ({}, {"content": "云岭".encode()}, {"json": FIELDS}):
        assert author.post("/api/v1/drafts", **sent).status_code == 400
    assert upload(author, "").status_code == 422
    assert blobs(office) == 0


def test_a_path_of_two_routes_names_the_methods_of_both(office: Office) -> None:
    """405 with Allow."""
    answer = office.anybody().delete("/api/v1/drafts")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert office.anybody().delete("/healthz").headers["allow"] == "GET"


def test_who_may_not_write_is_refused_before_the_body_is_read(office: Office) -> None:
    """By role at a browser, by scope with a token; without either: who are you?"""
    assert upload(office.browser(Role.APPROVER)).status_code == 403
    assert upload(office.client(Role.APPROVER)).status_code == 403
    assert upload(office.anybody()).status_code == 401
    assert upload(office.client(Role.AUTHOR, scopes={"drafts:read"})).status_code == 403
    assert blobs(office) == 0


def test_a_browser_needs_the_word_of_its_forms(office: Office) -> None:
    """In the header or the field; never from another site."""
    browser = office.browser(Role.AUTHOR)
    word = browser.headers.pop("X-CSRF-Token")
    assert upload(browser).status_code == 403
    assert blobs(office) == 0
    assert upload(browser, headers={"X-CSRF-Token": word, "Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert upload(browser, csrf=word).status_code == 202
    assert upload(browser, headers={"X-CSRF-Token": word}).status_code == 202


def test_lists_come_in_pages(office: Office) -> None:
    """Each draft once, in order; a cursor that is none is refused."""
    author = office.client(Role.AUTHOR)
    filed_ids = {upload(author).json()["id"] for _ in range(5)}
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        part = told(author.get("/api/v1/drafts", params={"limit": "2"} | cursor))
        seen += [one["id"] for one in part["items"]]
        if part["next"] is None:
            break
        cursor = {"cursor": part["next"]}
    assert len(seen) == 5
    assert set(seen) == filed_ids
    for wrong in ("x", "AAAA", "%00", "a" * 300):
        assert author.get("/api/v1/drafts", params={"cursor": wrong}).status_code == 422


def test_a_marked_draft_keeps_no_result_and_shows_none(office: Office) -> None:
    """Its author learns that it is locked; nobody reads it here."""
    case_id, author = filed(office, MARKED), office.client(Role.AUTHOR)
    draft = told(author.get(f"/api/v1/drafts/{case_id}"))
    assert (draft["state"], draft["declaration"], draft["versions"][0]["filename"]) == ("quarantined", None, "")
    for client in (author, office.client(Role.SECRECY_OFFICER)):
        assert client.get(f"/api/v1/drafts/{case_id}/runs/1").status_code == 403
        assert client.get(f"/api/v1/drafts/{case_id}/runs/1/findings?show=true").status_code == 403


def test_the_worker_of_the_application_screens_what_is_uploaded(office: Office) -> None:
    """The process beside the web does what these tests otherwise do themselves."""
    answer = upload(office.client(Role.AUTHOR), TEXT)
    worker = Worker(office.house)
    try:
        assert worker.once()
    finally:
        worker.stop()
    assert told(office.client(Role.AUTHOR).get(answer.headers["location"]))["state"] == "screened"


def test_a_sender_who_goes_away_leaves_nothing(office: Office) -> None:
    """The upload ends in the middle; the draft is not filed."""

    def broken() -> Iterator[bytes]:
        yield b"--x\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\nabc"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = office.client(Role.AUTHOR).post("/api/v1/drafts", content=b"".join(broken()), headers=headers)
    assert isinstance(answer, httpx.Response)
    assert answer.status_code == 400
    assert blobs(office) == 0
