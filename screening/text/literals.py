"""The words that a match of a pattern cannot do without: a text that holds none of them need not be searched.

The analysis of Cox, "Regular Expression Matching with a Trigram Index" (2012), kept to whole literals: a pattern is
parsed, and of the stretches every match must contain, the one that is rarest by its looks is taken.
"""

import re
from collections.abc import Iterable
from itertools import product
from re import _constants as op  # type: ignore[attr-defined] # the parser behind `re`, whose syntax RE2 shares
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 200  # strings that a stretch may be spelt out to
_WIDEST = 12  # characters of a class that are spelt out
_FEW = 14  # single characters that may stand among the strings
_COMMON = frozenset(
    '的一是在有了为人中大上个到时要就出和不以这地我们来会对国年生多可能他也发成作主用过工自动同家行方经里所后市月日、,。:"()'
)

Strings = frozenset[str]


def required(pattern: str) -> Strings | None:
    """Strings one of which is in every match; None where they would say too little: digits, letters, common words."""
    try:
        tree = parser.parse(pattern.replace(r"\p{Han}", r"\w").replace(r"\P{Han}", r"\W"), re.MULTILINE)
    except re.error:
        return None
    exact, best = _sequence(list(tree))
    found = _better(best, exact)
    if found is None:
        return None
    short = {one for one in found if len(one) == 1}
    return None if len(short) > _FEW or any(one.isascii() or one in _COMMON for one in short) else found


def _sequence(items: Iterable[Any]) -> tuple[Strings | None, Strings | None]:
    """Of a sequence: all strings it can be (None if too many), and the best strings that it must contain."""
    whole: Strings | None = frozenset({""})
    running: Strings = frozenset({""})
    best: Strings | None = None
    for item in items:
        exact, inner = _node(item)
        best = _better(best, inner)
        joined = _joined(running, exact)
        if joined is None:
            best = _better(best, running)
            running = exact if exact is not None else frozenset({""})
        else:
            running = joined
        whole = _joined(whole, exact) if whole is not None else None
    return whole, _better(best, running)


def _node(item: Any) -> tuple[Strings | None, Strings | None]:
    code, value = item
    if code is op.LITERAL:
        return frozenset({chr(value)}), None
    if code is op.IN:
        return _class(value), None
    if code is op.AT:
        return frozenset({""}), None
    if code is op.SUBPATTERN:
        return _sequence(list(value[-1]))
    if code is op.BRANCH:
        return _branch([_sequence(list(one)) for one in value[1]])
    if code in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _repeat(*value)
    return None, None


def _class(parts: Iterable[Any]) -> Strings | None:
    """A small class spelt out."""
    letters: set[str] = set()
    for code, value in parts:
        if code is op.LITERAL:
            letters.add(chr(value))
        elif code is op.RANGE and value[1] - value[0] < _WIDEST:
            letters |= {chr(one) for one in range(value[0], value[1] + 1)}
        else:
            return None
    return frozenset(letters) if len(letters) <= _WIDEST else None


def _branch(ways: list[tuple[Strings | None, Strings | None]]) -> tuple[Strings | None, Strings | None]:
    exact: set[str] | None = set()
    needed: set[str] | None = set()
    for whole, best in ways:
        exact = None if exact is None or whole is None else exact | whole
        one = _better(best, whole)
        needed = None if needed is None or one is None else needed | one
    small = frozenset(exact) if exact is not None and len(exact) <= _MOST else None
    return small, frozenset(needed) if needed and "" not in needed else None


def _repeat(least: int, most: int, inner: Any) -> tuple[Strings | None, Strings | None]:
    exact, best = _sequence(list(inner))
    if least == 0:
        return (exact | {""} if exact is not None and most == 1 else None), None
    if least == most == 1:
        return exact, best
    return None, _better(best, exact)


def _joined(left: Strings, right: Strings | None) -> Strings | None:
    """Every string of the left followed by every one of the right; None if these are too many."""
    if right is None or len(left) * len(right) > _MOST:
        return None
    return frozenset(a + b for a, b in product(left, right))


def _better(one: Strings | None, other: Strings | None) -> Strings | None:
    """The set that says more: its shortest string is longer, or there are fewer of them, or it stands later."""
    sets = [found for found in (other, one) if found and "" not in found]
    return max(sets, key=lambda found: (min(4, *map(len, found)), -len(found)), default=None)
