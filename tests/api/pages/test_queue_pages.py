"""The queue: what waits for whom, due first; filters stay; nobody else sees it."""

import pytest

from api.pages.queue_pages import beside
from screening.domain.review import Step
from tests.api.pages.paged_office import PAYLOAD, PagedOffice
from tests.review.office import MARKED, NOTHING, ONE


def test_it_waits_for_the_level_that_is_to_sign(office: PagedOffice) -> None:
    """First the head, then the secrecy officer."""
    case_id = office.submitted(ONE).id
    address = f'href="/cases/{case_id}?back=%2Fqueue"'
    assert address in office.page("head", "/queue")
    assert "待我办理 <b>1</b> 件" in office.page("head", "/queue")
    assert address not in office.page("secrecy", "/queue")
    assert address in office.page("secrecy", "/queue?all=1").replace("%3Fall%3D1", "")
    office.sign("head", case_id)
    assert address in office.page("secrecy", "/queue")


@pytest.mark.parametrize("who", ["writer", "auditor", "admin", "audit_admin"])
def test_who_signs_nothing_has_no_queue(office: PagedOffice, who: str) -> None:
    """It is not there for them."""
    office.page(who, "/queue", 404)


def test_a_stranger_sees_nothing_of_it(office: PagedOffice) -> None:
    """His queue is that of his unit."""
    case_id = office.submitted(ONE).id
    assert case_id not in office.page("stranger", "/queue?all=1")


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("state=review", True), ("state=sent_up", False), ("level=department_reviewer", True),
        ("level=approver", False), ("severity=s1", True), ("severity=s0", False), ("channel=website", True),
        ("channel=press", False), ("due=week", True), ("due=today", False), ("due=overdue", False), ("x=y", True),
    ],
)  # fmt: skip
def test_filters(office: PagedOffice, query: str, there: bool) -> None:
    """Each narrows the list; an unknown one does nothing."""
    case_id = office.submitted(ONE).id
    assert (case_id in office.page("head", f"/queue?{query}")) is there


def test_what_is_late_is_said_and_stands_first(office: PagedOffice) -> None:
    """An older case is due before a newer one."""
    first = office.submitted(ONE).id
    office.clock.forward(days=3)
    second = office.submitted(ONE).id
    page = office.page("head", "/queue")
    assert page.index(first) < page.index(second)
    assert "已超期 1 件" in page
    assert first in office.page("head", "/queue?due=overdue")
    assert second not in office.page("head", "/queue?due=overdue")


def test_the_next_in_the_list_is_one_that_the_filter_leaves(office: PagedOffice) -> None:
    """After a decision one goes on where one was."""
    first, second = office.submitted(ONE).id, office.submitted(NOTHING).id
    ids = sorted((first, second))
    request = type("Request", (), {"app": office.app})()
    found = beside(request, office["head"], ids[0], "/queue?state=review")
    assert found is not None
    assert (found.prev, found.words) == ("", "第 1 件，共 2 件")
    assert found.next == f"/cases/{ids[1]}?back=%2Fqueue%3Fstate%3Dreview"
    assert beside(request, office["head"], ids[0], "https://evil.example/queue") is None


def test_who_is_at_work_is_named(office: PagedOffice) -> None:
    """Another head of the same department sees it; the one at work does not."""
    case_id = office.submitted(ONE).id
    office.do("head", case_id, Step.OPEN, items=["f0"])
    assert "head名正在审看" in office.page("head2", "/queue")
    assert "正在审看" not in office.page("head", "/queue")


def test_a_marked_case_waits_for_its_handlers(office: PagedOffice) -> None:
    """Secrecy officer and classification officer, nobody else."""
    case_id = office.quarantined(MARKED).id
    assert case_id in office.page("classifier", "/queue")
    assert case_id not in office.page("head", "/queue?all=1")


def test_a_title_is_text(office: PagedOffice) -> None:
    """It becomes no markup, and is in no address."""
    office.under_review(PAYLOAD)
    page = office.page("head", "/queue")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
