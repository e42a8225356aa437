"""The shipped rules: every example comes out as written, also with Chinese letters glued to both sides."""

from dataclasses import replace
from functools import cache

import pytest

from screening.detect.engine import Engine
from screening.domain.rule import Rule, Ruleset
from screening.prove import document_of_example, prove
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped


@cache
def ruleset() -> Ruleset:
    """The shipped rules, without any of the unit's own."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0]


@cache
def engine() -> Engine:
    """All shipped rules together."""
    return Engine(ruleset(), b"k" * 32)


def test_every_example_of_every_rule_holds() -> None:
    """A rule that does not do what it says stops the build."""
    assert [str(failure) for failure in prove(ruleset())] == []


def test_every_category_of_the_taxonomy_has_its_row() -> None:
    """44 categories, those of the next release included."""
    assert len(ruleset().categories) == 44


def glued(rule: Rule) -> list[str]:
    """The hits of a rule with Chinese letters at both ends; rules bound to the ends of a line are left out."""
    anchored = any(sign in pattern for pattern in rule.match.get("patterns", []) for sign in ("^", "$"))
    if rule.match["kind"] not in ("pattern", "terms") or anchored:
        return []
    return [example.text for example in rule.hits]


@pytest.mark.parametrize("rule", [rule for rule in ruleset().rules if glued(rule)], ids=lambda rule: rule.id)
def test_chinese_letters_may_touch_a_hit(rule: Rule) -> None:
    """Chinese letters are word characters to many engines; none of our patterns may need a border there."""
    alone = Engine(Ruleset((rule,), ruleset().categories, ""), b"k" * 32)
    for example in rule.hits:
        text = document_of_example(example)
        found = [one.quote for one in alone.find(text)]
        quote = found[0]
        pressed = replace(example, text=_pressed(rule, text.text, quote))
        quotes = [one.quote for one in alone.find(document_of_example(pressed))]
        assert any(quote in one or one in quote for one in quotes), pressed.text


def _pressed(rule: Rule, text: str, quote: str) -> str:
    """The text with letters at both ends of the hit; of a hit narrowed to a part of a phrase, at the ends of it all."""
    if any("(?P<v>" in pattern for pattern in rule.match.get("patterns", [])):
        return f"的{text}在"
    before, after = text.split(quote, 1)
    return f"{before}的{quote}在{after}"


def test_a_planted_wrong_example_is_caught() -> None:
    """The proof can fail: a hit put among the misses is told."""
    rule = next(rule for rule in ruleset().rules if rule.match["kind"] == "pattern")
    spoilt = replace(rule, misses=(*rule.misses, rule.hits[0]))
    assert [failure.expected for failure in prove(Ruleset((spoilt,), ruleset().categories, ""))] == ["miss"]
