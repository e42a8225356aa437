"""Contexts: release, not yet released, teaching, abroad, drills, fiction. What they do to hits is in contexts.yaml."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2

from screening.detect.automaton import finder, overlapping
from screening.detect.scan import Ends, Scan
from screening.domain.document import Span
from screening.domain.errors import RuleError
from screening.domain.finding import Severity
from screening.domain.rule import Context, Effect
from screening.text.analyse import AnalysedText
from screening.text.literals import required
from screening.text.sentences import sentence_around

_RELEASE = "release"
_NUMBER = re.compile(r"[0-9]{4,}")  # an explanation shows words, no telephone numbers
# what an author may declare as released: matters that authorities do publish; never methods, sites, weapons, hostages
_DECLARABLE = frozenset(
    {
        "internal_document_ref",
        "major_matter",
        "major_case",
        "foreign_related_case",
        "major_accident",
        "accident_casualty_figure",
        "relevant_figures",
        "matter_in_progress",
        "unreleased_statistics",
        "budget_audit_unreleased",
        "personnel_unannounced",
        "bidding_secret",
        "inside_information",
    }
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the surroundings leave of a hit: its severity, None when they excuse it, and a sentence for each change."""

    severity: Severity | None
    explanation: tuple[str, ...]


class Surroundings:
    """All contexts, compiled. Raises RuleError for a pattern that RE2 refuses."""

    def __init__(self, contexts: Iterable[Context], scan: Scan | None = None) -> None:
        self._contexts = {context.id: _Compiled(context) for context in contexts}
        self._by_category: dict[str, list[_Compiled]] = {}
        for one in self._contexts.values():
            for category in one.context.categories:
                self._by_category.setdefault(category, []).append(one)

        self._hints, self._unhinted = _hints(one.context for one in self._contexts.values())
        self._words = list(self._hints)
        self._signs = [sign for one in self._contexts.values() for sign in one.signs()]
        self._scan = scan or Scan()
        self._numbers = self._scan.add(
            "tight",
            [re.escape(sign.source) if sign.pattern is None else sign.source for sign in self._signs],
            anchored=False,
        )

    @cached_property
    def _automaton(self) -> Any:
        return finder(self._words) if self._words else None

    def compile(self) -> None:
        """Compile every pattern now."""
        for one in self._contexts.values():
            _ = one.expression
        _ = self._automaton

    def judge(
        self,
        category: str,
        severity: Severity,
        span: Span,
        text: AnalysedText,
        immune: tuple[str, ...] = (),
        release_basis: str = "",
    ) -> Verdict:
        """What is left of a hit of this category at this place.

        release_basis: where the matter has been published, as the author declares it; it counts as release.
        """
        notes: list[str] = []
        for one in self._by_category.get(category, ()):
            context = one.context
            if context.id in immune:
                continue
            word = self._holds(context.id, span, text)
            declared = context.id == _RELEASE and bool(release_basis) and category in _DECLARABLE
            if word is None and not declared:
                continue
            if context.id == _RELEASE and not text.document.block_at(span.start).visible:
                continue  # what no reader of the page sees has not been published with it
            if any(self._holds(other, span, text) is not None for other in context.beaten_by):
                continue
            if context.effect is Effect.EXCUSE and severity is Severity.S0:
                severity = Severity.S2
                notes.append(
                    f"{context.title}（“{word}”）：严重→中。{context.because}严重的事项不因语境放过，由人看一眼。"
                )
                continue
            if context.effect is Effect.EXCUSE:
                return Verdict(None, (f"{context.title}（“{word}”）：不算疑点。{context.because}",))
            before, severity = severity, _changed(severity, context.effect)
            if severity is not before:
                change = f"{before.label}→{severity.label}"
                notes.append(
                    f"{context.title}（“{word}”）：{change}。{context.because}"
                    if word
                    else f"作者申报的发布依据 {release_basis}：{change}。程序没有核对，审批人须逐项核对原文和数字。"
                )
        return Verdict(severity, tuple(notes))

    def held(self, places: Sequence[tuple[int, int]], text: AnalysedText) -> list[set[str]]:
        """For each passage, half-open offsets of tight text in order, the contexts that hold in it, unbeaten.

        Every context is looked for in the passage alone here, whatever its `within`.
        """
        ends = self._scan.ends(text, "tight")
        if ends is None or ends.missing.intersection(self._numbers):
            held = self._held_by_words(places, text.tight.text)
        else:
            held = self._held_by_signs(places, text.tight.text, ends)
        return [
            {name for name in names if not names.intersection(self._contexts[name].context.beaten_by)} for names in held
        ]

    def _held_by_signs(self, places: Sequence[tuple[int, int]], tight: str, ends: Ends) -> list[set[str]]:
        """Each sign whose coarse form ends in a passage is looked for in it, until its context holds there."""
        held: list[set[str]] = [set() for _ in places]
        at, window = -1, b""
        for place, number in ends.within([start for start, _ in places], self._numbers) if places else ():
            sign = self._signs[number - self._numbers.start]
            if sign.context in held[place]:
                continue
            start, end = places[place]
            if sign.pattern is None:
                found = tight.find(sign.source, start, end) >= 0
            else:
                if at != place:
                    at, window = place, tight[start:end].encode("utf-8", "replace")
                found = self._contexts[sign.context].single(sign.pattern).search(window) is not None
            if found:
                held[place].add(sign.context)
        return held

    def _held_by_words(self, places: Sequence[tuple[int, int]], tight: str) -> list[set[str]]:
        """One pass over the cues and the words that patterns need."""
        starts = [start for start, _ in places]
        held: list[set[str]] = [set() for _ in places]
        maybe: list[set[tuple[str, int]]] = [set(self._unhinted) for _ in places]
        for start, end, number in overlapping(self._automaton, tight) if self._automaton is not None else ():
            at = bisect_right(starts, start) - 1
            if at >= 0 and end <= places[at][1]:
                hint = self._hints[self._words[number]]
                held[at] |= hint.by_cue
                maybe[at] |= hint.by_pattern
        for at, (start, end) in enumerate(places):
            window = tight[start:end].encode("utf-8", "replace") if maybe[at] else b""
            for name, number in sorted(maybe[at]):
                if name not in held[at] and self._contexts[name].single(number).search(window) is not None:
                    held[at].add(name)
        return held

    def _holds(self, name: str, span: Span, text: AnalysedText) -> str | None:
        """The word that shows the context, or None."""
        one = self._contexts[name]
        return one.shown_by(*_window(one.context.within, span, text), text)


@dataclass(frozen=True, slots=True)
class _Sign:
    """What shows a context: a cue, or a pattern by its number."""

    context: str
    source: str
    pattern: int | None


@dataclass(frozen=True, slots=True)
class _Hint:
    """The contexts that a word shows by itself, and those that have a pattern which needs it."""

    by_cue: set[str]
    by_pattern: set[tuple[str, int]]  # context and number of the pattern


def _hints(contexts: Iterable[Context]) -> tuple[dict[str, _Hint], frozenset[tuple[str, int]]]:
    """What each word hints at, and the patterns that need no word."""
    hints: dict[str, _Hint] = {}
    unhinted = set()
    for context in contexts:
        for cue in context.cues:
            hints.setdefault(cue, _Hint(set(), set())).by_cue.add(context.id)
        for number, pattern in enumerate(context.patterns):
            literals = required(pattern)
            if not literals:
                unhinted.add((context.id, number))
            for literal in literals[0] if literals else ():
                hints.setdefault(literal, _Hint(set(), set())).by_pattern.add((context.id, number))
    return hints, frozenset(unhinted)


class _Compiled:
    """One context with its expression."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._singles: dict[int, Any] = {}

    def signs(self) -> list[_Sign]:
        """Its cues, then its patterns: a cue is told in less time."""
        cues = [_Sign(self.context.id, cue, None) for cue in self.context.cues]
        return cues + [_Sign(self.context.id, one, number) for number, one in enumerate(self.context.patterns)]

    @cached_property
    def expression(self) -> Any:
        """One expression of all patterns, or None."""
        patterns = self.context.patterns
        return self._compiled("|".join(f"(?:{one})" for one in patterns)) if patterns else None

    def single(self, number: int) -> Any:
        """The expression of one pattern."""
        if number not in self._singles:
            self._singles[number] = self._compiled(self.context.patterns[number])
        return self._singles[number]

    def _compiled(self, pattern: str) -> Any:
        options = re2.Options()
        options.log_errors = False
        try:
            return re2.compile(pattern, options)
        except re2.error:
            context = self.context
            message = f"{context.source}: 语境 {context.id} 的表达式 RE2 不接受；不可用前后查找、反向引用"
            raise RuleError(message) from None

    def shown_by(self, start: int, end: int, text: AnalysedText) -> str | None:
        """The cue or the stretch matched in tight text[start:end], or None."""
        key = (self.context.id, start, end)
        if key not in text.memory:
            text.memory[key] = self._search(text.tight.text[start:end])
        found: str | None = text.memory[key]
        return found

    def _search(self, window: str) -> str | None:
        cue = next(filter(window.__contains__, self.context.cues), None)
        if cue is not None or self.expression is None:
            return cue
        found = self.expression.search(window)
        return _NUMBER.sub("…", str(found.group(0))) if found else None


def _changed(severity: Severity, effect: Effect) -> Severity:
    if effect is Effect.SETTLE:
        return Severity.S3
    return severity if severity >= Severity.S1 else severity.shifted(1)


def _window(within: str, span: Span, text: AnalysedText) -> tuple[int, int]:
    """The stretch of tight text that a context is looked for in: lines of a block are joined there, as in PDF."""
    tight = text.tight
    if within == "document":
        first, last = text.part(span.start)
        return tight.here(first), tight.here(last)
    start, end = tight.here(span.start), tight.here(span.end)
    if within == "block":
        block = text.document.block_at(span.start)
        return tight.here(block.start), tight.here(block.end)
    if within == "sentence":
        return sentence_around(tight.text, start, end)
    first, last = text.passage_at(start)
    return first, max(last, end)
