"""Every rule held against its own examples; the command line, the tests and the rules page use it."""

from collections.abc import Iterator
from dataclasses import dataclass

from screening.detect.engine import Engine
from screening.domain.document import Document, Provenance
from screening.domain.rule import Example, Rule, Ruleset

_KEY = b"proof" * 8


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not come out as written. `expected` is hit or miss."""

    rule_id: str
    source: str
    expected: str
    text: str

    def __str__(self) -> str:
        wrong = "应命中而未命中" if self.expected == "hit" else "不应命中而命中"
        return f"{self.source}: 规则 {self.rule_id} {wrong}：{self.text}"


def document_of_example(example: Example) -> Document:
    """A document that holds just this example, at its place."""
    place = Provenance(hidden=example.hidden, detail=example.detail)
    pieces = [(example.kind, example.text, place)]
    return Document.of_pieces(pieces, sha256="", media_type="text/plain", filename="example")


def prove(ruleset: Ruleset) -> Iterator[Failure]:
    """Every example that fails, rule by rule, each rule alone (rules that count others: all together).

    Raises RuleError for a rule that cannot be compiled.
    """
    together = Engine(ruleset, _KEY)
    together.compile()
    for rule in ruleset.rules:
        counts_others = rule.match["kind"] == "count"
        engine = together if counts_others else Engine(Ruleset((rule,), ruleset.categories, ""), _KEY)
        for example in rule.hits:
            lost = not counts_others and not together.find(document_of_example(example))
            if lost or not _fires(engine, rule, example):
                yield Failure(rule.id, rule.source, "hit", example.text)
        for example in rule.misses:
            if _fires(engine, rule, example):
                yield Failure(rule.id, rule.source, "miss", example.text)


def _fires(engine: Engine, rule: Rule, example: Example) -> bool:
    return any(finding.rule_id == rule.id for finding in engine.find(document_of_example(example)))
