"""The report for people at a terminal: gravest first, aligned, readable with and without colour."""

from collections.abc import Iterable, Sequence

from screening.domain.finding import Finding
from screening.domain.run import Run
from screening.report.base import Report, ReportOptions, Result
from screening.report.columns import padded, shortened, width_of, wrapped
from screening.report.counting import (
    counts_in_words,
    equal_ones_together,
    gravest_first,
    is_locked,
)
from screening.report.masking import Veil
from screening.report.passages import Passages
from screening.report.printable import on_one_line
from screening.report.terminal_lines import Line, Style, drawn
from screening.report.words import Words

_CONTEXT = 12
_ALIKE = 3  # more equal findings than this stand on one line
_PLACES = 12
_NARROWEST, _WIDEST = 48, 120
_MARGIN = 2
_NARROW_VERDICT = 20  # columns under which the verdict gets a line of its own


def render(results: Sequence[Result], options: ReportOptions) -> bytes:
    """All drafts one after the other; for several, a table of verdicts at the end."""
    lines: list[Line] = []
    for result in results:
        lines += [*_Draft(result, options).lines(), Line()]
    words = Words(options.language)
    if not results:
        lines.append(Line(words("no_drafts")))
    if len(results) > 1:
        lines += _summary(results, words, _width(options))
    return drawn(lines, options.colour).encode("utf-8", "replace")


def _width(options: ReportOptions) -> int:
    return min(max(options.width, _NARROWEST), _WIDEST)


class _Draft:
    """The lines of one draft."""

    def __init__(self, result: Result, options: ReportOptions) -> None:
        self.run = result.run
        self.options = options
        self.words = Words(options.language)
        self.width = _width(options)
        self.veil = Veil((*self.run.findings, *self.run.accepted), options.show)
        self.passages = Passages(result.document, self.run.findings, self.veil)
        self.locked = is_locked(self.run, options.show)

    def lines(self) -> list[Line]:
        """Head, findings by severity, what was not read, the honest summary."""
        return [*self._head(), *self._findings(), *self._excused(), *self._unread(), *self._foot()]

    def _head(self) -> Iterable[Line]:
        words, run = self.words, self.run
        name = shortened(on_one_line(run.filename), self.width)
        channel = on_one_line(self.options.channel_name or run.channel)
        yield Line("━" * self.width, Style.FRAME)
        yield Line(name, Style.NAME)
        yield from self._labelled("verdict", words.disposition(run.decision.disposition), Style.of(run), margin=0)
        counts = counts_in_words(run, words)
        if run.findings:
            total = words("total", count=len(run.findings))
            counts += f" ({total})" if words.english else f"（{total}）"
        yield from self._labelled("findings", counts, margin=0)
        for reason in run.decision.reasons:
            yield from self._labelled("reasons", self.veil.hide(reason), margin=0)
        if channel:
            yield from self._labelled("channel", channel, margin=0)
        if self.locked:
            yield from (Line(text, Style.of(run)) for text in wrapped(words("locked"), self.width))

    def _findings(self) -> Iterable[Line]:
        severity = None
        for group in equal_ones_together(gravest_first(self.run.findings), _ALIKE):
            if group[0].severity != severity:
                severity = group[0].severity
                heading = f"── {self.words.severity(severity)} "
                yield Line()
                yield Line(heading + "─" * (self.width - width_of(heading)), Style.of_severity(severity))
            yield from self._group(group)

    def _group(self, group: Sequence[Finding]) -> Iterable[Line]:
        """One finding, or equal ones together: what and where, in context, why, what to do."""
        first = group[0]
        badge = f"[{self.words.severity(first.severity)}]"
        title = on_one_line(first.title)
        if len(group) > 1:
            times = self.words("times", count=len(group))
            title += f" ({times})" if self.words.english else f"（{times}）"
        place = "" if len(group) > 1 else self._place(first)
        gap = self.width - width_of(badge + title + place) - 1
        if gap >= _MARGIN:
            title, place = f"{title}{' ' * gap}{place}", ""
        head, *more = [title] if gap >= _MARGIN else wrapped(title, self.width - width_of(badge) - 1)
        yield Line(head, badge=badge, severity=first.severity)
        yield from (Line(" " * _MARGIN * 2 + line) for line in more)
        if place:
            yield from self._labelled("place", place)
        yield from self._context(first)
        if len(group) > 1:
            yield from self._labelled("places", self._places(group))
        yield from self._labelled("why", first.basis)
        for sentence in first.explanation:
            yield from self._labelled("note", self.veil.hide(sentence))
        yield from self._labelled("advice", first.advice)
        yield from self._labelled("rule", first.rule_id, Style.QUIET)

    def _place(self, finding: Finding) -> str:
        hidden = "" if finding.visible or "[" in finding.place else f" [{self.words('hidden')}]"
        return on_one_line(self.veil.hide(finding.place)) + hidden

    def _places(self, group: Sequence[Finding]) -> str:
        places = list(dict.fromkeys(self._place(finding) for finding in group))
        more = f" {self.words('and_more')}" if len(places) > _PLACES else ""
        return ("; " if self.words.english else "；").join(places[:_PLACES]) + more

    def _context(self, finding: Finding) -> Iterable[Line]:
        """The value between a few characters to each side."""
        value = on_one_line(self.veil.quote(finding))
        if self.locked:
            text = f"「{value}」"
        else:
            left, right, more_left, more_right = self.passages.around(finding.span, _CONTEXT)
            dots = "…" if more_left else "", "…" if more_right else ""
            text = f"{dots[0]}{on_one_line(left)}「{value}」{on_one_line(right)}{dots[1]}"
        indent = " " * (_MARGIN * 2)
        for line in wrapped(text, self.width - len(indent)):
            yield Line(indent + line, Style.QUOTE)

    def _labelled(self, key: str, text: str, style: Style = Style.PLAIN, margin: int = _MARGIN * 2) -> Iterable[Line]:
        """A label and its text, further lines under the first."""
        column = 10 if self.words.english else 8
        label = padded(self.words(key), column)
        for at, line in enumerate(wrapped(on_one_line(text), self.width - margin - column)):
            yield Line(line, style, label=" " * margin + (label if at == 0 else " " * column))

    def _excused(self) -> Iterable[Line]:
        """What contexts excused, for those who ask: rule, place, reason."""
        if not self.options.explain:
            return
        heading = f"── {self.words('excused')} "
        yield Line()
        yield Line(heading + "─" * (self.width - width_of(heading)), Style.QUIET)
        if not self.run.excused:
            yield Line(" " * _MARGIN + self.words("nothing_excused"))
        for one in self.run.excused:
            for line in wrapped(
                on_one_line(f"{one.rule_id} {one.title} · {self.veil.hide(one.place)}"), self.width - 2
            ):
                yield Line(" " * _MARGIN + line)
            yield from self._labelled("note", self.veil.hide(one.reason))

    def _unread(self) -> Iterable[Line]:
        unread = self.run.coverage.unread
        if unread:
            heading = f"── {self.words('unread_count', count=len(unread))} "
            yield Line()
            yield Line(heading + "─" * (self.width - width_of(heading)), Style.WARNING)
        for item in unread:
            label, cure = self.words.unread(item.reason)
            detail = self.veil.hide(item.detail)
            what = self.words.colon.join(part for part in (self.veil.hide(item.path), label) if part)
            for line in wrapped(on_one_line(f"{what} ({detail})" if detail else what), self.width - _MARGIN):
                yield Line(" " * _MARGIN + line)
            yield from self._labelled("cure", cure)

    def _foot(self) -> Iterable[Line]:
        run, words = self.run, self.words
        yield Line()
        for text in (words.covered(run), words.honest(run.decision.sign_offs)):
            yield from (Line(line) for line in wrapped(on_one_line(text), self.width))


def _summary(results: Sequence[Result], words: Words, width: int) -> Iterable[Line]:
    """One line a draft: name, counts, verdict."""
    runs = [result.run for result in results]
    counts = [counts_in_words(run, words) for run in runs]
    unread = [words("unread_count", count=len(run.coverage.unread)) for run in runs if run.coverage.unread]
    middle = max(map(width_of, [*counts, words("findings"), *unread])) + _MARGIN
    names = [on_one_line(run.filename) for run in runs]
    left = min(max(map(width_of, [*names, words("file")])), max(16, width // 3)) + _MARGIN
    right = width - left - middle
    yield Line("━" * width, Style.FRAME)
    yield Line(f"{words('summary')}{words.colon}{words('drafts', count=len(runs))}", Style.NAME)
    heading = padded(words("file"), left) + padded(words("findings"), middle)
    yield Line(heading + (words("verdict") if right >= _NARROW_VERDICT else ""), Style.QUIET)
    for run, name, count in zip(runs, names, counts, strict=True):
        label = padded(shortened(name, left - _MARGIN), left) + padded(count, middle)
        yield from _summary_row(run, label, words, right if right >= _NARROW_VERDICT else 0, width)
        if run.coverage.unread:
            yield Line(" " * left + words("unread_count", count=len(run.coverage.unread)), Style.WARNING)


def _summary_row(run: Run, label: str, words: Words, right: int, width: int) -> Iterable[Line]:
    """One draft of the table; where no room is left, its verdict stands below its name."""
    verdict = words.disposition(run.decision.disposition)
    if not right:
        yield Line(label)
        label, right = " " * _MARGIN, width - _MARGIN
    for at, part in enumerate(wrapped(verdict, right)):
        yield Line(part, Style.of(run), label=label if at == 0 else " " * width_of(label))


plugin = Report(name="text", suffix=".txt", render=render)
