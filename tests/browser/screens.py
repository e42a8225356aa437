"""`make screens`: a picture of every page at both sizes, for somebody to look at. Not a test.

Tells four short stories at `xianshen serve --demo` first, so that every page has something to show.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from screening.domain.people import Role
from screening.store.credentials import Credentials
from screening.store.sign_in import SignIn
from tests.browser import drafts
from tests.browser.conftest import browser_path
from tests.browser.office import Office
from tests.browser.steps import REASON, decide, fill_and_press, find, look_at_all, settle_all, sign, submit, upload
from tests.browser.test_return import ASKED
from tests.browser.visitor import Visitor
from tests.served import XIANSHEN

SIZES = ((1366, 768), (1920, 1080))
PDF = Path("samples/drafts/c16b-allowance-list.pdf")
OWN: dict[str, tuple[str, ...]] = {
    "": ("/login", "/demo", "{link}", "/none"),
    "author": ("/", "/drafts/new", "{returned}", "{pdf}", "{quarantined}", "{released}", "/account", "/account/totp"),
    "head": ("/queue", "{pdf}", "{pdf}/form", "{returned}/compare"),
    "secrecy": (
        "/queue",
        "{sent_up}",
        "/incidents",
        "{incident}",
        "{quarantined}",
        "/register",
        "/statistics",
        "/scans",
        "{scan}",
    ),
    "leader": ("/queue", "{approval}", "{approval}/form", "{approval}/form?print=1"),
    "publisher": ("/queue", "{released}", "{released}/certificate", "/scans"),
    "auditor": ("/register", "/audit", "/rules", "/rules/MARK-001"),
    "system": ("/",),
    "security": ("/people", "{person}", "/units"),
    "audit-admin": ("/audit",),
}


class Stories:
    """An office in which something has happened. places: the addresses by their names in OWN."""

    def __init__(self, chromium: Browser, office: Office, folder: Path) -> None:
        self._chromium, self._office, self._folder = chromium, office, folder
        self.author, self.head = self.come("author"), self.come("head")
        self.places = {
            "link": office.invite("new", "林初夏", "新闻部", Role.AUTHOR),
            "returned": self._returned(),
            "pdf": self._submitted("中期报告", PDF.read_bytes(), PDF.name),
            "quarantined": self._uploaded("检修安排", drafts.marked(), "通知.docx"),
            "incident": self._incident(),
            "sent_up": self._sent_up(),
            "approval": self._signed("春茶上市", "head", "secrecy"),
            "released": self._released(),
            "scan": self._scan(),
            "person": f"/people/{office.people['author'].id}",
        }

    def come(self, login: str) -> Visitor:
        """A person of the office."""
        return Visitor(self._chromium, self._office, login)

    def _uploaded(self, title: str, data: bytes, name: str = "供水.docx") -> str:
        return _bare(upload(self.author, self._folder, data, name, title))

    def _submitted(self, title: str, data: bytes, name: str = "供水.docx") -> str:
        address = self._uploaded(title, data, name)
        submit(self.author)
        return address

    def _returned(self) -> str:
        address = self._submitted("供水改造开工", drafts.twelve())
        find(self.head, "供水改造开工")
        for item, (key, reason) in ASKED.items():
            decide(self.head, item, key, reason)
        fill_and_press(self.head, "return", "退回撰稿人", reason="三处须改，改后再报")
        return address

    def _incident(self) -> str:
        address = self._uploaded("闸门检修", drafts.marked(), "通知.docx")
        officer = self.come("secrecy")
        find(officer, "闸门检修")
        fill_and_press(officer, "report", "报告", reason="上传检查时系统发现，尚未传出")
        return "/incidents/" + address.rsplit("/", 1)[-1]

    def _signed(self, title: str, *logins: str) -> str:
        address = self._submitted(title, drafts.three())
        for login in logins:
            signer = self.come(login)
            find(signer, title)
            settle_all(signer)
            look_at_all(signer)
            sign(signer)
        return address

    def _sent_up(self) -> str:
        address = self._signed("供水改造请示", "head")
        officer = self.come("secrecy")
        find(officer, "供水改造请示")
        fill_and_press(officer, "send_up", "登记送审", authority="云岭市国家保密局", document_no="云融保〔2031〕3号",
                       reason=REASON)  # fmt: skip
        return address

    def _released(self) -> str:
        address = self._signed("汛期值守", "head", "secrecy", "leader")
        publisher = self.come("publisher")
        find(publisher, "汛期值守")
        fill_and_press(publisher, "release", "登记已发布", url="https://www.yunling.example/news/1.html")
        return address

    def _scan(self) -> str:
        """A page with a telephone, scanned and handed over by the command."""
        account, store = self._office.people["publisher"], self._office.house.store
        token, site = self._folder / "token", self._folder / "site"
        credentials = Credentials(SignIn(store))
        token.touch(0o600)
        token.write_text(credentials.new_token(account, "扫描", {"scans:write"}, 30, self._office.house.clock()))
        site.mkdir()
        (site / "1.html").write_text(f"<title>联络</title><p>联系人手机{drafts.PHONE}。</p>", encoding="utf-8")
        command = [*XIANSHEN, "scan", site, "--desk", self._office.url, "--token-file", token, "--workers", "1"]
        subprocess.run([str(one) for one in command], check=False, capture_output=True)
        with store.reading() as books:
            (scan,) = books.scans.latest(account.person.unit, 1, None, 0)
        return f"/scans/{scan.id}"


def _bare(address: str) -> str:
    return "/" + address.partition("?")[0].partition("#")[0].split("/", 3)[3]


def photograph(person: Visitor, login: str, paths: tuple[str, ...], folder: Path) -> None:
    """Each page at each size: what fits on the screen, and the whole of it."""
    for path in paths:
        name = f"{login or 'nobody'}{path.replace('/', '-').replace('?', '-')}"
        for width, height in SIZES:
            person.page.set_viewport_size({"width": width, "height": height})
            person.page.goto(path)
            person.page.screenshot(path=folder / f"{name}.{width}.png")


def main(folder: Path) -> None:
    """Start, tell, photograph."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as own, sync_playwright() as playwright:
        work = Path(own)
        office = Office(work)
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"])
        stories = Stories(chromium, office, work)
        for login, paths in OWN.items():
            named = tuple(path.format(**stories.places) for path in paths)
            photograph(Visitor(chromium, office, login), login, named, folder)
        chromium.close()
        office.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
