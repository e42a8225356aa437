"""Quantities: values of numbers in every dress."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from screening.text.quantities import NUMBER, Quantity, quantity


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("7", 7, 7),
        ("3,500", 3500, 3500),
        ("1.8万", 18_000, 18_000),
        ("6200万", 62_000_000, 62_000_000),
        ("十一", 11, 11),
        ("一百二十", 120, 120),
        ("两千三百", 2300, 2300),
        ("一亿两千万", 120_000_000, 120_000_000),
        ("一点二亿", 120_000_000, 120_000_000),
        ("二〇三一", 2031, 2031),
        ("十余", 10, 12),
        ("1万多", 10_000, 12_000),
        ("逾30", 30, 36),
        ("几十", 30, 90),
        ("数百", 300, 900),
    ],
)
def test_values(words: str, low: float, high: float) -> None:
    """What people write, and what it is worth."""
    found = quantity(words)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high))


def test_nearly_begins_lower_and_about_is_open_to_both_sides() -> None:
    """近百 is below a hundred, 约百 may be on either side."""
    nearly, about = quantity("近100"), quantity("约100")
    assert nearly == Quantity(pytest.approx(83.33, abs=0.01), 100)
    assert about is not None
    assert about.low < 100 < about.high


@pytest.mark.parametrize("words", ["", "人", "多", "余"])
def test_what_is_no_number_has_no_value(words: str) -> None:
    """No value is made up."""
    assert quantity(words) is None


@given(st.integers(0, 99_999_999))
def test_plain_numbers_are_themselves(value: int) -> None:
    """Arabic digits, with and without commas."""
    assert quantity(str(value)) == quantity(f"{value:,}") == Quantity(value, value)


@given(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9))
def test_chinese_hundreds(hundreds: int, tens: int, ones: int) -> None:
    """三百二十一 as written out."""
    digits = "零一二三四五六七八九"
    words = digits[hundreds] + "百"
    words += digits[tens] + "十" if tens else ("零" if ones else "")
    words += digits[ones] if ones else ""
    assert quantity(words) == Quantity(hundreds * 100 + tens * 10 + ones, hundreds * 100 + tens * 10 + ones)


@given(st.text(max_size=12))
def test_any_text_is_answered(words: str) -> None:
    """Odd input gets None or a range the right way round."""
    found = quantity(words)
    assert found is None or found.low <= found.high


def test_the_pattern_finds_what_the_value_reads() -> None:
    """NUMBER in RE2 and quantity() agree on running text."""
    text = "造成7人死亡、十余人受伤，近百户受灾，损失约6200万元，两千三百人转移，1万多亩绝收"
    found = [match.group(0) for match in re2.finditer(NUMBER, text)]
    assert found == ["7", "十余", "近百", "约6200万", "两千三百", "1万多"]
    assert all(quantity(words) for words in found)
