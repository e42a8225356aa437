"""Versions side by side: decisions on what has not changed are offered, taken over one by one, never by themselves."""

import pytest

from screening.domain.review import Resolution, Step
from tests.api.pages.paged_office import DRAFT, PAYLOAD, PagedOffice

CHANGED = DRAFT.replace("本次活动由文化局主办", "本次活动由农业局主办")


def returned(office: PagedOffice, resolution: Resolution = Resolution.FALSE_ALARM, **more: object) -> str:
    """A case whose findings the head has decided, returned, and uploaded anew with another passage changed."""
    filing = office.under_review()
    items = sorted(filing.case.current.findings)
    assert items
    office.do("head", filing.id, Step.OPEN, items=sorted(filing.case.current.to_open))
    office.do("head", filing.id, Step.RESOLVE, f"公开电话{PAYLOAD}", items=items, resolution=resolution, **more)
    office.do("head", filing.id, Step.RETURN, "改一处")
    office.again(filing.id, CHANGED)
    office.checked(filing.id)
    office.do("writer", filing.id, Step.SUBMIT)
    return filing.id


def offer(office: PagedOffice, case_id: str, who: str = "head", **more: str) -> int:
    """Take the first finding over; the status of the answer."""
    fields = {"item": "f0", "from": "1", "sha256": office.see(case_id).current.sha256} | more
    return office.browser(who).post(f"/cases/{case_id}/decisions/offered", data=fields).status_code


def test_what_changed_is_shown_and_what_did_not_is_offered(office: PagedOffice) -> None:
    """To who decides now with a button, to the author without one; nothing is decided yet."""
    case_id = returned(office)
    page = office.page("head", f"/cases/{case_id}/compare")
    for words in ("由文化局主办", "由农业局主办", "未改动处原来的决定", "放行·误报", "head名"):
        assert words in page
    assert "沿用</button>" in page
    assert "<script>alert" not in page
    assert "沿用</button>" not in office.page("writer", f"/cases/{case_id}/compare")
    assert office.see(case_id).case.words == {}


def test_one_is_taken_over_as_ones_own_word(office: PagedOffice) -> None:
    """With the old reason; then it is offered no more."""
    case_id = returned(office, Resolution.RELEASED_BEFORE, detail={"basis": "云政发〔2031〕1号"})
    assert offer(office, case_id) == 303
    filing = office.see(case_id)
    assert filing.case.words["f0"][0].person == office["head"].id
    entry = office.desk.entries(office["head"], case_id)[-1]
    assert entry.words["reason"].startswith("沿用上一版决定：公开电话")
    assert entry.words["basis"] == "云政发〔2031〕1号"
    assert offer(office, case_id) == 409


@pytest.mark.parametrize(
    ("who", "more", "status"),
    [
        ("head", {"sha256": "0" * 64}, 409), ("head", {"item": "f99"}, 409), ("head", {"item": "u0"}, 409),
        ("head", {"from": "2"}, 409), ("secrecy", {}, 403), ("writer", {}, 403), ("stranger", {}, 404),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(office: PagedOffice, who: str, more: dict[str, str], status: int) -> None:
    """Another version, another item, another person."""
    case_id = returned(office)
    assert offer(office, case_id, who, **more) == status
    assert office.see(case_id).case.words == {}


def test_a_word_that_was_taken_back_is_not_offered(office: PagedOffice) -> None:
    """Nor one on a passage that has changed."""
    filing = office.under_review()
    office.do("head", filing.id, Step.OPEN, items=sorted(filing.case.current.to_open))
    office.do("head", filing.id, Step.RESOLVE, items=["f0"], resolution=Resolution.FALSE_ALARM)
    office.do("head", filing.id, Step.UNDO, items=["f0"])
    office.do("head", filing.id, Step.RETURN)
    office.again(filing.id, CHANGED)
    office.checked(filing.id)
    office.do("writer", filing.id, Step.SUBMIT)
    assert "未改动处原来的决定" not in office.page("head", f"/cases/{filing.id}/compare")


def test_a_passage_that_changed_is_open_again(office: PagedOffice) -> None:
    """The same words in another sentence are not the same matter."""
    filing = office.under_review()
    office.do("head", filing.id, Step.OPEN, items=sorted(filing.case.current.to_open))
    items = sorted(filing.case.current.findings)
    office.do("head", filing.id, Step.RESOLVE, items=items, resolution=Resolution.FALSE_ALARM)
    office.do("head", filing.id, Step.RETURN)
    office.again(filing.id, DRAFT.replace("春茶节", "秋茶节"))
    office.checked(filing.id)
    page = office.page("writer", f"/cases/{filing.id}/compare")
    assert "文字有改动，重新打开" in page
    assert "未改动处原来的决定" not in page


@pytest.mark.parametrize(("query", "status"), [("from=9", 404), ("to=9", 404), ("from=x", 422), ("from=1&to=1", 200)])
def test_versions_that_are_not_there(office: PagedOffice, query: str, status: int) -> None:
    """404; for no number, 422."""
    office.page("head", f"/cases/{returned(office)}/compare?{query}", status)


def test_who_may_not_read_does_not_compare(office: PagedOffice) -> None:
    """Auditor and stranger know of none."""
    case_id = returned(office)
    for who in ("auditor", "stranger", "admin", "publisher"):
        office.page(who, f"/cases/{case_id}/compare", 404)
