"""Masks laid over text: nothing that any finding hides can be seen."""

from hypothesis import given
from hypothesis import strategies as st

from screening.report.masking import Veil, cells_of
from screening.report.passages import Passages
from tests.report.drafts import document_of, finding


def test_equal_lengths_go_hand_in_hand():
    assert "".join(cells_of("13900001234", "139****1234")) == "139****1234"


def test_other_lengths_keep_common_ends():
    assert cells_of("云岭市柳荫路18号", "云岭市柳荫路**") == [*"云岭市柳荫路", "**", "", ""]
    assert cells_of("abc", "") == ["", "", ""]
    assert "".join(cells_of("ab", "ab…")) == "ab…"


@given(st.text(min_size=1), st.text())
def test_cells_join_to_the_mask(quote, masked):
    cells = cells_of(quote, masked)
    assert len(cells) == len(quote)
    assert "".join(cells) == masked


def test_overlaps_hide_what_either_hides():
    document = document_of("甲乙丙丁戊己")
    hits = [finding(document, "甲乙丙丁", "甲***"), finding(document, "丁戊己", "丁戊*")]
    assert Passages(document, hits, Veil(hits, show=False)).shown(0, 6) == "甲***戊*"
    assert Passages(document, hits, Veil(hits, show=True)).shown(0, 6) == "甲乙丙丁戊己"


def test_other_places_of_the_value_are_hidden_too():
    document = document_of("张三丰来了，张三丰走了，名单《张三丰》")
    hits = [finding(document, "张三丰", "张某某")]
    veil = Veil(hits, show=False)
    assert Passages(document, hits, veil).shown(0, len(document.text)).count("张某某") == 3
    assert veil.hide("附件《张三丰.docx》") == "附件《张某某.docx》"


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(1, 8)), max_size=6), st.integers(0, 10), st.integers(10, 20))
def test_pieces_tile_the_text(spans, start, end):
    document = document_of("abcdefghijklmnopqrst")
    hits = [finding(document, document.text[low : low + size]) for low, size in spans]
    pieces = list(Passages(document, hits, Veil(hits, show=False)).pieces(start, end))
    assert "".join(piece.text for piece in pieces) == document.text[start:end]
    at = start
    for piece in pieces:
        over = {n for n, hit in enumerate(hits) if hit.span.start < at + len(piece.text) and at < hit.span.end}
        assert set(piece.findings) == over
        at += len(piece.text)
    for n, hit in enumerate(hits):
        touched = start < end and hit.span.start < end and start < hit.span.end
        assert sum(n in piece.begins for piece in pieces) == touched
        assert sum(n in piece.ends for piece in pieces) == touched
