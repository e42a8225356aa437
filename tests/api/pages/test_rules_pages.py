"""The rules pages: what they say of a rule, that faults are found, that a unit's own words stay with its signers."""

from dataclasses import replace
from pathlib import Path
from time import sleep

import pytest

from api.pages.rules_pages import own_rules, proofs_of
from screening.checker import Screener
from screening.domain.rule import Example
from tests.api.pages.paged_office import PagedOffice, screener

PLAN = "白鹭计划"
OWN = f"""rules:
  - id: OWN-001
    title: 本单位项目代号
    category: work_secret_mark
    match:
      kind: terms
      terms: [{PLAN}]
    hits: ["{PLAN}已经启动。"]
    misses: ["白鹭飞过。"]
    basis: "单位保密规定{PLAN}"
    advice: "删去代号{PLAN}"
"""


@pytest.fixture
def with_own_rules(office: PagedOffice, tmp_path: Path) -> PagedOffice:
    """The office with a rule of its own."""
    local = tmp_path / "local"
    local.mkdir()
    (local / "own.yaml").write_text(OWN, encoding="utf-8")
    settings = replace(screener().settings, local_lexicons=local, cache=tmp_path / "cache")
    office.app.state.house = office.house = replace(office.house, settings=settings, screener=Screener(settings))
    return office


def test_everybody_reads_the_shipped_rules(office: PagedOffice) -> None:
    """List, filter, one rule with its examples proven."""
    page = office.page("writer", "/rules?q=mark-001")
    assert "MARK-001" in page
    assert "ACC-001" not in page
    rule = screener().ruleset.rule("MARK-001")
    page = office.page("admin", "/rules/MARK-001")
    assert rule.title in page
    assert rule.basis in page
    assert page.count(">相符<") == len(rule.hits) + len(rule.misses)
    assert "不符" not in page
    office.page("writer", "/rules/NONE-1", 404)


def test_pages_and_categories(office: PagedOffice) -> None:
    """Every rule is on one of the pages."""
    seen = "".join(office.page("head", f"/rules?page={number}") for number in range(1, 8))
    assert all(f'href="/rules/{rule.id}"' in seen for rule in screener().ruleset.rules)
    page = office.page("head", "/rules?category=pii_contact")
    assert "MARK-001" not in page


def test_a_rule_of_the_unit_is_a_name_to_outsiders(with_own_rules: PagedOffice) -> None:
    """Its words, basis and examples are for who signs."""
    assert own_rules(with_own_rules.house) == {"OWN-001"}
    for who, told in (("head", True), ("secrecy", True), ("writer", False), ("publisher", False), ("auditor", False)):
        for url in ("/rules?q=OWN-001", "/rules/OWN-001"):
            page = with_own_rules.page(who, url)
            assert "本单位项目代号" in page
            assert (PLAN in page) is told, (who, url)
    assert with_own_rules.page("writer", "/rules/MARK-001").count(">相符<")


def test_the_search_does_not_tell_what_it_hides(with_own_rules: PagedOffice) -> None:
    """Words of a rule are not searched."""
    page = with_own_rules.page("writer", f"/rules?q={PLAN}")
    assert "没有符合条件的规则" in page


def test_a_planted_fault_is_found(office: PagedOffice) -> None:
    """On demand, once for a version; whoever signs may ask for it."""
    full = screener().ruleset
    rule = full.rule("MARK-001")
    wrong = replace(rule, misses=(*rule.misses, Example("<b>机密★5年</b>")))
    small = replace(full, rules=(wrong,), contexts=(), version="planted")
    fake = Screener(screener().settings)
    fake.__dict__["_data"] = (small, screener().policy)
    office.app.state.house = replace(office.house, screener=fake)
    assert office.browser("writer").post("/rules/prove").status_code == 404
    assert "逐条自证" in office.page("head", "/rules")
    assert office.browser("head").post("/rules/prove").status_code == 303
    proofs = proofs_of(type("Request", (), {"app": office.app})())
    while proofs.of("planted")[0] == "running":
        sleep(0.05)
    page = office.page("head", "/rules")
    assert "自证不通过" in page
    assert "不应命中而命中：&lt;b&gt;机密★5年" in page
    assert "不符" in office.page("head", "/rules/MARK-001")
