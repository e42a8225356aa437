"""One draft from upload to release, with what people get in each other's way, on both databases."""

import pytest

from screening.domain.errors import ConflictError, MissingError, RefusedError
from screening.domain.people import Role
from screening.domain.review import Resolution, State, Step
from screening.review.desk import LOCK, Order
from screening.review.intake import Outcome
from screening.store.books import Store
from tests.review.office import LEVELS, NOTHING, ONE, REFUSAL, TERMS, Office


@pytest.fixture
def office(store: Store) -> Office:
    """An office on an empty store."""
    return Office(store)


def test_a_draft_goes_through_three_levels_and_is_released(office: Office) -> None:
    """Upload, screening, submission, 初审, 复审, 审批, release: every stage with its due date and its owner."""
    filing = office.upload()
    assert (filing.case.state, filing.number, filing.stage) == (State.SCREENING, "2031-0001", "screening-0-1")
    filing = office.screen(ONE)
    assert (filing.case.state, filing.findings, filing.unread, filing.severity) == (State.SCREENED, 1, 1, 3)
    filing = office.do("writer", filing.id, Step.SUBMIT)
    assert filing.due_at == "2031-05-07T23:59:59+08:00"
    for level, who in enumerate(LEVELS):
        assert filing.case.level == level
        assert office.desk.queue(office[who]) == [filing]
        filing = office.sign(who, filing.id)
    assert (filing.case.state, filing.due_at, filing.locked_by) == (State.APPROVED, "", "")
    filing = office.do("publisher", filing.id, Step.RELEASE, terms=TERMS, detail={"url": "https://yunling.example/1"})
    assert filing.case.state is State.RELEASED
    assert filing == office.see(filing.id)
    steps = [one.step for one in office.desk.entries(office["writer"], filing.id)]
    assert steps == ["upload", "screen", "submit", *["open", "resolve", "sign"] * 3, "release"]


@pytest.mark.parametrize(
    ("who", "step", "order", "why"),
    [
        ("writer", Step.SIGN, {}, "部门负责人"),
        ("secrecy", Step.SIGN, {}, "部门负责人"),
        ("head", Step.SIGN, {}, "没有打开"),
        ("head", Step.SIGN, {"reason": " "}, "理由"),
        ("head", Step.RESOLVE, {"items": ["f7"], "resolution": Resolution.MASKED}, "没有这一疑点"),
        ("head", Step.OPEN, {"items": []}, "没有这一处"),
        ("head", Step.RELEASE, {"terms": TERMS}, "不能发布"),
        ("head", Step.UPLOAD, {}, "由系统完成"),
        ("head", Step.SCREEN, {}, "由系统完成"),
        ("head", Step.VOID, {}, "由系统完成"),
        ("head", Step.REFUSE, {"detail": {**REFUSAL, "partial_considered": ""}}, "区分处理"),
    ],
)
def test_what_the_rule_forbids_is_refused_and_leaves_no_trace(
    office: Office, who: str, step: Step, order: dict, why: str
) -> None:
    """The reason stands in the words of the office; case, record and trail are as they were."""
    filing = office.submitted(ONE)
    before = office.trail(), office.see(filing.id), office.desk.entries(office["head"], filing.id)
    with pytest.raises(RefusedError, match=why):
        office.do(who, filing.id, step, **order)
    assert (office.trail(), office.see(filing.id), office.desk.entries(office["head"], filing.id)) == before


def test_a_head_of_another_department_is_told_that_there_is_no_such_draft(office: Office) -> None:
    """In the same words as for an id that does not exist."""
    filing = office.submitted()
    told = []
    for who, case_id in (("other_head", filing.id), ("stranger", filing.id), ("admin", filing.id), ("head", "f" * 32)):
        with pytest.raises(MissingError) as caught:
            office.desk.act(office[who], case_id, Order(Step.SIGN, filing.stage, reason="好"))
        told.append(str(caught.value))
    assert len(set(told)) == 1


def test_only_authors_upload_and_only_contributors_bring_versions(office: Office) -> None:
    """A signer returns; he does not edit."""
    with pytest.raises(RefusedError, match="撰稿人"):
        office.upload("secrecy")
    filing = office.submitted()
    with pytest.raises(RefusedError, match="退回"):
        office.again(filing.id, "改", "head")
    with pytest.raises(MissingError):
        office.again(filing.id, "改", "writer2")


def test_co_authors_share_the_draft_and_none_of_them_signs(office: Office) -> None:
    """Who helped to write does not judge, though his office would."""
    filing = office.upload(co_authors=("writer2", "head"))
    office.screen()
    assert office.desk.get(office["writer2"], filing.id).id == filing.id
    filing = office.do("writer2", filing.id, Step.SUBMIT)
    with pytest.raises(RefusedError, match="不得审签"):
        office.do("head", filing.id, Step.SIGN)
    assert office.do("head2", filing.id, Step.SIGN).case.level == 1


@pytest.mark.parametrize("who", ["stranger", "admin"])
def test_nobody_of_another_unit_and_no_administrator_writes_along(office: Office, who: str) -> None:
    """A co-author sees the draft: to be named one must not be a way round the units or the three administrators."""
    with pytest.raises(RefusedError, match="本单位"):
        office.upload(co_authors=(who,))
    assert office.desk.mine(office["writer"]) == []
    assert office.intake.lease() is None


def test_a_returned_draft_comes_again_as_a_new_version(office: Office) -> None:
    """The return voids signatures; the new version starts at the first level with nothing said about it."""
    filing = office.submitted(ONE)
    office.sign("head", filing.id)
    returned = office.do("secrecy", filing.id, Step.RETURN, "第二段改写")
    assert (returned.case.state, returned.case.signatures, returned.due_at) == (State.RETURNED, (), "")
    assert office.desk.mine(office["writer"]) == [returned]
    again = office.again(filing.id, "云岭市改写之后")
    assert (again.case.state, len(again.uploads), again.case.words, again.findings) == (State.SCREENING, 2, {}, 0)
    assert office.desk.get(office["secrecy"], filing.id).id == filing.id
    filing = office.screen(ONE)
    office.do("writer", filing.id, Step.SUBMIT)
    for who in LEVELS:
        filing = office.sign(who, filing.id)
    assert filing.case.state is State.APPROVED
    assert {one.sha256 for one in filing.case.signatures} == {filing.uploads[1].sha256}


def test_a_returned_draft_goes_back_unchanged_only_with_a_reason(office: Office) -> None:
    """The author may answer instead of editing."""
    filing = office.submitted()
    office.do("head", filing.id, Step.RETURN)
    with pytest.raises(RefusedError, match="未改的理由"):
        office.do("writer", filing.id, Step.SUBMIT, "")
    assert office.do("writer", filing.id, Step.SUBMIT, "照片已获授权").case.state is State.REVIEW


def test_a_decision_for_another_stage_is_a_conflict(office: Office) -> None:
    """A form of an earlier level, version or etag, and an order that names none, change nothing."""
    filing = office.submitted()
    signed = office.sign("head", filing.id)
    head2 = office["head2"]
    for order in (
        Order(Step.SIGN, filing.stage, reason="好"),
        Order(Step.SIGN, etag=filing.etag, reason="好"),
        Order(Step.SIGN, signed.stage, filing.etag, "好"),
        Order(Step.SIGN, reason="好"),
    ):
        with pytest.raises(ConflictError):
            office.desk.act(head2, filing.id, order)
    received = office.received("云岭市新一版", signed)
    with pytest.raises(ConflictError):
        office.intake.add_version(office["writer"], filing.id, received, filing.stage)
    assert office.see(filing.id) == signed
    order = Order(Step.SIGN, etag=signed.etag, reason="好")
    assert office.desk.act(office["secrecy"], filing.id, order).case.level == 2


def test_while_one_decides_the_other_is_told_who(office: Office) -> None:
    """Opening or resolving holds the case for a quarter of an hour; signing or the end of that time frees it."""
    filing = office.submitted(ONE)
    held = office.do("head", filing.id, Step.OPEN, items=["f0"])
    assert held.locked_by == office["head"].id
    with pytest.raises(ConflictError, match="head名正在审看"):
        office.do("head2", filing.id, Step.RETURN)
    office.do("head2", filing.id, Step.OPEN, items=["f0"])
    assert office.see(filing.id).locked_by == office["head"].id
    office.clock.forward(seconds=LOCK.total_seconds() - 1)
    with pytest.raises(ConflictError):
        office.do("head2", filing.id, Step.RETURN)
    office.do("head", filing.id, Step.RESOLVE, items=["f0"], resolution=Resolution.FALSE_ALARM)
    office.clock.forward(seconds=LOCK.total_seconds() - 1)
    with pytest.raises(ConflictError):
        office.do("head2", filing.id, Step.RETURN)
    office.clock.forward(seconds=2)
    assert office.do("head2", filing.id, Step.RETURN).locked_by == ""


def test_looking_without_the_office_does_not_hold_the_case(office: Office) -> None:
    """The author and later levels may look; the level in question decides."""
    filing = office.submitted(ONE)
    for who in ("writer", "secrecy", "leader"):
        assert office.do(who, filing.id, Step.OPEN, items=["u0"]).locked_by == ""
    assert office.sign("head", filing.id).case.level == 1


def test_several_findings_are_resolved_in_one_act_or_none(office: Office) -> None:
    """One that cannot be resolved takes the others with it."""
    several = frozenset({"f0", "f1", "f2"})
    filing = office.submitted(Outcome(several, frozenset(), several))
    with pytest.raises(RefusedError):
        office.do("head", filing.id, Step.RESOLVE, items=["f0", "f9"], resolution=Resolution.FALSE_ALARM)
    assert not office.see(filing.id).case.words
    done = office.do("head", filing.id, Step.RESOLVE, items=["f0", "f1", "f2"], resolution=Resolution.FALSE_ALARM)
    assert set(done.case.words) == several
    assert office.do("head", filing.id, Step.UNDO, items=["f1", "f2"]).case.resolved.keys() == {"f0"}


def test_what_was_declared_as_released_before_is_the_basis(office: Office) -> None:
    """有发布依据 without any source is refused; one that the reviewer names will do."""
    filing = office.submitted(ONE)
    resolution = Resolution.RELEASED_BEFORE
    with pytest.raises(RefusedError, match="出处"):
        office.do("head", filing.id, Step.RESOLVE, items=["f0"], resolution=resolution)
    detail = {"basis": "云政发〔2031〕6号"}
    office.do("head", filing.id, Step.RESOLVE, items=["f0"], resolution=resolution, detail=detail)
    assert office.desk.entries(office["head"], filing.id)[-1].words["basis"] == detail["basis"]


def test_an_outside_authority_stops_the_clock_and_its_answer_starts_it(office: Office) -> None:
    """Ten working days for the opinion; the review's own day begins anew when it has come."""
    filing = office.submitted()
    sent = office.do("head", filing.id, Step.SEND_UP, detail={"authority": "云岭市保密局"})
    assert (sent.case.state, sent.due_at[:10]) == (State.SENT_UP, "2031-05-20")
    assert sent.paused_at == office.clock().isoformat()
    office.clock.forward(days=3)
    detail = {"document_no": "云保〔2031〕7号", "agreed": "yes"}
    with pytest.raises(RefusedError):
        office.do("secrecy", filing.id, Step.ANSWER, detail=detail)
    back = office.do("head", filing.id, Step.ANSWER, detail=detail)
    assert (back.case.state, back.due_at[:10], back.paused_at) == (State.REVIEW, "2031-05-12", "")


@pytest.mark.parametrize(
    ("who", "step", "order", "state"),
    [
        ("head", Step.REFUSE, {"detail": REFUSAL}, State.NOT_PUBLISHED),
        ("writer", Step.WITHDRAW, {}, State.WITHDRAWN),
    ],
)
def test_a_draft_may_end_unpublished(office: Office, who: str, step: Step, order: dict, state: State) -> None:
    """Refused with ground and article, or taken back by its author; nothing is due any more."""
    ended = office.do(who, office.submitted().id, step, **order)
    assert (ended.case.state, ended.due_at) == (state, "")


def test_the_unit_says_who_signs(store: Store) -> None:
    """A category of the unit's own settings brings in the officer for classification."""
    four = '["department_reviewer", "secrecy_officer", "classification_officer", "approver"]'
    office = Office(store, f'{{"levels_by_category": {{"defence": {four}}}}}')
    filing = office.submitted(Outcome(categories=frozenset({"defence"})))
    assert filing.case.levels[2] is Role.CLASSIFICATION_OFFICER
    for who in ("head", "secrecy", "classifier", "leader"):
        filing = office.sign(who, filing.id)
    assert filing.case.state is State.APPROVED


def test_an_edit_voids_what_was_approved(office: Office) -> None:
    """一事一审: a new version of an approved draft starts again."""
    filing = office.approved()
    edited = office.again(filing.id, "云岭市改了一个字")
    assert (edited.case.state, edited.case.signatures) == (State.SCREENING, ())
    office.screen(NOTHING)
    with pytest.raises((RefusedError, MissingError)):
        office.do("publisher", filing.id, Step.RELEASE, terms=TERMS)


def test_an_approval_is_voided_when_its_reason_is_gone(office: Office) -> None:
    """Those for which a reason is given, and no others; a voided one is not released."""
    kept, ended = office.approved(), office.approved()
    assert office.desk.void(lambda filing: "期限已过" if filing.id == ended.id else "") == 1
    assert office.see(kept.id) == kept
    assert office.see(ended.id).case.state is State.VOIDED
    assert office.desk.entries(office["writer"], ended.id)[-1].words == {"reason": "期限已过"}
    with pytest.raises(RefusedError):
        office.do("publisher", ended.id, Step.RELEASE, terms=TERMS)
    assert office.desk.void(lambda _: "") == 0


def test_three_failed_screenings_send_the_draft_to_people(office: Office) -> None:
    """Nothing was read: one unread place to look at, disposition BLOCK, never clear."""
    office.upload()
    for _ in range(3):
        assert office.intake.lease() is not None
        assert office.intake.give_up() == 0
        office.clock.forward(seconds=301)
    assert office.intake.lease() is None
    assert office.intake.give_up() == 1
    filing = office.desk.mine(office["writer"])[0]
    assert (filing.case.state, filing.disposition, filing.unread) == (State.SCREENED, 5, 1)
    assert filing.case.current.to_open == {"u0"}
    office.do("writer", filing.id, Step.SUBMIT)
    with pytest.raises(RefusedError, match="没有打开"):
        office.do("head", filing.id, Step.SIGN)
    assert office.intake.give_up() == 0
