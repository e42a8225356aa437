"""Required strings: no match is ever lost by looking for them first."""

import re
from functools import cache

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.checker import document_of_text
from screening.detect.pattern import PatternMatcher
from screening.detect.scan import Scan
from screening.domain.rule import Rule, Ruleset
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped
from screening.text.analyse import AnalysedText
from screening.text.literals import required
from screening.text.quantities import with_numbers


@cache
def ruleset() -> Ruleset:
    """The shipped rules."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0]


@pytest.mark.parametrize(
    ("pattern", "sets"),
    [
        ("拟任命", [{"拟任命"}]),
        ("(?:拟|将)任命", [{"拟任命", "将任命"}]),
        ("调查组[^。]{0,9}认定", [{"调查组"}, {"认定"}]),
        ("绝?密级", [{"密级", "绝密级"}]),
        ("(?:死亡|遇难)+", [{"死亡", "遇难"}]),
        ("(?:甲乙|)丙丁", [{"丙丁", "甲乙丙丁"}]),
        ("[0-9]{11}", []),
        ("的|了", []),
        ("(?:标底)?", []),
    ],
)
def test_what_a_match_cannot_do_without(pattern: str, sets: list[set[str]]) -> None:
    """By hand."""
    assert sorted(map(set, required(pattern)), key=sorted) == sorted(sets, key=sorted)


@pytest.mark.parametrize(
    "rule", [one for one in ruleset().rules if one.match["kind"] in ("pattern", "figure")], ids=lambda rule: rule.id
)
def test_every_match_of_a_shipped_pattern_holds_its_strings(rule: Rule) -> None:
    """Each pattern by itself on its rule's own examples, in all views."""
    for example in (*rule.hits, *rule.misses):
        text = AnalysedText(document_of_text(example.text))
        for source in map(with_numbers, rule.match["patterns"]):
            expression = re2.compile(f"(?m:{source})")
            for view in ("plain", "tight", "digits"):
                for match in expression.finditer(text.view(view).text):
                    for strings in required(source):
                        assert any(one in match.group(0) for one in strings), (source, match.group(0))


PIECES = (
    "甲乙",
    "丙丁",
    "戊",
    "[己庚]",
    "(?:辛壬|癸子)",
    "(?:丑寅|卯)?",
    "[^。]{0,3}",
    "(?:辰巳){1,2}",
    "午?未申",
    "\\d{2}",
    "(?:酉戌|)",
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5), st.data())
def test_law_of_made_up_patterns(pieces: list[str], data: st.DataObject) -> None:
    """Any string that matches any pattern holds one of each required set."""
    pattern = "".join(pieces)
    text = data.draw(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True))
    for strings in required(pattern):
        assert any(one in text for one in strings)


def test_the_matcher_finds_what_each_pattern_finds_alone() -> None:
    """All rules at once, words first, on all examples as one text: the same hits as every pattern run by itself."""
    rules = [one for one in ruleset().rules if one.match["kind"] == "pattern" and not one.match.get("validators")]
    lines = [example.text.replace("\n", " ") for rule in rules for example in (*rule.hits, *rule.misses)]
    text = AnalysedText(document_of_text("\n".join(lines)))
    found = {
        (hit.rule.id, hit.view, hit.start, hit.end)
        for hit in PatternMatcher(rules, Scan()).find(text)
        if hit.view == "plain"
    }
    plain = text.plain.text
    for rule in rules:
        if "plain" not in rule.match.get("views", ["plain"]):
            continue
        for source in map(with_numbers, rule.match["patterns"]):
            expression = re2.compile(f"(?m:{source})")
            group = int(expression.groupindex.get("v", 0))
            at = 0
            for line in plain.split("\n"):
                for match in expression.finditer(line):
                    start, end = match.span(group) if match.span(group)[0] >= 0 else match.span()
                    if start < end:
                        assert (rule.id, "plain", at + start, at + end) in found
                at += len(line) + 1
