"""Normal text and the way home."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.domain.document import BlockKind, Document, Provenance
from screening.text import build_table
from screening.text.analyse import AnalysedText
from screening.text.normalise import normal, normalise

TRICKY = st.text(
    st.one_of(
        st.sampled_from("机密機★☆✩＊１２３一二㊙①Ａx\u200b\u00ad\ufeff\u3000 \n\t\r·—–（）【】〔〕：⺠〇"),
        st.characters(),
    ),
    max_size=60,
)


def document_of(*texts: str) -> Document:
    """A document with these texts as paragraphs."""
    pieces = [(BlockKind.PARAGRAPH, text, Provenance()) for text in texts]
    return Document.of_pieces(pieces, sha256="", media_type="", filename="")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("機密", "机密"),
        ("絕密★長期", "绝密★长期"),
        ("机\u200b密\u00ad★", "机密★"),
        ("机\u3000密", "机 密"),
        ("✩⭐✪", "☆☆☆"),
        ("★☆", "★☆"),
        ("（一）：，", "(一):,"),
        ("〔2031〕", "〔2031〕"),
        ("《书》〈篇〉", "《书》《篇》"),
        ("①②", "①②"),
        ("㊙", "秘"),
        ("⺠生⻔户", "民生门户"),
        ("a–b—c−d", "a-b-c-d"),
        ("“引”", '"引"'),
        ("𝟏𝟐", "12"),
        ("\ud800", "\ufffd"),
    ],
)
def test_characters_are_folded(source: str, expected: str) -> None:
    """Width, traditional, blanks, stars, radicals and zero-width characters."""
    assert normal(source) == expected


@settings(max_examples=1000)
@given(TRICKY)
def test_every_normal_span_leads_to_a_source_that_contains_it(text: str) -> None:
    """The law of NormalText, for every single character and for the whole."""
    found = normalise(text)
    for at, character in enumerate(found.text):
        span = found.home(at, at + 1)
        assert character in normal(text[span.start : span.end])
    if found.text:
        whole = found.home(0, len(found.text))
        assert normal(text[whole.start : whole.end]) == found.text


@settings(max_examples=500)
@given(TRICKY)
def test_normal_form_is_stable(text: str) -> None:
    """What is normal stays as it is."""
    assert normal(normal(text)) == normal(text)


@settings(max_examples=500)
@given(st.lists(TRICKY, min_size=1, max_size=5), st.sampled_from(["plain", "tight", "digits"]))
def test_every_view_leads_home(texts: list[str], view: str) -> None:
    """Each character of a view comes from a source character that has it as its normal form or digit."""
    document = document_of(*texts)
    found = AnalysedText(document).view(view)
    for at in range(len(found.text)):
        span = found.home(at, at + 1)
        assert 0 <= span.start < span.end <= len(document.text)


def test_tight_text_joins_inside_a_block_and_parts_blocks() -> None:
    """Blanks and line breaks go inside a paragraph; paragraphs stay apart."""
    text = AnalysedText(document_of("机 密\n★10 年", "下一段 正文", "又一段"))
    assert text.tight.text == "机密★10年\n下一段正文\n又一段"


def test_vertical_writing_is_joined() -> None:
    """One character a paragraph, as in vertical headings."""
    text = AnalysedText(document_of("机", "密", "★", "3", "年", "关于云岭市防汛工作的通知"))
    assert "机密★3年" in text.tight.text
    assert "年关于" not in text.tight.text


def test_table_cells_stay_apart() -> None:
    """Tabs part the cells of a row in tight text too."""
    assert AnalysedText(document_of("张 三\t云 岭")).tight.text == "张三\t云岭"


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("电话一三八〇〇一三八〇〇〇。", "13800138000"),
        ("电话①③⑧⓪⓪①③⑧⓪⓪⓪。", "13800138000"),
        ("电话1380-0138-000", "13800138000"),
        ("电话1380 0138 000", "13800138000"),
        ("电话13800\n138000", "13800138000"),
        ("电话壹叁捌零零壹叁捌零零零", "13800138000"),
        ("一三八〇〇一三八〇〇〇 13900139000", "13800138000"),
    ],
)
def test_dressed_digits_become_plain(source: str, number: str) -> None:
    """Chinese, circled, parted and broken numbers are found, and lead home."""
    document = document_of(source)
    digits = AnalysedText(document).digits
    at = digits.text.index(number)
    quote = document.quote(digits.home(at, at + len(number)))
    assert len([c for c in quote if c not in " -\n"]) == 11


def test_plain_digits_are_left_to_the_plain_view() -> None:
    """Numbers that are written plainly are not repeated."""
    assert AnalysedText(document_of("电话13800138000，共5人")).digits.text == ""


def test_the_shipped_table_is_what_the_builder_makes() -> None:
    """Nobody edits the table by hand."""
    assert build_table.TABLE.read_text(encoding="utf-8") == build_table.build()
