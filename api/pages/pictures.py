"""Pages of a PDF as pictures: drawn in a locked child when they are looked at, and never written to a disk."""

from fastapi import Request

from api.pages.shown import house_of
from screening.domain.errors import MissingError
from screening.domain.filing import Filing

_HELD = 64  # sizes of so many versions


def sizes_of(request: Request, filing: Filing, number: int) -> dict[int, tuple[float, float]]:
    """Width and height of every page, in points; empty for what cannot be drawn."""
    state = request.app.state
    held: dict[str, dict[int, tuple[float, float]]] = getattr(state, "page_sizes", {})
    blob = filing.uploads[number - 1].blob
    if blob not in held:
        drawing = house_of(request).screener.pool.draw(_bytes(request, filing, number), 0)
        sizes = dict(enumerate(drawing.sizes, 1)) if drawing else {}
        state.page_sizes = dict([*held.items(), (blob, sizes)][-_HELD:])
        return sizes
    return held[blob]


def picture_of(request: Request, filing: Filing, number: int, page: int) -> bytes:
    """One page of a version as PNG. Raises MissingError when there is no such page."""
    if not 1 <= number <= len(filing.uploads):
        raise MissingError("没有这一版本")
    drawing = house_of(request).screener.pool.draw(_bytes(request, filing, number), page) if page > 0 else None
    if drawing is None or not drawing.png:
        raise MissingError("没有这一页")
    return drawing.png


def _bytes(request: Request, filing: Filing, number: int) -> bytes:
    upload = filing.uploads[number - 1]
    return house_of(request).store.vault.read(upload.blob, filing.key, f"{filing.id}/draft")
