"""Rules that are regular expressions, run by RE2 in linear time.

One expression of all rules finds the lines worth looking at; on these each rule is run by itself, so that overlapping
hits of different rules are all seen. Patterns never cross a line of their view.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import re2

from screening.detect.base import Hit, MatcherKind
from screening.detect.specs import only_fields, words
from screening.detect.validators import CHECKS, Candidate, Check
from screening.domain.errors import RuleError
from screening.domain.rule import Rule
from screening.text.analyse import VIEWS, AnalysedText
from screening.text.normalise import normal

_NEIGHBOURS = 12
_GROUP = "v"
_MEMORY = 256 << 20  # of the joint expression


class _Pattern:
    """One expression of one rule, compiled at its first use."""

    def __init__(self, rule: Rule, source: str, checks: tuple[Check, ...]) -> None:
        self.rule, self.source, self.checks = rule, source, checks

    @cached_property
    def _expression(self) -> Any:
        return _compile(self.rule, self.source)

    @cached_property
    def _group(self) -> int:
        """The number of the group that narrows the hit; 0 means the whole match."""
        return int(self._expression.groupindex.get(_GROUP, 0))

    def hits(self, view: str, start: int, line: str) -> Iterator[Hit]:
        """Hits in one line that begins at `start` of the view."""
        for match in self._expression.finditer(line):
            begin, end = match.span(self._group)
            if begin < 0:  # the named group took no part in the match
                begin, end = match.span()
            if begin == end:
                continue
            near = Candidate(line[begin:end], line[max(begin - _NEIGHBOURS, 0) : begin], line[end : end + _NEIGHBOURS])
            if all(check(near) for check in self.checks):
                yield Hit(self.rule, view, start + begin, start + end)


class _Group:
    """A few patterns behind one expression that matches where any of them does."""

    def __init__(self, members: Sequence[_Pattern]) -> None:
        self.members = members

    @cached_property
    def _joint(self) -> Any:
        return _joint(self.members)

    def hits(self, view: str, start: int, line: str) -> Iterator[Hit]:
        """Hits of all members in one line."""
        if self._joint.search(line) is not None:
            for one in self.members:
                yield from one.hits(view, start, line)


class PatternMatcher:
    """All pattern rules, by view."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        by_view: dict[str, list[_Pattern]] = {}
        for rule in rules:
            only_fields(rule, "patterns", "views", "validators", "in", "not_in")
            checks = tuple(CHECKS[name] for name in words(rule, "validators", CHECKS))
            for view in words(rule, "views", VIEWS) or ("plain",):
                for source in _sources(rule):
                    by_view.setdefault(view, []).append(_Pattern(rule, source, checks))
        self._views = [_View(name, patterns) for name, patterns in by_view.items()]

    def find(self, text: AnalysedText) -> Iterable[Hit]:
        """Every match of every rule whose checks hold. Raises RuleError for a pattern that RE2 refuses."""
        for view in self._views:
            yield from view.hits(text)

    def compile(self) -> None:
        """Compile everything now instead of at first use. Raises RuleError for the first that RE2 refuses."""
        for view in self._views:
            view.compile()


class _View:
    """The patterns of one view: one expression for all finds the lines, groups find the patterns."""

    def __init__(self, name: str, patterns: Sequence[_Pattern]) -> None:
        self._name, self._patterns = name, patterns
        size = max(int(len(patterns) ** 0.5), 1)  # as many groups as members in each: few expressions on a line
        self._groups = [_Group(patterns[at : at + size]) for at in range(0, len(patterns), size)]

    @cached_property
    def _joint(self) -> Any:
        return _joint(self._patterns)

    def compile(self) -> None:
        """Raises RuleError."""
        _ = self._joint

    def hits(self, text: AnalysedText) -> Iterator[Hit]:
        """Hits of all patterns in this view of a text."""
        normal_text = text.view(self._name).text
        if not normal_text:
            return
        for start, line in _lines_worth_it(self._joint, normal_text):
            for group in self._groups:
                yield from group.hits(self._name, start, line)


def _joint(compiled: Sequence[_Pattern]) -> Any:
    """One expression for all; when RE2 refuses it, the error names the rule that is to blame."""
    joint = "|".join(f"(?:{_ungrouped(one.source)})" for one in compiled)
    try:
        return _compile(compiled[0].rule, joint)
    except RuleError:
        for one in compiled:
            _compile(one.rule, one.source)
        raise


def _sources(rule: Rule) -> tuple[str, ...]:
    sources = words(rule, "patterns")
    if not sources:
        raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.patterns：至少写一个表达式")
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
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(f"(?m:{source})", options)
    except re2.error as error:
        reason = str(error.args[0] if error.args else error)
        raise RuleError(
            f"{rule.source}: 规则 {rule.id} 的表达式 RE2 不接受：{reason}；不可用前后查找、反向引用"
        ) from None


def _ungrouped(source: str) -> str:
    return source.replace(f"(?P<{_GROUP}>", "(?:")


def _lines_worth_it(joint: Any, text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of every line that any rule matches; RE2 works on bytes, so lines are counted in both."""
    raw = text.encode("utf-8", "replace")
    at = chars_at = bytes_at = 0
    while (match := joint.search(raw, at)) is not None:
        line_start = raw.rfind(b"\n", 0, match.start()) + 1
        line_end = raw.find(b"\n", max(match.end() - 1, line_start))
        line_end = len(raw) if line_end < 0 else line_end
        chars_at += len(raw[bytes_at:line_start].decode())
        line = raw[line_start:line_end].decode()
        yield chars_at, line
        chars_at += len(line)
        bytes_at = line_end
        at = line_end + 1
        if at > len(raw):
            return


plugin = MatcherKind("pattern", build=PatternMatcher)
