"""The review: whatever anybody tries, in any order, the guards hold; guards that are broken on purpose are found."""

from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from screening.domain import transitions
from screening.domain.errors import RefusedError
from screening.domain.people import Person, Role
from screening.domain.review import Act, Case, Resolution, State, Step, Terms, Version
from screening.domain.transitions import after

PEOPLE = (
    Person("writer", "u", frozenset({Role.AUTHOR, Role.DEPARTMENT_REVIEWER, Role.APPROVER})),
    Person("head", "u", frozenset({Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER})),
    Person("secrecy", "u", frozenset({Role.SECRECY_OFFICER, Role.CLASSIFICATION_OFFICER})),
    Person("leader", "u", frozenset({Role.APPROVER, Role.SECRECY_OFFICER, Role.PUBLISHER})),
    Person("classifier", "u", frozenset({Role.CLASSIFICATION_OFFICER})),
    Person("publisher", "u", frozenset({Role.PUBLISHER})),
    Person("outsider", "u", frozenset({Role.AUDITOR})),
)
DESK = Person("desk", "u", frozenset())
PLAIN_AUTHOR = Person("author", "u", frozenset({Role.AUTHOR}))
FINDERS = {Role.PUBLISHER, Role.SECRECY_OFFICER, Role.CLASSIFICATION_OFFICER, Role.APPROVER}
DAY, LATE = "2031-05-10T09:00:00", "2031-07-01T09:00:00"
AFTER_SCREENING = set(State) - {State.DRAFT, State.SCREENING, State.QUARANTINED, State.INCIDENT}
LEVELS = (Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER)
TERMS = Terms("website", "公众", "2031-05-06", "2031-06-06")
ITEMS = ("f1", "f2")


class Review(RuleBasedStateMachine):
    """Random people do random things; what the rule refuses changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.case = Case(TERMS)
        self.count = 0

    def attempt(self, act: Act) -> None:
        """Do it, or be refused."""
        try:
            self.case = after(self.case, act)
        except RefusedError:
            return

    @rule(
        person=st.sampled_from(PEOPLE[:1] * 9 + PEOPLE),
        marked=st.sampled_from([False] * 5 + [True]),
        items=st.sets(st.sampled_from(ITEMS)),
    )
    def upload(self, person: Person, marked: bool, items: set[str]) -> None:
        """A new version by anybody."""
        self.count += 1
        sha = f"sha{self.count}"
        version = Version(sha, frozenset(items), frozenset(items), frozenset(items & {"f2"}), marked)
        before = self.case
        self.attempt(Act(Step.UPLOAD, person, sha, DAY))
        if self.case is not before:
            assert not self.case.signatures
            assert not self.case.words
            assert self.case.state is State.SCREENING
            self.attempt(Act(Step.SCREEN, DESK, sha, DAY, version=version))
            assert self.case.state in (State.SCREENED, State.QUARANTINED, State.INCIDENT)
            last = before.current
            gone = last is not None and last.marked and not last.mark_cleared and not marked
            assert not gone or self.case.state is State.INCIDENT

    @rule(
        person=st.sampled_from(PEOPLE),
        step=st.sampled_from([step for step in Step if step not in (Step.UPLOAD, Step.SCREEN)]),
        item=st.sampled_from(ITEMS),
        reason=st.sampled_from(["", "理由充分"]),
        stale=st.sampled_from([False] * 8 + [True]),
        terms=st.sampled_from([TERMS, replace(TERMS, channel="press")]),
        resolution=st.sampled_from(Resolution),
        at=st.sampled_from([DAY, LATE]),
        agreed=st.booleans(),
    )
    def act(  # noqa: PLR0917 - an act has many parts
        self,
        person: Person,
        step: Step,
        item: str,
        reason: str,
        stale: bool,
        terms: Terms,
        resolution: Resolution = Resolution.FALSE_ALARM,
        at: str = DAY,
        agreed: bool = True,
    ) -> None:
        """Any step, on current or on stale bytes."""
        sha = "old" if stale or self.case.current is None else self.case.current.sha256
        sha = "page" if step is Step.FOUND else sha
        before = self.case
        names = ("authority", "document_no", "ground", "article", "partial_considered", "basis")
        detail = {**dict.fromkeys(names, "yes" if reason else ""), "agreed": "yes" if agreed else "no"}
        self.attempt(Act(step, person, sha, at, reason, item, resolution, terms=terms, detail=detail))
        if self.case is before:
            return
        assert not stale or step is Step.FOUND
        assert step not in (Step.SIGN, Step.RESOLVE, Step.RETURN, Step.REFUSE) or person.id not in before.contributors
        assert step is not Step.RELEASE or (terms == TERMS and at == DAY)
        assert resolution is not Resolution.AUTHORITY_AGREES or step is not Step.RESOLVE or before.authority_agreed
        if step is Step.FOUND:
            assert person.roles & FINDERS
            assert not before.versions
            assert not before.contributors
            assert self.case.found

    @rule(
        person=st.sampled_from((PLAIN_AUTHOR, *PEOPLE)), then=st.sampled_from(Step), reason=st.sampled_from(["", "有"])
    )
    def find_published(self, person: Person, then: Step, reason: str) -> None:
        """Somebody finds something published that nobody approved, and somebody goes on with it in any way."""
        self.case = Case(TERMS)
        self.act(person, Step.FOUND, "f1", reason, False, TERMS)
        for other in PEOPLE:
            self.act(other, then, "f1", "理由充分", False, TERMS)

    @rule(people=st.lists(st.sampled_from(PEOPLE), max_size=3))
    def clear_a_mark(self, people: list[Person]) -> None:
        """A marked version comes in, and some people say that the mark is wrong."""
        self.upload(PEOPLE[0], marked=True, items=set())
        for person in people:
            self.act(person, Step.CLEAR_MARK, "f1", "理由充分", False, TERMS)
        if self.case.state is State.SCREENING and self.case.current:
            sha = self.case.current.sha256
            self.attempt(Act(Step.SCREEN, DESK, sha, DAY, version=Version(sha, marked=True)))

    def another_case(self) -> None:
        """A draft of which only the writer had a hand."""
        self.case = Case(TERMS)
        self.upload(PEOPLE[0], marked=False, items=set(ITEMS))

    @rule(order=st.permutations(PEOPLE[:4]))
    def honest_review(self, order: list[Person]) -> None:
        """The way it should go, so that approvals are reached often; then everybody once more, in any order."""
        for person in PEOPLE[:4]:
            for item in ITEMS:
                self.act(person, Step.OPEN, item, "理由充分", False, TERMS)
        self.act(PEOPLE[0], Step.SUBMIT, "f1", "", False, TERMS)
        for person in (*order[:1], *PEOPLE[1:4], *order):
            for item in ITEMS:
                self.act(person, Step.RESOLVE, item, "理由充分", False, TERMS)
            self.act(person, Step.SIGN, "f1", "理由充分", False, TERMS)

    @rule(wordy=st.integers(1, 3), at=st.sampled_from([DAY, LATE]))
    def hasty_review(self, wordy: int, at: str) -> None:
        """Only the first few say anything about the findings; the others look and sign; the publisher releases."""
        self.another_case()
        self.act(PEOPLE[0], Step.SUBMIT, "f1", "", False, TERMS)
        for number, person in enumerate(PEOPLE[1:4]):
            for item in ITEMS:
                self.act(person, Step.OPEN, item, "理由充分", False, TERMS)
                if number < wordy:
                    self.act(person, Step.RESOLVE, item, "理由充分", False, TERMS)
            self.act(person, Step.SIGN, "f1", "理由充分", False, TERMS)
        self.publish(PEOPLE[5], at, same=True)

    @rule(agreed=st.lists(st.booleans(), min_size=1, max_size=3), item=st.sampled_from(ITEMS))
    def ask_outside(self, agreed: list[bool], item: str) -> None:
        """The first level asks an outside authority, once or again, and rests on the opinion where it may."""
        self.another_case()
        self.act(PEOPLE[0], Step.SUBMIT, "f1", "", False, TERMS)
        for opinion in agreed:
            self.act(PEOPLE[1], Step.SEND_UP, "f1", "界限不清", False, TERMS)
            self.act(PEOPLE[1], Step.ANSWER, "f1", "意见", False, TERMS, agreed=opinion)
            self.act(PEOPLE[1], Step.RESOLVE, item, "依据意见", False, TERMS, Resolution.AUTHORITY_AGREES)

    @rule(person=st.sampled_from(PEOPLE), at=st.sampled_from([DAY, LATE]), same=st.booleans())
    def publish(self, person: Person, at: str, same: bool) -> None:
        """Somebody releases, inside the window or too late, on the approved terms or others."""
        terms = TERMS if same else replace(TERMS, audience="国外")
        self.act(person, Step.RELEASE, "f1", "", False, terms, at=at)

    @invariant()
    def approved_means_signed_by_the_rule(self) -> None:
        """Every level, distinct persons of the right role, none of them a contributor, for these very bytes."""
        case, by_id = self.case, {person.id: person for person in PEOPLE}
        signers = [one.person for one in case.signatures]
        assert len(set(signers)) == len(signers)
        assert not set(signers) & case.contributors
        assert all(one.sha256 == case.versions[-1].sha256 for one in case.signatures)
        assert [one.level for one in case.signatures] == list(range(len(signers)))
        assert all(LEVELS[one.level] in by_id[one.person].roles for one in case.signatures)
        if case.found:
            assert case.state in (State.RECALLED, State.INCIDENT)
        elif case.state in (State.APPROVED, State.RELEASED, State.RECALLED):
            assert len(signers) == len(LEVELS)
            assert case.versions[-1].findings <= set(case.resolved)
            assert not any(resolution.edits for resolution in case.resolved.values())
            for item in case.versions[-1].grave:
                assert len({word.person for word in case.words[item]}) > 1
            for one in case.signatures:
                assert all((one.person, item) in case.opened for item in case.versions[-1].to_open)

    @invariant()
    def nothing_rests_on_an_opinion_that_is_not_there(self) -> None:
        """Whoever says that the authority agrees can show an opinion that agrees."""
        said = {word.resolution for words in self.case.words.values() for word in words}
        assert self.case.authority_agreed or Resolution.AUTHORITY_AGREES not in said

    @invariant()
    def a_mark_is_cleared_by_two_or_not_at_all(self) -> None:
        """A marked version never goes on without two persons of the two offices."""
        case = self.case
        if case.versions and case.versions[-1].marked and case.state in AFTER_SCREENING:
            assert case.versions[-1].mark_cleared
            assert len({person for person, _ in case.cleared_by}) >= 2
            assert {role for _, role in case.cleared_by} == {Role.CLASSIFICATION_OFFICER, Role.SECRECY_OFFICER}


def run(examples: int) -> None:
    """Let the machine run."""
    few = settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Review, settings=few)


def test_the_guards_hold() -> None:
    """Over many random reviews of thirty steps."""
    run(400)


def broken_upload(case: Case, act: Act) -> Case:
    """Signatures survive an edit."""
    done = transitions.__dict__["_upload"](case, act)
    return replace(done, signatures=case.signatures)


def anybody_reviews(case: Case, act: Act) -> None:
    """The author may sign, and anybody any level."""


def level_skipped(case: Case, act: Act) -> Case:
    """One signature is enough."""
    signed = transitions.__dict__["_sign"](case, act)
    return replace(signed, state=State.APPROVED)


def one_clears(case: Case, act: Act) -> Case:
    """One person clears a mark."""
    done = transitions.__dict__["_clear_mark"](case, act)
    return replace(done, state=State.SCREENED)


@pytest.mark.parametrize(
    ("step", "fault"), [(Step.UPLOAD, broken_upload), (Step.SIGN, level_skipped), (Step.CLEAR_MARK, one_clears)]
)
def test_a_planted_fault_of_a_move_is_found(step: Step, fault: object) -> None:
    """Votes that survive an edit, a level skipped, a mark cleared by one."""
    with mock.patch.dict(transitions._MOVES, {step: fault}), pytest.raises(AssertionError):
        run(300)


def one_word_is_enough(case: Case) -> dict[str, Resolution]:
    """The last word on a finding settles it, however grave it is."""
    return {item: words[-1].resolution for item, words in case.words.items()}


def always(_terms: Terms, _day: str) -> bool:
    """The window is never over."""
    return True


@pytest.mark.parametrize(
    ("kind", "name", "fault"),
    [(Case, "resolved", property(one_word_is_enough)), (Terms, "hold_on", always)],
    ids=["grave by one", "window ignored"],
)
def test_a_planted_fault_of_a_value_is_found(kind: type, name: str, fault: object) -> None:
    """A grave finding waved through by one person, an approval used after its window."""
    with mock.patch.object(kind, name, fault), pytest.raises(AssertionError):
        run(300)


def opinion_outlives_itself(case: Case, act: Act) -> Case:
    """A refusal of the outside authority leaves what rested on its earlier consent."""
    return replace(transitions.__dict__["_answer"](case, act), words=case.words)


def test_a_planted_fault_of_an_opinion_is_found() -> None:
    """The outside authority agrees, then no longer: what rested on its consent is open again."""
    with mock.patch.dict(transitions._MOVES, {Step.ANSWER: opinion_outlives_itself}), pytest.raises(AssertionError):
        run(300)


def anybody_finds(case: Case, act: Act) -> Case:
    """An author opens a case, about anything that stands on the site."""
    return replace(case, state=State.RECALLED, versions=(Version(act.sha256),))


def a_draft_is_found(case: Case, act: Act) -> Case:
    """A case of something found has an author, who could go on with it as with a draft."""
    done = transitions.__dict__["_found"](case, act)
    return replace(done, contributors=frozenset({act.person.id}))


@pytest.mark.parametrize("fault", [anybody_finds, a_draft_is_found])
def test_a_planted_fault_of_what_was_found_published_is_found(fault: object) -> None:
    """Who may open such a case, and that nobody is its author."""
    with mock.patch.dict(transitions._MOVES, {Step.FOUND: fault}), pytest.raises(AssertionError):
        run(300)


def test_a_planted_fault_of_the_guard_is_found() -> None:
    """The author may sign: one review in which the author goes first shows it."""
    machine = Review()
    machine.upload(PEOPLE[0], marked=False, items={"f1"})
    with mock.patch.object(transitions, "_must_review", anybody_reviews), pytest.raises(AssertionError):
        machine.honest_review(list(PEOPLE[:4]))


def test_an_honest_review_is_approved() -> None:
    """The same review with the guard whole: refused to the author, approved by the three levels."""
    machine = Review()
    machine.upload(PEOPLE[0], marked=False, items={"f1"})
    machine.honest_review(list(PEOPLE[:4]))
    assert machine.case.state is State.APPROVED
    assert [one.person for one in machine.case.signatures] == ["head", "secrecy", "leader"]


def test_administrators_hold_no_other_role() -> None:
    """三员 exclusive."""
    with pytest.raises(ValueError, match="administrator"):
        Person("x", "u", frozenset({Role.SYSTEM_ADMINISTRATOR, Role.AUTHOR}))
