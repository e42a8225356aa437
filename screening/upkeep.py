"""What the desk does by itself: void approvals whose days are over, sign the audit trail, clear away what is over.

Called every minute by the web and by `xianshen work`; each step is small, and doing it twice does no harm.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from screening.bootstrap import House
from screening.domain.errors import XianshenError
from screening.domain.filing import Filing
from screening.domain.review import State
from screening.review.assign import rules_of

LOG = logging.getLogger("xianshen")
_ENDED = (State.RELEASED, State.RECALLED, State.NOT_PUBLISHED, State.WITHDRAWN)
_ANCHOR_EVERY = 1000  # events; and once a day


class Upkeep:
    """All of it for one house. every: seconds between two rounds."""

    def __init__(self, house: House, every: float = 60.0) -> None:
        self._house = house
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present round."""
        self._stop.set()
        if self._thread.ident:
            self._thread.join(30)

    def once(self) -> None:
        """One round. A step that fails does not keep the others from their turn."""
        steps: tuple[Callable[[], object], ...] = (
            self.void_expired,
            self.anchor,
            self.purge,
            self.purge_scans,
            self.sweep,
        )
        for step in steps:
            try:
                step()
            except (XianshenError, OSError) as error:
                LOG.warning('{"event":"upkeep","step":"%s","kind":"%s"}', step.__name__, type(error).__name__)

    def void_expired(self) -> int:
        """Approvals whose last day has passed are void: 一事一审, for these days only."""
        today = self._house.clock().date().isoformat()

        def reason(filing: Filing) -> str:
            last = filing.case.terms.last_day
            return f"审批的发布期限（至 {last}）已过" if last and last < today else ""

        return self._house.desk.void(reason)

    def anchor(self) -> bool:
        """Sign the end of the trail: once a day when something was added, and after every thousand events."""
        store, now = self._house.store, self._house.clock()
        with store.reading() as books:
            last, anchors = books.trail.last(), books.trail.anchors()
        if last is None:
            return False
        since = last[0] - (anchors[-1].seq if anchors else 0)
        fresh = bool(anchors) and anchors[-1].at[:10] == now.date().isoformat()
        if since == 0 or (fresh and since < _ANCHOR_EVERY):
            return False
        return store.anchor(now.isoformat()) is not None

    def purge(self) -> int:
        """Delete bytes and results of cases that ended long ago, by the unit's keep_days; the record stays."""
        store, now = self._house.store, self._house.clock()
        with store.reading() as books:
            ended = books.cases.find(states=[state.value for state in _ENDED], limit=10_000)
            keep = {unit.id: rules_of(unit.settings).keep_days for unit in books.people.units()}
        old = [
            one
            for one in ended
            if _over(one, keep.get(one.unit, 0), now) and any(up.blob or up.result for up in one.uploads)
        ]
        for filing in old:
            bare = tuple(replace(upload, blob="", result="") for upload in filing.uploads)
            with store.writing() as books:
                books.cases.save(filing, replace(filing, uploads=bare))
                payload = {"versions": len(bare)}
                books.trail.append(now.isoformat(), "desk", "case:purge", filing.id, payload)
            for upload in filing.uploads:
                for blob in (upload.blob, upload.result):
                    if blob:
                        store.vault.delete(blob)
        return len(old)

    def purge_scans(self) -> int:
        """Delete scans that are over by the unit's keep_days: the latest of each source stays, and what was said on."""
        store, now = self._house.store, self._house.clock()
        with store.reading() as books:
            keep = {unit.id: rules_of(unit.settings).keep_days for unit in books.people.units()}
        gone = 0
        for unit, days in keep.items():
            if days <= 0:
                continue
            with store.writing() as books:
                count = books.scans.purge(unit, (now - timedelta(days=days)).isoformat())
                if count:
                    books.trail.append(now.isoformat(), "desk", "scan:purge", unit, {"scans": count})
            gone += count
        return gone

    def sweep(self) -> int:
        """Delete bytes that no case points to."""
        return self._house.store.sweep(self._house.clock().timestamp())

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            self.once()


def _over(filing: Filing, days: int, now: datetime) -> bool:
    return days > 0 and datetime.fromisoformat(filing.updated_at) < now - timedelta(days=days)
