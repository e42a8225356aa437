"""Paths given on the command line to the drafts they mean."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from screening.domain.errors import SettingsError

_LOCK_PREFIXES = (".", "~$")  # hidden files, and what Word leaves beside an open document


@dataclass(frozen=True, slots=True)
class Input:
    """A draft to read: a path, or bytes that came from standard input, and the name it is shown by."""

    source: Path | bytes
    name: str


def inputs_of(paths: Iterable[Path], stdin_filename: str) -> list[Input]:
    """Files as given, folders with everything inside in order. Raises SettingsError for a missing path."""
    found: list[Input] = []
    for path in paths:
        if str(path) == "-":
            found.append(Input(sys.stdin.buffer.read(), stdin_filename or "标准输入"))
        elif path.is_dir():
            found += [Input(inner, str(inner.relative_to(path.parent))) for inner in _inside(path)]
        elif not path.exists() and not path.is_symlink():
            raise SettingsError(f"{path}: 文件不存在；检查路径和文件名")
        else:
            found.append(Input(path, path.name))
    if not found:
        raise SettingsError("文件夹里没有文件；检查路径")
    return found


def _inside(folder: Path) -> Iterator[Path]:
    """Files below a folder, sorted; links that lead out of it are not followed."""
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(_LOCK_PREFIXES) for part in path.relative_to(folder).parts)
        if not hidden and path.is_file() and path.resolve().is_relative_to(root):
            yield path
