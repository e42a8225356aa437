"""The author's own file with comments: on exactly the flagged words, its text untouched."""

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from screening.domain.document import BlockKind
from screening.domain.errors import ExtractionError
from screening.report.word_notes import annotate
from tests.report.drafts import finding, result_of
from tests.report.word_files import (
    NAMESPACES,
    add_xml,
    commented_words,
    opened,
    read,
    result_for,
    result_in,
    saved,
    visible_text,
    with_part,
)

TERM = "内部会议纪要"
BOX = """<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><mc:Choice Requires="wps"><w:drawing>
 <wps:txbx><w:txbxContent><w:p><w:r><w:t>框内有内部会议纪要一份</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing>
 </mc:Choice></mc:AlternateContent></w:r>"""


def annotated(data: bytes, result, **options):
    """Annotate, and hold what must always hold."""
    out, exact = annotate(data, result, **options)
    assert visible_text(out) == visible_text(data)
    return commented_words(out), exact


def one_term(data: bytes, occurrence: int = 1) -> None:
    """The nth occurrence of the term, and nothing else, is under the comment."""
    notes, exact = annotated(data, result_for(data, [(TERM, occurrence)]))
    assert exact == 1
    assert [words for words, _ in notes.values()] == [TERM]


def test_term_over_four_runs():
    word = docx.Document()
    paragraph = word.add_paragraph("据")
    for text in ("市里内", "部会", "议", "纪要记载"):
        paragraph.add_run(text).bold = len(text) == 2
    one_term(saved(word))


def test_inside_one_run_and_its_looks_stay():
    word = docx.Document()
    word.add_paragraph().add_run(f"据 {TERM} 记载").bold = True
    data = saved(word)
    out, exact = annotate(data, result_for(data, [(TERM, 1)]))
    runs = [run for run in opened(out).paragraphs[0].runs if run.text]
    assert exact == 1
    assert [run.text for run in runs] == ["据 ", TERM, " 记载"]
    assert all(run.bold for run in runs)


def test_in_a_table_cell():
    word = docx.Document()
    word.add_paragraph("表前")
    table = word.add_table(2, 3)
    table.cell(1, 0).text = "二"
    table.cell(1, 2).text = f"见{TERM}"
    table.cell(1, 2).add_paragraph("第二段")
    one_term(saved(word))


def test_in_a_nested_table():
    word = docx.Document()
    cell = word.add_table(1, 2).cell(0, 1)
    cell.text = "外层"
    cell.add_table(1, 2).cell(0, 1).text = f"里层{TERM}。"
    one_term(saved(word))


def test_in_a_nested_table_that_comes_first_in_its_row():
    word = docx.Document()
    cell = word.add_table(1, 2).cell(0, 0)
    inner = cell.add_table(1, 2)
    inner.cell(0, 0).text = f"里层{TERM}。"
    cell._tc.remove(cell.paragraphs[0]._p)
    one_term(saved(word))


@pytest.mark.parametrize(
    "xml",
    [
        '<w:hyperlink w:anchor="a"><w:r><w:t>看内部会</w:t></w:r><w:r><w:t>议纪要吧</w:t></w:r></w:hyperlink>',
        '<w:ins w:id="9" w:author="甲"><w:r><w:t>看内部会议纪要吧</w:t></w:r></w:ins>',
        "<w:sdt><w:sdtContent><w:r><w:t>看内部会议纪要吧</w:t></w:r></w:sdtContent></w:sdt>",
        "<w:smartTag><w:r><w:t>看内部会议纪要吧</w:t></w:r></w:smartTag>",
    ],
)
def test_inside_containers(xml):
    word = docx.Document()
    add_xml(word.add_paragraph("请"), xml)
    one_term(saved(word))


def test_across_the_edge_of_a_link():
    word = docx.Document()
    paragraph = word.add_paragraph("请看内部")
    add_xml(paragraph, '<w:hyperlink w:anchor="a"><w:r><w:t>会议</w:t></w:r></w:hyperlink>')
    paragraph.add_run("纪要。")
    one_term(saved(word))


def test_deleted_words_in_between():
    word = docx.Document()
    paragraph = word.add_paragraph("请看内部")
    add_xml(paragraph, '<w:del w:id="7" w:author="甲"><w:r><w:delText>秘密</w:delText></w:r></w:del>')
    paragraph.add_run("会议纪要。")
    one_term(saved(word))


def test_hidden_words_before_the_hit():
    word = docx.Document()
    paragraph = word.add_paragraph()
    paragraph.add_run(f"{TERM}藏").font.hidden = True
    paragraph.add_run(f"明处的{TERM}。")
    data = saved(word)
    notes, exact = annotated(data, result_in(data, BlockKind.PARAGRAPH, TERM))
    assert exact == 1
    assert [words for words, _ in notes.values()] == [TERM]
    node = opened(annotate(data, result_in(data, BlockKind.PARAGRAPH, TERM))[0]).element.find(
        f".//{qn('w:commentRangeStart')}"
    )
    assert node.getprevious().find(qn("w:t")).text == "明处的"


@pytest.mark.parametrize("occurrence", [1, 2, 3])
def test_the_right_one_of_repeated_words(occurrence):
    word = docx.Document()
    word.add_paragraph(f"{TERM}与{TERM}，")
    word.add_paragraph(f"还有{TERM}")
    data = saved(word)
    one_term(data, occurrence)
    out, _ = annotate(data, result_for(data, [(TERM, occurrence)]))
    body = opened(out).element.body
    before = ""
    for node in body.iter():
        if node.tag == qn("w:commentRangeStart"):
            break
        before += node.text or "" if node.tag == qn("w:t") else ""
    assert before.count(TERM) == occurrence - 1


def test_tabs_breaks_and_hyphens():
    word = docx.Document()
    paragraph = word.add_paragraph()
    add_xml(
        paragraph,
        "<w:r><w:t>电话</w:t><w:tab/><w:t>0000</w:t><w:noBreakHyphen/><w:t>123456</w:t><w:br/><w:t>完</w:t></w:r>",
    )
    data = saved(word)
    notes, exact = annotated(data, result_for(data, [("0000-123456", 1)]))
    assert exact == 1
    assert [words for words, _ in notes.values()] == ["0000123456"]


def test_automatic_numbers_in_front():
    word = docx.Document()
    word.add_paragraph(f"第一条{TERM}。", style="List Number")
    one_term(saved(word))


def test_overlapping_findings():
    word = docx.Document()
    word.add_paragraph("据市内部会议纪要记载")
    data = saved(word)
    notes, exact = annotated(data, result_for(data, [("市内部会议", 1), ("会议纪要", 1), ("会议", 1)]))
    assert exact == 3
    assert sorted(words for words, _ in notes.values()) == sorted(["市内部会议", "会议纪要", "会议"])


def test_places_that_carry_no_comment_go_into_one_summary():
    word = docx.Document()
    word.add_paragraph("关于采购的通知")
    word.sections[0].header.paragraphs[0].text = f"页眉{TERM}"
    add_xml(
        word.add_paragraph("正文"), f'<w:del w:id="1" w:author="甲"><w:r><w:delText>{TERM}</w:delText></w:r></w:del>'
    )
    word.core_properties.subject = TERM
    data = saved(word)
    document = read(data)
    hits = [finding(document, TERM, "内****要", occurrence=nth) for nth in range(1, document.text.count(TERM) + 1)]
    assert len(hits) >= 3
    notes, exact = annotated(data, result_of(document, hits), show=False)
    assert exact == 0
    [(words, text)] = notes.values()
    assert words == "关于采购的通知"
    assert TERM not in text
    assert all(hit.place in text for hit in hits)
    assert hits[0].advice in text


def test_text_boxes_get_a_comment_on_the_box_because_word_ignores_those_inside():
    word = docx.Document()
    word.add_paragraph("关于采购的通知")
    add_xml(word.add_paragraph("看"), BOX)
    data = saved(word)
    out, exact = annotate(data, result_in(data, BlockKind.TEXT_BOX, TERM))
    assert visible_text(out) == visible_text(data)
    assert exact == 0
    starts = list(opened(out).element.iter(qn("w:commentRangeStart")))
    assert len(starts) == 1
    assert not list(starts[0].iterancestors(qn("w:txbxContent")))


def test_comments_that_are_there_stay():
    word = docx.Document()
    paragraph = word.add_paragraph(f"据{TERM}记载")
    word.add_comment(paragraph.runs, text="请核对", author="甲", initials="甲")
    data = saved(word)
    out, exact = annotate(data, result_for(data, [(TERM, 1)]))
    comments = list(opened(out).comments)
    assert exact == 1
    assert (comments[0].author, comments[0].text) == ("甲", "请核对")
    assert len({comment.comment_id for comment in comments}) == len(comments) == 2


def test_nothing_found_nothing_added():
    word = docx.Document()
    word.add_paragraph("云岭市读书节开幕")
    data = saved(word)
    out, exact = annotate(data, result_of(read(data)))
    assert (exact, commented_words(out)) == (0, {})


def test_an_empty_body_still_takes_the_summary():
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = TERM
    data = saved(word)
    notes, exact = annotated(data, result_for(data, [(TERM, 1)])) if word.paragraphs else ({"": ("", "页眉")}, 0)
    assert exact == 0
    assert "页眉" in next(iter(notes.values()))[1]


def test_text_that_does_not_belong_to_the_file_is_never_placed():
    word = docx.Document()
    word.add_paragraph("完全不同的一段文字")
    data = saved(word)
    other = docx.Document()
    other.add_paragraph(f"据{TERM}记载")
    notes, exact = annotated(data, result_for(saved(other), [(TERM, 1)]))
    assert exact == 0
    assert len(notes) == 1


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04rubbish", b"not a zip at all"])
def test_broken_files_are_refused_with_a_cure(broken):
    word = docx.Document()
    word.add_paragraph(TERM)
    with pytest.raises(ExtractionError, match="另存为") as caught:
        annotate(broken, result_for(saved(word), [(TERM, 1)]))
    assert caught.value.reason == "parse_error"


def test_strict_files_are_refused_with_a_cure():
    word = docx.Document()
    word.add_paragraph(TERM)
    data = saved(word)
    rels = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    strict = with_part(data, "_rels/.rels", rels)
    with pytest.raises(ExtractionError) as caught:
        annotate(strict, result_for(data, [(TERM, 1)]))
    assert caught.value.reason == "parse_error"


def test_many_findings_in_one_paragraph_stay_quick():
    word = docx.Document()
    paragraph = word.add_paragraph("，".join(f"第{n:04}号{TERM}" for n in range(670)))
    paragraph._p.insert(0, parse_xml(f"<w:bookmarkStart {NAMESPACES} w:id='1' w:name='a'/>"))
    data = saved(word)
    notes, exact = annotated(data, result_for(data, [(TERM, n + 1) for n in range(670)]))
    assert exact == 670
    assert {words for words, _ in notes.values()} == {TERM}
