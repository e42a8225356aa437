"""Rules that the passage model carries out: one rule a category says what its judgement means and what to do.

match: not_in, in; at_least (probability of the category from which it is named beside the likeliest, 0.2 if left out).
The model weighs every passage of the tight text (lines of a block joined, no blanks) with what the rules found in it. A
passage whose probability reaches the threshold is flagged at its weightiest sentence, under the likeliest category,
unless a rule has already flagged the passage for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from screening.detect.base import Hit, Later, MatcherKind, Parts
from screening.detect.passage_model import Grams, PassageModel, load_model
from screening.detect.specs import only_fields
from screening.domain.finding import Finding, Severity
from screening.domain.rule import Rule
from screening.text.analyse import AnalysedText
from screening.text.sentences import sentences_of
from screening.text.tokenise import words_of

if TYPE_CHECKING:
    from screening.text.normalise import Offsets

_LIKELY = 0.2
_MOST = 2  # categories named for one passage
_SURE_ALONE = 0.85  # of 1,000 harmless passages 7 hold a sentence that reaches it, of positives a third
_SUREST = 0.95  # no model is surer of a passage than this, whatever the arithmetic says
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
        starts, ends = np.array(text.passages, dtype=np.int64).reshape(-1, 2).T
        enough = letters[ends] - letters[starts] >= _FEW
        starts, ends = starts[enough], ends[enough]
        places = list(zip(starts.tolist(), ends.tolist(), strict=True))
        if not places:
            return Later(())
        known = _by_passage(places, findings, text)
        held = self._parts.surroundings.held(places, text)
        said = [features(contexts, findings) for contexts, findings in zip(held, known, strict=True)]
        chances = model.probability(model.decide(grams, starts, ends, said))
        sentences = _Sentences(model, grams, starts, ends, tight)
        sure = sentences.sure
        flagged = np.flatnonzero((chances >= model.threshold) | (sure > 0)).tolist()
        chances = np.maximum(chances, np.where(sure > 0, (chances + sure) / 2, 0.0))
        hits = [
            hit
            for at in flagged
            for hit in self._hits(places[at], sentences.of(at), float(chances[at]), known[at], grams, text)
        ]
        attention = np.zeros(len(text.seams) + 1)
        homes = starts if text.tight.origin is None else text.tight.origin[starts]
        np.maximum.at(attention, np.searchsorted(text.seams, homes, side="right"), chances)
        return Later(tuple(hits), tuple(attention.tolist()))

    def _hits(
        self,
        place: tuple[int, int],
        weighed: Sequence[tuple[int, int, float]],
        chance: float,
        known: Sequence[Finding],
        grams: Grams,
        text: AnalysedText,
    ) -> Iterator[Hit]:
        """weighed: the sentences of the passage, each with the probability it would have alone."""
        named = {finding.category for finding in known}
        grave = any(finding.severity >= Severity.S2 for finding in known)
        heaviest = max(weighed, key=lambda one: one[2])
        for category in self._named(grams, place, others=grave):
            if category not in named:
                named.add(category)
                yield self._hit(category, heaviest[:2], chance, grams, text)
        for start, end, alone in weighed:  # other sentences that would be flagged if they stood alone
            span = text.tight.home(start, end)
            untouched = not any(finding.span.overlaps(span) for finding in known)
            if alone >= self.model.threshold and untouched and (start, end) != heaviest[:2]:
                for category in self._named(grams, (start, end), others=False)[:1]:
                    if category not in named:
                        named.add(category)
                        yield self._hit(category, (start, end), alone, grams, text)

    def _hit(self, category: str, place: tuple[int, int], chance: float, grams: Grams, text: AnalysedText) -> Hit:
        """A hit on one sentence, with what the model looked at."""
        words = self.model.weightiest(grams, place[0], words_of(text.tight.text[slice(*place)]))
        shown = "、".join(f"“{word}”" for word in words)
        score = min(chance, _SUREST)
        note = f"模型判断，把握 {score:.2f}" + (f"；着眼于 {shown}" if shown else "")
        span = text.tight.home(*place)
        return Hit(self._rules[category], "source", span.start, span.end, note, round(score, 4))

    def _named(self, grams: Grams, place: tuple[int, int], *, others: bool) -> list[str]:
        """The categories to name: the likeliest, and others that are likely by themselves. With `others`, a rule has
        flagged the passage already, and only what is likely by itself is added."""
        chances = dict(zip(self.model.category_names, self.model.categories(grams, *place).tolist(), strict=True))
        ranked = sorted((name for name in self._rules if name in chances), key=lambda name: -chances[name])
        likely = [name for name in ranked if chances[name] >= self._rules[name].match.get("at_least", _LIKELY)]
        return likely[:_MOST] or ([] if others else ranked[:1])


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
        here = text.tight.here(finding.span.start)
        at = int(np.searchsorted(starts, here, side="right")) - 1
        if at >= 0 and here < places[at][1]:  # others stand in passages too short to be weighed
            found[at].append(finding)
    return found


class _Sentences:
    """All sentences of all passages, each with the probability it would have alone (0 for one too short to say
    anything)."""

    def __init__(self, model: PassageModel, grams: Grams, starts: Offsets, ends: Offsets, tight: str) -> None:
        self._tight, letters = tight, grams.counts[0]
        self._starts, self._ends, owners = sentences_of(tight, starts, ends)
        alone = model.probability(model.decide(grams, self._starts, self._ends))
        enough = self._ends - self._starts >= _FEW
        self.sure = np.zeros(len(starts))  # of each passage the surest sentence: what is harmless must not hide a leak
        np.maximum.at(self.sure, owners, np.where(enough & (alone >= _SURE_ALONE), alone, 0.0))
        self._alone = np.where(letters[self._ends] - letters[self._starts] >= _FEW, alone, 0.0)
        self._first = np.searchsorted(owners, np.arange(len(starts) + 1))

    def of(self, passage: int) -> list[tuple[int, int, float]]:
        """Those of one passage, trimmed of blanks."""
        here = slice(*self._first[passage : passage + 2])
        found = []
        for start, end, alone in zip(
            self._starts[here].tolist(), self._ends[here].tolist(), self._alone[here].tolist(), strict=True
        ):
            words = self._tight[start:end]
            if words.strip():
                found.append((start + len(words) - len(words.lstrip()), start + len(words.rstrip()), alone))
        return found


def _build(rules: Sequence[Rule], parts: Parts) -> PassageClassifier:
    return PassageClassifier(rules, parts)


plugin = MatcherKind("classifier", build_after=_build)
