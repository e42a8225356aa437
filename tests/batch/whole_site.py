"""The whole command over the generated site, as a user runs it: to its end, or killed and taken up again; and what came
of it against what was planted. For the test at small size and for `make scan-site` at full size.
"""

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from screening.batch.canonical import canonical
from screening.batch.ledger import Entry, Ledger
from tests.batch.scanning import now
from tests.batch.site_maker import Built, Planted
from tests.processes import alive, family

ROOT = Path(__file__).parents[2]
ENDLESS = ("/rili/", "/search")  # which of their pages are read before they are cut depends on what answers first
TRAPS = {  # what the report says of each
    "/error500": "服务器出错",
    "/gone.html": "不存在",
    "/huge.pdf": "超过大小上限",
    "/short.txt": "损坏",
    "/loop/a": "跳转过多或循环",
    "/jump/1": "跳转过多或循环",
    "/metadata": "未抓取",
    "/rili/*/*.html#cut": "达到扫描上限",
    "/search?*#cut": "达到扫描上限",
}
PLACES = {  # what the report says of each place
    "text": r"第\d+段", "table": r"第2行第2列", "docx": r"第\d+段", "hidden": r"隐藏文字", "xlsx": r"工作表《Sheet》第",
    "alt": r"替代文字", "txt": r"第\d+段", "comment": r"源码注释", "csv": r"第\d+行", "meta": r"元数据",
    "pdf": r"第1页", "script": r"脚本", "zip": r"第\d+段",
}  # fmt: skip
_WAIT = 60.0  # seconds in which orphans must have ended


@dataclass(frozen=True, slots=True)
class Result:
    """A scan that came to its end. peak: the most memory that the command's own process held, in MB."""

    table: dict[str, Any]
    entries: tuple[Entry, ...]
    code: int
    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Command:
    """`xianshen scan` of one site, with everything it writes below one folder."""

    url: str
    folder: Path
    options: tuple[str, ...] = ()

    def _started(self, ledger: str, *more: str) -> "subprocess.Popen[bytes]":
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        environment = {
            "XIANSHEN_KEY_FILE": str(self.folder / "key"), "PATH": os.defpath, "PYTHONPATH": str(ROOT),
            "TMPDIR": str(temporary),
        }  # fmt: skip
        words = ["scan", self.url, "--own", "--ledger", ledger, "--format", "json", "-o", f"{ledger}.json"]
        words += [*self.options, *more]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "screening.cli.main", *words],
                cwd=self.folder, env=environment, stdout=log, stderr=log,
            )  # fmt: skip

    def finished(self, ledger: str, *more: str) -> Result:
        """Run to the end."""
        began, peak = time.monotonic(), 0
        process = self._started(ledger, *more)
        while process.poll() is None:
            peak = max(peak, _peak(process.pid))
            time.sleep(0.05)
        seconds = time.monotonic() - began
        table = json.loads((self.folder / f"{ledger}.json").read_bytes())
        kept = Ledger(self.folder / ledger, now)
        entries = tuple(kept.entries(table["scan"]["source"]))
        kept.close()
        return Result(table, entries, process.returncode, seconds, peak)

    def killed(self, ledger: str, point: int, *more: str) -> list[int]:
        """kill -9 as soon as the ledger holds so many items: the processes that outlived it."""
        process = self._started(ledger, *more)
        while process.poll() is None and _entered(self.folder / ledger) < point:
            time.sleep(0.01)
        process.send_signal(signal.SIGSTOP)  # no child is born between the look and the kill
        children = family(process.pid)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, "it ended before it was killed"
        deadline = time.monotonic() + _WAIT
        while (left := [pid for pid in children if alive(pid)]) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left

    def disturbed(self, ledger: str, items: int, kills: int, seed: int = 1) -> tuple[Result, list[int]]:
        """One scan, killed at so many random points of its items and resumed each time; which processes outlived."""
        orphans: list[int] = []
        for point in sorted(random.Random(seed).sample(range(items), kills)):
            orphans += self.killed(ledger, point, "--resume")
        return self.finished(ledger, "--resume"), orphans

    def left_behind(self) -> list[str]:
        """Temporary files that are still there, and a traceback of ours on the screen of whoever killed the scan.
        Python's own, of a child that was just starting, is not ours to stop."""
        files = [str(path.relative_to(self.folder)) for path in (self.folder / "tmp").rglob("*")]
        return files + ["log: a traceback"] * (b"/screening/" in (self.folder / "log").read_bytes())


def _peak(pid: int) -> int:
    try:
        return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) // 1024  # type: ignore[index]
    except (OSError, TypeError):
        return 0


def _entered(ledger: Path) -> int:
    """How many items a ledger holds by now."""
    if not ledger.exists():
        return 0
    connection = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=5)
    try:
        return int(connection.execute("SELECT count(*) FROM scan_items").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


@dataclass(slots=True)
class Audit:
    """A report against what was planted. beside: rows on leaking items that do not speak of the leak; misplaced: found,
    but with a wrong place; lost: addresses that the site links and nothing was said of."""

    found: list[Planted] = field(default_factory=list)
    missed: list[Planted] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    repeated: int = 0


def audit(built: Built, url: str, result: Result, traps: Mapping[str, str] = TRAPS) -> Audit:
    """What was found of what was planted, what else, and whether every address of the site is accounted for."""
    site, told = url.rstrip("/"), Audit()
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in result.table["findings"]:
        rows[row["location"].removeprefix(site)].append(row)
    for planted in (*built.planted, *built.copied):
        _compare(planted, [row for row in rows[planted.location] if row["pages"] == 1], told)
        rows[planted.location] = [row for row in rows[planted.location] if row["pages"] > 1]
    for location, others in rows.items():
        for row in others:
            if row["pages"] > 1 and row["masked"] == "138****8009":
                told.repeated = row["pages"]
            else:
                told.false.append(_line(location, row))
    _account(built, site, result, traps, told)
    return told


def _compare(planted: Planted, rows: list[dict[str, Any]], told: Audit) -> None:
    of_leak = [row for row in rows if row["category"] == planted.category and row["masked"]]
    (told.found if of_leak else told.missed).append(planted)
    if of_leak and not any(re.search(PLACES[planted.place], row["place"]) for row in of_leak):
        told.misplaced.append(_line(planted.location, of_leak[0]))
    places = {_row_of(row["place"]) for row in of_leak}
    told.false += [_line(planted.location, row) for row in rows if not _speaks_of(row, planted, places)]


def _speaks_of(row: dict[str, Any], planted: Planted, places: set[str]) -> bool:
    """A masked value keeps its length and its ends; a passage of which only the length is told stands in one of the
    places where the leak was found."""
    if re.fullmatch(r"〔隐去 \d+ 字〕", row["masked"]):
        return _row_of(row["place"]) in places
    return bool(re.search(re.escape(row["masked"]).replace(r"\*", "."), planted.passage))


def _row_of(place: str) -> str:
    """A place without the column of a table: a passage may begin in another cell of the row."""
    return re.sub(r"第\d+列$", "", place)


def _line(location: str, row: Mapping[str, Any]) -> str:
    return f"{location} {row['place']} {row['category']} {row['masked']} ({row['rule_id']})"


def _account(built: Built, site: str, result: Result, traps: Mapping[str, str], told: Audit) -> None:
    known = {entry.location.partition("!/")[0]: entry for entry in result.entries}
    for path in built.answers:
        entry = known.get(canonical(site + path))
        read = entry and (entry.duplicate_of or entry.fault or entry.sha256)
        linked = not path.startswith(("/maps/", "/robots.txt", "/copy/3", "/copy/4"))
        if linked and not read:
            told.lost.append(path)
    said = {one["location"].removeprefix(site): one["reason"] for one in result.table["not_read"]}
    told.untold = [path for path, reason in traps.items() if not said.get(path, "").startswith(reason)]


def comparable(url: str, result: Result) -> dict[str, Any]:
    """All that must be equal after a scan that was killed: without times, without the pages of traps that have no end,
    and without which way led to a page or which of several copies came first."""
    site = url.rstrip("/")
    endless = tuple(site + start for start in ENDLESS)
    known = {entry.location: entry for entry in result.entries}
    items = {}
    for entry in result.entries:
        if not entry.location.startswith(endless) or entry.location.endswith("#cut"):
            first = known.get(entry.duplicate_of, entry)
            findings = [one.found for one in first.findings]
            items[entry.location] = (first.kind, first.title, first.column, first.fault, first.unread, findings)
    table = result.table
    rows = [{**row, "first_seen": "", "last_seen": ""} for row in table["findings"]]
    not_read = [{**one, "parent": ""} for one in table["not_read"]]
    summary = {name: table["scan"][name] for name in ("source", "copies", "not_read", "by_severity", "complete")}
    return {"items": items, "findings": rows, "not_read": not_read, "summary": summary}


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterable[str]:
    """Which parts of two comparable results differ, in words."""
    for name in one:
        if one[name] != other[name]:
            yield f"{name}: {str(one[name])[:300]} / {str(other[name])[:300]}"
