"""What the unit may not decide itself goes to an outside authority, and comes back with its answer."""

from datetime import datetime
from pathlib import Path

from playwright.sync_api import expect

from screening.domain.review import State
from tests.browser import drafts
from tests.browser.conftest import Visit
from tests.browser.office import Office
from tests.browser.steps import REASON, decide, fill_and_press, find, look_at_all, settle_all, sign, submit, upload


def test_a_draft_is_sent_up_answered_and_goes_on_to_approval(
    visit: Visit, office: Office, tmp_path: Path, *, script: bool
) -> None:
    """The clock is paused, the answer's date shown; 送审同意 opens with the answer, and the leader is next."""
    title = f"供水改造请示（{script}）"
    author = visit("author", script=script)
    address = upload(author, tmp_path, drafts.three(), title=title)
    submit(author)
    head, officer = visit("head", script=script), visit("secrecy", script=script)
    find(head, title)
    decide(head, "f1", "1", REASON)
    decide(head, "f2", "1", REASON)
    decide(head, "f0", "1", REASON)
    look_at_all(head)
    sign(head)
    find(officer, title)
    expect(officer.page.locator("#c-f0")).to_contain_text(REASON)
    expect(officer.page.locator("#c-f0 [data-key='6']")).to_be_disabled()
    authority = {"authority": "云岭市国家保密局", "document_no": "云融保〔2031〕3号", "reason": "号码归属界限不清"}
    fill_and_press(officer, "send_up", "登记送审", **authority)
    filing = office.filing(address)
    assert filing.case.state is State.SENT_UP
    assert filing.paused_at
    due = datetime.fromisoformat(filing.due_at)
    expect(officer.page.locator("#casebar")).to_contain_text("报外部审定")
    expect(officer.page.locator("#casebar")).to_contain_text(f"{due.month}月{due.day}日到期")
    author.open(address)
    assert "报外部审定" in author.text()
    answer = {"document_no": "云保函〔2031〕8号", "agreed": "yes", "opinion": "同意公开"}
    fill_and_press(officer, "answer", "登记答复", **answer)
    assert not office.filing(address).paused_at
    officer.page.locator("#c-f0 summary", has_text="另作决定").click()
    officer.page.locator("#c-f0 [name=reason]").fill("依云保函〔2031〕8号同意公开")
    agree = officer.page.locator("#c-f0 [data-key='6']")
    if script:
        agree.click()
    else:
        with officer.page.expect_navigation():
            agree.click()
    expect(officer.page.locator("#c-f0 .state")).to_contain_text("送审同意")
    look_at_all(officer)
    sign(officer)
    leader = visit("leader", script=script)
    find(leader, title)
    assert settle_all(leader) == 0
    look_at_all(leader)
    sign(leader)
    assert office.filing(address).case.state is State.APPROVED
