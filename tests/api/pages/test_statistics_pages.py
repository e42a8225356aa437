"""The statistics: right counts, from the trail and the rows; no word of any draft."""

from dataclasses import replace

import pytest

from api.pages.statistics_pages import Flow, flow_of
from screening.domain.audit import AuditEvent
from screening.domain.review import Step
from screening.review.assign import rules_of
from tests.api.pages.paged_office import PagedOffice
from tests.review.office import CANARY, MARKED, ONE


def event(at: str, verb: str, state: str = "") -> AuditEvent:
    """An event of one case."""
    return AuditEvent(1, at, "p", f"case:{verb}", "c", {"state": state})


@pytest.mark.parametrize(
    ("events", "flow"),
    [
        ([], Flow()),
        ([("2031-05-06T12:00:00+08:00", "submit", ""), ("2031-05-07T20:00:00+08:00", "sign", "approved")], Flow(1)),
        ([("2031-05-06T12:00:00+08:00", "submit", ""), ("2031-05-08T00:00:00+08:00", "sign", "approved")], Flow(0, 1)),
        ([("2031-05-06T12:00:00+08:00", "submit", ""), ("2031-05-06T13:00:00+08:00", "sign", "review")], Flow()),
        ([("2031-05-06T12:00:00+08:00", "submit", ""), ("2031-05-06T13:00:00+08:00", "return", "")], Flow(1, 0, 1)),
        ([("2031-05-06T12:00:00+08:00", "submit", ""), ("2031-05-06T13:00:00+08:00", "send_up", ""),
          ("2031-05-20T12:00:00+08:00", "answer", ""), ("2031-05-23T12:00:00+08:00", "refuse", "")], Flow(1, 1)),
        ([("2031-05-06T12:00:00+08:00", "recall", "")], Flow(recalls=1)),
    ],
)  # fmt: skip
def test_a_review_is_late_by_the_calendar_of_the_unit(events: list[tuple[str, str, str]], flow: Flow) -> None:
    """From submission (or the outside opinion) to the last signature, the return, the refusal, the sending up."""
    assert flow_of([event(*one) for one in events], rules_of("{}"), []) == flow


def test_the_counts_of_a_year(office: PagedOffice) -> None:
    """Cases, returns, findings by severity and by category; categories that the summary counts."""
    counted = replace(ONE, summary={"S1": 1, "category:pii_contact": 2})
    filing = office.submitted(counted)
    office.do("head", filing.id, Step.RETURN)
    office.quarantined(MARKED)
    page = office.page("auditor", "/statistics")
    for words in ("2 件", "100.0 %", "办结 1 次，超期 0 次", "1 次", "1 处", "2 处", "手机号、住址", "单位网站", "5月"):
        assert words in page
    assert "<svg" in page


def test_not_a_word_of_a_draft(office: PagedOffice) -> None:
    """Neither title nor text."""
    office.submitted(ONE)
    assert CANARY not in office.page("auditor", "/statistics")


def test_periods_are_apart(office: PagedOffice) -> None:
    """An older month counts nothing of this one."""
    office.submitted(ONE)
    assert "这一时段没有数据" in office.page("leader", "/statistics?period=2031-04")
    assert "这一时段没有数据" in office.page("stranger", "/statistics")
    office.page("leader", "/statistics?period=%25", 422)
