"""The passage model: hashed character n-grams and what rules and contexts say, weighed by one linear function.

decision = sum of n-gram weights / sqrt(number of n-grams) + weights of rule and context features + intercept: what
scikit-learn's decision_function gives on the same features (tests/learn). Category weights work alike, on n-grams only.
Trained by screening/learn; loaded as plain arrays whose digests stand in models/manifest.json.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.text.ngrams import ORDERS, all_buckets
from screening.weights import weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

KIND = "passages"
_STEP = 2.0**-30  # weights are whole multiples of it: their sums are exact, wherever in a text a passage stands
_SURE = 30.0  # log-odds beyond which a probability is 0 or 1 to 13 digits
WEIGHTS, META = "weights.npz", "model.json"


@dataclass(frozen=True)
class Grams:
    """The n-grams of a text, by order, and running sums of their number and of what they weigh.

    weights: one for each bucket, and a last one, 0, for broken n-grams (bucket -1).
    """

    by_order: tuple[NDArray[np.int64], ...]
    weights: NDArray[np.float32]

    @cached_property
    def sums(self) -> list[NDArray[np.float64]]:
        """For each order the running sum of weights."""
        found = []
        for grams in self.by_order:
            running = np.zeros(len(grams) + 1)
            np.cumsum(self.weights[grams], dtype=np.float64, out=running[1:])
            found.append(running)
        return found

    @cached_property
    def counts(self) -> list[NDArray[np.int64]]:
        """For each order the running number of whole n-grams."""
        return [np.concatenate(([0], np.cumsum(grams >= 0))) for grams in self.by_order]

    def inside(self, start: int, end: int) -> NDArray[np.int64]:
        """The buckets of all whole n-grams of text[start:end]."""
        parts = [grams[start : max(end - order + 1, start)] for order, grams in zip(ORDERS, self.by_order, strict=True)]
        joined: NDArray[np.int64] = np.concatenate(parts)
        return joined[joined >= 0]


def window_sums(
    sums: Sequence[NDArray[Any]], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The sum over all orders of what lies in each window."""
    total = np.zeros(len(starts))
    for order, running in zip(ORDERS, sums, strict=True):
        last = np.maximum(ends - order + 1, starts)
        total += running[np.minimum(last, len(running) - 1)] - running[np.minimum(starts, len(running) - 1)]
    return total


@dataclass(frozen=True)
class PassageModel:
    """Weights of the decision and of the categories.

    decision: one weight a bucket; extra: weight of each rule and context feature by its name; calibration: slope and
    intercept from decision to log-odds; categories: one column a category over fewer buckets, with intercepts.
    """

    bits: int
    decision: NDArray[np.float32]
    extra: Mapping[str, float]
    intercept: float
    calibration: tuple[float, float]
    category_bits: int
    category_names: tuple[str, ...]
    category_weights: NDArray[np.float32]
    category_intercepts: NDArray[np.float32]
    threshold: float

    def grams(self, plain: str) -> Grams:
        """The n-grams of a text as this model counts and weighs them."""
        return Grams(all_buckets(plain, self.bits), self._weights)

    @cached_property
    def _weights(self) -> NDArray[np.float32]:
        return np.append(self.decision, np.float32(0))

    def decide(
        self,
        grams: Grams,
        starts: NDArray[np.int64],
        ends: NDArray[np.int64],
        said: Sequence[Iterable[str]] | None = None,
    ) -> NDArray[np.float64]:
        """The decision for each passage; `said` names the rule and context features that hold in it."""
        counts = window_sums(grams.counts, starts, ends)
        total = window_sums(grams.sums, starts, ends) / np.sqrt(np.maximum(counts, 1))
        if said is not None:
            total += np.fromiter((sum(self.extra.get(name, 0.0) for name in names) for names in said), float)
        return total + self.intercept

    def probability(self, decision: NDArray[np.float64]) -> NDArray[np.float64]:
        """The calibrated probability that a reviewer must look."""
        slope, intercept = self.calibration
        return _logistic(slope * decision + intercept)

    def categories(self, grams: Grams, start: int, end: int) -> NDArray[np.float64]:
        """The probability of each category for one passage, each by itself."""
        inside = grams.inside(start, end) >> (self.bits - self.category_bits)
        scale = 1 / np.sqrt(max(len(inside), 1))
        values = self.category_weights[inside].sum(axis=0, dtype=np.float64) * scale + self.category_intercepts
        return _logistic(values)

    def weightiest(self, grams: Grams, start: int, words: Sequence[str], most: int = 5) -> list[str]:
        """Of the words that stand one behind the other from `start` those that weigh most for a look, the heaviest
        first, at most `most`."""
        end = start + sum(map(len, words))
        weight = np.zeros(end - start + 1)
        for order, found in zip(ORDERS, grams.by_order, strict=True):
            values = grams.weights[found[start : max(end - order + 1, start)]] / order
            for step in range(order):
                weight[step : step + len(values)] += values
        begins = np.cumsum([0, *map(len, words)])[:-1]
        sums = dict(zip(words, np.add.reduceat(weight, begins).tolist(), strict=True)) if words else {}
        telling = [word for word, total in sums.items() if total > 0 and len(word) > 1 and word.isalpha()]
        return sorted(telling, key=lambda word: -sums[word])[:most]


def _logistic(values: NDArray[Any]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(values, -_SURE, _SURE)))
    return found


@cache
def load_model(models: Path) -> PassageModel:
    """The model in this folder. Raises ModelError."""
    files = weights(models, KIND)
    meta = json.loads(files[META])
    with np.load(io.BytesIO(files[WEIGHTS]), allow_pickle=False) as arrays:
        scales = arrays["category_scales"].astype(np.float32)
        return PassageModel(
            bits=meta["bits"],
            decision=(np.round(arrays["decision"].astype(np.float64) / _STEP) * _STEP).astype(np.float32),
            extra={name: round(weight / _STEP) * _STEP for name, weight in meta["extra"].items()},
            intercept=meta["intercept"],
            calibration=tuple(meta["calibration"]),
            category_bits=meta["category_bits"],
            category_names=tuple(meta["categories"]),
            category_weights=np.ascontiguousarray(arrays["category_weights"].T).astype(np.float32) * scales,
            category_intercepts=arrays["category_intercepts"].astype(np.float32),
            threshold=meta["threshold"],
        )
