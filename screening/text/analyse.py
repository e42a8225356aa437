"""A document, or several laid one behind the other, with the forms of its text that rules are matched against."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.domain.document import Block, Document
from screening.text.normalise import NormalText, normalise, tighten
from screening.text.numerals import plain_digits
from screening.text.sentences import passages

if TYPE_CHECKING:
    from screening.text.normalise import Offsets

_PARAGRAPH_END = re.compile(r"[。!?;…\")][ \t]*(?:\n[ \t]*)+(?=\S)")  # in plain text
_NEWLINE = re.compile("\n")
VIEWS = ("plain", "tight", "digits")


@dataclass(frozen=True)
class AnalysedText:
    """plain: the normal text; tight: without blanks and line breaks inside a block; digits: numbers in plain digits.

    seams: offsets in the source at which a further document begins (`together`); nothing that is found, and nothing it
    is judged by, reaches from one document into another.
    """

    document: Document
    seams: tuple[int, ...] = ()
    memory: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)  # of questions asked often

    @classmethod
    def together(cls, documents: Sequence[Document]) -> AnalysedText:
        """Several documents as one text: what costs the same for a page and for a hundred is done once. Documents
        without text have no place in it."""
        if len(documents) == 1:
            return cls(documents[0])
        blocks: list[Block] = []
        seams: list[int] = []
        at = 0
        for document in documents:
            if document.blocks:
                seams.append(at)
                blocks += [Block(one.kind, one.text, one.start + at, one.provenance) for one in document.blocks]
                at = blocks[-1].end + 1
        return cls(Document("", "", "", tuple(blocks)), tuple(seams[1:]))

    def part_at(self, offset: int) -> int:
        """The number, from 0, of the document that holds this offset of the source."""
        return bisect_right(self.seams, offset)

    def part(self, offset: int) -> tuple[int, int]:
        """Where the document that holds this offset begins and ends in the source."""
        if not self.seams:
            return 0, len(self.document.text)
        at = self.part_at(offset)
        end = self.seams[at] - 1 if at < len(self.seams) else len(self.document.text)
        return self.seams[at - 1] if at else 0, end

    @cached_property
    def plain(self) -> NormalText:
        """The normal text, line by line."""
        return normalise(self.document.text)

    @cached_property
    def tight(self) -> NormalText:
        """The normal text without blanks, its lines joined within each block."""
        return tighten(self.plain, self._joins(), self._seam_breaks)

    @cached_property
    def digits(self) -> NormalText:
        """The numbers that are written otherwise than in plain digits side by side."""
        return plain_digits(self.plain, self._seam_breaks)

    @cached_property
    def passages(self) -> list[tuple[int, int]]:
        """The passages of the tight text. Its lines are joined within a block, as those of a PDF page must be, but a
        line that ends a sentence ends a paragraph too."""
        origin = self.plain.origin
        breaks = np.array([mark.span() for mark in _PARAGRAPH_END.finditer(self.plain.text)], dtype=np.int64)
        breaks = breaks.reshape(-1, 2) if origin is None else origin[breaks.reshape(-1, 2)]
        first, sources = breaks.T
        if self.seams:
            same = np.searchsorted(self.seams, first, side="right") == np.searchsorted(self.seams, sources, "right")
            sources = sources[same]
        tight = self.tight.origin
        at = sources if tight is None else np.searchsorted(tight, sources)
        return list(passages(self.tight.text, at.tolist()))

    @cached_property
    def _passage_starts(self) -> list[int]:
        return [start for start, _ in self.passages]

    def passage_at(self, offset: int) -> tuple[int, int]:
        """The passage of the tight text that holds this offset, or the nearest before it."""
        at = bisect_right(self._passage_starts, offset) - 1
        return self.passages[at] if at >= 0 else (0, len(self.tight.text))

    def view(self, name: str) -> NormalText:
        """One of VIEWS by its name."""
        found: NormalText = getattr(self, name)
        return found

    def borders(self, name: str) -> list[int]:
        """Where the lines of a view begin, and one more than its end."""
        key = ("borders", name)
        if key not in self.memory:
            text = self.view(name).text
            self.memory[key] = [0, *(mark.end() for mark in _NEWLINE.finditer(text)), len(text) + 1]
        found: list[int] = self.memory[key]
        return found

    @property
    def _seam_breaks(self) -> Offsets:
        """The source offsets of the newlines between documents."""
        return np.array(self.seams, dtype=np.int64) - 1

    def _joins(self) -> Iterator[int]:
        return (block.end for block in self.document.blocks[:-1])
