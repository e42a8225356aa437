"""Somebody at a browser: every page he sees is checked for strangers, errors and barriers."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, Response, Route

from tests.browser.office import Office

SCREEN = {"width": 1366, "height": 768}
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_LISTEN = """document.addEventListener('securitypolicyviolation', function (event) {
  console.error('securitypolicyviolation ' + event.violatedDirective + ' ' + event.blockedURI);
});"""
_SCREENED = 60_000
_axed: set[tuple[str, ...]] = set()


@cache
def axe() -> Axe:
    """The checker of accessibility, read once."""
    return Axe()


class Visitor:
    """A person, or nobody yet, in a browser context of his own. script: whether JavaScript runs there."""

    def __init__(self, chromium: Browser, office: Office, login: str = "", *, script: bool = True) -> None:
        self.office, self.script, self._chromium = office, script, chromium
        self._window: Page | None = None
        self.context = chromium.new_context(
            viewport=SCREEN, java_script_enabled=script, accept_downloads=True, locale="zh-CN", base_url=office.url
        )
        self.context.set_default_timeout(20_000)
        self.strangers: list[str] = []
        self.errors: list[str] = []
        self.expected: set[int] = set()
        self.context.route(lambda url: not url.startswith((office.url + "/", "data:", "blob:")), self._stranger)
        self.context.add_init_script(_LISTEN)
        self.page = self._watched(self.context.new_page())
        if login:
            self._enter(office.people[login].id)

    def open(self, address: str) -> Response:
        """Go to a page and look at it."""
        answer = self.page.goto(address)
        assert answer is not None
        self.look()
        return answer

    def press(self, name: str, within: str = "body", *, exact: bool = True) -> None:
        """Press a button whose form leads to a page, and look at that."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("button", name=name, exact=exact).first.click()
        self.look()

    def follow(self, name: str, within: str = "body") -> None:
        """Follow a link to another page, and look at that."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=name).first.click()
        self.look()

    def screened(self, *, watched: bool = False) -> None:
        """Look at the case once it is screened: by waiting on the progress page, or by coming again."""
        if not watched:
            address = self.page.url
            self.page.goto("about:blank")  # away at once: the progress page reloads itself
            self.office.idle()
            self.page.goto(address)
        self.page.wait_for_selector("[data-case]", timeout=_SCREENED)
        self.look()

    def unfold(self, name: str) -> Locator:
        """The form of a step, opened."""
        form = self.page.locator(f"#act-{name}")
        if not form.evaluate("one => one.open"):
            form.locator("summary").click()
        return form

    def cards(self) -> Locator:
        """The findings at the side."""
        return self.page.locator(".card")

    def text(self) -> str:
        """All that is on the page for a reader."""
        return self.page.locator("body").inner_text()

    def expect(self, *statuses: int) -> None:
        """Answers with these statuses are part of the story; the browser may note them as errors."""
        self.expected |= set(statuses)

    def look(self) -> None:
        """Hold the page against WCAG 2.2 AA, each kind of page once a run."""
        kind = self._kind()
        if kind in _axed:
            return
        _axed.add(kind)
        found = axe().run(self._readable(), options={"runOnly": {"type": "tag", "values": _TAGS}})
        assert not _named(found["violations"]), (kind, _named(found["violations"]))

    def close(self) -> None:
        """End the visit; nothing may have gone to strangers, nothing may have gone wrong on the way."""
        self.context.close()
        if self._window:
            self._window.close()
        assert not self.strangers, self.strangers
        assert not self.errors, self.errors

    def _enter(self, person: str) -> None:
        """In by the door of the demonstration, without looking at it: a story does that (test_sign_in.py)."""
        door = self.context.request.get("/demo").text()
        word = re.search(r'name="csrf" value="([^"]+)"', door)
        assert word is not None
        answer = self.context.request.post("/demo", form={"csrf": word[1], "person": person}, max_redirects=0)
        assert answer.status == 303

    def _readable(self) -> Page:
        """The page where the checker can run: as it is; a copy if it has no scripts, or will soon reload itself."""
        if self.script and not self.page.locator("[data-poll]").count():
            self.page.wait_for_load_state("load")
            return self.page
        if self._window is None:
            self._window = self._chromium.new_page(viewport=SCREEN, base_url=self.office.url)
        plain = re.sub(r"<script\b.*?</script>|</?noscript>|<meta http-equiv[^>]*>", "", self.page.content())
        self._window.goto("/login")
        self._window.set_content(plain)
        return self._window

    def _kind(self) -> tuple[str, ...]:
        path = re.sub(r"/(?=[^/]*\d)[0-9A-Za-z_-]{6,}", "/*", re.sub(r"^https?://[^/]+|[?#].*$", "", self.page.url))
        asks = "+".join(one.get_attribute("id") or "-" for one in self.page.locator(".act, [data-poll]").all())
        return path, asks, "js" if self.script else "plain"

    def _watched(self, page: Page) -> Page:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("dialog", self._asked)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        status = re.search(r"the server responded with a status of (\d+)", message.text)
        if message.type in ("error", "warning") and not (status and int(status[1]) in self.expected):
            self.errors.append(f"{self.page.url}: {message.text}")

    def _asked(self, dialog: Dialog) -> None:
        self.errors.append(f"{self.page.url}: {dialog.message}")
        dialog.dismiss()

    def _stranger(self, route: Route) -> None:
        self.strangers.append(route.request.url)
        route.abort()


def _named(violations: Iterable[dict[str, Any]]) -> list[str]:
    """Which rule, on what."""
    return [f"{one['id']}: {node['target']} {node['html'][:200]}" for one in violations for node in one["nodes"]]
