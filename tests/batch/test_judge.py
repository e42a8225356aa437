"""The function of the workers: pure, picklable, and nothing in plain text."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from screening.batch.item import Item, Judged
from screening.batch.judge import JudgeSettings, judge_all, outlines
from screening.batch.mend import mended
from screening.batch.pages import repeated
from screening.domain.errors import SettingsError
from screening.domain.finding import Severity
from tests.batch.scanning import MASKED, NUMBER, PHONE, html, judge, judging, page, settings_in, site


@pytest.fixture(scope="module")
def how(tmp_path_factory: pytest.TempPathFactory) -> JudgeSettings:
    """Settings with a key of their own."""
    return judging(settings_in(tmp_path_factory.mktemp("judge")))


def test_equal_items_have_equal_answers_that_travel(how: JudgeSettings) -> None:
    """Settings and answers pickle; a second answer is equal."""
    one = page(3, f"<p>安小禾的身份证号码是{NUMBER}，电话{PHONE}。</p>")
    first = judge(one, how)
    again = judge(pickle.loads(pickle.dumps(one)), pickle.loads(pickle.dumps(how)))  # noqa: S301 - our own bytes
    assert first == again
    assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301


def test_an_item_has_the_same_answer_in_whatever_company(how: JudgeSettings) -> None:
    """Pages, an empty file, one that nobody can read, two lists of people."""
    people = "".join(f"<tr><td>安小{at}</td><td>1380013{at:04}</td></tr>" for at in range(12))
    odd = [Item("a", "a.docx", b"PK\x03\x04"), Item("b", "b.txt", b""), Item("c", "c.txt", PHONE.encode())]
    items = [*site(14), page(20, f"<table>{people}</table>"), *odd, page(21, f"<table>{people}</table>")]
    learnt = replace(how, furniture=repeated(outlines(items[:8], how)))
    alone = [judge(one, learnt) for one in items]
    assert judge_all(items, learnt) == alone
    assert [judge_all(items[at : at + 3], learnt) for at in range(0, len(items), 3)] == [
        alone[at : at + 3] for at in range(0, len(items), 3)
    ]


def test_an_answer_holds_no_value_in_plain_text(how: JudgeSettings) -> None:
    """Not in the title, the place, the message or the official form either."""
    body = f"<p>安小禾的身份证号码是{NUMBER}，电话{PHONE}，请在年底前完成登记手续。</p>"
    data = html(1, body).replace("第1次读书会".encode(), f"致{PHONE}".encode())
    answer = judge(Item("a", f"{NUMBER}.html", data), how)
    told = repr(replace(answer, location=""))
    assert NUMBER not in told
    assert PHONE not in told
    assert {one.category for one in answer.findings} >= {"pii_id_number", "pii_contact"}
    assert {one.mended for one in answer.findings} >= {"11*************05X", MASKED}


def test_the_name_of_a_file_is_screened_too(how: JudgeSettings) -> None:
    """Readers see it; it is read even where the file is not. The addresses of pages are made by machines."""
    marked = judge(Item("a", "（秘密）值班安排.docx", b"PK\x03\x04"), how)
    assert [(one.category, one.place) for one in marked.findings] == [("state_secret_mark_variant", "附件名 · 文件名")]
    assert marked.unread
    named = judge(Item("b", f"安小禾{NUMBER}.txt", "读书会在社区书屋举行。".encode()), how)
    assert {one.category for one in named.findings} == {"pii_id_number"}
    assert not judge(Item("d", "读书会.eml.txt", "读书会在社区书屋举行。".encode()), how).findings
    assert not judge(page(1), how).findings
    assert not judge(Item("c", f"{NUMBER}.html", html(1)), how).findings


def test_show_gives_the_passages_to_whoever_asked(how: JudgeSettings) -> None:
    """And changes nothing else."""
    one = page(1, f"<p>电话{PHONE}</p>")
    shown, hidden = judge(one, replace(how, show=True)), judge(one, how)
    assert PHONE in {found.masked for found in shown.findings}
    assert [found.fingerprint for found in shown.findings] == [found.fingerprint for found in hidden.findings]


def test_what_repeats_is_judged_alike_whether_learnt_or_not(how: JudgeSettings) -> None:
    """The furniture of a site changes the speed, not the findings."""
    pages = site(8)
    furniture = repeated(outlines(pages, how))
    assert furniture
    learnt = replace(how, furniture=furniture)

    def told(answer: Judged) -> set[tuple[str, str, str, int]]:
        return {(one.rule_id, one.place, one.masked, one.block) for one in answer.findings}

    for one in pages:
        assert told(judge(one, learnt)) == told(judge(one, how))


def test_a_fault_of_the_file_becomes_unread(how: JudgeSettings) -> None:
    """An empty file, one that is cut off, one that nobody knows."""
    for data in (b"", b"PK\x03\x04 cut", b"\x00\x01\x02\x03" * 100):
        answer = judge(Item("a", "a.docx", data), how)
        assert answer.unread
        assert not answer.findings


def test_other_rules_or_keys_on_a_worker_are_refused(how: JudgeSettings) -> None:
    """So that results of several machines can be put together."""
    for name in ("ruleset", "model", "policy", "key"):
        other = replace(how, versions=replace(how.versions, **{name: "other"}))
        with pytest.raises(SettingsError, match="不同"):
            judge(page(1), other)


def test_a_stamp_changes_with_everything_that_changes_answers(how: JudgeSettings) -> None:
    """Rules, models, policy, key, reading of pictures, channel."""
    changed = [replace(how.versions, **{name: "other"}) for name in ("ruleset", "model", "policy", "key")]
    stamps = {one.stamp("website") for one in [how.versions, replace(how.versions, ocr=True), *changed]}
    assert len(stamps | {how.versions.stamp("press")}) == 7


@pytest.mark.parametrize(
    ("quote", "category", "wanted"),
    [
        ("13800131234", "pii_contact", "138****1234"),
        ("138 0013 1234", "pii_contact", "138****1234"),
        ("11019919900307005X", "pii_id_number", "11*************05X"),
        ("110199900307001", "pii_id_number", "11**********001"),
        ("6222020000000000000", "pii_financial", "6222***********0000"),
        ("0599-7654321", "pii_contact", "0599-****4321"),
        ("安小禾", "minor_identity", "安某"),
        ("欧阳小禾", "victim_witness_identity", "欧阳某"),
        ("云岭市东湖区槐树街道杏花巷12号3栋402室", "pii_contact", "云岭市东湖区槐树街道***"),
        ("白血病", "sensitive_personal", ""),
        ("机密★十年", "state_secret_mark", ""),
        (
            f"经办人安小禾，电话{PHONE}，材料齐全后请于年底前送到槐树巷社区书屋二楼登记处，逾期不再受理。",
            "hidden_content",
            "",
        ),
    ],
)
def test_official_forms(quote: str, category: str, wanted: str) -> None:
    """A passage and a mark have none."""
    assert mended(quote, category) == wanted


def test_numbers_have_one_masked_form(how: JudgeSettings) -> None:
    """Shown masked, proposed for the page and written in the advice: the same."""
    answer = judge(page(1, f"<p>安小禾的身份证号码是{NUMBER}，电话{PHONE}。</p>"), how)
    forms = {one.category: one for one in answer.findings}
    for category in ("pii_id_number", "pii_contact"):
        assert forms[category].masked == forms[category].mended
    assert "11*************01X" in forms["pii_id_number"].advice


def test_severity_travels(how: JudgeSettings) -> None:
    """As the enumeration, not as a number."""
    assert all(isinstance(one.severity, Severity) for one in judge(page(1, f"<p>{PHONE}</p>"), how).findings)


def test_a_file_is_judged_like_a_draft(how: JudgeSettings) -> None:
    """The sample drafts: what check finds, scan finds."""
    from screening.checker import Screener

    draft = Path(__file__).parents[2] / "samples" / "drafts" / "c16a-subsidy-list.docx"
    with Screener(how.settings) as screener:
        run = screener.check(draft)
    answer = judge(Item("a", draft.name, draft.read_bytes()), how)
    assert [one.fingerprint for one in answer.findings] == [one.fingerprint for one in run.findings]
    assert answer.disposition == run.decision.disposition
    assert answer.kind == "file"
