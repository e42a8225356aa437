"""One screening of one document: Coverage and Run."""

from dataclasses import dataclass

from screening.domain.decision import Decision
from screening.domain.document import Unread
from screening.domain.finding import Excused, Finding


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

    Versions are digests of content. accepted: findings that a baseline sets aside, with a reason on record; they do
    not count in the decision, but are never hidden. excused: matches that a context excuses, for those who ask why.
    attention: the greatest probability of any passage that a reviewer must look, flagged or not; 0 without a model.
    release_basis: where the matter has been published, as declared with the check.
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
    excused: tuple[Excused, ...] = ()
    attention: float = 0.0
    release_basis: str = ""

    @property
    def score(self) -> float:
        """Probability that a reviewer must look: the surest finding or the model's judgement of the weightiest
        passage, whichever is greater; 1 if anything is unread."""
        if not self.coverage.complete:
            return 1.0
        return max((self.attention, *(finding.score for finding in self.findings)))
