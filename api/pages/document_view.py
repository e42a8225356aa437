"""A draft with its findings, made ready for the case page: sections, blocks, segments, cards, pages. No web in it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from api.pages.choices import LABELS
from api.pages.sections import Place, heading, paths_of
from api.pages.segments import BlockView, Segment, segments_of
from api.pages.views import Card, DocumentView, Opening, Page, Section
from screening.domain.document import Block, Document
from screening.domain.finding import Finding
from screening.domain.run import Run

__all__ = ["BlockView", "Card", "DocumentView", "Opening", "Page", "Section", "Segment", "view_of"]

PAGE_BLOCKS = 60
_PAGE_CARDS = 80  # a list of persons has a finding in every cell: a page of it ends earlier


def view_of(
    document: Document,
    run: Run,
    resolved: Mapping[str, str] | None = None,
    opened: Collection[str] = (),
    categories: Mapping[str, str] | None = None,
    page_size: int = PAGE_BLOCKS,
    reasons: Mapping[str, str] | None = None,
) -> DocumentView:
    """The draft as a person sees it. resolved: item to Resolution; opened: what this person has looked at;
    categories: category id to its Chinese name; page_size: most blocks on a page;
    reasons: item to who decided so and why, in words."""
    paths = paths_of(document)
    segments = segments_of(document, run.findings)
    sections = tuple(_sections(document, segments, paths))
    parts = list(_parts(sections, page_size))
    seats = [(item, page) for page, part in enumerate(parts, 1) for item in _begins(part)]
    read_as = {item: (at, page) for at, (item, page) in enumerate(seats, 1)}
    cards = tuple(_cards(run.findings, resolved or {}, reasons or {}, frozenset(opened), categories or {}, read_as))
    path_page: dict[str, int] = {}
    for number, part in enumerate(parts, 1):
        for section in part:
            path_page.setdefault(section.attachment, number)
    coverage = run.coverage
    return DocumentView(
        sections=sections,
        pages=tuple(_page(number, part, cards) for number, part in enumerate(parts, 1)),
        cards=cards,
        openings=tuple(_openings(run, paths, frozenset(opened), path_page)),
        blocks=coverage.blocks,
        attachments=coverage.attachments,
        images=coverage.images,
        unread=len(coverage.unread),
    )


def _sections(
    document: Document, segments: Sequence[tuple[Segment, ...]], paths: Mapping[tuple[str, ...], str]
) -> Iterator[Section]:
    """The running text first, then what stands apart; the same again for every enclosed file."""
    members: dict[tuple[int, int], tuple[Place, list[BlockView]]] = {}
    order = {path: at for at, path in enumerate([(), *paths])}
    for number, block in enumerate(document.blocks):
        place = heading(block)
        key = order[block.provenance.path], place.rank
        members.setdefault(key, (place, []))[1].append(_block(number, block, segments[number]))
    for (at, rank), (place, blocks) in sorted(members.items(), key=lambda pair: pair[0]):
        yield Section(f"s{at}-{rank}", place.title, place.note, place.apart, paths.get(place.path, ""), tuple(blocks))


def _block(number: int, block: Block, segments: tuple[Segment, ...]) -> BlockView:
    where = block.provenance
    return BlockView(
        id=f"b{number}",
        kind=block.kind.value,
        label=block.kind.label,
        place=block.place(),
        page_no=where.page_no if not where.path else None,
        hidden=where.hidden.label,
        segments=segments,
    )


def _parts(sections: Iterable[Section], page_size: int) -> Iterator[tuple[Section, ...]]:
    """Sections cut so that each part has at most so many blocks; at least one part."""
    part: list[Section] = []
    blocks: list[BlockView] = []
    room, cards = page_size, _PAGE_CARDS
    for section in sections:
        for block in section.blocks:
            blocks.append(block)
            room, cards = room - 1, cards - sum(len(segment.begins) for segment in block.segments)
            if room <= 0 or cards <= 0:
                yield (*part, _cut(section, blocks))
                part, blocks, room, cards = [], [], page_size, _PAGE_CARDS
        if blocks:
            part.append(_cut(section, blocks))
            blocks = []
    if part or not sections:
        yield tuple(part)


def _cut(section: Section, blocks: Sequence[BlockView]) -> Section:
    """The part of a section that holds these blocks."""
    return Section(section.id, section.title, section.note, section.apart, section.attachment, tuple(blocks))


def _begins(part: Iterable[Section]) -> Iterator[str]:
    for section in part:
        for block in section.blocks:
            for segment in block.segments:
                yield from segment.begins


def _page(number: int, part: tuple[Section, ...], cards: Sequence[Card]) -> Page:
    """Cards stand in the order in which their passages are read."""
    shown = tuple(cards[int(item[1:])] for item in _begins(part))
    names = [section.title for section in part]
    title = names[0] if len(set(names)) == 1 else f"{names[0]} 至 {names[-1]}" if names else "正文"
    return Page(number, title, part, shown)


def _cards(
    findings: Sequence[Finding],
    resolved: Mapping[str, str],
    reasons: Mapping[str, str],
    opened: frozenset[str],
    categories: Mapping[str, str],
    read_as: Mapping[str, tuple[int, int]],
) -> Iterator[Card]:
    """read_as: item to its number, in the order in which the passages are read, and to its page."""
    same: dict[str, list[str]] = {}
    for number, finding in enumerate(findings):
        same.setdefault(finding.fingerprint, []).append(f"f{number}")
    for number, finding in enumerate(findings):
        item = f"f{number}"
        resolution = resolved.get(item, "")
        yield Card(
            item=item,
            number=read_as.get(item, (number + 1, 1))[0],
            severity=finding.severity.name.lower(),
            severity_label=finding.severity.label,
            title=finding.title,
            category=finding.category,
            category_label=categories.get(finding.category, finding.category),
            rule_id=finding.rule_id,
            quote=finding.quote,
            place=finding.place,
            message=finding.message,
            advice=finding.advice,
            basis=finding.basis,
            explanation=finding.explanation,
            hidden="" if finding.visible else "页面上看不见",
            equal=tuple(other for other in same[finding.fingerprint] if other != item),
            resolution=resolution,
            state_label=LABELS.get(resolution, resolution) or "待处理",
            reason=reasons.get(item, ""),
            opened=item in opened,
            page=read_as.get(item, (0, 1))[1],
        )


def _openings(
    run: Run, paths: Mapping[tuple[str, ...], str], opened: frozenset[str], path_page: Mapping[str, int]
) -> Iterator[Opening]:
    for number, unread in enumerate(run.coverage.unread):
        item = f"u{number}"
        where = unread.path or "整个文件"
        detail = f"（{unread.detail}）" if unread.detail else ""
        yield Opening(item, where, unread.reason.label + detail, unread.reason.cure, item in opened, 0)
    for path, item in paths.items():
        title = " › ".join(f"《{name}》" for name in path)
        yield Opening(item, title, "文件内的附件", "打开看过全部内容", item in opened, path_page.get(item, 1))
