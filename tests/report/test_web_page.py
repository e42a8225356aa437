"""The HTML report: one file, escaped, linked both ways, quick."""

import re
import time
from html.parser import HTMLParser

from screening.domain.decision import Disposition
from screening.domain.document import BlockKind, Provenance
from screening.domain.finding import Severity
from screening.report.base import ReportOptions
from screening.report.page_style import SCRIPT, STYLE
from screening.report.web_page import render
from tests.report.drafts import clean_news, document_of, finding, marked_copy, result_of, subsidy_notice

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Ids, inner links and nesting of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        assert "style" not in values
        assert not any(name.startswith("on") for name in values)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def page_of(results, **options):
    """The page, parsed, and its text."""
    text = render(results, ReportOptions(**options)).decode()
    return Page(text), text


def test_links_lead_both_ways_and_ids_come_once():
    page, text = page_of([subsidy_notice(), marked_copy(), clean_news()])
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    for number in range(1, 14):
        assert {f"d1t{number}", f"d1c{number}"} <= set(page.ids)
        assert {f"#d1t{number}", f"#d1c{number}"} <= set(page.links)
    assert '<html lang="zh-CN">' in text


def test_nothing_is_loaded_and_one_script_only():
    page, text = page_of([subsidy_notice()])
    assert page.tags.count("script") == 1
    assert not {"img", "link", "iframe", "form", "object"} & set(page.tags)
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import|https?:", text)


def test_only_what_chromium_86_knows():
    for newer in (":has(", ":is(", ":where(", "@layer", "@container", "inset:", "aspect-ratio", "margin-inline:"):
        assert newer not in STYLE
    for newer in ("??=", "structuredClone", ".at(", "replaceAll"):
        assert newer not in SCRIPT


def test_hidden_content_stands_apart_and_rows_make_tables():
    page, text = page_of([subsidy_notice()])
    unseen = text[text.index("页面上看不见的内容") :]
    assert "修订删除" in unseen
    assert "文档属性" in unseen
    assert page.tags.count("table") == 2
    assert page.tags.count("tr") == 7
    assert "2处" in text


def test_everything_is_escaped():
    evil = "<img src=x onerror=alert(1)>&amp;\"'"
    document = document_of([(BlockKind.FOOTNOTE, evil, Provenance(path=(evil,), detail=evil))], evil)
    hit = finding(document, evil, title=evil, advice=evil, basis=evil, message=evil, rule_id=evil, explanation=(evil,))
    page, text = page_of([result_of(document, [hit])], channel_name=evil)
    assert "img" not in page.tags
    assert "<img" not in text


def test_a_finding_over_cells_and_blocks():
    pieces = [
        (BlockKind.TABLE_ROW, "甲\t乙\t丙", Provenance(part="p", detail="表1第1行")),
        (BlockKind.PARAGRAPH, "丁戊", Provenance(part="p", paragraph=9)),
    ]
    document = document_of(pieces)
    page, _ = page_of([result_of(document, [finding(document, "乙\t丙\n丁"), finding(document, "丙")])])
    assert page.ids.count("d1t1") == page.ids.count("d1t2") == 1


def test_contrast_reaches_aa():
    colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", STYLE))

    def light(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one: str, two: str) -> float:
        high, low = sorted((light(one), light(two)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for level in ("s0", "s1", "s2", "s3"):
        assert contrast(colours[level], "#ffffff") >= 4.5
        assert contrast(colours["ink"], colours[f"{level}b"]) >= 4.5
        assert contrast(colours["link"], colours[f"{level}b"]) >= 4.5
    assert contrast(colours["soft"], colours["ground"]) >= 4.5


def test_670_findings_stay_quick():
    pieces = [(BlockKind.PARAGRAPH, f"第{n:04}号电话1390000{n:04}。", Provenance(paragraph=n + 1)) for n in range(670)]
    document = document_of(pieces)
    hits = [finding(document, f"1390000{n:04}", "139****0000", severity=list(Severity)[n % 4]) for n in range(670)]
    began = time.perf_counter()
    page, text = page_of([result_of(document, hits)])
    assert time.perf_counter() - began < 5
    assert len(page.ids) == 2 * 670 + 1
    assert len(text) < 1_500_000


def test_a_very_long_draft_is_shown_around_its_findings():
    pieces = [(BlockKind.PARAGRAPH, f"普通段落{n}", Provenance(paragraph=n + 1)) for n in range(5000)]
    document = document_of(pieces)
    _, text = page_of([result_of(document, [finding(document, "普通段落2500")])])
    assert "略去 2497 段" in text
    assert "普通段落2503" in text
    assert "普通段落2504" not in text


def test_english_frame():
    _, text = page_of([result_of(document_of("文"), (), Disposition.CLEAR)], language="en")
    assert '<html lang="en">' in text
    assert "Pre-publication confidentiality report" in text
