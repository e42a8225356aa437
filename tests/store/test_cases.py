"""Cases in the database, on both kinds: found page by page, never overwritten unseen, sealed but for ids."""

import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy import text

from screening.domain.errors import ConflictError
from screening.domain.filing import Filing
from screening.domain.review import Act, State, Step
from screening.store.books import Store
from tests.review.office import CANARY, MARKED, NOTHING, ONE, Office


@pytest.fixture
def office(store: Store) -> Office:
    """An office on an empty store."""
    return Office(store)


def pages(office: Office, size: int) -> list[str]:
    """The ids of all cases, page by page."""
    ids: list[str] = []
    last: tuple[str, str] | None = None
    while True:
        with office.store.reading() as books:
            page = books.cases.find(unit=office.unit, after=last, limit=size)
        if not page:
            return ids
        ids += [one.id for one in page]
        assert len(ids) <= 20
        last = page[-1].due_at, page[-1].id


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_hold_every_case_once_and_what_is_due_first(office: Office, size: int) -> None:
    """Cases without a due date come last; no page repeats or leaves out one."""
    for day in range(3):
        office.submitted()
        office.clock.forward(days=day)
        office.submitted()
        office.upload()
        office.screen()
    office.quarantined()
    ids = pages(office, size)
    with office.store.reading() as books:
        found = books.cases.find(unit=office.unit)
    assert ids == [one.id for one in found]
    dates = [one.due_at or "9999" for one in found]
    assert dates == sorted(dates)
    assert len(set(ids)) == 10


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 4),
        ({"unit": "elsewhere"}, 0),
        ({"states": ["review"]}, 1),
        ({"states": ["review", "quarantined"]}, 2),
        ({"offices": ["secrecy_officer"], "states": ["review"]}, 0),
        ({"offices": ["department_reviewer"], "states": ["review"]}, 1),
        ({"department": "宣传科"}, 4),
        ({"department": "执法科"}, 0),
        ({"channel": "website"}, 4),
        ({"channel": "press"}, 0),
        ({"month": "2031-05"}, 4),
        ({"month": "2031-0"}, 4),
        ({"month": "2030-12"}, 0),
        ({"limit": 3}, 3),
    ],
)
def test_cases_are_found_by_what_stands_in_their_rows(office: Office, wanted: dict, count: int) -> None:
    """Each condition alone, and with a second one."""
    office.submitted()
    office.quarantined()
    for _ in range(2):
        office.upload()
    with office.store.reading() as books:
        assert len(books.cases.find(**wanted)) == count
        mine = books.cases.find(contributor=office["writer"].id, **wanted)
        assert len(mine) == count
        assert books.cases.find(contributor=office["writer2"].id, **wanted) == []


def test_numbers_run_through_the_year(office: Office) -> None:
    """Without gaps, from 1 in a new year."""
    numbers = [office.upload().number for _ in range(3)]
    office.clock.forward(days=365)
    assert [*numbers, office.upload().number] == ["2031-0001", "2031-0002", "2031-0003", "2032-0001"]


def test_a_case_that_changed_in_between_is_not_overwritten(office: Office) -> None:
    """The second writer is told; what the first wrote stays, and nothing of the second."""
    before = office.submitted()
    act = Act(Step.WITHDRAW, office["writer"].person, before.current.sha256, before.updated_at, "理由")
    with office.store.writing() as books:
        first = books.cases.save(before, replace(before, severity=2), act)
    with pytest.raises(ConflictError), office.store.writing() as books:
        books.cases.save(before, replace(before, severity=1), act)
    assert office.see(before.id) == first
    assert (first.etag, first.severity) == (before.etag + 1, 2)


def test_what_comes_back_is_what_was_filed(office: Office) -> None:
    """Every field, with odd characters in title, names and reasons."""
    made = office.upload()
    odd = replace(
        made, declaration=replace(made.declaration, title="云\x00岭\ud800\U0001f980\u202e市", sources=" \n\t")
    )
    act = Act(
        Step.WITHDRAW, office["writer"].person, "s", made.updated_at, "\ud800 理\x00由", detail={"reason": "别的"}
    )
    with office.store.writing() as books:
        saved = books.cases.save(made, odd, act)
    assert office.see(made.id) == saved
    assert saved.declaration == odd.declaration
    with office.store.reading() as books:
        assert books.cases.entries(saved)[-1].words["reason"] == "\ud800 理\x00由"
        assert books.cases.get("f" * 32) is None


def test_every_upload_keeps_its_own_result(office: Office) -> None:
    """A new version does not touch the row of the old one."""
    filing = office.submitted(replace(ONE, summary={"S1": 1, "ruleset": "r1"}, text_sha256="t1", media_type="text/x"))
    office.again(filing.id, "云岭市改写")
    office.screen(replace(NOTHING, summary={"S1": 0, "ruleset": "r2"}, text_sha256="t2"))
    first, second = office.see(filing.id).uploads
    assert (first.summary["ruleset"], first.text_sha256, first.media_type) == ("r1", "t1", "text/x")
    assert (second.summary["ruleset"], second.text_sha256, second.number) == ("r2", "t2", 2)


def plain(store: Store) -> bytes:
    """Everything that stands in the tables, as bytes."""
    names = ("units", "people", "cases", "versions", "acts", "notes", "jobs", "audit", "keys", "record_keys")
    with store.database.reading() as connection:
        rows = [row for name in names for row in connection.execute(text(f"SELECT * FROM {name}"))]  # noqa: S608
    return b"\n".join(
        value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        for row in rows
        for value in row
    )


def test_no_word_of_a_draft_stands_in_the_tables(office: Office) -> None:
    """Title, summary, file name, reasons and notes are sealed; ids, states and digests are not."""
    filing = office.submitted(ONE)
    office.desk.note(office["head"], filing.id, "f0", CANARY)
    office.do("head", filing.id, Step.OPEN, items=["f0"])
    office.do("head", filing.id, Step.SEND_UP, CANARY, detail={"authority": CANARY})
    office.do("secrecy", office.quarantined(MARKED).id, Step.REPORT, CANARY)
    written = plain(office.store)
    assert CANARY.encode() not in written
    assert "理由充分".encode() not in written
    assert filing.current.sha256.encode() in written


def test_a_list_is_not_limited_by_the_database(office: Office) -> None:
    """More cases than a statement may have values are still listed (SQLite with a small limit; PostgreSQL as it is)."""
    made = office.upload()
    store = office.store
    with store.writing() as books:
        for number in range(1100):
            case_id = f"{number:032x}"
            key = store.vault.new_key()
            uploads = (replace(made.uploads[0], blob=""),)
            filing: Filing = replace(made, id=case_id, number=f"2030-{number:04d}", key=key, uploads=uploads)
            books.cases.add(filing)
    with store.reading() as books:
        raw = books.connection.connection.driver_connection
        if isinstance(raw, sqlite3.Connection):
            raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
        found = books.cases.find(unit=office.unit, limit=10_000)
    assert len(found) == 1101
    assert {one.case.state for one in found} == {State.SCREENING}
