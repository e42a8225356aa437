"""The engine: run every matcher, lead the hits home, let context and overlaps decide, make findings.

The only place where offsets of a view become offsets of the document.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from screening.detect.base import AfterMatcher, Hit, Matcher, MatcherKind, Parts
from screening.detect.context import settle_by_context
from screening.detect.mask import masked
from screening.detect.scan import Scan
from screening.detect.settle import settle
from screening.detect.specs import Where
from screening.detect.surroundings import Surroundings
from screening.domain.document import Block, Document, Span
from screening.domain.errors import RuleError
from screening.domain.finding import Excused, Finding, Severity
from screening.domain.rule import Rule, Ruleset
from screening.plugins import discover
from screening.settings import shipped
from screening.text.analyse import AnalysedText
from screening.text.normalise import normal

_PLACED = (
    "pattern",
    "terms",
    "figure",
    "tokens",
    "classifier",
)  # the kinds whose rules may say in which blocks they look


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and what contexts excused. attention: the greatest probability of any passage, flagged or not,
    that a reviewer must look."""

    findings: tuple[Finding, ...]
    excused: tuple[Excused, ...]
    attention: float


class Engine:
    """A compiled ruleset. `key` makes the fingerprints; the same key gives the same fingerprints. `models` is the
    folder of trained models that some ways of matching use, `cache` one for compiled databases (scan.py).

    Raises RuleError when a rule names an unknown way of matching or has a wrong field; expressions are compiled at
    first use, or by compile().
    """

    def __init__(self, ruleset: Ruleset, key: bytes, models: Path | None = None, cache: Path | None = None) -> None:
        self.ruleset = ruleset
        self._key = key
        self._scan = Scan(cache, key)
        self._surroundings = Surroundings(ruleset.contexts, self._scan)
        parts = Parts(models or shipped("models"), self._surroundings, self._scan)
        self._where = {rule.id: Where(rule) for rule in ruleset.rules if rule.match["kind"] in _PLACED}
        self._matchers: list[Matcher] = []
        self._after: list[AfterMatcher] = []
        kinds = {kind.name: kind for kind in discover("screening.detect", MatcherKind)}
        for rule in ruleset.rules:
            if rule.match["kind"] not in kinds:
                known = "、".join(sorted(kinds))
                raise RuleError(f"{rule.source}: 规则 {rule.id}：没有匹配方式 {rule.match['kind']}；可用 {known}")
        for kind in kinds.values():
            mine = [rule for rule in ruleset.rules if rule.match["kind"] == kind.name]
            if mine and kind.build:
                self._matchers.append(kind.build(mine, parts))
            if mine and kind.build_after:
                self._after.append(kind.build_after(mine, parts))

    def compile(self) -> None:
        """Compile every rule now. Raises RuleError naming the rule that cannot be."""
        self._surroundings.compile()
        for matcher in self._matchers:
            matcher.compile()

    def warm(self) -> None:
        """Load and compile everything that is otherwise left to first use, the models too. Raises ModelError."""
        self.compile()
        for matcher in self._after:
            matcher.compile()

    def hasten(self) -> bool:
        """Make the databases that find the lines of all patterns in one pass, or take them from the cache: half a
        minute that pays for many megabytes. Whether they are there now; never where Hyperscan is not installed."""
        return self._scan.compile()

    @property
    def version(self) -> str:
        """Digest of the rules in force."""
        return self.ruleset.version

    def find(self, document: Document) -> list[Finding]:
        """Every finding of a document, in order of position."""
        return list(self.examine(document).findings)

    def examine(self, document: Document, release_basis: str = "") -> Found:
        """Every finding of a document, in order of position, and the attention it needs.

        release_basis: where the matter has been published, as the author declares it (an address or document number).
        """
        return self.examine_all([document], release_basis)[0]

    def examine_all(self, documents: Sequence[Document], release_basis: str = "") -> list[Found]:
        """What `examine` finds in each of them, in less time: small documents, such as the pages of a site, cost mostly
        what any text costs."""
        text = AnalysedText.together(documents)
        hits = (hit for matcher in self._matchers for hit in matcher.find(text))
        excused: dict[tuple[int, Excused], None] = {}
        kept = settle(self._findings(text, hits, release_basis, excused), self.ruleset.categories)
        later = [matcher.find_after(text, kept) for matcher in self._after]
        added = self._findings(text, (hit for one in later for hit in one.hits), release_basis, excused)
        findings = settle([*kept, *added], self.ruleset.categories)
        return _parted(text, documents, findings, excused, [one.attention for one in later if one.attention])

    def _findings(
        self, text: AnalysedText, hits: Iterable[Hit], release_basis: str, excused: dict[tuple[int, Excused], None]
    ) -> Iterator[Finding]:
        """The hits that count, as findings; those that a context excuses are entered in `excused`, with the number of
        their document."""
        for hit in hits:
            rule = hit.rule
            span = Span(hit.start, hit.end) if hit.view == "source" else text.view(hit.view).home(hit.start, hit.end)
            block = text.document.block_at(span.start)
            where = self._where.get(rule.id)
            if where is not None and not where.takes(block):
                continue
            settled = settle_by_context(rule, span, text)
            if settled is None:
                continue
            judged = self._surroundings.judge(rule.category, settled.severity, span, text, rule.immune, release_basis)
            if judged.severity is None:
                place = block.place(span.start - block.start)
                one = Excused(rule.id, rule.title, place, " ".join(judged.explanation))
                excused[text.part_at(span.start), one] = None
                continue
            notes = tuple(note for note in (hit.note, *settled.explanation, *judged.explanation) if note)
            yield self._finding(text.document, block, span, hit, judged.severity, notes)

    def _finding(
        self,
        document: Document,
        block: Block,
        span: Span,
        hit: Hit,
        severity: Severity,
        notes: tuple[str, ...],
    ) -> Finding:
        rule = hit.rule
        category = self.ruleset.categories[rule.category]
        score = rule.score if hit.score is None else hit.score
        quote = document.quote(span)
        confidence = block.provenance.ocr_confidence
        return Finding(
            rule_id=rule.id,
            title=rule.title,
            category=rule.category,
            severity=severity,
            span=span,
            quote=quote,
            masked=masked(quote, rule.mask or category.mask),
            score=score if confidence is None else round(score * max(confidence, 0.5), 4),
            message=f"{category.name}：{rule.title}",
            advice=rule.advice,
            basis=rule.basis,
            place=block.place(span.start - block.start),
            visible=block.visible,
            fingerprint=self._fingerprint(rule, quote),
            explanation=notes,
        )

    def _fingerprint(self, rule: Rule, quote: str) -> str:
        """Keyed, so that a short number cannot be guessed from it; blanks do not matter."""
        words = "".join(normal(quote).split())
        return hmac.new(self._key, f"{rule.id}\0{words}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def _parted(
    text: AnalysedText,
    documents: Sequence[Document],
    findings: Iterable[Finding],
    excused: Iterable[tuple[int, Excused]],
    attention: Iterable[Sequence[float]],
) -> list[Found]:
    """What was found in each document of a text, by its own offsets."""
    starts = (0, *text.seams)
    of_part: list[list[Finding]] = [[] for _ in starts]
    set_aside: list[list[Excused]] = [[] for _ in starts]
    for finding in findings:
        at = text.part_at(finding.span.start)
        span = Span(finding.span.start - starts[at], finding.span.end - starts[at])
        of_part[at].append(replace(finding, span=span) if at else finding)
    for at, one in excused:
        set_aside[at].append(one)
    most = [max(chances) for chances in zip(*attention, strict=True)] or [0.0] * len(starts)
    parts = iter(zip(map(tuple, of_part), map(tuple, set_aside), most, strict=True))
    return [Found(*next(parts)) if one.blocks or len(documents) == 1 else Found((), (), 0.0) for one in documents]
