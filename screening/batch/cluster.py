"""Many machines: the same function handed to dask.distributed, with as many items under way as it has hands.

The items travel with their tasks, so that a worker that is lost costs nothing: the scheduler gives its tasks to others.
"""

import socket
import warnings
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from screening.batch.groups import Group, grouped
from screening.batch.item import Item
from screening.batch.pool import Answer, T, Work
from screening.domain.errors import SettingsError, XianshenError

_AHEAD = 2  # groups for each hand
_RETRIES = 1


class Cluster:
    """A dask scheduler at an address such as tcp://scheduler:8786."""

    def __init__(self, address: str, timeout: float = 30.0) -> None:
        """Raises SettingsError when dask is not installed or the scheduler does not answer."""
        _reach(address, timeout)
        try:
            import distributed  # noqa: PLC0415 - an extra
        except ImportError:
            raise SettingsError("--cluster 需要组件 distributed：pip install 'xianshen[cluster]'") from None
        try:
            library: Any = distributed
            self._client: Any = library.Client(address, timeout=timeout, set_as_default=False)
        except (OSError, TimeoutError, ValueError):
            raise SettingsError(f"{address}: 连不上调度器；检查地址（tcp://主机:8786）和网络") from None

    def run(self, work: Work[T], items: Iterable[Item]) -> Iterator[Answer[T]]:
        """See pool.Runner."""
        import distributed  # noqa: PLC0415 - an extra

        library: Any = distributed
        source = grouped(items)
        under_way: dict[Any, Group] = {}
        finished = library.as_completed(loop=self._client.loop)
        self._submit(work, islice(source, self._hands() * _AHEAD), under_way, finished)
        while under_way:
            future = next(finished)
            group = under_way.pop(future)
            answers: list[Answer[T]] | None = _answers(group, future)
            future.release()
            if answers is None:
                self._submit(work, ([item] for item in group), under_way, finished)
                continue
            yield from answers
            room = max(self._hands() * _AHEAD - len(under_way), 0)
            self._submit(work, islice(source, room), under_way, finished)

    def _submit(self, work: Work[T], groups: Iterable[Group], under_way: dict[Any, Group], to: Any) -> None:
        for group in groups:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
                future = self._client.submit(work, group, pure=False, retries=_RETRIES)
            under_way[future] = group
            to.add(future)

    def _hands(self) -> int:
        threads: dict[str, int] = self._client.nthreads()
        return max(sum(threads.values()), 1)

    def close(self) -> None:
        """Leave the cluster; it goes on without us."""
        self._client.close()


def _reach(address: str, timeout: float) -> None:
    """Knock before dask does, which waits long and tells much. Raises SettingsError."""
    parts = urlsplit(address)
    try:
        if parts.scheme not in ("tcp", "tls") or not parts.hostname or not parts.port:
            raise SettingsError(f"{address}: 集群地址应写作 tcp://主机:8786 或 tls://主机:8786")
        socket.create_connection((parts.hostname, parts.port), timeout).close()
    except (OSError, ValueError):
        raise SettingsError(f"{address}: 连不上调度器；检查地址（tcp://主机:8786）和网络") from None


def _answers(group: Group, future: Any) -> list[Answer[T]] | None:
    """The values, or why there is none; None where the items must be tried one by one. Raises what every item would
    meet: wrong rules, wrong key."""
    if future.status == "finished":
        return [Answer(item, value) for item, value in zip(group, future.result(), strict=True)]
    error = future.exception()
    if isinstance(error, XianshenError):
        raise error
    return [Answer(group[0], None, f"检查程序出错（{type(error).__name__}）")] if len(group) == 1 else None
