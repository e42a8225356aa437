"""The scan as JSON lines: each line says in `is` what it is; the last one is the summary."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from screening.report.scan_base import ScanOptions, ScanReport, ScanResult
from screening.report.scan_json import gone_as_table, row_as_table, summary_of
from screening.report.shape import as_json


def render(result: ScanResult, options: ScanOptions) -> bytes:  # noqa: ARG001 - every report takes options
    """finding, accepted, not_read, gone, deviation, alike, summary."""
    return "".join(as_json(line) + "\n" for line in _lines(result)).encode()


def _lines(result: ScanResult) -> Iterator[dict[str, Any]]:
    for name, rows in (("finding", result.rows), ("accepted", result.accepted)):
        yield from ({"is": name} | row_as_table(row) for row in rows)
    yield from ({"is": "not_read"} | asdict(one) for one in result.not_read)
    yield from ({"is": "gone"} | gone_as_table(one) for one in result.gone)
    yield from ({"is": "deviation"} | asdict(one) for one in result.deviations)
    yield from ({"is": "alike"} | asdict(one) for one in result.alike)
    yield {"is": "summary"} | summary_of(result)


plugin = ScanReport(name="jsonl", suffix=".jsonl", render=render)
