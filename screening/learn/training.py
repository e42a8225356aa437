"""The whole training as the command line calls it: data in, models and a few words out."""

from collections.abc import Iterator
from pathlib import Path

from screening.domain.rule import Ruleset
from screening.learn.corpora import Passage, gold, own
from screening.learn.names import train_names
from screening.learn.passages import Examples, train
from screening.settings import shipped

HELD_OUT = ("b09", "b10")  # whole batches that no shipped model has seen: the quality gate measures on them
STAMP = "20261125"  # of the folders that the trained weights are kept in; raise it when a new model replaces them


def training_passages(corpus: Path | None, data: Path | None) -> list[Passage]:
    """Our own corpus but the held-out batches, and the labelled real passages where a data folder is named."""
    passages = [one for one in own(corpus or shipped("models") / "corpus") if one.group not in HELD_OUT]
    return passages + (gold(data / "gold_dev.jsonl") if data else [])


def train_names_model(data: Path, models: Path) -> Iterator[str]:
    """Train and keep the names; a line for each held-out source."""
    for source, scores in train_names(data, models, f"names-{STAMP}").items():
        shown = "，".join(
            f"{kind} P {one.precision:.3f} R {one.recall:.3f} F1 {one.f1:.3f}" for kind, one in scores.items()
        )
        yield f"{source}: {shown}"


def train_passage_model(ruleset: Ruleset, corpus: Path | None, data: Path | None, models: Path, seed: int) -> str:
    """Train and keep the passage model; a line on what was chosen."""
    passages = training_passages(corpus, data)
    chosen = train(Examples.of(passages, ruleset), ruleset, models, f"passages-{STAMP}", seed)
    return f"段落模型：{len(passages)} 段，阈值 {chosen['threshold']:.4f}"
