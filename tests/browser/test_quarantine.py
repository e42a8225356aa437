"""A draft that bears a state-secret mark: nobody reads it again, and the officers know what to do."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from screening.domain.review import State
from tests.browser import drafts
from tests.browser.conftest import Visit
from tests.browser.office import Office
from tests.browser.steps import REASON, decide, fill_and_press, find, upload
from tests.browser.visitor import Visitor

PARTS = (
    "",
    "/pages/1.png",
    "/annotated",
    "/form",
    "/form.docx",
    "/certificate",
    "/compare",
    "?version=1",
    "?look=page",
)


def test_a_marked_draft_is_sealed_reported_and_shredded(
    visit: Visit, office: Office, tmp_path: Path, *, script: bool
) -> None:
    """Author, officers and publisher see no word of it; the report starts 24 hours; its key is gone."""
    author = visit("author", script=script)
    address = upload(author, tmp_path, drafts.marked(), "通知.docx", f"检修安排（{script}）")
    assert office.filing(address).case.state is State.QUARANTINED
    assert author.page.locator("#act-upload").count() == 0  # a new version would be taken for removing the mark
    people = [author, *(visit(one, script=script) for one in ("head", "secrecy", "classifier", "leader", "publisher"))]
    for person in people:
        nothing_is_readable(person, address)
    officer = people[2]
    find(officer, f"检修安排（{script}）")
    fill_and_press(officer, "report", "报告", reason="上传检查时系统发现，尚未传出")
    filing = office.filing(address)
    assert filing.case.state is State.INCIDENT
    assert filing.shredded
    officer.open("/incidents")
    officer.follow(filing.number, "table")
    clock = officer.page.locator(".clock").inner_text()
    assert "23 小时" in clock or "24 小时" in clock
    officer.page.locator("details.act summary").first.click()
    officer.page.locator("details.act[open] textarea").first.fill("已当面口头报告")
    officer.press("完成这一步", "details.act[open]")
    expect(officer.page.locator("ol.todo .state.done")).to_have_count(1)
    for person in people:
        nothing_is_readable(person, address)


@pytest.mark.parametrize("first", ["secrecy", "classifier"])
def test_a_wrong_mark_is_cleared_by_two_and_the_draft_goes_on(
    visit: Visit, office: Office, tmp_path: Path, first: str
) -> None:
    """One word is not enough; after the second the draft is screened anew, shown, and may be submitted."""
    author = visit("author", script=first == "secrecy")
    title = f"密级标志知识问答（{first}）"
    address = upload(author, tmp_path, drafts.marked("一问：密级★保密期限怎样标？如机密★5年"), "问答.docx", title)
    assert office.filing(address).case.state is State.QUARANTINED
    second = "classifier" if first == "secrecy" else "secrecy"
    for login, left in ((first, State.QUARANTINED), (second, None)):
        officer = visit(login, script=author.script)
        find(officer, title)
        fill_and_press(officer, "clear_mark", "书面认定误标", reason="知识问答中的举例，不是密级标志")
        assert left is None or office.filing(address).case.state is left
    office.idle()
    assert office.filing(address).case.state is State.SCREENED
    author.open(address)
    assert drafts.CANARY in author.text()
    author.press("提交审查", "#act-submit")
    assert office.filing(address).case.state is State.REVIEW


def test_a_grave_finding_needs_the_word_of_two(visit: Visit, office: Office, tmp_path: Path, *, script: bool) -> None:
    """The second reviewer sees what the first one said of a cleared mark, and that his own word is wanted."""
    author = visit("author", script=script)
    title = f"标志问答两人认定（{script}）"
    address = upload(author, tmp_path, drafts.marked("一问：密级★保密期限怎样标？如机密★5年"), "问答.docx", title)
    for login in ("secrecy", "classifier"):
        officer = visit(login, script=script)
        find(officer, title)
        fill_and_press(officer, "clear_mark", "书面认定误标", reason="知识问答中的举例，不是密级标志")
    office.idle()
    author.open(address)
    author.press("提交审查", "#act-submit")
    version = office.filing(address).case.current
    assert version is not None
    (grave,) = version.grave
    head = visit("head", script=script)
    find(head, title)
    decide(head, grave, "1", REASON)
    assert grave not in office.filing(address).case.resolved
    head.open(address)
    with_second = visit("head2", script=script)
    with_second.open(address)
    expect(with_second.page.locator(f"#c-{grave}")).to_contain_text("常一川")
    expect(with_second.page.locator(f"#c-{grave}")).to_have_attribute("data-state", "open")


def nothing_is_readable(person: Visitor, address: str) -> None:
    """No page, picture or file of the case shows a word of the text, whatever part of it is asked for."""
    person.expect(403, 404, 409, 422)
    bare = address.partition("?")[0].partition("#")[0]
    for part in PARTS:
        answer = person.context.request.get(f"{bare}{part}")
        assert drafts.CANARY.encode() not in answer.body(), part
        assert drafts.PHONE.encode() not in answer.body(), part
        page = part in ("", "?version=1", "?look=page")
        assert answer.status in ((200, 404) if page else (403, 404, 409, 422)), part
    person.page.goto(bare)
    assert drafts.CANARY not in person.text()
    person.look()
