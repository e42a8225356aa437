"""Rules that point at a place itself: comments, deletions, hidden and covered text, pictures, properties."""

from collections.abc import Hashable, Iterable, Sequence

from screening.detect.base import Hit, MatcherKind, Parts
from screening.detect.specs import choices, only_fields, words
from screening.domain.document import Block, BlockKind, Hidden
from screening.domain.errors import RuleError
from screening.domain.rule import Rule
from screening.text.analyse import AnalysedText


class _BlockRule:
    def __init__(self, rule: Rule) -> None:
        only_fields(rule, "kinds", "hidden", "details", "once")
        self.rule = rule
        self.kinds = choices(rule, "kinds", BlockKind)
        self.hidden = choices(rule, "hidden", Hidden) if "hidden" in rule.match else frozenset()
        self.details = words(rule, "details")
        self.once = bool(rule.match.get("once", False))
        if not self.kinds and not self.hidden:
            raise RuleError(f"{rule.source}: 规则 {rule.id}：match.kinds 与 match.hidden 至少写一个")

    def takes(self, block: Block) -> bool:
        """Whether the rule points at this block."""
        place = block.provenance
        return (
            (not self.kinds or block.kind in self.kinds)
            and (not self.hidden or place.hidden in self.hidden)
            and (not self.details or any(word in place.detail for word in self.details))
        )


class BlockMatcher:
    """All block rules."""

    def __init__(self, rules: Sequence[Rule], parts: Parts) -> None:  # noqa: ARG002 - the same for every kind
        self._rules = [_BlockRule(rule) for rule in rules]

    def compile(self) -> None:
        """Nothing is left to first use."""

    def find(self, text: AnalysedText) -> Iterable[Hit]:
        """Each block, or with `once` the first of each file with the number of the others."""
        alike: dict[Hashable, list[tuple[int, Block]]] = {}  # most blocks of a document are of a few kinds
        for number, block in enumerate(text.document.blocks):
            place = block.provenance
            alike.setdefault((block.kind, place.hidden, place.detail), []).append((number, block))
        for rule in self._rules:
            firsts: dict[Hashable, list[Block]] = {}
            taken = [one for some in alike.values() if rule.takes(some[0][1]) for one in some]
            for number, block in sorted(taken, key=lambda one: one[0]):
                key = (text.part_at(block.start), block.provenance.path) if rule.once else number
                firsts.setdefault(key, []).append(block)
            for blocks in firsts.values():
                note = f"本文件中共有 {len(blocks)} 处" if len(blocks) > 1 else ""
                yield Hit(rule.rule, "source", blocks[0].start, blocks[0].end, note)


plugin = MatcherKind("blocks", build=BlockMatcher)
