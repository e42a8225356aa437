"""A desk for tests of the web: an application with the pages of signing in, and browsers that talk to it."""

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI

from api import errors
from api.auth import SignedIn, allowed, current, require
from api.csrf import csrf_guard, headers_guard
from api.pages import account_pages, people_pages, sign_in_pages, unit_pages
from screening.domain.people import Role
from screening.store.books import Store
from screening.store.passwords import Passwords
from tests.store.people_of_the_desk import CHEAP, GOOD, HERE, NOW, Office, after

HOST = "http://desk.test"
FORM = re.compile(r'name="csrf" value="([^"]+)"')


class Line(httpx.BaseTransport):
    """The application at the other end of a line that is no network."""

    def __init__(self, app: FastAPI) -> None:
        self._there = httpx.ASGITransport(app, client=(HERE, 50000))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, answered whole."""

        async def ask() -> httpx.Response:
            answer = await self._there.handle_async_request(request)
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

        return asyncio.run(ask())


class Browser(httpx.Client):
    """A browser at the desk; it follows no redirect, and comes from HERE."""

    def __init__(self, app: FastAPI, base: str = HOST) -> None:
        super().__init__(transport=Line(app), base_url=base)

    def word(self, page: str) -> str:
        """The word in the forms of a page."""
        found = FORM.search(self.get(page).text)
        assert found, page
        return found[1]

    def fill(self, page: str, to: str = "", **fields: object):
        """Read a page, fill its form in, send it."""
        return self.post(to or page, data={"csrf": self.word(page), **fields})


class Desk:
    """An application with the pages of signing in, at a clock that can be turned."""

    def __init__(self, store: Store) -> None:
        self.office = Office.open(store, Passwords(store.keys.session, CHEAP))
        self.now = after(minutes=1)
        self.app = FastAPI(openapi_url=None)
        self.app.state.store, self.app.state.clock = store, self.clock
        self.app.state.sign_in = self.office.sign_in
        errors.install(self.app)
        for module in (sign_in_pages, account_pages, people_pages, unit_pages):
            self.app.include_router(module.router)
        _add_routes(self.app)

    def clock(self) -> datetime:
        """The present time."""
        return self.now

    def enter(self, person: str, login: str) -> Browser:
        """A browser in which somebody has signed in with both factors."""
        browser = Browser(self.app)
        answer = browser.fill("/login", login=login, password=GOOD)
        assert answer.status_code == 303
        self.now = self.now.replace(microsecond=0) + (after(seconds=30) - NOW)  # a code is good once
        answer = browser.fill("/totp", code=self.office.code(person, self.now))
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        return browser


def _add_routes(app: FastAPI) -> None:
    @app.get("/")
    def home(signed: Annotated[SignedIn, Depends(current)]) -> str:
        return signed.account.login

    @app.get("/api/v1/me")
    def me(signed: Annotated[SignedIn, Depends(current)]) -> str:
        return signed.account.login

    @app.get("/api/v1/author", dependencies=[Depends(require(Role.AUTHOR)), Depends(allowed("drafts:read"))])
    def author() -> str:
        return "drafts"

    @app.post("/api/v1/drafts", dependencies=[Depends(current), Depends(csrf_guard)])
    def drafts() -> str:
        return "kept"

    @app.post("/api/v1/raw", dependencies=[Depends(current), Depends(headers_guard)])
    def raw() -> str:
        return "kept"


def paths(desk: Desk, *beginnings: str) -> list[str]:
    """The routes that change something, with somebody's id in the place of a parameter."""
    paths = sorted({re.sub(r"\{\w+\}", "someone", path) for path, methods in routes(desk.app) if "POST" in methods})
    return [path for path in paths if not beginnings or path.startswith(beginnings)]


def routes(part) -> Iterator[tuple[str, set[str]]]:
    """Path and methods of every route; FastAPI keeps an included router as one entry of its own."""
    for route in part.routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route.path, route.methods
        else:
            yield from routes(inner)


def id_of(desk: Desk, login: str) -> str:
    """The id of the person with this login."""
    with desk.office.store.reading() as books:
        account = books.people.by_login(login)
    assert account
    return account.id
