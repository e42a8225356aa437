"""Form and certificate: for who may read the draft; files that open again and a signature that verifies."""

import io
import json
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from screening.domain.certificate import from_json
from screening.domain.review import Step
from screening.store.signing import verify
from tests.api.pages.paged_office import MARKED, PAYLOAD, PagedOffice

KNOW = ["writer", "head", "secrecy", "leader", "publisher"]


@pytest.mark.parametrize("who", KNOW)
def test_who_knows_the_case_prints_its_form(office: PagedOffice, who: str) -> None:
    """Seventeen fields, the signatures, the page to print, the Word file."""
    filing = office.signed_off()
    page = office.page(who, f"/cases/{filing.id}/form")
    for words in (filing.number, "云岭春茶节开幕", "保密审查机构意见", "secrecy名", "签字记录", "理由充分"):
        assert words in page
    assert "data-print" in office.page(who, f"/cases/{filing.id}/form?print=1")
    answer = office.browser(who).get(f"/cases/{filing.id}/form.docx")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E5%AE%A1%E6%89%B9%E8%A1%A8-2031-" in answer.headers["content-disposition"]
    word = docx.Document(io.BytesIO(answer.content))
    cells = "".join(cell.text for row in word.tables[0].rows for cell in row.cells)
    assert "云岭春茶节开幕" in cells
    assert "leader名" in cells
    assert "13800138000" not in cells + page


@pytest.mark.parametrize("who", ["stranger", "auditor", "admin", "other_head"])
@pytest.mark.parametrize("part", ["form", "form.docx", "certificate", "certificate.json"])
def test_others_know_of_none(office: PagedOffice, who: str, part: str) -> None:
    """All the same 404."""
    office.page(who, f"/cases/{office.submitted().id}/{part}", 404)


@pytest.mark.parametrize("part", ["form", "form.docx", "certificate", "certificate.json"])
def test_a_quarantined_case_has_no_form(office: PagedOffice, part: str) -> None:
    """Not even for its handlers: its title may tell."""
    filing = office.filed("某密件", MARKED)
    assert "某密件" not in office.page("secrecy", f"/cases/{filing.id}/{part}", 403)


def test_the_certificate_verifies_and_says_whether_it_holds(office: PagedOffice) -> None:
    """With the key that the desk gives; after the window it no longer holds."""
    filing = office.signed_off()
    page = office.page("publisher", f"/cases/{filing.id}/certificate")
    assert "审批有效：单位网站，2031-05-06 至 2031-06-06" in page
    browser = office.browser("publisher")
    answer = browser.get(f"/cases/{filing.id}/certificate.json")
    certificate, signature, _ = from_json(answer.text)
    public = browser.get("/certificates/key.pem").text
    assert verify(public, certificate.body(), signature)
    assert not verify(public, replace(certificate, channel="press").body(), signature)
    assert certificate.sha256 == filing.current.sha256
    assert "云岭春茶节" not in answer.text + answer.headers["content-disposition"]
    office.clock.forward(days=60)
    assert "已过审批的发布期" in office.page("publisher", f"/cases/{filing.id}/certificate")


def test_before_the_approval_there_is_none(office: PagedOffice) -> None:
    """And it is said why."""
    filing = office.under_review()
    assert "尚未批准" in office.page("head", f"/cases/{filing.id}/certificate", 403)


def test_the_unit_has_a_template_of_its_own(office: PagedOffice, tmp_path: Path) -> None:
    """The file that its settings name; one that is gone is told with the cure."""
    filing = office.under_review()
    own = docx.Document()
    own.add_paragraph("本单位审批表")
    own.save(str(tmp_path / "own.docx"))
    for name, status in (("own.docx", 200), ("gone.docx", 422)):
        with office.store.writing() as books:
            unit = books.people.unit(office.unit)
            settings = json.dumps({"form_template": str(tmp_path / name)})
            books.people.change_unit(replace(unit, settings=settings))
        answer = office.browser("head").get(f"/cases/{filing.id}/form.docx")
        assert answer.status_code == status
        if status == 200:
            assert docx.Document(io.BytesIO(answer.content)).paragraphs[0].text == "本单位审批表"
        else:
            assert "form_template" in answer.text
            assert str(tmp_path) not in answer.text


def test_title_and_reason_are_text(office: PagedOffice) -> None:
    """On both pages."""
    filing = office.under_review(PAYLOAD)
    office.do("head", filing.id, Step.RETURN, PAYLOAD)
    for query in ("", "?print=1"):
        page = office.page("head", f"/cases/{filing.id}/form{query}")
        assert "<script>alert" not in page
        assert "<img src=x" not in page
