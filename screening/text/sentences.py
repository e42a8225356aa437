"""Where the sentence, the line and the passage around a hit begin and end, in normal text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.text.normalise import to_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from screening.text.normalise import Offsets

_ENDS = "。!?;！？；\n"
_NEWLINE = re.compile("\n")
_END = re.compile(f"[{_ENDS}]")
_REACH = 1000  # no sentence is looked for further than this to each side
PASSAGE = 220  # code points; a passage is what a reviewer takes in at one look: one to four sentences


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds text[start:end], without its final mark."""
    floor = max(start - _REACH, 0)
    begin = max(max(text.rfind(mark, floor, start) for mark in _ENDS) + 1, floor)
    found = _END.search(text, end, end + _REACH)
    return begin, found.start() if found else min(end + _REACH, len(text))


def line_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The line that holds text[start:end]."""
    found = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if found < 0 else found


def passages(text: str, breaks: Iterable[int] = ()) -> Iterator[tuple[int, int]]:
    """Passages of a text: whole sentences of one line, together at most PASSAGE characters; longer ones stand alone.

    breaks: offsets at which a line begins though no newline stands before it.
    """
    edges = sorted({0, len(text), *breaks, *(mark.end() for mark in _NEWLINE.finditer(text))})
    lines = [(start, stop - (text[stop - 1] == "\n")) for start, stop in pairwise(edges)]
    long = np.array([line for line in lines if line[1] - line[0] > PASSAGE], dtype=np.int64).reshape(-1, 2)
    begins, ends, owners = (values.tolist() for values in sentences_of(text, *long.T))
    first = np.searchsorted(owners, np.arange(len(long) + 1)).tolist()
    at = 0
    for start, end in lines:
        if end - start > PASSAGE:
            here = slice(*first[at : at + 2])
            yield from _together(zip(begins[here], ends[here], strict=True), start)
            at += 1
        elif text[start:end].strip():
            yield start, end


def passage_around(text: str, start: int, end: int, memory: dict[Hashable, Any]) -> tuple[int, int]:
    """The passage that holds the beginning of text[start:end], made long enough to hold all of it. `memory` keeps the
    passages of long lines for the next question about the same text."""
    first, last = line_around(text, start, start)
    if last - first > PASSAGE:
        key = ("passages", first, last)
        groups: list[tuple[int, int]] = memory.setdefault(key, None) or list(_grouped(text, first, last))
        memory[key] = groups
        at = bisect_right(groups, start, key=lambda group: group[0]) - 1
        first, last = groups[at] if at >= 0 and start < groups[at][1] else (first, last)
    return first, max(last, end)


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of text[start:end] one behind the other, final marks included."""
    at = start
    for mark in _END.finditer(text, start, end):
        yield at, mark.end()
        at = mark.end()
    if at < end:
        yield at, end


def sentences_of(text: str, starts: Offsets, ends: Offsets) -> tuple[Offsets, Offsets, Offsets]:
    """The sentences of many stretches, which stand in order and apart: begins, ends and the number of the stretch."""
    marks = np.flatnonzero(_is_end()[to_codes(text)]) + 1
    owners = np.searchsorted(starts, marks) - 1
    if not len(starts):
        return starts, ends, owners
    marks = marks[(owners >= 0) & (marks <= ends[owners])]
    points = np.sort(np.concatenate((marks, ends[ends > starts])))
    points = points[np.diff(points, prepend=-1) > 0]
    owners = np.searchsorted(starts, points) - 1
    return np.maximum(starts[owners], np.concatenate(([0], points[:-1]))), points, owners


@cache
def _is_end() -> NDArray[np.bool_]:
    """For each code point whether it ends a sentence."""
    table = np.zeros(0x110000, dtype=bool)
    table[to_codes(_ENDS)] = True
    return table


def _grouped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences of a long line put together."""
    return _together(sentences(text, start, end), start)


def _together(parts: Iterable[tuple[int, int]], start: int) -> Iterator[tuple[int, int]]:
    """Sentences that stand one behind the other from `start`, put together to passages."""
    first = last = start
    for begin, stop in parts:
        if stop - first > PASSAGE and begin > first:
            yield first, last
            first = begin
        last = stop
    if last > first:
        yield first, last
