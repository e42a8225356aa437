"""Bar charts as inline SVG: nothing is loaded, every bar has its number beside it."""

from collections.abc import Sequence
from html import escape

from screening.report.columns import shortened
from screening.report.printable import on_one_line

_ROW, _LABEL, _BAR, _WIDTH = 26, 190, 420, 680
_MOST = 15


def bars(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """A chart of horizontal bars; many small values stand together in the last one."""
    shown = list(counts[:_MOST])
    if len(counts) > _MOST:
        shown.append((f"其余 {len(counts) - _MOST} 项", sum(count for _, count in counts[_MOST:])))
    most = max((count for _, count in shown), default=0)
    rows = "".join(_bar(at, name, count, most) for at, (name, count) in enumerate(shown))
    height = max(len(shown), 1) * _ROW + 8
    empty = "" if shown else '<text x="0" y="18">没有数据</text>'
    told = escape("；".join(f"{name} {count}" for name, count in shown), quote=True)
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg role="img" aria-label="{told}" '
        f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">{rows}{empty}</svg></figure>'
    )


def _bar(at: int, name: str, count: int, most: int) -> str:
    top = at * _ROW + 4
    width = max(round(_BAR * count / most), 2) if most else 0
    label = escape(shortened(on_one_line(name), 24))
    return (
        f'<text class="n" x="{_LABEL - 8}" y="{top + 15}" text-anchor="end">{label}</text>'
        f'<rect x="{_LABEL}" y="{top}" width="{width}" height="20" rx="2"/>'
        f'<text x="{_LABEL + width + 8}" y="{top + 15}">{count}</text>'
    )
