"""From a careless draft to a page on the website: the whole way, with and without JavaScript."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from screening.domain.review import State
from tests.browser import drafts
from tests.browser.conftest import Visit
from tests.browser.office import Office
from tests.browser.steps import (
    fill_and_press,
    find,
    look_at_all,
    new_version,
    settle_all,
    sign,
    submit,
    upload,
)
from tests.browser.visitor import Visitor


def test_a_draft_is_put_right_signed_three_times_published_and_verified(
    visit: Visit, office: Office, tmp_path: Path, *, script: bool
) -> None:
    """Twelve findings in place, three after mending, three signatures, a release; verify knows the bytes."""
    title = f"供水改造开工（{'甲' if script else '乙'}）"
    author = visit("author", script=script)
    address = upload(author, tmp_path, drafts.twelve(), title=title, watched=True)
    findings_are_in_place(author)
    new_version(author, tmp_path, drafts.three())
    assert author.cards().count() == 3
    submit(author)
    assert not author.page.locator("#act-sign, #act-submit").count()
    for login in ("head", "secrecy", "leader"):
        signer = visit(login, script=script)
        find(signer, title)
        assert settle_all(signer) == (3 if login == "head" else 0)
        look_at_all(signer)
        sign(signer)
        assert title not in signer.text()
    assert office.filing(address).case.state is State.APPROVED
    publisher = visit("publisher", script=script)
    find(publisher, title)
    fill_and_press(publisher, "release", "登记已发布", url="https://www.yunling.example/news/1.html")
    assert office.filing(address).case.state is State.RELEASED
    publisher.open(f"/cases/{office.filing(address).id}/certificate")
    certificate = downloaded(publisher, "下载证书", tmp_path / "certificate.json")
    key = downloaded(publisher, "下载公钥", tmp_path / "unit.pem")
    draft = tmp_path / "供水改造第二版.docx"
    assert verified(draft, certificate, key) == (0, True)
    draft.write_bytes(draft.read_bytes()[:-1] + b"\1")
    assert verified(draft, certificate, key) == (1, False)


def findings_are_in_place(author: Visitor) -> None:
    """Twelve cards, every one with its passage; hidden text apart and labelled."""
    page = author.page
    assert author.cards().count() == 12
    for at in range(12):
        assert page.locator(f"#t-f{at}").count() == 1
    running = page.locator(".sec:not(.apart)").all_inner_texts()
    apart = "\n".join(page.locator(".sec.apart").all_inner_texts())
    assert drafts.PHONE in "".join(running)
    for hidden in ("原定由另一家单位承建", "此句发稿前删去", "这一段请再核实"):
        assert hidden in apart
        assert hidden not in "".join(running)
    for label in ("修订中删去", "隐藏文字", "批注", "文档属性"):
        assert label in apart
    expect(page.locator("#counts")).to_contain_text("待处理")


def downloaded(person: Visitor, link: str, path: Path) -> Path:
    """The file behind a link, as the browser saves it."""
    with person.page.expect_download() as waiting:
        person.page.get_by_role("link", name=link).click()
    waiting.value.save_as(path)
    return path


def verified(draft: Path, certificate: Path, key: Path) -> tuple[int, bool]:
    """What the command line says on a machine of the office: its exit code, and whether it calls them equal."""
    command = [sys.executable, "-m", "screening.cli.main", "verify", draft, "--certificate", certificate, "--key", key]
    done = subprocess.run([str(one) for one in command], capture_output=True, check=False)
    return done.returncode, done.stdout.decode().startswith("一致")
