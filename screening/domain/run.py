"""One screening of one document: Coverage and Run."""

from dataclasses import dataclass

from screening.domain.decision import Decision
from screening.domain.document import Unread
from screening.domain.finding import Finding


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at: blocks (stretches of text), characters, files inside, pictures, and what stayed unread."""

    blocks: int
    characters: int
    attachments: int
    images: int
    unread: tuple[Unread, ...]

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return not self.unread


@dataclass(frozen=True, slots=True)
class Run:
    """The result of a screening. The same document, channel, rules and policy give an equal Run.

    Versions are digests of content; model_version is empty while no model is used. accepted: findings that a
    baseline sets aside, with a reason on record; they do not count in the decision, but are never hidden.
    """

    document_sha256: str
    filename: str
    channel: str
    ruleset_version: str
    model_version: str
    policy_version: str
    findings: tuple[Finding, ...]
    coverage: Coverage
    decision: Decision
    accepted: tuple[Finding, ...] = ()

    @property
    def score(self) -> float:
        """Probability that a reviewer must look: the findings taken as independent, 1 if anything is unread."""
        if not self.coverage.complete:
            return 1.0
        quiet = 1.0
        for finding in self.findings:
            quiet *= 1.0 - finding.score
        return 1.0 - quiet
