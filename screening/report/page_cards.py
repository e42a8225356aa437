"""The head, the cards and the foot of one draft in the HTML report."""

from collections.abc import Sequence
from html import escape

from screening.domain.finding import Finding, Severity
from screening.domain.run import Run
from screening.report.counting import by_severity
from screening.report.masking import Veil
from screening.report.printable import in_lines, on_one_line
from screening.report.words import Words


def safe(text: str) -> str:
    """Text from anywhere as HTML, on one line."""
    return escape(on_one_line(text))


class PageCards:
    """What stands around the document. `number` tells the drafts of one page apart."""

    def __init__(self, run: Run, number: int, words: Words, veil: Veil, channel: str) -> None:
        self._run = run
        self._number = number
        self._words = words
        self._veil = veil
        self._channel = channel

    def head(self) -> str:
        """Verdict, counts, reasons, what was not read, the honest sentence."""
        run, words = self._run, self._words
        decision = run.decision
        reasons = [safe(self._veil.hide(reason)) for reason in decision.reasons]
        channel = safe(self._channel or run.channel)
        if channel:
            reasons.append(f'<span class="soft">{safe(words("channel"))}{words.colon}{channel}</span>')
        return (
            f'<header class="verdict v-{decision.disposition.name.lower()}">'
            f"<h2>{safe(run.filename)}</h2>"
            f'<div class="line"><p class="says">{safe(words.disposition(decision.disposition))}</p>'
            f"{self._counts()}</div>"
            f"<p>{' · '.join(reasons)}</p>{self._unread()}"
            f'<p class="honest">{safe(words.covered(run))} '
            f"<b>{safe(words.honest(decision.sign_offs))}</b></p></header>"
        )

    def _counts(self) -> str:
        counts = by_severity(self._run.findings)
        if not counts:
            return ""
        items = "".join(f"<li>{self._badge(level)}<b>{count}</b></li>" for level, count in counts.items())
        total = safe(self._words("total", count=len(self._run.findings)))
        return f'<ul class="counts">{items}<li class="soft">{total}</li></ul>'

    def _badge(self, level: Severity) -> str:
        return f'<span class="badge {level.name.lower()}">{safe(self._words.severity(level))}</span>'

    def _unread(self) -> str:
        """The box of what was not read, with the cure."""
        unread = self._run.coverage.unread
        if not unread:
            return ""
        items = []
        for item in unread:
            label, cure = self._words.unread(item.reason)
            what = self._words.colon.join(part for part in (self._veil.hide(item.path), label) if part)
            detail = f" ({self._veil.hide(item.detail)})" if item.detail else ""
            items.append(f'<li>{safe(what + detail)} <span class="soft">→ {safe(cure)}</span></li>')
        heading = safe(self._words("unread_count", count=len(unread)))
        return f'<section class="unread"><h3>{heading}</h3><ul>{"".join(items)}</ul></section>'

    def cards(self, findings: Sequence[Finding], *, linked: bool) -> str:
        """One card a finding. linked: the document stands beside them."""
        heading = safe(self._words("cards"))
        cards = "".join(self._card(finding, at, linked) for at, finding in enumerate(findings, 1))
        return f"<h3>{heading}</h3>{cards or self._nothing()}"

    def _nothing(self) -> str:
        return f'<p class="soft">{safe(self._words("none"))}</p>'

    def _card(self, finding: Finding, at: int, linked: bool) -> str:
        """What it is, where, why, what to do."""
        words = self._words
        back = f'<a class="back" href="#d{self._number}t{at}">{safe(words("to_text"))}</a>' if linked else ""
        flag = "" if finding.visible else f'<span class="flag">{safe(words("hidden"))}</span>'
        rows = [
            ("message", self._veil.hide(finding.message), ""),
            ("why", finding.basis, ""),
            *(("note", self._veil.hide(sentence), "") for sentence in finding.explanation),
            ("advice", finding.advice, ' class="do"'),
            ("rule", finding.rule_id, ' class="soft"'),
        ]
        listed = "".join(f"<dt>{safe(words(key))}</dt><dd{look}>{safe(text)}</dd>" for key, text, look in rows if text)
        value = escape(in_lines(self._veil.quote(finding)))
        return (
            f'<article class="card {finding.severity.name.lower()}" id="d{self._number}c{at}">'
            f"<header>{self._badge(finding.severity)}<b>{at}. {safe(finding.title)}</b>{back}</header>"
            f'<p class="at">{safe(self._veil.hide(finding.place))}{flag}</p>'
            f'<span class="value">{value}</span><dl>{listed}</dl></article>'
        )

    def foot(self) -> str:
        """What this report rests on: the exact bytes and versions."""
        run, words = self._run, self._words
        rows = (
            ("digest", run.document_sha256),
            ("ruleset", run.ruleset_version),
            ("model", run.model_version),
            ("policy", run.policy_version),
        )
        listed = "".join(f"<dt>{safe(words(key))}</dt><dd>{safe(value)}</dd>" for key, value in rows if value)
        return f'<footer class="foot-note"><dl>{listed}</dl></footer>'
