"""PDF files set from a draft's text: real text, ruled tables, black bars, white text, a later save."""

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from _draft import RED, Style, lines, paragraphs
from fpdf import FPDF
from noto_cjk_sans_otc import FONT_PATH

_LEFT, _TOP, _RIGHT, _BOTTOM = 28, 30, 26, 26  # millimetres, about GB/T 9704
_POINT = 25.4 / 72


class Paper(FPDF):
    """An A4 paper with the margins of an official document. `scale` makes everything smaller or larger."""

    def __init__(self, scale: float = 1.0) -> None:
        super().__init__()
        self.scale = scale
        self.set_creation_date(datetime(2031, 3, 2, 9, 0, tzinfo=UTC))
        self.set_margins(_LEFT, _TOP, _RIGHT)
        self.set_auto_page_break(auto=True, margin=_BOTTOM)
        self.add_font("noto", "", str(FONT_PATH), collection_font_number=2)
        self.set_font("noto", size=16)
        self.add_page()

    def write_draft(self, text: str) -> "Paper":
        """Set all paragraphs of a text."""
        for style, paragraph in paragraphs(text):
            self.write_paragraph(style, paragraph)
        return self

    def write_paragraph(self, style: Style, text: str) -> None:
        """Set one paragraph."""
        size = style.size * self.scale
        self.set_font("noto", size=size)
        self.set_text_color(*style.colour)
        self.ln(style.before * self.scale * _POINT)
        indent = style.indent * size * _POINT
        align = {"left": "L", "center": "C", "right": "R"}[style.align]
        for number, line in enumerate(lines(text, self.epw, indent, self.get_string_width)):
            self.set_x(self.l_margin + (0 if number else indent))
            self.cell(self.epw - (0 if number else indent), size * 1.7 * _POINT, line, align=align, new_y="NEXT")
        if style.rule:
            self.set_draw_color(*RED)
            self.set_line_width(0.7)
            self.line(self.l_margin, self.get_y() + 1, self.w - self.r_margin, self.get_y() + 1)
        self.ln(style.after * self.scale * _POINT)

    def ruled_table(self, rows: Sequence[Sequence[str]], widths: Sequence[float], size: float = 11) -> None:
        """A table with lines around each cell; widths in millimetres."""
        self.set_font("noto", size=size)
        self.set_text_color(0)
        self.set_draw_color(0)
        self.set_line_width(0.2)
        for row in rows:
            self.set_x((self.w - sum(widths)) / 2)
            for cell, width in zip(row, widths, strict=True):
                self.cell(width, size * 1.8 * _POINT, cell, border=1, align="C")
            self.ln(size * 1.8 * _POINT)
        self.ln(4)

    def bytes(self) -> bytes:
        """The finished file."""
        return bytes(self.output())


def with_black_bars(text: str, scale: float, hidden: Sequence[str]) -> bytes:
    """A draft with a black bar over each of these words, as people do it who think that they are gone then."""
    import pypdfium2

    page = pypdfium2.PdfDocument(Paper(scale).write_draft(text).bytes())[0].get_textpage()
    paper = Paper(scale).write_draft(text)
    paper.set_fill_color(0)
    for words in hidden:
        found = page.search(words).get_next()
        if found is None:
            raise ValueError(f"not on one line of the page: {words}")
        start, count = found
        boxes = [page.get_charbox(index) for index in range(start, start + count)]
        left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
        bottom, top = min(box[1] for box in boxes), max(box[3] for box in boxes)
        x, y = (left - 1.5) * _POINT, paper.h - (top + 2) * _POINT
        paper.rect(x, y, (right - left + 3) * _POINT, (top - bottom + 4) * _POINT, style="F")
    return paper.bytes()


def saved_again(paper: Paper, old: bytes, new: bytes) -> bytes:
    """The file with `old` in its first page's content, and behind it a second save that shows `new` instead."""
    paper.set_compression(compress=False)
    first = paper.bytes()
    match = re.search(rb"(\d+) 0 obj\n<<\n/Length \d+\n>>\nstream\n(.*?)\nendstream", first, re.DOTALL)
    if match is None or old not in match[2]:
        raise ValueError("the page's content was not found")
    root = re.search(rb"/Root (\d+ 0 R)", first)
    size = re.search(rb"/Size (\d+)", first)
    before = re.findall(rb"startxref\n(\d+)", first)
    info = re.search(rb"/Info (\d+ 0 R)", first)
    if root is None or size is None or info is None or not before:
        raise ValueError("the trailer was not found")
    content = match[2].replace(old, new)
    tail = io.BytesIO()
    tail.write(b"\n")
    at = len(first) + tail.tell()
    tail.write(b"%s 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (match[1], len(content), content))
    table = len(first) + tail.tell()
    tail.write(b"xref\n%s 1\n%010d 00000 n \n" % (match[1], at))
    tail.write(b"trailer\n<< /Size %s /Root %s /Info %s /Prev %s >>\n" % (size[1], root[1], info[1], before[-1]))
    tail.write(b"startxref\n%d\n%%%%EOF\n" % table)
    return first + tail.getvalue()
