"""Lists in pages. A cursor says where the next page begins; programs hand it back as it is."""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import Query

from api.errors import ProblemError
from api.schemas.base import CURSOR
from screening.bootstrap import House
from screening.domain.filing import Filing

_PLACE = re.compile(r"([0-9T:.+-]{4,40})\|([0-9a-f]{32})")
_NO_DATE = "9999"
_AT_ONCE = 200

Cursor = Annotated[str | None, Query(pattern=CURSOR, description="上一页答复中的 next")]
Limit = Annotated[int, Query(ge=1, le=200, description="一页多少条")]


def cases_after(
    house: House, keep: Callable[[Filing], bool], cursor: str | None, limit: int, **wanted: Any
) -> tuple[list[Filing], str | None]:
    """A page of the cases that are kept, those due first, and the cursor of the next. wanted: see Cases.find."""
    found: list[Filing] = []
    for filing in _found(house, place_of(cursor), wanted):
        if not keep(filing):
            continue
        if len(found) == limit:
            return found, cursor_of(found[-1].due_at or _NO_DATE, found[-1].id)
        found.append(filing)
    return found, None


def _found(house: House, after: tuple[str, str] | None, wanted: dict[str, Any]) -> Iterator[Filing]:
    """Cases in the order of the desk, read piece by piece."""
    while True:
        with house.store.reading() as books:
            piece = books.cases.find(after=after, limit=_AT_ONCE, **wanted)
        yield from piece
        if len(piece) < _AT_ONCE:
            return
        after = (piece[-1].due_at or _NO_DATE, piece[-1].id)


def cursor_of(at: str, which: str) -> str:
    """The cursor behind the thing with this time and id, in a list that is ordered by both."""
    return base64.urlsafe_b64encode(f"{at}|{which}".encode()).decode()


def place_of(cursor: str | None) -> tuple[str, str] | None:
    """Time and id of a cursor. Raises ProblemError 422 for one that we never gave."""
    if cursor is None:
        return None
    try:
        found = _PLACE.fullmatch(base64.urlsafe_b64decode(cursor).decode("ascii"))
    except ValueError:
        found = None
    if found is None:
        raise ProblemError(422, "cursor 不是上一页所给的：从第一页重新读取")
    return found[1], found[2]


def number_of(cursor: str | None) -> int:
    """A cursor that is a place in a list. Raises ProblemError 422."""
    if cursor is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,8}", cursor):
        raise ProblemError(422, "cursor 不是上一页所给的：从第一页重新读取")
    return int(cursor)
