"""Processes of a test, looked at in /proc."""

from contextlib import suppress
from pathlib import Path


def children(pid: int) -> set[int]:
    """The process ids of all processes that this process's threads started."""
    found = set()
    with suppress(OSError):  # it, or a thread of it, has just ended
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            found |= {int(one) for one in path.read_text().split()}
    return found


def family(pid: int) -> set[int]:
    """Its children, and theirs."""
    own = children(pid)
    return own.union(*map(family, own))


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    return False
