"""Rules about words in their order and about names: spaCy token patterns, run only on sentences that carry a trigger.

match: triggers (words, one of which must stand in the sentence; @lists of cues.yaml too), patterns (for spaCy: one
list of token descriptions a pattern; ENT_TYPE is PER, LOC or ORG), take (PER, LOC or ORG narrows the hit to that name),
in, not_in. All is normal text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from screening.detect.automaton import finder, overlapping
from screening.detect.base import Hit, MatcherKind, Parts
from screening.detect.specs import only_fields, words
from screening.domain.errors import RuleError
from screening.domain.rule import Rule
from screening.text.analyse import AnalysedText
from screening.text.sentences import sentence_around

_LONGEST = 120  # a longer "sentence" is a table or has no marks; it is looked at around its trigger
_OPERATORS = re.compile(r"[!?*+1]|\{\d\}|\{\d?,?[0-3]\}")  # spaCy tries every way to fill a wider count
_LITERAL = ("TEXT", "ORTH", "LOWER")
_KINDS = ("PER", "LOC", "ORG")


class TokenMatcher:
    """All token rules: one automaton of their triggers, one spaCy matcher for each rule."""

    def __init__(self, rules: Sequence[Rule], models: Path) -> None:
        self._models = models
        self._rules = list(rules)
        self._owners: dict[str, list[int]] = {}
        for index, rule in enumerate(rules):
            only_fields(rule, "triggers", "patterns", "take", "in", "not_in")
            _check(rule)
            for trigger in words(rule, "triggers"):
                self._owners.setdefault(trigger, []).append(index)
        self._triggers = list(self._owners)
        self._automaton = finder(self._triggers) if self._triggers else None

    @cached_property
    def _language(self) -> Any:
        from screening.text.tokenise import add_words, pipeline  # noqa: PLC0415 - half a second

        language = pipeline(self._models)
        add_words({word for rule in self._rules for word in (*words(rule, "triggers"), *_literals(rule))})
        return language

    @cached_property
    def _matchers(self) -> list[Any]:
        from spacy.errors import MatchPatternError  # noqa: PLC0415
        from spacy.matcher import Matcher  # noqa: PLC0415

        compiled = []
        for rule in self._rules:
            matcher = Matcher(self._language.vocab, validate=True)
            try:
                matcher.add(rule.id, rule.match["patterns"], greedy="LONGEST")
            except (MatchPatternError, ValueError, TypeError) as error:
                reason = str(error).splitlines()[0]
                raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.patterns：spaCy 不接受：{reason}") from None
            compiled.append(matcher)
        return compiled

    def compile(self) -> None:
        """Compile every pattern and load the names now. Raises RuleError or ModelError."""
        _ = self._matchers
        self._language("名")

    def find(self, text: AnalysedText) -> Iterable[Hit]:
        """Matches in the sentences that carry a trigger. Raises ModelError."""
        if self._automaton is None:
            return
        plain = text.plain.text
        for (start, end), wanted in self._sentences(plain).items():
            doc = self._language(plain[start:end])
            for index in sorted(wanted):
                yield from self._hits(index, doc, start)

    def _sentences(self, plain: str) -> dict[tuple[int, int], set[int]]:
        """The sentences with a trigger, and the rules that wait for it."""
        found: dict[tuple[int, int], set[int]] = {}
        first = last = -1
        for begin, stop, number in overlapping(self._automaton, plain):
            if not first <= begin < last:
                first, last = sentence_around(plain, begin, stop)
            start, end = (first, last) if last - first <= _LONGEST else _around(first, last, begin)
            found.setdefault((start, end), set()).update(self._owners[self._triggers[number]])
        return found

    def _hits(self, index: int, doc: Any, offset: int) -> Iterator[Hit]:
        rule = self._rules[index]
        take = rule.match.get("take")
        for _, first, last in self._matchers[index](doc):
            span = doc[first:last]
            names = [name for name in span.ents if name.label_ == take] if take else [span]
            for one in names[:1]:
                yield Hit(rule, "plain", offset + one.start_char, offset + one.end_char)


def _around(first: int, last: int, at: int) -> tuple[int, int]:
    """A stretch of fixed places, so that triggers near each other share one."""
    half = _LONGEST // 2
    start = max(first, at - (at - first) % half - half)
    return start, min(last, start + 3 * half)


def _check(rule: Rule) -> None:
    if not words(rule, "triggers"):
        raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.triggers：至少写一个触发词")
    patterns = rule.match.get("patterns")
    listed: list[Any] = patterns if isinstance(patterns, list) else []
    good = bool(listed) and all(isinstance(one, list) and one for one in listed)
    if not good or not all(isinstance(token, dict) for pattern in listed for token in pattern):
        raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.patterns：应为若干个词的描述列表")
    wide = [
        token["OP"] for pattern in listed for token in pattern if not _OPERATORS.fullmatch(str(token.get("OP", "1")))
    ]
    if wide:
        raise RuleError(
            f"{rule.source}: 规则 {rule.id} 字段 match.patterns：OP 只可写 ! ? * + 或至多 {{n,3}}，{wide[0]} 会拖死匹配"
        )
    if rule.match.get("take", "PER") not in _KINDS:
        raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.take：可写 {'、'.join(_KINDS)}")


def _literals(rule: Rule) -> Iterator[str]:
    """The words that token patterns name, so that they become tokens."""
    for pattern in rule.match["patterns"]:
        for token in pattern:
            for key in _LITERAL:
                value = token.get(key)
                if isinstance(value, str):
                    yield value
                elif isinstance(value, dict):
                    yield from (word for word in value.get("IN", []))


def _build(rules: Sequence[Rule], parts: Parts) -> TokenMatcher:
    return TokenMatcher(rules, parts.models)


plugin = MatcherKind("tokens", build=_build)
