"""The queue of screenings: leases, attempts, and that a late result is never taken, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from screening.domain.filing import Job
from screening.store.books import Store
from screening.store.jobs import ATTEMPTS
from tests.review.office import NOON, Office


@pytest.fixture
def office(store: Store) -> Office:
    """An office on an empty store."""
    return Office(store)


def lease(office: Office) -> Job | None:
    """The next job, for a minute."""
    with office.store.writing() as books:
        return books.jobs.lease(office.clock(), 60)


def finish(office: Office, job: Job) -> bool:
    """Close a job."""
    with office.store.writing() as books:
        return books.jobs.finish(job)


def counts(office: Office) -> dict[str, int]:
    """Jobs by state."""
    with office.store.reading() as books:
        return books.jobs.counts()


def test_the_oldest_waits_least(office: Office) -> None:
    """Jobs come in the order of their uploads, each once."""
    ids = []
    for _ in range(3):
        ids.append(office.upload().id)
        office.clock.forward(seconds=1)
    taken = [lease(office) for _ in range(3)]
    assert [job.case_id for job in taken if job] == ids
    assert lease(office) is None
    assert counts(office) == {"running": 3}


def test_a_lease_that_ran_out_goes_to_another_and_the_late_result_is_refused(office: Office) -> None:
    """Only the latest attempt may hand in, and only once."""
    office.upload()
    first = lease(office)
    assert first
    office.clock.forward(seconds=59)
    assert lease(office) is None
    office.clock.forward(seconds=2)
    second = lease(office)
    assert second
    assert (second.id, second.attempt) == (first.id, 2)
    assert not finish(office, first)
    assert finish(office, second)
    assert not finish(office, second)
    assert counts(office) == {"done": 1}


def test_a_worker_that_is_still_at_it_keeps_its_job(office: Office) -> None:
    """It asks for more time before the lease is over; too late is too late."""
    office.upload()
    job = lease(office)
    assert job
    for _ in range(5):
        office.clock.forward(seconds=40)
        assert office.intake.renew(job, 60)
        assert lease(office) is None
    office.clock.forward(seconds=61)
    second = lease(office)
    assert second
    assert not office.intake.renew(job, 60)
    assert not finish(office, job)
    assert finish(office, second)


def test_a_late_result_counts_while_nobody_else_has_begun(office: Office) -> None:
    """Slow is not lost: the work is taken as long as it is the latest."""
    office.upload()
    only = lease(office)
    assert only
    office.clock.forward(hours=1)
    assert finish(office, only)


def test_there_are_three_attempts(office: Office) -> None:
    """Then the job is stuck, and no worker gets it any more."""
    office.upload()
    for attempt in range(1, ATTEMPTS + 1):
        job = lease(office)
        assert job
        assert job.attempt == attempt
        with office.store.reading() as books:
            assert books.jobs.stuck(office.clock()) == []
        office.clock.forward(seconds=61)
    assert lease(office) is None
    with office.store.reading() as books:
        (stuck,) = books.jobs.stuck(office.clock())
    assert finish(office, stuck)


def test_asked_for_again_it_has_all_its_attempts_and_no_old_result_fits(office: Office) -> None:
    """A cleared mark: the zombie of an earlier attempt of the same number is not taken for the new one."""
    filing = office.upload()
    zombie = lease(office)
    assert zombie
    with office.store.writing() as books:
        books.jobs.add(filing.id, 1, office.clock().isoformat())
    again = lease(office)
    assert again
    assert (again.case_id, again.version, again.attempt) == (filing.id, 1, 1)
    assert not finish(office, zombie)
    assert finish(office, again)


def test_two_workers_never_get_the_same_attempt(office: Office) -> None:
    """Eight at once take twenty jobs: each exactly once."""
    for _ in range(20):
        office.upload()

    def work(_number: int) -> list[Job]:
        mine = []
        while job := lease(office):
            mine.append(job)
        return mine

    with ThreadPoolExecutor(8) as pool:
        taken = [(job.id, job.attempt) for jobs in pool.map(work, range(8)) for job in jobs]
    assert len(taken) == len(set(taken)) == 20
    assert {attempt for _, attempt in taken} == {1}


def test_a_rolled_back_lease_is_no_lease(office: Office) -> None:
    """Whoever fails before it is written leaves the job to others."""
    office.upload()

    def failing() -> None:
        with office.store.writing() as books:
            assert books.jobs.lease(NOON + timedelta(days=1), 60)
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    job = lease(office)
    assert job
    assert job.attempt == 1
