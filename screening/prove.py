"""Every rule held against its own examples; the command line, the tests and the rules page use it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from screening.detect.engine import Engine
from screening.detect.surroundings import Surroundings
from screening.domain.document import Document, Provenance
from screening.domain.rule import Example, Rule, Ruleset
from screening.text.analyse import AnalysedText

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
        engine = together if counts_others else Engine(replace(ruleset, rules=(rule,)), _KEY)
        for example in rule.hits:
            lost = not counts_others and not together.find(document_of_example(example))
            if lost or not _fires(engine, rule, example):
                yield Failure(rule.id, rule.source, "hit", example.text)
        for example in rule.misses:
            if _fires(engine, rule, example):
                yield Failure(rule.id, rule.source, "miss", example.text)


def prove_contexts(ruleset: Ruleset) -> Iterator[Failure]:
    """Every example of a context that fails: in a hit it must hold, unbeaten; in a miss it must not."""
    surroundings = Surroundings(ruleset.contexts)
    surroundings.compile()
    for context in ruleset.contexts:
        examples = [("hit", text) for text in context.hits] + [("miss", text) for text in context.misses]
        for expected, example in examples:
            text = AnalysedText(document_of_example(Example(example)))
            [held] = surroundings.held([(0, len(text.tight.text))], text)
            if (context.id in held) != (expected == "hit"):
                yield Failure(context.id, context.source, expected, example)


def _fires(engine: Engine, rule: Rule, example: Example) -> bool:
    return any(finding.rule_id == rule.id for finding in engine.find(document_of_example(example)))
