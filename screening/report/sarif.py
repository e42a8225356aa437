"""SARIF 2.1.0, for code hosts and review tools. Regions are code points of Document.text."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from screening.domain.document import Unread
from screening.domain.finding import Finding, Severity
from screening.domain.run import Run
from screening.report.base import Report, ReportOptions, Result
from screening.report.masking import Veil
from screening.report.shape import as_json
from screening.report.words import Words

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.S0: "error", Severity.S1: "error", Severity.S2: "warning", Severity.S3: "note"}
_FINGERPRINT = "xianshen/v1"


def render(results: Sequence[Result], options: ReportOptions) -> bytes:
    """One SARIF log with one run; each draft is an artifact with its own disposition."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_log_run([r.run for r in results], options)]}
    return (as_json(log, indent=2) + "\n").encode()


def _log_run(runs: Sequence[Run], options: ReportOptions) -> dict[str, Any]:
    """All drafts as one run of the tool."""
    rules = _rules(finding for run in runs for finding in run.findings)
    positions = {rule["id"]: index for index, rule in enumerate(rules)}
    veils = [Veil((*run.findings, *run.accepted), options.show) for run in runs]
    worst = max((run.decision.disposition for run in runs), default=None)
    return {
        "tool": {"driver": {"name": "xianshen", "fullName": "xianshen 先审", "rules": rules}},
        "language": Words(options.language).tag,
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(runs, veils, Words(options.language))],
        "artifacts": [_artifact(run) for run in runs],
        "results": [
            _result(finding, at, run, positions, veil, options.show)
            for at, (run, veil) in enumerate(zip(runs, veils, strict=True))
            for finding in run.findings
        ],
        "properties": {"disposition": worst.name if worst is not None else None},
    }


def _rules(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Every rule that found something, with its help and basis, by id."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.rule_id, finding)
    return [_rule(first[rule_id]) for rule_id in sorted(first)]


def _rule(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.rule_id,
        "shortDescription": {"text": finding.title},
        "fullDescription": {"text": finding.basis},
        "help": {"text": finding.advice},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"category": finding.category, "basis": finding.basis},
    }


def _invocation(runs: Sequence[Run], veils: Sequence[Veil], words: Words) -> dict[str, Any]:
    """Whether everything was read, and each thing that was not."""
    notes = [
        _notification(unread, at, run, veil, words)
        for at, (run, veil) in enumerate(zip(runs, veils, strict=True))
        for unread in run.coverage.unread
    ]
    return {"executionSuccessful": not notes, "toolExecutionNotifications": notes}


def _notification(unread: Unread, at: int, run: Run, veil: Veil, words: Words) -> dict[str, Any]:
    label, cure = words.unread(unread.reason)
    text = words.colon.join(part for part in (veil.hide(unread.path), label) if part)
    detail = veil.hide(unread.detail)
    return {
        "level": "error",
        "descriptor": {"id": f"unread/{unread.reason.value}"},
        "message": {"text": f"{text} ({detail}) → {cure}" if detail else f"{text} → {cure}"},
        "locations": [{"physicalLocation": {"artifactLocation": _location(run, at)}}],
    }


def _artifact(run: Run) -> dict[str, Any]:
    return {
        "location": {"uri": _uri(run.filename)},
        "hashes": {"sha-256": run.document_sha256},
        "properties": {
            "channel": run.channel,
            "disposition": run.decision.disposition.name,
            "signOffs": list(run.decision.sign_offs),
            "score": round(run.score, 6),
            "rulesetVersion": run.ruleset_version,
            "modelVersion": run.model_version,
            "policyVersion": run.policy_version,
        },
    }


def _result(finding: Finding, at: int, run: Run, positions: dict[str, int], veil: Veil, show: bool) -> dict[str, Any]:
    """One finding. The text of the region is there only with `show`."""
    place = veil.hide(finding.place)
    region: dict[str, Any] = {
        "charOffset": finding.span.start,
        "charLength": finding.span.end - finding.span.start,
    }
    if show:
        region["snippet"] = {"text": finding.quote}
    return {
        "ruleId": finding.rule_id,
        "ruleIndex": positions[finding.rule_id],
        "level": _LEVELS[finding.severity],
        "rank": round(finding.score * 100, 2),
        "message": {"text": f"{finding.title}「{veil.quote(finding)}」 {veil.hide(finding.message)}".rstrip()},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": _location(run, at), "region": region},
                "logicalLocations": [{"fullyQualifiedName": place}],
            }
        ],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "properties": {
            "severity": finding.severity.name,
            "category": finding.category,
            "place": place,
            "visible": finding.visible,
            "explanation": [veil.hide(sentence) for sentence in finding.explanation],
        },
    }


def _location(run: Run, at: int) -> dict[str, Any]:
    return {"uri": _uri(run.filename), "index": at}


def _uri(filename: str) -> str:
    """The name percent-encoded; slashes stay, a colon cannot make it look like a scheme."""
    return quote(filename.replace("\\", "/"), safe="/", errors="replace")


plugin = Report(name="sarif", suffix=".sarif", render=render)
