"""The report for people at a terminal."""

import re

import pytest

from screening.domain.document import BlockKind, Provenance
from screening.report.base import ReportOptions
from screening.report.columns import padded, shortened, width_of, wrapped
from screening.report.terminal import render
from tests.report.drafts import clean_news, document_of, finding, result_of, subsidy_notice


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal(width, language):
    text = render([subsidy_notice(), clean_news()], ReportOptions(width=width, language=language)).decode()
    assert max(map(width_of, text.splitlines())) <= width + 2  # a closing mark may hang


def test_colour_changes_nothing_but_colour():
    plain = render([subsidy_notice()], ReportOptions()).decode()
    coloured = render([subsidy_notice()], ReportOptions(colour=True)).decode()
    assert "\x1b" not in plain
    assert "\x1b" in coloured
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


def test_gravest_first_with_reasons_and_cures():
    text = render([subsidy_notice()], ReportOptions()).decode()
    assert text.index("── 严重") < text.index("── 高") < text.index("── 中") < text.index("── 低")
    assert "检查了 18 段、1 个附件、1 张图片，2 处未能读取。" in text
    assert "未发现 ≠ 可以公开，仍须审批：初审 → 复审 → 审批" in text
    assert "手机「139****1234」" in text


def test_more_than_three_alike_stand_on_one_line():
    pieces = [(BlockKind.PARAGRAPH, "拨打13900001111", Provenance(paragraph=n)) for n in range(1, 6)]
    document = document_of(pieces)
    for count, lines in ((3, 3), (4, 1), (5, 1)):
        hits = [finding(document, "13900001111", "139****1111", occurrence=n + 1) for n in range(count)]
        text = render([result_of(document, hits)], ReportOptions()).decode()
        assert text.count("[高]") == lines
    assert "相同 5 处" in text
    assert "第1段；第2段；第3段；第4段；第5段" in text


def test_summary_only_for_several():
    assert "汇总" not in render([clean_news()], ReportOptions()).decode()
    assert "汇总：稿件 2 份" in render([clean_news(), subsidy_notice()], ReportOptions()).decode()


def test_columns_count_chinese_letters_twice():
    assert width_of("中a，") == 5
    assert padded("中", 4) == "中  "
    assert wrapped("一二三四五。六七", 10) == ["一二三四五。", "六七"]
    assert wrapped("见 word/document.xml 部件", 12) == ["见", "word/documen", "t.xml 部件"]
    assert width_of(shortened("很长很长很长的文件名称.docx", 12)) <= 12
    assert shortened("很长很长很长的文件名称.docx", 14).endswith(".docx"[-4:])
