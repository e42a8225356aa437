"""Digits in every dress: Chinese, circled, parted by blanks, hyphens or line breaks."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from screening.text.normalise import NormalText, to_codes, to_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from screening.text.normalise import Codes, Offsets

_CHINESE = ("零〇○", "一壹弌㈠㊀①⑴⒈❶➀➊幺", "二贰弍㈡㊁②⑵⒉❷➁➋", "三叁弎㈢㊂③⑶⒊❸➂➌", "四肆㈣㊃④⑷⒋❹➃➍", "五伍㈤㊄⑤⑸⒌❺➄➎",
            "六陆㈥㊅⑥⑹⒍❻➅➏", "七柒㈦㊆⑦⑺⒎❼➆➐", "八捌㈧㊇⑧⑻⒏❽➇➑", "九玖㈨㊈⑨⑼⒐❾➈➒")  # fmt: skip
_CIRCLED_ZERO = "⓪⓿"
_SEPARATORS = " -·\n"
_DIGIT, _DRESSED, _SEPARATOR = 1, 2, 3
_LEAST = 7  # shorter runs name no person and no account


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """For each code point: what it is in a number, and its plain digit."""
    kinds = np.zeros(0x110000, dtype=np.uint8)
    digits = np.arange(0x110000, dtype=np.uint32)
    kinds[48:58] = _DIGIT
    for value, characters in enumerate(_CHINESE):
        for code in map(ord, characters + (_CIRCLED_ZERO if value == 0 else "")):
            kinds[code], digits[code] = _DRESSED, 48 + value
    kinds[to_codes(_SEPARATORS)] = _SEPARATOR
    return kinds, digits


def plain_digits(plain: NormalText, seams: Offsets | None = None) -> NormalText:
    """Every run of at least seven digits that are not simply written side by side, as plain digits.

    Runs are laid one behind the other, parted by newlines; one character stands on each side where there is one,
    so that a longer number is not taken for a shorter one. Origins lead to the source. seams: source offsets of the
    newlines between documents, over which nothing reaches.
    """
    codes = to_codes(plain.text)
    kinds, digits = _tables()
    kind = kinds[codes]
    origin = plain.origin if plain.origin is not None else np.arange(len(codes))
    seam = np.zeros(len(codes) + 1, dtype=bool)
    if seams is not None and len(seams):
        at = np.searchsorted(origin, seams)  # no newline is ever left out of normal text
        kind[at], seam[at] = 0, True
    texts: list[str] = []
    origins: list[NDArray[np.int64]] = []
    for start, end in _runs(kind):
        for part_start, part_end in _parts(codes, kind, start, end):
            inside = kind[part_start:part_end]
            if (inside == _DIGIT).all() and origin[part_end - 1] - origin[part_start] == part_end - part_start - 1:
                continue
            at = part_start + np.flatnonzero(inside != _SEPARATOR)
            follows = part_end + 1 if _check_letter_follows(codes, kind, part_end) else part_end
            at = np.concatenate((_beside(seam, part_start - 1, part_start), at, _beside(seam, follows, follows + 2)))
            texts.append(to_text(digits[codes[at]]).replace("\n", " ") + "\n")
            origins.append(np.append(origin[at], origin[at[-1]]))
    if not texts:
        return NormalText("", np.zeros(0, dtype=np.int64))
    return NormalText("".join(texts), np.concatenate(origins))


def _beside(seam: NDArray[np.bool_], start: int, end: int) -> NDArray[np.int64]:
    """The places from start to end that are in the text, as far as no other document begins."""
    start, end = max(start, 0), min(end, len(seam) - 1)
    parting = np.flatnonzero(seam[start:end])
    return np.arange(start, start + parting[0] if len(parting) else end)


def _check_letter_follows(codes: Codes, kind: NDArray[np.uint8], end: int) -> bool:
    """Whether a separator and an x stand behind a run: the check letter of a citizen number, parted as its digits."""
    return end + 1 < len(codes) and kind[end] == _SEPARATOR and codes[end + 1] == ord("x")


def _parts(codes: Codes, kind: NDArray[np.uint8], start: int, end: int) -> list[tuple[int, int]]:
    """The whole run, and where blanks or line breaks part it, each piece: neighbours may be two numbers."""
    parting = start + np.flatnonzero((codes[start:end] == 32) | (codes[start:end] == 10))
    if not len(parting):
        return [(start, end)]
    edges = [start - 1, *map(int, parting), end]
    pieces = [(a + 1, b) for a, b in pairwise(edges) if np.count_nonzero(kind[a + 1 : b] != _SEPARATOR) >= _LEAST]
    return [(start, end), *pieces]


def _runs(kind: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Runs of digits with single separators between them, trimmed, that hold enough digits."""
    marked = np.concatenate(([0], (kind > 0).astype(np.int8), [0]))
    change = np.flatnonzero(np.diff(marked))
    number = np.concatenate(([0], np.cumsum((kind == _DIGIT) | (kind == _DRESSED))))
    starts, ends = change[::2], change[1::2]
    enough = number[ends] - number[starts] >= _LEAST
    return [_trimmed(kind, int(s), int(e)) for s, e in zip(starts[enough], ends[enough], strict=True)]


def _trimmed(kind: NDArray[np.uint8], start: int, end: int) -> tuple[int, int]:
    while kind[start] == _SEPARATOR:
        start += 1
    while kind[end - 1] == _SEPARATOR:
        end -= 1
    return start, end
