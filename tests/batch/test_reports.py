"""Every report of a scan: nothing that a spreadsheet runs, nothing that a browser loads, and what to do next."""

import csv
import datetime as dt
import io
import json
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from lxml import html

from screening.domain.decision import Disposition
from screening.domain.finding import Severity
from screening.plugins import discover
from screening.report.base import Report
from screening.report.scan_base import (
    Alike,
    Deviation,
    Gone,
    NotRead,
    ScanOptions,
    ScanReport,
    ScanResult,
    ScanRow,
    counted,
    local_time,
    month_of,
)
from screening.report.scan_charts import bars
from screening.report.scan_steps import next_steps

REPORTS = {one.name: one for one in discover("screening.report", ScanReport)}
EVIL = (
    '=HYPERLINK("http://x","y")',
    "+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "<script>alert(1)</script>",
)


def row(location: str = "http://www.yunling.example/1.html", **more: Any) -> ScanRow:
    """A finding as it is reported."""
    plain = ScanRow(
        location, "", "第2段", "通知公告", "pii_contact", "手机号、住址", Severity.S2, "手机号码", "CONTACT-001",
        "138****1234", "138****1234", "改用单位座机", "民法典1034", 0.95, "f1", "2031-05-06T01:30:00+08:00",
        "2031-05-07T01:30:00+08:00",
    )  # fmt: skip
    return replace(plain, **more)


def result(*rows: ScanRow, **more: Any) -> ScanResult:
    """A scan as it is reported."""
    plain = ScanResult("www.yunling.example", "单位网站", "2031-05-06T01:30:00+08:00", "2031-05-06T02:00:00+08:00",
                       Disposition.REDACT, 120, 8, 0, 128, True, rows)  # fmt: skip
    return replace(plain, **more)


def full() -> ScanResult:
    """With something of everything, and all of it hostile."""
    rows = [row(text, masked=text, mended=text, title=text, column=text, advice=text, place=text) for text in EVIL]
    return result(
        *rows,
        row(severity=Severity.S0, attachment="名单.xlsx", state="changed"),
        row(pages=30, modified="2030-12-01"),
        accepted=(row(accepted="安小禾：同意（至 2031-12-31）"),),
        not_read=tuple(NotRead(text, text, text, text, text) for text in EVIL),
        unread=len(EVIL),
        gone=tuple(Gone(text, text, text, (row(text, title=text, masked=text),)) for text in EVIL),
        deviations=tuple(Deviation("expired", text, text, text, text, text, text) for text in EVIL),
        compared=True,
        alike=(Alike("http://www.yunling.example/2.html", EVIL[0], 0.9),),
        sought="泄露件.docx",
    )


def rendered(name: str, of: ScanResult) -> bytes:
    """A report."""
    return REPORTS[name].render(of, ScanOptions())


def test_the_formats_that_are_promised() -> None:
    """And none of them is taken for a report of drafts."""
    assert set(REPORTS) == {"text", "json", "jsonl", "csv", "sarif", "html", "xlsx"}
    assert not {id(one) for one in discover("screening.report", Report)} & {id(one) for one in REPORTS.values()}


@pytest.mark.parametrize("name", sorted(REPORTS))
@pytest.mark.parametrize("of", [result(), full()], ids=["clean", "full"])
def test_every_report_is_written_for_every_result(name: str, of: ScanResult) -> None:
    """The same input, the same bytes but for a workbook's time; nothing raises."""
    content = rendered(name, of)
    assert content
    if name != "xlsx":
        assert content == rendered(name, of)


@pytest.mark.parametrize("name", ["text", "json", "html"])
def test_a_clean_report_says_how_much_was_read_and_that_this_is_no_permission(name: str) -> None:
    """The honest sentence."""
    text = " ".join(rendered(name, result()).decode().split())
    assert "检查了 120 页、8 个附件或文件；0 项未能读取；" in text.replace(" 项未能", " 项未能")
    assert "未发现 ≠ 可以公开" in text.replace("可以公 开", "可以公开")


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    """All sheets, all cells; four sheets are asked for, in order."""
    book = openpyxl.load_workbook(io.BytesIO(rendered("xlsx", full())))
    assert book.sheetnames[:3] == ["疑点", "未能读取", "统计"]
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert all(cell.data_type in ("s", "n") for cell in cells)
    assert not [cell.value for cell in cells if str(cell.value).startswith(("=", "+", "-", "@", "\t", "＝"))]
    names = [cell.value for cell in book["疑点"][1]]
    for wanted in ("网址或路径", "附件", "位置", "栏目", "类别", "内容（已遮蔽）", "规则", "怎么办", "规范写法",
                   "责任部门", "首次发现", "最近发现"):  # fmt: skip
        assert wanted in names


def test_the_charts_are_there_as_numbers() -> None:
    """By severity, column, category and month."""
    book = openpyxl.load_workbook(
        io.BytesIO(rendered("xlsx", result(row(), row(column="政务", modified="2030-12-01"))))
    )
    lines = [tuple(cell.value for cell in line[:2]) for line in book["统计"].iter_rows(min_row=1, max_col=2)]
    for wanted in (("中", 2), ("政务", 1), ("手机号、住址", 2), ("2030-12", 1), ("2031-05", 1)):
        assert wanted in lines


def test_no_cell_of_the_csv_is_a_formula() -> None:
    """Read back as a spreadsheet would."""
    lines = list(csv.reader(io.StringIO(rendered("csv", full()).decode("utf-8-sig"))))
    assert len({len(line) for line in lines}) == 1
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "＝"))]


def test_the_page_loads_and_runs_nothing() -> None:
    """No script, no handler, no address but of links; hostile words are words."""
    page = rendered("html", full()).decode()
    tree = html.fromstring(page)
    assert not tree.xpath("//script|//img|//link|//iframe|//@onclick|//@onerror|//@src")
    assert all(link.startswith(("http://", "https://")) for link in tree.xpath("//a/@href"))
    assert "default-src 'none'" in page
    assert len(tree.xpath("//figure")) == 3
    for rect in tree.xpath("//rect/@width"):
        assert float(rect) >= 0


def test_a_link_is_made_of_http_only() -> None:
    """Anything else stays text."""
    tree = html.fromstring(rendered("html", result(row("javascript:alert(1)"), row("a/b.html"))).decode())
    assert tree.xpath("//a/@href") == []


def test_charts_say_their_numbers_in_words_too() -> None:
    """And put many small values together."""
    chart = bars("按栏目", [(f"栏目{at}", 30 - at) for at in range(20)])
    assert "栏目0 30" in chart
    assert "其余 5 项" in chart
    assert re.search(r'role="img"', chart)
    assert "没有数据" in bars("空", [])


def test_sarif_and_json_lines_hold_every_finding() -> None:
    """With fingerprints; accepted ones are suppressed, not left out."""
    log = json.loads(rendered("sarif", full()))
    results = log["runs"][0]["results"]
    assert len(results) == len(full().rows) + 1
    assert [one for one in results if one.get("suppressions")]
    assert all(one["partialFingerprints"]["xianshen/v1"] for one in results)
    assert not log["runs"][0]["invocations"][0]["executionSuccessful"]
    lines = [json.loads(line) for line in rendered("jsonl", full()).decode().splitlines()]
    assert lines[-1]["is"] == "summary"
    assert {line["is"] for line in lines} == {
        "finding",
        "accepted",
        "not_read",
        "gone",
        "deviation",
        "alike",
        "summary",
    }


def words_of(name: str, of: ScanResult) -> str:
    """All words of a report, without blanks, line breaks and marks of the format."""
    content = rendered(name, of)
    if name == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        told = "".join(str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line)
        told += "".join(book.sheetnames)
    elif name == "html":
        told = html.fromstring(content.decode()).text_content()
    else:
        told = content.decode("utf-8-sig")
    return "".join(told.split())


SUMMARIES = ("text", "html", "json", "xlsx")


@pytest.mark.parametrize("name", SUMMARIES)
def test_no_news_is_not_told_as_nothing_found(name: str) -> None:
    """What is still open is counted, in the summary and in the next step; with nothing open it says so."""
    quiet = result(since="2031-05-05 01:30", before={Severity.S1: 2, Severity.S2: 6}, unread=3)
    told = words_of(name, quiet)
    assert "无新增变化" in told
    assert told.count("此前发现的仍有高2·中6未办；此前未能读取的仍有3项（去掉--since可看全部）") >= 2
    for lie in ("疑点：未发现", "未发现疑点", "没有需要立即处理"):
        assert lie not in told
    assert "没有新增变化，也没有未办的" in words_of(name, result(since="2031-05-05 01:30"))
    assert "此前发现" not in words_of(name, result(row()))
    if name != "html":
        assert "无新增变化，撤下1处" in words_of(name, replace(quiet, gone=(Gone("http://a/1"),)))


@pytest.mark.parametrize("name", SUMMARIES)
def test_times_are_told_as_people_here_write_them(name: str) -> None:
    """Not as machines do; but machines get them so."""
    here = dt.datetime.fromisoformat("2031-05-06T01:30:00+08:00").astimezone()
    if name in ("html", "xlsx"):
        assert f"{here:%Y-%m-%d%H:%M}至" in words_of(name, result(row()))
        assert "T01:30" not in words_of(name, result(row()))
    assert (local_time("2031-05-06"), local_time("昨天下午三点多"), local_time("")) == (
        "2031-05-06",
        "昨天下午三点多",
        "",
    )


@pytest.mark.parametrize("name", ["text", "html", "xlsx", "csv"])
def test_links_that_lead_nowhere_are_not_called_unread(name: str) -> None:
    """Each kind under its own heading."""
    broken = NotRead("http://a/1", "不存在（404）", "改链接", "http://a/", "", False, "broken")
    told = words_of(name, result(not_read=(broken, replace(broken, kind="asked", reason="按要求未读"))))
    assert "断链" in told
    assert "未抓" in told
    assert "未能读取（1）" not in told
    if name == "text":
        assert "所在页面：http://a/" in told


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_what_is_gone_is_told_with_its_findings(name: str) -> None:
    """And with what still leads to it."""
    if name == "sarif":
        return
    gone = Gone(
        "http://a/1", "名单", "http://a/", (row(severity=Severity.S1, title="居民身份证号码", fingerprint="fp9"),)
    )
    told = words_of(name, result(gone=(gone,)))
    for part in ("http://a/1", "居民身份证号码", "138****1234", "fp9"):
        assert part in told
    if name not in ("json", "jsonl"):
        assert "链接仍在" in told
        assert "高1" in told


def test_accepted_findings_are_listed_at_the_terminal() -> None:
    """What, where, who, why, until when: on one line."""
    aside = row(accepted="安小禾：对外值班电话（至 2031-12-31）")
    lines = rendered("text", result(accepted=(aside,))).decode().splitlines()
    assert "── 已认可（1）" in lines
    (line,) = [one for one in lines if "安小禾" in one]
    for part in (aside.title, aside.location, aside.place, "对外值班电话", "2031-12-31"):
        assert part in line


def test_the_official_form_is_told_once() -> None:
    """Where it is what is shown, only that it is; where there is none, nothing."""
    assert "「138****1234」（规范写法同此）" in rendered("text", result(row())).decode()
    assert "「安**」　规范写法：「安某」" in rendered("text", result(row(masked="安**", mended="安某"))).decode()
    assert "规范写法" not in rendered("text", result(row(mended=""))).decode().split("下一步")[0]


def test_what_to_do_next_follows_what_there_is() -> None:
    """The gravest first; always when to look again."""
    steps = next_steps(full())
    assert "立即下线" in steps[0]
    assert any("模板" in step for step in steps)
    assert any("登记簿" in step for step in steps)
    assert any("泄露件" in step for step in steps)
    assert any("未能读取的 7 项" in step for step in steps)
    assert any("链接仍在的 7 处" in step for step in steps)
    assert "没有需要立即处理" in next_steps(result())[0]
    assert all("--since last" in next_steps(of)[-1] for of in (result(), full()))
    assert not any("一栏" in step for step in steps)


def test_what_to_do_next_fits_the_place() -> None:
    """A file in a folder is not online; alone there are no others; without a ledger there is no last time."""
    drafts = result(row("稿件/1.docx", severity=Severity.S0), row("稿件/2.docx", severity=Severity.S1), kept=False)
    told = "".join(next_steps(drafts))
    assert "停止流转该文件" in told
    for wrong in ("下线", "页面", "网址", "重扫", "--since"):
        assert wrong not in told
    assert next_steps(result(row()))[0].startswith("1 处逐条核对")
    assert next_steps(result(row(), row(severity=Severity.S1)))[1].startswith("其余 1 处逐条核对")


def test_counting() -> None:
    """Most frequent first; the month of publication before that of finding."""
    assert counted([row(), row(modified="2030-12-01"), row()], month_of) == [("2031-05", 2), ("2030-12", 1)]
