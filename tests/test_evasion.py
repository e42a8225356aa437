"""Disguises: what is sensitive is found in every dress, what only looks like it is left in peace."""

from functools import cache

from benchmarks.evasion import CASES, table
from screening.checker import document_of_text
from screening.detect.engine import Engine
from screening.domain.finding import Severity
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped


@cache
def engine() -> Engine:
    """The shipped rules and models."""
    return Engine(load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0], b"k" * 32)


def firm(text: str) -> set[str]:
    """Categories of findings of S2 or graver."""
    found = engine().examine(document_of_text(text)).findings
    return {one.category for one in found if one.severity >= Severity.S2}


def test_disguises_are_seen_through_and_twins_pass() -> None:
    """At least nine of ten disguises are caught, at most two of a hundred twins are flagged."""
    rows = list(table(firm))
    missed = [row[:3] for row in rows if not row[3]]
    flagged = [row[:3] for row in rows if row[4]]
    assert len(rows) >= 100
    assert len(missed) <= 0.1 * len(rows), missed
    assert len(flagged) <= 0.02 * len(rows), flagged


def test_a_blind_engine_fails_the_table() -> None:
    """The table can fail: nothing found is nothing caught, everything flagged is every twin flagged."""
    assert not any(row[3] for row in table(lambda _: set()))
    everything = {case.category for case in CASES}
    assert all(row[4] for row in table(lambda _: everything))
