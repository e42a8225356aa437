"""The printed form: 17 fields, blanks to sign, the unit's own template; nothing given becomes a field code."""

import io
import re
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.domain.errors import SettingsError
from screening.domain.record import CaseRecord, Opinion
from screening.report.approval_form import approval_form, form_rows
from tests.report.case_records import DIGEST, declared, recalled, refused, screened, signed, waiting
from tests.report.word_files import add_xml, opened, saved

FIELDS = (
    "编号", "填表日期", "拟公开单位/部门", "申请人", "联系电话", "信息（宣传报道）名称", "事项类别", "事由（发布依据）",
    "载体形式", "资料最高密级", "附件及各自密级", "图片", "拟公开方式", "拟公开时间", "内容摘要", "保密承诺和措施",
    "审查内容是否涉及", "系统筛查结论", "所在单位（处室）自审意见", "业务主管部门审查意见（需要时）",
    "保密审查机构意见", "编辑、主编（宣传部）意见", "分管领导审批意见", "送审情况", "发布与留存",
)  # fmt: skip


def values(record: CaseRecord) -> dict[str, str]:
    """What stands beside each label in the file, as Word shows it."""
    (table,) = opened(approval_form(record)).tables
    found: dict[str, str] = {}
    for row in table.rows:
        cells = [docx.table._Cell(element, table).text for element in row._tr.tc_lst]
        found |= dict(zip(cells[::2], cells[1::2], strict=True))
    return found


def test_every_field_of_the_rule_stands_on_the_form() -> None:
    """Domain rules, section 7, fields 1 to 17."""
    assert set(FIELDS) <= set(values(waiting()))


def test_the_file_and_the_print_page_say_the_same() -> None:
    """One source for both."""
    for record in (waiting(), signed(), refused(), recalled()):
        assert values(record) == dict(form_rows(record))


def test_what_is_not_signed_is_left_blank_for_hand_and_seal() -> None:
    """签字、公章、日期."""
    for label in FIELDS[18:23]:
        assert "（签字）：　" in values(waiting())[label]
        assert "（公章）" in values(waiting())[label]
        assert "　　年　　月　　日" in values(waiting())[label]
    assert "申请人（签字）：　" in values(signed())["保密承诺和措施"]


def test_opinions_stand_in_the_field_of_their_office() -> None:
    """With name and date."""
    form = values(signed())
    assert "内容属实" in form["所在单位（处室）自审意见"]
    assert "签字：钱谷雨（电子签署）" in form["所在单位（处室）自审意见"]
    assert "☑应予公开" in form["保密审查机构意见"]
    assert "李惊蛰" in form["分管领导审批意见"]
    assert "2031年5月7日" in form["分管领导审批意见"]
    assert "云保复〔2031〕9号" in form["送审情况"]
    assert "https://yunling.example/tea" in form["发布与留存"]


def test_an_opinion_of_another_office_is_not_lost() -> None:
    """It gets a field of its own."""
    opinion = Opinion(3, "法制科", "郑霜降", "2031-05-07", "同意公开", "无异议")
    assert "郑霜降" in values(signed(opinions=(*signed().opinions, opinion)))["法制科意见"]


def test_boxes_are_ticked_as_declared() -> None:
    """☑ for what was chosen, □ for the rest; what is not on the form is written behind 其他."""
    form = values(waiting())
    assert "☑新闻稿件　□展览展示" in form["事项类别"]
    assert "☑政府网站" in form["拟公开方式"]
    assert "□公文类　☑非公文类" in form["载体形式"]
    assert "☑有 3 张" in form["图片"]
    other = values(waiting(declaration=declared(kind="论文", channel="境外媒体", carrier="公文", photo_count=0)))
    assert "☑其他：论文" in other["事项类别"]
    assert "☑其他：境外媒体" in other["拟公开方式"]
    assert "☑公文类" in other["载体形式"]
    assert "☑无" in other["图片"]


def test_a_refusal_shows_its_ground_and_article() -> None:
    """政府信息公开条例 37: whether a part may be released is answered too."""
    field = values(refused())["保密审查机构意见"]
    assert "☑不予公开" in field
    assert "☑个人隐私" in field
    assert "□应予公开" in field
    assert "第十五条" in field
    assert "☑已考虑" in field


def test_the_program_never_ticks_that_it_may_be_published() -> None:
    """Without the secrecy office's opinion both boxes are empty, also when nothing was found."""
    clean = screened(1)
    assert "☑" not in values(waiting(screening=clean))["保密审查机构意见"]
    assert "☑" not in values(waiting())["审查内容是否涉及"]


def test_the_screening_is_told_with_versions_digest_and_findings() -> None:
    """Many findings are cut to what the page holds, and their number stays."""
    field = values(waiting(screening=screened(20)))["系统筛查结论"]
    assert DIGEST in field
    assert "7c21d0b9aa11" in field
    assert "PII-001" in field
    assert "另有 12 处" in field
    assert "尚未筛查" in values(waiting(screening=None))["系统筛查结论"]


def test_it_is_a4_in_the_fonts_of_an_office() -> None:
    """仿宋 and 宋体 for east-asian text; opinions begin on the second page."""
    word = opened(approval_form(waiting()))
    section = word.sections[0]
    assert round(section.page_width.cm, 1) == 21.0
    assert round(section.page_height.cm, 1) == 29.7
    fonts = {fonts.get(qn("w:eastAsia")) for fonts in word.element.body.iter(qn("w:rFonts"))}
    assert fonts == {"宋体", "仿宋"}
    breaks = [row for row in word.tables[0].rows if row.cells[0].paragraphs[0].paragraph_format.page_break_before]
    assert [row.cells[0].text for row in breaks] == ["所在单位（处室）自审意见"]


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=60))
def test_any_text_makes_a_whole_file_without_field_codes(text: str) -> None:
    """Controls, broken characters, braces, formulas: text stays text."""
    record = waiting(number=text, author=text, declaration=declared(title=text, summary=text, sources=text))
    data = approval_form(record)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert not re.search(rb"instrText|fldSimple|fldChar", package.read("word/document.xml"))
    opened(data)


def template(*paragraphs: str) -> docx.document.Document:
    """A unit's form with these paragraphs."""
    word = docx.Document()
    for text in paragraphs:
        word.add_paragraph(text)
    return word


def test_a_template_is_filled_in_paragraphs_cells_and_headers() -> None:
    """Everywhere people put placeholders; the rest of the template stays."""
    word = template("云岭市文化局审批表　编号：{{编号}}", "标题：{{ 标题 }}　附注")
    word.add_table(1, 1).cell(0, 0).add_table(1, 1).cell(0, 0).text = "初审：{{初审意见}} {{初审人}} {{初审日期}}"
    word.sections[0].header.paragraphs[0].text = "{{单位}}"
    word.sections[0].footer.paragraphs[0].text = "{{SHA256}}"
    done = opened(approval_form(signed(), saved(word)))
    assert done.paragraphs[0].text == "云岭市文化局审批表　编号：云岭〔2031〕0017"
    assert done.paragraphs[1].text == "标题：云岭市举办第十二届茶叶节　附注"
    inner = done.tables[0].cell(0, 0).tables[0].cell(0, 0).text
    assert inner == "初审：同意公开：内容属实 钱谷雨 2031年5月6日"
    assert done.sections[0].header.paragraphs[0].text == "云岭市文化局"
    assert done.sections[0].footer.paragraphs[0].text == DIGEST


def test_a_placeholder_split_over_runs_is_filled_and_keeps_the_look_of_its_first_run() -> None:
    """Word splits words wherever somebody edits."""
    word = template()
    paragraph = word.add_paragraph("编")
    for text, bold in (
        ("号：{", False),
        ("{标", True),
        ("题", False),
        ("}", False),
        ("}（{{类别}}", False),
        ("）", False),
    ):
        paragraph.add_run(text).bold = bold
    done = opened(approval_form(waiting(), saved(word))).paragraphs[0]
    assert done.text == "编号：云岭市举办第十二届茶叶节（新闻稿件）"
    assert [run.bold for run in done.runs if "茶叶节" in run.text] == [False]


def test_a_text_box_is_filled_too() -> None:
    """Headings of red-head forms often stand in one."""
    word = template()
    add_xml(
        word.add_paragraph("外面{{编号}}"),
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框内{{部门}}</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
    )
    xml = opened(approval_form(waiting(), saved(word))).element.xml
    assert "框内宣传科" in xml
    assert "外面云岭〔2031〕0017" in xml


def test_many_lines_become_line_breaks() -> None:
    """A value of several lines stands in several lines."""
    text = opened(approval_form(signed(), saved(template("送审：{{送审情况}}。")))).paragraphs[0].text
    first, second = text.split("\n")
    assert first.startswith("送审：审定单位：云岭市保密局")
    assert second.endswith("。")


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    """What an author wrote is never read as an instruction."""
    record = waiting(declaration=declared(title="{{联系电话}}"))
    assert opened(approval_form(record, saved(template("{{标题}}")))).paragraphs[0].text == "{{联系电话}}"


def test_an_unknown_placeholder_is_named_with_those_that_are_known() -> None:
    """The cure is in the message."""
    with pytest.raises(SettingsError, match=r"\{\{标体\}\}.*可用的有：编号、.*标题"):
        approval_form(waiting(), saved(template("{{标体}}", "{{编号}}")))


@pytest.mark.parametrize("data", [b"", b"not a file", b"PK\x03\x04broken"])
def test_a_template_that_is_no_word_file_is_refused(data: bytes) -> None:
    """With the cure."""
    with pytest.raises(SettingsError, match="另存为"):
        approval_form(waiting(), data)
