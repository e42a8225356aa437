"""The annotated draft and the original: for whom, in which shape, and on the trail."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from screening.domain.people import Role
from screening.domain.review import Step
from screening.review.desk import Order
from tests.api.desk_client import BY, FIELDS, MARKED, OTHER, Office, opened
from tests.api.drafting import filed

DRAFTS = Path(__file__).parents[3] / "samples" / "drafts"
WORD, PDF = "clean-book-review.docx", "clean-tech-abstract.pdf"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One desk for all of these."""
    with opened(tmp_path_factory.mktemp("desk")) as made:
        yield made


def sent(office: Office, name: str) -> str:
    """A sample draft of the author, screened."""
    files = {"file": (f"金丝雀标题{name}", (DRAFTS / name).read_bytes(), "application/octet-stream")}
    answer = office.client(Role.AUTHOR).post("/api/v1/drafts", data=FIELDS, files=files)
    assert answer.status_code == 202, answer.text
    office.screen()
    case_id: str = answer.json()["id"]
    return case_id


def downloads(office: Office, case_id: str) -> list[dict[str, str | int]]:
    """What the trail says of them."""
    with office.house.store.reading() as books:
        return [dict(e.payload) for e in books.trail.events() if (e.action, e.subject) == ("case:download", case_id)]


@pytest.mark.parametrize(("name", "start"), [(WORD, b"PK"), (PDF, b"%PDF")])
def test_the_annotated_draft_is_an_attachment_with_a_name_that_tells_nothing(
    office: Office, name: str, start: bytes
) -> None:
    """RFC 6266, no sniffing, nothing cached; on the trail with version and kind."""
    case_id = sent(office, name)
    answer = office.browser(Role.AUTHOR).get(f"/cases/{case_id}/annotated")
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(start)
    assert answer.content != (DRAFTS / name).read_bytes()
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=")
    assert "filename*=UTF-8''" in disposition
    assert disposition.endswith(f"{quote('批注')}{Path(name).suffix}")
    assert quote("金丝雀") not in disposition
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert downloads(office, case_id) == [{"version": 1, "kind": "annotated"}]


def test_other_kinds_say_which_can_be_annotated(office: Office) -> None:
    """A page with 404; nothing on the trail."""
    case_id = filed(office)
    answer = office.browser(Role.AUTHOR).get(f"/cases/{case_id}/annotated")
    assert answer.status_code == 404
    assert "只有 Word（.docx、.docm）和 PDF 稿件可以" in answer.text
    assert downloads(office, case_id) == []


def test_the_original_is_for_its_contributors_only(office: Office) -> None:
    """Byte for byte; a signer who reads the case is told what everybody else is."""
    case_id = sent(office, WORD)
    browser = office.browser(Role.AUTHOR)
    answer = browser.get(f"/cases/{case_id}/original?version=1")
    assert answer.content == (DRAFTS / WORD).read_bytes()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    account, now = office.account(Role.AUTHOR), office.house.desk.get(office.account(Role.AUTHOR), case_id)
    office.house.desk.act(account, case_id, Order(Step.SUBMIT, stage=now.stage))
    reviewer = office.browser(Role.DEPARTMENT_REVIEWER)
    assert reviewer.get(f"/cases/{case_id}/annotated").status_code == 200
    assert reviewer.get(f"/cases/{case_id}/original").status_code == 404
    assert downloads(office, case_id) == [
        {"version": 1, "kind": "original"}, {"version": 1, "kind": "annotated"},
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["annotated", "original"])
def test_strangers_and_programs_without_a_session_get_nothing(office: Office, kind: str) -> None:
    """The same answer as for a case that is not there."""
    case_id = sent(office, WORD)
    for role, relation in ((Role.AUTHOR, OTHER), (Role.SECURITY_ADMINISTRATOR, "own"), (Role.AUDITOR, BY)):
        assert office.browser(role, relation).get(f"/cases/{case_id}/{kind}").status_code == 404
    assert office.browser(Role.AUTHOR).get(f"/cases/{'0' * 32}/{kind}").status_code == 404
    assert office.browser(Role.AUTHOR).get(f"/cases/{case_id}/{kind}?version=7").status_code == 404
    assert office.anybody().get(f"/cases/{case_id}/{kind}").headers["location"] == "/login"
    assert downloads(office, case_id) == []


@pytest.mark.parametrize("kind", ["annotated", "original"])
def test_a_marked_draft_goes_to_nobody(office: Office, kind: str) -> None:
    """Quarantined: not even to its author."""
    case_id = filed(office, MARKED)
    assert office.browser(Role.AUTHOR).get(f"/cases/{case_id}/{kind}").status_code == 403
    assert downloads(office, case_id) == []
