"""Cases over HTTP: from submission to release, back and forth, and what happens when two decide at once."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from screening.domain.people import Role
from tests.api.desk_client import BY, MARKED, OTHER, Office, opened
from tests.api.drafting import LEVELS, filed, looked_at, released, signed, step, told


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk."""
    with opened(tmp_path) as made:
        yield made


def test_the_whole_life_of_a_draft(office: Office) -> None:
    """Submitted, signed by three, released, recalled; every act on record; a certificate while it holds."""
    case_id = filed(office)
    address = f"/api/v1/cases/{case_id}"
    assert office.client(Role.SECRECY_OFFICER).get(address).status_code == 404
    assert office.client(Role.AUTHOR).get(f"{address}/certificate").status_code == 409
    case = released(office, case_id)
    assert case["state"] == "released"
    paper = told(office.client(Role.PUBLISHER).get(f"{address}/certificate"))
    assert paper["certificate"]["sha256"] == case["versions"][0]["sha256"]
    assert paper["key_id"] == told(office.anybody().get("/api/v1/certificates/key"))["fingerprint"]
    record = told(office.client(Role.AUTHOR).get(f"{address}/entries"))["items"]
    assert [one["step"] for one in record if one["step"] == "sign"] == ["sign"] * 3
    assert record[-1]["words"]["url"] == "https://www.example.gov.cn/1"
    recalled = told(step(office.client(Role.PUBLISHER), case_id, "recall", reason="数字有误", channels="网站"))
    assert recalled["state"] == "recalled"
    assert office.client(Role.PUBLISHER).get(f"{address}/certificate").status_code == 409


def test_the_queue_holds_what_waits_for_me(office: Office) -> None:
    """Level by level; filtered by state, channel and day."""
    case_id = filed(office)
    told(step(office.client(Role.AUTHOR), case_id, "submit"))
    first, second = office.client(LEVELS[0]), office.client(LEVELS[1])

    def waiting(client: object, **params: str) -> list[str]:
        listed = told(client.get("/api/v1/cases", params=params))  # type: ignore[attr-defined]
        return [one["id"] for one in listed["items"]]

    assert waiting(first) == [case_id]
    assert waiting(second) == []
    assert waiting(second, waiting="false") == [case_id]
    assert waiting(first, state="review", channel="website", due="2999-01-01") == [case_id]
    for params in ({"state": "approved"}, {"channel": "moon"}, {"due": "2001-01-01"}):
        assert waiting(first, **params) == []
    assert waiting(office.client(Role.APPROVER, OTHER), waiting="false") == []


def test_a_change_needs_the_etag_as_it_is(office: Office) -> None:
    """428 without, 412 with another; the answer bears the new one."""
    case_id = filed(office)
    author = office.client(Role.AUTHOR)
    address = f"/api/v1/cases/{case_id}/steps/submit"
    assert author.post(address, json={}).status_code == 428
    assert author.post(address, json={}, headers={"If-Match": "*"}).status_code == 428
    for stale in ('"1"', '"99"', "2", 'W/"2"', "x" * 2000):
        assert author.post(address, json={}, headers={"If-Match": stale}).status_code == 412
    etag = author.get(f"/api/v1/cases/{case_id}").headers["etag"]
    answer = author.post(address, json={}, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["etag"]) == (200, answer.headers["etag"])
    assert author.post(address, json={}, headers={"If-Match": etag}).status_code == 412


def test_while_one_decides_another_is_told_by_name(office: Office) -> None:
    """409, as long as the case is his."""
    case_id = filed(office)
    told(step(office.client(Role.AUTHOR), case_id, "submit"))
    mine, his = office.client(LEVELS[0]), office.client(LEVELS[0], BY)
    looked_at(mine, case_id)
    answer = step(his, case_id, "return", reason="再核")
    assert answer.status_code == 409
    assert "部门负责人（初审）甲" in answer.json()["detail"]


def test_of_thirty_who_sign_at_once_one_does(tmp_path: Path, database_url: str) -> None:
    """The others are told that the case has changed; one signature, one event."""
    with opened(tmp_path, database_url) as office:
        case_id = filed(office)
        told(step(office.client(Role.AUTHOR), case_id, "submit"))
        signer = office.client(LEVELS[0])
        etag = looked_at(signer, case_id)["etag"]
        clients = [office.client(LEVELS[0]) for _ in range(15)] + [office.browser(LEVELS[0]) for _ in range(15)]
        with ThreadPoolExecutor(30) as pool:
            answers = list(pool.map(lambda one: step(one, case_id, "sign", etag, reason="同意").status_code, clients))
        assert Counter(answers) == {200: 1, 412: 29}
        assert len(told(signer.get(f"/api/v1/cases/{case_id}"))["signatures"]) == 1
        with office.house.store.reading() as books:
            assert [event.action for event in books.trail.events()].count("case:sign") == 1


def test_a_verdict_is_taken_back_by_who_gave_it(office: Office) -> None:
    """And needs a reason, a finding of this version, and a basis where there must be one."""
    case_id = filed(office)
    told(step(office.client(Role.AUTHOR), case_id, "submit"))
    signer, address = office.client(LEVELS[0]), f"/api/v1/cases/{case_id}/verdicts"
    case = looked_at(signer, case_id)
    undone = signer.delete(f"{address}/f0", headers={"If-Match": case["etag"]})
    assert "f0" not in told(undone)["resolved"]
    headers = {"If-Match": undone.headers["etag"]}
    verdict = {"items": ["f0"], "resolution": "released_before", "reason": "已公布"}
    assert signer.post(address, json=verdict, headers=headers).status_code == 403
    assert (
        signer.post(
            address, json=verdict | {"items": ["f99"], "basis": "云政发〔2031〕6号"}, headers=headers
        ).status_code
        == 403
    )
    for wrong in ({"items": []}, {"items": ["u0"]}, {"reason": " "}, {"resolution": "fine"}, {"odd": 1}):
        assert signer.post(address, json=verdict | wrong, headers=headers).status_code == 422
    agreed = signer.post(address, json=verdict | {"basis": "云政发〔2031〕6号"}, headers=headers)
    assert told(agreed)["resolved"]["f0"] == "released_before"


def test_sent_up_answered_and_refused(office: Office) -> None:
    """Each step takes its own fields, and no other's."""
    case_id = filed(office)
    told(step(office.client(Role.AUTHOR), case_id, "submit"))
    signer = office.client(LEVELS[0])
    assert step(signer, case_id, "send_up", reason="请审定", url="x").status_code == 422
    assert step(signer, case_id, "send_up", reason="请审定").status_code == 403
    told(step(signer, case_id, "send_up", reason="请审定", authority="云岭市应急管理部门", due="2099-05-20"))
    told(step(signer, case_id, "answer", reason="同意", document_no="云应急函〔2031〕3号", agreed=True))
    refusal = {"reason": "涉及商业秘密", "ground": "商业秘密", "article": "信息公开条例第十五条"}
    assert step(signer, case_id, "refuse", **refusal).status_code == 403
    case = told(step(signer, case_id, "refuse", **refusal, partial_considered=True))
    assert case["state"] == "not_published"


def test_a_marked_draft_is_reported_and_its_content_is_gone(office: Office) -> None:
    """Officers handle it; nothing of the content is told again."""
    case_id = filed(office, MARKED)
    officer = office.client(Role.SECRECY_OFFICER)
    assert case_id in [one["id"] for one in told(officer.get("/api/v1/cases"))["items"]]
    assert office.client(Role.DEPARTMENT_REVIEWER).get(f"/api/v1/cases/{case_id}").status_code == 404
    case = told(step(officer, case_id, "report", reason="上传时发现"))
    assert (case["state"], case["title"]) == ("incident", "（内容已销毁）")
    told(step(officer, case_id, "measure", reason="已通知撰稿人"))
    entries = told(officer.get(f"/api/v1/cases/{case_id}/entries"))["items"]
    assert [one["words"].get("reason") for one in entries[-2:]] == ["上传时发现", "已通知撰稿人"]
    to_author = told(office.client(Role.AUTHOR).get(f"/api/v1/cases/{case_id}/entries"))["items"]
    assert not any(one["words"] for one in to_author)
    files = {"file": ("稿件.txt", b"x")}
    headers = {"If-Match": case["etag"]}
    answer = office.client(Role.AUTHOR).post(f"/api/v1/drafts/{case_id}/versions", files=files, headers=headers)
    assert answer.status_code == 409


def test_who_published_must_name_what_was_approved(office: Office) -> None:
    """Channel, audience and window, exactly."""
    case_id = filed(office)
    terms = signed(office, case_id)["terms"]
    publisher = office.client(Role.PUBLISHER)
    assert step(publisher, case_id, "release").status_code == 403
    assert step(publisher, case_id, "release", terms=terms | {"channel": "wechat"}).status_code == 403
    assert told(step(publisher, case_id, "release", terms=terms))["state"] == "released"


def test_a_draft_withdrawn_or_returned_goes_no_further(office: Office) -> None:
    """A returned one is submitted again only with a reason."""
    case_id = filed(office)
    author, signer = office.client(Role.AUTHOR), office.client(LEVELS[0])
    told(step(author, case_id, "submit"))
    told(step(signer, case_id, "return", reason="请删去电话"))
    assert step(author, case_id, "submit").status_code == 403
    told(step(author, case_id, "submit", reason="电话为公开的值班电话"))
    assert told(step(author, case_id, "withdraw"))["state"] == "withdrawn"
    assert step(author, case_id, "submit").status_code == 403
    assert step(author, case_id, "fly").status_code == 422
