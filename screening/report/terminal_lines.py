"""Lines of a terminal report and their colours."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from screening.domain.decision import Disposition
from screening.domain.finding import Severity
from screening.domain.run import Run


class Style(StrEnum):
    """How a line looks; the value is a style of rich."""

    PLAIN = ""
    FRAME = "bright_black"
    NAME = "bold"
    QUIET = "bright_black"
    QUOTE = "default on default"
    WARNING = "yellow"
    GRAVE = "bold red"
    HIGH = "red"
    MIDDLE = "yellow"
    LOW = "cyan"
    CALM = "green"
    URGENT = "bold white on red"

    @classmethod
    def of_severity(cls, severity: Severity) -> "Style":
        """The colour of a severity."""
        return {Severity.S0: cls.GRAVE, Severity.S1: cls.HIGH, Severity.S2: cls.MIDDLE, Severity.S3: cls.LOW}[severity]

    @classmethod
    def of(cls, run: Run) -> "Style":
        """The colour of a verdict."""
        disposition = run.decision.disposition
        if disposition is Disposition.QUARANTINE:
            return cls.URGENT
        if disposition >= Disposition.HOLD:
            return cls.GRAVE
        return cls.CALM if disposition is Disposition.CLEAR else cls.MIDDLE


@dataclass(frozen=True, slots=True)
class Line:
    """One line: an optional label or badge before the text."""

    text: str = ""
    style: Style = Style.PLAIN
    label: str = ""
    badge: str = ""
    severity: Severity | None = None


def drawn(lines: Iterable[Line], colour: bool) -> str:
    """The lines as text, with ANSI colours if wanted."""
    if not colour:
        return "".join(f"{_plain(line).rstrip()}\n" for line in lines)
    return _coloured(lines)


def _plain(line: Line) -> str:
    return f"{line.badge} {line.text}" if line.badge else line.label + line.text


def _coloured(lines: Iterable[Line]) -> str:
    from rich.console import Console  # noqa: PLC0415 (only with colour)
    from rich.text import Text  # noqa: PLC0415

    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="standard", width=1000, legacy_windows=False)
    for line in lines:
        text = Text(no_wrap=True)
        if line.badge and line.severity is not None:
            text.append(line.badge, f"{Style.of_severity(line.severity)} reverse")
            text.append(f" {line.text}", "bold")
        else:
            text.append(line.label, Style.QUIET).append(line.text, line.style)
        console.print(text, soft_wrap=True)
    return out.getvalue()
