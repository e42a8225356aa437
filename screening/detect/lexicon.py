"""Rules that are lists of words, found by one Aho-Corasick automaton over the tight text, 100,000 terms and more."""

from collections.abc import Iterable, Sequence

from screening.detect.automaton import finder, overlapping
from screening.detect.base import Hit, MatcherKind, Parts
from screening.detect.specs import only_fields, words
from screening.domain.errors import RuleError
from screening.domain.rule import Rule
from screening.text.analyse import AnalysedText


class LexiconMatcher:
    """All term rules in one automaton. A longer term of the same rule beats one inside it."""

    def __init__(self, rules: Sequence[Rule], parts: Parts) -> None:  # noqa: ARG002 - the same for every kind
        self._owners: dict[str, list[Rule]] = {}
        for rule in rules:
            only_fields(rule, "terms", "in", "not_in")
            if not rule.match.get("terms"):
                raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.terms：词表是空的；写 terms 或 file")
            for term in words(rule, "terms"):
                self._owners.setdefault("".join(term.split()), []).append(rule)
        self._terms = list(self._owners)
        self._automaton = finder(self._terms) if self._terms else None

    def compile(self) -> None:
        """Nothing is left to first use."""

    def find(self, text: AnalysedText) -> Iterable[Hit]:
        """Every term; Latin terms only where no Latin letter or digit touches them."""
        if self._automaton is None:
            return
        tight = text.tight.text
        furthest: dict[str, int] = {}
        found = sorted(overlapping(self._automaton, tight), key=lambda hit: (hit[0], -hit[1]))
        for start, end, index in found:
            if not _borders_fit(tight, start, end):
                continue
            for rule in self._owners[self._terms[index]]:
                if end > furthest.get(rule.id, -1):
                    furthest[rule.id] = end
                    yield Hit(rule, "tight", start, end)


def _borders_fit(text: str, start: int, end: int) -> bool:
    """A Latin or numeric edge of a term must not run on."""
    left, right = text[start - 1 : start], text[end : end + 1]
    runs_on_left = text[start].isascii() and text[start].isalnum() and left.isascii() and left.isalnum()
    runs_on_right = text[end - 1].isascii() and text[end - 1].isalnum() and right.isascii() and right.isalnum()
    return not (runs_on_left or runs_on_right)


plugin = MatcherKind("terms", build=LexiconMatcher)
