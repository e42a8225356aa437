"""The document column of the HTML report: every block in order, findings in place."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from screening.domain.document import Block, BlockKind, Document
from screening.domain.finding import Finding
from screening.report.masking import Veil
from screening.report.passages import Passages, Piece
from screening.report.printable import in_lines, on_one_line
from screening.report.words import Words

_ALL_SHOWN = 3000  # a longer document is shown around its findings only
_AROUND = 3
_ROW = re.compile(r"(第\d+行)?第\d+列")


class PageText:
    """The text of one draft as HTML. `number` tells the drafts of one page apart."""

    def __init__(self, document: Document, findings: Sequence[Finding], number: int, words: Words, veil: Veil) -> None:
        self._document = document
        self._findings = findings
        self._number = number
        self._words = words
        self._veil = veil
        self._passages = Passages(document, findings, veil)
        self._drawn: set[int] = set()

    def html(self) -> str:
        """What is on the page, then what is not."""
        blocks = self._document.blocks
        on_page = "".join(self._blocks([block for block in blocks if block.visible]))
        unseen = "".join(self._blocks([block for block in blocks if not block.visible], pages=False))
        nothing = f'<p class="soft">{escape(self._words("no_text"))}</p>'
        text = f"<h3>{escape(self._words('text_part'))}</h3>{on_page or nothing}"
        if unseen:
            text += f'<section class="unseen"><h3>{escape(self._words("hidden_part"))}</h3>{unseen}</section>'
        return text

    def _blocks(self, blocks: Sequence[Block], *, pages: bool = True) -> Iterator[str]:
        """Blocks in order; rows of one table together; a line where a page begins."""
        page: int | None = None
        kept = self._kept(blocks)
        for table, group in groupby(enumerate(blocks), key=lambda pair: (kept[pair[0]], self._table(pair[1]))):
            members = [block for _, block in group]
            if not table[0]:
                yield f'<p class="gap">… {escape(self._words("left_out", count=len(members)))} …</p>'
            elif table[1]:
                yield self._rows(members)
            else:
                for block in members:
                    number = block.provenance.page_no
                    if pages and number and number != page and not block.provenance.path:
                        page = number
                        yield f'<div class="page">{escape(self._words("page", number=number))}</div>'
                    yield self._block(block)

    def _kept(self, blocks: Sequence[Block]) -> list[bool]:
        """Which blocks are shown: all, or in a very long document those near a finding."""
        if len(blocks) <= _ALL_SHOWN:
            return [True] * len(blocks)
        kept = [False] * len(blocks)
        for at, block in enumerate(blocks):
            if self._passages.touched(block.start, block.end):
                low, high = max(0, at - _AROUND), min(len(blocks), at + _AROUND + 1)
                kept[low:high] = [True] * (high - low)
        return kept

    def _table(self, block: Block) -> tuple[object, ...]:
        """What rows of one table have in common; empty for anything but a row."""
        if block.kind is not BlockKind.TABLE_ROW:
            return ()
        place = block.provenance
        return place.path, place.part, place.page_no, place.hidden, _ROW.sub("", block.place())

    def _block(self, block: Block) -> str:
        """One block; its place stands above unless it is ordinary text."""
        text = self._marked(self._passages.pieces(block.start, block.end))
        if block.kind is BlockKind.PARAGRAPH and block.visible and not block.provenance.path:
            return f"<p>{text}</p>"
        return f'<div class="aside"><span class="where">{self._where(block.place())}</span><p>{text}</p></div>'

    def _rows(self, blocks: Sequence[Block]) -> str:
        """Rows of one table, as a table."""
        caption = self._where(_ROW.sub("", blocks[0].place()).rstrip(" ·"))
        rows = "".join(f"<tr>{''.join(self._cells(block))}</tr>" for block in blocks)
        return f'<div class="scroll"><table class="rows"><caption>{caption}</caption>{rows}</table></div>'

    def _cells(self, block: Block) -> Iterator[str]:
        at = block.start
        for cell in block.text.split("\t"):
            yield f"<td>{self._marked(self._passages.pieces(at, at + len(cell)))}</td>"
            at += len(cell) + 1

    def _where(self, place: str) -> str:
        return escape(on_one_line(self._veil.hide(place)))

    def _marked(self, pieces: Iterable[Piece]) -> str:
        """Text with its findings as links to their cards."""
        return "".join(self._piece(piece) if piece.findings else _text(piece.text) for piece in pieces)

    def _piece(self, piece: Piece) -> str:
        gravest = max(piece.findings, key=lambda n: (self._findings[n].severity, -n))
        finding = self._findings[gravest]
        many = len(piece.findings) > 1
        names = "；".join(
            f"{self._words.severity(self._findings[n].severity)} {self._findings[n].title}" for n in piece.findings
        )
        new = self._new(piece)
        anchors = "".join(f'<span id="{self._id("t", n)}"></span>' for n in new if n != gravest)
        own = f' id="{self._id("t", gravest)}"' if gravest in new else ""
        link = (
            f'<a class="hit {finding.severity.name.lower()}{" both" if many else ""}"{own} '
            f'href="#{self._id("c", gravest)}" title="{escape(on_one_line(names))}">{_text(piece.text)}</a>'
        )
        return anchors + link + self._numbers(piece)

    def _new(self, piece: Piece) -> list[int]:
        """The findings that are drawn here for the first time: an id must not come twice."""
        new = [number for number in piece.begins if number not in self._drawn]
        self._drawn.update(new)
        return new

    def _numbers(self, piece: Piece) -> str:
        """The numbers of the findings that end here; where several overlap, how many."""
        two = ""
        if len(piece.findings) > 1:
            two = f'<span class="two">{escape(self._words("overlap", count=len(piece.findings)))}</span>'
        links = " ".join(f'<a tabindex="-1" href="#{self._id("c", n)}">{n + 1}</a>' for n in piece.ends)
        return f'<span class="no">{two}{links}</span>' if two or links else ""

    def _id(self, kind: str, number: int) -> str:
        return f"d{self._number}{kind}{number + 1}"


def _text(text: str) -> str:
    return escape(in_lines(text))
