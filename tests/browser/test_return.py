"""A draft goes back with reasons and comes again: nothing that was decided is taken over silently."""

from pathlib import Path

from playwright.sync_api import expect

from screening.domain.review import State
from tests.browser import drafts
from tests.browser.conftest import Visit
from tests.browser.office import Office
from tests.browser.steps import REASON, decide, fill_and_press, find, new_version, submit, upload

ASKED = {"f1": ("5", "遮去身份证号"), "f2": ("4", "只写到街道"), "f3": ("3", "数据公布后再写")}


def test_a_returned_draft_becomes_a_to_do_list_and_old_decisions_are_offered_one_by_one(
    visit: Visit, office: Office, tmp_path: Path, *, script: bool
) -> None:
    """Three passages are asked for; the corrected version offers the old word on what has not changed."""
    title = f"供水改造退改（{script}）"
    author = visit("author", script=script)
    address = upload(author, tmp_path, drafts.twelve(), title=title)
    submit(author)
    head = visit("head", script=script)
    find(head, title)
    for item, (key, reason) in ASKED.items():
        decide(head, item, key, reason)
    decide(head, "f0", "1", REASON)
    fill_and_press(head, "return", "退回撰稿人", reason="三处须改，改后再报")
    assert office.filing(address).case.state is State.RETURNED
    author.open("/drafts")
    todo = author.page.get_by_label("待办").filter(has_text=title)
    expect(todo).to_contain_text("三处须改，改后再报")
    for _, reason in ASKED.values():
        expect(todo).to_contain_text(reason)
    for place in ("第3段", "第4段", "第5段"):
        expect(todo).to_contain_text(place)
    author.open(address)
    for item, (_, reason) in ASKED.items():
        expect(author.page.locator(f"#c-{item}")).to_contain_text(reason)
    new_version(author, tmp_path, drafts.mended())
    submit(author)
    find(head, title)
    assert office.filing(address).case.words == {}
    assert head.page.locator(".card[data-state=resolved]").count() == 0
    head.follow("比较版本", "#casebar")
    assert "逐处确认后才生效" in head.text()
    offers = head.page.get_by_role("button", name="沿用")
    expect(offers).to_have_count(1)
    assert REASON in head.text()
    head.press("沿用", "table.list", exact=False)
    assert set(office.filing(address).case.words) == {"f0"}
    head.open(address)
    expect(head.page.locator("#c-f0 .state")).to_contain_text("误报")
    expect(head.page.locator(".card[data-state=open]")).to_have_count(head.cards().count() - 1)
    assert office.filing(address).case.state is State.REVIEW
