"""Text of a draft as it may be shown: every value that a finding masks is masked wherever it stands.

A mask is laid over its value code point by code point, so that a part of a value (two findings that
overlap, a stretch that is cut) is hidden just as the whole is.
"""

from collections.abc import Iterable, Sequence

from screening.domain.finding import Finding

_SHORTEST = 2  # single letters are not looked for elsewhere: they would hide half of the text


def cells_of(quote: str, masked: str) -> list[str]:
    """For each code point of the quote what is shown in its place.

    Equal lengths go hand in hand. Otherwise common ends stay, and the rest of the mask stands in
    place of the first code point that differs.
    """
    if len(quote) == len(masked):
        return list(masked)
    head, tail = _common_ends(quote, masked)
    hidden = len(quote) - head - tail
    middle = masked[head : len(masked) - tail]
    if not hidden:  # the mask only adds something: show it whole at the first place
        return [masked] + [""] * (len(quote) - 1)
    return [*quote[:head], middle, *([""] * (hidden - 1)), *quote[len(quote) - tail :]]


def _common_ends(quote: str, masked: str) -> tuple[int, int]:
    """How many code points both begin with, and end with, without counting any twice."""
    most = min(len(quote), len(masked))
    head = next((i for i in range(most) if quote[i] != masked[i]), most)
    most -= head
    tail = next((i for i in range(most) if quote[-1 - i] != masked[-1 - i]), most)
    return head, tail


class Veil:
    """What is hidden in one draft. With `show` nothing is."""

    def __init__(self, findings: Iterable[Finding], show: bool) -> None:
        self._show = show
        self._masks: dict[str, list[str]] = {}
        self._by_head: dict[str, list[str]] = {}
        self._placed: list[tuple[int, list[str]]] = []
        if show:
            return
        for finding in findings:
            self._learn(finding)
        for quotes in self._by_head.values():
            quotes.sort(key=len, reverse=True)

    def _learn(self, finding: Finding) -> None:
        """Take the mask of one finding."""
        quote, masked = finding.quote, finding.masked
        if quote == masked or not quote:
            return
        cells = cells_of(quote, masked)
        self._placed.append((finding.span.start, cells))
        if len(quote) >= _SHORTEST and quote not in self._masks:
            self._masks[quote] = cells
            self._by_head.setdefault(quote[:_SHORTEST], []).append(quote)

    def over(self, text: str) -> dict[int, str]:
        """For the text of the draft: offset to what is shown there, only where it differs."""
        shown: dict[int, str] = {}
        for start, cells in self._placed:
            _lay(text, start, cells, shown)
        self._lay_elsewhere(text, shown)
        return shown

    def hide(self, text: str) -> str:
        """Another string, such as a place that names an attachment, with the values in it masked."""
        shown: dict[int, str] = {}
        self._lay_elsewhere(text, shown)
        return "".join(shown.get(i, char) for i, char in enumerate(text)) if shown else text

    def quote(self, finding: Finding) -> str:
        """The passage of a finding as it may be shown: its own mask, and those of values inside it."""
        return finding.quote if self._show else self.hide(finding.masked)

    def _lay_elsewhere(self, text: str, shown: dict[int, str]) -> None:
        """Mask values where no finding points, such as a second place that a baseline has settled."""
        if not self._by_head:
            return
        heads = self._by_head
        for at in range(len(text) - _SHORTEST + 1):
            for quote in heads.get(text[at : at + _SHORTEST], ()):
                if text.startswith(quote, at):
                    _lay(text, at, self._masks[quote], shown)


def _lay(text: str, start: int, cells: Sequence[str], shown: dict[int, str]) -> None:
    """Hide what this mask hides; what is already hidden stays as it is."""
    for at, cell in enumerate(cells, start):
        if at < len(text) and cell != text[at]:
            shown.setdefault(at, cell)
