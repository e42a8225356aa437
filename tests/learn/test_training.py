"""Training: reproducible from a seed, and the product's arithmetic is scikit-learn's."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from screening.detect.passage_model import load_model
from screening.domain.rule import Ruleset
from screening.learn.corpora import own
from screening.learn.features import tight
from screening.learn.passages import Examples, fit, train
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped


@cache
def ruleset() -> Ruleset:
    """The shipped rules."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0]


@cache
def examples() -> Examples:
    """Every eighth passage of the corpus: enough to train on in a few seconds."""
    return Examples.of(own(shipped("models") / "corpus")[::8], ruleset())


def test_the_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    """Byte for byte."""
    for name in ("one", "two"):
        train(examples(), ruleset(), tmp_path / name, "passages", seed=5)
    first, second = ((tmp_path / name / "manifest.json").read_bytes() for name in ("one", "two"))
    assert first == second


def test_the_product_gives_scikit_learns_decision(tmp_path: Path) -> None:
    """On the same features: n-grams, rules, contexts."""
    train(examples(), ruleset(), tmp_path, "passages", seed=5)
    model, fitted = load_model(tmp_path), fit(examples(), seed=5)
    theirs = fitted.decision(examples())
    for row, (passage, looked) in enumerate(zip(examples().passages, examples().looked, strict=True)):
        text = tight(passage.text)
        ours = model.decide(model.grams(text), np.array([0]), np.array([len(text)]), [looked.said])
        assert ours[0] == pytest.approx(theirs[row], abs=2e-4), passage.id


def test_probabilities_are_calibrated_in_the_large() -> None:
    """Of passages not trained on, about as many must be looked at as the probabilities add up to."""
    from screening.learn.passages import calibrate, out_of_fold

    decisions = out_of_fold(examples(), seed=5)
    slope, intercept = calibrate(decisions, examples().topical, examples().weights)
    chances = 1 / (1 + np.exp(-(slope * decisions + intercept)))
    assert chances.mean() == pytest.approx(examples().topical.mean(), abs=0.02)
