"""The one shape that a run has as data. Its schema is run.schema.json; fields are added, never changed."""

import json
import re
from typing import Any

from screening.domain.document import Unread
from screening.domain.finding import Finding
from screening.domain.run import Coverage, Run
from screening.report.masking import Veil

# valid inside JSON strings, but harmful on a terminal or not to be encoded
_ESCAPED = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def run_as_table(run: Run, show: bool) -> dict[str, Any]:
    """The run as plain data. Draft text is masked; `quote` is there only with `show`."""
    veil = Veil((*run.findings, *run.accepted), show)
    return {
        "filename": run.filename,
        "document_sha256": run.document_sha256,
        "channel": run.channel,
        "disposition": run.decision.disposition.name,
        "score": _rounded(run.score),
        "decision": {
            "disposition": run.decision.disposition.name,
            "label": run.decision.disposition.label,
            "reasons": [veil.hide(reason) for reason in run.decision.reasons],
            "sign_offs": list(run.decision.sign_offs),
        },
        "coverage": _coverage(run.coverage, veil),
        "versions": {"ruleset": run.ruleset_version, "model": run.model_version, "policy": run.policy_version},
        "findings": [_finding(finding, veil, show) for finding in run.findings],
        "accepted": [_finding(finding, veil, show) for finding in run.accepted],
        "excused": [
            {"rule_id": one.rule_id, "title": one.title, "place": veil.hide(one.place), "reason": veil.hide(one.reason)}
            for one in run.excused
        ],
        "release_basis": run.release_basis,
    }


def as_json(table: Any, indent: int | None = None) -> str:
    """JSON text, Chinese readable, that can be shown on a terminal."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(table, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _coverage(coverage: Coverage, veil: Veil) -> dict[str, Any]:
    return {
        "blocks": coverage.blocks,
        "characters": coverage.characters,
        "attachments": coverage.attachments,
        "images": coverage.images,
        "complete": coverage.complete,
        "unread": [_unread(unread, veil) for unread in coverage.unread],
    }


def _unread(unread: Unread, veil: Veil) -> dict[str, str]:
    return {
        "path": veil.hide(unread.path),
        "reason": unread.reason.value,
        "label": unread.reason.label,
        "cure": unread.reason.cure,
        "detail": veil.hide(unread.detail),
    }


def _finding(finding: Finding, veil: Veil, show: bool) -> dict[str, Any]:
    table: dict[str, Any] = {
        "rule_id": finding.rule_id,
        "title": finding.title,
        "category": finding.category,
        "severity": finding.severity.name,
        "start": finding.span.start,
        "end": finding.span.end,
        "score": _rounded(finding.score),
        "place": veil.hide(finding.place),
        "visible": finding.visible,
        "masked": veil.hide(finding.masked),
        "message": veil.hide(finding.message),
        "advice": finding.advice,
        "basis": finding.basis,
        "fingerprint": finding.fingerprint,
        "explanation": [veil.hide(sentence) for sentence in finding.explanation],
    }
    return table | {"quote": finding.quote} if show else table


def _rounded(score: float) -> float:
    """Six digits: enough for any use, and the same on every machine."""
    return round(score, 6)
