"""The author's own PDF with a highlight over every flagged passage.

What stands on no page (hidden text, attachments, properties) is listed in one note on the first page. Pages keep their
content streams as they are; the file is written anew, so a digital signature and earlier revisions do not survive:
this is a copy to work with, never the one to publish.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from screening.domain.document import Block, BlockKind, UnreadReason
from screening.domain.errors import ExtractionError
from screening.domain.finding import Finding, Severity
from screening.report.base import Result
from screening.report.masking import Veil
from screening.report.printable import in_lines, on_one_line

AUTHOR = "先审"
Box: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top, in points of the page
_COLOURS = {
    Severity.S0: (1.0, 0.45, 0.45), Severity.S1: (1.0, 0.7, 0.3), Severity.S2: (1.0, 0.92, 0.35),
    Severity.S3: (0.6, 0.85, 1.0),
}  # fmt: skip
_NOTE_COLOUR = (1.0, 0.92, 0.35)
_MOST_MARKS = 5_000
_MOST_LISTED = 300
_NOTE_SIZE = 20.0
_PRINTED = 4  # the annotation's flag for it
_CURE = "请去掉密码，或用原程序重新导出 PDF 后再生成批注稿"
_FAULTS = (ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, OverflowError, ArithmeticError)


def annotate(pdf: bytes, result: Result, show: bool = False) -> tuple[bytes, int]:
    """The file with highlights, and how many of them there are. Values are masked unless `show`.

    Raises ExtractionError when the file is encrypted or damaged.
    """
    import pikepdf  # noqa: PLC0415 (heavy)

    try:
        with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as opened:
            if opened.is_encrypted:
                raise ExtractionError(UnreadReason.ENCRYPTED, f"文件已加密，无法写入批注：{_CURE}")
            notes = _Notes(opened, result, show)
            notes.write()
            return _saved(opened), notes.marked
    except pikepdf.PasswordError as error:
        raise ExtractionError(UnreadReason.ENCRYPTED, f"文件已加密，无法写入批注：{_CURE}") from error
    except (pikepdf.PdfError, *_FAULTS) as error:
        raise ExtractionError(UnreadReason.PARSE_ERROR, f"文件损坏，无法写入批注：{_CURE}") from error


def _saved(opened: Any) -> bytes:
    """The bytes of the file; what was compressed stays as it was."""
    import pikepdf  # noqa: PLC0415 (heavy)

    out = io.BytesIO()
    opened.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


class _Notes:
    """The annotations of one file."""

    def __init__(self, opened: Any, result: Result, show: bool) -> None:
        self.pdf = opened
        self.run = result.run
        self.document = result.document
        self.veil = Veil((*result.run.findings, *result.run.accepted), show)
        self.pages = list(opened.pages)
        self.marked = 0

    def write(self) -> None:
        """Highlights in the order of the findings, then the note for all others."""
        if not self.pages:
            raise ValueError("no pages")
        elsewhere = []
        for number, finding in enumerate(self.run.findings, 1):
            block = self.document.block_at(finding.span.start)
            boxes = self._boxes(block, finding) if self.marked < _MOST_MARKS else []
            if boxes:
                self._highlight(self.pages[(block.provenance.page_no or 1) - 1], boxes, number, finding)
            else:
                elsewhere.append((number, finding))
        if elsewhere or self.document.unread:
            self._note(elsewhere)

    def _boxes(self, block: Block, finding: Finding) -> list[Box]:
        """What to highlight on the block's page; nothing when it has no place on one of these pages."""
        place = block.provenance
        if place.path or not block.visible or place.bbox is None or not 1 <= (place.page_no or 0) <= len(self.pages):
            return []
        page = page_box(self.pages[(place.page_no or 1) - 1])
        cut = [_within(box, page) for box in _lines(block, finding, place.bbox)]
        return [box for box in cut if box]

    def _highlight(self, page: Any, boxes: Sequence[Box], number: int, finding: Finding) -> None:
        colour = _COLOURS[finding.severity]
        around = (
            min(b[0] for b in boxes),
            min(b[1] for b in boxes),
            max(b[2] for b in boxes),
            max(b[3] for b in boxes),
        )
        quads = [edge for left, low, right, top in boxes for edge in (left, top, right, top, left, low, right, low)]
        extra = {"/QuadPoints": quads}
        self._add(page, "/Highlight", around, colour, self._text(number, finding), _painted(boxes, colour), extra)
        self.marked += 1

    def _text(self, number: int, finding: Finding) -> str:
        """What one highlight says."""
        lines = [f"{number}.【{finding.severity.label}】{finding.title}「{self.veil.quote(finding)}」"]
        lines += [finding.message] if finding.message else []
        lines.append(f"依据：{finding.basis}")
        lines += [f"说明：{sentence}" for sentence in finding.explanation]
        return self.veil.hide("\n".join([*lines, f"怎么办：{finding.advice}", f"规则：{finding.rule_id}"]))

    def _note(self, findings: Sequence[tuple[int, Finding]]) -> None:
        """One note on the first page for everything that has no place of its own."""
        unread = self.document.unread
        lines = [f"先审：另有 {len(findings)} 处疑点无法在页面上标注，{len(unread)} 处未能读取。"]
        lines += [self._listed(number, finding) for number, finding in findings[:_MOST_LISTED]]
        if len(findings) > _MOST_LISTED:
            lines.append(f"……另有 {len(findings) - _MOST_LISTED} 处，见完整报告。")
        lines += [
            on_one_line(f"未能读取：{self.veil.hide(str(item))} → {item.reason.cure}") for item in unread[:_MOST_LISTED]
        ]
        left, low, right, top = page_box(self.pages[0])
        side = min(_NOTE_SIZE, (right - left) / 2, (top - low) / 2)
        box = (left, top - side, left + side, top)
        extra = {"/Name": "/Comment", "/Open": False}
        drawn = _painted([box], _NOTE_COLOUR)
        self._add(self.pages[0], "/Text", box, _NOTE_COLOUR, "\n".join(lines), drawn, extra)

    def _listed(self, number: int, finding: Finding) -> str:
        quote, place = self.veil.quote(finding), self.veil.hide(finding.place)
        advice = f"依据：{finding.basis}。怎么办：{finding.advice}"
        return on_one_line(f"{number}.【{finding.severity.label}】{place}：{finding.title}「{quote}」。{advice}")

    def _add(
        self, page: Any, kind: str, box: Box, colour: Sequence[float], text: str, drawn: bytes, extra: dict[str, Any]
    ) -> None:
        """Put one annotation on a page. The page gets a list of its own: another page may share the old one."""
        import pikepdf  # noqa: PLC0415 (heavy)

        names = {key: pikepdf.Name(value) if isinstance(value, str) else value for key, value in extra.items()}
        look = pikepdf.Stream(self.pdf, drawn)
        look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, list(box)
        look.Resources = {"/ExtGState": {"/Soft": {"/BM": pikepdf.Name.Multiply, "/ca": 0.6}}}
        made = pikepdf.Dictionary({
            "/Type": pikepdf.Name.Annot, "/Subtype": pikepdf.Name(kind), "/Rect": list(box), "/C": list(colour),
            "/F": _PRINTED, "/T": AUTHOR, "/Contents": in_lines(text), "/AP": {"/N": self.pdf.make_indirect(look)},
            **names,
        })  # fmt: skip
        had = page.obj.get("/Annots")
        kept = list(had) if isinstance(had, pikepdf.Array) else []
        page.obj.Annots = pikepdf.Array([*kept, self.pdf.make_indirect(made)])


def page_box(page: Any) -> Box:
    """What of a page is shown: its crop box within its media box. Raises ValueError for a page without an area."""
    media, crop = _tidy(page.mediabox), _tidy(page.cropbox)
    shown = _within(crop, media) or media
    if shown[2] - shown[0] <= 0 or shown[3] - shown[1] <= 0:
        raise ValueError("empty page")
    return shown


def _tidy(numbers: Any) -> Box:
    """A box with its corners in order."""
    one, two, three, four = (float(number) for number in numbers)
    return min(one, three), min(two, four), max(one, three), max(two, four)


def _within(box: Box, page: Box) -> Box | None:
    """What of a box lies on the page, or None."""
    left, low, right, top = max(box[0], page[0]), max(box[1], page[1]), min(box[2], page[2]), min(box[3], page[3])
    return (left, low, right, top) if right > left and top > low else None


def _lines(block: Block, finding: Finding, box: Box) -> Iterator[Box]:
    """The boxes of the lines of a paragraph on which the finding stands; the whole box for any other block."""
    if block.kind is not BlockKind.PARAGRAPH:
        yield _tidy(box)
        return
    left, low, right, top = _tidy(box)
    height = (top - low) / (block.text.count("\n") + 1)
    start, end = finding.span.start - block.start, finding.span.end - block.start
    for line in range(block.text.count("\n", 0, start), block.text.count("\n", 0, end) + 1):
        yield left, top - (line + 1) * height, right, top - line * height


def _painted(boxes: Sequence[Box], colour: Sequence[float]) -> bytes:
    """Drawing commands for these boxes, soft enough to read what lies below."""
    fills = [f"{left:.2f} {low:.2f} {right - left:.2f} {top - low:.2f} re" for left, low, right, top in boxes]
    red, green, blue = colour
    return f"/Soft gs {red} {green} {blue} rg {' '.join(fills)} f".encode("ascii")
