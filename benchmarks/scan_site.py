"""make scan-site: a whole generated site through the real command, once undisturbed and once killed ten times.

Serves 3,000 pages and 300 attachments with 40 leaks and every trap on loopback, in a process of its own; prints what
was found, what was false, what was not accounted for, what differs after the kills, which processes and files are left.
Exit code 1 when any of it is not as it should be. PAGES=250 for a quick one; DELAY=0.25: as politely as by default.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.batch.site_maker import build
from tests.batch.whole_site import ROOT, TRAPS, Audit, Command, Result, audit, comparable, differences

PAGES = int(os.environ.get("PAGES") or 3_000)
DELAY = os.environ.get("DELAY") or "0"
KILLS = int(os.environ.get("KILLS") or 10)
ATTACHMENTS, LEAKS = max(PAGES // 10, 1), 40
SLOW = 45.0  # seconds that the slow page takes: the scan waits for 30


def main() -> int:
    """Serve, scan, kill, compare."""
    size = [str(one) for one in (PAGES, ATTACHMENTS, LEAKS, SLOW)]
    command = [sys.executable, "-m", "tests.batch.site_server", *size]
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout
            url = server.stdout.readline().decode().strip()
            return measured(Command(url, Path(folder), ("--delay", DELAY)))
        finally:
            server.kill()


def measured(command: Command) -> int:
    """Both scans of the site that is served now."""
    built = build(PAGES, ATTACHMENTS, LEAKS)
    calm = command.finished("calm.db")
    scan = calm.table["scan"]
    speed = (scan["pages"] + scan["files"]) / calm.seconds
    print(scan["covered"])
    print(f"exit code {calm.code}; {calm.seconds:.0f} s, {speed:.1f} items/s; the command's own process {calm.peak} MB")
    faults = report(audit(built, command.url, calm, TRAPS | {"/slow.html": "超时"}), built.on_duty)
    if KILLS:
        began = time.monotonic()
        killed, orphans = command.disturbed("killed.db", len(calm.entries), KILLS)
        print(f"{KILLS} kills and as many resumptions: {time.monotonic() - began:.0f} s")
        faults += compared(command, calm, killed)
        faults += told("processes that outlived the command", orphans)
    faults += told("temporary files left", command.left_behind())
    return bool(faults)


def report(told_: Audit, on_duty: int) -> int:
    """Print an audit; how many faults it has."""
    total = len(told_.found) + len(told_.missed)
    print(f"{len(told_.found)} of {total} places found ({LEAKS} leaks, and two copies of a page with one of them)")
    print(f"what repeats: told once, on {told_.repeated} of {on_duty} pages")
    faults = told("missed", told_.missed) + told("wrong place", told_.misplaced) + told("false", told_.false)
    faults += told("linked and not accounted for", told_.lost) + told("traps not told", told_.untold)
    return faults + (told_.repeated != on_duty)


def compared(command: Command, calm: Result, killed: Result) -> int:
    """Print what the kills changed."""
    differing = list(differences(comparable(command.url, calm), comparable(command.url, killed)))
    return told("parts that differ from the undisturbed scan", differing)


def told(what: str, lines: Sequence[object]) -> int:
    """Print a list with its length."""
    print(f"{what}: {len(lines)}", *lines, sep="\n  ", flush=True)
    return len(lines)


if __name__ == "__main__":
    sys.exit(main())
