"""More than one person at a case: who may not sign, who is told, and that nothing is lost silently."""

from pathlib import Path

from playwright.sync_api import expect

from screening.domain.review import State
from tests.browser import drafts
from tests.browser.conftest import Visit
from tests.browser.office import Office
from tests.browser.steps import OPINION, REASON, decide, find, new_version, submit, upload


def test_an_author_is_shown_no_way_to_sign_and_cannot_forge_one(
    visit: Visit, office: Office, tmp_path: Path, *, script: bool
) -> None:
    """No form on the page; a hand-made request is refused, and the case stands where it stood."""
    author = visit("author", script=script)
    address = upload(author, tmp_path, drafts.three(), title=f"不得自审（{script}）")
    submit(author)
    assert author.page.locator("#act-sign, #act-return, .decide").count() == 0
    filing = office.filing(address)
    token = author.page.locator("input[name=csrf]").first.input_value()
    same = {"csrf": token, "stage": filing.stage, "sha256": filing.current.sha256, "reason": OPINION}
    for path, more in (("sign", {}), ("findings/f0/resolve", {"resolution": "false_alarm"}), ("return", {})):
        answer = author.context.request.post(f"/cases/{filing.id}/{path}", form={**same, **more})
        assert answer.status in (403, 422), path
    assert office.filing(address).case == filing.case


def test_the_second_reviewer_is_told_by_name_who_is_at_work(
    visit: Visit, office: Office, tmp_path: Path, *, script: bool
) -> None:
    """In the list, on the page, and when he decides all the same; what he wrote is shown again, not thrown away."""
    title = f"两人同审（{script}）"
    author = visit("author", script=script)
    address = upload(author, tmp_path, drafts.three(), title=title)
    submit(author)
    first, second = visit("head", script=script), visit("head2", script=script)
    find(first, title)
    decide(first, "f0", "1", REASON)
    second.open("/queue")
    expect(second.page.locator("tr", has_text=title)).to_contain_text("常一川正在审看")
    second.open(address)
    expect(second.page.locator(".say").first).to_contain_text("常一川正在审看")
    second.expect(409)
    second.page.locator("#c-f1 h3").click()
    second.page.locator("#c-f1 [name=reason]").fill("另一种看法")
    second.page.locator("#c-f1 [data-key='1']").click()
    if script:
        expect(second.page.locator(".toast")).to_contain_text("常一川正在审看")
        expect(second.page.locator("#c-f1 [name=reason]")).to_have_value("另一种看法")
    else:
        expect(second.page.get_by_role("alert")).to_contain_text("常一川正在审看")
        expect(second.page.locator(".typed")).to_have_text("另一种看法")
    assert set(office.filing(address).case.words) == {"f0"}


def test_a_form_of_a_stage_that_has_passed_is_refused_and_nothing_is_lost(
    visit: Visit, office: Office, tmp_path: Path, *, script: bool
) -> None:
    """While the reviewer wrote, a new version came: 409, the case is as it was, and his words are there to copy."""
    title = f"旧页面（{script}）"
    author = visit("author", script=script)
    address = upload(author, tmp_path, drafts.three(), title=title)
    submit(author)
    head = visit("head", script=script)
    head.expect(409)  # also for the look at a finding that the page reports when the new version is there already
    find(head, title)
    form = head.unfold("return")
    form.get_by_label("退回理由").fill("请补充供水范围")
    author.open(address)
    new_version(author, tmp_path, drafts.mended())
    submit(author)
    before = office.filing(address)
    head.press("退回撰稿人", "#act-return")
    assert "409" in str(head.page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus"))
    expect(head.page.get_by_role("alert").first).to_contain_text("刷新")
    expect(head.page.locator(".typed")).to_have_text("请补充供水范围")
    after = office.filing(address).case
    assert (after.state, after.level, after.words) == (State.REVIEW, before.case.level, before.case.words)


def test_notes_are_kept_as_they_are_typed(visit: Visit, office: Office, tmp_path: Path, *, script: bool) -> None:
    """They outlive a reload, and nobody else sees them."""
    title = f"笔记（{script}）"
    author = visit("author", script=script)
    address = upload(author, tmp_path, drafts.three(), title=title)
    submit(author)
    head = visit("head", script=script)
    find(head, title)
    notes = head.page.locator("#notes")
    if script:
        head.page.keyboard.press("n")
        notes.type("先核对号码")
        expect(head.page.locator("[data-saved]")).to_contain_text("已保存")
        notes.type("，再看图片")  # no pause: kept while the page is left
    else:
        notes.fill("先核对号码，再看图片")
        head.press("保存")
    head.page.goto(f"{office.url}/queue")
    head.open(address)
    expect(head.page.locator("#notes")).to_have_value("先核对号码，再看图片")
    other = visit("head2", script=script)
    other.open(address)
    expect(other.page.locator("#notes")).to_have_value("")
