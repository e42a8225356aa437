"""The pure function of a scan: items to what became of them. Every worker of the pool and of the cluster runs it.

Same item, same settings, same rules: equal answer, on whatever machine. Nothing of it holds a passage in plain text,
unless `show` asks for it.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from screening.batch.groups import Group
from screening.batch.item import Found, Item, Judged
from screening.batch.mend import mended
from screening.batch.pages import is_byline, kind_of, piece_print, prints_of, title_of
from screening.batch.shingles import shingles_of
from screening.batch.veiled import veiled
from screening.checker import Screener
from screening.domain.document import Block, BlockKind, Document, Hidden, Piece, Provenance
from screening.domain.errors import SettingsError
from screening.domain.finding import Finding
from screening.extract.base import Content
from screening.extract.repeats import Stretch, moved
from screening.extract.sniff import HTML
from screening.report.base import Result
from screening.report.masking import Veil
from screening.rules.baseline import key_mark
from screening.settings import Settings

_LONGEST_TITLE = 200
_SUFFIXES = re.compile(r"(?:\.[a-z][a-z0-9]{0,5})+$", re.IGNORECASE)  # with them, it would be a file inside this one
_FILE_NAME = Provenance(detail="文件名", hidden=Hidden.NOT_ON_PAGE)
_SHARES = 512  # stretches that are remembered: those of menus come on every page


@dataclass(frozen=True, slots=True)
class Versions:
    """What the answers depend on: digests of the rules, the models and the policy, a mark of the key, and whether
    pictures are read."""

    ruleset: str
    model: str
    policy: str
    key: str
    ocr: bool

    def stamp(self, channel: str) -> str:
        """All of it, and the channel, in one short digest."""
        words = "\0".join((self.ruleset, self.model, self.policy, self.key, str(self.ocr), channel))
        return hashlib.sha256(words.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """How to judge. versions: those that must be in force where it runs; furniture: the blocks that repeat over the
    pages of the source (pages.repeated); show: passages in plain text, for the screen of whoever asked."""

    settings: Settings
    channel: str
    versions: Versions
    furniture: frozenset[int] = frozenset()
    show: bool = False


def versions_of(screener: Screener) -> Versions:
    """The versions in force."""
    policy = screener.policy.version
    ocr = screener.settings.ocr
    return Versions(screener.ruleset.version, screener.model_version, policy, key_mark(screener.key), ocr)


def judge_all(items: Group, with_: JudgeSettings) -> list[Judged]:
    """Read and screen items, each by itself: in whatever company, an item has the same answer. A fault of a file
    becomes something unread.

    Raises SettingsError where other rules, models or keys are in force than those that were asked for.
    """
    screener = _screener(with_.settings, with_.versions)
    contents = _read(screener, items)
    parted = [_parted(content, with_, screener) for content in contents]
    results = screener.judge_all([page.own for page in parted], with_.channel)
    return [
        _judged(item, content, page, result, screener, with_)
        for item, content, page, result in zip(items, contents, parted, results, strict=True)
    ]


def _read(screener: Screener, items: Group) -> list[Content]:
    return screener.read_all([(item.data, item.filename) for item in items], repeats=True)


def _judged(
    item: Item, content: Content, page: "_Page", result: Result, screener: Screener, with_: JudgeSettings
) -> Judged:
    """result: of the item's own blocks."""
    own = page.own
    pairs = [(one, piece_print(own.block_at(one.span.start).piece, screener.key)) for one in result.run.findings]
    pairs += page.repeating
    findings = [finding for finding, _ in pairs]
    veil = Veil(findings, with_.show)
    policy = screener.policy
    demands = [int(policy.disposition(finding, with_.channel)) for finding in findings]
    told = tuple(
        _found(finding, demand, block, veil, with_) for (finding, block), demand in zip(pairs, demands, strict=True)
    )
    return Judged(
        location=item.location,
        sha256=content.sha256,
        text_sha256=hashlib.sha256(page.text.encode("utf-8", "surrogatepass")).hexdigest(),
        media_type=content.media_type,
        size=len(item.data),
        characters=len(page.text),
        findings=told,
        unread=tuple(veil.hide(str(one)) for one in content.unread),
        disposition=int(policy.decide(findings, result.run.coverage, with_.channel).disposition),
        title=veil.hide(page.title or " ".join(item.title.split()) or item.filename)[:_LONGEST_TITLE],
        shingles=shingles_of(_article(own), screener.key),
        kind=kind_of(own).value,
    )


def outlines(items: Group, with_: JudgeSettings) -> list[frozenset[int]]:
    """The prints of the blocks of each page, to learn what repeats; none of what is no page."""
    screener = _screener(with_.settings, with_.versions)
    return [prints_of(content, screener.key) for content in _read(screener, items)]


def _article(own: Document) -> Iterable[Block]:
    """What is compared with other texts: of a page without its bylines, of a file without its name."""
    if own.media_type == HTML:
        return (block for block in own.blocks if not is_byline(block))
    return (block for block in own.blocks if block.provenance is not _FILE_NAME)


def _found(finding: Finding, demand: int, block: int, veil: Veil, with_: JudgeSettings) -> Found:
    form = mended(finding.quote, finding.category)
    return Found(
        fingerprint=finding.fingerprint,
        rule_id=finding.rule_id,
        title=finding.title,
        category=finding.category,
        severity=finding.severity,
        place=veil.hide(finding.place),
        masked=veil.quote(finding) if with_.show else veiled(finding, form, veil, with_.settings.models),
        mended=veil.hide(form),
        message=veil.hide(finding.message),
        advice=finding.advice,
        basis=finding.basis,
        score=round(finding.score, 6),
        demand=demand,
        block=block,
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """What was read of an item, parted. own: the document without the blocks that repeat over the site; repeating: what
    was found in these, and the print of the block; text: of all blocks."""

    own: Document
    repeating: list[tuple[Finding, int]]
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class _Share:
    """What a stretch gives to every page that holds it. found: the block it stands in, its print, and the finding."""

    own: tuple[Piece, ...]
    found: tuple[tuple[Piece, int, Finding], ...]
    text: str
    title: str


def _parted(content: Content, with_: JudgeSettings, screener: Screener) -> _Page:
    """Only pages have parts that repeat; only files have a name that somebody gave them and that readers see."""
    is_page = content.media_type == HTML
    furniture = with_.furniture if is_page else frozenset()
    own: list[Piece] = []
    repeating: list[tuple[Finding, int]] = []
    shares = []
    for stretch, paragraphs, rows in content.stretches:
        share = _share(stretch, furniture, screener, with_.channel)
        shares.append(share)
        own += moved(share.own, paragraphs, rows)
        for piece, print_, finding in share.found:
            ((kind, text, place),) = moved((piece,), paragraphs, rows)
            repeating.append((replace(finding, place=Block(kind, text, 0, place).place(finding.span.start)), print_))
    if not is_page:
        own.append((BlockKind.ATTACHMENT, _SUFFIXES.sub("", content.filename), _FILE_NAME))
    title = next((one.title for one in shares if one.title), "")
    return _Page(content.laid_out(own), repeating, "\n".join(one.text for one in shares), title)


@lru_cache(maxsize=_SHARES)
def _share(stretch: Stretch, furniture: frozenset[int], screener: Screener, channel: str) -> _Share:
    """What pages share is the same object, and parted once."""
    own: list[Piece] = []
    found: list[tuple[Piece, int, Finding]] = []
    for piece in stretch.pieces:
        print_ = piece_print(piece, screener.key) if furniture else 0
        if print_ in furniture:
            found += [(piece, print_, finding) for finding in _of_repeating(print_, piece, screener, channel)]
        else:
            own.append(piece)
    text = "\n".join(text for _, text, _ in stretch.pieces)
    return _Share(tuple(own), tuple(found), text, title_of(stretch.pieces))


def _of_repeating(print_: int, piece: Piece, screener: Screener, channel: str) -> tuple[Finding, ...]:
    """What a block holds that repeats: screened once in a process."""
    known = _screened(screener, channel)
    if print_ not in known:
        kind, text, place = piece
        alone = Document("", "", "", (Block(kind, text, 0, place),))
        known[print_] = screener.judge(alone, channel).run.findings
    return known[print_]


@lru_cache(maxsize=4)
def _screened(screener: Screener, channel: str) -> dict[int, tuple[Finding, ...]]:  # noqa: ARG001 - the cache's key
    """The findings of repeating blocks by print: no more than there is furniture."""
    return {}


@lru_cache(maxsize=2)
def _screener(settings: Settings, wanted: Versions) -> Screener:
    """One Screener a process, with its reading child; the rules, models and key must be the ones asked for."""
    screener = Screener(settings)
    here = versions_of(screener)
    for name, words in (("ruleset", "规则"), ("model", "模型"), ("policy", "处置规定"), ("key", "指纹密钥")):
        if getattr(here, name) != getattr(wanted, name):
            raise SettingsError(f"这台机器的{words}与发起扫描的不同：各台须装同一版本、同一规则目录和同一密钥文件")
    return screener
