"""Every hostile file ends in time, leaves the parent alive, and is never silently empty."""

import importlib.util
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screening.extract.base import ReadOptions
from screening.extract.isolate import ReaderPool
from screening.extract.read import read

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
    with ReaderPool(options=OPTIONS) as made:
        yield made


@pytest.mark.parametrize("name", MAKERS)
def test_hostile_file(name: str, pool: ReaderPool) -> None:
    data = MAKERS[name]()
    started = time.monotonic()
    document = read(data, name, OPTIONS, pool)
    assert time.monotonic() - started <= LONGEST
    assert document.unread or document.text.strip()
    assert pool.read("还活着".encode(), "a.txt").text == "还活着"
