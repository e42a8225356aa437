"""The passage model in the product: every passage weighed alike wherever it stands, and flagged with its reasons."""

import re
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.checker import document_of_text
from screening.detect.engine import Engine
from screening.detect.passage_model import PassageModel, load_model
from screening.domain.finding import Severity
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped
from screening.text.normalise import normal

TEXTS = st.text("事故造成7人死亡据通报名单未公布调查组，。 0123\n", min_size=1, max_size=120)


@cache
def model() -> PassageModel:
    """The shipped model."""
    return load_model(shipped("models"))


@cache
def engine() -> Engine:
    """The shipped rules and models."""
    return Engine(load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0], b"k" * 32)


def decision(text: str, start: int, end: int) -> float:
    """The decision for one stretch of a text."""
    found = model().decide(model().grams(text), np.array([start]), np.array([end]), [()])
    return float(found[0])


@given(TEXTS, TEXTS, TEXTS)
def test_a_stretch_weighs_the_same_wherever_it_stands(before: str, text: str, after: str) -> None:
    """Running sums over the whole text give what the stretch alone would."""
    alone = decision(text, 0, len(text))
    inside = decision(before + text + after, len(before), len(before) + len(text))
    assert inside == pytest.approx(alone, abs=1e-6)


@given(TEXTS, st.sets(st.sampled_from(sorted(model().extra)), max_size=5))
def test_features_of_rules_and_contexts_add_their_weight(text: str, said: set[str]) -> None:
    """No more and no less."""
    grams, whole = model().grams(text), (np.array([0]), np.array([len(text)]))
    bare, with_them = model().decide(grams, *whole, [()])[0], model().decide(grams, *whole, [said])[0]
    assert with_them - bare == pytest.approx(sum(model().extra[name] for name in said), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_weighed(text: str) -> None:
    """Odd letters, blanks, nothing at all: a probability comes back, and spans lie in the text."""
    found = engine().examine(document_of_text(text))
    assert 0 <= found.attention <= 1
    assert all(0 <= one.span.start < one.span.end <= len(text) for one in found.findings)


LEAK = "县里已经商定把两所中学并成一所，校址也选好了，眼下只有班子几个人知道，等开学前再说。"


def test_a_paraphrased_leak_is_flagged_with_the_words_that_weighed() -> None:
    """No rule word in it: the model names it, says how sure it is, and what it looked at."""
    found = [one for one in engine().find(document_of_text(LEAK)) if one.rule_id.startswith("MODEL-")]
    everything = engine().find(document_of_text(LEAK))
    assert everything
    assert all(one.severity >= Severity.S2 for one in found)
    for one in found:
        assert "模型判断，把握 0." in one.explanation[0]
        shown = re.findall("“(.+?)”", one.explanation[0])
        assert shown
        assert all(words in normal(LEAK) for words in shown)


def test_a_rule_that_has_named_the_passage_is_not_repeated() -> None:
    """One finding a category at a place."""
    found = engine().find(document_of_text("昨夜隧道坍塌，被困人数由6人更正为11人，上报省里前不要对外说。"))
    by_rule = {one.category for one in found if not one.rule_id.startswith("MODEL-")}
    assert "major_accident" in by_rule
    assert not by_rule & {one.category for one in found if one.rule_id.startswith("MODEL-")}


def test_layout_blanks_say_nothing() -> None:
    """A page of blanks weighs like the words on it."""
    text = "附件：科技特派员管理办法（试行）"
    spaced = text + "　" * 80 + "省科学技术厅"
    assert engine().examine(document_of_text(spaced)).attention == pytest.approx(
        engine().examine(document_of_text(text + "省科学技术厅")).attention
    )


def test_a_draft_is_weighed_passage_by_passage() -> None:
    """The attention of a draft is that of its weightiest passage; harmless passages beside it change nothing."""
    harmless = "社区图书馆周末照常开放，欢迎居民前来阅读。"
    both = engine().examine(document_of_text(f"{harmless}\n{LEAK}\n{harmless}"))
    alone = engine().examine(document_of_text(LEAK))
    assert both.attention == pytest.approx(alone.attention)
