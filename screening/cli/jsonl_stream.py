"""Passages as JSON lines in, results as JSON lines out, in order, one by one."""

import json
from typing import Any, BinaryIO

from screening.checker import Screener
from screening.domain.decision import Disposition
from screening.domain.errors import SettingsError
from screening.domain.run import Run

_CLEAN, _FINDINGS, _BAD_INPUT = 0, 1, 2


def stream(
    screener: Screener, source: BinaryIO, sink: BinaryIO, channel: str | None, level: Disposition, *, show: bool
) -> int:
    """Answer each line {"id", "text"[, "channel"]} with one line; a bad line is answered with `error`.

    Returns the exit code: 2 when any line was bad, else 1 when any reached `level`, else 0.
    """
    worst = _CLEAN
    screener.policy.channel(channel or screener.settings.channel)
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        answer, code = _answer(screener, line, number, channel, level, show=show)
        worst = max(worst, code)
        sink.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        sink.flush()
    return worst


def _answer(
    screener: Screener, line: bytes, number: int, channel: str | None, level: Disposition, *, show: bool
) -> tuple[dict[str, Any], int]:
    try:
        passage = json.loads(line)
    except ValueError:
        return {"id": None, "error": f"第{number}行：不是有效的 JSON（UTF-8）"}, _BAD_INPUT
    if not isinstance(passage, dict) or not isinstance(passage.get("text"), str):
        return {"id": None, "error": f'第{number}行：应为 {{"id": …, "text": "…"}}'}, _BAD_INPUT
    try:
        run = screener.check_text(passage["text"], passage.get("channel") or channel)
    except SettingsError as error:
        return {"id": passage.get("id"), "error": f"第{number}行：{error}"}, _BAD_INPUT
    reached = run.decision.disposition >= level
    return shaped(passage.get("id"), run, show=show), _FINDINGS if reached else _CLEAN


def shaped(passage_id: object, run: Run, *, show: bool) -> dict[str, Any]:
    """The answer for one passage; offsets are code points of the text given."""
    findings = [
        {
            "category": finding.category,
            "rule_id": finding.rule_id,
            "severity": finding.severity.name,
            "start": finding.span.start,
            "end": finding.span.end,
            "score": finding.score,
            "place": finding.place,
            **({"quote": finding.quote} if show else {}),
        }
        for finding in run.findings
    ]
    disposition = run.decision.disposition.name
    return {"id": passage_id, "score": round(run.score, 6), "disposition": disposition, "findings": findings}
