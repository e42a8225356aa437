"""The audit pages: for who audits; the chain is really verified; an export that the command line finds intact."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.pages.audit_words import ACTIONS
from screening.cli.audit_command import command
from screening.domain.review import Step
from screening.store.session import Database
from tests.api.pages.paged_office import PAYLOAD, PagedOffice
from tests.review.office import CANARY


@pytest.mark.parametrize("who", ["writer", "head", "secrecy", "leader", "publisher", "admin"])
def test_nobody_else_reads_it(office: PagedOffice, who: str) -> None:
    """Neither page nor export nor anchor."""
    office.page(who, "/audit", 404)
    office.page(who, "/audit/export", 404)
    assert office.browser(who).post("/audit/anchor").status_code == 404


@pytest.mark.parametrize("who", ["auditor", "audit_admin"])
def test_the_events_newest_first_without_a_word_of_a_draft(office: PagedOffice, who: str) -> None:
    """Names and actions in Chinese; the chain holds."""
    filing = office.under_review(PAYLOAD)
    office.do("head", filing.id, Step.RETURN, CANARY)
    page = office.page(who, "/audit")
    assert page.index("稿件：退回") < page.index("稿件：送审</td>")
    assert "head名" in page
    assert "首尾相接" in page
    assert CANARY not in page
    assert "alert(1)" not in page


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("action=case:submit", True), ("action=case:return", False), ("actor=writer", True), ("actor=nobody", False),
        ("from=2031-05-06", True), ("from=2031-05-07", False), ("to=2031-05-05", False),
        ("from=2031-05-01&to=2031-05-31&actor=writer", True), ("subject=0000000000000000", False),
    ],
)  # fmt: skip
def test_filters(office: PagedOffice, query: str, there: bool) -> None:
    """Each narrows what is listed."""
    office.under_review()
    rows = office.page("auditor", f"/audit?{query}").split("<tbody>")[1]
    assert ("稿件：送审" in rows) is there


def test_many_events_are_paged(office: PagedOffice) -> None:
    """A hundred a page, filtered or not."""
    with office.store.writing() as books:
        for number in range(250):
            books.trail.append(office.clock().isoformat(), "desk", "case:void", f"c{number}")
    for query in ("?page=3", "?page=3&action=case:void"):
        page = office.page("auditor", f"/audit{query}")
        assert page.count("<tr>") == 51
        assert "第 3 页，共 3 页" in page


def test_a_changed_event_is_found(office: PagedOffice, tmp_path: Path) -> None:
    """Planted with the triggers taken away, as the keeper of the database could."""
    office.under_review()
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    with database.writing() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'").all()
        for (name,) in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE audit SET actor='somebody' WHERE seq=1")
    database.close()
    page = office.page("auditor", "/audit")
    assert "审计记录有 1 处问题" in page
    assert "第 1 条" in page


def test_an_export_with_an_anchor_is_intact_to_the_command_line(office: PagedOffice, tmp_path: Path) -> None:
    """Checked with the keys; a line taken out is found; the anchor kept outside shows a cut end."""
    office.under_review()
    browser = office.browser("audit_admin")
    anchor = browser.post("/audit/anchor")
    assert anchor.headers["content-disposition"].startswith("attachment;")
    assert browser.post("/audit/anchor").text == anchor.text
    lines = browser.get("/audit/export").text.splitlines(keepends=True)
    assert json.loads(lines[-2])["action"] == "audit:export"
    assert lines[-1] == anchor.text
    (tmp_path / "public.pem").write_text(office.store.keys.public_pem, encoding="utf-8")
    (tmp_path / "anchor.json").write_text(anchor.text, encoding="utf-8")
    kept = ["--key-file", str(tmp_path / "keys" / "audit.key"), "--public-key", str(tmp_path / "public.pem")]

    def verdict(some: list[str]) -> int:
        (tmp_path / "trail.jsonl").write_text("".join(some), encoding="utf-8")
        words = ["verify", str(tmp_path / "trail.jsonl"), "--anchor", str(tmp_path / "anchor.json"), *kept]
        return CliRunner().invoke(command, words).exit_code

    assert verdict(lines) == 0
    assert verdict([*lines[:1], *lines[2:]]) == 1
    assert verdict(lines[:2]) == 1
    assert verdict([lines[0].replace("case:upload", "case:return"), *lines[1:]]) == 1


def test_an_anchor_needs_the_word_of_the_form(office: PagedOffice) -> None:
    """Another site cannot have one made."""
    browser = office.browser("auditor")
    del browser.headers["X-CSRF-Token"]
    assert browser.post("/audit/anchor", data={"x": "y"}).status_code == 403


def test_every_action_that_is_written_has_a_word() -> None:
    """Looked for in the sources."""
    root = Path(__file__).parents[3]
    sources = [*root.glob("screening/**/*.py"), *root.glob("api/**/*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    for name in ("sign_in:locked", "person:added", "unit:added", "token:made", "case:screened", "register:export"):
        assert f'"{name}"' in text
        assert name in ACTIONS
