"""Measure the whole product on passages that its model has not seen: cross-validation by group, real engine."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from screening.detect.engine import Engine
from screening.domain.rule import Ruleset
from screening.learn.measure import Judged, judge
from screening.learn.passages import Examples, train
from screening.text.names import KIND
from screening.weights import keep, weights

_KEY = b"validate" * 4


def engine_without(examples: Examples, hidden: Sequence[int], ruleset: Ruleset, models: Path, seed: int) -> Engine:
    """The product with a passage model trained on all examples but the hidden ones; names come from `models`."""
    rows = np.setdiff1d(np.arange(len(examples.passages)), np.asarray(hidden, dtype=np.int64))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        keep(place, KIND, KIND, weights(models, KIND))
        train(examples.some(list(rows)), ruleset, place, "passages", seed)
        engine = Engine(ruleset, _KEY, place)
        engine.warm()
    return engine


def cross_validated(
    examples: Examples, measured: Sequence[int], folds: int, ruleset: Ruleset, models: Path, seed: int
) -> list[Judged]:
    """What the product says of the measured passages, each by a model that has not seen its group. All other examples
    are trained on in every fold."""
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415

    rows = np.asarray(measured, dtype=np.int64)
    judged: list[Judged] = []
    for _, test in GroupKFold(folds).split(rows, groups=examples.groups[rows]):
        engine = engine_without(examples, list(rows[test]), ruleset, models, seed)
        judged += judge(engine, [examples.passages[row] for row in rows[test]])
    return judged


def batch_by_batch(examples: Examples, ruleset: Ruleset, models: Path, seed: int) -> Iterator[tuple[str, list[Judged]]]:
    """For each batch of our own corpus what the product says of it with a model trained on all others."""
    for batch in sorted({one.group for one in examples.passages if one.source == "own"}):
        hidden = [row for row, one in enumerate(examples.passages) if one.source == "own" and one.group == batch]
        engine = engine_without(examples, hidden, ruleset, models, seed)
        yield batch, judge(engine, [examples.passages[row] for row in hidden])
