"""The register and the monthly return, opened again as a spreadsheet program would."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from screening.domain.errors import SettingsError
from screening.domain.record import CaseRecord
from screening.report.register import harmless, monthly_summary_xlsx, register_xlsx
from tests.report.case_records import DIGEST, declared, recalled, refused, signed, waiting

COLUMNS = (
    "编号", "标题/信息名称", "类别", "载体形式", "密级声明", "生成日期", "作者", "部门", "拟发布媒体/渠道", "公开范围",
    "拟公开时间", "图片作者与数量", "内容摘要", "素材来源", "系统筛查结论", "各级意见、姓名、日期",
    "不予公开理由与依据", "送审单位、文号、答复", "内容 SHA-256", "发布人", "发布日期与网址", "撤回记录",
)  # fmt: skip
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", " =1", "＝1+1", '=HYPERLINK("http://a.example")']


def sheet_of(data: bytes):
    """The only sheet."""
    return load_workbook(io.BytesIO(data)).active


def rows(record: CaseRecord) -> dict[str, str]:
    """The only case of a register, by heading."""
    names, cells = sheet_of(register_xlsx([record], None)).iter_rows(values_only=True)
    return dict(zip(names, cells, strict=True))


def test_every_column_of_the_rule_is_there() -> None:
    """Domain rules, section 7, "Register"."""
    assert set(COLUMNS) <= set(rows(waiting()))


def test_a_finished_case_is_told_whole() -> None:
    """Opinions with names and days, the outside authority, publication, recall."""
    row = rows(recalled())
    assert "钱谷雨，2031年5月6日" in row["各级意见、姓名、日期"]
    assert "规则库 7c21d0b9aa11；命中 2 处" in row["系统筛查结论"]
    assert "最高级 高" in row["系统筛查结论"]
    assert "云文函〔2031〕3号" in row["送审单位、文号、答复"]
    assert "可以公开" in row["送审单位、文号、答复"]
    assert row["内容 SHA-256"] == DIGEST
    assert row["发布人"] == "吴白露"
    assert "漏删手机号" in row["撤回记录"]
    assert "已考虑区分处理" in rows(refused())["不予公开理由与依据"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    """Security T21: text cells, and a mark before what a CSV or a paste would run."""
    record = waiting(number=text, author=text, declaration=declared(title=text, summary=text, sources=text))
    for data in (register_xlsx([record], None), monthly_summary_xlsx([record], "2031-05", record.unit)):
        for row in sheet_of(data).iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "inlineStr", "n")  # inlineStr: text in place; n: empty
                assert not str(cell.value or "").lstrip().startswith(("=", "+", "-", "@", "＝"))
    assert rows(record)["标题/信息名称"].startswith("'")


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=80))
def test_any_text_is_harmless(text: str) -> None:
    """Whatever an author types, the file opens and no cell begins a formula."""
    assert not harmless(text).lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    register_xlsx([waiting(declaration=declared(title=text))], None)


def test_it_prints_on_a4_with_its_heading_in_sight() -> None:
    """Landscape, one page wide, headings frozen and repeated."""
    sheet = sheet_of(register_xlsx([waiting()], None))
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.fitToHeight == 0
    assert all(6 <= dimension.width <= 40 for dimension in sheet.column_dimensions.values())


def test_a_month_is_chosen_by_the_day_of_registration() -> None:
    """Without a month all are there."""
    june = waiting(number="云岭〔2031〕0101", created_at="2031-06-01T00:00:00+08:00")
    assert sheet_of(register_xlsx([signed(), june], "2031-06")).max_row == 2
    assert sheet_of(register_xlsx([signed(), june], None)).max_row == 3
    with pytest.raises(SettingsError, match="2031-05"):
        register_xlsx([], "2031-13")


def test_the_monthly_return_counts_the_cases_of_the_unit() -> None:
    """Of another unit or month nothing is told."""
    other = waiting(unit="青石县文化局", number="青石〔2031〕0001")
    june = waiting(created_at="2031-06-01T00:00:00+08:00")
    data = monthly_summary_xlsx([signed(), refused(), recalled(), other, june], "2031-05", "云岭市文化局")
    texts = [[str(cell) for cell in row if cell] for row in sheet_of(data).iter_rows(values_only=True)]
    assert texts[0] == ["2031年5月信息公开（宣传报道）保密审查汇总表"]
    assert texts[1] == ["填报单位：云岭市文化局（公章）"]
    assert [row[0] for row in texts[3:6]] == ["1", "2", "3"]
    assert "合计：审查 3 件；已发布 2 件；不予公开 1 件；送审 2 件；撤回 1 件" in texts[7]
    assert not any("青石" in cell for row in texts for cell in row)
