"""The ledger on SQLite and on a real PostgreSQL: nothing lost, nothing double, what is new since when."""

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from screening.batch.item import Fault, Item
from screening.batch.ledger import Ledger, Totals
from screening.batch.ledger_run import Standing
from screening.domain.errors import SettingsError
from screening.domain.finding import Severity
from tests.batch.scanning import enter, found, item, judged, now

FAR = dt.date(2099, 12, 31)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """An empty ledger, in a database beside other tables."""
    made = Ledger(database_url, now)
    yield made
    made.close()


def scanned(ledger: Ledger, *items: Item, complete: bool = True, ended: bool = True, stamp: str = "v1") -> int:
    """One run over these items; the unchanged ones are skipped as a scan would."""
    run = ledger.begin("s", stamp, {})
    for one in items:
        if not one.fault and run.standing(one) is Standing.UNCHANGED:
            run.touch(one)
        elif one.duplicate_of:
            run.duplicate(one)
        else:
            enter(run, one)
    if ended:
        run.finish(complete=complete)
    return run.number


def states(ledger: Ledger, run: int) -> dict[str, str]:
    """What the report of a run would call each item."""
    since = ledger.finished_before("s", run)
    return {one.location: one.state for one in ledger.entries("s", since) if one.state != "same"}


def test_what_came_out_is_kept(ledger: Ledger) -> None:
    """All of an answer but the shingles, which stand apart."""
    run = ledger.begin("s", "v1", {"limit": 0})
    one = replace(item("a", b"leak"), column="通知", modified="2031-05-06", parent="p", etag="e", last_modified="m")
    run.store(one, judged(one, found(), unread=("附件《名单》：文件已加密",)))
    run.finish(complete=True)
    (entry,) = ledger.entries("s")
    assert (entry.column, entry.modified, entry.parent, entry.kind) == ("通知", "2031-05-06", "p", "article")
    assert entry.unread == ("附件《名单》：文件已加密",)
    assert [kept.found for kept in entry.findings] == [found()]
    assert [(location, hashes) for location, _, hashes in ledger.shingles("s")] == [("a", tuple(b"leak"))]
    validators = ledger.validators("s", "a", "v1")
    assert validators
    assert (validators.etag, validators.last_modified) == ("e", "m")
    assert ledger.validators("s", "a", "v2") is None
    assert ledger.complete(run.number)


def test_unchanged_items_are_told_by_their_bytes_and_the_rules(ledger: Ledger) -> None:
    """Other bytes, other rules, a fault: to be read again."""
    one, bad = item("a"), item("b", fault=Fault.TIMEOUT)
    scanned(ledger, one, bad)
    assert ledger.begin("s", "v1", {}).standing(one) is Standing.UNCHANGED
    assert ledger.begin("s", "v1", {}).standing(item("a", b"y")) is Standing.NEEDED
    assert ledger.begin("s", "v2", {}).standing(one) is Standing.NEEDED
    assert ledger.begin("s", "v1", {}).standing(item("b")) is Standing.NEEDED
    assert ledger.begin("other", "v1", {}).standing(one) is Standing.NEEDED
    assert ledger.begin("s", "v1", {}).standing(replace(one, data=b"", unchanged=True)) is Standing.UNCHANGED


def test_a_run_is_taken_up_where_it_ended(ledger: Ledger) -> None:
    """By the same rules only, and only when it did not finish."""
    first = ledger.begin("s", "v1", {})
    enter(first, item("a"))
    first.flush()
    again = ledger.begin("s", "v1", {}, resume=True)
    assert again.number == first.number
    assert again.standing(item("a")) is Standing.DONE
    assert ledger.begin("s", "v2", {}, resume=True).number != first.number
    third = ledger.begin("s", "v1", {}, resume=True)
    third.finish(complete=True)
    assert ledger.begin("s", "v1", {}, resume=True).number != third.number


def test_new_changed_and_gone_since_the_last_finished_run(ledger: Ledger) -> None:
    """A run that was killed in between hides nothing."""
    assert states(ledger, scanned(ledger, item("a"), item("b"), item("c"))) == dict.fromkeys("abc", "new")
    scanned(ledger, item("a", b"leak"), ended=False)
    last = scanned(ledger, item("a", b"leak"), item("b"), item("d"))
    assert states(ledger, last) == {"a": "changed", "c": "gone", "d": "new"}
    assert states(ledger, scanned(ledger, item("a", b"leak"), item("b"), item("d"))) == {}
    assert states(ledger, scanned(ledger, item("a", b"leak"), item("b"), item("c"), item("d"))) == {"c": "new"}


def test_a_source_that_always_ends_at_a_limit_has_news_all_the_same(ledger: Ledger) -> None:
    """What was told is not told again; what was not reached is not gone."""
    scanned(ledger, item("a"), item("b"), complete=False)
    assert states(ledger, scanned(ledger, item("a"), item("c"), complete=False)) == {"c": "new"}


def test_other_rules_without_other_findings_are_no_news(ledger: Ledger) -> None:
    """Everything is read again, nothing is told again; first seen stays."""
    scanned(ledger, item("a", b"leak"))
    (before,) = ledger.entries("s")
    assert states(ledger, scanned(ledger, item("a", b"leak"), stamp="v2")) == {}
    (after,) = ledger.entries("s")
    assert after.findings[0].first_seen == before.findings[0].first_seen
    assert after.first_seen == before.first_seen


def test_a_page_that_cannot_be_had_hides_nothing_and_loses_nothing(ledger: Ledger) -> None:
    """Its findings stay on record; what it leads to is not gone; with 404 both are."""
    tree = (item("p", b"leak"), item("c", parent="p"), item("d", parent="c"))
    scanned(ledger, *tree)
    last = scanned(ledger, item("p", fault=Fault.SERVER_ERROR))
    assert states(ledger, last) == {"p": "changed"}
    assert [one.location for one in ledger.entries("s") if one.findings] == ["p"]
    last = scanned(ledger, item("p", fault=Fault.NOT_FOUND))
    assert states(ledger, last) == {"p": "gone", "c": "gone", "d": "gone"}
    assert [one.location for one in ledger.entries("s") if one.findings and one.state != "gone"] == []
    assert states(ledger, scanned(ledger, item("p", fault=Fault.NOT_FOUND))) == {}
    last = scanned(ledger, item("p", fault=Fault.SERVER_ERROR))
    assert states(ledger, last) == {"p": "new"}
    assert [one.location for one in ledger.entries("s") if one.findings] == []
    assert states(ledger, scanned(ledger, item("p", b"leak"))) == {"p": "changed"}


def test_findings_are_accepted_by_fingerprint(ledger: Ledger) -> None:
    """With reason, name and expiry; never an unknown one, never the gravest."""
    run = ledger.begin("s", "v1", {})
    one = item("a")
    run.store(one, judged(one, found("f1"), found("f0", Severity.S0)))
    run.flush()
    ledger.accept("f1", "已征得本人同意", "安小禾", FAR)
    ledger.accept("f1", "改为长期公开", "安小禾", FAR)
    (kept,) = ledger.acceptances()
    assert (kept.fingerprint, kept.reason, kept.name, kept.expires) == ("f1", "改为长期公开", "安小禾", FAR)
    for wrong, words in (("f9", "没有指纹"), ("f0", "不能认可")):
        with pytest.raises(SettingsError, match=words):
            ledger.accept(wrong, "理由", "姓名", FAR)


def test_copies_and_what_repeats(ledger: Ledger) -> None:
    """Texts at several places, blocks on many pages."""
    run = ledger.begin("s", "v1", {})
    for at in range(6):
        one = item(f"p{at}", f"leak{at}".encode())
        run.store(one, judged(one, found("f1", block=7)))
    one = item("q", b"leak0")
    run.store(one, judged(one, found("f1", block=8)))
    run.flush()
    twin = copy("r", one)
    run.duplicate(twin)
    assert ledger.repeating("s", 5) == {("f1", 7): 6}
    assert list(ledger.duplicates("s").values()) == [("p0", "q")]
    run.finish(complete=True)
    assert ledger.begin("s", "v1", {}).standing(twin) is Standing.UNCHANGED
    totals = ledger.totals("s", run.number)
    assert (totals.pages, totals.copies, totals.faults) == (7, 1, 0)


def copy(name: str, of: Item) -> Item:
    """An item that a crawler found to have the bytes of another."""
    return replace(item(name, b""), duplicate_of=of.location, sha256=hashlib.sha256(of.data).hexdigest())


def test_copies_are_read_though_a_killed_run_met_them_in_another_order(ledger: Ledger) -> None:
    """Before the kill `b` was a copy of `a`, which waited to be read; now `a` is a copy of `b`, and `c` of `b` too."""
    first = ledger.begin("s", "v1", {})
    for name in "bc":
        first.duplicate(replace(item(name, b""), duplicate_of="a"))
    again = ledger.begin("s", "v1", {}, resume=True)
    whole = item("b", b"leak")
    assert again.standing(whole) is Standing.NEEDED
    enter(again, whole)
    for name in "ac":
        copy = replace(item(name, b""), duplicate_of="b")
        assert again.standing(copy) is Standing.NEEDED
        again.duplicate(copy)
    again.finish(complete=True)
    assert {one.location: one.duplicate_of for one in ledger.entries("s")} == {"a": "b", "b": "", "c": "b"}
    assert ledger.totals("s", again.number) == Totals(pages=1, copies=2, files=0, faults=0, read=1, characters=10)


def test_what_has_become_a_copy_is_counted_once_and_asked_for_in_full(ledger: Ledger) -> None:
    """Nothing stays of when it was read itself."""
    run = ledger.begin("s", "v1", {})
    one = replace(item("a", b"leak"), etag="e")
    run.store(one, judged(one, found()))
    run.flush()
    again = ledger.begin("s", "v1", {}, resume=True)
    again.duplicate(replace(item("a", b""), duplicate_of="b"))
    assert ledger.totals("s", run.number) == Totals(pages=0, copies=1, files=0, faults=0, read=0, characters=0)
    assert ledger.validators("s", "a", "v1") is None


def test_which_of_two_copies_a_crawl_meets_first_is_no_news(ledger: Ledger) -> None:
    """The findings go over with the day on which they were first seen; other bytes are news."""
    day = iter(f"2031-05-{at:02}" for at in range(1, 99))
    ledger.now = lambda: next(day)
    digest = hashlib.sha256(b"leak").hexdigest()
    copy = Item("", "", b"", sha256=digest)
    scanned(ledger, item("a", b"leak"), replace(copy, location="b", duplicate_of="a"))
    before = {one.location: one.findings for one in ledger.entries("s")}["a"][0]
    for first, second in ("ba", "ab", "ba"):
        run = scanned(ledger, item(first, b"leak"), replace(copy, location=second, duplicate_of=first))
        assert states(ledger, run) == {}
        held = {one.location: one for one in ledger.entries("s")}
        assert (held[second].duplicate_of, held[first].duplicate_of) == (first, "")
        assert [kept.first_seen for kept in held[first].findings] == [before.first_seen]
        assert [location for location, _, _ in ledger.shingles("s")] == [first]
    other = replace(copy, location="a", duplicate_of="b", sha256="0" * 64)
    assert states(ledger, scanned(ledger, item("b", b"leaks"), other)) == {"a": "changed", "b": "changed"}


def test_a_copy_that_is_no_longer_there_is_none(ledger: Ledger) -> None:
    """404: it is gone, and counted no more; when it is back, alone or as a copy, it is there again."""
    one = item("a", b"leak")
    scanned(ledger, one, copy("b", one))
    last = scanned(ledger, one, item("b", fault=Fault.NOT_FOUND))
    assert states(ledger, last) == {"b": "gone"}
    assert ledger.totals("s", last).copies == 0
    assert states(ledger, scanned(ledger, one, copy("b", one))) == {"b": "new"}
    scanned(ledger, one)
    last = scanned(ledger, item("b", b"leak"))
    assert states(ledger, last) == {"a": "gone", "b": "new"}
    assert [entry.location for entry in ledger.entries("s", last) if entry.findings] == ["b"]


def test_what_was_said_of_an_earlier_scan_goes_with_it(ledger: Ledger) -> None:
    """A limit is no thing of the source: neither there still nor gone."""
    scanned(ledger, item("a"), item("#limit", fault=Fault.LIMIT), complete=False)
    last = scanned(ledger, item("a"), item("#depth", fault=Fault.ASKED), complete=False)
    assert states(ledger, last) == {"#depth": "new"}
    assert [one.location for one in ledger.entries("s")] == ["#depth", "a"]
    assert states(ledger, scanned(ledger, item("a"))) == {}


def test_what_repeats_is_learnt_once(ledger: Ledger) -> None:
    """And again when the rules change."""
    run = ledger.begin("s", "v1", {})
    assert ledger.furniture("s", "v1") is None
    ledger.learn(run.number, frozenset({-1, 2}))
    assert ledger.furniture("s", "v1") == {-1, 2}
    assert ledger.furniture("s", "v2") is None


def test_a_ledger_is_private_and_a_wrong_file_is_told(tmp_path: Path) -> None:
    """Names the file and the cure."""
    Ledger(tmp_path / "ledger.db", now).close()
    assert (tmp_path / "ledger.db").stat().st_mode & 0o077 == 0
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    (tmp_path / "draft.docx").write_bytes(b"PK not a database at all" * 100)
    for wrong in (tmp_path / "draft.docx", tmp_path / "no" / "ledger.db"):
        with pytest.raises(SettingsError, match="打不开台账"):
            Ledger(wrong, now)
