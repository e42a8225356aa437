"""The shape of the lexicon files, field by field. Loaded only when a file is new: valid rules are cached."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from screening.domain.document import BlockKind, Hidden
from screening.domain.rule import Effect

SeverityName = Literal["S0", "S1", "S2", "S3"]
DispositionName = Literal["CLEAR", "WARN", "REDACT", "HOLD", "REFER", "BLOCK", "QUARANTINE"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,12}-[0-9]{3}$")]
Mask = Literal["none", "id", "phone", "account", "address", "all"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Strict(BaseModel):
    """A table that knows all its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ExampleSpec(Strict):
    """An example that stands elsewhere than in a visible paragraph."""

    text: Words
    kind: BlockKind = BlockKind.PARAGRAPH
    hidden: Hidden = Hidden.NO
    detail: str = ""


class ConditionSpec(Strict):
    """cues: words or @lists of cues.yaml."""

    cues: list[Words] = Field(min_length=1)
    within: Literal["sentence", "line", "passage", "block", "document"] | Annotated[int, Field(ge=1, le=2000)] = (
        "sentence"
    )
    side: Literal["both", "before", "after"] = "both"


class AdjustSpec(ConditionSpec):
    """A condition with the severity that it leads to."""

    to: SeverityName
    because: Words


class RuleSpec(Strict):
    """One rule as written."""

    id: RuleId
    title: Words
    category: Name
    severity: SeverityName | None = None
    score: Annotated[float, Field(ge=0, le=1)] = 0.9
    match: dict[str, Any]
    needs: list[ConditionSpec] = []
    unless: list[ConditionSpec] = []
    adjust: list[AdjustSpec] = []
    exceptions: list[Words] = []
    not_inside: list[Annotated[str, StringConstraints(min_length=2, max_length=2)]] = []
    mask: Mask | None = None
    immune: list[Name] = []
    basis: Words
    advice: Words
    hits: list[Words | ExampleSpec] = Field(min_length=1)
    misses: list[Words | ExampleSpec] = Field(min_length=1)


class RuleFile(Strict):
    """A file of rules."""

    rules: list[RuleSpec]


class ContextSpec(Strict):
    """A kind of surroundings and what it does to hits of its categories."""

    id: Name
    title: Words
    effect: Effect
    categories: list[Name] = []
    cues: list[Words] = []
    patterns: list[Words] = []
    within: Literal["sentence", "passage", "block", "document"] = "passage"
    beaten_by: list[Name] = []
    because: Words
    basis: Words
    hits: list[Words] = Field(min_length=1)
    misses: list[Words] = Field(min_length=1)


class ContextFile(Strict):
    """contexts.yaml."""

    contexts: list[ContextSpec]


class CueFile(Strict):
    """Named lists of words that conditions point to as @name."""

    cues: dict[Name, list[Words]]


class CategorySpec(Strict):
    """One category of the taxonomy."""

    id: Name
    name: Words
    severity: SeverityName
    basis: Words
    advice: Words
    approvers: list[Name | Words] = Field(min_length=1)
    mask: Mask = "none"
    family: str = ""


class CategoryFile(Strict):
    """categories.yaml."""

    categories: list[CategorySpec]


class ChannelSpec(Strict):
    """One channel of publication. shift: steps by which severity rises there; least: lowest disposition."""

    id: Name
    name: Words
    shift: Annotated[int, Field(ge=0, le=3)] = 0
    least: DispositionName = "CLEAR"
    because: str = ""
    sign_offs: list[Words] = Field(min_length=1)


class ChannelFile(Strict):
    """channels.yaml."""

    channels: list[ChannelSpec]


class PolicySpec(Strict):
    """policy.yaml: severity and category to disposition; offices in signing order."""

    severities: dict[SeverityName, DispositionName]
    categories: dict[Name, dict[SeverityName, DispositionName]]
    channels: dict[Name, dict[Name, dict[SeverityName, DispositionName]]] = {}
    unread: DispositionName
    unread_sign_offs: list[Words]
    unknown: DispositionName
    offices: dict[str, Words]
