"""From a block of a Document back to the runs of the Word file that hold its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from screening.domain.document import Block, BlockKind
from screening.report.word_text import (
    ROW,
    TEXT_BOX,
    Letter,
    P,
    R,
    cut_before,
    hidden_styles_of,
    ink,
    letters_of,
    row_paragraphs,
)

_LONGEST_ALIGNED = 4000  # aligning takes the product of both lengths
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Target:
    """The paragraphs that hold a block. box: the run that holds them when they stand in a text box."""

    block: Block
    paragraphs: tuple[Any, ...]
    hidden_styles: frozenset[str]
    box: Any = None

    def runs(self, spans: Sequence[tuple[int, int]]) -> list[tuple[Any, Any] | None]:
        """For each span of the block the first and the last run that hold exactly it, or None."""
        if self.box is not None:
            return [(self.box, self.box)] * len(spans)
        ranges = self._ranges(spans)
        self._cut({edge for pair in ranges if pair for edge in pair})
        letters = letters_of(self.paragraphs, self.hidden_styles)
        return [(letters[pair[0]].run, letters[pair[1] - 1].run) if pair else None for pair in ranges]

    def _cut(self, edges: set[int]) -> None:
        """Cut the runs at these letters, last first: what stands before a cut stays where it was."""
        letters = letters_of(self.paragraphs, self.hidden_styles)
        for edge in sorted(edges, reverse=True):
            if edge < len(letters):
                cut_before(letters[edge])

    def _ranges(self, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int] | None]:
        """For each span of the block the letters that hold it: from, and to behind the last."""
        letters = letters_of(self.paragraphs, self.hidden_styles)
        matched = matching(self.block.text, letters)
        if matched is None:
            return [None] * len(spans)
        found: list[tuple[int, int] | None] = []
        for start, end in spans:
            inside = [matched.get(start + at, -1) for at in ink(self.block.text[start:end])]
            found.append((inside[0], inside[-1] + 1) if self._is_whole(inside, letters) else None)
        return found

    def _is_whole(self, inside: Sequence[int], letters: Sequence[Letter]) -> bool:
        """Whether all letters of a span were found, one behind the other but for blanks and hidden ones."""
        if not inside or -1 in inside:
            return False
        between = set(range(inside[0], inside[-1] + 1)).difference(inside)
        return all(letters[at].hidden or letters[at].char.isspace() for at in between)


def matching(text: str, letters: Sequence[Letter]) -> dict[int, int] | None:
    """Offset in the text to number of the letter, for all but blanks; None when the text is not found for sure.

    First the letters that are shown, then all of them. The text may be a part that occurs just once, or
    hold more than the letters (automatic numbers), or less (runs in white).
    """
    wanted = ink(text)
    inked = "".join(text[at] for at in wanted)
    every = ink([letter.char for letter in letters])
    pools = [[at for at in every if not letters[at].hidden], every]
    for pool in pools:
        have = "".join(letters[at].char for at in pool)
        first = have.find(inked)
        if inked and first >= 0 and have.find(inked, first + 1) < 0:
            return dict(zip(wanted, pool[first : first + len(wanted)], strict=True))
    for pool in pools:
        have = "".join(letters[at].char for at in pool)
        if pool and inked.endswith(have):
            return dict(zip(wanted[-len(pool) :], pool, strict=True))
    return _aligned(inked, wanted, "".join(letters[at].char for at in every), every)


def _aligned(inked: str, wanted: Sequence[int], have: str, every: Sequence[int]) -> dict[int, int] | None:
    """What text and letters have in common, in order, when that is most of the shorter of the two."""
    if max(len(inked), len(have)) > _LONGEST_ALIGNED:
        return None
    blocks = SequenceMatcher(None, inked, have, autojunk=False).get_matching_blocks()
    found = {wanted[b.a + i]: every[b.b + i] for b in blocks for i in range(b.size)}
    return found if len(found) >= _ALIKE * max(1, min(len(inked), len(have))) else None


class Places:
    """The paragraphs of one Word file, by their number in the body part."""

    def __init__(self, word: Any) -> None:
        self.part = str(word.part.partname).lstrip("/")
        self._word = word
        self._paragraphs = list(word.element.iter(P))
        self._hidden_styles = hidden_styles_of(word.styles.element)

    def target(self, block: Block) -> Target | None:
        """The paragraphs that hold this block, or None."""
        number = block.provenance.paragraph or 0
        if not 1 <= number <= len(self._paragraphs):
            return None
        paragraph = self._paragraphs[number - 1]
        candidates = [(paragraph,)]
        if block.kind is BlockKind.TABLE_ROW:
            rows = (row for row in paragraph.iterancestors(ROW) if next(row.iter(P)) is paragraph)
            candidates = [tuple(row_paragraphs(row)) for row in rows]
        for paragraphs in candidates:
            if matching(block.text, letters_of(paragraphs, self._hidden_styles)) is not None:
                return Target(block, paragraphs, self._hidden_styles, _box_of(paragraph))
        return None

    def first_runs(self) -> tuple[Any, Any]:
        """The runs of the first paragraph with words; where there is none, an empty run in the first paragraph."""
        for paragraph in self._paragraphs:
            letters = [] if _box_of(paragraph) is not None else letters_of([paragraph], self._hidden_styles)
            if letters:
                return letters[0].run, letters[-1].run
        outside = [paragraph for paragraph in self._paragraphs if _box_of(paragraph) is None]
        run = outside[0].add_r() if outside else self._word.add_paragraph().add_run()._r  # noqa: SLF001 (its element)
        return run, run


def _box_of(paragraph: Any) -> Any:
    """The run of the page that holds the text box in which a paragraph stands, or None."""
    boxes = list(paragraph.iterancestors(TEXT_BOX))
    return next(boxes[-1].iterancestors(R), None) if boxes else None
