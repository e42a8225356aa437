"""What an item holds: archives and letters become their parts, everything else stays as it is."""

from collections.abc import Iterator

from screening.batch.archives import BUDGET, members
from screening.batch.item import Item
from screening.batch.mail import is_letter, parts
from screening.extract.limits import Limits

_DEEPEST = 3


def opened(item: Item, limits: Limits = BUDGET, depth: int = 0) -> Iterator[Item]:
    """Every item inside, to three letters deep; the item itself when there is nothing to open."""
    for member in members(item, limits):
        if depth < _DEEPEST and not member.fault and is_letter(member.data, member.filename):
            letter, *rest = parts(member)
            yield letter
            for part in rest:
                yield from opened(part, limits, depth + 1)
        else:
            yield member
