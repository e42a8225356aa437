"""What a page paints, in paint order, by raw pdfium calls: texts, and what may lie over them.

Boxes are PDF points in page space, origin bottom left: left, bottom, right, top.
"""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pypdfium2.raw as pdfium

from screening.extract.pdf.layout import Box

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
Edge: TypeAlias = tuple[float, float, float, float]  # x0, y0, x1, y1 of a ruling line

EVERYWHERE: Box = (-math.inf, -math.inf, math.inf, math.inf)
_SAME: Matrix = (1, 0, 0, 1, 0, 0)
_DEEPEST = 8  # forms inside forms
_MOST_OBJECTS = 300_000
_MOST_EDGES = 4_000
_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5
_PICTURE_AREA = 30  # square points; smaller marks hide nothing


@dataclass(slots=True)
class Text:
    """A text object: mode 3 paints nothing; colour is red, green, blue, alpha of the fill."""

    order: int
    raw: Any
    box: Box
    clip: Box
    mode: int
    colour: tuple[int, int, int, int]
    size: float
    odd_clip: bool = False  # the clip is no upright rectangle
    layered: bool = False  # may belong to an optional-content layer


@dataclass(slots=True)
class Cover:
    """Something painted that may hide what was painted before."""

    order: float
    box: Box
    colour: tuple[int, int, int, int] | None = None  # of a filled path


@dataclass(slots=True)
class Painted:
    """All that one page paints."""

    texts: list[Text] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    images: list[tuple[Box, int, int]] = field(default_factory=list)  # box, width and height in pixels
    paths: int = 0
    curves: int = 0  # path objects of many segments, such as outlined letters
    cut: bool = False  # too many objects: not all were looked at


def times(inner: Matrix, outer: Matrix) -> Matrix:
    """First `inner`, then `outer`."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def moved(box: Box, by: Matrix) -> Box:
    """The upright box around a transformed box."""
    if by == _SAME:
        return box
    a, b, c, d, e, f = by
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across = [a * x + c * y + e for x, y in corners]
    up = [b * x + d * y + f for x, y in corners]
    return min(across), min(up), max(across), max(up)


def meet(one: Box, other: Box) -> Box:
    """The common part of two boxes; left > right or bottom > top when there is none."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


class Walk:
    """One walk over the objects of a page. `layers`: the document has optional content."""

    def __init__(self, layers: bool) -> None:
        self.painted = Painted()
        self._layers = layers
        self._order = 0
        self._floats = [ctypes.c_float() for _ in range(4)]
        self._refs = [ctypes.byref(value) for value in self._floats]
        self._ints = [ctypes.c_uint() for _ in range(4)]
        self._int_refs = [ctypes.byref(value) for value in self._ints]
        self._size = ctypes.c_float()
        self._matrix = pdfium.FS_MATRIX()

    def page(self, raw_page: Any) -> Painted:
        """Everything on a page."""
        count = pdfium.FPDFPage_CountObjects(raw_page)
        for index in range(count):
            self._take(pdfium.FPDFPage_GetObject(raw_page, index), _SAME, EVERYWHERE, 0)
            if self.painted.cut:
                break
        return self.painted

    def _take(self, raw: Any, matrix: Matrix, clip: Box, depth: int) -> None:
        self._order += 1
        if self._order > _MOST_OBJECTS:
            self.painted.cut = True
            return
        kind = pdfium.FPDFPageObj_GetType(raw)
        if kind == _TEXT:
            self._text(raw, matrix, clip, depth)
        elif kind == _PATH:
            self._path(raw, matrix)
        elif kind == _IMAGE:
            self._image(raw, matrix)
        elif kind == _SHADING:
            self.painted.covers.append(Cover(self._order, self._box(raw, matrix)))
        elif kind == _FORM and depth < _DEEPEST:
            self._form(raw, matrix, clip, depth)

    def _form(self, raw: Any, matrix: Matrix, clip: Box, depth: int) -> None:
        inner, _ = self._clip(raw, matrix, clip)
        pdfium.FPDFPageObj_GetMatrix(raw, ctypes.byref(self._matrix))
        m = self._matrix
        matrix = times((m.a, m.b, m.c, m.d, m.e, m.f), matrix)
        for index in range(max(0, pdfium.FPDFFormObj_CountObjects(raw))):
            self._take(pdfium.FPDFFormObj_GetObject(raw, index), matrix, inner, depth + 1)
            if self.painted.cut:
                return

    def _box(self, raw: Any, matrix: Matrix) -> Box:
        if not pdfium.FPDFPageObj_GetBounds(raw, *self._refs):
            return (0, 0, 0, 0)
        left, bottom, right, top = self._floats
        return moved((left.value, bottom.value, right.value, top.value), matrix)

    def _fill(self, raw: Any) -> tuple[int, int, int, int]:
        """Red, green, blue, alpha, each 0 to 255; black where the fill is a pattern."""
        if not pdfium.FPDFPageObj_GetFillColor(raw, *self._int_refs):
            return (0, 0, 0, 255)
        red, green, blue, alpha = self._ints
        return red.value, green.value, blue.value, alpha.value

    def _text(self, raw: Any, matrix: Matrix, clip: Box, depth: int) -> None:
        box = self._box(raw, matrix)
        inner, odd = self._clip(raw, matrix, clip)
        size = 99.0
        if min(box[3] - box[1], box[2] - box[0]) < 2.5:
            size = self._real_size(raw, matrix)
        layered = self._layers and (depth > 0 or _has_layer_mark(raw))
        mode = pdfium.FPDFTextObj_GetTextRenderMode(raw)
        self.painted.texts.append(Text(self._order, raw, box, inner, mode, self._fill(raw), size, odd, layered))

    def _real_size(self, raw: Any, matrix: Matrix) -> float:
        """Font size in points as painted, after all scaling."""
        pdfium.FPDFTextObj_GetFontSize(raw, ctypes.byref(self._size))
        pdfium.FPDFPageObj_GetMatrix(raw, ctypes.byref(self._matrix))
        m = self._matrix
        a, b, c, d, _, _ = times((m.a, m.b, m.c, m.d, m.e, m.f), matrix)
        return abs(self._size.value) * math.sqrt(max(abs(a * d - b * c), 0.0))

    def _clip(self, raw: Any, matrix: Matrix, outer: Box) -> tuple[Box, bool]:
        """The box that clips this object in page space, and whether the clip is more than a rectangle."""
        path = pdfium.FPDFPageObj_GetClipPath(raw)
        count = pdfium.FPDFClipPath_CountPaths(path) if path else 0
        if count <= 0:
            return outer, False
        box, odd = outer, False
        for index in range(min(count, 8)):
            points = list(self._clip_points(path, index))
            if points:
                across, up = zip(*points, strict=True)
                box = meet(box, moved((min(across), min(up), max(across), max(up)), matrix))
                odd = odd or len(points) > 5
        return box, odd

    def _clip_points(self, path: Any, index: int) -> Iterator[tuple[float, float]]:
        count = pdfium.FPDFClipPath_CountPathSegments(path, index)
        for segment in range(min(count, 2_000)):
            raw = pdfium.FPDFClipPath_GetPathSegment(path, index, segment)
            if pdfium.FPDFPathSegment_GetPoint(raw, self._refs[0], self._refs[1]):
                yield self._floats[0].value, self._floats[1].value

    def _image(self, raw: Any, matrix: Matrix) -> None:
        box = self._box(raw, matrix)
        self.painted.covers.append(Cover(self._order, box))
        pdfium.FPDFImageObj_GetImagePixelSize(raw, self._int_refs[0], self._int_refs[1])
        self.painted.images.append((box, self._ints[0].value, self._ints[1].value))

    def _path(self, raw: Any, matrix: Matrix) -> None:
        self.painted.paths += 1
        box = self._box(raw, matrix)
        width, height = box[2] - box[0], box[3] - box[1]
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(raw, ctypes.byref(fill), ctypes.byref(stroke))
        if fill.value and width * height > _PICTURE_AREA and min(width, height) > 2:
            self.painted.covers.append(Cover(self._order, box, self._fill(raw)))
        if len(self.painted.edges) >= _MOST_EDGES:
            return
        if (width > 8 and height < 3) or (height > 6 and width < 3):
            self.painted.edges.append(_thin(box))
            return
        segments = pdfium.FPDFPath_CountSegments(raw)
        self.painted.curves += segments > 8
        if stroke.value and segments <= 2_000:
            self._add_edges(raw, segments, matrix)

    def _add_edges(self, raw: Any, segments: int, matrix: Matrix) -> None:
        """The upright and level lines of a stroked path."""
        pdfium.FPDFPageObj_GetMatrix(raw, ctypes.byref(self._matrix))
        m = self._matrix
        matrix = times((m.a, m.b, m.c, m.d, m.e, m.f), matrix)
        start = last = (0.0, 0.0)
        for index in range(segments):
            segment = pdfium.FPDFPath_GetPathSegment(raw, index)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if not pdfium.FPDFPathSegment_GetPoint(segment, self._refs[0], self._refs[1]):
                return
            point = _point(self._floats[0].value, self._floats[1].value, matrix)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                self._add_edge(last, point)
            if pdfium.FPDFPathSegment_GetClose(segment):
                self._add_edge(point, start)
            last = point

    def _add_edge(self, one: tuple[float, float], other: tuple[float, float]) -> None:
        width, height = abs(one[0] - other[0]), abs(one[1] - other[1])
        if min(width, height) < 1 and max(width, height) > 6:
            left, right = sorted((one[0], other[0]))
            low, high = sorted((one[1], other[1]))
            self.painted.edges.append(_thin((left, low, right, high)))


def _point(x: float, y: float, by: Matrix) -> tuple[float, float]:
    return by[0] * x + by[2] * y + by[4], by[1] * x + by[3] * y + by[5]


def _thin(box: Box) -> Edge:
    """The middle line of a thin box."""
    left, bottom, right, top = box
    if right - left >= top - bottom:
        return left, (bottom + top) / 2, right, (bottom + top) / 2
    return (left + right) / 2, bottom, (left + right) / 2, top


def _has_layer_mark(raw: Any) -> bool:
    """Whether the object stands in a marked-content sequence /OC."""
    for index in range(min(pdfium.FPDFPageObj_CountMarks(raw), 16)):
        mark = pdfium.FPDFPageObj_GetMark(raw, index)
        name = (ctypes.c_ushort * 16)()
        size = ctypes.c_ulong()
        pdfium.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), ctypes.byref(size))
        if size.value == 6 and (name[0], name[1]) == (ord("O"), ord("C")):
            return True
    return False
