"""What stands on record about one case: what the form, the register and the monthly summary print.

Rests on the register and the form of the unit (domain rules, section 7). No text of the draft stands here beyond the
title and the summary, which the author wrote for the form. Times are ISO 8601 in the unit's own time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one signer decided. level: from 0, as in the review; office: its label, such as 部门负责人（初审）;
    conclusion: the decision in words, such as 同意公开."""

    level: int
    office: str
    name: str
    at: str
    conclusion: str
    reason: str


@dataclass(frozen=True, slots=True)
class SentUp:
    """送审: what an outside authority was asked, and its written opinion, empty until it has come."""

    authority: str
    document_no: str
    sent_at: str
    due: str
    reply: str = ""
    reply_no: str = ""
    replied_at: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """不予公开, with its ground (国家秘密, 商业秘密, 个人隐私 or another), the article, and whether release of a part
    was considered (政府信息公开条例 37)."""

    ground: str
    article: str
    partial_considered: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Who published, when, and where it stands; url is empty for paper."""

    publisher: str
    at: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Recall:
    """撤回: who, when, why, and the channels it was taken from. url: where it was found, if it was never approved."""

    at: str
    by: str
    reason: str
    channels: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding as it may be printed: what and where, never the passage. resolution: empty while open."""

    category: str
    rule_id: str
    title: str
    place: str
    severity: str
    resolution: str = ""


@dataclass(frozen=True, slots=True)
class Screening:
    """What the program found. disposition, highest and the keys of the counts are Chinese labels, gravest first."""

    ruleset_version: str
    model_version: str
    policy_version: str
    disposition: str
    counts_by_severity: Mapping[str, int] = field(default_factory=dict)
    highest: str = ""
    unread: int = 0
    hits: tuple[Hit, ...] = ()

    @property
    def total(self) -> int:
        """How many findings there are."""
        return sum(self.counts_by_severity.values())


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the author declared before screening (domain rules, section 7, DRAFT → SCREENING).

    kind: 类别, one of KINDS; carrier: 公文 or 非公文; classification: 资料最高密级声明; sources: 素材来源;
    channel: as people call it; release_basis: address or number of an authoritative release; contact: telephone.
    """

    title: str
    kind: str
    carrier: str
    classification: str
    sources: str
    cites_internal: bool
    photo_author: str
    photo_count: int
    channel: str
    audience: str
    planned_at: str
    release_basis: str
    summary: str
    contact: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes out with the draft, and the classification that the author declared for it."""

    name: str
    classification: str = ""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case. number: the 编号 of the register; state: its label; sha256, filename, size, text_sha256: of the current
    version; valid_from, valid_to: days that the approval is for, empty when not limited."""

    number: str
    unit: str
    department: str
    author: str
    created_at: str
    state: str
    declaration: Declaration
    sha256: str
    filename: str
    size: int
    screening: Screening | None = None
    opinions: tuple[Opinion, ...] = ()
    sent_up: SentUp | None = None
    refusal: Refusal | None = None
    publication: Publication | None = None
    recall: Recall | None = None
    attachments: tuple[Attachment, ...] = ()
    text_sha256: str = ""
    valid_from: str = ""
    valid_to: str = ""

    def opinion_of(self, *words: str) -> Opinion | None:
        """The last opinion of an office whose label holds one of these words."""
        found = [one for one in self.opinions if any(word in one.office for word in words)]
        return found[-1] if found else None


KINDS = ("新闻稿件", "展览展示", "接受采访", "音像制品", "其他")
CARRIERS = ("公文", "非公文")
GROUNDS = ("国家秘密", "商业秘密", "个人隐私", "其他")
