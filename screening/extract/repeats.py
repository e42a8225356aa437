"""Parts of pages that came before: what they hold is not collected again.

The pages of a site share most of their source: header, menus, side bars. What an element holds depends on nothing but
its own source, as long as it begins a paragraph of its own in plain sight; so a part whose source is that of an earlier
page needs no second walk, and the parent that has got it once is told its number instead of its text.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from screening.domain.document import BlockKind, Piece

_MOST_PARTS = 2_000
_MOST_CHARS = 2_000_000
_MOST_MET = 100_000


@dataclass(frozen=True, slots=True)
class Part:
    """What one element holds. number: its name between reader and parent; paragraphs, rows, chars: how many it has;
    those of its pieces count from none before them."""

    number: int
    pieces: tuple[Piece, ...]
    paragraphs: int
    rows: int
    chars: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part where it stands in a reading: before which of the other pieces, and behind so many paragraphs and rows."""

    start: int
    part: Part
    paragraphs: int
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Pieces that follow each other. What pages share is one and the same object on all of them, its pieces counting
    paragraphs and rows from none before them. chars: how many characters it holds."""

    pieces: tuple[Piece, ...]
    chars: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "chars", sum(len(text) for _, text, _ in self.pieces))


def moved(pieces: Sequence[Piece], paragraphs: int, rows: int) -> tuple[Piece, ...]:
    """The pieces as they would be numbered behind so many more paragraphs and table rows (fewer, when negative)."""
    return tuple(pieces) if not paragraphs and not rows else tuple(_moved(piece, paragraphs, rows) for piece in pieces)


def _moved(piece: Piece, paragraphs: int, rows: int) -> Piece:
    kind, text, place = piece
    if place.paragraph is not None:
        place = replace(place, paragraph=place.paragraph + paragraphs)
    if kind is BlockKind.TABLE_ROW and rows:
        place = replace(place, detail=row_label(int(place.detail[1:-1]) + rows))
    return kind, text, place


def row_label(number: int) -> str:
    """How a row of a page's tables is called, all tables counted together."""
    return f"第{number}行"


class Repeats:
    """The memory of one reading process. A part is kept when its source comes a second time."""

    def __init__(self) -> None:
        self._met: set[bytes] = set()
        self._parts: dict[bytes, Part] = {}
        self._chars = 0

    def part(self, key: bytes) -> Part | None:
        """The part with this key."""
        return self._parts.get(key)

    def is_worth_keeping(self, key: bytes) -> bool:
        """Whether it was met before and there is room; from now on it was met."""
        if key in self._met:
            return len(self._parts) < _MOST_PARTS and self._chars < _MOST_CHARS
        if len(self._met) < _MOST_MET:
            self._met.add(key)
        return False

    def keep(self, key: bytes, pieces: Sequence[Piece], paragraphs: int, rows: int) -> None:
        """Remember what the part with this key holds; pieces count paragraphs and rows from none before them."""
        chars = sum(len(text) for _, text, _ in pieces)
        self._parts[key] = Part(len(self._parts) + 1, tuple(pieces), paragraphs, rows, chars)
        self._chars += chars


def key_of(source: bytes) -> bytes:
    """What tells parts apart."""
    return hashlib.blake2b(source, digest_size=16).digest()
