"""The official masked form of a value: what may stand in its place on a corrected page.

138****1234; 35*************123; a name as surname and 某; an address up to its 乡镇 or 街道. What is no such value,
a passage above all, has none.
"""

import re

from screening.text.names import DOUBLE_SURNAMES, SURNAMES

_ID = re.compile(r"(?<![0-9A-Za-z])([1-9]\d)(\d{10}|\d{13})(\d{2}[0-9Xx])(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})([ -]?)\d{3,4}(\d{4})(?!\d)")
_CARD = re.compile(r"(?<!\d)(\d{4})\d{8,11}(\d{4})(?!\d)")
_LETTER = re.compile(r"[^\W\d_Xx]")
_LEAD = re.compile(
    r"^.{0,20}(?:住址|地址|址|住在|住|位于|家在)[:： ]*"
)  # what stands before an address: who lives there
_TOWN = re.compile(  # its first part is short, so that no name hides in it
    r"^((?:[一-龥]{2,3}(?:省|市|县|区|旗|州|盟)(?:[一-龥]{2,8}?(?:市|县|区|旗|州|盟))*[一-龥]{1,6}?|[一-龥]{1,3})"
    r"(?:街道|镇|乡|苏木))[^省市县区]{2,}$"
)
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_NAMES_STAND_IN = ("minor_identity", "victim_witness_identity", "pii_list_bulk")


def mended(quote: str, category: str) -> str:
    """The official form of this passage; empty when it has none."""
    words = " ".join(quote.split())
    numbers = _numbers_hidden(words)
    if numbers != words:
        return "" if _LETTER.search(numbers) else numbers
    if category in _NAMES_STAND_IN and _is_name(words):
        return f"{surname(words)}某"
    town = _TOWN.match(_LEAD.sub("", words))
    if category in ("pii_contact", "sensitive_personal", *_NAMES_STAND_IN) and town:
        return f"{town[1]}***"
    return ""


def surname(name: str) -> str:
    """The surname of a Chinese name."""
    return name[:2] if name[:2] in DOUBLE_SURNAMES and len(name) > 2 else name[:1]


def _is_name(words: str) -> bool:
    return bool(_NAME.fullmatch(words)) and (words[:2] in DOUBLE_SURNAMES or words[0] in SURNAMES)


def _numbers_hidden(words: str) -> str:
    """Numbers of people, cards and telephones in their official forms."""
    text = _ID.sub(lambda found: found[1] + "*" * len(found[2]) + found[3], words)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _CARD.sub(lambda found: f"{found[1]}{'*' * (len(found[0]) - 8)}{found[2]}", text)
    return _LANDLINE.sub(r"\1\2****\3", text)
