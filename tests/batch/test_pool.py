"""The pool: every item one answer, whatever happens to a worker; no item waits in memory."""

import gc
import multiprocessing
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from screening.batch.groups import MOST
from screening.batch.item import Item
from screening.batch.pool import Pool, _worker
from tests.batch.scanning import dies, each, fails, hangs, item, length_of


def items(*contents: bytes) -> list[Item]:
    """Items with these bytes."""
    return [item(f"i{at}", data) for at, data in enumerate(contents)]


def test_every_item_has_one_answer() -> None:
    """In whatever order."""
    wanted = items(*(b"x" * at for at in range(50)))
    answers = list(Pool(2).run(partial(each, length_of), wanted))
    assert sorted((one.item.location, one.value) for one in answers) == sorted(
        (i.location, len(i.data)) for i in wanted
    )
    assert all(not one.trouble for one in answers)


def test_a_worker_that_dies_costs_its_item_only(tmp_path: Path) -> None:
    """What was asked together with it is asked again by itself; what kills whenever it is asked needs a person."""
    once = str(tmp_path / "once").encode()
    answers = {one.item.data: one for one in Pool(2).run(partial(each, dies), items(b"a", b"die", once, b"bb", b"ccc"))}
    assert answers[b"die"].value is None
    assert "异常中止" in answers[b"die"].trouble
    assert answers[once].value == len(once)
    assert [answers[data].value for data in (b"a", b"bb", b"ccc")] == [1, 2, 3]


def test_a_worker_whose_parent_is_gone_ends_in_silence() -> None:
    """Killed while an answer was on its way: nothing is printed on the screen of whoever killed it."""
    ours, theirs = multiprocessing.Pipe()
    ours.send([item("a")])

    def work(_: Sequence[Item]) -> list[int]:
        ours.close()
        return [1]

    _worker(theirs, work)
    assert ours.closed


def test_a_worker_that_hangs_is_replaced() -> None:
    """Its item is told as hanging."""
    answers = {
        one.item.data: one for one in Pool(1, patience=0.5).run(partial(each, hangs), items(b"a", b"hang", b"b"))
    }
    assert (answers[b"hang"].value, answers[b"hang"].trouble) == (None, "检查超时")
    assert answers[b"b"].value == 1


def test_an_error_tells_its_kind_and_nothing_of_the_item() -> None:
    """The outer edge of a worker."""
    answers = {one.item.data: one for one in Pool(1).run(partial(each, fails), items(b"fail", b"ok"))}
    assert answers[b"fail"].trouble == "检查程序出错（ValueError）"
    assert answers[b"ok"].value == 2


def test_an_error_of_the_source_is_raised_where_it_was_asked_for() -> None:
    """After what came before it."""

    def broken() -> Iterator[Item]:
        yield from items(b"a")
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(Pool(1).run(partial(each, length_of), broken()))


def test_a_source_is_read_no_faster_than_it_is_screened() -> None:
    """What is taken and not yet answered stays within a few groups a worker, and memory stays flat over many."""
    taken = 0

    def many() -> Iterator[Item]:
        nonlocal taken
        for at in range(6000):
            taken += 1
            yield item(f"m{at}", b"x" * 20_000)

    def resident() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    sizes = []
    for done, _ in enumerate(Pool(2).run(partial(each, length_of), many()), 1):
        assert taken - done <= 8 * MOST
        if done % 1000 == 0:
            sizes.append(resident())
    assert max(sizes[1:]) - sizes[0] < 20_000_000  # of 120 MB that went through
