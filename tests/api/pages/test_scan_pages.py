"""Scans on their pages: masked, gravest first, with what is to be done; each act by a plain form."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Client

from screening.domain.review import State, Step
from tests.api.matrix_rows import SCAN
from tests.api.pages.paged_office import PAYLOAD, PagedOffice
from tests.review.office import TERMS

WATCHERS = ("secrecy", "classifier", "leader", "publisher")
URL = "https://www.example.gov.cn/2031/1.html"
FOUND = SCAN["found"][0]["findings"][0]  # type: ignore[index]


class Watch(PagedOffice):
    """The office with programs that hand scans over."""

    def hand(self, *pages: dict, who: str = "publisher", **more: object) -> str:
        """A scan with these pages."""
        self.clock.forward(minutes=1)
        body = SCAN | {"found": list(pages)} | more
        answer = self.browser(who).post("/api/v1/scans", json=body)
        assert answer.status_code == 201, answer.text
        scan_id: str = answer.json()["id"]
        return scan_id

    def say(self, who: str, scan_id: str, said: str, reason: str = "已核实") -> tuple[int, str]:
        """Send the form of the first address; status, and what the page says then."""
        browser: Client = self.browser(who)
        self.clock.forward(minutes=1)
        answer = browser.post(f"/scans/{scan_id}/pages/1/words", data={"said": said, "reason": reason, "page": "1"})
        if answer.status_code != 303:
            return answer.status_code, answer.text
        assert answer.headers["location"].endswith("#p-1")
        return 303, browser.get(answer.headers["location"]).text


def page(url: str = URL, severity: str = "S2", category: str = "pii_contact", **more: str) -> dict:
    """An address with one finding."""
    finding = FOUND | {"severity": severity, "category": category} | more  # type: ignore[operator]
    return {"location": url, "title": "低保公示", "sha256": "9f" * 32, "findings": [finding]}


@pytest.fixture
def watch(sqlite_shape: Path, tmp_path: Path) -> Iterator[Watch]:
    """A fresh one."""
    made = Watch(sqlite_shape, tmp_path)
    yield made
    made.store.close()


def test_the_list_and_the_page_tell_what_was_found(watch: Watch) -> None:
    """Counts, what is open, what was not read, how the site deviates; to the four offices of the unit."""
    told = {"kind": "expired", "label": "批准已过期", "location": URL, "number": "2031-0009", "advice": "撤下"}
    scan_id = watch.hand(
        page(f"{URL}?b", "S3", fingerprint="b" * 16),
        page(severity="S1", masked="安**", mended="安某", advice="姓名改作“安某”"),
        not_read=[{"location": f"{URL}.pdf", "reason": "超时", "cure": "稍后重扫"}],
        deviations=[told], compared=True,
    )  # fmt: skip
    for who in WATCHERS:
        listed = watch.page(who, "/scans")
        assert f'href="/scans/{scan_id}"' in listed
        assert "共 2" in listed
        assert "1 项" in listed
        shown = watch.page(who, f"/scans/{scan_id}")
        for words in (
            "安**",
            "安某",
            "姓名改作",
            "低保公示",
            "超时",
            "批准已过期",
            "待处理（2）",
            FOUND["fingerprint"],
        ):  # type: ignore[index]
            assert words in shown
        assert re.findall(r'id="p-(\d)"', shown) == ["1", "2"]
        assert '<a href="/scans" aria-current="page">' in shown
    for who in ("writer", "head", "auditor", "admin"):
        watch.page(who, "/scans", 404)
        assert 'href="/scans"' not in watch.page(who, "/rules")
    watch.page("stranger", f"/scans/{scan_id}", 404)
    assert scan_id not in watch.page("stranger", "/scans")


def test_a_page_without_findings_that_nobody_approved_is_opened_too(watch: Watch) -> None:
    """How it deviates is its finding; what is not on the site is only listed."""
    about = {"label": "未经批准发布", "title": "低保公示", "detail": "登记簿中没有这一页", "advice": "补办审批"}
    missing = {"kind": "not_found", "label": "已批准发布，网上没有", "location": f"{URL}?none", "number": "2031-0009"}
    scan_id = watch.hand(
        deviations=[{"kind": "unapproved", "location": URL, "sha256": "9f" * 32} | about, missing], compared=True
    )
    shown = watch.page("secrecy", f"/scans/{scan_id}")
    assert re.findall(r'id="p-(\d)"', shown) == ["1"]
    for words in ("未经批准发布", "发布审批", "补办审批", "已批准发布，网上没有", "待处理（1）"):
        assert words in shown
    status, shown = watch.say("publisher", scan_id, "case", "未经审批")
    assert status == 303
    case_id = re.search(r'href="/cases/([0-9a-f]{32})"', shown)
    assert case_id
    assert watch.see(case_id[1]).case.state is State.RECALLED
    shown = watch.page("publisher", f"/cases/{case_id[1]}")
    for words in ("登记簿中没有这一页", URL, "REGISTER-unapproved"):
        assert words in shown
    assert "/rules/REGISTER" not in shown


def test_an_unapproved_page_is_opened_and_dealt_with(watch: Watch) -> None:
    """The officer goes on at the incident, the publisher at the case; the finding is shown masked, with its address."""
    scan_id = watch.hand(page())
    status, shown = watch.say("publisher", scan_id, "case", "未经审批")
    assert status == 303
    assert "已开案" in shown
    case_id = re.search(r'href="/cases/([0-9a-f]{32})"', shown)
    assert case_id
    case = watch.see(case_id[1])
    assert (case.case.state, case.case.contributors) == (State.RECALLED, frozenset())
    shown = watch.page("publisher", f"/cases/{case.id}")
    for words in ("138****8000", URL, "没有网页原文"):
        assert words in shown
    assert f'href="/incidents/{case.id}"' in watch.page("secrecy", f"/scans/{scan_id}")
    incident = watch.page("secrecy", f"/incidents/{case.id}")
    for words in (URL, "未经审批", "停止一切渠道的传播", "报告失泄密事件", "还剩 24 小时 0 分"):
        assert words in incident
    for url in ("/register", "/statistics", "/queue?all=1", f"/cases/{case.id}/form", "/incidents"):
        watch.page("secrecy", url)
    assert "未经审批" in watch.page("auditor", "/register")
    browser = watch.browser("secrecy")
    done = browser.post(f"/incidents/{case.id}/steps", data={"step": "stop", "note": "网站已下线"})
    assert done.status_code == 303
    assert browser.get("/register.xlsx").status_code == 200
    assert browser.get(f"/cases/{case.id}/form.docx").status_code == 200
    assert watch.browser("publisher").get(f"/cases/{case.id}/original").status_code == 404
    fields = {"stage": case.stage, "reason": "确属内部资料"}
    assert browser.post(f"/cases/{case.id}/report", data=fields).status_code == 303
    assert watch.see(case.id).shredded
    assert "确属内部资料" in watch.page("leader", f"/incidents/{case.id}")
    assert f"/cases/{case.id}" not in watch.page("publisher", f"/scans/{scan_id}")


def test_a_released_page_is_recalled_from_its_scan(watch: Watch) -> None:
    """The canonical address is the same page."""
    filing = watch.signed_off()
    watch.do("publisher", filing.id, Step.RELEASE, terms=TERMS, detail={"url": f"{URL}?utm_source=wx"})
    scan_id = watch.hand(page(f"{URL.replace('www', 'WWW')}?utm_medium=x"))
    status, shown = watch.say("secrecy", scan_id, "case", "电话未遮蔽")
    assert (status, watch.see(filing.id).case.state) == (303, State.RECALLED)
    assert f'href="/incidents/{filing.id}"' in shown


def test_what_was_said_is_shown_with_reason_and_name(watch: Watch) -> None:
    """Also on the page of the next scan; what was mended and is found again says so; a refusal stands on the page."""
    scan_id = watch.hand(page())
    status, shown = watch.say("publisher", scan_id, "mended", PAYLOAD)
    assert (status, "已登记整改" in shown, "publisher名" in shown) == (303, True, True)
    assert "<script>alert" not in shown
    again = watch.hand(page())
    assert "又扫到" in watch.page("secrecy", f"/scans/{again}")
    status, shown = watch.say("publisher", again, "false_alarm")
    assert (status, "误报由保密审查员" in shown) == (422, True)
    assert watch.say("secrecy", again, "false_alarm", "对外值班电话")[0] == 303
    assert watch.say("secrecy", again, "false_alarm")[0] == 409
    later = watch.page("leader", f"/scans/{watch.hand(page())}")
    assert "对外值班电话（secrecy名" in later
    assert "待处理（0）" in later
    assert 'name="said"' not in later
    assert watch.say("secrecy", again, "nonsense")[0] == 422
    assert (
        watch.browser("secrecy").post(f"/scans/{again}/pages/9/words", data={"said": "case", "reason": "x"}).status_code
        == 404
    )


def test_a_page_with_a_mark_is_told_in_red_and_names_no_title(watch: Watch) -> None:
    """The ways on are a case, or two persons who call it wrong."""
    scan_id = watch.hand(page(severity="S0", category="state_secret_mark", masked="机密★5年"))
    shown = watch.page("secrecy", f"/scans/{scan_id}")
    assert "低保公示" not in shown
    assert "带密级标志" in shown
    assert 'value="mended"' not in shown
    assert watch.say("secrecy", scan_id, "mended")[0] == 422
    watch.say("secrecy", scan_id, "false_alarm")
    assert "还须另一人" in watch.page("classifier", f"/scans/{scan_id}")
    _, shown = watch.say("classifier", scan_id, "case", "疑似涉密")
    case_id = re.search(r'href="/incidents/([0-9a-f]{32})"', shown)
    assert case_id
    incident = watch.page("classifier", f"/incidents/{case_id[1]}")
    assert "PII-002" in incident  # the rule that found it
    assert "report" in incident


def test_many_pages_are_turned_and_filtered(watch: Watch) -> None:
    """Twenty to a page, those to be dealt with first."""
    scan_id = watch.hand(*[page(f"{URL}?id={one}", fingerprint=f"{one:016x}") for one in range(45)])
    assert watch.say("secrecy", scan_id, "mended")[0] == 303
    first = watch.page("secrecy", f"/scans/{scan_id}")
    assert 'id="p-1"' not in first
    assert first.count('class="box site"') == 20
    assert "共 3 页" in first
    last = watch.page("secrecy", f"/scans/{scan_id}?page=3")
    assert last.count('class="box site"') == 5
    assert 'id="p-1"' in last
    done = watch.page("secrecy", f"/scans/{scan_id}?state=done")
    assert re.findall(r'id="p-(\d+)"', done) == ["1"]
    for _ in range(21):
        watch.hand()
    assert "共 2 页" in watch.page("secrecy", "/scans?page=2")
