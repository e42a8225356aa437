"""Rules that are regular expressions, run by RE2 in linear time.

One pass (scan.py), or the words that a pattern cannot do without (worth.py), finds the lines worth looking at; on
these each rule is run by itself, so that overlapping hits of different rules are all seen. Patterns never cross a line
of their view. `{n}` in a pattern stands for a quantity in any dress (text/quantities.py).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import re2

from screening.detect.base import Hit, MatcherKind, Parts
from screening.detect.scan import Scan
from screening.detect.specs import only_fields, words
from screening.detect.validators import CHECKS, Candidate, Check
from screening.detect.worth import LinesWorthIt, expression
from screening.domain.errors import RuleError
from screening.domain.rule import Rule
from screening.text.analyse import VIEWS, AnalysedText
from screening.text.literals import required
from screening.text.normalise import normal
from screening.text.quantities import with_numbers

_NEIGHBOURS = 12
_AFTER = 4 * _NEIGHBOURS  # bytes that are sure to hold so many characters
_GROUP = "v"


Judge = Callable[[Any], str | None]  # of a match: a note for the finding, or None to drop it


def no_note(match: Any) -> str:  # noqa: ARG001 - a Judge
    """The judge of plain patterns: every match counts, and nothing is to be said about it."""
    return ""


class _Pattern:
    """One expression of one rule, compiled at its first use."""

    def __init__(self, rule: Rule, number: int, source: str, checks: tuple[Check, ...], judge: Judge) -> None:
        self.rule, self.source, self.checks, self.judge = rule, source, checks, judge
        kept = rule.match.get("literals")  # found when the rule was loaded, or now
        self.literals: Sequence[Iterable[str]] = kept[number] if kept else required(source)

    @cached_property
    def _expression(self) -> Any:
        return _compile(self.rule, self.source)

    @cached_property
    def _group(self) -> int:
        """The number of the group that narrows the hit; 0 means the whole match."""
        return int(self._expression.groupindex.get(_GROUP, 0))

    def compile(self) -> None:
        """Raises RuleError."""
        _ = self._expression

    def hits(self, view: str, start: int, line: bytes) -> Iterator[Hit]:
        """Hits in one line, UTF-8, that begins at character `start` of the view."""
        counted = at = 0  # bytes behind us, and the characters that they are
        for match in self._expression.finditer(line):
            begin, end = match.span(self._group)
            if begin < 0:  # the named group took no part in the match
                begin, end = match.span()
            if begin == end:
                continue
            if begin >= counted:
                at += len(line[counted:begin].decode())
            else:
                at -= len(line[begin:counted].decode())
            counted, inside = begin, line[begin:end].decode()
            before = line[max(begin - _AFTER, 0) : begin].decode(errors="ignore")[-_NEIGHBOURS:]
            after = line[end : end + _AFTER].decode(errors="ignore")[:_NEIGHBOURS]
            near = Candidate(inside, before, after)
            note = self.judge(match) if all(check(near) for check in self.checks) else None
            if note is not None:
                yield Hit(self.rule, view, start + at, start + at + len(inside), note)


class PatternMatcher:
    """All pattern rules, by view. `judge_of` gives what judges the matches of a rule; `fields` are further fields."""

    def __init__(
        self,
        rules: Sequence[Rule],
        scan: Scan,
        judge_of: Callable[[Rule], Judge] = lambda _: no_note,
        fields: tuple[str, ...] = (),
    ) -> None:
        by_view: dict[str, list[_Pattern]] = {}
        for rule in rules:
            only_fields(rule, "patterns", "literals", "views", "validators", "in", "not_in", *fields)
            judge = judge_of(rule)
            checks = tuple(CHECKS[name] for name in words(rule, "validators", CHECKS))
            for view in words(rule, "views", VIEWS) or ("plain",):
                for number, source in enumerate(_sources(rule)):
                    by_view.setdefault(view, []).append(_Pattern(rule, number, source, checks, judge))
        self._views = [_View(name, patterns, scan) for name, patterns in by_view.items()]

    def find(self, text: AnalysedText) -> Iterable[Hit]:
        """Every match of every rule whose checks hold. Raises RuleError for a pattern that RE2 refuses."""
        for view in self._views:
            yield from view.hits(text)

    def compile(self) -> None:
        """Compile everything now instead of at first use. Raises RuleError for one that RE2 refuses."""
        for view in self._views:
            view.compile()


class _View:
    """The patterns of one view, with what finds the lines they are run on: one pass (scan.py) where a database of it is
    there, else, and for the patterns it lacks, words (worth.py)."""

    def __init__(self, name: str, patterns: Sequence[_Pattern], scan: Scan) -> None:
        self._name, self._patterns, self._scan = name, patterns, scan
        self._numbers = scan.add(name, [one.source for one in patterns])
        self._worth: dict[frozenset[int], LinesWorthIt] = {}  # by the patterns that it looks after

    def compile(self) -> None:
        """Raises RuleError."""
        for one in self._patterns:
            one.compile()

    def hits(self, text: AnalysedText) -> Iterator[Hit]:
        """Hits of all patterns in this view of a text."""
        view = text.view(self._name).text
        if not view:
            return
        borders = text.borders(self._name)
        at, raw = -1, b""
        for line, number in self._wanted(text, view, borders):
            if line != at:
                at, raw = line, view[borders[line] : borders[line + 1] - 1].encode("utf-8", "replace")
            yield from self._patterns[number].hits(self._name, borders[line], raw)

    def _wanted(self, text: AnalysedText, view: str, borders: Sequence[int]) -> list[tuple[int, int]]:
        """Line and pattern, in order, wherever a match may be."""
        ends = self._scan.ends(text, self._name)
        if ends is None:
            return sorted(self._lines_worth_it(frozenset(range(len(self._patterns)))).find(view, borders))
        first = self._numbers.start
        found = [(line, number - first) for line, number in ends.within(borders, self._numbers)]
        left = frozenset(number - first for number in self._numbers if number in ends.missing)
        return sorted([*found, *self._lines_worth_it(left).find(view, borders)]) if left else found

    def _lines_worth_it(self, numbers: frozenset[int]) -> LinesWorthIt:
        """Raises RuleError."""
        if numbers not in self._worth:
            some = [(number, self._patterns[number]) for number in sorted(numbers)]
            worth = LinesWorthIt({number: (one.source, one.literals) for number, one in some})
            try:
                worth.compile()
            except re2.error:
                self.compile()  # names the rule that is to blame
                raise
            self._worth[numbers] = worth
        return self._worth[numbers]


def _sources(rule: Rule) -> tuple[str, ...]:
    sources = words(rule, "patterns")
    if not sources:
        raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.patterns：至少写一个表达式")
    sources = tuple(with_numbers(source) for source in sources)
    for source in sources:
        foreign = "".join(character for character in source if not character.isascii())
        if normal(foreign) != foreign:
            wrong = next(character for character in foreign if normal(character) != character)
            raise RuleError(
                f"{rule.source}: 规则 {rule.id} 字段 match.patterns：{wrong} 在比对用的文本中写作 "
                f"{normal(wrong) or '（已删去）'}；请改写"
            )
    return sources


def _compile(rule: Rule, source: str) -> Any:
    try:
        return expression(source)
    except re2.error as error:
        reason = str(error.args[0] if error.args else error)
        raise RuleError(
            f"{rule.source}: 规则 {rule.id} 的表达式 RE2 不接受：{reason}；不可用前后查找、反向引用"
        ) from None


def _build(rules: Sequence[Rule], parts: Parts) -> PatternMatcher:
    return PatternMatcher(rules, parts.scan)


plugin = MatcherKind("pattern", build=_build)
