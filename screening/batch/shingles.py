"""Hashes of the passages of a text: two texts that share a line share its hashes. The text cannot be read from them.

Every eight characters of a line (blanks and punctuation left out, the line's ends padded) make one hash; of each eight
neighbours the smallest is kept (winnowing): whoever changes one character of a line changes a hash that is kept, and
equal lines have equal hashes wherever they stand. The hashes are keyed.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np

from screening.domain.document import Block, BlockKind
from screening.text.normalise import normal, to_codes

Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"
LENGTH = 8  # characters, and neighbours
_MOST = 20_000  # of one item: some 90,000 characters
_MIX = np.uint64(0x9E3779B97F4A7C15)
_LETTER = np.ones(0x110000, np.bool_)  # by code point: all but blanks and punctuation
_LETTER[to_codes(" \t\r,.;:!?。、“”\"'()[]{}《》<>【】〔〕·…—-_|/*")] = False
_NEWLINE = 10
_SAID_TWICE = (BlockKind.TITLE, BlockKind.METADATA)  # what a page's head says of its body


def shingles_of(blocks: Iterable[Block], key: bytes) -> tuple[int, ...]:
    """The hashes of what stands in these blocks."""
    return shingles("\n".join(block.text for block in blocks if block.kind not in _SAID_TWICE), key)


def shingles(text: str, key: bytes) -> tuple[int, ...]:
    """The kept hashes in order of size, each once, signed as databases have them."""
    codes = to_codes(normal(text))
    codes = codes[_LETTER[codes]].astype(np.uint64)
    if not (codes != _NEWLINE).any():
        return ()
    codes, line = _padded(codes)
    count = len(codes) - LENGTH + 1
    of_line = _of_eight(np.maximum, line)  # the padding parts them: one each
    inside = of_line > 0
    hashes, of_line = _hashed(codes, count, key)[inside], of_line[inside]
    whole = of_line[: 1 - LENGTH] == of_line[LENGTH - 1 :]
    least = _of_eight(np.minimum, hashes)[whole]
    least.sort()
    once = least[np.flatnonzero(np.diff(least, prepend=~least[:1]))]
    kept: list[int] = once[:_MOST].astype(np.int64).tolist()
    return tuple(kept)


def _of_eight(choice: Any, values: Array) -> Array:
    """The least or the greatest of each eight neighbours: of two, of four, of eight."""
    for step in (1, 2, 4):
        values = choice(values[:-step], values[step:])
    return values


def _padded(codes: Array) -> tuple[Array, Array]:
    """Seven line ends before and behind each line, and for each code the number of its line (0 for padding)."""
    ends = np.full(1, _NEWLINE, np.uint64)
    codes = np.concatenate((ends, codes, ends))
    starts = np.cumsum(codes == _NEWLINE)
    padded = np.repeat(codes, np.where(codes == _NEWLINE, LENGTH - 1, 1))
    line = np.repeat(np.where(codes == _NEWLINE, 0, starts), np.where(codes == _NEWLINE, LENGTH - 1, 1))
    return padded, line


def _hashed(codes: Array, count: int, key: bytes) -> Array:
    digest = hashlib.blake2b(b"shingles", key=key[:64], digest_size=LENGTH * 8).digest()
    factors = np.frombuffer(digest, np.uint64) | np.uint64(1)
    hashes = np.zeros(count, np.uint64)
    for at in range(LENGTH):
        hashes += codes[at : at + count] * factors[at]
    hashes ^= hashes >> np.uint64(31)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(29)
    return hashes


def share(part: frozenset[int], whole: Iterable[int]) -> float:
    """How much of the first text stands in the second, 0 to 1."""
    return len(part.intersection(whole)) / len(part) if part else 0.0


def packed(hashes: tuple[int, ...]) -> bytes:
    """Eight bytes each."""
    return np.array(hashes, np.int64).tobytes()


def unpacked(data: bytes) -> tuple[int, ...]:
    """What packed() wrote."""
    return tuple(np.frombuffer(data, np.int64).tolist())
