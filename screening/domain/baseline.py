"""Findings that somebody has accepted: by whom, why, until when."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One accepted finding. The fingerprint is keyed; `expires` is the last day on which it holds."""

    fingerprint: str
    rule_id: str
    place: str
    reason: str
    name: str
    expires: dt.date

    def __post_init__(self) -> None:
        if not self.reason.strip() or not self.name.strip():
            raise ValueError("an acceptance needs a reason and a name")


def in_force(acceptances: Iterable[Acceptance], today: dt.date) -> frozenset[str]:
    """Fingerprints of the acceptances that still hold."""
    return frozenset(one.fingerprint for one in acceptances if today <= one.expires)
