"""The lines for crontab that scan every night: whole paths, dates in the names of reports, and % as cron wants it."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_KEPT = ("channel", "workers", "cluster", "depth", "include", "exclude", "delay", "register", "desk", "token_file")
_FLAGS = ("own", "allow_private", "no_ocr")


def cron_lines(sources: Sequence[str], asked: Any, here: Path) -> str:
    """Every night at 1:30 only what changed, on the first of a month the whole report; run in this folder, where the
    settings are. asked: the options of the scan."""
    ledger = _whole(asked.ledger or "台账.db", here)
    shared = [*_program(), "scan", *(_whole(one, here) for one in sources or ("https://www.example.gov.cn",))]
    shared += ["--ledger", ledger, *_scope(asked, here)]
    folder = here if "://" in ledger else Path(ledger).parent
    nightly = f"{shlex.join(shared)} --since last --format html -o {_dated(folder, '每日-', '%F')}.html"
    whole = _dated(folder, "月报-", "%Y-%m")
    monthly = f"{shlex.join(shared)} --report {whole}.xlsx --format html -o {whole}.html"
    lines = (("30 1 * * *", nightly), ("30 3 1 * *", monthly))
    told = (f"{when} cd {shlex.quote(str(here))} && {what}".replace("%", r"\%") for when, what in lines)
    return "\n".join(("# 每天 1:30 只看变化；每月 1 日 3:30 出月报", *told))


def _program() -> list[str]:
    """This very command: cron knows no virtual environment."""
    called = Path(sys.argv[0])
    return [str(called.resolve())] if called.name == "xianshen" and called.is_file() else [
        sys.executable, "-m", "screening.cli.main"
    ]  # fmt: skip


def _dated(folder: Path, name: str, date: str) -> str:
    """A name that the shell completes with the day."""
    return f'{shlex.quote(str(folder / name))}"$(date +{date})"'


def _whole(words: str, here: Path) -> str:
    """A path from the root; what is no path stays."""
    if "://" in words:
        return words
    mark, path = ("list:", words[5:]) if words.startswith("list:") else ("", words)
    return mark + str((here / path).resolve())


def _scope(asked: Any, here: Path) -> list[str]:
    """The options that say what is scanned and how, as they were given."""
    words = [f"--{name.replace('_', '-')}" for name in _FLAGS if getattr(asked, name)]
    for name in _KEPT:
        value = getattr(asked, name)
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None:
                is_path = name in ("register", "token_file")
                words += [f"--{name.replace('_', '-')}", _whole(str(one), here) if is_path else str(one)]
    return [*words, "--limit", str(asked.limit)] if asked.limit else words
