"""Small sources, invented pages and functions for workers, shared by the tests of the scan."""

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from screening.batch.item import Fault, Found, Item, Judged
from screening.batch.judge import JudgeSettings, judge_all, versions_of
from screening.batch.ledger import Ledger
from screening.batch.ledger_run import LedgerRun
from screening.checker import Screener
from screening.domain.finding import Severity
from screening.settings import Settings

PHONE = "13800131234"
MASKED = "138****1234"
NUMBER = "11019919900307005X"
_FOOTER = f"<div>云岭市融媒体中心 承办</div><div>值班电话：{PHONE}</div>"


@dataclass(frozen=True, slots=True)
class Listed:
    """A source that holds its items in a tuple."""

    listed: tuple[Item, ...]
    name: str = "www.yunling.example"

    def items(self) -> Iterator[Item]:
        """Every item."""
        yield from self.listed


def html(number: int, body: str = "", footer: str = "") -> bytes:
    """A page with a title and a sentence of its own."""
    text = body or f"<p>槐树巷社区第{number}次读书会在社区书屋举行，居民围坐交流读书心得。</p>"
    head = f'<meta charset="utf-8"><title>第{number}次读书会-云岭市政府网</title>'
    return f"<html><head>{head}</head><body><ul><li>首页</li><li>政务</li></ul>{text}{footer}</body></html>".encode()


def page(number: int, body: str = "", footer: str = "") -> Item:
    """A page of the site."""
    return Item(f"http://www.yunling.example/{number:04}.html", f"{number:04}.html", html(number, body, footer))


def site(count: int, *, footer: bool = True) -> tuple[Item, ...]:
    """Pages of which every tenth holds a citizen number, and all the same telephone in the footer."""
    leak = f"<p>安小禾的身份证号码是{NUMBER}。</p>"
    return tuple(page(at, leak if at % 10 == 3 else "", _FOOTER if footer else "") for at in range(count))


def settings_in(folder: Path) -> Settings:
    """Settings with a key of their own."""
    return replace(Settings.load({}, folder), key_file=folder / "scan.key", ocr=False)


def judging(settings: Settings, channel: str = "website") -> JudgeSettings:
    """How the tests judge."""
    with Screener(settings) as screener:
        return JudgeSettings(settings, channel, versions_of(screener))


def judge(one: Item, with_: JudgeSettings) -> Judged:
    """What becomes of a single item."""
    return judge_all([one], with_)[0]


def now() -> str:
    """The clock of the tests."""
    return dt.datetime.now(tz=dt.UTC).isoformat()


def found(fingerprint: str = "f1", severity: Severity = Severity.S1, block: int = 1) -> Found:
    """A finding as a worker would hand it back."""
    return Found(fingerprint, "PID-001", "居民身份证号码", "pii_id_number", severity, "第2段", "11*************01X",
                 "11*************01X", "身份证件号", "隐去中间几位", "民法典1034", 0.99, 2, block)  # fmt: skip


def judged(item: Item, *findings: Found, unread: tuple[str, ...] = (), kind: str = "article") -> Judged:
    """What became of an item, without reading it."""
    import hashlib

    digest = hashlib.sha256(item.data).hexdigest()
    return Judged(item.location, digest, digest, "text/html", len(item.data), 10, findings, unread, 2, "标题",
                  tuple(item.data[:4]), kind)  # fmt: skip


def enter(run: LedgerRun, *items: Item) -> None:
    """Items into the ledger without reading them; those with `leak` in their bytes have a finding."""
    for item in items:
        if item.fault:
            run.fault(item, item.fault)
        else:
            run.store(item, judged(item, *([found()] if b"leak" in item.data else [])))


def item(name: str, data: bytes = b"x", parent: str = "", fault: Fault | None = None) -> Item:
    """Any item."""
    return Item(name, name, b"" if fault else data, parent=parent, fault=fault)


def without_times(ledger: Ledger, source: str) -> list[object]:
    """All that a ledger knows of a source but the times."""
    return [
        replace(entry, first_seen="", last_seen="", read_at="", findings=tuple(one.found for one in entry.findings))
        for entry in ledger.entries(source)
    ]


def each(work: Callable[[Item], int], group: Sequence[Item]) -> list[int]:
    """A function for workers, made of one for a single item."""
    return [work(one) for one in group]


def length_of(one: Item) -> int:
    """How many bytes."""
    return len(one.data)


def dies(one: Item) -> int:
    """Dies of some items: of `die` always, of a path the first time."""
    if one.data == b"die":
        os._exit(9)
    if one.data.startswith(b"/"):
        marker = Path(one.data.decode())
        if not marker.exists():
            marker.touch()
            os._exit(9)
    return len(one.data)


def hangs(one: Item) -> int:
    """Hangs over some items."""
    if one.data == b"hang":
        time.sleep(600)
    return len(one.data)


def fails(one: Item) -> int:
    """Fails over some items."""
    if one.data == b"fail":
        raise ValueError(one.data)
    return len(one.data)
