"""Quantities as people write them, as values: 7名, 十余人, 近百, 三成, 6200万, 两千三百, 1.8万."""

from dataclasses import dataclass

_BARE = (
    r"(?:[0-9]+(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?[多余来]?[十百千]?[多余来]?[万亿]?"
    r"|[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?[多余来]?[万亿]?"
    r"|[几数][十百千]?[万亿]?"
)
NUMBER = rf"(?:近|约|大约|逾|超过?|不足|至少)?(?:{_BARE})[多余来]?"  # in RE2's dialect, without groups of its own


def with_numbers(pattern: str) -> str:
    """A pattern with {n} written out as a group `n` that matches a quantity."""
    return pattern.replace("{n}", f"(?P<n>{NUMBER})")


_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_VAGUE = "多余来"
_PREFIXES = "近约大逾超过不足至少"
_SOME = "几数"
_LONGEST = 20  # no number that people write has more letters
_SOME_VALUE = 3  # "a few" is at least three
_OVER = 1.2  # 十余 may reach this many times ten


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a range, both ends included; equal ends for an exact number."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether the number is exact."""
        return self.low == self.high


def quantity(words: str) -> Quantity | None:
    """The value of a number in normal text, or None for what is no number.

    多, 余, 来 behind a number and 逾, 超过 before it leave its end open by a fifth, 近 and 不足 its beginning, 约 both;
    几 and 数 stand for 3 to 9.
    """
    bare = words.lstrip(_PREFIXES)
    lead = words[: len(words) - len(bare)]
    open_below, open_above = any(one in "近不约" for one in lead), any(one in "逾超约" for one in lead)
    vague = open_above or any(one in bare for one in _VAGUE)
    plain = "".join(one for one in bare if one not in _VAGUE and one != ",")
    if not plain or len(plain) > _LONGEST:
        return None
    if len(plain) == 2 and all(one in _DIGITS for one in plain) and _DIGITS[plain[1]] == _DIGITS[plain[0]] + 1:
        return Quantity(_DIGITS[plain[0]], _DIGITS[plain[1]])  # 两三人: two or three
    if plain[0] in _SOME:
        scale = _scale(plain[1:])
        return Quantity(_SOME_VALUE * scale, 9 * scale)
    value = _arabic(plain) if plain[0].isdigit() else _chinese(plain)
    if value is None:
        return None
    return Quantity(value / _OVER if open_below else value, value * _OVER if vague else value)


def _scale(units: str) -> float:
    total = 1.0
    for one in units:
        total *= _UNITS.get(one) or _LARGE.get(one) or 1
    return total


def _arabic(words: str) -> float | None:
    digits = words.rstrip("".join((*_UNITS, *_LARGE, *_SOME)))
    try:
        return float(digits) * _scale(words[len(digits) :])
    except ValueError:
        return None


def _chinese(words: str) -> float | None:
    """二千三百, 三十二万, 一点五亿; a row of digits such as 二〇三一 is read digit by digit."""
    whole, point, fraction = words.partition("点")
    if point:
        return _decimal(whole, fraction)
    if not any(one in _UNITS or one in _LARGE for one in words):
        return float("".join(str(_DIGITS[one]) for one in words)) if all(one in _DIGITS for one in words) else None
    total = section = digit = 0
    tenth = 0  # what a last digit without a unit counts: 一万二 is twelve thousand
    for one in words:
        if one in _DIGITS:
            digit = _DIGITS[one]
            tenth = 0 if one in "零〇" else tenth
            continue
        tenth = (_UNITS.get(one) or _LARGE.get(one) or 10) // 10
        if one in _UNITS:
            section += (digit or 1) * _UNITS[one]
            digit = 0
        elif one in _LARGE:
            total = (
                (total + section + digit or 1) * _LARGE[one] if one == "亿" else total + (section + digit or 1) * 10_000
            )
            section = digit = 0
        else:
            return None
    return float(total + section + digit * (tenth or 1))


def _decimal(whole: str, fraction: str) -> float | None:
    tail = fraction.rstrip("".join((*_UNITS, *_LARGE)))
    left = _chinese(whole) if whole else 0.0
    if left is None or not all(one in _DIGITS for one in tail):
        return None
    digits = "".join(str(_DIGITS[one]) for one in tail)
    return float(f"{int(left)}.{digits or '0'}") * _scale(fraction[len(tail) :])
