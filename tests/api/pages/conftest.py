"""The office behind its pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.pages.paged_office import PagedOffice


@pytest.fixture
def office(sqlite_shape: Path, tmp_path: Path) -> Iterator[PagedOffice]:
    """A fresh one on SQLite."""
    made = PagedOffice(sqlite_shape, tmp_path)
    yield made
    made.store.close()
