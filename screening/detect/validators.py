"""Named checks on what a pattern matched: check digits, dates, ranges, borders. Pure functions, one a check.

Each gets the matched normal text and the few characters before and after it in the same view.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10x98765432"
_USCC_ALPHABET = "0123456789abcdefghjklmnpqrtuwxy"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_OLDEST = 1880
_COUNTED = ("元", "吨", "人次", "平方", "公里", "千瓦", "立方", "万", "亿", "斤", "块钱", "米", "%", "个")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A match in normal text with its neighbourhood of up to twelve characters to each side."""

    text: str
    before: str
    after: str

    @property
    def digits(self) -> str:
        """The digits and Latin letters of the match, separators left out."""
        return "".join(one for one in self.text if one.isascii() and one.isalnum())


def alone(match: Candidate) -> bool:
    """No digit or Latin letter touches the match (Chinese letters may), and no decimal point joins it to a digit."""
    before, after = match.before[-1:], match.after[:1]
    if (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum()):
        return False
    decimals_follow = after == "." and match.after[1:2].isdigit()
    decimals_lead = before == "." and match.before[-2:-1].isdigit()
    return not (decimals_follow or decimals_lead)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return year >= _OLDEST


def id_card(match: Candidate) -> bool:
    """An 18-digit citizen number: real birth date and check character (GB 11643-1999, ISO 7064 MOD 11-2).

    County codes are not checked: codes of old holders have been withdrawn since.
    """
    number = match.digits
    if not re.fullmatch(r"[1-9]\d{16}[\dx]", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECK[total % 11] == number[17] and _is_date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def id_card_15(match: Candidate) -> bool:
    """A 15-digit citizen number of the old form: real birth date in 19YY."""
    number = match.digits
    if not re.fullmatch(r"[1-9]\d{14}", number):
        return False
    return _is_date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))


def luhn(match: Candidate) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    total = 0
    for at, digit in enumerate(reversed(match.digits)):
        value = int(digit) * (1 + at % 2) if digit.isdigit() else 99
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def bank_card(match: Candidate) -> bool:
    """A card number: 16 to 19 digits, known first digits (62, 4, 51-55, 35, 60, 9 of old Chinese cards), Luhn."""
    number = match.digits
    if not re.fullmatch(r"(62|4|5[1-5]|35|60|9[0-9])\d{11,17}", number) or not 16 <= len(number) <= 19:
        return False
    return len(set(number)) > 1 and luhn(match)


def mobile(match: Candidate) -> bool:
    """A mainland mobile number of 11 digits that is no plain count or amount."""
    number = match.digits.removeprefix("0086").removeprefix("86") if len(match.digits) > 11 else match.digits
    if not re.fullmatch(r"1[3-9]\d{9}", number) or not number[3:].strip("0"):
        return False
    return not match.after.lstrip().startswith(_COUNTED)


def landline(match: Candidate) -> bool:
    """An area code and a number that is not made of zeros, such as the sample numbers of forms."""
    number = match.digits
    return bool(re.fullmatch(r"0\d{2,3}[2-8]\d{6,7}", number)) and len(set(number[4:])) > 1


def uscc(match: Candidate) -> bool:
    """A unified social credit code with a right check character (GB 32100-2015)."""
    code = match.digits
    if len(code) != 18 or any(one not in _USCC_ALPHABET for one in code):
        return False
    total = sum(_USCC_ALPHABET.index(one) * weight for one, weight in zip(code, _USCC_WEIGHTS, strict=False))
    return _USCC_ALPHABET[(31 - total % 31) % 31] == code[17]


def not_uscc(match: Candidate) -> bool:
    """Not a unified social credit code."""
    return not uscc(match)


def plate(match: Candidate) -> bool:
    """A civil number plate: province, letter, five or six characters with a digit among them (GA 36)."""
    text = match.text.replace("·", "").replace(" ", "").replace("-", "")
    return bool(re.fullmatch(rf"[{_PROVINCES}][a-z][a-z0-9]{{5,6}}", text)) and any(one.isdigit() for one in text[2:])


def passport(match: Candidate) -> bool:
    """A Chinese passport number: E, EA to EZ without I and O, G, D, S, P and digits, nine characters in all."""
    return bool(re.fullmatch(r"(e[a-hj-np-z]\d{7}|[egdsp]\d{8}|(pe|se|de)\d{7}|1[45]\d{7})", match.digits))


def permit(match: Candidate) -> bool:
    """A travel permit of Hong Kong, Macao or Taiwan residents, or of mainland residents to there."""
    return bool(
        re.fullmatch(r"[hm]\d{8}(\d{2})?|[cw]\d{8}|[cw][a-z]\d{7}|[lt]\d{8}|8[1-3]0000\d{11}[\dx]", match.digits)
    )


def coordinates(match: Candidate) -> bool:
    """A point on earth given with at least minutes or three decimals: latitude within 90, longitude within 180."""
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", match.text)]
    return bool(numbers) and max(numbers) <= 180 and not all(number == 0 for number in numbers)


def email(match: Candidate) -> bool:
    """An address with a name and a domain whose last label is made of letters."""
    return bool(re.fullmatch(r"[a-z0-9][a-z0-9._%+-]{0,63}@([a-z0-9-]+\.)+[a-z]{2,}", match.text))


def not_masked(match: Candidate) -> bool:
    """No asterisk or cross stands in the match or touches it."""
    around = match.before[-1:] + match.text + match.after[:1]
    return not any(mark in around for mark in "*×✕※□■")


def not_public_number(match: Candidate) -> bool:
    """Not a hotline: 400, 800, 95xxx, 96xxx, 12xxx."""
    return not re.fullmatch(r"([48]00\d{7}|9[56]\d{3,4}|12\d{3})", match.digits)


Check = Callable[[Candidate], bool]

CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        alone,
        id_card,
        id_card_15,
        luhn,
        bank_card,
        mobile,
        landline,
        uscc,
        not_uscc,
        plate,
        passport,
        permit,
        coordinates,
        email,
        not_masked,
        not_public_number,
    )
}
