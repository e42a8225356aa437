"""Every row of the taxonomy works: what it is about is flagged under its name, what only sounds like it is not."""

from functools import cache
from pathlib import Path

import pytest

from screening.checker import document_of_text
from screening.detect.engine import Engine
from screening.domain.decision import Disposition
from screening.domain.document import BlockKind, Document, Hidden, Provenance, Unread, UnreadReason
from screening.domain.finding import Finding, Severity
from screening.domain.rule import Ruleset
from screening.pipeline import screen_all
from screening.rules.load import LexiconFiles, load
from screening.rules.policy import Policy
from screening.settings import shipped

# category, a passage of it, a harmless one that sounds like it
ROWS = tuple(
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("taxonomy.tsv").read_text(encoding="utf-8").splitlines()[1:]
)


@cache
def loaded() -> tuple[Ruleset, Policy]:
    """The shipped rules and policy."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))


@cache
def engine() -> Engine:
    """The shipped rules and models."""
    return Engine(loaded()[0], b"k" * 32)


def firm(text: str) -> list[Finding]:
    """Findings of S2 or graver."""
    found = engine().examine(document_of_text(text)).findings
    return [one for one in found if one.severity >= Severity.S2]


def test_every_category_has_its_row() -> None:
    """44 of 44."""
    assert {row[0] for row in ROWS} == set(loaded()[0].categories)


@pytest.mark.parametrize(("category", "text", "_"), ROWS, ids=[row[0] for row in ROWS])
def test_what_it_is_about_is_flagged_under_its_name(category: str, text: str, _: str) -> None:
    """With severity, basis, message and who decides."""
    found = [one for one in firm(text) if one.category == category]
    assert found, [(one.category, one.rule_id) for one in firm(text)]
    best = max(found, key=lambda one: one.severity)
    assert best.basis
    assert best.advice
    assert best.message
    run = screen_all([document_of_text(text)], engine(), loaded()[1], "website")[0]
    assert run.decision.disposition > Disposition.CLEAR
    assert run.decision.sign_offs


@pytest.mark.parametrize(("category", "_", "harmless"), ROWS, ids=[row[0] for row in ROWS])
def test_what_only_sounds_like_it_is_not(category: str, _: str, harmless: str) -> None:
    """Nothing of this category at S2 or graver."""
    assert category not in [one.category for one in firm(harmless)]


def document(kind: BlockKind, text: str, hidden: Hidden, unread: tuple[Unread, ...] = ()) -> Document:
    """A draft with a visible paragraph and one other block."""
    pieces = [(BlockKind.PARAGRAPH, "社区图书馆周末照常开放。", Provenance()), (kind, text, Provenance(hidden=hidden))]
    return Document.of_pieces(pieces, sha256="", media_type="", filename="", unread=unread)


@pytest.mark.parametrize(
    ("category", "kind", "text", "hidden"),
    [
        ("hidden_content", BlockKind.DELETED, "拟关停三家企业", Hidden.DELETED),
        ("hidden_content", BlockKind.COMMENT, "数字再核一下", Hidden.NO),
        ("failed_redaction", BlockKind.PARAGRAPH, "身份证号11019919000101001X", Hidden.COVERED),
    ],
)
def test_rows_of_whole_files_point_at_the_place(category: str, kind: BlockKind, text: str, hidden: Hidden) -> None:
    """Revisions, comments, text under a black box."""
    assert category in [one.category for one in engine().find(document(kind, text, hidden))]


def test_what_cannot_be_read_blocks() -> None:
    """The row `unreadable_content` as the policy carries it: never clean."""
    unread = (Unread("第1页", UnreadReason.IMAGE_WITHOUT_OCR),)
    run = screen_all([document(BlockKind.PARAGRAPH, "正文。", Hidden.NO, unread)], engine(), loaded()[1], "website")[0]
    assert run.decision.disposition >= Disposition.BLOCK
