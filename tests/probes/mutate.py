"""Broken files from good ones: bytes flipped, cut, moved, numbers changed. Seeded, so failures can be had again."""

import random
import re
from collections.abc import Iterator

_NUMBER = re.compile(rb"(?:/Length|startxref|/Size|/Count|/Prev|/W|/Width|/Height)\s+(\d+)")
_OBJECT = re.compile(rb"\d+ \d+ obj.*?endobj", re.DOTALL)
_JUNK = (b"<<" * 200, b"[" * 500, b"%%EOF\n", b"endobj", b"\0" * 64, b"stream\n", b"/Kids [1 0 R]", b"(" * 100)


def mutants(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """`count` broken versions of a file, always the same for one seed."""
    dice = random.Random(seed)
    ways = (_flip, _cut, _insert, _swap, _number, _drop)
    for index in range(count):
        yield ways[index % len(ways)](data, dice)


def _flip(data: bytes, dice: random.Random) -> bytes:
    """Change up to 40 bytes."""
    out = bytearray(data)
    for _ in range(dice.randint(1, 40)):
        out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)


def _cut(data: bytes, dice: random.Random) -> bytes:
    """Keep the beginning only."""
    return data[: dice.randrange(8, len(data))]


def _insert(data: bytes, dice: random.Random) -> bytes:
    """Put junk somewhere."""
    at = dice.randrange(len(data))
    return data[:at] + dice.choice(_JUNK) + data[at:]


def _drop(data: bytes, dice: random.Random) -> bytes:
    """Take a piece out of the middle."""
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.randint(1, 2_000) :]


def _swap(data: bytes, dice: random.Random) -> bytes:
    """Exchange the places of two objects, so that every offset between them is wrong."""
    found = list(_OBJECT.finditer(data))
    if len(found) < 2:
        return _flip(data, dice)
    one, other = sorted(dice.sample(found, 2), key=lambda match: match.start())
    between = data[one.end() : other.start()]
    return data[: one.start()] + other[0] + between + one[0] + data[other.end() :]


def _number(data: bytes, dice: random.Random) -> bytes:
    """Make a length, an offset or a count a lie."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return _flip(data, dice)
    match = dice.choice(found)
    lie = str(dice.choice((0, 1, 7, 65_536, 2**31 - 1, 2**31, 10**12))).encode()
    return data[: match.start(1)] + lie + data[match.end(1) :]
