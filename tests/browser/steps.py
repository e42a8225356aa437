"""What people do in several stories: uploading, submitting, working through the findings, signing."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.drafts import kept
from tests.browser.visitor import Visitor

REASON = "公开的服务电话，已在单位网站公布"
OPINION = "同意，按程序报审"


def upload(
    author: Visitor, folder: Path, data: bytes, name: str = "供水改造.docx", title: str = "", *, watched: bool = False
) -> str:
    """Hand a draft in with all its declarations, and wait until it is screened. Returns its address."""
    author.open("/drafts/new")
    page, today = author.page, author.office.house.clock().date().isoformat()
    page.get_by_label("稿件文件").set_input_files(kept(folder, name, data))
    page.get_by_label("标题").fill(title)
    page.get_by_label("类别").select_option("新闻稿件")
    page.get_by_label("载体形式").select_option("非公文")
    page.get_by_label("发布渠道").select_option("website")
    page.get_by_label("受众").fill("社会公众")
    page.get_by_label("拟发布时间").fill(today)
    page.get_by_label("素材来源").fill("本单位采访")
    page.get_by_label("没有引用").check()
    author.press("上传并检查")
    author.screened(watched=watched)
    return page.url


def new_version(author: Visitor, folder: Path, data: bytes, name: str = "供水改造第二版.docx") -> None:
    """Upload a new version from the case page, and wait until it is screened."""
    form = author.unfold("upload")
    form.get_by_label("文件").set_input_files(kept(folder, name, data))
    author.press("上传新版本", "#act-upload")
    author.screened()


def submit(author: Visitor, reason: str = "") -> None:
    """Hand the draft over to the reviewers."""
    form = author.unfold("submit")
    if reason:
        form.get_by_role("textbox").fill(reason)
    author.press("提交审查", "#act-submit")


def find(reviewer: Visitor, title: str) -> None:
    """Open a draft from one's own list."""
    reviewer.open("/queue")
    reviewer.follow(title, "table")


def decide(reviewer: Visitor, item: str, key: str, reason: str = "") -> None:
    """Decide one finding: by its keys where scripts run, by its button where not."""
    card = reviewer.page.locator(f"#c-{item}")
    if reviewer.script:
        card.locator("h3").click()
        if reason:
            card.get_by_label("理由").fill(reason)
            reviewer.page.keyboard.press("Escape")
        reviewer.page.keyboard.press(key)
    else:
        if reason:
            card.get_by_label("理由").fill(reason)
        with reviewer.page.expect_navigation():
            card.locator(f"[data-key='{key}']").click()
        reviewer.look()
    expect(reviewer.page.locator(f"#c-{item}[data-state=resolved]")).to_have_count(1)


def settle_all(reviewer: Visitor) -> int:
    """Let every open finding of the page pass with a reason. Returns how many there were."""
    waiting = reviewer.page.locator(".card[data-state=open]")
    items = [one.get_attribute("data-item") or "" for one in waiting.all()]
    for item in items:
        decide(reviewer, item, "1", REASON)
    return len(items)


def look_at_all(reviewer: Visitor) -> None:
    """Look at every finding and everything else that must be opened before one signs."""
    page = reviewer.page
    if reviewer.script:
        page.locator(".card").first.locator("h3").click()
        while page.locator("[data-unseen]").count():
            page.locator(".card:has([data-unseen])").first.locator("h3").click()
            item = page.locator(".card.current").get_attribute("data-item")
            expect(page.locator(f"#c-{item} [data-unseen]")).to_have_count(0)
    elif page.get_by_role("button", name="本部分各处疑点都已看过").count():
        reviewer.press("本部分各处疑点都已看过")
    while page.get_by_role("button", name="已打开看过").count():
        reviewer.press("已打开看过")


def sign(reviewer: Visitor, opinion: str = OPINION) -> None:
    """Agree to what lies open, having seen that nothing is left to do."""
    form = reviewer.unfold("sign")
    form.get_by_label("审查意见").fill(opinion)
    reviewer.press("同意并签字", "#act-sign")


def fill_and_press(person: Visitor, step: str, button: str, **fields: str) -> None:
    """Fill in the form of a step by the names of its fields, and send it."""
    form = person.unfold(step)
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.first.get_attribute("type") == "radio":
            form.locator(f"[name={name}][value={value}]").check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    person.press(button, f"#act-{step}")
