"""Find plug-ins: every module of a package that exposes `plugin`, and entry points of the same name.

Nobody keeps a list: a new file is a new plug-in.
"""

import importlib
import pkgutil
from importlib.metadata import entry_points
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
    for entry in entry_points(group=package):
        plugin = entry.load()
        if isinstance(plugin, kind):
            found.append(plugin)
    return found
