"""What was found: Severity and Finding."""

from dataclasses import dataclass
from enum import IntEnum

from screening.domain.document import Span

MARKS = frozenset({"state_secret_mark", "state_secret_mark_variant", "mark_removed"})  # categories


class Severity(IntEnum):
    """How grave a finding is: S0 is the gravest, and compares as the greatest."""

    S3 = 1
    S2 = 2
    S1 = 3
    S0 = 4

    @property
    def label(self) -> str:
        """The Chinese word, as shown to people."""
        return _LABELS[self]

    def shifted(self, steps: int) -> "Severity":
        """So many steps graver (or milder when negative), within S3..S0."""
        return Severity(min(max(self + steps, Severity.S3), Severity.S0))


_LABELS = {Severity.S0: "严重", Severity.S1: "高", Severity.S2: "中", Severity.S3: "低"}


@dataclass(frozen=True, slots=True)
class Excused:
    """A match that does not count, because a context excuses it: rule, place in words, reason. No draft text."""

    rule_id: str
    title: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A passage that must not go out without a second look.

    span: code points of Document.text; quote: the text there, draft text that never goes to a log;
    masked: the quote as it may be shown in a list; score: 0 to 1, probability that a reviewer must look;
    message: what it is; advice: what to do; basis: the article it rests on; place: where, in words;
    fingerprint: keyed HMAC of rule id and normal text, free of position and of plain text;
    explanation: what context changed, one sentence each.
    """

    rule_id: str
    title: str
    category: str
    severity: Severity
    span: Span
    quote: str
    masked: str
    score: float
    message: str
    advice: str
    basis: str
    place: str
    visible: bool
    fingerprint: str
    explanation: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.score <= 1:
            raise ValueError(f"{self.rule_id}: a score lies in 0..1, got {self.score}")

    def redact(self) -> str:
        """The quote as it may be shown outside the desk."""
        return self.masked
