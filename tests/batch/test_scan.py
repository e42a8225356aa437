"""The scan as a whole: killed anywhere and taken up again, unchanged, since last, accepted, malformed."""

import datetime as dt
import hashlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from screening.batch.folder import Folder
from screening.batch.item import Fault, Item
from screening.batch.judge import JudgeSettings
from screening.batch.ledger import Ledger
from screening.batch.pool import Pool
from screening.batch.progress import Progress
from screening.batch.scan import revealed, scan
from screening.batch.summary import Frame, summarise
from screening.domain.decision import Disposition
from screening.domain.finding import Severity
from screening.report.scan_base import ScanResult
from tests.batch.scanning import (
    MASKED,
    NUMBER,
    PHONE,
    Listed,
    html,
    item,
    judging,
    now,
    page,
    settings_in,
    site,
    without_times,
)

ROOT = Path(__file__).parents[2]
KILLS = 2  # ten were tried by hand, see docs/decisions/0013-scan.md


@pytest.fixture(scope="module")
def how(tmp_path_factory: pytest.TempPathFactory) -> JudgeSettings:
    """Settings with a key of their own."""
    return judging(settings_in(tmp_path_factory.mktemp("scan")))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    made = Ledger(tmp_path / "ledger.db", now)
    yield made
    made.close()


def run(source: Any, ledger: Ledger, how: JudgeSettings, **more: Any) -> tuple[int, Progress]:
    """A scan without a word."""
    progress = Progress(None, time.monotonic)
    return scan(source, ledger, Pool(2), how, progress, **more), progress


def told(ledger: Ledger, number: int, *, since: bool = False) -> ScanResult:
    """The result as it would be reported."""
    after = ledger.finished_before("www.yunling.example", number) if since else 0
    frame = Frame("www.yunling.example", number, "单位网站", {}, dt.date(2031, 5, 6), Disposition.BLOCK, after)
    return summarise(ledger, frame)


def test_what_is_found_once_is_told_once_and_what_repeats_with_its_pages(ledger: Ledger, how: JudgeSettings) -> None:
    """The second scan reads nothing, tells the same, and has no news."""
    pages = site(30)
    number, progress = run(Listed(pages), ledger, how)
    result = told(ledger, number)
    assert progress.counts == {"pages": 30}
    numbers = [row for row in result.rows if row.category == "pii_id_number"]
    assert [row.location for row in numbers] == [pages[at].location for at in (3, 13, 23)]
    (footer,) = [row for row in result.rows if row.category == "pii_contact"]
    assert (footer.pages, footer.masked) == (30, "138****1234")
    assert result.covered().startswith("检查了 30 页、0 个附件或文件；0 项未能读取；未发现 ≠ 可以公开")
    number, progress = run(Listed(pages), ledger, how)
    assert progress.counts == {"unchanged": 30}
    again = tuple(replace(row, last_seen=now_of(ledger), state="same") for row in result.rows)
    assert told(ledger, number).rows == again
    news = told(ledger, number, since=True)
    assert news.rows == ()
    assert news.before == {Severity.S1: 3, Severity.S2: 1}


def now_of(ledger: Ledger) -> str:
    """When the items were last seen: all in one stroke."""
    (last,) = {entry.last_seen for entry in ledger.entries("www.yunling.example")}
    return last


def test_since_last_tells_new_changed_and_gone(ledger: Ledger, how: JudgeSettings) -> None:
    """And counts the whole source all the same. Of a page that changed, only what was not there before is new."""
    pages = list(site(12, footer=False))
    pages[0] = replace(pages[0], data=html(0, "<p>请联系安小禾，电话13800138000。</p>"))
    run(Listed(tuple(pages)), ledger, how)
    changed = replace(pages[0], data=html(0, f"<p>请联系安小禾，电话13800138000或{PHONE}。</p>"))
    fresh = replace(changed, location="http://www.yunling.example/new.html")
    later = (changed, *pages[2:], fresh, replace(fresh, data=b"", location="x.html", fault=Fault.TIMEOUT))
    number, _ = run(Listed(later), ledger, how)
    result = told(ledger, number, since=True)
    assert {(row.location, row.masked, row.state) for row in result.rows} == {
        (changed.location, "138****8000", "changed"),
        (changed.location, MASKED, "new"),
        (fresh.location, "138****8000", "new"),
        (fresh.location, MASKED, "new"),
    }
    assert [one.location for one in result.gone] == [pages[1].location]
    assert (result.missing, result.unread) == (1, 1)
    assert result.covered().startswith("检查了 12 页")


def test_what_was_taken_down_is_told_with_what_stood_on_it(ledger: Ledger, how: JudgeSettings) -> None:
    """Also where a link still leads there; once, and not what stands on other pages too."""
    pages = site(12)
    removed, linked = pages[3], replace(pages[4], data=html(4, f"<p>安小禾的身份证号码是{NUMBER}。</p>"))
    run(Listed((*pages[:4], linked, *pages[5:])), ledger, how)
    left = (*pages[:3], *pages[5:])
    broken = replace(linked, data=b"", fault=Fault.NOT_FOUND, parent=pages[0].location)
    never = item("http://www.yunling.example/typo.html", fault=Fault.NOT_FOUND, parent=pages[0].location)
    number, _ = run(Listed((*left, broken, never)), ledger, how)
    result = told(ledger, number, since=True)
    assert [(one.location, one.linked_from) for one in result.gone] == [
        (removed.location, ""),
        (linked.location, pages[0].location),
    ]
    assert [[row.category for row in one.rows] for one in result.gone] == [["pii_id_number"], ["pii_id_number"]]
    assert "高 1：" in result.gone[1].vanished()
    assert {(one.location, one.kind) for one in result.not_read} == {
        (linked.location, "broken"),
        (never.location, "broken"),
    }
    assert (result.missing, result.unread, result.rows) == (0, 0, ())
    number, _ = run(Listed(left), ledger, how)
    assert told(ledger, number, since=True).gone == ()
    assert {one.linked_from for one in told(ledger, number).gone} == {""}


def test_what_was_not_read_before_is_told_as_a_number(ledger: Ledger, how: JudgeSettings) -> None:
    """It is no news, and not done with."""
    source = Listed((*site(2), item("http://www.yunling.example/x", fault=Fault.TIMEOUT)))
    for since in (0, 1):
        number, _ = run(source, ledger, how)
        result = told(ledger, number, since=True)
        assert (result.missing, result.unread, result.unread_before) == (1 - since, 1, since)


def test_files_in_archives_are_counted_as_such(ledger: Ledger, how: JudgeSettings) -> None:
    """So that two mails are not taken for five."""
    inner = [item(f"a.zip!/{name}.txt", "读书会通知".encode()) for name in "12"]
    number, _ = run(Listed((*inner, item("b.txt", "读书会总结".encode()))), ledger, how)
    assert "3 个附件或文件（含压缩包、邮件内 2 个）" in told(ledger, number).covered()


def test_rows_stand_in_the_order_of_people(ledger: Ledger, how: JudgeSettings) -> None:
    """Row 2 before row 10."""
    rows = "".join(f"<tr><td>赵某</td><td>1380013{at:02}57</td></tr>" for at in range(1, 13))
    number, _ = run(Listed((page(1, f"<table>{rows}</table>"),)), ledger, how)
    phones = [row.masked for row in told(ledger, number).rows if row.category == "pii_contact"]
    assert phones == [f"138****{at:02}57" for at in range(1, 13)]


def test_a_new_copy_of_a_page_that_was_told_is_news(ledger: Ledger, how: JudgeSettings) -> None:
    """Once: it leaks in a further place."""
    pages = site(6, footer=False)
    run(Listed(pages), ledger, how)
    bytes_ = hashlib.sha256(pages[3].data).hexdigest()
    copy = Item("http://www.yunling.example/copy.html", "", b"", duplicate_of=pages[3].location, sha256=bytes_)
    for news in ([(copy.location, "new")], []):
        number, _ = run(Listed((*pages, copy)), ledger, how)
        assert [(row.location, row.state) for row in told(ledger, number, since=True).rows] == news


def test_a_scan_with_a_limit_or_cut_short_calls_nothing_gone(ledger: Ledger, how: JudgeSettings) -> None:
    """It has not seen the whole source."""
    pages = site(6, footer=False)
    run(Listed(pages), ledger, how)
    asked, met = (Listed((*pages[:2], item("more", fault=fault))) for fault in (Fault.ASKED, Fault.LIMIT))
    for cut, missing in ((Listed(pages), 0), (asked, 0), (met, 1)):
        number, _ = run(cut, ledger, how, limit=3)
        assert not ledger.complete(number)
        assert told(ledger, number).gone == ()
        assert told(ledger, number).missing == missing
    assert "没有扫完整个来源" in replace(told(ledger, number), complete=False).covered()


def test_accepted_findings_stay_aside_until_they_expire(ledger: Ledger, how: JudgeSettings) -> None:
    """By fingerprint, wherever they stand; never hidden."""
    number, _ = run(Listed(site(12)), ledger, how)
    (footer,) = [row for row in told(ledger, number).rows if row.category == "pii_contact"]
    ledger.accept(footer.fingerprint, "对外公布的值班电话", "安小禾", dt.date(2031, 5, 6))
    result = told(ledger, number)
    assert [row.category for row in result.accepted] == ["pii_contact"]
    assert result.accepted[0].accepted == "安小禾：对外公布的值班电话（至 2031-05-06）"
    assert {row.category for row in result.rows} == {"pii_id_number"}
    ledger.accept(footer.fingerprint, "对外公布的值班电话", "安小禾", dt.date(2031, 5, 5))
    assert told(ledger, number).accepted == ()


def test_a_copy_is_told_with_what_was_found_in_its_original(ledger: Ledger, how: JudgeSettings) -> None:
    """Both must be taken down."""
    original = site(4, footer=False)[3]
    copy = Item("http://www.yunling.example/copy.html", "copy.html", b"", duplicate_of=original.location)
    number, _ = run(Listed((original, copy)), ledger, how)
    rows = told(ledger, number).rows
    assert {row.location for row in rows} == {original.location, copy.location}
    assert len({row.fingerprint for row in rows}) == 1


def test_passages_are_read_again_and_never_kept(ledger: Ledger, how: JudgeSettings, tmp_path: Path) -> None:
    """Whoever asks sees them; the ledger's file holds none."""
    source = Listed(site(12))
    run(source, ledger, how)
    wanted = frozenset(one.location for one in ledger.entries(source.name) if one.findings)
    assert PHONE in set(revealed(source, Pool(1), how, wanted).values())
    ledger.close()
    written = b"".join(path.read_bytes() for path in tmp_path.glob("ledger.db*"))
    assert PHONE.encode() not in written
    assert "社区书屋举行，居民".encode() not in written


def folder_of_pages(folder: Path, count: int) -> Path:
    """The pages of a site as files."""
    folder.mkdir()
    for one in site(count):
        (folder / one.filename).write_bytes(one.data)
    return folder


def command(folder: Path, ledger: Path, *more: str) -> list[str]:
    """A scan as its own process."""
    return [sys.executable, "-m", "screening.cli.main", "scan", str(folder), "--ledger", str(ledger), "--no-ocr",
            "--workers", "1", "--format", "json", *more]  # fmt: skip


def environment(key: Path) -> dict[str, str]:
    """Nothing but the key."""
    return {"XIANSHEN_KEY_FILE": str(key), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}


def entered(ledger: Path) -> int:
    """How many items a ledger holds by now."""
    try:
        with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=5) as connection:
            return int(connection.execute("SELECT count(*) FROM scan_items").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        if "connection" in locals():
            connection.close()


def finished(folder: Path, ledger: Path, key: Path, *more: str) -> tuple[list[object], dict[str, Any]]:
    """The scan to its end: what the ledger knows, and what the report says, without times."""
    done = subprocess.run(command(folder, ledger, *more), env=environment(key), capture_output=True, check=False)
    assert done.returncode == 1, done.stderr.decode()
    table = json.loads(done.stdout)
    for row in table["findings"]:
        row["first_seen"] = row["last_seen"] = ""
    for name in ("started", "finished"):
        table["scan"][name] = ""
    kept = Ledger(ledger, now)
    entries = without_times(kept, folder.name)
    kept.close()
    return entries, table


def test_a_scan_that_is_killed_anywhere_goes_on_as_if_undisturbed(tmp_path: Path) -> None:
    """kill -9 at random points, then --resume: the same ledger, the same report, no item lost or double."""
    folder, key = folder_of_pages(tmp_path / "site", 160), tmp_path / "key"
    wanted = finished(folder, tmp_path / "calm.db", key)
    for seed in range(KILLS):
        ledger = tmp_path / f"killed{seed}.db"
        point = random.Random(seed).randrange(0, 110)
        process = subprocess.Popen(command(folder, ledger), env=environment(key), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)  # fmt: skip
        while process.poll() is None and entered(ledger) < point:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert finished(folder, ledger, key, "--resume") == wanted


def malformed(folder: Path, count: int) -> Path:
    """Files cut off, with flipped bits, with two ends swapped, made of the samples."""
    folder.mkdir()
    samples = sorted(path for path in (ROOT / "samples" / "drafts").iterdir() if path.suffix in (".docx", ".txt"))
    dice = random.Random(5)
    for at in range(count):
        sample = samples[at % len(samples)]
        data = bytearray(sample.read_bytes())
        if at % 3 == 0:
            data = data[: dice.randrange(len(data))]
        elif at % 3 == 1:
            for _ in range(dice.randrange(1, 40)):
                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        else:
            cut = dice.randrange(len(data))
            data = data[cut:] + data[:cut]
        (folder / f"{at:04}{sample.suffix}").write_bytes(data)
    with zipfile.ZipFile(folder / "pack.zip", "w") as packed:
        packed.writestr("inner.txt", f"电话{PHONE}")
    return folder


def test_a_folder_of_malformed_files_ends_with_every_file_accounted_for(
    ledger: Ledger, how: JudgeSettings, tmp_path: Path
) -> None:
    """Each has an entry: read, or why not."""
    folder = malformed(tmp_path / "malformed", 120)  # 1,200 were run by hand
    number, progress = run(Folder(folder), ledger, how)
    entries = list(ledger.entries("malformed"))
    files = {path.name for path in folder.iterdir()}
    assert {entry.location.split("!/")[0] for entry in entries} == files
    assert all(entry.fault or entry.sha256 or entry.duplicate_of for entry in entries)
    assert ledger.complete(number)
    assert sum(progress.counts.values()) == len(entries)


def test_progress_tells_counts_speed_and_time_left(how: JudgeSettings) -> None:
    """On one line; never an address."""
    progress = Progress(None, iter(range(1000)).__next__, expected=10)
    progress.unchanged(item("secret-name"))
    progress.faulty(item("secret-name"))
    progress.severities[Severity.S1] = 2
    line = progress.line(4)
    assert "未变 1" in line
    assert "未得 1" in line
    assert "疑点 严重0 高2 中0 低0" in line
    assert "项/秒" in line
    assert "约剩" in line
    assert "secret" not in line
