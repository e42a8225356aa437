"""The scan as one JSON document. Fields are added, never changed."""

from dataclasses import asdict
from typing import Any

from screening.report.scan_base import ScanOptions, ScanReport, ScanResult, ScanRow
from screening.report.scan_steps import next_steps
from screening.report.shape import as_json

VERSION = 1


def render(result: ScanResult, options: ScanOptions) -> bytes:  # noqa: ARG001 - every report takes options
    """{"version": 1, "scan": {...}, "findings": [...], ...}."""
    table = {"version": VERSION, "scan": summary_of(result), "findings": [row_as_table(row) for row in result.rows]}
    table |= {
        "accepted": [row_as_table(row) for row in result.accepted],
        "not_read": [asdict(one) for one in result.not_read],
        "gone": list(result.gone),
        "deviations": [asdict(one) for one in result.deviations],
        "alike": [asdict(one) for one in result.alike],
        "next_steps": next_steps(result),
    }
    return (as_json(table, indent=2) + "\n").encode()


def summary_of(result: ScanResult) -> dict[str, Any]:
    """What was scanned, and how much of it."""
    same = ("source", "channel", "started", "finished", "pages", "files", "copies", "read", "complete", "since")
    counts = {severity.name: count for severity, count in result.by_severity().items()}
    return {name: getattr(result, name) for name in same} | {
        "disposition": result.disposition.name, "not_read": result.unread, "by_severity": counts,
        "versions": result.versions, "covered": result.covered(), "compared_with_register": result.compared,
    }  # fmt: skip


def row_as_table(row: ScanRow) -> dict[str, Any]:
    """One finding as plain data."""
    return asdict(row) | {"severity": row.severity.name}


plugin = ScanReport(name="json", suffix=".json", render=render)
