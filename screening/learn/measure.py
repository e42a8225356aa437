"""What the product says of labelled passages, and the figures: one decision a passage, and a row a category."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.checker import document_of_text
from screening.detect.engine import Engine
from screening.domain.finding import Severity
from screening.learn.corpora import Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

# the coarser labels of real passages (domain labelling guide), and the categories that answer to them
COARSE: Mapping[str, frozenset[str]] = {
    label: frozenset(answers.split())
    for label, answers in {
        "classification_mark": "state_secret_mark state_secret_mark_variant classified_doc_header scope_limited_note "
        "work_secret_mark mark_removed derived_secret_content cipher_comm",
        "work_secret": "work_secret_mark bidding_secret secret_information matter_in_progress personnel_unannounced "
        "internal_document_ref relevant_figures scope_limited_note major_matter",
        "internal_doc": "internal_document_ref scope_limited_note work_secret_mark matter_in_progress",
        "unreleased_decision": "major_matter matter_in_progress personnel_unannounced inside_information "
        "internal_document_ref budget_audit_unreleased",
        "major_case": "major_case investigation_method victim_witness_identity minor_identity closed_trial_info "
        "matter_in_progress",
        "major_accident": "major_accident accident_casualty_figure",
        "foreign_case": "foreign_related_case",
        "key_figure": "relevant_figures unreleased_statistics budget_audit_unreleased inside_information "
        "aggregation_risk",
        "personal_info": "sensitive_personal pii_contact pii_id_number pii_financial pii_list_bulk minor_identity "
        "victim_witness_identity",
        "foreign_media": "foreign_media_contact foreign_visit_arrangement",
        "security_arrangement": "secret_information restricted_site response_operation_detail defense_research "
        "foreign_visit_arrangement",
        "tech_secret": "trade_secret_mark defense_research secret_information",
    }.items()
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What the product says of one passage. any: categories of all findings, those settled to S3 included; firm: those
    of S2 or graver; score: probability that a reviewer must look."""

    passage: Passage
    any: frozenset[str]
    firm: frozenset[str]
    score: float


def judge(engine: Engine, passages: Iterable[Passage]) -> list[Judged]:
    """Run the product over passages, each as a document of its own."""
    judged = []
    for one in passages:
        found = engine.examine(document_of_text(one.text))
        firm = frozenset(finding.category for finding in found.findings if finding.severity >= Severity.S2)
        everything = frozenset(finding.category for finding in found.findings)
        score = max((found.attention, *(finding.score for finding in found.findings)))
        judged.append(Judged(one, everything, firm, score))
    return judged


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and F1 of a yes-or-no decision over passages, with their numbers."""

    passages: int
    positive: int
    flagged: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the flagged that are right; 1 where nothing is flagged."""
        return self.right / self.flagged if self.flagged else 1.0

    @property
    def recall(self) -> float:
        """Share of the positive that are flagged."""
        return self.right / self.positive if self.positive else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / max(self.flagged + self.positive, 1)


def figures(judged: Sequence[Judged], wanted: Callable[[Judged], bool], flagged: Callable[[Judged], bool]) -> Figures:
    """Figures of one decision."""
    pairs = [(wanted(one), flagged(one)) for one in judged]
    return Figures(len(pairs), sum(w for w, _ in pairs), sum(f for _, f in pairs), sum(w and f for w, f in pairs))


def topical(judged: Sequence[Judged]) -> Figures:
    """A reviewer must look, published or not; flagged by any finding."""
    return figures(judged, lambda one: one.passage.topical, lambda one: bool(one.any))


def stopping(judged: Sequence[Judged]) -> Figures:
    """It must not go out as it is; flagged by a finding of S2 or graver."""
    return figures(judged, lambda one: one.passage.must_stop, lambda one: bool(one.firm))


def ranking(judged: Sequence[Judged]) -> tuple[float, float]:
    """Area under the ROC curve of the score, and recall at one false alarm per 1,000 characters."""
    scores = np.array([one.score for one in judged])
    wanted = np.array([one.passage.topical for one in judged])
    order = np.argsort(-scores, kind="stable")
    right, wrong = np.cumsum(wanted[order]), np.cumsum(~wanted[order])
    thousands = sum(len(one.passage.text) for one in judged) / 1000
    allowed = wrong <= thousands
    recall = float(right[allowed].max() / max(wanted.sum(), 1)) if allowed.any() else 0.0
    return _area(scores, wanted), recall


def _area(scores: NDArray[Any], wanted: NDArray[Any]) -> float:
    """Probability that a positive scores higher than a negative, ties counted half."""
    _, ranks, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    positive = int(wanted.sum())
    negative = len(wanted) - positive
    if not positive or not negative:
        return float("nan")
    return float((middle[ranks][wanted].sum() - positive * (positive + 1) / 2) / (positive * negative))


@dataclass(frozen=True, slots=True)
class Row:
    """One category: positives, how many were flagged at all, how many under this category; of the harmless and of the
    released ones near it, how many were flagged at S2 or graver; of the findings of this category, the share on
    passages that carry it."""

    category: str
    positive: int
    flagged: int
    named: int
    near: int
    false: int
    precision: float

    @property
    def recall(self) -> float:
        """Share of the positives flagged under any category."""
        return self.flagged / self.positive if self.positive else 1.0

    @property
    def recall_named(self) -> float:
        """Share of the positives flagged under this category."""
        return self.named / self.positive if self.positive else 1.0


def by_category(judged: Sequence[Judged], categories: Iterable[str]) -> list[Row]:
    """A row for each category that occurs."""
    rows = []
    for category in categories:
        positive = [one for one in judged if one.passage.must_stop and category in one.passage.labels]
        near = [one for one in judged if not one.passage.must_stop and one.passage.near == category]
        named = [one for one in judged if category in one.firm]
        right = sum(one.passage.must_stop and category in one.passage.labels for one in named)
        if positive or near:
            flagged, true = sum(bool(one.firm) for one in positive), sum(category in one.firm for one in positive)
            false, precision = sum(bool(one.firm) for one in near), right / len(named) if named else 1.0
            rows.append(Row(category, len(positive), flagged, true, len(near), false, precision))
    return rows


def by_coarse_label(judged: Sequence[Judged]) -> list[Row]:
    """A row for each coarse label that occurs: flagged at all, and under a category that answers to it."""
    rows = []
    for label, answers in COARSE.items():
        positive = [one for one in judged if label in one.passage.labels]
        if positive:
            flagged, named = sum(bool(one.any) for one in positive), sum(bool(one.any & answers) for one in positive)
            hits = [one for one in judged if one.any & answers]
            right = sum(label in one.passage.labels for one in hits)
            rows.append(Row(label, len(positive), flagged, named, 0, 0, right / len(hits) if hits else 1.0))
    return rows


def mistaken(judged: Iterable[Judged]) -> list[str]:
    """The passages that are missed or flagged wrongly, by id, with the categories wanted and found; no text."""
    lines = []
    for one in judged:
        wanted, found = one.passage.must_stop, bool(one.firm)
        if wanted != found:
            kind = "漏" if wanted else "误"
            labels = ",".join(one.passage.labels) or f"近 {one.passage.near}"
            lines.append(
                f"{kind} {one.passage.id} 标注 {labels} 判为 {','.join(sorted(one.firm)) or '无'} {one.score:.3f}"
            )
    return lines
