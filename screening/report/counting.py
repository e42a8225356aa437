"""Findings in the order people read them: counted by severity, gravest first, equal ones together."""

from collections import Counter
from collections.abc import Iterable, Sequence

from screening.domain.decision import Disposition
from screening.domain.finding import Finding, Severity
from screening.domain.run import Run
from screening.report.words import Words

GRAVEST_FIRST = tuple(sorted(Severity, reverse=True))


def by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many findings of each severity there are, gravest first, without zeros."""
    counts = Counter(finding.severity for finding in findings)
    return {severity: counts[severity] for severity in GRAVEST_FIRST if counts[severity]}


def counts_in_words(run: Run, words: Words) -> str:
    """The counts on one line: 高 2 · 中 1, or that nothing was found."""
    counts = by_severity(run.findings)
    return " · ".join(f"{words.severity(level)} {count}" for level, count in counts.items()) or words("none")


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Gravest first, then by position."""
    return sorted(findings, key=lambda finding: (-finding.severity, finding.span, finding.rule_id))


def equal_ones_together(findings: Sequence[Finding], more_than: int) -> list[list[Finding]]:
    """The findings in groups: more than so many of one severity, rule and masked value make one group."""
    groups: dict[tuple[Severity, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_sameness(finding), []).append(finding)
    together: list[list[Finding]] = []
    for finding in findings:
        group = groups[_sameness(finding)]
        if len(group) <= more_than:
            together.append([finding])
        elif group[0] is finding:
            together.append(group)
    return together


def _sameness(finding: Finding) -> tuple[Severity, str, str]:
    return finding.severity, finding.rule_id, finding.masked


def is_locked(run: Run, show: bool) -> bool:
    """Whether the text around findings must stay out of a report: a state-secret mark is not passed round."""
    return run.decision.disposition is Disposition.QUARANTINE and not show
