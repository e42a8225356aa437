"""Faults that reviewers found once, each with its smallest text."""

from functools import cache

import pytest

from screening.checker import document_of_text
from screening.detect.engine import Engine
from screening.domain.document import BlockKind, Document, Provenance
from screening.domain.finding import Severity
from screening.domain.rule import Ruleset
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped


@cache
def ruleset() -> Ruleset:
    """The shipped rules."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0]


@cache
def engine() -> Engine:
    """The shipped rules and models."""
    return Engine(ruleset(), b"k" * 32)


def firm(text: str) -> set[str]:
    """Categories of findings of S2 or graver."""
    found = engine().examine(document_of_text(text)).findings
    return {one.category for one in found if one.severity >= Severity.S2}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("大家好\nqq12345678", "pii_contact"),
        ("哨位换班\n此时没人,身份证11019919000101001X", "pii_id_number"),
        ("首批样机\n完成情况:联系人手机13800138000。", "pii_contact"),
    ],
)
def test_a_match_of_another_rule_over_a_line_end_hides_nothing(text: str, category: str) -> None:
    """A negated class must not eat the newline: the line behind it was never looked at."""
    assert category in firm(text)


def test_a_short_block_changes_nothing_about_its_neighbours() -> None:
    """A telephone number in a block of its own is not booked to the paragraph before it."""
    leak = "县里已经商定把两所中学并成一所，校址也选好了，眼下只有班子几个人知道，等开学前再说。"
    pieces = [(BlockKind.PARAGRAPH, leak, Provenance()), (BlockKind.PARAGRAPH, "电话:13800138000", Provenance())]
    document = Document.of_pieces(pieces, sha256="", media_type="", filename="")
    alone = {one.rule_id for one in engine().find(document_of_text(leak))}
    assert alone
    assert alone <= {one.rule_id for one in engine().find(document)}


@pytest.mark.parametrize(
    "words",
    [
        "近日本报记者，",
        "沿海地区，",
        "城中东路，",
        "发现公告栏，",
        "他1968年生，",
        "博物馆旁，",
        "脚本已备，",
        "按规定要求，",
        "一款游戏里提到过，",
    ],
)
def test_common_words_excuse_nothing(words: str) -> None:
    """A word border or a double meaning is no foreign country, no release, no drill, no fiction."""
    assert "major_case" in firm(words + "专案组已锁定主犯，目前正在三省布控，预计本周收网。")


def test_the_gravest_are_never_excused() -> None:
    """A minor in a case stays a finding whatever the surroundings."""
    assert "minor_identity" in firm("剧组采访时得知，15岁的小王遭继父性侵，家住东街3号，电影里没有拍。")


def test_blank_lines_part_paragraphs() -> None:
    """What stands behind a blank line is no context of what stands before it."""
    assert "major_case" in firm("专案组已锁定主犯王某，正在收网。\n\n美国总统昨天访问法国。")


@pytest.mark.parametrize("text", ["煤矿事故造成一" + "亿" * 60 + "人死亡", "九" * 400 + "点五人死亡"])
def test_endless_numbers_end(text: str) -> None:
    """No number overflows."""
    engine().examine(document_of_text(text))
