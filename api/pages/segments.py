"""The text of a block cut where findings begin and end, so that overlapping findings never shift or repeat it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from screening.domain.document import Document, Span
from screening.domain.finding import Finding

_ROW = re.compile(r"(第\d+行)?第\d+列")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text and the findings over it. begins: those that are shown here for the first time;
    ends: those whose last segment this is; severity: of the gravest, s0 to s3, empty without findings."""

    text: str
    items: tuple[str, ...] = ()
    severity: str = ""
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block as it is shown. The texts of its segments joined are its text."""

    id: str
    kind: str
    label: str
    place: str
    page_no: int | None
    hidden: str
    segments: tuple[Segment, ...]

    @property
    def table(self) -> str:
        """What rows of one table have in common; empty for anything but a row."""
        return self.caption + "\n" if self.kind == "table_row" else ""

    @property
    def caption(self) -> str:
        """The place of the whole table."""
        return _ROW.sub("", self.place).rstrip(" ·!")

    @property
    def cells(self) -> tuple[tuple[Segment, ...], ...]:
        """The segments of a row, cell by cell, without the tabs between."""
        cells: list[list[Segment]] = [[]]
        for segment in self.segments:
            for at, text in enumerate(segment.text.split("\t")):
                if at:
                    cells.append([])
                if text or not segment.text.strip("\t"):
                    cells[-1].append(replace(segment, text=text, begins=segment.begins if at == 0 else ()))
        return tuple(tuple(cell) for cell in cells)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The part of a finding that lies in one block, in code points of that block."""

    finding: int
    low: int
    high: int
    first: bool
    last: bool


def segments_of(document: Document, findings: Sequence[Finding]) -> list[tuple[Segment, ...]]:
    """The segments of every block, in the order of the blocks."""
    starts = [block.start for block in document.blocks]
    stretches: list[list[_Stretch]] = [[] for _ in starts]
    for number, finding in enumerate(findings):
        for at, stretch in _stretches(document, starts, number, finding.span):
            stretches[at].append(stretch)
    return [tuple(_cut(block.text, stretches[at], findings)) for at, block in enumerate(document.blocks)]


def _stretches(document: Document, starts: Sequence[int], number: int, span: Span) -> Iterator[tuple[int, _Stretch]]:
    """The blocks that a span touches. One that covers nothing but a joining newline stands at its block's end."""
    first = max(bisect_right(starts, span.start) - 1, 0)
    touched = []
    for at in range(first, max(bisect_left(starts, span.end), first + 1)):
        block = document.blocks[at]
        low, high = max(span.start, block.start) - block.start, min(span.end, block.end) - block.start
        if low < high:
            touched.append((at, low, high))
    if not touched:
        end = len(document.blocks[first].text)
        touched = [(first, end, end)]
    for at, low, high in touched:
        yield at, _Stretch(number, low, high, at == touched[0][0], at == touched[-1][0])


def _cut(text: str, stretches: Sequence[_Stretch], findings: Sequence[Finding]) -> Iterator[Segment]:
    """The text between neighbouring edges, with the findings that lie over it."""
    edges = sorted({0, len(text), *(s.low for s in stretches), *(s.high for s in stretches)})
    coming = sorted((s for s in stretches if s.low < s.high), key=lambda s: s.low, reverse=True)
    over: dict[int, _Stretch] = {}
    for low, high in pairwise(edges):
        while coming and coming[-1].low == low:
            stretch = coming.pop()
            over[stretch.finding] = stretch
        yield _segment(text[low:high], low, high, list(over.values()), findings)
        over = {number: stretch for number, stretch in over.items() if stretch.high > high}
    empty = [s for s in stretches if s.low == s.high]
    if empty:
        yield _segment("", len(text), len(text), empty, findings)


def _segment(text: str, low: int, high: int, over: Sequence[_Stretch], findings: Sequence[Finding]) -> Segment:
    if not over:
        return Segment(text)
    gravest = max(findings[stretch.finding].severity for stretch in over)
    return Segment(
        text,
        tuple(f"f{stretch.finding}" for stretch in over),
        gravest.name.lower(),
        tuple(f"f{stretch.finding}" for stretch in over if stretch.first and stretch.low == low),
        tuple(f"f{stretch.finding}" for stretch in over if stretch.last and stretch.high == high),
    )
