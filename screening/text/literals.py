"""The words that a match of a pattern cannot do without: a text that holds none of them need not be searched.

The analysis of Cox, "Regular Expression Matching with a Trigram Index" (2012), kept to whole literals: a pattern is
parsed, and of the stretches that every match must contain, those that say most are kept.
"""

import re
from collections.abc import Iterable
from itertools import product
from re import _constants as op  # type: ignore[attr-defined] # the parser behind `re`, whose syntax RE2 shares
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_CONJUNCTS = 3
_MOST = 200  # strings that a stretch may be spelt out to
_WIDEST = 12  # characters of a class that are spelt out
_FEW = 14  # single characters that may stand among the strings
_COMMON = frozenset(
    '的一是在有了为人中大上个到时要就出和不以这地我们来会对国年生多可能他也发成作主用过工自动同家行方经里所后市月日、,。:"()'
)

Strings = frozenset[str]


def required(pattern: str) -> tuple[Strings, ...]:
    """Sets of strings; of each set one is in every match. Sets that say too little (digits, letters, common words) are
    left out, so there may be none; at most three, the best first."""
    if re.search(r"\[:\^?[a-z]+:\]|\(\?[a-z]*i", pattern):  # RE2 reads these otherwise than the parser here
        return ()
    pattern = re.sub(r"\(\?P<\w+>", "(?:", pattern)
    try:
        tree = parser.parse(pattern.replace(r"\p{Han}", r"\w").replace(r"\P{Han}", r"\W"), re.MULTILINE)
    except re.error:
        return ()
    _, sets = _sequence(list(tree))
    good = {one for one in sets if _telling(one)}
    if any(len(min(one, key=len)) > 1 for one in good):  # single letters are met too often to be worth the looking
        good = {one for one in good if len(min(one, key=len)) > 1}
    return tuple(sorted(good, key=lambda one: (_worth(one), sorted(one)), reverse=True)[:_CONJUNCTS])


def _telling(strings: Strings) -> bool:
    """Whether the set is worth looking for: few single letters, none of them common; no digits, no short Latin."""
    short = [one for one in strings if len(one) == 1]
    weak = any(one in _COMMON or (one.isascii() and (len(one) < 3 or one.isdigit())) for one in strings)
    return bool(strings) and "" not in strings and not weak and len(short) <= _FEW


def _worth(strings: Strings) -> tuple[int, int]:
    """Longer strings say more, and so do fewer of them."""
    return min(4, *map(len, strings)), -len(strings)


def _sequence(items: Iterable[Any]) -> tuple[Strings | None, list[Strings]]:
    """Of a sequence: all strings it can be (None if too many), and every set of which it must contain one."""
    whole: Strings | None = frozenset({""})
    running: Strings = frozenset({""})
    needed: list[Strings] = []
    for item in items:
        exact, inner = _node(item)
        needed += inner
        joined = _joined(running, exact)
        if joined is None:
            needed.append(running)
            running = exact if exact is not None else frozenset({""})
        else:
            running = joined
        whole = _joined(whole, exact) if whole is not None else None
    return whole, [one for one in (*needed, running) if one and "" not in one]


def _node(item: Any) -> tuple[Strings | None, list[Strings]]:
    code, value = item
    if code is op.LITERAL:
        return frozenset({chr(value)}), []
    if code is op.IN:
        return _class(value), []
    if code is op.AT:
        return frozenset({""}), []
    if code is op.SUBPATTERN:
        return _sequence(list(value[-1]))
    if code is op.BRANCH:
        return _branch([_sequence(list(one)) for one in value[1]])
    if code in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _repeat(*value)
    return None, []


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


def _branch(ways: list[tuple[Strings | None, list[Strings]]]) -> tuple[Strings | None, list[Strings]]:
    """Either way: all strings of all ways; and the best set of each way, put together, if each has one."""
    exact: set[str] | None = set()
    needed: set[str] | None = set()
    for whole, sets in ways:
        exact = None if exact is None or whole is None else exact | whole
        best = max((one for one in sets if _telling(one)), key=_worth, default=None)
        needed = None if needed is None or best is None else needed | best
    small = frozenset(exact) if exact is not None and len(exact) <= _MOST else None
    return small, [frozenset(needed)] if needed else []


def _repeat(least: int, most: int, inner: Any) -> tuple[Strings | None, list[Strings]]:
    exact, sets = _sequence(list(inner))
    if least == 0:
        return (exact | {""} if exact is not None and most == 1 else None), []
    return (exact if least == most == 1 else None), sets


def _joined(left: Strings, right: Strings | None) -> Strings | None:
    """Every string of the left followed by every one of the right; None if these are too many."""
    if right is None or len(left) * len(right) > _MOST:
        return None
    return frozenset(a + b for a, b in product(left, right))
