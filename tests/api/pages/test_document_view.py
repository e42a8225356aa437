"""Laws of the case page's view: text is never lost, shifted or repeated; every finding can be seen."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from api.pages.document_view import DocumentView, view_of
from api.pages.page_boxes import pictures_of
from screening.domain.document import BlockKind, Document, Hidden, Provenance, Span, Unread, UnreadReason
from screening.domain.finding import Finding, Severity
from screening.domain.run import Run
from tests.api.pages.samples import CATEGORIES, DOCUMENT, RUN, finding_at, long_draft, run_of, sample_view

_PATHS = ((), ("附件.xlsx",), ("包.zip", "名单.docx"))
_KINDS = (BlockKind.PARAGRAPH, BlockKind.TABLE_ROW, BlockKind.COMMENT, BlockKind.DELETED, BlockKind.PROPERTY)
_PIECE = st.tuples(
    st.sampled_from(_KINDS),
    st.text(alphabet="云岭a1 \t\n𠮷é", min_size=1, max_size=12),
    st.builds(Provenance, path=st.sampled_from(_PATHS), hidden=st.sampled_from((Hidden.NO, Hidden.WHITE))),
)


def _document(pieces: list[tuple[BlockKind, str, Provenance]]) -> Document:
    return Document.of_pieces(pieces, sha256="0" * 64, media_type="text/plain", filename="稿.txt")


@st.composite
def drafts(draw: st.DrawFn) -> tuple[Document, Run]:
    """A draft and findings anywhere in it: overlapping, nested, across blocks, on nothing but a newline."""
    document = _document(draw(st.lists(_PIECE, min_size=1, max_size=8)))
    starts = st.integers(0, len(document.text) - 1)
    found: list[Finding] = []
    for kind in draw(st.lists(st.sampled_from(sorted(CATEGORIES)), max_size=8)):
        start = draw(starts)
        span = Span(start, draw(st.integers(start + 1, len(document.text))))
        found.append(finding_at(document, kind, span))
    return document, run_of(document, tuple(found))


def _segments(view: DocumentView) -> list[tuple[str, tuple[str, ...]]]:
    blocks = (block for section in view.sections for block in section.blocks)
    return [(segment.text, segment.items) for block in blocks for segment in block.segments]


@given(drafts())
def test_segments_joined_give_every_block_back(draft: tuple[Document, Run]) -> None:
    """Text is neither lost, repeated nor shifted, whatever lies over it."""
    document, run = draft
    shown = {block.id: block for section in view_of(document, run).sections for block in section.blocks}
    assert len(shown) == len(document.blocks)
    for number, block in enumerate(document.blocks):
        view = shown[f"b{number}"]
        assert "".join(segment.text for segment in view.segments) == block.text
        assert "\t".join("".join(segment.text for segment in cell) for cell in view.cells) == block.text


@given(drafts())
def test_every_finding_is_seen_and_covers_its_own_words(draft: tuple[Document, Run]) -> None:
    """Its segments joined are its quote without the newlines between blocks; it begins and ends once."""
    document, run = draft
    view = view_of(document, run)
    for number, finding in enumerate(run.findings):
        item = f"f{number}"
        covered = "".join(
            segment.text
            for at in range(len(document.blocks))
            for section in view.sections
            for block in section.blocks
            if block.id == f"b{at}"
            for segment in block.segments
            if item in segment.items
        )
        assert Counter(covered) == Counter(covered) & Counter(finding.quote)
        assert covered.replace("\n", "") == finding.quote.replace("\n", "")
        assert any(item in items for _, items in _segments(view))
    begins = [
        item for section in view.sections for block in section.blocks for s in block.segments for item in s.begins
    ]
    ends = [item for section in view.sections for block in section.blocks for s in block.segments for item in s.ends]
    every = sorted(f"f{number}" for number in range(len(run.findings)))
    assert sorted(begins) == every
    assert sorted(ends) == every


@given(drafts(), st.integers(1, 4))
def test_pages_hold_every_block_and_card_once_with_unique_ids(draft: tuple[Document, Run], size: int) -> None:
    """Whatever the page size; no page is larger; items and anchors come once."""
    document, run = draft
    view = view_of(document, run, page_size=size)
    blocks = [block.id for page in view.pages for section in page.sections for block in section.blocks]
    assert sorted(blocks) == sorted(f"b{number}" for number in range(len(document.blocks)))
    assert all(sum(len(section.blocks) for section in page.sections) <= size for page in view.pages)
    cards = [card.item for page in view.pages for card in page.cards]
    assert sorted(cards) == sorted(card.item for card in view.cards)
    assert [card.number for page in view.pages for card in page.cards] == list(range(1, len(cards) + 1))
    items = [one.item for one in view.cards] + [one.item for one in view.openings]
    assert len(set(items)) == len(items)
    assert all(card in view.page(card.page).cards for card in view.cards)
    for page in view.pages:
        ids = [section.id for section in page.sections]
        assert len(set(ids)) == len(ids)


@given(drafts())
def test_the_gravest_finding_colours_a_segment(draft: tuple[Document, Run]) -> None:
    """The highest severity of those that lie over it."""
    document, run = draft
    for section in view_of(document, run).sections:
        for block in section.blocks:
            for segment in block.segments:
                over = [run.findings[int(item[1:])].severity for item in segment.items]
                assert segment.severity == (max(over).name.lower() if over else "")


def test_hidden_content_and_attachments_stand_apart_and_are_labelled() -> None:
    """What a reader of the page would miss comes after the text, under its own name."""
    titles = [(section.title, section.apart) for section in sample_view().sections]
    assert titles == [
        ("正文", False),
        ("批注和注释", True),
        ("修订中删去、移走的文字", True),
        ("文档属性和人员记录", True),
        ("附件《参加人员.xlsx》", False),
    ]


def test_items_follow_the_run_and_states_the_desk() -> None:
    """f for findings, u for unread, a for attachments; equal ones know each other; who looked has looked."""
    view = sample_view()
    assert [one.item for one in view.openings] == ["u0", "u1", "a0"]
    assert [(view.cards[5].equal, view.cards[8].equal)] == [(("f7",), ("f11",))]
    assert (view.cards[0].state_label, view.cards[3].state_label) == ("删改·删除", "放行·误报")
    assert view.cards[1].state_label == "待处理"
    assert not view.cards[0].open
    assert "f0" not in view.unopened
    assert {"f2", "u1", "a0"} <= set(view.unopened)
    assert view.pages[0].after("f1") == "f2"
    assert view.pages[0].after("f2") == "f4"


def test_counts_name_every_severity() -> None:
    """Also those with nothing found: an honest clean result names what was looked for."""
    counts = {one.id: (one.total, one.open) for one in sample_view().severities}
    assert counts == {"s0": (1, 1), "s1": (4, 3), "s2": (6, 6), "s3": (1, 0)}
    assert sum(one.total for one in sample_view().categories) == len(RUN.findings)


def test_a_long_draft_comes_in_small_pages() -> None:
    """670 findings on 100 pages: no page has more than about 60 blocks or 80 cards."""
    view = view_of(*long_draft())
    assert sum(len(page.cards) for page in view.pages) == 670
    assert all(len(page.cards) <= 82 for page in view.pages)
    assert view.page_of("f669") == view.cards[669].page
    assert view.page(99).number == len(view.pages)


def test_nothing_read_is_one_empty_page() -> None:
    """A file of which nothing could be read still has a page that says so."""
    document = _document([])
    view = view_of(document, run_of(document, (), (Unread("", UnreadReason.ENCRYPTED),)))
    assert [page.sections for page in view.pages] == [()]
    assert view.openings[0].title == "整个文件"


def test_boxes_are_turned_to_the_origin_of_a_picture_and_joined_by_block() -> None:
    """PDF counts from the bottom, a picture from the top; findings of one block share a box of the gravest colour."""
    (picture,) = pictures_of(DOCUMENT, RUN, {1: (595, 842)})
    (box,) = picture.boxes
    assert (box.x, box.y, box.width, box.height) == (72, 222, 451, 60)
    assert box.items == ("f1", "f2", "f3", "f4")
    assert box.severity == Severity.S0.name.lower()
