"""Recognised pieces to lines in reading order. Standard library only."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, sin
from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom in pixels


@dataclass(frozen=True, slots=True)
class Piece:
    """What the engine found at one place. `slope` is the angle of its upper edge in radians."""

    text: str
    confidence: float
    box: Box
    slope: float = 0.0
    upside_down: bool = False

    @property
    def tall(self) -> bool:
        """Whether it stands upright: a column, or a line of a page that lies on its side."""
        left, top, right, bottom = self.box
        return len(self.text) > 1 and bottom - top > 1.5 * (right - left)

    def moved(self, x: float, y: float) -> "Piece":
        """The same piece, seen from a larger picture in which its strip begins at x, y."""
        left, top, right, bottom = self.box
        box = (left + x, top + y, right + x, bottom + y)
        return Piece(self.text, self.confidence, box, self.slope, self.upside_down)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: its pieces from left to right, with a blank where there is a gap."""

    text: str
    confidence: float
    box: Box


def lines_of(pieces: Sequence[Piece]) -> list[Line]:
    """Pieces that stand side by side become one line; lines run from top to bottom."""
    tilt = sorted(piece.slope for piece in pieces)[len(pieces) // 2] if pieces else 0.0
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: _middle(piece, tilt)[1]):
        if rows and _same_row(rows[-1][-1], piece, tilt):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_joined(sorted(row, key=lambda piece: _middle(piece, tilt)[0])) for row in rows]


def slope_of(first: Sequence[float], second: Sequence[float]) -> float:
    """The angle of the edge between two corners."""
    return atan2(second[1] - first[1], second[0] - first[0])


def turned(box: Box, quarter: int, size: tuple[int, int]) -> Box:
    """Take a box of a picture that was turned by `quarter` x 90 degrees (anticlockwise) back to the original."""
    left, top, right, bottom = box
    width, height = size
    if quarter == 1:
        return width - bottom, left, width - top, right
    if quarter == 2:
        return width - right, height - bottom, width - left, height - top
    if quarter == 3:
        return top, height - right, bottom, height - left
    return box


def _middle(piece: Piece, tilt: float) -> tuple[float, float]:
    """The centre, as if the page were not tilted."""
    x, y = (piece.box[0] + piece.box[2]) / 2, (piece.box[1] + piece.box[3]) / 2
    return x * cos(tilt) + y * sin(tilt), y * cos(tilt) - x * sin(tilt)


def _same_row(one: Piece, other: Piece, tilt: float) -> bool:
    """Whether the centres differ by less than half of the lower piece. A column never joins a row."""
    if one.tall or other.tall:
        return False
    lower = min(_height(one, tilt), _height(other, tilt))
    return abs(_middle(one, tilt)[1] - _middle(other, tilt)[1]) < lower / 2


def _height(piece: Piece, tilt: float) -> float:
    """The height of the letters: a tilted line fills a box that is higher than they are."""
    left, top, right, bottom = piece.box
    return max(4.0, bottom - top - abs(sin(tilt)) * (right - left))


def _joined(row: Sequence[Piece]) -> Line:
    boxes = list(zip(*(piece.box for piece in row), strict=True))
    box = (min(boxes[0]), min(boxes[1]), max(boxes[2]), max(boxes[3]))
    text = row[0].text
    for before, piece in itertools.pairwise(row):
        height = min(before.box[3] - before.box[1], piece.box[3] - piece.box[1])
        text += ("" if piece.box[0] - before.box[2] < height / 2 else " ") + piece.text
    return Line(text, min(piece.confidence for piece in row), box)
