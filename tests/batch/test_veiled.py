"""No report of a scan names anybody: whatever rule points at a passage, whatever format it is written in."""

import datetime as dt
import time
from dataclasses import replace

import pytest

from screening.batch.judge import JudgeSettings
from screening.batch.ledger import Ledger
from screening.batch.pool import Pool
from screening.batch.progress import Progress
from screening.batch.scan import scan
from screening.batch.summary import Frame, summarise
from screening.domain.decision import Disposition
from screening.plugins import discover
from screening.report.scan_base import ScanOptions, ScanReport
from tests.batch.scanning import NUMBER, PHONE, Listed, judge, judging, now, page, settings_in

NAMES = ("郑远山", "柳蔓", "安小禾", "欧阳栖禾", "庾长岭", "闵昭华", "束文博")
PASSAGES = (
    '<p style="display:none">经办人{name}，电话' + PHONE + "，此段发布前删去。</p>",
    '<p style="color:#fff;background:#fff">经办人{name}</p>',
    "<!-- 经办人{name}改的稿，原稿里写了身份证" + NUMBER + " -->",
    "<p>{name}护照号见附页，警卫随行二人宿于团长隔壁房，次日5时40分从地库西口出发。</p>",
    "<p>推荐得票{name}差两票，名次尚未公布，别外传。拟任命{name}为局长，任命文件还没下。</p>",
    "<p>受害人{name}，女，13岁，家住云岭市东湖区槐树街道杏花巷12号3栋402室，电话" + PHONE + "。</p>",
    "<p>举报人{name}反映的问题正在核查，承办人的意见是先不答复。</p>",
    "<p>{name}同志经审理查明收受回扣四十万元，赃款去向未明，线人{name}另行安置。</p>",
)


@pytest.fixture(scope="module")
def how(tmp_path_factory: pytest.TempPathFactory) -> JudgeSettings:
    """Settings with a key of their own."""
    return judging(settings_in(tmp_path_factory.mktemp("veiled")))


@pytest.fixture(scope="module")
def reports(how: JudgeSettings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A scan of pages with every name in every passage, as each format tells it."""
    pages = tuple(
        page(at * 100 + number, passage.format(name=name))
        for at, name in enumerate(NAMES)
        for number, passage in enumerate(PASSAGES)
    )
    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.db", now)
    source = Listed(pages)
    run = scan(source, ledger, Pool(1), how, Progress(None, time.monotonic))
    frame = Frame(source.name, run, "单位网站", {}, dt.date(2031, 5, 6), Disposition.BLOCK)
    result = summarise(ledger, frame)
    assert {row.location for row in result.rows} == {one.location for one in pages}
    ledger.close()
    made = {one.name: one for one in discover("screening.report", ScanReport) if one.name != "xlsx"}
    return {name: one.render(result, ScanOptions()).decode("utf-8-sig") for name, one in made.items()}


@pytest.mark.parametrize("name", NAMES)
def test_no_report_holds_a_name(reports: dict[str, str], name: str) -> None:
    """Nor a number."""
    for told in reports.values():
        words = "".join(told.split())
        for secret in (name, PHONE, NUMBER):
            assert secret not in words


def test_terms_and_values_are_shown_all_the_same(how: JudgeSettings) -> None:
    """What a rule names by itself, and what has an official form, still helps to find the place."""
    body = f"<p>机密★十年</p><p>征求意见稿，请勿外传。联系电话{PHONE}。</p><p>{PASSAGES[0].format(name='郑远山')}</p>"
    shown = {one.masked for one in judge(page(1, body), how).findings}
    assert {"138****1234", "机密★十年"} <= shown
    assert any(one.startswith("〔隐去 ") for one in shown)
    assert any("郑远山" in one.masked for one in judge(page(1, body), replace(how, show=True)).findings)
