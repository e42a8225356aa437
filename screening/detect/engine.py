"""The engine: run every matcher, lead the hits home, let context and overlaps decide, make findings.

The only place where offsets of a view become offsets of the document.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator

from screening.detect.base import AfterMatcher, Hit, Matcher, MatcherKind
from screening.detect.context import settle_by_context
from screening.detect.mask import masked
from screening.detect.settle import settle
from screening.detect.specs import Where
from screening.domain.document import Block, Document, Span
from screening.domain.errors import RuleError
from screening.domain.finding import Finding
from screening.domain.rule import Category, Rule, Ruleset
from screening.plugins import discover
from screening.text.analyse import AnalysedText
from screening.text.normalise import normal


class Engine:
    """A compiled ruleset. `key` makes the fingerprints; the same key gives the same fingerprints.

    Raises RuleError when a rule names an unknown way of matching or has a wrong field; expressions are compiled at
    first use, or by compile().
    """

    def __init__(self, ruleset: Ruleset, key: bytes) -> None:
        self.ruleset = ruleset
        self._key = key
        self._where = {rule.id: Where(rule) for rule in ruleset.rules if rule.match["kind"] in ("pattern", "terms")}
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
                self._matchers.append(kind.build(mine))
            if mine and kind.build_after:
                self._after.append(kind.build_after(mine))

    def compile(self) -> None:
        """Compile every rule now. Raises RuleError naming the rule that cannot be."""
        for matcher in self._matchers:
            matcher.compile()

    @property
    def version(self) -> str:
        """Digest of the rules in force."""
        return self.ruleset.version

    def find(self, document: Document) -> list[Finding]:
        """Every finding of a document, in order of position."""
        text = AnalysedText(document)
        found = list(self._findings(text, (hit for matcher in self._matchers for hit in matcher.find(text))))
        kept = settle(found, self.ruleset.categories)
        later = (hit for matcher in self._after for hit in matcher.find_after(text, kept))
        return settle([*kept, *self._findings(text, later)], self.ruleset.categories)

    def _findings(self, text: AnalysedText, hits: Iterable[Hit]) -> Iterator[Finding]:
        for hit in hits:
            span = Span(hit.start, hit.end) if hit.view == "source" else text.view(hit.view).home(hit.start, hit.end)
            block = text.document.block_at(span.start)
            where = self._where.get(hit.rule.id)
            if where is not None and not where.takes(block):
                continue
            settled = settle_by_context(hit.rule, span, text)
            if settled is None:
                continue
            notes = (hit.note, *settled.explanation) if hit.note else settled.explanation
            category = self.ruleset.categories[hit.rule.category]
            yield self._finding(text.document, block, span, hit.rule, category, settled.severity, notes)

    def _finding(
        self,
        document: Document,
        block: Block,
        span: Span,
        rule: Rule,
        category: Category,
        severity: int,
        notes: tuple[str, ...],
    ) -> Finding:
        quote = document.quote(span)
        confidence = block.provenance.ocr_confidence
        return Finding(
            rule_id=rule.id,
            title=rule.title,
            category=rule.category,
            severity=type(rule.severity)(severity),
            span=span,
            quote=quote,
            masked=masked(quote, rule.mask or category.mask),
            score=rule.score if confidence is None else round(rule.score * max(confidence, 0.5), 4),
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
