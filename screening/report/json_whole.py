"""All drafts as one JSON document, laid out for people and programs. Schema: run.schema.json."""

from collections.abc import Sequence

from screening.report.base import Report, ReportOptions, Result
from screening.report.shape import as_json, run_as_table

VERSION = 1


def render(results: Sequence[Result], options: ReportOptions) -> bytes:
    """{"version": 1, "runs": [...]} with one run a draft, in order."""
    runs = [run_as_table(result.run, options.show) for result in results]
    return (as_json({"version": VERSION, "runs": runs}, indent=2) + "\n").encode()


plugin = Report(name="json", suffix=".json", render=render)
