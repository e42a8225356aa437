"""Ruled tables: cells from the lines that the page draws (pdfplumber's geometry), words from the text layer.

pdfplumber is loaded only when a page has enough ruling lines; it never parses the file again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from screening.extract.pdf.layout import Box, union
from screening.extract.pdf.objects import Edge
from screening.extract.pdf.text import Char, PageText

_FEWEST_EDGES = 6
_MOST_EDGES = 3_000
_SNAP = 3  # points between lines that are meant to be one


@dataclass(slots=True)
class Table:
    """The cells of one table, row by row; None where a row has no cell of its own in a column."""

    rows: list[list[Box | None]]
    texts: dict[tuple[int, int], list[Char]] = field(default_factory=dict)
    first: int = -1  # index of its first character

    @property
    def box(self) -> Box:
        """The box around all cells."""
        return union(cell for row in self.rows for cell in row if cell)

    def cell_at(self, across: float, up: float) -> tuple[int, int] | None:
        """Row and column, from 0, of the cell around a point."""
        for row, cells in enumerate(self.rows):
            for column, cell in enumerate(cells):
                if cell and cell[0] <= across <= cell[2] and cell[1] <= up <= cell[3]:
                    return row, column
        return None

    def take(self, char: Char, place: tuple[int, int]) -> None:
        """Put a character into its cell."""
        self.texts.setdefault(place, []).append(char)
        if self.first < 0:
            self.first = char[0]

    def row_text(self, row: int) -> str:
        """The cells of a row, separated by tabs."""
        cells = [_cell_text(self.texts.get((row, column), [])) for column in range(len(self.rows[row]))]
        return "\t".join(cells) if any(cells) else ""

    def row_box(self, row: int) -> Box:
        """The box around the cells of a row."""
        return union(cell for cell in self.rows[row] if cell)


def find_tables(edges: Sequence[Edge]) -> list[Table]:
    """The ruled tables of a page, from the top: at least two columns and four cells."""
    level = sum(edge[2] - edge[0] > edge[3] - edge[1] for edge in edges)
    if min(level, len(edges) - level) < 2 or not _FEWEST_EDGES <= len(edges) <= _MOST_EDGES:
        return []
    from pdfplumber import table as plumber  # noqa: PLC0415 - heavy, only for ruled pages

    merged = plumber.merge_edges([_as_plumber(edge) for edge in edges], _SNAP, _SNAP, _SNAP, _SNAP)
    if len(merged) > _MOST_EDGES // 3:
        return []
    cells = plumber.intersections_to_cells(plumber.edges_to_intersections(merged, _SNAP, _SNAP))
    grids = [_grid(group) for group in _groups(cells)]
    tables = [Table(grid) for grid in grids if len(grid[0]) > 1 and sum(map(len, grid)) >= 4]
    return sorted(tables, key=lambda table: -table.box[3])


def _as_plumber(edge: Edge) -> dict[str, Any]:
    """pdfplumber measures down from the top: here simply minus y."""
    x0, y0, x1, y1 = edge
    level = x1 - x0 > y1 - y0
    return {
        "x0": x0,
        "x1": x1,
        "top": -y1,
        "bottom": -y0,
        "width": x1 - x0,
        "height": y1 - y0,
        "orientation": "h" if level else "v",
        "object_type": "line",
    }


def _groups(cells: Sequence[tuple[float, float, float, float]]) -> list[list[Box]]:
    """Cells that share a corner belong to one table."""
    by_corner: dict[tuple[float, float], int] = {}
    groups: dict[int, list[Box]] = {}
    for number, (x0, top, x1, bottom) in enumerate(cells):
        corners = [(x0, top), (x0, bottom), (x1, top), (x1, bottom)]
        joined = {by_corner[corner] for corner in corners if corner in by_corner}
        members = [cell for group in joined for cell in groups.pop(group)]
        groups[number] = [*members, (x0, -bottom, x1, -top)]
        if joined:
            by_corner = {corner: number if group in joined else group for corner, group in by_corner.items()}
        by_corner.update(dict.fromkeys(corners, number))
    return list(groups.values())


def _grid(cells: Sequence[Box]) -> list[list[Box | None]]:
    lefts = sorted({cell[0] for cell in cells})
    rows: dict[float, dict[float, Box]] = {}
    for cell in cells:
        rows.setdefault(cell[3], {})[cell[0]] = cell
    return [[rows[top].get(left) for left in lefts] for top in sorted(rows, reverse=True)]


def fill(tables: Sequence[Table], text: PageText, chars: Sequence[Char]) -> list[Char]:
    """Put the characters that stand in cells into them; return those that stand elsewhere."""
    outside: list[Char] = []
    home: tuple[Table, tuple[int, int]] | None = None
    for char in chars:
        if char[1].strip():
            left_table = home is not None
            home = _home(tables, text.box(char[0]))
            if left_table and not home:
                outside.append((char[0], "\n"))
        if home:
            home[0].take(char, home[1])
        else:
            outside.append(char)
    return outside


def _home(tables: Sequence[Table], box: Box) -> tuple[Table, tuple[int, int]] | None:
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for table in tables:
        place = table.cell_at(across, up)
        if place:
            return table, place
    return None


def _cell_text(chars: Sequence[Char]) -> str:
    """The words of a cell in one line: Han and numbers broken over lines are put together, words are not."""
    lines = [line.strip() for line in "".join(char for _, char in chars).replace("\t", " ").split("\n")]
    whole = ""
    for line in lines:
        words = whole[-1:].isascii() and whole[-1:].isalpha() and line[:1].isascii() and line[:1].isalpha()
        whole += f" {line}" if words else line
    return whole
