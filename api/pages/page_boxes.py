"""Findings on the picture of a PDF page: boxes in the coordinates of the page, origin at the top left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from screening.domain.document import Block, Document
from screening.domain.run import Run


@dataclass(frozen=True, slots=True)
class Box:
    """A block with findings on its page, in points. items: all its findings; severity: of the gravest."""

    items: tuple[str, ...]
    severity: str
    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page of a PDF with its boxes. `number` counts from 1."""

    number: int
    width: float
    height: float
    boxes: tuple[Box, ...]


def pictures_of(document: Document, run: Run, sizes: Mapping[int, tuple[float, float]]) -> tuple[PagePicture, ...]:
    """Every page whose size (width, height in points) is given, with the boxes of its findings."""
    boxes: dict[int, list[Box]] = {}
    for block, numbers in _blocks(document, run):
        page_no = block.provenance.page_no or 0
        if page_no in sizes:
            boxes.setdefault(page_no, []).append(_box(block, numbers, run, sizes[page_no][1]))
    return tuple(PagePicture(n, *sizes[n], tuple(boxes.get(n, ()))) for n in sorted(sizes))


def _blocks(document: Document, run: Run) -> Iterator[tuple[Block, Sequence[int]]]:
    """Blocks of the draft itself (not of enclosed files) that have a box, with the findings that begin in them."""
    found: dict[int, list[int]] = {}
    blocks: dict[int, Block] = {}
    for number, finding in enumerate(run.findings):
        block = document.block_at(finding.span.start)
        blocks[block.start] = block
        found.setdefault(block.start, []).append(number)
    for start, block in blocks.items():
        if block.provenance.bbox and not block.provenance.path:
            yield block, found[start]


def _box(block: Block, numbers: Sequence[int], run: Run, page_height: float) -> Box:
    left, bottom, right, top = block.provenance.bbox or (0.0, 0.0, 0.0, 0.0)
    gravest = max(run.findings[n].severity for n in numbers)
    names = "；".join(f"{n + 1} {run.findings[n].severity.label} {run.findings[n].title}" for n in numbers)
    return Box(
        items=tuple(f"f{n}" for n in numbers),
        severity=gravest.name.lower(),
        title=names,
        x=round(left, 1),
        y=round(page_height - top, 1),
        width=round(max(right - left, 1), 1),
        height=round(max(top - bottom, 1), 1),
    )
