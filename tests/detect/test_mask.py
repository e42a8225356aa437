"""Masked forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.detect.mask import masked


@pytest.mark.parametrize(
    ("quote", "style", "expected"),
    [
        ("13800138000", "phone", "138****8000"),
        ("11019919000101001X", "id", "11*************01X"),
        ("6222020000000000000", "account", "6222***********0000"),
        ("云岭市槐树巷9号2单元301室", "address", "云岭市槐树巷*********"),
        ("机密★\n10年", "none", "机密★ 10年"),
        ("刘某梅", "all", "刘**"),
    ],
)
def test_official_forms(quote: str, style: str, expected: str) -> None:
    """As public notices write them."""
    assert masked(quote, style) == expected


@given(
    st.text(min_size=2, alphabet=st.characters(categories=["Lo", "Nd"])),
    st.sampled_from(["id", "phone", "account", "all"]),
)
def test_at_most_seven_tenths_show(quote: str, style: str) -> None:
    """However short a value is, its middle stays hidden."""
    shown = masked(quote, style)
    assert shown.count("*") >= max(len(quote) * 3 // 10, 1)
