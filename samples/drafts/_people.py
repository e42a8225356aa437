"""Numbers that look right and belong to nobody: identity numbers, telephones, bank cards, names.

The region 110199 is not assigned, the telephones stay in 1380013xxxx, the cards are 622202 and zeros.
"""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"

NAMES = (
    "佟望川",
    "阮知秋",
    "闵栖禾",
    "庾长岭",
    "郇映溪",
    "仝守田",
    "缑巧云",
    "亓远桥",
    "廉问渠",
    "逄春垄",
    "芮素荷",
    "臧满仓",
    "妫晚晴",
    "揭石磊",
    "谌麦香",
    "厍东篱",
)


def identity_number(birth: str, serial: int) -> str:
    """An 18-digit number with a valid check digit, born on `birth` (YYYYMMDD)."""
    body = f"110199{birth}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + _CHECK_DIGITS[total % 11]


def phone(serial: int) -> str:
    """A mobile number of the stretch 1380013xxxx."""
    return f"1380013{serial:04d}"


def card(serial: int) -> str:
    """A 19-digit card number with a valid last digit."""
    body = f"622202{serial:012d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def full_width(text: str) -> str:
    """The same digits and capitals in full width."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)
