"""Register, queue, my drafts, incidents and notes show what access allows, no more and no less, on both databases."""

import pytest

from screening.domain.errors import MissingError
from screening.domain.review import Step
from screening.review import access
from screening.review.turns import waits_for
from screening.store.books import Store
from tests.review.office import MARKED, ONE, TERMS, Office


@pytest.fixture
def office(store: Store) -> Office:
    """An office with a draft at every stage that a list could show."""
    office = Office(store)
    office.upload("writer2")
    office.screen()
    office.quarantined()
    office.submitted(ONE)
    office.sign("head", office.submitted().id)
    office.do("head", office.submitted().id, Step.SEND_UP, detail={"authority": "云岭市保密局"})
    office.do("head", office.submitted().id, Step.RETURN)
    office.approved()
    office.do("publisher", office.released().id, Step.RECALL)
    office.do("secrecy", office.quarantined(MARKED).id, Step.REPORT)
    office.do("writer", office.submitted().id, Step.WITHDRAW)
    return office


def everything(office: Office) -> list:
    """All cases, past all access."""
    with office.store.reading() as books:
        return books.cases.find(limit=1000)


def test_lists_show_what_access_allows(office: Office) -> None:
    """For everybody: known cases of the unit in the whole list, those that wait for him in the queue."""
    cases = everything(office)
    assert len(cases) == 10
    for person in office.people.values():
        known = {one.id for one in cases if access.knows(person, one) and one.unit == person.person.unit}
        waiting = {one.id for one in cases if one.id in known and waits_for(person, one)}
        assert {one.id for one in office.desk.queue(person, all_states=True)} == known
        assert {one.id for one in office.desk.queue(person)} == waiting


@pytest.mark.parametrize(
    ("who", "queue", "incidents"),
    [
        ("writer", 0, 3),
        ("writer2", 0, 0),
        ("head", 2, 1),
        ("other_head", 0, 0),
        ("secrecy", 2, 3),
        ("classifier", 1, 3),
        ("leader", 0, 3),
        ("publisher", 1, 1),
        ("auditor", 0, 0),
        ("admin", 0, 0),
        ("stranger", 0, 0),
    ],
)
def test_the_queue_is_what_one_can_move(office: Office, who: str, queue: int, incidents: int) -> None:
    """Counted by hand: levels, answers, marks and releases; quarantined, recalled and reported cases."""
    assert len(office.desk.queue(office[who])) == queue
    assert len(office.desk.incidents(office[who])) == incidents


def test_what_is_due_first_comes_first(office: Office) -> None:
    """The queue and the incidents go by their deadlines."""
    for listed in (office.desk.queue(office["head"]), office.desk.incidents(office["secrecy"])):
        dates = [one.due_at for one in listed]
        assert dates == sorted(dates)
        assert all(dates)


def test_the_register_holds_every_case_for_those_who_keep_it(office: Office) -> None:
    """By number, by month; nobody else learns that there is one."""
    numbers = [f"2031-{number:04d}" for number in range(1, 11)]
    for who in ("secrecy", "classifier", "leader", "auditor"):
        assert [one.number for one in office.desk.register(office[who])] == numbers
        assert len(office.desk.register(office[who], "2031-05")) == 10
        assert office.desk.register(office[who], "2031-06") == []
    assert office.desk.register(office["stranger"]) == []
    for who in ("writer", "head", "publisher", "admin"):
        with pytest.raises(MissingError):
            office.desk.register(office[who])


def test_my_drafts_are_mine_the_latest_first(office: Office) -> None:
    """All of them, also locked ones, however many there are."""
    assert len(office.desk.mine(office["writer2"])) == 1
    office.clock.forward(minutes=1)
    newest = office.upload("writer")
    mine = office.desk.mine(office["writer"])
    assert mine[0] == newest
    assert len(mine) == 10
    assert [one.updated_at for one in mine] == sorted((one.updated_at for one in mine), reverse=True)


def test_notes_are_private(office: Office) -> None:
    """What somebody is writing is seen by himself only; an empty text forgets it."""
    filing = office.submitted(ONE)
    office.desk.note(office["head"], filing.id, "f0", "待查云岭市公报")
    office.desk.note(office["head"], filing.id, "f0", "已查\ud800")
    office.desk.note(office["secrecy"], filing.id, "f0", "另一人")
    assert office.desk.notes(office["head"], filing.id) == {"f0": "已查\ud800"}
    assert office.desk.notes(office["head2"], filing.id) == {}
    with pytest.raises(MissingError):
        office.desk.note(office["other_head"], filing.id, "f0", "看不见")
    office.desk.note(office["head"], filing.id, "f0", "")
    assert office.desk.notes(office["head"], filing.id) == {}
    assert office.desk.notes(office["secrecy"], filing.id) == {"f0": "另一人"}


def test_an_approved_draft_waits_for_a_publisher_who_did_not_sign(office: Office) -> None:
    """And is gone from the queue once it is released."""
    (waiting,) = office.desk.queue(office["publisher"])
    office.do("publisher", waiting.id, Step.RELEASE, terms=TERMS)
    assert office.desk.queue(office["publisher"]) == []
