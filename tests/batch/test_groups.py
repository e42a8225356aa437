"""Groups: every item once and in order, none too many or too large, and no waiting for a slow source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.batch import groups
from screening.batch.groups import MOST, grouped
from tests.batch.scanning import item


@given(st.lists(st.sampled_from([0, 10, 300_000, 600_000]), max_size=60))
def test_items_stay_in_order_and_groups_small(sizes: list[int]) -> None:
    """A group of more than one item is within both limits."""
    items = [item(f"i{at}", bytes(size)) for at, size in enumerate(sizes)]
    made = list(grouped(items))
    assert [one for group in made for one in group] == items
    assert all(0 < len(group) <= MOST for group in made)
    assert all(len(group) == 1 or sum(len(one.data) for one in group) <= 512 * 1024 for group in made)


def test_many_small_items_go_together_and_slow_ones_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that takes longer than is waited for has each item handed on at once."""
    items = [item(f"i{at}") for at in range(40)]
    monkeypatch.setattr(groups, "_WAITS", 3600.0)
    assert [len(group) for group in grouped(items)] == [MOST, MOST, 40 - 2 * MOST]
    monkeypatch.setattr(groups, "_WAITS", -1.0)
    assert [len(group) for group in grouped(items)] == [1] * 40
