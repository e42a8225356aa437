"""What the case page is made of: sections of blocks, cards, what else must be looked at, pages. Values only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from api.pages.segments import BlockView
from screening.domain.finding import Severity
from screening.domain.scan import OF_REGISTER

_LABEL = {severity.name.lower(): severity.label for severity in sorted(Severity, reverse=True)}


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks that belong together. apart: not in the running text; note: why it is shown, for a reader."""

    id: str
    title: str
    note: str
    apart: bool
    attachment: str
    blocks: tuple[BlockView, ...]

    @property
    def groups(self) -> Iterator[tuple[BlockView, ...]]:
        """Rows of one table together, every other block alone."""
        rows: list[BlockView] = []
        for block in self.blocks:
            if rows and rows[0].table != block.table:
                yield tuple(rows)
                rows = []
            if block.table:
                rows.append(block)
            else:
                yield (block,)
        if rows:
            yield tuple(rows)


@dataclass(frozen=True, slots=True)
class Card:
    """One finding as the desk shows it. equal: the other findings of the same fingerprint; reason: who decided so
    and why, in words."""

    item: str
    number: int
    severity: str
    severity_label: str
    title: str
    category: str
    category_label: str
    rule_id: str
    quote: str
    place: str
    message: str
    advice: str
    basis: str
    explanation: tuple[str, ...]
    hidden: str
    equal: tuple[str, ...]
    resolution: str
    state_label: str
    reason: str
    opened: bool
    page: int

    @property
    def open(self) -> bool:
        """Whether nobody has decided yet."""
        return not self.resolution

    @property
    def of_register(self) -> bool:
        """Whether the register makes it, and no rule of the lexicons that could be shown."""
        return self.category == OF_REGISTER


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that must be looked at before signing and is no finding: not read (u…) or an attachment (a…)."""

    item: str
    title: str
    reason: str
    cure: str
    opened: bool
    page: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many findings of one severity or category there are, and how many are still open."""

    id: str
    label: str
    total: int
    open: int


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a draft that is shown at once, counted from 1."""

    number: int
    title: str
    sections: tuple[Section, ...]
    cards: tuple[Card, ...]

    def after(self, item: str) -> str:
        """The next finding of this page that nobody has decided, empty when there is none."""
        behind = [card.item for card in self.cards].index(item) + 1
        return next((card.item for card in self.cards[behind:] if card.open), "")

    @property
    def open(self) -> int:
        """Findings of this page that nobody has decided."""
        return sum(card.open for card in self.cards)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """All of a draft: its pages, its findings in run order, what else must be looked at."""

    sections: tuple[Section, ...]
    pages: tuple[Page, ...]
    cards: tuple[Card, ...]
    openings: tuple[Opening, ...]
    blocks: int
    attachments: int
    images: int
    unread: int

    def page(self, number: int) -> Page:
        """The page of this number; the nearest one when there is none."""
        return self.pages[min(max(number, 1), len(self.pages)) - 1]

    def page_of(self, item: str) -> int:
        """The page on which a finding or an attachment is shown, 1 when it is on none."""
        every: tuple[Card | Opening, ...] = (*self.cards, *self.openings)
        return next((one.page or 1 for one in every if one.item == item), 1)

    def names_of(self, items: Sequence[str]) -> str:
        """The findings over one segment in words, for its tooltip."""
        cards = [self.cards[int(item[1:])] for item in items]
        return "；".join(f"{card.severity_label} {card.title}（{card.state_label}）" for card in cards)

    def done(self, items: Sequence[str]) -> bool:
        """Whether everything over one segment is decided."""
        return not any(self.cards[int(item[1:])].open for item in items)

    def places_of(self, items: Sequence[str]) -> tuple[str, ...]:
        """The places of some findings, for the preview of a decision on all of them."""
        return tuple(self.cards[int(item[1:])].place for item in items)

    @property
    def severities(self) -> tuple[Count, ...]:
        """Counts by severity, the gravest first; every severity is named, also with none."""
        return tuple(
            _count(name, label, [c for c in self.cards if c.severity == name]) for name, label in _LABEL.items()
        )

    @property
    def categories(self) -> tuple[Count, ...]:
        """Counts by category, in the order of their first finding."""
        return tuple(categories_of(self.cards))

    @property
    def unopened(self) -> tuple[str, ...]:
        """Everything this person has still to look at."""
        every: tuple[Card | Opening, ...] = (*self.cards, *self.openings)
        return tuple(one.item for one in every if not one.opened)


def categories_of(cards: Iterable[Card]) -> Iterator[Count]:
    """Counts by category of some cards, in the order of their first finding."""
    members: dict[str, list[Card]] = {}
    for card in cards:
        members.setdefault(card.category, []).append(card)
    for name, found in members.items():
        yield _count(name, found[0].category_label, found)


def _count(name: str, label: str, cards: Sequence[Card]) -> Count:
    return Count(name, label, len(cards), sum(card.open for card in cards))
