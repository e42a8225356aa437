"""Live progress of a scan: pages, attachments, findings by severity, speed, time left. Never an address: a log may keep
it."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

from screening.batch.item import Item, Judged
from screening.domain.finding import Severity

_ON_TERMINAL, _IN_LOG = 0.3, 15.0  # seconds between two lines


@dataclass(slots=True)
class Progress:
    """Counts what happens and tells it on a stream. clock: seconds that only go forward; expected: how many items there
    were last time, 0 when nobody knows."""

    stream: TextIO | None
    clock: Callable[[], float]
    expected: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    severities: Counter[Severity] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _begun: float = -1.0
    _told: float = -1.0

    def unchanged(self, item: Item) -> None:
        """An item that need not be read."""
        del item
        self._count("unchanged")

    def faulty(self, item: Item) -> None:
        """An item that could not be had."""
        del item
        self._count("faulty")

    def judged(self, judged: Judged) -> None:
        """An item that was screened."""
        with self._lock:
            self.severities.update(found.severity for found in judged.findings)
        self._count("files" if judged.kind == "file" else "pages")

    def _count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1
            now = self.clock()
            if self._begun < 0:
                self._begun = self._told = now
            live = bool(self.stream and self.stream.isatty())
            if now - self._told >= (_ON_TERMINAL if live else _IN_LOG):
                self._told = now
                self._tell(now, live=live)

    def _tell(self, now: float, *, live: bool) -> None:
        if self.stream:
            self.stream.write(f"\r\x1b[K{self.line(now)}" if live else f"{self.line(now)}\n")
            self.stream.flush()

    def line(self, now: float) -> str:
        """What there is to tell, on one line."""
        done, spent = self.counts.total(), max(now - self._begun, 0.001)
        found = " ".join(f"{one.label}{self.severities[one]}" for one in sorted(Severity, reverse=True))
        words = f"页面 {self.counts['pages']}　附件和文件 {self.counts['files']}　未变 {self.counts['unchanged']}　"
        words += f"未得 {self.counts['faulty']}　疑点 {found}　{done / spent:.1f} 项/秒"
        left = self.expected - done
        return words + (f"　约剩 {_span(left * spent / done)}" if left > 0 and done else "")

    def end(self) -> None:
        """The last line."""
        if self.stream and self._begun >= 0:
            self._tell(self.clock(), live=self.stream.isatty())
            self.stream.write("\n" if self.stream.isatty() else "")
            self.stream.flush()


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}小时{minutes % 60}分" if minutes >= 60 else f"{minutes}分{rest}秒"
