"""The same elsewhere: every page and attachment that repeats a given document, by the hashes of the ledger alone."""

from collections.abc import Iterable
from pathlib import Path

from screening.batch.ledger import Ledger
from screening.batch.shingles import share, shingles_of
from screening.checker import Screener
from screening.domain.errors import SettingsError
from screening.report.scan_base import Alike

LEAST = 0.3  # of the document


def sought(screener: Screener, path: Path) -> frozenset[int]:
    """The hashes of the document that is looked for. Raises SettingsError when nothing of it can be read."""
    document = screener.read(path)
    hashes = frozenset(shingles_of(document.blocks, screener.key))
    if not hashes:
        raise SettingsError(f"{path}: 没有读到文字，无法比对；换可读的文件（扫描件先识别成文字）")
    return hashes


def alike(ledger: Ledger, wanted: frozenset[int], sources: Iterable[str] = ("",), least: float = LEAST) -> list[Alike]:
    """The items that repeat at least this share of it, most alike first."""
    found = []
    for source in sources:
        for location, title, hashes in ledger.shingles(source):
            repeated = share(wanted, hashes)
            if repeated >= least:
                found.append(Alike(location, title, round(repeated, 3)))
    return sorted(found, key=lambda one: (-one.share, one.location))
