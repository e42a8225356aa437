"""Many processes on one machine: items in lazily, answers out as they come, memory flat.

Each process is watched by a thread of its own. One that dies or hangs is replaced; the items it had are tried one by
one, each twice, and one that does it again is told as needing a person. Items wait nowhere but in one short queue, so a
source is read no faster than it is screened.
"""

import contextlib
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Generic, Protocol, TypeVar, cast

from screening.batch.groups import Group, grouped
from screening.batch.item import Item
from screening.domain.errors import XianshenError

T = TypeVar("T")
Work = Callable[[Group], Sequence[T]]  # of a group of items, one value for each, in their order
_ATTEMPTS = 2
_PATIENCE = 1800.0  # seconds without an answer; the reading child has far shorter limits of its own
_POLL = 0.2
_START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What became of an item: the value, or None and why, in words."""

    item: Item
    value: T | None
    trouble: str = ""


class Runner(Protocol):
    """Applies a function to items, in whatever order: the pool of this machine, or a cluster."""

    def run(self, work: "Work[T]", items: Iterable[Item]) -> Iterator[Answer[T]]:
        """One answer for each item. An error of the source, or one that every item would meet, is raised here."""

    def close(self) -> None:
        """End what was started."""


class Pool:
    """A fixed number of processes, kept between runs of the same function."""

    def __init__(self, workers: int, patience: float = _PATIENCE) -> None:
        self._workers = workers
        self._patience = patience

    def run(self, work: Work[T], items: Iterable[Item]) -> Iterator[Answer[T]]:
        """See Runner."""
        round_ = _Round(work, items, self._workers, self._patience)
        try:
            yield from round_.answers()
        finally:
            round_.stop()

    def close(self) -> None:
        """Nothing outlives a run."""


class _Round(Generic[T]):
    """One run: a thread that takes items from the source, one for each process, and two short queues."""

    def __init__(self, work: Work[T], items: Iterable[Item], workers: int, patience: float) -> None:
        self._work, self._items, self._patience = work, items, patience
        self._waiting: queue.Queue[Group | None] = queue.Queue(workers)
        self._done: queue.Queue[list[Answer[T]] | BaseException | None] = queue.Queue(workers)
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._feed, args=(workers,), daemon=True)]
        self._threads += [threading.Thread(target=self._serve, daemon=True) for _ in range(workers)]

    def answers(self) -> Iterator[Answer[T]]:
        """As they come. Raises what the source or a worker raised."""
        for thread in self._threads:
            thread.start()
        left = len(self._threads)
        while left:
            one = self._done.get()
            if one is None:
                left -= 1
            elif isinstance(one, BaseException):
                raise one
            else:
                yield from one

    def stop(self) -> None:
        """End threads and processes, whatever they do."""
        self._stopped.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(_START_SECONDS)

    def _feed(self, workers: int) -> None:
        """The source, a group at a time, no faster than they are taken."""
        try:
            for group in grouped(self._items):
                if not self._put(self._waiting, group):
                    return
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that asked
            self._put(self._done, error)
        for _ in range(workers):
            self._put(self._waiting, None)
        self._put(self._done, None)

    def _serve(self) -> None:
        """One process at a time, and a group at a time."""
        process = _Process(self._work, self._stopped)
        try:
            while (group := self._take()) is not None:
                if not self._put(self._done, self._attempted(process, group)):
                    break
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that asked
            self._put(self._done, error)
        finally:
            process.end()
        self._put(self._done, None)

    def _attempted(self, process: "_Process", group: Group) -> list[Answer[T]]:
        """All together, and where that fails each by itself."""
        trouble = ""
        for _ in range(_ATTEMPTS if len(group) == 1 else 1):
            answer = process.ask(group, self._patience)
            if isinstance(answer, XianshenError):
                raise answer
            if not isinstance(answer, _Lost):
                return [Answer(item, value) for item, value in zip(group, cast("Sequence[T]", answer), strict=True)]
            trouble = answer.why
        if len(group) == 1:
            return [Answer(group[0], None, trouble)]
        return [answer for item in group for answer in self._attempted(process, [item])]

    def _take(self) -> Group | None:
        while not self._stopped.is_set():
            try:
                return self._waiting.get(timeout=_POLL)
            except queue.Empty:
                continue
        return None

    def _put(self, target: "queue.Queue[Any]", value: object) -> bool:
        """Whether it could be put before the run was stopped."""
        while not self._stopped.is_set():
            try:
                target.put(value, timeout=_POLL)
            except queue.Full:
                continue
            return True
        return False


@dataclass(frozen=True, slots=True)
class _Lost:
    """No answer: the process died, hung or failed."""

    why: str


class _SilentError(Exception):
    """Nothing was heard in time."""


class _Process:
    """A process that applies the function; started when first needed, and again when it was lost."""

    def __init__(self, work: Callable[[Group], object], stopped: threading.Event) -> None:
        self._work, self._stopped = work, stopped
        self._line: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None

    def ask(self, group: Group, patience: float) -> object:
        """The values, an XianshenError that was raised, or _Lost."""
        try:
            line = self._line or self._start()
            line.send(group)
            return self._heard(line, patience)
        except _SilentError:
            why = "检查超时"
        except (EOFError, OSError):
            why = "检查进程异常中止"
        self.end()
        return _Lost(why)

    def _heard(self, line: Connection, patience: float) -> object:
        """What it says, within so many seconds. Raises _SilentError."""
        deadline = time.monotonic() + patience
        while not line.poll(_POLL):
            if self._stopped.is_set() or time.monotonic() > deadline:
                raise _SilentError
        return line.recv()

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")  # nothing is inherited: no lock that another thread holds
        ours, theirs = context.Pipe()
        process = context.Process(target=_worker, args=(theirs, self._work), daemon=True)
        process.start()
        theirs.close()
        self._line, self._process = ours, process
        self._heard(ours, _START_SECONDS)
        return ours

    def end(self) -> None:
        """Kill it; its reading child ends when nobody listens any more."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._line is not None:
            self._line.close()
        self._line = self._process = None


def _worker(line: Connection, work: Callable[[Group], object]) -> None:
    """Say that all is loaded, then answer until the parent hangs up or is gone. What an item makes fail is told without
    any text of it."""
    with contextlib.suppress(EOFError, OSError):
        line.send(True)
        while True:
            line.send(_worked(work, line.recv()))


def _worked(work: Callable[[Group], object], group: Group) -> object:
    try:
        return work(group)
    except XianshenError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the outer edge of a worker
        return _Lost(f"检查程序出错（{type(error).__name__}）")
