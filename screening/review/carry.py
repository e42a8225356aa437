"""A new version beside the old one: decisions that may be offered again, and what has changed. Nothing is applied here.

A decision is offered where the same rule finds the same words in a passage of which not one character has changed.
Where the passage has changed, or several equal ones have become more or fewer, nothing is guessed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from screening.domain.document import Document
from screening.domain.finding import Finding
from screening.domain.review import Resolution


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided on a finding of the old version. Items are f0 … of that version."""

    item: str
    resolution: Resolution
    person: str
    at: str
    reason: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """offered: item of the new version → the old decision; reopened: items of the new version whose passage has
    changed; gone: old decisions whose words are in the new version no more; unplaced: those that cannot be told
    apart."""

    offered: Mapping[str, Decided]
    reopened: tuple[str, ...] = ()
    gone: tuple[Decided, ...] = ()
    unplaced: tuple[Decided, ...] = ()


def carry(
    old: Document, old_findings: Sequence[Finding], decided: Sequence[Decided], new: Document, found: Sequence[Finding]
) -> Carried:
    """Which decisions on the old version may be offered for the new one."""
    by_key: dict[tuple[str, str], list[str]] = defaultdict(list)
    by_print: dict[str, list[str]] = defaultdict(list)
    for number, finding in enumerate(found):
        by_key[_key(new, finding)].append(f"f{number}")
        by_print[finding.fingerprint].append(f"f{number}")
    old_keys = [_key(old, finding) for finding in old_findings]
    offered: dict[str, Decided] = {}
    reopened, gone, unplaced = [], [], []
    for one in decided:
        key = old_keys[int(one.item[1:])]
        equal_before = [f"f{number}" for number, other in enumerate(old_keys) if other == key]
        equal_now = by_key.get(key, [])
        if len(equal_now) == len(equal_before):
            offered[equal_now[equal_before.index(one.item)]] = one
        elif equal_now:
            unplaced.append(one)
        elif by_print.get(key[0]):
            reopened += [item for item in by_print[key[0]] if item not in reopened]
        else:
            gone.append(one)
    return Carried(offered, tuple(item for item in reopened if item not in offered), tuple(gone), tuple(unplaced))


def _key(document: Document, finding: Finding) -> tuple[str, str]:
    """The words (by fingerprint), and the passage in which they stand with their place in it."""
    block = document.block_at(finding.span.start)
    return finding.fingerprint, f"{block.kind}\0{finding.span.start - block.start}\0{block.text}"


class Change(StrEnum):
    """How a row of the comparison came about."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {"same": "未变", "changed": "改动", "added": "新增", "removed": "删去"}[self.value]


@dataclass(frozen=True, slots=True)
class Row:
    """One passage on the left, its successor on the right."""

    change: Change
    left: str
    right: str


def compare(old: Document, new: Document, *, only_changed: bool = True) -> list[Row]:
    """Both versions passage by passage, hidden ones included."""
    left, right = [block.text for block in old.blocks], [block.text for block in new.blocks]
    rows: list[Row] = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += [] if only_changed else [Row(Change.SAME, text, text) for text in left[a:b]]
            continue
        pairs = min(b - a, d - c)
        rows += [Row(Change.CHANGED, left[a + n], right[c + n]) for n in range(pairs)]
        rows += [Row(Change.REMOVED, text, "") for text in left[a + pairs : b]]
        rows += [Row(Change.ADDED, "", text) for text in right[c + pairs : d]]
    return rows
