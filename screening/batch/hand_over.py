"""What a scan hands over to the desk: counts, masked values, deviations; no passage, no more than the desk takes."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from screening.domain.finding import MARKS, Severity
from screening.domain.scan import (
    LINE,
    LONGEST_LOCATION,
    MOST_DEVIATIONS,
    MOST_FINDINGS,
    MOST_NOT_READ,
    WORDS,
)
from screening.report.scan_base import ScanResult, ScanRow

LONGEST = 24 << 20  # bytes of a hand-over


def body_of(result: ScanResult, channel: str) -> bytes:
    """The outcome as the desk takes it. channel: its id. Rows are gravest first: what is too much is the mildest.

    result: summarised without passages; of all findings, not of the news only.
    """
    rows = result.rows[:MOST_FINDINGS]
    while True:
        body = json.dumps(_table(result, channel, rows), ensure_ascii=False).encode("utf-8", "replace")
        if len(body) <= LONGEST or not rows:
            return body
        rows = rows[: len(rows) // 2]


def _table(result: ScanResult, channel: str, rows: Sequence[ScanRow]) -> dict[str, Any]:
    marked = _marked(result.rows)
    return {
        "source": result.source[:LINE],
        "channel": channel,
        "started": result.started,
        "finished": result.finished,
        "pages": result.pages,
        "files": result.files,
        "unread": result.unread,
        "complete": result.complete,
        "left_off": len(result.rows) - len(rows),
        "compared": result.compared,
        "versions": {name: words[:LINE] for name, words in result.versions.items()},
        "found": _pages(rows, marked),
        "not_read": [
            {"location": one.location[:LONGEST_LOCATION], "reason": one.reason[:LINE], "cure": one.cure[:LINE]}
            for one in result.not_read[:MOST_NOT_READ]
        ],
        "deviations": [
            {name: words[: LONGEST_LOCATION if name == "location" else LINE] for name, words in asdict(one).items()}
            | ({"title": ""} if one.location in marked else {})
            for one in result.deviations[:MOST_DEVIATIONS]
        ],
    }


def _marked(rows: Sequence[ScanRow]) -> set[str]:
    """Where a state-secret mark stands."""
    return {row.location for row in rows if row.category in MARKS and row.severity is Severity.S0}


def _pages(rows: Sequence[ScanRow], marked: set[str]) -> list[dict[str, Any]]:
    """The findings by address. A page with a state-secret mark is told by its marks alone (domain rules, 2)."""
    pages: dict[str, dict[str, Any]] = {}
    for row in rows:
        bare = row.location in marked
        page = pages.setdefault(row.location, {
            "location": row.location[:LONGEST_LOCATION], "title": "" if bare else row.page_title[:LINE],
            "sha256": row.sha256, "column": row.column[:LINE], "owner": row.owner[:LINE], "findings": [],
        })  # fmt: skip
        page["findings"].append(_finding(row, bare=bare and row.category not in MARKS))
    return list(pages.values())


def _finding(row: ScanRow, *, bare: bool) -> dict[str, Any]:
    return {
        "fingerprint": row.fingerprint, "rule_id": row.rule_id[:LINE], "title": row.title[:LINE],
        "category": row.category, "severity": row.severity.name, "place": row.place[:LINE],
        "masked": "" if bare else row.masked[:LINE], "mended": "" if bare else row.mended[:LINE],
        "message": row.message[:WORDS], "advice": row.advice[:WORDS], "basis": row.basis[:WORDS],
        "first_seen": row.first_seen, "last_seen": row.last_seen, "pages": row.pages,
    }  # fmt: skip
