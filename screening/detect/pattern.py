"""Rules that are regular expressions, run by RE2 in linear time.

The words that a pattern cannot do without find the lines worth looking at; on these each rule is run by itself, so that
overlapping hits of different rules are all seen. Patterns never cross a line of their view. `{n}` in a pattern stands
for a quantity in any dress (text/quantities.py).
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import re2

from screening.detect.automaton import finder, overlapping
from screening.detect.base import Hit, MatcherKind, Parts
from screening.detect.specs import only_fields, words
from screening.detect.validators import CHECKS, Candidate, Check
from screening.domain.errors import RuleError
from screening.domain.rule import Rule
from screening.text.analyse import VIEWS, AnalysedText
from screening.text.literals import required
from screening.text.normalise import normal
from screening.text.quantities import with_numbers

_NEIGHBOURS = 12
_AFTER = 4 * _NEIGHBOURS  # bytes that are sure to hold so many characters
_NEWLINE = re.compile("\n")
_GROUP = "v"
_MEMORY = 256 << 20  # of the joint expression


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
        self, rules: Sequence[Rule], judge_of: Callable[[Rule], Judge] = lambda _: no_note, fields: tuple[str, ...] = ()
    ) -> None:
        by_view: dict[str, list[_Pattern]] = {}
        for rule in rules:
            only_fields(rule, "patterns", "literals", "views", "validators", "in", "not_in", *fields)
            judge = judge_of(rule)
            checks = tuple(CHECKS[name] for name in words(rule, "validators", CHECKS))
            for view in words(rule, "views", VIEWS) or ("plain",):
                for number, source in enumerate(_sources(rule)):
                    by_view.setdefault(view, []).append(_Pattern(rule, number, source, checks, judge))
        self._views = [_View(name, patterns) for name, patterns in by_view.items()]

    def find(self, text: AnalysedText) -> Iterable[Hit]:
        """Every match of every rule whose checks hold. Raises RuleError for a pattern that RE2 refuses."""
        for view in self._views:
            yield from view.hits(text)

    def compile(self) -> None:
        """Compile everything now instead of at first use. Raises RuleError for one that RE2 refuses."""
        for view in self._views:
            view.compile()


class _View:
    """The patterns of one view. Lines are looked at for the words that a pattern cannot do without (literals.py); the
    few patterns without such words share one expression that finds their lines."""

    def __init__(self, name: str, patterns: Sequence[_Pattern]) -> None:
        self._name, self._patterns = name, patterns
        self._owners: dict[str, list[tuple[int, int]]] = {}  # word to the patterns that need it, and as which part
        self._whole: list[int] = []  # for each pattern its parts, as bits, all of which must be seen
        for number, one in enumerate(patterns):
            self._whole.append((1 << len(one.literals)) - 1)
            for part, literals in enumerate(one.literals):
                for literal in literals:
                    self._owners.setdefault(literal, []).append((number, 1 << part))
        self._bare = [number for number, whole in enumerate(self._whole) if not whole]
        self._literals = list(self._owners)

    @cached_property
    def _automaton(self) -> Any:
        return finder(self._literals) if self._literals else None

    @cached_property
    def _joint(self) -> Any:
        return _joint([self._patterns[number] for number in self._bare]) if self._bare else None

    def compile(self) -> None:
        """Raises RuleError."""
        _ = self._joint
        for one in self._patterns:
            one.compile()

    def hits(self, text: AnalysedText) -> Iterator[Hit]:
        """Hits of all patterns in this view of a text."""
        view = text.view(self._name).text
        if not view:
            return
        borders = [0, *(match.end() for match in _NEWLINE.finditer(view)), len(view) + 1]
        wanted = self._wanted(view, borders)
        for line in sorted(wanted):
            start = borders[line]
            raw = view[start : borders[line + 1] - 1].encode("utf-8", "replace")
            for number in sorted(wanted[line]):
                yield from self._patterns[number].hits(self._name, start, raw)

    def _wanted(self, view: str, borders: Sequence[int]) -> dict[int, list[int]]:
        """For each line worth it the patterns to run there: those of which every part has been seen in it."""
        wanted: dict[int, list[int]] = {}
        if self._automaton is not None:
            for line, seen in self._seen(view, borders):
                numbers = [number for number, parts in seen.items() if parts == self._whole[number]]
                if numbers:
                    wanted[line] = numbers
        if self._joint is not None:
            for line in _lines_worth_it(self._joint, view):
                wanted.setdefault(line, []).extend(self._bare)
        return wanted

    def _seen(self, view: str, borders: Sequence[int]) -> Iterator[tuple[int, dict[int, int]]]:
        """Line by line the parts seen of each pattern."""
        line, seen, met = 0, dict[int, int](), set[int]()
        for start, _, literal in sorted(overlapping(self._automaton, view)):
            if not borders[line] <= start < borders[line + 1]:
                if seen:
                    yield line, seen
                line, seen, met = bisect_right(borders, start) - 1, {}, set()
            if literal not in met:
                met.add(literal)
                for number, part in self._owners[self._literals[literal]]:
                    seen[number] = seen.get(number, 0) | part
        if seen:
            yield line, seen


def _joint(compiled: Sequence[_Pattern]) -> Any:
    """One expression for all; when RE2 refuses it, the error names the rule that is to blame."""
    joint = "|".join(f"(?:{_ungrouped(one.source)})" for one in compiled)
    try:
        return _compile(compiled[0].rule, joint, many_lines=True)
    except RuleError:
        for one in compiled:
            _compile(one.rule, one.source)
        raise


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


def _compile(rule: Rule, source: str, *, many_lines: bool = False) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.never_nl = many_lines  # no match crosses a line, not even by a negated class; it costs time
    try:
        return re2.compile(f"(?m:{source})", options)
    except re2.error as error:
        reason = str(error.args[0] if error.args else error)
        raise RuleError(
            f"{rule.source}: 规则 {rule.id} 的表达式 RE2 不接受：{reason}；不可用前后查找、反向引用"
        ) from None


def _ungrouped(source: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", source)


def _lines_worth_it(joint: Any, text: str) -> Iterator[int]:
    """The number of every line that the expression matches in; RE2 works on bytes."""
    raw = text.encode("utf-8", "replace")
    at = line = counted = 0
    while (match := joint.search(raw, at)) is not None:
        line_start = raw.rfind(b"\n", 0, match.start()) + 1
        line += raw.count(b"\n", counted, line_start)
        yield line
        counted = line_start
        at = raw.find(b"\n", max(match.end() - 1, line_start)) + 1
        if not 0 < at < len(raw):
            return


def _build(rules: Sequence[Rule], parts: Parts) -> PatternMatcher:  # noqa: ARG001 - the same for every kind
    return PatternMatcher(rules)


plugin = MatcherKind("pattern", build=_build)
