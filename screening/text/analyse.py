"""A document with the forms of its text that rules are matched against."""

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from screening.domain.document import Document
from screening.text.normalise import NormalText, normalise, tighten
from screening.text.numerals import plain_digits
from screening.text.sentences import passages

_PARAGRAPH_END = re.compile(r"[。!?;…\")][ \t]*(?:\n[ \t]*)+(?=\S)")  # in plain text
_NEWLINE = re.compile("\n")
VIEWS = ("plain", "tight", "digits")


@dataclass(frozen=True)
class AnalysedText:
    """plain: the normal text; tight: without blanks and line breaks inside a block; digits: numbers in plain digits."""

    document: Document
    memory: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)  # of questions asked often

    @cached_property
    def plain(self) -> NormalText:
        """The normal text, line by line."""
        return normalise(self.document.text)

    @cached_property
    def tight(self) -> NormalText:
        """The normal text without blanks, its lines joined within each block."""
        return tighten(self.plain, self._joins())

    @cached_property
    def digits(self) -> NormalText:
        """The numbers that are written otherwise than in plain digits side by side."""
        return plain_digits(self.plain)

    @cached_property
    def passages(self) -> list[tuple[int, int]]:
        """The passages of the tight text. Its lines are joined within a block, as those of a PDF page must be, but a
        line that ends a sentence ends a paragraph too."""
        ends = (mark.end() for mark in _PARAGRAPH_END.finditer(self.plain.text))
        origin = self.plain.origin
        sources = np.fromiter(ends, dtype=np.int64)
        sources = sources if origin is None else origin[sources]
        tight = self.tight.origin
        breaks = sources if tight is None else np.searchsorted(tight, sources)
        return list(passages(self.tight.text, breaks.tolist()))

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

    def _joins(self) -> Iterator[int]:
        return (block.end for block in self.document.blocks[:-1])
