"""Where the sentence and the line around a hit begin and end, in normal text."""

_ENDS = "。！？!?;；\n"


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds text[start:end], without its final mark."""
    return _last(text, _ENDS, start), _first(text, _ENDS, end)


def line_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The line that holds text[start:end]."""
    return _last(text, "\n", start), _first(text, "\n", end)


def _last(text: str, marks: str, before: int) -> int:
    return max(text.rfind(mark, 0, before) for mark in marks) + 1


def _first(text: str, marks: str, after: int) -> int:
    found = [at for mark in marks if (at := text.find(mark, after)) >= 0]
    return min(found, default=len(text))
