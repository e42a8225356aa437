"""What a reader of a file format is given and what it hands back.

A reader is a module of this package with `plugin = Reader(...)`. It never opens files and never guesses a
file type: it gets bytes and a Reading to fill, and passes whatever is packed inside to `reading.nested`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from screening.domain.document import BlockKind, Document, Hidden, Piece, Provenance, Unread, UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract.limits import Limits
from screening.extract.repeats import Part, Repeat, Repeats, Stretch, moved


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the caller wants: `ocr` recognises words in pictures where the extra is installed; `repeats`: many pages of
    one site follow each other, and what they share may stay in the memory of the process that reads them."""

    ocr: bool = True
    limits: Limits = field(default_factory=Limits)
    repeats: bool = False


@dataclass(slots=True)
class Totals:
    """What all files of one draft have used so far; shared by every nested Reading."""

    bytes: int = 0
    chars: int = 0
    blocks: int = 0
    ocr_images: int = 0
    attachments: int = 0
    images: int = 0


@dataclass(slots=True)
class Reading:
    """The state of one file being read: pieces in reading order, what stayed unread, what is left to use."""

    open_nested: Callable[["Reading", str, bytes], None]
    options: ReadOptions = field(default_factory=ReadOptions)
    name: str = ""  # of the file being read, as its container calls it
    path: tuple[str, ...] = ()
    page_no: int | None = None  # set by a reader whose pictures and attachments stand on a page
    pieces: list[Piece] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    totals: Totals = field(default_factory=Totals)
    memory: Repeats | None = None  # of the process, for the outermost file where parts may be kept
    repeats: list[Repeat] = field(default_factory=list)  # parts that came before, to be put between the pieces

    @property
    def limits(self) -> Limits:
        """The budgets of this draft."""
        return self.options.limits

    def add(
        self,
        kind: BlockKind,
        text: str,
        *,
        part: str = "",
        page_no: int | None = None,
        paragraph: int | None = None,
        detail: str = "",
        bbox: tuple[float, float, float, float] | None = None,
        hidden: Hidden = Hidden.NO,
        ocr_confidence: float | None = None,
    ) -> None:
        """Take one piece of text. Blank text is left out.

        Raises ExtractionError(over_limit) when the draft holds more blocks or characters than allowed.
        """
        if not text.strip():
            return
        self._count(1, len(text))
        place = Provenance(
            self.path,
            part,
            page_no or self.page_no,
            paragraph,
            detail,
            bbox,
            hidden,
            ocr_confidence,
        )
        self.pieces.append((kind, text, place))

    def repeat(self, part: Part, paragraphs: int, rows: int) -> None:
        """Take what a part holds that came before, behind so many paragraphs and table rows.

        Raises ExtractionError(over_limit) as `add` does.
        """
        self._count(len(part.pieces), part.chars)
        self.repeats.append(Repeat(len(self.pieces), part, paragraphs, rows))

    def _count(self, blocks: int, chars: int) -> None:
        self.totals.blocks += blocks
        self.totals.chars += chars
        if self.totals.blocks > self.limits.blocks or self.totals.chars > self.limits.chars:
            raise ExtractionError(UnreadReason.OVER_LIMIT, "文字量超出上限")

    def not_read(self, place: str, reason: UnreadReason, detail: str = "") -> None:
        """Note something that could not be read. `place` and `detail` hold no draft text."""
        where = " · ".join([*(f"附件《{name}》" for name in self.path), *([place] if place else [])])
        self.unread.append(Unread(where, reason, detail))

    def spend(self, size: int) -> None:
        """Count inflated bytes. Raises ExtractionError(over_limit) when the draft has used up its share."""
        self.totals.bytes += size
        if self.totals.bytes > self.limits.total_bytes:
            raise ExtractionError(UnreadReason.OVER_LIMIT, "解压后总量超出上限")

    def nested(
        self,
        name: str,
        data: bytes,
        *,
        page_no: int | None = None,
        hidden: Hidden = Hidden.NO,
    ) -> None:
        """Read a file that is packed inside this one, whatever its type, and add what it holds.

        Its blocks carry `name` in their path. With `hidden`, visible blocks of it are marked so.
        A failure costs only this inner file and becomes an Unread.
        """
        self.totals.attachments += 1
        inner = self._inside(name, (*self.path, name), page_no)
        if len(inner.path) > self.limits.depth:
            inner.not_read("", UnreadReason.OVER_LIMIT, f"嵌套超过{self.limits.depth}层")
        else:
            self.open_nested(inner, name, data)
        self.absorb(inner, hidden)

    def picture(
        self,
        name: str,
        data: bytes,
        *,
        page_no: int | None = None,
        hidden: Hidden = Hidden.NO,
    ) -> None:
        """Read a picture that belongs to this file: its words, its EXIF and XMP, or why it stayed unread."""
        self.totals.images += 1
        inner = self._inside(name, self.path, page_no)
        self.open_nested(inner, name, data)
        self.absorb(inner, hidden)

    def _inside(self, name: str, path: tuple[str, ...], page_no: int | None) -> "Reading":
        return Reading(
            self.open_nested,
            self.options,
            name,
            path,
            page_no or self.page_no,
            totals=self.totals,
        )

    def absorb(self, inner: "Reading", hidden: Hidden = Hidden.NO) -> None:
        """Take over the pieces and the unread of another Reading; visible pieces get `hidden`."""
        for kind, text, place in inner.pieces:
            shown = place.hidden is Hidden.NO and hidden is not Hidden.NO
            self.pieces.append((kind, text, replace(place, hidden=hidden) if shown else place))
        self.unread += inner.unread


@dataclass(frozen=True, slots=True)
class Content:
    """What a draft holds, before it is laid out as a Document. stretches: each behind so many paragraphs and table
    rows; the other fields are those of the Document."""

    sha256: str
    media_type: str
    filename: str
    stretches: tuple[tuple[Stretch, int, int], ...] = ()
    unread: tuple[Unread, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    def pieces(self) -> Iterator[Piece]:
        """All pieces in reading order."""
        for stretch, paragraphs, rows in self.stretches:
            yield from moved(stretch.pieces, paragraphs, rows)

    def document(self) -> Document:
        """All of it as a Document."""
        return self.laid_out(self.pieces())

    def laid_out(self, pieces: Iterable[Piece]) -> Document:
        """A Document of this draft that holds these pieces."""
        return Document.of_pieces(
            pieces,
            sha256=self.sha256,
            media_type=self.media_type,
            filename=self.filename,
            unread=self.unread,
            metadata=self.metadata,
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """A way of reading one kind of file.

    name: stable name; media_types: what it reads, as told by sniff.sniff; suffixes: for the documents only.
    read fills the Reading and may raise ExtractionError; anything else it raises is a fault of the file
    (caught at the edge of the reader and noted as parse_error).
    """

    name: str
    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    read: Callable[[bytes, Reading], None]


Readers: TypeAlias = Mapping[str, Reader]  # by media type


@dataclass(frozen=True, slots=True)
class Drawing:
    """Width and height of every page in points, and one page as PNG (empty when none was asked for)."""

    sizes: tuple[tuple[float, float], ...]
    png: bytes
