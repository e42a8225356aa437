"""Figures as tables that people read: plain lines with Markdown bars."""

from collections.abc import Iterable, Mapping, Sequence

from screening.domain.rule import Category
from screening.learn.measure import (
    COARSE,
    Figures,
    Judged,
    Row,
    by_category,
    by_coarse_label,
    ranking,
    stopping,
    topical,
)


def summary(judged: Sequence[Judged], categories: Mapping[str, Category]) -> list[str]:
    """Everything about one set of passages: decisions, ranking, a row a category."""
    coarse = any(label in COARSE and label not in categories for one in judged for label in one.passage.labels)
    rows = by_coarse_label(judged) if coarse else by_category(judged, sorted(categories))
    return [*overall({"全部": judged}), "", *category_table(rows)]


def overall(sets: Mapping[str, Sequence[Judged]]) -> list[str]:
    """One row a set: the topical decision (any finding), the ranking, the stopping decision (S2 and graver)."""
    head = "| 数据 | 段落 | 须看 | P | R | F1 | AUC | R@1误报/千字 | 须停 P | 须停 R | 已公布而降级 |"
    lines = [head, "|" + "---|" * 11]
    for name, judged in sets.items():
        look, stop = topical(judged), stopping(judged)
        area, recall = ranking(judged)
        settled = sum(bool(one.any) and not one.firm for one in judged)
        lines.append(
            f"| {name} | {look.passages} | {look.positive} | {_three(look)} | {area:.3f} | {recall:.3f} | "
            f"{stop.precision:.3f} | {stop.recall:.3f} | {settled} |"
        )
    return lines


def category_table(rows: Iterable[Row]) -> list[str]:
    """One row a category, and the plain mean of all of them."""
    rows = list(rows)
    lines = [
        "| 类别 | 正例 | 标出 | 召回 | 归对类 | 归类召回 | 近似无害 | 误标 | 归类精确率 |",
        "|" + "---|" * 9,
    ]
    lines += [
        f"| {row.category} | {row.positive} | {row.flagged} | {row.recall:.2f} | {row.named} | "
        f"{row.recall_named:.2f} | {row.near} | {row.false} | {row.precision:.2f} |"
        for row in rows
    ]
    with_positives = [row for row in rows if row.positive]
    if with_positives:
        flagged = sum(row.recall for row in with_positives) / len(with_positives)
        named = sum(row.recall_named for row in with_positives) / len(with_positives)
        precision = sum(row.precision for row in with_positives) / len(with_positives)
        lines.append(f"| 各类平均 | | | {flagged:.3f} | | {named:.3f} | | | {precision:.3f} |")
    return lines


def _three(look: Figures) -> str:
    return f"{look.precision:.3f} | {look.recall:.3f} | {look.f1:.3f}"
