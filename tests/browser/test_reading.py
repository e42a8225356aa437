"""At the case page: one decision for equal words, undoing, keys, going back, zoom, print, a very long draft."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import drafts
from tests.browser.conftest import Visit
from tests.browser.office import Office
from tests.browser.steps import REASON, decide, find, submit, upload
from tests.browser.visitor import SCREEN, Visitor

MANY = 670


def review(visit: Visit, folder: Path, data: bytes, name: str, title: str, *, script: bool) -> tuple[Visitor, str]:
    """A department head at a draft that was just submitted, and its address."""
    author = visit("author", script=script)
    address = upload(author, folder, data, name, title)
    submit(author)
    head = visit("head", script=script)
    find(head, title)
    return head, address


def test_equal_words_are_decided_at_once_after_a_preview_and_undone_one_by_one(
    visit: Visit, office: Office, tmp_path: Path, *, script: bool
) -> None:
    """The places of all four are listed before; undoing one leaves the other three."""
    head, address = review(visit, tmp_path, drafts.repeated(), "联络.txt", f"联络表（{script}）", script=script)
    card = head.page.locator("#c-f0")
    card.locator("h3").click()
    card.locator(".equal summary").click()
    expect(card.locator(".equal li")).to_have_count(3)
    expect(card.locator(".equal")).to_contain_text("第4段")
    card.get_by_label("相同内容 4 处一并处理").check()
    decide(head, "f0", "1", REASON)
    expect(head.page.locator(".card[data-state=resolved]")).to_have_count(4)
    assert set(office.filing(address).case.words) == {"f0", "f1", "f2", "f3"}
    undone = head.page.locator("#c-f2")
    undone.locator("h3").click()
    if script:
        head.page.keyboard.press("u")
    else:
        head.press("撤销这一处的决定", "#c-f2")
    expect(head.page.locator("#c-f2[data-state=open]")).to_have_count(1)
    assert set(office.filing(address).case.words) == {"f0", "f1", "f3"}


def test_the_keys_lead_through_the_draft(visit: Visit, tmp_path: Path) -> None:
    """J and K walk, a number decides and goes on, letters in a field are letters, and the keys can be switched off."""
    head, _ = review(visit, tmp_path, drafts.repeated(), "联络.txt", "按键", script=True)
    page, current = head.page, head.page.locator(".card.current")
    page.keyboard.press("j")
    expect(current).to_have_id("c-f1")
    page.keyboard.press("k")
    expect(current).to_have_id("c-f0")
    page.keyboard.press("1")
    expect(page.locator(".toast")).to_contain_text("须写明理由")
    page.keyboard.type("jk1")
    expect(page.locator("#c-f0 [name=reason]")).to_have_value("jk1")
    page.keyboard.press("Enter")
    expect(current).to_have_id("c-f1")
    expect(page.locator("#c-f0")).to_have_attribute("data-state", "resolved")
    page.keyboard.press("5")
    expect(page.locator("#c-f1")).to_have_attribute("data-state", "resolved")
    expect(current).to_have_id("c-f2")
    page.get_by_label("按键", exact=True).uncheck()
    page.locator("#c-f2 h3").click()
    page.keyboard.press("j")
    expect(current).to_have_id("c-f2")
    page.get_by_label("按键", exact=True).check()


def test_passage_and_card_lead_to_each_other_and_back(visit: Visit, tmp_path: Path, *, script: bool) -> None:
    """From the text to its finding, from the finding to its text; the Back button returns to the list."""
    title = f"来回（{script}）"
    head, _ = review(visit, tmp_path, drafts.repeated(), "联络.txt", title, script=script)
    head.page.locator("#t-f3").click()
    if script:
        expect(head.page.locator(".card.current")).to_have_id("c-f3")
        head.page.locator("#c-f3 [data-back]").click()
        expect(head.page.locator("#t-f3")).to_be_focused()
    else:
        expect(head.page).to_have_url(re.compile("#c-f3$"))
        head.page.go_back()
    head.page.go_back()
    expect(head.page.get_by_role("heading", name="待审")).to_be_visible()
    expect(head.page.get_by_role("link", name=title)).to_be_visible()


def test_a_window_half_as_wide_needs_no_scrolling_sideways(visit: Visit, tmp_path: Path, *, script: bool) -> None:
    """200 % zoom of 1366 pixels: every page a reviewer and an author work on fits."""
    head, address = review(visit, tmp_path, drafts.twelve(), "供水.docx", f"放大（{script}）", script=script)
    author = visit("author", script=script)
    for person, paths in (
        (head, ("/queue", address, f"{address.partition('?')[0]}/form")),
        (author, ("/drafts", "/drafts/new")),
    ):
        person.page.set_viewport_size({"width": SCREEN["width"] // 2, "height": SCREEN["height"] // 2})
        for path in paths:
            person.open(path)
            wide = person.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= SCREEN["width"] // 2, path


def test_print_shows_the_form_without_the_desk_around_it(visit: Visit, tmp_path: Path, *, script: bool) -> None:
    """The page for printing has the rows of the form; on paper the case page keeps what was decided."""
    head, address = review(visit, tmp_path, drafts.three(), "供水.docx", f"打印（{script}）", script=script)
    decide(head, "f0", "1", REASON)
    head.page.emulate_media(media="print")
    expect(head.page.locator(".print-only")).to_be_visible()
    expect(head.page.locator(".print-only")).to_contain_text("误报")
    expect(head.page.locator("header.bar")).to_be_hidden()
    head.page.emulate_media(media="screen")
    head.open(f"{address.partition('?')[0]}/form?print=1")
    for label in ("编号", "拟公开方式", "保密审查机构意见"):
        assert label in head.text()
    head.page.emulate_media(media="print")
    expect(head.page.locator("header.bar")).to_be_hidden()


def test_a_draft_with_many_hundred_findings_is_worked_through(
    visit: Visit, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One key decides and the next card is there; the time is printed, and judged in the bench, not here."""
    head, address = review(visit, tmp_path, drafts.telephones(MANY), "联络表.txt", "六百七十处", script=True)
    assert len(office.filing(address).case.current.findings) >= MANY
    page, took = head.page, []
    for at in range(5):
        item = page.locator(".card.current").get_attribute("data-item")
        began = time.perf_counter()
        page.keyboard.press("5")
        page.wait_for_function("was => document.querySelector('.card.current').dataset.item !== was", arg=item)
        took.append(time.perf_counter() - began)
        expect(page.locator(f"#c-{item}")).to_have_attribute("data-state", "resolved")
        assert len(office.filing(address).case.words) == at + 1
    with capsys.disabled():
        print(f"\n{MANY} findings, key to next card: {' '.join(f'{one:.3f}' for one in took)} s")  # noqa: T201 - asked for
    page.locator("a[rel=next]").last.click()
    expect(page.locator(".parts [aria-current=page]")).to_contain_text("2")
