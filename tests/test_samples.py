"""The sample drafts: every planted passage is found at its place, and the harmless ones stay quiet."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening import Disposition, Screener, Settings
from screening.report.base import Result
from screening.settings import shipped

FOLDER = shipped("samples/drafts")
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
OCR = importlib.util.find_spec("rapidocr") is not None
NEED_OCR = [one for one in EXPECTED if one["needs_ocr"]]


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screener]:
    """A screener with the shipped rules only."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / "none").mkdir()
    settings = Settings(key_file=folder / "key", cache=folder / "cache", local_lexicons=folder / "none")
    with Screener(settings) as one:
        yield one


@pytest.fixture(scope="module")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screener]:
    """A screener that does not recognise words in pictures."""
    folder = tmp_path_factory.mktemp("blind")
    with Screener(Settings(ocr=False, key_file=folder / "key", cache=folder / "cache")) as one:
        yield one


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: one["file"])
def test_a_draft_gives_what_is_expected(screener: Screener, expected: dict[str, object]) -> None:
    """Categories, quotes, places and the disposition."""
    assert OCR, "the tests need the extra `ocr`"
    result = screener.examine(FOLDER / str(expected["file"]), str(expected["channel"]))
    run = result.run
    for wanted in expected["must"]:
        assert _found(result, **wanted), (wanted, [(one.category, one.place, one.quote) for one in run.findings])
    for category in expected["must_not"]:
        assert category not in [one.category for one in run.findings]
    low, high = Disposition[str(expected["min_disposition"])], Disposition[str(expected["max_disposition"])]
    assert low <= run.decision.disposition <= high, run.decision
    assert run.coverage.complete or not expected["clean"], run.coverage.unread


def _found(result: Result, category: str, where: str, quote: str) -> bool:
    wanted = "".join(quote.split())
    for one in result.run.findings:
        got = "".join(one.quote.split())
        if one.category == category and where in one.place and (wanted in got or got in wanted):
            return True
    return False


@pytest.mark.parametrize("expected", NEED_OCR, ids=lambda one: one["file"])
def test_without_recognition_a_picture_is_never_clean(blind: Screener, expected: dict[str, object]) -> None:
    """What was not read blocks, and says so."""
    run = blind.check(FOLDER / str(expected["file"]))
    assert not run.coverage.complete
    assert run.decision.disposition >= Disposition.BLOCK


def test_there_are_enough_drafts_of_both_kinds() -> None:
    """At least fourteen in all and four that are harmless yet full of look-alikes."""
    files = {path.name for path in Path(FOLDER).iterdir() if path.suffix in (".docx", ".pdf", ".txt")}
    assert files == {one["file"] for one in EXPECTED}
    assert len(files) >= 14
    assert sum(one["clean"] for one in EXPECTED) >= 4
