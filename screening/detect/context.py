"""Context settles a hit: words that it needs, words that excuse it, words that change its severity."""

from collections.abc import Iterable
from dataclasses import dataclass

from screening.domain.document import Span
from screening.domain.finding import Severity
from screening.domain.rule import Condition, Rule
from screening.text.analyse import AnalysedText
from screening.text.sentences import line_around, passage_around, sentence_around

_REACH = 40  # how far a longer word or a bracket may begin before the hit


@dataclass(frozen=True, slots=True)
class Settled:
    """What context leaves of a hit: its severity and the sentences that explain a change."""

    severity: Severity
    explanation: tuple[str, ...]


def settle_by_context(rule: Rule, span: Span, text: AnalysedText) -> Settled | None:
    """The severity of a hit in its context, or None when the context excuses it. `span` counts in the source."""
    start, end = text.plain.here(span.start), text.plain.here(span.end)
    near = _Neighbourhood(text, span, start, end)
    if rule.exceptions and _beaten(rule.exceptions, text.plain.text, start, end):
        return None
    if any(_enclosed(pair, text.plain.text, start, end) for pair in rule.not_inside):
        return None
    if not all(near.holds(condition) for condition in rule.needs):
        return None
    if any(near.holds(condition) for condition in rule.unless):
        return None
    for adjustment in rule.adjust:
        if near.holds(adjustment.condition):
            return Settled(adjustment.severity, (adjustment.because,))
    return Settled(rule.severity, ())


@dataclass(frozen=True, slots=True)
class _Neighbourhood:
    """The plain text around a hit; start and end count in plain text, span in the source."""

    text: AnalysedText
    span: Span
    start: int
    end: int

    def holds(self, condition: Condition) -> bool:
        """Whether any cue stands within the reach of the condition, the hit itself included unless a side is named."""
        begin, finish = self._reach(condition.within)
        if condition.side == "before":
            finish = self.start
        elif condition.side == "after":
            begin = self.end
        key = (condition.cues, begin, finish)
        if key not in self.text.memory:
            window = self.text.plain.text[begin:finish]
            self.text.memory[key] = any(map(window.__contains__, condition.cues))
        found: bool = self.text.memory[key]
        return found

    @property
    def _document(self) -> tuple[int, int]:
        start, end = self.text.part(self.span.start)
        return self.text.plain.here(start), self.text.plain.here(end)

    def _reach(self, within: str | int) -> tuple[int, int]:
        plain = self.text.plain
        if isinstance(within, int):
            first, last = self._document
            return max(self.start - within, first), min(self.end + within, last)
        if within == "document":
            return self._document
        if within == "block":
            block = self.text.document.block_at(self.span.start)
            return plain.here(block.start), plain.here(block.end)
        if within == "passage":
            return passage_around(plain.text, self.start, self.end, self.text.memory)
        around = sentence_around if within == "sentence" else line_around
        return around(plain.text, self.start, self.end)


def _beaten(exceptions: Iterable[str], text: str, start: int, end: int) -> bool:
    """Whether a longer word covers the hit."""
    for word in exceptions:
        at = text.find(word, max(start - len(word), 0), end + len(word))
        while at >= 0:
            if at <= start and end <= at + len(word):
                return True
            at = text.find(word, at + 1, end + len(word))
    return False


def _enclosed(pair: str, text: str, start: int, end: int) -> bool:
    """Whether a pair of brackets opens before the hit and closes behind it on the same line."""
    opening, closing = pair[0], pair[1]
    left, right = text[max(start - _REACH, 0) : start], text[end : end + _REACH]
    left, right = left.rpartition("\n")[2], right.partition("\n")[0]
    if opening == closing:
        return left.count(opening) % 2 == 1 and closing in right
    opened = left.rfind(opening) > left.rfind(closing)
    return opened and closing in right and (opening not in right or right.find(closing) < right.find(opening))
