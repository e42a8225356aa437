"""Scans at the desk: who hands over, who says what, what becomes a case; each act with its event, without content."""

import json
from pathlib import Path

import pytest

from screening.domain.audit import AuditEvent
from screening.domain.errors import ConflictError, MissingError, RefusedError
from screening.domain.finding import Severity
from screening.domain.review import State, Step
from screening.domain.scan import Deviation, PageState, Said, Scan, ScanFinding, ScanPage
from screening.review.scans import Evidence, ScanDesk
from screening.store.books import Store, new_id
from tests.review.office import CANARY, TERMS, Office

URL = "https://www.example.gov.cn/2031/1.html"
AT = "2031-05-06T02:00:00+08:00"
S0, S2 = Severity.S0, Severity.S2
WATCHERS, OTHERS = ("secrecy", "classifier", "leader", "publisher"), ("writer", "head", "auditor", "admin", "stranger")


def same(url: str) -> str:
    """Without what tells a visitor apart."""
    return url.partition("?")[0]


class Watch(Office):
    """The office with its scans."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.scans = ScanDesk(store, self.desk, self.clock, same)

    def handed(self, *findings: ScanFinding, who: str = "publisher", url: str = URL) -> str:
        """A scan with one page, handed over."""
        page = ScanPage(0, url, CANARY, "9f" * 32, "", "", findings or (finding("f1"),))
        told = Deviation("unapproved", CANARY, url, "", CANARY, CANARY, "")
        scan = Scan(new_id(), "", "", "", "www.example.gov.cn", "website", AT, AT, 3, 1, 1, True, 0, deviations=(told,))
        self.clock.forward(minutes=1)
        return self.scans.take_in(self[who], scan, [page]).scan.id

    def state(self, scan_id: str) -> PageState:
        """What has become of its page."""
        return self.scans.states(self["secrecy"], scan_id)[1][0]

    def open(self, who: str, scan_id: str, reason: str = "未经审批") -> object:
        """Open its page as a case."""
        self.clock.forward(minutes=1)
        evidence = Evidence(new_id(), self.store.vault.new_key(), "", "website", 2, 1, 3, {"S2": 1})
        return self.scans.open_case(self[who], scan_id, 1, reason, evidence)

    def say(self, who: str, scan_id: str, said: Said, reason: str = "值班电话") -> None:
        """Say something about it."""
        self.clock.forward(minutes=1)
        self.scans.settle(self[who], scan_id, 1, said, reason)

    def events(self) -> list[AuditEvent]:
        """The trail."""
        with self.store.reading() as books:
            return list(books.trail.events())


def finding(which: str, severity: Severity = S2, category: str = "pii_contact") -> ScanFinding:
    """A finding with the canary in its texts."""
    return ScanFinding(which, "PII-002", "手机号码", category, severity, "第1段", CANARY, CANARY, CANARY, CANARY)


@pytest.fixture
def watch(store: Store) -> Watch:
    """An office on an empty store, of both kinds."""
    return Watch(store)


def test_who_hands_over_and_who_looks(watch: Watch) -> None:
    """Publisher and secrecy officer hand over; the four offices of the unit look; nobody else knows."""
    scan_id = watch.handed()
    watch.handed(who="secrecy")
    for who in (*OTHERS[:-1], "leader", "classifier"):
        with pytest.raises(RefusedError, match="发布人或保密审查员"):
            watch.handed(who=who)
    for who in WATCHERS:
        assert len(watch.scans.latest(watch[who], 9)) == 2
        assert watch.scans.pages(watch[who], scan_id, [1])[0].page.location == URL
    assert watch.scans.latest(watch["stranger"], 9) == []
    for who in OTHERS:
        for ask in (watch.scans.get, watch.scans.states, lambda person, which: watch.scans.pages(person, which, [1])):
            with pytest.raises(MissingError):
                ask(watch[who], scan_id)
        with pytest.raises(MissingError):
            watch.say(who, scan_id, Said.MENDED)
        with pytest.raises(MissingError):
            watch.open(who, scan_id)
    for who in OTHERS[:-1]:
        with pytest.raises(MissingError):
            watch.scans.latest(watch[who], 9)


def test_every_act_leaves_its_event_without_content(watch: Watch, tmp_path: Path) -> None:
    """Handed over, settled, opened: numbers and ids only; the canary is nowhere in plain."""
    watch.say("secrecy", watch.handed(), Said.FALSE_ALARM, CANARY)
    watch.open("publisher", watch.handed(finding("f2")), CANARY)
    actions = [one.action for one in watch.events()]
    assert actions == ["scan:handed_over", "scan:settled", "scan:handed_over", "case:found", "scan:case"]
    assert CANARY not in json.dumps([dict(one.payload) for one in watch.events()], ensure_ascii=False)
    needle = CANARY.encode()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_a_marked_page_keeps_only_its_marks(watch: Watch) -> None:
    """Whatever was handed over; it is not mended by a word, and two must call the mark wrong."""
    scan_id = watch.handed(finding("m", S0, "state_secret_mark"), finding("p"))
    page = watch.scans.pages(watch["secrecy"], scan_id, [1])[0].page
    assert (page.title, [one.masked for one in page.findings]) == ("", [CANARY, ""])
    assert watch.scans.get(watch["secrecy"], scan_id).deviations[0].title == ""
    with pytest.raises(RefusedError, match="密级标志"):
        watch.say("secrecy", scan_id, Said.MENDED)
    watch.say("secrecy", scan_id, Said.FALSE_ALARM)
    assert watch.state(scan_id) is PageState.OPEN
    with pytest.raises(RefusedError, match="另一人"):
        watch.say("secrecy", scan_id, Said.FALSE_ALARM)
    watch.say("classifier", scan_id, Said.FALSE_ALARM)
    assert watch.state(scan_id) is PageState.DONE


@pytest.mark.parametrize(
    ("who", "said", "reason", "why"),
    [
        ("publisher", Said.FALSE_ALARM, "有", "保密审查员"),
        ("secrecy", Said.FALSE_ALARM, " ", "理由"),
        ("publisher", Said.MENDED, "", "理由"),
        ("secrecy", Said.CASE, "有", "开案"),
    ],
)
def test_what_may_not_be_said(watch: Watch, who: str, said: Said, reason: str, why: str) -> None:
    """In the words of the office; the page stays open."""
    scan_id = watch.handed()
    with pytest.raises(RefusedError, match=why):
        watch.say(who, scan_id, said, reason)
    assert watch.state(scan_id) is PageState.OPEN


def test_what_was_said_holds_for_the_next_scan(watch: Watch) -> None:
    """A false alarm stays one; what was mended and is there again is open; something new opens the page."""
    watch.say("secrecy", watch.handed(), Said.FALSE_ALARM)
    again = watch.handed()
    assert watch.state(again) is PageState.DONE
    with pytest.raises(ConflictError):
        watch.say("secrecy", again, Said.MENDED)
    assert watch.state(watch.handed(finding("f1"), finding("new"))) is PageState.OPEN
    first = watch.handed(finding("m1"))
    watch.say("publisher", first, Said.MENDED)
    assert watch.state(first) is PageState.DONE
    assert watch.state(watch.handed(finding("m1"))) is PageState.OPEN
    assert watch.state(watch.handed(url=f"{URL}x")) is PageState.OPEN


@pytest.mark.parametrize("who", WATCHERS)
def test_a_released_page_is_recalled(watch: Watch, who: str) -> None:
    """That very case, found by its address in any form; the later scan knows."""
    filing = watch.approved()
    watch.do("publisher", filing.id, Step.RELEASE, terms=TERMS, detail={"url": f"{URL}?from=wx"})
    scan_id = watch.handed()
    opened = watch.open(who, scan_id, "电话未遮蔽")
    assert opened.id == filing.id
    entries = watch.desk.entries(watch["secrecy"], filing.id)
    assert (watch.see(filing.id).case.state, entries[-1].step, entries[-1].words["reason"]) == (
        State.RECALLED, "recall", "电话未遮蔽"
    )  # fmt: skip
    assert watch.state(watch.handed()) is PageState.CASE
    with pytest.raises(ConflictError):
        watch.open(who, scan_id)


def test_a_page_that_still_stands_after_its_recall_joins_the_recalled_case(watch: Watch) -> None:
    """It was approved once: there is no second case, and nothing more is done to the first."""
    filing = watch.approved()
    watch.do("publisher", filing.id, Step.RELEASE, terms=TERMS, detail={"url": URL})
    watch.do("secrecy", filing.id, Step.RECALL)
    before = len(watch.desk.entries(watch["secrecy"], filing.id))
    assert watch.open("publisher", watch.handed(), "已撤回，仍能打开").id == filing.id
    assert len(watch.desk.entries(watch["secrecy"], filing.id)) == before
    assert watch.state(watch.handed()) is PageState.CASE


@pytest.mark.parametrize("who", WATCHERS)
def test_an_unapproved_page_becomes_a_case_of_nobody(watch: Watch, who: str) -> None:
    """Recalled from the start, due like any incident; known to those who handle it and not as anybody's draft; the task
    list and the report go on from there."""
    filing = watch.open(who, watch.handed())
    seen = watch.see(filing.id)
    assert (seen.case.state, seen.case.contributors, seen.current.sha256) == (State.RECALLED, frozenset(), "9f" * 32)
    assert seen.due_at
    assert filing.id in [one.id for one in watch.desk.incidents(watch["leader"])]
    assert watch.desk.mine(watch[who]) == []
    assert filing.id not in [
        one.id for person in OTHERS[2:] for one in watch.desk.queue(watch[person], all_states=True)
    ]
    watch.do("secrecy", filing.id, Step.MEASURE, detail={"step": "stop"})
    watch.do("leader", filing.id, Step.REPORT)
    assert (watch.see(filing.id).case.state, watch.see(filing.id).shredded) == (State.INCIDENT, True)
    record = watch.desk.register(watch["auditor"])[0]
    assert record.id == filing.id
    with pytest.raises(MissingError):
        watch.desk.get(watch["publisher"], filing.id)


def test_what_is_new_on_a_page_joins_its_case(watch: Watch) -> None:
    """No second case for the same page; the publisher is sent to the officers once it is an incident."""
    filing = watch.open("publisher", watch.handed())
    more = watch.handed(finding("f1"), finding("new"))
    assert watch.state(more) is PageState.OPEN
    assert watch.open("publisher", more).id == filing.id
    watch.do("secrecy", filing.id, Step.REPORT)
    last = watch.handed(finding("newest"))
    with pytest.raises(RefusedError, match="保密审查员"):
        watch.open("publisher", last)
    assert watch.open("secrecy", last).id == filing.id


def test_a_case_needs_a_reason_and_a_page(watch: Watch) -> None:
    """Nothing is written without."""
    scan_id = watch.handed()
    with pytest.raises(RefusedError, match="理由"):
        watch.open("secrecy", scan_id, " ")
    with pytest.raises(MissingError):
        watch.scans.settle(watch["secrecy"], scan_id, 2, Said.MENDED, "有")
    with pytest.raises(MissingError):
        watch.scans.get(watch["secrecy"], "0" * 32)
    assert len(watch.events()) == 1
