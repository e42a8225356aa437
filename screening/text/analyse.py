"""A document with the forms of its text that rules are matched against."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from screening.domain.document import Document
from screening.text.normalise import NormalText, normalise, tighten
from screening.text.numerals import plain_digits

VIEWS = ("plain", "tight", "digits")


@dataclass(frozen=True)
class AnalysedText:
    """plain: the normal text; tight: without blanks and line breaks inside a block; digits: numbers in plain digits."""

    document: Document

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

    def view(self, name: str) -> NormalText:
        """One of VIEWS by its name."""
        found: NormalText = getattr(self, name)
        return found

    def _joins(self) -> Iterator[int]:
        return (block.end for block in self.document.blocks[:-1])
