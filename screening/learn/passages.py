"""Train the passage model: n-grams, rule and context features to one linear function, calibrated; and categories."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.detect.passage_model import KIND, META, WEIGHTS
from screening.domain.rule import Ruleset
from screening.learn.corpora import Passage
from screening.learn.features import BITS, Looked, gram_matrix, inverse_frequency, look, said_matrix
from screening.weights import keep

if TYPE_CHECKING:
    from numpy.typing import NDArray

CATEGORY_BITS = 15
_STRENGTH = 10.0  # C of the decision
_CATEGORY_STRENGTH = 30.0
_REAL_WEIGHT = 3.0  # real passages are few beside ours
_SAID = 0.5  # of a rule or context feature beside the n-grams: they were written with some of the passages in sight
_FOLDS = 5
# the coarser labels of real passages, where they mean one category
GOLD_LABELS = {
    "major_accident": "major_accident",
    "major_case": "major_case",
    "foreign_case": "foreign_related_case",
    "foreign_media": "foreign_media_contact",
    "internal_doc": "internal_document_ref",
    "key_figure": "relevant_figures",
}


@dataclass(frozen=True)
class Examples:
    """Passages with what rules say of them, ready to train on. A row of `grams` and of `looked` for each passage."""

    passages: tuple[Passage, ...]
    looked: tuple[Looked, ...]
    grams: Any

    @classmethod
    def of(cls, passages: Sequence[Passage], ruleset: Ruleset) -> Examples:
        """Run the rules and count the n-grams once for all folds."""
        texts = [one.text for one in passages]
        return cls(tuple(passages), tuple(look(texts, ruleset)), gram_matrix(texts))

    def some(self, rows: Sequence[int]) -> Examples:
        """Only these rows."""
        return Examples(tuple(self.passages[i] for i in rows), tuple(self.looked[i] for i in rows), self.grams[rows])

    @property
    def groups(self) -> NDArray[Any]:
        """What must stay together."""
        return np.array([one.group for one in self.passages])

    @property
    def topical(self) -> NDArray[np.int64]:
        """1 where a reviewer must look."""
        return np.array([int(one.topical) for one in self.passages])

    @property
    def weights(self) -> NDArray[np.float64]:
        """How much each passage counts: ours and real ones, unsure ones half."""
        weight = [(1.0 if one.source == "own" else _REAL_WEIGHT) * (1.0 if one.sure else 0.5) for one in self.passages]
        return np.array(weight)


@dataclass(frozen=True)
class Fitted:
    """A linear function in scikit-learn's own form, over n-gram columns and then the columns of `names`."""

    classifier: Any
    idf: NDArray[np.float64]
    names: tuple[str, ...]

    def matrix(self, examples: Examples) -> Any:
        """The features as scikit-learn takes them."""
        from scipy.sparse import hstack  # noqa: PLC0415

        return hstack([examples.grams.multiply(self.idf), said_matrix(examples.looked, self.names) * _SAID]).tocsr()

    def decision(self, examples: Examples) -> NDArray[np.float64]:
        """scikit-learn's decision function."""
        found: NDArray[np.float64] = self.classifier.decision_function(self.matrix(examples))
        return found


def fit(examples: Examples, seed: int) -> Fitted:
    """Fit the decision."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    names = tuple(sorted({name for one in examples.looked for name in one.said}))
    fitted = Fitted(
        LogisticRegression(C=_STRENGTH, max_iter=3000, random_state=seed), inverse_frequency(examples.grams), names
    )
    fitted.classifier.fit(fitted.matrix(examples), examples.topical, sample_weight=examples.weights)
    return fitted


def out_of_fold(examples: Examples, seed: int) -> NDArray[np.float64]:
    """The decision for each passage by a function that has not seen its group."""
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415

    found = np.zeros(len(examples.passages))
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(found, examples.topical, examples.groups):
        found[test] = fit(examples.some(train), seed).decision(examples.some(test))
    return found


def calibrate(
    decisions: NDArray[np.float64], topical: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Slope and intercept from decision to log-odds (Platt 1999), on decisions of passages not trained on."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    scale = LogisticRegression(C=1000.0).fit(decisions[:, None], topical, sample_weight=weights)
    return float(scale.coef_[0, 0]), float(scale.intercept_[0])


def threshold(chances: NDArray[np.float64], topical: NDArray[np.int64]) -> float:
    """The probability from which a passage is flagged: where F1 is greatest on passages not trained on."""
    order = np.argsort(-chances)
    right = np.cumsum(topical[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + topical.sum())
    return float(round(chances[order][int(f1.argmax())], 4))


def fit_categories(
    examples: Examples, names: Sequence[str], seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights and intercepts of each category against all other passages, over 2**CATEGORY_BITS buckets."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    grams = gram_matrix([one.text for one in examples.passages], CATEGORY_BITS)
    idf = inverse_frequency(grams)
    matrix = grams.multiply(idf).tocsr()
    weights = np.zeros((len(names), 1 << CATEGORY_BITS), dtype=np.float32)
    intercepts = np.zeros(len(names), dtype=np.float32)
    for row, name in enumerate(names):
        wanted = np.array([int(name in mapped(one)) for one in examples.passages])
        one = LogisticRegression(C=_CATEGORY_STRENGTH, max_iter=500, random_state=seed)
        one.fit(matrix, wanted)
        weights[row], intercepts[row] = one.coef_[0] * idf, one.intercept_[0]
    return weights, intercepts


def mapped(passage: Passage) -> set[str]:
    """The categories of a passage, also of one with the coarser labels."""
    return set(passage.labels) if passage.source == "own" else {GOLD_LABELS.get(one, one) for one in passage.labels}


def train(examples: Examples, ruleset: Ruleset, models: Path, folder: str, seed: int) -> dict[str, float]:
    """Train everything, keep the weights, and give what was chosen: calibration and threshold."""
    decisions = out_of_fold(examples, seed)
    calibration = calibrate(decisions, examples.topical, examples.weights)
    chances = 1 / (1 + np.exp(-(calibration[0] * decisions + calibration[1])))
    fitted = fit(examples, seed)
    names = [name for name in sorted(ruleset.categories) if sum(name in mapped(one) for one in examples.passages) >= 5]
    category_weights, intercepts = fit_categories(examples, names, seed)
    scales = np.maximum(np.abs(category_weights).max(axis=1), 1e-9) / 127
    coefficients = fitted.classifier.coef_[0]
    meta = {
        "bits": BITS,
        "category_bits": CATEGORY_BITS,
        "extra": {
            name: float(value * _SAID) for name, value in zip(fitted.names, coefficients[1 << BITS :], strict=True)
        },
        "intercept": float(fitted.classifier.intercept_[0]),
        "calibration": list(calibration),
        "categories": names,
        "threshold": threshold(chances, examples.topical),
        "seed": seed,
    }
    arrays = {
        "decision": (coefficients[: 1 << BITS] * fitted.idf).astype(np.float32),
        "category_weights": np.rint(category_weights / scales[:, None]).astype(np.int8),
        "category_scales": scales.astype(np.float32),
        "category_intercepts": intercepts,
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    text = json.dumps(meta, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    keep(models, KIND, folder, {WEIGHTS: buffer.getvalue(), META: text.encode()})
    return {"threshold": float(meta["threshold"]), "slope": calibration[0], "intercept": calibration[1]}  # type: ignore[arg-type]
