"""Overlaps: of hits of one family on the same passage the best is kept; different matters stay side by side."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping

from screening.domain.finding import Finding
from screening.domain.rule import Category


def settle(findings: Iterable[Finding], categories: Mapping[str, Category]) -> list[Finding]:
    """The findings that remain, in order of position. Graver beats milder, longer beats shorter, then score and id."""
    by_family: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=_rank):
        family = _family(finding, categories)
        kept = by_family.setdefault(family, [])  # in order of position; no two of them overlap
        at = bisect_right(kept, finding.span.start, key=lambda other: other.span.start)
        if not any(other.span.overlaps(finding.span) for other in kept[max(at - 1, 0) : at + 1]):
            kept.insert(at, finding)
    everything = [finding for kept in by_family.values() for finding in kept]
    return sorted(everything, key=lambda finding: (finding.span, finding.rule_id))


def _rank(finding: Finding) -> tuple[int, int, float, str, int]:
    length = finding.span.end - finding.span.start
    return -finding.severity, -length, -finding.score, finding.rule_id, finding.span.start


def _family(finding: Finding, categories: Mapping[str, Category]) -> str:
    category = categories.get(finding.category)
    return category.family if category and category.family else finding.category
