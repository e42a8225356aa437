"""Every act and its event are one transaction: neither without the other, on both databases."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from screening.domain.audit import verify
from screening.domain.filing import Filing
from screening.domain.review import Resolution, Step
from screening.review.desk import Order
from screening.store.books import Store
from tests.review.office import CANARY, LEVELS, MARKED, NOTHING, ONE, TERMS, Office


@pytest.fixture
def office(store: Store) -> Office:
    """An office on an empty store."""
    return Office(store)


def a_full_life(office: Office) -> str:
    """A case that meets nearly every step."""
    case_id = office.quarantined().id
    for who in ("secrecy", "classifier"):
        office.do(who, case_id, Step.CLEAR_MARK)
    office.screen(ONE)
    office.do("writer", case_id, Step.SUBMIT)
    office.do("head", case_id, Step.OPEN, items=["f0", "u0"])
    office.do("head", case_id, Step.RESOLVE, items=["f0"], resolution=Resolution.DELETED)
    office.do("head", case_id, Step.UNDO, items=["f0"])
    office.do("head", case_id, Step.SEND_UP, detail={"authority": "云岭市保密局"})
    office.do("head", case_id, Step.ANSWER, detail={"document_no": "云保〔2031〕7号", "agreed": "yes"})
    office.do("head", case_id, Step.RETURN)
    office.again(case_id, "云岭市改写")
    office.screen(ONE)
    office.do("writer", case_id, Step.SUBMIT)
    for who in LEVELS:
        office.sign(who, case_id)
    office.do("publisher", case_id, Step.RELEASE, terms=TERMS)
    office.do("secrecy", case_id, Step.RECALL)
    office.do("secrecy", case_id, Step.MEASURE)
    office.do("secrecy", case_id, Step.REPORT)
    return case_id


NAMES = {"screen": "screened"}  # what the trail calls it


def test_every_act_wrote_one_event(office: Office) -> None:
    """Entries and events tell the same story in the same order, and the chain verifies."""
    case_id = a_full_life(office)
    with office.store.reading() as books:
        entries = books.cases.entries(office.see(case_id))
        events = [one for one in books.trail.events() if one.subject == case_id]
        assert list(verify(books.trail.events(), office.store.keys.audit)) == []
    told = [(f"case:{NAMES.get(one.step, one.step)}", one.person, one.at) for one in entries]
    assert told == [(one.action, one.actor, one.at) for one in events]
    assert [one.number for one in entries] == list(range(1, len(entries) + 1))
    steps = {one.step for one in entries}
    assert steps == {step.value for step in Step} - {"refuse", "withdraw", "void", "found"}


def test_an_act_on_several_findings_is_one_event_that_counts_them(office: Office) -> None:
    """The record names each, the trail how many."""
    filing = office.submitted(ONE)
    office.do("head", filing.id, Step.OPEN, items=["f0", "u0"])
    action, _, payload = office.trail()[-1]
    assert (action, payload["items"]) == ("case:open", 2)
    entry = office.desk.entries(office["head"], filing.id)[-1]
    assert entry.words == {"reason": "理由充分", "items": "f0 u0"}


def test_no_text_of_a_draft_is_in_the_trail(office: Office) -> None:
    """Ids, numbers and digests only, also after an act whose reason quotes the draft."""
    filing = office.submitted(ONE)
    office.do("head", filing.id, Step.RETURN, f"“{CANARY}”须改", detail={"note": CANARY}, items=[CANARY])
    with office.store.reading() as books:
        told = repr(list(books.trail.events()))
    assert CANARY not in told
    assert "须改" not in told


def refusing(store: Store) -> None:
    """Make the next audit event impossible, as a fault of the database would."""
    with store.database.writing() as connection:
        if store.database.lite:
            connection.execute(text("CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT,'no'); END"))
        else:
            connection.execute(text("CREATE TRIGGER broken BEFORE INSERT ON audit "
                                    "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"))  # fmt: skip


def whole(store: Store) -> list[tuple]:
    """All rows of all tables that an act may touch."""
    names = ("cases", "keys", "record_keys", "contributors", "versions", "acts", "jobs", "audit")
    with store.database.reading() as connection:
        return [tuple(row) for name in names for row in connection.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2"))]  # noqa: S608


ACTS = {
    "upload": lambda office, _: office.upload(),
    "version": lambda office, filing: office.again(filing.id, "云岭市改写"),
    "sign": lambda office, filing: office.do("head", filing.id, Step.SIGN),
    "open": lambda office, filing: office.do("head", filing.id, Step.OPEN, items=["f0"]),
    "return": lambda office, filing: office.do("head", filing.id, Step.RETURN),
    "withdraw": lambda office, filing: office.do("writer", filing.id, Step.WITHDRAW),
    "report": lambda office, filing: office.do("secrecy", filing.id, Step.REPORT),
    "screened": lambda office, _: office.intake.screened(office.intake.lease()[0], NOTHING),
    "void": lambda office, _: office.desk.void(lambda _: "期限已过"),
}


def stage_for(office: Office, act: str) -> Filing:
    """A case that this act could move."""
    if act == "report":
        return office.quarantined(MARKED)
    if act == "void":
        return office.approved()
    filing = office.submitted(ONE)
    if act == "sign":
        office.do("head", filing.id, Step.OPEN, items=["f0", "u0"])
        office.do("head", filing.id, Step.RESOLVE, items=["f0"], resolution=Resolution.FALSE_ALARM)
    if act == "screened":
        office.upload()
    return filing


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_cannot_be_recorded_does_not_happen(office: Office, act: str) -> None:
    """The audit insert fails: case, record, keys, jobs are as they were."""
    filing = stage_for(office, act)
    refusing(office.store)
    before = whole(office.store)
    with pytest.raises(DBAPIError):
        ACTS[act](office, filing)
    after = whole(office.store)
    if act == "screened":  # its lease was a transaction of its own
        before, after = (
            [row for row in rows if "running" not in row and "queued" not in row] for rows in (before, after)
        )
    assert after == before


def test_an_act_without_its_event_would_be_seen(office: Office) -> None:
    """The comparison above bites: an act that is recorded changes the rows."""
    filing = stage_for(office, "sign")
    before = whole(office.store)
    office.desk.act(office["head"], filing.id, Order(Step.SIGN, office.see(filing.id).stage, reason="好"))
    assert whole(office.store) != before
