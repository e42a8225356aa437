"""Incidents: the clock, the steps, the report; for the officers who handle them, without a word of the draft."""

import pytest

from screening.domain.review import State, Step
from tests.api.pages.paged_office import MARKED, PAYLOAD, PagedOffice
from tests.review.office import CANARY, TERMS


@pytest.mark.parametrize("who", ["secrecy", "classifier", "leader"])
def test_the_handlers_see_the_clock_and_the_marks(office: PagedOffice, who: str) -> None:
    """24 hours from when it was found; rule and digest, neither title nor text."""
    filing = office.filed(CANARY, MARKED)
    assert filing.case.state is State.QUARANTINED
    office.clock.forward(hours=3, minutes=30)
    assert filing.number in office.page(who, "/incidents")
    page = office.page(who, f"/incidents/{filing.id}")
    for words in ("还剩 20 小时 30 分", filing.current.sha256, str(filing.current.summary["marks"]), "先作认定"):
        assert words in page
    assert CANARY not in page
    assert "某事" not in page


@pytest.mark.parametrize("who", ["writer", "head", "publisher", "auditor", "admin", "stranger"])
def test_nobody_else_knows(office: PagedOffice, who: str) -> None:
    """The author knows of his case, not of this page; a stranger's own list is empty."""
    filing = office.filed(CANARY, MARKED)
    office.page(who, f"/incidents/{filing.id}", 404)
    answer = office.browser(who).get("/incidents")
    assert filing.number not in answer.text


def test_a_case_that_is_no_incident_has_no_such_page(office: PagedOffice) -> None:
    """Though its officer knows it."""
    office.page("secrecy", f"/incidents/{office.submitted().id}", 404)


def test_the_clock_does_not_start_anew_when_it_is_called_an_incident(office: PagedOffice) -> None:
    """It runs from when the mark was found."""
    filing = office.filed(CANARY, MARKED)
    office.clock.forward(hours=5)
    office.do("secrecy", filing.id, Step.REPORT, "误用旧件")
    assert office.see(filing.id).due_at == filing.due_at
    assert "还剩 19 小时 0 分" in office.page("secrecy", f"/incidents/{filing.id}")
    office.clock.forward(hours=20)
    assert "已超时 1 小时 0 分" in office.page("secrecy", "/incidents")


def test_each_step_is_put_on_record_once(office: PagedOffice) -> None:
    """With who, when and what; the written report stops the clock; all of it stands in the report."""
    filing = office.filed(CANARY, MARKED)
    office.do("secrecy", filing.id, Step.REPORT, "误用旧件")
    browser, url = office.browser("secrecy"), f"/incidents/{filing.id}/steps"
    for which, note in (("stop", "网站已下线"), ("report", PAYLOAD), ("personal", "不涉及")):
        answer = browser.post(url, data={"step": which, "note": note})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/incidents/{filing.id}")
    page = office.page("leader", f"/incidents/{filing.id}")
    assert "还剩" not in page
    assert page.count("已完成") == 3
    assert page.count("网站已下线") == 2
    assert "<script>alert" not in page
    assert browser.post(url, data={"step": "stop", "note": "再次"}).status_code == 409
    entries = office.desk.entries(office["secrecy"], filing.id)
    assert [one.words["step"] for one in entries if one.step == "measure"] == ["stop", "report", "personal"]


def test_a_step_needs_its_note_its_name_and_its_form(office: PagedOffice) -> None:
    """422 with the reason; 403 without the word of the form; 404 for who handles no incident."""
    filing = office.filed(CANARY, MARKED)
    office.do("secrecy", filing.id, Step.REPORT, "误用旧件")
    browser, url = office.browser("secrecy"), f"/incidents/{filing.id}/steps"
    answer = browser.post(url, data={"step": "stop", "note": " "})
    assert answer.status_code == 422
    assert "须写明" in answer.text
    assert browser.post(url, data={"step": "nonsense", "note": "x"}).status_code == 422
    del browser.headers["X-CSRF-Token"]
    assert browser.post(url, data={"step": "stop", "note": "x"}).status_code == 403
    assert office.browser("head").post(url, data={"step": "stop", "note": "x"}).status_code == 404


def test_before_it_is_called_an_incident_no_step_is_taken(office: PagedOffice) -> None:
    """First the officers say what it is: the forms are those of the case page, and they fit."""
    filing = office.filed(CANARY, MARKED)
    browser = office.browser("classifier")
    page = browser.get(f"/incidents/{filing.id}").text
    assert f'action="/incidents/{filing.id}/steps"' not in page
    assert f'action="/cases/{filing.id}/clear-mark"' in page
    fields = {"sha256": filing.current.sha256, "stage": filing.stage, "reason": "系引用公开标题"}
    assert all(f'name="{name}"' in page for name in fields)
    assert browser.post(f"/cases/{filing.id}/clear-mark", data=fields).status_code == 303
    assert "classifier名" in office.page("secrecy", f"/incidents/{filing.id}")


def test_a_recall_is_followed_up_with_persons_in_mind(office: PagedOffice) -> None:
    """The notice to persons is asked for where the check found any, and only there."""
    named, plain = office.signed_off(), office.signed_off("云岭茶", "云岭市举办春茶节。")
    for filing in (named, plain):
        office.do("publisher", filing.id, Step.RELEASE, terms=TERMS)
        office.do("publisher", filing.id, Step.RECALL, "读者指出有误")
    assert "涉及个人信息" in office.page("secrecy", f"/incidents/{named.id}")
    page = office.page("secrecy", f"/incidents/{plain.id}")
    assert "涉及个人信息" not in page
    assert "读者指出有误" in page
