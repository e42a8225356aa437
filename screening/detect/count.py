"""Rules that fire when many findings of some categories stand in one file: lists of people."""

from collections.abc import Hashable, Iterator, Sequence

from screening.detect.base import Hit, Later, MatcherKind, Parts
from screening.detect.specs import only_fields, words
from screening.domain.errors import RuleError
from screening.domain.finding import Finding
from screening.domain.rule import Rule
from screening.text.analyse import AnalysedText


class CountMatcher:
    """All count rules."""

    def __init__(self, rules: Sequence[Rule], parts: Parts) -> None:  # noqa: ARG002 - the same for every kind
        for rule in rules:
            only_fields(rule, "categories", "at_least", "once")
            if not isinstance(rule.match.get("at_least"), int) or not words(rule, "categories"):
                raise RuleError(f"{rule.source}: 规则 {rule.id}：match 需要 categories（类别）和 at_least（整数）")
        self._rules = list(rules)

    def compile(self) -> None:
        """Nothing is left to first use."""

    def find_after(self, text: AnalysedText, findings: Sequence[Finding]) -> Later:
        """One hit a file, on the first of the counted findings; distinct passages are counted."""
        return Later(tuple(self._hits(text, findings)))

    def _hits(self, text: AnalysedText, findings: Sequence[Finding]) -> Iterator[Hit]:
        for rule in self._rules:
            files: dict[Hashable, dict[str, Finding]] = {}
            for finding in findings:
                if finding.category in rule.match["categories"]:
                    path = text.document.block_at(finding.span.start).provenance.path
                    files.setdefault((text.part_at(finding.span.start), path), {}).setdefault(finding.quote, finding)
            for counted in files.values():
                if len(counted) >= rule.match["at_least"]:
                    first = min(counted.values(), key=lambda finding: finding.span)
                    note = f"本文件中共有 {len(counted)} 条不同的个人信息"
                    yield Hit(rule, "source", first.span.start, first.span.end, note)


plugin = MatcherKind("count", build_after=CountMatcher)
