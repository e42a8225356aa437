"""The register: what was submitted, for who keeps it; workbooks that open again; nothing of a draft but its title."""

import io

import pytest
from openpyxl import load_workbook

from screening.domain.review import Step
from tests.api.pages.paged_office import DRAFT, PAYLOAD, PagedOffice
from tests.review.office import CANARY, MARKED, REFUSAL, TERMS

READERS = ["secrecy", "leader", "classifier", "auditor"]


@pytest.mark.parametrize("who", READERS)
def test_who_keeps_the_register_reads_it(office: PagedOffice, who: str) -> None:
    """With names, signers and where it was published."""
    filing = office.signed_off()
    office.do("publisher", filing.id, Step.RELEASE, terms=TERMS, detail={"url": "https://www.example.gov.cn/1"})
    page = office.page(who, "/register?month=2031-05")
    for words in (filing.number, "云岭春茶节开幕", "writer名", "单位网站", "secrecy名", "www.example.gov.cn", "已发布"):
        assert words in page
    assert "13800138000" not in page


@pytest.mark.parametrize("who", ["writer", "head", "publisher", "admin", "audit_admin"])
@pytest.mark.parametrize("url", ["/register", "/register.xlsx", "/register/summary.xlsx", "/statistics"])
def test_others_have_none(office: PagedOffice, who: str, url: str) -> None:
    """Not even a refusal."""
    office.page(who, url, 404)


def test_what_was_not_submitted_is_not_on_record(office: PagedOffice) -> None:
    """An author's draft is his own."""
    office.filed("未送审的稿件")
    assert "未送审的稿件" not in office.page("auditor", "/register")


def test_a_marked_case_is_on_record_without_its_title(office: PagedOffice) -> None:
    """Page and workbook alike."""
    filing = office.quarantined(MARKED)
    page = office.page("auditor", "/register")
    assert filing.number in page
    assert CANARY not in page
    sheet = load_workbook(io.BytesIO(office.browser("auditor").get("/register.xlsx").content)).active
    assert filing.number in str([cell.value for row in sheet for cell in row])
    assert CANARY not in str([cell.value for row in sheet for cell in row])


def test_the_auditor_reads_the_line_but_not_the_form(office: PagedOffice) -> None:
    """A link is shown to who may follow it."""
    address = f"/cases/{office.signed_off().id}/form"
    assert address in office.page("secrecy", "/register")
    assert address not in office.page("auditor", "/register")
    office.page("auditor", address, 404)


def test_workbooks_open_again(office: PagedOffice) -> None:
    """Attachment, Chinese name, one row a case; and the trail knows who took them."""
    filing = office.under_review("=1+1 云岭春茶节")
    office.do("head", filing.id, Step.REFUSE, detail=REFUSAL)
    for url, name in (("/register.xlsx", "%E7%99%BB%E8%AE%B0%E7%B0%BF"), ("/register/summary.xlsx", "%E6%B1%87")):
        answer = office.browser("auditor").get(f"{url}?month=2031-05")
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert name in answer.headers["content-disposition"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        sheet = load_workbook(io.BytesIO(answer.content)).active
        cells = [str(cell.value) for row in sheet for cell in row]
        assert filing.number in cells
        assert "'=1+1 云岭春茶节" in cells
        assert "单位网站" in cells
        assert not any(DRAFT.split("。")[1] in cell for cell in cells)
    assert [one for one in office.trail() if one[0] == "register:export"] == [
        ("register:export", "2031-05", {"cases": 1})
    ] * 2


@pytest.mark.parametrize("month", ["2031-13", "%25", "2031", "x"])
def test_a_month_that_is_none_is_refused(office: PagedOffice, month: str) -> None:
    """It never reaches the database."""
    office.page("auditor", f"/register?month={month}", 422)


def test_other_months_and_units_are_apart(office: PagedOffice) -> None:
    """By month of registration; by unit."""
    filing = office.under_review()
    assert filing.number not in office.page("auditor", "/register?month=2031-04")
    assert filing.number not in office.page("stranger", "/register?month=2031-05")


def test_what_people_wrote_is_text(office: PagedOffice) -> None:
    """Title and remark."""
    filing = office.under_review(PAYLOAD)
    office.do("head", filing.id, Step.REFUSE, detail=REFUSAL | {"article": PAYLOAD})
    page = office.page("auditor", "/register")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
