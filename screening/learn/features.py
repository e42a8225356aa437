"""The features of passages for training: the very ones that the product counts, as scikit-learn takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.checker import document_of_text
from screening.detect.classifier import features
from screening.detect.engine import Engine
from screening.detect.surroundings import Surroundings
from screening.domain.finding import Finding
from screening.domain.rule import Ruleset
from screening.text.analyse import AnalysedText
from screening.text.ngrams import ORDERS, buckets, letters
from screening.text.normalise import normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS = 18


@dataclass(frozen=True, slots=True)
class Looked:
    """What rules and contexts said of a passage."""

    findings: tuple[Finding, ...]
    said: frozenset[str]


def look(texts: Iterable[str], ruleset: Ruleset) -> list[Looked]:
    """Run all rules but those of the model over each text."""
    rules = tuple(rule for rule in ruleset.rules if rule.match["kind"] != "classifier")
    bare = Ruleset(rules, ruleset.categories, "", ruleset.contexts)
    engine, surroundings = Engine(bare, b"learn" * 8), Surroundings(ruleset.contexts)
    found = []
    for text in texts:
        document = document_of_text(text)
        findings = engine.examine(document).findings
        analysed = AnalysedText(document)
        [held] = surroundings.held([(0, len(analysed.tight.text))], analysed)
        said = features(held, findings)
        found.append(Looked(findings, frozenset(said)))
    return found


def tight(text: str) -> str:
    """The text as the model sees it: normal, without blanks, its lines joined."""
    return normal(text).replace(" ", "").replace("\n", "")


def gram_matrix(texts: Sequence[str], bits: int = BITS) -> Any:
    """Counts of hashed n-grams over the root of their number: a sparse matrix of shape (texts, 2**bits)."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only for training

    columns: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float64]] = []
    edges = [0]
    for text in texts:
        codes = letters(tight(text))
        grams = np.concatenate([buckets(codes, order, bits) for order in ORDERS])
        grams = grams[grams >= 0]
        found, counts = np.unique(grams, return_counts=True)
        columns.append(found)
        values.append(counts / np.sqrt(max(len(grams), 1)))
        edges.append(edges[-1] + len(found))
    data, indices = np.concatenate(values), np.concatenate(columns)
    return csr_matrix((data, indices, edges), shape=(len(texts), 1 << bits))


def inverse_frequency(matrix: Any) -> NDArray[np.float64]:
    """One weight a column: rarer n-grams weigh more. Smoothed as scikit-learn's TfidfTransformer does."""
    present = np.bincount(matrix.indices, minlength=matrix.shape[1])
    weights: NDArray[np.float64] = np.log((1 + matrix.shape[0]) / (1 + present)) + 1
    return weights


def said_matrix(looked: Sequence[Looked], names: Sequence[str]) -> Any:
    """One column a name, 1 where rules and contexts said it."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    at = {name: index for index, name in enumerate(names)}
    rows = [[at[name] for name in sorted(one.said) if name in at] for one in looked]
    indices = np.array([index for row in rows for index in row], dtype=np.int64)
    edges = np.cumsum([0, *(len(row) for row in rows)])
    return csr_matrix((np.ones(len(indices)), indices, edges), shape=(len(looked), len(names)))
