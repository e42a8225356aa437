"""One thing of a scan: a page, an attachment, a file of a folder; and what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from screening.domain.finding import Severity


class Fault(StrEnum):
    """Why an item could not be had. The value is the stable name; `label` is what people read."""

    NOT_FOUND = "not_found"
    REFUSED = "refused"  # by robots.txt, by the address guard, by the patterns given
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    UNREADABLE = "unreadable"  # permissions, devices, links out of the folder
    BROKEN = "broken"  # an archive or a record that cannot be opened
    CRASHED = "crashed"  # the checking process died or hung over it, twice
    LIMIT = "limit"  # the scan ended at one of its limits: there is more than was read
    ASKED = "asked"  # the same, where whoever started the scan wanted it so

    @property
    def label(self) -> str:
        """The Chinese reason."""
        return _FAULTS[self]


_FAULTS = {
    Fault.NOT_FOUND: "不存在（404）",
    Fault.REFUSED: "未抓取：不在允许范围",
    Fault.SERVER_ERROR: "服务器出错",
    Fault.TIMEOUT: "超时",
    Fault.TOO_LARGE: "超过大小上限",
    Fault.TOO_MANY_REDIRECTS: "跳转过多或循环",
    Fault.UNREADABLE: "无法读取",
    Fault.BROKEN: "损坏，无法打开",
    Fault.CRASHED: "检查程序两次中止：需人工查看",
    Fault.LIMIT: "达到扫描上限，其余未读",
    Fault.ASKED: "按要求未读",
}
CUT = (Fault.LIMIT, Fault.ASKED)  # said of a scan, not of what stands there: it did not see the whole source


@dataclass(frozen=True, slots=True)
class Item:
    """Something to screen. Nothing about it is trusted.

    location: where it is, the ledger's key: a canonical URL, or a path below the root of the scan with `/`; members
    of an archive behind `!/`; filename: name it is shown by and sniffed with; data: its bytes, empty when there is a
    fault; media_type: as the server says, or empty; parent: location of the page or archive it was found in; column:
    the part of the site or folder it belongs to; title: of the page or of the link; modified: ISO 8601, or empty.
    detail: in Chinese, more about a fault or a duplicate. duplicate_of: location of the item with the same bytes, which
    comes before this one, and sha256 their digest; data is empty then, and there is no fault. etag, last_modified: as
    the server says, to be kept for Validators; unchanged: the server says that it is as those Validators know it; data
    is empty then too.
    """

    location: str
    filename: str
    data: bytes = field(repr=False)
    media_type: str = ""
    parent: str = ""
    column: str = ""
    title: str = ""
    modified: str = ""
    fault: Fault | None = None
    detail: str = ""
    duplicate_of: str = ""
    sha256: str = ""
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of an item when it was last read: asked for again with it, it sends only what changed."""

    etag: str = ""
    last_modified: str = ""


class Source(Protocol):
    """Where items come from. A source is read once, lazily: it fetches no faster than items are taken."""

    @property
    def name(self) -> str:
        """What is scanned, in words: a folder, the host of a site."""

    def items(self) -> Iterator[Item]:
        """Every item once. What cannot be had is an item with a fault, never an exception."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of an item, without the passage: what the ledger keeps and reports show.

    masked: the words with the middle hidden; mended: the official form (138****1234, 张某); place: in words;
    demand: the disposition that this finding alone asks for; block: tells the block of text it stands in, for
    those that repeat.
    """

    fingerprint: str
    rule_id: str
    title: str
    category: str
    severity: Severity
    place: str
    masked: str
    mended: str
    message: str
    advice: str
    basis: str
    score: float
    demand: int = 0
    block: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of an item. sha256: of its bytes; text_sha256: of its normal text, for pages that differ only in
    what nobody reads; unread: what stayed unread, in words; shingles: hashes of its passages (scan --like); kind:
    article, list or file."""

    location: str
    sha256: str
    text_sha256: str
    media_type: str
    size: int
    characters: int
    findings: tuple[Found, ...]
    unread: tuple[str, ...]
    disposition: int
    title: str = ""
    shingles: tuple[int, ...] = ()
    kind: str = ""
