"""Character n-grams as numbers: one hash for each place of a text, so that whole passages are scored by sums.

The digits 0 to 9 count as one letter; an n-gram holds at most one digit, Chinese ones included, beside other letters:
what a number is, rules tell. An n-gram never crosses a line or a blank: layout says nothing. Buckets are a fixed
function of the letters (no seed, no platform), so that weights trained once fit everywhere.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from screening.text.normalise import to_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDERS = (1, 2, 3)
_ZERO, _NINE = 48, 57
_PARTS, _DIGIT = 1, 2
_PIECE = 1 << 15
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


@cache
def _kinds() -> NDArray[np.uint8]:
    """For each code point whether it parts n-grams (tab, newline, blank; other blanks are these in normal text) or is a
    digit."""
    kinds = np.zeros(0x110000, dtype=np.uint8)
    kinds[[9, 10, 32]] = _PARTS
    kinds[[_ZERO, *to_codes("零〇一二三四五六七八九")]] = _DIGIT
    return kinds


def letters(text: str) -> NDArray[np.uint64]:
    """Code points of a normal text with all digits made equal."""
    codes = to_codes(text).astype(np.uint64)
    codes[(codes >= _ZERO) & (codes <= _NINE)] = _ZERO
    return codes


def all_buckets(text: str, bits: int) -> tuple[NDArray[np.int64], ...]:
    """For each of ORDERS the bucket of every n-gram of a text."""
    codes = letters(text)
    return tuple(_in_pieces(codes, order, bits) for order in ORDERS)


def _in_pieces(codes: NDArray[np.uint64], order: int, bits: int) -> NDArray[np.int64]:
    """Piece by piece, so that what lies between stays in the processor's cache."""
    found = np.empty(max(len(codes) - order + 1, 0), dtype=np.int64)
    for start in range(0, len(found), _PIECE):
        found[start : start + _PIECE] = buckets(codes[start : start + _PIECE + order - 1], order, bits)
    return found


def buckets(codes: NDArray[np.uint64], order: int, bits: int) -> NDArray[np.int64]:
    """The bucket (0 .. 2**bits - 1) of the n-gram of this order that begins at each place; -1 where a line ends, a
    blank stands or more than one digit stands in it.

    The result has len(codes) - order + 1 places, or none.
    """
    size = len(codes) - order + 1
    if size <= 0:
        return np.zeros(0, dtype=np.int64)
    total = np.full(size, order, dtype=np.uint64)
    kinds = _kinds()[codes]
    parting, digit, arabic = kinds == _PARTS, kinds == _DIGIT, codes == _ZERO
    broken = np.zeros(size, dtype=bool)
    digits = np.zeros(size, dtype=np.int8)
    for step in range(order):
        part = codes[step : step + size]
        total = (total ^ part) * _MIX[step]
        total ^= total >> np.uint64(29)
        broken |= parting[step : step + size]
        digits += digit[step : step + size]
    total = (total * _MIX[0]) >> np.uint64(64 - bits)
    found: NDArray[np.int64] = total.astype(np.int64)
    found[broken | (digits > 1) | (arabic[:size] & (order == 1))] = -1
    return found
