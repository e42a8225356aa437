"""Earlier revisions: the file cut at each earlier end-of-file mark, read again; only what differs is added."""

import re
from collections.abc import Callable, Iterator

from screening.domain.document import BlockKind, Hidden, UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract.base import Reading, Totals
from screening.extract.limits import MIB

_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF[\r\n]{0,2}")
_XREF = re.compile(rb"\s*(?:xref|\d+\s+\d+\s+obj)")
_MOST = 20
_MOST_BYTES = 256 * MIB


def cuts(data: bytes) -> Iterator[int]:
    """Where earlier revisions end, in bytes. The first mark of a linearised file ends no revision."""
    linearised = b"/Linearized" in data[:1024]
    ends = list(_END.finditer(data))
    for count, match in enumerate(ends[:-1]):
        start = max(data.find(b"%PDF-", 0, 1024), 0)
        at = int(match[1]) + start
        if (count == 0 and linearised) or not 0 < at < match.start():
            continue
        if _XREF.match(data, at):
            yield match.end()


def read_earlier(data: bytes, reading: Reading, read_state: Callable[[bytes, Reading], None]) -> None:
    """Read what earlier revisions held and the current one does not. Newest first."""
    ends = list(cuts(data))[::-1]
    if not ends:
        return
    known = {_squeezed(text) for _, text, _ in reading.pieces}
    left = _MOST_BYTES
    for count, end in enumerate(ends):
        number = len(ends) - count
        left -= end
        if count >= _MOST or left < 0:
            reading.not_read(f"历史版本1至{number}", UnreadReason.OVER_LIMIT)
            return
        _add_difference(data[:end], reading, number, known, read_state)


def _add_difference(
    data: bytes,
    reading: Reading,
    number: int,
    known: set[str],
    read_state: Callable[[bytes, Reading], None],
) -> None:
    totals = Totals(ocr_images=reading.totals.ocr_images)
    inner = Reading(reading.open_nested, reading.options, reading.name, reading.path, totals=totals)
    try:
        read_state(data, inner)
    except ExtractionError as error:
        reading.not_read(f"历史版本{number}", UnreadReason(error.reason), error.detail)
    reading.totals.ocr_images = totals.ocr_images
    noted = {(item.reason, item.path) for item in reading.unread}
    reading.unread += [item for item in inner.unread if (item.reason, item.path) not in noted]
    for kind, text, place in inner.pieces:
        bare = _squeezed(text)
        if bare and bare not in known:
            known.add(bare)
            was = "" if kind is BlockKind.PARAGRAPH else kind.label
            detail = "，".join(part for part in (f"版本{number}", was, place.detail) if part)
            reading.add(
                BlockKind.EARLIER_REVISION,
                text,
                part=f"rev{number}:{place.part}",
                page_no=place.page_no,
                paragraph=place.paragraph,
                detail=detail,
                bbox=place.bbox,
                hidden=Hidden.EARLIER_REVISION,
                ocr_confidence=place.ocr_confidence,
            )


def _squeezed(text: str) -> str:
    return "".join(text.split())
