"""Scans in the database, on both kinds: sealed but for ids, found by page, what was said kept from scan to scan."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from screening.domain.finding import Severity
from screening.domain.scan import Deviation, NotReadByScan, Said, Scan, ScanFinding, ScanPage, ScanWord
from screening.store.books import Store, new_id
from screening.store.tables import metadata
from tests.review.office import CANARY, Office

SITE = "https://www.example.gov.cn"


@pytest.fixture
def office(store: Store) -> Office:
    """An office on an empty store."""
    return Office(store)


def page(number: int, *fingerprints: str) -> ScanPage:
    """A page with these findings, and the canary in every text."""
    findings = tuple(
        ScanFinding(one, "PII-002", CANARY, "pii_contact", Severity.S2, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY)
        for one in fingerprints
    )
    return ScanPage(number, f"{SITE}/{CANARY}/{number}.html", CANARY, "9f" * 32, CANARY, CANARY, findings)


def scan(office: Office, at: str = "2031-05-06T09:00:00+08:00", source: str = CANARY) -> Scan:
    """A scan with the canary in every text."""
    return Scan(new_id(), office.unit, office["publisher"].id, at, source, "website", at, at, 3, 1, 1, True, 0,
                {"S2": 2}, {"ruleset": "9f"}, True, (NotReadByScan(CANARY, CANARY, CANARY),),
                (Deviation("unapproved", CANARY, CANARY, "", CANARY, CANARY, CANARY),))  # fmt: skip


def test_a_scan_comes_back_as_it_was_kept(office: Office) -> None:
    """With its pages, by their numbers; a number that is not there is left out."""
    kept, pages = scan(office), [page(number, f"f{number}") for number in range(1, 4)]
    with office.store.writing() as books:
        books.scans.add(kept, pages)
    with office.store.reading() as books:
        assert books.scans.get(kept.id) == kept
        assert books.scans.get("none") is None
        assert books.scans.pages(kept, [3, 1, 9]) == [pages[2], pages[0]]
        assert books.scans.pages(kept, []) == []
        assert [prints for prints, _ in books.scans.prints(kept)] == [one.prints for one in pages]


def test_the_latest_come_first_page_by_page(office: Office) -> None:
    """By time, then by id; of one unit only."""
    made = [scan(office, f"2031-05-0{day}T09:00:00+08:00") for day in (1, 2, 2, 3)]
    elsewhere = replace(scan(office), unit=office["stranger"].person.unit)
    with office.store.writing() as books:
        for one in (*made, elsewhere):
            books.scans.add(one, [])
    with office.store.reading() as books:
        ids, before = [], None
        while found := books.scans.latest(office.unit, 1, before):
            ids += [one.id for one in found]
            before = found[-1].handed_at, found[-1].id
        assert ids == [one.id for one in sorted(made, key=lambda one: (one.handed_at, one.id), reverse=True)]
        assert [one.id for one in books.scans.latest(office.unit, 9, skip=1)] == ids[1:]
        assert books.scans.count(office.unit) == len(made)


def test_what_was_said_is_found_by_the_next_scan_of_the_same_source(office: Office) -> None:
    """And not by one of another source, or of another page."""
    first, second = scan(office), scan(office, "2031-05-07T09:00:00+08:00")
    other = scan(office, source="another")
    one, two = page(1, "f1"), page(2, "f1")
    words = [ScanWord("f1", Said.FALSE_ALARM, "p1", "2031-05-06T10:00:00+08:00", CANARY),
             ScanWord("f1", Said.CASE, "p2", "2031-05-06T11:00:00+08:00", CANARY, "c1")]  # fmt: skip
    with office.store.writing() as books:
        for made in (first, second, other):
            books.scans.add(made, [one, two])
        for word in words:
            books.scans.say(first, one, [word])
    with office.store.reading() as books:
        assert books.scans.words(second, [one, two]) == {one.location: {"f1": words}}
        assert books.scans.words(other, [one, two]) == {}
        (_, said), (_, nothing) = books.scans.prints(second)
        assert [(word.said, word.case_id, word.reason) for word in said["f1"]] == [
            (Said.FALSE_ALARM, "", ""), (Said.CASE, "c1", "")
        ]  # fmt: skip
        assert nothing == {}


def test_old_scans_are_deleted_unless_something_rests_on_them(office: Office) -> None:
    """Not the latest of a source, nor one on whose pages something was said; of one unit only."""
    days = [f"2031-05-0{day}T09:00:00+08:00" for day in (1, 2, 3)]
    first, spoken, latest = (scan(office, day) for day in days)
    other, elsewhere = (
        scan(office, days[0], "other"),
        replace(scan(office, days[0]), unit=office["stranger"].person.unit),
    )
    with office.store.writing() as books:
        for one in (first, spoken, latest, other, elsewhere):
            books.scans.add(one, [page(1, "f1")])
        books.scans.say(spoken, page(1, "f1"), [ScanWord("f1", Said.MENDED, office["secrecy"].id, days[1], CANARY)])
    with office.store.writing() as books:
        assert books.scans.purge(office.unit, days[0]) == 0
        assert books.scans.purge(office.unit, "2031-06-01T00:00:00+08:00") == 1
        assert books.scans.purge(office.unit, "2031-06-01T00:00:00+08:00") == 0
    with office.store.reading() as books:
        assert books.scans.get(first.id) is None
        assert all(books.scans.pages(one, [1]) for one in (spoken, latest, other, elsewhere))
        assert [one.reason for words in books.scans.words(latest, [page(1, "f1")]).values() for one in words["f1"]] == [
            CANARY
        ]


def test_no_text_stands_in_plain(office: Office, tmp_path: Path) -> None:
    """Neither address nor value nor reason: in no column, in no file of the vault."""
    kept, one = scan(office), page(1, "f1")
    with office.store.writing() as books:
        books.scans.add(kept, [one])
        books.scans.say(kept, one, [ScanWord("f1", Said.MENDED, "p1", "2031-05-06T10:00:00+08:00", CANARY)])
    with office.store.reading() as books:
        for table in ("scans", "scan_pages", "scan_words"):
            rows = books.connection.execute(text(f"SELECT * FROM {metadata.tables[table].name}")).all()  # noqa: S608
            assert rows
            assert not any(CANARY.encode() in bytes(str(value), "utf-8") for row in rows for value in row)
    needle = CANARY.encode()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_the_addresses_of_what_is_out_are_found(office: Office) -> None:
    """Of released and of recalled cases, of one unit, with the address that was given."""
    from screening.domain.review import Step
    from tests.review.office import TERMS

    out, gone, plain = office.approved(), office.approved(), office.approved()
    office.do("publisher", out.id, Step.RELEASE, terms=TERMS, detail={"url": f"{SITE}/1"})
    office.do("publisher", gone.id, Step.RELEASE, terms=TERMS, detail={"url": f"{SITE}/2"})
    office.do("publisher", plain.id, Step.RELEASE, terms=TERMS)
    office.do("secrecy", gone.id, Step.RECALL)
    with office.store.reading() as books:
        assert list(books.cases.published(office.unit)) == [(out.id, f"{SITE}/1"), (gone.id, f"{SITE}/2")]
        assert list(books.cases.published("elsewhere")) == []
