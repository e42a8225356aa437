"""The scan as SARIF 2.1.0: each location is an artifact, each finding a result with its fingerprint."""

from typing import Any
from urllib.parse import quote

from screening.domain.finding import Severity
from screening.report.scan_base import NotRead, ScanOptions, ScanReport, ScanResult, ScanRow, is_address, where
from screening.report.shape import as_json

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.S0: "error", Severity.S1: "error", Severity.S2: "warning", Severity.S3: "note"}


def render(result: ScanResult, options: ScanOptions) -> bytes:  # noqa: ARG001 - every report takes options
    """One log with one run."""
    rules = {row.rule_id: row for row in (*result.rows, *result.accepted)}
    positions = {rule_id: index for index, rule_id in enumerate(sorted(rules))}
    run = {
        "tool": {"driver": {"name": "xianshen", "fullName": "xianshen 先审", "rules": [
            _rule(rules[rule_id]) for rule_id in positions
        ]}},
        "language": "zh-CN",
        "columnKind": "unicodeCodePoints",
        "invocations": [{
            "executionSuccessful": result.complete and not result.missing,
            "toolExecutionNotifications": [_notification(one) for one in result.not_read],
        }],
        "results": [
            *(_result(row, positions) for row in result.rows),
            *(_result(row, positions) | {"suppressions": [{"kind": "external", "justification": row.accepted}]}
              for row in result.accepted),
        ],
        "properties": {"disposition": result.disposition.name, "pages": result.pages, "files": result.files},
    }  # fmt: skip
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return (as_json(log, indent=2) + "\n").encode()


def _rule(row: ScanRow) -> dict[str, Any]:
    return {
        "id": row.rule_id,
        "shortDescription": {"text": row.title},
        "fullDescription": {"text": row.basis},
        "help": {"text": row.advice},
        "properties": {"category": row.category},
    }


def _result(row: ScanRow, positions: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": row.rule_id,
        "ruleIndex": positions[row.rule_id],
        "level": _LEVELS[row.severity],
        "rank": round(row.score * 100, 2),
        "message": {"text": f"{row.title}「{row.masked}」"},
        "locations": [{
            "physicalLocation": {"artifactLocation": {"uri": _uri(row.location)}},
            "logicalLocations": [{"fullyQualifiedName": where(row)}],
        }],
        "baselineState": {"new": "new", "changed": "updated"}.get(row.state, "unchanged"),
        "partialFingerprints": {"xianshen/v1": row.fingerprint},
        "properties": {"severity": row.severity.name, "category": row.category, "mended": row.mended,
                       "firstSeen": row.first_seen, "lastSeen": row.last_seen, "pages": row.pages},
    }  # fmt: skip


def _notification(one: NotRead) -> dict[str, Any]:
    return {
        "level": "error" if one.counts else "note",
        "descriptor": {"id": one.kind},
        "message": {"text": one.reason},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(one.location)}}}],
    }


def _uri(location: str) -> str:
    """An address stays one; of a path each part is percent-encoded, so that no colon looks like a scheme."""
    if is_address(location):
        return quote(location, safe="/:?#[]@!$&'()*+,;=%", errors="replace")
    return quote(location, safe="/!", errors="replace")


plugin = ScanReport(name="sarif", suffix=".sarif", render=render)
