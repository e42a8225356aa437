"""The text layer of one page, by raw pdfium calls: characters, boxes, lines.

A character index counts pdfium's characters; a text index counts those of get_text_range, which leaves out
characters without a code point. Boxes are PDF points, origin bottom left.
"""

import ctypes
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import pypdfium2 as pdfium2
import pypdfium2.raw as pdfium

from screening.extract.pdf.layout import Box, Line, union

Char: TypeAlias = tuple[int, str]  # character index and character

_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-", "\r": None, "\0": None})
_BAD = re.compile("[\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_LEADERS = re.compile(r"[.·…_\-—=*]{3,}")  # dots of a table of contents, rules made of characters
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class PageText:
    """The text layer of one page."""

    def __init__(self, page: Any) -> None:
        self._layer = page.get_textpage()
        self.raw = self._layer.raw
        self.count: int = self._layer.count_chars()
        self._rect = pdfium.FS_RECTF()
        self._rect_ref = ctypes.byref(self._rect)
        self._sides = [ctypes.c_double() for _ in range(4)]
        self._side_refs = [ctypes.byref(side) for side in self._sides]
        try:
            self.whole: str = self._layer.get_text_range() if self.count else ""
        except pdfium2.PdfiumError:
            self.whole = ""

    def close(self) -> None:
        """Give the memory back."""
        self._layer.close()

    def box(self, index: int) -> Box:
        """The box of a character, as high as its line."""
        pdfium.FPDFText_GetLooseCharBox(self.raw, index, self._rect_ref)
        rect = self._rect
        return rect.left, rect.bottom, rect.right, rect.top

    def ink_box(self, index: int) -> Box:
        """The box of a character's glyph."""
        pdfium.FPDFText_GetCharBox(self.raw, index, *self._side_refs)
        left, right, bottom, top = self._sides
        return left.value, bottom.value, right.value, top.value

    def lines(self) -> list[Line]:
        """All lines of the page, each with the box around its first and last character."""
        found = []
        at = 0
        to_char = pdfium.FPDFText_GetCharIndexFromTextIndex
        for text in self.whole.split("\n"):
            bare = text.strip()
            if bare:
                first = to_char(self.raw, at + len(text) - len(text.lstrip()))
                last = to_char(self.raw, at + len(text.rstrip()) - 1)
                box = union((self.box(max(first, 0)), self.box(max(last, 0))))
                found.append(Line(bare.translate(_HYPHENS), box))
            at += len(text) + 1
        return found

    def chars(self) -> list[Char]:
        """Every character of the page with its index."""
        get = pdfium.FPDFText_GetUnicode
        codes = ((index, get(self.raw, index)) for index in range(self.count))
        return [(index, chr(code).translate(_HYPHENS)) for index, code in codes if 0 < code < 0x110000]

    def owners(self, chars: Iterable[Char]) -> dict[int, int]:
        """The address of the text object of each character; generated blanks have none."""
        found = {}
        for index, _ in chars:
            raw = pdfium.FPDFText_GetTextObject(self.raw, index)
            if raw:
                found[index] = ctypes.cast(raw, ctypes.c_void_p).value or 0
        return found

    def lines_of(self, chars: Sequence[Char]) -> list[Line]:
        """Lines of some of the characters: a new one at each line break of the page."""
        found: list[Line] = []
        line: list[Char] = []
        for char in [*chars, (-1, "\n")]:
            if char[1] != "\n":
                line.append(char)
                continue
            text = "".join(item[1] for item in line)
            inked = [index for index, item in line if item.strip()]
            if inked:
                found.append(Line(text.strip(), union((self.box(inked[0]), self.box(inked[-1])))))
            line = []
        return found

    def unmapped(self, chars: Iterable[Char]) -> set[int]:
        """The characters whose font does not say what they mean."""
        lacks = pdfium.FPDFText_HasUnicodeMapError
        return {index for index, char in chars if char.strip() and (_BAD.match(char) or lacks(self.raw, index) == 1)}

    def may_be_garbled(self) -> bool:
        """A cheap look at every fourth character: whether it is worth asking all of them."""
        if len(_BAD.findall(self.whole)) >= 2 or "(cid:" in self.whole:
            return True
        lacks = pdfium.FPDFText_HasUnicodeMapError
        return any(lacks(self.raw, index) == 1 for index in range(0, self.count, 4))

    def looks_like_rubbish(self) -> bool:
        """Many characters, none of them Han, and hardly a letter or digit among them."""
        bare = _LEADERS.sub("", "".join(self.whole.split()))
        if len(bare) < 40 or _HAN.search(bare):
            return False
        return sum(char.isalnum() for char in bare) < 0.5 * len(bare)
