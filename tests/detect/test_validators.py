"""Check digits, dates, ranges and borders."""

import pytest

from screening.detect.validators import CHECKS, Candidate

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def citizen(first17: str) -> str:
    """A citizen number with its right check character."""
    return first17 + "10x98765432"[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


@pytest.mark.parametrize(
    ("check", "text", "right"),
    [
        ("id_card", "11019919000101001x", True),
        ("id_card", citizen("11019919900229001"), False),  # no leap year
        ("id_card", citizen("11019919920229001"), True),
        ("id_card", citizen("11019919901301001"), False),
        ("id_card", "110199190001010011", False),
        ("id_card", citizen("11019917000101001"), False),
        ("id_card", "1101991900010100", False),
        ("id_card_15", "110199900101001", True),
        ("id_card_15", "110199901332001", False),
        ("bank_card", "6222020000000000000", True),
        ("bank_card", "6222020000000000001", False),
        ("bank_card", "1222020000000000000", False),
        ("bank_card", "622202000000000", False),
        ("luhn", "79927398713", True),
        ("luhn", "79927398710", False),
        ("mobile", "13800138000", True),
        ("mobile", "+8613800138000", True),
        ("mobile", "12800138000", False),
        ("mobile", "13888888888", True),
        ("mobile", "13000000000", False),
        ("landline", "0571-87654321", True),
        ("landline", "0571-00000000", False),
        ("uscc", "91330100ma0000000x", False),
        ("uscc", "91350100m000100y43", True),
        ("plate", "京a12345", True),
        ("plate", "京ab12345", True),
        ("plate", "京abcdef", False),
        ("plate", "山a12345", False),
        ("passport", "e12345678", True),
        ("passport", "ea1234567", True),
        ("passport", "x12345678", False),
        ("permit", "c12345678", True),
        ("permit", "12345678", False),
        ("coordinates", "东经118°33′12″", True),
        ("coordinates", "东经218°33′12″", False),
        ("email", "li.si@example.com", True),
        ("email", "li.si@example", False),
        ("not_masked", "138****8000", False),
        ("not_masked", "13800138000", True),
        ("not_public_number", "4001234567", False),
        ("not_public_number", "12345", False),
        ("not_public_number", "13800138000", True),
    ],
)
def test_checks(check: str, text: str, right: bool) -> None:
    """Right values pass, wrong ones do not."""
    assert CHECKS[check](Candidate(text, "", "")) is right


@pytest.mark.parametrize(
    ("before", "after", "right"),
    [("电话", "。", True), ("a", "", False), ("9", "", False), ("", "7", False), ("", "x", False), ("", ".5", False)],
)
def test_alone_asks_for_free_borders(before: str, after: str, right: bool) -> None:
    """Chinese letters may touch a number, digits and Latin letters may not."""
    assert CHECKS["alone"](Candidate("13800138000", before, after)) is right


def test_a_count_is_no_phone_number() -> None:
    """Eleven digits before a unit are an amount."""
    assert not CHECKS["mobile"](Candidate("13800138000", "", "元"))
