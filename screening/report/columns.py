"""Text set for a terminal: Chinese letters take two columns, lines break between them."""

import re
import unicodedata
from collections.abc import Iterator

# a word of letters and digits stays whole; every other character may end a line
_UNITS = re.compile(r"[!-~\u00a1-\u024f]+| +|.", re.DOTALL)
_NEVER_FIRST = "，。、；：？！）》」』】〕”’…·,.;:?!)]}%％"


def width_of(text: str) -> int:
    """How many columns a text takes."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if char < "\u0300":
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def padded(text: str, width: int) -> str:
    """The text with blanks behind it, up to this width."""
    return text + " " * (width - width_of(text))


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most this width; no line begins with a closing mark where it can be helped."""
    lines, line, used = [], "", 0
    for unit in _units(text, width):
        size = width_of(unit)
        hangs = unit in _NEVER_FIRST and used + size <= width + 2
        if used + size > width and not hangs:
            lines.append(line.rstrip())
            line, used = "", 0
            if unit.isspace():
                continue
        line, used = line + unit, used + size
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _units(text: str, width: int) -> Iterator[str]:
    """What may not be broken; a word wider than a line is cut."""
    for match in _UNITS.finditer(text):
        unit = match[0]
        while len(unit) > 1 and width_of(unit) > width:
            yield unit[:width]
            unit = unit[width:]
        yield unit


def shortened(text: str, width: int) -> str:
    """The text cut in the middle to this width: what a name ends in matters as much as its beginning."""
    if width_of(text) <= width:
        return text
    head, tail = text, ""
    while head and width_of(head) + 1 + width_of(tail) > width:
        head = head[:-1]
        if width_of(tail) < width // 3:
            tail = text[len(text) - len(tail) - 1 :]
    return f"{head}…{tail}"
