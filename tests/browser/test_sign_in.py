"""Coming in: the invitation, the password, the code of an authenticator (RFC 6238), and out again."""

import base64
import hmac
import re
import struct
import time

from playwright.sync_api import expect

from screening.domain.people import Role
from tests.browser.conftest import Visit
from tests.browser.office import Office
from tests.browser.visitor import Visitor

PHRASE = "云岭春茶节在五月六日开幕"
STEP = 30


def one_time_code(secret: str, step: int) -> str:
    """The six digits that an authenticator shows for this secret at this step."""
    key = base64.b32decode("".join(secret.split()))
    mac = hmac.digest(key, struct.pack(">Q", step), "sha1")
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def set_up(person: Visitor, link: str) -> tuple[str, int]:
    """Follow an invitation to its end. Returns the secret and the step that is used up."""
    person.open(link)
    secret = person.page.locator("dl.facts dd b").inner_text()
    step = int(time.time()) // STEP
    person.page.get_by_label("新口令").fill(PHRASE)
    person.page.get_by_label("再输一次").fill(PHRASE)
    person.page.get_by_label("输入显示的 6 位数字").fill(one_time_code(secret, step))
    person.press("启用")
    expect(person.page).to_have_url(re.compile("/login$"))
    return secret, step


def sign_in(person: Visitor, login: str, secret: str, step: int) -> None:
    """Both factors, with the code after the one that is used up."""
    person.page.get_by_label("用户名").fill(login)
    person.page.get_by_label("口令").fill(PHRASE)
    person.press("登录")
    if "/totp" in person.page.url:
        person.page.get_by_label("手机或令牌上的 6 位数字").fill(one_time_code(secret, step + 1))
        person.press("确认")


def test_an_author_comes_in_by_his_invitation_and_goes(visit: Visit, office: Office, *, script: bool) -> None:
    """The link works once; after signing in he is at his drafts, after signing out nowhere."""
    login = f"new-author-{script}".lower()
    link = office.invite(login, "林初夏", "新闻部", Role.AUTHOR)
    person = visit(script=script)
    secret, step = set_up(person, link)
    sign_in(person, login, secret, step)
    expect(person.page).to_have_url(re.compile("/drafts$"))
    person.open("/account")
    person.press("退出", ".me")
    person.open("/drafts")
    expect(person.page).to_have_url(re.compile("/login$"))
    person.expect(404)
    assert person.open(link).status == 404


def test_a_reviewer_needs_both_factors(visit: Visit, office: Office, *, script: bool) -> None:
    """The password alone leads to the code and no further; a wrong code neither; the right one to the queue."""
    login = f"new-leader-{script}".lower()
    link = office.invite(login, "秦知远", "中心领导", Role.APPROVER)
    person = visit(script=script)
    secret, step = set_up(person, link)
    person.page.get_by_label("用户名").fill(login)
    person.page.get_by_label("口令").fill(PHRASE)
    person.press("登录")
    person.open("/queue")
    expect(person.page).to_have_url(re.compile("/totp$"))
    person.expect(403)
    wrong = f"{(int(one_time_code(secret, step + 1)) + 1) % 10**6:06d}"
    person.page.get_by_label("手机或令牌上的 6 位数字").fill(wrong)
    person.press("确认")
    assert "待我办理" not in person.text()
    person.page.get_by_label("手机或令牌上的 6 位数字").fill(one_time_code(secret, step + 1))
    person.press("确认")
    expect(person.page).to_have_url(re.compile("/queue$"))


def test_a_wrong_password_is_said_at_the_form(visit: Visit, *, script: bool) -> None:
    """One sentence for a wrong name and for a wrong password, and the name stays in its field."""
    person = visit(script=script)
    person.expect(403)
    person.open("/login")
    person.page.get_by_label("用户名").fill("nobody")
    person.page.get_by_label("口令").fill(PHRASE)
    person.press("登录")
    expect(person.page.get_by_role("alert")).to_be_visible()
    expect(person.page.get_by_label("用户名")).to_have_value("nobody")


def test_the_door_of_the_demonstration_leads_to_the_own_list(visit: Visit, office: Office, *, script: bool) -> None:
    """One button for each person, without a password."""
    person = visit(script=script)
    person.open("/demo")
    person.press(f"以{office.people['head'].name}的身份进入")
    expect(person.page).to_have_url(re.compile("/queue$"))
    assert office.people["head"].name in person.text()
