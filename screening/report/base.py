"""What a report is given and what it hands back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from screening.domain.document import Document
from screening.domain.run import Run


@dataclass(frozen=True, slots=True)
class Result:
    """One screened draft: its run, and the document the run's spans point into."""

    run: Run
    document: Document


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """show: values in plain text instead of masked; language: zh or en, for the frame words; explain: matches excused
    by a context are listed too; channel_name: the channel as people call it; width: columns of a terminal; colour: use
    of ANSI colours."""

    show: bool = False
    language: str = "zh"
    explain: bool = False
    channel_name: str = ""
    width: int = 100
    colour: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A way of writing results. `name` is what --format takes; `suffix` is that of the file it makes."""

    name: str
    suffix: str
    render: Callable[[Sequence[Result], ReportOptions], bytes]
