"""Counts for watching the desk, as Prometheus text: numbers under fixed names, never content, addresses or names."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_Labels = tuple[tuple[str, str], ...]


class Requests:
    """How many requests there were, by route template, method and status. Thread-safe."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, int]] = Counter()
        self._lock = Lock()

    def add(self, route: str, method: str, status: int) -> None:
        """One more."""
        with self._lock:
            self._counts[route, method, status] += 1

    def counts(self) -> Mapping[tuple[str, str, int], int]:
        """All so far."""
        with self._lock:
            return dict(self._counts)


class CountRequests:
    """Counts every answer in `app.state.requests`. A route is named by its template: a path may hold anything."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        counted = requests_of(scope["app"].state)

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "") or "-"
                method = scope["method"] if scope["method"] in _METHODS else "-"
                counted.add(route, method, message["status"])
            await send(message)

        await self.app(scope, receive, counting)


def requests_of(state: object) -> Requests:
    """The counts of an application."""
    found = getattr(state, "requests", None)
    if not isinstance(found, Requests):
        found = Requests()
        setattr(state, "requests", found)  # noqa: B010 - the state of an application takes any name
    return found


def text_of(families: Iterable[tuple[str, str, str, Iterable[tuple[_Labels, float]]]]) -> str:
    """Families of (name, kind, help, samples) as text."""
    return "".join(line + "\n" for family in families for line in _lines(*family))


def quantiles(values: Iterable[float]) -> Iterator[tuple[_Labels, float]]:
    """Median, 95th percentile and greatest of some values; nothing of none."""
    ordered = sorted(values)
    for share in (0.5, 0.95, 1.0) if ordered else ():
        at = min(int(share * len(ordered)), len(ordered) - 1)
        yield (("quantile", str(share)),), ordered[at]


def _lines(name: str, kind: str, words: str, samples: Iterable[tuple[_Labels, float]]) -> Iterator[str]:
    yield f"# HELP xianshen_{name} {words}"
    yield f"# TYPE xianshen_{name} {kind}"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(word)}"' for label, word in labels)
        yield f"xianshen_{name}{{{inside}}} {value:g}" if inside else f"xianshen_{name} {value:g}"


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
