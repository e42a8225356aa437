"""What holds for every report, whichever there are."""

import pytest

from screening.domain.decision import Disposition
from screening.domain.document import BlockKind, Hidden, Provenance, Unread, UnreadReason
from screening.domain.finding import Severity
from screening.plugins import discover
from screening.report.base import Report, ReportOptions
from tests.report.drafts import clean_news, document_of, finding, marked_copy, result_of, subsidy_notice

REPORTS = discover("screening.report", Report)
CANARY = "990101203101019876"
MASKED = "9****************6"
HOSTILE = (
    "a\nb.docx",
    "\u202egnp.exe\u2066.docx",
    "<script>alert(1)</script>\"'&.docx",
    "=HYPERLINK(0).csv",
    "\x1b[31mred\x9b0m.txt",
    "\udce6broken.txt",
    "../../x.docx",
    "",
)


@pytest.fixture(params=REPORTS, ids=lambda report: report.name)
def report(request):
    return request.param


def leaky():
    """A draft with one value in a finding, unflagged elsewhere, in the name of an attachment, and cut in half."""
    pieces = [
        (BlockKind.PARAGRAPH, f"前{CANARY}后。又见{CANARY}。", Provenance(part="p", paragraph=1)),
        (BlockKind.TABLE_ROW, f"甲\t{CANARY}\t乙", Provenance(part="p", paragraph=2, detail="表1第1行")),
        (BlockKind.PARAGRAPH, "联系13900001111", Provenance(path=(f"{CANARY}.xlsx",), paragraph=1)),
        (BlockKind.DELETED, f"删{CANARY}", Provenance(paragraph=3, hidden=Hidden.DELETED)),
    ]
    unread = [Unread(f"附件《{CANARY}.zip》", UnreadReason.ENCRYPTED, f"成员 {CANARY}")]
    document = document_of(pieces, unread=unread)
    hits = [
        finding(document, CANARY, MASKED, message=f"值 {CANARY}", explanation=(f"旁边有 {CANARY}",)),
        finding(document, f"甲\t{CANARY}", f"甲\t{MASKED}", severity=Severity.S2),
        finding(document, f"{CANARY[9:]}后", "***", rule_id="cut.half"),
        finding(document, "13900001111", "139****1111"),
    ]
    return result_of(document, hits)


def test_there_are_the_promised_ones():
    assert {"text", "json", "jsonl", "sarif", "csv", "html"} <= {report.name for report in REPORTS}
    assert all(report.suffix.startswith(".") for report in REPORTS)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_renders_valid_utf8(report, language, colour, count):
    results = [subsidy_notice(), marked_copy(), clean_news()][:count]
    data = report.render(results, ReportOptions(language=language, colour=colour, channel_name="门户网站"))
    assert isinstance(data.decode("utf-8"), str)
    for result in results:
        assert result.run.filename in data.decode() or "%E5" in data.decode()


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_never_leaks_a_masked_value(report, colour, language):
    text = report.render([leaky()], ReportOptions(colour=colour, language=language)).decode()
    assert CANARY not in text
    assert CANARY[9:] not in text
    assert "13900001111" not in text


def test_shows_the_value_when_asked(report):
    assert CANARY in report.render([leaky()], ReportOptions(show=True)).decode()


def test_text_around_a_state_secret_mark_stays_out(report):
    assert "力量布置" not in report.render([marked_copy()], ReportOptions()).decode()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(report, name):
    document = document_of("电话13900001111", name, [Unread(name, UnreadReason.PARSE_ERROR, name)])
    result = result_of(document, [finding(document, "13900001111", "139****1111")], Disposition.BLOCK)
    text = report.render([result, clean_news()], ReportOptions()).decode("utf-8")
    assert "<script>alert" not in text or report.name not in {"html", "sarif"} or f'"{name}"' not in text
    for harmful in ("\u202e", "\u2066", "\x1b", "\x9b"):
        assert harmful not in text


def test_unread_is_never_silent(report):
    text = report.render([subsidy_notice()], ReportOptions()).decode()
    assert UnreadReason.ENCRYPTED.label in text
    assert UnreadReason.ENCRYPTED.cure in text


def test_same_input_same_bytes(report):
    assert report.render([subsidy_notice()], ReportOptions()) == report.render([subsidy_notice()], ReportOptions())
