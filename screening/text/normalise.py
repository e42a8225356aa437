"""Normal text with the way home: one table look-up for each code point, and the origin of each character left.

Folded: width, traditional to simplified, case, blanks, dashes, dots, quotes, look-alike stars, CJK radicals;
deleted: zero-width and format characters, soft hyphens. Newlines stay. Offsets are code points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from screening.domain.document import Span

if TYPE_CHECKING:  # numpy.typing takes a tenth of a cold start
    from numpy.typing import NDArray

    Codes: TypeAlias = NDArray[np.uint32]
    Offsets: TypeAlias = NDArray[np.int64]

_TABLE_FILE = Path(__file__).with_name("normal_forms.txt")
_HIGHEST = 0x110000
_DELETED = 0  # no text keeps a NUL, so it can stand for "nothing"


@dataclass(frozen=True, slots=True)
class NormalText:
    """Text ready to match. `origin` gives the source offset of each character; None means "the same offset"."""

    text: str
    origin: Offsets | None = None

    def home(self, start: int, end: int) -> Span:
        """The source span of normal text[start:end], start < end."""
        if self.origin is None:
            return Span(start, end)
        return Span(int(self.origin[start]), int(self.origin[end - 1]) + 1)

    def here(self, offset: int) -> int:
        """The normal offset of the first character that comes from a source offset >= this one."""
        return offset if self.origin is None else int(np.searchsorted(self.origin, offset))


@cache
def table() -> Codes:
    """Normal code point for every code point; 0 for those that are deleted."""
    lines = [_unescaped(line) for line in _TABLE_FILE.read_text(encoding="utf-8").splitlines()]
    codes = np.arange(_HIGHEST, dtype=np.uint32)
    codes[to_codes(lines[0])] = to_codes(lines[1])
    codes[to_codes(lines[2])] = _DELETED
    codes[0xD800:0xE000] = 0xFFFD
    codes.setflags(write=False)
    return codes


def _unescaped(line: str) -> str:
    """Undo the escapes of build_table."""
    return line.encode("ascii", "backslashreplace").decode("unicode_escape")


def to_codes(text: str) -> Codes:
    """Code points of a text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def to_text(codes: Codes) -> str:
    """Text of code points."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def normalise(text: str) -> NormalText:
    """The normal form of a text with exact offsets home."""
    codes = table()[to_codes(text)]
    kept = codes != _DELETED
    if kept.all():
        return NormalText(to_text(codes))
    origin = np.flatnonzero(kept)
    return NormalText(to_text(codes[origin]), origin)


def normal(text: str) -> str:
    """The normal form alone: for words of rules, names and keys."""
    return normalise(text).text


def tighten(plain: NormalText, joins: Iterable[int], seams: Offsets | None = None) -> NormalText:
    """The same text without blanks and without the newlines inside a block.

    joins: source offsets of the newlines that part blocks; these stay, and so do tabs, which part table cells.
    A newline between two blocks of at most two characters goes too: vertical writing has one character a line.
    seams: source offsets of the newlines between documents, which always stay.
    """
    codes = to_codes(plain.text)
    origin = plain.origin if plain.origin is not None else np.arange(len(codes))
    parting = np.zeros(len(codes), dtype=bool)
    wanted = np.fromiter(joins, dtype=np.int64)
    parting[_positions(origin, wanted)] = True
    kept = ~((codes == 32) | ((codes == 10) & ~parting))
    kept_at = np.flatnonzero(kept)
    tight, where = codes[kept_at], origin[kept_at]
    narrow = _narrow_joins(tight)
    if seams is not None and len(seams):
        narrow = narrow[~np.isin(where[narrow], seams)]
    if len(narrow):
        tight, where = np.delete(tight, narrow), np.delete(where, narrow)
    return NormalText(to_text(tight), where)


def _positions(origin: Offsets, wanted: Offsets) -> Offsets:
    """Indexes at which the sorted origin holds the wanted offsets."""
    at = np.searchsorted(origin, wanted)
    inside = at < len(origin)
    at = at[inside]
    found: Offsets = at[origin[at] == wanted[inside]]
    return found


def _narrow_joins(codes: Codes) -> Offsets:
    """Indexes of newlines whose line before and line after both have at most two characters."""
    breaks = np.flatnonzero(codes == 10)
    if not len(breaks):
        return breaks
    edges = np.concatenate(([-1], breaks, [len(codes)]))
    widths = np.diff(edges) - 1
    narrow = (widths > 0) & (widths <= 2)
    found: Offsets = breaks[narrow[:-1] & narrow[1:]]
    return found
