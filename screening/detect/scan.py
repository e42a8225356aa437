"""One pass for all patterns of a view: Hyperscan says where coarse forms of them end (text/coarse.py).

An accelerator, and the only place that knows Hyperscan. It compiles for half a minute, so a database is kept in the
cache folder, and one is made only by compile() or when so much text has been looked at that it pays. Without it, `ends`
gives None and words find the lines (worth.py); what is found in the end is the same. See decision 0009.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.text import coarse, quantities
from screening.text.coarse import WIDTH, coarse_form, two_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from screening.text.analyse import AnalysedText

_PAYS_AFTER = 50_000_000  # characters: about then, the time lost without a database is that of making it
_TRUSTED = "Version: 5.4.2 "  # Intel's own; Vectorscan 5.4.12, in later wheels, loses matches of our patterns
_LOADS_AFTER = 20_000  # characters: a cold check of a small draft does not pay for the library
_FORMAT = "1"  # of the kept file
_DIGEST = 32  # bytes of the HMAC before a kept database: a file that another hand wrote is never loaded
_KEPT = 4  # databases of a view that stay in the cache: old rules leave


@dataclass(frozen=True, slots=True)
class Ends:
    """Where coarse matches end: pattern numbers and offsets behind the last character, in order of the offsets."""

    numbers: NDArray[np.int64]
    offsets: NDArray[np.int64]
    missing: frozenset[int]  # the patterns that were not looked for

    def within(self, edges: Sequence[int], numbers: range) -> list[tuple[int, int]]:
        """Stretch and pattern, in order and each once, wherever one of these patterns ends in a stretch of the text.

        edges: where stretches begin, and the end of the last; an end on an edge belongs to the stretch before it.
        """
        mine = (self.numbers >= numbers.start) & (self.numbers < numbers.stop) & (self.offsets > edges[0])
        at = np.searchsorted(np.asarray(edges), self.offsets[mine], side="left") - 1
        wide = max(numbers.stop, 1)
        pairs = np.unique(at * wide + self.numbers[mine])
        return list(zip((pairs // wide).tolist(), (pairs % wide).tolist(), strict=True))


@dataclass
class _View:
    """The patterns of one view, and their database when there is one."""

    patterns: list[str] = field(default_factory=list)
    loose: set[int] = field(default_factory=set)  # numbers of those whose anchors hold anywhere
    looked_at: int = 0  # characters, without a database
    tried: bool = False  # whether the cache has been asked
    database: Any = None
    missing: frozenset[int] = frozenset()


class Scan:
    """All patterns of all views. `cache` is a folder for compiled databases; `key` authenticates what lies there."""

    def __init__(self, cache: Path | None = None, key: bytes = b"") -> None:
        self._cache, self._key = cache, key
        self._views: dict[str, _View] = {}
        self._lock = threading.Lock()
        self._own = threading.local()  # scratch space: each thread needs its own

    def add(self, name: str, patterns: Sequence[str], *, anchored: bool = True) -> range:
        """Patterns to look for in a view, before the first search; their numbers there. Not `anchored`: ^ and $ hold at
        the edges of stretches that are not lines."""
        view = self._views.setdefault(name, _View())
        numbers = range(len(view.patterns), len(view.patterns) + len(patterns))
        view.patterns.extend(patterns)
        if not anchored:
            view.loose.update(numbers)
        return numbers

    def compile(self) -> bool:
        """Make every database that is not there yet. Whether all are there now; none where Hyperscan is missing."""
        for name, view in self._views.items():
            self._ready(name, view, make=True)
        return all(view.database is not None for view in self._views.values() if view.patterns)

    def ends(self, text: AnalysedText, name: str) -> Ends | None:
        """Where the patterns of a view end in a text, or None where there is no database."""
        key = ("ends", name)
        if key not in text.memory:
            view, plain = self._views[name], text.view(name).text
            if view.database is None:
                view.looked_at += len(plain)
                if view.looked_at > _LOADS_AFTER:
                    self._ready(name, view, make=view.looked_at > _PAYS_AFTER)
            text.memory[key] = self._search(name, view, plain) if view.database is not None else None
        found: Ends | None = text.memory[key]
        return found

    def _search(self, name: str, view: _View, plain: str) -> Ends:
        events: list[int] = []

        def seen(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            events.append(number)
            events.append(end)

        scratch = self._own.__dict__.get(name)
        if scratch is None:
            scratch = self._own.__dict__[name] = _hyperscan().Scratch(view.database)
        view.database.scan(two_bytes(plain), match_event_handler=seen, scratch=scratch)
        both = np.array(events, dtype=np.int64)
        return Ends(both[::2], -(-both[1::2] // WIDTH), view.missing)

    def _ready(self, name: str, view: _View, *, make: bool) -> None:
        """Load the database, or make it where asked to."""
        if view.tried and not make:
            return
        with self._lock:
            if view.database is not None:
                return
            kept = None if view.tried else self._kept(name, view)
            view.tried, view.looked_at = True, 0
            found = kept.load() if kept else None
            if found is None and make and _hyperscan() is not None:
                found = _made(view)
                if self._cache is not None and found is not None:
                    _Kept(self._cache, self._key, name, view).save(*found)
            if found is not None:
                view.missing, view.database = found[1], found[0]

    def _kept(self, name: str, view: _View) -> _Kept | None:
        """The file in the cache, where there may be one: a cold start does without the library until there is."""
        if self._cache is None or not any(self._cache.glob(f"scan-{name}-*.db")) or _hyperscan() is None:
            return None
        return _Kept(self._cache, self._key, name, view)


class _Kept:
    """The file of one database: HMAC, the numbers of missing patterns in one line, and the database."""

    def __init__(self, folder: Path, key: bytes, name: str, view: _View) -> None:
        loose = " ".join(map(str, sorted(view.loose)))
        about = "\0".join((_FORMAT, _hyperscan().__version__, _platform(), name, loose, *view.patterns))
        reading = b"".join(Path(str(module.__file__)).read_bytes() for module in (coarse, quantities))
        self._name = hashlib.sha256(about.encode("utf-8", "surrogatepass") + reading).hexdigest()
        self._folder, self._stem, self._key = folder, f"scan-{name}-", key
        self._path = folder / f"{self._stem}{self._name[:32]}.db"

    def load(self) -> tuple[Any, frozenset[int]] | None:
        """What lies in the cache, if it is ours and whole."""
        with suppress(OSError, ValueError, _hyperscan().error):
            content = self._path.read_bytes()
            body = memoryview(content)[_DIGEST:]
            if hmac.compare_digest(content[:_DIGEST], self._sign(body)):
                line, _, data = bytes(body).partition(b"\n")
                return _hyperscan().loadb(data, _hyperscan().HS_MODE_BLOCK), frozenset(map(int, line.split()))
        return None

    def save(self, database: Any, missing: frozenset[int]) -> None:
        """Write it whole or not at all; a folder that cannot be written costs only time."""
        body = " ".join(map(str, sorted(missing))).encode() + b"\n" + _hyperscan().dumpb(database)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = self._path.with_suffix(f".{os.getpid()}.part")
            part.write_bytes(self._sign(body) + body)
            part.replace(self._path)
            others = sorted(self._folder.glob(f"{self._stem}*.db"), key=lambda path: path.stat().st_mtime)
            for old in others[:-_KEPT]:
                old.unlink(missing_ok=True)

    def _sign(self, body: bytes | memoryview) -> bytes:
        signed = hmac.new(self._key, self._name.encode(), hashlib.sha256)
        signed.update(body)
        return signed.digest()


def _made(view: _View) -> tuple[Any, frozenset[int]] | None:
    """A database of all patterns that can be put coarsely and that Hyperscan takes, and the numbers of the others."""
    every = {number: coarse_form(one, anchored=number not in view.loose) for number, one in enumerate(view.patterns)}
    forms = {number: form for number, form in every.items() if form is not None}
    parts = _accepted(forms, list(forms))
    good = [number for numbers, _ in parts for number in numbers]
    if not good:
        return None
    database = parts[0][1] if len(parts) == 1 else _database(forms, good)
    return database, frozenset(every) - frozenset(good)


def _accepted(forms: dict[int, str], numbers: list[int]) -> list[tuple[list[int], Any]]:
    """Those that compile, with what they were compiled to; halves are tried until those to blame stand alone."""
    try:
        return [(numbers, _database(forms, numbers))] if numbers else []
    except _hyperscan().error:
        middle = len(numbers) // 2
        halves = (numbers[:middle], numbers[middle:]) if middle else ()
        return [part for half in halves for part in _accepted(forms, half)]


def _database(forms: dict[int, str], numbers: list[int]) -> Any:
    hyperscan = _hyperscan()
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    expressions = [forms[number].encode() for number in numbers]
    database.compile(expressions=expressions, ids=numbers, flags=[hyperscan.HS_FLAG_MULTILINE] * len(numbers))
    return database


@cache
def _hyperscan() -> Any:
    """The library, or None where it is not installed or holds an engine that is not trusted."""
    try:
        import hyperscan  # noqa: PLC0415 - optional, and needed only here
    except ImportError:
        return None
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=[b"a"], ids=[0], flags=[0])
    return hyperscan if _TRUSTED in str(database.info()) else None


@cache
def _platform() -> str:
    """What a database compiled here rests on: version and processor features."""
    return str(_database({0: "a"}, [0]).info())
