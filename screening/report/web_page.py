"""One HTML file that needs nothing else: the document with its findings in place, and a card for each."""

import base64
import hashlib
from collections.abc import Sequence

from screening.report.base import Report, ReportOptions, Result
from screening.report.counting import counts_in_words, is_locked
from screening.report.masking import Veil
from screening.report.page_cards import PageCards, safe
from screening.report.page_style import SCRIPT, STYLE
from screening.report.page_text import PageText
from screening.report.words import Words


def render(results: Sequence[Result], options: ReportOptions) -> bytes:
    """All drafts on one page, with an index when there are several."""
    words = Words(options.language)
    drafts = "".join(_draft(result, at, options, words) for at, result in enumerate(results, 1))
    body = _top(results, words) + (drafts or f'<p class="draft">{safe(words("no_drafts"))}</p>')
    note = words("shown_note") if options.show else words("masked_note")
    page = (
        f'<!doctype html>\n<html lang="{words.tag}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'
        f"<title>{safe(words('report'))}</title><style>{STYLE}</style></head>"
        f'<body><main>{body}</main><p class="foot">{safe(note)}</p><script>{SCRIPT}</script></body></html>\n'
    )
    return page.encode("utf-8", "replace")


def _policy() -> str:
    """Nothing may be loaded; only our own style and script count."""
    return f"default-src 'none'; style-src '{_digest(STYLE)}'; script-src '{_digest(SCRIPT)}'; base-uri 'none'"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _top(results: Sequence[Result], words: Words) -> str:
    """The title, the keys, and for several drafts the index."""
    keys = f'<span class="keys">{safe(words("keys"))}</span>' if any(r.run.findings for r in results) else ""
    index = _index(results, words) if len(results) > 1 else ""
    return f'<div class="top"><h1>{safe(words("report"))}</h1>{keys}{index}</div>'


def _index(results: Sequence[Result], words: Words) -> str:
    heads = "".join(f'<th scope="col">{safe(words(key))}</th>' for key in ("file", "findings", "verdict"))
    rows = "".join(_index_row(result, at, words) for at, result in enumerate(results, 1))
    return f'<table class="index"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _index_row(result: Result, at: int, words: Words) -> str:
    run = result.run
    counts = counts_in_words(run, words)
    if run.coverage.unread:
        counts += " · " + words("unread_count", count=len(run.coverage.unread))
    return (
        f'<tr><td><a href="#d{at}">{safe(run.filename)}</a></td><td>{safe(counts)}</td>'
        f"<td>{safe(words.disposition(run.decision.disposition))}</td></tr>"
    )


def _draft(result: Result, number: int, options: ReportOptions, words: Words) -> str:
    """One draft: head, document beside cards, foot. A state-secret mark keeps the document out."""
    run = result.run
    veil = Veil((*run.findings, *run.accepted), options.show)
    locked = is_locked(run, options.show)
    findings = sorted(run.findings, key=lambda f: (not f.visible, f.span, -f.severity, f.rule_id))
    around = PageCards(run, number, words, veil, options.channel_name)
    text = f'<p class="locked">{safe(words("locked"))}</p>'
    if not locked:
        text = PageText(result.document, findings, number, words, veil).html()
    return (
        f'<section class="draft" id="d{number}">{around.head()}<div class="columns">'
        f'<div class="paper">{text}</div>'
        f'<div class="cards">{around.cards(findings, linked=not locked)}</div>'
        f"</div>{around.foot()}</section>"
    )


plugin = Report(name="html", suffix=".html", render=render)
