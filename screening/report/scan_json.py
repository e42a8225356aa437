"""The scan as one JSON document. Fields are added, never changed."""

from dataclasses import asdict
from typing import Any

from screening.report.scan_base import Gone, ScanOptions, ScanReport, ScanResult, ScanRow
from screening.report.scan_steps import next_steps
from screening.report.shape import as_json

VERSION = 1


def render(result: ScanResult, options: ScanOptions) -> bytes:  # noqa: ARG001 - every report takes options
    """{"version": 1, "scan": {...}, "findings": [...], ...}."""
    table = {"version": VERSION, "scan": summary_of(result), "findings": [row_as_table(row) for row in result.rows]}
    table |= {
        "accepted": [row_as_table(row) for row in result.accepted],
        "not_read": [asdict(one) for one in result.not_read],
        "gone": [one.location for one in result.gone],
        "taken_down": [gone_as_table(one) for one in result.gone],
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
        "counted": result.counted(), "open_before": {one.name: count for one, count in result.before.items()},
        "not_read_before": result.unread_before, "remaining": result.remaining(), "inner_files": result.inner,
    }  # fmt: skip


def row_as_table(row: ScanRow) -> dict[str, Any]:
    """One finding as plain data."""
    return asdict(row) | {"severity": row.severity.name}


def gone_as_table(one: Gone) -> dict[str, Any]:
    """What is no longer there, with its findings, as plain data."""
    rows = [row_as_table(row) for row in one.rows]
    return {"location": one.location, "title": one.title, "linked_from": one.linked_from, "findings": rows}


plugin = ScanReport(name="json", suffix=".json", render=render)
