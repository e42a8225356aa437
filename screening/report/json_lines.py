"""One JSON object a line, one line a draft."""

from collections.abc import Sequence

from screening.report.base import Report, ReportOptions, Result
from screening.report.shape import as_json, run_as_table


def render(results: Sequence[Result], options: ReportOptions) -> bytes:
    """One line a draft, in order."""
    lines = (as_json(run_as_table(result.run, options.show)) + "\n" for result in results)
    return "".join(lines).encode()


plugin = Report(name="jsonl", suffix=".jsonl", render=render)
