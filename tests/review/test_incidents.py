"""State-secret marks: quarantine, clearing by two, incident; and that shredded means gone, on both databases."""

import pytest

from screening.domain.errors import MissingError, RefusedError, VaultError
from screening.domain.review import State, Step
from screening.review.desk import Desk, Order
from screening.review.intake import Outcome
from screening.store.books import Store
from tests.review.office import CANARY, MARKED, NOTHING, ONE, TERMS, Office, digest

REPORT = "发现经过：云岭市撰稿时误用旧件"


@pytest.fixture
def office(store: Store) -> Office:
    """An office on an empty store."""
    return Office(store)


def content_is_locked(office: Office, case_id: str) -> None:
    """Nobody reads it; those who handle it know of it, the others do not."""
    for who in ("writer", "secrecy", "classifier", "leader"):
        assert office.desk.get(office[who], case_id).id == case_id
        with pytest.raises(RefusedError, match="隔离"):
            office.desk.content(office[who], case_id)
        with pytest.raises(RefusedError):
            office.desk.note(office[who], case_id, "f0", "记")
    for who in ("head", "publisher", "auditor", "admin", "stranger"):
        with pytest.raises(MissingError):
            office.desk.get(office[who], case_id)


def test_a_marked_draft_is_locked_and_the_clock_runs(office: Office) -> None:
    """Quarantine: no one reads it, the written report is due in 24 hours."""
    filing = office.quarantined()
    assert (filing.case.state, filing.due_at) == (State.QUARANTINED, "2031-05-07T12:00:00+08:00")
    content_is_locked(office, filing.id)
    for who in ("secrecy", "classifier"):
        assert office.desk.queue(office[who]) == [filing]
    assert office.desk.queue(office["leader"]) == []


def test_two_officers_clear_a_wrong_mark_and_it_is_screened_again(office: Office) -> None:
    """One alone is not enough; the draft goes back to the queue, and a late result of before is not taken."""
    filing = office.upload()
    late, _ = office.intake.lease() or (None, None)
    office.clock.forward(seconds=301)
    office.screen(MARKED)
    assert office.do("secrecy", filing.id, Step.CLEAR_MARK).case.state is State.QUARANTINED
    assert office.do("secrecy", filing.id, Step.CLEAR_MARK).case.state is State.QUARANTINED
    with pytest.raises(RefusedError):
        office.do("leader", filing.id, Step.CLEAR_MARK)
    cleared = office.do("classifier", filing.id, Step.CLEAR_MARK)
    assert (cleared.case.state, cleared.due_at) == (State.SCREENING, "")
    taken, _ = office.intake.lease() or (None, None)
    assert taken
    assert late
    assert not office.intake.screened(late, MARKED)
    assert office.intake.screened(taken, MARKED)
    again = office.see(filing.id)
    assert (again.case.state, again.case.current.mark_cleared) == (State.SCREENED, True)
    assert office.desk.content(office["writer"], filing.id).id == filing.id
    assert office.do("writer", filing.id, Step.SUBMIT).case.state is State.REVIEW


def kept_nowhere(office: Office, case_id: str) -> None:
    """No key, no bytes, no words; digests and the bare record stay."""
    filing = office.see(case_id)
    assert filing.shredded
    assert CANARY not in repr(filing)
    assert filing.current.sha256
    for upload in filing.uploads:
        with pytest.raises(VaultError):
            office.store.vault.read(upload.blob, filing.key, f"{case_id}/draft")
    later = office.clock().timestamp() + 10**9
    office.store.sweep(later)
    assert not set(office.store.vault.ids()) & {upload.blob for upload in filing.uploads}


def test_a_report_shreds_the_content_and_keeps_the_record(office: Office) -> None:
    """Bytes, title, names and earlier words are gone for everybody; digest, acts and the report itself stay."""
    filing = office.upload()
    office.screen(ONE)
    office.do("writer", filing.id, Step.SUBMIT)
    office.desk.note(office["head"], filing.id, "f0", f"{CANARY}的批注")
    office.sign("head", filing.id)
    for who in ("secrecy", "leader"):
        office.sign(who, filing.id)
    office.do("publisher", filing.id, Step.RELEASE, terms=TERMS)
    before = office.desk.entries(office["secrecy"], filing.id)
    assert all(one.words for one in before)
    office.clock.forward(hours=2)
    reported = office.do("secrecy", filing.id, Step.REPORT, REPORT)
    assert (reported.case.state, reported.due_at) == (State.INCIDENT, "2031-05-07T14:00:00+08:00")
    assert office.see(filing.id).current.sha256 == digest(CANARY)
    entries = office.desk.entries(office["secrecy"], filing.id)
    assert [(one.step, one.person, one.at, one.sha256) for one in entries[:-1]] == [
        (one.step, one.person, one.at, one.sha256) for one in before
    ]
    assert not any(one.words for one in entries[:-1])
    assert entries[-1].words == {"reason": REPORT}
    assert office.desk.notes(office["writer"], filing.id) == {}
    content_is_locked(office, filing.id)
    kept_nowhere(office, filing.id)
    office.do("secrecy", filing.id, Step.MEASURE, "已通知撰稿人")
    assert office.desk.entries(office["leader"], filing.id)[-1].words == {"reason": "已通知撰稿人"}


def test_a_quarantined_draft_that_is_reported_is_shredded(office: Office) -> None:
    """The mark was right."""
    filing = office.quarantined()
    with pytest.raises(MissingError):
        office.do("head", filing.id, Step.REPORT, REPORT)
    office.do("classifier", filing.id, Step.REPORT, REPORT)
    kept_nowhere(office, filing.id)


def test_a_mark_that_is_gone_is_an_incident_and_shredded(office: Office) -> None:
    """Taking the mark off and uploading again is not a way round."""
    filing = office.quarantined()
    office.again(filing.id, "去掉标志")
    gone = office.screen(NOTHING)
    assert (gone.case.state, gone.due_at) == (State.INCIDENT, "2031-05-07T12:00:00+08:00")
    kept_nowhere(office, filing.id)


def test_a_version_that_could_not_be_read_does_not_shred_the_marked_one(office: Office) -> None:
    """That the mark is gone was not seen: the draft stays locked, and two officers look into it."""
    filing = office.quarantined()
    office.again(filing.id, "读不出来")
    for _ in range(3):
        assert office.intake.lease() is not None
        office.clock.forward(seconds=301)
    assert office.intake.give_up() == 1
    stays = office.see(filing.id)
    assert (stays.case.state, stays.shredded) == (State.QUARANTINED, False)


def test_a_recalled_publication_runs_the_clock_and_may_become_an_incident(office: Office) -> None:
    """Recalled by the publisher, measures written down, then reported."""
    filing = office.released()
    recalled = office.do("publisher", filing.id, Step.RECALL, "网友指出")
    assert (recalled.case.state, recalled.due_at) == (State.RECALLED, "2031-05-07T12:00:00+08:00")
    with pytest.raises(RefusedError):
        office.do("publisher", filing.id, Step.MEASURE, "已删除")
    assert office.do("secrecy", filing.id, Step.MEASURE, "已删除").due_at == recalled.due_at
    assert office.do("leader", filing.id, Step.REPORT, REPORT).case.state is State.INCIDENT
    kept_nowhere(office, filing.id)


def test_only_the_shredded_case_is_gone(office: Office) -> None:
    """Another draft, its bytes and its words stay readable after shredding and sweeping."""
    other = office.submitted(ONE)
    office.do("secrecy", office.quarantined().id, Step.REPORT, REPORT)
    office.store.sweep(office.clock().timestamp() + 10**9)
    filing = office.see(other.id)
    data = office.store.vault.read(filing.current.blob, filing.key, f"{filing.id}/draft")
    assert data.decode() == CANARY
    assert all(one.words for one in office.desk.entries(office["writer"], other.id))


def test_a_result_for_a_case_that_moved_on_is_not_kept(office: Office) -> None:
    """A worker that comes back late finds the case screened already."""
    office.upload()
    first, _ = office.intake.lease() or (None, None)
    office.clock.forward(seconds=301)
    second, filing = office.intake.lease() or (None, None)
    assert first
    assert second
    assert filing
    assert not office.intake.screened(first, MARKED)
    assert office.intake.screened(second, NOTHING)
    assert not office.intake.screened(second, MARKED)
    assert office.see(filing.id).case.state is State.SCREENED


def test_an_act_needs_no_clock_of_its_own(office: Office) -> None:
    """What is written bears the desk's own time."""
    filing = office.submitted(Outcome())
    desk = Desk(office.store, office.clock)
    office.clock.forward(minutes=7)
    signed = desk.act(office["head"], filing.id, Order(Step.SIGN, filing.stage, reason="好"))
    assert signed.updated_at == signed.case.signatures[0].at == office.clock().isoformat()
