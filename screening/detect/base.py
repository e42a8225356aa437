"""What a way of matching is given and what it hands back.

A way of matching is a module of this package with `plugin = MatcherKind(...)`. It proposes hits in one view of the
text; it never judges context and never knows source offsets: the engine does both, in one place.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from screening.detect.scan import Scan
from screening.detect.surroundings import Surroundings
from screening.domain.finding import Finding
from screening.domain.rule import Rule
from screening.text.analyse import AnalysedText


@dataclass(frozen=True, slots=True)
class Hit:
    """A proposal: rule, view and the half-open offsets in that view (`source` means Document.text itself).

    note: a sentence for the explanation of the finding, such as a count; score: where the hit has one of its own.
    """

    rule: Rule
    view: str
    start: int
    end: int
    note: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """What rests on findings: hits in source offsets, and for each document of the text the greatest probability of any
    passage that a reviewer must look at it (none from those that weigh no passages)."""

    hits: tuple[Hit, ...]
    attention: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """What ways of matching may be built from: the folder of trained models, the contexts, and the one pass for all
    patterns."""

    models: Path
    surroundings: Surroundings
    scan: Scan


class Matcher(Protocol):
    """All rules of one kind, compiled."""

    def find(self, text: AnalysedText) -> Iterable[Hit]:
        """Hits in reading order or any other."""

    def compile(self) -> None:
        """Do now what is otherwise left to first use. Raises RuleError."""


class AfterMatcher(Protocol):
    """All rules of one kind that look at what the others found."""

    def find_after(self, text: AnalysedText, findings: Sequence[Finding]) -> Later:
        """What rests on the findings."""

    def compile(self) -> None:
        """Do now what is otherwise left to first use. Raises ModelError."""


@dataclass(frozen=True, slots=True)
class MatcherKind:
    """A way of matching. `name` is what rules write in match.kind.

    build compiles rules and raises RuleError naming rule, field and cure. `after`: it looks at findings.
    """

    name: str
    build: Callable[[Sequence[Rule], Parts], Matcher] | None = None
    build_after: Callable[[Sequence[Rule], Parts], AfterMatcher] | None = None
