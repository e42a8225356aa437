"""The engine: spans give back what they quote, through every normalisation; context and overlaps decide."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.checker import document_of_text
from screening.detect.engine import Engine
from screening.domain.document import BlockKind, Document, Hidden, Provenance
from screening.domain.finding import Finding
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped
from screening.text.normalise import normal


@cache
def engine() -> Engine:
    """All shipped rules."""
    return Engine(load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0], b"k" * 32)


def find(text: str) -> list[Finding]:
    """Findings of a plain text."""
    return engine().find(document_of_text(text))


PLANTED = ["机密★10年", "绝密★长期", "11019919000101001X", "13800138000", "6222020000000000000", "内部事项 注意保管"]
WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789X"}
CHINESE = {ord(a): b for a, b in zip("0123456789", "〇一二三四五六七八九", strict=True)}
DISGUISES = [
    lambda text: text,
    lambda text: text.translate(WIDE),
    "\u200b".join,
    "\u00ad".join,
    lambda text: text.replace("机", "機").replace("绝", "絕"),
    lambda text: text[: len(text) // 2] + "\n" + text[len(text) // 2 :],
    lambda text: " ".join(text) if "★" in text else text,
    lambda text: text.translate(CHINESE) if text.isdigit() else text,
]
NOISE = st.text(st.one_of(st.sampled_from("的在市 \n\t，。\u200b①２密級a9"), st.characters()), max_size=20)


@settings(max_examples=5000, deadline=None)
@given(st.lists(st.tuples(NOISE, st.sampled_from(PLANTED), st.sampled_from(DISGUISES)), max_size=3), NOISE)
def test_every_span_gives_back_its_quote(parts: list[tuple[str, str, object]], tail: str) -> None:
    """For every finding the text at its span is the quote; the document is never changed."""
    text = "".join(noise + disguise(planted) for noise, planted, disguise in parts) + tail
    if not text:
        return
    document = document_of_text(text)
    for finding in engine().find(document):
        assert document.text[finding.span.start : finding.span.end] == finding.quote
        assert document.text == text


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("disguise", DISGUISES)
def test_disguised_values_are_found_whole(planted: str, disguise: object) -> None:
    """Every form of a value is found, and the finding covers exactly the disguised characters."""
    hidden = disguise(planted)
    text = f"关于本件的{hidden}在此说明"
    quotes = [finding.quote for finding in find(text)]
    bare = normal(planted).replace(" ", "")
    assert any(bare in _digits(normal(quote)) or _digits(normal(quote)) in bare for quote in quotes), (text, quotes)


def _digits(text: str) -> str:
    for number, character in enumerate("〇一二三四五六七八九"):
        text = text.replace(character, str(number))
    return "".join(text.split())


def test_the_same_text_gives_the_same_findings() -> None:
    """No clock, no chance."""
    text = "联系人李四，手机13800138000，机密★10年"
    assert find(text) == find(text)


def test_fingerprints_are_keyed_and_free_of_position() -> None:
    """The same value elsewhere has the same fingerprint; another key gives another one."""
    first = next(one for one in find("手机13800138000") if one.category == "pii_contact")
    moved = next(one for one in find("请与他联系，手机１３８００１３８０００") if one.rule_id == first.rule_id)
    other = Engine(engine().ruleset, b"x" * 32).find(document_of_text("手机13800138000"))
    assert first.fingerprint == moved.fingerprint
    assert first.fingerprint not in [one.fingerprint for one in other]
    assert "13800138000" not in first.masked


def test_findings_in_hidden_places_say_so() -> None:
    """A value in deleted text is found, with its place, and known as not visible."""
    place = Provenance(paragraph=3, hidden=Hidden.DELETED)
    document = Document.of_pieces(
        [(BlockKind.PARAGRAPH, "正文。", Provenance(paragraph=1)), (BlockKind.DELETED, "手机13800138000", place)],
        sha256="",
        media_type="",
        filename="",
    )
    phone = next(one for one in engine().find(document) if one.category == "pii_contact")
    assert not phone.visible
    assert "修订删除" in phone.place
    assert "第3段" in phone.place


@pytest.mark.parametrize(
    "text",
    ["机密性和完整性", "他读完了《秘密花园》", "保守国家秘密是公民的义务", "一起商业秘密纠纷案", "请保管好手机密码"],
)
def test_secrecy_as_a_topic_passes(text: str) -> None:
    """The look-alikes that every word list flags."""
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("身份证号110199190001010011", "pii_id_number"),
        ("身份证号110199199013010018", "pii_id_number"),
        ("账户尾号见表，卡号6222020000000000001", "pii_financial"),
        ("统一社会信用代码91330100MA00000000", "pii_id_number"),
    ],
)
def test_wrong_check_digits_are_not_flagged_as_such(text: str, category: str) -> None:
    """A number that cannot be one is none."""
    assert category not in [one.category for one in find(text)]
