"""The author's own PDF with highlights: every finding is there, and nothing of the pages has changed."""

import io
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from screening.domain.document import BlockKind, Document, Hidden, Provenance
from screening.domain.errors import ExtractionError
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from screening.report.base import Result
from screening.report.pdf_notes import annotate, page_box
from tests.report.drafts import document_of, finding, result_of

DRAFTS = sorted((Path(__file__).parents[2] / "samples" / "drafts").glob("*.pdf"))
NUMBER = "13800138000"


def texts(data: bytes) -> list[str]:
    """The text of every page."""
    with pypdfium2.PdfDocument(data) as opened:
        return [page.get_textpage().get_text_range() for page in opened]


def streams(data: bytes) -> list[bytes]:
    """The content streams of every page, as they lie in the file."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        found = [page.obj.Contents for page in opened.pages]
        return [b"".join(one.read_raw_bytes() for one in (c if isinstance(c, pikepdf.Array) else [c])) for c in found]


@dataclass(frozen=True)
class Mark:
    """An annotation of ours."""

    page: int
    text: str
    box: list[float]
    colour: list[float]
    quads: int


def annotations(data: bytes, kind: str) -> list[Mark]:
    """Our annotations of a kind, page by page."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        return [
            Mark(number, str(one.Contents), numbers(one.Rect), numbers(one.C), len(one.get("/QuadPoints", [])))
            for number, page in enumerate(opened.pages, 1)
            for one in page.obj.get("/Annots", [])
            if one.Subtype == kind and str(one.get("/T", "")) == "先审"
        ]


def numbers(array: pikepdf.Object) -> list[float]:
    """Them as Python has them."""
    return [round(float(one), 2) for one in array]


def whole(document: Document, count: int = 40) -> Result:
    """A run with a finding on the first words of every block."""
    blocks = document.blocks[:count]
    spans = [(block, block.text.split("\n")[0][:12]) for block in blocks]
    at = [document.text.count(words, 0, block.start) for block, words in spans]
    return result_of(
        document, [finding(document, words, occurrence=n + 1) for (_, words), n in zip(spans, at, strict=True)]
    )


def drawn(width: float = 400, height: float = 300, pages: int = 1, **keys: object) -> bytes:
    """A PDF with empty pages."""
    made = pikepdf.new()
    for _ in range(pages):
        page = made.add_blank_page(page_size=(width, height))
        for name, value in keys.items():
            page.obj[f"/{name}"] = value
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def on_page(bbox: tuple[float, float, float, float] | None, text: str = f"电话{NUMBER}", **place: object) -> Document:
    """A document of one paragraph at this box."""
    given = {"page_no": 1, "paragraph": 1, "bbox": bbox, **place}
    return document_of([(BlockKind.PARAGRAPH, text, Provenance(**given))], "稿件.pdf")  # type: ignore[arg-type]


@pytest.mark.parametrize("path", DRAFTS, ids=lambda path: path.name)
def test_a_draft_keeps_its_text_and_its_marks_lie_on_the_pages(path: Path) -> None:
    """Real drafts, reopened with both libraries: one mark for each finding with a place, one note for the others."""
    data = path.read_bytes()
    result = whole(read_here(data, path.name, ReadOptions(ocr=False)))
    out, marked = annotate(data, result)
    assert texts(out) == texts(data)
    assert streams(out) == streams(data)
    highlights, notes = annotations(out, "/Highlight"), annotations(out, "/Text")
    assert len(highlights) == marked
    blocks = [result.document.block_at(one.span.start) for one in result.run.findings]
    placed = [one for one in blocks if one.visible and one.provenance.bbox and not one.provenance.path]
    assert marked == len(placed)
    assert [mark.page for mark in highlights] == sorted(one.provenance.page_no for one in placed)
    assert len(notes) == (len(placed) < len(blocks) or bool(result.document.unread))
    with pikepdf.open(io.BytesIO(out)) as opened:
        for mark in [*highlights, *notes]:
            left, low, right, top = page_box(opened.pages[mark.page - 1])
            assert left - 0.01 <= mark.box[0] < mark.box[2] <= right + 0.01
            assert low - 0.01 <= mark.box[1] < mark.box[3] <= top + 0.01


def test_a_mark_says_what_why_and_what_to_do_with_the_value_masked() -> None:
    """Number, title, basis, advice, rule; colour by severity; never the value, unless it is asked for."""
    document = on_page((50, 100, 350, 120))
    result = result_of(document, [finding(document, NUMBER, "138****8000")])
    out, marked = annotate(drawn(), result)
    [mark] = annotations(out, "/Highlight")
    assert marked == 1
    for part in ("1.【高】个人电话号码", "依据：个人信息保护法", "怎么办：删去", "规则：personal.phone", "138****8000"):
        assert part in mark.text
    assert NUMBER.encode() not in out
    assert NUMBER.encode("utf-16-be") not in out
    assert mark.colour == [1.0, 0.7, 0.3]
    assert NUMBER in annotations(annotate(drawn(), result, show=True)[0], "/Highlight")[0].text


def test_only_the_lines_of_the_finding_are_marked() -> None:
    """A paragraph of four lines; the words run over the second and third."""
    document = on_page((50, 100, 350, 180), "第一行\n第二行甲\n乙第三行\n第四行")
    out, _ = annotate(drawn(), result_of(document, [finding(document, "甲\n乙")]))
    [mark] = annotations(out, "/Highlight")
    assert (mark.box, mark.quads) == ([50, 120, 350, 160], 16)


@pytest.mark.parametrize(
    "document",
    [
        on_page(None),
        on_page((50, 100, 350, 120), page_no=9),
        on_page((5000, 100, 5100, 120)),
        on_page((50, 100, 350, 120), path=("附件.docx",)),
        on_page((50, 100, 350, 120), hidden=Hidden.WHITE),
    ],
    ids=["no box", "no page", "off the page", "attachment", "hidden"],
)
def test_what_has_no_place_is_listed_on_the_first_page(document: Document) -> None:
    """Nothing is lost."""
    out, marked = annotate(drawn(pages=2), result_of(document, [finding(document, NUMBER, "138****8000")]))
    [note] = annotations(out, "/Text")
    assert (marked, note.page) == (0, 1)
    assert "另有 1 处疑点" in note.text
    assert "138****8000" in note.text


def test_pages_that_share_a_list_of_annotations_are_marked_apart() -> None:
    """And what the author had put there stays."""
    made = pikepdf.new()
    old = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[1, 1, 9, 9])
    )
    shared = made.make_indirect(pikepdf.Array([old]))
    for _ in range(2):
        made.add_blank_page(page_size=(400, 300)).obj.Annots = shared
    data = io.BytesIO()
    made.save(data)
    document = on_page((50, 100, 350, 120), page_no=2)
    out, _ = annotate(data.getvalue(), result_of(document, [finding(document, NUMBER)]))
    with pikepdf.open(io.BytesIO(out)) as opened:
        assert [[str(one.Subtype) for one in page.obj.Annots] for page in opened.pages] == [
            ["/Square"], ["/Square", "/Highlight"],
        ]  # fmt: skip


def test_a_mark_is_seen_and_the_words_below_it_too() -> None:
    """Drawn by pdfium: the colour is there, and not a solid bar."""
    path = next(path for path in DRAFTS if path.name == "clean-tech-abstract.pdf")
    result = whole(read_here(path.read_bytes(), path.name, ReadOptions(ocr=False)), 1)
    with pypdfium2.PdfDocument(annotate(path.read_bytes(), result)[0]) as opened:
        colours = {one for _, one in opened[0].render(may_draw_forms=False).to_pil().getcolors(1 << 24)}
    assert any(red > 240 and 180 < green < 235 and blue < 190 for red, green, blue in colours)
    assert any(max(one) < 60 for one in colours)


@pytest.mark.parametrize("owner_only", [True, False])
def test_an_encrypted_file_is_refused_with_the_cure(owner_only: bool) -> None:
    """Also one that opens without a password: its owner forbids changes."""
    with pikepdf.open(io.BytesIO(drawn())) as made:
        data = io.BytesIO()
        made.save(data, encryption=pikepdf.Encryption(owner="owner", user="" if owner_only else "user"))
    with pytest.raises(ExtractionError, match=r"加密.*去掉密码"):
        annotate(data.getvalue(), result_of(on_page(None), []))


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n%nothing", b"PK\x03\x04", drawn()[:200], drawn(MediaBox=[0, 0, 0, 0])]
)
def test_a_damaged_file_is_refused_with_the_cure(data: bytes) -> None:
    """Never a trace."""
    document = on_page((50, 100, 350, 120))
    with pytest.raises(ExtractionError, match=r"损坏.*重新导出"):
        annotate(data, result_of(document, [finding(document, NUMBER)]))
