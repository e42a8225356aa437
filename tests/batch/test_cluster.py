"""The cluster gives what the pool gives, byte for byte, also when a worker is lost."""

import os
import signal
import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from screening.batch.cluster import Cluster
from screening.batch.groups import MOST
from screening.batch.item import Item
from screening.batch.judge import JudgeSettings, judge_all
from screening.batch.pool import Answer, Pool
from screening.domain.errors import SettingsError
from tests.batch.scanning import judging, settings_in, site

pytestmark = pytest.mark.filterwarnings("default")  # of dask's own shutdown
distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def how(tmp_path_factory: pytest.TempPathFactory) -> JudgeSettings:
    """Settings with a key of their own."""
    return judging(settings_in(tmp_path_factory.mktemp("cluster")))


@pytest.fixture
def local() -> Iterator[Any]:
    """A scheduler and two workers, each a process of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        )
    yield cluster
    cluster.close()


def as_bytes(answers: list[Answer[Any]]) -> bytes:
    """All answers, in the order of their items."""
    by_location = sorted(answers, key=lambda one: one.item.location)
    return repr([(one.item.location, one.value, one.trouble) for one in by_location]).encode()


def test_pool_and_cluster_agree_also_when_a_worker_is_killed(local: Any, how: JudgeSettings) -> None:
    """The same function, the same answers; the lost worker's items are done by the other."""
    pages, work = site(30), partial(judge_all, with_=how)
    wanted = as_bytes(list(Pool(2).run(work, pages)))
    cluster = Cluster(local.scheduler_address)
    assert as_bytes(list(cluster.run(work, pages))) == wanted
    answers: list[Answer[Any]] = []
    for answer in cluster.run(work, pages):
        answers.append(answer)
        if len(answers) == 5:
            os.kill(next(iter(local.workers.values())).pid, signal.SIGKILL)
    cluster.close()
    assert as_bytes(answers) == wanted


def test_a_cluster_takes_no_more_than_it_has_hands_for(local: Any) -> None:
    """The source waits."""
    taken = 0

    def many() -> Iterator[Item]:
        nonlocal taken
        for at in range(200):
            taken += 1
            yield Item(f"i{at}", "", b"x" * at)

    cluster = Cluster(local.scheduler_address)
    for done, _ in enumerate(cluster.run(lengths, many()), 1):
        assert taken - done <= 4 * MOST
    cluster.close()
    assert taken == 200


def lengths(group: Sequence[Item]) -> list[int]:
    """A function for workers."""
    return [len(item.data) for item in group]


def test_workers_with_another_key_are_refused(local: Any, how: JudgeSettings, tmp_path: Path) -> None:
    """Their fingerprints could not be put together with ours."""
    other = judging(settings_in(tmp_path))
    mixed = JudgeSettings(other.settings, "website", how.versions)
    cluster = Cluster(local.scheduler_address)
    with pytest.raises(SettingsError, match="指纹密钥"):
        list(cluster.run(partial(judge_all, with_=mixed), site(1)))
    cluster.close()


def test_a_scheduler_that_is_not_there_is_told() -> None:
    """Names the address and the cure."""
    with pytest.raises(SettingsError, match="连不上调度器"):
        Cluster("tcp://127.0.0.1:9", timeout=0.5)
