"""Every hostile file ends in time, leaves the parent alive, and is never silently empty."""

import importlib.util
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screening import Disposition, Document, Screener, Settings
from screening.extract.base import ReadOptions
from screening.extract.isolate import ReaderPool
from screening.extract.read import read
from tests.probes.mutate import mutants

SCRIPT = Path(__file__).parents[1] / "samples" / "hostile" / "make.py"
LONGEST = 12.0  # seconds
OPTIONS = ReadOptions(ocr=False)


def _makers() -> dict[str, Callable[[], bytes]]:
    spec = importlib.util.spec_from_file_location("hostile_make", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.hostile_makers()


MAKERS = _makers()


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """One warm child for all, replaced whenever it dies."""
    with ReaderPool(options=OPTIONS) as made:
        yield made


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> Screener:
    """Judges what was read."""
    folder = tmp_path_factory.mktemp("settings")
    return Screener(Settings(key_file=folder / "key", cache=folder / "cache"))


def check_verdict(screener: Screener, document: Document) -> None:
    """What is empty or was not read whole is never clear, and says why."""
    decision = screener.judge(document).run.decision
    if document.unread or not document.text.strip():
        assert decision.disposition >= Disposition.BLOCK
        assert "未能读取" in decision.reasons[0]
        assert all(one.reason.label and one.reason.cure for one in document.unread)


@pytest.mark.parametrize("name", MAKERS)
def test_a_hostile_file_costs_only_itself(name: str, pool: ReaderPool, screener: Screener) -> None:
    """In time, with a reason, and the pool goes on."""
    data = MAKERS[name]()
    started = time.monotonic()
    document = read(data, name, OPTIONS, pool)
    assert time.monotonic() - started <= LONGEST
    assert document.unread or document.text.strip()
    check_verdict(screener, document)
    assert read("还活着".encode(), "a.txt", OPTIONS, pool).text == "还活着"


SEEDS = ("c16b-allowance-list.pdf", "c18b-brief-layers.pdf", "c17-black-bars.pdf")


@pytest.mark.parametrize("seed", SEEDS)
def test_malformed_pdfs_are_read_or_told(seed: str, pool: ReaderPool, screener: Screener) -> None:
    """A hundred mutants of each of three PDFs: no hang, no death of the parent, never silently empty."""
    original = (SCRIPT.parents[1] / "drafts" / seed).read_bytes()
    for data in mutants(original, 100, seed=SEEDS.index(seed)):
        started = time.monotonic()
        document = read(data, "mutant.pdf", OPTIONS, pool)
        assert time.monotonic() - started <= LONGEST
        assert document.unread or document.text.strip()
        check_verdict(screener, document)
    assert read("还活着".encode(), "a.txt", OPTIONS, pool).text == "还活着"
