"""The door of the demonstration: shut on a real desk; who is picked is in, and what he sees is his."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from httpx import Client

from api import demo
from api.app import create_app
from screening.bootstrap import House
from screening.bootstrap import house as open_house
from screening.domain.people import Role
from tests.api.in_process import client_of
from tests.api.pages.paged_office import PagedOffice, screener


@pytest.fixture
def house(sqlite_shape: Path, tmp_path: Path) -> Iterator[House]:
    """The house of a demonstration."""
    shutil.copy(sqlite_shape, tmp_path / "desk.db")
    made = replace(open_house(replace(screener().settings, data=tmp_path)), screener=screener())
    demo.fill(made)
    yield made
    made.store.close()


@pytest.fixture
def visitor(house: House) -> Client:
    """Somebody before its door."""
    app = create_app(house, screens=False)
    app.state.demo = True
    return client_of(app)


def test_a_real_desk_has_no_such_door(office: PagedOffice) -> None:
    """Whether the mark is missing or false; and none of its forms is even looked at."""
    for mark in (None, False, "yes"):
        if mark is not None:
            office.app.state.demo = mark
        visitor = client_of(office.app)
        assert visitor.get("/demo").status_code == 404
        assert visitor.post("/demo", data={"person": "x"}).status_code == 404


def test_everybody_of_the_demonstration_may_be_picked(visitor: Client) -> None:
    """By name and office, with what to try; in without a password, and the pages are his."""
    page = visitor.get("/demo").text
    assert "程远之" in page
    assert "保密审查员（复审）" in page
    people = re.findall(r'name="person" value="(\w+)"', page)
    assert len(people) == 12
    word = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    answer = visitor.post("/demo", data={"csrf": word, "person": people[4]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "程远之" in visitor.get("/queue").text


def test_the_form_is_needed_and_only_guests_are_let_in(house: House, visitor: Client) -> None:
    """403 without its word, or with that of another browser; 404 for somebody who is no guest."""
    with house.store.writing() as books:
        other = books.people.add(books.people.units()[0].id, "other", "外人", [Role.SECRECY_OFFICER])
    page = visitor.get("/demo").text
    word = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    person = re.search(r'name="person" value="(\w+)"', page)[1]
    assert visitor.post("/demo", data={"person": person}).status_code == 403
    assert visitor.post("/demo", data={"csrf": word, "person": other.id}).status_code == 404
    visitor.cookies.clear()
    assert visitor.post("/demo", data={"csrf": word, "person": person}).status_code == 403


def test_picking_another_ends_the_session_before(visitor: Client) -> None:
    """Nobody is two people in one browser."""
    page = visitor.get("/demo").text
    people = re.findall(r'name="person" value="(\w+)"', page)
    word = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    visitor.post("/demo", data={"csrf": word, "person": people[0]})
    first = visitor.cookies["xianshen"]
    visitor.post("/demo", data={"csrf": word, "person": people[3]})
    visitor.cookies.set("xianshen", first, domain="testserver.local")
    assert visitor.cookies["xianshen"] == first
    assert visitor.get("/queue").headers.get("location") == "/login"
