"""Items in handfuls: small ones go to a worker together, for what it costs to ask, to read and to screen is then paid
once."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from screening.batch.item import Item

Group: TypeAlias = Sequence[Item]

MOST = 16  # items
_MOST_BYTES = 512 * 1024
_WAITS = 0.05  # seconds: an item of a source that is slower than this waits for no other


def grouped(items: Iterable[Item]) -> Iterator[Group]:
    """The items in their order, in groups of one or more."""
    group: list[Item] = []
    held, asked = 0, time.monotonic()
    for item in items:
        if group and held + len(item.data) > _MOST_BYTES:
            yield group
            group, held = [], 0
        group.append(item)
        held += len(item.data)
        if len(group) == MOST or time.monotonic() - asked > _WAITS:
            yield group
            group, held = [], 0
        asked = time.monotonic()
    if group:
        yield group
