"""The text of a draft cut where findings begin and end, ready to show."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from screening.domain.document import Document, Span
from screening.domain.finding import Finding
from screening.report.masking import Veil


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of shown text and the findings (by number, from 0) that lie over it.

    begins, ends: those of them that begin with this piece, and end with it.
    """

    text: str
    findings: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


class Passages:
    """One draft with its findings, values masked by the veil."""

    def __init__(self, document: Document, findings: Sequence[Finding], veil: Veil) -> None:
        self._text = document.text
        self._document = document
        self._spans = [finding.span for finding in findings]
        self._shown = veil.over(document.text)
        self._stretches = list(_stretches(self._spans))
        self._starts = [start for start, _, _ in self._stretches]

    def pieces(self, start: int, end: int) -> Iterator[Piece]:
        """The text from start to end, cut at every edge of a finding."""
        if start >= end:
            return
        at = start
        for low, high, numbers in self._stretches[self._first_behind(start) :]:
            if low >= end:
                break
            low, high = max(low, start), min(high, end)  # noqa: PLW2901 (the part inside start..end)
            if at < low:
                yield Piece(self.shown(at, low))
            yield self._piece(low, high, numbers, start, end)
            at = high
        if at < end:
            yield Piece(self.shown(at, end))

    def touched(self, start: int, end: int) -> bool:
        """Whether any finding lies over this stretch."""
        first = self._first_behind(start)
        return first < len(self._starts) and self._starts[first] < end

    def shown(self, start: int, end: int) -> str:
        """The text from start to end as it may be shown."""
        shown, text = self._shown, self._text
        return "".join(shown.get(i, text[i]) for i in range(start, end))

    def around(self, span: Span, width: int) -> tuple[str, str, bool, bool]:
        """So many characters before and behind a span, within its block; and whether more is left out there."""
        block = self._document.block_at(span.start)
        low = max(block.start, span.start - width)
        high = max(span.end, min(block.end, span.end + width))
        left = self.shown(low, span.start)
        return left, self.shown(span.end, high), low > block.start, span.end < high < block.end

    def _first_behind(self, start: int) -> int:
        """The first stretch that ends behind this offset; stretches never overlap."""
        at = bisect_right(self._starts, start) - 1
        return at if at >= 0 and self._stretches[at][1] > start else at + 1

    def _piece(self, low: int, high: int, numbers: tuple[int, ...], start: int, end: int) -> Piece:
        spans = self._spans
        begins = tuple(n for n in numbers if max(spans[n].start, start) == low)
        ends = tuple(n for n in numbers if min(spans[n].end, end) == high)
        return Piece(self.shown(low, high), numbers, begins, ends)


def _stretches(spans: Sequence[Span]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """The stretches between neighbouring edges that lie under at least one span."""
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    over: list[list[int]] = [[] for _ in edges]
    for number, span in enumerate(spans):
        for at in range(bisect_left(edges, span.start), bisect_left(edges, span.end)):
            over[at].append(number)
    for at, numbers in enumerate(over):
        if numbers:
            yield edges[at], edges[at + 1], tuple(numbers)
