"""A table for Excel and WPS: UTF-8 with BOM, one row a finding, one row for each thing that was not read."""

import csv
import io
from collections.abc import Sequence

from screening.domain.document import Unread
from screening.domain.finding import Finding
from screening.report.base import Report, ReportOptions, Result
from screening.report.masking import Veil
from screening.report.printable import on_one_line
from screening.report.words import Words

_COLUMNS = ("file", "verdict", "severity", "category", "rule", "title", "place", "visible")
_MORE_COLUMNS = ("why", "advice", "start", "end", "score", "fingerprint")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render(results: Sequence[Result], options: ReportOptions) -> bytes:
    """The rows of all drafts. A draft with nothing found has one row that says so."""
    words = Words(options.language)
    content = words("quote" if options.show else "masked")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*map(words, _COLUMNS), content, *map(words, _MORE_COLUMNS)])
    for result in results:
        writer.writerows([_guarded(cell) for cell in row] for row in _rows(result, options, words))
    return out.getvalue().encode("utf-8-sig")


def _rows(result: Result, options: ReportOptions, words: Words) -> list[list[str]]:
    """All rows of one draft: findings in order, then what stayed unread."""
    run = result.run
    veil = Veil((*run.findings, *run.accepted), options.show)
    head = [run.filename, words.disposition(run.decision.disposition)]
    rows = [head + _finding_cells(finding, veil, options.show, words) for finding in run.findings]
    rows += [head + _unread_cells(unread, veil, words) for unread in run.coverage.unread]
    return rows or [[*head, "", "", "", words("none"), *[""] * 9]]


def _finding_cells(finding: Finding, veil: Veil, show: bool, words: Words) -> list[str]:
    return [
        words.severity(finding.severity),
        finding.category,
        finding.rule_id,
        finding.title,
        veil.hide(finding.place),
        words("yes" if finding.visible else "no"),
        finding.quote if show else finding.masked,
        finding.basis,
        finding.advice,
        str(finding.span.start),
        str(finding.span.end),
        f"{finding.score:.3f}",
        finding.fingerprint,
    ]


def _unread_cells(unread: Unread, veil: Veil, words: Words) -> list[str]:
    label, cure = words.unread(unread.reason)
    where, detail = veil.hide(unread.path), veil.hide(unread.detail)
    return [words("unread"), "", unread.reason.value, label, where, "", detail, "", cure, "", "", "", ""]


def _guarded(cell: str) -> str:
    """On one line, and never taken for a formula."""
    line = on_one_line(cell)
    risky = cell.startswith(_FORMULA) or line.lstrip().startswith(_FORMULA)
    return f"'{line}" if risky else line


plugin = Report(name="csv", suffix=".csv", render=render)
