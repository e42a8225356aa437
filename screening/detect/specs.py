"""Read the fields of a rule's match, with errors that name rule, field and cure."""

from collections.abc import Collection
from enum import StrEnum
from typing import TypeVar

from screening.domain.document import Block, BlockKind
from screening.domain.errors import RuleError
from screening.domain.rule import Rule

Choice = TypeVar("Choice", bound=StrEnum)


def only_fields(rule: Rule, *allowed: str) -> None:
    """Refuse fields of match that this way of matching does not know."""
    for name in rule.match:
        if name not in ("kind", *allowed):
            raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.{name}：没有这一项；可用 {'、'.join(allowed)}")


def words(rule: Rule, field: str, known: Collection[str] | None = None) -> tuple[str, ...]:
    """A list of words; with `known`, each must be one of these."""
    value = rule.match.get(field, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise RuleError(f"{rule.source}: 规则 {rule.id} 字段 match.{field}：应为词的列表")
    for one in value:
        if known is not None and one not in known:
            raise RuleError(
                f"{rule.source}: 规则 {rule.id} 字段 match.{field}：不认识 {one}；可用 {'、'.join(sorted(known))}"
            )
    return tuple(value)


def choices(rule: Rule, field: str, kind: type[Choice]) -> frozenset[Choice]:
    """A list of names of an enumeration."""
    return frozenset(kind(one) for one in words(rule, field, {str(member) for member in kind}))


class Where:
    """The blocks a rule looks at: `in` and `not_in` of its match."""

    def __init__(self, rule: Rule) -> None:
        self._wanted = choices(rule, "in", BlockKind)
        self._unwanted = choices(rule, "not_in", BlockKind)

    def takes(self, block: Block) -> bool:
        """Whether this block is looked at."""
        return (not self._wanted or block.kind in self._wanted) and block.kind not in self._unwanted

    @property
    def everywhere(self) -> bool:
        """Whether every block is looked at."""
        return not self._wanted and not self._unwanted
