"""The table of the review, step by step: what moves a case, and what is refused in the words of the office."""

from dataclasses import replace

import pytest

from screening.domain import transitions
from screening.domain.errors import RefusedError
from screening.domain.people import Person, Role
from screening.domain.review import Act, Case, Resolution, State, Step, Terms, Version
from screening.domain.transitions import after

WRITER = Person("writer", "u", frozenset({Role.AUTHOR, Role.DEPARTMENT_REVIEWER, Role.APPROVER}))
HEAD = Person("head", "u", frozenset({Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER}))
SECRECY = Person("secrecy", "u", frozenset({Role.SECRECY_OFFICER, Role.CLASSIFICATION_OFFICER}))
LEADER = Person("leader", "u", frozenset({Role.APPROVER, Role.SECRECY_OFFICER}))
CLASSIFIER = Person("classifier", "u", frozenset({Role.CLASSIFICATION_OFFICER}))
PUBLISHER = Person("publisher", "u", frozenset({Role.PUBLISHER}))
OUTSIDER = Person("outsider", "u", frozenset({Role.AUDITOR}))
PEOPLE = (WRITER, HEAD, SECRECY, LEADER, CLASSIFIER, PUBLISHER, OUTSIDER)
DESK = Person("desk", "u", frozenset())
TERMS = Terms("website", "公众", "2031-05-06", "2031-06-06")
DAY = "2031-05-10T09:00:00"
ALARM, GONE, CONSENT = Resolution.FALSE_ALARM, Resolution.DELETED, Resolution.AUTHORITY_AGREES


def doing(step: Step, person: Person, **more: object) -> Act:
    """An act on the version that reviewing() makes."""
    given = {"sha256": "s", "at": DAY, "reason": "理由充分", **more}
    return Act(step, person, **given)  # type: ignore[arg-type]


def reviewing(*findings: str, **more: object) -> Case:
    """A case at its first level, written by the writer; all findings are to be opened."""
    version = Version("s", frozenset(findings), frozenset(findings), **more)  # type: ignore[arg-type]
    return Case(TERMS, State.REVIEW, versions=(version,), contributors=frozenset({"writer"}))


def said(case: Case, *words: tuple[Person, str, Resolution]) -> Case:
    """The case after these words on findings."""
    for person, item, resolution in words:
        case = after(case, doing(Step.RESOLVE, person, item=item, resolution=resolution))
    return case


@pytest.mark.parametrize("state", State)
def test_what_the_table_does_not_allow_is_refused(state: State) -> None:
    """Every step that is not in the table for a state is refused to everybody, whatever he brings along."""
    case = replace(reviewing("f1"), state=state)
    detail = dict.fromkeys(("authority", "document_no", "agreed", "ground", "article", "partial_considered"), "yes")
    for step in Step:
        if (state, step) in transitions.ALLOWED:
            continue
        for person in (*PEOPLE, DESK):
            act = doing(step, person, item="f1", resolution=ALARM, version=Version("s"), terms=TERMS, detail=detail)
            with pytest.raises(RefusedError, match=f"不能{step.label}"):
                after(case, act)


def test_every_step_is_allowed_somewhere_and_every_end_is_an_end() -> None:
    """No step is dead, no state is unknown to the table but those that nothing leaves."""
    assert {step for _, step in transitions.ALLOWED} == set(Step)
    ends = {State.NOT_PUBLISHED, State.WITHDRAWN}
    assert {state for state, _ in transitions.ALLOWED} == set(State) - ends
    assert set(transitions._MOVES) == set(Step)


def test_a_resolution_that_edits_blocks_signing_until_it_is_taken_back() -> None:
    """删除、改写、脱敏 end in a return; the same person may change his word and sign."""
    for resolution in (one for one in Resolution if one.edits):
        case = said(reviewing("f1"), (HEAD, "f1", resolution))
        with pytest.raises(RefusedError, match="退回撰稿人"):
            after(case, doing(Step.SIGN, HEAD))
        undone = after(case, doing(Step.UNDO, HEAD, item="f1"))
        assert after(said(undone, (HEAD, "f1", ALARM)), doing(Step.SIGN, HEAD)).level == 1


@pytest.mark.parametrize(
    ("words", "signs"),
    [
        ([], "没有处理"),
        ([(HEAD, "f1", ALARM)], "只有一人认定"),
        ([(HEAD, "f1", ALARM), (HEAD, "f1", ALARM)], "只有一人认定"),
        ([(LEADER, "f1", GONE), (HEAD, "f1", ALARM)], "只有一人认定"),
        ([(HEAD, "f1", ALARM), (LEADER, "f1", ALARM)], ""),
    ],
)
def test_a_grave_finding_needs_two_words_at_the_last_level(words: list, signs: str) -> None:
    """One person's word, twice or against another's, does not carry a grave finding through the last level."""
    case = reviewing("f1", grave=frozenset({"f1"}), levels=(Role.DEPARTMENT_REVIEWER, Role.APPROVER))
    for person, item, resolution in words:
        level = 1 if person is LEADER else 0
        case = said(replace(case, level=level), (person, item, resolution))
    case = after(replace(case, level=1), doing(Step.OPEN, LEADER, item="f1"))
    if not signs:
        assert after(case, doing(Step.SIGN, LEADER)).state is State.APPROVED
        return
    with pytest.raises(RefusedError, match=signs):
        after(case, doing(Step.SIGN, LEADER))


def test_an_outside_opinion_is_sent_for_answered_and_rested_on() -> None:
    """Without an opinion nobody rests on one; with a refusal neither; what rested on consent falls with it."""
    sending = doing(Step.SEND_UP, HEAD, detail={"authority": "云岭市保密局"})
    yes, no = ({"document_no": "云保〔2031〕7号", "agreed": agreed} for agreed in ("yes", "no"))
    case = reviewing("f1")
    with pytest.raises(RefusedError, match="审定机关"):
        after(case, doing(Step.SEND_UP, HEAD))
    with pytest.raises(RefusedError, match="尚未登记"):
        said(case, (HEAD, "f1", CONSENT))
    sent = after(case, sending)
    assert sent.state is State.SENT_UP
    for wrong in (
        doing(Step.ANSWER, HEAD),
        doing(Step.ANSWER, LEADER, detail=yes),
        doing(Step.ANSWER, WRITER, detail=yes),
    ):
        with pytest.raises(RefusedError):
            after(sent, wrong)
    with pytest.raises(RefusedError, match="尚未登记"):
        said(after(sent, doing(Step.ANSWER, HEAD, detail=no)), (HEAD, "f1", CONSENT))
    agreed = said(after(sent, doing(Step.ANSWER, HEAD, detail=yes)), (HEAD, "f1", CONSENT))
    assert after(agreed, doing(Step.SIGN, HEAD)).level == 1
    asked_again = after(after(agreed, sending), doing(Step.ANSWER, HEAD, detail=no))
    assert not asked_again.resolved


@pytest.mark.parametrize("lacking", ["ground", "article", "partial_considered"])
def test_a_refusal_to_publish_names_ground_article_and_the_open_part(lacking: str) -> None:
    """不予公开 without one of the three is refused; with all it is the end."""
    whole = {"ground": "个人隐私", "article": "信息公开条例第十五条", "partial_considered": "yes"}
    assert after(reviewing(), doing(Step.REFUSE, HEAD, detail=whole)).state is State.NOT_PUBLISHED
    with pytest.raises(RefusedError):
        after(reviewing(), doing(Step.REFUSE, HEAD, detail={**whole, lacking: ""}))


@pytest.mark.parametrize(
    ("first", "last", "day", "holds"),
    [
        ("2031-05-06", "2031-06-06", "2031-05-06", True),
        ("2031-05-06", "2031-06-06", "2031-06-06", True),
        ("2031-05-06", "2031-06-06", "2031-05-05", False),
        ("2031-05-06", "2031-06-06", "2031-06-07", False),
        ("", "2031-06-06", "1999-01-01", True),
        ("2031-05-06", "", "2999-01-01", True),
    ],
)
def test_a_release_lies_in_the_window(first: str, last: str, day: str, holds: bool) -> None:
    """First and last day belong to the window, an empty end is open."""
    terms = Terms("website", "公众", first, last)
    approved = replace(reviewing(), terms=terms, state=State.APPROVED)
    act = doing(Step.RELEASE, PUBLISHER, terms=terms, at=f"{day}T23:59:59")
    if holds:
        assert after(approved, act).state is State.RELEASED
        return
    with pytest.raises(RefusedError, match="期限"):
        after(approved, act)


def screened(case: Case, sha256: str, *, marked: bool) -> Case:
    """The case after the result of its newest version."""
    return after(case, Act(Step.SCREEN, DESK, sha256, DAY, version=Version(sha256, marked=marked)))


def test_a_mark_is_cleared_by_two_and_the_draft_is_checked_anew() -> None:
    """One person with both offices is not two; after the second the draft is screened again and goes on."""
    locked = screened(after(Case(TERMS), Act(Step.UPLOAD, WRITER, "s", DAY)), "s", marked=True)
    assert locked.state is State.QUARANTINED
    once = after(after(locked, doing(Step.CLEAR_MARK, SECRECY)), doing(Step.CLEAR_MARK, SECRECY))
    assert once.state is State.QUARANTINED
    twice = after(once, doing(Step.CLEAR_MARK, CLASSIFIER))
    assert (twice.state, twice.current.screened) == (State.SCREENING, False)
    again = screened(twice, "s", marked=True)
    assert (again.state, again.current.mark_cleared) == (State.SCREENED, True)
    following = after(again, Act(Step.UPLOAD, WRITER, "s2", DAY))
    assert screened(following, "s2", marked=True).state is State.QUARANTINED
    assert screened(following, "s2", marked=False).state is State.SCREENED


def test_a_mark_that_is_gone_in_the_next_version_is_an_incident() -> None:
    """Taking a mark off a draft is not the cure."""
    locked = screened(after(Case(TERMS), Act(Step.UPLOAD, WRITER, "s", DAY)), "s", marked=True)
    edited = after(locked, Act(Step.UPLOAD, WRITER, "s2", DAY))
    assert screened(edited, "s2", marked=False).state is State.INCIDENT
    assert screened(edited, "s2", marked=True).state is State.QUARANTINED


def test_refusals_say_why_in_the_words_of_the_office() -> None:
    """A person who may not is told the rule."""
    case = after(Case(TERMS), Act(Step.UPLOAD, WRITER, "s", DAY))
    case = after(case, Act(Step.SCREEN, DESK, "s", DAY, version=Version("s")))
    case = after(case, Act(Step.SUBMIT, WRITER, "s", DAY))
    with pytest.raises(RefusedError, match="撰稿"):
        after(case, Act(Step.SIGN, WRITER, "s", DAY, "好"))
    with pytest.raises(RefusedError, match="部门负责人"):
        after(case, Act(Step.SIGN, PUBLISHER, "s", DAY, "好"))
    with pytest.raises(RefusedError, match="理由"):
        after(case, Act(Step.SIGN, HEAD, "s", DAY, " "))
    with pytest.raises(RefusedError, match="当前版本"):
        after(case, Act(Step.SIGN, HEAD, "old", DAY, "好"))


@pytest.mark.parametrize("person", PEOPLE, ids=lambda one: one.id)
def test_what_is_found_published_begins_as_recalled(person: Person) -> None:
    """For those who may recall, with a reason and the digest of the page; nobody is its author, and it can be
    reported."""
    act = doing(Step.FOUND, person)
    if not person.roles & {Role.PUBLISHER, Role.SECRECY_OFFICER, Role.CLASSIFICATION_OFFICER, Role.APPROVER}:
        with pytest.raises(RefusedError, match="开案"):
            after(Case(TERMS), act)
        return
    case = after(Case(TERMS), act)
    assert (case.state, case.found, case.contributors) == (State.RECALLED, True, frozenset())
    assert after(case, doing(Step.MEASURE, SECRECY)).state is State.RECALLED
    assert after(case, doing(Step.REPORT, LEADER)).state is State.INCIDENT
    for wrong in (replace(act, reason=" "), replace(act, sha256="")):
        with pytest.raises(RefusedError):
            after(Case(TERMS), wrong)
    with pytest.raises(RefusedError, match="开案"):
        after(replace(Case(TERMS), contributors=frozenset({"writer"})), act)
