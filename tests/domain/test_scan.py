"""What was said about a page of a scan, and what it settles: by one, by two, until it is found again."""

from dataclasses import replace

import pytest

from screening.domain.finding import Severity
from screening.domain.scan import (
    Deviation,
    PageState,
    Said,
    ScanFinding,
    ScanPage,
    ScanWord,
    bare,
    counted,
    in_order,
    state_of,
)

EARLY, LATE, LATER = "2031-05-06T09:00:00+08:00", "2031-05-07T09:00:00+08:00", "2031-05-08T09:00:00+08:00"


def finding(which: str, severity: Severity = Severity.S2, category: str = "pii_phone") -> ScanFinding:
    """A finding of a page."""
    return ScanFinding(which, "PII-001", "手机号码", category, severity, "第1段", "138****8000", "138****8000")


def page(*findings: ScanFinding, location: str = "https://www.example.gov.cn/1.html") -> ScanPage:
    """A page with these."""
    return ScanPage(1, location, "通知", "9f" * 32, "", "", findings)


def words(*said: tuple[str, Said, str, str]) -> dict[str, list[ScanWord]]:
    """What was said: fingerprint, what, by whom, when."""
    spoken: dict[str, list[ScanWord]] = {}
    for fingerprint, what, person, at in said:
        spoken.setdefault(fingerprint, []).append(ScanWord(fingerprint, what, person, at, "理由"))
    return spoken


ALARM, MENDED, CASE = Said.FALSE_ALARM, Said.MENDED, Said.CASE
S0, S2 = Severity.S0, Severity.S2


@pytest.mark.parametrize(
    ("severity", "said", "handed_at", "state"),
    [
        (S2, [], EARLY, PageState.OPEN),
        (S2, [(ALARM, "a", LATE)], EARLY, PageState.DONE),
        (S2, [(ALARM, "a", EARLY)], LATER, PageState.DONE),
        (S0, [(ALARM, "a", LATE)], EARLY, PageState.OPEN),
        (S0, [(ALARM, "a", LATE), (ALARM, "a", LATER)], EARLY, PageState.OPEN),
        (S0, [(ALARM, "a", LATE), (ALARM, "b", LATER)], EARLY, PageState.DONE),
        (S2, [(MENDED, "a", LATE)], EARLY, PageState.DONE),
        (S2, [(MENDED, "a", EARLY)], LATE, PageState.OPEN),
        (S0, [(CASE, "a", EARLY)], LATER, PageState.CASE),
    ],
)
def test_what_settles_a_finding(severity: Severity, said: list, handed_at: str, state: PageState) -> None:
    """A grave false alarm needs two; what was mended and is found again was not."""
    spoken = words(*[("f", *one) for one in said])
    assert state_of(page(finding("f", severity)).prints, spoken, handed_at) is state


def test_something_new_on_a_page_opens_it_again() -> None:
    """What was said holds for the words it was said of."""
    spoken = words(("old", ALARM, "a", EARLY))
    assert state_of(page(finding("old")).prints, spoken, LATE) is PageState.DONE
    assert state_of(page(finding("old"), finding("new")).prints, spoken, LATE) is PageState.OPEN


def test_a_marked_page_keeps_nothing_but_its_marks() -> None:
    """Title and other values go; the mark, rule and digest stay."""
    marked = page(finding("m", S0, "state_secret_mark"), finding("p"))
    kept = bare(marked)
    assert (kept.title, [one.masked for one in kept.findings]) == ("", ["138****8000", ""])
    assert kept.sha256 == marked.sha256
    assert bare(page(finding("p"))) == page(finding("p"))


def test_pages_are_numbered_gravest_first() -> None:
    """And counted."""
    pages = in_order(
        [page(finding("a"), location="https://a/"), page(finding("b"), finding("c", S0), location="https://b/")]
    )
    assert [(one.number, one.location, one.findings[0].severity) for one in pages] == [
        (1, "https://b/", S0), (2, "https://a/", S2)
    ]  # fmt: skip
    assert counted(pages) == {"S0": 1, "S1": 0, "S2": 2, "S3": 0}


def test_a_deviation_is_the_same_finding_as_long_as_it_is_of_the_same_kind() -> None:
    """Whatever the title or the day; another kind, or another number of the register, is news."""
    one = Deviation("unapproved", "未经批准发布", "https://a/", "", "通知", "登记簿中没有这一页", "先撤下", "9f" * 32)
    found = one.finding(EARLY)
    assert (found.severity, found.title, found.advice, found.masked) == (
        Severity.S1, "未经批准发布", "先撤下", "登记簿中没有这一页"
    )  # fmt: skip
    assert replace(one, title="公示").finding(LATER).fingerprint == found.fingerprint
    assert len({found.fingerprint, replace(one, kind="recalled").finding(EARLY).fingerprint,
                replace(one, number="2031-0007").finding(EARLY).fingerprint}) == 3  # fmt: skip
