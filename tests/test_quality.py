"""The quality gate: the shipped product on the held-out batches; planted faults turn it red."""

import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from screening.detect.engine import Engine
from screening.domain.rule import Effect, Ruleset
from screening.learn.corpora import Passage, own
from screening.learn.gate import failures, floors_of, measured, read_floors
from screening.learn.measure import Judged, judge
from screening.learn.passages import Examples, train
from screening.learn.training import HELD_OUT
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped
from screening.text.names import KIND
from screening.weights import keep, weights


@cache
def ruleset() -> Ruleset:
    """The shipped rules."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0]


@cache
def held_out() -> tuple[Passage, ...]:
    """The batches that neither rules nor models have seen."""
    return tuple(one for one in own(shipped("models") / "corpus") if one.group in HELD_OUT)


def judged_by(rules: Ruleset, models: Path | None = None) -> list[Judged]:
    """What the product says of the held-out batches."""
    return judge(Engine(rules, b"k" * 32, models), held_out())


def red(rules: Ruleset, models: Path | None = None) -> list[str]:
    """What falls below its floor."""
    return failures(judged_by(rules, models), ruleset(), read_floors(shipped("models")))


def test_the_shipped_product_holds_its_floors() -> None:
    """Totals and every category."""
    assert red(ruleset()) == []


def test_the_floors_are_worth_their_name() -> None:
    """No category is let fall below half, the whole not below what the project promises."""
    floors = read_floors(shipped("models"))
    assert floors["stop_precision"] >= 0.85
    assert floors["macro_recall"] >= 0.85
    assert min(floors["recall"].values()) >= 0.5
    assert set(floors["recall"]) == {label for one in held_out() if one.must_stop for label in one.labels}


def test_floors_follow_the_figures() -> None:
    """What is recorded is just below what was measured."""
    now = measured(judged_by(ruleset()), ruleset())
    assert failures(judged_by(ruleset()), ruleset(), floors_of(now)) == []


@pytest.mark.parametrize("category", ["state_secret_mark", "pii_id_number", "closed_trial_info"])
def test_a_dead_pattern_turns_the_gate_red(category: str) -> None:
    """A category whose patterns match nothing any more is missed."""
    dead = tuple(
        replace(rule, match={**rule.match, "patterns": ["这一句永不出现{n}"], "literals": [["这一句永不出现"]]})
        if rule.category == category and rule.match["kind"] in ("pattern", "figure")
        else rule
        for rule in ruleset().rules
    )
    silent = tuple(rule for rule in dead if rule.match["kind"] != "classifier")
    assert any(category in line for line in red(replace(ruleset(), rules=silent)))


def test_a_context_switched_off_turns_the_gate_red() -> None:
    """Without the release context, published matters are stopped and precision falls."""
    off = tuple(replace(one, effect=Effect.NOTE) if one.id == "release" else one for one in ruleset().contexts)
    assert any("stop_precision" in line for line in red(replace(ruleset(), contexts=off)))


def test_shuffled_labels_turn_the_gate_red(tmp_path: Path) -> None:
    """A model that has learnt nothing shows."""
    passages = [one for one in own(shipped("models") / "corpus") if one.group not in HELD_OUT][::6]
    labels = [(one.labels, one.near) for one in passages]
    random.Random(3).shuffle(labels)
    spoilt = [replace(one, labels=some, near=near) for one, (some, near) in zip(passages, labels, strict=True)]
    keep(tmp_path, KIND, KIND, weights(shipped("models"), KIND))
    train(Examples.of(spoilt, ruleset()), ruleset(), tmp_path, "passages", seed=1)
    assert red(ruleset(), tmp_path)
