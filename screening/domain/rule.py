"""A rule as data: what to match, what context it needs, and the examples that prove it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from screening.domain.document import BlockKind, Hidden
from screening.domain.finding import Severity


@dataclass(frozen=True, slots=True)
class Example:
    """A short invented text that a rule must hit or must miss, and the block it stands in."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    hidden: Hidden = Hidden.NO
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Words in the neighbourhood of a hit.

    cues: the words, in normal form, any of which counts; within: sentence, line, block, document or a
    number of characters to each side; side: both, before or after the hit.
    """

    cues: tuple[str, ...]
    within: str | int = "sentence"
    side: str = "both"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A condition that changes the severity of a hit to `severity`, with the reason shown to people."""

    condition: Condition
    severity: Severity
    because: str


class Effect(StrEnum):
    """What a context does to a hit: excuse it, settle it down to S3, raise it by one step up to S1, or nothing by
    itself: it is there to beat others."""

    EXCUSE = "excuse"
    SETTLE = "settle"
    RAISE = "raise"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Context:
    """A kind of surroundings that changes what hits of some categories weigh: release, drill, foreign country.

    It holds where a cue stands, or a pattern matches, in the stretch named by `within` (sentence, passage, block or
    document), unless a context of `beaten_by` holds there too. `because` is shown to people. hits and misses are
    texts in which it does and does not hold.
    """

    id: str
    title: str
    effect: Effect
    categories: frozenset[str]
    cues: tuple[str, ...]
    patterns: tuple[str, ...]
    within: str
    beaten_by: tuple[str, ...]
    because: str
    basis: str
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    source: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `match` belongs to the way of matching named by match["kind"].

    needs: every condition must hold; unless: none may hold; adjust: the first that holds settles the severity;
    exceptions: longer words that beat a hit inside them; not_inside: pairs of brackets that excuse a hit;
    mask: how a quote is shown in lists, when not as its category says; immune: contexts that do not touch its hits.
    Ids are never used again.
    """

    id: str
    title: str
    category: str
    severity: Severity
    match: Mapping[str, Any]
    hits: tuple[Example, ...]
    misses: tuple[Example, ...]
    basis: str
    advice: str
    score: float = 0.9
    needs: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    adjust: tuple[Adjustment, ...] = ()
    exceptions: tuple[str, ...] = ()
    not_inside: tuple[str, ...] = ()
    mask: str = ""
    immune: tuple[str, ...] = ()
    source: str = field(default="", compare=False)  # file it was loaded from
    replaces: str = field(default="", compare=False)  # file of the shipped rule whose place it takes

    def __post_init__(self) -> None:
        if not self.hits or not self.misses:
            raise ValueError(f"{self.id}: a rule needs at least one hit and one miss")


@dataclass(frozen=True, slots=True)
class Category:
    """One row of the taxonomy. mask: how a quote is shown in lists; family: hits of one family that overlap
    are one matter, of which the best is kept."""

    id: str
    name: str
    severity: Severity
    basis: str
    advice: str
    approvers: tuple[str, ...]
    mask: str = "none"
    family: str = ""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All rules in force. `version` is a digest of the content of every lexicon file."""

    rules: tuple[Rule, ...]
    categories: Mapping[str, Category]
    version: str
    contexts: tuple[Context, ...] = ()

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
