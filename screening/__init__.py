"""xianshen 先审: screen a draft for confidentiality before it is published.

>>> from screening import Screener
>>> run = Screener().check("稿件.docx", channel="website")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screening.checker import Screener
    from screening.domain.decision import Decision, Disposition
    from screening.domain.document import Block, Document, Span, Unread
    from screening.domain.finding import Finding, Severity
    from screening.domain.run import Coverage, Run
    from screening.settings import Settings

__all__ = [
    "Block",
    "Coverage",
    "Decision",
    "Disposition",
    "Document",
    "Finding",
    "Run",
    "Screener",
    "Settings",
    "Severity",
    "Span",
    "Unread",
]

_HOMES = {
    "Screener": "checker",
    "Settings": "settings",
    "Decision": "domain.decision",
    "Disposition": "domain.decision",
    "Finding": "domain.finding",
    "Severity": "domain.finding",
    "Coverage": "domain.run",
    "Run": "domain.run",
}


def __getattr__(name: str) -> Any:
    """Public names are imported when asked for, so that the reading process stays small."""
    if name not in __all__:
        raise AttributeError(name)
    import importlib  # noqa: PLC0415

    return getattr(importlib.import_module(f"screening.{_HOMES.get(name, 'domain.document')}"), name)
