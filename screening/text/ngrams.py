"""Character n-grams as numbers: one hash for each place of a text, so that whole passages are scored by sums.

The digits 0 to 9 count as one letter. An n-gram never crosses a line or a blank: layout says nothing. Buckets are a
fixed function of the letters (no seed, no platform), so that weights trained once fit everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from screening.text.normalise import to_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDERS = (1, 2, 3)
_PARTING = (9, 10, 32)  # tab, newline, blank; other blanks are these in normal text
_ZERO, _NINE = 48, 57
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


def letters(text: str) -> NDArray[np.uint64]:
    """Code points of a normal text with all digits made equal."""
    codes = to_codes(text).astype(np.uint64)
    codes[(codes >= _ZERO) & (codes <= _NINE)] = _ZERO
    return codes


def buckets(codes: NDArray[np.uint64], order: int, bits: int) -> NDArray[np.int64]:
    """The bucket (0 .. 2**bits - 1) of the n-gram of this order that begins at each place; -1 where a line ends or a
    blank stands in it.

    The result has len(codes) - order + 1 places, or none.
    """
    size = len(codes) - order + 1
    if size <= 0:
        return np.zeros(0, dtype=np.int64)
    total = np.full(size, order, dtype=np.uint64)
    parting = np.isin(codes, _PARTING)
    broken = np.zeros(size, dtype=bool)
    for step in range(order):
        part = codes[step : step + size]
        total = (total ^ part) * _MIX[step]
        total ^= total >> np.uint64(29)
        broken |= parting[step : step + size]
    total = (total * _MIX[0]) >> np.uint64(64 - bits)
    found: NDArray[np.int64] = total.astype(np.int64)
    found[broken] = -1
    return found
