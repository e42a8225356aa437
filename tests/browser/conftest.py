"""One server and one browser for all stories of a test process."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.office import Office
from tests.browser.visitor import Visitor

NAMES = ("chromium", "chromium-browser", "google-chrome")
Visit = Callable[..., Visitor]


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The desk, served until the last story is told."""
    opened = Office(tmp_path_factory.mktemp("desk"))
    yield opened
    opened.close()


def browser_path() -> str:
    """Where the system's own browser is."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(f"no browser: install the package chromium (looked for {', '.join(NAMES)})", pytrace=False)
    return found


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's own browser. It ends with this package: while it lives, its event loop is the thread's own."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def script(request: pytest.FixtureRequest) -> bool:
    """With JavaScript and without: the same stories in both."""
    return bool(request.param)


@pytest.fixture
def visit(chromium: Browser, office: Office) -> Iterator[Visit]:
    """Lets somebody come to the desk; when the story is over, all of them leave and are asked what went wrong."""
    visitors: list[Visitor] = []

    def come(login: str = "", *, script: bool = True) -> Visitor:
        visitors.append(Visitor(chromium, office, login, script=script))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.close()
