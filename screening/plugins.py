"""Find plug-ins: every module of a package that exposes `plugin`, and entry points of the same name.

Nobody keeps a list: a new file is a new plug-in.
"""

import importlib
import pkgutil
import sys
from functools import cache
from pathlib import Path
from typing import TypeVar

Kind = TypeVar("Kind")


def discover(package: str, kind: type[Kind]) -> list[Kind]:
    """All plug-ins of a package that are of this kind, by module name; then those of other distributions.

    Entry points are looked for in the group named like the package, such as `screening.extract`.
    """
    folder = importlib.import_module(package)
    found: list[Kind] = []
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda module: module.name):
        plugin = getattr(importlib.import_module(f"{package}.{module.name}"), "plugin", None)
        if isinstance(plugin, kind):
            found.append(plugin)
    if f"[{package}]" in _announced():
        from importlib.metadata import entry_points  # noqa: PLC0415 - costs 0.05 s, and mostly there are none

        loaded = (entry.load() for entry in entry_points(group=package))
        found += [plugin for plugin in loaded if isinstance(plugin, kind)]
    return found


@cache
def _announced() -> str:
    """The entry-point files of all installed distributions that name this project."""
    listed = (path for folder in sys.path for path in Path(folder or ".").glob("*.dist-info/entry_points.txt"))
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in listed)
    return "\n".join(text for text in texts if "[screening." in text)
