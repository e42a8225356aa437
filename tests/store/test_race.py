"""Twelve who decide at once on each of thirty drafts: one wins, the others are told, on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from screening.domain.audit import verify
from screening.domain.errors import ConflictError, RefusedError
from screening.domain.people import Role
from screening.domain.review import State, Step
from screening.review.desk import Order
from screening.store.books import Store
from tests.review.office import DEPARTMENT, REFUSAL, Office

DRAFTS, DECIDERS = 30, 12
CHOICES = (
    (Step.SIGN, {}),
    (Step.RETURN, {}),
    (Step.SEND_UP, {"authority": "云岭市保密局"}),
    (Step.REFUSE, REFUSAL),
)
STATES = {Step.SIGN: State.REVIEW, Step.RETURN: State.RETURNED, Step.SEND_UP: State.SENT_UP,
          Step.REFUSE: State.NOT_PUBLISHED}  # fmt: skip


def test_of_all_who_decide_at_once_one_wins(store: Store) -> None:
    """Whatever each wants, one decision stands for each draft; the trail verifies and tells of exactly those."""
    office = Office(store)
    with store.writing() as books:
        heads = [books.people.add(office.unit, f"h{number}", "初审", {Role.DEPARTMENT_REVIEWER}, DEPARTMENT)
                 for number in range(DECIDERS)]  # fmt: skip
    drafts = [office.submitted() for _ in range(DRAFTS)]
    start = Barrier(DECIDERS)

    def decide(number: int) -> list[Step | None]:
        outcomes: list[Step | None] = []
        for place, draft in enumerate(drafts):
            step, detail = CHOICES[(number + place) % len(CHOICES)]
            start.wait()
            try:
                order = Order(step, draft.stage, None if number % 2 else draft.etag, "理由", detail=detail)
                office.desk.act(heads[number], draft.id, order)
                outcomes.append(step)
            except (ConflictError, RefusedError):
                outcomes.append(None)
        return outcomes

    with ThreadPoolExecutor(DECIDERS) as pool:
        outcomes = list(pool.map(decide, range(DECIDERS)))
    for place, draft in enumerate(drafts):
        won = [one[place] for one in outcomes if one[place]]
        assert len(won) == 1
        after = office.see(draft.id)
        assert (after.case.state, after.etag) == (STATES[won[0]], draft.etag + 1)
        assert len(after.case.signatures) == (won[0] is Step.SIGN)
    with store.reading() as books:
        events = list(books.trail.events())
    assert list(verify(events, store.keys.audit)) == []
    decisions = Counter(one.subject for one in events if one.action.split(":")[1] in set(STATES))
    assert decisions == dict.fromkeys((draft.id for draft in drafts), 1)
