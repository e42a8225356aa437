"""The lines that patterns are worth running on: those that hold the words a match cannot do without (text/literals.py).

The few patterns without such words share one expression that finds their lines.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import re2

from screening.detect.automaton import finder, overlapping

_MEMORY = 256 << 20  # of the joint expression


def expression(source: str, *, many_lines: bool = False) -> Any:
    """A pattern for RE2, by lines. Raises re2.error. many_lines: for texts of more than one, of which no match crosses
    the border, not even by a negated class; it costs time."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.never_nl = many_lines
    return re2.compile(f"(?m:{source})", options)


class LinesWorthIt:
    """Looks after patterns: their sources by number, and the sets of words of which each needs one."""

    def __init__(self, patterns: Mapping[int, tuple[str, Sequence[Iterable[str]]]]) -> None:
        self._owners: dict[str, list[tuple[int, int]]] = {}  # word to the patterns that need it, and as which part
        self._whole: dict[int, int] = {}  # for each pattern its parts, as bits, all of which must be seen
        for number, (_, needed) in patterns.items():
            self._whole[number] = (1 << len(needed)) - 1
            for part, literals in enumerate(needed):
                for literal in literals:
                    self._owners.setdefault(literal, []).append((number, 1 << part))
        self._bare = [number for number, whole in self._whole.items() if not whole]
        self._sources = [patterns[number][0] for number in self._bare]
        self._literals = list(self._owners)

    @cached_property
    def _automaton(self) -> Any:
        return finder(self._literals) if self._literals else None

    @cached_property
    def _joint(self) -> Any:
        joint = "|".join("(?:" + re.sub(r"\(\?P<\w+>", "(?:", one) + ")" for one in self._sources)
        return expression(joint, many_lines=True) if joint else None

    def compile(self) -> None:
        """Compile what is otherwise left to first use."""
        _ = self._automaton, self._joint

    def find(self, text: str, borders: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Line and pattern wherever every part of the pattern has been seen. `borders`: where lines begin, and one more
        than the end of the text."""
        if self._automaton is not None:
            for line, seen in self._seen(text, borders):
                yield from ((line, number) for number, parts in seen.items() if parts == self._whole[number])
        if self._joint is not None:
            for line in _lines_with(self._joint, text):
                yield from ((line, number) for number in self._bare)

    def _seen(self, text: str, borders: Sequence[int]) -> Iterator[tuple[int, dict[int, int]]]:
        """Line by line the parts seen of each pattern."""
        line, seen, met = 0, dict[int, int](), set[int]()
        for start, _, literal in sorted(overlapping(self._automaton, text)):
            if not borders[line] <= start < borders[line + 1]:
                if seen:
                    yield line, seen
                line, seen, met = bisect_right(borders, start) - 1, {}, set()
            if literal not in met:
                met.add(literal)
                for number, part in self._owners[self._literals[literal]]:
                    seen[number] = seen.get(number, 0) | part
        if seen:
            yield line, seen


def _lines_with(joint: Any, text: str) -> Iterator[int]:
    """The number of every line that the expression matches in; RE2 works on bytes."""
    raw = text.encode("utf-8", "replace")
    at = line = counted = 0
    while (match := joint.search(raw, at)) is not None:
        line_start = raw.rfind(b"\n", 0, match.start()) + 1
        line += raw.count(b"\n", counted, line_start)
        yield line
        counted = line_start
        at = raw.find(b"\n", max(match.end() - 1, line_start)) + 1
        if not 0 < at < len(raw):
            return
