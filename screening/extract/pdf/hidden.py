"""Which characters of a page nobody sees, and why.

Cheap tests on the painted objects name the suspects. What they cannot settle is settled by experiment: the page is
rendered with and without the suspects; where no pixel changes, the character was not to be seen.
"""

import ctypes
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from screening.domain.document import Hidden
from screening.extract.pdf.layout import Box, overlap
from screening.extract.pdf.objects import Cover, Painted, Text, meet
from screening.extract.pdf.text import Char, PageText

_TINY = 2.0  # points
_WHITE = 235  # of 255, in each of red, green, blue
_FILL_ONLY = (0, 4)  # text render modes that paint the fill and no outline
_SEEN = 24  # a change of colour, of 255, that an eye notices
_DPI = 110
_MOST_PIXELS = 6_000_000
_MOST_COVERS = 4_000
_ANNOTATIONS_THAT_COVER_NOTHING = {
    pdfium.FPDF_ANNOT_LINK,
    pdfium.FPDF_ANNOT_POPUP,
    pdfium.FPDF_ANNOT_TEXT,
    pdfium.FPDF_ANNOT_HIGHLIGHT,
    pdfium.FPDF_ANNOT_UNDERLINE,
    pdfium.FPDF_ANNOT_SQUIGGLY,
    pdfium.FPDF_ANNOT_STRIKEOUT,
    pdfium.FPDF_ANNOT_WIDGET,
}


@dataclass(slots=True)
class Stopwatch:
    """How many seconds the experiments on one file may still take."""

    left: float = 30.0

    def spend(self, since: float) -> None:
        """Take off the seconds since this moment of the monotonic clock."""
        self.left -= time.monotonic() - since


@dataclass(slots=True)
class Suspect:
    """A text object that may be hidden."""

    text: Text
    sure: Hidden = Hidden.NO  # needs no experiment
    white: bool = False
    same_colour: bool = False
    covers: list[Cover] = field(default_factory=list)


@dataclass(slots=True)
class Sight:
    """How much each pixel of a page changes when the suspects are left out. None: it was not tried."""

    change: npt.NDArray[np.uint8] | None
    scale: float
    corner: tuple[float, float]  # left and top of the rendered page, in points

    def changes(self, box: Box) -> bool:
        """Whether a pixel inside this box changes."""
        if self.change is None:
            return True
        left, top = (box[0] - self.corner[0]) * self.scale, (self.corner[1] - box[3]) * self.scale
        right, bottom = (box[2] - self.corner[0]) * self.scale, (self.corner[1] - box[1]) * self.scale
        if right <= 0 or bottom <= 0:
            return False
        part = self.change[
            max(0, math.floor(top)) : max(0, math.ceil(bottom)),
            max(0, math.floor(left)) : max(0, math.ceil(right)),
        ]
        return bool(part.size) and int(part.max()) >= _SEEN


def hidden_chars(
    page: Any,
    text: PageText,
    painted: Painted,
    page_box: Box,
    watch: Stopwatch,
) -> tuple[list[Char], dict[int, Hidden]]:
    """All characters of the page and why some of them are hidden; two empty answers when none is suspect."""
    suspects = find_suspects(painted, page_box, covering_annotations(page))
    if not suspects:
        return [], {}
    by_address = {ctypes.cast(item.text.raw, ctypes.c_void_p).value: item for item in suspects}
    sight = _look(page, [item for item in suspects if not item.sure], page_box, watch)
    chars = text.chars()
    owners = text.owners(chars)
    found: dict[int, Hidden] = {}
    for index, char in chars:
        suspect = by_address.get(owners.get(index, -1))
        if suspect and char.strip():
            reason = _reason(suspect, text.ink_box(index), page_box, sight)
            if reason:
                found[index] = reason
    return chars, found


def find_suspects(painted: Painted, page_box: Box, annotations: Sequence[Cover]) -> list[Suspect]:
    """The text objects of a page that may be hidden, by cheap tests."""
    suspects: dict[int, Suspect] = {}
    for text in painted.texts:
        sure = _sure(text)
        white = min(text.colour[:3]) >= _WHITE
        if sure or white or text.layered or text.odd_clip or _outside(text.box, text.clip, page_box):
            suspects[text.order] = Suspect(text, sure, white)
    _add_covered(painted, annotations, suspects)
    return list(suspects.values())


def _sure(text: Text) -> Hidden:
    if text.mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return Hidden.INVISIBLE
    if text.colour[3] == 0 and text.mode in _FILL_ONLY:
        return Hidden.TRANSPARENT
    return Hidden.TINY if text.size < _TINY else Hidden.NO


def _outside(box: Box, clip: Box, page_box: Box) -> bool:
    """Whether a text reaches over its clip or the page, by more than a hair."""
    left, bottom, right, top = meet(clip, page_box)
    return box[0] < left - 1 or box[1] < bottom - 1 or box[2] > right + 1 or box[3] > top + 1


def _add_covered(painted: Painted, annotations: Sequence[Cover], suspects: dict[int, Suspect]) -> None:
    if not painted.texts:
        return
    orders = np.array([text.order for text in painted.texts])
    boxes = np.array([text.box for text in painted.texts])
    colours = {text.colour[:3] for text in painted.texts}
    later = [cover for cover in painted.covers if cover.order > orders[0]][:_MOST_COVERS]
    for cover in (*later, *annotations):
        for index in np.flatnonzero((orders < cover.order) & _touching(boxes, cover.box)):
            text = painted.texts[index]
            suspects.setdefault(text.order, Suspect(text, _sure(text))).covers.append(cover)
    grounds = [cover for cover in painted.covers if cover.colour and cover.colour[:3] in colours]
    for ground in grounds[:_MOST_COVERS]:
        for index in np.flatnonzero((orders > ground.order) & _touching(boxes, ground.box)):
            text = painted.texts[index]
            if ground.colour and ground.colour[:3] == text.colour[:3]:
                suspects.setdefault(text.order, Suspect(text, _sure(text))).same_colour = True


def _touching(boxes: npt.NDArray[np.float64], box: Box) -> npt.NDArray[np.bool_]:
    """Which boxes reach into this one by more than a point."""
    left, bottom, right, top = box
    inside: npt.NDArray[np.bool_] = (
        (boxes[:, 0] < right - 1) & (boxes[:, 2] > left + 1) & (boxes[:, 1] < top - 1) & (boxes[:, 3] > bottom + 1)
    )
    return inside


def covering_annotations(page: Any) -> list[Cover]:
    """The annotations that may hide the text below them: filled squares, stamps, redaction marks."""
    found = []
    rect = pdfium.FS_RECTF()
    for index in range(min(max(0, pdfium.FPDFPage_GetAnnotCount(page.raw)), 2_000)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        if pdfium.FPDFAnnot_GetSubtype(annotation) not in _ANNOTATIONS_THAT_COVER_NOTHING:
            pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect))
            found.append(Cover(math.inf, (rect.left, rect.bottom, rect.right, rect.top)))
        pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _look(page: Any, suspects: Sequence[Suspect], page_box: Box, watch: Stopwatch) -> Sight:
    """Render the page with and without the suspects."""
    area = (page_box[2] - page_box[0]) * (page_box[3] - page_box[1])
    scale = min(_DPI / 72, math.sqrt(_MOST_PIXELS / max(area, 1)))
    corner = page_box[0], page_box[3]
    if not suspects or watch.left <= 0:
        return Sight(None, scale, corner)
    since = time.monotonic()
    turned = page.get_rotation()
    if turned:
        page.set_rotation(0)
    try:
        shown = _render(page, scale)
        for suspect in suspects:
            pdfium.FPDFPageObj_SetIsActive(suspect.text.raw, False)
        without = _render(page, scale)
    finally:
        for suspect in suspects:
            pdfium.FPDFPageObj_SetIsActive(suspect.text.raw, True)
        if turned:
            page.set_rotation(turned)
        watch.spend(since)
    change = np.maximum(shown, without) - np.minimum(shown, without)
    # max(axis=2) takes 20 times longer
    greatest = np.maximum(np.maximum(change[..., 0], change[..., 1]), change[..., 2])
    return Sight(greatest, scale, corner)


def _render(page: Any, scale: float) -> npt.NDArray[np.uint8]:
    bitmap = page.render(scale=scale, may_draw_forms=False)
    pixels: npt.NDArray[np.uint8] = bitmap.to_numpy().copy()
    bitmap.close()
    return pixels


def _reason(suspect: Suspect, box: Box, page_box: Box, sight: Sight) -> Hidden:
    """Why this character of a suspect is hidden; NO when it is to be seen."""
    if suspect.sure:
        return suspect.sure
    if not _centre_in(box, page_box):
        return Hidden.OFF_PAGE
    if sight.changes(box):
        return Hidden.COVERED if _mostly_covered(suspect, box, sight) else Hidden.NO
    if not _centre_in(box, suspect.text.clip):
        return Hidden.CLIPPED
    if any(overlap(box, cover.box) > 0 for cover in suspect.covers):
        return Hidden.COVERED
    if suspect.white or suspect.same_colour:
        return Hidden.WHITE if suspect.white else Hidden.SAME_COLOUR
    if suspect.text.layered:
        return Hidden.LAYER_OFF
    return Hidden.CLIPPED if suspect.text.odd_clip else Hidden.NO


def _mostly_covered(suspect: Suspect, box: Box, sight: Sight) -> bool:
    """A thin edge of the character peeps out, but most of it lies under something opaque."""
    area = (box[2] - box[0]) * (box[3] - box[1])
    hair = 1 / sight.scale
    for cover in suspect.covers:
        if overlap(box, cover.box) >= 0.7 * area:
            left, bottom, right, top = meet(box, cover.box)
            inner = (left + hair, bottom + hair, right - hair, top - hair)
            if inner[0] < inner[2] and inner[1] < inner[3] and not sight.changes(inner):
                return True
    return False


def _centre_in(box: Box, area: Box) -> bool:
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return area[0] <= across <= area[2] and area[1] <= up <= area[3]
