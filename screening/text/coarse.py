"""Patterns made coarse: byte expressions that find, in a text of two bytes a character, every line that may match.

A pattern with Chinese classes and gaps becomes so large in UTF-8 that an engine for a thousand at once cannot hold it.
With two bytes for each character, and one byte twice for each mark that classes exclude, a gap such as [^。;]{0,20} is
forty bytes of one class, and all compile in seconds. What is found is looked at again with the pattern itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from re import _constants as op  # type: ignore[attr-defined] # the parser behind `re`, whose syntax RE2 shares
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.text.normalise import to_codes
from screening.text.quantities import NUMBER, with_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH = 2  # bytes of a character
_MARKS = "\t ,。;:!?\n、()\"'[]《》"  # the tenth is the newline, whose byte must be its own: ^ and $ look for it
_MARK_OF = {ord(mark): number for number, mark in enumerate(_MARKS, 2)}
_FIRST = 0x20  # lower bytes are for marks
_ROW = 0x100 - _FIRST
_PLACES = _ROW * _ROW  # code points beyond share their bytes with lower ones
_WIDEST = 200  # a longer range of a class is taken for "any character"
_AT_START, _AT_END = "(?:^)", "(?:$)"  # as no other part of a form is written
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
_MOST_ROWS = 12
_MOST_COPIES = 8
_QUANTITY = with_numbers("{n}")
_LOOSE_QUANTITY = f"[0-9,.{''.join(sorted(set(NUMBER) - set(map(chr, range(128)))))}]+"  # any row of its letters
_OTHERWISE = re.compile(r"\[:\^?[a-z]+:\]|\(\?[a-z]*i|\{,")  # RE2 reads these otherwise than the parser here


class _Unknown(Exception):  # noqa: N818 - no error, only a way out of the tree
    """A part that cannot be said coarsely."""


@cache
def _table() -> NDArray[np.uint16]:
    """The two bytes of each code point, the first one low."""
    folded = np.arange(0x110000, dtype=np.uint32) % _PLACES
    table = (_FIRST + folded // _ROW | (_FIRST + folded % _ROW) << 8).astype("<u2")
    for code, mark in _MARK_OF.items():
        table[code] = mark | mark << 8
    return table


def two_bytes(text: str) -> bytes:
    """A normal text with two bytes a character: what coarse expressions are looked for in."""
    return _table()[to_codes(text)].tobytes()


def coarse_form(pattern: str, *, anchored: bool = True) -> str | None:
    """A byte expression, for lines (^ and $ at newlines), that ends somewhere inside every match that the pattern has
    in a line; None for one that cannot be put so or may match nothing. Not `anchored`: ^ and $ hold anywhere."""
    if _OTHERWISE.search(pattern):
        return None
    pattern = pattern.replace(_QUANTITY, _LOOSE_QUANTITY)
    pattern = re.sub(r"\(\?P<\w+>", "(?:", pattern)
    try:
        tree = parser.parse(pattern.replace(r"\p{Han}", r"\w").replace(r"\P{Han}", r"\W"), re.MULTILINE)
        form = _sequence(tree, first=True, last=True) if tree.getwidth()[0] else None
    except (re.error, _Unknown):
        return None
    return form if form is None or anchored else form.replace(_AT_START, "").replace(_AT_END, "")


def _may_be_missing(item: Any) -> bool:
    return item[0] in _REPEATS and item[1][0] == 0


def _sequence(items: Iterable[Any], *, first: bool = False, last: bool = False) -> str:
    """first, last: nothing stands before or behind in the pattern. There the shortest way in and out will do: it is
    found wherever a longer one is, and said once instead of at every further character."""
    items = list(items)
    while first and items and _may_be_missing(items[0]):
        items.pop(0)
    while last and items and _may_be_missing(items[-1]):
        items.pop()
    end = len(items) - 1
    return "".join(
        _node(code, value, first=first and at == 0, last=last and at == end) for at, (code, value) in enumerate(items)
    )


def _node(code: Any, value: Any, *, first: bool, last: bool) -> str:
    single = _single(code, value)
    if single is not None:
        return single * WIDTH
    if code is op.LITERAL:
        return "".join(map(_byte, _bytes_of(value)))
    if code is op.IN:
        return _listed(_members(value)[0])
    if code is op.AT:
        return {op.AT_BEGINNING: _AT_START, op.AT_END: _AT_END}.get(value, "")
    if code is op.SUBPATTERN:
        return f"(?:{_sequence(value[-1], first=first, last=last)})"
    if code is op.BRANCH:
        return f"(?:{'|'.join(_sequence(way, first=first, last=last) for way in value[1])})"
    if code in _REPEATS:
        return _repeat(*value, shortest=first or last)
    raise _Unknown


def _repeat(least: int, most: Any, inner: Any, *, shortest: bool) -> str:
    """At least as many, and any number more: engines for many patterns have lost matches in counted repeats."""
    single = _single(*inner[0]) if len(inner) == 1 else None
    one = single * WIDTH if single else f"(?:{_sequence(inner)})"
    if most == 1:
        return f"(?:{one}){'?' if least == 0 else ''}"
    copies = one * min(least, _MOST_COPIES)
    return copies if shortest or least == most <= _MOST_COPIES else f"{copies}{single or one}*"


def _single(code: Any, value: Any) -> str | None:
    """The class of each byte of a character that may be anything but some marks, or None for other nodes."""
    if code is op.ANY:
        return _but(())
    if code is op.NOT_LITERAL:
        return _but((value,))
    if code is op.IN:
        members, wide = _members(value)
        if value[0][0] is op.NEGATE:
            return _but(members)
        return _but(()) if wide else None
    return None


def _but(excluded: Iterable[int]) -> str:
    marks = {_MARK_OF[code] for code in excluded if code in _MARK_OF} | {_MARK_OF[10]}
    return f"[^{''.join(map(_byte, sorted(marks)))}]"


def _members(parts: Iterable[Any]) -> tuple[set[int], bool]:
    """The code points that a class names, and whether it names more than are spelt out."""
    members: set[int] = set()
    wide = False
    for code, value in parts:
        if code is op.LITERAL:
            members.add(value)
        elif code is op.RANGE and value[1] - value[0] <= _WIDEST:
            members.update(range(value[0], value[1] + 1))
        elif code is op.CATEGORY and value is op.CATEGORY_DIGIT:
            members.update(range(ord("0"), ord("9") + 1))
        elif code is not op.NEGATE:
            wide = True
    return members, wide


def _listed(members: Iterable[int]) -> str:
    """A small class: pairs of bytes, those with the same second bytes together; a large one as any first byte with any
    second."""
    rows: dict[int, set[int]] = {}
    for first, second in map(_bytes_of, members):
        rows.setdefault(first, set()).add(second)
    if len(rows) > _MOST_ROWS:
        return _class(rows) + _class(set().union(*rows.values()))
    alike: dict[frozenset[int], list[int]] = {}
    for first, seconds in rows.items():
        alike.setdefault(frozenset(seconds), []).append(first)
    return f"(?:{'|'.join(_class(firsts) + _class(seconds) for seconds, firsts in alike.items())})"


def _bytes_of(code: int) -> tuple[int, int]:
    both = int(_table()[code])
    return both & 0xFF, both >> 8


def _class(values: Iterable[int]) -> str:
    return f"[{''.join(map(_byte, sorted(values)))}]"


def _byte(value: int) -> str:
    return f"\\x{value:02x}"
