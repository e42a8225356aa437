"""Lines of a page -> paragraphs, by geometry alone. Lengths are PDF points, origin bottom left."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top

_SIZE_RATIO = 1.18  # lines whose heights differ by more belong to different paragraphs
_LOOSEST_GAP = 1.3  # white between two lines of one paragraph, in line heights, where nothing else is known
_END_MARKS = "。！？；!?;"


@dataclass(slots=True)
class Line:
    """One line as the page shows it."""

    text: str
    box: Box

    @property
    def height(self) -> float:
        """Height of the box, never zero."""
        return max(self.box[3] - self.box[1], 0.1)

    @property
    def middle(self) -> float:
        """Horizontal middle."""
        return (self.box[0] + self.box[2]) / 2


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines, joined by line breaks."""
        return "\n".join(line.text for line in self.lines)

    @property
    def box(self) -> Box:
        """The box around all lines."""
        return union(line.box for line in self.lines)


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around these (at least one)."""
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def overlap(one: Box, other: Box) -> float:
    """The area that two boxes share, in square points."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0


def paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs of a page; the lines keep their order."""
    found: list[Paragraph] = []
    usual = _usual_gap(lines)
    for run in _runs(lines, usual):
        right = max(line.box[2] for line in run)
        found.append(Paragraph([run[0]]))
        for before, line in pairwise(run):
            if not _is_upright(before, line) and _starts_anew(before, line, right):
                found.append(Paragraph())
            found[-1].lines.append(line)
    return found


def _usual_gap(lines: Sequence[Line]) -> float:
    """The white between two lines of this page, in line heights."""
    gaps = [_gap(a, b) for a, b in pairwise(lines) if _below(a, b) and _same_size(a, b)]
    return median(gaps) if len(gaps) >= 4 else _LOOSEST_GAP - 0.4


def _gap(above: Line, below: Line) -> float:
    return (above.box[1] - below.box[3]) / min(above.height, below.height)


def _same_size(one: Line, other: Line) -> bool:
    return max(one.height, other.height) <= _SIZE_RATIO * min(one.height, other.height)


def _below(above: Line, line: Line) -> bool:
    """Whether `line` stands under `above` and shares some of its width."""
    shares = line.box[0] < above.box[2] and above.box[0] < line.box[2]
    return shares and line.box[1] < above.box[1] and line.box[3] < above.box[3]


def _runs(lines: Sequence[Line], usual: float) -> Iterator[list[Line]]:
    """Stretches of lines one under another, of one size, at the usual distance."""
    run: list[Line] = []
    for line in lines:
        if run and not _goes_on(run, line, usual):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _goes_on(run: Sequence[Line], line: Line, usual: float) -> bool:
    before = run[-1]
    if _stands_upright(before, line) or _next_column(run, line):
        return True
    same_size = _same_size(before, line) or min(len(before.text), len(line.text)) <= 2
    if not (same_size and _below(before, line)):
        return False
    return _gap(before, line) <= min(max(usual, 0.2) + 0.4, 2.0)


def _stands_upright(above: Line, line: Line) -> bool:
    """Vertical writing: one character under another, with hardly more than a character between them."""
    if len(above.text.strip()) > 1 or len(line.text.strip()) > 1:
        return False
    size = max(above.height, line.height)
    close = 0 < above.box[3] - line.box[3] < 2.5 * size
    return close and abs(above.middle - line.middle) < 0.6 * size


def _is_upright(before: Line, line: Line) -> bool:
    """Whether two lines of a run belong to vertical writing: then geometry of level lines says nothing."""
    return _stands_upright(before, line) or (_is_column(before) and _is_column(line))


def _next_column(run: Sequence[Line], line: Line) -> bool:
    """Vertical writing goes on at the top of the column to the left."""
    if _is_column(run[-1]) and _is_column(line):
        size = min(run[-1].box[2] - run[-1].box[0], line.box[2] - line.box[0])
        return 0 < run[-1].middle - line.middle < 3 * size and abs(run[-1].box[3] - line.box[3]) < size
    if len(run) < 2 or len(line.text.strip()) > 1 or not _stands_upright(run[-2], run[-1]):
        return False
    size = max(run[-1].height, line.height)
    to_the_left = 0 < run[-1].middle - line.middle < 3 * size
    return to_the_left and abs(max(item.box[3] for item in run) - line.box[3]) < size


def _is_column(line: Line) -> bool:
    """A line that runs down the page: pdfium gives characters one under another as one line."""
    return len(line.text) > 1 and line.height > 1.5 * (line.box[2] - line.box[0])


def _starts_anew(before: Line, line: Line, right: float) -> bool:
    """Whether a line starts a paragraph: it is indented, or its first word had found room in the line before."""
    size = min(before.height, line.height)
    shift = line.box[0] - before.box[0]
    centred = abs(before.middle - line.middle) < 0.5 * size and abs(shift) > 0.5 * size
    if shift > 1.2 * size and not centred:
        return True
    room = right - before.box[2]
    if centred and room > 0 and not before.text.rstrip().endswith(tuple(_END_MARKS)):
        return False
    return room > _room_of_first_word(line.text, size)


def _room_of_first_word(text: str, size: float) -> float:
    """How wide a gap the first word of a line could have left behind, in points."""
    stripped = text.lstrip()
    if not stripped or ord(stripped[0]) >= 0x2E80:
        return 2.2 * size  # two characters: a full stop may not start a line
    return (1.0 + 0.6 * len(stripped.split(maxsplit=1)[0])) * size
