"""Screen documents: a pure function. No disk, no network, no clock."""

from collections.abc import Collection, Sequence
from typing import Protocol

from screening.domain.decision import Decision
from screening.domain.document import Document
from screening.domain.finding import Excused, Finding, Severity
from screening.domain.run import Coverage, Run
from screening.rules.policy import Policy


class Found(Protocol):
    """What a finder hands back: detect.engine.Found."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In order of position."""

    @property
    def excused(self) -> tuple[Excused, ...]:
        """Matches that a context excuses."""

    @property
    def attention(self) -> float:
        """The greatest probability of any passage that a reviewer must look."""


class Finder(Protocol):
    """What finds: detect.engine.Engine."""

    @property
    def version(self) -> str:
        """Digest of the rules in force."""

    def examine_all(self, documents: Sequence[Document], release_basis: str = "") -> Sequence[Found]:
        """Every finding of each document, in order of position, and the attention it needs."""


def screen_all(
    documents: Sequence[Document],
    engine: Finder,
    policy: Policy,
    channel: str,
    *,
    accepted: Collection[str] = (),
    model_version: str = "",
    release_basis: str = "",
) -> list[Run]:
    """The run of each document for a channel, each by itself. Equal inputs give an equal Run.

    accepted: fingerprints set aside by a baseline. A finding of severity S0 cannot be set aside. release_basis: address
    or number of the authoritative release, as the author declares it.
    """
    runs = []
    for document, examined in zip(documents, engine.examine_all(documents, release_basis), strict=True):
        found = examined.findings
        set_aside = [one.fingerprint in accepted and one.severity < Severity.S0 for one in found]
        aside = tuple(one for one, out in zip(found, set_aside, strict=True) if out)
        findings = tuple(one for one, out in zip(found, set_aside, strict=True) if not out)
        coverage = coverage_of(document)
        decision: Decision = policy.decide(findings, coverage, channel)
        run = Run(
            document_sha256=document.sha256,
            filename=document.filename,
            channel=channel,
            ruleset_version=engine.version,
            model_version=model_version,
            policy_version=policy.version,
            findings=findings,
            coverage=coverage,
            decision=decision,
            accepted=aside,
            excused=examined.excused,
            attention=examined.attention,
            release_basis=release_basis,
        )
        runs.append(run)
    return runs


def coverage_of(document: Document) -> Coverage:
    """What was looked at in a document."""
    return Coverage(
        blocks=len(document.blocks),
        characters=len(document.text),
        attachments=int(document.metadata.get("attachments", "0")),
        images=int(document.metadata.get("images", "0")),
        unread=document.unread,
    )
