"""The quality gate: floors that the product must hold on the held-out batches, so that quality can only rise.

models/floors.json: stop_precision, macro_recall, auc over the held-out batches, and the recall of each category.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from screening.domain.rule import Ruleset
from screening.learn.measure import Judged, by_category, ranking, stopping

_SLACK = 0.1001  # one of ten positives of a category: a floor below that would move with every other change


def read_floors(models: Path) -> dict[str, Any]:
    """The recorded floors."""
    found: dict[str, Any] = json.loads((models / "floors.json").read_text(encoding="utf-8"))
    return found


def measured(judged: Sequence[Judged], ruleset: Ruleset) -> dict[str, Any]:
    """The figures that the floors speak of."""
    rows = [row for row in by_category(judged, sorted(ruleset.categories)) if row.positive]
    return {
        "stop_precision": round(stopping(judged).precision, 3),
        "macro_recall": round(sum(row.recall for row in rows) / len(rows), 3),
        "auc": round(ranking(judged)[0], 3),
        "recall": {row.category: round(row.recall, 3) for row in rows},
    }


def floors_of(figures: dict[str, Any]) -> dict[str, Any]:
    """Floors to record for these figures: the totals a hundredth below, each category one passage of ten below."""
    return {
        **{name: round(figures[name] - 0.01, 3) for name in ("stop_precision", "macro_recall", "auc")},
        "recall": {name: round(max(value - _SLACK, 0), 3) for name, value in figures["recall"].items()},
    }


def failures(judged: Sequence[Judged], ruleset: Ruleset, floors: dict[str, Any]) -> list[str]:
    """What fell below its floor, one line each; empty when the gate is open."""
    now = measured(judged, ruleset)
    found = [
        f"{name}: {now[name]} below {floors[name]}"
        for name in ("stop_precision", "macro_recall", "auc")
        if now[name] < floors[name]
    ]
    for category, floor in floors["recall"].items():
        value = now["recall"].get(category, 0.0)
        if value < floor:
            found.append(f"recall of {category}: {value} below {floor}")
    return found
