"""The pure function of a scan: an item to what became of it. Every worker of the pool and of the cluster runs it.

Same item, same settings, same rules: equal answer, on whatever machine. Nothing of it holds a passage in plain text,
unless `show` asks for it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from screening.batch.item import Found, Item, Judged
from screening.batch.mend import mended
from screening.batch.pages import block_print, is_byline, kind_of, prints_of, title_of
from screening.batch.shingles import shingles_of
from screening.batch.veiled import veiled
from screening.checker import Screener
from screening.domain.document import Block, Document
from screening.domain.errors import SettingsError
from screening.domain.finding import Finding
from screening.extract.sniff import HTML
from screening.report.masking import Veil
from screening.rules.baseline import key_mark
from screening.settings import Settings

_LONGEST_TITLE = 200


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


def judge(item: Item, with_: JudgeSettings) -> Judged:
    """Read and screen one item. A fault of the file becomes something unread.

    Raises SettingsError where other rules, models or keys are in force than those that were asked for.
    """
    screener = _screener(with_.settings, with_.versions)
    document = screener.read(item.data, item.filename, repeats=True)
    own, repeating = _parted(document, with_.furniture, screener.key)
    result = screener.judge(own, with_.channel)
    pairs = [(one, block_print(own.block_at(one.span.start), screener.key)) for one in result.run.findings]
    pairs += _of_furniture(screener, with_.channel, repeating)
    findings = [finding for finding, _ in pairs]
    veil = Veil(findings, with_.show)
    policy = screener.policy
    demands = [int(policy.disposition(finding, with_.channel)) for finding in findings]
    told = tuple(
        _found(finding, demand, block, veil, with_) for (finding, block), demand in zip(pairs, demands, strict=True)
    )
    return Judged(
        location=item.location,
        sha256=document.sha256,
        text_sha256=hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest(),
        media_type=document.media_type,
        size=len(item.data),
        characters=len(document.text),
        findings=told,
        unread=tuple(veil.hide(str(one)) for one in document.unread),
        disposition=int(policy.decide(findings, result.run.coverage, with_.channel).disposition),
        title=veil.hide(_title(document, item))[:_LONGEST_TITLE],
        shingles=shingles_of(_article(own), screener.key),
        kind=kind_of(own).value,
    )


def outline(item: Item, with_: JudgeSettings) -> frozenset[int]:
    """The prints of the blocks of a page, to learn what repeats; none of what is no page."""
    screener = _screener(with_.settings, with_.versions)
    return prints_of(screener.read(item.data, item.filename, repeats=True), screener.key)


def _title(document: Document, item: Item) -> str:
    """What the page calls itself, else what led to it, else its name."""
    return title_of(document) or " ".join(item.title.split()) or item.filename


def _article(own: Document) -> Iterable[Block]:
    """What is compared with other texts: of a page without its bylines."""
    return (block for block in own.blocks if own.media_type != HTML or not is_byline(block))


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


def _parted(document: Document, furniture: frozenset[int], key: bytes) -> tuple[Document, list[tuple[int, Block]]]:
    """The document without the blocks that repeat over the site, and these with their prints."""
    if not furniture or document.media_type != HTML:
        return document, []
    own: list[Block] = []
    repeating: list[tuple[int, Block]] = []
    for block in document.blocks:
        print_ = block_print(block, key)
        if print_ in furniture:
            repeating.append((print_, block))
        else:
            own.append(block)
    return _of_blocks(own, document), repeating


def _of_blocks(blocks: Iterable[Block], document: Document) -> Document:
    return Document.of_pieces(
        ((block.kind, block.text, block.provenance) for block in blocks),
        sha256=document.sha256,
        media_type=document.media_type,
        filename=document.filename,
        unread=document.unread,
        metadata=document.metadata,
    )


def _of_furniture(
    screener: Screener, channel: str, repeating: Iterable[tuple[int, Block]]
) -> Iterator[tuple[Finding, int]]:
    """What repeating blocks hold, each screened once in a process, and the block's print; the place is that of this
    page."""
    known = _screened(screener, channel)
    for print_, block in repeating:
        if print_ not in known:
            alone = Document("", "", "", (replace(block, start=0),))
            known[print_] = screener.judge(alone, channel).run.findings
        for finding in known[print_]:
            yield replace(finding, place=block.place(finding.span.start)), print_


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
