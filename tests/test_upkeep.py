"""What the desk does by itself: approvals run out, the trail is anchored, contents of ended cases are deleted."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from screening.bootstrap import CHINA, House, Worker, house
from screening.domain.account import Account
from screening.domain.audit import verify
from screening.domain.filing import Filing
from screening.domain.people import Role
from screening.domain.record import Declaration
from screening.domain.review import State, Step, Terms
from screening.domain.scan import Scan
from screening.review.desk import Order
from screening.review.intake import Outcome, Received
from screening.settings import Settings
from screening.store.books import new_id
from screening.upkeep import Upkeep

RULE = """
rules:
  - id: OWN-001
    title: 本单位事项
    category: cipher_comm
    match: {kind: pattern, patterns: ['春茶节开幕']}
    advice: 删去。
    basis: 本单位规定
    hits: ["云岭春茶节开幕"]
    misses: ["云岭春茶节闭幕"]
"""


@dataclass
class Hand:
    """A clock that is set by hand."""

    now: datetime = field(default_factory=lambda: datetime(2031, 5, 6, 9, 0, tzinfo=CHINA))

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now


@dataclass
class Unit:
    """A desk with one person for each office."""

    house: House
    clock: Hand
    people: dict[Role, Account]

    def approved(self, last_day: str = "2031-05-20") -> Filing:
        """A draft without findings that three levels have signed."""
        desk, case_id, key = self.house.desk, new_id(), self.house.store.vault.new_key()
        blob = self.house.store.vault.put("云岭春茶节开幕".encode(), key, f"{case_id}/draft")
        received = Received(case_id, key, blob.id, blob.sha256, blob.size, "稿件.txt", "text/plain")
        declared = Declaration(
            "春茶节", "新闻稿件", "非公文", "非密", "采写", False, "", 0, "website", "公众", "", "", "", ""
        )
        terms = Terms("website", "公众", "2031-05-06", last_day)
        self.house.intake.open(self.people[Role.AUTHOR], declared, terms, received)
        leased = self.house.intake.lease()
        assert leased
        result = self.house.store.vault.put(b"{}", key, f"{case_id}/result").id
        assert self.house.intake.screened(leased[0], Outcome(result=result))
        filing = desk.get(self.people[Role.AUTHOR], case_id)
        filing = desk.act(self.people[Role.AUTHOR], case_id, Order(Step.SUBMIT, filing.stage))
        for role in (Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER):
            filing = desk.act(self.people[role], case_id, Order(Step.SIGN, filing.stage, reason="同意"))
        assert filing.case.state is State.APPROVED
        return filing

    def get(self, filing: Filing) -> Filing:
        """The case as it stands now."""
        return self.house.desk.get(self.people[Role.AUTHOR], filing.id)


@pytest.fixture
def unit(database_url: str, tmp_path: Path) -> Iterator[Unit]:
    """A unit that keeps contents of ended cases for thirty days."""
    clock = Hand()
    opened = house(Settings(data=tmp_path / "data", database=database_url, key_file=tmp_path / "key"), clock)
    with opened.store.writing() as books:
        made = books.people.add_unit("云岭市融媒体中心", '{"keep_days": 30}')
        people = {role: books.people.add(made.id, role.value, role.label, [role], "新闻部") for role in Role}
    yield Unit(opened, clock, people)
    opened.store.close()


def test_an_approval_is_void_when_its_last_day_has_passed(unit: Unit) -> None:
    """On the last day it still holds; the day after it does not, and the author has to begin anew."""
    filing, upkeep = unit.approved(last_day="2031-05-20"), Upkeep(unit.house)
    unit.clock.now = datetime(2031, 5, 20, 23, 59, tzinfo=CHINA)
    assert upkeep.void_expired() == 0
    unit.clock.now += timedelta(minutes=2)
    assert upkeep.void_expired() == 1
    voided = unit.get(filing).case
    assert (voided.state, voided.signatures) == (State.VOIDED, ())
    assert upkeep.void_expired() == 0


def test_the_trail_is_anchored_once_a_day_when_something_was_added(unit: Unit) -> None:
    """Not twice for the same events, and not without any."""
    upkeep = Upkeep(unit.house)
    assert not upkeep.anchor()
    unit.approved()
    assert upkeep.anchor()
    assert not upkeep.anchor()
    unit.clock.now += timedelta(days=1)
    assert not upkeep.anchor()
    unit.approved()
    assert upkeep.anchor()


def test_contents_of_ended_cases_are_deleted_and_the_record_stays(unit: Unit) -> None:
    """Thirty days after the release the bytes and the result are gone; digest, title and signatures are not."""
    filing, upkeep = unit.approved(), Upkeep(unit.house)
    order = Order(Step.RELEASE, filing.stage, terms=filing.case.terms, detail={"url": "第六版"})
    unit.house.desk.act(unit.people[Role.PUBLISHER], filing.id, order)
    unit.clock.now += timedelta(days=29)
    assert upkeep.purge() == 0
    unit.clock.now += timedelta(days=2)
    assert upkeep.purge() == 1
    after = unit.get(filing)
    assert (after.current.blob, after.current.result) == ("", "")
    assert (after.current.sha256, after.declaration.title) == (filing.current.sha256, "春茶节")
    assert list(unit.house.store.vault.ids()) == []
    assert upkeep.purge() == 0


def test_scans_that_are_over_are_deleted_and_that_is_on_record(unit: Unit) -> None:
    """After the unit's keep_days, when a later scan of the same source has come."""
    upkeep, publisher = Upkeep(unit.house), unit.people[Role.PUBLISHER]
    at = unit.clock.now.isoformat()
    for _ in range(2):
        made = Scan(new_id(), publisher.person.unit, publisher.id, unit.clock.now.isoformat(), "www.example.gov.cn",
                    "website", at, at, 3, 1, 0, True, 0)  # fmt: skip
        with unit.house.store.writing() as books:
            books.scans.add(made, [])
        unit.clock.now += timedelta(days=20)
    assert upkeep.purge_scans() == 1
    assert upkeep.purge_scans() == 0
    with unit.house.store.reading() as books:
        assert [one.id for one in books.scans.latest(publisher.person.unit, 9)] == [made.id]


def test_bytes_that_no_case_points_to_are_swept_when_they_are_old(unit: Unit) -> None:
    """An upload in progress is left alone, an orphan of yesterday is not, nor is a case's own content touched."""
    filing = unit.approved()
    vault = unit.house.store.vault
    orphan = vault.put(b"x", vault.new_key(), "nobody")
    old = unit.clock.now.timestamp() - 7200
    for path in vault.folder.glob("??/*"):
        os.utime(path, (old, old))
    young = vault.put(b"y", vault.new_key(), "nobody")
    os.utime(next(vault.folder.glob(f"??/{young.id}")), (old + 7200, old + 7200))
    assert Upkeep(unit.house).sweep() == 1
    left = set(vault.ids())
    assert orphan.id not in left
    assert {young.id, filing.current.blob} <= left


def test_one_step_that_fails_does_not_keep_the_others_from_their_turn(unit: Unit) -> None:
    """Without its vault nothing can be swept; the approval that ran out is void all the same."""
    filing = unit.approved(last_day="2031-05-07")
    unit.clock.now += timedelta(days=3)
    unit.house.store.vault.folder.rename(unit.house.store.vault.folder.with_name("elsewhere"))
    Upkeep(unit.house).once()
    assert unit.get(filing).case.state is State.VOIDED


def test_rules_that_come_later_void_what_they_find_grave(unit: Unit, tmp_path: Path) -> None:
    """An approved draft is looked at again by a newer ruleset: once, and only a grave finding voids it."""
    filing = unit.approved()
    settings = unit.house.settings
    assert not Worker(unit.house).once() or unit.get(filing).case.state is State.APPROVED
    local = tmp_path / "local"
    local.mkdir()
    (local / "own.yaml").write_text(RULE, encoding="utf-8")
    newer = house(replace(settings, local_lexicons=local), unit.clock)
    worker = Worker(newer)
    assert worker.once()
    assert newer.desk.get(unit.people[Role.AUTHOR], filing.id).case.state is State.VOIDED
    assert not worker.once()
    worker.stop()
    newer.store.close()


def test_a_trail_sealed_with_sm3_is_verified_and_may_follow_one_sealed_with_sha256(unit: Unit) -> None:
    """The setting may change: each seal says which hash made it, and tampering is found in either part."""
    unit.approved()
    settings = unit.house.settings
    other = house(replace(settings, cipher="sm4"), unit.clock)
    with other.store.writing() as books:
        books.trail.append("2031-05-06T10:00:00+08:00", "desk", "case:void", "x", {"version": 1})
    with other.store.reading() as books:
        events = list(books.trail.events())
    key = other.store.keys.audit
    assert events[-1].seal.startswith("sm3:")
    assert not events[0].seal.startswith("sm3:")
    assert not list(verify(events, key))
    assert len(list(verify([*events[:-1], replace(events[-1], subject="y")], key))) == 1
    assert list(verify([replace(events[0], seal="sm3:" + events[0].seal), *events[1:]], key))
    other.store.close()
