"""A folder of drafts: every file below it, in a stable order; links, devices and odd names do no harm."""

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from screening.batch.archives import BUDGET, is_archive, members_of_file
from screening.batch.item import Fault, Item
from screening.batch.names import shown
from screening.batch.opened import opened
from screening.extract.limits import Limits

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_KINDS = (
    (stat.S_ISCHR, "字符设备"),
    (stat.S_ISBLK, "块设备"),
    (stat.S_ISFIFO, "管道"),
    (stat.S_ISSOCK, "套接字"),
)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as a source. Links are not followed: what they point to inside is read where it stands.

    `name` and locations hold no path above the folder itself.
    """

    path: Path
    limits: Limits = BUDGET

    @property
    def name(self) -> str:
        """The folder's own name."""
        return shown(self.path.resolve().name) or "/"

    def items(self) -> Iterator[Item]:
        """Every file once; what cannot be read is an item with a fault."""
        root = os.path.realpath(self.path)
        waiting = [(root, "")]
        while waiting:
            folder, above = waiting.pop()
            try:
                entries = _entries(folder)
            except OSError as error:
                yield _fault(above or self.name, above, error)
                continue
            inside = []
            for entry, label in entries:
                location = f"{above}/{label}" if above else label
                if _is_folder(entry):
                    inside.append((entry.path, location))
                else:
                    yield from self._file(entry, location, root)
            waiting.extend(reversed(inside))

    def _file(self, entry: os.DirEntry[str], location: str, root: str) -> Iterator[Item]:
        item = Item(location, location.rpartition("/")[2], b"", column=_column(location))
        try:
            about = entry.stat(follow_symlinks=False)
            if stat.S_ISLNK(about.st_mode):
                yield from _link(entry.path, item, root)
                return
            kind = next((name for test, name in _KINDS if test(about.st_mode)), "")
            if kind or not stat.S_ISREG(about.st_mode):
                yield replace(item, fault=Fault.UNREADABLE, detail=f"不是普通文件（{kind or '未知类型'}）")
                return
            item = replace(item, modified=_time(about.st_mtime))
            yield from self._read(entry.path, item)
        except OSError as error:
            yield _fault(location, item.column, error)

    def _read(self, path: str, item: Item) -> Iterator[Item]:
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):  # changed between look and opening
                yield replace(item, fault=Fault.UNREADABLE, detail="不是普通文件")
            elif about.st_size <= self.limits.file_bytes:
                data = file.read(self.limits.file_bytes + 1)
                yield from opened(replace(item, data=data), self.limits)
            elif is_archive(file.read(1024), item.filename) and not file.seek(0):
                yield from members_of_file(item, file, self.limits)
            else:
                yield replace(item, fault=Fault.TOO_LARGE, detail=f"{about.st_size} 字节")


def _entries(folder: str) -> list[tuple[os.DirEntry[str], str]]:
    """Entries by their bytes, each with a label that no other entry of the folder has."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    labels: set[str] = set()
    named = []
    for entry in entries:
        plain = label = shown(entry.name)
        number = 1
        while label in labels:
            number += 1
            label = f"{plain}~{number}"
        labels.add(label)
        named.append((entry, label))
    return named


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with contextlib.suppress(OSError):
        return entry.is_dir(follow_symlinks=False)
    return False


def _link(path: str, item: Item, root: str) -> Iterator[Item]:
    """A link inside the folder adds nothing; one that leads out or nowhere is told."""
    target = os.path.realpath(path)
    if not Path(path).exists():
        yield replace(item, fault=Fault.UNREADABLE, detail="链接指向的文件不存在")
    elif os.path.commonpath((target, root)) != root:
        yield replace(item, fault=Fault.UNREADABLE, detail="链接指向目录之外，未跟随")


def _fault(location: str, column: str, error: OSError) -> Item:
    detail = error.strerror or type(error).__name__
    return Item(location, location.rpartition("/")[2], b"", column=column, fault=Fault.UNREADABLE, detail=detail)


def _column(location: str) -> str:
    first, slash, _ = location.partition("/")
    return first if slash else ""


def _time(seconds: float) -> str:
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    return ""
