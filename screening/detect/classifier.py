"""Rules that the passage model carries out: one rule a category says what its judgement means and what to do.

match: not_in, in; at_least (probability of the category from which it is named beside the likeliest, 0.2 if left out).
The model weighs every passage of the tight text (lines of a block joined, no blanks) with what the rules found in it. A
passage whose probability reaches the threshold is flagged at its weightiest sentence, under the likeliest category,
unless a rule has already flagged the passage for that.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from screening.detect.base import Hit, Later, MatcherKind, Parts
from screening.detect.passage_model import Grams, PassageModel, load_model
from screening.detect.specs import only_fields
from screening.domain.finding import Finding, Severity
from screening.domain.rule import Rule
from screening.text.analyse import AnalysedText
from screening.text.sentences import sentences
from screening.text.tokenise import words_of

_LIKELY = 0.2
_FEW = 16  # a passage of fewer letters says nothing by itself


class PassageClassifier:
    """All model rules, by category."""

    def __init__(self, rules: Sequence[Rule], parts: Parts) -> None:
        self._rules: dict[str, Rule] = {}
        for rule in rules:
            only_fields(rule, "at_least", "in", "not_in")
            self._rules[rule.category] = rule
        self._parts = parts

    @cached_property
    def model(self) -> PassageModel:
        """Raises ModelError."""
        return load_model(self._parts.models)

    def compile(self) -> None:
        """Load the model now."""
        _ = self.model

    def find_after(self, text: AnalysedText, findings: Sequence[Finding]) -> Later:
        """The passages that a reviewer must look at and no rule has named, and the greatest probability of all."""
        tight = text.tight.text
        model, grams = self.model, self.model.grams(tight)
        letters = grams.counts[0]  # single characters that say something: no digits, no blanks
        places = [(start, end) for start, end in text.passages if letters[end] - letters[start] >= _FEW]
        if not places:
            return Later(())
        known = _by_passage(places, findings, text)
        held = self._parts.surroundings.held(places, tight)
        said = [features(contexts, findings) for contexts, findings in zip(held, known, strict=True)]
        starts, ends = np.array(places, dtype=np.int64).T
        chances = model.probability(model.decide(grams, starts, ends, said))
        flagged = np.flatnonzero(chances >= model.threshold)
        hits = [
            hit
            for at in map(int, flagged)
            for hit in self._hits(places[at], float(chances[at]), known[at], grams, text)
        ]
        return Later(tuple(hits), float(chances.max()))

    def _hits(
        self, place: tuple[int, int], chance: float, known: Sequence[Finding], grams: Grams, text: AnalysedText
    ) -> Iterator[Hit]:
        start, end = _weightiest_sentence(self.model, place, text.tight.text)
        span = text.tight.home(start, end)
        named = {finding.category for finding in known}
        grave = any(finding.severity >= Severity.S2 for finding in known)
        for category in self._named(grams, place, others=grave):
            if category not in named:
                shown = "、".join(f"“{words}”" for words in self.model.weightiest(words_of(text.tight.text[start:end])))
                note = f"模型判断，把握 {chance:.2f}" + (f"；着眼于 {shown}" if shown else "")
                yield Hit(self._rules[category], "source", span.start, span.end, note, round(chance, 4))

    def _named(self, grams: Grams, place: tuple[int, int], *, others: bool) -> list[str]:
        """The categories to name: the likeliest, and others that are likely by themselves. With `others`, a rule has
        flagged the passage already, and only what is likely by itself is added."""
        chances = dict(zip(self.model.category_names, self.model.categories(grams, *place), strict=True))
        ranked = sorted((name for name in self._rules if name in chances), key=lambda name: -chances[name])
        likely = [name for name in ranked if chances[name] >= self._rules[name].match.get("at_least", _LIKELY)]
        return likely or ([] if others else ranked[:1])


def features(contexts: Iterable[str], findings: Iterable[Finding]) -> set[str]:
    """What contexts and rules say of a passage, as the names of features."""
    said = {f"context:{name}" for name in contexts}
    for finding in findings:
        said.add(f"rule:{finding.category}")
        said.add("rule:any")
    return said


def _by_passage(
    places: Sequence[tuple[int, int]], findings: Sequence[Finding], text: AnalysedText
) -> list[list[Finding]]:
    """The findings that begin in each passage."""
    found: list[list[Finding]] = [[] for _ in places]
    starts = np.array([start for start, _ in places])
    for finding in findings:
        at = int(np.searchsorted(starts, text.tight.here(finding.span.start), side="right")) - 1
        found[max(at, 0)].append(finding)
    return found


def _weightiest_sentence(model: PassageModel, place: tuple[int, int], plain: str) -> tuple[int, int]:
    """The sentence of a passage whose n-grams weigh most, trimmed of blanks."""
    first, last = place
    words = plain[first:last]
    inside = [one for one in sentences(words, 0, len(words)) if words[slice(*one)].strip()]
    starts, ends = np.array(inside, dtype=np.int64).T
    weighed = model.decide(model.grams(words), starts, ends, [()] * len(inside))
    start, end = inside[int(weighed.argmax())]
    sentence = words[start:end]
    return first + start + len(sentence) - len(sentence.lstrip()), first + start + len(sentence.rstrip())


def _build(rules: Sequence[Rule], parts: Parts) -> PassageClassifier:
    return PassageClassifier(rules, parts)


plugin = MatcherKind("classifier", build_after=_build)
