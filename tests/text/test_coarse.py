"""Coarse forms: whatever a pattern matches in a line, its coarse form matches too."""

import re
from functools import cache

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.rule import Ruleset
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped
from screening.text.coarse import WIDTH, coarse_form, two_bytes
from screening.text.normalise import normal
from screening.text.quantities import with_numbers

LETTERS = st.text("ab甲乙丙。,;\n 1八某\U00020bb7", max_size=12)


@cache
def ruleset() -> Ruleset:
    """The shipped rules."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0]


def sources() -> list[str]:
    """Every pattern of the shipped rules."""
    kinds = ("pattern", "figure")
    rules = [rule for rule in ruleset().rules if rule.match["kind"] in kinds]
    return [with_numbers(one) for rule in rules for one in rule.match["patterns"]]


def test_every_shipped_pattern_has_a_coarse_form_that_holds_on_its_examples() -> None:
    """Looked for with `re` in the same bytes, so that this holds without any engine."""
    lines = sorted(
        {
            line
            for rule in ruleset().rules
            for example in (*rule.hits, *rule.misses)
            for text in (normal(example.text), "".join(normal(example.text).split()))
            for line in text.split("\n")
        }
    )
    raw, wide = [line.encode() for line in lines], [two_bytes(line) for line in lines]
    for source in sources():
        form = coarse_form(source)
        assert form is not None, source
        exact, coarse = re2.compile(f"(?m:{source})"), re.compile(form.encode(), re.MULTILINE)
        for line, one, two in zip(lines, raw, wide, strict=True):
            assert exact.search(one) is None or coarse.search(two) is not None, (source, line)


@pytest.mark.parametrize(
    "pattern",
    [
        "甲[^。;]{0,3}?乙",
        "^甲$",
        "(?:^|[^乙丙\n])甲",
        "[甲乙]{2,}丙?",
        "a?(?P<v>b|[丙-乙]+)a*",
        r"\d{1,3}[^,]{2}",
        r"甲.*乙|丙\s*a",
        r"[^\P{Han}乙]{2}a",
        r"某\p{Han}{1,2}",
        "(?:a|乙{0,2})(?:丙|b?)1",
        with_numbers("甲{n}"),
        with_numbers("{n}乙"),
    ],
)
@given(text=LETTERS)
def test_a_coarse_form_ends_wherever_a_match_stands(pattern: str, text: str) -> None:
    """Line by line, with ends inside the line."""
    form = coarse_form(pattern)
    assert form is not None
    wide = two_bytes(text)
    found = re.compile(f"(?=({form}))".encode(), re.MULTILINE).finditer(wide)
    ends = {-(-one.end(1) // WIDTH) for one in found}
    start = 0
    for line in text.split("\n"):
        if re2.search(f"(?m:{pattern})", line):
            assert any(start < end <= start + len(line) for end in ends)
        start += len(line) + 1


@pytest.mark.parametrize("pattern", ["a*", "(?i)a", "[[:alpha:]]a", "a{,2}b", "(", "(?=a)b"])
def test_what_cannot_be_put_coarsely_is_left_to_words(pattern: str) -> None:
    """None, never a form that would miss something."""
    assert coarse_form(pattern) is None


def test_anchors_may_hold_anywhere() -> None:
    """For stretches that are not lines."""
    assert coarse_form("^甲$", anchored=False) == coarse_form("甲")
