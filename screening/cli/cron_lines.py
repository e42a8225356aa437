"""The lines for crontab that run a scan every night. They hold from whatever folder they are run, and no report takes
the place of an earlier one."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_KEPT = ("channel", "workers", "cluster", "depth", "include", "exclude", "delay", "register", "desk", "token_file")
_PATHS = ("register", "token_file")


def cron_lines(sources: Sequence[str], asked: Any) -> str:
    """A remark and two lines: every night at 1:30 only what changed, on the first of a month the whole report.

    asked: the options of the scan by their names.
    """
    here = Path.cwd()
    shared = [*_settings(here), *_program(), "scan", *map(_absolute, sources or ("https://www.example.gov.cn",))]
    shared += ["--ledger", _absolute(asked.ledger or "台账.db"), *_scope(asked)]
    nightly = (
        f"{shlex.join([*shared, '--since', 'last', '--format', 'html'])} -o {_dated(here / '每日', '.html', '%F')}"
    )
    whole, book = _dated(here / "月报", ".html", "%Y-%m"), _dated(here / "月报", ".xlsx", "%Y-%m")
    monthly = f"{shlex.join(shared)} --report {book} --format html -o {whole}"
    lines = [f"30 1 * * * {nightly}", f"30 3 1 * * {monthly}"]
    escaped = [line.replace("%", r"\%") for line in lines]  # a bare % ends the command of a crontab
    return "\n".join(["# 每天 1:30 只看变化；每月 1 日 3:30 出月报", *escaped])


def _settings(here: Path) -> list[str]:
    """The settings of this folder, which cron would not find."""
    path = here / "xianshen.toml"
    return ["env", f"XIANSHEN_CONFIG={path}"] if path.is_file() else []


def _program() -> list[str]:
    """How this very command is called, from whatever folder."""
    called = Path(sys.argv[0])
    if called.name.startswith("xianshen"):
        return [str(called.absolute())]
    return [sys.executable, "-m", "screening.cli.main"]


def _absolute(where: str) -> str:
    """A path from the root; an address as it is."""
    listed, path = ("list:", where[5:]) if where.startswith("list:") else ("", where)
    return where if "://" in where else f"{listed}{Path(path).expanduser().absolute()}"


def _dated(path: Path, suffix: str, form: str) -> str:
    """A path, for the shell, that holds the day on which it is run."""
    return f'{shlex.quote(f"{path}-")}"$(date +{form})"{suffix}'


def _scope(asked: Any) -> list[str]:
    """The options that say what is scanned and how, as they were given."""
    words = [f"--{name}" for name in ("own", "allow-private", "no-ocr") if getattr(asked, name.replace("-", "_"))]
    for name in _KEPT:
        value = getattr(asked, name)
        values = value if isinstance(value, tuple) else (value,)
        if name in _PATHS:
            values = tuple(_absolute(str(one)) for one in values if one is not None)
        words += [word for one in values if one is not None for word in (f"--{name.replace('_', '-')}", str(one))]
    return [*words, "--limit", str(asked.limit)] if asked.limit else words
